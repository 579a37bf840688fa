/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/scope_test.c: {table} becomes what the scope shows; nothing else gets through; projections
 * see everything. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "sql_statements.h"
#include "store/expand.h"
#include "store/journal.h"
#include "store/store_fixture.h"

static const ScopeView views[] = {
    {STR_INIT("model_run"), STR_INIT("(SELECT * FROM model_run WHERE model = 'mine')")},
};
static const Scope zhang = {STR_INIT("zhang"), views, 1, NULL};

static void texts_become_what_the_scope_shows(void **state) {
    static const struct {
        const Scope *scope;
        const char *text, *want; /* NULL: refused */
    } cases[] = {
        {NULL, "SELECT 1 FROM {clue} WHERE 1 = 1", "SELECT 1 FROM clue WHERE 1 = 1"},
        {NULL, "SELECT 1 FROM clue", "SELECT 1 FROM clue"},
        {&zhang, "SELECT '{clue} FROM clue', \"a FROM clue\" FROM t",
         "SELECT '{clue} FROM clue', \"a FROM clue\" FROM t"},
        {&zhang, "SELECT 1 FROM {model_run} r, t",
         "SELECT 1 FROM (SELECT * FROM model_run WHERE model = 'mine') r, t"},
        {&zhang, "SELECT 1 FROM {model_run} ORDER BY 1",
         "SELECT 1 FROM (SELECT * FROM model_run WHERE model = 'mine') AS model_run ORDER BY 1"},
        {&zhang, "SELECT (SELECT 1 FROM {clue})",
         "SELECT (SELECT 1 FROM (SELECT * FROM clue WHERE 1 = 0) AS clue)"},
        {&zhang, "SELECT clue, t.clue FROM t ORDER BY clue",
         "SELECT clue, t.clue FROM t ORDER BY clue"},
        {&zhang, "SELECT 1 FROM {clue} c JOIN clue_evidence e ON e.clue = c.id",
         "SELECT 1 FROM (SELECT * FROM clue WHERE 1 = 0) c JOIN clue_evidence e ON e.clue = c.id"},
        {&zhang, "SELECT 1 FROM clue", NULL},
        {&zhang, "SELECT 1 FROM CLUE c", NULL},
        {&zhang, "SELECT 1 FROM \"clue\"", NULL},
        {&zhang, "SELECT 1 FROM t, clue", NULL},
        {&zhang, "SELECT 1 FROM t x, batch y", NULL},
        {&zhang, "SELECT 1 FROM t LEFT JOIN batch b ON 1 = 1", NULL},
        {&zhang, "SELECT 1 FROM {clue} UNION SELECT 1 FROM clue", NULL},
        {&zhang, "SELECT 1 FROM clue_evidence", NULL},
        {&zhang, "SELECT 1 FROM clue_evidence e JOIN {batch} b ON 1 = 1", NULL},
        {&zhang, "WITH c AS (SELECT 1 FROM clue) SELECT 1 FROM c", NULL},
        {&zhang, "UPDATE clue SET status = 'x'", NULL},
        {&zhang, "DELETE FROM clue", NULL},
        {&zhang, "INSERT INTO batch (batch) VALUES (1)", NULL},
        {&SCOPE_NOBODY, "SELECT 1 FROM {model_run}",
         "SELECT 1 FROM (SELECT * FROM model_run WHERE 1 = 0) AS model_run"},
        {&zhang, "SELECT 1 FROM {account}", NULL},
        {&zhang, "SELECT 1 FROM {clue", NULL},
        {NULL, "SELECT 1 FROM {nothing}", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_buf Buf out;
        Err e = {0};

        buf_init(&out, 4000);
        bool good = scope_expand(cases[i].scope, str_of(cases[i].text), &out, &e);

        if (good != (cases[i].want != NULL) || (good && !str_is(buf_str(&out), cases[i].want)))
            fail_msg("%s\n  %s\n  %s", cases[i].text, good ? out.ptr : e.text,
                     cases[i].want ? cases[i].want : "refused");
        if (!good)
            assert_int_equal(e.code, ERR_INTERNAL);
    }
}

/* ---- in transactions ---- */

static bool run_made(Tx *tx, const Event *event, Err *e) {
    const Node *b = event->body;

    return tx_run(tx, &SQL_run_add,
                  ARGS(ARG_OF_INT(event->sequence), ARG_OF_TEXT(node_text(b, "model")),
                       ARG_OF_TEXT(STR("v")), ARG_OF_TEXT(STR("")), ARG_OF_TEXT(STR("")),
                       ARG_OF_TEXT(event->actor), ARG_OF_INT(0), ARG_OF_INT(0), ARG_OF_INT(0),
                       ARG_OF_INT(0), ARG_OF_INT(0), ARG_OF_INT(0), ARG_OF_INT(0), ARG_OF_INT(0),
                       ARG_OF_INT(0), ARG_OF_INT(0), ARG_OF_NULL),
                  NULL, e);
}

static bool append_run(Tx *tx, void *context, Err *e) {
    scoped_arena Arena *a = arena_new();
    Node *body = node_map(a);
    Event event = {
        .actor = STR("zhang"), .kind = STR("test.ran"), .subject = STR("run"), .body = body};

    node_set_text(a, body, "model", str_of(context));
    return journal_append(tx, &event, e);
}

typedef struct Look {
    const char *text;
    const Sql *sql;
    int64_t rows;
} Look;

static bool look(Tx *tx, void *context, Err *e) {
    Look *l = context;
    scoped_arena Arena *a = arena_new();
    Node *rows = l->sql ? tx_rows(tx, a, l->sql, ARGS(ARG_OF_TEXT(STR("mine"))), e)
                        : tx_rows_text(tx, a, str_of(l->text), NO_ARGS, e);

    l->rows = rows ? (int64_t)rows->count : -1;
    return rows != NULL;
}

static int64_t seen(Store *s, const Scope *scope, const char *text, const Sql *sql, bool writing) {
    Look l = {text, sql, -1};
    Err e = {0};

    store_thread_scope(scope);
    bool good = writing ? store_write(s, look, &l, &e) : store_read(s, look, &l, &e);

    store_thread_scope(NULL);
    if (!good)
        assert_int_equal(e.code, ERR_INTERNAL);
    return l.rows;
}

static void transactions_have_the_scope_of_who_asked(void **state) {
    static const char all_text[] = "SELECT run FROM {model_run}";
    static char mine[] = "mine", others[] = "others";

    NEEDS_STORE;
    /* Writing on behalf of somebody: the projection sees and fills the whole table. */
    store_thread_scope(&zhang);
    for (int i = 0; i < 3; i++)
        if (!store_write(f->store, append_run, i ? others : mine, &e))
            fail_msg("%s", e.text);
    store_thread_scope(NULL);
    for (int writing = 0; writing < 2; writing++) {
        assert_int_equal(seen(f->store, NULL, all_text, NULL, writing), 3);
        assert_int_equal(seen(f->store, &zhang, all_text, NULL, writing), 1);
        assert_int_equal(seen(f->store, &SCOPE_NOBODY, all_text, NULL, writing), 0);
        assert_int_equal(seen(f->store, NULL, NULL, &SQL_run_last, writing), 1);
        /* A statement over the whole is not for people. */
        assert_int_equal(seen(f->store, &zhang, NULL, &SQL_run_last, writing), -1);
        assert_int_equal(seen(f->store, &zhang, "SELECT run FROM model_run", NULL, writing), -1);
        assert_int_equal(seen(f->store, NULL, "SELECT run FROM model_run", NULL, writing), 3);
    }
}

static void *in_a_thread(void *context) {
    *(const Scope **)context = store_thread_scope_now();
    return NULL;
}

static void scopes_belong_to_threads(void **state) {
    const Scope *other = &SCOPE_NOBODY;
    pthread_t thread;

    (void)state;
    assert_null(store_thread_scope(&zhang));
    assert_int_equal(pthread_create(&thread, NULL, in_a_thread, &other), 0);
    pthread_join(thread, NULL);
    assert_null(other);
    assert_ptr_equal(store_thread_scope(NULL), &zhang);
}

/* ---- what lives as long as the store ---- */

static int made, dropped;

static void *make_one(Store *s) {
    (void)s;
    made++;
    return &made;
}

static void drop_one(void *object) {
    assert_ptr_equal(object, &made);
    dropped++;
}

static void attached_objects_live_as_long_as_the_store(void **state) {
    static const char key, other;
    TestPlace place;
    Err e = {0};

    (void)state;
    assert_true(test_place_make(&place, false));
    Store *s = store_open(place.address, &e);

    made = dropped = 0;
    assert_ptr_equal(store_attached(s, &key, make_one, drop_one), &made);
    assert_ptr_equal(store_attached(s, &key, make_one, drop_one), &made);
    assert_int_equal(made, 1);
    store_attached(s, &other, make_one, drop_one);
    assert_int_equal(made, 2);
    assert_int_equal(dropped, 0);
    store_close(s);
    assert_int_equal(dropped, 2);
    test_place_remove(&place);
}

int main(void) {
    static const Projection projections[] = {{"test.ran", run_made}, {0}};
    static const char *const tables[] = {"model_run", NULL};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_become_what_the_scope_shows),
        ON_BOTH(transactions_have_the_scope_of_who_asked),
        cmocka_unit_test(scopes_belong_to_threads),
        cmocka_unit_test(attached_objects_live_as_long_as_the_store),
    };

    crypto_start();
    journal_register(projections, tables);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
