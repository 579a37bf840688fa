/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/maker.h: one row of cells becomes one row of the pool, or a reason why not. */
#ifndef POOL_MAKER_H
#define POOL_MAKER_H

#include "content/field.h"
#include "data/rows.h"
#include "pool/columns.h"

/* What a file's columns mean. Shared by the makers of all threads; immutable. */
typedef struct MakerPlan {
    const Content *content;
    const PoolTable *table;
    const Keys *keys;
    const Field *fields; /* as the dataset's, but with the unit the header names; same order */
    const int *columns;  /* per field: column of the file, or -1 */
    const Str *headers;  /* per column */
    size_t column_count; /* width of the header */
    int64_t batch;
} MakerPlan;

typedef enum Made {
    MADE_ROW,
    MADE_EMPTY, /* nothing in it: not counted */
    MADE_REJECTED,
} Made;

/* Texts are valid until the next row. */
typedef struct MadeRow {
    const PoolValue *values; /* one per column of the table; UUIDs as 16 bytes */
    int column;              /* of a refusal: 1-based column of the file, 0: the whole row */
    Str title;               /* of that column */
    Str masked;              /* value without what it must not show */
    const char *reason;
} MadeRow;

typedef struct Maker Maker; /* one per thread */
Maker *maker_new(const MakerPlan *plan);
void maker_free(Maker *m);
Made maker_make(Maker *m, const RowOfCells *row, MadeRow *out);

/* Values of the row made or refused last, by field; for previews and for pool_put. */
const FieldValue *maker_values(const Maker *m);

/* A value of any column as it may be shown to anybody: runs of six or more digits lose their
 * middle. */
void mask_text(Str text, Buf *out);
/* The same of a sensitive column: texts keep their last characters only. */
void mask_secret(const Field *f, Str text, Buf *out);

#endif
