/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/cases.h: the scenario cases of a flow, played on the pure core (`content check`,
 * `lianheng flow test`). */
#ifndef FLOW_CASES_H
#define FLOW_CASES_H

#include "flow/act.h"

typedef struct FlowTally {
    size_t flows, edges, covered, cases, failed;
} FlowTally;

/* Play the cases of one flow. False with the first failure, or with the first edges (step and
 * action) that no case covers; *report gets a line for each failure. Adds to *tally. */
bool flow_cases(const Content *c, const Flow *f, Buf *report, FlowTally *tally, Err *e);
/* Of all flows. The first line of *report: "flows: N flows, M edges covered, K cases". */
bool flow_cases_all(const Content *c, Buf *report, Err *e);

#endif
