/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/file_test.c: what is taken as a file of a matter, and what is not. */
#include <setjmp.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/keyring.h"
#include "flow/file.h"
#include "flow/matter.h"
#include "store/journal_turn.h"
#include "store/testing.h"

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
        buf_add_char(b, i < 8 ? (char)(value >> (8 * i) & 0xff) : 0);
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

/* ---- kept, on either engine ---- */

typedef struct Kept {
    bool postgresql, made;
    TestPlace place;
    Store *store;
    Keys *keys;
    char key_file[100];
} Kept;
static Kept kept[2] = {{.postgresql = false}, {.postgresql = true}};

static int set_up(void **state) {
    Kept *k = *state;
    Err e = {0};

    k->made = test_place_make(&k->place, k->postgresql);
    if (!k->made)
        return 0;
    snprintf(k->key_file, sizeof k->key_file, "%s/key", k->place.folder);
    k->keys = keys_create(k->key_file, &e);
    k->store = store_open(k->place.address, &e);
    if (!k->store || !k->keys) {
        fprintf(stderr, "%s\n", e.text);
        return -1;
    }
    journal_use_keys(k->store, k->keys);
    return 0;
}

static int tear_down(void **state) {
    Kept *k = *state;

    if (!k->made)
        return 0;
    store_close(k->store);
    keys_free(k->keys);
    test_place_remove(&k->place);
    return 0;
}

#define NEEDS_STORE                      \
    Kept *k = *state;                    \
    Err e = {0};                         \
    if (!k->made)                        \
        skip();                          \
    scoped_arena Arena *a = arena_new(); \
    Str home = str_of(k->place.folder)

static size_t bytes_of(const char *path, char *out, size_t most) {
    FILE *f = fopen(path, "rb");
    size_t n = f ? fread(out, 1, most, f) : 0;

    if (f)
        fclose(f);
    return n;
}

static void reads(Store *s, Str home, Str digest, const char *text) {
    char out[100];
    Err e = {0};
    SealedFile *f = matter_file_open(s, home, digest, &e);

    if (!f)
        fail_msg("%s", e.text);
    assert_int_equal(seal_file_size(f), strlen(text));
    assert_int_equal(seal_file_read(f, 0, out, sizeof out, &e), strlen(text));
    assert_memory_equal(out, text, strlen(text));
    seal_file_close(f);
}

static void damaged(Store *s, Str home, Str digest) {
    Err e = {0};

    assert_null(matter_file_open(s, home, digest, &e));
    assert_int_equal(e.code, ERR_BROKEN);
    assert_non_null(strstr(e.text, "损坏"));
}

/* Named by content, once, and nothing of it to be read on the disk. */
static void kept_once_and_sealed(void **state) {
    NEEDS_STORE;
    const char *text = "张三，身份证号 510522199001010013";
    char lying[1000];
    struct stat before, after;
    Str first, second, place;

    assert_true(file_keep(k->store, home, put("abc", 3), a, &first, &e));
    assert_int_equal(first.len, 64); /* SM3("abc") */
    assert_true(str_starts(first, STR("66c7f0f462eeedd9")));
    reads(k->store, home, first, "abc");
    assert_true(file_keep(k->store, home, put(text, strlen(text)), a, &first, &e));
    place = file_place(a, home, first);
    size_t n = bytes_of(place.ptr, lying, sizeof lying);

    assert_true(n > strlen(text));
    assert_null(memmem(lying, n, "5105", 4));
    assert_int_equal(stat(place.ptr, &before), 0);
    assert_true(file_keep(k->store, home, put(text, strlen(text)), a, &second, &e));
    assert_true(str_eq(first, second));
    assert_int_equal(stat(place.ptr, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    reads(k->store, home, first, text);
    err_clear(&e);
    assert_null(matter_file_open(k->store, home,
                                 STR("00c7f0f462eeedd966c7f0f462eeedd966c7f0f462eeedd966c7"
                                     "f0f462eeedd9"),
                                 &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
}

/* What was changed, cut off or put in another's place is told; the same content mends it. */
static void damage_is_told(void **state) {
    NEEDS_STORE;
    char lying[1000];
    Str one, other = {NULL, 0};

    assert_true(file_keep(k->store, home, put("abcdef", 6), a, &one, &e) &&
                file_keep(k->store, home, put("ghijkl", 6), a, &other, &e));
    Str place = file_place(a, home, one), another = file_place(a, home, other);
    size_t n = bytes_of(place.ptr, lying, sizeof lying);

    lying[n - 20] ^= 1;
    FILE *f = fopen(place.ptr, "wb");

    assert_int_equal(fwrite(lying, 1, n, f), n);
    fclose(f);
    damaged(k->store, home, one);
    assert_int_equal(truncate(place.ptr, (off_t)n - 1), 0);
    damaged(k->store, home, one);
    assert_int_equal(rename(another.ptr, place.ptr), 0);
    damaged(k->store, home, one);
    assert_true(file_keep(k->store, home, put("abcdef", 6), a, &one, &e));
    reads(k->store, home, one, "abcdef");
}

/* A new generation of the master key: only the file's own key is wrapped anew. */
static void keys_turn(void **state) {
    NEEDS_STORE;
    struct stat before, after;
    int64_t next = 0, done = 0, older = 0, all = 0;
    char mark[17];
    Str digest;

    assert_true(file_keep(k->store, home, put("abcdef", 6), a, &digest, &e));
    assert_int_equal(stat(file_place(a, home, digest).ptr, &before), 0);
    assert_true(keys_grow(k->keys, k->key_file, &next, &e));
    keys_mark(k->keys, next, mark);
    journal_use_keys(k->store, k->keys);
    if (!journal_rotate(k->store, &(KeyTurn){next, str_of(mark), STR("system")}, &e) ||
        !keys_use(k->keys, next, &e) || !journal_rewrap(k->store, next, 100, &done, &e) ||
        !journal_wrapped(k->store, next, &older, &all, &e) ||
        !keys_retire(k->keys, k->key_file, next, &e))
        fail_msg("%s", e.text);
    journal_use_keys(k->store, k->keys);
    assert_int_equal(done, 1);
    assert_int_equal(older, 0);
    reads(k->store, home, digest, "abcdef");
    assert_int_equal(stat(file_place(a, home, digest).ptr, &after), 0);
    assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    assert_true(file_keep(k->store, home, put("ghijkl", 6), a, &digest, &e));
    reads(k->store, home, digest, "ghijkl");
}

static void grow_old(const char *path) {
    const struct timespec times[2] = {{.tv_sec = 1000000}, {.tv_sec = 1000000}};

    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* Files of the version before are read, and sealed by the sweep; one that is not what its name says
 * is told; what no matter names goes, with its key. */
static void swept(void **state) {
    NEEDS_STORE;
    atomic_bool stop = false;
    FileSweep out = {0};
    int64_t older = 0, all = 0;
    Str digest, place;

    assert_true(file_keep(k->store, home, put("abcdef", 6), a, &digest, &e));
    place = file_place(a, home, digest);
    assert_int_equal(rename(put("abcdef", 6), place.ptr), 0);
    reads(k->store, home, digest, "abcdef");
    assert_true(file_sweep(k->store, home, &stop, &out, &e));
    assert_true(out.sealed == 1 && out.removed == 0 && out.damaged == 0);
    assert_true(seal_file_is(place.ptr));
    reads(k->store, home, digest, "abcdef");
    assert_int_equal(rename(put("abcdeg", 6), place.ptr), 0);
    damaged(k->store, home, digest);
    assert_true(file_sweep(k->store, home, &stop, &out, &e));
    assert_true(out.sealed == 0 && out.removed == 0 && out.damaged == 1);
    assert_true(file_keep(k->store, home, put("abcdef", 6), a, &digest, &e));
    grow_old(place.ptr);
    assert_true(journal_wrapped(k->store, 1, &older, &all, &e));
    assert_int_equal(all, 1);
    assert_true(file_sweep(k->store, home, &stop, &out, &e));
    assert_int_equal(out.removed, 1);
    assert_int_not_equal(access(place.ptr, F_OK), 0);
    assert_true(journal_wrapped(k->store, 1, &older, &all, &e));
    assert_int_equal(all, 0);
}

#define ON_BOTH(test)                                          \
    {#test "/sqlite", test, set_up, tear_down, &kept[0]}, {    \
#test "/postgresql", test, set_up, tear_down, &kept[1] \
    }

static const Projection turning[] = {{"key.rotated", NULL}, {0}};

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(archives_by_contents),
                                       cmocka_unit_test(bytes_count_names_do_not),
                                       ON_BOTH(kept_once_and_sealed),
                                       ON_BOTH(damage_is_told),
                                       ON_BOTH(keys_turn),
                                       ON_BOTH(swept)};
    char command[128];

    snprintf(folder, sizeof folder, "%s/lianheng-file-XXXXXX", test_home());
    if (!mkdtemp(folder))
        return 1;
    crypto_start();
    matter_register();
    journal_register(turning, NULL);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) != 0 || failed ? 1 : 0;
}
