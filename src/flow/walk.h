/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/walk.h: random acts for tests: mostly what somebody may do, now and then what nobody should.
 * Compiled into tests only. */
#ifndef FLOW_WALK_H
#define FLOW_WALK_H

#include "flow/act.h"

typedef struct Chance {
    uint64_t state;
} Chance;
/* 0 … n - 1; the same for the same seed everywhere. */
size_t chance(Chance *r, size_t n);

typedef struct WalkTally {
    int64_t acts, refused, ended;
    /* States with an answer of one's own, a second turn, a missed one, a second seat taken, a child
     * that has ended, and steps passed on from the silent. */
    int64_t answers, turns, missed, seats, children, silent;
    int64_t by_verb[VERB_COUNT];
} WalkTally;
int64_t walk_verbs(const WalkTally *t); /* how many of them were done */

typedef struct WalkPerson {
    Str login;
    int64_t organisation;
} WalkPerson;

/* What a random act is made from. */
typedef struct WalkRound {
    const FlowWorld *world;
    const Flow *flow;
    const MatterState *state;
    const WalkPerson *people;
    size_t people_count;
    const int64_t *organisations;
    size_t organisation_count;
    Str other; /* another matter, for links and merging */
    Arena *arena;
    Chance *chance;
    const WalkTally *tally; /* what was done least is tried more often; NULL: all alike */
} WalkRound;
/* The values of a form, plausible and now and then not. */
Node *walk_values(const WalkRound *r, const BindList *form, const BindList *needs);
void walk_act(const WalkRound *r, FlowAct *out);

/* One sequence of at most `most` acts on the pure core. False with what broke. */
bool walk(const Content *c, const Flow *f, uint64_t seed, size_t most, Arena *a, WalkTally *tally,
          Err *e);

#endif
