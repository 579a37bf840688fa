/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/kept.c: one table of a fixed size. When the moment changes everything in it is old, and
 * goes.
 */
#include "http/kept.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "http/guard.h"
#include "http/packed.h"

enum { SLOTS = 1024, BODY_MOST = 1 << 20, KEY_MOST = 2000 };
#define BYTES_MOST ((size_t)32 << 20)

struct KeptBody {
    atomic_uint holders;
    size_t size;
    char *bytes;
    char tag[24];
    Packed *_Atomic packed; /* made when first asked for */
};

typedef struct Slot {
    char *key; /* NULL: free */
    double until;
    KeptBody *body;
} Slot;

struct Kept {
    Office *office;
    pthread_mutex_t mutex; /* guards everything below */
    KeptMoment moment;
    Snapshot *held; /* so that moment.snapshot is no other by now */
    size_t bytes;
    Slot slots[SLOTS];
};

static double seconds_now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- bodies ----------------------------------------------------------------------------------- */

static KeptBody *hold(KeptBody *b) {
    atomic_fetch_add(&b->holders, 1);
    return b;
}

void kept_drop(KeptBody *b) {
    if (b == NULL || atomic_fetch_sub(&b->holders, 1) > 1)
        return;
    packed_free(atomic_load(&b->packed));
    free(b->bytes);
    free(b);
}

Str kept_tag(const KeptBody *b) {
    return str_of(b->tag);
}

/* Two who pack at the same time do the same work, and one of them throws it away. */
static const Packed *packed_of(KeptBody *b) {
    Packed *mine, *none = NULL;

    if (atomic_load(&b->packed) == NULL) {
        mine = packed_new((Str){b->bytes, b->size});
        if (!atomic_compare_exchange_strong(&b->packed, &none, mine))
            packed_free(mine);
    }
    return atomic_load(&b->packed);
}

static void sent(void *context) {
    kept_drop(context);
}

struct MHD_Response *kept_response(KeptBody *b, bool pack) {
    const Packed *packed = pack ? packed_of(b) : NULL;
    bool smaller = packed != NULL && packed->size != 0;
    struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback_cls(
        smaller ? packed->size : b->size, smaller ? (void *)(uintptr_t)packed->bytes : b->bytes,
        sent, hold(b));

    if (smaller)
        MHD_add_response_header(response, "Content-Encoding", "gzip");
    return response;
}

/* --- the table -------------------------------------------------------------------------------- */

Kept *kept_new(Office *o) {
    Kept *k = calloc(1, sizeof *k);

    if (k == NULL)
        abort();
    k->office = o;
    pthread_mutex_init(&k->mutex, NULL);
    return k;
}

/* The next three with the lock held. */
static void empty(Kept *k, Slot *s) {
    if (s->key == NULL)
        return;
    k->bytes -= s->body->size;
    kept_drop(s->body);
    free(s->key);
    *s = (Slot){0};
}

static void empty_all(Kept *k) {
    for (size_t i = 0; i < SLOTS; i++)
        empty(k, &k->slots[i]);
}

static bool same(const KeptMoment *a, const KeptMoment *b) {
    return a->version == b->version && a->visible == b->visible && a->snapshot == b->snapshot;
}

void kept_free(Kept *k) {
    if (k == NULL)
        return;
    empty_all(k);
    snapshot_drop(k->held);
    pthread_mutex_destroy(&k->mutex);
    free(k);
}

bool kept_may(const Req *rq) {
    const Route *r = rq->view.route;

    return r != NULL && r->steady && r->limit == LIMIT_NONE && rq->method == GET &&
           rq->path.len + rq->query_text.len < KEY_MOST;
}

bool kept_moment(const Req *rq, KeptMoment *out, Err *e) {
    Office *o = rq->view.office;
    Snapshot *s = office_snapshot(o);

    out->snapshot = s; /* compared only */
    snapshot_drop(s);
    out->visible = pool_visible(o->pool);
    return store_version(o->store, &out->version, e);
}

static size_t key_of(const Req *rq, char key[]) {
    Str parts[] = {guard_cookie(rq), STR("\n"), rq->path, STR("?"), rq->query_text};
    size_t n = 0;

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].len > KEY_MOST)
            return 0; /* no cookie of ours */
        if (parts[i].len != 0)
            memcpy(key + n, parts[i].ptr, parts[i].len);
        n += parts[i].len;
    }
    key[n] = '\0';
    return n;
}

static Slot *slot_of(Kept *k, Str key) {
    return &k->slots[hash_text(key, 0) % SLOTS];
}

KeptBody *kept_find(Kept *k, const Req *rq, const KeptMoment *now) {
    char key[2 * KEY_MOST + 16];
    size_t n = key_of(rq, key);
    KeptBody *found = NULL;

    pthread_mutex_lock(&k->mutex);
    const Slot *s = slot_of(k, (Str){key, n});

    if (n != 0 && s->key != NULL && same(&k->moment, now) && s->until > seconds_now() &&
        strcmp(s->key, key) == 0)
        found = hold(s->body);
    pthread_mutex_unlock(&k->mutex);
    return found;
}

/* With the lock held: the table belongs to this moment from now on, unless it is one gone by. */
static bool turn_to(Kept *k, const KeptMoment *then) {
    if (same(&k->moment, then))
        return true;
    Snapshot *s = office_snapshot(k->office);

    if (then->version < k->moment.version || s != then->snapshot) {
        snapshot_drop(s);
        return false;
    }
    empty_all(k);
    snapshot_drop(k->held);
    k->held = s;
    k->moment = *then;
    return true;
}

static KeptBody *body_of(Req *rq) {
    KeptBody *b = calloc(1, sizeof *b);

    if (b == NULL)
        abort();
    atomic_init(&b->holders, 1);
    b->bytes = rq->reply.ptr;
    b->size = rq->reply.len;
    memcpy(b->tag, rq->etag.ptr, rq->etag.len < sizeof b->tag ? rq->etag.len : sizeof b->tag - 1);
    buf_init(&rq->reply, REPLY_MOST);
    return b;
}

KeptBody *kept_put(Kept *k, Req *rq, const KeptMoment *then) {
    char key[2 * KEY_MOST + 16];
    size_t n = key_of(rq, key);
    KeptBody *b = body_of(rq);

    if (n == 0 || b->size > BODY_MOST)
        return b;
    pthread_mutex_lock(&k->mutex);
    if (turn_to(k, then)) {
        Slot *s = slot_of(k, (Str){key, n});

        empty(k, s);
        if (k->bytes + b->size > BYTES_MOST)
            empty_all(k);
        *s = (Slot){.key = strdup(key), .until = seconds_now() + KEPT_SECONDS, .body = hold(b)};
        k->bytes += b->size;
    }
    pthread_mutex_unlock(&k->mutex);
    return b;
}
