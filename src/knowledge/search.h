/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/search.h: words in the full text. Chinese has no blanks, so the index is of pairs of
 * characters: what holds all pairs of a word is looked at, and only what holds the word is found.
 * The index is made at the first search and lives with the library. */
#ifndef KNOWLEDGE_SEARCH_H
#define KNOWLEDGE_SEARCH_H

#include "knowledge/library.h"

typedef struct LawHit {
    const Law *law;
    const LawVersion *version;
    const Piece *piece;
    Str before, match, after; /* the excerpt, cut at whole characters */
} LawHit;

typedef struct LawSearch {
    Str words; /* divided by blanks: all must be there; order does not matter */
    Str law;   /* only in this one; empty: in all */
    Str category;
    size_t offset, limit;
} LawSearch;

/* In the texts in force today. *total counts all; returns those of this page. A heading's words
 * find the heading's piece. */
size_t law_search(Library *l, Arena *a, const LawSearch *q, size_t *total, LawHit **out);

#endif
