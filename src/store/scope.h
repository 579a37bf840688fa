/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/scope.h: on whose behalf a thread reads. Decided once, here, so that no query can forget
 * it (docs/decisions/0007). */
#ifndef STORE_SCOPE_H
#define STORE_SCOPE_H

#include "store/store.h"

/* How a guarded table looks to one person: SQL that stands where the statement says {table}, e.g.
 * "(SELECT … FROM clue WHERE organisation IN (3,5))". No user input in it, same text for both
 * engines. */
typedef struct ScopeView {
    Str table;
    Str sql;
} ScopeView;

/* Immutable; lives as long as the thread uses it. */
typedef struct Scope {
    Str login; /* for messages and journal; empty: nobody */
    const ScopeView *views;
    size_t count;
    const struct Rights *rights; /* people/rights.h: the rules it was made from; NULL for nobody */
} Scope;

/* Sees no row of any guarded table. */
extern const Scope SCOPE_NOBODY;

/* From now on this thread works for `s`; NULL: for the program itself, which sees everything (jobs,
 * projections, command line on the machine). Returns what was set before. Transactions take the
 * scope of the thread that asked for them, also when another thread carries them out. */
const Scope *store_thread_scope(const Scope *s);
const Scope *store_thread_scope_now(void);

#endif
