/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/act.c: one act from beginning to end. The table says what each verb asks and does; what all
 * have in common stands here. */
#include "flow/act.h"

#include <string.h>

#include "flow/act_inside.h"

#include "base/banned.h"

#define RULE(v, ...) [VERB_##v] = {__VA_ARGS__}

/* may, run; .suspended: also while the matter stands still; .ended: also after its end. */
const VerbRule flow_verb_rules[VERB_COUNT] = {
    RULE(BEGIN, may_begin, run_begin),
    RULE(ACT, may_act, run_act, .suspended = true), /* actions that resume */
    RULE(FILL, may_fill, run_fill, .suspended = true),
    RULE(CLAIM, may_claim, run_claim, .suspended = true),
    RULE(SEND_BACK, may_send_back, run_send_back),
    RULE(WITHDRAW, may_withdraw, run_withdraw),
    RULE(REASSIGN, may_reassign, run_reassign, .suspended = true),
    RULE(ADD_SIGNER, may_add_signer, run_add_signer),
    RULE(REMOVE_SIGNER, may_remove_signer, run_remove_signer),
    RULE(COUNTERSIGN, may_countersign, run_countersign),
    RULE(SIGN, may_sign, run_sign),
    RULE(URGE, may_urge, run_urge),
    RULE(SUSPEND, may_suspend, run_suspend),
    RULE(RESUME, may_resume, run_resume, .suspended = true),
    RULE(EXTEND, may_extend, run_extend),
    RULE(DECIDE, may_decide, run_decide, .suspended = true),
    RULE(MERGE, may_merge, run_merge),
    RULE(SPLIT, may_split, run_split),
    RULE(DESIGNATE, may_designate, run_designate, .suspended = true),
    RULE(RAISE, may_raise, run_raise, .suspended = true),
    RULE(COPY, may_copy, run_copy, .suspended = true, .ended = true),
    RULE(READ_COPY, may_read_copy, run_read_copy, .suspended = true, .ended = true),
    RULE(SUPERVISE, may_supervise, run_supervise, .suspended = true),
    RULE(ANSWER, may_answer, run_answer, .suspended = true),
    RULE(PARTY, may_party, run_party, .suspended = true),
    RULE(LINK, may_link, run_link, .suspended = true, .ended = true),
    RULE(FILE, may_file, run_file, .suspended = true, .ended = true),
    RULE(REMOVE_FILE, may_remove_file, run_remove_file, .suspended = true),
    RULE(TERMINATE, may_terminate, run_terminate, .suspended = true),
    RULE(REOPEN, may_reopen, run_reopen, .ended = true),
    RULE(UNDO, may_undo, run_undo, .suspended = true, .ended = true),
    RULE(WARN, may_warn, run_warn, .suspended = true, .system = true),
    RULE(LAPSE, may_lapse, run_lapse, .suspended = true, .system = true),
    RULE(RECOUNT, may_recount, run_recount, .suspended = true, .system = true),
    RULE(ESCALATE, may_escalate, run_escalate, .suspended = true, .system = true),
    RULE(HAND_OVER, may_hand_over, run_hand_over, .suspended = true, .ended = true),
    RULE(CHILD, may_child, run_child, .suspended = true, .ended = true, .system = true),
};

static const char *state_title(Str state) {
    return str_is(state, "merged")  ? "已经并入其他事项"
           : str_is(state, "split") ? "已经拆分"
                                    : "已经办结";
}

/* Does the state of the matter let this kind of act in at all? */
static bool in_time(Work *w, const VerbRule *rule) {
    bool running = is_open(w->s->state), suspended = str_is(w->s->state, "suspended");

    if (running || (suspended && rule->suspended))
        return true;
    if (suspended)
        return work_fail(w, ERR_CONFLICT, NULL, "事项已经挂起，请先恢复再%.*s",
                         STR_ARG(verb_title(w->act->verb)));
    return rule->ended || work_fail(w, ERR_CONFLICT, NULL, "事项%s，不能再%.*s",
                                    state_title(w->s->state), STR_ARG(verb_title(w->act->verb)));
}

static bool sized(Work *w) {
    const MatterState *s = w->s;

    return s->tasks.count + s->steps.count + s->links.count + s->files.count < FLOW_ITEMS_MOST ||
           work_fail(w, ERR_TOO_LARGE, NULL,
                     "这件事项的办理记录太多，请终结后另行发起，或者拆分办理");
}

static bool carry_out(Work *w) {
    const FlowAct *act = w->act;
    bool begins = act->verb == VERB_BEGIN;

    if (act->verb < 0 || act->verb >= VERB_COUNT)
        return work_fail(w, ERR_INVALID, "/verb", "没有这种操作");
    const VerbRule *rule = &flow_verb_rules[act->verb];

    if (begins == (w->before != NULL))
        return work_fail(w, ERR_CONFLICT, NULL, begins ? "事项已经开始了" : "事项还没有开始");
    if (!begins && (!in_time(w, rule) || !sized(w)))
        return false;
    if (!rule->may(w) || !rule->run(w))
        return false;
    w->s->revision = (w->before ? w->before->revision : 0) + 1;
    return true;
}

const MatterState *flow_act(const FlowWorld *w, const Flow *f, const MatterState *before,
                            const FlowAct *act, const MatterState *history, Arena *a,
                            FlowEffects *effects, Err *e) {
    FlowEffects unused = {0};
    Err mine = {0};
    Work work = {.world = w,
                 .flow = f,
                 .act = act,
                 .before = before,
                 .history = history,
                 .s = work_state(a, before),
                 .arena = a,
                 .effects = effects ? effects : &unused,
                 .now = instant_text(a, w->now),
                 .e = &mine};

    if (carry_out(&work) && flow_sound(f, work.s, &mine))
        return work.s;
    if (e)
        *e = mine;
    return NULL;
}
