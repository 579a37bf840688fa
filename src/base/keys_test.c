/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/keys_test.c: the key file, good, missing, damaged and open to others. */
#include "base/crypto.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fault.h"

#include "base/testing.h"

#include "base/banned.h"

static char folder[64];
static char path[96];

static int make_folder(void **state) {
    (void)state;
    test_template(folder, "keys");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/master.key", folder);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    unlink(path);
    return rmdir(folder); /* fails when a draft was left behind */
}

static void put(const char *text, mode_t mode) {
    FILE *f = fopen(path, "w");

    fputs(text, f);
    fclose(f);
    chmod(path, mode);
}

static void created_and_loaded_keys_are_the_same(void **state) {
    (void)state;
    Err e = {0};
    Keys *made = keys_create(path, &e);
    struct stat st;

    assert_non_null(made);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(st.st_size, 65);
    Keys *loaded = keys_load(path, &e);

    assert_non_null(loaded);
    unsigned char a[KEY_SIZE], b[KEY_SIZE], other[KEY_SIZE];
    char f1[17], f2[17];

    keys_derive(made, "token", a);
    keys_derive(loaded, "token", b);
    keys_derive(loaded, "seal", other);
    assert_memory_equal(a, b, KEY_SIZE);
    assert_memory_not_equal(a, other, KEY_SIZE);
    keys_fingerprint(made, f1);
    keys_fingerprint(loaded, f2);
    assert_string_equal(f1, f2);
    assert_int_equal(strspn(f1, "0123456789abcdef"), 16);
    keys_free(made);
    keys_free(loaded);
    keys_free(NULL);
}

static void the_master_is_never_a_derived_key(void **state) {
    (void)state;
    Err e = {0};
    unsigned char key[KEY_SIZE], expected[KEY_SIZE];
    char text[65] = "";

    for (int i = 0; i < 32; i++)
        snprintf(text + 2 * i, 3, "%02x", i);
    put(text, 0600); /* no line end is fine too */
    Keys *k = keys_load(path, &e);

    assert_non_null(k);
    for (unsigned char i = 0; i < 32; i++)
        key[i] = i;
    Hmac *h = hmac_new(key);

    hmac(h, "lianheng/token", 14, expected);
    hmac_free(h);
    keys_derive(k, "token", key);
    assert_memory_equal(key, expected, KEY_SIZE); /* stored data hangs on this: never change it */
    keys_free(k);
}

static void an_existing_key_is_never_overwritten(void **state) {
    (void)state;
    Err e = {0};

    put("something", 0600);
    assert_null(keys_create(path, &e));
    assert_int_equal(e.code, ERR_CONFLICT);
    char text[32] = "";
    FILE *f = fopen(path, "r");

    assert_non_null(fgets(text, sizeof text, f));
    fclose(f);
    assert_string_equal(text, "something");
}

static void a_folder_that_is_missing(void **state) {
    (void)state;
    Err e = {0};
    char nowhere[128];

    snprintf(nowhere, sizeof nowhere, "%s/none/master.key", folder);
    assert_null(keys_create(nowhere, &e));
    assert_int_equal(e.code, ERR_DISK);
    assert_non_null(strstr(e.text, nowhere));
}

static void keys_that_cannot_be_loaded(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",
        "\n",
        "not a key",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde\n",   /* 63 */
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0\n", /* 65 */
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg\n",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\nand more text behind it",
    };
    Err e = {0};

    assert_null(keys_load(path, &e)); /* missing */
    assert_int_equal(e.code, ERR_KEY);
    assert_non_null(strstr(e.text, "找不到"));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        put(texts[i], 0600);
        err_clear(&e);
        assert_null(keys_load(path, &e));
        assert_int_equal(e.code, ERR_KEY);
        assert_null(strstr(e.text, "0123456789")); /* never quotes it */
    }
    assert_null(keys_load(folder, &e));
    assert_int_equal(e.code, ERR_KEY);
}

static void a_key_open_to_others_is_refused(void **state) {
    (void)state;
    Err e = {0};
    static const mode_t modes[] = {0640, 0604, 0660, 0644, 0610};

    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        put("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n", modes[i]);
        assert_null(keys_load(path, &e));
        assert_int_equal(e.code, ERR_KEY);
        assert_non_null(strstr(e.text, "chmod 600"));
    }
    put("0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef\r\n", 0400);
    Keys *k = keys_load(path, &e);

    assert_non_null(k);
    keys_free(k);
}

static void a_full_disk_leaves_nothing_behind(void **state) {
    (void)state;
#ifdef LIANHENG_FAULTS
    Err e = {0};

    fault_arm("key.write", 1);
    assert_null(keys_create(path, &e));
    fault_arm("none", 0);
    assert_int_equal(e.code, ERR_DISK);
    assert_int_equal(access(path, F_OK), -1);
#else
    skip();
#endif
}

#define in_folder(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void) {
    crypto_start();
    const struct CMUnitTest tests[] = {
        in_folder(created_and_loaded_keys_are_the_same),
        in_folder(the_master_is_never_a_derived_key),
        in_folder(an_existing_key_is_never_overwritten),
        in_folder(a_folder_that_is_missing),
        in_folder(keys_that_cannot_be_loaded),
        in_folder(a_key_open_to_others_is_refused),
        in_folder(a_full_disk_leaves_nothing_behind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
