/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/quality.h: what the accepted rows of a batch say, column by column. */
#ifndef POOL_QUALITY_H
#define POOL_QUALITY_H

#include "pool/tables.h"

typedef struct Quality {
    int64_t filled, valid, distinct, out_of_range;
} Quality;

/* Above this many rows DuckDB estimates how many values are distinct (HyperLogLog, within a few per
 * cent). */
#define QUALITY_EXACT_MAX 200000

/* One per field of the dataset, over the rows of `batch` that stayed. */
bool quality_measure(PoolSession *s, const PoolTable *t, int64_t batch, int64_t accepted, Arena *a,
                     Quality **out, bool *approximate, Err *e);

#endif
