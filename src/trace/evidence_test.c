/* SPDX-License-Identifier: MulanPSL-2.0 */
/* trace/evidence_test.c: an export of the journal passes its own verifier, and a changed one does
 * not. On both engines. */
#include "trace/evidence.h"

#include <sys/wait.h>

#include "trace/testing.h"

static Str output_of(Arena *a, int *status, const char *command) {
    FILE *p = popen(command, "r");
    scoped_buf Buf b;
    char piece[4096];
    size_t n;

    assert_non_null(p);
    buf_init(&b, (size_t)1 << 22);
    while ((n = fread(piece, 1, sizeof piece, p)) > 0)
        buf_add_bytes(&b, piece, n);
    *status = WEXITSTATUS(pclose(p));
    return str_dup(a, buf_str(&b));
}

/* Export, unpack, do `change` in the folder, verify: what it says. */
static Str verified(const Fixture *f, Arena *a, EvidenceAsk ask, const char *change,
                    const char *words, int *status, EvidenceDone *done) {
    Str zip = str_format(a, "%s/e.zip", f->place.folder);
    Err e = {0};

    ask.actor = STR("auditor");
    ASSERT_OK(evidence_export(f->store, content, &ask, zip.ptr, done, &e));
    Str command = str_format(a,
                             "cd %s && rm -rf e && mkdir e && cd e && python3 -c 'import "
                             "zipfile; zipfile.ZipFile(\"../e.zip\").extractall()' && { %s; } && "
                             "ls README.md > /dev/null && python3 verify.py %s 2>&1",
                             f->place.folder, change, words);

    return output_of(a, status, command.ptr);
}

static void test_whole(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    EvidenceDone done = {0};
    JournalCheck check;
    int status;

    ASSERT_OK(journal_verify(s, &check, &e));
    Str said = verified(f, a, (EvidenceAsk){0}, ":", "", &status, &done);

    if (status != 0)
        fail_msg("%.*s", STR_ARG(said));
    assert_string_equal(done.head, check.head);
    assert_int_equal(done.entries, check.entries);
    assert_true(str_find(said, str_of(check.head)) > 0);
    Str words = str_format(a, "--head %s", check.head);

    verified(f, a, (EvidenceAsk){0}, ":", words.ptr, &status, &done);
    assert_int_equal(status, 0);
    verified(f, a, (EvidenceAsk){.from = 5, .to = 9}, ":", "", &status, &done);
    assert_int_equal(status, 0);
    assert_int_equal(done.entries, 5);
    said = verified(f, a, (EvidenceAsk){.from = 5, .to = 9}, ":", words.ptr, &status, &done);
    assert_int_equal(status, 1);
    assert_true(str_find(said, STR("另行保存")) > 0);
}

static void test_changed(void **state) {
    static const struct {
        const char *change, *said;
    } rows[] = {
        {"sed -i '6s/\"actor\":\"system\"/\"actor\":\"nobody\"/' entries.jsonl", "第 10 条"},
        {"sed -i '6s/system/systen/' entries.jsonl", "第 10 条"},
        {"sed -i 6d entries.jsonl", "第 10 条缺失"},
        {"sed -i '$d' entries.jsonl", "缺少第"},
        {"sed -i '6{h;d};7{G}' entries.jsonl", "第 10 条缺失或者次序不对"},
        {"sed -i '6s/^/x/' entries.jsonl", "读不出来"},
        {"sed -i '6s/\"secret\":\"..../\"secret\":\"ffff/;6s/\"secret\":null/\"secret\":\"00\"/' "
         "entries.jsonl",
         "第 10 条的内容"},
        {"sed -i '6p' entries.jsonl", "第 11 条"},
        {"sed -i 's/\"before\": *\"[0-9a-f]*\"/\"before\": "
         "\"0000000000000000000000000000000000000000000000000000000000000000\"/' chain.json",
         "第 5 条"},
        {"sed -i 's/\"after\": *\"..../\"after\": \"0000/' chain.json", "最后一条"},
    };
    NEEDS_STORE;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        scoped_arena Arena *a = arena_new();
        EvidenceDone done;
        int status;
        Str said =
            verified(f, a, (EvidenceAsk){.from = 5, .to = 15}, rows[i].change, "", &status, &done);

        if (status != 1 || str_find(said, str_of(rows[i].said)) < 0)
            fail_msg("%s: %d %.*s", rows[i].change, status, STR_ARG(said));
    }
}

static void test_bad_ranges(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    Str zip = str_format(a, "%s/x.zip", f->place.folder),
        nowhere = str_format(a, "%s/no/x.zip", f->place.folder);
    const _Atomic bool cancel = true;
    JournalWatch stopped = {.cancel = true}, watch = {0};
    EvidenceDone done;

#define EXPORT(from, to)                                                                           \
    evidence_export(s, content, &(EvidenceAsk){from, to, .actor = STR("auditor")}, zip.ptr, &done, \
                    &e)
    ASSERT_FAILS(EXPORT(9, 5), ERR_INVALID, "起始");
    ASSERT_FAILS(EXPORT(-1, 5), ERR_INVALID, "起始");
    ASSERT_FAILS(EXPORT(1, 100000), ERR_INVALID, "日志只到");
    ASSERT_FAILS(evidence_export(s, content, &(EvidenceAsk){0}, nowhere.ptr, &done, &e), ERR_DISK,
                 "无法写入");
    ASSERT_FAILS(evidence_export(s, content, &(EvidenceAsk){.cancel = &cancel}, zip.ptr, &done, &e),
                 ERR_CANCELLED, "取消");
    ASSERT_FAILS(evidence_export(s, content, &(EvidenceAsk){.watch = &stopped}, zip.ptr, &done, &e),
                 ERR_CANCELLED, "取消");
    assert_int_not_equal(access(zip.ptr, F_OK), 0);
    zip = str_format(a, "%s.lines", zip.ptr);
    assert_int_not_equal(access(zip.ptr, F_OK), 0);
    ASSERT_FAILS(evidence_check(s, &(EvidenceAsk){9, 5, .cancel = NULL}, &e), ERR_INVALID, "起始");
    ASSERT_FAILS(evidence_check(s, &(EvidenceAsk){.to = 100000}, &e), ERR_INVALID, "日志只到");
    ASSERT_OK(evidence_check(s, &(EvidenceAsk){5, 9, .cancel = NULL}, &e));
    ASSERT_OK(evidence_export(s, content, &(EvidenceAsk){.from = 2, .to = 9, .watch = &watch},
                              zip.ptr, &done, &e));
    assert_int_equal(watch.done, 8);
    assert_int_equal(watch.total, 8);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_changed),
        cmocka_unit_test(test_bad_ranges),
    };

    return on_both("trace/evidence", tests, sizeof tests / sizeof *tests);
}
