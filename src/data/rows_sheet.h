/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/rows_sheet.h: how a worker that reads a spreadsheet hands its rows to the parent. Private to
 * the row readers. */
#ifndef DATA_ROWS_SHEET_H
#define DATA_ROWS_SHEET_H

#include "data/rows_reader.h"
#include "data/sandbox.h"

/* --- the worker's side ----------------------------------------------------------------------- */

/* The row under construction: cells by column, texts in `bytes`. */
typedef struct SheetCell {
    CellKind kind;
    size_t from, len; /* in bytes */
} SheetCell;

typedef struct SheetRow {
    uint64_t line;
    SheetCell cells[ROW_COLUMNS_MAX];
    size_t count;          /* columns up to the last one set */
    uint32_t uncalculated; /* column + 1 of the first formula without a result, or 0 */
    Buf bytes;
} SheetRow;

void sheet_row_start(SheetRow *r, uint64_t line);
/* Empty texts are not kept. ERR_TOO_LARGE past the ceilings. */
bool sheet_row_set(SheetRow *r, uint64_t column, CellKind kind, Str text, Err *e);

/* A formula whose result the file does not hold: the row cannot be read whole. */
bool sheet_row_uncalculated(SheetRow *r, uint64_t column, Err *e);

typedef struct SheetOut {
    Port *port;
    Buf rows;
    uint64_t progress; /* bytes of the file */
} SheetOut;

void sheet_out_init(SheetOut *o, Port *port);
void sheet_out_sheets(SheetOut *o, const Str *names, size_t count, size_t chosen);
void sheet_out_row(SheetOut *o, const SheetRow *r); /* a row without anything is left out */
void sheet_out_end(SheetOut *o);

/* --- the parent's side ----------------------------------------------------------------------- */

/* Start the worker and wait for the list of sheets. */
Reader *sheet_reader_open(const WorkerKind *kind, int fd, Arena *a, RowsInfo *info, Err *e);

#endif
