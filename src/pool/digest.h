/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/digest.h: identity and digest of a row, as keyed hashes over its normalised values. */
#ifndef POOL_DIGEST_H
#define POOL_DIGEST_H

#include "pool/token.h"

typedef struct Hashing {
    const Dataset *dataset;
    const FieldValue *values; /* per field */
    Tokens *tokens;
    Buf *room, *folded; /* to work in */
} Hashing;

/* Over all values: equal means that the row says the same. */
void row_digest(const Hashing *h, unsigned char out[TOKEN_SIZE]);
/* Over the identity fields: equal means that it is the same row, perhaps corrected. */
void row_identity(const Hashing *h, unsigned char out[TOKEN_SIZE]);

#endif
