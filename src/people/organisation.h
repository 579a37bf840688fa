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

enum { ORGANISATION_LETTERS_MOST = 12 };
enum { ORGANISATION_NAME_MOST = 60, ORGANISATION_DEPTH_MOST = 16, ORGANISATIONS_MOST = 20000 };

typedef struct OrganisationNew {
    Str kind, name, short_name, division;
    Str letters; /* 发文机关代字, with which its documents' numbers begin; ptr NULL: as it was */
    int64_t parent, superior; /* 0: none */
} OrganisationNew;

/* ERR_INVALID with the wrong member; ERR_CONFLICT for a cycle or a name that is taken under the
 * same parent. *number is the new one's. */
bool organisation_create(Store *s, const Content *c, Str actor, const OrganisationNew *in,
                         int64_t *number, Err *e);
/* The same with the departments its kind usually has. */
bool organisation_create_with(Store *s, const Content *c, Str actor, const OrganisationNew *in,
                              bool departments, int64_t *number, Err *e);
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

/* An account with its first post, both or neither. As appointment_create, but whoever makes an
 * account may give it its first post even under his own name on this machine. */
bool person_create(Store *s, const Content *c, Str actor, Str name, Str password,
                   const AppointmentNew *post, int64_t *appointment, Err *e);

/* `kind` is one of the organisation kind's departments, or empty. */
bool department_create(Store *s, const Content *c, Str actor, int64_t organisation, Str kind,
                       Str name, int64_t *number, Err *e);
bool department_change(Store *s, Str actor, int64_t number, Str name, Err *e);
bool department_end(Store *s, Str actor, int64_t number, Err *e);

typedef struct DelegationNew {
    Str giver, receiver, reason;
    Instant since, until; /* since 0: now; until is needed, at most a year off */
} DelegationNew;
/* Not to oneself, not from or to administrators, both active. */
bool delegation_give(Store *s, const Content *c, Str actor, const DelegationNew *in,
                     int64_t *number, Err *e);
/* `only` of the login who gave it; empty: anybody's. */
bool delegation_end(Store *s, Str actor, Str only, int64_t number, Err *e);

typedef struct MemberNew {
    int64_t team;
    Str login;            /* empty for people without an account */
    Str name;             /* of those */
    int64_t organisation; /* 0: unknown */
    Str duty, skills;
    Instant since, until;
} MemberNew;

typedef struct TeamNew {
    Str kind, name, purpose, place;
    int64_t organisation, parent; /* parent 0: none */
    Instant since, until;
    const MemberNew *members; /* the first ones; their `team` does not count */
    size_t member_count;
} TeamNew;

/* A kind with a least number of members refuses fewer, naming the rule. */
bool team_create(Store *s, const Content *c, Str actor, const TeamNew *in, int64_t *number, Err *e);
/* Name, purpose, place and end; an earlier end is everybody's. */
bool team_change(Store *s, const Content *c, Str actor, int64_t number, const TeamNew *in, Err *e);
/* Ends its parts and all memberships too. */
bool team_end(Store *s, Str actor, int64_t number, Err *e);
/* A member of a part becomes a member of the whole, too. */
bool team_member_add(Store *s, const Content *c, Str actor, const MemberNew *in, int64_t *number,
                     Err *e);
bool team_member_end(Store *s, const Content *c, Str actor, int64_t member, Err *e);
/* What was done at a base. */
bool team_activity_add(Store *s, const Content *c, Str actor, int64_t team, Day on, Str title,
                       int64_t *number, Err *e);

/* ---- lots ----
 *
 * The seed is 32 random bytes, made by the server and written down with the result. Everybody who
 * is an active member then and not left out gets the key SM3(seed ‖ number of the membership in
 * decimal digits); smaller keys come first, and the first `wanted` are drawn. Anybody can do it
 * again from the event draw.made; `draw_verify` does, from the journal and the memberships as of
 * then. */
typedef struct DrawNew {
    int64_t team, wanted;
    Str purpose;
    const int64_t *left_out; /* memberships with a conflict of interest */
    size_t left_out_count;
} DrawNew;
bool draw_make(Store *s, const Content *c, Str actor, const DrawNew *in, int64_t *number, Err *e);
/* ERR_BROKEN with what does not agree. */
bool draw_verify(Store *s, int64_t number, Err *e);
/* The key of one membership. */
void draw_key(const unsigned char seed[32], int64_t member, unsigned char key[32]);

typedef struct GrantNew {
    Str kind;    /* "clue" or "batch" */
    Str object;  /* its id: whether it is there is the caller's question */
    Str grantee; /* "person:zhang", "organisation:3", "team:5" */
    int fields;  /* FieldsShown */
    Instant since, until;
    Str purpose;
} GrantNew;
/* To a person whose every post must end, the grant must have an end too. */
bool grant_give(Store *s, const Content *c, Str actor, const GrantNew *in, int64_t *number, Err *e);
bool grant_end(Store *s, Str actor, int64_t number, Err *e);

/* ---- leaving ---- */

/* One kind of open work of a person; later layers register theirs (matters…). `list` adds maps of
 * {part, id, title}; `move` hands everything over, or ends what cannot be (`to` is empty then). */
typedef struct Act Act;
typedef struct HandoverPart {
    const char *part, *title; /* "appointment", "任职" */
    bool needs_successor;     /* must not be left without anybody */
    bool (*list)(Act *act, Str login, Node *out, Err *e);
    bool (*move)(Act *act, Str from, Str to, Err *e);
} HandoverPart;
void handover_register(const HandoverPart *part); /* before the first use; order counts */

/* What a person still holds: a list of {part, part_title, id, title}. */
bool person_open_work(Store *s, const Content *c, Arena *a, Str login, Node **out, Err *e);
/* Everything to the successor (empty: nobody), posts ended, account disabled; all or nothing. */
bool person_leave(Store *s, const Content *c, Str actor, Str login, Str successor, Err *e);

/* ---- the beginning ---- */

/* Organisation 1 and the first account's role, unless they are there. For a folder from before
 * organisations: the first account becomes founder, the others case officers. */
bool organisation_begin(Store *s, const Content *c, Str office_name, Err *e);

/* Projections, also of departments, delegations, teams and grants (see the other functions added
 * here by whoever builds them). */
void organisation_register(void);

#endif
