/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/query.h: the conditions of a clue query as SQL, shared by list, facets and export. */
#ifndef CLUE_QUERY_H
#define CLUE_QUERY_H

#include "clue/clue.h"

typedef struct ClueWhere {
    Buf sql; /* "WHERE …"; the caller frees it with buf_done */
    Arg args[24];
    size_t count;
} ClueWhere;

/* Are those left out that were merged into others? */
bool clue_unmerged(const ClueQuery *q);

/* All conditions of q. */
void clue_where(const ClueQuery *q, Arena *a, ClueWhere *w);

/* How many clues q finds, and {model, level, status, strength: [{value, count}]}: each facet under
 * the other conditions. */
bool clue_facets(Tx *tx, const ClueQuery *q, Arena *a, int64_t *total, Node **out, Err *e);

/* ORDER BY text, total (ends in a unique column); NULL for an unknown sort. Empty sort: by level.
 */
const char *clue_order(Str sort);

/* Are sort, level, status and strength words that exist? ERR_INVALID names the wrong one and the
 * right ones. */
bool clue_query_check(const ClueQuery *q, Err *e);

#endif
