/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/matter.h: matters in the store: acts as events, tables of what is open, state as of any
 * minute (docs/decisions/0012). Everything a person asks runs under the thread's scope. */
#ifndef FLOW_MATTER_H
#define FLOW_MATTER_H

#include "content/period.h"
#include "flow/act.h"
#include "people/rights.h"
#include "store/journal.h"

typedef struct MatterNew {
    Str flow, title, level;
    int64_t organisation; /* of the actor: the starter party's; 0: the only one he can mean */
    const Node *parties;  /* {party: organisation or [organisations]} */
    const Node *values;
    const Node *links; /* [{kind, target}] */
    bool sealed;
} MatterNew;

/* Acting for the program itself: rights NULL (clocks, command line on the machine). */
typedef struct MatterActor {
    Str login;
    const Rights *rights;
} MatterActor;

/* Publishes flows of the snapshot whose text is new ("flow.published"). At start and after a
 * reload. */
bool flow_publish(Store *s, const Content *c, Err *e);
/* Can this content read every version that a matter which goes on is pinned to? ERR_CONTENT names
 * how many matters of which flow, and what is missing. Asked before new content is taken. */
bool flow_needed(Store *s, const Content *c, Err *e);

bool matter_begin(Store *s, const Content *c, const MatterActor *who, const MatterNew *in, Arena *a,
                  Str *id, Err *e);
/* `revision`: what the actor saw; ERR_CONFLICT when somebody acted since, saying who did what. 0:
 * whatever it is. *out: the new revision. */
bool matter_act(Store *s, const Content *c, const MatterActor *who, Str id, int64_t revision,
                const FlowAct *act, Arena *a, int64_t *out, Err *e);
/* The consequences an act would have, in Chinese sentences; nothing is written. */
Node *matter_preview(Store *s, const Content *c, const MatterActor *who, Str id, const FlowAct *act,
                     Arena *a, Err *e);

/* ERR_NOT_FOUND outside the thread's scope. `at` 0: now; else as of that instant. */
const MatterState *matter_get(Store *s, Str id, Instant at, Arena *a, Err *e);
/* The flow a matter is pinned to. */
const Flow *matter_flow(Store *s, const Content *c, const MatterState *m, Arena *a, Err *e);
/* For a page: state, choices of this person, timeline [{sequence, at, actor, verb, title, note,
 * undoable}], diagram with the steps' states, clocks with explanations on demand. */
Node *matter_detail(Store *s, const Content *c, const MatterActor *who, Str id, Arena *a, Err *e);

/* 为什么是这一天: of one clock, for the page; write it with period_explanation_rows. */
bool matter_why(Store *s, const Content *c, Str id, int64_t clock, Arena *a, PeriodExplanation *out,
                Err *e);

typedef struct MatterQuery {
    Str flow, state, outcome, step, level, party, text, subject, case_number, due, sort, cursor;
    int64_t organisation, limit;
    Str mine; /* task, copy, begun, supervised; empty: all one sees */
    /* Days, both ends within: begun, ended; with a period that ends then. */
    Str opened_from, opened_to, closed_from, closed_to, due_from, due_to;
    Str in_time; /* yes: no period ever ran out; no: one did */
    bool items_only;
} MatterQuery;
extern const Bind matter_query_rows[];
/* {total, items, next, facets}: total always equals the list. */
Node *matter_list(Store *s, const Content *c, const MatterActor *who, const MatterQuery *q,
                  Arena *a, Err *e);
/* 工作台: {tasks, due_soon, copies, begun, unclaimed}: counts with the first few of each. */
Node *matter_desk(Store *s, const Content *c, const MatterActor *who, Arena *a, Err *e);

/* Conversation bound to a step (0: the matter). */
bool matter_say(Store *s, const Content *c, const MatterActor *who, Str id, int64_t step, Str text,
                int64_t *number, Err *e);

/* Fires what is due at `now`: at most `most` clocks, each exactly once whoever else does the same.
 * *fired counts; *next is when to ask again. */
bool matter_clocks(Store *s, const Content *c, Instant now, int64_t most, int64_t *fired,
                   Instant *next, Err *e);
/* After a holiday notice or a changed period: recomputes running clocks; events of their own. A
 * step is some hundred matters. The first one, of zeros, goes on from where the store says counting
 * by this content stands, after whatever happened; the others from where the one before ended. */
typedef struct MatterRecount {
    bool begun, done;    /* done: nothing is left */
    char after[40];      /* the last matter looked at */
    int64_t seen, moved; /* matters, clocks, by all steps so far */
    int64_t left;        /* matters there were to look at in the first step */
} MatterRecount;
bool matter_recount_step(Store *s, const Content *c, MatterRecount *r, Err *e);
/* All of it at once. The list says which matters moved, from when to when. */
Node *matter_recount(Store *s, const Content *now, Arena *a, Err *e);
/* Somebody leaves: his open tasks go to `to`, or back to their roles. Part of people/leave. */
bool matter_hand_over(Store *s, const Content *c, Str from, Str to, Str actor, int64_t *tasks,
                      Err *e);

/* Called in the write transaction after an act was appended, with its effects: the layers above
 * draft documents, turn lapses into clues, mark outcomes on clues. */
typedef bool MatterHook(Tx *tx, const Content *c, const MatterState *before,
                        const MatterState *after, const FlowAct *act, const FlowEffects *effects,
                        Err *e);
void matter_hook(MatterHook *hook); /* before the first act */
/* Adds to `links` ({kind, target}) what a matter should be linked to besides its case: persons and
 * organisations by their keys ("person:TOKEN"). Asked at the beginning and after every act. */
typedef void MatterLinker(void *context, const Content *c, const Flow *f, const MatterState *s,
                          Arena *a, Node *links);
void matter_linker(MatterLinker *of, void *context);
void matter_linker_end(const void *context); /* no more, if it is this one's */

void matter_register(void); /* projections: flow_version, matter, matter_party, … */

#endif
