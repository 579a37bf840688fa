/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/layout_test.c: what stands where, told by the report; ceilings; the same bytes again.
 * Rendered pages are measured in layout_pages_test.c. */
#include "document/layout.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "document/layout_test.h"

#include "base/banned.h"

enum { PDF_MOST = 64 << 20 };

static bool lay_out(Draft *d, const LayoutOptions *options, Buf *pdf, LayoutReport *report,
                    Err *e) {
    LayoutOptions plain = {.created = CREATED};

    return layout_pdf(&d->sheet, options == NULL ? &plain : options, pdf, report, d->arena, e);
}

static LayoutReport report_of(Draft *d, const LayoutOptions *options) {
    scoped_buf Buf pdf;
    LayoutReport report;
    Err e = {0};

    buf_init(&pdf, PDF_MOST);
    if (!lay_out(d, options, &pdf, &report, &e))
        fail_msg("%s", e.text);
    assert_memory_equal(pdf.ptr, "%PDF-", 5);
    return report;
}

static const LayoutBox *box_of(const LayoutReport *r, size_t block) {
    for (size_t i = 0; i < r->box_count; i++)
        if (r->boxes[i].block == block)
            return &r->boxes[i];
    fail_msg("block %zu has no box", block);
    return NULL;
}

static const LayoutBox *last_box_of(const LayoutReport *r, size_t block) {
    const LayoutBox *found = NULL;

    for (size_t i = 0; i < r->box_count; i++)
        if (r->boxes[i].block == block)
            found = &r->boxes[i];
    assert_non_null(found);
    return found;
}

static bool warned(const LayoutReport *r, const char *part) {
    for (size_t i = 0; i < r->warning_count; i++)
        if (str_find(r->warnings[i], str_of(part)) >= 0)
            return true;
    return false;
}

static void near(double is, double wanted, const char *what) {
    if (fabs(is - wanted) > 0.3)
        fail_msg("%s: %.2f mm instead of %.2f mm", what, is, wanted);
}

/* ---- 署名 */

/* However long the text is: 署名 never stands on a page without text, nor below the page. */
static void test_signature_has_company(void **state) {
    (void)state;
    for (int lines = 1; lines <= 46; lines++) {
        for (int sealed = 0; sealed < 2; sealed++) {
            scoped_arena Arena *a = arena_new();
            Draft d = draft_new(a, SHEET_OFFICIAL, 8);
            size_t text, name, date;
            LayoutReport r;

            d.sheet.sealed = sealed != 0;
            draft_add(&d, BLOCK_TITLE, STR("关于一件事项的通知"));
            text = draft_add(&d, BLOCK_TEXT, repeated(a, "字", (size_t)lines * 28 - 2));
            name = draft_add(&d, BLOCK_SIGNATURE, STR("青岭县人民检察院"));
            date = draft_add(&d, BLOCK_DATE, STR("2024年3月5日"));
            r = report_of(&d, NULL);
            if (box_of(&r, name)->page != box_of(&r, date)->page ||
                last_box_of(&r, text)->page != box_of(&r, name)->page)
                fail_msg("%d lines: the signature is alone", lines);
            assert_true(last_box_of(&r, text)->y + last_box_of(&r, text)->h <
                        box_of(&r, name)->y + 0.01);
            assert_true(box_of(&r, date)->y + box_of(&r, date)->h <= 37 + 225 + 0.3);
            assert_int_equal(r.seal_count, sealed);
            assert_int_equal(box_of(&r, text)->page, 1);
            if (sealed) {
                const LayoutBox *last = last_box_of(&r, text);
                double top = r.seals[0].y - r.seals[0].diameter / 2 - (last->y + last->h);

                /* 印章顶端上距正文一行之内, and inside the page's text. */
                assert_true(top > -0.3 && top < 10.3);
                assert_true(r.seals[0].y + r.seals[0].diameter / 2 <= 37 + 225 + 0.3);
            }
        }
    }
}

/* The places of the standard, in characters of 156/28 mm from the right. */
static void test_places_of_signatures(void **state) {
    static const double cell = 156.0 / 28, right = 28 + 156;
    (void)state;
    for (int sealed = 0; sealed < 2; sealed++) {
        scoped_arena Arena *a = arena_new();
        Draft d = draft_new(a, SHEET_OFFICIAL, 8);
        const LayoutBox *name, *date;
        LayoutReport r;

        d.sheet.sealed = sealed != 0;
        draft_add(&d, BLOCK_TEXT, STR("正文。"));
        draft_add(&d, BLOCK_SIGNATURE, STR("青岭县人民政府办公室"));
        draft_add(&d, BLOCK_DATE, STR("2024年3月5日"));
        draft_add(&d, BLOCK_NOTE, STR("（此件公开发布）"));
        r = report_of(&d, NULL);
        name = box_of(&r, 1);
        date = box_of(&r, 2);
        near(box_of(&r, 3)->x, 28 + 2 * cell, "附注左空二字");
        near(box_of(&r, 3)->y, date->y + date->h, "附注在日期下一行");
        if (sealed) {
            near(date->x + date->w, right - 4 * cell, "日期右空四字");
            near(name->x + name->w / 2, date->x + date->w / 2, "署名以日期居中");
            near(r.seals[0].x, date->x + date->w / 2, "印章居中");
            near(r.seals[0].y, date->y - 2.5, "印章中心");
        } else {
            near(name->x + name->w, right - 2 * cell, "署名右空二字");
            near(date->x, name->x + 2 * cell, "日期首字右移二字");
            near(name->y, box_of(&r, 0)->y + 2 * 225.0 / 22, "署名空一行");
        }
    }
}

static void test_date_longer_than_name(void **state) {
    static const double cell = 156.0 / 28, right = 28 + 156;
    scoped_arena Arena *a = arena_new();
    Draft d = draft_new(a, SHEET_OFFICIAL, 8);
    LayoutReport r;

    (void)state;
    draft_add(&d, BLOCK_TEXT, STR("正文。"));
    draft_add(&d, BLOCK_SIGNATURE, STR("青岭县"));
    draft_add(&d, BLOCK_DATE, STR("2024年12月15日"));
    r = report_of(&d, NULL);
    near(box_of(&r, 2)->x + box_of(&r, 2)->w, right - 2 * cell, "日期右空二字");
    near(box_of(&r, 1)->x, box_of(&r, 2)->x - 2 * cell, "署名在日期左二字");
}

static void test_several_seals(void **state) {
    scoped_arena Arena *a = arena_new();
    Draft d = draft_new(a, SHEET_OFFICIAL, 12);
    LayoutReport r;

    (void)state;
    d.sheet.sealed = true;
    draft_add(&d, BLOCK_TEXT, STR("正文。"));
    for (int i = 0; i < 5; i++)
        draft_add(&d, BLOCK_SIGNATURE, str_format(a, "青岭县第%d局", i + 1));
    draft_add(&d, BLOCK_DATE, STR("2024年12月15日"));
    r = report_of(&d, NULL);
    assert_int_equal(r.seal_count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(r.seals[i].block, i + 1);
        assert_true(r.seals[i].x - 21 >= 28 && r.seals[i].x + 21 <= 184);
        for (size_t k = 0; k < i; k++) /* neither cut nor touch each other */
            assert_true(hypot(r.seals[i].x - r.seals[k].x, r.seals[i].y - r.seals[k].y) > 42.5);
    }
}

/* ---- 版记 */

static void test_record_on_an_even_page(void **state) {
    (void)state;
    for (int lines = 1; lines <= 70; lines += 3) {
        scoped_arena Arena *a = arena_new();
        Draft d = draft_new(a, SHEET_OFFICIAL, 8);
        const LayoutBox *copies, *printed;
        LayoutReport r;

        draft_add(&d, BLOCK_TITLE, STR("关于一件事项的通知"));
        draft_add(&d, BLOCK_COPIES,
                  STR("抄送：县委各部门，县人大常委会办公室，县政协办公室，县监委，县人民法院，县人"
                      "民检察院。"));
        draft_add(&d, BLOCK_PRINTED, STR("青岭县人民政府办公室　2024年3月5日印发"));
        draft_add(&d, BLOCK_TEXT, repeated(a, "字", (size_t)lines * 28 - 2));
        r = report_of(&d, NULL);
        copies = box_of(&r, 1);
        printed = box_of(&r, 2);
        assert_int_equal(r.pages % 2, 0);
        assert_int_equal(printed->page, r.pages);
        assert_int_equal(copies->page, r.pages);
        assert_true(copies->y + copies->h <= printed->y + 3);
        assert_true(printed->y + printed->h < 262 && printed->y + printed->h > 257);
        near(printed->x, 28 + 14 * 25.4 / 72, "印发机关左空一字");
        near(printed->x + printed->w, 184 - 14 * 25.4 / 72, "印发日期右空一字");
        if (last_box_of(&r, 3)->page == r.pages)
            assert_true(last_box_of(&r, 3)->y + last_box_of(&r, 3)->h <= copies->y);
    }
}

static void test_letter_has_no_printed_line(void **state) {
    scoped_arena Arena *a = arena_new();
    Draft d = draft_new(a, SHEET_LETTER, 8);
    LayoutReport r;

    (void)state;
    draft_add(&d, BLOCK_MARK, STR("青岭县人民检察院"));
    draft_add(&d, BLOCK_TEXT, STR("正文。"));
    draft_add(&d, BLOCK_COPIES, STR("抄送：县司法局。"));
    draft_add(&d, BLOCK_PRINTED, STR("办公室 2024年3月5日印发"));
    r = report_of(&d, NULL);
    assert_int_equal(r.pages, 1);
    assert_true(warned(&r, "信函格式"));
}

/* ---- headings, enclosures */

static void test_heading_stays_with_its_text(void **state) {
    (void)state;
    for (int lines = 16; lines <= 24; lines++) {
        scoped_arena Arena *a = arena_new();
        Draft d = draft_new(a, SHEET_OFFICIAL, 8);
        LayoutReport r;

        draft_add(&d, BLOCK_TEXT, repeated(a, "字", (size_t)lines * 28 - 2));
        draft_add(&d, BLOCK_LEVEL_1, STR("一、总体要求"));
        draft_add(&d, BLOCK_LEVEL_2, STR("（一）指导思想"));
        draft_add(&d, BLOCK_TEXT, repeated(a, "字", 28 * 30));
        r = report_of(&d, NULL);
        assert_int_equal(box_of(&r, 2)->page, box_of(&r, 3)->page);
    }
}

static void test_enclosures(void **state) {
    static const double cell = 156.0 / 28;
    scoped_arena Arena *a = arena_new();
    Draft d = draft_new(a, SHEET_OFFICIAL, 12);
    LayoutReport r;

    (void)state;
    draft_add(&d, BLOCK_TEXT, STR("正文。"));
    draft_add(&d, BLOCK_ATTACHMENT,
              STR("附件：1. 名称很长很长很长很长很长很长很长很长很长很长很长很长的附件"));
    draft_add(&d, BLOCK_ATTACHMENT, STR("2. 名单"));
    draft_add(&d, BLOCK_SIGNATURE, STR("青岭县人民政府"));
    draft_add(&d, BLOCK_DATE, STR("2024年3月5日"));
    draft_add(&d, BLOCK_ATTACHMENT_HEAD, STR("附件1"));
    draft_add(&d, BLOCK_TITLE, STR("名单"));
    draft_add(&d, BLOCK_TEXT, STR("名单的正文。"));
    r = report_of(&d, NULL);
    near(box_of(&r, 1)->x, 28 + 2 * cell, "附件左空二字");
    near(box_of(&r, 1)->y, box_of(&r, 0)->y + 2 * 225.0 / 22, "附件空一行");
    near(box_of(&r, 2)->x, 28 + 5 * cell, "第二个附件与第一个的序号对齐");
    assert_int_equal(box_of(&r, 5)->page, 2);
    near(box_of(&r, 5)->x, 28, "附件顺序号顶格");
    near(box_of(&r, 5)->y, 37, "附件顺序号在第一行");
    near(box_of(&r, 6)->y, 37 + 2 * 225.0 / 22, "附件标题在第三行");
    near(box_of(&r, 7)->y, 37 + 4 * 225.0 / 22, "标题下空一行");
}

static void test_first_page_without_text(void **state) {
    scoped_arena Arena *a = arena_new();
    Draft d = draft_new(a, SHEET_OFFICIAL, 8);
    LayoutReport r;

    (void)state;
    draft_add(&d, BLOCK_MARK, STR("青岭县人民政府文件"));
    draft_add(&d, BLOCK_NUMBER, STR("青政发〔2024〕12号"));
    draft_add(&d, BLOCK_TITLE, STR("关于一件事项的通知"));
    draft_add(&d, BLOCK_RECIPIENT, repeated(a, "某某乡镇人民政府，", 40));
    draft_add(&d, BLOCK_TEXT, STR("正文。"));
    r = report_of(&d, NULL);
    assert_true(warned(&r, "首页没有正文"));
}

/* ---- bad input */

static void refused(Draft *d, const LayoutOptions *options, size_t most, ErrCode code,
                    const char *part) {
    scoped_buf Buf pdf;
    LayoutReport report;
    Err e = {0};

    buf_init(&pdf, most);
    if (lay_out(d, options, &pdf, &report, &e))
        fail_msg("not refused: %s", part);
    assert_int_equal(e.code, code);
    if (strstr(e.text, part) == NULL)
        fail_msg("“%s” does not say “%s”", e.text, part);
}

static void test_ceilings(void **state) {
    scoped_arena Arena *a = arena_new();
    Draft d = draft_new(a, SHEET_OFFICIAL, 80);
    LayoutOptions o = {.created = CREATED, .max_pages = 3};
    Str seal = STR("\x89PNG\r\n\x1a\nno picture at all, only its first bytes");
    Row row = draft_row(a, "一|二|三", false);

    (void)state;
    draft_add(&d, BLOCK_TEXT, repeated(a, "字", 28 * 100));
    refused(&d, &o, PDF_MOST, ERR_TOO_LARGE, "超过 3 页");
    o.max_pages = 0;
    refused(&d, &o, 4000, ERR_TOO_LARGE, "PDF 超过");
    o.seals = &seal;
    o.seal_count = 1;
    refused(&d, &o, PDF_MOST, ERR_INVALID, "印章");
    o.seal_count = 0;
    o.created = STR("昨天");
    refused(&d, &o, PDF_MOST, ERR_INVALID, "昨天");
    o.created = STR("2024-03-05T08:30:00+08:00");
    d.blocks[0] = (Block){.kind = BLOCK_TABLE, .rows = &row, .row_count = 1};
    ((SheetCell *)(uintptr_t)row.cells)[1].columns = LAYOUT_COLUMNS;
    refused(&d, &o, PDF_MOST, ERR_TOO_LARGE, "列");
    d.blocks[0] = (Block){.kind = BLOCK_TEXT};
    for (int i = 0; i < 40; i++)
        draft_add(&d, BLOCK_SIGNATURE, STR("青岭县人民政府"));
    refused(&d, &o, PDF_MOST, ERR_TOO_LARGE, "一页放不下");
}

static void test_fonts_that_are_missing(void **state) {
    scoped_arena Arena *a = arena_new();
    Draft d = draft_new(a, SHEET_OFFICIAL, 8);
    FontChains chains = {.chain = {[FONT_BODY] = "No Such Font|Noto Serif CJK SC"}};
    LayoutOptions o = {.created = CREATED, .fonts = &chains};
    LayoutReport r;

    (void)state;
    draft_add(&d, BLOCK_TEXT,
              STR("正文，有一个谁也没有的字：\xF3\xB0\x80\x80，还有控制\x01\x02字符。"));
    r = report_of(&d, &o);
    assert_true(warned(&r, "未安装仿宋字体，以“Noto Serif CJK SC”代替"));
    assert_true(warned(&r, "U+F0000"));
    assert_true(warned(&r, "2 个不能印出的控制字符"));
    chains.chain[FONT_BODY] = "No Such Font|Nor This One";
    refused(&d, &o, PDF_MOST, ERR_INVALID, "没有可用于“仿宋”的字体");
    chains.chain[FONT_BODY] = "Noto Serif CJK SC|";
    r = report_of(&d, &o);
    assert_false(warned(&r, "未安装仿宋"));
    /* The same as what settings say for every document: known families stand in behind them. */
    font_chains_use(&chains);
    r = report_of(&d, NULL);
    assert_false(warned(&r, "未安装仿宋"));
    chains.chain[FONT_BODY] = "No Such Font";
    font_chains_use(&chains);
    r = report_of(&d, NULL);
    assert_true(warned(&r, "未安装仿宋字体，以“Noto Serif CJK SC”代替"));
    font_chains_use(NULL);
    assert_int_equal(str_find(str_of(font_role_chain(FONT_BODY)), STR("No Such Font")), -1);
    r = report_of(&d, NULL);
    assert_true(warned(&r, "未安装仿宋字体，以“Noto Serif CJK SC”代替"));
}

static void test_nothing_at_all(void **state) {
    static const SheetForm forms[] = {SHEET_OFFICIAL, SHEET_LETTER, SHEET_MINUTES,
                                      SHEET_PROCURATORIAL};

    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        scoped_arena Arena *a = arena_new();
        Draft d = draft_new(a, forms[i], 4);
        LayoutReport r = report_of(&d, NULL);

        assert_int_equal(r.pages, 1);
        assert_int_equal(r.box_count, 0);
        draft_add(&d, BLOCK_TEXT, STR("　\n \t"));
        r = report_of(&d, NULL);
        assert_int_equal(r.box_count, 0);
    }
}

/* Lines never leave the page, whatever stands in them. */
static void test_hostile_text(void **state) {
    static const char *const texts[] = {
        "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
        "12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
        "0",
        "https://www.example.gov.cn/a/very/long/path/that/goes/on/and/on/and/"
        "on?with=parameters&and=more",
        "e\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81",
        "。，、；：？！）》”。，、；：？！）》”。，、；：？！）》”。，、；：？！）》”",
        "（《“（《“（《“（《“（《“（《“（《“（《“（《“（《“（《“（《“",
        "\xD8\xA7\xD9\x84\xD8\xB3\xD9\x84\xD8\xA7\xD9\x85 \xD8\xB9\xD9\x84\xD9\x8A\xD9\x83\xD9\x85",
        "\xF0\x9F\x98\x80\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7",
        "\xEE\x80\x80\xEF\xA3\xBF\xE2\x80\xAE\xE2\x81\xA6\xE2\x80\x8B",
        "\xFF\xFE\xC0\x80\xED\xA0\x80",
        "——————————————————————————————————————————……………………………………………………………………"};
    scoped_arena Arena *a = arena_new();
    Draft d = draft_new(a, SHEET_OFFICIAL, 80);
    LayoutReport r;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        draft_add(&d, BLOCK_TEXT, str_of(texts[i]));
        draft_add(&d, BLOCK_TEXT, repeated(a, texts[i], 40));
        draft_add(&d, BLOCK_TITLE, str_of(texts[i]));
        draft_add(&d, BLOCK_ATTACHMENT, str_of(texts[i]));
    }
    r = report_of(&d, NULL);
    for (size_t i = 0; i < r.box_count; i++) {
        const LayoutBox *b = &r.boxes[i];

        if (b->x < 27.7 || b->x + b->w > 184.3 || b->y < 36.7 || b->y + b->h > 262.3)
            fail_msg("block %zu: %.1f %.1f %.1f %.1f", b->block, b->x, b->y, b->w, b->h);
    }
}

/* ---- bytes */

static void write_example(Draft *d) {
    d->sheet.sealed = true;
    draft_add(d, BLOCK_MARK, STR("青岭县人民政府文件"));
    draft_add(d, BLOCK_NUMBER, STR("青政发〔2024〕12号"));
    draft_add(d, BLOCK_TITLE, STR("青岭县人民政府关于加强行政执法与刑事司法衔接工作的实施意见"));
    draft_add(d, BLOCK_LEVEL_1, STR("一、总体要求"));
    draft_add(d, BLOCK_LEVEL_2, STR("（一）指导思想。坚持依法行政。"));
    draft_add(d, BLOCK_TEXT, repeated(d->arena, "到2025年12月底，覆盖42个部门、1,286人；", 60));
    draft_add(d, BLOCK_SIGNATURE, STR("青岭县人民政府"));
    draft_add(d, BLOCK_DATE, STR("2024年3月5日"));
}

static Str bytes_of_example(Arena *a, Str created) {
    scoped_buf Buf pdf;
    Draft d = draft_new(a, SHEET_OFFICIAL, 12);
    LayoutOptions o = {.created = created};
    LayoutReport r;
    Err e = {0};

    buf_init(&pdf, PDF_MOST);
    write_example(&d);
    if (!lay_out(&d, &o, &pdf, &r, &e))
        return (Str){0};
    return str_dup(a, buf_str(&pdf));
}

typedef struct Job {
    pthread_t thread;
    Arena *arena;
    Str bytes[3];
} Job;

static void *work(void *object) {
    Job *job = object;

    for (int i = 0; i < 3; i++)
        job->bytes[i] = bytes_of_example(job->arena, STR("2024-03-05T08:30:00+08:00"));
    return NULL;
}

/* Several at once, each the very bytes of every other; another time of making, other bytes. */
static void test_same_bytes(void **state) {
    enum { JOBS = 4 };
    scoped_arena Arena *a = arena_new();
    Str first = bytes_of_example(a, STR("2024-03-05T08:30:00+08:00"));
    Str later = bytes_of_example(a, STR("2024-03-05T08:30:01+08:00"));
    Job jobs[JOBS];

    (void)state;
    assert_true(first.len > 0 && later.len > 0);
    assert_false(str_eq(first, later));
    assert_true(str_find(first, STR("20240305083000")) > 0);
    for (size_t i = 0; i < JOBS; i++) {
        jobs[i].arena = arena_new();
        assert_int_equal(pthread_create(&jobs[i].thread, NULL, work, &jobs[i]), 0);
    }
    for (size_t i = 0; i < JOBS; i++) {
        pthread_join(jobs[i].thread, NULL);
        for (int k = 0; k < 3; k++)
            assert_true(str_eq(first, jobs[i].bytes[k]));
        arena_free(jobs[i].arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signature_has_company),
        cmocka_unit_test(test_places_of_signatures),
        cmocka_unit_test(test_date_longer_than_name),
        cmocka_unit_test(test_several_seals),
        cmocka_unit_test(test_record_on_an_even_page),
        cmocka_unit_test(test_letter_has_no_printed_line),
        cmocka_unit_test(test_heading_stays_with_its_text),
        cmocka_unit_test(test_enclosures),
        cmocka_unit_test(test_first_page_without_text),
        cmocka_unit_test(test_ceilings),
        cmocka_unit_test(test_fonts_that_are_missing),
        cmocka_unit_test(test_nothing_at_all),
        cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_same_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
