/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/rows_xlsx_test.c: workbooks written by libxlsxwriter, and odd ones zipped by hand. */
#include "data/rows_test_help.h"

#include <pthread.h>
#include <xlsxwriter.h>
#include <zip.h>

/* --- written by a library -------------------------------------------------------------------- */

static lxw_format *format_of(lxw_workbook *book, const char *code) {
    lxw_format *format = workbook_add_format(book);

    format_set_num_format(format, code);
    return format;
}

static void add_ledger(lxw_workbook *book) {
    lxw_worksheet *sheet = workbook_add_worksheet(book, "处罚台账");
    lxw_format *date = format_of(book, "yyyy\"年\"m\"月\"d\"日\""),
               *moment = format_of(book, "yyyy-mm-dd hh:mm:ss"),
               *builtin = workbook_add_format(book), *time = format_of(book, "h:mm");
    lxw_datetime day = {.year = 2024, .month = 1, .day = 5}, at = day,
                 clock = {.hour = 8, .min = 30};

    format_set_num_format_index(builtin, 14);
    at.hour = 8;
    at.min = 30;
    worksheet_merge_range(sheet, 0, 0, 0, 6, "某县行政处罚台账", NULL);
    const char *const header[] = {"机关", "名称", "日期", "时间", "金额", "比例", "公式"};

    for (int i = 0; i < 7; i++)
        worksheet_write_string(sheet, 1, (lxw_col_t)i, header[i], NULL);
    worksheet_merge_range(sheet, 2, 0, 4, 0, "市场监管局", NULL);
    for (lxw_row_t r = 2; r < 5; r++) {
        worksheet_write_string(sheet, r, 1,
                               r == 2   ? "甲<&>\"公司\""
                               : r == 3 ? "乙\n丙"
                                        : "丁",
                               NULL);
        worksheet_write_number(sheet, r, 4, r == 2 ? 20000 : r == 3 ? 1234.56 : 0.1, NULL);
    }
    worksheet_write_datetime(sheet, 2, 2, &day, date);
    worksheet_write_datetime(sheet, 3, 2, &at, moment);
    worksheet_write_datetime(sheet, 4, 2, &day, builtin);
    worksheet_write_datetime(sheet, 2, 3, &clock, time);
    worksheet_write_boolean(sheet, 3, 5, 1, NULL);
    worksheet_write_formula_num(sheet, 2, 6, "=1+1", NULL, 2);
    worksheet_write_formula_str(sheet, 3, 6, "=A1&\"\"", NULL, "文字");
    worksheet_write_string(sheet, 9, 1, "隔了几行", NULL);
    worksheet_write_blank(sheet, 12, 3, date);
}

static const char *const LEDGER = "1|某县行政处罚台账\n2|机关|名称|日期|时间|金额|比例|公式\n"
                                  "3|市场监管局|甲<&>\"公司\"|@2024-01-05|@08:30:00|#20000||#2\n"
                                  "4|市场监管局|乙\n丙|@2024-01-05 08:30:00||#1234.56|~true|文字\n"
                                  "5|市场监管局|丁|@2024-01-05||#0.1\n10||隔了几行\n";

static const char *write_book(Arena *a, bool in_memory_strings) {
    const char *path = str_c(a, str_of(test_path("book.xlsx")));
    lxw_workbook_options options = {.constant_memory = !in_memory_strings};
    lxw_workbook *book = workbook_new_opt(path, &options);
    lxw_worksheet *empty = workbook_add_worksheet(book, "空"), *hidden;

    (void)empty;
    hidden = workbook_add_worksheet(book, "隐藏");
    worksheet_write_string(hidden, 0, 0, "不该读到", NULL);
    worksheet_hide(hidden);
    add_ledger(book);
    lxw_worksheet *second = workbook_add_worksheet(book, "第二张");

    worksheet_write_string(second, 0, 0, "二", NULL);
    assert_int_equal(workbook_close(book), LXW_NO_ERROR);
    return path;
}

static void a_written_book_comes_back(void **state) {
    scoped_arena Arena *a = arena_new();
    const char *path = write_book(a, true);
    Err e = {0};
    (void)state;

    for (size_t capacity = 1; capacity < 4; capacity++)
        assert_string_equal(rows_text(a, path, NULL, capacity), LEDGER);
    Rows *r = rows_open(path, NULL, &e);

    assert_int_equal(rows_info(r)->format, ROWS_XLSX);
    assert_int_equal(rows_info(r)->sheet_count, 4);
    assert_true(str_is(rows_info(r)->sheet, "处罚台账"));
    assert_true(str_is(rows_info(r)->sheets[3], "第二张"));
    rows_close(r);

    RowsOptions other = {.encoding = ENCODING_UNKNOWN, .sheet = STR("第二张")};

    assert_string_equal(rows_text(a, path, &other, 10), "1|二\n");
    other.sheet = STR("隐藏"); /* asked for by name it is read */
    assert_string_equal(rows_text(a, path, &other, 10), "1|不该读到\n");
    other.sheet = STR("没有的");
    const char *text = rows_text(a, path, &other, 10);

    assert_non_null(strstr(
        text, "not_found: 文件里没有名为“没有的”的工作表，有的是：空、隐藏、处罚台账、第二张"));
    unlink(path);
}

static void many_rows_stream(void **state) {
    scoped_arena Arena *a = arena_new();
    const char *path = str_c(a, str_of(test_path("big.xlsx")));
    lxw_workbook_options options = {.constant_memory = 1};
    lxw_workbook *book = workbook_new_opt(path, &options);
    lxw_worksheet *sheet = workbook_add_worksheet(book, NULL);
    size_t rows = 0;
    Err e = {0};
    (void)state;

    for (lxw_row_t r = 0; r < 50000; r++) {
        worksheet_write_number(sheet, r, 0, r, NULL);
        worksheet_write_string(sheet, r, 1, "银川市某某有限责任公司", NULL);
    }
    assert_int_equal(workbook_close(book), LXW_NO_ERROR);
    Rows *r = rows_open(path, NULL, &e);
    RowBlock *b = row_block_new(1000);
    uint64_t before = 0;

    while (rows_next(r, b, &e) && row_block_count(b) != 0) {
        for (size_t i = 0; i < row_block_count(b); i++, rows++) {
            assert_int_equal(row_block_rows(b)[i].line, rows + 1);
            assert_true(str_is(row_block_rows(b)[i].cells[1].text, "银川市某某有限责任公司"));
        }
        assert_true(rows_bytes_read(r) >= before);
        before = rows_bytes_read(r);
    }
    assert_int_equal(e.code, ERR_NONE);
    assert_int_equal(rows, 50000);
    assert_int_equal(rows_bytes_read(r), rows_info(r)->file_size);
    row_block_free(b);
    rows_close(r);
    unlink(path);
}

/* A reader may go away in the middle; nobody and nothing stays behind. */
static void closing_early_is_fine(void **state) {
    scoped_arena Arena *a = arena_new();
    const char *path = write_book(a, false);
    Err e = {0};
    (void)state;

    for (int i = 0; i < 5; i++) {
        Rows *r = rows_open(path, NULL, &e);
        RowBlock *b = row_block_new(1);

        assert_true(rows_next(r, b, &e));
        rows_close(r);
        row_block_free(b);
    }
    unlink(path);
}

/* A server imports while it serves: workers are forked from a process with many threads. */
static void *read_again_and_again(void *path) {
    for (int i = 0; i < 10; i++) {
        scoped_arena Arena *a = arena_new();

        if (strcmp(rows_text(a, path, NULL, 2), LEDGER) != 0)
            return path;
    }
    return NULL;
}

static void many_threads_read_at_once(void **state) {
    scoped_arena Arena *a = arena_new();
    char *path = str_c(a, str_of(write_book(a, true)));
    pthread_t threads[4];
    (void)state;

    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_again_and_again, path), 0);
    for (int i = 0; i < 4; i++) {
        void *failed;

        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    unlink(path);
}

/* --- zipped by hand -------------------------------------------------------------------------- */

typedef struct Part {
    const char *name, *text;
} Part;

static const char TYPE[] = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

static const char *zip_parts(Arena *a, const Part *parts, size_t count) {
    const char *path = str_c(a, str_of(test_path("odd.xlsx")));
    int error;
    zip_t *z = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &error);

    assert_non_null(z);
    for (size_t i = 0; i < count; i++) {
        zip_source_t *s = zip_source_buffer(z, parts[i].text, strlen(parts[i].text), 0);

        assert_true(zip_file_add(z, parts[i].name, s, ZIP_FL_OVERWRITE) >= 0);
    }
    assert_int_equal(zip_close(z), 0);
    return path;
}

typedef struct Odd {
    const char *workbook, *sheet, *strings, *styles;
} Odd;

/* A whole little book around one sheet. */
static const char *zip_book(Arena *a, const Odd *odd) {
    Str relations = str_format(
        a,
        "<Relationships><Relationship Id=\"r1\" Type=\"%s/worksheet\" "
        "Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"%s/sharedStrings\" "
        "Target=\"/xl/sharedStrings.xml\"/><Relationship Id=\"r3\" Type=\"%s/styles\" "
        "Target=\"styles.xml\"/></Relationships>",
        TYPE, TYPE, TYPE);
    const Part parts[] = {
        {"xl/_rels/workbook.xml.rels", relations.ptr},
        {"xl/workbook.xml", odd->workbook != NULL
                                ? odd->workbook
                                : "<workbook><sheets><sheet name=\"表\" r:id=\"r1\"/></sheets>"
                                  "</workbook>"},
        {"xl/worksheets/sheet1.xml", odd->sheet},
        {"xl/sharedStrings.xml", odd->strings != NULL ? odd->strings : "<sst/>"},
        {"xl/styles.xml", odd->styles != NULL ? odd->styles : "<styleSheet/>"},
    };

    return zip_parts(a, parts, sizeof parts / sizeof *parts);
}

#define SHEET(rows) "<worksheet><sheetData>" rows "</sheetData></worksheet>"

static void odd_sheets_are_read(void **state) {
    static const struct {
        Odd odd;
        const char *rows;
    } cases[] = {
        /* cells and rows without references */
        {{NULL, SHEET("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"), NULL,
          NULL},
         "1|#1|#2\n2|#3\n"},
        /* prefixes */
        {{"<x:workbook xmlns:x=\"u\"><x:sheets><x:sheet name=\"表\" q:id=\"r1\"/></x:sheets>"
          "</x:workbook>",
          "<x:worksheet><x:sheetData><x:row r=\"2\"><x:c r=\"B2\" "
          "t=\"inlineStr\"><x:is><x:t>甲</x:t>"
          "</x:is></x:c></x:row><x:row r=\"3\"><x:c r=\"A3\"><x:v>5</x:v></x:c></x:row>"
          "</x:sheetData><x:mergeCells><x:mergeCell ref=\"B2:B3\"/></x:mergeCells></x:worksheet>",
          NULL, NULL},
         "2||甲\n3|#5|甲\n"},
        /* rich text, readings left out, escapes */
        {{NULL,
          SHEET("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c>"
                "<c r=\"C1\" t=\"s\"><v>2</v></c></row>"),
          "<sst><si><r><t>东</t></r><r><rPr/><t xml:space=\"preserve\"> 京</t></r></si>"
          "<si><t>東京</t><rPh sb=\"0\" "
          "eb=\"2\"><t>トウキョウ</t></rPh></si><si><t>a_x000D_b_x4E2D_</t></si></sst>",
          NULL},
         "1|东 京|東京|a\rb_x4E2D_\n"},
        /* booleans, errors, formulas, ISO dates, nothing */
        {{NULL,
          SHEET("<row r=\"1\"><c r=\"A1\" t=\"b\"><v>0</v></c><c r=\"B1\" "
                "t=\"e\"><f>x</f><v>#N/A</v></c>"
                "<c r=\"C1\" t=\"str\"><f>\"y\"</f><v>字</v></c><c r=\"D1\" "
                "t=\"d\"><v>2024-01-05T00:00:00</v></c>"
                "<c r=\"E1\" t=\"d\"><v>2024-01-05T08:30:00.000Z</v></c><c r=\"F1\" t=\"s\"/><c "
                "r=\"G1\"><v/></c></row>"),
          NULL, NULL},
         "1|~false|^#N/A|字|@2024-01-05|@2024-01-05 08:30:00\n"},
        /* 1904, own formats, styles of cells and not of styles */
        {{"<workbook><workbookPr date1904=\"1\"/><sheets><sheet name=\"表\" r:id=\"r1\"/></sheets>"
          "</workbook>",
          SHEET("<row r=\"1\"><c r=\"A1\" s=\"1\"><v>43834</v></c><c r=\"B1\" "
                "s=\"0\"><v>43834</v></c>"
                "<c r=\"C1\" s=\"99\"><v>43834</v></c></row>"),
          NULL,
          "<styleSheet><numFmts><numFmt numFmtId=\"176\" formatCode=\"yyyy/m/d;@\"/></numFmts>"
          "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
          "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"176\"/></cellXfs></styleSheet>"},
         "1|@2024-01-05|#43834|#43834\n"},
        /* numbers as they are written */
        {{NULL,
          SHEET("<row r=\"1\"><c><v>510502199001011234</v></c><c><v>5.1050219900101101E+17</v></c>"
                "<c><v>0.30000000000000004</v></c><c><v>-7</v></c><c><v>1E-3</v></c><c><v>abc</v></"
                "c></row>"),
          NULL, NULL},
         "1|#510502199001011234|#510502199001011000|#0.3|#-7|#0.001|abc\n"},
        /* a block merge repeats downwards only; rows of nothing but merges are left out */
        {{NULL,
          "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row>"
          "<row r=\"2\"><c r=\"C2\"><v>2</v></c></row><row r=\"3\"><c r=\"A3\" s=\"1\"/></row>"
          "<row r=\"4\"><c r=\"C4\"><v>4</v></c></row><row r=\"5\"><c r=\"C5\"><v>5</v></c></row>"
          "</sheetData><mergeCells count=\"2\"><mergeCell ref=\"A1:B4\"/><mergeCell ref='C5:D5'/>"
          "</mergeCells></worksheet>",
          NULL, NULL},
         "1|#1\n2|#1||#2\n4|#1||#4\n5|||#5\n"},
        /* what looks like a merge in a comment is none */
        {{NULL,
          SHEET("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&lt;mergeCell "
                "ref=\"A1:A2\"/></t></is></c></row>"
                "<row r=\"2\"><c r=\"B2\"><v>2</v></c></row>"),
          NULL, NULL},
         "1|<mergeCell ref=\"A1:A2\"/>\n2||#2\n"},
        {{NULL, "<worksheet/>", NULL, NULL}, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();
        const char *path = zip_book(a, &cases[i].odd), *rows = rows_text(a, path, NULL, 2);

        if (strcmp(rows, cases[i].rows) != 0)
            fail_msg("case %zu:\n%s---\n%s", i, rows, cases[i].rows);
        unlink(path);
    }
}

static void formulas_without_a_result_are_a_problem(void **state) {
    static const char WHY[] = "列的公式没有计算结果，请用 WPS 或 Excel 打开并保存后再导入";
    static const struct {
        const char *cells, *before, *column; /* NULL: no problem */
    } cases[] = {
        {"<c r=\"A2\"><v>7</v></c><c r=\"B2\"><f>1+1</f></c>", "2|#7", "B"},
        {"<c r=\"B2\"><f>1+1</f><v/></c><c r=\"C2\"><f>2</f><v> </v></c>", "2", "B"},
        {"<c r=\"AB2\"><f>1+1</f><v></v></c>", "2", "AB"},
        {"<c r=\"A2\" t=\"str\"><f>\"\"</f></c><c r=\"B2\"><v>7</v></c>", "2||#7", "A"},
        {"<c r=\"A2\" t=\"str\"><f>\"\"</f><v></v></c><c r=\"B2\"><v>7</v></c>", "2||#7", NULL},
        {"<c r=\"A2\"><f>1+1</f><v>2</v></c><c r=\"B2\"/>", "2|#2", NULL},
        {"<c r=\"A2\"><f t=\"shared\" si=\"0\"/><v>2</v></c>", "2|#2", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();
        Odd odd = {.sheet = str_format(a,
                                       SHEET("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>"
                                             "<row r=\"2\">%s</row>"
                                             "<row r=\"3\"><c r=\"A3\"><v>3</v></c></row>"),
                                       cases[i].cells)
                                .ptr};
        bool bad = cases[i].column != NULL;
        Str expected = str_format(a, "1|#1\n%s%s%s%s%s\n3|#3\n", cases[i].before, bad ? " !" : "",
                                  bad ? cases[i].column : "", bad ? " " : "", bad ? WHY : "");
        const char *path = zip_book(a, &odd), *rows = rows_text(a, path, NULL, 2);

        if (!str_is(expected, rows))
            fail_msg("case %zu:\n%s---\n%s", i, rows, expected.ptr);
        unlink(path);
    }
}

static void bad_books_are_refused(void **state) {
    static const struct {
        Odd odd;
        const char *part;
    } cases[] = {
        {{NULL, "<worksheet><sheetData><row>", NULL, NULL}, "不完整"},
        {{NULL, "<worksheet></sheet>", NULL, NULL}, "XML 已损坏"},
        {{NULL, "<!DOCTYPE x [<!ENTITY a \"b\">]><worksheet/>", NULL, NULL}, "DOCTYPE"},
        {{NULL, SHEET("<row><c t=\"s\"><v>7</v></c></row>"), NULL, NULL}, "不存在的共享文字"},
        {{NULL, SHEET("<row r=\"5\"/><row r=\"5\"/>"), NULL, NULL}, "行号"},
        {{NULL, SHEET("<row><c r=\"GJZ1\"><v>7</v></c></row>"), NULL, NULL}, "超过 4096 列"},
        {{"<workbook><sheets/></workbook>", "<worksheet/>", NULL, NULL}, "没有工作表"},
        {{"<workbook><sheets><sheet name=\"宏\" r:id=\"r3\"/></sheets></workbook>", "<worksheet/>",
          NULL, NULL},
         "没有工作表"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();
        const char *path = zip_book(a, &cases[i].odd), *rows = rows_text(a, path, NULL, 2);

        if (strstr(rows, cases[i].part) == NULL || strstr(rows, "internal") == rows)
            fail_msg("case %zu: %s", i, rows);
        unlink(path);
    }
}

static void other_archives_are_named(void **state) {
    static const struct {
        Part part;
        const char *text;
    } cases[] = {
        {{"word/document.xml", "<w/>"}, "Word"},
        {{"content.xml", "<o/>"}, "OpenDocument"},
        {{"xl/workbook.bin", "x"}, "XLSB"},
        {{"readme.txt", "x"}, "请先解压"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();
        const char *path = zip_parts(a, &cases[i].part, 1), *rows = rows_text(a, path, NULL, 2);

        if (strncmp(rows, "invalid: ", 9) != 0 || strstr(rows, cases[i].text) == NULL)
            fail_msg("case %zu: %s", i, rows);
        unlink(path);
    }
}

static void a_zip_bomb_is_noticed(void **state) {
    scoped_arena Arena *a = arena_new();
    size_t size = 64 << 20;
    char *sheet = malloc(size + 1);
    (void)state;

    memset(sheet, ' ', size);
    sheet[size] = '\0';
    memcpy(sheet, "<worksheet>", 11);
    Odd odd = {.sheet = sheet};
    const char *path = zip_book(a, &odd), *rows = rows_text(a, path, NULL, 2);

    assert_non_null(strstr(rows, "压缩炸弹"));
    unlink(path);
    free(sheet);
}

static void a_password_is_noticed(void **state) {
    scoped_arena Arena *a = arena_new();
    Odd odd = {.sheet = SHEET("<row><c><v>1</v></c></row>")};
    const char *path = zip_book(a, &odd);
    int error;
    zip_t *z = zip_open(path, 0, &error);
    (void)state;

    for (zip_int64_t i = 0; i < zip_get_num_entries(z, 0); i++)
        assert_int_equal(zip_file_set_encryption(z, (zip_uint64_t)i, ZIP_EM_AES_256, "secret"), 0);
    assert_int_equal(zip_close(z), 0);
    assert_non_null(strstr(rows_text(a, path, NULL, 2), "invalid: 文件有密码"));
    unlink(path);
}

static Str file_bytes(Arena *a, const char *path) {
    FILE *f = fopen(path, "rb");
    char *bytes = arena_alloc(a, 1 << 20);
    size_t n = fread(bytes, 1, 1 << 20, f);

    fclose(f);
    return (Str){bytes, n};
}

/* Cut anywhere, or with any byte turned over, a book is read or refused; the reader lives on. */
static void damage_is_survived(void **state) {
    scoped_arena Arena *a = arena_new();
    const char *path = write_book(a, true);
    Str whole = file_bytes(a, path);
    char *bytes = arena_alloc(a, whole.len);
    (void)state;

    for (size_t n = 1; n < whole.len; n += whole.len / 23) {
        write_file(path, str_slice(whole, 0, n));
        const char *rows = rows_text(a, path, NULL, 100);

        if (n >= 4)
            assert_ptr_equal(strstr(rows, "invalid: XLSX 文件不完整"), rows);
    }
    for (size_t at = 4; at < whole.len; at += whole.len / 97) {
        memcpy(bytes, whole.ptr, whole.len);
        bytes[at] = (char)~bytes[at];
        write_file(path, (Str){bytes, whole.len});
        const char *rows = rows_text(a, path, NULL, 100);

        if (strcmp(rows, LEDGER) != 0 && strncmp(rows, "invalid: ", 9) != 0 &&
            strncmp(rows, "too_large: ", 11) != 0 && strstr(rows, "|") == NULL)
            fail_msg("byte %zu: %s", at, rows);
        if (strstr(rows, "异常退出") != NULL || strstr(rows, "安全机制") != NULL)
            fail_msg("byte %zu ends the worker: %s", at, rows);
    }
    unlink(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_written_book_comes_back),
        cmocka_unit_test(many_rows_stream),
        cmocka_unit_test(closing_early_is_fine),
        cmocka_unit_test(many_threads_read_at_once),
        cmocka_unit_test(odd_sheets_are_read),
        cmocka_unit_test(formulas_without_a_result_are_a_problem),
        cmocka_unit_test(bad_books_are_refused),
        cmocka_unit_test(other_archives_are_named),
        cmocka_unit_test(a_zip_bomb_is_noticed),
        cmocka_unit_test(a_password_is_noticed),
        cmocka_unit_test(damage_is_survived),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
