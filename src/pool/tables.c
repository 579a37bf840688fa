/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/tables.c: the tables of the datasets: made, widened, swept, and read as of a batch. */
#include <inttypes.h>
#include <string.h>

#include "pool/tables.h"

#include "base/banned.h"

#define SQL_MAX ((size_t)4 << 20)
#define POOL_FORMAT 1

static PoolValue text_value(Str s) {
    return (PoolValue){.type = POOL_TEXT, .text = s};
}

static PoolValue int_value(int64_t i) {
    return (PoolValue){.type = POOL_INT, .integer = i};
}

bool pool_int(PoolSession *s, Str sql, const PoolValue *args, size_t n, int64_t *out, Err *e) {
    PoolRows *rows = pool_query(s, sql, args, n, e);
    Err mine = {0};

    if (!rows)
        return false;
    const PoolValue *row = pool_next(rows, &mine);

    *out = row ? row[0].integer : 0;
    pool_rows_close(rows);
    if (mine.code == ERR_NONE)
        return true;
    if (e)
        *e = mine;
    return false;
}

bool pool_lock(PoolSession *s, Err *e) {
    int64_t unused;

    return !pool_is_postgresql(s->pool) ||
           pool_int(
               s,
               STR("SELECT 1 FROM (SELECT pg_advisory_lock(hashtextextended('lianheng-pool-' || "
                   "current_schema(), 0))) AS l"),
               NULL, 0, &unused, e);
}

void pool_unlock(PoolSession *s) {
    int64_t unused;

    if (pool_is_postgresql(s->pool))
        pool_int(
            s,
            STR("SELECT 1 FROM (SELECT pg_advisory_unlock(hashtextextended('lianheng-pool-' || "
                "current_schema(), 0))) AS l"),
            NULL, 0, &unused, NULL);
}

/* Kept in the pool itself, so that an older program does not touch a newer pool. */
static bool check_format(PoolSession *s, Err *e) {
    int64_t format;

    if (!pool_run(s, STR("CREATE TABLE IF NOT EXISTS pool_format (format BIGINT)"), NULL, 0, NULL,
                  e) ||
        !pool_int(s, STR("SELECT coalesce(max(format), 0) FROM pool_format"), NULL, 0, &format, e))
        return false;
    if (format > POOL_FORMAT)
        return err_set(e, ERR_NEWER, NULL, "数据资源池由更新的版本写成：请升级本程序");
    PoolValue mine = int_value(POOL_FORMAT);

    return format == POOL_FORMAT ||
           pool_run(s, STR("INSERT INTO pool_format VALUES ($1)"), &mine, 1, NULL, e);
}

/* "text COLLATE ..." is reported as "text". */
static bool type_is(const Pool *p, PoolType type, Str reported) {
    Str wanted = str_of(p->engine->type_name(type));
    ptrdiff_t cut = str_find(wanted, STR(" COLLATE"));

    return str_eq_ascii_nocase(cut < 0 ? wanted : str_slice(wanted, 0, (size_t)cut), reported);
}

typedef struct Existing {
    Str name, type;
} Existing;

static bool existing_columns(PoolSession *s, Arena *a, Str table, Existing **out, size_t *count,
                             Err *e) {
    PoolValue arg = text_value(table);
    Err mine = {0};
    PoolRows *rows = pool_query(s,
                                STR("SELECT column_name, data_type FROM information_schema.columns "
                                    "WHERE table_schema = current_schema() AND table_name = $1"),
                                &arg, 1, e);
    size_t capacity = 64;

    if (!rows)
        return false;
    *out = arena_array_of(a, capacity, Existing);
    *count = 0;
    for (const PoolValue *row; (row = pool_next(rows, &mine)) != NULL;) {
        if (*count == capacity) {
            Existing *more = arena_array_of(a, capacity * 2, Existing);

            memcpy(more, *out, capacity * sizeof **out);
            *out = more;
            capacity *= 2;
        }
        (*out)[(*count)++] = (Existing){str_dup(a, row[0].text), str_dup(a, row[1].text)};
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

static bool widen(PoolSession *s, const PoolTable *t, const Existing *have, size_t count, Err *e) {
    for (size_t i = 0; i < t->count; i++) {
        const PoolColumn *c = &t->columns[i];
        const Existing *found = NULL;

        for (size_t j = 0; j < count && !found; j++)
            if (str_eq(have[j].name, c->name))
                found = &have[j];
        if (!found && !add_column(s, t, c, e))
            return false;
        if (found && !type_is(s->pool, c->type, found->type))
            return err_set(
                e, ERR_CONTENT, t->dataset->file,
                "数据集 %.*s 的字段 %.*s 改变了类型，资源池里已有旧类型的数据：请用新的字段名",
                STR_ARG(t->dataset->dataset), STR_ARG(c->name));
    }
    return true;
}

/* DuckDB scans faster than it keeps an index; PostgreSQL wants one for every way rows are asked
 * for. */
static bool add_index(PoolSession *s, const PoolTable *t, Str column, Err *e) {
    unsigned char digest[SM3_SIZE];
    char hex[33];
    Buf sql;

    buf_init(&sql, SQL_MAX);
    buf_add(&sql, t->name);
    buf_add_char(&sql, '.');
    buf_add(&sql, column);
    sm3(sql.ptr, sql.len, digest);
    uuid_write(digest, hex);
    buf_clear(&sql);
    buf_addf(&sql, "CREATE INDEX IF NOT EXISTS \"ix_%.20s\" ON ", hex);
    pool_quote(t->name, &sql);
    buf_add(&sql, STR(" ("));
    pool_quote(column, &sql);
    buf_add(&sql,
            str_is(column, "batch") ? STR(", line)") : STR(")")); /* pages go by batch and line */
    bool good = pool_run(s, buf_str(&sql), NULL, 0, NULL, e);

    buf_done(&sql);
    return good;
}

static bool add_indexes(PoolSession *s, const PoolTable *t, Err *e) {
    for (size_t i = 0; i < t->count; i++) {
        ColumnRole role = t->columns[i].role;
        bool wanted = role == COLUMN_ID || role == COLUMN_BATCH || role == COLUMN_UNTIL ||
                      role == COLUMN_KEY || role >= COLUMN_WEAK_BIRTH;

        if (wanted && !add_index(s, t, t->columns[i].name, e))
            return false;
    }
    return true;
}

static bool fit_one(PoolSession *s, Arena *a, const Dataset *d, Err *e) {
    const PoolTable *t = pool_table(a, d);
    Existing *have;
    size_t count;

    if (!names_are_apart(t, e) || !existing_columns(s, a, t->name, &have, &count, e))
        return false;
    if (!(count ? widen(s, t, have, count, e) : create(s, t, e)))
        return false;
    return !pool_is_postgresql(s->pool) || add_indexes(s, t, e);
}

bool pool_fit_datasets(Pool *p, const Dataset *const *datasets, size_t n, Err *e) {
    PoolSession *s = pool_session(p, e);
    scoped_arena Arena *a = arena_new();

    if (!s)
        return false;
    bool good = pool_lock(s, e);

    if (good) {
        good = check_format(s, e);
        for (size_t i = 0; i < n && good; i++)
            good = fit_one(s, a, datasets[i], e);
        pool_unlock(s);
    }
    pool_session_close(s);
    return good;
}

static bool table_statement(PoolSession *s, const char *before, Str table, const char *after,
                            const PoolValue *args, size_t n, int64_t *changed, Err *e) {
    Buf sql;

    buf_init(&sql, SQL_MAX);
    buf_addf(&sql, "%s ", before);
    pool_quote(table, &sql);
    buf_addf(&sql, " %s", after);
    bool good = pool_run(s, buf_str(&sql), args, n, changed, e);

    buf_done(&sql);
    return good;
}

bool pool_undo(PoolSession *s, Str table, int64_t visible, int64_t *removed, Err *e) {
    PoolValue args[2] = {int_value(visible), int_value(POOL_FOREVER)};

    return table_statement(s, "DELETE FROM", table, "WHERE batch > $1", args, 1, removed, e) &&
           table_statement(s, "UPDATE", table, "SET until = $2 WHERE until > $1 AND until < $2",
                           args, 2, NULL, e);
}

static bool dataset_tables(PoolSession *s, Arena *a, Node *out, Err *e) {
    Err mine = {0};
    PoolRows *rows =
        pool_query(s,
                   STR("SELECT table_name FROM information_schema.tables WHERE "
                       "table_schema = current_schema() AND substr(table_name, 1, 2) = "
                       "'d_' ORDER BY table_name"),
                   NULL, 0, e);

    if (!rows)
        return false;
    for (const PoolValue *row; (row = pool_next(rows, &mine)) != NULL;)
        node_add(a, out, node_of_text(a, row[0].text));
    pool_rows_close(rows);
    if (mine.code != ERR_NONE && e)
        *e = mine;
    return mine.code == ERR_NONE;
}

bool pool_sweep(Pool *p, int64_t visible, Err *e) {
    PoolSession *s = pool_session(p, e);
    scoped_arena Arena *a = arena_new();
    Node *tables = node_list(a);

    if (!s)
        return false;
    bool good = pool_lock(s, e);

    if (good) {
        good = dataset_tables(s, a, tables, e);
        for (size_t i = 0; i < tables->count && good; i++)
            good = pool_undo(s, tables->items[i]->text, visible, NULL, e);
        pool_unlock(s);
    }
    pool_session_close(s);
    return good;
}

static bool in_live(const PoolColumn *c) {
    return c->role != COLUMN_SEALED && c->role != COLUMN_ORIGINAL && c->role != COLUMN_PROBLEMS;
}

void pool_live(const Dataset *d, int64_t visible, Buf *sql) {
    scoped_arena Arena *a = arena_new();
    const PoolTable *t = pool_table(a, d);
    const char *between = "(SELECT ";

    for (size_t i = 0; i < t->count; i++) {
        if (!in_live(&t->columns[i]))
            continue;
        buf_add_c(sql, between);
        pool_quote(t->columns[i].name, sql);
        between = ", ";
    }
    buf_add(sql, STR(" FROM "));
    pool_quote(t->name, sql);
    buf_addf(sql, " WHERE batch <= %" PRId64 " AND until > %" PRId64 ")", visible, visible);
}

bool pool_touched(PoolSession *s, const Dataset *d, Str key_column, int64_t after, int64_t upto,
                  Str table, Err *e) {
    scoped_arena Arena *a = arena_new();
    const PoolTable *t = pool_table(a, d);
    PoolValue args[2] = {int_value(after), int_value(upto)};
    Buf sql;

    buf_init(&sql, SQL_MAX);
    buf_add(&sql, STR("CREATE TEMP TABLE IF NOT EXISTS "));
    pool_quote(table, &sql);
    buf_add(&sql, STR(" (key UUID)"));
    bool good = pool_run(s, buf_str(&sql), NULL, 0, NULL, e);

    buf_clear(&sql);
    buf_add(&sql, STR("INSERT INTO "));
    pool_quote(table, &sql);
    buf_add(&sql, STR(" SELECT "));
    pool_quote(key_column, &sql);
    buf_add(&sql, STR(" FROM "));
    pool_quote(t->name, &sql);
    buf_add(&sql, STR(" WHERE "));
    pool_quote(key_column, &sql);
    buf_add(&sql,
            STR(" IS NOT NULL AND ((batch > $1 AND batch <= $2) OR (until > $1 AND until <= $2)) "
                "EXCEPT SELECT key FROM "));
    pool_quote(table, &sql);
    good = good && pool_run(s, buf_str(&sql), args, 2, NULL, e);
    buf_done(&sql);
    return good;
}

bool pool_row_count(PoolSession *s, const Dataset *d, int64_t *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    PoolValue visible = int_value(pool_visible(s->pool));
    Buf sql;

    buf_init(&sql, SQL_MAX);
    buf_add(&sql, STR("SELECT count(*) FROM "));
    pool_quote(pool_table(a, d)->name, &sql);
    buf_add(&sql, STR(" WHERE batch <= $1 AND until > $1"));
    bool good = pool_int(s, buf_str(&sql), &visible, 1, out, e);

    buf_done(&sql);
    return good;
}
