/* SPDX-License-Identifier: MulanPSL-2.0 */
/* benches/rights_bench.c: what rights cost: the first page of the clue list, with total and facets,
 * of ordinary people against somebody whose rights reach the whole installation.
 *
 *     rights_bench                5,000 people, 200 units, 100,000 grants, 100,000 clues
 *
 * On SQLite, and on PostgreSQL where LIANHENG_TEST_PG names one. One JSON object a line. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "clue/clue.h"
#include "people/account.h"
#include "people/organisation.h"
#include "people/rights.h"
#include "store/testing.h"

enum { PEOPLE = 5000, UNITS = 200, GRANTS = 100000, CLUES = 100000, ASKED = 60, ROUNDS = 9 };

static void must(bool good, const Err *e) {
    if (good)
        return;
    fprintf(stderr, "rights_bench: %s\n", e->text);
    exit(1);
}

static double seconds_now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- the data: one statement a table, the same on both engines ---------------------------------
 */

#define NUMBERS(n) \
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " #n ") "

static const char *const texts[] = {
    NUMBERS(
        200) "INSERT INTO organisation (organisation, kind, name, short_name, parent, division, "
             "position, state, created_at, changed_at) SELECT i, 'police', 'n' || i, 'n', CASE "
             "WHEN i = 1 THEN NULL WHEN i <= 8 THEN 1 ELSE i / 8 + 1 END, '', i, 'active', '', '' "
             "FROM n",
    NUMBERS(5000) "INSERT INTO account (login, state, must_change, created_at, password_at) SELECT "
                  "'u' || i, 'active', 0, '', '' FROM n",
    /* A sixth of them lead: they see what lies below them. The second leads everybody. */
    NUMBERS(
        5000) "INSERT INTO appointment (appointment, login, role, organisation, title, liaison, "
              "since, granted_by, granted_at, ended_by) SELECT i, 'u' || i, CASE WHEN i = 1 "
              "THEN 'case_officer' WHEN i = 2 OR i % 6 = 0 THEN 'prosecutor' WHEN i % 6 = 1 "
              "THEN 'prosecutor_assistant' WHEN i % 6 = 2 THEN 'police_officer' WHEN i % 6 = 3 "
              "THEN 'judge' WHEN i % 6 = 4 THEN 'case_manager' ELSE 'liaison_officer' END, CASE "
              "WHEN i = 2 THEN 1 ELSE (i * 37) % 199 + 2 END, '', 0, 1, '', '', '' FROM n",
    NUMBERS(2000) "INSERT INTO team_member (member, team, login, duty, skills, since, ended_by) "
                  "SELECT i, i % 100 + 1, 'u' || (i * 17 % 5000 + 1), '', '', 1, '' FROM n",
    NUMBERS(100000) "INSERT INTO clue (id, number, model, model_version, subject_kind, "
                    "subject_key, strength, "
                    "strength_rank, level, level_rank, status, suggests, event_on, amount, digest, "
                    "found_run, "
                    "found_at, changed_run, changed_at, title, subject_name, explanation, "
                    "organisation, sealed) "
                    "SELECT 'c' || (100000000 + i), i, 'model_' || (i % 22), 'v', 'person', 'k' || "
                    "(i % 70000), "
                    "CASE WHEN i % 5 = 0 THEN 'weak_name' ELSE 'strong' END, i % 5, CASE WHEN i % "
                    "3 = 0 THEN "
                    "'high' WHEN i % 3 = 1 THEN 'medium' ELSE 'low' END, i % 3, CASE WHEN i % 6 = "
                    "0 THEN "
                    "'withdrawn' ELSE 'new' END, '', '2024-01-05', i * 7919 % 1000003, '', 1, "
                    "'2024-01-05T00:00:00.000000+08:00', 1, '2024-01-05T00:00:00.000000+08:00', "
                    "'线索标题' || i, "
                    "'某' || i, '依据', i * 7919 % 200 + 1, CASE WHEN i % 50 = 0 THEN 1 ELSE 0 END "
                    "FROM n",
    NUMBERS(100000) "INSERT INTO access_grant (access_grant, kind, object, grantee, fields, since, "
                    "until, "
                    "purpose, granted_by, granted_at, ended_by) SELECT i, 'clue', 'c' || "
                    "(100000000 + i * 31 % "
                    "100000 + 1), CASE WHEN i % 3 = 0 THEN 'organisation:' || (i % 200 + 1) WHEN i "
                    "% 3 = 1 THEN "
                    "'person:u' || (i * 13 % 5000 + 1) ELSE 'team:' || (i % 100 + 1) END, i % 2 + "
                    "1, 1, CASE "
                    "WHEN i % 4 = 0 THEN 1000 END, '', '', '', '' FROM n",
    NULL};

static bool fill(Tx *tx, void *context, Err *e) {
    (void)context;
    for (const char *const *t = texts; *t != NULL; t++) {
        Sql sql = {"fill", *t, *t, true};

        if (!tx_run(tx, &sql, NO_ARGS, NULL, e))
            return false;
    }
    return true;
}

/* --- measuring -------------------------------------------------------------------------------- */

typedef struct Asker {
    char login[20];
    double best; /* milliseconds of one first page; what the rights took is in it */
    int64_t total;
} Asker;

static void page_of(Office *o, const Content *c, Asker *who) {
    scoped_arena Arena *a = arena_new();
    ClueQuery q = {.from = DAY_NONE, .to = DAY_NONE, .limit = 50};
    Err e = {0};
    double began = seconds_now();
    const Rights *r = rights_of(o->store, c, str_of(who->login), &e);

    must(r != NULL, &e);
    store_thread_scope(&r->scope);
    const Node *page = clue_list(o, &q, a, &e);

    store_thread_scope(NULL);
    must(page != NULL, &e);
    who->total = node_int(page, "total", 0);
    rights_drop(r);
    double took = (seconds_now() - began) * 1000;

    who->best = took < who->best ? took : who->best;
}

/* Milliseconds of putting the rights of people together who were not asked for before. */
static double compile_of(Office *o, const Content *c) {
    double began = seconds_now();

    for (int i = 0; i < 200; i++) {
        char login[20];
        Err e = {0};

        snprintf(login, sizeof login, "u%d", 2000 + i);
        const Rights *r = rights_of(o->store, c, str_of(login), &e);

        must(r != NULL, &e);
        rights_drop(r);
    }
    return (seconds_now() - began) * 1000 / 200;
}

static int by_time(const void *a, const void *b) {
    double x = ((const Asker *)a)->best, y = ((const Asker *)b)->best;

    return x < y ? -1 : x > y;
}

/* Everybody in turn, some rounds: whatever else the machine does meets all of them alike. */
static void measure(Office *o, const Content *c, const char *engine) {
    Asker all[ASKED + 2] = {{.login = "u1"}, {.login = "u2"}}, *people = all + 2;
    int64_t most = 0;

    for (int i = 0; i < ASKED + 2; i++) {
        if (i >= 2)
            snprintf(all[i].login, sizeof all[i].login, "u%d", 3 + (i - 2) * 83);
        all[i].best = 1e9;
    }
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < ASKED + 2; i++)
            page_of(o, c, &all[i]);
    double whole = all[0].best, widest = all[1].best;

    for (int i = 0; i < ASKED; i++)
        most = people[i].total > most ? people[i].total : most;
    qsort(people, ASKED, sizeof *people, by_time);
    printf("{\"engine\":\"%s\",\"people\":%d,\"units\":%d,\"grants\":%d,\"clues\":%d,"
           "\"whole_ms\":%.2f,\"median_ms\":%.2f,\"slowest_ms\":%.2f,\"ratio\":%.2f,"
           "\"slowest_ratio\":%.2f,\"widest_ratio\":%.2f,\"compile_ms\":%.2f,\"whole_sees\":%lld,"
           "\"most_seen\":%lld,\"slowest_sees\":%lld}\n",
           engine, PEOPLE, UNITS, GRANTS, CLUES, whole, people[ASKED / 2].best,
           people[ASKED - 1].best, people[ASKED / 2].best / whole, people[ASKED - 1].best / whole,
           widest / whole, compile_of(o, c), (long long)all[0].total, (long long)most,
           (long long)people[ASKED - 1].total);
}

int main(void) {
    Err e = {0};

    crypto_start();
    people_register();
    organisation_register();
    clue_register();
    Content *c = content_load(NULL, &e);

    must(c != NULL, &e);
    for (int i = 0; i < 2; i++) {
        TestPlace place;
        Office office = {0};

        if (!test_place_make(&place, i == 1))
            continue;
        office.store = store_open(place.address, &e);
        must(office.store != NULL, &e);
        must(store_write(office.store, fill, NULL, &e), &e);
        test_place_tamper(&place, "ANALYZE");
        measure(&office, c, i ? "postgresql" : "sqlite");
        store_close(office.store);
        test_place_remove(&place);
    }
    content_drop(c);
    return 0;
}
