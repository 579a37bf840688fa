/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/account.h: who may sign in, and who is signed in. */
#ifndef PEOPLE_ACCOUNT_H
#define PEOPLE_ACCOUNT_H

#include "store/journal.h"

/* Register the events and tables of this layer. Before the first append; again is harmless. */
void people_register(void);

enum {
    LOGIN_MOST = 32,
    NAME_MOST = 40,             /* characters */
    PASSWORD_LEAST = 10,        /* characters */
    PASSWORD_MOST = 512,        /* bytes */
    SIGN_IN_FAILURES = 5,       /* wrong passwords until the lock */
    SIGN_IN_LOCK = 15 * 60,     /* seconds */
    SESSION_IDLE = 30 * 60,     /* seconds */
    SESSION_LONGEST = 12 * 3600 /* seconds */
};

typedef struct Account {
    Str login;
    Str name; /* empty once forgotten */
    bool active;
    bool must_change;    /* the password was given by somebody else */
    Str created_at;      /* texts of instants */
    Str password_at;     /* when the password was last set */
    Str last_sign_in_at; /* empty: never */
} Account;

/* Logins are 2 to 32 of a-z 0-9 . _ - and begin with a letter; capitals are taken as small. `actor`
 * is the login of who does it, or "system". ERR_INVALID with what is wrong with login, name or
 * password; ERR_CONFLICT when the login is taken. */
bool account_create(Store *s, Str actor, Str login, Str name, Str password, bool must_change,
                    Err *e);
/* By an administrator: ends all the account's sessions and its lock. ERR_NOT_FOUND. */
bool account_set_password(Store *s, Str actor, Str login, Str password, bool must_change, Err *e);
/* By its owner. `keep` is the session cookie that goes on, all others end. A wrong old password
 * counts as a failed sign-in. */
bool account_change_password(Store *s, Str login, Str old, Str password, Str address, Str keep,
                             Err *e);
/* A disabled account keeps its history and cannot sign in; its sessions end. The last active one
 * cannot be disabled (ERR_CONFLICT). */
bool account_disable(Store *s, Str actor, Str login, Err *e);
bool account_enable(Store *s, Str actor, Str login, Err *e);

/* In order of login. Memory is in `a`. */
bool account_list(Store *s, Arena *a, Account **out, size_t *count, Err *e);
/* ERR_NOT_FOUND */
bool account_find(Store *s, Arena *a, Str login, Account *out, Err *e);
bool account_count(Store *s, int64_t *out, Err *e);

/* A password nobody has thought of: 20 characters in groups, easily typed, about 95 bits. */
void account_random_password(char out[24]);
/* What account_create would say of it. */
bool password_check(Str login, Str password, Err *e);

/* ---- sessions ---- */

typedef struct Session {
    char login[LOGIN_MOST + 1];
    char name[NAME_MOST * 4 + 1];
    bool must_change;
    char token[65]; /* for the cookie; only from account_sign_in, otherwise empty */
    char csrf[65];  /* goes with every change */
    Instant created, seen;
} Session;

/* ERR_UNAUTHENTICATED: login or password wrong, or the account disabled, all with the same words
 * and the same work; ERR_TOO_MANY: locked after five wrong passwords, or too many sign in at once.
 * `address` of the client goes into the journal. */
bool account_sign_in(Store *s, Str login, Str password, Str address, Session *out, Err *e);
/* End the session of this cookie. Fine when there is none. */
bool account_sign_out(Store *s, Str token, Err *e);
/* The session of this cookie: ERR_UNAUTHENTICATED when there is none or it has run out. Moves the
 * idle clock at most once a minute. */
bool session_find(Store *s, Str token, Session *out, Err *e);
/* The same without moving the idle clock: for open event streams, which are no sign of life. */
bool session_peek(Store *s, Str token, Session *out, Err *e);
/* Does this token of a change belong to the session? */
bool session_csrf_matches(const Session *session, Str csrf);

#endif
