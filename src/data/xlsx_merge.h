/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/xlsx_merge.h: vertical merges: the value of the first row stands in the others too. Merges
 * are listed after the rows they speak of, so they are fetched by a quick scan beforehand. Private
 * to the sheet readers. */
#ifndef DATA_XLSX_MERGE_H
#define DATA_XLSX_MERGE_H

#include "data/rows_sheet.h"

/* Rows from 1, column from 0. */
typedef struct Merge {
    uint64_t first, last;
    uint32_t column;
    CellKind kind;
    char *text; /* of the first row, once seen */
    size_t len;
} Merge;

typedef struct Merges {
    Merge *items; /* by first row */
    size_t count, cap;
    size_t next; /* the first one not reached yet */
    size_t *active, active_count, active_cap;
    Buf pending; /* scan: the end of the last piece */
} Merges;

void merges_init(Merges *m);
void merges_done(Merges *m);
/* Remember one; merges inside a row are not kept. ERR_TOO_LARGE past a million. */
bool merges_add(Merges *m, uint64_t first, uint64_t last, uint32_t column, Err *e);
/* Look for mergeCell elements in a piece of a sheet's XML. */
bool merges_scan(Merges *m, Str piece, Err *e);
void merges_ready(Merges *m); /* after the last one was added */
bool merges_known(const Merges *m, uint64_t first, uint64_t last, uint32_t column);
/* Rows come in order; fills the empty cells of `r`, which has some text of its own. */
bool merges_apply(Merges *m, SheetRow *r, Err *e);

/* "B3" → row 3, column 1; false when it is no cell. Row 0 when only letters were given. */
bool cell_reference(Str ref, uint64_t *row, uint64_t *column);
/* "B3:B7", or a single cell. */
bool range_reference(Str ref, uint64_t *first, uint64_t *last, uint64_t *column,
                     uint64_t *last_column);

#endif
