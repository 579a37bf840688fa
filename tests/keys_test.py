#!/usr/bin/env python3
# SPDX-License-Identifier: MulanPSL-2.0
"""Keys and backups as an administrator meets them: the key changes while the county is served, is killed at every step and goes on;
a backup taken under load is restored and says the same; wrong, old and damaged files are told apart.

    tests/keys_test.py BINARY [--records N] [--kills N] [--postgresql]     (--postgresql: under tests/with_postgresql.sh)
"""
import argparse
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time

POINTS = ("key.write", "key.rename", "key.grown", "key.turned", "key.rewrapped", "pool.reseal", "key.ended", "journal.insert",
          "store.commit", "store.committed")
DATASETS = ("death_record", "pension_payment", "criminal_verdict", "driving_license", "ride_hailing_license", "court_agent")
passed = failed = 0


def check(name, good, detail=""):
    global passed, failed
    if good:
        passed += 1
        print(f"ok {name}")
    else:
        failed += 1
        print(f"not ok {name}: {str(detail)[:800]}")
    return good


class Office:
    """A data folder, and a schema of its own in PostgreSQL when there is a server."""

    count = 0

    def __init__(self, binary, folder, server=None):
        self.binary, self.folder, self.server = binary, pathlib.Path(folder), server
        self.environment = {k: v for k, v in os.environ.items() if k not in ("LIANHENG_DATA", "LIANHENG_CRASH")}

    @staticmethod
    def place(server):
        Office.count += 1
        return f"{server}{'&' if '?' in server else '?'}schema=keys_{os.getpid()}_{Office.count}"

    def run(self, *args, timeout=300, crash=None):
        more = {"LIANHENG_CRASH": crash} if crash else {}
        return subprocess.run([self.binary, "--data", str(self.folder), *map(str, args)], capture_output=True, text=True, timeout=timeout,
                              env={**self.environment, **more})

    def must(self, *args):
        done = self.run(*args)
        if done.returncode != 0:
            print(f"not ok {' '.join(map(str, args))}: exit {done.returncode}: {done.stderr[:800]}")
            sys.exit(1)
        return done

    def objects(self, *args):
        return [json.loads(line) for line in self.must(*args, "--json").stdout.splitlines() if line.strip()]

    def object(self, *args):
        return self.objects(*args)[-1]

    def init(self):
        places = ["--operations", Office.place(self.server), "--pool", Office.place(self.server)] if self.server else []
        self.must("init", *places)

    def start(self):
        self.server_process = subprocess.Popen([self.binary, "--data", str(self.folder), "serve", "--listen", "127.0.0.1:0"],
                                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=self.environment)
        self.server_process.stdout.readline()

    def stop(self):
        self.server_process.send_signal(signal.SIGTERM)
        return self.server_process.wait(timeout=60)

    def key(self):
        return self.folder / "master.key"

    def generations(self):
        return self.object("key", "status")

    def looks(self):
        """All that people see of clues and rows, in clear words."""
        clues = sorted(json.dumps({k: v for k, v in c.items() if not k.endswith("_at")}, sort_keys=True, ensure_ascii=False)
                       for c in self.objects("clue", "list"))
        rows = {d["dataset"]: d.get("rows") for d in self.objects("dataset", "list")}
        return clues, rows

    def whole(self, name):
        verified = self.run("journal", "verify", "--json")
        good = check(f"{name}: the chain is whole", verified.returncode == 0, verified.stderr)
        return good and check(f"{name}: rebuilt tables equal the live ones", self.object("journal", "rebuild")["same"])


def fill(office, county):
    """The files that most models ask, and what they say of them."""
    answers = json.loads((county / "answers.json").read_text(encoding="utf-8"))
    for one in answers["files"]:
        if one["dataset"] in DATASETS:
            office.must("import", one["dataset"], county / one["file"])
    office.must("model", "run", "--all")
    check("the models found something", len(office.looks()[0]) > 10)


def rotation(office):
    before = office.looks()
    old = office.folder.parent / (office.folder.name + "-old.key")
    shutil.copy(office.key(), old)
    first = office.object("key", "status")
    done = office.object("key", "rotate")
    check("rotate: the next generation", done["generation"] == first["generation"] + 1, done)
    check("rotate: all rows and subjects' keys", done["rows"] == first["rows"] and done["subject_keys"] >= first["subject_keys"] - 5
          and done["rows"] > 0, (done, first))
    print(f"# {done['rows']} rows and {done['subject_keys']} keys in {done['seconds']:.2f} s: {done['rows'] / done['seconds']:.0f} rows/s")
    after = office.object("key", "status")
    check("rotate: settled, one generation left in the file", after["state"] == "settled" and after["generations"] == [done["generation"]], after)
    check("rotate: the fingerprint stays", after["fingerprint"] == first["fingerprint"] and after["mark"] != first["mark"])
    check("rotate: the key file is private", stat.S_IMODE(office.key().stat().st_mode) == 0o600)
    check("rotate: clues and rows look as before", office.looks() == before)
    office.whole("rotate")
    again = office.objects("model", "run", "--all")
    check("rotate: models find the same", all(r["new"] == 0 and r["withdrawn"] == 0 for r in again),
          [r for r in again if r["new"] or r["withdrawn"]])
    new = office.key().read_bytes()
    shutil.copy(old, office.key())
    refused = office.run("key", "status")
    check("the old key file is told apart", refused.returncode == 14 and "密钥文件是旧的" in refused.stderr, refused.stderr)
    office.key().write_bytes(new)
    os.chmod(office.key(), 0o640)
    refused = office.run("key", "status")
    check("a key file open to others is refused", refused.returncode == 14 and "chmod 600" in refused.stderr, refused.stderr)
    os.chmod(office.key(), 0o600)
    for name, bytes_, words in (("cut", new[:-40], "已损坏"), ("flipped", new[:200] + bytes([new[200] ^ 1]) + new[201:], "已损坏"),
                                ("empty", b"", "不是密钥"), ("another", b"ab" * 32 + b"\n", "不符")):
        office.key().write_bytes(bytes_)
        refused = office.run("key", "status")
        check(f"a key file that is {name} is refused", refused.returncode == 14 and words in refused.stderr, refused.stderr)
    office.key().write_bytes(new)


def killed(office, kills, source):
    """At fault points, and at any moment; each time everything must be readable, and the work go on."""
    before, results, unfinished, finished = office.looks(), [], 0, 0
    for number in range(kills):
        point = f"{source.choice(POINTS)}:{source.choice((1, 1, 1, 2, 3, 5))}" if source.random() < 0.75 else None
        victim = subprocess.Popen([office.binary, "--data", str(office.folder), "key", "rotate"], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, env={**office.environment, **({"LIANHENG_CRASH": point} if point else {})})
        try:
            victim.wait(timeout=20 if point else 0.05 + source.random() * 0.6)
        except subprocess.TimeoutExpired:
            pass
        victim.kill()
        victim.wait()
        status = office.run("key", "status", "--json")
        if status.returncode != 0:
            return check(f"kill {number} at {point}", False, status.stderr)
        told = json.loads(status.stdout)
        unfinished += told["state"] == "unfinished"
        finished += told["state"] == "settled"
        results.append(told["generation"])
        if number % 5 == 4:
            verified = office.run("journal", "verify")
            if verified.returncode != 0 or office.looks() != before:
                return check(f"kill {number} at {point}: all is readable", False, verified.stderr)
    check(f"{kills} kills: everything readable each time ({unfinished} half way, {finished} between two)", results == sorted(results), results)
    office.run("key", "rotate", crash="pool.reseal:1")
    told = office.object("key", "status")
    check("after the kills: half way", told["state"] == "unfinished" and len(told["generations"]) == 2, told)
    office.start()
    deadline = time.monotonic() + 60
    while told["state"] != "settled" and time.monotonic() < deadline:
        time.sleep(0.1)
        told = office.object("key", "status")
    check("a server that starts goes on with it", told["state"] == "settled", told)
    office.stop()
    office.must("key", "rotate")
    told = office.object("key", "status")
    check("after the kills: settled", told["state"] == "settled" and told["generations"] == [told["generation"]], told)
    check("after the kills: clues and rows look as before", office.looks() == before)
    check("after the kills: no draft of a key is left", [p.name for p in office.folder.glob("master.key*")] == ["master.key"])
    office.whole("after the kills")


def restore(office, file, folder, *more):
    restored = Office(office.binary, folder, office.server)
    places = ["--operations", Office.place(office.server), "--pool", Office.place(office.server)] if office.server else []
    return restored, restored.run("restore", file, "--json", *places, *more)


def backed_up(office, home):
    """When nothing moves, the restored county looks exactly as the live one."""
    file = home / "quiet.backup"
    made = office.object("backup", file)
    check("backup: private", stat.S_IMODE(file.stat().st_mode) == 0o600)
    check("backup: nothing else is left beside it", sorted(p.name for p in home.glob("*backup*")) == ["quiet.backup"],
          list(home.glob("*backup*")))
    check("backup: no key in it", office.key().read_bytes().strip() not in file.read_bytes())
    verified = office.run("backup", "verify", file)
    check("backup: verified", verified.returncode == 0, verified.stderr)
    again = office.run("backup", file)
    check("backup: an existing file is not overwritten", again.returncode == 5, again.stderr)
    restored, done = restore(office, file, home / "none")
    check("restore: without the key says which and how", done.returncode == 14 and "--key-file" in done.stderr, done.stderr)
    check("restore: refused leaves nothing", not (home / "none").exists())
    subprocess.run([office.binary, "--data", str(home / "stranger"), "init"], capture_output=True, check=True)
    restored, done = restore(office, file, home / "none", "--key-file", home / "stranger" / "master.key")
    check("restore: with another key says so", done.returncode == 14 and "不符" in done.stderr, done.stderr)
    restored, done = restore(office, file, home / "stranger", "--key-file", office.key())
    check("restore: only into an empty folder", done.returncode == 5 and "不是空目录" in done.stderr, done.stderr)
    restored, done = restore(office, file, home / "twin", "--key-file", office.key())
    if not check("restore: done", done.returncode == 0, done.stderr):
        return
    told = json.loads(done.stdout)
    check("restore: the chain as it was", told["entries"] == made["sequence"] and told["head"] == made["head"], told)
    check("restore: clues and rows look as they did", restored.looks() == office.looks())
    check("restore: the same tables", restored.object("journal", "rebuild")["digest"] == office.object("journal", "rebuild")["digest"])
    found = restored.objects("model", "run", "--all")
    check("restore: it goes on working", all(r["new"] == 0 and r["withdrawn"] == 0 for r in found))
    print(f"# backup of {made['bytes']} bytes in {made['seconds']:.2f} s, restored and proven in {told['seconds']:.2f} s")
    file = home / "with.backup"
    said = office.must("backup", file, "--with-key")
    check("backup with the key says so loudly", "注意" in said.stdout, said.stdout)
    restored, done = restore(office, file, home / "keyed")
    check("restore: with the key in it", done.returncode == 0, done.stderr)


def damaged(office, home, source):
    """Cut anywhere, one bit anywhere: refused, the part named, nothing left."""
    whole = (home / "quiet.backup").read_bytes()
    bad = home / "bad.backup"
    wrong = []
    for number in range(12):
        at = source.randrange(len(whole) - 1024)
        content = whole[:at] if number % 2 else whole[:at] + bytes([whole[at] ^ (1 << source.randrange(8))]) + whole[at + 1:]
        bad.write_bytes(content)
        verified = office.run("backup", "verify", bad)
        restored, done = restore(office, bad, home / "broken", "--key-file", office.key()) if number < 2 else (None, verified)
        if verified.returncode not in (17,) or done.returncode != 17 or "备份" not in verified.stderr or (home / "broken").exists():
            wrong.append((number, at, verified.returncode, done.returncode, verified.stderr))
    check("12 damaged backups are refused", not wrong, wrong)
    bad.write_bytes(b"not a backup at all" * 100)
    verified = office.run("backup", "verify", bad)
    check("another file is no backup", verified.returncode == 17 and "不是联衡的备份文件" in verified.stderr, verified.stderr)
    bad.unlink()


def stopped_backups(office, home):
    """Ctrl-C, a full disk and a kill leave nothing, or what the next backup clears away."""
    folder = home / "stopped"
    folder.mkdir()
    victim = subprocess.Popen([office.binary, "--data", str(office.folder), "backup", str(folder / "a.backup")], stderr=subprocess.PIPE,
                              stdout=subprocess.DEVNULL, text=True, env=office.environment)
    time.sleep(0.35)
    victim.send_signal(signal.SIGINT)
    _, said = victim.communicate(timeout=60)
    left = [p.name for p in folder.iterdir()]
    check("a cancelled backup leaves nothing", (victim.returncode == 10 and not left) or (victim.returncode == 0 and left == ["a.backup"]),
          (victim.returncode, said, left))
    (folder / "a.backup").unlink(missing_ok=True)

    def small():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (900_000, 900_000))
    full = subprocess.run([office.binary, "--data", str(office.folder), "backup", str(folder / "a.backup")], capture_output=True, text=True,
                          env=office.environment, preexec_fn=small)
    check("a full disk leaves nothing and says so", full.returncode in (13, 1) and not list(folder.iterdir()),
          (full.returncode, full.stderr, list(folder.iterdir())))
    for point in ("backup.pool:1", "backup.write:3", "backup.rename:1"):
        office.run("backup", folder / "a.backup", crash=point)
    office.must("backup", folder / "a.backup")
    check("what killed backups left is cleared away", [p.name for p in folder.iterdir()] == ["a.backup"], list(folder.iterdir()))


def under_load(office, home):
    """A server serves and imports; the backup is one moment of it."""
    county = home / "more"
    files = json.loads((county / "answers.json").read_text(encoding="utf-8"))["files"][:10]
    office.start()
    errors, imported = [], []

    def load(files):
        for one in files:
            done = office.run("import", one["dataset"], county / one["file"], "--json")
            (imported if done.returncode == 0 else errors).append(done.stdout or done.stderr)
    threads = [threading.Thread(target=load, args=(files[i::2],)) for i in range(2)]
    for one in threads:
        one.start()
    made = []
    while any(t.is_alive() for t in threads) and len(made) < 2:
        time.sleep(0.1)
        made.append(office.object("backup", home / f"load{len(made)}.backup"))
    for one in threads:
        one.join()
    busy = subprocess.Popen([office.binary, "--data", str(office.folder), "key", "rotate", "--json"], stdout=subprocess.PIPE, text=True,
                            env=office.environment)
    third = home / "third"
    later = json.loads((third / "answers.json").read_text(encoding="utf-8"))["files"]
    reads = written = 0
    while busy.poll() is None or written < 6:
        office.must("clue", "list")
        reads += 1
        if written < len(later):
            done = office.run("import", later[written]["dataset"], third / later[written]["file"])
            check("an import while the key changes", done.returncode == 0, done.stderr) if done.returncode else None
            written += 1
    check(f"the key changes while serving ({reads} reads and {written} imports meanwhile)", busy.returncode == 0, busy.stdout.read())
    told = office.object("key", "status")
    check("and nothing is left under the old one", told["state"] == "settled" and told["rows_left"] == 0, told)
    office.must("model", "run", "--all")
    check("the server ends well", office.stop() == 0)
    check("imports went on during the backups", not errors and len(imported) == len(files), errors[:2])
    rows = None
    for number, one in enumerate(made):
        restored, done = restore(office, home / f"load{number}.backup", home / f"load{number}", "--key-file", home / "before.key")
        if not check(f"backup {number} under load (batch {one['batch']}): restored whole", done.returncode == 0, done.stderr):
            continue
        told = json.loads(done.stdout)
        check(f"backup {number} under load: rows grow with the batches", rows is None or told["rows"] >= rows, (rows, told))
        rows = told["rows"]
        if not office.server:
            same = compare_sqlite(office.folder, restored.folder, one)
            check(f"backup {number} under load: journal, batches and rows are those of the live county", same == "", same)
    restored, done = restore(office, home / "load0.backup", home / "late", "--key-file", office.key())
    check("a backup from before the rotation does not open with the key of after", done.returncode == 14 and "第 " in done.stderr, done.stderr)


def compare_sqlite(live, restored, made):
    with sqlite3.connect(f"file:{live}/operations.db?mode=ro", uri=True) as a, \
            sqlite3.connect(f"file:{restored}/operations.db?mode=ro", uri=True) as b:
        for sql, limit in (("SELECT * FROM journal WHERE sequence <= ? ORDER BY sequence", made["sequence"]),
                           ("SELECT * FROM batch WHERE batch <= ? ORDER BY batch", made["batch"])):
            if a.execute(sql, (limit,)).fetchall() != b.execute(sql, (limit,)).fetchall():
                return sql
        newest = b.execute("SELECT max(batch) FROM batch").fetchone()[0]
        return "" if newest == made["batch"] else f"batch {newest}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--records", type=int, default=3000)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--postgresql", action="store_true")
    args = parser.parse_args()
    binary = os.path.abspath(args.binary)
    server = os.environ.get("LIANHENG_TEST_PG") if args.postgresql else None
    if args.postgresql and not server:
        print("# skipped 1: no LIANHENG_TEST_PG")
        return 0
    source = random.Random(args.seed)
    print(f"# seed {args.seed}")
    with tempfile.TemporaryDirectory(prefix="lianheng-keys-") as home:
        home = pathlib.Path(home)
        subprocess.run([binary, "synth", "--records", str(args.records), "--seed", "7", "--out", str(home / "county")], check=True,
                       capture_output=True)
        office = Office(binary, home / "data", server)
        office.init()
        fill(office, home / "county")
        backed_up(office, home)
        damaged(office, home, source)
        stopped_backups(office, home)
        for seed, name in ((8, "more"), (9, "third")):
            subprocess.run([binary, "synth", "--records", str(args.records), "--seed", str(seed), "--out", str(home / name)], check=True,
                           capture_output=True)
        shutil.copy(office.key(), home / "before.key")
        under_load(office, home)
        rotation(office)
        killed(office, args.kills, source)
    print(f"# pass {passed}\n# fail {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
