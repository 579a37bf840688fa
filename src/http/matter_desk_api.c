/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/matter_desk_api.c: 工作台: what waits for the person, what to do first, what is new. */
#include "http/clue_rows.h"
#include "http/matter_api.h"
#include "http/matter_words.h"

#include "base/citizen_text.h"
#include "flow/figures.h"
#include "http/document_shown.h"
#include "http/matter_inputs.h"
#include "http/matter_shown.h"

static const char *const groups[] = {"tasks", "due_soon", "copies", "begun", "unclaimed", NULL};

static void want_names(Names *names, const Node *desk, Arena *a) {
    for (size_t g = 0; groups[g] != NULL; g++) {
        const Node *items = node_get(node_get(desk, groups[g]), "items");

        for (size_t i = 0; items != NULL && i < items->count; i++)
            names_want_house(names, a, node_int(items->items[i], "organisation", 0));
    }
}

static void task_shown(Node *row, const Content *c, const Names *names, Arena *a) {
    Err unknown = {0};
    Str flow = node_text(row, "flow"), due = node_text(row, "due");
    const Flow *f = content_flow(c, flow, &unknown);
    Instant at;

    node_set_text(a, row, "flow_title", f != NULL ? f->title : flow);
    node_set_text(a, row, "title", citizen_id_safe(a, node_text(row, "title")));
    node_set_text(a, row, "step_title", step_title_of(f, node_text(row, "step")));
    node_set_text(a, row, "kind_title", matter_word(matter_task_words, node_text(row, "kind")));
    node_set_text(a, row, "role_title", role_title_by(c, node_text(row, "role"), a));
    if (node_int(row, "organisation", 0) != 0)
        node_set_text(a, row, "organisation_name",
                      house_of(names, a, node_int(row, "organisation", 0)));
    node_set_text(a, row, "due_on", due_day(a, due));
    node_set_bool(a, row, "lapsed", instant_parse(due, &at) && at <= instant_now());
}

/* New clues, for who reads clues: by the very list that the page 线索 shows. */
static bool put_clues(Req *rq, Node *desk, Err *e) {
    Arena *a = req_arena(rq);
    ClueQuery q = {
        .status = STR("new"), .sort = STR("newest"), .from = DAY_NONE, .to = DAY_NONE, .limit = 8};
    Node *n = node_map(a);
    const Node *page;

    if (!rights_allow(rq->rights, PERMISSION_CLUE_READ))
        return true;
    page = clue_page(req_office(rq), req_snapshot(rq), &q, a, e);
    if (page == NULL)
        return false;
    node_set_int(a, n, "count", node_int(page, "total", 0));
    node_set(a, n, "items", (Node *)(uintptr_t)node_get(page, "items"));
    node_set(a, desk, "clues", n);
    return true;
}

enum { DOCUMENTS_COUNTED = 50, DOCUMENTS_SHOWN = 8 };

/* Documents that wait, by the very list that their page shows. */
static bool put_documents(Req *rq, Node *desk, const MatterActor *who, Err *e) {
    Arena *a = req_arena(rq);
    Store *s = req_office(rq)->store;
    const Content *c = req_snapshot(rq)->content;
    DocumentQuery q = {.box = STR("todo"), .limit = DOCUMENTS_COUNTED, .items_only = true};
    const Node *page = document_list(s, c, who, &q, a, e);
    Node *n = node_map(a), *items;

    if (page == NULL)
        return false;
    items = (Node *)(uintptr_t)node_get(page, "items");
    node_set_int(a, n, "count", (int64_t)items->count);
    node_set_bool(a, n, "more", node_get(page, "next") != NULL);
    if (items->count > DOCUMENTS_SHOWN)
        items->count = DOCUMENTS_SHOWN;
    node_set(a, n, "items", items);
    node_set(a, desk, "documents", n);
    return document_rows_shown(s, c, items, a, e);
}

bool api_desk_get(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    Store *s = req_office(rq)->store;
    const Content *c = req_snapshot(rq)->content;
    MatterActor who = matter_actor(rq);
    Node *desk = matter_desk(s, c, &who, a, e);
    Names names;

    if (desk == NULL)
        return false;
    names_begin(&names, a);
    want_names(&names, desk, a);
    if (!names_read(&names, s, a, e))
        return false;
    for (size_t g = 0; groups[g] != NULL; g++) {
        const Node *items = node_get(node_get(desk, groups[g]), "items");

        for (size_t i = 0; items != NULL && i < items->count; i++)
            task_shown(items->items[i], c, &names, a);
    }
    return put_clues(rq, desk, e) && put_documents(rq, desk, &who, e) && reply_node(rq, desk);
}

/* --- calendar --------------------------------------------------------------------------------- */

enum { CALENDAR_DAYS = 100 };

static void day_shown(Node *day, const Content *c, Arena *a) {
    const Node *items = node_get(day, "items");
    Day at = DAY_NONE;
    bool known;

    day_parse(node_text(day, "day"), &at);
    node_set_bool(a, day, "workday", calendar_workday(c, at, &known));
    for (size_t i = 0; i < items->count; i++) {
        Node *n = items->items[i];
        Err unknown = {0};
        const Flow *f = content_flow(c, node_text(n, "flow"), &unknown);

        node_set_text(a, n, "flow_title", f != NULL ? f->title : node_text(n, "flow"));
        node_set_text(a, n, "title", citizen_id_safe(a, node_text(n, "title")));
        if (str_is(node_text(n, "kind"), "due"))
            node_set_text(a, n, "what", period_title_of(c, node_text(n, "what")));
        node_set_text(a, n, "step_title", step_title_of(f, node_text(n, "step")));
        node_set_bool(a, n, "lapsed", node_bool(n, "lapsed", false));
    }
}

bool api_matter_calendar(Req *rq, Err *e) {
    const CalendarQuery *q = req_query(rq);
    Arena *a = req_arena(rq);
    const Content *c = req_snapshot(rq)->content;
    MatterActor who = matter_actor(rq);
    MatterQuery conditions = matter_query_of(&q->conditions);
    const Node *days;
    Node *n;

    if (q->to < q->from || q->to - q->from > CALENDAR_DAYS)
        return err_set(e, ERR_INVALID, "?to", "末日应当在首日之后，最多 %d 天", CALENDAR_DAYS);
    n = matter_calendar(req_office(rq)->store, c, &who, &conditions, q->from, q->to, a, e);
    days = n != NULL ? node_get(n, "days") : NULL;
    for (size_t i = 0; days != NULL && i < days->count; i++)
        day_shown(days->items[i], c, a);
    return reply_node(rq, n);
}

/* --- figures ---------------------------------------------------------------------------------- */

/* What opens the rows of a figure in the list. */
static void put_query(Node *n, const FiguresQuery *in, Str flow, const char *key, Str value,
                      const char *state, Arena *a) {
    Node *q = node_map(a);

    node_set_text(a, q, "flow", flow);
    if (state != NULL)
        node_set_text(a, q, "state", str_of(state));
    if (key != NULL)
        node_set_text(a, q, key, value);
    if (in->organisation != 0)
        node_set_text(a, q, "organisation", str_format(a, "%lld", (long long)in->organisation));
    node_set(a, n, "query", q);
}

static Node *figure(const Node *from, const char *key, Arena *a) {
    Node *n = node_map(a);

    node_set_int(a, n, "count", node_int(from, key, 0));
    return n;
}

static Node *flow_figures(const Node *from, const FiguresQuery *in, const Content *c, Arena *a) {
    Str id = node_text(from, "flow");
    Err unknown = {0};
    const Flow *f = content_flow(c, id, &unknown);
    const Node *outcomes = node_get(from, "outcomes"), *steps = node_get(from, "steps");
    Node *n = node_map(a), *open = figure(from, "open", a), *closed = figure(from, "closed", a),
         *overdue = figure(from, "overdue", a);

    put_query(open, in, id, NULL, id, NULL, a);
    put_query(closed, in, id, NULL, id, "closed", a);
    put_query(overdue, in, id, "due", STR("lapsed"), NULL, a);
    for (size_t i = 0; i < outcomes->count; i++) {
        Str value = node_text(outcomes->items[i], "value");

        node_set_text(a, outcomes->items[i], "title", outcome_title_of(f, value));
        put_query(outcomes->items[i], in, id, "outcome", value, "closed", a);
    }
    for (size_t i = 0; i < steps->count; i++) {
        Str value = node_text(steps->items[i], "value");

        node_set_text(a, steps->items[i], "title", step_title_of(f, value));
        put_query(steps->items[i], in, id, "step", value, NULL, a);
    }
    node_set_text(a, n, "flow", id);
    node_set_text(a, n, "title", f != NULL ? f->title : id);
    node_set_text(a, n, "group", f != NULL ? f->group : STR("其他"));
    node_set(a, n, "open", open);
    node_set(a, n, "closed", closed);
    node_set(a, n, "overdue", overdue);
    node_set(a, n, "outcomes", (Node *)(uintptr_t)outcomes);
    node_set(a, n, "steps", (Node *)(uintptr_t)steps);
    return n;
}

bool api_matter_figures(Req *rq, Err *e) {
    const FiguresQuery *q = req_query(rq);
    Arena *a = req_arena(rq);
    const Content *c = req_snapshot(rq)->content;
    Node *n = node_map(a), *flows = node_list(a),
         *counted = matter_figures(req_office(rq)->store, q->flow, q->organisation, a, e);

    if (counted == NULL)
        return false;
    for (size_t i = 0; i < counted->count; i++)
        node_add(a, flows, flow_figures(counted->items[i], q, c, a));
    node_set(a, n, "flows", flows);
    return reply_node(rq, n);
}
