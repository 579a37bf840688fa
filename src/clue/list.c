/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/list.c: clues filtered, searched, sorted and paged; the total and the facets come from the
 * same conditions. */
#include "clue/clue.h"
#include "clue/query.h"

#include "sql_statements.h"

enum { PAGE_DEFAULT = 50, PAGE_MOST = 200 };

const Bind clue_query_rows[] = {
    BIND_STR_MOST(ClueQuery, model, "model", OPTIONAL, 64, "only clues of this model"),
    BIND_STR_MOST(ClueQuery, level, "level", OPTIONAL, 16, "high, medium or low"),
    BIND_STR_MOST(ClueQuery, status, "status", OPTIONAL, 16,
                  "new, withdrawn or all; default: all but withdrawn"),
    BIND_STR_MOST(ClueQuery, strength, "strength", OPTIONAL, 32, "how the rows were matched"),
    BIND_STR_MOST(ClueQuery, text, "text", OPTIONAL, 100,
                  "words in title, explanation or name, or a clue number"),
    BIND_STR_MOST(ClueQuery, subject_key, "subject", OPTIONAL, 32,
                  "only clues about this subject key"),
    BIND_STR_MOST(ClueQuery, sort, "sort", OPTIONAL, 16, "newest, level, amount, event or name"),
    BIND_STR_MOST(ClueQuery, cursor, "cursor", OPTIONAL, 32,
                  "where the page begins, as the last answer said"),
    BIND_DATE(ClueQuery, from, "from", OPTIONAL, "event on or after this day"),
    BIND_DATE(ClueQuery, to, "to", OPTIONAL, "event on or before this day"),
    BIND_INT(ClueQuery, limit, "limit", OPTIONAL, "rows a page, at most 200"),
    BIND_END,
};

static void condition(ClueWhere *w, const char *before, Arg value, const char *after) {
    w->args[w->count++] = value;
    buf_addf(&w->sql, " AND %s$%zu%s", before, w->count, after);
}

/* % and _ mean themselves in what a person types. */
static Str like_pattern(Arena *a, Str text) {
    Buf b;

    buf_init(&b, 1024);
    buf_add_char(&b, '%');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '%' || text.ptr[i] == '_' || text.ptr[i] == '\\')
            buf_add_char(&b, '\\');
        buf_add_char(&b, text.ptr[i]);
    }
    buf_add_char(&b, '%');
    Str out = str_dup(a, buf_str(&b));

    buf_done(&b);
    return out;
}

/* "XS-000123" or "123" as a clue number; 0 when it is none. */
static int64_t clue_number(Str text) {
    int64_t n;

    if (str_starts(text, STR("XS-")))
        text = str_slice(text, 3, text.len);
    return str_to_int(text, &n) && n > 0 ? n : 0;
}

static void text_condition(ClueWhere *w, Arena *a, Str text) {
    int64_t number = clue_number(text);
    size_t n;

    w->args[w->count++] = ARG_OF_TEXT(like_pattern(a, text));
    n = w->count;
    buf_addf(
        &w->sql,
        " AND (title LIKE $%zu ESCAPE '\\' OR explanation LIKE $%zu ESCAPE '\\' OR subject_name "
        "LIKE $%zu ESCAPE '\\'",
        n, n, n);
    if (number) {
        w->args[w->count++] = ARG_OF_INT(number);
        buf_addf(&w->sql, " OR number = $%zu", w->count);
    }
    buf_add_char(&w->sql, ')');
}

static Arg day_arg(Arena *a, Day d) {
    char text[11];

    day_format(d, text);
    return ARG_OF_TEXT(str_dup(a, str_of(text)));
}

void clue_where(const ClueQuery *q, const char *without, Arena *a, ClueWhere *w) {
    Str text = str_trim(q->text);
    bool facet_status = str_is(str_of(without), "status");

    w->count = 0;
    buf_init(&w->sql, 4096);
    buf_add_c(&w->sql, "WHERE 1 = 1");
    if (q->model.len && !str_is(str_of(without), "model"))
        condition(w, "model = ", ARG_OF_TEXT(q->model), "");
    if (q->level.len && !str_is(str_of(without), "level"))
        condition(w, "level = ", ARG_OF_TEXT(q->level), "");
    if (q->strength.len && !str_is(str_of(without), "strength"))
        condition(w, "strength = ", ARG_OF_TEXT(q->strength), "");
    if (!facet_status && !q->status.len)
        buf_add_c(&w->sql, " AND status <> 'withdrawn'");
    else if (!facet_status && !str_is(q->status, "all"))
        condition(w, "status = ", ARG_OF_TEXT(q->status), "");
    if (q->subject_key.len)
        condition(w, "subject_key = ", ARG_OF_TEXT(q->subject_key), "");
    if (q->from > 0)
        condition(w, "event_on >= ", day_arg(a, q->from), "");
    if (q->to > 0)
        condition(w, "event_on <= ", day_arg(a, q->to), "");
    if (text.len)
        text_condition(w, a, text);
}

const char *clue_order(Str sort) {
    static const struct {
        const char *name, *sql;
    } orders[] = {
        {"newest", "found_at DESC, number DESC"},
        {"level", "level_rank, strength_rank, amount DESC, number DESC"},
        {"amount", "amount DESC, number DESC"},
        {"event", "event_on DESC, number DESC"},
        {"name", "subject_name, number"},
        {NULL, NULL},
    };

    for (size_t i = 0; orders[i].name; i++)
        if (str_is(sort, orders[i].name))
            return orders[i].sql;
    return sort.len ? NULL : orders[1].sql;
}

static Node *facet(Tx *tx, Arena *a, const ClueQuery *q, const char *column, Err *e) {
    ClueWhere w;
    scoped_buf Buf sql;

    clue_where(q, column, a, &w);
    buf_init(&sql, 8192);
    buf_addf(&sql,
             "SELECT %s AS value, COUNT(*) AS count FROM clue %.*s GROUP BY %s ORDER BY 2 DESC, 1",
             column, STR_ARG(buf_str(&w.sql)), column);
    Node *list = tx_rows_text(tx, a, buf_str(&sql), w.args, w.count, e);

    buf_done(&w.sql);
    return list;
}

typedef struct ListWork {
    const ClueQuery *query;
    Arena *arena;
    int64_t limit, offset;
    const char *order;
    Node *out;
} ListWork;

static bool facets(Tx *tx, ListWork *l, Err *e) {
    static const char *const columns[] = {"model", "level", "status", "strength", NULL};
    Node *map = node_map(l->arena);

    for (size_t i = 0; columns[i]; i++) {
        Node *list = facet(tx, l->arena, l->query, columns[i], e);

        if (!list)
            return false;
        node_set(l->arena, map, columns[i], list);
    }
    node_set(l->arena, l->out, "facets", map);
    return true;
}

static bool list_read(Tx *tx, void *context, Err *e) {
    ListWork *l = context;
    ClueWhere w;
    scoped_buf Buf sql;

    clue_where(l->query, "", l->arena, &w);
    buf_init(&sql, 8192);
    buf_addf(&sql, "SELECT COUNT(*) AS total FROM clue %.*s", STR_ARG(buf_str(&w.sql)));
    Node *total = tx_rows_text(tx, l->arena, buf_str(&sql), w.args, w.count, e);

    buf_clear(&sql);
    buf_addf(&sql,
             "SELECT id, number, model, model_version, subject_kind, subject_key, subject_name, "
             "subject_mask, title, level, status, strength, suggests, event_on, amount, found_at, "
             "changed_at FROM clue %.*s ORDER BY %s LIMIT %lld OFFSET %lld",
             STR_ARG(buf_str(&w.sql)), l->order, (long long)l->limit, (long long)l->offset);
    Node *items = total ? tx_rows_text(tx, l->arena, buf_str(&sql), w.args, w.count, e) : NULL;

    buf_done(&w.sql);
    if (!items)
        return false;
    int64_t n = node_int(total->items[0], "total", 0);

    l->out = node_map(l->arena);
    node_set_int(l->arena, l->out, "total", n);
    node_set(l->arena, l->out, "items", items);
    if (l->offset + (int64_t)items->count < n)
        node_set_text(l->arena, l->out, "next",
                      str_format(l->arena, "%lld", (long long)(l->offset + (int64_t)items->count)));
    return facets(tx, l, e);
}

Node *clue_list(Office *o, const ClueQuery *q, Arena *a, Err *e) {
    ListWork l = {.query = q, .arena = a, .limit = q->limit, .order = clue_order(q->sort)};

    if (l.limit <= 0)
        l.limit = PAGE_DEFAULT;
    if (l.limit > PAGE_MOST)
        l.limit = PAGE_MOST;
    if (!l.order) {
        err_set(e, ERR_INVALID, "/sort", "没有这种排序，可用 newest、level、amount、event、name");
        return NULL;
    }
    if (q->cursor.len && (!str_to_int(q->cursor, &l.offset) || l.offset < 0)) {
        err_set(e, ERR_INVALID, "/cursor", "翻页位置不对，请从第一页重新开始");
        return NULL;
    }
    return store_read(o->store, list_read, &l, e) ? l.out : NULL;
}
