/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/browse.h: rows of a dataset as a list to page through, and how many there are. */
#ifndef POOL_BROWSE_H
#define POOL_BROWSE_H

#include "pool/pool.h"

/* Live rows of one dataset as of now. */
bool pool_count(Pool *p, const Dataset *d, int64_t *out, Err *e);

typedef struct BrowseQuery {
    Str text;      /* contained in a text column; a whole identity number or credit code: rows about it */
    int64_t batch; /* rows this batch brought; 0: all */
    Str cursor;
    int64_t limit; /* 0: 50; at most 200 */
} BrowseQuery;

/* {total, items: [{id, batch, line, values: [text|null]}], next, columns: [{field, title, type}]}, newest batch
 * first, then by line. Sensitive values are masked, as they are in the pool. */
Node *pool_browse(Pool *p, const Keys *keys, const Dataset *d, const BrowseQuery *q, Arena *a, Err *e);

#endif
