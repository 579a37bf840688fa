/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_routes.c: routes of documents, their kinds and templates. What the scope lets a
 * person see is the store's; what he may do with a document is judged by the act itself. */
#include "http/document_routes.h"

#include "http/document_api.h"
#include "http/document_inputs.h"
#include "http/document_shapes.h"
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
