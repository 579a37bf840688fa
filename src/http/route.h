/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/route.h: one row per route: dispatch, rights, checking of bodies, the manual, OpenAPI, the
 * TypeScript client and the tests all read the same rows. */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include "content/permission.h"
#include "http/limits.h"

typedef enum Method { METHOD_NONE, GET, POST, PUT, DELETE } Method;

/* Zero denies, so that a forgotten column denies. */
typedef enum Access {
    ACCESS_NOBODY,
    ACCESS_ANYONE, /* no session needed */
    ACCESS_USER,   /* any account that is signed in */
} Access;

typedef enum RouteKind {
    ROUTE_JSON,     /* JSON body (when .in is set) and JSON reply */
    ROUTE_UPLOAD,   /* the body goes to a file of the data folder as it arrives */
    ROUTE_DOWNLOAD, /* the reply is a file */
    ROUTE_STREAM,   /* text/event-stream; holds no worker */
    ROUTE_DOCUMENT, /* JSON of no fixed shape */
} RouteKind;

typedef struct Req Req;
typedef bool Handler(Req *rq, Err *e);

typedef struct Route {
    Method method;
    const char *path; /* "/api/batches/{n}": a name in braces takes one segment */
    Access access;
    RouteKind kind;
    const char *name; /* unique; the TypeScript client's function in camel case */
    int needs;        /* Permission; a signed-in route without one keeps the server from starting */
    const Bind *query; /* conditions in the address */
    size_t query_size; /* size of the struct they are read into */
    const Bind *in;    /* JSON body */
    size_t in_size;
    const Bind *out; /* JSON reply; NULL: empty reply */
    int limit;       /* Limit: how often; counted before the handler runs */
    /* The answer depends on nothing but session, address, store, visible rows and content, and
     * asking leaves no trace: it may be kept for a moment (kept.h). */
    bool steady;
    bool attachment; /* of an upload: held to the ceiling of a matter's file */
    bool revised;    /* If-Match carries a revision, which the handler itself compares */
    int status;      /* of success; 0: 200, or 204 when there is no reply */
    bool secret;     /* clear values in the reply: it is never remembered for a second answer */
    Handler *run;
    const char *help; /* English, one line */
} Route;

/* All tables, each ended by a row with method 0; ended by NULL. */
extern const Route *const route_tables[];

const char *method_name(Method m);
Method method_of(Str name); /* METHOD_NONE when unknown */

#define ROUTE_PARAMS 4
typedef struct RouteMatch {
    const Route *route;
    Str params[ROUTE_PARAMS]; /* still percent-encoded, in the order of the braces */
    bool other_method;        /* no route, but the path exists with another method */
} RouteMatch;

/* The route for a method and path, without its query. route is NULL when there is none. */
RouteMatch route_find(const Route *const *tables, Method method, Str path);
/* A signed-in route that names no permission, or NULL: nobody would have decided who may. */
const Route *route_without_permission(const Route *const *tables);
/* HTTP status of success. */
int route_status(const Route *r);
/* Next "{name}" of a path pattern from *rest; false at the end. */
bool route_param_name(Str *rest, Str *name);

#endif
