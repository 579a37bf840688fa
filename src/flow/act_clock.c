/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/act_clock.c: the clocks of a matter: what starts them, when they end, what they say. */
#include <string.h>

#include "flow/act_inside.h"

#include "base/banned.h"

Instant instant_of(Str text) {
    Instant at;

    return text.len && instant_parse(text, &at) ? at : 0;
}

Str instant_text(Arena *a, Instant at) {
    char text[INSTANT_TEXT];

    instant_format(at, text);
    return str_dup(a, str_of(text));
}

MatterClock *clock_of_step(const MatterState *s, int64_t step) {
    for (size_t i = s->clocks.count; i-- > 0;)
        if (clocks_of(s)[i].step == step)
            return &clocks_of(s)[i];
    return NULL;
}

/* ---- ends ---- */

/* "2026-03-02" is a day, anything longer a moment. */
static bool trigger_of(const Work *w, Str from, PeriodTrigger *out) {
    Day day;
    Instant at;

    if (from.len <= 10 && day_parse(from, &day))
        *out = period_from_day(day);
    else if (instant_parse(from, &at))
        *out = period_from_instant(at);
    else
        return work_fail(w, ERR_INVALID, NULL, "期限的起算时间认不出来，请核对填写的日期");
    return true;
}

static Day day_of_text(Str text) {
    Day day;

    return text.len <= 10 && day_parse(text, &day) ? day : day_of_instant(instant_of(text));
}

static bool facts_of(const Work *w, const MatterClock *c, PeriodFacts *out) {
    PeriodSuspension *gaps = arena_array_of(w->arena, c->suspensions.count, PeriodSuspension);
    PeriodGranted *granted = arena_array_of(w->arena, c->extensions.count, PeriodGranted);
    const MatterSpan *spans = c->suspensions.items, *more = c->extensions.items;

    if (c->suspensions.count > PERIOD_SUSPENSIONS_MAX ||
        c->extensions.count > PERIOD_EXTENSIONS_MAX)
        return work_fail(w, ERR_CONFLICT, NULL, "这个期限挂起或延长的次数太多，不能再增加");
    for (size_t i = 0; i < c->suspensions.count; i++)
        gaps[i] = (PeriodSuspension){day_of_text(spans[i].from),
                                     spans[i].to.len ? day_of_text(spans[i].to) : DAY_NONE,
                                     spans[i].reason};
    for (size_t i = 0; i < c->extensions.count; i++)
        granted[i] = (PeriodGranted){more[i].reason, more[i].count};
    *out = PERIOD_NO_FACTS;
    out->times = c->turn;
    out->custody = c->custody ? CUSTODY_YES : CUSTODY_BY_RULE;
    out->suspensions = gaps;
    out->suspension_count = c->suspensions.count;
    out->extensions = granted;
    out->extension_count = c->extensions.count;
    return true;
}

static Str day_text(Arena *a, Day day) {
    char text[11];

    day_format(day, text);
    return str_dup(a, str_of(text));
}

static void take_due(Work *w, MatterClock *c, const PeriodDue *due) {
    Str *levels[] = {&c->yellow, &c->orange, &c->red};

    c->version = work_dup(w, content_version(w->world->content));
    c->yellow = c->orange = c->red = (Str){NULL, 0};
    c->due = c->day = (Str){NULL, 0};
    if (due->due == DAY_NONE)
        return;
    c->due = instant_text(w->arena, due->due_at);
    c->day = day_text(w->arena, due->due);
    for (size_t i = 0; i < due->warning_count; i++)
        if (due->warnings[i].level >= WARN_YELLOW && due->warnings[i].level <= WARN_RED)
            *levels[due->warnings[i].level] = instant_text(w->arena, due->warnings[i].at);
}

bool clock_compute(Work *w, MatterClock *c) {
    const Period *p = content_period(w->world->content, c->period, w->e);
    PeriodTrigger from;
    PeriodFacts facts;
    PeriodDue due;

    if (!p || !trigger_of(w, c->from, &from) || !facts_of(w, c, &facts))
        return false;
    if (!period_compute(w->world->content, p, from, &facts, &due, w->e))
        return err_prefix(w->e, "期限“%.*s”", STR_ARG(p->title));
    take_due(w, c, &due);
    return true;
}

bool clock_explain(Work *w, const MatterClock *c, PeriodExplanation *out) {
    const Period *p = content_period(w->world->content, c->period, w->e);
    PeriodTrigger from;
    PeriodFacts facts;

    return p && trigger_of(w, c->from, &from) && facts_of(w, c, &facts) &&
           period_explain_days(w->world->content, p, from, &facts, w->arena, out, w->e);
}

/* ---- start ---- */

/* Does this entry of the step's clocks run? Of those that do not run besides the first whose
 * conditions hold. */
static bool runs(const Work *w, const FlowStep *def, size_t entry) {
    const FlowClock *k = &step_clocks(def)[entry];

    if (!flow_tests_hold(w->flow, w->s, &k->when))
        return false;
    for (size_t i = 0; !k->also && i < entry; i++)
        if (!step_clocks(def)[i].also && flow_tests_hold(w->flow, w->s, &step_clocks(def)[i].when))
            return false;
    return true;
}

/* What it counts from; empty: that is not known yet. */
static Str start_of(const Work *w, const FlowClock *k) {
    return k->from.len ? flow_value_of(w->flow, w->s, k->from) : w->now;
}

const FlowClock *clock_entry(const Work *w, const MatterClock *c) {
    const MatterStep *of = state_step(w->s, c->step);
    const FlowStep *def = of ? flow_step(w->flow, of->step) : NULL;

    if (!def || !c->period.len)
        return NULL;
    if (c->entry > 0 && c->entry <= (int64_t)def->within.count)
        return &step_clocks(def)[c->entry - 1];
    for (size_t i = 0; i < def->within.count; i++) /* of before clocks said where they are from */
        if (str_eq(step_clocks(def)[i].period, c->period) ||
            str_eq(step_clocks(def)[i].stricter, c->period))
            return &step_clocks(def)[i];
    return NULL;
}

Str clock_rung_after(Work *w, const FlowEscalation *esc, Instant from) {
    Err ignored = {0};
    const Period *p = esc->period.len && esc->to.count
                          ? content_period(w->world->content, esc->period, &ignored)
                          : NULL;
    PeriodDue due;

    if (!p ||
        !period_compute(w->world->content, p, period_from_instant(from), NULL, &due, &ignored) ||
        due.due == DAY_NONE)
        return (Str){NULL, 0};
    return instant_text(w->arena, due.due_at);
}

/* The stricter of two: whichever ends first. */
static bool take_stricter(Work *w, MatterClock *c, Str other) {
    MatterClock second = *c;

    if (!other.len)
        return true;
    second.period = other;
    if (!clock_compute(w, &second))
        return false;
    if (second.due.len && (!c->due.len || str_compare(second.due, c->due) < 0))
        *c = second;
    return true;
}

static bool add_clock(Work *w, MatterClock *c) {
    c->id = work_id(w);
    *(MatterClock *)work_add(w, &w->s->clocks, sizeof *c) = *c;
    return true;
}

/* One that comes again begins with the first end that still lies ahead. */
static bool first_turn(Work *w, MatterClock *c) {
    c->begins = w->now;
    for (c->turn = 1; c->turn <= PERIOD_TIMES_MAX; c->turn++) {
        if (!clock_compute(w, c))
            return false;
        if (instant_of(c->due) > w->world->now)
            return true;
    }
    return work_fail(w, ERR_INVALID, NULL, "反复的期限从太久以前起算，请核对起算的日期");
}

static bool start_entry(Work *w, const FlowStep *def, int64_t step, size_t entry) {
    const FlowClock *k = &step_clocks(def)[entry];
    MatterClock c = {.step = step,
                     .state = STR("running"),
                     .entry = (int64_t)entry + 1,
                     .period = k->period,
                     .from = work_dup(w, start_of(w, k))};

    if (k->every ? !first_turn(w, &c) : !clock_compute(w, &c) || !take_stricter(w, &c, k->stricter))
        return false;
    return add_clock(w, &c);
}

/* Where no period runs, the step is told of all the same. */
static bool start_rungs(Work *w, const FlowStep *def, int64_t step) {
    MatterClock c = {.step = step,
                     .state = STR("running"),
                     .next_rung =
                         clock_rung_after(w, flow_escalation(w->flow, def), w->world->now)};

    return !c.next_rung.len || add_clock(w, &c);
}

bool clock_start(Work *w, const FlowStep *def, int64_t step) {
    bool any = false;

    for (size_t i = 0; i < def->within.count; i++) {
        if (!runs(w, def, i) || !start_of(w, &step_clocks(def)[i]).len)
            continue;
        if (!start_entry(w, def, step, i))
            return false;
        any = true;
    }
    return any || start_rungs(w, def, step);
}

/* Has this entry begun at this step? One of the alternatives is enough for all of them. */
static bool has_begun(const Work *w, const FlowStep *def, int64_t step, size_t entry) {
    for (size_t i = 0; i < w->s->clocks.count; i++) {
        const MatterClock *c = &clocks_of(w->s)[i];
        bool also = c->entry > 0 && c->entry <= (int64_t)def->within.count &&
                    step_clocks(def)[c->entry - 1].also;

        if (c->step == step && c->period.len &&
            (step_clocks(def)[entry].also ? c->entry == (int64_t)entry + 1 : !also))
            return true;
    }
    return false;
}

static void stop_rungs(Work *w, int64_t step) {
    for (size_t i = 0; i < w->s->clocks.count; i++) {
        MatterClock *c = &clocks_of(w->s)[i];

        if (c->step != step || c->period.len)
            continue;
        c->state = STR("stopped");
        c->next_rung = (Str){NULL, 0};
    }
}

/* The clocks of an open step that could not start because their dates were missing. */
bool clock_start_late(Work *w) {
    for (size_t i = 0; i < w->s->steps.count; i++) {
        const MatterStep own = steps_of(w->s)[i];
        const FlowStep *def = is_open(own.state) ? flow_step(w->flow, own.step) : NULL;

        for (size_t k = 0; def && k < def->within.count; k++) {
            if (!runs(w, def, k) || !start_of(w, &step_clocks(def)[k]).len ||
                has_begun(w, def, own.id, k))
                continue;
            stop_rungs(w, own.id);
            if (!start_entry(w, def, own.id, k))
                return false;
        }
    }
    return true;
}

/* ---- turns ---- */

bool clock_turn(Work *w, MatterClock *c) {
    if (c->turn >= PERIOD_TIMES_MAX) {
        c->state = STR("stopped");
        return true;
    }
    c->begins = c->due;
    c->turn++;
    c->fired = (Str){NULL, 0};
    return clock_compute(w, c);
}

/* What is late is made good; what is in time is met, and the next turn begins where this one would
 * have ended. Twice in one turn is once. */
static bool meet(Work *w, MatterClock *c) {
    if (c->missed) {
        c->missed = c->rung = 0;
        c->next_rung = (Str){NULL, 0};
        return true;
    }
    return instant_of(c->begins) > w->world->now || clock_turn(w, c);
}

bool clock_met(Work *w, int64_t step, const FlowAction *action) {
    for (size_t i = 0; i < w->s->clocks.count; i++) {
        MatterClock *c = &clocks_of(w->s)[i];
        const FlowClock *k = c->step == step && c->turn ? clock_entry(w, c) : NULL;

        if (k && k->met_by.len && str_eq(k->met_by, action->action) &&
            str_is(c->state, "running") && !meet(w, c))
            return false;
    }
    return true;
}

/* ---- what has to be waited for ---- */

bool clock_wait(Work *w, int64_t step, const FlowAction *action, Instant *until) {
    const FlowWait *wait = &action->not_before;
    const MatterStep *of = state_step(w->s, step);
    const Field *field = flow_field(w->flow, wait->from);
    MatterClock c = {.period = wait->period,
                     .from = field ? value_now(w, wait->from)
                             : of  ? of->opened
                                   : w->now};

    *until = 0;
    if (!wait->period.len)
        return true;
    if (!c.from.len)
        return work_fail(w, ERR_INVALID,
                         str_format(w->arena, "/values/%.*s", STR_ARG(wait->from)).ptr,
                         "请填写“%.*s”", STR_ARG(field ? field->title : wait->from));
    if (!clock_compute(w, &c))
        return false;
    *until = instant_of(c.due);
    return true;
}

/* ---- stop, suspend, resume ---- */

void clock_stop(Work *w, int64_t step, const char *state) {
    for (size_t i = 0; i < w->s->clocks.count; i++) {
        MatterClock *c = &clocks_of(w->s)[i];

        if (c->step != step)
            continue;
        c->next_rung = (Str){NULL, 0};
        if (str_is(c->state, "running") || str_is(c->state, "suspended"))
            c->state = c->period.len ? str_of(state) : STR("stopped");
    }
}

bool clock_knows_reason(const Work *w, const MatterClock *c, Str reason) {
    Err ignored = {0};
    const Period *p = c->period.len ? content_period(w->world->content, c->period, &ignored) : NULL;

    for (size_t i = 0; p && i < p->suspends.count; i++)
        if (str_eq(period_suspends(p)[i].reason, reason))
            return true;
    return false;
}

const PeriodExtension *clock_extension(const Work *w, const MatterClock *c, Str id) {
    Err ignored = {0};
    const Period *p = c->period.len ? content_period(w->world->content, c->period, &ignored) : NULL;

    for (size_t i = 0; p && i < p->extensions.count; i++)
        if (!id.len || str_eq(period_extensions(p)[i].extension, id))
            return &period_extensions(p)[i];
    return NULL;
}

MatterClock *clock_suspendable(const Work *w, int64_t step, Str reason) {
    Err ignored = {0};

    for (size_t i = 0; i < w->s->clocks.count; i++) {
        MatterClock *c = &clocks_of(w->s)[i];
        const Period *p = c->step == step && c->period.len && str_is(c->state, "running")
                              ? content_period(w->world->content, c->period, &ignored)
                              : NULL;

        if (p && (reason.len ? clock_knows_reason(w, c, reason) : p->suspends.count > 0))
            return c;
    }
    return NULL;
}

MatterClock *clock_extendable(const Work *w, int64_t step, int64_t clock, Str extension) {
    for (size_t i = 0; i < w->s->clocks.count; i++) {
        MatterClock *c = &clocks_of(w->s)[i];

        if (c->step == step && str_is(c->state, "running") && (!clock || c->id == clock) &&
            clock_extension(w, c, extension))
            return c;
    }
    return NULL;
}

bool clock_suspend(Work *w, MatterClock *c, Str reason) {
    MatterSpan *span = work_add(w, &c->suspensions, sizeof *span);

    *span = (MatterSpan){.id = work_id(w), .from = w->now, .reason = work_dup(w, reason)};
    c->state = STR("suspended");
    c->next_rung = (Str){NULL, 0};
    return clock_compute(w, c);
}

bool clock_resume(Work *w, MatterClock *c) {
    MatterSpan *spans = c->suspensions.items;

    for (size_t i = 0; i < c->suspensions.count; i++)
        if (!spans[i].to.len)
            spans[i].to = w->now;
    c->state = STR("running");
    return clock_compute(w, c);
}
