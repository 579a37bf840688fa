/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document_fixture.h: the house of flow/matter_fixture.h with kinds of documents written
 * in its sample flow, and people who write, approve and number them. Only for *_test.c. */
#ifndef LIANHENG_DOCUMENT_DOCUMENT_FIXTURE_H
#define LIANHENG_DOCUMENT_DOCUMENT_FIXTURE_H

#include "document/document_inside.h"
#include "flow/matter_fixture.h"

#define SAMPLE_HEAD                                                    \
    "group: 样例\n"                                                  \
    "basis: [{law: 样例规定, status: unverified, review: true}]\n" \
    "review: true\n"

/* Two rungs, a number, a receiver and a reply. */
static const char sample_letter[] =
    "# SPDX-License-Identifier: MulanPSL-2.0\n"
    "document: sample_letter\ntitle: 样例意见书\ncode: D10\n" SAMPLE_HEAD "written:\n"
    "  - {flow: sample_transfer, steps: [review, serve], actions: [served], issuer: office, to: "
    "[agency], copies: [upper], served_field: served_on}\n"
    "form: letter\n"
    "number: '{organisation}样〔{year}〕{serial}号'\n"
    "number_review: true\n"
    "approval:\n"
    "  - {role: administrative_prosecutor, title: 承办检察官}\n"
    "  - {role: chief_procurator, title: 检察长批准}\n"
    "reply: {period: RT_REPLY, document: sample_answer}\n"
    "fields:\n"
    "  - {field: issuer, title: 制作单位, type: text, required: true, sources: "
    "[organisation.name]}\n"
    "  - {field: number, title: 文号, type: document_number}\n"
    "  - {field: recipient, title: 主送单位, type: text, required: true, sources: [recipients]}\n"
    "  - {field: case_name, title: 案件名称, type: text, required: true, sources: "
    "[values.case_name]}\n"
    "  - {field: opinion, title: 意见, type: text, required: true}\n"
    "  - {field: fine, title: 罚款, type: money, unit: 元, sources: [values.fine]}\n"
    "  - {field: issued_on, title: 成文日期, type: date, required: true, sources: [today]}\n"
    "body: |\n"
    "  [发文机关标志] {{制作单位}}\n"
    "  [发文字号] {{文号|无则 （待编号）}}\n"
    "  [标题] 样例意见书\n"
    "  [主送机关] {{主送单位}}：\n"
    "  关于{{案件名称}}，提出意见如下。\n"
    "  {{意见}}\n"
    "  {{如果 罚款}}建议罚款{{罚款}}元。{{结束}}\n"
    "  请按规定书面回复。\n"
    "  [署名] {{制作单位}}\n"
    "  [成文日期] {{成文日期}}\n"
    "cases:\n"
    "  - title: 都填了\n"
    "    values: {issuer: 江城县人民检察院, recipient: 江城县市场监督管理局, case_name: 张三案, "
    "opinion: 应当处罚。, issued_on: 2026-03-02}\n"
    "    contains: [应当处罚]\n";

/* No approval, no number: quick to give many of. */
static const char sample_note[] =
    "# SPDX-License-Identifier: MulanPSL-2.0\n"
    "document: sample_note\ntitle: 样例便函\ncode: D10\n" SAMPLE_HEAD "written:\n"
    "  - {flow: sample_transfer, steps: [review], issuer: office, to: [agency]}\n"
    "form: letter\n"
    "number: '{organisation}便〔{year}〕{serial}号'\n"
    "number_review: true\n"
    "fields:\n"
    "  - {field: issuer, title: 制作单位, type: text, required: true, sources: "
    "[organisation.name]}\n"
    "  - {field: issued_on, title: 成文日期, type: date, required: true, sources: [today]}\n"
    "body: |\n"
    "  [标题] 样例便函\n"
    "  内容。\n"
    "  [署名] {{制作单位}}\n"
    "  [成文日期] {{成文日期}}\n"
    "cases:\n"
    "  - title: 都填了\n"
    "    values: {issuer: 江城县人民检察院, issued_on: 2026-03-02}\n"
    "    contains: [内容]\n";

static const char sample_answer[] =
    "# SPDX-License-Identifier: MulanPSL-2.0\n"
    "document: sample_answer\ntitle: 样例回复\ncode: D23\n" SAMPLE_HEAD "written:\n"
    "  - {flow: sample_transfer, steps: [reply], actions: [reply], issuer: agency, to: [office]}\n"
    "form: letter\n"
    "unsealed: true\n"
    "fields:\n"
    "  - {field: issuer, title: 制作单位, type: text, required: true, sources: "
    "[organisation.name]}\n"
    "  - {field: of, title: 来文文号, type: text, sources: [document.sample_letter.number]}\n"
    "  - {field: handling, title: 处理结果, type: text, required: true}\n"
    "  - {field: issued_on, title: 成文日期, type: date, required: true, sources: [today]}\n"
    "body: |\n"
    "  [标题] 样例回复\n"
    "  {{来文文号}}收悉。{{处理结果}}\n"
    "  [署名] {{制作单位}}\n"
    "  [成文日期] {{成文日期}}\n"
    "cases:\n"
    "  - title: 都填了\n"
    "    values: {issuer: 江城县市场监督管理局, handling: 已立案。, issued_on: 2026-03-02}\n"
    "    contains: [已立案]\n";

/* The sample flow, whose steps name the kinds of documents too. */
static inline void put_flow(const char *folder) {
    static const char *const steps[][2] = {{"    title: 审查\n", "    documents: [D10]\n"},
                                           {"    title: 送达\n", "    documents: [D10]\n"},
                                           {"    title: 回复\n", "    documents: [D23]\n"}};
    scoped_buf Buf text;
    const char *rest = sample_transfer;

    buf_init(&text, 1 << 20);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        const char *at = strstr(rest, steps[i][0]);

        assert_non_null(at);
        at += strlen(steps[i][0]);
        buf_add(&text, (Str){rest, (size_t)(at - rest)});
        buf_add_c(&text, steps[i][1]);
        rest = at;
    }
    buf_add_c(&text, rest);
    buf_add_char(&text, '\0');
    put_text(folder, "sample_transfer.yaml", text.ptr);
}

static inline Content *content_with_documents(void) {
    char folder[64], path[256], command[128];
    Err e = {0};

    test_template(folder, "document");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/flows", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    put_flow(path);
    snprintf(path, sizeof path, "%s/documents", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    put_text(path, "sample_letter.yaml", sample_letter);
    put_text(path, "sample_note.yaml", sample_note);
    put_text(path, "sample_answer.yaml", sample_answer);
#ifdef SAMPLE_MORE
    put_text(path, "sample_more.yaml", SAMPLE_MORE);
#endif
    Content *c = content_load(folder, &e);

    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
    if (!c)
        fail_msg("%s: %s", e.where, e.text);
    return c;
}

static inline DocumentOffice office_of(const Fixture *f) {
    return (DocumentOffice){
        .store = f->store, .content = content, .folder = str_of(f->place.folder)};
}

/* ---- acting as somebody ---- */

typedef struct Guise {
    const Rights *rights;
    MatterActor who;
    const Scope *before;
} Guise;

static inline Guise guise(Store *s, const char *login) {
    Guise g = {.rights = rights_for(s, login)};

    g.who = (MatterActor){str_of(login), g.rights};
    g.before = store_thread_scope(&g.rights->scope);
    return g;
}

static inline void guise_off(Guise *g) {
    store_thread_scope(g->before);
    rights_drop(g->rights);
}

static inline bool draft_as(const Fixture *f, const char *login, const DocumentNew *in, Arena *a,
                            Str *id, Err *e) {
    DocumentOffice o = office_of(f);
    Guise g = guise(f->store, login);
    bool good = document_draft(&o, &g.who, in, a, id, e);

    guise_off(&g);
    return good;
}

static inline bool do_as(const Fixture *f, const char *login, Str id, int64_t revision,
                         const DocumentAct *act, Arena *a, DocumentDone *out, Err *e) {
    DocumentOffice o = office_of(f);
    Guise g = guise(f->store, login);
    bool good = document_act(&o, &g.who, id, revision, act, a, out, e);

    guise_off(&g);
    return good;
}

/* NULL: it does not exist for him. */
static inline const Document *seen_by(const Fixture *f, const char *login, Str id, Arena *a) {
    Err e = {0};
    Guise g = guise(f->store, login);
    const Document *d = document_get(f->store, id, a, &e);

    guise_off(&g);
    return d;
}

static inline const Document *whole(const Fixture *f, Str id, Arena *a) {
    Err e = {0};
    const Document *d = document_get(f->store, id, a, &e);

    if (!d)
        fail_msg("%s", e.text);
    return d;
}

static inline bool verb_as(const Fixture *f, const char *login, Str id, int verb, Arena *a,
                           Err *e) {
    DocumentAct act = {.verb = verb};

    return do_as(f, login, id, 0, &act, a, NULL, e);
}

static inline bool note_as(const Fixture *f, const char *login, Str id, int verb, const char *note,
                           Arena *a, Err *e) {
    DocumentAct act = {.verb = verb, .note = str_of(note)};

    return do_as(f, login, id, 0, &act, a, NULL, e);
}

static inline bool fill_as(const Fixture *f, const char *login, Str id, const char *json, Arena *a,
                           Err *e) {
    DocumentAct act = {.verb = DOCUMENT_FILL, .values = values_of(a, json)};

    return do_as(f, login, id, 0, &act, a, NULL, e);
}

static inline Str draft_letter(const Fixture *f, Str matter, Arena *a) {
    DocumentNew in = {.matter = matter, .type = STR("sample_letter")};
    Str id;
    Err e = {0};

    ASSERT_OK(draft_as(f, "wang", &in, a, &id, &e));
    return id;
}

/* Approved, waiting for its number. */
static inline Str approved_letter(const Fixture *f, Str matter, Arena *a) {
    Str id = draft_letter(f, matter, a);
    Err e = {0};

    ASSERT_OK(fill_as(f, "wang", id, "{\"opinion\":\"应当处罚。\"}", a, &e));
    ASSERT_OK(verb_as(f, "wang", id, DOCUMENT_SUBMIT, a, &e));
    ASSERT_OK(verb_as(f, "chief", id, DOCUMENT_AGREE, a, &e));
    return id;
}

#endif
