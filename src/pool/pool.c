/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/pool.c: the pool over either engine: opening, sessions, statements, what is visible. */
#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/citizen_text.h"
#include "pool/engine.h"

#include "base/banned.h"

static void *zeroed(size_t size) {
    void *p = calloc(1, size);

    if (!p)
        abort();
    return p;
}

Pool *pool_open(const PoolSettings *settings, Err *e) {
    bool duckdb = str_starts(settings->place, STR("duckdb:"));

    if (!duckdb && !str_starts(settings->place, STR("postgresql:")) &&
        !str_starts(settings->place, STR("postgres:"))) {
        err_set(e, ERR_INVALID, NULL,
                "数据资源池的地址应写作 duckdb:文件路径 或 postgresql://…：请检查设置");
        return NULL;
    }
    Pool *p = zeroed(sizeof *p);

    p->engine = duckdb ? &pool_duckdb : &pool_postgresql;
    p->memory_bytes = settings->memory_bytes;
    if (p->engine->open(p, settings, e))
        return p;
    free(p);
    return NULL;
}

void pool_close(Pool *p) {
    if (!p)
        return;
    p->engine->close(p);
    free(p);
}

bool pool_is_postgresql(const Pool *p) {
    return p->engine == &pool_postgresql;
}

void pool_set_visible(Pool *p, int64_t batch) {
    atomic_store(&p->visible, batch);
}

int64_t pool_visible(const Pool *p) {
    return atomic_load(&p->visible);
}

PoolSession *pool_session(Pool *p, Err *e) {
    PoolSession *s = zeroed(sizeof *s);

    s->pool = p;
    if (p->engine->connect(s, e))
        return s;
    free(s);
    return NULL;
}

void pool_session_close(PoolSession *s) {
    if (!s)
        return;
    s->pool->engine->disconnect(s);
    free(s);
}

PoolRows *pool_query(PoolSession *s, Str sql, const PoolValue *args, size_t n, Err *e) {
    PoolRows *r = zeroed(sizeof *r);

    r->session = s;
    r->arena = arena_new();
    if (s->pool->engine->query(s, sql, args, n, r, e))
        return r;
    arena_free(r->arena);
    free(r);
    return NULL;
}

size_t pool_columns(const PoolRows *r) {
    return r->columns;
}

Str pool_column_name(const PoolRows *r, size_t i) {
    assert(i < r->columns);
    return r->names[i];
}

const PoolValue *pool_next(PoolRows *r, Err *e) {
    bool more;

    return r->session->pool->engine->next(r, &more, e) && more ? r->values : NULL;
}

void pool_rows_close(PoolRows *r) {
    if (!r)
        return;
    r->session->pool->engine->rows_close(r);
    arena_free(r->arena);
    free(r);
}

bool pool_run(PoolSession *s, Str sql, const PoolValue *args, size_t n, int64_t *changed, Err *e) {
    return s->pool->engine->run(s, sql, args, n, changed, e);
}

void pool_interrupt(PoolSession *s) {
    s->pool->engine->interrupt(s);
}

PoolAppender *pool_appender(PoolSession *s, const PoolColumn *columns, size_t n, Str table,
                            Err *e) {
    PoolAppender *a = zeroed(sizeof *a);

    *a = (PoolAppender){.session = s, .columns = columns, .count = n};
    if (s->pool->engine->append_open(a, table, e))
        return a;
    pool_append_free(a);
    return NULL;
}

bool pool_append(PoolAppender *a, const PoolValue *values, Err *e) {
    return a->session->pool->engine->append_row(a, values, e);
}

bool pool_append_end(PoolAppender *a, Err *e) {
    return a->session->pool->engine->append_end(a, e);
}

void pool_append_free(PoolAppender *a) {
    if (!a)
        return;
    a->session->pool->engine->append_free(a);
    free(a);
}

bool pool_bulk(Pool *p, const PoolTable *t, PoolSource *source, int workers, Err *e) {
    return p->engine->bulk(p, t, source, workers, e);
}

void pool_quote(Str identifier, Buf *sql) {
    buf_add_char(sql, '"');
    for (size_t i = 0; i < identifier.len; i++) {
        if (identifier.ptr[i] == '"')
            buf_add_char(sql, '"');
        buf_add_char(sql, identifier.ptr[i]);
    }
    buf_add_char(sql, '"');
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool uuid_read(Str text, unsigned char out[16]) {
    size_t digits = 0;

    memset(out, 0, 16);
    for (size_t i = 0; i < text.len; i++) {
        int digit = hex_digit(text.ptr[i]);

        if (text.ptr[i] == '-')
            continue;
        if (digit < 0 || digits == 32)
            return false;
        out[digits / 2] = (unsigned char)(out[digits / 2] << 4 | digit);
        digits++;
    }
    return digits == 32;
}

void uuid_write(const unsigned char bytes[16], char out[32]) {
    static const char digits[] = "0123456789abcdef";

    for (int i = 0; i < 16; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
}

bool pool_value_error(Err *e) {
    return err_set(e, ERR_INTERNAL, NULL,
                   "数据资源池里有一个值与要做的运算不符，这一步没有完成：请核对模型或查询的条件"
                   "（类型、日期、除数、取值范围）后重试");
}

void pool_quiet(const char *message, char *out, size_t size) {
    size_t n = 0, run = 0, grouped = 0, seen = 0, digits;
    const char *end = message; /* of digits in groups, as many as an identity number has */

    for (const char *p = message; *p && n + 1 < size; p++) {
        bool digit = isdigit((unsigned char)*p);

        if (digit && run == 0 && p >= end) {
            end = p + digit_run(str_of(p), &digits);
            grouped = digits;
            seen = 0;
        }
        run = digit ? run + 1 : 0;
        seen += digit;
        if ((unsigned char)*p < ' ') {
            if (n && out[n - 1] != ' ')
                out[n++] = ' ';
            continue;
        }
        bool hidden = run > 6 || (p < end && grouped >= DIGIT_RUN_SECRET && seen > 6 && digit);

        out[n++] = hidden ? '*' : *p; /* the head of a number tells where, not whom */
    }
    while (n && ((unsigned char)out[n - 1] & 0xC0) == 0x80)
        n--; /* never half a character */
    if (n && (unsigned char)out[n - 1] >= 0xC0)
        n--;
    out[n] = '\0';
}
