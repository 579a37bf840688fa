/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/hit.h: result rows gathered into hits. */
#ifndef MODEL_HIT_H
#define MODEL_HIT_H

#include "model/rule.h"

/* A row that supports a hit, with the digest of its values. */
typedef struct Proof {
    size_t order; /* of the alias in the rule */
    const Alias *alias;
    char id[33], digest[33];
    int64_t batch;
} Proof;

/* One row of a rule's query, or one piece of a measure's evidence (then `proofs` has one and
 * `values` is NULL). */
typedef struct ResultRow {
    const Rule *rule;
    Strength pass;
    char hit[33];
    char key[33];
    Proof *proofs;
    size_t proof_count;
    Str name, mask;
    PoolValue *values;
    int64_t event; /* Day, INT64_MAX when there is none */
} ResultRow;

typedef struct ResultRows {
    Arena *arena;
    ResultRow *items;
    size_t count, capacity;
} ResultRows;

ResultRow *result_rows_add(ResultRows *rows);
/* Stable identity: model, rule, subject, once_per values, strength. `once` holds the once_per
 * values in order. */
void hit_key(const Model *m, const Rule *r, Strength pass, const char key[33],
             const PoolValue *const *once, char out[33]);
/* Rows of all rules and passes to hits, ordered by key. Sorts `rows`. */
bool hits_gather(const Model *m, ResultRows *rows, Arena *a, const Hit **out, size_t *count,
                 Err *e);

#endif
