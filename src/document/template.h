/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/template.h: a .docx with places to fill: {{字段}}, {{如果 字段}} … {{否则}} … {{结束}},
 * {{每个 列表}} … {{结束}} (docs/documents.md). */
#ifndef LIANHENG_DOCUMENT_TEMPLATE_H
#define LIANHENG_DOCUMENT_TEMPLATE_H

#include "content/document.h"
#include "document/docx.h"

enum {
    TEMPLATE_DEPTH_MOST = 8,       /* conditions and loops inside each other */
    TEMPLATE_TAGS_MOST = 2000,     /* places in one template */
    TEMPLATE_NODES_MOST = 1000000, /* of XML in a filled document */
    TEMPLATE_MISTAKES_MOST = 50
};

/* A checked template. Lives in its arena, beside its Docx; belongs to one thread; may be filled any
 * number of times. */
typedef struct Template Template;

typedef struct TemplateMistake {
    int paragraph; /* from 1; 0: in a header, footer or text box */
    Str around;    /* the text around the place */
    Str tag;       /* the place itself */
    Str text;      /* what is wrong, and the remedy */
} TemplateMistake;

/* `fields`: of DocumentField, what may be filled in. NULL with the first mistake in *e (where:
 * "/paragraphs/12") when there is any; *mistakes (may be NULL): list of all, at most 50. */
Template *template_open(Arena *a, const Docx *d, const BindList *fields, BindList *mistakes,
                        Err *e);

typedef struct TemplateFilled {
    Sheet sheet;      /* read back; Span.field says which field was filled in: "field" or
                         "list.field" */
    BindList missing; /* of Str: mandatory fields without a value; the text shows 【待填：…】 */
    BindList empty;    /* of Str: other fields that were asked for and have no value */
    BindList warnings; /* of Str, as docx_read */
} TemplateFilled;

/* `values`: {field: text or number, list: [{field: …}]}, dates and amounts in canonical writing.
 * `sealed`: identities are masked. */
bool template_fill(Template *t, const Node *values, bool sealed, Arena *a, Buf *docx,
                   TemplateFilled *out, Err *e);

/* Is the field asked for anywhere in the template? */
bool template_uses(const Template *t, Str field);

/* A value as the template writes it where no format is named. */
void template_value(const DocumentField *f, Str value, bool sealed, Buf *out);

#endif
