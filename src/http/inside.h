/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/inside.h: the parts of a request and of the server that handlers do not see. */
#ifndef HTTP_INSIDE_H
#define HTTP_INSIDE_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "http/clock.h"
#include "http/counts.h"
#include "http/limits.h"
#include "http/req.h"
#include "http/server.h"
#include "http/shelf.h"
#include "people/account.h"
#include "people/rights.h"

#define REQ_MAGIC 0x4c485251u /* "LHRQ" */
#define JSON_BODY_MOST ((size_t)1 << 20)
#define UPLOAD_MOST ((int64_t)20 << 30)
#define UPLOAD_PIECE ((size_t)1 << 20)
#define REPLY_MOST ((size_t)64 << 20)

/* Where a request stands between libmicrohttpd's thread and the workers. At any moment exactly one
 * side owns it: the worker while it is suspended, the epoll thread otherwise. */
typedef enum ReqState {
    REQ_NEW,      /* head read */
    REQ_ADMITTED, /* upload: a worker let it in, the body comes */
    REQ_BODY,     /* body arriving */
    REQ_WORKING,  /* in the queue or with a worker */
    REQ_ANSWERED, /* `response` is ready to go out */
    REQ_SENT,
} ReqState;

typedef struct Upload {
    int fd;
    char *path;
    int64_t size, expected;
    Buf piece; /* what came since the last write */
    bool failed;
    Err error;
} Upload;

struct Req {
    unsigned magic;
    ReqView view;
    Server *server;
    struct MHD_Connection *connection;
    Req *next; /* in the queue of the workers */
    ReqState state;
    bool admitted, head, https;
    char id[17];
    double began; /* monotonic seconds */

    Method method;
    Str path, query_text; /* as sent */
    Str params[ROUTE_PARAMS];
    void *query, *body;
    const Node *body_tree;
    Buf text; /* JSON body */
    Upload *upload;
    Str upload_id;
    const Session *session; /* NULL where none is needed */
    const Rights *rights;   /* of the session's person */
    Snapshot *snapshot;

    /* Answer. */
    int status;
    unsigned retry_after; /* seconds, with 429; 0: a guess */
    const Node *json;
    Buf reply;          /* what goes out; its memory is handed to libmicrohttpd */
    int file;           /* >= 0: this file instead */
    SealedFile *sealed; /* or this one, opened as it goes */
    Str cookie, file_name, etag;
    const char *media;
    bool shown; /* the file: for the page to show, not to be kept */
    /* A look that must be written down before its answer leaves; kind NULL: none. */
    struct {
        const char *kind;
        Str subject;
        const Node *body;
    } entry;
    const Node *mistakes; /* of an uploaded template: told with the problem */
    struct MHD_Response *response;
    /* Steady routes: the moment the answer is worked out in, and the body once it is
     * shared. */
    struct KeptMoment *moment; /* NULL: not to be kept */
    struct KeptBody *kept;
};

typedef struct Stream Stream;
typedef struct Kept Kept;

struct Server {
    ServerOptions options;
    struct MHD_Daemon *daemon;
    uint16_t port;
    atomic_bool stopping;

    pthread_mutex_t mutex; /* guards the queue */
    pthread_cond_t wake, idle;
    Req *first, *last;
    size_t waiting, busy;
    bool ending;
    pthread_t *workers;
    size_t worker_count;

    struct Events *events;
    struct Jobs *jobs;
    struct Remembered *remembered;
    Limits *limits;
    Shelf *uploads, *exports;
    Counts *counts;
    struct Refusals *refusals;
    struct Sweeper *sweeper;
    Kept *kept;
    Clock *clock;
};

/* queue.c */
bool queue_start(Server *s, Err *e);
void queue_stop(Server *s); /* waits for running handlers */
/* False when too many wait already. The request must be suspended before. */
bool queue_add(Server *s, Req *rq);

/* request.c */
Req *req_new(Server *s, const char *uri);
void req_free(Req *rq);
Req *req_of(void *p); /* checks the magic number */
bool req_read_query(Req *rq, Err *e);
bool req_read_body(Req *rq, Err *e);

/* work.c: everything a worker does with one request */
void work_run(Req *rq);

/* upload.c */
bool upload_begin(Req *rq, Err *e);
bool upload_write(Req *rq, Err *e); /* the piece to the file */
void upload_free(Upload *u);
int64_t upload_most(const Req *rq); /* bytes */
int64_t file_most(int64_t mib);     /* bytes; as the settings say it, 0: the default */

/* sweep.c: files that no matter names are removed once, after the start */
struct Sweeper *sweeper_new(Office *o);
void sweeper_end(struct Sweeper *s); /* NULL is fine */

/* reply.c */
void reply_problem(Req *rq, const Err *e);
/* With another status than the code's own: 405, which says more than 400. */
void reply_problem_as(Req *rq, const Err *e, int status);
void reply_prepare(Req *rq);                    /* fills rq->response */
Str reply_tag(const Req *rq, const Node *json); /* ETag of a JSON reply */
extern const char *const headers_always[][2];   /* ended by NULL */
void headers_add(const Req *rq, struct MHD_Response *response);

/* own_answers.c: every answer of ours goes out by this one. */
enum MHD_Result answer_queue(struct MHD_Connection *connection, int status,
                             struct MHD_Response *response);

/* static.c: files of the web page; fills rq->response */
void static_serve(Req *rq);

/* remembered.c: Idempotency-Key, on this server */
struct Remembered *remembered_new(void);
void remembered_free(struct Remembered *r);
typedef enum Recall {
    RECALL_NEW,
    RECALL_DONE,
    RECALL_RUNNING,
    RECALL_OTHER,
    RECALL_TAKEN, /* done, or being done, on another server or before a crash (creation.h) */
} Recall;
/* NEW: the caller answers and then calls remember(); DONE: *status and *body (in the arena) are the
 * answer given then. */
Recall remembered_begin(struct Remembered *r, Str key, uint64_t digest, Arena *a, int *status,
                        Str *body);
void remembered_end(struct Remembered *r, Str key, int status, Str body);

#endif
