/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/xls_book.h: a BIFF8 (or BIFF5) workbook in memory: its sheets, shared texts and number
 * formats, and the cells of one sheet. Private to the XLS reader and its fuzz target. */
#ifndef DATA_XLS_BOOK_H
#define DATA_XLS_BOOK_H

#include "data/sheet_value.h"
#include "data/text_table.h"
#include "data/xls_record.h"
#include "data/xlsx_merge.h"

typedef struct XlsSheet {
    Str name;
    uint32_t offset; /* of its records in the stream */
    bool hidden, worksheet;
} XlsSheet;

typedef struct XlsCell {
    uint32_t row; /* from 0 */
    uint16_t column;
    uint16_t kind;    /* CELL_EMPTY: a formula without a result */
    size_t from, len; /* in `texts` of the cells */
} XlsCell;

typedef struct XlsCells {
    XlsCell *items; /* by row, as they came within a row */
    size_t count, cap;
    Buf texts;
} XlsCells;

typedef struct XlsBook {
    Arena *arena;
    Str stream;
    bool wide_texts, since_1904;
    Encoding codepage;
    XlsSheet *sheets;
    size_t sheet_count;
    TextTable texts;
    NumberFormat *formats; /* by cell style */
    size_t format_count;
} XlsBook;

/* `stream` is borrowed. */
bool xls_book_read(XlsBook *b, Arena *a, Str stream, Err *e);
void xls_book_done(XlsBook *b);
/* The cells of a sheet that have a text, or should have one, and its vertical merges. */
bool xls_sheet_read(const XlsBook *b, const XlsSheet *s, XlsCells *cells, Merges *merges, Err *e);
void xls_cells_done(XlsCells *cells);

#endif
