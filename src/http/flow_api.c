/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/flow_api.c: flows as the page needs them: the menu, forms, the diagram, and the proof of a
 * text. */
#include "http/matter_api.h"
#include "http/matter_inputs.h"
#include "http/matter_words.h"

/* --- the menu --------------------------------------------------------------------------------- */

/* The person may begin matters, in a role that the flow lets begin. */
static bool may_begin(const Rights *r, const Flow *f) {
    for (size_t i = 0; i < r->count; i++) {
        bool role = f->starters.count == 0;

        for (size_t k = 0; k < f->starters.count; k++)
            role |= str_eq(((const Str *)f->starters.items)[k], r->rights[i].role);
        if (role && r->rights[i].rule->permission == PERMISSION_MATTER_START)
            return true;
    }
    return false;
}

static int64_t counted(const Node *facet, Str flow) {
    for (size_t i = 0; facet != NULL && i < facet->count; i++)
        if (str_eq(node_text(facet->items[i], "value"), flow))
            return node_int(facet->items[i], "count", 0);
    return 0;
}

/* {flow: count} of the matters the person sees, as the list counts them. */
static const Node *open_by_flow(Req *rq, const char *mine, Err *e) {
    MatterActor who = matter_actor(rq);
    MatterQuery q = {.mine = str_of(mine), .limit = 1};
    const Node *page =
        matter_list(req_office(rq)->store, req_snapshot(rq)->content, &who, &q, req_arena(rq), e);

    return page != NULL ? node_get(node_get(page, "facets"), "flow") : NULL;
}

/* Flows of sub-matters, each once. */
static Node *parts_of_flow(const Flow *f, Arena *a) {
    Node *list = node_list(a);

    for (size_t i = 0; i < f->steps.count; i++)
        for (size_t k = 0; k < flow_steps(f)[i].actions.count; k++) {
            const BindList *begins = &step_actions(&flow_steps(f)[i])[k].begins;

            for (size_t m = 0; m < begins->count; m++) {
                Str id = ((const FlowBegin *)begins->items)[m].flow;
                bool there = false;

                for (size_t n = 0; n < list->count && !there; n++)
                    there = str_eq(list->items[n]->text, id);
                if (!there)
                    node_add(a, list, node_of_text(a, id));
            }
        }
    return list;
}

static Node *item_shown(const Req *rq, const Flow *f, const Node *open, const Node *mine) {
    Arena *a = req_arena(rq);
    Node *n = node_map(a), *begins = node_list(a);

    for (size_t i = 0; i < f->begins_as.count; i++)
        node_add(a, begins, node_of_text(a, ((const Str *)f->begins_as.items)[i]));
    node_set_text(a, n, "flow", f->flow);
    node_set_text(a, n, "title", f->title);
    node_set_text(a, n, "group", f->group);
    node_set_text(a, n, "help", f->help);
    node_set_text(a, n, "version", f->version);
    node_set_bool(a, n, "review", f->review);
    node_set_bool(a, n, "may_begin", may_begin(rq->rights, f));
    node_set_int(a, n, "open", counted(open, f->flow));
    node_set_int(a, n, "mine", counted(mine, f->flow));
    node_set(a, n, "begins_as", begins);
    node_set_text(a, n, "page", str_of(flow_page_names[f->page].name));
    node_set(a, n, "parts", parts_of_flow(f, a));
    return n;
}

/* Groups in the order in which their first flow comes. */
static size_t group_rank(const Content *c, Str group) {
    size_t i = 0;

    while (i < content_flow_count(c) && !str_eq(content_flow_at(c, i)->group, group))
        i++;
    return i;
}

bool api_flow_list(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const Content *c = req_snapshot(rq)->content;
    bool reads = rights_allow(rq->rights, PERMISSION_MATTER_READ);
    const Node *open = reads ? open_by_flow(rq, "", e) : node_list(a);
    const Node *mine = open == NULL ? NULL : reads ? open_by_flow(rq, "task", e) : open;
    Node *n = node_map(a), *items = node_list(a);
    size_t count = content_flow_count(c);

    if (mine == NULL)
        return false;
    for (size_t rank = 0; rank < count; rank++)
        for (size_t i = 0; i < count; i++)
            if (group_rank(c, content_flow_at(c, i)->group) == rank)
                node_add(a, items, item_shown(rq, content_flow_at(c, i), open, mine));
    node_set_int(a, n, "total", (int64_t)items->count);
    node_set(a, n, "items", items);
    return reply_node(rq, n);
}

/* --- one flow --------------------------------------------------------------------------------- */

static Node *texts(Arena *a, const BindList *list) {
    Node *out = node_list(a);

    for (size_t i = 0; i < list->count; i++)
        node_add(a, out, node_of_text(a, ((const Str *)list->items)[i]));
    return out;
}

static Node *parties_shown(const Flow *f, Arena *a) {
    Node *list = node_list(a);

    for (size_t i = 0; i < f->parties.count; i++) {
        const FlowParty *p = &flow_parties(f)[i];
        Node *n = node_map(a);

        node_set_text(a, n, "party", p->party);
        node_set_text(a, n, "title", p->title);
        node_set_text(a, n, "help", p->help);
        node_set(a, n, "kinds", texts(a, &p->kinds));
        node_set_bool(a, n, "starter", p->starter);
        node_set_bool(a, n, "required", p->required);
        node_set_bool(a, n, "many", p->many);
        node_set_text(a, n, "leader_of", p->leader_of);
        node_add(a, list, n);
    }
    return list;
}

static Node *basis_shown(Arena *a, const BindList *basis) {
    Node *list = node_list(a);

    for (size_t i = 0; i < basis->count; i++) {
        const Basis *b = &((const Basis *)basis->items)[i];
        Node *n = node_map(a);

        node_set_text(a, n, "law", b->law);
        node_set_text(a, n, "article", b->article);
        node_set_text(a, n, "note", b->note);
        node_set_text(a, n, "status", b->status);
        node_set_bool(a, n, "review", b->review);
        node_add(a, list, n);
    }
    return list;
}

static Node *owners_shown(const Content *c, const Flow *f, Arena *a, const BindList *by) {
    Node *list = node_list(a);

    for (size_t i = 0; i < by->count; i++) {
        const FlowOwner *o = &((const FlowOwner *)by->items)[i];
        const FlowParty *p = flow_party(f, o->party);
        Node *n = node_map(a);

        node_set_text(a, n, "party", o->party);
        node_set_text(a, n, "party_title", p != NULL ? p->title : o->party);
        node_set_text(a, n, "role", o->role);
        node_set_text(a, n, "role_title", role_title_by(c, o->role, a));
        node_set_text(a, n, "department", o->department);
        node_add(a, list, n);
    }
    return list;
}

static Node *actions_shown(const Flow *f, Arena *a, const FlowStep *s) {
    Node *list = node_list(a);

    for (size_t i = 0; i < s->actions.count; i++) {
        const FlowAction *act = &step_actions(s)[i];
        Node *n = node_map(a), *to = node_list(a);

        for (size_t k = 0; k < act->to.count; k++)
            node_add(a, to, steps_shown(f, a, ((const Str *)act->to.items)[k])->items[0]);
        node_set_text(a, n, "action", act->action);
        node_set_text(a, n, "title", act->title);
        node_set_text(a, n, "help", act->help);
        node_set(a, n, "to", to);
        node_set_text(a, n, "closes", act->closes);
        if (act->closes.len != 0)
            node_set_text(a, n, "closes_title", outcome_title_of(f, act->closes));
        node_set_bool(a, n, "back", act->back);
        node_add(a, list, n);
    }
    return list;
}

static Node *periods_shown(const Content *c, Arena *a, const BindList *within) {
    Node *list = node_list(a);

    for (size_t i = 0; i < within->count; i++) {
        const FlowClock *clock = &((const FlowClock *)within->items)[i];
        Node *n = node_map(a);

        node_set_text(a, n, "period", clock->period);
        node_set_text(a, n, "title", period_title_of(c, clock->period));
        node_set_text(a, n, "from", clock->from);
        node_add(a, list, n);
    }
    return list;
}

static Node *flow_steps_shown(const Content *c, const Flow *f, Arena *a) {
    Node *list = node_list(a);

    for (size_t i = 0; i < f->steps.count; i++) {
        const FlowStep *s = &flow_steps(f)[i];
        Node *n = node_map(a);

        node_set_text(a, n, "step", s->step);
        node_set_text(a, n, "title", s->title);
        node_set_text(a, n, "help", s->help);
        node_set(a, n, "by", owners_shown(c, f, a, &s->by));
        node_set(a, n, "form", form_shown(a, &s->form));
        node_set(a, n, "within", periods_shown(c, a, &s->within));
        node_set(a, n, "actions", actions_shown(f, a, s));
        node_set(a, n, "basis", basis_shown(a, &s->basis));
        node_set_bool(a, n, "review", s->review);
        node_add(a, list, n);
    }
    return list;
}

static Node *outcomes_shown(const Flow *f, Arena *a) {
    Node *list = node_list(a);

    for (size_t i = 0; i < f->outcomes.count; i++) {
        Node *n = node_map(a);

        node_set_text(a, n, "outcome", flow_outcomes(f)[i].outcome);
        node_set_text(a, n, "title", flow_outcomes(f)[i].title);
        node_set_bool(a, n, "success", flow_outcomes(f)[i].success);
        node_add(a, list, n);
    }
    return list;
}

static bool listed(const Node *form, Str field) {
    for (size_t i = 0; i < form->count; i++)
        if (str_eq(node_text(form->items[i], "field"), field))
            return true;
    return false;
}

/* What has to be said at once, and what the first step asks anyway. */
static Node *begin_shown(const Flow *f, Arena *a) {
    const FlowStep *first = flow_step(f, f->start);
    Node *list = node_list(a), *step = first != NULL ? form_shown(a, &first->form) : node_list(a);

    for (size_t i = 0; i < f->fields.count; i++) {
        const Field *field = &flow_fields(f)[i];
        bool named = str_eq(field->field, f->title_field) || str_eq(field->field, f->case_field);
        Node *n = node_map(a);

        if (!field->required && !named && !listed(step, field->field))
            continue;
        node_set_text(a, n, "field", field->field);
        node_set_bool(a, n, "required", field->required);
        node_add(a, list, n);
    }
    return list;
}

bool api_flow_get(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const Content *c = req_snapshot(rq)->content;
    const Flow *f = content_flow(c, req_param(rq, 0), e);
    Node *n = node_map(a);

    if (f == NULL)
        return false;
    node_set_text(a, n, "flow", f->flow);
    node_set_text(a, n, "title", f->title);
    node_set_text(a, n, "group", f->group);
    node_set_text(a, n, "help", f->help);
    node_set_text(a, n, "version", f->version);
    node_set_bool(a, n, "review", f->review);
    node_set_bool(a, n, "may_begin", may_begin(rq->rights, f));
    node_set_text(a, n, "start", f->start);
    node_set_text(a, n, "title_field", f->title_field);
    node_set_text(a, n, "case_field", f->case_field);
    node_set(a, n, "basis", basis_shown(a, &f->basis));
    node_set(a, n, "parties", parties_shown(f, a));
    node_set(a, n, "fields", fields_shown(f, a));
    node_set(a, n, "codes", codes_shown(f, a));
    node_set(a, n, "begin", begin_shown(f, a));
    node_set(a, n, "steps", flow_steps_shown(c, f, a));
    node_set(a, n, "outcomes", outcomes_shown(f, a));
    node_set(a, n, "diagram", flow_diagram(f, a));
    return reply_node(rq, n);
}

/* The tables a form chooses from, also those of an older version of its flow. */
bool api_code_table_get(Req *rq, Err *e) {
    const CodeTable *t = content_codes(req_snapshot(rq)->content, req_param(rq, 0), e);

    return t != NULL && reply_node(rq, table_shown(req_arena(rq), t));
}

/* --- a text that wants to be a flow ----------------------------------------------------------- */

bool api_flow_check(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const FlowCheckIn *in = req_body(rq);
    const Flow *refused = NULL;
    Node *path = NULL, *n = node_map(a), *way = node_list(a);
    Err why = {0};
    const Flow *f =
        flow_try(req_snapshot(rq)->content, a, in->text, "flow.yaml", &refused, &path, &why);
    const Flow *read = f != NULL ? f : refused;

    (void)e;
    node_set_bool(a, n, "good", f != NULL);
    if (f == NULL) {
        node_set_text(a, n, "where", str_dup(a, str_of(why.where)));
        node_set_text(a, n, "detail", str_dup(a, str_of(why.text)));
    }
    if (read != NULL) {
        node_set_text(a, n, "flow", read->flow);
        node_set_text(a, n, "title", read->title);
        node_set(a, n, "diagram", flow_diagram(read, a));
    }
    for (size_t i = 0; path != NULL && i < path->count; i++)
        node_add(a, way, steps_shown(read, a, path->items[i]->text)->items[0]);
    node_set(a, n, "path", way);
    return reply_node(rq, n);
}
