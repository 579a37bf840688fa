/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/list.c: matters filtered, searched, sorted and paged; total and facets come from the same
 * conditions. A page goes on where the last one ended, by the sort's own columns, so that the
 * thousandth page costs what the first does. */
#include <inttypes.h>

#include "flow/matter_query.h"
#include "flow/seal.h"

#include "base/banned.h"

enum { PAGE_DEFAULT = 50, PAGE_MOST = 200 };

const Bind matter_query_rows[] = {
    BIND_STR_MOST(MatterQuery, flow, "flow", OPTIONAL, 64, "only matters of this flow"),
    BIND_STR_MOST(MatterQuery, state, "state", OPTIONAL, 16,
                  "open, suspended, closed, merged, all; default: open and suspended"),
    BIND_STR_MOST(MatterQuery, outcome, "outcome", OPTIONAL, 64, "only those that ended with this"),
    BIND_STR_MOST(MatterQuery, step, "step", OPTIONAL, 64, "only with this step open"),
    BIND_STR_MOST(MatterQuery, level, "level", OPTIONAL, 16, "urgent, high or ordinary"),
    BIND_STR_MOST(MatterQuery, party, "party", OPTIONAL, 64,
                  "with `organisation`: it takes part as this"),
    BIND_STR_MOST(MatterQuery, text, "text", OPTIONAL, 100, "words of the title, or a number"),
    BIND_STR_MOST(MatterQuery, subject, "subject", OPTIONAL, 80, "linked to this: person:KEY …"),
    BIND_STR_MOST(MatterQuery, case_number, "case_number", OPTIONAL, 120, "of this case"),
    BIND_STR_MOST(MatterQuery, due, "due", OPTIONAL, 16,
                  "lapsed, today, week: whose period ends by then; none"),
    BIND_STR_MOST(MatterQuery, sort, "sort", OPTIONAL, 16, "changed, opened, due or number"),
    BIND_STR_MOST(MatterQuery, cursor, "cursor", OPTIONAL, 80,
                  "where the page begins, as the last answer said"),
    BIND_INT(MatterQuery, organisation, "organisation", OPTIONAL, "only where it takes part"),
    BIND_INT(MatterQuery, limit, "limit", OPTIONAL, "rows a page, at most 200"),
    BIND_STR_MOST(MatterQuery, mine, "mine", OPTIONAL, 16, "task, copy, begun or supervised"),
    BIND_STR_MOST(MatterQuery, opened_from, "opened_from", OPTIONAL, 10,
                  "begun on this day or later"),
    BIND_STR_MOST(MatterQuery, opened_to, "opened_to", OPTIONAL, 10, "begun on this day or before"),
    BIND_STR_MOST(MatterQuery, closed_from, "closed_from", OPTIONAL, 10,
                  "ended on this day or later"),
    BIND_STR_MOST(MatterQuery, closed_to, "closed_to", OPTIONAL, 10, "ended on this day or before"),
    BIND_STR_MOST(MatterQuery, due_from, "due_from", OPTIONAL, 10,
                  "a period runs that ends on this day or later"),
    BIND_STR_MOST(MatterQuery, due_to, "due_to", OPTIONAL, 10,
                  "a period runs that ends on this day or before"),
    BIND_STR_MOST(MatterQuery, in_time, "in_time", OPTIONAL, 8,
                  "yes: no period ever ran out; no: one did"),
    BIND_END,
};

/* ---- conditions ---- */

static size_t bound(MatterWhere *w, Arg value) {
    w->args[w->count++] = value;
    return w->count;
}

static void condition(MatterWhere *w, const char *before, Arg value, const char *after) {
    buf_addf(&w->sql, " AND %s$%zu%s", before, bound(w, value), after);
}

/* % and _ mean themselves in what a person types. */
static Str like_pattern(Arena *a, Str text) {
    scoped_buf Buf b;

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

static void state_condition(MatterWhere *w, Str state) {
    if (!state.len)
        buf_add_c(&w->sql, " AND m.state IN ('open','suspended')");
    else if (!str_is(state, "all"))
        condition(w, "m.state = ", ARG_OF_TEXT(state), "");
}

/* Ends of days in China, as the column has them. */
static Arg day_end(Arena *a, Day day) {
    char text[11];

    day_format(day + 1, text);
    return ARG_OF_TEXT(str_format(a, "%sT00:00:00.000000+08:00", text));
}

static void due_condition(MatterWhere *w, Arena *a, Str due) {
    Day today = day_today();

    if (str_is(due, "lapsed"))
        buf_add_c(&w->sql, " AND m.lapsed = 1");
    else if (str_is(due, "today"))
        condition(w, "m.due <= ", day_end(a, today), "");
    else if (str_is(due, "week"))
        condition(w, "m.due <= ", day_end(a, today + 7), "");
    else if (str_is(due, "none"))
        buf_add_c(&w->sql, " AND m.due = '" DUE_NEVER "'");
}

/* Titles lie sealed: their words are looked for by keyed values, which are plain letters. */
static void text_condition(const Tx *tx, MatterWhere *w, Arena *a, Str text) {
    size_t like = bound(w, ARG_OF_TEXT(like_pattern(a, text))), exact = bound(w, ARG_OF_TEXT(text));
    Str words[WORDS_MOST];
    size_t n = 0;
    Err unused = {0};

    buf_addf(&w->sql, " AND (m.number LIKE $%zu ESCAPE '\\' OR m.case_number = $%zu", like, exact);
    if (matter_word_patterns(tx_store(tx), text, a, words, &n, &unused) && n) {
        buf_add_c(&w->sql, " OR (1 = 1");
        for (size_t i = 0; i < n; i++)
            buf_addf(&w->sql, " AND m.words LIKE '%.*s'", STR_ARG(words[i]));
        buf_add_char(&w->sql, ')');
    }
    buf_add_char(&w->sql, ')');
}

static void party_condition(MatterWhere *w, const MatterQuery *q) {
    if (!q->organisation)
        return;
    if (!q->party.len) {
        condition(w, "m.party_set IN (SELECT s.party_set FROM matter_set s WHERE s.organisation = ",
                  ARG_OF_INT(q->organisation), ")");
        return;
    }
    condition(w,
              "m.id IN (SELECT p.matter FROM matter_party p WHERE p.until = '' AND "
              "p.organisation = ",
              ARG_OF_INT(q->organisation), "");
    condition(w, "p.party = ", ARG_OF_TEXT(q->party), ")");
}

static void mine_condition(MatterWhere *w, const MatterActor *who, const MatterQuery *q) {
    scoped_buf Buf tasks;

    buf_init(&tasks, 1 << 20);
    bool any = who->rights && tasks_of_person(who->rights, "t", &tasks);

    if (str_is(q->mine, "begun")) {
        condition(w, "m.actor = ", ARG_OF_TEXT(who->login), "");
    } else if (str_is(q->mine, "supervised")) {
        condition(w,
                  "m.id IN (SELECT t.matter FROM matter_task t WHERE t.kind = 'supervise' AND "
                  "t.asked_by = ",
                  ARG_OF_TEXT(who->login), ")");
    } else if (!any) {
        buf_add_c(&w->sql, " AND 1 = 0");
    } else {
        buf_addf(&w->sql,
                 " AND m.id IN (SELECT t.matter FROM matter_task t WHERE t.state = 'open' AND "
                 "t.kind %s AND (%.*s))",
                 str_is(q->mine, "copy")
                     ? "= 'copy'"
                     : "IN ('owner','signer','countersign','approve','supervise','consult')",
                 STR_ARG(buf_str(&tasks)));
    }
}

void matter_where(const Tx *tx, const MatterQuery *q, const MatterActor *who, Arena *a,
                  MatterWhere *w) {
    Str text = str_trim(q->text);

    w->count = 0;
    buf_init(&w->sql, (size_t)2 << 20);
    buf_add_c(&w->sql, "WHERE 1 = 1");
    state_condition(w, q->state);
    if (q->flow.len)
        condition(w, "m.flow = ", ARG_OF_TEXT(q->flow), "");
    if (q->outcome.len)
        condition(w, "m.outcome = ", ARG_OF_TEXT(q->outcome), "");
    if (q->level.len)
        condition(w, "m.level = ", ARG_OF_TEXT(q->level), "");
    if (q->step.len)
        condition(w, "(',' || m.steps || ',') LIKE ",
                  ARG_OF_TEXT(str_format(a, "%%,%.*s,%%", STR_ARG(q->step))), "");
    if (q->case_number.len)
        condition(w, "m.case_number = ", ARG_OF_TEXT(q->case_number), "");
    if (q->subject.len)
        condition(w, "m.id IN (SELECT l.matter FROM matter_link l WHERE l.target = ",
                  ARG_OF_TEXT(q->subject), ")");
    party_condition(w, q);
    if (q->due.len)
        due_condition(w, a, q->due);
    matter_where_days(q, a, w);
    if (q->mine.len)
        mine_condition(w, who, q);
    if (text.len)
        text_condition(tx, w, a, text);
}

/* ---- orders ---- */

typedef struct Order {
    const char *name, *column;
    bool falling;
} Order;

static const Order orders[] = {{"changed", "changed", true},
                               {"opened", "opened", true},
                               {"due", "due", false},
                               {"number", "ordinal", true},
                               {NULL, NULL, false}};

static const Order *order_of(Str sort) {
    for (const Order *o = orders; o->name; o++)
        if (str_is(sort, o->name))
            return o;
    return sort.len ? NULL : &orders[0];
}

/* "VALUE|ORDINAL" of the last row of the page before. */
static bool after_cursor(MatterWhere *w, const Order *o, Str cursor, Err *e) {
    Str rest = cursor, value;
    int64_t ordinal = 0;

    if (!cursor.len)
        return true;
    if (!str_split(&rest, '|', &value) || !str_to_int(rest, &ordinal))
        return err_set(e, ERR_INVALID, "/cursor", "翻页位置不对，请从第一页重新开始");
    if (str_is(str_of(o->column), "ordinal"))
        buf_addf(&w->sql, " AND m.ordinal < $%zu", bound(w, ARG_OF_INT(ordinal)));
    else
        buf_addf(&w->sql, " AND (m.%s, m.ordinal) %s ($%zu, $%zu)", o->column,
                 o->falling ? "<" : ">", bound(w, ARG_OF_TEXT(value)),
                 bound(w, ARG_OF_INT(ordinal)));
    return true;
}

static Str cursor_of(Arena *a, const Order *o, const Node *last) {
    return str_format(a, "%.*s|%" PRId64, STR_ARG(node_text(last, o->column)),
                      node_int(last, "ordinal", 0));
}

/* ---- the list ---- */

typedef struct ListWork {
    const MatterQuery *query;
    const MatterActor *who;
    const Order *order;
    Arena *arena;
    int64_t limit;
    Node *out;
} ListWork;

static Node *page_read(Tx *tx, const ListWork *l, Err *e) {
    MatterWhere w;
    scoped_buf Buf sql;
    const char *falling = l->order->falling ? " DESC" : "";
    Node *items = NULL;

    buf_init(&sql, (size_t)4 << 20);
    matter_where(tx, l->query, l->who, l->arena, &w);
    if (after_cursor(&w, l->order, l->query->cursor, e)) {
        buf_addf(&sql,
                 "SELECT m.id, m.ordinal, m.number, m.flow, m.organisation, m.state, m.outcome, "
                 "m.level, m.step, m.steps, m.opened, m.closed, m.changed, m.actor, m.revision, "
                 "m.due, m.lapsed, m.sealed, m.case_number, m.title FROM {matter} m %.*s "
                 "ORDER BY m.%s%s",
                 STR_ARG(buf_str(&w.sql)), l->order->column, falling);
        if (!str_is(str_of(l->order->column), "ordinal"))
            buf_addf(&sql, ", m.ordinal%s", falling);
        buf_addf(&sql, " LIMIT %" PRId64, l->limit + 1);
        items = tx_rows_text(tx, l->arena, buf_str(&sql), w.args, w.count, e);
    }
    buf_done(&w.sql);
    return items;
}

/* No period: said by leaving it out. */
static void tidy(Arena *a, Node *items) {
    for (size_t i = 0; i < items->count; i++)
        if (str_is(node_text(items->items[i], "due"), DUE_NEVER))
            node_set_text(a, items->items[i], "due", STR(""));
}

static bool list_read(Tx *tx, void *context, Err *e) {
    ListWork *l = context;
    Node *items = page_read(tx, l, e), *facets;
    int64_t total;

    if (!items)
        return false;
    l->out = node_map(l->arena);
    if (items->count > (size_t)l->limit) {
        items->count = (size_t)l->limit;
        node_set_text(l->arena, l->out, "next",
                      cursor_of(l->arena, l->order, items->items[items->count - 1]));
    }
    tidy(l->arena, items);
    if (!matter_open_titles(tx, l->arena, items, e))
        return false;
    node_set(l->arena, l->out, "items", items);
    if (l->query->items_only)
        return true;
    if (!matter_facets(tx, l->query, l->who, l->arena, &total, &facets, e))
        return false;
    node_set_int(l->arena, l->out, "total", total);
    node_set(l->arena, l->out, "facets", facets);
    return true;
}

static bool among(Str word, const char *const *words, const char *where, Err *e) {
    for (size_t i = 0; words[i]; i++)
        if (str_is(word, words[i]))
            return true;
    return !word.len ||
           err_set(e, ERR_INVALID, where, "没有这种筛选：%.*s", STR_ARG(str_slice(word, 0, 30)));
}

bool matter_query_check(const MatterQuery *q, Err *e) {
    static const char *const states[] = {"open",  "suspended", "closed", "merged",
                                         "split", "all",       NULL};
    static const char *const dues[] = {"lapsed", "today", "week", "none", NULL};
    static const char *const mines[] = {"task", "copy", "begun", "supervised", NULL};
    static const char *const levels[] = {"urgent", "high", "ordinary", NULL};

    if (!order_of(q->sort))
        return err_set(e, ERR_INVALID, "/sort", "没有这种排序，可用 changed、opened、due、number");
    if (q->limit < 0)
        return err_set(e, ERR_INVALID, "/limit", "每页行数须在 1 到 %d 之间", PAGE_MOST);
    return among(q->state, states, "/state", e) && among(q->due, dues, "/due", e) &&
           among(q->mine, mines, "/mine", e) && among(q->level, levels, "/level", e) &&
           matter_days_check(q, e);
}

Node *matter_list(Store *s, const Content *c, const MatterActor *who, const MatterQuery *q,
                  Arena *a, Err *e) {
    ListWork l = {
        .query = q, .who = who, .order = order_of(q->sort), .arena = a, .limit = q->limit};

    (void)c;
    if (!matter_query_check(q, e))
        return NULL;
    if (l.limit <= 0)
        l.limit = PAGE_DEFAULT;
    if (l.limit > PAGE_MOST)
        l.limit = PAGE_MOST;
    return store_read(s, list_read, &l, e) ? l.out : NULL;
}
