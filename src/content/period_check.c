/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/period_check.c: what a period must hold to before anybody counts by it. */
#include <stdlib.h>

#include "content/period_inside.h"
#include "content/snapshot.h"

#include "base/banned.h"

enum { TIMES_MOST = 10 };

/* A century of each, more or less: nothing in law is longer. */
static int64_t unit_most(int unit) {
    static const int64_t most[] = {[PERIOD_HOUR] = 8784,
                                   [PERIOD_DAY] = 36500,
                                   [PERIOD_WORKDAY] = 36500,
                                   [PERIOD_MONTH] = 1200,
                                   [PERIOD_YEAR] = 100};

    return most[unit];
}

/* At least so long, to compare units. */
static int64_t unit_hours(int unit) {
    static const int64_t hours[] = {[PERIOD_HOUR] = 1,
                                    [PERIOD_DAY] = 24,
                                    [PERIOD_WORKDAY] = 24,
                                    [PERIOD_MONTH] = 28 * 24,
                                    [PERIOD_YEAR] = 365 * 24};

    return hours[unit];
}

static bool is_period_id(Str id) {
    bool good = id.len > 0 && id.ptr[0] >= 'A' && id.ptr[0] <= 'Z';

    for (size_t i = 0; i < id.len && good; i++)
        good = (id.ptr[i] >= 'A' && id.ptr[i] <= 'Z') || (id.ptr[i] >= '0' && id.ptr[i] <= '9') ||
               id.ptr[i] == '_';
    return good;
}

static bool has(const Node *at, const char *key) {
    const Node *n = node_get(at, key);

    return n != NULL && n->kind != NODE_NULL;
}

static bool check_basis(const BindList *basis, const Node *at, const char *what, Str name, Err *e) {
    if (basis->count == 0)
        return content_fail(content_place(at, "basis"), e,
                            "%s“%.*s”没有法律依据：basis 至少写一条，条号未核的不写条号", what,
                            STR_ARG(name));
    return content_basis_check(basis, at, e);
}

/* ---- count, unit, roll ---- */

static bool check_needed(const Period *p, const Node *at, Err *e) {
    if (!has(at, "unit"))
        return content_fail(at, e,
                            "期限“%.*s”没有写单位：unit 应为 hour、day、workday、month 或 year",
                            STR_ARG(p->period));
    if (!has(at, "count"))
        return content_fail(at, e, "期限“%.*s”没有写期限的数：缺少 count", STR_ARG(p->period));
    if (!has(at, "roll"))
        return content_fail(
            at, e, "期限“%.*s”没有写届满日遇节假日怎么办：roll 应为 none、workday 或 custody",
            STR_ARG(p->period));
    return true;
}

static bool check_count(Period *p, const Node *at, Err *e) {
    bool hours = p->unit == PERIOD_HOUR;

    if (!check_needed(p, at, e))
        return false;
    if (p->count < -unit_most(p->unit) || p->count > unit_most(p->unit))
        return content_fail(content_place(at, "count"), e,
                            "期限的数应在 1 到 %lld 之间（倒数的写负数，约定的某一天写 0）",
                            (long long)unit_most(p->unit));
    if (p->count == 0 && p->unit != PERIOD_DAY)
        return content_fail(content_place(at, "unit"), e, "约定的某一天（count: 0）单位应为 day");
    if (p->count == 0 && p->adjustable)
        return content_fail(content_place(at, "adjustable"), e,
                            "约定的某一天（count: 0）没有长度，不能由文书另定");
    if (p->count < 0 && p->roll != ROLL_NONE)
        return content_fail(content_place(at, "roll"), e, "倒数的期限不顺延：roll 应为 none");
    if (p->count < 0 && hours)
        return content_fail(content_place(at, "unit"), e, "倒数的期限不能以小时计");
    if (hours && p->roll == ROLL_WORKDAY)
        return content_fail(content_place(at, "roll"), e, "以小时计的期限不顺延：roll 应为 none");
    if (p->counting == COUNT_BY_UNIT)
        p->counting = hours ? COUNT_SAME_HOUR : COUNT_NEXT_DAY;
    if (hours == (p->counting == COUNT_NEXT_DAY))
        return content_fail(content_place(at, "counting"), e, "%s",
                            hours ? "以小时计的期限，counting 应为 same_hour 或 next_hour"
                                  : "以日、月、年计的期限，counting 只能是 next_day");
    return true;
}

/* ---- warnings ---- */

static bool check_warning(const Period *p, const PeriodWarning *w, const Node *at, Err *e) {
    int64_t span = llabs(p->count) * unit_hours(p->unit);

    if (w->unit > PERIOD_WORKDAY)
        return content_fail(content_place(at, "unit"), e, "预警的单位只能是 hour、day 或 workday");
    if (w->before < 0)
        return content_fail(content_place(at, "before"), e,
                            "预警不能在届满之后：before 是届满前多久，不能是负数");
    if (p->count > 0 && w->before * unit_hours(w->unit) >= span)
        return content_fail(content_place(at, "before"), e,
                            "预警比期限还早：期限“%.*s”一开始就会预警", STR_ARG(p->period));
    return w->before <= unit_most(w->unit) ||
           content_fail(content_place(at, "before"), e, "预警提前得太多");
}

static bool check_warnings(const Period *p, const Node *at, Err *e) {
    const PeriodWarning *w = period_warnings(p);

    for (size_t i = 0; i < p->warnings.count; i++) {
        const Node *place = content_item(at, "warnings", i);

        if (!check_warning(p, &w[i], place, e))
            return false;
        if (i > 0 && w[i].level <= w[i - 1].level)
            return content_fail(content_place(place, "level"), e,
                                "预警按黄、橙、红的次序写，每级一条");
        if (i > 0 &&
            w[i].before * unit_hours(w[i].unit) > w[i - 1].before * unit_hours(w[i - 1].unit))
            return content_fail(content_place(place, "before"), e, "更急的预警不能早于前一级预警");
    }
    return true;
}

/* ---- what lengthens it ---- */

static bool check_suspends(const Period *p, const Node *at, Err *e) {
    const PeriodSuspends *s = period_suspends(p);

    if (p->suspends.count > 0 && p->count <= 0)
        return content_fail(content_place(at, "suspends"), e,
                            p->count < 0 ? "倒数的期限没有不计入的时间"
                                         : "约定的某一天（count: 0）没有不计入的时间");
    for (size_t i = 0; i < p->suspends.count; i++) {
        const Node *place = content_item(at, "suspends", i);

        if (s[i].reason.len == 0 || period_suspends_of(p, s[i].reason) != &s[i])
            return content_fail(content_place(place, "reason"), e,
                                "不计入的事由“%.*s”是空的，或写了两遍", STR_ARG(s[i].reason));
        if (!check_basis(&s[i].basis, place, "不计入的事由", s[i].reason, e))
            return false;
    }
    return true;
}

static bool check_amount(const Period *p, PeriodExtension *x, const Node *at, Err *e) {
    if ((x->by > 0) == (x->to > 0) || x->by < 0 || x->to < 0)
        return content_fail(at, e, "延长“%.*s”应写 by（再加多少）或 to（共多少），只写一个正数",
                            STR_ARG(x->extension));
    if (!has(at, "unit"))
        x->unit = p->unit;
    if ((x->unit == PERIOD_HOUR) != (p->unit == PERIOD_HOUR))
        return content_fail(content_place(at, "unit"), e,
                            "以小时计的期限只能延长若干小时，别的期限不能延长若干小时");
    if (x->to > 0 && (x->unit != p->unit || x->to <= p->count))
        return content_fail(content_place(at, "to"), e,
                            "to 是延长后的总数，单位与期限相同，且要比原来的 %lld 多",
                            (long long)p->count);
    if (x->by > unit_most(x->unit) || x->to > unit_most(x->unit))
        return content_fail(content_place(at, x->by > 0 ? "by" : "to"), e, "延长得太多");
    return true;
}

static bool check_extension(const Period *p, PeriodExtension *x, const Node *at, Err *e) {
    if (!content_id_fits(x->extension, 60) || period_extension_of(p, x->extension) != x)
        return content_fail(content_place(at, "extension"), e,
                            "“%.*s”不能作延长的标识：小写字母、数字和下划线，期限内不重复",
                            STR_ARG(x->extension));
    if (!check_amount(p, x, at, e))
        return false;
    if (!has(at, "times"))
        x->times = 1;
    if (x->times < 1 || x->times > TIMES_MOST || (x->times > 1 && x->to > 0))
        return content_fail(content_place(at, "times"), e,
                            "次数应在 1 到 %d 之间；写 to 的只能一次", TIMES_MOST);
    if (x->after.len > 0 &&
        (period_extension_of(p, x->after) == NULL || str_eq(x->after, x->extension)))
        return content_fail(content_place(at, "after"), e, "期限没有另一种延长“%.*s”",
                            STR_ARG(x->after));
    return check_basis(&x->basis, at, "延长", x->extension, e);
}

static bool check_extensions(const Period *p, const Node *at, Err *e) {
    PeriodExtension *x = p->extensions.items;

    if (p->extensions.count > 0 && p->count < 0)
        return content_fail(content_place(at, "extensions"), e, "倒数的期限不能延长");
    for (size_t i = 0; i < p->extensions.count; i++)
        if (!check_extension(p, &x[i], content_item(at, "extensions", i), e))
            return false;
    return true;
}

/* ---- the whole ---- */

static bool check_alone(const Period *p, const Node *at, Err *e) {
    static const char *const mine[] = {"count",    "unit",     "roll",       "counting",
                                       "warnings", "suspends", "extensions", "adjustable"};

    for (size_t i = 0; i < sizeof mine / sizeof *mine; i++)
        if (has(at, mine[i]))
            return content_fail(content_place(at, mine[i]), e,
                                "期限“%.*s”取两个期限中较严的一个，不再写 %s", STR_ARG(p->period),
                                mine[i]);
    if (p->stricter_of.count != 2)
        return content_fail(content_place(at, "stricter_of"), e,
                            "stricter_of 应当写两个期限的标识");
    return true;
}

static bool check_force(const Period *p, const Node *at, Err *e) {
    const struct {
        const char *key;
        Day day;
    } days[] = {{"in_force_from", p->in_force_from}, {"in_force_to", p->in_force_to}};

    for (size_t i = 0; i < 2; i++)
        if (days[i].day != DAY_NONE && (days[i].day < day_of(PERIOD_FIRST_YEAR, 1, 1) ||
                                        days[i].day > day_of(PERIOD_LAST_YEAR, 12, 31)))
            return content_fail(content_place(at, days[i].key), e,
                                "施行的日期应在 %d 年到 %d 年之间", PERIOD_FIRST_YEAR,
                                PERIOD_LAST_YEAR);
    if (p->in_force_from != DAY_NONE && p->in_force_to != DAY_NONE &&
        p->in_force_to < p->in_force_from)
        return content_fail(content_place(at, "in_force_to"), e, "失效的日期早于施行的日期");
    return true;
}

bool period_check(Period *p, const Node *at, Err *e) {
    if (!is_period_id(p->period))
        return content_fail(content_place(at, "period"), e,
                            "“%.*s”不能作期限的标识：只用大写字母、数字和下划线",
                            STR_ARG(p->period));
    if (!check_basis(&p->basis, at, "期限", p->period, e) || !check_force(p, at, e))
        return false;
    if (p->stricter_of.count > 0 || has(at, "stricter_of"))
        return check_alone(p, at, e);
    return check_count(p, at, e) && check_warnings(p, at, e) && check_suspends(p, at, e) &&
           check_extensions(p, at, e);
}

bool period_check_parts(const Content *c, const Period *p, const Node *at, Err *e) {
    const Str *ids = p->stricter_of.items;
    const Node *list = node_get(at, "stricter_of");

    for (size_t i = 0; i < p->stricter_of.count; i++) {
        const Period *part = index_get(c->period_index, ids[i]);
        NearestName n = {.wanted = ids[i]};

        for (size_t j = 0; part == NULL && j < c->period_count; j++)
            nearest_name(&n, c->periods[j].period);
        if (part == NULL)
            return content_unknown(list->items[i], "期限", &n, e);
        if (part->stricter_of.count > 0 || part->count <= 0 || (i > 0 && str_eq(ids[0], ids[1])))
            return content_fail(
                list->items[i], e,
                "stricter_of 只能写两个不同的、往后数的期限，倒数的和约定某一天的不行");
    }
    return true;
}
