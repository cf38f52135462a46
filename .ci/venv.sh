#!/bin/sh
# Makes a Python environment with some packages, unless it is there: anew where it was left half made, or was moved since,
# for its programs are bound to their place.
# Usage: venv.sh FOLDER ARGUMENTS-OF-PIP-INSTALL...
set -eu
folder=$1
shift
[ "$(cat "$folder/complete" 2>/dev/null)" != "$folder" ] || exit 0
python3 -m venv --clear "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check "$@"
echo "$folder" >"$folder/complete"
