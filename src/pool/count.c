/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/count.c: live rows, counted where they are. */
#include "pool/count.h"

#include "pool/columns.h"
#include "pool/tables.h"

bool pool_count(Pool *p, const Dataset *d, int64_t *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf sql;
    PoolSession *s = pool_session(p, e);
    int64_t visible = pool_visible(p);

    buf_init(&sql, 4096);
    if (s == NULL)
        return false;
    buf_add_c(&sql, "SELECT count(*) FROM ");
    pool_quote(pool_table(a, d)->name, &sql);
    buf_addf(&sql, " WHERE batch <= %lld AND until > %lld", (long long)visible, (long long)visible);
    bool good = pool_int(s, buf_str(&sql), NULL, 0, out, e);

    pool_session_close(s);
    return good;
}
