/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/clue_life_api.c: clues by hand, what is done to clues, what looks alike, the pool. */
#include <string.h>

#include "clue/life.h"
#include "http/clue_life_routes.h"
#include "http/inside.h"
#include "http/run_rows.h"

static MatterActor actor_of(Req *rq) {
    return (MatterActor){.login = req_view(rq)->login, .rights = rq->rights};
}

bool api_clue_create(Req *rq, Err *e) {
    const ClueIn *in = req_body(rq);
    Arena *a = req_arena(rq);
    MatterActor who = actor_of(rq);
    Node *n = node_map(a);
    ClueNew new_ = {.source = in->source,
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
    Str id;

    if (!clue_register_by_hand(req_office(rq)->store, req_snapshot(rq)->content,
                               req_office(rq)->keys, &who, &new_, a, &id, e))
        return false;
    node_set_text(a, n, "id", id);
    return reply_node(rq, n);
}

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
    MatterActor who = actor_of(rq);
    int64_t *receivers = arena_array_of(a, in->receivers.count + 1, int64_t), revision, now;
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
                   .values = in->values};

    for (size_t i = 0; i < in->receivers.count; i++)
        receivers[i] = given[i].organisation;
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

bool api_clue_life_get(Req *rq, Err *e) {
    MatterActor who = actor_of(rq);
    Node *n = clue_life(req_office(rq)->store, req_snapshot(rq)->content, &who, req_param(rq, 0),
                        req_arena(rq), e);

    if (n != NULL)
        return reply_node(rq, n);
    return e->code == ERR_NONE ? err_set(e, ERR_BUSY, NULL, "线索正在纳入管理，请稍后再打开")
                               : false;
}

bool api_clue_similar(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    Node *list = clue_similar(req_office(rq)->store, req_param(rq, 0), a, e), *n = node_map(a);

    if (list == NULL)
        return false;
    node_set_int(a, n, "total", (int64_t)list->count);
    node_set(a, n, "items", list);
    return reply_node(rq, n);
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
