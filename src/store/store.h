/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/store.h: one SQL interface over SQLite and PostgreSQL for the operations database. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/day.h"
#include "data/bind.h"

/* A named statement from sql/NAME.sql, made by tools/sql_to_c.py (`SQL_clue_by_id`, header
 * "sql_statements.h"). A statement may have one text for both engines or one each. Values are
 * bound: $1, $2 … */
typedef struct Sql {
    const char *name;
    const char *sqlite;
    const char *postgresql;
    bool writes;
} Sql;

typedef enum ArgType { ARG_NULL, ARG_INT, ARG_TEXT, ARG_BLOB } ArgType;
typedef struct Arg {
    ArgType type;
    int64_t integer;
    Str text; /* or blob */
} Arg;
#define ARG_OF_INT(i) ((Arg){ARG_INT, (i), {NULL, 0}})
#define ARG_OF_TEXT(s) ((Arg){ARG_TEXT, 0, (s)})
#define ARG_OF_BLOB(p, n) ((Arg){ARG_BLOB, 0, {(const char *)(p), (n)}})
#define ARG_OF_NULL ((Arg){ARG_NULL, 0, {NULL, 0}})
#define ARGS(...) (const Arg[]){__VA_ARGS__}, sizeof((const Arg[]){__VA_ARGS__}) / sizeof(Arg)
#define NO_ARGS NULL, 0

typedef struct Store Store; /* thread-safe */
typedef struct Tx Tx;       /* one transaction, one thread */

/* `place`: "sqlite:/path/ops.db" or "postgresql://…" (?schema=name chooses a schema, made when
 * missing). Runs migrations. ERR_UNREACHABLE, ERR_NEWER, ERR_DISK, each with a sentence. */
Store *store_open(const char *place, Err *e);
void store_close(Store *s);
bool store_is_postgresql(const Store *s);

/* Something of a layer above that lives as long as the store: made by `make` when `key` (any
 * address) is asked for the first time, handed to `drop` when the store is closed. `make` may call
 * journal_listen, not the store. */
void *store_attached(Store *s, const void *key, void *(*make)(Store *s), void (*drop)(void *));

/* A number that grows with every write before store_write returns: what was read after asking for
 * it is at least as new. On PostgreSQL other servers' journal entries count too, and the database
 * is asked; on SQLite this process is the only writer, and asking costs nothing. */
bool store_version(Store *s, uint64_t *out, Err *e);

typedef bool TxWork(Tx *tx, void *context, Err *e);

/* Run in a read-only transaction (snapshot) on one of a small pool of connections. */
bool store_read(Store *s, TxWork *work, void *context, Err *e);
/* Run in a write transaction on the single writer. When this returns true the change is on disk.
 * Several threads' work may share one commit (group commit, a savepoint each); work that returns
 * false leaves nothing behind. Work may be retried, so it must not have effects outside `tx`. */
bool store_write(Store *s, TxWork *work, void *context, Err *e);
/* Work that goes first in the next store_write of this thread, in the same transaction and of the
 * program itself: it is there when that write is, and not without it. Once committed, `done`, it is
 * not run again. NULL: none. */
typedef struct StoreFirst {
    TxWork *work;
    void *context;
    bool done;
} StoreFirst;
void store_thread_first(StoreFirst *first);
/* While on, store_write fails on this thread: a GET cannot write, whatever its handler calls. */
void store_thread_reads_only(bool on);

/* The store a transaction is of. */
Store *tx_store(const Tx *tx);
/* Run a statement that returns no rows; *changed may be NULL. */
bool tx_run(Tx *tx, const Sql *sql, const Arg *args, size_t n, int64_t *changed, Err *e);
/* All rows (ceiling 100,000) as a NODE_LIST of NODE_MAPs by column name: for replies that go out as
 * JSON. */
Node *tx_rows(Tx *tx, Arena *a, const Sql *sql, const Arg *args, size_t n, Err *e);
/* Into structs by column name: *out gets an array of *count objects of `size` bytes, read through
 * `rows`. */
bool tx_bind(Tx *tx, Arena *a, const Sql *sql, const Arg *args, size_t n, const Bind *rows,
             size_t size, void **out, size_t *count, Err *e);
/* First row or NULL; *e is ERR_NONE when there simply is none. */
Node *tx_row(Tx *tx, Arena *a, const Sql *sql, const Arg *args, size_t n, Err *e);
/* First column of the first row as integer; `otherwise` when there is no row or it is NULL. */
bool tx_int(Tx *tx, const Sql *sql, const Arg *args, size_t n, int64_t otherwise, int64_t *out,
            Err *e);
/* Row by row, for long results: return false from `each` to stop (with *e set: failure; without:
 * fine). */
typedef bool TxEach(void *context, const Node *row, Err *e);
bool tx_each(Tx *tx, const Sql *sql, const Arg *args, size_t n, TxEach *each, void *context,
             Err *e);

/* A query whose text is put together at run time from fixed pieces (list pages: filter, sort,
 * page). The text holds no user input: values go through args. Same text for both engines. */
Node *tx_rows_text(Tx *tx, Arena *a, Str sql, const Arg *args, size_t n, Err *e);

#endif
