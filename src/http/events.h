/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/events.h: live events to open pages (text/event-stream). A stream holds no worker: it is a
 * queue of text and a connection that sleeps while the queue is empty. */
#ifndef HTTP_EVENTS_H
#define HTTP_EVENTS_H

#include "http/inside.h"

typedef struct Events Events;

/* Listens to the journal of the server's office and to its jobs. */
Events *events_new(Server *s);
/* End all streams and the broadcaster; new streams end at once. */
void events_end(Events *ev);
void events_free(Events *ev); /* after libmicrohttpd has stopped */

/* The response of a new stream, for the connection of rq. NULL when there are too many. */
struct MHD_Response *events_open(Events *ev, const Req *rq, Str session, Err *e);

#endif
