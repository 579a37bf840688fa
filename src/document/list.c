/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/list.c: documents filtered, searched, sorted and paged. A page goes on where the last
 * one ended, by the sort's own columns. */
#include "document/list.h"

#include <inttypes.h>
#include <stdlib.h>

#include "flow/seal.h"

#include "base/banned.h"

enum { PAGE_DEFAULT = 50, PAGE_MOST = 200, ARGS_MOST = 160, HOUSES_MOST = 40 };

static const char *const boxes[] = {
#define X(box) #box,
    DOCUMENT_BOXES(X)
#undef X
        NULL};

/* --- conditions ------------------------------------------------------------------------------- */

typedef struct Where {
    Buf sql; /* "WHERE …" on {document} d */
    Arg args[ARGS_MOST];
    size_t count;
    const MatterActor *who;
    Arena *arena;
} Where;

static size_t bound(Where *w, Arg value) {
    if (w->count < ARGS_MOST)
        w->args[w->count++] = value;
    return w->count;
}

static void condition(Where *w, const char *before, Arg value, const char *after) {
    buf_addf(&w->sql, " AND %s$%zu%s", before, bound(w, value), after);
}

/* % and _ mean themselves in what a person types. */
static Str like_pattern(Arena *a, Str text) {
    scoped_buf Buf b = {0};

    buf_init(&b, 1024);
    buf_add_char(&b, '%');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '%' || text.ptr[i] == '_' || text.ptr[i] == '\\')
            buf_add_char(&b, '\\');
        buf_add_char(&b, text.ptr[i]);
    }
    buf_add_char(&b, '%');
    return str_dup(a, buf_str(&b));
}

/* Titles lie sealed: their words are looked for by keyed values, which are plain letters. */
static void text_condition(const Tx *tx, Where *w, Str text) {
    Str words[WORDS_MOST];
    size_t n = 0, like = bound(w, ARG_OF_TEXT(like_pattern(w->arena, text)));
    Err unused = {0};

    buf_addf(&w->sql, " AND (d.number LIKE $%zu ESCAPE '\\'", like);
    if (matter_word_patterns(tx_store(tx), text, w->arena, words, &n, &unused) && n > 0) {
        buf_add_c(&w->sql, " OR (1 = 1");
        for (size_t i = 0; i < n; i++)
            buf_addf(&w->sql, " AND d.words LIKE '%.*s'", STR_ARG(words[i]));
        buf_add_char(&w->sql, ')');
    }
    buf_add_char(&w->sql, ')');
}

static Str today_text(Arena *a) {
    char text[11];

    day_format(day_today(), text);
    return str_dup(a, str_of(text));
}

static void answered_condition(Where *w, Str answered) {
    if (str_is(answered, "yes"))
        buf_add_c(&w->sql, " AND d.answered <> ''");
    else if (str_is(answered, "no"))
        buf_add_c(&w->sql, " AND d.answered = ''");
    else if (str_is(answered, "asked"))
        buf_add_c(&w->sql, " AND (d.answered <> '' OR d.due <> '')");
    else if (str_is(answered, "in_time"))
        buf_add_c(&w->sql, " AND d.answered <> '' AND (d.due = '' OR d.answered_on <= d.due)");
    else if (str_is(answered, "late"))
        buf_add_c(&w->sql, " AND d.answered <> '' AND d.due <> '' AND d.answered_on > d.due");
    else if (answered.len > 0)
        condition(w,
                  str_is(answered, "waiting") ? "d.answered = '' AND d.due <> '' AND d.due >= "
                                              : "d.answered = '' AND d.due <> '' AND d.due < ",
                  ARG_OF_TEXT(today_text(w->arena)), "");
}

static void assessed_condition(Where *w, Str assessed) {
    buf_add_c(&w->sql, " AND d.answered IN (SELECT x.id FROM {document} x WHERE ");
    if (str_is(assessed, "none"))
        buf_add_c(&w->sql, "x.assessment = '')");
    else
        buf_addf(&w->sql, "x.assessment = $%zu)", bound(w, ARG_OF_TEXT(assessed)));
}

/* --- whose ------------------------------------------------------------------------------------ */

/* Organisations where the person holds a right; `p` 0: any. */
static size_t houses_of(const MatterActor *who, int p, int64_t out[HOUSES_MOST]) {
    size_t n = 0;

    for (size_t i = 0; who->rights != NULL && i < who->rights->count; i++) {
        const Right *r = &who->rights->rights[i];
        bool there = p != PERMISSION_NONE && r->rule->permission != p;

        for (size_t k = 0; k < n && !there; k++)
            there = out[k] == r->organisation;
        if (!there && n < HOUSES_MOST)
            out[n++] = r->organisation;
    }
    return n;
}

/* "column IN (1,2)": numbers of the program's own. */
static void among_houses(Where *w, const char *column, int p) {
    int64_t houses[HOUSES_MOST];
    size_t n = houses_of(w->who, p, houses);

    buf_addf(&w->sql, "%s IN (", column);
    for (size_t i = 0; i < n; i++)
        buf_addf(&w->sql, "%s%" PRId64, i > 0 ? "," : "", houses[i]);
    buf_add_c(&w->sql, n == 0 ? "NULL)" : ")");
}

static void of_drafts(Where *w) {
    buf_addf(&w->sql, "(d.state = 'draft' AND d.author = $%zu)",
             bound(w, ARG_OF_TEXT(w->who->login)));
}

/* The duty goes with an appointment, whatever its role: rungs of roles that are the liaison's. */
static void of_liaison(Where *w, const Right *at) {
    const Content *c = rights_content(w->who->rights);

    for (size_t i = 0; i < content_role_count(c); i++)
        if (content_role_at(c, i)->liaison)
            buf_addf(&w->sql, " OR (p.organisation = %" PRId64 " AND p.role = $%zu)",
                     at->organisation, bound(w, ARG_OF_TEXT(content_role_at(c, i)->role)));
}

/* A rung asks for a role at an organisation: whoever holds it there, or acts for him. */
static void of_rungs(Where *w) {
    const Rights *r = w->who->rights;
    size_t n = 0;

    buf_add_c(&w->sql, "(d.state = 'approving' AND d.id IN (SELECT p.document FROM "
                       "document_approval p WHERE p.state = 'open' AND (");
    for (size_t i = 0; r != NULL && i < r->count && n < 30; i++) {
        const Right *at = &r->rights[i];
        bool again = false;

        for (size_t k = 0; k < i && !again; k++)
            again = r->rights[k].organisation == at->organisation &&
                    str_eq(r->rights[k].role, at->role);
        if (again)
            continue;
        buf_addf(&w->sql, "%s(p.organisation = %" PRId64 " AND p.role = $%zu)",
                 n++ > 0 ? " OR " : "", at->organisation, bound(w, ARG_OF_TEXT(at->role)));
        if (at->liaison)
            of_liaison(w, at);
    }
    buf_add_c(&w->sql, n == 0 ? "1 = 0)))" : ")))");
}

/* Numbered, and the seal of a house where the person issues is not on it yet. */
static void of_seals(Where *w) {
    buf_add_c(&w->sql, "(d.state = 'numbered' AND d.party_set IN (SELECT s.party_set FROM "
                       "document_set s WHERE ");
    among_houses(w, "s.organisation", PERMISSION_DOCUMENT_ISSUE);
    buf_add_c(&w->sql, ") AND d.id NOT IN (SELECT g.document FROM document_signature g WHERE "
                       "g.kind = 'organisation' AND ");
    among_houses(w, "g.organisation", PERMISSION_DOCUMENT_ISSUE);
    buf_add_c(&w->sql, "))");
}

static void served_on(Where *w, const char *kinds, const char *states) {
    buf_addf(&w->sql,
             "(d.state IN ('served','recalled') AND d.id IN (SELECT v.document FROM "
             "document_service v WHERE v.kind IN (%s)%s AND ",
             kinds, states);
    among_houses(w, "v.organisation", PERMISSION_NONE);
    buf_add_c(&w->sql, "))");
}

/* As the index document_unfinished says it, so that SQLite takes it. */
#define UNFINISHED "x.state IN ('draft', 'approving', 'approved', 'numbered', 'issued')"

/* Each arm begins with an index of its own, so that what waits is found among a million others. */
static void arm(Where *w, const char *sql) {
    buf_addf(&w->sql, " UNION SELECT x.id FROM {document} x WHERE %s AND ", sql);
}

/* Signed for here, and the answer it asks for has not been given. */
static void of_questions(Where *w) {
    buf_add_c(&w->sql, " UNION SELECT x.id FROM {document} x JOIN document_service v ON "
                       "v.document = x.id WHERE x.state = 'served' AND x.due <> '' AND "
                       "x.answered = '' AND v.kind = 'to' AND v.state = 'signed' AND ");
    among_houses(w, "v.organisation", PERMISSION_DOCUMENT_WRITE);
}

static void of_todo(Where *w) {
    buf_addf(&w->sql,
             "d.id IN (SELECT x.id FROM {document} x WHERE x.state = 'draft' AND x.author = $%zu",
             bound(w, ARG_OF_TEXT(w->who->login)));
    buf_add_c(&w->sql, " UNION SELECT d.id FROM {document} d WHERE ");
    of_rungs(w);
    arm(w, UNFINISHED " AND x.state IN ('approved','issued')");
    among_houses(w, "x.organisation", PERMISSION_DOCUMENT_ISSUE);
    buf_add_c(&w->sql, " UNION SELECT d.id FROM {document} d WHERE ");
    of_seals(w);
    buf_add_c(&w->sql, " UNION SELECT v.document FROM document_service v WHERE v.kind IN "
                       "('to','copy','signer') AND v.state IN ('sent','opened') AND ");
    among_houses(w, "v.organisation", PERMISSION_NONE);
    of_questions(w);
    buf_add_char(&w->sql, ')');
}

static void box_condition(Where *w, Str box) {
    if (box.len == 0 || str_is(box, "all"))
        return;
    buf_add_c(&w->sql, " AND ");
    if (str_is(box, "todo"))
        of_todo(w);
    else if (str_is(box, "draft"))
        of_drafts(w);
    else if (str_is(box, "approve"))
        of_rungs(w);
    else if (str_is(box, "sign"))
        of_seals(w);
    else if (str_is(box, "in"))
        served_on(w, "'to'", "");
    else if (str_is(box, "copy"))
        served_on(w, "'copy'", "");
    else {
        buf_add_c(&w->sql, "(d.state IN ('served','recalled') AND ");
        among_houses(w, "d.organisation", PERMISSION_NONE);
        buf_add_char(&w->sql, ')');
    }
}

static void where_of(const Tx *tx, const DocumentQuery *q, const MatterActor *who, Arena *a,
                     Where *w) {
    const struct {
        const char *before;
        Str value;
    } texts[] = {{"d.matter = ", q->matter},          {"d.type = ", q->type},
                 {"d.type_group = ", q->group},       {"d.state = ", q->state},
                 {"d.issued_on >= ", q->issued_from}, {"d.issued_on <= ", q->issued_to},
                 {"d.due >= ", q->due_from},          {"d.due <= ", q->due_to}};

    *w = (Where){.who = who, .arena = a};
    buf_init(&w->sql, (size_t)1 << 20);
    buf_add_c(&w->sql, "WHERE 1 = 1");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].value.len > 0)
            condition(w, texts[i].before, ARG_OF_TEXT(texts[i].value), "");
    if (q->issued_to.len > 0)
        buf_add_c(&w->sql, " AND d.issued_on <> ''");
    if (q->due_to.len > 0)
        buf_add_c(&w->sql, " AND d.due <> ''");
    if (q->organisation != 0)
        condition(w, "d.organisation = ", ARG_OF_INT(q->organisation), "");
    if (q->receiver != 0)
        condition(w,
                  "d.id IN (SELECT v.document FROM document_service v WHERE v.kind = 'to' AND "
                  "v.organisation = ",
                  ARG_OF_INT(q->receiver), ")");
    answered_condition(w, q->answered);
    if (q->assessed.len > 0)
        assessed_condition(w, q->assessed);
    if (q->flagged)
        buf_add_c(&w->sql, " AND (d.flags NOT IN ('', 'none') OR d.answered IN (SELECT x.id FROM "
                           "{document} x WHERE x.flags NOT IN ('', 'none')))");
    if (str_trim(q->text).len > 0)
        text_condition(tx, w, str_trim(q->text));
    box_condition(w, q->box);
}

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
static bool after_cursor(Where *w, const Order *o, Str cursor, Err *e) {
    Str rest = cursor, value;
    int64_t ordinal = 0;

    if (cursor.len == 0)
        return true;
    if (!str_split(&rest, '|', &value) || !str_to_int(rest, &ordinal))
        return err_set(e, ERR_INVALID, "/cursor", "翻页位置不对，请从第一页重新开始");
    size_t at = bound(w, ARG_OF_TEXT(value)), number = bound(w, ARG_OF_INT(ordinal));

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
    Where w;

    buf_init(&sql, (size_t)2 << 20);
    where_of(tx, l->query, l->who, l->arena, &w);
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
    Where w;

    rest.state = rest.type = (Str){NULL, 0};
    buf_init(&sql, (size_t)2 << 20);
    where_of(tx, &rest, l->who, l->arena, &w);
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

static bool count_box(Tx *tx, const Listing *l, const char *box, Node *list, Err *e) {
    DocumentQuery in_box = *l->query;
    scoped_buf Buf sql = {0};
    Node *n = node_map(l->arena);
    Where w;

    in_box.box = str_of(box);
    buf_init(&sql, (size_t)2 << 20);
    where_of(tx, &in_box, l->who, l->arena, &w);
    buf_addf(&sql, "SELECT COUNT(*) AS count FROM {document} d %.*s", STR_ARG(buf_str(&w.sql)));
    const Node *rows = tx_rows_text(tx, l->arena, buf_str(&sql), w.args, w.count, e);

    buf_done(&w.sql);
    if (rows == NULL)
        return false;
    node_set_text(l->arena, n, "value", str_of(box));
    node_set_int(l->arena, n, "count", node_int(rows->items[0], "count", 0));
    node_add(l->arena, list, n);
    return true;
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
    for (size_t i = 0; l->who->rights != NULL && boxes[i] != NULL; i++)
        if (!count_box(tx, l, boxes[i], in_boxes, e))
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
