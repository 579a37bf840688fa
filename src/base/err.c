/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/err.c: why something failed. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/citizen_text.h"

#include "base/banned.h"

enum { ROOM = 2048 }; /* before masking and cutting: half a number would not be known as one */

static const struct {
    int http;
    int status;
    const char *key;
} codes[] = {
#define X(code, http, status, key) [code] = {http, status, key},
    ERR_CODES(X)
#undef X
};

/* Remove what is left of characters cut in half, at the end or, by a "%.64s", in the middle: the
 * text goes out as JSON. */
static void drop_broken(char *text) {
    Str rest = str_of(text);
    char *out = text;

    while (rest.len) {
        const char *from = rest.ptr;
        uint32_t rune;

        str_rune(&rest, &rune);
        size_t n = (size_t)(rest.ptr - from);

        if (n == 1 && (unsigned char)*from >= 0x80)
            continue;
        memmove(out, from, n);
        out += n;
    }
    *out = '\0';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_word(char c) {
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* 138****1234, for eleven digits that stand alone. */
static void mask_phones(char *text) {
    for (char *c = text; *c != '\0'; c++) {
        size_t n = 0;

        if (*c != '1' || (c > text && is_word(c[-1])))
            continue;
        while (is_digit(c[n]))
            n++;
        if (n == 11 && c[1] >= '3' && !is_word(c[n]))
            memset(c + 3, '*', 4);
    }
}

/* What is wrong is often told in the words of the request or the file: numbers of people in them do
 * not travel on. */
static void finish(char *text, size_t size) {
    scoped_buf Buf safe;

    buf_init(&safe, ROOM);
    if (citizen_id_mask_text(str_of(text), &safe)) {
        memcpy(text, safe.ptr, safe.len);
        text[safe.len] = '\0';
    }
    mask_phones(text);
    text[size - 1] = '\0';
    drop_broken(text);
}

bool err_set(Err *e, ErrCode code, const char *where, const char *format, ...) {
    if (!e)
        return false;
    char text[ROOM], place[ROOM];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args); /* first: arguments may point into *e */
    va_end(args);
    snprintf(place, sizeof place, "%s", where ? where : "");
    finish(text, sizeof e->text);
    finish(place, sizeof e->where);
    e->code = code;
    memcpy(e->text, text, sizeof e->text);
    memcpy(e->where, place, sizeof e->where);
    return false;
}

bool err_prefix(Err *e, const char *format, ...) {
    if (!e)
        return false;
    char prefix[sizeof e->text / 2], text[sizeof e->text * 2];
    va_list args;

    va_start(args, format);
    vsnprintf(prefix, sizeof prefix, format, args);
    va_end(args);
    drop_broken(prefix);
    snprintf(text, sizeof text, "%s：%s", prefix, e->text);
    finish(text, sizeof e->text);
    memcpy(e->text, text, sizeof e->text);
    return false;
}

void err_clear(Err *e) {
    if (e)
        *e = (Err){0};
}

int err_http_status(ErrCode code) {
    return codes[code].http;
}

int err_exit_status(ErrCode code) {
    return codes[code].status;
}

const char *err_key(ErrCode code) {
    return codes[code].key;
}
