#!/usr/bin/env python3
# SPDX-License-Identifier: MulanPSL-2.0
"""Run the comparisons of DESIGN §7 that exist so far and write them as a table of ratios, out/bench.md.

    benches/run.py BUILD [ROWS …]      BUILD: folder of the release build; ROWS: sizes, default 1000000 6570000
"""
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

build = pathlib.Path(sys.argv[1]).resolve()
sizes = [int(a) for a in sys.argv[2:]] or [1000000, 6570000]
root = pathlib.Path(__file__).resolve().parent.parent
table = []


def note(work, size, ours, opponent, ratio, aim):
    table.append((work, size, ours, opponent, ratio, aim))
    print(" | ".join(str(x) for x in table[-1]), flush=True)


def output(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{command[0]}: exit {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done.stdout


def imports(rows):
    for dataset in ("company_register", "pension_payment"):
        text = output(build / "src/pool/import_bench", rows, dataset)
        raw = float(re.search(r"read_csv +([\d.]+) s", text).group(1))
        ours, peak = re.search(r"import +([\d.]+) s .*?peak +(\d+) MiB", text).groups()
        note(f"导入 {dataset}（峰值内存 {peak} MiB）", rows, f"{float(ours):.2f} s", f"DuckDB read_csv {raw:.2f} s",
             f"{float(ours) / raw:.2f}×", "≤ 3×")
        copy = re.search(r"PostgreSQL COPY +([\d.]+) s", text)
        if copy:
            note(f"导入 {dataset}", rows, f"{float(ours):.2f} s", f"PostgreSQL COPY {float(copy.group(1)):.2f} s",
                 f"{float(ours) / float(copy.group(1)):.2f}×", "< 1×")


def models(rows):
    """On a synthetic county of that size, made for the purpose."""
    with tempfile.TemporaryDirectory(prefix="lianheng-bench-") as home:
        output(build / "src/main/lianheng", "--data", f"{home}/data", "demo", "--records", rows)
        text = output(build / "src/model/model_bench", f"{home}/data", root / "benches/hand")
    for title, mine, hand, ratio in re.findall(r"问题 (.*?): 模型 ([\d.]+) s.*?手写 ([\d.]+) s.*?比 ([\d.]+)", text):
        note(f"模型 {title}", rows, f"{mine} s", f"手写 DuckDB {hand} s", f"{ratio}×", "≤ 1.2×")
    whole = re.search(r"全量合计 ([\d.]+) s", text).group(1)
    for dataset, part, ratio in re.findall(r"增量 1000 行 (\S+) +([\d.]+) s，为全量的 1/([\d.]+)", text):
        note(f"全部模型，{dataset} 新增 1000 行", rows, f"{part} s", f"全量 {whole} s", f"1/{ratio}", "≤ 1/100")


def serve():
    """Start to first answer, and memory of an idle server, on a demo county of 60,000 rows."""
    binary = build / "src/main/lianheng"
    with tempfile.TemporaryDirectory(prefix="lianheng-bench-") as home:
        data = f"{home}/data"
        output(binary, "--data", data, "demo", "--records", "60000")
        port = 20000 + os.getpid() % 20000
        best, resident = 9e9, 0
        for _ in range(3):
            began = time.monotonic()
            server = subprocess.Popen([binary, "--data", data, "serve", "--listen", f"127.0.0.1:{port}"],
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while time.monotonic() - began < 20:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=1).read()
                    break
                except OSError:
                    time.sleep(0.005)
            best = min(best, time.monotonic() - began)
            time.sleep(1)
            resident = int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{server.pid}/status").read_text()).group(1)) // 1024
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)
        note("启动到第一个回答", 60000, f"{best:.2f} s", "—", "—", "≤ 0.5 s")
        note("空闲常驻内存", 60000, f"{resident} MiB", "—", "—", "≤ 80 MB")
        for line in output(build / "src/main/http_bench", data, 3).splitlines():
            if line.startswith("{"):
                figure = json.loads(line)
                if figure.get("failed"):
                    sys.exit(f"http_bench: {figure['what']} was not answered")
                note(f"HTTP {figure['what']}，50 个客户端", 60000, f"{figure['rate']}/s，p99 {figure['p99_ms']} ms", "本程序的静态文件",
                     f"{figure['ratio']}×", "≥ 0.25×，p99 ≤ 20 ms")


def rights():
    """The first page of the clue list under rights, against somebody whose rights reach everything."""
    for line in output(build / "src/clue/rights_bench").splitlines():
        if not line.startswith("{"):
            continue
        f = json.loads(line)
        size = f"{f['people']} 人，{f['units']} 个单位，{f['grants']} 条授权，{f['clues']} 条线索"
        for what, ratio, took in (("一般人员的中位数", f["ratio"], f"{f['median_ms']} ms"),
                                  ("最慢的一位", f["slowest_ratio"], f"{f['slowest_ms']} ms"),
                                  ("下级最多的一位", f["widest_ratio"], "—")):
            note(f"权限 {f['engine']} 线索首页，{what}", size, took, f"可看全部的人 {f['whole_ms']} ms", f"{ratio}×", "≤ 1.2×")


def matters(count=100000):
    """Transitions against raw commits, lists and details at 50 clients, and open clocks."""
    with tempfile.TemporaryDirectory(prefix="lianheng-bench-") as home:
        output(build / "src/main/lianheng", "--data", f"{home}/data", "demo", "--records", "2000")
        for line in output(build / "src/main/matter_bench", f"{home}/data", count, 3).splitlines():
            f = json.loads(line) if line.startswith("{") else {}
            if f.get("failed"):
                sys.exit(f"matter_bench: {f['what']} was not answered")
            if f.get("what") == "transitions":
                note(f"事项流转，{f['threads']} 个线程", count, f"{f['rate']}/s", f"SQLite 单行提交 {f['raw']}/s", f"{f['ratio']}×", "≥ 1/3")
            elif f.get("what") == "clocks":
                note("期限线程，没有到期的", count, f"每次 {f['look_ms']} ms", "一个核", f"{f['share'] * 100:.2f}%", "≤ 1%")
            elif f.get("what") == "export":
                note("事项导出 XLSX", f"{f['rows']} 行", f"{f['rows_s']} 行/s，处理器 {f['cpu_s']} s，内存多 {f['grown_kib'] // 1024} MiB",
                     f"同样的列直接写成 CSV {f['raw']} s", f"{f['ratio']}×", "内存不随行数增长")
            elif "first_s" in f:
                note(f"HTTP {f['what'].split('?')[0]}", count, f"{f['seconds']} s", f"SQLite 逐行分组 {f['raw']} s", f"{f['ratio']}×", "≤ 1×")
            elif "p99_ms" in f and f["what"] != "static file":
                note(f"HTTP {f['what']}，50 个客户端", count, f"{f['rate']}/s，p99 {f['p99_ms']} ms", "本程序的静态文件", f"{f['ratio']}×", "p99 ≤ 20 ms")


def laws():
    """The public collection of statutes, where it is: into the library, a citation looked up, words in the full text."""
    shared = pathlib.Path(os.environ.get("LIANHENG_SHARED") or root.parent / "shared")
    archives = sorted((shared / "data" / "just-laws").glob("just-laws-md-*.tar.gz"))
    if not archives:
        print("跳过法规库：没有 data/just-laws", flush=True)
        return
    with tempfile.TemporaryDirectory(prefix="lianheng-bench-") as home:
        output("tar", "xzf", archives[-1], "-C", home)
        f = {g["what"]: g for g in map(json.loads, output(build / "src/knowledge/law_bench", home).splitlines())}
    size = f"{f['import']['laws']} 部，{f['import']['articles']} 条"
    note("法规库导入", size, f"{f['import']['seconds']:.2f} s", "—", "—", "—")
    note("引用一条法条，从文字到原文", size, f"{f['look']['us']} µs，p99 {f['look']['p99_us']} µs", f"SQLite 按条号查 {f['look']['sqlite_us']} µs",
         f"{f['look']['ratio']}×", "≤ 1 ms")
    note("法规全文查找", size, f"{f['words']['ms']} ms", f"SQLite FTS5 trigram {f['words']['fts5_ms']} ms", f"{f['words']['ratio']}×", "≤ 1×")


def documents(letters=1000):
    """A document of two pages as PDF against LibreOffice converting the same DOCX, and letters as one job."""
    with tempfile.TemporaryDirectory(prefix="lianheng-bench-") as home:
        for line in output(build / "src/document/document_bench", home, letters).splitlines():
            f = json.loads(line)
            if f["what"] == "letters":
                note(f"一批两页的文书排成 PDF（峰值内存 {f['memory_mib']} MiB，其间增长 {f['grown_mib']} MiB）", letters, f"{f['s']} s，{f['rate']}/s", "—", "—", "—")
            elif f["office_ms"] is None:
                note("两页文书排成 PDF", f["pages"], f"{f['ms']} ms", "没有 soffice，未比较", "—", "≥ 50× 快")
            else:
                note(f"两页文书排成 PDF（进程的第一份 {f['first_ms']} ms）", f["pages"], f"{f['ms']} ms", f"LibreOffice {f['office_ms']} ms",
                     f"{f['ratio']}× 快", "≥ 50× 快")
        f = json.loads(output(build / "src/main/letters_bench", pathlib.Path(home) / "office", letters))
        note(f"一个任务成批起草、排版、打包（峰值内存 {f['memory_mib']} MiB，前 100 份 {f['memory_mib_100']} MiB）", f["letters"],
             f"{f['s']} s，{f['rate']}/s", "—", "—", "—")


serve()
documents()
rights()
laws()
matters()
for size in sizes:
    imports(size)
    models(size)
(root / "out").mkdir(exist_ok=True)
with open(root / "out" / "bench.md", "w", encoding="utf-8") as f:
    f.write("| 工作 | 行数 | 本程序 | 对手 | 比 | 目标 |\n|---|---|---|---|---|---|\n")
    for row in table:
        f.write("| " + " | ".join(str(x) for x in row) + " |\n")
print(f"已写入 {root / 'out' / 'bench.md'}")
