/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/template_inside.h: what the files document/template*.c share: places, and the shape of a
 * template as lists inside lists. */
#ifndef LIANHENG_DOCUMENT_TEMPLATE_INSIDE_H
#define LIANHENG_DOCUMENT_TEMPLATE_INSIDE_H

#include "document/docx_inside.h"
#include "document/template.h"

typedef enum TagKind { TAG_VALUE, TAG_IF, TAG_EACH, TAG_ELSE, TAG_END } TagKind;
typedef enum TagTest { TEST_FILLED, TEST_EMPTY, TEST_EQUAL, TEST_OTHER } TagTest;

typedef enum FormatKind {
    FORMAT_CHINESE,
    FORMAT_MONTH,
    FORMAT_YEAR,
    FORMAT_DIGITS,
    FORMAT_CAPITAL,
    FORMAT_TEN_THOUSAND,
    FORMAT_GROUPED,
    FORMAT_YUAN,
    FORMAT_MASK,
    FORMAT_LIST,
    FORMAT_ELSE,
} FormatKind;

enum { TAG_FORMATS = 4 };

typedef struct TagFormat {
    FormatKind kind;
    Str argument;
} TagFormat;

typedef struct Tag {
    TagKind kind;
    Str raw;    /* between the braces */
    Str around; /* the text around it */
    int paragraph;
    Str name;
    const DocumentField *field, *list; /* list: whose entries it speaks of; NULL: the document */
    bool ordinal;                      /* 序号: which entry it is */
    TagTest test;
    Str value; /* of TEST_EQUAL and TEST_OTHER */
    TagFormat formats[TAG_FORMATS];
    size_t format_count;
} Tag;

typedef enum PartKind {
    PART_KEEP,
    PART_TAG,
    PART_PARAGRAPH, /* inner: its runs */
    PART_TABLE,     /* inner: its rows */
    PART_ROW,       /* inner: its cells */
    PART_CELL,      /* inner: its blocks */
} PartKind;

typedef struct Part Part;
struct Part {
    PartKind kind;
    xmlNode *node; /* of a tag: an empty run with its letters */
    Tag *tag;
    BindList inner; /* of Part */
    bool matched;
    size_t close, other; /* places of {{结束}} and {{否则}}; other 0: none */
    size_t weight;       /* nodes of what is kept */
};

typedef struct TemplatePart {
    xmlDoc *tree;
    xmlNode *root; /* w:body, w:hdr, w:ftr */
    BindList parts;
} TemplatePart;

struct Template {
    Arena *arena;
    const Docx *docx;
    const BindList *fields;
    TemplatePart *parts;
    size_t part_count;
    BindList used; /* of Str: top-level fields asked for */
    size_t tags;
};

/* While a template is being read. */
typedef struct Look {
    Template *t;
    BindList *mistakes; /* of TemplateMistake */
    int paragraph;      /* at work; 0 in headers and footers */
    bool numbered;
} Look;

void template_mistake(Look *l, const Tag *tag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* template_tag.c: the words between the braces; NULL after a mistake. Names are looked up later, by
 * template_resolve. */
Tag *template_tag(Look *l, Str raw, Str around);
bool template_resolve(Look *l, Tag *tag, const DocumentField *const *lists, size_t depth);
/* template_line.c: cuts a paragraph into runs and places. False: it has none. */
bool template_line(Look *l, xmlNode *paragraph, BindList *out);
/* template_shape.c: all blocks of a body, cell, header or footer. */
void template_shape(Look *l, xmlNode *container, BindList *out);
void template_lookup(Look *l, BindList *parts);

/* template_value.c */
void template_write(const Tag *tag, Str value, bool sealed, Buf *out);

#define template_parts(list) ((Part *)(list)->items)

#endif
