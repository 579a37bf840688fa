#!/usr/bin/env python3
# SPDX-License-Identifier: MulanPSL-2.0
"""What leaves the house in files: marked visibly with who, when and why, counted in the journal as in the file, found again by who asks
who took a record away, and above the ceiling only when two people have agreed.

    tests/export_test.py BINARY
"""
import csv
import io
import json
import pathlib
import re
import sys
import tempfile
import time
import xml.etree.ElementTree as xml
import zipfile

from office import Office, Person

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CEILING = 5000  # content/purposes
CASE = {"purpose": "case_handling", "case_number": "江检案7号", "reason": "核对"}
passed = failed = 0


def check(name, good, detail=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print(f"ok {name}" if good else f"not ok {name}: {str(detail)[:500]}")


def table(header, rows):
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode()


def sheets(raw):
    """Of each sheet: its cells, and the header and footer of a printed page. Texts stand in their cells: a book that is written
    row by row knows no shared ones."""
    with zipfile.ZipFile(io.BytesIO(raw)) as z:
        for name in sorted(n for n in z.namelist() if n.startswith("xl/worksheets/sheet")):
            root = xml.fromstring(z.read(name))
            rows = [["".join(t.text or "" for t in c.iter(MAIN + "t")) if c.get("t") == "inlineStr" else ""
                     for c in row.iter(MAIN + "c")] for row in root.iter(MAIN + "row")]
            yield rows, root.findtext(f".//{MAIN}oddHeader") or "", root.findtext(f".//{MAIN}oddFooter") or ""


def is_mark(text):
    """Who, when, why."""
    return "（admin）" in text and re.search(time.strftime("%Y-%m-"), text) and re.search(r"\d\d:\d\d 导出", text) and "事由：办案" in text


def rows_in(name, raw, form):
    """How many records the file holds; its marks are looked at on the way."""
    if form == "csv":
        lines = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
        check(f"{name}: every line of the CSV carries the mark", lines[0][-1] == "水印" and all(is_mark(line[-1]) for line in lines[1:]), lines[:2])
        return len(lines) - 1
    total = 0
    for rows, header, footer in sheets(raw):
        check(f"{name}: the printed pages are marked", is_mark(header) and is_mark(footer), (header, footer))
        check(f"{name}: a band above the headers", is_mark(rows[0][0]) and rows[1][-1] == "水印", rows[:2])
        check(f"{name}: every row", all(is_mark(row[-1]) for row in rows[2:]), rows[2:4])
        total += len(rows) - 2
    check(f"{name}: the case stands in the mark", "江检案7号" in rows[0][0], rows[0])
    return total


def export(person, path, form, what):
    status, raw = person.ask("POST", path, {**CASE, **what, "format": form})
    answer = json.loads(raw)
    if status != 201:
        return status, answer, b""
    return status, answer, person.ask("GET", f"{path}/{answer['export']}")[1]


def marks(admin, counts):
    for path, what in (("/api/exports", {"what": "clues"}), ("/api/datasets/ride_hailing_license/exports", {"text": "持证人1"})):
        for form in ("csv", "xlsx"):
            status, answer, raw = export(admin, path, form, what)
            held = rows_in(f"{path} {form}", raw, form) if status == 201 else -1
            check(f"{path} {form}: as many rows as said", held == answer.get("rows") and held > 0, (held, answer))
            counts.setdefault("clues" if path == "/api/exports" else "rows", []).append(held)


def ceiling(admin, chiefs, counts):
    path, ask = "/api/datasets/ride_hailing_license/exports", {"kind": "bulk", "what": "rows", "dataset": "ride_hailing_license", "uses": 1, **CASE}
    status, answer, _ = export(admin, path, "csv", {})
    check("above the ceiling approval is needed", status == 403 and answer["code"] == "needs_approval" and "2 人审批" in answer["detail"], answer)
    status, raw = admin.ask("POST", "/api/approvals", ask)
    number = json.loads(raw).get("approval", 0)
    check("it can be asked for", status == 201, raw)
    check("not by oneself", admin.ask("PUT", f"/api/approvals/{number}", {"decision": "agree"})[0] == 403)
    for i, chief in enumerate(chiefs):
        check(f"{i} of 2 are not enough", export(admin, path, "csv", {})[0] == 403)
        check("a chief agrees", chief.ask("PUT", f"/api/approvals/{number}", {"decision": "agree"})[0] == 200)
    status, answer, raw = export(admin, path, "csv", {})
    held = rows_in("bulk", raw, "csv") if status == 201 else -1
    check("with two it goes out", status == 201 and held == answer["rows"] == CEILING + 1, answer)
    counts["rows"].append(held)
    check("once", export(admin, path, "csv", {})[0] == 403)


def journal(auditor, counts, clue, row, other):
    for kind in ("clues", "rows"):
        items = json.loads(auditor.ask("POST", "/api/audit/searches", {"kind": kind + ".exported", "oldest_first": True})[1])["items"]
        check(f"{kind}: the journal counts what the files hold", [i["body"]["rows"] for i in items] == counts[kind],
              ([i["body"]["rows"] for i in items], counts[kind]))
    for name, ask, want in (("a clue", {"clue": clue}, 2), ("a row in three files", {"dataset": "ride_hailing_license", "row": row}, 3),
                            ("a row in the big one only", {"dataset": "ride_hailing_license", "row": other}, 1)):
        page = json.loads(auditor.ask("POST", "/api/audit/lookups", ask)[1])
        check(f"who took {name} away", page["total"] == want and all(i["actor"] == "admin" and "导出" in i["sentence"] for i in page["items"]), page)


def rows_named(admin, text):
    return json.loads(admin.ask("GET", "/api/datasets/ride_hailing_license/rows?text=" + text)[1])["items"]


def main():
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        office = Office(sys.argv[1], pathlib.Path(folder))
        made = office.json("init")
        added = [office.json("user", "add", login, name, "--role", role)["password"] for login, name, role in
                 (("chen", "陈检察长", "chief_procurator"), ("zhou", "周检察长", "chief_procurator"), ("qian", "钱审计", "audit_admin"))]
        office.start()
        try:
            admin = Person(office, "admin", made["password"])
            chen, zhou, auditor = (Person(office, login, password) for login, password in zip(("chen", "zhou", "qian"), added))
            licences = [[f"5105227{i:07d}", f"持证人{i}", "510522199001010013" if i == 1 else "", "有效"] for i in range(1, CEILING + 2)]
            for name, dataset, content in (
                    ("资格证.csv", "ride_hailing_license", table(["从业资格证号", "姓名", "身份证号", "状态"], licences)),
                    ("判决.csv", "criminal_verdict", table(["案号", "被告人姓名", "被告人身份证号", "罪名", "行为日", "生效日期"],
                     [["（2024）江0522刑初7号", "持证人1", "510522199001010013", "危险驾驶罪", "2024-01-05", "2024-05-01"]]))):
                admin.job("POST", "/api/imports", {"upload": admin.upload(name, content), "dataset": dataset})
            clue = json.loads(admin.ask("GET", "/api/clues")[1])["items"][0]["id"]
            urlname = "%E6%8C%81%E8%AF%81%E4%BA%BA"
            row, other = rows_named(admin, urlname + "1")[0]["id"], rows_named(admin, urlname + "2222")[0]["id"]
            counts = {}
            marks(admin, counts)
            ceiling(admin, (chen, zhou), counts)
            journal(auditor, counts, clue, row, other)
        finally:
            office.stop()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
