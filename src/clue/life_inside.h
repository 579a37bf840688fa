/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/life_inside.h: what the files about the life of a clue share. The state is one tree
 * (docs/decisions/0013): an act makes the next tree, the event holds the difference. */
#ifndef CLUE_LIFE_INSIDE_H
#define CLUE_LIFE_INSIDE_H

#include "clue/life.h"
#include "clue/clue.h"
#include "flow/matter_inside.h"

/* ---- rules (life_rules.c) ---- */

typedef struct LifeSource {
    Str source, title;
    bool by_hand;
} LifeSource;
typedef struct LifeOwner { /* who has a new clue first */
    BindList kinds;        /* of organisation; empty: any */
    Str department, role;
} LifeOwner;
typedef struct LifePeriod {
    Str state, period;
    BindList levels; /* empty: any */
} LifePeriod;
typedef struct LifeRung {
    Str role;
    bool leader; /* of the organisation above */
} LifeRung;
typedef struct LifeEscalation {
    Str period;
    BindList to; /* of LifeRung */
} LifeEscalation;
typedef struct LifeTriage {
    Str outcome, title, next;
    bool reason;
} LifeTriage;
typedef struct LifeAssign {
    BindList models, suggests, datasets, levels, sources, divisions; /* empty: any */
    Str organisation; /* here (left out), leader, division */
    Str department, role;
} LifeAssign;
typedef struct LifeWord {
    Str word, title;
    Str outcome; /* of closing: what it says of a clue of which nothing was concluded */
    bool note;   /* must be explained */
} LifeWord;
typedef struct LifeFrom { /* an act on a matter that makes a clue of the receiver's */
    Str flow, step, action, party, source, title, facts;
} LifeFrom;
typedef struct LifeRules {
    Str title, lapse;
    BindList sources, owners, periods, triage, assign, closing, relations, from_matters, basis;
    LifeEscalation escalation;
    bool review;
} LifeRules;

#define rules_list(T, list) ((const T *)(list).items)
const LifeRules *life_rules(const Content *c, Arena *a, Err *e);
Str life_title(const BindName *names, Str name);

/* ---- a clue as it stands (life_tree.c) ---- */

typedef struct Life {
    Str id;
    int64_t number;
    Str model, suggests, level, status, subject_kind, subject_key;
    int64_t sealed;
    Str title, subject_name; /* as stored, whole */
    Node *tree, *personal;   /* to be changed; made anew for each act */
    const Node *before, *before_personal;
} Life;

/* Whole, whoever asks. ERR_NOT_FOUND. */
bool life_load(Tx *tx, Str id, Arena *a, Life *out, Err *e);
#define life_text(l, key) node_text((l)->tree, key)
static inline Str life_state(const Life *l) {
    return life_text(l, "state");
}
bool life_open(Str state); /* neither closed nor merged */
void life_set(Arena *a, Life *l, const char *key, Str value);
void life_set_int(Arena *a, Life *l, const char *key, int64_t value);
Node *life_list(Arena *a, Node *tree, const char *key); /* the list, made when it is not there */
int64_t life_next_id(Arena *a, Life *l);
Node *life_item(const Node *tree, const char *list, int64_t id); /* NULL when there is none */
void life_note(Arena *a, Life *l, const char *key, Str text);

/* ---- acts (life_act.c) ---- */

typedef struct LifeWork {
    Writing *w;
    const LifeRules *rules;
    Life life;
    const ClueAct *act;
    Str watcher; /* out: a grantee who goes on seeing it */
} LifeWork;

/* A stage with its due instant and nobody told. */
bool life_enter(Writing *w, const LifeRules *r, Life *l, const char *state, Err *e);
/* The owner that content gives a clue at this organisation. */
bool life_home(Writing *w, const LifeRules *r, Life *l, int64_t organisation, Err *e);
bool life_start(Writing *w, const LifeRules *r, Life *l, Str source, int64_t organisation, Err *e);
/* May this person do it now? False with a sentence. */
bool life_may(LifeWork *x, Err *e);
bool life_run(LifeWork *x, Err *e);
bool life_matters_open(const Node *tree);
bool life_named(const Node *tree, const char *list, Str login); /* present in recusals */
/* NULL: sound; else what is broken. */
const char *life_unsound(const Node *tree);
Instant life_next(const Node *tree); /* INT64_MAX: nothing */

/* ---- writing (life_write.c) ---- */

bool life_append(Writing *w, const LifeRules *r, Life *l, const ClueAct *act, Err *e);
bool life_put(Tx *tx, Arena *a, Str id, const Node *tree, const Node *personal, Err *e);
/* In the transaction. */
bool life_register(Writing *w, const LifeRules *r, const ClueNew *in, bool sealed, Str *id, Err *e);
void life_register_rest(void); /* the hook on matters, part of leaving */
bool life_merge(LifeWork *x, bool away, Err *e);

/* ---- into matters (life_convert.c) ---- */

bool life_convert(LifeWork *x, Err *e);
/* What the clue knows of the flow's fields: {field: text}. */
Node *life_values(Arena *a, const Flow *f, const Life *l);
/* Must somebody else be named for this party before the matter can go on? */
bool life_receives(const FlowParty *p);

#endif
