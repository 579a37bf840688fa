/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/hash.c: eight bytes a step, folded by a long multiplication. */
#include "base/hash.h"

#include <string.h>

#include "base/banned.h"

#define ODD_A UINT64_C(0x9e3779b97f4a7c15)
#define ODD_B UINT64_C(0xd6e8feb86659fd93)

static uint64_t folded(uint64_t a, uint64_t b) {
    unsigned __int128 product = (unsigned __int128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t hash_text(Str s, uint64_t seed) {
    uint64_t h = seed ^ ODD_A, piece;
    size_t i = 0;

    for (; i + 8 <= s.len; i += 8) {
        memcpy(&piece, s.ptr + i, 8);
        h = folded(h ^ piece, ODD_B) + ODD_A;
    }
    piece = 0;
    if (i < s.len)
        memcpy(&piece, s.ptr + i, s.len - i);
    h = folded(h ^ piece, ODD_B);
    return folded(h ^ s.len, ODD_A);
}
