/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/matter_desk_api.c: 工作台: what waits for the person, what to do first, what is new. */
#include "http/clue_rows.h"
#include "http/matter_api.h"
#include "http/matter_words.h"

#include "base/citizen_text.h"

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
    return put_clues(rq, desk, e) && reply_node(rq, desk);
}
