/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/policy.h: what the settings and the content of an installation say about signing in. */
#ifndef PEOPLE_POLICY_H
#define PEOPLE_POLICY_H

#include "content/content.h"

typedef enum SecondFactorNeed {
    SECOND_FACTOR_CHOICE,         /* whoever wants one */
    SECOND_FACTOR_ADMINISTRATORS, /* administrators must have one */
    SECOND_FACTOR_EVERYBODY,
} SecondFactorNeed;

/* Ceilings: settings cannot go past them. */
enum {
    IDLE_LEAST = 60, /* seconds */
    IDLE_MOST = 8 * 3600,
    SESSION_MOST = 24 * 3600,
    PASSWORD_DAYS_MOST = 3650,
};

/* Zero in a member: the default. */
typedef struct SignInPolicy {
    int64_t idle;          /* seconds without a request until a session ends; 30 minutes */
    int64_t longest;       /* seconds a session lasts at most; 12 hours */
    int64_t password_days; /* until a password must be changed; 0: never */
    int need;              /* SecondFactorNeed */
} SignInPolicy;

/* A process serves one installation: what is set here holds for all of it. NULL: the defaults.
 * Values past the ceilings are brought back to them. */
void sign_in_policy_set(const SignInPolicy *p);
SignInPolicy sign_in_policy(void);

/* Take the words of content/passwords/. ERR_CONTENT with the place when a file is wrong; then
 * nothing changes. */
bool common_words_take(const Content *c, Err *e);
bool common_words_check(const Content *c, Err *e); /* the same without taking them */

/* Take which roles are administrators'. */
void administrator_roles_take(const Content *c);
bool administrator_role(Str role);

#endif
