/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/engine.h: what DuckDB and PostgreSQL each implement beneath pool.h. For pool/ only. */
#ifndef POOL_ENGINE_H
#define POOL_ENGINE_H

#include <stdatomic.h>

#include "pool/columns.h"
#include "pool/pool.h"

typedef struct PoolEngine PoolEngine;

struct Pool {
    const PoolEngine *engine;
    void *state; /* the engine's own */
    _Atomic int64_t visible;
    int64_t memory_bytes;
    struct Store *store; /* scope.h */
};

struct PoolSession {
    Pool *pool;
    void *state;
};

struct PoolRows {
    PoolSession *session;
    void *state;
    size_t columns;
    Str *names;
    PoolValue *values; /* of the current row */
    Arena *arena;
};

/* Rows on their way into one table, in bulk: DuckDB data chunks, or PostgreSQL's binary COPY. One
 * thread. Between open and end the session does nothing else. */
typedef struct PoolAppender {
    PoolSession *session;
    void *state;
    const PoolColumn *columns;
    size_t count;
} PoolAppender;

/* Where the rows of a bulk load come from. Several threads pull, each with a state of its own;
 * UUIDs are 16 raw bytes. */
typedef struct PoolSource PoolSource;
struct PoolSource {
    void *(*start)(PoolSource *s);
    /* *row NULL: no more. False: failed or cancelled; the source keeps the reason. */
    bool (*next)(PoolSource *s, void *thread, const PoolValue **row);
    void (*end)(PoolSource *s, void *thread);
    void (*stop)(PoolSource *s); /* the engine failed: whoever waits in next returns false */
};

struct PoolEngine {
    const char *name;
    bool (*open)(Pool *p, const PoolSettings *settings, Err *e);
    void (*close)(Pool *p);
    bool (*connect)(PoolSession *s, Err *e);
    void (*disconnect)(PoolSession *s);
    bool (*query)(PoolSession *s, Str sql, const PoolValue *args, size_t n, PoolRows *out, Err *e);
    bool (*next)(PoolRows *r, bool *more, Err *e);
    void (*rows_close)(PoolRows *r);
    bool (*run)(PoolSession *s, Str sql, const PoolValue *args, size_t n, int64_t *changed, Err *e);
    void (*interrupt)(PoolSession *s);
    bool (*append_open)(PoolAppender *a, Str table, Err *e);
    bool (*append_row)(PoolAppender *a, const PoolValue *values, Err *e);
    bool (*append_end)(PoolAppender *a,
                       Err *e); /* all rows are in the table now (uncommitted inside BEGIN) */
    void (*append_free)(PoolAppender *a); /* without append_end: drop what is not flushed */
    bool (*bulk)(Pool *p, const PoolTable *t, PoolSource *source, int workers, Err *e);
    const char *(*type_name)(PoolType type);
};

extern const PoolEngine pool_duckdb, pool_postgresql;

/* UUID values of rows given to append_row are 16 raw bytes, not hex. */
PoolAppender *pool_appender(PoolSession *s, const PoolColumn *columns, size_t n, Str table, Err *e);
bool pool_append(PoolAppender *a, const PoolValue *values, Err *e);
bool pool_append_end(PoolAppender *a, Err *e);
void pool_append_free(PoolAppender *a);

/* All rows of the source into the table, committed when it returns true. On failure some may be
 * there (pool_undo). When the source failed, *e says nothing of use. */
bool pool_bulk(Pool *p, const PoolTable *t, PoolSource *source, int workers, Err *e);

/* 32 hex digits (hyphens are skipped) to 16 bytes. */
bool uuid_read(Str text, unsigned char out[16]);
void uuid_write(const unsigned char bytes[16], char out[32]);
/* A library's English message without long runs of digits and without line breaks, for Err texts.
 */
void pool_quiet(const char *message, char *out, size_t size);
/* A value does not fit: the library's words would quote it, so they are not told. False. */
bool pool_value_error(Err *e);

#endif
