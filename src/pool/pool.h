/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/pool.h: the rows of all datasets, in DuckDB (in process) or PostgreSQL, with what makes them
 * visible.
 *
 * Table d_<dataset>, one row per accepted version of a source row:
 *   id UUID          identity: 128 bits over dataset and identity fields; the same in every
 * installation with the same key batch BIGINT     the batch that brought this version until BIGINT
 * the batch that replaced it; POOL_FOREVER while in force line BIGINT      where it stood in the
 * source file digest UUID      128 bits over all normalised values: equal means duplicate sealed
 * BLOB      sealed JSON of the clear sensitive values and their original texts; NULL when there are
 * none original TEXT    JSON of the original texts of other fields that normalising changed; NULL
 * when there are none problems TEXT    "field!" for a value that is not valid, "field~" for one out
 * of range, by spaces; NULL when there are none <field>          normalised value: TEXT; DATE;
 * TIMESTAMP; BIGINT (money: ten-thousandths of a 元; integer); DOUBLE. A sensitive field holds the
 * masked text (510502********1234) <field>__key UUID      for every sensitive field and every
 * subject key: the token (NULL: nothing to match strongly, a citizen number with a wrong check
 * digit included) <field>__birth DATE, <field>__sex TEXT (男/女), <field>__division TEXT,
 * <field>__valid BOOLEAN    citizen_id <field>__valid BOOLEAN credit_code <key>__weak_birth,
 * <key>__weak_division, <key>__weak_tail UUID    person subjects: name with birth date, division,
 * last four <key>__weak_name UUID                                             organisation
 * subjects: the name (weak keys are set on every row that has the parts, strong rows too, so that
 * weak and strong rows can meet)
 *
 *   Two subjects on one key field (a party that is a person or an organisation) share <key>__key;
 * each has its weak keys.
 *
 * A version is live as of batch V when batch <= V and until > V. V is the newest batch whose event
 * is in the journal. */
#ifndef POOL_POOL_H
#define POOL_POOL_H

#include "content/content.h"
#include "store/journal.h"

#define POOL_FOREVER INT64_C(9223372036854775807)

/* With this the largest import stays below 900 MiB resident. */
#define POOL_MEMORY_DEFAULT (INT64_C(512) << 20)

typedef struct PoolSettings {
    Str place;            /* "duckdb:/path/pool.duckdb", "duckdb::memory:" (tests of models) or
                             "postgresql://…" (?schema=) */
    int64_t memory_bytes; /* DuckDB's limit; 0: POOL_MEMORY_DEFAULT */
    const char *spill;    /* folder for spilling */
    int threads;          /* 0: as many as there are processors */
} PoolSettings;

typedef struct Pool Pool;               /* thread-safe */
typedef struct PoolSession PoolSession; /* one connection, one thread */

Pool *pool_open(const PoolSettings *settings, Err *e);
void pool_close(Pool *p);
bool pool_is_postgresql(const Pool *p);
/* Make or widen the tables for these datasets; fields that went stay, new ones are NULL in old
 * rows; a changed type is ERR_CONTENT. */
bool pool_fit(Pool *p, const Content *c, Err *e);
/* Remove rows of batches above `visible` (their event never came), reopen what they had closed. */
bool pool_sweep(Pool *p, int64_t visible, Err *e);
void pool_set_visible(Pool *p, int64_t batch);
int64_t pool_visible(const Pool *p);

PoolSession *pool_session(Pool *p, Err *e);
void pool_session_close(PoolSession *s);

typedef enum PoolType {
    POOL_NULL,
    POOL_BOOL,
    POOL_INT,
    POOL_REAL,
    POOL_TEXT,
    POOL_DATE,
    POOL_TIME,
    POOL_UUID,
    POOL_BLOB
} PoolType;
typedef struct PoolValue {
    PoolType type;
    int64_t integer; /* BOOL, INT, DATE (Day), TIME (microseconds, China time) */
    double real;
    Str text; /* TEXT, BLOB; UUID as 32 lower-case hex digits */
} PoolValue;

/* Run any statement; results come row by row, in bounded memory. $1… are bound. Both engines get
 * the same text. One open result a session: close it before the next statement. */
typedef struct PoolRows PoolRows;
PoolRows *pool_query(PoolSession *s, Str sql, const PoolValue *args, size_t n, Err *e);
size_t pool_columns(const PoolRows *r);
Str pool_column_name(const PoolRows *r, size_t i);
/* The next row's values (valid until the next call), or NULL at the end or on failure (then *e is
 * set). */
const PoolValue *pool_next(PoolRows *r, Err *e);
void pool_rows_close(PoolRows *r);
bool pool_run(PoolSession *s, Str sql, const PoolValue *args, size_t n, int64_t *changed, Err *e);
/* Stop a running query of this session from another thread. */
void pool_interrupt(PoolSession *s);

/* SQL text of a dataset's live rows as of batch `visible`: "(SELECT … FROM d_x WHERE batch <= 7 AND
 * until > 7)", to stand in FROM or in a WITH. Columns `sealed`, `original`, `problems` and
 * `sealed_by` are left out; so are sealed rows, unless `sealed`. */
void pool_live(const Dataset *d, int64_t visible, bool sealed, Buf *sql);
/* What leaves out rows that the law seals (docs/decisions/0010-sealed-records.md). */
#define POOL_OPEN " AND sealed_by IS NULL"
void pool_quote(Str identifier, Buf *sql); /* "name", doubled quotes */

/* Keys touched by batch b: rows it brought or closed. Fills a session-temporary table `table`(key
 * UUID) with the distinct keys of the dataset's column; adds to what the table holds already. */
bool pool_touched(PoolSession *s, const Dataset *d, Str key_column, int64_t after, int64_t upto,
                  Str table, Err *e);

/* Live rows of a dataset as of pool_visible, the sealed ones too or not. */
bool pool_row_count(PoolSession *s, const Dataset *d, bool sealed, int64_t *out, Err *e);

/* Normalise rows given as a list of maps (field: text) exactly as an import would, and put them
 * into the dataset's table as batch `batch`, live, the line being the position (from 1). A refused
 * row is an error. For the cases of models and datasets, on a pool of their own
 * (pool_open("duckdb::memory:"), pool_fit). */
bool pool_put(PoolSession *s, const Content *c, const Keys *keys, const Dataset *d,
              const Node *rows, int64_t batch, Err *e);

#endif
