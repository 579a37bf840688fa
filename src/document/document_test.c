/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document_test.c: documents in the store, on both engines where it is the store's. After
 * every test the journal is whole and a rebuild gives the same tables. */
/* What a liaison officer signs off, by role or by the duty of his appointment. */
#define SAMPLE_MORE                                                                  \
    "document: sample_more\ntitle: 样例联络函\ncode: D23\n" SAMPLE_HEAD "written:\n" \
    "  - {flow: sample_transfer, steps: [reply], issuer: agency, to: [office]}\n"    \
    "form: letter\n"                                                                 \
    "approval: [{role: liaison_officer, title: 联络员}]\n"                        \
    "fields:\n"                                                                      \
    "  - {field: issuer, title: 制作单位, type: text, required: true, sources: " \
    "[organisation.name]}\n"                                                         \
    "body: |\n  [标题] 样例联络函\n  {{制作单位}}内容。\n"             \
    "cases:\n"                                                                       \
    "  - {title: 都填了, values: {issuer: 江城县市场监督管理局}, contains: [内容]}\n"

#include "base/fault.h"
#include "document/document_fixture.h"
#include "flow/file.h"
#include "document/service.h"

#include "sql_statements.h"

#include "base/banned.h"

static const char *state_of(const Fixture *f, Str id, Arena *a) {
    return str_c(a, whole(f, id, a)->state);
}

static Str value_of(const Document *d, const char *field) {
    return node_text(node_get(d->personal, "values"), field);
}

static bool text_has(const Fixture *f, Str id, const char *words, Arena *a) {
    DocumentOffice o = office_of(f);
    DocumentText text;
    Err e = {0};
    bool has = false;

    ASSERT_OK(document_text(&o, whole(f, id, a), a, &text, &e));
    for (size_t i = 0; i < text.filled.sheet.count; i++)
        has |= str_find(sheet_text(a, &text.filled.sheet.blocks[i]), str_of(words)) >= 0;
    buf_done(&text.docx);
    return has;
}

/* ---- writing ---- */

static void test_draft(void **state) {
    NEEDS_STORE;
    Str matter = begin_transfer(s, a), id = draft_letter(f, matter, a);
    const Document *d = whole(f, id, a);

    assert_string_equal(str_c(a, d->state), "draft");
    assert_string_equal(str_c(a, d->author), "wang");
    assert_int_equal(d->organisation, OFFICE);
    assert_int_equal(d->to.count, 1);
    assert_int_equal(document_to(d)[0].organisation, AGENCY);
    assert_string_equal(str_c(a, value_of(d, "recipient")), "江城县市场监督管理局");
    assert_string_equal(str_c(a, value_of(d, "case_name")), "张三案");
    assert_string_equal(str_c(a, value_of(d, "issued_on")), "2026-03-02");
    assert_string_equal(str_c(a, node_text(node_get(d->personal, "origins"), "case_name")),
                        "values.case_name");
    assert_string_equal(str_c(a, d->step), "review");
    assert_true(text_has(f, id, "关于张三案，提出意见如下", a));
    assert_true(text_has(f, id, "【待填：意见】", a));

    const Node *missing =
        document_missing(document_type_pinned(s, content, d->type, d->version, a, &e), d, a);

    assert_int_equal(missing->count, 1);
    assert_string_equal(str_c(a, node_text(missing->items[0], "field")), "opinion");

    DocumentNew in = {.matter = matter, .type = STR("sample_answer")};

    ASSERT_FAILS(draft_as(f, "wang", &in, a, &id, &e), ERR_FORBIDDEN, "制作文书");
    in.type = STR("urging_letter");
    ASSERT_FAILS(draft_as(f, "wang", &in, a, &id, &e), ERR_CONFLICT, "不在这种事项里制作");
    in.type = STR("no_such");
    ASSERT_FAILS(draft_as(f, "wang", &in, a, &id, &e), ERR_NOT_FOUND, "");
    in.type = STR("sample_letter");
    ASSERT_FAILS(draft_as(f, "shui", &in, a, &id, &e), ERR_NOT_FOUND, "没有这件事项");
    in.answers = STR("nothing");
    ASSERT_FAILS(draft_as(f, "wang", &in, a, &id, &e), ERR_INVALID, "要回复的文书");
}

static void test_fill(void **state) {
    NEEDS_STORE;
    Str id = draft_letter(f, begin_transfer(s, a), a);

    ASSERT_OK(fill_as(f, "zhao", id, "{\"意见\":\"应当处罚。\",\"fine\":\"2万元\"}", a, &e));
    assert_string_equal(str_c(a, value_of(whole(f, id, a), "fine")), "20000.00");
    assert_true(text_has(f, id, "建议罚款20000", a));
    ASSERT_OK(fill_as(f, "wang", id, "{\"fine\":\"\"}", a, &e));
    assert_false(text_has(f, id, "建议罚款", a));
    ASSERT_FAILS(fill_as(f, "wang", id, "{\"fine\":\"\"}", a, &e), ERR_INVALID, "没有改动");
    ASSERT_FAILS(fill_as(f, "wang", id, "{\"fine\":\"许多\"}", a, &e), ERR_INVALID, "填得不对");
    ASSERT_FAILS(fill_as(f, "wang", id, "{\"fined\":\"1\"}", a, &e), ERR_INVALID, "没有字段");
    ASSERT_FAILS(fill_as(f, "wang", id, "{\"number\":\"江检样〔2026〕1号\"}", a, &e), ERR_INVALID,
                 "自动生成");
    ASSERT_FAILS(fill_as(f, "li", id, "{\"opinion\":\"不处罚。\"}", a, &e), ERR_NOT_FOUND,
                 "没有这份文书");
    /* the second of two is told what the first did */
    DocumentAct act = {.verb = DOCUMENT_FILL, .values = values_of(a, "{\"opinion\":\"别的。\"}")};

    ASSERT_FAILS(do_as(f, "wang", id, 1, &act, a, NULL, &e), ERR_CONFLICT, "作了“填写”");
}

static int64_t paragraph_of(const Fixture *f, Str id, const char *words, Arena *a) {
    DocumentOffice o = office_of(f);
    DocumentText text;
    Err e = {0};
    int64_t number = 0;

    ASSERT_OK(document_text(&o, whole(f, id, a), a, &text, &e));
    for (size_t i = 0; i < text.filled.sheet.count; i++)
        if (str_find(sheet_text(a, &text.filled.sheet.blocks[i]), str_of(words)) >= 0)
            number = text.filled.sheet.blocks[i].number;
    buf_done(&text.docx);
    return number;
}

static bool edit_as(const Fixture *f, const char *login, Str id, int64_t paragraph,
                    const char *text, Arena *a, Err *e) {
    DocumentAct act = {.verb = DOCUMENT_EDIT, .edits = node_list(a)};
    Node *one = node_map(a);

    node_set_int(a, one, "paragraph", paragraph);
    node_set_text(a, one, "text", str_of(text));
    node_add(a, (Node *)(uintptr_t)act.edits, one);
    return do_as(f, login, id, 0, &act, a, NULL, e);
}

static size_t lost_of(const Fixture *f, Str id, Arena *a) {
    DocumentOffice o = office_of(f);
    DocumentText text;
    Err e = {0};

    ASSERT_OK(document_text(&o, whole(f, id, a), a, &text, &e));
    buf_done(&text.docx);
    return text.lost.count;
}

/* An edit stays where its paragraph stays; what cannot be put back is told, and blocks the number.
 */
static void test_edit(void **state) {
    NEEDS_STORE;
    Str id = draft_letter(f, begin_transfer(s, a), a);
    int64_t asks = paragraph_of(f, id, "请按规定", a), of = paragraph_of(f, id, "关于张三案", a);

    assert_true(asks > 0 && of > 0);
    ASSERT_OK(edit_as(f, "wang", id, asks, "请在一个月内书面回复。", a, &e));
    ASSERT_OK(fill_as(f, "wang", id, "{\"opinion\":\"第一。\\n第二。\",\"fine\":\"3\"}", a, &e));
    assert_true(text_has(f, id, "请在一个月内书面回复", a));
    assert_int_equal(lost_of(f, id, a), 0);
    asks = paragraph_of(f, id, "请在一个月内", a);
    ASSERT_OK(edit_as(f, "wang", id, asks, "请在两个月内书面回复。", a, &e)); /* once more */
    assert_int_equal(node_get(whole(f, id, a)->personal, "edits")->count, 1);
    ASSERT_FAILS(edit_as(f, "wang", id, asks, "请在两个月内书面回复。", a, &e), ERR_INVALID,
                 "没有改动");
    ASSERT_OK(edit_as(f, "wang", id, paragraph_of(f, id, "关于张三案", a), "关于此案，意见如下。",
                      a, &e));
    ASSERT_OK(fill_as(f, "wang", id, "{\"case_name\":\"李四案\"}", a, &e));
    assert_int_equal(lost_of(f, id, a), 1);
    assert_true(text_has(f, id, "关于李四案", a));
    ASSERT_FAILS(verb_as(f, "wang", id, DOCUMENT_SUBMIT, a, &e), ERR_CONFLICT, "找不到原来的段落");
    ASSERT_FAILS(edit_as(f, "wang", id, 999, "没有这一段", a, &e), ERR_INVALID, "没有第 999 段");
    ASSERT_OK(edit_as(f, "wang", id, 0, "", a, &e)); /* lets go of it */
    assert_int_equal(lost_of(f, id, a), 0);
    assert_true(text_has(f, id, "请在两个月内书面回复", a));
    ASSERT_OK(verb_as(f, "wang", id, DOCUMENT_SUBMIT, a, &e));
}

static void test_versions(void **state) {
    NEEDS_STORE;
    Str id = draft_letter(f, begin_transfer(s, a), a);
    DocumentAct back = {.verb = DOCUMENT_RESTORE, .version = 2};

    ASSERT_FAILS(do_as(f, "wang", id, 0, &back, a, NULL, &e), ERR_NOT_FOUND, "没有第 2 个版本");
    ASSERT_OK(fill_as(f, "wang", id, "{\"opinion\":\"第一稿。\"}", a, &e));
    ASSERT_OK(fill_as(f, "wang", id, "{\"opinion\":\"第二稿。\"}", a, &e));
    assert_int_equal(whole(f, id, a)->versions.count, 3);

    const Document *then = document_at(s, id, 2, a, &e);

    assert_non_null(then);
    assert_string_equal(str_c(a, value_of(then, "opinion")), "第一稿。");
    ASSERT_OK(do_as(f, "wang", id, 0, &back, a, NULL, &e));
    assert_string_equal(str_c(a, value_of(whole(f, id, a), "opinion")), "第一稿。");
    assert_int_equal(whole(f, id, a)->versions.count, 4);
    back.version = 9;
    ASSERT_FAILS(do_as(f, "wang", id, 0, &back, a, NULL, &e), ERR_NOT_FOUND, "没有第 9 个版本");

    const Node *line = document_timeline(s, id, a, &e);

    assert_non_null(line);
    assert_int_equal(line->count, 4);
    assert_string_equal(str_c(a, node_text(line->items[3], "verb")), "restore");
}

/* ---- approving ---- */

static void test_approval(void **state) {
    NEEDS_STORE;
    Str id = draft_letter(f, begin_transfer(s, a), a);

    ASSERT_FAILS(verb_as(f, "wang", id, DOCUMENT_SUBMIT, a, &e), ERR_INVALID, "还有 1 项没有填写");
    ASSERT_OK(fill_as(f, "wang", id, "{\"opinion\":\"应当处罚。\"}", a, &e));
    ASSERT_OK(verb_as(f, "wang", id, DOCUMENT_SUBMIT, a, &e)); /* he is the first rung himself */
    assert_string_equal(state_of(f, id, a), "approving");
    ASSERT_FAILS(fill_as(f, "wang", id, "{\"opinion\":\"别的。\"}", a, &e), ERR_CONFLICT, "审批中");
    ASSERT_FAILS(verb_as(f, "wang", id, DOCUMENT_AGREE, a, &e), ERR_FORBIDDEN, "检察长批准");
    ASSERT_FAILS(note_as(f, "chief", id, DOCUMENT_RETURN, " ", a, &e), ERR_INVALID, "理由");
    ASSERT_OK(note_as(f, "chief", id, DOCUMENT_RETURN, "再核对金额", a, &e));
    assert_string_equal(state_of(f, id, a), "draft");
    ASSERT_OK(verb_as(f, "wang", id, DOCUMENT_SUBMIT, a, &e));
    ASSERT_OK(verb_as(f, "zhao", id, DOCUMENT_TAKE_BACK, a, &e));
    ASSERT_OK(verb_as(f, "wang", id, DOCUMENT_SUBMIT, a, &e));
    ASSERT_FAILS(verb_as(f, "cai", id, DOCUMENT_NUMBER, a, &e), ERR_CONFLICT, "不能再编号定稿");
    ASSERT_OK(verb_as(f, "chief", id, DOCUMENT_AGREE, a, &e));
    assert_string_equal(state_of(f, id, a), "approved");
    ASSERT_FAILS(verb_as(f, "wang", id, DOCUMENT_NUMBER, a, &e), ERR_FORBIDDEN, "签发文书");

    const Node *line = document_timeline(s, id, a, &e);

    assert_string_equal(str_c(a, node_text(line->items[3], "note")), "再核对金额");
}

/* Whoever submits without being the first rung leaves it open for who is. */
static void test_rung_of_another(void **state) {
    NEEDS_STORE;
    Str id = draft_letter(f, begin_transfer(s, a), a);

    ASSERT_OK(fill_as(f, "pan", id, "{\"opinion\":\"应当处罚。\"}", a, &e));
    ASSERT_OK(verb_as(f, "pan", id, DOCUMENT_SUBMIT, a, &e));
    ASSERT_FAILS(verb_as(f, "chief", id, DOCUMENT_AGREE, a, &e), ERR_FORBIDDEN, "承办检察官");
    ASSERT_OK(verb_as(f, "zhao", id, DOCUMENT_AGREE, a, &e));
    ASSERT_OK(verb_as(f, "chief", id, DOCUMENT_AGREE, a, &e));
    assert_string_equal(state_of(f, id, a), "approved");
}

/* The duty of a liaison officer goes with an appointment, whatever its role. */
static void test_rung_of_liaison(void **state) {
    NEEDS_STORE;
    DocumentNew in = {.matter = begin_transfer(s, a), .type = STR("sample_more")};
    AppointmentNew duty = {.login = STR("nei"),
                           .role = STR("enforcement_officer"),
                           .organisation = AGENCY,
                           .liaison = true};
    int64_t n;
    Str id;

    ASSERT_OK(act_write(s, content, SYSTEM, make_account, (void *)(uintptr_t) "nei", &e));
    ASSERT_OK(appointment_create(s, content, SYSTEM, &duty, &n, &e));
    ASSERT_OK(draft_as(f, "li", &in, a, &id, &e));
    ASSERT_OK(verb_as(f, "li", id, DOCUMENT_SUBMIT, a, &e));
    ASSERT_FAILS(verb_as(f, "ju", id, DOCUMENT_AGREE, a, &e), ERR_FORBIDDEN, "联络员");
    ASSERT_OK(verb_as(f, "nei", id, DOCUMENT_AGREE, a, &e));
    assert_string_equal(state_of(f, id, a), "approved");
}

/* Every choice can be done, and nothing else can. */
static void test_choices(void **state) {
    NEEDS_STORE;
    Str matter = begin_transfer(s, a), id = draft_letter(f, matter, a);
    Guise g = guise(s, "wang");
    const Node *can = document_choices(s, content, &g.who, whole(f, id, a), a, &e);
    const Node *kinds = document_possible(s, content, &g.who, matter, a, &e);
    bool blocked = false;

    assert_non_null(can);
    for (size_t i = 0; i < can->count; i++) {
        assert_string_not_equal(str_c(a, node_text(can->items[i], "verb")), "number");
        if (str_is(node_text(can->items[i], "verb"), "submit"))
            blocked = node_text(can->items[i], "blocked").len > 0;
    }
    assert_true(blocked);
    assert_int_equal(can->count, 4); /* fill, edit, submit, void */
    assert_non_null(kinds);
    assert_true(kinds->count >= 2); /* those that no flow names stand behind */
    assert_string_equal(str_c(a, node_text(kinds->items[0], "step")), "review");
    assert_string_equal(str_c(a, node_text(kinds->items[1], "step")), "review");
    guise_off(&g);
    g = guise(s, "li");
    kinds = document_possible(s, content, &g.who, matter, a, &e);
    assert_string_equal(str_c(a, node_text(kinds->items[0], "type")), "sample_answer");
    guise_off(&g);
}

/* ---- the number ---- */

static void test_number(void **state) {
    NEEDS_STORE;
    Str matter = begin_transfer(s, a), id = approved_letter(f, matter, a);
    DocumentOffice o = office_of(f);
    DocumentAct number = {.verb = DOCUMENT_NUMBER};
    DocumentDone done;
    LayoutReport report = {0};
    scoped_buf Buf pdf;

    buf_init(&pdf, DOCUMENT_PDF_MOST);
    ASSERT_OK(document_pdf(&o, whole(f, id, a), a, &pdf, &report, &e));
    assert_true(report.pages >= 1 && pdf.len > 1000);
    ASSERT_OK(do_as(f, "cai", id, 0, &number, a, &done, &e));
    assert_int_equal(done.told.count, 0);

    const Document *d = whole(f, id, a);

    assert_int_equal(done.revision, d->revision);
    assert_string_equal(str_c(a, d->state), "numbered");
    assert_string_equal(str_c(a, d->number), "江城县人民检察院样〔2026〕1号");
    assert_string_equal(str_c(a, d->issued_on), "2026-03-02");
    assert_int_equal(d->docx.len, 64);
    assert_int_equal(d->pdf.len, 64);
    assert_int_equal(d->seals.count, 1);
    assert_true(d->pages >= 1 && d->size > 1000 && document_seals(d)[0].diameter > 3000);
    assert_true(text_has(f, id, "样〔2026〕1号", a));
    buf_clear(&pdf);
    ASSERT_OK(document_pdf(&o, d, a, &pdf, &report, &e));
    assert_int_equal(pdf.len, d->size);
    ASSERT_FAILS(verb_as(f, "cai", id, DOCUMENT_NUMBER, a, &e), ERR_CONFLICT, "待签章");

    Str second = approved_letter(f, matter, a);

    ASSERT_OK(verb_as(f, "cai", second, DOCUMENT_NUMBER, a, &e));
    assert_string_equal(str_c(a, whole(f, second, a)->number), "江城县人民检察院样〔2026〕2号");
    ASSERT_OK(note_as(f, "cai", second, DOCUMENT_VOID, "内容有误", a, &e));
    assert_string_equal(str_c(a, whole(f, second, a)->number), "江城县人民检察院样〔2026〕2号");
    ASSERT_OK(document_numbers_sound(s, &e));
    ASSERT_OK(verb_as(f, "cai", id, DOCUMENT_ISSUE, a, &e));
    assert_string_equal(state_of(f, id, a), "issued");
}

/* What cannot be made burns no number; what was given one is finished later with the same. */
static void test_number_and_faults(void **state) {
    NEEDS_STORE;
    Str matter = begin_transfer(s, a), id = approved_letter(f, matter, a);
    DocumentOffice o = office_of(f);
    static const char *const points[] = {"document.numbered", "document.keep", "document.keep_pdf",
                                         "document.laid_out"};
    DocumentAct number = {.verb = DOCUMENT_NUMBER};
    DocumentDone done;
    int64_t finished;

    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        id = i ? approved_letter(f, matter, a) : id;
        fault_arm(points[i], 1);
        ASSERT_OK(do_as(f, "cai", id, 0, &number, a, &done, &e));
        fault_arm("", 0);
        assert_int_equal(done.told.count, 1);
        assert_int_equal(whole(f, id, a)->pdf.len, 0);
        assert_int_equal(whole(f, id, a)->number_serial, (int64_t)i + 1);
        ASSERT_FAILS(verb_as(f, "cai", id, DOCUMENT_ISSUE, a, &e), ERR_CONFLICT, "正在排版");
        ASSERT_OK(document_finish(&o, &finished, &e));
        assert_int_equal(finished, 1);
        assert_int_equal(whole(f, id, a)->pdf.len, 64);
        assert_int_equal(whole(f, id, a)->number_serial, (int64_t)i + 1);
    }
    ASSERT_OK(document_finish(&o, &finished, &e));
    assert_int_equal(finished, 0);
    ASSERT_OK(document_numbers_sound(s, &e));
}

/* ---- served and answered ---- */

static Str issued_letter(const Fixture *f, Str matter, Arena *a) {
    Str id = approved_letter(f, matter, a);
    Err e = {0};

    ASSERT_OK(verb_as(f, "cai", id, DOCUMENT_NUMBER, a, &e));
    ASSERT_OK(verb_as(f, "cai", id, DOCUMENT_ISSUE, a, &e));
    return id;
}

static const MatterState *matter_of(const Fixture *f, Str id, Arena *a) {
    Err e = {0};
    const MatterState *m = matter_get(f->store, id, 0, a, &e);

    assert_non_null(m);
    return m;
}

static bool step_open_in(const MatterState *m, const char *step) {
    const MatterStep *s = state_last_step(m, str_of(step));

    return s && str_is(s->state, "open");
}

/* Signed for by the agency: the day is filled in, the flow goes on, the period runs; what the
 * program makes of it afterwards is made once, also when it ended in between. */
static void test_served(void **state) {
    NEEDS_STORE;
    Str matter = begin_transfer(s, a);
    DocumentOffice o = office_of(f);
    int64_t made = 0;
    scoped_buf Buf pdf;

    ASSERT_OK(act_as(s, "wang", matter, 0, action("propose"), a, &e));
    ASSERT_OK(act_as(s, "chief", matter, 0, action("agree"), a, &e));
    Str id = issued_letter(f, matter, a);

    assert_int_equal(matter_of(f, matter, a)->files.count, 1);
    assert_true(files_of(matter_of(f, matter, a))[0].size > 1000);
    ASSERT_OK(verb_as(f, "wang", id, DOCUMENT_SERVE, a, &e));
    assert_int_equal(whole(f, id, a)->services.count, 1);
    assert_true(step_open_in(matter_of(f, matter, a), "serve"));
    assert_non_null(seen_by(f, "lian", id, a));
    ASSERT_FAILS(verb_as(f, "li", id, DOCUMENT_SIGN_FOR, a, &e), ERR_FORBIDDEN, "联络员");
    fault_arm("service.proved", 1);
    ASSERT_OK(verb_as(f, "lian", id, DOCUMENT_SIGN_FOR, a, &e));
    fault_arm("", 0);

    const MatterState *m = matter_of(f, matter, a);

    assert_true(str_is(flow_value_of(matter_flow(s, content, m, a, &e), m, STR("served_on")),
                       "2026-03-02"));
    assert_true(step_open_in(m, "reply"));
    assert_string_equal(str_c(a, clock_of_step(m, state_last_step(m, STR("reply"))->id)->day),
                        "2026-05-06");
    assert_string_equal(str_c(a, whole(f, id, a)->due), "2026-05-06");
    assert_int_equal(document_services(whole(f, id, a))[0].receipt.len, 0);
    ASSERT_OK(service_finish(&o, &made, &e));
    assert_int_equal(made, 1);
    ASSERT_OK(service_finish(&o, &made, &e));
    assert_int_equal(made, 1);
    buf_init(&pdf, DOCUMENT_PDF_MOST);
    ASSERT_OK(document_file(&o, document_services(whole(f, id, a))[0].receipt, DOCUMENT_PDF_MOST,
                            &pdf, &e));
    assert_true(str_starts(buf_str(&pdf), STR("%PDF")));
}

/* An answer binds both; what the step still lacks is told; called back nothing was answered. */
static void test_answered(void **state) {
    NEEDS_STORE;
    Str matter = begin_transfer(s, a), answer;
    DocumentNew in = {.matter = matter, .type = STR("sample_answer")};
    DocumentAct serve = {.verb = DOCUMENT_SERVE};
    DocumentDone done;

    ASSERT_OK(act_as(s, "wang", matter, 0, action("propose"), a, &e));
    ASSERT_OK(act_as(s, "chief", matter, 0, action("agree"), a, &e));
    Str id = issued_letter(f, matter, a);

    ASSERT_OK(verb_as(f, "wang", id, DOCUMENT_SERVE, a, &e));
    ASSERT_OK(verb_as(f, "lian", id, DOCUMENT_SIGN_FOR, a, &e));
    ASSERT_OK(draft_as(f, "ju", &in, a, &answer, &e));
    ASSERT_OK(fill_as(f, "ju", answer, "{\"handling\":\"已按要求办理。\"}", a, &e));
    ASSERT_OK(verb_as(f, "ju", answer, DOCUMENT_SUBMIT, a, &e));
    ASSERT_OK(verb_as(f, "ju", answer, DOCUMENT_NUMBER, a, &e));
    ASSERT_OK(verb_as(f, "ju", answer, DOCUMENT_ISSUE, a, &e));
    ASSERT_OK(do_as(f, "ju", answer, 0, &serve, a, &done, &e));
    assert_true(done.told.count > 0); /* the step wants to know more */
    assert_int_equal(done.revision, whole(f, answer, a)->revision);
    assert_true(step_open_in(matter_of(f, matter, a), "reply"));
    assert_string_equal(str_c(a, whole(f, answer, a)->answers), str_c(a, id));
    assert_string_equal(str_c(a, whole(f, id, a)->answered), str_c(a, answer));
    assert_string_equal(str_c(a, whole(f, id, a)->answered_on), "2026-03-02");
    assert_string_equal(str_c(a, whole(f, answer, a)->flags), "template");
    ASSERT_OK(note_as(f, "ju", answer, DOCUMENT_RECALL, "没有写明结果", a, &e));
    assert_int_equal(whole(f, id, a)->answered.len, 0);
    assert_int_equal(seen_by(f, "wang", answer, a)->personal->count, 0);
    assert_true(seen_by(f, "ju", answer, a)->personal->count > 0);
}

/* ---- who sees it ---- */

static void test_seen(void **state) {
    NEEDS_STORE;
    Str matter = begin_transfer(s, a), id = draft_letter(f, matter, a);

    assert_non_null(seen_by(f, "wang", id, a));
    assert_non_null(seen_by(f, "pan", id, a));
    assert_non_null(seen_by(f, "cai", id, a));
    assert_int_equal(seen_by(f, "cai", id, a)->personal->count, 0); /* sees no names */
    assert_null(seen_by(f, "li", id, a));                           /* takes part in the matter */
    assert_null(seen_by(f, "ju", id, a));                           /* leads there */
    assert_null(seen_by(f, "upper", id, a)); /* of the house above, that reads its matters */
    assert_null(seen_by(f, "shui", id, a));
    id = approved_letter(f, matter, a);
    ASSERT_OK(verb_as(f, "cai", id, DOCUMENT_NUMBER, a, &e));
    assert_non_null(seen_by(f, "upper", id, a)); /* fixed: as its matters */
    assert_null(seen_by(f, "li", id, a));
    Guise g =
        guise(s, "cai"); /* gave the number, and reads no names: nor the pages that hold them */
    DocumentOffice o = office_of(f);
    LayoutReport report;
    DocumentText text;
    scoped_buf Buf pdf = {0};

    buf_init(&pdf, DOCUMENT_PDF_MOST);
    const Document *his = document_get(s, id, a, &e);

    assert_non_null(his);
    ASSERT_FAILS(document_pdf(&o, his, a, &pdf, &report, &e), ERR_FORBIDDEN, "隐去了个人信息");
    ASSERT_FAILS(document_text(&o, his, a, &text, &e), ERR_FORBIDDEN, "隐去了个人信息");
    guise_off(&g);
    ASSERT_OK(verb_as(f, "cai", id, DOCUMENT_ISSUE, a, &e));
    assert_null(seen_by(f, "li", id, a));
}

/* Files of a day ago, as a sweep sees them. */
static int64_t swept(const Fixture *f, Arena *a) {
    atomic_bool stop = false;
    FileSweep out;
    Err e = {0};
    Str command =
        str_format(a, "find %s/files -type f -exec touch -d '3 days ago' {} +", f->place.folder);

    assert_int_equal(system(command.ptr), 0);
    ASSERT_OK(file_sweep(f->store, str_of(f->place.folder), &stop, &out, &e));
    return out.removed;
}

/* The matter's key is destroyed: the documents say nothing any more, their files go, and their
 * numbers stay. */
static void test_forgotten(void **state) {
    NEEDS_STORE;
    Str matter = begin_transfer(s, a), id = approved_letter(f, matter, a);
    DocumentOffice o = office_of(f);
    scoped_buf Buf pdf = {0};

    buf_init(&pdf, DOCUMENT_PDF_MOST);
    ASSERT_OK(verb_as(f, "cai", id, DOCUMENT_NUMBER, a, &e));
    instant_freeze(0); /* files are as old as the machine says */
    assert_int_equal(swept(f, a), 0);
    ASSERT_OK(document_file(&o, whole(f, id, a)->pdf, DOCUMENT_PDF_MOST, &pdf, &e));
    instant_freeze(monday);
    ASSERT_OK(journal_forget(s, str_format(a, "matter:%.*s", STR_ARG(matter)), SYSTEM, &e));
    assert_int_equal(whole(f, id, a)->personal->count, 0);
    assert_string_equal(str_c(a, whole(f, id, a)->number), "江城县人民检察院样〔2026〕1号");
    ASSERT_OK(document_numbers_sound(s, &e));
    assert_int_equal(swept(f, a), 2);
}

typedef struct OfMatter {
    Str matter;
    Arena *arena;
    const Node *rows;
} OfMatter;

static bool of_matter(Tx *tx, void *context, Err *e) {
    OfMatter *m = context;

    m->rows = tx_rows(tx, m->arena, &SQL_document_in_matter, ARGS(ARG_OF_TEXT(m->matter)), e);
    return m->rows != NULL;
}

static const Node *documents_of(const Fixture *f, Str matter, Arena *a) {
    OfMatter m = {matter, a, NULL};
    Err e = {0};

    ASSERT_OK(store_read(f->store, of_matter, &m, &e));
    return m.rows;
}

static void serve(const Fixture *f, Str matter, Arena *a) {
    FlowAct served = action("served");
    Err e = {0};

    ASSERT_OK(act_as(f->store, "wang", matter, 0, action("propose"), a, &e));
    ASSERT_OK(act_as(f->store, "chief", matter, 0, action("agree"), a, &e));
    served.values = values_of(a, "{\"served_on\":\"2026-03-02\"}");
    ASSERT_OK(act_as(f->store, "wang", matter, 0, served, a, &e));
}

/* An act of the flow that names documents drafts them for its own house, unless one is there. */
static void test_hook(void **state) {
    NEEDS_STORE;
    Str matter = begin_transfer(s, a), other = begin_transfer(s, a);
    const Node *rows;

    serve(f, matter, a);
    rows = documents_of(f, matter, a);
    assert_int_equal(rows->count, 1);
    assert_string_equal(str_c(a, node_text(rows->items[0], "type")), "sample_letter");
    assert_string_equal(str_c(a, node_text(rows->items[0], "author")), "wang");
    assert_string_equal(str_c(a, node_text(rows->items[0], "state")), "draft");
    assert_null(seen_by(f, "li", node_text(rows->items[0], "id"), a));
    approved_letter(f, other, a);
    serve(f, other, a);
    assert_int_equal(documents_of(f, other, a)->count, 1);
}

static bool lapse(Writing *w, void *context, Err *e) {
    Str kinds[] = {STR("remind"), STR("sample_note")};
    FlowEffects effects = {.lapses = {kinds, 2}};
    FlowAct act = {.verb = VERB_LAPSE, .actor = STR("system")};
    MatterRow row;

    return matter_load(w, *(const Str *)context, &row, e) &&
           document_on_matter(w->tx, w->content, row.state, row.state, &act, &effects, e);
}

/* A lapse that asks for a letter has it drafted by the program, once. */
static void test_lapse(void **state) {
    NEEDS_STORE;
    Str matter = begin_transfer(s, a);
    MatterActor program = {STR("system"), NULL};
    const Node *rows;

    for (int i = 0; i < 2; i++)
        ASSERT_OK(matter_write(s, content, &program, a, lapse, &matter, &e));
    rows = documents_of(f, matter, a);
    assert_int_equal(rows->count, 1);
    assert_string_equal(str_c(a, node_text(rows->items[0], "type")), "sample_note");
    assert_string_equal(str_c(a, node_text(rows->items[0], "author")), "system");
    ASSERT_OK(verb_as(f, "wang", node_text(rows->items[0], "id"), DOCUMENT_SUBMIT, a, &e));
}

static void test_leaving(void **state) {
    NEEDS_STORE;
    Str id = draft_letter(f, begin_transfer(s, a), a);

    ASSERT_OK(person_leave(s, content, SYSTEM, STR("wang"), STR("zhao"), &e));
    assert_string_equal(str_c(a, whole(f, id, a)->author), "zhao");
}

/* ---- at random, in a world in memory ---- */

static bool walk_organisation(void *context, int64_t number, Str *kind, int64_t *leader) {
    (void)context;
    *kind = STR("procuratorate");
    *leader = 0;
    return number >= OFFICE && number <= UPPER;
}

/* "1zhong": at organisation 1, in the role that the letter stands for. */
static bool walk_holds(void *context, Str login, int64_t organisation, Str role) {
    (void)context;
    if (!login.len)
        return true;
    return login.ptr[0] - '0' == organisation &&
           (!role.len || (role.len && login.ptr[1] == role.ptr[0]));
}

static bool walk_may(void *context, Str login, Permission p, int64_t organisation) {
    (void)context;
    return str_is(login, "system") || (login.ptr[0] - '0' == organisation &&
                                       (p != PERMISSION_DOCUMENT_ISSUE || login.ptr[1] == 'c'));
}

typedef struct Walk {
    Arena *arena;
    FlowWorld world;
    MatterState matter;
    const DocumentType *type;
    const Document *d;
    uint64_t chance;
    int64_t numbers;
    unsigned done[DOCUMENT_VERB_COUNT];
} Walk;

static unsigned below(Walk *w, unsigned n) {
    w->chance = w->chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(w->chance >> 33) % n;
}

static const Document *fresh(Walk *w) {
    Document *d = document_copy(w->arena, NULL);
    DocumentWork work = {.arena = w->arena, .d = d, .actor = STR("1a"), .now = STR("2026")};

    d->id = STR("d");
    d->matter = STR("m");
    d->type = w->type->document;
    d->organisation = OFFICE;
    d->state = STR("draft");
    d->revision = 1;
    document_version_add(&work, "drafted");
    document_personal_set(&work, "values", STR("issuer"), node_of_text(w->arena, STR("某院")));
    document_personal_set(&work, "values", STR("recipient"), node_of_text(w->arena, STR("某局")));
    document_personal_set(&work, "values", STR("case_name"), node_of_text(w->arena, STR("某案")));
    document_personal_set(&work, "values", STR("issued_on"),
                          node_of_text(w->arena, STR("2026-03-02")));
    return d;
}

/* Those that this file is about; the others are tried too. */
static const int own[] = {DOCUMENT_FILL,      DOCUMENT_EDIT,     DOCUMENT_RESTORE, DOCUMENT_SUBMIT,
                          DOCUMENT_AGREE,     DOCUMENT_RETURN,   DOCUMENT_NUMBER,  DOCUMENT_ISSUE,
                          DOCUMENT_TAKE_BACK, DOCUMENT_LAID_OUT, DOCUMENT_VOID};
enum { OWN = sizeof own / sizeof *own };

static DocumentAct some_act(Walk *w) {
    static const char *const fills[] = {"{\"opinion\":\"一\"}", "{\"opinion\":\"二\"}",
                                        "{\"opinion\":\"\"}", "{\"fine\":\"3\"}",
                                        "{\"unknown\":\"3\"}"};
    DocumentAct act = {.verb = below(w, 4) ? own[below(w, OWN)]
                                           : (int)below(w, DOCUMENT_VERB_COUNT + 1)};
    Node *more = node_map(w->arena), *edits = node_list(w->arena), *one = node_map(w->arena);

    if (act.verb == DOCUMENT_VOID && below(w, 12)) /* or none would come far */
        act.verb = DOCUMENT_AGREE;
    act.values = values_of(w->arena, fills[below(w, 5)]);
    act.note = below(w, 3) ? STR("理由") : STR("");
    act.service = below(w, 4);
    node_set_int(w->arena, one, "paragraph", below(w, 4));
    node_set_text(w->arena, one, "text", below(w, 2) ? STR("改过") : STR("甲"));
    node_add(w->arena, edits, one);
    act.edits = edits;
    node_set_text(w->arena, more, "docx", STR("aa"));
    node_set_text(w->arena, more, "pdf", STR("bb"));
    node_set_int(w->arena, more, "pages", 1);
    node_set_text(w->arena, more, "to", STR("1b"));
    act.more = more;
    return act;
}

/* Whatever somebody does: nothing that was fixed changes, numbers are given once, and what choices
 * do not offer is refused. */
static void step(Walk *w) {
    static const char *const people[] = {"1a", "1c", "1p", "3a", "system"};
    Str texts[] = {STR("甲"), STR("乙"), STR("")};
    int64_t placed[64] = {0};
    const Node *edits = node_get(w->d->personal, "edits");
    DocumentBase base = {w->d->revision, {texts, 3}, {placed, edits ? edits->count : 0}};
    DocumentAct act = some_act(w);
    DocumentEffects effects = {0};
    Err e = {0};

    for (size_t i = 0; edits && i < edits->count; i++)
        placed[i] = node_int(edits->items[i], "paragraph", 0);
    DocumentWork work = {.world = &w->world,
                         .matter = &w->matter,
                         .type = w->type,
                         .place = document_place(w->type, STR("sample_transfer")),
                         .act = &act,
                         .actor = str_of(people[below(w, 5)]),
                         .before = w->d,
                         .past = w->d->versions.count > 1 ? fresh(w) : NULL,
                         .prepared = &base,
                         .serial = w->numbers + 1,
                         .letters = STR("某"),
                         .arena = w->arena,
                         .effects = &effects,
                         .now = STR("2026-03-02T09:00:00.000000+08:00"),
                         .today = day_of_instant(monday),
                         .e = &e};
    DocumentWork asked = work;

    asked.d = document_copy(w->arena, w->d);
    bool offered = document_allowed(&asked);

    err_clear(&e);
    const Document *after = document_judge(&work);

    assert_true(after ? offered && e.code == ERR_NONE : e.code != ERR_NONE && e.text[0]);
    if (!after)
        return;
    w->done[act.verb]++;
    assert_true(document_sound(after, &e));
    assert_int_equal(after->revision, w->d->revision + 1);
    if (document_fixed(w->d)) {
        assert_true(str_eq(after->number, w->d->number) && str_eq(after->numbered, w->d->numbered));
        assert_true(
            tree_equal(node_get(after->personal, "values"), node_get(w->d->personal, "values")));
    } else if (document_fixed(after)) {
        assert_int_equal(after->number_serial, ++w->numbers);
    }
    if (w->d->pdf.len)
        assert_true(str_eq(after->pdf, w->d->pdf));
    w->d = after;
}

static void test_walk(void **state) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    Walk w = {.arena = a,
              .chance = 20260302,
              .type = content_document(content, STR("sample_letter"), &e)};
    MatterParty parties[] = {{1, OFFICE, STR("office"), STR(""), STR("")},
                             {2, AGENCY, STR("agency"), STR(""), STR("")}};

    (void)state;
    w.world = (FlowWorld){.content = content,
                          .organisation = walk_organisation,
                          .holds = walk_holds,
                          .may = walk_may};
    w.matter = (MatterState){.id = STR("m"),
                             .flow = STR("sample_transfer"),
                             .state = STR("open"),
                             .parties = {parties, 2},
                             .personal = node_map(a)};
    for (int i = 0; i < 10000; i++) {
        if (!w.d || str_is(w.d->state, "void") || w.d->versions.count > 40)
            w.d = fresh(&w);
        step(&w);
    }
    for (size_t i = 0; i < OWN; i++)
        if (!w.done[own[i]])
            fail_msg("%s was never done", document_verb_names[own[i]].name);
}

/* What rules alone decide needs no second engine. */
#define ON_SQLITE(test) \
    { #test "/sqlite", test, set_up, tear_down, &fixtures[0] }

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walk),
        ON_BOTH(test_draft),
        ON_SQLITE(test_fill),
        ON_SQLITE(test_edit),
        ON_BOTH(test_versions),
        ON_SQLITE(test_approval),
        ON_SQLITE(test_rung_of_another),
        ON_SQLITE(test_choices),
        ON_SQLITE(test_rung_of_liaison),
        ON_BOTH(test_number),
        ON_BOTH(test_seen),
        ON_BOTH(test_number_and_faults),
        ON_BOTH(test_served),
        ON_BOTH(test_answered),
        ON_BOTH(test_hook),
        ON_BOTH(test_forgotten),
        ON_BOTH(test_leaving),
        ON_SQLITE(test_lapse),
    };

    people_register();
    organisation_register();
    matter_register();
    document_register();
    content = content_with_documents();
    int failed = cmocka_run_group_tests_name("document", tests, NULL, NULL);

    content_drop(content);
    return failed;
}
