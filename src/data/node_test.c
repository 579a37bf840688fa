/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/node_test.c: YAML and JSON in, one tree, JSON out. */
#include "data/frozen.h"
#include "data/node.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *json_of(Arena *a, const Node *n) {
    scoped_buf Buf out;

    buf_init(&out, 1 << 20);
    json_write(n, &out);
    return str_c(a, buf_str(&out));
}

static void yaml_gives_the_tree(void **state) {
    static const struct {
        const char *yaml, *json;
    } cases[] = {
        {"", "null"},
        {"# 只有注释\n", "null"},
        {"\xEF\xBB\xBF"
         "a: 1",
         "{\"a\":1}"},
        {"a: 1\nb: [x, 2, 3.5]\nc:\n  - {d: true, e: null}\n  - ~\n",
         "{\"a\":1,\"b\":[\"x\",2,3.5],\"c\":[{\"d\":true,\"e\":null},null]}"},
        {"a: yes\nb: no\nc: on\nd: True", "{\"a\":\"yes\",\"b\":\"no\",\"c\":\"on\",\"d\":true}"},
        {"a: 2024-01-05\nb: 12:30", "{\"a\":\"2024-01-05\",\"b\":\"12:30\"}"},
        {"a: '1'\nb: \"true\"\nc: |\n  1\n", "{\"a\":\"1\",\"b\":\"true\",\"c\":\"1\\n\"}"},
        {"[0x1F, 0o17, -7, +8, 007, 1e3, .5, 1., -.5e-2]", "[31,15,-7,8,7,1000.0,0.5,1.0,-0.005]"},
        {"[0x, 0o9, 1.2.3, 1e, -, '.', .inf, .nan, 1_000]",
         "[\"0x\",\"0o9\",\"1.2.3\",\"1e\",\"-\",\".\",\".inf\",\".nan\",\"1_000\"]"},
        {"[9223372036854775807, -9223372036854775808, 99999999999999999999]",
         "[9223372036854775807,-9223372036854775808,1e+20]"},
        {"标题: 网约车\n\"带 空格\": {列表: []}",
         "{\"标题\":\"网约车\",\"带 空格\":{\"列表\":[]}}"},
        {"a: >\n  一行\n  两行\n", "{\"a\":\"一行 两行\\n\"}"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();
        Err e = {0};
        Node *n = yaml_read(a, str_of(cases[i].yaml), "x.yaml", &e);

        if (n == NULL)
            fail_msg("case %zu: %s: %s", i, e.where, e.text);
        assert_string_equal(json_of(a, n), cases[i].json);
    }
}

static void yaml_knows_the_places(void **state) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    char where[NODE_WHERE];
    Node *n = yaml_read(a, STR("title: 甲\nfields:\n  - field: x\n    most: 010\n"),
                        "content/x.yaml", &e);
    (void)state;
    const Node *field = node_get(n, "fields")->items[0], *most = node_get(field, "most");

    node_where(most, where);
    assert_string_equal(where, "content/x.yaml:4:11");
    assert_true(str_is(most->text, "010"));
    assert_int_equal(most->integer, 10);
    assert_int_equal(field->key_lines[1], 4);
    assert_int_equal(field->key_columns[1], 5);
    assert_int_equal(node_int(field, "most", 0), 10);
    assert_int_equal(node_int(field, "absent", 7), 7);
    assert_true(str_is(node_text(n, "title"), "甲"));
}

static void yaml_refuses(void **state) {
    static const struct {
        const char *yaml, *where, *part;
    } cases[] = {
        {"a: 1\na: 2\n", "x.yaml:2:1", "重复"},
        {"a: &k 1\nb: *k\n", "x.yaml:1:4", "锚点"},
        {"b: *k\n", "x.yaml:1:4", "引用"},
        {"a: !!str 1\n", "x.yaml:1:4", "标签"},
        {"a: 1\n---\nb: 2\n", "x.yaml:2:1", "第二份"},
        {"a: b: c\n", "x.yaml:1:5", "冒号"},
        {"a: [1, 2\nb: 3\n", "x.yaml:2:2", "方括号"},
        {"a: {b: 1\n", "x.yaml:2:1", "花括号"},
        {"a:\n\t- 1\n", "x.yaml:2:1", "空格"},
        {"a: \"x\n", "x.yaml:2:1", "引号"},
        {"a: \"\\0\"\n", "x.yaml:1:4", "空字符"},
        {"a: \"\\q\"\n", "x.yaml:1:5", "转义"},
        {"a: \xff\xfe\n", "x.yaml:1:", "UTF-8"},
        {"? [a]\n: 1\n", "x.yaml:1:3", "键"},
        {"'': 1\n", "x.yaml:1:1", "空的"},
        {"a: 1\n b: 2\n", "x.yaml:2:3", "缩进"},
        {"- 1\nb: 2\n", "x.yaml:2:1", "缩进"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();
        Err e = {0};

        assert_null(yaml_read(a, str_of(cases[i].yaml), "x.yaml", &e));
        assert_int_equal(e.code, ERR_CONTENT);
        if (strncmp(e.where, cases[i].where, strlen(cases[i].where)) != 0 ||
            strstr(e.text, cases[i].part) == NULL)
            fail_msg("case %zu: %s: %s", i, e.where, e.text);
    }
}

static Str nested(Arena *a, size_t depth, char open, char shut) {
    char *text = arena_alloc(a, depth * 2 + 1);

    memset(text, open, depth);
    memset(text + depth, shut, depth);
    return (Str){text, depth * 2};
}

static void depth_has_a_ceiling(void **state) {
    static const struct {
        size_t depth;
        bool fits;
    } cases[] = {{63, true}, {64, true}, {65, false}, {5000, false}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();
        Err e = {0};
        Str text = nested(a, cases[i].depth, '[', ']');

        assert_int_equal(yaml_read(a, text, "x.yaml", &e) != NULL, cases[i].fits);
        if (!cases[i].fits) {
            assert_int_equal(e.code, ERR_CONTENT);
            assert_string_equal(e.where, "x.yaml:1:65");
            assert_non_null(strstr(e.text, "嵌套"));
        }
        err_clear(&e);
        assert_int_equal(json_read(a, text, &e) != NULL, cases[i].fits);
        if (!cases[i].fits)
            assert_non_null(strstr(e.text, "嵌套"));
    }
}

static void size_has_a_ceiling(void **state) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    char *big = malloc(YAML_SIZE_MAX + 1);
    (void)state;

    memset(big, ' ', YAML_SIZE_MAX + 1);
    assert_null(yaml_read(a, (Str){big, YAML_SIZE_MAX + 1}, "x.yaml", &e));
    assert_int_equal(e.code, ERR_TOO_LARGE);
    assert_null(json_read(a, (Str){big, JSON_SIZE_MAX + 1}, &e)); /* refused before it is read */
    assert_int_equal(e.code, ERR_TOO_LARGE);
    free(big);
}

static void json_comes_back_the_same(void **state) {
    static const char *const cases[] = {
        "null",
        "true",
        "-9223372036854775808",
        "[]",
        "{}",
        "\"\"",
        "{\"z\":1,\"a\":[1.5,0.1,1e+300,-0.0],\"m\":{\"中\":\"文\\\"\\\\\\n\\r\\t\\u0001\"}}",
        "[123456789.12345678,1e-300,1.0]",
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();
        Err e = {0};
        Node *n = json_read(a, str_of(cases[i]), &e);

        if (n == NULL)
            fail_msg("case %zu: %s", i, e.text);
        assert_string_equal(json_of(a, n), cases[i]);
    }
}

static void json_refuses(void **state) {
    static const struct {
        const char *json, *part;
    } cases[] = {
        {"", "末尾"},
        {"{\"a\":1", "末尾"},
        {"{\"a\":1,\"a\":2}", "重复"},
        {"[1] 2", "多余"},
        {"[1,]", "写法"},
        {"{a:1}", "写法"},
        {"[NaN]", "写法"},
        {"\"\\u0000\"", "空字符"},
        {"\"\xff\"", "UTF-8"},
        {"[1\n,\n}", "第 3 行"},
        {"99999999999999999999", "数字太大"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();
        Err e = {0};

        assert_null(json_read(a, str_of(cases[i].json), &e));
        assert_int_equal(e.code, ERR_INVALID);
        if (strstr(e.text, cases[i].part) == NULL)
            fail_msg("case %zu: %s", i, e.text);
    }
}

static void raw_nul_is_refused(void **state) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    (void)state;

    assert_null(json_read(a, STR("[111\0]"), &e));
    assert_non_null(strstr(e.text, "空字符"));
}

static void json_text_is_always_valid(void **state) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf out;
    Err e = {0};
    char bytes[256];
    (void)state;

    for (int i = 0; i < 256; i++)
        bytes[i] = (char)(255 - i);
    buf_init(&out, 4096);
    json_add_text(&out, (Str){bytes, 255}); /* the NUL at the end is left out: reading refuses it */
    assert_non_null(json_read(a, buf_str(&out), &e));
    assert_true(str_utf8_valid(buf_str(&out)));
    buf_clear(&out);
    json_add_text(&out, (Str){NULL, 0});
    assert_true(str_is(buf_str(&out), "\"\""));
}

static void trees_can_be_built(void **state) {
    scoped_arena Arena *a = arena_new();
    Node *map = node_map(a), *list = node_list(a);
    (void)state;

    for (int i = 0; i < 100; i++) {
        char key[16];

        snprintf(key, sizeof key, "k%d", i);
        node_set_int(a, map, key, i);
        node_add(a, list, node_of_int(a, i));
    }
    node_set_text(a, map, "k50", STR("replaced"));
    assert_int_equal(map->count, 100);
    assert_int_equal(list->count, 100);
    assert_true(str_is(map->keys[50], "k50"));
    assert_true(str_is(node_text(map, "k50"), "replaced"));
    assert_int_equal(node_int(map, "k99", -1), 99);
    assert_int_equal(list->items[64]->integer, 64);

    Node *small = node_map(a);

    node_set(a, small, "none", node_null(a));
    node_set_bool(a, small, "yes", true);
    node_set(a, small, "half", node_of_real(a, 0.5));
    node_set(a, small, "nan", node_of_real(a, (double)NAN));
    assert_string_equal(json_of(a, small),
                        "{\"none\":null,\"yes\":true,\"half\":0.5,\"nan\":null}");
    assert_true(node_bool(small, "yes", false));
    assert_null(node_get(list, "x"));
    assert_null(node_get(NULL, "x"));
}

static void a_read_tree_can_grow(void **state) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    Node *n = yaml_read(a, STR("a: 1\nb: 2\nc: 3\nd: 4\n"), NULL, &e);
    (void)state;

    node_set_int(a, n, "e", 5);
    assert_string_equal(json_of(a, n), "{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5}");
    n = json_read(a, STR("[1,2,3,4]"), &e);
    node_add(a, n, node_of_int(a, 5));
    assert_string_equal(json_of(a, n), "[1,2,3,4,5]");
}

static void pretty_writing_reads_back(void **state) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf out;
    Err e = {0};
    (void)state;

    buf_init(&out, 4096);
    json_write_pretty(json_read(a, STR("{\"a\":[1,{}],\"b\":[]}"), &e), &out);
    assert_true(str_is(buf_str(&out), "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}\n"));
}

static void long_file_names_keep_the_line(void **state) {
    char file[400], where[NODE_WHERE];
    Node n = {.line = 12, .column = 5, .file = file};
    (void)state;

    memset(file, 'd', sizeof file);
    file[sizeof file - 1] = '\0';
    node_where(&n, where);
    assert_non_null(strstr(where, "d:12:5"));
}

/* Also what JSON does not tell: places, source texts, room to grow. */
static void same_tree(const Node *a, const Node *b) {
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->line, b->line);
    assert_int_equal(a->column, b->column);
    assert_string_equal(a->file, b->file);
    assert_int_equal(a->boolean, b->boolean);
    assert_int_equal(a->integer, b->integer);
    assert_memory_equal(&a->real, &b->real, sizeof a->real);
    assert_true(str_eq(a->text, b->text));
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        if (a->kind == NODE_MAP) {
            assert_true(str_eq(a->keys[i], b->keys[i]));
            assert_int_equal(strlen(b->keys[i].ptr), b->keys[i].len);
            assert_int_equal(a->key_lines[i], b->key_lines[i]);
            assert_int_equal(a->key_columns[i], b->key_columns[i]);
        }
        same_tree(a->items[i], b->items[i]);
    }
}

static void frozen_trees_come_back(void **state) {
    static const char yaml[] =
        "一: {a: 1, b: -9223372036854775808, c: [], d: {}}\n"
        "list: [true, false, ~, 0x1F, 1e3, -.5e-2, 99999999999999999999, '', \"甲\\n乙\"]\n"
        "five:\n  - {a: 1, b: 2, c: 3, d: 4, e: 5}\n  - text: |\n      多行\n      文字\n";
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf bytes;
    Err e = {0};
    Node *tree = yaml_read(a, str_of(yaml), "x.yaml", &e), *back;

    (void)state;
    buf_init(&bytes, 1 << 20);
    assert_non_null(tree);
    node_freeze(tree, &bytes);
    back = node_thaw(a, buf_str(&bytes), "x.yaml");
    assert_non_null(back);
    same_tree(tree, back);
    node_set_int(a, back->items[2]->items[0], "f", 6);
    assert_string_equal(json_of(a, back->items[2]->items[0]),
                        "{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6}");
    /* Cut anywhere, or with something behind it, it is no tree; one wrong byte breaks nothing else.
     */
    for (size_t n = 0; n < bytes.len; n++) {
        assert_null(node_thaw(a, (Str){bytes.ptr, n}, "x.yaml"));
        bytes.ptr[n] = (char)(bytes.ptr[n] ^ 0x85);
        node_thaw(a, buf_str(&bytes), "x.yaml");
        bytes.ptr[n] = (char)(bytes.ptr[n] ^ 0x85);
    }
    buf_add_char(&bytes, 0);
    assert_null(node_thaw(a, buf_str(&bytes), "x.yaml"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yaml_gives_the_tree),
        cmocka_unit_test(yaml_knows_the_places),
        cmocka_unit_test(yaml_refuses),
        cmocka_unit_test(depth_has_a_ceiling),
        cmocka_unit_test(size_has_a_ceiling),
        cmocka_unit_test(json_comes_back_the_same),
        cmocka_unit_test(json_refuses),
        cmocka_unit_test(raw_nul_is_refused),
        cmocka_unit_test(json_text_is_always_valid),
        cmocka_unit_test(trees_can_be_built),
        cmocka_unit_test(a_read_tree_can_grow),
        cmocka_unit_test(pretty_writing_reads_back),
        cmocka_unit_test(long_file_names_keep_the_line),
        cmocka_unit_test(frozen_trees_come_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
