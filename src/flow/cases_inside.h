/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/cases_inside.h: one case while it is played, for cases.c and cases_expect.c. */
#ifndef FLOW_CASES_INSIDE_H
#define FLOW_CASES_INSIDE_H

#include "flow/act_inside.h"
#include "flow/cases.h"
#include "flow/stage.h"

typedef struct Play {
    const Flow *flow;
    Stage *stage;
    Arena *arena;
    const MatterState *state;
    bool *covered;    /* by step × FLOW_ACTIONS_MOST + action */
    FlowEffects seen; /* all effects so far */
    Err *e;
} Play;

/* ERR_CONTENT at the place in the file; false. */
bool case_fail(Play *p, const Node *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Is everything that the case names as it says? NULL: nothing is named. */
bool case_expect(Play *p, const Node *node);

#endif
