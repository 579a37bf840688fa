/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/totp.h: time-based one-time passwords (RFC 6238) by liboath: SHA-1, 30 seconds, as every
 * authenticator app reads them. Inside people/. */
#ifndef PEOPLE_TOTP_H
#define PEOPLE_TOTP_H

#include "base/day.h"
#include "base/err.h"

enum { TOTP_STEP = 30, TOTP_DIGITS = 6, TOTP_WINDOW = 1, TOTP_SECRET_BYTES = 20 };
#define TOTP_SECRET 33 /* base32 of 20 bytes and NUL */

void totp_secret(char out[TOTP_SECRET]);
/* The code of one time step. False when the secret is no base32. */
bool totp_code(Str secret, int64_t step, unsigned digits, char out[9]);
/* The step whose code this is, `now`'s own or one beside it; -1: none. */
int64_t totp_step(Str secret, Str code, Instant now);
/* What authenticator apps read from a QR code. */
Str totp_uri(Arena *a, Str issuer, Str login, Str secret);

#endif
