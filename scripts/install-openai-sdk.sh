#!/usr/bin/env bash
# Installs what `npm run test:python` needs: Python with venv, and in an environment of its own the openai SDK, requests
# and httpx, in the versions of test/python/requirements.txt. OPENAI_SDK_PYTHON names a Python that has them; then nothing
# is installed.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ -n ${OPENAI_SDK_PYTHON:-} ]]; then
  "$OPENAI_SDK_PYTHON" -c 'import httpx, openai, requests; print("The tests use the openai SDK", openai.__version__)'
  exit 0
fi

has_python() { python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))'; } >/dev/null 2>&1
if ! has_python; then
  if ! command -v apt-get >/dev/null || [[ $(id -u) -ne 0 ]]; then
    echo "These tests need Python 3.10 or later with venv: run this as root on Debian, or install it." >&2
    exit 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends ca-certificates python3 python3-venv >/dev/null
fi

environment=$HOME/.cache/llm-chat-service/openai-sdk
[[ -x $environment/bin/python ]] || python3 -m venv --clear "$environment"
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --requirement test/python/requirements.txt
"$environment/bin/python" -c 'import openai; print("Installed the openai SDK", openai.__version__)'
