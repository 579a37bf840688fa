/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/dates.c: periods inside conditions.
 *
 * A period's last day rises with the day it starts on. So “due(x, P) < today” holds exactly for all
 * x up to some day, which is found here by bisection: the query compares a plain date and never
 * sees the calendar. Only where the other side differs from row to row does the query look days up
 * in a calendar table. */
#include <stdio.h>

#include "model/rule.h"
#include "base/banned.h"

static const Expr *plain(const Expr *x) {
    while (x->meaning != NULL)
        x = x->meaning;
    return x;
}

static bool is_workdays(const Expr *span) {
    span = plain(span);
    return span->kind == EXPR_SPAN && span->unit == SPAN_WORKDAY;
}

static bool is_due(const Expr *x) {
    return x->kind == EXPR_CALL && x->function == FN_DUE;
}

static bool is_shift(const Expr *x) {
    return x->kind == EXPR_ARITHMETIC && x->type == TYPE_DATE;
}

Day date_add(const Content *c, Day d, const Expr *span, bool minus) {
    span = plain(span);
    int64_t n = minus ? -span->number : span->number;

    switch (span->unit) {
    case SPAN_MONTH:
        return day_add_months(d, (int)n);
    case SPAN_WORKDAY:
        return calendar_add_workdays(c, d, n);
    case SPAN_DAY:
        break;
    }
    return (Day)(d + n);
}

bool date_constant(const Expr *x, Day today, const Content *c, Day *out) {
    Day inner;

    x = plain(x);
    if (x->kind == EXPR_TODAY || x->kind == EXPR_DATE) {
        *out = x->kind == EXPR_TODAY ? today : (Day)x->number;
        return true;
    }
    if (is_due(x) && date_constant(x->args[0], today, c, &inner)) {
        *out = period_due(c, x->period, inner);
        return true;
    }
    if (is_shift(x) && date_constant(x->args[0], today, c, &inner)) {
        *out = date_add(c, inner, x->args[1], x->op == OP_SUB);
        return true;
    }
    return false;
}

const Expr *date_chain_column(const Expr *x) {
    x = plain(x);
    if (is_due(x) || is_shift(x))
        return date_chain_column(x->args[0]);
    return x->kind == EXPR_NAME && x->type == TYPE_DATE ? x : NULL;
}

static bool looks_up(const Expr *x) {
    x = plain(x);
    if (is_due(x))
        return true;
    return is_shift(x) && (is_workdays(x->args[1]) || looks_up(x->args[0]));
}

bool date_chain(const Expr *x) {
    return x->type == TYPE_DATE && date_chain_column(x) != NULL && looks_up(x);
}

Day date_chain_value(const Expr *x, const Content *c, Day from) {
    x = plain(x);
    if (is_due(x))
        return period_due(c, x->period, date_chain_value(x->args[0], c, from));
    if (is_shift(x))
        return date_add(c, date_chain_value(x->args[0], c, from), x->args[1], x->op == OP_SUB);
    return from;
}

Day date_chain_last(const Expr *x, Day today, const Content *c, Day limit, bool or_on) {
    /* Invariant: low fulfils it (or is before the first day), high does not. */
    Day low = day_of(1800, 1, 1) - 1, high = day_of(2200, 1, 1);

    (void)today;
    while (high - low > 1) {
        Day middle = low + (high - low) / 2;
        Day value = date_chain_value(x, c, middle);

        if (value < limit || (or_on && value == limit))
            low = middle;
        else
            high = middle;
    }
    return low;
}

bool needs_calendar(const Expr *x) {
    x = plain(x);
    if (is_due(x))
        return true;
    if (x->kind == EXPR_CALL && x->function == FN_OVERDUE)
        return false;
    if (x->kind == EXPR_ARITHMETIC && is_workdays(x->args[1]))
        return true;
    for (size_t i = 0; i < x->count; i++)
        if (needs_calendar(x->args[i]))
            return true;
    return false;
}

/* --- the calendar as a table ----------------------------------------------------------------- */

enum { CALENDAR_FROM = 1990, CALENDAR_TO = 2040 };

/* One text for all days, taken apart by the engine: parsing a literal for each of 18,000 rows would
 * take a hundred times as long. */
static bool fill_calendar(PoolSession *s, const Content *c, Err *e) {
    scoped_buf Buf days;
    Day from = day_of(CALENDAR_FROM, 1, 1), to = day_of(CALENDAR_TO + 1, 1, 1);
    long workdays = 0;

    buf_init(&days, 1 << 20);
    for (Day d = from; d < to; d++) {
        bool known;

        workdays += calendar_workday(c, d, &known);
        buf_addf(&days, "%s%d/%d/%ld", d == from ? "" : " ", (int)(d - from),
                 (int)(calendar_roll(c, d) - from), workdays);
    }
    PoolValue text = {.type = POOL_TEXT, .text = buf_str(&days)};
    char first[11];
    scoped_buf Buf sql;

    day_format(from, first);
    buf_init(&sql, 1 << 12);
    buf_addf(&sql,
             "INSERT INTO " CALENDAR_TABLE " SELECT DATE '%s' + CAST(split_part(x, '/', 1) AS "
             "INTEGER), DATE '%s' + CAST(split_part(x, '/', 2) AS INTEGER), CAST(split_part(x, "
             "'/', 3) AS BIGINT) FROM (SELECT unnest(string_to_array($1, ' ')) AS x) AS days",
             first, first);
    return pool_run(s, buf_str(&sql), &text, 1, NULL, e);
}

bool calendar_fit(PoolSession *s, const Content *c, Err *e) {
    const PoolValue *row;
    PoolRows *rows;
    bool filled;

    if (!pool_run(s,
                  STR("CREATE TEMP TABLE IF NOT EXISTS " CALENDAR_TABLE
                      " (day DATE, roll DATE, workdays BIGINT)"),
                  NULL, 0, NULL, e))
        return false;
    rows = pool_query(s, STR("SELECT count(*) FROM " CALENDAR_TABLE), NULL, 0, e);
    if (rows == NULL)
        return false;
    row = pool_next(rows, e);
    filled = row != NULL && row[0].integer > 0;
    pool_rows_close(rows);
    return row != NULL && (filled || fill_calendar(s, c, e));
}

void calendar_digest(const Content *c, char out[33]) {
    unsigned char hash[SM3_SIZE];
    Sm3 *s = sm3_new();

    for (Day d = day_of(CALENDAR_FROM, 1, 1); d < day_of(CALENDAR_TO + 1, 1, 1); d++) {
        bool known;
        char is = calendar_workday(c, d, &known) ? '1' : '0';

        sm3_add(s, &is, 1);
    }
    sm3_end(s, hash);
    for (int i = 0; i < 16; i++)
        snprintf(out + 2 * i, 3, "%02x", hash[i]);
}
