/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/hash.h: a quick hash of long texts within one process: whole replies, statements, sealed
 * columns. Never kept: str_hash is what stays the same for ever. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/str.h"

uint64_t hash_text(Str s, uint64_t seed);

#endif
