/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/token.c: tokens of numbers, weak keys of names, hashes of rows. */
#include "pool/token.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "pool/engine.h"
#include "pool/import.h"

#include "base/banned.h"

static_assert(crypto_shorthash_siphashx24_BYTES == TOKEN_SIZE, "a SipHash is a token");

/* Persons come again: a pension is paid twelve times a year, in runs or month after month. The
 * token of a number met before is found again by the keyed hash of the number; no number is kept. A
 * slot holds the last number that fell on it, so 4 MiB is all there ever is; those who ask for few
 * tokens have no memory at all. */
#define MEMORY_SIZE 131072 /* a power of two */
#define MEMORY_AFTER 1024

typedef struct Known {
    unsigned char hash[TOKEN_SIZE], token[TOKEN_SIZE];
} Known;

struct Tokens {
    Hmac *hmac;
    unsigned char fast[crypto_shorthash_siphashx24_KEYBYTES];
    Buf message, folded;
    Known *known; /* NULL at first */
    size_t asked;
};

Tokens *tokens_new(const Keys *keys) {
    Tokens *t = calloc(1, sizeof *t);
    unsigned char key[KEY_SIZE];

    if (!t)
        abort();
    keys_derive(keys, "token", key);
    t->hmac = hmac_new(key);
    keys_derive(keys, "identity", key);
    memcpy(t->fast, key, sizeof t->fast);
    wipe(key, sizeof key);
    buf_init(&t->message, SIZE_MAX / 4);
    buf_init(&t->folded, SIZE_MAX / 4);
    return t;
}

void tokens_free(Tokens *t) {
    if (!t)
        return;
    hmac_free(t->hmac);
    buf_done(&t->message);
    buf_done(&t->folded);
    wipe(t->fast, sizeof t->fast);
    if (t->known)
        wipe(t->known, MEMORY_SIZE * sizeof *t->known);
    free(t->known);
    free(t);
}

void token_hash(Tokens *t, Str bytes, unsigned char out[TOKEN_SIZE]) {
    crypto_shorthash_siphashx24(out, (const unsigned char *)bytes.ptr, bytes.len, t->fast);
}

/* Whatever is neither ASCII nor plain Han: one character, folded. Never longer than it was. */
static char *fold_rune(Str *text, char *to) {
    uint32_t rune;

    str_rune(text, &rune);
    rune = rune_half_width(rune);
    if (rune <= ' ' || rune == 0x3000 || rune == 0xA0 || rune == 0xFEFF || rune == 0x200B)
        return to;
    if (rune == 0x2022 || rune == 0x30FB || rune == 0xFF65) /* the dot in 阿不都·克里木 */
        rune = 0xB7;
    if (rune >= 'a' && rune <= 'z')
        rune -= 'a' - 'A';
    if (rune < 0x80) {
        *to++ = (char)rune;
    } else if (rune < 0x800) {
        *to++ = (char)(0xC0 | rune >> 6);
        *to++ = (char)(0x80 | (rune & 0x3F));
    } else if (rune < 0x10000) {
        *to++ = (char)(0xE0 | rune >> 12);
        *to++ = (char)(0x80 | (rune >> 6 & 0x3F));
        *to++ = (char)(0x80 | (rune & 0x3F));
    } else {
        *to++ = (char)(0xF0 | rune >> 18);
        *to++ = (char)(0x80 | (rune >> 12 & 0x3F));
        *to++ = (char)(0x80 | (rune >> 6 & 0x3F));
        *to++ = (char)(0x80 | (rune & 0x3F));
    }
    return to;
}

/* An invalid byte counts as U+FFFD, three bytes: hence the room. */
void token_fold(Str text, Buf *out) {
    buf_clear(out);
    char *start = buf_reserve(out, text.len * 3 + 4), *to = start;

    if (!start)
        return;
    while (text.len) {
        unsigned char c = (unsigned char)*text.ptr;
        size_t n = 1;

        if (c >= 0xE4 && c <= 0xE9 && text.len >= 3) { /* Han, U+4000 to U+9FFF, stays what it is */
            n = 3;
            memcpy(to, text.ptr, 3);
            to += 3;
        } else if (c >= 0x80) {
            to = fold_rune(&text, to);
            continue;
        } else if (c > ' ') {
            *to++ = (char)(c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c);
        }
        text.ptr += n;
        text.len -= n;
    }
    out->len += (size_t)(to - start);
    buf_add(out, STR("")); /* NUL after the end, as always */
}

bool token_fold_name(Str name, bool person, Buf *out) {
    token_fold(name, out);
    Str folded = buf_str(out);

    if (memchr(folded.ptr ? folded.ptr : "", '*', folded.len) ||
        str_find(folded, STR("\xEF\xBF\xBD")) >= 0)
        return false;
    /* 张某, 李某某, 王某甲: so many share these that they name nobody. */
    if (person && str_find(folded, STR("某")) >= 0)
        return false;
    return str_runes(folded) >= 2;
}

/* "tag NUL text NUL more" */
static void tagged(Tokens *t, const char *tag, Str text, const void *more, size_t n) {
    size_t tag_size = strlen(tag);

    buf_clear(&t->message);
    char *to = buf_reserve(&t->message, tag_size + text.len + n + 2);

    assert(to);
    memcpy(to, tag, tag_size + 1);
    to += tag_size + 1;
    memcpy(to, text.len ? text.ptr : "", text.len);
    t->message.len += tag_size + 1 + text.len;
    if (!more)
        return;
    to[text.len] = 0;
    memcpy(to + text.len + 1, more, n);
    t->message.len += 1 + n;
}

/* NULL: not worth remembering yet. */
static Known *slot_of(Tokens *t, const unsigned char hash[TOKEN_SIZE]) {
    if (!t->known) {
        if (t->asked++ < MEMORY_AFTER)
            return NULL;
        t->known = calloc(MEMORY_SIZE, sizeof *t->known);
        if (!t->known)
            abort();
    }
    size_t i = (size_t)hash[0] | (size_t)hash[1] << 8 | (size_t)hash[2] << 16;

    return &t->known[i & (MEMORY_SIZE - 1)];
}

static void strong(Tokens *t, const char *tag, Str text, unsigned char out[TOKEN_SIZE]) {
    unsigned char whole[SM3_SIZE], hash[TOKEN_SIZE];

    tagged(t, tag, text, NULL, 0);
    token_hash(t, buf_str(&t->message), hash);
    Known *k = slot_of(t, hash);

    if (k && memcmp(k->hash, hash, sizeof hash) == 0) {
        memcpy(out, k->token, TOKEN_SIZE);
        return;
    }
    hmac(t->hmac, t->message.ptr, t->message.len, whole);
    memcpy(out, whole, TOKEN_SIZE);
    if (k) {
        memcpy(k->hash, hash, sizeof hash);
        memcpy(k->token, whole, TOKEN_SIZE);
    }
}

static void fast(Tokens *t, const char *tag, Str text, unsigned char out[TOKEN_SIZE]) {
    tagged(t, tag, text, NULL, 0);
    token_hash(t, buf_str(&t->message), out);
}

void token_weak_birth(Tokens *t, Str name, Day birth, unsigned char out[TOKEN_SIZE]) {
    tagged(t, "weak/birth", name, &birth, sizeof birth);
    token_hash(t, buf_str(&t->message), out);
}

void token_weak_text(Tokens *t, const char *tag, Str name, Str text,
                     unsigned char out[TOKEN_SIZE]) {
    tagged(t, tag, name, text.len ? text.ptr : "", text.len);
    token_hash(t, buf_str(&t->message), out);
}

static const char *const kind_tags[SUBJECT_KINDS] = {
    [SUBJECT_PERSON] = "person",   [SUBJECT_ORGANISATION] = "organisation",
    [SUBJECT_VEHICLE] = "vehicle", [SUBJECT_LICENCE] = "licence",
    [SUBJECT_PLACE] = "place",     [SUBJECT_CASE] = "case",
};

static bool hidden(Str text) {
    return text.len == 0 || memchr(text.ptr, '*', text.len) != NULL;
}

static bool token_of_citizen(Tokens *t, const FieldValue *v, unsigned char out[TOKEN_SIZE]) {
    const CitizenId *id = &v->citizen;

    if (id->form == CITIZEN_ID_MASKED || (id->form == CITIZEN_ID_WHOLE && !id->check_holds))
        return false;
    if (id->form == CITIZEN_ID_WHOLE) {
        strong(t, "person", str_of(id->number), out);
        return true;
    }
    /* A passport or another document: too short says nothing. */
    token_fold(v->text, &t->folded);
    if (t->folded.len < 5 || hidden(buf_str(&t->folded)))
        return false;
    strong(t, "person", buf_str(&t->folded), out);
    return true;
}

static bool token_of_credit(Tokens *t, const FieldValue *v, unsigned char out[TOKEN_SIZE]) {
    const CreditCode *c = &v->credit;

    if (c->form == CREDIT_CODE_NONE || (c->form == CREDIT_CODE_UNIFIED && !c->check_holds))
        return false;
    fast(t, "organisation", str_of(c->code), out);
    return true;
}

bool token_of_field(Tokens *t, const Field *f, const Subject *s, const FieldValue *v,
                    unsigned char out[TOKEN_SIZE]) {
    const char *tag = s ? kind_tags[s->kind] : "other";

    if (v->kind == VALUE_NULL)
        return false;
    if (f->type == FIELD_CITIZEN_ID)
        return token_of_citizen(t, v, out);
    if (f->type == FIELD_CREDIT_CODE)
        return token_of_credit(t, v, out);
    if (v->kind == VALUE_TEXT)
        token_fold(v->text, &t->folded);
    else
        field_text(f, v, (buf_clear(&t->folded), &t->folded));
    if (hidden(buf_str(&t->folded)))
        return false;
    if (f->type == FIELD_PHONE)
        strong(t, "phone", buf_str(&t->folded), out);
    else if (f->type == FIELD_PLATE)
        fast(t, "vehicle", buf_str(&t->folded), out);
    else if (s && s->kind != SUBJECT_PERSON && s->kind != SUBJECT_LICENCE)
        fast(t, tag, buf_str(&t->folded), out);
    else
        strong(t, tag, buf_str(&t->folded), out);
    return true;
}

bool pool_token(const Keys *keys, SubjectKind kind, Str number, char hex[33]) {
    static const int types[SUBJECT_KINDS] = {
        [SUBJECT_PERSON] = FIELD_CITIZEN_ID, [SUBJECT_ORGANISATION] = FIELD_CREDIT_CODE,
        [SUBJECT_VEHICLE] = FIELD_PLATE,     [SUBJECT_LICENCE] = FIELD_DOCUMENT_NUMBER,
        [SUBJECT_PLACE] = FIELD_TEXT,        [SUBJECT_CASE] = FIELD_DOCUMENT_NUMBER,
    };
    Field f = {.type = types[kind], .lenient = true, .least_real = -1e300, .most_real = 1e300};
    Subject s = {.kind = (int)kind};
    FieldValue v;
    const char *reason;
    unsigned char token[TOKEN_SIZE];

    if (!field_normalise(NULL, &f, number, &v, &reason))
        return false;
    Tokens *t = tokens_new(keys);
    bool good = token_of_field(t, &f, &s, &v, token);

    tokens_free(t);
    if (good)
        uuid_write(token, hex);
    hex[good ? 32 : 0] = '\0';
    return good;
}
