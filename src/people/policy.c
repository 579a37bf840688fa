/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/policy.c: time-outs, age of passwords and who needs a second factor. */
#include "people/policy.h"

#include <pthread.h>
#include <stdatomic.h>

#include "content/role.h"
#include "people/account.h"

static _Atomic int64_t idle = SESSION_IDLE, longest = SESSION_LONGEST, password_days;
static atomic_int need;

static int64_t within(int64_t value, int64_t least, int64_t most, int64_t otherwise) {
    return value <= 0 ? otherwise : value < least ? least : value > most ? most : value;
}

void sign_in_policy_set(const SignInPolicy *p) {
    static const SignInPolicy defaults;

    p = p ? p : &defaults;
    atomic_store(&idle, within(p->idle, IDLE_LEAST, IDLE_MOST, SESSION_IDLE));
    atomic_store(&longest, within(p->longest, IDLE_LEAST, SESSION_MOST, SESSION_LONGEST));
    atomic_store(&password_days, within(p->password_days, 1, PASSWORD_DAYS_MOST, 0));
    atomic_store(&need, p->need);
}

SignInPolicy sign_in_policy(void) {
    return (SignInPolicy){.idle = atomic_load(&idle),
                          .longest = atomic_load(&longest),
                          .password_days = atomic_load(&password_days),
                          .need = atomic_load(&need)};
}

static struct {
    pthread_rwlock_t lock;
    Arena *arena;
    Str *ids;
    size_t count;
} roles = {.lock = PTHREAD_RWLOCK_INITIALIZER};

void administrator_roles_take(const Content *c) {
    Arena *a = arena_new();
    size_t count = content_role_count(c), n = 0;
    Str *ids = arena_array_of(a, count, Str);

    for (size_t i = 0; i < count; i++)
        if (content_role_at(c, i)->administrator != ADMINISTRATOR_NONE)
            ids[n++] = str_dup(a, content_role_at(c, i)->role);
    pthread_rwlock_wrlock(&roles.lock);
    Arena *old = roles.arena;

    roles.arena = a;
    roles.ids = ids;
    roles.count = n;
    pthread_rwlock_unlock(&roles.lock);
    arena_free(old);
}

bool administrator_role(Str role) {
    bool found = false;

    pthread_rwlock_rdlock(&roles.lock);
    for (size_t i = 0; i < roles.count && !found; i++)
        found = str_eq(roles.ids[i], role);
    pthread_rwlock_unlock(&roles.lock);
    return found;
}
