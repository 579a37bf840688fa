/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/docx_write.c: a sheet as a fresh .docx, the same bytes for the same sheet. */
#include <stdlib.h>
#include <string.h>

#include "document/docx_inside.h"

#include "base/banned.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"
#define WORDML "application/vnd.openxmlformats-officedocument.wordprocessingml."

/* The type area in twentieths of a point: 156 mm. */
enum { WIDTH = 8844, COLUMNS_MOST = 63 };

/* --- text ------------------------------------------------------------------------------------ */

static bool allowed(uint32_t r) {
    return r == '\t' || r == '\n' || (r >= 0x20 && r <= 0xD7FF) || (r >= 0xE000 && r <= 0xFFFD) ||
           (r >= 0x10000 && r <= 0x10FFFF);
}

void docx_escape(Buf *out, Str text) {
    for (uint32_t r; str_rune(&text, &r);) {
        if (r == '&')
            buf_add_c(out, "&amp;");
        else if (r == '<')
            buf_add_c(out, "&lt;");
        else if (r == '>')
            buf_add_c(out, "&gt;");
        else if (r == '"')
            buf_add_c(out, "&quot;");
        else if (allowed(r))
            buf_add_rune(out, r);
    }
}

void docx_add_run(Buf *out, const char *properties, Str text) {
    buf_addf(out, "<w:r>%s", properties);
    while (text.len > 0) {
        size_t n = 0;

        while (n < text.len && text.ptr[n] != '\n' && text.ptr[n] != '\t')
            n++;
        if (n > 0) {
            buf_add_c(out, "<w:t xml:space=\"preserve\">");
            docx_escape(out, str_slice(text, 0, n));
            buf_add_c(out, "</w:t>");
        }
        if (n < text.len)
            buf_add_c(out, text.ptr[n] == '\n' ? "<w:br/>" : "<w:tab/>");
        text = str_slice(text, n + 1, text.len);
    }
    buf_add_c(out, "</w:r>");
}

static const char *const faces[] = {
    [FACE_OF_BLOCK] = "",
    [FACE_BLACK] = "<w:rPr><w:rFonts w:eastAsia=\"黑体\"/></w:rPr>",
    [FACE_REGULAR] = "<w:rPr><w:rFonts w:eastAsia=\"楷体_GB2312\"/></w:rPr>",
    [FACE_BOLD] = "<w:rPr><w:b/></w:rPr>",
};

typedef struct Writing {
    const Sheet *s;
    Buf *out;
    size_t marks;
} Writing;

static void add_span(Writing *w, const Span *s) {
    char name[41];

    if (s->field.len > 0) {
        docx_mark_name(s->field, ++w->marks, name);
        buf_addf(w->out, "<w:bookmarkStart w:id=\"%zu\" w:name=\"%s\"/>", w->marks, name);
    }
    docx_add_run(w->out, faces[s->face], s->text);
    if (s->field.len > 0)
        buf_addf(w->out, "<w:bookmarkEnd w:id=\"%zu\"/>", w->marks);
}

/* --- blocks ---------------------------------------------------------------------------------- */

static void add_paragraph(Writing *w, const Block *b, const char *more, bool in_cell) {
    BlockKind kind = in_cell && b->kind == BLOCK_TEXT ? BLOCK_TABLE : b->kind;

    buf_add_c(w->out, "<w:p><w:pPr>");
    /* Text has the style that every paragraph has. */
    if (kind != BLOCK_TEXT)
        buf_addf(w->out, "<w:pStyle w:val=\"%s\"/>", docx_style_id(kind));
    buf_addf(w->out, "%s</w:pPr>", more);
    if (kind == BLOCK_PAGE)
        buf_add_c(w->out, "<w:r><w:br w:type=\"page\"/></w:r>");
    for (size_t i = 0; i < b->span_count; i++)
        add_span(w, &b->spans[i]);
    buf_add_c(w->out, "</w:p>");
}

static int columns_of(const Block *b) {
    int most = 1;

    for (size_t i = 0; i < b->row_count; i++) {
        int n = 0;

        for (size_t j = 0; j < b->rows[i].count && n < COLUMNS_MOST; j++)
            n += b->rows[i].cells[j].columns > 1 ? b->rows[i].cells[j].columns : 1;
        most = n > most ? n : most;
    }
    return most > COLUMNS_MOST ? COLUMNS_MOST : most;
}

/* Does the cell of the next row that begins at this column go on with the one above it? */
static bool goes_on(const Block *table, size_t row, int column) {
    const Row *next = row + 1 < table->row_count ? &table->rows[row + 1] : NULL;
    int at = 0;

    for (size_t i = 0; next != NULL && i < next->count && at <= column; i++) {
        if (at == column)
            return next->cells[i].under;
        at += next->cells[i].columns > 1 ? next->cells[i].columns : 1;
    }
    return false;
}

static void add_cell(Writing *w, const SheetCell *c, int width, bool begins) {
    int n = c->columns > 1 ? c->columns : 1;

    buf_addf(w->out, "<w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/>", n * width);
    if (n > 1)
        buf_addf(w->out, "<w:gridSpan w:val=\"%d\"/>", n);
    if (begins || c->under)
        buf_add_c(w->out, c->under ? "<w:vMerge/>" : "<w:vMerge w:val=\"restart\"/>");
    buf_add_c(w->out, "<w:vAlign w:val=\"center\"/></w:tcPr>");
    for (size_t i = 0; i < c->count; i++)
        if (c->blocks[i].kind != BLOCK_TABLE && c->blocks[i].kind != BLOCK_PAGE)
            add_paragraph(w, &c->blocks[i], "", true);
    if (c->count == 0)
        add_paragraph(w, &(Block){.kind = BLOCK_TEXT}, "", true);
    buf_add_c(w->out, "</w:tc>");
}

static void add_table(Writing *w, const Block *b) {
    static const char *const sides[] = {"top", "left", "bottom", "right", "insideH", "insideV"};
    int columns = columns_of(b), width = WIDTH / columns;

    buf_add_c(w->out, "<w:tbl><w:tblPr><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:tblBorders>");
    for (size_t i = 0; i < 6; i++)
        buf_addf(w->out, "<w:%s w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>",
                 sides[i]);
    buf_add_c(w->out, "</w:tblBorders><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>");
    for (int i = 0; i < columns; i++)
        buf_addf(w->out, "<w:gridCol w:w=\"%d\"/>", width);
    buf_add_c(w->out, "</w:tblGrid>");
    for (size_t i = 0; i < b->row_count; i++) {
        buf_add_c(w->out, "<w:tr><w:trPr><w:cantSplit/>");
        buf_addf(w->out, "%s</w:trPr>", b->rows[i].head ? "<w:tblHeader/>" : "");
        for (size_t j = 0, at = 0; j < b->rows[i].count; j++) {
            const SheetCell *c = &b->rows[i].cells[j];

            add_cell(w, c, width, goes_on(b, i, (int)at));
            at += c->columns > 1 ? (size_t)c->columns : 1;
        }
        if (b->rows[i].count == 0)
            add_cell(w, &(SheetCell){.columns = columns}, width, false);
        buf_add_c(w->out, "</w:tr>");
    }
    buf_add_c(w->out, "</w:tbl>");
}

static void add_blocks(Writing *w) {
    for (size_t i = 0; i < w->s->count; i++) {
        const Block *b = &w->s->blocks[i];
        bool table_next = i + 1 < w->s->count && b[1].kind == BLOCK_TABLE;
        bool signer_next = i + 1 < w->s->count && b[1].kind == BLOCK_SIGNER;

        if (b->kind != BLOCK_TABLE) {
            bool further = i > 0 && b->kind == BLOCK_ATTACHMENT && b[-1].kind == BLOCK_ATTACHMENT;

            /* The red line stands below the last of the two; further enclosures below the number
             * of the first. */
            add_paragraph(w, b,
                          b->kind == BLOCK_NUMBER && signer_next
                              ? "<w:pBdr><w:bottom w:val=\"nil\"/></w:pBdr>"
                          : further ? "<w:ind w:firstLineChars=\"500\" w:firstLine=\"1580\"/>"
                                    : "",
                          false);
            continue;
        }
        if (b->row_count == 0)
            continue;
        add_table(w, b);
        /* Two tables that touch become one. */
        if (table_next)
            buf_add_c(w->out, "<w:p/>");
    }
}

static void add_document(const Sheet *s, Buf *out) {
    Writing w = {s, out, 0};

    buf_add_c(out, HEAD "<w:document xmlns:w=\"" DOCX_W "\" xmlns:r=\"" OFFICE
                        "relationships\"><w:body>");
    add_blocks(&w);
    buf_add_c(out, "<w:sectPr><w:footerReference w:type=\"even\" r:id=\"rId5\"/>"
                   "<w:footerReference w:type=\"default\" r:id=\"rId4\"/>"
                   "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>"
                   "<w:pgMar w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1588\" "
                   "w:header=\"851\" w:footer=\"1417\" w:gutter=\"0\"/><w:cols w:space=\"425\"/>");
    if (s->form == SHEET_LETTER)
        buf_add_c(out, "<w:titlePg/>");
    buf_add_c(out,
              "<w:docGrid w:type=\"lines\" w:linePitch=\"579\"/></w:sectPr></w:body></w:document>");
}

static void add_footer(bool odd, Buf *out) {
    buf_addf(out,
             HEAD "<w:ftr xmlns:w=\"" DOCX_W "\"><w:p><w:pPr><w:pStyle w:val=\"GwFoot\"/>"
                  "<w:jc w:val=\"%s\"/></w:pPr><w:r><w:t xml:space=\"preserve\">— </w:t></w:r>"
                  "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>"
                  "<w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>"
                  "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r>"
                  "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
                  "<w:r><w:t xml:space=\"preserve\"> —</w:t></w:r></w:p></w:ftr>",
             odd ? "right" : "left");
}

static void add_properties(const DocxProperties *p, Buf *out) {
    buf_add_c(out, HEAD "<cp:coreProperties xmlns:cp=\"" PACKAGE
                        "metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
                        "<dc:title>");
    docx_escape(out, p == NULL ? (Str){NULL, 0} : p->title);
    buf_add_c(out, "</dc:title><dc:creator>");
    docx_escape(out, p == NULL ? (Str){NULL, 0} : p->author);
    buf_add_c(out, "</dc:creator></cp:coreProperties>");
}

static void add_custom(const Sheet *s, Buf *out) {
    static const char *const forms[] = {"official", "letter", "minutes", "procuratorial"};

    buf_addf(out,
             HEAD "<Properties xmlns=\"" OFFICE "custom-properties\" xmlns:vt=\"" OFFICE
                  "docPropsVTypes\">"
                  "<property fmtid=\"{D5CDD505-2E9C-101B-9397-08002B2CF9AE}\" pid=\"2\" "
                  "name=\"LianhengForm\"><vt:lpwstr>%s</vt:lpwstr></property>"
                  "<property fmtid=\"{D5CDD505-2E9C-101B-9397-08002B2CF9AE}\" pid=\"3\" "
                  "name=\"LianhengSealed\"><vt:lpwstr>%s</vt:lpwstr></property></Properties>",
             forms[s->form], s->sealed ? "yes" : "no");
}

/* --- fixed parts ----------------------------------------------------------------------------- */

static const char types_xml[] =
    HEAD "<Types xmlns=\"" PACKAGE "content-types\">"
         "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package."
         "relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>"
         "<Override PartName=\"/word/document.xml\" ContentType=\"" WORDML "document.main+xml\"/>"
         "<Override PartName=\"/word/styles.xml\" ContentType=\"" WORDML "styles+xml\"/>"
         "<Override PartName=\"/word/settings.xml\" ContentType=\"" WORDML "settings+xml\"/>"
         "<Override PartName=\"/word/fontTable.xml\" ContentType=\"" WORDML "fontTable+xml\"/>"
         "<Override PartName=\"/word/footer1.xml\" ContentType=\"" WORDML "footer+xml\"/>"
         "<Override PartName=\"/word/footer2.xml\" ContentType=\"" WORDML "footer+xml\"/>"
         "<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-"
         "package.core-properties+xml\"/><Override PartName=\"/docProps/custom.xml\" "
         "ContentType=\"application/vnd.openxmlformats-officedocument.custom-properties+xml\"/>"
         "</Types>";

static const char package_rels[] =
    HEAD "<Relationships xmlns=\"" PACKAGE "relationships\">"
         "<Relationship Id=\"rId1\" Type=\"" OFFICE "relationships/officeDocument\" "
         "Target=\"word/document.xml\"/><Relationship Id=\"rId2\" Type=\"" PACKAGE
         "relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>"
         "<Relationship Id=\"rId3\" Type=\"" OFFICE "relationships/custom-properties\" "
         "Target=\"docProps/custom.xml\"/></Relationships>";

static const char document_rels[] =
    HEAD "<Relationships xmlns=\"" PACKAGE "relationships\">"
         "<Relationship Id=\"rId1\" Type=\"" OFFICE "relationships/styles\" Target=\"styles.xml\"/>"
         "<Relationship Id=\"rId2\" Type=\"" OFFICE "relationships/settings\" "
         "Target=\"settings.xml\"/><Relationship Id=\"rId3\" Type=\"" OFFICE
         "relationships/fontTable\" Target=\"fontTable.xml\"/><Relationship Id=\"rId4\" "
         "Type=\"" OFFICE "relationships/footer\" Target=\"footer1.xml\"/><Relationship "
         "Id=\"rId5\" Type=\"" OFFICE "relationships/footer\" Target=\"footer2.xml\"/>"
         "</Relationships>";

static const char settings_xml[] =
    HEAD "<w:settings xmlns:w=\"" DOCX_W "\"><w:zoom w:percent=\"100\"/>"
         "<w:bordersDoNotSurroundHeader/><w:bordersDoNotSurroundFooter/><w:defaultTabStop "
         "w:val=\"420\"/><w:evenAndOddHeaders/><w:characterSpacingControl "
         "w:val=\"compressPunctuation\"/><w:compat><w:compatSetting "
         "w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" "
         "w:val=\"15\"/></w:compat><w:themeFontLang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/>"
         "</w:settings>";

#define FONT(name, other)                                                                   \
    "<w:font w:name=\"" name "\"><w:altName w:val=\"" other "\"/><w:charset w:val=\"86\"/>" \
    "<w:family w:val=\"auto\"/><w:pitch w:val=\"variable\"/></w:font>"

static const char fonts_xml[] =
    HEAD "<w:fonts xmlns:w=\"" DOCX_W "\">" FONT("仿宋_GB2312", "仿宋") FONT("楷体_GB2312", "楷体")
        FONT("方正小标宋简体", "宋体") FONT("黑体", "SimHei") FONT("宋体", "SimSun") "</w:fonts>";

/* --- the archive ----------------------------------------------------------------------------- */

static void add_part(zip_t *z, const char *name, Str bytes) {
    zip_source_t *source = zip_source_buffer(z, bytes.ptr, bytes.len, 0);
    zip_int64_t i =
        source == NULL ? -1 : zip_file_add(z, name, source, ZIP_FL_ENC_UTF_8 | ZIP_FL_OVERWRITE);

    if (i < 0)
        abort();                                          /* out of memory */
    zip_file_set_dostime(z, (zip_uint64_t)i, 0, 0x21, 0); /* 1980-01-01: the same bytes always */
}

/* What was written to a source in memory. */
static bool take_bytes(zip_source_t *source, Buf *out) {
    zip_stat_t st;
    bool good = zip_source_stat(source, &st) == 0 && zip_source_open(source) == 0;
    char *room = good ? buf_reserve(out, st.size) : NULL;

    good = room != NULL && zip_source_read(source, room, st.size) == (zip_int64_t)st.size;
    if (good)
        out->len += st.size;
    if (room != NULL)
        zip_source_close(source);
    return good;
}

static bool close_into(zip_t *z, zip_source_t *source, Buf *out, Err *e) {
    bool good = zip_close(z) == 0;

    if (!good)
        zip_discard(z);
    good = good && take_bytes(source, out);
    zip_source_free(source);
    return good || err_set(e, ERR_TOO_LARGE, NULL, "文书太大，写不成 .docx：请减少内容或附表");
}

static zip_t *open_source(zip_source_t *source, int flags) {
    zip_error_t error;

    zip_error_init(&error);
    zip_source_keep(source);
    zip_t *z = zip_open_from_source(source, flags, &error);

    zip_error_fini(&error);
    if (z == NULL)
        abort(); /* it was read before, or is empty */
    return z;
}

static zip_source_t *memory_source(Str bytes) {
    zip_error_t error;

    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes.ptr, bytes.len, 0, &error);

    zip_error_fini(&error);
    if (source == NULL)
        abort();
    return source;
}

bool docx_write(const Sheet *s, const DocxProperties *p, Buf *out, Err *e) {
    scoped_buf Buf text = {.max = DOCX_PART_MAX}, styles = text, core = text, custom = text,
                   odd = text, even = text;

    add_document(s, &text);
    if (text.full)
        return err_set(e, ERR_TOO_LARGE, NULL, "文书的正文超过 16 MiB：请减少内容或附表");
    docx_styles_xml(s->form, s->sealed, &styles);
    add_properties(p, &core);
    add_custom(s, &custom);
    add_footer(true, &odd);
    add_footer(false, &even);
    zip_source_t *source = memory_source((Str){NULL, 0});
    zip_t *z = open_source(source, ZIP_CREATE | ZIP_TRUNCATE);

    add_part(z, "[Content_Types].xml", str_of(types_xml));
    add_part(z, "_rels/.rels", str_of(package_rels));
    add_part(z, "word/document.xml", buf_str(&text));
    add_part(z, "word/_rels/document.xml.rels", str_of(document_rels));
    add_part(z, "word/styles.xml", buf_str(&styles));
    add_part(z, "word/settings.xml", str_of(settings_xml));
    add_part(z, "word/fontTable.xml", str_of(fonts_xml));
    add_part(z, "word/footer1.xml", buf_str(&odd));
    add_part(z, "word/footer2.xml", buf_str(&even));
    add_part(z, "docProps/core.xml", buf_str(&core));
    add_part(z, "docProps/custom.xml", buf_str(&custom));
    return close_into(z, source, out, e);
}

/* --- saving what was opened ------------------------------------------------------------------ */

static void free_text(void *text) {
    xmlFree(text);
}

bool docx_save(Docx *d, Buf *out, Err *e) {
    zip_source_t *source = memory_source(d->bytes);
    zip_t *z = open_source(source, 0);

    for (size_t i = 0; i < d->part_count; i++) {
        xmlChar *text = NULL;
        int n = 0;

        if (!d->parts[i].changed)
            continue;
        xmlDocDumpMemoryEnc(d->parts[i].tree, &text, &n, "UTF-8");
        if (text == NULL)
            abort();
        arena_defer(d->arena, free_text, text);
        zip_source_t *part = zip_source_buffer(z, text, (zip_uint64_t)n, 0);

        if (part == NULL || zip_file_replace(z, d->parts[i].index, part, 0) != 0)
            abort();
        zip_file_set_dostime(z, d->parts[i].index, 0, 0x21, 0);
    }
    return close_into(z, source, out, e);
}
