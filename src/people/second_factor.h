/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/second_factor.h: a code from the owner's own device besides the password. The secret lies
 * sealed in the journal, under the key of the account; `journal_forget` destroys it too. */
#ifndef PEOPLE_SECOND_FACTOR_H
#define PEOPLE_SECOND_FACTOR_H

#include "people/account.h"

enum { RECOVERY_CODES = 10, OFFER_LASTS = 15 * 60 /* seconds */ };
#define RECOVERY_CODE 20 /* "abcd-efgh-jkmn-pqrs" and NUL: 80 bits */

typedef struct SecondFactor {
    bool on;
    Str since; /* text of an instant */
    int64_t codes_left;
} SecondFactor;
bool second_factor_get(Store *s, Arena *a, Str login, SecondFactor *out, Err *e);

/* Who asks. `code` is one of the authenticator or a recovery code; it is needed where the account
 * has a second factor already. Wrong ones count towards the lock. */
typedef struct OwnAct {
    Str login, password, code, address;
} OwnAct;

typedef struct Offer {
    char secret[40]; /* base32, for typing */
    Str uri;         /* for a QR code */
    Instant until;
} Offer;
/* A new secret; it counts only when second_factor_confirm was given a code of it in time. `issuer`
 * is what the app shows above the code. */
bool second_factor_offer(Store *s, Arena *a, const OwnAct *act, Str issuer, Offer *out, Err *e);

typedef struct RecoveryCodes {
    char codes[RECOVERY_CODES][RECOVERY_CODE];
} RecoveryCodes;
/* ERR_CONFLICT when nothing waits to be confirmed. The codes are told this once. */
bool second_factor_confirm(Store *s, Str login, Str code, Str address, RecoveryCodes *out, Err *e);
/* ERR_CONFLICT when there is no second factor. */
bool second_factor_renew(Store *s, const OwnAct *act, RecoveryCodes *out, Err *e);
bool second_factor_off(Store *s, const OwnAct *act, Err *e);
/* By an administrator, for somebody who lost device and codes: the owner is told when he signs in.
 * ERR_FORBIDDEN for one's own account. Ends the person's sessions. */
bool second_factor_reset(Store *s, Str actor, Str login, Err *e);

#endif
