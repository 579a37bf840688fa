/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/pg.c: PostgreSQL beneath the pool: sessions and statements. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "pool/pg.h"

#include "base/banned.h"

typedef struct Pg {
    Arena *arena;
    Place place;
} Pg;

static ErrCode code_of(const char *state) {
    if (!state)
        return ERR_UNREACHABLE;
    if (strcmp(state, "57014") == 0)
        return ERR_CANCELLED;
    if (strcmp(state, "53100") == 0 || strcmp(state, "58030") == 0)
        return ERR_DISK;
    if (strcmp(state, "53200") == 0)
        return ERR_TOO_LARGE;
    if (strncmp(state, "08", 2) == 0 || strncmp(state, "57P", 3) == 0)
        return ERR_UNREACHABLE;
    return ERR_INTERNAL;
}

static bool set_error(const Pg *pg, ErrCode code, const char *message, Err *e) {
    scoped_arena Arena *a = arena_new();
    char quiet[400];

    pool_quiet(place_without_secret(&pg->place, a, message).ptr, quiet, sizeof quiet);
    if (code == ERR_CANCELLED)
        return err_set(e, code, NULL, "查询已停止");
    if (code == ERR_UNREACHABLE)
        return err_set(e, code, NULL,
                       "连不上数据资源池（%s）：请检查数据库是否在运行、地址和口令是否正确（%s）",
                       pg->place.shown, quiet);
    if (code == ERR_DISK)
        return err_set(e, code, NULL,
                       "数据资源池的数据库磁盘已满或无法读写：请腾出空间后重试（%s）", quiet);
    if (code == ERR_TOO_LARGE)
        return err_set(e, code, NULL, "数据资源池的数据库内存不足：请减少数据量后重试（%s）",
                       quiet);
    return err_set(e, code, NULL, "数据资源池出错：%s", quiet);
}

bool pg_error(PoolSession *s, const PGresult *result, Err *e) {
    PgSession *pg = s->state;
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    ErrCode code = PQstatus(pg->connection) == CONNECTION_BAD ? ERR_UNREACHABLE
                   : state                                    ? code_of(state)
                                                              : ERR_INTERNAL;
    const char *primary = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;

    return set_error(s->pool->state, code, primary ? primary : PQerrorMessage(pg->connection), e);
}

static void no_notice(void *unused, const PGresult *result) {
    (void)unused;
    (void)result;
}

static bool command(PoolSession *s, const char *sql, Err *e) {
    PgSession *pg = s->state;
    PGresult *result = PQexec(pg->connection, sql);
    bool good =
        PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK;

    if (!good)
        pg_error(s, result, e);
    PQclear(result);
    return good;
}

static bool use_schema(PoolSession *s, Str schema, Err *e) {
    Buf sql;

    buf_init(&sql, 1024);
    buf_add(&sql, STR("SET search_path TO "));
    pool_quote(schema, &sql);
    bool good = command(s, buf_str(&sql).ptr, e);

    buf_done(&sql);
    return good;
}

static bool pg_connect(PoolSession *s, Err *e) {
    Pg *pg = s->pool->state;
    PgSession *state = calloc(1, sizeof *state);

    if (!state)
        abort();
    s->state = state;
    state->connection = PQconnectdb(pg->place.path);
    bool good = PQstatus(state->connection) == CONNECTION_OK;

    if (!good) {
        set_error(pg, ERR_UNREACHABLE, PQerrorMessage(state->connection), e);
    } else {
        PQsetNoticeReceiver(state->connection, no_notice, NULL);
        state->cancel = PQgetCancel(state->connection);
        good = command(s, "SET client_encoding TO 'UTF8'", e) &&
               command(s, "SET TimeZone TO 'Asia/Shanghai'", e) &&
               command(s, "SET DateStyle TO 'ISO, YMD'", e) &&
               command(s, "SET bytea_output TO 'hex'", e) &&
               command(s, "SET extra_float_digits TO 1", e) &&
               (!pg->place.schema || use_schema(s, str_of(pg->place.schema), e));
    }
    if (!good) {
        PQfreeCancel(state->cancel);
        PQfinish(state->connection);
        free(state);
    }
    return good;
}

static void pg_disconnect(PoolSession *s) {
    PgSession *state = s->state;

    PQfreeCancel(state->cancel);
    PQfinish(state->connection);
    free(state);
}

static bool make_schema(Pool *p, const Pg *pg, Err *e) {
    PoolSession s = {.pool = p};
    Buf sql;

    if (!pg_connect(&s, e))
        return false;
    buf_init(&sql, 1024);
    bool good = true;

    if (pg->place.schema) {
        buf_add(&sql, STR("CREATE SCHEMA IF NOT EXISTS "));
        pool_quote(str_of(pg->place.schema), &sql);
        good = command(&s, buf_str(&sql).ptr, e);
    }
    if (good && PQserverVersion(((PgSession *)s.state)->connection) < 150000)
        good = err_set(e, ERR_INVALID, NULL,
                       "数据资源池需要 PostgreSQL 15 或更新的版本：请升级数据库");
    buf_done(&sql);
    pg_disconnect(&s);
    return good;
}

static bool pg_open(Pool *p, const PoolSettings *settings, Err *e) {
    Arena *a = arena_new();
    Pg *pg = arena_new_of(a, Pg);

    pg->arena = a;
    p->state = pg;
    if (place_read(a, str_c(a, settings->place), &pg->place, e) && make_schema(p, pg, e))
        return true;
    arena_free(a);
    return false;
}

static void pg_close(Pool *p) {
    Pg *pg = p->state;

    arena_free(pg->arena);
}

void pg_interrupt(PoolSession *s) {
    PgSession *pg = s->state;
    char message[256];

    PQcancel(pg->cancel, message, sizeof message);
}

typedef struct Params {
    Oid *types;
    const char **values;
    int *lengths, *formats;
} Params;

static const Oid oids[] = {
    [POOL_NULL] = 0,
    [POOL_BOOL] = OID_BOOL,
    [POOL_INT] = OID_INT8,
    [POOL_REAL] = OID_FLOAT8,
    [POOL_TEXT] = OID_TEXT,
    [POOL_DATE] = OID_DATE,
    [POOL_TIME] = OID_TIMESTAMP,
    [POOL_UUID] = OID_UUID,
    [POOL_BLOB] = OID_BYTEA,
};

static const char *time_text(Arena *a, int64_t micros) {
    char day[11];
    int64_t days = micros / INT64_C(86400000000), rest = micros % INT64_C(86400000000);

    if (rest < 0) {
        rest += INT64_C(86400000000);
        days--;
    }
    day_format((Day)days, day);
    return str_format(a, "%s %02d:%02d:%02d.%06d", day, (int)(rest / INT64_C(3600000000)),
                      (int)(rest / 60000000 % 60), (int)(rest / 1000000 % 60),
                      (int)(rest % 1000000))
        .ptr;
}

static const char *param_text(Arena *a, const PoolValue *v) {
    char day[11];

    switch (v->type) {
    case POOL_BOOL:
        return v->integer ? "t" : "f";
    case POOL_INT:
        return str_format(a, "%" PRId64, v->integer).ptr;
    case POOL_REAL:
        return str_format(a, "%.17g", v->real).ptr;
    case POOL_DATE:
        day_format((Day)v->integer, day);
        return str_dup(a, str_of(day)).ptr;
    case POOL_TIME:
        return time_text(a, v->integer);
    default:
        return str_c(a, v->text);
    }
}

static Params params_of(Arena *a, const PoolValue *args, size_t n) {
    Params p = {arena_array_of(a, n, Oid), arena_array_of(a, n, const char *),
                arena_array_of(a, n, int), arena_array_of(a, n, int)};

    for (size_t i = 0; i < n; i++) {
        p.types[i] = oids[args[i].type];
        if (args[i].type == POOL_NULL)
            continue;
        p.values[i] = param_text(a, &args[i]);
        p.lengths[i] = (int)args[i].text.len;
        p.formats[i] = args[i].type == POOL_BLOB;
    }
    return p;
}

bool pg_send(PoolSession *s, Str sql, const PoolValue *args, size_t n, Err *e) {
    PgSession *pg = s->state;
    scoped_arena Arena *a = arena_new();
    Params p = params_of(a, args, n);

    if (PQsendQueryParams(pg->connection, str_c(a, sql), (int)n, p.types, p.values, p.lengths,
                          p.formats, 0) == 1)
        return true;
    return pg_error(s, NULL, e);
}

static bool pg_run(PoolSession *s, Str sql, const PoolValue *args, size_t n, int64_t *changed,
                   Err *e) {
    PgSession *pg = s->state;

    if (!pg_send(s, sql, args, n, e))
        return false;
    PGresult *result = PQgetResult(pg->connection);
    ExecStatusType status = PQresultStatus(result);
    bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    int64_t count = 0;

    if (!good)
        pg_error(s, result, e);
    else if (changed)
        *changed = str_to_int(str_of(PQcmdTuples(result)), &count) ? count : 0;
    PQclear(result);
    pg_drain(pg);
    return good;
}

static const char *pg_type_name(PoolType type) {
    static const char *const names[] = {
        [POOL_BOOL] = "boolean",
        [POOL_INT] = "bigint",
        [POOL_REAL] = "double precision",
        [POOL_TEXT] = "text COLLATE \"C\"",
        [POOL_DATE] = "date",
        [POOL_TIME] = "timestamp without time zone",
        [POOL_UUID] = "uuid",
        [POOL_BLOB] = "bytea",
    };

    return names[type];
}

const PoolEngine pool_postgresql = {
    .name = "PostgreSQL",
    .open = pg_open,
    .close = pg_close,
    .connect = pg_connect,
    .disconnect = pg_disconnect,
    .query = pg_query,
    .next = pg_next,
    .rows_close = pg_rows_close,
    .run = pg_run,
    .interrupt = pg_interrupt,
    .append_open = pg_append_open,
    .append_row = pg_append_row,
    .append_end = pg_append_end,
    .append_free = pg_append_free,
    .bulk = pg_bulk,
    .type_name = pg_type_name,
};
