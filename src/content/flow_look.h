/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/flow_look.h: names in a flow, looked up or refused with the nearest; for the files
 * flow_check*.c. */
#ifndef CONTENT_FLOW_LOOK_H
#define CONTENT_FLOW_LOOK_H

#include "content/flow_inside.h"

typedef struct Look {
    const Content *c;
    Arena *a;
    Flow *f;
    Err *e;
} Look;

/* False with the place and the nearest name. */
typedef bool NameKnown(const Look *l, Str name, const Node *at);
NameKnown look_step, look_field, look_party, look_outcome, look_role, look_codes, look_kind,
    look_document;
bool look_period(const Look *l, Str name, const Node *at, const Period **out);
bool look_word(const Look *l, const BindName *words, const char *what, Str name, const Node *at);
/* No name of the list twice. */
bool look_once(const Look *l, const BindList *list, const Node *map, const char *key);
/* Each of the list is known, and there once. */
bool look_each(const Look *l, const BindList *list, const Node *map, const char *key,
               NameKnown *known);
bool look_id(const Look *l, Str id, const Node *map, const char *key);

/* flow_check_when.c: the conditions of an action or a clock. */
bool look_tests(const Look *l, BindList *list, const Node *at);
/* flow_check_time.c: one clock of a step; the wait of an action; reasons that stop its clocks. */
bool look_clock(const Look *l, const FlowStep *s, FlowClock *k, const Node *at);
bool look_wait(const Look *l, const FlowWait *w, const Node *map);
bool look_suspends(const Look *l, const FlowStep *s, const FlowAction *act, const Node *at);

#endif
