/* SPDX-License-Identifier: MulanPSL-2.0 */
/* scenarios/run.c: all scenarios, each on a fresh office with the server inside this process:
 *
 *     run sqlite|postgresql FILE…
 *
 * At the end: every route was answered well at least once, every reply fitted its rows, and every
 * route without a session said 401. */
#include <libgen.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "client.h"
#include "http/shapes.h"
#include "main/control.h"
#include "people/account.h"
#include "scenario.h"
#include "store/testing.h"

enum { ROUTES_MOST = 200 };
#define OPENING (INT64_C(1717372800) * 1000000) /* 2024-06-03T08:00:00+08:00 */

/* What the server answered, over all scenarios. Workers report at the same time. */
typedef struct Seen {
    pthread_mutex_t mutex;
    const Route *well[ROUTES_MOST];
    size_t count;
    size_t replies, misfits;
} Seen;

static Seen seen = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static void note(void *context, const Route *route, int status, const Node *reply) {
    const Bind *rows = status >= 400 ? problem_out : route->out;
    Err e = {0};

    (void)context;
    pthread_mutex_lock(&seen.mutex);
    seen.replies++;
    if (reply != NULL && rows != NULL && status != 304 && !bind_fits(rows, reply, &e)) {
        seen.misfits++;
        printf("misfit: %s %s %d: %s %s\n", method_name(route->method), route->path, status,
               e.where, e.text);
    }
    bool known = status >= 400;

    for (size_t i = 0; i < seen.count; i++)
        known = known || seen.well[i] == route;
    if (!known && seen.count < ROUTES_MOST)
        seen.well[seen.count++] = route;
    pthread_mutex_unlock(&seen.mutex);
}

/* --- an office -------------------------------------------------------------------------------- */

typedef struct Theatre {
    TestPlace place;
    char folder[128], password[32];
    Stage stage;
    Control *control;
} Theatre;

static bool theatre_open(Theatre *t, bool postgresql, Err *e) {
    if (!test_place_make(&t->place, postgresql))
        return false;
    snprintf(t->folder, sizeof t->folder, "%s/data", t->place.folder);
    /* The journal's time never goes back: the clock stands before its first entry is written. */
    instant_freeze(OPENING);
    Settings settings = {.office_name = STR("测试县"),
                         .operations = postgresql ? str_of(t->place.address) : (Str){NULL, 0},
                         .pool = postgresql ? str_of(t->place.address) : (Str){NULL, 0}};

    if (!office_create(t->folder, &settings, t->password, e))
        return false;
    t->stage = (Stage){
        .office = office_open(t->folder, e), .folder = t->folder, .password = str_of(t->password)};
    if (t->stage.office == NULL)
        return false;
    ServerOptions options = {.office = t->stage.office, .listen = STR("127.0.0.1:0"), .seen = note};

    t->stage.server = server_start(&options, e);
    t->control = t->stage.server != NULL ? control_start(t->stage.office, e) : NULL;
    return t->control != NULL;
}

static void theatre_close(Theatre *t) {
    control_stop(t->control);
    server_stop(t->stage.server);
    office_close(t->stage.office);
    test_place_remove(&t->place);
}

/* --- what holds for all routes ------------------------------------------------------------------
 */

static Str sample_path(Arena *a, const Route *r) {
    scoped_buf Buf out;
    Str rest = str_of(r->path), piece;
    bool first = true;

    buf_init(&out, 400);
    while (str_split(&rest, '/', &piece)) {
        if (!first)
            buf_add_char(&out, '/');
        first = false;
        buf_add(&out, piece.len > 2 && piece.ptr[0] == '{' ? STR("1") : piece);
    }
    return str_dup(a, buf_str(&out));
}

/* Without a session every route but the open ones says 401, whatever is in the body. */
static size_t check_doors(uint16_t port) {
    size_t wrong = 0;

    for (const Route *const *t = route_tables; *t != NULL; t++) {
        for (const Route *r = *t; r->method != METHOD_NONE; r++) {
            scoped_arena Arena *a = arena_new();
            Reply reply = {0};
            Ask ask = {.port = port,
                       .method = method_name(r->method),
                       .path = sample_path(a, r).ptr,
                       .headers = "",
                       .body = r->method == GET ? (Str){NULL, 0} : STR("{}")};
            bool closed = r->access == ACCESS_USER;

            if (!client_ask(&ask, a, &reply) || (closed && reply.status != 401)) {
                wrong++;
                printf("not ok %s %s without a session: %d\n", ask.method, ask.path, reply.status);
            }
        }
    }
    return wrong;
}

static bool never(Req *rq, Err *e) {
    (void)rq;
    (void)e;
    abort(); /* a route without access reached its handler */
}

/* A row whose author forgot the access column. */
static size_t check_forgotten(Office *o) {
    static const Route table[] = {
        {GET, "/api/forgotten", .name = "forgotten", .run = never, .help = ""}, {0}};
    static const Route *const tables[] = {table, NULL};
    scoped_arena Arena *a = arena_new();
    ServerOptions options = {.office = o, .listen = STR("127.0.0.1:0"), .routes = tables};
    Err e = {0};
    Server *s = server_start(&options, &e);
    Reply reply = {0};
    Ask ask = {.port = s != NULL ? server_port(s) : 0,
               .method = "GET",
               .path = "/api/forgotten",
               .headers = ""};
    bool good = s != NULL && client_ask(&ask, a, &reply) && reply.status == 403;

    server_stop(s);
    if (!good)
        printf("not ok a forgotten access answers %d %s\n", reply.status, e.text);
    return good ? 0 : 1;
}

/* --- slow clients ------------------------------------------------------------------------------
 */

static double seconds_now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A body that comes a byte now and then ends with its connection, soon after the limit; one that
 * is in time is answered. */
static size_t check_slow_body(uint16_t port) {
    static const char head[] = "POST /api/session HTTP/1.1\r\nHost: localhost\r\n"
                               "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    int fd = client_dial(port);
    double began = seconds_now();
    bool open = client_write(fd, str_of(head));
    scoped_buf Buf heard;

    buf_init(&heard, 65536);
    while (open && seconds_now() - began < 10) {
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
        open = client_write(fd, STR(" ")) && !client_hear_end(fd, &heard, 0.01);
    }
    double lasted = seconds_now() - began;

    close(fd);
    if (!open && lasted > 0.9 && lasted < 4 && heard.len == 0)
        return 0;
    printf("not ok a slow body lasted %.1f s: %.*s\n", lasted, STR_ARG(buf_str(&heard)));
    return 1;
}

typedef struct Burst {
    int round, rounds;
} Burst;

static bool append_burst(Tx *tx, void *context, Err *e) {
    const Burst *b = context;

    for (int i = 0; i < 200; i++) {
        char subject[64];

        snprintf(subject, sizeof subject, "slow:%04d-%04d-of-a-burst-that-fills", b->round, i);
        Event event = {
            .actor = STR("system"), .kind = STR("clue.slow_test"), .subject = str_of(subject)};

        if (!journal_append(tx, &event, e))
            return false;
    }
    return true;
}

static int open_stream(uint16_t port, Str cookie, int room) {
    scoped_arena Arena *a = arena_new();
    Str head = str_format(a,
                          "GET /api/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                          "Cookie: %.*s\r\n\r\n",
                          STR_ARG(cookie));
    int fd = client_dial_room(port, room);

    client_write(fd, head);
    return fd;
}

static Str reader_cookie(Store *store, Arena *a, Err *e) {
    static const char password[] = "Heping-2024-ceshi";
    Session session = {0};

    if (!account_create(store, STR("system"), STR("reader"), STR("读者"), str_of(password), false,
                        e) ||
        !account_sign_in(store, STR("reader"), str_of(password), STR("x"), &session, e))
        return (Str){NULL, 0};
    return str_format(a, "lianheng_session=%s", session.token);
}

/* A page that stops reading loses its stream, while another one hears everything. */
static size_t check_slow_reader(const Theatre *t, uint16_t port) {
    static const Projection kinds[] = {{"clue.slow_test", NULL}, {0}};
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf slow;
    scoped_buf Buf fast;
    Err e = {0};
    Str cookie = reader_cookie(t->stage.office->store, a, &e);
    int slow_fd = open_stream(port, cookie, 4096), fast_fd = open_stream(port, cookie, 0);
    Burst b = {.rounds = 60};

    buf_init(&slow, (size_t)16 << 20);
    buf_init(&fast, (size_t)16 << 20);
    journal_register(kinds, NULL);
    bool good = client_hear(slow_fd, &slow, STR("event: ping"), 10) &&
                client_hear(fast_fd, &fast, STR("event: ping"), 10);

    for (b.round = 0; good && b.round < b.rounds; b.round++) {
        char last[32];

        snprintf(last, sizeof last, "%04d-0199-of", b.round);
        good = store_write(t->stage.office->store, append_burst, &b, &e) &&
               client_hear(fast_fd, &fast, str_of(last), 10);
    }
    bool ended = client_hear_end(slow_fd, &slow, 10);
    bool missed = str_find(buf_str(&slow), STR("0059-0199-of")) < 0;

    close(slow_fd);
    close(fast_fd);
    if (good && ended && missed)
        return 0;
    printf("not ok a slow reader: others hear %d, its stream ends %d, missed the last %d, %zu "
           "bytes %s\n",
           good, ended, missed, slow.len, e.text);
    return 1;
}

static size_t check_slow(const Theatre *t) {
    ServerOptions options = {.office = t->stage.office,
                             .listen = STR("127.0.0.1:0"),
                             .body_seconds = 1,
                             .stream_most = 65536};
    Err e = {0};
    Server *s = server_start(&options, &e);
    size_t wrong = s == NULL;

    if (s != NULL)
        wrong = check_slow_body(server_port(s)) + check_slow_reader(t, server_port(s));
    server_stop(s);
    return wrong;
}

/* A table where two rows answer the same request would hide one of them. */
static size_t check_table(void) {
    size_t wrong = 0;

    for (const Route *const *t = route_tables; *t != NULL; t++) {
        for (const Route *r = *t; r->method != METHOD_NONE; r++) {
            RouteMatch m = route_find(route_tables, r->method, str_of(r->path));
            bool documented = r->name != NULL && r->help != NULL && r->access != ACCESS_NOBODY;

            if (m.route == r && documented)
                continue;
            wrong++;
            printf("not ok %s %s is hidden or lacks a column\n", method_name(r->method), r->path);
        }
    }
    return wrong;
}

static size_t check_seen(void) {
    size_t missing = 0;

    for (const Route *const *t = route_tables; *t != NULL; t++) {
        for (const Route *r = *t; r->method != METHOD_NONE; r++) {
            bool known = false;

            for (size_t i = 0; i < seen.count; i++)
                known = known || seen.well[i] == r;
            if (known)
                continue;
            missing++;
            printf("not ok no scenario has %s %s answered well\n", method_name(r->method), r->path);
        }
    }
    if (seen.misfits != 0)
        printf("not ok %zu of %zu replies do not fit their rows\n", seen.misfits, seen.replies);
    return missing + (seen.misfits != 0);
}

/* --- all of it -------------------------------------------------------------------------------- */

static bool run_one(bool postgresql, char *path) {
    Theatre t = {0};
    Err e = {0};
    bool good = theatre_open(&t, postgresql, &e) && scenario_run(&t.stage, path, &e);

    theatre_close(&t);
    printf("%s %s%s%s%s%s\n", good ? "ok" : "not ok", basename(path), good ? "" : ": ",
           good ? "" : e.where, good ? "" : ": ", good ? "" : e.text);
    fflush(stdout);
    return good;
}

static size_t run_doors(bool postgresql) {
    Theatre t = {0};
    Err e = {0};
    size_t wrong;

    if (!theatre_open(&t, postgresql, &e)) {
        printf("not ok office: %s %s\n", e.where, e.text);
        return 1;
    }
    wrong =
        check_doors(server_port(t.stage.server)) + check_forgotten(t.stage.office) + check_slow(&t);
    theatre_close(&t);
    return wrong;
}

int main(int argc, char **argv) {
    bool postgresql = argc > 1 && strcmp(argv[1], "postgresql") == 0;
    size_t failed = 0, whole = 0;

    if (postgresql && (getenv("LIANHENG_TEST_PG") == NULL || *getenv("LIANHENG_TEST_PG") == '\0')) {
        puts("跳过：没有 LIANHENG_TEST_PG（用 tests/with_postgresql.sh 运行）");
        return 77;
    }
    crypto_start();
    log_level(LOG_ERROR);
    for (int i = 2; i < argc; i++) {
        failed += !run_one(postgresql, argv[i]);
        whole++;
    }
    /* With a few files only, the routes they leave out are no news. */
    failed += run_doors(postgresql) + check_table() + (whole >= 8 ? check_seen() : 0);
    printf("%zu scenarios, %zu replies, %zu routes answered well, %zu mistakes\n", whole,
           seen.replies, seen.count, failed);
    return failed == 0 ? 0 : 1;
}
