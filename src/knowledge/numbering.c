/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/numbering.c: reading and writing the numbers of articles, and dates inside a text. */
#include "knowledge/numbering.h"

#include "base/day.h"
#include "base/numeral.h"

#include "base/banned.h"

bool numbering_skip(Str *s, Str what) {
    if (!str_starts(*s, what))
        return false;
    *s = str_slice(*s, what.len, s->len);
    return true;
}

static int arabic(uint32_t rune) {
    uint32_t half = rune_half_width(rune);

    return half >= '0' && half <= '9' ? (int)(half - '0') : -1;
}

static bool take_arabic(Str *s, int *out) {
    Str rest = *s, before = rest;
    uint32_t rune;
    int n = 0, digits = 0;

    while (str_rune(&rest, &rune) && arabic(rune) >= 0) {
        n = n * 10 + arabic(rune);
        before = rest;
        if (++digits > 4)
            return false;
    }
    if (digits == 0 || n == 0)
        return false;
    *s = before;
    *out = n;
    return true;
}

/* 十 may begin (十二), and 零 stands where a place is skipped (一百零二). */
static bool take_chinese(Str *s, int *out) {
    Str rest = *s, before = rest;
    uint32_t rune;
    int total = 0, digit = -1, last = 10000;

    while (str_rune(&rest, &rune)) {
        int d = chinese_digit(rune);
        int64_t unit = d >= 0 ? 0 : chinese_multiplier(rune);

        if (d < 0 && (unit < 10 || unit > 1000))
            break;
        if (unit != 0) {
            if (unit >= last || (digit <= 0 && !(unit == 10 && total == 0 && digit < 0)))
                return false;
            total += (digit > 0 ? digit : 1) * (int)unit;
            last = (int)unit;
            digit = -1;
        } else if (d == 0) {
            if (total == 0 || digit >= 0)
                return false;
            digit = 0;
        } else {
            if (digit > 0)
                return false;
            digit = d;
        }
        before = rest;
    }
    total += digit > 0 ? digit : 0;
    if (total == 0 || digit == 0)
        return false;
    *s = before;
    *out = total;
    return true;
}

bool numbering_take(Str *s, int *out) {
    return take_arabic(s, out) || take_chinese(s, out);
}

bool numbering_article(Str *s, int *article, int *sub) {
    Str rest = *s;
    int n, m = 0;

    if (!numbering_skip(&rest, STR("第")) || !numbering_take(&rest, &n) ||
        !numbering_skip(&rest, STR("条")))
        return false;
    Str behind = rest;

    if (numbering_skip(&behind, STR("之")) && numbering_take(&behind, &m))
        rest = behind;
    *s = rest;
    *article = n;
    *sub = m;
    return true;
}

bool numbering_item(Str *s, int *item) {
    Str rest = *s;
    int n;

    if (numbering_skip(&rest, STR("（")) || numbering_skip(&rest, STR("("))) {
        if (!numbering_take(&rest, &n) ||
            (!numbering_skip(&rest, STR("）")) && !numbering_skip(&rest, STR(")"))))
            return false;
    } else if (!numbering_take(&rest, &n) ||
               (!numbering_skip(&rest, STR("、")) && !numbering_skip(&rest, STR("．")) &&
                !numbering_skip(&rest, STR(".")))) {
        return false;
    }
    *s = rest;
    *item = n;
    return true;
}

void numbering_write(int number, Buf *out) {
    static const char *const digits[] = {"零", "一", "二", "三", "四",
                                         "五", "六", "七", "八", "九"};
    static const char *const units[] = {"千", "百", "十", ""};
    bool begun = false, skipped = false;

    for (int i = 0, place = 1000; i < 4; i++, place /= 10) {
        int d = number / place % 10;

        if (d == 0) {
            skipped = begun;
            continue;
        }
        if (skipped)
            buf_add_c(out, digits[0]);
        if (begun || d != 1 || place != 10) /* 十二, but 一百一十二 */
            buf_add_c(out, digits[d]);
        buf_add_c(out, units[i]);
        begun = true;
        skipped = false;
    }
}

void numbering_write_article(int article, int sub, Buf *out) {
    buf_add_c(out, "第");
    numbering_write(article, out);
    buf_add_c(out, "条");
    if (sub != 0) {
        buf_add_c(out, "之");
        numbering_write(sub, out);
    }
}

static void skip_blanks(Str *s) {
    while (numbering_skip(s, STR(" ")) || numbering_skip(s, STR("　")))
        ;
}

bool numbering_day(Str *s, int32_t *day) {
    static const char *const units[] = {"年", "月", "日"};
    Str rest = *s;
    int parts[3];

    for (int i = 0; i < 3; i++) {
        skip_blanks(&rest);
        if (!take_arabic(&rest, &parts[i]))
            return false;
        skip_blanks(&rest);
        if (!numbering_skip(&rest, str_of(units[i])))
            return false;
    }
    Day d = day_of(parts[0], parts[1], parts[2]);

    if (d == DAY_NONE)
        return false;
    *s = rest;
    *day = d;
    return true;
}
