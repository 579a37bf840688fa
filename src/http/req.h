/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/req.h: what a handler sees of a request, and how it answers. */
#ifndef HTTP_REQ_H
#define HTTP_REQ_H

#include "base/seal_file.h"
#include "clue/clue.h"
#include "http/route.h"

typedef struct Server Server;

/* Everything lives in rq->arena, which is freed when the reply has been sent. */
typedef struct ReqView {
    Arena *arena;
    Office *office;
    const Route *route;
    Str login;      /* account that is signed in; empty for routes without a session */
    Str address;    /* of the client */
    const char *id; /* 16 hex digits, in the log and in problem details */
} ReqView;

const ReqView *req_view(const Req *rq);
Arena *req_arena(const Req *rq);
Office *req_office(const Req *rq);
Server *req_server(const Req *rq);

/* The n-th parameter of the path, decoded. */
Str req_param(const Req *rq, size_t n);
/* As a number: ERR_NOT_FOUND when it is none, for no such thing can exist. */
bool req_param_int(const Req *rq, size_t n, int64_t *out, Err *e);
/* The structs that .query and .in were read into. Members that were not given are zero. */
const void *req_query(const Req *rq);
const void *req_body(const Req *rq);
/* Was this key given in the body? For members whose default is not zero. */
bool req_gave(const Req *rq, const char *key);
/* Uploads: the file that took the body, and its size. The handler moves it or it is removed. */
const char *req_upload_path(const Req *rq);
int64_t req_upload_size(const Req *rq);
/* A request header or the empty text. */
Str req_header(const Req *rq, const char *name);
/* Content and models, held until the request ends. */
const Snapshot *req_snapshot(Req *rq);

/* Answers. Each returns true, so that handlers can end with it.
 * A tree goes out as far as the route's .out rows name it; NULL means that *e is set already. */
bool reply_node(Req *rq, const Node *json);
bool reply_nothing(Req *rq);
/* A file under the name people see. With `remove` it is deleted once open. */
bool reply_file(Req *rq, const char *path, Str name, const char *media, bool remove, Err *e);
/* Bytes made for this answer, as a file under that name. */
bool reply_bytes(Req *rq, Str bytes, Str name, const char *media, Err *e);
/* A stored file (flow/file.h), read while it goes out and closed after. */
void reply_sealed(Req *rq, SealedFile *f, Str name, const char *media);
/* Set-Cookie with the session; the empty text ends it. */
void reply_session_cookie(Req *rq, Str token);
/* Set-Cookie with the ticket between password and code, for five minutes. */
void reply_ticket_cookie(Req *rq, Str ticket);

#endif
