/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/inside.h: what the files of people/ share. */
#ifndef PEOPLE_INSIDE_H
#define PEOPLE_INSIDE_H

#include "people/account.h"

/* "user:zhang" */
Str subject_of(Arena *a, Str login);
/* Capitals made small, blanks around removed. Any text: whether it is a login is another question.
 */
Str login_read(Arena *a, Str typed);

/* One row of account, or NULL. *e says why when the question failed. */
Node *account_row(Tx *tx, Arena *a, Str login, Err *e);

/* Count a wrong password for this login, known or not, and journal it. */
typedef struct Failure {
    Str login;
    bool known;
    Str address;
    Instant now;
} Failure;
/* *locked_until is 0 unless this failure locked the login. */
bool failure_count(Tx *tx, const Failure *f, Instant *locked_until, Err *e);
/* Until when the login is locked; 0 when it is not. */
bool lock_read(Tx *tx, Str login, Instant now, Instant *until, Err *e);
bool lock_clear(Tx *tx, Str login, Err *e);
bool fail_locked(Instant until, Err *e);

bool sessions_end(Tx *tx, Str login, Str keep_token, Err *e);

#endif
