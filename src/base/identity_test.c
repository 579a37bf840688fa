/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/identity_test.c: plates, telephone numbers and document numbers. */
#include "base/identity.h"

#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/banned.h"

typedef struct Row {
    const char *text, *read; /* NULL: must be refused */
} Row;

static void check(const Row *rows, size_t n, bool (*read)(Str, char[24])) {
    for (size_t i = 0; i < n; i++) {
        char out[24] = "untouched";

        if (read(str_of(rows[i].text), out) != (rows[i].read != NULL))
            fail_msg("%s: %s", rows[i].text, rows[i].read ? "refused" : out);
        assert_string_equal(out, rows[i].read ? rows[i].read : "untouched");
    }
}

static void plates(void **state) {
    (void)state;
    static const Row rows[] = {
        {"川E12345", "川E12345"},
        {"川e12345", "川E12345"},
        {"川Ｅ１２３４５", "川E12345"},
        {"川E·12345", "川E12345"},
        {"川E.12345", "川E12345"},
        {"川E-12345", "川E12345"},
        {"川E 12345\t", "川E12345"},
        {"川AD12345", "川AD12345"},
        {"川A12345F", "川A12345F"},
        {"川E1234学", "川E1234学"},
        {"川E1234警", "川E1234警"},
        {"粤Z1234港", "粤Z1234港"},
        {"川05-12345", "川0512345"},
        {"使123456", "使123456"},
        {"WJ川1234X", "WJ川1234X"},
        {"VA12345", "VA12345"},
        {"", NULL},
        {"无", NULL},
        {"川E1234", NULL},
        {"川E1234567", NULL},
        {"E12345", NULL},
        {"中E12345", NULL},
        {"川E12学45", NULL},
        {"川E1234号", NULL},
        {"12345678", NULL},
        {"川E12345 川E12346", NULL},
        {"川川12345", NULL},
        {"WJ川123", NULL},
        {"WJ", NULL},
        {"-------", NULL},
    };

    check(rows, sizeof rows / sizeof *rows, plate_read);
}

static void phones(void **state) {
    (void)state;
    static const Row rows[] = {
        {"13800001234", "13800001234"},
        {"138 0000 1234", "13800001234"},
        {"138-0000-1234", "13800001234"},
        {"１３８００００１２３４", "13800001234"},
        {"'13800001234\t", "13800001234"},
        {"+86 13800001234", "13800001234"},
        {"+8613800001234", "13800001234"},
        {"008613800001234", "13800001234"},
        {"86-13800001234", "13800001234"},
        {"0830-3123456", "08303123456"},
        {"(0830)3123456", "08303123456"},
        {"（0830）3123456", "08303123456"},
        {"0830－3123456", "08303123456"},
        {"028-85551234", "02885551234"},
        {"010-65551234", "01065551234"},
        {"0755-85551234", "075585551234"},
        {"+86-830-3123456", "08303123456"},
        {"+86 10 65551234", "01065551234"},
        {"+86 (0)830 3123456", "08303123456"},
        {"3123456", "3123456"},
        {"85551234", "85551234"},
        {"400-830-1234", "4008301234"},
        {"+86 400 830 1234", "4008301234"},
        {"0830-3123456-801", "08303123456转801"},
        {"0830-3123456转801", "08303123456转801"},
        {"0830-3123456 ext. 801", "08303123456转801"},
        {"0830-3123456-转分机：801", "08303123456转801"},
        {"3123456转801", "3123456转801"},
        {"0830-31234567 分机 123456", "083031234567转123456"},
        {"0830-3123456.801", NULL},
        {"0830-3123456转", NULL},
        {"", NULL},
        {"无", NULL},
        {"12345", NULL},
        {"123456", NULL},
        {"1380000123", NULL},
        {"138000012345", NULL},
        {"12800001234", NULL},
        {"138****1234", NULL},
        {"13800001234/13900001234", NULL},
        {"13800001234 13900001234", NULL},
        {"13800001234、0830-3123456", NULL},
        {"+1 202 555 0100", NULL},
        {"+", NULL},
        {"+86", NULL},
        {"0086", NULL},
        {"0", NULL},
        {"00000000000", NULL},
        {"1380000+1234", NULL},
        {"0830-3123456-8010000", NULL},
        {"电话13800001234", NULL},
        {"510502199001011234", NULL},
        {"138000012341380000123413800001234138000012341380000", NULL},
    };

    check(rows, sizeof rows / sizeof *rows, phone_read);
}

static void document_numbers(void **state) {
    (void)state;
    static const Row rows[] = {
        {"泸检行意〔2025〕1号", "泸检行意〔2025〕1号"},
        {"泸检行意[2025]1号", "泸检行意〔2025〕1号"},
        {"泸检行意【2025】1号", "泸检行意〔2025〕1号"},
        {"泸检行意（2025）1号", "泸检行意〔2025〕1号"},
        {"泸检行意［２０２５］１号", "泸检行意〔2025〕1号"},
        {" 泸检行意 〔2025〕 1 号\t", "泸检行意〔2025〕1号"},
        {"(2024)川0503刑初12号", "〔2024〕川0503刑初12号"},
        {"（2024）川0503刑初12号", "〔2024〕川0503刑初12号"},
        {"叙市监处罚{2024}12-1号", "叙市监处罚〔2024〕12-1号"},
        {"'泸检行意[2025]1号\t", "泸检行意〔2025〕1号"},
        {"\"泸检行意[2025]1号\"", "泸检行意〔2025〕1号"},
        {"＂ \"泸检行意[2025]1号 \"＂", "泸检行意〔2025〕1号"},
        {"叙市监处罚〔2024〕12—1号", "叙市监处罚〔2024〕12-1号"},
        {"", ""},
        {"((((((((((((((((((((((((((((((((",
         "〔〔〔〔〔〔〔〔〔〔〔〔〔〔〔〔〔〔〔〔〔〔〔〔〔〔〔〔〔〔〔〔"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        scoped_arena Arena *a = arena_new();
        Str out;

        document_number_read(str_of(rows[i].text), a, &out);
        assert_true(str_is(out, rows[i].read));
    }
    scoped_arena Arena *a = arena_new();
    Str out;
    char broken[300];

    memset(broken, 0xFF, sizeof broken); /* each byte grows to U+FFFD */
    document_number_read((Str){broken, sizeof broken}, a, &out);
    assert_int_equal(out.len, 3 * sizeof broken);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plates),
        cmocka_unit_test(phones),
        cmocka_unit_test(document_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
