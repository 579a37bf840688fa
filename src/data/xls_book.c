/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/xls_book.c: the global records of a workbook: sheets, shared texts, formats. */
#include "data/xls_book.h"

#include <string.h>

#include "base/banned.h"

enum {
    SHEETS_MAX = 1024,
    FORMATS_MAX = 65536,
    OWN_FORMATS_MAX = 4096,
    VERSION_5 = 0x0500,
    VERSION_8 = 0x0600
};

/* The formats with a code of their own, until the styles have taken them over. */
typedef struct Globals {
    XlsBook *book;
    Records records;
    struct {
        uint16_t id;
        NumberFormat format;
    } own[OWN_FORMATS_MAX];
    size_t own_count;
    uint16_t style_ids[FORMATS_MAX];
    Buf text;
} Globals;

static bool damaged(Err *e) {
    return err_set(e, ERR_INVALID, NULL,
                   "XLS 文件不完整或已损坏，请重新取得文件，或用 WPS 或 Excel 打开后另存为 .xlsx");
}

static bool add_sheet(Globals *g, Err *e) {
    XlsBook *b = g->book;
    XlsSheet *s = &b->sheets[b->sheet_count];
    uint8_t hidden, type;

    if (b->sheet_count == SHEETS_MAX)
        return err_set(e, ERR_TOO_LARGE, NULL, "XLS 文件的工作表超过 %d 张", SHEETS_MAX);
    buf_clear(&g->text);
    if (!record_u32(&g->records, &s->offset) || !record_u8(&g->records, &hidden) ||
        !record_u8(&g->records, &type) || !record_text(&g->records, 1, &g->text))
        return damaged(e);
    s->name = str_dup(b->arena, buf_str(&g->text));
    s->hidden = hidden & 3;
    s->worksheet = type == 0;
    b->sheet_count++;
    return true;
}

static bool add_texts(Globals *g, Err *e) {
    uint32_t total, count;

    if (!record_u32(&g->records, &total) || !record_u32(&g->records, &count))
        return damaged(e);
    for (uint32_t i = 0; i < count; i++) {
        if (!record_text(&g->records, 2, &g->book->texts.bytes))
            return damaged(e);
        if (!text_table_end(&g->book->texts, e))
            return false;
    }
    return true;
}

static bool add_format(Globals *g, Err *e) {
    uint16_t id;

    buf_clear(&g->text);
    if (!record_u16(&g->records, &id) ||
        !record_text(&g->records, g->book->wide_texts ? 2 : 1, &g->text))
        return damaged(e);
    if (g->own_count == OWN_FORMATS_MAX)
        return err_set(e, ERR_TOO_LARGE, NULL, "XLS 文件的数字格式超过 %d 种，请清理后再导入",
                       OWN_FORMATS_MAX);
    g->own[g->own_count].id = id;
    g->own[g->own_count++].format = number_format_of(buf_str(&g->text));
    return true;
}

static bool add_style(Globals *g, Err *e) {
    uint16_t font, id;

    if (!record_u16(&g->records, &font) || !record_u16(&g->records, &id))
        return damaged(e);
    if (g->book->format_count < FORMATS_MAX)
        g->style_ids[g->book->format_count++] = id;
    return true;
}

static bool set_codepage(Globals *g, Err *e) {
    uint16_t page;

    if (!record_u16(&g->records, &page))
        return damaged(e);
    /* Chinese, or the plain half that all pages share. */
    g->book->codepage = g->records.codepage = page == 65001 ? ENCODING_UTF8 : ENCODING_GB18030;
    return true;
}

static bool set_date_mode(Globals *g, Err *e) {
    uint16_t mode;

    if (!record_u16(&g->records, &mode))
        return damaged(e);
    g->book->since_1904 = mode == 1;
    return true;
}

static bool take_record(Globals *g, Err *e) {
    switch (g->records.type) {
    case RECORD_FILEPASS:
        return err_set(e, ERR_INVALID, NULL, "文件有密码，请去掉密码后再导入");
    case RECORD_CODEPAGE:
        return set_codepage(g, e);
    case RECORD_DATEMODE:
        return set_date_mode(g, e);
    case RECORD_BOUNDSHEET:
        return add_sheet(g, e);
    case RECORD_SST:
        return add_texts(g, e);
    case RECORD_FORMAT:
        return add_format(g, e);
    case RECORD_XF:
        return add_style(g, e);
    default:
        return true;
    }
}

/* The stream opens with the version. */
static bool read_version(Globals *g, Err *e) {
    uint16_t version;
    bool cut;

    if (!record_next(&g->records, &cut) || (g->records.type & 0xFF) != (RECORD_BOF & 0xFF) ||
        !record_u16(&g->records, &version))
        return damaged(e);
    if (g->records.type != RECORD_BOF || version < VERSION_5)
        return err_set(e, ERR_INVALID, NULL,
                       "文件是很旧的 Excel 格式，请用 WPS 或 Excel 打开后另存为 .xlsx 再导入");
    g->book->wide_texts = g->records.wide_texts = version >= VERSION_8;
    return true;
}

static bool read_records(Globals *g, Err *e) {
    bool cut;

    while (record_next(&g->records, &cut)) {
        if (g->records.type == RECORD_EOF)
            return true;
        if (!take_record(g, e))
            return false;
    }
    return damaged(e);
}

/* A format may come after the styles that use it, so they meet at the end. */
static void settle_formats(Globals *g) {
    XlsBook *b = g->book;

    b->formats = arena_array_of(b->arena, b->format_count, NumberFormat);
    for (size_t i = 0; i < b->format_count; i++) {
        b->formats[i] = number_format_builtin(g->style_ids[i]);
        for (size_t k = 0; k < g->own_count; k++)
            if (g->own[k].id == g->style_ids[i])
                b->formats[i] = g->own[k].format;
    }
}

bool xls_book_read(XlsBook *b, Arena *a, Str stream, Err *e) {
    Globals *g = arena_new_of(a, Globals);

    *b = (XlsBook){.arena = a, .stream = stream, .codepage = ENCODING_GB18030};
    text_table_init(&b->texts);
    b->sheets = arena_array_of(a, SHEETS_MAX, XlsSheet);
    g->book = b;
    g->records = (Records){.stream = stream, .codepage = b->codepage};
    buf_init(&g->text, 1 << 20);
    bool ok = read_version(g, e) && read_records(g, e);

    if (ok)
        settle_formats(g);
    buf_done(&g->text);
    return ok;
}

void xls_book_done(XlsBook *b) {
    text_table_done(&b->texts);
}
