/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/list_days.c: conditions of the list about days: begun, ended and due between two days, and
 * ended in time. What 统计 counts by them, the list shows. */
#include "flow/matter_query.h"

#include "base/banned.h"

/* Instants of matters are written in China's time and begin with the day, so texts compare. */
static void since(MatterWhere *w, Arena *a, const char *column, Str day) {
    Day at;
    char text[11];

    if (!day.len || !day_parse(day, &at))
        return;
    day_format(at, text);
    w->args[w->count++] = ARG_OF_TEXT(str_dup(a, str_of(text)));
    buf_addf(&w->sql, " AND %s >= $%zu", column, w->count);
}

static void until(MatterWhere *w, Arena *a, const char *column, Str day) {
    Day at;
    char text[11];

    if (!day.len || !day_parse(day, &at))
        return;
    day_format(at + 1, text);
    w->args[w->count++] = ARG_OF_TEXT(str_dup(a, str_of(text)));
    buf_addf(&w->sql, " AND %s < $%zu", column, w->count);
}

#define RAN_OUT                                                                              \
    "EXISTS (SELECT 1 FROM matter_clock k WHERE k.matter = m.id AND k.fired = 'lapsed' AND " \
    "k.period <> '')"

const char matter_ran_out[] = RAN_OUT;

void matter_where_days(const MatterQuery *q, Arena *a, MatterWhere *w) {
    since(w, a, "m.opened", q->opened_from);
    until(w, a, "m.opened", q->opened_to);
    if (q->closed_from.len || q->closed_to.len)
        buf_add_c(&w->sql, " AND m.closed <> ''");
    since(w, a, "m.closed", q->closed_from);
    until(w, a, "m.closed", q->closed_to);
    if (str_is(q->in_time, "yes"))
        buf_add_c(&w->sql, " AND NOT " RAN_OUT);
    else if (str_is(q->in_time, "no"))
        buf_add_c(&w->sql, " AND " RAN_OUT);
    if (!q->due_from.len && !q->due_to.len)
        return;
    buf_add_c(&w->sql, " AND m.id IN (SELECT k.matter FROM matter_clock k WHERE k.state IN "
                       "('running','lapsed') AND k.period <> '' AND k.day <> ''");
    since(w, a, "k.day", q->due_from);
    until(w, a, "k.day", q->due_to);
    buf_add_char(&w->sql, ')');
}

static bool a_day(Str text, const char *where, Err *e) {
    Day at;

    return !text.len || day_parse(text, &at) ||
           err_set(e, ERR_INVALID, where, "“%.*s”不是日期，请写成 2026-03-02",
                   STR_ARG(str_slice(text, 0, 30)));
}

bool matter_days_check(const MatterQuery *q, Err *e) {
    return a_day(q->opened_from, "/opened_from", e) && a_day(q->opened_to, "/opened_to", e) &&
           a_day(q->closed_from, "/closed_from", e) && a_day(q->closed_to, "/closed_to", e) &&
           a_day(q->due_from, "/due_from", e) && a_day(q->due_to, "/due_to", e) &&
           (!q->in_time.len || str_is(q->in_time, "yes") || str_is(q->in_time, "no") ||
            err_set(e, ERR_INVALID, "/in_time", "按期与否请写 yes 或者 no"));
}
