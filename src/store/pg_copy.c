/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/pg_copy.c: tables of PostgreSQL as files of binary COPY, all of one moment, and back. */
#include <errno.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "data/node.h"
#include "sql_statements.h"
#include "store/copy.h"
#include "store/migrate.h"
#include "store/place.h"

#include "base/banned.h"

enum { LIST_MOST = 4 * 1024 * 1024, PIECE = 1 << 16 };

/* One line to the server, one transaction. */
typedef struct Line {
    Arena *a;
    Place place;
    PGconn *pg;
    TableWanted *wanted;
    const char *folder;
    CopyProgress *progress;
} Line;

static bool failed(const Line *l, const char *what, Err *e) {
    scoped_arena Arena *a = arena_new();
    Str said = place_without_secret(&l->place, a, PQerrorMessage(l->pg));

    return err_set(e, PQstatus(l->pg) == CONNECTION_OK ? ERR_INTERNAL : ERR_UNREACHABLE, NULL,
                   "%s时%s出错：%.*s", what, l->place.shown, STR_ARG(said));
}

static bool file_failed(const char *path, Err *e) {
    return err_set(e, ERR_DISK, path, "读写 %s 时出错：%s，请检查磁盘空间和权限", path,
                   strerror(errno));
}

static bool cancelled(const Line *l, Err *e) {
    return atomic_load(&l->progress->cancel) && !err_set(e, ERR_CANCELLED, NULL, "已取消");
}

static bool run(const Line *l, const char *text, Err *e) {
    PGresult *r = PQexec(l->pg, text);
    ExecStatusType status = PQresultStatus(r);
    bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

    if (!good)
        failed(l, "执行语句", e);
    PQclear(r);
    return good;
}

static void be_quiet(void *context, const PGresult *result) {
    (void)context, (void)result;
}

static bool line_open(Line *l, const char *address, const char *begin, Err *e) {
    if (!place_read(l->a, address, &l->place, e))
        return false;
    static const char *const words[] = {"dbname", "connect_timeout", "client_encoding", NULL};
    const char *const values[] = {l->place.path, "5", "UTF8", NULL};

    l->pg = PQconnectdbParams(words, values, 1);
    if (PQstatus(l->pg) != CONNECTION_OK)
        return err_set(e, ERR_UNREACHABLE, NULL, "连接不上%s，请检查数据库服务和网络",
                       l->place.shown);
    PQsetNoticeReceiver(l->pg, be_quiet, NULL);
    if (l->place.schema &&
        (!run(l, str_format(l->a, "CREATE SCHEMA IF NOT EXISTS \"%s\"", l->place.schema).ptr, e) ||
         !run(l, str_format(l->a, "SET search_path TO \"%s\"", l->place.schema).ptr, e)))
        return false;
    return run(l, begin, e);
}

/* Names from the catalogue or from a list, between quotes. */
static void quote(Str name, Buf *sql) {
    buf_add_char(sql, '"');
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '"')
            buf_add_char(sql, '"');
        buf_add_char(sql, name.ptr[i]);
    }
    buf_add_char(sql, '"');
}

/* ---- out ---- */

static const char catalogue[] =
    "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), "
    "(CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation THEN '1' ELSE '' END), "
    "(CASE WHEN a.attnotnull THEN '1' ELSE '' END) "
    "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT "
    "a.attisdropped JOIN pg_type t ON t.oid = a.atttypid "
    "WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') "
    "ORDER BY c.relname, a.attnum";

/* [{name, columns:[{name, type, c_collation, required}]}] */
static Node *list_tables(const Line *l, Err *e) {
    PGresult *r = PQexec(l->pg, catalogue);
    Node *out = node_list(l->a), *columns = NULL;
    Str last = {NULL, 0};

    if (PQresultStatus(r) != PGRES_TUPLES_OK) {
        failed(l, "列出数据表", e);
        PQclear(r);
        return NULL;
    }
    for (int i = 0; i < PQntuples(r); i++) {
        Str name = str_dup(l->a, str_of(PQgetvalue(r, i, 0)));

        if (!l->wanted(name))
            continue;
        if (!str_eq(name, last)) {
            Node *table = node_map(l->a);

            columns = node_list(l->a);
            node_set_text(l->a, table, "name", name);
            node_set(l->a, table, "columns", columns);
            node_add(l->a, out, table);
            last = name;
        }
        Node *column = node_map(l->a);

        node_set_text(l->a, column, "name", str_dup(l->a, str_of(PQgetvalue(r, i, 1))));
        node_set_text(l->a, column, "type", str_dup(l->a, str_of(PQgetvalue(r, i, 2))));
        node_set_bool(l->a, column, "by_bytes", *PQgetvalue(r, i, 3) != '\0');
        node_set_bool(l->a, column, "required", *PQgetvalue(r, i, 4) != '\0');
        node_add(l->a, columns, column);
    }
    PQclear(r);
    return out;
}

static void copy_text(const Node *table, const char *direction, Buf *sql) {
    const Node *columns = node_get(table, "columns");

    buf_add_c(sql, "COPY ");
    quote(node_text(table, "name"), sql);
    buf_add_c(sql, " (");
    for (size_t i = 0; i < columns->count; i++) {
        buf_add_c(sql, i ? ", " : "");
        quote(node_text(columns->items[i], "name"), sql);
    }
    buf_addf(sql, ") %s (FORMAT binary)", direction);
}

static bool take_rows(const Line *l, FILE *f, const char *path, Err *e) {
    char *bytes = NULL;
    int n = 0;
    bool good = true;

    while (good && (n = PQgetCopyData(l->pg, &bytes, 0)) > 0) {
        good = !cancelled(l, e);
        if (good && (FAULT("backup.write") || fwrite(bytes, 1, (size_t)n, f) != (size_t)n))
            good = file_failed(path, e);
        atomic_fetch_add(&l->progress->bytes, n);
        PQfreemem(bytes);
    }
    if (good && n == -2)
        good = failed(l, "复制数据表", e);
    if (good && (fflush(f) != 0 || ferror(f)))
        good = file_failed(path, e);
    return good;
}

static bool table_out(const Line *l, const Node *table, Err *e) {
    scoped_buf Buf sql;
    const char *path =
        str_format(l->a, "%s/%.*s.copy", l->folder, STR_ARG(node_text(table, "name"))).ptr;
    FILE *f = fopen(path, "wxe");

    if (!f)
        return file_failed(path, e);
    buf_init(&sql, LIST_MOST);
    copy_text(table, "TO STDOUT", &sql);
    PGresult *r = PQexec(l->pg, str_c(l->a, buf_str(&sql)));
    bool good = PQresultStatus(r) == PGRES_COPY_OUT || failed(l, "复制数据表", e);

    PQclear(r);
    good = good && take_rows(l, f, path, e);
    fclose(f);
    if (!good)
        return false;
    r = PQgetResult(l->pg);
    good = PQresultStatus(r) == PGRES_COMMAND_OK || failed(l, "复制数据表", e);
    PQclear(r);
    while ((r = PQgetResult(l->pg)) != NULL)
        PQclear(r);
    return good;
}

static bool write_list(const Line *l, const Node *tables, Err *e) {
    const char *path = str_format(l->a, "%s/tables.json", l->folder).ptr;
    scoped_buf Buf text;
    FILE *f = fopen(path, "wxe");

    if (!f)
        return file_failed(path, e);
    buf_init(&text, LIST_MOST);
    json_write(tables, &text);
    bool good = fwrite(text.ptr, 1, text.len, f) == text.len;

    good = fclose(f) == 0 && good;
    return good || file_failed(path, e);
}

static bool answer(const Line *l, CopyQuestion *also, Err *e) {
    PGresult *r = also ? PQexec(l->pg, also->sql) : NULL;
    bool good = !also || (PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1) ||
                failed(l, "读日志链头", e);

    for (int i = 0; also && good && i < PQnfields(r) && i < 4; i++)
        snprintf(also->answers[i], sizeof also->answers[i], "%s", PQgetvalue(r, 0, i));
    PQclear(r);
    return good;
}

bool pg_tables_out(const char *place, TableWanted *wanted, const char *folder, CopyQuestion *also,
                   CopyProgress *progress, Err *e) {
    scoped_arena Arena *a = arena_new();
    Line l = {.a = a, .wanted = wanted, .folder = folder, .progress = progress};
    bool good =
        line_open(&l, place, "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", e);
    const Node *tables = good && answer(&l, also, e) ? list_tables(&l, e) : NULL;

    good = tables && write_list(&l, tables, e);
    for (size_t i = 0; good && i < tables->count; i++)
        good = !cancelled(&l, e) && table_out(&l, tables->items[i], e);
    PQfinish(l.pg);
    return good;
}

/* ---- in ---- */

static Node *read_list(const Line *l, Err *e) {
    const char *path = str_format(l->a, "%s/tables.json", l->folder).ptr;
    FILE *f = fopen(path, "re");
    char *text = arena_alloc(l->a, LIST_MOST);

    if (!f) {
        file_failed(path, e);
        return NULL;
    }
    size_t n = fread(text, 1, LIST_MOST, f);

    fclose(f);
    return json_read(l->a, (Str){text, n}, e);
}

/* The list comes from a file: only types that the pool has may get into a statement. */
static bool type_known(Str type) {
    static const char *const types[] = {"uuid",
                                        "bigint",
                                        "text",
                                        "bytea",
                                        "date",
                                        "boolean",
                                        "double precision",
                                        "timestamp without time zone"};

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_is(type, types[i]))
            return true;
    return false;
}

static bool make_table(const Line *l, const Node *table, Err *e) {
    const Node *columns = node_get(table, "columns");
    scoped_buf Buf sql;

    buf_init(&sql, LIST_MOST);
    buf_add_c(&sql, "CREATE TABLE ");
    quote(node_text(table, "name"), &sql);
    for (size_t i = 0; i < columns->count; i++) {
        const Node *c = columns->items[i];
        Str type = node_text(c, "type");

        if (!type_known(type))
            return err_set(e, ERR_BROKEN, NULL, "备份中数据表 %.*s 的列类型 %.*s 不认识",
                           STR_ARG(node_text(table, "name")), STR_ARG(type));
        buf_add_c(&sql, i ? ", " : " (");
        quote(node_text(c, "name"), &sql);
        buf_addf(&sql, " %.*s%s%s", STR_ARG(type),
                 node_bool(c, "by_bytes", false) ? " COLLATE \"C\"" : "",
                 node_bool(c, "required", false) ? " NOT NULL" : "");
    }
    buf_add_char(&sql, ')');
    return run(l, str_c(l->a, buf_str(&sql)), e);
}

static bool give_rows(const Line *l, const char *path, Err *e) {
    FILE *f = fopen(path, "re");
    static const int piece = PIECE;
    char *bytes = arena_alloc(l->a, PIECE);
    size_t n;
    bool good = f != NULL || file_failed(path, e);

    while (good && (n = fread(bytes, 1, (size_t)piece, f)) > 0) {
        good = !cancelled(l, e) &&
               (PQputCopyData(l->pg, bytes, (int)n) == 1 || failed(l, "装入数据表", e));
        atomic_fetch_add(&l->progress->bytes, (int64_t)n);
    }
    if (f) {
        if (good && ferror(f))
            good = file_failed(path, e);
        fclose(f);
    }
    return good;
}

static bool table_in(const Line *l, const Node *table, Err *e) {
    scoped_buf Buf sql;
    const char *path =
        str_format(l->a, "%s/%.*s.copy", l->folder, STR_ARG(node_text(table, "name"))).ptr;

    buf_init(&sql, LIST_MOST);
    copy_text(table, "FROM STDIN", &sql);
    PGresult *r = PQexec(l->pg, str_c(l->a, buf_str(&sql)));
    bool good = PQresultStatus(r) == PGRES_COPY_IN || failed(l, "装入数据表", e);

    PQclear(r);
    if (!good || !give_rows(l, path, e))
        return false;
    if (PQputCopyEnd(l->pg, NULL) != 1)
        return failed(l, "装入数据表", e);
    r = PQgetResult(l->pg);
    good = PQresultStatus(r) == PGRES_COMMAND_OK || failed(l, "装入数据表", e);
    PQclear(r);
    while ((r = PQgetResult(l->pg)) != NULL)
        PQclear(r);
    return good;
}

/* Which versions the copy had seen stands in its own rows: they are read into a table of this
 * session first. */
static bool versions_in(const Line *l, const Node *table, Err *e) {
    Node *seen = node_map(l->a);

    if (!run(
            l,
            "CREATE TABLE schema_version (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, "
            "applied_at TEXT NOT NULL)",
            e) ||
        !table_in(l, table, e))
        return false;
    PGresult *r = PQexec(l->pg, "SELECT version FROM schema_version ORDER BY version");
    bool good = PQresultStatus(r) == PGRES_TUPLES_OK || failed(l, "读结构版本", e);

    for (int i = 0; good && i < PQntuples(r); i++)
        node_set_bool(l->a, seen, str_c(l->a, str_of(PQgetvalue(r, i, 0))), true);
    PQclear(r);
    size_t known = 0;

    for (const Migration *m = migrations; good && m->version; m++)
        if (node_get(seen, str_format(l->a, "%" PRId64, m->version).ptr)) {
            good = run(l, m->postgresql, e);
            known++;
        }
    return good && (known == seen->count ||
                    err_set(e, ERR_NEWER, NULL, "备份是更新版本的程序做的，请升级本程序后再还原"));
}

static const Node *find_table(const Node *tables, const char *name) {
    for (size_t i = 0; i < tables->count; i++)
        if (str_is(node_text(tables->items[i], "name"), name))
            return tables->items[i];
    return NULL;
}

static bool must_be_empty(const Line *l, Err *e) {
    const Node *there = list_tables(l, e);

    if (!there)
        return false;
    return there->count == 0 ||
           err_set(e, ERR_CONFLICT, NULL,
                   "%s里已有数据表（如 %.*s），只能还原到空的库或空的 schema，原有数据没有改动",
                   l->place.shown, STR_ARG(node_text(there->items[0], "name")));
}

static bool tables_in(const Line *l, const Node *tables, bool versions, Err *e) {
    const Node *version_table = versions ? find_table(tables, "schema_version") : NULL;

    if (versions && !version_table)
        return err_set(e, ERR_BROKEN, NULL, "备份里没有结构版本，不能还原");
    if (version_table && !versions_in(l, version_table, e))
        return false;
    for (size_t i = 0; i < tables->count; i++) {
        const Node *table = tables->items[i];

        if (table == version_table)
            continue;
        if (!l->wanted(node_text(table, "name")) || cancelled(l, e) ||
            (!versions && !make_table(l, table, e)) || !table_in(l, table, e))
            return false;
    }
    return true;
}

bool pg_tables_in(const char *place, TableWanted *wanted, const char *folder, bool versions,
                  CopyProgress *progress, Err *e) {
    scoped_arena Arena *a = arena_new();
    Line l = {.a = a, .wanted = wanted, .folder = folder, .progress = progress};
    bool good = line_open(&l, place, "BEGIN", e) && must_be_empty(&l, e);
    const Node *tables = good ? read_list(&l, e) : NULL;

    good = tables && tables_in(&l, tables, versions, e) && run(&l, "COMMIT", e);
    PQfinish(l.pg);
    return good;
}
