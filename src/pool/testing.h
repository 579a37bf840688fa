/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/testing.h: pools for tests, one per engine, each private to the test. Only for *_test.c. */
#ifndef POOL_TESTING_H
#define POOL_TESTING_H

#include "pool/tables.h"
#include "store/testing.h"

typedef struct TestPool {
    TestPlace place;
    char address[600];
    char spill[128];
    Pool *pool;
} TestPool;

static inline void test_pool_open(TestPool *t) {
    Err e = {0};
    PoolSettings settings = {.place = str_of(t->address), .memory_bytes = INT64_C(512) << 20,
                             .spill = t->spill, .threads = 2};

    t->pool = pool_open(&settings, &e);
    if (!t->pool) {
        fprintf(stderr, "%s\n", e.text);
        abort();
    }
}

/* False: no PostgreSQL here. The pool has a schema of its own beside the store's. */
static inline bool test_pool_make(TestPool *t, bool postgresql) {
    if (!test_place_make(&t->place, postgresql))
        return false;
    snprintf(t->spill, sizeof t->spill, "%s/spill", t->place.folder);
    if (postgresql)
        snprintf(t->address, sizeof t->address, "%s", t->place.address);
    else
        snprintf(t->address, sizeof t->address, "duckdb:%s/pool.duckdb", t->place.folder);
    test_pool_open(t);
    return true;
}

static inline void test_pool_remove(TestPool *t) {
    pool_close(t->pool);
    test_place_remove(&t->place);
}

#endif
