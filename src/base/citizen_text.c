/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/citizen_text.c: find identity numbers inside other texts, and mask them. */
#include "base/citizen_text.h"

#include <string.h>

#include "base/identity.h"
#include "base/identity_text.h"

#include "base/banned.h"

enum { WHOLE = 18, OLD = 15, GAP_MOST = 4 };

static bool is_gap(uint32_t rune) {
    return rune_is_blank(rune) || rune == '-' || (rune >= 0x2010 && rune <= 0x2015) ||
           rune == 0x2212;
}

static bool digit_ahead(Str s) {
    uint32_t rune;

    return str_rune_half(&s, &rune) && rune_is_digit(rune);
}

static bool letter_x_ahead(Str s) {
    uint32_t rune;

    return str_rune_half(&s, &rune) && (rune | 0x20) == 'x';
}

/* Take what may stand between two digits; false, and nothing taken, when no digit (nor, if `x`, an
 * X) follows. */
static bool skip_gap(Str *s, bool x) {
    Str rest = *s, after = *s;
    uint32_t rune;
    size_t n = 0;

    if (s->len && (unsigned char)s->ptr[0] >= 0xE4 && (unsigned char)s->ptr[0] < 0xEF)
        return false; /* a Chinese character */
    while (n <= GAP_MOST && str_rune_half(&after, &rune) && is_gap(rune)) {
        rest = after;
        n++;
    }
    if (n > GAP_MOST || !(digit_ahead(rest) || (x && letter_x_ahead(rest))))
        return false;
    *s = rest;
    return true;
}

size_t digit_run(Str text, size_t *digits) {
    Str s = text;
    uint32_t rune;

    *digits = 0;
    if (!digit_ahead(s))
        return 0;
    do {
        str_rune_half(&s, &rune);
        ++*digits;
        for (; rune_is_digit(rune) && s.len && s.ptr[0] >= '0' && s.ptr[0] <= '9';
             s.ptr++, s.len--) /* nearly always */
            ++*digits;
    } while (rune_is_digit(rune) && skip_gap(&s, *digits >= OLD - 1));
    return text.len - s.len;
}

/* At most so many digits as the bytes suggest: a full-width one begins with EF. Eight bytes at a
 * time; a byte is an ASCII digit when it differs from '0' by less than ten. */
static bool has_many_digits(Str s) {
    const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
    size_t n = 0, i = 0;

    if (s.len < OLD)
        return false;
    for (; i + 8 <= s.len; i += 8) {
        uint64_t x, digit, wide;

        memcpy(&x, s.ptr + i, sizeof x);
        digit = x ^ ones * '0';
        digit = (((digit & ~high) + ones * (0x7F - 9)) | digit) & high; /* high bit: no digit */
        wide = x ^ ones * 0xEF;
        wide = (((wide & ~high) + ones * 0x7F) | wide) & high; /* high bit: not EF */
        n += 16 - ((((digit >> 7) + (wide >> 7)) * ones) >> 56);
    }
    for (; i < s.len; i++)
        n += (s.ptr[i] >= '0' && s.ptr[i] <= '9') || (unsigned char)s.ptr[i] == 0xEF;
    return n >= OLD;
}

static bool is_province(const char *number) {
    static const char provinces[] =
        "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 "
        "50 51 52 53 54 61 62 63 64 65 71 81 82 83 ";
    char two[4] = {number[0], number[1], ' ', '\0'};

    return strstr(provinces, two) != NULL;
}

/* Eighteen characters from here; *len is how far they reach. A number in groups begins and ends
 * where the digits do. */
static bool read_whole(Str text, bool behind_digit, char out[WHOLE + 1], size_t *len) {
    Str s = text, gone;
    bool grouped = false;
    uint32_t rune;

    for (size_t n = 0; n < WHOLE; n++) {
        gone = s;
        if (n > 0 && !skip_gap(&s, n == WHOLE - 1))
            return false;
        grouped = grouped || s.len != gone.len;
        if (!str_rune_half(&s, &rune) ||
            !(rune_is_digit(rune) || (n == WHOLE - 1 && (rune | 0x20) == 'x')))
            return false;
        out[n] = rune_is_digit(rune) ? (char)rune : 'X';
    }
    out[WHOLE] = '\0';
    *len = text.len - s.len;
    if (grouped && (behind_digit || digit_ahead(s)))
        return false;
    CitizenId id = citizen_id_read((Str){out, WHOLE});

    return id.form == CITIZEN_ID_WHOLE && id.check_holds && id.birth_valid;
}

static bool read_old(Str text, bool behind_digit, char out[WHOLE + 1], size_t *len) {
    Str s = text;
    uint32_t rune;

    if (behind_digit)
        return false;
    for (size_t n = 0; n < OLD; n++) {
        if (!str_rune_half(&s, &rune) || !rune_is_digit(rune))
            return false;
        out[n] = (char)rune;
    }
    out[OLD] = '\0';
    *len = text.len - s.len;
    if (digit_ahead(s) || letter_x_ahead(s) || !is_province(out))
        return false;
    CitizenId id = citizen_id_read((Str){out, OLD});

    return id.form == CITIZEN_ID_WHOLE && id.birth_valid;
}

typedef struct Found {
    size_t at, len;
    char number[WHOLE + 1];
} Found;

/* Within one run of digits, beginning at each of them. */
static bool find_in_run(Str s, bool behind_digit, Found *out) {
    Str run = s;
    uint32_t rune;

    while (s.len >= OLD) {
        if (digit_ahead(s) && (read_whole(s, behind_digit, out->number, &out->len) ||
                               read_old(s, behind_digit, out->number, &out->len))) {
            out->at = run.len - s.len;
            return true;
        }
        str_rune_half(&s, &rune);
        behind_digit = rune_is_digit(rune);
    }
    return false;
}

/* 0 to 9, or full-width EF BC 90 to 99. */
static bool may_be_digit(const char *p, size_t len) {
    return (*p >= '0' && *p <= '9') || ((unsigned char)p[0] == 0xEF && len > 2 &&
                                        (unsigned char)p[1] == 0xBC && (unsigned char)p[2] >= 0x90);
}

static bool find_next(Str text, size_t from, Found *out) {
    size_t digits, run;

    for (size_t i = from; i + OLD <= text.len; i += run ? run : 1) {
        Str s = {text.ptr + i, text.len - i};

        run = may_be_digit(s.ptr, s.len) ? digit_run(s, &digits) : 0;
        s.len = run;
        if (run && digits >= OLD && find_in_run(s, i == from && i > 0 /* a number before */, out)) {
            out->at += i;
            return true;
        }
    }
    return false;
}

bool citizen_id_in_text(Str text) {
    Found found;

    return has_many_digits(text) && find_next(text, 0, &found);
}

bool citizen_id_mask_text(Str text, Buf *out) {
    size_t done = 0;
    Found f;

    if (!has_many_digits(text))
        return false;
    for (; find_next(text, done, &f); done = f.at + f.len) {
        size_t n = strlen(f.number);

        buf_add(out, str_slice(text, done, f.at));
        memset(f.number + 6, '*', n - 10);
        buf_add(out, (Str){f.number, n});
    }
    if (!done)
        return false;
    buf_add(out, str_slice(text, done, text.len));
    return true;
}

Str citizen_id_safe(Arena *a, Str text) {
    scoped_buf Buf b;

    buf_init(&b, text.len + 1);
    return citizen_id_mask_text(text, &b) ? str_dup(a, buf_str(&b)) : text;
}
