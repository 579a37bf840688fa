/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/matter_routes.h: routes of flows and matters. */
#ifndef HTTP_MATTER_ROUTES_H
#define HTTP_MATTER_ROUTES_H

#include "http/route.h"

extern const Route flow_routes[], matter_routes[];

#endif
