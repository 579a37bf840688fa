/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/docx_test.c: sheets through a .docx and back; what Word writes; what is not let in. */
#include <sys/stat.h>
#include <unistd.h>

#include "base/testing.h"
#include "document/docx_testing.h"

#include "base/banned.h"

#define RELS "http://schemas.openxmlformats.org/package/2006/relationships"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static Docx *open_good(Arena *a, Str bytes) {
    Err e = {0};
    Docx *d = docx_open(a, bytes, &e);

    if (d == NULL)
        fail_msg("%s", e.text);
    return d;
}

static Sheet read_good(Arena *a, Docx *d) {
    Sheet s;
    Err e = {0};

    assert_true(docx_read(d, a, &s, NULL, &e));
    return s;
}

/* --- there and back -------------------------------------------------------------------------- */

static const Span number_spans[] = {
    {STR_INIT("江检行意〔2026〕3号"), FACE_OF_BLOCK, STR_INIT("number")}};
static const Span text_spans[] = {
    {STR_INIT("经审查，"), FACE_OF_BLOCK, {NULL, 0}},
    {STR_INIT("陈某某 <&> \"引\""), FACE_BLACK, STR_INIT("party_name")},
    {STR_INIT("，\t第二行\n第三行"), FACE_REGULAR, {NULL, 0}},
    {STR_INIT("加粗"), FACE_BOLD, STR_INIT("items.name")},
};

#define ONE(kind, literal) \
    { kind, 0, (const Span[]){{STR_INIT(literal), FACE_OF_BLOCK, {NULL, 0}}}, 1, NULL, 0 }

static const Block cell_1[] = {ONE(BLOCK_TEXT, "名称")},
                   cell_2[] = {ONE(BLOCK_TEXT, "一、不是标题")},
                   cell_3[] = {ONE(BLOCK_TEXT, "甲"), ONE(BLOCK_TEXT, "乙")};
static const SheetCell head_cells[] = {{cell_1, 1, 1, false}, {cell_2, 1, 2, false}},
                       row_cells[] = {{cell_3, 2, 2, false}, {NULL, 0, 1, false}},
                       under_cells[] = {{NULL, 0, 2, true}, {cell_1, 1, 1, false}};
static const Row rows[] = {{head_cells, 2, true}, {row_cells, 2, false}, {under_cells, 2, false}};
static const Block blocks[] = {
    ONE(BLOCK_COPY_NUMBER, "000001"),
    ONE(BLOCK_SECRECY, "秘密★1年"),
    ONE(BLOCK_URGENCY, "特急"),
    ONE(BLOCK_MARK, "江城县人民检察院文件"),
    {BLOCK_NUMBER, 0, number_spans, 1, NULL, 0},
    ONE(BLOCK_SIGNER, "签发人：李华"),
    ONE(BLOCK_TITLE, "检察意见书"),
    ONE(BLOCK_RECIPIENT, "江城县公安局："),
    {BLOCK_TEXT, 0, text_spans, 4, NULL, 0},
    ONE(BLOCK_LEVEL_1, "一、基本情况"),
    ONE(BLOCK_LEVEL_2, "（一）来源"),
    ONE(BLOCK_LEVEL_3, "1．甲"),
    ONE(BLOCK_LEVEL_4, "（1）乙"),
    ONE(BLOCK_LEVEL_1, "没有序号的一级标题"),
    {BLOCK_TABLE, 0, NULL, 0, rows, 3},
    {BLOCK_TABLE, 0, NULL, 0, rows, 3},
    ONE(BLOCK_ATTACHMENT, "附件：1. 清单"),
    ONE(BLOCK_SIGNATURE, "江城县人民检察院"),
    ONE(BLOCK_DATE, "2026年3月20日"),
    ONE(BLOCK_NOTE, "（此件公开发布）"),
    {BLOCK_PAGE, 0, NULL, 0, NULL, 0},
    ONE(BLOCK_ATTACHMENT_HEAD, "附件1"),
    ONE(BLOCK_NAMES, "出席：甲、乙"),
    ONE(BLOCK_COPIES, "抄送：江城县司法局。"),
    ONE(BLOCK_PRINTED, "江城县人民检察院办公室　2026年3月20日印发"),
};

static void same_blocks(Arena *a, const Block *is, size_t n, const Block *wanted, size_t m) {
    assert_int_equal(n, m);
    for (size_t i = 0; i < n; i++) {
        if (is[i].kind != wanted[i].kind)
            fail_msg("block %zu “%.*s” is %s, not %s", i, STR_ARG(sheet_text(a, &is[i])),
                     sheet_style(is[i].kind), sheet_style(wanted[i].kind));
        assert_int_equal(is[i].span_count, wanted[i].span_count);
        for (size_t k = 0; k < is[i].span_count; k++) {
            assert_true(str_eq(is[i].spans[k].text, wanted[i].spans[k].text));
            assert_int_equal(is[i].spans[k].face, wanted[i].spans[k].face);
            assert_true(str_eq(is[i].spans[k].field, wanted[i].spans[k].field));
        }
        assert_int_equal(is[i].row_count, wanted[i].row_count);
        for (size_t r = 0; r < is[i].row_count; r++) {
            assert_int_equal(is[i].rows[r].head, wanted[i].rows[r].head);
            assert_int_equal(is[i].rows[r].count, wanted[i].rows[r].count);
            for (size_t c = 0; c < is[i].rows[r].count; c++) {
                const SheetCell *x = &is[i].rows[r].cells[c], *y = &wanted[i].rows[r].cells[c];

                assert_int_equal(x->columns, y->columns);
                assert_int_equal(x->under, y->under);
                same_blocks(a, x->blocks, x->count, y->blocks, y->count);
            }
        }
    }
}

static void test_there_and_back(void **state) {
    (void)state;
    for (int form = 0; form < 4; form++) {
        scoped_arena Arena *a = arena_new();
        scoped_buf Buf bytes = {.max = DOCX_SIZE_MAX}, again = bytes;
        Sheet s = {(SheetForm)form, blocks, sizeof blocks / sizeof *blocks, form % 2 == 0};
        DocxProperties p = {STR("检察意见书"), STR("李华")};
        Err e = {0};

        assert_true(docx_write(&s, &p, &bytes, &e));
        assert_true(docx_write(&s, &p, &again, &e));
        assert_true(str_eq(buf_str(&bytes), buf_str(&again)));
        Sheet back = read_good(a, open_good(a, buf_str(&bytes)));

        same_blocks(a, back.blocks, back.count, blocks, sizeof blocks / sizeof *blocks);
        assert_int_equal(back.form, form);
        assert_int_equal(back.sealed, s.sealed);
    }
}

/* --- one paragraph --------------------------------------------------------------------------- */

static void test_replace(void **state) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf bytes = {.max = DOCX_SIZE_MAX}, saved = bytes;
    Sheet s = {SHEET_OFFICIAL, blocks, sizeof blocks / sizeof *blocks, true};
    Err e = {0};

    (void)state;
    assert_true(docx_write(&s, NULL, &bytes, &e));
    Docx *d = open_good(a, buf_str(&bytes));

    assert_true(docx_replace(d, 9, STR("新的正文<1>\n第二行"), &e));
    assert_false(docx_replace(d, 0, STR("甲"), &e));
    assert_false(docx_replace(d, (int)docx_paragraphs(d) + 1, STR("甲"), &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    assert_false(docx_replace(d, 9, STR("\xff"), &e));
    assert_true(docx_save(d, &saved, &e));
    Docx *other = open_good(a, buf_str(&saved));
    Sheet back = read_good(a, other);

    assert_int_equal(back.count, s.count);
    assert_true(str_is(sheet_text(a, &back.blocks[8]), "新的正文<1>\n第二行"));
    assert_int_equal(back.blocks[8].number, 9);
    assert_true(str_is(sheet_text(a, &back.blocks[9]), "一、基本情况"));
    /* The other parts keep their bytes. */
    for (size_t i = 1; i < d->part_count; i++) {
        zip_stat_t x, y;

        assert_int_equal(zip_stat(d->zip, d->parts[i].name, 0, &x), 0);
        assert_int_equal(zip_stat(other->zip, d->parts[i].name, 0, &y), 0);
        assert_true(x.crc == y.crc && x.comp_size == y.comp_size);
    }
}

/* --- as Word writes -------------------------------------------------------------------------- */

static const char numbering[] =
    "<w:numbering " TEST_W "><w:abstractNum w:abstractNumId=\"5\"><w:lvl w:ilvl=\"0\"><w:start "
    "w:val=\"1\"/><w:numFmt w:val=\"chineseCountingThousand\"/><w:lvlText w:val=\"%1、\"/></w:lvl>"
    "<w:lvl w:ilvl=\"1\"><w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"%2.\"/></w:lvl>"
    "<w:lvl w:ilvl=\"2\"><w:numFmt w:val=\"hebrew1\"/><w:lvlText w:val=\"%3\"/></w:lvl>"
    "</w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"5\"/></w:num></w:numbering>";

#define LISTED(level, text)                                                              \
    "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"" level "\"/><w:numId w:val=\"1\"/></w:numPr>" \
    "</w:pPr><w:r><w:t>" text "</w:t></w:r></w:p>"

static void test_lists(void **state) {
    static const char *const wanted[] = {"一、甲", "1.子", "2.丑", "二、乙", "1.寅", "1怪"};
    scoped_arena Arena *a = arena_new();
    BindList warnings;
    Sheet s;
    Err e = {0};
    Str bytes = test_docx(a,
                          LISTED("0", "甲") LISTED("1", "子") LISTED("1", "丑") LISTED("0", "乙")
                              LISTED("1", "寅") LISTED("2", "怪"),
                          "word/numbering.xml", numbering);
    Docx *d = open_good(a, bytes);

    (void)state;
    assert_true(docx_read(d, a, &s, &warnings, &e));
    assert_int_equal(s.count, 6);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(str_c(a, sheet_text(a, &s.blocks[i])), wanted[i]);
    assert_int_equal(s.blocks[0].kind, BLOCK_LEVEL_1);
    assert_int_equal(warnings.count, 1);
    /* The number that Word writes does not come twice; another one takes the paragraph off the
     * list. */
    assert_true(docx_replace(d, 4, STR("二、改过"), &e));
    assert_true(docx_replace(d, 5, STR("（甲）改过"), &e));
    s = read_good(a, d);
    assert_string_equal(str_c(a, sheet_text(a, &s.blocks[3])), "二、改过");
    assert_string_equal(str_c(a, sheet_text(a, &s.blocks[4])), "（甲）改过");
}

static const char styles[] =
    "<w:styles " TEST_W
    "><w:style w:type=\"paragraph\" w:styleId=\"1\"><w:name w:val=\"heading 1\"/>"
    "</w:style><w:style w:type=\"paragraph\" w:styleId=\"T\"><w:name w:val=\"Title\"/></w:style>"
    "<w:style w:type=\"paragraph\" w:styleId=\"own\"><w:name w:val=\"我的标题\"/><w:basedOn "
    "w:val=\"T\"/></w:style><w:style w:type=\"paragraph\" w:styleId=\"r\"><w:name "
    "w:val=\"主送机关\"/></w:style></w:styles>";

#define STYLED(id, text) \
    "<w:p><w:pPr><w:pStyle w:val=\"" id "\"/></w:pPr><w:r><w:t>" text "</w:t></w:r></w:p>"

static void test_styles(void **state) {
    static const BlockKind wanted[] = {BLOCK_LEVEL_1,   BLOCK_TITLE,   BLOCK_TITLE,
                                       BLOCK_RECIPIENT, BLOCK_LEVEL_2, BLOCK_TEXT};
    scoped_arena Arena *a = arena_new();
    Str bytes = test_docx(
        a,
        STYLED("1", "基本情况") STYLED("T", "标题") STYLED("own", "标题二") STYLED("r", "甲：")
            STYLED("none", "（一）来源") "<w:p><w:r><w:t>正文</w:t></w:r></w:p><w:p/>",
        "word/styles.xml", styles);
    Sheet s = read_good(a, open_good(a, bytes));

    (void)state;
    assert_int_equal(s.count, 6);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(s.blocks[i].kind, wanted[i]);
    /* It does not say its form; one of ours does. */
    scoped_buf Buf ours = {.max = DOCX_SIZE_MAX};
    Docx *d = open_good(a, bytes);
    Err e = {0};

    docx_assume(d, SHEET_MINUTES, false);
    s = read_good(a, d);
    assert_true(s.form == SHEET_MINUTES && !s.sealed);
    s.form = SHEET_LETTER;
    assert_true(docx_write(&s, NULL, &ours, &e));
    d = open_good(a, buf_str(&ours));
    docx_assume(d, SHEET_MINUTES, true);
    s = read_good(a, d);
    assert_true(s.form == SHEET_LETTER && !s.sealed);
}

/* What is inside fields, changes, content controls and links; page breaks; what is only told. */
static void test_runs(void **state) {
    static const char body[] =
        "<w:p><w:r><w:t>甲</w:t></w:r><w:del><w:r><w:delText>删去</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>乙</w:t></w:r></w:ins><w:sdt><w:sdtContent><w:r><w:t>丙</w:t></w:r>"
        "</w:sdtContent></w:sdt><w:hyperlink><w:r><w:t>丁</w:t></w:r></w:hyperlink>"
        "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>DATE</w:instrText></w:r>"
        "<w:r><w:t>隐</w:t></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>戊"
        "</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r><w:r><w:t>己</w:t><w:drawing/>"
        "</w:r></w:p><w:p><w:r><w:br "
        "w:type=\"page\"/></w:r></w:p><w:p><w:r><w:t>后</w:t></w:r></w:p>";
    scoped_arena Arena *a = arena_new();
    BindList warnings;
    Sheet s;
    Err e = {0};

    (void)state;
    assert_true(docx_read(open_good(a, test_docx(a, body, NULL, NULL)), a, &s, &warnings, &e));
    assert_int_equal(s.count, 3);
    assert_string_equal(str_c(a, sheet_text(a, &s.blocks[0])), "甲乙丙丁戊己");
    assert_int_equal(s.blocks[0].span_count, 1);
    assert_int_equal(s.blocks[1].kind, BLOCK_PAGE);
    assert_int_equal(s.blocks[2].number, 3);
    assert_int_equal(warnings.count, 2);
}

/* --- what is not let in ---------------------------------------------------------------------- */

static void refused(Str bytes, const char *words) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    Docx *d = docx_open(a, bytes, &e);

    if (d != NULL)
        fail_msg("let in, but should have been refused: %s", words);
    if (str_find(str_of(e.text), str_of(words)) < 0)
        fail_msg("“%s” does not say “%s”", e.text, words);
    assert_true(e.code == ERR_INVALID || e.code == ERR_TOO_LARGE);
}

static void test_other_files(void **state) {
    scoped_arena Arena *a = arena_new();
    char compound[600] = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
    const char *name = "EncryptedPackage";

    (void)state;
    refused((Str){compound, sizeof compound}, "旧格式");
    for (size_t i = 0; name[i] != '\0'; i++)
        compound[100 + 2 * i] = name[i];
    refused((Str){compound, sizeof compound}, "密码");
    refused(STR(""), "空的");
    refused(STR("%PDF-1.7"), "PDF");
    refused(STR("{\\rtf1"), "RTF");
    refused(STR("<html>"), "网页");
    refused(STR("甲乙丙"), "不是 .docx");
    refused(STR("PK\x03\x04 broken"), "损坏");
    refused(test_zip(a, &(TestPart){"xl/workbook.xml", STR("<a/>")}, 1), "电子表格");
    refused(test_zip(a, &(TestPart){"mimetype", STR("x")}, 1), "OpenDocument");
    refused(test_zip(a, &(TestPart){"OFD.xml", STR("<a/>")}, 1), "OFD");
    refused(test_zip(a, &(TestPart){"甲.txt", STR("x")}, 1), "没有文字文档");
}

static void test_dangerous(void **state) {
    static const struct {
        const char *name, *part, *words;
    } cases[] = {
        {"word/vbaProject.bin", "x", "宏"},
        {"word/embeddings/a.xlsx", "x", "嵌入"},
        {"word/activeX/a.xml", "<a/>", "ActiveX"},
        {"word/_rels/document.xml.rels",
         "<Relationships xmlns=\"" RELS "\"><Relationship Id=\"a\" Type=\"" OFFICE
         "/image\" Target=\"http://example.com/a.png\" TargetMode=\"External\"/></Relationships>",
         "外面的内容"},
        {"word/_rels/settings.xml.rels",
         "<Relationships xmlns=\"" RELS "\"><Relationship Id=\"a\" Type=\"" OFFICE
         "/attachedTemplate\" Target=\"file:///C:/a.dotm\" "
         "TargetMode=\"External\"/></Relationships>",
         "Word 模板"},
        {"word/_rels/document.xml.rels",
         "<Relationships xmlns=\"" RELS "\"><Relationship Id=\"a\" Type=\"" OFFICE
         "/hyperlink\" Target=\"file:///etc/passwd\" TargetMode=\"External\"/></Relationships>",
         "外面的内容"},
        {"word/_rels/document.xml.rels",
         "<Relationships xmlns=\"" RELS "\"><Relationship Id=\"a\" Type=\"" OFFICE
         "/oleObject\" Target=\"a.bin\"/></Relationships>",
         "嵌入了对象"},
        {"word/_rels/document.xml.rels",
         "<Relationships xmlns=\"" RELS "\"><Relationship Id=\"a\" Type=\"" OFFICE
         "/aFChunk\" Target=\"a.html\"/></Relationships>",
         "其他格式"},
        {"word/_rels/document.xml.rels", "<Relationships", "XML"},
        {"word/styles.xml", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "DOCTYPE"},
        {"word/header1.xml", "<a", "XML"},
        {"WORD/DOCUMENT.XML", "<a/>", "同名"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();

        refused(test_docx(a, "<w:p/>", cases[i].name, cases[i].part), cases[i].words);
    }
    scoped_arena Arena *a = arena_new();
    Err e = {0};

    /* A plain link is none of that. */
    assert_non_null(docx_open(
        a,
        test_docx(a, "<w:p/>", "word/_rels/document.xml.rels",
                  "<Relationships xmlns=\"" RELS "\"><Relationship Id=\"a\" Type=\"" OFFICE
                  "/hyperlink\" Target=\"https://example.com/\" TargetMode=\"External\"/>"
                  "</Relationships>"),
        &e));
}

static void test_types(void **state) {
    scoped_arena Arena *a = arena_new();
    static const struct {
        const char *type, *words;
    } cases[] = {
        {"application/vnd.ms-word.document.macroEnabled.main+xml", "带宏"},
        {"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
         ".dotx"},
    };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        Str types = str_format(
            a, "<Types><Override PartName=\"/word/document.xml\" ContentType=\"%s\"/></Types>",
            cases[i].type);
        TestPart parts[] = {
            {"[Content_Types].xml", types},
            {"word/document.xml", STR("<w:document " TEST_W "><w:body/></w:document>")}};

        refused(test_zip(a, parts, 2), cases[i].words);
    }
    TestPart strict[] = {
        {"[Content_Types].xml", STR(TEST_TYPES)},
        {"word/document.xml",
         STR("<w:document xmlns:w=\"http://purl.oclc.org/ooxml/wordprocessingml/main\"><w:body/>"
             "</w:document>")}};

    refused(test_zip(a, strict, 2), "Strict");
}

static Str repeated(Arena *a, const char *open, const char *close, size_t n) {
    scoped_buf Buf out = {.max = (size_t)64 << 20};

    for (size_t i = 0; i < n; i++)
        buf_add_c(&out, open);
    for (size_t i = 0; i < n; i++)
        buf_add_c(&out, close);
    return str_dup(a, buf_str(&out));
}

static void test_ceilings(void **state) {
    scoped_arena Arena *a = arena_new();
    char *zeroes = calloc(1, (size_t)24 << 20);
    TestPart bomb[] = {{"[Content_Types].xml", STR(TEST_TYPES)},
                       {"word/document.xml", STR("<w:document " TEST_W "><w:body/></w:document>")},
                       {"word/media/a.png", {zeroes, (size_t)5 << 20}}};
    TestPart *many = arena_array_of(a, 2100, TestPart);

    (void)state;
    refused(test_zip(a, bomb, 3), "压缩炸弹");
    for (size_t i = 0; i < 2100; i++)
        many[i] = (TestPart){str_format(a, "a/%zu", i).ptr, STR("x")};
    many[0] = bomb[0];
    many[1] = bomb[1];
    refused(test_zip(a, many, 2100), "超过 2000 个");
    refused((Str){zeroes, ((size_t)20 << 20) + 1}, "20 MiB");
    free(zeroes);
    refused(test_docx(a, repeated(a, "<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>", 60).ptr,
                      NULL, NULL),
            "太深");
    refused(test_docx(a, repeated(a, "<w:p/>", "", 20001).ptr, NULL, NULL), "最多 20000 段");
}

/* The same answers from the worker. */
static void test_vet(void **state) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};

    (void)state;
    if (!docx_vet(test_docx(a, "<w:p/>", NULL, NULL), &e))
        fail_msg("%s", e.text);
    assert_false(docx_vet(test_docx(a, "<w:p/>", "word/vbaProject.bin", "x"), &e));
    assert_true(str_find(str_of(e.text), STR("宏")) >= 0);
    assert_false(docx_vet(STR("PK\x03\x04"), &e));
    assert_int_equal(e.code, ERR_INVALID);
}

/* --- in another program ---------------------------------------------------------------------- */

/* LibreOffice, where it is installed, reads the file and gives the same words back. */
static void test_other_program(void **state) {
    scoped_buf Buf bytes = {.max = DOCX_SIZE_MAX};
    Sheet s = {SHEET_OFFICIAL, blocks, sizeof blocks / sizeof *blocks, true};
    char folder[64];
    Err e = {0};

    (void)state;
    test_template(folder, "docx");
    if (getenv("LIANHENG_SOFFICE") == NULL || access("/usr/bin/soffice", X_OK) != 0) {
        print_message("not asked for, or no soffice here: LIANHENG_SOFFICE=1 opens the file in "
                      "LibreOffice\n");
        skip();
    }
    scoped_arena Arena *a = arena_new();

    assert_non_null(mkdtemp(folder));
    assert_true(docx_write(&s, NULL, &bytes, &e));
    FILE *f = fopen(str_format(a, "%s/a.docx", folder).ptr, "wb");

    assert_non_null(f);
    fwrite(bytes.ptr, 1, bytes.len, f);
    assert_int_equal(fclose(f), 0);
    int status = system(
        str_format(
            a,
            "cd %s && HOME=%s soffice --headless --convert-to txt:Text a.docx "
            ">/dev/null 2>&1 && grep -q 检察意见书 a.txt && grep -q 没有序号的一级标题 a.txt",
            folder, folder)
            .ptr);

    assert_int_equal(system(str_format(a, "rm -rf '%s'", folder).ptr), 0);
    assert_int_equal(status, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back), cmocka_unit_test(test_replace),
        cmocka_unit_test(test_lists),          cmocka_unit_test(test_styles),
        cmocka_unit_test(test_runs),           cmocka_unit_test(test_other_files),
        cmocka_unit_test(test_dangerous),      cmocka_unit_test(test_types),
        cmocka_unit_test(test_ceilings),       cmocka_unit_test(test_vet),
        cmocka_unit_test(test_other_program),
    };

    return cmocka_run_group_tests_name("document/docx", tests, NULL, NULL);
}
