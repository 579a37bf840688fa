/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/flow_filled.c: which fields are filled for certain when a step opens, and which steps
 * follow from which: two questions to the graph of a flow. */
#include <string.h>

#include "content/flow_inside.h"

#include "base/banned.h"

/* ---- which step follows from which ---- */

void flow_followers(const Flow *f, size_t from, bool seen[FLOW_STEPS_MOST]) {
    size_t queue[FLOW_STEPS_MOST], n = 0;

    memset(seen, 0, FLOW_STEPS_MOST * sizeof *seen);
    queue[n++] = from;
    for (size_t i = 0; i < n; i++) {
        const FlowStep *s = &flow_steps(f)[queue[i]];

        for (size_t j = 0; j < s->actions.count; j++) {
            const FlowAction *act = &step_actions(s)[j];

            for (size_t k = 0; !act->back && k < act->to.count; k++) {
                const FlowStep *to = flow_step(f, flow_names(&act->to)[k]);
                size_t t = flow_step_index(f, to);

                if (seen[t])
                    continue;
                seen[t] = true;
                if (t != from)
                    queue[n++] = t;
            }
        }
    }
}

bool flow_follows(const Flow *f, Str earlier, Str later) {
    const FlowStep *from = flow_step(f, earlier), *to = flow_step(f, later);
    bool seen[FLOW_STEPS_MOST];

    if (from == NULL || to == NULL)
        return false;
    flow_followers(f, flow_step_index(f, from), seen);
    return seen[flow_step_index(f, to)];
}

/* ---- which fields are filled ---- */

static void add_field(FlowFilled *set, const Field *field) {
    set->bits[field->index / 64] |= (uint64_t)1 << field->index % 64;
}

bool flow_is_filled(const FlowFilled *set, const Field *field) {
    return (set->bits[field->index / 64] >> field->index % 64 & 1) != 0;
}

FlowFilled flow_filled_at_act(const Flow *f, const FlowStep *s, const FlowFilled *opening) {
    FlowFilled set = *opening;

    for (size_t i = 0; i < s->form.count; i++) {
        bool required;
        const Field *field = flow_form_field(f, flow_names(&s->form)[i], &required);

        if (required)
            add_field(&set, field);
    }
    return set;
}

/* Is the field one that every owner of this step fills in for himself? */
static bool is_own(const FlowStep *s, const FlowAction *act, const Field *field) {
    if (s->joint != JOINT_EACH)
        return false;
    for (size_t i = 0; i < s->form.count; i++) {
        Str name = flow_names(&s->form)[i];

        name.len -= str_ends(name, STR("!"));
        if (str_eq(name, field->field))
            return true;
    }
    return flow_listed(&act->needs, field->field);
}

static void add_tested(FlowFilled *set, const FlowStep *s, const FlowAction *act,
                       const Field *field) {
    if (field != NULL && !is_own(s, act, field))
        add_field(set, field);
}

/* Required fields bind the actions that lead on, `needs` binds each; what an action's own
 * conditions say is filled, too: it was offered. What everybody fills in for himself is not the
 * matter's. */
static FlowFilled after(const Flow *f, const FlowStep *s, const FlowAction *act,
                        const FlowFilled *opening) {
    bool each = s->joint == JOINT_EACH;
    FlowFilled set = act->back || each ? *opening : flow_filled_at_act(f, s, opening);

    for (size_t i = 0; !each && i < act->needs.count; i++)
        add_field(&set, flow_field(f, flow_names(&act->needs)[i]));
    for (size_t i = 0; i < act->when.count; i++) {
        const FlowTest *t = &flow_tests(&act->when)[i];

        if (t->empty)
            continue;
        add_tested(&set, s, act, t->is);
        add_tested(&set, s, act, t->same);
    }
    return set;
}

static void meet(FlowFilled *set, const FlowFilled *other) {
    for (size_t i = 0; i < 4; i++)
        set->bits[i] &= other->bits[i];
}

static void join(FlowFilled *set, const FlowFilled *other) {
    for (size_t i = 0; i < 4; i++)
        set->bits[i] |= other->bits[i];
}

/* What every act from `s` to `to` leaves filled. False: there is none. */
static bool on_the_way(const Flow *f, const FlowStep *s, Str to, const FlowFilled *opening,
                       FlowFilled *out) {
    bool any = false;

    for (size_t i = 0; i < s->actions.count; i++) {
        const FlowAction *act = &step_actions(s)[i];

        if (!flow_listed(&act->to, to))
            continue;
        FlowFilled one = after(f, s, act, opening);

        if (any)
            meet(out, &one);
        else
            *out = one;
        any = true;
    }
    return any;
}

/* By all the ways at once: what is filled whichever way was taken. Steps that this one joins have
 * all been done, so what any of them leaves is there. */
static FlowFilled opening_of(const Flow *f, const FlowStep *to, const FlowFilled *sets) {
    FlowFilled set, joined = {{0}}, one = {{0}};
    bool any_joined = false;

    memset(&set, 0xff, sizeof set);
    for (size_t i = 0; i < f->steps.count; i++) {
        const FlowStep *s = &flow_steps(f)[i];

        if (!on_the_way(f, s, to->step, &sets[i], &one))
            continue;
        if (flow_listed(&to->joins, s->step)) {
            join(&joined, &one);
            any_joined = true;
        } else {
            meet(&set, &one);
        }
    }
    if (any_joined)
        meet(&set, &joined);
    return set;
}

const FlowFilled *flow_filled(const Flow *f, Arena *a) {
    size_t n = f->steps.count;
    FlowFilled *sets = arena_array_of(a, n, FlowFilled), first = {{0}};
    bool changed = true;

    for (size_t i = 0; i < f->fields.count; i++)
        if (flow_fields(f)[i].required)
            add_field(&first, &flow_fields(f)[i]);
    memset(sets, 0xff, n * sizeof *sets);
    /* Sets only shrink, so this ends. */
    while (changed) {
        changed = false;
        for (size_t i = 0; i < n; i++) {
            const FlowStep *s = &flow_steps(f)[i];
            FlowFilled now = opening_of(f, s, sets);

            if (str_eq(s->step, f->start))
                meet(&now, &first);
            else
                join(&now, &first);
            changed = changed || memcmp(&now, &sets[i], sizeof now) != 0;
            sets[i] = now;
        }
    }
    return sets;
}
