/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/rebuild_test.c: random histories, rebuilt from nothing, give the same rows; and both
 * engines give the same as each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "people/account.h"
#include "store/journal_toy.h"

enum { HISTORIES = 25, TRANSACTIONS = 60, SUBJECTS = 6 };

/* What exists so far, so that most choices make sense; some do not, and must leave nothing. */
typedef struct World {
    uint64_t seed;
    bool account[SUBJECTS], toy[SUBJECTS];
    bool account_key[SUBJECTS];
    int64_t attempted, kept;
} World;

static bool append(Tx *tx, const char *kind, const char *prefix, uint64_t who, Node *body,
                   const Node *secret, Err *e) {
    char subject[32];

    snprintf(subject, sizeof subject, "%s:%c%d", prefix, prefix[0], (int)who);
    Event event = {.actor = STR("system"),
                   .organisation = who % 2 ? STR("510502") : STR(""),
                   .kind = str_of(kind),
                   .subject = str_of(subject),
                   .body = body,
                   .secret = secret};

    return journal_append(tx, &event, e);
}

static bool account_event(Tx *tx, Arena *a, World *w, uint64_t who, Err *e) {
    static const char *const kinds[] = {
        "account.password_set",  "account.disabled",      "account.enabled",
        "account.signed_in",     "account.signed_out",    "account.sign_in_failed",
        "account.totp_offered",  "account.totp_enrolled", "account.recovery_used",
        "account.totp_off",      "account.totp_reset",    "account.recovery_renewed",
        "account.sessions_ended"};
    Node *body = node_map(a), *secret = node_map(a);
    size_t kind_count = sizeof kinds / sizeof *kinds;
    const char *kind =
        w->account[who] ? kinds[toy_random(&w->seed) % kind_count] : "account.created";
    bool with_secret =
        strcmp(kind, "account.created") == 0 || strcmp(kind, "account.password_set") == 0 ||
        strcmp(kind, "account.totp_offered") == 0 || strcmp(kind, "account.totp_enrolled") == 0 ||
        strcmp(kind, "account.recovery_renewed") == 0;
    Node *codes = node_list(a);

    node_set_bool(a, body, "must_change", toy_random(&w->seed) % 2);
    node_set_text(a, body, "address", STR("10.0.0.1"));
    node_set_int(a, body, "offered", (int64_t)(toy_random(&w->seed) % 1000));
    node_set_int(a, body, "number", 1 + (int64_t)(toy_random(&w->seed) % 4));
    for (int i = 0; i < 3; i++)
        node_add(a, codes, node_of_text(a, str_format(a, "%d", (int)toy_random(&w->seed))));
    node_set(a, secret, "codes", codes);
    node_set_text(a, secret, "name", str_format(a, "姓名%d", (int)(toy_random(&w->seed) % 1000)));
    node_set_text(a, secret, "password", str_format(a, "$x$%d", (int)toy_random(&w->seed)));
    if (!append(tx, kind, "user", who, body, with_secret ? secret : NULL, e))
        return false;
    w->account[who] = true;
    w->account_key[who] = w->account_key[who] || with_secret;
    return true;
}

static bool toy_event(Tx *tx, Arena *a, World *w, uint64_t who, Err *e) {
    static const char *const kinds[] = {"toy.named", "toy.counted", "toy.noted", "toy.removed",
                                        "toy.looked_at"};
    Node *body = node_map(a), *secret = node_map(a);
    /* Now and then something that is not there is counted: the projection refuses. */
    bool sense = w->toy[who] || toy_random(&w->seed) % 10 == 0;
    const char *kind = sense ? kinds[toy_random(&w->seed) % 5] : "toy.made";
    bool with_secret = strcmp(kind, "toy.made") == 0 || strcmp(kind, "toy.named") == 0;

    node_set_int(a, body, "by", (int64_t)toy_random(&w->seed) - (int64_t)toy_random(&w->seed));
    node_set_text(a, body, "mark", str_format(a, "记\t号 \"%d\\", (int)toy_random(&w->seed)));
    node_set_text(a, secret, "name", str_format(a, "名\n%d", (int)toy_random(&w->seed)));
    if (!append(tx, kind, "toy", who, body, with_secret ? secret : NULL, e))
        return false;
    w->toy[who] =
        strcmp(kind, "toy.removed") != 0 && (w->toy[who] || strcmp(kind, "toy.made") == 0);
    return true;
}

/* One to four events, now and then given up after all. */
static bool transaction(Tx *tx, void *context, Err *e) {
    World *w = context, before = *w;
    scoped_arena Arena *a = arena_new();
    uint64_t n = 1 + toy_random(&w->seed) % 4;
    bool ok = true;

    for (uint64_t i = 0; ok && i < n; i++) {
        uint64_t who = toy_random(&w->seed) % SUBJECTS;

        ok = toy_random(&w->seed) % 2 ? account_event(tx, a, w, who, e)
                                      : toy_event(tx, a, w, who, e);
    }
    if (ok && toy_random(&w->seed) % 8 == 0)
        ok = err_set(e, ERR_CANCELLED, NULL, "不要了");
    if (!ok) { /* the world goes on as if it had not happened, but with other choices */
        uint64_t seed = w->seed;

        *w = before;
        w->seed = seed;
    }
    return ok;
}

static void forget(Store *s, World *w) {
    uint64_t who = toy_random(&w->seed) % SUBJECTS;
    char subject[32];
    Err e = {0};

    if (!w->account_key[who])
        return;
    snprintf(subject, sizeof subject, "user:u%d", (int)who);
    if (!journal_forget(s, str_of(subject), STR("system"), &e))
        fail_msg("%s: %s", subject, e.text);
    w->account_key[who] = false;
}

static void rebuild_and_compare(Store *s, char digest[65]) {
    char rebuilt[65];
    JournalCheck check;
    Err e = {0};

    if (!journal_digest(s, digest, &e) || !journal_rebuild(s, rebuilt, &e))
        fail_msg("%s", e.text);
    assert_string_equal(digest, rebuilt);
    if (!journal_digest(s, rebuilt, &e) || !journal_verify(s, &check, &e))
        fail_msg("%s", e.text);
    assert_string_equal(digest, rebuilt);
}

/* Live one history in a database of its own; its digest at the end. */
static void live(bool postgresql, uint64_t seed, char digest[65]) {
    TestPlace place;
    World w = {.seed = seed * 77777 + 1};
    Err e = {0};
    char path[100];

    assert_true(test_place_make(&place, postgresql));
    snprintf(path, sizeof path, "%s/key", place.folder);
    Keys *keys = keys_create(path, &e);
    Store *s = store_open(place.address, &e);

    if (!s || !keys)
        fail_msg("%s", e.text);
    journal_use_keys(s, keys);
    assert_true(store_write(s, toy_make_tables, NULL, &e));
    for (int i = 0; i < TRANSACTIONS; i++) {
        /* Time moves on by leaps, and now and then the clock is set back. */
        instant_freeze(INT64_C(1767240000000000) + (int64_t)(toy_random(&w.seed) % 4000) * 1000 +
                       (int64_t)i * 3000000);
        err_clear(&e);
        bool ok = store_write(s, transaction, &w, &e);

        if (!ok && e.code != ERR_CANCELLED && e.code != ERR_NOT_FOUND && e.code != ERR_CONFLICT &&
            e.code != ERR_INVALID)
            fail_msg("%d %s", e.code, e.text);
        w.attempted++;
        w.kept += ok;
        if (toy_random(&w.seed) % 12 == 0)
            forget(s, &w);
        if (i % 20 == 19)
            rebuild_and_compare(s, digest);
    }
    assert_true(w.kept > TRANSACTIONS / 3 && w.kept < TRANSACTIONS);
    instant_freeze(0);
    store_close(s);
    keys_free(keys);
    test_place_remove(&place);
}

static void every_history_can_be_lived_again(void **state) {
    char one[65], two[65], last[65] = "";
    bool both = getenv("LIANHENG_TEST_PG") != NULL;

    (void)state;
    if (!both)
        print_message("跳过 PostgreSQL：没有 LIANHENG_TEST_PG\n");
    for (uint64_t seed = 1; seed <= HISTORIES; seed++) {
        live(false, seed, one);
        assert_string_not_equal(one, last); /* histories do differ */
        memcpy(last, one, sizeof last);
        if (!both)
            continue;
        live(true, seed, two);
        if (strcmp(one, two) != 0)
            fail_msg("history %d: SQLite %s, PostgreSQL %s", (int)seed, one, two);
    }
}

/* The digest notices any change of a projected row: otherwise all this would prove nothing. */
static void the_digest_notices_changes(void **state) {
    static const char *const changes[] = {
        "UPDATE account SET name = name || 'x'",
        "UPDATE account SET must_change = 1 - must_change",
        "UPDATE account SET password = NULL",
        "UPDATE account SET last_sign_in_at = ''",
        "INSERT INTO second_factor VALUES ('zhang', 1, 1, 1, '')",
        "INSERT INTO recovery_code VALUES ('zhang', 1, 'x', '')",
        "UPDATE toy SET n = n + 1",
        "UPDATE toy SET ratio = 0.1",
        "DELETE FROM account",
        "INSERT INTO toy (id) VALUES ('new')",
    };
    TestPlace place;
    Err e = {0};
    char path[100], before[65], after[65];
    scoped_arena Arena *a = arena_new();

    (void)state;
    assert_true(test_place_make(&place, false));
    snprintf(path, sizeof path, "%s/key", place.folder);
    Keys *keys = keys_create(path, &e);
    Store *s = store_open(place.address, &e);
    journal_use_keys(s, keys);
    assert_true(store_write(s, toy_make_tables, NULL, &e));
    assert_true(account_create(s, STR("system"), STR("zhang"), STR("张三"), STR("Kai-fa-qu 2026!"),
                               false, &e));
    assert_true(toy_write(s, "toy.made", "toy:1", 0, "名", &e));
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        assert_true(journal_rebuild(s, before, &e));
        assert_true(test_place_tamper(&place, changes[i]));
        assert_true(journal_digest(s, after, &e));
        if (strcmp(before, after) == 0)
            fail_msg("unnoticed: %s", changes[i]);
        assert_true(journal_rebuild(s, after, &e));
        assert_string_equal(before, after);
    }
    (void)a;
    store_close(s);
    keys_free(keys);
    test_place_remove(&place);
}

int main(void) {
    crypto_start();
    people_register();
    journal_register(toy_projections, toy_table_names);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_history_can_be_lived_again),
        cmocka_unit_test(the_digest_notices_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
