/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/file_test.c: what is taken as a file of a matter, and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "flow/file.h"

static char folder[64];

static const char *put(const char *bytes, size_t n) {
    static char path[128];
    FILE *f;

    snprintf(path, sizeof path, "%s/file", folder);
    f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
    return path;
}

/* ---- an archive of our own making: names and sizes are all that is looked at ---- */

typedef struct Member {
    const char *name;
    uint32_t unpacked;
    unsigned flags;
} Member;

static void add(Buf *b, uint64_t value, size_t bytes) {
    for (size_t i = 0; i < bytes; i++)
        buf_add_char(b, (char)(value >> (8 * i) & 0xff));
}

static void archive(Buf *b, const Member *members, size_t count) {
    size_t begin;

    buf_add_bytes(b, "PK\x03\x04", 4);
    add(b, 0, 40);
    begin = b->len;
    for (size_t i = 0; i < count; i++) {
        buf_add_bytes(b, "PK\x01\x02", 4);
        add(b, 0, 4);
        add(b, members[i].flags, 2);
        add(b, 0, 14);
        add(b, members[i].unpacked, 4);
        add(b, strlen(members[i].name), 2);
        add(b, 0, 16);
        buf_add_c(b, members[i].name);
    }
    size_t size = b->len - begin;

    buf_add_bytes(b, "PK\x05\x06", 4);
    add(b, 0, 6);
    add(b, count, 2);
    add(b, size, 4);
    add(b, begin, 4);
    add(b, 0, 2);
}

static void archives_by_contents(void **state) {
    static const struct {
        Member members[3];
        const char *type, *why; /* one of them */
    } cases[] = {
        {{{"[Content_Types].xml", 900, 0}, {"word/document.xml", 9000, 0}},
         "wordprocessingml",
         NULL},
        {{{"[Content_Types].xml", 900, 0}, {"xl/workbook.xml", 9000, 0}}, "spreadsheetml", NULL},
        {{{"OFD.xml", 900, 0}, {"Doc_0/Document.xml", 9000, 0}}, "application/ofd", NULL},
        {{{"a.pdf", 900, 0}, {"b.jpg", 9000, 0}}, "application/zip", NULL},
        {{{"[Content_Types].xml", 9, 0}, {"word/vbaProject.bin", 9, 0}}, NULL, "宏"},
        {{{"a.pdf", 900, 0}, {"run/me.EXE", 9000, 0}}, NULL, "程序"},
        {{{"a.pdf", 900, 0}, {"inner.rar", 9000, 0}}, NULL, "还有压缩包"},
        {{{"a.pdf", 900, 1}}, NULL, "密码"},
        {{{"a", 400u << 20, 0}, {"b", 400u << 20, 0}, {"c", 400u << 20, 0}}, NULL, "不合常理"},
        {{{"a", 60u << 20, 0}}, NULL, "不合常理"},
        {{{"a", UINT32_MAX, 0}}, NULL, "损坏"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_buf Buf b;
        size_t n = 0;
        Err e = {0};
        Str type;

        buf_init(&b, 1 << 20);
        while (n < 3 && cases[i].members[n].name)
            n++;
        archive(&b, cases[i].members, n);
        bool good = file_judge(put(b.ptr, b.len), STR("材料.zip"), &type, &e);

        if (cases[i].type ? !good || str_find(type, str_of(cases[i].type)) < 0
                          : good || !strstr(e.text, cases[i].why))
            fail_msg("case %zu: %s", i, good ? "taken" : e.text);
        /* Cut anywhere, it is refused without harm. */
        for (size_t cut = 1; cut < b.len; cut += 7) {
            err_clear(&e);
            (void)file_judge(put(b.ptr, cut), STR("材料.zip"), &type, &e);
        }
    }
}

static void bytes_count_names_do_not(void **state) {
    static const struct {
        const char *name, *bytes, *type, *why;
    } cases[] = {
        {"a.txt", "%PDF-1.7 x", "application/pdf", NULL},
        {"a.pdf", "\x89PNG\r\n\x1a\nxxxx", "image/png", NULL},
        {"a", "\xff\xd8\xff\xe0xxxx", "image/jpeg", NULL},
        {"记录.txt", "甲说：没有异议。\r\n", "text/plain", NULL},
        {"gbk.txt", "\xbc\xd7\xcb\xb5", "text/plain", NULL},
        {"a.rtf", "{\\rtf1 text}", "application/rtf", NULL},
        {"a.pdf", "MZ\x90 program", NULL, "程序"},
        {"a.pdf",
         "\x7f"
         "ELF\x02",
         NULL, "程序"},
        {"a.txt", "#!/bin/sh\nrm", NULL, "程序"},
        {"a.exe", "%PDF-1.7 x", NULL, "程序"},
        {"A.JS", "text", NULL, "程序"},
        {"a.xlsm", "x", NULL, "宏"},
        {"a.txt", "  <HTML><body>", NULL, "网页"},
        {"a.png", "<svg onload=x>", NULL, "网页"},
        {"a.zip", "Rar!\x1a\x07", NULL, "压缩包"},
        {"a.zip", "7z\xbc\xaf\x27\x1c", NULL, "压缩包"},
        {"a.rtf", "{\\rtf1 {\\object\\objdata 01}}", NULL, "对象"},
        {"a.bin", "\x01\x02\x03\x04", NULL, "认不出"},
        {"a.txt", "", NULL, "空的"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Err e = {0};
        Str type;
        bool good = file_judge(put(cases[i].bytes, strlen(cases[i].bytes)), str_of(cases[i].name),
                               &type, &e);

        if (cases[i].type ? !good || !str_is(type, cases[i].type)
                          : good || !strstr(e.text, cases[i].why))
            fail_msg("case %zu: %s", i, good ? str_of(type.ptr).ptr : e.text);
    }
}

static void kept_once_by_content(void **state) {
    scoped_arena Arena *a = arena_new();
    Str first, second, place;
    Err e = {0};

    (void)state;
    assert_true(file_keep(str_of(folder), put("abc", 3), a, &first, &e));
    place = file_place(a, str_of(folder), first);
    assert_int_equal(access(place.ptr, R_OK), 0);
    assert_int_equal(first.len, 64); /* SM3("abc") */
    assert_true(str_starts(first, STR("66c7f0f462eeedd9")));
    assert_true(file_keep(str_of(folder), put("abc", 3), a, &second, &e));
    assert_true(str_eq(first, second));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(archives_by_contents),
                                       cmocka_unit_test(bytes_count_names_do_not),
                                       cmocka_unit_test(kept_once_by_content)};
    char command[128];

    snprintf(folder, sizeof folder, "/tmp/lianheng-file-XXXXXX");
    if (!mkdtemp(folder))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) != 0 || failed ? 1 : 0;
}
