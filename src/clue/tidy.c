/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/tidy.c: a folder and everything below it. */
#include "clue/tidy.h"

#include <ftw.h>
#include <stdio.h>

static int one(const char *path, const struct stat *st, int kind, struct FTW *at) {
    (void)st, (void)kind, (void)at;
    remove(path);
    return 0;
}

void tidy_remove(const char *path) {
    nftw(path, one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}
