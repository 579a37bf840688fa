/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/fit.c: the tables of the datasets, made and widened. */
#include "pool/tables.h"

#include <stdio.h>

#include "base/banned.h"

#define SQL_MAX ((size_t)4 << 20)
#define POOL_FORMAT 1

/* Kept in the pool itself, so that an older program does not touch a newer pool. */
static bool check_format(PoolSession *s, Err *e) {
    int64_t format;

    if (!pool_run(s, STR("CREATE TABLE IF NOT EXISTS pool_format (format BIGINT)"), NULL, 0, NULL,
                  e) ||
        !pool_int(s, STR("SELECT coalesce(max(format), 0) FROM pool_format"), NULL, 0, &format, e))
        return false;
    if (format > POOL_FORMAT)
        return err_set(e, ERR_NEWER, NULL, "数据资源池由更新的版本写成：请升级本程序");
    PoolValue mine = {.type = POOL_INT, .integer = POOL_FORMAT};

    return format == POOL_FORMAT ||
           pool_run(s, STR("INSERT INTO pool_format VALUES ($1)"), &mine, 1, NULL, e);
}

/* "text COLLATE ..." is reported as "text". */
static bool type_is(const Pool *p, PoolType type, Str reported) {
    Str wanted = str_of(p->engine->type_name(type));
    ptrdiff_t cut = str_find(wanted, STR(" COLLATE"));

    return str_eq_ascii_nocase(cut < 0 ? wanted : str_slice(wanted, 0, (size_t)cut), reported);
}

/* {table: {column: type}} of all tables there are. */
static bool existing_columns(PoolSession *s, Arena *a, Node *out, Err *e) {
    Err mine = {0};
    Node *table = NULL;
    PoolRows *rows =
        pool_query(s,
                   STR("SELECT table_name, column_name, data_type FROM information_schema.columns "
                       "WHERE table_schema = current_schema() ORDER BY table_name"),
                   NULL, 0, e);

    if (!rows)
        return false;
    for (const PoolValue *row; (row = pool_next(rows, &mine)) != NULL;) {
        if (!out->count || !str_eq(out->keys[out->count - 1], row[0].text)) {
            table = node_map(a);
            node_append(a, out, str_dup(a, row[0].text), table);
        }
        node_append(a, table, str_dup(a, row[1].text), node_of_text(a, row[2].text));
    }
    pool_rows_close(rows);
    if (mine.code != ERR_NONE && e)
        *e = mine;
    return mine.code == ERR_NONE;
}

static bool names_are_apart(const PoolTable *t, Err *e) {
    for (size_t i = 0; i < t->count; i++)
        for (size_t j = 0; j < i; j++)
            if (str_eq_ascii_nocase(t->columns[i].name, t->columns[j].name))
                return err_set(e, ERR_CONTENT, t->dataset->file,
                               "数据集 %.*s 的字段名 %.*s 与资源池自己的列重名：请改名",
                               STR_ARG(t->dataset->dataset), STR_ARG(t->columns[i].name));
    return true;
}

/* Hashes and sealed texts cannot be compressed; DuckDB need not try. */
static void add_type(const Pool *p, const PoolColumn *c, Buf *sql) {
    buf_addf(sql, " %s", p->engine->type_name(c->type));
    if (!pool_is_postgresql(p) &&
        (c->role == COLUMN_ID || c->role == COLUMN_DIGEST || c->role == COLUMN_SEALED))
        buf_add(sql, STR(" USING COMPRESSION uncompressed"));
}

static bool create(PoolSession *s, const PoolTable *t, Err *e) {
    Buf sql;

    buf_init(&sql, SQL_MAX);
    buf_add(&sql, STR("CREATE TABLE "));
    pool_quote(t->name, &sql);
    for (size_t i = 0; i < t->count; i++) {
        buf_add(&sql, i ? STR(", ") : STR(" ("));
        pool_quote(t->columns[i].name, &sql);
        add_type(s->pool, &t->columns[i], &sql);
    }
    buf_add_char(&sql, ')');
    bool good = pool_run(s, buf_str(&sql), NULL, 0, NULL, e);

    buf_done(&sql);
    return good;
}

static bool add_column(PoolSession *s, const PoolTable *t, const PoolColumn *c, Err *e) {
    Buf sql;

    buf_init(&sql, SQL_MAX);
    buf_add(&sql, STR("ALTER TABLE "));
    pool_quote(t->name, &sql);
    buf_add(&sql, STR(" ADD COLUMN "));
    pool_quote(c->name, &sql);
    add_type(s->pool, c, &sql);
    bool good = pool_run(s, buf_str(&sql), NULL, 0, NULL, e);

    buf_done(&sql);
    return good;
}

static bool widen(PoolSession *s, const PoolTable *t, const Node *have, Err *e) {
    for (size_t i = 0; i < t->count; i++) {
        const PoolColumn *c = &t->columns[i];
        const Node *found = node_get(have, c->name.ptr);

        if (!found && !add_column(s, t, c, e))
            return false;
        if (found && !type_is(s->pool, c->type, found->text))
            return err_set(
                e, ERR_CONTENT, t->dataset->file,
                "数据集 %.*s 的字段 %.*s 改变了类型，资源池里已有旧类型的数据：请用新的字段名",
                STR_ARG(t->dataset->dataset), STR_ARG(c->name));
    }
    return true;
}

/* DuckDB scans faster than it keeps an index; PostgreSQL wants one for every way rows are asked
 * for. */
static bool add_index(PoolSession *s, const PoolTable *t, Str column, const Node *indexes, Err *e) {
    unsigned char digest[SM3_SIZE];
    char hex[33], name[32];
    Buf sql;

    buf_init(&sql, SQL_MAX);
    buf_add(&sql, t->name);
    buf_add_char(&sql, '.');
    buf_add(&sql, column);
    sm3(sql.ptr, sql.len, digest);
    uuid_write(digest, hex);
    snprintf(name, sizeof name, "ix_%.20s", hex);
    buf_clear(&sql);
    if (node_get(indexes, name) != NULL) {
        buf_done(&sql);
        return true;
    }
    buf_addf(&sql, "CREATE INDEX IF NOT EXISTS \"%s\" ON ", name);
    pool_quote(t->name, &sql);
    buf_add(&sql, STR(" ("));
    pool_quote(column, &sql);
    buf_add(&sql,
            str_is(column, "batch") ? STR(", line)") : STR(")")); /* pages go by batch and line */
    bool good = pool_run(s, buf_str(&sql), NULL, 0, NULL, e);

    buf_done(&sql);
    return good;
}

/* Names of what is there: asking PostgreSQL to make some 150 again takes longer than all the rest
 * of a start. */
static bool existing_indexes(PoolSession *s, Arena *a, Node *indexes, Err *e) {
    Err mine = {0};

    if (!pool_is_postgresql(s->pool))
        return true;
    PoolRows *rows = pool_query(
        s, STR("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"), NULL, 0, e);

    if (!rows)
        return false;
    for (const PoolValue *row; (row = pool_next(rows, &mine)) != NULL;)
        node_set(a, indexes, str_dup(a, row[0].text).ptr, node_of_bool(a, true));
    pool_rows_close(rows);
    if (mine.code != ERR_NONE && e)
        *e = mine;
    return mine.code == ERR_NONE;
}

static bool add_indexes(PoolSession *s, const PoolTable *t, const Node *indexes, Err *e) {
    for (size_t i = 0; i < t->count; i++) {
        ColumnRole role = t->columns[i].role;
        bool wanted = role == COLUMN_ID || role == COLUMN_BATCH || role == COLUMN_UNTIL ||
                      role == COLUMN_KEY || role >= COLUMN_WEAK_BIRTH;

        if (wanted && !add_index(s, t, t->columns[i].name, indexes, e))
            return false;
    }
    return true;
}

static bool fit_one(PoolSession *s, Arena *a, const Dataset *d, const Node *tables,
                    const Node *indexes, Err *e) {
    const PoolTable *t = pool_table(a, d);
    const Node *have = node_get(tables, t->name.ptr);

    if (!names_are_apart(t, e) || !(have ? widen(s, t, have, e) : create(s, t, e)))
        return false;
    return !pool_is_postgresql(s->pool) || add_indexes(s, t, indexes, e);
}

bool pool_fit_datasets(Pool *p, const Dataset *const *datasets, size_t n, Err *e) {
    PoolSession *s = pool_session(p, e);
    scoped_arena Arena *a = arena_new();

    if (!s)
        return false;
    bool good = pool_lock(s, e);

    if (good) {
        Node *tables = node_map(a), *indexes = node_map(a);

        good = check_format(s, e) && existing_columns(s, a, tables, e) &&
               existing_indexes(s, a, indexes, e);
        for (size_t i = 0; i < n && good; i++)
            good = fit_one(s, a, datasets[i], tables, indexes, e);
        pool_unlock(s);
    }
    pool_session_close(s);
    return good;
}

bool pool_fit(Pool *p, const Content *c, Err *e) {
    scoped_arena Arena *a = arena_new();
    size_t n = content_dataset_count(c);
    const Dataset **datasets = arena_array_of(a, n, const Dataset *);

    for (size_t i = 0; i < n; i++)
        datasets[i] = content_dataset_at(c, i);
    return pool_fit_datasets(p, datasets, n, e);
}
