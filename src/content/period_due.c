/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/period_due.c: the last day where nothing is known but the first, as models ask. */
#include <inttypes.h>

#include "content/period_inside.h"
#include "content/snapshot.h"

#include "base/banned.h"

/* The last day before any rolling. Hours are kept by the day they end on at the latest. */
static Day last_day(const Content *c, const Period *p, Day from) {
    switch ((PeriodUnit)p->unit) {
    case PERIOD_HOUR:
        return from + (Day)(p->count < 0 ? -((-p->count + 23) / 24) : (p->count + 23) / 24);
    case PERIOD_DAY:
        return from + (Day)p->count;
    case PERIOD_WORKDAY:
        return calendar_add_workdays(c, from, p->count);
    case PERIOD_MONTH:
        return day_add_months(from, (int)p->count);
    case PERIOD_YEAR:
        return day_add_months(from, (int)p->count * 12);
    }
    return from;
}

/* Of two periods, the one that ends earlier. */
static const Period *stricter(const Content *c, const Period *p, Day from) {
    const Str *ids = p->stricter_of.items;
    const Period *a = index_get(c->period_index, ids[0]), *b = index_get(c->period_index, ids[1]);

    return period_due(c, b, from) < period_due(c, a, from) ? b : a;
}

Day period_due(const Content *c, const Period *p, Day from) {
    if (from == DAY_NONE)
        return DAY_NONE;
    if (p->stricter_of.count > 0)
        p = stricter(c, p, from);
    Day due = last_day(c, p, from);

    return p->roll == ROLL_WORKDAY ? calendar_roll(c, due) : due;
}

static const char *title_of(const BindName *names, int value) {
    while (names->name != NULL && names->value != value)
        names++;
    return names->title;
}

static void add_day(Buf *out, Day d) {
    int year, month, day;

    day_split(d, &year, &month, &day);
    buf_addf(out, "%d年%d月%d日", year, month, day);
}

static void add_basis(Buf *out, const Period *p) {
    const Basis *b = p->basis.items;

    for (size_t i = 0; i < p->basis.count; i++) {
        buf_addf(out, "%s《%.*s》%.*s", i == 0 ? "依据：" : "，", STR_ARG(b[i].law),
                 STR_ARG(b[i].article));
        if (b[i].review)
            buf_add_c(out, "（待核）");
    }
    if (p->basis.count > 0)
        buf_add_c(out, "。");
}

/* Why the last day moved, and how sure the calendar is. */
static void add_roll(const Content *c, const Period *p, Day last, Day due, Buf *out) {
    bool known;
    bool work = calendar_workday(c, last, &known);
    Str name = calendar_holiday(c, last);

    if (p->roll == ROLL_WORKDAY && due != last) {
        buf_add_c(out, "，届满日");
        add_day(out, last);
        buf_addf(out, "是%s%.*s，顺延到", name.len > 0 ? "" : "休息日", STR_ARG(name));
        add_day(out, due);
    } else {
        buf_add_c(out, "，到");
        add_day(out, due);
        buf_add_c(out, "届满");
    }
    if (p->roll == ROLL_CUSTODY && !work)
        buf_add_c(out, "（在押期间，不因节假日延长）");
    calendar_workday(c, due, &known);
    if (!known && (p->roll == ROLL_WORKDAY || p->unit == PERIOD_WORKDAY))
        buf_add_c(out, "（该年的放假安排尚未载入，只按周末计算）");
    buf_add_c(out, "。");
}

void period_explain(const Content *c, const Period *p, Day from, Buf *out) {
    if (from != DAY_NONE && p->stricter_of.count > 0)
        p = stricter(c, p, from);
    const char *unit = title_of(period_unit_names, p->unit);

    if (from == DAY_NONE) {
        buf_addf(out, "%.*s：没有起算日期，无法计算。", STR_ARG(p->title));
        return;
    }
    buf_addf(out, "%.*s：", STR_ARG(p->title));
    add_day(out, from);
    if (p->count == 0) {
        buf_addf(out, "（%.*s），约定的就是这一天", STR_ARG(p->starts));
    } else if (p->count < 0) {
        buf_addf(out, "（%.*s）往前 %" PRId64 " %s", STR_ARG(p->starts), -p->count, unit);
    } else {
        buf_addf(out, "（%.*s）次日起算，%" PRId64 " %s", STR_ARG(p->starts), p->count, unit);
    }
    add_roll(c, p, last_day(c, p, from), period_due(c, p, from), out);
    add_basis(out, p);
}
