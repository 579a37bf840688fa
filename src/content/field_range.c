/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/field_range.c: plausible ranges, written as text in the field's own type. */
#include "content/field_range.h"

#include "content/snapshot.h"

#include "base/banned.h"

/* One end of the range; bare numbers are 元 and square metres here, whatever the field's own unit
 * is. */
static bool read_end(const Field *f, Str text, int64_t *integer, double *real) {
    Day day;

    switch (f->type) {
    case FIELD_DATE:
    case FIELD_TIME:
        if (!day_parse(text, &day))
            return false;
        *integer = day;
        return true;
    case FIELD_MONEY:
        return money_parse(text, MONEY_YUAN, integer);
    case FIELD_INTEGER:
        return integer_parse(text, integer);
    case FIELD_NUMBER:
        return number_parse(text, real);
    case FIELD_AREA:
        return area_parse(text, 1, real);
    default:
        return false;
    }
}

bool field_range_read(Field *f, const Node *at, Err *e) {
    bool dates = f->type == FIELD_DATE || f->type == FIELD_TIME;

    f->has_least = f->least.len > 0;
    f->most_today = dates && str_is(f->most, "today");
    f->has_most = f->most.len > 0 && !f->most_today;
    if (f->has_least && !read_end(f, f->least, &f->least_integer, &f->least_real))
        return content_fail(content_place(at, "least"), e,
                            "字段“%.*s”的下限“%.*s”读不出来，或这种类型没有范围", STR_ARG(f->field),
                            STR_ARG(f->least));
    if (f->has_most && !read_end(f, f->most, &f->most_integer, &f->most_real))
        return content_fail(content_place(at, "most"), e,
                            "字段“%.*s”的上限“%.*s”读不出来，或这种类型没有范围", STR_ARG(f->field),
                            STR_ARG(f->most));
    if (f->has_least && f->has_most &&
        (f->least_integer > f->most_integer || f->least_real > f->most_real))
        return content_fail(content_place(at, "least"), e, "字段“%.*s”的下限大于上限",
                            STR_ARG(f->field));
    return true;
}

/* Nothing here runs before this day, so older dates need no look at the clock. */
#define DAY_LONG_PAST 18262 /* 2020-01-01 */

bool field_range_integer(const Field *f, int64_t value) {
    return (!f->has_least || value >= f->least_integer) &&
           (!f->has_most || value <= f->most_integer) &&
           (!f->most_today || value <= DAY_LONG_PAST || value <= day_today());
}

bool field_range_real(const Field *f, double value) {
    return (!f->has_least || value >= f->least_real) && (!f->has_most || value <= f->most_real);
}
