/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/server.h: the HTTP server over one open office. */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "clue/office.h"
#include "http/job.h"
#include "http/route.h"

#define BODY_SECONDS 60
#define STREAM_MOST ((size_t)512 * 1024)

typedef struct ServerOptions {
    Office *office;
    Str listen;                 /* "127.0.0.1:8080", "[::1]:8080", "8080"; port 0: a free one */
    size_t workers;             /* 0: by the number of processors */
    const Route *const *routes; /* NULL: route_tables */
    unsigned body_seconds;      /* for a whole JSON body; 0: BODY_SECONDS */
    size_t stream_most;         /* bytes a slow reader of events may let pile up; 0: STREAM_MOST */
    /* Called by tests with every JSON reply: the route, its status and the tree that went out. */
    void (*seen)(void *context, const Route *route, int status, const Node *reply);
    void *seen_context;
} ServerOptions;

typedef struct Server Server;

/* ERR_BUSY when the port is taken, ERR_USAGE for an address that is none. */
Server *server_start(const ServerOptions *options, Err *e);
uint16_t server_port(const Server *s);
Jobs *server_jobs(Server *s);
/* No new connections; running handlers finish, jobs are cancelled cleanly, streams end. */
void server_stop(Server *s);

/* Is this an address a server could be asked to listen at? Does not try the port. */
bool server_listen_check(Str listen, Err *e);

#endif
