#!/usr/bin/env bash
# python-packages.sh NAME REQUIREMENTS: installs the packages of a requirements file, each in its pinned version and no
# others, into a Python environment of their own, and prints where that is. Needs Python 3.10 or later with venv; where it
# is missing and this runs as root on Debian, apt-get installs it.
set -euo pipefail

name=$1 requirements=$2

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

environment=$HOME/.cache/llm-chat-service/$name
[[ -x $environment/bin/python ]] || python3 -m venv --clear "$environment"
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --requirement "$requirements"
echo "$environment"
