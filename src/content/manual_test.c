/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/manual_test.c: docs/content.md says what the loader reads. With LIANHENG_WRITE_DOCS set
 * the page is rewritten. */
#include "content/manual.h"
#include "content/testing.h"

#include "base/banned.h"

#define MARK "<!-- From here on written by content_manual(). -->\n"

static void test_page_is_current(void **state) {
    const char *path = SOURCE_ROOT "/docs/content.md";
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf manual;
    Str page = output_of(a, "cat '" SOURCE_ROOT "/docs/content.md'");
    ptrdiff_t at = str_find(page, STR(MARK));

    (void)state;
    assert_true(at > 0);
    Str head = str_slice(page, 0, (size_t)at + strlen(MARK));

    buf_init(&manual, 1 << 20);
    content_manual(&manual);
    if (getenv("LIANHENG_WRITE_DOCS") != NULL) {
        FILE *f = fopen(path, "wb");

        assert_non_null(f);
        fwrite(head.ptr, 1, head.len, f);
        fwrite(manual.ptr, 1, manual.len, f);
        assert_int_equal(fclose(f), 0);
        return;
    }
    if (!str_eq(str_slice(page, head.len, page.len), buf_str(&manual)))
        fail_msg("docs/content.md is behind: run this test once with LIANHENG_WRITE_DOCS=1");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_page_is_current)};

    return cmocka_run_group_tests_name("content/manual", tests, NULL, NULL);
}
