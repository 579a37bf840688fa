/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/keyring_test.c: one generation follows another; damaged lists; what lasts and what goes. */
#include "base/keyring.h"

#include <fcntl.h>
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

static char folder[64], path[96], draft[128];

static int make_folder(void **state) {
    (void)state;
    test_template(folder, "ring");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/master.key", folder);
    snprintf(draft, sizeof draft, "%s.new", path);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    unlink(path);
    return rmdir(folder); /* fails when a draft was left behind */
}

static Keys *must_load(void) {
    Err e = {0};
    Keys *k = keys_load(path, &e);

    if (!k)
        fail_msg("%s", e.text);
    return k;
}

/* A key file with generations 1 and 2, in use: 2. */
static Keys *two_generations(void) {
    Err e = {0};
    int64_t made = 0;
    Keys *k = keys_create(path, &e);

    assert_non_null(k);
    assert_true(keys_grow(k, path, &made, &e));
    assert_int_equal(made, 2);
    assert_int_equal(keys_generation(k), 1); /* not before somebody says so */
    assert_true(keys_use(k, 2, &e));
    return k;
}

static void some_keys_change_and_some_last(void **state) {
    (void)state;
    static const struct {
        const char *purpose;
        bool lasts;
    } purposes[] = {{"token", true}, {"identity", true}, {"session", true}, {"anything", true},
                    {"seal", false}, {"matter", false},  {"journal", false}};
    Err e = {0};
    Keys *k = two_generations(), *read = must_load();
    char before[17], after[17];
    struct stat st;

    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(keys_generation(read), 2);
    for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++) {
        unsigned char first[KEY_SIZE], second[KEY_SIZE], again[KEY_SIZE];

        assert_true(keys_use(k, 1, &e));
        keys_derive(k, purposes[i].purpose, first);
        assert_true(keys_use(k, 2, &e));
        keys_derive(k, purposes[i].purpose, second);
        keys_derive(read, purposes[i].purpose, again);
        assert_memory_equal(second, again, KEY_SIZE);
        assert_int_equal(memcmp(first, second, KEY_SIZE) == 0, purposes[i].lasts);
    }
    keys_fingerprint(k, before);
    keys_fingerprint(read, after);
    assert_string_equal(before, after);
    keys_mark(k, 1, before);
    keys_mark(k, 2, after);
    assert_string_not_equal(before, after);
    keys_free(k);
    keys_free(read);
}

static void a_retired_generation_proves_but_opens_nothing(void **state) {
    (void)state;
    Err e = {0};
    Keys *k = two_generations();
    unsigned char chain[KEY_SIZE], again[KEY_SIZE];

    assert_true(keys_derive_of(k, 1, "journal", chain));
    assert_true(keys_retire(k, path, 2, &e));
    assert_true(keys_retire(k, path, 2, &e)); /* again: nothing to do */
    Keys *read = must_load();

    assert_true(keys_derive_of(read, 1, "journal", again));
    assert_memory_equal(chain, again, KEY_SIZE);
    assert_false(keys_derive_of(read, 1, "seal", again));
    assert_false(keys_derive_of(read, 1, "matter", again));
    assert_false(keys_derive_of(read, 7, "journal", again));
    assert_false(keys_use(read, 1, &e));
    assert_int_equal(e.code, ERR_KEY);
    assert_non_null(strstr(e.text, "比数据新"));
    assert_false(keys_use(read, 3, &e));
    assert_non_null(strstr(e.text, "是旧的"));
    keys_free(k);
    keys_free(read);
}

static void either_generation_is_opened(void **state) {
    (void)state;
    Err e = {0};
    Keys *k = two_generations();
    unsigned char key[KEY_SIZE];
    scoped_buf Buf sealed;
    scoped_buf Buf plain;

    buf_init(&sealed, 1000);
    buf_init(&plain, 1000);
    for (int64_t generation = 1; generation <= 2; generation++) {
        int64_t told = 0;
        Unsealer *u = unsealer_new(k, "seal");

        assert_true(keys_derive_of(k, generation, "seal", key));
        Sealer *s = sealer_new(key);

        buf_clear(&sealed);
        buf_clear(&plain);
        assert_true(seal(s, STR("here"), STR("secret"), &sealed));
        assert_true(unsealer_open(u, STR("here"), buf_str(&sealed), &plain, &told, &e));
        assert_int_equal(told, generation);
        assert_true(str_is(buf_str(&plain), "secret"));
        assert_false(unsealer_open(u, STR("there"), buf_str(&sealed), &plain, NULL, &e));
        assert_int_equal(e.code, ERR_BROKEN);
        sealer_free(s);
        unsealer_free(u);
    }
    keys_free(k);
}

static size_t slurp(char text[8192]) {
    FILE *f = fopen(path, "r");
    size_t n = fread(text, 1, 8191, f);

    text[n] = '\0';
    fclose(f);
    return n;
}

static void spit(const char *text, size_t n) {
    FILE *f = fopen(path, "w");

    fwrite(text, 1, n, f);
    fclose(f);
}

/* Every byte flipped, and the file cut at every place: refused, and never quoted. */
static void a_damaged_list_is_noticed(void **state) {
    (void)state;
    static char text[8192];
    keys_free(two_generations());
    size_t n = slurp(text);

    for (size_t i = 0; i < 2 * n; i++) {
        Err e = {0};
        size_t at = i % n;

        if (i < n)
            text[at] ^= 1;
        spit(text, i < n ? n : at);
        Keys *k = keys_load(path, &e);

        if (k)
            fail_msg("byte %zu of %zu", i, n);
        assert_true(e.code == ERR_KEY || e.code == ERR_NEWER);
        assert_null(strstr(e.text, "master 2"));
        if (i < n)
            text[at] ^= 1;
    }
    spit(text, n);
    keys_free(must_load());
}

static void a_newer_list_is_not_guessed_at(void **state) {
    (void)state;
    Err e = {0};
    FILE *f = fopen(path, "w");

    fputs("lianheng key file 3\nelse\n", f);
    fclose(f);
    chmod(path, 0600);
    assert_null(keys_load(path, &e));
    assert_int_equal(e.code, ERR_NEWER);
}

static void a_full_disk_keeps_the_old_file(void **state) {
    (void)state;
#ifdef LIANHENG_FAULTS
    static const char *const points[] = {"key.write", "key.rename"};

    for (size_t i = 0; i < 2; i++) {
        static char before[8192], after[8192];
        Err e = {0};
        int64_t made;
        Keys *k = keys_create(path, &e);

        slurp(before);
        fault_arm(points[i], 1);
        assert_false(keys_grow(k, path, &made, &e));
        fault_arm("none", 0);
        assert_int_equal(e.code, ERR_DISK);
        slurp(after);
        assert_string_equal(before, after);
        assert_int_equal(keys_newest(k), 1);
        assert_int_equal(access(draft, F_OK), -1);
        assert_true(keys_grow(k, path, &made, &e));
        fault_arm(points[i], 1);
        assert_false(keys_retire(k, path, 2, &e));
        fault_arm("none", 0);
        assert_true(keys_whole(k, 1));
        keys_free(k);
        unlink(path);
    }
#else
    skip();
#endif
}

static void a_draft_of_a_killed_process_is_in_nobodys_way(void **state) {
    (void)state;
    Err e = {0};
    int64_t made;
    Keys *k = keys_create(path, &e);
    int fd = open(draft, O_CREAT | O_WRONLY, 0600);

    close(fd);
    assert_true(keys_grow(k, path, &made, &e));
    assert_int_equal(access(draft, F_OK), -1);
    fd = open(draft, O_CREAT | O_WRONLY, 0600);
    close(fd);
    keys_tidy(path);
    assert_int_equal(access(draft, F_OK), -1);
    keys_free(k);
}

static void a_link_to_the_key_stays_a_link(void **state) {
    (void)state;
    Err e = {0};
    int64_t made;
    char real[128];
    struct stat st;

    snprintf(real, sizeof real, "%s/real.key", folder);
    keys_free(keys_create(real, &e));
    assert_int_equal(symlink(real, path), 0);
    Keys *k = must_load();

    assert_true(keys_grow(k, path, &made, &e));
    assert_int_equal(lstat(path, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    keys_free(k);
    k = must_load();
    assert_int_equal(keys_newest(k), 2);
    keys_free(k);
    unlink(real);
}

#define in_folder(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void) {
    crypto_start();
    const struct CMUnitTest tests[] = {
        in_folder(some_keys_change_and_some_last),
        in_folder(a_retired_generation_proves_but_opens_nothing),
        in_folder(either_generation_is_opened),
        in_folder(a_damaged_list_is_noticed),
        in_folder(a_newer_list_is_not_guessed_at),
        in_folder(a_full_disk_keeps_the_old_file),
        in_folder(a_draft_of_a_killed_process_is_in_nobodys_way),
        in_folder(a_link_to_the_key_stays_a_link),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
