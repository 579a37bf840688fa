/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/reseal.c: every row's sealed part under the next generation of the key.
 *
 *     for each table, for each batch, for each piece of lines:
 *         BEGIN   read, open, seal again, write back, note how far   COMMIT
 *
 * Batches that came after the last note were sealed by the new key already; they are looked through
 * all the same, because nothing is thrown away on a guess. */
#include "pool/reseal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/fault.h"
#include "base/keyring.h"
#include "pool/importer.h"
#include "pool/tables.h"

#include "base/banned.h"

enum { LINES_EACH = 16384 };
#define SQL_MOST ((size_t)1 << 20)
#define BLOB_MOST ((size_t)64 << 20)

bool importer_hold(Importer *i, const _Atomic bool *cancel, Err *e) {
    for (;;) {
        struct timespec until;

        if (cancel && atomic_load(cancel))
            return err_set(e, ERR_CANCELLED, NULL, "已取消");
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += 100000000;
        if (until.tv_nsec >= 1000000000) {
            until.tv_sec++;
            until.tv_nsec -= 1000000000;
        }
        if (pthread_mutex_timedlock(&i->lock, &until) == 0)
            return true;
    }
}

void importer_release(Importer *i) {
    pthread_mutex_unlock(&i->lock);
}

/* One pass over the pool. */
typedef struct Pass {
    PoolSession *session;
    Importer *importer;
    Unsealer *from;
    Sealer *to;
    int64_t generation;
    bool held; /* no import runs: nobody need take turns */
    ResealProgress *progress;
    Buf sql, context, plain, sealed;
} Pass;

static PoolValue of_int(int64_t i) {
    return (PoolValue){.type = POOL_INT, .integer = i};
}

static PoolValue of_blob(Str s) {
    return (PoolValue){.type = POOL_BLOB, .text = s};
}

static bool make_notes(PoolSession *s, Err *e) {
    return pool_run(s,
                    STR("CREATE TABLE IF NOT EXISTS pool_sealing (name TEXT, generation BIGINT, "
                        "batch BIGINT, line BIGINT)"),
                    NULL, 0, NULL, e);
}

/* ---- what there is to do ---- */

typedef struct BatchLines {
    int64_t batch, first, last, rows;
} BatchLines;

typedef struct Work {
    Str table;
    BatchLines *batches;
    size_t count;
} Work;

static bool list_tables(PoolSession *s, Arena *a, Node *out, Err *e) {
    Err mine = {0};
    PoolRows *rows =
        pool_query(s,
                   STR("SELECT table_name FROM information_schema.tables WHERE "
                       "table_schema = current_schema() AND substr(table_name, 1, 2) = 'd_' "
                       "ORDER BY table_name"),
                   NULL, 0, e);

    if (!rows)
        return false;
    for (const PoolValue *row; (row = pool_next(rows, &mine)) != NULL;)
        node_add(a, out, node_of_text(a, str_dup(a, row[0].text)));
    pool_rows_close(rows);
    if (mine.code != ERR_NONE && e)
        *e = mine;
    return mine.code == ERR_NONE;
}

/* How far this table has come: all lines up to (batch, line) are under the generation. */
static bool read_note(PoolSession *s, Str table, int64_t generation, int64_t *batch, int64_t *line,
                      Err *e) {
    Err mine = {0};
    int64_t noted;

    *batch = *line = -1;
    if (!pool_int(s,
                  STR("SELECT count(*) FROM information_schema.tables WHERE table_schema = "
                      "current_schema() AND table_name = 'pool_sealing'"),
                  NULL, 0, &noted, e))
        return false;
    if (!noted)
        return true; /* nothing was ever sealed anew */
    PoolValue args[2] = {{.type = POOL_TEXT, .text = table}, of_int(generation)};
    PoolRows *rows = pool_query(s,
                                STR("SELECT batch, line FROM pool_sealing WHERE name = $1 AND "
                                    "generation = $2 ORDER BY batch DESC, line DESC LIMIT 1"),
                                args, 2, e);

    if (!rows)
        return false;
    const PoolValue *row = pool_next(rows, &mine);

    if (row) {
        *batch = row[0].integer;
        *line = row[1].integer;
    }
    pool_rows_close(rows);
    if (mine.code != ERR_NONE && e)
        *e = mine;
    return mine.code == ERR_NONE;
}

/* The batches of a table that have rows to look at. */
static bool list_batches(PoolSession *s, Arena *a, Work *w, int64_t generation, Err *e) {
    int64_t batch, line;
    Err mine = {0};
    size_t room = 0;
    Buf sql;

    if (!read_note(s, w->table, generation, &batch, &line, e))
        return false;
    buf_init(&sql, SQL_MOST);
    buf_add(&sql, STR("SELECT batch, min(line), max(line), count(*) FROM "));
    pool_quote(w->table, &sql);
    buf_add(&sql, STR(" WHERE sealed IS NOT NULL AND (batch > $1 OR (batch = $1 AND line > $2)) "
                      "GROUP BY batch ORDER BY batch"));
    PoolValue args[2] = {of_int(batch), of_int(line)};
    PoolRows *rows = pool_query(s, buf_str(&sql), args, 2, e);

    buf_done(&sql);
    if (!rows)
        return false;
    for (const PoolValue *row; (row = pool_next(rows, &mine)) != NULL;) {
        if (w->count == room) {
            BatchLines *more = arena_array_of(a, room = room ? 2 * room : 64, BatchLines);

            if (w->count)
                memcpy(more, w->batches, w->count * sizeof *more);
            w->batches = more;
        }
        w->batches[w->count++] =
            (BatchLines){row[0].integer, row[1].integer, row[2].integer, row[3].integer};
    }
    pool_rows_close(rows);
    if (mine.code != ERR_NONE && e)
        *e = mine;
    return mine.code == ERR_NONE;
}

static bool list_work(PoolSession *s, Arena *a, int64_t generation, Work **out, size_t *count,
                      Err *e) {
    Node *tables = node_list(a);

    if (!list_tables(s, a, tables, e))
        return false;
    *out = arena_array_of(a, tables->count, Work);
    *count = tables->count;
    for (size_t i = 0; i < tables->count; i++) {
        (*out)[i].table = tables->items[i]->text;
        if (!list_batches(s, a, &(*out)[i], generation, e))
            return false;
    }
    return true;
}

static int64_t rows_of(const Work *work, size_t count) {
    int64_t rows = 0;

    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < work[i].count; k++)
            rows += work[i].batches[k].rows;
    return rows;
}

static bool sealed_rows(PoolSession *s, Arena *a, int64_t *all, Err *e) {
    Node *tables = node_list(a);
    Buf sql;
    bool good = list_tables(s, a, tables, e);

    buf_init(&sql, SQL_MOST);
    *all = 0;
    for (size_t i = 0; good && i < tables->count; i++) {
        int64_t n;

        buf_clear(&sql);
        buf_add(&sql, STR("SELECT count(sealed) FROM "));
        pool_quote(tables->items[i]->text, &sql);
        good = pool_int(s, buf_str(&sql), NULL, 0, &n, e);
        *all += good ? n : 0;
    }
    buf_done(&sql);
    return good;
}

bool pool_reseal_left(Pool *p, int64_t generation, int64_t *left, int64_t *all, Err *e) {
    scoped_arena Arena *a = arena_new();
    PoolSession *s = pool_session(p, e);
    Work *work;
    size_t count;

    if (!s)
        return false;
    bool good = list_work(s, a, generation, &work, &count, e) && sealed_rows(s, a, all, e);

    if (good)
        *left = rows_of(work, count);
    pool_session_close(s);
    return good;
}

/* ---- one piece ---- */

static const PoolColumn fresh_columns[] = {
    {.name = STR_INIT("line"), .type = POOL_INT},
    {.name = STR_INIT("id"), .type = POOL_UUID},
    {.name = STR_INIT("was"), .type = POOL_BLOB},
    {.name = STR_INIT("now"), .type = POOL_BLOB},
};

static bool make_fresh(Pass *p, Err *e) {
    const PoolEngine *engine = p->session->pool->engine;

    buf_clear(&p->sql);
    buf_add(&p->sql, STR("CREATE TEMP TABLE IF NOT EXISTS reseal_fresh ("));
    for (size_t i = 0; i < 4; i++)
        buf_addf(&p->sql, "%s\"%.*s\" %s", i ? ", " : "", STR_ARG(fresh_columns[i].name),
                 engine->type_name(fresh_columns[i].type));
    buf_add_char(&p->sql, ')');
    return pool_run(p->session, buf_str(&p->sql), NULL, 0, NULL, e);
}

/* Open and seal again; *fresh tells that it lay under an older generation. */
static bool reseal_one(Pass *p, Str table, const unsigned char id[16], Str sealed, bool *fresh,
                       Err *e) {
    int64_t generation;

    buf_clear(&p->context);
    buf_add(&p->context, str_slice(table, 2, table.len)); /* d_ */
    buf_add_char(&p->context, '/');
    buf_add_bytes(&p->context, id, 16);
    buf_clear(&p->plain);
    if (!unsealer_open(p->from, buf_str(&p->context), sealed, &p->plain, &generation, e))
        return err_prefix(e, "重新加密已停下，没有丢弃旧密钥。数据表 %.*s 中有一行",
                          STR_ARG(table));
    *fresh = generation < p->generation;
    buf_clear(&p->sealed);
    return !*fresh || seal(p->to, buf_str(&p->context), buf_str(&p->plain), &p->sealed) ||
           err_set(e, ERR_TOO_LARGE, NULL, "重新加密的数据超出上限");
}

/* Rows first into memory: one open result a session. */
typedef struct Piece {
    Arena *a;
    PoolValue (*rows)[4];
    size_t count, room;
} Piece;

static void piece_add(Piece *piece, int64_t line, const unsigned char id[16], Str was, Str now) {
    if (piece->count == piece->room) {
        size_t room = piece->room ? 2 * piece->room : 4096;
        PoolValue(*more)[4] = arena_alloc(piece->a, room * sizeof *more);

        if (piece->count)
            memcpy(more, piece->rows, piece->count * sizeof *more);
        piece->rows = more;
        piece->room = room;
    }
    PoolValue *row = piece->rows[piece->count++];

    row[0] = of_int(line);
    row[1] = (PoolValue){.type = POOL_UUID, .text = str_dup(piece->a, (Str){(const char *)id, 16})};
    row[2] = of_blob(str_dup(piece->a, was));
    row[3] = of_blob(str_dup(piece->a, now));
}

static bool read_piece(Pass *p, Str table, const PoolValue *range, Piece *out, int64_t *seen,
                       Err *e) {
    Err mine = {0};

    buf_clear(&p->sql);
    buf_add(&p->sql, STR("SELECT line, id, sealed FROM "));
    pool_quote(table, &p->sql);
    buf_add(&p->sql, STR(" WHERE batch = $1 AND line > $2 AND line <= $3 AND sealed IS NOT NULL"));
    PoolRows *rows = pool_query(p->session, buf_str(&p->sql), range, 3, e);

    if (!rows)
        return false;
    *seen = 0;
    for (const PoolValue *row; mine.code == ERR_NONE && (row = pool_next(rows, &mine)) != NULL;
         ++*seen) {
        unsigned char id[16];
        bool fresh = false;

        if (!uuid_read(row[1].text, id))
            err_set(&mine, ERR_INTERNAL, NULL, "行号读不懂");
        else if (reseal_one(p, table, id, row[2].text, &fresh, &mine) && fresh)
            piece_add(out, row[0].integer, id, row[2].text, buf_str(&p->sealed));
    }
    pool_rows_close(rows);
    if (mine.code != ERR_NONE && e)
        *e = mine;
    return mine.code == ERR_NONE;
}

static bool append_piece(Pass *p, const Piece *piece, Err *e) {
    PoolAppender *to = pool_appender(p->session, fresh_columns, 4, STR("reseal_fresh"), e);
    bool good = to != NULL;

    for (size_t i = 0; good && i < piece->count; i++)
        good = pool_append(to, piece->rows[i], e);
    good = good && pool_append_end(to, e);
    pool_append_free(to);
    return good;
}

/* A nonce never comes twice, so the old bytes find their row even where a line or an id does. */
static bool write_piece(Pass *p, Str table, const PoolValue *range, const Piece *piece, Err *e) {
    int64_t changed = 0;

    if (piece->count == 0)
        return true;
    if (!pool_run(p->session, STR("DELETE FROM reseal_fresh"), NULL, 0, NULL, e) ||
        !append_piece(p, piece, e) ||
        /* PostgreSQL would take a table it knows nothing of for a small one. */
        (pool_is_postgresql(p->session->pool) &&
         !pool_run(p->session, STR("ANALYZE reseal_fresh"), NULL, 0, NULL, e)))
        return false;
    buf_clear(&p->sql);
    buf_add(&p->sql, STR("UPDATE "));
    pool_quote(table, &p->sql);
    buf_add(&p->sql, STR(" AS t SET sealed = f.now FROM reseal_fresh AS f WHERE t.batch = $1 AND "
                         "t.line > $2 AND t.line <= $3 AND t.line = f.line AND t.id = f.id AND "
                         "t.sealed = f.was"));
    if (!pool_run(p->session, buf_str(&p->sql), range, 3, &changed, e))
        return false;
    return changed == (int64_t)piece->count ||
           err_set(e, ERR_INTERNAL, NULL, "重新加密应改 %zu 行，实际改了 %" PRId64 " 行，已撤回",
                   piece->count, changed);
}

static bool write_note(Pass *p, Str table, int64_t batch, int64_t line, Err *e) {
    PoolValue args[4] = {
        {.type = POOL_TEXT, .text = table}, of_int(p->generation), of_int(batch), of_int(line)};

    return pool_run(p->session, STR("DELETE FROM pool_sealing WHERE name = $1"), args, 1, NULL,
                    e) &&
           pool_run(p->session, STR("INSERT INTO pool_sealing VALUES ($1, $2, $3, $4)"), args, 4,
                    NULL, e);
}

static bool one_piece(Pass *p, Str table, int64_t batch, int64_t after, int64_t upto, Err *e) {
    scoped_arena Arena *a = arena_new();
    PoolValue range[3] = {of_int(batch), of_int(after), of_int(upto)};
    Piece piece = {.a = a};
    int64_t seen = 0;

    if (!make_fresh(p, e) || !pool_run(p->session, STR("BEGIN"), NULL, 0, NULL, e))
        return false;
    bool good = read_piece(p, table, range, &piece, &seen, e) &&
                write_piece(p, table, range, &piece, e) && write_note(p, table, batch, upto, e);

    if (good && FAULT("pool.reseal"))
        good = err_set(e, ERR_DISK, NULL, "重新加密时磁盘出错");
    if (!good) {
        pool_run(p->session, STR("ROLLBACK"), NULL, 0, NULL, NULL);
        return false;
    }
    if (!pool_run(p->session, STR("COMMIT"), NULL, 0, NULL, e))
        return false;
    atomic_fetch_add(&p->progress->done, seen);
    return true;
}

/* Imports wait while a piece is under way, and a piece while they do. */
static bool one_turn(Pass *p, Str table, int64_t batch, int64_t after, int64_t upto, Err *e) {
    if (!p->held && !importer_hold(p->importer, &p->progress->cancel, e))
        return false;
    bool good = pool_lock(p->session, e);

    if (good) {
        good = one_piece(p, table, batch, after, upto, e);
        pool_unlock(p->session);
    }
    if (!p->held)
        importer_release(p->importer);
    return good;
}

static bool one_batch(Pass *p, Str table, const BatchLines *b, Err *e) {
    for (int64_t after = b->first - 1; after < b->last; after += LINES_EACH) {
        int64_t upto = b->last - after > LINES_EACH ? after + LINES_EACH : b->last;

        if (!one_turn(p, table, b->batch, after, upto, e))
            return false;
    }
    return true;
}

/* Imports that end meanwhile bring batches of their own: until none is left. */
static bool all_pieces(Pass *p, Err *e) {
    for (;;) {
        scoped_arena Arena *a = arena_new();
        Work *work;
        size_t count;

        if (!list_work(p->session, a, p->generation, &work, &count, e))
            return false;
        int64_t rows = rows_of(work, count);

        if (rows == 0)
            return true;
        atomic_store(&p->progress->total, atomic_load(&p->progress->done) + rows);
        for (size_t i = 0; i < count; i++)
            for (size_t k = 0; k < work[i].count; k++)
                if (!one_batch(p, work[i].table, &work[i].batches[k], e))
                    return false;
    }
}

static bool run_pass(Importer *i, const Keys *keys, int64_t generation, bool held,
                     ResealProgress *progress, Err *e) {
    unsigned char key[KEY_SIZE];
    Pass p = {.session = pool_session(i->pool, e),
              .importer = i,
              .generation = generation,
              .held = held,
              .progress = progress};
    Buf *const bufs[] = {&p.sql, &p.context, &p.plain, &p.sealed};

    if (!p.session)
        return false;
    for (size_t k = 0; k < sizeof bufs / sizeof *bufs; k++)
        buf_init(bufs[k], BLOB_MOST);
    bool good = keys_derive_of(keys, generation, "seal", key) ||
                err_set(e, ERR_KEY, NULL, "密钥文件里没有第 %" PRId64 " 代密钥", generation);

    if (good) {
        p.from = unsealer_new(keys, "seal");
        p.to = sealer_new(key);
        wipe(key, sizeof key);
        good = make_notes(p.session, e) && all_pieces(&p, e);
    }
    if (p.plain.ptr)
        wipe(p.plain.ptr, p.plain.len);
    unsealer_free(p.from);
    sealer_free(p.to);
    for (size_t k = 0; k < sizeof bufs / sizeof *bufs; k++)
        buf_done(bufs[k]);
    pool_session_close(p.session);
    return good;
}

bool pool_reseal(Importer *i, const Keys *keys, int64_t generation, ResealProgress *progress,
                 Err *e) {
    return run_pass(i, keys, generation, false, progress, e);
}

bool pool_reseal_held(Importer *i, const Keys *keys, int64_t generation, ResealProgress *progress,
                      Err *e) {
    return run_pass(i, keys, generation, true, progress, e);
}
