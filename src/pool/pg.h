/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/pg.h: what the two files about PostgreSQL share. */
#ifndef POOL_PG_H
#define POOL_PG_H

#include <libpq-fe.h>

#include "pool/engine.h"
#include "store/place.h"

/* Types as pg_type numbers them; these never change. */
enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_FLOAT4 = 700,
    OID_FLOAT8 = 701,
    OID_DATE = 1082,
    OID_TIMESTAMP = 1114,
    OID_NUMERIC = 1700,
    OID_UUID = 2950,
};

typedef struct PgSession {
    PGconn *connection;
    PGcancel *cancel;
} PgSession;

/* What the server (or the connection, when `result` is NULL) complains of; false. */
bool pg_error(PoolSession *s, const PGresult *result, Err *e);

bool pg_send(PoolSession *s, Str sql, const PoolValue *args, size_t n, Err *e);
void pg_drain(PgSession *pg); /* read to the end, before the next statement */
void pg_interrupt(PoolSession *s);
bool pg_query(PoolSession *s, Str sql, const PoolValue *args, size_t n, PoolRows *out, Err *e);
bool pg_next(PoolRows *r, bool *more, Err *e);
void pg_rows_close(PoolRows *r);

bool pg_append_open(PoolAppender *a, Str table, Err *e);
bool pg_append_row(PoolAppender *a, const PoolValue *values, Err *e);
bool pg_append_end(PoolAppender *a, Err *e);
void pg_append_free(PoolAppender *a);

bool pg_bulk(Pool *p, const PoolTable *t, PoolSource *source, int workers, Err *e);

#endif
