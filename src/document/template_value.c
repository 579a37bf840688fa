/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/template_value.c: a value as it is written: by its field's type, then by the formats
 * that the place names. */
#include <inttypes.h>
#include <stdio.h>

#include "document/template_inside.h"
#include "document/words.h"

#include "base/banned.h"

static const TagFormat *format_of(const Tag *tag, FormatKind kind) {
    for (size_t i = 0; i < tag->format_count; i++)
        if (tag->formats[i].kind == kind)
            return &tag->formats[i];
    return NULL;
}

static void write_day(const Tag *tag, Day d, Buf *out) {
    int y, m, day;
    char text[11];

    day_split(d, &y, &m, &day);
    if (format_of(tag, FORMAT_CHINESE) != NULL) {
        words_day_chinese(d, out);
    } else if (format_of(tag, FORMAT_MONTH) != NULL) {
        buf_addf(out, "%d年%d月", y, m);
    } else if (format_of(tag, FORMAT_YEAR) != NULL) {
        buf_addf(out, "%d", y);
    } else if (format_of(tag, FORMAT_DIGITS) != NULL) {
        day_format(d, text);
        buf_add_c(out, text);
    } else {
        words_day(d, out);
    }
}

/* A time of day only where one was told. */
static void write_time(const Tag *tag, Str value, Instant at, Buf *out) {
    Instant minute = (at + INT64_C(8) * 3600 * 1000000) / 60000000 % 1440;

    write_day(tag, day_of_instant(at), out);
    if ((tag->format_count == 0 || tag->formats[0].kind == FORMAT_ELSE) &&
        str_find(value, STR(":")) >= 0)
        buf_addf(out, "%d时%02d分", (int)(minute / 60), (int)(minute % 60));
}

static void write_money(const Tag *tag, Money m, Buf *out) {
    if (format_of(tag, FORMAT_CAPITAL) != NULL && words_money_capital(m, out))
        return;
    if (format_of(tag, FORMAT_TEN_THOUSAND) != NULL) {
        /* To the hundredth of a ten thousandth as far as it is there. */
        char text[40];
        Str s;

        snprintf(text, sizeof text, "%" PRId64 ".%08" PRId64, m / 100000000,
                 (m < 0 ? -m : m) % 100000000);
        s = str_of(text);
        while (str_ends(s, STR("0")))
            s.len--;
        if (str_ends(s, STR(".")))
            s.len--;
        buf_add(out, s);
    } else if (format_of(tag, FORMAT_GROUPED) != NULL) {
        words_money_grouped(m, out);
    } else {
        words_money(m, out);
        if (format_of(tag, FORMAT_YUAN) != NULL)
            buf_add_c(out, "元");
    }
}

static bool write_number(const Tag *tag, Str value, Buf *out) {
    int64_t n;

    if (!str_to_int(value, &n))
        return false;
    if (format_of(tag, FORMAT_CHINESE) != NULL)
        words_number(n, out);
    else if (format_of(tag, FORMAT_CAPITAL) != NULL && n >= 0)
        words_number_capital(n, out);
    else
        buf_addf(out, "%" PRId64, n);
    return true;
}

/* 510522********1234: as everywhere else in the program. */
static void write_masked(const Tag *tag, Str value, Buf *out) {
    int type = tag->field->is.type;

    if (type == FIELD_TEXT || type == FIELD_CODE) {
        words_mask_name(value, out);
        return;
    }
    for (size_t i = 0; i < value.len; i++)
        buf_add_char(out, (value.len >= 15 && i < 6) || i + 4 >= value.len ? value.ptr[i] : '*');
}

/* Entries of a field that takes several stand between semicolons. */
static void write_many(Str value, Buf *out) {
    bool first = true;

    for (Str one; str_split(&value, ';', &one);) {
        one = str_trim(one);
        if (one.len == 0)
            continue;
        if (!first)
            buf_add_c(out, "、");
        first = false;
        buf_add(out, one);
    }
}

void template_write(const Tag *tag, Str value, bool sealed, Buf *out) {
    const DocumentField *f = tag->field;
    int type = f == NULL ? FIELD_INTEGER : f->is.type;
    Day d;
    Instant at;
    Money m;

    if (f != NULL && ((sealed && f->identity) || format_of(tag, FORMAT_MASK) != NULL))
        write_masked(tag, value, out);
    else if (type == FIELD_DATE && day_parse(value, &d))
        write_day(tag, d, out);
    else if (type == FIELD_TIME && instant_parse(value, &at))
        write_time(tag, value, at, out);
    else if (type == FIELD_MONEY && money_parse(value, MONEY_YUAN, &m))
        write_money(tag, m, out);
    else if ((type == FIELD_INTEGER || type == FIELD_NUMBER) && write_number(tag, value, out))
        return;
    else if ((f != NULL && f->is.many) || format_of(tag, FORMAT_LIST) != NULL)
        write_many(value, out);
    else
        buf_add(out, value);
}

void template_value(const DocumentField *f, Str value, bool sealed, Buf *out) {
    Tag plain = {.kind = TAG_VALUE, .field = f};

    template_write(&plain, value, sealed, out);
}
