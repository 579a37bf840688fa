/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/act_in.c: an act on a matter that is part of something else, in the transaction of that. */
#include "flow/matter_inside.h"

#include "base/banned.h"

/* What the rules say no to, as against what failed. */
static bool judged_no(const Err *e) {
    return e->code == ERR_INVALID || e->code == ERR_FORBIDDEN || e->code == ERR_CONFLICT ||
           e->code == ERR_TOO_LARGE;
}

/* Judged without writing anything. False: refused, or what had to be asked could not be. */
static bool judge_first(Writing *w, const MatterRow *row, const FlowAct *act, bool *refused,
                        Err *e) {
    FlowEffects unused = {0};
    StoreWorld world;
    Err asked = {0};

    store_world(&world, w->tx, w->content, w->who, w->now, w->arena, &asked);
    const MatterState *next =
        flow_act(&world.world, row->flow, row->state, act, NULL, w->arena, &unused, e);

    if (asked.code != ERR_NONE) {
        *e = asked;
        return false;
    }
    *refused = !next && judged_no(e);
    return next != NULL;
}

static bool carry_in(Writing *w, Str id, const FlowAct *act, bool *refused, Err *e) {
    MatterRow row;

    return matter_load(w, id, &row, e) && (!refused || judge_first(w, &row, act, refused, e)) &&
           matter_carry_out(w, &row, act, NULL, NULL, e);
}

bool matter_act_in(Writing *w, const MatterActor *who, Str id, const FlowAct *act, bool *refused,
                   Err *e) {
    const MatterActor *before = w->who;
    FlowAct own = *act;

    own.actor = who->login;
    if (refused)
        *refused = false;
    if (own.verb == VERB_UNDO || own.verb == VERB_MERGE || own.verb == VERB_SPLIT)
        return err_set(e, ERR_INVALID, "/verb", "这种操作只能单独进行");
    w->who = who;
    bool good = carry_in(w, id, &own, refused, e);

    w->who = before;
    return good;
}
