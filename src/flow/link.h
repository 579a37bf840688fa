/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/link.h: the persons and organisations of a matter as keys (tokens, never numbers), and other
 * matters and clues about the same case or subject. */
#ifndef FLOW_LINK_H
#define FLOW_LINK_H

#include "flow/matter.h"

/* A MatterLinker; context: the installation's Keys. Adds {kind: subject, target: "person:KEY"} for
 * each subject of the flow whose key is filled in, with the same keys as rows and clues have. */
void matter_link_subjects(void *context, const Content *c, const Flow *f, const MatterState *s,
                          Arena *a, Node *links);
/* What the matter itself calls this subject; empty where that is not shown or not filled in. */
Str matter_subject_name(const Flow *f, const MatterState *s, Str target);

/* [{kind: matter or clue, by: case, subject or clue, id, number, title, flow, state …}], the newest
 * first of each: only what the thread's scope shows. */
Node *matter_related(Store *s, const MatterState *m, Arena *a, Err *e);

#endif
