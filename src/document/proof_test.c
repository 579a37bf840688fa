/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/proof_test.c: what proofreading finds, and what it leaves alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "document/proof.h"

#include "base/banned.h"

static const Str names[] = {STR_INIT("陈小明"), STR_INIT("江城县市场监督管理局"),
                            STR_INIT("江城县公安局")};
static const Str secrets[] = {STR_INIT("李小红")};

static BindList read_one(Arena *a, BlockKind kind, const char *text) {
    Span span = {str_of(text), FACE_OF_BLOCK, {NULL, 0}};
    Block block = {kind, 7, &span, 1, NULL, 0};
    Sheet s = {SHEET_LETTER, &block, 1, true};
    ProofContext c = {.names = names, .name_count = 3, .secret = secrets, .secret_count = 1};

    return proof_read(&s, &c, a);
}

typedef struct Example {
    const char *text;
    int kind; /* 0: nothing is found */
    const char *suggestion;
} Example;

static const Example examples[] = {
    {"经审查，现提出检察意见如下。", 0, NULL},
    /* left open */
    {"甲【待填：文号】乙", PROOF_UNFILLED, NULL},
    {"甲{{当事人}}", PROOF_UNFILLED, NULL},
    {"现由××负责", PROOF_UNFILLED, NULL},
    /* days */
    {"于2026年2月28日决定", 0, NULL},
    {"于2026年2月30日决定", PROOF_DATE, NULL},
    {"于2026年13月1日决定", PROOF_DATE, NULL},
    {"自2026年3月1日至2026年3月20日", 0, NULL},
    {"自2026年3月20日至2026年3月1日", PROOF_DATE, NULL},
    {"2026年3月20日作出决定，2026年3月1日行为发生", 0, NULL},
    /* names */
    {"被不起诉人陈小明盗窃", 0, NULL},
    {"被不起诉人陈晓明盗窃", PROOF_NAME, "陈小明"},
    {"被不起诉人陈某某盗窃", 0, NULL},
    {"他说陈大光来过", 0, NULL},
    {"江城县市场监督管理局作出处罚", 0, NULL},
    {"江城县市场监督管里局作出处罚", PROOF_NAME, "江城县市场监督管理局"},
    {"江北县公安局立案", PROOF_NAME, "江城县公安局"},
    /* amounts */
    {"罚款20000元（大写：贰万元整）", 0, NULL},
    {"罚款20000元（大写：叁万元整）", PROOF_AMOUNT, NULL},
    {"人民币伍佰元整（￥600元）", PROOF_AMOUNT, NULL},
    {"罚款2万元（贰万元整）", 0, NULL},
    {"罚款500元，没收贰万元整", 0, NULL},
    {"（小写：￥500元）大写：伍拾元整", PROOF_AMOUNT, "伍佰元整"},
    /* sums */
    {"甲3000元、乙2000元，合计5000元", 0, NULL},
    {"甲3000元、乙2000元，合计6000元。", PROOF_SUM, "5000元"},
    {"甲3000元、乙2万元，共计人民币2.3万元", 0, NULL},
    {"甲3000元。乙2000元，合计6000元", 0, NULL},
    /* who must not be named */
    {"未成年人李小红", PROOF_IDENTITY, NULL},
    {"未成年人李某某", 0, NULL},
    /* signs */
    {"依照《行政处罚法的规定", PROOF_BRACKET, NULL},
    {"依照行政处罚法》的规定", PROOF_BRACKET, NULL},
    {"（甲《乙》丙）", 0, NULL},
    {"（甲《乙）丙》", PROOF_BRACKET, NULL},
    {"本院本院认为", PROOF_DOUBLED, "本院"},
    {"依法依法作出决定", PROOF_DOUBLED, "依法"},
    {"决定，，如下", PROOF_DOUBLED, "，"},
    {"人人平等，种种情形，陈某某", 0, NULL},
};

static void test_examples(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        scoped_arena Arena *a = arena_new();
        const Example *x = &examples[i];
        BindList found = read_one(a, BLOCK_TEXT, x->text);
        const ProofFinding *f = found.items;

        if (x->kind == 0 && found.count != 0)
            fail_msg("“%s”: %.*s", x->text, STR_ARG(f->text));
        if (x->kind == 0)
            continue;
        if (found.count == 0)
            fail_msg("“%s”: nothing is found", x->text);
        assert_int_equal(f->kind, x->kind);
        assert_int_equal(f->paragraph, 7);
        assert_true(f->from < f->to && f->to <= strlen(x->text));
        if (x->suggestion != NULL)
            assert_string_equal(str_c(a, f->suggestion), x->suggestion);
        /* A finding names nobody who must not be named. */
        if (f->kind == PROOF_IDENTITY)
            assert_true(str_find(f->place, secrets[0]) < 0 && str_find(f->text, secrets[0]) < 0);
    }
}

static Block line(BlockKind kind, const Span *s) {
    return (Block){kind, 1, s, 1, NULL, 0};
}

static void test_levels(void **state) {
    scoped_arena Arena *a = arena_new();
    static const Span spans[] = {{STR_INIT("一、甲"), FACE_OF_BLOCK, {NULL, 0}},
                                 {STR_INIT("二、乙"), FACE_OF_BLOCK, {NULL, 0}},
                                 {STR_INIT("四、丁"), FACE_OF_BLOCK, {NULL, 0}},
                                 {STR_INIT("（二）子"), FACE_OF_BLOCK, {NULL, 0}}};
    Block good[] = {line(BLOCK_LEVEL_1, &spans[0]), line(BLOCK_LEVEL_1, &spans[1])};
    Block skips[] = {line(BLOCK_LEVEL_1, &spans[0]), line(BLOCK_LEVEL_1, &spans[2])};
    Block late[] = {line(BLOCK_LEVEL_1, &spans[0]), line(BLOCK_LEVEL_2, &spans[3])};
    ProofContext c = {0};

    (void)state;
    assert_int_equal(proof_read(&(Sheet){.blocks = good, .count = 2}, &c, a).count, 0);
    assert_int_equal(proof_read(&(Sheet){.blocks = skips, .count = 2}, &c, a).count, 1);
    BindList found = proof_read(&(Sheet){.blocks = late, .count = 2}, &c, a);

    assert_int_equal(found.count, 1);
    assert_int_equal(((ProofFinding *)found.items)->kind, PROOF_LEVEL);
}

/* The one addressed, written otherwise in the text. */
static void test_recipient(void **state) {
    scoped_arena Arena *a = arena_new();
    static const Span to = {STR_INIT("江城县生态环境局："), FACE_OF_BLOCK, {NULL, 0}};
    static const Span wrong = {STR_INIT("现送江城县生态环镜局处理"), FACE_OF_BLOCK, {NULL, 0}};
    static const Span right = {STR_INIT("现送江城县生态环境局处理"), FACE_OF_BLOCK, {NULL, 0}};
    Block bad[] = {line(BLOCK_RECIPIENT, &to), line(BLOCK_TEXT, &wrong)};
    Block good[] = {line(BLOCK_RECIPIENT, &to), line(BLOCK_TEXT, &right)};
    ProofContext c = {0};

    (void)state;
    assert_int_equal(proof_read(&(Sheet){.blocks = good, .count = 2}, &c, a).count, 0);
    assert_int_equal(proof_read(&(Sheet){.blocks = bad, .count = 2}, &c, a).count, 1);
}

static void test_many(void **state) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf text = {.max = (size_t)1 << 20};

    (void)state;
    for (int i = 0; i < 2000; i++)
        buf_add_c(&text, "（《〔【“于2026年2月30日");
    assert_int_equal(read_one(a, BLOCK_TEXT, text.ptr).count, PROOF_FINDINGS_MOST);
    /* Bytes that are no text. */
    read_one(a, BLOCK_TEXT, "\xff\xfe（\x80\x80\xe4\xb8");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_recipient),
        cmocka_unit_test(test_many),
    };

    return cmocka_run_group_tests_name("document/proof", tests, NULL, NULL);
}
