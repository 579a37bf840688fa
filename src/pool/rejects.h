/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/rejects.h: the list of refused rows of one import, a CSV named by its SM3. */
#ifndef POOL_REJECTS_H
#define POOL_REJECTS_H

#include "pool/maker.h"

#define REJECTS_LISTED_MAX 1000000

/* Thread-safe. Blocks of rows are worked on out of order; the list keeps the order of the file. */
typedef struct Rejects Rejects;

Rejects *rejects_new(const char *folder);
/* Remove whatever was written, the finished file too when this import made it. NULL is fine. */
void rejects_abandon(Rejects *r);
void rejects_free(Rejects *r); /* keeps the finished file */

/* One refused row as a line for the list. */
void rejects_line(Buf *out, int64_t line, const MadeRow *why);
/* The lines of block number `sequence` (0, 1, 2 …; each exactly once, also when empty); `lines` is
 * emptied. */
bool rejects_submit(Rejects *r, int64_t sequence, Buf *lines, int64_t count, Err *e);
/* *path is relative to the folder ("rejects/….csv"), empty when nothing was refused. The list
 * numbers the lines of the file as if `sealed` (ascending) were not in it. */
bool rejects_end(Rejects *r, const int64_t *sealed, size_t sealed_count, Arena *a, Str *path,
                 int64_t *listed, Err *e);

#endif
