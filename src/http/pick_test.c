/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/pick_test.c: replies tell what their rows name and nothing else; initials of titles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "http/pick.h"
#include "http/pinyin.h"

#define ROW(type, k, need, rows) \
    { type, k, 0, need, "", rows, 1, NULL, 0 }

static const Bind part_rows[] = {ROW(BIND_TYPE_TEXT, "name", REQUIRED, NULL), BIND_END};
static const Bind rows[] = {
    ROW(BIND_TYPE_TEXT, "id", REQUIRED, NULL),
    ROW(BIND_TYPE_BOOL, "live", REQUIRED, NULL),
    ROW(BIND_TYPE_TEXT, "note", OPTIONAL, NULL),
    ROW(BIND_TYPE_OBJECT, "part", OPTIONAL, part_rows),
    ROW(BIND_TYPE_OBJECTS, "parts", REQUIRED, part_rows),
    ROW(BIND_TYPE_NODE, "any", OPTIONAL, NULL),
    BIND_END,
};

static void picks(void **state) {
    static const struct {
        const char *from, *to;
    } cases[] = {
        {"{\"secret\":1,\"id\":\"a\",\"live\":true,\"parts\":[]}",
         "{\"id\":\"a\",\"live\":true,\"parts\":[]}"},
        {"{\"live\":1,\"id\":7,\"parts\":[]}", "{\"id\":\"7\",\"live\":true,\"parts\":[]}"},
        {"{\"id\":\"a\",\"live\":0,\"note\":\"\",\"parts\":[{\"name\":\"x\",\"key\":\"y\"}]}",
         "{\"id\":\"a\",\"live\":false,\"parts\":[{\"name\":\"x\"}]}"},
        {"{\"id\":\"a\",\"live\":true,\"note\":null,\"part\":{},\"parts\":[],\"any\":null}",
         "{\"id\":\"a\",\"live\":true,\"parts\":[],\"any\":null}"},
        {"{\"id\":\"\",\"live\":true,\"parts\":[],\"any\":[1,{\"x\":2}]}",
         "{\"id\":\"\",\"live\":true,\"parts\":[],\"any\":[1,{\"x\":2}]}"},
        /* What is missing stays missing: bind_fits says so in the scenarios. */
        {"{}", "{}"},
        {"[1]", "[1]"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        scoped_arena Arena *a = arena_new();
        scoped_buf Buf out;
        Err e = {0};
        const Node *from = json_read(a, str_of(cases[i].from), &e);

        buf_init(&out, 4096);
        json_write(pick(a, rows, from), &out);
        assert_string_equal(out.ptr, cases[i].to);
    }
}

static void finds_initials(void **state) {
    static const struct {
        const char *text, *initials;
    } cases[] = {
        {"行政处罚", "xzcf"},
        {"网约车从业资格", "wyccyzg"},
        {"监督模型", "jdmx"},
        {"数据资源池", "sjzyc"},
        {"M01 模型", "m01mx"},
        {"检察意见/检察建议台账", "jcyjjcjytz"},
        {"", ""},
        {"。，", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        scoped_buf Buf out;

        buf_init(&out, 400);
        pinyin_initials(str_of(cases[i].text), &out);
        assert_true(str_is(buf_str(&out), cases[i].initials));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(picks), cmocka_unit_test(finds_initials)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
