/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/expand.h: {table} in a statement becomes what the scope shows of that table. Inside store/
 * only; others see scope.h. */
#ifndef STORE_EXPAND_H
#define STORE_EXPAND_H

#include "store/scope.h"

/* Tables that hold rows of organisations, as the migrations mark them; made by tools/sql_to_c.py.
 * One with a parent is only read joined with its parent. */
typedef struct Guarded {
    const char *table;
    const char *parent; /* NULL: has rows of organisations itself */
} Guarded;
extern const Guarded guarded_tables[];

/* The statement as `scope` may run it, into `out` (empty before); NULL: the program itself, which
 * sees the tables as they are. ERR_INTERNAL for a statement that names a guarded table plainly on
 * behalf of a person: it would see everything. */
bool scope_expand(const Scope *scope, Str text, Buf *out, Err *e);
/* Is there nothing to do? */
bool scope_plain(const Scope *scope, Str text);

#endif
