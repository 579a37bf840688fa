/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/flow_inside.h: what the files content/flow*.c share. */
#ifndef CONTENT_FLOW_INSIDE_H
#define CONTENT_FLOW_INSIDE_H

#include "content/flow.h"
#include "content/snapshot.h"

static inline const Str *flow_names(const BindList *list) {
    return list->items;
}

static inline const FlowOwner *flow_owners(const BindList *list) {
    return list->items;
}

static inline const FlowTest *flow_tests(const BindList *list) {
    return list->items;
}

static inline bool flow_listed(const BindList *list, Str name) {
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(flow_names(list)[i], name))
            return true;
    return false;
}

static inline size_t flow_step_index(const Flow *f, const FlowStep *s) {
    return (size_t)(s - flow_steps(f));
}

/* Does the act leave its step open? */
static inline bool flow_stays(const FlowAction *act) {
    return act->to.count == 0 && act->closes.len == 0;
}

/* Does the act lead the matter on? */
static inline bool flow_leads_on(const FlowAction *act) {
    return !flow_stays(act) && !act->back;
}

/* Where step i, and its action j, are written. */
const Node *flow_step_place(const Flow *f, size_t i);
const Node *flow_action_place(const Flow *f, size_t i, size_t j);

/* flow_check.c: every name means something. Also works out tests and the kinds of parties. */
bool flow_check(const Content *c, Arena *a, Flow *f, Err *e);
/* flow_check_more.c: names of other flows, looked at when all flows are read: sub-matters, what
 * waits for them, and that no two flows wait for each other. */
bool flow_check_begins(const Content *c, const Flow *f, Err *e);
/* What is written as a name or as a map: `begins` and `copies` of one action. */
bool flow_settle_action(const Content *c, Arena *a, const Flow *f, FlowAction *act, const Node *at,
                        Err *e);
/* Roles that get copies can be held there; when the kinds of parties are known. */
bool flow_check_copies(const Content *c, const Flow *f, Err *e);

/* flow_who.c: kinds of parties that were left out; whether owners can exist; escalation. `step` is
 * set to the one that is refused. */
bool flow_settle_kinds(const Content *c, Arena *a, Flow *f, Err *e);
bool flow_check_who(const Content *c, const Flow *f, size_t *step, Err *e);

/* flow_filled.c: which steps follow from one (flow_follows of all at once). */
void flow_followers(const Flow *f, size_t from, bool seen[FLOW_STEPS_MOST]);
/* Fields known to be filled when a step opens, as a set of 4 words for each step. */
typedef struct FlowFilled {
    uint64_t bits[4];
} FlowFilled;
const FlowFilled *flow_filled(const Flow *f, Arena *a);
bool flow_is_filled(const FlowFilled *set, const Field *field);
/* The step's required fields besides. */
FlowFilled flow_filled_at_act(const Flow *f, const FlowStep *s, const FlowFilled *opening);

/* flow_when.c: can every action that leads on be refused by its conditions? True: no, one is always
 * offered. */
bool flow_some_offered(const Flow *f, size_t step, const FlowFilled *opening, Arena *a, Err *e);

extern const Bind flow_party_rows[], flow_owner_rows[], flow_test_rows[], flow_clock_rows[],
    flow_escalation_rows[], flow_action_rows[], flow_step_rows[], flow_outcome_rows[],
    flow_wait_rows[], flow_begin_rows[], flow_copy_rows[];

#endif
