/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/refusal.c: refusals, counted in memory and written by a thread. */
#include "http/refusal.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "trace/look.h"

enum { KEPT_MOST = 4096, ROUND_SECONDS = 1 };
#define MINUTE INT64_C(60000000)

typedef struct Refused {
    char login[LOGIN_MOST + 1], address[65];
    const Route *route;
    int status;
    Instant minute;
    int64_t count, told;
} Refused;

struct Refusals {
    Server *server;
    pthread_mutex_t mutex; /* guards the rest */
    pthread_cond_t wake;
    Refused items[KEPT_MOST];
    size_t count;
    bool ending, ended;
    pthread_t writer;
};

static void copy(char *to, size_t size, Str from) {
    size_t n = from.len < size ? from.len : size - 1;

    if (n != 0)
        memcpy(to, from.ptr, n);
    to[n] = '\0';
}

void refusal_note(Refusals *r, const Req *rq, const Err *e) {
    int status = err_http_status(e->code);
    Instant minute = instant_now() / MINUTE * MINUTE;
    size_t i = 0;

    if (r == NULL || rq->view.login.len == 0 || rq->view.route == NULL ||
        (status != MHD_HTTP_FORBIDDEN && status != MHD_HTTP_NOT_FOUND))
        return;
    pthread_mutex_lock(&r->mutex);
    while (i < r->count &&
           !(r->items[i].route == rq->view.route && r->items[i].status == status &&
             r->items[i].minute == minute && str_is(rq->view.login, r->items[i].login)))
        i++;
    if (i == r->count && r->count < KEPT_MOST && !r->ended) {
        r->items[i] = (Refused){.route = rq->view.route, .status = status, .minute = minute};
        copy(r->items[i].login, sizeof r->items[i].login, rq->view.login);
        copy(r->items[i].address, sizeof r->items[i].address, rq->view.address);
        r->count++;
        pthread_cond_signal(&r->wake);
    }
    if (i < r->count)
        r->items[i].count++;
    pthread_mutex_unlock(&r->mutex);
}

/* One that has something to be told, marked as told; false: none. With the lock held. */
static bool next(Refusals *r, Instant minute, Refused *out) {
    for (size_t i = 0; i < r->count;) {
        Refused *x = &r->items[i];
        bool over = x->minute != minute || r->ending;

        if (x->count > x->told && (x->told == 0 || over)) {
            *out = *x;
            x->told = x->count;
            return true;
        }
        if (over)
            *x = r->items[--r->count];
        else
            i++;
    }
    return false;
}

static void tell(const Refusals *r, const Refused *x) {
    Office *o = r->server->options.office;
    Snapshot *s = office_snapshot(o);
    scoped_arena Arena *a = arena_new();
    Str route = str_format(a, "%s %s", method_name(x->route->method), x->route->path);
    Err e = {0};

    if (!refusal_record(o->store, s->content, str_of(x->login), route, x->status,
                        str_of(x->address), x->minute, x->count - x->told, &e))
        log_line(LOG_ERROR, "refusal", "%s %lld: %s", route.ptr, (long long)(x->count - x->told),
                 e.text);
    snapshot_drop(s);
}

static void wait_a_while(Refusals *r) {
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ROUND_SECONDS;
    pthread_cond_timedwait(&r->wake, &r->mutex, &until);
}

static void *write_on(void *context) {
    Refusals *r = context;
    Refused one;

    pthread_mutex_lock(&r->mutex);
    for (;;) {
        if (next(r, instant_now() / MINUTE * MINUTE, &one)) {
            pthread_mutex_unlock(&r->mutex);
            tell(r, &one);
            pthread_mutex_lock(&r->mutex);
        } else if (r->ending) {
            break;
        } else {
            wait_a_while(r);
        }
    }
    r->ended = true;
    pthread_mutex_unlock(&r->mutex);
    return NULL;
}

Refusals *refusals_new(Server *s) {
    Refusals *r = calloc(1, sizeof *r);
    pthread_condattr_t monotonic;

    r->server = s;
    pthread_mutex_init(&r->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&r->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&r->writer, NULL, write_on, r) != 0)
        abort();
    return r;
}

void refusals_end(Refusals *r) {
    if (r == NULL)
        return;
    pthread_mutex_lock(&r->mutex);
    r->ending = true;
    pthread_cond_signal(&r->wake);
    pthread_mutex_unlock(&r->mutex);
    pthread_join(r->writer, NULL);
}

void refusals_free(Refusals *r) {
    if (r == NULL)
        return;
    pthread_mutex_destroy(&r->mutex);
    pthread_cond_destroy(&r->wake);
    free(r);
}
