/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/pg_append.c: rows into a PostgreSQL table through binary COPY. */
#include <stdlib.h>
#include <string.h>

#include "pool/pg.h"

#include "base/banned.h"

#define SEND_AT ((size_t)1 << 18)
#define DAYS_TO_2000 10957 /* PostgreSQL counts days and microseconds from 2000-01-01 */

typedef struct PgAppender {
    Buf buf;
    bool copying;
} PgAppender;

static void add_16(Buf *b, uint16_t v) {
    const unsigned char bytes[2] = {(unsigned char)(v >> 8), (unsigned char)v};

    buf_add_bytes(b, bytes, sizeof bytes);
}

static void add_32(Buf *b, uint32_t v) {
    const unsigned char bytes[4] = {(unsigned char)(v >> 24), (unsigned char)(v >> 16),
                                    (unsigned char)(v >> 8), (unsigned char)v};

    buf_add_bytes(b, bytes, sizeof bytes);
}

static void add_64(Buf *b, uint64_t v) {
    add_32(b, (uint32_t)(v >> 32));
    add_32(b, (uint32_t)v);
}

static bool start_copy(PoolAppender *a, Str table, Err *e) {
    PgSession *pg = a->session->state;
    Buf sql;

    buf_init(&sql, (size_t)1 << 20);
    buf_add(&sql, STR("COPY "));
    pool_quote(table, &sql);
    for (size_t i = 0; i < a->count; i++) {
        buf_add(&sql, i ? STR(", ") : STR(" ("));
        pool_quote(a->columns[i].name, &sql);
    }
    buf_add(&sql, STR(") FROM STDIN (FORMAT binary)"));
    PGresult *result = PQexec(pg->connection, buf_str(&sql).ptr);
    bool good = PQresultStatus(result) == PGRES_COPY_IN;

    if (!good)
        pg_error(a->session, result, e);
    PQclear(result);
    buf_done(&sql);
    return good;
}

bool pg_append_open(PoolAppender *a, Str table, Err *e) {
    PgAppender *p = calloc(1, sizeof *p);

    if (!p)
        abort();
    a->state = p;
    buf_init(&p->buf, (size_t)1 << 30);
    if (!start_copy(a, table, e))
        return false;
    p->copying = true;
    buf_add_bytes(&p->buf, "PGCOPY\n\377\r\n\0", 11);
    add_32(&p->buf, 0); /* flags */
    add_32(&p->buf, 0); /* header extension */
    return true;
}

static void add_value(Buf *b, PoolType type, const PoolValue *v) {
    uint64_t bits;

    switch (type) {
    case POOL_BOOL:
        add_32(b, 1);
        buf_add_char(b, v->integer ? 1 : 0);
        break;
    case POOL_INT:
        add_32(b, 8);
        add_64(b, (uint64_t)v->integer);
        break;
    case POOL_REAL:
        memcpy(&bits, &v->real, sizeof bits);
        add_32(b, 8);
        add_64(b, bits);
        break;
    case POOL_DATE:
        add_32(b, 4);
        add_32(b, (uint32_t)((int32_t)v->integer - DAYS_TO_2000));
        break;
    case POOL_TIME:
        add_32(b, 8);
        add_64(b, (uint64_t)(v->integer - DAYS_TO_2000 * INT64_C(86400000000)));
        break;
    case POOL_UUID:
    case POOL_TEXT:
    case POOL_BLOB:
        add_32(b, (uint32_t)v->text.len);
        buf_add(b, v->text);
        break;
    case POOL_NULL:
        break;
    }
}

static bool send_some(PoolAppender *a, Err *e) {
    PgSession *pg = a->session->state;
    PgAppender *p = a->state;

    if (p->buf.full)
        return err_set(e, ERR_TOO_LARGE, NULL,
                       "文件里有一行太大，数据资源池放不下：请把这一行拆短后重试");
    if (PQputCopyData(pg->connection, p->buf.ptr, (int)p->buf.len) != 1)
        return pg_error(a->session, NULL, e);
    buf_clear(&p->buf);
    return true;
}

bool pg_append_row(PoolAppender *a, const PoolValue *values, Err *e) {
    PgAppender *p = a->state;

    add_16(&p->buf, (uint16_t)a->count);
    for (size_t i = 0; i < a->count; i++) {
        if (values[i].type == POOL_NULL)
            add_32(&p->buf, UINT32_MAX); /* length -1 */
        else
            add_value(&p->buf, a->columns[i].type, &values[i]);
    }
    return p->buf.len < SEND_AT || send_some(a, e);
}

/* The outcome of the COPY; the connection is free for other statements afterwards. */
static bool finish(PoolAppender *a, const char *abandon, Err *e) {
    PgSession *pg = a->session->state;
    PgAppender *p = a->state;
    bool good = PQputCopyEnd(pg->connection, abandon) == 1;
    PGresult *result;

    p->copying = false;
    if (!good)
        pg_error(a->session, NULL, e);
    while ((result = PQgetResult(pg->connection)) != NULL) {
        if (PQresultStatus(result) != PGRES_COMMAND_OK && good) {
            good = false;
            pg_error(a->session, result, e);
        }
        PQclear(result);
    }
    return good;
}

bool pg_append_end(PoolAppender *a, Err *e) {
    PgAppender *p = a->state;

    add_16(&p->buf, UINT16_MAX);
    return send_some(a, e) && finish(a, NULL, e);
}

void pg_append_free(PoolAppender *a) {
    PgAppender *p = a->state;

    if (!p)
        return;
    if (p->copying)
        finish(a, "abandoned", NULL);
    buf_done(&p->buf);
    free(p);
}
