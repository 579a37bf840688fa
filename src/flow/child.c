/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/child.c: sub-matters that an act begins, in its transaction: parties and fields of the same
 * names go along; and what their parents hear when they end. */
#include "flow/matter_inside.h"

#include "base/banned.h"

enum { DEPTH_MOST = 4 };

/* Organisations of parties of the same name, and fields of the same name, go along. */
static Node *same_parties(Writing *w, const Flow *f, const MatterState *parent) {
    Node *out = node_map(w->arena);

    for (size_t i = 0; i < f->parties.count; i++) {
        const FlowParty *p = &flow_parties(f)[i];
        Node *list = node_list(w->arena);

        for (size_t k = 0; k < parent->parties.count; k++)
            if (!parties_of(parent)[k].until.len && str_eq(parties_of(parent)[k].party, p->party))
                node_add(w->arena, list, node_of_int(w->arena, parties_of(parent)[k].organisation));
        if (!p->starter && list->count)
            node_append(w->arena, out, p->party, p->many ? list : list->items[0]);
    }
    return out;
}

static Node *same_values(Writing *w, const Flow *from, const Flow *f, const MatterState *parent) {
    Node *out = node_map(w->arena);

    for (size_t i = 0; i < f->fields.count; i++) {
        const Field *own = &flow_fields(f)[i], *theirs = flow_field(from, own->field);
        Str value = theirs ? flow_value_of(from, parent, own->field) : (Str){NULL, 0};

        if (value.len && theirs->type == own->type && str_eq(theirs->codes, own->codes))
            node_append(w->arena, out, own->field, node_of_text(w->arena, value));
    }
    return out;
}

/* The house that begins: the parent's of the same party's name, else its host. */
static int64_t same_starter(const Flow *f, const MatterState *parent) {
    for (size_t i = 0; i < f->parties.count; i++)
        for (size_t k = 0; flow_parties(f)[i].starter && k < parent->parties.count; k++)
            if (!parties_of(parent)[k].until.len &&
                str_eq(parties_of(parent)[k].party, flow_parties(f)[i].party))
                return parties_of(parent)[k].organisation;
    return parent->organisation;
}

/* Begun for one organisation: it alone is that party of the sub-matter. */
static Node *parties_for(Writing *w, const Flow *f, const MatterState *parent,
                         const MatterLink *of) {
    Node *out = same_parties(w, f, parent), *list = node_list(w->arena);
    const FlowParty *p = of->organisation ? flow_party(f, of->as) : NULL;
    Node *one = node_of_int(w->arena, of->organisation);

    if (!p)
        return out;
    node_add(w->arena, list, one);
    node_set(w->arena, out, str_c(w->arena, p->party), p->many ? list : one);
    return out;
}

static bool begin_child(Writing *w, const Flow *from, const MatterState *parent,
                        const MatterLink *of, Str *child, Err *e) {
    const Flow *f = content_flow(w->content, of->flow, e);
    Node *links = node_list(w->arena), *link = node_map(w->arena);

    if (!f)
        return false;
    node_set_text(w->arena, link, "kind", STR("parent"));
    node_set_text(w->arena, link, "target", parent->id);
    node_add(w->arena, links, link);
    MatterNew in = {.flow = of->flow,
                    .level = parent->level,
                    .organisation = same_starter(f, parent),
                    .parties = parties_for(w, f, parent, of),
                    .values = same_values(w, from, f, parent),
                    .links = links,
                    .sealed = parent->sealed};

    return matter_start(w, &in, parent, child, e) ||
           err_prefix(e, "子事项“%.*s”没有发起成", STR_ARG(f->title));
}

/* The children begin first, so that their ids stand in the parent's links by the same event. */
bool matter_begin_children(Writing *w, const Flow *f, MatterState *after,
                           const FlowEffects *effects, Err *e) {
    if (effects->begins.count && w->depth >= DEPTH_MOST)
        return err_set(e, ERR_CONFLICT, NULL, "子事项套得太深，请检查流程");
    for (size_t i = 0; effects->begins.count && i < after->links.count; i++) {
        MatterLink *l = &links_of(after)[i];

        if (!str_is(l->kind, "child") || !l->flow.len || l->target.len)
            continue;
        w->depth++;
        if (!begin_child(w, f, after, l, &l->target, e))
            return false;
        w->depth--;
    }
    return true;
}

/* ---- what the parent hears ---- */

static bool is_over(const MatterState *s) {
    return !is_open(s->state) && !str_is(s->state, "suspended");
}

static Str outcome_of(const MatterState *s) {
    return !is_over(s) ? (Str){NULL, 0} : s->outcome.len ? s->outcome : s->state;
}

/* The parent's link to this child, when it says something else; NULL: it knows, or does not ask. */
static const MatterLink *link_behind(const MatterState *parent, const MatterState *child) {
    for (size_t i = 0; i < parent->links.count; i++) {
        const MatterLink *l = &links_of(parent)[i];

        if (l->flow.len && str_eq(l->target, child->id) &&
            (str_is(l->state, "closed") != is_over(child) ||
             !str_eq(l->outcome, outcome_of(child))))
            return l;
    }
    return NULL;
}

static bool tell_one(Writing *w, const Flow *f, const MatterState *child, Str parent, Err *e) {
    MatterRow row;
    Err why = {0};
    Node *more = node_map(w->arena);
    const FlowOutcome *o = flow_outcome(f, child->outcome);

    if (!matter_load(w, parent, &row, &why)) {
        if (why.code == ERR_NOT_FOUND)
            return true;
        *e = why;
        return false;
    }
    if (!link_behind(row.state, child))
        return true;
    node_set_text(w->arena, more, "state", is_over(child) ? STR("closed") : STR("open"));
    node_set_bool(w->arena, more, "success", o && o->success);
    FlowAct act = {.verb = VERB_CHILD,
                   .actor = STR("system"),
                   .action = outcome_of(child),
                   .target = child->id,
                   .more = more};

    return matter_carry_out(w, &row, &act, NULL, NULL, e);
}

bool matter_tell_parents(Writing *w, const Flow *f, const MatterState *before,
                         const MatterState *after, Err *e) {
    if (!before || (is_over(before) == is_over(after) && str_eq(before->outcome, after->outcome)))
        return true;
    for (size_t i = 0; i < after->links.count; i++)
        if (str_is(links_of(after)[i].kind, "parent") &&
            !tell_one(w, f, after, links_of(after)[i].target, e))
            return false;
    return true;
}

/* What an undo ends along with itself. */
bool matter_end_children(Writing *w, const FlowEffects *effects, Err *e) {
    const Str *ids = effects->ends.items;

    for (size_t i = 0; i < effects->ends.count; i++) {
        MatterRow row;
        FlowAct act = {
            .verb = VERB_TERMINATE, .actor = STR("system"), .reason = STR("开始它的操作已经撤销")};

        if (!matter_load(w, ids[i], &row, e) || !matter_carry_out(w, &row, &act, NULL, NULL, e))
            return false;
    }
    return true;
}
