/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/clue_life_api.c: clues by hand, what is done to clues, what looks alike, the pool. */
#include <string.h>

#include "clue/life.h"
#include "http/clue_life_routes.h"
#include "base/citizen_text.h"
#include "http/inside.h"
#include "http/matter_words.h"
#include "http/run_rows.h"

static ClueNew new_of(const Req *rq, const ClueIn *in) {
    return (ClueNew){.source = in->source,
                     .title = in->title,
                     .facts = in->facts,
                     .level = in->level,
                     .suggests = in->suggests,
                     .subject_kind = in->subject_kind,
                     .subject_name = in->subject_name,
                     .subject_number = in->subject_number,
                     .case_number = in->case_number,
                     .division = in->division,
                     .event_on = node_get(rq->body_tree, "event_on") ? in->event_on : DAY_NONE,
                     .organisation = in->organisation};
}

bool api_clue_create(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    MatterActor who = matter_actor(rq);
    Node *n = node_map(a);
    ClueNew new_ = new_of(rq, req_body(rq));
    Str id;

    if (!clue_register_by_hand(req_office(rq)->store, req_snapshot(rq)->content,
                               req_office(rq)->keys, &who, &new_, a, &id, e))
        return false;
    node_set_text(a, n, "id", id);
    return reply_node(rq, n);
}

bool api_clue_options(Req *rq, Err *e) {
    Node *n = clue_options(req_snapshot(rq)->content, req_arena(rq), e);

    return n != NULL && reply_node(rq, n);
}

/* --- acts ------------------------------------------------------------------------------------- */

static bool verb_of(Str name, int *out, Err *e) {
    for (const BindName *n = clue_verb_names; n->name; n++)
        if (str_is(name, n->name)) {
            *out = n->value;
            return true;
        }
    return err_set(e, ERR_INVALID, "/verb", "没有这种操作：%.*s", STR_ARG(name));
}

/* If-Match, or `revision` of the body. */
static bool revision_wanted(const Req *rq, const ClueActIn *in, int64_t *out, Err *e) {
    Str tag = req_header(rq, "If-Match");

    *out = in->revision;
    if (tag.len >= 2 && tag.ptr[0] == '"')
        tag = str_slice(tag, 1, tag.len - 1);
    return tag.len == 0 || str_is(tag, "*") || str_to_int(tag, out) ||
           err_set(e, ERR_INVALID, "If-Match", "If-Match 应当写打开时的版次（revision）");
}

bool api_clue_act(Req *rq, Err *e) {
    const ClueActIn *in = req_body(rq);
    const ClueReceiverIn *given = in->receivers.items;
    Arena *a = req_arena(rq);
    const ClueIntoIn *into = in->into.items;
    MatterActor who = matter_actor(rq);
    int64_t *receivers = arena_array_of(a, in->receivers.count + 1, int64_t), revision, now;
    ClueInto *matters = arena_array_of(a, in->into.count + 1, ClueInto);
    Node *n = node_map(a);
    ClueAct act = {.outcome = in->outcome,
                   .reason = in->reason,
                   .note = in->note,
                   .organisation = in->organisation,
                   .department = in->department,
                   .role = in->role,
                   .login = in->login,
                   .watch = in->watch,
                   .due = node_get(rq->body_tree, "due") ? in->due : DAY_NONE,
                   .target = in->target,
                   .flow = in->flow,
                   .party = in->party,
                   .receivers = receivers,
                   .receiver_count = in->receivers.count,
                   .values = in->values,
                   .into = matters,
                   .into_count = in->into.count};

    for (size_t i = 0; i < in->receivers.count; i++)
        receivers[i] = given[i].organisation;
    for (size_t i = 0; i < in->into.count; i++)
        matters[i] = (ClueInto){.flow = into[i].flow,
                                .title = into[i].title,
                                .level = into[i].level,
                                .parties = into[i].parties,
                                .values = into[i].values};
    if (!verb_of(in->verb, &act.verb, e) || !revision_wanted(rq, in, &revision, e))
        return false;
    if (!clue_act(req_office(rq)->store, req_snapshot(rq)->content, &who, req_param(rq, 0),
                  revision, &act, a, &now, e)) {
        if (e->code == ERR_CONFLICT && strcmp(e->where, "/revision") == 0 &&
            req_header(rq, "If-Match").len != 0)
            e->code = ERR_PRECONDITION;
        return false;
    }
    node_set_int(a, n, "revision", now);
    return reply_node(rq, n);
}

/* --- one life --------------------------------------------------------------------------------- */

static void safe(Arena *a, Node *n, const char *key) {
    if (node_text(n, key).len != 0)
        node_set_text(a, n, key, citizen_id_safe(a, node_text(n, key)));
}

/* With the words of its flow, and the houses that take part in it. */
static void matter_shown(Req *rq, Node *n, const Names *names) {
    Arena *a = req_arena(rq);
    const Content *c = req_snapshot(rq)->content;
    Err unknown = {0};
    Str flow = node_text(n, "flow");
    const Flow *f = content_flow(c, flow, &unknown);
    const Node *receivers = node_get(n, "receivers");

    node_set_text(a, n, "flow_title", f != NULL ? f->title : flow);
    node_set_text(a, n, "state_title", matter_word(matter_state_words, node_text(n, "state")));
    if (node_text(n, "outcome").len != 0)
        node_set_text(a, n, "outcome_title", outcome_title_of(f, node_text(n, "outcome")));
    node_set_text(a, n, "organisation_name", house_of(names, a, node_int(n, "organisation", 0)));
    node_set(a, n, "steps", steps_shown(f, a, node_text(n, "steps")));
    node_set_text(a, n, "due_on", due_day(a, node_text(n, "due")));
    if (node_text(n, "said").len != 0)
        for (const BindName *w = clue_outcome_names; w->name != NULL; w++)
            if (str_is(node_text(n, "said"), w->name))
                node_set_text(a, n, "said_title", str_of(w->title));
    for (size_t i = 0; receivers != NULL && i < receivers->count; i++) {
        Node *r = receivers->items[i];
        const FlowParty *p = f != NULL ? flow_party(f, node_text(r, "party")) : NULL;

        node_set_text(a, r, "party_title", p != NULL ? p->title : node_text(r, "party"));
        node_set_text(a, r, "organisation_name",
                      house_of(names, a, node_int(r, "organisation", 0)));
    }
}

static void want_matters(Arena *a, Names *names, const Node *matters) {
    for (size_t i = 0; i < matters->count; i++) {
        const Node *receivers = node_get(matters->items[i], "receivers");

        names_want_house(names, a, node_int(matters->items[i], "organisation", 0));
        for (size_t k = 0; receivers != NULL && k < receivers->count; k++)
            names_want_house(names, a, node_int(receivers->items[k], "organisation", 0));
    }
}

static void want_actors(Arena *a, Names *names, const Node *rows, const char *key) {
    for (size_t i = 0; i < rows->count; i++)
        names_want(names, a, node_text(rows->items[i], key));
}

static void name_actors(Arena *a, const Names *names, const Node *rows, const char *key,
                        const char *name) {
    for (size_t i = 0; i < rows->count; i++) {
        node_set_text(a, rows->items[i], name, name_of(names, node_text(rows->items[i], key)));
        safe(a, rows->items[i], "note");
    }
}

static bool life_shown(Req *rq, Node *n, Err *e) {
    Arena *a = req_arena(rq);
    const Node *matters = node_get(n, "matters"), *flows = node_get(n, "flows");
    Names names;

    names_begin(&names, a);
    names_want(&names, a, node_text(n, "login"));
    want_matters(a, &names, matters);
    want_actors(a, &names, node_get(n, "timeline"), "actor");
    want_actors(a, &names, node_get(n, "supervisions"), "actor");
    want_actors(a, &names, node_get(n, "recusals"), "who");
    if (!names_read(&names, req_office(rq)->store, a, e))
        return false;
    if (node_text(n, "login").len != 0)
        node_set_text(a, n, "person_name", name_of(&names, node_text(n, "login")));
    for (size_t i = 0; i < matters->count; i++)
        matter_shown(rq, matters->items[i], &names);
    for (size_t i = 0; i < node_get(n, "absorbed")->count; i++)
        safe(a, node_get(n, "absorbed")->items[i], "title");
    name_actors(a, &names, node_get(n, "timeline"), "actor", "actor_name");
    name_actors(a, &names, node_get(n, "supervisions"), "actor", "actor_name");
    name_actors(a, &names, node_get(n, "recusals"), "who", "who");
    for (size_t i = 0; i < flows->count; i++) {
        const Node *values = node_get(flows->items[i], "values");

        for (size_t k = 0; k < values->count; k++)
            safe(a, values->items[k], "value");
    }
    return true;
}

bool api_clue_life_get(Req *rq, Err *e) {
    MatterActor who = matter_actor(rq);
    Node *n = clue_life(req_office(rq)->store, req_snapshot(rq)->content, &who, req_param(rq, 0),
                        req_arena(rq), e);

    if (n != NULL)
        return life_shown(rq, n, e) && reply_node(rq, n);
    return e->code == ERR_NONE ? err_set(e, ERR_BUSY, NULL, "线索正在纳入管理，请稍后再打开")
                               : false;
}

bool api_clue_earlier(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    Node *n = clue_earlier(req_office(rq), req_snapshot(rq)->content, req_param(rq, 0), a, e);
    const Node *matters = n != NULL ? node_get(n, "matters") : NULL;
    Names names;

    if (matters == NULL)
        return false;
    names_begin(&names, a);
    want_matters(a, &names, matters);
    if (!names_read(&names, req_office(rq)->store, a, e))
        return false;
    for (size_t i = 0; i < matters->count; i++)
        matter_shown(rq, matters->items[i], &names);
    node_set_int(a, n, "total", (int64_t)(matters->count + node_get(n, "rows")->count));
    return reply_node(rq, n);
}

/* --- what looks alike ------------------------------------------------------------------------- */

static bool reply_alike(Req *rq, Node *list) {
    Arena *a = req_arena(rq);
    Node *n = node_map(a);

    if (list == NULL)
        return false;
    for (size_t i = 0; i < list->count; i++)
        safe(a, list->items[i], "title");
    node_set_int(a, n, "total", (int64_t)list->count);
    node_set(a, n, "items", list);
    return reply_node(rq, n);
}

bool api_clue_similar(Req *rq, Err *e) {
    return reply_alike(rq, clue_similar(req_office(rq)->store, req_param(rq, 0), req_arena(rq), e));
}

bool api_clue_alike(Req *rq, Err *e) {
    ClueNew typed = new_of(rq, req_body(rq));

    return reply_alike(
        rq, clue_alike(req_office(rq)->store, req_office(rq)->keys, &typed, req_arena(rq), e));
}

/* --- figures ---------------------------------------------------------------------------------- */

bool api_model_outcomes(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const Snapshot *s = req_snapshot(rq);
    const Model *m = models_find(s->models, req_param(rq, 0), e);
    Node *n = m != NULL ? clue_ledger(req_office(rq)->store, s->content, model_id(m), a, e) : NULL;
    const Node *items = n != NULL ? node_get(n, "items") : NULL;

    for (size_t i = 0; items != NULL && i < items->count; i++) {
        safe(a, items->items[i], "title");
        safe(a, items->items[i], "note");
    }
    return n != NULL && reply_node(rq, n);
}

bool api_clue_pool(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    Node *n = clue_pool(req_office(rq)->store, req_snapshot(rq)->content, a, e);
    const Node *models = n != NULL ? node_get(n, "models") : NULL;

    for (size_t i = 0; models != NULL && i < models->count; i++) {
        Str model = node_text(models->items[i], "model");

        node_set_text(a, models->items[i], "title",
                      model.len ? model_title_of(req_snapshot(rq), model) : STR("人工登记和移送"));
    }
    return n != NULL && reply_node(rq, n);
}
