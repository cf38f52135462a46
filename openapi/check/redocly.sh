#!/bin/sh
# Lints openapi/openapi.json. Needs node; installs the linter into target/.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
version=2.77.0
tools=$root/target/redocly-$version
if [ ! -x "$tools/node_modules/.bin/redocly" ]; then
  mkdir -p "$tools"
  npm install --prefix "$tools" --no-save --no-audit --no-fund --silent "@redocly/cli@$version"
fi
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
exec "$tools/node_modules/.bin/redocly" lint --config "$root/openapi/redocly.yaml" "$root/openapi/openapi.json"
