/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/document.h: kinds of documents as content/documents/ declares them: who writes one where,
 * what it says, who approves, whom it is served on (docs/documents.md). Immutable, like all
 * content. */
#ifndef CONTENT_DOCUMENT_H
#define CONTENT_DOCUMENT_H

#include "content/flow.h"

enum {
    DOCUMENT_FIELDS_MOST = 100,
    DOCUMENT_LIST_MOST = 40,
    DOCUMENT_BODY_MOST = 60000, /* characters */
    DOCUMENT_TEXT_MOST = 20000, /* characters of one value, unless its field says another length */
    DOCUMENT_ROWS_MOST = 1000,  /* entries of a list */
    REPLY_LEAST = 60            /* characters of its own that an answer has, unless content says */
};

/* As FieldType, and one more: several entries of the same fields (a list of items, of people). */
#define DOCUMENT_LIST 100
extern const BindName document_field_type_names[], document_form_names[];

/* One thing that is filled in. `is.required`: a document without it is not ready. */
typedef struct DocumentField {
    Field is;
    bool identity;    /* names a person: masked where the matter is sealed or a minor's */
    Str help;         /* what to write, for the form */
    BindList sources; /* of Str: where it comes from, the first that is there counts; below */
    BindList fields;  /* of DocumentField: of a list's entries */
} DocumentField;

/* Sources, as dotted paths into what is known of a matter (document/type.h):
 *   values.FIELD                         a value of the matter
 *   matter.number | matter.title
 *   party.PARTY.name | .short_name       an organisation of the matter
 *   organisation.name | .short_name      the writer's
 *   actor.name | actor.title | actor.phone
 *   due.PERIOD                           the last day of a period that runs in the matter
 *   document.TYPE.number | .date | .served   the newest document of that kind in the matter
 *   answers.title | .number | .date | .served   the document that is answered
 *   recipients | copies                  the organisations it is served on, and that get a copy
 *   today                                the day of writing
 *   text.…                               a fixed text: everything behind the first dot */

/* Where in a flow it is written. */
typedef struct DocumentPlace {
    Str flow;
    BindList steps;   /* of Str; empty: every step that names the code */
    BindList actions; /* of Str: acts that issue it */
    Str issuer;       /* party that writes it */
    BindList to;      /* of Str: parties it is served on */
    BindList copies;  /* of Str: parties that get a copy */
    BindList signers; /* of Str: parties that sign besides the issuer (会签) */
    Str number_field, served_field, reply_field; /* values of the matter it fills in once it has a
                                                    number, was received, was answered */
    Str method_field;                            /* value of the matter: how it was served */
    Str due_field;        /* value of the matter: the last day for the answer */
    Str assessed_field;   /* of an answer, value of the matter: what was thought of it */
    BindList received_by; /* of Str: roles that may sign for it; empty: the liaison officer */
} DocumentPlace;

typedef struct DocumentRung {
    Str role, title, department;
    Str party; /* at whose organisation; empty: the issuer's */
} DocumentRung;

typedef struct DocumentEnclosure {
    Str title, document; /* document: its type, when the program writes it too */
    bool required;
    Str note;
} DocumentEnclosure;

typedef struct DocumentReply {
    Str period;    /* runs from the day it was received */
    Str document;  /* type of the answer */
    Str by;        /* date field of this document that sets another last day; may be empty */
    Str points;    /* field of this document, each line or entry of which an answer takes up */
    int64_t least; /* characters of its own words that an answer has; 0: REPLY_LEAST */
    Str note;
} DocumentReply;

/* Of two dates the first must not be later than the second. */
typedef struct DocumentOrder {
    Str earlier, later, note;
} DocumentOrder;

typedef struct DocumentCase {
    Str title;
    const Node *values; /* {field: text, list: [{…}]} */
    bool sealed;
    BindList contains, lacks; /* of Str: texts */
    BindList missing;         /* of Str: mandatory fields that are told to be missing, exactly */
    BindList findings;        /* of Str: parts of what proofreading says, exactly so many */
} DocumentCase;

typedef struct DocumentType {
    Str document, title, help;
    Str code; /* in the code table document_types: D21 */
    Str group;
    BindList written;    /* of DocumentPlace */
    Str issuer;          /* kind of organisation when no flow says it; empty: any */
    int form;            /* SheetForm */
    Str number;          /* pattern; empty: it has none */
    bool number_review;  /* the pattern is to be confirmed */
    bool unsealed;       /* no seal is put on it: minutes, records */
    BindList fields;     /* of DocumentField */
    BindList approval;   /* of DocumentRung, lowest first */
    BindList enclosures; /* of DocumentEnclosure */
    DocumentReply reply;
    BindList order; /* of DocumentOrder */
    BindList basis;
    bool review;
    Day in_force_from, in_force_to;
    Str body;       /* the default template as text: document/body.h */
    int body_line;  /* where its first line stands in the file */
    BindList cases; /* of DocumentCase */
    const Node *tree;
    const char *file;
    Str text;    /* the file */
    Str version; /* first 12 hex digits of the file's SM3 */
} DocumentType;

#define document_fields(d) ((const DocumentField *)(d)->fields.items)
#define document_places(d) ((const DocumentPlace *)(d)->written.items)

size_t content_document_count(const Content *c);
const DocumentType *content_document_at(const Content *c, size_t i); /* in file-name order */
/* ERR_NOT_FOUND names the nearest known id; a title is understood as a hint. */
const DocumentType *content_document(const Content *c, Str id, Err *e);
/* Read one kind from text against the content around it: everything the loader checks. It lives in
 * the arena. */
const DocumentType *document_read(const Content *c, Arena *a, Str text, const char *file, Err *e);
/* By id or title; NULL when unknown. */
const DocumentField *document_field(const BindList *fields, Str name);
/* Where it is written in that flow, or NULL. */
const DocumentPlace *document_place(const DocumentType *d, Str flow);
/* May it be written in this step of this flow? */
bool document_fits(const Content *c, const DocumentType *d, Str flow, Str step);

/* Its number: {organisation} the writer's 代字, {year}, {serial}. */
Str document_number(Arena *a, const DocumentType *d, Str organisation, int year, int64_t serial);

#endif
