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
} OrganisationKind;

size_t content_role_count(const Content *c);
const Role *content_role_at(const Content *c, size_t i);
const Role *content_role(const Content *c, Str role, Err *e); /* ERR_NOT_FOUND, nearest name */
size_t content_organisation_kind_count(const Content *c);
const OrganisationKind *content_organisation_kind_at(const Content *c, size_t i);
const OrganisationKind *content_organisation_kind(const Content *c, Str kind, Err *e);

#endif
