/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/identity.c: vehicle plates, telephone numbers and document numbers. */
#include "base/identity.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/identity_text.h"

#include "base/banned.h"

static bool among(uint32_t rune, Str set) {
    for (uint32_t r; str_rune(&set, &r);)
        if (r == rune)
            return true;
    return false;
}

static bool is_letter(uint32_t r) {
    return r >= 'A' && r <= 'Z';
}

/* As UTF-8 into `out`, which has room: a plate has at most 9 runes of 3 bytes at 2 places. */
static void to_text(const uint32_t *runes, size_t n, char out[24]) {
    scoped_buf Buf b;

    buf_init(&b, 23);
    for (size_t i = 0; i < n; i++)
        buf_add_rune(&b, runes[i]);
    memcpy(out, b.ptr, b.len + 1);
}

/* ---- plates ---- */

static bool all(const uint32_t *runes, size_t n, bool letters) {
    for (size_t i = 0; i < n; i++)
        if (!rune_is_digit(runes[i]) && !(letters && is_letter(runes[i])))
            return false;
    return true;
}

static bool is_province(uint32_t rune) {
    return among(rune, STR("京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"));
}

/* 川E12345, 川AD12345, 川E1234学, 粤Z1234港, and tractors' 川05 12345 */
static bool is_civil_plate(const uint32_t *r, size_t n) {
    if (n < 7 || n > 8 || !is_province(r[0]))
        return false;
    if (is_letter(r[1])) {
        bool ascii = r[n - 1] < 0x80;
        size_t last = !ascii && among(r[n - 1], STR("学警挂港澳领试超")) ? n - 1 : n;

        return all(r + 2, last - 2, true);
    }
    return n == 8 && all(r + 1, 2, false) && all(r + 3, 5, true);
}

/* 使123456 (embassies), WJ川1234X (armed police), VA12345 (the forces) */
static bool is_special_plate(const uint32_t *r, size_t n) {
    if (r[0] == U'使')
        return n == 7 && all(r + 1, 6, false);
    if (n >= 7 && r[0] == 'W' && r[1] == 'J') {
        size_t start = is_province(r[2]) ? 3 : 2;

        return n == start + 5 && all(r + start, 5, true);
    }
    return n == 7 && is_letter(r[0]) && is_letter(r[1]) && all(r + 2, 5, false);
}

bool plate_read(Str text, char out[24]) {
    uint32_t all_runes[16], r[16];
    size_t count = identity_text(text, all_runes, 16), n = 0;

    for (size_t i = 0; i < count; i++)
        if (rune_is_digit(all_runes[i]) || is_letter(all_runes[i]) ||
            !among(all_runes[i], STR("·•.-・‧∙―—")))
            r[n++] = all_runes[i];
    if (n == 0 || (!is_civil_plate(r, n) && !is_special_plate(r, n)))
        return false;
    to_text(r, n, out);
    return true;
}

/* ---- telephone numbers ---- */

/* 138…, 0830…, 400…, or a local number of 7 or 8 digits. */
static bool is_phone(const char *d, size_t n) {
    if (d[0] == '1')
        return n == 11 && d[1] >= '3';
    if (d[0] ==
        '0') /* 010 and 02x have three digits and eight behind, others four and seven or eight */
        return d[1] == '1' || d[1] == '2' ? n == 11 || n == 10
                                          : d[1] >= '3' && (n == 11 || n == 12);
    if (n == 10)
        return strncmp(d, "400", 3) == 0 || strncmp(d, "800", 3) == 0;
    return (n == 7 || n == 8) && d[0] >= '2';
}

/* Digits up to an extension; *rest is where that begins. False on anything else. */
static bool main_digits(const uint32_t *r, size_t count, char digits[20], size_t *n, size_t *rest) {
    size_t i = 0;

    for (*n = 0; i < count; i++) {
        if (rune_is_digit(r[i])) {
            if (*n == 16)
                return false;
            digits[(*n)++] = (char)r[i];
        } else if (!among(r[i], STR("+()-—–―"))) {
            break;
        } else if (r[i] == '+' && *n > 0) {
            return false;
        } else if (*n >= 10 && r[i] != ')') {
            break; /* a hyphen behind a whole number leads to the extension */
        }
    }
    digits[*n] = '\0';
    *rest = i;
    return *n > 0;
}

/* How many of the runes are the word, 0 when they are not. */
static size_t word_ahead(const uint32_t *r, size_t count, Str word) {
    size_t n = 0;

    for (uint32_t rune; str_rune(&word, &rune); n++)
        if (n == count || r[n] != rune)
            return 0;
    return n;
}

/* -801, 转801, 分机801, -转分机：801, EXT.801 */
static bool is_extension(const uint32_t *r, size_t count, const uint32_t **digits, size_t *n) {
    static const Str words[] = {STR_INIT("转"), STR_INIT("分机"), STR_INIT("EXT"), STR_INIT("X")};
    size_t i = count && among(r[0], STR("-–—―"));

    for (size_t w = 0; w < sizeof words / sizeof *words; w++)
        i += word_ahead(r + i, count - i, words[w]);
    if (i == 0)
        return false;
    i += i < count && (r[i] == ':' || r[i] == '.');
    *digits = r + i;
    *n = count - i;
    return *n > 0 && *n <= 6 && all(r + i, *n, false);
}

/* Take China's country code off, and give an area code back the 0 it loses behind one. False for
 * another country's number. */
static bool to_national(char digits[20], bool plus) {
    size_t n = strlen(digits);
    size_t code = strncmp(digits, "0086", 4) == 0 ? 4 : strncmp(digits, "86", 2) == 0 ? 2 : 0;

    if (code == 0 || (code == 2 && !plus && n != 13))
        return !plus;
    const char *rest = digits + code;
    bool mobile = rest[0] == '1' && n - code == 11;
    bool service = n - code == 10 && (!strncmp(rest, "400", 3) || !strncmp(rest, "800", 3));
    bool area = rest[0] != '0' && !mobile && !service;

    memmove(digits + area, rest, n - code + 1);
    if (area)
        digits[0] = '0';
    return true;
}

bool phone_read(Str text, char out[24]) {
    uint32_t r[40];
    const uint32_t *extension = NULL;
    char digits[20];
    size_t count = identity_text(text, r, 40), n, rest, extra = 0;

    if (!main_digits(r, count, digits, &n, &rest) ||
        (rest < count && !is_extension(r + rest, count - rest, &extension, &extra)) ||
        !to_national(digits, r[0] == '+') || !is_phone(digits, strlen(digits)))
        return false;
    n = strlen(digits);
    memcpy(out, digits, n + 1);
    if (extra == 0)
        return true;
    n += (size_t)snprintf(out + n, 24 - n, "转"); /* a hyphen may also stand inside a number */
    for (size_t i = 0; i < extra; i++)
        out[n++] = (char)extension[i];
    out[n] = '\0';
    return true;
}

/* ---- document numbers ---- */

void document_number_read(Str text, Arena *a, Str *out) {
    scoped_buf Buf b;

    buf_init(&b, text.len + 64 + text.len * 2); /* a bracket of one byte becomes one of three */
    for (uint32_t r; str_rune_half(&text, &r);) {
        if (rune_is_blank(r))
            continue;
        if (among(r, STR("([{<【〔〖〈《﹝﹙「")))
            r = U'〔';
        else if (among(r, STR(")]}>】〕〗〉》﹞﹚」")))
            r = U'〕';
        else if (r >= 0x2010 && r <= 0x2015)
            r = '-';
        buf_add_rune(&b, r);
    }
    *out = str_dup(a, str_unwrap(buf_str(&b)));
}
