#!/bin/sh
# SPDX-License-Identifier: MulanPSL-2.0
# Build the web page into web/dist when its sources, or the generated client, changed. Needs the executable lianheng_routes
# as $1.
set -eu
routes=$(realpath "$1")
cd "$(dirname "$0")/../web"
mkdir -p src/api/generated
"$routes" --typescript > src/api/generated/client.ts.new
cmp -s src/api/generated/client.ts.new src/api/generated/client.ts 2> /dev/null && rm src/api/generated/client.ts.new \
    || mv src/api/generated/client.ts.new src/api/generated/client.ts
stamp=$(find . -path ./node_modules -prune -o -path ./dist -prune -o -type f -print0 | LC_ALL=C sort -z \
    | xargs -0 sha256sum | sha256sum | cut -c1-32)
[ -f dist/index.html ] && [ "$(cat dist/.stamp 2> /dev/null)" = "$stamp" ] && exit 0
if [ "$(sha256sum < package-lock.json)" != "$(cat node_modules/.lock-stamp 2> /dev/null)" ]; then
    echo "正在安装网页所需的部件…" >&2
    # Not `npm ci`: it refuses a lock file without the optional parts for other systems, which a mirror may not carry. The lock file's
    # versions and digests hold here too.
    npm install --no-save --no-audit --no-fund --loglevel=error >&2
    sha256sum < package-lock.json > node_modules/.lock-stamp
fi
echo "正在构建网页…" >&2
npm run --silent build >&2
echo "$stamp" > dist/.stamp
