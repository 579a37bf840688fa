/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/field_test.c: every type of field, what it takes, what it refuses, and what it calls not
 * valid. */
#include "content/field_range.h"
#include "content/testing.h"

#include "base/banned.h"

static Content *content;

typedef struct Row {
    int type;
    const char *raw;
    const char *text;  /* canonical text; NULL: refused; "": null */
    const char *flags; /* c changed, i not valid, r out of range */
    const char *unit, *codes, *reason, *least, *most;
    bool many, lenient, required;
    int length;
} Row;

#define T FIELD_TEXT
#define D FIELD_DATE
#define M FIELD_MONEY
#define ID FIELD_CITIZEN_ID
#define CC FIELD_CREDIT_CODE
#define DOC FIELD_DOCUMENT_NUMBER
#define CODE FIELD_CODE

static const Row rows[] = {
    /* text: blanks and Excel's wrapping go, everything else stays */
    {T, "泸州市", "泸州市"},
    {T, " \t泸州市　\r\n", "泸州市"},
    {T, "=\"0012\"", "0012"},
    {T, "'0012", "0012"},
    {T, "\"甲\"公司与“乙”公司", "\"甲\"公司与“乙”公司"},
    {T, "'甲'与'乙'", "'甲'与'乙'"},
    {T, "无", "无"},
    {T, "", ""},
    {T, " ", ""},
    {T, "-", "", "c"},
    {T, "——", "", "c"},
    {T, "N/A", "", "c"},
    {T, "null", "", "c"},
    {T, "/", "", "c"},
    {T, "\\N", "", "c"},
    {T, "１２３", "１２３"},
    {T, "甲乙丙丁", NULL, .length = 3, .reason = "超过 3 个字"},
    {T, "甲乙丙", "甲乙丙", .length = 3},
    {T, "", NULL, .required = true, .reason = "必填"},
    {T, "无", "无", .required = true},
    /* dates */
    {D, "2024-01-05", "2024-01-05"},
    {D, "2024-1-5", "2024-01-05", "c"},
    {D, "2024/01/05", "2024-01-05", "c"},
    {D, "20240105", "2024-01-05", "c"},
    {D, "２０２４年１月５日", "2024-01-05", "c"},
    {D, "二〇二四年一月五日", "2024-01-05", "c"},
    {D, "2024-01-05 00:00:00", "2024-01-05", "c"},
    {D, "45296", "2024-01-05", "c"},
    {D, "45296.5", "2024-01-05", "c"},
    {D, "9999", NULL, .reason = "不是日期"},
    {D, "99999", NULL},
    {D, "2023-02-30", NULL, .reason = "日历上没有这一天"},
    {D, "2024-13-01", NULL},
    {D, "昨天", NULL},
    {D, "无", "", "c"},
    {D, "不详", "", "c"},
    {D, "无", NULL, .required = true, .reason = "必填"},
    {D, "1899-12-31", "1899-12-31", "r", .least = "1900-01-01"},
    {D, "2199-01-01", "2199-01-01", "r", .most = "today"},
    {D, "2001-01-01", "2001-01-01", "", .least = "1900-01-01", .most = "today"},
    /* months */
    {D, "2024-03", "2024-03-01", "c", .unit = "月"},
    {D, "202403", "2024-03-01", "c", .unit = "月"},
    {D, "2024年3月", "2024-03-01", "c", .unit = "月"},
    {D, "2024年03月份", "2024-03-01", "c", .unit = "月"},
    {D, "2024/3", "2024-03-01", "c", .unit = "月"},
    {D, "2024-03-17", "2024-03-01", "c", .unit = "月"},
    {D, "2024-03-01", "2024-03-01", "", .unit = "月"},
    {D, "2024-13", NULL, .unit = "月", .reason = "不是月份"},
    {D, "202413", NULL, .unit = "月"},
    {D, "2024-00", NULL, .unit = "月"},
    {D, "45352", "2024-03-01", "c", .unit = "月"},
    {D, "2024", NULL, .unit = "月"},
    {D, "三月", NULL, .unit = "月"},
    /* times */
    {FIELD_TIME, "2024-01-05 08:30:00", "2024-01-05 08:30:00", "c"},
    {FIELD_TIME, "2024-01-05", "2024-01-05 00:00:00", "c"},
    {FIELD_TIME, "2024-01-05T08:30:00Z", "2024-01-05 16:30:00", "c"},
    {FIELD_TIME, "08:30", NULL, .reason = "不是时间"},
    /* money: the unit in the text wins over the field's */
    {M, "20000.00", "20000.00", "", .unit = "元"},
    {M, "20,000", "20000.00", "c", .unit = "元"},
    {M, "2", "20000.00", "c", .unit = "万元"},
    {M, "2万元", "20000.00", "c", .unit = "元"},
    {M, "2000元", "2000.00", "c", .unit = "万元"},
    {M, "贰万元整", "20000.00", "c", .unit = "元"},
    {M, "3.1000(万元)", "31000.00", "c", .unit = "万元"},
    {M, "0.000001", "0.01", "c", .unit = "万元"},
    {M, "￥500", "500.00", "c"},
    {M, "0.5", "0.50", "c"},
    {M, "0.50", "0.50"},
    {M, "00.50", "0.50", "c"},
    {M, "12.345", "12.345"},
    {M, "12.3450", "12.345", "c"},
    {M, "12.", NULL, .reason = "不是金额"},
    {M, ".5", "0.50", "c"},
    {M, "1.23456", NULL, .reason = "不是金额"},
    {M, "1.23456", "12345.60", "c", .unit = "万元"},
    {M, "922337203685477.58", "922337203685477.58"},
    {M, "99999999999999999999", NULL},
    {M, "无", "", "c"},
    {M, "50(万美元)", "", "ci", .unit = "万元"},
    {M, "50万港币", NULL, .unit = "万元", .required = true},
    {M, "两三万", NULL, .reason = "不是金额"},
    {M, "-5", "-5.00", "cr", .least = "0"},
    {M, "150万元", "1500000.00", "cr", .most = "100万元"},
    /* numbers, integers, areas */
    {FIELD_NUMBER, "1,234.5", "1234.5", "c"},
    {FIELD_NUMBER, "80", "80"},
    {FIELD_NUMBER, "80.0", "80", "c"},
    {FIELD_NUMBER, "080", "80", "c"},
    {FIELD_NUMBER, "0.1", "0.1"},
    {FIELD_NUMBER, "0.00001", "1e-05", "c"},
    {FIELD_NUMBER, "123456789012345", "123456789012345"},
    {FIELD_INTEGER, "007", "7", "c"},
    {FIELD_INTEGER, "1234567890123456", "1234567890123456"},
    {FIELD_INTEGER, "9223372036854775808", NULL},
    {FIELD_NUMBER, "801", "801", "r", .most = "800"},
    {FIELD_NUMBER, "约80", NULL, .reason = "不是数字"},
    {FIELD_INTEGER, "12", "12"},
    {FIELD_INTEGER, "12.0", "12", "c"},
    {FIELD_INTEGER, "12.5", NULL, .reason = "不是整数"},
    {FIELD_INTEGER, "-1", "-1", "r", .least = "0"},
    {FIELD_AREA, "1000", "1000", "", .unit = "平方米"},
    {FIELD_AREA, "1.5亩", "1000", "c", .unit = "平方米"},
    {FIELD_AREA, "1.5", "1000", "c", .unit = "亩"},
    {FIELD_AREA, "2", "20000", "c", .unit = "公顷"},
    {FIELD_AREA, "很大", NULL, .reason = "不是面积"},
    /* citizen numbers */
    {ID, "11010519491231002X", "11010519491231002X"},
    {ID, "11010519491231002x", "11010519491231002X", "c"},
    {ID, "'11010519491231002X\t", "11010519491231002X"},
    {ID, "１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X", "c"},
    {ID, "110105491231002", "11010519491231002X", "c"},
    {ID, "110105194912310021", "110105194912310021", "i"},
    {ID, "11010519490231002X", "11010519490231002X", "i"},
    {ID, "1101**********002X", "1101**********002X", "i"},
    {ID, "E12345678", NULL, .reason = "不是公民身份号码"},
    {ID, "E12345678", "E12345678", "i", .lenient = true},
    {ID, "无", "", "c", .lenient = true},
    {ID, "无", NULL, .required = true, .reason = "必填"},
    /* credit codes */
    {CC, "91320105780688132K", "91320105780688132K"},
    {CC, "91320105780688132k", "91320105780688132K", "c"},
    {CC, "913201057806881320", "913201057806881320", "i"},
    {CC, "无", "无", "i"},
    {CC, "正在办理", "正在办理", "i"},
    {CC, "00000000000000000X", "", "c"},
    {CC, "000000000000000000", "", "c"},
    {CC, "-", "", "c"},
    /* divisions */
    {FIELD_DIVISION, "510502", "510502"},
    {FIELD_DIVISION, "510502001", "510502", "c"},
    {FIELD_DIVISION, "5105", "510500", "c"},
    {FIELD_DIVISION, "999999", "999999", "i"},
    {FIELD_DIVISION, "江阳区", "江阳区", "i"},
    /* codes */
    {CODE, "罚金", "罚款", "c", .codes = "penalty_kinds"},
    {CODE, "罚款", "罚款", "", .codes = "penalty_kinds"},
    {CODE, "3", "罚款", "c", .codes = "penalty_kinds"},
    {CODE, "３", "罚款", "c", .codes = "penalty_kinds"},
    {CODE, "危险驾驶", "危险驾驶罪", "c", .codes = "charges"},
    {CODE, "醉驾", "危险驾驶罪", "c", .codes = "charges"},
    {CODE, "组织参与国(境)外赌博罪", "组织参与国（境）外赌博罪", "c", .codes = "charges"},
    {CODE, "某种新罪", "某种新罪", "", .codes = "charges"},
    {CODE, "罚歀", NULL, .codes = "penalty_kinds", .reason = "最接近的是“罚款”"},
    {CODE, "其他什么东西", NULL, .codes = "sentence_kinds", .reason = "不在代码表“主刑”内"},
    {CODE, "y", "是", "c", .codes = "yes_no"},
    {CODE, "无", "", "c", .codes = "licence_states"},
    {CODE, "无", NULL, .codes = "licence_states", .required = true, .reason = "必填"},
    {CODE, "罚款；没收违法所得", "罚款;没收违法所得", "c", .codes = "penalty_kinds", .many = true},
    {CODE, "罚款、没收违法所得,警告", "罚款;没收违法所得;警告", "c", .codes = "penalty_kinds",
     .many = true},
    {CODE, "罚款;罚金", "罚款", "c", .codes = "penalty_kinds", .many = true},
    {CODE, "法律、行政法规规定的其他行政处罚", "其他", "c", .codes = "penalty_kinds", .many = true},
    {CODE, ";罚款;", "罚款", "c", .codes = "penalty_kinds", .many = true},
    {CODE, "；；", "", "c", .codes = "penalty_kinds", .many = true},
    {CODE, "；", NULL, .codes = "penalty_kinds", .many = true, .required = true, .reason = "必填"},
    {CODE, "罚款;吊消许可证件", NULL, .codes = "penalty_kinds", .many = true,
     .reason = "吊销许可证件"},
    /* plates, phones, documents */
    {FIELD_PLATE, "川e·12345", "川E12345", "c"},
    {FIELD_PLATE, "没上牌", "没上牌", "i"},
    {FIELD_PHONE, "138 0000 1111", "13800001111", "c"},
    {FIELD_PHONE, "有空再说", "有空再说", "i"},
    {DOC, "叙市监处罚[2024] 12号", "叙市监处罚〔2024〕12号", "c"},
    {DOC, "（2024）川0502刑初12号", "〔2024〕川0502刑初12号", "c"},
    {DOC, "泸检建〔2025〕1号", "泸检建〔2025〕1号"},
    {DOC, "无", "", "c"},
    {DOC, "１２３", "123", "c"},
    {DOC, "一二三四五", NULL, .length = 4, .reason = "超过 4 个字"},
};

static Field field_of(const Row *r) {
    Field f = {.type = r->type,
               .unit = str_of(r->unit),
               .codes = str_of(r->codes),
               .least = str_of(r->least),
               .most = str_of(r->most),
               .many = r->many,
               .lenient = r->lenient,
               .required = r->required,
               .length = r->length};
    Node nowhere = {.kind = NODE_MAP};
    Err e = {0};

    if (r->codes != NULL) {
        f.table = content_codes(content, f.codes, &e);
        assert_non_null(f.table);
    }
    assert_true(field_range_read(&f, &nowhere, &e));
    return f;
}

static void check_row(const Row *r) {
    Field f = field_of(r);
    const char *reason = NULL;
    FieldValue v;
    bool taken = field_normalise(content, &f, str_of(r->raw), &v, &reason);
    const char *flags = r->flags != NULL ? r->flags : "";
    scoped_buf Buf text;

    if (!taken && r->text == NULL) {
        if (r->reason != NULL && strstr(reason, r->reason) == NULL)
            fail_msg("“%s”: reason is “%s”, wanted “%s”", r->raw, reason, r->reason);
        assert_true(strlen(r->raw) < 6 || strstr(reason, r->raw) == NULL);
        return;
    }
    if (!taken || r->text == NULL)
        fail_msg("“%s” of %s was %s: %s", r->raw, field_type_names[r->type].name,
                 taken ? "taken" : "refused", taken ? "" : reason);
    buf_init(&text, 4096);
    field_text(&f, &v, &text);
    if (!str_is(buf_str(&text), r->text))
        fail_msg("“%s” of %s gives “%.*s”, wanted “%s”", r->raw, field_type_names[r->type].name,
                 STR_ARG(buf_str(&text)), r->text);
    if (v.changed != (strchr(flags, 'c') != NULL) || v.valid == (strchr(flags, 'i') != NULL) ||
        v.out_of_range != (strchr(flags, 'r') != NULL))
        fail_msg("“%s” of %s: changed %d valid %d out of range %d, wanted “%s”", r->raw,
                 field_type_names[r->type].name, v.changed, v.valid, v.out_of_range, flags);
}

static void test_rows(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_row(&rows[i]);
}

/* Two ways to the same normal form must not drift apart: the pool matches what base's callers ask
 * for. */
static void test_documents_as_base(void **state) {
    static const char *const texts[] = {"叙市监处罚[2024] 12号",
                                        "（2024）川0502刑初12号",
                                        "【A】{b}<c>《d》「e」〖f〗",
                                        "12–13—14",
                                        "Ａ１　Ｂ",
                                        "\xEF\xBB\xBF泸检〔2025〕1号",
                                        "\xFF坏",
                                        "𠮷田(1)"};
    Field f = {.type = FIELD_DOCUMENT_NUMBER};
    scoped_arena Arena *a = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        FieldValue v;
        const char *reason;
        Str other;

        assert_true(field_normalise(NULL, &f, str_of(texts[i]), &v, &reason));
        document_number_read(str_of(texts[i]), a, &other);
        assert_int_equal(v.text.len, other.len);
        assert_memory_equal(v.text.ptr, other.ptr, other.len);
    }
}

/* A plain number, as most cells have: 0 to 13 digits, a point now and then. */
static Str plain_text(uint64_t *seed, char out[32]) {
    size_t n = 0;

    for (size_t i = (*seed = *seed * 6364136223846793005u + 1442695040888963407u) >> 33 & 15;
         i < 16; i++) {
        *seed = *seed * 6364136223846793005u + 1442695040888963407u;
        unsigned next = (unsigned)(*seed >> 40) % 14;

        out[n++] = next < 10 ? (char)('0' + next) : next == 10 ? '.' : '0';
    }
    return (Str){out, n};
}

/* The short way for plain digits and base's long way must agree on every value. */
static void test_short_way_as_base(void **state) {
    static const char *const units[] = {"元", "万元"};
    uint64_t seed = 7;

    (void)state;
    for (int i = 0; i < 200000; i++) {
        Field money = {.type = FIELD_MONEY, .unit = str_of(units[i & 1])},
              number = {.type = FIELD_NUMBER};
        char room[32], canonical[32];
        Str text = plain_text(&seed, room);
        const char *reason;
        FieldValue v;
        Money m;
        double d;
        bool good = money_parse(text, i & 1 ? 10000 * MONEY_YUAN : MONEY_YUAN, &m);

        assert_int_equal(field_normalise(NULL, &money, text, &v, &reason) && v.kind == VALUE_INT,
                         good);
        if (good) {
            money_format(m, canonical);
            assert_int_equal(v.integer, m);
            if (v.changed == str_is(text, canonical))
                fail_msg("“%.*s” against “%s”", STR_ARG(text), canonical);
        }
        good = number_parse(text, &d);
        assert_int_equal(field_normalise(NULL, &number, text, &v, &reason) && v.kind == VALUE_REAL,
                         good);
        if (good) {
            snprintf(canonical, sizeof canonical, "%.15g", d);
            assert_true(v.real == d);
            if (v.changed == str_is(text, canonical))
                fail_msg("“%.*s” against “%s”", STR_ARG(text), canonical);
        }
    }
}

/* The longest texts must be refused in words, never written past the room. */
static void test_ceilings(void **state) {
    static const int types[] = {FIELD_TEXT,       FIELD_DATE,        FIELD_MONEY,
                                FIELD_CITIZEN_ID, FIELD_CREDIT_CODE, FIELD_DOCUMENT_NUMBER,
                                FIELD_CODE,       FIELD_PLATE,       FIELD_PHONE,
                                FIELD_DIVISION,   FIELD_NUMBER,      FIELD_AREA,
                                FIELD_TIME,       FIELD_INTEGER};
    scoped_arena Arena *a = arena_new();
    size_t size = 1 << 20;
    char *huge = arena_alloc(a, size);
    Err e = {0};

    (void)state;
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i + 3 <= size; i += 3)
            memcpy(huge + i, k == 0 ? "（" : "；", 3);
        for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
            Field f = {.type = types[i], .lenient = true, .many = true};
            FieldValue v;
            const char *reason = NULL;

            if (f.type == FIELD_CODE)
                f.table = content_codes(content, STR("violations"), &e);
            if (field_normalise(content, &f, (Str){huge, size / 3 * 3}, &v, &reason))
                assert_true(f.type == FIELD_CODE && k == 1);
            else
                assert_non_null(reason);
        }
    }
}

static void test_masks(void **state) {
    static const struct {
        int type;
        const char *raw, *mask;
    } masks[] = {
        {FIELD_CITIZEN_ID, "11010519491231002X", "110105********002X"},
        {FIELD_CITIZEN_ID, "1101**********002X", "1101**********002X"},
        {FIELD_CITIZEN_ID, "E12345678", "****678"},
        {FIELD_PHONE, "13800001111", "****111"},
        {FIELD_DOCUMENT_NUMBER, "6222021234567890123", "****0123"},
        {FIELD_TEXT, "某某路12号", "****2号"},
        {FIELD_TEXT, "某某", "****"},
        {FIELD_TEXT, "", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
        Field f = {.type = masks[i].type, .lenient = true};
        FieldValue v;
        const char *reason;
        char out[64];

        assert_true(field_normalise(NULL, &f, str_of(masks[i].raw), &v, &reason));
        field_mask(&f, &v, out, sizeof out);
        assert_string_equal(out, masks[i].mask);
        field_mask(&f, &v, out, 6);
        assert_true(strlen(out) < 6 && str_utf8_valid(str_of(out)));
    }
}

static int start(void **state) {
    (void)state;
    crypto_start();
    content = load_plain();
    return 0;
}

static int stop(void **state) {
    (void)state;
    content_drop(content);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_documents_as_base),
        cmocka_unit_test(test_short_way_as_base),
        cmocka_unit_test(test_ceilings),
        cmocka_unit_test(test_masks),
    };

    return cmocka_run_group_tests_name("content/field", tests, start, stop);
}
