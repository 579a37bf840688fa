#!/usr/bin/env python3
# SPDX-License-Identifier: MulanPSL-2.0
"""Put the built web page into the binary.

    embed_web.py DIST OUT_C OUT_DIR DEPFILE

Writes OUT_C, a table of files with their bytes brought in by the assembler (.incbin), each plain, with gzip and with
brotli where that is smaller; compressed copies go to OUT_DIR. Without DIST/index.html the table is empty and the server
shows a page that says so.
"""
import gzip
import hashlib
import os
import shutil
import subprocess
import sys

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}
PACKED = {".html", ".js", ".css", ".json", ".svg", ".txt", ".webmanifest"}
BROTLI_JS = ("const z=require('zlib'),f=require('fs');"
             "f.writeFileSync(process.argv[2],z.brotliCompressSync(f.readFileSync(process.argv[1])));")


def brotli(path, out):
    """With Python's module, else with node; False when neither is there."""
    try:
        import brotli as module
        with open(path, "rb") as source, open(out, "wb") as target:
            target.write(module.compress(source.read()))
        return True
    except ImportError:
        node = shutil.which("node")
        return node is not None and subprocess.run([node, "-e", BROTLI_JS, path, out]).returncode == 0


def gzipped(path, out):
    with open(path, "rb") as source, open(out, "wb") as target:
        target.write(gzip.compress(source.read(), 9, mtime=0))
    return True


def packed(path, out_dir, name):
    """Paths of the gzip and brotli copies, None where they do not help. The page's own build may have made them."""
    paths = []
    for ending, pack in ((".gz", gzipped), (".br", brotli)):
        copy = path + ending
        if not os.path.isfile(copy):
            copy = os.path.join(out_dir, name + ending)
            if not pack(path, copy):
                copy = None
        paths.append(copy if copy and os.path.getsize(copy) < os.path.getsize(path) else None)
    return paths


class Table:
    def __init__(self):
        self.lines, self.rows, self.count = [], [], 0

    def blob(self, path):
        if path is None:
            return "{NULL, 0}"
        name, self.count = f"lianheng_web_{self.count}", self.count + 1
        size = os.path.getsize(path)
        quoted = os.path.abspath(path).replace("\\", "\\\\").replace('"', '\\"')
        self.lines.append(f'__asm__(".section .rodata\\n.balign 16\\n.globl {name}\\n{name}:\\n'
                          f'.incbin \\"{quoted}\\"\\n.byte 0\\n.previous");\n'
                          f"extern const unsigned char {name}[{size + 1}];\n")
        return f"{{{name}, {size}}}"

    def add(self, dist, path, out_dir, number):
        ending = os.path.splitext(path)[1]
        whole = os.path.join(dist, path)
        gz, br = packed(whole, out_dir, str(number)) if ending in PACKED else (None, None)
        with open(whole, "rb") as f:
            tag = hashlib.sha256(f.read()).hexdigest()[:16]
        self.rows.append(f'    {{"/{path}", "{TYPES.get(ending, "application/octet-stream")}", "\\"{tag}\\"", '
                         f'{"true" if path.startswith("assets/") else "false"}, '
                         f"{self.blob(whole)}, {self.blob(gz)}, {self.blob(br)}}},\n")

    def text(self):
        return ("/* SPDX-License-Identifier: MulanPSL-2.0 */\n/* Written by tools/embed_web.py. */\n"
                '#include "http/static.h"\n\n' + "".join(self.lines) +
                "\nconst WebFile web_files[] = {\n" + "".join(self.rows) +
                "    {NULL, NULL, NULL, false, {NULL, 0}, {NULL, 0}, {NULL, 0}},\n};\n")


def main():
    dist, out_c, out_dir, depfile = sys.argv[1:]
    index = os.path.join(dist, "index.html")
    table, files = Table(), []
    if os.path.isfile(index):
        for folder, folders, names in os.walk(dist):
            folders.sort()
            files += [os.path.join(folder, n) for n in sorted(names) if not n.startswith(".") and not n.endswith((".map", ".gz", ".br"))]
    os.makedirs(out_dir, exist_ok=True)
    for number, path in enumerate(files):
        table.add(dist, os.path.relpath(path, dist), out_dir, number)
    with open(out_c, "w") as f:
        f.write(table.text())
    with open(depfile, "w") as f:
        # A missing index.html keeps the table out of date until the page is built.
        f.write(f"{out_c}: " + " ".join(p.replace(" ", "\\ ") for p in [index] + files) + "\n")


main()
