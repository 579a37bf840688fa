/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/fuzz/fuzz_http_request.c: a request from its first line to the bytes of its answer, without
 * a socket: routes, conditions in the address, JSON bodies read by the routes' rows, problem
 * details, tags, compression, the page's files.
 *
 * An input is "METHOD ADDRESS\nName: value\n…\n\nbody". In the place of a handler everything that
 * was read goes out again. Looking up headers is libmicrohttpd's; here it looks into the input. */
#include <stdlib.h>
#include <string.h>

#include "http/inside.h"
#include "http/shapes.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

typedef struct Head {
    Arena *arena;
    Str lines;
} Head;

static Head current;

const char *MHD_lookup_connection_value(struct MHD_Connection *connection, enum MHD_ValueKind kind,
                                        const char *key) {
    Str rest = current.lines, line, name;

    (void)connection;
    if (kind != MHD_HEADER_KIND)
        return NULL;
    while (rest.len != 0 && str_split(&rest, '\n', &line))
        if (str_split(&line, ':', &name) && str_eq_ascii_nocase(name, str_of(key)))
            return str_c(current.arena, str_trim(line));
    return NULL;
}

/* What was read is written and read again the same. */
static void answer_well(Req *rq) {
    Node *out = node_map(rq->view.arena);

    for (size_t n = 0; n < ROUTE_PARAMS; n++)
        if (rq->params[n].len != 0 && str_utf8_valid(req_param(rq, n)))
            node_set_text(rq->view.arena, out, "param", req_param(rq, n));
    if (rq->body_tree != NULL)
        node_set(rq->view.arena, out, "body", (Node *)(uintptr_t)rq->body_tree);
    rq->json = out;
    rq->status = route_status(rq->view.route);
}

static void answer_badly(Req *rq, const Err *e) {
    scoped_buf Buf text;
    Err why = {0};

    buf_init(&text, REPLY_MOST);
    must(e->code != ERR_NONE && e->text[0] != '\0' && err_http_status(e->code) >= 400);
    reply_problem(rq, e);
    json_write(rq->json, &text);
    const Node *again = json_read(rq->view.arena, buf_str(&text), &why);

    must(again != NULL && bind_fits(problem_out, again, &why));
    must(str_is(node_text(again, "detail"), e->text));
}

static void serve(Req *rq, Str body) {
    RouteMatch match = route_find(route_tables, rq->method, rq->path);
    Err e = {0};

    memcpy(rq->params, match.params, sizeof rq->params);
    rq->view.route = match.route;
    if (match.route == NULL) {
        static_serve(rq);
        must(rq->response != NULL);
        return;
    }
    buf_add(&rq->text, body);
    if (req_read_query(rq, &e) && req_read_body(rq, &e))
        answer_well(rq);
    else
        answer_badly(rq, &e);
    reply_prepare(rq);
    must(rq->response != NULL && rq->status >= 200);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static Server server; /* of which nothing is asked */
    scoped_arena Arena *a = arena_new();
    Str text = {(const char *)bytes, size}, line = {NULL, 0}, method = {NULL, 0};
    ptrdiff_t blank = str_find(text, STR("\n\n"));
    Str head = blank < 0 ? text : str_slice(text, 0, (size_t)blank);
    Str body = blank < 0 ? (Str){NULL, 0} : str_slice(text, (size_t)blank + 2, text.len);

    str_split(&head, '\n', &line);
    str_split(&line, ' ', &method);
    current = (Head){a, head};
    Req *rq = req_new(&server, str_c(a, line));

    rq->head = str_is(method, MHD_HTTP_METHOD_HEAD);
    rq->method = rq->head ? GET : method_of(method);
    serve(rq, body);
    req_free(rq);
    return 0;
}
