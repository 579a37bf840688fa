/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/field.c: one cell, by the type of its field. Runs for every cell of every import, so
 * nothing here allocates, and what nearly all cells look like is asked first. */
#include "content/field.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/identity_text.h"
#include "content/field_inside.h"

#include "base/banned.h"

#define DAY_MICROS (INT64_C(86400) * 1000000)
#define CHINA_MICROS (INT64_C(8) * 3600 * 1000000)

/* Excel serials are believed from 1927-05-18 to 2099-12-31: five digits, which no other way of
 * writing a date has. */
#define SERIAL_LEAST 10000
#define SERIAL_MOST 73050

/* --- nothing at all -------------------------------------------------------------------------- */

/* Only marks: -, --, —, /, \, ., *, …, full-width ones too. A lone digit or letter is a value. */
static bool is_marks(Str s) {
    for (uint32_t r; str_rune(&s, &r);) {
        r = rune_half_width(r);
        if (!rune_is_blank(r) && r != '-' && r != '/' && r != '\\' && r != '.' && r != '*' &&
            r != '_' && r != '?' && r != 0x2026 && r != 0x3002 && r != 0x2212 &&
            (r < 0x2010 || r > 0x2015))
            return false;
    }
    return true;
}

static bool is_one_of(Str s, const Str *words) {
    for (; words->len > 0; words++)
        if (str_eq_ascii_nocase(s, *words))
            return true;
    return false;
}

bool field_blank(const Field *f, Str s) {
    static const Str always[] = {
        STR_INIT("NULL"), STR_INIT("(NULL)"), STR_INIT("N/A"), STR_INIT("#N/A"),   STR_INIT("NIL"),
        STR_INIT("NONE"), STR_INIT("\\N"),    STR_INIT("NaN"), STR_INIT("#NULL!"), {NULL, 0}};
    static const Str words[] = {STR_INIT("无"),     STR_INIT("暂无"), STR_INIT("空"),
                                STR_INIT("不详"),   STR_INIT("未知"), STR_INIT("无数据"),
                                STR_INIT("无信息"), STR_INIT("没有"), STR_INIT("未填"),
                                STR_INIT("未提供"), STR_INIT("待补"), STR_INIT("NA"),
                                {NULL, 0}};
    bool keeps = f->type == FIELD_TEXT || f->type == FIELD_CREDIT_CODE || f->type == FIELD_CODE;

    if (s.len == 0)
        return true;
    unsigned char first = (unsigned char)s.ptr[0];

    if (s.len > 24 || (first >= '0' && first <= '9'))
        return false;
    if (first >= 0xE4 && first <= 0xE9) /* 一 to 龥 and beyond */
        return !keeps && s.len <= 9 && is_one_of(s, words);
    return is_marks(s) || is_one_of(s, always) || (!keeps && is_one_of(s, words));
}

/* --- text ------------------------------------------------------------------------------------ */

bool field_refuse_long(const Field *f, FieldValue *v, const char **reason) {
    snprintf(v->room, sizeof v->room, "文字太长，超过 %zu 个字", field_ceiling(f));
    return field_refuse(v, reason, v->room);
}

/* Letters, digits and Chinese characters at both ends: there is nothing to take off. */
static bool is_bare(Str s) {
    unsigned char first, last;

    if (s.len < 3)
        return false;
    first = (unsigned char)s.ptr[0];
    last = (unsigned char)s.ptr[s.len - 1];
    if (!(first >= '0' && first <= '9') && !(first >= 'A' && first <= 'Z') &&
        !(first >= 0xE4 && first <= 0xE9))
        return false;
    if (last < 0x80)
        return (last >= '0' && last <= '9') || (last >= 'A' && last <= 'Z');
    last = (unsigned char)s.ptr[s.len - 3];
    return last >= 0xE4 && last <= 0xE9;
}

/* ="0012" and '0012 are how Excel keeps digits as text; quotation marks inside a text stay. */
static Str text_inside(Str s) {
    s = str_trim(s);
    if (s.len >= 3 && s.ptr[0] == '=' && s.ptr[1] == '"' && s.ptr[s.len - 1] == '"')
        return str_trim((Str){s.ptr + 2, s.len - 3});
    if (s.len >= 2 && s.ptr[0] == '\'' && memchr(s.ptr + 1, '\'', s.len - 1) == NULL)
        return str_trim((Str){s.ptr + 1, s.len - 1});
    return s;
}

static Str inside(const Field *f, Str raw) {
    if (is_bare(raw))
        return raw;
    return f->type == FIELD_TEXT || f->type == FIELD_CODE ? text_inside(raw) : str_unwrap(raw);
}

/* --- dates ----------------------------------------------------------------------------------- */

static bool serial_read(Str s, Day *out) {
    double serial;

    if (s.len < 5 || s.len > 16 || !number_parse(s, &serial) || serial < SERIAL_LEAST ||
        serial > SERIAL_MOST)
        return false;
    return day_from_excel(floor(serial), out);
}

/* 2024-03, 2024/3, 2024年3月, 202403, also with 份 behind it. */
static bool month_read(Str s, Day *out) {
    char digits[8] = "";
    size_t n = 0, year_digits = 0;

    for (uint32_t r; str_rune(&s, &r);) {
        r = rune_half_width(r);
        if (rune_is_digit(r) && n < 6)
            digits[n++] = (char)r;
        else if (n == 4 && year_digits == 0 && (r == '-' || r == '/' || r == '.' || r == U'年'))
            year_digits = n;
        else if (!(n >= 5 && (r == U'月' || r == U'份')) && !rune_is_blank(r))
            return false;
    }
    if (n < 5 || (n == 5 && year_digits == 0))
        return false;
    int year = (digits[0] - '0') * 1000 + (digits[1] - '0') * 100 + (digits[2] - '0') * 10 +
               (digits[3] - '0');
    int month = n == 5 ? digits[4] - '0' : (digits[4] - '0') * 10 + (digits[5] - '0');

    if (year < DAY_FIRST_YEAR || year > DAY_LAST_YEAR)
        return false;
    *out = day_of(year, month, 1);
    return *out != DAY_NONE;
}

static Day first_of_month(Day d) {
    int year, month, day;

    day_split(d, &year, &month, &day);
    return day_of(year, month, 1);
}

/* Written just as we write it: 2024-01-05. */
static bool is_iso(Str s) {
    static const char shape[] = "0000-00-00";
    bool same = s.len == 10;

    for (size_t i = 0; same && i < 10; i++)
        same = shape[i] == '-' ? s.ptr[i] == '-' : s.ptr[i] >= '0' && s.ptr[i] <= '9';
    return same;
}

static bool read_date(const Field *f, FieldValue *v, const char **reason) {
    bool month = f->unit.len > 0;
    Day day;

    if (month && !month_read(v->original, &day)) {
        if (!day_parse(v->original, &day) && !serial_read(v->original, &day))
            return field_refuse(v, reason, "不是月份：请写成 2024-03 的样子");
        day = first_of_month(day);
    } else if (!month && !day_parse(v->original, &day) && !serial_read(v->original, &day)) {
        return field_refuse(v, reason, "不是日期，或日历上没有这一天：请写成 2024-01-05 的样子");
    }
    v->changed = !is_iso(v->original) || (month && memcmp(v->original.ptr + 8, "01", 2) != 0);
    return field_take_integer(f, v, VALUE_DAY, day, day);
}

/* China's clocks read eight hours more than the instant since 1970 in UTC. */
static bool read_time(const Field *f, FieldValue *v, const char **reason) {
    Instant at;
    Day day;

    if (instant_parse(v->original, &at))
        at += CHINA_MICROS;
    else if (serial_read(v->original, &day))
        at = day * DAY_MICROS;
    else
        return field_refuse(v, reason, "不是时间：请写成 2024-01-05 08:30:00 的样子");
    int64_t in_day = at % DAY_MICROS;

    v->changed = true;
    return field_take_integer(f, v, VALUE_TIME, at,
                              (at - (in_day < 0 ? in_day + DAY_MICROS : in_day)) / DAY_MICROS);
}

/* --- all of them ----------------------------------------------------------------------------- */

static bool read_value(const Content *c, const Field *f, FieldValue *v, const char **reason) {
    switch ((FieldType)f->type) {
    case FIELD_TEXT:
        return field_take_original(f, v, true, reason);
    case FIELD_DATE:
        return read_date(f, v, reason);
    case FIELD_TIME:
        return read_time(f, v, reason);
    case FIELD_MONEY:
        return field_read_money(f, v, reason);
    case FIELD_INTEGER:
        return field_read_integer(f, v, reason);
    case FIELD_NUMBER:
        return field_read_number(f, v, reason);
    case FIELD_AREA:
        return field_read_area(f, v, reason);
    case FIELD_CITIZEN_ID:
        return field_read_citizen(f, v, reason);
    case FIELD_CREDIT_CODE:
        return field_read_credit(f, v, reason);
    case FIELD_DIVISION:
        return field_read_division(c, f, v, reason);
    case FIELD_CODE:
        return field_read_code(c, f, v, reason);
    case FIELD_PLATE:
        return field_read_marked(f, v, plate_read, reason);
    case FIELD_PHONE:
        return field_read_marked(f, v, phone_read, reason);
    case FIELD_DOCUMENT_NUMBER:
        return field_read_document(f, v, reason);
    }
    return field_refuse(v, reason, "字段类型不认识");
}

bool field_normalise(const Content *c, const Field *f, Str raw, FieldValue *v,
                     const char **reason) {
    v->kind = VALUE_NULL;
    v->changed = v->out_of_range = false;
    v->valid = true;
    v->integer = 0;
    v->real = 0;
    v->text = (Str){NULL, 0};
    v->original = inside(f, raw);
    if (f->type == FIELD_CITIZEN_ID)
        v->citizen.form = CITIZEN_ID_NONE;
    if (f->type == FIELD_CREDIT_CODE)
        v->credit.form = CREDIT_CODE_NONE;
    if (f->type != FIELD_CODE && field_blank(f, v->original))
        v->changed = v->original.len > 0;
    else if (!read_value(c, f, v, reason))
        return false;
    if (v->kind == VALUE_NULL && f->required)
        return field_refuse(v, reason, "必填，但没有填写");
    return true;
}

/* --- showing --------------------------------------------------------------------------------- */

static void put_cut(char *out, size_t size, Str s) {
    size_t n = s.len < size - 1 ? s.len : size - 1;

    while (n > 0 && n < s.len && ((unsigned char)s.ptr[n] & 0xC0) == 0x80)
        n--;
    if (n > 0)
        memcpy(out, s.ptr, n);
    out[n] = '\0';
}

void field_mask(const Field *f, const FieldValue *v, char *out, size_t size) {
    char number[19];
    Str tail = v->text;
    size_t runes = v->kind == VALUE_TEXT ? str_runes(v->text) : 0;

    if (size == 0)
        return;
    if (f->type == FIELD_CITIZEN_ID && v->kind == VALUE_TEXT &&
        v->citizen.form != CITIZEN_ID_NONE) {
        citizen_id_mask(&v->citizen, number);
        put_cut(out, size, str_of(number));
        return;
    }
    /* The last four, but never more than a third of what there is. */
    size_t shown = runes / 3 < 4 ? runes / 3 : 4;

    for (size_t skip = runes - shown; skip > 0; skip--) {
        uint32_t r;

        str_rune(&tail, &r);
    }
    char text[64] = "****";

    put_cut(text + 4, sizeof text - 4, tail);
    put_cut(out, size, runes == 0 ? (Str){NULL, 0} : str_of(text));
}

void field_text(const Field *f, const FieldValue *v, Buf *out) {
    char text[40];

    switch (v->kind) {
    case VALUE_NULL:
        return;
    case VALUE_TEXT:
        buf_add(out, v->text);
        return;
    case VALUE_INT:
        if (f->type == FIELD_MONEY)
            money_format(v->integer, text);
        else
            snprintf(text, sizeof text, "%" PRId64, v->integer);
        break;
    case VALUE_REAL:
        field_real_text(v->real, text);
        break;
    case VALUE_DAY:
        day_format((Day)v->integer, text);
        break;
    case VALUE_TIME:
        instant_format(v->integer - CHINA_MICROS, text);
        text[19] = '\0'; /* 2024-01-05T08:30:00 */
        text[10] = ' ';
        break;
    }
    buf_add_c(out, text);
}
