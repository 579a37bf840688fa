/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/testing.h: databases for tests, one per engine, each private to the test. Only for
 * *_test.c.
 *
 *     TestPlace place;
 *     for (int engine = 0; engine < 2; engine++) {
 *         if (!test_place_make(&place, engine == 1))
 *             continue;                          // no LIANHENG_TEST_PG: says 跳过
 *         Store *s = store_open(place.address, &e);
 *         …
 *         store_close(s);
 *         test_place_remove(&place);
 *     }
 */
#ifndef STORE_TESTING_H
#define STORE_TESTING_H

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/testing.h"
#include "store/store.h"

typedef struct TestPlace {
    bool postgresql;
    char folder[64]; /* a temporary folder, for both engines */
    char schema[64];
    char address[600];
} TestPlace;

static inline bool test_place_make(TestPlace *p, bool postgresql) {
    const char *server = getenv("LIANHENG_TEST_PG");
    static int number;

    *p = (TestPlace){.postgresql = postgresql};
    if (postgresql && (!server || !*server)) {
        fprintf(stderr,
                "跳过 PostgreSQL：没有 LIANHENG_TEST_PG（用 tests/with_postgresql.sh 运行）\n");
        return false;
    }
    snprintf(p->folder, sizeof p->folder, "%s/lianheng-test.XXXXXX", test_home());
    if (!mkdtemp(p->folder)) {
        perror(p->folder);
        abort();
    }
    if (postgresql) {
        snprintf(p->schema, sizeof p->schema, "test_%d_%d", (int)getpid(), ++number);
        /* The name tells this test's connections from those of others on the same server. */
        snprintf(p->address, sizeof p->address, "%s%cschema=%s&application_name=%s", server,
                 strchr(server, '?') ? '&' : '?', p->schema, p->schema);
    } else {
        snprintf(p->address, sizeof p->address, "sqlite:%s/ops.db", p->folder);
    }
    return true;
}

/* Run a statement outside the program: what an intruder or an administrator could do. */
static inline bool test_place_tamper(const TestPlace *p, const char *sql) {
    char command[4000];

    if (!p->postgresql) {
        sqlite3 *db = NULL;

        snprintf(command, sizeof command, "%s/ops.db", p->folder);
        int rc = sqlite3_open(command, &db);
        rc = rc == SQLITE_OK ? sqlite3_exec(db, sql, NULL, NULL, NULL) : rc;
        if (rc != SQLITE_OK)
            fprintf(stderr, "%s\n", sqlite3_errmsg(db));
        sqlite3_close(db);
        return rc == SQLITE_OK;
    }
    PGconn *pg = PQconnectdb(getenv("LIANHENG_TEST_PG"));

    snprintf(command, sizeof command,
             "SET search_path TO %s; SET client_min_messages TO warning; %s", p->schema, sql);
    PGresult *result = PQexec(pg, command);
    ExecStatusType status = PQresultStatus(result);

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        fprintf(stderr, "%s", PQresultErrorMessage(result));
    PQclear(result);
    PQfinish(pg);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static inline void test_place_remove(TestPlace *p) {
    char command[200];

    if (p->postgresql) {
        snprintf(command, sizeof command, "DROP SCHEMA IF EXISTS %s CASCADE", p->schema);
        test_place_tamper(p, command);
    }
    snprintf(command, sizeof command, "rm -rf '%s'", p->folder);
    if (system(command) != 0)
        fprintf(stderr, "没有删掉 %s\n", p->folder);
}

#endif
