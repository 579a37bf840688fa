/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/digest.c: which row it is, and what it says, in 128 bits each. */
#include "pool/digest.h"

#include <assert.h>
#include <string.h>

#include "base/banned.h"

/* Room for one more part of a hash, so that the parts can be copied without further asking. */
static char *hash_room(Buf *b, size_t n) {
    char *at = buf_reserve(b, n + 16);

    assert(at); /* a row is no larger than its ceiling */
    return at;
}

static void hash_bytes(Buf *b, const void *bytes, size_t n) {
    char *at = hash_room(b, n);
    uint32_t length = (uint32_t)n;

    memcpy(at, &length, sizeof length);
    memcpy(at + sizeof length, n ? bytes : "", n);
    b->len += sizeof length + n;
}

static void hash_value(Buf *b, const FieldValue *v, Str text) {
    char *at = hash_room(b, 8);

    at[0] = (char)v->kind;
    b->len++;
    if (v->kind == VALUE_TEXT) {
        hash_bytes(b, text.ptr, text.len);
    } else if (v->kind == VALUE_REAL) {
        memcpy(at + 1, &v->real, 8);
        b->len += 8;
    } else if (v->kind != VALUE_NULL) {
        memcpy(at + 1, &v->integer, 8);
        b->len += 8;
    }
}

/* Only what is there counts, each value beside its field's name: a field added to the dataset later
 * does not make old rows look changed. */
void row_digest(const Hashing *h, unsigned char out[TOKEN_SIZE]) {
    const Dataset *d = h->dataset;

    buf_clear(h->room);
    buf_add(h->room, STR("digest"));
    hash_bytes(h->room, d->dataset.ptr, d->dataset.len);
    for (size_t i = 0; i < d->fields.count; i++) {
        const Field *f = &dataset_fields(d)[i];

        if (h->values[i].kind == VALUE_NULL)
            continue;
        hash_bytes(h->room, f->field.ptr, f->field.len);
        hash_value(h->room, &h->values[i], h->values[i].text);
    }
    token_hash(h->tokens, buf_str(h->room), out);
}

/* A row that says nothing in any identity field is known by all it says. */
void row_identity(const Hashing *h, unsigned char out[TOKEN_SIZE]) {
    const Dataset *d = h->dataset;
    bool any = false;

    buf_clear(h->room);
    buf_add(h->room, STR("identity"));
    hash_bytes(h->room, d->dataset.ptr, d->dataset.len);
    for (size_t i = 0; i < d->identity.count; i++) {
        const Field *f = dataset_field(d, ((const Str *)d->identity.items)[i]);
        const FieldValue *v = &h->values[f->index];

        if (v->kind == VALUE_TEXT)
            token_fold(v->text, h->folded);
        hash_value(h->room, v, buf_str(h->folded));
        any = any || v->kind != VALUE_NULL;
    }
    if (any)
        token_hash(h->tokens, buf_str(h->room), out);
    else
        row_digest(h, out);
}
