/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/proof_date.c: days that do not exist, and days in the wrong order. */
#include <stdio.h>

#include "document/proof_inside.h"
#include "document/words.h"

#include "base/banned.h"

/* Digits at the front; their number, the value in *out. */
static size_t digits(Str s, int *out) {
    size_t n = 0;

    *out = 0;
    while (n < s.len && n < 4 && s.ptr[n] >= '0' && s.ptr[n] <= '9')
        *out = *out * 10 + (s.ptr[n++] - '0');
    return n;
}

static bool take(Str *s, const char *sign) {
    if (!str_starts(*s, str_of(sign)))
        return false;
    *s = str_slice(*s, 3, s->len);
    return true;
}

/* 2026年2月30日 at the front: its length, 0 when none; *day DAY_NONE when there is no such day. */
static size_t day_at(Str s, Day *day) {
    Str rest = s;
    int y, m, d;
    size_t n = digits(rest, &y);

    if (n != 4)
        return 0;
    rest = str_slice(rest, n, rest.len);
    if (!take(&rest, "年") || (n = digits(rest, &m)) == 0 || n > 2)
        return 0;
    rest = str_slice(rest, n, rest.len);
    if (!take(&rest, "月") || (n = digits(rest, &d)) == 0 || n > 2)
        return 0;
    rest = str_slice(rest, n, rest.len);
    if (!take(&rest, "日"))
        return 0;
    *day = day_of(y, m, d);
    return s.len - rest.len;
}

static bool digit_before(Str s, size_t at) {
    return at > 0 && s.ptr[at - 1] >= '0' && s.ptr[at - 1] <= '9';
}

static void tell_order(Proof *p, size_t from, size_t to, Day first, Day second) {
    scoped_buf Buf a = {0}, b = {0};

    buf_init(&a, 100);
    buf_init(&b, 100);
    words_day(first, &a);
    words_day(second, &b);
    proof_tell(p, PROOF_DATE, true, from, to, (Str){NULL, 0}, "“%.*s至%.*s”：后面的日期早于前面的",
               STR_ARG(buf_str(&a)), STR_ARG(buf_str(&b)));
}

static void look_days(Proof *p) {
    size_t last_from = 0, last_end = 0;
    Day last = DAY_NONE;

    for (size_t at = 0; at < p->text.len; at++) {
        Day d;
        size_t n = digit_before(p->text, at) ? 0 : day_at(str_slice(p->text, at, p->text.len), &d);

        if (n == 0)
            continue;
        if (d == DAY_NONE) {
            proof_tell(p, PROOF_DATE, true, at, at + n, (Str){NULL, 0}, "没有“%.*s”这一天",
                       STR_ARG(str_slice(p->text, at, at + n)));
        } else if (last != DAY_NONE && d < last) {
            Str between = str_slice(p->text, last_end, at);

            if (str_is(between, "至") || str_is(between, "到") || str_is(between, "起至") ||
                str_is(between, "—"))
                tell_order(p, last_from, at + n, last, d);
        }
        last = d;
        last_from = at;
        last_end = at + n;
        at += n - 1;
    }
}

/* --- dates of fields ------------------------------------------------------------------------- */

static Day value_day(const Proof *p, const DocumentField *f) {
    char key[64];
    Day d;

    snprintf(key, sizeof key, "%.*s", STR_ARG(f->is.field));
    return day_parse(node_text(p->context->values, key), &d) ? d : DAY_NONE;
}

static void look_order(Proof *p) {
    const DocumentType *t = p->context->type;

    for (size_t i = 0; i < t->order.count; i++) {
        const DocumentOrder *o = &((const DocumentOrder *)t->order.items)[i];
        const DocumentField *earlier = document_field(&t->fields, o->earlier),
                            *later = document_field(&t->fields, o->later);
        Day a = value_day(p, earlier), b = value_day(p, later);
        scoped_buf Buf x = {0}, y = {0};

        if (a == DAY_NONE || b == DAY_NONE || a <= b)
            continue;
        buf_init(&x, 100);
        buf_init(&y, 100);
        words_day(a, &x);
        words_day(b, &y);
        proof_whole(p, PROOF_DATE, true, "%.*s（%.*s）早于%.*s（%.*s）%s%.*s",
                    STR_ARG(later->is.title), STR_ARG(buf_str(&y)), STR_ARG(earlier->is.title),
                    STR_ARG(buf_str(&x)), o->note.len > 0 ? "：" : "", STR_ARG(o->note));
    }
}

void proof_dates(Proof *p) {
    proof_each(p, look_days);
    if (p->context->type != NULL && p->context->values != NULL)
        look_order(p);
}
