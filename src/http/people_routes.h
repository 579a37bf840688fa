/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/people_routes.h: the part of the route table about organisations and people. */
#ifndef HTTP_PEOPLE_ROUTES_H
#define HTTP_PEOPLE_ROUTES_H

#include "http/route.h"

extern const Route organisation_routes[], people_routes[], team_routes[];

#endif
