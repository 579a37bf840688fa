/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/law_routes.h: routes, inputs and shapes of the statute library. */
#ifndef HTTP_LAW_ROUTES_H
#define HTTP_LAW_ROUTES_H

#include "base/day.h"
#include "http/route.h"

typedef struct LawListQuery {
    Str text, category, cursor;
    int64_t limit;
} LawListQuery;

typedef struct LawGetQuery {
    int64_t version;
} LawGetQuery;

typedef struct LawSearchQuery {
    Str text, law, category, cursor;
    int64_t limit;
} LawSearchQuery;

typedef struct LawLookupItemIn {
    Str law, article;
} LawLookupItemIn;

typedef struct LawLookupIn {
    BindList items; /* of LawLookupItemIn */
    Day on;
} LawLookupIn;

typedef struct LawCheckIn {
    Str text;
    Day on;
} LawCheckIn;

typedef struct LawImportQuery {
    Str name;
} LawImportQuery;

extern const Bind law_category_out[], law_direct_out[], law_item_out[], law_list_out[],
    law_version_out[], law_line_out[], law_piece_out[], law_beside_out[], law_out[], law_hit_out[],
    law_hit_list_out[], law_cited_out[], law_lookup_out[], law_lookup_list_out[],
    law_citation_out[], law_check_out[], law_import_out[];
extern const Route law_routes[];

#ifndef ROUTES_ONLY
Handler api_law_list, api_law_get, api_law_search, api_law_lookup, api_law_check, api_law_import;
#endif

#endif
