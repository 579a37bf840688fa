/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/numeral.c: Arabic and Chinese numerals, exactly. */
#include "base/numeral.h"

#include "base/banned.h"

int chinese_digit(uint32_t rune) {
    static const uint32_t digits[][4] = {
        {U'〇', U'零', U'○'},
        {U'一', U'壹', U'弌'},
        {U'二', U'贰', U'貳', U'两'},
        {U'三', U'叁', U'參', U'叄'},
        {U'四', U'肆'},
        {U'五', U'伍'},
        {U'六', U'陆', U'陸'},
        {U'七', U'柒'},
        {U'八', U'捌'},
        {U'九', U'玖'},
    };

    if (rune < 0x80)
        return -1;
    for (int i = 0; i < 10; i++)
        for (int j = 0; j < 4; j++)
            if (digits[i][j] == rune)
                return i;
    return -1;
}

int64_t chinese_multiplier(uint32_t rune) {
    switch (rune) {
    case U'十':
    case U'拾':
        return 10;
    case U'百':
    case U'佰':
        return 100;
    case U'千':
    case U'仟':
        return 1000;
    case U'万':
    case U'萬':
        return 10000;
    case U'亿':
    case U'億':
        return 100000000;
    default:
        return 0;
    }
}

/* Whole part, with or without commas; a comma must stand before every three digits from the right.
 */
static bool take_whole(Cursor *c, Scaled *value) {
    size_t group = digits_ahead(c), digits = 0;
    bool commas = false;

    *value = 0;
    for (;;) {
        if (group == 0 || (commas && group != 3) || (digits += group) > 18)
            return false;
        for (size_t i = 0; i < group; i++)
            *value = *value * 10 + (c->rune[c->at++] - '0');
        if (peek(c) != ',')
            return true;
        if (!commas && group > 3)
            return false;
        commas = true;
        c->at++;
        group = digits_ahead(c);
    }
}

bool take_decimal(Cursor *c, Scaled *out) {
    Scaled value = 0, place = SCALED_ONE;

    if (peek(c) != '.' && !take_whole(c, &value))
        return false;
    value *= SCALED_ONE;
    if (take(c, '.')) {
        if (!is_digit(peek(c)))
            return false;
        for (; is_digit(peek(c)); c->at++) {
            place /= 10;
            if (place == 0 && peek(c) != '0') /* more than can be kept */
                return false;
            value += place * (peek(c) - '0');
        }
    }
    *out = value;
    return true;
}

/* A numeral half read:  1亿 2000万 三千 五
 *                       total       section here   */
typedef struct Reading {
    Scaled total;   /* what 万 and 亿 have closed */
    Scaled section; /* what 十百千 have closed since */
    Scaled here;    /* the digits that wait for their multiplier */
    size_t width;   /* how many they are, 0 for none */
    int64_t last;   /* the multiplier read last, 0 for none */
    int64_t small;  /* 十百千 must come in falling order: below this */
    bool zero;      /* 零 since the last multiplier */
    bool wan, yi;   /* already used at this level */
    bool any;
} Reading;

static bool multiply(Scaled *value, int64_t by) {
    if (*value > SCALED_MAX / by)
        return false;
    *value *= by;
    return true;
}

static bool read_digits(Cursor *c, Reading *r, Numeral *out) {
    int digit = chinese_digit(peek(c));

    if (r->width)
        return false;
    if (digit < 0) {
        size_t before = c->at;

        if (!take_decimal(c, &r->here))
            return false;
        r->width = c->at - before;
        out->arabic = true;
        return true;
    }
    c->at++;
    if (digit == 0) {
        r->zero = true;
        return true;
    }
    r->here = digit * SCALED_ONE;
    r->width = 1;
    return true;
}

static bool read_multiplier(Reading *r, int64_t by, Numeral *out) {
    if (by < 10000) {
        if (r->width == 0 && by == 10)
            r->here = SCALED_ONE; /* 十二 */
        else if (r->width == 0)
            return false;
        if (by >= r->small || !multiply(&r->here, by))
            return false;
        r->section += r->here;
        r->small = by;
        out->whole_unit = out->whole_unit || out->arabic;
    } else {
        Scaled closed = r->section + r->here;

        if (by == 10000 ? r->wan : r->yi)
            return false;
        if (by > 10000) { /* 亿 also multiplies the 万 before it */
            closed += r->total;
            r->total = 0;
        }
        if ((closed == 0 && r->width == 0) ||
            !multiply(&closed, by)) /* 0万 is written, 万 alone is not */
            return false;
        r->total += closed;
        r->wan = by == 10000;
        r->yi = r->yi || by > 10000;
        r->section = 0;
        r->small = 10000;
        out->whole_unit = true;
    }
    r->here = 0;
    r->width = 0;
    r->last = by;
    r->zero = false;
    return true;
}

/* 500 万: is a multiplier behind the blanks? */
static bool skip_to_multiplier(Cursor *c, const Reading *r) {
    size_t before = c->at;

    if (r->width && take_blanks(c) && chinese_multiplier(peek(c)))
        return true;
    c->at = before;
    return false;
}

/* 三万五 is 35,000 to one reader and 30,005 to another. */
static bool is_open(const Reading *r) {
    return r->last > 10 && r->width == 1 && !r->zero;
}

bool take_numeral(Cursor *c, Numeral *out) {
    Reading r = {.small = 10000};
    Numeral n = {0};

    for (;; r.any = true) {
        int64_t by = chinese_multiplier(peek(c));

        if (by) {
            if (!read_multiplier(&r, by, &n))
                return false;
            c->at++;
        } else if (is_digit(peek(c)) || peek(c) == '.' || chinese_digit(peek(c)) >= 0) {
            if (!read_digits(c, &r, &n))
                return false;
        } else if (!skip_to_multiplier(c, &r)) {
            break;
        }
    }
    n.value = r.total + r.section + r.here;
    if (!r.any || is_open(&r) || n.value > SCALED_MAX)
        return false;
    *out = n;
    return true;
}
