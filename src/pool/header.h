/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/header.h: which line of a file is its header, and which column fills which field. */
#ifndef POOL_HEADER_H
#define POOL_HEADER_H

#include "pool/import.h"

#define HEADER_LINES 30 /* title lines above a header are never more than this */

/* The header as it stands in the file; texts copied into the arena, blanks trimmed. */
typedef struct Header {
    int64_t line; /* 0 for JSON keys */
    size_t index; /* of the row in the block it was found in */
    size_t count;
    const Str *titles;
} Header;

/* Among the first rows of `block`. `wanted` > 0: that line. ERR_INVALID when none of them looks
 * like a header of this dataset, with the remedy. */
bool header_find(Arena *a, const Dataset *d, const RowBlock *block, int64_t wanted, Header *out,
                 Err *e);

/* How many fields the header serves: for guessing the dataset of a file. */
size_t header_score(const Dataset *d, const Str *titles, size_t count);

/* One match per field, in field order. */
ColumnMatch *header_match(Arena *a, const Dataset *d, const Header *h);

/* Key of a saved mapping: dataset and digest of the headers. */
Str header_source(Arena *a, const Dataset *d, const Header *h);

/* 万元, 元, 平方米, 亩, 公顷 when the title names a unit the field's type knows, else empty. */
Str header_unit(Str title, int field_type);

/* Folded for comparing: half-width, upper case, without blanks, marks and bracketed units. */
void header_fold(Str title, Buf *out);

#endif
