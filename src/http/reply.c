/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/reply.c: answers become bytes: JSON, problem details, files, headers, tags, compression. */
#include "base/hash.h"
#include "base/log.h"
#include "http/guard.h"
#include "http/kept.h"
#include "http/packed.h"
#include "http/pick.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

bool reply_node(Req *rq, const Node *json) {
    const Bind *rows = rq->view.route->out;

    rq->json = json != NULL && rows != NULL ? pick(rq->view.arena, rows, json) : json;
    return json != NULL;
}

bool reply_nothing(Req *rq) {
    rq->json = NULL;
    return true;
}

bool reply_file(Req *rq, const char *path, Str name, const char *media, bool remove, Err *e) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_DISK, NULL,
                       "文件已不在，请重新生成");
    if (remove)
        unlink(path);
    rq->file = fd;
    rq->file_name = name;
    rq->media = media;
    return true;
}

/* In memory: what a document says never lies open on the disc. */
bool reply_bytes(Req *rq, Str bytes, Str name, const char *media, Err *e) {
    int fd = memfd_create("reply", MFD_CLOEXEC);

    for (size_t done = 0; fd >= 0 && done < bytes.len;) {
        ssize_t n = write(fd, bytes.ptr + done, bytes.len - done);

        if (n < 0 && errno != EINTR) {
            close(fd);
            fd = -1;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    if (fd < 0)
        return err_set(e, ERR_DISK, NULL, "内存不够，没能送出文件，请稍后再试");
    rq->file = fd;
    rq->file_name = name;
    rq->media = media;
    return true;
}

void reply_sealed(Req *rq, SealedFile *f, Str name, const char *media) {
    rq->sealed = f;
    rq->file_name = name;
    rq->media = media;
}

void reply_session_cookie(Req *rq, Str token) {
    const char *secure = rq->https ? "; Secure" : "";

    rq->cookie =
        str_format(rq->view.arena, SESSION_COOKIE "=%.*s; Path=/; HttpOnly; SameSite=Strict%s%s",
                   STR_ARG(token), secure, token.len == 0 ? "; Max-Age=0" : "");
}

void reply_ticket_cookie(Req *rq, Str ticket) {
    rq->cookie = str_format(rq->view.arena,
                            TICKET_COOKIE
                            "=%.*s; Path=/api/session; Max-Age=300; HttpOnly; SameSite=Strict%s",
                            STR_ARG(ticket), rq->https ? "; Secure" : "");
}

/* --- errors ----------------------------------------------------------------------------------- */

static const char *status_words(int status) {
    const char *words = MHD_get_reason_phrase_for((unsigned)status);

    return words != NULL ? words : "";
}

void reply_problem(Req *rq, const Err *e) {
    reply_problem_as(rq, e, err_http_status(e->code));
}

void reply_problem_as(Req *rq, const Err *e, int status) {
    Arena *a = rq->view.arena;
    Node *problem = node_map(a);

    node_set_text(a, problem, "type", STR("about:blank"));
    node_set_text(a, problem, "title", str_of(status_words(status)));
    node_set_int(a, problem, "status", status);
    node_set_text(a, problem, "detail", str_of(e->text));
    node_set_text(a, problem, "code", str_of(err_key(e->code)));
    /* Paths of the data folder are nobody's business; pointers into the request are. */
    if (e->where[0] != '\0' && (e->where[0] != '/' || strchr(e->where + 1, '.') == NULL))
        node_set_text(a, problem, "where", str_of(e->where));
    node_set_text(a, problem, "request", str_of(rq->id));
    if (rq->mistakes != NULL)
        node_set(a, problem, "mistakes", (Node *)(uintptr_t)rq->mistakes);
    rq->json = problem;
    rq->status = status;
    rq->media = "application/problem+json";
    buf_clear(&rq->reply);
    if (rq->response != NULL)
        MHD_destroy_response(rq->response);
    rq->response = NULL;
    if (rq->file >= 0)
        close(rq->file);
    rq->file = -1;
    seal_file_close(rq->sealed);
    rq->sealed = NULL;
}

/* --- headers ---------------------------------------------------------------------------------- */

static void set(struct MHD_Response *response, const char *name, const char *value) {
    MHD_add_response_header(response, name, value);
}

const char *const headers_always[][2] = {
    /* Charts and tables set style attributes; scripts and style sheets come from here only. */
    {"Content-Security-Policy",
     "default-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
     "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"},
    {NULL, NULL},
};

/* The page: scripts and style sheets come from here only; charts and tables set style attributes.
 */
static const char page_policy[] =
    "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";
/* Everything under /api/, downloads above all, is data: opened by itself it can do nothing. */
static const char data_policy[] =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

static bool is_page(const Req *rq) {
    return rq->path.len != 0 && !str_starts(rq->path, STR("/api/")) && !str_is(rq->path, "/api");
}

void headers_add(const Req *rq, struct MHD_Response *response) {
    static const char *const always[][2] = {
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"Referrer-Policy", "same-origin"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Cross-Origin-Embedder-Policy", "require-corp"},
        {"X-Permitted-Cross-Domain-Policies", "none"},
        {"Permissions-Policy", "camera=(), microphone=(), geolocation=(), usb=(), payment=()"},
    };

    set(response, "Content-Security-Policy", is_page(rq) ? page_policy : data_policy);
    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
        set(response, always[i][0], always[i][1]);
    if (rq->https)
        set(response, "Strict-Transport-Security", "max-age=31536000");
    set(response, "X-Request-Id", rq->id);
}

/* filename for old readers, filename* (RFC 6266) for Chinese names. */
static void add_disposition(const Req *rq, struct MHD_Response *response) {
    scoped_buf Buf b;

    buf_init(&b, 4096);
    buf_add_c(&b, rq->shown ? "inline; filename=\"" : "attachment; filename=\"");
    for (size_t i = 0; i < rq->file_name.len; i++) {
        unsigned char c = (unsigned char)rq->file_name.ptr[i];

        if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\')
            buf_add_char(&b, (char)c);
        else if (c >= 0xc0 || c < 0x80)
            buf_add_char(&b, '_');
    }
    buf_add_c(&b, "\"; filename*=UTF-8''");
    for (size_t i = 0; i < rq->file_name.len; i++) {
        unsigned char c = (unsigned char)rq->file_name.ptr[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     c == '-' || c == '.' || c == '_';

        buf_addf(&b, plain ? "%c" : "%%%02X", c);
    }
    set(response, "Content-Disposition", b.ptr);
}

static void add_retry(const Req *rq, struct MHD_Response *response) {
    unsigned otherwise = rq->status == MHD_HTTP_TOO_MANY_REQUESTS ? 600 : 5;
    char seconds[12];

    snprintf(seconds, sizeof seconds, "%u", rq->retry_after != 0 ? rq->retry_after : otherwise);
    set(response, "Retry-After", seconds);
}

static void add_own(const Req *rq, struct MHD_Response *response) {
    headers_add(rq, response);
    if (rq->view.route != NULL && rq->view.route->kind == ROUTE_STREAM && rq->json == NULL) {
        set(response, "Content-Type", "text/event-stream; charset=utf-8");
        set(response, "X-Accel-Buffering", "no");
    } else if (rq->media != NULL) {
        set(response, "Content-Type", rq->media);
    }
    set(response, "Cache-Control", rq->etag.len != 0 ? "private, no-cache" : "no-store");
    if (rq->etag.len != 0)
        set(response, "ETag", rq->etag.ptr);
    if (rq->cookie.len != 0)
        set(response, "Set-Cookie", rq->cookie.ptr);
    if (rq->file >= 0 || rq->sealed != NULL)
        add_disposition(rq, response);
    if (rq->status == MHD_HTTP_TOO_MANY_REQUESTS || rq->status == MHD_HTTP_SERVICE_UNAVAILABLE)
        add_retry(rq, response);
}

/* --- bodies ----------------------------------------------------------------------------------- */

Str reply_tag(const Req *rq, const Node *json) {
    scoped_buf Buf text;

    buf_init(&text, REPLY_MOST);
    json_write(json, &text);
    return str_format(rq->view.arena, "\"%016llx\"",
                      (unsigned long long)hash_text(buf_str(&text), 0));
}

static bool accepts_gzip(const Req *rq) {
    Str accepted = req_header(rq, MHD_HTTP_HEADER_ACCEPT_ENCODING);

    return str_find(accepted, STR("gzip")) >= 0 && str_find(accepted, STR("gzip;q=0")) < 0;
}

/* The buffer's memory goes over to the response. */
static struct MHD_Response *plain_response(Buf *b) {
    struct MHD_Response *response = MHD_create_response_from_buffer(
        b->len, b->ptr, b->ptr != NULL ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);

    buf_init(b, REPLY_MOST);
    return response;
}

static void drop_packed(void *p) {
    packed_free(p);
}

/* NULL: it would not get smaller. */
static struct MHD_Response *packed_response(const Buf *b) {
    Packed *p = packed_new(buf_str(b));

    if (p->size == 0) {
        packed_free(p);
        return NULL;
    }
    struct MHD_Response *response =
        MHD_create_response_from_buffer_with_free_callback_cls(p->size, p->bytes, drop_packed, p);

    MHD_add_response_header(response, "Content-Encoding", "gzip");
    return response;
}

static struct MHD_Response *text_response(Req *rq) {
    struct MHD_Response *response = NULL;
    bool same = rq->status == MHD_HTTP_NOT_MODIFIED;

    if (rq->kept != NULL && !same)
        response = kept_response(rq->kept, accepts_gzip(rq));
    else if (rq->reply.len != 0 && accepts_gzip(rq))
        response = packed_response(&rq->reply);
    if (response == NULL)
        response = plain_response(&rq->reply);
    MHD_add_response_header(response, "Vary", "Accept-Encoding, Cookie");
    return response;
}

static struct MHD_Response *file_response(Req *rq) {
    struct stat st;
    int fd = rq->file;

    if (fstat(fd, &st) != 0)
        return NULL;
    return MHD_create_response_from_fd64((uint64_t)st.st_size, fd); /* closes fd */
}

enum { SEALED_BLOCK = SEAL_FILE_PIECE };

/* Proven whole when it was opened; what changed since ends the answer short. */
static ssize_t sealed_part(void *context, uint64_t at, char *out, size_t most) {
    Err why = {0};
    ssize_t n = seal_file_read(context, (int64_t)at, out, most, &why);

    if (n < 0)
        log_line(LOG_ERROR, "files", "%s", why.text);
    return n > 0    ? n
           : n == 0 ? MHD_CONTENT_READER_END_OF_STREAM
                    : MHD_CONTENT_READER_END_WITH_ERROR;
}

static void sealed_done(void *context) {
    seal_file_close(context);
}

static struct MHD_Response *sealed_response(Req *rq) {
    return MHD_create_response_from_callback((uint64_t)seal_file_size(rq->sealed), SEALED_BLOCK,
                                             sealed_part, rq->sealed, sealed_done);
}

/* Write the tree, unless the text is there already; tag what a GET answered. */
static void write_json(Req *rq) {
    if (rq->json != NULL && rq->reply.len == 0)
        json_write(rq->json, &rq->reply);
    if (rq->reply.full) {
        Err e = {0};

        err_set(&e, ERR_TOO_LARGE, NULL, "回答超过 64 MiB，请加上条件缩小范围");
        reply_problem(rq, &e);
        json_write(rq->json, &rq->reply);
    }
    if (rq->media == NULL && rq->reply.len != 0)
        rq->media = "application/json";
    if (rq->method == GET && rq->status == MHD_HTTP_OK && rq->reply.len != 0) {
        rq->etag = str_format(rq->view.arena, "\"%016llx\"",
                              (unsigned long long)hash_text(buf_str(&rq->reply), 0));
        if (rq->moment != NULL)
            rq->kept = kept_put(rq->server->kept, rq, rq->moment);
    }
}

/* What the client has already is not sent again. */
static void spare_same(Req *rq) {
    if (rq->etag.len != 0 && str_eq(req_header(rq, MHD_HTTP_HEADER_IF_NONE_MATCH), rq->etag)) {
        rq->status = MHD_HTTP_NOT_MODIFIED;
        buf_clear(&rq->reply);
    }
}

void reply_prepare(Req *rq) {
    const ServerOptions *o = &rq->server->options;

    if (rq->status == 0)
        rq->status = MHD_HTTP_OK;
    if (rq->kept != NULL) {
        rq->etag = kept_tag(rq->kept);
        rq->media = "application/json";
    } else if (rq->response == NULL && rq->file < 0 && rq->sealed == NULL) {
        write_json(rq);
    }
    spare_same(rq);
    if (o->seen != NULL && rq->view.route != NULL)
        o->seen(o->seen_context, rq->view.route, rq->status, rq->json);
    if (rq->response == NULL)
        rq->response = rq->sealed != NULL ? sealed_response(rq)
                       : rq->file >= 0    ? file_response(rq)
                                          : text_response(rq);
    add_own(rq, rq->response);
    rq->file = -1; /* the response's by now */
    rq->sealed = NULL;
}
