/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/encoding.c: guess the encoding of a file from its beginning. */
#include "base/encoding.h"

#include <string.h>

#include <uchardet/uchardet.h>

#include "base/banned.h"

const char *encoding_name(Encoding encoding) {
    static const char *const names[] = {
        [ENCODING_UTF8] = "UTF-8",       [ENCODING_UTF8_BOM] = "UTF-8（带 BOM）",
        [ENCODING_GB18030] = "GB18030",  [ENCODING_UTF16LE] = "UTF-16LE",
        [ENCODING_UTF16BE] = "UTF-16BE", [ENCODING_UNKNOWN] = "未知",
    };

    return names[encoding];
}

/* How a text reads in one encoding. */
typedef struct Reading {
    size_t good;  /* characters of several bytes */
    size_t bad;   /* bytes that are part of no character */
    size_t three; /* UTF-8: of three or more bytes, as all hanzi are */
    size_t pairs; /* UTF-8: characters of two bytes that follow one another */
} Reading;

static Reading read_utf8(Str s) {
    Reading r = {0};
    size_t before = 0;

    while (s.len) {
        Str here = s;
        uint32_t rune;

        str_rune(&s, &rune);
        size_t width = here.len - s.len;

        if (width == 1 && rune == 0xFFFD) {
            if (str_utf8_cut(here))
                break;
            r.bad++;
        }
        r.good += width > 1;
        r.three += width > 2;
        r.pairs += width == 2 && before == 2;
        before = width;
    }
    return r;
}

/* Bytes of the GB18030 character at p: 0 when there is none, n + 1 when the end cuts it off. */
static size_t gb18030_width(const unsigned char *p, size_t n) {
    if (p[0] < 0x80)
        return 1;
    if (p[0] == 0x80 || p[0] == 0xFF)
        return 0;
    if (n < 2)
        return n + 1;
    if (p[1] >= 0x40 && p[1] != 0x7F && p[1] != 0xFF)
        return 2;
    if (p[1] < 0x30 || p[1] > 0x39)
        return 0;
    if (n < 4)
        return n + 1;
    return p[2] >= 0x81 && p[2] <= 0xFE && p[3] >= 0x30 && p[3] <= 0x39 ? 4 : 0;
}

static Reading read_gb18030(Str s) {
    Reading r = {0};
    const unsigned char *p = (const unsigned char *)s.ptr;

    for (size_t i = 0; i < s.len;) {
        size_t width = gb18030_width(p + i, s.len - i);

        if (width > s.len - i)
            break;
        r.good += width > 1;
        r.bad += width == 0;
        i += width ? width : 1;
    }
    return r;
}

/* UTF-16 without a mark shows in NUL bytes at every other place: commas, digits, line ends. A few
 * at the other places are 一 (U+4E00) and its like. */
static Encoding guess_utf16(Str head) {
    size_t odd = 0, even = 0, units = head.len / 2;

    for (size_t i = 0; i < units; i++) {
        even += head.ptr[2 * i] == 0;
        odd += head.ptr[2 * i + 1] == 0;
    }
    if (odd * 20 > units && odd >= 3 * even)
        return ENCODING_UTF16LE;
    if (even * 20 > units && even >= 3 * odd)
        return ENCODING_UTF16BE;
    return ENCODING_UNKNOWN;
}

static Encoding ask_uchardet(Str head) {
    static const struct {
        const char *name;
        Encoding encoding;
    } known[] = {
        {"UTF-8", ENCODING_UTF8},         {"GB18030", ENCODING_GB18030},
        {"GBK", ENCODING_GB18030},        {"GB2312", ENCODING_GB18030},
        {"UTF-16LE", ENCODING_UTF16LE},   {"UTF-16BE", ENCODING_UTF16BE},
        {"HZ-GB-2312", ENCODING_UNKNOWN}, {"ASCII", ENCODING_UTF8},
    };
    uchardet_t detector = uchardet_new();
    Encoding found = ENCODING_UNKNOWN;

    if (uchardet_handle_data(detector, head.ptr, head.len) == 0) {
        uchardet_data_end(detector);
        const char *name = uchardet_get_charset(detector);

        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            if (strcmp(name, known[i].name) == 0)
                found = known[i].encoding;
    }
    uchardet_delete(detector);
    return found;
}

Encoding encoding_guess(Str head) {
    if (str_starts(head, STR("\xEF\xBB\xBF")))
        return ENCODING_UTF8_BOM;
    if (str_starts(head, STR("\xFF\xFE")))
        return ENCODING_UTF16LE;
    if (str_starts(head, STR("\xFE\xFF")))
        return ENCODING_UTF16BE;
    Encoding wide = guess_utf16(head);

    if (wide != ENCODING_UNKNOWN)
        return wide;
    Reading utf8 = read_utf8(head), gb = read_gb18030(head);

    if (utf8.bad == 0) {
        /* Some GBK words are well-formed UTF-8 by chance, but then of two-byte characters only,
         * one behind the other, which no Chinese text in UTF-8 is. */
        bool by_chance = utf8.three == 0 && utf8.pairs > 0 && gb.bad == 0;

        return by_chance ? ENCODING_GB18030 : ENCODING_UTF8;
    }
    /* A few damaged bytes do not make it another encoding. */
    if (utf8.three > 10 * utf8.bad && utf8.bad < gb.bad + utf8.three / 20 + 1)
        return ENCODING_UTF8;
    if (gb.good > 20 * gb.bad)
        return ENCODING_GB18030;
    return ask_uchardet(head);
}

void half_width(Str text, Buf *out) {
    for (uint32_t r; str_rune(&text, &r);)
        buf_add_rune(out, rune_half_width(r));
}
