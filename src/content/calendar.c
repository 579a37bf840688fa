/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/calendar.c: holidays and make-up workdays, one byte a day. */
#include <string.h>

#include "content/period.h"
#include "content/snapshot.h"

#include "base/banned.h"

typedef struct Holiday {
    Str name;
    Day from, to;
} Holiday;

typedef struct CalendarYear {
    int64_t year;
    BindList holidays, workdays;
} CalendarYear;

typedef struct CalendarFile {
    Str calendar, title;
    BindList basis, years;
} CalendarFile;

const Bind holiday_rows[] = {
    BIND_STR_MOST(Holiday, name, "name", REQUIRED, 40, "name of the holiday"),
    BIND_DATE(Holiday, from, "from", REQUIRED, "first day off"),
    BIND_DATE(Holiday, to, "to", REQUIRED, "last day off"),
    BIND_END,
};

const Bind calendar_year_rows[] = {
    BIND_INT(CalendarYear, year, "year", REQUIRED, "the year the days lie in"),
    BIND_OBJECTS(CalendarYear, holidays, "holidays", REQUIRED, holiday_rows, Holiday,
                 "days off, weekends among them included"),
    BIND_TEXTS(CalendarYear, workdays, "workdays", OPTIONAL,
               "Saturdays and Sundays that are worked"),
    BIND_END,
};

const Bind calendar_rows[] = {
    BIND_STR_MOST(CalendarFile, calendar, "calendar", REQUIRED, 60, "id: the file's name"),
    BIND_STR_MOST(CalendarFile, title, "title", REQUIRED, 60, "Chinese title"),
    BIND_OBJECTS(CalendarFile, basis, "basis", OPTIONAL, basis_rows, Basis, "the notices"),
    BIND_OBJECTS(CalendarFile, years, "years", REQUIRED, calendar_year_rows, CalendarYear,
                 "year by year"),
    BIND_END,
};

enum { YEAR_FIRST = 1949, YEAR_LAST = 2199 };

typedef struct Making {
    unsigned char *rest;
    Str *holiday;
    bool *known;
    Day first, last;
} Making;

static bool weekend(Day d) {
    return day_weekday(d) >= 6;
}

static bool fail_day(const Node *at, Err *e, int64_t year) {
    return content_fail(at, e, "日期不在 %lld 年内：跨年的假日按年分开写", (long long)year);
}

static bool mark_holidays(Making *m, const CalendarYear *y, const Node *at, Day first, Day last,
                          Err *e) {
    const Holiday *h = y->holidays.items;

    for (size_t i = 0; i < y->holidays.count; i++) {
        const Node *place = content_item(at, "holidays", i);

        if (h[i].from < first || h[i].to > last)
            return fail_day(place, e, y->year);
        if (h[i].to < h[i].from)
            return content_fail(place, e, "“%.*s”的末日早于首日", STR_ARG(h[i].name));
        for (Day d = h[i].from; d <= h[i].to; d++) {
            m->rest[d - m->first] = 1;
            m->holiday[d - m->first] = h[i].name;
        }
    }
    return true;
}

static bool mark_workdays(Making *m, const CalendarYear *y, const Node *at, Day first, Day last,
                          Err *e) {
    const Str *days = y->workdays.items;

    for (size_t i = 0; i < y->workdays.count; i++) {
        const Node *place = content_item(at, "workdays", i);
        Day d;

        if (!day_parse(days[i], &d))
            return content_fail(place, e, "“%.*s”不是日期", STR_ARG(days[i]));
        if (d < first || d > last)
            return fail_day(place, e, y->year);
        if (m->holiday[d - m->first].len > 0)
            return content_fail(place, e, "“%.*s”既是假日又是调休上班日", STR_ARG(days[i]));
        if (!weekend(d))
            return content_fail(place, e, "“%.*s”本来就是工作日，不必写作调休上班日",
                                STR_ARG(days[i]));
        m->rest[d - m->first] = 0;
    }
    return true;
}

static bool mark_year(Making *m, const CalendarYear *y, const Node *at, Err *e) {
    Day first = day_of((int)y->year, 1, 1), last = day_of((int)y->year, 12, 31);

    if (m->known[first - m->first])
        return content_fail(content_place(at, "year"), e,
                            "%lld 年已有一份日历，写了两遍：一年只能有一份，请合并",
                            (long long)y->year);
    for (Day d = first; d <= last; d++) {
        m->known[d - m->first] = true;
        m->rest[d - m->first] = weekend(d);
    }
    return mark_holidays(m, y, at, first, last, e) && mark_workdays(m, y, at, first, last, e);
}

/* Room from the first to the last year that any file has. */
static bool make_room(Content *c, const ContentFile *files, const CalendarFile *read, size_t n,
                      Making *m, Err *e) {
    int64_t least = YEAR_LAST + 1, most = YEAR_FIRST - 1;

    for (size_t i = 0; i < n; i++) {
        const CalendarYear *years = read[i].years.items;

        for (size_t j = 0; j < read[i].years.count; j++) {
            if (years[j].year < YEAR_FIRST || years[j].year > YEAR_LAST)
                return content_fail(content_place(content_item(files[i].tree, "years", j), "year"),
                                    e, "年份应在 %d 到 %d 之间", YEAR_FIRST, YEAR_LAST);
            least = years[j].year < least ? years[j].year : least;
            most = years[j].year > most ? years[j].year : most;
        }
    }
    if (least > most)
        return true;
    m->first = day_of((int)least, 1, 1);
    m->last = day_of((int)most, 12, 31);
    size_t days = (size_t)(m->last - m->first) + 1;

    m->rest = arena_alloc(c->arena, days);
    m->holiday = arena_array_of(c->arena, days, Str);
    m->known = arena_array_of(c->arena, days, bool);
    return true;
}

bool load_calendar(Content *c, Err *e) {
    const ContentFile *files;
    size_t n = content_files(c, "calendars", &files);
    CalendarFile *read = arena_array_of(c->arena, n, CalendarFile);
    Making m = {.first = DAY_NONE, .last = DAY_NONE};

    for (size_t i = 0; i < n; i++) {
        if (files[i].tree == NULL)
            return err_set(e, ERR_CONTENT, files[i].path, "日历文件应当是 .yaml");
        if (!bind_read(c->arena, calendar_rows, files[i].tree, &read[i], e) ||
            !content_id_check(&files[i], "calendar", read[i].calendar, e))
            return false;
    }
    if (!make_room(c, files, read, n, &m, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        const CalendarYear *years = read[i].years.items;

        for (size_t j = 0; j < read[i].years.count; j++)
            if (!mark_year(&m, &years[j], content_item(files[i].tree, "years", j), e))
                return false;
    }
    c->calendar = (Calendar){m.first, m.last, m.rest, m.holiday, m.known};
    return true;
}

static bool covers(const Calendar *k, Day d) {
    return k->first != DAY_NONE && d >= k->first && d <= k->last && k->known[d - k->first];
}

bool calendar_workday(const Content *c, Day d, bool *known) {
    bool is = covers(&c->calendar, d);

    if (known != NULL)
        *known = is;
    return is ? !c->calendar.rest[d - c->calendar.first] : !weekend(d);
}

bool calendar_differs(const Content *before, const Content *after, Day *first, Day *last) {
    const Calendar *k[] = {&before->calendar, &after->calendar};
    bool differs = false;

    for (size_t i = 0; i < 2; i++) {
        if (k[i]->first == DAY_NONE)
            continue;
        for (Day d = k[i]->first; d <= k[i]->last; d++) {
            if (calendar_workday(before, d, NULL) == calendar_workday(after, d, NULL))
                continue;
            *first = !differs || d < *first ? d : *first;
            *last = !differs || d > *last ? d : *last;
            differs = true;
        }
    }
    return differs;
}

Str calendar_holiday(const Content *c, Day d) {
    return covers(&c->calendar, d) ? c->calendar.holiday[d - c->calendar.first] : (Str){NULL, 0};
}

Day calendar_roll(const Content *c, Day d) {
    if (d == DAY_NONE)
        return d;
    while (!calendar_workday(c, d, NULL))
        d++;
    return d;
}

Day calendar_add_workdays(const Content *c, Day d, int64_t n) {
    Day step = n < 0 ? -1 : 1;

    if (d == DAY_NONE)
        return d;
    for (int64_t left = n < 0 ? -n : n; left > 0;) {
        d += step;
        left -= calendar_workday(c, d, NULL);
    }
    return d;
}
