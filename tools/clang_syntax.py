#!/usr/bin/env python3
# SPDX-License-Identifier: MulanPSL-2.0
"""What clang says of the files that clang-tidy does not look at (tests, benches), without making objects of them.

    tools/clang_syntax.py BUILD PATTERN      BUILD: a folder configured for clang with -Dwerror=true; PATTERN: files that others look at
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys


def look(one):
    words = shlex.split(one["command"])
    at = words.index("-o")
    del words[at:at + 2]
    return subprocess.run([*words, "-fsyntax-only"], cwd=one["directory"], capture_output=True, text=True)


def main():
    build, pattern = pathlib.Path(sys.argv[1]), re.compile(sys.argv[2])
    # Generated headers must be there first.
    told = subprocess.run(["ninja", "-C", build, "-t", "targets", "all"], capture_output=True, text=True, check=True).stdout
    made = re.findall(r"^(\S+\.h): CUSTOM_COMMAND", told, re.M)
    if made and subprocess.run(["ninja", "-C", build, "--quiet", *made]).returncode != 0:
        return 1
    commands = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    files = [one for one in commands if one["file"].startswith("..") and one["file"].endswith(".c") and not pattern.search(one["file"])]
    wrong = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for done in pool.map(look, files):
            sys.stdout.write(done.stderr)
            wrong += done.returncode != 0
    print(f"# pass {len(files) - wrong}\n# fail {wrong}")
    return 1 if wrong or not files else 0


if __name__ == "__main__":
    sys.exit(main())
