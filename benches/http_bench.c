/* SPDX-License-Identifier: MulanPSL-2.0 */
/* benches/http_bench.c: how fast the server answers 50 clients, as a ratio to its own static file.
 *
 *     http_bench DATA [SECONDS] [CLIENTS] [PATH]
 *
 * DATA is a data folder with something in it (lianheng demo). Server and clients share this
 * machine. Prints one JSON object a line: {"what", "rate", "ratio", "p50_ms", "p99_ms"}. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "load.h"
#include "http/server.h"
#include "people/account.h"
#include "people/organisation.h"

static void ask_for(Load *load, const char *path, const char *cookie) {
    snprintf(load->request, sizeof load->request,
             "GET %s HTTP/1.1\r\nHost: localhost\r\nCookie: %s\r\n\r\n", path, cookie);
}

/* An account of its own, gone from the folder's life when the bench ends: disabled. */
static bool bench_session(Office *o, Session *session, Err *e) {
    char password[24], login[32];
    Snapshot *s = office_snapshot(o);
    AppointmentNew post = {.role = STR("case_officer"), .organisation = ORGANISATION_HOME};
    int64_t number;

    account_random_password(password);
    snprintf(login, sizeof login, "bench%ld", (long)time(NULL));
    post.login = str_of(login);
    bool good = account_create(o->store, STR("bench"), str_of(login), STR("测速"), str_of(password),
                               false, e) &&
                appointment_create(o->store, s->content, STR("system"), &post, &number, e);

    snapshot_drop(s);
    return good &&
           account_sign_in(o->store, str_of(login), str_of(password), STR("127.0.0.1"), session, e);
}

static void measure_one(Server *s, const char *path, const char *cookie, double seconds,
                        size_t clients) {
    Load load = {.port = server_port(s)};

    ask_for(&load, path, cookie);
    measure(&load, path, clients, seconds, 0);
}

static void measure_all(Office *o, Server *s, const char *cookie, double seconds, size_t clients) {
    static const char *const paths[] = {"/api/health",           "/api/session",
                                        "/api/clues?limit=50",   "/api/datasets",
                                        "/api/batches?limit=50", "/api/overview"};
    scoped_arena Arena *a = arena_new();
    Load load = {.port = server_port(s)};
    ClueQuery q = {.from = DAY_NONE, .to = DAY_NONE, .limit = 1};
    Err e = {0};
    const Node *clues = clue_list(o, &q, a, &e);

    ask_for(&load, "/", cookie);
    double base = measure(&load, "static file", clients, seconds, 0);

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        ask_for(&load, paths[i], cookie);
        measure(&load, paths[i], clients, seconds, base);
    }
    if (clues != NULL && node_get(clues, "items")->count != 0) {
        Str id = node_text(node_get(clues, "items")->items[0], "id");

        ask_for(&load, str_format(a, "/api/clues/%.*s", STR_ARG(id)).ptr, cookie);
        measure(&load, "/api/clues/{id}", clients, seconds, base);
    }
}

int main(int argc, char **argv) {
    double seconds = argc > 2 ? strtod(argv[2], NULL) : 3;
    size_t clients = argc > 3 ? strtoul(argv[3], NULL, 10) : 50;
    Err e = {0};
    Session session;
    char cookie[128];

    if (argc < 2 || seconds <= 0 || clients == 0 || clients > CLIENTS_MOST) {
        fputs("http_bench DATA [SECONDS] [CLIENTS]\n", stderr);
        return 2;
    }
    crypto_start();
    log_level(LOG_ERROR);
    Office *o = office_open(argv[1], &e);
    Server *s = o != NULL
                    ? server_start(&(ServerOptions){.office = o, .listen = STR("127.0.0.1:0")}, &e)
                    : NULL;
    bool good = s != NULL && bench_session(o, &session, &e);

    if (good) {
        snprintf(cookie, sizeof cookie, "lianheng_session=%s", session.token);
        if (argc > 4)
            measure_one(s, argv[4], cookie, seconds, clients);
        else
            measure_all(o, s, cookie, seconds, clients);
        good = account_disable(o->store, STR("bench"), str_of(session.login), &e);
    }
    if (!good)
        fprintf(stderr, "%s\n", e.text);
    server_stop(s);
    office_close(o);
    return good ? 0 : 1;
}
