/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_api.h: handlers of documents, their kinds and templates. */
#ifndef HTTP_DOCUMENT_API_H
#define HTTP_DOCUMENT_API_H

#include "http/route.h"

/* document_api.c */
Handler api_document_list, api_documents_of_matter, api_document_create, api_document_act;
/* document_detail_api.c */
Handler api_document_get, api_document_version_get, api_document_compare, api_document_findings;
/* document_file_api.c, document_reveal_api.c */
Handler api_document_pdf, api_document_docx, api_document_receipt, api_document_reveal;
/* document_template_api.c */
Handler api_document_template_list, api_document_template_create, api_document_template_act,
    api_document_template_file, api_document_template_preview;
/* document_job_api.c */
Handler api_document_job_create, api_document_export_create, api_document_export_get;
/* document_type_api.c */
Handler api_document_type_list, api_document_type_get, api_document_type_template;

#endif
