/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/inside.h: what the files of people/ share. */
#ifndef PEOPLE_INSIDE_H
#define PEOPLE_INSIDE_H

#include "people/account.h"

#define SECONDS(n) ((Instant)(n)*1000000)
/* Clocks of two servers, or of one before and after it was corrected, may differ by so much. */
#define CLOCK_SLACK SECONDS(60)

enum { TOKEN_BYTES = 32, ADDRESS_MOST = 64 };

/* "user:zhang" */
Str subject_of(Arena *a, Str login);
/* Capitals made small, blanks around removed. Any text: whether it is a login is another question.
 */
Str login_read(Arena *a, Str typed);

/* One row of account, or NULL. *e says why when the question failed. */
Node *account_row(Tx *tx, Arena *a, Str login, Err *e);
/* The row, or an error: ERR_NOT_FOUND when that is the reason. */
Node *account_needed(Tx *tx, Arena *a, Str login, Err *e);

/* What may be a login and a name: ERR_INVALID with what is wrong. */
bool login_check(Str login, Err *e);
bool name_check(Str name, Err *e);
/* Would there still be an active administrator of each kind without this login? ERR_CONFLICT. */
bool administrators_remain(Tx *tx, Arena *a, Str login, Err *e);

/* ---- lock.c ---- */

/* A wrong password or code for this login, known or not. */
typedef struct Failure {
    Str login;
    bool known;
    Str address;
    Instant now;
    bool code; /* it was the code of the second factor */
} Failure;
typedef struct Lock {
    Instant until; /* 0: not locked */
    bool too_long; /* the row says longer than any lock may last */
} Lock;
/* Count and journal it; *lock tells whether that was one too many. */
bool failure_count(Tx *tx, const Failure *f, Lock *lock, Err *e);
bool lock_read(Tx *tx, Str login, Instant now, Lock *out, Err *e);
/* True, with the sentence in *e, when it is locked. */
bool lock_refuses(Store *s, Str login, Instant now, const Lock *lock, Err *e);
bool lock_clear(Tx *tx, Str login, Err *e);

/* ---- prove.c ---- */

/* The owner shows that it is he: by password, and by a code too where `code` is not empty. */
typedef struct Proof {
    Arena *arena;
    Str login, password, code, address;
    const char *password_where; /* for Err.where */
    Instant now;
    Str hash, name; /* out: of the account */
    Lock lock;
} Proof;
/* The password, outside of any transaction; a wrong one counts as a failed sign-in. */
bool proof_password(Store *s, Proof *p, Err *e);
/* Run `work` in a write transaction in which the password is still that one and, when `needs_code`,
 * the code is used up. A wrong code counts as a failed sign-in. */
bool proof_write(Store *s, Proof *p, bool needs_code, TxWork *work, void *context, Err *e);

/* ---- second_factor.c ---- */

typedef enum CodeKind { CODE_WRONG, CODE_TOTP, CODE_RECOVERY } CodeKind;
bool second_factor_on(Tx *tx, Str login, bool *on, Err *e);
/* Does the code fit? It is used up by this. Write transactions only. */
bool code_use(Tx *tx, Str login, Str code, Str address, CodeKind *kind, Err *e);
void second_factor_register(void);

/* ---- session.c ---- */

void session_token_hash(Str token, unsigned char out[SM3_SIZE]);
/* A new token, and the hash under which it is kept. */
void session_token(char out[65], unsigned char hash[SM3_SIZE]);
/* A new session of this account, with its token, and what the page tells of the time before. */
bool session_begin(Tx *tx, Arena *a, const Node *account, Instant now, Session *out, Err *e);
bool sessions_end(Tx *tx, Str login, Str keep_token, Err *e);

#endif
