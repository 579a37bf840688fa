/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/store_test.c: transactions, values and the single writer, on both engines. */
#include "store/store_fixture.h"

#include <pthread.h>

/* ---- values ---- */

typedef struct Thing {
    int64_t id;
    Str name;
    double amount;
    bool flag;
    BindList list;
} Thing;

static const Bind thing_rows[] = {
    BIND_INT(Thing, id, "id", REQUIRED, ""),
    BIND_STR(Thing, name, "name", OPTIONAL, ""),
    BIND_STR(Thing, name, "data", OPTIONAL, ""),
    BIND_REAL(Thing, amount, "amount", OPTIONAL, ""),
    BIND_BOOL(Thing, flag, "flag", OPTIONAL, ""),
    BIND_TEXTS(Thing, list, "list", OPTIONAL, ""),
    BIND_END,
};

static bool write_values(Tx *tx, void *context, Err *e) {
    static const char bytes[] = {0, 1, (char)0xff, '\\', '\'', 0};

    (void)context;
    return tx_run(tx, &add,
                  ARGS(ARG_OF_INT(INT64_MAX), ARG_OF_TEXT(STR("府检联动 'x' \\ \"")),
                       ARG_OF_BLOB(bytes, sizeof bytes), ARG_OF_INT(0),
                       ARG_OF_TEXT(STR("[\"a\",\"乙\"]"))),
                  NULL, e) &&
           tx_run(tx, &add,
                  ARGS(ARG_OF_INT(INT64_MIN), ARG_OF_TEXT(STR("")), ARG_OF_BLOB(NULL, 0),
                       ARG_OF_NULL, ARG_OF_NULL),
                  NULL, e);
}

static bool read_values(Tx *tx, void *context, Err *e) {
    scoped_arena Arena *a = arena_new();
    Node *rows = tx_rows(tx, a, &all, NO_ARGS, e);

    (void)context;
    assert_non_null(rows);
    assert_int_equal(rows->count, 2);
    const Node *least = rows->items[0], *most = rows->items[1];

    assert_true(node_int(least, "id", 0) == INT64_MIN);
    assert_true(node_int(most, "id", 0) == INT64_MAX);
    assert_true(str_is(node_text(most, "name"), "府检联动 'x' \\ \""));
    assert_int_equal(node_text(most, "data").len, 6);
    assert_memory_equal(node_text(most, "data").ptr, "\0\1\xff\\'\0", 6);
    assert_int_equal(node_get(least, "name")->kind, NODE_TEXT); /* empty is not NULL */
    assert_int_equal(node_get(least, "data")->kind, NODE_TEXT);
    assert_int_equal(node_get(least, "flag")->kind, NODE_NULL);

    Thing *things;
    size_t n;

    assert_true(tx_run(tx, &all, NO_ARGS, NULL, e));
    if (!tx_bind(tx, a, &all, NO_ARGS, thing_rows, sizeof(Thing), (void **)&things, &n, e))
        fail_msg("%s", e->text);
    assert_int_equal(n, 2);
    assert_false(things[1].flag);
    assert_int_equal(things[1].list.count, 2);
    assert_true(str_is(((Str *)things[1].list.items)[1], "乙"));
    return true;
}

static void values_come_back_as_they_went(void **state) {
    NEEDS_STORE;
    assert_true(store_write(f->store, write_values, NULL, &e));
    assert_true(store_read(f->store, read_values, NULL, &e));
}

typedef struct BadText {
    Str text;
} BadText;

static bool write_text(Tx *tx, void *context, Err *e) {
    const BadText *bad = context;

    return tx_run(
        tx, &add,
        ARGS(ARG_OF_INT(1), ARG_OF_TEXT(bad->text), ARG_OF_NULL, ARG_OF_NULL, ARG_OF_NULL), NULL,
        e);
}

static void text_that_one_engine_would_refuse_is_refused_by_both(void **state) {
    NEEDS_STORE;
    BadText cases[] = {{{"a\0b", 3}}, {{"\xff\xfe", 2}}, {{"\xed\xa0\x80", 3}}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_false(store_write(f->store, write_text, &cases[i], &e));
        assert_int_equal(e.code, ERR_INVALID);
    }
    assert_int_equal(how_many(f->store), 0);
}

/* ---- what a transaction promises ---- */

static void failed_work_leaves_nothing(void **state) {
    NEEDS_STORE;
    Insert one = {1, "一", false, false}, two = {2, "二", true, false};

    assert_true(store_write(f->store, insert, &one, &e));
    assert_false(store_write(f->store, insert, &two, &e));
    assert_int_equal(e.code, ERR_PRECONDITION);
    assert_int_equal(how_many(f->store), 1);
    assert_true(store_write(f->store, insert, &(Insert){3, "三", false, false}, &e));
    assert_int_equal(how_many(f->store), 2);
}

static void the_same_key_twice_is_a_conflict(void **state) {
    NEEDS_STORE;
    Insert one = {1, "一", false, false}, stubborn = {1, "又", false, true};

    assert_true(store_write(f->store, insert, &one, &e));
    assert_false(store_write(f->store, insert, &one, &e));
    assert_int_equal(e.code, ERR_CONFLICT);
    /* Work that overlooks a failed statement fails all the same, on both engines. */
    assert_false(store_write(f->store, insert, &stubborn, &e));
    assert_int_equal(e.code, ERR_CONFLICT);
    assert_int_equal(how_many(f->store), 1);
}

static bool sneak(Tx *tx, void *context, Err *e) {
    scoped_arena Arena *a = arena_new();

    return tx_rows_text(tx, a, str_of(context), NO_ARGS, e) != NULL;
}

static void reading_cannot_write(void **state) {
    NEEDS_STORE;
    static const char *const attempts[] = {
        "INSERT INTO thing (id) VALUES (7)",
        "INSERT INTO thing (id) VALUES (7) RETURNING id",
        "DELETE FROM thing",
        "UPDATE thing SET name = 'x'",
        "DROP TABLE thing",
        "CREATE TABLE other (id INTEGER)",
        "CREATE TEMP TABLE other (id INTEGER)",
        "PRAGMA query_only = OFF",
        "ATTACH ':memory:' AS other",
        "SET TRANSACTION READ WRITE",
        "VACUUM",
    };

    assert_true(store_write(f->store, insert, &(Insert){1, "一", false, false}, &e));
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        bool temp_on_postgresql = f->postgresql && strstr(attempts[i], "TEMP");

        if (temp_on_postgresql) /* a private table that ends with the transaction */
            continue;
        if (store_read(f->store, sneak, (void *)(uintptr_t)attempts[i], &e))
            fail_msg("reading could: %s", attempts[i]);
    }
    assert_false(store_read(f->store, run_sql, (void *)(uintptr_t)&clear, &e));
    assert_int_equal(e.code, ERR_INTERNAL);
    assert_int_equal(how_many(f->store), 1);
    assert_true(store_write(f->store, insert, &(Insert){2, "二", false, false}, &e));
}

typedef struct Look {
    Store *store;
    int64_t before, after;
} Look;

static bool look_twice(Tx *tx, void *context, Err *e) {
    Look *look = context;

    return tx_int(tx, &count, NO_ARGS, -1, &look->before, e) &&
           store_write(look->store, insert, &(Insert){1, "一", false, false}, e) &&
           tx_int(tx, &count, NO_ARGS, -1, &look->after, e);
}

static void a_reader_sees_one_moment(void **state) {
    NEEDS_STORE;
    Look look = {f->store, -1, -1};

    assert_true(store_read(f->store, look_twice, &look, &e));
    assert_int_equal(look.before, 0);
    assert_int_equal(look.after, 0);
    assert_int_equal(how_many(f->store), 1);
}

/* ---- rows ---- */

static bool insert_many(Tx *tx, void *context, Err *e) {
    for (int64_t i = 0; i < *(const int64_t *)context; i++)
        if (!insert(tx, &(Insert){i, "行", false, false}, e))
            return false;
    return true;
}

typedef struct Walk {
    Tx *tx;
    int64_t seen, stop_at;
    bool fail;
} Walk;

/* Ask other things while the result is still coming, the same statement too. */
static bool step(void *context, const Node *row, Err *e) {
    Walk *w = context;
    int64_t n;

    assert_true(node_int(row, "id", -1) == w->seen);
    w->seen++;
    if (w->seen % 100 == 1) {
        scoped_arena Arena *a = arena_new();
        const Node *first = tx_row(w->tx, a, &all, NO_ARGS, e);

        assert_non_null(first);
        assert_true(tx_int(w->tx, &count, NO_ARGS, -1, &n, e));
        assert_int_equal(n, 1234);
    }
    if (w->seen == w->stop_at)
        return w->fail ? err_set(e, ERR_CANCELLED, NULL, "够了") : false;
    return true;
}

static bool walk(Tx *tx, void *context, Err *e) {
    Walk *w = context;

    w->tx = tx;
    w->seen = 0;
    return tx_each(tx, &all, NO_ARGS, step, w, e);
}

static void long_results_come_row_by_row(void **state) {
    NEEDS_STORE;
    int64_t many = 1234;
    Walk w = {0};

    assert_true(store_write(f->store, insert_many, &many, &e));
    assert_true(store_read(f->store, walk, &w, &e));
    assert_int_equal(w.seen, 1234);
    assert_true(store_write(f->store, walk, &w, &e));
    assert_int_equal(w.seen, 1234);
    w.stop_at = 600;
    assert_true(store_read(f->store, walk, &w, &e));
    assert_int_equal(w.seen, 600);
    w.fail = true;
    assert_false(store_read(f->store, walk, &w, &e));
    assert_int_equal(e.code, ERR_CANCELLED);
}

static bool no_row(Tx *tx, void *context, Err *e) {
    scoped_arena Arena *a = arena_new();
    int64_t n = 5;

    (void)context;
    assert_null(tx_row(tx, a, &all, NO_ARGS, e));
    assert_int_equal(e->code, ERR_NONE);
    assert_true(tx_int(tx, &all, NO_ARGS, -7, &n, e));
    assert_int_equal(n, -7);
    assert_null(
        tx_row(tx, a, &(Sql){"bad", "SELECT x FROM y", "SELECT x FROM y", false}, NO_ARGS, e));
    assert_int_equal(e->code, ERR_INTERNAL);
    return true;
}

static void no_row_is_not_an_error(void **state) {
    NEEDS_STORE;
    assert_true(store_read(f->store, no_row, NULL, &e));
}

/* ---- many at once ---- */

typedef struct Worker {
    Store *store;
    int64_t base;
    int failures;
} Worker;

static void *write_many(void *context) {
    Worker *w = context;

    for (int64_t i = 0; i < 50; i++) {
        Insert one = {w->base + i, "并", i % 5 == 0, false};
        Err e = {0};
        bool ok = store_write(w->store, insert, &one, &e);

        if (ok == (i % 5 == 0) || (!ok && e.code != ERR_PRECONDITION))
            w->failures++;
        if (how_many(w->store) < 0)
            w->failures++;
    }
    return NULL;
}

static void threads_share_commits_but_not_failures(void **state) {
    NEEDS_STORE;
    pthread_t threads[12];
    Worker workers[12];

    for (int i = 0; i < 12; i++) {
        workers[i] = (Worker){f->store, i * 1000, 0};
        pthread_create(&threads[i], NULL, write_many, &workers[i]);
    }
    for (int i = 0; i < 12; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(workers[i].failures, 0);
    }
    assert_int_equal(how_many(f->store), 12 * 40);
}

int main(void) {
    crypto_start();
    const struct CMUnitTest tests[] = {
        ON_BOTH(values_come_back_as_they_went),
        ON_BOTH(text_that_one_engine_would_refuse_is_refused_by_both),
        ON_BOTH(failed_work_leaves_nothing),
        ON_BOTH(the_same_key_twice_is_a_conflict),
        ON_BOTH(reading_cannot_write),
        ON_BOTH(a_reader_sees_one_moment),
        ON_BOTH(long_results_come_row_by_row),
        ON_BOTH(no_row_is_not_an_error),
        ON_BOTH(threads_share_commits_but_not_failures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
