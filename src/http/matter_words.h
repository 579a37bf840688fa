/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/matter_words.h: what the handlers of matters share: who asks, words for ids, names of people
 * and houses, and what must not be shown whole. */
#ifndef HTTP_MATTER_WORDS_H
#define HTTP_MATTER_WORDS_H

#include "flow/matter.h"
#include "http/inside.h"

/* Whoever is signed in. */
MatterActor matter_actor(const Req *rq);

extern const BindName matter_state_words[], matter_step_words[], matter_task_words[],
    matter_clock_words[], matter_link_words[], matter_level_words[];
/* The Chinese word, or the id itself. */
Str matter_word(const BindName *words, Str id);

Str flow_title_of(const Content *c, Str flow);
Str step_title_of(const Flow *f, Str step); /* f NULL: the id */
Str outcome_title_of(const Flow *f, Str outcome);
/* "a|b": one of several. */
Str role_title_by(const Content *c, Str role, Arena *a);
Str period_title_of(const Content *c, Str period);

/* Names wanted by many rows, asked for once. */
typedef struct Names {
    Node *logins;        /* list of texts wanted */
    Node *organisations; /* list of numbers wanted */
    const Node *people;  /* login: name */
    const Node *houses;  /* number: name */
} Names;
void names_begin(Names *n, Arena *a);
void names_want(Names *n, Arena *a, Str login);
void names_want_house(Names *n, Arena *a, int64_t number);
bool names_read(Names *n, Store *s, Arena *a, Err *e);
Str name_of(const Names *n, Str login); /* the login when there is none */
Str house_of(const Names *n, Arena *a, int64_t number);

/* The day whose end an instant is: the last one to act in time. Empty for none. */
Str due_day(Arena *a, Str due);
/* A value for the page: identity numbers and phones never whole. */
Str value_shown(const Content *c, Arena *a, const Field *f, Str value, bool *masked);
bool field_masked(const Field *f);
/* What forms hold, in the flow's order: [{field, title, type, value, masked, unit}]. `task`: the
 * answer of this owner for himself; 0: the matter's. */
Node *values_shown(const Content *c, const Flow *f, const MatterState *m, int64_t task, Arena *a);

/* {step, title} for "a,b". */
Node *steps_shown(const Flow *f, Arena *a, Str steps);
/* Fields and their code tables for the page. */
Node *fields_shown(const Flow *f, Arena *a);
Node *table_shown(Arena *a, const CodeTable *t);
Node *codes_shown(const Flow *f, Arena *a);
Node *form_shown(Arena *a, const BindList *form);

#endif
