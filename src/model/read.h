/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/read.h: the shape of a model file, for read.c, cases.c and the manual. */
#ifndef MODEL_READ_H
#define MODEL_READ_H

#include "model/rule.h"

typedef struct RuleText {
    Str rule, title;
    const Node *from, *match, *weak, *where, *unless, *measure, *require, *clue;
} RuleText;

typedef struct ModelText {
    Str model, number, title, group, field, description, product, false_positives;
    BindList basis, parameters;
    bool review;
    const Node *define, *rules, *cases, *sealed;
    RuleText text;
} ModelText;

typedef struct ConditionText {
    const Node *when;
    Str says;
} ConditionText;

typedef struct UnlessText {
    const Node *from, *key, *where;
    Str says;
} UnlessText;

typedef struct MeasureText {
    Str title;
    const Node *from, *key, *where, *count, *sum, *first, *last;
    bool evidence;
} MeasureText;

typedef struct LevelText {
    const Node *when;
    Str level;
} LevelText;

extern const Bind model_rows[], rule_rows[];

bool node_fail(const Node *n, Err *e, const char *text);
/* Datasets used, whether today or the calendar matters, the version. */
void model_settle(Arena *a, Model *m);
/* Are the cases well-formed? (Running them is model_test.) */
bool cases_check(const Model *m, const Node *cases, Err *e);

#endif
