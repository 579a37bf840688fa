/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/backup.h: a backup of the whole installation while it serves, and a data folder made of one
 * (docs/decisions/0008-keys-and-backup.md). */
#ifndef CLUE_BACKUP_H
#define CLUE_BACKUP_H

#include "clue/bundle.h"
#include "clue/office.h"

typedef enum BackupPhase {
    BACKUP_WAITING,
    BACKUP_OPERATIONS,
    BACKUP_POOL,
    BACKUP_FILES,
    BACKUP_CHECKING,
    BACKUP_DONE
} BackupPhase;
extern const BindName backup_phase_names[];

/* Shared with other threads while it runs. */
typedef struct BackupProgress {
    _Atomic int phase;
    CopyProgress copy; /* set copy.cancel to stop: nothing is left */
} BackupProgress;

typedef struct BackupResult {
    Str path; /* in the arena */
    int64_t bytes, sequence, batch;
    char head[65];
    bool with_key;
    double seconds;
} BackupResult;

/* `path` NULL: into the folder of the settings, named by the time, and the oldest beyond
 * backups_kept are removed. The file is 0600. Writes go on meanwhile; a rotation of the key does
 * not (ERR_BUSY). The key is not in it unless asked for. */
bool office_backup(Office *o, const char *path, bool with_key, Str actor, BackupProgress *progress,
                   Arena *a, BackupResult *out, Err *e);
/* Backups in that folder, newest first: {items:[{name, made_at, bytes, sequence, batch, with_key,
 * good}]} by their manifests alone. */
Node *office_backups(Office *o, Arena *a, Err *e);
/* The file of one of them; ERR_NOT_FOUND for any other name. */
const char *office_backup_path(Office *o, Str name, Arena *a, Err *e);

typedef struct RestoreRequest {
    const char *file, *folder;    /* the folder is empty or not there */
    const char *key_file;         /* NULL: the one in the archive */
    bool without_key;             /* put all in place, unchecked; the key follows */
    Str operations, pool, listen; /* empty: as the backup's settings say */
} RestoreRequest;

typedef struct RestoreResult {
    int64_t entries, batch, rows, clues;
    char head[65], digest[65];
    bool checked;
    double seconds;
} RestoreResult;

/* Unpack, prove, put in place, open, verify the chain, rebuild and compare. ERR_KEY when the key is
 * missing or another one; ERR_BROKEN names the part; ERR_CONFLICT when the folder or the databases
 * are not empty. After a failure the folder is as it was, and schemas that were made for it are
 * gone. */
bool office_restore(const RestoreRequest *request, BackupProgress *progress, RestoreResult *out,
                    Err *e);

void backup_register(void); /* "backup.made", "backup.restored": entries without tables */

#endif
