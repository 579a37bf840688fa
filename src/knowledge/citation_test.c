/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/citation_test.c: what is a citation in prose, and where it stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/crypto.h"
#include "knowledge/citation.h"

/* law:57.1.2 is article 57, paragraph 1, item 2; 120/1 is 第一百二十条之一; 0: the law alone. */
static Str shown(Arena *a, const Citation *c, size_t n) {
    scoped_buf Buf b;

    buf_init(&b, 10000);
    for (size_t i = 0; i < n; i++) {
        const LawAsk *k = &c[i].ask;

        buf_addf(&b, "%s%.*s:%d", i != 0 ? " " : "", STR_ARG(k->law), k->article);
        if (k->sub != 0)
            buf_addf(&b, "/%d", k->sub);
        if (k->paragraph != 0 || k->item != 0)
            buf_addf(&b, ".%d", k->paragraph);
        if (k->item != 0)
            buf_addf(&b, ".%d", k->item);
    }
    return str_dup(a, buf_str(&b));
}

static const struct {
    const char *text, *found;
} prose[] = {
    {"《中华人民共和国行政处罚法》第五十七条第一款第（二）项", "中华人民共和国行政处罚法:57.1.2"},
    {"刑事诉讼法第177条", "刑事诉讼法:177"},
    {"行政处罚法第27、57条", "行政处罚法:27 行政处罚法:57"},
    {"根据行政处罚法第27条、第57条第2款的规定", "行政处罚法:27 行政处罚法:57.2"},
    {"《刑法》第一百二十条之一、第一百三十三条", "刑法:120/1 刑法:133"},
    {"刑法第一百二十条之一第二款", "刑法:120/1.2"},
    {"《刑法》第20-23条", "刑法:20 刑法:23"},
    {"《刑法》第二十条至第二十三条", "刑法:20 刑法:23"},
    {"《某法》第三条第一款、第三款", "某法:3.1 某法:3.3"},
    {"《某法》第三条第（一）、（三）项", "某法:3.0.1 某法:3.0.3"},
    {"《某法》第三条第一款第一项、第三项和第二款", "某法:3.1.1 某法:3.1.3 某法:3.2"},
    {"《某法》（2021年修订）第三条", "某法:3"},
    {"《中华人民共和国行政处罚法》（以下简称《处罚法》）第三条，依照《处罚法》第四条，处罚法第五条",
     "中华人民共和国行政处罚法:3 中华人民共和国行政处罚法:4 中华人民共和国行政处罚法:5"},
    {"依照《中华人民共和国某某管理条例》（以下简称条例）第三条和条例第四条",
     "中华人民共和国某某管理条例:3 中华人民共和国某某管理条例:4"},
    {"《甲法》第一条，同时违反乙条例第二条、丙办法第三条", "甲法:1 乙条例:2 丙办法:3"},
    {"《甲法》第一条规定……，该法第二条又规定", "甲法:1 甲法:2"},
    {"《最高人民法院关于适用〈中华人民共和国行政诉讼法〉的解释》第七条",
     "最高人民法院关于适用〈中华人民共和国行政诉讼法〉的解释:7"},
    {"《最高人民法院关于适用《中华人民共和国行政诉讼法》的解释》第七条",
     "最高人民法院关于适用《中华人民共和国行政诉讼法》的解释:7"},
    {"依据《信访工作条例》办理", "信访工作条例:0"},
    {"《刑法》 第 三 条", "刑法:0"},
    {"《刑法》 第三条", "刑法:3"},
    {"人民检察院刑事诉讼规则第５５７条", "人民检察院刑事诉讼规则:557"},
    {"《刑法修正案（十一）》第八条", "刑法修正案（十一）:8"},
    {"合同法第五十二条，同法第五十四条", "合同法:52 合同法:54"},
    {"香港特别行政区基本法第五条", "香港特别行政区基本法:5"},
    /* what is none */
    {"本法第三条", ""},
    {"本合同第三条", ""},
    {"第三条", ""},
    {"《检察建议书》已经送达", ""},
    {"第一，应当；第二，可以", ""},
    {"《刑法", ""},
    {"《》第一条", ""},
    {"第", ""},
    {"法第条", ""},
    {"某法第零条", ""},
    {"", ""},
};

static void test_prose(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof prose / sizeof *prose; i++) {
        scoped_arena Arena *a = arena_new();
        Citation *c;
        size_t n = citations_find(NULL, a, str_of(prose[i].text), &c);
        Str is = shown(a, c, n);

        if (!str_is(is, prose[i].found))
            fail_msg("%s\n is %.*s\n not %s", prose[i].text, STR_ARG(is), prose[i].found);
    }
}

static void test_places(void **state) {
    scoped_arena Arena *a = arena_new();
    Str text = STR("依照《甲法》第一条、第二条第一款办理");
    Citation *c;

    (void)state;
    assert_int_equal(citations_find(NULL, a, text, &c), 2);
    assert_true(str_is(str_slice(text, c[0].from, c[0].to), "第一条"));
    assert_true(str_is(str_slice(text, c[1].from, c[1].to), "第二条第一款"));
    assert_false(c[0].continued);
    assert_true(c[1].continued);
}

/* As content files write them. */
static void test_articles(void **state) {
    static const struct {
        const char *text, *found;
    } cases[] = {
        {"第5条", "甲法:5"},
        {"69", "甲法:69"},
        {"91、99", "甲法:91 甲法:99"},
        {"第5条、第7条", "甲法:5 甲法:7"},
        {"第5条至第7条、第9条", "甲法:5 甲法:7 甲法:9"},
        {"第120条之一", "甲法:120/1"},
        {"第十二条第二款", "甲法:12.2"},
        {"27条第二款", "甲法:27.2"},
        {"条号待核", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();
        Citation *c;
        size_t n = citations_of_article(NULL, a, STR("甲法"), str_of(cases[i].text), &c);
        Str is = shown(a, c, n);

        if (!str_is(is, cases[i].found))
            fail_msg("%s is %.*s, not %s", cases[i].text, STR_ARG(is), cases[i].found);
    }
}

/* However long a text is, there is an end to it. */
static void test_ceiling(void **state) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf b;
    Citation *c;

    (void)state;
    buf_init(&b, 1 << 20);
    buf_add_c(&b, "《甲法》第一条");
    for (int i = 0; i < CITATIONS_MOST + 100; i++)
        buf_add_c(&b, "、第一条");
    assert_int_equal(citations_find(NULL, a, buf_str(&b), &c), CITATIONS_MOST);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prose),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_articles),
        cmocka_unit_test(test_ceiling),
    };

    crypto_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
