/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/job.h: what one running import carries along. */
#ifndef POOL_JOB_H
#define POOL_JOB_H

#include <time.h>

#include "pool/importer.h"
#include "pool/quality.h"
#include "pool/rejects.h"
#include "pool/seal.h"

/* Everything one import carries along. */
typedef struct Job {
    Importer *importer;
    const Content *content;
    const ImportRequest *request;
    ImportProgress *progress;
    Arena *a;
    OpenFile file;
    MakerPlan *plan;
    PoolSession *session; /* for comparing, quality and undoing */
    Rejects *rejects;
    Quality *quality;
    bool approximate;
    int64_t batch, listed, bad_bytes;
    int64_t generation; /* of the key that seals its rows */
    char digest[2 * SM3_SIZE + 1], mapping[33];
    struct timespec start;
    SealedPart sealed;
    ImportResult result; /* of the open rows alone */
} Job;

void job_phase(const Job *j, ImportPhase phase);
bool job_cancelled(const Job *j, Err *e);
/* Rejects under their final name, the event into the journal, the batch visible. */
bool job_record(Job *j, Err *e);
/* The same file read the same way as `same`, a row of batch_same: it has nothing new to say. */
bool job_repeat(Job *j, const Node *same, Err *e);

#endif
