#!/usr/bin/env python3
# SPDX-License-Identifier: MulanPSL-2.0
"""Two data folders that differ only in records sealed by law answer alike, byte for byte, to everybody without the channel.

    tests/sealed_worlds.py BINARY [--requests N] [--seed S] [--postgresql]     (--postgresql: under tests/with_postgresql.sh)

One folder is made, with its key and its accounts, and copied. The same county goes into both, file by file; in the second, the files
hold sealed records besides. Then more comes in through the API, with live streams open. Instants, durations and the random references of looks
are masked before the comparison; request numbers, cookies, the Date header and the ETag (a hash over the same body with its instants) are left
out of it. Among those without the channel is one who may ask for it and was not given it.
"""
import argparse
import concurrent.futures
import csv
import http.client
import io
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import zipfile

PASSWORD = "Fengcun-2026-shijie-test"
ORDINARY = ("case_officer", "prosecutor", "data_officer", "chief_procurator", "case_manager")
CHANNEL, SECOND, UNOPENED = "minors_prosecutor", "second", "unopened"  # unopened: the same role without two people's consent
ROLES = {SECOND: "chief_procurator", UNOPENED: CHANNEL}
WITHOUT = (*ORDINARY, UNOPENED)
FIELDS = {"criminal_verdict", "non_prosecution", "administrative_penalty", "penalty_case", "driving_license", "police_filing",
          "crime_transfer"}
INSTANT = re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(\+08:00|Z)?")
SECONDS = re.compile(rb'"(seconds|milliseconds|uptime)":[0-9.eE+-]+')
REFERENCE = re.compile(rb'"reference":"[0-9a-f]{16}"')
PURPOSE = {"purpose": "procuratorial_supervision", "case_number": "川江检督〔2026〕1号", "reason": "核对"}
passed = failed = 0


def check(name, good, detail=""):
    global passed, failed
    if good:
        passed += 1
        print(f"ok {name}")
    else:
        failed += 1
        print(f"not ok {name}: {str(detail)[:1500]}")
    return good


class Office:
    def __init__(self, binary, folder):
        self.binary, self.folder = binary, pathlib.Path(folder)

    def run(self, *args):
        done = subprocess.run([self.binary, "--data", str(self.folder), *map(str, args)], capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            print(f"not ok {' '.join(map(str, args))}: exit {done.returncode}: {done.stderr[:800]}")
            sys.exit(1)
        return done.stdout

    def objects(self, *args):
        return [json.loads(line) for line in self.run(*args, "--json").splitlines() if line.strip()]

    def start(self):
        self.process = subprocess.Popen([self.binary, "--data", str(self.folder), "serve", "--listen", "127.0.0.1:0"],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.port = int(re.search(r":(\d+)", self.process.stdout.readline()[::1].split("127.0.0.1", 1)[1]).group(1))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)


class Person:
    """One signed-in person on one connection."""

    def __init__(self, office, login, password):
        self.connection = http.client.HTTPConnection("127.0.0.1", office.port, timeout=60)
        self.cookie = self.csrf = ""
        status, headers, body = self.ask("POST", "/api/session", {"login": login, "password": password})
        if status != 200:
            print(f"not ok sign in as {login}: {status} {body[:300]}")
            sys.exit(1)
        self.cookie = dict(headers)["Set-Cookie"].split(";")[0]
        self.csrf = json.loads(body).get("csrf") or json.loads(body).get("csrf_token", "")

    def ask(self, method, path, body=None, raw=None):
        head = {"Cookie": self.cookie, "X-CSRF-Token": self.csrf}
        data = raw
        if body is not None:
            data = json.dumps(body, ensure_ascii=False).encode()
            head["Content-Type"] = "application/json"
        for again in (False, True):  # a connection that was idle for long has been closed
            try:
                self.connection.request(method, path, data, head)
                answer = self.connection.getresponse()
                break
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                if again:
                    raise
                self.connection.close()
        return answer.status, answer.getheaders(), answer.read()


class Stream:
    """Live events of one person, read until it is closed."""

    def __init__(self, person):
        self.connection = http.client.HTTPConnection("127.0.0.1", person.connection.port, timeout=60)
        self.connection.request("GET", "/api/events", None, {"Cookie": person.cookie})
        self.answer = self.connection.getresponse()
        self.data = b""
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        try:
            while piece := self.answer.read1(65536):
                self.data += piece
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            pass  # closed

    def told(self):
        """What was told in order, and the last word about each job; jobs are named by their order."""
        events, jobs = [], {}
        for block in self.data.decode().split("\n\n"):
            words = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
            if words.get("event") == "job":
                job = json.loads(words["data"])
                jobs.setdefault(job.pop("job"), []).append(job)
            elif "event" in words:
                events.append((words["event"], INSTANT.sub(b"T", words["data"].encode())))
        # How far it was at some moment is a matter of time; what it may count to and what it ended with is not.
        return events, [(max(j["received"] for j in told), {j["total"] for j in told if j["phase"] == "reading"} <= {0, 100},
                         plain((0, [], json.dumps(told[-1], separators=(",", ":")).encode()))[2]) for told in jobs.values()]


def first_password(text):
    return re.search(r"密码\s+(\S+)", text).group(1)


# --- the files ------------------------------------------------------------------------------------------------------------------


def read_text(path):
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise ValueError(path)


def number(rng, born):
    """A whole number of somebody born on that day, with the right check digit."""
    body = "510522" + born.replace("-", "") + f"{rng.randrange(1000):03d}"
    return body + "10X98765432"[sum(int(c) * (2 ** (17 - i) % 11) for i, c in enumerate(body)) % 11]


def day(rng, year):
    return f"{year}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"


class Added:
    """What the second world has besides: names and numbers to look for."""

    def __init__(self, rng, drivers):
        self.rng, self.drivers, self.people, self.documents, self.count = rng, drivers, [], [], 0

    def person(self, year):
        name = "".join(self.rng.choice("欧司端慕令百呼延") for _ in range(2)) + self.rng.choice("封存甲乙丙丁")
        self.people.append((name, number(self.rng, day(self.rng, year))))
        return self.people[-1]

    def document(self, word):
        self.count += 1
        self.documents.append(f"{word}{90000 + self.count}号")
        return self.documents[-1]

    def rows(self, dataset):
        """Maps from the dataset's titles or codes to cells."""
        rng, out = self.rng, []
        for i in range(14):
            if dataset == "criminal_verdict":
                name, who = rng.choice(self.drivers) if i % 2 and self.drivers else self.person(2007)
                act = f"{int(who[6:10]) + 17}-06-0{i % 9 + 1}"
                out.append({"案号": self.document("（2024）江0522刑初"), "被告人姓名": name, "被告人身份证号": who, "罪名": "危险驾驶罪",
                            "行为日": act, "生效日期": act[:4] + "-12-20", "主刑": "拘役", "刑期(月)": "2"})
            elif dataset == "non_prosecution":
                name, who = self.person(2007)
                out.append({"不起诉决定书文号": self.document("江检刑不诉〔2024〕"), "被不起诉人": name, "身份证号": who, "罪名": "盗窃罪",
                            "不起诉类型": "相对不起诉", "行为日": "2024-02-0%d" % (i % 9 + 1), "不起诉决定日期": "2024-06-01",
                            "是否需要行政处罚": "是", "主管机关": "江城县公安局"})
            elif dataset == "administrative_penalty":
                name, who = self.person(rng.choice((1975, 1988, 2009)))
                out.append({"行政相对人名称": name, "行政相对人类别": "自然人", "自然人证件号码": who,
                            "行政处罚决定书文号": self.document("江公行罚决字〔2025〕"), "处罚依据": "治安管理处罚法第四十三条",
                            "处罚决定日期": "2025-03-0%d" % (i % 9 + 1), "处罚机关": "江城县公安局"})
            elif dataset == "crime_transfer":
                name, who = self.person(2009)
                out.append({"移送书文号": self.document("江市监移〔2025〕"), "涉嫌犯罪当事人": name, "身份证号": who, "涉嫌罪名": "盗窃罪",
                            "移送机关": "江城县市场监督管理局", "移送日期": "2025-03-0%d" % (i % 9 + 1)})
            elif dataset == "penalty_case":
                name, who = self.person(1990)
                out.append({"立案编号": self.document("江公立〔2025〕"), "案件类别": "治安", "当事人": name, "身份证号": who, "办案机关": "江城县公安局",
                            "立案日期": "2024-01-05", "处罚决定日期": "2024-11-06"})
        return out


def headers_of(dataset):
    """From title, code and aliases of each field to its title."""
    text = (pathlib.Path(__file__).parent.parent / "content" / "datasets" / f"{dataset}.yaml").read_text(encoding="utf-8")
    names = {}
    for line in re.findall(r"^  - \{field: .*\}$", text, re.M):
        title = re.search(r"title: ([^,}]+)", line).group(1)
        code = re.search(r"code: ([^,}]+)", line)
        aliases = re.search(r"aliases: \[([^\]]*)\]", line)
        for name in [title, *([code.group(1)] if code else []), *(aliases.group(1).split(", ") if aliases else [])]:
            names[name.strip("'")] = title
    return names


def with_sealed(path, dataset, titles, added, rng):
    """The same file with sealed rows at random places."""
    text, encoding = read_text(path)
    lines = list(csv.reader(io.StringIO(text)))
    head, rest = lines[0], lines[1:]
    columns = {titles[header]: i for i, header in enumerate(head) if header in titles}
    rows = added.rows(dataset)
    needed = ("行为日", "行政相对人名称", "案件类别", "涉嫌犯罪当事人")
    if not rows or not any(title in columns for title in needed):
        return None
    for row in rows:
        cells = [""] * len(head)
        for title, cell in row.items():
            if title in columns:
                cells[columns[title]] = cell
        rest.insert(rng.randrange(len(rest) + 1), cells)
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n" if "\r\n" in text else "\n").writerows([head, *rest])
    return out.getvalue().encode(encoding)


def rewritten(path):
    """Without the additions, through the same writer."""
    text, encoding = read_text(path)
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n" if "\r\n" in text else "\n").writerows(csv.reader(io.StringIO(text)))
    return out.getvalue().encode(encoding)


def only_sealed(added):
    """A file in which every record is sealed; in the other world it has a header and nothing below it."""
    rows = added.rows("penalty_case")
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    bare = out.getvalue()
    writer.writerows(rows)
    return bare.encode(), out.getvalue().encode()


def driving(added, people, word, year):
    """Verdicts over grown-ups who still have their licence, as a file of its own."""
    head = ["案号", "被告人姓名", "被告人身份证号", "罪名", "行为日", "生效日期", "主刑", "刑期(月)"]
    return [head] + [[f"（{year}）江0522刑初{word}{i}号", name, who, "危险驾驶罪", f"{year}-06-0{i + 1}", f"{year}-12-20", "拘役", "2"]
                     for i, (name, who) in enumerate(people)]


def as_file(rows, sealed=()):
    """A CSV; sealed rows, as maps from its headers, stand between the others."""
    rows = [list(r) for r in rows]
    for i, row in enumerate(sealed):
        rows.insert(1 + i * 2 % len(rows), [row.get(title, "") for title in rows[0]])
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def places(postgresql):
    """Two schemas of their own, or the folder's own databases."""
    if not postgresql:
        return []
    places.count += 2
    server = os.environ["LIANHENG_TEST_PG"]
    mark = "&" if "?" in server else "?"
    return [part for i, name in enumerate(("--operations", "--pool"))
            for part in (name, f"{server}{mark}schema=sealed_{os.getpid()}_{places.count + i}")]


places.count = 0


# --- the worlds -----------------------------------------------------------------------------------------------------------------


def open_channel(people):
    """One is given the channel by two others; to another's request only one consents."""
    for login, deciders in ((CHANNEL, ("chief_procurator", SECOND)), (UNOPENED, (SECOND,))):
        status, _, body = people[login].ask("POST", "/api/approvals", {"kind": "sealed", **PURPOSE})
        number = json.loads(body).get("approval")
        answers = [status] + [people[d].ask("PUT", f"/api/approvals/{number}", {"decision": "agree"})[0] for d in deciders]
        if set(answers) - {200, 201}:
            print(f"not ok the channel of {login}: {answers} {body[:300]}")
            sys.exit(1)


def in_both(work, worlds, *several):
    """The same work on both folders at the same time."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(work, worlds, *several))


def make_worlds(binary, home, seed, postgresql):
    rng = random.Random(seed)
    subprocess.run([binary, "synth", "--records", "2500", "--seed", "11", "--out", str(home / "county")], check=True,
                   capture_output=True, timeout=300)
    base = Office(binary, home / "open")
    base.run("init", *places(postgresql))
    passwords = {login: first_password(base.run("user", "add", login, f"某{i}", "--role", ROLES.get(login, login)))
                 for i, login in enumerate((*WITHOUT, CHANNEL, SECOND))}
    base.start()
    people = {}
    for role, first in passwords.items():
        person = people[role] = Person(base, role, first)
        status, _, body = person.ask("PUT", "/api/session/password", {"old": first, "new": PASSWORD})
        if status != 204:
            print(f"not ok new password of {role}: {status} {body[:300]}")
            sys.exit(1)
    open_channel({login: Person(base, login, PASSWORD) for login in (CHANNEL, SECOND, "chief_procurator", UNOPENED)})
    base.stop()
    worlds = [base, Office(binary, home / "sealed")]
    if postgresql:  # a schema is copied by a backup
        base.run("backup", home / "base.lhb", "--with-key")
        worlds[1].run("restore", home / "base.lhb", *places(postgresql))
    else:
        shutil.copytree(base.folder, home / "sealed")
    answers = json.loads((home / "county" / "answers.json").read_text(encoding="utf-8"))
    drivers_file = next(f for f in answers["files"] if f["dataset"] == "driving_license" and f["file"].endswith(".csv"))
    drivers = [(r[0], r[1]) for r in list(csv.reader(io.StringIO(read_text(home / "county" / drivers_file["file"])[0])))[1:]
               if re.fullmatch(r"\d{6}(199[6-9]|200[0-4])\d{7}[\dX]", r[1])][:40]
    added = Added(rng, drivers)
    sealed_rows = with_rows = 0
    for one in answers["files"]:
        if one["dataset"] not in FIELDS:
            continue
        path = home / "county" / one["file"]
        files = [path, path]
        if one["dataset"] in FIELDS and path.suffix == ".csv":
            more = with_sealed(path, one["dataset"], headers_of(one["dataset"]), added, rng)
            if more:
                files = [home / "plain" / path.name, home / "more" / path.name]
                for file, data in zip(files, (rewritten(path), more)):
                    file.parent.mkdir(exist_ok=True)
                    file.write_bytes(data)
                with_rows += 1
        results = in_both(lambda world, file: world.objects("import", one["dataset"], file)[-1], worlds, files)
        sealed = [done.get("sealed", 0) for done in results]
        sealed_rows += sealed[1] - sealed[0]
        if results[0]["received"] - sealed[0] != results[1]["received"] - sealed[1]:
            check(f"{one['file']}: as many open rows", False, results)
    bare, full = only_sealed(added)
    for world, data in zip(worlds, (bare, full)):
        (home / world.folder.name).mkdir(exist_ok=True)
        path = home / f"治安_{world.folder.name}" / "治安案件.csv"
        path.parent.mkdir()
        path.write_bytes(data)
        done = world.objects("import", "penalty_case", path)[-1]
        sealed_rows += done.get("sealed", 0)
    in_both(lambda world: world.run("model", "run", "--all"), worlds)
    again = next(f for f in answers["files"] if f["dataset"] == "criminal_verdict" and f["file"].endswith(".csv"))
    for world, folder in zip(worlds, ("plain", "more")):  # the same file again, and an incremental run
        path = home / folder / again["file"]
        world.run("import", "criminal_verdict", path if path.exists() else home / "county" / again["file"], "--run")
    check(f"{sealed_rows} sealed rows in {with_rows} files and one file of nothing else", sealed_rows > 30, sealed_rows)
    return worlds, added


# --- requests -------------------------------------------------------------------------------------------------------------------


class Asked:
    """Requests over all routes that read, with ids, texts and cursors of both worlds."""

    def __init__(self, rng, worlds, channel, added):
        self.rng, self.added = rng, added
        self.datasets = [d["dataset"] for d in worlds[0].objects("dataset", "list") if d["dataset"] in FIELDS]
        self.clues = sorted({c["id"] for w in worlds for c in w.objects("clue", "list", "--status", "all")})
        self.models = [m["model"] for m in worlds[0].objects("model", "list")]
        self.rows, self.cursors, self.clue_cursors = [], [], []
        for person in channel:
            for dataset in self.datasets:
                cursor = ""
                for _ in range(3):
                    page = json.loads(person.ask("GET", f"/api/datasets/{dataset}/rows?limit=200{cursor}")[2])
                    self.rows += [(dataset, r["id"]) for r in page.get("items", ())]
                    if not page.get("next"):
                        break
                    self.cursors.append((dataset, page["next"]))
                    cursor = "&cursor=" + urllib.parse.quote(page["next"])
        self.texts = [t for p in added.people for t in p] + added.documents + ["治安", "江城县公安局", "盗窃", "危险驾驶", "2024-06-01", "510522",
                      "王", "张", "公司", "有限", "FC", "lj", "不存在的人", ""]

    def one(self):
        rng = self.rng
        text = urllib.parse.quote(rng.choice(self.texts))
        dataset, row = rng.choice(self.rows)
        n = rng.randrange(1, 45)
        choices = [
            lambda: ("GET", f"/api/datasets/{dataset}/rows/{row}"),
            lambda: ("GET", f"/api/datasets/{dataset}/rows?text={text}"),
            lambda: ("GET", f"/api/datasets/{dataset}/rows?batch={n}&limit={rng.choice((1, 7, 200))}"),
            lambda: (lambda c: ("GET", f"/api/datasets/{c[0]}/rows?cursor={c[1]}"))(rng.choice(self.cursors or [(dataset, "1.1")])),
            lambda: ("GET", f"/api/search?text={text or 'a'}"),
            lambda: ("GET", f"/api/clues/{rng.choice(self.clues)}"),
            lambda: ("GET", f"/api/clues?text={text}&sort={rng.choice(('newest', 'level', 'amount', 'name'))}"),
            lambda: ("GET", f"/api/clues?model={rng.choice(self.models)}&status={rng.choice(('', 'new', 'withdrawn'))}&limit={rng.choice((1, 5, 50))}"),
            lambda: ("GET", f"/api/batches/{n}"),
            lambda: ("GET", f"/api/batches/{n}/rejects"),
            lambda: ("GET", f"/api/batches/{n}/rejects.csv"),
            lambda: ("GET", f"/api/batches?dataset={rng.choice(['', dataset])}&limit={rng.choice((3, 50))}"),
            lambda: ("GET", "/api/datasets"),
            lambda: ("GET", f"/api/datasets/{dataset}"),
            lambda: ("GET", "/api/models"),
            lambda: ("GET", f"/api/models/{rng.choice(self.models)}"),
            lambda: ("GET", f"/api/models/{rng.choice(self.models)}/runs?limit={rng.choice((1, 20))}"),
            lambda: ("GET", f"/api/explain?kind={rng.choice(('clue', 'batch'))}&id={rng.choice([rng.choice(self.clues), str(n)])}"),
            lambda: ("GET", "/api/overview"),
            lambda: ("GET", "/api/jobs"),
            lambda: ("GET", f"/api/account/history?limit={rng.choice((1, 5, 50))}"),
            lambda: ("GET", rng.choice(("/api/approvals", "/api/purposes", "/api/kinds", "/api/roles", "/api/organisations", "/api/people",
                                        "/api/grants", "/api/teams", "/api/session", "/api/health", "/api/account", "/api/alarms",
                                        "/api/approvals?which=to_decide"))),
            lambda: ("POST", f"/api/models/{rng.choice(self.models)}/nothing"),
            lambda: ("GET", f"/api/datasets/{dataset}/rows/{'%032x' % rng.getrandbits(128)}"),
            lambda: ("POST", "/api/reveals", {"dataset": dataset, "row": row, **PURPOSE}),
            lambda: ("POST", "/api/reveals", {"clue": rng.choice(self.clues), **PURPOSE}),
            lambda: ("POST", "/api/approvals", {"kind": rng.choice(("look", "sealed")), "dataset": dataset, "row": row, **PURPOSE}),
        ]
        weights = [12, 9, 6, 4, 9, 9, 8, 8, 8, 3, 2, 5, 1, 3, 1, 3, 3, 4, 2, 1, 1, 3, 1, 2, 3, 2, 2]
        return rng.choices(choices, weights)[0]()


def sheet(data):
    """The parts of an XLSX file in one piece, its shared texts (in the order of their first use) at their places."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        parts = {n: book.read(n) for n in book.namelist()}
    texts = re.findall(rb"<si>.*?</si>", parts.pop("xl/sharedStrings.xml", b""), re.S)
    return b"".join(n.encode() + re.sub(rb't="s"><v>(\d+)</v>', lambda m: texts[int(m[1])], part) for n, part in parts.items())


def plain(answer):
    """The answer without what may differ: request number, cookies, date; instants and durations masked."""
    status, headers, body = answer
    kept = sorted((k, INSTANT.sub(b"T", v.encode())) for k, v in headers
                  if k.lower() not in ("date", "x-request-id", "set-cookie", "etag", "content-length"))
    if body[:2] == b"PK":
        body = sheet(body)
    body = REFERENCE.sub(b'"reference":"R"', body)
    body = SECONDS.sub(rb'"\1":S', INSTANT.sub(b"T", body))
    return status, kept, re.sub(rb'"(request|request_id|instance|csrf|job)":"[^"]*"', rb'"\1":"R"', body)



def imported(person, name, data, dataset):
    """One file through the API: what was answered on the way, the job at its end, and its batch."""
    status, headers, body = person.ask("POST", "/api/uploads?name=" + urllib.parse.quote(name), raw=data)
    upload = json.loads(body).get("upload", "")
    answers = [(status, headers, body), person.ask("POST", f"/api/uploads/{upload}/preview", {"dataset": dataset}),
               person.ask("POST", "/api/imports", {"upload": upload, "dataset": dataset})]
    job = json.loads(answers[-1][2]).get("job", "")
    most = 0
    for _ in range(3000):
        done = person.ask("GET", f"/api/jobs/{job}")
        told = json.loads(done[2])
        most = max(most, told.get("received", 0))
        if told.get("state") not in ("waiting", "running"):
            break
        time.sleep(0.01)
    batch = told.get("result", {}).get("batch", 0)
    answers += [done, person.ask("GET", f"/api/batches/{batch}"), person.ask("GET", f"/api/batches/{batch}/rejects")]
    return [re.sub(rb'"(upload|expires_at)":"[^"]*"', rb'"\1":"X"', plain(a)[2]) for a in answers], (batch, most)


def live(people, added):
    """Files come in through the API while everybody listens: alike ones, and ones that hold sealed rows in one world alone."""
    grown = added.drivers[-14:]
    verdicts = driving(added, grown[:6], "70", 2023)
    sealed = added.rows("criminal_verdict")
    header = [["立案编号", "案件类别", "当事人", "身份证号", "办案机关", "立案日期", "处罚决定日期"]]
    files = [  # the file of either world, and whether who sends it may be told the same (he knows what is in it)
        ("判决一.csv", "criminal_verdict", (as_file(verdicts), as_file(verdicts)), True),
        ("判决二.csv", "criminal_verdict", (as_file(driving(added, grown[6:], "80", 2023)), as_file(driving(added, grown[6:], "80", 2023), sealed)), False),
        ("治安.csv", "penalty_case", (as_file(header), as_file(header, added.rows("penalty_case"))), False),
        ("判决三.csv", "criminal_verdict", (as_file(verdicts, sealed),) * 2, True),  # new here, repeated there
        ("判决一.csv", "criminal_verdict", (as_file(verdicts),) * 2, True)]
    streams = {role: [Stream(person) for person in people[role]] for role in WITHOUT}
    differing, asked = [], 0
    for i, (name, dataset, both, alike) in enumerate(files):
        sender = ("data_officer", "case_officer")[i % 2]
        one, two = in_both(lambda person, data: imported(person, name, data, dataset), people[sender], both)
        asked += len(one[0])
        first = 0 if alike else 3  # upload, preview and what they are answered with weigh the sender's own file
        if (one[0][first:], one[1]) != (two[0][first:], two[1]):
            at = next((k for k in range(first, len(one[0])) if one[0][k] != two[0][k]), 0)
            differing.append((sender, "POST", f"/api/imports {name} answer {at} {one[1]} {two[1]}", (0, [], one[0][at]), (0, [], two[0][at])))
        for role in WITHOUT:
            for path in ("/api/jobs", "/api/batches?limit=3"):
                pair = [plain(person.ask("GET", path))[2] for person in people[role]]
                asked += 1
                if pair[0] != pair[1]:
                    differing.append((role, "GET", f"{path} after {name}", (0, [], pair[0]), (0, [], pair[1])))
    time.sleep(0.6)  # two rounds of the broadcaster
    heard = 0
    for role in WITHOUT:
        one, two = (stream.told() for stream in streams[role])
        heard += len(one[0]) + len(one[1])
        asked += 1
        if one != two:
            differing.append((role, "GET", "/api/events", (0, [], repr(one).encode()), (0, [], repr(two).encode())))
    check(f"{heard} live events were heard while {len(files)} files came in", heard > 40, heard)
    return asked, differing


def compare(worlds, added, requests, seed):
    rng = random.Random(seed)
    for world in worlds:
        world.start()
    channel = [Person(world, CHANNEL, PASSWORD) for world in worlds]
    people = {role: [Person(world, role, PASSWORD) for world in worlds] for role in WITHOUT}
    begun = time.time()
    lived, differing = live(people, added)
    asked = Asked(rng, worlds, channel, added)
    statuses = {}
    for i in range(requests):
        role = WITHOUT[i % len(WITHOUT)]
        method, path, *body = asked.one()
        one, two = (person.ask(method, path, body[0] if body else {} if method == "POST" else None) for person in people[role])
        statuses[one[0]] = statuses.get(one[0], 0) + 1
        if plain(one) != plain(two):
            differing.append((role, method, path, plain(one), plain(two)))
    exports = lived
    for role in WITHOUT:
        for kind in ("csv", "xlsx"):
            for query in ({}, {"status": "new"}, {"model": rng.choice(asked.models)}, {"text": "封"}):
                answers = []
                for person in people[role]:
                    status, headers, body = person.ask("POST", "/api/exports", {"what": "clues", "format": kind, "query": query, **PURPOSE})
                    told = json.loads(body)
                    got = person.ask("GET", f"/api/exports/{told['export']}") if status in (200, 201) and "export" in told else (0, [], b"")
                    told.pop("export", None), told.pop("url", None), told.pop("request", None)
                    answers.append((status, re.sub(r"[0-9a-f]{16,}", "X", INSTANT.sub(b"T", json.dumps(told).encode()).decode()), plain(got)[2]))
                exports += 1
                if answers[0] != answers[1]:
                    differing.append((role, "POST", f"/api/exports {kind} {query}", *answers))
    exported = {}
    for role in WITHOUT:
        for dataset in ("criminal_verdict", "non_prosecution", "penalty_case"):
            answers = []
            for person in people[role]:
                status, _, body = person.ask("POST", f"/api/datasets/{dataset}/exports", {"format": "csv", **PURPOSE})
                told = json.loads(body) if body else {}
                got = person.ask("GET", f"/api/datasets/{dataset}/exports/{told['export']}") if "export" in told else (0, [], b"")
                answers.append((status, told.get("rows"), plain(got)[2]))
            exports += 1
            exported[answers[0][0]] = exported.get(answers[0][0], 0) + 1
            if answers[0] != answers[1]:
                differing.append((role, "POST", f"/api/datasets/{dataset}/exports", *answers))
    for role, method, path, one, two in differing[:int(os.environ.get("SHOW", "6"))]:
        body_one, body_two = one[2], two[2]
        at = next((k for k in range(min(len(body_one), len(body_two))) if body_one[k] != body_two[k]), min(len(body_one), len(body_two)))
        print(f"   {role} {method} {urllib.parse.unquote(path)}: {one[0]} / {two[0]}\n      {body_one[max(0, at - 120):at + 120].decode(errors='replace')}"
              f"\n      {body_two[max(0, at - 120):at + 120].decode(errors='replace')}")
        if one[1] != two[1]:
            print("      headers", [x for x in one[1] if x not in two[1]], [x for x in two[1] if x not in one[1]])
    check(f"{requests + exports} paired requests, seed {seed}, in {time.time() - begun:.1f} s: alike ({statuses})", not differing,
          f"{len(differing)} differ")
    check("enough of them were answered", statuses.get(200, 0) > requests / 2, statuses)

    told_apart = 0
    for _ in range(300):
        method, path, *_ = asked.one()
        if method == "GET":
            told_apart += plain(channel[0].ask(method, path)) != plain(channel[1].ask(method, path))
    check("the comparison tells the worlds apart where the channel is open", told_apart > 30, told_apart)

    # With the channel they are there.
    open_world, sealed_world = channel
    seen = {}
    for dataset in ("criminal_verdict", "non_prosecution", "administrative_penalty", "penalty_case"):
        totals = [json.loads(p.ask("GET", f"/api/datasets/{dataset}/rows")[2]).get("total", 0) for p in (open_world, sealed_world)]
        seen[dataset] = totals[1] - totals[0]
    check("with the channel the sealed rows are there", sum(seen.values()) > 30, seen)
    clues = [json.loads(p.ask("GET", "/api/clues?limit=1")[2]).get("total", 0) for p in (open_world, sealed_world)]
    check("with the channel there are clues that rest on them", clues[1] > clues[0], clues)
    for world in worlds:
        world.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--requests", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--postgresql", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lianheng-sealed-") as home:
        worlds, added = make_worlds(os.path.abspath(given.binary), pathlib.Path(home), given.seed, given.postgresql)
        compare(worlds, added, given.requests, given.seed)
        for world in worlds:
            world.run("journal", "verify")
            check(f"{world.folder.name}: rebuilt tables equal the live ones", world.objects("journal", "rebuild")[-1]["same"])
    print(f"# pass {passed} fail {failed}")
    sys.exit(1 if failed else 0)


main()
