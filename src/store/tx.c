/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/tx.c: statements in a transaction. */
#include <assert.h>
#include <string.h>

#include "base/log.h"
#include "store/expand.h"
#include "store/inside.h"

#include "base/banned.h"

enum { ROWS_MOST = 100000 };
#define TEXT_MOST ((size_t)8 << 20)

/* After a failed statement the transaction is over on PostgreSQL; SQLite is held to the same, so
 * that no code comes to rely on the difference. */
static bool still_good(const Tx *tx, Err *e) {
    if (tx->why.code == ERR_NONE)
        return true;
    if (e)
        *e = tx->why;
    return false;
}

static bool failed(Tx *tx, const Err *why, Err *e) {
    tx->why = *why;
    if (e)
        *e = *why;
    return false;
}

/* The text as the transaction's scope may run it; `own` holds it where it had to be made. */
static bool scoped_text(const Tx *tx, Str text, Buf *own, Str *out, Err *e) {
    *out = text;
    if (scope_plain(tx->scope, text))
        return true;
    if (!scope_expand(tx->scope, text, own, e)) {
        Str login = tx->scope ? tx->scope->login : STR("");

        log_line(LOG_ERROR, "store", "refused on behalf of %.*s: %s", STR_ARG(login), e->text);
        return false;
    }
    *out = buf_str(own);
    return true;
}

Store *tx_store(const Tx *tx) {
    return tx->store;
}

bool tx_run(Tx *tx, const Sql *sql, const Arg *args, size_t n, int64_t *changed, Err *e) {
    Err why = {0};
    scoped_buf Buf own;
    Str text;

    buf_init(&own, TEXT_MOST);
    if (!still_good(tx, e))
        return false;
    if (sql->writes && !tx->chain)
        return err_set(e, ERR_INTERNAL, NULL, "只读事务里不能执行 %s", sql->name);
    return (scoped_text(tx, conn_text(tx->conn, sql), &own, &text, &why) &&
            conn_run(tx->conn, text, args, n, changed, &why)) ||
           failed(tx, &why, e);
}

/* ---- rows ---- */

typedef bool OnRow(void *context, Node *row, Err *e);

typedef struct Question {
    Str text;
    const Arg *args;
    size_t n;
    bool stream;
} Question;

/* Ask and give each row to `on_row`; false from it without an error ends the reading well. Rows
 * live in `a`, or, when streaming, only until the next one. */
static bool ask(Tx *tx, Arena *a, const Question *what, OnRow *on_row, void *context, Err *e) {
    Err why = {0};
    Node *row = NULL;
    scoped_arena Arena *scratch = what->stream ? arena_new() : NULL;
    scoped_buf Buf own;
    Str text;

    buf_init(&own, TEXT_MOST);
    if (!still_good(tx, e))
        return false;
    Cursor *q = scoped_text(tx, what->text, &own, &text, &why)
                    ? conn_ask(tx->conn, a, text, what->args, what->n, what->stream, &why)
                    : NULL;

    if (!q)
        return failed(tx, &why, e);
    bool ok = true, more = true;

    while (ok && more) {
        if (scratch)
            arena_reset(scratch);
        if (!conn_next(q, scratch ? scratch : a, &row, &why)) {
            ok = failed(tx, &why, e);
        } else if (!row) {
            more = false;
        } else if (!on_row(context, row, &why)) {
            more = false;
            ok = why.code == ERR_NONE;
            if (!ok && e)
                *e = why;
        }
    }
    conn_end(q);
    return ok;
}

static Question question(const Tx *tx, const Sql *sql, const Arg *args, size_t n, bool stream) {
    return (Question){conn_text(tx->conn, sql), args, n, stream};
}

typedef struct Collect {
    Arena *arena;
    Node *list;
} Collect;

static bool collect(void *context, Node *row, Err *e) {
    Collect *c = context;

    if (c->list->count == ROWS_MOST)
        return err_set(e, ERR_TOO_LARGE, NULL, "结果超过 %d 行，请加上筛选条件", ROWS_MOST);
    node_add(c->arena, c->list, row);
    return true;
}

static Node *rows_of(Tx *tx, Arena *a, const Question *what, Err *e) {
    Collect c = {a, node_list(a)};

    return ask(tx, a, what, collect, &c, e) ? c.list : NULL;
}

Node *tx_rows(Tx *tx, Arena *a, const Sql *sql, const Arg *args, size_t n, Err *e) {
    Question what = question(tx, sql, args, n, false);

    return rows_of(tx, a, &what, e);
}

Node *tx_rows_text(Tx *tx, Arena *a, Str sql, const Arg *args, size_t n, Err *e) {
    Question what = {sql, args, n, false};

    return rows_of(tx, a, &what, e);
}

static bool take_first(void *context, Node *row, Err *e) {
    (void)e;
    *(Node **)context = row;
    return false;
}

Node *tx_row(Tx *tx, Arena *a, const Sql *sql, const Arg *args, size_t n, Err *e) {
    Question what = question(tx, sql, args, n, false);
    Node *row = NULL;

    err_clear(e);
    return ask(tx, a, &what, take_first, &row, e) ? row : NULL;
}

bool tx_int(Tx *tx, const Sql *sql, const Arg *args, size_t n, int64_t otherwise, int64_t *out,
            Err *e) {
    scoped_arena Arena *a = arena_new();
    Question what = question(tx, sql, args, n, false);
    Node *row = NULL;

    if (!ask(tx, a, &what, take_first, &row, e))
        return false;
    *out =
        row && row->count && row->items[0]->kind == NODE_INT ? row->items[0]->integer : otherwise;
    return true;
}

typedef struct Each {
    TxEach *each;
    void *context;
} Each;

static bool pass_on(void *context, Node *row, Err *e) {
    const Each *each = context;

    return each->each(each->context, row, e);
}

bool tx_each(Tx *tx, const Sql *sql, const Arg *args, size_t n, TxEach *each, void *context,
             Err *e) {
    scoped_arena Arena *a = arena_new();
    Question what = question(tx, sql, args, n, true);
    Each passing = {each, context};

    return ask(tx, a, &what, pass_on, &passing, e);
}

/* ---- structs ---- */

static const Bind *row_named(const Bind *rows, Str key) {
    for (const Bind *row = rows; row->type != BIND_END_TYPE; row++)
        if (str_is(key, row->key))
            return row;
    return NULL;
}

/* Databases have no booleans, lists or trees: those columns hold 0 or 1, or JSON text. */
static bool adapt(Arena *a, const Bind *rows, Node *row, Err *e) {
    for (size_t i = 0; i < row->count; i++) {
        const Bind *bind = row_named(rows, row->keys[i]);
        Node *value = row->items[i];

        if (!bind)
            continue;
        if (bind->type == BIND_TYPE_BOOL && value->kind == NODE_INT) {
            row->items[i] = node_of_bool(a, value->integer != 0);
        } else if (value->kind == NODE_TEXT &&
                   (bind->type == BIND_TYPE_NODE || bind->type == BIND_TYPE_OBJECT ||
                    bind->type == BIND_TYPE_TEXTS || bind->type == BIND_TYPE_OBJECTS)) {
            row->items[i] = json_read(a, value->text, e);
            if (!row->items[i])
                return err_prefix(e, "数据库列 %.*s", STR_ARG(row->keys[i]));
        }
    }
    return true;
}

bool tx_bind(Tx *tx, Arena *a, const Sql *sql, const Arg *args, size_t n, const Bind *rows,
             size_t size, void **out, size_t *count, Err *e) {
    Node *list = tx_rows(tx, a, sql, args, n, e);

    if (!list)
        return false;
    char *items = arena_array(a, list->count, size);

    for (size_t i = 0; i < list->count; i++) {
        if (!adapt(a, rows, list->items[i], e) ||
            !bind_read(a, rows, list->items[i], items + i * size, e))
            return err_prefix(e, "语句 %s", sql->name);
    }
    *out = items;
    *count = list->count;
    return true;
}
