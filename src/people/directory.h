/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/directory.h: organisations, people, teams and roles as pages and the command line show
 * them. Trees in the arena given; instants are texts; NULL means that *e is set. */
#ifndef PEOPLE_DIRECTORY_H
#define PEOPLE_DIRECTORY_H

#include "people/organisation.h"

/* All of them, in the order of the tree: organisation, kind, kind_title, side, name, short_name,
 * parent, superior, division, division_name, state, people, departments, liaison {login, name} or
 * absent, vacant (a liaison officer is missing). */
Node *organisation_tree(Store *s, const Content *c, Arena *a, Err *e);
/* One, with `departments`, `people` (posts, ended ones too), `roles` that can be held there, usual
 * `posts` and `department_kinds`. */
Node *organisation_detail(Store *s, const Content *c, Arena *a, int64_t number, Err *e);
/* The open organisation of that name, or the number itself. ERR_NOT_FOUND, ERR_CONFLICT. */
bool organisation_named(Store *s, Str name, int64_t *number, Err *e);

/* Whose rows a file is when nobody says: the first of these kinds of which exactly one organisation
 * is open, else the installation's own. */
bool organisation_supplying(Store *s, const BindList *suppliers, int64_t *number, Err *e);

/* Accounts with their open posts; `word` is part of login or name. Organisation 0 and role "": any;
 * with both, one post is in that role there. */
Node *people_list(Store *s, const Content *c, Arena *a, Str word, int64_t organisation, Str role,
                  Err *e);
/* One, with all `posts`, `delegations` and `teams`. */
Node *person_detail(Store *s, const Content *c, Arena *a, Str login, Err *e);

/* Roles with their rules in plain words. */
Node *roles_shown(const Content *c, Arena *a);
/* Kinds of organisations and teams, for choosing. */
Node *kinds_shown(const Content *c, Arena *a);

Node *team_list(Store *s, const Content *c, Arena *a, Str kind, Err *e);
/* One, with `members`, `activities`, `parts` and `draws`. */
Node *team_detail(Store *s, const Content *c, Arena *a, int64_t number, Err *e);
/* Members of pools by a word and a division's leading digits. */
Node *talent_search(Store *s, const Content *c, Arena *a, Str word, Str kind, Str division, Err *e);
/* One draw with seed and order, and whether it can be drawn again with the same result. */
Node *draw_detail(Store *s, Arena *a, int64_t number, Err *e);
/* To whom an object was opened. */
Node *grants_of_object(Store *s, Arena *a, Str kind, Str object, Err *e);
/* One grant: who gave it and of what object. */
Node *grant_detail(Store *s, Arena *a, int64_t number, Err *e);

#endif
