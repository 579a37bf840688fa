#!/bin/sh
# SPDX-License-Identifier: MulanPSL-2.0
# Browser tests: drives the real binary with Debian's Chromium, in its headless shell, which takes a third less of the processor.
# LIANHENG_BINARY names the binary; screenshots go to out/screenshots (LIANHENG_PICTURES=no: none),
# and of a test that fails to out/test. LIANHENG_SLOWER=6 makes the pages six times slower, to find races.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
chromium=${CHROMIUM:-}
for there in /usr/lib/chromium/chromium-headless-shell /usr/bin/chromium-headless-shell /usr/bin/chromium; do
    if [ -z "$chromium" ] && [ -x "$there" ]; then chromium=$there; fi
done

if [ ! -x "$chromium" ]; then
    echo "browser: skipped, Chromium is missing (apt-get install chromium-headless-shell)"
    exit 0
fi
if [ -z "${LIANHENG_BINARY:-}" ]; then
    for built in "$root"/build/src/main/lianheng "$root"/build/lianheng "$root"/build/*/src/main/lianheng; do
        if [ -x "$built" ]; then LIANHENG_BINARY=$built; break; fi
    done
fi
if [ -z "${LIANHENG_BINARY:-}" ] || [ ! -x "$LIANHENG_BINARY" ]; then
    echo "browser: no binary; build it first or set LIANHENG_BINARY" >&2
    exit 1
fi
if [ ! -d "$root/web/node_modules/playwright-core" ] || [ ! -d "$root/web/node_modules/axe-core" ]; then
    (cd "$root/web" && npm install --no-save --no-audit --no-fund --loglevel=error)
fi
export LIANHENG_BINARY CHROMIUM="$chromium"
mkdir -p "$root/out/screenshots"
rm -f "$root"/out/test/browser-*.png "$root"/out/test/browser-*.txt
cd "$here"
# Two houses at a time: node starts the files in the order of their names, the longest should not come last.
exec node --test --test-reporter=tap --test-concurrency="${LIANHENG_HOUSES:-2}" "$@" ./*.test.mjs
