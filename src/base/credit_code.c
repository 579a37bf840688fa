/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/credit_code.c: unified social credit codes (GB 32100) and the numbers they replaced. */
#include "base/identity.h"

#include <string.h>

#include "base/identity_text.h"

#include "base/banned.h"

enum { UNIFIED = 18, REGISTER = 15, ORGANISATION = 9 };

/* Digits and letters without I, O, S, V, Z; a character's value is its place. */
static const char code_set[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

static int code_value(char c) {
    const char *p = c ? strchr(code_set, c) : NULL;

    return p ? (int)(p - code_set) : -1;
}

char credit_code_check_digit(const char first17[17]) {
    int sum = 0, weight = 1; /* 3^i mod 31 */

    for (int i = 0; i < UNIFIED - 1; i++) {
        int value = code_value(first17[i]);

        if (value < 0)
            return 0;
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    return code_set[(31 - sum % 31) % 31];
}

static bool is_unified(const char *text) {
    return strspn(text, code_set) == UNIFIED;
}

/* GB 11714: eight digits or letters (A counts 10) and their check character. */
static char organisation_check_digit(const char first8[8]) {
    static const signed char weight[8] = {3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;

    for (int i = 0; i < ORGANISATION - 1; i++)
        sum += weight[i] * (first8[i] <= '9' ? first8[i] - '0' : first8[i] - 'A' + 10);
    return "0X987654321"[sum % 11];
}

static bool is_organisation(const char *text) {
    size_t n = strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");

    return n == ORGANISATION && strchr("0123456789X", text[ORGANISATION - 1]);
}

/* GS 15-2006: ISO 7064 MOD 11,10 over fourteen digits. */
static char register_check_digit(const char first14[14]) {
    int product = 10;

    for (int i = 0; i < REGISTER - 1; i++) {
        int sum = (product + first14[i] - '0') % 10;

        product = (sum ? sum : 10) * 2 % 11;
    }
    return (char)('0' + (11 - product) % 10);
}

/* As ASCII into `out`; 0 when anything else is among it or it is too long. */
static size_t to_ascii(Str text, char out[20]) {
    uint32_t runes[20];
    size_t n = identity_text(text, runes, 19);

    for (size_t i = 0; i < n; i++) {
        if (runes[i] == 0 || runes[i] > 0x7E)
            return 0;
        out[i] = (char)runes[i];
    }
    out[n] = '\0';
    return n;
}

/* 12345678-9 is written with a hyphen, often one of the longer dashes. */
static size_t without_hyphen(char *code, size_t n) {
    if (n != ORGANISATION + 1 || code[ORGANISATION - 1] != '-')
        return n;
    code[ORGANISATION - 1] = code[ORGANISATION];
    code[ORGANISATION] = '\0';
    return ORGANISATION;
}

CreditCode credit_code_read(Str text) {
    CreditCode c = {.form = CREDIT_CODE_NONE};
    char code[20];
    size_t n = to_ascii(text, code);
    char check = 0;

    n = without_hyphen(code, n);
    if (n == UNIFIED && is_unified(code)) {
        c.form = CREDIT_CODE_UNIFIED;
        check = credit_code_check_digit(code);
    } else if (n == REGISTER && strspn(code, "0123456789") == REGISTER) {
        c.form = CREDIT_CODE_OLD_REGISTER;
        check = register_check_digit(code);
    } else if (n == ORGANISATION && is_organisation(code)) {
        c.form = CREDIT_CODE_ORGANISATION;
        check = organisation_check_digit(code);
    } else {
        return c;
    }
    memcpy(c.code, code, n + 1);
    c.check_holds = check == code[n - 1];
    return c;
}
