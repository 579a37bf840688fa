/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/queue.c: the workers that run handlers, and the line of requests in front of them. */
#include "http/inside.h"

#include <stdlib.h>
#include <unistd.h>

enum { WAITING_MOST = 2000, WORKERS_LEAST = 8, WORKERS_MOST = 32 };

static Req *take(Server *s) {
    pthread_mutex_lock(&s->mutex);
    while (s->first == NULL && !s->ending)
        pthread_cond_wait(&s->wake, &s->mutex);
    Req *rq = s->first;

    if (rq != NULL) {
        s->first = rq->next;
        if (s->first == NULL)
            s->last = NULL;
        s->waiting--;
        s->busy++;
    }
    pthread_mutex_unlock(&s->mutex);
    return rq;
}

static void finished(Server *s) {
    pthread_mutex_lock(&s->mutex);
    s->busy--;
    if (s->busy == 0 && s->waiting == 0)
        pthread_cond_broadcast(&s->idle);
    pthread_mutex_unlock(&s->mutex);
}

static void *worker(void *p) {
    Server *s = p;
    Req *rq;

    while ((rq = take(s)) != NULL) {
        struct MHD_Connection *connection = rq->connection;

        work_run(rq);
        /* From here on the request belongs to the epoll thread again. */
        MHD_resume_connection(connection);
        finished(s);
    }
    return NULL;
}

bool queue_start(Server *s, Err *e) {
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t n = s->options.workers;

    if (n == 0)
        n = processors > 0 ? (size_t)processors * 2 : WORKERS_LEAST;
    n = n < WORKERS_LEAST ? WORKERS_LEAST : n > WORKERS_MOST ? WORKERS_MOST : n;
    s->workers = calloc(n, sizeof *s->workers);
    for (; s->worker_count < n; s->worker_count++)
        if (pthread_create(&s->workers[s->worker_count], NULL, worker, s) != 0)
            return err_set(e, ERR_INTERNAL, NULL, "无法建立工作线程，请检查系统的线程数上限");
    return true;
}

void queue_stop(Server *s) {
    pthread_mutex_lock(&s->mutex);
    while (s->busy != 0 || s->waiting != 0)
        pthread_cond_wait(&s->idle, &s->mutex);
    s->ending = true;
    pthread_cond_broadcast(&s->wake);
    pthread_mutex_unlock(&s->mutex);
    for (size_t i = 0; i < s->worker_count; i++)
        pthread_join(s->workers[i], NULL);
    free(s->workers);
    s->workers = NULL;
    s->worker_count = 0;
}

bool queue_add(Server *s, Req *rq) {
    bool room;

    pthread_mutex_lock(&s->mutex);
    room = s->waiting < WAITING_MOST && !s->ending;
    if (room) {
        rq->next = NULL;
        if (s->last != NULL)
            s->last->next = rq;
        else
            s->first = rq;
        s->last = rq;
        s->waiting++;
        pthread_cond_signal(&s->wake);
    }
    pthread_mutex_unlock(&s->mutex);
    return room;
}
