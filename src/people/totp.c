/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/totp.c: codes by liboath. */
#include "people/totp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <liboath/oath.h>

#include "base/crypto.h"

#include "base/banned.h"

void totp_secret(char out[TOTP_SECRET]) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    unsigned char random[TOTP_SECRET - 1];

    /* Each letter is five bits of its own: base32 of 20 random bytes. */
    random_bytes(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++)
        out[i] = letters[random[i] & 31];
    out[TOTP_SECRET - 1] = '\0';
    wipe(random, sizeof random);
}

bool totp_code(Str secret, int64_t step, unsigned digits, char out[9]) {
    char *key = NULL;
    size_t size = 0;

    if (digits < 6 || digits > 8 || step < 0 ||
        oath_base32_decode(secret.ptr, secret.len, &key, &size) != OATH_OK)
        return false;
    bool good = oath_totp_generate(key, size, (time_t)(step * TOTP_STEP), TOTP_STEP,
                                   OATH_TOTP_DEFAULT_START_TIME, digits, out) == OATH_OK;

    wipe(key, size);
    free(key);
    return good;
}

/* All three are compared, whichever fits. */
int64_t totp_step(Str secret, Str code, Instant now) {
    int64_t middle = now / 1000000 / TOTP_STEP, found = -1;
    char right[9];

    if (code.len != TOTP_DIGITS)
        return -1;
    for (int64_t step = middle - TOTP_WINDOW; step <= middle + TOTP_WINDOW; step++)
        if (totp_code(secret, step, TOTP_DIGITS, right) &&
            equal_constant_time(right, code.ptr, TOTP_DIGITS))
            found = step;
    wipe(right, sizeof right);
    return found;
}

static void add_escaped(Buf *b, Str s) {
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     c == '-' || c == '.' || c == '_';

        buf_addf(b, plain ? "%c" : "%%%02X", c);
    }
}

Str totp_uri(Arena *a, Str issuer, Str login, Str secret) {
    scoped_buf Buf b;

    buf_init(&b, 4096);
    buf_add_c(&b, "otpauth://totp/");
    add_escaped(&b, issuer);
    buf_add_char(&b, ':');
    add_escaped(&b, login);
    buf_addf(&b, "?secret=%.*s&issuer=", STR_ARG(secret));
    add_escaped(&b, issuer);
    buf_addf(&b, "&algorithm=SHA1&digits=%d&period=%d", TOTP_DIGITS, TOTP_STEP);
    Str uri = str_dup(a, buf_str(&b));

    if (b.ptr)
        wipe(b.ptr, b.len);
    return uri;
}
