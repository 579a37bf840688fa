/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/amount_test.c: money to the last ten-thousandth, numbers, areas and Chinese numerals. */
#include "base/amount.h"

#include "base/buf.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/banned.h"

#define YUAN ((Money)MONEY_YUAN)
#define WAN (10000 * YUAN)

static uint64_t next_random(void) {
    static uint64_t state = 9704;

    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return state >> 20;
}

typedef struct Row {
    const char *text;
    Money unit;
    const char *yuan; /* as money_format writes it; NULL: must be refused */
} Row;

static const Row money_rows[] = {
    {"20000", YUAN, "20000.00"},
    {"20,000.00", YUAN, "20000.00"},
    {"1,234,567.89", YUAN, "1234567.89"},
    {"２０，０００．００", YUAN, "20000.00"},
    {"2", WAN, "20000.00"},
    {"2.5", WAN, "25000.00"},
    {"3.123456", WAN, "31234.56"},
    {"0.000001", WAN, "0.01"},
    {"0.0001", YUAN, "0.0001"},
    {"12.3456", YUAN, "12.3456"},
    {"12.345", YUAN, "12.345"},
    {".5", YUAN, "0.50"},
    {"0", YUAN, "0.00"},
    {"00012", YUAN, "12.00"},
    {"1.500000000000000000", YUAN, "1.50"},
    {"922337203685477.5807", YUAN, "922337203685477.5807"},
    {"500元", YUAN, "500.00"},
    {"500元", WAN, "500.00"}, /* the unit in the text wins */
    {"500 元", WAN, "500.00"},
    {"500圆", WAN, "500.00"},
    {"500元整", WAN, "500.00"},
    {"2万元", YUAN, "20000.00"},
    {"2万", YUAN, "20000.00"},
    {"2万", WAN, "20000.00"},
    {"2 万元", YUAN, "20000.00"},
    {"1.5亿", YUAN, "150000000.00"},
    {"1.5亿元", WAN, "150000000.00"},
    {"3千万元", WAN, "30000000.00"},
    {"3百万", WAN, "3000000.00"},
    {"3千", WAN, "3000.00"},
    {"1亿2000万元", YUAN, "120000000.00"},
    {"1万亿元", YUAN, "1000000000000.00"},
    {"3万5000元", YUAN, "35000.00"},
    {"3万5千元", YUAN, "35000.00"},
    {"5元3角2分", YUAN, "5.32"},
    {"5元3角", YUAN, "5.30"},
    {"5元零2分", YUAN, "5.02"},
    {"3.1000(万元)", YUAN, "31000.00"},
    {"3.1000（万元）", YUAN, "31000.00"},
    {"20000(元)", WAN, "20000.00"},
    {"2万(元)", YUAN, "20000.00"},
    {"1,000(万元人民币)", YUAN, "10000000.00"},
    {"1,000(人民币万元)", YUAN, "10000000.00"},
    {"500(人民币)", YUAN, "500.00"},
    {"112.3万人民币", YUAN, "1123000.00"},
    {"112.3万元人民币", YUAN, "1123000.00"},
    {"100万人民币元", WAN, "1000000.00"},
    {"500人民币元", WAN, "500.00"},
    {"0万人民币", WAN, "0.00"},
    {"人民币2万元", YUAN, "20000.00"},
    {"人民币：2万元", YUAN, "20000.00"},
    {"人民币贰万元整", WAN, "20000.00"},
    {"RMB 20,000.00", YUAN, "20000.00"},
    {"rmb20000", YUAN, "20000.00"},
    {"CNY 20000.00", YUAN, "20000.00"},
    {"￥500", YUAN, "500.00"},
    {"¥500.00", YUAN, "500.00"},
    {"¥ 500", YUAN, "500.00"},
    {"人民币￥500", YUAN, "500.00"},
    {"￥500元", WAN, "500.00"},
    {"-500", YUAN, "-500.00"},
    {"-￥500", YUAN, "-500.00"},
    {"￥-500", YUAN, "-500.00"},
    {"－５００", YUAN, "-500.00"},
    {"-0.01", YUAN, "-0.01"},
    {"-2万元", YUAN, "-20000.00"},
    {" 500\t", YUAN, "500.00"},
    {"'500", YUAN, "500.00"},
    {"\"20,000.00\"", YUAN, "20000.00"},
    {"贰万元整", WAN, "20000.00"},
    {"贰万圆整", WAN, "20000.00"},
    {"貳萬圓正", WAN, "20000.00"},
    {"壹佰贰拾叁元肆角伍分", WAN, "123.45"},
    {"壹佰元零伍分", YUAN, "100.05"},
    {"壹仟零伍元整", YUAN, "1005.00"},
    {"壹万零伍佰元整", YUAN, "10500.00"},
    {"壹拾万元整", YUAN, "100000.00"},
    {"拾万元整", YUAN, "100000.00"},
    {"伍角整", YUAN, "0.50"},
    {"伍角陆分", YUAN, "0.56"},
    {"陆分", YUAN, "0.06"},
    {"零元伍角", YUAN, "0.50"},
    {"零元整", YUAN, "0.00"},
    {"壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元壹角贰分", YUAN, "123456789.12"},
    {"玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分", YUAN, "99999999.99"},
    {"一万二千三百元", YUAN, "12300.00"},
    {"一万二千三百", YUAN, "12300.00"},
    {"两万元", YUAN, "20000.00"},
    {"三百", WAN, "3000000.00"}, /* 十百千 alone are the number, not its unit */
    {"十五", YUAN, "15.00"},
    {"三千万", YUAN, "30000000.00"},
    {"负贰佰元", YUAN, "-200.00"},
    /* not an amount */
    {"", YUAN, NULL},
    {" ", YUAN, NULL},
    {"无", YUAN, NULL},
    {"元", YUAN, NULL},
    {"万元", YUAN, NULL},
    {"N/A", YUAN, NULL},
    {"约2万元", YUAN, NULL},
    {"2万余元", YUAN, NULL},
    {"2万元以下", YUAN, NULL},
    {"2-3万元", YUAN, NULL},
    {"三五万元", YUAN, NULL},
    {"--5", YUAN, NULL},
    {"-￥-5", YUAN, NULL},
    {"(500)", YUAN, NULL},
    {"500(", YUAN, NULL},
    {"500()()", YUAN, NULL},
    {"1.2.3", YUAN, NULL},
    {"5.", YUAN, NULL},
    {".", YUAN, NULL},
    {"1,23", YUAN, NULL},
    {"1,2345", YUAN, NULL},
    {"12345,678", YUAN, NULL},
    {",123", YUAN, NULL},
    {"123,", YUAN, NULL},
    {"1,,234", YUAN, NULL},
    {"1 234", YUAN, NULL},
    {"1e5", YUAN, NULL},
    {"1.2E+07", YUAN, NULL},
    {"50%", YUAN, NULL},
    {"二〇二四元", YUAN, NULL},
    /* two readings */
    {"三万五元", YUAN, NULL},
    {"三万五", YUAN, NULL},
    {"一百五", YUAN, NULL},
    {"3万5", YUAN, NULL},
    /* out of order, or twice */
    {"一百一千元", YUAN, NULL},
    {"一万二万元", YUAN, NULL},
    {"一亿二亿元", YUAN, NULL},
    {"百元", YUAN, NULL},
    {"万", YUAN, NULL},
    {"零万元", YUAN, NULL},
    {"2万(万元)", YUAN, NULL},
    {"500元(万元)", YUAN, NULL},
    {"5.5元5角", YUAN, NULL},
    {"15角", YUAN, NULL},
    {"5角3角", YUAN, NULL},
    {"5分3角", YUAN, NULL},
    /* finer or larger than can be kept */
    {"0.00001", YUAN, NULL},
    {"0.000000001", WAN, NULL},
    {"1.23456789012345", YUAN, NULL},
    {"0.30000000000000004", YUAN, NULL},
    {"922337203685477.5808", YUAN, NULL},
    {"9223372036854775807", YUAN, NULL},
    {"99999999999999999999999999999999", YUAN, NULL},
    {"999999999999999999万亿元", YUAN, NULL},
    {"1(亿亿亿亿亿亿亿亿亿元)", YUAN, NULL},
    /* other currencies */
    {"100美元", YUAN, NULL},
    {"100万美元", YUAN, NULL},
    {"100港元", YUAN, NULL},
    {"100万港币", YUAN, NULL},
    {"100欧元", YUAN, NULL},
    {"100万日元", YUAN, NULL},
    {"100英镑", YUAN, NULL},
    {"100(万美元)", YUAN, NULL},
    {"100万元(美元)", YUAN, NULL},
    {"100万元美元", YUAN, NULL},
    {"美元100", YUAN, NULL},
    {"USD 100", YUAN, NULL},
    {"$100", YUAN, NULL},
    {"100韩元", YUAN, NULL},
    {"100新台币", YUAN, NULL},
};

static void money_in_every_writing(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof money_rows / sizeof *money_rows; i++) {
        const Row *r = &money_rows[i];
        Money m = 77;
        char text[32] = "refused";
        bool read = money_parse(str_of(r->text), r->unit, &m);

        if (read)
            money_format(m, text);
        if (read != (r->yuan != NULL) || (read && strcmp(text, r->yuan) != 0))
            fail_msg("%s: %s, not %s", r->text, text, r->yuan ? r->yuan : "refused");
        if (!read)
            assert_int_equal(m, 77);
    }
}

static void money_is_written_and_read_back(void **state) {
    (void)state;
    static const Money edges[] = {0, 1, -1, INT64_MAX, -INT64_MAX, 9999, 10000, 10001, -10000};
    char text[32];
    Money back;

    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        money_format(edges[i], text);
        assert_true(money_parse(str_of(text), YUAN, &back));
        assert_int_equal(back, edges[i]);
    }
    for (int i = 0; i < 100000; i++) {
        Money m = (Money)(next_random() >> next_random() % 40) * (next_random() % 2 ? 1 : -1);

        money_format(m, text);
        assert_true(money_parse(str_of(text), YUAN, &back));
        assert_int_equal(back, m);
    }
    money_format(INT64_MIN, text);
    assert_string_equal(text, "-922337203685477.5808");
}

/* Chinese capitals as a cashier writes them, made here digit by digit. */
static void write_chinese(uint64_t n, Buf *out) {
    static const char *const digit[] = {"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};
    static const char *const place[] = {"", "拾", "佰", "仟"};
    static const char *const group[] = {"", "万", "亿"};
    bool zero = false, any = false;

    for (int g = 2; g >= 0; g--) {
        uint64_t part = n;

        for (int i = 0; i < g; i++)
            part /= 10000;
        part = g == 2 ? part : part % 10000;
        bool wrote = false;

        for (int p = 3; p >= 0; p--) {
            uint64_t ten = p == 3 ? 1000 : p == 2 ? 100 : p == 1 ? 10 : 1;
            uint64_t d = part / ten % 10;

            if (d == 0) {
                zero = any;
                continue;
            }
            if (zero)
                buf_add_c(out, "零");
            buf_add_c(out, digit[d]);
            buf_add_c(out, place[p]);
            zero = false;
            any = wrote = true;
        }
        if (wrote)
            buf_add_c(out, group[g]);
    }
    if (!any)
        buf_add_c(out, "零");
}

static void chinese_numerals_of_all_sizes(void **state) {
    (void)state;
    scoped_buf Buf b;

    buf_init(&b, 1024);
    for (uint64_t i = 0; i < 200000; i++) {
        uint64_t n = i < 100000 ? i : next_random() % UINT64_C(1000000000000) >> i % 30;
        int64_t back = -1;
        Money m;

        buf_clear(&b);
        write_chinese(n, &b);
        if (!chinese_number_parse(buf_str(&b), &back) || back != (int64_t)n)
            fail_msg("%s: %lld, not %llu", b.ptr, (long long)back, (unsigned long long)n);
        buf_add_c(&b, "元整");
        assert_true(money_parse(buf_str(&b), WAN, &m));
        assert_int_equal(m, (Money)n * MONEY_YUAN);
    }
}

static void chinese_numbers(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } rows[] = {
        {"一", 1},          {"十", 10},
        {"十二", 12},       {"二十", 20},
        {"二十五", 25},     {"一百零五", 105},
        {"一百一十", 110},  {"两千", 2000},
        {"一二三", 123},    {"壹贰叁", 123},
        {"二〇二四", 2024}, {"〇", 0},
        {"零", 0},          {"一万亿", 1000000000000},
        {"负三", -3},       {"一亿零五", 100000005},
    };
    static const char *const refused[] = {
        "",       "无",   "12",    "1百",     "一百五",
        "三五万", "百",   "一.五", "一千百",  "一二三一二三一二三一二三一二三一二三一二三",
        "十十",   "第三", "一 二", "一万亿亿"};
    int64_t value = 77;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!chinese_number_parse(str_of(rows[i].text), &value) || value != rows[i].value)
            fail_msg("%s: %lld", rows[i].text, (long long)value);
    }
    value = 77;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (chinese_number_parse(str_of(refused[i]), &value))
            fail_msg("accepted: %s", refused[i]);
    assert_int_equal(value, 77);
}

static void numbers(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double value;
    } rows[] = {
        {"0", 0},
        {"1,234.50", 1234.5},
        {"１２．５", 12.5},
        {"-3.25", -3.25},
        {"+3", 3},
        {".5", 0.5},
        {"1e5", 1e5},
        {"1.5E-05", 1.5e-05},
        {" 7\t", 7},
        {"负3", -3},
        {"0.1", 0.1},
        {"123456789.123", 123456789.123},
        {"0.30000000000000004", 0.1 + 0.2},
        {"12345678901234567890123", 12345678901234567890123.0},
    };
    static const char *const refused[] = {"",   "约5", "5个",  "1,23", "1.2.3", "1e",
                                          "e5", "--1", "0x10", "nan",  "inf",   "1e999",
                                          "5.", "1 2", "五",   "-"};
    double value = 77;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!number_parse(str_of(rows[i].text), &value) || value != rows[i].value)
            fail_msg("%s: %.17g", rows[i].text, value);
    }
    value = 77;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (number_parse(str_of(refused[i]), &value))
            fail_msg("accepted: %s", refused[i]);
    assert_true(value == 77);
}

static void integers(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } rows[] = {
        {"0", 0},     {"42", 42},  {"-42", -42}, {"1,234", 1234},
        {"１２", 12}, {"5.00", 5}, {"+7", 7},    {"999999999999999999", 999999999999999999}};
    static const char *const refused[] = {"",
                                          "5.5",
                                          "1e3",
                                          "约5",
                                          "五",
                                          ".5",
                                          "-",
                                          "1 2",
                                          "1,2",
                                          "9999999999999999999",
                                          "5.0000000000000000001"};
    int64_t value = 77;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!integer_parse(str_of(rows[i].text), &value) || value != rows[i].value)
            fail_msg("%s: %lld", rows[i].text, (long long)value);
    }
    value = 77;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (integer_parse(str_of(refused[i]), &value))
            fail_msg("accepted: %s", refused[i]);
    assert_int_equal(value, 77);
}

static void areas(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double scale, square_metres;
    } rows[] = {
        {"100", 1, 100},           {"2", 10000, 20000},
        {"100平方米", 10000, 100}, {"100㎡", 1, 100},
        {"100 m2", 1, 100},        {"100M²", 1, 100},
        {"3亩", 1, 2000},          {"1.5公顷", 1, 15000},
        {"2平方公里", 1, 2e6},     {"1,234.5平方米", 1, 1234.5},
        {"3(亩)", 1, 2000},        {"2万平方米", 1, 20000},
        {"1万亩", 1, 1e8 / 15},    {"２０平方米", 1, 20},
        {"20平米", 1, 20},         {"0.5 hm²", 1, 5000},
        {"1公亩", 1, 100},
    };
    static const char *const refused[] = {"",    "平方米", "约100亩", "-5亩",  "5亩以上",    "5(亩",
                                          "5万", "5()",    "5米",     "5亩亩", "100平方英尺"};
    double value = 77;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!area_parse(str_of(rows[i].text), rows[i].scale, &value) ||
            fabs(value - rows[i].square_metres) > 1e-9 * rows[i].square_metres)
            fail_msg("%s: %.17g", rows[i].text, value);
    }
    value = 77;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (area_parse(str_of(refused[i]), 1, &value))
            fail_msg("accepted: %s", refused[i]);
    assert_true(value == 77);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(money_in_every_writing),
        cmocka_unit_test(money_is_written_and_read_back),
        cmocka_unit_test(chinese_numerals_of_all_sizes),
        cmocka_unit_test(chinese_numbers),
        cmocka_unit_test(numbers),
        cmocka_unit_test(integers),
        cmocka_unit_test(areas),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
