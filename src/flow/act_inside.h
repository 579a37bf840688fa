/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/act_inside.h: one act on its way through the core, for the files of this folder only. */
#ifndef FLOW_ACT_INSIDE_H
#define FLOW_ACT_INSIDE_H

#include "content/period.h"
#include "flow/act.h"

enum { FLOW_REASON_MOST = 500, FLOW_NOTE_MOST = 2000, FLOW_ITEMS_MOST = 5000, FLOW_UNDO_DAYS = 30 };

/* `s` is a copy of `before` whose lists may be changed; the items of `before` never are. */
typedef struct Work {
    const FlowWorld *world;
    const Flow *flow;
    const FlowAct *act;
    const MatterState *before, *history; /* before: NULL for VERB_BEGIN */
    MatterState *s;
    Arena *arena;
    FlowEffects *effects;
    Str now;
    int64_t own; /* the task whose own answer the values are (joint: each); 0: the matter's */
    Err *e;
} Work;

/* One verb. `may` looks at the state and the person alone and is what choices ask, with the task
 * the choice is about; `run` does it, having been allowed. */
typedef struct VerbRule {
    bool (*may)(Work *w);
    bool (*run)(Work *w);
    bool suspended; /* also while the matter stands still */
    bool ended;     /* also when it is closed */
    bool system;    /* only by the program itself */
} VerbRule;
extern const VerbRule flow_verb_rules[VERB_COUNT];

/* A copy of *s for changing; NULL: an empty one. */
MatterState *work_state(Arena *a, const MatterState *s);
/* A new item at the end of the list, zeroed, with its id. Pointers into the list end. */
void *work_add(Work *w, BindList *list, size_t size);
int64_t work_id(Work *w);
Str work_dup(Work *w, Str s);
void work_effect(Work *w, BindList *list, Str what);
void work_told(Work *w, int64_t task);
bool work_fail(const Work *w, ErrCode code, const char *where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* ---- looking (work.c) ---- */

#define parties_of(s) ((MatterParty *)(s)->parties.items)
#define steps_of(s) ((MatterStep *)(s)->steps.items)
#define tasks_of(s) ((MatterTask *)(s)->tasks.items)
#define clocks_of(s) ((MatterClock *)(s)->clocks.items)
#define links_of(s) ((MatterLink *)(s)->links.items)
#define files_of(s) ((MatterFile *)(s)->files.items)

MatterStep *state_step(const MatterState *s, int64_t id); /* NULL: none */
MatterTask *state_task(const MatterState *s, int64_t id);
MatterClock *state_clock(const MatterState *s, int64_t id);
MatterFile *state_file(const MatterState *s, int64_t id);
/* Of that name: the one that is open or waits, else the newest. */
MatterStep *state_last_step(const MatterState *s, Str step);
/* Who closed the newest done task of kind owner of that step at that organisation (0: any). */
Str state_actor_of(const MatterState *s, Str step, int64_t organisation);
Str step_title(const Work *w, Str step);
Str role_title_of(const Work *w, Str role);
Str party_title(const Work *w, Str party);
Str verb_title(int verb);
bool is_open(Str state);

/* ---- people (act_person.c) ---- */

bool person_stands(const Work *w, Str login);
/* Is this open task this person's to do? */
bool person_has(const Work *w, const MatterTask *t);
bool person_takes_part(const Work *w);
bool person_supervises(const Work *w, int64_t organisation);
/* For sentences. */
Str person_name(const Work *w, Str login);
/* Supervises the host or an organisation with open work. */
bool person_supervises_any(const Work *w);
/* Has nobody the task's role there? */
bool task_unclaimed(const Work *w, const MatterTask *t);
/* The one open task of these kinds (a bar-separated list) that the actor means; NULL with *e. */
MatterTask *person_task(Work *w, const char *kinds);
/* The same for an action: of several tasks those of steps that have it. */
MatterTask *person_task_for(Work *w, Str action);
/* May this person do the step's work: two-person rule, conflicts of interest. */
bool person_fits(Work *w, const MatterTask *t, Str login, const char *where);
/* Is the primitive left out at this step? */
bool step_allows(Work *w, int64_t step, int verb);

/* ---- values (act_value.c) ---- */

bool values_take(Work *w, const FlowStep *def, const BindList *also);
bool values_needed(Work *w, const FlowStep *def, const FlowAction *action);
/* Is the field in this list of a form? */
bool values_asked(const BindList *fields, Str field);
void values_set(Work *w, const Field *f, Str value);
void personal_set(Work *w, const char *group, Str key, Node *value);
/* Values typed now are the answer of this task when its step asks everybody for himself. */
void values_own(Work *w, const FlowStep *def, int64_t task);
void answers_move(Work *w, int64_t from, int64_t to);
/* The value as whoever acts now sees it: his own answer where the step asks for one. */
Str value_now(const Work *w, Str field);
/* flow_tests_hold with value_now. */
bool tests_hold_now(const Work *w, const BindList *tests);
bool values_empty(const Node *n);
/* Keeps reason and note with the act, in the sealed part. */
bool note_keep(Work *w, bool reason_needed);

/* ---- steps (act_step.c) ---- */

bool step_open(Work *w, const FlowStep *def, int64_t from, bool again);
bool step_tasks(Work *w, const FlowStep *def, int64_t step, int64_t only, bool again);
/* The step is done by this action: what it leads to opens. `silent`: the last owners were passed
 * over, and what the action issues was issued when it was done. */
bool step_leads(Work *w, int64_t step, const FlowAction *action, bool silent);
/* Of `joint: each`: goes on without those who have not answered. */
bool step_pass(Work *w, int64_t step);
void step_close(Work *w, int64_t step, const char *state, Str action);
bool step_joins(Work *w); /* waiting steps whose branches have all been done open */
void step_stop_all(Work *w);
/* Cancels other open and waiting steps: all, or those that follow from `back_to`. */
void steps_cancel(Work *w, int64_t but, const FlowStep *back_to);
bool matter_end(Work *w, const char *state, Str outcome);
bool matter_has_open_step(const MatterState *s);
MatterTask *task_add(Work *w, const MatterTask *model);
void task_close(Work *w, MatterTask *t, const char *state, Str action);
/* Puts the parties of act->more into the matter. */
bool parties_take(Work *w);
bool party_add(Work *w, const FlowParty *p, int64_t organisation, const char *where);
bool party_needed(Work *w, Str party, Str for_step);

/* ---- clocks (act_clock.c) ---- */

bool clock_start(Work *w, const FlowStep *def, int64_t step);
/* Starts what a date that has come in makes run. */
bool clock_start_late(Work *w);
bool clock_compute(Work *w, MatterClock *c);
bool clock_explain(Work *w, const MatterClock *c, PeriodExplanation *out);
void clock_stop(Work *w, int64_t step, const char *state);
bool clock_suspend(Work *w, MatterClock *c, Str reason);
bool clock_resume(Work *w, MatterClock *c);
bool clock_knows_reason(const Work *w, const MatterClock *c, Str reason);
const PeriodExtension *clock_extension(const Work *w, const MatterClock *c, Str id);
MatterClock *clock_of_step(const MatterState *s, int64_t step); /* the newest */
/* The entry of the step's `within` that the clock comes from. NULL: an escalation's. */
const FlowClock *clock_entry(const Work *w, const MatterClock *c);
/* The next turn of a clock that comes again begins. */
bool clock_turn(Work *w, MatterClock *c);
/* An action has been done: turns that it meets are met. */
bool clock_met(Work *w, int64_t step, const FlowAction *action);
/* Until when an action has to wait; 0: it need not. */
bool clock_wait(Work *w, int64_t step, const FlowAction *action, Instant *until);
/* The first clock of the step that runs and takes this suspension or extension (empty: any). */
MatterClock *clock_suspendable(const Work *w, int64_t step, Str reason);
MatterClock *clock_extendable(const Work *w, int64_t step, int64_t clock, Str extension);
/* When the next rung is told, counted from there; empty: there is none. */
Str clock_rung_after(Work *w, const FlowEscalation *esc, Instant from);
Instant instant_of(Str text); /* 0: none */
Str instant_text(Arena *a, Instant at);

/* Could this person take the action now, once he has filled in the form? */
bool act_offered(Work *w, const MatterTask *t, const FlowStep *def, const FlowAction *action);
/* Is it the time for it? False with the sentence: sub-matters go on, or the day has not come, which
 * *day (may be NULL) then is. */
bool act_in_time(Work *w, int64_t step, const FlowAction *action, Str *day);

/* ---- sub-matters (act_child.c) ---- */

/* Links for what the action begins, and the effects that ask for it. */
void children_begin(Work *w, const FlowAction *action);
/* An organisation that takes part from now on gets the sub-matters that the others of its party
 * have and that still go on. */
void children_join(Work *w, Str party, int64_t organisation);
/* How many links to children a test counts. */
int64_t children_count(const MatterState *s, const FlowTest *t);
/* How many owners of the step's newest time have answered, as the test counts them. */
int64_t answers_count(const MatterState *s, const FlowTest *t);
/* Have those that the step waits for ended? False with the sentence. */
bool children_ended(Work *w, const FlowStep *def, const FlowAction *action);
/* Links to children that `then` does not know: open ones that somebody has worked on block, and are
 * named; untouched ones end; closed ones stay, as other matters. */
bool children_undo(Work *w);
/* The same links in the state that comes back. */
void children_keep(Work *w, MatterState *then);
/* Whose desk a copy to an organisation reaches, with the role that content names or none. */
Str copy_role(const Work *w, int64_t organisation, Str named);

/* ---- the verbs, by file ---- */

#define VERB_RULE(name)       \
    bool may_##name(Work *w); \
    bool run_##name(Work *w)
VERB_RULE(begin);
VERB_RULE(act);
VERB_RULE(fill);
VERB_RULE(claim);
VERB_RULE(send_back);
VERB_RULE(withdraw);
VERB_RULE(reassign);
VERB_RULE(add_signer);
VERB_RULE(remove_signer);
VERB_RULE(countersign);
VERB_RULE(sign);
VERB_RULE(urge);
VERB_RULE(suspend);
VERB_RULE(resume);
VERB_RULE(extend);
VERB_RULE(decide);
VERB_RULE(merge);
VERB_RULE(split);
VERB_RULE(designate);
VERB_RULE(raise);
VERB_RULE(copy);
VERB_RULE(read_copy);
VERB_RULE(supervise);
VERB_RULE(answer);
VERB_RULE(party);
VERB_RULE(link);
VERB_RULE(file);
VERB_RULE(remove_file);
VERB_RULE(terminate);
VERB_RULE(reopen);
VERB_RULE(undo);
VERB_RULE(warn);
VERB_RULE(lapse);
VERB_RULE(recount);
VERB_RULE(escalate);
VERB_RULE(hand_over);
VERB_RULE(child);
#undef VERB_RULE

#endif
