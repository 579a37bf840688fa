#!/usr/bin/env python3
# SPDX-License-Identifier: MulanPSL-2.0
"""tools/sql_to_c.py: what it makes of statements and migrations, and which mistakes it names."""
import os
import subprocess
import sys
import tempfile
import unittest

TOOL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools", "sql_to_c.py")
TABLE = "CREATE TABLE t (a BIGINT PRIMARY KEY, b TEXT DEFAULT 'TEXT; BLOB', c BLOB, d REAL, e BOOLEAN);\n"


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def run(statements, migrations):
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "migrations"))
        for name, text in statements.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
                f.write(text)
        for name, text in migrations.items():
            with open(os.path.join(folder, "migrations", name), "w", encoding="utf-8") as f:
                f.write(text)
        out = [os.path.join(folder, name) for name in ("s.h", "s.c", "s.d")]
        done = subprocess.run([sys.executable, TOOL, folder, *out], capture_output=True, text=True,
                              check=False)
        return done.stderr, [read(path) for path in out] if done.returncode == 0 else None


def statement(text):
    return {"x.sql": text}


class Statements(unittest.TestCase):
    def made(self, text):
        errors, texts = run(statement(text), {})
        self.assertIsNotNone(texts, errors)
        return texts

    def refused(self, text, why):
        errors, texts = run(statement(text), {})
        self.assertIsNone(texts, "was taken")
        self.assertIn(why, errors)
        self.assertIn("x.sql:", errors)

    def test_reading_and_writing(self):
        cases = {"SELECT 1": "false", "WITH a AS (SELECT 1) SELECT * FROM a": "false",
                 "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a": "true",
                 "INSERT INTO t VALUES ($1)": "true", "delete from t": "true",
                 "SELECT 'INSERT' AS w": "false"}
        for text, writes in cases.items():
            header, source, _ = self.made(f"-- name: x\n-- Why.\n{text};\n")
            self.assertIn("/* Why. */\nextern const Sql SQL_x;", header)
            self.assertIn(f"text_x, {writes}}};", source)

    def test_one_text_or_one_each(self):
        _, source, _ = self.made("-- name: x sqlite\n-- Why.\nSELECT 1\n"
                                 "-- name: x postgresql\nSELECT 2 -- not this\n")
        self.assertIn("sqlite_x, postgresql_x", source)
        self.assertIn('"SELECT 2";', source)
        self.assertNotIn("not this", source)

    def test_mistakes(self):
        why = "-- name: x\n-- Why.\n"
        self.refused("-- name: x\nSELECT 1\n", "no comment")
        self.refused(why + "\n", "empty")
        self.refused(why + "SELECT 1; SELECT 2", "more than one")
        self.refused(why + "SELECT ?", "write $1")
        self.refused(why + "SELECT $1, $3", "without a gap")
        self.refused(why + "SELECT 1;\n" + why + "SELECT 2", "already there")
        self.refused("-- name: x sqlite\n-- Why.\nSELECT 1", "no text for postgresql")
        self.refused("-- name: X\n-- Why.\nSELECT 1", "bad name")
        self.refused("-- name: x oracle\n-- Why.\nSELECT 1", "sqlite or postgresql")
        self.refused("SELECT 1", "before the first")

    def test_quotes_are_left_alone(self):
        _, source, _ = self.made("-- name: x\n-- Why.\nSELECT 'a;b?--c\\', \"$9\" FROM t")
        self.assertIn("'a;b?--c\\\\', \\\"$9\\\" FROM t", source)


class Guarded(unittest.TestCase):
    RIGHTS = {"0001_t.sql": "CREATE TABLE clue (a BIGINT);\nCREATE TABLE part (a BIGINT);\n"
                            "-- guarded: clue\n-- guarded: part of clue\n"}

    def made(self, text, why="-- Why.\n"):
        return run(statement(f"-- name: x\n{why}{text}"), self.RIGHTS)

    def test_views_stay_for_the_store(self):
        errors, texts = self.made("SELECT a FROM {clue} c JOIN part p ON p.a = c.a")
        self.assertIsNotNone(texts, errors)
        self.assertIn('"SELECT a FROM {clue} c JOIN part p', texts[1])
        self.assertIn('{"clue", NULL},\n    {"part", "clue"},', texts[1])

    def test_plain_names_are_refused(self):
        for text in ("SELECT a FROM clue", "SELECT a FROM t, clue", "SELECT a FROM t JOIN clue c ON 1 = 1",
                     "UPDATE clue SET a = 1", "DELETE FROM clue", "INSERT INTO clue (a) VALUES ($1)",
                     "SELECT (SELECT MAX(a) FROM Clue)", "WITH c AS (SELECT a FROM clue) SELECT a FROM c",
                     "SELECT a FROM part", "INSERT INTO t SELECT a FROM part WHERE a = 1",
                     "SELECT a FROM {clue} UNION SELECT a FROM clue"):
            errors, texts = self.made(text)
            self.assertIsNone(texts, text)
            self.assertIn("sees all rows of", errors)
            errors, texts = self.made(text, "-- Why.\n-- whole: a test\n")
            self.assertIsNotNone(texts, errors)
            self.assertIn("/* Why. */", texts[0])

    def test_other_names_are_fine(self):
        for text in ("SELECT clue FROM t", "SELECT t.clue, 'FROM clue' FROM t ORDER BY clue",
                     "SELECT a FROM clue_of_t", "INSERT INTO t (clue) VALUES ($1)"):
            errors, texts = self.made(text)
            self.assertIsNotNone(texts, errors)

    def test_mistakes(self):
        for text, why, words in (("SELECT a FROM {clu}", "-- Why.\n", "neither a type nor"),
                                 ("SELECT a FROM t", "-- Why.\n-- whole: no need\n", "names no guarded"),
                                 ("SELECT a FROM clue", "-- Why.\n-- whole:\n", "and then why")):
            errors, texts = self.made(text, why)
            self.assertIsNone(texts, text)
            self.assertIn(words, errors)
        for line, words in (("-- guarded: part of nothing\n", "nothing is not guarded"),
                            ("-- guarded: two words\n", "TABLE of TABLE")):
            errors, texts = run({}, {"0001_t.sql": TABLE + line})
            self.assertIsNone(texts, line)
            self.assertIn(words, errors)


class Migrations(unittest.TestCase):
    def test_types_of_each_engine(self):
        errors, texts = run({}, {"0001_t.sql": TABLE})
        self.assertIsNotNone(texts, errors)
        sqlite, postgresql = texts[1].split('{1, "t",')[1].split('\\n",')[:2]
        self.assertIn("a INTEGER PRIMARY KEY, b TEXT DEFAULT 'TEXT; BLOB', c BLOB, d REAL, e INTEGER"
                      ") STRICT;", sqlite)
        self.assertIn("a BIGINT PRIMARY KEY, b TEXT COLLATE \\\"C\\\" DEFAULT 'TEXT; BLOB', c BYTEA, "
                      "d DOUBLE PRECISION, e BIGINT);", postgresql)

    def test_lines_for_one_engine(self):
        errors, texts = run({}, {"0001_t.sql": TABLE + "-- engine: postgresql\nSELECT 7;\n"
                                               "-- engine: both\nSELECT 8;\n"})
        self.assertIsNotNone(texts, errors)
        self.assertEqual((texts[1].count("SELECT 7"), texts[1].count("SELECT 8")), (1, 2))

    def test_mistakes(self):
        for files, why in (
                ({"one.sql": TABLE}, "NNNN_name.sql"),
                ({"0001_a.sql": TABLE, "0001_b.sql": TABLE}, "number 0001"),
                ({"0001_a.sql": TABLE.rstrip(";\n")}, "no semicolon"),
                ({"0001_a.sql": "CREATE TABLE t (a SERIAL);"}, "SERIAL"),
                ({"0001_a.sql": "-- engine: oracle\n"}, "engine is")):
            errors, texts = run({}, files)
            self.assertIsNone(texts, why)
            self.assertIn(why, errors)

    def test_new_files_are_noticed(self):
        _, texts = run(statement("-- name: x\n-- Why.\nSELECT 1"), {"0001_t.sql": TABLE})
        for name in ("/migrations ", "x.sql", "0001_t.sql"):
            self.assertIn(name, texts[2] + " ")


if __name__ == "__main__":
    unittest.main()
