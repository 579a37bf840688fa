#!/usr/bin/env python3
# SPDX-License-Identifier: MulanPSL-2.0
"""Sensitive values are masked on every way out but a reveal: a small county with known numbers, every channel read by people with
personal and with plain fields, by the auditor and by the system administrator, every answer searched for the clear values.

    tests/masking_test.py BINARY ROUTES      (ROUTES: lianheng_routes, whose table is walked, so that a new route is asked too)

Values are found in any spelling: full width, lower-case x, in groups, escaped. What is asked of routes with parameters comes from
the answers of the lists above them; a GET that nobody gets answered well is a mistake, too.
"""
import csv
import http.client
import io
import json
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
import urllib.parse
import zipfile

from office import Office, Person

BINARY, ROUTES = sys.argv[1:3]
channels, answers, mistakes = set(), 0, 0


def wrong(text):
    global mistakes
    mistakes += 1
    print(f"not ok {text[:600]}")


# --- values that must not be seen -------------------------------------------------------------------------------------------------


def number(body):
    return body + "10X98765432"[sum(int(c) * (2 ** (17 - i) % 11) for i, c in enumerate(body)) % 11]


def with_x(stem):
    return next(n for n in (number(f"{stem}{i:03d}") for i in range(1, 999)) if n.endswith("X"))


ZHANG, LI, WANG, ZHAO = number("51052219900101001"), with_x("51052219850620"), number("51052219771103002"), with_x("51052219660909")
SUN, DEAD, TEXT, STRAY = number("51052219930303003"), number("51052219450505004"), number("51052219820808005"), number("51052219750101006")
PHONES = ["13890001234", "13890005678", "13890007777"]
ADDRESS = "江城县龙潭镇柳树村七组三十九号"
ACCOUNT = "6217003320004567891"
PAPER = "名单：甲、乙、丙，见附件".encode()  # what a stored file holds, and the folder must not show
SECRETS = [ZHANG, LI, WANG, ZHAO, SUN, DEAD, TEXT, STRAY, *PHONES, ADDRESS, ACCOUNT]


def wide(text):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def groups(text, gap):
    return text[:6] + gap + text[6:14] + gap + text[14:]


def flat(text):
    """One spelling for all: half width, upper case, no gaps between digits."""
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m.group(1), 16)), text)
    if "%" in text:
        text += "\n" + urllib.parse.unquote(text, errors="replace")
    text = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"(?<=[0-9])[\s\-\u200b\u2010-\u2015,']+(?=[0-9X])", "", text)


NEEDLES = [flat(s) for s in SECRETS]
WORDS = re.compile("|".join(map(re.escape, NEEDLES)))


def hits(raw):
    """Clear values in an answer; packed ones are opened."""
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as z:
            return [h for name in z.namelist() for h in hits(name.encode() + b"\n" + z.read(name))]
    return WORDS.findall(flat(raw.decode("utf-8", "replace")))


def look(channel, raw, what=""):
    """Every answer passes here."""
    global answers
    channels.add(channel)
    answers += 1
    found = hits(raw if isinstance(raw, bytes) else raw.encode())
    if found:
        at = flat(raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw)
        i = max(at.find(found[0]), 0)
        wrong(f"{channel} {what}: {len(found)} clear values, {at[max(i - 120, 0):i + 60]!r}")
    return raw


def check_the_check():
    """The search itself must be able to find."""
    for text in (ZHANG, LI.lower(), wide(WANG), groups(ZHAO, " "), groups(SUN, "-"), json.dumps(wide(LI)), urllib.parse.quote(wide(LI)),
                 f"前{DEAD}后", PHONES[0], wide(PHONES[1]), ADDRESS, groups(ACCOUNT, " ")):
        if not hits(text.encode()):
            wrong(f"the search does not find {text}")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("xl/sheet.xml", f"<t>{ZHANG}</t>")
    if not hits(packed.getvalue()) or hits("510522********0013 138****1234".encode()):
        wrong("the search does not work")


# --- the county -------------------------------------------------------------------------------------------------------------------


def table(*rows):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


FILES = [
    (f"名单{ZHANG}.csv", "ride_hailing_license", table(
        ["从业资格证号", "姓名", "身份证号", "联系电话", "状态", "发证日期", "发证机关", TEXT],
        ["51052270000001", "张三", ZHANG, PHONES[0], "有效", "2020-05-20", "江城县", "x"],
        ["51052270000002", "李四", LI.lower(), wide(PHONES[1]), "有效", "2020-05-20", f"某局（经办人{TEXT}）", ""],
        ["51052270000003", "王五", wide(WANG), PHONES[0], "有效", "2020-05-20", f"某局 {groups(TEXT, ' ')}", ""],
        ["51052270000004", "赵六", groups(ZHAO, " "), PHONES[0], "有效", "2020-05-20", wide(TEXT), ""],
        ["51052270000005", f"孙七{SUN}", SUN, PHONES[2], "有效", "2020-05-20", "江城县", ""],
        ["51052270000006", "钱八", STRAY, PHONES[0], "有效", f"{STRAY}", "江城县", ""],      # rejected: the number stands in a date
        ["51052270000007", "钱八", STRAY, PHONES[0], wide(STRAY), "2020-05-20", "江城县", ""],
        ["", "", groups(STRAY.lower(), "-"), PHONES[0], "", "2020-13-45", "江城县", ""],
        [STRAY, STRAY, STRAY[:-1] + ("0" if STRAY[-1] != "0" else "1"), STRAY, STRAY, STRAY, STRAY, ""])),
    ("判决.csv", "criminal_verdict", table(
        ["案号", "被告人姓名", "被告人身份证号", "罪名", "行为日", "生效日期", "审理法院", "备注"],
        ["（2024）江0522刑初7号", "张三", groups(ZHANG, " "), "危险驾驶罪", "2024-01-05", "2024-05-01", "江城县人民法院", f"身份证{wide(TEXT)}"],
        ["（2024）江0522刑初8号", "李四", LI.lower(), "交通肇事罪", "2024-01-05", "2024-05-01", "江城县人民法院", f"又名，{LI}"],
        [f"（2024）{TEXT}号", f"孙七{SUN}", SUN, "危险驾驶罪", "2024-01-05", "2024-05-01", TEXT, ""])),
    ("死亡.csv", "death_record", table(
        ["姓名", "身份证号", "户籍地址", "死亡日期", "登记单位"],
        ["周九", DEAD, ADDRESS, "2021-03-04", "江城县殡仪馆"],
        ["周十", SUN, wide(ADDRESS) + "　", "2021-03-04", "江城县殡仪馆"],
        ["周一", STRAY, ADDRESS * 40, "2021-03-04", "江城县殡仪馆"])),  # rejected: too long
    ("养老.csv", "pension_payment", table(
        ["姓名", "身份证号", "险种", "发放月份", "发放金额", "发放日期", "银行账号", "收款人", "待遇状态"],
        *[["周九", DEAD, "企业职工基本养老保险", f"2022{m:02d}", "2100.00", f"2022-{m:02d}-10", ACCOUNT, "周九", "正常"] for m in (5, 6)])),
]


def listen(person, stop, heard):
    """Live events from before the imports to the end."""
    connection = http.client.HTTPConnection("127.0.0.1", person.office.port, timeout=60)
    connection.request("GET", "/api/events", headers={"Cookie": person.cookie})
    stream = connection.getresponse()
    stop.append(connection)
    try:
        while piece := stream.read1(65536):
            heard.append(piece)
    except (OSError, ValueError, AttributeError, http.client.HTTPException):
        pass


def bring(person, name, dataset, content):
    upload = person.upload(name, content)
    for ask in ({}, {"dataset": dataset}, {"dataset": "company_register"}):
        look("POST /api/uploads/{id}/preview", person.ask("POST", f"/api/uploads/{upload}/preview", ask)[1])
    person.job("POST", "/api/imports", {"upload": upload, "dataset": dataset, "save_mapping": True})


# --- the route table --------------------------------------------------------------------------------------------------------------

# Never ends: listened to apart. A proof of service takes a whole way of a document: tests/scenarios/i010_service.txt walks it.
WITHOUT = {"/api/events", "/api/documents/{id}/services/{n}/receipt"}
# Without these conditions nothing is asked.
NEEDED = {"/api/search": "?text=" + urllib.parse.quote("张"), "/api/grants": "?kind=clue&object={clue}",
          "/api/explain": "?kind=clue&id={clue}", "/api/law-search": "?text=" + urllib.parse.quote("虚构"), "/api/matters/calendar": time.strftime("?from=%Y-01-01&to=%Y-03-31")}
ids = {}  # the address of a list, without its parameters' values: what its answers name


def scalars(value, deep=0):
    if isinstance(value, dict):
        for key, one in value.items():
            if not (deep and key in ("title", "body", "sentence", "help")):
                yield from scalars(one, deep + 1)
    elif isinstance(value, list):
        for one in value[:4]:
            yield from scalars(one, deep + 1)
    elif isinstance(value, (str, int)) and not isinstance(value, bool) and re.fullmatch(r"[0-9A-Za-z_.\-]{1,48}", str(value)):
        yield str(value)


def remember(path, raw):
    try:
        for one in scalars(json.loads(raw)):
            ids.setdefault(path, {})[one] = True
    except ValueError:
        pass


def addresses(pattern):
    """Some that may be there: parameters from the list before them, or small numbers."""
    out = [("", "")]
    for part in pattern.strip("/").split("/"):
        if not part.startswith("{"):
            out = [(p + "/" + part, q + "/" + part) for p, q in out]
            continue
        out = [(f"{p}/{value}", f"{q}/{{}}") for p, q in out for value in [*ids.get(p, {}), *EXTRA.get(part, ()), "1", "2"]]
    return sorted((p for p, _ in out), key=lambda p: sum(p.endswith(x) for x in ("/1", "/2")))


EXTRA = {"{login}": ("admin",)}


def queries(route):
    """Every text of the address once as a number somebody looks for, in each spelling."""
    for p in route.get("parameters", []):
        if p["in"] == "query":
            for spelling in (ZHANG, LI.lower(), wide(WANG), groups(ZHAO, " "), ZHANG[-4:], PHONES[0], "张"):
                yield "?" + p["name"] + "=" + urllib.parse.quote(spelling)


def get_all(paths, people):
    """Every GET of the table: as everybody, with what is there, with conditions, and with a number where an id belongs."""
    for path in sorted(paths, key=lambda p: (p.count("{"), p)):
        route = paths[path].get("get")
        if route is None or path in WITHOUT:
            continue
        well, asked = 0, 0
        for address in addresses(path):
            if well >= 3 * len(people) or asked > 60:
                break
            for person in people:
                status, raw = person.ask("GET", address + NEEDED.get(path, ""))
                look(f"GET {path}", raw, address)
                asked += 1
                if status == 200:
                    well += 1
                    remember(address, raw)
                    if well == 1:
                        asker, good = person, address
        if well == 0:
            wrong(f"nobody gets GET {path} answered: {ids.get(path.rsplit('/', 1)[0])}")
            continue
        for query in queries(route):
            look(f"GET {path}", asker.ask("GET", good + query)[1], query)
        for spelling in (ZHANG, LI.lower(), wide(WANG), groups(ZHAO, " ")):
            if "{" in path:
                bad = re.sub(r"\{[^}]*\}(?!.*\{)", urllib.parse.quote(spelling), path)
                bad = re.sub(r"\{[^}]*\}", good.split("/")[3] if good.count("/") > 3 else "1", bad)
                look(f"GET {path}", asker.ask("GET", bad)[1], bad)


def body_of(schema, value, level=0):
    kind = schema.get("type")
    if kind == "object":
        return {k: body_of(v, value, level + 1) for k, v in schema.get("properties", {}).items()}
    if kind == "array":
        return [body_of(schema["items"], value, level + 1)]
    return {"integer": 1, "boolean": True}.get(kind, value)


def bad_input(paths, people):
    """Changes that carry a number where it does not belong: refused without repeating it."""
    for path, methods in paths.items():
        for method, route in methods.items():
            if method in ("get", "delete") or path.startswith("/api/session") or path.startswith("/api/key"):
                continue
            schema = next(iter(route.get("requestBody", {}).get("content", {}).values()), {}).get("schema", {})
            address = re.sub(r"\{[^}]*\}", urllib.parse.quote(ZHANG), path)
            members = schema.get("properties", {})
            bodies = [{ZHANG: 1}, {k: [wide(ZHANG)] for k in members}, {k: ZHANG for k in members}, body_of(schema, groups(LI, " "))]
            for body in bodies if members else [None]:
                for person in people:
                    status, raw = person.ask(method.upper(), address, body)
                    if status >= 400:
                        look(f"{method.upper()} {path}", raw, str(body))
            if members:  # where something is: a whole body whose texts are numbers
                good = re.sub(r"\{[^}]*\}", "1", path)
                status, raw = people[0].ask(method.upper(), good, body_of(schema, ZHANG))
                if status >= 400:
                    look(f"{method.upper()} {path}", raw, "a whole body")
                look(f"{method.upper()} {path}", people[0].ask(method.upper(), good, raw=f'{{"{ZHANG}'.encode())[1], "no JSON")


# --- further channels -------------------------------------------------------------------------------------------------------------

LAW = """# 中华人民共和国虚构管理法
2009年3月1日第一届虚构大会第一次会议通过
2021年1月22日第二届虚构大会第二十五次会议修订
## 第一章　总则
**第一条**　为了虚构，制定本法。
**第二条**　有下列情形之一的，处以虚构。
**第三条**　本法自2021年7月15日起施行。
"""
WHY = {"purpose": "case_handling", "case_number": "江检案1号", "reason": "核对"}


def exports(person, path, what):
    for form in ("csv", "xlsx"):
        status, raw = person.ask("POST", path, {**WHY, **what, "format": form})
        look("POST " + path, raw)
        if status == 403:
            continue
        if status != 201:
            wrong(f"{path}: {status} {raw.decode()[:300]}")
            continue
        remember(path, raw)
        file = look(f"export {path} {form}", person.ask("GET", f"{path}/{json.loads(raw)['export']}")[1], person.login)
        if (file[:2] == b"PK") != (form == "xlsx"):
            wrong(f"{path}: not {form}")


def reveal(person, clue):
    """The one place where they are seen: otherwise this test would prove nothing."""
    status, raw = person.ask("POST", "/api/reveals", {"clue": clue, **WHY})
    if status != 200 or not hits(raw):
        wrong(f"a reveal shows nothing: {status} {raw.decode()[:300]}")


def matters(ban, zhang):
    """A case handed over with numbers in every box: what is typed there is seen masked."""
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))
    values = {"party_name": f"孙七{SUN}", "party_id_no": wide(ZHANG), "found_on": day, "charge": "盗窃罪", "facts": f"某人{groups(TEXT, ' ')}",
              "team": f"甲{LI}", "items": f"电话与{wide(WANG)}", "reported_on": day}
    asked = {"flow": "forward_transfer", "parties": {"police": 2, "procuratorate": 1}, "values": values}
    status, raw = ban.ask("POST", "/api/matters", asked)
    look("POST /api/matters", raw)
    if status != 201:
        return wrong(f"no matter begins: {status} {raw.decode()[:300]}")
    path = "/api/matters/" + json.loads(raw)["id"]
    for verb, body in (("preview", {"verb": "urge", "note": f"催{ZHAO}"}), ("acts", {"verb": "fill", "values": {"team": f"乙{LI.lower()}"}, "note": f"见{ZHAO}"}),
                       ("messages", {"text": f"请核对{groups(DEAD, '-')}"}), ("acts", {"verb": "act", "action": "report", "reason": TEXT})):
        status, raw = ban.ask("POST", f"{path}/{verb}", body)
        look(f"POST /api/matters/{{id}}/{verb}", raw)
    look("POST /api/matters/{id}/files", ban.ask("POST", f"{path}/files?name=" + urllib.parse.quote(f"名单{ZHANG}.txt"), raw=PAPER)[1])
    detail = json.loads(look("GET /api/matters/{id}", ban.ask("GET", path)[1]))
    if "510522********0013" not in json.dumps(detail, ensure_ascii=False):
        wrong("the matter shows no masked number: nothing was looked at")
    status, raw = zhang.ask("POST", f"{path}/reveals", WHY)
    shown = {item["field"]: item["value"] for item in json.loads(raw).get("items", [])} if status == 200 else {}
    if shown.get("party_id_no") != ZHANG or flat(DEAD) not in flat(shown.get("messages/1", "")) or "facts" not in shown:
        wrong(f"a reveal shows nothing of a matter: {status} {raw.decode()[:300]}")
    for kind in ("clocks", "files"):
        ids[f"{path}/{kind}"] = {str(one["id"]): True for one in detail[kind]}
    ids["/api/matters"] = {detail["id"]: True}
    ids["/api/codes"] = {"charges": True}
    for form in ("csv", "xlsx"):
        made = zhang.job("POST", "/api/matters/exports", {**WHY, "format": form})["result"]["export"]
        look(f"export matters {form}", zhang.ask("GET", f"/api/matters/exports/{made}")[1])
        ids["/api/matters/exports"] = {made: True}


def documents(ban, jian):
    """A document with numbers in values, paragraphs and notes is read masked. As a file it is whole, like a file of a matter: the one
    whose files are asked for below has none in it."""
    matter = next(iter(ids["/api/matters"]))
    status, raw = ban.ask("POST", f"/api/matters/{matter}/documents", {"type": "crime_transfer_letter"})
    look("POST /api/matters/{id}/documents", raw)
    if status != 201:
        return wrong(f"no document is drafted: {status} {raw.decode()[:300]}")
    path = "/api/documents/" + json.loads(raw)["id"]
    blocks = json.loads(ban.ask("GET", path)[1])["blocks"]
    body = next(b for b in blocks if b["kind"] == "text")
    for act in ({"verb": "fill", "values": {"facts": f"某甲{groups(TEXT, ' ')}"}, "note": f"见{ZHAO}"},
                {"verb": "edit", "edits": [{"paragraph": body["paragraph"], "text": body["text"] + f"另见{wide(WANG)}、{LI.lower()}。"}]}):
        status, raw = ban.ask("POST", path + "/acts", act)
        look("POST /api/documents/{id}/acts", raw)
        if status != 200:
            wrong(f"no act on a document: {status} {raw.decode()[:300]}")
    for more in ("", "/versions/1", "/versions/2", "/compare", "/compare?from=1", "/findings"):
        status, raw = ban.ask("GET", path + more)
        look("GET /api/documents/{id}" + more, raw)
        if status != 200 or (not more and b"510522********0013" not in raw):
            wrong(f"a document shows nothing: {more} {status} {raw.decode()[:300]}")
    status, raw = ban.ask("GET", path + "/docx")
    if status != 200 or not hits(raw):
        wrong(f"a file lacks what was written: {status}")
    clean = {"flow": "forward_transfer", "parties": {"police": 2, "procuratorate": 1},
             "values": {"party_name": "钱某某", "found_on": time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600)), "charge": "盗窃罪"}}
    other = json.loads(ban.ask("POST", "/api/matters", clean)[1])["id"]
    ids["/api/documents"] = {json.loads(ban.ask("POST", f"/api/matters/{other}/documents", {"type": "crime_transfer_letter"})[1])["id"]: True}
    template = jian.ask("GET", "/api/document-types/penalty_opinion/template")[1]
    for name, expected in ((f"模板{wide(ZHANG)}.docx", 422), ("模板.docx", 201)):
        status, raw = jian.ask("POST", "/api/document-templates?type=penalty_opinion&name=" + urllib.parse.quote(name), raw=template)
        look("POST /api/document-templates", raw)
        if status != expected:
            wrong(f"a template is taken or not: {status} {raw.decode()[:300]}")
    made = jian.job("POST", "/api/documents/exports", {**WHY, "format": "csv"})["result"]["export"]
    look("export documents", jian.ask("GET", f"/api/documents/exports/{made}")[1])
    ids["/api/documents/exports"] = {made: True}


def audits(auditor, clue, row):
    for path, body in (("searches", {}), ("searches", {"kind": "batch."}), ("searches", {"person": ZHANG}), ("searches", {"object": wide(ZHANG)}),
                       ("replays", {"person": "admin", "day": time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))}),
                       ("lookups", {"clue": clue}), ("lookups", {"dataset": "ride_hailing_license", "row": row}),
                       ("lookups", {"subject": ZHANG}), ("searches", {"limit": 200})):
        look(f"POST /api/audit/{path}", auditor.ask("POST", f"/api/audit/{path}", body)[1], str(body))
    auditor.job("POST", "/api/audit/verifications")
    made = auditor.job("POST", "/api/audit/evidence", {}).get("result", {}).get("evidence", "")
    look("evidence archive", auditor.ask("GET", f"/api/audit/evidence/{made}")[1])
    ids["/api/audit/evidence"] = {made: True}


def command_line(office, home, clue, row):
    bad = home / f"坏{ZHANG}.csv"
    bad.write_bytes(FILES[0][2])
    commands = [("dataset", "list"), ("dataset", "show", "ride_hailing_license"), ("dataset", "show", ZHANG), ("model", "list"),
                ("model", "run", "ride_hailing_license"), ("model", "explain", "ride_hailing_license"), ("model", "run", ZHANG),
                ("model", "explain", "ride_hailing_license", "--sql"), ("clue", "list"), ("clue", "show", clue), ("clue", "show", LI.lower()),
                ("clue", "list", "--model", wide(ZHANG)), ("journal", "verify"), ("journal", "search"), ("journal", "search", "--person", ZHANG),
                ("journal", "search", "--from", ZHANG), ("audit", "who", "ride_hailing_license", row), ("audit", "who", ZHANG, ZHANG),
                ("matter", "list"), ("matter", "show", next(iter(ids.get("/api/matters", {"0": True})))), ("matter", "show", ZHANG),
                ("retention", "list"), ("org", "list"), ("user", "list"), ("backup", "list"), ("content", "check", home / ZHANG),
                ("import", "ride_hailing_license", bad), ("import", ZHANG, bad), ("import", "ride_hailing_license", home / f"{LI}.csv"),
                ("import", "death_record", bad), ("nonsense", ZHANG), ("clue", "list", f"--{ZHANG}"), ("user", "password", ZHANG)]
    for words in commands:
        shown = not any(str(word) in (ZHANG, LI.lower()) for word in words)
        for form in ((), ("--json",)) if shown else ((),):
            look("command " + " ".join(words[:2] if words[0] not in ("import", "nonsense") else words[:1]), office.cli(*form, *words)[1], str(words))
    for form in ((), ("--json",)):
        office.cli(*form, "journal", "export", home / f"trace{len(form)}.zip")
        look("command journal export", (home / f"trace{len(form)}.zip").read_bytes())


def at_rest(office):
    """What lies in the data folder: tables of the operations store, and files."""
    db = sqlite3.connect(office.data / "operations.db")
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        rows = db.execute(f'SELECT * FROM "{name}"').fetchall()
        look("table " + name, "\n".join("|".join(map(str, row)) for row in rows))
    db.close()
    stored = [file for file in office.data.glob("files/*/*") if file.is_file()]
    if not stored or any(PAPER in file.read_bytes() for file in stored):
        wrong(f"{len(stored)} stored files, or one lies open")
    for file in sorted(office.data.glob("**/*")):
        if file.is_file() and file.suffix in (".csv", ".json", ".yaml", ".txt"):
            look("data folder", file.read_bytes(), str(file.name))


def main():
    check_the_check()
    paths = json.loads(subprocess.run([ROUTES, "--openapi"], capture_output=True, check=True).stdout)["paths"]
    with tempfile.TemporaryDirectory(prefix="masking-") as folder:
        home = pathlib.Path(folder)
        office = Office(BINARY, home)
        made = office.json("init")
        added = {login: office.json("user", "add", login, name, "--role", role)["password"] for login, name, role in
                 (("zhang", "张三", "case_officer"), ("plain", "普通", "data_officer"), ("auditor", "审计", "audit_admin"), ("keeper", "系统", "system_admin"),
                  ("warden", "安全", "security_admin"))}
        for kind, name in (("police", "公安局"), ("market_supervision", "市监局")):
            office.json("org", "add", kind, name)
        added |= {login: office.json("user", "add", login, name, "--role", role, "--organisation", unit)["password"] for login, name, role, unit in
                  (("ban", "班执法", "enforcement_officer", "市监局"), ("jian", "简检察", "chief_procurator", "1"))}
        office.start()
        try:
            admin = Person(office, "admin", made["password"], look)
            people = [admin, *(Person(office, login, password, look) for login, password in added.items())]
            zhang, plain, auditor, keeper = people[1:5]
            ban, jian = people[6:8]
            streams, heard = [], []
            for person in (admin, plain):
                threading.Thread(target=listen, args=(person, streams, heard), daemon=True).start()
            for file in FILES:
                bring(admin, *file)
            admin.job("POST", "/api/runs", {"incremental": False})
            clues = json.loads(admin.ask("GET", "/api/clues")[1])["items"]
            rows = json.loads(admin.ask("GET", "/api/datasets/ride_hailing_license/rows")[1])["items"]
            if len(clues) < 2 or len(rows) < 4:
                wrong(f"too little to look at: {len(clues)} clues, {len(rows)} rows")
            clue, row = clues[0]["id"], rows[0]["id"]
            status, raw = admin.ask("POST", "/api/law-imports?name=fictional-law.md", raw=LAW.encode())
            if status != 201:
                wrong(f"no law is imported: {status} {raw.decode()[:300]}")
            for path in NEEDED:
                NEEDED[path] = NEEDED[path].replace("{clue}", clue)
            for one in clues:
                reveal(admin, one["id"])
                reveal(zhang, one["id"])  # his own name: an alarm
            admin.ask("POST", "/api/approvals", {"kind": "look", "clue": clue, **WHY})
            for path, body in (("teams", {"kind": "hearing_pool", "name": "听证员库", "organisation": 1, "members": [{"name": "甲"}, {"name": "乙"}]}),
                               ("teams/1/draws", {"wanted": 1, "purpose": "听证"}),
                               ("grants", {"kind": "clue", "object": clue, "grantee": "person:plain", "purpose": "协查"})):
                look("POST /api/" + path, admin.ask("POST", "/api/" + path, body)[1])
            for person in (admin, plain):
                exports(person, "/api/exports", {"what": "clues"})
                for _, dataset, _ in FILES:
                    exports(person, f"/api/datasets/{dataset}/exports", {})
            matters(ban, jian)
            documents(ban, jian)
            audits(auditor, clue, row)
            keeper.job("POST", "/api/backups", {})
            look("POST /api/certificates", people[5].ask("POST", "/api/certificates", {"kind": "person", "login": "jian"})[1])
            ids["/api/datasets"] = {dataset: True for _, dataset, _ in FILES}
            for path in ("/api/datasets/ride_hailing_license/rows", "/api/datasets/death_record/rows", "/api/batches", "/api/clues"):
                remember(path, admin.ask("GET", path)[1])
            get_all(paths, people)
            command_line(office, home, clue, row)
            audits(auditor, clue, row)
            bad_input(paths, [admin, auditor])
            for login in (ZHANG, wide(LI), groups(ZHAO, " ")):  # in the wrong box
                look("POST /api/session", plain.ask("POST", "/api/session", {"login": login, "password": ZHANG})[1])
            audits(auditor, clue, row)
            if not heard or b"event: clue" not in b"".join(heard):
                wrong(f"no live events: {b''.join(heard)[:300]!r}")
            look("live events", b"".join(heard))
        finally:
            if office.stop() != 0:
                wrong("the server ended badly")
        look("server log", office.log.read_bytes())
        at_rest(office)
    print(f"masking: {len(channels)} channels, {answers} answers, {mistakes} clear values" if not mistakes else
          f"masking failed: {mistakes} mistakes")
    return 1 if mistakes else 0


sys.exit(main())
