/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/expr_test.c: the grammar, the types, and what people are told when either is broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "model/compile.h"

static Content *content;
static Arena *arena;

static int start(void **state) {
    Err e = {0};

    (void)state;
    crypto_start();
    arena = arena_new();
    content = content_load(NULL, &e);
    if (content == NULL)
        print_error("%s %s\n", e.where, e.text);
    return content == NULL;
}

static int stop(void **state) {
    (void)state;
    content_drop(content);
    arena_free(arena);
    return 0;
}

/* --- grammar --------------------------------------------------------------------------------- */

static void canonical(void **state) {
    static const char *const cases[][2] = {
        {"a.b=有效", "(a.b = '有效')"},
        {"a.b   =  '有效'", "(a.b = '有效')"},
        {"a.b = 'it''s'", "(a.b = 'it''s')"},
        {"a.b in [危险驾驶罪, 交通肇事罪]", "a.b in ['危险驾驶罪', '交通肇事罪']"},
        {"a.x > 1 and a.y < 2 or not a.z = 3", "(((a.x > 1) and (a.y < 2)) or not (a.z = 3))"},
        {"(a.x > 1 or a.y < 2) and true", "(((a.x > 1) or (a.y < 2)) and true)"},
        {"a.x + 2 * a.y - 1", "((a.x + (2 * a.y)) - 1)"},
        {"a.m >= 2万元", "(a.m >= 20000 元)"},
        {"a.m >= 0.5 万元", "(a.m >= 5000 元)"},
        {"a.m < 1亿元", "(a.m < 100000000 元)"},
        {"a.m = 12.34 元", "(a.m = 12.34 元)"},
        {"a.r > 12.5%", "(a.r > 0.125)"},
        {"a.d < 2024-1-5", "(a.d < 2024-01-05)"},
        {"a.d + 5 年 > today", "((a.d + 60 个月) > today)"},
        {"a.d + 10 个工作日 > today", "((a.d + 10 个工作日) > today)"},
        {"a.d within 90 days before b.d", "a.d within 90 天 before b.d"},
        {"a.d between 2024-01-01 and 2024-12-31 and a.x = 1",
         "(a.d between 2024-01-01 and 2024-12-31 and (a.x = 1))"},
        {"a.x is empty", "a.x is empty"},
        {"a.x is not empty", "a.x is not empty"},
        {"a.id.birth < 2000-01-01", "(a.id.birth < 2000-01-01)"},
        {"coalesce(a.x, b.y,) = 1", "(coalesce(a.x, b.y) = 1)"},
        {"-a.x < -1", "(-a.x < -1)"},
        {"a.name contains 有限公司（普通合伙）", "(a.name contains '有限公司（普通合伙）')"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Err e = {0};
        Expr *x = expr_parse(arena, str_of(cases[i][0]), (ExprPlace){0}, &e), *again;
        scoped_buf Buf out, twice;

        buf_init(&out, 1 << 16);
        buf_init(&twice, 1 << 16);
        if (x == NULL)
            fail_msg("%s: %s", cases[i][0], e.text);
        expr_write(x, &out);
        assert_string_equal(out.ptr, cases[i][1]);
        /* What is written reads back as the same. */
        again = expr_parse(arena, str_dup(arena, buf_str(&out)), (ExprPlace){0}, &e);
        assert_non_null(again);
        expr_write(again, &twice);
        assert_string_equal(twice.ptr, out.ptr);
    }
}

static void broken_grammar(void **state) {
    static const struct {
        const char *text;
        int column; /* of the node at column 10 */
        const char *says;
    } cases[] = {
        {"", 10, "没有写完"},
        {"a.b =", 15, "没有写完"},
        {"a.b = 有效 有效", 19, "读不懂"},
        {"a.b ＝ 有效", 14, "全角符号"},
        {"a.b = '有效", 16, "引号没有关闭"},
        {"a.b ! 3", 14, "!="},
        {"a.b # 3", 14, "认不出的符号"},
        {"a.b in 危险驾驶罪", 17, "“[”"},
        {"a.b in []", 19, "至少一项"},
        {"a.d < 2024-02-30", 16, "不是存在的日期"},
        {"a.x > 1.23456789", 16, "小数"},
        {"a.x > 99999999999999999999", 16, "数字太大"},
        {"a.x between 1 or 2", 24, "and"},
        {"a.d within 90 天 b.d", 26, "before"},
        {"a.x is 3", 17, "empty"},
        {"a. = 3", 13, "字段名"},
        {"(a.x = 1", 18, "没有写完"},
        {"and a.x = 1", 10, "读不懂"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Node node = {.kind = NODE_TEXT, .line = 7, .column = 10, .file = "content/models/x.yaml"};
        Err e = {0};
        char where[64];

        node.text = str_of(cases[i].text);
        assert_null(expr_parse(arena, node.text, (ExprPlace){&node, 0}, &e));
        snprintf(where, sizeof where, "content/models/x.yaml:7:%d", cases[i].column);
        if (strcmp(where, e.where) != 0 || strstr(e.text, cases[i].says) == NULL)
            fail_msg("%s: %s %s", cases[i].text, e.where, e.text);
        assert_int_equal(e.code, ERR_CONTENT);
    }
}

static void ceilings(void **state) {
    scoped_buf Buf deep, wide, longest;
    Err e = {0};

    (void)state;
    buf_init(&deep, 1 << 16);
    buf_init(&wide, 1 << 16);
    buf_init(&longest, 1 << 16);
    for (int i = 0; i < 33; i++)
        buf_add_char(&deep, '(');
    assert_null(expr_parse(arena, buf_str(&deep), (ExprPlace){0}, &e));
    assert_non_null(strstr(e.text, "括号超过"));
    buf_add_c(&wide, "a.x in [");
    for (int i = 0; i < 300; i++)
        buf_add_c(&wide, "1,");
    buf_add_char(&wide, ']');
    assert_null(expr_parse(arena, buf_str(&wide), (ExprPlace){0}, &e));
    assert_non_null(strstr(e.text, "列表超过"));
    for (int i = 0; i < 5000; i++)
        buf_add_char(&longest, '1');
    assert_null(expr_parse(arena, buf_str(&longest), (ExprPlace){0}, &e));
    buf_clear(&deep);
    for (int i = 0; i < 100; i++)
        buf_add_c(&deep, "not ");
    assert_null(expr_parse(arena, buf_str(&deep), (ExprPlace){0}, &e));
    buf_clear(&deep);
    for (int i = 0; i < 500; i++)
        buf_add_c(&deep, "-");
    assert_null(expr_parse(arena, buf_str(&deep), (ExprPlace){0}, &e));
}

/* --- types ----------------------------------------------------------------------------------- */

/* A model with one condition more. */
static const char *const shell =
    "model: probe\ntitle: t\ngroup: g\ndescription: d\nproduct: p\nfalse_positives: f\nbasis: []\n"
    "parameters:\n  - {parameter: least_fine, title: t, type: money, default: 2万元}\n"
    "from: {license: ride_hailing_license, verdict: criminal_verdict, penalty: "
    "administrative_penalty}\n"
    "match: {person: [license.holder_id_no, verdict.defendant_id_no, penalty.party_id_no]}\n"
    "where:\n  - %s\n"
    "clue: {level: high, title: t, explain: e}\n"
    "cases:\n  - {title: t, today: 2026-11-22, rows: {}, hits: []}\n";

static const Model *probe(const char *condition, Err *e) {
    Str text = str_format(arena, shell, condition);
    const Node *tree = yaml_read(arena, text, "x.yaml", e);

    return tree != NULL ? model_read(arena, content, tree, e) : NULL;
}

static void sound_types(void **state) {
    static const char *const cases[] = {
        "license.status = 有效",
        "license.status in [有效, 注销]",
        "verdict.effective_on <= today",
        "penalty.fine >= least_fine",
        "penalty.fine * 2 > 3万元 - 1 元",
        "penalty.fine / penalty.goods_value > 0.5",
        "penalty.fine * 0.5 < penalty.goods_value",
        "verdict.blood_alcohol >= 80",
        "verdict.sentence_months + 1 > 3.5",
        "days(verdict.act_on, today) > 90",
        "verdict.act_on + 90 天 < today",
        "verdict.act_on within 12 个月 before penalty.decided_on",
        "due(verdict.act_on, RT_REPLY) < today",
        "overdue(verdict.act_on, AP_DECIDE)",
        "penalty.decided_on > due(verdict.act_on, AP_DECIDE)",
        "threshold(prosecution_thresholds, penalty.violation, goods_value) <= penalty.goods_value",
        "listed(food_charges, verdict.charge, verdict.act_on)",
        "age(license.holder_birth, today) >= 18",
        "license.holder_id_no.birth < 2000-01-01",
        "license.holder_id_no.sex = 男",
        "license.holder_id_no.valid",
        "license.holder_id_no != verdict.defendant_id_no",
        "coalesce(verdict.effective_on, verdict.judged_on) < today",
        "if(verdict.probation = 是, verdict.act_on, verdict.judged_on) < today",
        "least(verdict.act_on, verdict.judged_on) < today",
        "year(verdict.act_on) = 2024",
        "starts(license.license_no, '5105')",
        "penalty.kinds contains 罚款",
        "verdict.act_on + 10 个工作日 < today",
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Err e = {0};
        scoped_buf Buf sentence;
        const Model *m = probe(cases[i], &e);

        if (m == NULL)
            fail_msg("%s: %s %s", cases[i], e.where, e.text);
        buf_init(&sentence, 1 << 16);
        condition_sentence(&m->rules[0], &m->rules[0].where.items[0], &sentence);
        assert_true(sentence.len > 0);
    }
}

static void broken_types(void **state) {
    static const struct {
        const char *text;
        int column;
        const char *says;
    } cases[] = {
        {"licence.status = 有效", 5, "最接近的是“license”"},
        {"license.statu = 有效", 13, "最接近的是“status”"},
        {"license.status = 有郊", 22, "最接近的是“有效”"},
        {"license.status = 正常", 22, "请用后者"},
        {"verdict.effective_on = 有效", 28, "日期不能与文字比较"},
        {"penalty.fine > verdict.effective_on", 20, "金额不能与日期比较"},
        {"penalty.fine > 20000", 20, "金额要写单位"},
        {"verdict.act_on + 90 < today", 22, "日期加减要写单位"},
        {"license.status > 有效", 22, "没有大小"},
        {"due(verdict.act_on, RT_REPLAY) < today", 25, "最接近的是“RT_REPLY”"},
        {"threshold(prosecution_treshold, verdict.charge, charge) = 甲", 15,
         "prosecution_thresholds"},
        {"threshold(prosecution_thresholds, verdict.charge, goods_valu) > 1 元", 55, "goods_value"},
        {"penalty.fine * penalty.fine > 1 元", 5, "不能相乘"},
        {"penalty.fine * verdict.blood_alcohol > 1 元", 20, "尾差"},
        {"penalty.fine / 0 > 1 元", 20, "不能除以 0"},
        {"license.holder_id_no = '510522199001010013'", 28, "证件号码不能与文字比较"},
        {"license.holder_name.birth = today", 5, "只有证件号码"},
        {"license.holder_id_no.birht = today", 5, "birth"},
        {"license = 3", 5, "整行数据"},
        {"least_fin > 3 元", 5, "least_fine"},
        {"dayz(verdict.act_on, today) > 1", 5, "最接近的是“days”"},
        {"days(verdict.act_on) > 1", 5, "参数个数"},
        {"license.status", 5, "应当是一个成立或不成立的条件"},
        {"not license.status", 9, "应当是是否"},
        {"license.status and true", 5, "是文字"},
        {"verdict.act_on - 3 个工作日 < today", 22, "不能减"},
        {"verdict.act_on within 3 个工作日 before today", 27, "只能往后数"},
        {"if(true, 1, today) = 1", 17, "比较"},
        {"coalesce(license.holder_id_no, verdict.defendant_id_no) is empty", 14, "证件号码"},
        {"-verdict.act_on = 1", 6, "数字或金额"},
        {"penalty.kinds contains ''", 28, "空文字"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Err e = {0};
        char where[64];

        if (probe(cases[i].text, &e) != NULL)
            fail_msg("accepted: %s", cases[i].text);
        snprintf(where, sizeof where, "x.yaml:13:%d", cases[i].column);
        if (strcmp(where, e.where) != 0 || strstr(e.text, cases[i].says) == NULL)
            fail_msg("%s: %s %s", cases[i].text, e.where, e.text);
    }
}

/* --- models ---------------------------------------------------------------------------------- */

static void broken_models(void **state) {
    static const struct {
        const char *from, *to, *says;
    } cases[] = {
        {"model: probe\n", "model: Probe\n", "小写字母"},
        {"group: g\n", "", "group"},
        {"group: g\n", "groop: g\n", "groop"},
        {"license: ride_hailing_license", "license: ride_hailing_licence", "ride_hailing_license"},
        {"license: ride", "today: ride", "保留字"},
        {"match: {person:", "match: {persons:", "最接近的是“person”"},
        {"license.holder_id_no, ", "", "没有写别名“license”"},
        {"license.holder_id_no, ", "license.holder_name, ", "不是数据集"},
        {"license.holder_id_no, ", "licence.holder_id_no, ", "没有别名"},
        {"level: high", "level: urgent", "high、medium 或 low"},
        {"title: t, explain: e", "title: '{license.holder_nam}', explain: e", "holder_name"},
        {"title: t, explain: e", "title: '{license.holder_name', explain: e", "花括号"},
        {"title: t, explain: e", "title: t", "explain"},
        {"explain: e}", "explain: e, evidence: {licens: [status]}}", "最接近的是“license”"},
        {"explain: e}", "explain: e, evidence: {license: [statuz]}}", "最接近的是“status”"},
        {"explain: e}", "explain: e, once_per: [license.nothing]}", "没有字段"},
        {"clue:", "weak: [name]\nclue:", "弱匹配"},
        {"clue:", "unless:\n  - {from: {p: pension_payment}, key: p.month}\nclue:", "不是数据集"},
        {"clue:", "unless:\n  - {from: {p: administrative_penalty}}\nclue:", "请用 key"},
        {"clue:", "measure:\n  n: {title: t, from: {p: pension_payment}}\nclue:", "缺少 count"},
        {"clue:", "measure:\n  n: {title: t, from: {p: pension_payment}, sum: p.month}\nclue:",
         "求和"},
        {"clue:", "measure:\n  n: {title: t, from: {p: pension_payment}, count: many}\nclue:",
         "distinct"},
        {"clue:", "require: [n >= 5]\nclue:", "没有叫“n”"},
        {"clue:", "define: {a: b, b: license.status = 有效}\nclue:", ""},
        {"rows: {}", "row: {}", "row"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Str text = str_format(arena, shell, "license.status = 有效");
        ptrdiff_t at = str_find(text, str_of(cases[i].from));
        Err e = {0};

        assert_true(at >= 0);
        Str changed = str_format(arena, "%.*s%s%.*s", (int)at, text.ptr, cases[i].to,
                                 (int)(text.len - (size_t)at - strlen(cases[i].from)),
                                 text.ptr + at + strlen(cases[i].from));
        const Node *tree = yaml_read(arena, changed, "x.yaml", &e);

        assert_non_null(tree);
        const Model *m = model_read(arena, content, tree, &e);

        if (cases[i].says[0] == '\0') {
            if (m == NULL) /* a definition that nobody uses is only parsed */
                fail_msg("%s: %s %s", cases[i].to, e.where, e.text);
            continue;
        }
        if (m != NULL || strstr(e.text, cases[i].says) == NULL ||
            strncmp(e.where, "x.yaml:", 7) != 0)
            fail_msg("%s: %s %s", cases[i].to, e.where, e.text);
    }
}

/* The version changes when, and only when, the rules may answer differently. */
static void versions(void **state) {
    static const struct {
        const char *condition;
        bool same;
    } cases[] = {
        {"license.status = 有效", true},
        {"license.status  =  '有效'", true},
        {"{if: license.status = 有效, says: 状态为有效}", true},
        {"license.status = 注销", false},
        {"license.status != 有效", false},
        {"not license.status = 有效", false},
    };
    Err e = {0};
    Str version = model_version(probe(cases[0].condition, &e));

    (void)state;
    assert_int_equal(version.len, 12);
    for (size_t i = 1; i < sizeof cases / sizeof *cases; i++) {
        const Model *m = probe(cases[i].condition, &e);

        assert_non_null(m);
        assert_int_equal(str_eq(model_version(m), version), cases[i].same);
    }
    assert_false(model_uses_today(probe(cases[0].condition, &e)));
    assert_true(model_uses_today(probe("verdict.act_on < today", &e)));
    assert_true(model_uses_today(probe("overdue(verdict.act_on, AP_DECIDE)", &e)));
}

/* --- periods --------------------------------------------------------------------------------- */

/* The day found by bisection divides the days exactly. */
static void chains(void **state) {
    static const char *const cases[] = {
        "due(verdict.act_on, RT_REPLY) < today",
        "due(due(verdict.act_on, RT_TO_ADMIN), RT_REVIEW) < today",
        "due(verdict.act_on, FS_URGE) <= today",
        "due(verdict.act_on, FT_SEND) > today",
        "due(verdict.act_on + 3 个月, AP_DECIDE) >= today",
        "verdict.act_on + 10 个工作日 < today",
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Err e = {0};
        const Model *m = probe(cases[i], &e);

        if (m == NULL)
            fail_msg("%s: %s", cases[i], e.text);
        const Expr *x = m->rules[0].where.items[0].expr->args[0];

        assert_true(date_chain(x));
        for (Day today = day_of(2024, 1, 1); today < day_of(2026, 12, 31); today += 37) {
            Day before = date_chain_last(x, today, content, today, false);
            Day on = date_chain_last(x, today, content, today, true);

            assert_true(before <= on);
            for (Day d = before - 3; d <= on + 3; d++) {
                Day value = date_chain_value(x, content, d);

                assert_int_equal(value < today, d <= before);
                assert_int_equal(value <= today, d <= on);
            }
        }
    }
}

/* Row by row, SQL and the calendar agree about every period. */
static void periods_in_sql(void **state) {
    PoolSettings settings = {.place = STR("duckdb::memory:"), .threads = 1};
    Err e = {0};
    Pool *pool = pool_open(&settings, &e);
    PoolSession *session = pool != NULL ? pool_session(pool, &e) : NULL;

    (void)state;
    if (session == NULL || !calendar_fit(session, content, &e))
        fail_msg("%s", e.text);
    for (size_t i = 0; i < content_period_count(content); i++) {
        const Period *p = content_period_at(content, i);

        if (content_period(content, p->period, NULL) != p || p->stricter_of.count > 0)
            continue; /* models take the last version, and no stricter of two */
        Str text =
            str_format(arena, "penalty.decided_on > due(verdict.act_on, %.*s)", STR_ARG(p->period));
        const Model *m = probe(str_c(arena, text), &e);
        bool calendar = false;
        Source s = {.today = day_of(2026, 11, 22), .content = content, .calendar = &calendar};
        scoped_buf Buf sql;

        assert_non_null(m);
        buf_init(&sql, 1 << 16);
        buf_add_c(&sql, "SELECT \"verdict\".\"act_on\", ");
        compile_value(m->rules[0].where.items[0].expr->args[1], &s, &sql);
        buf_add_c(
            &sql,
            " FROM (SELECT DATE '2023-12-01' + CAST(i AS INTEGER) AS \"act_on\" FROM range(1000) "
            "AS g(i)) AS \"verdict\"");
        PoolRows *rows = pool_query(session, buf_str(&sql), NULL, 0, &e);
        size_t count = 0;

        if (rows == NULL)
            fail_msg("%s", e.text);
        for (const PoolValue *row; (row = pool_next(rows, &e)) != NULL; count++) {
            Day due = period_due(content, p, (Day)row[0].integer);

            if (due != row[1].integer)
                fail_msg("%.*s from day %lld: %d, SQL says %lld", STR_ARG(p->period),
                         (long long)row[0].integer, due, (long long)row[1].integer);
        }
        pool_rows_close(rows);
        assert_int_equal(count, 1000);
    }
    pool_session_close(session);
    pool_close(pool);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(canonical),      cmocka_unit_test(broken_grammar),
        cmocka_unit_test(ceilings),       cmocka_unit_test(sound_types),
        cmocka_unit_test(broken_types),   cmocka_unit_test(broken_models),
        cmocka_unit_test(versions),       cmocka_unit_test(chains),
        cmocka_unit_test(periods_in_sql),
    };

    return cmocka_run_group_tests_name("model/expr", tests, start, stop);
}
