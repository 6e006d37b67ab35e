#!/usr/bin/env bash
# Installs what `npm run test:proxies` needs beside Node: nginx, haproxy, caddy, and PHP with curl. What is there already is left
# as it is. None of them is started.
set -euo pipefail

has_all() { PATH="$PATH:/usr/sbin" command -v nginx haproxy caddy php && php -r 'exit(extension_loaded("curl") ? 0 : 1);'; } >/dev/null 2>&1

if has_all; then
  echo "The proxies are there."
  exit 0
fi
if ! command -v apt-get >/dev/null || [[ $(id -u) -ne 0 ]]; then
  echo "Run this as root on Debian, or install nginx, haproxy, caddy, and PHP with its extension curl." >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
# A package of Debian starts its server: there is nothing to be served here.
if [[ ! -e /usr/sbin/policy-rc.d ]]; then
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod +x /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends nginx-light haproxy caddy php-cli php-curl >/dev/null
has_all
echo "Installed $(nginx -v 2>&1 | cut -d/ -f2), haproxy, caddy and PHP."
