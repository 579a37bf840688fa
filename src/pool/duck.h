/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/duck.h: what the two files about DuckDB share. */
#ifndef POOL_DUCK_H
#define POOL_DUCK_H

#include <duckdb.h>

#include "pool/engine.h"

/* A DuckDB error as an Err; false. */
bool duck_error(duckdb_error_type type, const char *message, Err *e);

/* DuckDB keeps a UUID as a signed 128-bit number with its top bit flipped, so that it sorts. */
static inline duckdb_hugeint duck_uuid(const unsigned char bytes[16]) {
    uint64_t upper = 0, lower = 0;

    for (int i = 0; i < 8; i++) {
        upper = upper << 8 | bytes[i];
        lower = lower << 8 | bytes[8 + i];
    }
    return (duckdb_hugeint){lower, (int64_t)(upper ^ UINT64_C(1) << 63)};
}

/* A statement with its arguments bound, to be destroyed by the caller. */
bool duck_prepare(PoolSession *s, Str sql, const PoolValue *args, size_t n,
                  duckdb_prepared_statement *st, Err *e);
bool duck_query(PoolSession *s, Str sql, const PoolValue *args, size_t n, PoolRows *out, Err *e);
bool duck_next(PoolRows *r, bool *more, Err *e);
void duck_rows_close(PoolRows *r);

bool duck_append_open(PoolAppender *a, Str table, Err *e);
bool duck_append_row(PoolAppender *a, const PoolValue *values, Err *e);
bool duck_append_end(PoolAppender *a, Err *e);
void duck_append_free(PoolAppender *a);

bool duck_bulk(Pool *p, const PoolTable *t, PoolSource *source, int workers, Err *e);
bool duck_bulk_register(duckdb_connection connection);

#endif
