/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/browse.c: pages of live rows. A page begins after (batch, line, id) of the row before, so that deep pages
 * cost what the first one costs. */
#include "pool/browse.h"

#include <stdio.h>
#include <string.h>

#include "content/field.h"
#include "pool/columns.h"
#include "pool/import.h"

enum { LIMIT_DEFAULT = 50, LIMIT_MOST = 200, ARGS_MOST = 32 };

typedef struct Browse {
    const Dataset *dataset;
    const BrowseQuery *query;
    Arena *arena;
    PoolSession *session;
    Buf where; /* conditions after the live rows */
    PoolValue args[ARGS_MOST];
    size_t count;
} Browse;

static PoolValue text_arg(Str s) {
    return (PoolValue){.type = POOL_TEXT, .text = s};
}

static PoolValue int_arg(int64_t i) {
    return (PoolValue){.type = POOL_INT, .integer = i};
}

static size_t bind_arg(Browse *b, PoolValue v) {
    b->args[b->count++] = v;
    return b->count;
}

static bool holds_text(const Field *f) {
    return pool_value_type(f) == POOL_TEXT;
}

/* % and _ mean themselves in what a person types. */
static Str like_pattern(Arena *a, Str text) {
    scoped_buf Buf b;

    buf_init(&b, 4096);
    buf_add_char(&b, '%');
    for (size_t i = 0; i < text.len; i++) {
        if (strchr("%_\\", text.ptr[i]) != NULL)
            buf_add_char(&b, '\\');
        buf_add_char(&b, text.ptr[i]);
    }
    buf_add_char(&b, '%');
    return str_dup(a, buf_str(&b));
}

/* Rows whose key is that of the number, for each subject of the dataset that such a number can name. */
static bool where_number(Browse *b, const Keys *keys, Str text) {
    const Dataset *d = b->dataset;
    const char *glue = " AND (";
    char hex[33];

    for (size_t i = 0; i < d->subjects.count && b->count < ARGS_MOST - 4; i++) {
        const Subject *s = &dataset_subjects(d)[i];
        scoped_buf Buf column;

        if (s->kind != SUBJECT_PERSON && s->kind != SUBJECT_ORGANISATION)
            continue;
        if (!pool_token(keys, s->kind, text, hex))
            continue;
        buf_init(&column, 512);
        buf_addf(&column, "%.*s__key", STR_ARG(s->key));
        buf_add_c(&b->where, glue);
        pool_quote(buf_str(&column), &b->where);
        buf_addf(&b->where, " = $%zu", bind_arg(b, (PoolValue){.type = POOL_UUID,
                                                                .text = str_dup(b->arena, str_of(hex))}));
        glue = " OR ";
    }
    if (glue[1] != 'O')
        return false;
    buf_add_char(&b->where, ')');
    return true;
}

/* A whole citizen number or unified code asks for its subject; anything else for a piece of text. */
static bool names_subject(Str text) {
    return citizen_id_read(text).form == CITIZEN_ID_WHOLE ||
           credit_code_read(text).form == CREDIT_CODE_UNIFIED;
}

static void where_text(Browse *b, const Keys *keys, Str text) {
    const char *glue = " AND (";

    if (names_subject(text) && where_number(b, keys, text))
        return;
    size_t n = bind_arg(b, text_arg(like_pattern(b->arena, text)));

    for (size_t i = 0; i < b->dataset->fields.count; i++) {
        const Field *f = &dataset_fields(b->dataset)[i];

        if (!holds_text(f))
            continue;
        buf_add_c(&b->where, glue);
        pool_quote(f->field, &b->where);
        buf_addf(&b->where, " LIKE $%zu ESCAPE '\\'", n);
        glue = " OR ";
    }
    buf_add_c(&b->where, glue[1] == 'O' ? ")" : " AND FALSE");
}

/* "7:120:<32 hex digits>": the last row of the page before. */
static bool where_cursor(Browse *b, Str cursor, Err *e) {
    Str batch, line;
    int64_t batch_no, line_no;
    bool good = str_split(&cursor, ':', &batch) && str_split(&cursor, ':', &line) &&
                str_to_int(batch, &batch_no) && str_to_int(line, &line_no) && cursor.len == 32 &&
                strspn(str_c(b->arena, cursor), "0123456789abcdef") == 32;

    if (!good)
        return err_set(e, ERR_INVALID, "?cursor", "翻页位置不对，请从第一页重新开始");
    size_t x = bind_arg(b, int_arg(batch_no)), y = bind_arg(b, int_arg(line_no));
    size_t z = bind_arg(b, (PoolValue){.type = POOL_UUID, .text = cursor});

    buf_addf(&b->where,
             " AND (\"batch\" < $%zu OR (\"batch\" = $%zu AND (\"line\" > $%zu OR (\"line\" = $%zu AND "
             "\"id\" > $%zu))))",
             x, x, y, y, z);
    return true;
}

static bool first_int(PoolSession *s, Str sql, const PoolValue *args, size_t n, int64_t *out, Err *e) {
    PoolRows *rows = pool_query(s, sql, args, n, e);
    const PoolValue *v = rows != NULL ? pool_next(rows, e) : NULL;
    bool good = v != NULL;

    if (good)
        *out = v[0].integer;
    if (rows != NULL)
        pool_rows_close(rows);
    return good;
}

bool pool_count(Pool *p, const Dataset *d, int64_t *out, Err *e) {
    scoped_buf Buf sql;
    PoolSession *s = pool_session(p, e);

    if (s == NULL)
        return false;
    buf_init(&sql, (size_t)1 << 20);
    buf_add_c(&sql, "SELECT CAST(COUNT(*) AS BIGINT) FROM ");
    pool_live(d, pool_visible(p), &sql);
    buf_add_c(&sql, " AS r");
    bool good = first_int(s, buf_str(&sql), NULL, 0, out, e);

    pool_session_close(s);
    return good;
}

/* --- values as texts -------------------------------------------------------------------------- */

static Node *value_shown(Arena *a, const Field *f, const PoolValue *v) {
    FieldValue value = {.valid = true};
    scoped_buf Buf text;

    buf_init(&text, (size_t)1 << 20);
    switch (v->type) {
    case POOL_NULL:
        return node_null(a);
    case POOL_INT:
        value.kind = VALUE_INT;
        value.integer = v->integer;
        break;
    case POOL_REAL:
        value.kind = VALUE_REAL;
        value.real = v->real;
        break;
    case POOL_DATE:
        value.kind = VALUE_DAY;
        value.integer = v->integer;
        break;
    case POOL_TIME:
        value.kind = VALUE_TIME;
        value.integer = v->integer;
        break;
    default:
        return node_of_text(a, v->text);
    }
    field_text(f, &value, &text);
    return node_of_text(a, buf_str(&text));
}

static Node *columns_shown(Arena *a, const Dataset *d) {
    Node *list = node_list(a);

    for (size_t i = 0; i < d->fields.count; i++) {
        const Field *f = &dataset_fields(d)[i];
        Node *column = node_map(a);

        node_set_text(a, column, "field", f->field);
        node_set_text(a, column, "title", f->title);
        for (const BindName *n = field_type_names; n->name != NULL; n++)
            if (n->value == f->type)
                node_set_text(a, column, "type", str_of(n->name));
        node_add(a, list, column);
    }
    return list;
}

/* id, batch, line, then the fields in order. */
static Node *row_shown(Arena *a, const Dataset *d, const PoolValue *v) {
    Node *row = node_map(a), *values = node_list(a);

    node_set_text(a, row, "id", v[0].text);
    node_set_int(a, row, "batch", v[1].integer);
    node_set_int(a, row, "line", v[2].integer);
    for (size_t i = 0; i < d->fields.count; i++)
        node_add(a, values, value_shown(a, &dataset_fields(d)[i], &v[3 + i]));
    node_set(a, row, "values", values);
    return row;
}

/* --- a page ----------------------------------------------------------------------------------- */

static void select_page(const Browse *b, int64_t visible, int64_t limit, Buf *sql) {
    buf_add_c(sql, "SELECT \"id\", \"batch\", \"line\"");
    for (size_t i = 0; i < b->dataset->fields.count; i++) {
        buf_add_c(sql, ", ");
        pool_quote(dataset_fields(b->dataset)[i].field, sql);
    }
    buf_add_c(sql, " FROM ");
    pool_live(b->dataset, visible, sql);
    buf_addf(sql, " AS r WHERE TRUE%.*s ORDER BY \"batch\" DESC, \"line\", \"id\" LIMIT %lld",
             STR_ARG(buf_str(&b->where)), (long long)limit + 1);
}

/* One row more than the page holds tells whether there is a next page. */
static bool read_page(Browse *b, int64_t visible, int64_t limit, Node *out, Err *e) {
    Arena *a = b->arena;
    Node *items = node_list(a);
    scoped_buf Buf sql;

    buf_init(&sql, (size_t)1 << 20);
    select_page(b, visible, limit, &sql);
    PoolRows *rows = pool_query(b->session, buf_str(&sql), b->args, b->count, e);
    const PoolValue *v;
    bool more = false;

    if (rows == NULL)
        return false;
    while ((v = pool_next(rows, e)) != NULL) {
        more = (int64_t)items->count == limit;
        if (more)
            break;
        node_add(a, items, row_shown(a, b->dataset, v));
    }
    pool_rows_close(rows);
    node_set(a, out, "items", items);
    if (more) {
        const Node *last = items->items[items->count - 1];

        node_set_text(a, out, "next",
                      str_format(a, "%lld:%lld:%.*s", (long long)node_int(last, "batch", 0),
                                 (long long)node_int(last, "line", 0),
                                 STR_ARG(node_text(last, "id"))));
    }
    return e == NULL || e->code == ERR_NONE;
}

static bool count_page(const Browse *b, int64_t visible, int64_t *total, Err *e) {
    scoped_buf Buf sql;

    buf_init(&sql, (size_t)1 << 20);
    buf_add_c(&sql, "SELECT CAST(COUNT(*) AS BIGINT) FROM ");
    pool_live(b->dataset, visible, &sql);
    buf_addf(&sql, " AS r WHERE TRUE%.*s", STR_ARG(buf_str(&b->where)));
    return first_int(b->session, buf_str(&sql), b->args, b->count, total, e);
}

Node *pool_browse(Pool *p, const Keys *keys, const Dataset *d, const BrowseQuery *q, Arena *a, Err *e) {
    Browse b = {.dataset = d, .query = q, .arena = a};
    int64_t limit = q->limit <= 0 ? LIMIT_DEFAULT : q->limit > LIMIT_MOST ? LIMIT_MOST : q->limit;
    int64_t visible = pool_visible(p), total = 0;
    Node *out = node_map(a);

    buf_init(&b.where, (size_t)1 << 18);
    if (q->batch != 0)
        buf_addf(&b.where, " AND \"batch\" = $%zu", bind_arg(&b, int_arg(q->batch)));
    if (str_trim(q->text).len != 0)
        where_text(&b, keys, str_trim(q->text));
    b.session = pool_session(p, e);
    bool good = b.session != NULL && count_page(&b, visible, &total, e) &&
                (q->cursor.len == 0 || where_cursor(&b, q->cursor, e));

    if (good) {
        node_set_int(a, out, "total", total);
        good = read_page(&b, visible, limit, out, e);
    }
    if (good)
        node_set(a, out, "columns", columns_shown(a, d));
    if (b.session != NULL)
        pool_session_close(b.session);
    buf_done(&b.where);
    return good ? out : NULL;
}
