/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/type_test.c: every kind of document that comes with the program: its cases, its way
 * through a file and back; values from people and from matters. */
#include "content/testing.h"
#include "document/type.h"

#include "base/banned.h"

static Content *content;

static int setup(void **state) {
    Err e = {0};

    (void)state;
    content = content_load(NULL, &e);
    if (content == NULL)
        fail_msg("%s: %s", e.where, e.text);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    content_drop(content);
    return 0;
}

static void test_all_cases_pass(void **state) {
    scoped_buf Buf report = {0};
    Err e = {0};

    (void)state;
    buf_init(&report, (size_t)4 << 20);
    if (!document_cases_all(content, &report, &e))
        fail_msg("%s: %s\n%.*s", e.where, e.text, STR_ARG(buf_str(&report)));
    assert_true(content_document_count(content) >= 33);
}

/* --- through a file and back ----------------------------------------------------------------- */

static Str all_text(Arena *a, const Block *b, size_t n) {
    scoped_buf Buf out = {.max = (size_t)16 << 20};

    for (size_t i = 0; i < n; i++) {
        for (size_t r = 0; r < b[i].row_count; r++)
            for (size_t c = 0; c < b[i].rows[r].count; c++)
                buf_add(&out,
                        all_text(a, b[i].rows[r].cells[c].blocks, b[i].rows[r].cells[c].count));
        buf_addf(&out, "%s|", sheet_style(b[i].kind));
        buf_add(&out, sheet_text(a, &b[i]));
    }
    return str_dup(a, buf_str(&out));
}

/* The default template of each kind, as an office downloads and uploads it again unchanged. */
static void test_templates_survive(void **state) {
    (void)state;
    for (size_t i = 0; i < content_document_count(content); i++) {
        scoped_arena Arena *a = arena_new();
        scoped_buf Buf bytes = {.max = DOCX_SIZE_MAX};
        const DocumentType *d = content_document_at(content, i);
        BindList mistakes = {0}, warnings = {0};
        Sheet wanted, is;
        Err e = {0};

        assert_true(document_docx(d, &bytes, &e));
        assert_true(document_sheet(d, a, &wanted, &e));
        if (document_upload(d, buf_str(&bytes), a, &mistakes, &warnings, &e) == NULL)
            fail_msg("%.*s: %s", STR_ARG(d->document), e.text);
        assert_int_equal(warnings.count, 0);
        assert_true(docx_read(docx_open(a, buf_str(&bytes), &e), a, &is, NULL, &e));
        assert_string_equal(str_c(a, all_text(a, is.blocks, is.count)),
                            str_c(a, all_text(a, wanted.blocks, wanted.count)));
        assert_int_equal(is.form, d->form);
        assert_int_equal(is.sealed, !d->unsealed);
    }
}

/* --- values ---------------------------------------------------------------------------------- */

static void test_values(void **state) {
    static const struct {
        const char *json, *where, *words; /* NULL: taken */
    } cases[] = {
        {"{\"party_name\": \" 陈明 \", \"不起诉决定日期\": \"2026年3月2日\", \"charge\": \"盗窃\"}",
         NULL, NULL},
        {"[]", "/values", "映射"},
        {"{\"party_nane\": \"甲\"}", "/values/party_nane", "是不是想写“party_name”"},
        {"{\"decided_on\": \"2026-02-30\"}", "/values/decided_on", "不起诉决定日期"},
        {"{\"kind\": \"甲乙\"}", "/values/kind", "不起诉类型"},
        {"{\"party_name\": [\"甲\"]}", "/values/party_name", "不是列表"},
    };
    const DocumentType *d = content_document(content, STR("penalty_opinion"), NULL);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();
        Err e = {0};
        Node *in = json_read(a, str_of(cases[i].json), &e);
        Node *out = document_values(content, d, in, a, &e);

        assert_int_equal(out == NULL, cases[i].where != NULL);
        if (out == NULL) {
            assert_string_equal(e.where, cases[i].where);
            assert_true(str_find(str_of(e.text), str_of(cases[i].words)) >= 0);
            continue;
        }
        assert_true(str_is(node_text(out, "party_name"), "陈明"));
        assert_true(str_is(node_text(out, "decided_on"), "2026-03-02"));
        assert_true(str_is(node_text(out, "charge"), "盗窃罪"));
    }
}

static void test_gather(void **state) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    Node *facts = json_read(
        a,
        STR("{\"values\": {\"party_name\": \"陈明\", \"advice\": \"一\\n\\n二\"}, "
            "\"organisation\": {\"name\": "
            "\"江城县人民检察院\"}, \"party\": {\"signers\": [{\"name\": \"甲\"}, {\"name\": "
            "\"乙\"}]}, \"today\": "
            "\"2026-03-20\", \"recipients\": \"丙\", \"due\": {\"RT_REPLY\": \"2026-05-20\"}}"),
        &e);
    Node *from, *out = document_gather(content_document(content, STR("penalty_opinion"), NULL),
                                       facts, a, &from);

    (void)state;
    assert_true(str_is(node_text(out, "party_name"), "陈明"));
    assert_true(str_is(node_text(from, "party_name"), "values.party_name"));
    assert_true(str_is(node_text(out, "reply_by"), "2026-05-20"));
    assert_true(str_is(node_text(out, "recipient"), "丙"));
    assert_true(str_is(node_text(out, "issued_on"), "2026-03-20"));
    assert_null(node_get(out, "violation"));
    /* Several organisations, and a text with one thing a line. */
    out =
        document_gather(content_document(content, STR("countersign_sheet"), NULL), facts, a, NULL);
    assert_true(str_is(node_text(out, "signers"), "甲、乙"));
    out = document_gather(content_document(content, STR("governance_suggestion"), NULL), facts, a,
                          NULL);
    assert_int_equal(node_get(out, "advice")->count, 2);
    assert_true(str_is(node_text(node_get(out, "advice")->items[1], "text"), "二"));
}

static void test_number(void **state) {
    scoped_arena Arena *a = arena_new();
    const DocumentType *d = content_document(content, STR("penalty_opinion"), NULL);

    (void)state;
    assert_string_equal(document_number(a, d, STR("泸江检"), 2026, 3).ptr, "泸江检行意〔2026〕3号");
    assert_true(document_fits(content, d, STR("reverse_transfer"), STR("serve")));
    assert_false(document_fits(content, d, STR("reverse_transfer"), STR("review")));
    assert_false(document_fits(content, d, STR("consultation"), STR("ask")));
}

/* --- mistakes in content --------------------------------------------------------------------- */

#define HEAD                                                                                        \
    "document: mine\ntitle: 我的\ncode: D21\ngroup: 通用\nform: letter\nbasis: [{law: 某法, " \
    "status: unverified, review: true}]\n"
#define FIELDS \
    "fields: [{field: name, title: 名称, type: text}, {field: day, title: 日期, type: date}]\n"

static void test_mistakes(void **state) {
    static const struct {
        const char *text, *where, *words;
        bool body; /* told by documents_check, not by the loader */
    } cases[] = {
        {HEAD FIELDS "body: |\n  甲\n", NULL, NULL, false},
        {HEAD FIELDS "body: |\n  甲\n  乙{{明称}}\n", "content/documents/mine.yaml:10:6",
         "是不是想写“名称”", true},
        {HEAD FIELDS "body: |\n  [标体] 甲\n", "content/documents/mine.yaml:9:3",
         "是不是想写“标题”", true},
        {HEAD FIELDS "body: |\n  | 甲 | {{每个 名称}} |\n", "content/documents/mine.yaml:9:11", "",
         true},
        {HEAD "form: letter\nbody: 甲\n", "content/documents/mine.yaml:7", "form", false},
        {"- 甲\n", "content/documents/mine.yaml", "映射", false},
        {HEAD "body: 甲\ncode2: a\n", "content/documents/mine.yaml:8", "code", false},
        {HEAD "body: 甲\nwritten: [{flow: reverse_tranfer, issuer: a}]\n",
         "content/documents/mine.yaml:8", "reverse_transfer", false},
        {HEAD "body: 甲\nwritten: [{flow: reverse_transfer, issuer: agensy}]\n",
         "content/documents/mine.yaml:8", "agency", false},
        {HEAD "body: 甲\nwritten: [{flow: reverse_transfer, issuer: agency, steps: [review]}]\n",
         "content/documents/mine.yaml:8", "D21", false},
        {HEAD
         "body: 甲\nwritten: [{flow: reverse_transfer, issuer: agency, number_field: opinion}]\n",
         "content/documents/mine.yaml:8", "opinion_no", false},
        {HEAD "body: 甲\nfields: [{field: a, title: 甲, type: text, sources: [values.x]}]\n",
         "content/documents/mine.yaml:8", "事项的字段", false},
        {HEAD
         "body: 甲\nfields: [{field: a, title: 甲, type: text, sources: [organization.name]}]\n",
         "content/documents/mine.yaml:8", "不认识的来源", false},
        {HEAD "body: 甲\nfields: [{field: a, title: 甲, type: list}]\n",
         "content/documents/mine.yaml:8", "list", false},
        {HEAD "body: 甲\nfields: [{field: a, title: 甲, type: code, codes: yes_na}]\n",
         "content/documents/mine.yaml:8", "yes_no", false},
        {HEAD "body: 甲\nfields: [{field: a, title: 甲, type: text}, {field: b, title: 甲, type: "
              "text}]\n",
         "content/documents/mine.yaml:8", "写了两遍", false},
        {HEAD "body: 甲\nnumber: '{organisation}{serial}号'\n", "content/documents/mine.yaml:8",
         "{year}", false},
        {HEAD "body: 甲\nnumber: '{organisation}[{year}]{serial}号'\n",
         "content/documents/mine.yaml:8", "六角括号", false},
        {HEAD "body: 甲\napproval: [{role: chief_procurater, title: 甲}]\n",
         "content/documents/mine.yaml:8", "chief_procurator", false},
        {HEAD "body: 甲\nreply: {period: RT_REPLI}\n", "content/documents/mine.yaml:8", "RT_REPLY",
         false},
        {HEAD FIELDS "body: 甲\nreply: {period: RT_REPLY, by: name}\n",
         "content/documents/mine.yaml:9", "不是日期", false},
        {HEAD FIELDS "body: 甲\nreply: {period: RT_REPLY, points: day}\n",
         "content/documents/mine.yaml:9", "逐点回复", false},
        {HEAD FIELDS "body: 甲\nreply: {period: RT_REPLY, least: 9999}\n",
         "content/documents/mine.yaml:9", "2000", false},
        {HEAD "body: 甲\nwritten: [{flow: reverse_transfer, issuer: agency, received_by: "
              "[liaison_oficer]}]\n",
         "content/documents/mine.yaml:8", "liaison_officer", false},
        {HEAD "body: 甲\nwritten: [{flow: reverse_transfer, issuer: agency, assessed_field: "
              "assesment}]\n",
         "content/documents/mine.yaml:8", "assessment", false},
        {HEAD "body: 甲\nenclosures: [{title: 甲, document: penalty_opinon}]\n",
         "content/documents/mine.yaml:8", "penalty_opinion", false},
        {HEAD FIELDS "body: 甲\norder: [{earlier: name, later: day}]\n",
         "content/documents/mine.yaml:9", "不是日期", false},
        {HEAD "body: 甲\nin_force_from: 2026-02-01\nin_force_to: 2026-01-01\n",
         "content/documents/mine.yaml:9", "早于", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();
        Err e = {0};
        const DocumentType *d =
            document_read(content, a, str_of(cases[i].text), "content/documents/mine.yaml", &e);

        if (cases[i].where == NULL || cases[i].body) {
            if (d == NULL)
                fail_msg("case %zu: %s: %s", i, e.where, e.text);
            assert_int_equal(document_default(d, a, &e) != NULL, cases[i].where == NULL);
        } else if (d != NULL) {
            fail_msg("case %zu (%s) is taken", i, cases[i].words);
        }
        if (cases[i].where == NULL)
            continue;
        assert_int_equal(e.code, ERR_CONTENT);
        if (!str_starts(str_of(e.where), str_of(cases[i].where)) ||
            str_find(str_of(e.text), str_of(cases[i].words)) < 0)
            fail_msg("case %zu: %s: %s", i, e.where, e.text);
    }
    /* A whole snapshot is refused for one file, too. */
    char folder[64];
    Err e = {0};

    make_overlay(folder);
    put_file(folder, "documents/mine.yaml", STR("document: other\n" HEAD));
    assert_null(content_load(folder, &e));
    remove_overlay(folder);
    assert_true(str_starts(str_of(e.where), STR("content/documents/mine.yaml:")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_cases_pass), cmocka_unit_test(test_templates_survive),
        cmocka_unit_test(test_values),         cmocka_unit_test(test_gather),
        cmocka_unit_test(test_number),         cmocka_unit_test(test_mistakes),
    };

    return cmocka_run_group_tests_name("document/type", tests, setup, teardown);
}
