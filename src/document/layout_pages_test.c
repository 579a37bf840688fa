/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/layout_pages_test.c: pages measured as poppler renders them: 254 dots an inch, ten a
 * millimetre. */
#include "document/layout.h"
#include "base/testing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "document/layout_test.h"

#include "base/banned.h"

enum { PDF_MOST = 64 << 20, OUTPUT_MOST = 32 << 20, DOTS = 254 };

#define CELL_MM (156.0 / 28)
#define ROW_MM (225.0 / 22)

static char path[64];

static LayoutReport write_pdf(Draft *d, const LayoutOptions *options) {
    scoped_buf Buf pdf;
    LayoutOptions plain = {.created = CREATED};
    LayoutReport report;
    Err e = {0};
    FILE *f = fopen(path, "wb");

    buf_init(&pdf, PDF_MOST);
    if (!layout_pdf(&d->sheet, options == NULL ? &plain : options, &pdf, &report, d->arena, &e))
        fail_msg("%s", e.text);
    assert_non_null(f);
    assert_int_equal(fwrite(pdf.ptr, 1, pdf.len, f), pdf.len);
    fclose(f);
    return report;
}

/* What a tool of poppler says about the page; "%s" in the command is the file. */
static Str ask(Arena *a, const char *command) {
    scoped_buf Buf out;
    char line[256], part[65536];
    size_t n;
    FILE *f;

    snprintf(line, sizeof line, "%.*s %s %s", (int)strcspn(command, "%"), command, path,
             strchr(command, '%') != NULL ? strchr(command, '%') + 1 : "");
    buf_init(&out, OUTPUT_MOST);
    f = popen(line, "r");
    assert_non_null(f);
    while ((n = fread(part, 1, sizeof part, f)) > 0)
        buf_add_bytes(&out, part, n);
    if (pclose(f) != 0)
        fail_msg("%s", line);
    return str_dup(a, buf_str(&out));
}

static void near_by(double is, double wanted, double most, const char *what) {
    if (fabs(is - wanted) > most)
        fail_msg("%s: %.2f mm instead of %.2f mm", what, is, wanted);
}

static void near(double is, double wanted, const char *what) {
    near_by(is, wanted, 0.3, what);
}

/* ---- pictures of pages */

typedef struct Picture {
    int w, h;
    const unsigned char *dots; /* red, green, blue */
} Picture;

static Picture picture_of(Arena *a, int page) {
    char command[128];
    Picture p = {0};
    int depth = 0, at = 0;
    Str ppm;

    snprintf(command, sizeof command, "pdftoppm -r %d -f %d -l %d %%", DOTS, page, page);
    ppm = ask(a, command);
    assert_int_equal(sscanf(ppm.ptr, "P6 %d %d %d%n", &p.w, &p.h, &depth, &at), 3);
    assert_int_equal(ppm.len, (size_t)at + 1 + (size_t)p.w * (size_t)p.h * 3);
    p.dots = (const unsigned char *)ppm.ptr + at + 1;
    return p;
}

static bool is_red(const Picture *p, int x, int y) {
    const unsigned char *d = p->dots + 3 * ((size_t)y * (size_t)p->w + (size_t)x);

    return d[0] > 180 && d[1] < 90 && d[2] < 90;
}

static bool is_black(const Picture *p, int x, int y) {
    const unsigned char *d = p->dots + 3 * ((size_t)y * (size_t)p->w + (size_t)x);

    return d[0] < 120 && d[1] < 120 && d[2] < 120;
}

typedef bool (*Stain)(const Picture *, int x, int y);

/* Where ink begins and ends within a part of the page, in mm. */
typedef struct Extent {
    double left, right, top, bottom;
} Extent;

static Extent extent_of(const Picture *p, Stain ink, double left, double top, double right,
                        double bottom) {
    int x1 = 1 << 20, x2 = -1, y1 = 1 << 20, y2 = -1;

    for (int y = (int)(top * 10); y < (int)(bottom * 10) && y < p->h; y++)
        for (int x = (int)(left * 10); x < (int)(right * 10) && x < p->w; x++)
            if (ink(p, x, y)) {
                x1 = x < x1 ? x : x1;
                x2 = x > x2 ? x : x2;
                y1 = y < y1 ? y : y1;
                y2 = y;
            }
    if (x2 < 0)
        fail_msg("no ink in %.0f %.0f %.0f %.0f", left, top, right, bottom);
    return (Extent){x1 / 10.0, (x2 + 1) / 10.0, y1 / 10.0, (y2 + 1) / 10.0};
}

static bool any_ink(const Picture *p, double left, double top, double right, double bottom) {
    for (int y = (int)(top * 10); y < (int)(bottom * 10) && y < p->h; y++)
        for (int x = (int)(left * 10); x < (int)(right * 10) && x < p->w; x++)
            if (is_black(p, x, y))
                return true;
    return false;
}

typedef struct Rule {
    double top, height, left, right;
} Rule;

/* Level rules at least 100 mm long, from above; how many. */
static size_t rules_of(const Picture *p, Stain ink, Rule *rules, size_t most) {
    size_t n = 0;
    bool inside = false;

    for (int y = 0; y < p->h; y++) {
        int first = -1, last = -1, count = 0;

        for (int x = 0; x < p->w; x++)
            if (ink(p, x, y)) {
                first = first < 0 ? x : first;
                last = x;
                count++;
            }
        if (count > 1000 && count == last - first + 1) {
            assert_true(n < most);
            if (!inside)
                rules[n++] = (Rule){y / 10.0, 0, first / 10.0, (last + 1) / 10.0};
            rules[n - 1].height += 0.1;
            inside = true;
        } else {
            inside = false;
        }
    }
    return n;
}

/* ---- lines of text */

typedef struct TextLine {
    double left, right, middle; /* mm */
    Str text;
    int page;
} TextLine;

static double number_after(Str s, const char *name) {
    ptrdiff_t at = str_find(s, str_of(name));

    assert_true(at >= 0);
    return strtod(s.ptr + at + strlen(name), NULL) * 25.4 / 72;
}

/* Words of a page at one height are one line. */
static size_t lines_of_text(Arena *a, TextLine *lines, size_t most) {
    Str rest = ask(a, "pdftotext -bbox %-"), line;
    size_t n = 0;
    int page = 0;

    while (str_split(&rest, '\n', &line)) {
        double left, right, middle;
        Str word;

        page += str_find(line, STR("<page ")) >= 0;
        if (str_find(line, STR("<word ")) < 0)
            continue;
        left = number_after(line, "xMin=\"");
        right = number_after(line, "xMax=\"");
        middle = (number_after(line, "yMin=\"") + number_after(line, "yMax=\"")) / 2;
        word = str_slice(line, (size_t)str_find(line, STR("\">")) + 2,
                         (size_t)str_find(line, STR("</word>")));
        if (n > 0 && lines[n - 1].page == page && fabs(lines[n - 1].middle - middle) < 2) {
            lines[n - 1].text =
                str_format(a, "%.*s%.*s", STR_ARG(lines[n - 1].text), STR_ARG(word));
            lines[n - 1].right = right;
            continue;
        }
        assert_true(n < most);
        lines[n++] = (TextLine){left, right, middle, str_dup(a, word), page};
    }
    return n;
}

static Str without_spaces(Arena *a, Str s) {
    scoped_buf Buf out;

    buf_init(&out, OUTPUT_MOST);
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != ' ' && s.ptr[i] != '\n' && s.ptr[i] != '\f' && s.ptr[i] != '\r')
            buf_add_char(&out, s.ptr[i]);
    return str_dup(a, buf_str(&out));
}

/* ---- the grid */

/* 22 lines of 28 characters, each character in the middle of its cell: 国 fills its square. */
static void test_grid(void **state) {
    scoped_arena Arena *a = arena_new();
    Draft d = draft_new(a, SHEET_OFFICIAL, 4);
    TextLine lines[64];
    size_t n;
    Picture p;

    (void)state;
    draft_add(&d, BLOCK_TEXT, repeated(a, "国", 26 + 28 * 30));
    write_pdf(&d, NULL);
    n = lines_of_text(a, lines, 64);
    for (size_t i = 0; i < 22; i++) {
        assert_int_equal(lines[i].page, 1);
        assert_int_equal(str_runes(lines[i].text), i == 0 ? 26 : 28);
    }
    assert_string_equal(lines[22].text.ptr, "—1—");
    assert_int_equal(lines[23].page, 2);
    assert_int_equal(n, 22 + 1 + 9 + 1);
    p = picture_of(a, 1);
    for (int row = 0; row < 22; row += 7)
        for (int column = row == 0 ? 2 : 0; column < 28; column++) {
            double x = 28 + column * CELL_MM, y = 37 + row * ROW_MM;
            Extent e = extent_of(&p, is_black, x, y, x + CELL_MM, y + ROW_MM);

            near_by((e.left + e.right) / 2, x + CELL_MM / 2, 0.15, "字在格的中央");
            near_by((e.top + e.bottom) / 2, y + ROW_MM / 2, 0.15, "行在格的中央");
        }
}

/* What Chinese typesetting forbids at both ends of a line; numbers are never cut. */
static void test_line_ends(void **state) {
    static const char *const bits[] = {
        "，",       "。",     "、",   "；",           "（一）",
        "《规定》", "“两法”", "：",   "2024年3月5日", "1,286,000.50元",
        "95.5%",    "案件",   "移送", "检察机关",     "A4",
        "！",       "……",     "——",   "的",           "第12条"};
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf text;
    Draft d = draft_new(a, SHEET_OFFICIAL, 60);
    TextLine lines[800];
    uint32_t seed = 9704;
    size_t n, full = 0;
    Picture p;
    Extent ink;

    (void)state;
    buf_init(&text, 1 << 20);
    for (int k = 0; k < 60; k++) {
        buf_clear(&text);
        for (int i = 0; i < 120; i++) {
            seed = seed * 1664525 + 1013904223;
            buf_add_c(&text,
                      i % 3 == 0 ? "办理的" : bits[(seed >> 16) % (sizeof bits / sizeof *bits)]);
        }
        draft_add(&d, BLOCK_TEXT, str_dup(a, buf_str(&text)));
    }
    write_pdf(&d, NULL);
    n = lines_of_text(a, lines, 800);
    assert_true(n > 500);
    for (size_t i = 0; i < n; i++) {
        static const char *const closes[] = {"，", "。", "、", "；", "）", "》", "”",
                                             "：", "！", "%",  "年", "月", "日"};
        static const char *const opens[] = {"（", "《", "“"};
        Str t = lines[i].text;

        if (str_starts(t, STR("—")) && str_runes(t) < 8)
            continue; /* a page number */
        for (size_t k = 0; k < sizeof closes / sizeof *closes; k++)
            if (str_starts(t, str_of(closes[k])))
                fail_msg("a line begins with %s: %.*s", closes[k], STR_ARG(t));
        for (size_t k = 0; k < sizeof opens / sizeof *opens; k++)
            if (str_ends(t, str_of(opens[k])))
                fail_msg("a line ends with %s: %.*s", opens[k], STR_ARG(t));
        if (i + 1 < n && t.ptr[t.len - 1] >= '0' && t.ptr[t.len - 1] <= '9' &&
            (unsigned char)lines[i + 1].text.ptr[0] < 0x80)
            fail_msg("a number is cut: %.*s / %.*s", STR_ARG(t), STR_ARG(lines[i + 1].text));
        /* A mark that gave up its empty half is told with it: half a character more. */
        if (lines[i].left < 27.7 - 2.9 || lines[i].right > 184.3 + 2.9)
            fail_msg("%.2f %.2f: %.*s", lines[i].left, lines[i].right, STR_ARG(t));
        full += lines[i].right > 181.5;
    }
    p = picture_of(a, 2);
    ink = extent_of(&p, is_black, 0, 0, 210, 263);
    assert_true(ink.left > 27.7 && ink.right < 184.3 && ink.top > 37 && ink.bottom < 262);
    assert_true(full > n * 8 / 10); /* every line but the last of a paragraph reaches the edge */
}

/* Copied text is the text. */
static void test_text_layer(void **state) {
    static const char text[] = "为深入贯彻“两法衔接”工作部署，2024年3月5日前建立平台，到2025年12月"
                               "底覆盖42个部门、1,286名人员，移送率达到95.5%以上；代码为"
                               "91370212MA3C8XYZ9Q的企业先行试点，邮箱lianheng.office@example."
                               "cn，见https://www.example.cn/index.html。“应移未移”"
                               "……——（一）《规定》〔2024〕12号，ＡＢ１２①㎡℃。";
    scoped_arena Arena *a = arena_new();
    Draft d = draft_new(a, SHEET_LETTER, 60);
    scoped_buf Buf all;
    Str found;

    (void)state;
    buf_init(&all, 1 << 20);
    for (int i = 0; i < 3; i++) {
        draft_add(&d, i == 1 ? BLOCK_LEVEL_2 : BLOCK_TEXT, str_of(text));
        buf_add_c(&all, text);
    }
    write_pdf(&d, NULL); /* the first page of a letter has no number */
    found = without_spaces(a, ask(a, "pdftotext -raw %-"));
    if (!str_eq(found, without_spaces(a, buf_str(&all))))
        fail_msg("%.*s", STR_ARG(found));
}

/* A line with marks that gave up half their cells is still one line to who copies it. */
static void test_text_of_squeezed_lines(void **state) {
    static const char text[] =
        "衔接工作规定》等文件精神，结合我县实际，现就进一步加强的“两法衔接”工作提出。";
    scoped_arena Arena *a = arena_new();
    Draft d = draft_new(a, SHEET_LETTER, 4);
    Str found;

    (void)state;
    draft_add(&d, BLOCK_RECIPIENT,
              STR("一二三四五六七八，一二三四五六七八九十，一二三四五六七八，九十"));
    draft_add(&d, BLOCK_RECIPIENT,
              STR("（一）三四五六七八“一二三四五六七八九十”一二三四五六七，八九十"));
    draft_add(&d, BLOCK_RECIPIENT, str_of(text));
    write_pdf(&d, NULL);
    found = ask(a, "pdftotext -raw %-");
    if (str_find(found, STR("一二三四五六七八，一二三四五六七八九十，一二三四五六七八，\n")) < 0 ||
        str_find(found, STR("（一）三四五六七八“一二三四五六七八九十”一二三四五六七，\n")) < 0)
        fail_msg("%.*s", STR_ARG(found));
}

/* ---- forms */

static void test_official(void **state) {
    scoped_arena Arena *a = arena_new();
    Draft d = draft_new(a, SHEET_OFFICIAL, 16);
    LayoutReport r;
    Extent mark, number, digits;
    Rule rules[8];
    Picture p;

    (void)state;
    draft_add(&d, BLOCK_MARK, STR("青岭县人民政府文件"));
    draft_add(&d, BLOCK_NUMBER, STR("青政发国2024国12号"));
    draft_add(&d, BLOCK_TITLE, STR("关于加强衔接工作的意见"));
    draft_add(&d, BLOCK_RECIPIENT, STR("各乡镇人民政府："));
    draft_add(&d, BLOCK_TEXT, repeated(a, "国", 28 * 9));
    draft_add(&d, BLOCK_COPIES, STR("抄送：县委各部门。"));
    draft_add(&d, BLOCK_PRINTED, STR("青岭县人民政府办公室　2024年3月5日印发"));
    r = write_pdf(&d, NULL);
    assert_int_equal(r.pages, 2);
    p = picture_of(a, 1);
    mark = extent_of(&p, is_red, 0, 0, 210, 105);
    near(mark.top, 37 + 35, "标志上边缘距版心上边缘 35 mm");
    assert_true(mark.left > 27.7 && mark.right < 184.3);
    near((mark.left + mark.right) / 2, 28 + 78, "标志居中");
    assert_int_equal(rules_of(&p, is_red, rules, 8), 1);
    near(rules[0].left, 28, "红线左端");
    near(rules[0].right, 184, "红线与版心等宽");
    number = extent_of(&p, is_black, 28, 60, 184, rules[0].top);
    near(rules[0].top - number.bottom, 4, "红线在发文字号下 4 mm");
    near((number.left + number.right) / 2, 106, "发文字号居中");
    /* 空二行: between mark and number, red line and title, two lines of 三号 give or take half. */
    near_by(number.top - mark.bottom, 2 * ROW_MM, ROW_MM / 2, "标志下空二行");
    number = extent_of(&p, is_black, 28, rules[0].top + 1, 184, rules[0].top + 35);
    near_by(number.top - rules[0].top, 2 * ROW_MM, ROW_MM / 2, "红线下空二行");
    digits = extent_of(&p, is_black, 120, 264, 184, 280);
    near(digits.right, 184 - 14 * 25.4 / 72, "单页页码居右空一字");
    number = extent_of(&p, is_black, digits.right - 3, 264, 184, 280);
    near(number.top, 262 + 7, "一字线上距版心下边缘 7 mm");
    p = picture_of(a, 2);
    assert_int_equal(rules_of(&p, is_black, rules, 8), 3);
    near_by(rules[0].height, 0.35, 0.12, "首条粗线");
    near_by(rules[1].height, 0.25, 0.12, "中间细线");
    near_by(rules[2].height, 0.35, 0.12, "末条粗线");
    near(rules[2].top + rules[2].height, 262, "末条分隔线与版心下边缘重合");
    near(rules[1].right - rules[1].left, 156, "与版心等宽");
    digits = extent_of(&p, is_black, 28, 264, 100, 280);
    near(digits.left, 28 + 14 * 25.4 / 72, "双页页码居左空一字");
}

static void test_letter(void **state) {
    scoped_arena Arena *a = arena_new();
    Draft d = draft_new(a, SHEET_LETTER, 16);
    Rule rules[8];
    Extent mark, number;
    Picture p;

    (void)state;
    draft_add(&d, BLOCK_MARK, STR("青岭县人民检察院"));
    draft_add(&d, BLOCK_NUMBER, STR("青检函国2024国7号"));
    draft_add(&d, BLOCK_TITLE, STR("关于商请移送材料的函"));
    draft_add(&d, BLOCK_TEXT, repeated(a, "国", 28 * 9));
    assert_int_equal(write_pdf(&d, NULL).pages, 1);
    p = picture_of(a, 1);
    assert_int_equal(rules_of(&p, is_red, rules, 8), 4);
    mark = extent_of(&p, is_red, 0, 0, 210, rules[0].top - 0.5);
    near(mark.top, 30, "标志上边缘距上页边 30 mm");
    near(rules[0].top - mark.bottom, 4, "红双线在标志下 4 mm");
    assert_true(rules[0].height > rules[1].height && rules[2].height < rules[3].height);
    near(297 - rules[3].top - rules[3].height, 20, "下红双线距下页边 20 mm");
    for (int i = 0; i < 4; i++) {
        near(rules[i].right - rules[i].left, 170, "红双线长 170 mm");
        near((rules[i].right + rules[i].left) / 2, 105, "红双线居中");
    }
    number = extent_of(&p, is_black, 100, rules[1].top + 1, 190, rules[1].top + 14);
    near(number.top - rules[1].top - rules[1].height, 16 * 25.4 / 72 * 7 / 8,
         "发文字号距红线 3 号字高的 7/8");
    near_by(number.right, 184, 0.6, "发文字号顶格居右"); /* 号 does not fill its square */
}

/* ---- seals, marks */

static cairo_status_t keep(void *closure, const unsigned char *bytes, unsigned count) {
    buf_add_bytes(closure, bytes, count);
    return CAIRO_STATUS_SUCCESS;
}

/* A red disc that fills its square. */
static Str disc(Arena *a) {
    scoped_buf Buf out;
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 300, 300);
    cairo_t *cr = cairo_create(surface);

    buf_init(&out, 1 << 20);
    cairo_set_source_rgb(cr, 0.9, 0, 0);
    cairo_arc(cr, 150, 150, 150, 0, 7);
    cairo_fill(cr);
    cairo_destroy(cr);
    assert_int_equal(cairo_surface_write_to_png_stream(surface, keep, &out), CAIRO_STATUS_SUCCESS);
    cairo_surface_destroy(surface);
    return str_dup(a, buf_str(&out));
}

/* The picture is where the report says; what is drawn across the page is no text of the document.
 */
static void test_seal_and_watermark(void **state) {
    scoped_arena Arena *a = arena_new();
    Draft d = draft_new(a, SHEET_LETTER, 8);
    Str seal = disc(a);
    LayoutOptions o = {.created = CREATED,
                       .watermark = STR_INIT("草稿 不得外传"),
                       .seals = &seal,
                       .seal_count = 1};
    LayoutReport r;
    Picture p;
    Extent e;

    (void)state;
    d.sheet.sealed = true;
    draft_add(&d, BLOCK_TEXT, STR("正文。"));
    draft_add(&d, BLOCK_SIGNATURE, STR("青岭县人民检察院"));
    draft_add(&d, BLOCK_DATE, STR("2024年3月5日"));
    r = write_pdf(&d, &o);
    assert_int_equal(r.seal_count, 1);
    p = picture_of(a, r.seals[0].page);
    e = extent_of(&p, is_red, 20, 60, 210, 250);
    near((e.left + e.right) / 2, r.seals[0].x, "印章的位置");
    near((e.top + e.bottom) / 2, r.seals[0].y, "印章的高低");
    near(e.right - e.left, 42, "印章的直径");
    extent_of(&p, is_black, e.left + 5, e.top + 5, e.right - 5, e.bottom - 5); /* shows through */
    assert_string_equal(without_spaces(a, ask(a, "pdftotext -raw %-")).ptr,
                        "正文。青岭县人民检察院2024年3月5日");
    seal.len /= 2; /* a picture cut in two */
    {
        scoped_buf Buf pdf;
        Err err = {0};

        buf_init(&pdf, PDF_MOST);
        assert_false(layout_pdf(&d.sheet, &o, &pdf, &r, a, &err));
        assert_int_equal(err.code, ERR_INVALID);
    }
}

/* ---- tables */

static void test_table_over_pages(void **state) {
    enum { COUNT = 90 };
    scoped_arena Arena *a = arena_new();
    Draft d = draft_new(a, SHEET_OFFICIAL, 4);
    Row *rows = arena_array_of(a, COUNT, Row);
    LayoutReport r;
    Str text, rest, piece;
    size_t heads = 0;

    (void)state;
    rows[0] = draft_row(a, "序号|案件名称|涉案金额（元）|备注", true);
    for (int i = 1; i < COUNT; i++)
        rows[i] = draft_row(
            a,
            str_format(a, "%d|某某涉嫌第%d类案件|%d,000.00|%.*s", i, i, i,
                       STR_ARG(repeated(a, "情节轻微不需要追究刑事责任", i == 40 ? 120 : i % 5)))
                .ptr,
            false);
    draft_add(&d, BLOCK_TITLE, STR("统计表"));
    d.blocks[d.sheet.count++] = (Block){.kind = BLOCK_TABLE, .rows = rows, .row_count = COUNT};
    r = write_pdf(&d, NULL);
    assert_true(r.pages >= 3);
    text = without_spaces(a, ask(a, "pdftotext -raw %-"));
    for (rest = text; str_find(rest, STR("涉案金额（元）")) >= 0; heads++)
        rest = str_slice(rest, (size_t)str_find(rest, STR("涉案金额（元）")) + 1, rest.len);
    assert_int_equal(heads, r.pages);
    for (int i = 1; i < COUNT; i++)
        if (str_find(text, str_format(a, "%d,000.00", i)) < 0)
            fail_msg("row %d is missing", i);
    rest = ask(a, "pdftotext -bbox %-");
    while (str_split(&rest, '\n', &piece))
        if (str_find(piece, STR("<word ")) >= 0) {
            assert_true(number_after(piece, "xMax=\"") < 184);
            assert_true(number_after(piece, "xMin=\"") > 28);
        }
    for (size_t i = 0; i < r.box_count; i++)
        assert_true(r.boxes[i].y + r.boxes[i].h <= 262.2);
}

/* Where a text of one line stands on the page. */
static TextLine line_named(const TextLine *lines, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++)
        if (str_is(lines[i].text, name))
            return lines[i];
    fail_msg("no line %s", name);
    return (TextLine){0};
}

/* A cell over three rows: its text stands in the middle of them, with no line through it; what is
 * too long for them makes the last one higher, and they are not torn apart. */
static void test_cells_over_rows(void **state) {
    scoped_arena Arena *a = arena_new();
    Draft d = draft_new(a, SHEET_OFFICIAL, 80);
    Row rows[4];
    TextLine lines[200], first, last, middle;
    LayoutReport r;
    size_t n;

    (void)state;
    rows[0] = draft_row(a, "甲项|乙一", false);
    rows[1] = draft_row(a, "^|乙二", false);
    rows[2] = draft_row(a, "^|乙三", false);
    rows[3] = draft_row(a, "丙项|丁一", false);
    d.blocks[d.sheet.count++] = (Block){.kind = BLOCK_TABLE, .rows = rows, .row_count = 4};
    write_pdf(&d, NULL);
    n = lines_of_text(a, lines, 200);
    first = line_named(lines, n, "乙一");
    last = line_named(lines, n, "乙三");
    middle = line_named(lines, n, "甲项乙二"); /* on one line */
    near((first.middle + last.middle) / 2, middle.middle, "跨行的字居中");
    {
        Picture p = picture_of(a, 1);
        double rule = (first.middle + middle.middle) / 2; /* between the first two rows */

        /* no line through the joined cell, one between the rows beside it */
        assert_false(any_ink(&p, middle.left, rule - 1, middle.left + 8, rule + 1));
        assert_true(any_ink(&p, first.left, rule - 1, first.right, rule + 1));
    }
    /* Near the foot of the page: all four go over together. */
    d = draft_new(a, SHEET_OFFICIAL, 80);
    for (int i = 0; i < 20; i++)
        draft_add(&d, BLOCK_TEXT, STR("正文一行。"));
    rows[0] = draft_row(a, str_format(a, "%.*s|乙一", STR_ARG(repeated(a, "长", 200))).ptr, false);
    d.blocks[d.sheet.count++] = (Block){.kind = BLOCK_TABLE, .rows = rows, .row_count = 4};
    r = write_pdf(&d, NULL);
    assert_int_equal(r.pages, 2);
    assert_int_equal(str_find(without_spaces(a, ask(a, "pdftotext -l 1 -raw %-")), STR("乙一")),
                     -1);
    assert_true(str_find(without_spaces(a, ask(a, "pdftotext -f 2 -raw %-")), STR("丁一")) >= 0);
}

/* ---- titles */

static void title_breaks(const char *title, const char *word, const char *wanted) {
    scoped_arena Arena *a = arena_new();
    Draft d = draft_new(a, SHEET_LETTER, 4);
    Str words[] = {str_of(word)};
    LayoutOptions o = {.created = CREATED, .words = words, .word_count = 1};
    scoped_buf Buf found;
    TextLine lines[20];
    size_t n;

    draft_add(&d, BLOCK_TITLE, str_of(title));
    write_pdf(&d, &o);
    n = lines_of_text(a, lines, 20);
    buf_init(&found, 1 << 16);
    for (size_t i = 0; i < n; i++) {
        buf_addf(&found, "%s%.*s", i == 0 ? "" : "/", STR_ARG(lines[i].text));
        near((lines[i].left + lines[i].right) / 2, 106, "标题居中");
    }
    if (!str_is(buf_str(&found), wanted))
        fail_msg("%.*s instead of %s", STR_ARG(buf_str(&found)), wanted);
}

static void test_titles(void **state) {
    (void)state;
    title_breaks("检察建议书", "", "检察建议书");
    title_breaks("青岭县人民政府关于进一步加强行政执法与刑事司法衔接工作的实施意见", "",
                 "青岭县人民政府关于进一步加强/行政执法与刑事司法衔接工作的实施意见");
    title_breaks("关于印发《青岭县“府检联动”工作实施办法（试行）》的通知", "",
                 "关于印发《青岭县“府检联动”/工作实施办法（试行）》的通知");
    title_breaks("关于商请移送阿依古丽等人涉嫌销售假药案件有关材料的函", "阿依古丽",
                 "关于商请移送阿依古丽等人/涉嫌销售假药案件有关材料的函");
}

/* ---- fonts */

static void test_fonts(void **state) {
    scoped_arena Arena *a = arena_new();
    Draft d = draft_new(a, SHEET_OFFICIAL, 16);
    Str rest, line;
    int fonts = 0;

    (void)state;
    draft_add(&d, BLOCK_MARK, STR("青岭县人民政府文件"));
    draft_add(&d, BLOCK_TITLE, STR("关于加强衔接工作的意见"));
    draft_add(&d, BLOCK_LEVEL_1, STR("一、总体要求"));
    draft_add(&d, BLOCK_LEVEL_2, STR("（一）指导思想"));
    draft_add(&d, BLOCK_TEXT, STR("正文2024年，喆堃垚镕"));
    write_pdf(&d, NULL);
    rest = ask(a, "pdffonts %");
    for (int i = 0; str_split(&rest, '\n', &line); i++) {
        if (i < 2 || line.len == 0)
            continue;
        fonts++;
        /* embedded, subset, with a table to Unicode; a subset's name begins with a tag */
        if (str_find(line, STR("yes yes yes")) < 0 || line.len < 7 || line.ptr[6] != '+')
            fail_msg("%.*s", STR_ARG(line));
    }
    assert_true(fonts >= 4);
    assert_true(str_find(ask(a, "pdfinfo %"), STR("关于加强衔接工作的意见")) > 0);
    assert_true(str_find(ask(a, "pdfinfo %"), STR("A4")) > 0);
}

static int cleanup(void **state) {
    (void)state;
    return unlink(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grid),
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_text_layer),
        cmocka_unit_test(test_text_of_squeezed_lines),
        cmocka_unit_test(test_official),
        cmocka_unit_test(test_letter),
        cmocka_unit_test(test_seal_and_watermark),
        cmocka_unit_test(test_table_over_pages),
        cmocka_unit_test(test_cells_over_rows),
        cmocka_unit_test(test_titles),
        cmocka_unit_test(test_fonts),
    };
    test_template(path, "layout");
    int file = mkstemp(path);

    if (file < 0)
        return 1;
    close(file);
    return cmocka_run_group_tests(tests, NULL, cleanup);
}
