/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/stage.h: a world in memory for scenario cases and random walks: organisations for the
 * parties of a flow, and people who are what their names say.
 *
 * A login is "PARTY.ROLE" or "PARTY.ROLE.NAME": it holds that role at the first organisation of
 * that party; "PARTY#2.ROLE" at the second. Nobody else exists. */
#ifndef FLOW_STAGE_H
#define FLOW_STAGE_H

#include "flow/act.h"

typedef struct StageOrganisation {
    Str party; /* whose it is at first */
    Str kind;
    int64_t leader;
} StageOrganisation;

typedef struct Stage {
    FlowWorld world; /* .context is the stage; .now is set by whoever plays */
    Arena *arena;
    const Content *content;
    const Flow *flow;
    StageOrganisation *organisations; /* number i + 1 */
    size_t count;
} Stage;

/* One organisation of the first kind for each party (`each` of them for a party of many), each with
 * a leader of its kind above it. */
Stage *stage_new(const Content *c, const Flow *f, size_t each, Arena *a);
/* The nth (from 1) organisation of the party; 0: none. */
int64_t stage_organisation(const Stage *s, Str party, size_t nth);
/* Whom a task is for: the login named, else "PARTY.ROLE". With `other` another person of the same
 * role, "PARTY.ROLE.other". */
Str stage_person(const Stage *s, const MatterTask *t, const char *other);
/* {party: organisation or [organisations]} of all parties but the starter and those that lead. */
Node *stage_parties(const Stage *s, const BindList *only);

#endif
