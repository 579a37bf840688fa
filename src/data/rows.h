/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/rows.h: rows of cells out of CSV, XLSX, XLS and JSON files, streaming, whatever their dirt.
 */
#ifndef DATA_ROWS_H
#define DATA_ROWS_H

#include "base/encoding.h"

typedef enum RowsFormat { ROWS_AUTO, ROWS_CSV, ROWS_XLSX, ROWS_XLS, ROWS_JSON } RowsFormat;

typedef struct RowsOptions {
    RowsFormat format; /* AUTO: by content first, name second */
    Encoding encoding; /* ENCODING_UNKNOWN: guess */
    char separator;    /* CSV; 0: guess among , tab ; |, or take Excel's "sep=" line */
    Str sheet;         /* XLSX, XLS: sheet name; empty: first visible sheet with rows */
} RowsOptions;

/* What was found out when opening; valid until rows_close. */
typedef struct RowsInfo {
    RowsFormat format;
    Encoding encoding;
    char separator;
    size_t sheet_count;
    const Str *sheets;
    Str sheet;
    uint64_t file_size;
} RowsInfo;

typedef enum CellKind {
    CELL_TEXT,
    CELL_NUMBER,
    CELL_DATE,
    CELL_BOOL,
    CELL_ERROR,
    CELL_EMPTY
} CellKind;

/* A cell's text is UTF-8. Spreadsheet dates come as "2024-01-05", "2024-01-05 08:30:00" or, for a
 * time alone, "08:30:00" (CELL_DATE); numbers as plain decimals of up to 15 digits, as Excel shows
 * them, whole numbers as stored (CELL_NUMBER); JSON numbers as written. Booleans are "true" and
 * "false". Formulas give their stored value, and a problem of the row when there is none; merged
 * cells repeat their value in vertical merges. Rows of a table without any text are not delivered;
 * cells after a spreadsheet row's last one with text are left out, so such rows may be shorter than
 * the header. */
typedef struct Cell {
    Str text;
    CellKind kind;
} Cell;

typedef struct RowOfCells {
    uint64_t line; /* line of the file where the row starts (CSV), row of the sheet, or 1-based
                      object number (JSON) */
    Cell *cells;
    size_t count;
    const char *problem; /* Chinese reason when the row could not be read whole, else NULL; such a
                            row is rejected, not fatal */
} RowOfCells;

/* Up to `capacity` rows at once; memory belongs to the block and is reused by the next call on it.
 * Blocks may be handed between threads, so one thread reads while others work. */
typedef struct RowBlock RowBlock;
RowBlock *row_block_new(size_t capacity); /* at most 65536 */
void row_block_free(RowBlock *b);
size_t row_block_count(const RowBlock *b);
const RowOfCells *row_block_rows(const RowBlock *b);

typedef struct Rows Rows;

/* Ceilings (ERR_TOO_LARGE): 4096 columns a row, 1 MiB a cell, 8 MiB a row, 20 GiB a file, zip
 * expansion 200:1 and 8 GiB, 200 MiB of shared strings, 1024 sheets. Encrypted or damaged archives,
 * macro-only files, HTML named .xls: ERR_INVALID with what to do. XLSX and XLS are parsed in a
 * worker process under seccomp that speaks size-checked messages. `options` may be NULL: everything
 * is guessed. (Zeroed options say UTF-8: set encoding to ENCODING_UNKNOWN.) */
Rows *rows_open(const char *path, const RowsOptions *options, Err *e);
void rows_close(Rows *r);
const RowsInfo *rows_info(const Rows *r);
/* Fill the block. False on failure; an empty block is the end. JSON objects: the first row
 * delivered (line 0) is the union of the keys of the first 1000 objects, in order of appearance;
 * later objects give their cells in that order; unknown later keys are a row problem. Nested values
 * come as their JSON text. */
bool rows_next(Rows *r, RowBlock *b, Err *e);
uint64_t rows_bytes_read(const Rows *r); /* of file_size; for progress */
uint64_t rows_bad_bytes(const Rows *r);  /* undecodable bytes so far */

#endif
