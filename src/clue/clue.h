/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/clue.h: runs recorded, hits turned into clues, clues that change and are withdrawn but never
 * deleted. */
#ifndef CLUE_CLUE_H
#define CLUE_CLUE_H

#include "clue/office.h"
#include "trace/look.h"

extern const BindName clue_level_names[], clue_status_names[];

typedef struct RunResult {
    int64_t run; /* number of the recorded run */
    Str model, version;
    bool incremental;
    bool rejudged; /* asked about everything, for rows it reads were judged again since its last run
                    */
    int64_t hits, new_, changed, withdrawn, unchanged, restored;
    double seconds;
} RunResult;

/* Run one model over everything, or only over what changed since its last run (when rules, date and
 * content allow; else it runs over everything and says so). Events: "model.ran", "clue.found",
 * "clue.changed", "clue.withdrawn", "clue.restored"; names and explanations go into the events'
 * secrets. */
bool clue_run(Office *o, const Model *m, bool incremental, Str actor, RunResult *out, Err *e);

/* Progress of several models, shared with other threads. */
typedef struct ClueRunProgress {
    _Atomic int64_t done;
    _Atomic bool cancel;
} ClueRunProgress;

/* Models of the snapshot that read `dataset` (empty: all), in the arena. */
size_t clue_models_of(const Snapshot *s, Str dataset, Arena *a, const Model ***out);

/* Run several, in order, on one connection; out[] takes `count` results. What was finished before a
 * failure or a cancel stays recorded. */
bool clue_run_some(Office *o, const Snapshot *s, const Model *const *models, size_t count,
                   bool incremental, Str actor, ClueRunProgress *progress, Arena *a, RunResult *out,
                   Err *e);
bool clue_run_all(Office *o, bool incremental, Str actor, Arena *a, RunResult **out, size_t *count,
                  Err *e);

/* List with filter, search, sort, page; total always equals the list. Filters: model, level,
 * status, subject, text, run, since; sort: newest, level, amount, name. */
typedef struct ClueQuery {
    Str model, level, status, strength, text, subject_key, sort, cursor;
    Str life, source, outcome, mine; /* of its life; mine: owned by this person, told to him */
    Day from, to;
    int64_t limit;
    bool items_only; /* neither total nor facets: for the newest few */
    bool unmerged;   /* none that was merged into another, whatever the status */
} ClueQuery;
extern const Bind clue_query_rows[];
/* Also {facets:{model,level,status,strength: [{value,count}]}} under the other conditions. */
Node *clue_list(Office *o, const ClueQuery *q, Arena *a, Err *e); /* {total, items:[…], next} */
Node *clue_get(Office *o, Str id, Arena *a,
               Err *e); /* with evidence rows side by side and explanation, history */

/* For whom and why something is exported. */
typedef struct ExportFor {
    const Viewer *asker;       /* NULL: the program itself */
    Str actor;                 /* login, for the entry */
    Str person, purpose_title; /* for the mark on every page */
    ExportLook look;           /* purpose, case_number and reason; the rest is filled in */
} ExportFor;
/* "张三（zhang） 2024-06-03 09:00 导出，事由：办案，案号 …" */
Str export_mark(Arena *a, const ExportFor *f);
/* "csv" | "xlsx", with the mark; an entry in the journal. ERR_NEEDS_APPROVAL for too many rows. */
bool clue_export(Office *o, const ClueQuery *q, Str format, const ExportFor *f, const char *path,
                 int64_t *rows, Err *e);

Node *clue_runs(Office *o, Str model, int64_t limit, int64_t offset, Arena *a,
                Err *e);                             /* {total, items} */
Node *clue_runs_latest(Office *o, Arena *a, Err *e); /* list: newest run of each model */
Node *clue_funnel(Office *o, Str model, Arena *a,
                  Err *e); /* {run, at, funnel:[…]} of the newest full run, or an empty map */
Node *clue_open_counts(Office *o, Arena *a, Err *e); /* list of {model, level, clues} */
Node *clue_of_row(Office *o, Str dataset, Str row, Arena *a,
                  Err *e); /* list of {id,title,model,status} */

void clue_register(void); /* projections: run, clue, clue_evidence */

#endif
