/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/period.c: statutory periods and the day they end. */
#include <inttypes.h>
#include <stdlib.h>

#include "content/snapshot.h"

#include "base/banned.h"

#define PERIOD_MOST 36500 /* days, months and so on: a century */

const BindName period_unit_names[] = {{"hour", PERIOD_HOUR, "小时"},
                                      {"day", PERIOD_DAY, "日"},
                                      {"workday", PERIOD_WORKDAY, "个工作日"},
                                      {"month", PERIOD_MONTH, "个月"},
                                      {NULL, 0, NULL}};

const BindName period_roll_names[] = {{"none", ROLL_NONE, "到期即止"},
                                      {"workday", ROLL_WORKDAY, "顺延到下一个工作日"},
                                      {"custody", ROLL_CUSTODY, "羁押期间，不因节假日延长"},
                                      {NULL, 0, NULL}};

const Bind period_rows[] = {
    BIND_STR_MOST(Period, period, "period", REQUIRED, 60, "id, in capitals: RT_REPLY"),
    BIND_STR_MOST(Period, title, "title", REQUIRED, 120, "what has to be done in it"),
    BIND_STR_MOST(Period, starts, "starts", REQUIRED, 120, "what starts it, in words"),
    BIND_INT(Period, count, "count", REQUIRED, "how many units; negative: before a day to come"),
    BIND_ENUM(Period, unit, "unit", REQUIRED, period_unit_names, "hour, day, workday or month"),
    BIND_ENUM(Period, roll, "roll", REQUIRED, period_roll_names,
              "what happens when the last day is a holiday"),
    BIND_STR_MOST(Period, lapse, "lapse", OPTIONAL, 120, "what follows when it lapses, in words"),
    BIND_STR_MOST(Period, note, "note", OPTIONAL, 300, "extensions and what does not count"),
    BIND_OBJECTS(Period, basis, "basis", REQUIRED, basis_rows, Basis, "the articles"),
    BIND_BOOL(Period, review, "review", OPTIONAL, "a lawyer has to confirm it"),
    BIND_END,
};

typedef struct PeriodFile {
    Str title;
    BindList periods;
} PeriodFile;

const Bind period_file_rows[] = {
    BIND_STR_MOST(PeriodFile, title, "title", OPTIONAL, 120, "heading"),
    BIND_OBJECTS(PeriodFile, periods, "periods", REQUIRED, period_rows, Period, "the periods"),
    BIND_END,
};

static bool is_period_id(Str id) {
    bool good = id.len > 0 && id.ptr[0] >= 'A' && id.ptr[0] <= 'Z';

    for (size_t i = 0; i < id.len && good; i++)
        good = (id.ptr[i] >= 'A' && id.ptr[i] <= 'Z') || (id.ptr[i] >= '0' && id.ptr[i] <= '9') ||
               id.ptr[i] == '_';
    return good;
}

static bool check(const Content *c, const Period *p, const Node *at, Err *e) {
    if (!is_period_id(p->period))
        return content_fail(content_place(at, "period"), e,
                            "“%.*s”不能作期限的标识：只用大写字母、数字和下划线",
                            STR_ARG(p->period));
    if (p->count == 0 || llabs(p->count) > PERIOD_MOST)
        return content_fail(content_place(at, "count"), e,
                            "期限的数应在 1 到 %d 之间（倒数的写负数）", PERIOD_MOST);
    if (p->count < 0 && p->roll == ROLL_WORKDAY)
        return content_fail(content_place(at, "roll"), e, "倒数的期限不顺延：roll 应为 none");
    if (index_get(c->period_index, p->period) != NULL)
        return content_fail(content_place(at, "period"), e, "期限“%.*s”写了两遍",
                            STR_ARG(p->period));
    return true;
}

bool load_periods(Content *c, Err *e) {
    const ContentFile *files;
    size_t n = content_files(c, "periods", &files), total = 0;
    PeriodFile *read = arena_array_of(c->arena, n, PeriodFile);

    for (size_t i = 0; i < n; i++) {
        if (files[i].tree == NULL)
            return err_set(e, ERR_CONTENT, files[i].path, "期限文件应当是 .yaml");
        if (!bind_read(c->arena, period_file_rows, files[i].tree, &read[i], e))
            return false;
        total += read[i].periods.count;
    }
    Period *all = arena_array_of(c->arena, total, Period);

    c->period_index = index_new(c->arena, total);
    for (size_t i = 0; i < n; i++) {
        const Period *list = read[i].periods.items;

        for (size_t j = 0; j < read[i].periods.count; j++) {
            Period *p = &all[c->period_count++];

            *p = list[j];
            if (!check(c, p, content_item(files[i].tree, "periods", j), e))
                return false;
            index_put(c->period_index, p->period, p);
        }
    }
    c->periods = all;
    return true;
}

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
    }
    return from;
}

Day period_due(const Content *c, const Period *p, Day from) {
    if (from == DAY_NONE)
        return DAY_NONE;
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
    const char *unit = title_of(period_unit_names, p->unit);

    if (from == DAY_NONE) {
        buf_addf(out, "%.*s：没有起算日期，无法计算。", STR_ARG(p->title));
        return;
    }
    buf_addf(out, "%.*s：", STR_ARG(p->title));
    add_day(out, from);
    if (p->count < 0) {
        buf_addf(out, "（%.*s）往前 %" PRId64 " %s", STR_ARG(p->starts), -p->count, unit);
    } else {
        buf_addf(out, "（%.*s）次日起算，%" PRId64 " %s", STR_ARG(p->starts), p->count, unit);
    }
    add_roll(c, p, last_day(c, p, from), period_due(c, p, from), out);
    add_basis(out, p);
}
