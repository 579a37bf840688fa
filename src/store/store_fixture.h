/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/store_fixture.h: a store with one table on each engine, for the store's tests. Only for
 * *_test.c. */
#ifndef STORE_STORE_FIXTURE_H
#define STORE_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/crypto.h"
#include "store/testing.h"

/* The state of each test: which engine, and its store. */
typedef struct Fixture {
    bool postgresql;
    bool made;
    TestPlace place;
    Store *store;
} Fixture;

static Fixture fixtures[2] = {{.postgresql = false}, {.postgresql = true}};

static const Sql make = {
    "make",
    "CREATE TABLE IF NOT EXISTS thing (id INTEGER PRIMARY KEY, name TEXT, data "
    "BLOB, amount REAL, flag INTEGER, list TEXT) STRICT",
    "CREATE TABLE IF NOT EXISTS thing (id BIGINT PRIMARY KEY, name TEXT COLLATE "
    "\"C\", data BYTEA, amount DOUBLE PRECISION, flag BIGINT, list TEXT)",
    true};
static const Sql clear = {"clear", "DELETE FROM thing", "DELETE FROM thing", true};
#define ADD_TEXT "INSERT INTO thing (id, name, data, flag, list) VALUES ($1, $2, $3, $4, $5)"
static const Sql add = {"add", ADD_TEXT, ADD_TEXT, true};
#define COUNT_TEXT "SELECT count(*) AS n FROM thing"
static const Sql count = {"count", COUNT_TEXT, COUNT_TEXT, false};
#define ALL_TEXT "SELECT id, name, data, amount, flag, list FROM thing ORDER BY id"
static const Sql all = {"all", ALL_TEXT, ALL_TEXT, false};

static inline bool run_sql(Tx *tx, void *context, Err *e) {
    return tx_run(tx, context, NO_ARGS, NULL, e);
}

static inline bool write_sql(Store *s, const Sql *sql, Err *e) {
    return store_write(s, run_sql, (void *)(uintptr_t)sql, e);
}

static inline int set_up(void **state) {
    Fixture *f = *state;
    Err e = {0};

    f->made = test_place_make(&f->place, f->postgresql);
    if (!f->made)
        return 0;
    f->store = store_open(f->place.address, &e);
    if (!f->store) {
        fprintf(stderr, "%s\n", e.text);
        return -1;
    }
    return write_sql(f->store, &make, &e) ? 0 : -1;
}

static inline int tear_down(void **state) {
    Fixture *f = *state;

    if (f->made) {
        store_close(f->store);
        test_place_remove(&f->place);
    }
    return 0;
}

#define NEEDS_STORE      \
    Fixture *f = *state; \
    Err e = {0};         \
    (void)e;             \
    if (!f->made)        \
    skip()

typedef struct Insert {
    int64_t id;
    const char *name;
    bool fail_after; /* give up after the insert */
    bool ignore;     /* go on as if a failed insert had been fine */
} Insert;

static inline bool insert(Tx *tx, void *context, Err *e) {
    const Insert *i = context;
    bool ok = tx_run(tx, &add,
                     ARGS(ARG_OF_INT(i->id), ARG_OF_TEXT(str_of(i->name)), ARG_OF_NULL,
                          ARG_OF_INT(1), ARG_OF_NULL),
                     NULL, e);

    if (ok && i->fail_after)
        return err_set(e, ERR_PRECONDITION, NULL, "改了主意");
    return ok || i->ignore;
}

static inline bool count_work(Tx *tx, void *context, Err *e) {
    return tx_int(tx, &count, NO_ARGS, -1, context, e);
}

static inline int64_t how_many(Store *s) {
    Err e = {0};
    int64_t n = -2;

    assert_true(store_read(s, count_work, &n, &e));
    return n;
}

#define ON_BOTH(test)                                              \
    {#test "/sqlite", test, set_up, tear_down, &fixtures[0]}, {    \
#test "/postgresql", test, set_up, tear_down, &fixtures[1] \
    }

#endif
