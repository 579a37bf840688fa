/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/guess.h: which dataset a file belongs to, by its headers. */
#ifndef POOL_GUESS_H
#define POOL_GUESS_H

#include "pool/import.h"

typedef struct ImportGuess {
    const Dataset *dataset;
    double score; /* 0 to 1: twice the fields served over all headers and fields */
} ImportGuess;

/* Best first, at most `most`, only datasets of which the file has at least two columns. *count 0:
 * none fits. */
bool import_guess(const Content *c, const char *path, const RowsOptions *options, size_t most,
                  Arena *a, ImportGuess **out, size_t *count, Err *e);

#endif
