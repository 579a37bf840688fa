/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/period_facts.c: what is known of a matter, looked at and made ready for the count. */
#include <stdio.h>
#include <string.h>

#include "content/period_inside.h"
#include "content/snapshot.h"

#include "base/banned.h"

const PeriodSuspends *period_suspends_of(const Period *p, Str reason) {
    const PeriodSuspends *s = period_suspends(p);

    if (reason.len == 0)
        return p->suspends.count == 1 ? s : NULL;
    for (size_t i = 0; i < p->suspends.count; i++)
        if (str_eq(s[i].reason, reason))
            return &s[i];
    return NULL;
}

const PeriodExtension *period_extension_of(const Period *p, Str id) {
    const PeriodExtension *x = period_extensions(p);

    for (size_t i = 0; i < p->extensions.count; i++)
        if (str_eq(x[i].extension, id))
            return &x[i];
    return NULL;
}

/* ---- what comes in ---- */

static bool bad_day(Day d, const char *where, Err *e) {
    char text[11];

    day_format(d, text);
    return err_set(e, ERR_INVALID, where, "日期 %s 不在 %d 年到 %d 年之间，请检查是否写错",
                   text[0] != '\0' ? text : "（无法识别）", PERIOD_FIRST_YEAR, PERIOD_LAST_YEAR);
}

static bool sane_day(Day d, const char *where, Err *e) {
    return (d >= period_first_day() && d <= period_last_day()) || bad_day(d, where, e);
}

static bool check_trigger(PeriodTrigger t, Err *e) {
    if (t.on == DAY_NONE && t.at == INSTANT_NONE)
        return err_set(e, ERR_INVALID, "/trigger", "没有起算的日期，无法计算期限");
    return sane_day(t.on, "/trigger", e);
}

const Period *period_applied(const Content *c, const Period *p, PeriodTrigger from,
                             const PeriodFacts *f, Err *e) {
    if (!check_trigger(from, e) || (f->fact_on != DAY_NONE && !sane_day(f->fact_on, "/fact_on", e)))
        return NULL;
    if (p->older == NULL && p->in_force_from == DAY_NONE && p->in_force_to == DAY_NONE)
        return p; /* the usual case: one version, for ever */
    return period_in_force(c, p->period, f->fact_on != DAY_NONE ? f->fact_on : from.on, e);
}

/* ---- suspensions ---- */

static void list_reasons(const Period *p, Buf *out) {
    const PeriodSuspends *s = period_suspends(p);

    for (size_t i = 0; i < p->suspends.count; i++)
        buf_addf(out, "%s%.*s", i > 0 ? "、" : "", STR_ARG(s[i].reason));
}

static bool unknown_reason(const Period *p, const char *where, Str reason, Err *e) {
    scoped_buf Buf known;

    buf_init(&known, 400);
    list_reasons(p, &known);
    if (p->count < 0)
        return err_set(e, ERR_INVALID, where, "期限“%.*s”是倒数的，没有不计入的时间",
                       STR_ARG(p->title));
    if (p->suspends.count == 0)
        return err_set(e, ERR_INVALID, where, "期限“%.*s”没有不计入期限的事由，不能因“%.*s”扣除",
                       STR_ARG(p->title), STR_ARG(reason));
    return err_set(e, ERR_INVALID, where, "期限“%.*s”不能因“%.*s”扣除，不计入的事由有：%.*s",
                   STR_ARG(p->title), STR_ARG(reason), STR_ARG(buf_str(&known)));
}

/* Keep gaps[] in order and apart: push in, then merge what touches. */
static void add_gap(Count *k, Gap g) {
    size_t at = 0, gone = 0;

    while (at < k->gap_count && k->gaps[at].to < g.from - 1)
        at++;
    while (at + gone < k->gap_count && (g.to == GAP_OPEN || k->gaps[at + gone].from <= g.to + 1)) {
        const Gap *old = &k->gaps[at + gone++];

        g.from = old->from < g.from ? old->from : g.from;
        g.to = old->to > g.to ? old->to : g.to;
    }
    memmove(&k->gaps[at + 1], &k->gaps[at + gone], (k->gap_count - at - gone) * sizeof *k->gaps);
    k->gaps[at] = g;
    k->gap_count += 1 - gone;
}

bool period_take_suspensions(Count *k, Err *e) {
    if (k->facts->suspension_count > PERIOD_SUSPENSIONS_MAX)
        return err_set(e, ERR_TOO_LARGE, "/suspensions", "不计入的时间最多 %d 段",
                       PERIOD_SUSPENSIONS_MAX);
    for (size_t i = 0; i < k->facts->suspension_count; i++) {
        const PeriodSuspension *s = &k->facts->suspensions[i];
        char where[40];

        snprintf(where, sizeof where, "/suspensions/%zu", i);
        if (period_suspends_of(k->period, s->reason) == NULL) {
            if (k->part)
                continue;
            return unknown_reason(k->period, where, s->reason, e);
        }
        if (!sane_day(s->from, where, e) || (s->to != DAY_NONE && !sane_day(s->to, where, e)))
            return false;
        if (s->to != DAY_NONE && s->to < s->from)
            return err_set(e, ERR_INVALID, where, "不计入的时间末日早于首日");
        add_gap(k, (Gap){s->from, s->to != DAY_NONE ? s->to : GAP_OPEN});
    }
    return true;
}

/* ---- stretches: the period and what lengthens it ---- */

/* Years count as months, and what follows in the same unit is counted in one piece: a month and a
 * month are two months, whatever the days between. */
static void add_stretch(Count *k, int unit, int64_t count) {
    Stretch *last = k->stretch_count > 0 ? &k->stretches[k->stretch_count - 1] : NULL;

    if (unit == PERIOD_YEAR) {
        unit = PERIOD_MONTH;
        count *= 12;
    }
    if (last != NULL && last->unit == unit)
        last->count += count;
    else
        k->stretches[k->stretch_count++] = (Stretch){.unit = unit, .count = count};
}

static size_t times_granted(const PeriodFacts *f, size_t until, Str id) {
    size_t n = 0;

    for (size_t i = 0; i < until; i++)
        n += str_eq(f->extensions[i].extension, id);
    return n;
}

static bool check_granted(const Count *k, size_t i, const PeriodExtension *x, const char *where,
                          Err *e) {
    const PeriodGranted *g = &k->facts->extensions[i];
    int64_t most = x->by > 0 ? x->by : x->to;

    if (g->count < 0 || g->count > most ||
        (x->to > 0 && g->count > 0 && g->count <= k->period->count))
        return err_set(e, ERR_INVALID, where, "“%.*s”最多%s %lld，不能是 %lld", STR_ARG(x->title),
                       x->by > 0 ? "延长" : "延长到", (long long)most, (long long)g->count);
    if (times_granted(k->facts, i, x->extension) >= (size_t)x->times)
        return err_set(e, ERR_INVALID, where, "“%.*s”最多批准 %lld 次", STR_ARG(x->title),
                       (long long)x->times);
    if (x->after.len > 0 && times_granted(k->facts, i, x->after) == 0)
        return err_set(e, ERR_INVALID, where, "“%.*s”要在“%.*s”之后才能批准", STR_ARG(x->title),
                       STR_ARG(period_extension_of(k->period, x->after)->title));
    return true;
}

static bool take_extension(Count *k, size_t i, Err *e) {
    const PeriodGranted *g = &k->facts->extensions[i];
    const PeriodExtension *x = period_extension_of(k->period, g->extension);
    char where[40];

    snprintf(where, sizeof where, "/extensions/%zu", i);
    if (x == NULL)
        return k->part || err_set(e, ERR_INVALID, where, "期限“%.*s”没有“%.*s”这种延长",
                                  STR_ARG(k->period->title), STR_ARG(g->extension));
    if (!check_granted(k, i, x, where, e))
        return false;
    int64_t count = g->count > 0 ? g->count : x->by > 0 ? x->by : x->to;

    if (x->to > 0)
        k->stretch_count = 0;
    add_stretch(k, x->unit, count);
    return true;
}

static bool check_set(const Count *k, Err *e) {
    const Period *p = k->period;
    const PeriodFacts *f = k->facts;

    if (!p->adjustable || k->part)
        return err_set(e, ERR_INVALID, "/set_count", "期限“%.*s”不能由文书另定", STR_ARG(p->title));
    if (f->set_count < 1 || f->set_count > 36500 || f->set_unit < PERIOD_HOUR ||
        f->set_unit > PERIOD_YEAR || (f->set_unit == PERIOD_HOUR) != (p->unit == PERIOD_HOUR))
        return err_set(e, ERR_INVALID, "/set_count", "文书另定的期限应是正数，单位与“%.*s”相称",
                       STR_ARG(p->title));
    return true;
}

/* An end that comes again: only where there is one to go on from. */
static bool check_times(const Count *k, Err *e) {
    int64_t times = k->facts->times;

    if (times == 0 || times == 1)
        return true;
    if (times < 0 || times > PERIOD_TIMES_MAX)
        return err_set(e, ERR_INVALID, "/times", "反复的期限应在第 1 次到第 %d 次之间",
                       PERIOD_TIMES_MAX);
    return (k->period->count > 0 && !k->part) ||
           err_set(e, ERR_INVALID, "/times", "期限“%.*s”不能反复计算", STR_ARG(k->period->title));
}

bool period_take_length(Count *k, Err *e) {
    const PeriodFacts *f = k->facts;

    if (f->set_count != 0 && !check_set(k, e))
        return false;
    if (f->extension_count > PERIOD_EXTENSIONS_MAX)
        return err_set(e, ERR_TOO_LARGE, "/extensions", "最多延长 %d 次", PERIOD_EXTENSIONS_MAX);
    if (!check_times(k, e))
        return false;
    add_stretch(k, f->set_count != 0 ? f->set_unit : k->period->unit,
                (f->set_count != 0 ? f->set_count : k->period->count) *
                    (f->times > 1 ? f->times : 1));
    for (size_t i = 0; i < f->extension_count; i++)
        if (!take_extension(k, i, e))
            return false;
    return true;
}

/* ---- of two periods ---- */

/* What one of them knows is enough. */
bool period_known_to_one(const Count k[2], Err *e) {
    const PeriodFacts *f = k[0].facts;

    for (size_t i = 0; i < f->suspension_count; i++)
        if (period_suspends_of(k[0].period, f->suspensions[i].reason) == NULL &&
            period_suspends_of(k[1].period, f->suspensions[i].reason) == NULL) {
            char where[40];

            snprintf(where, sizeof where, "/suspensions/%zu", i);
            return unknown_reason(k[0].period, where, f->suspensions[i].reason, e);
        }
    for (size_t i = 0; i < f->extension_count; i++)
        if (period_extension_of(k[0].period, f->extensions[i].extension) == NULL &&
            period_extension_of(k[1].period, f->extensions[i].extension) == NULL) {
            char where[40];

            snprintf(where, sizeof where, "/extensions/%zu", i);
            return err_set(e, ERR_INVALID, where, "两个期限都没有“%.*s”这种延长",
                           STR_ARG(f->extensions[i].extension));
        }
    return true;
}
