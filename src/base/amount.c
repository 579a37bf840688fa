/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/amount.c: money, numbers and areas as people write them. */
#include "base/amount.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/numeral.h"

#include "base/banned.h"

static bool take_minus(Cursor *c) {
    return take(c, '-') || take(c, 0x2212) || take(c, U'负');
}

/* ---- money ---- */

static bool take_renminbi(Cursor *c) {
    return take_word(c, "人民币") || take_word(c, "RMB") || take_word(c, "CNY");
}

static bool take_yuan(Cursor *c) {
    return take(c, U'元') || take(c, U'圆') || take(c, U'圓');
}

/* 人民币, ￥ and a colon, in front of the number. */
static void take_money_mark(Cursor *c) {
    if (take_renminbi(c)) {
        take_blanks(c);
        take(c, ':');
        take_blanks(c);
    }
    if (!take(c, 0xFFE5) && !take(c, 0xA5))
        return;
    take_blanks(c);
}

/* One digit and 角 or 分, after an optional 零. */
static bool take_part(Cursor *c, uint32_t unit, uint32_t other_unit, int *value) {
    size_t before = c->at;

    take_blanks(c);
    if (chinese_digit(peek(c)) == 0 && c->rune[c->at + 1] != unit &&
        c->rune[c->at + 1] != other_unit)
        c->at++;
    int digit = is_digit(peek(c)) ? (int)(peek(c) - '0') : chinese_digit(peek(c));

    if (digit >= 0) {
        c->at++;
        if (take(c, unit) || (other_unit && take(c, other_unit))) {
            *value = digit;
            return true;
        }
    }
    c->at = before;
    return false;
}

/* 肆角伍分, 零伍分, 叁角 */
static Scaled take_cents(Cursor *c) {
    int tenths = 0, hundredths = 0;

    take_part(c, U'角', U'毛', &tenths);
    take_part(c, U'分', 0, &hundredths);
    return SCALED_ONE / 10 * tenths + SCALED_ONE / 100 * hundredths;
}

/* (万元), (元), (万元人民币), (人民币): what stands in brackets behind a bare number. */
static bool take_bracket(Cursor *c, Numeral *n, bool *unit) {
    int64_t by = 1, one;

    if (!take(c, '('))
        return true;
    take_renminbi(c);
    while ((one = chinese_multiplier(peek(c))) != 0) {
        if (by > 100000000)
            return false;
        by *= one;
        c->at++;
    }
    bool yuan = take_yuan(c);

    take_renminbi(c);
    if (!take(c, ')') || (by > 1 && *unit) || n->value > SCALED_MAX / by)
        return false;
    n->value *= by;
    *unit = *unit || yuan || by > 1;
    return true;
}

static bool to_money(Scaled value, Money unit_scale, bool minus, Money *out) {
    assert(unit_scale > 0);
    if (value > INT64_MAX * SCALED_ONE / unit_scale)
        return false;
    value *= unit_scale;
    if (value % SCALED_ONE != 0) /* finer than a ten-thousandth of a 元 */
        return false;
    value /= SCALED_ONE;
    *out = minus ? -(Money)value : (Money)value;
    return true;
}

bool money_parse(Str text, Money unit_scale, Money *out) {
    Cursor c;
    Numeral n;

    if (!cursor_start(&c, text))
        return false;
    bool minus = take_minus(&c);

    take_money_mark(&c);
    minus = (!minus && take_minus(&c)) || minus;
    size_t start = c.at;

    if (!take_numeral(&c, &n))
        return false;
    bool unit = n.whole_unit;

    take_blanks(&c);
    if (take_yuan(&c)) {
        unit = true;
        if (n.value % SCALED_ONE == 0)
            n.value += take_cents(&c);
    } else if (peek(&c) == U'角' || peek(&c) == U'毛' || peek(&c) == U'分') {
        unit = true;
        c.at = start;
        n.value = take_cents(&c);
    }
    if (!take(&c, U'整'))
        take(&c, U'正');
    take_blanks(&c);
    if (take_renminbi(&c) && take_yuan(&c)) /* 100万人民币元 */
        unit = true;
    take_blanks(&c);
    if (!take_bracket(&c, &n, &unit) || !at_end(&c))
        return false;
    return to_money(n.value, unit ? MONEY_YUAN : unit_scale, minus, out);
}

void money_format(Money m, char out[32]) {
    uint64_t size = m < 0 ? -(uint64_t)m : (uint64_t)m;
    int n = snprintf(out, 32, "%s%llu.%04u", m < 0 ? "-" : "",
                     (unsigned long long)(size / MONEY_YUAN), (unsigned)(size % MONEY_YUAN));

    for (int cut = 0; cut < 2 && out[n - 1] == '0'; cut++)
        out[--n] = '\0';
}

/* ---- numbers ---- */

/* Sign and digits as strtod reads them: no commas, full-width ones made half-width. */
static bool take_double(Cursor *c, double *out) {
    char digits[CURSOR_MAX + 2];
    size_t n = 0, start;
    Scaled ignored;

    if (take_minus(c))
        digits[n++] = '-';
    else
        take(c, '+');
    start = c->at;
    if (peek(c) != '.' && !is_digit(peek(c)))
        return false;
    /* take_decimal knows where commas may stand; it may refuse only for want of room. */
    if (!take_decimal(c, &ignored)) {
        c->at = start;
        while (is_digit(peek(c)))
            c->at++;
        if (take(c, '.') && !is_digit(peek(c)))
            return false;
        while (is_digit(peek(c)))
            c->at++;
    }
    if (take(c, 'e') || take(c, 'E')) {
        if (peek(c) == '+' || peek(c) == '-')
            c->at++;
        if (!is_digit(peek(c)))
            return false;
        while (is_digit(peek(c)))
            c->at++;
    }
    for (size_t i = start; i < c->at; i++)
        if (c->rune[i] != ',')
            digits[n++] = (char)c->rune[i];
    digits[n] = '\0';
    *out = strtod(digits, NULL);
    return isfinite(*out);
}

bool number_parse(Str text, double *out) {
    Cursor c;
    double value;

    if (!cursor_start(&c, text) || !take_double(&c, &value) || !at_end(&c))
        return false;
    *out = value;
    return true;
}

bool integer_parse(Str text, int64_t *out) {
    Cursor c;
    Scaled value;

    if (!cursor_start(&c, text))
        return false;
    bool minus = take_minus(&c);

    if (!minus)
        take(&c, '+');
    if (!is_digit(peek(&c)) || !take_decimal(&c, &value) || !at_end(&c) || value % SCALED_ONE != 0)
        return false;
    value /= SCALED_ONE; /* at most 18 digits */
    *out = minus ? -(int64_t)value : (int64_t)value;
    return true;
}

/* 二〇二四: digit by digit. */
static bool take_spelled(Cursor *c, int64_t *out) {
    int64_t value = 0;
    size_t n = 0;

    for (int digit; (digit = chinese_digit(peek(c))) >= 0; c->at++, n++) {
        if (n == 18)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return n > 0;
}

bool chinese_number_parse(Str text, int64_t *out) {
    Cursor c;
    Numeral n;
    int64_t spelled;

    if (!cursor_start(&c, text))
        return false;
    bool minus = take(&c, U'负');
    size_t start = c.at;

    if (take_spelled(&c, &spelled) && at_end(&c)) {
        *out = minus ? -spelled : spelled;
        return true;
    }
    c.at = start;
    if (!take_numeral(&c, &n) || !at_end(&c) || n.arabic)
        return false;
    int64_t value = (int64_t)(n.value / SCALED_ONE); /* SCALED_MAX is 10^18 */

    *out = minus ? -value : value;
    return true;
}

/* ---- areas ---- */

static bool take_area_unit(Cursor *c, double *scale) {
    static const struct {
        const char *word; /* longer ones before those they begin with; letters in capitals */
        double square_metres;
    } units[] = {
        {"平方公里", 1e6}, {"平方千米", 1e6}, {"KM2", 1e6}, {"KM²", 1e6},  {"㎢", 1e6},
        {"平方米", 1},     {"平米", 1},       {"㎡", 1},    {"M2", 1},     {"M²", 1},
        {"公顷", 1e4},     {"HM2", 1e4},      {"HM²", 1e4}, {"公亩", 100}, {"亩", 10000.0 / 15},
    };

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (take_word(c, units[i].word)) {
            *scale = units[i].square_metres;
            return true;
        }
    }
    return false;
}

bool area_parse(Str text, double unit_scale, double *out) {
    Cursor c;
    double value, scale = unit_scale;

    if (!cursor_start(&c, text) || !take_double(&c, &value))
        return false;
    take_blanks(&c);
    bool bracket = take(&c, '(');
    int64_t by = chinese_multiplier(peek(&c)); /* 万亩 */

    if (by)
        c.at++;
    bool unit = take_area_unit(&c, &scale);

    if ((!unit && (bracket || by)) || (bracket && !take(&c, ')')) || !at_end(&c) || value < 0)
        return false;
    *out = value * (by ? (double)by : 1) * scale;
    return true;
}
