/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/tables.c: the tables of the datasets: swept, and read as of a batch. */
#include <inttypes.h>
#include <string.h>

#include "pool/tables.h"

#include "base/banned.h"

#define SQL_MAX ((size_t)4 << 20)

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

/* Keeps of `tables` those that hold rows of batches beyond `visible`, or rows replaced by one. One
 * statement asks about all: most starts have nothing to sweep. */
static bool beyond(PoolSession *s, Arena *a, const Node *tables, int64_t visible, Node *out,
                   Err *e) {
    PoolValue args[2] = {int_value(visible), int_value(POOL_FOREVER)};
    Err mine = {0};
    scoped_buf Buf sql;

    if (tables->count == 0)
        return true;
    buf_init(&sql, SQL_MAX);
    for (size_t i = 0; i < tables->count; i++) {
        buf_addf(&sql, "%sSELECT %zu AS place, count(*) AS rows FROM ",
                 i == 0 ? "SELECT place FROM (" : " UNION ALL ", i);
        pool_quote(tables->items[i]->text, &sql);
        buf_add_c(&sql, " WHERE batch > $1 OR (until > $1 AND until < $2)");
    }
    buf_add_c(&sql, ") AS asked WHERE rows > 0 ORDER BY place");
    PoolRows *rows = pool_query(s, buf_str(&sql), args, 2, e);

    if (!rows)
        return false;
    for (const PoolValue *row; (row = pool_next(rows, &mine)) != NULL;)
        node_add(a, out, node_of_text(a, tables->items[row[0].integer]->text));
    pool_rows_close(rows);
    if (mine.code != ERR_NONE && e)
        *e = mine;
    return mine.code == ERR_NONE;
}

bool pool_sweep(Pool *p, int64_t visible, Err *e) {
    PoolSession *s = pool_session(p, e);
    scoped_arena Arena *a = arena_new();
    Node *tables = node_list(a), *left = node_list(a);

    if (!s)
        return false;
    bool good = pool_lock(s, e);

    if (good) {
        good = dataset_tables(s, a, tables, e) && beyond(s, a, tables, visible, left, e);
        for (size_t i = 0; i < left->count && good; i++)
            good = pool_undo(s, left->items[i]->text, visible, NULL, e);
        pool_unlock(s);
    }
    pool_session_close(s);
    return good;
}

static bool in_live(const PoolColumn *c) {
    return c->role != COLUMN_SEALED && c->role != COLUMN_ORIGINAL && c->role != COLUMN_PROBLEMS &&
           c->role != COLUMN_SEALED_BY;
}

void pool_live(const Dataset *d, int64_t visible, bool sealed, Buf *sql) {
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
    buf_addf(sql, " WHERE batch <= %" PRId64 " AND until > %" PRId64 "%s)", visible, visible,
             sealed ? "" : POOL_OPEN);
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

bool pool_row_count(PoolSession *s, const Dataset *d, bool sealed, int64_t *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    PoolValue visible = int_value(pool_visible(s->pool));
    Buf sql;

    buf_init(&sql, SQL_MAX);
    buf_add(&sql, STR("SELECT count(*) FROM "));
    pool_quote(pool_table(a, d)->name, &sql);
    buf_add(&sql, STR(" WHERE batch <= $1 AND until > $1"));
    buf_add_c(&sql, sealed ? "" : POOL_OPEN);
    bool good = pool_int(s, buf_str(&sql), &visible, 1, out, e);

    buf_done(&sql);
    return good;
}
