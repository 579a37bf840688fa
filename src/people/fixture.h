/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/fixture.h: a store with keys on either engine, and the clock at noon. Only for *_test.c.
 */
#ifndef PEOPLE_FIXTURE_H
#define PEOPLE_FIXTURE_H

#include "people/account.h"
#include "people/policy.h"
#include "sql_statements.h"
#include "store/testing.h"

#define GOOD STR("Kai-fa-qu 2026!")
#define OTHER STR("Yang Guang Da Dao 8")

typedef struct Fixture {
    bool postgresql, made;
    TestPlace place;
    Store *store;
    Keys *keys;
} Fixture;

static Fixture fixtures[2] = {{.postgresql = false}, {.postgresql = true}};
static const Instant noon = INT64_C(1767240000000000);

static int set_up(void **state) {
    Fixture *f = *state;
    Err e = {0};
    char path[100];

    people_register();
    sign_in_policy_set(NULL);
    f->made = test_place_make(&f->place, f->postgresql);
    if (!f->made)
        return 0;
    snprintf(path, sizeof path, "%s/key", f->place.folder);
    f->keys = keys_create(path, &e);
    f->store = f->keys ? store_open(f->place.address, &e) : NULL;
    if (!f->store) {
        fprintf(stderr, "%s\n", e.text);
        return -1;
    }
    journal_use_keys(f->store, f->keys);
    instant_freeze(noon);
    return 0;
}

static int tear_down(void **state) {
    Fixture *f = *state;

    instant_freeze(0);
    if (f->made) {
        store_close(f->store);
        keys_free(f->keys);
        test_place_remove(&f->place);
    }
    return 0;
}

#define NEEDS_STORE                  \
    Fixture *f = *state;             \
    Store *s = f->store;             \
    Err e = {0};                     \
    Session session = {0};           \
    (void)e, (void)session, (void)s; \
    if (!f->made)                    \
    skip()

#define ASSERT_OK(call)                        \
    do {                                       \
        if (!(call))                           \
            fail_msg("%s: %s", #call, e.text); \
    } while (0)

#define ASSERT_FAILS(call, expected)                      \
    do {                                                  \
        assert_false(call);                               \
        if (e.code != (expected))                         \
            fail_msg("%s: %d %s", #call, e.code, e.text); \
    } while (0)

#define ON_BOTH(test)                                              \
    {#test "/sqlite", test, set_up, tear_down, &fixtures[0]}, {    \
#test "/postgresql", test, set_up, tear_down, &fixtures[1] \
    }

static inline void rebuild_agrees(Store *s) {
    Err e = {0};
    char live[65], rebuilt[65];
    JournalCheck check;

    ASSERT_OK(journal_verify(s, &check, &e));
    ASSERT_OK(journal_digest(s, live, &e));
    ASSERT_OK(journal_rebuild(s, rebuilt, &e));
    assert_string_equal(live, rebuilt);
}

/* How often this kind stands in the journal. */
typedef struct Times {
    const char *kind;
    int64_t n;
} Times;

static inline bool count_kind(void *context, const Node *row, Err *e) {
    Times *t = context;

    (void)e;
    t->n += str_is(node_text(row, "kind"), t->kind);
    return true;
}

static inline bool count_work(Tx *tx, void *context, Err *e) {
    return tx_each(tx, &SQL_journal_all, NO_ARGS, count_kind, context, e);
}

static inline int64_t times(Store *s, const char *kind) {
    Times t = {kind, 0};
    Err e = {0};

    ASSERT_OK(store_read(s, count_work, &t, &e));
    return t.n;
}

#endif
