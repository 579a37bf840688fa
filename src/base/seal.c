/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/seal.c: sealed blobs, SM4-CTR and then HMAC-SM3 (OpenSSL 3.0 has no SM4-GCM). */
#include "base/crypto.h"

#include <assert.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/banned.h"

enum { NONCE_SIZE = 16, TAG_SIZE = 16, PREFIX_SIZE = 10, SM4_BLOCK = 16 };

/* The nonce is SM4-CTR's first counter block: a random prefix, then the number of blocks this
 * sealer has enciphered so far. Thus no counter block comes twice under one prefix, and prefixes of
 * 80 random bits do not meet.
 *
 *     | prefix, 10 bytes random | blocks so far, 6 bytes |
 */
struct Sealer {
    EVP_CIPHER_CTX *cipher; /* key set once; only the nonce changes. CTR: both directions alike */
    Hmac *mac;
    unsigned char prefix[PREFIX_SIZE];
    uint64_t blocks;
    Buf message; /* what the tag covers, put together here */
};

#define BLOCKS_MAX (UINT64_C(1) << 48)

static void must(bool good) {
    if (good)
        return;
    fputs("lianheng: 密码库不可用（SM4-CTR），程序退出；请检查 OpenSSL 3 的安装\n", stderr);
    abort();
}

/* Looked for once: a list opens fifty sealed titles, each under a key of its own. */
static EVP_CIPHER *sm4;

static void find_cipher(void) {
    sm4 = EVP_CIPHER_fetch(NULL, "SM4-CTR", NULL);
    must(sm4 != NULL);
}

Sealer *sealer_new(const unsigned char key[KEY_SIZE]) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    unsigned char cipher_key[KEY_SIZE], mac_key[KEY_SIZE];
    Sealer *s = calloc(1, sizeof *s);
    Hmac *derive = hmac_new(key);

    pthread_once(&once, find_cipher);
    must(s != NULL);
    hmac(derive, "seal/cipher", 11, cipher_key);
    hmac(derive, "seal/mac", 8, mac_key);
    hmac_free(derive);
    s->cipher = EVP_CIPHER_CTX_new();
    must(s->cipher && EVP_EncryptInit_ex2(s->cipher, sm4, cipher_key, NULL, NULL) == 1);
    s->mac = hmac_new(mac_key);
    buf_init(&s->message, SIZE_MAX / 4);
    wipe(cipher_key, sizeof cipher_key);
    wipe(mac_key, sizeof mac_key);
    return s;
}

void sealer_free(Sealer *s) {
    if (!s)
        return;
    EVP_CIPHER_CTX_free(s->cipher);
    hmac_free(s->mac);
    buf_done(&s->message);
    free(s);
}

static void next_nonce(Sealer *s, size_t text_size, unsigned char nonce[NONCE_SIZE]) {
    uint64_t needed = text_size / SM4_BLOCK + 1;

    if (s->blocks == 0 || s->blocks + needed > BLOCKS_MAX) { /* who only opens needs none */
        random_bytes(s->prefix, sizeof s->prefix);
        s->blocks = 0;
    }
    memcpy(nonce, s->prefix, PREFIX_SIZE);
    for (int i = 0; i < NONCE_SIZE - PREFIX_SIZE; i++)
        nonce[NONCE_SIZE - 1 - i] = (unsigned char)(s->blocks >> (8 * i));
    s->blocks += needed;
}

static void crypt(Sealer *s, const unsigned char *nonce, Str in, char *out) {
    int n = 0;

    assert(in.len <= INT_MAX);
    must(EVP_EncryptInit_ex2(s->cipher, NULL, NULL, nonce, NULL) == 1);
    if (in.len)
        must(EVP_EncryptUpdate(s->cipher, (unsigned char *)out, &n, (const unsigned char *)in.ptr,
                               (int)in.len) == 1 &&
             n == (int)in.len);
}

/* The length of the context goes first, so that no byte can move between context and text. */
static void tag_of(Sealer *s, Str context, Str nonce_and_text, unsigned char tag[SM3_SIZE]) {
    unsigned char length[4]; /* no more: short texts then take one block of SM3 less */

    assert(context.len <= UINT32_MAX);
    for (int i = 0; i < 4; i++)
        length[i] = (unsigned char)(context.len >> (8 * i));
    buf_clear(&s->message);
    buf_add_bytes(&s->message, length, sizeof length);
    buf_add(&s->message, context);
    buf_add(&s->message, nonce_and_text);
    hmac(s->mac, s->message.ptr, s->message.len, tag);
}

/* The nonce of a text that is always sealed alike: a keyed value of it (synthetic, as in SIV). The
 * four bytes in front are no length a context has, so that no tag is ever a nonce. */
static void nonce_of(Sealer *s, Str context, Str plain, unsigned char nonce[NONCE_SIZE]) {
    unsigned char head[8] = {0xff, 0xff, 0xff, 0xff}, whole[SM3_SIZE];

    assert(context.len < UINT32_MAX);
    for (int i = 0; i < 4; i++)
        head[4 + i] = (unsigned char)(context.len >> (8 * i));
    buf_clear(&s->message);
    buf_add_bytes(&s->message, head, sizeof head);
    buf_add(&s->message, context);
    buf_add(&s->message, plain);
    hmac(s->mac, s->message.ptr, s->message.len, whole);
    memcpy(nonce, whole, NONCE_SIZE);
    wipe(s->message.ptr, s->message.len);
}

static bool seal_with(Sealer *s, Str context, Str plain, bool same, Buf *out) {
    unsigned char nonce[NONCE_SIZE], tag[SM3_SIZE];

    if (plain.len > INT_MAX) {
        out->full = true;
        return false;
    }
    char *blob = buf_reserve(out, plain.len + SEAL_OVERHEAD);

    if (!blob)
        return false;
    if (same)
        nonce_of(s, context, plain, nonce);
    else
        next_nonce(s, plain.len, nonce);
    memcpy(blob, nonce, sizeof nonce);
    crypt(s, nonce, plain, blob + NONCE_SIZE);
    tag_of(s, context, (Str){blob, NONCE_SIZE + plain.len}, tag);
    memcpy(blob + NONCE_SIZE + plain.len, tag, TAG_SIZE);
    out->len += plain.len + SEAL_OVERHEAD;
    out->ptr[out->len] = '\0';
    return true;
}

bool seal(Sealer *s, Str context, Str plain, Buf *out) {
    return seal_with(s, context, plain, false, out);
}

bool seal_same(Sealer *s, Str context, Str plain, Buf *out) {
    return seal_with(s, context, plain, true, out);
}

bool unseal(Sealer *s, Str context, Str sealed, Buf *out, Err *e) {
    unsigned char tag[SM3_SIZE];

    if (sealed.len < SEAL_OVERHEAD || sealed.len - SEAL_OVERHEAD > INT_MAX)
        return err_set(e, ERR_BROKEN, NULL, "加密数据不完整，无法解密，请从备份中恢复");
    Str text = {sealed.ptr + NONCE_SIZE, sealed.len - SEAL_OVERHEAD};

    tag_of(s, context, str_slice(sealed, 0, sealed.len - TAG_SIZE), tag);
    if (!equal_constant_time(tag, text.ptr + text.len, TAG_SIZE))
        return err_set(e, ERR_BROKEN, NULL,
                       "加密数据已被改动或不属于此处，无法解密，请核查数据或从备份中恢复");
    char *plain = buf_reserve(out, text.len);

    if (!plain)
        return err_set(e, ERR_TOO_LARGE, NULL, "解密后的数据超出上限");
    crypt(s, (const unsigned char *)sealed.ptr, text, plain);
    out->len += text.len;
    out->ptr[out->len] = '\0';
    return true;
}
