/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/buf.c: growing text with a ceiling. */
#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

void buf_init(Buf *b, size_t max) {
    *b = (Buf){.max = max};
}

void buf_done(Buf *b) {
    free(b->ptr);
    *b = (Buf){.max = b->max};
}

void buf_clear(Buf *b) {
    b->len = 0;
    b->full = false;
    if (b->ptr)
        b->ptr[0] = '\0';
}

char *buf_reserve(Buf *b, size_t n) {
    if (b->full || n > b->max || b->len > b->max - n) {
        b->full = true;
        return NULL;
    }
    if (b->cap < b->len + n + 1) {
        size_t cap = b->cap ? b->cap : 64;

        while (cap < b->len + n + 1)
            cap *= 2;
        char *p = realloc(b->ptr, cap);

        if (!p) {
            fputs("lianheng: 内存不足，程序退出\n", stderr);
            abort();
        }
        b->ptr = p;
        b->cap = cap;
    }
    return b->ptr + b->len;
}

void buf_add_bytes(Buf *b, const void *bytes, size_t n) {
    char *p = buf_reserve(b, n);

    if (!p)
        return;
    if (n)
        memcpy(p, bytes, n);
    b->len += n;
    b->ptr[b->len] = '\0';
}

void buf_add(Buf *b, Str s) {
    buf_add_bytes(b, s.ptr, s.len);
}

void buf_add_c(Buf *b, const char *c_string) {
    buf_add(b, str_of(c_string));
}

void buf_add_char(Buf *b, char c) {
    if (b->full || b->len + 2 > b->cap || b->len >= b->max) {
        buf_add_bytes(b, &c, 1);
        return;
    }
    b->ptr[b->len++] = c;
    b->ptr[b->len] = '\0';
}

void buf_add_rune(Buf *b, uint32_t rune) {
    char out[4];
    size_t n;

    if (rune < 0x80) {
        out[0] = (char)rune;
        n = 1;
    } else if (rune < 0x800) {
        out[0] = (char)(0xC0 | rune >> 6);
        out[1] = (char)(0x80 | (rune & 0x3F));
        n = 2;
    } else if (rune < 0x10000) {
        out[0] = (char)(0xE0 | rune >> 12);
        out[1] = (char)(0x80 | (rune >> 6 & 0x3F));
        out[2] = (char)(0x80 | (rune & 0x3F));
        n = 3;
    } else {
        out[0] = (char)(0xF0 | rune >> 18);
        out[1] = (char)(0x80 | (rune >> 12 & 0x3F));
        out[2] = (char)(0x80 | (rune >> 6 & 0x3F));
        out[3] = (char)(0x80 | (rune & 0x3F));
        n = 4;
    }
    buf_add_bytes(b, out, n);
}

void buf_addf(Buf *b, const char *format, ...) {
    va_list args;

    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    assert(n >= 0);
    char *p = buf_reserve(b, (size_t)n);

    if (!p)
        return;
    va_start(args, format);
    vsnprintf(p, (size_t)n + 1, format, args);
    va_end(args);
    b->len += (size_t)n;
}

void buf_add_hex(Buf *b, const void *bytes, size_t n) {
    static const char digits[] = "0123456789abcdef";
    const unsigned char *p = bytes;

    for (size_t i = 0; i < n; i++) {
        buf_add_char(b, digits[p[i] >> 4]);
        buf_add_char(b, digits[p[i] & 15]);
    }
}

/* ---- base64 ---- */

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void buf_add_base64(Buf *b, const void *bytes, size_t n) {
    const unsigned char *p = bytes;
    char *to = buf_reserve(b, (n + 2) / 3 * 4);

    if (!to)
        return;
    for (size_t i = 0; i < n; i += 3, to += 4) {
        unsigned v = (unsigned)p[i] << 16 | (i + 1 < n ? (unsigned)p[i + 1] << 8 : 0) |
                     (i + 2 < n ? p[i + 2] : 0);

        to[0] = letters[v >> 18];
        to[1] = letters[v >> 12 & 63];
        to[2] = i + 1 < n ? letters[v >> 6 & 63] : '=';
        to[3] = i + 2 < n ? letters[v & 63] : '=';
    }
    *to = '\0';
    b->len += (n + 2) / 3 * 4;
}

/* What each byte stands for, less one: so that what is no letter is 0. */
static const unsigned char values[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
    ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
    ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
    ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64};

static int value_of(char c) {
    return values[(unsigned char)c] - 1;
}

bool buf_add_from_base64(Buf *b, Str text) {
    size_t pad = 0, n = text.len / 4 * 3;
    char *to;

    if (text.len % 4 != 0)
        return false;
    while (pad < 2 && pad < text.len && text.ptr[text.len - 1 - pad] == '=')
        pad++;
    for (size_t i = 0; i < text.len - pad; i++)
        if (value_of(text.ptr[i]) < 0)
            return false;
    to = buf_reserve(b, n);
    if (!to)
        return false;
    for (size_t i = 0; i < text.len; i += 4, to += 3) {
        unsigned v = 0;

        for (size_t k = 0; k < 4; k++)
            v = v << 6 | (unsigned)(i + k < text.len - pad ? value_of(text.ptr[i + k]) : 0);
        to[0] = (char)(v >> 16 & 0xff);
        to[1] = (char)(v >> 8 & 0xff);
        to[2] = (char)(v & 0xff);
    }
    b->len += n - pad;
    b->ptr[b->len] = '\0';
    return true;
}

Str buf_str(const Buf *b) {
    return (Str){b->ptr, b->len};
}
