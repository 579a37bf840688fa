/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/generate.h: what is written from the route table: OpenAPI, a TypeScript client, the manual.
 */
#ifndef HTTP_GENERATE_H
#define HTTP_GENERATE_H

#include "http/route.h"

Node *generate_openapi(Arena *a, const Route *const *tables);
void generate_typescript(const Route *const *tables, Buf *out);
void generate_markdown(const Route *const *tables, Buf *out);

#endif
