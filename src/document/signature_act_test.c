/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/signature_act_test.c: numbered documents signed and sealed in the store, alone and
 * together. */
#define SAMPLE_MORE sample_sealed_by_two
extern const char sample_sealed_by_two[];
#include "document/document_fixture.h"

#include "document/certificate.h"
#include "document/signature_act.h"

#include "base/banned.h"

/* Two houses seal it. */
const char sample_sealed_by_two[] =
    "# SPDX-License-Identifier: MulanPSL-2.0\n"
    "document: sample_more\ntitle: 样例会签文件\ncode: D10\n" SAMPLE_HEAD "written:\n"
    "  - {flow: sample_transfer, steps: [review], issuer: office, to: [agency], signers: "
    "[agency]}\n"
    "form: letter\n"
    "fields:\n"
    "  - {field: issuer, title: 制作单位, type: text, required: true, sources: "
    "[organisation.name]}\n"
    "  - {field: issued_on, title: 成文日期, type: date, required: true, sources: [today]}\n"
    "body: |\n"
    "  [标题] 样例会签文件\n"
    "  内容。\n"
    "  [署名] {{制作单位}}\n"
    "  [成文日期] {{成文日期}}\n"
    "cases:\n"
    "  - title: 都填了\n"
    "    values: {issuer: 江城县人民检察院, issued_on: 2026-03-02}\n"
    "    contains: [内容]\n";

#define SECRET "Kai-fa-qu 2026!"

static bool sign_as(const Fixture *f, const char *login, Str id, const char *kind,
                    const char *password, Arena *a, Err *e) {
    Node *more = node_map(a);
    DocumentAct act = {.verb = DOCUMENT_SIGN, .more = more};

    node_set_text(a, more, "kind", str_of(kind));
    node_set_text(a, more, "password", str_of(password));
    return do_as(f, login, id, 0, &act, a, NULL, e);
}

static Str certify(const Fixture *f, SignerKind kind, const char *login, int64_t house, Arena *a) {
    CertificateAsk ask = {.kind = kind, .login = str_of(login), .organisation = house};
    Str serial;
    Err e = {0};

    ASSERT_OK(certificate_issue(f->store, SYSTEM, &ask, a, &serial, &e));
    return serial;
}

static SignatureReport report_of(const Fixture *f, Str id, Arena *a) {
    DocumentOffice o = office_of(f);
    const Document *d = whole(f, id, a);
    Buf file = {.max = SIGNATURE_FILE};
    SignatureTrust trust = {0};
    SignatureReport r;
    Err e = {0};

    ASSERT_OK(document_file(&o, d->signed_pdf, SIGNATURE_FILE, &file, &e));
    ASSERT_OK(certificate_root(f->store, a, &trust.root, &e));
    ASSERT_OK(certificate_revocations(f->store, a, &trust.revocations, &e));
    ASSERT_OK(signature_verify(str_dup(a, buf_str(&file)), &trust, a, &r, &e));
    const char *keep = getenv("LIANHENG_SIGNED_SAMPLE");

    if (keep != NULL) {
        FILE *out = fopen(keep, "we");

        assert_true(out != NULL && fwrite(file.ptr, 1, file.len, out) == file.len);
        fclose(out);
    }
    buf_done(&file);
    return r;
}

static void test_alone(void **state) {
    NEEDS_STORE;
    Str id = approved_letter(f, begin_transfer(s, a), a);

    ASSERT_OK(account_set_password(s, SYSTEM, STR("cai"), STR(SECRET), false, &e));
    ASSERT_FAILS(sign_as(f, "cai", id, "organisation", SECRET, a, &e), ERR_CONFLICT, "待编号");
    ASSERT_OK(verb_as(f, "cai", id, DOCUMENT_NUMBER, a, &e));
    ASSERT_FAILS(sign_as(f, "cai", id, "organisation", "wrong", a, &e), ERR_INVALID, "密码不对");
    ASSERT_FAILS(sign_as(f, "cai", id, "organisation", SECRET, a, &e), ERR_CONFLICT, "还没有签发");
    ASSERT_FAILS(sign_as(f, "cai", id, "king", SECRET, a, &e), ERR_INVALID, "请选择");
    Str first = certify(f, SIGNER_ORGANISATION, "", OFFICE, a);

    ASSERT_OK(certificate_revoke(s, SYSTEM, first, STR("withdrawn"), &e));
    ASSERT_FAILS(sign_as(f, "cai", id, "organisation", SECRET, a, &e), ERR_CONFLICT,
                 "收回签章权限");
    assert_string_equal(str_c(a, whole(f, id, a)->state), "numbered");
    certify(f, SIGNER_ORGANISATION, "", OFFICE, a);
    certify(f, SIGNER_PERSON, "cai", OFFICE, a);
    ASSERT_OK(sign_as(f, "cai", id, "person", SECRET, a, &e));
    assert_string_equal(str_c(a, whole(f, id, a)->state), "numbered");
    ASSERT_OK(sign_as(f, "cai", id, "organisation", SECRET, a, &e));
    const Document *d = whole(f, id, a);

    assert_string_equal(str_c(a, d->state), "issued");
    assert_int_equal(d->signatures.count, 2);
    SignatureReport r = report_of(f, id, a);

    assert_int_equal(r.verdict, SIGNATURE_GOOD);
    assert_int_equal(r.count, 2);
    assert_true(r.signers[1].info.pictured && r.signers[1].info.place.page == 1);
}

/* The houses seal in either order; a third has nothing to do with it. */
static void test_together(void **state) {
    NEEDS_STORE;
    DocumentNew in = {.matter = begin_transfer(s, a), .type = STR("sample_more")};
    Str id;

    ASSERT_OK(draft_as(f, "wang", &in, a, &id, &e));
    ASSERT_OK(verb_as(f, "wang", id, DOCUMENT_SUBMIT, a, &e));
    ASSERT_OK(verb_as(f, "cai", id, DOCUMENT_NUMBER, a, &e));
    certify(f, SIGNER_ORGANISATION, "", OFFICE, a);
    certify(f, SIGNER_ORGANISATION, "", AGENCY, a);
    ASSERT_OK(account_set_password(s, SYSTEM, STR("cai"), STR(SECRET), false, &e));
    ASSERT_OK(account_set_password(s, SYSTEM, STR("ju"), STR(SECRET), false, &e));
    ASSERT_OK(sign_as(f, "ju", id, "organisation", SECRET, a, &e));
    SignatureReport r = report_of(f, id, a);

    assert_int_equal(r.verdict, SIGNATURE_INCOMPLETE);
    assert_int_equal(r.wanted_count, 1);
    ASSERT_FAILS(sign_as(f, "ju", id, "organisation", SECRET, a, &e), ERR_FORBIDDEN, "不能签章");
    ASSERT_FAILS(sign_as(f, "shui", id, "organisation", SECRET, a, &e), ERR_NOT_FOUND, "");
    ASSERT_OK(sign_as(f, "cai", id, "organisation", SECRET, a, &e));
    r = report_of(f, id, a);
    assert_int_equal(r.verdict, SIGNATURE_GOOD);
    assert_int_equal(r.count, 2);
    assert_memory_equal(r.signers[0].info.message, r.signers[1].info.message, SM3_SIZE);
    assert_string_equal(str_c(a, whole(f, id, a)->state), "issued");
}

int main(void) {
    const struct CMUnitTest tests[] = {ON_BOTH(test_alone), ON_BOTH(test_together)};

    people_register();
    organisation_register();
    matter_register();
    document_register();
    certificate_register();
    content = content_with_documents();
    int failed = cmocka_run_group_tests_name("signature_act", tests, NULL, NULL);

    content_drop(content);
    return failed;
}
