/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/err.c: why something failed. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

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

bool err_set(Err *e, ErrCode code, const char *where, const char *format, ...) {
    if (!e)
        return false;
    char text[sizeof e->text], place[sizeof e->where];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args); /* first: arguments may point into *e */
    va_end(args);
    snprintf(place, sizeof place, "%s", where ? where : "");
    drop_broken(text);
    drop_broken(place);
    e->code = code;
    memcpy(e->text, text, sizeof text);
    memcpy(e->where, place, sizeof place);
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
    text[sizeof e->text - 1] = '\0';
    drop_broken(text);
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
