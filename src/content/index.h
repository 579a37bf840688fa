/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/index.h: a small hash table from text to anything, filled once and then only read. */
#ifndef CONTENT_INDEX_H
#define CONTENT_INDEX_H

#include "base/str.h"

/* Lives in its arena. Keys are borrowed. Once filled, threads may share it. */
typedef struct Index Index;

/* Room for `most` keys. */
Index *index_new(Arena *a, size_t most);
/* The value that stands there already, or NULL when this one was put. */
const void *index_put(Index *x, Str key, const void *value);
const void *index_get(const Index *x, Str key);

/* Half-width, upper case, without blanks: how headers and codes are compared. Returns the length
 * written, or SIZE_MAX when it does not fit into `size`. */
size_t fold_text(Str text, char *out, size_t size);
Str fold_copy(Arena *a, Str text);

/* Keeps the known name that is nearest to a wanted one. Start with {.wanted = …}. */
typedef struct NearestName {
    Str wanted, name;
    size_t distance;
} NearestName;
void nearest_name(NearestName *n, Str known);

#endif
