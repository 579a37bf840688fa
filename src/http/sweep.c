/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/sweep.c: once after the start, files that no matter names are removed. A thread of its own,
 * so that a folder with a million files keeps nobody waiting. */
#include <stdlib.h>

#include "base/log.h"
#include "flow/file.h"
#include "http/inside.h"

struct Sweeper {
    Office *office;
    pthread_t thread;
    atomic_bool stop;
};

static void *sweep(void *context) {
    struct Sweeper *s = context;
    int64_t removed = 0;
    Err e = {0};

    if (!file_sweep(s->office->store, s->office->folder, &s->stop, &removed, &e))
        log_line(LOG_WARNING, "sweep", "%s", e.text);
    else if (removed != 0)
        log_line(LOG_INFO, "sweep", "%lld files of no matter removed", (long long)removed);
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
