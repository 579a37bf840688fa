/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/seal_test.c: sealed blobs come back whole, or not at all. */
#include "base/crypto.h"

#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/banned.h"

static const unsigned char key[KEY_SIZE] = {1, 2, 3};

static void what_is_sealed_comes_back(void **state) {
    (void)state;
    Sealer *s = sealer_new(key), *later = sealer_new(key);
    char plain[600];
    Err e = {0};

    random_bytes(plain, sizeof plain);
    for (size_t n = 0; n <= sizeof plain; n++) {
        scoped_buf Buf sealed, back;

        buf_init(&sealed, 4096);
        buf_init(&back, 4096);
        buf_add_c(&back, "before");
        assert_true(seal(s, STR("penalty/1"), (Str){plain, n}, &sealed));
        assert_int_equal(sealed.len, n + SEAL_OVERHEAD);
        if (n >= 16)
            assert_null(memmem(sealed.ptr, sealed.len, plain, n));
        assert_true(unseal(later, STR("penalty/1"), buf_str(&sealed), &back, &e));
        assert_int_equal(back.len, n + 6);
        assert_memory_equal(back.ptr, "before", 6);
        assert_memory_equal(back.ptr + 6, plain, n);
    }
    sealer_free(s);
    sealer_free(later);
    sealer_free(NULL);
}

/* Tables are made again: the same text comes out the same, another place or key not. */
static void the_same_is_sealed_alike(void **state) {
    (void)state;
    const unsigned char other[KEY_SIZE] = {9};
    Sealer *s = sealer_new(key), *again = sealer_new(key), *third = sealer_new(other);
    Buf b[5], back;
    Err e = {0};

    for (int i = 0; i < 5; i++)
        buf_init(&b[i], 4096);
    buf_init(&back, 4096);
    assert_true(seal_same(s, STR("title/1"), STR("张三盗窃案"), &b[0]));
    assert_true(seal_same(again, STR("title/1"), STR("张三盗窃案"), &b[1]));
    assert_true(seal_same(again, STR("title/2"), STR("张三盗窃案"), &b[2]));
    assert_true(seal_same(again, STR("title/1"), STR("张四盗窃案"), &b[3]));
    assert_true(seal_same(third, STR("title/1"), STR("张三盗窃案"), &b[4]));
    assert_true(str_eq(buf_str(&b[0]), buf_str(&b[1])));
    for (int i = 2; i < 5; i++) {
        assert_false(str_eq(buf_str(&b[0]), buf_str(&b[i])));
        assert_memory_not_equal(b[0].ptr, b[i].ptr, 16); /* no nonce comes twice */
    }
    assert_true(unseal(s, STR("title/1"), buf_str(&b[1]), &back, &e));
    assert_true(str_eq(buf_str(&back), STR("张三盗窃案")));
    assert_false(unseal(s, STR("title/1"), buf_str(&b[2]), &back, &e));
    for (int i = 0; i < 5; i++)
        buf_done(&b[i]);
    buf_done(&back);
    sealer_free(s);
    sealer_free(again);
    sealer_free(third);
}

static void every_changed_bit_is_noticed(void **state) {
    (void)state;
    Sealer *s = sealer_new(key);
    scoped_buf Buf sealed, back;

    buf_init(&sealed, 4096);
    buf_init(&back, 4096);
    assert_true(seal(s, STR("context"), STR("510502199001011234"), &sealed));
    for (size_t i = 0; i < sealed.len * 8; i++) {
        Err e = {0};

        sealed.ptr[i / 8] ^= (char)(1 << i % 8);
        assert_false(unseal(s, STR("context"), buf_str(&sealed), &back, &e));
        assert_int_equal(e.code, ERR_BROKEN);
        sealed.ptr[i / 8] ^= (char)(1 << i % 8);
    }
    for (size_t n = 0; n < sealed.len; n++) {
        Err e = {0};

        assert_false(unseal(s, STR("context"), (Str){sealed.ptr, n}, &back, &e));
        assert_int_equal(e.code, ERR_BROKEN);
    }
    assert_int_equal(back.len, 0);
    assert_true(unseal(s, STR("context"), buf_str(&sealed), &back, NULL));
    sealer_free(s);
}

static void key_and_context_must_be_the_same(void **state) {
    (void)state;
    static const unsigned char other_key[KEY_SIZE] = {1, 2, 4};
    Sealer *s = sealer_new(key), *other = sealer_new(other_key);
    scoped_buf Buf sealed, back;
    Err e = {0};

    buf_init(&sealed, 4096);
    buf_init(&back, 4096);
    assert_true(seal(s, STR("row 1"), STR("plain"), &sealed));
    assert_false(unseal(s, STR("row 2"), buf_str(&sealed), &back, &e));
    assert_false(unseal(s, STR(""), buf_str(&sealed), &back, &e));
    assert_false(unseal(other, STR("row 1"), buf_str(&sealed), &back, &e));
    assert_int_equal(e.code, ERR_BROKEN);
    /* A byte moved from the context into the blob is another blob. */
    scoped_buf Buf moved;

    buf_init(&moved, 4096);
    buf_add_c(&moved, "1");
    buf_add(&moved, buf_str(&sealed));
    assert_false(unseal(s, STR("row "), buf_str(&moved), &back, &e));
    assert_int_equal(back.len, 0);
    sealer_free(s);
    sealer_free(other);
}

/* No counter block may serve twice: neither the same nonce, nor one inside a longer text's run. */
static void counter_blocks_are_never_reused(void **state) {
    (void)state;
    Sealer *s = sealer_new(key);
    char plain[100] = {0};
    uint64_t next = 0;

    for (int i = 0; i < 2000; i++) {
        scoped_buf Buf sealed;
        size_t n = (size_t)(i * 7 % 100);
        uint64_t counter = 0;

        buf_init(&sealed, 4096);
        assert_true(seal(s, STR(""), (Str){plain, n}, &sealed));
        for (int j = 10; j < 16; j++)
            counter = counter << 8 | (unsigned char)sealed.ptr[j];
        assert_true(counter >= next);
        next = counter + (n + 15) / 16;
    }
    sealer_free(s);
}

static void equal_texts_look_different(void **state) {
    (void)state;
    Sealer *a = sealer_new(key), *b = sealer_new(key);
    scoped_buf Buf one, two, three;

    buf_init(&one, 4096);
    buf_init(&two, 4096);
    buf_init(&three, 4096);
    assert_true(seal(a, STR(""), STR("same text, same text"), &one));
    assert_true(seal(a, STR(""), STR("same text, same text"), &two));
    assert_true(seal(b, STR(""), STR("same text, same text"), &three));
    assert_memory_not_equal(one.ptr + 16, two.ptr + 16, 20);
    assert_memory_not_equal(one.ptr + 16, three.ptr + 16, 20);
    assert_memory_not_equal(one.ptr, three.ptr, 10);
    sealer_free(a);
    sealer_free(b);
}

static void ceilings_are_errors(void **state) {
    (void)state;
    Sealer *s = sealer_new(key);
    scoped_buf Buf sealed, small;
    Err e = {0};

    buf_init(&small, 4 + SEAL_OVERHEAD);
    buf_init(&sealed, 4096);
    assert_false(seal(s, STR(""), STR("12345"), &small));
    assert_int_equal(small.len, 0);
    assert_true(seal(s, STR(""), STR("12345"), &sealed));
    buf_done(&small);
    buf_init(&small, 4);
    assert_false(unseal(s, STR(""), buf_str(&sealed), &small, &e));
    assert_int_equal(e.code, ERR_TOO_LARGE);
    sealer_free(s);
}

int main(void) {
    crypto_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_is_sealed_alike),
        cmocka_unit_test(what_is_sealed_comes_back),
        cmocka_unit_test(every_changed_bit_is_noticed),
        cmocka_unit_test(key_and_context_must_be_the_same),
        cmocka_unit_test(counter_blocks_are_never_reused),
        cmocka_unit_test(equal_texts_look_different),
        cmocka_unit_test(ceilings_are_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
