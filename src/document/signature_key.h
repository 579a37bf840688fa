/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/signature_key.h: keys that sign, over OpenSSL: SM2 with SM3 (and the distinguishing
 * identifier 1234567812345678, as GM/T 0009 sets it), and ECDSA on P-256 with SHA-256 for tokens
 * that know no SM2. */
#ifndef LIANHENG_DOCUMENT_SIGNATURE_KEY_H
#define LIANHENG_DOCUMENT_SIGNATURE_KEY_H

#include "base/buf.h"
#include "base/err.h"

typedef enum SignatureAlgorithm { SIGNATURE_SM2, SIGNATURE_P256 } SignatureAlgorithm;
#define SIGNATURE_POINT 65 /* 0x04, x, y */

typedef struct PublicKey {
    SignatureAlgorithm algorithm;
    unsigned char point[SIGNATURE_POINT];
} PublicKey;

/* The two ways in which somebody signs: with a key that was kept here, or with a token. Gives the
 * DER of (r, s) over `text`. */
typedef bool SignText(void *context, Str text, Arena *a, Str *signature, Err *e);
typedef struct Signing {
    SignText *sign;
    void *context;
    PublicKey public_;
} Signing;

/* A private key, as PKCS#8 DER. Wipe it. */
bool key_generate(SignatureAlgorithm algorithm, Buf *out, Err *e);
/* Signs with a private key; `context` is the Str of its PKCS#8. */
SignText key_sign;
bool key_public(Str private_, PublicKey *out, Err *e);

/* SubjectPublicKeyInfo; false when it is neither of the two. */
Str key_info(Arena *a, const PublicKey *k);
bool key_take_info(Str *rest, PublicKey *out);
/* AlgorithmIdentifier of signatures with such a key. */
Str key_algorithm(SignatureAlgorithm algorithm);

/* Does the signature fit? */
bool key_verify(const PublicKey *k, Str text, Str signature);

#endif
