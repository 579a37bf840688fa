/* SPDX-License-Identifier: MulanPSL-2.0 */
/* benches/matter_bench.c: matters at work: durable transitions against raw commits of one row,
 * lists and details at many clients, and what open clocks cost while nothing is due.
 *
 *     matter_bench DATA [MATTERS] [SECONDS] [CLIENTS] [LAPSES] [PARTS]
 *
 * PARTS are letters of what is done, "mtclkipbdx" when it is left out: make the store, transitions,
 * clocks; lists, the desk (k), matters by id, pages, a burst of LAPSES; the figures of 统计.
 * Without m the store is one that was made before.
 *
 * DATA is a data folder of its own (lianheng demo). Some hundred matters begin and move through the
 * engine; the rest are the same rows under other names, dates and houses, worked on by fifty
 * people, their titles and texts sealed under keys of their own as far as they are shown here. The
 * reader sees nearly all of them. One JSON object a line. */
#include <sys/resource.h>

#include "base/log.h"
#include "flow/matter.h"
#include "flow/seal.h"
#include "http/clock.h"
#include "http/matter_export.h"
#include "http/server.h"
#include "load.h"
#include "people/account.h"
#include "people/organisation.h"
#include "store/subject.h"

#include <inttypes.h>
#include <sqlite3.h>

enum {
    BEGUN = 200,
    THREADS = 8,
    TURNS_MOST = 200000,
    HOUSES = 40,
    SEALED = 80000, /* copies that are shown here */
    TURNS = 4       /* raw commits and transitions in turn */
};

static void must(bool good, const Err *e) {
    if (good)
        return;
    fprintf(stderr, "matter_bench: %s %s\n", e->where, e->text);
    exit(1);
}

/* ---- people ---- */

static char password[24];

static Str person(Office *o, const Content *c, const char *login, const char *role, int64_t house) {
    AppointmentNew post = {.login = str_of(login), .role = str_of(role), .organisation = house};
    int64_t number;
    Err e = {0};

    must(account_create(o->store, STR("bench"), post.login, STR("测速"), str_of(password), false,
                        &e) &&
             appointment_create(o->store, c, STR("system"), &post, &number, &e),
         &e);
    return post.login;
}

static int64_t house(Office *o, const Content *c, int i) {
    char name[60];
    OrganisationNew in = {.kind = STR("market_supervision"), .division = STR("510502")};
    int64_t number;
    Err e = {0};

    snprintf(name, sizeof name, "测速第%d市场监督管理局", i);
    in.name = str_of(name);
    must(organisation_create(o->store, c, STR("system"), &in, &number, &e), &e);
    return number;
}

/* ---- through the engine ---- */

static Node *values_of(Arena *a, const char *text) {
    Err e = {0};
    Node *n = json_read(a, str_of(text), &e);

    must(n != NULL, &e);
    return n;
}

/* A third waits for an answer, a third is answered, a third is closed. */
static void begin_one(Office *o, const Content *c, int64_t first, int i) {
    scoped_arena Arena *a = arena_new();
    MatterActor asker = {STR("bench1"), NULL}, asked = {STR("bench2"), NULL};
    MatterNew in = {.flow = STR("consultation"),
                    .level = i % 10 == 0 ? STR("high") : STR("ordinary"),
                    .organisation = ORGANISATION_HOME};
    Node *parties = node_map(a);
    FlowAct act = {.verb = VERB_ACT};
    Str id;
    Err e = {0};

    node_set_int(a, parties, "asked", first);
    in.parties = parties;
    in.values = values_of(a, str_format(a, "{\"subject\":\"测速会商%d\"}", i).ptr);
    must(matter_begin(o->store, c, &asker, &in, a, &id, &e), &e);
    act.actor = asker.login;
    act.action = STR("ask");
    act.values = values_of(a, "{\"questions\":\"如何认定\",\"urgent\":\"否\"}");
    must(matter_act(o->store, c, &asker, id, 0, &act, a, NULL, &e), &e);
    if (i % 3 == 0)
        return;
    act.actor = asked.login;
    act.action = STR("answer");
    act.values = values_of(a, "{\"form\":\"线下会商\",\"opinion\":\"可以认定\"}");
    must(matter_act(o->store, c, &asked, id, 0, &act, a, NULL, &e), &e);
    if (i % 3 == 1)
        return;
    act.actor = asker.login;
    act.action = STR("close");
    act.values = values_of(a, "{\"adopted\":\"采纳\"}");
    must(matter_act(o->store, c, &asker, id, 0, &act, a, NULL, &e), &e);
}

/* ---- multiplied ---- */

/* In DATA, so that a store that was made can be asked again. */
static void keep_password(const char *data, bool make) {
    char path[600];

    snprintf(path, sizeof path, "%s/bench-password", data);
    FILE *f = fopen(path, make ? "we" : "re");

    if (make)
        account_random_password(password);
    if (f == NULL || (make ? fputs(password, f) : fgets(password, sizeof password, f) != NULL) < 1)
        exit(1);
    fclose(f);
}

static void run(sqlite3 *db, const char *text) {
    char *why = NULL;

    if (sqlite3_exec(db, text, NULL, NULL, &why) == SQLITE_OK)
        return;
    fprintf(stderr, "matter_bench: %s\n%.200s\n", why, text);
    exit(1);
}

#define COPY_ID "substr(m.id, 1, 10) || printf('%010d', c.n)"
#define HOUSE "(CASE WHEN p.organisation = 1 THEN 1 ELSE p.organisation + c.n % 40 END)"
#define HEAD                                                                                      \
    "id, ordinal, number, flow, version, organisation, state, outcome, level, level_rank, step, " \
    "steps, opened, closed, changed, actor, revision, due, lapsed, sealed, case_number, tree, "   \
    "party_set"

/* New ids and numbers, changed over a year, due over the next; every fortieth at each house. */
static const char *const copies[] = {
    "CREATE TEMP TABLE template AS SELECT row_number() OVER (ORDER BY ordinal) - 1 AS k, id, tree, "
    "number FROM matter WHERE flow = 'consultation'",
    "CREATE TEMP TABLE copy AS WITH RECURSIVE n (n) AS (SELECT (SELECT MAX(ordinal) FROM matter) + "
    "1 "
    "UNION ALL SELECT n + 1 FROM n WHERE n < (SELECT wanted FROM temp.wish)) "
    "SELECT n.n AS n, t.id AS id, strftime('%Y-%m-%dT%H:%M:%S', '2025-11-01', '+' || (n.n * 7919 % "
    "525600) || ' minutes') || '.000000+08:00' AS at, strftime('%Y-%m-%d', '2027-01-01', '+' || "
    "(n.n "
    "* 31 % 365) || ' days') AS day FROM n JOIN template t ON t.k = n.n % (SELECT COUNT(*) FROM "
    "template)",
    "INSERT INTO matter (" HEAD ") SELECT " COPY_ID
    ", c.n, replace(m.number, '号', '-' || c.n || '号'), m.flow, "
    "m.version, m.organisation, m.state, m.outcome, m.level, m.level_rank, m.step, m.steps, "
    "m.opened, "
    "m.closed, c.at, 'staff' || (c.n % 50), m.revision, CASE WHEN m.due = '9' THEN '9' ELSE c.day "
    "|| "
    "'T00:00:00.000000+08:00' END, m.lapsed, m.sealed, m.case_number, replace(m.tree, "
    "m.id, " COPY_ID "), (SELECT group_concat(x) FROM (SELECT DISTINCT " HOUSE
    " AS x FROM matter_party p WHERE "
    "p.matter = m.id ORDER BY 1)) FROM copy c JOIN matter m ON m.id = c.id",
    "INSERT INTO matter_party SELECT " COPY_ID ", p.id, p.party, " HOUSE
    ", p.since, p.until FROM copy c JOIN matter m ON m.id = c.id JOIN "
    "matter_party p ON p.matter = m.id",
    "INSERT INTO matter_task (matter, id, step_id, step, kind, organisation, role, department, "
    "login, "
    "state, opened, closed, action, actor, urged, ask, asked_by, due, party_set) SELECT " COPY_ID
    ", p.id, p.step_id, p.step, p.kind, " HOUSE ", p.role, p.department, CASE WHEN p.login = '' "
    "THEN '' ELSE 'staff' || (c.n % 50) END, p.state, "
    "p.opened, p.closed, p.action, CASE WHEN p.actor = '' THEN '' ELSE 'staff' || (c.n % 50) END, "
    "p.urged, p.ask, p.asked_by, CASE WHEN p.due = '9' THEN '9' ELSE c.day || "
    "'T00:00:00.000000+08:00' END, (SELECT z.party_set FROM matter z WHERE z.id = " COPY_ID
    ") FROM copy c JOIN matter m ON m.id = c.id JOIN matter_task p ON p.matter = m.id",
    "INSERT INTO matter_clock SELECT " COPY_ID ", p.id, p.step_id, p.step, p.period, p.version, "
    "p.due, p.day, p.state, p.fired, CASE WHEN p.next "
    "IS NULL THEN NULL ELSE (strftime('%s', c.day) - 28800) * 1000000 END FROM copy c JOIN matter "
    "m "
    "ON m.id = c.id JOIN matter_clock p ON p.matter = m.id",
    "INSERT INTO matter_event SELECT " COPY_ID ", p.revision, p.sequence, p.at, p.actor, p.verb, "
    "p.action, p.step, p.task, p.target, p.undone_by "
    "FROM copy c JOIN matter m ON m.id = c.id JOIN matter_event p ON p.matter = m.id",
    "DELETE FROM matter_set",
    "INSERT INTO matter_set SELECT DISTINCT p.organisation, m.party_set FROM matter_party p JOIN "
    "matter m ON m.id = p.matter WHERE p.until = ''",
    "DELETE FROM matter_count",
    "INSERT INTO matter_count SELECT party_set, state, flow, level, steps, outcome, lapsed, "
    "sealed, "
    "COUNT(*) FROM matter GROUP BY 1, 2, 3, 4, 5, 6, 7, 8",
    "ANALYZE",
    NULL};

/* The last number given so far. */
static int64_t ordinals(const char *data) {
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    char path[600];

    snprintf(path, sizeof path, "%s/operations.db", data);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "SELECT MAX(ordinal) FROM matter WHERE ordinal < 1000000000", -1, &q,
                           NULL) != SQLITE_OK ||
        sqlite3_step(q) != SQLITE_ROW)
        exit(1);
    int64_t last = sqlite3_column_int64(q, 0);

    sqlite3_finalize(q);
    sqlite3_close(db);
    return last;
}

/* Indexes over a million rows are sooner made than kept. */
typedef struct Indexes {
    char *drop, *make;
} Indexes;

static Indexes indexes_of(sqlite3 *db) {
    sqlite3_stmt *q = NULL;
    Indexes found = {NULL, NULL};

    if (sqlite3_prepare_v2(db,
                           "SELECT group_concat('DROP INDEX ' || name, ';'), group_concat(sql, "
                           "';') FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND "
                           "tbl_name IN ('matter', 'matter_party', 'matter_task', 'matter_clock', "
                           "'matter_event')",
                           -1, &q, NULL) != SQLITE_OK ||
        sqlite3_step(q) != SQLITE_ROW)
        exit(1);
    found.drop = strdup((const char *)sqlite3_column_text(q, 0));
    found.make = strdup((const char *)sqlite3_column_text(q, 1));
    sqlite3_finalize(q);
    return found;
}

static void multiply(const char *data, int64_t matters) {
    sqlite3 *db = NULL;
    char path[600], wish[100];
    double began = now();

    snprintf(path, sizeof path, "%s/operations.db", data);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        exit(1);
    snprintf(wish, sizeof wish, "CREATE TEMP TABLE wish AS SELECT %" PRId64 " AS wanted", matters);
    run(db, "PRAGMA busy_timeout = 10000; PRAGMA synchronous = OFF; PRAGMA cache_size = -500000");
    run(db, wish);
    Indexes indexes = indexes_of(db);

    run(db, "BEGIN IMMEDIATE");
    for (const char *const *text = copies; *text != NULL; text++) {
        if (text == &copies[2])
            run(db, indexes.drop);
        if (strcmp(*text, "ANALYZE") == 0)
            run(db, indexes.make);
        run(db, *text);
    }
    run(db, "COMMIT");
    free(indexes.drop);
    free(indexes.make);
    run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
    sqlite3_close(db);
    printf("{\"what\":\"made\",\"matters\":%" PRId64 ",\"seconds\":%.1f}\n", matters,
           now() - began);
    fflush(stdout);
}

/* ---- names and texts of those that are shown ---- */

typedef struct SealWork {
    int64_t originals, from; /* ordinals: the last of them, and where it stands */
    int64_t count;
} SealWork;

static bool seal_page(Tx *tx, void *context, Err *e) {
    static const char find[] =
        "SELECT m.id, m.ordinal, o.id AS origin, o.title, o.personal FROM matter m JOIN matter o "
        "ON o.ordinal <= $2 AND substr(o.id, 1, 10) = substr(m.id, 1, 10) WHERE m.ordinal > $1 "
        "ORDER BY m.ordinal LIMIT 200";
    static const char put[] =
        "UPDATE matter SET title = $2, personal = $3, words = $4 WHERE id = $1";
    static const Sql update = {"seal", put, put, true};
    SealWork *s = context;
    scoped_arena Arena *a = arena_new();
    Node *rows =
        tx_rows_text(tx, a, str_of(find), ARGS(ARG_OF_INT(s->from), ARG_OF_INT(s->originals)), e);

    s->count = rows ? (int64_t)rows->count : 0;
    for (size_t i = 0; rows && i < rows->count; i++) {
        Node *row = rows->items[i];
        Str id = node_text(row, "id");
        unsigned char key[KEY_SIZE];
        MatterSealed sealed;

        s->from = node_int(row, "ordinal", 0);
        if (!matter_open_row(tx, a, node_text(row, "origin"), row, e) ||
            !subject_key_make(tx, str_format(a, "matter:%.*s", STR_ARG(id)), key, e) ||
            !matter_seal_row(tx, a, id, node_text(row, "title"), node_text(row, "personal"),
                             &sealed, e) ||
            !tx_run(tx, &update, ARGS(ARG_OF_TEXT(id), sealed.title, sealed.personal, sealed.words),
                    NULL, e))
            return false;
    }
    return rows != NULL;
}

/* The originals' ids are random; their copies begin alike. */
static void seal_copies(Office *o, int64_t originals, int64_t most) {
    SealWork s = {originals, originals, 0};
    double began = now();
    Err e = {0};

    do
        must(store_write(o->store, seal_page, &s, &e), &e);
    while (s.count != 0 && s.from < most);
    printf("{\"what\":\"sealed\",\"matters\":%" PRId64 ",\"seconds\":%.1f}\n", s.from,
           now() - began);
    fflush(stdout);
}

/* ---- transitions ---- */

typedef struct Mover {
    Office *office;
    const Content *content;
    char (*ids)[24];
    size_t from, to, done;
    double until;
    pthread_t thread;
} Mover;

static void *move(void *context) {
    Mover *m = context;
    MatterActor asked = {STR("bench2"), NULL};

    while (m->from + m->done < m->to && now() < m->until) {
        scoped_arena Arena *a = arena_new();
        FlowAct act = {.verb = VERB_ACT, .actor = asked.login, .action = STR("answer")};
        Err e = {0};

        act.values = values_of(a, "{\"form\":\"线下会商\",\"opinion\":\"可以认定\"}");
        must(matter_act(m->office->store, m->content, &asked, str_of(m->ids[m->from + m->done]), 0,
                        &act, a, NULL, &e),
             &e);
        m->done++;
    }
    return NULL;
}

static size_t waiting_ids(const char *data, char (*ids)[24]) {
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    char path[600];
    size_t n = 0;

    snprintf(path, sizeof path, "%s/operations.db", data);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(
            db,
            "SELECT t.matter FROM matter_task t JOIN matter m ON m.id = t.matter WHERE "
            "t.step = 'answer' AND t.state = 'open' AND m.ordinal % 3 <> 1 LIMIT ?",
            -1, &q, NULL) != SQLITE_OK)
        exit(1);
    sqlite3_bind_int(q, 1, TURNS_MOST);
    while (sqlite3_step(q) == SQLITE_ROW)
        snprintf(ids[n++], 24, "%s", (const char *)sqlite3_column_text(q, 0));
    sqlite3_finalize(q);
    sqlite3_close(db);
    return n;
}

static double raw_commits(const char *data, double seconds) {
    sqlite3 *db = NULL;
    char path[600];
    size_t n = 0;

    snprintf(path, sizeof path, "%s/raw.db", data);
    unlink(path);
    if (sqlite3_open(path, &db) != SQLITE_OK)
        exit(1);
    run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE one (n INTEGER "
            "PRIMARY KEY, t TEXT)");
    double began = now();

    for (; now() - began < seconds; n++)
        run(db, "INSERT INTO one (t) VALUES ('一行')");
    double rate = (double)n / (now() - began);

    sqlite3_close(db);
    unlink(path);
    return rate;
}

/* Transitions a second, from the ids of `part` of TURNS. */
static double move_some(Office *o, const Content *c, char (*ids)[24], size_t count,
                        double seconds) {
    Mover movers[THREADS];
    double began = now();
    size_t done = 0;

    for (size_t i = 0; i < THREADS; i++) {
        movers[i] = (Mover){.office = o,
                            .content = c,
                            .ids = ids,
                            .from = count * i / THREADS,
                            .to = count * (i + 1) / THREADS,
                            .until = began + seconds};
        pthread_create(&movers[i].thread, NULL, move, &movers[i]);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(movers[i].thread, NULL);
        done += movers[i].done;
    }
    return (double)done / (now() - began);
}

/* In turn, so that whatever else the disc does meets both alike. */
static void transitions(Office *o, const Content *c, const char *data, double seconds) {
    char(*ids)[24] = calloc(TURNS_MOST, sizeof *ids);
    size_t count = waiting_ids(data, ids) / TURNS;
    double raw = 0, rate = 0;

    for (size_t i = 0; i < TURNS; i++) {
        raw += raw_commits(data, seconds / TURNS) / TURNS;
        rate += move_some(o, c, ids + i * count, count, seconds / TURNS) / TURNS;
    }
    printf("{\"what\":\"transitions\",\"rate\":%.0f,\"raw\":%.0f,\"ratio\":%.2f,\"threads\":%d}\n",
           rate, raw, rate / raw, THREADS);
    fflush(stdout);
    free(ids);
}

/* ---- clocks ---- */

/* As after a holiday notice that moves none of them. */
static void count_again(Office *o) {
    Snapshot *s = office_snapshot(o);
    MatterRecount r = {.begun = false};
    double began = now();
    Err e = {0};

    while (!r.done)
        must(matter_recount_step(o->store, s->content, &r, &e), &e);
    snapshot_drop(s);
    printf("{\"what\":\"counted anew\",\"matters\":%" PRId64 ",\"seconds\":%.1f}\n", r.seen,
           now() - began);
    fflush(stdout);
}

static void clocks(Office *o, double seconds) {
    count_again(o);
    Clock *k = clock_begin(o);
    struct rusage before, after;
    int64_t fired;
    Instant next;
    Err e = {0};

    sleep(1);
    getrusage(RUSAGE_SELF, &before);
    nanosleep(&(struct timespec){.tv_sec = (time_t)(seconds * 4)}, NULL);
    getrusage(RUSAGE_SELF, &after);
    clock_end(k);
#define SPENT(of)                                   \
    ((double)(after.of.tv_sec - before.of.tv_sec) + \
     (double)(after.of.tv_usec - before.of.tv_usec) / 1e6)
    double spent = SPENT(ru_utime) + SPENT(ru_stime), began = now();
    Snapshot *s = office_snapshot(o);

    must(matter_clocks(o->store, s->content, instant_wall(), 200, &fired, &next, &e), &e);
    snapshot_drop(s);
    printf("{\"what\":\"clocks\",\"share\":%.5f,\"look_ms\":%.3f,\"fired\":%" PRId64 "}\n",
           spent / (seconds * 4), (now() - began) * 1000, fired);
    fflush(stdout);
}

/* ---- a night in which very many lapse ---- */

typedef struct Night {
    Office *office;
    const Content *content;
    Instant at;
    int64_t fired;
    double seconds;
    atomic_bool stop;
    pthread_t thread;
} Night;

static void *lapse(void *context) {
    Night *n = context;
    double began = now();
    int64_t fired = 1;
    Instant next;
    Err e = {0};

    while (fired != 0 && !atomic_load(&n->stop)) {
        double step = now();

        must(matter_clocks(n->office->store, n->content, n->at, 200, &fired, &next, &e), &e);
        n->fired += fired;
        /* As the clock's thread does it (http/clock.c). */
        double took = now() - step;

        nanosleep(&(struct timespec){.tv_nsec = took < 0.9 ? (long)(took * 1e9) : 900000000}, NULL);
    }
    n->seconds = now() - began;
    return NULL;
}

/* The clocks of the first copies as their originals have them: all warn and lapse at once later. */
static void bring_forward(const char *data, int64_t clocks) {
    sqlite3 *db = NULL;
    char path[600], text[200];

    snprintf(path, sizeof path, "%s/operations.db", data);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        exit(1);
    run(db, "PRAGMA busy_timeout = 10000");
    snprintf(
        text, sizeof text,
        "UPDATE matter_clock SET next = 1 WHERE rowid IN (SELECT rowid FROM matter_clock WHERE "
        "next IS NOT NULL ORDER BY next LIMIT %" PRId64 ")",
        clocks);
    run(db, text);
    run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
    sqlite3_close(db);
}

/* ---- asked for ---- */

static char *request_of(const char *path, const char *cookie) {
    char *text = malloc(2048);

    snprintf(text, 2048,
             "GET %s HTTP/1.1\r\nHost: localhost\r\nCookie: lianheng_session=%s\r\n\r\n", path,
             cookie);
    return text;
}

enum { ASKED = 2000, CLIENTS_DEFAULT = 50 };

static void asked(Office *o, const char *data, double seconds, size_t clients, int64_t burst,
                  const char *parts) {
    static const char *requests[ASKED];
    static char ids[ASKED][24];
    Err e = {0};
    Server *s = server_start(&(ServerOptions){.office = o, .listen = STR("127.0.0.1:0")}, &e);
    Session session;
    char path[200];
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;

    must(s != NULL && account_sign_in(o->store, STR("bench3"), str_of(password), STR("127.0.0.1"),
                                      &session, &e),
         &e);
    Load load = {.port = server_port(s)};

    snprintf(load.request, sizeof load.request, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    double base = measure(&load, "static file", clients, seconds, 0);

    static const char *const same[] = {"/api/matters?limit=50", "/api/desk"};

    for (size_t i = 0; i < 2; i++) {
        char *one = request_of(same[i], session.token);

        if (strchr(parts, "lk"[i]) == NULL) {
            free(one);
            continue;
        }

        snprintf(load.request, sizeof load.request, "%s", one);
        measure(&load, same[i], clients, seconds, base);
        free(one);
    }
    snprintf(path, sizeof path, "%s/operations.db", data);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db,
                           "SELECT id FROM matter WHERE ordinal <= 80000 ORDER BY ordinal * 7919 % "
                           "1000003 LIMIT 2000",
                           -1, &q, NULL) != SQLITE_OK)
        exit(1);
    for (size_t n = 0; n < ASKED; n++) {
        if (sqlite3_step(q) == SQLITE_ROW)
            snprintf(ids[n], sizeof ids[n], "%s", (const char *)sqlite3_column_text(q, 0));
        else
            snprintf(ids[n], sizeof ids[n], "%s", ids[0]);
        snprintf(path, sizeof path, "/api/matters/%.23s", ids[n]);
        requests[n] = request_of(path, session.token);
    }
    sqlite3_finalize(q);
    sqlite3_close(db);
    load.requests = requests;
    load.request_count = ASKED;
    if (strchr(parts, 'i'))
        measure(&load, "/api/matters/{id}", clients, seconds, base);
    /* Two thousand different pages: nothing that was worked out for one serves another. */
    for (size_t n = 0; n < ASKED; n++) {
        snprintf(path, sizeof path, "/api/matters?limit=50&sort=%s&cursor=%s%%7C%zu", "number", "",
                 n * 37 + 100);
        free((void *)(uintptr_t)requests[n]);
        requests[n] = request_of(path, session.token);
    }
    if (strchr(parts, 'p'))
        measure(&load, "/api/matters pages", clients, seconds, base);
    if (burst == 0 || !strchr(parts, 'b')) {
        server_stop(s);
        return;
    }
    bring_forward(data, burst);
    Snapshot *snapshot = office_snapshot(o);
    Night night = {.office = o,
                   .content = snapshot->content,
                   .at = instant_wall() + INT64_C(90) * 86400 * 1000000};

    pthread_create(&night.thread, NULL, lapse, &night);
    measure(&load, "/api/matters pages while periods lapse", clients, seconds, base);
    pthread_join(night.thread, NULL);
    snapshot_drop(snapshot);
    printf("{\"what\":\"lapses\",\"clocks\":%" PRId64 ",\"said\":%" PRId64 ",\"seconds\":%.1f}\n",
           burst, night.fired, night.seconds);
    fflush(stdout);
    server_stop(s);
}

/* ---- figures ---- */

/* One client, so that what is measured is the work; the opponent reads each row once. */
static void figures(Office *o, const char *data) {
    static const char *const asked_for[] = {"/api/matters/statistics?from=2026-01-01&to=2026-12-31",
                                            "/api/matters/figures"};
    Err e = {0};
    Server *s = server_start(&(ServerOptions){.office = o, .listen = STR("127.0.0.1:0")}, &e);
    Session session;
    char path[600];
    sqlite3 *db = NULL;

    must(s != NULL && account_sign_in(o->store, STR("bench3"), str_of(password), STR("127.0.0.1"),
                                      &session, &e),
         &e);
    snprintf(path, sizeof path, "%s/operations.db", data);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        exit(1);
    double began = now();

    run(db, "SELECT flow, substr(opened, 1, 7), state, COUNT(*) FROM matter GROUP BY 1, 2, 3");
    double raw = now() - began;

    sqlite3_close(db);
    for (size_t i = 0; i < sizeof asked_for / sizeof *asked_for; i++) {
        static char room[4 << 20];
        char *request = request_of(asked_for[i], session.token);
        int fd = dial(server_port(s)), status = 0;
        double spent[3];
        Str whole;

        for (size_t k = 0; k < 3; k++) {
            sleep(k ? 2 : 0); /* what was kept is old by then */
            began = now();
            if (fd >= 0 && send(fd, request, strlen(request), MSG_NOSIGNAL) > 0)
                status = read_reply(fd, room, sizeof room, &whole);
            spent[k] = now() - began;
        }
        close(fd);
        free(request);
        printf("{\"what\":\"%s\",\"status\":%d,\"first_s\":%.3f,\"seconds\":%.3f,\"raw\":%.3f,"
               "\"ratio\":%.2f}\n",
               asked_for[i], status, spent[0], (spent[1] + spent[2]) / 2, raw,
               (spent[1] + spent[2]) / 2 / raw);
        fflush(stdout);
    }
    server_stop(s);
}

/* ---- export ---- */

/* The opponent reads the same columns and writes them as CSV, nothing else. */
static double raw_export(const char *data) {
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    char path[600];
    double began = now();

    snprintf(path, sizeof path, "%s/operations.db", data);
    FILE *out = fopen("/dev/null", "we");

    if (out == NULL || sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(
            db,
            "SELECT number, title, flow, state, outcome, level, steps, organisation, "
            "actor, opened, closed, due, lapsed, case_number FROM matter WHERE state "
            "IN ('open', 'suspended') ORDER BY changed DESC LIMIT 100000",
            -1, &q, NULL) != SQLITE_OK)
        exit(1);
    while (sqlite3_step(q) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(q); i++)
            fprintf(out, "\"%s\"%c", sqlite3_column_text(q, i), i == 13 ? '\n' : ',');
    sqlite3_finalize(q);
    sqlite3_close(db);
    fclose(out);
    return now() - began;
}

static long peak_kib(void) {
    struct rusage u;

    getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss;
}

static void exported(Office *o, const char *data) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    Shelf *shelf = shelf_new(str_format(a, "%s/bench-exports", data).ptr, &e);
    long before = peak_kib();
    Node *result = NULL;

    must(shelf != NULL, &e);
    MatterExport x = {.format = STR("xlsx"),
                      .purpose = STR("case_handling"),
                      .purpose_title = STR("办案"),
                      .case_number = STR("测速"),
                      .reason = STR("测速"),
                      .actor = STR("bench3"),
                      .person = STR("测速"),
                      .address = STR("127.0.0.1"),
                      .shelf = shelf};
    double raw = raw_export(data), began = now(), cpu = spent_cpu();

    /* So many want the consent of two: refused when all is written, which is what is measured. */
    must(matter_export_run(o, &x, a, &result, &e) || e.code == ERR_NEEDS_APPROVAL, &e);
    double took = now() - began;
    int64_t rows = atomic_load(&x.done);

    cpu = spent_cpu() - cpu;
    printf("{\"what\":\"export\",\"rows\":%" PRId64 ",\"seconds\":%.2f,\"cpu_s\":%.2f,"
           "\"rows_s\":%.0f,\"grown_kib\":%ld,\"raw\":%.2f,\"ratio\":%.2f}\n",
           rows, took, cpu, (double)rows / took, peak_kib() - before, raw, took / raw);
    fflush(stdout);
    shelf_free(shelf);
}

/* ---- all of it ---- */

static void make(Office *o, const Content *c, const char *data, int64_t matters) {
    int64_t first = 0;

    for (int i = 0; i < HOUSES; i++) {
        int64_t n = house(o, c, i + 1);

        first = first ? first : n;
    }
    person(o, c, "bench1", "prosecutor", ORGANISATION_HOME);
    person(o, c, "bench2", "enforcement_officer", first);
    person(o, c, "bench3", "prosecutor", ORGANISATION_HOME);
    for (int i = 0; i < BEGUN; i++)
        begin_one(o, c, first, i);
    int64_t originals = ordinals(data);

    multiply(data, matters);
    seal_copies(o, originals, SEALED);
}

int main(int argc, char **argv) {
    int64_t matters = argc > 2 ? strtoll(argv[2], NULL, 10) : 100000;
    double seconds = argc > 3 ? strtod(argv[3], NULL) : 3;
    size_t clients = argc > 4 ? strtoul(argv[4], NULL, 10) : CLIENTS_DEFAULT;
    int64_t burst = argc > 5 ? strtoll(argv[5], NULL, 10) : 0;
    const char *parts = argc > 6 ? argv[6] : "mtclkipbdx";
    Err e = {0};

    if (argc < 2 || matters < BEGUN || seconds <= 0 || clients == 0 || clients > CLIENTS_MOST) {
        fputs("matter_bench DATA [MATTERS] [SECONDS] [CLIENTS] [LAPSES] [PARTS]\n", stderr);
        return 2;
    }
    crypto_start();
    log_level(LOG_ERROR);
    keep_password(argv[1], strchr(parts, 'm') != NULL);
    Office *o = office_open(argv[1], &e);

    must(o != NULL, &e);
    Snapshot *s = office_snapshot(o);

    if (strchr(parts, 'm'))
        make(o, s->content, argv[1], matters);
    if (strchr(parts, 't'))
        transitions(o, s->content, argv[1], seconds);
    if (strchr(parts, 'c'))
        clocks(o, seconds);
    if (strpbrk(parts, "lkipb"))
        asked(o, argv[1], seconds, clients, burst, parts);
    if (strchr(parts, 'd'))
        figures(o, argv[1]);
    if (strchr(parts, 'x'))
        exported(o, argv[1]);
    snapshot_drop(s);
    office_close(o);
    return 0;
}
