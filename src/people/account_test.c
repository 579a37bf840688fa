/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/account_test.c: accounts, signing in and the lock, sessions; on both engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <pthread.h>
#include <sys/stat.h>
#include <time.h>

#include "people/fixture.h"
#include "people/password.h"

#define SECONDS(n) ((Instant)(n)*1000000)

/* ---- what may be a login, a name, a password ---- */

static void bad_logins_and_passwords_are_refused(void **state) {
    static const struct {
        const char *login, *name, *password, *where;
    } cases[] = {
        {"", "张三", "Kai-fa-qu 2026!", "/login"},
        {"a", "张三", "Kai-fa-qu 2026!", "/login"},
        {"1abc", "张三", "Kai-fa-qu 2026!", "/login"},
        {"510502199001011234", "张三", "Kai-fa-qu 2026!", "/login"},
        {"张三", "张三", "Kai-fa-qu 2026!", "/login"},
        {"zhang san", "张三", "Kai-fa-qu 2026!", "/login"},
        {"abcdefghijklmnopqrstuvwxyz-abcdefg", "张三", "Kai-fa-qu 2026!", "/login"},
        {"zhang", "", "Kai-fa-qu 2026!", "/name"},
        {"zhang", "　 ", "Kai-fa-qu 2026!", "/name"},
        {"zhang", "张三", "", "/password"},
        {"zhang", "张三", "Kurz-2026", "/password"},
        {"zhang", "张三", "九个汉字的密码不行", "/password"},
        {"zhang", "张三", "my-ZHANG-2026-pass", "/password"},
        {"zhang", "张三", "1234567890", "/password"},
        {"zhang", "张三", "Password123", "/password"},
        {"zhang", "张三", "aaabbbcccaaabbbccc", "/password"},
        {"zhang", "张三", "张三的密码是张三的密码呀", "/password"},
        {"zhang", "Li Lei", "xx-LI lei-2026-yy", "/password"},
        {"zhang", "张三", "13812345670", "/password"},
        {"zhang", "张三", "19900101199001", "/password"},
        {"zhang", "张三", "abcdefghijkl", "/password"},
        {"zhang", "张三", "qwertyuiop12", "/password"},
        {"zhang", "张三", "12345abcde54321", "/password"},
        {"zhang", "张三", "p@ssw0rd2026", "/password"},
        {"zhang", "张三", "P@$$w0rd!!", "/password"},
        {"zhang", "张三", "2024Jiancha!", "/password"},
        {"zhang", "张三", "!!1qaz2wsx!!", "/password"},
        {"zhang", "张三", "lianheng-2024", "/password"},
        {"zhang", "张三", "kx7m-kx7m-", "/password"},
    };
    NEEDS_STORE;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ASSERT_FAILS(account_create(s, STR("system"), str_of(cases[i].login), str_of(cases[i].name),
                                    str_of(cases[i].password), false, &e),
                     ERR_INVALID);
        assert_string_equal(e.where, cases[i].where);
    }
    int64_t n = -1;
    ASSERT_OK(account_count(s, &n, &e));
    assert_int_equal(n, 0);
}

/* An office may add words of its own; a wrong file is named, and nothing changes. */
static void an_office_adds_words(void **state) {
    static const struct {
        const char *text;
        bool good;
    } cases[] = {
        {"list: own\ntitle: 本单位\nwords: [jiangchengxian]\n", true},
        {"list: own\ntitle: 本单位\nwords: [abc]\n", false},
        {"list: own\ntitle: 本单位\nword: [jiangcheng]\n", false},
        {"list: own\ntitle: 本单位\n", false},
    };
    char folder[] = "/tmp/lianheng-words.XXXXXX", path[100], command[100];
    Err e = {0};

    (void)state;
    assert_non_null(mkdtemp(folder));
    ASSERT_OK(password_check(STR("zhang"), STR("Jiangchengxian-24"), &e));
    for (size_t i = sizeof cases / sizeof *cases; i-- > 0;) {
        snprintf(path, sizeof path, "%s/passwords", folder);
        mkdir(path, 0700);
        snprintf(path, sizeof path, "%s/passwords/own.yaml", folder);
        FILE *out = fopen(path, "we");

        assert_non_null(out);
        fputs(cases[i].text, out);
        fclose(out);
        Content *content = content_load(folder, &e);

        assert_non_null(content);
        assert_int_equal(common_words_take(content, &e), cases[i].good);
        assert_int_equal(common_words_check(content, &e), cases[i].good);
        content_drop(content);
        if (!cases[i].good)
            assert_int_equal(e.code, ERR_CONTENT);
    }
    ASSERT_FAILS(password_check(STR("zhang"), STR("Jiangchengxian-24"), &e), ERR_INVALID);
    ASSERT_FAILS(password_check(STR("zhang"), STR("Password2026!"), &e), ERR_INVALID);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
}

static void random_passwords_will_do(void **state) {
    char one[24], two[24];
    Err e = {0};

    (void)state;
    for (int i = 0; i < 200; i++) {
        account_random_password(one);
        account_random_password(two);
        assert_int_equal(strlen(one), 23);
        assert_string_not_equal(one, two);
        ASSERT_OK(password_check(STR("admin"), str_of(one), &e));
    }
}

/* ---- an account's life ---- */

static void an_account_from_beginning_to_end(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    Account *accounts, one;
    size_t n;
    Session old;

    ASSERT_OK(account_create(s, STR("system"), STR(" Zhang.San "), STR("张三"), GOOD, true, &e));
    ASSERT_FAILS(account_create(s, STR("system"), STR("ZHANG.SAN"), STR("另一个"), GOOD, true, &e),
                 ERR_CONFLICT);
    ASSERT_OK(account_find(s, a, STR("zhang.san"), &one, &e));
    assert_true(str_is(one.name, "张三") && one.active && one.must_change);
    assert_int_equal(one.last_sign_in_at.len, 0);
    ASSERT_FAILS(account_find(s, a, STR("li"), &one, &e), ERR_NOT_FOUND);

    ASSERT_OK(account_sign_in(s, STR("ZHANG.san"), GOOD, STR("10.0.0.8"), &session, &e));
    assert_string_equal(session.login, "zhang.san");
    assert_string_equal(session.name, "张三");
    assert_true(session.must_change);
    assert_int_equal(strlen(session.token), 64);
    old = session;

    ASSERT_FAILS(account_change_password(s, STR("zhang.san"), OTHER, OTHER, STR("x"), STR(""), &e),
                 ERR_INVALID);
    assert_string_equal(e.where, "/old");
    ASSERT_FAILS(account_change_password(s, STR("zhang.san"), GOOD, GOOD, STR("x"), STR(""), &e),
                 ERR_INVALID);
    assert_string_equal(e.where, "/new");
    ASSERT_FAILS(
        account_change_password(s, STR("zhang.san"), GOOD, STR("short"), STR("x"), STR(""), &e),
        ERR_INVALID);
    assert_string_equal(e.where, "/new");
    ASSERT_OK(account_sign_in(s, STR("zhang.san"), GOOD, STR("10.0.0.9"), &session, &e));
    ASSERT_OK(account_change_password(s, STR("zhang.san"), GOOD, OTHER, STR("10.0.0.9"),
                                      str_of(session.token), &e));
    ASSERT_FAILS(session_find(s, str_of(old.token), &old, &e), ERR_UNAUTHENTICATED);
    ASSERT_OK(session_find(s, str_of(session.token), &old, &e));
    assert_false(old.must_change);
    ASSERT_FAILS(account_sign_in(s, STR("zhang.san"), GOOD, STR("x"), &old, &e),
                 ERR_UNAUTHENTICATED);

    ASSERT_FAILS(account_disable(s, STR("system"), STR("zhang.san"), &e), ERR_CONFLICT);
    ASSERT_OK(account_create(s, STR("zhang.san"), STR("li"), STR("李四"), GOOD, false, &e));
    ASSERT_OK(account_disable(s, STR("li"), STR("zhang.san"), &e));
    ASSERT_OK(account_disable(s, STR("li"), STR("zhang.san"), &e)); /* again changes nothing */
    assert_int_equal(times(s, "account.disabled"), 1);
    ASSERT_FAILS(session_find(s, str_of(session.token), &old, &e), ERR_UNAUTHENTICATED);
    ASSERT_FAILS(account_sign_in(s, STR("zhang.san"), OTHER, STR("x"), &old, &e),
                 ERR_UNAUTHENTICATED);
    ASSERT_FAILS(account_disable(s, STR("li"), STR("nobody"), &e), ERR_NOT_FOUND);
    ASSERT_OK(account_list(s, a, &accounts, &n, &e));
    assert_int_equal(n, 2);
    assert_true(str_is(accounts[1].login, "zhang.san") && !accounts[1].active);
    assert_true(accounts[1].last_sign_in_at.len > 0);
    ASSERT_OK(account_enable(s, STR("li"), STR("zhang.san"), &e));
    ASSERT_OK(account_set_password(s, STR("li"), STR("zhang.san"), GOOD, true, &e));
    ASSERT_OK(account_sign_in(s, STR("zhang.san"), GOOD, STR("x"), &session, &e));
    assert_true(session.must_change);
    rebuild_agrees(s);
    ASSERT_OK(account_sign_in(s, STR("zhang.san"), GOOD, STR("x"), &session, &e));

    ASSERT_OK(journal_forget(s, STR("user:zhang.san"), STR("li"), &e));
    ASSERT_OK(account_find(s, a, STR("zhang.san"), &one, &e));
    assert_int_equal(one.name.len, 0);
    ASSERT_FAILS(account_sign_in(s, STR("zhang.san"), GOOD, STR("x"), &session, &e),
                 ERR_UNAUTHENTICATED);
    rebuild_agrees(s);
}

/* ---- the lock ---- */

static void five_wrong_passwords_lock(void **state) {
    NEEDS_STORE;
    ASSERT_OK(account_create(s, STR("system"), STR("zhang"), STR("张三"), GOOD, false, &e));
    for (int i = 0; i < 4; i++)
        ASSERT_FAILS(account_sign_in(s, STR("zhang"), OTHER, STR("x"), &session, &e),
                     ERR_UNAUTHENTICATED);
    ASSERT_OK(account_sign_in(s, STR("zhang"), GOOD, STR("x"), &session, &e)); /* counts anew */
    for (int i = 0; i < 4; i++)
        ASSERT_FAILS(account_sign_in(s, STR("zhang"), OTHER, STR("x"), &session, &e),
                     ERR_UNAUTHENTICATED);
    ASSERT_FAILS(account_sign_in(s, STR("zhang"), OTHER, STR("x"), &session, &e), ERR_TOO_MANY);
    assert_non_null(strstr(e.text, "12:15"));
    ASSERT_FAILS(account_sign_in(s, STR("zhang"), GOOD, STR("x"), &session, &e), ERR_TOO_MANY);
    assert_int_equal(times(s, "account.sign_in_failed"), 9);
    assert_int_equal(times(s, "account.locked"), 1);
    instant_freeze(noon + SECONDS(SIGN_IN_LOCK) - 1);
    ASSERT_FAILS(account_sign_in(s, STR("zhang"), GOOD, STR("x"), &session, &e), ERR_TOO_MANY);
    instant_freeze(noon + SECONDS(SIGN_IN_LOCK));
    ASSERT_FAILS(account_sign_in(s, STR("zhang"), OTHER, STR("x"), &session, &e),
                 ERR_UNAUTHENTICATED); /* the count begins anew */
    ASSERT_OK(account_sign_in(s, STR("zhang"), GOOD, STR("x"), &session, &e));
    rebuild_agrees(s);
}

/* Guesses sent all at once are no way around the lock. */
enum { GUESSERS = 12 };

static void *guess(void *context) {
    Session session;
    Err e = {0};

    assert_false(account_sign_in(context, STR("zhang"), OTHER, STR("x"), &session, &e));
    return NULL;
}

static void guesses_at_the_same_time_are_counted(void **state) {
    NEEDS_STORE;
    pthread_t threads[GUESSERS];

    ASSERT_OK(account_create(s, STR("system"), STR("zhang"), STR("张三"), GOOD, false, &e));
    for (int i = 0; i < GUESSERS; i++)
        pthread_create(&threads[i], NULL, guess, s);
    for (int i = 0; i < GUESSERS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(times(s, "account.sign_in_failed"), SIGN_IN_FAILURES);
    assert_int_equal(times(s, "account.locked"), 1);
}

static void an_administrator_ends_the_lock(void **state) {
    NEEDS_STORE;
    ASSERT_OK(account_create(s, STR("system"), STR("zhang"), STR("张三"), GOOD, false, &e));
    for (int i = 0; i < 5; i++)
        assert_false(account_change_password(s, STR("zhang"), OTHER, OTHER, STR("x"), STR(""), &e));
    assert_int_equal(e.code, ERR_TOO_MANY);
    ASSERT_FAILS(account_sign_in(s, STR("zhang"), GOOD, STR("x"), &session, &e), ERR_TOO_MANY);
    ASSERT_OK(account_set_password(s, STR("admin"), STR("zhang"), OTHER, true, &e));
    ASSERT_OK(account_sign_in(s, STR("zhang"), OTHER, STR("x"), &session, &e));
}

/* Seconds this thread has computed: what other programs do on the machine does not count. */
static double work_done(void) {
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* No way to tell an account that is there from one that is not. */
static void cost_in_full(bool on) {
#ifdef LIANHENG_FAULTS
    password_cost_in_full(on);
#else
    (void)on;
#endif
}

static void unknown_logins_behave_alike(void **state) {
    NEEDS_STORE;
    char known[5][sizeof e.text];
    ErrCode codes[5];
    double spent[2] = {0};

    cost_in_full(true);
    ASSERT_OK(account_create(s, STR("system"), STR("zhang"), STR("张三"), GOOD, false, &e));
    assert_false(account_sign_in(s, STR("warm-up"), OTHER, STR("x"), &session, &e));
    for (int who = 0; who < 2; who++) {
        for (int i = 0; i < 5; i++) {
            double from = work_done();

            assert_false(account_sign_in(s, who ? STR("nobody") : STR("zhang"), OTHER, STR("x"),
                                         &session, &e));
            spent[who] += work_done() - from;
            if (who == 0) {
                memcpy(known[i], e.text, sizeof e.text);
                codes[i] = e.code;
            } else {
                assert_string_equal(known[i], e.text);
                assert_int_equal(codes[i], e.code);
            }
        }
    }
    cost_in_full(false);
    /* The same work: argon2id takes nearly all of it. */
    assert_true(spent[0] < 2 * spent[1] && spent[1] < 2 * spent[0]);
    assert_true(spent[1] > 5 * 0.02);
}

static void what_was_typed_as_a_login_is_not_written_down(void **state) {
    NEEDS_STORE;
    static const char *const typed[] = {"510502199001011234", "Kai-fa-qu 2026!", "\xff\xfe", ""};
    scoped_arena Arena *a = arena_new();

    (void)a;
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
        ASSERT_FAILS(account_sign_in(s, str_of(typed[i]), GOOD, STR("x"), &session, &e),
                     ERR_UNAUTHENTICATED);
    assert_int_equal(times(s, "account.sign_in_failed"), 4);
    if (!f->postgresql) {
        char command[200];

        snprintf(command, sizeof command, "cat %s/ops.db* | grep -aqE '510502|Kai-fa'",
                 f->place.folder);
        assert_int_not_equal(system(command), 0);
    }
}

/* ---- sessions ---- */

static void sessions_run_out(void **state) {
    NEEDS_STORE;
    Session found, second;

    ASSERT_OK(account_create(s, STR("system"), STR("zhang"), STR("张三"), GOOD, false, &e));
    ASSERT_OK(account_sign_in(s, STR("zhang"), GOOD, STR("x"), &session, &e));
    ASSERT_OK(account_sign_in(s, STR("zhang"), GOOD, STR("x"), &second, &e));
    assert_string_not_equal(session.token, second.token);

    /* Used every 29 minutes it lives for twelve hours and no longer. */
    Instant t = noon;
    for (; t - noon <= SECONDS(SESSION_LONGEST); t += SECONDS(29 * 60)) {
        instant_freeze(t);
        ASSERT_OK(session_find(s, str_of(session.token), &found, &e));
        assert_string_equal(found.csrf, session.csrf);
        assert_string_equal(found.token, "");
    }
    instant_freeze(t);
    ASSERT_FAILS(session_find(s, str_of(session.token), &found, &e), ERR_UNAUTHENTICATED);
    /* Left alone it ends after thirty minutes. */
    instant_freeze(noon + SECONDS(SESSION_IDLE));
    ASSERT_OK(session_find(s, str_of(second.token), &found, &e));
    instant_freeze(noon + SECONDS(2 * SESSION_IDLE));
    ASSERT_OK(session_peek(s, str_of(second.token), &found, &e)); /* looking is not using */
    instant_freeze(noon + SECONDS(2 * SESSION_IDLE) + 1);
    ASSERT_FAILS(session_peek(s, str_of(second.token), &found, &e), ERR_UNAUTHENTICATED);
    ASSERT_FAILS(session_find(s, str_of(second.token), &found, &e), ERR_UNAUTHENTICATED);
}

static void sessions_belong_to_their_cookie(void **state) {
    NEEDS_STORE;
    Session found, second;
    char guess[65];

    ASSERT_OK(account_create(s, STR("system"), STR("zhang"), STR("张三"), GOOD, false, &e));
    ASSERT_OK(account_sign_in(s, STR("zhang"), GOOD, STR("x"), &session, &e));
    ASSERT_OK(account_sign_in(s, STR("zhang"), GOOD, STR("x"), &second, &e));
    assert_true(session_csrf_matches(&session, str_of(session.csrf)));
    assert_false(session_csrf_matches(&session, str_of(second.csrf)));
    assert_false(session_csrf_matches(&session, STR("")));
    assert_false(session_csrf_matches(&session, str_of(session.token)));
    memcpy(guess, session.token, sizeof guess);
    guess[63] = guess[63] == '0' ? '1' : '0';
    ASSERT_FAILS(session_find(s, str_of(guess), &found, &e), ERR_UNAUTHENTICATED);
    ASSERT_FAILS(session_find(s, STR(""), &found, &e), ERR_UNAUTHENTICATED);
    ASSERT_FAILS(session_find(s, STR("' OR 1=1 --"), &found, &e), ERR_UNAUTHENTICATED);
    /* The token itself is nowhere in the database. */
    if (!f->postgresql) {
        char command[300];

        snprintf(command, sizeof command, "cat %s/ops.db* | grep -aq %s", f->place.folder,
                 session.token);
        assert_int_not_equal(system(command), 0);
    }
    ASSERT_OK(account_sign_out(s, str_of(session.token), &e));
    ASSERT_OK(account_sign_out(s, str_of(session.token), &e));
    ASSERT_OK(account_sign_out(s, STR("nonsense"), &e));
    ASSERT_FAILS(session_find(s, str_of(session.token), &found, &e), ERR_UNAUTHENTICATED);
    ASSERT_OK(session_find(s, str_of(second.token), &found, &e));
    assert_int_equal(times(s, "account.signed_out"), 1);
    rebuild_agrees(s);
    ASSERT_OK(
        session_find(s, str_of(second.token), &found, &e)); /* rebuild leaves sessions alone */
}

int main(void) {
    Err e = {0};

    crypto_start();
    Content *content = content_load(NULL, &e);

    if (!content || !common_words_take(content, &e)) {
        fprintf(stderr, "%s %s\n", e.where, e.text);
        return 1;
    }
    content_drop(content);
    const struct CMUnitTest tests[] = {
        ON_BOTH(bad_logins_and_passwords_are_refused),
        cmocka_unit_test(random_passwords_will_do),
        cmocka_unit_test(an_office_adds_words),
        ON_BOTH(an_account_from_beginning_to_end),
        ON_BOTH(five_wrong_passwords_lock),
        ON_BOTH(guesses_at_the_same_time_are_counted),
        ON_BOTH(an_administrator_ends_the_lock),
        ON_BOTH(unknown_logins_behave_alike),
        ON_BOTH(what_was_typed_as_a_login_is_not_written_down),
        ON_BOTH(sessions_run_out),
        ON_BOTH(sessions_belong_to_their_cookie),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
