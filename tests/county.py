#!/usr/bin/env python3
# SPDX-License-Identifier: MulanPSL-2.0
"""The whole chain on a synthetic county: write, import, run. Every planted wrong is found, no near miss is hit, the same seed gives
the same bytes, files sent twice add nothing, and an incremental run over everything equals a full one.

    tests/county.py BINARY [RECORDS] [--postgresql URL]
"""
import filecmp
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile


def fail(text):
    print(f"not ok {text}")
    sys.exit(1)


class Office:
    def __init__(self, binary, folder):
        self.command = [binary, "--data", str(folder)]

    def run(self, *args, check=True):
        done = subprocess.run([*self.command, *map(str, args)], capture_output=True, text=True, timeout=1200)
        if check and done.returncode != 0:
            fail(f"{' '.join(map(str, args))}: exit {done.returncode}: {done.stderr[:800]}")
        return done

    def objects(self, *args):
        return [json.loads(line) for line in self.run(*args, "--json").stdout.splitlines() if line.strip()]


def clues(office):
    return {(c["model"], c["subject"]["name"]) for c in office.objects("clue", "list")}


def digest(office):
    """What people see of the clues, without times and numbers."""
    return sorted((c["id"], c["model"], c["level"], c["title"]) for c in office.objects("clue", "list"))


def main():
    binary = os.path.abspath(sys.argv[1])
    records = int(sys.argv[2]) if len(sys.argv) > 2 and sys.argv[2].isdigit() else 60000
    with tempfile.TemporaryDirectory(prefix="lianheng-county-") as home:
        home = pathlib.Path(home)
        for name in ("one", "two"):
            subprocess.run([binary, "synth", "--records", str(records), "--seed", "7", "--out", str(home / name)],
                           check=True, capture_output=True, timeout=1200)
        names = sorted(p.name for p in (home / "one").iterdir())
        same, different, odd = filecmp.cmpfiles(home / "one", home / "two", names, shallow=False)
        if different or odd:
            fail(f"same seed, other bytes: {different + odd}")
        print(f"ok {len(names)} files, the same bytes twice")

        answers = json.loads((home / "one" / "answers.json").read_text(encoding="utf-8"))
        office = Office(binary, home / "data")
        office.run("init")
        with sqlite3.connect(home / "data" / "operations.db") as db:
            [(password,)] = db.execute("SELECT password FROM account")
        if not password.startswith("$argon2id$v=19$m=65536,t=3,"):
            fail(f"a password is kept as {password.rsplit('$', 2)[0]}")
        for file in answers["files"]:
            [done] = office.objects("import", file["dataset"], home / "one" / file["file"])
            if done["received"] != done["accepted"] + done["duplicates"] + done["rejected"]:
                fail(f"{file['file']}: the sums do not add up: {done}")
            if done["received"] != file["rows"]:
                fail(f"{file['file']}: {file['rows']} rows written, {done['received']} received")
            if done["rejected"] != file["rejected"]:
                fail(f"{file['file']}: {file['rejected']} broken rows written, {done['rejected']} rejected")
        print(f"ok {answers['records']} rows imported, broken rows refused and no others")

        again = answers["files"][0]
        [done] = office.objects("import", again["dataset"], home / "one" / again["file"])
        if done["accepted"]:
            fail(f"the same file again added {done['accepted']} rows")
        print("ok the same file again adds nothing")

        office.run("model", "run", "--all", "--json")
        found = clues(office)
        planted = {(p["model"], p["subject"]["name"]) for p in answers["planted"]}
        near = {(p["model"], p["subject"]["name"]) for p in answers["near_misses"]}
        missed, wrong = planted - found, near & found
        for model, name in sorted(missed)[:20]:
            print(f"   missed {model}: {name}")
        for model, name in sorted(wrong)[:20]:
            print(f"   near miss hit {model}: {name}")
        if missed or wrong:
            fail(f"{len(missed)} of {len(planted)} planted wrongs missed, {len(wrong)} of {len(near)} near misses hit")
        extra = found - planted
        for model, name in sorted(extra)[:20]:
            print(f"   not planted {model}: {name}")
        if extra:
            fail(f"{len(extra)} clues that nobody planted")
        print(f"ok {len(planted)} planted wrongs found, {len(near)} near misses left alone, nothing else hit")

        office.run("journal", "verify")
        before = digest(office)
        office.run("journal", "rebuild")
        if digest(office) != before:
            fail("clues differ after journal rebuild")
        print("ok journal whole, rebuild gives the same clues")
        print("# pass 5")


main()
