/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/seal_file_test.c: sealed files come back whole, from any place, or not at all. */
#include "base/seal_file.h"
#include "base/testing.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/banned.h"

static const unsigned char key[KEY_SIZE] = {4, 5, 6};
static char folder[64], plain[100], sealed[100];

enum { MOST = 3 * SEAL_FILE_PIECE };
static char text[MOST];

static void put(const char *path, const char *bytes, size_t n) {
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static size_t get(const char *path, char *out, size_t most) {
    FILE *f = fopen(path, "rb");
    size_t n;

    assert_non_null(f);
    n = fread(out, 1, most, f);
    fclose(f);
    return n;
}

static void make(size_t n) {
    Err e = {0};

    put(plain, text, n);
    unlink(sealed);
    assert_true(seal_file_make(key, STR("file/1"), plain, sealed, &e));
}

static void whole_again(void **state) {
    static const size_t sizes[] = {
        0, 1, SEAL_FILE_PIECE - 1, SEAL_FILE_PIECE, SEAL_FILE_PIECE + 1, 2 * SEAL_FILE_PIECE, MOST};
    static char back[MOST];

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        Err e = {0};
        size_t n = 0;
        ssize_t got;

        make(sizes[i]);
        assert_true(seal_file_is(sealed) && !seal_file_is(plain));
        SealedFile *f = seal_file_open(sealed, key, STR("file/1"), &e);

        assert_non_null(f);
        assert_int_equal(seal_file_size(f), sizes[i]);
        assert_true(seal_file_check(f, &e));
        while ((got = seal_file_read(f, (int64_t)n, back + n, 7000, &e)) > 0)
            n += (size_t)got;
        assert_int_equal(got, 0);
        assert_int_equal(n, sizes[i]);
        assert_memory_equal(back, text, n);
        if (sizes[i] == MOST) { /* from the middle */
            assert_int_equal(seal_file_read(f, SEAL_FILE_PIECE + 5, back, 10, &e), 10);
            assert_memory_equal(back, text + SEAL_FILE_PIECE + 5, 10);
            assert_int_equal(seal_file_read(f, 3, back, 10, &e), 10);
            assert_memory_equal(back, text + 3, 10);
        }
        seal_file_close(f);
    }
    seal_file_close(NULL);
}

static bool opens(const unsigned char *k, const char *context) {
    Err e = {0};
    SealedFile *f = seal_file_open(sealed, k, str_of(context), &e);
    bool good = f && seal_file_check(f, &e);

    seal_file_close(f);
    if (!good)
        assert_int_equal(e.code, ERR_BROKEN);
    return good;
}

static void whatever_was_changed_is_told(void **state) {
    static char own[MOST + 1000], changed[MOST + 1000];
    const size_t piece = SEAL_FILE_PIECE + SEAL_OVERHEAD;
    unsigned char other[KEY_SIZE] = {9};
    size_t n;

    (void)state;
    make(MOST - 100);
    n = get(sealed, own, sizeof own);
    assert_null(memmem(own, n, text, 16));
    assert_true(opens(key, "file/1"));
    assert_false(opens(other, "file/1"));
    assert_false(opens(key, "file/2"));
    for (size_t at = 0; at < n; at += 4099) { /* a bit here and there */
        memcpy(changed, own, n);
        changed[at] ^= 4;
        put(sealed, changed, n);
        assert_false(opens(key, "file/1"));
    }
    for (size_t cut = 1; cut < n; cut += 7919) { /* cut off, also between pieces */
        put(sealed, own, n - cut);
        assert_false(opens(key, "file/1"));
    }
    put(sealed, own, 8 + piece);
    assert_false(opens(key, "file/1"));
    memcpy(changed, own, n); /* two pieces change places */
    memcpy(changed + 8, own + 8 + piece, piece);
    memcpy(changed + 8 + piece, own + 8, piece);
    put(sealed, changed, n);
    assert_false(opens(key, "file/1"));
    put(sealed, own, n);
    assert_true(opens(key, "file/1"));
}

static void what_was_never_sealed(void **state) {
    char back[10];
    Err e = {0};

    (void)state;
    put(plain, "abcdef", 6);
    SealedFile *f = seal_file_open(plain, NULL, STR("file/1"), &e);

    assert_non_null(f);
    assert_true(seal_file_check(f, &e));
    assert_int_equal(seal_file_read(f, 2, back, sizeof back, &e), 4);
    assert_memory_equal(back, "cdef", 4);
    seal_file_close(f);
    assert_null(seal_file_open(plain, key, STR("file/1"), &e)); /* not what it should be */
    assert_int_equal(e.code, ERR_BROKEN);
    err_clear(&e);
    assert_null(seal_file_open("/nonexistent/x", key, STR("file/1"), &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    err_clear(&e);
    assert_false(seal_file_make(key, STR("file/1"), plain, plain, &e)); /* never over another */
    assert_int_equal(e.code, ERR_DISK);
    assert_int_equal(get(plain, back, sizeof back), 6);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(whole_again),
                                       cmocka_unit_test(whatever_was_changed_is_told),
                                       cmocka_unit_test(what_was_never_sealed)};
    char command[100];
    int failed;

    crypto_start();
    random_bytes(text, sizeof text);
    test_template(folder, "sealed");
    if (!mkdtemp(folder))
        return 1;
    snprintf(plain, sizeof plain, "%s/plain", folder);
    snprintf(sealed, sizeof sealed, "%s/sealed", folder);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) != 0 || failed ? 1 : 0;
}
