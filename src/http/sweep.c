/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/sweep.c: once after the start, documents that were given a number and were not laid out
 * before the program ended are laid out; then files that no matter names are removed, and those
 * that earlier versions left open are sealed. A thread of its own, so that a folder with a million
 * files keeps nobody waiting. */
#include <stdlib.h>

#include "base/log.h"
#include "document/document.h"
#include "flow/file.h"
#include "http/inside.h"

struct Sweeper {
    Office *office;
    pthread_t thread;
    atomic_bool stop;
};

static void finish(const Office *o, const Snapshot *now) {
    DocumentOffice d = {.store = o->store, .content = now->content, .folder = o->folder};
    int64_t done = 0;
    Err e = {0};

    if (!document_finish(&d, &done, &e))
        log_line(LOG_WARNING, "documents", "%s", e.text);
    else if (done != 0)
        log_line(LOG_INFO, "documents", "%lld finished that had a number and no pages",
                 (long long)done);
}

static void *sweep(void *context) {
    struct Sweeper *s = context;
    Snapshot *now = office_snapshot(s->office);
    FileSweep swept = {0};
    Err e = {0};

    finish(s->office, now);
    snapshot_drop(now);
    if (!file_sweep(s->office->store, s->office->folder, &s->stop, &swept, &e))
        log_line(LOG_WARNING, "sweep", "%s", e.text);
    else if (swept.removed != 0 || swept.sealed != 0 || swept.damaged != 0)
        log_line(LOG_INFO, "sweep", "%lld files of no matter removed, %lld sealed, %lld damaged",
                 (long long)swept.removed, (long long)swept.sealed, (long long)swept.damaged);
    return NULL;
}

struct Sweeper *sweeper_new(Office *o) {
    struct Sweeper *s = calloc(1, sizeof *s);

    s->office = o;
    if (pthread_create(&s->thread, NULL, sweep, s) != 0)
        abort();
    return s;
}

void sweeper_end(struct Sweeper *s) {
    if (s == NULL)
        return;
    atomic_store(&s->stop, true);
    pthread_join(s->thread, NULL);
    free(s);
}
