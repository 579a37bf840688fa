/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/sheet_file.h: a small table of texts, read from and written to a file. Inside people/. */
#ifndef PEOPLE_SHEET_FILE_H
#define PEOPLE_SHEET_FILE_H

#include "people/sheet.h"

typedef struct SheetColumn {
    const char *title; /* NULL ends */
    bool needed;
} SheetColumn;

typedef struct SheetRow {
    int64_t line;
    const Str *cells; /* one for each column, empty when absent */
} SheetRow;

typedef struct SheetTable {
    SheetRow *rows;
    size_t count;
} SheetTable;

/* The first row is the header. Columns nobody knows are refused, with the nearest title. */
bool sheet_read(Arena *a, const char *path, const SheetColumn *columns, size_t most,
                SheetTable *out, Err *e);
/* `cells`: count × columns. */
bool sheet_write(const char *path, const char *title, const SheetColumn *columns, const Str *cells,
                 size_t count, Err *e);

/* Problems of one import. */
typedef struct SheetProblems {
    Arena *arena;
    SheetProblem items[SHEET_PROBLEMS_MOST];
    size_t count, all;
} SheetProblems;
/* Note what *e says of this line and clear it. */
void sheet_problem(SheetProblems *p, int64_t line, Err *e);
/* True when there are none; else fills `out` and *e. */
bool sheet_settle(SheetProblems *p, SheetResult *out, Err *e);

#endif
