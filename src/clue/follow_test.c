/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/follow_test.c: two servers on one PostgreSQL, and one of them changes the key. */
#include "clue/testing.h"

#include <sys/stat.h>
#include <time.h>

#include "base/keyring.h"
#include "clue/rotate.h"
#include "store/journal_turn.h"

#define HEADER "姓名,身份证号,从业资格证号,发证日期,有效期至,证件状态\n"

static void copy_file(const char *from, const char *to) {
    char text[64 * 1024];
    FILE *in = fopen(from, "r"), *out = fopen(to, "w");

    assert_non_null(in);
    assert_non_null(out);
    size_t n = fread(text, 1, sizeof text, in);

    assert_int_equal(fwrite(text, 1, n, out), n);
    fclose(in);
    fclose(out);
    assert_int_equal(chmod(to, 0600), 0);
}

static void copy_key(const TestOffice *from, const TestOffice *to) {
    char a[128], b[128];

    snprintf(a, sizeof a, "%s/master.key", from->folder);
    snprintf(b, sizeof b, "%s/master.key", to->folder);
    copy_file(a, b);
}

/* A second folder with the same databases and a copy of the key. */
static void second_server(const TestOffice *first, TestOffice *second) {
    char a[128], b[128];
    Err e = {0};

    *second = (TestOffice){0};
    test_template(second->folder, "second");
    assert_non_null(mkdtemp(second->folder));
    snprintf(a, sizeof a, "%s/settings.yaml", first->folder);
    snprintf(b, sizeof b, "%s/settings.yaml", second->folder);
    copy_file(a, b);
    copy_key(first, second);
    second->office = office_open(second->folder, &e);
    good(second->office != NULL, &e);
}

static void licences(TestOffice *t, int number) {
    char text[512], id[19];

    citizen_number("19800101", number, id);
    snprintf(text, sizeof text, HEADER "赵甲,%s,5105%06d,2020-01-02,2049-12-31,有效\n", id, number);
    bring(t, "ride_hailing_license", text);
}

static Str any_row(TestOffice *t, Arena *a) {
    Err e = {0};
    Snapshot *s = office_snapshot(t->office);
    const Dataset *d = content_dataset(s->content, STR("ride_hailing_license"), &e);
    const Node *page =
        pool_list(t->office->pool, t->office->keys, d, &(PoolListing){.limit = 1}, a, &e);

    good(page != NULL, &e);
    snapshot_drop(s);
    assert_int_equal(node_get(page, "items")->count, 1);
    return node_text(node_get(page, "items")->items[0], "id");
}

static bool open_row(TestOffice *t, Str id, Err *e) {
    scoped_arena Arena *a = arena_new();
    Snapshot *s = office_snapshot(t->office);
    const Dataset *d = content_dataset(s->content, STR("ride_hailing_license"), e);
    bool there = pool_row(t->office->pool, s->content, t->office->keys, d, id, true, a, e) != NULL;

    snapshot_drop(s);
    return there;
}

static void rotate(TestOffice *t) {
    RotateProgress progress = {0};
    RotateResult result;
    Err e = {0};

    good(office_rotate(t->office, STR("system"), &progress, &result, &e), &e);
}

/* By now the old server must say what is wrong, and what to do, and have changed nothing. */
static void expect_stale(const Err *e) {
    assert_int_equal(e->code, ERR_KEY);
    assert_int_equal(err_http_status(e->code), 503);
    assert_non_null(strstr(e->text, "密钥文件是旧的"));
    assert_non_null(strstr(e->text, "不用重启"));
    assert_non_null(strstr(e->text, "/master.key"));
}

static int64_t entries(TestOffice *t) {
    JournalCheck check;
    Err e = {0};

    good(journal_verify(t->office->store, &check, &e), &e);
    return check.entries;
}

static void test_old_key_stops_new_key_goes_on(void **state) {
    scoped_arena Arena *a = arena_new();
    TestOffice first, second;
    ImportResult result = {0};
    JournalCheck check = {0};
    Err e = {0};

    (void)state;
    test_office_open(&first, true);
    licences(&first, 1);
    second_server(&first, &second);
    Str id = any_row(&second, a);

    good(open_row(&second, id, &e), &e);
    rotate(&first);
    int64_t before = entries(&first);

    assert_false(open_row(&second, id, &e));
    expect_stale(&e);
    err_clear(&e);
    assert_false(test_bring(&second, "ride_hailing_license", HEADER, &result, &e));
    expect_stale(&e);
    err_clear(&e);
    assert_false(journal_verify(second.office->store, &check, &e)); /* not a broken chain */
    expect_stale(&e);
    err_clear(&e);
    assert_int_equal(entries(&first), before);

    copy_key(&first, &second); /* and no restart */
    nanosleep(&(struct timespec){.tv_nsec = 250000000}, NULL);
    good(open_row(&second, id, &e), &e);
    assert_int_equal(keys_generation(second.office->keys), 2);
    licences(&second, 2);
    assert_int_equal(entries(&second), entries(&first));
    int64_t left, all;

    good(pool_reseal_left(first.office->pool, 2, &left, &all, &e), &e);
    assert_true(all >= 2);
    rotate(&second); /* and the other way round, with the key of the second */
    err_clear(&e);
    assert_false(test_bring(&first, "ride_hailing_license", HEADER, &result, &e));
    expect_stale(&e);
    office_close(second.office);
    second.office = NULL;
    test_office_close(&second);
    test_office_close(&first);
}

/* A file that is open to others, or of another installation, is told apart from the old one. */
static void test_wrong_files(void **state) {
    TestOffice first, second;
    char path[128];
    Err e = {0};
    int64_t generation;

    (void)state;
    test_office_open(&first, true);
    second_server(&first, &second);
    rotate(&first);
    copy_key(&first, &second);
    snprintf(path, sizeof path, "%s/master.key", second.folder);
    assert_int_equal(chmod(path, 0644), 0);
    assert_false(journal_generation(second.office->store, &generation, &e));
    assert_int_equal(e.code, ERR_KEY);
    assert_non_null(strstr(e.text, "chmod 600"));
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    for (int i = 0; i < 32; i++)
        fputs("ab", f);
    fclose(f);
    assert_int_equal(chmod(path, 0600), 0);
    nanosleep(&(struct timespec){.tv_nsec = 250000000}, NULL);
    err_clear(&e);
    assert_false(journal_generation(second.office->store, &generation, &e));
    assert_non_null(strstr(e.text, "不符"));
    copy_key(&first, &second);
    nanosleep(&(struct timespec){.tv_nsec = 250000000}, NULL);
    err_clear(&e);
    good(journal_generation(second.office->store, &generation, &e), &e);
    assert_int_equal(generation, 2);
    test_office_close(&second);
    test_office_close(&first);
}

/* A server that began between the new key and its event has both in its file: it must not go on
 * sealing by the old one. */
static void test_key_known_before_it_is_used(void **state) {
    TestOffice first, second;
    char path[128];
    Err e = {0};
    int64_t next;

    (void)state;
    test_office_open(&first, true);
    snprintf(path, sizeof path, "%s/master.key", first.folder);
    good(keys_grow(first.office->keys, path, &next, &e), &e); /* as a killed rotation leaves it */
    second_server(&first, &second);
    assert_int_equal(keys_generation(second.office->keys), 1);
    rotate(&first);
    licences(&second, 3);
    assert_int_equal(keys_generation(second.office->keys), 2);
    scoped_arena Arena *a = arena_new();

    office_close(first.office); /* its file has the new one alone */
    first.office = office_open(first.folder, &e);
    good(first.office != NULL, &e);
    good(open_row(&first, any_row(&first, a), &e), &e);
    test_office_close(&second);
    test_office_close(&first);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_old_key_stops_new_key_goes_on),
        cmocka_unit_test(test_wrong_files),
        cmocka_unit_test(test_key_known_before_it_is_used),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
