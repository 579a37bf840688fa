#!/bin/sh
# SPDX-License-Identifier: MulanPSL-2.0
# Run a command with a PostgreSQL server of its own: tests/with_postgresql.sh CMD…
# The server lives in a temporary folder, on loopback and a free port, under an unprivileged user,
# and is gone afterwards. The command finds it in LIANHENG_TEST_PG.
# A query that runs away is stopped before it fills the disc or the memory that the folder lies in.
# LIANHENG_TEST_PG_FSYNC=on keeps the server's own writes durable (crash tests want that).
set -eu

if [ $# -eq 0 ]; then
    echo "用法：$0 命令 [参数…]" >&2
    exit 2
fi
bin=${LIANHENG_PG_BIN:-}
for folder in /usr/lib/postgresql/15/bin /usr/lib/postgresql/*/bin /usr/pgsql-*/bin; do
    [ -n "$bin" ] && break
    [ -x "$folder/postgres" ] && bin=$folder
done
if [ -z "$bin" ]; then
    echo "没有找到 PostgreSQL（需要 15 或更新），请先安装 postgresql" >&2
    exit 1
fi

home=$(mktemp -d "${TMPDIR:-/tmp}/lianheng-pg.XXXXXX")
server=
# PostgreSQL refuses to run as root: then user postgres does it.
as() {
    if [ "$(id -u)" = 0 ]; then
        runuser -u postgres -- "$@"
    else
        "$@"
    fi
}
finish() {
    status=$?
    trap - EXIT INT TERM
    if [ -s "$home/data/postmaster.pid" ]; then
        server=$(head -n 1 "$home/data/postmaster.pid")
        kill -INT "$server" 2>/dev/null || true
        n=0
        while kill -0 "$server" 2>/dev/null && [ $n -lt 100 ]; do
            sleep 0.1
            n=$((n + 1))
        done
        kill -QUIT "$server" 2>/dev/null || true
    fi
    rm -rf "$home"
    exit $status
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

[ "$(id -u)" = 0 ] && chown postgres "$home"
chmod 711 "$home"
if ! as "$bin/initdb" -D "$home/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync \
    > "$home/initdb.log" 2>&1; then
    cat "$home/initdb.log" >&2
    exit 1
fi
# Two servers may be given the same free port: the second to bind fails and takes another.
try=0
while :; do
    port=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
    if as "$bin/pg_ctl" -D "$home/data" -w -t 30 -l "$home/data/server.log" -s start -o "-p $port \
        -c listen_addresses=127.0.0.1 -c unix_socket_directories=$home/data \
        -c fsync=${LIANHENG_TEST_PG_FSYNC:-off} -c full_page_writes=${LIANHENG_TEST_PG_FSYNC:-off} -c max_connections=100 -c shared_buffers=64MB \
        -c log_min_messages=warning -c temp_file_limit=4GB" > /dev/null 2>&1; then
        break
    fi
    try=$((try + 1))
    if [ $try -ge 5 ]; then
        cat "$home/data/server.log" >&2
        exit 1
    fi
done
LIANHENG_TEST_PG="postgresql://postgres@127.0.0.1:$port/postgres"
export LIANHENG_TEST_PG
"$@"
