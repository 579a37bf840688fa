/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/import_test.c: what an import accepts, what it calls a duplicate, a correction, a refusal;
 * on both engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "pool/testing.h"

#define REGISTER_HEAD                                                                                                             \
    "企业名称,统一社会信用代码,注册日期,企业类型,法人代表,注册资金,经营范围,所在省份,地区," \
    "注册地址,登记状态\n"
#define ROW_A                                                                                                         \
    "泸州甲商贸有限公司,91320105780688132K,2001-03-04,有限责任公司,王某,10万,百货,四川,泸州," \
    "江阳区1号,存续\n"
#define ROW_B                                 \
    "泸州乙商贸有限公司,无,2002/3/" \
    "4,有限责任公司,李某,\"1,000(万元人民币)\",百货,四川,泸州,江阳区2号,存续\n"
#define ROW_B2                                \
    "泸州乙商贸有限公司,无,2002/3/" \
    "4,有限责任公司,李某,\"1,000(万元人民币)\",百货,四川,泸州,江阳区2号,注销\n"
#define ROW_B3                                \
    "泸州乙商贸有限公司,无,2002/3/" \
    "4,有限责任公司,李某,\"1,000(万元人民币)\",百货,四川,泸州,江阳区3号,注销\n"

static void check(const ImportResult *r, int64_t received, int64_t accepted, int64_t duplicates,
                  int64_t rejected, int64_t corrected, int line) {
    if (r->received == received && r->accepted == accepted && r->duplicates == duplicates &&
        r->rejected == rejected && r->corrected == corrected)
        return;
    fail_msg("line %d: received %lld accepted %lld duplicates %lld rejected %lld corrected %lld",
             line, (long long)r->received, (long long)r->accepted, (long long)r->duplicates,
             (long long)r->rejected, (long long)r->corrected);
}
#define CHECK(r, ...) check(&(r), __VA_ARGS__, __LINE__)

static void test_same_file_again(void **state) {
    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        TestOffice o;

        if (!test_office_make(&o, engine == 1))
            continue;
        ImportResult r = test_import(&o, "company_register", REGISTER_HEAD ROW_A ROW_B);
        CHECK(r, 2, 2, 0, 0, 0);
        assert_int_equal(r.batch, 1);
        r = test_import(&o, "company_register", REGISTER_HEAD ROW_A ROW_B); /* the same bytes */
        CHECK(r, 2, 0, 2, 0, 0);
        assert_int_equal(r.batch, 2);
        r = test_import(&o, "company_register",
                        REGISTER_HEAD ROW_B "\n\n" ROW_A); /* the same rows, other bytes */
        CHECK(r, 2, 0, 2, 0, 0);
        assert_int_equal(r.batch, 3);
        assert_int_equal(test_int(&o, "SELECT count(*) FROM d_company_register"), 2);
        test_office_remove(&o);
    }
}

static void test_correction_and_history(void **state) {
    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        TestOffice o;
        Err e = {0};

        if (!test_office_make(&o, engine == 1))
            continue;
        const Dataset *d = content_dataset(o.content, STR("company_register"), &e);
        test_import(&o, "company_register", REGISTER_HEAD ROW_A ROW_B);
        ImportResult r = test_import(&o, "company_register", REGISTER_HEAD ROW_B2);
        CHECK(r, 1, 1, 0, 0, 1);
        assert_int_equal(
            test_int(&o, "SELECT count(*) FROM d_company_register WHERE until = 2 AND batch = 1"),
            1);
        /* back to what it said before: not a duplicate, because it changes what is in force */
        r = test_import(&o, "company_register", REGISTER_HEAD ROW_A ROW_B " \n");
        CHECK(r, 2, 1, 1, 0, 1);
        /* in one file: said twice, corrected twice; what was stored before is a duplicate, the last
         * one counts */
        r = test_import(&o, "company_register",
                        REGISTER_HEAD ROW_B2 ROW_B3 ROW_B3 ROW_A ROW_B ROW_B3);
        CHECK(r, 6, 1, 5, 0, 1);
        r = test_import(
            &o, "company_register",
            REGISTER_HEAD ROW_A
            "泸州丙公司,无,2003-01-01,,,,,,,,存续\n"
            "泸州丙公司,无,2003-01-01,,,,,,,,注销\n泸州丙公司,无,2003-01-01,,,,,,,,存续\n");
        CHECK(r, 4, 2, 2, 0, 0);
        Str id = test_dump(
            &o, "SELECT id FROM d_company_register WHERE name = '泸州丙公司' AND until > 100");
        pool_set_visible(o.pool.pool, r.batch);
        Node *row =
            pool_row(o.pool.pool, o.content, o.keys, d, str_slice(id, 0, 32), false, o.a, &e);
        if (!row)
            fail_msg("%s", e.text);
        assert_int_equal(node_get(row, "versions")->count, 2);
        assert_true(node_bool(row, "live", false));
        assert_int_equal(node_int(row, "line", 0), 5);
        assert_true(batch_name_row(o.store, o.a, row, &e));
        assert_true(node_text(row, "file_name").len > 0);
        id = test_dump(
            &o,
            "SELECT id FROM d_company_register WHERE name = '泸州乙商贸有限公司' AND until > 100");
        row = pool_row(o.pool.pool, o.content, o.keys, d, str_slice(id, 0, 32), false, o.a, &e);
        assert_int_equal(node_get(row, "versions")->count, 4);
        assert_int_equal(test_int(&o, "SELECT count(*) FROM d_company_register WHERE until > 100"),
                         3);
        assert_null(pool_row(o.pool.pool, o.content, o.keys, d,
                             STR("00000000000000000000000000000000"), false, o.a, &e));
        assert_int_equal(e.code, ERR_NOT_FOUND);
        test_office_remove(&o);
    }
}

static const Node *field_of(const Node *row, const char *field) {
    const Node *fields = node_get(row, "fields");

    for (size_t i = 0; i < fields->count; i++)
        if (str_is(node_text(fields->items[i], "field"), field))
            return fields->items[i];
    fail_msg("no field %s", field);
    return NULL;
}

static void test_originals_and_masks(void **state) {
    static const struct {
        const char *date, *money;
        const char *date_shown, *money_shown;
    } cases[] = {
        {"2024-1-5", "2万元", "2024-01-05", "20000.00"},
        {"2024/01/05", "\"20,000.00\"", "2024-01-05", "200000000.00"},
        {"20240105", "贰万元整", "2024-01-05", "20000.00"},
        {"2024年1月5日", "20000元", "2024-01-05", "20000.00"},
        {"2024-01-05 00:00:00", "2", "2024-01-05", "20000.00"},
        {"\t2024-01-05", "０.5万", "2024-01-05", "5000.00"},
    };

    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        TestOffice o;
        Err e = {0};

        if (!test_office_make(&o, engine == 1))
            continue;
        const Dataset *d = content_dataset(o.content, STR("administrative_penalty"), &e);
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            const char *text =
                str_format(o.a,
                           "行政相对人名称,证件号码,处罚决定书文号,处罚决定日期,罚款金额,处罚机关\n"
                           "张三,11010519491231002x,川泸罚〔2024〕%zu号,%s,%s,泸州市局\n",
                           i, cases[i].date, cases[i].money)
                    .ptr;
            ImportResult r = test_import(&o, "administrative_penalty", text);
            CHECK(r, 1, 1, 0, 0, 0);
            Str id = test_dump(
                &o,
                str_format(o.a, "SELECT id FROM d_administrative_penalty WHERE batch = %zu", i + 1)
                    .ptr);
            Node *row =
                pool_row(o.pool.pool, o.content, o.keys, d, str_slice(id, 0, 32), false, o.a, &e);
            assert_non_null(row);
            assert_true(
                str_is(node_text(field_of(row, "decided_on"), "value"), cases[i].date_shown));
            assert_true(str_is(node_text(field_of(row, "fine"), "value"), cases[i].money_shown));
            if (strcmp(cases[i].date, "2024-01-05") != 0 && cases[i].date[0] != '\t')
                assert_true(
                    str_is(node_text(field_of(row, "decided_on"), "original"), cases[i].date));
            const Node *number = field_of(row, "party_id_no");
            assert_true(str_is(node_text(number, "value"), "110105********002X"));
            assert_true(node_bool(number, "changed", false));
            assert_true(str_find(node_text(number, "original"), STR("1949")) < 0);
            row = pool_row(o.pool.pool, o.content, o.keys, d, str_slice(id, 0, 32), true, o.a, &e);
            assert_true(
                str_is(node_text(field_of(row, "party_id_no"), "value"), "11010519491231002X"));
            assert_true(
                str_is(node_text(field_of(row, "party_id_no"), "original"), "11010519491231002x"));
        }
        assert_int_equal(
            test_int(&o,
                     "SELECT count(*) FROM d_administrative_penalty WHERE party_id_no__valid AND "
                     "party_id_no__birth = DATE '1949-12-31' AND party_id_no__sex = '女' AND "
                     "party_id_no__division = '110105'"),
            6);
        /* found by its whole number, and by a part of a text, not by a part of the number */
        pool_set_visible(o.pool.pool, 6);
        static const struct {
            const char *text;
            int64_t total;
        } searches[] = {{"11010519491231002X", 6},
                        {"１１０１０５19491231002x", 6},
                        {"194912", 0},
                        {"泸罚〔2024〕3", 1},
                        {"", 6},
                        {"张", 6}};
        for (size_t i = 0; i < sizeof searches / sizeof searches[0]; i++) {
            PoolListing q = {.text = str_of(searches[i].text), .limit = 4};
            Node *page = pool_list(o.pool.pool, o.keys, d, &q, o.a, &e);
            if (!page)
                fail_msg("%s", e.text);
            assert_int_equal(node_int(page, "total", -1), searches[i].total);
            size_t seen = node_get(page, "items")->count;
            while (node_get(page, "next")->kind == NODE_TEXT) {
                q.cursor = node_text(page, "next");
                page = pool_list(o.pool.pool, o.keys, d, &q, o.a, &e);
                seen += node_get(page, "items")->count;
            }
            assert_int_equal(seen, searches[i].total);
        }
        test_office_remove(&o);
    }
}

static void test_weak_and_strong_keys(void **state) {
    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        TestOffice o;

        if (!test_office_make(&o, engine == 1))
            continue;
        test_import(&o, "ride_hailing_license",
                    "姓名,身份证号,出生日期,从业资格证号,证件状态\n"
                    "李建国,110105194912310012,,A1,有效\n" /* wrong check digit: no strong key, weak
                                                              ones from its parts */
                    "李建国,11010519491231002X,,A2,有效\n" /* strong */
                    "李建国,,1949年12月31日,A3,有效\n"     /* weak by name and birth */
                    "李　建国,110105********002X,,A4,有效\n" /* masked: weak by tail */
                    "张某,,1949-12-31,A5,有效\n"             /* names nobody */
                    "李建国,110105491231002,,A6,有效\n");    /* 15 digits: the same person */
        assert_int_equal(
            test_int(
                &o,
                "SELECT count(*) FROM d_ride_hailing_license WHERE holder_id_no__key IS NOT NULL"),
            2);
        assert_int_equal(
            test_int(&o, "SELECT count(DISTINCT holder_id_no__key) FROM d_ride_hailing_license"),
            1);
        assert_int_equal(
            test_int(
                &o,
                "SELECT count(*) FROM d_ride_hailing_license WHERE holder_id_no__weak_birth = "
                "(SELECT "
                "holder_id_no__weak_birth FROM d_ride_hailing_license WHERE license_no = 'A2')"),
            4);
        assert_int_equal(
            test_int(
                &o, "SELECT count(*) FROM d_ride_hailing_license WHERE holder_id_no__weak_tail = "
                    "(SELECT "
                    "holder_id_no__weak_tail FROM d_ride_hailing_license WHERE license_no = 'A2')"),
            3);
        assert_int_equal(
            test_int(&o, "SELECT count(*) FROM d_ride_hailing_license WHERE license_no = 'A5' AND "
                         "holder_id_no__weak_birth IS NULL"),
            1);
        char hex[33];
        assert_true(pool_token(o.keys, SUBJECT_PERSON, STR("11010519491231002x"), hex));
        Str stored = test_dump(
            &o, "SELECT holder_id_no__key FROM d_ride_hailing_license WHERE license_no = 'A6'");
        assert_true(str_starts(stored, str_of(hex)));
        test_office_remove(&o);
    }
}

static void test_headers(void **state) {
    static const struct {
        const char *text;
        ErrCode code;
        int64_t accepted, rejected;
    } cases[] = {
        {"\xEF\xBB\xBF企业名称,注册日期\n甲,2001-01-01\n", ERR_NONE, 1, 0},
        {"市场主体名单,,\n填报单位：某局,,2024年\n\n企业名称,注册资金（元）,注册日期\n甲,5,2001-01-"
         "01\n合计,5,\n",
         ERR_NONE, 1, 1},
        {"QYMC,CLRQ\n甲,2001-01-01\n", ERR_NONE, 1, 0},
        {" 企 业 名 称 *,＂成立日期＂\n甲,2001-01-01\n", ERR_NONE, 1, 0},
        {"企业名称,注册日期\n甲,2001-01-01\n企业名称,注册日期\n乙,2001-01-01\n", ERR_NONE, 2, 1},
        {"企业名称,注册日期\n甲,2001-01-01,多,出\n乙,2001-01-01,,\n丙\n", ERR_NONE, 2, 1},
        {"企业名称,注册日期\n甲\xEF\xBF\xBD,2001-01-01\n乙,某一天\n,2001-01-01\n", ERR_NONE, 0, 3},
        {"甲公司,91320105780688132K,2001-01-01\n乙公司,无,2001-01-02\n", ERR_INVALID, 0, 0},
        {"注册日期,企业类型\n2001-01-01,有限\n", ERR_INVALID, 0, 0},
        {"", ERR_INVALID, 0, 0},
        {"企业名称,注册日期\n", ERR_NONE, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        TestOffice o;
        ImportResult r = {0};
        Err e = {0};

        test_office_make(&o, false);
        bool good = test_import_file(&o, "company_register", test_file(&o, cases[i].text), &r, &e);
        if (good != (cases[i].code == ERR_NONE) ||
            (good && (r.accepted != cases[i].accepted || r.rejected != cases[i].rejected)))
            fail_msg("case %zu: %s; accepted %lld, rejected %lld", i, e.text, (long long)r.accepted,
                     (long long)r.rejected);
        if (!good)
            assert_int_equal(e.code, cases[i].code);
        assert_int_equal(test_int(&o, "SELECT count(*) FROM d_company_register"),
                         cases[i].accepted);
        if (i == 1) /* five yuan, not fifty thousand */
            assert_int_equal(test_int(&o, "SELECT max(capital) FROM d_company_register"),
                             5 * MONEY_YUAN);
        test_office_remove(&o);
    }
}

static void test_rejects_listed(void **state) {
    TestOffice o;
    Err e = {0};
    Buf text;

    (void)state;
    test_office_make(&o, false);
    buf_init(&text, (size_t)64 << 20);
    buf_add(&text, STR("姓名,身份证号,从业资格证号,证件状态,发证日期\n"));
    for (int i = 0; i < 9000; i++) /* several blocks, worked on out of order */
        buf_addf(&text, "王建%d,%s,A%d,有效,%s\n", i % 7, i % 3 ? "" : "11010519491231002X", i,
                 i % 2 ? "=1+1" : "2024-01-01");
    buf_add(&text, STR("赵六,110105194912310021234,A9999,有效,2024-01-01\n"));
    ImportResult r = test_import(&o, "ride_hailing_license", buf_str(&text).ptr);
    buf_done(&text);
    CHECK(r, 9001, 4500, 0, 4501, 0);
    int64_t cursor = 0, seen = 0, line = 0;
    do {
        Node *page = batch_rejects(o.store, o.a, o.pool.place.folder, r.batch, cursor, 200, &e);
        if (!page)
            fail_msg("%s", e.text);
        assert_int_equal(node_int(page, "total", 0), 4501);
        const Node *items = node_get(page, "items");
        for (size_t i = 0; i < items->count; i++) {
            assert_true(node_int(items->items[i], "line", 0) > line);
            line = node_int(items->items[i], "line", 0);
            if (line < 9002) {
                assert_true(str_is(node_text(items->items[i], "title"), "发证日期"));
                assert_true(str_is(node_text(items->items[i], "value"), "'=1+1"));
                assert_int_equal(node_int(items->items[i], "column", 0), 5);
            } else {
                assert_true(str_find(node_text(items->items[i], "value"), STR("19491231")) < 0);
            }
            assert_true(node_text(items->items[i], "reason").len > 0);
            seen++;
        }
        cursor = node_int(page, "next", 0);
    } while (cursor);
    assert_int_equal(seen, 4501);
    Node *batch = batch_get(o.store, o.a, r.batch, &e);
    assert_int_equal(node_int(batch, "listed", 0), 4501);
    assert_true(node_bool(batch, "has_rejects", false));
    const Node *quality = node_get(batch, "quality");
    assert_int_equal(node_int(quality->items[0], "filled", 0), 4500);
    assert_int_equal(node_int(quality->items[0], "distinct", 0), 7);
    assert_int_equal(node_int(quality->items[1], "filled", 0), 1500);
    assert_int_equal(node_int(quality->items[1], "distinct", 0), 1);
    Node *list = batch_list(o.store, o.a, STR(""), 0, 50, &e);
    assert_int_equal(node_int(list, "total", 0), 1);
    assert_null(batch_get(o.store, o.a, 77, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    test_office_remove(&o);
}

static void test_saved_mapping(void **state) {
    TestOffice o;
    Err e = {0};
    ImportResult r;
    ImportPreview p;

    (void)state;
    test_office_make(&o, false);
    const Dataset *d = content_dataset(o.content, STR("company_register"), &e);
    const char *text = "甲列,乙列,企业名称\n泸州甲公司,2001-02-03,x\n";
    ColumnMatch matches[] = {{.field = dataset_field(d, STR("name")), .column = 0},
                             {.field = dataset_field(d, STR("registered_on")), .column = 1}};
    ImportRequest request = {.dataset = d,
                             .path = test_file(&o, text),
                             .file_name = STR("a.csv"),
                             .options = {.encoding = ENCODING_UNKNOWN},
                             .header_line = 1,
                             .matches = matches,
                             .match_count = 2,
                             .save_mapping = true,
                             .actor = STR("tester"),
                             .keep_rejects = true};
    if (!import_preview(o.importer, o.content, &request, o.a, &p, &e))
        fail_msg("%s", e.text);
    assert_int_equal(p.column_count, 3);
    assert_int_equal(p.unused_count, 1);
    assert_int_equal(p.missing_count, 0);
    assert_int_equal(p.samples->count, 1);
    if (!import_run(o.importer, o.content, &request, NULL, o.a, &r, &e))
        fail_msg("%s", e.text);
    CHECK(r, 1, 1, 0, 0, 0);
    /* the same headers again, columns moved: what was confirmed is used */
    request.path = test_file(&o, "甲列,乙列,企业名称\n泸州乙公司,2001-02-04,x\n");
    request.matches = NULL;
    request.save_mapping = false;
    if (!import_run(o.importer, o.content, &request, NULL, o.a, &r, &e))
        fail_msg("%s", e.text);
    CHECK(r, 1, 1, 0, 0, 0);
    assert_int_equal(
        test_int(&o, "SELECT count(*) FROM d_company_register WHERE name LIKE '泸州%公司'"), 2);
    char before[65], after[65];
    assert_true(journal_digest(o.store, before, &e));
    assert_true(journal_rebuild(o.store, after, &e));
    assert_string_equal(before, after);
    test_office_remove(&o);
}

static int start(void **state) {
    (void)state;
    crypto_start();
    pool_register();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_file_again),
        cmocka_unit_test(test_correction_and_history),
        cmocka_unit_test(test_originals_and_masks),
        cmocka_unit_test(test_weak_and_strong_keys),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_rejects_listed),
        cmocka_unit_test(test_saved_mapping),
    };

    return cmocka_run_group_tests_name("pool/import", tests, start, NULL);
}
