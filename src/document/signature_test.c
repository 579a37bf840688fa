/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/signature_test.c: signed, changed in every way, and looked at again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "document/signature_der.h"
#include "document/signature_fixture.h"

static SignedWorld f;

static int begin(void **state) {
    *state = arena_new();
    fixture_begin(&f, *state);
    return 0;
}

static int end(void **state) {
    arena_free(*state);
    return 0;
}

static const StampPlace place = {1, 10500, 20000, 4200};
static const Str both[] = {STR_INIT("甲县人民检察院"), STR_INIT("甲县公安局")};

static SignatureVerdict verdict_of(Str file, Str root, Str list, Arena *a, SignatureReport *r) {
    SignatureReport own;
    Err e = {0};

    if (r == NULL)
        r = &own;
    assert_true(signature_verify(file, &(SignatureTrust){root, list}, a, r, &e));
    assert_true(r->sentence.len > 0 && str_utf8_valid(r->sentence));
    return r->verdict;
}

static Str signed_by_one(Str pdf) {
    SignerInfo i =
        fixture_sign(&f, pdf, &f.house, SIGNER_ORGANISATION, place, both, 1, FIXTURE_DAY);

    return fixture_file(&f, pdf, &i, 1);
}

static void test_der(void **state) {
    scoped_arena Arena *a = arena_new();
    static const struct {
        const char *bytes;
        size_t n;
        bool good;
    } ints[] = {
        {"\x02\x01\x00", 3, true},
        {"\x02\x01\x7f", 3, true},
        {"\x02\x02\x00\x80", 4, true},
        {"\x02\x02\x00\x7f", 4, false},
        {"\x02\x01\x80", 3, false},
        {"\x02\x00", 2, false},
        {"\x02\x81\x01\x01", 4, false},
        {"\x02\x80\x01", 3, false},
        {"\x02\x02\x01", 3, false},
        {"\x02\x84\xff\xff\xff\xff\x01", 7, false},
        {"\x02\x85\x01\x01\x01\x01\x01", 7, false},
        {"\x1f\x01\x00", 3, false},
    };
    Instant at;

    (void)state;
    for (size_t i = 0; i < sizeof ints / sizeof *ints; i++) {
        Str rest = {ints[i].bytes, ints[i].n};
        int64_t n;

        assert_int_equal(der_take_int(&rest, &n), ints[i].good);
    }
    for (int64_t i = 1; i < INT64_C(1) << 52; i *= 3) {
        Str rest = der_int(a, i);
        int64_t n = 0;

        assert_true(der_take_int(&rest, &n) && n == i && rest.len == 0);
    }
    for (size_t n = 100; n < 100000; n *= 7) {
        Str rest = der(a, DER_OCTETS, (Str){arena_alloc(a, n), n}), value;

        assert_true(der_take(&rest, DER_OCTETS, &value) && value.len == n && rest.len == 0);
    }
    for (Instant t = 0; t < (Instant)4000000000 * 1000000; t += (Instant)123456789 * 1000000) {
        Str rest = der_time(a, t);

        assert_true(der_take_time(&rest, &at) && at == t && rest.len == 0);
    }
    Str wrong = STR("\x17\x0d"
                    "260230000000Z"),
        late = STR("\x18\x0f"
                   "20260228000000Z");

    assert_false(der_take_time(&wrong, &at) || der_take_time(&late, &at));
}

/* LIANHENG_SIGNED_SAMPLE=FOLDER makes what tests/browser/verify.test.mjs looks at. */
static void sample_keep(const char *folder, const char *name, Str bytes) {
    scoped_arena Arena *a = arena_new();
    FILE *out = fopen(str_format(a, "%s/%s", folder, name).ptr, "we");

    assert_true(out != NULL && fwrite(bytes.ptr, 1, bytes.len, out) == bytes.len);
    fclose(out);
}

static void samples_keep(Str file) {
    scoped_arena Arena *a = arena_new();
    const char *folder = getenv("LIANHENG_SIGNED_SAMPLE");
    Certificate root, house;
    Err e = {0};
    Str list;

    if (folder == NULL)
        return;
    assert_true(certificate_read(f.root.certificate, a, &root, &e) &&
                certificate_read(f.house.certificate, a, &house, &e));
    Revocation gone = {house.serial, FIXTURE_DAY - 1000000, 9};

    assert_true(revocations_make(&root, &f.root.signing, 1, FIXTURE_DAY, &gone, 1, a, &list, &e));
    sample_keep(folder, "good.pdf", file);
    sample_keep(folder, "root.pem", certificate_pem(a, f.root.certificate));
    sample_keep(folder, "revoked.crl", list);
}

static void test_good(void **state) {
    scoped_arena Arena *a = arena_new();
    Str pdf = fixture_pdf(a);
    SignerInfo list[3];
    SignatureReport r;

    (void)state;
    list[0] =
        fixture_sign(&f, pdf, &f.person, SIGNER_PERSON, (StampPlace){0}, both, 2, FIXTURE_DAY);
    list[1] = fixture_sign(&f, pdf, &f.house, SIGNER_ORGANISATION, place, both, 2, FIXTURE_DAY);
    Str part = fixture_file(&f, pdf, list, 2);

    assert_int_equal(verdict_of(part, f.root.certificate, STR(""), a, &r), SIGNATURE_INCOMPLETE);
    assert_int_equal(r.wanted_count, 1);
    assert_string_equal(str_c(a, r.wanted[0]), "甲县公安局");
    list[2] = fixture_sign(&f, pdf, &f.other, SIGNER_ORGANISATION,
                           (StampPlace){2, 5000, 5000, 3000}, both, 2, FIXTURE_DAY + 5000000);
    Str whole = fixture_file(&f, pdf, list, 3);

    assert_true(str_starts(whole, pdf));
    assert_int_equal(verdict_of(whole, f.root.certificate, STR(""), a, &r), SIGNATURE_GOOD);
    assert_int_equal(r.count, 3);
    assert_memory_equal(r.signers[0].info.message, r.signers[2].info.message, SM3_SIZE);
    assert_true(str_find(r.signers[0].sentence, STR("张某（甲县人民检察院）于2026年5月29日")) >= 0);
    assert_int_equal(verdict_of(whole, STR(""), STR(""), a, &r), SIGNATURE_UNPROVEN);
    samples_keep(whole);
}

/* Opened, and one more signer added, it is the same as when all had signed at once. */
static void test_opened(void **state) {
    scoped_arena Arena *a = arena_new();
    Str pdf = fixture_pdf(a), again;
    SignerInfo list[2];
    SignatureSet set;
    Err e = {0};

    (void)state;
    list[0] = fixture_sign(&f, pdf, &f.house, SIGNER_ORGANISATION, place, both, 2, FIXTURE_DAY);
    list[1] =
        fixture_sign(&f, pdf, &f.other, SIGNER_ORGANISATION, (StampPlace){0}, both, 2, FIXTURE_DAY);
    Str one = fixture_file(&f, pdf, list, 1), two = fixture_file(&f, pdf, list, 2);

    assert_true(signature_open(one, a, &set, &again, &e));
    assert_true(str_eq(again, pdf) && set.count == 1 && set.picture_count == 1);
    SignerInfo opened[2] = {set.signers[0], list[1]};

    assert_true(str_eq(fixture_file(&f, again, opened, 2), two));
    assert_false(signature_open(pdf, a, &set, &again, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
}

/* Not one byte of a signed file can be another. */
static void sweep(Str file, Str root, size_t signed_, size_t step) {
    scoped_arena Arena *a = arena_new();
    char *bytes = arena_alloc(a, file.len);
    size_t of[SIGNATURE_NOT_PDF + 1] = {0};

    memcpy(bytes, file.ptr, file.len);
    for (size_t i = 0; i < file.len; i += step) {
        scoped_arena Arena *own = arena_new();

        bytes[i] ^= (char)(1 << (i % 8));
        SignatureVerdict v = verdict_of((Str){bytes, file.len}, root, STR(""), own, NULL);

        bytes[i] ^= (char)(1 << (i % 8));
        if (v < SIGNATURE_STRANGE) {
            fprintf(stderr, "byte %zu of %zu (%zu signed): %s\n", i, file.len, signed_,
                    signature_verdict_names[v].name);
            _fail(__FILE__, __LINE__);
        }
        of[v]++;
    }
    assert_int_equal(verdict_of(file, root, STR(""), a, NULL), SIGNATURE_GOOD);
    assert_true(of[SIGNATURE_CHANGED] * step + 20 * step > signed_);
    assert_true(of[SIGNATURE_BEHIND] * step > 200 && of[SIGNATURE_DAMAGED] * step > 500);
}

/* Every byte of a file signed on P-256, which OpenSSL checks in a fifth of the time, and some of
 * one signed with SM2: all but the arithmetic is the same. */
static void test_each_byte(void **state) {
    scoped_arena Arena *a = arena_new();
    SignedWorld quick = {.a = a, .picture = f.picture};
    Str pdf = fixture_pdf(a);

    (void)state;
    fixture_key(&quick, &quick.root, SIGNATURE_P256);
    fixture_certificate(&quick, &quick.root, SIGNER_ROOT, "乙县联衡根证书", "乙县", NULL);
    fixture_key(&quick, &quick.house, SIGNATURE_P256);
    fixture_certificate(&quick, &quick.house, SIGNER_ORGANISATION, "甲县人民检察院",
                        "甲县人民检察院", &quick.root);
    SignerInfo i =
        fixture_sign(&quick, pdf, &quick.house, SIGNER_ORGANISATION, place, both, 1, FIXTURE_DAY);

    sweep(fixture_file(&quick, pdf, &i, 1), quick.root.certificate, pdf.len, 1);
    sweep(signed_by_one(pdf), f.root.certificate, pdf.len, 37);
}

static void test_cut_and_longer(void **state) {
    scoped_arena Arena *a = arena_new();
    Str pdf = fixture_pdf(a), file = signed_by_one(pdf);

    (void)state;
    for (size_t n = 0; n < file.len; n += 97) {
        scoped_arena Arena *own = arena_new();
        Str cut = str_dup(own, str_slice(file, 0, n));

        assert_true(verdict_of(cut, f.root.certificate, STR(""), own, NULL) >= SIGNATURE_STRANGE);
    }
    /* What others append: a line, an update of their own, our own update a second time. */
    for (int i = 0; i < 3; i++) {
        scoped_buf Buf b = {.max = 1 << 20};

        buf_add(&b, file);
        buf_add(&b,
                i == 0 ? STR("\n")
                : i == 1
                    ? STR("9 0 obj\n<< >>\nendobj\ntrailer\n<< /Prev 1 >>\nstartxref\n1\n%%EOF\n")
                    : str_slice(file, pdf.len, file.len));
        SignatureVerdict v = verdict_of(buf_str(&b), f.root.certificate, STR(""), a, NULL);

        assert_true(v == SIGNATURE_BEHIND || v == SIGNATURE_CHANGED || v == SIGNATURE_DAMAGED);
    }
    assert_int_equal(verdict_of(pdf, f.root.certificate, STR(""), a, NULL), SIGNATURE_NONE);
    assert_int_equal(verdict_of(STR("PK\x03\x04"), f.root.certificate, STR(""), a, NULL),
                     SIGNATURE_NOT_PDF);
    assert_int_equal(verdict_of(STR(""), STR(""), STR(""), a, NULL), SIGNATURE_NOT_PDF);
}

/* Certificates that do not do: another root, run out, revoked before or after, another's kind. */
static void test_certificates(void **state) {
    scoped_arena Arena *a = arena_new();
    SignedWorld other;
    Str pdf = fixture_pdf(a), file = signed_by_one(pdf), list;
    Certificate root, house;
    SignatureReport r;
    Err e = {0};

    (void)state;
    fixture_begin(&other, a);
    assert_int_equal(verdict_of(file, other.root.certificate, STR(""), a, NULL), SIGNATURE_STRANGE);
    SignerInfo i = fixture_sign(&f, pdf, &f.house, SIGNER_ORGANISATION, place, both, 1,
                                FIXTURE_DAY + 2 * FIXTURE_YEAR);

    assert_int_equal(verdict_of(fixture_file(&f, pdf, &i, 1), f.root.certificate, STR(""), a, NULL),
                     SIGNATURE_EXPIRED);
    i = fixture_sign(&f, pdf, &f.person, SIGNER_ORGANISATION, place, both, 1, FIXTURE_DAY);
    assert_int_equal(verdict_of(fixture_file(&f, pdf, &i, 1), f.root.certificate, STR(""), a, NULL),
                     SIGNATURE_FALSE);
    i = fixture_sign(&f, pdf, &f.house, SIGNER_ORGANISATION, place, both, 1, FIXTURE_DAY);
    i.certificate = f.other.certificate; /* the signature of one, the certificate of another */
    assert_int_equal(verdict_of(fixture_file(&f, pdf, &i, 1), f.root.certificate, STR(""), a, NULL),
                     SIGNATURE_FALSE);

    assert_true(certificate_read(f.root.certificate, a, &root, &e));
    assert_true(certificate_read(f.house.certificate, a, &house, &e));
    for (int later = 0; later < 2; later++) {
        Revocation gone = {house.serial, FIXTURE_DAY + (later ? 1000000 : -1000000), 1};

        assert_true(revocations_make(&root, &f.root.signing, 7, FIXTURE_DAY + 9000000, &gone, 1, a,
                                     &list, &e));
        assert_int_equal(verdict_of(file, f.root.certificate, list, a, &r),
                         later ? SIGNATURE_GOOD : SIGNATURE_REVOKED);
        assert_true(r.signers[0].revoked);
        assert_true(str_find(r.signers[0].sentence, STR("私钥泄露")) >= 0);
    }
    /* A list that somebody else signed is not used. */
    assert_true(
        revocations_make(&root, &other.root.signing, 8, FIXTURE_DAY, NULL, 0, a, &list, &e));
    assert_int_equal(verdict_of(file, f.root.certificate, list, a, &r), SIGNATURE_GOOD);
    assert_int_equal(r.revocations_at, 0);
    assert_false(
        signature_verify(file, &(SignatureTrust){f.house.certificate, STR("")}, a, &r, &e));
    assert_false(signature_verify(file, &(SignatureTrust){STR("junk"), STR("")}, a, &r, &e));
    assert_int_equal(e.code, ERR_INVALID);
}

static void test_pem(void **state) {
    scoped_arena Arena *a = arena_new();
    Str pem = certificate_pem(a, f.root.certificate), der_;
    Err e = {0};

    (void)state;
    assert_true(certificate_from_file(pem, a, &der_, &e) && str_eq(der_, f.root.certificate));
    assert_true(certificate_from_file(f.root.certificate, a, &der_, &e));
    assert_false(certificate_from_file(
        STR("-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----"), a, &der_, &e));
    assert_false(certificate_from_file(STR("anything"), a, &der_, &e));
}

/* Places and files that cannot be stamped. */
static void test_refused(void **state) {
    scoped_arena Arena *a = arena_new();
    Str pdf = fixture_pdf(a);
    static const StampPlace places[] = {
        {3, 5000, 5000, 4200},   {1, 100, 5000, 4200}, {1, 5000, 29690, 4200},
        {1, 999999, 5000, 4200}, {1, 5000, 5000, 0},   {1, 10500, 14000, 40000},
    };
    static const char *const files[] = {"", "%PDF-1.5\n", "%PDF-1.5\nstartxref\n9\n%%EOF\n",
                                        "%PDF-1.5\nstartxref\n99999999999999999\n%%EOF\n"};

    (void)state;
    for (size_t k = 0; k < sizeof places / sizeof *places + sizeof files / sizeof *files; k++) {
        size_t n = sizeof places / sizeof *places;
        Str base = k < n ? pdf : str_of(files[k - n]);
        SignerInfo i = fixture_sign(&f, base, &f.house, SIGNER_ORGANISATION,
                                    k < n ? places[k] : place, both, 1, FIXTURE_DAY);
        SignatureSet set = {f.root.certificate, &i, 1, &f.picture, 1};
        scoped_buf Buf out = {.max = 1 << 20};
        Err e = {0};

        assert_false(signature_append(base, &set, &out, &e));
        assert_int_equal(e.code, ERR_INVALID);
        assert_true(str_utf8_valid(str_of(e.text)));
    }
}

static void test_picture(void **state) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf png = {.max = 1 << 20};
    SealPicture p, q;
    Err e = {0};

    (void)state;
    assert_true(picture_draw(STR("甲县人民检察院"), STR("演示"), &png, &e));
    assert_true(picture_read(buf_str(&png), a, &p, &e));
    assert_true(picture_read(buf_str(&png), a, &q, &e));
    assert_memory_equal(p.digest, q.digest, SM3_SIZE);
    assert_true(p.width == p.height && p.rgb.len + p.alpha.len < 100000);
    assert_false(picture_read(STR("GIF89a"), a, &p, &e));
    for (size_t n = 8; n < png.len; n += png.len / 8)
        assert_false(picture_read(str_slice(buf_str(&png), 0, n), a, &p, &e));
    png.ptr[16] = 0x7f; /* two milliards of pixels */
    assert_false(picture_read(buf_str(&png), a, &p, &e));
    assert_int_equal(e.code, ERR_TOO_LARGE);
    const char *keep = getenv("LIANHENG_SEAL_SAMPLE");

    if (keep != NULL) {
        FILE *out = fopen(keep, "we");

        png.ptr[16] = 0;
        assert_true(out != NULL && fwrite(png.ptr, 1, png.len, out) == png.len);
        fclose(out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_der),
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_opened),
        cmocka_unit_test(test_each_byte),
        cmocka_unit_test(test_cut_and_longer),
        cmocka_unit_test(test_certificates),
        cmocka_unit_test(test_pem),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_picture),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
