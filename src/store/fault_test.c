/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/fault_test.c: fail the 1st, 2nd, 3rd … fallible border of one scenario until it passes
 * untouched; after each, nothing may be lost, half done or stuck. Needs a build with fault points
 * (meson -Dfaults=true). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <dirent.h>

#include "base/fault.h"
#include "store/journal_toy.h"

typedef struct Fixture {
    bool postgresql;
    TestPlace place;
    Keys *keys;
} Fixture;

/* What was acknowledged; the journal must hold exactly as much, or one job more when the failure
 * came after the commit. */
typedef struct Ledger {
    int64_t events;
    int64_t total; /* sum over toy.n */
} Ledger;

static bool acknowledged(Ledger *l, bool ok, int64_t events, int64_t amount) {
    if (ok) {
        l->events += events;
        l->total += amount;
    }
    return ok;
}

static bool two_counts(Tx *tx, void *context, Err *e) {
    Toy toy = {.kind = "toy.counted", .subject = "toy:1", .by = 3};

    (void)context;
    return toy_append(tx, &toy, e) && toy_append(tx, &toy, e);
}

/* Everything the store does, until something fails. */
static bool scenario(Fixture *f, Ledger *l, Err *e) {
    char digest[65];
    JournalCheck check;
    Store *s = store_open(f->place.address, e);

    if (!s)
        return false;
    journal_use_keys(s, f->keys);
    bool ok = acknowledged(l, toy_write(s, "toy.counted", "toy:1", 5, NULL, e), 1, 5) &&
              acknowledged(l, toy_write(s, "toy.named", "toy:1", 0, "名", e), 1, 0) &&
              acknowledged(l, store_write(s, two_counts, NULL, e), 2, 6) &&
              journal_digest(s, digest, e) && journal_verify(s, &check, e) &&
              journal_rebuild(s, digest, e) &&
              acknowledged(l, journal_forget(s, STR("toy:1"), STR("system"), e), 1, 0);

    store_close(s);
    return ok;
}

static void all_is_well(Fixture *f, const Ledger *l, unsigned n) {
    Err e = {0};
    JournalCheck check;
    char live[65], rebuilt[65];
    Store *s = store_open(f->place.address, &e);

    if (!s)
        fail_msg("after fault %u: %s", n, e.text);
    journal_use_keys(s, f->keys);
    if (!journal_verify(s, &check, &e) || !journal_digest(s, live, &e) ||
        !journal_rebuild(s, rebuilt, &e))
        fail_msg("after fault %u: %s", n, e.text);
    assert_string_equal(live, rebuilt);
    if (check.entries != l->events || toy_ask(s, &toy_total) != l->total)
        fail_msg("after fault %u: %d entries, %d acknowledged", n, (int)check.entries,
                 (int)l->events);
    store_close(s);
}

static int open_files(void) {
    DIR *folder = opendir("/proc/self/fd");
    int n = 0;

    while (readdir(folder))
        n++;
    closedir(folder);
    return n;
}

/* The scenario in a database of its own, with the n-th point failing. False when there were fewer.
 */
static bool one_fault(bool postgresql, unsigned n) {
    Fixture f = {.postgresql = postgresql};
    Ledger l = {0};
    Err e = {0};
    char path[100];

    assert_true(test_place_make(&f.place, postgresql));
    snprintf(path, sizeof path, "%s/key", f.place.folder);
    f.keys = keys_create(path, &e);
    assert_non_null(f.keys);
    Store *s = store_open(f.place.address, &e);

    assert_non_null(s);
    journal_use_keys(s, f.keys);
    assert_true(store_write(s, toy_make_tables, NULL, &e));
    assert_true(acknowledged(&l, toy_write(s, "toy.made", "toy:1", 0, "名", &e), 1, 0));
    store_close(s);
    err_clear(&e);
    fault_arm("", n);
    bool ok = scenario(&f, &l, &e), fired = fault_fired();

    fault_arm("", 0);
    all_is_well(&f, &l, n);
    assert_true(ok || (fired && e.code != ERR_NONE && e.text[0]));
    keys_free(f.keys);
    test_place_remove(&f.place);
    return fired;
}

static void sweep(bool postgresql) {
#ifndef LIANHENG_FAULTS
    (void)postgresql;
    (void)open_files, (void)one_fault;
    fprintf(stderr, "跳过：这次构建没有故障点（meson -Dfaults=true）\n");
    skip();
#else
    int before = open_files();
    unsigned n = 0;

    if (postgresql && !getenv("LIANHENG_TEST_PG"))
        skip();
    while (one_fault(postgresql, ++n))
        assert_int_equal(open_files(), before);
    print_message("%s: %u points failed in turn\n", postgresql ? "PostgreSQL" : "SQLite", n - 1);
    assert_true(n > 20);
#endif
}

static void sweep_sqlite(void **state) {
    (void)state;
    sweep(false);
}

static void sweep_postgresql(void **state) {
    (void)state;
    sweep(true);
}

/* A database that could not be made is made by the next attempt. */
static void opening_is_all_or_nothing(void **state) {
    (void)state;
#ifndef LIANHENG_FAULTS
    skip();
#else
    for (unsigned n = 1;; n++) {
        TestPlace place;
        Err e = {0};

        assert_true(test_place_make(&place, false));
        fault_arm("", n);
        Store *s = store_open(place.address, &e);
        bool fired = fault_fired();

        fault_arm("", 0);
        assert_true((s == NULL) == fired);
        assert_true(fired == (e.code != ERR_NONE));
        store_close(s);
        s = store_open(place.address, &e);
        assert_non_null(s);
        store_close(s);
        test_place_remove(&place);
        if (!fired)
            break;
    }
#endif
}

int main(void) {
    crypto_start();
    journal_register(toy_projections, toy_table_names);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sweep_sqlite),
        cmocka_unit_test(sweep_postgresql),
        cmocka_unit_test(opening_is_all_or_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
