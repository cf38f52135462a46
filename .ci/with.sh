#!/bin/sh
# Runs a command if what it needs is on this machine; else says that it was left out, and fails where nothing may be.
# Usage: with.sh "python browser" COMMAND [arguments]
set -eu

# The shell is the same Chromium, without what its windows cost.
find_browser() {
    for browser in "${CHROMIUM-}" chromium-headless-shell chromium chromium-browser google-chrome \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
        if [ -n "$browser" ] && command -v "$browser" >/dev/null 2>&1; then
            command -v "$browser"
            return
        fi
    done
    return 1
}

missing=
for need in $1; do
    case $need in
    python) python3 -c 'import venv, ensurepip' 2>/dev/null || missing="${missing:+$missing and }Python 3 with venv" ;;
    browser)
        if found=$(find_browser); then export CHROMIUM="$found"; else missing="${missing:+$missing and }Chromium or Chrome"; fi
        ;;
    esac
done
shift
if [ -n "$missing" ]; then
    echo "LEFT OUT: $*, since this machine lacks $missing" >&2
    [ "${NOTHING_LEFT_OUT-}" != 1 ]
    exit
fi
exec "$@"
