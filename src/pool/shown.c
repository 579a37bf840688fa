/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/shown.c: pool values as text for people. */
#include "pool/shown.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/banned.h"

static Str day_text(Arena *a, Day d) {
    char text[11];

    day_format(d, text);
    return str_dup(a, str_of(text));
}

static Str time_text(Arena *a, int64_t micros) {
    const int64_t day = INT64_C(86400000000);
    int64_t days = micros / day, rest = micros % day;

    if (rest < 0) {
        rest += day;
        days--;
    }
    return str_format(a, "%.*s %02d:%02d:%02d", STR_ARG(day_text(a, (Day)days)),
                      (int)(rest / INT64_C(3600000000)), (int)(rest / 60000000 % 60),
                      (int)(rest / 1000000 % 60));
}

/* The shortest writing that reads back as the same number. */
static Str real_text(Arena *a, double real) {
    char text[40];

    for (int digits = 6; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, real);
        if (strtod(text, NULL) == real)
            break;
    }
    return str_dup(a, str_of(text));
}

static Str int_text(Arena *a, const Field *f, int64_t i) {
    char money[32];

    if (f->type != FIELD_MONEY)
        return str_format(a, "%" PRId64, i);
    money_format(i, money);
    return str_dup(a, str_of(money));
}

Node *shown_value(Arena *a, const Field *f, const PoolValue *v) {
    switch (v->type) {
    case POOL_DATE:
        return node_of_text(a, day_text(a, (Day)v->integer));
    case POOL_TIME:
        return node_of_text(a, time_text(a, v->integer));
    case POOL_INT:
        return node_of_text(a, int_text(a, f, v->integer));
    case POOL_REAL:
        return node_of_text(a, real_text(a, v->real));
    case POOL_TEXT:
        return node_of_text(a, v->text);
    default:
        return node_null(a);
    }
}
