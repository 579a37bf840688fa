/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/organisation.h: organisations and their tree, departments, appointments, delegations,
 * teams, and single objects opened to somebody. Every change is an event; `actor` is the login of
 * who does it, or "system". Who may do it is decided by the caller's permission (routes) and, for
 * administrators, here. */
#ifndef PEOPLE_ORGANISATION_H
#define PEOPLE_ORGANISATION_H

#include "content/role.h"
#include "store/journal.h"

/* The installation's own organisation: rows of earlier versions and of imports without a named
 * source belong to it. */
#define ORGANISATION_HOME INT64_C(1)

enum { ORGANISATION_NAME_MOST = 60, ORGANISATION_DEPTH_MOST = 16, ORGANISATIONS_MOST = 20000 };

typedef struct OrganisationNew {
    Str kind, name, short_name, division;
    int64_t parent, superior; /* 0: none */
} OrganisationNew;

/* ERR_INVALID with the wrong member; ERR_CONFLICT for a cycle or a name that is taken under the
 * same parent. *number is the new one's. */
bool organisation_create(Store *s, const Content *c, Str actor, const OrganisationNew *in,
                         int64_t *number, Err *e);
/* Everything but the kind. A cycle through parents or leaders is refused, naming the way round. */
bool organisation_change(Store *s, const Content *c, Str actor, int64_t number,
                         const OrganisationNew *in, Err *e);
/* Refused while it has active people or open organisations below. */
bool organisation_end(Store *s, Str actor, int64_t number, Err *e);
bool organisation_reopen(Store *s, Str actor, int64_t number, Err *e);

typedef struct AppointmentNew {
    Str login, role, title;
    int64_t organisation, department; /* department 0: none */
    bool liaison;
    Instant since, until; /* 0: now; 0: without end */
} AppointmentNew;

/* Rules held here: nobody appoints himself; administrators' roles stand alone; roles that end have
 * an end; a role must fit the organisation's kind; one active liaison officer a unit (a new one
 * ends the old one's duty in the same event and names the hand-over). */
bool appointment_create(Store *s, const Content *c, Str actor, const AppointmentNew *in,
                        int64_t *number, Err *e);
/* Refused for the last active administrator of a kind. */
bool appointment_end(Store *s, const Content *c, Str actor, int64_t number, Err *e);

/* Projections, also of departments, delegations, teams and grants (see the other functions added
 * here by whoever builds them). */
void organisation_register(void);

#endif
