/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/pg.h: what the two files about PostgreSQL share. */
#ifndef POOL_PG_H
#define POOL_PG_H

#include <libpq-fe.h>

#include "pool/engine.h"
#include "store/place.h"

typedef struct PgSession {
    PGconn *connection;
    PGcancel *cancel;
} PgSession;

/* What the server (or the connection, when `result` is NULL) complains of; false. */
bool pg_error(PoolSession *s, const PGresult *result, Err *e);

bool pg_append_open(PoolAppender *a, Str table, Err *e);
bool pg_append_row(PoolAppender *a, const PoolValue *values, Err *e);
bool pg_append_end(PoolAppender *a, Err *e);
void pg_append_free(PoolAppender *a);

bool pg_bulk(Pool *p, const PoolTable *t, PoolSource *source, int workers, Err *e);

#endif
