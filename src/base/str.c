/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/str.c: borrowed UTF-8 text. */
#include "base/str.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

Str str_of(const char *c_string) {
    return c_string ? (Str){c_string, strlen(c_string)} : (Str){NULL, 0};
}

char *str_c(Arena *a, Str s) {
    char *p = arena_alloc(a, s.len + 1);

    if (s.len)
        memcpy(p, s.ptr, s.len);
    return p;
}

Str str_dup(Arena *a, Str s) {
    return (Str){str_c(a, s), s.len};
}

Str str_format(Arena *a, const char *format, ...) {
    va_list args;

    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    assert(n >= 0);
    char *p = arena_alloc(a, (size_t)n + 1);

    va_start(args, format);
    vsnprintf(p, (size_t)n + 1, format, args);
    va_end(args);
    return (Str){p, (size_t)n};
}

bool str_eq(Str a, Str b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool str_is(Str s, const char *c_string) {
    return str_eq(s, str_of(c_string));
}

static unsigned char lower(char c) {
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool str_eq_ascii_nocase(Str a, Str b) {
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    return true;
}

int str_compare(Str a, Str b) {
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n ? memcmp(a.ptr, b.ptr, n) : 0;

    if (order)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool str_starts(Str s, Str prefix) {
    return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

bool str_ends(Str s, Str suffix) {
    return s.len >= suffix.len && str_eq((Str){s.ptr + s.len - suffix.len, suffix.len}, suffix);
}

ptrdiff_t str_find(Str s, Str what) {
    if (what.len == 0)
        return 0;
    if (s.len < what.len)
        return -1;
    const char *p = memmem(s.ptr, s.len, what.ptr, what.len);

    return p ? p - s.ptr : -1;
}

Str str_slice(Str s, size_t from, size_t to) {
    if (to > s.len)
        to = s.len;
    if (from > to)
        from = to;
    return s.ptr ? (Str){s.ptr + from, to - from} : s;
}

/* Bytes of white space at the start of s, 0 when there is none. */
static size_t space_ahead(Str s) {
    const unsigned char *p = (const unsigned char *)s.ptr;

    if (s.len >= 1 && (p[0] == ' ' || (p[0] >= '\t' && p[0] <= '\r')))
        return 1;
    if (s.len >= 2 && p[0] == 0xC2 && p[1] == 0xA0)
        return 2;
    if (s.len >= 3 && p[0] == 0xE3 && p[1] == 0x80 && p[2] == 0x80)
        return 3;
    if (s.len >= 3 && p[0] == 0xEF && p[1] == 0xBB && p[2] == 0xBF)
        return 3;
    return 0;
}

Str str_trim(Str s) {
    for (size_t n; s.len && (n = space_ahead(s)) != 0;) {
        s.ptr += n;
        s.len -= n;
    }
    for (bool more = true; more && s.len;) {
        more = false;
        for (size_t n = 1; n <= 3 && n <= s.len; n++) {
            Str tail = {s.ptr + s.len - n, n};

            if (space_ahead(tail) == n) {
                s.len -= n;
                more = true;
                break;
            }
        }
    }
    return s;
}

/* Bytes of quotation mark at the start of s, 0 when there is none. */
static size_t quote_ahead(Str s) {
    Str rest = s;
    uint32_t r;

    if (!str_rune(&rest, &r))
        return 0;
    bool quote = r == '"' || r == '\'' || r == '`' || (r >= 0x2018 && r <= 0x201F) || r == 0xFF02 ||
                 r == 0xFF07;

    return quote ? s.len - rest.len : 0;
}

static Str without_end_quotes(Str s) {
    for (size_t n; (n = quote_ahead(s)) != 0;)
        s = str_slice(s, n, s.len);
    for (bool more = true; more && s.len;) {
        more = false;
        for (size_t n = 1; n <= 3 && n <= s.len && !more; n += 2) {
            if (quote_ahead((Str){s.ptr + s.len - n, n}) == n) {
                s.len -= n;
                more = true;
            }
        }
    }
    return s;
}

Str str_unwrap(Str s) {
    for (size_t before = s.len + 1; s.len < before;) {
        before = s.len;
        s = str_trim(s);
        if (s.len >= 3 && s.ptr[0] == '=' && s.ptr[1] == '"')
            s = str_slice(s, 1, s.len);
        s = without_end_quotes(s);
    }
    return s;
}

bool str_split(Str *rest, char separator, Str *piece) {
    if (!rest->ptr)
        return false;
    const char *end = rest->len ? memchr(rest->ptr, separator, rest->len) : NULL;

    if (end) {
        *piece = (Str){rest->ptr, (size_t)(end - rest->ptr)};
        rest->len -= piece->len + 1;
        rest->ptr = end + 1;
    } else {
        *piece = *rest;
        *rest = (Str){NULL, 0};
    }
    return true;
}

bool str_to_int(Str s, int64_t *out) {
    bool minus = s.len && s.ptr[0] == '-';
    int64_t value = 0;

    if (s.len == (size_t)minus)
        return false;
    for (size_t i = minus; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        int digit = s.ptr[i] - '0';

        if (__builtin_mul_overflow(value, (int64_t)10, &value) ||
            __builtin_add_overflow(value, (int64_t)(minus ? -digit : digit), &value))
            return false;
    }
    *out = value;
    return true;
}

bool str_rune(Str *s, uint32_t *rune) {
    if (s->len == 0)
        return false;
    const unsigned char *p = (const unsigned char *)s->ptr;
    size_t n = p[0] < 0x80   ? 1
               : p[0] < 0xC2 ? 0
               : p[0] < 0xE0 ? 2
               : p[0] < 0xF0 ? 3
               : p[0] < 0xF5 ? 4
                             : 0;
    uint32_t r = n == 1 ? p[0] : n == 2 ? p[0] & 0x1F : n == 3 ? p[0] & 0x0F : p[0] & 0x07;
    bool good = n != 0 && s->len >= n;

    for (size_t i = 1; good && i < n; i++) {
        good = (p[i] & 0xC0) == 0x80;
        r = r << 6 | (p[i] & 0x3F);
    }
    if (good && ((n == 3 && (r < 0x800 || (r >= 0xD800 && r <= 0xDFFF))) ||
                 (n == 4 && (r < 0x10000 || r > 0x10FFFF))))
        good = false;
    if (!good) {
        n = 1;
        r = 0xFFFD;
    }
    s->ptr += n;
    s->len -= n;
    *rune = r;
    return true;
}

size_t str_runes(Str s) {
    size_t n = 0;

    for (uint32_t r; str_rune(&s, &r);)
        n++;
    return n;
}

bool str_utf8_valid(Str s) {
    while (s.len) {
        const char *before = s.ptr;
        uint32_t r;

        str_rune(&s, &r);
        if (r == 0xFFFD && s.ptr - before == 1)
            return false;
    }
    return true;
}

bool str_utf8_cut(Str s) {
    if (s.len == 0)
        return false;
    unsigned char lead = (unsigned char)s.ptr[0];
    size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;

    if (lead < 0xC2 || lead > 0xF4 || s.len >= want)
        return false;
    for (size_t i = 1; i < s.len; i++)
        if (((unsigned char)s.ptr[i] & 0xC0) != 0x80)
            return false;
    return true;
}

uint32_t rune_half_width(uint32_t rune) {
    if (rune >= 0xFF01 && rune <= 0xFF5E)
        return rune - 0xFF01 + '!';
    return rune == 0x3000 ? ' ' : rune;
}

uint64_t str_hash(Str s) {
    uint64_t h = 0xcbf29ce484222325u;

    for (size_t i = 0; i < s.len; i++)
        h = (h ^ (unsigned char)s.ptr[i]) * 0x100000001b3u;
    return h ^ h >> 32;
}

size_t str_distance(Str a, Str b, size_t most) {
    enum { LONGEST = 64 };
    uint32_t x[LONGEST], y[LONGEST];
    size_t nx = 0, ny = 0, row[LONGEST + 1];

    for (uint32_t r; nx < LONGEST && str_rune(&a, &r);)
        x[nx++] = r;
    for (uint32_t r; ny < LONGEST && str_rune(&b, &r);)
        y[ny++] = r;
    if (a.len || b.len)
        return most + 1; /* too long to be a name */
    for (size_t j = 0; j <= ny; j++)
        row[j] = j;
    for (size_t i = 1; i <= nx; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= ny; j++) {
            size_t best = diagonal + (x[i - 1] != y[j - 1]);

            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[ny] > most ? most + 1 : row[ny];
}
