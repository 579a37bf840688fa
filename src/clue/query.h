/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/query.h: the conditions of a clue query as SQL, shared by list, facets and export. */
#ifndef CLUE_QUERY_H
#define CLUE_QUERY_H

#include "clue/clue.h"

typedef struct ClueWhere {
    Buf sql; /* "WHERE …"; the caller frees it with buf_done */
    Arg args[16];
    size_t count;
} ClueWhere;

/* All conditions of q but the one on column `without` ("" for none): a facet counts under the
 * others. */
void clue_where(const ClueQuery *q, const char *without, Arena *a, ClueWhere *w);

/* ORDER BY text, total (ends in a unique column); NULL for an unknown sort. Empty sort: by level.
 */
const char *clue_order(Str sort);

#endif
