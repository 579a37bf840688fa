/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/day_parse.c: reading dates and moments as agencies write them. */
#include "base/day.h"

#include "base/numeral.h"

#include "base/banned.h"

enum { CHINA_MINUTES = 8 * 60 };

#define SECOND INT64_C(1000000)

/* What was read: a day in the writer's own time zone, and maybe a time of it. */
typedef struct Moment {
    Day day;
    int64_t in_day; /* microseconds since midnight */
    bool has_offset;
    int offset; /* minutes east of Greenwich */
} Moment;

static int take_fixed(Cursor *c, size_t n) {
    int value = 0;

    while (n-- > 0)
        value = value * 10 + (int)(c->rune[c->at++] - '0');
    return value;
}

/* 二〇二四, also written with O or 0 for the zero. */
static bool take_chinese_year(Cursor *c, int *year) {
    int value = 0, chinese = 0;

    for (size_t i = 0; i < 4; i++) {
        uint32_t r = peek(c);
        int digit = chinese_digit(r);

        chinese += digit >= 0;
        if (digit < 0 && (r == 'O' || r == 'o' || r == '0'))
            digit = 0;
        if (digit < 0)
            return false;
        value = value * 10 + digit;
        c->at++;
    }
    *year = value;
    return chinese >= 2;
}

/* 五, 〇五, 十, 十二, 二十, 三十一, 廿五, 卅一: a month or a day of the month. */
static bool take_chinese_small(Cursor *c, int *value) {
    int tens = 0, digit = chinese_digit(peek(c));

    if (digit >= 0) {
        c->at++;
        if (digit > 0 && (take(c, U'十') || take(c, U'拾')))
            tens = digit;
        else if (digit > 0) {
            *value = digit;
            return true;
        } else if (take(c, U'十') || take(c, U'拾')) {
            tens = 1;
        }
    } else if (take(c, U'十') || take(c, U'拾')) {
        tens = 1;
    } else if (take(c, U'廿')) {
        tens = 2;
    } else if (take(c, U'卅')) {
        tens = 3;
    } else {
        return false;
    }
    digit = chinese_digit(peek(c));
    if (digit > 0)
        c->at++;
    *value = tens * 10 + (digit > 0 ? digit : 0);
    return *value > 0;
}

/* One or two digits of either kind. */
static bool take_small(Cursor *c, int *value) {
    size_t n = digits_ahead(c);

    if (n == 0)
        return take_chinese_small(c, value);
    if (n <= 2)
        *value = take_fixed(c, n);
    return n <= 2;
}

/* '-', '/', '.' or 年 for whatever separates the year from the month; 0 when nothing does. */
static uint32_t take_separator(Cursor *c) {
    uint32_t r = peek(c);

    if ((r >= 0x2010 && r <= 0x2015) || r == 0x2212)
        r = '-';
    if (r != '-' && r != '/' && r != '.' && r != U'年')
        return 0;
    c->at++;
    return r;
}

/* The month and day after a year; *tight when a time may follow without a blank. */
static bool take_month_day(Cursor *c, int *month, int *day, bool *tight) {
    take_blanks(c);
    uint32_t separator = take_separator(c);

    if (separator == 0)
        return false;
    take_blanks(c);
    if (take(c, U'元') && peek(c) == U'月') /* 元月 is January */
        *month = 1;
    else if (!take_small(c, month))
        return false;
    take_blanks(c);
    if (separator == U'年' ? !take(c, U'月') : take_separator(c) != separator)
        return false;
    take_blanks(c);
    if (!take_small(c, day))
        return false;
    size_t end = c->at;

    if (separator == U'年') {
        take_blanks(c);
        *tight = take(c, U'日') || take(c, U'号');
        if (!*tight) /* the blank may still part the day from a time */
            c->at = end;
    }
    return true;
}

static bool take_date(Cursor *c, Moment *m, bool *tight) {
    int year, month, day;
    size_t n = digits_ahead(c);

    *tight = false;
    if (n == 8 || n == 12 || n == 14) { /* 20240105, 202401050830, 20240105083000 */
        year = take_fixed(c, 4);
        month = take_fixed(c, 2);
        day = take_fixed(c, 2);
        *tight = n > 8;
    } else if (n == 4) {
        year = take_fixed(c, 4);
        if (!take_month_day(c, &month, &day, tight))
            return false;
    } else if (!take_chinese_year(c, &year) || peek(c) != U'年' ||
               !take_month_day(c, &month, &day, tight)) {
        return false;
    }
    if (year < DAY_FIRST_YEAR || year > DAY_LAST_YEAR)
        return false;
    m->day = day_of(year, month, day);
    return m->day != DAY_NONE;
}

/* Digits after the decimal point of a second; more than six are cut. */
static int take_fraction(Cursor *c) {
    int value = 0, scale = 100000;

    for (; is_digit(peek(c)); c->at++, scale /= 10)
        value += (int)(peek(c) - '0') * scale;
    return value;
}

/* 8:30, 08:30:00, 08:30:00.123, 8时30分, 8时30分5秒, 8时 */
static bool take_clock(Cursor *c, int *hour, int *minute, int *second, int *micros) {
    size_t n = digits_ahead(c);

    *minute = *second = *micros = 0;
    if (n == 0 || n > 2)
        return false;
    *hour = take_fixed(c, n);
    bool words = take(c, U'时') || take(c, U'時');

    if (!words && !take(c, ':'))
        return false;
    n = digits_ahead(c);
    if (n == 0)
        return words;
    if (n > 2 || (!words && n != 2))
        return false;
    *minute = take_fixed(c, n);
    if (words ? !take(c, U'分') : !take(c, ':'))
        return !words;
    n = digits_ahead(c);
    if (n == 0)
        return words;
    if (n > 2)
        return false;
    *second = take_fixed(c, n);
    if (words)
        return take(c, U'秒');
    if ((peek(c) == '.' || peek(c) == ',') && is_digit(c->rune[c->at + 1])) {
        c->at++;
        *micros = take_fraction(c);
    }
    return true;
}

/* The digits left of 20240105083000. */
static bool take_compact_clock(Cursor *c, int *hour, int *minute, int *second) {
    size_t n = digits_ahead(c);

    if (n != 4 && n != 6)
        return false;
    *hour = take_fixed(c, 2);
    *minute = take_fixed(c, 2);
    *second = n == 6 ? take_fixed(c, 2) : 0;
    return true;
}

/* Z, +08:00, +0800, +08 */
static bool take_offset(Cursor *c, Moment *m) {
    take_blanks(c);
    if (take(c, 'Z') || take(c, 'z')) {
        m->has_offset = true;
        return true;
    }
    int sign = peek(c) == '+' ? 1 : peek(c) == '-' ? -1 : 0;

    if (sign == 0)
        return true;
    c->at++;
    size_t n = digits_ahead(c);

    if (n != 2 && n != 4)
        return false;
    int hours = take_fixed(c, 2), minutes = 0;

    if (n == 4) {
        minutes = take_fixed(c, 2);
    } else if (take(c, ':')) {
        if (digits_ahead(c) != 2)
            return false;
        minutes = take_fixed(c, 2);
    }
    if (hours > 14 || minutes > 59)
        return false;
    m->has_offset = true;
    m->offset = sign * (hours * 60 + minutes);
    return true;
}

static bool moment_read(Str text, Moment *m) {
    Cursor c;
    bool tight, read;
    int hour, minute, second, micros = 0;

    *m = (Moment){.day = DAY_NONE};
    if (!cursor_start(&c, text) || !take_date(&c, m, &tight))
        return false;
    if (peek(&c) == 0)
        return true;
    if (tight && is_digit(peek(&c)) && digits_ahead(&c) >= 4) {
        read = take_compact_clock(&c, &hour, &minute, &second);
    } else {
        bool apart = take_blanks(&c);

        if (!apart && !tight && !take(&c, 'T') && !take(&c, 't'))
            return false;
        read = take_clock(&c, &hour, &minute, &second, &micros);
    }
    if (!read || hour > 23 || minute > 59 || second > 59)
        return false;
    m->in_day = (hour * 3600 + minute * 60 + second) * SECOND + micros;
    return take_offset(&c, m) && peek(&c) == 0;
}

static Instant moment_instant(const Moment *m) {
    int offset = m->has_offset ? m->offset : CHINA_MINUTES;

    return m->day * (86400 * SECOND) + m->in_day - offset * 60 * SECOND;
}

static bool two_digits(const char *p, int *value) {
    if (!is_digit((unsigned char)p[0]) || !is_digit((unsigned char)p[1]))
        return false;
    *value = (p[0] - '0') * 10 + (p[1] - '0');
    return true;
}

/* 2024-01-05, as nearly every file has it: no need of the cursor. */
static bool iso_read(Str text, Day *out) {
    int century, year, month, day;

    if (text.len != 10 || text.ptr[4] != '-' || text.ptr[7] != '-' ||
        !two_digits(text.ptr, &century) || !two_digits(text.ptr + 2, &year) ||
        !two_digits(text.ptr + 5, &month) || !two_digits(text.ptr + 8, &day))
        return false;
    year += century * 100;
    Day d = year < DAY_FIRST_YEAR || year > DAY_LAST_YEAR ? DAY_NONE : day_of(year, month, day);

    if (d == DAY_NONE)
        return false;
    *out = d;
    return true;
}

bool day_parse(Str text, Day *out) {
    Moment m;

    if (iso_read(text, out))
        return true;
    if (!moment_read(text, &m))
        return false;
    if (!m.has_offset) {
        *out = m.day;
        return true;
    }
    /* A time told with its offset is a moment; the day is China's at that moment. */
    Day d = day_of_instant(moment_instant(&m));
    int year, month, day;

    day_split(d, &year, &month, &day);
    if (year < DAY_FIRST_YEAR || year > DAY_LAST_YEAR)
        return false;
    *out = d;
    return true;
}

bool instant_parse(Str text, Instant *out) {
    Moment m;

    if (!moment_read(text, &m))
        return false;
    *out = moment_instant(&m);
    return true;
}
