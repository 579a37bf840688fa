/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/session_list.h: where somebody is signed in, ending that, and what happened to his
 * account.
 */
#ifndef PEOPLE_SESSION_LIST_H
#define PEOPLE_SESSION_LIST_H

#include "people/account.h"

typedef struct OpenSession {
    Str id, address, device;
    Instant created, seen;
    bool own; /* that of the cookie that asks */
} OpenSession;

/* Those that are still good, the last one used first. `cookie`: of who asks, or empty.
 * ERR_NOT_FOUND for an unknown login. */
bool session_list(Store *s, Arena *a, Str login, Str cookie, OpenSession **out, size_t *count,
                  Err *e);
/* End one by its id. ERR_NOT_FOUND when the person has no such session. */
bool session_end(Store *s, Str actor, Str login, Str id, Err *e);
/* End all but that of `keep`; *ended may be NULL. Fine when there are none. */
bool session_end_all(Store *s, Str actor, Str login, Str keep, int64_t *ended, Err *e);

/* Entries of the journal about the account, newest first: number (the oldest is 1; the place in
 * the journal is nobody's business), at, actor, kind, body. `before` 0: from the newest. */
bool account_history(Store *s, Arena *a, Str login, int64_t before, int64_t most, Node **rows,
                     int64_t *total, Err *e);

#endif
