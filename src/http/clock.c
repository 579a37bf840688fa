/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/clock.c: warnings and lapses of matters and clues. The thread asks for the earliest instant
 * at which a clock has something to say, and sleeps until then; an act may start an earlier one
 * meanwhile, so it looks again every few seconds, which is one step into an index.
 *
 * After other content came into force it counts open periods anew, some hundred matters at a time.
 * A night in which a hundred thousand lapse, or a holiday notice that moves a million, is work for
 * minutes: between two steps it rests as long as the step took, so that requests go on. */
#include "http/clock.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "clue/life.h"
#include "flow/matter.h"
#include "store/journal_turn.h"

#include "base/banned.h"

#define SECOND_US INT64_C(1000000)

enum { AT_ONCE = 200, LOOK_SECONDS = 5, TROUBLE_SECONDS = 30 };

struct Clock {
    Office *office;
    char version[40];      /* of the content by which open periods are being counted */
    MatterRecount recount; /* how far */
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool ending;
};

/* Open periods by the content of now, a step; true: there is more. */
static bool count_again(Clock *c, const Content *content) {
    Err e = {0};

    if (!str_is(content_version(content), c->version)) {
        snprintf(c->version, sizeof c->version, "%.*s", STR_ARG(content_version(content)));
        c->recount = (MatterRecount){.begun = false};
    }
    if (c->recount.done)
        return false;
    bool first = !c->recount.begun;

    if (!matter_recount_step(c->office->store, content, &c->recount, &e))
        log_line(LOG_ERROR, "clock", "%s", e.text);
    if (first && c->recount.left > 0)
        log_line(LOG_INFO, "clock", "periods of %lld matters are counted anew",
                 (long long)c->recount.left);
    if (c->recount.done && c->recount.seen > 0)
        log_line(LOG_INFO, "clock", "periods were counted anew: %lld matters, %lld periods moved",
                 (long long)c->recount.seen, (long long)c->recount.moved);
    return !c->recount.done && e.code == ERR_NONE;
}

/* Trouble with the ones is no reason for the others to be silent. */
bool clock_say(Store *s, const Content *c, Instant now, int64_t *said, Instant *next, Err *e) {
    int64_t of_clues = 0;
    Instant clues = INT64_MAX;
    Err why = {0};

    *said = 0;
    *next = INT64_MAX;
    bool good = matter_clocks(s, c, now, AT_ONCE, said, next, e);

    if (!clue_clocks(s, c, now, AT_ONCE, &of_clues, &clues, &why)) {
        if (good)
            *e = why;
        good = false;
    }
    *said += of_clues;
    *next = clues < *next ? clues : *next;
    return good;
}

/* Until when to sleep, in microseconds from now. */
static Instant speak(Clock *c) {
    Snapshot *s = office_snapshot(c->office);
    Instant now = instant_wall(), next = INT64_MAX, rest = LOOK_SECONDS * SECOND_US;
    int64_t said = 0, generation;
    Err e = {0};

    /* Here another server's new key is noticed, also by one that nobody asks anything. */
    if (!journal_generation(c->office->store, &generation, &e)) {
        if (e.code != ERR_KEY) { /* told once by who knows the key file */
            log_line(LOG_ERROR, "clock", "%s", e.text);
            rest = TROUBLE_SECONDS * SECOND_US;
        }
    } else if (!clock_say(c->office->store, s->content, now, &said, &next, &e)) {
        log_line(LOG_ERROR, "clock", "%s", e.text);
        rest = said > 0 ? 0 : TROUBLE_SECONDS * SECOND_US; /* others may have more to say */
    } else if (next - now < rest) {
        rest = next > now ? next - now : 0;
    }
    if (count_again(c, s->content))
        rest = 0;
    snapshot_drop(s);
    return rest;
}

static void sleep_for(Clock *c, Instant rest) {
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + rest % SECOND_US * 1000;

    until.tv_sec += (time_t)(rest / SECOND_US + ns / 1000000000);
    until.tv_nsec = (long)(ns % 1000000000);
    pthread_mutex_lock(&c->mutex);
    if (!c->ending && rest > 0)
        pthread_cond_timedwait(&c->wake, &c->mutex, &until);
    pthread_mutex_unlock(&c->mutex);
}

static bool going_on(Clock *c) {
    pthread_mutex_lock(&c->mutex);
    bool yes = !c->ending;

    pthread_mutex_unlock(&c->mutex);
    return yes;
}

static Instant monotonic(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (Instant)t.tv_sec * SECOND_US + t.tv_nsec / 1000;
}

static void *run(void *context) {
    Clock *c = context;

    while (going_on(c)) {
        Instant began = monotonic(), rest = speak(c), took = monotonic() - began;

        sleep_for(c, rest > took ? rest : took); /* it takes half of the time at most */
    }
    return NULL;
}

Clock *clock_begin(Office *o) {
    Clock *c = calloc(1, sizeof *c);
    pthread_condattr_t monotonic;

    if (c == NULL)
        abort();
    c->office = o;
    pthread_mutex_init(&c->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&c->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&c->thread, NULL, run, c) != 0)
        abort();
    return c;
}

void clock_end(Clock *c) {
    if (c == NULL)
        return;
    pthread_mutex_lock(&c->mutex);
    c->ending = true;
    pthread_cond_signal(&c->wake);
    pthread_mutex_unlock(&c->mutex);
    pthread_join(c->thread, NULL);
    pthread_mutex_destroy(&c->mutex);
    pthread_cond_destroy(&c->wake);
    free(c);
}
