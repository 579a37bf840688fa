/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/seal.h: rows that the law seals, while a batch comes in: counted apart, and taken out of
 * everything ordinary people are told of it (docs/decisions/0010-sealed-records.md). */
#ifndef POOL_SEAL_H
#define POOL_SEAL_H

#include "pool/tables.h"

/* Sealed rows of one import. */
typedef struct SealedPart {
    int64_t received, accepted, duplicates, corrected;
    const int64_t *lines; /* where they stood in the file, ascending; sealed duplicates too */
    size_t line_count;
    const Node *turned; /* NULL, or {dataset, batches:[{batch,rows,corrected}], ids:[…]}: older
                           versions that were open and are sealed by this batch */
} SealedPart;

/* Before the verdict: which rows of the batch are sealed. */
bool seal_begin(PoolSession *s, const PoolTable *t, int64_t batch, Arena *a, SealedPart *out,
                Err *e);
/* After it: older versions of a record that is sealed now are sealed too, the sealed rows are
 * counted, and the lines of the others are numbered as if those were not in the file. */
bool seal_end(PoolSession *s, const PoolTable *t, int64_t batch, Arena *a, SealedPart *out, Err *e);

#endif
