/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/period_explain.c: every day of a span, with what became of it. */
#include "content/period_inside.h"
#include "content/snapshot.h"

#include "base/banned.h"

/* Of a suspension without end, so many days are shown. */
enum { OPEN_SHOWN = 14 };

const BindName period_mark_names[] = {{"start", MARK_START, "开始的当日，不计"},
                                      {"counted", MARK_COUNTED, "计入"},
                                      {"not_counted", MARK_NOT_COUNTED, "非工作日，不计"},
                                      {"suspended", MARK_SUSPENDED, "中止，不计"},
                                      {"rolled", MARK_ROLLED, "顺延"},
                                      {NULL, 0, NULL}};

const BindName period_kind_names[] = {{"workday", KIND_WORKDAY, "工作日"},
                                      {"weekend", KIND_WEEKEND, "周末"},
                                      {"holiday", KIND_HOLIDAY, "法定节假日"},
                                      {"make_up", KIND_MAKE_UP, "调休上班"},
                                      {NULL, 0, NULL}};

static const Bind day_rows[] = {
    BIND_DATE(PeriodDay, day, "day", REQUIRED, "the day"),
    BIND_ENUM(PeriodDay, mark, "mark", REQUIRED, period_mark_names, "what became of it"),
    BIND_ENUM(PeriodDay, kind, "kind", REQUIRED, period_kind_names, "what the calendar says"),
    BIND_INT(PeriodDay, number, "number", REQUIRED, "of a counted day: the first is 1; else 0"),
    BIND_STR(PeriodDay, holiday, "holiday", OPTIONAL, "name of the holiday"),
    BIND_STR(PeriodDay, reason, "reason", OPTIONAL, "of a suspended day"),
    BIND_BOOL(PeriodDay, unknown, "unknown", REQUIRED, "its year's holidays are not loaded"),
    BIND_END,
};

static const Bind warning_rows[] = {
    BIND_ENUM(PeriodWarningShown, level, "level", REQUIRED, period_level_names, "how urgent"),
    BIND_STR(PeriodWarningShown, at, "at", REQUIRED, "moment"),
    BIND_END,
};

static const Bind suspension_rows[] = {
    BIND_DATE(PeriodSuspensionShown, from, "from", REQUIRED, "first day"),
    BIND_DATE(PeriodSuspensionShown, to, "to", OPTIONAL, "last day; left out: still going on"),
    BIND_STR(PeriodSuspensionShown, reason, "reason", REQUIRED, "what went on"),
    BIND_INT(PeriodSuspensionShown, days, "days", REQUIRED, "days of it within the span"),
    BIND_OBJECTS(PeriodSuspensionShown, basis, "basis", REQUIRED, basis_rows, Basis, "articles"),
    BIND_END,
};

static const Bind extension_rows[] = {
    BIND_STR(PeriodExtensionShown, extension, "extension", REQUIRED, "id"),
    BIND_STR(PeriodExtensionShown, title, "title", REQUIRED, "when it is possible"),
    BIND_STR(PeriodExtensionShown, approver, "approver", REQUIRED, "who approves it"),
    BIND_INT(PeriodExtensionShown, count, "count", REQUIRED, "so many units"),
    BIND_ENUM(PeriodExtensionShown, unit, "unit", REQUIRED, period_unit_names, "unit"),
    BIND_BOOL(PeriodExtensionShown, to, "to", REQUIRED, "altogether, instead of more"),
    BIND_OBJECTS(PeriodExtensionShown, basis, "basis", REQUIRED, basis_rows, Basis, "articles"),
    BIND_END,
};

static const Bind compared_rows[] = {
    BIND_STR(PeriodCompared, period, "period", REQUIRED, "id"),
    BIND_STR(PeriodCompared, title, "title", REQUIRED, "title"),
    BIND_DATE(PeriodCompared, due, "due", OPTIONAL, "day it would end on"),
    BIND_BOOL(PeriodCompared, taken, "taken", REQUIRED, "it is the stricter one"),
    BIND_END,
};

const Bind period_explanation_rows[] = {
    BIND_STR(PeriodExplanation, period, "period", REQUIRED, "id"),
    BIND_STR(PeriodExplanation, title, "title", REQUIRED, "what has to be done in it"),
    BIND_STR(PeriodExplanation, starts, "starts", REQUIRED, "what starts it"),
    BIND_STR(PeriodExplanation, text, "text", REQUIRED, "the whole in sentences"),
    BIND_STR(PeriodExplanation, rule, "rule", REQUIRED, "how it is counted, in words"),
    BIND_STR(PeriodExplanation, from, "from", REQUIRED, "the trigger: day or moment"),
    BIND_STR(PeriodExplanation, until, "until", OPTIONAL,
             "who acts before this moment is in time; left out while suspended"),
    BIND_DATE(PeriodExplanation, last, "last", OPTIONAL, "last day counted"),
    BIND_DATE(PeriodExplanation, due, "due", OPTIONAL, "the day it ends on"),
    BIND_BOOL(PeriodExplanation, rolled, "rolled", REQUIRED, "the end moved past days off"),
    BIND_BOOL(PeriodExplanation, suspended, "suspended", REQUIRED, "a suspension still goes on"),
    BIND_BOOL(PeriodExplanation, calendar_unknown, "calendar_unknown", REQUIRED,
              "counted by weekends only in years whose holidays are not loaded"),
    BIND_INT(PeriodExplanation, count, "count", REQUIRED, "as the rule says"),
    BIND_ENUM(PeriodExplanation, unit, "unit", REQUIRED, period_unit_names, "of the count"),
    BIND_ENUM(PeriodExplanation, roll, "roll", REQUIRED, period_roll_names, "as the rule says"),
    BIND_INT(PeriodExplanation, counted, "counted", REQUIRED, "days counted"),
    BIND_OBJECTS(PeriodExplanation, days, "days", REQUIRED, day_rows, PeriodDay, "day by day"),
    BIND_INT(PeriodExplanation, left_out, "left_out", REQUIRED,
             "days of the middle that are not listed"),
    BIND_OBJECTS(PeriodExplanation, warnings, "warnings", REQUIRED, warning_rows,
                 PeriodWarningShown, "before it ends"),
    BIND_OBJECTS(PeriodExplanation, suspensions, "suspensions", REQUIRED, suspension_rows,
                 PeriodSuspensionShown, "what did not count"),
    BIND_OBJECTS(PeriodExplanation, extensions, "extensions", REQUIRED, extension_rows,
                 PeriodExtensionShown, "what was granted"),
    BIND_OBJECTS(PeriodExplanation, compared, "compared", REQUIRED, compared_rows, PeriodCompared,
                 "of two periods, the stricter was taken"),
    BIND_ENUM(PeriodExplanation, on_lapse, "on_lapse", REQUIRED, period_action_names,
              "what becomes of it when it lapses"),
    BIND_STR(PeriodExplanation, lapse, "lapse", OPTIONAL, "the same in words"),
    BIND_STR(PeriodExplanation, note, "note", OPTIONAL, "what else is to be known"),
    BIND_DATE(PeriodExplanation, fact_on, "fact_on", OPTIONAL, "day of the fact"),
    BIND_DATE(PeriodExplanation, in_force_from, "in_force_from", OPTIONAL, "of this version"),
    BIND_DATE(PeriodExplanation, in_force_to, "in_force_to", OPTIONAL, "of this version"),
    BIND_OBJECTS(PeriodExplanation, basis, "basis", REQUIRED, basis_rows, Basis, "the articles"),
    BIND_BOOL(PeriodExplanation, review, "review", REQUIRED, "a lawyer has to confirm it"),
    BIND_END,
};

/* ---- days ---- */

/* What of the calendar and the facts a day meets. */
static void look_up(const Count *k, PeriodDay *d) {
    bool known, works = calendar_workday(k->content, d->day, &known);

    d->holiday = calendar_holiday(k->content, d->day);
    d->unknown = !known;
    d->kind = works                ? day_weekday(d->day) >= 6 ? KIND_MAKE_UP : KIND_WORKDAY
              : d->holiday.len > 0 ? KIND_HOLIDAY
                                   : KIND_WEEKEND;
}

static const PeriodSuspension *suspension_on(const Count *k, Day d) {
    const PeriodFacts *f = k->facts;

    for (size_t i = 0; i < f->suspension_count; i++)
        if (f->suspensions[i].from <= d &&
            (f->suspensions[i].to == DAY_NONE || d <= f->suspensions[i].to) &&
            period_suspends_of(k->period, f->suspensions[i].reason) != NULL)
            return &f->suspensions[i];
    return NULL;
}

/* The unit that counts on this day. */
static int unit_on(const Count *k, Day d) {
    for (size_t i = 0; i < k->stretch_count; i++)
        if (d <= k->stretches[i].end)
            return k->stretches[i].unit;
    return k->period->unit;
}

static int mark_of(const Count *k, const PeriodDue *due, const PeriodDay *d) {
    bool back = k->period->count < 0, hours = k->period->unit == PERIOD_HOUR;
    int unit = back ? k->period->unit : unit_on(k, d->day);

    if (due->last != DAY_NONE && d->day > due->last && !back)
        return MARK_ROLLED;
    if (d->day == k->from.on && !(hours && k->from.at != INSTANT_NONE))
        return MARK_START;
    if (!back && suspension_on(k, d->day) != NULL)
        return MARK_SUSPENDED;
    if (unit == PERIOD_WORKDAY && d->kind != KIND_WORKDAY && d->kind != KIND_MAKE_UP)
        return MARK_NOT_COUNTED;
    return MARK_COUNTED;
}

static Str reason_of(const Count *k, Day d) {
    const PeriodSuspension *s = suspension_on(k, d);

    return s != NULL ? period_suspends_of(k->period, s->reason)->reason : (Str){NULL, 0};
}

/* The first and the last day to be shown. */
static void span_of(const Count *k, const PeriodDue *due, Day *from, Day *to) {
    Day on = k->from.on;

    *from = on;
    *to = due->due;
    if (k->period->count < 0) {
        *from = due->due;
        *to = on;
    } else if (due->suspended) {
        const Gap *open = &k->gaps[k->gap_count - 1];
        Day end = (open->from > on ? open->from : on) + OPEN_SHOWN;

        *to = end < period_last_day() ? end : period_last_day();
    }
}

static void number_days(const Count *k, PeriodExplanation *x) {
    PeriodDay *days = x->days.items;

    /* Backwards the first day counted is the one before the event. */
    for (size_t i = 0; k->period->count < 0 && i < x->days.count; i++)
        if (days[i].mark == MARK_COUNTED)
            days[i].number = x->counted + 1 - days[i].number;
}

static void list_days(const Count *k, const PeriodDue *due, Arena *a, PeriodExplanation *x) {
    Day from, to;

    span_of(k, due, &from, &to);
    int64_t total = (int64_t)to - from + 1;
    size_t room = (size_t)(total < PERIOD_DAYS_SHOWN ? total : PERIOD_DAYS_SHOWN);
    PeriodDay *days = arena_array_of(a, room, PeriodDay);

    for (Day d = from; d <= to; d++) {
        int64_t i = d - from;
        PeriodDay day = {.day = d};

        look_up(k, &day);
        day.mark = mark_of(k, due, &day);
        if (day.mark == MARK_SUSPENDED)
            day.reason = reason_of(k, d);
        if (day.mark == MARK_COUNTED && k->period->unit != PERIOD_HOUR)
            day.number = ++x->counted;
        if (i < PERIOD_DAYS_SHOWN / 2 || i >= total - PERIOD_DAYS_SHOWN / 2)
            days[x->days.count++] = day;
    }
    x->days.items = days;
    x->left_out = total - (int64_t)x->days.count;
    number_days(k, x);
}

/* ---- what was known ---- */

static int64_t days_within(Day from, Day to, Day least, Day most) {
    Day first = from > least ? from : least, last = to < most ? to : most;

    return last < first ? 0 : (int64_t)last - first + 1;
}

static void list_suspensions(const Count *k, const PeriodDue *due, Arena *a, PeriodExplanation *x) {
    const PeriodFacts *f = k->facts;
    PeriodSuspensionShown *out = arena_array_of(a, f->suspension_count, PeriodSuspensionShown);
    Day from, to;

    span_of(k, due, &from, &to);
    if (due->last != DAY_NONE)
        to = due->last;
    x->suspensions.items = out;
    for (size_t i = 0; i < f->suspension_count; i++) {
        const PeriodSuspension *s = &f->suspensions[i];
        const PeriodSuspends *known = period_suspends_of(k->period, s->reason);

        if (known != NULL)
            out[x->suspensions.count++] = (PeriodSuspensionShown){
                s->from, s->to, known->reason,
                days_within(s->from, s->to != DAY_NONE ? s->to : GAP_OPEN, from + 1, to),
                known->basis};
    }
}

static void list_extensions(const Count *k, Arena *a, PeriodExplanation *x) {
    const PeriodFacts *f = k->facts;
    PeriodExtensionShown *out = arena_array_of(a, f->extension_count, PeriodExtensionShown);

    x->extensions.items = out;
    for (size_t i = 0; i < f->extension_count; i++) {
        const PeriodGranted *g = &f->extensions[i];
        const PeriodExtension *e = period_extension_of(k->period, g->extension);

        if (e != NULL)
            out[x->extensions.count++] = (PeriodExtensionShown){
                e->extension, e->title,
                e->approver,  g->count > 0 ? g->count : e->by > 0 ? e->by : e->to,
                e->unit,      e->to > 0,
                e->basis};
    }
}

/* To the second: what a person reads. */
static Str moment(Arena *a, Instant at) {
    char text[INSTANT_TEXT];

    instant_format(at, text);
    return str_format(a, "%.19s+08:00", text);
}

static void list_warnings(const PeriodDue *due, Arena *a, PeriodExplanation *x) {
    PeriodWarningShown *out = arena_array_of(a, due->warning_count, PeriodWarningShown);

    x->warnings = (BindList){out, due->warning_count};
    for (size_t i = 0; i < due->warning_count; i++)
        out[i] = (PeriodWarningShown){due->warnings[i].level, moment(a, due->warnings[i].at)};
}

static void take_rule(const Count *k, const PeriodDue *due, PeriodExplanation *x) {
    const Period *p = k->period;

    x->count = k->facts->set_count != 0 ? k->facts->set_count : p->count;
    x->unit = k->facts->set_count != 0 ? k->facts->set_unit : p->unit;
    x->roll = p->roll;
    x->in_force_from = p->in_force_from;
    x->in_force_to = p->in_force_to;
    x->fact_on = k->facts->fact_on;
    x->basis = p->basis;
    x->note = p->note;
    x->last = due->last;
    x->due = due->due;
    x->rolled = due->rolled;
    x->suspended = due->suspended;
    x->calendar_unknown = !due->calendar_known;
    x->review = p->review;
    for (size_t i = 0; i < p->basis.count; i++)
        x->review = x->review || ((const Basis *)p->basis.items)[i].review;
}

static void tell(const Count *k, const PeriodDue *due, const Period *asked, Arena *a,
                 PeriodExplanation *x) {
    char day[11];

    x->period = asked->period;
    x->title = asked->title;
    x->starts = asked->starts;
    x->lapse = asked->lapse;
    x->on_lapse = asked->on_lapse;
    take_rule(k, due, x);
    x->review = x->review || asked->review;
    day_format(k->from.on, day);
    x->from = k->from.at != INSTANT_NONE ? moment(a, k->from.at) : str_dup(a, str_of(day));
    if (due->due != DAY_NONE)
        x->until = moment(a, due->due_at);
    list_days(k, due, a, x);
    list_warnings(due, a, x);
    list_suspensions(k, due, a, x);
    list_extensions(k, a, x);
    period_tell(k, due, a, x);
}

bool period_explain_days(const Content *c, const Period *p, PeriodTrigger from,
                         const PeriodFacts *facts, Arena *a, PeriodExplanation *out, Err *e) {
    const PeriodFacts none = PERIOD_NO_FACTS, *f = facts != NULL ? facts : &none;
    const Period *applied = period_applied(c, p, from, f, e);
    Count k[2] = {{.content = c, .period = applied, .from = from, .facts = f},
                  {.content = c, .period = applied, .from = from, .facts = f}};
    PeriodDue due[2];
    PeriodExplanation x = {0};
    size_t taken = 0;

    if (applied == NULL)
        return false;
    if (applied->stricter_of.count == 0) {
        if (!period_count(&k[0], &due[0], e))
            return false;
    } else {
        if (!period_count_both(k, due, &taken, e))
            return false;
        PeriodCompared *both = arena_array_of(a, 2, PeriodCompared);

        for (size_t i = 0; i < 2; i++)
            both[i] =
                (PeriodCompared){k[i].period->period, k[i].period->title, due[i].due, i == taken};
        x.compared = (BindList){both, 2};
    }
    tell(&k[taken], &due[taken], applied, a, &x);
    *out = x;
    return true;
}
