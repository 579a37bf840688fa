/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/field_amount.c: money, numbers and areas. Nearly every cell is plain digits and takes the
 * short way; all others go through base/amount.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "content/field_inside.h"

#include "base/banned.h"

static const int64_t tens[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

/* 1234.50: at most fifteen digits, at most eight behind the point. */
typedef struct Plain {
    int64_t digits;
    size_t whole, decimals; /* how many digits on either side */
    bool point;
} Plain;

static bool plain_read(Str s, Plain *p) {
    if (s.len == 0 || s.len > 16)
        return false;
    *p = (Plain){0};
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (c == '.' && !p->point) {
            p->point = true;
            continue;
        }
        if (c < '0' || c > '9')
            return false;
        p->digits = p->digits * 10 + (c - '0');
        ++*(p->point ? &p->decimals : &p->whole);
    }
    return p->whole > 0 && (!p->point || p->decimals > 0) && p->whole + p->decimals <= 15 &&
           p->decimals <= 8;
}

/* Is there no zero that our own writing would leave out? */
static bool is_tight(const Plain *p, Str s, size_t keeps) {
    bool front = s.ptr[0] != '0' || p->whole == 1;

    return front && (p->decimals <= keeps || s.ptr[s.len - 1] != '0');
}

/* Exact, or not at all: 0 decimals are left over below a ten-thousandth of a 元. */
static bool plain_money(const Plain *p, Money scale, Money *out) {
    int64_t all;

    if (__builtin_mul_overflow(p->digits, scale, &all) || all % tens[p->decimals] != 0)
        return false;
    *out = all / tens[p->decimals];
    return true;
}

static bool differs(const FieldValue *v, const char *canonical) {
    return !str_is(v->original, canonical);
}

/* 500万美元 is an amount, only not one that can be told in 元 without a rate. */
static bool is_foreign(Str s) {
    static const char *const words[] = {"美元", "美金", "港元", "港币",     "日元", "欧元",
                                        "英镑", "台币", "澳元", "加元",     "韩元", "澳门元",
                                        "法郎", "马克", "卢布", "新加坡元", "USD",  "HKD"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_find(s, str_of(words[i])) >= 0)
            return true;
    return false;
}

static bool refuse_money(const Field *f, FieldValue *v, const char **reason) {
    if (f->required || v->original.len >= 64 || !is_foreign(v->original))
        return field_refuse(v, reason, "不是金额：请写成 20000.00，或 2万元");
    v->changed = true;
    v->valid = false;
    return true;
}

bool field_read_money(const Field *f, FieldValue *v, const char **reason) {
    bool wan = str_eq(f->unit, STR("万元"));
    Money scale = wan ? 10000 * MONEY_YUAN : MONEY_YUAN, money;
    Plain plain;
    char canonical[32];

    if (plain_read(v->original, &plain) && plain_money(&plain, scale, &money)) {
        v->changed = (wan && money != 0) || plain.decimals < 2 || plain.decimals > 4 ||
                     !is_tight(&plain, v->original, 2);
        return field_take_integer(f, v, VALUE_INT, money, money);
    }
    if (!money_parse(v->original, scale, &money))
        return refuse_money(f, v, reason);
    money_format(money, canonical);
    v->changed = differs(v, canonical);
    return field_take_integer(f, v, VALUE_INT, money, money);
}

bool field_read_integer(const Field *f, FieldValue *v, const char **reason) {
    Plain plain;
    int64_t value;
    char canonical[24];

    if (plain_read(v->original, &plain) && !plain.point) {
        v->changed = !is_tight(&plain, v->original, 0);
        return field_take_integer(f, v, VALUE_INT, plain.digits, plain.digits);
    }
    if (!integer_parse(v->original, &value))
        return field_refuse(v, reason, "不是整数");
    snprintf(canonical, sizeof canonical, "%" PRId64, value);
    v->changed = differs(v, canonical);
    return field_take_integer(f, v, VALUE_INT, value, value);
}

void field_real_text(double value, char out[32]) {
    snprintf(out, 32, "%.15g", value);
}

static bool take_real(const Field *f, FieldValue *v, double value) {
    char canonical[32];

    field_real_text(value, canonical);
    v->changed = differs(v, canonical);
    v->kind = VALUE_REAL;
    v->real = value;
    v->out_of_range = !field_range_real(f, value);
    return true;
}

/* Fifteen digits and a power of ten below 2^53 are both exact, so their quotient is rounded once,
 * as strtod's is. */
static bool take_plain_real(const Field *f, FieldValue *v, const Plain *p) {
    v->kind = VALUE_REAL;
    v->real = (double)p->digits / (double)tens[p->decimals];
    v->changed = !is_tight(p, v->original, 0);
    v->out_of_range = !field_range_real(f, v->real);
    return true;
}

/* %.15g writes very small numbers with an exponent; those take the long way. */
static bool is_everyday(const Plain *p) {
    return p->decimals == 0 || p->digits >= tens[p->decimals] / 1000;
}

bool field_read_number(const Field *f, FieldValue *v, const char **reason) {
    Plain plain;
    double value;

    if (plain_read(v->original, &plain) && is_everyday(&plain))
        return take_plain_real(f, v, &plain);
    if (!number_parse(v->original, &value))
        return field_refuse(v, reason, "不是数字");
    return take_real(f, v, value);
}

bool field_read_area(const Field *f, FieldValue *v, const char **reason) {
    double scale = str_is(f->unit, "亩")     ? 10000.0 / 15
                   : str_is(f->unit, "公顷") ? 10000
                                             : 1,
           value;
    Plain plain;

    if (scale == 1 && plain_read(v->original, &plain) && is_everyday(&plain))
        return take_plain_real(f, v, &plain);
    if (!area_parse(v->original, scale, &value))
        return field_refuse(v, reason, "不是面积：请写成 1000，或 1.5亩");
    return take_real(f, v, value);
}
