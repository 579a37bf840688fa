/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/statute_test.c: numbers, lines, days, and what is refused with which place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/crypto.h"
#include "knowledge/numbering.h"
#include "knowledge/testing.h"

static Statute *read_text(Arena *a, Str text, Err *e) {
    StatutePart part = {.file = "x/README.md", .text = text};

    return statute_read(a, &(StatuteRead){.parts = &part, .count = 1}, e);
}

static Str day_text(Arena *a, Day d) {
    char text[11];

    day_format(d, text);
    return str_dup(a, str_of(text));
}

static void test_numbers(void **state) {
    static const struct {
        const char *text;
        int number;
        const char *rest;
    } good[] = {
        {"一百二十条", 120, "条"},  {"十二", 12, ""},       {"二十", 20, ""},
        {"一百零二条", 102, "条"},  {"57、", 57, "、"},     {"５７条", 57, "条"},
        {"一千二百六十", 1260, ""}, {"一千零一", 1001, ""}, {"九", 9, ""},
        {"一百一十一", 111, ""},    {"十万", 10, "万"},
    };
    static const char *const bad[] = {"",     "条",   "零",    "0",      "二一",
                                      "百二", "十百", "12345", "一百零", "二二十"};

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        Str s = str_of(good[i].text);
        int n = 0;

        if (!numbering_take(&s, &n) || n != good[i].number || !str_is(s, good[i].rest))
            fail_msg("%s: %d, %.*s", good[i].text, n, STR_ARG(s));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Str s = str_of(bad[i]);
        int n = 0;

        if (numbering_take(&s, &n))
            fail_msg("%s: %d", bad[i], n);
    }
    for (int n = 1; n <= NUMBERING_MOST; n++) {
        scoped_buf Buf b;
        int back = 0;

        buf_init(&b, 100);
        numbering_write(n, &b);
        Str s = buf_str(&b);

        if (!numbering_take(&s, &back) || back != n || s.len != 0)
            fail_msg("%d: %.*s: %d", n, STR_ARG(buf_str(&b)), back);
    }
}

static void test_invented(void **state) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    const Statute *s = read_text(a, STR(INVENTED), &e);

    (void)state;
    if (s == NULL)
        fail_msg("%s %s", e.where, e.text);
    assert_true(str_is(s->title, "中华人民共和国虚构管理法"));
    assert_int_equal(s->article_count, 6);
    assert_int_equal(s->last, 5);
    assert_int_equal(s->note_count, 2);
    assert_int_equal(s->unmarked, 1);
    assert_true(str_is(day_text(a, s->adopted), "2009-03-01"));
    assert_true(str_is(day_text(a, s->made), "2021-01-22"));
    assert_int_equal(s->made_by, LAW_REVISED);
    assert_true(str_is(day_text(a, s->from), "2021-07-15"));
    assert_int_equal(s->repeal_count, 2);
    assert_true(str_is(s->repeals[0].title, "中华人民共和国虚构暂行法"));
    assert_true(str_is(s->repeals[1].title, "关于〈虚构〉的规定"));
    assert_int_equal(s->repeals[0].article, 5);

    const Piece *three = statute_article(s, 3, 0), *one = statute_article(s, 3, 1);

    assert_non_null(three);
    assert_non_null(one);
    assert_null(statute_article(s, 6, 0));
    assert_null(statute_article(s, 3, 2));
    assert_true(str_is(statute_part(a, three, 1, 0),
                       "有下列情形之一的，处以虚构：\n（一）甲；\n（二）乙。"));
    assert_true(str_is(statute_part(a, three, 1, 2), "（二）乙。"));
    assert_true(str_is(statute_part(a, three, 0, 1), "（一）甲；"));
    assert_true(str_is(statute_part(a, three, 2, 0), "前款所称虚构，不存在。"));
    assert_int_equal(statute_part(a, three, 3, 0).len, 0);
    assert_int_equal(statute_part(a, three, 2, 1).len, 0);
}

/* Our own form reads the same, and writing that gives the same bytes. */
static void test_written_again(void **state) {
    static const char *const texts[] = {INVENTED, INVENTED_AMENDED,
                                        "---\nin_force_from: 2020-02-01\nnames: 甲法、乙法\n---\n# "
                                        "某决定\n\n2020年1月1日通过\n\n一、甲。\n\n"
                                        "二、乙：\n\n（一）丙。\n"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        scoped_arena Arena *a = arena_new();
        scoped_buf Buf first, second;
        Err e = {0};

        buf_init(&first, 1 << 20);
        buf_init(&second, 1 << 20);
        const Statute *s = read_text(a, str_of(texts[i]), &e);

        if (s == NULL)
            fail_msg("%zu: %s %s", i, e.where, e.text);
        statute_write(s, &first);
        const Statute *again = read_text(a, buf_str(&first), &e);

        if (again == NULL)
            fail_msg("%zu again: %s %s\n%.*s", i, e.where, e.text, STR_ARG(buf_str(&first)));
        statute_write(again, &second);
        if (!str_eq(buf_str(&first), buf_str(&second)))
            fail_msg("%zu:\n%.*s\n----\n%.*s", i, STR_ARG(buf_str(&first)),
                     STR_ARG(buf_str(&second)));
        assert_int_equal(again->article_count, s->article_count);
        assert_int_equal(again->from, s->from);
        assert_int_equal(again->made, s->made);
    }
}

/* What the text does not tell is not told by us. */
static void test_days(void **state) {
    static const struct {
        const char *notes, *last, *made, *from;
        int by;
    } cases[] = {
        {"2021年1月22日某会通过", "本法自2021年7月15日起施行。", "2021-01-22", "2021-07-15",
         LAW_ADOPTED},
        {"1995年1月1日某会通过\n\n根据2019年4月23日《关于修改的决定》第一次修正",
         "本法自1995年5月1日起施行。", "2019-04-23", "", LAW_AMENDED},
        {"1995年1月1日某会通过", "本法自公布之日起施行。", "1995-01-01", "", LAW_ADOPTED},
        {"1995年1月1日某会通过　1995年1月3日公布", "本法自公布之日起施行。", "1995-01-01",
         "1995-01-03", LAW_ADOPTED},
        {"1990年4月4日某会通过　1990年4月4日公布　自1997年7月1日起施行",
         "本办法自2021年3月31日起施行。", "1990-04-04", "1997-07-01", LAW_ADOPTED},
        {"（1979年7月1日通过）", "没有说。", "1979-07-01", "", LAW_ADOPTED},
        {"某年某月通过", "本法自 2021 年 3 月 1 日起施行。", "", "", LAW_ADOPTED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();
        Err e = {0};
        Str text = str_format(a, "# 某法\n\n%s\n\n**第一条**　甲。\n\n**第二条**　%s\n",
                              cases[i].notes, cases[i].last);
        const Statute *s = read_text(a, text, &e);

        if (s == NULL)
            fail_msg("%zu: %s", i, e.text);
        if (!str_is(day_text(a, s->made), cases[i].made) ||
            !str_is(day_text(a, s->from), cases[i].from) || s->made_by != cases[i].by)
            fail_msg("%zu: made %s, from %s, %d", i, day_text(a, s->made).ptr,
                     day_text(a, s->from).ptr, s->made_by);
    }
}

static void test_refused(void **state) {
    static const struct {
        const char *text, *where, *said;
    } bad[] = {
        {"", "x/README.md:1", "没有法规名称"},
        {"没有标题\n", "x/README.md:1", "缺少法规名称"},
        {"# 某法\n", "x/README.md:1", "没有正文"},
        {"# 某法\n\n**第二条**　甲。\n", "x/README.md:3", "没有第一条"},
        {"# 某法\n\n**第一条**　甲。\n\n**第三条**　乙。\n", "x/README.md:5",
         "缺条：前一条是第一条"},
        {"# 某法\n\n**第一条**　甲。\n\n**第一条**　乙。\n", "x/README.md:5", "重复"},
        {"# 某法\n\n**第一条**　甲。\n**第一条之二**　乙。\n", "x/README.md:4",
         "第一条之二之前缺条"},
        {"# 某法\n\n**第一条**　甲。\n\n**第二条**　乙。\n\n**第一条之一**　丙。\n",
         "x/README.md:7", "次序颠倒"},
        {"# 某法\n\n**第一条**　\xff\xfe\n", "x/README.md:1", "UTF-8"},
        {"---\nin_force_from: 某日\n---\n# 某法\n\n**第一条**　甲。\n", "x/README.md:2",
         "日期应当写成"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        scoped_arena Arena *a = arena_new();
        Err e = {0};

        if (read_text(a, str_of(bad[i].text), &e) != NULL)
            fail_msg("%zu was read", i);
        if (e.code != ERR_CONTENT || strcmp(e.where, bad[i].where) != 0 ||
            strstr(e.text, bad[i].said) == NULL)
            fail_msg("%zu: %s: %s", i, e.where, e.text);
    }
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    char *large = arena_alloc(a, STATUTE_FILE_MOST + 2);

    memset(large, 'x', STATUTE_FILE_MOST + 1);
    assert_null(read_text(a, (Str){large, STATUTE_FILE_MOST + 1}, &e));
    assert_non_null(strstr(e.text, "4 MiB"));
}

/* Tables keep their words; nothing of the marks is left. */
static void test_tables(void **state) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    const Statute *s = read_text(
        a,
        STR("# 某税法\n\n**第一条**　甲。\n\n## 附表\n\n<style>\n.x { y }\n</style>\n\n<table "
            "class=\"t\">\n  <tr>\n    <th>税目</th>\n    <td rowspan=\"2\">1<br>2</td>\n  </tr>\n"
            "</table>\n\n| 名 | 值 |\n| --- | :-: |\n| 汞 | 0.5 |\n"),
        &e);

    (void)state;
    assert_non_null(s);
    assert_int_equal(s->piece_count, 3);
    assert_int_equal(s->pieces[2].kind, PIECE_TEXT);
    if (!str_is(s->pieces[2].text, "税目 ｜ 1；2\n名 ｜ 值\n汞 ｜ 0.5"))
        fail_msg("%.*s", STR_ARG(s->pieces[2].text));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),       cmocka_unit_test(test_invented),
        cmocka_unit_test(test_written_again), cmocka_unit_test(test_days),
        cmocka_unit_test(test_refused),       cmocka_unit_test(test_tables),
    };

    crypto_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
