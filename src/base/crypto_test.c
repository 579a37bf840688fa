/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/crypto_test.c: SM3, HMAC-SM3 and what stands beside them. */
#include "base/crypto.h"
#include "base/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/banned.h"

static void hex(const unsigned char *bytes, size_t n, char *out) {
    for (size_t i = 0; i < n; i++)
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

static void sm3_of_the_standard(void **state) {
    (void)state;
    static const struct {
        const char *text, *digest; /* GB/T 32905 appendix A, and the empty text */
    } rows[] = {
        {"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"},
        {"abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd",
         "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"},
        {"", "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsigned char digest[SM3_SIZE];
        char text[65];

        sm3(rows[i].text, strlen(rows[i].text), digest);
        hex(digest, sizeof digest, text);
        assert_string_equal(text, rows[i].digest);
        Sm3 *s = sm3_new(); /* the same, byte by byte */

        for (const char *p = rows[i].text; *p; p++)
            sm3_add(s, p, 1);
        sm3_end(s, digest);
        hex(digest, sizeof digest, text);
        assert_string_equal(text, rows[i].digest);
    }
}

static void sm3_of_a_file(void **state) {
    (void)state;
    char path[64];

    test_template(path, "crypto");
    int fd = mkstemp(path);
    FILE *f = fdopen(fd, "w");
    Sm3 *s = sm3_new();
    unsigned char expected[SM3_SIZE], digest[SM3_SIZE];
    Err e = {0};

    for (int i = 0; i < 100000; i++) { /* more than one piece */
        char line[32];
        int n = snprintf(line, sizeof line, "line %d\n", i);

        fwrite(line, 1, (size_t)n, f);
        sm3_add(s, line, (size_t)n);
    }
    fclose(f);
    sm3_end(s, expected);
    assert_true(sm3_file(path, digest, &e));
    assert_memory_equal(digest, expected, SM3_SIZE);
    unlink(path);
    memset(digest, 7, sizeof digest);
    assert_false(sm3_file(path, digest, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    assert_int_equal(digest[0], 7);
    assert_false(sm3_file("/tmp", digest, &e)); /* a folder opens but cannot be read */
    assert_int_equal(e.code, ERR_DISK);
}

/* OpenSSL's own HMAC, as the second implementation. */
static void library_hmac(const unsigned char *key, const void *bytes, size_t n,
                         unsigned char out[SM3_SIZE]) {
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *c = EVP_MAC_CTX_new(mac);
    char name[] = "SM3";
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                           OSSL_PARAM_construct_end()};
    size_t size;

    assert_int_equal(EVP_MAC_init(c, key, KEY_SIZE, params), 1);
    assert_int_equal(EVP_MAC_update(c, bytes, n), 1);
    assert_int_equal(EVP_MAC_final(c, out, &size, SM3_SIZE), 1);
    EVP_MAC_CTX_free(c);
    EVP_MAC_free(mac);
}

static void hmac_agrees_with_the_library(void **state) {
    (void)state;
    unsigned char key[KEY_SIZE], message[300], ours[SM3_SIZE], theirs[SM3_SIZE];

    for (int k = 0; k < 3; k++) {
        random_bytes(key, sizeof key);
        random_bytes(message, sizeof message);
        Hmac *h = hmac_new(key);

        for (size_t n = 0; n <= sizeof message; n++) { /* one context for all of them */
            hmac(h, message, n, ours);
            library_hmac(key, message, n, theirs);
            assert_memory_equal(ours, theirs, SM3_SIZE);
        }
        hmac_free(h);
    }
    hmac_free(NULL);
}

static void hmac_depends_on_key_and_message(void **state) {
    (void)state;
    unsigned char key[KEY_SIZE] = {1}, a[SM3_SIZE], b[SM3_SIZE], c[SM3_SIZE];
    Hmac *h = hmac_new(key);

    hmac(h, "510502199001011234", 18, a);
    hmac(h, "510502199001011235", 18, b);
    hmac_free(h);
    key[31] = 1;
    h = hmac_new(key);
    hmac(h, "510502199001011234", 18, c);
    hmac_free(h);
    assert_memory_not_equal(a, b, SM3_SIZE);
    assert_memory_not_equal(a, c, SM3_SIZE);
}

static void small_tools(void **state) {
    (void)state;
    unsigned char a[32] = {0}, b[32] = {0};

    random_bytes(a, sizeof a);
    random_bytes(b, sizeof b);
    assert_memory_not_equal(a, b, 32);
    assert_false(equal_constant_time(a, b, 32));
    memcpy(b, a, 32);
    assert_true(equal_constant_time(a, b, 32));
    b[31] ^= 1;
    assert_false(equal_constant_time(a, b, 32));
    assert_true(equal_constant_time(a, b, 31));
    wipe(a, sizeof a);
    for (size_t i = 0; i < sizeof a; i++)
        assert_int_equal(a[i], 0);
}

int main(void) {
    crypto_start();
    crypto_start(); /* twice does no harm */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sm3_of_the_standard),
        cmocka_unit_test(sm3_of_a_file),
        cmocka_unit_test(hmac_agrees_with_the_library),
        cmocka_unit_test(hmac_depends_on_key_and_message),
        cmocka_unit_test(small_tools),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
