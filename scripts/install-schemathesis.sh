#!/usr/bin/env bash
# Installs what `npm run test:fuzz` needs: Python with venv, and in an environment of its own Schemathesis, in the versions
# of test/fuzz/requirements.txt. SCHEMATHESIS names a program `st` that is there; then nothing is installed.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ -n ${SCHEMATHESIS:-} ]]; then
  "$SCHEMATHESIS" --version
  exit 0
fi
environment=$(scripts/python-packages.sh schemathesis test/fuzz/requirements.txt)
"$environment/bin/st" --version
