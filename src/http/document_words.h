/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_words.h: what the handlers of documents share: words for ids and sources, rows as
 * people read them, and what must not be shown whole. */
#ifndef HTTP_DOCUMENT_WORDS_H
#define HTTP_DOCUMENT_WORDS_H

#include "document/document.h"
#include "http/document_inputs.h"
#include "http/matter_words.h"

extern const BindName document_approval_words[], document_service_words[],
    document_service_kind_words[], document_version_words[], document_signature_words[],
    document_box_words[], document_block_words[];

extern const char document_docx_media[], document_pdf_media[];

/* The id where no such kind is loaded any more. */
Str document_type_title(const Content *c, Str type);
/* "values.party_name" → 事项的“当事人”. `f`: the flow of the matter, or NULL. */
Str document_source_title(const Content *c, const Flow *f, Arena *a, Str source);
/* The title of a code, or the code itself. */
Str code_title(const Content *c, const char *table, Str code);
/* Workdays from today to that day; negative: as many too late. */
int64_t workdays_to(const Content *c, Day last);
/* {field, title, type, required, identity, help, codes, unit}; of a list its `fields`, too. */
Node *document_field_shown(Arena *a, const DocumentField *f);

/* Content, store and folder of the request, with the statute library when it `reads` law. */
bool document_office(Req *rq, bool reads, DocumentOffice *out, Err *e);

#endif
