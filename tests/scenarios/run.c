/* SPDX-License-Identifier: MulanPSL-2.0 */
/* scenarios/run.c: all scenarios, each on a fresh office with the server inside this process:
 *
 *     run sqlite|postgresql [--sweep|--sweep-few] FILE…
 *
 * At the end: every route was answered well at least once, every reply fitted its rows, and every
 * route without a session said 401. With --sweep every file is run again and again, each time with
 * another fallible border failing once (few: one passage of each kind); what matters then is what
 * is left behind. */
#include <dirent.h>
#include <libgen.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "checks.h"
#include "client.h"
#include "http/shapes.h"
#include "main/control.h"
#include "scenario.h"
#include "store/testing.h"

enum { ROUTES_MOST = 200 };
#ifdef LIANHENG_FAULTS
static const bool faults_built = true;
#else
static const bool faults_built = false;
#endif
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

/* --- everything fails once -------------------------------------------------------------------- */

/* Every kind of border, and how many of its passages are tried. The kinds are the names in
 * FAULT("…"); one that a scenario never passes costs one run. */
static const struct {
    const char *name;
    unsigned first, step, most;
} borders[] = {
    {"store.connect", 1, 1, 2},       {"store.begin", 2, 7, 4},  {"store.savepoint", 3, 4, 3},
    {"store.step", 9, 23, 9},         {"store.commit", 3, 2, 5}, {"store.committed", 2, 4, 2},
    {"journal.insert", 3, 3, 4},      {"journal.head", 2, 3, 3}, {"pool.append", 1, 1, 3},
    {"pool.commit", 1, 1, 4},         {"pool.journal", 1, 1, 3}, {"pool.rejects.write", 1, 1, 2},
    {"pool.verdict.commit", 1, 1, 2}, {"pool.window", 1, 1, 2},  {"upload.room", 1, 1, 1},
    {"upload.write", 1, 1, 2},
};

static size_t open_files(void) {
    DIR *folder = opendir("/proc/self/fd");
    size_t n = 0;

    while (readdir(folder) != NULL)
        n++;
    closedir(folder);
    return n;
}

/* After whatever failed: the server answers, the chain is whole, rebuild equals live, and the
 * folder opens again. */
static bool still_well(Theatre *t, Err *e) {
    scoped_arena Arena *a = arena_new();
    char live[65], rebuilt[65];
    JournalCheck check;
    Reply reply = {0};
    Ask ask = {.port = server_port(t->stage.server),
               .method = "GET",
               .path = "/api/health",
               .headers = ""};

    if (!client_ask(&ask, a, &reply) || reply.status != 200)
        return err_set(e, ERR_BROKEN, NULL, "the server answers %d", reply.status);
    control_stop(t->control);
    server_stop(t->stage.server);
    t->control = NULL;
    t->stage.server = NULL;
    if (!journal_verify(t->stage.office->store, &check, e) ||
        !journal_digest(t->stage.office->store, live, e) ||
        !journal_rebuild(t->stage.office->store, rebuilt, e))
        return false;
    if (strcmp(live, rebuilt) != 0)
        return err_set(e, ERR_BROKEN, NULL, "rebuild differs from live");
    office_close(t->stage.office);
    t->stage.office = office_open(t->folder, e);
    return t->stage.office != NULL;
}

/* The scenario with one passage failing. False when something was left broken. */
static bool one_fault(bool postgresql, const char *path, const char *border, unsigned n,
                      bool *fired) {
    Theatre t = {0};
    Err e = {0}, wrong = {0};
    size_t files = open_files();

    fault_arm("", 0);
    if (!theatre_open(&t, postgresql, &wrong)) {
        printf("not ok office: %s\n", wrong.text);
        return false;
    }
    t.stage.impatient = 5;
    fault_arm(border, n);
    bool passed = scenario_run(&t.stage, path, &e);

    *fired = fault_fired();
    fault_arm("", 0);
    bool good = still_well(&t, &wrong);

    theatre_close(&t);
    if (good && open_files() != files)
        good = err_set(&wrong, ERR_BROKEN, NULL, "%zu files open before, %zu after", files,
                       open_files());
    if (good && !passed && !*fired)
        good = err_set(&wrong, ERR_BROKEN, NULL, "failed without a fault: %s %s", e.where, e.text);
    if (!good)
        printf("not ok %s, %s %u: %s (the scenario: %s %s)\n", path, border, n, wrong.text,
               passed ? "passed" : e.where, e.text);
    return good;
}

static size_t sweep_one(bool postgresql, const char *path, bool few, size_t *tried) {
    size_t wrong = 0;

    for (size_t i = 0; i < sizeof borders / sizeof borders[0]; i++) {
        bool fired = true;
        unsigned n = borders[i].first;

        for (unsigned k = 0; fired && k < (few ? 1 : borders[i].most); k++, n += borders[i].step) {
            wrong += !one_fault(postgresql, path, borders[i].name, n, &fired);
            *tried += fired;
        }
    }
    return wrong;
}

static int sweep(bool postgresql, bool few, int count, char **paths) {
    size_t wrong = 0, tried = 0;

    if (!faults_built) {
        puts("跳过：这次编译没有故障点（meson -Dfaults=true）");
        return 77;
    }
    log_level(LOG_ERROR);
    for (int i = 0; i < count; i++)
        wrong += sweep_one(postgresql, paths[i], few, &tried);
    printf("%d scenarios, %zu faults, %zu mistakes\n", count, tried, wrong);
    return wrong == 0 && tried != 0 ? 0 : 1;
}

static size_t run_doors(bool postgresql) {
    Theatre t = {0};
    Err e = {0};
    size_t wrong;

    if (!theatre_open(&t, postgresql, &e)) {
        printf("not ok office: %s %s\n", e.where, e.text);
        return 1;
    }
    wrong = check_doors(server_port(t.stage.server)) + check_forgotten(t.stage.office) +
            check_slow(t.stage.office) + check_kept(t.stage.office) +
            check_headers(t.stage.office, server_port(t.stage.server), t.stage.password);
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
    if (argc > 2 && strncmp(argv[2], "--sweep", 7) == 0)
        return sweep(postgresql, strcmp(argv[2], "--sweep-few") == 0, argc - 3, argv + 3);
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
