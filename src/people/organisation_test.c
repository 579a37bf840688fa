/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/organisation_test.c: organisations, posts, delegations, teams, lots, grants and leaving;
 * on both engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "people/account.h"
#include "people/organisation.h"
#include "sql_statements.h"
#include "store/testing.h"

#define PASSWORD STR("Kai-fa-qu 2026!")
#define DAYS(n) ((Instant)(n)*24 * 3600 * 1000000)

static const Instant noon = INT64_C(1767240000000000);
static Content *content;

typedef struct Fixture {
    bool postgresql, made;
    TestPlace place;
    Store *store;
    Keys *keys;
} Fixture;
static Fixture fixtures[2] = {{.postgresql = false}, {.postgresql = true}};

#define ASSERT_OK(call)                        \
    do {                                       \
        if (!(call))                           \
            fail_msg("%s: %s", #call, e.text); \
    } while (0)
#define ASSERT_FAILS(call, expected, said)                                         \
    do {                                                                           \
        err_clear(&e);                                                             \
        assert_false(call);                                                        \
        if (e.code != (expected) || strstr(e.text, said) == NULL)                  \
            fail_msg("%s: %s at %s: %s", #call, err_key(e.code), e.where, e.text); \
    } while (0)

#define NEEDS_STORE            \
    Fixture *f = *state;       \
    Store *s = f->store;       \
    Err e = {0};               \
    int64_t n = 0;             \
    (void)n, (void)e, (void)s; \
    if (!f->made)              \
    skip()

static const Str SYSTEM = STR_INIT("system");
enum { PROC = 1, GOV, MARKET, POLICE, JUSTICE, CITY };

static int64_t unit(Store *s, const char *kind, const char *name, int64_t parent,
                    int64_t superior) {
    OrganisationNew in = {.kind = str_of(kind),
                          .name = str_of(name),
                          .division = STR("510502"),
                          .parent = parent,
                          .superior = superior};
    int64_t n = 0;
    Err e = {0};

    if (!organisation_create(s, content, SYSTEM, &in, &n, &e))
        fail_msg("%s: %s", name, e.text);
    return n;
}

static void person(Store *s, const char *login) {
    Err e = {0};

    if (!account_create(s, SYSTEM, str_of(login), str_of(login), PASSWORD, false, &e))
        fail_msg("%s: %s", login, e.text);
}

static AppointmentNew post(const char *login, const char *role, int64_t organisation) {
    return (AppointmentNew){
        .login = str_of(login), .role = str_of(role), .organisation = organisation};
}

static int64_t appoint(Store *s, const char *login, const char *role, int64_t organisation) {
    AppointmentNew in = post(login, role, organisation);
    int64_t n = 0;
    Err e = {0};

    if (!appointment_create(s, content, SYSTEM, &in, &n, &e))
        fail_msg("%s %s: %s", login, role, e.text);
    return n;
}

/* A county: the procuratorate is the home. */
static int set_up(void **state) {
    Fixture *f = *state;
    Err e = {0};
    char path[100];

    f->made = test_place_make(&f->place, f->postgresql);
    if (!f->made)
        return 0;
    snprintf(path, sizeof path, "%s/key", f->place.folder);
    f->keys = keys_create(path, &e);
    f->store = store_open(f->place.address, &e);
    if (!f->store) {
        fprintf(stderr, "%s\n", e.text);
        return -1;
    }
    journal_use_keys(f->store, f->keys);
    instant_freeze(noon);
    person(f->store, "admin");
    ASSERT_OK(organisation_begin(f->store, content, STR("江城县人民检察院"), &e));
    assert_int_equal(unit(f->store, "government", "江城县人民政府", 0, 0), GOV);
    assert_int_equal(unit(f->store, "market_supervision", "江城县市场监督管理局", GOV, 0), MARKET);
    assert_int_equal(unit(f->store, "police", "江城县公安局", GOV, 0), POLICE);
    assert_int_equal(unit(f->store, "justice_bureau", "江城县司法局", GOV, 0), JUSTICE);
    assert_int_equal(unit(f->store, "procuratorate", "江州市人民检察院", 0, 0), CITY);
    return 0;
}

static int tear_down(void **state) {
    Fixture *f = *state;

    if (!f->made)
        return 0;
    Err e = {0};
    char live[65], rebuilt[65];
    JournalCheck check;

    /* Whatever a test did can be lived again. */
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

/* One number out of the tables. */
typedef struct Question {
    const Sql *sql;
    Arg args[4];
    size_t n;
    const char *column;
    Str text;
    int64_t number;
    size_t rows;
    Arena *arena;
} Question;

static bool ask_work(Tx *tx, void *context, Err *e) {
    Question *q = context;
    Node *rows = tx_rows(tx, q->arena, q->sql, q->args, q->n, e);

    if (rows == NULL)
        return false;
    q->rows = rows->count;
    if (rows->count > 0 && q->column != NULL) {
        q->text = node_text(rows->items[0], q->column);
        q->number = node_int(rows->items[0], q->column, 0);
    }
    return true;
}

static Question ask(Store *s, Arena *a, const Sql *sql, Arg one, Arg two, size_t n,
                    const char *column) {
    Question q = {.sql = sql, .args = {one, two}, .n = n, .column = column, .arena = a};
    Err e = {0};

    ASSERT_OK(store_read(s, ask_work, &q, &e));
    return q;
}

static size_t open_posts(Store *s, const char *login) {
    scoped_arena Arena *a = arena_new();

    return ask(s, a, &SQL_appointment_open_of, ARG_OF_TEXT(str_of(login)),
               ARG_OF_INT(instant_now()), 2, NULL)
        .rows;
}

/* ---- the tree ---- */

static void test_begin(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();

    assert_true(
        str_is(ask(s, a, &SQL_organisation_get, ARG_OF_INT(PROC), ARG_OF_NULL, 1, "kind").text,
               "procuratorate"));
    assert_true(str_is(ask(s, a, &SQL_appointment_get, ARG_OF_INT(1), ARG_OF_NULL, 1, "role").text,
                       "founder"));
    ASSERT_OK(organisation_begin(s, content, STR("另一个院"), &e)); /* again: nothing */
    assert_int_equal(open_posts(s, "admin"), 1);
}

static void test_organisation_mistakes(void **state) {
    NEEDS_STORE;
    static const struct {
        OrganisationNew in;
        ErrCode code;
        const char *where, *said;
    } mistakes[] = {
        {{.kind = STR_INIT("polise"), .name = STR_INIT("某")}, ERR_INVALID, "/kind", "police"},
        {{.kind = STR_INIT("police"), .name = STR_INIT(" ")}, ERR_INVALID, "/name", "请填写"},
        {{.kind = STR_INIT("police"), .name = STR_INIT("甲\n乙")}, ERR_INVALID, "/name", "一行"},
        {{.kind = STR_INIT("police"), .name = STR_INIT("某"), .division = STR_INIT("999999")},
         ERR_INVALID,
         "/division",
         "行政区划"},
        {{.kind = STR_INIT("police"), .name = STR_INIT("某"), .division = STR_INIT("51050")},
         ERR_INVALID,
         "/division",
         "行政区划"},
        {{.kind = STR_INIT("police"), .name = STR_INIT("某"), .parent = 99},
         ERR_INVALID,
         "/parent",
         "99"},
        {{.kind = STR_INIT("police"), .name = STR_INIT("某"), .superior = 99},
         ERR_INVALID,
         "/superior",
         "99"},
        {{.kind = STR_INIT("police"), .name = STR_INIT("某"), .parent = -1},
         ERR_INVALID,
         "/parent",
         "不对"},
        {{.kind = STR_INIT("police"), .name = STR_INIT("某"), .parent = PROC},
         ERR_INVALID,
         "/parent",
         "不能设在"},
        {{.kind = STR_INIT("police"), .name = STR_INIT("江城县公安局"), .parent = GOV},
         ERR_CONFLICT,
         "/name",
         "已经有"},
    };

    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        err_clear(&e);
        assert_false(organisation_create(s, content, SYSTEM, &mistakes[i].in, &n, &e));
        if (e.code != mistakes[i].code || strcmp(e.where, mistakes[i].where) != 0 ||
            strstr(e.text, mistakes[i].said) == NULL)
            fail_msg("%zu: %s at %s: %s", i, err_key(e.code), e.where, e.text);
    }
}

static void test_cycles(void **state) {
    NEEDS_STORE;
    int64_t upper = unit(s, "government", "江州市人民政府", 0, 0);
    OrganisationNew county = {.name = STR("江城县人民政府"), .parent = upper};
    OrganisationNew city = {.name = STR("江州市人民政府"), .parent = GOV};
    OrganisationNew self = {.name = STR("江城县公安局"), .parent = GOV, .superior = POLICE};

    ASSERT_OK(organisation_change(s, content, SYSTEM, GOV, &county, &e));
    ASSERT_FAILS(organisation_change(s, content, SYSTEM, upper, &city, &e), ERR_CONFLICT,
                 "江州市人民政府 → 江城县人民政府 → 江州市人民政府");
    assert_string_equal(e.where, "/parent");
    ASSERT_FAILS(organisation_change(s, content, SYSTEM, POLICE, &self, &e), ERR_CONFLICT,
                 "领导关系不能绕成一圈");
    /* led one way, standing another: the leaders come round */
    OrganisationNew led = {.name = STR("江城县公安局"), .parent = GOV, .superior = MARKET};
    OrganisationNew back = {.name = STR("江城县市场监督管理局"), .parent = GOV, .superior = POLICE};

    ASSERT_OK(organisation_change(s, content, SYSTEM, POLICE, &led, &e));
    ASSERT_FAILS(organisation_change(s, content, SYSTEM, MARKET, &back, &e), ERR_CONFLICT,
                 "江城县市场监督管理局 → 江城县公安局 → 江城县市场监督管理局");
    ASSERT_FAILS(organisation_change(s, content, SYSTEM, 77, &led, &e), ERR_NOT_FOUND, "77");
}

/* Numbers of two houses must not look the same; a change that does not speak of them keeps them. */
static void test_letters(void **state) {
    NEEDS_STORE;
    OrganisationNew in = {.name = STR("江城县公安局"), .parent = GOV, .letters = STR(" 江公 ")};
    OrganisationNew other = {.name = STR("江城县司法局"), .parent = GOV, .letters = STR("江公")};
    scoped_arena Arena *a = arena_new();

    (void)n;
    ASSERT_OK(organisation_change(s, content, SYSTEM, POLICE, &in, &e));
    ASSERT_FAILS(organisation_change(s, content, SYSTEM, JUSTICE, &other, &e), ERR_CONFLICT,
                 "江公");
    other.letters = STR("一二三四五六七八九十十一十二");
    ASSERT_FAILS(organisation_change(s, content, SYSTEM, JUSTICE, &other, &e), ERR_INVALID, "代字");
    in.letters = (Str){NULL, 0};
    ASSERT_OK(organisation_change(s, content, SYSTEM, POLICE, &in, &e));
    assert_true(
        str_is(ask(s, a, &SQL_organisation_get, ARG_OF_INT(POLICE), ARG_OF_NULL, 1, "letters").text,
               "江公"));
}

static void test_depth(void **state) {
    NEEDS_STORE;
    int64_t at = 0;
    char name[40];

    for (int i = 0; i < ORGANISATION_DEPTH_MOST; i++) {
        snprintf(name, sizeof name, "第%d级人民政府", i);
        at = unit(s, "government", name, at, 0);
    }
    OrganisationNew in = {.kind = STR("government"), .name = STR("太深人民政府"), .parent = at};
    OrganisationNew moved = {.name = STR("江城县人民政府"), .parent = at - 1};

    ASSERT_FAILS(organisation_create(s, content, SYSTEM, &in, &n, &e), ERR_CONFLICT, "16 层");
    /* the county's government itself would fit, its bureaus would not */
    ASSERT_FAILS(organisation_change(s, content, SYSTEM, GOV, &moved, &e), ERR_CONFLICT, "16 层");
}

static void test_end_and_reopen(void **state) {
    NEEDS_STORE;
    ASSERT_FAILS(organisation_end(s, SYSTEM, PROC, &e), ERR_CONFLICT, "本系统所属");
    ASSERT_FAILS(organisation_end(s, SYSTEM, GOV, &e), ERR_CONFLICT, "下面还有 3 个");
    person(s, "wang");
    int64_t held = appoint(s, "wang", "police_officer", POLICE);

    ASSERT_FAILS(organisation_end(s, SYSTEM, POLICE, &e), ERR_CONFLICT, "1 个任职");
    ASSERT_OK(appointment_end(s, content, SYSTEM, held, &e));
    instant_freeze(noon + 1);
    ASSERT_OK(organisation_end(s, SYSTEM, POLICE, &e));
    ASSERT_FAILS(organisation_end(s, SYSTEM, POLICE, &e), ERR_CONFLICT, "已经撤销");
    AppointmentNew late = post("wang", "police_officer", POLICE);

    ASSERT_FAILS(appointment_create(s, content, SYSTEM, &late, &n, &e), ERR_CONFLICT, "已经撤销");
    int64_t other = unit(s, "police", "江城县公安局", GOV, 0);

    ASSERT_FAILS(organisation_reopen(s, SYSTEM, POLICE, &e), ERR_CONFLICT, "另一个");
    ASSERT_OK(organisation_end(s, SYSTEM, other, &e));
    ASSERT_OK(organisation_reopen(s, SYSTEM, POLICE, &e));
    ASSERT_FAILS(organisation_reopen(s, SYSTEM, POLICE, &e), ERR_CONFLICT, "没有撤销");
}

static void test_departments(void **state) {
    NEEDS_STORE;
    int64_t criminal = 0;

    ASSERT_OK(department_create(s, content, SYSTEM, PROC, STR("criminal"), STR("第一检察部"),
                                &criminal, &e));
    ASSERT_FAILS(department_create(s, content, SYSTEM, PROC, STR("traffic"), STR("某"), &n, &e),
                 ERR_INVALID, "没有“traffic”");
    ASSERT_FAILS(department_create(s, content, SYSTEM, PROC, STR(""), STR("第一检察部"), &n, &e),
                 ERR_CONFLICT, "已经有");
    person(s, "li");
    AppointmentNew in = post("li", "criminal_prosecutor", PROC);

    in.department = criminal;
    ASSERT_OK(appointment_create(s, content, SYSTEM, &in, &n, &e));
    ASSERT_FAILS(department_end(s, SYSTEM, criminal, &e), ERR_CONFLICT, "1 个任职");
    in = post("li", "police_officer", POLICE);
    in.department = criminal;
    ASSERT_FAILS(appointment_create(s, content, SYSTEM, &in, &n, &e), ERR_INVALID, "没有编号");
    ASSERT_OK(department_change(s, SYSTEM, criminal, STR("刑事检察部"), &e));
    ASSERT_FAILS(department_change(s, SYSTEM, 99, STR("某"), &e), ERR_NOT_FOUND, "99");
}

/* ---- posts ---- */

static void test_appointment_mistakes(void **state) {
    NEEDS_STORE;
    int64_t enterprise = unit(s, "enterprise", "江城某某公司", 0, 0);
    static const struct {
        const char *login, *role;
        int64_t organisation, since, until; /* days from now */
        ErrCode code;
        const char *said;
    } mistakes[] = {
        {"nobody", "prosecutor", PROC, 0, 0, ERR_INVALID, "没有登录名"},
        {"li", "prosecuter", PROC, 0, 0, ERR_INVALID, "prosecutor"},
        {"li", "founder", PROC, 0, 0, ERR_INVALID, "不能授予"},
        {"li", "prosecutor", 99, 0, 0, ERR_INVALID, "99"},
        {"li", "prosecutor", POLICE, 0, 0, ERR_INVALID, "不能在江城县公安局"},
        {"li", "expert", PROC, 0, 0, ERR_INVALID, "到什么时候结束"},
        {"li", "expert", PROC, 0, -1, ERR_INVALID, "已经过去"},
        {"li", "expert", PROC, 5, 4, ERR_INVALID, "晚于开始"},
        {"li", "system_admin", PROC, 0, 30, ERR_INVALID, "不设期限"},
        {"gone", "prosecutor", PROC, 0, 0, ERR_CONFLICT, "已停用"},
    };

    person(s, "li");
    person(s, "gone");
    ASSERT_OK(account_disable(s, SYSTEM, STR("gone"), &e));
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        AppointmentNew in = post(mistakes[i].login, mistakes[i].role, mistakes[i].organisation);

        in.since = mistakes[i].since ? noon + DAYS(mistakes[i].since) : 0;
        in.until = mistakes[i].until ? noon + DAYS(mistakes[i].until) : 0;
        err_clear(&e);
        assert_false(appointment_create(s, content, SYSTEM, &in, &n, &e));
        if (e.code != mistakes[i].code || strstr(e.text, mistakes[i].said) == NULL)
            fail_msg("%zu: %s: %s", i, err_key(e.code), e.text);
    }
    AppointmentNew in = post("li", "liaison_officer", enterprise);

    ASSERT_FAILS(appointment_create(s, content, SYSTEM, &in, &n, &e), ERR_INVALID, "受送达");
    in = post("li", "prosecutor", PROC);
    ASSERT_FAILS(appointment_create(s, content, STR("li"), &in, &n, &e), ERR_FORBIDDEN,
                 "不能给自己");
    ASSERT_OK(appointment_create(s, content, SYSTEM, &in, &n, &e));
    ASSERT_FAILS(appointment_create(s, content, SYSTEM, &in, &n, &e), ERR_CONFLICT, "已经是");
    in = post("li", "police_officer", POLICE); /* one person, several posts */
    ASSERT_OK(appointment_create(s, content, SYSTEM, &in, &n, &e));
    assert_int_equal(open_posts(s, "li"), 2);
    ASSERT_OK(appointment_end(s, content, SYSTEM, n, &e));
    ASSERT_FAILS(appointment_end(s, content, SYSTEM, n, &e), ERR_CONFLICT, "已经结束");
    ASSERT_FAILS(appointment_end(s, content, SYSTEM, 999, &e), ERR_NOT_FOUND, "999");
}

static void test_administrators_stand_alone(void **state) {
    NEEDS_STORE;
    static const char *const roles[] = {"system_admin", "security_admin", "audit_admin"};

    person(s, "one");
    person(s, "two");
    person(s, "clerk");
    appoint(s, "clerk", "prosecutor", PROC);
    int64_t held = appoint(s, "one", "system_admin", PROC);

    for (size_t i = 0; i < 3; i++) {
        AppointmentNew in = post("one", roles[i], PROC);

        ASSERT_FAILS(appointment_create(s, content, SYSTEM, &in, &n, &e), ERR_CONFLICT,
                     "不能再担任");
        in = post("clerk", roles[i], PROC);
        ASSERT_FAILS(appointment_create(s, content, SYSTEM, &in, &n, &e), ERR_CONFLICT,
                     "没有任何任职");
    }
    AppointmentNew in = post("one", "prosecutor", PROC);

    ASSERT_FAILS(appointment_create(s, content, SYSTEM, &in, &n, &e), ERR_CONFLICT, "不能再担任");
    ASSERT_FAILS(appointment_end(s, content, SYSTEM, held, &e), ERR_CONFLICT, "最后一个系统管理员");
    ASSERT_FAILS(account_disable(s, SYSTEM, STR("one"), &e), ERR_CONFLICT, "最后一个系统管理员");
    ASSERT_FAILS(person_leave(s, content, SYSTEM, STR("one"), STR(""), &e), ERR_CONFLICT,
                 "最后一个系统管理员");
    appoint(s, "two", "system_admin", PROC);
    ASSERT_OK(account_disable(s, SYSTEM, STR("two"), &e)); /* a disabled one does not count */
    ASSERT_FAILS(appointment_end(s, content, SYSTEM, held, &e), ERR_CONFLICT, "最后一个系统管理员");
    ASSERT_OK(account_enable(s, SYSTEM, STR("two"), &e));
    ASSERT_OK(appointment_end(s, content, SYSTEM, held, &e));
    ASSERT_FAILS(account_disable(s, SYSTEM, STR("two"), &e), ERR_CONFLICT, "最后一个系统管理员");
}

/* Everybody who holds the duty now. */
static size_t liaisons(Store *s, int64_t organisation) {
    scoped_arena Arena *a = arena_new();

    return ask(s, a, &SQL_appointment_liaison, ARG_OF_INT(organisation), ARG_OF_INT(instant_now()),
               2, NULL)
        .rows;
}

static void test_one_liaison(void **state) {
    NEEDS_STORE;
    AppointmentNew duty = post("ba", "enforcement_officer", MARKET);

    person(s, "aa");
    person(s, "ba");
    person(s, "ca");
    appoint(s, "aa", "liaison_officer", MARKET); /* the role is the duty */
    assert_int_equal(liaisons(s, MARKET), 1);
    duty.liaison = true;
    ASSERT_OK(appointment_create(s, content, SYSTEM, &duty, &n, &e));
    assert_int_equal(liaisons(s, MARKET), 1);
    assert_int_equal(open_posts(s, "aa"), 0);
    appoint(s, "ca", "liaison_officer", MARKET);
    assert_int_equal(liaisons(s, MARKET), 1);
    assert_int_equal(open_posts(s, "ba"), 1); /* goes on as an officer, without the duty */
    instant_freeze(noon - DAYS(3));           /* clock set back: still one */
    duty.login = STR("aa");
    ASSERT_OK(appointment_create(s, content, SYSTEM, &duty, &n, &e));
    instant_freeze(noon + 1);
    assert_int_equal(liaisons(s, MARKET), 1);
    scoped_arena Arena *a = arena_new();

    assert_int_equal(
        ask(s, a, &SQL_appointment_of_organisation, ARG_OF_INT(MARKET), ARG_OF_NULL, 1, NULL).rows,
        5); /* history stays */
}

static void test_person_create(void **state) {
    NEEDS_STORE;
    AppointmentNew in = post("zhao", "nothing", PROC);

    ASSERT_FAILS(person_create(s, content, SYSTEM, STR("赵某"), PASSWORD, &in, &n, &e), ERR_INVALID,
                 "nothing");
    ASSERT_FAILS(account_disable(s, SYSTEM, STR("zhao"), &e), ERR_NOT_FOUND, "zhao");
    in.role = STR("prosecutor");
    ASSERT_OK(person_create(s, content, STR("zhao"), STR("赵某"), PASSWORD, &in, &n, &e));
    ASSERT_FAILS(person_create(s, content, SYSTEM, STR("赵某"), PASSWORD, &in, &n, &e),
                 ERR_CONFLICT, "已经有人");
    assert_int_equal(open_posts(s, "zhao"), 1);
}

/* A folder from before: the oldest account founds, the others handle cases. */
static void test_old_folder(void **state) {
    Fixture *f = *state;
    TestPlace place;
    Err e = {0};
    scoped_arena Arena *a = arena_new();

    if (!f->made)
        skip();
    assert_true(test_place_make(&place, f->postgresql));
    Store *s = store_open(place.address, &e);

    journal_use_keys(s, f->keys);
    person(s, "zeta");
    instant_freeze(noon + 5);
    person(s, "alpha");
    ASSERT_OK(account_disable(s, SYSTEM, STR("alpha"), &e));
    ASSERT_OK(organisation_begin(s, content, STR(""), &e));
    Question q = ask(s, a, &SQL_appointment_open_of, ARG_OF_TEXT(STR("zeta")), ARG_OF_INT(noon + 6),
                     2, "role");

    assert_true(str_is(q.text, "founder"));
    q = ask(s, a, &SQL_appointment_open_of, ARG_OF_TEXT(STR("alpha")), ARG_OF_INT(noon + 6), 2,
            "role");
    assert_true(str_is(q.text, "case_officer"));
    store_close(s);
    test_place_remove(&place);
}

/* ---- delegations ---- */

static void test_delegations(void **state) {
    NEEDS_STORE;
    person(s, "aa");
    person(s, "ba");
    person(s, "boss");
    appoint(s, "aa", "prosecutor", PROC);
    appoint(s, "boss", "audit_admin", PROC);
    DelegationNew in = {
        .giver = STR("aa"), .receiver = STR("ba"), .reason = STR("出差"), .until = noon + DAYS(7)};
    DelegationNew bad = in;

    ASSERT_OK(delegation_give(s, content, STR("aa"), &in, &n, &e));
    bad.receiver = STR("AA");
    ASSERT_FAILS(delegation_give(s, content, SYSTEM, &bad, &n, &e), ERR_INVALID, "给自己");
    bad = in, bad.receiver = STR("boss");
    ASSERT_FAILS(delegation_give(s, content, SYSTEM, &bad, &n, &e), ERR_CONFLICT, "管理员");
    bad = in, bad.giver = STR("boss");
    ASSERT_FAILS(delegation_give(s, content, SYSTEM, &bad, &n, &e), ERR_CONFLICT, "管理员");
    bad = in, bad.until = 0;
    ASSERT_FAILS(delegation_give(s, content, SYSTEM, &bad, &n, &e), ERR_INVALID, "什么时候结束");
    bad = in, bad.until = noon + DAYS(400);
    ASSERT_FAILS(delegation_give(s, content, SYSTEM, &bad, &n, &e), ERR_INVALID, "一年");
    bad = in, bad.reason = STR("");
    ASSERT_FAILS(delegation_give(s, content, SYSTEM, &bad, &n, &e), ERR_INVALID, "事由");
    ASSERT_FAILS(delegation_end(s, STR("ba"), STR("ba"), 1, &e), ERR_NOT_FOUND, "没有");
    ASSERT_OK(delegation_end(s, STR("aa"), STR("aa"), 1, &e));
    ASSERT_FAILS(delegation_end(s, SYSTEM, STR(""), 1, &e), ERR_CONFLICT, "已经结束");
    ASSERT_OK(journal_forget(s, STR("delegation:1"), SYSTEM, &e));
}

/* ---- teams and lots ---- */

static void test_teams(void **state) {
    NEEDS_STORE;
    MemberNew two[2] = {{.login = STR("aa")}, {.login = STR("ba")}};
    TeamNew in = {.kind = STR("investigation_team"),
                  .name = STR("侦查一组"),
                  .organisation = PROC,
                  .members = two,
                  .member_count = 1};

    person(s, "aa");
    person(s, "ba");
    person(s, "ca");
    ASSERT_FAILS(team_create(s, content, SYSTEM, &in, &n, &e), ERR_CONFLICT,
                 "每个院的侦查团队至少两人");
    in.member_count = 2;
    ASSERT_OK(team_create(s, content, SYSTEM, &in, &n, &e));
    ASSERT_FAILS(team_member_end(s, content, SYSTEM, 1, &e), ERR_CONFLICT, "至少要有 2 名");
    MemberNew third = {.team = n, .login = STR("ca")}, outsider = {.team = n, .name = STR("外人")};

    ASSERT_FAILS(team_member_add(s, content, SYSTEM, &outsider, &n, &e), ERR_INVALID, "应当有账号");
    ASSERT_OK(team_member_add(s, content, SYSTEM, &third, &n, &e));
    ASSERT_FAILS(team_member_add(s, content, SYSTEM, &third, &n, &e), ERR_CONFLICT, "已经是");
    ASSERT_OK(team_member_end(s, content, SYSTEM, 1, &e));
    ASSERT_FAILS(team_member_end(s, content, SYSTEM, 1, &e), ERR_CONFLICT, "已经退出");
    in.kind = STR("joint_grup");
    ASSERT_FAILS(team_create(s, content, SYSTEM, &in, &n, &e), ERR_INVALID, "joint_group");
    in.kind = STR("joint_group");
    ASSERT_FAILS(team_create(s, content, SYSTEM, &in, &n, &e), ERR_INVALID, "什么时候结束");
    in = (TeamNew){.kind = STR("base"), .name = STR("河湖基地"), .organisation = PROC};
    ASSERT_FAILS(team_create(s, content, SYSTEM, &in, &n, &e), ERR_INVALID, "地点");
    in.place = STR("江城县某镇某村");
    ASSERT_OK(team_create(s, content, SYSTEM, &in, &n, &e));
    ASSERT_OK(
        team_activity_add(s, content, SYSTEM, n, day_of(2025, 12, 1), STR("联合巡河"), &n, &e));
    ASSERT_FAILS(team_activity_add(s, content, SYSTEM, 1, day_of(2025, 12, 1), STR("某"), &n, &e),
                 ERR_INVALID, "不记录活动");
    ASSERT_OK(journal_forget(s, STR("activity:1"), SYSTEM, &e));
}

static void test_task_force(void **state) {
    NEEDS_STORE;
    TeamNew in = {.kind = STR("task_force"),
                  .name = STR("某专案组"),
                  .organisation = PROC,
                  .until = noon + DAYS(90)};
    TeamNew part = in;
    MemberNew member = {.login = STR("aa")};
    int64_t whole, group;
    scoped_arena Arena *a = arena_new();

    person(s, "aa");
    ASSERT_OK(team_create(s, content, SYSTEM, &in, &whole, &e));
    part.name = STR("第一小组");
    part.parent = whole;
    part.until = noon + DAYS(91);
    ASSERT_FAILS(team_create(s, content, SYSTEM, &part, &n, &e), ERR_INVALID, "不能晚于");
    part.until = noon + DAYS(30);
    ASSERT_OK(team_create(s, content, SYSTEM, &part, &group, &e));
    part.name = STR("再分"), part.parent = group;
    ASSERT_FAILS(team_create(s, content, SYSTEM, &part, &n, &e), ERR_INVALID, "不能再设");
    member.team = group;
    ASSERT_OK(team_member_add(s, content, SYSTEM, &member, &n, &e));
    Question q = ask(s, a, &SQL_team_member_open, ARG_OF_INT(whole), ARG_OF_INT(noon), 2, "until");

    assert_int_equal(q.rows, 1); /* of the whole, too */
    assert_int_equal(q.number, noon + DAYS(30));
    in.until = noon + DAYS(2); /* earlier for everybody */
    ASSERT_OK(team_change(s, content, SYSTEM, whole, &in, &e));
    q = ask(s, a, &SQL_team_member_open, ARG_OF_INT(whole), ARG_OF_INT(noon), 2, "until");
    assert_int_equal(q.number, noon + DAYS(2));
    ASSERT_OK(team_end(s, SYSTEM, whole, &e));
    ASSERT_FAILS(team_end(s, SYSTEM, group, &e), ERR_CONFLICT, "已经结束");
    instant_freeze(noon + 1);
    assert_int_equal(
        ask(s, a, &SQL_team_member_open, ARG_OF_INT(group), ARG_OF_INT(noon + 1), 2, NULL).rows, 0);
}

static void test_draws(void **state) {
    NEEDS_STORE;
    MemberNew pool[9] = {0};
    TeamNew in = {.kind = STR("hearing_pool"),
                  .name = STR("听证员库"),
                  .organisation = PROC,
                  .members = pool,
                  .member_count = 9};
    static const char *const names[] = {"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬"};
    int64_t team, first = 0, out[] = {3, 3, 5};
    scoped_arena Arena *a = arena_new();

    for (size_t i = 0; i < 9; i++)
        pool[i] = (MemberNew){.name = str_of(names[i]), .skills = STR("环境")};
    ASSERT_OK(team_create(s, content, SYSTEM, &in, &team, &e));
    DrawNew draw = {.team = team,
                    .wanted = 3,
                    .purpose = STR("某案听证"),
                    .left_out = out,
                    .left_out_count = 3};

    ASSERT_OK(draw_make(s, content, SYSTEM, &draw, &first, &e));
    ASSERT_OK(draw_verify(s, first, &e));
    Question q = ask(s, a, &SQL_draw_members, ARG_OF_INT(first), ARG_OF_NULL, 1, "state");

    assert_int_equal(q.rows, 9);
    assert_true(str_is(q.text, "drawn"));
    instant_freeze(noon + 10);
    ASSERT_OK(team_member_end(s, content, SYSTEM, 4, &e)); /* later changes do not touch it */
    ASSERT_OK(draw_verify(s, first, &e));
    draw.wanted = 7;
    ASSERT_FAILS(draw_make(s, content, SYSTEM, &draw, &n, &e), ERR_CONFLICT, "只有 6 人");
    draw.wanted = 0;
    ASSERT_FAILS(draw_make(s, content, SYSTEM, &draw, &n, &e), ERR_INVALID, "1 到 50");
    out[0] = 77, draw.wanted = 1;
    ASSERT_FAILS(draw_make(s, content, SYSTEM, &draw, &n, &e), ERR_INVALID, "77");
    draw.team = 99;
    ASSERT_FAILS(draw_make(s, content, SYSTEM, &draw, &n, &e), ERR_NOT_FOUND, "99");
    ASSERT_FAILS(draw_verify(s, 99, &e), ERR_NOT_FOUND, "99");
    assert_true(
        test_place_tamper(&f->place, "UPDATE draw_member SET state = 'rest' WHERE position = 1"));
    ASSERT_FAILS(draw_verify(s, first, &e), ERR_BROKEN, "与日志不符");
    assert_true(
        test_place_tamper(&f->place, "UPDATE draw_member SET state = 'drawn' WHERE position = 1"));
    assert_true(test_place_tamper(&f->place, "UPDATE team_member SET until = 1 WHERE member = 2"));
    ASSERT_FAILS(draw_verify(s, first, &e), ERR_BROKEN, "重新抽取");
    assert_true(
        test_place_tamper(&f->place, "UPDATE team_member SET until = NULL WHERE member = 2"));
}

/* The order is what the header says it is: worked out once by other means (tests/draw.py). */
static void test_draw_key(void **state) {
    unsigned char seed[32], key[32], plain[64], again[32];

    (void)state;
    for (int i = 0; i < 32; i++)
        plain[i] = seed[i] = (unsigned char)(i * 7);
    memcpy(plain + 32, "4711", 4);
    sm3(plain, 36, again);
    draw_key(seed, 4711, key);
    assert_memory_equal(key, again, 32);
}

/* ---- grants ---- */

static void test_grants(void **state) {
    NEEDS_STORE;
    GrantNew in = {.kind = STR("clue"),
                   .object = STR("00ab"),
                   .grantee = STR("person:guest"),
                   .fields = FIELDS_PLAIN,
                   .purpose = STR("听证")};
    AppointmentNew invited = post("guest", "expert", PROC);

    person(s, "guest");
    person(s, "boss");
    appoint(s, "boss", "audit_admin", PROC);
    invited.until = noon + DAYS(20);
    ASSERT_OK(appointment_create(s, content, SYSTEM, &invited, &n, &e));
    ASSERT_FAILS(grant_give(s, content, SYSTEM, &in, &n, &e), ERR_INVALID, "特邀");
    in.until = noon + DAYS(5);
    ASSERT_OK(grant_give(s, content, SYSTEM, &in, &n, &e));
    ASSERT_FAILS(grant_give(s, content, SYSTEM, &in, &n, &e), ERR_CONFLICT, "已经向对方开放");
    static const struct {
        const char *kind, *object, *grantee, *said;
    } mistakes[] = {
        {"model", "1", "organisation:3", "线索"},  {"clue", "", "organisation:3", "编号"},
        {"clue", "a b", "organisation:3", "编号"}, {"clue", "1", "organisation", "写明"},
        {"clue", "1", "organisation:", "写明"},    {"clue", "1", "organisation:x", "正整数"},
        {"clue", "1", "organisation:99", "99"},    {"clue", "1", "team:99", "99"},
        {"clue", "1", "person:nobody", "nobody"},  {"clue", "1", "unit:3", "只能开放给"},
        {"clue", "1", "person:boss", "管理员"},
    };

    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        GrantNew bad = in;

        bad.kind = str_of(mistakes[i].kind);
        bad.object = str_of(mistakes[i].object);
        bad.grantee = str_of(mistakes[i].grantee);
        err_clear(&e);
        assert_false(grant_give(s, content, SYSTEM, &bad, &n, &e));
        if (strstr(e.text, mistakes[i].said) == NULL)
            fail_msg("%zu: %s", i, e.text);
    }
    GrantNew bad = in;

    bad.grantee = STR("organisation:3"), bad.fields = 3;
    ASSERT_FAILS(grant_give(s, content, SYSTEM, &bad, &n, &e), ERR_INVALID, "个人信息");
    bad.fields = FIELDS_PERSONAL, bad.purpose = STR("");
    ASSERT_FAILS(grant_give(s, content, SYSTEM, &bad, &n, &e), ERR_INVALID, "用途");
    bad.purpose = STR("核查"), bad.until = 0;
    ASSERT_OK(grant_give(s, content, SYSTEM, &bad, &n, &e));
    ASSERT_OK(grant_end(s, SYSTEM, 1, &e));
    ASSERT_FAILS(grant_end(s, SYSTEM, 1, &e), ERR_CONFLICT, "已经结束");
    ASSERT_FAILS(grant_end(s, SYSTEM, 99, &e), ERR_NOT_FOUND, "99");
    ASSERT_OK(journal_forget(s, STR("grant:2"), SYSTEM, &e));
}

/* ---- leaving ---- */

static void test_leaving(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    MemberNew two[2] = {{.login = STR("old"), .duty = STR("组长")}, {.login = STR("ba")}};
    TeamNew team = {.kind = STR("investigation_team"),
                    .name = STR("侦查一组"),
                    .organisation = PROC,
                    .members = two,
                    .member_count = 2};
    DelegationNew delegation = {
        .giver = STR("old"), .receiver = STR("ba"), .reason = STR("休假"), .until = noon + DAYS(7)};
    GrantNew got = {.kind = STR("clue"),
                    .object = STR("1"),
                    .grantee = STR("person:old"),
                    .fields = FIELDS_PLAIN,
                    .purpose = STR("核查")};
    GrantNew gave = {.kind = STR("batch"),
                     .object = STR("2"),
                     .grantee = STR("organisation:3"),
                     .fields = FIELDS_PLAIN,
                     .purpose = STR("核查")};
    Node *open = NULL;

    person(s, "old");
    person(s, "ba");
    person(s, "new");
    appoint(s, "old", "prosecutor", PROC);
    appoint(s, "old", "procuratorate_liaison", PROC);
    ASSERT_OK(team_create(s, content, SYSTEM, &team, &n, &e));
    ASSERT_OK(delegation_give(s, content, SYSTEM, &delegation, &n, &e));
    ASSERT_OK(grant_give(s, content, SYSTEM, &got, &n, &e));
    ASSERT_OK(grant_give(s, content, STR("old"), &gave, &n, &e));
    ASSERT_OK(person_open_work(s, content, a, STR("old"), &open, &e));
    assert_int_equal(open->count, 6);
    ASSERT_FAILS(person_leave(s, content, SYSTEM, STR("old"), STR("old"), &e), ERR_INVALID, "本人");
    ASSERT_FAILS(person_leave(s, content, STR("old"), STR("old"), STR("new"), &e), ERR_FORBIDDEN,
                 "自己");
    ASSERT_FAILS(person_leave(s, content, SYSTEM, STR("old"), STR("nobody"), &e), ERR_INVALID,
                 "nobody");
    /* the team would fall under two: refused, and nothing of it is done */
    ASSERT_FAILS(person_leave(s, content, SYSTEM, STR("old"), STR(""), &e), ERR_CONFLICT, "两人");
    ASSERT_OK(person_open_work(s, content, a, STR("old"), &open, &e));
    assert_int_equal(open->count, 6);
    ASSERT_OK(person_leave(s, content, SYSTEM, STR("old"), STR("new"), &e));
    instant_freeze(noon + 1);
    ASSERT_OK(person_open_work(s, content, a, STR("old"), &open, &e));
    assert_int_equal(open->count, 0);
    ASSERT_OK(person_open_work(s, content, a, STR("new"), &open, &e));
    assert_int_equal(open->count, 5); /* all but the delegation, which was personal */
    assert_int_equal(liaisons(s, PROC), 1);
    Account account;

    ASSERT_OK(account_find(s, a, STR("old"), &account, &e));
    assert_false(account.active);
    ASSERT_FAILS(person_leave(s, content, SYSTEM, STR("old"), STR("new"), &e), ERR_CONFLICT,
                 "已停用");
}

static int start(void **state) {
    Err e = {0};

    (void)state;
    crypto_start();
    organisation_register();
    content = content_load(NULL, &e);
    return content != NULL ? 0 : -1;
}

static int stop(void **state) {
    (void)state;
    content_drop(content);
    return 0;
}

#define TEST(t)                                              \
    {#t, t, set_up, tear_down, &fixtures[0]}, {              \
#t "/postgresql", t, set_up, tear_down, &fixtures[1] \
    }

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_begin),
        TEST(test_organisation_mistakes),
        TEST(test_letters),
        TEST(test_cycles),
        TEST(test_depth),
        TEST(test_end_and_reopen),
        TEST(test_departments),
        TEST(test_appointment_mistakes),
        TEST(test_administrators_stand_alone),
        TEST(test_one_liaison),
        TEST(test_person_create),
        TEST(test_old_folder),
        TEST(test_delegations),
        TEST(test_teams),
        TEST(test_task_force),
        TEST(test_draws),
        cmocka_unit_test(test_draw_key),
        TEST(test_grants),
        TEST(test_leaving),
    };

    return cmocka_run_group_tests_name("people/organisation", tests, start, stop);
}
