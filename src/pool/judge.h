/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/judge.h: rows that were imported under other sealing rules than content has now, judged
 * again (docs/decisions/0010-sealed-records.md). */
#ifndef POOL_JUDGE_H
#define POOL_JUDGE_H

#include "pool/import.h"

/* Shared with other threads while it runs. */
typedef struct JudgeProgress {
    _Atomic int64_t done, total; /* rows looked at */
    _Atomic bool cancel;
} JudgeProgress;

typedef struct JudgeAsk {
    Str actor;
    /* Rows that no rule seals any more become open. Without it they stay sealed and are counted as
     * `loose`: a rule that is lost must not open a record. `reason` says why it is lawful. */
    bool open;
    Str reason;
} JudgeAsk;

typedef struct JudgeResult {
    int64_t rows, sealed, opened, loose;
} JudgeResult;

/* All rows of one dataset by the rules it has now. In one go: rows change in one transaction of the
 * pool, which also notes the events; when these are in the journal the note goes. Whoever is killed
 * between finds the note at the next start. Imports wait. */
bool pool_judge(Importer *i, const Dataset *d, const JudgeAsk *ask, JudgeProgress *progress,
                JudgeResult *out, Err *e);

/* Every dataset with rows that were judged by other rules, or whose judging was cut short; *sum
 * adds them up. `progress` may be NULL. */
bool pool_judge_all(Importer *i, const Content *c, Str actor, JudgeProgress *progress,
                    JudgeResult *sum, Err *e);

enum { JUDGE_MARK_SIZE = 20 };
/* What rows of this dataset are judged by: stands with each batch. Empty: by nothing. */
void judge_mark(const Dataset *d, char out[JUDGE_MARK_SIZE]);

#endif
