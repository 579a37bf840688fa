/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/journal_test.c: appending, whoever writes at the same time; keys, and forgetting. */
#include "store/journal_fixture.h"

#include <pthread.h>

/* ---- appending ---- */

static void an_entry_and_its_rows_go_together(void **state) {
    NEEDS_STORE;
    Toy toy = {.kind = "toy.counted", .subject = "toy:1", .by = 5};

    assert_false(store_write(f->store, toy_append, &toy, &e)); /* its projection finds no row */
    assert_int_equal(e.code, ERR_NOT_FOUND);
    ASSERT_OK(journal_verify(f->store, &check, &e));
    assert_int_equal(check.entries, 0);

    ASSERT_OK(toy_write(f->store, "toy.made", "toy:1", 0, "小木马", &e));
    ASSERT_OK(store_write(f->store, toy_append, &toy, &e));
    assert_int_equal(toy.event.sequence, 2);
    assert_true(toy.event.at > 0);
    assert_int_equal(toy_ask(f->store, &toy_total), 5);
    toy.fail_after = true;
    assert_false(store_write(f->store, toy_append, &toy, &e));
    assert_int_equal(toy_ask(f->store, &toy_total), 5);
    ASSERT_OK(journal_verify(f->store, &check, &e));
    assert_int_equal(check.entries, 2);
    assert_true(check.keyed);
    assert_int_equal(strlen(check.head), 64);
}

static void kinds_nobody_registered_are_refused(void **state) {
    NEEDS_STORE;
    assert_false(toy_write(f->store, "toy.mistyped", "toy:1", 0, NULL, &e));
    assert_int_equal(e.code, ERR_INTERNAL);
    assert_false(toy_write(f->store, "toy.looked_at", "", 0, NULL, &e));
    ASSERT_OK(toy_write(f->store, "toy.looked_at", "toy:1", 0, NULL, &e));
}

static void time_never_goes_back(void **state) {
    NEEDS_STORE;
    Toy toy = {.kind = "toy.looked_at", .subject = "toy:1"};
    Instant late = INT64_C(1700000000000000);

    instant_freeze(late);
    ASSERT_OK(store_write(f->store, toy_append, &toy, &e));
    instant_freeze(late - 3600 * INT64_C(1000000));
    ASSERT_OK(store_write(f->store, toy_append, &toy, &e));
    assert_true(toy.event.at == late);
    instant_freeze(late + 1);
    ASSERT_OK(store_write(f->store, toy_append, &toy, &e));
    assert_true(toy.event.at == late + 1);
    ASSERT_OK(journal_verify(f->store, &check, &e));
}

/* ---- many writers ---- */

enum { THREADS = 8, EACH = 200 };

typedef struct Writer {
    Store *store;
    int number, failures;
} Writer;

static void *append_many(void *context) {
    Writer *w = context;

    for (int i = 0; i < EACH; i++) {
        Toy toy = {.kind = "toy.counted", .by = 1, .fail_after = i % 10 == 3};
        Err e = {0};

        snprintf(toy.subject, sizeof toy.subject, "toy:%d", w->number);
        if (store_write(w->store, toy_append, &toy, &e) == toy.fail_after) {
            print_error("%s\n", e.text);
            w->failures++;
        }
    }
    return NULL;
}

typedef struct Heard {
    int64_t last, count;
    bool in_order;
    int64_t by;
} Heard;

static void hear(void *context, const Event *event) {
    Heard *h = context;

    h->in_order = h->in_order && event->sequence == h->last + 1 && !event->secret;
    h->last = event->sequence;
    h->count++;
    h->by += str_is(event->kind, "toy.counted") ? node_int(event->body, "by", 0) : 0;
}

static void many_writers_make_one_chain(void **state) {
    NEEDS_STORE;
    pthread_t threads[THREADS];
    Writer writers[THREADS];
    Heard heard = {.in_order = true};
    char name[32], live[65], rebuilt[65];
    int kept = THREADS * EACH * 9 / 10;

    journal_listen(f->store, hear, &heard);
    for (int i = 0; i < THREADS; i++) {
        snprintf(name, sizeof name, "toy:%d", i);
        ASSERT_OK(toy_write(f->store, "toy.made", name, 0, "名字", &e));
    }
    Instant from = instant_now();

    for (int i = 0; i < THREADS; i++) {
        writers[i] = (Writer){f->store, i, 0};
        pthread_create(&threads[i], NULL, append_many, &writers[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(writers[i].failures, 0);
    }
    double seconds = (double)(instant_now() - from) / 1e6;

    print_message("%s: %d appends by %d threads in %.2f s, %.0f a second\n",
                  f->postgresql ? "PostgreSQL" : "SQLite", kept, THREADS, seconds, kept / seconds);
    ASSERT_OK(journal_verify(f->store, &check, &e));
    assert_int_equal(check.entries, kept + THREADS);
    assert_int_equal(toy_ask(f->store, &toy_total), kept);
    assert_true(heard.in_order);
    assert_int_equal(heard.count, kept + THREADS);
    assert_int_equal(heard.by, kept);
    journal_unlisten(f->store, hear, &heard);
    ASSERT_OK(toy_write(f->store, "toy.looked_at", "toy:1", 0, NULL, &e));
    assert_int_equal(heard.count, kept + THREADS);
    ASSERT_OK(journal_digest(f->store, live, &e));
    ASSERT_OK(journal_rebuild(f->store, rebuilt, &e));
    assert_string_equal(live, rebuilt);
}

static void several_servers_make_one_chain(void **state) {
    NEEDS_STORE;
    pthread_t threads[3];
    Writer writers[3];
    Store *others[2];

    for (int i = 0; i < 2; i++) {
        others[i] = store_open(f->place.address, &e);
        assert_non_null(others[i]);
        journal_use_keys(others[i], f->keys);
    }
    ASSERT_OK(toy_write(f->store, "toy.made", "toy:0", 0, NULL, &e));
    for (int i = 0; i < 3; i++) {
        writers[i] = (Writer){i ? others[i - 1] : f->store, 0, 0};
        pthread_create(&threads[i], NULL, append_many, &writers[i]);
    }
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(writers[i].failures, 0);
    }
    ASSERT_OK(journal_verify(f->store, &check, &e));
    assert_int_equal(check.entries, 3 * EACH * 9 / 10 + 1);
    store_close(others[0]);
    store_close(others[1]);
}

/* ---- keys ---- */

static void another_key_is_noticed(void **state) {
    NEEDS_STORE;
    Keys *other = new_keys(f, "other");

    ASSERT_OK(toy_write(f->store, "toy.looked_at", "toy:1", 0, NULL, &e));
    store_close(f->store);
    f->store = store_open(f->place.address, &e);
    assert_false(toy_write(f->store, "toy.looked_at", "toy:1", 0, NULL, &e));
    assert_int_equal(e.code, ERR_KEY); /* no key at all */
    journal_use_keys(f->store, other);
    assert_false(journal_keys_fit(f->store, &e));
    assert_int_equal(e.code, ERR_KEY);
    assert_false(toy_write(f->store, "toy.looked_at", "toy:1", 0, NULL, &e));
    assert_int_equal(e.code, ERR_KEY);
    assert_false(journal_verify(f->store, &check, &e));
    assert_int_equal(e.code, ERR_KEY);
    journal_use_keys(f->store, f->keys);
    ASSERT_OK(journal_keys_fit(f->store, &e));
    ASSERT_OK(toy_write(f->store, "toy.looked_at", "toy:1", 0, NULL, &e));
    keys_free(other);
}

static void without_keys_there_are_no_secrets(void **state) {
    NEEDS_STORE;
    store_close(f->store);
    f->store = store_open(f->place.address, &e);
    assert_false(toy_write(f->store, "toy.made", "toy:1", 0, "小木马", &e));
    assert_int_equal(e.code, ERR_KEY);
    ASSERT_OK(toy_write(f->store, "toy.made", "toy:1", 0, NULL, &e));
    ASSERT_OK(journal_verify(f->store, &check, &e));
    assert_false(check.keyed);
}

/* ---- forgetting ---- */

static void a_destroyed_key_leaves_the_chain_whole(void **state) {
    NEEDS_STORE;
    char live[65], rebuilt[65], again[65];

    ASSERT_OK(toy_write(f->store, "toy.made", "toy:1", 0, "张三的木马", &e));
    ASSERT_OK(toy_write(f->store, "toy.made", "toy:2", 0, "李四的木马", &e));
    ASSERT_OK(toy_write(f->store, "toy.named", "toy:1", 0, "王五的木马", &e));
    assert_int_equal(toy_ask(f->store, &toy_names), 2);
    ASSERT_OK(journal_forget(f->store, STR("toy:1"), STR("admin"), &e));
    assert_int_equal(toy_ask(f->store, &toy_names), 1);
    assert_false(journal_forget(f->store, STR("toy:1"), STR("admin"), &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    ASSERT_OK(journal_verify(f->store, &check, &e));
    assert_int_equal(check.entries, 4);
    ASSERT_OK(journal_digest(f->store, live, &e));
    ASSERT_OK(journal_rebuild(f->store, rebuilt, &e));
    assert_string_equal(live, rebuilt);
    /* Known again under a new key: the old parts stay shut. */
    ASSERT_OK(toy_write(f->store, "toy.named", "toy:1", 0, "赵六的木马", &e));
    assert_int_equal(toy_ask(f->store, &toy_names), 2);
    ASSERT_OK(journal_digest(f->store, live, &e));
    ASSERT_OK(journal_rebuild(f->store, again, &e));
    assert_string_equal(live, again);
    assert_string_not_equal(again, rebuilt);
}

static void secrets_are_not_in_the_file(void **state) {
    NEEDS_STORE;
    char command[300];

    if (f->postgresql)
        skip();
    ASSERT_OK(toy_write(f->store, "toy.looked_at", "toy:1", 0, "UNMISTAKABLE-NAME", &e));
    ASSERT_OK(toy_write(f->store, "toy.looked_at", "toy:1", 1, NULL, &e));
    snprintf(command, sizeof command, "cat %s/ops.db* | grep -q UNMISTAKABLE-NAME",
             f->place.folder);
    assert_int_not_equal(system(command), 0);
    snprintf(command, sizeof command, "cat %s/ops.db* | grep -q toy.looked_at", f->place.folder);
    assert_int_equal(system(command), 0);
}

int main(void) {
    crypto_start();
    const struct CMUnitTest tests[] = {
        ON_BOTH(an_entry_and_its_rows_go_together),
        ON_BOTH(kinds_nobody_registered_are_refused),
        ON_BOTH(time_never_goes_back),
        ON_BOTH(many_writers_make_one_chain),
        ON_BOTH(several_servers_make_one_chain),
        ON_BOTH(another_key_is_noticed),
        ON_BOTH(without_keys_there_are_no_secrets),
        ON_BOTH(a_destroyed_key_leaves_the_chain_whole),
        ON_BOTH(secrets_are_not_in_the_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
