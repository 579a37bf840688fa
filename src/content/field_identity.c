/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/field_identity.c: numbers that identify somebody or something. */
#include <string.h>

#include "base/identity_text.h"
#include "content/field_inside.h"

#include "base/banned.h"

bool field_read_citizen(const Field *f, FieldValue *v, const char **reason) {
    v->citizen = citizen_id_read(v->original);
    if (v->citizen.form == CITIZEN_ID_NONE) {
        if (!f->lenient)
            return field_refuse(v, reason, "不是公民身份号码：应为 18 位（旧号 15 位）");
        return field_take_original(f, v, false, reason);
    }
    bool valid =
        v->citizen.form == CITIZEN_ID_WHOLE && v->citizen.check_holds && v->citizen.birth_valid;

    return field_take_text(v, str_of(v->citizen.number), valid);
}

/* Standards ask for seventeen zeroes and an X where there is no code. */
static bool is_placeholder(const char *code) {
    size_t zeroes = strspn(code, "0");

    return zeroes > 0 &&
           (code[zeroes] == '\0' || (code[zeroes] == 'X' && code[zeroes + 1] == '\0'));
}

bool field_read_credit(const Field *f, FieldValue *v, const char **reason) {
    v->credit = credit_code_read(v->original);
    if (v->credit.form == CREDIT_CODE_NONE)
        return field_take_original(f, v, false, reason);
    if (is_placeholder(v->credit.code)) {
        v->credit = (CreditCode){.form = CREDIT_CODE_NONE};
        v->kind = VALUE_NULL;
        v->changed = true;
        return true;
    }
    return field_take_text(v, str_of(v->credit.code), v->credit.check_holds);
}

/* Longer codes name towns and villages inside the county, shorter ones the city or province. */
bool field_read_division(const Content *c, const Field *f, FieldValue *v, const char **reason) {
    uint32_t runes[16];
    size_t n = identity_text(v->original, runes, 16);
    bool digits = n == 2 || n == 4 || n == 6 || n == 9 || n == 12;

    for (size_t i = 0; i < n && digits; i++)
        digits = rune_is_digit(runes[i]);
    if (!digits)
        return field_take_original(f, v, false, reason);
    memcpy(v->room, "000000", 7);
    for (size_t i = 0; i < n && i < 6; i++)
        v->room[i] = (char)runes[i];
    Str code = {v->room, 6};

    return field_take_text(v, code, c == NULL || content_division(c, code, DAY_NONE) != NULL);
}

bool field_read_marked(const Field *f, FieldValue *v, bool (*read)(Str, char[24]),
                       const char **reason) {
    if (read(v->original, v->room))
        return field_take_text(v, str_of(v->room), true);
    return field_take_original(f, v, false, reason);
}

/* As document_number_read, into the value's own room; a test holds the two together. */
static uint32_t document_rune(uint32_t r) {
    switch (r) {
    case '(':
    case '[':
    case '{':
    case '<':
    case U'【':
    case U'〔':
    case U'〖':
    case U'〈':
    case U'《':
    case U'﹝':
    case U'﹙':
    case U'「':
        return U'〔';
    case ')':
    case ']':
    case '}':
    case '>':
    case U'】':
    case U'〕':
    case U'〗':
    case U'〉':
    case U'》':
    case U'﹞':
    case U'﹚':
    case U'」':
        return U'〕';
    default:
        return r >= 0x2010 && r <= 0x2015 ? '-' : r;
    }
}

static size_t put_rune(char *out, uint32_t r) {
    if (r < 0x80) {
        out[0] = (char)r;
        return 1;
    }
    if (r < 0x800) {
        out[0] = (char)(0xC0 | r >> 6);
        out[1] = (char)(0x80 | (r & 0x3F));
        return 2;
    }
    if (r < 0x10000) {
        out[0] = (char)(0xE0 | r >> 12);
        out[1] = (char)(0x80 | (r >> 6 & 0x3F));
        out[2] = (char)(0x80 | (r & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | r >> 18);
    out[1] = (char)(0x80 | (r >> 12 & 0x3F));
    out[2] = (char)(0x80 | (r >> 6 & 0x3F));
    out[3] = (char)(0x80 | (r & 0x3F));
    return 4;
}

bool field_read_document(const Field *f, FieldValue *v, const char **reason) {
    Str rest = v->original;
    size_t n = 0;

    for (uint32_t r; str_rune(&rest, &r);) {
        r = rune_half_width(r);
        if (rune_is_blank(r))
            continue;
        if (n + 4 > sizeof v->room)
            return field_refuse_long(f, v, reason);
        n += put_rune(v->room + n, document_rune(r));
    }
    Str text = {v->room, n};

    return field_too_long(f, text) ? field_refuse_long(f, v, reason)
                                   : field_take_text(v, text, true);
}
