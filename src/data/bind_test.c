/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/bind_test.c: rows read YAML and JSON, say where a mistake is, and write JSON. */
#include "data/bind.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/day.h"

typedef struct Step {
    Str step;
    int64_t days;
} Step;

typedef struct Basis {
    Str law;
    Day since;
} Basis;

typedef struct Flow {
    Str title;
    Str note;
    int64_t limit;
    double share;
    bool open;
    Day from, to;
    int level;
    const Node *extra;
    Basis basis;
    BindList tags, steps;
} Flow;

static const BindName levels[] = {{"high", 2, "高"}, {"low", 1, "低"}, {NULL, 0, NULL}};

static const Bind step_rows[] = {
    BIND_STR(Step, step, "step", REQUIRED, "name"),
    BIND_INT(Step, days, "days", OPTIONAL, "period"),
    BIND_END,
};
static const Bind basis_rows[] = {
    BIND_STR(Basis, law, "law", REQUIRED, "statute"),
    BIND_DATE(Basis, since, "since", OPTIONAL, "in force from"),
    BIND_END,
};
static const Bind rows[] = {
    BIND_STR_MOST(Flow, title, "title", REQUIRED, 6, "title"),
    BIND_STR(Flow, note, "note", OPTIONAL, "note"),
    {BIND_TYPE_INT, "limit", offsetof(Flow, limit), OPTIONAL, "limit", NULL, 0, NULL, 100},
    BIND_REAL(Flow, share, "share", OPTIONAL, "share"),
    BIND_BOOL(Flow, open, "open", OPTIONAL, "open"),
    BIND_DATE(Flow, from, "from", OPTIONAL, "first day"),
    BIND_DATE(Flow, to, "to", OPTIONAL, "last day"),
    BIND_ENUM(Flow, level, "level", OPTIONAL, levels, "level"),
    BIND_NODE(Flow, extra, "extra", OPTIONAL, "anything"),
    BIND_OBJECT(Flow, basis, "basis", OPTIONAL, basis_rows, "basis"),
    BIND_TEXTS(Flow, tags, "tags", OPTIONAL, "tags"),
    BIND_OBJECTS(Flow, steps, "steps", OPTIONAL, step_rows, Step, "steps"),
    BIND_END,
};

static const char whole[] = "title: 反向衔接\nnote: 007\nlimit: 5\nshare: 1\nopen: true\n"
                            "from: 2024-02-29\nlevel: high\nextra: {x: [1]}\n"
                            "basis: {law: 行政许可法, since: 2019-04-23}\ntags: [甲, 乙]\n"
                            "steps:\n  - {step: review, days: 3}\n  - {step: closed}\n";

static void everything_is_read(void **state) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf json;
    Err e = {0};
    Flow f = {0};
    (void)state;

    if (!bind_read(a, rows, yaml_read(a, str_of(whole), "f.yaml", &e), &f, &e))
        fail_msg("%s: %s", e.where, e.text);
    assert_true(str_is(f.title, "反向衔接"));
    assert_true(str_is(f.note, "007"));
    assert_int_equal(f.limit, 5);
    assert_true(f.share == 1.0);
    assert_true(f.open);
    assert_int_equal(f.from, day_of(2024, 2, 29));
    assert_int_equal(f.to, DAY_NONE);
    assert_int_equal(f.level, 2);
    assert_int_equal(node_get(f.extra, "x")->count, 1);
    assert_true(str_is(f.basis.law, "行政许可法"));
    assert_int_equal(f.tags.count, 2);
    assert_true(str_is(((const Str *)f.tags.items)[1], "乙"));
    assert_int_equal(f.steps.count, 2);
    assert_true(str_is(((const Step *)f.steps.items)[1].step, "closed"));

    /* Written and read again it is the same. */
    buf_init(&json, 4096);
    bind_write(rows, &f, &json);
    assert_true(
        str_is(buf_str(&json),
               "{\"title\":\"反向衔接\",\"note\":\"007\",\"limit\":5,\"share\":1.0,"
               "\"open\":true,\"from\":\"2024-02-29\",\"level\":\"high\",\"extra\":{\"x\":[1]},"
               "\"basis\":{\"law\":\"行政许可法\",\"since\":\"2019-04-23\"},"
               "\"tags\":[\"甲\",\"乙\"],"
               "\"steps\":[{\"step\":\"review\",\"days\":3},{\"step\":\"closed\",\"days\":0}]}"));
    assert_true(bind_fits(rows, json_read(a, buf_str(&json), &e), &e));
}

static void absent_values_keep_defaults(void **state) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf json;
    Err e = {0};
    Flow f = {.limit = 9, .share = (double)NAN};
    (void)state;

    assert_true(bind_read(
        a, rows, json_read(a, STR("{\"title\":\"x\",\"note\":null,\"tags\":[]}"), &e), &f, &e));
    assert_int_equal(f.limit, 9);
    assert_int_equal(f.from, DAY_NONE);
    assert_int_equal(f.basis.since, DAY_NONE);
    assert_int_equal(f.tags.count, 0);
    assert_null(f.extra);
    buf_init(&json, 4096);
    bind_write(rows, &f, &json);
    assert_true(str_is(buf_str(&json), "{\"title\":\"x\",\"limit\":9,\"open\":false}"));
}

static void mistakes_in_yaml_have_a_place(void **state) {
    static const struct {
        const char *yaml, *where, *part;
        ErrCode code;
    } cases[] = {
        {"titel: x\n", "f.yaml:1:1", "是不是想写“title”", ERR_CONTENT},
        {"title: x\nstepss: []\n", "f.yaml:2:1", "是不是想写“steps”", ERR_CONTENT},
        {"title: x\nquite_other: 1\n", "f.yaml:2:1", "可以写的键有：title、note", ERR_CONTENT},
        {"note: x\n", "f.yaml:1:1", "缺少必填的键“title”", ERR_CONTENT},
        {"title:\n", "f.yaml:1:1", "缺少必填的键“title”", ERR_CONTENT},
        {"title: [a]\n", "f.yaml:1:8", "“title”应当是文字，这里却是列表", ERR_CONTENT},
        {"title: 一二三四五六七\n", "f.yaml:1:8", "超过 6 个字", ERR_TOO_LARGE},
        {"title: true\n", "f.yaml:1:8", "应当是文字", ERR_CONTENT},
        {"title: x\nlimit: 101\n", "f.yaml:2:8", "不能大于 100", ERR_CONTENT},
        {"title: x\nlimit: '5'\n", "f.yaml:2:8", "应当是整数", ERR_CONTENT},
        {"title: x\nlimit: 1.5\n", "f.yaml:2:8", "应当是整数", ERR_CONTENT},
        {"title: x\nshare: 多\n", "f.yaml:2:8", "应当是数字", ERR_CONTENT},
        {"title: x\nopen: yes\n", "f.yaml:2:7", "应当是是非值", ERR_CONTENT},
        {"title: x\nfrom: 2023-02-29\n", "f.yaml:2:7", "不存在", ERR_CONTENT},
        {"title: x\nfrom: 2023-2-9\n", "f.yaml:2:7", "2024-01-05", ERR_CONTENT},
        {"title: x\nfrom: 20230209\n", "f.yaml:2:7", "应当是日期", ERR_CONTENT},
        {"title: x\nlevel: hihg\n", "f.yaml:2:8", "是不是想写“high”", ERR_CONTENT},
        {"title: x\nlevel: 中\n", "f.yaml:2:8", "可以是：high、low", ERR_CONTENT},
        {"title: x\ntags: 甲\n", "f.yaml:2:7", "应当是列表", ERR_CONTENT},
        {"title: x\ntags: [甲, [乙]]\n", "f.yaml:2:11", "“tags”的第 2 项", ERR_CONTENT},
        {"title: x\nsteps:\n  - {step: a}\n  - {days: 1}\n", "f.yaml:4:5", "“steps”的第 2 项缺少",
         ERR_CONTENT},
        {"title: x\nsteps: [a]\n", "f.yaml:2:9", "应当是映射", ERR_CONTENT},
        {"title: x\nbasis: {law: a, sinse: 1}\n", "f.yaml:2:17", "“since”", ERR_CONTENT},
        {"- a\n", "f.yaml:1:1", "应当是映射", ERR_CONTENT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();
        Err e = {0};
        Flow f, before;

        memset(&f, 0x5A, sizeof f);
        before = f;
        assert_false(bind_read(a, rows, yaml_read(a, str_of(cases[i].yaml), "f.yaml", &e), &f, &e));
        assert_memory_equal(&f, &before, sizeof f);
        if (e.code != cases[i].code || strcmp(e.where, cases[i].where) != 0 ||
            strstr(e.text, cases[i].part) == NULL)
            fail_msg("case %zu: %d %s: %s", i, e.code, e.where, e.text);
    }
}

static void mistakes_in_json_have_a_pointer(void **state) {
    static const struct {
        const char *json, *where;
    } cases[] = {
        {"{\"title\":\"x\",\"steps\":[{\"step\":\"a\"},{\"step\":\"b\",\"days\":\"3\"}]}",
         "/steps/1/days"},
        {"{\"title\":\"x\",\"basis\":{\"law\":\"a\",\"a/b~c\":1}}", "/basis/a~1b~0c"},
        {"{\"title\":3}", "/title"},
        {"{}", ""},
        {"{\"title\":\"x\",\"steps\":[{}]}", "/steps/0"},
        {"{\"title\":\"x\",\"tags\":[1]}", "/tags/0"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();
        Err e = {0};

        assert_false(bind_fits(rows, json_read(a, str_of(cases[i].json), &e), &e));
        assert_int_equal(e.code, ERR_INVALID);
        assert_string_equal(e.where, cases[i].where);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_read),
        cmocka_unit_test(absent_values_keep_defaults),
        cmocka_unit_test(mistakes_in_yaml_have_a_place),
        cmocka_unit_test(mistakes_in_json_have_a_pointer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
