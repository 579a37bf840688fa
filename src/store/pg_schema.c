/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/pg_schema.c: a schema that a restore makes, and takes away again when it fails. */
#include <libpq-fe.h>
#include <string.h>

#include "store/copy.h"
#include "store/place.h"

#include "base/banned.h"

static void be_quiet(void *context, const PGresult *result) {
    (void)context, (void)result;
}

static PGconn *connect_to(const Place *place, Err *e) {
    static const char *const words[] = {"dbname", "connect_timeout", "client_encoding", NULL};
    const char *const values[] = {place->path, "5", "UTF8", NULL};
    PGconn *pg = PQconnectdbParams(words, values, 1);

    PQsetNoticeReceiver(pg, be_quiet, NULL);
    if (PQstatus(pg) == CONNECTION_OK)
        return pg;
    PQfinish(pg);
    err_set(e, ERR_UNREACHABLE, NULL, "连接不上%s，请检查数据库服务和网络", place->shown);
    return NULL;
}

/* What came of it: the state of SQL, "00000" when all is well. */
static bool run(PGconn *pg, const Place *place, const char *text, char state[6], Err *e) {
    scoped_arena Arena *a = arena_new();
    PGresult *r = PQexec(pg, text);
    const char *told = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    bool good = PQresultStatus(r) == PGRES_COMMAND_OK;

    for (size_t i = 0; i < 5; i++)
        state[i] = good || !told || !told[i] ? '0' : told[i];
    state[5] = '\0';
    if (!good)
        err_set(e, ERR_INTERNAL, NULL, "%s的 schema“%s”出错：%.*s", place->shown, place->schema,
                STR_ARG(place_without_secret(place, a, PQerrorMessage(pg))));
    PQclear(r);
    return good;
}

bool pg_schema_make(const char *address, bool *made, Err *e) {
    scoped_arena Arena *a = arena_new();
    Place place;
    char state[6];
    Err why = {0};

    *made = false;
    if (!place_read(a, address, &place, e))
        return false;
    if (!place.schema)
        return true;
    PGconn *pg = connect_to(&place, e);

    if (!pg)
        return false;
    *made = run(pg, &place, str_format(a, "CREATE SCHEMA \"%s\"", place.schema).ptr, state, &why);
    PQfinish(pg);
    if (*made || strcmp(state, "42P06") == 0) /* there already */
        return true;
    if (strcmp(state, "42501") == 0) /* may not make any; whether it is there turns out later */
        return true;
    if (e)
        *e = why;
    return false;
}

bool pg_schema_drop(const char *address, Err *e) {
    scoped_arena Arena *a = arena_new();
    Place place;
    char state[6];

    if (!place_read(a, address, &place, e))
        return false;
    PGconn *pg = place.schema ? connect_to(&place, e) : NULL;

    if (!pg)
        return !place.schema;
    bool good =
        run(pg, &place, str_format(a, "DROP SCHEMA \"%s\" CASCADE", place.schema).ptr, state, e);

    PQfinish(pg);
    return good;
}
