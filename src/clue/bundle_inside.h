/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/bundle_inside.h: the block a tar is made of, for writing and reading it. */
#ifndef CLUE_BUNDLE_INSIDE_H
#define CLUE_BUNDLE_INSIDE_H

#include "clue/bundle.h"

enum { TAR_BLOCK = 512, BUNDLE_PIECE = 1 << 18, BUNDLE_MANIFEST_MOST = 64 * 1024 * 1024 };

typedef struct TarHeader {
    char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], sum[8], type, link[100], magic[6],
        version[2], user[32], group[32], major[8], minor[8], prefix[155], rest[12];
} TarHeader;
_Static_assert(sizeof(TarHeader) == TAR_BLOCK, "a header is a block");

/* The sum of all bytes, that of the sum itself counted as blanks. */
static inline unsigned tar_sum(const TarHeader *h) {
    const unsigned char *bytes = (const unsigned char *)h;
    unsigned sum = 0;

    for (size_t i = 0; i < sizeof *h; i++)
        sum += i >= offsetof(TarHeader, sum) && i < offsetof(TarHeader, type) ? ' ' : bytes[i];
    return sum;
}

static inline void bundle_hex(const unsigned char digest[SM3_SIZE], char out[2 * SM3_SIZE + 1]) {
    static const char digits[] = "0123456789abcdef";

    for (int i = 0; i < SM3_SIZE; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    out[2 * SM3_SIZE] = '\0';
}

#endif
