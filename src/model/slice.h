/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/slice.h: which keys an import touched, which of them can answer which rule, and the rows of
 * those in small tables. */
#ifndef MODEL_SLICE_H
#define MODEL_SLICE_H

#include "model/rule.h"

#define STRENGTHS 5

/* Sorted keys, each once. */
typedef struct KeySet {
    char (*keys)[33];
    size_t count;
} KeySet;

typedef struct Slices Slices;

/* Touched keys of every column the models join on, and what they can answer. NULL on failure. */
Slices *slices_new(PoolSession *s, const Model *const *models, size_t n, const RunOptions *o,
                   Err *e);
void slices_free(Slices *s); /* drops the tables; NULL is fine */
/* So many keys that asking all is cheaper. */
bool slices_too_many(const Slices *s);
/* Did the batches bring or close rows of a dataset the model reads? */
bool slices_touch(const Slices *s, const Model *m);
const KeySet *slices_keys(const Slices *s, Strength pass);
int64_t slices_rows(const Slices *s); /* copied so far */
/* The number of the rule's keys in the table of keys (Source.part); 0: no touched key can fulfil
 * the rule in this pass, so it need not be asked. */
int slices_part(const Slices *s, const Rule *r, Strength pass);
/* Make the tables the rule reads, unless they exist. */
bool slices_fit(Slices *s, const Rule *r, Err *e);
/* Source.table */
Str slices_table(void *slices, const Dataset *d);
/* Source.keys_table: (part, key) */
Str slices_keys_table(void *slices);

#endif
