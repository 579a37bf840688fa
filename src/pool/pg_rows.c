/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/pg_rows.c: the rows of a PostgreSQL result, one at a time as the server sends them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "pool/pg.h"

#include "base/banned.h"

typedef struct PgRows {
    PGresult *result;
    Buf *scratch; /* one per column: hex of a UUID, bytes of a bytea */
    bool started, ended;
} PgRows;

/* A connection must be read to its end before the next statement. */
void pg_drain(PgSession *pg) {
    PGresult *result;

    while ((result = PQgetResult(pg->connection)) != NULL)
        PQclear(result);
}

static void describe(PoolRows *r, PgRows *p) {
    r->columns = (size_t)PQnfields(p->result);
    r->names = arena_array_of(r->arena, r->columns, Str);
    r->values = arena_array_of(r->arena, r->columns, PoolValue);
    p->scratch = arena_array_of(r->arena, r->columns, Buf);
    for (size_t i = 0; i < r->columns; i++) {
        r->names[i] = str_dup(r->arena, str_of(PQfname(p->result, (int)i)));
        buf_init(&p->scratch[i], (size_t)1 << 30);
    }
}

/* The first result is fetched at once, so that a mistake is told by pool_query itself. */
bool pg_query(PoolSession *s, Str sql, const PoolValue *args, size_t n, PoolRows *out, Err *e) {
    PgSession *pg = s->state;
    PgRows *p = arena_new_of(out->arena, PgRows);

    if (!pg_send(s, sql, args, n, e))
        return false;
    PQsetSingleRowMode(pg->connection);
    p->result = PQgetResult(pg->connection);
    ExecStatusType status = PQresultStatus(p->result);

    if (status != PGRES_SINGLE_TUPLE && status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        pg_error(s, p->result, e);
        PQclear(p->result);
        pg_drain(pg);
        return false;
    }
    describe(out, p);
    out->state = p;
    return true;
}

static int digit_of(char c) {
    return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

static void read_bytea(Buf *out, Str hex, PoolValue *v) {
    buf_clear(out);
    for (size_t i = 2; i + 1 < hex.len; i += 2)
        buf_add_char(out, (char)(digit_of(hex.ptr[i]) << 4 | digit_of(hex.ptr[i + 1])));
    v->type = POOL_BLOB;
    v->text = buf_str(out);
}

static void read_uuid(Buf *out, Str text, PoolValue *v) {
    buf_clear(out);
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != '-')
            buf_add_char(out, text.ptr[i]);
    v->type = POOL_UUID;
    v->text = buf_str(out);
}

static void read_time(Str text, PoolValue *v) {
    Instant at;

    /* Clock time in China, as the pool keeps it: read as if it were UTC. */
    char iso[48];
    snprintf(iso, sizeof iso, "%.*s+00:00", STR_ARG(text));
    char *blank = strchr(iso, ' ');
    if (blank)
        *blank = 'T';
    v->type = instant_parse(str_of(iso), &at) ? POOL_TIME : POOL_NULL;
    v->integer = v->type == POOL_TIME ? at : 0;
}

static void read_value(Oid type, Str text, Buf *scratch, PoolValue *v) {
    Day day;

    v->text = text;
    switch (type) {
    case OID_BOOL:
        v->type = POOL_BOOL;
        v->integer = text.len && text.ptr[0] == 't';
        break;
    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
    case OID_NUMERIC: /* sum(bigint) is numeric: whole when it fits */
        v->type = str_to_int(text, &v->integer) ? POOL_INT : POOL_REAL;
        v->real = v->type == POOL_REAL ? strtod(text.ptr, NULL) : 0;
        break;
    case OID_FLOAT4:
    case OID_FLOAT8:
        v->type = POOL_REAL;
        v->real = strtod(text.ptr, NULL);
        break;
    case OID_DATE:
        v->type = day_parse(text, &day) ? POOL_DATE : POOL_NULL;
        v->integer = v->type == POOL_DATE ? day : 0;
        break;
    case OID_TIMESTAMP:
        read_time(text, v);
        break;
    case OID_UUID:
        read_uuid(scratch, text, v);
        break;
    case OID_BYTEA:
        read_bytea(scratch, text, v);
        break;
    default:
        v->type = POOL_TEXT;
        break;
    }
}

static void read_row(PoolRows *r, PgRows *p) {
    for (size_t i = 0; i < r->columns; i++) {
        int c = (int)i;

        r->values[i] = (PoolValue){0};
        if (!PQgetisnull(p->result, 0, c))
            read_value(PQftype(p->result, c),
                       (Str){PQgetvalue(p->result, 0, c), (size_t)PQgetlength(p->result, 0, c)},
                       &p->scratch[i], &r->values[i]);
    }
}

/* Move on to the next result. The row read before is freed only now: its texts were borrowed. */
static bool advance(PoolRows *r, PgRows *p, Err *e) {
    PgSession *pg = r->session->state;

    PQclear(p->result);
    p->result = PQgetResult(pg->connection);
    ExecStatusType status = p->result ? PQresultStatus(p->result) : PGRES_TUPLES_OK;

    if (status == PGRES_SINGLE_TUPLE || status == PGRES_TUPLES_OK)
        return true;
    p->ended = true;
    return pg_error(r->session, p->result, e);
}

/* In single-row mode every row is a result of its own, and an empty one ends them. */
bool pg_next(PoolRows *r, bool *more, Err *e) {
    PgRows *p = r->state;

    *more = false;
    if (p->ended)
        return true;
    if (p->started && !advance(r, p, e))
        return false;
    p->started = true;
    if (p->result && PQresultStatus(p->result) == PGRES_SINGLE_TUPLE) {
        read_row(r, p);
        *more = true;
    } else {
        p->ended = true;
    }
    return true;
}

void pg_rows_close(PoolRows *r) {
    PgRows *p = r->state;

    PQclear(p->result);
    if (!p->ended) /* abandoned half way: keep the server from sending the rest */
        pg_interrupt(r->session);
    pg_drain(r->session->state);
    for (size_t i = 0; i < r->columns; i++)
        buf_done(&p->scratch[i]);
}
