/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_routes.h: routes of documents, their kinds and templates. */
#ifndef HTTP_DOCUMENT_ROUTES_H
#define HTTP_DOCUMENT_ROUTES_H

#include "http/route.h"

extern const Route document_routes[], document_type_routes[], document_template_routes[];

#endif
