/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_api.h: handlers of documents, their kinds and templates. */
#ifndef HTTP_DOCUMENT_API_H
#define HTTP_DOCUMENT_API_H

#include "http/route.h"

/* document_type_api.c */
Handler api_document_type_list, api_document_type_get, api_document_type_template;

#endif
