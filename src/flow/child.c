/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/child.c: sub-matters that an act begins, in its transaction: parties and fields of the same
 * names go along. */
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

static bool begin_child(Writing *w, const Flow *from, const MatterState *parent, Str flow,
                        Str *child, Err *e) {
    const Flow *f = content_flow(w->content, flow, e);
    Node *links = node_list(w->arena), *link = node_map(w->arena);

    if (!f)
        return false;
    node_set_text(w->arena, link, "kind", STR("parent"));
    node_set_text(w->arena, link, "target", parent->id);
    node_add(w->arena, links, link);
    MatterNew in = {.flow = flow,
                    .level = parent->level,
                    .organisation = same_starter(f, parent),
                    .parties = same_parties(w, f, parent),
                    .values = same_values(w, from, f, parent),
                    .links = links,
                    .sealed = parent->sealed};

    return matter_start(w, &in, parent, child, e) ||
           err_prefix(e, "子事项“%.*s”没有发起成", STR_ARG(f->title));
}

/* The children begin first, so that their ids stand in the parent's links by the same event. */
bool matter_begin_children(Writing *w, const Flow *f, MatterState *after,
                           const FlowEffects *effects, Err *e) {
    const Str *flows = effects->begins.items;

    if (effects->begins.count && w->depth >= DEPTH_MOST)
        return err_set(e, ERR_CONFLICT, NULL, "子事项套得太深，请检查流程");
    for (size_t i = 0; i < effects->begins.count; i++) {
        Work work = {.s = after, .arena = w->arena};
        Str child;

        w->depth++;
        if (!begin_child(w, f, after, flows[i], &child, e))
            return false;
        w->depth--;
        *(MatterLink *)work_add(&work, &after->links, sizeof(MatterLink)) =
            (MatterLink){after->next++, STR("child"), child};
    }
    return true;
}
