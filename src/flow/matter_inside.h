/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/matter_inside.h: what the files about matters in the store share. */
#ifndef FLOW_MATTER_INSIDE_H
#define FLOW_MATTER_INSIDE_H

#include "flow/act_inside.h"
#include "flow/matter.h"

/* Stands in column `due` of matters and tasks without a period: after all days. */
#define DUE_NEVER "9"

enum { LEVELS = 3 };
extern const BindName matter_level_names[]; /* urgent, high, ordinary, by rank */
int64_t level_rank(Str level);

/* ---- a write transaction (write.c) ---- */

typedef struct Writing {
    Tx *tx;
    Store *store;
    const Content *content;
    const MatterActor *who;
    Arena *arena;
    Instant now;
    int depth; /* sub-matters of sub-matters */
} Writing;

typedef struct MatterRow {
    const MatterState *state;
    const Flow *flow;
} MatterRow;
/* The state as it stands, whole. ERR_NOT_FOUND. */
bool matter_load(Writing *w, Str id, MatterRow *out, Err *e);
/* One act on a loaded matter: judged, appended, with everything that follows. *after may be NULL.
 */
bool matter_carry_out(Writing *w, const MatterRow *row, const FlowAct *act,
                      const MatterState *history, const MatterState **after, Err *e);
/* Append what has been judged; for acts whose state is made by the caller. */
bool matter_append(Writing *w, const Flow *f, const MatterState *before, const MatterState *after,
                   const FlowAct *act, FlowEffects *effects, Err *e);
/* In the transaction: as matter_begin; parent NULL for a matter of its own. */
bool matter_start(Writing *w, const MatterNew *in, const MatterState *parent, Str *id, Err *e);
/* What the effects of an act on *after ask for; its links name the children. */
bool matter_begin_children(Writing *w, const Flow *f, MatterState *after,
                           const FlowEffects *effects, Err *e);
/* A matter that ends, or goes on again, is told to those that began it, by events of their own. */
bool matter_tell_parents(Writing *w, const Flow *f, const MatterState *before,
                         const MatterState *after, Err *e);
bool matter_end_children(Writing *w, const FlowEffects *effects, Err *e);
/* A part of a split matter begins. */
bool matter_start_part(Writing *w, const MatterRow *row, const FlowAct *act, Str id, Err *e);
/* What an act would lead to, in Chinese sentences. */
Node *matter_foresee(Arena *a, const Flow *f, const MatterState *before, const MatterState *after,
                     const FlowEffects *effects);
/* Everything of `writing`, run once in a write transaction of the program itself. */
typedef bool MatterWork(Writing *w, void *context, Err *e);
bool matter_write(Store *s, const Content *c, const MatterActor *who, Arena *a, MatterWork *work,
                  void *context, Err *e);
/* One act on a matter as part of something else (a document that is served), in its transaction and
 * by `who` (rights NULL: the program in the name of that login). With `refused`: judged first; what
 * the rules say no to gives false with *refused and the sentence in *e, nothing has been written,
 * and the transaction may go on. Not for undo, merge and split (act_in.c). */
bool matter_act_in(Writing *w, const MatterActor *who, Str id, const FlowAct *act, bool *refused,
                   Err *e);

/* ---- the world (world.c) ---- */

typedef struct StoreWorld {
    FlowWorld world; /* .context is this */
    Tx *tx;
    Arena *arena;
    const MatterActor *who;
    Err *e; /* what could not be asked */
} StoreWorld;
/* What this person can do now, as flow_choices (task 0), or with one task; in a transaction of the
 * program itself. *e: what could not be asked. */
Node *matter_choices(Tx *tx, const Content *c, const MatterActor *who, const MatterRow *row,
                     int64_t task, Arena *a, Err *e);
/* What a person is called; the login when nobody knows. */
Str world_name(Tx *tx, Arena *a, Str login);
void store_world(StoreWorld *out, Tx *tx, const Content *c, const MatterActor *who, Instant now,
                 Arena *a, Err *e);

/* ---- flows and folds (publish.c, fold.c) ---- */

/* The flow of that version: of the snapshot, or as it was published. */
const Flow *flow_pinned(Tx *tx, const Content *c, Str flow, Str version, Arena *a, Err *e);
/* The newest state not after `at` (INT64_MAX: any time) and not after `revision` (0: any). NULL
 * with ERR_NOT_FOUND when there was none yet. */
const MatterState *matter_fold(Tx *tx, Str id, Instant at, int64_t revision, Arena *a, Err *e);

/* ---- rights (seen.c) ---- */

/* The matter as the thread's scope shows it; personal: is what is sealed shown? ERR_NOT_FOUND. */
const MatterState *matter_see(Tx *tx, Str id, Arena *a, bool *personal, Err *e);
/* SQL: tasks that are this person's, on the columns of matter_task; false: none can be. */
bool tasks_of_person(const Rights *r, const char *alias, Buf *sql);
/* The same as a list of conditions, one of which must hold; for each an index has the tasks in
 * order of their due days. */
Node *task_arms(const Rights *r, const char *alias, Arena *a);
/* SQL: the task wants a role that content gives to the liaison officer. */
void task_of_liaison(const Content *c, const char *alias, Buf *sql);

void matter_register_leaving(void);
const char *verb_word(int verb);

#endif
