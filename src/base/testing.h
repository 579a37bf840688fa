/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/testing.h: where tests put their files. Only for *_test.c and what they share. */
#ifndef BASE_TESTING_H
#define BASE_TESTING_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* TMPDIR, so that ./test can have it in memory, when its name is short enough for a folder's. */
static inline const char *test_home(void) {
    const char *home = getenv("TMPDIR");

    return home && *home == '/' && strlen(home) < 32 ? home : "/tmp";
}

/* A name for mkdtemp or mkstemp. */
static inline void test_template(char out[64], const char *what) {
    snprintf(out, 64, "%s/lianheng-%.16s-XXXXXX", test_home(), what);
}

#endif
