/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/signature_fixture.h: a small PDF, certificates and signers for tests and fuzzing. */
#ifndef LIANHENG_DOCUMENT_SIGNATURE_FIXTURE_H
#define LIANHENG_DOCUMENT_SIGNATURE_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "document/signature_inside.h"

#define FIXTURE_DAY ((Instant)1780000000 * 1000000) /* in May 2026 */
#define FIXTURE_YEAR ((Instant)366 * 86400 * 1000000)

typedef struct SignedKey {
    Str private_;
    Signing signing;
    Str certificate;
} SignedKey;

typedef struct SignedWorld {
    Arena *a;
    SignedKey root, house, other, person;
    SealPicture picture;
} SignedWorld;

/* As cairo writes one: two pages, one table of references. */
static inline Str fixture_pdf(Arena *a) {
    scoped_buf Buf b = {.max = 10000};
    size_t at[8];
    static const char *const objects[] = {
        "<< /Type /Catalog\n   /Pages 2 0 R\n>>",
        "<< /Type /Pages\n   /Kids [ 3 0 R 4 0 R ]\n   /Count 2\n>>",
        ("<< /Type /Page % 1\n   /Parent 2 0 R\n   /MediaBox [ 0 0 595.275574 841.889771 ]\n   "
         "/Contents 5 0 R\n   /Group <<\n      /Type /Group\n      /S /Transparency\n   >>\n   "
         "/Resources << >>\n>>"),
        ("<< /Type /Page % 2\n   /Parent 2 0 R\n   /MediaBox [ 0 0 595.275574 841.889771 ]\n   "
         "/Contents 5 0 R\n   /Resources << >>\n>>"),
        "<< /Length 28 >>\nstream\n100 100 200 200 re 0.5 g f\n \nendstream",
    };
    enum { OBJECTS = sizeof objects / sizeof *objects };

    buf_add_c(&b, "%PDF-1.5\n%\xb5\xed\xae\xfb\n");
    for (size_t i = 0; i < OBJECTS; i++) {
        at[i] = b.len;
        buf_addf(&b, "%zu 0 obj\n%s\nendobj\n", i + 1, objects[i]);
    }
    size_t xref = b.len;

    buf_addf(&b, "xref\n0 %d\n0000000000 65535 f \n", OBJECTS + 1);
    for (size_t i = 0; i < OBJECTS; i++)
        buf_addf(&b, "%010zu 00000 n \n", at[i]);
    buf_addf(&b, "trailer\n<< /Size %d\n   /Root 1 0 R\n>>\nstartxref\n%zu\n%%%%EOF\n", OBJECTS + 1,
             xref);
    return str_dup(a, buf_str(&b));
}

static inline void fixture_must(bool good, const Err *e) {
    if (good)
        return;
    fprintf(stderr, "%s\n", e->text);
    abort();
}

static inline void fixture_key(SignedWorld *f, SignedKey *k, SignatureAlgorithm algorithm) {
    scoped_buf Buf b = {.max = 2000};
    Err e = {0};

    fixture_must(key_generate(algorithm, &b, &e), &e);
    k->private_ = str_dup(f->a, buf_str(&b));
    k->signing = (Signing){.sign = key_sign, .context = &k->private_};
    fixture_must(key_public(k->private_, &k->signing.public_, &e), &e);
}

static inline void fixture_certificate(SignedWorld *f, SignedKey *k, SignerKind kind,
                                       const char *name, const char *house,
                                       const SignedKey *issuer) {
    unsigned char serial[CERTIFICATE_SERIAL];
    Certificate c;
    Err e = {0};

    certificate_serial(serial);
    fixture_must(issuer == NULL || certificate_read(issuer->certificate, f->a, &c, &e), &e);
    fixture_must(certificate_make(&(CertificateNew){.kind = kind,
                                                    .name = str_of(name),
                                                    .house = str_of(house),
                                                    .serial = {(char *)serial, sizeof serial},
                                                    .from = FIXTURE_DAY - FIXTURE_YEAR,
                                                    .until = FIXTURE_DAY + FIXTURE_YEAR,
                                                    .key = k->signing.public_},
                                  issuer != NULL ? &c : NULL,
                                  issuer != NULL ? &issuer->signing : &k->signing, f->a,
                                  &k->certificate, &e),
                 &e);
}

/* Two pixels, deflated. */
static inline void fixture_picture(SignedWorld *f) {
    unsigned char rgb[] = {220, 18, 18, 255, 255, 255}, alpha[] = {255, 0};
    uLongf n = 100, m = 100;
    unsigned char *r = arena_alloc(f->a, n), *s = arena_alloc(f->a, m);

    compress2(r, &n, rgb, sizeof rgb, 9);
    compress2(s, &m, alpha, sizeof alpha, 9);
    f->picture =
        (SealPicture){.width = 2, .height = 1, .rgb = {(char *)r, n}, .alpha = {(char *)s, m}};
    picture_digest(&f->picture);
}

static inline void fixture_begin(SignedWorld *f, Arena *a) {
    *f = (SignedWorld){.a = a};
    crypto_start();
    fixture_key(f, &f->root, SIGNATURE_SM2);
    fixture_certificate(f, &f->root, SIGNER_ROOT, "甲县联衡根证书", "甲县", NULL);
    fixture_key(f, &f->house, SIGNATURE_SM2);
    fixture_certificate(f, &f->house, SIGNER_ORGANISATION, "甲县人民检察院", "甲县人民检察院",
                        &f->root);
    fixture_key(f, &f->other, SIGNATURE_P256);
    fixture_certificate(f, &f->other, SIGNER_ORGANISATION, "甲县公安局", "甲县公安局", &f->root);
    fixture_key(f, &f->person, SIGNATURE_SM2);
    fixture_certificate(f, &f->person, SIGNER_PERSON, "张某", "甲县人民检察院", &f->root);
    fixture_picture(f);
}

static inline SignerInfo fixture_sign(SignedWorld *f, Str pdf, const SignedKey *k, SignerKind kind,
                                      StampPlace place, const Str *wanted, size_t n, Instant at) {
    SignerInfo i = {.kind = kind,
                    .certificate = k->certificate,
                    .at = at,
                    .pictured = place.page != 0,
                    .place = place,
                    .wanted = wanted,
                    .wanted_count = n};
    Err e = {0};

    if (i.pictured)
        memcpy(i.picture, f->picture.digest, SM3_SIZE);
    fixture_must(signature_make(pdf, &i, &k->signing, f->a, &e), &e);
    return i;
}

/* The PDF with the update behind it. */
static inline Str fixture_file(SignedWorld *f, Str pdf, const SignerInfo *signers, size_t n) {
    scoped_buf Buf b = {.max = 1 << 20};
    SignatureSet set = {.root = f->root.certificate, .signers = signers, .count = n};
    Err e = {0};

    for (size_t i = 0; i < n; i++)
        if (signers[i].pictured) {
            set.pictures = &f->picture;
            set.picture_count = 1;
        }
    buf_add(&b, pdf);
    Buf update = {.max = 1 << 20};

    fixture_must(signature_append(pdf, &set, &update, &e), &e);
    buf_add(&b, buf_str(&update));
    buf_done(&update);
    return str_dup(f->a, buf_str(&b));
}

#endif
