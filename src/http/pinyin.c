/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/pinyin.c: GB 2312 sorts its first level by pinyin, so 23 borders tell the initial of a
 * character without a table of readings. */
#include "http/pinyin.h"

#include <ctype.h>
#include <iconv.h>

/* First code of each letter; I, U and V begin no syllable. */
static const struct {
    unsigned code;
    char letter;
} borders[] = {
    {0xB0A1, 'a'}, {0xB0C5, 'b'}, {0xB2C1, 'c'}, {0xB4EE, 'd'}, {0xB6EA, 'e'}, {0xB7A2, 'f'},
    {0xB8C1, 'g'}, {0xB9FE, 'h'}, {0xBBF7, 'j'}, {0xBFA6, 'k'}, {0xC0AC, 'l'}, {0xC2E8, 'm'},
    {0xC4C3, 'n'}, {0xC5B6, 'o'}, {0xC5BE, 'p'}, {0xC6DA, 'q'}, {0xC8BB, 'r'}, {0xC8F6, 's'},
    {0xCBFA, 't'}, {0xCDDA, 'w'}, {0xCEF4, 'x'}, {0xD1B9, 'y'}, {0xD4D1, 'z'},
};
enum { BORDERS = sizeof borders / sizeof borders[0], LAST_CODE = 0xD7F9 };

static char initial_of(unsigned code) {
    char letter = 0;

    if (code > LAST_CODE)
        return 0;
    for (size_t i = 0; i < BORDERS && code >= borders[i].code; i++)
        letter = borders[i].letter;
    return letter;
}

/* 行 is filed under hang, 重 under zhong; titles here mean xing. */
static char special(uint32_t rune) {
    return rune == 0x884C ? 'x' : 0;
}

void pinyin_initials(Str text, Buf *out) {
    iconv_t gb = iconv_open("GB2312", "UTF-8");
    uint32_t rune;
    Str rest = text;

    if (gb == (iconv_t)-1)
        return;
    while (rest.len != 0) {
        Str before = rest;

        str_rune(&rest, &rune);
        if (rune < 0x80) {
            if (isalnum((int)rune))
                buf_add_char(out, (char)tolower((int)rune));
            continue;
        }
        char *in = (char *)(uintptr_t)before.ptr, bytes[4], *to = bytes;
        size_t left = before.len - rest.len, room = sizeof bytes;
        char letter = special(rune);

        if (letter == 0 && iconv(gb, &in, &left, &to, &room) != (size_t)-1 && to - bytes == 2)
            letter = initial_of((unsigned)(unsigned char)bytes[0] << 8 | (unsigned char)bytes[1]);
        if (letter != 0)
            buf_add_char(out, letter);
    }
    iconv_close(gb);
}
