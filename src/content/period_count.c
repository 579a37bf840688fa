/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/period_count.c: the day and the moment a period ends.
 *
 * Spans are counted by arithmetic, not day by day, so that a million open periods cost little;
 * tests/period_evaluator.py walks the days. */
#include "content/period_inside.h"
#include "content/snapshot.h"

#include "base/banned.h"

#define SECOND INT64_C(1000000)
#define HOUR (3600 * SECOND)

/* Midnight at which the day begins, in China. */
static Instant midnight(Day d) {
    return ((Instant)d * 24 - 8) * HOUR;
}

PeriodTrigger period_from_day(Day on) {
    return (PeriodTrigger){.on = on, .at = INSTANT_NONE};
}

PeriodTrigger period_from_instant(Instant at) {
    bool told = at != INSTANT_NONE && at < INT64_MAX - 24 * HOUR;

    return (PeriodTrigger){.on = told ? day_of_instant(at) : DAY_NONE, .at = at};
}

/* ---- counting ---- */

/* How far `n` counted days after `after` reach; GAP_OPEN when a suspension without end is met. */
static int64_t pass_gaps(const Count *k, Day after, int64_t n) {
    int64_t end = after + n;

    for (size_t i = 0; i < k->gap_count; i++) {
        Day from = k->gaps[i].from > after ? k->gaps[i].from : after + 1;

        if (k->gaps[i].to <= after)
            continue;
        if (from > end)
            break;
        if (k->gaps[i].to == GAP_OPEN)
            return GAP_OPEN;
        end += k->gaps[i].to - from + 1;
    }
    return end;
}

static int64_t pass_workdays(const Count *k, Day d, int64_t n) {
    Day most = period_last_day();
    size_t g = 0;

    while (n > 0 && d <= most) {
        d++;
        while (g < k->gap_count && k->gaps[g].to < d)
            g++;
        if (g < k->gap_count && k->gaps[g].from <= d) {
            if (k->gaps[g].to == GAP_OPEN)
                return GAP_OPEN;
            d = k->gaps[g].to;
            continue;
        }
        n -= calendar_workday(k->content, d, NULL);
    }
    return d;
}

static int64_t pass_months(const Count *k, Day after, int64_t n) {
    Day end = n > 12 * (PERIOD_LAST_YEAR - PERIOD_FIRST_YEAR + 1) ? DAY_NONE
                                                                  : day_add_months(after, (int)n);

    /* Too far to be told is still stopped by what goes on without end. */
    return pass_gaps(k, after, end == DAY_NONE ? period_last_day() + 1 - after : end - after);
}

static bool too_far(const Period *p, Err *e) {
    return err_set(e, ERR_INVALID, "/trigger", "期限“%.*s”算到了 %d 年到 %d 年之外，请检查日期",
                   STR_ARG(p->title), PERIOD_FIRST_YEAR, PERIOD_LAST_YEAR);
}

/* The last day counted, stretch by stretch; GAP_OPEN while suspended. */
static bool last_counted(Count *k, int64_t *out, Err *e) {
    int64_t d = k->from.on;

    for (size_t i = 0; i < k->stretch_count && d != GAP_OPEN; i++) {
        Stretch *s = &k->stretches[i];

        d = s->unit == PERIOD_WORKDAY ? pass_workdays(k, (Day)d, s->count)
            : s->unit == PERIOD_MONTH ? pass_months(k, (Day)d, s->count)
                                      : pass_gaps(k, (Day)d, s->count);
        if (d != GAP_OPEN && d > period_last_day())
            return too_far(k->period, e);
        s->end = (Day)d;
    }
    *out = d;
    return true;
}

/* Backwards from a day to come: nothing is left out but days off, where workdays count. */
static Day count_back(const Count *k) {
    const Period *p = k->period;
    Day on = k->from.on;

    switch ((PeriodUnit)p->unit) {
    case PERIOD_WORKDAY:
        return calendar_add_workdays(k->content, on, p->count);
    case PERIOD_MONTH:
        return day_add_months(on, (int)p->count);
    case PERIOD_YEAR:
        return day_add_months(on, (int)p->count * 12);
    case PERIOD_DAY:
    case PERIOD_HOUR:
        break;
    }
    return on + (Day)p->count;
}

/* Where the clock of hours begins to run. */
static Instant hours_begin(const Count *k) {
    if (k->from.at == INSTANT_NONE)
        return midnight(k->from.on + 1);
    if (k->period->counting != COUNT_NEXT_HOUR)
        return k->from.at;
    Instant since = k->from.at - midnight(k->from.on);

    return midnight(k->from.on) + (since / HOUR + 1) * HOUR;
}

/* INSTANT_NONE while suspended. */
static Instant pass_hours(const Count *k, Instant begin, int64_t hours) {
    Instant end = begin + hours * HOUR;

    for (size_t i = 0; i < k->gap_count; i++) {
        Instant from = midnight(k->gaps[i].from);

        if (from < begin)
            from = begin;
        if (from >= end)
            break;
        if (k->gaps[i].to == GAP_OPEN)
            return INSTANT_NONE;
        Instant to = midnight(k->gaps[i].to + 1);

        end += to > from ? to - from : 0;
    }
    return end;
}

/* ---- the end ---- */

static Instant warn_at(const Count *k, const PeriodWarning *w, const PeriodDue *due) {
    if (w->before == 0)
        return due->due_at;
    if (w->unit == PERIOD_HOUR)
        return due->due_at - w->before * HOUR;
    return midnight(w->unit == PERIOD_WORKDAY
                        ? calendar_add_workdays(k->content, due->due, -w->before)
                        : due->due - (Day)w->before);
}

/* Those that would have come before it began are left out, unless it is counted backwards or ends
 * on the very day that was agreed on. */
static void add_warnings(const Count *k, PeriodDue *out) {
    const PeriodWarning *w = period_warnings(k->period);
    Instant begin = k->from.at != INSTANT_NONE ? k->from.at : midnight(k->from.on);

    for (size_t i = 0; i < k->period->warnings.count && out->due != DAY_NONE; i++) {
        Instant at = warn_at(k, &w[i], out);

        if (at >= begin || k->period->count <= 0)
            out->warnings[out->warning_count++] = (PeriodMoment){w[i].level, at};
    }
}

static bool rolls(const Period *p, int custody) {
    return p->roll == ROLL_WORKDAY ? custody != CUSTODY_YES
                                   : p->roll == ROLL_CUSTODY && custody == CUSTODY_NO;
}

/* Is every year from the one to the other loaded? */
static bool all_known(const Content *c, Day from, Day to) {
    const Calendar *k = &c->calendar;
    bool known = k->first != DAY_NONE && from >= k->first && to <= k->last;

    for (Day d = from; known && d <= to;) {
        int year, month, day;

        known = k->known[d - k->first];
        day_split(d, &year, &month, &day);
        d = day_of(year + 1, 1, 1);
    }
    return known;
}

/* Did the calendar matter, and was it there? */
static void look_at_calendar(const Count *k, PeriodDue *out) {
    bool workdays = k->period->unit == PERIOD_WORKDAY;
    Day a = k->from.on, b = out->due != DAY_NONE ? out->due : a;

    for (size_t i = 0; i < k->stretch_count; i++)
        workdays = workdays || k->stretches[i].unit == PERIOD_WORKDAY;
    out->calendar_known =
        workdays ? all_known(k->content, a < b ? a : b, a < b ? b : a)
                 : !k->rolls || out->due == DAY_NONE || all_known(k->content, out->last, out->due);
}

static bool end_in_days(Count *k, int64_t last, PeriodDue *out, Err *e) {
    out->suspended = last == GAP_OPEN;
    if (out->suspended)
        return true;
    out->last = (Day)last;
    out->due = k->rolls ? calendar_roll(k->content, out->last) : out->last;
    if (last < period_first_day() || out->due > period_last_day())
        return too_far(k->period, e);
    out->rolled = out->due != out->last;
    out->due_at = midnight(out->due + 1);
    return true;
}

static bool end_in_hours(Count *k, PeriodDue *out, Err *e) {
    Instant end = pass_hours(k, hours_begin(k), k->stretches[0].count);

    out->suspended = end == INSTANT_NONE;
    if (out->suspended)
        return true;
    out->due_at = end;
    out->due = out->last = day_of_instant(end - 1);
    k->stretches[0].end = out->due;
    return out->due <= period_last_day() || too_far(k->period, e);
}

bool period_count(Count *k, PeriodDue *out, Err *e) {
    PeriodDue due = {
        .period = k->period, .last = DAY_NONE, .due = DAY_NONE, .due_at = INSTANT_NONE};
    bool back = k->period->count < 0, good;
    int64_t last = 0;

    k->gap_count = k->stretch_count = 0;
    k->rolls = rolls(k->period, k->facts->custody);
    if (!period_take_suspensions(k, e) || !period_take_length(k, e))
        return false;
    if (back)
        good = end_in_days(k, count_back(k), &due, e);
    else if (k->stretches[0].unit == PERIOD_HOUR)
        good = end_in_hours(k, &due, e);
    else
        good = last_counted(k, &last, e) && end_in_days(k, last, &due, e);
    if (!good)
        return false;
    add_warnings(k, &due);
    look_at_calendar(k, &due);
    *out = due;
    return true;
}

/* ---- of two, the stricter ---- */

bool period_count_both(Count k[2], PeriodDue due[2], size_t *taken, Err *e) {
    const Period *both = k[0].period;
    const Str *ids = both->stricter_of.items;

    for (size_t i = 0; i < 2; i++) {
        const Period *part = content_period(k[i].content, ids[i], e);

        k[i].part = true;
        k[i].period =
            part != NULL ? period_applied(k[i].content, part, k[i].from, k[i].facts, e) : NULL;
        if (k[i].period == NULL)
            return false;
    }
    if (!period_known_to_one(k, e) || !period_count(&k[0], &due[0], e) ||
        !period_count(&k[1], &due[1], e))
        return false;
    *taken = due[0].suspended || (!due[1].suspended && due[1].due_at < due[0].due_at);
    return true;
}

bool period_compute(const Content *c, const Period *p, PeriodTrigger from, const PeriodFacts *facts,
                    PeriodDue *out, Err *e) {
    const PeriodFacts none = PERIOD_NO_FACTS, *f = facts != NULL ? facts : &none;
    const Period *applied = period_applied(c, p, from, f, e);

    if (applied == NULL)
        return false;
    if (applied->stricter_of.count == 0) {
        Count k = {.content = c, .period = applied, .from = from, .facts = f};

        return period_count(&k, out, e);
    }
    Count k[2] = {{.content = c, .period = applied, .from = from, .facts = f},
                  {.content = c, .period = applied, .from = from, .facts = f}};
    PeriodDue due[2];
    size_t taken;

    if (!period_count_both(k, due, &taken, e))
        return false;
    *out = due[taken];
    return true;
}

/* ---- other content, other ends ---- */

static bool same_end(const PeriodDue *a, const PeriodDue *b) {
    bool same = a->due == b->due && a->due_at == b->due_at && a->suspended == b->suspended &&
                a->warning_count == b->warning_count;

    for (size_t i = 0; same && i < a->warning_count; i++)
        same =
            a->warnings[i].level == b->warnings[i].level && a->warnings[i].at == b->warnings[i].at;
    return same;
}

bool period_touched(const Content *before, const Content *after, const PeriodAsk *ask,
                    bool *touched, PeriodDue *now, Err *e) {
    const Period *old = content_period(before, ask->period, NULL);
    const Period *new = content_period(after, ask->period, e);
    PeriodDue was, is;

    if (new == NULL || !period_compute(after, new, ask->from, &ask->facts, &is, e))
        return false;
    *touched = old == NULL || !period_compute(before, old, ask->from, &ask->facts, &was, NULL) ||
               !same_end(&was, &is);
    if (now != NULL)
        *now = is;
    return true;
}
