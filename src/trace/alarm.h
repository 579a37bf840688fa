/* SPDX-License-Identifier: MulanPSL-2.0 */
/* trace/alarm.h: signs that a look may not be in order: one row a person, day and sign, made from
 * entries alone. */
#ifndef TRACE_ALARM_H
#define TRACE_ALARM_H

#include "content/purpose.h"
#include "store/journal.h"

/* Raised alarms as the API shows them; `state` open, acknowledged or empty: {total, items, next}.
 */
Node *alarm_page(Store *s, const Content *c, Arena *a, Str state, Str cursor, int64_t limit,
                 Err *e);
Node *alarm_one(Store *s, const Content *c, Arena *a, int64_t number, Err *e);
/* Words are needed. Nobody acknowledges an alarm about himself. */
bool alarm_acknowledge(Store *s, Str actor, int64_t number, Str words, Err *e);

void alarm_register(void);

#endif
