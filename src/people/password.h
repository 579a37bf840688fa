/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/password.h: argon2id with a ceiling on how many run at once. Inside people/. */
#ifndef PEOPLE_PASSWORD_H
#define PEOPLE_PASSWORD_H

#include "base/err.h"

/* As stored: "$argon2id$…", ended by NUL. */
#define PASSWORD_HASH 128

/* Each takes 64 MiB and some tenths of a second. Two run at once; ERR_TOO_MANY when more than 30
 * wait. */
bool password_hash(Str password, char out[PASSWORD_HASH], Err *e);
/* *right tells whether it is the password. An empty `hash` costs the same and is never right. */
bool password_verify(Str hash, Str password, bool *right, Err *e);

#ifdef LIANHENG_FAULTS
/* Builds for tests make cheap passwords until this is on: what is said above is then true. */
void password_cost_in_full(bool on);
#endif

#endif
