#!/bin/sh
# Sends made-up requests, right and wrong ones, to a server of its own, and holds every answer to openapi.json.
# Usage: schemathesis.sh [--seed N] [more options of `schemathesis run`]
# Needs python3 and the server's executable (LATCHKEY_BIN, else it is built); installs the tool into target/.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
version=4.32.5
tools=$root/target/schemathesis-$version
sh "$root/.ci/venv.sh" "$tools" "schemathesis==$version"

seed=
if [ "${1-}" = --seed ]; then
  seed=$2
  shift 2
fi
if [ -z "$seed" ]; then
  seed=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')
fi
echo "seed: $seed (repeat with: openapi/check/schemathesis.sh --seed $seed)"

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

# The throttles would answer most of the run.
: >"$home/out"
env -u DATABASE_URL LATCHKEY_API_REQUESTS_PER_SECOND=100000 LATCHKEY_THROTTLE__CLIENT_FAILURES=1000000 LATCHKEY_THROTTLE__SOURCE_FAILURES=1000000 \
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
SCHEMATHESIS_HOOKS=hooks
PYTHONPATH=$root/openapi/check
PYTHONDONTWRITEBYTECODE=1
export NO_PROXY SCHEMATHESIS_HOOKS PYTHONPATH PYTHONDONTWRITEBYTECODE

cd "$home"
"$tools/bin/schemathesis" --config-file "$root/openapi/check/schemathesis.toml" \
  run "$root/openapi/openapi.json" --url "$url" --seed "$seed" "$@"
kill -0 "$server" || { echo "the server ended during the run" >&2; exit 1; }
