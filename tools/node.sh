#!/bin/sh
# Runs a program of this clone under Node 24, which it brings through npm when it is missing.
set -eu
here=$(dirname "$(dirname "$(readlink -f "$0")")")
if [ ! -x "$here/node_modules/.bin/node" ] || [ "$here/package-lock.json" -nt "$here/node_modules/.package-lock.json" ]; then
  echo "holdfast: installing the Node packages that package-lock.json names (once)" >&2
  (cd "$here" && npm ci --loglevel=warn --ignore-scripts --no-audit --no-fund >&2)
  touch "$here/node_modules/.package-lock.json"
fi
exec "$here/node_modules/.bin/node" "$@"
