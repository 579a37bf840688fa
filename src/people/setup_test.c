/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/setup_test.c: the first set-up, once and whole, and the directory that shows its result.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "people/account.h"
#include "people/directory.h"
#include "people/setup.h"
#include "store/testing.h"

static Content *content;
static Store *store;
static Keys *keys;
static TestPlace place;
static Arena *arena;
static const Str ADMIN = STR_INIT("admin");

#define ASSERT_OK(call)                                    \
    do {                                                   \
        if (!(call))                                       \
            fail_msg("%s: %s %s", #call, e.where, e.text); \
    } while (0)

static int set_up(void **state) {
    Err e = {0};
    char path[100];

    (void)state;
    test_place_make(&place, false);
    snprintf(path, sizeof path, "%s/key", place.folder);
    keys = keys_create(path, &e);
    store = store_open(place.address, &e);
    journal_use_keys(store, keys);
    arena = arena_new();
    return account_create(store, STR("system"), ADMIN, STR("管理员"), STR("Kai-fa-qu 2026!"), true,
                          &e) &&
                   organisation_begin(store, content, STR("江城县（虚构）"), &e)
               ? 0
               : -1;
}

static int tear_down(void **state) {
    (void)state;
    store_close(store);
    keys_free(keys);
    arena_free(arena);
    test_place_remove(&place);
    return 0;
}

static const SetupUnit units[] = {
    {.kind = STR_INIT("government"), .name = STR_INIT("江城县人民政府")},
    {.kind = STR_INIT("police"), .name = STR_INIT("江城县公安局"), .parent = 1},
    {.kind = STR_INIT("procuratorate"), .name = STR_INIT("江城县第二人民检察院"), .parent = -1},
};
static const SetupPerson people[] = {
    {.login = STR_INIT("admin"), .role = STR_INIT("system_admin")},
    {.login = STR_INIT("aq"), .name = STR_INIT("安全"), .role = STR_INIT("security_admin")},
    {.login = STR_INIT("sj"), .name = STR_INIT("审计"), .role = STR_INIT("audit_admin")},
    {.login = STR_INIT("jcg"),
     .name = STR_INIT("检察"),
     .role = STR_INIT("administrative_prosecutor"),
     .department = STR_INIT("administrative")},
    {.login = STR_INIT("mj"),
     .name = STR_INIT("民警"),
     .role = STR_INIT("police_officer"),
     .unit = 2,
     .liaison = true},
};
static const Setup good = {.home = {.kind = STR_INIT("procuratorate"),
                                    .name = STR_INIT("江城县人民检察院"),
                                    .division = STR_INIT("510502")},
                           .units = units,
                           .unit_count = 3,
                           .people = people,
                           .person_count = 5};

static void refused(const Setup *in, const char *said) {
    SetupResult r;
    Err e = {0};
    char before[65], after[65];
    bool pending;

    ASSERT_OK(journal_digest(store, before, &e));
    assert_false(setup_run(store, content, arena, ADMIN, in, &r, &e));
    if (strstr(e.text, said) == NULL)
        fail_msg("%s: %s", said, e.text);
    err_clear(&e);
    ASSERT_OK(journal_digest(store, after, &e));
    assert_string_equal(before, after);
    ASSERT_OK(setup_pending(store, content, &pending, &e));
    assert_true(pending);
}

static void test_set_up(void **state) {
    SetupResult r;
    Err e = {0};
    bool pending = true;
    char live[65], rebuilt[65];

    (void)state;
    ASSERT_OK(setup_run(store, content, arena, ADMIN, &good, &r, &e));
    assert_int_equal(r.password_count, 4);
    ASSERT_OK(setup_pending(store, content, &pending, &e));
    assert_false(pending);
    assert_false(setup_run(store, content, arena, ADMIN, &good, &r, &e));
    assert_int_equal(e.code, ERR_CONFLICT);
    const Node *tree = organisation_tree(store, content, arena, &e);

    assert_int_equal(tree->count, 4);
    assert_true(str_is(node_text(tree->items[0], "name"), "江城县人民检察院"));
    assert_true(str_is(node_text(tree->items[1], "name"), "江城县第二人民检察院"));
    assert_int_equal(node_int(tree->items[1], "depth", 0), 2);
    assert_true(node_bool(tree->items[0], "vacant", false));
    assert_false(node_bool(tree->items[3], "vacant", true));
    assert_true(str_is(node_text(node_get(tree->items[3], "liaison"), "login"), "mj"));
    const Node *unit = organisation_detail(store, content, arena, 1, &e);

    assert_true(node_get(unit, "departments")->count > 8);
    assert_true(node_get(unit, "roles")->count > 10);
    const Node *me = person_detail(store, content, arena, STR("JCG"), &e);

    assert_true(str_is(node_text(node_get(me, "posts")->items[0], "role_title"), "行政检察官"));
    assert_true(
        str_is(node_text(node_get(me, "posts")->items[0], "department_name"), "行政检察部"));
    assert_true(node_get(me, "password") == NULL);
    const struct {
        const char *word, *role;
        int64_t organisation;
        size_t people;
    } lists[] = {
        {"检察", "", 0, 1},
        {"", "", 1, 4},
        {"", "administrative_prosecutor", 0, 1},
        {"", "administrative_prosecutor", 1, 1},
        {"", "administrative_prosecutor", 3, 0},
        {"nobody", "administrative_prosecutor", 0, 0},
        {"", "no_such_role", 0, 0},
    };

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        assert_int_equal(people_list(store, content, arena, str_of(lists[i].word),
                                     lists[i].organisation, str_of(lists[i].role), &e)
                             ->count,
                         lists[i].people);
    assert_null(person_detail(store, content, arena, STR("nobody"), &e));
    ASSERT_OK(journal_digest(store, live, &e));
    ASSERT_OK(journal_rebuild(store, rebuilt, &e));
    assert_string_equal(live, rebuilt);
}

static void test_mistakes(void **state) {
    Setup in = good;
    SetupPerson some[5];
    SetupUnit wrong[3];

    (void)state;
    in.person_count = 2;
    refused(&in, "还没有审计管理员");
    memcpy(some, people, sizeof some);
    in = good, in.people = some;
    some[3].role = STR("system_admin"), some[3].login = STR("admin");
    refused(&in, "不能再担任");
    some[3] = people[3], some[3].unit = 4;
    refused(&in, "第 4 个机构");
    some[3] = people[3], some[3].department = STR("traffic");
    refused(&in, "没有“traffic”");
    some[3] = people[3], some[3].role = STR("founder");
    refused(&in, "首次设置完成后");
    some[3] = people[3], some[3].name = STR("");
    refused(&in, "姓名");
    memcpy(wrong, units, sizeof wrong);
    in = good, in.units = wrong;
    wrong[0].parent = 2;
    refused(&in, "第 2 个机构不在前面");
    wrong[0] = units[0], wrong[1].kind = STR("polise");
    refused(&in, "police");
    in = good, in.home.kind = STR("x");
    refused(&in, "没有机构种类");
    in = good, in.home.division = STR("12");
    refused(&in, "行政区划");
}

/* A founder who gets no post has an account that can do nothing: it is disabled. */
static void test_founder_without_post(void **state) {
    SetupPerson some[5];
    SetupResult r;
    Setup in = good;
    Account account;
    Err e = {0};

    (void)state;
    memcpy(some, people, sizeof some);
    some[0].login = STR("xt"), some[0].name = STR("系统");
    in.people = some;
    ASSERT_OK(setup_run(store, content, arena, ADMIN, &in, &r, &e));
    ASSERT_OK(account_find(store, arena, ADMIN, &account, &e));
    assert_false(account.active);
}

static void test_roles_in_words(void **state) {
    const Node *roles = roles_shown(content, arena);
    size_t found = 0;

    (void)state;
    for (size_t i = 0; i < roles->count; i++) {
        const Node *rules = node_get(roles->items[i], "rules");

        for (size_t j = 0; j < rules->count; j++)
            found += str_is(node_text(rules->items[j], "sentence"),
                            "查看线索：向本人、本单位或所在专班开放的，含个人信息");
    }
    assert_true(found > 3);
    assert_true(node_get(kinds_shown(content, arena), "organisations")->count > 20);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_set_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_mistakes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_founder_without_post, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_roles_in_words, set_up, tear_down),
    };

    return cmocka_run_group_tests_name("people/setup", tests, start, stop);
}
