/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/request.c: a request's life in memory, and what handlers read from it. */
#include "http/kept.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int hex_value(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* %XX and, in queries, + as a blank. NUL bytes and broken escapes stay as they were written. */
static Str decoded(Arena *a, Str s, bool plus) {
    char *out = arena_alloc(a, s.len + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        int high = s.ptr[i] == '%' && i + 2 < s.len ? hex_value(s.ptr[i + 1]) : -1;
        int low = high >= 0 ? hex_value(s.ptr[i + 2]) : -1;

        if (low >= 0 && (high | low) != 0) {
            out[n++] = (char)(high << 4 | low);
            i += 2;
        } else {
            out[n++] = plus && s.ptr[i] == '+' ? ' ' : s.ptr[i];
        }
    }
    return (Str){out, n};
}

Req *req_new(Server *s, const char *uri) {
    Arena *a = arena_new();
    Req *rq = arena_new_of(a, Req);
    unsigned char id[8];
    Str whole = str_dup(a, str_of(uri));
    ptrdiff_t mark = str_find(whole, STR("?"));

    rq->magic = REQ_MAGIC;
    rq->view = (ReqView){.arena = a, .office = s != NULL ? s->options.office : NULL, .id = rq->id};
    rq->server = s;
    rq->file = -1;
    random_bytes(id, sizeof id);
    for (size_t i = 0; i < sizeof id; i++)
        snprintf(rq->id + 2 * i, 3, "%02x", id[i]);
    rq->path = mark < 0 ? whole : str_slice(whole, 0, (size_t)mark);
    rq->query_text = mark < 0 ? (Str){NULL, 0} : str_slice(whole, (size_t)mark + 1, whole.len);
    buf_init(&rq->text, JSON_BODY_MOST);
    buf_init(&rq->reply, REPLY_MOST);
    return rq;
}

void req_free(Req *rq) {
    if (rq == NULL)
        return;
    buf_done(&rq->text);
    buf_done(&rq->reply);
    if (rq->file >= 0)
        close(rq->file);
    seal_file_close(rq->sealed);
    if (rq->response != NULL)
        MHD_destroy_response(rq->response);
    upload_free(rq->upload);
    kept_drop(rq->kept);
    rights_drop(rq->rights);
    snapshot_drop(rq->snapshot);
    rq->magic = 0;
    arena_free(rq->view.arena);
}

Req *req_of(void *p) {
    Req *rq = p;

    assert(rq != NULL && rq->magic == REQ_MAGIC);
    return rq;
}

const ReqView *req_view(const Req *rq) {
    return &rq->view;
}

Arena *req_arena(const Req *rq) {
    return rq->view.arena;
}

Office *req_office(const Req *rq) {
    return rq->view.office;
}

Server *req_server(const Req *rq) {
    return rq->server;
}

Str req_param(const Req *rq, size_t n) {
    assert(n < ROUTE_PARAMS);
    return decoded(rq->view.arena, rq->params[n], false);
}

bool req_param_int(const Req *rq, size_t n, int64_t *out, Err *e) {
    return str_to_int(req_param(rq, n), out) ||
           err_set(e, ERR_NOT_FOUND, NULL, "没有这一项，请从列表中打开");
}

const void *req_query(const Req *rq) {
    assert(rq->query != NULL);
    return rq->query;
}

const void *req_body(const Req *rq) {
    assert(rq->body != NULL);
    return rq->body;
}

bool req_gave(const Req *rq, const char *key) {
    return rq->body_tree != NULL && node_get(rq->body_tree, key) != NULL;
}

const char *req_upload_path(const Req *rq) {
    return rq->upload->path;
}

int64_t req_upload_size(const Req *rq) {
    return rq->upload->size;
}

Str req_header(const Req *rq, const char *name) {
    return str_of(MHD_lookup_connection_value(rq->connection, MHD_HEADER_KIND, name));
}

const Snapshot *req_snapshot(Req *rq) {
    if (rq->snapshot == NULL)
        rq->snapshot = office_snapshot(rq->view.office);
    return rq->snapshot;
}

/* --- conditions in the address --------------------------------------------------------------- */

static const Bind *row_named(const Bind *rows, Str key) {
    for (; rows->type != BIND_END_TYPE; rows++)
        if (str_is(key, rows->key))
            return rows;
    return NULL;
}

/* The address knows only texts; what its row wants as a number becomes one. Empty means not given.
 */
static bool add_condition(Req *rq, Node *map, Str key, Str value, Err *e) {
    Arena *a = rq->view.arena;
    const Bind *row = row_named(rq->view.route->query, key);
    char *name = str_c(a, key);
    char where[128];
    int64_t number;

    snprintf(where, sizeof where, "?%.60s", name);
    if (!str_utf8_valid(value) || !str_utf8_valid(key))
        return err_set(e, ERR_INVALID, "?", "地址里的条件不是正确的 UTF-8 文字");
    if (value.len == 0 && row != NULL)
        return true;
    if (row != NULL && row->type == BIND_TYPE_INT) {
        if (!str_to_int(value, &number))
            return err_set(e, ERR_INVALID, where, "条件“%.60s”应当是整数", name);
        node_set_int(a, map, name, number);
    } else if (row != NULL && row->type == BIND_TYPE_BOOL) {
        node_set_bool(a, map, name, str_is(value, "true") || str_is(value, "1"));
    } else {
        node_set_text(a, map, name, value);
    }
    return true;
}

bool req_read_query(Req *rq, Err *e) {
    const Route *r = rq->view.route;
    Arena *a = rq->view.arena;
    Node *map = node_map(a);
    Str rest = rq->query_text, pair;

    if (r->query == NULL)
        return true;
    while (rest.len != 0 && str_split(&rest, '&', &pair)) {
        ptrdiff_t equals = str_find(pair, STR("="));
        Str key = equals < 0 ? pair : str_slice(pair, 0, (size_t)equals);
        Str value = equals < 0 ? (Str){NULL, 0} : str_slice(pair, (size_t)equals + 1, pair.len);

        if (pair.len != 0 &&
            !add_condition(rq, map, decoded(a, key, true), decoded(a, value, true), e))
            return false;
    }
    rq->query = arena_alloc(a, r->query_size);
    return bind_read(a, r->query, map, rq->query, e);
}

/* A page of another site can make a browser send forms and plain text here, but not JSON: that it
 * would have to ask for first. */
static bool says_json(const Req *rq) {
    Str type = req_header(rq, MHD_HTTP_HEADER_CONTENT_TYPE), media = {NULL, 0};

    str_split(&type, ';', &media);
    return str_eq_ascii_nocase(str_trim(media), STR("application/json"));
}

bool req_read_body(Req *rq, Err *e) {
    const Route *r = rq->view.route;
    Arena *a = rq->view.arena;

    if (r->in == NULL)
        return true;
    if (rq->text.full)
        return err_set(e, ERR_TOO_LARGE, NULL, "请求内容超过 1 MiB");
    Str text = buf_str(&rq->text);

    if (text.len != 0 && !says_json(rq))
        return err_set(e, ERR_INVALID, NULL,
                       "请求内容应当是 JSON，并注明 Content-Type: application/json");
    rq->body_tree = text.len == 0 ? node_map(a) : json_read(a, text, e);
    if (rq->body_tree == NULL)
        return false;
    rq->body = arena_alloc(a, r->in_size);
    return bind_read(a, r->in, rq->body_tree, rq->body, e);
}
