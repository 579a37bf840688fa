/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/conn_sqlite.c: the embedded engine. */
#include "store/conn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/statements.h"

#include "base/banned.h"

typedef struct SqliteConn {
    Conn conn;
    sqlite3 *db;
    Statements statements;
} SqliteConn;

typedef struct SqliteCursor {
    Cursor cursor;
    sqlite3_stmt *stmt;
    Statement *cached; /* NULL: a second cursor on the same text, prepared for itself */
} SqliteCursor;

/* Pointers to the outer struct come from the first member, so the cast is exact. */
static SqliteConn *of(const Conn *c) {
    return (SqliteConn *)(uintptr_t)c;
}

static bool fail(const SqliteConn *s, int rc, Err *e) {
    const char *shown = s->conn.place->shown;
    const char *said = s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(rc);

    switch (rc & 0xff) {
    case SQLITE_CONSTRAINT:
        if (rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY)
            return err_set(e, ERR_CONFLICT, NULL, "已经有同样的记录，没有重复保存（%s）", said);
        return err_set(e, ERR_INVALID, NULL, "数据不符合保存的要求（%s）", said);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(e, ERR_BUSY, NULL, "%s正被别的程序占用，请稍后再试", shown);
    case SQLITE_FULL:
        return err_set(e, ERR_DISK, NULL, "磁盘已满，%s没有写入，请腾出空间后再试", shown);
    case SQLITE_CANTOPEN:
        return err_set(e, ERR_DISK, NULL, "打不开%s，请检查文件夹是否存在、是否有权限", shown);
    case SQLITE_PERM:
    case SQLITE_READONLY:
        return err_set(e, ERR_DISK, NULL, "不能写入%s，请检查文件和文件夹的权限", shown);
    case SQLITE_IOERR:
        return err_set(e, ERR_DISK, NULL, "读写%s时磁盘出错（%s），请检查磁盘", shown, said);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return err_set(e, ERR_BROKEN, NULL, "%s已经损坏，或者不是本程序的数据，请用备份恢复",
                       shown);
    default:
        return err_set(e, ERR_INTERNAL, NULL, "%s执行语句失败：%s", shown, said);
    }
}

/* ---- opening ---- */

static void drop(void *context, Statement *st) {
    (void)context;
    sqlite3_finalize(st->handle);
}

static bool plain(Conn *c, const char *text, Err *e) {
    SqliteConn *s = of(c);
    int rc = sqlite3_exec(s->db, text, NULL, NULL, NULL);

    return rc == SQLITE_OK || fail(s, rc, e);
}

/* query_only keeps a reader from writing; this keeps it from switching that off, and from temporary
 * tables, which PostgreSQL's readers could not share either. */
static int only_reading(void *context, int action, const char *a, const char *b, const char *c,
                        const char *d) {
    (void)context, (void)b, (void)c, (void)d;
    switch (action) {
    case SQLITE_PRAGMA: /* pragma_table_info() reads the catalogue */
        return strcmp(a, "table_info") == 0 ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_ATTACH:
    case SQLITE_CREATE_TEMP_TABLE:
    case SQLITE_CREATE_TEMP_VIEW:
    case SQLITE_CREATE_TEMP_INDEX:
    case SQLITE_CREATE_TEMP_TRIGGER:
        return SQLITE_DENY;
    default:
        return SQLITE_OK;
    }
}

/* The file holds personal data: made for its owner alone, before SQLite would make it. */
static bool make_file(const SqliteConn *s, Err *e) {
    const char *path = s->conn.place->path;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd >= 0) {
        close(fd);
        return true;
    }
    const char *why = errno == ENOENT ? "文件夹不存在，请先建立数据文件夹（lianheng init）"
                      : errno == EACCES  ? "没有权限，请检查文件夹的属主和权限"
                      : errno == EROFS   ? "磁盘是只读的"
                      : errno == ENOSPC  ? "磁盘已满"
                      : errno == EISDIR  ? "那是一个文件夹，不是数据库文件"
                      : errno == ENOTDIR ? "路径中间有一段不是文件夹"
                                         : "请检查路径和权限";

    return err_set(e, ERR_DISK, NULL, "打不开%s：%s", s->conn.place->shown, why);
}

/* LIKE is made to heed case, as PostgreSQL's does. secure_delete: what is destroyed is overwritten.
 * synchronous=FULL makes each commit reach the disk before it is acknowledged. cache_size: 8 MiB a
 * connection, so that the upper pages of indexes over a million rows stay. */
static const char settings[] = "PRAGMA busy_timeout = 10000;"
                               "PRAGMA journal_mode = WAL;"
                               "PRAGMA synchronous = FULL;"
                               "PRAGMA foreign_keys = ON;"
                               "PRAGMA secure_delete = ON;"
                               "PRAGMA temp_store = MEMORY;"
                               "PRAGMA cache_size = -8192;"
                               "PRAGMA case_sensitive_like = ON;"
                               "PRAGMA trusted_schema = OFF;";

static bool set_up(SqliteConn *s, Err *e) {
    int rc =
        sqlite3_open_v2(s->conn.place->path, &s->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);

    if (rc != SQLITE_OK)
        return fail(s, rc, e);
    sqlite3_limit(s->db, SQLITE_LIMIT_ATTACHED, 0);
    if (!plain(&s->conn, settings, e))
        return false;
    if (s->conn.writes)
        return true;
    if (!plain(&s->conn, "PRAGMA query_only = ON", e))
        return false;
    sqlite3_set_authorizer(s->db, only_reading, NULL);
    return true;
}

static void shut(Conn *c) {
    SqliteConn *s = of(c);

    statements_done(&s->statements);
    sqlite3_close(s->db);
    free(s);
}

/* ---- transactions ---- */

static bool begin(Conn *c, Err *e) {
    return plain(c, c->writes ? "BEGIN IMMEDIATE" : "BEGIN", e);
}

static bool in_transaction(const Conn *c) {
    return !sqlite3_get_autocommit(of(c)->db);
}

static bool commit(Conn *c, Err *e) {
    if (plain(c, "COMMIT", e))
        return true;
    if (in_transaction(c)) /* a full disk may or may not have ended it */
        plain(c, "ROLLBACK", NULL);
    return false;
}

static bool lost(const Conn *c) {
    (void)c;
    return false;
}

/* ---- statements ---- */

static sqlite3_stmt *prepare_text(SqliteConn *s, Str text, Err *e) {
    sqlite3_stmt *stmt = NULL;
    const char *tail = NULL;
    int rc = text.len > INT_MAX ? SQLITE_TOOBIG
                                : sqlite3_prepare_v3(s->db, text.ptr, (int)text.len,
                                                     SQLITE_PREPARE_PERSISTENT, &stmt, &tail);

    if (rc != SQLITE_OK || !stmt) {
        fail(s, rc, e);
        return NULL;
    }
    if (str_trim(str_slice(text, (size_t)(tail - text.ptr), text.len)).len) {
        sqlite3_finalize(stmt);
        err_set(e, ERR_INTERNAL, NULL, "一次只能执行一条语句");
        return NULL;
    }
    return stmt;
}

/* A statement ready to be bound: the cached one, or a new one when a cursor is open on that. */
static sqlite3_stmt *statement(SqliteConn *s, Str text, Statement **cached, Err *e) {
    Statement *st = statements_find(&s->statements, text);

    *cached = NULL;
    if (st && st->busy)
        return prepare_text(s, text, e);
    if (!st) {
        sqlite3_stmt *stmt = prepare_text(s, text, e);

        if (!stmt)
            return NULL;
        st = statements_add(&s->statements, text);
        st->handle = stmt;
    }
    st->busy++;
    *cached = st;
    return st->handle;
}

static void release(sqlite3_stmt *stmt, Statement *cached) {
    if (!cached) {
        sqlite3_finalize(stmt);
        return;
    }
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
    cached->busy--;
}

static int bind_one(sqlite3_stmt *stmt, int at, const Arg *arg) {
    const char *p = arg->text.ptr ? arg->text.ptr : ""; /* NULL would bind NULL */

    switch (arg->type) {
    case ARG_NULL:
        return sqlite3_bind_null(stmt, at);
    case ARG_INT:
        return sqlite3_bind_int64(stmt, at, arg->integer);
    case ARG_TEXT:
        return sqlite3_bind_text64(stmt, at, p, arg->text.len, SQLITE_STATIC, SQLITE_UTF8);
    case ARG_BLOB:
        break;
    }
    return sqlite3_bind_blob64(stmt, at, p, arg->text.len, SQLITE_STATIC);
}

/* To SQLite $2 is a name, not a number: its place is where it first stands in the text. */
static bool bind(SqliteConn *s, sqlite3_stmt *stmt, const Arg *args, size_t n, Err *e) {
    int count = sqlite3_bind_parameter_count(stmt);

    if ((size_t)count != n)
        return err_set(e, ERR_INTERNAL, NULL, "语句要 %d 个值，却给了 %zu 个：%.200s", count, n,
                       sqlite3_sql(stmt));
    for (int at = 1; at <= count; at++) {
        const char *name = sqlite3_bind_parameter_name(stmt, at);
        int64_t number;

        if (!name || !str_to_int(str_of(name + 1), &number) || number < 1 || number > count)
            return err_set(e, ERR_INTERNAL, NULL, "语句的值要写作 $1 到 $%d：%.200s", count,
                           sqlite3_sql(stmt));
        int rc = bind_one(stmt, at, &args[number - 1]);

        if (rc != SQLITE_OK)
            return fail(s, rc, e);
    }
    return true;
}

static bool run(Conn *c, Str text, const Arg *args, size_t n, int64_t *changed, Err *e) {
    SqliteConn *s = of(c);
    Statement *cached;
    sqlite3_stmt *stmt = statement(s, text, &cached, e);

    if (!stmt)
        return false;
    bool ok = bind(s, stmt, args, n, e);
    int rc = SQLITE_DONE;

    if (ok) {
        do
            rc = sqlite3_step(stmt);
        while (rc == SQLITE_ROW);
        ok = rc == SQLITE_DONE || fail(s, rc, e);
    }
    if (ok && changed)
        *changed = sqlite3_stmt_readonly(stmt) ? 0 : sqlite3_changes64(s->db);
    release(stmt, cached);
    return ok;
}

static bool prepare(Conn *c, Str text, Err *e) {
    sqlite3_stmt *stmt = prepare_text(of(c), text, e);

    sqlite3_finalize(stmt);
    return stmt != NULL;
}

/* ---- rows ---- */

static Cursor *ask(Conn *c, Arena *a, Str text, const Arg *args, size_t n, bool stream, Err *e) {
    SqliteConn *s = of(c);
    Statement *cached;
    sqlite3_stmt *stmt = statement(s, text, &cached, e);

    (void)stream;
    if (!stmt)
        return NULL;
    if (!bind(s, stmt, args, n, e)) {
        release(stmt, cached);
        return NULL;
    }
    SqliteCursor *q = arena_new_of(a, SqliteCursor);

    *q = (SqliteCursor){{c, (size_t)sqlite3_column_count(stmt), NULL}, stmt, cached};
    q->cursor.names = arena_array_of(a, q->cursor.columns, Str);
    for (size_t i = 0; i < q->cursor.columns; i++)
        q->cursor.names[i] = str_dup(a, str_of(sqlite3_column_name(stmt, (int)i)));
    return &q->cursor;
}

static Node *value(Arena *a, sqlite3_stmt *stmt, int i) {
    switch (sqlite3_column_type(stmt, i)) {
    case SQLITE_INTEGER:
        return node_of_int(a, sqlite3_column_int64(stmt, i));
    case SQLITE_FLOAT:
        return node_of_real(a, sqlite3_column_double(stmt, i));
    case SQLITE_NULL:
        return node_null(a);
    default: {
        const char *p = sqlite3_column_blob(stmt, i); /* text too: its bytes */

        return node_of_text(a, (Str){p, (size_t)sqlite3_column_bytes(stmt, i)});
    }
    }
}

static bool next(Cursor *cursor, Arena *a, Node **row, Err *e) {
    SqliteCursor *q = (SqliteCursor *)cursor;
    int rc = sqlite3_step(q->stmt);

    if (rc == SQLITE_DONE) {
        *row = NULL;
        return true;
    }
    if (rc != SQLITE_ROW)
        return fail(of(cursor->conn), rc, e);
    *row = node_map(a);
    for (size_t i = 0; i < cursor->columns; i++)
        node_append(a, *row, cursor->names[i], value(a, q->stmt, (int)i));
    return true;
}

static void end(Cursor *cursor) {
    SqliteCursor *q = (SqliteCursor *)cursor;

    release(q->stmt, q->cached);
}

static const ConnEngine engine = {shut, begin, commit, plain, run,           prepare,
                                  ask,  next,  end,    lost,  in_transaction};

Conn *sqlite_open(const Place *place, bool writes, Err *e) {
    SqliteConn *s = calloc(1, sizeof *s);

    if (!s)
        abort();
    s->conn = (Conn){&engine, place, writes};
    statements_init(&s->statements, drop, s);
    if (!make_file(s, e) || !set_up(s, e)) {
        shut(&s->conn);
        return NULL;
    }
    return &s->conn;
}
