/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/type.h: a kind of document at work: its default template, the values it takes from a
 * matter, its cases. */
#ifndef LIANHENG_DOCUMENT_TYPE_H
#define LIANHENG_DOCUMENT_TYPE_H

#include "document/proof.h"
#include "document/template.h"

/* The body of the content file as a sheet with places to fill. ERR_CONTENT with file:line:column.
 */
bool document_sheet(const DocumentType *d, Arena *a, Sheet *out, Err *e);
/* As a .docx: what an office downloads to make its own of it. */
bool document_docx(const DocumentType *d, Buf *out, Err *e);
/* Opened and checked; mistakes are told at their place in the content file. The template lives in
 * the arena. */
Template *document_default(const DocumentType *d, Arena *a, Err *e);
/* An office's own .docx, as it was uploaded. `bytes` are borrowed by the template. */
Template *document_upload(const DocumentType *d, Str bytes, Arena *a, BindList *mistakes,
                          BindList *warnings, Err *e);

/* What people typed, in canonical writing: dates as 2026-03-20, amounts as 20000.00, codes by their
 * titles. Unknown fields and values that cannot be read are ERR_INVALID with "/values/FIELD". */
Node *document_values(const Content *c, const DocumentType *d, const Node *in, Arena *a, Err *e);

/* Values from what is known of a matter, by the sources of the fields. `facts`:
 *   {values: {…}, matter: {number, title}, party: {PARTY: {name, short_name} or a list of them},
 *    organisation: {name, short_name}, actor: {name, title, phone}, due: {PERIOD: day},
 *    document: {TYPE: {number, date, served}}, answers: {title, number, date, served}, recipients,
 * copies: names joined by 、, today} *origins (may be NULL): {field: the source that was taken}. */
Node *document_gather(const DocumentType *d, const Node *facts, Arena *a, Node **origins);

bool document_in_force(const DocumentType *d, Day on);

/* --- cases ----------------------------------------------------------------------------------- */

typedef struct DocumentTally {
    size_t types, cases, failed;
} DocumentTally;

/* Fill the default template with each case and look at what came. *report: a line for each failure;
 * false with the first. */
bool document_cases(const Content *c, const DocumentType *d, Buf *report, DocumentTally *tally,
                    Err *e);
/* All types; each must have a case. The first line of *report: "文书：N 种，K 个用例通过". */
bool document_cases_all(const Content *c, Buf *report, Err *e);
/* Every body can be read and asks for known fields: cheap, for uploads of content. */
bool documents_check(const Content *c, Err *e);

#endif
