#!/usr/bin/env bash
# Installs what `npm run test:clients` needs beside Node: a JDK and Maven, Python with venv, and Go. What is there already is
# left as it is. The generators themselves, and what their clients need, are fetched by the run: their versions are in
# test/clients.
set -euo pipefail

# The release that the modules in test/clients are built with where Debian's Go is too old to fetch one by itself.
go_release=1.25.4

has_java() { javac --release 17 -version && mvn --version; } >/dev/null 2>&1
has_python() { python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'; } >/dev/null 2>&1
# From 1.21 on Go fetches the release by itself that a module asks for.
has_go() { [[ $(go version 2>/dev/null) =~ go1\.([0-9]+) ]] && ((BASH_REMATCH[1] >= 21)); }

packages=()
if ! has_java; then packages+=(default-jdk-headless maven); fi
if ! has_python; then packages+=(python3 python3-venv); fi
if ! has_go; then packages+=(golang-go); fi

if [[ ${#packages[@]} -eq 0 ]]; then
  echo "The client matrix has all that it needs."
  exit 0
fi
if ! command -v apt-get >/dev/null || [[ $(id -u) -ne 0 ]]; then
  echo "The client matrix needs ${packages[*]}: run this as root on Debian, or install them. It wants a JDK from 17," >&2
  echo "Maven, Python from 3.11 with venv, and Go from 1.21." >&2
  exit 1
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends ca-certificates "${packages[@]}" >/dev/null

# Debian 12 has Go 1.19. A release of Go is a module too, and the old one can fetch it, with its checksum verified; it
# does not know that there are programs in it.
if ! has_go; then
  module="golang.org/toolchain@v0.0.1-go$go_release.linux-$(go env GOARCH)"
  if ! said=$(cd / && go mod download -json "$module" 2>&1); then
    echo "Go $go_release could not be fetched: $said" >&2
    exit 1
  fi
  folder=$(sed -n 's/.*"Dir": "\(.*\)".*/\1/p' <<<"$said")
  rm -rf /usr/local/lib/go-client-matrix
  cp -r "$folder" /usr/local/lib/go-client-matrix
  chmod +x /usr/local/lib/go-client-matrix/bin/* /usr/local/lib/go-client-matrix/pkg/tool/*/*
  ln -sf /usr/local/lib/go-client-matrix/bin/go /usr/local/lib/go-client-matrix/bin/gofmt /usr/local/bin/
  hash -r
fi

has_java && has_python && has_go
echo "Installed ${packages[*]}: $(javac -version 2>&1), $(python3 --version), $(go version)."
