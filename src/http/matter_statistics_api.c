/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/matter_statistics_api.c: 统计: matters begun, ended, late and in time over a span of days,
 * by flow, month and house; each figure with the conditions that open its rows in the list. */
#include "http/matter_api.h"
#include "http/matter_inputs.h"
#include "http/matter_words.h"

#include "flow/statistics.h"

enum { MONTHS_MOST = 240 };

typedef struct Summing {
    const Content *content;
    const StatisticsQuery *asked;
    Str from, to;
    Arena *a;
} Summing;

/* --- figures with their rows ------------------------------------------------------------------ */

/* Which rows: begun in the span, ended in it, going on now. */
typedef enum Kind { OPENED, CLOSED, NOW } Kind;

static Node *figure(const Summing *s, Node *in, const char *key, Kind kind, Str flow) {
    Node *n = node_map(s->a), *q = node_map(s->a);
    Str of = flow.len != 0 ? flow : s->asked->flow;

    if (of.len != 0)
        node_set_text(s->a, q, "flow", of);
    if (s->asked->organisation != 0)
        node_set_text(s->a, q, "organisation",
                      str_format(s->a, "%lld", (long long)s->asked->organisation));
    if (kind != NOW) {
        node_set_text(s->a, q, "state", kind == OPENED ? STR("all") : STR("closed"));
        node_set_text(s->a, q, kind == OPENED ? "opened_from" : "closed_from", s->from);
        node_set_text(s->a, q, kind == OPENED ? "opened_to" : "closed_to", s->to);
    }
    node_set_int(s->a, n, "count", 0);
    node_set(s->a, n, "query", q);
    if (key != NULL)
        node_set(s->a, in, key, n);
    return n;
}

static void narrow(const Summing *s, const Node *figure, const char *key, Str value) {
    node_set_text(s->a, (Node *)(uintptr_t)node_get(figure, "query"), key, value);
}

static void add(const Summing *s, const Node *in, const char *key, int64_t count) {
    Node *n = (Node *)(uintptr_t)node_get(in, key);

    node_set_int(s->a, n, "count", node_int(n, "count", 0) + count);
}

/* The seven figures of one flow, or of all. */
static Node *figures_new(const Summing *s, Str flow) {
    Node *n = node_map(s->a);

    figure(s, n, "opened", OPENED, flow);
    figure(s, n, "closed", CLOSED, flow);
    narrow(s, figure(s, n, "in_time", CLOSED, flow), "in_time", STR("yes"));
    narrow(s, figure(s, n, "late", CLOSED, flow), "in_time", STR("no"));
    figure(s, n, "now", NOW, flow);
    narrow(s, figure(s, n, "overdue", NOW, flow), "due", STR("lapsed"));
    node_set_int(s->a, n, "days", 0);
    return n;
}

/* Days from beginning to end, in tenths. */
static void finish(const Summing *s, Node *n) {
    int64_t closed = node_int(node_get(n, "closed"), "count", 0);
    int64_t tenths = closed != 0 ? node_int(n, "days", 0) * 10 / closed : 0;

    if (closed != 0)
        node_set(s->a, n, "average_days", node_of_real(s->a, (double)tenths / 10));
}

/* --- by flow ---------------------------------------------------------------------------------- */

static Node *flow_of(const Summing *s, Node *flows, Str id) {
    Err unknown = {0};
    const Flow *f;
    Node *n;

    for (size_t i = 0; i < flows->count; i++)
        if (str_eq(node_text(flows->items[i], "flow"), id))
            return flows->items[i];
    f = content_flow(s->content, id, &unknown);
    n = figures_new(s, id);
    node_set_text(s->a, n, "flow", id);
    node_set_text(s->a, n, "title", f != NULL ? f->title : id);
    node_set_text(s->a, n, "group", f != NULL ? f->group : STR("其他"));
    node_set(s->a, n, "outcomes", node_list(s->a));
    node_add(s->a, flows, n);
    return n;
}

static Node *outcome_of(const Summing *s, const Node *flow, Str outcome) {
    Node *list = (Node *)(uintptr_t)node_get(flow, "outcomes"), *n;
    Err unknown = {0};
    const Flow *f = content_flow(s->content, node_text(flow, "flow"), &unknown);
    const FlowOutcome *of = f != NULL ? flow_outcome(f, outcome) : NULL;

    for (size_t i = 0; i < list->count; i++)
        if (str_eq(node_text(list->items[i], "value"), outcome))
            return list->items[i];
    n = figure(s, NULL, NULL, CLOSED, node_text(flow, "flow"));
    narrow(s, n, "outcome", outcome);
    node_set_text(s->a, n, "value", outcome);
    node_set_text(s->a, n, "title", outcome_title_of(f, outcome));
    node_set_bool(s->a, n, "success", of != NULL && of->success);
    node_add(s->a, list, n);
    return n;
}

static void add_closed(const Summing *s, Node *n, const Node *g) {
    int64_t count = node_int(g, "count", 0);

    add(s, n, "closed", count);
    add(s, n, node_int(g, "late", 0) != 0 ? "late" : "in_time", count);
    node_set_int(s->a, n, "days", node_int(n, "days", 0) + node_int(g, "days", 0));
}

/* Figures that a group belongs to: `into` itself, or with `each` those of its flow in that list. */
static Node *figures_of(const Summing *s, bool each, Node *into, const Node *group) {
    return each ? flow_of(s, into, node_text(group, "flow")) : into;
}

static void sum_up(const Summing *s, const Node *groups, bool each, Node *into) {
    const Node *opened = node_get(groups, "opened"), *closed = node_get(groups, "closed"),
               *now = node_get(groups, "now");

    for (size_t i = 0; i < opened->count; i++)
        add(s, figures_of(s, each, into, opened->items[i]), "opened",
            node_int(opened->items[i], "count", 0));
    for (size_t i = 0; i < closed->count; i++) {
        const Node *g = closed->items[i];
        Node *n = figures_of(s, each, into, g), *outcome;

        add_closed(s, n, g);
        if (!each)
            continue;
        outcome = outcome_of(s, n, node_text(g, "outcome"));
        node_set_int(s->a, outcome, "count",
                     node_int(outcome, "count", 0) + node_int(g, "count", 0));
    }
    for (size_t i = 0; i < now->count; i++) {
        const Node *g = now->items[i];
        Node *n = figures_of(s, each, into, g);

        add(s, n, "now", node_int(g, "count", 0));
        if (node_int(g, "lapsed", 0) != 0)
            add(s, n, "overdue", node_int(g, "count", 0));
    }
}

/* --- by month --------------------------------------------------------------------------------- */

static int64_t of_month(const Node *groups, const char *key, Str month) {
    const Node *list = node_get(groups, key);
    int64_t sum = 0;

    for (size_t i = 0; i < list->count; i++)
        if (str_eq(node_text(list->items[i], "month"), month))
            sum += node_int(list->items[i], "count", 0);
    return sum;
}

/* Every month of the span, also those without anything; the first and last as far as they are in
 * it. */
static Node *months(const Summing *s, const Node *groups, Day from, Day to) {
    Node *list = node_list(s->a);
    Day first = from;

    while (first <= to && list->count < MONTHS_MOST) {
        int year, month, day;
        char begin[11], end[11];
        Summing part = *s;
        Node *n = node_map(s->a);

        day_split(first, &year, &month, &day);
        Day next = day_add_months(day_of(year, month, 1), 1), last = next - 1 < to ? next - 1 : to;

        day_format(first, begin);
        day_format(last, end);
        part.from = str_dup(s->a, str_of(begin));
        part.to = str_dup(s->a, str_of(end));
        node_set_text(s->a, n, "month", str_slice(part.from, 0, 7));
        figure(&part, n, "opened", OPENED, (Str){NULL, 0});
        figure(&part, n, "closed", CLOSED, (Str){NULL, 0});
        add(s, n, "opened", of_month(groups, "opened", node_text(n, "month")));
        add(s, n, "closed", of_month(groups, "closed", node_text(n, "month")));
        node_add(s->a, list, n);
        first = next;
    }
    return list;
}

/* --- by house --------------------------------------------------------------------------------- */

static bool houses(const Summing *s, Store *store, const Node *groups, Node *out, Err *e) {
    const Node *from = node_get(groups, "houses");
    Node *list = node_list(s->a);
    Names names;

    names_begin(&names, s->a);
    for (size_t i = 0; from != NULL && i < from->count; i++)
        names_want_house(&names, s->a, node_int(from->items[i], "organisation", 0));
    if (!names_read(&names, store, s->a, e))
        return false;
    for (size_t i = 0; from != NULL && i < from->count; i++) {
        StatisticsQuery asked = *s->asked;
        Summing of = *s;
        Node *n = node_map(s->a);

        asked.organisation = node_int(from->items[i], "organisation", 0);
        of.asked = &asked;
        node_set_int(s->a, n, "organisation", asked.organisation);
        node_set_text(s->a, n, "name", house_of(&names, s->a, asked.organisation));
        figure(&of, n, "opened", OPENED, (Str){NULL, 0});
        figure(&of, n, "closed", CLOSED, (Str){NULL, 0});
        narrow(&of, figure(&of, n, "late", CLOSED, (Str){NULL, 0}), "in_time", STR("no"));
        add(s, n, "opened", node_int(from->items[i], "opened", 0));
        add(s, n, "closed", node_int(from->items[i], "closed", 0));
        add(s, n, "late", node_int(from->items[i], "late", 0));
        node_add(s->a, list, n);
    }
    node_set(s->a, out, "houses", list);
    return true;
}

/* --- the answer ------------------------------------------------------------------------------- */

static bool span(Summing *s, Day *from, Day *to, Err *e) {
    int year, month, day;
    char text[11];

    day_split(day_today(), &year, &month, &day);
    *from = day_of(year, 1, 1);
    *to = day_today();
    if ((s->asked->from.len != 0 && !day_parse(s->asked->from, from)) ||
        (s->asked->to.len != 0 && !day_parse(s->asked->to, to)))
        return err_set(e, ERR_INVALID, "?from", "首日和末日请写成 2026-03-02");
    if (*to < *from)
        return err_set(e, ERR_INVALID, "?to", "末日应当在首日之后");
    if (*to - *from > MONTHS_MOST * 31)
        return err_set(e, ERR_INVALID, "?from", "一次最多统计 %d 年", MONTHS_MOST / 12);
    day_format(*from, text);
    s->from = str_dup(s->a, str_of(text));
    day_format(*to, text);
    s->to = str_dup(s->a, str_of(text));
    return true;
}

/* What stands in the query of each figure is what was asked: nothing that is not known. */
static bool known(const Summing *s, Store *store, Err *e) {
    const char *number = str_format(s->a, "%lld", (long long)s->asked->organisation).ptr;
    Err unknown = {0};
    Names names;

    if (s->asked->flow.len != 0 && content_flow(s->content, s->asked->flow, &unknown) == NULL)
        return err_set(e, ERR_INVALID, "?flow", "没有这个流程，请从列表里选择");
    if (s->asked->organisation == 0)
        return true;
    names_begin(&names, s->a);
    names_want_house(&names, s->a, s->asked->organisation);
    return names_read(&names, store, s->a, e) &&
           (node_get(names.houses, number) != NULL ||
            err_set(e, ERR_INVALID, "?organisation", "没有这个单位，请从列表里选择"));
}

bool api_matter_statistics(Req *rq, Err *e) {
    Summing s = {.content = req_snapshot(rq)->content, .asked = req_query(rq), .a = req_arena(rq)};
    MatterQuery of = {.flow = s.asked->flow, .organisation = s.asked->organisation};
    Store *store = req_office(rq)->store;
    Node *out = node_map(s.a), *all, *flows = node_list(s.a);
    const Node *groups;
    Day from, to;

    if (!span(&s, &from, &to, e) || !known(&s, store, e))
        return false;
    groups = matter_statistics(store, &of, s.from, s.to, s.a, e);
    if (groups == NULL)
        return false;
    all = figures_new(&s, (Str){NULL, 0});
    sum_up(&s, groups, false, all);
    sum_up(&s, groups, true, flows);
    finish(&s, all);
    for (size_t i = 0; i < flows->count; i++)
        finish(&s, flows->items[i]);
    node_set_text(s.a, out, "from", s.from);
    node_set_text(s.a, out, "to", s.to);
    node_set(s.a, out, "all", all);
    node_set(s.a, out, "flows", flows);
    node_set(s.a, out, "months", months(&s, groups, from, to));
    return houses(&s, store, groups, out, e) && reply_node(rq, out);
}
