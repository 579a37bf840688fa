/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/count.c: live rows, counted where they are. */
#include "pool/count.h"

#include "pool/columns.h"
#include "pool/scope.h"
#include "pool/tables.h"

bool pool_count(Pool *p, const Dataset *d, int64_t *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf sql;
    int64_t visible = pool_visible(p);
    PoolScope scope;

    buf_init(&sql, (size_t)4 << 20);
    if (!pool_scope(p, d->dataset, a, &scope, e))
        return false;
    PoolSession *s = pool_session(p, e);

    if (s == NULL)
        return false;
    buf_add_c(&sql, "SELECT count(*) FROM ");
    pool_quote(pool_table(a, d)->name, &sql);
    buf_addf(&sql, " WHERE batch <= %lld AND until > %lld", (long long)visible, (long long)visible);
    buf_add(&sql, scope.rows);
    bool good = pool_int(s, buf_str(&sql), NULL, 0, out, e);

    pool_session_close(s);
    return good;
}
