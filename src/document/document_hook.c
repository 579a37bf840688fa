/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document_hook.c: acts of flows that name documents draft them; somebody leaves, and his
 * drafts go to his successor or back to his house. */
#include "document/service.h"
#include "people/act.h"

#include "sql_statements.h"

#include "base/banned.h"

/* ---- drafts by acts of matters ---- */

typedef struct Hook {
    Writing *w;
    const MatterState *before, *after;
    const FlowAct *act;
} Hook;

/* The act issues it: its place names the act, or the step in which the act is done. */
static bool act_issues(const Content *c, const DocumentType *type, const DocumentPlace *place,
                       const MatterState *m, const FlowAct *act) {
    const Flow *f = content_flow(c, m->flow, NULL);
    const Str *actions = place->actions.items;

    for (size_t i = 0; i < place->actions.count; i++)
        if (str_eq(actions[i], act->action))
            return true;
    for (size_t i = 0; !place->actions.count && f && i < f->steps.count; i++) {
        const FlowStep *s = &flow_steps(f)[i];

        for (size_t k = 0; document_fits(c, type, m->flow, s->step) && k < s->actions.count; k++)
            if (str_eq(step_actions(s)[k].action, act->action))
                return true;
    }
    return false;
}

/* Once: one is being written, or something was done with one since the steps before this act were
 * opened. */
static bool there_already(Hook *h, const DocumentType *type, int64_t organisation, bool *yes,
                          Err *e) {
    const Node *rows =
        tx_rows(h->w->tx, h->w->arena, &SQL_document_in_matter, ARGS(ARG_OF_TEXT(h->after->id)), e);
    Str since = {NULL, 0};

    for (size_t i = 0; h->before && i < h->before->steps.count; i++) {
        const MatterStep *s = &steps_of(h->before)[i];

        if (is_open(s->state) && str_compare(s->opened, since) > 0)
            since = s->opened;
    }
    *yes = rows && rows->count >= DOCUMENTS_A_MATTER;
    for (size_t i = 0; rows && i < rows->count; i++) {
        const Node *row = rows->items[i];
        Str state = node_text(row, "state");
        bool written = str_is(state, "draft") || str_is(state, "approving") ||
                       str_is(state, "approved") || str_is(state, "numbered") ||
                       str_is(state, "issued");

        *yes |= str_eq(node_text(row, "code"), type->code) &&
                node_int(row, "organisation", 0) == organisation && !str_is(state, "void") &&
                !str_is(state, "recalled") &&
                (written || str_compare(node_text(row, "changed"), since) >= 0);
    }
    return rows != NULL;
}

/* Of a person it must be his own house's document: the house he acted for, or where he has a post.
 */
static bool drafts_for(const Hook *h, int64_t organisation, bool *yes, Err *e) {
    StoreWorld world;
    Err asked = {0};

    *yes = str_is(h->act->actor, "system") || h->act->organisation == organisation;
    if (*yes || h->act->organisation)
        return true;
    store_world(&world, h->w->tx, h->w->content, h->w->who, h->w->now, h->w->arena, &asked);
    *yes = world.world.holds(&world, h->act->actor, organisation, (Str){NULL, 0});
    if (asked.code != ERR_NONE)
        *e = asked;
    return asked.code == ERR_NONE;
}

static bool draft_one(Hook *h, const DocumentType *type, const DocumentPlace *place, Err *e) {
    int64_t organisation = document_party(h->after, place->issuer);
    DocumentNew in = {.matter = h->after->id, .type = type->document, .organisation = organisation};
    bool there, his = false;
    Str id;

    if (!organisation || !document_in_force(type, day_of_instant(h->w->now)))
        return true;
    if (!drafts_for(h, organisation, &his, e))
        return false;
    if (!his)
        return true;
    return there_already(h, type, organisation, &there, e) &&
           (there || document_start(h->w, &in, &id, e));
}

/* Where a document's own service is the act, that is what the act issues, and its 送达回证 is made
 * of the service. */
static bool issued_by_it(const Hook *h, const DocumentType *type) {
    const Node *more = h->act->more;

    return more && node_text(more, "document").len &&
           (str_is(type->document, SERVICE_PROOF) || str_eq(type->code, node_text(more, "code")));
}

/* Where several kinds of the code fit, only a person knows which one is meant. */
static bool draft_code(Hook *h, Str code, Err *e) {
    const Content *c = h->w->content;
    const DocumentType *only = NULL;
    size_t fit = 0;

    for (size_t i = 0; i < content_document_count(c); i++) {
        const DocumentType *type = content_document_at(c, i);
        const DocumentPlace *place = document_place(type, h->after->flow);

        if (place && str_eq(type->code, code) && !issued_by_it(h, type) &&
            act_issues(c, type, place, h->after, h->act)) {
            only = type;
            fit++;
        }
    }
    return fit != 1 || draft_one(h, only, document_place(only, h->after->flow), e);
}

/* What a lapse asks for, by the kind's own id: urging_letter. */
static bool draft_asked(Hook *h, Str kind, Err *e) {
    Err unknown = {0};
    const DocumentType *type = content_document(h->w->content, kind, &unknown);
    const DocumentPlace *place =
        type && str_eq(type->document, kind) ? document_place(type, h->after->flow) : NULL;

    return !place || draft_one(h, type, place, e);
}

bool document_on_matter(Tx *tx, const Content *c, const MatterState *before,
                        const MatterState *after, const FlowAct *act, const FlowEffects *effects,
                        Err *e) {
    if (!effects->documents.count && !effects->lapses.count)
        return true;
    scoped_arena Arena *a = arena_new();
    MatterActor who = {act->actor, NULL};
    Writing w = {tx, NULL, c, &who, a, 0, 0};
    Hook h = {&w, before, after, act};

    if (!is_open(after->state) && !str_is(after->state, "suspended"))
        return true;
    if (!people_now(tx, &w.now, e))
        return false;
    for (size_t i = 0; i < effects->documents.count; i++)
        if (!draft_code(&h, ((const Str *)effects->documents.items)[i], e))
            return false;
    for (size_t i = 0; i < effects->lapses.count; i++)
        if (!draft_asked(&h, ((const Str *)effects->lapses.items)[i], e))
            return false;
    return true;
}

/* ---- leaving ---- */

static bool list_drafts(Act *act, Str login, Node *out, Err *e) {
    const Node *rows =
        tx_rows(act->tx, act->arena, &SQL_document_of_author, ARGS(ARG_OF_TEXT(login)), e);

    for (size_t i = 0; rows && i < rows->count; i++) {
        Err unknown = {0};
        const DocumentType *type =
            content_document(act->content, node_text(rows->items[i], "type"), &unknown);
        Node *n = node_map(act->arena);

        node_set_int(act->arena, n, "id", node_int(rows->items[i], "ordinal", 0));
        node_set_text(act->arena, n, "title", type ? type->title : STR("文书"));
        node_add(act->arena, out, n);
    }
    return rows != NULL;
}

/* To the successor; without one the author is nobody: whoever writes in the house goes on. */
static bool move_drafts(Act *act, Str from, Str to, Err *e) {
    const Node *rows =
        tx_rows(act->tx, act->arena, &SQL_document_of_author, ARGS(ARG_OF_TEXT(from)), e);
    MatterActor who = {act->actor, NULL};
    Writing w = {act->tx, NULL, act->content, &who, act->arena, act->now, 0};
    Node *more = node_map(act->arena);
    DocumentAct move = {.verb = DOCUMENT_HAND_OVER, .more = more};

    node_set_text(act->arena, more, "to", to);
    for (size_t i = 0; rows && i < rows->count; i++) {
        DocumentRow row;

        if (!document_load(&w, node_text(rows->items[i], "id"), &row, e) ||
            !document_carry_out(&w, &row, &move, NULL, NULL, NULL, NULL, e))
            return false;
    }
    return rows != NULL;
}

void document_register_leaving(void) {
    static const HandoverPart part = {"document", "起草中的文书", false, list_drafts, move_drafts};

    handover_register(&part);
}
