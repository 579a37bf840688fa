/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/used.h: which columns of which datasets rules read. */
#ifndef MODEL_USED_H
#define MODEL_USED_H

#include "model/rule.h"

typedef struct UsedColumns {
    const Dataset *dataset;
    Str *names; /* columns of the pool's table */
    size_t count, capacity;
} UsedColumns;

typedef struct Used {
    Arena *arena;
    UsedColumns *items; /* in order of first use */
    size_t count;
} Used;

Used *used_new(Arena *a);
void used_add(Used *u, const Rule *r);
const UsedColumns *used_columns(const Used *u, const Dataset *d); /* NULL when not used */

#endif
