/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/list.c: documents filtered, searched, sorted and paged. A page goes on where the last
 * one ended, by the sort's own columns. */
#include <inttypes.h>
#include <stdlib.h>

#include "document/list_inside.h"

#include "base/banned.h"

enum { PAGE_DEFAULT = 50, PAGE_MOST = 200 };

static const char *const boxes[] = {
#define X(box) #box,
    DOCUMENT_BOXES(X)
#undef X
        NULL};

/* --- orders ----------------------------------------------------------------------------------- */

typedef struct Order {
    const char *name, *column;
    bool falling;
} Order;

static const Order orders[] = {{"changed", "changed", true},
                               {"issued", "issued_on", true},
                               {"due", "due", false},
                               {NULL, NULL, false}};

static const Order *order_of(Str sort) {
    for (const Order *o = orders; o->name != NULL; o++)
        if (str_is(sort, o->name))
            return o;
    return sort.len > 0 ? NULL : &orders[0];
}

/* "VALUE|ORDINAL" of the last row of the page before. */
static bool after_cursor(DocumentWhere *w, const Order *o, Str cursor, Err *e) {
    Str rest = cursor, value;
    int64_t ordinal = 0;

    if (cursor.len == 0)
        return true;
    if (!str_split(&rest, '|', &value) || !str_to_int(rest, &ordinal))
        return err_set(e, ERR_INVALID, "/cursor", "翻页位置不对，请从第一页重新开始");
    size_t at = document_where_bound(w, ARG_OF_TEXT(value)),
           number = document_where_bound(w, ARG_OF_INT(ordinal));

    buf_addf(&w->sql, " AND (d.%s, d.ordinal) %s ($%zu, $%zu)", o->column, o->falling ? "<" : ">",
             at, number);
    return true;
}

/* --- the page --------------------------------------------------------------------------------- */

typedef struct Listing {
    const DocumentQuery *query;
    const MatterActor *who;
    const Order *order;
    Arena *arena;
    int64_t limit;
    Node *out;
} Listing;

#define COLUMNS                                                                              \
    "d.id, d.ordinal, d.matter, d.type, d.code, d.organisation, d.state, d.author, "         \
    "d.opened, d.changed, d.number, d.issued_on, d.due, d.answers, d.answered, d.revision, " \
    "d.sealed, d.tree, d.title"

static Node *page_read(Tx *tx, const Listing *l, Err *e) {
    const char *falling = l->order->falling ? " DESC" : "";
    scoped_buf Buf sql = {0};
    Node *items = NULL;
    DocumentWhere w;

    buf_init(&sql, (size_t)2 << 20);
    document_where(tx, l->query, l->who, l->arena, &w);
    /* Those without such a day stand nowhere in an order of days. */
    if (str_is(str_of(l->order->name), "due"))
        buf_add_c(&w.sql, " AND d.due <> ''");
    if (after_cursor(&w, l->order, l->query->cursor, e)) {
        buf_addf(&sql,
                 "SELECT " COLUMNS " FROM {document} d %.*s ORDER BY d.%s%s, d.ordinal%s "
                 "LIMIT %" PRId64,
                 STR_ARG(buf_str(&w.sql)), l->order->column, falling, falling, l->limit + 1);
        items = tx_rows_text(tx, l->arena, buf_str(&sql), w.args, w.count, e);
    }
    buf_done(&w.sql);
    return items;
}

/* `SELECT … IN ($1, $2 …)` over one text of each row. */
static Node *beside(Tx *tx, const Listing *l, const Node *items, const char *key,
                    const char *select, Err *e) {
    Arg *args = arena_array_of(l->arena, items->count, Arg);
    scoped_buf Buf sql = {0};

    if (items->count == 0)
        return node_list(l->arena);
    buf_init(&sql, 1 << 16);
    buf_add_c(&sql, select);
    for (size_t i = 0; i < items->count; i++) {
        args[i] = ARG_OF_TEXT(node_text(items->items[i], key));
        buf_addf(&sql, "%s$%zu", i > 0 ? "," : "", i + 1);
    }
    buf_add_char(&sql, ')');
    return tx_rows_text(tx, l->arena, buf_str(&sql), args, items->count, e);
}

static bool add_matters(Tx *tx, const Listing *l, Node *items, Err *e) {
    const Node *rows =
        beside(tx, l, items, "matter", "SELECT id, number FROM {matter} WHERE id IN (", e);

    for (size_t i = 0; rows != NULL && i < items->count; i++)
        for (size_t k = 0; k < rows->count; k++)
            if (str_eq(node_text(rows->items[k], "id"), node_text(items->items[i], "matter")))
                node_set_text(l->arena, items->items[i], "matter_number",
                              node_text(rows->items[k], "number"));
    return rows != NULL;
}

/* Before it is served: whom the kind names. */
static Node *receivers_named(Arena *a, const Node *tree) {
    const Node *to = node_get(tree, "to");
    Node *list = node_list(a);

    for (size_t i = 0; to != NULL && to->kind == NODE_LIST && i < to->count; i++) {
        Node *n = node_map(a);

        node_set_int(a, n, "organisation", node_int(to->items[i], "organisation", 0));
        node_set_text(a, n, "kind", STR("to"));
        node_add(a, list, n);
    }
    return list;
}

static bool add_receivers(Tx *tx, const Listing *l, Node *items, Err *e) {
    Arena *a = l->arena;
    const Node *rows = beside(tx, l, items, "id",
                              "SELECT v.document, v.id, v.kind, v.organisation, v.state FROM "
                              "{document} d JOIN document_service v ON v.document = d.id WHERE "
                              "d.id IN (",
                              e);

    for (size_t i = 0; rows != NULL && i < items->count; i++) {
        Node *item = items->items[i], *list = node_list(a);
        const Node *tree = json_read(a, node_text(item, "tree"), e);

        if (tree == NULL)
            return false;
        for (size_t k = 0; k < rows->count; k++)
            if (str_eq(node_text(rows->items[k], "document"), node_text(item, "id")))
                node_add(a, list, rows->items[k]);
        node_set(a, item, "receivers", list->count > 0 ? list : receivers_named(a, tree));
        node_set_text(a, item, "tree", STR(""));
    }
    return rows != NULL;
}

/* --- counts ----------------------------------------------------------------------------------- */

static Node *groups_read(Tx *tx, const Listing *l, Err *e) {
    DocumentQuery rest = *l->query;
    scoped_buf Buf sql = {0};
    DocumentWhere w;

    rest.state = rest.type = (Str){NULL, 0};
    buf_init(&sql, (size_t)2 << 20);
    document_where(tx, &rest, l->who, l->arena, &w);
    if (str_is(str_of(l->order->name), "due"))
        buf_add_c(&w.sql, " AND d.due <> ''");
    buf_addf(&sql,
             "SELECT d.state, d.type, COUNT(*) AS count FROM {document} d %.*s GROUP BY "
             "d.state, d.type",
             STR_ARG(buf_str(&w.sql)));
    Node *rows = tx_rows_text(tx, l->arena, buf_str(&sql), w.args, w.count, e);

    buf_done(&w.sql);
    return rows;
}

static bool fits(Str wanted, const Node *group, const char *key) {
    return wanted.len == 0 || str_eq(wanted, node_text(group, key));
}

static int by_count(const void *x, const void *y) {
    const Node *a = *(Node *const *)x, *b = *(Node *const *)y;
    int64_t m = node_int(a, "count", 0), n = node_int(b, "count", 0);

    return m != n ? (m < n ? 1 : -1) : str_compare(node_text(a, "value"), node_text(b, "value"));
}

/* Each value of `key` under the condition on the other. */
static Node *summed(Arena *a, const Node *groups, const char *key, Str wanted, const char *other) {
    Node *list = node_list(a);

    for (size_t i = 0; i < groups->count; i++) {
        const Node *group = groups->items[i];
        Node *found = NULL;

        if (!fits(wanted, group, other))
            continue;
        for (size_t k = 0; k < list->count && found == NULL; k++)
            if (str_eq(node_text(list->items[k], "value"), node_text(group, key)))
                found = list->items[k];
        if (found == NULL) {
            found = node_map(a);
            node_set_text(a, found, "value", node_text(group, key));
            node_add(a, list, found);
        }
        node_set_int(a, found, "count", node_int(found, "count", 0) + node_int(group, "count", 0));
    }
    if (list->count > 0)
        qsort(list->items, list->count, sizeof *list->items, by_count);
    return list;
}

/* All boxes in one passage over what the other conditions leave. */
static bool count_boxes(Tx *tx, const Listing *l, Node *list, Err *e) {
    Arena *a = l->arena;
    DocumentQuery rest = *l->query;
    scoped_buf Buf sql = {0}, kept = {0};
    DocumentWhere w;

    rest.box = (Str){NULL, 0};
    buf_init(&sql, (size_t)4 << 20);
    document_where(tx, &rest, l->who, a, &w);
    kept = w.sql;
    for (size_t i = 0; boxes[i] != NULL; i++) {
        buf_init(&w.sql, (size_t)1 << 20);
        document_where_box(&w, str_of(boxes[i]));
        buf_addf(&sql, "%s SUM(CASE WHEN 1 = 1%.*s THEN 1 ELSE 0 END) AS n%zu",
                 i > 0 ? "," : "SELECT", STR_ARG(buf_str(&w.sql)), i);
        buf_done(&w.sql);
    }
    buf_addf(&sql, " FROM {document} d %.*s", STR_ARG(buf_str(&kept)));
    const Node *rows = tx_rows_text(tx, a, buf_str(&sql), w.args, w.count, e);

    for (size_t i = 0; rows != NULL && boxes[i] != NULL; i++) {
        Node *n = node_map(a);

        node_set_text(a, n, "value", str_of(boxes[i]));
        node_set_int(a, n, "count", node_int(rows->items[0], str_format(a, "n%zu", i).ptr, 0));
        node_add(a, list, n);
    }
    return rows != NULL;
}

static bool add_counts(Tx *tx, const Listing *l, Err *e) {
    Arena *a = l->arena;
    const DocumentQuery *q = l->query;
    const Node *groups = groups_read(tx, l, e);
    Node *facets = node_map(a), *in_boxes = node_list(a);
    int64_t total = 0;

    if (groups == NULL)
        return false;
    for (size_t i = 0; i < groups->count; i++)
        if (fits(q->state, groups->items[i], "state") && fits(q->type, groups->items[i], "type"))
            total += node_int(groups->items[i], "count", 0);
    if (l->who->rights != NULL && !count_boxes(tx, l, in_boxes, e))
        return false;
    node_set(a, facets, "state", summed(a, groups, "state", q->type, "type"));
    node_set(a, facets, "type", summed(a, groups, "type", q->state, "state"));
    node_set(a, facets, "box", in_boxes);
    node_set_int(a, l->out, "total", total);
    node_set(a, l->out, "facets", facets);
    return true;
}

/* --- the list --------------------------------------------------------------------------------- */

static bool list_read(Tx *tx, void *context, Err *e) {
    Listing *l = context;
    Arena *a = l->arena;
    Node *items = page_read(tx, l, e);

    if (items == NULL)
        return false;
    l->out = node_map(a);
    if (items->count > (size_t)l->limit) {
        items->count = (size_t)l->limit;
        const Node *last = items->items[items->count - 1];

        node_set_text(a, l->out, "next",
                      str_format(a, "%.*s|%" PRId64, STR_ARG(node_text(last, l->order->column)),
                                 node_int(last, "ordinal", 0)));
    }
    if (!document_open_rows(tx, a, items, e) || !add_matters(tx, l, items, e) ||
        !add_receivers(tx, l, items, e))
        return false;
    node_set(a, l->out, "items", items);
    return l->query->items_only || add_counts(tx, l, e);
}

static bool among(Str word, const char *const *words, const char *where, Err *e) {
    for (size_t i = 0; words[i] != NULL; i++)
        if (str_is(word, words[i]))
            return true;
    return word.len == 0 || str_is(word, "all") ||
           err_set(e, ERR_INVALID, where, "没有这种筛选：%.*s", STR_ARG(str_slice(word, 0, 30)));
}

static bool a_day(Str text, const char *where, Err *e) {
    Day at;

    return text.len == 0 || (text.len == 10 && day_parse(text, &at)) ||
           err_set(e, ERR_INVALID, where, "“%.*s”不是日期，请写成 2026-03-02",
                   STR_ARG(str_slice(text, 0, 30)));
}

static bool query_check(const DocumentQuery *q, Err *e) {
    static const char *const answers[] = {"yes",  "no",      "asked",   "in_time",
                                          "late", "waiting", "overdue", NULL};
    static const char *const states[] = {
#define X(id, name, title) name,
        DOCUMENT_STATES(X)
#undef X
            NULL};

    if (order_of(q->sort) == NULL)
        return err_set(e, ERR_INVALID, "/sort", "没有这种排序，可用 changed、issued、due");
    if (q->limit < 0)
        return err_set(e, ERR_INVALID, "/limit", "每页行数须在 1 到 %d 之间", PAGE_MOST);
    return among(q->box, boxes, "/box", e) && among(q->answered, answers, "/answered", e) &&
           among(q->state, states, "/state", e) && a_day(q->issued_from, "/issued_from", e) &&
           a_day(q->issued_to, "/issued_to", e) && a_day(q->due_from, "/due_from", e) &&
           a_day(q->due_to, "/due_to", e);
}

Node *document_list(Store *s, const Content *c, const MatterActor *who, const DocumentQuery *q,
                    Arena *a, Err *e) {
    DocumentQuery asked = *q;
    Listing l = {
        .query = &asked, .who = who, .order = order_of(q->sort), .arena = a, .limit = q->limit};

    (void)c;
    if (!query_check(q, e))
        return NULL;
    if (str_is(q->state, "all"))
        asked.state = (Str){NULL, 0};
    if (str_is(q->answered, "all"))
        asked.answered = (Str){NULL, 0};
    if (l.limit <= 0)
        l.limit = PAGE_DEFAULT;
    if (l.limit > PAGE_MOST)
        l.limit = PAGE_MOST;
    return store_read(s, list_read, &l, e) ? l.out : NULL;
}
