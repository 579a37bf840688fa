/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/matter_query.h: the conditions of a query about matters as SQL, shared by list, facets, desk
 * and export. */
#ifndef FLOW_MATTER_QUERY_H
#define FLOW_MATTER_QUERY_H

#include "flow/matter_inside.h"

typedef struct MatterWhere {
    Buf sql; /* "WHERE …" on {matter} m; the caller frees it with buf_done */
    Arg args[32];
    size_t count;
} MatterWhere;

void matter_where(const Tx *tx, const MatterQuery *q, const MatterActor *who, Arena *a,
                  MatterWhere *w);

/* What q finds, by kind: [{state, flow, level, steps, outcome, lapsed, count}]; a kind may come
 * twice. The same for ten matters and ten million where q asks for nothing but such (facet.c). */
Node *matter_kinds(Tx *tx, const MatterQuery *q, const MatterActor *who, Arena *a, Err *e);

/* list_days.c: what is asked about days, part of matter_where; and is it well said? */
void matter_where_days(const MatterQuery *q, Arena *a, MatterWhere *w);
bool matter_days_check(const MatterQuery *q, Err *e);
/* SQL: a period of matter m has run out, whether anything was done after it or not. */
extern const char matter_ran_out[];

/* Are its words known? */
bool matter_query_check(const MatterQuery *q, Err *e);
/* How many matters q finds, and {state, flow, level, step: [{value, count}]}: each facet under the
 * other conditions; steps only where a flow or step is asked for. */
bool matter_facets(Tx *tx, const MatterQuery *q, const MatterActor *who, Arena *a, int64_t *total,
                   Node **out, Err *e);

#endif
