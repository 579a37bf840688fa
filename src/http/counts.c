/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/counts.c: rows only change when a batch becomes visible, so a count is good until the next
 * one. Figures, ledger and dataset list ask for all of them at every visit. */
#include "http/counts.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "pool/count.h"
#include "pool/scope.h"

enum { COUNTS_MOST = 4096 };

typedef struct Count {
    char dataset[80];
    uint64_t scope; /* what the person who asks may see of it */
    int64_t visible, rows;
} Count;

struct Counts {
    pthread_mutex_t mutex;
    size_t n;
    Count counts[COUNTS_MOST];
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
static Count *find(Counts *c, Str dataset, uint64_t scope) {
    for (size_t i = 0; i < c->n; i++)
        if (c->counts[i].scope == scope && str_is(dataset, c->counts[i].dataset))
            return &c->counts[i];
    return NULL;
}

static void keep(Counts *c, Str dataset, uint64_t scope, int64_t visible, int64_t rows) {
    pthread_mutex_lock(&c->mutex);
    Count *count = find(c, dataset, scope);

    if (c->n == COUNTS_MOST)
        c->n = 0; /* scopes of long ago go; the others are counted again */
    if (count == NULL && dataset.len < sizeof count->dataset) {
        count = &c->counts[c->n++];
        *count = (Count){.scope = scope};
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
    scoped_arena Arena *a = arena_new();
    PoolScope scope;

    (void)s;
    if (!pool_scope(o->pool, d->dataset, a, &scope, e))
        return false;
    pthread_mutex_lock(&c->mutex);
    const Count *count = find(c, d->dataset, scope.key);

    if (count != NULL && count->visible == visible) {
        *out = count->rows;
        known = true;
    }
    pthread_mutex_unlock(&c->mutex);
    if (known)
        return true;
    if (!pool_count(o->pool, d, out, e))
        return false;
    keep(c, d->dataset, scope.key, visible, *out);
    return true;
}
