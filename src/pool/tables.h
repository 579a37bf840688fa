/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/tables.h: the tables of the datasets, beyond what pool.h promises to other layers. */
#ifndef POOL_TABLES_H
#define POOL_TABLES_H

#include "pool/engine.h"

/* As pool_fit, for these datasets only. */
bool pool_fit_datasets(Pool *p, const Dataset *const *datasets, size_t n, Err *e);
/* Remove the rows of batches above `visible` from one table and reopen what they had closed. */
bool pool_undo(PoolSession *s, Str table, int64_t visible, int64_t *removed, Err *e);
/* The first column of the first row; 0 when there is none. */
bool pool_int(PoolSession *s, Str sql, const PoolValue *args, size_t n, int64_t *out, Err *e);
/* Several servers on one PostgreSQL: one of them at a time makes tables or imports. */
bool pool_lock(PoolSession *s, Err *e);
void pool_unlock(PoolSession *s);

#endif
