/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/rule.h: what a checked model is made of; for the files of this folder only. */
#ifndef MODEL_RULE_H
#define MODEL_RULE_H

#include "model/expr.h"
#include "model/model.h"

#define MODEL_CONDITIONS_MAX 64
#define MODEL_ALIASES_MAX 8
#define MODEL_RULES_MAX 12
#define MODEL_HITS_MAX 100000
#define MODEL_ROWS_MAX 300000
#define MODEL_EVIDENCE_MAX 1000 /* rows behind one hit; the count says when there are more */

/* A dataset under a name, with the column that carries the subject all rows of a rule share. */
typedef struct Alias {
    Str alias;
    const Dataset *dataset;
    const Subject *subject;
    const Node *node;
    bool shared; /* the dataset appears more than once in the rule: sentences name the alias too */
} Alias;

typedef struct Condition {
    Str text; /* as written */
    Str says; /* sentence given by the author, or empty */
    Expr *expr;
    ExprPlace place;
} Condition;

typedef struct Conditions {
    Condition *items;
    size_t count;
} Conditions;

/* No row with the same key fulfils `where`. */
typedef struct Unless {
    Alias from;
    Conditions where;
    Str says;
} Unless;

typedef enum Aggregate {
    AGGREGATE_COUNT,
    AGGREGATE_DISTINCT,
    AGGREGATE_SUM,
    AGGREGATE_FIRST,
    AGGREGATE_LAST
} Aggregate;

/* A figure over the rows with the same key. */
typedef struct Measure {
    Str measure, title;
    Alias from;
    Conditions where;
    Aggregate aggregate;
    Expr *of; /* NULL for a count of rows */
    ValueType type;
    bool evidence; /* its rows support the hit */
    Str leader;    /* the first measure over the very same rows: one subquery figures out both */
} Measure;

/* Text with expressions in braces. */
typedef struct TemplatePart {
    Str text; /* literal when expr is NULL */
    Expr *expr;
    size_t output; /* index in Rule.outputs */
} TemplatePart;

typedef struct Template {
    TemplatePart *parts;
    size_t count;
} Template;

typedef struct LevelChoice {
    Expr *when; /* NULL: otherwise */
    Str level;
    size_t output;
} LevelChoice;

typedef struct EvidenceColumns {
    Str alias;
    const Dataset *dataset;
    const Field **fields;
    size_t count;
} EvidenceColumns;

typedef struct Clue {
    size_t *once_per; /* indexes in outputs */
    size_t once_per_count;
    size_t event_on, amount, subject; /* indexes in outputs, or SIZE_MAX */
    LevelChoice *levels;
    size_t level_count;
    Template title, explain;
    Str suggests;
    EvidenceColumns *evidence;
    size_t evidence_count;
} Clue;

/* One question: a model has one or several, all answered by a run. */
typedef struct Rule {
    Str rule, title; /* empty when the model has only one */
    int kind;        /* SubjectKind */
    unsigned passes; /* bit per Strength */
    Alias *from;     /* the first is the anchor */
    size_t from_count;
    Conditions where;
    Unless *unless;
    size_t unless_count;
    Measure *measures;
    size_t measure_count;
    Conditions require;
    Clue clue;
    Expr **outputs; /* distinct values a result row carries; see output_computed */
    size_t output_count;
} Rule;

typedef struct Parameter {
    Str parameter, title, type;
    const Node *standard; /* `default` */
    Expr *value;
} Parameter;

typedef struct Definition {
    Str name, title;
    Str text;
    ExprPlace place;
} Definition;

struct Model {
    const Node *tree;
    const Content *content;
    Str model, number, title, group, field, description, product, false_positives, suggests;
    bool review;
    BindList basis; /* of Basis */
    Parameter *parameters;
    size_t parameter_count;
    Definition *definitions;
    size_t definition_count;
    Rule *rules;
    size_t rule_count;
    bool sealed_allowed;
    BindList sealed_basis; /* of Basis */
    bool uses_today, uses_calendar;
    const Dataset **datasets;
    size_t dataset_count;
    Str version;
};

/* --- check.c --------------------------------------------------------------------------------- */

/* Names an expression may use, and where to complain. */
typedef struct Scope {
    Arena *arena;
    Model *model;
    const Alias *aliases[MODEL_ALIASES_MAX + 1];
    size_t alias_count;
    const Measure *measures;
    size_t measure_count;
    size_t definition_count; /* only earlier definitions: they cannot go round in circles */
    ExprPlace place;
    Err *e;
} Scope;

/* Bind names and settle types. `wanted` TYPE_NONE takes any. */
bool check_expr(Scope *s, Expr *x, ValueType wanted);
/* Parse and check in one go. */
Expr *check_text(Scope *s, Str text, ExprPlace place, ValueType wanted);
ValueType field_value_type(const Field *f);
/* “，最接近的是“x””, or empty: the candidate nearest to `name`. */
typedef struct Nearest {
    Str name, best;
    size_t distance;
} Nearest;
void nearest_try(Nearest *n, Str candidate);
const char *nearest_hint(const Nearest *n, char out[160]);

/* --- template.c ------------------------------------------------------------------------------ */

bool template_read(Scope *s, const Node *node, Rule *r, Template *out);
/* Index of an equal output, added when new. */
size_t rule_output(Rule *r, Expr *x);
#define MODEL_OUTPUTS_MAX 256
/* Worked out from other outputs after the query, because it needs the calendar. */
bool output_computed(const Expr *x);
void output_compute(const Rule *r, const Content *c, Day today, PoolValue *values);
/* A result value as people read it: 2024年1月5日, 3.5万元. */
void value_write(const Expr *x, const PoolValue *v, const Content *c, Buf *out);
void money_write(Money m, Buf *out);
void day_write(Day d, Buf *out);

/* --- sentence.c ------------------------------------------------------------------------------ */

/* The condition in Chinese. */
void sentence_write(const Rule *r, const Expr *x, Buf *out);
void condition_sentence(const Rule *r, const Condition *c, Buf *out);
void unless_sentence(const Rule *r, const Unless *u, Buf *out);
void measure_sentence(const Rule *r, const Measure *m, Buf *out);

/* --- explain.c ------------------------------------------------------------------------------- */

/* All expressions of a rule. */
void rule_walk(const Rule *r, void (*see)(const Expr *x, void *with), void *with);
/* Texts of a rule's funnel: funnel_steps of them, and one more for the gathering into hits. */
void funnel_label(const Model *m, const Rule *r, Arena *a, FunnelStep *steps);

/* --- compile.c ------------------------------------------------------------------------------- */

/* Where the rows of a dataset come from: the live rows, or a slice of them. */
typedef struct Source {
    int64_t visible;
    bool sealed; /* sealed rows too */
    Day today;
    /* NULL: live rows as a named query. Else the table that holds the rows of the touched keys. */
    Str (*table)(void *with, const Dataset *d);
    Str (*keys_table)(void *with); /* of (part, key): the keys to ask about */
    int part;
    void *with;
    const Content *content;
    bool *calendar;   /* set when the text reads the calendar table */
    const Rule *rule; /* whose look-ups are joined; the compiler sets it */
    /* Write `renamed`'s columns under another alias: its measure is worked out with its leader's
     * rows. */
    const Alias *renamed;
    Str name;
    Str keys; /* evidence: "'…', '…'", the only subjects of interest; empty: all */
} Source;

/* Columns: key, then id, batch, digest of every alias in `from`, then the outputs. */
void compile_rule(const Rule *r, Strength pass, const Source *s, Buf *sql);
/* Columns: key, the once_per outputs, then id, batch, digest of the measure's rows. */
void compile_evidence(const Rule *r, const Measure *m, Strength pass, const Source *s, Buf *sql);
/* One row of counts: anchor rows, matched rows, then those that survive each condition of `where`.
 */
void compile_funnel(const Rule *r, Strength pass, const Source *s, Buf *sql);
/* One row of counts: those of them that survive each `unless`, then each `require`. */
void compile_funnel_rest(const Rule *r, Strength pass, const Source *s, Buf *sql);
size_t funnel_steps(const Rule *r);
/* "holder_id_no__weak_birth" */
Str pass_column(Arena *a, const Subject *s, Strength pass);
/* True when the pass can be asked of these aliases: every subject has what the weak key is made of.
 */
bool pass_possible(const Rule *r, Strength pass);
extern const char *const strength_suffix[];

/* --- dates.c --------------------------------------------------------------------------------- */

#define CALENDAR_TABLE "lianheng_calendar"
/* Is x a chain of due() and spans over one date column that holds at least one due() or workday
 * span? Its values rise with the column's. */
bool date_chain(const Expr *x);
/* The column's last day whose chain value is before `limit` (or on it, when `or_on`). */
Day date_chain_last(const Expr *x, Day today, const Content *c, Day limit, bool or_on);
/* The chain's value for a day of the column. */
Day date_chain_value(const Expr *x, const Content *c, Day from);
const Expr *date_chain_column(const Expr *x);
/* A date that depends on no row. */
bool date_constant(const Expr *x, Day today, const Content *c, Day *out);
Day date_add(const Content *c, Day d, const Expr *span, bool minus);
/* Make the session's calendar table when it is not there yet. */
/* Does the value depend on the calendar, so that SQL would have to look it up? */
bool needs_calendar(const Expr *x);
bool calendar_fit(PoolSession *s, const Content *c, Err *e);
/* 128 bits over all workdays the calendar knows, as hex. */
void calendar_digest(const Content *c, char out[33]);

#endif
