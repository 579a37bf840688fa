/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/act.h: what every change of organisations, posts, teams and grants has in common. Inside
 * people/: several changes can share one transaction (setting up, importing, leaving). */
#ifndef PEOPLE_ACT_H
#define PEOPLE_ACT_H

#include "people/organisation.h"

struct Act {
    Tx *tx;
    Arena *arena;
    const Content *content; /* NULL where none is needed */
    Str actor;
    Instant now;   /* no earlier than any event */
    Str newcomer;  /* login made in this very transaction: whoever makes it may give it a role */
    bool founding; /* the founder's role may be given */
};

typedef bool ActWork(Act *act, void *what, Err *e);

/* Run `work` in one write transaction. */
bool act_write(Store *s, const Content *c, Str actor, ActWork *work, void *what, Err *e);
/* Now, as the journal's time has it: never before its newest event. */
bool people_now(Tx *tx, Instant *now, Err *e);

/* Append an event; `organisation` 0: none. The arena holds what the event says. */
bool act_tell(Act *act, const char *kind, Str subject, int64_t organisation, const Node *body,
              const Node *secret, Err *e);
/* The number after the newest: `newest` asks for it. */
bool act_number(Act *act, const Sql *newest, int64_t *out, Err *e);
/* "team:7" */
Str act_subject(Act *act, const char *kind, int64_t number);

/* ---- what projections need ---- */

/* The number in "team:7". */
int64_t event_number(const Event *event);
/* A member of the secret body; the empty text once its key is gone. */
Str event_secret(const Event *event, const char *key);
/* An instant or number of the body: NULL when it is absent. */
Arg event_optional(const Event *event, const char *key);
/* When it begins: as said, or with the event. */
Instant event_since(const Event *event);
Str event_at(const Event *event, Arena *a);

/* ---- what input must be ---- */

/* One line, at most `most` characters, blanks around removed. `what` in Chinese. */
bool line_check(Str *text, size_t most, bool needed, const char *where, const char *what, Err *e);
/* An end lies after the beginning and in the time to come. */
bool term_check(const Act *act, Instant since, Instant until, bool needed, Err *e);

/* ---- changes inside a transaction; the same as the functions of organisation.h ---- */

typedef struct OrganisationRow {
    int64_t organisation, parent, superior, position;
    Str kind, name, short_name, division, state, created_at, changed_at, letters;
} OrganisationRow;
/* ERR_INVALID at `where` when there is none, or it has ended and must not have. */
bool organisation_needed(Act *act, int64_t number, bool open, const char *where,
                         OrganisationRow *out, Err *e);

bool act_organisation_create(Act *act, const OrganisationNew *in, int64_t *number, Err *e);
bool act_organisation_change(Act *act, int64_t number, const OrganisationNew *in, Err *e);
/* Also the kind, when it is given: for the installation's own, at the first set-up. */
bool act_organisation_become(Act *act, int64_t number, const OrganisationNew *in, Err *e);
/* The departments its kind usually has. */
bool act_departments_usual(Act *act, int64_t organisation, Err *e);
bool act_department_create(Act *act, int64_t organisation, Str kind, Str name, int64_t *number,
                           Err *e);
bool act_appointment_create(Act *act, const AppointmentNew *in, int64_t *number, Err *e);
bool act_appointment_end(Act *act, int64_t number, Err *e);
/* An account with a password that was hashed before the transaction. */
bool act_account_create(Act *act, Str login, Str name, Str hash, bool must_change, Err *e);
bool act_delegation_end(Act *act, int64_t number, Err *e);
bool act_member_add(Act *act, const MemberNew *in, int64_t *number, Err *e);
bool act_member_end(Act *act, int64_t number, bool replaced, Err *e);
bool act_grant_give(Act *act, const GrantNew *in, int64_t *number, Err *e);
bool act_grant_end(Act *act, int64_t number, Err *e);

/* ERR_NOT_FOUND or ERR_CONFLICT (disabled) for a login that must be there and active. */
bool person_active(Act *act, Str login, const char *where, Err *e);
/* Does the person hold an open administrator's post? Sets its kind, else 0. */
bool person_administrator(Act *act, Str login, int64_t *kind, Err *e);

/* Registers the tables and events of one file each. */
void organisation_register_units(void);
void organisation_register_posts(void);
void organisation_register_delegations(void);
void organisation_register_teams(void);
void organisation_register_draws(void);
void organisation_register_grants(void);

#endif
