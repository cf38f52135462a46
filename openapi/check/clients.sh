#!/bin/sh
# Generates the TypeScript and the Python client from openapi.json, checks their types, and runs each against a server of
# its own. The Rust client is the `api-client` package, which the tests of cargo run.
# Usage: clients.sh
# Needs node, python3 and the server's executable (LATCHKEY_BIN, else it is built); installs the rest into target/.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
programs=$root/openapi/check/clients
python=$root/target/openapi-python-client-0.29.1
sh "$root/.ci/venv.sh" "$python" openapi-python-client==0.29.1 mypy==2.4.1
node=$root/target/openapi-typescript-7.13.0
if [ ! -f "$node/complete" ]; then
  mkdir -p "$node"
  npm install --prefix "$node" --no-save --no-audit --no-fund --silent \
    openapi-typescript@7.13.0 openapi-fetch@0.17.0 typescript@5.9.3 @types/node@26.6.6
  touch "$node/complete"
fi

if [ -z "${LATCHKEY_BIN-}" ]; then
  (cd "$root" && cargo build --quiet --package latchkey)
  LATCHKEY_BIN=${CARGO_TARGET_DIR:-$root/target}/debug/latchkey
fi

home=$(mktemp -d)
server=
finish() {
  status=$?
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  if [ "$status" != 0 ] && [ -f "$home/log" ]; then
    echo "--- what the server complained about:"
    grep -E 'ERROR|panicked' "$home/log" | tail -20 || true
  fi
  rm -rf "$home"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

: >"$home/out"
env -u DATABASE_URL \
  "$LATCHKEY_BIN" serve --data-dir "$home/data" --listen 127.0.0.1:0 >"$home/out" 2>"$home/log" &
server=$!
url=
tries=0
while [ -z "$url" ]; do
  url=$(sed -n 's/^Latchkey is ready: \([^ ]*\).*/\1/p' "$home/out")
  tries=$((tries + 1))
  if [ "$tries" -gt 300 ] || ! kill -0 "$server" 2>/dev/null; then
    cat "$home/log"
    echo "the server did not start" >&2
    exit 1
  fi
  [ -n "$url" ] || sleep 0.2
done
LATCHKEY_URL=$url
LATCHKEY_CLIENT_ID=$(sed -n 's/^ *client_id  *//p' "$home/out")
LATCHKEY_CLIENT_SECRET=$(sed -n 's/^ *client_secret  *//p' "$home/out")
export LATCHKEY_URL LATCHKEY_CLIENT_ID LATCHKEY_CLIENT_SECRET
NO_PROXY=127.0.0.1
no_proxy=127.0.0.1
PYTHONDONTWRITEBYTECODE=1
export NO_PROXY no_proxy PYTHONDONTWRITEBYTECODE

mkdir "$home/typescript" "$home/python"
cd "$home/typescript"
ln -s "$node/node_modules" node_modules
echo '{ "type": "module" }' >package.json
"$node/node_modules/.bin/openapi-typescript" "$root/openapi/openapi.json" --default-non-nullable=false --output schema.ts >generated 2>&1 || { cat generated; exit 1; }
cp "$programs/life.ts" .
"$node/node_modules/.bin/tsc" --strict --noUncheckedIndexedAccess --exactOptionalPropertyTypes --target es2022 \
  --module nodenext --types node --skipLibCheck life.ts
echo "typescript: generated, and its types hold"
node life.js

cd "$home/python"
PATH=$python/bin:$PATH "$python/bin/openapi-python-client" generate --path "$root/openapi/openapi.json" --meta none \
  --config "$programs/generator.yaml" --output-path latchkey_client --fail-on-warning >generated 2>&1 || { cat generated; exit 1; }
cp "$programs/life.py" .
# Not of `client.py`: it comes with the generator, whatever the document says.
"$python/bin/mypy" --strict --no-error-summary --follow-imports=silent -p latchkey_client.api -p latchkey_client.models
"$python/bin/mypy" --strict --no-error-summary --follow-imports=silent life.py
echo "python: generated, and its types hold"
"$python/bin/python" life.py
