/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/conn_postgresql.c: the engine of a city or province. */
#include "store/conn.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "store/statements.h"

#include "base/log.h"

#include "base/banned.h"

enum { PAGE = 500, ARGS_MOST = 200 };

typedef struct PgConn {
    Conn conn;
    PGconn *pg;
    Statements statements;
    int64_t lock;     /* advisory lock of this schema's chain */
    unsigned portals; /* numbers of server-side cursors */
} PgConn;

typedef struct PgCursor {
    Cursor cursor;
    PGresult *result;
    int at;
    unsigned portal; /* 0: the whole result is here */
} PgCursor;

static PgConn *of(const Conn *c) {
    return (PgConn *)(uintptr_t)c;
}

/* ---- what went wrong ---- */

static bool starts(const char *s, const char *with) {
    return strncmp(s, with, strlen(with)) == 0;
}

static bool lost(const Conn *c) {
    return PQstatus(of(c)->pg) != CONNECTION_OK;
}

static bool unreachable(const PgConn *p, Err *e) {
    return err_set(e, ERR_UNREACHABLE, NULL, "与%s的连接断了，请检查数据库服务和网络后再试",
                   p->conn.place->shown);
}

/* From the five characters of SQLSTATE. */
static bool fail(const PgConn *p, const PGresult *result, Err *e) {
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *shown = p->conn.place->shown;
    scoped_arena Arena *a = arena_new();
    Str said = place_without_secret(p->conn.place, a,
                                    result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)
                                           : PQerrorMessage(p->pg));

    if (lost(&p->conn) || (state && (starts(state, "08") || starts(state, "57P"))))
        return unreachable(p, e);
    if (!state)
        return err_set(e, ERR_INTERNAL, NULL, "%s执行语句失败：%.*s", shown, STR_ARG(said));
    if (strcmp(state, "23505") == 0)
        return err_set(e, ERR_CONFLICT, NULL, "已经有同样的记录，没有重复保存（%.*s）",
                       STR_ARG(said));
    if (starts(state, "23") || starts(state, "22"))
        return err_set(e, ERR_INVALID, NULL, "数据不符合保存的要求（%.*s）", STR_ARG(said));
    if (strcmp(state, "53100") == 0)
        return err_set(e, ERR_DISK, NULL, "%s的磁盘已满，请腾出空间后再试", shown);
    if (starts(state, "53") || strcmp(state, "55P03") == 0 || starts(state, "40"))
        return err_set(e, ERR_BUSY, NULL, "%s正忙，请稍后再试（%.*s）", shown, STR_ARG(said));
    if (strcmp(state, "42501") == 0)
        return err_set(e, ERR_FORBIDDEN, NULL, "数据库用户没有权限：%.*s，请让数据库管理员授权",
                       STR_ARG(said));
    return err_set(e, ERR_INTERNAL, NULL, "%s执行语句失败：%.*s（%s）", shown, STR_ARG(said),
                   state);
}

/* Why a connection could not be made, in words an office can act on. */
static bool fail_connect(const PgConn *p, Err *e) {
    static const struct {
        const char *said, *means;
    } reasons[] = {
        {"password authentication failed", "用户名或口令不对，请改正设置里的数据库地址"},
        {"no password supplied", "需要口令，请在地址里写上或用 PGPASSFILE 提供"},
        {"no pg_hba.conf entry", "数据库不允许这台机器连接，请检查 pg_hba.conf"},
        {"role \"", "数据库里没有这个用户，请让数据库管理员建立（createuser）"},
        {"database \"", "没有这个库，请先建库（createdb）"},
        {"Connection refused", "服务没有启动，或者端口不对，请启动数据库，或改正设置里的地址"},
        {"timeout expired", "5 秒内没有回应，请检查网络和防火墙"},
        {"could not translate host name", "找不到这个主机名，请检查设置里的地址和域名解析"},
        {"No such file or directory",
         "服务没有启动，或者套接字路径不对，请启动数据库，或改正设置里的地址"},
        {"starting up", "数据库正在启动，请稍后再试"},
        {"shutting down", "数据库正在停止，请等它重新启动后再试"},
        {"permission denied", "这个用户没有连接的权限，请让数据库管理员授权（GRANT CONNECT）"},
        {"Network is unreachable", "网络不通，请检查网络"},
        {"No route to host", "网络不通，请检查网络和防火墙"},
        {"server closed the connection", "对方断开了连接，请检查那个端口上是不是 PostgreSQL"},
        {"SSL", "加密连接没有建立，请检查 sslmode 和证书"},
        {"too many", "数据库的连接数已满，请关掉别的程序，或调大 max_connections"},
    };
    const char *said = PQerrorMessage(p->pg);

    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (strstr(said, reasons[i].said))
            return err_set(e, ERR_UNREACHABLE, NULL, "连接不上%s：%s", p->conn.place->shown,
                           reasons[i].means);
    scoped_arena Arena *a = arena_new();
    Str kept = place_without_secret(p->conn.place, a, said);

    /* What nobody foresaw is for whoever looks after the database; the sentence stays readable. */
    log_line(LOG_WARNING, "store", "connect: %.*s", STR_ARG(kept));
    return err_set(e, ERR_UNREACHABLE, NULL,
                   "连接不上%s，请确认数据库已启动、地址正确、网络可达；详细原因在日志里",
                   p->conn.place->shown);
}

/* ---- opening ---- */

static bool plain(Conn *c, const char *text, Err *e) {
    PgConn *p = of(c);
    PGresult *result = PQexec(p->pg, text);
    ExecStatusType status = PQresultStatus(result);
    bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || fail(p, result, e);

    PQclear(result);
    return ok;
}

/* The server's notices (a schema that exists already) are nothing to tell anybody. */
static void be_quiet(void *context, const PGresult *result) {
    (void)context, (void)result;
}

static void drop(void *context, Statement *st) {
    char text[48];

    snprintf(text, sizeof text, "DEALLOCATE s%u", st->number);
    plain(context, text, NULL);
}

/* They end with the connection. */
static void let_go(void *context, Statement *st) {
    (void)context, (void)st;
}

static bool connect_now(PgConn *p, Err *e) {
    static const char *const words[] = {"dbname",
                                        "connect_timeout",
                                        "client_encoding",
                                        "fallback_application_name",
                                        "keepalives_idle",
                                        "tcp_user_timeout",
                                        NULL};
    const char *const values[] = {
        p->conn.place->path, "5", "UTF8", "lianheng", "30", "30000", NULL};

    p->pg = PQconnectdbParams(words, values, 1);
    if (PQstatus(p->pg) != CONNECTION_OK)
        return fail_connect(p, e);
    PQsetNoticeReceiver(p->pg, be_quiet, NULL);
    if (PQserverVersion(p->pg) < 150000)
        return err_set(e, ERR_UNREACHABLE, NULL, "%s的版本太旧（%d），需要 PostgreSQL 15 或更新",
                       p->conn.place->shown, PQserverVersion(p->pg) / 10000);
    return true;
}

static bool set_up(PgConn *p, Err *e) {
    const char *schema = p->conn.place->schema;
    unsigned char digest[SM3_SIZE];
    char text[400];

    sm3(schema ? schema : "", schema ? strlen(schema) : 0, digest);
    memcpy(&p->lock, digest, sizeof p->lock);
    if (schema && p->conn.writes) {
        /* A user without the right to make schemas may still work in one that is there. */
        snprintf(text, sizeof text,
                 "DO $$ BEGIN IF to_regnamespace('%s') IS NULL THEN"
                 " PERFORM pg_advisory_xact_lock(%" PRId64 ");"
                 " CREATE SCHEMA IF NOT EXISTS \"%s\"; END IF; END $$",
                 schema, p->lock, schema);
        if (!plain(&p->conn, text, e))
            return false;
    }
    if (schema) {
        snprintf(text, sizeof text, "SET search_path TO \"%s\"", schema);
        if (!plain(&p->conn, text, e))
            return false;
    }
    return plain(&p->conn,
                 "SET synchronous_commit = on; SET standard_conforming_strings = on;"
                 "SET TimeZone = 'UTC'; SET extra_float_digits = 3; SET bytea_output = 'hex';"
                 "SET idle_in_transaction_session_timeout = 0",
                 e) &&
           (p->conn.writes || plain(&p->conn, "SET default_transaction_read_only = on", e));
}

static void shut(Conn *c) {
    PgConn *p = of(c);

    p->statements.drop = let_go;
    statements_done(&p->statements);
    PQfinish(p->pg);
    free(p);
}

/* ---- statements ---- */

/* libpq wants C strings and arrays; numbers go as text, bytes as they are. */
typedef struct Values {
    const char *value[ARGS_MOST];
    int length[ARGS_MOST], format[ARGS_MOST];
} Values;

static bool values_of(Arena *a, const Arg *args, size_t n, Values *v, Err *e) {
    if (n > ARGS_MOST)
        return err_set(e, ERR_TOO_LARGE, NULL, "一条语句最多 %d 个值", ARGS_MOST);
    for (size_t i = 0; i < n; i++) {
        v->format[i] = args[i].type == ARG_BLOB;
        v->length[i] = (int)args[i].text.len;
        if (args[i].text.len > 512 * 1024 * 1024)
            return err_set(e, ERR_TOO_LARGE, NULL, "一个值超过 512 MiB，不能保存");
        if (args[i].type == ARG_NULL)
            v->value[i] = NULL;
        else if (args[i].type == ARG_INT)
            v->value[i] = str_format(a, "%" PRId64, args[i].integer).ptr;
        else if (args[i].type == ARG_TEXT)
            v->value[i] = str_c(a, args[i].text);
        else
            v->value[i] = args[i].text.ptr ? args[i].text.ptr : "";
    }
    return true;
}

static Statement *statement(PgConn *p, Str text, Err *e) {
    Statement *st = statements_find(&p->statements, text);
    char name[24];

    if (st)
        return st;
    st = statements_add(&p->statements, text);
    snprintf(name, sizeof name, "s%u", st->number);
    PGresult *result = PQprepare(p->pg, name, st->text, 0, NULL);

    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        fail(p, result, e);
        statements_remove(st);
        st = NULL;
    }
    PQclear(result);
    return st;
}

static PGresult *execute(PgConn *p, Str text, const Arg *args, size_t n, Err *e) {
    scoped_arena Arena *a = arena_new();
    Values *v = arena_new_of(a, Values);
    Statement *st = values_of(a, args, n, v, e) ? statement(p, text, e) : NULL;
    char name[24];

    if (!st)
        return NULL;
    snprintf(name, sizeof name, "s%u", st->number);
    PGresult *result = PQexecPrepared(p->pg, name, (int)n, v->value, v->length, v->format, 0);
    ExecStatusType status = PQresultStatus(result);

    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        return result;
    fail(p, result, e);
    PQclear(result);
    return NULL;
}

static bool run(Conn *c, Str text, const Arg *args, size_t n, int64_t *changed, Err *e) {
    PGresult *result = execute(of(c), text, args, n, e);

    if (!result)
        return false;
    if (changed) {
        bool select = starts(PQcmdStatus(result), "SELECT");

        if (select || !str_to_int(str_of(PQcmdTuples(result)), changed))
            *changed = 0;
    }
    PQclear(result);
    return true;
}

static bool prepare(Conn *c, Str text, Err *e) {
    return statement(of(c), text, e) != NULL;
}

/* ---- transactions ---- */

/* A reader takes its snapshot at once: after the first query PostgreSQL lets nobody turn the
 * transaction into a writing one.
 * Read committed for the writer: each statement must see what another server committed before the
 * lock was handed over. */
static bool begin(Conn *c, Err *e) {
    PgConn *p = of(c);

    if (!c->writes)
        return plain(c, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1", e);
    if (!plain(c, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", e))
        return false;
    Arg lock = ARG_OF_INT(p->lock);
    if (run(c, STR("SELECT pg_advisory_xact_lock($1)"), &lock, 1, NULL, e))
        return true;
    plain(c, "ROLLBACK", NULL);
    return false;
}

static bool in_transaction(const Conn *c) {
    PGTransactionStatusType status = PQtransactionStatus(of(c)->pg);

    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

static bool commit(Conn *c, Err *e) {
    PgConn *p = of(c);
    PGresult *result = PQexec(p->pg, "COMMIT");
    bool ok = PQresultStatus(result) == PGRES_COMMAND_OK;

    /* COMMIT of a failed transaction answers ROLLBACK, and calls that fine. */
    if (ok && strcmp(PQcmdStatus(result), "COMMIT") != 0)
        ok = err_set(e, ERR_INTERNAL, NULL, "事务中有语句失败，改动没有保存");
    else if (!ok && lost(c)) /* it may have come to pass: nobody must do it again unseen */
        err_set(e, ERR_UNREACHABLE, NULL, "保存时与%s的连接断了，不知道是否已经保存，请核对后再试",
                c->place->shown);
    else if (!ok)
        fail(p, result, e);
    PQclear(result);
    if (!ok && in_transaction(c))
        plain(c, "ROLLBACK", NULL);
    return ok;
}

/* ---- rows ---- */

/* Types by their fixed numbers in the catalogue. */
enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_FLOAT4 = 700,
    OID_FLOAT8 = 701,
    OID_NUMERIC = 1700
};

static Node *bytes(Arena *a, const char *text) {
    size_t n = 0;
    unsigned char *p = PQunescapeBytea((const unsigned char *)text, &n);
    Node *node = node_of_text(a, (Str){(const char *)p, n});

    PQfreemem(p);
    return node;
}

/* Truth values come as 1 and 0, as SQLite has them; a sum of integers as an integer. */
static Node *value(Arena *a, const PGresult *r, int row, int i) {
    const char *p = PQgetvalue(r, row, i);
    Str text = {p, (size_t)PQgetlength(r, row, i)};
    int64_t integer;

    if (PQgetisnull(r, row, i))
        return node_null(a);
    switch (PQftype(r, i)) {
    case OID_BOOL:
        return node_of_int(a, p[0] == 't');
    case OID_BYTEA:
        return bytes(a, p);
    case OID_INT8:
    case OID_INT2:
    case OID_INT4:
    case OID_NUMERIC:
        if (str_to_int(text, &integer))
            return node_of_int(a, integer);
        return node_of_real(a, strtod(p, NULL));
    case OID_FLOAT4:
    case OID_FLOAT8:
        return node_of_real(a, strtod(p, NULL));
    default:
        return node_of_text(a, text);
    }
}

static bool fetch(PgCursor *q, Err *e) {
    PgConn *p = of(q->cursor.conn);
    char text[64];

    PQclear(q->result);
    q->at = 0;
    snprintf(text, sizeof text, "FETCH %d FROM p%u", PAGE, q->portal);
    q->result = PQexec(p->pg, text);
    return PQresultStatus(q->result) == PGRES_TUPLES_OK || fail(p, q->result, e);
}

/* A server-side cursor, read in pages: other statements can run between two pages. */
static bool declare(PgCursor *q, Str text, const Arg *args, size_t n, Err *e) {
    PgConn *p = of(q->cursor.conn);
    scoped_arena Arena *a = arena_new();
    Values *v = arena_new_of(a, Values);

    if (!values_of(a, args, n, v, e))
        return false;
    q->portal = ++p->portals;
    Str declared = str_format(a, "DECLARE p%u NO SCROLL CURSOR FOR %.*s", q->portal, STR_ARG(text));
    PGresult *result =
        PQexecParams(p->pg, declared.ptr, (int)n, NULL, v->value, v->length, v->format, 0);
    bool ok = PQresultStatus(result) == PGRES_COMMAND_OK || fail(p, result, e);

    PQclear(result);
    return ok && fetch(q, e);
}

static Cursor *ask(Conn *c, Arena *a, Str text, const Arg *args, size_t n, bool stream, Err *e) {
    PgCursor *q = arena_new_of(a, PgCursor);

    q->cursor.conn = c;
    if (stream) {
        if (!declare(q, text, args, n, e)) {
            PQclear(q->result);
            return NULL;
        }
    } else {
        q->result = execute(of(c), text, args, n, e);
        if (!q->result)
            return NULL;
    }
    q->cursor.columns = (size_t)PQnfields(q->result);
    q->cursor.names = arena_array_of(a, q->cursor.columns, Str);
    for (size_t i = 0; i < q->cursor.columns; i++)
        q->cursor.names[i] = str_dup(a, str_of(PQfname(q->result, (int)i)));
    return &q->cursor;
}

static bool next(Cursor *cursor, Arena *a, Node **row, Err *e) {
    PgCursor *q = (PgCursor *)cursor;

    if (q->at == PQntuples(q->result) && q->portal && q->at == PAGE && !fetch(q, e))
        return false;
    if (q->at == PQntuples(q->result)) {
        *row = NULL;
        return true;
    }
    *row = node_map(a);
    for (size_t i = 0; i < cursor->columns; i++)
        node_append(a, *row, cursor->names[i], value(a, q->result, q->at, (int)i));
    q->at++;
    return true;
}

static void end(Cursor *cursor) {
    PgCursor *q = (PgCursor *)cursor;
    char text[32];

    PQclear(q->result);
    if (!q->portal || PQtransactionStatus(of(cursor->conn)->pg) != PQTRANS_INTRANS)
        return;
    snprintf(text, sizeof text, "CLOSE p%u", q->portal);
    plain(cursor->conn, text, NULL);
}

static const ConnEngine engine = {shut, begin, commit, plain, run,           prepare,
                                  ask,  next,  end,    lost,  in_transaction};

Conn *postgresql_open(const Place *place, bool writes, Err *e) {
    PgConn *p = calloc(1, sizeof *p);

    if (!p)
        abort();
    p->conn = (Conn){&engine, place, writes};
    statements_init(&p->statements, drop, p);
    if (!connect_now(p, e) || !set_up(p, e)) {
        shut(&p->conn);
        return NULL;
    }
    return &p->conn;
}
