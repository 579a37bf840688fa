/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/seal_file.h: whole files sealed in pieces, so that they are written and read from any place
 * in constant memory, and nothing leaves that was not proven unaltered.
 *
 *     "LHSEAL1\n" | piece | piece | …      a piece: a sealed blob of 32 KiB, the last one of what
 * is left, be it nothing
 *
 * The context of a piece holds its number and whether it is the last: pieces cannot be moved, left
 * out or cut off. */
#ifndef BASE_SEAL_FILE_H
#define BASE_SEAL_FILE_H

#include <sys/types.h>

#include "base/crypto.h"

enum { SEAL_FILE_PIECE = 32768 };

/* Does the file begin as sealed ones do? False also when it is not there. */
bool seal_file_is(const char *path);
/* Seals the file `from` into the new file `to` (mode 0600), made durable. ERR_DISK. Nothing is left
 * of `to` on failure. */
bool seal_file_make(const unsigned char key[KEY_SIZE], Str context, const char *from,
                    const char *to, Err *e);

/* One reader: for one thread at a time. */
typedef struct SealedFile SealedFile;
/* key NULL: a file that was never sealed is read as it is. ERR_NOT_FOUND, ERR_BROKEN, ERR_DISK. */
SealedFile *seal_file_open(const char *path, const unsigned char *key, Str context, Err *e);
void seal_file_close(SealedFile *f); /* NULL is fine */
int64_t seal_file_size(const SealedFile *f);
/* Reads everything and proves it: ERR_BROKEN. */
bool seal_file_check(SealedFile *f, Err *e);
/* Bytes from place `at`, at most n; 0: the end; -1: ERR_BROKEN or ERR_DISK. */
ssize_t seal_file_read(SealedFile *f, int64_t at, char *out, size_t n, Err *e);

#endif
