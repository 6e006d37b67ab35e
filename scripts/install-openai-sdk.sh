#!/usr/bin/env bash
# Installs what `npm run test:python` needs: Python with venv, and in an environment of its own the openai SDK, the
# models of Open Responses, requests and httpx, in the versions of test/python/requirements.txt. OPENAI_SDK_PYTHON names a Python that has them; then nothing
# is installed.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ -n ${OPENAI_SDK_PYTHON:-} ]]; then
  "$OPENAI_SDK_PYTHON" -c 'import httpx, openai, openresponses_types, requests; print("The tests use the openai SDK", openai.__version__)'
  exit 0
fi
environment=$(scripts/python-packages.sh openai-sdk test/python/requirements.txt)
"$environment/bin/python" -c 'import openai; print("Installed the openai SDK", openai.__version__)'
