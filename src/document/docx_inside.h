/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/docx_inside.h: what the files document/docx*.c and template*.c share: the opened archive
 * and its trees. */
#ifndef LIANHENG_DOCUMENT_DOCX_INSIDE_H
#define LIANHENG_DOCUMENT_DOCX_INSIDE_H

#include <libxml/tree.h>
#include <zip.h>

#include "document/docx.h"

#define DOCX_W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

typedef struct DocxPart {
    const char *name; /* "word/document.xml" */
    uint64_t index;   /* in the archive */
    xmlDoc *tree;
    bool changed;
} DocxPart;

typedef struct DocxStyle {
    Str id, name, based;
    Str numbering; /* numId of the style, or empty */
    int level;
} DocxStyle;

typedef struct DocxLevel {
    Str format, text; /* chineseCounting, "%1、" */
    int64_t start;
    bool known;
} DocxLevel;

enum { DOCX_LEVELS = 9, DOCX_LISTS_MOST = 500 };

typedef struct DocxList {
    Str number; /* numId */
    size_t abstract;
    DocxLevel levels[DOCX_LEVELS];
    int64_t *counts; /* shared by all lists of the same abstract one */
} DocxList;

struct Docx {
    Arena *arena;
    Str bytes;
    zip_t *zip;
    DocxPart *parts; /* the text first, then headers and footers */
    size_t part_count;
    BindList styles;      /* of DocxStyle */
    BindList lists;       /* of DocxList */
    xmlNode **paragraphs; /* of the text, by number - 1 */
    size_t paragraph_count;
    SheetForm form;
    bool unsealed;
    bool form_told; /* the file says its form itself */
};

/* --- trees ----------------------------------------------------------------------------------- */

/* Is it this element of WordprocessingML? */
bool docx_is(const xmlNode *n, const char *name);
/* The value of an attribute without its prefix, borrowed from the tree; empty when it has none. */
Str docx_attribute(const xmlNode *n, const char *name);
xmlNode *docx_child(const xmlNode *n, const char *name); /* the first of that name, or NULL */
/* Is the property on? <w:b/> yes, <w:b w:val="0"/> no. */
bool docx_on(const xmlNode *properties, const char *name);
/* Elements that hold paragraphs of their own and are looked through: sdt, ins, customXml … */
bool docx_transparent(const xmlNode *n);
xmlNode *docx_body(const Docx *d);
/* Numbers the paragraphs anew, after the tree was changed. */
bool docx_number(Docx *d, Err *e);

/* The next item of a growing list, zeroed. */
void *docx_more(Arena *a, BindList *list, size_t size);

/* --- parts ----------------------------------------------------------------------------------- */

bool docx_has(const Docx *d, const char *name);
/* NULL with *e when it is missing, too large, or no XML. Freed with the arena. */
xmlDoc *docx_xml(Docx *d, const char *name, Err *e);

/* --- styles and lists ------------------------------------------------------------------------ */

bool docx_load_styles(Docx *d, Err *e);
/* The kind a paragraph's style stands for; false: none, look at the text. */
bool docx_style_kind(const Docx *d, const xmlNode *paragraph, BlockKind *out);
/* "一、" of a paragraph in a list, counted on; empty for others. Asked once for each paragraph, in
 * order. *strange: a way of counting that is not known. */
Str docx_list_prefix(Docx *d, const xmlNode *paragraph, Arena *a, bool *strange);
bool docx_in_list(const Docx *d, const xmlNode *paragraph);
/* All counts from the beginning. */
void docx_lists_restart(Docx *d);

/* --- marks of filled fields ------------------------------------------------------------------ */

/* Filled places are told by hidden bookmarks "_F12_field": they outlive editing in Word and WPS.
 * `field` may be "list.field", written with two underscores. */
Str docx_mark_field(Arena *a, Str bookmark); /* empty: not one of ours */
void docx_mark_name(Str field, size_t n, char out[41]);

/* --- writing --------------------------------------------------------------------------------- */

void docx_escape(Buf *out, Str text);
void docx_styles_xml(SheetForm form, bool sealed, Buf *out);
const char *docx_style_id(BlockKind kind);
/* Runs of a text: tabs and line breaks become elements. */
void docx_add_run(Buf *out, const char *properties, Str text);

#endif
