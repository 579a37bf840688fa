/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/certificate_test.c: certificates through the journal: issued, used, revoked, forgotten,
 * rebuilt; keys in a token. */
#include "base/keyring.h"
#include "document/certificate_inside.h"
#include "document/pkcs11.h"
#include "document/signature_fixture.h"
#include "store/journal_turn.h"
#include "trace/testing.h"

#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

static Str issue(Store *s, SignerKind kind, const char *login, int64_t organisation, Arena *a) {
    CertificateAsk ask = {.kind = kind, .login = str_of(login), .organisation = organisation};
    Str serial;
    Err e = {0};

    ASSERT_OK(certificate_issue(s, STR("sys"), &ask, a, &serial, &e));
    return serial;
}

/* Signs a small PDF with a kept key. */
static Str sign_one(Store *s, const char *login, int64_t organisation, Arena *a) {
    Str pdf = fixture_pdf(a);
    scoped_buf Buf b = {.max = 1 << 20};
    CertificateKey key;
    Err e = {0};

    ASSERT_OK(certificate_key(s, str_of(login), organisation, STR(""), a, &key, &e));
    SignerInfo i = {.kind = login[0] != '\0' ? SIGNER_PERSON : SIGNER_ORGANISATION,
                    .certificate = key.certificate,
                    .at = clock_now};
    SignatureSet set = {.root = key.root, .signers = &i, .count = 1};

    ASSERT_OK(signature_make(pdf, &i, &key.how, a, &e));
    ASSERT_OK(certificate_use(s, STR("zhang"), organisation, key.serial, STR("document:1"), &e));
    buf_add(&b, pdf);
    Buf update = {.max = 1 << 20};

    ASSERT_OK(signature_append(pdf, &set, &update, &e));
    buf_add(&b, buf_str(&update));
    buf_done(&update);
    return str_dup(a, buf_str(&b));
}

static SignatureVerdict verdict(Store *s, Str file, Arena *a) {
    SignatureTrust trust;
    SignatureReport r;
    Err e = {0};

    ASSERT_OK(certificate_root(s, a, &trust.root, &e));
    ASSERT_OK(certificate_revocations(s, a, &trust.revocations, &e));
    ASSERT_OK(signature_verify(file, &trust, a, &r, &e));
    return r.verdict;
}

static void test_life(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    CertificateKey key;
    Str root;

    ASSERT_FAILS(certificate_root(s, a, &root, &e), ERR_NOT_FOUND, "还没有");
    ASSERT_FAILS(certificate_key(s, STR("zhang"), PROC, STR(""), a, &key, &e), ERR_CONFLICT,
                 "还没有签发");
    Str one = issue(s, SIGNER_PERSON, "zhang", 0, a),
        two = issue(s, SIGNER_ORGANISATION, "", PROC, a);

    later(HOURS(1));
    Str file = sign_one(s, "zhang", PROC, a), sealed = sign_one(s, "", PROC, a);

    assert_int_equal(verdict(s, file, a), SIGNATURE_GOOD);
    later(HOURS(1));
    ASSERT_OK(certificate_revoke(s, STR("sys"), one, STR("key_compromise"), &e));
    assert_int_equal(verdict(s, file, a), SIGNATURE_GOOD); /* it was signed before */
    ASSERT_FAILS(certificate_revoke(s, STR("sys"), one, STR("withdrawn"), &e), ERR_CONFLICT, "过");
    ASSERT_FAILS(certificate_revoke(s, STR("sys"), two, STR("bored"), &e), ERR_INVALID, "原因");
    ASSERT_FAILS(certificate_revoke(s, STR("sys"), STR("0000"), STR("withdrawn"), &e),
                 ERR_NOT_FOUND, "没有");
    ASSERT_FAILS(certificate_key(s, STR("zhang"), PROC, STR(""), a, &key, &e), ERR_CONFLICT,
                 "吊销");
    ASSERT_FAILS(certificate_use(s, STR("zhang"), PROC, one, STR("document:1"), &e), ERR_CONFLICT,
                 "吊销");
    /* A second certificate of a seal ends the first. */
    issue(s, SIGNER_ORGANISATION, "", PROC, a);
    const Node *list = certificate_list(s, a, &e);

    assert_int_equal(list->count, 4);
    assert_string_equal(str_c(a, node_text(list->items[0], "state")), "valid");
    assert_string_equal(str_c(a, node_text(list->items[1], "reason")), "superseded");
    assert_int_equal(node_int(list->items[1], "uses", 0), 1);
    assert_int_equal(verdict(s, sealed, a), SIGNATURE_GOOD);
    later(DAYS(366 * 6));
    ASSERT_FAILS(certificate_key(s, STR(""), PROC, STR(""), a, &key, &e), ERR_CONFLICT, "过期");
}

static void test_refused(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    CertificateAsk nobody = {.kind = SIGNER_PERSON, .login = STR("nobody")},
                   elsewhere = {.kind = SIGNER_PERSON,
                                .login = STR("zhang"),
                                .organisation = MARKET},
                   nowhere = {.kind = SIGNER_ORGANISATION, .organisation = 99},
                   token = {.kind = SIGNER_ORGANISATION, .organisation = PROC, .label = STR("章")};
    CertificateKey key;
    Str serial;

    ASSERT_FAILS(certificate_issue(s, STR("sys"), &nobody, a, &serial, &e), ERR_NOT_FOUND, "");
    ASSERT_FAILS(certificate_issue(s, STR("sys"), &elsewhere, a, &serial, &e), ERR_INVALID,
                 "没有任职");
    ASSERT_FAILS(certificate_issue(s, STR("sys"), &nowhere, a, &serial, &e), ERR_INVALID, "");
    ASSERT_FAILS(certificate_issue(s, STR("sys"), &token, a, &serial, &e), ERR_UNREACHABLE,
                 "没有设置");
    issue(s, SIGNER_PERSON, "officer", 0, a);
    ASSERT_OK(account_disable(s, STR("sys"), STR("officer"), &e));
    ASSERT_FAILS(certificate_key(s, STR("officer"), MARKET, STR(""), a, &key, &e), ERR_CONFLICT,
                 "");
    /* Whoever is forgotten cannot sign, and nobody can for him. */
    issue(s, SIGNER_PERSON, "wang", 0, a);
    ASSERT_OK(journal_forget(s, STR("user:wang"), STR("sys"), &e));
    ASSERT_FAILS(certificate_key(s, STR("wang"), PROC, STR(""), a, &key, &e), ERR_NOT_FOUND,
                 "销毁");
    assert_int_equal(certificate_list(s, a, &e)->count, 3);
}

/* A new master key, the old one thrown away: what was sealed before signs as before. */
static void test_rotated(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    char path[100], mark[17];
    int64_t generation, done;

    snprintf(path, sizeof path, "%s/key", f->place.folder);
    issue(s, SIGNER_ORGANISATION, "", PROC, a);
    ASSERT_OK(keys_grow(f->keys, path, &generation, &e));
    keys_mark(f->keys, generation, mark);
    journal_use_keys(s, f->keys);
    ASSERT_OK(journal_rotate(s, &(KeyTurn){generation, str_of(mark), SYSTEM}, &e));
    ASSERT_OK(keys_use(f->keys, generation, &e));
    do
        ASSERT_OK(journal_rewrap(s, generation, 200, &done, &e));
    while (done != 0);
    ASSERT_OK(keys_retire(f->keys, path, generation, &e));
    journal_use_keys(s, f->keys);
    later(HOURS(1));
    assert_int_equal(verdict(s, sign_one(s, "", PROC, a), a), SIGNATURE_GOOD);
}

static void test_proof(void **state) {
    NEEDS_STORE;
    ASSERT_OK(account_prove(s, STR("zhang"), PASSWORD, STR("127.0.0.1"), &e));
    ASSERT_FAILS(account_prove(s, STR("zhang"), STR("wrong"), STR("127.0.0.1"), &e), ERR_INVALID,
                 "密码不对");
}

static void test_seal(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf other = {.max = 1 << 20};
    bool drawn;
    Str png;

    ASSERT_OK(seal_get(s, MARKET, a, &png, &drawn, &e));
    assert_true(drawn && str_starts(png, STR("\x89PNG")));
    ASSERT_OK(picture_draw(STR("某局"), STR(""), &other, &e));
    ASSERT_OK(seal_set(s, STR("head"), MARKET, buf_str(&other), &e));
    ASSERT_OK(seal_get(s, MARKET, a, &png, &drawn, &e));
    assert_true(!drawn && str_eq(png, buf_str(&other)));
    ASSERT_OK(seal_set(s, STR("head"), MARKET, STR(""), &e));
    ASSERT_OK(seal_get(s, MARKET, a, &png, &drawn, &e));
    assert_true(drawn);
    ASSERT_FAILS(seal_set(s, STR("head"), 99, STR(""), &e), ERR_INVALID, "");
}

/* ---- tokens ---- */

/* e as a token would be given it: OpenSSL's raw signature over it is one over the text. */
static void test_sm2_digest(void **state) {
    scoped_arena Arena *a = arena_new();
    SignedWorld w = {.a = a};
    unsigned char e32[32], signature[100];
    size_t n = sizeof signature;

    (void)state;
    fixture_key(&w, &w.house, SIGNATURE_SM2);
    sm2_digest(&w.house.signing.public_, STR("一段正文"), e32);
    const unsigned char *p = (const unsigned char *)w.house.private_.ptr;
    PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &p, (long)w.house.private_.len);
    EVP_PKEY *pkey = EVP_PKCS82PKEY(info);
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(pkey, NULL);

    assert_true(EVP_PKEY_sign_init(c) == 1 && EVP_PKEY_sign(c, signature, &n, e32, 32) == 1);
    assert_true(key_verify(&w.house.signing.public_, STR("一段正文"), (Str){(char *)signature, n}));
    assert_false(
        key_verify(&w.house.signing.public_, STR("一段正义"), (Str){(char *)signature, n}));
    EVP_PKEY_CTX_free(c);
    EVP_PKEY_free(pkey);
    PKCS8_PRIV_KEY_INFO_free(info);
}

#define SOFTHSM "/usr/lib/softhsm/libsofthsm2.so"

static bool run(const char *command) {
    return system(command) == 0;
}

/* A token in a folder, with a key on P-256 labelled 印章. */
static bool token_make(const char *folder, Arena *a) {
    Str path = str_format(a, "%s/softhsm2.conf", folder);
    FILE *f = fopen(path.ptr, "we");

    if (f == NULL)
        return false;
    fprintf(f, "directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n",
            folder);
    fclose(f);
    setenv("SOFTHSM2_CONF", path.ptr, 1);
    return run("softhsm2-util --init-token --free --label lianheng --pin 123456 --so-pin 12345678 "
               "> /dev/null 2>&1") &&
           run(str_format(
                   a,
                   "openssl ecparam -name prime256v1 -genkey -noout 2> /dev/null | openssl pkcs8 "
                   "-topk8 -nocrypt -out %s/key.pem 2> /dev/null && softhsm2-util --import "
                   "%s/key.pem --token lianheng --label 印章 --id 01 --pin 123456 > /dev/null 2>&1",
                   folder, folder)
                   .ptr);
}

static void test_token(void **state) {
    NEEDS_STORE;
    static bool done; /* the module is loaded once a process, with its folder */

    if (done || access(SOFTHSM, R_OK) != 0) {
        print_message("SoftHSM is tried once, where it is installed (tools/install.sh test)\n");
        skip();
    }
    done = true;
    scoped_arena Arena *a = arena_new();
    CertificateAsk ask = {.kind = SIGNER_ORGANISATION,
                          .organisation = PROC,
                          .label = STR("印章"),
                          .pin = STR("123456")},
                   unknown = ask, wrong = ask;
    CertificateKey key;
    Str serial;

    unknown.label = STR("没有");
    wrong.pin = STR("654321");
    assert_true(token_make(f->place.folder, a));
    token_settings_use(&(TokenSettings){.module = STR(SOFTHSM), .token = STR("lianheng")});
    ASSERT_FAILS(certificate_issue(s, STR("sys"), &unknown, a, &serial, &e), ERR_NOT_FOUND, "标签");
    ASSERT_FAILS(certificate_issue(s, STR("sys"), &wrong, a, &serial, &e), ERR_INVALID, "PIN");
    ASSERT_OK(certificate_issue(s, STR("sys"), &ask, a, &serial, &e));
    ASSERT_FAILS(certificate_key(s, STR(""), PROC, STR("1"), a, &key, &e), ERR_INVALID, "PIN");
    ASSERT_OK(certificate_key(s, STR(""), PROC, STR("123456"), a, &key, &e));
    later(HOURS(1));
    Str pdf = fixture_pdf(a);
    SignerInfo i = {.kind = SIGNER_ORGANISATION, .certificate = key.certificate, .at = clock_now};
    SignatureSet set = {.root = key.root, .signers = &i, .count = 1};
    scoped_buf Buf b = {.max = 1 << 20};
    Buf update = {.max = 1 << 20};

    ASSERT_OK(signature_make(pdf, &i, &key.how, a, &e));
    ASSERT_OK(signature_append(pdf, &set, &update, &e));
    buf_add(&b, pdf);
    buf_add(&b, buf_str(&update));
    buf_done(&update);
    assert_int_equal(verdict(s, buf_str(&b), a), SIGNATURE_GOOD);
    token_settings_use(&(TokenSettings){.module = STR(SOFTHSM), .token = STR("another")});
    ASSERT_FAILS(certificate_key(s, STR(""), PROC, STR("123456"), a, &key, &e), ERR_UNREACHABLE,
                 "没有找到");
    token_settings_use(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_life),  cmocka_unit_test(test_refused),
        cmocka_unit_test(test_proof), cmocka_unit_test(test_rotated),
        cmocka_unit_test(test_seal),  cmocka_unit_test(test_sm2_digest),
        cmocka_unit_test(test_token),
    };

    crypto_start();
    certificate_register();
    static const Projection rotated[] = {{"key.rotated", NULL}, {0}};

    journal_register(rotated, (const char *const[]){NULL});
    return on_both("certificate", tests, sizeof tests / sizeof *tests);
}
