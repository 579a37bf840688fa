/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/judge.c: rows judged again by other sealing rules.
 *
 *     read all rows, judge each ─► judge_mine ─► judge_turned (with earlier versions) ─► UPDATE
 *          one transaction of the pool, with the events noted in pool_judging     COMMIT
 *     events into the journal: "rows.sealed", "rows.opened", "rows.judged"        COMMIT
 *     the note goes
 *
 * A record whose live version is sealed is sealed with all its earlier versions, as at import
 * (seal.c). The events are told once: rows_judged holds the name of the last judging. */
#include "pool/judge.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/fault.h"
#include "base/log.h"
#include "content/sealing.h"
#include "pool/importer.h"
#include "pool/reseal.h"
#include "pool/tables.h"
#include "sql_statements.h"

#include "base/banned.h"

enum { IDS_EACH = 5000, JUDGING_VERSION = 1, REASON_MOST_BYTES = 2000 };
#define SQL_MOST ((size_t)1 << 20)
#define NOTE_MOST ((size_t)256 << 20)

void judge_mark(const Dataset *d, char out[JUDGE_MARK_SIZE]) {
    out[0] = '\0';
    if (d->sealing.count)
        snprintf(out, JUDGE_MARK_SIZE, "%d-%016" PRIx64, JUDGING_VERSION, sealing_mark(d));
}

/* One judging of one dataset. */
typedef struct Judging {
    Importer *importer;
    PoolSession *session;
    const PoolTable *table;
    const JudgeAsk *ask;
    JudgeProgress *progress;
    JudgeResult *out;
    Arena *a;
    char name[33], mark[JUDGE_MARK_SIZE];
    Node *events; /* list of {kind, body} */
} Judging;

/* In the text, @T stands for the table, @F for forever. */
static Str expand(const Judging *j, const char *text) {
    Buf sql;

    buf_init(&sql, SQL_MOST);
    for (const char *p = text; *p; p++) {
        if (p[0] == '@' && p[1] == 'T')
            pool_quote(j->table->name, &sql);
        else if (p[0] == '@' && p[1] == 'F')
            buf_addf(&sql, "%" PRId64, POOL_FOREVER);
        else
            buf_add_char(&sql, *p);
        p += *p == '@';
    }
    Str out = str_dup(j->a, buf_str(&sql));

    buf_done(&sql);
    return out;
}

static bool step(const Judging *j, const char *text, int64_t *changed, Err *e) {
    return pool_run(j->session, expand(j, text), NULL, 0, changed, e);
}

static bool count(const Judging *j, const char *text, int64_t *out, Err *e) {
    return pool_int(j->session, expand(j, text), NULL, 0, out, e);
}

/* ---- judging each row ---- */

/* Fields that the rules look at, and where their values stand in a result. */
typedef struct Looked {
    const Field *field;
    size_t column;
    bool birth; /* of a citizen number: only its birth date is kept in clear */
} Looked;

typedef struct Reading {
    Looked *fields;
    size_t count;
    FieldValue *values; /* by field index; what is not looked at stays null */
    Buf sql;
} Reading;

enum { ROW_ID, ROW_BATCH, ROW_LINE, ROW_SEALED_BY, ROW_FIELDS };

static void look_at(const Judging *j, Reading *r, const Field *f) {
    bool birth = f && f->type == FIELD_CITIZEN_ID;

    for (size_t i = 0; f && i < r->count; i++)
        if (r->fields[i].field == f)
            return;
    ptrdiff_t column = f ? pool_table_find(j->table, f, birth ? COLUMN_BIRTH : COLUMN_VALUE) : -1;

    if (column < 0)
        return;
    r->fields[r->count] = (Looked){f, ROW_FIELDS + r->count, birth};
    r->count++;
    buf_add(&r->sql, STR(", "));
    pool_quote(j->table->columns[column].name, &r->sql);
}

static void look_at_tests(const Judging *j, Reading *r, const BindList *tests) {
    for (size_t i = 0; i < tests->count; i++)
        look_at(j, r, ((const SealTest *)tests->items)[i].is);
}

static void reading_plan(const Judging *j, Reading *r) {
    const Dataset *d = j->table->dataset;

    r->fields = arena_array_of(j->a, d->fields.count, Looked);
    r->values = arena_array_of(j->a, d->fields.count, FieldValue);
    buf_add(&r->sql, STR("SELECT id, batch, line, sealed_by"));
    for (size_t i = 0; i < d->sealing.count; i++) {
        const Sealing *s = &dataset_sealing(d)[i];

        look_at(j, r, s->minor_field);
        look_at(j, r, s->birth_field);
        for (size_t k = 0; k < s->on.count; k++)
            look_at(j, r, s->on_fields[k]);
        look_at_tests(j, r, &s->when);
        look_at_tests(j, r, &s->unless);
    }
    buf_add(&r->sql, STR(" FROM "));
    pool_quote(j->table->name, &r->sql);
}

/* As it was before it went into the pool (maker.c), as far as sealing rules ask. */
static void value_of(const Looked *l, const PoolValue *from, FieldValue *out) {
    out->kind = VALUE_NULL;
    if (from->type == POOL_NULL)
        return;
    if (l->birth) {
        out->kind = VALUE_TEXT;
        out->citizen.birth_valid = true;
        out->citizen.birth = (Day)from->integer;
        return;
    }
    out->integer = from->integer;
    out->real = from->real;
    out->text = from->text;
    out->kind = from->type == POOL_TEXT   ? VALUE_TEXT
                : from->type == POOL_REAL ? VALUE_REAL
                : from->type == POOL_DATE ? VALUE_DAY
                : from->type == POOL_TIME ? VALUE_TIME
                                          : VALUE_INT;
}

static const PoolColumn mine_columns[] = {
    {.name = STR_INIT("id"), .type = POOL_UUID},
    {.name = STR_INIT("batch"), .type = POOL_INT},
    {.name = STR_INIT("line"), .type = POOL_INT},
    {.name = STR_INIT("rule"), .type = POOL_TEXT},
};
enum { MINE_COLUMNS = sizeof mine_columns / sizeof *mine_columns };

/* A row that is not as the rules say: to be sealed by `rule`, or sealed without one. */
typedef struct Differing {
    unsigned char id[16];
    int64_t batch, line;
    const Sealing *rule;
} Differing;

typedef struct DifferingRows {
    Arena *a;
    Differing *items;
    size_t count, room;
} DifferingRows;

static Differing *differing_add(DifferingRows *rows) {
    if (rows->count == rows->room) {
        Differing *more =
            arena_array_of(rows->a, rows->room = rows->room ? 2 * rows->room : 256, Differing);

        if (rows->count)
            memcpy(more, rows->items, rows->count * sizeof *more);
        rows->items = more;
    }
    return &rows->items[rows->count++];
}

static bool judge_row(const Judging *j, Reading *r, const PoolValue *row, DifferingRows *out,
                      Err *e) {
    for (size_t i = 0; i < r->count; i++)
        value_of(&r->fields[i], &row[r->fields[i].column], &r->values[r->fields[i].field->index]);
    const Sealing *rule = sealing_of(j->table->dataset, r->values);
    bool sealed = row[ROW_SEALED_BY].type != POOL_NULL;

    if ((rule != NULL) == sealed)
        return true;
    Differing *d = differing_add(out);

    *d = (Differing){.batch = row[ROW_BATCH].integer, .line = row[ROW_LINE].integer, .rule = rule};
    return uuid_read(row[ROW_ID].text, d->id) || err_set(e, ERR_INTERNAL, NULL, "行号读不懂");
}

static bool judge_rows(const Judging *j, DifferingRows *out, Err *e) {
    Reading r = {0};
    Err mine = {0};

    buf_init(&r.sql, SQL_MOST);
    reading_plan(j, &r);
    PoolRows *rows = pool_query(j->session, buf_str(&r.sql), NULL, 0, e);

    buf_done(&r.sql);
    if (!rows)
        return false;
    for (const PoolValue *row; mine.code == ERR_NONE && (row = pool_next(rows, &mine)) != NULL;) {
        if (!judge_row(j, &r, row, out, &mine))
            break;
        j->out->rows++;
        if ((j->out->rows & 1023) == 0)
            atomic_fetch_add(&j->progress->done, 1024);
        if (atomic_load(&j->progress->cancel))
            err_set(&mine, ERR_CANCELLED, NULL, "已取消");
    }
    pool_rows_close(rows);
    if (mine.code != ERR_NONE && e)
        *e = mine;
    return mine.code == ERR_NONE;
}

static bool put_differing(const Judging *j, const DifferingRows *rows, Err *e) {
    const PoolEngine *engine = j->session->pool->engine;
    scoped_buf Buf sql;

    buf_init(&sql, SQL_MOST);
    buf_add_c(&sql, "CREATE TEMP TABLE judge_mine (");
    for (size_t i = 0; i < MINE_COLUMNS; i++)
        buf_addf(&sql, "%s\"%.*s\" %s", i ? ", " : "", STR_ARG(mine_columns[i].name),
                 engine->type_name(mine_columns[i].type));
    buf_add_char(&sql, ')');
    if (!pool_run(j->session, buf_str(&sql), NULL, 0, NULL, e))
        return false;
    PoolAppender *to = pool_appender(j->session, mine_columns, MINE_COLUMNS, STR("judge_mine"), e);
    bool good = to != NULL;

    for (size_t i = 0; good && i < rows->count; i++) {
        const Differing *d = &rows->items[i];
        PoolValue values[MINE_COLUMNS] = {
            {.type = POOL_UUID, .text = {(const char *)d->id, sizeof d->id}},
            {.type = POOL_INT, .integer = d->batch},
            {.type = POOL_INT, .integer = d->line},
            {.type = d->rule ? POOL_TEXT : POOL_NULL}};

        if (d->rule)
            values[3].text = d->rule->rule;
        good = pool_append(to, values, e);
    }
    good = good && pool_append_end(to, e);
    pool_append_free(to);
    /* PostgreSQL would take a table it knows nothing of for a small one. */
    return good &&
           (!pool_is_postgresql(j->session->pool) || step(j, "ANALYZE judge_mine", NULL, e));
}

/* ---- which versions turn ---- */

static bool drop_tables(const Judging *j, Err *e) {
    return step(j, "DROP TABLE IF EXISTS judge_mine", NULL, e) &&
           step(j, "DROP TABLE IF EXISTS judge_turned", NULL, e);
}

#define SAME_ROW(x, y) x ".batch = " y ".batch AND " x ".line = " y ".line AND " x ".id = " y ".id"

/* What the rules seal, and earlier versions of records whose live version they seal. */
static bool find_sealed(const Judging *j, int64_t *found, Err *e) {
    return step(j,
                "CREATE TEMP TABLE judge_turned AS SELECT m.id, m.batch, m.line, m.rule FROM "
                "judge_mine m WHERE m.rule IS NOT NULL UNION ALL SELECT t.id, t.batch, t.line, "
                "l.rule FROM @T t JOIN (SELECT m.id, m.rule FROM judge_mine m JOIN @T v "
                "ON " SAME_ROW("v", "m") " WHERE m.rule IS NOT NULL AND v.until = @F) l ON l.id = "
                                         "t.id WHERE t.sealed_by IS NULL AND t.until <> @F AND NOT "
                                         "EXISTS (SELECT 1 FROM "
                                         "judge_mine m WHERE " SAME_ROW("m", "t") ")",
                NULL, e) &&
           count(j, "SELECT count(*) FROM judge_turned", found, e);
}

/* Sealed without a rule, and not because the live version is sealed by one. */
static bool find_loose(const Judging *j, int64_t *found, Err *e) {
    return step(j, "DROP TABLE IF EXISTS judge_turned", NULL, e) &&
           step(j,
                "CREATE TEMP TABLE judge_turned AS SELECT m.id, m.batch, m.line, m.rule FROM "
                "judge_mine m WHERE m.rule IS NULL AND NOT EXISTS (SELECT 1 FROM @T v WHERE v.id = "
                "m.id AND v.until = @F AND v.sealed_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "
                "judge_mine k WHERE k.rule IS NULL AND " SAME_ROW("k", "v") "))",
                NULL, e) &&
           count(j, "SELECT count(*) FROM judge_turned", found, e);
}

/* ---- what is told ---- */

typedef struct BatchFigures {
    int64_t batch, rows, corrected;
} BatchFigures;

typedef struct Figures {
    BatchFigures *items;
    size_t count, room;
} Figures;

static BatchFigures *figures_of(Arena *a, Figures *f, int64_t batch) {
    for (size_t i = 0; i < f->count; i++)
        if (f->items[i].batch == batch)
            return &f->items[i];
    if (f->count == f->room) {
        BatchFigures *more = arena_array_of(a, f->room = f->room ? 2 * f->room : 64, BatchFigures);

        if (f->count)
            memcpy(more, f->items, f->count * sizeof *more);
        f->items = more;
    }
    f->items[f->count] = (BatchFigures){.batch = batch};
    return &f->items[f->count++];
}

/* Adds a count per batch to the figures, with that sign. */
static bool add_figures(const Judging *j, const char *text, int sign, bool rows_too, Figures *f,
                        Err *e) {
    Err mine = {0};
    PoolRows *rows = pool_query(j->session, expand(j, text), NULL, 0, e);

    if (!rows)
        return false;
    for (const PoolValue *row; (row = pool_next(rows, &mine)) != NULL;) {
        BatchFigures *b = figures_of(j->a, f, row[0].integer);

        *(rows_too ? &b->rows : &b->corrected) += sign * row[1].integer;
    }
    pool_rows_close(rows);
    if (mine.code != ERR_NONE && e)
        *e = mine;
    return mine.code == ERR_NONE;
}

/* Corrections that ordinary people see: an open row that no sealed row replaced. */
static const char corrections[] =
    "SELECT u.until, count(*) FROM @T u WHERE u.batch < u.until AND u.until <> @F AND u.sealed_by "
    "IS NULL AND u.id IN (SELECT id FROM judge_turned) AND NOT EXISTS (SELECT 1 FROM @T c WHERE "
    "c.id = u.id AND c.batch = u.until AND c.sealed_by IS NOT NULL) GROUP BY u.until ORDER BY 1";

static void tell(const Judging *j, const char *kind, const Figures *f, const Node *ids) {
    size_t first = 0;

    do { /* an entry of the journal has a ceiling */
        Node *event = node_map(j->a), *body = node_map(j->a), *some = node_list(j->a);
        Node *batches = node_list(j->a);

        for (size_t i = 0; first == 0 && i < f->count; i++) {
            Node *one = node_map(j->a);

            node_set_int(j->a, one, "batch", f->items[i].batch);
            node_set_int(j->a, one, "rows", f->items[i].rows);
            node_set_int(j->a, one, "corrected", f->items[i].corrected);
            node_add(j->a, batches, one);
        }
        for (size_t i = first; i < ids->count && i < first + IDS_EACH; i++)
            node_add(j->a, some, ids->items[i]);
        first += IDS_EACH;
        node_set_text(j->a, body, "dataset", j->table->dataset->dataset);
        node_set(j->a, body, "batches", batches);
        node_set(j->a, body, "ids", some);
        node_set_text(j->a, event, "kind", str_of(kind));
        node_set(j->a, event, "body", body);
        node_add(j->a, j->events, event);
    } while (first < ids->count);
}

static Node *turned_ids(const Judging *j, Err *e) {
    Node *ids = node_list(j->a);
    Err mine = {0};
    PoolRows *rows =
        pool_query(j->session, STR("SELECT DISTINCT id FROM judge_turned ORDER BY id"), NULL, 0, e);

    if (!rows)
        return NULL;
    for (const PoolValue *row; (row = pool_next(rows, &mine)) != NULL;)
        node_add(j->a, ids, node_of_text(j->a, row[0].text));
    pool_rows_close(rows);
    if (mine.code != ERR_NONE && e)
        *e = mine;
    return mine.code == ERR_NONE ? ids : NULL;
}

/* Rows of judge_turned get their rule, or none; figures before and after say what batches tell. */
static bool turn(const Judging *j, const char *kind, int sign, Err *e) {
    Figures f = {0};
    const Node *ids = turned_ids(j, e);

    if (!ids ||
        !add_figures(j, "SELECT batch, count(*) FROM judge_turned GROUP BY batch ORDER BY batch",
                     sign, true, &f, e) ||
        !add_figures(j, corrections, 1, false, &f, e) ||
        !step(j,
              "UPDATE @T AS t SET sealed_by = s.rule FROM judge_turned AS s "
              "WHERE " SAME_ROW("t", "s"),
              NULL, e) ||
        !add_figures(j, corrections, -1, false, &f, e))
        return false;
    tell(j, kind, &f, ids);
    return true;
}

/* ---- the note ---- */

static bool make_notes(PoolSession *s, Err *e) {
    return pool_run(
        s, STR("CREATE TABLE IF NOT EXISTS pool_judging (name TEXT, judging TEXT, note TEXT)"),
        NULL, 0, NULL, e);
}

static bool write_note(const Judging *j, const Node *note, Err *e) {
    Buf text;

    buf_init(&text, NOTE_MOST);
    json_write(note, &text);
    PoolValue args[3] = {{.type = POOL_TEXT, .text = j->table->name},
                         {.type = POOL_TEXT, .text = str_of(j->name)},
                         {.type = POOL_TEXT, .text = buf_str(&text)}};
    bool good = text.full
                    ? err_set(e, ERR_TOO_LARGE, NULL, "要改变封存状态的行太多")
                    : pool_run(j->session, STR("INSERT INTO pool_judging VALUES ($1, $2, $3)"),
                               args, 3, NULL, e);

    buf_done(&text);
    return good;
}

static bool drop_note(const Judging *j, Err *e) {
    PoolValue name = {.type = POOL_TEXT, .text = j->table->name};

    return pool_run(j->session, STR("DELETE FROM pool_judging WHERE name = $1"), &name, 1, NULL, e);
}

/* *note NULL: there is none. */
static bool read_note(const Judging *j, Str *judging, const Node **note, Err *e) {
    Err mine = {0};
    PoolValue name = {.type = POOL_TEXT, .text = j->table->name};
    PoolRows *rows = pool_query(
        j->session, STR("SELECT judging, note FROM pool_judging WHERE name = $1"), &name, 1, e);

    *note = NULL;
    if (!rows)
        return false;
    const PoolValue *row = pool_next(rows, &mine);

    if (row) {
        *judging = str_dup(j->a, row[0].text);
        *note = json_read(j->a, str_dup(j->a, row[1].text), &mine);
    }
    pool_rows_close(rows);
    if (mine.code != ERR_NONE && e)
        *e = mine;
    return mine.code == ERR_NONE;
}

/* ---- the journal ---- */

typedef struct Telling {
    const Judging *judging;
    const Node *note;
    Str name;
} Telling;

static bool append(Tx *tx, const Telling *t, Str kind, const Node *body, const Node *secret,
                   Err *e) {
    const Judging *j = t->judging;
    Event event = {.actor = node_text(t->note, "actor"),
                   .kind = kind,
                   .subject = str_format(j->a, "dataset:%.*s", STR_ARG(j->table->dataset->dataset)),
                   .body = body,
                   .secret = secret};

    return journal_append(tx, &event, e);
}

static bool append_all(Tx *tx, void *context, Err *e) {
    const Telling *t = context;
    Arena *a = t->judging->a;
    const Node *events = node_get(t->note, "events");
    Node *body = node_map(a), *secret = NULL;
    Str before = {NULL, 0}, reason = node_text(t->note, "reason");
    const Node *last = tx_row(tx, a, &SQL_rows_judged_last,
                              ARGS(ARG_OF_TEXT(t->judging->table->dataset->dataset)), e);

    if (!last && e->code != ERR_NONE)
        return false;
    before = node_text(last, "judging");
    if (str_eq(before, t->name))
        return true; /* told before the program was stopped */
    for (size_t i = 0; events && i < events->count; i++)
        if (!append(tx, t, node_text(events->items[i], "kind"), node_get(events->items[i], "body"),
                    NULL, e))
            return false;
    node_set_text(a, body, "dataset", t->judging->table->dataset->dataset);
    node_set_text(a, body, "judging", t->name);
    node_set_text(a, body, "mark", node_text(t->note, "mark"));
    if (reason.len) {
        secret = node_map(a);
        node_set_text(a, secret, "reason", reason);
    }
    return append(tx, t, STR("rows.judged"), body, secret, e);
}

static bool tell_journal(const Judging *j, Str name, const Node *note, Err *e) {
    Telling t = {j, note, name};

    if (FAULT("pool.judge.window"))
        return err_set(e, ERR_INTERNAL, NULL, "登记封存的变动之前中断");
    if (!store_write(j->importer->store, append_all, &t, e))
        return false;
    if (FAULT("pool.judge.end"))
        return err_set(e, ERR_INTERNAL, NULL, "登记封存的变动之后中断");
    return drop_note(j, e);
}

/* What a stopped program left: the rows have turned, the journal may not know. */
static bool resume(const Judging *j, Err *e) {
    Str name = {NULL, 0};
    const Node *note;

    return make_notes(j->session, e) && read_note(j, &name, &note, e) &&
           (!note || tell_journal(j, name, note, e));
}

/* ---- one dataset ---- */

static Node *note_of(const Judging *j) {
    Node *note = node_map(j->a);

    node_set_text(j->a, note, "actor", j->ask->actor);
    node_set_text(j->a, note, "mark", str_of(j->mark));
    if (j->ask->open)
        node_set_text(j->a, note, "reason", j->ask->reason);
    node_set(j->a, note, "events", j->events);
    return note;
}

static bool turn_all(const Judging *j, const DifferingRows *rows, Err *e) {
    if (!drop_tables(j, e) || !put_differing(j, rows, e) || !find_sealed(j, &j->out->sealed, e) ||
        (j->out->sealed && !turn(j, "rows.sealed", 1, e)) || !find_loose(j, &j->out->loose, e))
        return false;
    if (!j->ask->open || !j->out->loose)
        return true;
    if (!turn(j, "rows.opened", -1, e))
        return false;
    j->out->opened = j->out->loose;
    j->out->loose = 0;
    return true;
}

static bool judge_in(const Judging *j, Node **note, Err *e) {
    DifferingRows rows = {.a = j->a};

    if (!judge_rows(j, &rows, e) || !pool_run(j->session, STR("BEGIN"), NULL, 0, NULL, e))
        return false;
    bool good = turn_all(j, &rows, e);

    *note = note_of(j);
    good = good && write_note(j, *note, e);
    if (good && FAULT("pool.judge.commit"))
        good = err_set(e, ERR_DISK, NULL, "数据资源池无法写入磁盘：请检查剩余空间后重试");
    if (!good) {
        pool_run(j->session, STR("ROLLBACK"), NULL, 0, NULL, NULL);
        return false;
    }
    return pool_run(j->session, STR("COMMIT"), NULL, 0, NULL, e) && drop_tables(j, e);
}

static bool judge_locked(Judging *j, Err *e) {
    unsigned char random[16];
    Node *note;

    if (!resume(j, e))
        return false;
    random_bytes(random, sizeof random);
    uuid_write(random, j->name);
    j->name[32] = '\0';
    judge_mark(j->table->dataset, j->mark);
    j->events = node_list(j->a);
    return judge_in(j, &note, e) && tell_journal(j, str_of(j->name), note, e);
}

/* Between importer_hold and importer_release. */
static bool judge_held(Importer *i, const Dataset *d, const JudgeAsk *ask, JudgeProgress *progress,
                       JudgeResult *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    Judging j = {.importer = i,
                 .table = pool_table(a, d),
                 .ask = ask,
                 .progress = progress,
                 .out = out,
                 .a = a};

    j.session = pool_session(i->pool, e);
    bool good = j.session && pool_lock(j.session, e);

    if (good) {
        good = judge_locked(&j, e);
        pool_unlock(j.session);
    }
    pool_session_close(j.session);
    return good;
}

bool pool_judge(Importer *i, const Dataset *d, const JudgeAsk *ask, JudgeProgress *progress,
                JudgeResult *out, Err *e) {
    JudgeProgress unheard = {0};

    *out = (JudgeResult){0};
    if (ask->open && !str_trim(ask->reason).len)
        return err_set(e, ERR_INVALID, "/reason", "解除封存要写明理由：规则为什么变了，依据是什么");
    if (ask->reason.len > REASON_MOST_BYTES)
        return err_set(e, ERR_INVALID, "/reason", "理由太长，请不要超过 600 字");
    if (!progress)
        progress = &unheard;
    if (!importer_hold(i, &progress->cancel, e))
        return false;
    bool good = judge_held(i, d, ask, progress, out, e);

    importer_release(i);
    if (good && (out->sealed || out->opened))
        log_line(LOG_INFO, "pool",
                 "数据集 %.*s 按现行封存规则核对了 %" PRId64 " 行：封存 %" PRId64
                 " 行，解除 %" PRId64 " 行",
                 STR_ARG(d->dataset), out->rows, out->sealed, out->opened);
    return good;
}

/* ---- all datasets ---- */

typedef struct Stale {
    const Dataset *dataset;
    Arena *a;
    char mark[JUDGE_MARK_SIZE];
    int64_t batches;
} Stale;

static bool ask_stale(Tx *tx, void *context, Err *e) {
    Stale *q = context;

    return tx_int(tx, &SQL_batch_judged_otherwise,
                  ARGS(ARG_OF_TEXT(q->dataset->dataset), ARG_OF_TEXT(str_of(q->mark))), 0,
                  &q->batches, e);
}

/* Tables whose judging was cut short: a note of it is left. */
static bool noted(Importer *i, Arena *a, Node *names, Err *e) {
    PoolSession *s = pool_session(i->pool, e);
    Err mine = {0};

    if (!s)
        return false;
    PoolRows *rows =
        make_notes(s, e) ? pool_query(s, STR("SELECT name FROM pool_judging"), NULL, 0, e) : NULL;
    bool good = rows != NULL;

    for (const PoolValue *row; good && (row = pool_next(rows, &mine)) != NULL;)
        node_add(a, names, node_of_text(a, row[0].text));
    if (rows != NULL)
        pool_rows_close(rows);
    pool_session_close(s);
    if (mine.code != ERR_NONE && e)
        *e = mine;
    return good && mine.code == ERR_NONE;
}

static bool is_noted(Arena *a, const Node *names, const Dataset *d) {
    Str name = pool_table(a, d)->name;

    for (size_t i = 0; i < names->count; i++)
        if (str_eq(names->items[i]->text, name))
            return true;
    return false;
}

bool pool_judge_all(Importer *i, const Content *c, Str actor, JudgeProgress *progress,
                    JudgeResult *sum, Err *e) {
    const JudgeAsk ask = {.actor = actor};
    scoped_arena Arena *a = arena_new();
    Node *names = node_list(a);

    *sum = (JudgeResult){0};
    if (!noted(i, a, names, e))
        return false;
    for (size_t k = 0; k < content_dataset_count(c); k++) {
        Stale q = {.dataset = content_dataset_at(c, k)};
        JudgeResult one;

        judge_mark(q.dataset, q.mark);
        if (!store_read(i->store, ask_stale, &q, e))
            return false;
        if (!q.batches && !is_noted(a, names, q.dataset))
            continue;
        if (!pool_judge(i, q.dataset, &ask, progress, &one, e))
            return false;
        sum->rows += one.rows;
        sum->sealed += one.sealed;
        sum->loose += one.loose;
    }
    return true;
}
