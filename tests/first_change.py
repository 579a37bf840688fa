#!/usr/bin/env python3
# SPDX-License-Identifier: MulanPSL-2.0
"""Run every sh block of docs/first-change.md, in order, as one script.

    tests/first_change.py BINARY
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

page = pathlib.Path(__file__).resolve().parent.parent / "docs" / "first-change.md"
blocks = re.findall(r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), re.S | re.M)
assert len(blocks) >= 4, "the page has lost its blocks"
with tempfile.TemporaryDirectory(prefix="lianheng-first-") as home:
    done = subprocess.run(["sh", "-eu", "-c", "\n".join(blocks)], text=True, capture_output=True, timeout=300,
                          env={**os.environ, "lianheng": os.path.abspath(sys.argv[1]), "data": f"{home}/data"})
print(done.stdout[-3000:])
if done.returncode:
    print(done.stderr[-2000:])
    print(f"not ok {page.name}: exit {done.returncode}")
    sys.exit(1)
print(f"ok {len(blocks)} blocks of {page.name} run")
print("# pass 1")
