/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/rows_csv_test.c: separated text with every kind of dirt. */
#include "data/rows_test_help.h"

#include "data/csv_scan.h"
#include "data/rows_reader.h"

static void rows_come_out(void **state) {
    static const struct {
        Str csv;
        const char *rows;
    } cases[] = {
        {STR_INIT("a,b\n1,2\n"), "1|a|b\n2|1|2\n"},
        {STR_INIT("a,b\r\n1,2"), "1|a|b\n2|1|2\n"},
        {STR_INIT("a,b\r1,2\r"), "1|a|b\n2|1|2\n"},
        {STR_INIT("a,b\r\nc,d\ne,f\rg,h"), "1|a|b\n2|c|d\n3|e|f\n4|g|h\n"},
        {STR_INIT("\xEF\xBB\xBF名称,代码\n甲,1\n"), "1|名称|代码\n2|甲|1\n"},
        {STR_INIT("\n\na,b\n\n\r\n1,2\n\n"), "3|a|b\n6|1|2\n"},
        {STR_INIT("a,b\n,\n,,\n1,\n"), "1|a|b\n4|1|\n"},
        {STR_INIT("a,b\n\"x,y\",\"\"\n"), "1|a|b\n2|x,y|\n"},
        {STR_INIT("a,b\n\"他说\"\"好\"\"\",\"\"\"\"\n"), "1|a|b\n2|他说\"好\"|\"\n"},
        {STR_INIT("a,b\n\"一\n二\r\n三\r四\",z\n5,6\n"), "1|a|b\n2|一\n二\r\n三\r四|z\n6|5|6\n"},
        {STR_INIT("a,b\n5\"管,中\"国\"\n"), "1|a|b\n2|5\"管|中\"国\"\n"},
        {STR_INIT("a,b\n\"天然居\"饭店,1\n"), "1|a|b\n2|\"天然居\"饭店|1\n"},
        {STR_INIT("a,b\n\"甲\" ,\"乙\"\t\n"), "1|a|b\n2|甲|乙\n"},
        {STR_INIT("a,b\n\"甲,乙\"店,1\n2,3\n"),
         "1|a|b\n2|\"甲,乙\"店|1 !引号使用不规范：引号里有分隔符，但结束引号后面还有文字\n3|2|3\n"},
        {STR_INIT("a,b\n=\"51050001\",'00123\n\"=\"\"0012\"\"\",'90后\n"),
         "1|a|b\n2|51050001|00123\n3|0012|'90后\n"},
        {STR_INIT("a,b\n'name',''\n=1+2,=\"\n"), "1|a|b\n2|'name'|''\n3|=1+2|=\"\n"},
        {STR_INIT("a,b\nx\0y,1\n2,3\n"), "1|a|b\n2|x?y|1 !含有空字符\n3|2|3\n"},
        {STR_INIT("a,b\n\"x\0\"\"y\",1\n"), "1|a|b\n2|x?\"y|1 !含有空字符\n"},
        {STR_INIT("a;b\n1,5;2\n"), "1|a|b\n2|1,5|2\n"},
        {STR_INIT("a\tb\n1,5,7\t2\n"), "1|a|b\n2|1,5,7|2\n"},
        {STR_INIT("a|b\n1|2\n"), "1|a|b\n2|1|2\n"},
        {STR_INIT("sep=;\na;b\n1,2;3\n"), "2|a|b\n3|1,2|3\n"},
        {STR_INIT("a,b,c\n1\n1,2,3,4,5\n"), "1|a|b|c\n2|1\n3|1|2|3|4|5\n"},
        {STR_INIT("某县处罚台账,,\n名称,文号,金额\n甲,乙,1\n\x1A"),
         "1|某县处罚台账||\n2|名称|文号|金额\n3|甲|乙|1\n"},
        {STR_INIT("only\none\ncolumn\n"), "1|only\n2|one\n3|column\n"},
        {STR_INIT("a,b\nbad\xFF,1\n中,2\n"), "1|a|b\n2|bad\xEF\xBF\xBD|1\n3|中|2\n"},
        {STR_INIT("[序号],b\n1,2\n"), "1|[序号]|b\n2|1|2\n"},
    };
    static const size_t capacities[] = {1, 2, 1000};
    static const RowsOptions utf8 = {.encoding = ENCODING_UTF8};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t c = 0; c < 3; c++) {
            scoped_arena Arena *a = arena_new();
            const char *rows = rows_of_text(a, "x.csv", cases[i].csv, &utf8, capacities[c]);

            if (strcmp(rows, cases[i].rows) != 0)
                fail_msg("case %zu:\n%s---\n%s", i, rows, cases[i].rows);
        }
}

static void an_unclosed_quote_costs_one_row(void **state) {
    static const struct {
        Str csv;
        const char *rows;
    } cases[] = {
        {STR_INIT("a,b\n\"x,1\n2,3\n4,5\n"),
         "1|a|b\n2|\"x,1 !第 2 行开始的引号没有结束\n3|2|3\n4|4|5\n"},
        {STR_INIT("a,b\n1,\"x\n2,3\n"), "1|a|b\n2|1|\"x !第 2 行开始的引号没有结束\n3|2|3\n"},
        {STR_INIT("a,b\n\"x,1\n\"y,2\n3,4\n"),
         "1|a|b\n2|\"x,1 !第 2 行开始的引号没有结束\n3|\"y,2 !第 3 行开始的引号没有结束\n4|3|4\n"},
        {STR_INIT("a,b,c\r\n\"一\r\n二\",\"\"\"\",\"x\r\n2,3\r\n"),
         "1|a|b|c\n2|一\r\n二|\"|\"x !第 3 行开始的引号没有结束\n4|2|3\n"},
        {STR_INIT("a,b\n1,\"x"), "1|a|b\n2|1|\"x !第 2 行开始的引号没有结束\n"},
        {STR_INIT("a,b\n1,\""), "1|a|b\n2|1|\" !第 2 行开始的引号没有结束\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t capacity = 1; capacity < 4; capacity++) {
            scoped_arena Arena *a = arena_new();
            const char *rows = rows_of_text(a, "x.csv", cases[i].csv, NULL, capacity);

            if (strcmp(rows, cases[i].rows) != 0)
                fail_msg("case %zu:\n%s---\n%s", i, rows, cases[i].rows);
        }
}

static void a_bad_quote_in_a_big_file_costs_one_row(void **state) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf csv;
    Err e = {0};
    size_t rows = 0, problems = 0;
    (void)state;

    buf_init(&csv, 64 << 20);
    buf_add_c(&csv, "a,b\n");
    for (int i = 2; i <= 200000; i++)
        buf_addf(&csv, i % 50000 == 0 ? "%d,\"bad\n" : "%d,good row here\n", i);
    const char *path = str_c(a, str_of(test_path("big.csv")));

    write_file(path, buf_str(&csv));
    Rows *r = rows_open(path, NULL, &e);
    RowBlock *b = row_block_new(5000);

    while (rows_next(r, b, &e) && row_block_count(b) != 0)
        for (size_t i = 0; i < row_block_count(b); i++) {
            const RowOfCells *row = &row_block_rows(b)[i];

            rows++;
            assert_int_equal(row->line, rows);
            assert_int_equal(row->problem != NULL, rows % 50000 == 0);
            assert_int_equal(row->count, 2);
            problems += row->problem != NULL;
        }
    assert_int_equal(e.code, ERR_NONE);
    assert_int_equal(rows, 200000);
    assert_int_equal(problems, 4);
    assert_int_equal(rows_bytes_read(r), csv.len);
    row_block_free(b);
    rows_close(r);
    unlink(path);
}

static void encodings_are_found(void **state) {
    static const struct {
        Str csv;
        Encoding encoding;
    } cases[] = {
        {STR_INIT("名称,地址\n银川,宁夏\n"), ENCODING_UTF8},
        {STR_INIT("\xEF\xBB\xBF名称,地址\n银川,宁夏\n"), ENCODING_UTF8_BOM},
        {STR_INIT("\xC3\xFB\xB3\xC6,\xB5\xD8\xD6\xB7\n\xD2\xF8\xB4\xA8,\xC4\xFE\xCF\xC4\n"),
         ENCODING_GB18030},
        {STR_INIT("\xFF\xFE\x0D\x54\xF0\x79,\0\x30\x57\x40\x57\n\0\xF6\x94\xDD\x5D,"
                  "\0\x81\x5B\x0F\x59\n\0"),
         ENCODING_UTF16LE},
        {STR_INIT("\xFE\xFF\x54\x0D\x79\xF0\0,\x57\x30\x57\x40\0\n\x94\xF6\x5D\xDD\0,"
                  "\x5B\x81\x59\x0F\0\n"),
         ENCODING_UTF16BE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();
        Err e = {0};
        const char *path = str_c(a, str_of(test_path("e.csv")));

        write_file(path, cases[i].csv);
        Rows *r = rows_open(path, NULL, &e);

        assert_non_null(r);
        assert_int_equal(rows_info(r)->encoding, cases[i].encoding);
        assert_int_equal(rows_info(r)->format, ROWS_CSV);
        assert_int_equal(rows_info(r)->separator, ',');
        assert_int_equal(rows_info(r)->file_size, cases[i].csv.len);
        rows_close(r);
        const char *rows = rows_text(a, path, NULL, 10);

        if (strcmp(rows, "1|名称|地址\n2|银川|宁夏\n") != 0)
            fail_msg("case %zu:\n%s", i, rows);
        unlink(path);
    }
}

static void bad_bytes_are_counted(void **state) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf csv, out;
    Err e = {0};
    const char *path = str_c(a, str_of(test_path("bad.csv")));
    static const RowsOptions utf8 = {.encoding = ENCODING_UTF8};
    (void)state;

    buf_init(&csv, 8 << 20);
    buf_init(&out, 8 << 20);
    buf_add_c(&csv, "a,b\n");
    for (int i = 0; i < 20000; i++)
        buf_addf(&csv, "%s中文字,%d\n", i % 1000 == 999 ? "\xFF" : "", i);
    write_file(path, buf_str(&csv));
    Rows *r = rows_open(path, &utf8, &e);

    assert_true(add_rows(r, 100, &out, &e));
    assert_int_equal(rows_bad_bytes(r), 20);
    assert_true(str_utf8_valid(buf_str(&out)));
    assert_true(str_find(buf_str(&out), STR("20001|中文字|")) < 0);
    assert_true(str_find(buf_str(&out), STR("20001|\xEF\xBF\xBD中文字|19999\n")) > 0);
    rows_close(r);
    unlink(path);
}

/* Whatever the size of reads, a character is never cut in two. */
static void characters_survive_block_borders(void **state) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf csv, expected;
    (void)state;

    buf_init(&csv, 64 << 20);
    buf_init(&expected, 64 << 20);
    for (int i = 1; i <= 60000; i++) {
        const char *text = i % 3 == 0 ? "银川市𠮷野" : i % 3 == 1 ? "é宁夏" : "abc";

        buf_addf(&csv, "%s,\"%s\",%d\n", text, text, i);
        buf_addf(&expected, "%d|%s|%s|%d\n", i, text, text, i);
    }
    const char *rows = rows_of_text(a, "u.csv", buf_str(&csv), NULL, 1000);

    assert_true(str_is(buf_str(&expected), rows));
}

static void ceilings_are_errors(void **state) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf csv;
    const char *rows;
    (void)state;

    buf_init(&csv, 64 << 20);
    for (int i = 0; i < 100000; i++)
        buf_addf(&csv, "c%d,", i);
    rows = rows_of_text(a, "wide.csv", buf_str(&csv), NULL, 10);
    assert_ptr_equal(strstr(rows, "too_large: 第 1 行超过 4096 列"), rows);

    buf_clear(&csv);
    buf_add_c(&csv, "a,b\n");
    while (csv.len < 2 << 20)
        buf_add_c(&csv, "xxxxxxxxxxxxxxxx");
    rows = rows_of_text(a, "cell.csv", buf_str(&csv), NULL, 10);
    assert_ptr_equal(strstr(rows, "too_large: 第 2 行有一个单元格超过 1 MiB"), rows);

    buf_clear(&csv);
    buf_add_c(&csv, "a,b\n");
    for (int i = 0; i < 20; i++) {
        size_t most = csv.len + (512 << 10);

        while (csv.len < most)
            buf_add_c(&csv, "yyyyyyyyyyyyyyyy");
        buf_add_char(&csv, ',');
    }
    rows = rows_of_text(a, "row.csv", buf_str(&csv), NULL, 10);
    assert_ptr_equal(strstr(rows, "too_large: 第 2 行超过 8 MiB"), rows);
}

static void a_megabyte_in_quotes_is_an_unclosed_quote(void **state) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf csv;
    (void)state;

    buf_init(&csv, 64 << 20);
    buf_add_c(&csv, "a,b\n1,\"open\n");
    for (int i = 3; csv.len < 3 << 20; i++)
        buf_addf(&csv, "%d,ok\n", i);
    const char *rows = rows_of_text(a, "q.csv", buf_str(&csv), NULL, 1000);

    assert_ptr_equal(strstr(rows, "1|a|b\n2|1|\"open !第 2 行开始的引号没有结束\n3|3|ok\n4|4|ok\n"),
                     rows);
}

/* A quote that is closed, however far away: the cell is what is wrong. */
static void a_long_cell_in_quotes_costs_one_row(void **state) {
    static const struct {
        const char *before, *unit, *after, *problem, *next;
    } cases[] = {
        {"1,\"", "xxxxxxxxxxxxxxx", "\"\n", "第 2 行开始的单元格超过 1 MiB\n", "3|3|ok\n4|4|ok\n"},
        {"\"", "中文字", "\",1\n", "第 2 行开始的单元格超过 1 MiB\n", "3|3|ok\n4|4|ok\n"},
        {"1,\"", "一\"\"段, 话", "\"\n", "第 2 行开始的单元格超过 1 MiB\n", "3|3|ok\n4|4|ok\n"},
        {"\"一\n二\",\"", "长", "\"\r\n", "第 3 行开始的单元格超过 1 MiB\n", "4|3|ok\n5|4|ok\n"},
        /* an unclosed quote, and a quoted cell far behind it */
        {"1,\"open\n", "8,ok\n", "9,5\"\n", "第 2 行开始的引号没有结束\n", "3|8|ok\n4|8|ok\n"},
        {"1,\"", "zzzzzzzzzzzzzzz", "\"z\n", "第 2 行开始的引号没有结束\n", "3|3|ok\n4|4|ok\n"},
    };
    static const size_t capacities[] = {1000, 4096};
    (void)state;
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();
        scoped_buf Buf csv;
        size_t n = i / 2;

        buf_init(&csv, 64 << 20);
        buf_addf(&csv, "a,b\n%s", cases[n].before);
        while (csv.len < 2100000)
            buf_add_c(&csv, cases[n].unit);
        buf_addf(&csv, "%s3,ok\n4,ok\n", cases[n].after);
        const char *rows = rows_of_text(a, "q.csv", buf_str(&csv), NULL, capacities[i % 2]),
                   *problem = strchr(rows, '!');

        if (problem == NULL || strncmp(problem + 1, cases[n].problem, strlen(cases[n].problem)) ||
            strncmp(problem + 1 + strlen(cases[n].problem), cases[n].next, strlen(cases[n].next)))
            fail_msg("case %zu: %.100s", n, problem == NULL ? rows : problem);
        assert_true(str_utf8_valid(str_of(rows)));
    }
}

static void separators_are_guessed(void **state) {
    static const struct {
        const char *text;
        char separator;
    } cases[] = {
        {"", ','},
        {"abc\n", ','},
        {"a,b\n", ','},
        {"a\tb\tc\n1,2\t3\t4\n1,2\t5\t6\n", '\t'},
        {"a;b\n\"1,2,3\";2\n", ';'},
        {"台账，2024\na|b|c\n1|2|3\n4|5|6\n", '|'},
        {"a,b;c,d\n1,2;3,4\n", ','},
        {"x\"y,z\n1,2\n", ','},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (csv_guess_separator(str_of(cases[i].text)) != cases[i].separator)
            fail_msg("case %zu", i);
}

static void both_scanners_see_the_same(void **state) {
    char bytes[64];
    uint32_t seed = 1;
    (void)state;

    for (int round = 0; round < 10000; round++) {
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 1664525 + 1013904223;
            bytes[i] = seed >> 28 < 6 ? ",\"\n\r\0;"[seed >> 28] : (char)(seed >> 20);
        }
        assert_int_equal(scan_mask(bytes, ','), scan_mask_plain(bytes, ','));
        assert_int_equal(scan_mask(bytes, '\t'), scan_mask_plain(bytes, '\t'));
    }
}

static void what_is_no_table_is_refused(void **state) {
    static const struct {
        const char *name;
        Str bytes;
        const char *part;
    } cases[] = {
        {"x.xls", STR_INIT("<html><body><table><tr><td>a</td></tr></table>"), "另存为 .xlsx"},
        {"x.xls", STR_INIT("\xEF\xBB\xBF\r\n <TABLE border=1>"), "另存为 .xlsx"},
        {"x.xls", STR_INIT("<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?>"),
         "另存为 .xlsx"},
        {"x.csv", STR_INIT("<?xml version=\"1.0\"?><rows/>"), "XML"},
        {"x.csv", STR_INIT("\x1F\x8B\x08\x00\x00"), "GZIP"},
        {"x.csv", STR_INIT("%PDF-1.4\n"), "PDF"},
        {"x.csv", STR_INIT("\x01\x02\x03\x04\x05\x06\x07\x08\x0E\x0F"), "不是认识的表格"},
        {"x.csv", STR_INIT(""), "空的"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();
        const char *rows = rows_of_text(a, cases[i].name, cases[i].bytes, NULL, 10);

        if (strncmp(rows, "invalid: ", 9) != 0 || strstr(rows, cases[i].part) == NULL)
            fail_msg("case %zu: %s", i, rows);
    }
}

static void files_that_cannot_be_opened(void **state) {
    scoped_arena Arena *a = arena_new();
    (void)state;

    assert_non_null(strstr(rows_text(a, test_path("none.csv"), NULL, 1), "not_found: 找不到文件"));
    assert_non_null(strstr(rows_text(a, test_folder, NULL, 1), "不是普通文件"));
    const char *pipe_path = str_c(a, str_of(test_path("pipe")));

    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    assert_non_null(strstr(rows_text(a, pipe_path, NULL, 1), "不是普通文件"));
    unlink(pipe_path);
}

static void a_csv_named_xls_is_read(void **state) {
    scoped_arena Arena *a = arena_new();
    (void)state;

    assert_string_equal(rows_of_text(a, "x.xls", STR("a\tb\n1\t2\n"), NULL, 10), "1|a|b\n2|1|2\n");
    assert_string_equal(rows_of_text(a, "x.xlsx", STR("a,b\n1,2\n"), NULL, 10), "1|a|b\n2|1|2\n");
}

/* Real dirt: it is read to its end, every physical line that has text is in some row. */
static void the_corrupt_register_file_is_read_whole(void **state) {
    scoped_arena Arena *a = arena_new();
    const char *path =
        shared_file(a, "data/register/formats/2002-福建-has-corrupt-and-shifted-rows.csv");
    Err e = {0};
    uint64_t last = 0, rows = 0, problems = 0;
    (void)state;

    if (path == NULL) {
        print_message("shared data missing: skipped\n");
        skip();
    }
    Rows *r = rows_open(path, NULL, &e);
    RowBlock *b = row_block_new(777);

    assert_non_null(r);
    while (rows_next(r, b, &e) && row_block_count(b) != 0)
        for (size_t i = 0; i < row_block_count(b); i++) {
            const RowOfCells *row = &row_block_rows(b)[i];

            assert_true(row->line > last);
            last = row->line;
            rows++;
            problems += row->problem != NULL;
        }
    assert_int_equal(e.code, ERR_NONE);
    assert_int_equal(rows_bytes_read(r), rows_info(r)->file_size);
    print_message("%llu rows, last on line %llu, %llu with problems, %llu bad bytes\n",
                  (unsigned long long)rows, (unsigned long long)last, (unsigned long long)problems,
                  (unsigned long long)rows_bad_bytes(r));
    row_block_free(b);
    rows_close(r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_out),
        cmocka_unit_test(an_unclosed_quote_costs_one_row),
        cmocka_unit_test(a_bad_quote_in_a_big_file_costs_one_row),
        cmocka_unit_test(encodings_are_found),
        cmocka_unit_test(bad_bytes_are_counted),
        cmocka_unit_test(characters_survive_block_borders),
        cmocka_unit_test(ceilings_are_errors),
        cmocka_unit_test(a_megabyte_in_quotes_is_an_unclosed_quote),
        cmocka_unit_test(a_long_cell_in_quotes_costs_one_row),
        cmocka_unit_test(separators_are_guessed),
        cmocka_unit_test(both_scanners_see_the_same),
        cmocka_unit_test(what_is_no_table_is_refused),
        cmocka_unit_test(files_that_cannot_be_opened),
        cmocka_unit_test(a_csv_named_xls_is_read),
        cmocka_unit_test(the_corrupt_register_file_is_read_whole),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
