/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/foresee.c: what an act would lead to, told before it is done. */
#include "flow/matter_inside.h"

#include "base/banned.h"

static void tell(Arena *a, Node *out, Str sentence) {
    node_add(a, out, node_of_text(a, sentence));
}

static Str title_of(const Flow *f, Str step) {
    const FlowStep *def = flow_step(f, step);

    return def ? def->title : step;
}

static void tell_steps(Arena *a, Node *out, const Flow *f, const MatterState *before,
                       const MatterState *after) {
    for (size_t i = 0; i < after->steps.count; i++) {
        const MatterStep *now = &steps_of(after)[i], *then = state_step(before, now->id);

        if (is_open(now->state) && (!then || !is_open(then->state)))
            tell(a, out, str_format(a, "将进入“%.*s”这一步", STR_ARG(title_of(f, now->step))));
        else if (then && is_open(then->state) && !is_open(now->state))
            tell(a, out,
                 str_format(a, "“%.*s”这一步将%s", STR_ARG(title_of(f, now->step)),
                            str_is(now->state, "done") ? "办结" : "关闭，其中的任务一并取消"));
    }
    if (!str_eq(before->state, after->state) && str_is(after->state, "closed"))
        tell(a, out, STR("事项将办结"));
}

Node *matter_foresee(Arena *a, const Flow *f, const MatterState *before, const MatterState *after,
                     const FlowEffects *effects) {
    Node *out = node_list(a);
    const Str *told = effects->consequences.items;

    for (size_t i = 0; i < effects->consequences.count; i++)
        tell(a, out, told[i]);
    if (!effects->consequences.count)
        tell_steps(a, out, f, before, after);
    if (effects->begins.count)
        tell(a, out, str_format(a, "将开始 %zu 件子事项", effects->begins.count));
    if (effects->documents.count)
        tell(a, out, str_format(a, "将制作 %zu 份文书", effects->documents.count));
    return out;
}
