/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/verdict.h: which rows of a batch are new, which are duplicates, which correct older ones.
 * Set-based SQL. */
#ifndef POOL_VERDICT_H
#define POOL_VERDICT_H

#include "pool/tables.h"

typedef struct Verdict {
    int64_t duplicates, corrected;
} Verdict;

/* The rows of `batch` are in the table and live. Afterwards duplicates are gone, earlier versions
 * inside the batch are history (until = batch), and older live rows with the same id are closed
 * (until = batch). One transaction of the session's own. */
bool verdict_run(PoolSession *s, const PoolTable *t, int64_t batch, Verdict *out, Err *e);

#endif
