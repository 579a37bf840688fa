/* SPDX-License-Identifier: MulanPSL-2.0 */
/* scenarios/headers.c: whatever the server answers, to whom and with which status, carries the
 * headers that keep a browser safe. One sweep over the route table, without a session and with one,
 * and over what no route answers. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "checks.h"
#include "client.h"
#include "http/server.h"
#include "people/account.h"

typedef struct Sweep {
    uint16_t port;
    Str cookie, csrf;
    size_t answers, wrong;
} Sweep;

/* A "*" at the end stands for anything. */
static const char *const always[][2] = {
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cross-Origin-Embedder-Policy", "require-corp"},
    {"X-Permitted-Cross-Domain-Policies", "none"},
    {"Permissions-Policy", "camera=(), microphone=(), geolocation=()*"},
    {"Content-Security-Policy", "default-src '*"},
    {"X-Request-Id", "*"},
    {"Cache-Control", "*"},
};

static bool fits(Str value, const char *wanted) {
    Str w = str_of(wanted);

    return str_ends(w, STR("*")) ? value.len != 0 && str_starts(value, str_slice(w, 0, w.len - 1))
                                 : str_eq(value, w);
}

static void complain(Sweep *s, const Ask *ask, const char *name, Str value) {
    s->wrong++;
    printf("not ok %s %s: %s is “%.*s”\n", ask->method, ask->path, name, STR_ARG(value));
}

/* Data can run nothing; the page runs its own scripts only. */
static void check_policy(Sweep *s, const Ask *ask, const Reply *reply) {
    Str policy = client_header(reply, "Content-Security-Policy");
    bool data = strncmp(ask->path, "/api", 4) == 0;
    bool good =
        data ? str_starts(policy, STR("default-src 'none'")) && str_find(policy, STR("sandbox")) > 0
             : str_find(policy, STR("script-src 'self';")) > 0;

    if (!good || str_find(policy, STR("unsafe-eval")) >= 0 ||
        str_find(policy, STR("script-src 'self' 'unsafe-inline'")) >= 0 ||
        str_find(policy, STR("frame-ancestors 'none'")) < 0)
        complain(s, ask, "Content-Security-Policy", policy);
}

static void check_reply(Sweep *s, const Ask *ask, const Reply *reply, const Route *route) {
    Str type = client_header(reply, "Content-Type");

    s->answers++;
    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++) {
        Str value = client_header(reply, always[i][0]);

        if (!fits(value, always[i][1]))
            complain(s, ask, always[i][0], value);
    }
    check_policy(s, ask, reply);
    if (str_find(type, STR("html")) >= 0 && strncmp(ask->path, "/api", 4) == 0)
        complain(s, ask, "Content-Type", type);
    if (route != NULL && route->kind == ROUTE_DOWNLOAD && reply->status == 200 &&
        !str_starts(client_header(reply, "Content-Disposition"), STR("attachment")))
        complain(s, ask, "Content-Disposition", client_header(reply, "Content-Disposition"));
    if (client_header(reply, "Access-Control-Allow-Origin").len != 0 ||
        client_header(reply, "Server").len != 0 || client_header(reply, "X-Powered-By").len != 0)
        complain(s, ask, "a header nobody needs", reply->head);
    if ((reply->status == 429 || reply->status == 503) &&
        client_header(reply, "Retry-After").len == 0)
        complain(s, ask, "Retry-After", (Str){NULL, 0});
}

/* Only the head: a stream of events would not end. */
static bool ask_head(const Ask *ask, Arena *a, Reply *reply) {
    scoped_buf Buf heard;
    int fd = client_open(ask);

    buf_init(&heard, (size_t)16 << 20);
    bool good = fd >= 0 && client_hear(fd, &heard, STR("\r\n\r\n"), 20);
    int64_t status = 0;

    if (fd >= 0)
        close(fd);
    if (!good || !str_to_int(str_slice(buf_str(&heard), 9, 12), &status))
        return false;
    *reply = (Reply){.status = (int)status, .head = str_dup(a, buf_str(&heard))};
    return true;
}

static void visit(Sweep *s, const char *method, Str path, const Route *route, bool signed_in) {
    scoped_arena Arena *a = arena_new();
    Reply reply = {0};
    Str headers = signed_in ? str_format(a,
                                         "Cookie: lianheng_session=%.*s\r\nX-CSRF-Token: %.*s\r\n"
                                         "Content-Type: application/json\r\n",
                                         STR_ARG(s->cookie), STR_ARG(s->csrf))
                            : STR("");
    Ask ask = {.port = s->port,
               .method = method,
               .path = str_c(a, path),
               .headers = str_c(a, headers),
               .body = strcmp(method, "GET") == 0 ? (Str){NULL, 0} : STR("{}")};

    if (ask_head(&ask, a, &reply))
        check_reply(s, &ask, &reply, route);
    else
        complain(s, &ask, "the answer", (Str){NULL, 0});
}

static Str sample(Arena *a, const Route *r) {
    scoped_buf Buf out;
    Str rest = str_of(r->path), piece;

    buf_init(&out, 400);
    str_split(&rest, '/', &piece);
    while (str_split(&rest, '/', &piece))
        buf_addf(&out, "/%.*s", STR_ARG(piece.len > 2 && piece.ptr[0] == '{' ? STR("1") : piece));
    return str_dup(a, buf_str(&out));
}

static void sweep_routes(Sweep *s, bool signed_in) {
    scoped_arena Arena *a = arena_new();

    for (const Route *const *t = route_tables; *t != NULL; t++)
        for (const Route *r = *t; r->method != METHOD_NONE; r++)
            if (strcmp(r->name, "session_end") != 0) /* the sweep still needs its own */
                visit(s, method_name(r->method), sample(a, r), r, signed_in);
}

size_t check_headers(Office *o, uint16_t port, Str password) {
    static const char *const others[][2] = {
        {"GET", "/"},           {"GET", "/clues/3fa9"},      {"GET", "/nosuch.js"},
        {"GET", "/api/nosuch"}, {"POST", "/api/overview"},   {"DELETE", "/"},
        {"PATCH", "/api/runs"}, {"GET", "/api/clues?x=%ff"}, {"GET", "/%2e%2e/etc/passwd"},
    };
    static const char own[] = "Heping-2024-ceshi";
    Sweep s = {.port = port};
    Session session = {0};
    Err e = {0};

    if (!account_change_password(o->store, STR("admin"), password, str_of(own), STR("x"), STR(""),
                                 &e) ||
        !account_sign_in(o->store, STR("admin"), str_of(own), STR("x"), &session, &e)) {
        printf("not ok headers: %s\n", e.text);
        return 1;
    }
    s.cookie = str_of(session.token);
    s.csrf = str_of(session.csrf);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        visit(&s, others[i][0], str_of(others[i][1]), NULL, false);
    sweep_routes(&s, false);
    sweep_routes(&s, true);
    printf("%zu answers with their headers\n", s.answers);
    return s.wrong;
}
