/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/library_inside.h: the inside of a library, for the files of this folder only. */
#ifndef KNOWLEDGE_LIBRARY_INSIDE_H
#define KNOWLEDGE_LIBRARY_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "content/index.h"
#include "knowledge/library.h"

typedef struct Repealed {
    const Repeal *repeal;
    const Law *by;
} Repealed;

struct Library {
    Arena *arena;
    atomic_int held;
    Law *laws;
    size_t count, missing;
    int64_t import;   /* newest */
    char content[13]; /* version of the content that gave the short names */
    Index *by_id, *by_name, *repealed;
    size_t longest_name; /* bytes of the longest key */
    pthread_mutex_t making;
    struct LawIndex *index; /* of the full text: made when somebody searches */
};

/* How names are compared: without 《》, blanks, 中华人民共和国 and a year of revision. */
Str law_name_key(Arena *a, Str name);
void law_index_free(struct LawIndex *x);

#endif
