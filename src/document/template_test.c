/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/template_test.c: places filled and mistakes told, in paragraphs as Word leaves them. */
#include "document/docx_testing.h"
#include "document/template.h"
#include "document/words.h"

#include "base/banned.h"

#define TEXT(id, name, kind, must)   \
    {                                \
        .is = {                      \
            .field = STR_INIT(id),   \
            .title = STR_INIT(name), \
            .type = kind,            \
            .required = must,        \
            .length = 20000          \
        }                            \
    }

static DocumentField entries[] = {TEXT("name", "名称", FIELD_TEXT, true),
                                  TEXT("count", "数量", FIELD_INTEGER, false)};
static DocumentField fields[] = {
    TEXT("party", "当事人", FIELD_TEXT, true),
    TEXT("note", "备注", FIELD_TEXT, false),
    TEXT("day", "日期", FIELD_DATE, false),
    TEXT("at", "时间", FIELD_TIME, false),
    TEXT("money", "金额", FIELD_MONEY, false),
    TEXT("id_no", "证件号码", FIELD_CITIZEN_ID, false),
    TEXT("n", "人数", FIELD_INTEGER, false),
    {.is = {.field = STR_INIT("items"), .title = STR_INIT("物品"), .type = DOCUMENT_LIST},
     .fields = {entries, 2}},
    {.is = {.field = STR_INIT("people"), .title = STR_INIT("人员"), .type = DOCUMENT_LIST},
     .fields = {entries, 2}},
};
static const BindList all_fields = {fields, sizeof fields / sizeof *fields};

#define P(text) "<w:p><w:r><w:t>" text "</w:t></w:r></w:p>"
#define TC(inner) "<w:tc>" inner "</w:tc>"

static const char values_json[] =
    "{\"party\": \"陈明\", \"day\": \"2026-03-20\", \"at\": \"2026-03-20 09:05:00\", \"money\": "
    "\"20000.50\", \"id_no\": \"510502198001010019\", \"n\": 23, \"items\": [{\"name\": \"猪肉\", "
    "\"count\": \"2\"}, {\"name\": \"电子秤\"}]}";

static Str all_text(Arena *a, const Block *b, size_t n) {
    scoped_buf Buf out = {.max = (size_t)16 << 20};

    for (size_t i = 0; i < n; i++) {
        for (size_t r = 0; r < b[i].row_count; r++) {
            for (size_t c = 0; c < b[i].rows[r].count; c++) {
                buf_add_c(&out, c == 0 ? "" : ",");
                buf_add(&out,
                        all_text(a, b[i].rows[r].cells[c].blocks, b[i].rows[r].cells[c].count));
            }
            buf_add_c(&out, "/");
        }
        buf_add_c(&out, i == 0 ? "" : "|");
        buf_add(&out, sheet_text(a, &b[i]));
    }
    return str_dup(a, buf_str(&out));
}

static Template *opened(Arena *a, const char *body, BindList *mistakes, Err *e) {
    Docx *d = docx_open(a, test_docx(a, body, NULL, NULL), e);

    assert_non_null(d);
    return template_open(a, d, &all_fields, mistakes, e);
}

static Str filled(Arena *a, const char *body, const char *json, bool sealed, TemplateFilled *out) {
    scoped_buf Buf docx = {.max = DOCX_SIZE_MAX};
    Err e = {0};
    Template *t = opened(a, body, NULL, &e);
    Node *values = json_read(a, str_of(json), &e);

    if (t == NULL)
        fail_msg("%s", e.text);
    assert_non_null(values);
    assert_true(template_fill(t, values, sealed, a, &docx, out, &e));
    /* What was read back from the tree is what is read from the file. */
    Docx *d = docx_open(a, str_dup(a, buf_str(&docx)), &e);
    Sheet again;

    assert_non_null(d);
    assert_true(docx_read(d, a, &again, NULL, &e));
    assert_true(str_eq(all_text(a, again.blocks, again.count),
                       all_text(a, out->sheet.blocks, out->sheet.count)));
    return all_text(a, out->sheet.blocks, out->sheet.count);
}

static void test_filled(void **state) {
    static const struct {
        const char *body, *wanted;
    } cases[] = {
        {P("甲{{当事人}}乙"), "甲陈明乙"},
        {P("甲{{party}}乙｛｛ 当事人 ｝｝"), "甲陈明乙陈明"},
        /* Split as Word splits it. */
        {"<w:p><w:r><w:t>甲{</w:t></w:r><w:proofErr/><w:r><w:rPr><w:b/></w:rPr><w:t>{当</w:t></w:r>"
         "<w:r><w:t>事人}</w:t></w:r><w:ins><w:r><w:t>}乙</w:t></w:r></w:ins></w:p>",
         "甲陈明乙"},
        {"<w:p><w:r><w:t>甲{{当</w:t><w:t>事人}}</w:t><w:tab/><w:t>乙</w:t></w:r></w:p>",
         "甲陈明\t乙"},
        {P("{{日期}}"), "2026年3月20日"},
        {P("{{日期|汉字}}"), "二〇二六年三月二十日"},
        {P("{{日期|年月}}、{{日期|年}}、{{日期|数字}}"), "2026年3月、2026、2026-03-20"},
        {P("{{时间}}"), "2026年3月20日9时05分"},
        {P("{{金额}}元"), "20000.5元"},
        {P("{{金额|大写}}（{{金额|千分位}}）"), "贰万元伍角（20,000.50）"},
        {P("{{金额|万元}}万元"), "2.00005万元"},
        {P("{{金额|元}}"), "20000.5元"},
        {P("{{人数|汉字}}人，{{人数|大写}}，{{人数}}"), "二十三人，贰拾叁，23"},
        {P("{{证件号码|遮盖}}"), "510502********0019"},
        {P("{{当事人｜遮盖}}"), "陈某"},
        {P("甲{{备注|无则 没有}}乙"), "甲没有乙"},
        {P("甲") P("{{备注}}") P("乙"), "甲|乙"},
        {P("{{如果 备注}}有{{否则}}没有{{结束}}"), "没有"},
        {P("{{如果 当事人}}有{{否则}}没有{{结束}}"), "有"},
        {P("{{如果 没有 备注}}空{{结束}}{{如果 当事人 = 陈明}}是{{结束}}{{如果 当事人 ≠ "
           "陈明}}不{{结束}}"),
         "空是"},
        {P("{{如果 当事人 是 陈明}}对{{结束}}{{如果 当事人 不是 陈明}}错{{结束}}"), "对"},
        {P("甲") P("{{如果 备注}}") P("乙") P("{{否则}}") P("丙") P("{{结束}}") P("丁"),
         "甲|丙|丁"},
        {P("{{如果 备注}}乙") P("丙{{结束}}"), ""},
        {P("{{如果 当事人}}乙") P("丙{{结束}}"), "乙|丙"},
        {P("{{每个 物品}}{{序号}}.{{名称}}{{如果 数量}}{{数量}}{{结束}}；{{结束}}"),
         "1.猪肉2；2.电子秤；"},
        {P("{{每个 物品}}") P("（{{序号|汉字}}）{{名称}}，{{当事人}}") P("{{结束}}"),
         "（一）猪肉，陈明|（二）电子秤，陈明"},
        {P("{{每个 人员}}{{名称}}{{结束}}甲"), "甲"},
        {P("{{每个 物品}}{{每个 物品}}{{名称}}{{结束}}/{{结束}}"), "猪肉电子秤/猪肉电子秤/"},
        {"<w:tbl><w:tr>" TC(P("名")) TC(P("数")) "</w:tr><w:tr>" TC(P("{{每个 物品}}{{名称}}"))
             TC(P("{{数量}}{{结束}}")) "</w:tr></w:tbl>",
         "名,数/猪肉,2/电子秤,/"},
        {"<w:tbl><w:tr>" TC(P("{{每个 物品}}")) TC("<w:p/>") "</w:tr><w:tr>" TC(P("{{名称}}"))
             TC(P("甲")) "</w:tr><w:tr>" TC(P("{{结束}}")) TC("<w:p/>") "</w:tr></w:tbl>",
         "猪肉,甲/电子秤,甲/"},
        {"<w:tbl><w:tr>" TC(P("{{每个 人员}}{{名称}}")) TC(P("甲{{结束}}")) "</w:tr></w:tbl>", ""},
        {"<w:tbl><w:tr>" TC(P("{{如果 备注}}") P("乙") P("{{结束}}")) TC(P("丙")) "</w:tr></w:tbl>",
         ",丙/"},
        {P("单独的 } 和 { 不算"), "单独的 } 和 { 不算"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();
        TemplateFilled out;

        assert_string_equal(str_c(a, filled(a, cases[i].body, values_json, false, &out)),
                            cases[i].wanted);
        assert_int_equal(out.missing.count, 0);
    }
}

static void test_where_from(void **state) {
    scoped_arena Arena *a = arena_new();
    TemplateFilled out;

    (void)state;
    filled(a, P("甲{{当事人}}乙") P("{{每个 物品}}{{名称}}、{{结束}}"), values_json, false, &out);
    assert_int_equal(out.sheet.blocks[0].span_count, 3);
    assert_true(str_is(out.sheet.blocks[0].spans[1].field, "party"));
    assert_true(str_is(out.sheet.blocks[0].spans[1].text, "陈明"));
    assert_int_equal(out.sheet.blocks[0].spans[0].field.len, 0);
    assert_true(str_is(out.sheet.blocks[1].spans[0].field, "items.name"));
}

static void test_missing(void **state) {
    scoped_arena Arena *a = arena_new();
    TemplateFilled out;

    (void)state;
    assert_string_equal(str_c(a, filled(a, P("甲{{当事人}}{{备注}}"), "{}", false, &out)),
                        "甲【待填：当事人】");
    assert_int_equal(out.missing.count, 1);
    assert_int_equal(out.empty.count, 1);
    /* Mandatory, but the template does not ask for it. */
    filled(a, P("甲"), "{}", false, &out);
    assert_int_equal(out.missing.count, 1);
    assert_true(str_is(((Str *)out.missing.items)[0], "party"));
    /* Marked, in the place that letters give to marks. */
    filled(a,
           "<w:p><w:r><w:rPr><w:b/><w:lang w:val=\"a\"/></w:rPr><w:t>{{当事人}}</w:t></w:r></w:p>",
           "{}", false, &out);
    assert_int_equal(out.sheet.blocks[0].spans[0].face, FACE_BOLD);
    /* Of an entry. */
    filled(a, P("{{每个 物品}}{{名称}}{{结束}}"), "{\"party\": \"甲\", \"items\": [{}]}", false,
           &out);
    assert_true(str_is(((Str *)out.missing.items)[0], "items.name"));
}

/* Long texts have paragraphs of their own; signs that XML forbids do no harm. */
static void test_lines(void **state) {
    scoped_arena Arena *a = arena_new();
    TemplateFilled out;

    (void)state;
    assert_string_equal(str_c(a, filled(a, P("甲{{当事人}}乙"),
                                        "{\"party\": \"一\\n\\n二<&>\\u0001\"}", false, &out)),
                        "甲一|二<&>乙");
}

static void test_sealed(void **state) {
    scoped_arena Arena *a = arena_new();
    TemplateFilled out;

    (void)state;
    fields[0].identity = true;
    fields[5].identity = true;
    assert_string_equal(str_c(a, filled(a, P("{{当事人}}{{证件号码}}"), values_json, true, &out)),
                        "陈某510502********0019");
    fields[0].identity = false;
    fields[5].identity = false;
}

static void test_mistakes(void **state) {
    static const struct {
        const char *body;
        int paragraph;
        const char *words;
    } cases[] = {
        {P("甲") P("乙{{当事任}}"), 2, "是不是想写“当事人”"},
        {P("{{完全没有这个}}"), 1, "没有字段"},
        {P("{{名称}}"), 1, "列表“物品”里的一项"},
        {P("{{当事人"), 1, "没有 }}"},
        {P("{{当事人") P("}}"), 1, "没有 }}"},
        {P("当事人}}"), 1, "前面没有 {{"},
        {P("{{ }}"), 1, "没有写字段"},
        {P("{{当事人|汉字}}"), 1, "只用于日期和数"},
        {P("{{日期|汉子}}"), 1, "是不是想写“汉字”"},
        {P("{{日期|大写}}"), 1, "只用于金额和数"},
        {P("{{当事人|无则}}"), 1, "写得不对"},
        {P("{{日期|年|年|年|年|年}}"), 1, "最多写 4 个"},
        {P("{{如果 当事人 = }}甲{{结束}}"), 1, "等号后面没有写值"},
        {P("{{每个 当事人}}{{结束}}"), 1, "不是列表"},
        {P("{{物品}}"), 1, "{{每个 物品}}"},
        {P("甲") P("{{每个 物品}}") P("{{名称}}"), 2, "没有配上 {{结束}}"},
        {P("{{结束}}"), 1, "前面没有配得上"},
        {P("{{否则}}"), 1, "前面没有配得上"},
        {P("甲{{如果 备注}}乙") P("丙{{结束}}"), 1, "各自单独成一段"},
        {P("{{每个 物品}}甲{{否则}}乙{{结束}}"), 1, "前面没有配得上"},
        {"<w:tbl><w:tr>" TC(P("甲{{每个 物品}}{{名称}}")) TC(P("{{结束}}")) "</w:tr></w:tbl>", 1,
         "各自单独成一段"},
        {"<w:tbl><w:tr>" TC(P("甲")) TC(P("{{每个 物品}}")) TC(P("{{结束}}")) "</w:tr></w:tbl>", 2,
         "循环跨了单元格"},
        {"<w:tbl><w:tr>" TC(P("{{每个 物品}}{{名称}}")) TC(P("甲")) "</w:tr></w:tbl>" P("{{结束}}"),
         1, "循环跨了表格"},
        {"<w:p><w:r><w:t>{{当</w:t><w:br/><w:t>事人}}</w:t></w:r></w:p>", 1, "有换行"},
        {P("甲") "<w:p><w:r><w:pict><w:txbxContent>" P(
             "{{当事人}}") "</w:txbxContent></w:pict></w:r></w:p>",
         0, "文本框里的占位符"},
        {P("{{如果 备注}}{{如果 备注}}{{如果 备注}}{{如果 备注}}{{如果 备注}}{{如果 备注}}{{如果 "
           "备注}}{{如果 备注}}{{如果 备注}}甲{{结束}}{{结束}}{{结束}}{{结束}}{{结束}}{{结束}}{{"
           "结束}}{{结束}}{{结束}}"),
         1, "最多 8 层"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();
        BindList mistakes = {0};
        Err e = {0};

        if (opened(a, cases[i].body, &mistakes, &e) != NULL)
            fail_msg("case %zu (%s) has no mistake", i, cases[i].words);
        const TemplateMistake *m = mistakes.items;

        if (str_find(m->text, str_of(cases[i].words)) < 0)
            fail_msg("case %zu: “%.*s” does not say “%s”", i, STR_ARG(m->text), cases[i].words);
        assert_int_equal(m->paragraph, cases[i].paragraph);
        assert_int_equal(e.code, ERR_INVALID);
        assert_true(str_utf8_valid(str_of(e.text)));
    }
}

static void test_too_long(void **state) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf json = {.max = (size_t)1 << 20}, docx = {.max = DOCX_SIZE_MAX};
    TemplateFilled out;
    Err e = {0};

    (void)state;
    buf_add_c(&json, "{\"party\": \"甲\", \"items\": [");
    for (int i = 0; i < 1001; i++)
        buf_addf(&json, "%s{\"name\": \"甲\"}", i == 0 ? "" : ",");
    buf_add_c(&json, "]}");
    Template *t = opened(a, P("{{每个 物品}}{{名称}}{{结束}}"), NULL, &e);

    assert_non_null(t);
    assert_false(template_fill(t, json_read(a, buf_str(&json), &e), false, a, &docx, &out, &e));
    assert_int_equal(e.code, ERR_TOO_LARGE);
    assert_int_equal(docx.len, 0);
}

static void test_words(void **state) {
    static const struct {
        int64_t number;
        const char *plain, *capital;
    } numbers[] = {{0, "零", "零"},
                   {10, "十", "壹拾"},
                   {20, "二十", "贰拾"},
                   {101, "一百零一", "壹佰零壹"},
                   {110, "一百一十", "壹佰壹拾"},
                   {10020, "一万零二十", "壹万零贰拾"},
                   {100100, "十万零一百", "壹拾万零壹佰"},
                   {1000000001, "十亿零一", "壹拾亿零壹"},
                   {120000000, "一亿二千万", "壹亿贰仟万"}};
    static const struct {
        Money m;
        const char *text;
    } amounts[] = {{0, "零元整"},         {5000, "伍角"},
                   {500, "伍分"},         {200050000, "贰万零伍元整"},
                   {10500, "壹元零伍分"}, {10001200, "壹仟元壹角贰分"}};

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        scoped_buf Buf out = {.max = 1000};
        int64_t back;

        words_number(numbers[i].number, &out);
        assert_string_equal(out.ptr, numbers[i].plain);
        assert_true(chinese_number_parse(buf_str(&out), &back) && back == numbers[i].number);
        buf_clear(&out);
        words_number_capital(numbers[i].number, &out);
        assert_string_equal(out.ptr, numbers[i].capital);
    }
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
        scoped_buf Buf out = {.max = 1000};
        Money back;

        assert_true(words_money_capital(amounts[i].m, &out));
        assert_string_equal(out.ptr, amounts[i].text);
        assert_true(money_parse(buf_str(&out), MONEY_YUAN, &back) && back == amounts[i].m);
    }
    scoped_buf Buf out = {.max = 1000};

    assert_false(words_money_capital(-10000, &out));
    assert_false(words_money_capital(1, &out));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_filled),   cmocka_unit_test(test_where_from),
        cmocka_unit_test(test_missing),  cmocka_unit_test(test_lines),
        cmocka_unit_test(test_sealed),   cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_too_long), cmocka_unit_test(test_words),
    };

    return cmocka_run_group_tests_name("document/template", tests, NULL, NULL);
}
