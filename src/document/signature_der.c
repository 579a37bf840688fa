/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/signature_der.c: DER written and read. */
#include "document/signature_der.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* ---- writing ---- */

static size_t length_bytes(size_t n, unsigned char out[9]) {
    size_t count = 0;

    if (n < 0x80) {
        out[0] = (unsigned char)n;
        return 1;
    }
    for (size_t rest = n; rest != 0; rest >>= 8)
        count++;
    out[0] = (unsigned char)(0x80 | count);
    for (size_t i = 0; i < count; i++)
        out[1 + i] = (unsigned char)(n >> (8 * (count - 1 - i)));
    return 1 + count;
}

Str der_join(Arena *a, int tag, const Str *parts, size_t n) {
    unsigned char length[9];
    size_t total = 0, at = 0;

    for (size_t i = 0; i < n; i++)
        total += parts[i].len;
    size_t head = 1 + length_bytes(total, length);
    char *out = arena_alloc(a, head + total + 1);

    out[at++] = (char)tag;
    memcpy(out + at, length, head - 1);
    at = head;
    for (size_t i = 0; i < n; i++) {
        if (parts[i].len != 0)
            memcpy(out + at, parts[i].ptr, parts[i].len);
        at += parts[i].len;
    }
    return (Str){out, at};
}

Str der(Arena *a, int tag, Str value) {
    return der_join(a, tag, &value, 1);
}

static int by_bytes(const void *x, const void *y) {
    return str_compare(*(const Str *)x, *(const Str *)y);
}

Str der_set_of(Arena *a, int tag, Str *parts, size_t n) {
    qsort(parts, n, sizeof *parts, by_bytes);
    return der_join(a, tag, parts, n);
}

Str der_unsigned(Arena *a, Str big) {
    while (big.len > 1 && big.ptr[0] == 0)
        big = str_slice(big, 1, big.len);
    if (big.len == 0)
        return der(a, DER_INTEGER, (Str){"\0", 1});
    return (unsigned char)big.ptr[0] & 0x80 ? DER_OF(a, DER_INTEGER, (Str){"\0", 1}, big)
                                            : der(a, DER_INTEGER, big);
}

Str der_int(Arena *a, int64_t i) {
    char bytes[8];

    for (int k = 0; k < 8; k++)
        bytes[k] = (char)((uint64_t)i >> (56 - 8 * k));
    return der_unsigned(a, (Str){bytes, 8});
}

Str der_bits(Arena *a, Str bytes) {
    return DER_OF(a, DER_BITS, (Str){"\0", 1}, bytes);
}

Str der_time(Arena *a, Instant at) {
    int64_t seconds = at / 1000000;
    int year, month, day;

    day_split((Day)(seconds / 86400), &year, &month, &day);
    int rest = (int)(seconds % 86400);
    bool old = year < 2050;
    Str text = str_format(a, "%0*d%02d%02d%02d%02d%02dZ", old ? 2 : 4, old ? year % 100 : year,
                          month, day, rest / 3600, rest / 60 % 60, rest % 60);

    return der(a, old ? DER_UTC_TIME : DER_TIME, text);
}

/* ---- reading ---- */

/* Definite, and no longer than it must be. */
static bool read_length(Str *rest, size_t *out) {
    if (rest->len == 0)
        return false;
    size_t first = (unsigned char)rest->ptr[0], count = first & 0x7f, n = 0;

    *rest = str_slice(*rest, 1, rest->len);
    if (first < 0x80) {
        *out = first;
        return true;
    }
    if (count == 0 || count > 4 || count > rest->len || rest->ptr[0] == 0)
        return false;
    for (size_t i = 0; i < count; i++)
        n = n << 8 | (unsigned char)rest->ptr[i];
    *rest = str_slice(*rest, count, rest->len);
    *out = n;
    return n >= 0x80;
}

bool der_next(Str *rest, DerItem *out) {
    Str r = *rest;
    size_t n;

    if (r.len == 0 || ((unsigned char)r.ptr[0] & 0x1f) == 0x1f)
        return false;
    int tag = (unsigned char)r.ptr[0];

    r = str_slice(r, 1, r.len);
    if (!read_length(&r, &n) || n > r.len)
        return false;
    *out = (DerItem){tag, {r.ptr, n}, {rest->ptr, (size_t)(r.ptr - rest->ptr) + n}};
    *rest = (Str){r.ptr + n, r.len - n};
    return true;
}

bool der_take(Str *rest, int tag, Str *value) {
    Str r = *rest;
    DerItem item;

    if (!der_next(&r, &item) || item.tag != tag)
        return false;
    if (value != NULL)
        *value = item.value;
    *rest = r;
    return true;
}

bool der_is(Str *rest, Str bytes) {
    if (!str_starts(*rest, bytes))
        return false;
    *rest = (Str){rest->ptr + bytes.len, rest->len - bytes.len};
    return true;
}

bool der_take_int(Str *rest, int64_t *out) {
    Str v;
    int64_t n = 0;

    if (!der_take(rest, DER_INTEGER, &v) || v.len == 0 || v.len > 7 ||
        (unsigned char)v.ptr[0] & 0x80 ||
        (v.len > 1 && v.ptr[0] == 0 && !((unsigned char)v.ptr[1] & 0x80)))
        return false;
    for (size_t i = 0; i < v.len; i++)
        n = n << 8 | (unsigned char)v.ptr[i];
    *out = n;
    return n <= INT64_C(1) << 53;
}

static bool digits(Str s, size_t from, size_t n, int *out) {
    *out = 0;
    for (size_t i = from; i < from + n; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        *out = *out * 10 + (s.ptr[i] - '0');
    }
    return true;
}

bool der_take_time(Str *rest, Instant *out) {
    DerItem item;
    Str r = *rest;
    int year, month, day, hour, minute, second;

    if (!der_next(&r, &item) || (item.tag != DER_UTC_TIME && item.tag != DER_TIME))
        return false;
    size_t y = item.tag == DER_TIME ? 4 : 2;
    Str v = item.value;

    if (v.len != y + 11 || v.ptr[v.len - 1] != 'Z' || !digits(v, 0, y, &year) ||
        !digits(v, y, 2, &month) || !digits(v, y + 2, 2, &day) || !digits(v, y + 4, 2, &hour) ||
        !digits(v, y + 6, 2, &minute) || !digits(v, y + 8, 2, &second) || hour > 23 ||
        minute > 59 || second > 59)
        return false;
    if (y == 2)
        year += year < 50 ? 2000 : 1900;
    Day d = day_of(year, month, day);

    if (d == DAY_NONE || (y == 4 && year < 2050))
        return false;
    *out = ((Instant)d * 86400 + hour * 3600 + minute * 60 + second) * 1000000;
    *rest = r;
    return true;
}

bool der_take_bits(Str *rest, Str *bytes) {
    Str r = *rest, v;

    if (!der_take(&r, DER_BITS, &v) || v.len == 0 || v.ptr[0] != 0)
        return false;
    *bytes = str_slice(v, 1, v.len);
    *rest = r;
    return true;
}
