/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/credit_code_test.c: credit codes and the numbers they replaced. */
#include "base/identity.h"

#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/banned.h"

static const char set[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

static uint32_t next_random(void) {
    static uint64_t state = 32100;

    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33);
}

/* The weights as the standard prints them. */
static bool slow_check(const char *code) {
    static const int weight[18] = {1,  3,  9,  27, 19, 26, 16, 17, 20,
                                   29, 25, 13, 8,  24, 10, 30, 28, 1};
    int sum = 0;

    for (int i = 0; i < 18; i++)
        for (int value = 0; value < 31; value++)
            if (set[value] == code[i])
                sum += weight[i] * value;
    return sum % 31 == 0;
}

static void random_codes_agree_with_the_standard(void **state) {
    (void)state;
    int held = 0;

    for (int i = 0; i < 200000; i++) {
        char text[19] = "";

        for (int j = 0; j < 18; j++)
            text[j] = set[next_random() % 31];
        CreditCode c = credit_code_read(str_of(text));

        assert_int_equal(c.form, CREDIT_CODE_UNIFIED);
        assert_string_equal(c.code, text);
        assert_int_equal(c.check_holds, slow_check(text));
        held += c.check_holds;
        text[17] = credit_code_check_digit(text);
        assert_true(slow_check(text));
        assert_true(credit_code_read(str_of(text)).check_holds);
    }
    assert_in_range(held, 5500, 7500); /* about one in 31 */
}

static void codes_in_every_writing(void **state) {
    (void)state;
    static const struct {
        const char *text, *code;
        CreditCodeForm form;
        bool holds;
    } rows[] = {
        {"91320105780688132K", "91320105780688132K", CREDIT_CODE_UNIFIED, true},
        {"91230500MA1B3N1N2M", "91230500MA1B3N1N2M", CREDIT_CODE_UNIFIED, true},
        {"91230500ma1b3n1n2m", "91230500MA1B3N1N2M", CREDIT_CODE_UNIFIED, true},
        {"'91230500MA1B3N1N2M\t", "91230500MA1B3N1N2M", CREDIT_CODE_UNIFIED, true},
        {"９１２３０５００ＭＡ１Ｂ３Ｎ１Ｎ２Ｍ", "91230500MA1B3N1N2M", CREDIT_CODE_UNIFIED, true},
        {"91230500 MA1B3N1N 2M", "91230500MA1B3N1N2M", CREDIT_CODE_UNIFIED, true},
        {"91230500MA1B3N1N2N", "91230500MA1B3N1N2N", CREDIT_CODE_UNIFIED, false},
        {"91230500MA1B3N1NM2", "91230500MA1B3N1NM2", CREDIT_CODE_UNIFIED, false},
        /* the organisation codes inside the two */
        {"78068813-2", "780688132", CREDIT_CODE_ORGANISATION, true},
        {"780688132", "780688132", CREDIT_CODE_ORGANISATION, true},
        {"MA1B3N1N-2", "MA1B3N1N2", CREDIT_CODE_ORGANISATION, true},
        {"ma1b3n1n－2", "MA1B3N1N2", CREDIT_CODE_ORGANISATION, true},
        {"78068813-3", "780688133", CREDIT_CODE_ORGANISATION, false},
        /* the standard's example of a register number */
        {"110108000000016", "110108000000016", CREDIT_CODE_OLD_REGISTER, true},
        {"110108000000017", "110108000000017", CREDIT_CODE_OLD_REGISTER, false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CreditCode c = credit_code_read(str_of(rows[i].text));

        if (c.form != rows[i].form || c.check_holds != rows[i].holds)
            fail_msg("%s: form %d, check %d", rows[i].text, c.form, c.check_holds);
        assert_string_equal(c.code, rows[i].code);
    }
}

static void one_wrong_digit_is_always_noticed(void **state) {
    (void)state;
    char text[16] = "110108000000016";

    for (int i = 0; i < 15; i++) {
        char right = text[i];

        for (char c = '0'; c <= '9'; c++) {
            text[i] = c;
            assert_int_equal(credit_code_read(str_of(text)).check_holds, c == right);
        }
        text[i] = right;
    }
    char code[19] = "91230500MA1B3N1N2M";

    for (int i = 0; i < 18; i++) {
        char right = code[i];

        for (int v = 0; v < 31; v++) {
            code[i] = set[v];
            assert_int_equal(credit_code_read(str_of(code)).check_holds, set[v] == right);
        }
        code[i] = right;
    }
}

static void every_register_number_has_one_check_digit(void **state) {
    (void)state;
    for (int i = 0; i < 2000; i++) {
        char text[16] = "";
        int held = 0;

        for (int j = 0; j < 14; j++)
            text[j] = (char)('0' + next_random() % 10);
        for (text[14] = '0'; text[14] <= '9'; text[14]++)
            held += credit_code_read(str_of(text)).check_holds;
        assert_int_equal(held, 1);
    }
}

static void what_is_no_code(void **state) {
    (void)state;
    static const char *const rows[] = {
        "",
        "无",
        "-",
        "N/A",
        "9123050OMA1B3N1N2M", /* the letter O */
        "I1230500MA1B3N1N2M",
        "91230500MA1B3N1N2",
        "91230500MA1B3N1N2MM",
        "91230500MA1B3N1N-2M",
        "宁91230500A1B3N1N2",
        "1234567890123",
        "11010800000001X",
        "78068813A",
        "7806881-32",
        "78068813--2",
        "91230500MA1B3N1N2M,91320105780688132K",
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CreditCode c = credit_code_read(str_of(rows[i]));

        if (c.form != CREDIT_CODE_NONE)
            fail_msg("accepted: %s", rows[i]);
        assert_string_equal(c.code, "");
        assert_false(c.check_holds);
    }
    assert_int_equal(credit_code_read((Str){"7806881\0"
                                            "2",
                                            9})
                         .form,
                     CREDIT_CODE_NONE);
    assert_int_equal(credit_code_check_digit("9123050OMA1B3N1N2"), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_codes_agree_with_the_standard),
        cmocka_unit_test(codes_in_every_writing),
        cmocka_unit_test(one_wrong_digit_is_always_noticed),
        cmocka_unit_test(every_register_number_has_one_check_digit),
        cmocka_unit_test(what_is_no_code),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
