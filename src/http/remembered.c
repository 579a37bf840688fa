/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/remembered.c: answers to creations with an Idempotency-Key, for 24 hours, in memory: what is
 * running here, and what was answered here. What holds for all servers is in the store
 * (creation.c).
 */
#include "http/inside.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ANSWERS_MOST = 10000, KEEP_SECONDS = 24 * 3600, BODY_MOST = 64 * 1024 };

typedef struct Answer {
    struct Answer *next; /* newer to older */
    char *key;
    uint64_t digest; /* of the request, to tell another one under the same key */
    int status;      /* 0 while the first request still runs */
    char *body;
    size_t length;
    time_t at;
} Answer;

struct Remembered {
    pthread_mutex_t mutex;
    Answer *first;
};

struct Remembered *remembered_new(void) {
    struct Remembered *r = calloc(1, sizeof *r);

    pthread_mutex_init(&r->mutex, NULL);
    return r;
}

static void answer_free(Answer *answer) {
    free(answer->key);
    free(answer->body);
    free(answer);
}

void remembered_free(struct Remembered *r) {
    if (r == NULL)
        return;
    while (r->first != NULL) {
        Answer *gone = r->first;

        r->first = gone->next;
        answer_free(gone);
    }
    pthread_mutex_destroy(&r->mutex);
    free(r);
}

/* With the lock held. Running requests stay, whatever their age. */
static void forget_old(struct Remembered *r) {
    time_t now = time(NULL);
    size_t n = 0;

    for (Answer **at = &r->first; *at != NULL;) {
        Answer *answer = *at;

        if ((++n <= ANSWERS_MOST && now - answer->at < KEEP_SECONDS) || answer->status == 0) {
            at = &answer->next;
            continue;
        }
        *at = answer->next;
        answer_free(answer);
    }
}

static Answer *find(struct Remembered *r, Str key) {
    for (Answer *answer = r->first; answer != NULL; answer = answer->next)
        if (str_is(key, answer->key))
            return answer;
    return NULL;
}

Recall remembered_begin(struct Remembered *r, Str key, uint64_t digest, Arena *a, int *status,
                        Str *body) {
    Recall recall = RECALL_NEW;

    pthread_mutex_lock(&r->mutex);
    forget_old(r);
    Answer *answer = find(r, key);

    if (answer == NULL) {
        answer = calloc(1, sizeof *answer);
        answer->key = strndup(key.ptr, key.len);
        answer->digest = digest;
        answer->at = time(NULL);
        answer->next = r->first;
        r->first = answer;
    } else if (answer->digest != digest) {
        recall = RECALL_OTHER;
    } else if (answer->status == 0) {
        recall = RECALL_RUNNING;
    } else {
        recall = RECALL_DONE;
        *status = answer->status;
        *body = str_dup(a, (Str){answer->body, answer->length});
    }
    pthread_mutex_unlock(&r->mutex);
    return recall;
}

static void forget(struct Remembered *r, Answer *answer) {
    Answer **at = &r->first;

    while (*at != answer)
        at = &(*at)->next;
    *at = answer->next;
    answer_free(answer);
}

void remembered_end(struct Remembered *r, Str key, int status, Str body) {
    pthread_mutex_lock(&r->mutex);
    Answer *answer = find(r, key);

    if (answer != NULL && (status < 200 || status >= 300 || body.len > BODY_MOST)) {
        forget(r, answer); /* what failed may be tried again under the same key */
    } else if (answer != NULL) {
        answer->status = status;
        answer->body = strndup(body.ptr != NULL ? body.ptr : "", body.len);
        answer->length = body.len;
    }
    pthread_mutex_unlock(&r->mutex);
}
