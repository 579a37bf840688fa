/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/fuzz/fuzz_document_signature.c: a file that says it was signed: whole when the input begins
 * as a PDF, else a certificate, a list of revoked ones or a container behind a small PDF. It is
 * answered with a verdict, and never with a good one. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "document/signature_fixture.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

static void judged(Str file, Str list) {
    scoped_arena Arena *a = arena_new();
    SignatureReport r;
    Err e = {0};

    if (!signature_verify(file, &(SignatureTrust){.revocations = list}, a, &r, &e)) {
        must(e.code != ERR_NONE && str_utf8_valid(str_of(e.text)));
        return;
    }
    must(r.verdict != SIGNATURE_GOOD); /* nobody gave a root */
    must(str_utf8_valid(r.sentence) && r.signed_bytes <= file.len);
    for (size_t i = 0; i < r.count; i++)
        must(str_utf8_valid(r.signers[i].sentence));
}

/* The bytes as a container of a small PDF, with an update around it that is right in itself. */
static void wrapped(Str container) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf file = {.max = 1 << 20};
    Buf update = {.max = 1 << 20};
    Str pdf = fixture_pdf(a);
    SignatureSet none = {0};
    Err e = {0};

    must(update_write(pdf, container, &none, &update, &e));
    buf_add(&file, pdf);
    buf_add(&file, buf_str(&update));
    buf_done(&update);
    judged(buf_str(&file), (Str){NULL, 0});
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    scoped_arena Arena *a = arena_new();
    Str s = {(const char *)bytes, size};
    Certificate c;
    RevocationList l;
    Str whole;
    Err e = {0};

    crypto_start();
    if (size > 65536)
        return 0;
    if (str_starts(s, STR("%PDF"))) {
        judged(s, (Str){NULL, 0});
        return 0;
    }
    if (certificate_from_file(s, a, &whole, &e) && certificate_read(whole, a, &c, &e))
        must(str_utf8_valid(c.name) && c.from <= c.until);
    if (revocations_read(s, a, &l, &e))
        must(l.count <= size);
    wrapped(s);
    return 0;
}
