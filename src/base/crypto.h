/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/crypto.h: SM3, HMAC-SM3 and sealed blobs over OpenSSL; random bytes and wiping over
 * libsodium. */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include "base/buf.h"
#include "base/err.h"

#define SM3_SIZE 32
#define KEY_SIZE 32
#define TOKEN_SIZE 16

/* Start libsodium and OpenSSL once; call first in main and in every test. */
void crypto_start(void);

void sm3(const void *bytes, size_t n, unsigned char out[SM3_SIZE]);
typedef struct Sm3 Sm3; /* incremental */
Sm3 *sm3_new(void);
void sm3_add(Sm3 *s, const void *bytes, size_t n);
void sm3_end(Sm3 *s, unsigned char out[SM3_SIZE]); /* and frees s */
bool sm3_file(const char *path, unsigned char out[SM3_SIZE], Err *e);

void random_bytes(void *out, size_t n);
void wipe(void *p, size_t n);
bool equal_constant_time(const void *a, const void *b, size_t n);

/* HMAC-SM3 under one key, made for many short messages. One per thread. */
typedef struct Hmac Hmac;
Hmac *hmac_new(const unsigned char key[KEY_SIZE]);
void hmac_free(Hmac *h);
void hmac(Hmac *h, const void *bytes, size_t n, unsigned char out[SM3_SIZE]);

/* The installation's master key lives in a file (64 hex digits, mode 0600) and is never used
 * itself: every purpose derives a key: HMAC-SM3(master, "lianheng/" purpose). Purposes: "token",
 * "seal", "matter", "session". */
typedef struct Keys Keys;
Keys *keys_create(const char *path, Err *e); /* refuses to overwrite */
Keys *keys_load(const char *path,
                Err *e); /* ERR_KEY: missing, unreadable, not a key, open to others */
void keys_free(Keys *k);
void keys_derive(const Keys *k, const char *purpose, unsigned char out[KEY_SIZE]);
/* 16 hex digits that name the key without telling it, stored with the data to notice a wrong key
 * file. */
void keys_fingerprint(const Keys *k, char out[17]);

/* Sealed blob: 16 bytes nonce, SM4-CTR text, 16 bytes of HMAC-SM3 over context, nonce and text
 * (encrypt then MAC). `context` is authenticated too (for instance dataset and row id): the same
 * one must be given to unseal. One per thread, and never on both sides of a fork. seal is false
 * when `out` is full; unseal appends to `out`, and only what proved unaltered. */
typedef struct Sealer Sealer;
#define SEAL_OVERHEAD 32
Sealer *sealer_new(const unsigned char key[KEY_SIZE]);
void sealer_free(Sealer *s);
bool seal(Sealer *s, Str context, Str plain, Buf *out);
bool unseal(Sealer *s, Str context, Str sealed, Buf *out, Err *e); /* ERR_BROKEN when altered */
/* As seal, but the same text in the same context gives the same blob under one key, for tables that
 * must come out alike when they are made again. Tells no more than which of them are equal. */
bool seal_same(Sealer *s, Str context, Str plain, Buf *out);

#endif
