/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/docx_read.c: the paragraphs of a .docx as blocks. */
#include <string.h>

#include "document/docx_inside.h"

#include "base/banned.h"

typedef struct Reading {
    Docx *d;
    Arena *a;
    int number; /* of the last paragraph */
    bool strange, picture, box, changes, notes, formula;
} Reading;

/* One paragraph on its way. */
typedef struct Line {
    Reading *r;
    BindList spans; /* of Span */
    Buf text;       /* of the span at work */
    SpanFace face;
    Str field;
    Str open;  /* field of the bookmark that is open */
    Str close; /* its id */
    bool page_before, page_after;
    int depth;       /* of fields */
    uint64_t hidden; /* by depth: in the instruction of that field */
    bool started;    /* some text came */
} Line;

/* --- spans ----------------------------------------------------------------------------------- */

static void flush(Line *l) {
    if (l->text.len == 0)
        return;
    Span *s = docx_more(l->r->a, &l->spans, sizeof *s);

    *s = (Span){str_dup(l->r->a, buf_str(&l->text)), l->face, l->field};
    buf_clear(&l->text);
}

static void add_text(Line *l, Str text, SpanFace face) {
    if (text.len == 0)
        return;
    if (face != l->face || !str_eq(l->open, l->field))
        flush(l);
    l->face = face;
    l->field = l->open;
    l->started = true;
    buf_add(&l->text, text);
}

static SpanFace face_of(const xmlNode *properties) {
    const xmlNode *fonts = docx_child(properties, "rFonts");
    Str east = fonts == NULL ? (Str){NULL, 0} : docx_attribute(fonts, "eastAsia");

    if (str_find(east, STR("黑体")) >= 0 || str_find(east, STR("SimHei")) >= 0)
        return FACE_BLACK;
    if (str_find(east, STR("楷体")) >= 0 || str_find(east, STR("KaiTi")) >= 0)
        return FACE_REGULAR;
    return docx_on(properties, "b") ? FACE_BOLD : FACE_OF_BLOCK;
}

static Str content_of(const xmlNode *n) {
    return n->children != NULL && n->children->content != NULL
               ? str_of((const char *)n->children->content)
               : (Str){NULL, 0};
}

static void take_field(Line *l, const xmlNode *n) {
    Str type = docx_attribute(n, "fldCharType");

    if (str_is(type, "begin") && l->depth < 63)
        l->hidden |= UINT64_C(1) << ++l->depth;
    else if (l->depth > 0 && !str_is(type, "begin"))
        l->hidden &= ~(UINT64_C(1) << l->depth);
    if (str_is(type, "end") && l->depth > 0)
        l->depth--;
}

static void take_break(Line *l, const xmlNode *n, SpanFace face) {
    if (!str_is(docx_attribute(n, "type"), "page")) {
        add_text(l, STR("\n"), face);
        return;
    }
    l->page_before |= !l->started;
    l->page_after |= l->started;
}

static void take_run(Line *l, const xmlNode *run) {
    SpanFace face = face_of(docx_child(run, "rPr"));

    for (const xmlNode *n = run->children; n != NULL; n = n->next) {
        if (n->type != XML_ELEMENT_NODE)
            continue;
        if (docx_is(n, "fldChar"))
            take_field(l, n);
        else if (l->hidden != 0)
            continue;
        else if (docx_is(n, "t"))
            add_text(l, content_of(n), face);
        else if (docx_is(n, "tab"))
            add_text(l, STR("\t"), face);
        else if (docx_is(n, "br"))
            take_break(l, n, face);
        else if (docx_is(n, "cr"))
            add_text(l, STR("\n"), face);
        else if (docx_is(n, "noBreakHyphen"))
            add_text(l, STR("-"), face);
        else if (docx_is(n, "drawing") || docx_is(n, "pict"))
            l->r->picture = true;
        else if (docx_is(n, "footnoteReference") || docx_is(n, "endnoteReference"))
            l->r->notes = true;
        else if (strcmp((const char *)n->name, "AlternateContent") == 0)
            l->r->box = true;
    }
}

static void take_bookmark(Line *l, const xmlNode *n) {
    if (docx_is(n, "bookmarkStart")) {
        Str field = docx_mark_field(l->r->a, docx_attribute(n, "name"));

        if (field.len > 0) {
            l->open = field;
            l->close = docx_attribute(n, "id");
        }
    } else if (l->open.len > 0 && str_eq(docx_attribute(n, "id"), l->close)) {
        l->open = (Str){NULL, 0};
    }
}

static void take_children(Line *l, const xmlNode *parent) {
    for (const xmlNode *n = parent->children; n != NULL; n = n->next) {
        if (n->type != XML_ELEMENT_NODE)
            continue;
        l->r->changes |= docx_is(n, "ins") || docx_is(n, "del") || docx_is(n, "moveTo");
        l->r->formula |= strcmp((const char *)n->name, "oMath") == 0 ||
                         strcmp((const char *)n->name, "oMathPara") == 0;
        if (docx_is(n, "r"))
            take_run(l, n);
        else if (docx_is(n, "bookmarkStart") || docx_is(n, "bookmarkEnd"))
            take_bookmark(l, n);
        else if (docx_transparent(n) || docx_is(n, "hyperlink") || docx_is(n, "fldSimple"))
            take_children(l, n);
    }
}

/* --- blocks ---------------------------------------------------------------------------------- */

static void add_page(Reading *r, BindList *out) {
    *(Block *)docx_more(r->a, out, sizeof(Block)) =
        (Block){.kind = BLOCK_PAGE, .number = r->number};
}

static BlockKind kind_of(const Reading *r, const xmlNode *p, const BindList *spans, bool in_cell) {
    Block b = {.spans = spans->items, .span_count = spans->count};
    BlockKind kind;

    if (docx_style_kind(r->d, p, &kind))
        return kind == BLOCK_TABLE || kind == BLOCK_PAGE ? BLOCK_TEXT : kind;
    return in_cell ? BLOCK_TEXT : sheet_guess(sheet_text(r->a, &b));
}

static bool blank(const BindList *spans) {
    const Span *s = spans->items;

    for (size_t i = 0; i < spans->count; i++)
        if (str_trim(s[i].text).len > 0)
            return false;
    return true;
}

/* A section that begins on a new page ends with this paragraph. */
static bool section_page(const xmlNode *properties) {
    const xmlNode *section = docx_child(properties, "sectPr");
    const xmlNode *type = docx_child(section, "type");

    return section != NULL && (type == NULL || !str_is(docx_attribute(type, "val"), "continuous"));
}

static void read_paragraph(Reading *r, const xmlNode *p, BindList *out, bool in_cell) {
    Line l = {.r = r};
    const xmlNode *properties = docx_child(p, "pPr");
    Str prefix = docx_list_prefix(r->d, p, r->a, &r->strange);
    BlockKind kind;

    r->number++;
    buf_init(&l.text, DOCX_PART_MAX);
    add_text(&l, prefix, FACE_OF_BLOCK);
    take_children(&l, p);
    flush(&l);
    buf_done(&l.text);
    kind = kind_of(r, p, &l.spans, in_cell);
    if (!in_cell && (l.page_before ||
                     (docx_on(properties, "pageBreakBefore") && kind != BLOCK_ATTACHMENT_HEAD)))
        add_page(r, out);
    if (!blank(&l.spans))
        *(Block *)docx_more(r->a, out, sizeof(Block)) = (Block){
            .kind = kind, .number = r->number, .spans = l.spans.items, .span_count = l.spans.count};
    if (!in_cell && (l.page_after || section_page(properties)))
        add_page(r, out);
}

static void read_blocks(Reading *r, const xmlNode *parent, BindList *out, bool in_cell);

static int columns_of(const xmlNode *cell) {
    const xmlNode *span = docx_child(docx_child(cell, "tcPr"), "gridSpan");
    int64_t n = 1;

    if (span != NULL && (!str_to_int(docx_attribute(span, "val"), &n) || n < 1 || n > 63))
        n = 1;
    return (int)n;
}

/* One with the cell above, as Word says it: vMerge without "restart". */
static bool is_under(const xmlNode *cell) {
    const xmlNode *merge = docx_child(docx_child(cell, "tcPr"), "vMerge");

    return merge != NULL && !str_is(docx_attribute(merge, "val"), "restart");
}

static void read_cell(Reading *r, const xmlNode *n, BindList *cells) {
    BindList blocks = {0};
    SheetCell *c = docx_more(r->a, cells, sizeof *c);
    size_t place = cells->count - 1;

    c->columns = columns_of(n);
    c->under = is_under(n);
    read_blocks(r, n, &blocks, true);
    c = (SheetCell *)cells->items + place;
    c->blocks = blocks.items;
    c->count = blocks.count;
}

static void read_cells(Reading *r, const xmlNode *row, BindList *cells) {
    for (const xmlNode *n = row->children; n != NULL; n = n->next) {
        if (docx_is(n, "tc"))
            read_cell(r, n, cells);
        else if (docx_transparent(n))
            read_cells(r, n, cells);
    }
}

static void read_rows(Reading *r, const xmlNode *table, BindList *rows) {
    for (const xmlNode *n = table->children; n != NULL; n = n->next) {
        if (docx_transparent(n)) {
            read_rows(r, n, rows);
        } else if (docx_is(n, "tr")) {
            BindList cells = {0};
            Row row = {.head = docx_on(docx_child(n, "trPr"), "tblHeader")};

            read_cells(r, n, &cells);
            row.cells = cells.items;
            row.count = cells.count;
            *(Row *)docx_more(r->a, rows, sizeof row) = row;
        }
    }
}

/* A table inside a cell becomes the texts of its cells, one after the other. */
static void read_table(Reading *r, const xmlNode *n, BindList *out, bool in_cell) {
    BindList rows = {0};

    read_rows(r, n, &rows);
    if (!in_cell) {
        *(Block *)docx_more(r->a, out, sizeof(Block)) =
            (Block){.kind = BLOCK_TABLE, .rows = rows.items, .row_count = rows.count};
        return;
    }
    for (size_t i = 0; i < rows.count; i++) {
        const Row *row = &((const Row *)rows.items)[i];

        for (size_t j = 0; j < row->count; j++)
            for (size_t k = 0; k < row->cells[j].count; k++)
                *(Block *)docx_more(r->a, out, sizeof(Block)) = row->cells[j].blocks[k];
    }
}

static void read_blocks(Reading *r, const xmlNode *parent, BindList *out, bool in_cell) {
    for (const xmlNode *n = parent->children; n != NULL; n = n->next) {
        if (docx_is(n, "p"))
            read_paragraph(r, n, out, in_cell);
        else if (docx_is(n, "tbl"))
            read_table(r, n, out, in_cell);
        else if (docx_transparent(n))
            read_blocks(r, n, out, in_cell);
    }
}

/* --- the whole ------------------------------------------------------------------------------- */

static void warn(Arena *a, BindList *warnings, bool of, const char *text) {
    if (of && warnings != NULL)
        *(Str *)docx_more(a, warnings, sizeof(Str)) = str_of(text);
}

bool docx_read(Docx *d, Arena *a, Sheet *out, BindList *warnings, Err *e) {
    Reading r = {.d = d, .a = a};
    BindList blocks = {0};

    (void)e;
    docx_lists_restart(d);
    read_blocks(&r, docx_body(d), &blocks, false);
    if (warnings != NULL)
        *warnings = (BindList){0};
    warn(a, warnings, r.picture, "文件里有图片：它们留在 DOCX 里，不进入 PDF");
    warn(a, warnings, r.box, "文件里有文本框或图形：里面的文字不进入 PDF，请改成普通段落");
    warn(a, warnings, r.changes, "文件里有没有接受的修订：按接受修订处理，请先接受或拒绝");
    warn(a, warnings, r.notes, "文件里有脚注或尾注：它们不进入 PDF");
    warn(a, warnings, r.formula, "文件里有公式：它们不进入 PDF");
    warn(a, warnings, r.strange,
         "文件里有不常见的自动编号：编号按阿拉伯数字显示，请核对或改为手写编号");
    *out = (Sheet){
        .form = d->form, .blocks = blocks.items, .count = blocks.count, .sealed = !d->unsealed};
    return true;
}
