/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/setup.h: the first set-up: what the installation's organisation is, who the others are,
 * three administrators and the first users. With it the founder's role ends. */
#ifndef PEOPLE_SETUP_H
#define PEOPLE_SETUP_H

#include "people/sheet.h"

enum { SETUP_UNITS_MOST = 100, SETUP_PEOPLE_MOST = 200 };

typedef struct SetupUnit {
    Str kind, name, short_name, division;
    Str letters;              /* of its documents' numbers */
    int64_t parent, superior; /* place in the list of units counted from 1; 0: none; -1: home */
} SetupUnit;

typedef struct SetupPerson {
    Str login, name; /* the name of an account that is there does not count */
    Str role, title;
    Str department; /* kind of a usual department, or empty */
    int64_t unit;   /* place in the list of units counted from 1; 0: home */
    bool liaison;
    Instant until;
} SetupPerson;

typedef struct Setup {
    SetupUnit home; /* kind empty: as it is */
    const SetupUnit *units;
    size_t unit_count;
    const SetupPerson *people;
    size_t person_count;
    bool passwords_stay; /* demonstration: first passwords need not be changed */
} Setup;

typedef struct SetupResult {
    int64_t *units; /* numbers, by place in the list */
    SheetPassword *passwords;
    size_t password_count;
} SetupResult;

/* Has the set-up still to be done? While it has, some account holds the founder's role. */
bool setup_pending(Store *s, const Content *c, bool *pending, Err *e);
/* All or nothing, once. Every kind of administrator must be among the people; founders who are not
 * get no post and their accounts are disabled. */
bool setup_run(Store *s, const Content *c, Arena *a, Str actor, const Setup *in, SetupResult *out,
               Err *e);

#endif
