/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/roles.h: "prosecutor|criminal_prosecutor": roles of which one is enough, as a task has them
 * when its step names several for one party. */
#ifndef FLOW_ROLES_H
#define FLOW_ROLES_H

#include "flow/act_inside.h"

/* Is the role one of them? */
bool roles_have(Str roles, Str role);
Str roles_first(Str roles);
/* Does the person (empty: anybody) hold one of them there? No roles: any role. */
bool roles_held(const FlowWorld *w, Str login, int64_t organisation, Str roles);
/* Those of the step's owners of that party that an organisation of this kind can have. */
Str roles_of_step(const Work *w, const FlowStep *def, Str party, int64_t organisation);

#endif
