/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/journal_fixture.h: a store with keys and toy tables on each engine, for the journal's
 * tests. Only for *_test.c. */
#ifndef STORE_JOURNAL_FIXTURE_H
#define STORE_JOURNAL_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "store/journal_toy.h"

typedef struct Fixture {
    bool postgresql, made;
    TestPlace place;
    Store *store;
    Keys *keys;
} Fixture;

static Fixture fixtures[2] = {{.postgresql = false}, {.postgresql = true}};

static inline Keys *new_keys(const Fixture *f, const char *name) {
    char path[128];
    Err e = {0};

    snprintf(path, sizeof path, "%s/%s", f->place.folder, name);
    Keys *keys = keys_create(path, &e);
    return keys ? keys : keys_load(path, &e);
}

static inline bool open_store(Fixture *f, Err *e) {
    f->store = store_open(f->place.address, e);
    if (f->store && f->keys)
        journal_use_keys(f->store, f->keys);
    return f->store != NULL;
}

static inline int set_up(void **state) {
    Fixture *f = *state;
    Err e = {0};

    f->made = test_place_make(&f->place, f->postgresql);
    if (!f->made)
        return 0;
    journal_register(toy_projections, toy_table_names);
    f->keys = new_keys(f, "key");
    if (!open_store(f, &e) || !store_write(f->store, toy_make_tables, NULL, &e)) {
        fprintf(stderr, "%s\n", e.text);
        return -1;
    }
    return 0;
}

static inline int tear_down(void **state) {
    Fixture *f = *state;

    instant_freeze(0);
    if (f->made) {
        store_close(f->store);
        keys_free(f->keys);
        test_place_remove(&f->place);
    }
    return 0;
}

#define NEEDS_STORE           \
    Fixture *f = *state;      \
    Err e = {0};              \
    JournalCheck check = {0}; \
    (void)e, (void)check;     \
    if (!f->made)             \
    skip()

#define ASSERT_OK(call)                        \
    do {                                       \
        if (!(call))                           \
            fail_msg("%s: %s", #call, e.text); \
    } while (0)

#define ON_BOTH(test)                                              \
    {#test "/sqlite", test, set_up, tear_down, &fixtures[0]}, {    \
#test "/postgresql", test, set_up, tear_down, &fixtures[1] \
    }

#endif
