/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/signature_key.c: keys made, used and checked by OpenSSL. */
#include "document/signature_key.h"

#include <stdio.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/crypto.h"

#include "base/banned.h"

enum { PRIVATE_MOST = 1024, SIGNATURE_MOST = 80, INFO_HEAD = 26 };

static const char sm2_id[] = "1234567812345678";

/* SubjectPublicKeyInfo up to the point: both are 26 bytes and the point of 65. */
static const unsigned char sm2_head[INFO_HEAD] = {
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
    0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d, 0x03, 0x42, 0x00};
static const unsigned char p256_head[INFO_HEAD] = {
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
    0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00};
/* SM2 with SM3 is 1.2.156.10197.1.501. */

Str key_algorithm(SignatureAlgorithm algorithm) {
    return algorithm == SIGNATURE_SM2 ? STR("\x30\x0a\x06\x08\x2a\x81\x1c\xcf\x55\x01\x83\x75")
                                      : STR("\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02");
}

Str key_info(Arena *a, const PublicKey *k) {
    char *out = arena_alloc(a, INFO_HEAD + SIGNATURE_POINT);

    memcpy(out, k->algorithm == SIGNATURE_SM2 ? sm2_head : p256_head, INFO_HEAD);
    memcpy(out + INFO_HEAD, k->point, SIGNATURE_POINT);
    return (Str){out, INFO_HEAD + SIGNATURE_POINT};
}

bool key_take_info(Str *rest, PublicKey *out) {
    const unsigned char *p = (const unsigned char *)rest->ptr;

    if (rest->len < INFO_HEAD + SIGNATURE_POINT || p[INFO_HEAD] != 4)
        return false;
    if (memcmp(p, sm2_head, INFO_HEAD) == 0)
        out->algorithm = SIGNATURE_SM2;
    else if (memcmp(p, p256_head, INFO_HEAD) == 0)
        out->algorithm = SIGNATURE_P256;
    else
        return false;
    memcpy(out->point, p + INFO_HEAD, SIGNATURE_POINT);
    *rest = str_slice(*rest, INFO_HEAD + SIGNATURE_POINT, rest->len);
    return true;
}

static bool failed(Err *e) {
    return err_set(e, ERR_INTERNAL, NULL, "密码库不能完成签名运算，请检查 OpenSSL 3 的安装");
}

bool key_generate(SignatureAlgorithm algorithm, Buf *out, Err *e) {
    EVP_PKEY *pkey = algorithm == SIGNATURE_SM2 ? EVP_EC_gen("SM2") : EVP_EC_gen("P-256");
    unsigned char *der = NULL;
    PKCS8_PRIV_KEY_INFO *info = pkey != NULL ? EVP_PKEY2PKCS8(pkey) : NULL;
    int n = info != NULL ? i2d_PKCS8_PRIV_KEY_INFO(info, &der) : -1;

    if (n > 0) {
        buf_add_bytes(out, der, (size_t)n);
        wipe(der, (size_t)n);
    }
    OPENSSL_free(der);
    PKCS8_PRIV_KEY_INFO_free(info);
    EVP_PKEY_free(pkey);
    return (n > 0 && !out->full) || failed(e);
}

static EVP_PKEY *private_read(Str private_) {
    const unsigned char *p = (const unsigned char *)private_.ptr;

    if (private_.len == 0 || private_.len > PRIVATE_MOST)
        return NULL;
    PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &p, (long)private_.len);
    EVP_PKEY *pkey = info != NULL ? EVP_PKCS82PKEY(info) : NULL;

    PKCS8_PRIV_KEY_INFO_free(info);
    return pkey;
}

bool key_public(Str private_, PublicKey *out, Err *e) {
    EVP_PKEY *pkey = private_read(private_);
    unsigned char *info = NULL;
    int n = pkey != NULL ? i2d_PUBKEY(pkey, &info) : -1;
    Str rest = {(const char *)info, n > 0 ? (size_t)n : 0};
    bool good = n > 0 && key_take_info(&rest, out) && rest.len == 0;

    OPENSSL_free(info);
    EVP_PKEY_free(pkey);
    return good || err_set(e, ERR_BROKEN, NULL, "签名私钥已损坏，不能使用，请吊销证书后重新签发");
}

/* A context that signs or checks; with SM2 the identifier goes first. */
static EVP_MD_CTX *context_of(EVP_PKEY *pkey, SignatureAlgorithm algorithm, bool verify) {
    EVP_PKEY_CTX *inner = EVP_PKEY_CTX_new(pkey, NULL);
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    const EVP_MD *digest = algorithm == SIGNATURE_SM2 ? EVP_sm3() : EVP_sha256();
    bool good = inner != NULL && md != NULL &&
                (algorithm != SIGNATURE_SM2 ||
                 EVP_PKEY_CTX_set1_id(inner, sm2_id, (int)strlen(sm2_id)) == 1);

    if (good) {
        EVP_MD_CTX_set_pkey_ctx(md, inner);
        good = (verify ? EVP_DigestVerifyInit(md, NULL, digest, NULL, pkey)
                       : EVP_DigestSignInit(md, NULL, digest, NULL, pkey)) == 1;
    }
    if (good)
        return md;
    EVP_MD_CTX_free(md);
    EVP_PKEY_CTX_free(inner);
    return NULL;
}

static void context_free(EVP_MD_CTX *md) {
    EVP_PKEY_CTX *inner = md != NULL ? EVP_MD_CTX_get_pkey_ctx(md) : NULL;

    EVP_MD_CTX_free(md); /* leaves a context that it was given */
    EVP_PKEY_CTX_free(inner);
}

bool key_sign(void *context, Str text, Arena *a, Str *signature, Err *e) {
    const Str *private_ = context;
    PublicKey public_;
    unsigned char out[SIGNATURE_MOST];
    size_t n = sizeof out;

    if (!key_public(*private_, &public_, e))
        return false;
    EVP_PKEY *pkey = private_read(*private_);
    EVP_MD_CTX *md = pkey != NULL ? context_of(pkey, public_.algorithm, false) : NULL;
    bool good =
        md != NULL && EVP_DigestSign(md, out, &n, (const unsigned char *)text.ptr, text.len) == 1;

    context_free(md);
    EVP_PKEY_free(pkey);
    if (!good)
        return failed(e);
    *signature = str_dup(a, (Str){(const char *)out, n});
    return true;
}

/* From its point: ten times as quick as through OpenSSL's decoders. */
static EVP_PKEY *public_read(const PublicKey *k) {
    bool sm2 = k->algorithm == SIGNATURE_SM2;
    char group[8];
    unsigned char point[SIGNATURE_POINT];
    EVP_PKEY *pkey = NULL;
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, sm2 ? "SM2" : "EC", NULL);
    OSSL_PARAM params[3];

    snprintf(group, sizeof group, "%s", sm2 ? "SM2" : "P-256");
    memcpy(point, k->point, sizeof point);
    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
    params[1] = OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point);
    params[2] = OSSL_PARAM_construct_end();
    if (c == NULL || EVP_PKEY_fromdata_init(c) != 1 ||
        EVP_PKEY_fromdata(c, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
        pkey = NULL;
    EVP_PKEY_CTX_free(c);
    return pkey;
}

bool key_verify(const PublicKey *k, Str text, Str signature) {
    if (signature.len > SIGNATURE_MOST)
        return false;
    EVP_PKEY *pkey = public_read(k);
    EVP_MD_CTX *md = pkey != NULL ? context_of(pkey, k->algorithm, true) : NULL;
    bool good =
        md != NULL && EVP_DigestVerify(md, (const unsigned char *)signature.ptr, signature.len,
                                       (const unsigned char *)text.ptr, text.len) == 1;

    context_free(md);
    EVP_PKEY_free(pkey);
    return good;
}
