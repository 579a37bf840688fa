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

/* What can be done about it, by SQLSTATE or by how the state begins; the server's own words follow
 * in brackets. */
typedef struct Remedy {
    const char *state;
    ErrCode code;
    const char *text; /* after the place */
} Remedy;

static const Remedy remedies[] = {
    {"28", ERR_UNREACHABLE, "不接受这个用户名或口令：请核对设置 pool 里的用户名和口令"},
    {"3D000", ERR_UNREACHABLE, "没有这个数据库：请先建库，或改正设置 pool 里的库名"},
    {"53300", ERR_UNREACHABLE, "的连接数已满：请稍后重试，或在数据库上调大 max_connections"},
    {"57P", ERR_UNREACHABLE, "正在停止或启动：请等它就绪后重试"},
    {"08", ERR_UNREACHABLE, "的连接中断了：请检查网络、确认数据库在运行后重试"},
    {"53100", ERR_DISK, "的磁盘已满：请在数据库所在机器上腾出空间后重试"},
    {"58030", ERR_DISK, "读写磁盘出错：请检查数据库所在机器的磁盘后重试"},
    {"53200", ERR_TOO_LARGE, "的内存不足：请减少数据量，或给数据库增加内存后重试"},
    {"42501", ERR_INTERNAL, "没有给这个用户足够的权限：请让数据库管理员授予建表和读写的权限"},
    {"25006", ERR_INTERNAL, "是只读的：请在设置 pool 里改用可写的主库"},
    {"40", ERR_INTERNAL, "正忙于互相等待的操作，这一步已退回：请重试"},
    {"55P03", ERR_INTERNAL, "里的表正被别的程序锁住：请等它完成后重试"},
    {"42P01", ERR_INTERNAL, "缺少一张表：请重新启动本程序，让它补建"},
    {"42703", ERR_INTERNAL, "的表缺少一列：请重新启动本程序，让它补建"},
    {"22", ERR_INTERNAL, NULL},
    {"23", ERR_INTERNAL, NULL},
    {"", ERR_INTERNAL, "没有完成这一步：请重试；仍不成功时请把括号里的原文交给系统管理员"},
};

static const Remedy *remedy_of(const char *state) {
    const Remedy *r = remedies;

    while (strncmp(state, r->state, strlen(r->state)) != 0)
        r++;
    return r;
}

static bool set_error(const Pg *pg, const Remedy *remedy, const char *message, Err *e) {
    scoped_arena Arena *a = arena_new();
    char quiet[300];

    if (!remedy->text)
        return pool_value_error(e);
    pool_quiet(place_without_secret(&pg->place, a, message).ptr, quiet, sizeof quiet);
    return err_set(e, remedy->code, NULL, "数据资源池所在的%s %s（%s）", pg->place.shown,
                   remedy->text, quiet);
}

/* A connection that cannot be made has no SQLSTATE, only words. */
static bool connect_error(const Pg *pg, const char *message, Err *e) {
    static const Remedy none = {
        NULL, ERR_UNREACHABLE,
        "连不上：请检查 PostgreSQL 是否在运行、设置 pool 里的地址和端口是否正确、防火墙是否放行"};
    const Remedy *r = &none;

    if (strstr(message, "authentication failed") || strstr(message, "no password supplied") ||
        strstr(message, "pg_hba.conf") || strstr(message, "role \""))
        r = remedy_of("28");
    else if (strstr(message, "database \"") && strstr(message, "does not exist"))
        r = remedy_of("3D000");
    else if (strstr(message, "too many clients") || strstr(message, "connection slots"))
        r = remedy_of("53300");
    else if (strstr(message, "starting up") || strstr(message, "shutting down"))
        r = remedy_of("57P");
    return set_error(pg, r, message, e);
}

bool pg_error(PoolSession *s, const PGresult *result, Err *e) {
    PgSession *pg = s->state;
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *primary = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;

    if (state && strcmp(state, "57014") == 0)
        return err_set(e, ERR_CANCELLED, NULL, "查询已停止");
    if (PQstatus(pg->connection) == CONNECTION_BAD && (!state || strncmp(state, "57P", 3) != 0))
        state = "08";
    return set_error(s->pool->state, remedy_of(state ? state : ""),
                     primary ? primary : PQerrorMessage(pg->connection), e);
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
        connect_error(pg, PQerrorMessage(state->connection), e);
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
