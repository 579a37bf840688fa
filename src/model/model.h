/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/model.h: supervision models: read, check, compile, run, explain. */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include "pool/pool.h"

/* A checked model, immutable, in the arena it was read into. */
typedef struct Model Model;

/* Read and check. ERR_CONTENT with file:line:column inside the expression, and the nearest known
 * name. */
const Model *model_read(Arena *a, const Content *c, const Node *tree, Err *e);

Str model_id(const Model *m);
Str model_title(const Model *m);
Str model_version(
    const Model *m); /* changes when, and only when, the rules may answer differently */
const Node *model_tree(const Model *m);
bool model_uses_today(const Model *m);
size_t model_datasets(const Model *m,
                      const Dataset *const **out); /* those whose rows can change its hits */

/* All models of a content snapshot. */
typedef struct Models Models;
Models *models_load(Content *c, Err *e);
void models_free(Models *m);
size_t models_count(const Models *m);
const Model *models_at(const Models *m, size_t i);
const Model *models_find(const Models *m, Str id, Err *e); /* nearest known name */

/* One row that supports a hit. */
typedef struct EvidenceRow {
    Str alias; /* name in the model: "verdict" */
    const Dataset *dataset;
    char id[33];   /* row identity, hex */
    int64_t batch; /* the version */
} EvidenceRow;

typedef enum Strength {
    STRENGTH_STRONG,
    STRENGTH_WEAK_BIRTH,
    STRENGTH_WEAK_DIVISION,
    STRENGTH_WEAK_TAIL,
    STRENGTH_WEAK_NAME
} Strength;
extern const BindName strength_names[];

/* A hit depends only on the live rows, the model, the date and the installation's key: not on row
 * order, threads or engine. */
typedef struct Hit {
    char key[33];         /* stable identity: model, subject, once_per values, strength */
    char subject_key[33]; /* the key its rows share */
    int subject_kind;
    int strength;
    Str subject_name;       /* as written in the anchor row */
    Str subject_mask;       /* masked number, or code */
    Str title, explanation; /* filled templates */
    Str level, suggests;
    Day event_on;
    int64_t amount; /* Money for ranking, 0 when the model has none */
    const EvidenceRow *evidence;
    size_t evidence_count;
    char digest[33]; /* over all that people see: changes when the hit changed */
} Hit;

typedef struct FunnelStep {
    Str condition; /* as the model writes it */
    Str sentence;  /* Chinese */
    int64_t rows;  /* rows that survive this and all before */
} FunnelStep;

typedef struct RunOptions {
    Day today;
    int64_t visible; /* as of this batch */
    /* Incremental: only keys touched by batches in (after, visible]. after < 0: all keys. A model
     * that uses today must be run in full when the day has changed since its last run, and any
     * model when its version has. */
    int64_t after;
    bool sealed;          /* ask sealed rows too (model_sealed) */
    bool funnel;          /* counted in full runs only */
    int threads;          /* not used: PoolSettings decides */
    _Atomic bool *cancel; /* may be NULL */
} RunOptions;

typedef struct RunOutcome {
    const Hit *hits; /* ordered by key */
    size_t hit_count;
    const FunnelStep *funnel;
    size_t funnel_count;
    bool incremental;
    int64_t touched; /* keys asked */
    /* Whether a clue with this subject key and strength was asked about in this run (always true
     * for full runs): those not among the hits are withdrawn. */
    bool (*asked)(const struct RunOutcome *o, const char subject_key[33], int strength);
    void *private_;
    int64_t rows_read;
    double seconds;
} RunOutcome;

/* May the model look at records sealed by law? Its file says on what basis. */
bool model_sealed(const Model *m);
bool model_run(const Model *m, PoolSession *s, const Content *c, const RunOptions *options,
               Arena *a, RunOutcome *out, Err *e);
/* Several models after one import: touched keys and slices are made once and shared. `out` has n
 * places. */
bool model_run_many(const Model *const *models, size_t n, PoolSession *s, const Content *c,
                    const RunOptions *options, Arena *a, RunOutcome *out, Err *e);
/* The SQL that runs, for people to read. */
void model_sql(const Model *m, const RunOptions *options, Buf *out);
/* Everything the detail page shows: conditions as sentences, basis, cases, parameters. */
Node *model_describe(const Model *m, Arena *a);
/* The fields of an alias that the model's conditions and evidence use, for marking them on the
 * page. */
bool model_uses_field(const Model *m, Str alias, Str field);
/* "high" to 高; the text itself when unknown. */
Str level_title(Str level);
/* What a clue suggests (suggests.c): a word of this code table, or an alias of one. Its title, the
 * text itself when unknown; the word an alias stands for; does this flow begin as it; is it a word,
 * and does any flow begin as it (ERR_CONTENT at `where`). */
#define SUGGESTIONS "clue_suggestions"
struct Flow;
Str suggests_title(const Content *c, Str suggests);
Str suggests_code(const Content *c, Str suggests);
bool suggests_leads(const Content *c, const struct Flow *f, Str suggests);
bool suggests_check(const Content *c, Str suggests, const char *where, Err *e);
/* The model's own cases: rows in, hits out, in a private in-memory pool. Writes one line per case;
 * false when one fails. */
bool model_test(const Model *m, Content *c, Buf *report, Err *e);

#endif
