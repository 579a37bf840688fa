/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/words.c: days, numbers and amounts as documents write them. */
#include "document/words.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/banned.h"

static const char *const PLAIN[] = {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
static const char *const CAPITAL[] = {"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};

void words_day(Day d, Buf *out) {
    int y, m, day;

    day_split(d, &y, &m, &day);
    buf_addf(out, "%d年%d月%d日", y, m, day);
}

/* 1 to 99 the way days and months are said: 十, 十二, 二十. */
static void add_small(int n, Buf *out) {
    if (n >= 20)
        buf_add_c(out, PLAIN[n / 10]);
    if (n >= 10)
        buf_add_c(out, "十");
    if (n % 10 != 0)
        buf_add_c(out, PLAIN[n % 10]);
}

void words_day_chinese(Day d, Buf *out) {
    int y, m, day;
    char year[16];

    day_split(d, &y, &m, &day);
    snprintf(year, sizeof year, "%d", y);
    for (const char *c = year; *c != '\0'; c++)
        buf_add_c(out, *c == '0' ? "〇" : PLAIN[*c - '0']);
    buf_add_c(out, "年");
    add_small(m, out);
    buf_add_c(out, "月");
    add_small(day, out);
    buf_add_c(out, "日");
}

/* Up to four digits with 千百十; `gap`: a 零 is due before the next digit. */
static void add_four(int n, const char *const *digits, const char *const *units, bool *gap,
                     bool *any, Buf *out) {
    static const int scale[] = {1000, 100, 10, 1};

    for (int i = 0; i < 4; i++) {
        int digit = n / scale[i] % 10;

        if (digit == 0) {
            *gap = *any;
            continue;
        }
        if (*gap)
            buf_add_c(out, digits[0]);
        buf_add_c(out, digits[digit]);
        buf_add_c(out, units[i]);
        *gap = false;
        *any = true;
    }
}

static void add_number(int64_t n, const char *const *digits, const char *const *units, Buf *out) {
    static const char *const groups[] = {"万亿", "亿", "万", ""};
    static const int64_t scale[] = {INT64_C(1000000000000), 100000000, 10000, 1};
    bool gap = false, any = false;

    for (int i = 0; i < 4; i++) {
        int part = (int)(n / scale[i] % 10000);

        if (part == 0) {
            gap = any;
            continue;
        }
        gap = gap || (any && part < 1000);
        add_four(part, digits, units, &gap, &any, out);
        buf_add_c(out, groups[i]);
        gap = false;
    }
    if (!any)
        buf_add_c(out, digits[0]);
}

void words_number(int64_t n, Buf *out) {
    static const char *const units[] = {"千", "百", "十", ""};

    if (n < 0)
        buf_add_c(out, "负");
    n = n < 0 ? -n : n;
    if (n >= INT64_C(10000000000000000)) {
        buf_addf(out, "%" PRId64, n);
    } else {
        size_t start = out->len;

        add_number(n, PLAIN, units, out);
        /* 十二, not 一十二, at the front. */
        if (out->len > start && str_starts(str_slice(buf_str(out), start, out->len), STR("一十"))) {
            scoped_buf Buf rest = {.max = 1024};

            buf_add(&rest, str_slice(buf_str(out), start + 3, out->len));
            out->len = start;
            buf_add(out, buf_str(&rest));
        }
    }
}

void words_number_capital(int64_t n, Buf *out) {
    static const char *const units[] = {"仟", "佰", "拾", ""};

    add_number(n, CAPITAL, units, out);
}

void words_money(Money m, Buf *out) {
    char text[32];
    Str s;

    money_format(m, text);
    s = str_of(text);
    while (str_ends(s, STR("0")) && str_find(s, STR(".")) >= 0)
        s.len--;
    if (str_ends(s, STR(".")))
        s.len--;
    buf_add(out, s);
}

void words_money_grouped(Money m, Buf *out) {
    char text[32];
    Str s, whole;

    money_format(m, text);
    s = str_of(text);
    if (str_starts(s, STR("-"))) {
        buf_add_char(out, '-');
        s = str_slice(s, 1, s.len);
    }
    str_split(&s, '.', &whole);
    for (size_t i = 0; i < whole.len; i++) {
        if (i > 0 && (whole.len - i) % 3 == 0)
            buf_add_char(out, ',');
        buf_add_char(out, whole.ptr[i]);
    }
    buf_add_char(out, '.');
    buf_add(out, s);
}

bool words_money_capital(Money m, Buf *out) {
    int64_t yuan = m / MONEY_YUAN;
    int jiao = (int)(m / 1000 % 10), fen = (int)(m / 100 % 10);

    if (m < 0 || m % 100 != 0 || yuan >= INT64_C(1000000000000))
        return false;
    if (yuan > 0 || (jiao == 0 && fen == 0)) {
        words_number_capital(yuan, out);
        buf_add_c(out, "元");
    }
    if (jiao == 0 && fen == 0) {
        buf_add_c(out, "整");
        return true;
    }
    if (jiao > 0)
        buf_addf(out, "%s角", CAPITAL[jiao]);
    else if (yuan > 0)
        buf_add_c(out, "零");
    if (fen > 0)
        buf_addf(out, "%s分", CAPITAL[fen]);
    return true;
}

void words_mask_name(Str name, Buf *out) {
    size_t n = str_runes(name), i = 0;
    Str rest = name;

    for (uint32_t r; str_rune(&rest, &r); i++) {
        if (i == 0 || (n > 4 && i >= n - 2))
            buf_add_rune(out, r);
        else if (n <= 4 || i <= 2)
            buf_add_c(out, "某");
    }
    if (n == 1)
        buf_add_c(out, "某");
}
