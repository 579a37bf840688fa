/* SPDX-License-Identifier: MulanPSL-2.0 */
/* benches/http_bench.c: how fast the server answers 50 clients, as a ratio to its own static file.
 *
 *     http_bench DATA [SECONDS] [CLIENTS] [PATH]
 *
 * DATA is a data folder with something in it (lianheng demo). Server and clients share this
 * machine. Prints one JSON object a line: {"what", "rate", "ratio", "p50_ms", "p99_ms"}. */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "http/server.h"
#include "people/account.h"
#include "people/organisation.h"

enum { CLIENTS_MOST = 200, SAMPLES_MOST = 200000 };

typedef struct Load {
    uint16_t port;
    char request[2048];
    atomic_bool stop;
} Load;

typedef struct Client {
    Load *load;
    pthread_t thread;
    size_t count;
    float *samples; /* milliseconds */
    bool failed;
} Client;

static double now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int dial(uint16_t port) {
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* One reply with Content-Length on a connection that stays open; its status, 0 when it broke. */
static int read_reply(int fd, char *room, size_t size, Str *whole) {
    size_t have = 0, want = 0;

    for (;;) {
        ssize_t n = recv(fd, room + have, size - 1 - have, 0);

        if (n <= 0)
            return 0;
        have += (size_t)n;
        room[have] = '\0';
        const char *end = strstr(room, "\r\n\r\n");

        if (end != NULL && want == 0) {
            const char *length = strcasestr(room, "content-length: ");

            want = (size_t)(end + 4 - room) + (length != NULL ? strtoul(length + 16, NULL, 10) : 0);
        }
        if (want != 0 && have >= want)
            break;
        if (have + 1 >= size)
            return 0;
    }
    *whole = (Str){room, have};
    return (int)strtol(room + 9, NULL, 10);
}

static void *run_client(void *context) {
    Client *c = context;
    size_t size = (size_t)4 << 20, length = strlen(c->load->request);
    char *room = malloc(size);
    int fd = dial(c->load->port);
    Str whole;

    while (!c->failed && !atomic_load(&c->load->stop)) {
        double began = now();

        c->failed = fd < 0 || send(fd, c->load->request, length, MSG_NOSIGNAL) != (ssize_t)length ||
                    read_reply(fd, room, size, &whole) != 200;
        if (c->count < SAMPLES_MOST)
            c->samples[c->count] = (float)((now() - began) * 1000);
        c->count++;
    }
    if (fd >= 0)
        close(fd);
    free(room);
    return NULL;
}

static int by_size(const void *x, const void *y) {
    float a = *(const float *)x, b = *(const float *)y;

    return a < b ? -1 : a > b;
}

/* Replies a second; the samples of all clients are put together for the percentiles. */
static double measure(Load *load, const char *what, size_t clients, double seconds, double base) {
    Client *each = calloc(clients, sizeof *each);
    float *all = NULL;
    size_t count = 0, samples = 0;
    bool failed = false;
    double began = now();

    atomic_store(&load->stop, false);
    for (size_t i = 0; i < clients; i++) {
        each[i].load = load;
        each[i].samples = calloc(SAMPLES_MOST, sizeof(float));
        pthread_create(&each[i].thread, NULL, run_client, &each[i]);
    }
    nanosleep(&(struct timespec){.tv_sec = (time_t)seconds}, NULL);
    atomic_store(&load->stop, true);
    for (size_t i = 0; i < clients; i++)
        pthread_join(each[i].thread, NULL);
    double rate, spent = now() - began;

    for (size_t i = 0; i < clients; i++) {
        size_t n = each[i].count < SAMPLES_MOST ? each[i].count : SAMPLES_MOST;

        all = realloc(all, (samples + n + 1) * sizeof *all);
        memcpy(all + samples, each[i].samples, n * sizeof *all);
        samples += n;
        count += each[i].count;
        failed = failed || each[i].failed;
        free(each[i].samples);
    }
    rate = (double)count / spent;
    qsort(all, samples, sizeof *all, by_size);
    printf("{\"what\":\"%s\",\"rate\":%.0f,\"ratio\":%.2f,\"p50_ms\":%.2f,\"p99_ms\":%.2f%s}\n",
           what, rate, base > 0 ? rate / base : 1.0, samples ? all[samples / 2] : 0.0F,
           samples ? all[samples * 99 / 100] : 0.0F, failed ? ",\"failed\":true" : "");
    fflush(stdout);
    free(all);
    free(each);
    return rate;
}

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
