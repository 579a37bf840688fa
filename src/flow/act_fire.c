/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/act_fire.c: what clocks say when their time has come: warnings, lapses, reminders one rung
 * higher, and the recount after a holiday notice. */
#include <string.h>

#include "flow/act_inside.h"

#include "base/banned.h"

#define NEVER INT64_MAX

/* ---- what a clock says ---- */

static int level_of(Str fired) {
    return str_is(fired, "lapsed")   ? 4
           : str_is(fired, "red")    ? 3
           : str_is(fired, "orange") ? 2
           : str_is(fired, "yellow") ? 1
                                     : 0;
}

static void sooner(Instant at, Instant now, Instant *next) {
    if (at > now && at < *next)
        *next = at;
}

FlowVerb flow_clock_says(const MatterClock *c, Instant now, Str *level, Instant *next) {
    static const char *const names[] = {"yellow", "orange", "red"};
    const Str warnings[] = {c->yellow, c->orange, c->red};
    Instant due = instant_of(c->due), rung = instant_of(c->next_rung);
    FlowVerb verb = VERB_COUNT;

    *next = NEVER;
    *level = (Str){NULL, 0};
    if (rung && rung <= now)
        verb = VERB_ESCALATE;
    if (rung)
        sooner(rung, now, next);
    if (!str_is(c->state, "running") || !c->period.len)
        return verb;
    for (int i = 0; i < 3; i++) {
        Instant at = instant_of(warnings[i]);

        if (!at || level_of(c->fired) > i)
            continue;
        sooner(at, now, next);
        if (at <= now) {
            verb = VERB_WARN;
            *level = str_of(names[i]);
        }
    }
    if (due)
        sooner(due, now, next);
    if (due && due <= now) {
        *level = (Str){NULL, 0};
        verb = VERB_LAPSE;
    }
    return verb;
}

/* ---- verbs of the program itself ---- */

static MatterClock *clock_meant(Work *w) {
    int64_t id = 0;
    MatterClock *c = str_to_int(w->act->target, &id) ? state_clock(w->s, id) : NULL;

    if (!c)
        work_fail(w, ERR_INVALID, "/target", "这件事项里没有这个期限（%.*s）",
                  STR_ARG(w->act->target));
    return c;
}

static bool tell_step(Work *w, int64_t step) {
    for (size_t i = 0; i < w->s->tasks.count; i++)
        if (tasks_of(w->s)[i].step == step && is_open(tasks_of(w->s)[i].state))
            work_told(w, tasks_of(w->s)[i].id);
    return true;
}

bool run_warn(Work *w) {
    MatterClock *c = clock_meant(w);
    Str level;
    Instant next;

    if (!c)
        return false;
    if (flow_clock_says(c, w->world->now, &level, &next) != VERB_WARN ||
        !str_eq(level, w->act->action))
        return work_fail(w, ERR_CONFLICT, "/target", "这个期限现在没有这一级预警");
    c->fired = level;
    return tell_step(w, c->step);
}

static Str lapse_kind(const Work *w, const MatterClock *c) {
    const FlowClock *k = clock_entry(w, c);
    Err ignored = {0};
    const Period *p = content_period(w->world->content, c->period, &ignored);

    if (k && k->lapse.len)
        return k->lapse;
    for (const BindName *n = period_action_names; p && n->name; n++)
        if (n->value == p->on_lapse)
            return str_of(n->name);
    return STR("remind");
}

/* Whoever stands above hears of it, at once when the lapse says so. */
static void begin_rungs(Work *w, MatterClock *c, const FlowStep *def, Str kind) {
    const FlowEscalation *esc = flow_escalation(w->flow, def);

    c->rung = 0;
    c->next_rung = str_is(kind, "escalate") && esc->to.count
                       ? w->now
                       : clock_rung_after(w, esc, w->world->now);
}

/* The next turn begins, and what was missed is told of until it is made good. */
static bool lapse_turn(Work *w, MatterClock *c, const FlowStep *def, Str kind) {
    if (!c->missed++ && def)
        begin_rungs(w, c, def, kind);
    c->told = c->turn;
    return clock_turn(w, c) && tell_step(w, c->step);
}

/* The step goes on without those who have not answered. Where that cannot be, because it would
 * wait for a branch that was given up, it stays open: whoever has the step is told, and decides. */
static bool pass_over(Work *w, int64_t step) {
    Err refused = {0};
    FlowEffects kept = *w->effects;
    Work trial = *w;

    trial.s = work_state(w->arena, w->s);
    trial.e = &refused;
    if (step_pass(&trial, step)) {
        w->s = trial.s;
        return true;
    }
    *w->effects = kept;
    if (refused.code == ERR_CONFLICT)
        return true;
    *w->e = refused;
    return false;
}

bool run_lapse(Work *w) {
    MatterClock *c = clock_meant(w);
    Str level, kind;
    Instant next;

    if (!c)
        return false;
    if (flow_clock_says(c, w->world->now, &level, &next) != VERB_LAPSE)
        return work_fail(w, ERR_CONFLICT, "/target", "这个期限没有届满，或者已经处理过了");
    kind = lapse_kind(w, c);
    if (!str_is(kind, "nothing"))
        work_effect(w, &w->effects->lapses, kind);
    const MatterStep *of = state_step(w->s, c->step);
    const FlowStep *def = of && is_open(of->state) ? flow_step(w->flow, of->step) : NULL;
    const FlowClock *k = clock_entry(w, c);
    int64_t step = c->step;

    if (c->turn)
        return lapse_turn(w, c, def, kind);
    c->state = c->fired = STR("lapsed");
    if (def)
        begin_rungs(w, c, def, kind);
    return tell_step(w, step) && (!k || !k->passes || pass_over(w, step));
}

/* Can this rung's role be held at that organisation? */
static bool rung_fits(const Work *w, const FlowOwner *o, int64_t organisation) {
    const Role *role = content_role(w->world->content, o->role, NULL);
    int64_t leader;
    Str kind;

    return w->world->organisation(w->world->context, organisation, &kind, &leader) &&
           (!role || role_fits(role, kind));
}

/* One rung up: a reminder to whoever stands there. Rungs without an organisation, or whose role it
 * does not have, are passed over. */
bool run_escalate(Work *w) {
    MatterClock *c = clock_meant(w);
    const MatterStep *of = c ? state_step(w->s, c->step) : NULL;
    const FlowStep *def = of ? flow_step(w->flow, of->step) : NULL;
    const FlowEscalation *esc = def ? flow_escalation(w->flow, def) : NULL;
    Str level;
    Instant next;
    bool told = false;

    if (!c || !esc)
        return false;
    if (flow_clock_says(c, w->world->now, &level, &next) != VERB_ESCALATE)
        return work_fail(w, ERR_CONFLICT, "/target", "还没有到逐级提醒的时候，或者已经提醒过了");
    while (!told && c->rung < (int64_t)esc->to.count) {
        const FlowOwner *o = &((const FlowOwner *)esc->to.items)[c->rung++];
        Err ignored = {0};
        Work quiet = *w;

        quiet.e = &ignored;
        if (!party_needed(&quiet, o->party, of->step))
            continue;
        for (size_t i = 0; i < w->s->parties.count; i++) {
            const MatterParty in = parties_of(w->s)[i];
            MatterTask t = {.step = 0,
                            .kind = STR("copy"),
                            .organisation = in.organisation,
                            .role = o->role,
                            .department = o->department,
                            .ask = STR("escalate")};

            if (!str_eq(in.party, o->party) || in.until.len || !rung_fits(w, o, in.organisation))
                continue;
            task_add(w, &t);
            told = true;
        }
    }
    c->next_rung =
        c->rung < (int64_t)esc->to.count ? clock_rung_after(w, esc, w->world->now) : (Str){NULL, 0};
    if (!c->next_rung.len && !c->period.len)
        c->state = STR("stopped");
    return true;
}

/* Counts every running clock again, by the content of now. */
bool run_recount(Work *w) {
    bool moved = false;

    for (size_t i = 0; i < w->s->clocks.count; i++) {
        MatterClock *c = &clocks_of(w->s)[i];
        Str before = c->due;
        bool lapsed = str_is(c->state, "lapsed");
        const MatterStep *of = state_step(w->s, c->step);

        if (!c->period.len || !of || !is_open(of->state) ||
            (!lapsed && !str_is(c->state, "running") && !str_is(c->state, "suspended")))
            continue;
        if (!clock_compute(w, c))
            return false;
        if (str_eq(before, c->due))
            continue;
        moved = true;
        if (instant_of(c->due) > w->world->now) { /* what was said too early is said again */
            c->state = lapsed ? STR("running") : c->state;
            c->fired = c->next_rung = (Str){NULL, 0};
            c->rung = 0;
        }
        tell_step(w, c->step);
    }
    return moved || work_fail(w, ERR_CONFLICT, NULL, "重新计算后各期限没有变化");
}

static bool program_itself(Work *w) {
    return str_is(w->act->actor, "system") ||
           work_fail(w, ERR_FORBIDDEN, NULL, "%.*s由系统自动进行",
                     STR_ARG(verb_title(w->act->verb)));
}

bool may_warn(Work *w) {
    return program_itself(w);
}

bool may_lapse(Work *w) {
    return program_itself(w);
}

bool may_escalate(Work *w) {
    return program_itself(w);
}

bool may_recount(Work *w) {
    return program_itself(w);
}
