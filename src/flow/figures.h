/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/figures.h: matters counted and laid out by day, through the thread's scope: what is counted
 * is exactly what the list shows under the conditions named beside the figure. */
#ifndef FLOW_FIGURES_H
#define FLOW_FIGURES_H

#include "flow/matter.h"

enum { CALENDAR_MOST = 2000 };

/* {days: [{day, due, meetings, items: [{id, number, flow, title, kind, what, step, at, lapsed}]}],
 * more}: periods of open matters that end, and days that fields of open matters set which may lie
 * ahead (a meeting, a hearing). */
Node *matter_calendar(Store *s, const Content *c, const MatterActor *who, const MatterQuery *q,
                      Day from, Day to, Arena *a, Err *e);

/* A field with a day or an hour that may lie ahead, and is not personal. */
bool matter_appointment(const Field *f);

/* [{flow, open, closed, overdue, outcomes: [{value, count}], steps: [{value, count, median_days,
 * passages}]}]; flow empty: all; organisation 0: any. */
Node *matter_figures(Store *s, Str flow, int64_t organisation, Arena *a, Err *e);

#endif
