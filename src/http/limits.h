/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/limits.h: how often something may be done in a while, by one address or one account. */
#ifndef HTTP_LIMITS_H
#define HTTP_LIMITS_H

#include "base/err.h"

/* The column `limit` of the route table; zero: none. */
typedef enum Limit {
    LIMIT_NONE,
    LIMIT_SIGN_IN,  /* wrong passwords, only failures count */
    LIMIT_CODE,     /* wrong codes, only failures count */
    LIMIT_PASSWORD, /* changing the own password, and what asks for it again */
    LIMIT_EXPORT,   /* files with many rows */
    LIMIT_REVEAL,   /* sensitive values in clear */
    LIMIT_KINDS
} Limit;

/* Thread-safe; a fixed amount of memory. */
typedef struct Limits Limits;
Limits *limits_new(void);
void limits_free(Limits *l);

/* Has this kind room left for the address and the login? Otherwise ERR_TOO_MANY, and *wait is the
 * number of seconds until it has. Counts nothing. `login` may be empty or wrong. */
bool limits_allow(Limits *l, Limit kind, Str address, Str login, unsigned *wait, Err *e);
void limits_count(Limits *l, Limit kind, Str address, Str login);
/* Both in one: for what counts whether it succeeds or not. */
bool limits_take(Limits *l, Limit kind, Str address, Str login, unsigned *wait, Err *e);
/* It went well: the pair of address and login starts again; what the address did stays counted. */
void limits_forgive(Limits *l, Limit kind, Str address, Str login);

#endif
