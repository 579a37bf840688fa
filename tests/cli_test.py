#!/usr/bin/env python3
# SPDX-License-Identifier: MulanPSL-2.0
"""The command line as people meet it: shapes of --json, one Chinese sentence and a distinct exit status for every mistake,
ctrl-C, and a server that stops when it is asked.

    tests/cli_test.py BINARY
"""
import json
import os
import pathlib
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

BINARY = os.path.abspath(sys.argv[1])
ENV = {k: v for k, v in os.environ.items() if k != "LIANHENG_DATA"}
passed = failed = 0


def check(name, good, detail=""):
    global passed, failed
    if good:
        passed += 1
        print(f"ok {name}")
    else:
        failed += 1
        print(f"not ok {name}: {str(detail)[:600]}")


def run(*args, data=None, timeout=300, **more):
    command = [BINARY, *(["--data", str(data)] if data else []), *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=ENV, **more)


def refused(name, done, status, *parts):
    """One sentence, in Chinese, on stderr, and nothing on stdout."""
    lines = done.stderr.strip().splitlines()
    good = (done.returncode == status and len(lines) == 1 and lines[0].startswith("错误：")
            and all(p in done.stderr for p in parts))
    check(name, good, f"exit {done.returncode}, {done.stderr!r}")


class Server:
    def __init__(self, data, listen="127.0.0.1:0", within=()):
        self.process = subprocess.Popen([*within, BINARY, "--data", str(data), "serve", "--listen", listen], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True, env=ENV)
        self.before = self.process.stdout.readline() if within else ""
        line = self.process.stdout.readline()
        self.port = int(line.split("http://")[1].split("/")[0].rsplit(":", 1)[1]) if "http://" in line else 0

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(timeout=60)


def licences(path, rows, status="有效"):
    with open(path, "w", encoding="utf-8") as f:
        f.write("从业资格证号,姓名,身份证号,状态,发证日期\n")
        for i in range(rows):
            f.write(f"5105227{i:09d},张三{i},,{status},2020-05-20\n")


def usage():
    refused("no such command", run("clues"), 2, "clue")
    refused("no such option", run("dataset", "list", "--all"), 2, "--all")
    refused("a missing value", run("dataset", "list", "--data"), 2, "--data")
    refused("a number that is none", run("synth", "--records", "many", "--out", "/tmp/never"), 2, "--records")
    check("help", run("help").returncode == 0 and "用法" in run("help").stdout)
    check("no words give the help", "用法" in run().stdout)
    piped = subprocess.run(f"'{BINARY}' help | head -n 1", shell=True, executable="/bin/bash", capture_output=True, text=True)
    check("a reader who has seen enough", piped.stderr == "" and "联衡" in piped.stdout, piped)
    check("version", run("--version").stdout.startswith("lianheng "))
    check("help of a command", "退回" not in run("import", "--help").stdout and run("import", "--help").returncode == 0)


def folders(home):
    refused("not a data folder", run("dataset", "list", data=home / "none"), 4, "init")
    refused("a folder that cannot be", run("init", data="/dev/null/x"), 13, "/dev/null/x")
    refused("operations unreachable", run("init", "--operations", "postgresql://li:geheim@127.0.0.1:1/none", data=home / "far"), 12,
            "PostgreSQL 数据库 127.0.0.1:1/none", "请启动数据库")
    check("without its password", "geheim" not in run("init", "--operations", "postgresql://li:geheim@127.0.0.1:1/none",
                                                      data=home / "far").stderr)
    check("a failed init can be tried again", run("init", data=home / "far").returncode == 0)
    done = run("--json", "init", data=home / "one")
    made = json.loads(done.stdout)
    check("init tells the first password once", len(made["password"]) >= 10 and made["login"] == "admin", done)
    check("files are private", stat.S_IMODE(os.stat(home / "one" / "master.key").st_mode) == 0o600)
    refused("init twice", run("init", data=home / "one"), 5)


def broken(home):
    key = home / "far" / "master.key"
    text = key.read_text()
    key.unlink()
    refused("key file missing", run("dataset", "list", data=home / "far"), 14)
    key.write_text("0" * 64 + "\n")
    key.chmod(0o600)
    refused("another key", run("dataset", "list", data=home / "far"), 14)
    key.write_text("no key\n")
    refused("no key at all", run("dataset", "list", data=home / "far"), 14)
    key.write_text(text)
    key.chmod(0o644)
    refused("a key everybody can read", run("dataset", "list", data=home / "far"), 14)
    key.chmod(0o600)

    models = home / "far" / "content" / "models"
    models.mkdir(parents=True)
    (models / "mine.yaml").write_text("model: mine\ntitel: 我的\n", encoding="utf-8")
    refused("a mistake in content", run("dataset", "list", data=home / "far"), 16, "mine.yaml:2:1")
    refused("content check finds it too", run("content", "check", home / "far" / "content"), 16, "mine.yaml:2:1")
    refused("model check finds it too", run("model", "check", models / "mine.yaml"), 16, "mine.yaml:2:1")
    (models / "mine.yaml").unlink()
    refused("a folder of content that is none", run("content", "check", home / "nothing"), 4)

    letter, values = home / "opinion.docx", home / "values.json"
    values.write_text(json.dumps({"party_name": "陈明", "charge": "盗窃"}), encoding="utf-8")
    check("a template is written", run("document", "template", "penalty_opinion", "--out", letter).returncode == 0)
    refused("and not written over", run("document", "template", "penalty_opinion", "--out", letter), 5, "opinion.docx")
    check("it can be used", "没有错误" in run("document", "check", letter, "penalty_opinion").stdout)
    refused("a template that is no .docx", run("document", "check", values, "penalty_opinion"), 3, "不是 .docx")
    filled = run("document", "fill", "penalty_opinion", values, "--docx", home / "filled.docx", "--template", letter)
    check("a document is filled", filled.returncode == 0 and "待填：处罚的依据" in filled.stdout, filled)
    pages = run("document", "fill", "penalty_opinion", values, "--pdf", home / "filled.pdf")
    check("and laid out", pages.returncode == 0 and (home / "filled.pdf").read_bytes().startswith(b"%PDF-") and "页：" in pages.stdout, pages)
    signed = pathlib.Path(__file__).parent / "browser" / "verify"
    trust = ("--root", signed / "root.pem")
    good = run("document", "verify", signed / "good.pdf", *trust)
    check("a signed file is good", good.returncode == 0 and "签章有效" in good.stdout and "甲县公安局" in good.stdout, good)
    check("a revoked signer", run("document", "verify", signed / "good.pdf", *trust, "--revoked", signed / "revoked.crl").returncode == 7)
    check("nobody says whose root it is", run("document", "verify", signed / "good.pdf").returncode == 6)
    bytes_ = bytearray((signed / "good.pdf").read_bytes())
    bytes_[150] ^= 1
    (home / "changed.pdf").write_bytes(bytes_)
    done = run("--json", "document", "verify", home / "changed.pdf", *trust)
    check("a byte of it is another", done.returncode == 17 and json.loads(done.stdout)["verdict"] == "changed", done)
    check("it was never signed", run("document", "verify", home / "filled.pdf").returncode == 4)
    refused("a root that is none", run("document", "verify", signed / "good.pdf", "--root", letter), 3, "证书")
    refused("a document to nowhere", run("document", "fill", "penalty_opinion", values), 2, "--pdf")
    refused("a field that is none", run("document", "fill", "penalty_opinio", values, "--docx", home / "x.docx"), 4, "penalty_opinion")

    settings = home / "far" / "settings.yaml"
    kept = settings.read_text(encoding="utf-8")
    settings.write_text(kept + "colour: red\n", encoding="utf-8")
    done = run("dataset", "list", data=home / "far")
    check("an unknown setting", done.returncode == 16 and "colour" in done.stderr, done.stderr)
    settings.write_text(kept.replace('operations: ""', 'operations: "postgresql://127.0.0.1:1/none"'), encoding="utf-8")
    refused("operations gone later", run("dataset", "list", data=home / "far"), 12)
    settings.write_text(kept, encoding="utf-8")
    with sqlite3.connect(home / "far" / "operations.db") as db:
        db.execute("INSERT INTO schema_version SELECT 9999, 'later', MAX(applied_at) FROM schema_version")
    db.close()
    refused("data of a newer version", run("dataset", "list", data=home / "far"), 15, "请升级本程序")
    with sqlite3.connect(home / "far" / "operations.db") as db:
        db.execute("DELETE FROM schema_version WHERE version = 9999")
        db.execute("CREATE TABLE kept AS SELECT * FROM journal")
        db.execute("DELETE FROM journal")
    db.close()
    refused("a server over a wiped journal", run("serve", "--listen", "127.0.0.1:0", data=home / "far"), 17, "日志被清空了", "备份")
    refused("writing to a wiped journal", run("user", "add", "zhang", "张三", data=home / "far"), 17)
    done = run("journal", "verify", data=home / "far")
    check("which can still be looked at", done.returncode == 17 and "第 1 条" in done.stderr, done.stderr)
    with sqlite3.connect(home / "far" / "operations.db") as db:
        db.execute("INSERT INTO journal SELECT * FROM kept WHERE sequence < (SELECT MAX(sequence) FROM kept)")
    db.close()
    refused("a server over a cut journal", run("serve", "--listen", "127.0.0.1:0", data=home / "far"), 17, "备份")
    with sqlite3.connect(home / "far" / "operations.db") as db:
        db.execute("INSERT INTO journal SELECT * FROM kept WHERE sequence = (SELECT MAX(sequence) FROM kept)")
    db.close()
    server = Server(home / "far")
    check("whole again it serves", server.port != 0 and server.stop() == 0)


def serving(home):
    data = home / "one"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused("port taken", run("serve", "--listen", f"127.0.0.1:{taken.getsockname()[1]}", data=data), 11, "端口")
    refused("an address that is none", run("serve", "--listen", "here", data=data), 2, "here")
    server = Server(data)
    check("the server tells its port", server.port > 0)
    refused("a second server on the folder", run("serve", "--listen", "127.0.0.1:0", data=data), 11)
    check("its socket is private", stat.S_IMODE(os.stat(data / "control.sock").st_mode) == 0o600)
    done = run("dataset", "list", data=data)
    check("commands go through it", done.returncode == 0 and "网约车从业资格" in done.stdout, done)
    refused("and fail alike", run("dataset", "show", "nosuch", data=data), 4)
    licences(home / "rows.csv", 20)
    done = run("import", "ride_hailing_license", "rows.csv", data=data, cwd=home)
    check("paths are the caller's", done.returncode == 0 and "收到 20 行" in done.stdout, done)
    check("SIGTERM ends it well", server.stop() == 0)
    check("and frees the folder", run("dataset", "list", data=data).returncode == 0 and not (data / "control.sock").exists())

    server = Server(data)
    server.process.kill()
    server.process.wait()
    check("a killed server leaves a usable folder", run("dataset", "list", data=data).returncode == 0)


def sign_in(server, password):
    """Cookie and token; the first password is changed on the way."""
    base = f"http://127.0.0.1:{server.port}"

    def ask(method, path, body, headers):
        headers = {"Content-Type": "application/json", **headers}
        request = urllib.request.Request(base + path, json.dumps(body).encode(), headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.headers, json.loads(reply.read() or b"{}")

    headers, session = ask("POST", "/api/session", {"login": "admin", "password": password}, {})
    cookie = headers["Set-Cookie"].split(";")[0]
    ask("PUT", "/api/session/password", {"old": password, "new": "Heping-2024-ceshi"},
        {"Cookie": cookie, "X-CSRF-Token": session["csrf"]})
    return cookie, session["csrf"]


def raw(port, text, body=b"", chunks=()):
    """Status and body of one request as it is written; a server may answer before it has read everything."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as s:
        try:
            s.sendall(text.replace("\n", "\r\n").encode() + b"\r\n" + body)
            for chunk in chunks:
                s.sendall(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        except (BrokenPipeError, ConnectionResetError):
            pass
        heard = b""
        try:
            while piece := s.recv(65536):
                heard += piece
        except ConnectionResetError:
            pass
    head, _, rest = heard.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]) if head.startswith(b"HTTP/1.1 ") else 0, rest.decode(errors="replace")


def limits(home):
    data = home / "four"
    password = json.loads(run("--json", "init", data=data).stdout)["password"]
    server = Server(data)
    cookie, csrf = sign_in(server, password)
    mine = f"Host: x\nConnection: close\nCookie: {cookie}\nX-CSRF-Token: {csrf}\n"
    status, text = raw(server.port, f"POST /api/runs HTTP/1.1\n{mine}Content-Type: application/json\nContent-Length: 2000000\n", b" " * 2000000)
    check("a JSON body above 1 MiB", status == 413, (status, text))
    status, text = raw(server.port, f"POST /api/runs HTTP/1.1\n{mine}Content-Type: application/json\nTransfer-Encoding: chunked\n",
                       chunks=[b" " * 500000] * 3 + [b""])
    check("and one that does not say its size", status == 413, (status, text))
    status, text = raw(server.port, f"POST /api/uploads?name=x HTTP/1.1\n{mine}Content-Length: 21474836481\n")
    check("an upload above 20 GiB is refused before it comes", status == 413, (status, text))
    status, text = raw(server.port, "POST /api/uploads?name=x HTTP/1.1\nHost: x\nConnection: close\nContent-Length: 1000000000\n")
    check("an upload without a session is refused before it comes", status == 401, (status, text))
    status, text = raw(server.port, f"POST /api/uploads?name=x.csv HTTP/1.1\n{mine}Transfer-Encoding: chunked\n",
                       chunks=[b"a,b\n" * 200000] * 8 + [b""])
    check("an upload in chunks", status == 201 and json.loads(text)["size"] == 6400000, (status, text))
    status, _ = raw(server.port, f"GET /api/clues?text={'x' * 200000} HTTP/1.1\n{mine}")
    check("an address without end", status in (413, 414, 431), status)
    status, text = raw(server.port, "BREW /api/health HTTP/1.1\nHost: x\nConnection: close\n")
    check("a method nobody knows", status == 405, (status, text))
    left = [p for p in (data / "uploads").iterdir()]
    check("refused uploads leave no file", len(left) == 1, left)
    check("the server is still there", raw(server.port, "GET /api/health HTTP/1.1\nHost: x\nConnection: close\n")[0] == 200)
    server.stop()
    check("uploads go with the server", not any((data / "uploads").iterdir()))


def small_disc(home):
    """A data folder on a disc of 400 MiB, which only this server sees: a file must leave the databases 256 MiB."""
    data = home / "small"
    data.mkdir()
    alone = ["unshare", "-rm", "sh", "-ec"]
    if subprocess.run([*alone, 'mount -t tmpfs -o size=400m none "$0"', data], stderr=subprocess.DEVNULL, check=False).returncode != 0:
        print("# skipped 1: no small disc can be mounted here")
        return
    server = Server(data, within=[*alone, 'mount -t tmpfs -o size=400m none "$2"; "$0" --json --data "$2" init; exec "$0" "$@"'])
    cookie, csrf = sign_in(server, json.loads(server.before)["password"])
    mine = f"Host: x\nConnection: close\nCookie: {cookie}\nX-CSRF-Token: {csrf}\n"
    for size, wanted in ((150 << 20, 507), (399 << 20, 507), (2 << 20, 201)):
        status, text = raw(server.port, f"POST /api/uploads?name=x.csv HTTP/1.1\n{mine}Content-Length: {size}\n",
                           b"a,b\n" * (size // 4) if wanted == 201 else b"")
        check(f"{size >> 20} MiB on a small disc", status == wanted and ("放不下这个文件" in text or wanted == 201), (status, text))
    check("and the server ends well", server.stop() == 0)


def open_stream(server, password):
    """A page with live updates."""
    cookie, _ = sign_in(server, password)
    stream = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    stream.sendall(f"GET /api/events HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode())
    heard = b""
    while b"event: ping" not in heard:
        heard += stream.recv(65536)
    return stream


def stopping(home):
    data = home / "three"
    password = json.loads(run("--json", "init", data=data).stdout)["password"]
    server = Server(data)
    stream = open_stream(server, password)
    slow = socket.create_connection(("127.0.0.1", server.port))
    slow.sendall(b"POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    big = home / "big.csv"
    licences(big, 1500000)
    client = subprocess.Popen([BINARY, "--data", str(data), "import", "ride_hailing_license", str(big)], env=ENV,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(1.5)
    client.send_signal(signal.SIGINT)
    _, said = client.communicate(timeout=60)
    check("ctrl-C reaches the server", client.returncode == 10 and said.startswith("错误："), (client.returncode, said))
    client = subprocess.Popen([BINARY, "--data", str(data), "import", "ride_hailing_license", str(big)], env=ENV,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(1.5)
    began = time.monotonic()
    status = server.stop()
    check("a server with an import, a stream and a slow client stops", status == 0 and time.monotonic() - began < 20,
          (status, time.monotonic() - began))
    client.communicate(timeout=60)
    check("and the import there was cancelled", client.returncode == 10, client.returncode)
    stream.settimeout(10)
    rest = b"x"
    while rest:
        rest = stream.recv(65536)
    check("the stream has ended", True)
    client = subprocess.Popen([BINARY, "--data", str(data), "import", "ride_hailing_license", str(big)], env=ENV,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(2)
    client.send_signal(signal.SIGINT)
    client.communicate(timeout=60)
    check("ctrl-C without a server", client.returncode == 10, client.returncode)
    [line] = [l for l in run("--json", "dataset", "list", data=data).stdout.splitlines() if "ride_hailing_license" in l]
    check("cancelled imports leave nothing", json.loads(line)["rows"] == 0, line)
    check("the chain is whole", run("journal", "verify", data=data).returncode == 0)


def shapes(home):
    data = home / "one"
    licences(home / "more.csv", 7)
    (home / "more.csv").open("a", encoding="utf-8").write(",没有证号,,有效,2020-05-20\n")
    done = json.loads(run("--json", "import", "ride_hailing_license", home / "more.csv", data=data).stdout)
    check("import", list(done) == ["batch", "received", "accepted", "duplicates", "rejected", "rejects_file", "seconds"], done)
    check("sums", done["received"] == done["accepted"] + done["duplicates"] + done["rejected"] == 8, done)
    check("rejects", done["rejected"] == 1 and "必填" in pathlib.Path(done["rejects_file"]).read_text(encoding="utf-8"), done)
    done = json.loads(run("--json", "model", "run", "overdue_reply", data=data).stdout)
    check("model run", list(done) == ["model", "version", "hits", "new", "withdrawn", "seconds"], done)
    refused("no such file", run("import", "ride_hailing_license", home / "nothing.csv", data=data), 4, "nothing.csv")
    refused("no such model", run("model", "run", "ride_hailing", data=data), 4)
    verdicts = home / "verdicts.csv"
    verdicts.write_text("案号,被告人姓名,被告人身份证号,罪名,行为日,生效日期,审理法院\n"
                        "（2024）川0522刑初7号,张三,510522199001010013,危险驾驶罪,2024-01-05,2024-05-01,江城县人民法院\n", encoding="utf-8")
    licence = home / "licence.csv"
    licence.write_text("从业资格证号,姓名,身份证号,状态,发证日期\n51052270000001,张三,510522199001010013,有效,2020-05-20\n",
                       encoding="utf-8")
    run("import", "ride_hailing_license", licence, data=data)
    run("import", "criminal_verdict", verdicts, "--run", data=data)
    lines = [json.loads(l) for l in run("--json", "clue", "list", "--model", "ride_hailing_license", data=data).stdout.splitlines()]
    good = (len(lines) == 1 and list(lines[0]) == ["id", "model", "level", "title", "subject", "evidence"]
            and set(lines[0]["subject"]) == {"kind", "key", "name"} and {"dataset", "row"} <= set(lines[0]["evidence"][0]))
    check("clue list", good, lines)
    shown = run("clue", "show", lines[0]["id"] if lines else "none", data=data).stdout
    check("clue show", "→ " in shown and "510522********0013" in shown and "510522199001010013" not in shown, shown)


def periods(home):
    lines = [json.loads(l) for l in run("--json", "period", "list").stdout.splitlines()]
    check("period list", len(lines) > 100 and {"period", "title", "length", "basis", "review"} <= set(lines[0]), lines[:1])
    done = run("period", "explain", "RT_REVIEW", "--from", "2026-09-24", "--suspend", "2026-09-28..2026-09-29=征求异地检察院意见")
    check("period explain", "到2026年10月19日24时届满" in done.stdout and "28停" in done.stdout and "国庆节：10月1日至10月7日" in done.stdout, done)
    why = json.loads(run("--json", "period", "explain", "CM_CUSTODY", "--from", "2026-08-31", "--extend", "complex,four_kinds").stdout)
    check("period explain as JSON", why["due"] == "2027-01-31" and len(why["extensions"]) == 2 and why["days"][0]["mark"] == "start", why)
    hours = run("period", "explain", "FT_SEND", "--from", "2026-09-30T17:30").stdout
    check("a period in hours", "2026年10月1日17时30分届满" in hours, hours)
    refused("a date in 1899", run("period", "explain", "AP_PAY", "--from", "1899-12-31"), 3, "1899-12-31", "1900 年")
    refused("no such period", run("period", "explain", "AP_PAI", "--from", "2026-01-05"), 4, "AP_PAY")
    refused("a period from nowhere", run("period", "explain", "AP_PAY"), 2, "--from")
    refused("a suspension that is none", run("period", "explain", "AP_POLICE", "--from", "2026-03-02", "--suspend", "3月"), 2, "首日..末日")
    refused("a reason it does not know", run("period", "explain", "AP_POLICE", "--from", "2026-03-02", "--suspend", "2026-03-03..=出差"), 3,
            "鉴定、听证")
    refused("more than is allowed", run("period", "explain", "CM_CUSTODY", "--from", "2026-03-02", "--extend", "complex=2"), 3, "最多延长 1")
    refused("before it was law", run("period", "explain", "AP_POLICE", "--from", "2026-03-02", "--fact-on", "2005-01-01"), 4, "2006-03-01")
    mine = home / "five" / "content" / "periods"
    mine.mkdir(parents=True)
    (mine / "mine.yaml").write_text("periods:\n  - {period: X, title: 某, starts: 某, count: 3, roll: none, basis: [{law: 某法, status: verified}]}\n",
                                    encoding="utf-8")
    refused("a period without unit", run("period", "list", data=home / "five"), 16, "mine.yaml:2:5", "没有写单位")
    (mine / "mine.yaml").unlink()


def organisations(home):
    data = home / "five"
    run("init", "--office-name", "江城县人民检察院", data=data)
    check("org add", json.loads(run("--json", "org", "add", "government", "江城县人民政府", "--division", "510502",
                                    data=data).stdout)["organisation"] == 2)
    run("org", "add", "公安局", "江城县公安局", data=data)
    refused("a kind by its title", run("org", "add", "公安局", "江城县公安局", data=data), 3, "police")
    run("org", "add", "police", "江城县公安局", "--parent", "江城县人民政府", data=data)
    run("org", "add", "government", "江州市人民政府", data=data)
    run("org", "change", "江城县人民政府", "--parent", "江州市人民政府", data=data)
    refused("a cycle", run("org", "change", "江州市人民政府", "--parent", "2", data=data), 5,
            "江州市人民政府 → 江城县人民政府 → 江州市人民政府")
    refused("its own organisation stays", run("org", "end", 1, data=data), 5)
    refused("no such organisation", run("org", "end", "没有的局", data=data), 4, "没有的局")
    lines = [json.loads(l) for l in run("--json", "org", "list", data=data).stdout.splitlines()]
    check("org list", [l["organisation"] for l in lines] == [1, 4, 2, 3] and lines[2]["depth"] == 2, lines)
    run("user", "add", "lisi", "李四", "--role", "police_officer", "--organisation", "江城县公安局", "--until", "2099-12-31", data=data)
    refused("a role elsewhere", run("user", "add", "wang", "王五", "--role", "judge", data=data), 3, "法官")
    refused("no such role", run("user", "add", "wang", "王五", "--role", "policeman", data=data), 3)
    people = {x["login"]: x for x in map(json.loads, run("--json", "user", "list", data=data).stdout.splitlines())}
    check("nobody half made", set(people) == {"admin", "lisi"}, people)
    check("posts", people["lisi"]["posts"][0]["role"] == "police_officer" and people["admin"]["posts"][0]["role"] == "founder", people)
    for kind in ("csv", "xlsx"):
        out, head = home / f"people.{kind}", run("--json", "journal", "verify", data=data).stdout
        run("user", "export", out, data=data)
        done = json.loads(run("--json", "user", "import", out, data=data).stdout)
        run("org", "export", home / f"units.{kind}", data=data)
        run("org", "import", home / f"units.{kind}", data=data)
        check(f"what goes out as {kind} comes in again and changes nothing",
              done["same"] == 2 and run("--json", "journal", "verify", data=data).stdout == head, done)
    (home / "bad.csv").write_text("登录名,姓名,机构,角色\nhao,好,江城县人民检察院,检察官\nhuai,坏,江城县人民检察院,检查官\n", encoding="utf-8")
    refused("a wrong line", run("user", "import", home / "bad.csv", data=data), 3, "第 3 行", "检查官")
    (home / "good.csv").write_text("登录名,姓名,机构,角色\nhao,好,江城县人民检察院,检察官\n", encoding="utf-8")
    done = json.loads(run("--json", "user", "import", home / "good.csv", data=data).stdout)
    check("a first password for each new account", [p["login"] for p in done["passwords"]] == ["hao"], done)
    refused("no such draw", run("draw", "verify", 3, data=data), 4)
    (data / "content" / "roles").mkdir(parents=True)
    (data / "content" / "roles" / "mine.yaml").write_text(
        "roles:\n  - role: r\n    title: 某\n    rules:\n      - {permission: clue.raed, reach: own}\n", encoding="utf-8")
    refused("a role file that grants an unknown permission", run("org", "list", data=data), 16, "mine.yaml:5:22", "clue.read")
    (data / "content" / "roles" / "mine.yaml").unlink()
    check("and all is well without it", run("journal", "rebuild", data=data).returncode == 0)


with tempfile.TemporaryDirectory(prefix="lianheng-cli-") as folder:
    folder = pathlib.Path(folder)
    usage()
    folders(folder)
    broken(folder)
    serving(folder)
    shapes(folder)
    organisations(folder)
    periods(folder)
    limits(folder)
    small_disc(folder)
    stopping(folder)
print(f"# pass {passed}\n# fail {failed}")
sys.exit(1 if failed else 0)
