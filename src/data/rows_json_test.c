/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/rows_json_test.c: objects in lists, in wrappers and in lines. */
#include "data/rows_test_help.h"

#include "data/json_scan.h"

static void objects_become_rows(void **state) {
    static const struct {
        Str json;
        const char *rows;
    } cases[] = {
        {STR_INIT("[{\"a\":\"x\",\"b\":1},{\"b\":2.50,\"a\":\"y\"}]"),
         "0|a|b\n1|x|#1\n2|y|#2.50\n"},
        {STR_INIT(" [ { \"a\" : \"x\" , \"b\" : null } , { \"c\" : true } ] \n"),
         "0|a|b|c\n1|x||\n2|||~true\n"},
        {STR_INIT("{\"erDataList\":[{\"name\":\"甲\",\"code\":\"\"}]}"), "0|name|code\n1|甲|\n"},
        {STR_INIT("{\"code\":0,\"ids\":[1,2],\"none\":[],\"data\":{\"total\":1,\"list\":[{\"a\":1}]"
                  ",\"x\":{}},\"m\":\"]\"}"),
         "0|a\n1|#1\n"},
        {STR_INIT("{\"a\":{\"b\":{\"list\":[{\"x\":1}]}},\"rows\":[{\"y\":2}]}"), "0|y\n1|#2\n"},
        {STR_INIT("{\"a\":1}\n{\"a\":2}\r\n\n{\"a\":3}"), "0|a\n1|#1\n2|#2\n3|#3\n"},
        {STR_INIT("{\"a\":1,\"items\":[{\"x\":1}]}\n{\"a\":2,\"items\":[]}\n"),
         "0|a|items\n1|#1|[{\"x\":1}]\n2|#2|[]\n"},
        {STR_INIT("{\"a\":1,\"b\":\"单独一个\"}"), "0|a|b\n1|#1|单独一个\n"},
        {STR_INIT("{\"a\":{\"b\":[1]}}"), "0|a\n1|{\"b\":[1]}\n"},
        {STR_INIT("[{\"a\":{\"k\":[1,\"]}\"]}}]"), "0|a\n1|{\"k\":[1,\"]}\"]}\n"},
        {STR_INIT("[{\"a\":\"\\u4e2d\\ud842\\udfb7\\n\\\"\\\\\\/\"}]"), "0|a\n1|中𠮷\n\"\\/\n"},
        {STR_INIT("[{\"a\":\"raw\ttab\nline\"}]"), "0|a\n1|raw\ttab\nline\n"},
        {STR_INIT("[{\"a\":1e3},{\"a\":-2.5E-2},{\"a\":12345678901234567890}]"),
         "0|a\n1|#1000\n2|#-0.025\n3|#12345678901234567890\n"},
        {STR_INIT("[{\"\":1,\"a\":2}]"), "0||a\n1|#1|#2\n"},
        {STR_INIT("[]"), ""},
        {STR_INIT("[{}]"), "0\n1\n"},
        {STR_INIT("{\"list\":[]}"), ""},
        {STR_INIT("[{},{\"a\":1}]"), "0|a\n1|\n2|#1\n"},
        /* bad rows among good ones */
        {STR_INIT("[{\"a\":1},5,{\"a\":tru},{\"a\":\"\\u0000\"},{\"a\":\"\\ud800\"},{\"a\":1,\"a\":"
                  "2},{\"a\":9}]"),
         "0|a\n1|#1\n2|5 !不是对象\n3|{\"a\":tru} !不是合法的 JSON 对象\n"
         "4| !含有空字符或残缺的转义字符\n5| !含有空字符或残缺的转义字符\n6|#2 "
         "!同一个键出现两次\n7|#9\n"},
        {STR_INIT("[{\"a\":1 \"b\":2},{\"a\":1,},{,},{\"a\"},{\"a\":01},null,[1]]"),
         "0|a\n1|{\"a\":1 \"b\":2} !不是合法的 JSON 对象\n2|{\"a\":1,} !不是合法的 JSON 对象\n"
         "3|{,} !不是合法的 JSON 对象\n4|{\"a\"} !不是合法的 JSON 对象\n"
         "5|{\"a\":01} !不是合法的 JSON 对象\n6|null !不是对象\n7|[1] !不是对象\n"},
    };
    static const size_t capacities[] = {1, 3, 1000};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t c = 0; c < 3; c++) {
            scoped_arena Arena *a = arena_new();
            const char *rows = rows_of_text(a, "x.json", cases[i].json, NULL, capacities[c]);

            if (strcmp(rows, cases[i].rows) != 0)
                fail_msg("case %zu:\n%s---\n%s", i, rows, cases[i].rows);
        }
}

static void what_breaks_off_is_fatal(void **state) {
    static const struct {
        const char *json, *part;
    } cases[] = {
        {"[{\"a\":1},\n{\"a\":2", "第 2 行中断"},
        {"[{\"a\":1},\n", "第 2 行中断"},
        {"[{\"a\":1}", "第 1 行中断"},
        {"{\"list\":[{\"a\":1}]", "第 1 行中断"},
        {"{\"list\":[{\"a\":1}],\"x\":\"", "第 1 行中断"},
        {"{\"a\":1}\n{\"a\":", "第 2 行中断"},
        {"{\"a\":\"", "第 1 行中断"},
        {"[{\"a\":1}{\"a\":2}]", "缺少逗号"},
        {"[{\"a\":1},]", "缺少对象"},
        {"[{\"a\":1}] x", "多余"},
        {"{\"list\":[{\"a\":1}]} {}", "JSON"},
        {"[1,2]", "没有找到对象的列表"},
        {"[", "中断"},
        {"{\"a\" 1}", "冒号"},
        {"{\"a\":1 \"b\":2}", "逗号"},
        {"{1:2}", "缺少键"},
    };
    static const RowsOptions json = {.format = ROWS_JSON, .encoding = ENCODING_UNKNOWN};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();
        const char *rows = rows_of_text(a, "x.json", str_of(cases[i].json), &json, 10);

        if (i == 10) /* an object after the wrapper makes it one object a line */
            assert_string_equal(rows, "0|list\n1|[{\"a\":1}]\n2|\n");
        else if (strncmp(rows, "invalid: ", 9) != 0 || strstr(rows, cases[i].part) == NULL)
            fail_msg("case %zu: %s", i, rows);
    }
}

static void late_keys_are_a_problem(void **state) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf json;
    (void)state;

    buf_init(&json, 1 << 20);
    buf_add_c(&json, "[{\"a\":0}");
    for (int i = 1; i < 1000; i++)
        buf_addf(&json, ",\n{\"a\":%d}", i);
    buf_add_c(&json, ",{\"a\":1000,\"late\":1},{\"a\":1001}]");
    const char *rows = rows_of_text(a, "x.json", buf_str(&json), NULL, 300);

    assert_non_null(
        strstr(rows, "\n1000|#999\n1001|#1000 !有前 1000 个对象里没有的键“late”\n1002|#1001\n"));
}

static void big_files_stream(void **state) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf json;
    Err e = {0};
    uint64_t rows = 0;
    const char *path = str_c(a, str_of(test_path("big.json")));
    (void)state;

    buf_init(&json, 64 << 20);
    buf_add_c(&json, "{\"code\":200,\"data\":{\"list\":[");
    for (int i = 1; i <= 100000; i++)
        buf_addf(&json, "%s\n  {\"n\": %d, \"名称\": \"银川市“某某”\\\"公司\\\"\", \"x\": [%d]}",
                 i == 1 ? "" : ",", i, i);
    buf_add_c(&json, "]}}\n");
    write_file(path, buf_str(&json));
    Rows *r = rows_open(path, NULL, &e);
    RowBlock *b = row_block_new(4096);

    assert_int_equal(rows_info(r)->format, ROWS_JSON);
    while (rows_next(r, b, &e) && row_block_count(b) != 0)
        for (size_t i = 0; i < row_block_count(b); i++, rows++) {
            const RowOfCells *row = &row_block_rows(b)[i];
            char number[24];

            assert_int_equal(row->line, rows);
            assert_null(row->problem);
            if (rows == 0)
                continue;
            snprintf(number, sizeof number, "%llu", (unsigned long long)rows);
            assert_true(str_is(row->cells[0].text, number));
            assert_true(str_is(row->cells[1].text, "银川市“某某”\"公司\""));
        }
    assert_int_equal(e.code, ERR_NONE);
    assert_int_equal(rows, 100001);
    row_block_free(b);
    rows_close(r);
    unlink(path);
}

static void ceilings_are_errors(void **state) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf json;
    (void)state;

    buf_init(&json, 64 << 20);
    buf_add_c(&json, "[{\"a\":\"");
    while (json.len < 9 << 20)
        buf_add_c(&json, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    buf_add_c(&json, "\"}]");
    assert_non_null(strstr(rows_of_text(a, "x.json", buf_str(&json), NULL, 3),
                           "too_large: JSON 文件第 1 行开始的对象超过 8 MiB"));
    buf_clear(&json);
    buf_add_c(&json, "[{\"a\":\"");
    while (json.len < 2 << 20)
        buf_add_c(&json, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    buf_add_c(&json, "\"},{\"a\":1}]");
    assert_string_equal(rows_of_text(a, "x.json", buf_str(&json), NULL, 3),
                        "0|a\n1| !有一个值超过 1 MiB\n2|#1\n");
    buf_clear(&json);
    buf_add_c(&json, "[{\"k\":0");
    for (int i = 0; i < 5000; i++)
        buf_addf(&json, ",\"k%d\":0", i);
    buf_add_c(&json, "}]");
    assert_non_null(strstr(rows_of_text(a, "x.json", buf_str(&json), NULL, 3), "too_large: "));
    buf_clear(&json);
    buf_add_c(&json, "[{\"a\":");
    for (int i = 0; i < 100; i++)
        buf_add_char(&json, '[');
    for (int i = 0; i < 100; i++)
        buf_add_char(&json, ']');
    buf_add_c(&json, "}]");
    assert_string_equal(rows_of_text(a, "x.json", buf_str(&json), NULL, 3),
                        "0\n1 !嵌套太深，超过 64 层\n");
}

/* A file of nothing but brackets, closed or not, says what it is. */
static void lists_in_lists_are_named(void **state) {
    static const struct {
        size_t open, shut;
        const char *part;
    } cases[] = {
        {100000, 0, "invalid: JSON 文件第 1 行嵌套太深"},
        {100000, 100000, "invalid: JSON 文件第 1 行嵌套太深"},
        {66, 66, "invalid: JSON 文件第 1 行嵌套太深"},
        {65, 65, "invalid: JSON 文件里没有找到对象的列表"},
        {2, 2, "invalid: JSON 文件里没有找到对象的列表"},
        {2, 0, "invalid: JSON 文件在第 1 行中断"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();
        scoped_buf Buf json;

        buf_init(&json, 1 << 20);
        for (size_t n = 0; n < cases[i].open; n++)
            buf_add_char(&json, '[');
        for (size_t n = 0; n < cases[i].shut; n++)
            buf_add_char(&json, ']');
        const char *rows = rows_of_text(a, "deep.json", buf_str(&json), NULL, 3);

        if (strstr(rows, cases[i].part) != rows)
            fail_msg("case %zu: %s", i, rows);
    }
}

/* The extent found in any two pieces is the extent found in one. */
static void extents_do_not_depend_on_pieces(void **state) {
    static const char text[] = "{\"a\\\"}\":[1,{\"b\":\"\\\\\"}],\"c\":\"[\"},rest";
    (void)state;
    for (size_t cut = 0; cut < sizeof text; cut++) {
        JsonExtent x = {0};
        bool ended;
        Str s = {text, sizeof text - 1};
        size_t n = json_extent(&x, str_slice(s, 0, cut), &ended);

        if (!ended)
            n += json_extent(&x, str_slice(s, n, s.len), &ended);
        assert_true(ended);
        assert_int_equal(n, sizeof text - 1 - strlen(",rest"));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_become_rows),
        cmocka_unit_test(what_breaks_off_is_fatal),
        cmocka_unit_test(late_keys_are_a_problem),
        cmocka_unit_test(big_files_stream),
        cmocka_unit_test(ceilings_are_errors),
        cmocka_unit_test(lists_in_lists_are_named),
        cmocka_unit_test(extents_do_not_depend_on_pieces),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
