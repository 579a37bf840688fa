/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/sheet_test.c: sheets of organisations and people, in and out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "people/account.h"
#include "people/sheet.h"
#include "store/testing.h"

static Content *content;
static Store *store;
static Keys *keys;
static TestPlace place;
static Arena *arena;
static const Str SYSTEM = STR_INIT("system");

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
    return organisation_begin(store, content, STR("江城县人民检察院"), &e) ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    store_close(store);
    keys_free(keys);
    arena_free(arena);
    test_place_remove(&place);
    return 0;
}

static const char *file(const char *name, const char *text) {
    const char *path = str_format(arena, "%s/%s", place.folder, name).ptr;
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    fwrite(text, 1, strlen(text), f);
    assert_int_equal(fclose(f), 0);
    return path;
}

static void digest(char out[65]) {
    Err e = {0};

    ASSERT_OK(journal_digest(store, out, &e));
}

static const char *const units = "\xEF\xBB\xBF机构名称,简称,种类,上级机构,领导机关,行政区划代码\r\n"
                                 "江城县人民政府,县政府,人民政府,,,510502\r\n"
                                 "江城县公安局,,公安局,江城县人民政府,,510502\r\n"
                                 "江州市税务局,,tax,,,510500\r\n"
                                 "江城县税务局,县税务局,税务局,,江州市税务局,\r\n";

static void test_units(void **state) {
    SheetResult r;
    Err e = {0};
    char before[65], after[65];
    const char *path = file("机构.csv", units);

    (void)state;
    ASSERT_OK(organisation_import(store, content, arena, SYSTEM, path, &r, &e));
    assert_int_equal(r.added, 4);
    digest(before);
    ASSERT_OK(
        organisation_import(store, content, arena, SYSTEM, path, &r, &e)); /* again: nothing */
    assert_int_equal(r.same, 4);
    assert_int_equal(r.added + r.changed, 0);
    digest(after);
    assert_string_equal(before, after);
    path = file("b.csv", "机构名称,种类,行政区划代码\n江州市税务局,税务局,510500\n新机构,公司,\n"
                         "江城县公安局,公安局,\n");
    ASSERT_OK(organisation_import(store, content, arena, SYSTEM, path, &r, &e));
    assert_int_equal(r.added, 2); /* without the parent it is another police */
    assert_int_equal(r.same, 1);
}

static void test_mistakes_by_line(void **state) {
    SheetResult r;
    Err e = {0};
    char before[65], after[65];

    (void)state;
    digest(before);
    assert_false(organisation_import(
        store, content, arena, SYSTEM,
        file("a.csv",
             "机构名称,种类,上级机构\n好公司,公司,\n坏一,公安菊,\n,公司,\n坏二,公安局,没有的\n"),
        &r, &e));
    assert_int_equal(e.code, ERR_INVALID);
    assert_non_null(strstr(e.text, "有 3 行不对，什么都没有导入。第 3 行"));
    assert_int_equal(r.problem_count, 3);
    assert_int_equal(r.problems[1].line, 4);
    assert_non_null(strstr(r.problems[2].text.ptr, "没有名为没有的的机构"));
    digest(after);
    assert_string_equal(before, after);
    static const struct {
        const char *text, *said;
    } headers[] = {
        {"机构名称,种累\n甲,公司\n", "是不是想写“种类”"},
        {"机构名称\n甲\n", "缺少“种类”"},
        {"机构名称,种类,机构名称\n甲,公司,乙\n", "两遍"},
        {"机构名称,种类,负责人电话\n甲,公司,1\n", "请删去"},
    };

    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        err_clear(&e);
        assert_false(organisation_import(store, content, arena, SYSTEM,
                                         file("h.csv", headers[i].text), &r, &e));
        if (strstr(e.text, headers[i].said) == NULL)
            fail_msg("%s: %s", headers[i].text, e.text);
    }
}

static void test_people(void **state) {
    SheetResult r;
    Err e = {0};
    char before[65], after[65];
    int64_t rows;
    const char *path;

    (void)state;
    ASSERT_OK(organisation_import(store, content, arena, SYSTEM, file("u.csv", units), &r, &e));
    path = file("p.csv", "登录名,姓名,机构,部门,角色,职务,联络员,截止日期\n"
                         "zhangsan,张三,江城县人民检察院,,检察官,检察官,否,\n"
                         "zhangsan,张三,江城县人民检察院,,检察联络员,,是,\n"
                         "Lisi,李四,江城县公安局,,police_officer,=民警,,\n"
                         "wangwu,王五,江城县人民检察院,,专家,教授,,2099-12-31\n");
    ASSERT_OK(people_import(store, content, arena, SYSTEM, path, true, &r, &e));
    assert_int_equal(r.added, 4);
    assert_int_equal(r.password_count, 3);
    assert_true(strlen(r.passwords[0].password) == 23);
    digest(before);
    ASSERT_OK(people_import(store, content, arena, SYSTEM, path, true, &r, &e));
    assert_int_equal(r.same, 4);
    assert_int_equal(r.password_count, 0);
    digest(after);
    assert_string_equal(before, after);
    /* what goes out comes in again without changing anything */
    for (int i = 0; i < 2; i++) {
        path = str_format(arena, "%s/out.%s", place.folder, i ? "xlsx" : "csv").ptr;
        ASSERT_OK(people_export(store, content, path, &rows, &e));
        assert_int_equal(rows, 4);
        ASSERT_OK(people_import(store, content, arena, SYSTEM, path, true, &r, &e));
        assert_int_equal(r.same, 4);
        ASSERT_OK(organisation_export(store, content, path, &rows, &e));
        assert_int_equal(rows, 5);
        ASSERT_OK(organisation_import(store, content, arena, SYSTEM, path, &r, &e));
        assert_int_equal(r.same, 5);
    }
    digest(after);
    assert_string_equal(before, after);
}

static void test_people_mistakes(void **state) {
    static const struct {
        const char *row, *said;
    } rows[] = {
        {"li,李,没有的院,检察官,,", "没有名为“没有的院”"},
        {"li,李,江城县人民检察院,检查官,,", "没有角色“检查官”"},
        {"li,李,江城县人民检察院,专家,,", "什么时候结束"},
        {"li,李,江城县人民检察院,专家,,明年", "读不懂"},
        {"li,李,江城县人民检察院,检察官,也许,", "“是”或“否”"},
        {"l,李,江城县人民检察院,检察官,,", "登录名"},
        {"li,,江城县人民检察院,检察官,,", "姓名"},
        {"li,李,江城县人民检察院,首次设置,,", "不能授予"},
    };
    char before[65], after[65];

    (void)state;
    digest(before);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        SheetResult r;
        Err e = {0};
        const char *text =
            str_format(
                arena,
                "登录名,姓名,机构,角色,联络员,截止日期\nhao,好,江城县人民检察院,检察官,,\n%s\n",
                rows[i].row)
                .ptr;

        assert_false(
            people_import(store, content, arena, SYSTEM, file("p.csv", text), true, &r, &e));
        if (strstr(e.text, rows[i].said) == NULL || strstr(e.text, "第 3 行") == NULL)
            fail_msg("%s: %s", rows[i].row, e.text);
    }
    digest(after);
    assert_string_equal(before, after);
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
        cmocka_unit_test_setup_teardown(test_units, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_mistakes_by_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_people, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_people_mistakes, set_up, tear_down),
    };

    return cmocka_run_group_tests_name("people/sheet", tests, start, stop);
}
