/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/seal.c: sealed rows of a batch that is coming in. */
#include "pool/seal.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/banned.h"

/* In the text, @T stands for the table, @B for the batch, @F for forever. */
static void expand(const PoolTable *t, int64_t batch, const char *text, Buf *sql) {
    for (const char *p = text; *p; p++) {
        if (p[0] == '@' && p[1] == 'T')
            pool_quote(t->name, sql);
        else if (p[0] == '@' && p[1] == 'B')
            buf_addf(sql, "%" PRId64, batch);
        else if (p[0] == '@' && p[1] == 'F')
            buf_addf(sql, "%" PRId64, POOL_FOREVER);
        else
            buf_add_char(sql, *p);
        p += *p == '@';
    }
}

typedef struct Step {
    PoolSession *session;
    const PoolTable *table;
    int64_t batch;
} Step;

static bool step(const Step *s, const char *text, Err *e) {
    scoped_buf Buf sql;

    buf_init(&sql, 1 << 20);
    expand(s->table, s->batch, text, &sql);
    return pool_run(s->session, buf_str(&sql), NULL, 0, NULL, e);
}

static bool count(const Step *s, const char *text, int64_t *out, Err *e) {
    scoped_buf Buf sql;

    buf_init(&sql, 1 << 20);
    expand(s->table, s->batch, text, &sql);
    return pool_int(s->session, buf_str(&sql), NULL, 0, out, e);
}

static bool drop_tables(const Step *s, Err *e) {
    static const char *const tables[] = {"lines", "shift", "turned"};
    char sql[60];

    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        snprintf(sql, sizeof sql, "DROP TABLE IF EXISTS seal_%s", tables[i]);
        if (!step(s, sql, e))
            return false;
    }
    return true;
}

static bool read_lines(const Step *s, Arena *a, SealedPart *out, Err *e) {
    int64_t *lines = arena_array_of(a, (size_t)out->received, int64_t);
    Err why = {0};
    PoolRows *rows =
        pool_query(s->session, STR("SELECT line FROM seal_lines ORDER BY line"), NULL, 0, e);

    if (!rows)
        return false;
    for (const PoolValue *row;
         out->line_count < (size_t)out->received && (row = pool_next(rows, &why)) != NULL;)
        lines[out->line_count++] = row[0].integer;
    pool_rows_close(rows);
    if (why.code != ERR_NONE && e)
        *e = why;
    out->lines = lines;
    return why.code == ERR_NONE;
}

bool seal_begin(PoolSession *session, const PoolTable *t, int64_t batch, Arena *a, SealedPart *out,
                Err *e) {
    Step s = {session, t, batch};

    *out = (SealedPart){0};
    if (!t->dataset->sealing.count)
        return true;
    return drop_tables(&s, e) &&
           step(&s,
                "CREATE TEMP TABLE seal_lines AS SELECT line FROM @T WHERE batch = @B AND "
                "sealed_by IS NOT NULL",
                e) &&
           count(&s, "SELECT count(*) FROM seal_lines", &out->received, e) &&
           (!out->received || read_lines(&s, a, out, e));
}

/* ---- older versions ---- */

static bool find_turned(const Step *s, int64_t *found, Err *e) {
    return step(s,
                "CREATE TEMP TABLE seal_turned AS SELECT t.id, t.batch, n.sealed_by, (SELECT "
                "count(*) FROM @T u WHERE u.id = t.id AND u.until = t.batch AND u.batch < t.batch "
                "AND u.sealed_by IS NULL) AS corrected FROM @T t JOIN (SELECT id, sealed_by FROM "
                "@T WHERE batch = @B AND until = @F AND sealed_by IS NOT NULL) n ON n.id = t.id "
                "WHERE t.sealed_by IS NULL",
                e) &&
           count(s, "SELECT count(*) FROM seal_turned", found, e);
}

static bool tell_batches(const Step *s, Arena *a, Node *out, Err *e) {
    Node *batches = node_list(a);
    Err why = {0};
    scoped_buf Buf sql;

    buf_init(&sql, 1000);
    expand(s->table, s->batch,
           "SELECT batch, count(*), CAST(sum(corrected) AS BIGINT) FROM seal_turned WHERE batch < "
           "@B GROUP BY batch ORDER BY batch",
           &sql);
    PoolRows *rows = pool_query(s->session, buf_str(&sql), NULL, 0, e);

    if (!rows)
        return false;
    for (const PoolValue *row; (row = pool_next(rows, &why)) != NULL;) {
        Node *one = node_map(a);

        node_set_int(a, one, "batch", row[0].integer);
        node_set_int(a, one, "rows", row[1].integer);
        node_set_int(a, one, "corrected", row[2].integer);
        node_add(a, batches, one);
    }
    pool_rows_close(rows);
    if (why.code != ERR_NONE && e)
        *e = why;
    node_set(a, out, "batches", batches);
    return why.code == ERR_NONE;
}

static bool tell_ids(const Step *s, Arena *a, Node *out, Err *e) {
    Node *ids = node_list(a);
    Err why = {0};
    PoolRows *rows =
        pool_query(s->session, STR("SELECT DISTINCT id FROM seal_turned ORDER BY id"), NULL, 0, e);

    if (!rows)
        return false;
    for (const PoolValue *row; (row = pool_next(rows, &why)) != NULL;)
        node_add(a, ids, node_of_text(a, row[0].text));
    pool_rows_close(rows);
    if (why.code != ERR_NONE && e)
        *e = why;
    node_set(a, out, "ids", ids);
    return why.code == ERR_NONE;
}

/* A record sealed now is sealed as it stood before, too. Should the import fail after this, the
 * older versions stay sealed: rather too much than too little. */
static bool seal_older(const Step *s, Arena *a, SealedPart *out, Err *e) {
    int64_t found = 0;
    Node *turned = node_map(a);

    if (!find_turned(s, &found, e))
        return false;
    if (!found)
        return true;
    node_set_text(a, turned, "dataset", s->table->dataset->dataset);
    out->turned = turned;
    return tell_batches(s, a, turned, e) && tell_ids(s, a, turned, e) &&
           step(s,
                "UPDATE @T AS t SET sealed_by = s.sealed_by FROM (SELECT DISTINCT id, sealed_by "
                "FROM seal_turned) AS s WHERE t.id = s.id AND t.sealed_by IS NULL",
                e);
}

/* ---- counts and lines ---- */

static bool count_sealed(const Step *s, SealedPart *out, Err *e) {
    if (!count(s, "SELECT count(*) FROM @T WHERE batch = @B AND sealed_by IS NOT NULL",
               &out->accepted, e) ||
        !count(s,
               "SELECT count(*) FROM @T WHERE batch < @B AND until = @B AND (sealed_by IS NOT "
               "NULL OR id IN (SELECT id FROM @T WHERE batch = @B AND sealed_by IS NOT NULL))",
               &out->corrected, e))
        return false;
    /* Open versions of the same file that turned sealed with a later line count as sealed. */
    if (out->accepted > out->received)
        out->received = out->accepted;
    out->duplicates = out->received - out->accepted;
    return true;
}

/* Sealed rows keep their line, below zero: a place of its own in every order. */
static bool renumber(const Step *s, Err *e) {
    return step(s,
                "CREATE TEMP TABLE seal_shift AS SELECT line AS above, lead(line, 1, @F) OVER "
                "(ORDER BY line) AS below, row_number() OVER (ORDER BY line) AS shift FROM "
                "seal_lines",
                e) &&
           step(s,
                "UPDATE @T AS t SET line = t.line - s.shift FROM seal_shift AS s WHERE t.batch = "
                "@B AND t.sealed_by IS NULL AND t.line > s.above AND t.line < s.below",
                e) &&
           step(s, "UPDATE @T SET line = -line WHERE batch = @B AND sealed_by IS NOT NULL", e);
}

bool seal_end(PoolSession *session, const PoolTable *t, int64_t batch, Arena *a, SealedPart *out,
              Err *e) {
    Step s = {session, t, batch};

    if (!t->dataset->sealing.count)
        return true;
    bool good = !out->received ||
                (seal_older(&s, a, out, e) && count_sealed(&s, out, e) && renumber(&s, e));

    /* An open row may close a sealed one: that is no correction to ordinary eyes. */
    if (good && !out->received)
        good = count(&s,
                     "SELECT count(*) FROM @T WHERE batch < @B AND until = @B AND sealed_by IS NOT "
                     "NULL",
                     &out->corrected, e);
    return good && drop_tables(&s, e);
}
