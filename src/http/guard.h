/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/guard.h: who asks, and may they? */
#ifndef HTTP_GUARD_H
#define HTTP_GUARD_H

#include "http/inside.h"

#define SESSION_COOKIE "lianheng_session"
#define TICKET_COOKIE "lianheng_ticket" /* between password and code */

/* Session, access column and CSRF token. Zero access denies everybody. */
/* The person's rights as they are now, held until the request ends, and with them the scope of this
 * thread. ERR_FORBIDDEN without the permission the route needs. */
bool guard_rights(Req *rq, Err *e);
bool guard_admit(Req *rq, Err *e);
/* Is the session with this cookie value still good? */
bool guard_session_lives(Office *o, Str cookie);
/* Value of the session's cookie or the ticket's, or the empty text. */
Str guard_cookie(const Req *rq);
Str guard_ticket(const Req *rq);

#endif
