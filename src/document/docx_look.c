/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/docx_look.c: the styles of a fresh .docx: fonts, sizes and places of GB/T 9704. */
#include "document/docx_inside.h"

#include "base/banned.h"

#define SONG "仿宋_GB2312"
#define HEI "黑体"
#define KAI "楷体_GB2312"
#define TITLE_SONG "方正小标宋简体"
#define RED "FF0000"

/* One line of the page: 225 mm in 22 lines. */
enum { LINE = 579 };

typedef struct Look {
    const char *id;
    const char *font;
    int size;                 /* half points; 32 is 三号 */
    const char *colour;       /* NULL: black */
    const char *align;        /* NULL: both sides */
    int first, left, right;   /* indents in hundredths of a character */
    int before;               /* lines */
    int outline;              /* level in the navigation, 0: none */
    const char *top, *bottom; /* borders, as attributes; NULL: none */
    bool page;                /* begins a page */
    bool keep;                /* stays with the next paragraph */
} Look;

#define RED_LINE "w:val=\"single\" w:sz=\"12\" w:space=\"11\" w:color=\"" RED "\""
#define RED_DOUBLE "w:val=\"thickThinSmallGap\" w:sz=\"24\" w:space=\"11\" w:color=\"" RED "\""
#define THICK "w:val=\"single\" w:sz=\"8\" w:space=\"1\" w:color=\"000000\""
#define THIN "w:val=\"single\" w:sz=\"6\" w:space=\"1\" w:color=\"000000\""

static const Look looks[BLOCK_KIND_COUNT] = {
    [BLOCK_TEXT] = {"a", SONG, 32, NULL, NULL, 200, 0, 0, 0, 0, NULL, NULL, false, false},
    [BLOCK_COPY_NUMBER] = {"Gw01", SONG, 32, NULL, "left", 0, 0, 0, 0, 0, NULL, NULL, false, false},
    [BLOCK_SECRECY] = {"Gw02", HEI, 32, NULL, "left", 0, 0, 0, 0, 0, NULL, NULL, false, false},
    [BLOCK_URGENCY] = {"Gw03", HEI, 32, NULL, "left", 0, 0, 0, 0, 0, NULL, NULL, false, false},
    [BLOCK_MARK] = {"Gw04", TITLE_SONG, 72, RED, "center", 0, 0, 0, 1, 0, NULL, NULL, false, true},
    [BLOCK_NUMBER] = {"Gw05", SONG, 32, NULL, "center", 0, 0, 0, 2, 0, NULL, RED_LINE, false,
                      false},
    [BLOCK_SIGNER] = {"Gw06", SONG, 32, NULL, "right", 0, 0, 100, 0, 0, NULL, RED_LINE, false,
                      false},
    [BLOCK_TITLE] = {"Gw07", TITLE_SONG, 44, NULL, "center", 0, 0, 0, 2, 1, NULL, NULL, false,
                     true},
    [BLOCK_RECIPIENT] = {"Gw08", SONG, 32, NULL, "left", 0, 0, 0, 1, 0, NULL, NULL, false, false},
    [BLOCK_LEVEL_1] = {"Gw09", HEI, 32, NULL, NULL, 200, 0, 0, 0, 1, NULL, NULL, false, true},
    [BLOCK_LEVEL_2] = {"Gw10", KAI, 32, NULL, NULL, 200, 0, 0, 0, 2, NULL, NULL, false, false},
    [BLOCK_LEVEL_3] = {"Gw11", SONG, 32, NULL, NULL, 200, 0, 0, 0, 3, NULL, NULL, false, false},
    [BLOCK_LEVEL_4] = {"Gw12", SONG, 32, NULL, NULL, 200, 0, 0, 0, 4, NULL, NULL, false, false},
    [BLOCK_ATTACHMENT] = {"Gw13", SONG, 32, NULL, NULL, 200, 0, 0, 1, 0, NULL, NULL, false, false},
    [BLOCK_SIGNATURE] = {"Gw14", SONG, 32, NULL, "right", 0, 0, 400, 2, 0, NULL, NULL, false, true},
    [BLOCK_DATE] = {"Gw15", SONG, 32, NULL, "right", 0, 0, 400, 0, 0, NULL, NULL, false, false},
    [BLOCK_NOTE] = {"Gw16", SONG, 32, NULL, NULL, 200, 0, 0, 0, 0, NULL, NULL, false, false},
    [BLOCK_COPIES] = {"Gw17", SONG, 28, NULL, "left", 0, 100, 100, 1, 0, THICK, NULL, false, true},
    [BLOCK_PRINTED] = {"Gw18", SONG, 28, NULL, NULL, 0, 100, 100, 0, 0, THIN, THICK, false, false},
    [BLOCK_NAMES] = {"Gw19", SONG, 32, NULL, NULL, 200, 0, 0, 0, 0, NULL, NULL, false, false},
    [BLOCK_ATTACHMENT_HEAD] = {"Gw20", HEI, 32, NULL, "left", 0, 0, 0, 0, 1, NULL, NULL, true,
                               true},
    [BLOCK_TABLE] = {"Gw21", SONG, 28, NULL, "left", 0, 0, 0, 0, 0, NULL, NULL, false, false},
    [BLOCK_PAGE] = {"Gw22", SONG, 32, NULL, "left", 0, 0, 0, 0, 0, NULL, NULL, false, false},
};

const char *docx_style_id(BlockKind kind) {
    return looks[kind].id;
}

/* What differs from the red-headed form. */
static Look look_of(BlockKind kind, SheetForm form, bool sealed) {
    Look l = looks[kind];

    if (kind == BLOCK_MARK && form == SHEET_LETTER)
        l.bottom = RED_DOUBLE;
    if (kind == BLOCK_MARK && form == SHEET_PROCURATORIAL) {
        l.colour = NULL;
        l.size = 44;
        l.before = 0;
    }
    if (kind == BLOCK_TITLE && form == SHEET_PROCURATORIAL)
        l.before = 0;
    if (kind == BLOCK_NUMBER && form != SHEET_OFFICIAL)
        l.bottom = NULL;
    if (kind == BLOCK_NUMBER && (form == SHEET_LETTER || form == SHEET_PROCURATORIAL)) {
        l.align = "right";
        l.before = 1;
    }
    if (kind == BLOCK_SIGNER && form != SHEET_OFFICIAL)
        l.bottom = NULL;
    if ((kind == BLOCK_SIGNATURE || kind == BLOCK_DATE) && !sealed)
        l.right = kind == BLOCK_SIGNATURE ? 200 : 0;
    return l;
}

static void add_paragraph(const Look *l, Buf *out) {
    buf_add_c(out, "<w:pPr>");
    if (l->keep)
        buf_add_c(out, "<w:keepNext/>");
    if (l->page)
        buf_add_c(out, "<w:pageBreakBefore/>");
    buf_add_c(out, "<w:widowControl w:val=\"0\"/>");
    if (l->top != NULL || l->bottom != NULL) {
        buf_add_c(out, "<w:pBdr>");
        if (l->top != NULL)
            buf_addf(out, "<w:top %s/>", l->top);
        if (l->bottom != NULL)
            buf_addf(out, "<w:bottom %s/>", l->bottom);
        buf_add_c(out, "</w:pBdr>");
    }
    if (l->size > 44)
        buf_addf(out,
                 "<w:spacing w:before=\"%d\" w:after=\"0\" w:line=\"240\" w:lineRule=\"auto\"/>",
                 l->before * LINE);
    else
        buf_addf(out,
                 "<w:spacing w:before=\"%d\" w:after=\"0\" w:line=\"%d\" w:lineRule=\"exact\"/>",
                 l->before * LINE, LINE);
    buf_addf(out,
             "<w:ind w:leftChars=\"%d\" w:left=\"%d\" w:rightChars=\"%d\" w:right=\"%d\" "
             "w:firstLineChars=\"%d\" w:firstLine=\"%d\"/>",
             l->left, l->left * 316 / 100, l->right, l->right * 316 / 100, l->first,
             l->first * 316 / 100);
    /* The lines before it stand before the first of several only. */
    if (l->before > 0 && l->size <= 44)
        buf_add_c(out, "<w:contextualSpacing/>");
    buf_addf(out, "<w:jc w:val=\"%s\"/>", l->align != NULL ? l->align : "both");
    if (l->outline > 0)
        buf_addf(out, "<w:outlineLvl w:val=\"%d\"/>", l->outline - 1);
    buf_add_c(out, "</w:pPr>");
}

static void add_letters(const Look *l, Buf *out) {
    buf_addf(out, "<w:rPr><w:rFonts w:eastAsia=\"%s\"/>", l->font);
    if (l->colour != NULL)
        buf_addf(out, "<w:color w:val=\"%s\"/>", l->colour);
    /* 28 signs of 三号 in 156 mm: closer by a quarter of a point. A grid of signs would say the
     * same, but LibreOffice gives each sign two of its cells. */
    if (l->size == 32)
        buf_add_c(out, "<w:spacing w:val=\"-5\"/>");
    buf_addf(out, "<w:sz w:val=\"%d\"/><w:szCs w:val=\"%d\"/></w:rPr>", l->size, l->size);
}

/* In the file Word's own styles go by their English names: Normal is shown as 正文, Title as 标题.
 */
static void add_style(BlockKind kind, SheetForm form, bool sealed, Buf *out) {
    Look l = look_of(kind, form, sealed);
    const char *name = kind == BLOCK_TEXT    ? "Normal"
                       : kind == BLOCK_TITLE ? "Title"
                                             : sheet_style(kind);

    buf_addf(out, "<w:style w:type=\"paragraph\"%s w:styleId=\"%s\"><w:name w:val=\"%s\"/>",
             kind == BLOCK_TEXT    ? " w:default=\"1\""
             : kind == BLOCK_TITLE ? ""
                                   : " w:customStyle=\"1\"",
             l.id, name);
    if (kind != BLOCK_TEXT)
        buf_add_c(out, "<w:basedOn w:val=\"a\"/><w:next w:val=\"a\"/>");
    buf_add_c(out, "<w:qFormat/>");
    add_paragraph(&l, out);
    add_letters(&l, out);
    buf_add_c(out, "</w:style>");
}

void docx_styles_xml(SheetForm form, bool sealed, Buf *out) {
    buf_add_c(out, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
                   "<w:styles xmlns:w=\"" DOCX_W "\"><w:docDefaults><w:rPrDefault><w:rPr>"
                   "<w:rFonts w:ascii=\"Times New Roman\" w:eastAsia=\"" SONG "\" "
                   "w:hAnsi=\"Times New Roman\" w:cs=\"Times New Roman\"/><w:kern w:val=\"2\"/>"
                   "<w:sz w:val=\"32\"/><w:szCs w:val=\"32\"/>"
                   "<w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\" w:bidi=\"ar-SA\"/>"
                   "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>");
    for (BlockKind k = 0; k < BLOCK_KIND_COUNT; k++)
        add_style(k, form, sealed, out);
    buf_add_c(out, "<w:style w:type=\"paragraph\" w:styleId=\"GwFoot\"><w:name w:val=\"footer\"/>"
                   "<w:basedOn w:val=\"a\"/><w:pPr><w:spacing w:line=\"240\" w:lineRule=\"auto\"/>"
                   "<w:ind w:leftChars=\"100\" w:left=\"280\" w:rightChars=\"100\" w:right=\"280\" "
                   "w:firstLineChars=\"0\" w:firstLine=\"0\"/></w:pPr><w:rPr>"
                   "<w:rFonts w:ascii=\"宋体\" w:eastAsia=\"宋体\" w:hAnsi=\"宋体\"/>"
                   "<w:sz w:val=\"28\"/><w:szCs w:val=\"28\"/></w:rPr></w:style>"
                   "<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"a1\">"
                   "<w:name w:val=\"Normal Table\"/><w:uiPriority w:val=\"99\"/><w:semiHidden/>"
                   "<w:unhideWhenUsed/><w:tblPr><w:tblInd w:w=\"0\" w:type=\"dxa\"/><w:tblCellMar>"
                   "<w:top w:w=\"0\" w:type=\"dxa\"/><w:left w:w=\"108\" w:type=\"dxa\"/>"
                   "<w:bottom w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"108\" w:type=\"dxa\"/>"
                   "</w:tblCellMar></w:tblPr></w:style></w:styles>");
}
