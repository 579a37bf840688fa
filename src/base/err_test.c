/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/err_test.c: errors are filled, prefixed and cut on character borders. */
#include "base/err.h"

#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/banned.h"

static void an_error_has_code_place_and_text(void **state) {
    (void)state;
    Err e = {0};

    assert_false(err_set(&e, ERR_CONFLICT, "/version", "%s 已改动第 %d 次", "张三", 2));
    assert_int_equal(e.code, ERR_CONFLICT);
    assert_string_equal(e.where, "/version");
    assert_string_equal(e.text, "张三 已改动第 2 次");
    assert_false(err_set(&e, ERR_DISK, NULL, "磁盘已满"));
    assert_string_equal(e.where, "");
    err_clear(&e);
    assert_int_equal(e.code, ERR_NONE);
    assert_string_equal(e.text, "");
    assert_false(err_set(NULL, ERR_DISK, NULL, "nobody listens"));
    assert_false(err_prefix(NULL, "nobody listens"));
    err_clear(NULL);
}

static void an_error_may_speak_of_itself(void **state) {
    (void)state;
    Err e = {0};

    err_set(&e, ERR_INVALID, "/a", "原因");
    err_set(&e, ERR_CONTENT, e.where, "文件有误：%s", e.text);
    assert_string_equal(e.text, "文件有误：原因");
    assert_string_equal(e.where, "/a");
    assert_false(err_prefix(&e, "数据集 %s", "x"));
    assert_string_equal(e.text, "数据集 x：文件有误：原因");
    assert_int_equal(e.code, ERR_CONTENT);
}

static void numbers_of_people_are_masked(void **state) {
    (void)state;
    Err e = {0};
    char text[700];

    err_set(&e, ERR_NOT_FOUND, "/names/510522199001010013", "没有“%s”", "510522 19900101 0013");
    assert_string_equal(e.text, "没有“510522********0013”");
    assert_string_equal(e.where, "/names/510522********0013");
    err_prefix(&e, "%s", "５１０５２２１９９００１０１００１３");
    assert_string_equal(e.text, "510522********0013：没有“510522********0013”");
    err_set(&e, ERR_INVALID, NULL, "电话“%s”，%s 字节，%s", "13890001234", "138900012345",
            "a13890001234");
    assert_string_equal(e.text, "电话“138****1234”，138900012345 字节，a13890001234");
    err_set(&e, ERR_INVALID, NULL, "第 %d 行", 510522);
    assert_string_equal(e.text, "第 510522 行");
    /* One that the ceiling would cut in half. */
    memset(text, 'x', sizeof text);
    memcpy(text + sizeof e.text - 10, "510522199001010013", 19);
    err_set(&e, ERR_INVALID, NULL, "%s", text);
    assert_null(strstr(e.text, "5105221"));
}

static void long_texts_end_on_a_character(void **state) {
    (void)state;
    for (int lead = 0; lead < 4; lead++) {
        char text[3000] = "";
        Err e = {0};
        size_t n = 0;

        while (n < (size_t)lead)
            text[n++] = 'x';
        while (n + 8 < sizeof text) {
            memcpy(text + n, lead % 2 ? "张" : "𠮷", lead % 2 ? 3 : 4);
            n += lead % 2 ? 3 : 4;
        }
        err_set(&e, ERR_INVALID, text, "%s", text);
        assert_true(str_utf8_valid(str_of(e.text)));
        assert_true(str_utf8_valid(str_of(e.where)));
        assert_in_range(strlen(e.text), sizeof e.text - 5, sizeof e.text - 1);
        assert_in_range(strlen(e.where), sizeof e.where - 5, sizeof e.where - 1);
        err_prefix(&e, "%s", text);
        assert_true(str_utf8_valid(str_of(e.text)));
        assert_in_range(strlen(e.text), sizeof e.text - 5, sizeof e.text - 1);
    }
}

static void a_text_cut_by_its_format_stays_whole(void **state) {
    (void)state;
    Err e = {0};

    err_set(&e, ERR_INVALID, "/\xe5\xbc", "不认识的键“%.4s”，请改正", "张张");
    assert_string_equal(e.text, "不认识的键“张”，请改正");
    assert_string_equal(e.where, "/");
}

static void codes_have_a_status_and_a_key(void **state) {
    (void)state;
    static const ErrCode all[] = {
#define X(code, http, status, key) code,
        ERR_CODES(X)
#undef X
    };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        assert_int_equal(all[i], i);
        assert_in_range(err_http_status(all[i]), 200, 599);
        assert_int_equal(err_exit_status(all[i]), i); /* each its own, for scripts */
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(err_key(all[i]), err_key(all[j]));
    }
    assert_int_equal(err_http_status(ERR_NOT_FOUND), 404);
    assert_string_equal(err_key(ERR_NOT_FOUND), "not_found");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_has_code_place_and_text),
        cmocka_unit_test(an_error_may_speak_of_itself),
        cmocka_unit_test(numbers_of_people_are_masked),
        cmocka_unit_test(long_texts_end_on_a_character),
        cmocka_unit_test(a_text_cut_by_its_format_stays_whole),
        cmocka_unit_test(codes_have_a_status_and_a_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
