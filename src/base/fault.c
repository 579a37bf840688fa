/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/fault.c: counts the fault points a test passes and fails, or kills, at a chosen one. */
#include "base/fault.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

#include "base/banned.h"

/* A prefix of names and how many passages of such points are left until it acts. */
typedef struct Trigger {
    char prefix[64];
    unsigned at; /* act on this passage; 0: only count */
    unsigned passed;
} Trigger;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards all below */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static Trigger armed, crash;
static bool fired;
static struct {
    char name[64];
    void (*work)(void *); /* NULL: nothing is to be done */
    void *context;
} meanwhile;

static void trigger_set(Trigger *t, Str prefix, unsigned at) {
    *t = (Trigger){.at = at};
    snprintf(t->prefix, sizeof t->prefix, "%.*s", STR_ARG(prefix));
}

/* Count this passage; is it the one? */
static bool trigger_passes(Trigger *t, const char *name) {
    if (strncmp(name, t->prefix, strlen(t->prefix)) != 0)
        return false;
    t->passed++;
    return t->at != 0 && t->passed == t->at;
}

/* LIANHENG_CRASH=name:n */
static void read_environment(void) {
    Str rest = str_of(getenv("LIANHENG_CRASH")), name;
    int64_t n;

    if (!str_split(&rest, ':', &name))
        return;
    if (!str_to_int(rest, &n) || n < 1 || n > 1000000000) {
        fprintf(stderr, "lianheng: LIANHENG_CRASH 应写作 名称:次数\n");
        exit(2);
    }
    trigger_set(&crash, name, (unsigned)n);
}

void fault_meanwhile(const char *name, void (*work)(void *), void *context) {
    pthread_mutex_lock(&lock);
    snprintf(meanwhile.name, sizeof meanwhile.name, "%s", name);
    meanwhile.work = work;
    meanwhile.context = context;
    pthread_mutex_unlock(&lock);
}

/* Without the lock: the work passes points of its own. */
static void do_meanwhile(const char *name) {
    void (*work)(void *) = NULL;

    pthread_mutex_lock(&lock);
    if (meanwhile.work && strcmp(meanwhile.name, name) == 0) {
        work = meanwhile.work;
        meanwhile.work = NULL;
    }
    void *context = meanwhile.context;

    pthread_mutex_unlock(&lock);
    if (work)
        work(context);
}

bool fault_hit(const char *name) {
    pthread_once(&once, read_environment);
    do_meanwhile(name);
    pthread_mutex_lock(&lock);
    if (crash.at && trigger_passes(&crash, name))
        kill(getpid(), SIGKILL);
    bool hit = trigger_passes(&armed, name);

    fired = fired || hit;
    pthread_mutex_unlock(&lock);
    return hit;
}

void fault_arm(const char *prefix, unsigned n) {
    pthread_mutex_lock(&lock);
    trigger_set(&armed, str_of(prefix), n);
    fired = false;
    pthread_mutex_unlock(&lock);
}

void fault_kill(const char *prefix, unsigned n) {
    pthread_once(&once, read_environment);
    pthread_mutex_lock(&lock);
    trigger_set(&crash, str_of(prefix), n);
    pthread_mutex_unlock(&lock);
}

unsigned fault_count(void) {
    pthread_mutex_lock(&lock);
    unsigned n = armed.passed;

    pthread_mutex_unlock(&lock);
    return n;
}

bool fault_fired(void) {
    pthread_mutex_lock(&lock);
    bool yes = fired;

    pthread_mutex_unlock(&lock);
    return yes;
}
