/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/columns.h: which columns a dataset's table has, and what each one holds. */
#ifndef POOL_COLUMNS_H
#define POOL_COLUMNS_H

#include "pool/pool.h"

typedef enum ColumnRole {
    COLUMN_ID,
    COLUMN_BATCH,
    COLUMN_UNTIL,
    COLUMN_LINE,
    COLUMN_DIGEST,
    COLUMN_SEALED,
    COLUMN_ORIGINAL,
    COLUMN_PROBLEMS,
    COLUMN_SEALED_BY,
    COLUMN_VALUE,
    COLUMN_KEY,
    COLUMN_BIRTH,
    COLUMN_SEX,
    COLUMN_DIVISION,
    COLUMN_VALID,
    COLUMN_WEAK_BIRTH,
    COLUMN_WEAK_DIVISION,
    COLUMN_WEAK_TAIL,
    COLUMN_WEAK_NAME,
} ColumnRole;

typedef struct PoolColumn {
    Str name; /* ends in NUL */
    PoolType type;
    ColumnRole role;
    const Field *field;     /* NULL for the row's own columns */
    const Subject *subject; /* of keys: NULL when the field is no subject's key */
} PoolColumn;

typedef struct PoolTable {
    const Dataset *dataset;
    Str name; /* "d_administrative_penalty" */
    PoolColumn *columns;
    size_t count;
} PoolTable;

#define TABLE_OWN_COLUMNS 9 /* id … sealed_by come first, in the order of ColumnRole */

const PoolTable *pool_table(Arena *a, const Dataset *d);
PoolType pool_value_type(const Field *f);
/* Offset of a column by field and role, or -1. */
ptrdiff_t pool_table_find(const PoolTable *t, const Field *f, ColumnRole role);

#endif
