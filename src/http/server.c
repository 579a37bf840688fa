/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/server.c: the epoll thread. It takes heads and bodies, hands whole requests to the workers
 * and sends what they answered; it never waits for a disk, a database or a lock held long.
 *
 *   NEW ──► BODY ──► WORKING ──► ANSWERED ──► SENT           JSON and downloads
 *   NEW ──► (worker: admit) ──► ADMITTED ──► BODY ◄─► (worker: write) ──► WORKING ──► …   uploads
 */
#include "http/inside.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "http/events.h"
#include "http/kept.h"
#include "http/refusal.h"

enum {
    CONNECTIONS_MOST = 2000,
    IDLE_SECONDS = 75,          /* between bytes, and between requests */
    CONNECTION_MEMORY = 131072, /* head and one piece of body */
    BACKLOG = 512,
};

static double seconds_now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- one request ------------------------------------------------------------------------------ */

static void *on_uri(void *cls, const char *uri, struct MHD_Connection *connection) {
    Req *rq = req_new(cls, uri);

    (void)connection;
    rq->began = seconds_now();
    return rq;
}

static enum MHD_Result send_answer(Req *rq) {
    rq->state = REQ_SENT;
    return answer_queue(rq->connection, rq->status, rq->response);
}

/* An answer before the body was read closes the connection; where no body comes, the next call
 * sends it and the connection lives on. */
static enum MHD_Result answer_early(Req *rq) {
    if (rq->method != GET)
        return send_answer(rq);
    rq->state = REQ_ANSWERED;
    return MHD_YES;
}

static enum MHD_Result refuse(Req *rq, const Err *e, int status) {
    reply_problem_as(rq, e, status != 0 ? status : err_http_status(e->code));
    reply_prepare(rq);
    return answer_early(rq);
}

/* The worker owns the request from queue_add on. Suspending comes first: the worker may be done
 * before this function is. */
static enum MHD_Result hand_over(Req *rq) {
    struct MHD_Connection *connection = rq->connection;

    MHD_suspend_connection(connection);
    if (!queue_add(rq->server, rq)) {
        Err e = {0};

        err_set(&e, ERR_BUSY, NULL, "同时进行的请求太多，请稍后再试");
        reply_problem(rq, &e);
        reply_prepare(rq);
        rq->state = REQ_ANSWERED;
        MHD_resume_connection(connection);
    }
    return MHD_YES;
}

static bool is_loopback(const struct sockaddr *address) {
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)address;

        return (ntohl(in->sin_addr.s_addr) >> 24) == 127;
    }
    if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const void *)address;

        return IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr) != 0;
    }
    return true;
}

/* A proxy on the same machine may speak for its clients; nobody else may. */
static void read_peer(Req *rq) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(rq->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[INET6_ADDRSTRLEN] = "";
    bool local = info == NULL || is_loopback(info->client_addr);

    if (info != NULL)
        getnameinfo(info->client_addr,
                    info->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                             : sizeof(struct sockaddr_in),
                    text, sizeof text, NULL, 0, NI_NUMERICHOST);
    rq->view.address = str_dup(rq->view.arena, str_of(text));
    if (!local)
        return;
    Str forwarded = req_header(rq, "X-Forwarded-For"), last = {NULL, 0}, piece;

    while (forwarded.len != 0 && str_split(&forwarded, ',', &piece))
        last = str_trim(piece);
    if (last.len != 0 && last.len < INET6_ADDRSTRLEN)
        rq->view.address = str_dup(rq->view.arena, last);
    rq->https = str_is(req_header(rq, "X-Forwarded-Proto"), "https");
}

static bool body_too_large(const Req *rq) {
    int64_t length;
    int64_t most = rq->view.route->kind == ROUTE_UPLOAD ? upload_most(rq) : (int64_t)JSON_BODY_MOST;

    return str_to_int(req_header(rq, MHD_HTTP_HEADER_CONTENT_LENGTH), &length) && length > most;
}

static void say_too_large(const Req *rq, Err *e) {
    if (rq->view.route->kind != ROUTE_UPLOAD)
        err_set(e, ERR_TOO_LARGE, NULL, "请求内容超过 1 MiB");
    else if (rq->view.route->attachment)
        err_set(
            e, ERR_TOO_LARGE, NULL,
            "文件超过 %lld MiB，没有接收；请压缩或者拆分后再上传，原件可以另行移交并在说明里写明",
            (long long)(upload_most(rq) >> 20));
    else
        err_set(e, ERR_TOO_LARGE, NULL, "文件超过 20 GiB，请拆分后再上传");
}

/* An answer kept for this session goes out from this thread, unless asking how new it is needs a
 * database: the way to a worker and back costs as much as everything else. */
static bool answer_kept(Req *rq) {
    KeptMoment now;

    if (!kept_may(rq) || store_is_postgresql(rq->view.office->store) ||
        !kept_moment(rq, &now, NULL))
        return false;
    rq->kept = kept_find(rq->server->kept, rq, &now);
    if (rq->kept == NULL)
        return false;
    reply_prepare(rq);
    return true;
}

static enum MHD_Result begin_route(Req *rq) {
    Err e = {0};
    const Route *const *tables = rq->server->options.routes;
    RouteMatch match = route_find(tables, rq->method, rq->path);

    rq->view.route = match.route;
    memcpy(rq->params, match.params, sizeof rq->params);
    if (match.route == NULL) {
        err_set(&e, match.other_method ? ERR_USAGE : ERR_NOT_FOUND, NULL,
                match.other_method ? "这个地址不接受这种操作" : "没有这个地址，请检查链接");
        return refuse(rq, &e, match.other_method ? MHD_HTTP_METHOD_NOT_ALLOWED : 0);
    }
    if (body_too_large(rq)) {
        say_too_large(rq, &e);
        return refuse(rq, &e, 0);
    }
    if (match.route->kind == ROUTE_UPLOAD)
        return hand_over(rq);
    if (answer_kept(rq))
        return answer_early(rq);
    rq->state = REQ_BODY;
    return MHD_YES;
}

static enum MHD_Result begin(Req *rq, const char *method) {
    Err e = {0};

    rq->head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
    rq->method = rq->head ? GET : method_of(str_of(method));
    read_peer(rq);
    if (atomic_load(&rq->server->stopping)) {
        err_set(&e, ERR_BUSY, NULL, "服务正在停止，请稍后再试");
        return refuse(rq, &e, 0);
    }
    if (str_starts(rq->path, STR("/api/")) || str_is(rq->path, "/api"))
        return begin_route(rq);
    if (rq->method != GET) {
        err_set(&e, ERR_USAGE, NULL, "这个地址只能读取");
        return refuse(rq, &e, MHD_HTTP_METHOD_NOT_ALLOWED);
    }
    static_serve(rq);
    return answer_early(rq);
}

static enum MHD_Result take_upload(Req *rq, const char *bytes, size_t n) {
    Upload *u = rq->upload;

    if (u->failed || u->size + (int64_t)(u->piece.len + n) > upload_most(rq)) {
        if (!u->failed)
            say_too_large(rq, &u->error);
        u->failed = true;
        return MHD_YES; /* what still comes is dropped; the answer follows the body */
    }
    buf_add_bytes(&u->piece, bytes, n);
    return u->piece.len >= UPLOAD_PIECE ? hand_over(rq) : MHD_YES;
}

static enum MHD_Result take_body(Req *rq, const char *bytes, size_t *size) {
    size_t n = *size;

    *size = 0;
    if (rq->upload != NULL)
        return take_upload(rq, bytes, n);
    if (seconds_now() - rq->began > rq->server->options.body_seconds)
        return MHD_NO; /* a client that sends a byte now and then */
    buf_add_bytes(&rq->text, bytes, n);
    return MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *bytes,
                                  size_t *size, void **context) {
    Req *rq = req_of(*context);

    (void)cls;
    (void)url;
    (void)version;
    rq->connection = connection;
    switch (rq->state) {
    case REQ_NEW:
        return begin(rq, method);
    case REQ_ADMITTED:
        rq->state = REQ_BODY;
        return *size == 0 ? MHD_YES : take_body(rq, bytes, size);
    case REQ_BODY:
        if (*size != 0)
            return take_body(rq, bytes, size);
        rq->state = REQ_WORKING;
        return hand_over(rq);
    case REQ_ANSWERED:
        if (*size != 0) { /* refused before the end of its body */
            *size = 0;
            return MHD_YES;
        }
        return send_answer(rq);
    case REQ_WORKING:
    case REQ_SENT:
        break;
    }
    return MHD_YES;
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode code) {
    Req *rq = *context;

    (void)cls;
    (void)connection;
    if (rq == NULL)
        return;
    req_of(rq);
    if (rq->state != REQ_NEW)
        log_line(rq->status >= 500 ? LOG_WARNING : LOG_INFO, "http", "%s %s %s %d %.1f ms%s",
                 rq->id, method_name(rq->method),
                 rq->view.route != NULL ? rq->view.route->path : "(page)", rq->status,
                 (seconds_now() - rq->began) * 1000,
                 code == MHD_REQUEST_TERMINATED_COMPLETED_OK ? "" : " (broken off)");
    req_free(rq);
    *context = NULL;
}

static void on_panic(void *cls, const char *file, unsigned line, const char *reason) {
    (void)cls;
    log_line(LOG_ERROR, "http", "libmicrohttpd: %s:%u: %s", file, line,
             reason != NULL ? reason : "");
    abort();
}

static size_t keep_escapes(void *cls, struct MHD_Connection *connection, char *s) {
    (void)cls;
    (void)connection;
    return strlen(s); /* the path is decoded once, by segment */
}

/* --- listening -------------------------------------------------------------------------------- */

/* "127.0.0.1:8080", "[::1]:8080", ":8080", "8080". */
static bool split_listen(Str listen, char host[64], char port[8], Err *e) {
    const char *colon = listen.len != 0 ? memrchr(listen.ptr, ':', listen.len) : NULL;
    Str h = colon != NULL ? str_slice(listen, 0, (size_t)(colon - listen.ptr)) : (Str){NULL, 0};
    Str p = colon != NULL ? str_slice(listen, h.len + 1, listen.len) : listen;
    int64_t number;

    if (h.len >= 2 && h.ptr[0] == '[' && h.ptr[h.len - 1] == ']')
        h = str_slice(h, 1, h.len - 1);
    if (!str_to_int(p, &number) || number < 0 || number > 65535 || h.len >= 64)
        return err_set(e, ERR_USAGE, "listen", "监听地址“%.*s”不对，应当写成 127.0.0.1:8080 的样子",
                       STR_ARG(listen));
    snprintf(host, 64, "%.*s", h.len != 0 ? (int)h.len : 9, h.len != 0 ? h.ptr : "127.0.0.1");
    snprintf(port, 8, "%d", (int)number);
    return true;
}

bool server_listen_check(Str listen, Err *e) {
    char host[64], port[8];
    struct addrinfo want = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;

    if (!split_listen(listen, host, port, e))
        return false;
    if (getaddrinfo(host, port, &want, &found) != 0)
        return err_set(e, ERR_USAGE, "listen", "监听地址“%s”找不到，应当写成 127.0.0.1:8080 的样子",
                       host);
    freeaddrinfo(found);
    return true;
}

static uint16_t port_of(int fd) {
    struct sockaddr_storage at = {0};
    socklen_t n = sizeof at;

    if (getsockname(fd, (struct sockaddr *)&at, &n) != 0)
        return 0;
    return ntohs(at.ss_family == AF_INET6 ? ((const struct sockaddr_in6 *)&at)->sin6_port
                                          : ((const struct sockaddr_in *)&at)->sin_port);
}

static int open_socket(Str listen_at, uint16_t *port_out, bool *local, Err *e) {
    char host[64], port[8];
    struct addrinfo want = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    int one = 1;

    if (!split_listen(listen_at, host, port, e))
        return -1;
    if (getaddrinfo(host, port, &want, &found) != 0) {
        err_set(e, ERR_USAGE, "listen", "监听地址“%s”找不到，请检查设置中的 listen", host);
        return -1;
    }
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    bool ok =
        fd >= 0 && bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0;
    int why = errno;

    *local = is_loopback(found->ai_addr);
    freeaddrinfo(found);
    if (ok) {
        *port_out = port_of(fd);
        return fd;
    }
    if (fd >= 0)
        close(fd);
    if (why == EADDRINUSE)
        err_set(e, ERR_BUSY, "listen",
                "端口 %s 已被别的程序占用，请停止那个程序，或用 --listen 换一个端口", port);
    else
        err_set(e, ERR_USAGE, "listen", "无法在 %s:%s 上监听：%s", host, port, strerror(why));
    return -1;
}

static bool start_daemon(Server *s, Err *e) {
    bool local = true;
    int fd = open_socket(s->options.listen, &s->port, &local, e);

    if (fd < 0)
        return false;
    MHD_set_panic_func(on_panic, NULL);
    s->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC, 0, NULL, NULL,
        on_request, s, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_MOST, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
        /* Behind a proxy everybody comes from the same address. */
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, local ? 0u : 200u, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY, MHD_OPTION_URI_LOG_CALLBACK, on_uri, s,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes,
        NULL, MHD_OPTION_END);
    if (s->daemon != NULL)
        return true;
    close(fd);
    return err_set(e, ERR_INTERNAL, NULL, "无法启动网页服务：%s", strerror(errno));
}

static Shelf *shelf_in(const Office *o, const char *name, Err *e) {
    scoped_arena Arena *a = arena_new();

    return shelf_new(str_format(a, "%.*s/%s", STR_ARG(o->folder), name).ptr, e);
}

Server *server_start(const ServerOptions *options, Err *e) {
    const Route *const *routes = options->routes != NULL ? options->routes : route_tables;
    const Route *open = route_without_permission(routes);

    if (open != NULL) {
        err_set(e, ERR_INTERNAL, open->path,
                "接口 %s %s 没有说明需要哪项权限，服务不能启动，这是程序的错误，请联系维护人员",
                method_name(open->method), open->path);
        return NULL;
    }
    Server *s = calloc(1, sizeof *s);

    s->options = *options;
    s->options.routes = routes;
    if (s->options.body_seconds == 0)
        s->options.body_seconds = BODY_SECONDS;
    if (s->options.stream_most == 0)
        s->options.stream_most = STREAM_MOST;
    pthread_mutex_init(&s->mutex, NULL);
    pthread_cond_init(&s->wake, NULL);
    pthread_cond_init(&s->idle, NULL);
    s->remembered = remembered_new();
    s->limits = limits_new();
    s->counts = counts_new();
    s->kept = kept_new(options->office);
    s->refusals = refusals_new(s);
    s->uploads = shelf_in(options->office, "uploads", e);
    s->exports = s->uploads != NULL ? shelf_in(options->office, "exports", e) : NULL;
    s->jobs = s->exports != NULL ? jobs_new(options->office) : NULL;
    s->events = s->jobs != NULL ? events_new(s) : NULL;
    s->sweeper = s->events != NULL ? sweeper_new(options->office) : NULL;
    if (s->events != NULL && queue_start(s, e) && start_daemon(s, e)) {
        s->clock = clock_begin(options->office);
        return s;
    }
    server_stop(s);
    return NULL;
}

uint16_t server_port(const Server *s) {
    return s->port;
}

Jobs *server_jobs(Server *s) {
    return s->jobs;
}

void server_stop(Server *s) {
    if (s == NULL)
        return;
    atomic_store(&s->stopping, true);
    int listening = s->daemon != NULL ? MHD_quiesce_daemon(s->daemon) : -1;

    clock_end(s->clock);
    sweeper_end(s->sweeper);
    if (s->jobs != NULL)
        jobs_end(s->jobs);
    if (s->events != NULL)
        events_end(s->events); /* streams are resumed so that they end */
    queue_stop(s);
    if (s->daemon != NULL)
        MHD_stop_daemon(s->daemon);
    if (listening >= 0)
        close(listening);
    refusals_end(s->refusals);
    refusals_free(s->refusals);
    jobs_free(s->jobs);
    events_free(s->events);
    shelf_free(s->uploads);
    shelf_free(s->exports);
    limits_free(s->limits);
    counts_free(s->counts);
    kept_free(s->kept);
    remembered_free(s->remembered);
    pthread_mutex_destroy(&s->mutex);
    pthread_cond_destroy(&s->wake);
    pthread_cond_destroy(&s->idle);
    free(s);
}
