/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/testing.h: pools for tests, one per engine, each private to the test. Only for *_test.c. */
#ifndef POOL_TESTING_H
#define POOL_TESTING_H

#include "pool/batch.h"
#include "pool/import.h"
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
    PoolSettings settings = {.place = str_of(t->address),
                             .memory_bytes = INT64_C(512) << 20,
                             .spill = t->spill,
                             .threads = 2};

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

/* A pool with everything around it that an import needs. */
typedef struct TestOffice {
    TestPool pool;
    Store *store;
    Keys *keys;
    Content *content;
    Importer *importer;
    Arena *a;
    int files;
} TestOffice;

_Noreturn static inline void test_die(const Err *e) {
    fprintf(stderr, "%s %s\n", e->where, e->text);
    abort();
}

/* Open what a program opens at its start, the sweep included. */
static inline void test_office_start(TestOffice *o) {
    Err e = {0};
    int64_t newest;
    char path[128];

    snprintf(path, sizeof path, "%s/key", o->pool.place.folder);
    if (!o->pool.pool)
        test_pool_open(&o->pool);
    o->a = arena_new();
    if (!(o->content = content_load(NULL, &e)) ||
        !(o->store = store_open(o->pool.place.address, &e)))
        test_die(&e);
    o->keys = access(path, F_OK) == 0 ? keys_load(path, &e) : keys_create(path, &e);
    if (!o->keys || !pool_fit(o->pool.pool, o->content, &e) ||
        !batch_newest(o->store, &newest, &e) || !pool_sweep(o->pool.pool, newest, &e))
        test_die(&e);
    pool_set_visible(o->pool.pool, newest);
    o->importer = importer_new(o->pool.pool, o->store, o->keys, o->pool.place.folder);
}

static inline bool test_office_make(TestOffice *o, bool postgresql) {
    *o = (TestOffice){0};
    if (!test_pool_make(&o->pool, postgresql))
        return false;
    test_office_start(o);
    return true;
}

static inline void test_office_stop(TestOffice *o) {
    importer_free(o->importer);
    store_close(o->store);
    keys_free(o->keys);
    content_drop(o->content);
    arena_free(o->a);
    pool_close(o->pool.pool);
    o->pool.pool = NULL;
}

static inline void test_office_remove(TestOffice *o) {
    test_office_stop(o);
    test_place_remove(&o->pool.place);
}

static inline bool test_import_file(TestOffice *o, const char *dataset, const char *path,
                                    ImportResult *out, Err *e) {
    ImportRequest request = {.dataset = content_dataset(o->content, str_of(dataset), e),
                             .path = path,
                             .file_name = str_of(path),
                             .options = {.encoding = ENCODING_UNKNOWN},
                             .actor = STR("tester"),
                             .keep_rejects = true};

    return request.dataset && import_run(o->importer, o->content, &request, NULL, o->a, out, e);
}

/* Text as a file of its own. */
static inline const char *test_file(TestOffice *o, const char *text) {
    const char *path = str_format(o->a, "%s/file%d.csv", o->pool.place.folder, ++o->files).ptr;
    FILE *f = fopen(path, "w");

    if (!f || fwrite(text, 1, strlen(text), f) != strlen(text) || fclose(f) != 0)
        abort();
    return path;
}

static inline ImportResult test_import(TestOffice *o, const char *dataset, const char *text) {
    ImportResult r = {0};
    Err e = {0};

    if (!test_import_file(o, dataset, test_file(o, text), &r, &e))
        test_die(&e);
    if (r.received != r.accepted + r.duplicates + r.rejected)
        abort();
    return r;
}

static inline int64_t test_int(TestOffice *o, const char *sql) {
    Err e = {0};
    int64_t out;
    PoolSession *s = pool_session(o->pool.pool, &e);

    if (!s || !pool_int(s, str_of(sql), NULL, 0, &out, &e))
        test_die(&e);
    pool_session_close(s);
    return out;
}

/* The whole answer of a query as one text: rows by line, columns by |. */
static inline Str test_dump(TestOffice *o, const char *sql) {
    Err e = {0};
    PoolSession *s = pool_session(o->pool.pool, &e);
    PoolRows *rows = s ? pool_query(s, str_of(sql), NULL, 0, &e) : NULL;
    Buf b;

    if (!rows)
        test_die(&e);
    buf_init(&b, (size_t)1 << 30);
    for (const PoolValue *row; (row = pool_next(rows, &e)) != NULL;) {
        for (size_t i = 0; i < pool_columns(rows); i++) {
            if (row[i].type == POOL_TEXT || row[i].type == POOL_UUID)
                buf_add(&b, row[i].text);
            else if (row[i].type == POOL_REAL)
                buf_addf(&b, "%.17g", row[i].real);
            else if (row[i].type == POOL_BLOB)
                buf_add(&b, STR("blob"));
            else if (row[i].type != POOL_NULL)
                buf_addf(&b, "%lld", (long long)row[i].integer);
            buf_add_char(&b, '|');
        }
        buf_add_char(&b, '\n');
    }
    if (e.code != ERR_NONE)
        test_die(&e);
    pool_rows_close(rows);
    pool_session_close(s);
    Str out = str_dup(o->a, buf_str(&b));

    buf_done(&b);
    return out;
}

#endif
