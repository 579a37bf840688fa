#!/bin/sh
# SPDX-License-Identifier: MulanPSL-2.0
# Install what is missing on Debian 12. `tools/install.sh test` also brings what only the tests need.
set -eu
packages="gcc g++ meson ninja-build pkg-config python3 nodejs ca-certificates
 libsqlite3-dev libpq-dev libmicrohttpd-dev libjansson-dev libyaml-dev libzip-dev libexpat1-dev libfreexl-dev
 libxlsxwriter-dev libuchardet-dev libssl-dev libsodium-dev liboath-dev libseccomp-dev libcmocka-dev zlib1g-dev
 libpango1.0-dev libcairo2-dev libp11-kit-dev libxml2-dev fontconfig fonts-noto-cjk fonts-arphic-gkai00mp"
[ "${1:-}" = test ] && packages="$packages
 postgresql-15 clang clang-format clang-tidy cppcheck libclang-rt-14-dev chromium-headless-shell poppler-utils softhsm2"
# A machine may have Node.js from elsewhere; Debian's is only brought when there is none (npm likewise).
command -v node > /dev/null 2>&1 && packages=$(echo "$packages" | sed 's/\bnodejs\b//')
command -v npm > /dev/null 2>&1 || packages="$packages npm"
missing=""
for package in $packages; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null || true)" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
sudo=""
if [ "$(id -u)" != 0 ]; then
    command -v sudo > /dev/null 2>&1 || { echo "缺少软件包：$missing。请以 root 运行，或先安装 sudo。" >&2; exit 1; }
    sudo=sudo
fi
echo "正在安装缺少的软件包：$missing" >&2
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
if ! { $sudo apt-get update -q && $sudo apt-get install -y -q --no-install-recommends $missing; } > "$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "软件包安装失败，完整记录在 $log。请检查 Debian 软件源是否可达。" >&2
    exit 1
fi
rm -f "$log"
