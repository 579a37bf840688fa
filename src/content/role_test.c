/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/role_test.c: mistakes in content/roles are named with their place, and what the built-in
 * roles must hold. */
#include "content/testing.h"

#include "base/banned.h"

#define FILE_PATH "content/roles/x.yaml"
#define ROLE "roles:\n  - role: r\n    title: 某\n    rules:\n"

typedef struct Mistake {
    const char *text, *where, *what;
} Mistake;

/* Each stands beside the built-in files. */
static const Mistake mistakes[] = {
    {"- a\n", FILE_PATH, "映射"},
    {"role: []\n", FILE_PATH ":1:1", "是不是想写“roles”"},
    {ROLE "      - {permission: clue.raed, reach: own}\n", FILE_PATH ":5:22",
     "是不是想写“clue.read”"},
    {ROLE "      - {permission: everything}\n", FILE_PATH ":5:22", "everything"},
    {ROLE "      - {permission: clue.read, reach: subtre}\n", FILE_PATH ":5:40",
     "是不是想写“subtree”"},
    {ROLE "      - {permission: clue.read, reach: own, fields: all}\n", FILE_PATH ":5:", "all"},
    {ROLE "      - {permission: clue.read}\n", FILE_PATH ":5:9", "reach"},
    {ROLE "      - {permission: clue.read, reach: none}\n", FILE_PATH ":5:40", "reach"},
    {ROLE "      - {permission: self, reach: own}\n", FILE_PATH ":5:35", "不写 reach"},
    {ROLE "      - {permission: self, fields: personal}\n", FILE_PATH ":5:9", "不写 fields"},
    {ROLE "      - {permission: row.read, reach: own, datasets: [company_registr]}\n",
     FILE_PATH ":5:55", "是不是想写“company_register”"},
    {ROLE "      - {permission: clue.read, reach: own, states: ['']}\n", FILE_PATH ":5:", "状态"},
    {"roles:\n  - {role: r, title: 某, rules: []}\n", FILE_PATH ":2:", "1 到 200 条"},
    {"roles:\n  - {role: R, title: 某, rules: [{permission: self}]}\n", FILE_PATH ":2:12", "标识"},
    {"roles:\n  - {role: prosecutor, title: 某, rules: [{permission: self}]}\n", FILE_PATH ":2:12",
     "写了两遍"},
    {"roles:\n  - {role: r, title: 某, organisations: [polise], rules: [{permission: self}]}\n",
     FILE_PATH ":2:41", "是不是想写“police”"},
    {"roles:\n  - {role: r, title: 某, organisations: [enterprise], rules: [{permission: "
     "self}]}\n",
     FILE_PATH ":2:41", "没有账号"},
    {"roles:\n  - {role: r, title: 某, administrator: root, rules: [{permission: self}]}\n",
     FILE_PATH ":2:", "root"},
    {"roles:\n  - {role: r, title: 某, administrator: audit, rules: [{permission: clue.read, "
     "reach: own}]}\n",
     FILE_PATH ":2:", "管理员不能接触业务内容"},
    {"roles:\n  - {role: r, title: 某, administrator: system, rules: [{permission: "
     "sensitive.reveal}]}\n",
     FILE_PATH ":2:", "管理员不能接触业务内容"},
    {ROLE "      - permission: audit.read\n", FILE_PATH ":5:21", "只能给管理员角色"},
    {ROLE "      - permission: setup.run\n", FILE_PATH ":5:21", "首次设置"},
    {"roles:\n  - {role: r, title: 某, founder: true, rules: [{permission: sealed.read, reach: "
     "own}]}\n",
     FILE_PATH ":2:", "首次设置的角色不能有"},
    {"roles:\n  - {role: r, title: 某, founder: true, ends: true, rules: [{permission: self}]}\n",
     FILE_PATH ":2:", "首次设置"},
    {"roles:\n  - {role: r, title: 某, founder: true, rules: [{permission: self}]}\n",
     "content/roles", "恰好有一个"},
    {"organisations:\n  - {kind: police, title: 某, side: other}\n", FILE_PATH ":2:12", "写了两遍"},
    {"organisations:\n  - {kind: x, title: 某, side: goverment}\n",
     FILE_PATH ":2:", "是不是想写“government”"},
    {"organisations:\n  - {kind: x, title: 某, side: other, below: [courts]}\n",
     FILE_PATH ":2:", "是不是想写“court”"},
    {"organisations:\n  - {kind: x, title: 某, side: other, departments: [{department: a, title: "
     "甲}, {department: a, title: 乙}]}\n",
     FILE_PATH ":2:", "部门“a”写了两遍"},
    {"organisations:\n  - {kind: x, title: 某, side: other, departments: [{department: 甲, "
     "title: 甲}]}\n",
     FILE_PATH ":2:", "部门的标识"},
    {"organisations:\n  - {kind: x, title: 某, side: other, addressee_only: true, liaison: true}\n",
     FILE_PATH ":2:", "不设联络员"},
    {"organisations:\n  - {kind: x, title: 某, side: other, basis: [{law: 某法, status: sure}]}\n",
     FILE_PATH ":2:", "核验状态"},
    {"teams:\n  - {kind: base, title: 某}\n", FILE_PATH ":2:12", "写了两遍"},
    {"teams:\n  - {kind: x, title: 某, least: 2}\n", FILE_PATH ":2:", "rule"},
    {"teams:\n  - {kind: x, title: 某, least: -2, rule: 某}\n", FILE_PATH ":2:", "least"},
    {"cases:\n  - {title: 某, role: prosecuter, permission: self, reach: none}\n",
     FILE_PATH ":2:", "是不是想写“prosecutor”"},
};

static bool holds(const Mistake *m) {
    char folder[64];
    Err e = {0};

    make_overlay(folder);
    put_file(folder, "roles/x.yaml", str_of(m->text));
    Content *c = content_load(folder, &e);

    remove_overlay(folder);
    content_drop(c);
    if (c == NULL && e.code == ERR_CONTENT && strncmp(e.where, m->where, strlen(m->where)) == 0 &&
        strstr(e.text, m->what) != NULL)
        return true;
    print_error("%s: %s: %s\nwanted %s: …%s… for\n%s\n", c != NULL ? "loaded" : err_key(e.code),
                e.where, e.text, m->where, m->what, m->text);
    return false;
}

static void test_mistakes(void **state) {
    size_t wrong = 0;

    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
        wrong += !holds(&mistakes[i]);
    assert_int_equal(wrong, 0);
}

/* Without one of the files the installation could not be run. */
static void test_nothing_missing(void **state) {
    static const char *const lists[][2] = {{"roles/roles.yaml", "恰好有一个"},
                                           {"roles/organisations.yaml", "没有机构种类"}};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char folder[64];
        Err e = {0};

        make_overlay(folder);
        put_file(folder, lists[i][0], STR("title: 空\n"));
        Content *c = content_load(folder, &e);

        remove_overlay(folder);
        assert_null(c);
        if (strstr(e.text, lists[i][1]) == NULL)
            fail_msg("%s: %s", e.where, e.text);
    }
}

/* A kind more is configuration and nothing else. */
static void test_further_kind(void **state) {
    char folder[64];
    Err e = {0};

    (void)state;
    make_overlay(folder);
    put_file(folder, "roles/mine.yaml",
             STR("organisations:\n  - {kind: railway, title: 铁路局, side: government, liaison: "
                 "true}\nroles:\n  - role: guard\n    title: 乘警\n    organisations: [railway]\n"
                 "    rules:\n      - permission: self\n      - {permission: clue.read, reach: "
                 "own}\ncases:\n  - {title: 只看开放的, role: guard, permission: clue.read, reach: "
                 "own, fields: plain}\n"));
    Content *c = content_load(folder, &e);

    remove_overlay(folder);
    if (c == NULL)
        fail_msg("%s: %s", e.where, e.text);
    const Role *guard = content_role(c, STR("guard"), &e);

    assert_true(role_fits(guard, STR("railway")));
    assert_false(role_fits(guard, STR("police")));
    assert_int_equal(role_rules(guard)[0].reach, REACH_INSTALLATION);
    assert_int_equal(role_rules(guard)[1].fields, FIELDS_PLAIN);
    assert_true(str_is(content_organisation_kind_named(c, STR("江城铁路局"))->kind, "railway"));
    content_drop(c);
}

static void test_case_that_fails(void **state) {
    char folder[64];
    scoped_buf Buf report;
    Err e = {0};

    (void)state;
    buf_init(&report, 1 << 20);
    make_overlay(folder);
    put_file(folder, "roles/mine.yaml",
             STR("cases:\n  - {title: 太宽, role: police_officer, permission: clue.read, reach: "
                 "installation}\n"));
    Content *c = content_load(folder, &e);

    remove_overlay(folder);
    assert_non_null(c);
    assert_false(content_check(c, &report, &e));
    assert_true(str_find(buf_str(&report), STR("content/roles/mine.yaml:2:5")) >= 0);
    assert_true(str_find(buf_str(&report), STR("太宽")) >= 0);
    content_drop(c);
}

static void test_built_in(void **state) {
    Content *c = load_plain();
    Err e = {0};

    (void)state;
    for (size_t i = 0; i < content_role_count(c); i++) {
        const Role *r = content_role_at(c, i);
        bool self = false;

        for (size_t j = 0; j < r->rules.count; j++)
            self = self || role_rules(r)[j].permission == PERMISSION_SELF;
        if (!self || r->title.len == 0 || r->help.len == 0)
            fail_msg("%.*s", STR_ARG(r->role));
        if (r->administrator != ADMINISTRATOR_NONE)
            assert_true(r->review); /* law-facts F: the separation of the three is unverified */
    }
    assert_true(content_role(c, STR("founder"), &e)->founder);
    assert_true(content_role(c, STR("hearing_officer"), &e)->ends);
    assert_null(content_role(c, STR("检察长"), &e));
    assert_non_null(strstr(e.text, "chief_procurator"));
    assert_int_equal(content_team_kind(c, STR("investigation_team"), &e)->least, 2);
    assert_null(content_team_kind(c, STR("jointgroup"), &e));
    assert_null(content_organisation_kind(c, STR("公安局"), &e));
    assert_non_null(strstr(e.text, "police"));
    assert_true(
        str_is(content_organisation_kind_named(c, STR("江城县人民检察院"))->kind, "procuratorate"));
    assert_true(
        str_is(content_organisation_kind_named(c, STR("江城县（虚构）"))->kind, "procuratorate"));
    const OrganisationKind *police = content_organisation_kind(c, STR("police"), &e);

    assert_true(str_is(organisation_department(police, STR("traffic"))->title, "交通警察大队"));
    assert_null(organisation_department(police, STR("none")));
    assert_true(content_organisation_kind(c, STR("tax"), &e)->vertical);
    content_drop(c);
}

static int start(void **state) {
    (void)state;
    crypto_start();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mistakes),     cmocka_unit_test(test_nothing_missing),
        cmocka_unit_test(test_further_kind), cmocka_unit_test(test_case_that_fails),
        cmocka_unit_test(test_built_in),
    };

    return cmocka_run_group_tests_name("content/role", tests, start, NULL);
}
