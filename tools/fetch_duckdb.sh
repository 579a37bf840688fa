#!/bin/sh
# SPDX-License-Identifier: MulanPSL-2.0
# Bring DuckDB's prebuilt library and its header (DESIGN: parts) into .deps/duckdb, once.
set -eu
cd "$(dirname "$0")/.."
version=1.4.4
package_version=1.4.4-r.3
case "$(uname -m)" in
    x86_64) arch=x64 ;;
    aarch64) arch=arm64 ;;
    *) echo "不支持的处理器：$(uname -m)" >&2; exit 1 ;;
esac
home=.deps/duckdb
[ -f "$home/version" ] && [ "$(cat "$home/version")" = "$package_version" ] && exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(
    cd "$work"
    npm pack --silent "@duckdb/node-bindings-linux-$arch@$package_version" > library.name 2> npm.log || { cat npm.log >&2; exit 1; }
    npm pack --silent "duckdb@$version" > header.name 2> npm.log || { cat npm.log >&2; exit 1; }
    tar xzf "$(tail -n 1 library.name)" package/libduckdb.so
    tar xzf "$(tail -n 1 header.name)" package/src/duckdb/src/include/duckdb.h
)
mkdir -p "$home"
mv "$work/package/libduckdb.so" "$work/package/src/duckdb/src/include/duckdb.h" "$home/"
echo "$package_version" > "$home/version"
