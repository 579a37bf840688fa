/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/citizen_id_test.c: identity numbers, whole, old, masked and wrong. All of them are invented.
 */
#include "base/identity.h"

#include <stdio.h>
#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/banned.h"

static uint32_t next_random(void) {
    static uint64_t state = 11643;

    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33);
}

/* ISO 7064 MOD 11-2 as the standard words it: the sum over all 18 characters leaves 1. */
static bool slow_check(const char *number) {
    int sum = 0;

    for (int i = 0; i < 18; i++) {
        int weight = 1;

        for (int j = 0; j < 17 - i; j++)
            weight = weight * 2 % 11;
        sum += weight * (number[i] == 'X' ? 10 : number[i] - '0');
    }
    return sum % 11 == 1;
}

static void check_digits_agree_with_the_standard(void **state) {
    (void)state;
    int held = 0;

    for (int i = 0; i < 200000; i++) {
        char number[19];

        for (int j = 0; j < 18; j++)
            number[j] = (char)('0' + next_random() % 10);
        if (next_random() % 11 == 0)
            number[17] = 'X';
        number[18] = '\0';
        CitizenId id = citizen_id_read(str_of(number));

        assert_int_equal(id.form, CITIZEN_ID_WHOLE);
        assert_int_equal(id.check_holds, slow_check(number));
        held += id.check_holds;
        number[17] = citizen_id_check_digit(number);
        assert_true(slow_check(number));
    }
    assert_in_range(held, 15000, 22000); /* about one in eleven */
    assert_int_equal(citizen_id_check_digit("51050219900101x12"), 0);
}

static void one_number_in_every_writing(void **state) {
    (void)state;
    static const char *const rows[] = {
        "51050219900101123X",
        "51050219900101123x",
        " 51050219900101123X\t",
        "'51050219900101123X",
        "\"51050219900101123X\"",
        "=\"51050219900101123X\"",
        "‘51050219900101123X’",
        "５１０５０２１９９００１０１１２３Ｘ",
        "５１０５０２１９９００１０１１２３ｘ",
        "510502 19900101 123X",
        "510502　19900101　123X",
        "51050219900101123X\xC2\xA0",
        "\u200E51050219900101123X\r\n",
        "'51050219900101123X\t\t",
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CitizenId id = citizen_id_read(str_of(rows[i]));

        assert_int_equal(id.form, CITIZEN_ID_WHOLE);
        assert_string_equal(id.number, "51050219900101123X");
        assert_int_equal(id.check_holds, slow_check("51050219900101123X"));
        assert_false(id.old15);
        assert_true(id.birth_valid);
        assert_int_equal(id.birth, day_of(1990, 1, 1));
        assert_int_equal(id.sex, 'M');
        assert_string_equal(id.division, "510502");
        assert_string_equal(id.tail, "123X");
    }
}

static void old_numbers_are_widened(void **state) {
    (void)state;
    CitizenId id = citizen_id_read(STR("510502620229124"));

    assert_int_equal(id.form, CITIZEN_ID_WHOLE);
    assert_true(id.old15);
    assert_true(id.check_holds);
    assert_false(id.birth_valid); /* 1962 was no leap year */
    assert_int_equal(id.birth, DAY_NONE);
    id = citizen_id_read(STR("510502640229124"));
    assert_true(id.birth_valid);
    assert_int_equal(id.birth, day_of(1964, 2, 29));
    assert_int_equal(id.sex, 'F');
    assert_memory_equal(id.number, "51050219640229124", 17);
    assert_true(slow_check(id.number));
    assert_memory_equal(id.tail, id.number + 14, 5);
    /* The same person's new number is the same number. */
    CitizenId whole = citizen_id_read(str_of(id.number));

    assert_string_equal(whole.number, id.number);
    assert_true(whole.check_holds);
    assert_false(whole.old15);
}

static void births_that_cannot_be(void **state) {
    (void)state;
    Instant then;

    assert_true(instant_parse(STR("2024-01-05 12:00"), &then));
    instant_freeze(then);
    CitizenId id = citizen_id_read(STR("510502202401051234"));

    assert_true(id.birth_valid); /* born today */
    id = citizen_id_read(STR("510502202401061234"));
    assert_int_equal(id.form, CITIZEN_ID_WHOLE);
    assert_false(id.birth_valid);
    assert_int_equal(id.birth, day_of(2024, 1, 6));
    id = citizen_id_read(STR("510502199013011234"));
    assert_false(id.birth_valid);
    assert_int_equal(id.birth, DAY_NONE);
    id = citizen_id_read(STR("510502000000001234"));
    assert_false(id.birth_valid);
    instant_freeze(0);
}

static void masked_numbers(void **state) {
    (void)state;
    static const struct {
        const char *text, *number, *division, *tail;
        Day birth;
        char sex;
    } rows[] = {
        {"5105**********1234", "5105**********1234", "5105", "1234", DAY_NONE, 'M'},
        {"510502********123X", "510502********123X", "510502", "123X", DAY_NONE, 'M'},
        {"510502********123x", "510502********123X", "510502", "123X", DAY_NONE, 'M'},
        {"510502********1224", "510502********1224", "510502", "1224", DAY_NONE, 'F'},
        {"510502＊＊＊＊＊＊＊＊1234", "510502********1234", "510502", "1234", DAY_NONE, 'M'},
        {"510502XXXXXXXX1234", "510502********1234", "510502", "1234", DAY_NONE, 'M'},
        {"510502xxxxxxxx123X", "510502********123X", "510502", "123X", DAY_NONE, 'M'},
        {"510502××××××××1234", "510502********1234", "510502", "1234", DAY_NONE, 'M'},
        {"51050219900101****", "51050219900101****", "510502", "", 7305, 0},
        {"51050219900101XXXX", "51050219900101****", "510502", "", 7305, 0},
        {"5105021990****1234", "5105021990****1234", "510502", "1234", DAY_NONE, 'M'},
        {"**************1234", "**************1234", "", "1234", DAY_NONE, 'M'},
        {"5****************X", "5****************X", "5", "", DAY_NONE, 0},
        {"510502 ******** 1234\t", "510502********1234", "510502", "1234", DAY_NONE, 'M'},
        /* stars that are not counted */
        {"510502****1234", "510502********1234", "510502", "1234", DAY_NONE, 'M'},
        {"5105************1234", "5105**********1234", "5105", "1234", DAY_NONE, 'M'},
        {"510502*********123X", "510502********123X", "510502", "123X", DAY_NONE, 'M'},
        /* 15 characters: whose last four they are cannot be known */
        {"510502*****1234", "510502************", "510502", "", DAY_NONE, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CitizenId id = citizen_id_read(str_of(rows[i].text));

        assert_int_equal(id.form, CITIZEN_ID_MASKED);
        assert_string_equal(id.number, rows[i].number);
        assert_string_equal(id.division, rows[i].division);
        assert_string_equal(id.tail, rows[i].tail);
        assert_int_equal(id.birth, rows[i].birth);
        assert_int_equal(id.birth_valid, rows[i].birth != DAY_NONE);
        assert_int_equal(id.sex, rows[i].sex);
        assert_true(id.check_holds); /* nobody can say that it does not */
    }
    assert_int_equal(day_of(1990, 1, 1), 7305);
}

static void what_is_no_citizen_number(void **state) {
    (void)state;
    static const char *const rows[] = {
        "",
        " ",
        "无",
        "-",
        "5105021990010112",
        "51050219900101123",
        "5105021990010112345",
        "51050219900101X23",
        "5105021990010112AX",
        "A10502199001011234",
        "91510502MA6XXXXX1K",
        "510502-19900101-1234",
        "138****1234",
        "张三",
        "510502199001011234,510502199001011234",
        "510502199001011234 510502199001011234",
        "51050264022912",
        "5105*1234",
        "510502*90****1234",
        "51050219900101123Ⅹ",
        "G12345678",
        "H0123456789",
        "510502\377\377\377\377\377\377\377\3771234",
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CitizenId id = citizen_id_read(str_of(rows[i]));

        if (id.form != CITIZEN_ID_NONE)
            fail_msg("accepted: %s as %s", rows[i], id.number);
        assert_string_equal(id.number, "");
        assert_int_equal(id.birth, DAY_NONE);
        assert_false(id.birth_valid);
        assert_int_equal(id.sex, 0);
    }
    assert_int_equal(citizen_id_read((Str){NULL, 0}).form, CITIZEN_ID_NONE);
    assert_int_equal(citizen_id_read((Str){"51050219900101\0"
                                           "234",
                                           18})
                         .form,
                     CITIZEN_ID_NONE);
}

static void masks_hide_the_birth(void **state) {
    (void)state;
    char out[19];
    CitizenId id = citizen_id_read(STR("51050219900101123x"));

    citizen_id_mask(&id, out);
    assert_string_equal(out, "510502********123X");
    id = citizen_id_read(STR("51050219900101****"));
    citizen_id_mask(&id, out);
    assert_string_equal(out, "510502************");
    id = citizen_id_read(STR("无"));
    citizen_id_mask(&id, out);
    assert_string_equal(out, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_digits_agree_with_the_standard),
        cmocka_unit_test(one_number_in_every_writing),
        cmocka_unit_test(old_numbers_are_widened),
        cmocka_unit_test(births_that_cannot_be),
        cmocka_unit_test(masked_numbers),
        cmocka_unit_test(what_is_no_citizen_number),
        cmocka_unit_test(masks_hide_the_birth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
