#!/usr/bin/env python3
# SPDX-License-Identifier: MulanPSL-2.0
"""Turn sql/*.sql and sql/migrations/*.sql into sql_statements.h and sql_statements.c.

    sql_to_c.py SQL_DIR OUT_H OUT_C DEPFILE

Named statements (sql/*.sql), one text for both engines or one each:

    -- name: clue_by_id
    -- Why it is asked.
    SELECT … WHERE id = $1;

    -- name: clue_search sqlite          the same statement, said once per engine
    -- Why.
    …
    -- name: clue_search postgresql
    …

Migrations (sql/migrations/NNNN_name.sql) are written once. Types are upper-case words and become
what each engine needs: BIGINT, INTEGER and BOOLEAN (0 or 1) are 64-bit integers, REAL is a double,
TEXT sorts by bytes, BLOB is bytea. SQLite tables are made STRICT, so both engines refuse the same
values. Lines after "-- engine: sqlite" or "-- engine: postgresql" count for that engine only, until
"-- engine: both". In either kind of file {text} {blob} {bigint} {real} stand for the type's name.

Tables that hold rows of organisations are named in a migration by a line of their own:

    -- guarded: clue                     statements say {clue}: the store puts there what the
                                         person may see (src/store/scope.h)
    -- guarded: clue_evidence of clue    may be named plainly beside {clue}, which it is joined with

A statement that names such a table plainly is refused unless one of its lines says why it must see
all rows: "-- whole: projection". The store never runs those on behalf of a person.
"""
import os
import re
import sys

ENGINES = ("sqlite", "postgresql")
MACROS = {
    "text": {"sqlite": "TEXT", "postgresql": "TEXT"},
    "blob": {"sqlite": "BLOB", "postgresql": "BYTEA"},
    "bigint": {"sqlite": "INTEGER", "postgresql": "BIGINT"},
    "real": {"sqlite": "REAL", "postgresql": "DOUBLE PRECISION"},
}
COLUMN_TYPES = {
    "sqlite": {"BIGINT": "INTEGER", "BOOLEAN": "INTEGER"},
    "postgresql": {"TEXT": 'TEXT COLLATE "C"', "BLOB": "BYTEA", "INTEGER": "BIGINT",
                   "BOOLEAN": "BIGINT", "REAL": "DOUBLE PRECISION"},
}
NOT_PORTABLE = ("AUTOINCREMENT", "SERIAL", "BIGSERIAL", "VARCHAR", "TIMESTAMP", "TIMESTAMPTZ",
                "JSONB", "UUID", "NUMERIC", "BYTEA", "ROWID")
GUARDED = re.compile(r"--\s*guarded:\s*([a-z_]+)(?:\s+of\s+([a-z_]+))?\s*$")
PLACES = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE|TABLE)\s+(?:ONLY\s+)?(.*?)"
                    r"(?=\b(?:FROM|JOIN|WHERE|GROUP|ORDER|LIMIT|ON|SET|VALUES|SELECT|USING|UNION)\b|[()]|$)",
                    re.I | re.S)
QUOTED = re.compile(r"('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")")


class Mistake(Exception):
    pass


def outside_quotes(text, change):
    """Apply `change` to the parts of the text that stand outside quotes."""
    parts = QUOTED.split(text)
    return "".join(part if i % 2 else change(part) for i, part in enumerate(parts))


def bare(text):
    return QUOTED.sub("''", text)


def without_comments(lines):
    kept = []
    for line in lines:
        cut = re.search(r"--", QUOTED.sub(lambda m: "x" * len(m.group()), line))
        line = (line[:cut.start()] if cut else line).rstrip()
        if line:
            kept.append(line)
    return "\n".join(kept)


def with_macros(text, engine):
    return re.sub(r"\{(text|blob|bigint|real)\}", lambda m: MACROS[m.group(1)][engine], text)


def checked(text, place):
    """One statement without its semicolon, or a mistake."""
    text = text.strip()
    if text.endswith(";"):
        text = text[:-1].rstrip()
    plain = bare(text)
    if not text:
        raise Mistake(f"{place}: empty statement")
    if ";" in plain:
        raise Mistake(f"{place}: more than one statement")
    if "?" in plain:
        raise Mistake(f"{place}: write $1, not ?")
    numbers = {int(n) for n in re.findall(r"\$(\d+)", plain)}
    if numbers and numbers != set(range(1, max(numbers) + 1)):
        raise Mistake(f"{place}: parameters are not $1 … ${max(numbers)} without a gap")
    return text


def writes(text):
    plain = bare(text)
    first = re.match(r"\W*(\w+)", plain).group(1).upper()
    if first == "WITH":
        return re.search(r"\b(INSERT|UPDATE|DELETE)\b", plain, re.I) is not None
    return first not in ("SELECT", "VALUES")


def tables_named(text):
    """Names that stand plainly where a table stands: after FROM, JOIN, INTO, UPDATE, or in their lists."""
    names = set()
    for found in PLACES.finditer(bare(text)):
        for piece in found.group(1).split(","):
            word = re.match(r"\s*([A-Za-z_]+)", piece)
            if word:
                names.add(word.group(1).lower())
    return names


def check_guarded(st, guarded):
    """Refuse a statement that would see rows of all organisations without saying why."""
    needed = False
    for text in st.texts.values():
        views = set(re.findall(r"\{(\w+)\}", bare(text)))
        for name in sorted(views - set(guarded)):
            raise Mistake(f"{st.place}: {st.name}: {{{name}}} is neither a type nor a guarded table")
        for table in sorted(tables_named(text) & set(guarded)):
            if guarded[table] in views:
                continue
            needed = True
            if not st.whole:
                raise Mistake(f"{st.place}: {st.name} sees all rows of {table}: write "
                              f"{{{guarded[table] or table}}}, or -- whole: and why")
    if st.whole and not needed:
        raise Mistake(f"{st.place}: {st.name} says -- whole: but names no guarded table plainly")


class Statement:
    def __init__(self, name, place):
        self.name, self.place, self.why, self.texts, self.whole = name, place, [], {}, False


def read_statements(path, statements):
    name = engine = None
    why, lines, place, whole = [], [], path, False

    def end():
        if name is None:
            return
        st = statements.setdefault(name, Statement(name, place))
        text = checked(without_comments(lines), place)
        st.why = st.why or why
        st.whole = st.whole or whole
        for one in ENGINES if engine is None else (engine,):
            if one in st.texts:
                raise Mistake(f"{place}: {name} is already there ({st.place})")
            st.texts[one] = with_macros(text, one)

    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            head = re.match(r"--\s*name:\s*(.*?)\s*$", line)
            if head:
                end()
                words = head.group(1).split()
                place = f"{path}:{number}"
                if not words or not re.fullmatch(r"[a-z][a-z0-9_]*", words[0]):
                    raise Mistake(f"{place}: bad name")
                if len(words) > 2 or (len(words) == 2 and words[1] not in ENGINES):
                    raise Mistake(f"{place}: after the name comes sqlite or postgresql or nothing")
                name, engine = words[0], words[1] if len(words) == 2 else None
                why, lines, whole = [], [], False
            elif name is not None and not lines and re.match(r"--\s*whole:", line):
                if not re.match(r"--\s*whole:\s*\S", line):
                    raise Mistake(f"{path}:{number}: -- whole: and then why")
                whole = True
            elif name is not None and not lines and line.startswith("--"):
                why.append(line[2:].strip())
            elif name is not None and (lines or line.strip()):
                lines.append(line.rstrip("\n"))
            elif name is None and line.strip() and not line.startswith("--"):
                raise Mistake(f"{path}:{number}: text before the first -- name:")
    end()


def strict(text):
    """Make every table of a migration STRICT (SQLite)."""
    pieces, start, depth = [], 0, 0
    plain = QUOTED.sub(lambda m: "x" * len(m.group()), text)
    for i, c in enumerate(plain):
        depth += (c == "(") - (c == ")")
        if c == ";" and depth == 0:
            piece = text[start:i].rstrip()
            if re.match(r"\s*CREATE\s+TABLE\b", piece, re.I) and piece.endswith(")"):
                piece += " STRICT"
            pieces.append(piece + ";")
            start = i + 1
    if text[start:].strip():
        raise Mistake("the last statement has no semicolon")
    return "".join(pieces) + "\n"


def read_guarded(path, guarded):
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            if not re.match(r"--\s*guarded:", line):
                continue
            found = GUARDED.match(line.rstrip("\n"))
            if not found:
                raise Mistake(f"{path}:{number}: -- guarded: TABLE or -- guarded: TABLE of TABLE")
            table, parent = found.groups()
            if parent and parent not in guarded:
                raise Mistake(f"{path}:{number}: {parent} is not guarded")
            guarded[table] = parent


def read_migration(path):
    match = re.fullmatch(r"(\d{4})_([a-z0-9_]+)\.sql", os.path.basename(path))
    if not match:
        raise Mistake(f"{path}: migrations are named NNNN_name.sql")
    lines = {engine: [] for engine in ENGINES}
    wanted = ENGINES
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            engine = re.match(r"--\s*engine:\s*(\w+)\s*$", line)
            if engine:
                word = engine.group(1)
                if word != "both" and word not in ENGINES:
                    raise Mistake(f"{path}:{number}: engine is sqlite, postgresql or both")
                wanted = ENGINES if word == "both" else (word,)
                continue
            for one in wanted:
                lines[one].append(line.rstrip("\n"))
    texts = {}
    for engine in ENGINES:
        text = without_comments(lines[engine])
        for word in NOT_PORTABLE:
            if wanted == ENGINES and re.search(rf"\b{word}\b", bare(text), re.I):
                raise Mistake(f"{path}: {word} does not exist on both engines")
        text = outside_quotes(text, lambda part: re.sub(
            r"\b[A-Z]+\b",
            lambda m: COLUMN_TYPES[engine].get(m.group(), m.group()), part))
        text = with_macros(text, engine)
        try:
            texts[engine] = strict(text) if engine == "sqlite" else text + "\n"
        except Mistake as mistake:
            raise Mistake(f"{path}: {mistake}") from None
    return int(match.group(1)), match.group(2), texts


def c_text(text):
    lines = text.split("\n")
    out = []
    for i, line in enumerate(lines):
        if line or i + 1 < len(lines):
            line = line.replace("\\", "\\\\").replace('"', '\\"').replace("??", "?\\?")
            out.append('"' + line + ("\\n" if i + 1 < len(lines) else "") + '"')
    return "\n        ".join(out) or '""'


def write_if_changed(path, text):
    """An unchanged header keeps its time, so nothing is compiled again for nothing."""
    try:
        with open(path, encoding="utf-8") as f:
            if f.read() == text:
                return
    except FileNotFoundError:
        pass
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def header(statements):
    out = ["/* Made by tools/sql_to_c.py from sql/. */", "#ifndef SQL_STATEMENTS_H",
           "#define SQL_STATEMENTS_H", "", '#include "store/store.h"', ""]
    for st in statements:
        out.append("/* " + " ".join(st.why).replace("*/", "* /") + " */")
        out.append(f"extern const Sql SQL_{st.name};")
    out += ["", "/* Every statement, ended by NULL. */", "extern const Sql *const sql_all[];", "",
            "#endif", ""]
    return "\n".join(out)


def source(statements, migrations, guarded):
    out = ["/* Made by tools/sql_to_c.py from sql/. */", '#include "sql_statements.h"',
           '#include "store/expand.h"', '#include "store/migrate.h"', ""]
    for st in statements:
        same = st.texts["sqlite"] == st.texts["postgresql"]
        if same:
            out.append(f"static const char text_{st.name}[] =\n        "
                       f"{c_text(st.texts['sqlite'])};")
        else:
            for engine in ENGINES:
                out.append(f"static const char {engine}_{st.name}[] =\n        "
                           f"{c_text(st.texts[engine])};")
        first = f"text_{st.name}" if same else f"sqlite_{st.name}"
        second = f"text_{st.name}" if same else f"postgresql_{st.name}"
        out.append(f'const Sql SQL_{st.name} = {{"{st.name}", {first}, {second}, '
                   f'{"true" if writes(st.texts["sqlite"]) else "false"}}};')
    out.append("const Sql *const sql_all[] = {")
    out += [f"    &SQL_{st.name}," for st in statements]
    out += ["    NULL,", "};", "const Migration migrations[] = {"]
    for version, name, texts in migrations:
        out.append(f'    {{{version}, "{name}",\n        {c_text(texts["sqlite"])},\n        '
                   f'{c_text(texts["postgresql"])}}},')
    out += ["    {0},", "};", "const Guarded guarded_tables[] = {"]
    for table, parent in guarded.items():
        out.append(f'    {{"{table}", ' + (f'"{parent}"' if parent else "NULL") + "},")
    out += ["    {0},", "};", ""]
    return "\n".join(out)


def sql_files(folder):
    return sorted(os.path.join(folder, name) for name in os.listdir(folder)
                  if name.endswith(".sql") and not name.startswith("."))


def main(folder, out_h, out_c, depfile):
    files = sql_files(folder)
    steps = sql_files(os.path.join(folder, "migrations"))
    statements = {}
    for path in files:
        read_statements(path, statements)
    for st in statements.values():
        if not st.why:
            raise Mistake(f"{st.place}: {st.name} has no comment that says why")
        for engine in ENGINES:
            if engine not in st.texts:
                raise Mistake(f"{st.place}: {st.name} has no text for {engine}")
    guarded = {}
    for path in steps:
        read_guarded(path, guarded)
    for st in statements.values():
        check_guarded(st, guarded)
    migrations = [read_migration(path) for path in steps]
    for earlier, later in zip(migrations, migrations[1:]):
        if earlier[0] == later[0]:
            raise Mistake(f"two migrations have the number {earlier[0]:04d}: "
                          f"{earlier[1]}, {later[1]}")
    ordered = [statements[name] for name in sorted(statements)]
    write_if_changed(out_h, header(ordered))
    write_if_changed(out_c, source(ordered, migrations, guarded))
    # The folders themselves are named too: a new file changes their time and so starts a new run.
    needed = [folder, os.path.join(folder, "migrations")] + files + steps
    with open(depfile, "w", encoding="utf-8") as f:
        f.write(f"{out_h} {out_c}: " + " ".join(p.replace(" ", "\\ ") for p in needed) + "\n")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Mistake as mistake:
        sys.exit(f"sql_to_c: {mistake}")
