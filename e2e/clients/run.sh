#!/bin/sh
# Other people's OAuth clients and a browser on the pages for people, against the server's executable on fresh data.
# Usage: run.sh [options of `playwright test`]
# Needs node, python3, Chromium (or CHROMIUM) and the executable (LATCHKEY, else it is built); installs the rest here and
# into target/.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
here=$root/e2e/clients
wanted=$(cksum <"$here/requirements.txt" | cut -d' ' -f1)
python=$root/target/clients-$wanted
sh "$root/.ci/venv.sh" "$python" --requirement "$here/requirements.txt"

cd "$here"
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --silent --no-fund --no-audit
fi
npx --no-install tsc --noEmit

if [ -z "${LATCHKEY-}" ]; then
  (cd "$root" && cargo build --quiet --package latchkey)
  LATCHKEY=${CARGO_TARGET_DIR:-$root/target}/debug/latchkey
fi
CLIENTS_PYTHON=$python/bin/python
export LATCHKEY CLIENTS_PYTHON
unset DATABASE_URL
exec npx --no-install playwright test "$@"
