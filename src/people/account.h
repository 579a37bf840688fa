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
    PASSWORDS_KEPT = 5,         /* a new password is none of the last ones */
    SIGN_IN_FAILURES = 5,       /* wrong passwords and codes until the lock */
    SIGN_IN_LOCK = 15 * 60,     /* seconds */
    SESSION_IDLE = 30 * 60,     /* seconds, where people/policy.h says nothing else */
    SESSION_LONGEST = 12 * 3600 /* seconds, likewise */
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
/* The owner shows again that it is he, before something that matters. A wrong password counts as a
 * failed sign-in: ERR_INVALID with /password, ERR_TOO_MANY. Not in a transaction. */
bool account_prove(Store *s, Str login, Str password, Str address, Err *e);
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
/* Would it do? Not too short, not guessed at once, without the login or the person's name. */
bool password_check_for(Str login, Str name, Str password, Err *e);
bool password_check(Str login, Str password, Err *e); /* for nobody's name */

/* ---- sessions ---- */

typedef struct Session {
    char id[17]; /* how people and pages name it */
    char login[LOGIN_MOST + 1];
    char name[NAME_MOST * 4 + 1];
    bool must_change;   /* the password was given by somebody else, or is too old */
    bool expired;       /* it is too old */
    bool second_factor; /* the account has one */
    bool must_enrol;    /* it must have one, before anything else */
    char token[65];     /* for the cookie; only from signing in, otherwise empty */
    char csrf[65];      /* goes with every change */
    Instant created, seen;
    /* The time before: the last sign-in (empty: none), wrong tries since, and what others did to
     * the account since, as words with blanks between: second_factor_reset, password_reset,
     * sessions_ended. */
    char before_at[INSTANT_TEXT], before_address[65];
    int64_t failures;
    char notices[100];
} Session;

typedef struct SignInAsk {
    Str login, password;
    Str address; /* of the client: goes into the journal */
    Str device;  /* device_words of its User-Agent */
    Str before;  /* the session cookie it had, if any: that session ends */
} SignInAsk;
typedef struct SignInReply {
    Session session;
    char ticket[65]; /* with ERR_NEEDS_CODE: to be shown again together with the code */
    int64_t wait;    /* with ERR_TOO_MANY: seconds until it makes sense to try again; 0: unknown */
} SignInReply;

/* ERR_UNAUTHENTICATED: login or password wrong, or the account disabled, all with the same words
 * and the same work; ERR_TOO_MANY: locked after five wrong ones, or too many sign in at once;
 * ERR_NEEDS_CODE: the password was right and the account has a second factor. */
bool sign_in(Store *s, const SignInAsk *ask, SignInReply *out, Err *e);
/* The second step, within five minutes; login and password of `ask` are not looked at. Whatever is
 * wrong, the code, its age, the ticket, the words are the same: ERR_UNAUTHENTICATED. */
bool sign_in_code(Store *s, Str ticket, Str code, const SignInAsk *ask, SignInReply *out, Err *e);
/* In one step, for programs and tests. */
bool account_sign_in(Store *s, Str login, Str password, Str address, Session *out, Err *e);
/* End the session of this cookie. Fine when there is none. */
bool account_sign_out(Store *s, Str token, Err *e);
/* The session of this cookie: ERR_UNAUTHENTICATED when there is none or it has run out. Moves the
 * idle clock at most once a minute. */
bool session_find(Store *s, Str token, Session *out, Err *e);
/* The same without moving the idle clock: for open event streams, which are no sign of life. */
bool session_peek(Store *s, Str token, Session *out, Err *e);
/* "Windows · Chrome 120": what a User-Agent says, in few words that are safe to keep. */
#define DEVICE_WORDS 64
void device_words(Str user_agent, char out[DEVICE_WORDS]);
/* Does this token of a change belong to the session? */
bool session_csrf_matches(const Session *session, Str csrf);

#endif
