/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/testing.h: what the tests of this folder share: overlays in temporary folders, and the
 * shared data. */
#ifndef CONTENT_TESTING_H
#define CONTENT_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/testing.h"
#include "content/field.h"
#include "content/snapshot.h"

static inline void make_overlay(char folder[64]) {
    test_template(folder, "content");
    assert_non_null(mkdtemp(folder));
}

/* `path` below the overlay, with one folder in it: "datasets/x.yaml". */
static inline void put_file(const char *folder, const char *path, Str text) {
    char place[256];

    snprintf(place, sizeof place, "%s/%s", folder, path);
    char *slash = strrchr(place, '/');

    *slash = '\0';
    mkdir(place, 0700);
    *slash = '/';
    FILE *f = fopen(place, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(text.ptr, 1, text.len, f), text.len);
    assert_int_equal(fclose(f), 0);
}

static inline void remove_overlay(const char *folder) {
    char command[128];

    assert_non_null(strstr(folder, "/lianheng-content-"));
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
}

/* A snapshot of the built-in content, or the test fails with the reason. */
static inline Content *load_plain(void) {
    Err e = {0};
    Content *c = content_load(NULL, &e);

    if (c == NULL)
        fail_msg("%s: %s", e.where, e.text);
    return c;
}

/* Where tests find the shared data: LIANHENG_SHARED, or ../shared beside the source. */
static inline void shared_place(const char *path, char out[512]) {
    const char *shared = getenv("LIANHENG_SHARED");

    if (shared != NULL)
        snprintf(out, 512, "%s/data/%s", shared, path);
    else
        snprintf(out, 512, "%s/../shared/data/%s", SOURCE_ROOT, path);
}

/* The whole output of a command, in the arena. */
static inline Str output_of(Arena *a, const char *command) {
    FILE *f = popen(command, "r");
    scoped_buf Buf all;
    char piece[4096];

    assert_non_null(f);
    buf_init(&all, (size_t)256 << 20);
    for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;)
        buf_add_bytes(&all, piece, n);
    assert_int_equal(pclose(f), 0);
    return str_dup(a, buf_str(&all));
}

#endif
