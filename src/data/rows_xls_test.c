/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/rows_xls_test.c: workbooks put together record by record, and the real ones of the shared
 * data, which libfreexl reads too. */
#include "data/rows_test_help.h"

#include <freexl.h>

/* --- writing records ------------------------------------------------------------------------- */

static void u16(Buf *b, unsigned v) {
    buf_add_char(b, (char)(v & 0xFF));
    buf_add_char(b, (char)(v >> 8 & 0xFF));
}

static void u32(Buf *b, uint32_t v) {
    u16(b, v & 0xFFFF);
    u16(b, v >> 16);
}

static void number(Buf *b, double d) {
    buf_add_bytes(b, &d, sizeof d);
}

static void record(Buf *b, unsigned type, const Buf *data) {
    u16(b, type);
    u16(b, (unsigned)data->len);
    buf_add(b, buf_str(data));
}

/* UTF-16, or Latin-1 when all of it fits. */
static void text(Buf *b, Str s, size_t length_bytes) {
    size_t units = 0;
    bool wide = false;
    uint32_t rune;

    for (Str rest = s; str_rune(&rest, &rune);) {
        units += rune > 0xFFFF ? 2 : 1;
        wide = wide || rune > 0xFF;
    }
    if (length_bytes == 1)
        buf_add_char(b, (char)units);
    else
        u16(b, (unsigned)units);
    buf_add_char(b, wide);
    for (Str rest = s; str_rune(&rest, &rune);) {
        if (rune > 0xFFFF) {
            u16(b, 0xD800 + ((rune - 0x10000) >> 10));
            u16(b, 0xDC00 + ((rune - 0x10000) & 0x3FF));
        } else if (wide) {
            u16(b, rune);
        } else {
            buf_add_char(b, (char)rune);
        }
    }
}

typedef struct Book {
    Buf out, data;
    size_t bounds[8]; /* where the sheets' offsets are to be filled in */
    size_t sheets, filled;
} Book;

static void rec(Book *b, unsigned type) {
    record(&b->out, type, &b->data);
    buf_clear(&b->data);
}

static void bof(Book *b, unsigned version, unsigned type) {
    u16(&b->data, version);
    u16(&b->data, type);
    for (int i = 0; i < 6; i++)
        u16(&b->data, 0);
    rec(b, 0x0809);
}

static void book_init(Book *b) {
    *b = (Book){0};
    buf_init(&b->out, 1 << 20);
    buf_init(&b->data, 65535);
    bof(b, 0x0600, 5);
}

static void book_done(Book *b) {
    buf_done(&b->out);
    buf_done(&b->data);
}

static void bound(Book *b, const char *name, int hidden, int type) {
    b->bounds[b->sheets++] = b->out.len + 4;
    u32(&b->data, 0);
    buf_add_char(&b->data, (char)hidden);
    buf_add_char(&b->data, (char)type);
    text(&b->data, str_of(name), 1);
    rec(b, 0x0085);
}

static void xf(Book *b, unsigned format) {
    u16(&b->data, 0);
    u16(&b->data, format);
    for (int i = 0; i < 8; i++)
        u16(&b->data, 0);
    rec(b, 0x00E0);
}

static void eof(Book *b) {
    rec(b, 0x000A);
}

static void start_sheet(Book *b) {
    uint32_t at = (uint32_t)b->out.len;

    memcpy(b->out.ptr + b->bounds[b->filled++], &at, sizeof at);
    bof(b, 0x0600, 0x10);
}

static void cell(Book *b, unsigned row, unsigned column, unsigned style) {
    u16(&b->data, row);
    u16(&b->data, column);
    u16(&b->data, style);
}

static void label(Book *b, unsigned row, unsigned column, const char *s) {
    cell(b, row, column, 0);
    text(&b->data, str_of(s), 2);
    rec(b, 0x0204);
}

static void shared(Book *b, unsigned row, unsigned column, uint32_t index) {
    cell(b, row, column, 0);
    u32(&b->data, index);
    rec(b, 0x00FD);
}

static void real(Book *b, unsigned row, unsigned column, unsigned style, double d) {
    cell(b, row, column, style);
    number(&b->data, d);
    rec(b, 0x0203);
}

/* --- the compound file ----------------------------------------------------------------------- */

static void entry(Buf *b, const char *name, int type, uint32_t child, uint32_t first,
                  uint32_t size) {
    size_t n = strlen(name);

    for (size_t i = 0; i < 32; i++)
        u16(b, i < n ? (unsigned char)name[i] : 0);
    u16(b, (unsigned)(n + 1) * 2);
    buf_add_char(b, (char)type);
    buf_add_char(b, 1);
    u32(b, 0xFFFFFFFF);
    u32(b, 0xFFFFFFFF);
    u32(b, child);
    for (int i = 0; i < 9; i++)
        u32(b, 0);
    u32(b, first);
    u32(b, size);
    u32(b, 0);
}

static void pad(Buf *b, size_t unit) {
    while (b->len % unit != 0)
        buf_add_char(b, 0);
}

/* Sector 0: table, 1: directory, 2: table of small sectors, 3 …: the stream, or the small sectors
 * that hold it. */
static void container(const char *name, Str stream, Buf *out) {
    bool small = stream.len < 4096;
    uint32_t sectors = (uint32_t)((stream.len + 511) / 512), i;

    buf_add_bytes(out, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
    for (i = 0; i < 8; i++)
        u16(out, 0);
    u16(out, 0x3E), u16(out, 3), u16(out, 0xFFFE), u16(out, 9), u16(out, 6);
    u16(out, 0), u32(out, 0), u32(out, 0), u32(out, 1), u32(out, 1), u32(out, 0);
    u32(out, 4096), u32(out, 2), u32(out, 1), u32(out, 0xFFFFFFFE), u32(out, 0), u32(out, 0);
    while (out->len < 512)
        u32(out, 0xFFFFFFFF);
    u32(out, 0xFFFFFFFD), u32(out, 0xFFFFFFFE), u32(out, 0xFFFFFFFE);
    for (i = 0; i < 125; i++)
        u32(out, i + 1 < sectors ? i + 4 : i < sectors ? 0xFFFFFFFE : 0xFFFFFFFF);
    entry(out, "Root Entry", 5, 1, small ? 3 : 0xFFFFFFFE, small ? (uint32_t)stream.len : 0);
    entry(out, name, 2, 0xFFFFFFFF, small ? 0 : 3, (uint32_t)stream.len);
    pad(out, 512);
    for (i = 0; i < 128; i++)
        u32(out, i + 1 < (stream.len + 63) / 64 ? i + 1 : 0xFFFFFFFE);
    buf_add(out, stream);
    pad(out, 512);
}

static const char *write_xls(Arena *a, const char *stream_name, Str stream) {
    const char *path = str_c(a, str_of(test_path("book.xls")));
    scoped_buf Buf file;

    buf_init(&file, 1 << 20);
    container(stream_name, stream, &file);
    write_file(path, buf_str(&file));
    return path;
}

/* --- tests ----------------------------------------------------------------------------------- */

/* Sheets: an empty one, a hidden one, a chart, and the ledger. */
static void add_ledger(Book *b) {
    xf(b, 0);   /* 0 */
    xf(b, 14);  /* 1: built-in date */
    xf(b, 176); /* 2: a date of its own, declared after its use */
    xf(b, 20);  /* 3: time */
    u16(&b->data, 176);
    text(&b->data, STR("yyyy\"年\"m\"月\"d\"日\"\\ h:mm"), 2);
    rec(b, 0x041E);
    bound(b, "空", 0, 0);
    bound(b, "藏", 1, 0);
    bound(b, "图", 0, 2);
    bound(b, "台账", 0, 0);
    u32(&b->data, 2);
    u32(&b->data, 2);
    text(&b->data, STR("甲𠮷公司"), 2);
    text(&b->data, STR("plain \xC3\xA9"), 2);
    rec(b, 0x00FC);
    eof(b);
    start_sheet(b);
    eof(b);
    start_sheet(b);
    label(b, 0, 0, "不该读到");
    eof(b);
    start_sheet(b);
    eof(b);
    start_sheet(b);
    label(b, 0, 0, "名称");
    shared(b, 1, 0, 0);
    real(b, 1, 1, 1, 45296);
    real(b, 1, 2, 2, 45296.3541666667);
    real(b, 1, 3, 3, 0.5);
    real(b, 1, 4, 0, 1234.56);
    shared(b, 3, 1, 1);
    /* RK: 100 times smaller, whole, double */
    u16(&b->data, 3), u16(&b->data, 2);
    u16(&b->data, 0), u32(&b->data, (uint32_t)(12345 << 2 | 3));
    u16(&b->data, 0), u32(&b->data, (uint32_t)-7 << 2 | 2);
    u16(&b->data, 0), u32(&b->data, 0x3FF80000);
    u16(&b->data, 4);
    rec(b, 0x00BD);
    cell(b, 4, 2, 0), u32(&b->data, (uint32_t)(45296 << 2 | 2));
    rec(b, 0x027E);
    /* formulas: a number, a boolean, an error, a text; a boolean and an error of their own */
    cell(b, 5, 0, 0), number(&b->data, 42), u16(&b->data, 0), u32(&b->data, 0), u16(&b->data, 0);
    rec(b, 0x0006);
    cell(b, 5, 1, 0), u32(&b->data, 0x00010001), u32(&b->data, 0xFFFF0000), u16(&b->data, 0);
    rec(b, 0x0006);
    cell(b, 5, 2, 0), u32(&b->data, 0x002A0002), u32(&b->data, 0xFFFF0000), u16(&b->data, 0);
    rec(b, 0x0006);
    cell(b, 5, 3, 0), u32(&b->data, 0), u32(&b->data, 0xFFFF0000), u16(&b->data, 0);
    rec(b, 0x0006);
    text(&b->data, STR("公式的文字"), 2);
    rec(b, 0x0207);
    cell(b, 5, 4, 0), u16(&b->data, 0x0000);
    rec(b, 0x0205);
    cell(b, 5, 5, 0), u16(&b->data, 0x0107);
    rec(b, 0x0205);
    /* A2:A5 merged */
    u16(&b->data, 1), u16(&b->data, 1), u16(&b->data, 4), u16(&b->data, 0), u16(&b->data, 0);
    rec(b, 0x00E5);
    eof(b);
}

static const char *const LEDGER =
    "1|名称\n2|甲𠮷公司|@2024-01-05|@2024-01-05 08:30:00|@12:00:00|#1234.56\n"
    "4|甲𠮷公司|plain é|#123.45|#-7|#1.5\n5|甲𠮷公司||#45296\n"
    "6|#42|~true|^#N/A|公式的文字|~false|^#DIV/0!\n";

static void a_workbook_is_read(void **state) {
    scoped_arena Arena *a = arena_new();
    Book b;
    Err e = {0};
    (void)state;

    book_init(&b);
    add_ledger(&b);
    /* in small sectors, then in big ones */
    for (int big = 0; big < 2; big++) {
        while (big && b.out.len < 5000)
            eof(&b);
        const char *path = write_xls(a, "Workbook", buf_str(&b.out));

        for (size_t capacity = 1; capacity < 4; capacity++)
            assert_string_equal(rows_text(a, path, NULL, capacity), LEDGER);
        Rows *r = rows_open(path, NULL, &e);

        assert_int_equal(rows_info(r)->format, ROWS_XLS);
        assert_int_equal(rows_info(r)->sheet_count, 4);
        assert_true(str_is(rows_info(r)->sheet, "台账"));
        rows_close(r);
        RowsOptions hidden = {.encoding = ENCODING_UNKNOWN, .sheet = STR("藏")};

        assert_string_equal(rows_text(a, path, &hidden, 5), "1|不该读到\n");
        hidden.sheet = STR("图");
        assert_non_null(strstr(rows_text(a, path, &hidden, 5), "not_found: "));
        unlink(path);
    }
    book_done(&b);
}

static void text_formula(Book *b, unsigned row, unsigned column) {
    cell(b, row, column, 0), u32(&b->data, 0), u32(&b->data, 0xFFFF0000), u16(&b->data, 0);
    rec(b, 0x0006);
}

/* A formula that promises a text which does not come: before another cell, and at the end. */
static void formulas_without_a_result_are_a_problem(void **state) {
    scoped_arena Arena *a = arena_new();
    Book b;
    (void)state;

    book_init(&b);
    bound(&b, "s", 0, 0);
    eof(&b);
    start_sheet(&b);
    label(&b, 0, 0, "x");
    text_formula(&b, 1, 0);
    label(&b, 1, 1, "y");
    text_formula(&b, 2, 0);
    text(&b.data, STR("有"), 2);
    rec(&b, 0x0207);
    text_formula(&b, 3, 2);
    eof(&b);
    const char *path = write_xls(a, "Workbook", buf_str(&b.out));

    assert_string_equal(
        rows_text(a, path, NULL, 9),
        "1|x\n2||y !A 列的公式没有计算结果，请用 WPS 或 Excel 打开并保存后再导入\n3|有\n"
        "4 !C 列的公式没有计算结果，请用 WPS 或 Excel 打开并保存后再导入\n");
    unlink(path);
    book_done(&b);
}

/* A shared text that goes on in CONTINUE records, changing its width on the way, rich and with a
 * reading. */
static void texts_cross_records(void **state) {
    scoped_arena Arena *a = arena_new();
    Book b;
    (void)state;

    book_init(&b);
    bound(&b, "s", 0, 0);
    u32(&b.data, 2), u32(&b.data, 2);
    u16(&b.data, 6), buf_add_char(&b.data, 0x0D), u16(&b.data, 1), u32(&b.data, 3);
    u16(&b.data, 0x7532), u16(&b.data, 0x4E59);
    rec(&b, 0x00FC);
    buf_add_char(&b.data, 0), buf_add_c(&b.data, "ab");
    rec(&b, 0x003C);
    buf_add_char(&b.data, 1), u16(&b.data, 0x4E19), u16(&b.data, 0x4E01), u16(&b.data, 0);
    rec(&b, 0x003C);
    u16(&b.data, 0), buf_add_c(&b.data, "xyz");
    u16(&b.data, 2), buf_add_char(&b.data, 0), buf_add_c(&b.data, "ok");
    rec(&b, 0x003C);
    eof(&b);
    start_sheet(&b);
    shared(&b, 0, 0, 0);
    shared(&b, 0, 1, 1);
    eof(&b);
    const char *path = write_xls(a, "Workbook", buf_str(&b.out));

    assert_string_equal(rows_text(a, path, NULL, 9), "1|甲乙ab丙丁|ok\n");
    unlink(path);
    book_done(&b);
}

static void bad_files_are_refused(void **state) {
    static const struct {
        const char *stream;
        Str bytes;
        const char *part;
    } cases[] = {
        {"EncryptedPackage", STR_INIT("x"), "文件有密码"},
        {"WordDocument", STR_INIT("x"), "Word"},
        {"Other", STR_INIT("x"), "不是 Excel 工作簿"},
        {"Workbook", STR_INIT(""), "已损坏"},
        {"Workbook", STR_INIT("\x09\x08\x04\x00\x00\x06\x05\x00\x2F\x00\x00\x00"), "文件有密码"},
        {"Workbook", STR_INIT("\x09\x08\x04\x00\x00\x06\x05\x00"), "已损坏"},
        {"Workbook", STR_INIT("\x09\x08\x04\x00\x00\x06\x05\x00\x0A\x00\x00\x00"), "没有工作表"},
        {"Workbook", STR_INIT("\x09\x04\x04\x00\x00\x00\x05\x00"), "很旧的 Excel"},
        {"Workbook",
         STR_INIT(
             "\x09\x08\x04\x00\x00\x06\x05\x00\xFC\x00\x08\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"),
         "已损坏"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_arena Arena *a = arena_new();
        const char *path = write_xls(a, cases[i].stream, cases[i].bytes),
                   *rows = rows_text(a, path, NULL, 9);

        if (strncmp(rows, "invalid: ", 9) != 0 || strstr(rows, cases[i].part) == NULL)
            fail_msg("case %zu: %s", i, rows);
        unlink(path);
    }
}

/* BIFF5: texts in the code page, and a stream of another name. */
static void an_older_workbook_is_read(void **state) {
    scoped_arena Arena *a = arena_new();
    Book b = {0};
    (void)state;

    buf_init(&b.out, 1 << 20);
    buf_init(&b.data, 65535);
    bof(&b, 0x0500, 5);
    u16(&b.data, 936);
    rec(&b, 0x0042);
    b.bounds[b.sheets++] = b.out.len + 4;
    u32(&b.data, 0), u16(&b.data, 0), buf_add_c(&b.data, "\x02\xB1\xED");
    rec(&b, 0x0085);
    eof(&b);
    start_sheet(&b);
    cell(&b, 0, 0, 0), u16(&b.data, 4), buf_add_c(&b.data, "\xD2\xF8\xB4\xA8");
    rec(&b, 0x0204);
    eof(&b);
    const char *path = write_xls(a, "Book", buf_str(&b.out));
    Err e = {0};
    Rows *r = rows_open(path, NULL, &e);

    if (r == NULL)
        fail_msg("%s", e.text);
    assert_true(str_is(rows_info(r)->sheet, "表"));
    rows_close(r);
    assert_string_equal(rows_text(a, path, NULL, 9), "1|银川\n");
    unlink(path);
    book_done(&b);
}

static void damage_is_survived(void **state) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf file;
    Book b;
    const char *path = str_c(a, str_of(test_path("damaged.xls")));
    (void)state;

    book_init(&b);
    add_ledger(&b);
    buf_init(&file, 1 << 20);
    container("Workbook", buf_str(&b.out), &file);
    for (size_t n = 8; n + 512 < file.len; n += 97) {
        write_file(path, str_slice(buf_str(&file), 0, n));
        const char *rows = rows_text(a, path, NULL, 9);

        if (strncmp(rows, "invalid: ", 9) != 0 || strstr(rows, "异常") != NULL)
            fail_msg("cut at %zu: %s", n, rows);
    }
    for (size_t at = 8; at < file.len; at += 13) {
        file.ptr[at] = (char)~file.ptr[at];
        write_file(path, buf_str(&file));
        file.ptr[at] = (char)~file.ptr[at];
        const char *rows = rows_text(a, path, NULL, 9);

        if (strstr(rows, "异常退出") != NULL || strstr(rows, "安全机制") != NULL)
            fail_msg("byte %zu ends the worker: %s", at, rows);
    }
    unlink(path);
    book_done(&b);
}

/* --- the register ---------------------------------------------------------------------------- */

/* libfreexl's view of a workbook's first sheet, as rows_text writes it. */
static const char *freexl_text(Arena *a, const char *path) {
    scoped_buf Buf out;
    const void *h;
    unsigned rows;
    unsigned short columns;

    buf_init(&out, 16 << 20);
    assert_int_equal(freexl_open(path, &h), FREEXL_OK);
    assert_int_equal(freexl_select_active_worksheet(h, 0), FREEXL_OK);
    assert_int_equal(freexl_worksheet_dimensions(h, &rows, &columns), FREEXL_OK);
    for (unsigned r = 0; r < rows; r++) {
        buf_addf(&out, "%u", r + 1);
        for (unsigned short c = 0; c < columns; c++) {
            FreeXL_CellValue v;

            assert_int_equal(freexl_get_cell_value(h, r, c, &v), FREEXL_OK);
            assert_true(v.type == FREEXL_CELL_SST_TEXT || v.type == FREEXL_CELL_TEXT ||
                        v.type == FREEXL_CELL_NULL);
            buf_addf(&out, "|%s", v.type == FREEXL_CELL_NULL ? "" : v.value.text_value);
        }
        while (out.ptr[out.len - 1] == '|')
            out.len--;
        buf_add_char(&out, '\n');
    }
    freexl_close(h);
    return str_c(a, buf_str(&out));
}

static void the_register_reads_as_freexl_reads_it(void **state) {
    static const char *const names[] = {"1998-宁夏", "2002-宁夏"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        scoped_arena Arena *a = arena_new();
        Str name = str_format(a, "data/register/formats/%s.xls", names[i]);
        const char *path = shared_file(a, name.ptr);

        if (path == NULL) {
            print_message("shared data missing: skipped\n");
            skip();
        }
        const char *ours = rows_text(a, path, NULL, 100);

        /* Rows of the register are not to be shown, so not assert_string_equal. */
        assert_true(strlen(ours) > 1000);
        assert_int_equal(strcmp(ours, freexl_text(a, path)), 0);
    }
}

/* --- the same rows in three formats ---------------------------------------------------------- */

typedef struct Table {
    Str *cells;
    size_t rows, columns;
} Table;

/* A spreadsheet leaves out the empty cells at the end of a row, JSON counts objects and not lines:
 * what is compared is a table of texts. */
static Table table_of(Arena *a, const char *path) {
    Err e = {0};
    Rows *r = rows_open(path, NULL, &e);
    RowBlock *b = row_block_new(100);
    Table t = {arena_array_of(a, 65536, Str), 0, 0};

    assert_non_null(r);
    while (rows_next(r, b, &e) && row_block_count(b) != 0)
        for (size_t i = 0; i < row_block_count(b); i++) {
            const RowOfCells *row = &row_block_rows(b)[i];

            assert_null(row->problem);
            if (t.columns == 0)
                t.columns = row->count;
            assert_true(row->count <= t.columns && (t.rows + 1) * t.columns <= 65536);
            for (size_t c = 0; c < row->count; c++)
                t.cells[t.rows * t.columns + c] = str_dup(a, row->cells[c].text);
            t.rows++;
        }
    assert_int_equal(e.code, ERR_NONE);
    row_block_free(b);
    rows_close(r);
    return t;
}

static void three_formats_give_the_same_cells(void **state) {
    static const char *const names[] = {"1998-宁夏", "2002-宁夏"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        scoped_arena Arena *a = arena_new();
        const char *csv =
            shared_file(a, str_format(a, "data/register/formats/%s.csv", names[i]).ptr);

        if (csv == NULL) {
            print_message("shared data missing: skipped\n");
            skip();
        }
        Table t = table_of(a, csv);
        Table x = table_of(
            a, shared_file(a, str_format(a, "data/register/formats/%s.xls", names[i]).ptr));
        Table j = table_of(
            a, shared_file(a, str_format(a, "data/register/formats/%s.json", names[i]).ptr));
        size_t differ = 0;

        print_message("%zu rows of CSV, %zu of XLS, %zu of JSON; %zu, %zu, %zu columns\n", t.rows,
                      x.rows, j.rows, t.columns, x.columns, j.columns);
        assert_true(t.rows == x.rows && t.columns == x.columns);
        assert_true(t.rows == j.rows && t.columns == j.columns);
        for (size_t k = t.columns; k < t.rows * t.columns; k++) /* JSON has keys for titles */
            differ += !str_eq(t.cells[k], x.cells[k]) || !str_eq(t.cells[k], j.cells[k]);
        assert_int_equal(differ, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_workbook_is_read),
        cmocka_unit_test(formulas_without_a_result_are_a_problem),
        cmocka_unit_test(texts_cross_records),
        cmocka_unit_test(bad_files_are_refused),
        cmocka_unit_test(an_older_workbook_is_read),
        cmocka_unit_test(damage_is_survived),
        cmocka_unit_test(the_register_reads_as_freexl_reads_it),
        cmocka_unit_test(three_formats_give_the_same_cells),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
