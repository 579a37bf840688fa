#!/bin/sh
# SPDX-License-Identifier: MulanPSL-2.0
# Build the optimised binary with the web page inside: build/release/src/main/lianheng.
set -eu
cd "$(dirname "$0")/.."
tools/fetch_duckdb.sh
[ -f build/release/build.ninja ] || meson setup build/release --buildtype=release -Doptimization=2 -Db_ndebug=false > /dev/null
ninja -C build/release --quiet src/main/lianheng_routes
tools/build_web.sh build/release/src/main/lianheng_routes
ninja -C build/release --quiet src/main/lianheng
