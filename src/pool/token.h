/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/token.h: the 128-bit keys rows are matched by, and the 128-bit identity and digest of a row.
 */
#ifndef POOL_TOKEN_H
#define POOL_TOKEN_H

#include "content/field.h"

/* Numbers of persons, phones, licences (bank accounts among them) and other sensitive texts are
 * tokenised with HMAC-SM3 under the installation's key. What stands in clear in the row beside its
 * key anyway (credit codes, plates, case numbers, names) gets a keyed SipHash instead, which is ten
 * times as fast and hides as much as there is to hide. Which of the two a number gets depends on
 * its kind alone, so that the same number has the same token in every dataset. One per thread. */
typedef struct Tokens Tokens;
Tokens *tokens_new(const Keys *keys);
void tokens_free(Tokens *t);

/* The token of a field's value as key of a subject kind (NULL: no subject's key). False: nothing to
 * match strongly. */
bool token_of_field(Tokens *t, const Field *f, const Subject *s, const FieldValue *v,
                    unsigned char out[TOKEN_SIZE]);

/* Weak keys. `name` must have been folded by token_fold_name. */
bool token_fold_name(Str name, bool person,
                     Buf *out); /* false: not a name to match by (张某, 李*) */
void token_weak_birth(Tokens *t, Str name, Day birth, unsigned char out[TOKEN_SIZE]);
void token_weak_text(Tokens *t, const char *tag, Str name, Str text, unsigned char out[TOKEN_SIZE]);

/* For identity and digest: a keyed hash over bytes put together by the caller. */
void token_hash(Tokens *t, Str bytes, unsigned char out[TOKEN_SIZE]);

/* Half-width, without blanks, ASCII letters in upper case: for comparing names and free texts. */
void token_fold(Str text, Buf *out);

#endif
