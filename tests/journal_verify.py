#!/usr/bin/env python3
# SPDX-License-Identifier: MulanPSL-2.0
"""Check the chain of the journal without Lianheng, from src/store/journal.h's description alone.

    journal_verify.py ops.db | postgresql://…[?schema=name]
        [--head HEX] [--expect-bad N] [--quiet]

Says the number of entries and the last hash, or the first entry that is missing or does not fit.
It needs no key, so it cannot check the keyed values; compare the printed hash with one kept elsewhere.
"""
import argparse
import hashlib
import re
import sqlite3
import struct
import subprocess
import sys

COLUMNS = ("sequence", "at", "actor", "organisation", "kind", "subject", "body", "secret", "hash")


def sm3(data):
    try:
        return hashlib.new("sm3", data).digest()
    except ValueError:
        out = subprocess.run(["openssl", "dgst", "-sm3", "-binary"], input=data,
                             capture_output=True, check=True)
        return out.stdout


def sqlite_rows(path):
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    db.text_factory = bytes
    yield from db.execute(f"SELECT {', '.join(COLUMNS)} FROM journal ORDER BY sequence")


def postgresql_rows(address):
    schema = re.search(r"[?&]schema=([a-z0-9_]+)", address)
    address = re.sub(r"([?&])schema=[a-z0-9_]+&?", r"\1", address).rstrip("?&")
    table = f"{schema.group(1)}.journal" if schema else "journal"
    columns = ["sequence"]
    columns += [f"encode(convert_to({c}, 'UTF8'), 'hex')" for c in COLUMNS[1:7]]
    columns += [f"coalesce(encode({c}, 'hex'), 'NULL')" for c in COLUMNS[7:]]
    out = subprocess.run(
        ["psql", address, "-AtXq", "-F", ",", "-c",
         f"SELECT {', '.join(columns)} FROM {table} ORDER BY sequence"],
        capture_output=True, check=True, text=True).stdout
    for line in out.splitlines():
        first, *rest = line.split(",")
        yield (int(first), *(None if v == "NULL" else bytes.fromhex(v) for v in rest))


def number(n):
    return struct.pack(">Q", n)


def field(value):
    return number(len(value)) + value


def entry_hash(previous, row):
    sequence, at, actor, organisation, kind, subject, body, secret, _ = row
    message = previous + number(sequence)
    for value in (at, actor, organisation, kind, subject, body):
        message += field(value)
    message += b"\0" if secret is None else b"\1" + field(secret)
    return sm3(message)


def verify(rows):
    """(entries, last hash, first bad sequence or 0)"""
    previous, count, last = bytes(32), 0, b""
    for row in rows:
        if row[0] != count + 1 or entry_hash(previous, row) != row[8] or row[1] < last:
            return count, previous, count + 1
        previous, count, last = row[8], count + 1, row[1]
    return count, previous, 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("database")
    parser.add_argument("--head", help="the hash the last entry must have")
    parser.add_argument("--expect-bad", type=int, default=0)
    parser.add_argument("--quiet", action="store_true")
    args = parser.parse_args()
    read = postgresql_rows if args.database.startswith("postgres") else sqlite_rows
    count, head, bad = verify(read(args.database))
    if not args.quiet:
        print(f"entries {count} head {head.hex()}" if not bad else f"first bad entry: {bad}")
    if bad == 0 and args.head and args.head != head.hex():
        sys.exit(f"the chain ends with {head.hex()}, not with {args.head}")
    sys.exit(0 if bad == args.expect_bad else 1)


if __name__ == "__main__":
    main()
