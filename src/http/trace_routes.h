/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/trace_routes.h: the part of the route table about reveals, approvals, alarms and audits. */
#ifndef HTTP_TRACE_ROUTES_H
#define HTTP_TRACE_ROUTES_H

#include "http/route.h"

extern const Route reveal_routes[], audit_routes[];

#endif
