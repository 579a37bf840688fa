/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/factor.h: what is kept of a second factor. Inside people/. */
#ifndef PEOPLE_FACTOR_H
#define PEOPLE_FACTOR_H

#include "people/inside.h"

enum { CODE_LETTERS = 16 }; /* of a recovery code, without its dashes */

typedef struct Factor {
    int64_t offered, secret; /* sequences of journal entries; 0: none */
    Instant offered_until;
    Str since;
} Factor;
bool factor_read(Tx *tx, Arena *a, Str login, Factor *out, Err *e);
/* The sealed secret of an entry; empty when its key was destroyed. */
bool factor_secret(Tx *tx, Arena *a, int64_t sequence, Str *out, Err *e);
/* Each step's code counts once, and none before it any more. */
bool factor_step_use(Tx *tx, Str login, int64_t step, bool *fresh, Err *e);
Str factor_digits(Arena *a, Str typed);

/* A recovery code as it was typed, and as it is kept: keyed with the sealed secret, so that the
 * table alone does not let anybody try codes. */
Str recovery_read(Arena *a, Str typed);
Str recovery_hash(Arena *a, Str secret, Str login, Str code);

#endif
