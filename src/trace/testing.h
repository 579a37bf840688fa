/* SPDX-License-Identifier: MulanPSL-2.0 */
/* trace/testing.h: a small county with people, on either engine, for the tests of trace/. */
#ifndef TRACE_TESTING_H
#define TRACE_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "people/account.h"
#include "people/organisation.h"
#include "store/testing.h"
#include "trace/alarm.h"
#include "trace/audit.h"

#define PASSWORD STR("Kai-fa-qu 2026!")
#define HOURS(n) ((Instant)(n)*3600 * 1000000)
#define DAYS(n) (HOURS(24) * (n))

static const Str SYSTEM = STR_INIT("system");
static const Instant noon = INT64_C(1767240000000000); /* 2026-01-01 12:00 in China */
static Content *content;
static Instant clock_now;

typedef struct Fixture {
    bool postgresql, made;
    TestPlace place;
    Store *store;
    Keys *keys;
} Fixture;

#define ASSERT_OK(call)                                    \
    do {                                                   \
        err_clear(&e);                                     \
        if (!(call))                                       \
            fail_msg("%s: %s %s", #call, e.where, e.text); \
    } while (0)
#define ASSERT_FAILS(call, expected, said)                                         \
    do {                                                                           \
        err_clear(&e);                                                             \
        assert_false(call);                                                        \
        if (e.code != (expected) || strstr(e.text, said) == NULL)                  \
            fail_msg("%s: %s at %s: %s", #call, err_key(e.code), e.where, e.text); \
    } while (0)
#define NEEDS_STORE      \
    Fixture *f = *state; \
    Store *s = f->store; \
    Err e = {0};         \
    (void)e, (void)s;    \
    if (!f->made)        \
    skip()

enum { PROC = 1, GOV, MARKET };

/* Time only goes on. */
static inline void later(Instant by) {
    clock_now += by;
    instant_freeze(clock_now);
}

static inline void unit(Store *s, const char *kind, const char *name, int64_t parent) {
    OrganisationNew in = {
        .kind = str_of(kind), .name = str_of(name), .division = STR("510502"), .parent = parent};
    int64_t n = 0;
    Err e = {0};

    ASSERT_OK(organisation_create(s, content, SYSTEM, &in, &n, &e));
}

static inline void person(Store *s, const char *login, const char *name, const char *role,
                          int64_t organisation) {
    AppointmentNew in = {
        .login = str_of(login), .role = str_of(role), .organisation = organisation};
    int64_t n = 0;
    Err e = {0};

    ASSERT_OK(account_create(s, SYSTEM, str_of(login), str_of(name), PASSWORD, false, &e));
    ASSERT_OK(appointment_create(s, content, SYSTEM, &in, &n, &e));
}

static inline int64_t delegate(Store *s, const char *giver, const char *receiver, Instant span) {
    DelegationNew in = {.giver = str_of(giver),
                        .receiver = str_of(receiver),
                        .reason = STR("外出开会"),
                        .until = clock_now + span};
    int64_t n = 0;
    Err e = {0};

    ASSERT_OK(delegation_give(s, content, str_of(giver), &in, &n, &e));
    return n;
}

static inline const Rights *rights(Store *s, const char *login) {
    Err e = {0};
    const Rights *r = rights_of(s, content, str_of(login), &e);

    if (r == NULL)
        fail_msg("%s: %s", login, e.text);
    return r;
}

static inline int county_up(void **state) {
    Fixture *f = *state;
    Err e = {0};
    char path[100];

    f->made = test_place_make(&f->place, f->postgresql);
    if (!f->made)
        return 0;
    snprintf(path, sizeof path, "%s/key", f->place.folder);
    f->keys = keys_create(path, &e);
    f->store = store_open(f->place.address, &e);
    if (f->store == NULL) {
        fprintf(stderr, "%s\n", e.text);
        return -1;
    }
    journal_use_keys(f->store, f->keys);
    clock_now = noon;
    instant_freeze(noon);
    ASSERT_OK(account_create(f->store, SYSTEM, STR("admin"), STR("首任"), PASSWORD, false, &e));
    ASSERT_OK(organisation_begin(f->store, content, STR("江城县人民检察院"), &e));
    unit(f->store, "government", "江城县人民政府", 0);
    unit(f->store, "market_supervision", "江城县市场监督管理局", GOV);
    person(f->store, "zhang", "张检察", "prosecutor", PROC);
    person(f->store, "wang", "王检察", "prosecutor", PROC);
    person(f->store, "chief", "陈检察长", "chief_procurator", PROC);
    person(f->store, "second", "周检察长", "chief_procurator", PROC);
    person(f->store, "third", "吴检察长", "chief_procurator", PROC);
    person(f->store, "head", "刘局长", "agency_head", MARKET);
    person(f->store, "officer", "赵执法", "enforcement_officer", MARKET);
    person(f->store, "sys", "孙系统", "system_admin", PROC);
    person(f->store, "auditor", "钱审计", "audit_admin", PROC);
    return 0;
}

/* Whatever a test did can be lived again. */
static inline int county_down(void **state) {
    Fixture *f = *state;
    Err e = {0};
    char live[65], rebuilt[65];
    JournalCheck check;

    if (!f->made)
        return 0;
    ASSERT_OK(journal_verify(f->store, &check, &e));
    ASSERT_OK(journal_digest(f->store, live, &e));
    ASSERT_OK(journal_rebuild(f->store, rebuilt, &e));
    assert_string_equal(live, rebuilt);
    instant_freeze(0);
    store_close(f->store);
    keys_free(f->keys);
    test_place_remove(&f->place);
    return 0;
}

/* Runs `tests` once on each engine. */
static inline int on_both(const char *name, const struct CMUnitTest *tests, size_t count) {
    static Fixture fixtures[2] = {{.postgresql = false}, {.postgresql = true}};
    int failed = 0;
    Err e = {0};

    content = content_load(NULL, &e);
    if (content == NULL) {
        fprintf(stderr, "%s: %s\n", e.where, e.text);
        return 1;
    }
    organisation_register();
    trace_register();
    for (int engine = 0; engine < 2; engine++) {
        struct CMUnitTest *own = calloc(count, sizeof *own);

        for (size_t i = 0; i < count; i++) {
            own[i] = tests[i];
            own[i].setup_func = county_up;
            own[i].teardown_func = county_down;
            own[i].initial_state = &fixtures[engine];
        }
        failed += _cmocka_run_group_tests(name, own, count, NULL, NULL);
        free(own);
    }
    content_drop(content);
    return failed;
}

#endif
