#!/usr/bin/env bash
# Installs what `npm run test:browser` needs: Chromium, and a font for Chinese, without which its
# screenshots show boxes. CHROMIUM names an installed one; then nothing is installed.
set -euo pipefail

chromium=${CHROMIUM:-/usr/bin/chromium}
if [[ -x $chromium ]]; then
  echo "The browser tests use $chromium."
  exit 0
fi
if [[ -n ${CHROMIUM:-} ]]; then
  echo "CHROMIUM=$CHROMIUM is not there, or cannot be run." >&2
  exit 1
fi
if ! command -v apt-get >/dev/null || [[ $(id -u) -ne 0 ]]; then
  echo "The browser tests need Chromium: run this as root on Debian, or set CHROMIUM to an installed one." >&2
  exit 1
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends chromium fonts-wqy-microhei >/dev/null
echo "Installed $("$chromium" --version --no-sandbox 2>/dev/null)."
