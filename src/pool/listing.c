/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/listing.c: pages of rows, masked, filtered by text, key or batch. */
#include <inttypes.h>
#include <stdlib.h>

#include "pool/import.h"
#include "pool/scope.h"
#include "pool/shown.h"
#include "pool/tables.h"

#include "base/banned.h"

typedef struct Filter {
    PoolValue args[16];
    size_t count;
    PoolScope scope;
    Buf sql; /* from FROM to the end of WHERE */
} Filter;

static int add_arg(Filter *f, PoolValue v) {
    f->args[f->count++] = v;
    return (int)f->count;
}

/* The token the text gives as a number of this kind, as a parameter; 0: none. Bound once, and only
 * when a column asks for it. */
static int token_arg(Filter *f, const Keys *keys, Arena *a, SubjectKind kind, Str text,
                     int *known) {
    char hex[33];

    if (known[kind] == 0)
        known[kind] =
            pool_token(keys, kind, text, hex)
                ? add_arg(f, (PoolValue){.type = POOL_UUID, .text = str_dup(a, str_of(hex))})
                : -1;
    return known[kind] > 0 ? known[kind] : 0;
}

/* Columns that point to persons are only looked into where they may be seen: else a search would
 * tell what the page hides. */
static void begin_term(Filter *f, bool personal) {
    buf_add(&f->sql, STR(" OR ("));
    if (personal && f->scope.personal_ranges) {
        buf_add(&f->sql, f->scope.personal);
        buf_add(&f->sql, STR(" AND "));
    }
}

/* Any text column holds it, or any key column is the token it gives. */
static void filter_text(Filter *f, const PoolTable *t, const Keys *keys, Arena *a, Str text) {
    int plain = 0, tokens[SUBJECT_KINDS] = {0};

    buf_add(&f->sql, STR(" AND (1 = 0"));
    for (size_t i = TABLE_OWN_COLUMNS; i < t->count; i++) {
        const PoolColumn *c = &t->columns[i];

        if (c->role == COLUMN_VALUE && c->type == POOL_TEXT) {
            plain = plain ? plain : add_arg(f, (PoolValue){.type = POOL_TEXT, .text = text});
            begin_term(f, field_personal(t->dataset, c->field));
            buf_add(&f->sql, STR("strpos("));
            pool_quote(c->name, &f->sql);
            buf_addf(&f->sql, ", $%d) > 0)", plain);
        } else if (c->role == COLUMN_KEY) {
            int token =
                token_arg(f, keys, a, c->subject ? (SubjectKind)c->subject->kind : SUBJECT_PERSON,
                          text, tokens);

            if (!token)
                continue;
            begin_term(f, !c->subject || c->subject->kind == SUBJECT_PERSON);
            pool_quote(c->name, &f->sql);
            buf_addf(&f->sql, " = $%d)", token);
        }
    }
    buf_add_char(&f->sql, ')');
}

/* Any key column is this token. */
static void filter_key(Filter *f, const PoolTable *t, Str key) {
    int token = add_arg(f, (PoolValue){.type = POOL_UUID, .text = key});

    buf_add(&f->sql, STR(" AND (1 = 0"));
    for (size_t i = TABLE_OWN_COLUMNS; i < t->count; i++) {
        const PoolColumn *c = &t->columns[i];

        if (c->role != COLUMN_KEY)
            continue;
        begin_term(f, !c->subject || c->subject->kind == SUBJECT_PERSON);
        pool_quote(c->name, &f->sql);
        buf_addf(&f->sql, " = $%d)", token);
    }
    buf_add_char(&f->sql, ')');
}

static void make_filter(Filter *f, Pool *p, const PoolTable *t, const Keys *keys,
                        const PoolListing *q, Arena *a) {
    int64_t visible = pool_visible(p);

    buf_add(&f->sql, STR(" FROM "));
    pool_quote(t->name, &f->sql);
    buf_addf(&f->sql, " WHERE batch <= %" PRId64, visible);
    if (q->batch > 0)
        buf_addf(&f->sql, " AND batch = %" PRId64, q->batch);
    else
        buf_addf(&f->sql, " AND until > %" PRId64, visible);
    buf_add(&f->sql, f->scope.rows);
    if (q->key.len)
        filter_key(f, t, q->key);
    if (str_trim(q->text).len)
        filter_text(f, t, keys, a, str_trim(q->text));
}

static Node *column_nodes(Arena *a, const Dataset *d) {
    Node *out = node_list(a);

    for (size_t i = 0; i < d->fields.count; i++) {
        const Field *f = &dataset_fields(d)[i];
        Node *one = node_map(a);

        node_set_text(a, one, "field", f->field);
        node_set_text(a, one, "title", f->title);
        for (const BindName *n = field_type_names; n->name; n++)
            if (n->value == f->type)
                node_set_text(a, one, "type", str_of(n->name));
        node_add(a, out, one);
    }
    return out;
}

static bool read_cursor(Str cursor, int64_t *batch, int64_t *line) {
    Str piece;

    return str_split(&cursor, '.', &piece) && str_to_int(piece, batch) && str_to_int(cursor, line);
}

static Node *item_node(Arena *a, const Dataset *d, const Filter *f, const PoolValue *row,
                       int64_t visible) {
    Node *out = node_map(a), *values = node_list(a);

    node_set_text(a, out, "id", row[0].text);
    node_set_int(a, out, "batch", row[1].integer);
    node_set_int(a, out, "line", llabs(row[2].integer)); /* sealed ones lie below zero */
    node_set_bool(a, out, "live", row[3].integer > visible);
    bool personal = pool_scope_personal(&f->scope, row[1].integer);

    for (size_t i = 0; i < d->fields.count; i++)
        node_add(a, values,
                 personal || !field_personal(d, &dataset_fields(d)[i])
                     ? shown_value(a, &dataset_fields(d)[i], &row[4 + i])
                     : node_null(a));
    node_set(a, out, "values", values);
    return out;
}

static bool read_items(PoolSession *s, const PoolTable *t, const Filter *f, const PoolListing *q,
                       int64_t limit, Arena *a, Node *items, int64_t *last, bool *more, Err *e) {
    int64_t batch, line;
    Err mine = {0};
    Buf sql;

    buf_init(&sql, (size_t)8 << 20);
    buf_add(&sql, STR("SELECT id, batch, line, until"));
    for (size_t i = 0; i < t->count; i++)
        if (t->columns[i].role == COLUMN_VALUE) {
            buf_add(&sql, STR(", "));
            pool_quote(t->columns[i].name, &sql);
        }
    buf_add(&sql, buf_str(&f->sql));
    if (q->cursor.len && !read_cursor(q->cursor, &batch, &line)) {
        buf_done(&sql);
        return err_set(e, ERR_INVALID, "/cursor", "翻页标记无效：请从第一页重新开始");
    }
    if (q->cursor.len)
        buf_addf(&sql, " AND (batch < %" PRId64 " OR (batch = %" PRId64 " AND line > %" PRId64 "))",
                 batch, batch, line);
    buf_addf(&sql, " ORDER BY batch DESC, line LIMIT %" PRId64, limit + 1);
    PoolRows *rows = pool_query(s, buf_str(&sql), f->args, f->count, e);

    buf_done(&sql);
    if (!rows)
        return false;
    *more = false;
    for (const PoolValue *row; (row = pool_next(rows, &mine)) != NULL;) {
        if ((int64_t)items->count == limit) {
            *more = true;
            continue;
        }
        node_add(a, items, item_node(a, t->dataset, f, row, pool_visible(s->pool)));
        *last = row[2].integer;
    }
    pool_rows_close(rows);
    if (mine.code != ERR_NONE && e)
        *e = mine;
    return mine.code == ERR_NONE;
}

static bool count_items(PoolSession *s, const Filter *f, int64_t *total, Err *e) {
    Buf sql;

    buf_init(&sql, (size_t)8 << 20);
    buf_add(&sql, STR("SELECT count(*)"));
    buf_add(&sql, buf_str(&f->sql));
    bool good = pool_int(s, buf_str(&sql), f->args, f->count, total, e);

    buf_done(&sql);
    return good;
}

Node *pool_list(Pool *p, const Keys *keys, const Dataset *d, const PoolListing *q, Arena *a,
                Err *e) {
    const PoolTable *t = pool_table(a, d);
    Node *out = node_map(a), *items = node_list(a);
    int64_t limit = q->limit < 1 ? 50 : q->limit > 200 ? 200 : q->limit, total = 0, line = 0;
    bool more = false;
    Filter f = {.count = 0};

    if (!pool_scope(p, d->dataset, a, &f.scope, e))
        return NULL;
    PoolSession *s = pool_session(p, e);

    if (!s)
        return NULL;
    buf_init(&f.sql, (size_t)8 << 20);
    make_filter(&f, p, t, keys, q, a);
    /* Of rows that carry a key nobody asks how many there are. */
    bool good = read_items(s, t, &f, q, limit, a, items, &line, &more, e) &&
                (q->key.len || count_items(s, &f, &total, e));

    buf_done(&f.sql);
    pool_session_close(s);
    if (!good)
        return NULL;
    const Node *last = items->count ? items->items[items->count - 1] : NULL;

    node_set(a, out, "columns", column_nodes(a, d));
    node_set(a, out, "items", items);
    node_set_int(a, out, "total", total);
    node_set(a, out, "next",
             more ? node_of_text(
                        a, str_format(a, "%" PRId64 ".%" PRId64, node_int(last, "batch", 0), line))
                  : node_null(a));
    return out;
}
