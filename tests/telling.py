#!/usr/bin/env python3
# SPDX-License-Identifier: MulanPSL-2.0
"""The few lines of a failed stage's log that say what failed: CI shows only the end of what ./test prints.

    tests/telling.py LOG [LINES]

Knows the logs of node --test (TAP), of meson test, of compilers and linters, and of our own scripts; of any other the last lines.
"""
import pathlib
import re
import sys

WIDTH = 200
ROOT = pathlib.Path(__file__).resolve().parent.parent
NODE_FAILURE = re.compile(r"^( *)not ok \d+ - (.*)")
MESON_FAILURE = re.compile(r"^ *\d+/\d+ .*\b(FAIL|TIMEOUT|ERROR|UNEXPECTEDPASS)\b")
RULER = re.compile(r"^[―—-]{10,}")
# Of these, what says where and why comes before what only says that.
WHY = re.compile(r"\[ *(ERROR|LINE) *\]|SUMMARY: |runtime error:|: error:")
# Said about every comparison.
PREFACE = ("Call log:", "Expected values to be strictly equal:", "Expected values to be strictly deep-equal:")
# What a test program says when it fails: cmocka, the sanitizers, our own scripts.
TOLD = re.compile(r"\[ *(ERROR|LINE|FAILED) *\] (?!.*test\(s\))|ERROR: \w+Sanitizer|SUMMARY: |runtime error:|^not ok|: error:|[Aa]ssert\w* .*failed|^[\w.]*(Error|Exception)\b|失败|错误")
ANY = re.compile(r"FAILED:|\berror:|\bwarning:|^not ok|: undefined reference|ERROR|^[\w.]*(Error|Exception)\b|错误|失败|没有通过")
DULL = re.compile(r"^( *ok \d|ok |# |TAP version|\d+\.\.\d+|ninja: |\[\d+/\d+\]|\[ +(RUN|OK) )")


def cut(line):
    line = line.rstrip()
    return line if len(line) <= WIDTH else line[:WIDTH] + "…"


def source_line(place):
    """The code a failure points at, as 'file:line: code'; '' when it is not ours."""
    found = re.search(r"((?:/|file:///)[^\s():]*/(tests/[^\s():]+)):(\d+)", place)
    if not found or "trial.mjs" in place:
        return ""
    code = (ROOT / found[2]).read_text(encoding="utf-8").splitlines() if (ROOT / found[2]).exists() else []
    number = int(found[3])
    return f"{found[2]}:{number}: {code[number - 1].strip() if number <= len(code) else ''}"


def node_failure(name, block):
    """Name, message, code, the rest of the message. A test that failed only because a part of it did says nothing of its own."""
    if any("subtestsFailed" in line for line in block):
        return None
    told = [f"✗ {name}"]
    reading = False
    for line in block:
        text = line.strip()
        key = re.match(r"(error|code|name|expected|actual|operator|stack|failureType|location): ?(.*)", text)
        if key:
            reading = key[1] == "error"
            text = key[2].strip("'") if reading and key[2] not in ("|-", "|") else ""
        if reading and text and text not in PREFACE:
            told.append("  " + text)
    # The innermost place comes first; the test itself says more than what it calls.
    stack = sorted(block, key=lambda line: line.strip().startswith("location:"))
    places = [p for p in map(source_line, stack) if p]
    own = [p for p in places if ".test.mjs" in p]
    if own or places:
        told.insert(2, "  " + (own or places)[0])
    return told


def node(lines):
    failures = []
    for at, line in enumerate(lines):
        failed = NODE_FAILURE.match(line)
        if not failed:
            continue
        end = failed[1] + "  ..."
        block = lines[at + 1:next((n for n in range(at + 1, len(lines)) if lines[n] == end), at + 1)]
        failures.append(node_failure(failed[2], block))
    return [f for f in failures if f]


def meson(lines):
    failures = []
    # The summary at the end names the same failures again, without what they said.
    end = next((n for n, line in enumerate(lines) if line.startswith("Summary of Failures")), len(lines))
    for at, line in enumerate(lines[:end]):
        if not MESON_FAILURE.match(line):
            continue
        head = "✗ " + " ".join(line.split()[1:])
        rulers = [n for n in range(at + 1, min(at + 4, end)) if RULER.match(lines[n])]
        if not rulers:
            failures.append([head])
            continue
        body = lines[rulers[0] + 1:next((n for n in range(rulers[0] + 1, end) if RULER.match(lines[n])), end)]
        body = [b for b in body if b.strip() and b.strip() not in ("stdout:", "stderr:") and not DULL.match(b)]
        told = sorted((b for b in body if TOLD.search(b)), key=lambda b: not WHY.search(b))
        failures.append([head, *("  " + t for t in dict.fromkeys(told or body[-5:]))])
    return failures


def anything(lines, most):
    lines = [line for line in lines if line.strip()]
    lines = [line for line in lines if not DULL.match(line)] or lines
    told = list(dict.fromkeys(line for line in lines if ANY.search(line)))[: most * 2 // 3]
    rest = [line for line in lines[-most:] if line not in told]
    return told + (rest[-(most - len(told)):] if len(told) < most else [])


def telling(text, most=12):
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in text.splitlines()]
    failures = node(lines) or meson(lines)
    if not failures:
        return [cut(line) for line in anything(lines, most)]
    # Every failure gets its share, three lines at least; when there are too many, the first ones get theirs.
    fit = len(failures) * 3 <= most
    shown = failures if fit else failures[: max(1, (most - 1) // 3)]
    share = max(1, (most - (not fit)) // len(shown))
    told = [cut(line) for f in shown for line in f[:share]]
    if len(failures) > len(shown):
        told.append(f"另有 {len(failures) - len(shown)} 项失败：" + "、".join(f[0][2:42] for f in failures[len(shown):])[: WIDTH // 2])
    return told


if __name__ == "__main__":
    log = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8", errors="replace")
    print("\n".join(telling(log, int(sys.argv[2]) if len(sys.argv) > 2 else 12)))
