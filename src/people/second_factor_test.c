/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/second_factor_test.c: codes against RFC 6238 and liboath's own checks, and the second
 * factor's life on both engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <liboath/oath.h>
#include <pthread.h>

#include "people/fixture.h"
#include "people/second_factor.h"
#include "people/session_list.h"
#include "people/totp.h"

#define SECONDS(n) ((Instant)(n)*1000000)
#define HERE STR("10.0.0.8")

/* ---- codes ---- */

/* RFC 6238, appendix B, SHA-1: the secret is "12345678901234567890". */
static void codes_are_those_of_the_standard(void **state) {
    static const struct {
        int64_t seconds;
        const char *code;
    } vectors[] = {
        {59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
        {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"},
    };
    Str secret = STR("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    char code[9];

    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        assert_true(totp_code(secret, vectors[i].seconds / TOTP_STEP, 8, code));
        assert_string_equal(code, vectors[i].code);
        assert_true(totp_code(secret, vectors[i].seconds / TOTP_STEP, 6, code));
        assert_string_equal(code, vectors[i].code + 2);
    }
    assert_false(totp_code(STR("not base32!"), 1, 6, code));
    assert_false(totp_code(secret, -1, 6, code));
    assert_false(totp_code(secret, 1, 5, code));
}

static void one_step_early_or_late_will_do(void **state) {
    char secret[TOTP_SECRET], other[TOTP_SECRET], code[9];
    int64_t now = noon / 1000000, step = now / TOTP_STEP;

    (void)state;
    totp_secret(secret);
    totp_secret(other);
    assert_int_equal(strlen(secret), 32);
    assert_string_not_equal(secret, other);
    for (int64_t away = -3; away <= 3; away++) {
        assert_true(totp_code(str_of(secret), step + away, 6, code));
        assert_int_equal(totp_step(str_of(secret), str_of(code), noon),
                         away >= -1 && away <= 1 ? step + away : -1);
        /* liboath, asked in its own way, says the same. */
        char *key;
        size_t size;

        assert_int_equal(oath_base32_decode(secret, 32, &key, &size), OATH_OK);
        assert_int_equal(size, TOTP_SECRET_BYTES);
        assert_int_equal(oath_totp_validate(key, size, (time_t)now, 30, 0, 1, code) >= 0,
                         away >= -1 && away <= 1);
        free(key);
    }
    static const char *const wrong[] = {"", "12345", "1234567", "abcdef", "12 34 56 78"};

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(totp_step(str_of(secret), str_of(wrong[i]), noon), -1);
}

static void the_address_can_be_read_by_an_app(void **state) {
    scoped_arena Arena *a = arena_new();
    Str uri = totp_uri(a, STR("联衡 测试县"), STR("zhang.san"), STR("GEZDGNBVGY3TQOJQ"));

    (void)state;
    assert_string_equal(uri.ptr, "otpauth://totp/"
                                 "%E8%81%94%E8%A1%A1%20%E6%B5%8B%E8%AF%95%E5%8E%BF:zhang.san"
                                 "?secret=GEZDGNBVGY3TQOJQ"
                                 "&issuer=%E8%81%94%E8%A1%A1%20%E6%B5%8B%E8%AF%95%E5%8E%BF"
                                 "&algorithm=SHA1&digits=6&period=30");
}

/* ---- an account with a second factor ---- */

static Instant at; /* where the clock stands */

static void clock_at(Instant t) {
    at = t;
    instant_freeze(t);
}

static void zhang_exists(Store *s) {
    Err e = {0};

    clock_at(noon);
    ASSERT_OK(account_create(s, STR("system"), STR("zhang"), STR("张三"), GOOD, false, &e));
}

static Str code_of(Arena *a, const char *secret, int steps) {
    char code[9];

    assert_true(totp_code(str_of(secret), at / 1000000 / TOTP_STEP + steps, 6, code));
    return str_dup(a, str_of(code));
}

static const OwnAct zhang = {.login = {"zhang", 5}, .password = {"Kai-fa-qu 2026!", 15}};

/* Enrol; the clock moves on one step, so that the next code is a fresh one. */
static void enrol(Store *s, Arena *a, char secret[40], RecoveryCodes *codes) {
    Offer offer;
    Err e = {0};

    ASSERT_OK(second_factor_offer(s, a, &zhang, STR("联衡"), &offer, &e));
    memcpy(secret, offer.secret, sizeof offer.secret);
    ASSERT_OK(second_factor_confirm(s, STR("zhang"), code_of(a, secret, 0), HERE, codes, &e));
    clock_at(at + SECONDS(30));
}

static bool step_one(Store *s, SignInReply *reply, Err *e) {
    return sign_in(s, &(SignInAsk){.login = STR("zhang"), .password = GOOD, .address = HERE}, reply,
                   e);
}

static bool step_two(Store *s, const char *ticket, Str code, SignInReply *reply, Err *e) {
    return sign_in_code(s, str_of(ticket), code, &(SignInAsk){.address = HERE}, reply, e);
}

static void it_counts_when_confirmed(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    Offer offer;
    RecoveryCodes codes;
    SecondFactor factor;
    OwnAct wrong = zhang;

    zhang_exists(s);
    wrong.password = OTHER;
    ASSERT_FAILS(second_factor_confirm(s, STR("zhang"), STR("123456"), HERE, &codes, &e),
                 ERR_CONFLICT);
    ASSERT_FAILS(second_factor_offer(s, a, &wrong, STR("联衡"), &offer, &e), ERR_INVALID);
    assert_string_equal(e.where, "/password");
    ASSERT_OK(second_factor_offer(s, a, &zhang, STR("联衡"), &offer, &e));
    ASSERT_OK(second_factor_get(s, a, STR("zhang"), &factor, &e));
    assert_false(factor.on);
    ASSERT_OK(account_sign_in(s, STR("zhang"), GOOD, HERE, &session, &e)); /* not yet asked for */
    assert_false(session.second_factor);
    /* A code of some other secret, then too late, then right. */
    ASSERT_FAILS(
        second_factor_confirm(s, STR("zhang"), code_of(a, "GEZDGNBVGY3TQOJQ", 0), HERE, &codes, &e),
        ERR_INVALID);
    clock_at(noon + SECONDS(OFFER_LASTS + 1));
    ASSERT_FAILS(
        second_factor_confirm(s, STR("zhang"), code_of(a, offer.secret, 0), HERE, &codes, &e),
        ERR_CONFLICT);
    ASSERT_OK(second_factor_offer(s, a, &zhang, STR("联衡"), &offer, &e));
    ASSERT_OK(
        second_factor_confirm(s, STR("zhang"), code_of(a, offer.secret, 0), HERE, &codes, &e));
    ASSERT_OK(second_factor_get(s, a, STR("zhang"), &factor, &e));
    assert_true(factor.on);
    assert_int_equal(factor.codes_left, RECOVERY_CODES);
    assert_string_not_equal(codes.codes[0], codes.codes[9]);
    ASSERT_FAILS(account_sign_in(s, STR("zhang"), GOOD, HERE, &session, &e), ERR_NEEDS_CODE);
    /* The code of the confirmation counted already. */
    SignInReply reply;

    ASSERT_FAILS(step_one(s, &reply, &e), ERR_NEEDS_CODE);
    ASSERT_FAILS(step_two(s, reply.ticket, code_of(a, offer.secret, 0), &reply, &e),
                 ERR_UNAUTHENTICATED);
    rebuild_agrees(s);
}

static void signing_in_takes_two_steps(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    char secret[40], ticket[65], words[sizeof e.text];
    RecoveryCodes codes;
    SignInReply reply;

    zhang_exists(s);
    enrol(s, a, secret, &codes);
    ASSERT_FAILS(step_one(s, &reply, &e), ERR_NEEDS_CODE);
    memcpy(ticket, reply.ticket, sizeof ticket);
    assert_int_equal(strlen(ticket), 64);
    assert_string_equal(reply.session.token, "");
    /* A ticket is no session, and a wrong ticket, a wrong code and an old code sound alike. */
    ASSERT_FAILS(session_find(s, str_of(ticket), &session, &e), ERR_UNAUTHENTICATED);
    ASSERT_FAILS(step_two(s, "", code_of(a, secret, 0), &reply, &e), ERR_UNAUTHENTICATED);
    memcpy(words, e.text, sizeof words);
    ASSERT_FAILS(step_two(s, ticket, STR("000000"), &reply, &e), ERR_UNAUTHENTICATED);
    assert_string_equal(words, e.text);
    ASSERT_FAILS(step_two(s, ticket, code_of(a, secret, -2), &reply, &e), ERR_UNAUTHENTICATED);
    assert_string_equal(words, e.text);
    ASSERT_OK(step_two(s, ticket, code_of(a, secret, 0), &reply, &e));
    assert_true(reply.session.second_factor);
    ASSERT_OK(session_find(s, str_of(reply.session.token), &session, &e));
    assert_string_equal(session.login, "zhang");
    assert_int_equal(session.failures, 2);
    /* Used up: the ticket, and the code even with a new ticket, and the code before it. */
    ASSERT_FAILS(step_two(s, ticket, code_of(a, secret, 1), &reply, &e), ERR_UNAUTHENTICATED);
    ASSERT_FAILS(step_one(s, &reply, &e), ERR_NEEDS_CODE);
    memcpy(ticket, reply.ticket, sizeof ticket);
    ASSERT_FAILS(step_two(s, ticket, code_of(a, secret, 0), &reply, &e), ERR_UNAUTHENTICATED);
    assert_string_equal(words, e.text);
    ASSERT_FAILS(step_two(s, ticket, code_of(a, secret, -1), &reply, &e), ERR_UNAUTHENTICATED);
    ASSERT_OK(step_two(s, ticket, code_of(a, secret, 1), &reply, &e)); /* a clock that is ahead */
    /* Five minutes. */
    ASSERT_FAILS(step_one(s, &reply, &e), ERR_NEEDS_CODE);
    memcpy(ticket, reply.ticket, sizeof ticket);
    clock_at(at + SECONDS(301));
    ASSERT_FAILS(step_two(s, ticket, code_of(a, secret, 0), &reply, &e), ERR_UNAUTHENTICATED);
    assert_string_equal(words, e.text);
    assert_int_equal(times(s, "account.signed_in"), 2);
    rebuild_agrees(s);
}

/* The password does not reset the count: whoever has it cannot try codes without end. */
static void wrong_codes_lock(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    char secret[40];
    RecoveryCodes codes;
    SignInReply reply;

    zhang_exists(s);
    enrol(s, a, secret, &codes);
    for (int i = 0; i < SIGN_IN_FAILURES - 1; i++) {
        ASSERT_FAILS(step_one(s, &reply, &e), ERR_NEEDS_CODE);
        ASSERT_FAILS(step_two(s, reply.ticket, STR("000000"), &reply, &e), ERR_UNAUTHENTICATED);
    }
    ASSERT_FAILS(step_one(s, &reply, &e), ERR_NEEDS_CODE);
    char ticket[65];

    memcpy(ticket, reply.ticket, sizeof ticket);
    ASSERT_FAILS(step_two(s, ticket, STR("000000"), &reply, &e), ERR_TOO_MANY);
    assert_in_range(reply.wait, SIGN_IN_LOCK - 1, SIGN_IN_LOCK + 1);
    ASSERT_FAILS(step_two(s, ticket, code_of(a, secret, 0), &reply, &e), ERR_TOO_MANY);
    ASSERT_FAILS(step_one(s, &reply, &e), ERR_TOO_MANY);
    assert_int_equal(times(s, "account.locked"), 1);
    clock_at(at + SECONDS(SIGN_IN_LOCK));
    ASSERT_FAILS(step_one(s, &reply, &e), ERR_NEEDS_CODE);
    ASSERT_OK(step_two(s, reply.ticket, code_of(a, secret, 0), &reply, &e));
}

/* The same code sent many times at once opens one session. */
enum { RUNNERS = 8 };
typedef struct Runner {
    Store *s;
    char ticket[65];
    Str code;
    bool in;
} Runner;

static void *run(void *context) {
    Runner *r = context;
    SignInReply reply;
    Err e = {0};

    r->in = step_two(r->s, r->ticket, r->code, &reply, &e);
    return NULL;
}

static void a_code_counts_once(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    char secret[40];
    RecoveryCodes codes;
    SignInReply reply;
    pthread_t threads[RUNNERS];
    Runner runners[RUNNERS];
    int in = 0;

    zhang_exists(s);
    enrol(s, a, secret, &codes);
    for (int i = 0; i < RUNNERS; i++) {
        runners[i] = (Runner){.s = s, .code = code_of(a, secret, 0)};
        ASSERT_FAILS(step_one(s, &reply, &e), ERR_NEEDS_CODE);
        memcpy(runners[i].ticket, reply.ticket, sizeof reply.ticket);
    }
    for (int i = 0; i < RUNNERS; i++)
        pthread_create(&threads[i], NULL, run, &runners[i]);
    for (int i = 0; i < RUNNERS; i++) {
        pthread_join(threads[i], NULL);
        in += runners[i].in;
    }
    assert_int_equal(in, 1);
    assert_int_equal(times(s, "account.signed_in"), 1);
}

static void recovery_codes_count_once_each(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    char secret[40], typed[200];
    RecoveryCodes codes, fresh;
    SignInReply reply;
    SecondFactor factor;
    OwnAct act = zhang;

    zhang_exists(s);
    enrol(s, a, secret, &codes);
    /* Typed in capitals, with other groups. */
    snprintf(typed, sizeof typed, " %.9s %s", codes.codes[3], codes.codes[3] + 10);
    for (size_t i = 0; typed[i]; i++)
        if (typed[i] >= 'a' && typed[i] <= 'z')
            typed[i] = (char)(typed[i] - 'a' + 'A');
    ASSERT_FAILS(step_one(s, &reply, &e), ERR_NEEDS_CODE);
    ASSERT_OK(step_two(s, reply.ticket, str_of(typed), &reply, &e));
    ASSERT_FAILS(step_one(s, &reply, &e), ERR_NEEDS_CODE);
    ASSERT_FAILS(step_two(s, reply.ticket, str_of(codes.codes[3]), &reply, &e),
                 ERR_UNAUTHENTICATED);
    ASSERT_OK(second_factor_get(s, a, STR("zhang"), &factor, &e));
    assert_int_equal(factor.codes_left, RECOVERY_CODES - 1);
    assert_int_equal(times(s, "account.recovery_used"), 1);
    rebuild_agrees(s);
    /* New ones make the old ones worthless. */
    ASSERT_FAILS(second_factor_renew(s, &act, &fresh, &e), ERR_INVALID);
    assert_string_equal(e.where, "/code");
    act.code = code_of(a, secret, 0);
    ASSERT_OK(second_factor_renew(s, &act, &fresh, &e));
    ASSERT_FAILS(step_one(s, &reply, &e), ERR_NEEDS_CODE);
    ASSERT_FAILS(step_two(s, reply.ticket, str_of(codes.codes[0]), &reply, &e),
                 ERR_UNAUTHENTICATED);
    ASSERT_FAILS(step_one(s, &reply, &e), ERR_NEEDS_CODE);
    ASSERT_OK(step_two(s, reply.ticket, str_of(fresh.codes[0]), &reply, &e));
    rebuild_agrees(s);
}

static void the_owner_switches_it_off(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    char secret[40];
    RecoveryCodes codes;
    Offer offer;
    OwnAct act = zhang;

    zhang_exists(s);
    ASSERT_FAILS(second_factor_off(s, &act, &e), ERR_CONFLICT);
    enrol(s, a, secret, &codes);
    ASSERT_FAILS(second_factor_off(s, &act, &e), ERR_INVALID);
    assert_string_equal(e.where, "/code");
    act.code = code_of(a, secret, 0);
    act.password = OTHER;
    ASSERT_FAILS(second_factor_off(s, &act, &e), ERR_INVALID);
    assert_string_equal(e.where, "/password");
    act.password = GOOD;
    /* Another device takes a code of the present one. */
    OwnAct without = zhang;

    ASSERT_FAILS(second_factor_offer(s, a, &without, STR("联衡"), &offer, &e), ERR_INVALID);
    ASSERT_OK(second_factor_offer(s, a, &act, STR("联衡"), &offer, &e));
    ASSERT_OK(
        second_factor_confirm(s, STR("zhang"), code_of(a, offer.secret, 0), HERE, &codes, &e));
    clock_at(at + SECONDS(30));
    act.code = code_of(a, secret, 0);
    ASSERT_FAILS(second_factor_off(s, &act, &e), ERR_INVALID); /* the old device */
    act.code = code_of(a, offer.secret, 0);
    ASSERT_OK(second_factor_off(s, &act, &e));
    ASSERT_OK(account_sign_in(s, STR("zhang"), GOOD, HERE, &session, &e));
    rebuild_agrees(s);
}

static void an_administrator_resets_it_and_the_owner_is_told(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    char secret[40];
    RecoveryCodes codes;
    SignInReply reply;

    zhang_exists(s);
    ASSERT_FAILS(second_factor_reset(s, STR("admin"), STR("nobody"), &e), ERR_NOT_FOUND);
    ASSERT_FAILS(second_factor_reset(s, STR("admin"), STR("zhang"), &e), ERR_CONFLICT);
    enrol(s, a, secret, &codes);
    ASSERT_FAILS(second_factor_reset(s, STR("zhang"), STR("ZHANG"), &e), ERR_FORBIDDEN);
    ASSERT_FAILS(step_one(s, &reply, &e), ERR_NEEDS_CODE);
    char ticket[65];

    memcpy(ticket, reply.ticket, sizeof ticket);
    ASSERT_FAILS(step_one(s, &reply, &e), ERR_NEEDS_CODE);
    ASSERT_OK(step_two(s, reply.ticket, code_of(a, secret, 0), &reply, &e));
    ASSERT_OK(second_factor_reset(s, STR("admin"), STR("zhang"), &e));
    ASSERT_FAILS(session_find(s, str_of(reply.session.token), &session, &e), ERR_UNAUTHENTICATED);
    ASSERT_FAILS(step_two(s, ticket, str_of(codes.codes[0]), &reply, &e), ERR_UNAUTHENTICATED);
    ASSERT_OK(account_sign_in(s, STR("zhang"), GOOD, HERE, &session, &e));
    assert_string_equal(session.notices, "second_factor_reset");
    ASSERT_OK(account_sign_in(s, STR("zhang"), GOOD, HERE, &session, &e));
    assert_string_equal(session.notices, "");
    rebuild_agrees(s);
}

static void forgetting_takes_the_secret_along(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    char secret[40];
    RecoveryCodes codes;
    SecondFactor factor;

    zhang_exists(s);
    enrol(s, a, secret, &codes);
    /* Neither the secret nor a code stands anywhere in the clear. */
    if (!f->postgresql) {
        char command[300];

        snprintf(command, sizeof command, "cat %s/ops.db* | grep -aqE '%s|%s'", f->place.folder,
                 secret, codes.codes[0]);
        assert_int_not_equal(system(command), 0);
    }
    ASSERT_OK(journal_forget(s, STR("user:zhang"), STR("admin"), &e));
    ASSERT_OK(second_factor_get(s, a, STR("zhang"), &factor, &e));
    assert_false(factor.on);
    assert_int_equal(factor.codes_left, 0);
    rebuild_agrees(s);
}

int main(void) {
    crypto_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_those_of_the_standard),
        cmocka_unit_test(one_step_early_or_late_will_do),
        cmocka_unit_test(the_address_can_be_read_by_an_app),
        ON_BOTH(it_counts_when_confirmed),
        ON_BOTH(signing_in_takes_two_steps),
        ON_BOTH(wrong_codes_lock),
        ON_BOTH(a_code_counts_once),
        ON_BOTH(recovery_codes_count_once_each),
        ON_BOTH(the_owner_switches_it_off),
        ON_BOTH(an_administrator_resets_it_and_the_owner_is_told),
        ON_BOTH(forgetting_takes_the_secret_along),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
