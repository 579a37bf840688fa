/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/matter_fixture.h: a store with keys on either engine, a house of people, and flows. Only for
 * *_test.c. */
#ifndef FLOW_MATTER_FIXTURE_H
#define FLOW_MATTER_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/testing.h"
#include "flow/matter_inside.h"
#include "flow/testing.h"
#include "people/account.h"
#include "people/act.h"
#include "people/organisation.h"
#include "store/testing.h"

#define HOURS(n) ((Instant)(n)*3600 * 1000000)
#define DAYS(n) (HOURS(24) * (n))

enum { OFFICE = 1, GOVERNMENT, AGENCY, TAX, UPPER };

typedef struct Fixture {
    bool postgresql, made;
    TestPlace place;
    Store *store;
    Keys *keys;
} Fixture;
static Fixture fixtures[2] = {{.postgresql = false}, {.postgresql = true}};
static Content *content;
static const Str SYSTEM = STR_INIT("system");
/* 2026-03-02 09:00 in China, a Monday. */
static const Instant monday = INT64_C(1772413200000000);

#define ASSERT_OK(call)                                    \
    do {                                                   \
        if (!(call))                                       \
            fail_msg("%s: %s %s", #call, e.where, e.text); \
    } while (0)
#define ASSERT_FAILS(call, expected, said)                                         \
    do {                                                                           \
        err_clear(&e);                                                             \
        assert_false(call);                                                        \
        if (e.code != (expected) || strstr(e.text, said) == NULL)                  \
            fail_msg("%s: %s at %s: %s", #call, err_key(e.code), e.where, e.text); \
        err_clear(&e);                                                             \
    } while (0)
#define NEEDS_STORE                      \
    Fixture *f = *state;                 \
    Store *s = f->store;                 \
    Err e = {0};                         \
    (void)s, (void)e;                    \
    if (!f->made)                        \
        skip();                          \
    scoped_arena Arena *a = arena_new(); \
    (void)a
#define ON_BOTH(test)                                              \
    {#test "/sqlite", test, set_up, tear_down, &fixtures[0]}, {    \
#test "/postgresql", test, set_up, tear_down, &fixtures[1] \
    }

static inline void put_text(const char *folder, const char *name, const char *text) {
    char path[600];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
}

/* The built-in content, the two samples, and one more flow or NULL. */
static inline Content *content_with(const char *more) {
    char folder[64], path[256], command[128];
    Err e = {0};

    test_template(folder, "flow");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/flows", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    put_text(path, "sample_transfer.yaml", sample_transfer);
    put_text(path, "sample_joint.yaml", sample_joint);
    put_text(path, "sample_parts.yaml", sample_parts);
    if (more)
        put_text(path, "sample_review.yaml", more);
    Content *c = content_load(folder, &e);

    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
    if (!c)
        fail_msg("%s: %s", e.where, e.text);
    return c;
}

static inline Content *content_with_samples(void) {
    return content_with(NULL);
}

static inline int64_t unit(Store *s, const char *kind, const char *name, int64_t parent,
                           int64_t superior) {
    OrganisationNew in = {.kind = str_of(kind),
                          .name = str_of(name),
                          .division = STR("510502"),
                          .parent = parent,
                          .superior = superior};
    int64_t n = 0;
    Err e = {0};

    ASSERT_OK(organisation_create(s, content, SYSTEM, &in, &n, &e));
    return n;
}

static inline void appoint(Store *s, const char *login, const char *role, int64_t organisation) {
    AppointmentNew in = {
        .login = str_of(login), .role = str_of(role), .organisation = organisation};
    int64_t n = 0;
    Err e = {0};

    ASSERT_OK(appointment_create(s, content, SYSTEM, &in, &n, &e));
}

static inline bool make_account(Act *act, void *what, Err *e) {
    Str login = str_of(what);

    /* No password is ever asked for here, so none is worked out. */
    return act_account_create(act, login, login, STR("$argon2id$none"), false, e);
}

static inline void person(Store *s, const char *login, const char *role, int64_t organisation) {
    Err e = {0};

    ASSERT_OK(act_write(s, content, SYSTEM, make_account, (void *)(uintptr_t)login, &e));
    appoint(s, login, role, organisation);
}

/* A county with its office above, and whoever the samples need, in a place that is there. */
static inline int fill(Fixture *f) {
    Err e = {0};
    char path[100];

    snprintf(path, sizeof path, "%s/key", f->place.folder);
    f->keys = keys_create(path, &e);
    f->store = store_open(f->place.address, &e);
    if (!f->store) {
        fprintf(stderr, "%s\n", e.text);
        return -1;
    }
    journal_use_keys(f->store, f->keys);
    instant_freeze(monday);
    ASSERT_OK(organisation_begin(f->store, content, STR("江城县人民检察院"), &e));
    assert_int_equal(unit(f->store, "government", "江城县人民政府", 0, 0), GOVERNMENT);
    assert_int_equal(unit(f->store, "market_supervision", "江城县市场监督管理局", GOVERNMENT, 0),
                     AGENCY);
    assert_int_equal(unit(f->store, "tax", "江城县税务局", 0, 0), TAX);
    assert_int_equal(unit(f->store, "procuratorate", "江州市人民检察院", 0, 0), UPPER);
    OrganisationNew led = {
        .name = STR("江城县人民检察院"), .division = STR("510502"), .superior = UPPER};

    ASSERT_OK(organisation_change(f->store, content, SYSTEM, OFFICE, &led, &e));
    person(f->store, "wang", "administrative_prosecutor", OFFICE);
    person(f->store, "zhao", "administrative_prosecutor", OFFICE);
    person(f->store, "chief", "chief_procurator", OFFICE);
    person(f->store, "pan", "prosecutor", OFFICE);
    person(f->store, "cai", "case_manager", OFFICE);
    person(f->store, "li", "enforcement_officer", AGENCY);
    person(f->store, "ju", "agency_head", AGENCY);
    person(f->store, "lian", "liaison_officer", AGENCY);
    person(f->store, "shui", "agency_head", TAX);
    person(f->store, "shuilian", "liaison_officer", TAX);
    person(f->store, "upper", "chief_procurator", UPPER);
    person(f->store, "uwang", "administrative_prosecutor", UPPER);
    person(f->store, "expert", "prosecutor_assistant", UPPER);
    ASSERT_OK(flow_publish(f->store, content, &e));
    return 0;
}

static inline int set_up(void **state) {
    Fixture *f = *state;

    f->made = test_place_make(&f->place, f->postgresql);
    return f->made ? fill(f) : 0;
}

/* Whatever a test did can be lived again, and the chain is whole. */
static inline int tear_down(void **state) {
    Fixture *f = *state;
    Err e = {0};
    char live[65], rebuilt[65];
    JournalCheck check;

    if (!f->made)
        return 0;
    store_thread_scope(NULL);
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

/* ---- acting as somebody ---- */

static inline const Rights *rights_for(Store *s, const char *login) {
    Err e = {0};
    const Rights *r = rights_of(s, content, str_of(login), &e);

    if (!r)
        fail_msg("%s: %s", login, e.text);
    return r;
}

/* One act under the person's own scope. */
static inline bool act_as(Store *s, const char *login, Str id, int64_t revision, FlowAct act,
                          Arena *a, Err *e) {
    const Rights *r = rights_for(s, login);
    MatterActor who = {str_of(login), r};
    const Scope *before = store_thread_scope(&r->scope);
    bool good = matter_act(s, content, &who, id, revision, &act, a, NULL, e);

    store_thread_scope(before);
    rights_drop(r);
    return good;
}

static inline bool begin_as(Store *s, const char *login, const MatterNew *in, Arena *a, Str *id,
                            Err *e) {
    const Rights *r = rights_for(s, login);
    MatterActor who = {str_of(login), r};
    const Scope *before = store_thread_scope(&r->scope);
    bool good = matter_begin(s, content, &who, in, a, id, e);

    store_thread_scope(before);
    rights_drop(r);
    return good;
}

static inline const MatterState *get_as(Store *s, const char *login, Str id, Instant at, Arena *a,
                                        Err *e) {
    const Rights *r = rights_for(s, login);
    const Scope *before = store_thread_scope(&r->scope);
    const MatterState *m = matter_get(s, id, at, a, e);

    store_thread_scope(before);
    rights_drop(r);
    return m;
}

static inline Node *values_of(Arena *a, const char *json) {
    Err e = {0};
    Node *n = json_read(a, str_of(json), &e);

    if (!n)
        fail_msg("%s: %s", json, e.text);
    return n;
}

static inline Str begin_transfer(Store *s, Arena *a) {
    MatterNew in = {.flow = STR("sample_transfer"),
                    .parties = values_of(a, "{\"agency\":3}"),
                    .values = values_of(a, "{\"case_name\":\"张三案\",\"result\":\"是\"}")};
    Str id;
    Err e = {0};

    ASSERT_OK(begin_as(s, "wang", &in, a, &id, &e));
    return id;
}

static inline FlowAct action(const char *name) {
    return (FlowAct){.verb = VERB_ACT, .action = str_of(name)};
}

#endif
