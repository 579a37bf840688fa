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

/* Remove a character cut in half at the end. */
static void trim_partial(char *text) {
    size_t n = strlen(text), i = n;

    while (i > 0 && n - i < 4 && ((unsigned char)text[i - 1] & 0xC0) == 0x80)
        i--;
    if (i == 0)
        return;
    unsigned char lead = (unsigned char)text[i - 1];
    size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;

    if (want > 1 && n - (i - 1) < want)
        text[i - 1] = '\0';
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
    trim_partial(text);
    trim_partial(place);
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
    trim_partial(prefix);
    snprintf(text, sizeof text, "%s：%s", prefix, e->text);
    text[sizeof e->text - 1] = '\0';
    trim_partial(text);
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
