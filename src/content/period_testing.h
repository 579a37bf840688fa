/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/period_testing.h: what the tests of the period engine share: rules of their own beside
 * the statutory ones, and short words for asking. */
#ifndef CONTENT_PERIOD_TESTING_H
#define CONTENT_PERIOD_TESTING_H

#include "content/period.h"
#include "content/testing.h"

static Content *content; /* built-in, and the periods below */

/* Rules that no statute in content has yet. */
static const char mine[] =
    "periods:\n"
    "  - {period: T_MONTH, title: 月, starts: 某, count: 1, unit: month, roll: none,\n"
    "     suspends: [{reason: 鉴定, basis: [{law: 某法, status: unverified}]}],\n"
    "     basis: [{law: 某法, status: unverified}]}\n"
    "  - {period: T_DAYS, title: 日, starts: 某, count: 10, unit: day, roll: workday,\n"
    "     adjustable: true, warnings: [{level: yellow, before: 7, unit: day}, {level: orange, "
    "before: 30, unit: hour}, {level: red, before: 1, unit: workday}],\n"
    "     suspends: [{reason: 鉴定, basis: [{law: 某法, status: unverified}]}, {reason: 听证, "
    "basis: [{law: 某法, status: unverified}]}],\n"
    "     extensions: [{extension: more, title: 复杂, approver: 某人, by: 5, times: 2, basis: "
    "[{law: 某法, status: unverified}]}, {extension: month, title: 特别复杂, approver: 某人, by: "
    "1, unit: month, after: more, basis: [{law: 某法, status: unverified}]}],\n"
    "     basis: [{law: 某法, status: unverified}]}\n"
    "  - {period: T_HOURS, title: 时, starts: 某, count: 48, unit: hour, roll: none,\n"
    "     suspends: [{reason: 鉴定, basis: [{law: 某法, status: unverified}]}],\n"
    "     basis: [{law: 某法, status: unverified}]}\n"
    "  - {period: T_AGREED, title: 约定, starts: 某, count: 0, unit: day, roll: workday,\n"
    "     warnings: [{level: yellow, before: 7, unit: day}, {level: red, before: 0, unit: day}],\n"
    "     extensions: [{extension: later, title: 改期, approver: 某人, by: 10, times: 2, basis: "
    "[{law: 某法, status: unverified}]}],\n"
    "     basis: [{law: 某法, status: unverified}]}\n"
    "  - {period: T_BACK, title: 倒数, starts: 某, count: -1, unit: month, roll: none, basis: "
    "[{law: 某法, status: unverified}]}\n"
    "  - {period: T_BOTH, title: 较严, starts: 某, stricter_of: [T_DAYS, T_MONTH], basis: [{law: "
    "某法, status: unverified}]}\n"
    "  - {period: T_EVEN, title: 一样长, starts: 某, count: 10, unit: day, roll: workday, basis: "
    "[{law: 某法, status: unverified}]}\n"
    "  - {period: T_TIE, title: 一样严, starts: 某, stricter_of: [T_EVEN, T_DAYS], basis: [{law: "
    "某法, status: unverified}]}\n"
    "  - {period: T_LAW, title: 新, starts: 某, count: 5, unit: day, roll: none, in_force_from: "
    "2020-01-01, basis: [{law: 某法, status: unverified}]}\n"
    "  - {period: T_LAW, title: 旧, starts: 某, count: 3, unit: day, roll: none, in_force_from: "
    "2010-01-01, in_force_to: 2015-12-31, basis: [{law: 某法, status: unverified}]}\n"
    "  - {period: T_LAW, title: 中, starts: 某, count: 4, unit: day, roll: none, in_force_from: "
    "2016-01-01, in_force_to: 2018-12-31, basis: [{law: 某法, status: unverified}]}\n";

static inline Day day(const char *text) {
    Day d;

    assert_true(day_parse(str_of(text), &d));
    return d;
}

/* "2024-01-05", or "2024-01-05T10:20:00". */
static inline PeriodTrigger trigger(const char *text) {
    Instant at;

    if (strchr(text, 'T') == NULL)
        return period_from_day(day(text));
    assert_true(instant_parse(str_of(text), &at));
    return period_from_instant(at);
}

static inline const Period *period(const char *id) {
    Err e = {0};
    const Period *p = content_period(content, str_of(id), &e);

    if (p == NULL)
        fail_msg("%s", e.text);
    return p;
}

static inline PeriodDue due_of(const char *id, const char *from, const PeriodFacts *facts) {
    PeriodDue due;
    Err e = {0};

    if (!period_compute(content, period(id), trigger(from), facts, &due, &e))
        fail_msg("%s from %s: %s %s", id, from, e.where, e.text);
    return due;
}

static inline void assert_moment(Instant is, const char *wanted, const char *what) {
    char text[INSTANT_TEXT];

    instant_format(is, text);
    text[19] = '\0';
    if (strcmp(text, wanted) != 0)
        fail_msg("%s: %s, wanted %s", what, text, wanted);
}

/* `wanted` as a day: its 24:00. */
static inline void ends(const char *id, const char *from, const PeriodFacts *facts,
                        const char *wanted) {
    PeriodDue due = due_of(id, from, facts);
    char text[11];

    if (strchr(wanted, 'T') != NULL) {
        assert_moment(due.due_at, wanted, id);
        return;
    }
    day_format(due.due, text);
    if (strcmp(text, wanted) != 0)
        fail_msg("%s from %s: %s, wanted %s", id, from, text, wanted);
    assert_true(day_of_instant(due.due_at) == due.due + 1);
    assert_true(day_of_instant(due.due_at - 1) == due.due);
}

static inline int start(void **state) {
    char folder[64];
    Err e = {0};

    (void)state;
    crypto_start();
    make_overlay(folder);
    put_file(folder, "periods/test.yaml", str_of(mine));
    content = content_load(folder, &e);
    remove_overlay(folder);
    if (content == NULL)
        print_error("%s: %s\n", e.where, e.text);
    return content == NULL;
}

static inline int stop(void **state) {
    (void)state;
    content_drop(content);
    return 0;
}

#endif
