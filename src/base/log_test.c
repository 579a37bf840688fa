/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/log_test.c: a line is whole JSON and carries no identity number. */
#include "base/log.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/day.h"

#include "base/testing.h"

#include "base/banned.h"

static char path[64];

static int log_to_file(void **state) {
    (void)state;
    test_template(path, "log");
    int fd = mkstemp(path);

    if (fd < 0)
        return -1;
    close(fd);
    log_level(LOG_INFO);
    return log_to(path) ? 0 : -1;
}

static int log_to_stderr(void **state) {
    (void)state;
    instant_freeze(0);
    unlink(path);
    return log_to(NULL) ? 0 : -1;
}

static void read_log(Buf *b) {
    char piece[4096];
    FILE *f = fopen(path, "r");

    assert_non_null(f);
    for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;)
        buf_add_bytes(b, piece, n);
    fclose(f);
}

static void one_line_of_json(void **state) {
    (void)state;
    scoped_buf Buf b;
    Instant at;

    buf_init(&b, 1 << 20);
    assert_true(instant_parse(STR("2024-01-05 08:30"), &at));
    instant_freeze(at);
    log_line(LOG_WARNING, "import", "第 %d 行：\"%s\"\n\\\t\x01", 7, "坏");
    read_log(&b);
    assert_string_equal(
        b.ptr, "{\"at\":\"2024-01-05T08:30:00.000000+08:00\",\"level\":\"warning\","
               "\"topic\":\"import\",\"text\":\"第 7 行：\\\"坏\\\"\\n\\\\\\u0009\\u0001\"}\n");
}

static void levels_below_the_least_are_silent(void **state) {
    (void)state;
    scoped_buf Buf b;

    buf_init(&b, 1 << 20);
    log_line(LOG_DEBUG, "t", "unheard");
    log_level(LOG_ERROR);
    log_line(LOG_WARNING, "t", "unheard");
    log_line(LOG_ERROR, "t", "heard");
    log_level(LOG_DEBUG);
    log_line(LOG_DEBUG, "t", "heard too");
    read_log(&b);
    assert_null(strstr(b.ptr, "unheard"));
    assert_non_null(strstr(b.ptr, "heard too"));
}

static void identity_numbers_are_masked(void **state) {
    (void)state;
    static const struct {
        const char *text, *logged;
    } rows[] = {
        {"510502199001011234", "510502************"},
        {"51050219900101123X", "510502************"},
        {"身份证51050219900101123x号", "身份证510502************号"},
        {"510502900101123", "510502*********"},
        {"５１０５０２１９９００１０１１２３４", "５１０５０２************"},
        {"12345678901234", "12345678901234"}, /* 14 digits */
        {"13800001234", "13800001234"},
        {"20240105 510502199001011234", "202401********************"}, /* one run */
        {"5105 0219 9001 0112 34", "510502************"},
        {"510502-19900101-123x", "510502************"},
        {"510502\xE2\x80\x8B"
         "19900101\xE2\x80\x8B"
         "1234",
         "510502************"},
        {"2024-01-05 08:30", "2024-01-05 08:30"},
        {"510502199001011234,510502199001011234", "510502************,510502************"},
        {"123456789012345678901234567890", "123456************************"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        scoped_buf Buf b, expected;

        buf_init(&b, 1 << 20);
        buf_init(&expected, 1000);
        assert_int_equal(truncate(path, 0), 0);
        log_line(LOG_INFO, "t", "%s", rows[i].text);
        read_log(&b);
        buf_addf(&expected, "\"text\":\"%s\"}\n", rows[i].logged);
        assert_non_null(strstr(b.ptr, expected.ptr));
    }
    scoped_buf Buf b;

    buf_init(&b, 1 << 20);
    log_line(LOG_INFO, "510502199001011234", "in the topic");
    read_log(&b);
    assert_null(strstr(b.ptr, "19900101"));
}

static void long_and_broken_texts_stay_one_line(void **state) {
    (void)state;
    scoped_buf Buf b;
    static char text[20000];

    buf_init(&b, 1 << 20);
    memset(text, 1, sizeof text - 1); /* each becomes six characters */
    log_line(LOG_INFO, "t", "%s", text);
    log_line(LOG_INFO, "t", "%s", "\xFF\xFE");
    read_log(&b);
    assert_true(str_utf8_valid(buf_str(&b)));
    Str rest = buf_str(&b), line;
    int lines = 0;

    while (str_split(&rest, '\n', &line) && line.len) {
        assert_true(str_ends(line, STR("\"}")));
        lines++;
    }
    assert_int_equal(lines, 2);
    assert_non_null(strstr(b.ptr, "\uFFFD\uFFFD"));
}

static void *many_lines(void *argument) {
    for (int i = 0; i < 2000; i++)
        log_line(LOG_INFO, "thread", "%s says %d to a log of its own", (const char *)argument, i);
    return NULL;
}

static void threads_do_not_mix_their_lines(void **state) {
    (void)state;
    static char names[4][4] = {"one", "two", "thr", "fou"};
    pthread_t threads[4];
    scoped_buf Buf b;

    buf_init(&b, 8 << 20);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, many_lines, names[i]), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    read_log(&b);
    Str rest = buf_str(&b), line;
    int lines = 0;

    while (str_split(&rest, '\n', &line) && line.len) {
        assert_true(str_starts(line, STR("{\"at\":\"")));
        assert_true(str_ends(line, STR(" to a log of its own\"}")));
        lines++;
    }
    assert_int_equal(lines, 8000);
}

static void the_file_is_private_and_appended_to(void **state) {
    (void)state;
    struct stat st;
    scoped_buf Buf b;

    buf_init(&b, 1 << 20);
    unlink(path);
    assert_true(log_to(path));
    log_line(LOG_INFO, "t", "first");
    assert_true(log_to(path));
    log_line(LOG_INFO, "t", "second");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    read_log(&b);
    assert_non_null(strstr(b.ptr, "first"));
    assert_non_null(strstr(b.ptr, "second"));
    assert_false(log_to("/nowhere/at/all.log")); /* and the old one goes on */
    log_line(LOG_INFO, "t", "third");
    buf_clear(&b);
    read_log(&b);
    assert_non_null(strstr(b.ptr, "third"));
}

#define with_file(test) cmocka_unit_test_setup_teardown(test, log_to_file, log_to_stderr)

int main(void) {
    const struct CMUnitTest tests[] = {
        with_file(one_line_of_json),
        with_file(levels_below_the_least_are_silent),
        with_file(identity_numbers_are_masked),
        with_file(long_and_broken_texts_stay_one_line),
        with_file(threads_do_not_mix_their_lines),
        with_file(the_file_is_private_and_appended_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
