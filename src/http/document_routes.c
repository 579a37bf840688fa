/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_routes.c: routes of documents, their kinds and templates. What the scope lets a
 * person see is the store's; what he may do with a document is judged by the act itself. */
#include "http/document_routes.h"

#include "http/document_api.h"
#include "http/document_inputs.h"
#include "http/document_shapes.h"
#include "http/matter_shapes.h"
#include "http/shapes.h"

#ifdef ROUTES_ONLY
#define RUN(handler) .run = NULL
#else
#define RUN(handler) .run = handler
#endif
#define IN(rows, T) .in = (rows), .in_size = sizeof(T)
#define QUERY(rows, T) .query = (rows), .query_size = sizeof(T)

const Route document_type_routes[] = {
    {GET, "/api/document-types", ACCESS_USER, .name = "document_type_list",
     .needs = PERMISSION_FLOW_READ, .out = document_type_list_out, RUN(api_document_type_list),
     .help = "Kinds of documents in the order of the catalogue"},
    {GET, "/api/document-types/{type}", ACCESS_USER, .name = "document_type_get",
     .needs = PERMISSION_FLOW_READ, .steady = true, .out = document_type_out,
     RUN(api_document_type_get),
     .help = "A kind: fields with their sources, approval, places, enclosures, basis"},
    {GET, "/api/document-types/{type}/template", ACCESS_USER, ROUTE_DOWNLOAD,
     .name = "document_type_template_get", .needs = PERMISSION_FLOW_READ,
     RUN(api_document_type_template),
     .help = "Its own template as .docx, to be changed in WPS or Word"},
    {0},
};

const Route document_routes[] = {
    {GET, "/api/documents", ACCESS_USER, .name = "document_list", .needs = PERMISSION_MATTER_READ,
     .steady = true, QUERY(document_list_query, DocumentListQuery), .out = document_list_out,
     RUN(api_document_list), .help = "Documents under conditions, in boxes, with facets"},
    {GET, "/api/matters/{id}/documents", ACCESS_USER, .name = "documents_of_matter",
     .needs = PERMISSION_MATTER_READ, .out = document_of_matter_out, RUN(api_documents_of_matter),
     .help = "Documents of a matter, and the kinds that can be drafted now"},
    {POST, "/api/matters/{id}/documents", ACCESS_USER, .name = "document_create",
     .needs = PERMISSION_DOCUMENT_WRITE, IN(document_in, DocumentIn), .out = document_made_out,
     .status = 201, RUN(api_document_create), .help = "Draft one, filled from the matter"},
    {POST, "/api/document-jobs", ACCESS_USER, .name = "document_job_create",
     .needs = PERMISSION_DOCUMENT_WRITE, IN(document_job_in, DocumentJobIn), .out = job_out,
     .limit = LIMIT_EXPORT, .status = 202, RUN(api_document_job_create),
     .help = "Draft one kind in many matters, as a job; its result is a ZIP of PDFs"},
    {POST, "/api/documents/exports", ACCESS_USER, .name = "document_export_create",
     .needs = PERMISSION_MATTER_EXPORT, IN(document_export_in, DocumentExportIn), .out = job_out,
     .limit = LIMIT_EXPORT, .status = 202, RUN(api_document_export_create),
     .help = "Write the ledger as XLSX or CSV, as a job"},
    {GET, "/api/documents/exports/{id}", ACCESS_USER, ROUTE_DOWNLOAD, .name = "document_export_get",
     .needs = PERMISSION_MATTER_READ, RUN(api_document_export_get),
     .help = "Download the ledger, or the letters of a job"},
    {GET, "/api/documents/{id}", ACCESS_USER, .name = "document_get",
     .needs = PERMISSION_MATTER_READ, .out = document_out, RUN(api_document_get),
     .help = "A document: text, fields with origins, way, choices"},
    {POST, "/api/documents/{id}/acts", ACCESS_USER, .name = "document_act",
     .needs = PERMISSION_MATTER_READ, IN(document_act_in, DocumentActIn), .out = document_acted_out,
     .revised = true, RUN(api_document_act),
     .help = "Act on a document; If-Match: the revision the person saw"},
    {GET, "/api/documents/{id}/versions/{n}", ACCESS_USER, .name = "document_version_get",
     .needs = PERMISSION_MATTER_READ, .out = document_text_out, RUN(api_document_version_get),
     .help = "Its text as it was at a version"},
    {GET, "/api/documents/{id}/compare", ACCESS_USER, .name = "document_compare",
     .needs = PERMISSION_MATTER_READ, QUERY(document_compare_query, DocumentCompareQuery),
     .out = document_compare_out, RUN(api_document_compare),
     .help = "Two versions side by side, block by block and word by word"},
    {GET, "/api/documents/{id}/findings", ACCESS_USER, .name = "document_findings",
     .needs = PERMISSION_MATTER_READ, .out = document_findings_out, RUN(api_document_findings),
     .help = "What proofreading finds: citations, dates, names, sums, amounts"},
    {GET, "/api/documents/{id}/pdf", ACCESS_USER, ROUTE_DOWNLOAD, .name = "document_pdf_get",
     .needs = PERMISSION_MATTER_READ, QUERY(document_file_query, DocumentFileQuery),
     RUN(api_document_pdf), .help = "As PDF; every look is an entry in the journal"},
    {GET, "/api/documents/{id}/docx", ACCESS_USER, ROUTE_DOWNLOAD, .name = "document_docx_get",
     .needs = PERMISSION_MATTER_READ, RUN(api_document_docx),
     .help = "As .docx; every look is an entry in the journal"},
    {GET, "/api/documents/{id}/services/{n}/receipt", ACCESS_USER, ROUTE_DOWNLOAD,
     .name = "document_receipt_get", .needs = PERMISSION_MATTER_READ,
     QUERY(document_file_query, DocumentFileQuery), RUN(api_document_receipt),
     .help = "The proof that it was served, as PDF"},
    {POST, "/api/documents/{id}/reveals", ACCESS_USER, .name = "document_reveal",
     .needs = PERMISSION_SENSITIVE_REVEAL, IN(document_reveal_in, DocumentRevealIn),
     .out = matter_reveal_out, .limit = LIMIT_REVEAL, .secret = true, RUN(api_document_reveal),
     .help = "What is masked in a document, in clear, for a purpose, with an entry"},
    {0},
};

const Route document_template_routes[] = {
    {GET, "/api/document-templates", ACCESS_USER, .name = "document_template_list",
     .needs = PERMISSION_FLOW_READ, QUERY(document_template_query, DocumentTemplateQuery),
     .out = document_template_list_out, RUN(api_document_template_list),
     .help = "Templates of offices, newest version first"},
    {POST, "/api/document-templates", ACCESS_USER, ROUTE_UPLOAD, .name = "document_template_create",
     .needs = PERMISSION_TEMPLATE_MANAGE, QUERY(document_template_new, DocumentTemplateNew),
     .out = document_template_made_out, .attachment = true, .status = 201,
     RUN(api_document_template_create),
     .help = "A .docx as template (raw body); 422 tells its mistakes by place"},
    {GET, "/api/document-templates/{n}/file", ACCESS_USER, ROUTE_DOWNLOAD,
     .name = "document_template_file_get", .needs = PERMISSION_FLOW_READ,
     RUN(api_document_template_file), .help = "The .docx as it was uploaded"},
    {GET, "/api/document-templates/{n}/preview", ACCESS_USER, ROUTE_DOWNLOAD,
     .name = "document_template_preview", .needs = PERMISSION_TEMPLATE_MANAGE,
     QUERY(document_preview_query, DocumentPreviewQuery), RUN(api_document_template_preview),
     .help = "As PDF with the data of a matter, or of the kind's first case"},
    {POST, "/api/document-templates/{n}/acts", ACCESS_USER, .name = "document_template_act",
     .needs = PERMISSION_TEMPLATE_MANAGE, IN(document_template_act_in, DocumentTemplateActIn),
     RUN(api_document_template_act), .help = "Put out of use, or back"},
    {0},
};
