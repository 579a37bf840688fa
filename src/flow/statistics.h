/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/statistics.h: matters counted over a span of days, by flow, month, outcome and house, and
 * what belongs to a matter as its parts. Through the thread's scope, under the conditions of the
 * list: a figure and the rows it opens cannot differ. */
#ifndef FLOW_STATISTICS_H
#define FLOW_STATISTICS_H

#include "flow/matter.h"

/* Rows that were grouped by the store:
 * {opened: [{flow, month, count}],
 *  closed: [{flow, month, outcome, late, days, count}]: ended in the span; days: sum of those from
 *          beginning to end; late: a period had run out,
 *  now: [{flow, lapsed, count}]: going on, whenever begun,
 *  houses: [{organisation, opened, closed, late}]: begun and ended with it among the parties; left
 *          out when the question is about one house}. */
Node *matter_statistics(Store *s, const MatterQuery *of, Str from, Str to, Arena *a, Err *e);

/* [{flow, state, lapsed, count}]: matters that name `id` in a link, which is how parts name what
 * they are part of. */
Node *matter_parts(Store *s, Str id, Arena *a, Err *e);

#endif
