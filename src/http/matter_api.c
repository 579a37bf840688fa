/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/matter_api.c: lists of matters, beginning one, acting on it, talking about it. What a person
 * may do is judged by the act; what he sees, by the store. */
#include "http/matter_api.h"
#include "http/matter_shown.h"

#include <string.h>

#include "base/citizen_text.h"
#include "content/period.h"

/* --- the list --------------------------------------------------------------------------------- */

MatterQuery matter_query_of(const MatterListQuery *q) {
    return (MatterQuery){.flow = q->flow,
                         .state = q->state,
                         .outcome = q->outcome,
                         .step = q->step,
                         .level = q->level,
                         .party = q->party,
                         .text = q->text,
                         .subject = q->subject,
                         .case_number = q->case_number,
                         .due = q->due,
                         .sort = q->sort,
                         .mine = q->mine,
                         .opened_from = q->opened_from,
                         .opened_to = q->opened_to,
                         .closed_from = q->closed_from,
                         .closed_to = q->closed_to,
                         .due_from = q->due_from,
                         .due_to = q->due_to,
                         .in_time = q->in_time,
                         .cursor = q->cursor,
                         .organisation = q->organisation,
                         .limit = q->limit};
}

void matter_item_shown(Node *item, const Content *c, const Names *names, Arena *a) {
    Err unknown = {0};
    Str flow = node_text(item, "flow"), due = node_text(item, "due");
    const Flow *f = content_flow(c, flow, &unknown);

    node_set_text(a, item, "flow_title", f != NULL ? f->title : flow);
    node_set_text(a, item, "title", citizen_id_safe(a, node_text(item, "title")));
    node_set_text(a, item, "state_title",
                  matter_word(matter_state_words, node_text(item, "state")));
    node_set_text(a, item, "level_title",
                  matter_word(matter_level_words, node_text(item, "level")));
    node_set_text(a, item, "outcome_title", outcome_title_of(f, node_text(item, "outcome")));
    node_set_text(a, item, "actor_name", name_of(names, node_text(item, "actor")));
    node_set_text(a, item, "organisation_name",
                  house_of(names, a, node_int(item, "organisation", 0)));
    node_set(a, item, "steps", steps_shown(f, a, node_text(item, "steps")));
    node_set_text(a, item, "due_on", due_day(a, due));
    node_set_bool(a, item, "lapsed", node_int(item, "lapsed", 0) != 0);
}

static bool items_shown(Req *rq, const Node *items, Err *e) {
    Arena *a = req_arena(rq);
    Names names;

    names_begin(&names, a);
    for (size_t i = 0; i < items->count; i++) {
        names_want(&names, a, node_text(items->items[i], "actor"));
        names_want_house(&names, a, node_int(items->items[i], "organisation", 0));
    }
    if (!names_read(&names, req_office(rq)->store, a, e))
        return false;
    for (size_t i = 0; i < items->count; i++)
        matter_item_shown(items->items[i], req_snapshot(rq)->content, &names, a);
    return true;
}

static Str facet_title(const Content *c, const Flow *f, const char *facet, Str value) {
    return strcmp(facet, "flow") == 0    ? flow_title_of(c, value)
           : strcmp(facet, "step") == 0  ? step_title_of(f, value)
           : strcmp(facet, "state") == 0 ? matter_word(matter_state_words, value)
                                         : matter_word(matter_level_words, value);
}

static void facets_shown(Req *rq, const Node *facets, Str flow) {
    static const char *const keys[] = {"state", "flow", "level", "step", NULL};
    Arena *a = req_arena(rq);
    const Content *c = req_snapshot(rq)->content;
    Err unknown = {0};
    const Flow *f = flow.len != 0 ? content_flow(c, flow, &unknown) : NULL;

    for (size_t k = 0; keys[k] != NULL; k++) {
        const Node *list = node_get(facets, keys[k]);

        for (size_t i = 0; list != NULL && i < list->count; i++)
            node_set_text(a, list->items[i], "title",
                          facet_title(c, f, keys[k], node_text(list->items[i], "value")));
    }
}

bool api_matter_list(Req *rq, Err *e) {
    const MatterListQuery *in = req_query(rq);
    MatterActor who = matter_actor(rq);
    MatterQuery q = matter_query_of(in);
    Node *page =
        matter_list(req_office(rq)->store, req_snapshot(rq)->content, &who, &q, req_arena(rq), e);

    if (page == NULL || !items_shown(rq, node_get(page, "items"), e))
        return false;
    facets_shown(rq, node_get(page, "facets"), q.flow);
    return reply_node(rq, page);
}

/* --- beginning -------------------------------------------------------------------------------- */

static const Node *links_of_body(Arena *a, const BindList *links) {
    Node *list = node_list(a);

    for (size_t i = 0; i < links->count; i++) {
        const LinkIn *l = &((const LinkIn *)links->items)[i];
        Node *n = node_map(a);

        node_set_text(a, n, "kind", l->kind);
        node_set_text(a, n, "target", l->target);
        node_add(a, list, n);
    }
    return list->count != 0 ? list : NULL;
}

static bool is_map(const Node *n, const char *where, const char *what, Err *e) {
    return n == NULL || n->kind == NODE_MAP || n->kind == NODE_NULL ||
           err_set(e, ERR_INVALID, where, "%s应当是一个对象", what);
}

static const Node *given(const Node *n) {
    return n != NULL && n->kind == NODE_MAP ? n : NULL;
}

bool api_matter_create(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const MatterIn *in = req_body(rq);
    MatterActor who = matter_actor(rq);
    MatterNew made = {.flow = in->flow,
                      .title = in->title,
                      .level = in->level,
                      .organisation = in->organisation,
                      .parties = given(in->parties),
                      .values = given(in->values),
                      .links = links_of_body(a, &in->links),
                      .sealed = in->sealed};
    const MatterState *m;
    Node *n = node_map(a);
    Str id;

    if (!is_map(in->parties, "/parties", "参与单位（parties）", e) ||
        !is_map(in->values, "/values", "填写的内容（values）", e) ||
        !matter_begin(req_office(rq)->store, req_snapshot(rq)->content, &who, &made, a, &id, e))
        return false;
    m = matter_get(req_office(rq)->store, id, 0, a, e);
    if (m == NULL)
        return false;
    node_set_text(a, n, "id", id);
    node_set_text(a, n, "number", m->number);
    node_set_int(a, n, "revision", m->revision);
    return reply_node(rq, n);
}

/* --- acting ----------------------------------------------------------------------------------- */

static bool verb_of(Str name, int *out, Err *e) {
    for (const BindName *n = flow_verb_names; n->name != NULL; n++)
        if (str_is(name, n->name)) {
            *out = n->value;
            return true;
        }
    return err_set(e, ERR_INVALID, "/verb", "没有这种操作");
}

/* "17", W/"17" or 17. 0: not said. */
static bool revision_wanted(const Req *rq, const ActIn *in, int64_t *out, Err *e) {
    Str tag = req_header(rq, MHD_HTTP_HEADER_IF_MATCH);

    *out = in->revision;
    if (tag.len == 0 || str_is(tag, "*"))
        return true;
    if (str_starts(tag, STR("W/")))
        tag = str_slice(tag, 2, tag.len);
    if (tag.len >= 2 && tag.ptr[0] == '"' && tag.ptr[tag.len - 1] == '"')
        tag = str_slice(tag, 1, tag.len - 1);
    return (str_to_int(tag, out) && *out > 0) ||
           err_set(e, ERR_INVALID, "If-Match", "If-Match 应当写打开时的版次（revision）");
}

static bool act_of(const Req *rq, const ActIn *in, FlowAct *act, Err *e) {
    *act = (FlowAct){.actor = req_view(rq)->login,
                     .organisation = in->organisation,
                     .task = in->task,
                     .action = in->action,
                     .target = in->target,
                     .to_organisation = in->to_organisation,
                     .to_role = in->to_role,
                     .to_login = in->to_login,
                     .values = given(in->values),
                     .reason = in->reason,
                     .note = in->note,
                     .more = given(in->more)};
    return verb_of(in->verb, &act->verb, e) &&
           /* Files come by their own route, with their content. */
           (act->verb != VERB_FILE ||
            err_set(e, ERR_INVALID, "/verb", "材料请用“上传材料”送来，不能只登记")) &&
           is_map(in->values, "/values", "填写的内容（values）", e) &&
           is_map(in->more, "/more", "补充内容（more）", e);
}

bool api_matter_act(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const ActIn *in = req_body(rq);
    MatterActor who = matter_actor(rq);
    int64_t revision, now = 0;
    FlowAct act;
    Node *n = node_map(a);

    if (!revision_wanted(rq, in, &revision, e) || !act_of(rq, in, &act, e))
        return false;
    if (!matter_act(req_office(rq)->store, req_snapshot(rq)->content, &who, req_param(rq, 0),
                    revision, &act, a, &now, e)) {
        if (e->code == ERR_CONFLICT && strcmp(e->where, "/revision") == 0 &&
            req_header(rq, MHD_HTTP_HEADER_IF_MATCH).len != 0)
            e->code = ERR_PRECONDITION;
        return false;
    }
    node_set_int(a, n, "revision", now);
    return reply_node(rq, n);
}

bool api_matter_preview(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    MatterActor who = matter_actor(rq);
    FlowAct act;
    Node *n = node_map(a), *told;

    if (!act_of(rq, req_body(rq), &act, e))
        return false;
    told = matter_preview(req_office(rq)->store, req_snapshot(rq)->content, &who, req_param(rq, 0),
                          &act, a, e);
    if (told == NULL)
        return false;
    for (size_t i = 0; i < told->count; i++)
        told->items[i] = node_of_text(a, citizen_id_safe(a, told->items[i]->text));
    node_set(a, n, "consequences", told);
    return reply_node(rq, n);
}

/* --- why on that day -------------------------------------------------------------------------- */

bool api_matter_why(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    PeriodExplanation why = {0};
    scoped_buf Buf json;
    int64_t clock;

    buf_init(&json, (size_t)4 << 20);
    if (!req_param_int(rq, 1, &clock, e) ||
        !matter_why(req_office(rq)->store, req_snapshot(rq)->content, req_param(rq, 0), clock, a,
                    &why, e))
        return false;
    bind_write(period_explanation_rows, &why, &json);
    return reply_node(rq, json_read(a, str_dup(a, buf_str(&json)), e));
}

/* --- who can be given work -------------------------------------------------------------------- */

typedef struct Holders {
    Arena *arena;
    const Node *houses;
    Node *rows;
} Holders;

static bool holders_read(Tx *tx, void *context, Err *e) {
    Holders *h = context;
    Arg *args = arena_array_of(h->arena, h->houses->count, Arg);
    scoped_buf Buf sql;

    buf_init(&sql, 1 << 16);
    buf_add_c(&sql, "SELECT p.login, a.name, p.organisation, o.name AS organisation_name, p.role "
                    "FROM appointment p JOIN account a ON a.login = p.login JOIN organisation o ON "
                    "o.organisation = p.organisation WHERE p.until IS NULL AND a.state = 'active' "
                    "AND p.organisation IN (");
    for (size_t i = 0; i < h->houses->count; i++) {
        args[i] = ARG_OF_INT(h->houses->items[i]->integer);
        buf_addf(&sql, "%s$%zu", i != 0 ? "," : "", i + 1);
    }
    buf_add_c(&sql, ") ORDER BY p.organisation, p.appointment LIMIT 500");
    h->rows = tx_rows_text(tx, h->arena, buf_str(&sql), args, h->houses->count, e);
    return h->rows != NULL;
}

/* Roles that let nobody act on matters are left out. */
static bool acts(const Content *c, Str name) {
    Err unknown = {0};
    const Role *role = content_role(c, name, &unknown);

    for (size_t i = 0; role != NULL && i < role->rules.count; i++)
        if (role_rules(role)[i].permission == PERMISSION_MATTER_ACT)
            return true;
    return false;
}

bool api_matter_people(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const Content *c = req_snapshot(rq)->content;
    Store *s = req_office(rq)->store;
    const MatterState *m = matter_get(s, req_param(rq, 0), 0, a, e);
    Names houses;
    Holders h = {.arena = a};
    Node *n = node_map(a), *items = node_list(a);

    if (m == NULL)
        return false;
    names_begin(&houses, a);
    for (size_t i = 0; i < m->parties.count; i++)
        if (((const MatterParty *)m->parties.items)[i].until.len == 0)
            names_want_house(&houses, a, ((const MatterParty *)m->parties.items)[i].organisation);
    h.houses = houses.organisations;
    h.rows = node_list(a);
    if (h.houses->count != 0 && !store_read(s, holders_read, &h, e))
        return false;
    for (size_t i = 0; i < h.rows->count; i++) {
        Str role = node_text(h.rows->items[i], "role");

        if (!acts(c, role))
            continue;
        node_set_text(a, h.rows->items[i], "role_title", role_title_by(c, role, a));
        node_add(a, items, h.rows->items[i]);
    }
    node_set_int(a, n, "total", (int64_t)items->count);
    node_set(a, n, "items", items);
    return reply_node(rq, n);
}

/* --- the conversation ------------------------------------------------------------------------- */

static Str step_of(const MatterState *m, const Flow *f, int64_t id) {
    const MatterStep *steps = m->steps.items;

    for (size_t i = 0; i < m->steps.count; i++)
        if (steps[i].id == id)
            return step_title_of(f, steps[i].step);
    return (Str){NULL, 0};
}

static Node *conversation(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const Content *c = req_snapshot(rq)->content;
    Store *s = req_office(rq)->store;
    Str id = req_param(rq, 0);
    MatterActor who = matter_actor(rq);
    const MatterState *m = matter_get(s, id, 0, a, e);
    const Flow *f = m != NULL ? matter_flow(s, c, m, a, e) : NULL;
    const Node *detail = f != NULL ? matter_detail(s, c, &who, id, a, e) : NULL;
    Node *list = detail != NULL ? (Node *)(uintptr_t)node_get(detail, "messages") : NULL;
    Names names;

    if (list == NULL)
        return NULL;
    names_begin(&names, a);
    for (size_t i = 0; i < list->count; i++)
        names_want(&names, a, node_text(list->items[i], "actor"));
    if (!names_read(&names, s, a, e))
        return NULL;
    for (size_t i = 0; i < list->count; i++) {
        Node *one = list->items[i];
        int64_t step = node_int(one, "step_id", 0);

        if (step != 0) {
            node_set_int(a, one, "step", step);
            node_set_text(a, one, "step_title", step_of(m, f, step));
        }
        node_set_text(a, one, "text", citizen_id_safe(a, node_text(one, "text")));
        node_set_text(a, one, "actor_name", name_of(&names, node_text(one, "actor")));
    }
    return list;
}

bool api_matter_messages(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    Node *n = node_map(a), *list = conversation(rq, e);

    if (list == NULL)
        return false;
    node_set_int(a, n, "total", (int64_t)list->count);
    node_set(a, n, "items", list);
    return reply_node(rq, n);
}

bool api_matter_say(Req *rq, Err *e) {
    const MessageIn *in = req_body(rq);
    MatterActor who = matter_actor(rq);
    int64_t number = 0;
    const Node *list;

    if (!matter_say(req_office(rq)->store, req_snapshot(rq)->content, &who, req_param(rq, 0),
                    in->step, in->text, &number, e))
        return false;
    list = conversation(rq, e);
    for (size_t i = 0; list != NULL && i < list->count; i++)
        if (node_int(list->items[i], "number", 0) == number)
            return reply_node(rq, list->items[i]);
    return list != NULL && err_set(e, ERR_NOT_FOUND, NULL, "没有这件事项，请核对编号");
}
