/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_inputs.c: the rows that read what requests say about documents. */
#include "http/document_inputs.h"

#include "http/inputs.h"

#define DAY_TEXT(m, help) BIND_STR_MOST(DocumentListQuery, m, #m, OPTIONAL, 10, help)

const Bind document_list_query[] = {
    BIND_STR_MOST(DocumentListQuery, matter, "matter", OPTIONAL, 64, "id: only of this matter"),
    BIND_STR_MOST(DocumentListQuery, type, "type", OPTIONAL, 64, "only of this kind"),
    BIND_STR_MOST(DocumentListQuery, group, "group", OPTIONAL, 80, "only kinds of this heading"),
    BIND_STR_MOST(DocumentListQuery, state, "state", OPTIONAL, 16,
                  "draft, approving, approved, numbered, issued, served, recalled, void"),
    BIND_STR_MOST(DocumentListQuery, box, "box", OPTIONAL, 16,
                  "todo, draft, approve, sign, in, out, copy, all; default: all"),
    BIND_STR_MOST(
        DocumentListQuery, answered, "answered", OPTIONAL, 8,
        "yes, no; asked; of those that ask for an answer: in_time, late, waiting, overdue"),
    BIND_STR_MOST(DocumentListQuery, flagged, "flagged", OPTIONAL, 4,
                  "yes: its answer is flagged as weak, or it is such an answer"),
    BIND_STR_MOST(DocumentListQuery, assessed, "assessed", OPTIONAL, 32,
                  "how its answer was judged: code, or none"),
    BIND_STR_MOST(DocumentListQuery, text, "text", OPTIONAL, 100,
                  "words of the title, or a number"),
    DAY_TEXT(issued_from, "dated on this day or later"),
    DAY_TEXT(issued_to, "dated on this day or before"),
    DAY_TEXT(due_from, "the answer is due on this day or later"),
    DAY_TEXT(due_to, "the answer is due on this day or before"),
    BIND_STR_MOST(DocumentListQuery, sort, "sort", OPTIONAL, 16, "changed, issued, due"),
    BIND_INT(DocumentListQuery, organisation, "organisation", OPTIONAL, "issued by it"),
    BIND_INT(DocumentListQuery, receiver, "receiver", OPTIONAL, "served on it"),
    BIND_STR_MOST(DocumentListQuery, cursor, "cursor", OPTIONAL, 200, "`next` of the page before"),
    {BIND_TYPE_INT, "limit", offsetof(DocumentListQuery, limit), OPTIONAL,
     "items a page, default 50", NULL, 0, NULL, PAGE_MOST},
    BIND_END,
};

const Bind document_in[] = {
    BIND_STR_MOST(DocumentIn, type, "type", REQUIRED, 64, "kind of document"),
    BIND_STR_MOST(DocumentIn, template_, "template", OPTIONAL, 64,
                  "digest of an office's template in force; default: by rule"),
    BIND_STR_MOST(DocumentIn, answers, "answers", OPTIONAL, 64,
                  "id of the document it answers; default: the newest that asks for it"),
    BIND_INT(DocumentIn, organisation, "organisation", OPTIONAL,
             "which of the person's houses issues it"),
    BIND_END,
};

static const Bind edit_in[] = {
    BIND_INT(DocumentEditIn, paragraph, "paragraph", REQUIRED, "number"),
    BIND_STR_MOST(DocumentEditIn, text, "text", REQUIRED, 20000,
                  "the whole paragraph as it is to be"),
    BIND_END,
};
static const Bind receiver_in[] = {
    BIND_INT(DocumentReceiverIn, organisation, "organisation", OPTIONAL, "in the system"),
    BIND_STR_MOST(DocumentReceiverIn, name, "name", OPTIONAL, 200, "of an outsider"),
    BIND_STR_MOST(DocumentReceiverIn, address, "address", OPTIONAL, 400, "of an outsider"),
    BIND_STR_MOST(DocumentReceiverIn, kind, "kind", OPTIONAL, 16, "to, copy; default: to"),
    BIND_STR_MOST(DocumentReceiverIn, method, "method", OPTIONAL, 32,
                  "code of service_methods; default: in the system"),
    BIND_END,
};
const Bind document_act_in[] = {
    BIND_STR_MOST(DocumentActIn, verb, "verb", REQUIRED, 24, "fill, edit, submit, agree, number …"),
    BIND_INT(DocumentActIn, revision, "revision", OPTIONAL,
             "what the person saw (or If-Match); 0: whatever it is"),
    BIND_INT(DocumentActIn, organisation, "organisation", OPTIONAL,
             "for which of the person's houses"),
    BIND_INT(DocumentActIn, service, "service", OPTIONAL, "id: of sign_for, refuse, receipt …"),
    BIND_STR_MOST(DocumentActIn, note, "note", OPTIONAL, 4000, "in words"),
    BIND_STR_MOST(DocumentActIn, reason, "reason", OPTIONAL, 2000,
                  "code or text, as the verb asks"),
    BIND_NODE(DocumentActIn, values, "values", OPTIONAL, "fill: {field: text, or rows}"),
    BIND_OBJECTS(DocumentActIn, edits, "edits", OPTIONAL, edit_in, DocumentEditIn,
                 "edit: paragraphs as they are to be"),
    BIND_INT(DocumentActIn, version, "version", OPTIONAL, "restore: which"),
    BIND_OBJECTS(DocumentActIn, receivers, "receivers", OPTIONAL, receiver_in, DocumentReceiverIn,
                 "serve: on whom; default: as the kind says"),
    BIND_BOOL(DocumentActIn, carry_on, "carry_on", OPTIONAL,
              "serve: also do the act of the matter that it answers"),
    BIND_STR_MOST(DocumentActIn, state, "state", OPTIONAL, 16,
                  "receipt: signed, refused, returned"),
    BIND_STR_MOST(DocumentActIn, day, "day", OPTIONAL, 10, "receipt: of service"),
    BIND_INT(DocumentActIn, file, "file", OPTIONAL, "receipt: id of the matter's file"),
    BIND_STR_MOST(DocumentActIn, kind, "kind", OPTIONAL, 16, "sign: person, organisation"),
    BIND_STR_MOST(DocumentActIn, password, "password", OPTIONAL, 200, "sign: the person's own"),
    BIND_STR_MOST(DocumentActIn, assessment, "assessment", OPTIONAL, 32,
                  "assess: code of reply_assessments"),
    BIND_END,
};

const Bind document_compare_query[] = {
    BIND_INT(DocumentCompareQuery, from, "from", OPTIONAL, "version; default: the one before `to`"),
    BIND_INT(DocumentCompareQuery, to, "to", OPTIONAL, "version; default: as it stands"),
    BIND_END,
};

const Bind document_file_query[] = {
    BIND_BOOL(DocumentFileQuery, shown, "shown", OPTIONAL, "for the viewer, not to be kept"),
    BIND_END,
};

const Bind document_reveal_in[] = {
    BIND_STR_MOST(DocumentRevealIn, field, "field", OPTIONAL, 80,
                  "one place: a field, or blocks/PARAGRAPH; default: all"),
    BIND_STR_MOST(DocumentRevealIn, purpose, "purpose", REQUIRED, 60, "id of a purpose"),
    BIND_STR_MOST(DocumentRevealIn, case_number, "case_number", OPTIONAL, 200,
                  "where the purpose wants one"),
    BIND_STR_MOST(DocumentRevealIn, reason, "reason", OPTIONAL, 2000, "in words"),
    BIND_END,
};

const Bind document_template_query[] = {
    BIND_STR_MOST(DocumentTemplateQuery, type, "type", OPTIONAL, 64, "only for this kind"),
    BIND_INT(DocumentTemplateQuery, organisation, "organisation", OPTIONAL, "only of this one"),
    BIND_END,
};

const Bind document_template_new[] = {
    BIND_STR_MOST(DocumentTemplateNew, type, "type", REQUIRED, 64, "kind of document"),
    BIND_STR_MOST(DocumentTemplateNew, name, "name", REQUIRED, 255,
                  "of the file, as the user knows it"),
    BIND_INT(DocumentTemplateNew, organisation, "organisation", OPTIONAL,
             "whose it is to be; default: the only one the person can mean"),
    BIND_DATE(DocumentTemplateNew, from, "from", OPTIONAL, "first day in force; default: at once"),
    BIND_DATE(DocumentTemplateNew, to, "to", OPTIONAL, "last day in force; default: without end"),
    BIND_STR_MOST(DocumentTemplateNew, note, "note", OPTIONAL, 500, "what was changed"),
    BIND_END,
};

const Bind document_preview_query[] = {
    BIND_STR_MOST(DocumentPreviewQuery, matter, "matter", OPTIONAL, 64,
                  "id: filled from it; default: from the first case of the kind"),
    BIND_INT(DocumentPreviewQuery, organisation, "organisation", OPTIONAL, "issuer"),
    BIND_BOOL(DocumentPreviewQuery, shown, "shown", OPTIONAL, "for the viewer, not to be kept"),
    BIND_END,
};

const Bind document_template_act_in[] = {
    BIND_STR_MOST(DocumentTemplateActIn, verb, "verb", REQUIRED, 16, "retire, restore"),
    BIND_STR_MOST(DocumentTemplateActIn, note, "note", OPTIONAL, 500, "why"),
    BIND_END,
};

const Bind document_job_in[] = {
    BIND_STR_MOST(DocumentJobIn, type, "type", REQUIRED, 64, "kind of document"),
    {BIND_TYPE_TEXTS, "matters", offsetof(DocumentJobIn, matters), OPTIONAL, "ids, at most 20,000",
     NULL, 0, NULL, 20000},
    BIND_OBJECT(DocumentJobIn, query, "query", OPTIONAL, matter_list_query,
                "instead of ids: conditions as in the list of matters"),
    BIND_INT(DocumentJobIn, organisation, "organisation", OPTIONAL,
             "which of the person's houses issues them"),
    BIND_END,
};

const Bind document_export_in[] = {
    BIND_STR_MOST(DocumentExportIn, format, "format", REQUIRED, 8, "xlsx, csv"),
    BIND_STR_MOST(DocumentExportIn, purpose, "purpose", REQUIRED, 60, "id of a purpose"),
    BIND_STR_MOST(DocumentExportIn, case_number, "case_number", OPTIONAL, 200,
                  "where the purpose wants one"),
    BIND_STR_MOST(DocumentExportIn, reason, "reason", OPTIONAL, 2000, "in words"),
    BIND_OBJECT(DocumentExportIn, query, "query", OPTIONAL, document_list_query,
                "conditions as in the list"),
    BIND_END,
};
