/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/life_convert.c: a clue becomes one matter or several in one transaction, each of its own
 * flow, with its own receivers and values; all begin or none. */
#include <inttypes.h>
#include <stdio.h>

#include "clue/life_inside.h"

#include "base/banned.h"

enum { MATTERS_MOST = 30 };

static bool may_start(const LifeWork *x, const Flow *f, int64_t organisation, Err *e) {
    const Rights *r = x->w->who->rights;

    for (size_t i = 0; r && i < r->count; i++) {
        const Right *right = &r->rights[i];
        bool role = !f->starters.count;

        for (size_t k = 0; k < f->starters.count; k++)
            role |= str_eq(((const Str *)f->starters.items)[k], right->role);
        if (role && right->rule->permission == PERMISSION_MATTER_START &&
            right->organisation == organisation)
            return true;
    }
    return !r || err_set(e, ERR_FORBIDDEN, "/flow", "现在的角色不能发起“%.*s”，请由规定的角色发起",
                         STR_ARG(f->title));
}

static void prefill(Arena *a, Node *values, Str field, Str value) {
    if (field.len && value.len && !node_text(values, str_c(a, field)).len)
        node_append(a, values, str_dup(a, field), node_of_text(a, value));
}

/* What was typed, and what the clue knows of the rest. */
static Node *values_for(const LifeWork *x, const Flow *f, const Node *typed) {
    Arena *a = x->w->arena;
    Node *values = node_map(a), *known = life_values(a, f, &x->life);

    for (size_t i = 0; typed && typed->kind == NODE_MAP && i < typed->count; i++)
        node_append(a, values, typed->keys[i], typed->items[i]);
    for (size_t i = 0; i < known->count; i++)
        prefill(a, values, known->keys[i], known->items[i]->text);
    return values;
}

Node *life_values(Arena *a, const Flow *f, const Life *l) {
    Node *values = node_map(a);
    const Subject *subjects = f->subjects.items;

    prefill(a, values, f->title_field, l->title);
    prefill(a, values, f->case_field, node_text(l->personal, "case_number"));
    for (size_t i = 0; i < f->subjects.count; i++)
        if (str_is(l->subject_kind, subject_kind_names[subjects[i].kind].name))
            prefill(a, values, subjects[i].name, l->subject_name);
    return values;
}

static void add_link(Arena *a, Node *links, const char *kind, Str target) {
    Node *n = node_map(a);

    node_set_text(a, n, "kind", str_of(kind));
    node_set_text(a, n, "target", target);
    node_add(a, links, n);
}

static Node *links_for(const LifeWork *x) {
    Arena *a = x->w->arena;
    Node *links = node_list(a);

    add_link(a, links, "clue", x->life.id);
    if (x->life.subject_key.len)
        add_link(a, links, "subject",
                 str_format(a, "%.*s:%.*s", STR_ARG(x->life.subject_kind),
                            STR_ARG(x->life.subject_key)));
    return links;
}

/* Whoever stands first among the parties that are not this house: for the clue's own record. */
static int64_t first_receiver(const Flow *f, const Node *parties) {
    for (size_t i = 0; parties && parties->kind == NODE_MAP && i < parties->count; i++) {
        const FlowParty *p = flow_party(f, parties->keys[i]);
        const Node *of = parties->items[i];
        int64_t number = 0;

        if (of->kind == NODE_LIST && of->count)
            of = of->items[0];
        if (p && !p->starter && of->kind == NODE_INT)
            number = of->integer;
        else if (p && !p->starter && of->kind == NODE_TEXT)
            str_to_int(of->text, &number);
        if (number > 0)
            return number;
    }
    return 0;
}

/* Which of several was refused stands before where: /into/1/values/facts. */
static bool refused_at(const LifeWork *x, size_t at, Err *e) {
    char where[sizeof e->where];

    if (!x->act->into_count || e->code == ERR_NONE)
        return false;
    snprintf(where, sizeof where, "/into/%zu%.*s", at, (int)(sizeof where - 30), e->where);
    snprintf(e->where, sizeof e->where, "%s", where);
    return false;
}

static bool begin_one(LifeWork *x, const ClueInto *into, Err *e) {
    Arena *a = x->w->arena;
    const Flow *f = content_flow(x->w->content, into->flow, e);
    int64_t here = node_int(x->life.tree, "organisation", 0);
    Node *item = node_map(a);
    Str matter, level = into->level;

    if (!f || !may_start(x, f, here, e))
        return false;
    if (!level.len)
        level = str_is(x->life.level, "high") ? STR("high") : STR("ordinary");
    MatterNew in = {.flow = f->flow,
                    .level = level,
                    .title = into->title,
                    .organisation = here,
                    .parties = into->parties ? into->parties : node_map(a),
                    .values = values_for(x, f, into->values),
                    .links = links_for(x),
                    .sealed = x->life.sealed != 0};

    if (!matter_start(x->w, &in, NULL, &matter, e))
        return false;
    node_set_int(a, item, "id", life_next_id(a, &x->life));
    node_set_text(a, item, "matter", matter);
    node_set_text(a, item, "flow", f->flow);
    node_set_int(a, item, "organisation", first_receiver(f, in.parties));
    node_set_bool(a, item, "ended", false);
    node_set_text(a, item, "outcome", STR(""));
    node_add(a, life_list(a, x->life.tree, "matters"), item);
    return true;
}

/* ---- one flow, a matter for each receiver ---- */

static const FlowParty *receiving(const LifeWork *x, const Flow *f, Err *e) {
    for (size_t i = 0; i < f->parties.count; i++) {
        const FlowParty *p = &flow_parties(f)[i];

        if (x->act->party.len ? str_eq(p->party, x->act->party) : life_receives(p))
            return p;
    }
    err_set(e, ERR_INVALID, "/party", "“%.*s”没有这个接收方", STR_ARG(f->title));
    return NULL;
}

bool life_receives(const FlowParty *p) {
    return !p->starter && p->required && !p->leader_of.len;
}

static bool begin_for(LifeWork *x, const Flow *f, const FlowParty *p, int64_t receiver, Err *e) {
    Arena *a = x->w->arena;
    Node *parties = node_map(a), *one = node_of_int(a, receiver), *list = node_list(a);
    ClueInto into = {.flow = f->flow, .values = x->act->values, .parties = parties};

    if (p) {
        node_add(a, list, one);
        node_append(a, parties, p->party, p->many ? list : one);
    }
    return begin_one(x, &into, e);
}

static bool begin_each(LifeWork *x, Err *e) {
    const Flow *f = content_flow(x->w->content, x->act->flow, e);
    const FlowParty *p = NULL;

    if (!f)
        return false;
    if (!x->act->receiver_count)
        return begin_for(x, f, NULL, 0, e);
    if (!(p = receiving(x, f, e)))
        return false;
    for (size_t i = 0; i < x->act->receiver_count; i++)
        if (!begin_for(x, f, p, x->act->receivers[i], e))
            return false;
    return true;
}

bool life_convert(LifeWork *x, Err *e) {
    if (x->act->receiver_count > MATTERS_MOST || x->act->into_count > MATTERS_MOST)
        return err_set(e, ERR_TOO_LARGE, x->act->into_count ? "/into" : "/receivers",
                       "一次最多转为 %d 件事项", MATTERS_MOST);
    if (!x->act->into_count)
        return begin_each(x, e);
    for (size_t i = 0; i < x->act->into_count; i++)
        if (!begin_one(x, &x->act->into[i], e))
            return refused_at(x, i, e);
    return true;
}
