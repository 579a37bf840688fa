/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/header_test.c: headers as agencies write them find their fields, and near ones do not find
 * the wrong field; values are masked wherever they are shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <string.h>

#include <cmocka.h>

#include "pool/header.h"
#include "pool/maker.h"

static Content *content;

static void test_fold(void **state) {
    static const struct {
        const char *title, *folded;
    } cases[] = {
        {" 罚 款\n金额（万元）", "罚款金额"},
        {"罚款金额(万元)", "罚款金额"},
        {"＊姓名：", "姓名"},
        {"cf_xdr_mc", "CFXDRMC"},
        {"ＣＦ－ＪＤＲＱ", "CFJDRQ"},
        {"法定代表人（负责人）", "法定代表人(负责人)"},
        {"金额（单位：元）", "金额"},
        {"占比(%)", "占比"},
        {"（", "("},
        {"", ""},
        {"处罚决定日期(YYYY/MM/DD)", "处罚决定日期"},
    };
    Buf b;

    (void)state;
    buf_init(&b, 1000);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        header_fold(str_of(cases[i].title), &b);
        if (!str_is(buf_str(&b), cases[i].folded))
            fail_msg("%s: %.*s", cases[i].title, STR_ARG(buf_str(&b)));
    }
    buf_done(&b);
}

static void test_unit(void **state) {
    static const struct {
        const char *title;
        int type;
        const char *unit;
    } cases[] = {
        {"罚款金额（万元）", FIELD_MONEY, "万元"},
        {"罚款金额(元)", FIELD_MONEY, "元"},
        {"金额（单位：元）", FIELD_MONEY, "元"},
        {"罚款金额", FIELD_MONEY, ""},
        {"面积(亩)", FIELD_AREA, "亩"},
        {"面积（㎡）", FIELD_AREA, "平方米"},
        {"名称(元)", FIELD_TEXT, ""},
        {"元旦值班", FIELD_MONEY, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (!str_is(header_unit(str_of(cases[i].title), cases[i].type), cases[i].unit))
            fail_msg("%s", cases[i].title);
}

/* How and to which field one title goes, alone in its file. */
static void test_match(void **state) {
    static const struct {
        const char *dataset, *title, *field, *how;
    } cases[] = {
        {"administrative_penalty", "行政相对人名称", "party_name", "title"},
        {"administrative_penalty", "CF_XDR_MC", "party_name", "code"},
        {"administrative_penalty", "party_name", "party_name", "code"},
        {"administrative_penalty", "当事人", "party_name", "alias"},
        {"administrative_penalty", "身份证号码", "party_id_no", "alias"},
        {"administrative_penalty", "CF_SJLYDM", "source_code", "code"},
        {"administrative_penalty", "CF_SJLYD", NULL, ""}, /* a code is right or wrong */
        {"administrative_penalty", "行政相对人代码_2（工商注册号）", "party_register_no", "title"},
        {"administrative_penalty", "行政处罚决定书的文号", "decision_no", "near"},
        {"administrative_penalty", "作出的处罚决定日期", "decided_on", "near"},
        {"administrative_penalty", "天气", NULL, ""},
        {"ride_hailing_license", "有效期自", "valid_from", "alias"},
        {"ride_hailing_license", "从业资格有效期起", NULL, ""},
        {"company_register", "企业名称", "name", "title"},
        {"company_register", "企业的名称", "name", "near"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        scoped_arena Arena *a = arena_new();
        Err e = {0};
        const Dataset *d = content_dataset(content, str_of(cases[i].dataset), &e);
        Str title = str_of(cases[i].title);
        Header h = {.line = 1, .count = 1, .titles = &title};
        const ColumnMatch *found = NULL;

        assert_non_null(d);
        const ColumnMatch *m = header_match(a, d, &h);
        for (size_t f = 0; f < d->fields.count; f++)
            if (m[f].column == 0)
                found = &m[f];
        if ((found == NULL) != (cases[i].field == NULL) ||
            (found &&
             (!str_is(found->field->field, cases[i].field) || !str_is(found->how, cases[i].how))))
            fail_msg("%s: %.*s %.*s", cases[i].title,
                     STR_ARG(found ? found->field->field : STR("nothing")),
                     STR_ARG(found ? found->how : STR("")));
    }
}

/* Every dataset's own titles, codes and names come back to their fields, all in one file. */
static void test_own_titles(void **state) {
    (void)state;
    for (size_t n = 0; n < content_dataset_count(content); n++) {
        const Dataset *d = content_dataset_at(content, n);

        for (int kind = 0; kind < 2; kind++) {
            scoped_arena Arena *a = arena_new();
            Str *titles = arena_array_of(a, d->fields.count, Str);
            Header h = {.line = 1, .count = d->fields.count, .titles = titles};

            for (size_t f = 0; f < d->fields.count; f++)
                titles[f] = kind ? dataset_fields(d)[f].field : dataset_fields(d)[f].title;
            const ColumnMatch *m = header_match(a, d, &h);
            for (size_t f = 0; f < d->fields.count; f++)
                if (m[f].column != (int)f)
                    fail_msg("%.*s: %.*s goes to column %d", STR_ARG(d->dataset),
                             STR_ARG(titles[f]), m[f].column);
        }
    }
}

static void test_mask(void **state) {
    static const struct {
        const char *text, *masked;
    } cases[] = {
        {"2024-01-05", "2024-01-05"},
        {"12345", "12345"},
        {"123456", "12**56"},
        {"13900001234", "139****1234"},
        {"110105194912310021", "110105********0021"},
        {"11010519491231002X", "110105********002X"},
        {"身份证11010519491231002X住址", "身份证110105********002X住址"},
        {"１１０１０５１９４９１２３１００２１", "１１０１０５********００２１"},
        {"", ""},
    };
    Buf b;

    (void)state;
    buf_init(&b, 1000);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buf_clear(&b);
        mask_text(str_of(cases[i].text), &b);
        if (!str_is(buf_str(&b), cases[i].masked))
            fail_msg("%s: %.*s", cases[i].text, STR_ARG(buf_str(&b)));
    }
    buf_done(&b);
}

static int start(void **state) {
    Err e = {0};

    (void)state;
    crypto_start();
    content = content_load(NULL, &e);
    return content ? 0 : -1;
}

static int end(void **state) {
    (void)state;
    content_drop(content);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fold),  cmocka_unit_test(test_unit),
        cmocka_unit_test(test_match), cmocka_unit_test(test_own_titles),
        cmocka_unit_test(test_mask),
    };

    return cmocka_run_group_tests_name("pool/header", tests, start, end);
}
