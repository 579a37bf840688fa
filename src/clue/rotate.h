/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/rotate.h: the installation goes over to a new generation of its master key, while it works
 * (docs/decisions/0008-keys-and-backup.md). */
#ifndef CLUE_ROTATE_H
#define CLUE_ROTATE_H

#include "clue/office.h"
#include "pool/reseal.h"

typedef enum RotatePhase {
    ROTATE_WAITING,
    ROTATE_KEY,      /* a new generation into the key file, and its event */
    ROTATE_SUBJECTS, /* keys of subjects wrapped anew */
    ROTATE_ROWS,     /* rows of the pool sealed anew */
    ROTATE_ENDING,   /* the old generation out of the key file */
    ROTATE_DONE
} RotatePhase;
extern const BindName rotate_phase_names[];

/* Shared with other threads while it runs. */
typedef struct RotateProgress {
    _Atomic int phase;
    _Atomic int64_t done, total; /* subjects' keys in their phase */
    ResealProgress rows;         /* set rows.cancel to stop: what was done stays, and the next
                                  * rotation goes on from there */
} RotateProgress;

typedef struct RotateResult {
    int64_t generation, subject_keys, rows;
    bool resumed; /* went on with one that had not come to its end */
    double seconds;
} RotateResult;

/* Run one rotation to its end, or go on with the unfinished one. ERR_BUSY while a backup or another
 * rotation runs; ERR_CANCELLED; ERR_DISK when the key file cannot be replaced. After any failure or
 * kill everything stays readable. */
bool office_rotate(Office *o, Str actor, RotateProgress *progress, RotateResult *out, Err *e);
/* Is there one that has not come to its end? */
bool office_rotation_open(Office *o, bool *open, Err *e);
/* {fingerprint, generation, mark, key_file, generations:[n], state: settled|unfinished|running,
 * started_at, started_by, ended_at, subject_keys_left, subject_keys, rows_left, rows} */
Node *office_key_status(Office *o, Arena *a, Err *e);

/* For office_open: take the generation the data are in; finish what a kill left of an ended
 * rotation. ERR_KEY when the key file is of another time. */
bool office_keys_begin(Office *o, Err *e);
/* Projections of "key.rotated" and "key.rotation_ended": table key_rotation. */
void rotate_register(void);

#endif
