/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/matter_contents_api.c: matters in a list together with what stands in them: who takes part,
 * what was filled in, the day that lies ahead, and how far their parts are. For pages that show a
 * few whole matters side by side: meetings with their resolutions, campaigns with their units. */
#include "http/matter_api.h"
#include "http/matter_shown.h"

#include "flow/figures.h"
#include "flow/statistics.h"

typedef struct Contents {
    Req *rq;
    Arena *a;
    Store *store;
    const Content *content;
    Names names;
    Node *items;
} Contents;

static Node *parties_of_state(const Contents *c, const Flow *f, const MatterState *m) {
    Node *list = node_list(c->a);

    for (size_t i = 0; i < m->parties.count; i++) {
        const MatterParty *p = &((const MatterParty *)m->parties.items)[i];
        const FlowParty *of = flow_party(f, p->party);
        Node *n = node_map(c->a);

        if (p->until.len != 0)
            continue;
        node_set_int(c->a, n, "id", p->id);
        node_set_text(c->a, n, "party", p->party);
        node_set_text(c->a, n, "title", of != NULL ? of->title : p->party);
        node_set_int(c->a, n, "organisation", p->organisation);
        node_set_text(c->a, n, "since", p->since);
        node_add(c->a, list, n);
    }
    return list;
}

/* The first day or hour of the flow that may lie ahead: when the meeting is. */
static void put_day(const Contents *c, Node *n, const Flow *f, const MatterState *m) {
    for (size_t i = 0; i < f->fields.count; i++) {
        const Field *field = &flow_fields(f)[i];
        Str value = matter_appointment(field) ? flow_value_of(f, m, field->field) : (Str){NULL, 0};

        if (value.len == 0)
            continue;
        node_set_text(c->a, n, "day", value);
        node_set_text(c->a, n, "day_title", field->title);
        return;
    }
}

/* What it is about, in the words that title it; a title is older than what was filled in since. */
static void put_name(const Contents *c, Node *n, const Flow *f, const MatterState *m) {
    const Field *field = f->title_field.len != 0 ? flow_field(f, f->title_field) : NULL;
    Str value = field != NULL ? flow_value_of(f, m, field->field) : (Str){NULL, 0};
    bool masked;

    if (value.len != 0)
        node_set_text(c->a, n, "name", value_shown(c->content, c->a, field, value, &masked));
}

static Node *part_of(Arena *a, Node *list, const Content *c, Str flow, Str whole) {
    Node *n = node_map(a), *q = node_map(a);

    for (size_t i = 0; i < list->count; i++)
        if (str_eq(node_text(list->items[i], "flow"), flow))
            return list->items[i];
    node_set_text(a, q, "subject", whole);
    node_set_text(a, q, "flow", flow);
    node_set_text(a, q, "state", STR("all"));
    node_set_text(a, n, "flow", flow);
    node_set_text(a, n, "title", flow_title_of(c, flow));
    node_set_int(a, n, "count", 0);
    node_set_int(a, n, "open", 0);
    node_set_int(a, n, "lapsed", 0);
    node_set(a, n, "query", q);
    node_add(a, list, n);
    return n;
}

static void more(Arena *a, Node *n, const char *key, int64_t count) {
    node_set_int(a, n, key, node_int(n, key, 0) + count);
}

/* By flow: how many, how many of them go on, and of those how many are late. */
static bool put_parts(const Contents *c, Node *n, Str id, Err *e) {
    const Node *groups = matter_parts(c->store, id, c->a, e);
    Node *list = node_list(c->a);

    for (size_t i = 0; groups != NULL && i < groups->count; i++) {
        const Node *g = groups->items[i];
        Node *part = part_of(c->a, list, c->content, node_text(g, "flow"), id);
        Str state = node_text(g, "state");
        int64_t count = node_int(g, "count", 0);

        more(c->a, part, "count", count);
        if (!str_is(state, "open") && !str_is(state, "suspended"))
            continue;
        more(c->a, part, "open", count);
        if (node_int(g, "lapsed", 0) != 0)
            more(c->a, part, "lapsed", count);
    }
    node_set(c->a, n, "parts", list);
    return groups != NULL;
}

/* What went out of sight since the list was read is left out. */
static bool add_one(Contents *c, Node *item, Err *e) {
    Str id = node_text(item, "id");
    Err hidden = {0};
    const MatterState *m = matter_get(c->store, id, 0, c->a, &hidden);
    const Flow *f = m != NULL ? matter_flow(c->store, c->content, m, c->a, e) : NULL;
    Node *n = node_map(c->a), *parties;

    if (m == NULL)
        return true;
    if (f == NULL || !put_parts(c, n, id, e))
        return false;
    parties = parties_of_state(c, f, m);
    for (size_t i = 0; i < parties->count; i++)
        names_want_house(&c->names, c->a, node_int(parties->items[i], "organisation", 0));
    names_want(&c->names, c->a, node_text(item, "actor"));
    names_want_house(&c->names, c->a, node_int(item, "organisation", 0));
    node_set(c->a, n, "matter", item);
    node_set(c->a, n, "parties", parties);
    node_set(c->a, n, "values", values_shown(c->content, f, m, 0, c->a));
    put_name(c, n, f, m);
    put_day(c, n, f, m);
    node_add(c->a, c->items, n);
    return true;
}

static void name_all(const Contents *c) {
    for (size_t i = 0; i < c->items->count; i++) {
        const Node *parties = node_get(c->items->items[i], "parties");
        Node *item = (Node *)(uintptr_t)node_get(c->items->items[i], "matter");

        matter_item_shown(item, c->content, &c->names, c->a);
        for (size_t k = 0; k < parties->count; k++)
            node_set_text(
                c->a, parties->items[k], "organisation_name",
                house_of(&c->names, c->a, node_int(parties->items[k], "organisation", 0)));
    }
}

bool api_matter_contents(Req *rq, Err *e) {
    Contents c = {.rq = rq,
                  .a = req_arena(rq),
                  .store = req_office(rq)->store,
                  .content = req_snapshot(rq)->content};
    MatterActor who = matter_actor(rq);
    MatterQuery q = matter_query_of(req_query(rq));
    const Node *page = matter_list(c.store, c.content, &who, &q, c.a, e);
    const Node *items = page != NULL ? node_get(page, "items") : NULL;
    Node *out = node_map(c.a);

    if (items == NULL)
        return false;
    c.items = node_list(c.a);
    names_begin(&c.names, c.a);
    for (size_t i = 0; i < items->count; i++)
        if (!add_one(&c, items->items[i], e))
            return false;
    if (!names_read(&c.names, c.store, c.a, e))
        return false;
    name_all(&c);
    node_set_int(c.a, out, "total", node_int(page, "total", 0));
    node_set(c.a, out, "items", c.items);
    if (node_text(page, "next").len != 0)
        node_set_text(c.a, out, "next", node_text(page, "next"));
    return reply_node(rq, out);
}
