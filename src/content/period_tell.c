/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/period_tell.c: why a period ends when it does, in Chinese sentences. */
#include <inttypes.h>

#include "content/period_inside.h"
#include "content/snapshot.h"

#include "base/banned.h"

enum { TEXT_MOST = 8000 };

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

/* 2024年1月5日8时30分 */
static void add_moment(Buf *out, Instant at) {
    char text[INSTANT_TEXT];

    add_day(out, day_of_instant(at));
    instant_format(at, text);
    buf_addf(out, "%d时%02d分", (text[11] - '0') * 10 + text[12] - '0',
             (text[14] - '0') * 10 + text[15] - '0');
}

static void add_count(const Count *k, Buf *out) {
    const Period *p = k->period;
    bool set = k->facts->set_count != 0;
    int64_t n = set ? k->facts->set_count : p->count;

    if (k->facts->times > 1)
        buf_addf(out, "第 %" PRId64 " 次，每次 ", k->facts->times);
    buf_addf(out, "%" PRId64 " %s%s", n < 0 ? -n : n,
             title_of(period_unit_names, set ? k->facts->set_unit : p->unit),
             set ? "（文书另定）" : "");
}

static Str rule_of(const Count *k, Arena *a) {
    const Period *p = k->period;
    scoped_buf Buf out;

    buf_init(&out, 400);
    if (p->count != 0) {
        buf_addf(&out, "%s，",
                 p->count < 0 ? "自该日往前数" : title_of(period_counting_names, p->counting));
        add_count(k, &out);
    } else {
        buf_add_c(&out, "约定的就是这一天");
    }
    if (p->count >= 0 && p->unit != PERIOD_HOUR)
        buf_addf(&out, "，%s",
                 k->rolls                  ? "届满日遇节假日顺延"
                 : p->roll == ROLL_WORKDAY ? "在押，届满日不顺延"
                 : p->roll == ROLL_CUSTODY ? "羁押期间，届满日不顺延"
                                           : "届满日不顺延");
    return str_dup(a, buf_str(&out));
}

static void add_extensions(const PeriodExplanation *x, Buf *out) {
    const PeriodExtensionShown *e = x->extensions.items;

    for (size_t i = 0; i < x->extensions.count; i++)
        buf_addf(out, "经%.*s批准（%.*s）延长%s %" PRId64 " %s。", STR_ARG(e[i].approver),
                 STR_ARG(e[i].title), e[i].to ? "到" : "", e[i].count,
                 title_of(period_unit_names, e[i].unit));
}

static void add_suspensions(const PeriodExplanation *x, Buf *out) {
    const PeriodSuspensionShown *s = x->suspensions.items;

    for (size_t i = 0; i < x->suspensions.count; i++) {
        add_day(out, s[i].from);
        if (s[i].to != DAY_NONE) {
            buf_add_c(out, "至");
            add_day(out, s[i].to);
        } else {
            buf_add_c(out, "起");
        }
        buf_addf(out, "因%.*s不计入期限", STR_ARG(s[i].reason));
        if (s[i].days == 0)
            buf_add_c(out, "，但不在期限之内，没有影响。");
        else if (s[i].to == DAY_NONE)
            buf_add_c(out, "，尚未恢复。");
        else
            buf_addf(out, "，扣除 %" PRId64 " 日。", s[i].days);
    }
}

static void add_end(const Count *k, const PeriodDue *due, Buf *out) {
    const Period *p = k->period;
    Str name = due->last != DAY_NONE ? calendar_holiday(k->content, due->last) : (Str){NULL, 0};

    if (due->suspended) {
        buf_add_c(out, "恢复之前没有届满日。");
        return;
    }
    if (p->unit == PERIOD_HOUR) {
        add_moment(out, due->due_at);
        buf_addf(out, "届满%s。",
                 k->from.at == INSTANT_NONE
                     ? "（起算的时刻不明，按当日最后一刻起算，这是最晚的时刻）"
                     : "");
        return;
    }
    if (due->rolled) {
        buf_add_c(out, "最后一日");
        add_day(out, due->last);
        buf_addf(out, "是%s%.*s，顺延到", name.len > 0 ? "" : "休息日", STR_ARG(name));
    } else {
        buf_add_c(out, p->count < 0 ? "不晚于" : "到");
    }
    add_day(out, due->due);
    buf_add_c(out, "24时届满。");
    if (!due->rolled && p->count >= 0 && !k->rolls && !calendar_workday(k->content, due->due, NULL))
        buf_addf(out, "这一天是%s%.*s，但%s。", name.len > 0 ? "" : "休息日", STR_ARG(name),
                 p->roll == ROLL_NONE ? "这一期限到期即止" : "在押期间不因节假日延长");
}

static void add_compared(const PeriodExplanation *x, Buf *out) {
    const PeriodCompared *both = x->compared.items;

    for (size_t i = 0; i < x->compared.count; i++) {
        buf_addf(out, "“%.*s”", STR_ARG(both[i].title));
        if (both[i].due != DAY_NONE) {
            buf_add_c(out, "到");
            add_day(out, both[i].due);
            buf_add_c(out, "届满");
        } else {
            buf_add_c(out, "中止，没有届满日");
        }
        buf_add_c(out, i == 0 ? "，" : "，取较早届满的一个。");
    }
}

static void add_basis(const PeriodExplanation *x, Buf *out) {
    const Basis *b = x->basis.items;

    for (size_t i = 0; i < x->basis.count; i++)
        buf_addf(out, "%s《%.*s》%.*s%s", i == 0 ? "依据：" : "，", STR_ARG(b[i].law),
                 STR_ARG(b[i].article), b[i].review ? "（待核）" : "");
    buf_add_c(out, "。");
}

void period_tell(const Count *k, const PeriodDue *due, Arena *a, PeriodExplanation *x) {
    scoped_buf Buf out;

    buf_init(&out, TEXT_MOST);
    x->rule = rule_of(k, a);
    buf_addf(&out, "%.*s：", STR_ARG(x->title));
    if (k->from.at != INSTANT_NONE)
        add_moment(&out, k->from.at);
    else
        add_day(&out, k->from.on);
    buf_addf(&out, "（%.*s），%.*s。", STR_ARG(x->starts), STR_ARG(x->rule));
    if (x->in_force_from != DAY_NONE || x->in_force_to != DAY_NONE) {
        buf_add_c(&out, "适用");
        add_day(&out, x->fact_on != DAY_NONE ? x->fact_on : k->from.on);
        buf_add_c(&out, "施行的规定。");
    }
    add_extensions(x, &out);
    add_suspensions(x, &out);
    add_compared(x, &out);
    add_end(k, due, &out);
    if (x->calendar_unknown)
        buf_add_c(&out, "所涉年份的放假安排尚未载入，只按周末计算。");
    add_basis(x, &out);
    x->text = str_dup(a, buf_str(&out));
}
