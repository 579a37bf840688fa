/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/xlsx_book.c: workbook, relations, styles and shared strings of an XLSX file. */
#include "data/xlsx_book.h"

#include <string.h>

#include "base/banned.h"

enum { SHEETS_MAX = 1024, FORMATS_MAX = 100000 };

/* --- relations: which part an id stands for -------------------------------------------------- */

typedef struct Relation {
    Str id, type, target;
} Relation;

typedef struct Relations {
    Arena *arena;
    Relation rows[4 * SHEETS_MAX];
    size_t count;
} Relations;

static void relation_start(Xml *x, const char *name, const char **attributes) {
    Relations *r = xml_self(x);
    const char *id = xml_attribute(attributes, "Id"), *type = xml_attribute(attributes, "Type"),
               *target = xml_attribute(attributes, "Target");

    if (strcmp(name, "Relationship") != 0 || id == NULL || type == NULL || target == NULL)
        return;
    if (r->count == sizeof r->rows / sizeof *r->rows) {
        err_set(xml_err(x), ERR_TOO_LARGE, NULL, "XLSX 文件的工作表超过 %d 张", SHEETS_MAX);
        xml_fail(x);
        return;
    }
    r->rows[r->count++] = (Relation){str_dup(r->arena, str_of(id)), str_dup(r->arena, str_of(type)),
                                     str_dup(r->arena, str_of(target))};
}

static void ignore_end(Xml *x, const char *name) {
    (void)x, (void)name;
}

static const XmlRules relation_rules = {relation_start, ignore_end, NULL};

/* "/xl/sheet.xml", "worksheets/sheet.xml" and "../xl/sheet.xml" beside the part at `base`. */
static const char *resolve(Arena *a, Str base, Str target) {
    while (base.len > 0 && base.ptr[base.len - 1] != '/')
        base.len--;
    if (target.len > 0 && (target.ptr[0] == '/' || target.ptr[0] == '\\')) {
        base.len = 0;
        target = str_slice(target, 1, target.len);
    }
    while (str_starts(target, STR("../"))) {
        target = str_slice(target, 3, target.len);
        if (base.len > 0)
            base.len--;
        while (base.len > 0 && base.ptr[base.len - 1] != '/')
            base.len--;
    }
    if (str_starts(target, STR("./")))
        target = str_slice(target, 2, target.len);
    char *name = arena_alloc(a, base.len + target.len + 1);

    if (base.len != 0)
        memcpy(name, base.ptr, base.len);
    if (target.len != 0)
        memcpy(name + base.len, target.ptr, target.len);
    for (char *p = name; *p != '\0'; p++)
        if (*p == '\\')
            *p = '/';
    return name;
}

/* The relations of the part `name` are in its _rels folder; none is fine. */
static bool read_relations(Relations *r, Archive *z, Str name, Err *e) {
    size_t slash = name.len;

    while (slash > 0 && name.ptr[slash - 1] != '/')
        slash--;
    Str part = str_format(r->arena, "%.*s_rels/%.*s.rels", (int)slash, name.ptr,
                          (int)(name.len - slash), name.ptr + slash);

    r->count = 0;
    return !archive_has(z, part.ptr) || archive_read_xml(z, part.ptr, &relation_rules, r, e);
}

static const Relation *relation_of_type(const Relations *r, const char *ending) {
    for (size_t i = 0; i < r->count; i++)
        if (str_ends(r->rows[i].type, str_of(ending)))
            return &r->rows[i];
    return NULL;
}

/* --- workbook -------------------------------------------------------------------------------- */

typedef struct Workbook {
    XlsxBook *book;
    Str ids[SHEETS_MAX]; /* relation of each sheet */
} Workbook;

static bool is_true(const char *value) {
    return value != NULL && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

static void workbook_start(Xml *x, const char *name, const char **attributes) {
    Workbook *w = xml_self(x);
    XlsxBook *b = w->book;

    if (strcmp(name, "workbookPr") == 0)
        b->since_1904 = is_true(xml_attribute(attributes, "date1904"));
    if (strcmp(name, "sheet") != 0)
        return;
    const char *title = xml_attribute(attributes, "name"),
               *state = xml_attribute(attributes, "state"), *id = xml_attribute(attributes, "id");

    if (title == NULL || id == NULL)
        return;
    if (b->sheet_count == SHEETS_MAX) {
        err_set(xml_err(x), ERR_TOO_LARGE, NULL, "XLSX 文件的工作表超过 %d 张", SHEETS_MAX);
        xml_fail(x);
        return;
    }
    w->ids[b->sheet_count] = str_dup(b->arena, str_of(id));
    b->sheets[b->sheet_count++] =
        (XlsxSheet){.name = str_dup(b->arena, str_of(title)),
                    .hidden = state != NULL && strcmp(state, "visible") != 0};
}

static const XmlRules workbook_rules = {workbook_start, ignore_end, NULL};

/* --- styles ---------------------------------------------------------------------------------- */

typedef struct Styles {
    XlsxBook *book;
    struct {
        int64_t id;
        NumberFormat format;
    } * own; /* formats with a code in the file */
    size_t own_count;
    bool in_cells; /* inside cellXfs, which cells refer to, not cellStyleXfs */
} Styles;

static int64_t integer_or(const char *value, int64_t otherwise) {
    int64_t n;

    return value != NULL && str_to_int(str_of(value), &n) ? n : otherwise;
}

static void too_many_formats(Xml *x) {
    err_set(xml_err(x), ERR_TOO_LARGE, NULL, "XLSX 文件的单元格样式超过 %d 种，请清理后再导入",
            FORMATS_MAX);
    xml_fail(x);
}

static NumberFormat format_by_id(const Styles *s, int64_t id) {
    for (size_t i = s->own_count; i-- > 0;)
        if (s->own[i].id == id)
            return s->own[i].format;
    return number_format_builtin(id);
}

static void styles_start(Xml *x, const char *name, const char **attributes) {
    Styles *s = xml_self(x);
    XlsxBook *b = s->book;
    int64_t id = integer_or(xml_attribute(attributes, "numFmtId"), 0);

    if (strcmp(name, "cellXfs") == 0) {
        s->in_cells = true;
    } else if (strcmp(name, "numFmt") == 0) {
        const char *code = xml_attribute(attributes, "formatCode");

        /* A few hundred at most in any honest file, so a plain search will do. */
        if (s->own_count == 4096) {
            too_many_formats(x);
            return;
        }
        s->own[s->own_count].id = id;
        s->own[s->own_count++].format = number_format_of(str_of(code));
    } else if (s->in_cells && strcmp(name, "xf") == 0) {
        if (b->format_count == FORMATS_MAX)
            too_many_formats(x);
        else
            b->formats[b->format_count++] = format_by_id(s, id);
    }
}

static void styles_end(Xml *x, const char *name) {
    if (strcmp(name, "cellXfs") == 0)
        ((Styles *)xml_self(x))->in_cells = false;
}

static const XmlRules styles_rules = {styles_start, styles_end, NULL};

/* --- shared strings -------------------------------------------------------------------------- */

typedef struct Strings {
    XlsxBook *book;
    size_t item; /* where the open item's text starts */
    bool in_text;
    int phonetic; /* depth inside rPh, whose text says how to read the item, not what it is */
} Strings;

static void strings_start(Xml *x, const char *name, const char **attributes) {
    Strings *s = xml_self(x);

    (void)attributes;
    if (strcmp(name, "si") == 0)
        s->item = s->book->texts.bytes.len;
    else if (strcmp(name, "rPh") == 0)
        s->phonetic++;
    else if (strcmp(name, "t") == 0)
        s->in_text = s->phonetic == 0;
}

static void end_item(Xml *x, Strings *s) {
    Buf *bytes = &s->book->texts.bytes;

    if (bytes->len > s->item)
        bytes->len = s->item + xlsx_unescape(bytes->ptr + s->item, bytes->len - s->item);
    if (!text_table_end(&s->book->texts, xml_err(x)))
        xml_fail(x);
}

static void strings_end(Xml *x, const char *name) {
    Strings *s = xml_self(x);

    if (strcmp(name, "t") == 0)
        s->in_text = false;
    else if (strcmp(name, "rPh") == 0)
        s->phonetic--;
    else if (strcmp(name, "si") == 0)
        end_item(x, s);
}

static void strings_text(Xml *x, Str text) {
    Strings *s = xml_self(x);

    if (s->in_text)
        buf_add(&s->book->texts.bytes, text);
}

static const XmlRules strings_rules = {strings_start, strings_end, strings_text};

static int hex_digit(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

/* Only what fits in one byte of UTF-8 shrinks safely, and only that is ever escaped; NUL stays as
 * it is written. */
size_t xlsx_unescape(char *text, size_t len) {
    size_t to = 0;

    for (size_t i = 0; i < len; i++) {
        text[to++] = text[i];
        if (text[i] != '_' || len - i < 7 || text[i + 1] != 'x' || text[i + 6] != '_')
            continue;
        int rune = 0;

        for (int k = 2; k < 6; k++)
            rune = rune < 0 || hex_digit(text[i + k]) < 0 ? -1 : rune * 16 + hex_digit(text[i + k]);
        if (rune > 0 && rune < 0x80) {
            text[to - 1] = (char)rune;
            i += 6;
        }
    }
    return to;
}

/* --- all of it ------------------------------------------------------------------------------- */

/* The commonest things that are a ZIP archive, and no XLSX file. */
static bool fail_kind(Archive *z, Err *e) {
    static const struct {
        const char *part, *text;
    } kinds[] = {
        {"xl/workbook.bin", "是 XLSB 二进制工作簿，请用 WPS 或 Excel 另存为 .xlsx 再导入"},
        {"word/document.xml", "是 Word 文档，请把其中的表格存成 .xlsx 再导入"},
        {"ppt/presentation.xml", "是演示文稿，请导入表格文件"},
        {"content.xml", "是 OpenDocument 文件，请另存为 .xlsx 再导入"},
        {"Index/Document.iwa", "是 Numbers 表格，请导出成 .xlsx 再导入"},
    };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (archive_has(z, kinds[i].part))
            return err_set(e, ERR_INVALID, NULL, "文件%s", kinds[i].text);
    return err_set(e, ERR_INVALID, NULL, "文件是 ZIP 压缩包，不是 XLSX 表格，请先解压再导入");
}

static bool read_sheets(XlsxBook *b, Archive *z, Relations *r, Str workbook, Err *e) {
    Workbook *w = arena_new_of(b->arena, Workbook);
    size_t worksheets = 0;

    w->book = b;
    b->sheets = arena_array_of(b->arena, SHEETS_MAX, XlsxSheet);
    if (!archive_read_xml(z, workbook.ptr, &workbook_rules, w, e) ||
        !read_relations(r, z, workbook, e))
        return false;
    for (size_t i = 0; i < b->sheet_count; i++)
        for (size_t k = 0; k < r->count; k++)
            if (str_eq(r->rows[k].id, w->ids[i]) && str_ends(r->rows[k].type, STR("/worksheet"))) {
                b->sheets[i].part = resolve(b->arena, workbook, r->rows[k].target);
                worksheets++;
            }
    return worksheets != 0 ||
           err_set(e, ERR_INVALID, NULL,
                   "文件里没有工作表（只有宏、图表，或是空的），没有可导入的数据");
}

static bool read_styles(XlsxBook *b, Archive *z, const Relations *r, Str workbook, Err *e) {
    const Relation *relation = relation_of_type(r, "/styles");
    Styles s = {.book = b};

    if (relation == NULL)
        return true;
    const char *part = resolve(b->arena, workbook, relation->target);

    if (!archive_has(z, part))
        return true;
    b->formats = arena_array_of(b->arena, FORMATS_MAX, NumberFormat);
    s.own = arena_array(b->arena, 4096, sizeof *s.own);
    return archive_read_xml(z, part, &styles_rules, &s, e);
}

static bool read_strings(XlsxBook *b, Archive *z, const Relations *r, Str workbook, Err *e) {
    const Relation *relation = relation_of_type(r, "/sharedStrings");
    Strings s = {.book = b};

    if (relation == NULL)
        return true;
    const char *part = resolve(b->arena, workbook, relation->target);

    return !archive_has(z, part) || archive_read_xml(z, part, &strings_rules, &s, e);
}

bool xlsx_book_read(XlsxBook *b, Arena *a, Archive *z, Err *e) {
    Relations *r = arena_new_of(a, Relations);
    const Relation *root;
    Str workbook = STR("xl/workbook.xml");

    *b = (XlsxBook){.arena = a};
    text_table_init(&b->texts);
    r->arena = a;
    if (!read_relations(r, z, (Str){"", 0}, e))
        return false;
    if ((root = relation_of_type(r, "/officeDocument")) != NULL)
        workbook = str_of(resolve(a, (Str){"", 0}, root->target));
    if (!archive_has(z, workbook.ptr) || !str_ends(workbook, STR(".xml")) ||
        archive_has(z, "word/document.xml"))
        return fail_kind(z, e);
    return read_sheets(b, z, r, workbook, e) && read_styles(b, z, r, workbook, e) &&
           read_strings(b, z, r, workbook, e);
}

void xlsx_book_done(XlsxBook *b) {
    text_table_done(&b->texts);
}

NumberFormat xlsx_book_format(const XlsxBook *b, size_t style) {
    return style < b->format_count ? b->formats[style] : FORMAT_NUMBER;
}
