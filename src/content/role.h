/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/role.h: kinds of organisations and roles, as content/roles/ declares them. */
#ifndef CONTENT_ROLE_H
#define CONTENT_ROLE_H

#include "content/content.h"
#include "content/permission.h"

/* How far a rule reaches, seen from the organisation of the appointment. */
typedef enum Reach {
    REACH_NONE,
    REACH_OWN, /* what was opened to the person, the organisation or a team */
    REACH_ORGANISATION,
    REACH_SUBTREE,
    REACH_INSTALLATION,
} Reach;
/* What of a row is shown. */
typedef enum FieldsShown { FIELDS_PLAIN = 1, FIELDS_PERSONAL } FieldsShown;
typedef enum Administrator {
    ADMINISTRATOR_NONE,
    ADMINISTRATOR_SYSTEM,
    ADMINISTRATOR_SECURITY,
    ADMINISTRATOR_AUDIT,
} Administrator;
extern const BindName reach_names[], fields_shown_names[], administrator_names[];

typedef struct RoleRule {
    int permission;    /* Permission */
    int reach;         /* Reach; functions without rows: installation */
    int fields;        /* FieldsShown; default plain */
    BindList states;   /* of Str; empty: any */
    BindList datasets; /* of Str; empty: any */
} RoleRule;

typedef struct Role {
    Str role, title, help;
    int administrator;      /* Administrator */
    bool founder;           /* counts only until set-up is done; cannot be granted */
    bool liaison;           /* whoever holds it is the organisation's liaison officer */
    bool ends;              /* appointments must have an end (assistants, experts, invitees) */
    BindList organisations; /* of Str: kinds of organisation where it can be held; empty: any */
    BindList basis;         /* of Basis */
    BindList rules;         /* of RoleRule */
    bool review;
} Role;
#define role_rules(r) ((const RoleRule *)(r)->rules.items)

typedef struct DepartmentKind {
    Str department, title,
        line; /* line: business line, e.g. criminal, administrative, public_interest */
} DepartmentKind;

typedef struct OrganisationKind {
    Str kind, title, side; /* side: procuratorate, government, judiciary, people, other */
    BindList departments;  /* of DepartmentKind */
    BindList posts;        /* of Str: titles usual there */
    BindList below;        /* of Str: kinds of parent it may stand under; empty: any */
    bool addressee_only;   /* enterprises: no accounts */
    bool vertical;         /* led by its own superior, not by the local government */
    bool liaison;          /* must have exactly one active liaison officer */
    BindList basis;        /* of Basis */
    Str help;
    bool review;
} OrganisationKind;
#define organisation_departments(k) ((const DepartmentKind *)(k)->departments.items)

/* Joint groups, task forces, bases and pools: what a team of this kind must have. */
typedef struct TeamKind {
    Str kind, title, help;
    int64_t least;  /* members; 0: any number */
    bool ends;      /* must have an end */
    bool parts;     /* may have teams of this kind inside */
    bool place;     /* has a place and activities */
    bool skills;    /* members are found by their skills */
    bool outsiders; /* members may be people without an account */
    bool drawn;     /* members can be drawn by lot */
    Str rule;       /* named when a team is refused: where `least` comes from */
    BindList basis; /* of Basis */
    bool review;
} TeamKind;

size_t content_role_count(const Content *c);
const Role *content_role_at(const Content *c, size_t i);
const Role *content_role(const Content *c, Str role, Err *e); /* ERR_NOT_FOUND, nearest name */
size_t content_organisation_kind_count(const Content *c);
const OrganisationKind *content_organisation_kind_at(const Content *c, size_t i);
const OrganisationKind *content_organisation_kind(const Content *c, Str kind, Err *e);
/* The kind whose title the organisation's name ends with ("江城县人民检察院"), the longest of them;
 * the first kind of all when no title fits. */
const OrganisationKind *content_organisation_kind_named(const Content *c, Str name);
/* NULL when the kind has no such department. */
const DepartmentKind *organisation_department(const OrganisationKind *k, Str department);
/* May this role be held at an organisation of that kind? */
bool role_fits(const Role *r, Str organisation_kind);
size_t content_team_kind_count(const Content *c);
const TeamKind *content_team_kind_at(const Content *c, size_t i);
const TeamKind *content_team_kind(const Content *c, Str kind, Err *e);

#endif
