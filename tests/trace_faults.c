/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/trace_faults.c: looks, exports, requests, decisions and alarms while every fallible border
 * they pass fails in turn. An entry and its effect are both there or both not, and no value is
 * shown without its entry.
 *
 *     trace_faults sqlite|postgresql */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "clue/office.h"
#include "http/server.h"
#include "people/account.h"
#include "people/organisation.h"
#include "client.h"
#include "store/testing.h"
#include "trace/alarm.h"

enum { PASSAGES_MOST = 200 };
static const char password[] = "Heping-2024-ceshi", number[] = "510522199001010013";
#define DATASET "ride_hailing_license"

typedef struct Person {
    char login[40];
    Str cookie, csrf;
} Person;

typedef struct Stage {
    TestPlace place;
    Office *office;
    Server *server;
    Snapshot *snapshot;
    Arena *arena;
    Person looker, chief;
    Str row;
    size_t mistakes, tried;
    int64_t newest; /* request */
    int64_t turns;  /* so that no request is the same as one before */
    bool fired;     /* told by an act that put the fault away itself */
} Stage;

static void must(bool good, const Err *e) {
    if (good)
        return;
    fprintf(stderr, "trace_faults: %s %s\n", e->where, e->text);
    exit(1);
}

#define WRONG(s, ...) ((s)->mistakes++, printf("not ok " __VA_ARGS__), printf("\n"))

/* --- an office -------------------------------------------------------------------------------- */

static void person(Stage *s, Person *p, const char *login, const char *name, const char *role) {
    AppointmentNew post = {.login = str_of(login), .role = str_of(role), .organisation = 1};
    Session session = {0};
    int64_t n = 0;
    Err e = {0};

    snprintf(p->login, sizeof p->login, "%s", login);
    must(account_create(s->office->store, STR("system"), str_of(login), str_of(name),
                        str_of(password), false, &e),
         &e);
    must(appointment_create(s->office->store, s->snapshot->content, STR("system"), &post, &n, &e),
         &e);
    must(account_sign_in(s->office->store, str_of(login), str_of(password), STR("127.0.0.1"),
                         &session, &e),
         &e);
    p->cookie = str_format(s->arena, "lianheng_session=%s", session.token);
    p->csrf = str_dup(s->arena, str_of(session.csrf));
}

static bool stage_open(Stage *s, bool postgresql) {
    char first[32];
    Err e = {0};

    if (!test_place_make(&s->place, postgresql))
        return false;
    s->arena = arena_new();
    Str folder = str_format(s->arena, "%s/data", s->place.folder);
    Settings settings = {.office_name = STR("测试县"),
                         .operations = postgresql ? str_of(s->place.address) : (Str){NULL, 0},
                         .pool = postgresql ? str_of(s->place.address) : (Str){NULL, 0}};

    must(office_create(folder.ptr, &settings, first, &e), &e);
    s->office = office_open(folder.ptr, &e);
    must(s->office != NULL, &e);
    s->snapshot = office_snapshot(s->office);
    s->server = server_start(
        &(ServerOptions){.office = s->office, .listen = STR("127.0.0.1:0"), .workers = 1}, &e);
    must(s->server != NULL, &e);
    return true;
}

static void import_row(Stage *s) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    Str path = str_format(a, "%s/in.csv", s->place.folder);
    FILE *f = fopen(path.ptr, "we");
    ImportRequest request = {.dataset = content_dataset(s->snapshot->content, STR(DATASET), &e),
                             .path = path.ptr,
                             .file_name = STR("in.csv"),
                             .actor = STR("system"),
                             .organisation = STR("1")};
    ImportProgress progress = {0};
    ImportResult result = {0};

    fprintf(f, "从业资格证号,姓名,身份证号,状态\n51052270000001,甲某某,%s,有效\n", number);
    fclose(f);
    must(import_run(s->office->importer, s->snapshot->content, &request, &progress, a, &result, &e),
         &e);
}

static int ask(const Stage *s, const Person *p, const char *method, const char *path, Str body,
               Arena *a, Reply *reply) {
    Ask q = {.port = server_port(s->server),
             .method = method,
             .path = path,
             .headers =
                 str_format(a, "Cookie: %.*s\r\nX-CSRF-Token: %.*s\r\n%s", STR_ARG(p->cookie),
                            STR_ARG(p->csrf), body.len ? "Content-Type: application/json\r\n" : "")
                     .ptr,
             .body = body};

    *reply = (Reply){0};
    return client_ask(&q, a, reply) ? reply->status : 0;
}

/* --- what is there ---------------------------------------------------------------------------- */

typedef struct Counting {
    const char *sql;
    int64_t n;
} Counting;

static bool count_work(Tx *tx, void *context, Err *e) {
    scoped_arena Arena *a = arena_new();
    Counting *c = context;
    const Node *rows = tx_rows_text(tx, a, str_of(c->sql), NULL, 0, e);

    if (rows == NULL || rows->count != 1)
        return false;
    c->n = rows->items[0]->items[0]->integer;
    return true;
}

static int64_t count(const Stage *s, const char *sql) {
    Counting c = {sql, 0};
    Err e = {0};

    must(store_read(s->office->store, count_work, &c, &e), &e);
    return c.n;
}

/* One act: what it writes down, and what it does. */
typedef struct Act {
    const char *name, *entries;
    const char *effects[4]; /* each grows by as much as `entries` does */
    /* With nothing failing: makes what the act needs. */
    void (*before)(Stage *s, Arena *a);
    /* True: it said that it was done, or showed something. */
    bool (*run)(Stage *s, Arena *a);
} Act;

#define ENTRIES(kind) "SELECT count(*) AS n FROM journal WHERE kind = '" kind "'"

static bool run_reveal(Stage *s, Arena *a) {
    Reply r;
    int status =
        ask(s, &s->looker, "POST", "/api/reveals",
            str_format(a,
                       "{\"dataset\":\"" DATASET
                       "\",\"row\":\"%.*s\",\"purpose\":\"clue_check\",\"reason\":\"核对\"}",
                       STR_ARG(s->row)),
            a, &r);
    bool shown = str_find(r.body, str_of(number)) >= 0;

    if (shown != (status == 200))
        WRONG(s, "a reveal: %d shows %d", status, shown);
    return shown;
}

static bool run_export(Stage *s, Arena *a) {
    Reply r;
    Err e = {0};
    int status =
        ask(s, &s->looker, "POST", "/api/datasets/" DATASET "/exports",
            STR("{\"format\":\"csv\",\"purpose\":\"clue_check\",\"reason\":\"核对\"}"), a, &r);
    Str file = node_text(json_read(a, r.body, &e), "export");

    if (status != 201)
        return false;
    s->fired = fault_fired(); /* somewhere it did not matter, or on another thread */
    fault_arm("", 0);
    status = ask(s, &s->looker, "GET",
                 str_format(a, "/api/datasets/" DATASET "/exports/%.*s", STR_ARG(file)).ptr,
                 (Str){NULL, 0}, a, &r);
    if (status != 200)
        WRONG(s, "an export that was said to be there: %d", status);
    return true;
}

static bool run_request(Stage *s, Arena *a) {
    Reply r;

    return ask(s, &s->looker, "POST", "/api/approvals",
               str_format(a,
                          "{\"kind\":\"bulk\",\"what\":\"clues\",\"purpose\":\"case_handling\","
                          "\"case_number\":\"%lld号\",\"reason\":\"专项\"}",
                          (long long)++s->turns),
               a, &r) == 201;
}

static void before_decision(Stage *s, Arena *a) {
    if (!run_request(s, a))
        WRONG(s, "no request to decide: %lld open",
              (long long)count(s, "SELECT count(*) AS n FROM approval WHERE state = 'open'"));
    s->newest = count(s, "SELECT max(approval) AS n FROM approval");
}

static bool run_decision(Stage *s, Arena *a) {
    Reply r;

    return ask(s, &s->chief, "PUT", str_format(a, "/api/approvals/%lld", (long long)s->newest).ptr,
               STR("{\"decision\":\"refuse\",\"words\":\"不必\"}"), a, &r) == 200;
}

static void before_alarm(Stage *s, Arena *a) {
    if (!run_reveal(s, a)) /* opens the alarm again */
        WRONG(s, "no look to be alarmed at");
}

static bool run_acknowledge(Stage *s, Arena *a) {
    Err e = {0};

    (void)a;
    return alarm_acknowledge(s->office->store, STR("chief"), 1, STR("已核实"), &e);
}

static const Act acts[] = {
    {"a look",
     ENTRIES("sensitive.revealed"),
     {"SELECT count(*) AS n FROM look_object WHERE object LIKE 'row:%'",
      "SELECT used AS n FROM approval WHERE approval = 1",
      "SELECT coalesce(sum(count), 0) AS n FROM alarm WHERE kind = 'no_matter'", NULL},
     NULL,
     run_reveal},
    {"an export",
     ENTRIES("rows.exported"),
     {"SELECT count(*) AS n FROM look_object WHERE object = 'rows:" DATASET "'", NULL},
     NULL,
     run_export},
    {"a request",
     ENTRIES("approval.requested"),
     {"SELECT count(*) AS n FROM approval", NULL},
     NULL,
     run_request},
    {"a decision",
     ENTRIES("approval.decided"),
     {"SELECT count(*) AS n FROM approval_decision",
      "SELECT count(*) + 1 AS n FROM approval WHERE state = 'refused'", NULL},
     before_decision,
     run_decision},
    {"an acknowledged alarm", ENTRIES("alarm.acknowledged"), {NULL}, before_alarm, run_acknowledge},
};

/* --- every passage fails once ----------------------------------------------------------------- */

static bool one_passage(Stage *s, const Act *act, unsigned n) {
    scoped_arena Arena *a = arena_new();
    int64_t entries, effects[4] = {0}, grown;

    if (act->before != NULL)
        act->before(s, a);
    entries = count(s, act->entries);
    for (size_t i = 0; act->effects[i] != NULL; i++)
        effects[i] = count(s, act->effects[i]);
    s->fired = false;
    fault_arm("", n);
    bool done = act->run(s, a);
    bool fired = s->fired || fault_fired();

    fault_arm("", 0);
    grown = count(s, act->entries) - entries;
    if (done ? grown != 1 : grown != 0 && grown != 1)
        WRONG(s, "%s, passage %u: said %d, %lld entries", act->name, n, done, (long long)grown);
    if (!done && !fired)
        WRONG(s, "%s failed though nothing failed", act->name);
    for (size_t i = 0; act->effects[i] != NULL; i++)
        if (count(s, act->effects[i]) - effects[i] != grown)
            WRONG(s, "%s, passage %u: %lld entries, but %s", act->name, n, (long long)grown,
                  act->effects[i]);
    s->tried += fired;
    return fired;
}

static void sweep(Stage *s, const Act *act) {
    char live[65], rebuilt[65];
    JournalCheck check;
    unsigned n = 1;
    Err e = {0};

    while (n < PASSAGES_MOST && one_passage(s, act, n))
        n++;
    if (n < 8 || n == PASSAGES_MOST)
        WRONG(s, "%s passes %u borders", act->name, n - 1);
    must(journal_verify(s->office->store, &check, &e) &&
             journal_digest(s->office->store, live, &e) &&
             journal_rebuild(s->office->store, rebuilt, &e),
         &e);
    if (strcmp(live, rebuilt) != 0)
        WRONG(s, "%s: rebuild differs from live", act->name);
}

/* The row is nobody's matter: each look rests on an approval and uses it. */
static void prepare(Stage *s) {
    scoped_arena Arena *a = arena_new();
    Reply r;
    Err e = {0};

    person(s, &s->looker, "looker", "张检察", "chief_procurator");
    person(s, &s->chief, "chief", "陈检察长", "chief_procurator");
    import_row(s);
    ask(s, &s->looker, "GET", "/api/datasets/" DATASET "/rows", (Str){NULL, 0}, a, &r);
    s->row =
        str_dup(s->arena, node_text(node_get(json_read(a, r.body, &e), "items")->items[0], "id"));
    Str body = str_format(a,
                          "{\"kind\":\"look\",\"dataset\":\"" DATASET
                          "\",\"row\":\"%.*s\",\"purpose\":\"clue_check\",\"reason\":\"核对\"}",
                          STR_ARG(s->row));
    int asked = ask(s, &s->looker, "POST", "/api/approvals", body, a, &r),
        agreed =
            ask(s, &s->chief, "PUT", "/api/approvals/1", STR("{\"decision\":\"agree\"}"), a, &r);

    if (asked != 201 || agreed != 200)
        WRONG(s, "no approval to rest on: %d, %d %.*s", asked, agreed, STR_ARG(r.body));
}

int main(int argc, char **argv) {
    static Stage s;

    if (argc < 2)
        return 2;
    crypto_start();
    log_to("/dev/null"); /* every failure is told there */
    if (!stage_open(&s, strcmp(argv[1], "postgresql") == 0)) {
        puts("跳过：没有 LIANHENG_TEST_PG（用 tests/with_postgresql.sh 运行）");
        return 77;
    }
    prepare(&s);
    for (size_t i = 0; i < sizeof acts / sizeof *acts && s.mistakes == 0; i++)
        sweep(&s, &acts[i]);
    printf("trace faults: %zu borders failed in %zu acts, %zu mistakes\n", s.tried,
           sizeof acts / sizeof *acts, s.mistakes);
    server_stop(s.server);
    snapshot_drop(s.snapshot);
    office_close(s.office);
    arena_free(s.arena);
    test_place_remove(&s.place);
    return s.mistakes == 0 ? 0 : 1;
}
