/* SPDX-License-Identifier: MulanPSL-2.0 */
/* scenarios/checks.c: clients that are slow, and answers that are kept. */
#include "checks.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "client.h"
#include "http/server.h"
#include "http/req.h"
#include "people/account.h"
#include "people/organisation.h"
#include "sql_statements.h"

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

enum { BURST = 250 }; /* more than one statement may ask for, most of them nobody's */

static bool append_burst(Tx *tx, void *context, Err *e) {
    const Burst *b = context;

    for (int i = 0; i < BURST; i++) {
        scoped_arena Arena *a = arena_new();
        Node *body = node_map(a);
        Event event = {.actor = STR("system"),
                       .kind = STR("clue.slow_test"),
                       .subject = i < BURST / 5 ? STR("clue:slow")
                                  : i < BURST - 100
                                      ? str_format(a, "clue:other-%d", b->round * BURST + i)
                                      : STR("clue:slow"),
                       .body = body};

        node_set_text(a, body, "model",
                      str_format(a, "%04d-%04d-of-a-burst-that-fills", b->round, i));
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

/* A clue whose events the reader may hear. */
static bool add_clue(Tx *tx, void *context, Err *e) {
    static const char text[] =
        "INSERT INTO clue (id, number, model, model_version, subject_kind, subject_key, strength, "
        "strength_rank, level, level_rank, status, suggests, amount, digest, found_run, found_at, "
        "changed_run, changed_at) VALUES ('slow', 1, 'm', 'v', 'person', 'k', 'strong', 1, 'high', "
        "1, "
        "'new', '', 0, '', 1, '', 1, '')";
    static const Sql sql = {"add_clue", text, text, true};

    (void)context;
    return tx_run(tx, &sql, NO_ARGS, NULL, e);
}

static bool appoint_reader(Office *o, Err *e) {
    Snapshot *s = office_snapshot(o);
    AppointmentNew post = {
        .login = STR("reader"), .role = STR("case_officer"), .organisation = ORGANISATION_HOME};
    int64_t number;
    bool good = appointment_create(o->store, s->content, STR("system"), &post, &number, e);

    snapshot_drop(s);
    return good;
}

static Str reader_cookie(Office *o, Arena *a, Err *e) {
    static const char password[] = "Heping-2024-ceshi";
    Session session = {0};
    Store *store = o->store;

    if (!account_create(store, STR("system"), STR("reader"), STR("读者"), str_of(password), false,
                        e) ||
        !appoint_reader(o, e) || !store_write(store, add_clue, NULL, e) ||
        !account_sign_in(store, STR("reader"), str_of(password), STR("x"), &session, e))
        return (Str){NULL, 0};
    return str_format(a, "lianheng_session=%s", session.token);
}

/* A page that stops reading loses its stream, while another one hears everything. */
static size_t check_slow_reader(Office *o, uint16_t port) {
    static const Projection kinds[] = {{"clue.slow_test", NULL}, {0}};
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf slow;
    scoped_buf Buf fast;
    Err e = {0};
    Str cookie = reader_cookie(o, a, &e);
    int slow_fd = open_stream(port, cookie, 4096), fast_fd = open_stream(port, cookie, 0);
    Burst b = {.rounds = 50};

    buf_init(&slow, (size_t)16 << 20);
    buf_init(&fast, (size_t)16 << 20);
    journal_register(kinds, NULL);
    bool good = client_hear(slow_fd, &slow, STR("event: ping"), 10) &&
                client_hear(fast_fd, &fast, STR("event: ping"), 10);

    for (b.round = 0; good && b.round < b.rounds; b.round++) {
        char last[32];

        snprintf(last, sizeof last, "%04d-%04d-of", b.round, BURST - 1);
        good = store_write(o->store, append_burst, &b, &e) &&
               client_hear(fast_fd, &fast, str_of(last), 10);
    }
    bool ended = client_hear_end(slow_fd, &slow, 10);
    bool missed = str_find(buf_str(&slow), STR("0049-0249-of")) < 0;

    close(slow_fd);
    close(fast_fd);
    if (good && ended && missed)
        return 0;
    printf("not ok a slow reader: others hear %d, its stream ends %d, missed the last %d, %zu "
           "bytes %s\n",
           good, ended, missed, slow.len, e.text);
    return 1;
}

size_t check_slow(Office *o) {
    ServerOptions options = {
        .office = o, .listen = STR("127.0.0.1:0"), .body_seconds = 1, .stream_most = 65536};
    Err e = {0};
    Server *s = server_start(&options, &e);
    size_t wrong = s == NULL;

    if (s != NULL)
        wrong = check_slow_body(server_port(s)) + check_slow_reader(o, server_port(s));
    server_stop(s);
    return wrong;
}

/* --- kept answers ----------------------------------------------------------------------------- */

enum { ASKERS = 4, ROUNDS = 300 };

static atomic_uint probed;

static bool read_head(Tx *tx, void *context, Err *e) {
    return tx_int(tx, &SQL_journal_head, NO_ARGS, 0, context, e);
}

/* How long the journal is. */
static bool probe(Req *rq, Err *e) {
    Node *n = node_map(req_arena(rq));
    int64_t sequence = 0;

    atomic_fetch_add(&probed, 1);
    if (!store_read(req_office(rq)->store, read_head, &sequence, e))
        return false;
    node_set_int(req_arena(rq), n, "sequence", sequence);
    return reply_node(rq, n);
}

typedef struct Asker {
    Office *office;
    uint16_t port;
    pthread_t thread;
    int64_t sequence; /* of what it wrote last */
    size_t asked, stale;
} Asker;

static bool append_one(Tx *tx, void *context, Err *e) {
    Asker *k = context;
    Event event = {.actor = STR("system"), .kind = STR("clue.slow_test"), .subject = STR("kept:1")};

    if (!journal_append(tx, &event, e))
        return false;
    k->sequence = event.sequence;
    return true;
}

/* Every third time something is written first; then the answer must know of it. */
static void *ask_and_write(void *context) {
    Asker *k = context;
    Err e = {0};

    for (int i = 0; i < ROUNDS; i++) {
        scoped_arena Arena *a = arena_new();
        Ask ask = {.port = k->port, .method = "GET", .path = "/api/probe", .headers = ""};
        Reply reply = {0};

        if (i % 3 == 0 && !store_write(k->office->store, append_one, k, &e))
            k->stale++;
        const Node *n = client_ask(&ask, a, &reply) ? json_read(a, reply.body, &e) : NULL;

        k->asked++;
        k->stale += n == NULL || node_int(n, "sequence", 0) < k->sequence;
    }
    return NULL;
}

static size_t check_fresh(Office *o) {
    static const Route table[] = {{GET, "/api/probe", ACCESS_ANYONE, ROUTE_DOCUMENT,
                                   .name = "probe", .steady = true, .run = probe, .help = ""},
                                  {0}};
    static const Route *const tables[] = {table, NULL};
    ServerOptions options = {.office = o, .listen = STR("127.0.0.1:0"), .routes = tables};
    Err e = {0};
    Server *s = server_start(&options, &e);
    Asker askers[ASKERS];
    size_t asked = 0, stale = 0;

    for (size_t i = 0; i < ASKERS; i++) {
        askers[i] = (Asker){.office = o, .port = server_port(s)};
        pthread_create(&askers[i].thread, NULL, ask_and_write, &askers[i]);
    }
    for (size_t i = 0; i < ASKERS; i++) {
        pthread_join(askers[i].thread, NULL);
        asked += askers[i].asked;
        stale += askers[i].stale;
    }
    server_stop(s);
    if (stale == 0 && atomic_load(&probed) < asked)
        return 0;
    printf("not ok of %zu answers %zu are older than what was written, %u were worked out\n", asked,
           stale, atomic_load(&probed));
    return 1;
}

static int status_of(uint16_t port, Str cookie) {
    scoped_arena Arena *a = arena_new();
    Reply reply = {0};
    Ask ask = {.port = port,
               .method = "GET",
               .path = "/api/clues?limit=5",
               .headers = str_format(a, "Cookie: %.*s\r\n", STR_ARG(cookie)).ptr};

    return client_ask(&ask, a, &reply) ? reply.status : 0;
}

/* What is kept for one session is not given to another, nor to the same once it has ended. */
static size_t check_sessions(Office *o) {
    ServerOptions options = {.office = o, .listen = STR("127.0.0.1:0")};
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    Server *s = server_start(&options, &e);
    Session session = {0};
    int64_t sequence = 0;
    bool good =
        account_sign_in(o->store, STR("reader"), STR("Heping-2024-ceshi"), STR("x"), &session, &e);
    Str cookie = str_format(a, "lianheng_session=%s", session.token);
    int first = status_of(server_port(s), cookie), again = status_of(server_port(s), cookie);
    int other = status_of(server_port(s), STR("lianheng_session=0000")),
        none = status_of(server_port(s), STR("x=y"));

    good = good && account_sign_out(o->store, str_of(session.token), &e) &&
           store_read(o->store, read_head, &sequence, &e);
    int ended = status_of(server_port(s), cookie);

    /* One that runs out by itself writes nothing. */
    good = good && account_sign_in(o->store, STR("reader"), STR("Heping-2024-ceshi"), STR("x"),
                                   &session, &e);
    cookie = str_format(a, "lianheng_session=%s", session.token);
    int fresh = status_of(server_port(s), cookie);

    instant_freeze(instant_now() + INT64_C(13) * 3600 * 1000000);
    nanosleep(&(struct timespec){.tv_sec = 1, .tv_nsec = 100000000}, NULL);
    int old = status_of(server_port(s), cookie);

    server_stop(s);
    if (good && first == 200 && again == 200 && other == 401 && none == 401 && ended == 401 &&
        fresh == 200 && old == 401)
        return 0;
    printf("not ok sessions and kept answers: %d %d, others %d %d, ended %d, %d then old %d %s\n",
           first, again, other, none, ended, fresh, old, e.text);
    return 1;
}

size_t check_kept(Office *o) {
    return check_fresh(o) + check_sessions(o);
}
