/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/clue_rows.h: clues in the shape of the API: words beside ids, money as text. */
#ifndef HTTP_CLUE_ROWS_H
#define HTTP_CLUE_ROWS_H

#include "clue/clue.h"

/* A clue as a list or a detail shows its head; other members of `clue` are kept. */
Node *clue_shown(const Snapshot *s, const Node *clue, Arena *a);
/* {total, items, next, facets} with words. NULL with *e set. */
Node *clue_page(Office *o, const Snapshot *s, const ClueQuery *q, Arena *a, Err *e);

/* Adds the names of whoever has each of these. */
bool clue_owners(Office *o, const Node *items, Arena *a, Err *e);

#endif
