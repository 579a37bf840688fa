/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/scope.h: which rows of the pool the asking person sees (people/rights.h). Whoever shows rows
 * asks here, so no caller can forget it. */
#ifndef POOL_SCOPE_H
#define POOL_SCOPE_H

#include "people/rights.h"
#include "pool/pool.h"

/* Where the rights are read. Before rows are shown to anybody; without it a thread with a scope
 * sees nothing. */
void pool_use_store(Pool *p, Store *s);
/* For row.read by the scope of this thread. */
bool pool_scope(Pool *p, Str dataset, Arena *a, PoolScope *out, Err *e);
/* Does the field name or point to a person? */
bool field_personal(const Dataset *d, const Field *f);

#endif
