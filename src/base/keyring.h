/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/keyring.h: the generations of the master key, and how one follows another. */
#ifndef BASE_KEYRING_H
#define BASE_KEYRING_H

#include "base/crypto.h"

/* A key file begins as one key, generation 1, in 64 hex digits. The first change makes it a list
 * with a check sum:
 *
 *     lianheng key file 2
 *     token 3f…  identity …  fingerprint …  lasting …    derived from generation 1; they never
 * change chain 1 9b…                                        what proves the journal's entries of a
 *                                                        generation whose master is gone
 *     master 2 c0…                                       whole generations, oldest first
 *     sum 77…                                            SM3 of all lines above
 *
 * keys_derive answers for "seal", "matter" and "journal" from the generation in use; everything
 * else (tokens, identities, the fingerprint, purposes yet to come) lasts as long as the
 * installation: decision 0008 says why. All of these functions may be called from any thread. */
enum { KEYS_GENERATIONS = 64 };

int64_t keys_generation(const Keys *k); /* in use */
int64_t keys_newest(const Keys *k);
/* Whole: what this generation sealed can be opened. */
bool keys_whole(const Keys *k, int64_t generation);
/* Whole generations, oldest first; how many. */
size_t keys_list(const Keys *k, int64_t out[KEYS_GENERATIONS]);
/* ERR_KEY, with what to do, when this generation is not whole. */
bool keys_use(Keys *k, int64_t generation, Err *e);
/* Go over to this generation as `fresh`, a later reading of the key file, has it. ERR_KEY, and
 * nothing is changed, when that is the key of another installation or lacks the generation. */
bool keys_follow(Keys *k, const Keys *fresh, int64_t generation, Err *e);
/* As keys_derive, of one generation. False when the file no longer holds what it takes: "journal"
 * lasts, "seal" and "matter" go with the master. */
bool keys_derive_of(const Keys *k, int64_t generation, const char *purpose,
                    unsigned char out[KEY_SIZE]);
/* 16 hex digits that name one whole generation. */
void keys_mark(const Keys *k, int64_t generation, char out[17]);

/* Put a new random generation into the file, not yet in use. The file is written beside, made
 * durable and renamed: whoever is killed finds the old file or the new one. */
bool keys_grow(Keys *k, const char *path, int64_t *generation, Err *e);
/* Take the masters before this generation out of the file. */
bool keys_retire(Keys *k, const char *path, int64_t before, Err *e);
/* Remove a half-written file that a killed process left beside this one. */
void keys_tidy(const char *path);
/* A copy of these keys as a file of its own, 0600; refuses to overwrite. */
bool keys_save(const Keys *k, const char *path, Err *e);

/* Opens what any whole generation sealed for a purpose, the one in use first. One per thread. */
typedef struct Unsealer Unsealer;
Unsealer *unsealer_new(const Keys *k, const char *purpose);
void unsealer_free(Unsealer *u);
/* As unseal; *generation (may be NULL) is the one that fitted. */
bool unsealer_open(Unsealer *u, Str context, Str sealed, Buf *out, int64_t *generation, Err *e);

#endif
