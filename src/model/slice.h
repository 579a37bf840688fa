/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/slice.h: which keys an import touched, and the rows of those keys in small tables. */
#ifndef MODEL_SLICE_H
#define MODEL_SLICE_H

#include "model/rule.h"

#define STRENGTHS 5

/* Sorted keys, for RunOutcome.asked. */
typedef struct KeySet {
    char (*keys)[33];
    size_t count;
} KeySet;

typedef struct Slices Slices;

/* Touched keys of every column the models join on. NULL on failure. */
Slices *slices_new(PoolSession *s, const Model *const *models, size_t n, const RunOptions *o,
                   Err *e);
void slices_free(Slices *s); /* drops the tables; NULL is fine */
/* So many keys that asking all is cheaper. */
bool slices_too_many(const Slices *s);
/* Did the batches bring or close rows of a dataset the model reads? */
bool slices_touch(const Slices *s, const Model *m);
const KeySet *slices_keys(const Slices *s, Strength pass);
int64_t slices_rows(const Slices *s); /* copied so far */
/* Make the tables a rule needs in a pass, unless they exist; *empty: none of the touched keys can
 * fulfil the rule. */
bool slices_fit(Slices *s, const Rule *r, Strength pass, bool *empty, Err *e);
/* Source.table */
Str slices_table(void *slices, const Dataset *d);
/* Source.touched */
Str slices_touched(void *slices, Strength pass);
/* A statement with one whole number as its answer. */
bool slices_count(PoolSession *s, Str sql, int64_t *out, Err *e);

#endif
