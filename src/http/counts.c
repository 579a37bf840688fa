/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/counts.c: rows only change when a batch becomes visible, so a count is good until the next
 * one. Figures, ledger and dataset list ask for all of them at every visit. */
#include "http/counts.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "pool/count.h"

enum { DATASETS_MOST = 512 };

typedef struct Count {
    char dataset[80];
    int64_t visible, rows;
} Count;

struct Counts {
    pthread_mutex_t mutex;
    size_t n;
    Count counts[DATASETS_MOST];
};

Counts *counts_new(void) {
    Counts *c = calloc(1, sizeof *c);

    pthread_mutex_init(&c->mutex, NULL);
    return c;
}

void counts_free(Counts *c) {
    if (c == NULL)
        return;
    pthread_mutex_destroy(&c->mutex);
    free(c);
}

/* With the lock held. */
static Count *find(Counts *c, Str dataset) {
    for (size_t i = 0; i < c->n; i++)
        if (str_is(dataset, c->counts[i].dataset))
            return &c->counts[i];
    return NULL;
}

static void keep(Counts *c, Str dataset, int64_t visible, int64_t rows) {
    pthread_mutex_lock(&c->mutex);
    Count *count = find(c, dataset);

    if (count == NULL && c->n < DATASETS_MOST && dataset.len < sizeof count->dataset) {
        count = &c->counts[c->n++];
        memcpy(count->dataset, dataset.ptr, dataset.len);
    }
    if (count != NULL) {
        count->visible = visible;
        count->rows = rows;
    }
    pthread_mutex_unlock(&c->mutex);
}

bool counts_of(Counts *c, Office *o, const Snapshot *s, const Dataset *d, int64_t *out, Err *e) {
    int64_t visible = pool_visible(o->pool);
    bool known = false;

    (void)s;
    pthread_mutex_lock(&c->mutex);
    const Count *count = find(c, d->dataset);

    if (count != NULL && count->visible == visible) {
        *out = count->rows;
        known = true;
    }
    pthread_mutex_unlock(&c->mutex);
    if (known)
        return true;
    if (!pool_count(o->pool, d, out, e))
        return false;
    keep(c, d->dataset, visible, *out);
    return true;
}
