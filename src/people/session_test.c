/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/session_test.c: sessions one can see and end, time-outs from the settings, the clock set
 * back, passwords that were there before, and who must have a second factor; on both engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "people/fixture.h"
#include "people/session_list.h"

#define SECONDS(n) ((Instant)(n)*1000000)
#define DAYS(n) SECONDS((Instant)(n)*86400)
#define HERE STR("10.0.0.8")
#define ZHANG STR("zhang")

static void zhang_exists(Store *s) {
    Err e = {0};

    ASSERT_OK(account_create(s, STR("system"), ZHANG, STR("张三"), GOOD, false, &e));
}

static bool enter(Store *s, Str address, const char *device, Str before, Session *out, Err *e) {
    SignInReply reply;

    if (!sign_in(s,
                 &(SignInAsk){.login = ZHANG,
                              .password = GOOD,
                              .address = address,
                              .device = str_of(device),
                              .before = before},
                 &reply, e))
        return false;
    *out = reply.session;
    return true;
}

/* ---- one's own sessions ---- */

static void one_sees_and_ends_sessions(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    Session one, two, three;
    OpenSession *open;
    size_t n;
    int64_t ended;

    zhang_exists(s);
    ASSERT_OK(enter(s, STR("10.0.0.1"), "Windows · Chrome 120", STR(""), &one, &e));
    instant_freeze(noon + SECONDS(10));
    ASSERT_OK(enter(s, STR("10.0.0.2"), "安卓 · Chrome 99", STR(""), &two, &e));
    instant_freeze(noon + SECONDS(20));
    ASSERT_OK(enter(s, STR("10.0.0.3"), "麒麟 · Firefox 91", STR(""), &three, &e));
    ASSERT_OK(session_list(s, a, ZHANG, str_of(two.token), &open, &n, &e));
    assert_int_equal(n, 3);
    assert_true(str_is(open[0].address, "10.0.0.3") &&
                str_is(open[2].device, "Windows · Chrome 120"));
    assert_true(open[1].own && !open[0].own && !open[2].own);
    assert_string_equal(open[1].id.ptr, two.id);
    assert_true(open[0].created == noon + SECONDS(20));
    /* One of somebody else, one that is not there, one's own. */
    ASSERT_FAILS(session_end(s, ZHANG, STR("li"), str_of(one.id), &e), ERR_NOT_FOUND);
    ASSERT_OK(account_create(s, STR("system"), STR("li"), STR("李四"), GOOD, false, &e));
    ASSERT_FAILS(session_end(s, STR("li"), STR("li"), str_of(one.id), &e), ERR_NOT_FOUND);
    ASSERT_FAILS(session_end(s, ZHANG, ZHANG, STR("0000000000000000"), &e), ERR_NOT_FOUND);
    ASSERT_OK(session_find(s, str_of(one.token), &session, &e));
    ASSERT_OK(session_end(s, ZHANG, ZHANG, str_of(one.id), &e));
    ASSERT_FAILS(session_find(s, str_of(one.token), &session, &e), ERR_UNAUTHENTICATED);
    ASSERT_OK(session_end_all(s, ZHANG, ZHANG, str_of(two.token), &ended, &e));
    assert_int_equal(ended, 1);
    ASSERT_FAILS(session_find(s, str_of(three.token), &session, &e), ERR_UNAUTHENTICATED);
    ASSERT_OK(session_find(s, str_of(two.token), &session, &e));
    ASSERT_OK(session_end_all(s, ZHANG, ZHANG, str_of(two.token), &ended, &e));
    assert_int_equal(ended, 0);
    assert_int_equal(times(s, "account.sessions_ended"), 2);
    /* By an administrator: the owner hears of it. */
    ASSERT_OK(session_end_all(s, STR("li"), ZHANG, STR(""), &ended, &e));
    assert_int_equal(ended, 1);
    ASSERT_OK(enter(s, HERE, "", STR(""), &one, &e));
    assert_string_equal(one.notices, "sessions_ended");
    rebuild_agrees(s);
}

static void signing_in_again_replaces_the_session(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    Session one, two;
    OpenSession *open;
    size_t n;

    zhang_exists(s);
    ASSERT_OK(enter(s, HERE, "", STR(""), &one, &e));
    ASSERT_OK(enter(s, HERE, "", str_of(one.token), &two, &e));
    assert_string_not_equal(one.token, two.token);
    assert_string_not_equal(one.id, two.id);
    ASSERT_FAILS(session_find(s, str_of(one.token), &session, &e), ERR_UNAUTHENTICATED);
    ASSERT_OK(session_list(s, a, ZHANG, str_of(two.token), &open, &n, &e));
    assert_int_equal(n, 1);
}

static void the_page_tells_of_the_time_before(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    Node *rows;
    int64_t total;

    zhang_exists(s);
    ASSERT_OK(enter(s, STR("10.0.0.1"), "", STR(""), &session, &e));
    assert_string_equal(session.before_at, "");
    assert_int_equal(session.failures, 0);
    for (int i = 0; i < 3; i++)
        ASSERT_FAILS(account_sign_in(s, ZHANG, OTHER, STR("10.9.9.9"), &session, &e),
                     ERR_UNAUTHENTICATED);
    instant_freeze(noon + SECONDS(3600));
    ASSERT_OK(enter(s, STR("10.0.0.2"), "Windows · Edge 120", STR(""), &session, &e));
    assert_int_equal(session.failures, 3);
    assert_string_equal(session.before_address, "10.0.0.1");
    assert_int_equal(strncmp(session.before_at, "2026-01-01T12:00", 16), 0);
    /* The session remembers it. */
    ASSERT_OK(session_find(s, str_of(session.token), &session, &e));
    assert_int_equal(session.failures, 3);
    ASSERT_OK(account_history(s, a, ZHANG, 0, 3, &rows, &total, &e));
    assert_int_equal(total, 6);
    assert_int_equal(rows->count, 3);
    assert_true(str_is(node_text(rows->items[0], "kind"), "account.signed_in"));
    assert_true(
        str_is(node_text(node_get(rows->items[0], "body"), "device"), "Windows · Edge 120"));
    assert_true(str_is(node_text(node_get(rows->items[1], "body"), "address"), "10.9.9.9"));
    ASSERT_OK(
        account_history(s, a, ZHANG, node_int(rows->items[2], "number", 0), 10, &rows, &total, &e));
    assert_int_equal(rows->count, 3);
    ASSERT_FAILS(account_history(s, a, STR("nobody"), 0, 3, &rows, &total, &e), ERR_NOT_FOUND);
}

static void devices_are_told_in_few_words(void **state) {
    static const struct {
        const char *agent, *words;
    } cases[] = {
        {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/120.0.0.0 Safari/537.36",
         "Windows · Chrome 120"},
        {"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/121.0",
         "Windows · Edge 121"},
        {"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0",
         "Linux · Firefox 115"},
        {"Mozilla/5.0 (X11; Kylin V10; Linux) AppleWebKit/537.36 Chrome/99.0 Safari/537.36",
         "麒麟 · Chrome 99"},
        {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605 Version/17.1 Safari/605",
         "macOS · Safari 17"},
        {"Mozilla/5.0 (Linux; Android 13) AppleWebKit/537 Chrome/100 Mobile MicroMessenger/8.0",
         "安卓 · 微信 8"},
        {"curl/7.88.1", "curl 7"},
        {"", "未知设备"},
        {"<script>alert(1)</script>", "未知设备"},
    };
    char words[DEVICE_WORDS];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        device_words(str_of(cases[i].agent), words);
        assert_string_equal(words, cases[i].words);
    }
}

/* ---- the settings ---- */

static void time_outs_come_from_the_settings(void **state) {
    NEEDS_STORE;
    zhang_exists(s);
    sign_in_policy_set(&(SignInPolicy){.idle = 120, .longest = 300});
    ASSERT_OK(enter(s, HERE, "", STR(""), &session, &e));
    instant_freeze(noon + SECONDS(120));
    ASSERT_OK(session_find(s, str_of(session.token), &(Session){0}, &e));
    instant_freeze(noon + SECONDS(240));
    ASSERT_OK(session_find(s, str_of(session.token), &(Session){0}, &e));
    instant_freeze(noon + SECONDS(301));
    ASSERT_FAILS(session_find(s, str_of(session.token), &(Session){0}, &e), ERR_UNAUTHENTICATED);
    /* Ceilings. */
    sign_in_policy_set(&(SignInPolicy){
        .idle = 1, .longest = INT64_MAX, .password_days = INT64_MAX, .need = SECOND_FACTOR_CHOICE});
    assert_int_equal(sign_in_policy().idle, IDLE_LEAST);
    assert_int_equal(sign_in_policy().longest, SESSION_MOST);
    assert_int_equal(sign_in_policy().password_days, PASSWORD_DAYS_MOST);
    sign_in_policy_set(NULL);
    assert_int_equal(sign_in_policy().idle, SESSION_IDLE);
    assert_int_equal(sign_in_policy().password_days, 0);
}

static void passwords_grow_old(void **state) {
    NEEDS_STORE;
    zhang_exists(s);
    sign_in_policy_set(&(SignInPolicy){.password_days = 90});
    instant_freeze(noon + DAYS(90));
    ASSERT_OK(enter(s, HERE, "", STR(""), &session, &e));
    assert_false(session.must_change || session.expired);
    instant_freeze(noon + DAYS(90) + SECONDS(1));
    ASSERT_OK(session_find(s, str_of(session.token), &session, &e));
    assert_true(session.must_change && session.expired);
    ASSERT_OK(enter(s, HERE, "", STR(""), &session, &e));
    assert_true(session.must_change && session.expired);
    ASSERT_OK(account_change_password(s, ZHANG, GOOD, OTHER, HERE, str_of(session.token), &e));
    ASSERT_OK(session_find(s, str_of(session.token), &session, &e));
    assert_false(session.must_change || session.expired);
}

static void the_last_five_passwords_are_refused(void **state) {
    NEEDS_STORE;
    char words[2][40];
    Str old = GOOD;

    zhang_exists(s);
    for (int i = 0; i < PASSWORDS_KEPT; i++) {
        ASSERT_FAILS(account_change_password(s, ZHANG, old, i ? GOOD : old, HERE, STR(""), &e),
                     ERR_INVALID);
        assert_string_equal(e.where, "/new");
        snprintf(words[i % 2], sizeof words[0], "Chang-jiang lu %d-%d", 31 * i + 7, i);
        ASSERT_OK(account_change_password(s, ZHANG, old, str_of(words[i % 2]), HERE, STR(""), &e));
        old = str_of(words[i % 2]);
    }
    rebuild_agrees(s);
    /* Five others came since. */
    ASSERT_OK(account_change_password(s, ZHANG, old, GOOD, HERE, STR(""), &e));
}

#define APPOINT                                                                                \
    "INSERT INTO appointment (appointment, login, role, organisation, title, liaison, since, " \
    "until, granted_by, granted_at, ended_by) VALUES ($1, 'zhang', $2, 1, '', 0, $3, $4, "     \
    "'system', '', '')"

typedef struct Appointed {
    const char *role;
    Instant since, until;
} Appointed;

static bool appoint(Tx *tx, void *context, Err *e) {
    static const Sql add = {"appoint", APPOINT, APPOINT, true};
    static int64_t number;
    const Appointed *x = context;

    return tx_run(tx, &add,
                  ARGS(ARG_OF_INT(++number), ARG_OF_TEXT(str_of(x->role)), ARG_OF_INT(x->since),
                       x->until ? ARG_OF_INT(x->until) : ARG_OF_NULL),
                  NULL, e);
}

static void administrators_enrol_first(void **state) {
    NEEDS_STORE;
    zhang_exists(s);
    sign_in_policy_set(&(SignInPolicy){.need = SECOND_FACTOR_EVERYBODY});
    ASSERT_OK(enter(s, HERE, "", STR(""), &session, &e));
    assert_true(session.must_enrol);
    sign_in_policy_set(&(SignInPolicy){.need = SECOND_FACTOR_ADMINISTRATORS});
    ASSERT_OK(session_find(s, str_of(session.token), &session, &e));
    assert_false(session.must_enrol);
    char token[65];

    ASSERT_OK(enter(s, HERE, "", STR(""), &session, &e));
    memcpy(token, session.token, sizeof token);
    ASSERT_OK(store_write(s, appoint, &(Appointed){"case_officer", noon - 1, 0}, &e));
    ASSERT_OK(store_write(s, appoint, &(Appointed){"audit_admin", noon + SECONDS(60), 0}, &e));
    ASSERT_OK(store_write(s, appoint, &(Appointed){"system_admin", noon - 9, noon - 1}, &e));
    ASSERT_OK(session_find(s, str_of(token), &session, &e));
    assert_false(session.must_enrol); /* not yet, no more */
    instant_freeze(noon + SECONDS(60));
    ASSERT_OK(session_find(s, str_of(token), &session, &e));
    assert_true(session.must_enrol);
    sign_in_policy_set(&(SignInPolicy){.need = SECOND_FACTOR_CHOICE});
    ASSERT_OK(session_find(s, str_of(token), &session, &e));
    assert_false(session.must_enrol);
}

/* ---- the clock set back ---- */

static void sessions_end_when_the_clock_is_set_back(void **state) {
    NEEDS_STORE;
    Session one;

    zhang_exists(s);
    ASSERT_OK(enter(s, HERE, "", STR(""), &one, &e));
    instant_freeze(noon - SECONDS(60)); /* two servers may differ by that */
    ASSERT_OK(session_find(s, str_of(one.token), &session, &e));
    instant_freeze(noon - SECONDS(61));
    ASSERT_FAILS(session_find(s, str_of(one.token), &session, &e), ERR_UNAUTHENTICATED);
    /* A new one begins and lasts as long as any; the other does not come back to life. */
    Instant back = noon - DAYS(400);

    instant_freeze(back);
    ASSERT_OK(enter(s, HERE, "", STR(""), &session, &e));
    char token[65];

    memcpy(token, session.token, sizeof token);
    instant_freeze(back + SECONDS(SESSION_IDLE));
    ASSERT_OK(session_peek(s, str_of(token), &session, &e));
    instant_freeze(back + SECONDS(SESSION_IDLE) + 1);
    ASSERT_FAILS(session_peek(s, str_of(token), &session, &e), ERR_UNAUTHENTICATED);
    instant_freeze(noon);
    ASSERT_FAILS(session_find(s, str_of(one.token), &session, &e), ERR_UNAUTHENTICATED);
}

static void a_lock_from_the_future_lasts_no_longer_than_any(void **state) {
    NEEDS_STORE;
    zhang_exists(s);
    for (int i = 0; i < SIGN_IN_FAILURES; i++)
        assert_false(account_sign_in(s, ZHANG, OTHER, HERE, &session, &e));
    assert_int_equal(e.code, ERR_TOO_MANY);
    Instant back = noon - DAYS(400);

    instant_freeze(back);
    ASSERT_FAILS(account_sign_in(s, ZHANG, GOOD, HERE, &session, &e), ERR_TOO_MANY);
    instant_freeze(back + SECONDS(SIGN_IN_LOCK) - 1);
    ASSERT_FAILS(account_sign_in(s, ZHANG, GOOD, HERE, &session, &e), ERR_TOO_MANY);
    instant_freeze(back + SECONDS(SIGN_IN_LOCK));
    ASSERT_OK(account_sign_in(s, ZHANG, GOOD, HERE, &session, &e));
    rebuild_agrees(s);
}

/* A cookie of another installation is none here. */
static void foreign_tokens_are_refused(void **state) {
    NEEDS_STORE;
    TestPlace elsewhere;
    char words[sizeof e.text];
    Session foreign;

    zhang_exists(s);
    assert_true(test_place_make(&elsewhere, false));
    Store *other = store_open(elsewhere.address, &e);

    assert_non_null(other);
    journal_use_keys(other, f->keys);
    zhang_exists(other);
    ASSERT_OK(enter(other, HERE, "", STR(""), &foreign, &e));
    ASSERT_OK(enter(s, HERE, "", STR(""), &session, &e));
    ASSERT_FAILS(session_find(s, str_of(foreign.token), &(Session){0}, &e), ERR_UNAUTHENTICATED);
    memcpy(words, e.text, sizeof words);
    ASSERT_OK(account_sign_out(s, str_of(session.token), &e));
    ASSERT_FAILS(session_find(s, str_of(session.token), &(Session){0}, &e), ERR_UNAUTHENTICATED);
    assert_string_equal(words, e.text);
    ASSERT_FAILS(session_find(s, STR("x"), &(Session){0}, &e), ERR_UNAUTHENTICATED);
    assert_string_equal(words, e.text);
    store_close(other);
    test_place_remove(&elsewhere);
}

int main(void) {
    Err e = {0};

    crypto_start();
    Content *content = content_load(NULL, &e);

    if (!content) {
        fprintf(stderr, "%s %s\n", e.where, e.text);
        return 1;
    }
    administrator_roles_take(content);
    content_drop(content);
    const struct CMUnitTest tests[] = {
        ON_BOTH(one_sees_and_ends_sessions),
        ON_BOTH(signing_in_again_replaces_the_session),
        ON_BOTH(the_page_tells_of_the_time_before),
        cmocka_unit_test(devices_are_told_in_few_words),
        ON_BOTH(time_outs_come_from_the_settings),
        ON_BOTH(passwords_grow_old),
        ON_BOTH(the_last_five_passwords_are_refused),
        ON_BOTH(administrators_enrol_first),
        ON_BOTH(sessions_end_when_the_clock_is_set_back),
        ON_BOTH(a_lock_from_the_future_lasts_no_longer_than_any),
        ON_BOTH(foreign_tokens_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
