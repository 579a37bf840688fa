/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/upkeep.h: backups, the change of the master key, the check of the journal and its export as
 * jobs. */
#ifndef HTTP_UPKEEP_H
#define HTTP_UPKEEP_H

#include "clue/backup.h"
#include "clue/rotate.h"
#include "http/shelf.h"

typedef enum UpkeepKind {
    UPKEEP_JOB_BACKUP,
    UPKEEP_JOB_VERIFY,
    UPKEEP_JOB_ROTATE,
    UPKEEP_JOB_CHAIN,
    UPKEEP_JOB_EVIDENCE
} UpkeepKind;

/* One such job: what was asked, and how far it is (written by its thread, read by all). */
typedef struct UpkeepJob {
    UpkeepKind kind;
    bool with_key;
    Str name; /* of the backup to verify */
    Str actor, address, device;
    int64_t from, to; /* of the evidence */
    Shelf *shelf;     /* where it goes */
    BackupProgress backing;
    RotateProgress rotating;
    JournalWatch checking;
} UpkeepJob;

typedef struct UpkeepPhase {
    Str name, title;
    int64_t done, total, percent;
} UpkeepPhase;

Str upkeep_title(const UpkeepJob *u, Arena *a);
UpkeepPhase upkeep_phase(const UpkeepJob *u);
void upkeep_cancel(UpkeepJob *u);
/* To its end; *result is what the job shows. */
bool upkeep_run(Office *o, UpkeepJob *u, Arena *a, Node **result, Err *e);

#endif
