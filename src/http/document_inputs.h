/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_inputs.h: what requests say about documents, their kinds and templates. */
#ifndef HTTP_DOCUMENT_INPUTS_H
#define HTTP_DOCUMENT_INPUTS_H

#include "base/day.h"
#include "data/bind.h"
#include "http/matter_inputs.h"

/* The same conditions in the address and in the body of an export. */
typedef struct DocumentListQuery {
    Str matter, type, group, state, box, answered, assessed, flagged, text, sort, cursor;
    Str issued_from, issued_to, due_from, due_to;
    int64_t organisation, receiver, limit;
} DocumentListQuery;
extern const Bind document_list_query[];

typedef struct DocumentIn {
    Str type, template_, answers;
    int64_t organisation;
} DocumentIn;
extern const Bind document_in[];

typedef struct DocumentEditIn {
    int64_t paragraph;
    Str text;
} DocumentEditIn;
typedef struct DocumentReceiverIn {
    int64_t organisation;
    Str name, address, kind, method;
} DocumentReceiverIn;
typedef struct DocumentActIn {
    Str verb, note, reason, state, day, kind, assessment, password;
    int64_t revision, organisation, service, version, file;
    bool carry_on;
    const Node *values;
    BindList edits;     /* of DocumentEditIn */
    BindList receivers; /* of DocumentReceiverIn */
} DocumentActIn;
extern const Bind document_act_in[];

typedef struct DocumentCompareQuery {
    int64_t from, to;
} DocumentCompareQuery;
extern const Bind document_compare_query[];

typedef struct DocumentFileQuery {
    bool shown;
} DocumentFileQuery;
extern const Bind document_file_query[];

typedef struct DocumentRevealIn {
    Str field, purpose, case_number, reason;
} DocumentRevealIn;
extern const Bind document_reveal_in[];

typedef struct DocumentTemplateQuery {
    Str type;
    int64_t organisation;
} DocumentTemplateQuery;
extern const Bind document_template_query[];

typedef struct DocumentTemplateNew {
    Str type, name, note;
    Day from, to;
    int64_t organisation;
} DocumentTemplateNew;
extern const Bind document_template_new[];

typedef struct DocumentPreviewQuery {
    Str matter;
    int64_t organisation;
    bool shown;
} DocumentPreviewQuery;
extern const Bind document_preview_query[];

typedef struct DocumentTemplateActIn {
    Str verb, note;
} DocumentTemplateActIn;
extern const Bind document_template_act_in[];

typedef struct DocumentJobIn {
    Str type;
    int64_t organisation;
    BindList matters; /* of Str */
    MatterListQuery query;
} DocumentJobIn;
extern const Bind document_job_in[];

typedef struct DocumentExportIn {
    Str format, purpose, case_number, reason;
    DocumentListQuery query;
} DocumentExportIn;
extern const Bind document_export_in[];

#endif
