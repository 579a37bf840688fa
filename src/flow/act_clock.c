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

static const FlowClock *which(const Work *w, const FlowStep *def) {
    for (size_t i = 0; i < def->within.count; i++) {
        const FlowClock *k = &((const FlowClock *)def->within.items)[i];

        if (flow_tests_hold(w->flow, w->s, &k->when))
            return k;
    }
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

bool clock_start(Work *w, const FlowStep *def, int64_t step) {
    const FlowClock *k = which(w, def);
    MatterClock c = {.step = step, .state = STR("running")};
    Str from = k && k->from.len ? flow_value_of(w->flow, w->s, k->from) : w->now;

    if (k && from.len) {
        c.period = k->period;
        c.from = work_dup(w, from);
        if (!clock_compute(w, &c) || !take_stricter(w, &c, k->stricter))
            return false;
    } else {
        c.next_rung = clock_rung_after(w, flow_escalation(w->flow, def), w->world->now);
        if (!c.next_rung.len)
            return true;
    }
    c.id = work_id(w);
    *(MatterClock *)work_add(w, &w->s->clocks, sizeof c) = c;
    return true;
}

/* The clock of an open step that could not start because its date was missing. */
bool clock_start_late(Work *w) {
    for (size_t i = 0; i < w->s->steps.count; i++) {
        const MatterStep own = steps_of(w->s)[i];
        const FlowStep *def = flow_step(w->flow, own.step);
        const FlowClock *k = def && is_open(own.state) ? which(w, def) : NULL;
        MatterClock *c = clock_of_step(w->s, own.id);

        if (!k || (c && c->period.len) ||
            (k->from.len && !flow_value_of(w->flow, w->s, k->from).len))
            continue;
        if (c) {
            c->state = STR("stopped");
            c->next_rung = (Str){NULL, 0};
        }
        if (!clock_start(w, def, own.id))
            return false;
    }
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
