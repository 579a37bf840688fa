/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/journal_turn_test.c: the chain goes over to the next generation of the key and stays whole.
 */
#include "base/keyring.h"
#include "store/journal_fixture.h"
#include "store/journal_turn.h"

enum { SUBJECTS = 30 };

static const Projection turn_projections[] = {{"key.rotated", NULL}, {0}};

static void write_some(Fixture *f, int from, int n) {
    Err e = {0};

    for (int i = from; i < from + n; i++) {
        char subject[32];

        snprintf(subject, sizeof subject, "toy:%03d", i);
        ASSERT_OK(toy_write(f->store, "toy.made", subject, 0, "小木马", &e));
    }
}

static const char *key_path(const Fixture *f) {
    static char path[160];

    snprintf(path, sizeof path, "%s/key", f->place.folder);
    return path;
}

/* What a program does: the file first, then the event. */
static void turn(Fixture *f, int64_t expected) {
    Err e = {0};
    int64_t generation;
    char mark[17];

    journal_register(turn_projections, NULL);
    ASSERT_OK(keys_grow(f->keys, key_path(f), &generation, &e));
    assert_int_equal(generation, expected);
    keys_mark(f->keys, generation, mark);
    journal_use_keys(f->store, f->keys);
    ASSERT_OK(journal_rotate(f->store, &(KeyTurn){generation, str_of(mark), STR("test")}, &e));
    ASSERT_OK(journal_generation(f->store, &generation, &e));
    assert_int_equal(generation, expected);
}

static void rewrap_all(Fixture *f, int64_t generation) {
    Err e = {0};
    int64_t done = 1, older, all;

    while (done)
        ASSERT_OK(journal_rewrap(f->store, generation, 7, &done, &e));
    ASSERT_OK(journal_wrapped(f->store, generation, &older, &all, &e));
    assert_int_equal(older, 0);
}

static void reload(Fixture *f) {
    Err e = {0};

    store_close(f->store);
    keys_free(f->keys);
    f->keys = keys_load(key_path(f), &e);
    assert_non_null(f->keys);
    assert_true(open_store(f, &e));
}

static void whole_and_rebuilt(Fixture *f, int64_t entries) {
    Err e = {0};
    JournalCheck check;
    char live[65], rebuilt[65];

    ASSERT_OK(journal_verify(f->store, &check, &e));
    assert_int_equal(check.entries, entries);
    assert_true(check.keyed);
    ASSERT_OK(journal_digest(f->store, live, &e));
    ASSERT_OK(journal_rebuild(f->store, rebuilt, &e));
    assert_string_equal(live, rebuilt);
}

static void the_chain_goes_over_and_stays_whole(void **state) {
    int64_t older, all;
    NEEDS_STORE;

    write_some(f, 0, SUBJECTS);
    turn(f, 2);
    write_some(f, SUBJECTS, 10);
    whole_and_rebuilt(f, SUBJECTS + 11); /* half way: both generations are needed */
    ASSERT_OK(journal_wrapped(f->store, 2, &older, &all, &e));
    assert_int_equal(older, SUBJECTS); /* new subjects are wrapped by the new one at once */
    assert_int_equal(all, SUBJECTS + 10);
    rewrap_all(f, 2);
    ASSERT_OK(keys_retire(f->keys, key_path(f), 2, &e));
    reload(f);
    whole_and_rebuilt(f, SUBJECTS + 11);
    turn(f, 3);
    write_some(f, 2 * SUBJECTS, 3);
    rewrap_all(f, 3);
    ASSERT_OK(keys_retire(f->keys, key_path(f), 3, &e));
    reload(f);
    whole_and_rebuilt(f, SUBJECTS + 15);
}

static void tampering_is_found_in_every_generation(void **state) {
    static const struct {
        const char *sql;
        int64_t bad;
    } cases[] = {
        {"UPDATE journal SET mac = (SELECT mac FROM journal WHERE sequence = 1) WHERE sequence = 3",
         3},
        {"UPDATE journal SET mac = (SELECT mac FROM journal WHERE sequence = 1) WHERE sequence = 8",
         8},
        {"UPDATE journal SET body = '{\"generation\":1}' WHERE sequence = 6", 6},
        {"UPDATE journal SET kind = 'toy.noted' WHERE sequence = 6", 6},
    };
    NEEDS_STORE;

    write_some(f, 0, 5);
    turn(f, 2);
    write_some(f, 5, 5);
    assert_true(test_place_tamper(&f->place, "CREATE TABLE kept AS SELECT * FROM journal"));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(test_place_tamper(&f->place, cases[i].sql));
        assert_false(journal_verify(f->store, &check, &e));
        assert_int_equal(check.bad, cases[i].bad);
        assert_true(test_place_tamper(
            &f->place, "DELETE FROM journal; INSERT INTO journal SELECT * FROM kept"));
    }
    ASSERT_OK(journal_verify(f->store, &check, &e));
    /* The head cannot be put back to an older generation. */
    assert_true(test_place_tamper(
        &f->place, "UPDATE journal_head SET fingerprint = substr(fingerprint, 1, 16)"));
    assert_false(journal_verify(f->store, &check, &e));
    assert_int_equal(e.code, ERR_BROKEN);
    assert_true(test_place_tamper(&f->place, "UPDATE journal_head SET fingerprint = 'x/y'"));
    assert_false(toy_write(f->store, "toy.looked_at", "toy:000", 0, NULL, &e));
    assert_int_equal(e.code, ERR_BROKEN);
}

/* A server that still has the old file, and data that are older than the file. */
static void files_of_another_time_are_told_apart(void **state) {
    NEEDS_STORE;
    char copy[200], command[500];

    write_some(f, 0, 5);
    snprintf(copy, sizeof copy, "%s/old", f->place.folder);
    snprintf(command, sizeof command, "cp -p %s %s", key_path(f), copy);
    assert_int_equal(system(command), 0);
    turn(f, 2);
    Keys *old = keys_load(copy, &e);

    journal_use_keys(f->store, old);
    assert_false(toy_write(f->store, "toy.looked_at", "toy:001", 0, NULL, &e));
    assert_int_equal(e.code, ERR_KEY);
    assert_non_null(strstr(e.text, "密钥文件是旧的"));
    assert_false(journal_verify(f->store, &check, &e));
    assert_int_equal(e.code, ERR_KEY);
    journal_use_keys(f->store, f->keys);
    rewrap_all(f, 2);
    turn(f, 3);
    /* Generation 2 taken away although keys still lie under it: said, not guessed. */
    ASSERT_OK(keys_retire(f->keys, key_path(f), 3, &e));
    journal_use_keys(f->store, f->keys);
    assert_false(toy_write(f->store, "toy.named", "toy:001", 0, "名", &e));
    assert_int_equal(e.code, ERR_KEY);
    keys_free(old);
}

int main(void) {
    crypto_start();
    const struct CMUnitTest tests[] = {
        ON_BOTH(the_chain_goes_over_and_stays_whole),
        ON_BOTH(tampering_is_found_in_every_generation),
        ON_BOTH(files_of_another_time_are_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
