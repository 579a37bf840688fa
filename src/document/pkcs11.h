/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/pkcs11.h: private keys that never leave a token, over the module of its maker (PKCS#11).
 *
 * The standard has no mechanism for SM2: makers give one of their own, whose number stands in the
 * settings. It is given e = SM3(Z ‖ text), 32 bytes, and returns r and s, 32 bytes each, as
 * CKM_ECDSA does. Tested with SoftHSM, which has no SM2: the whole path with ECDSA on P-256 and
 * SHA-256; of SM2 only how e is reckoned, against OpenSSL. No token with SM2 was at hand. */
#ifndef LIANHENG_DOCUMENT_PKCS11_H
#define LIANHENG_DOCUMENT_PKCS11_H

#include "document/signature_key.h"

typedef struct TokenSettings {
    Str module;            /* path of the maker's library; empty: there is no token */
    Str token;             /* label of the token; empty: the first one that is there */
    int64_t sm2_mechanism; /* 0: the module knows no SM2 */
} TokenSettings;
/* For the whole process; copied. Another module is only taken after a restart. */
void token_settings_use(const TokenSettings *settings);
bool token_present(void);

/* The public key with that label: SM2 or P-256. ERR_NOT_FOUND: no such key; ERR_UNREACHABLE: no
 * module, or no token in it; ERR_INVALID with "/pin": the PIN was refused. */
bool token_public(Str label, Str pin, PublicKey *out, Err *e);
/* Signs in the token; asks it for the public key, which must be `out->public_`. */
bool token_signing(Str label, Str pin, Arena *a, Signing *out, Err *e);

/* e of SM2: SM3 over Z, which names curve, identifier and key, and the text. */
void sm2_digest(const PublicKey *k, Str text, unsigned char out[32]);

#endif
