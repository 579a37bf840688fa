/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/rotate.c: from one generation of the master key to the next. Where a kill may fall:
 *
 *     key file holds both ─► "key.rotated" ─► subjects' keys ─► rows ─► "key.rotation_ended" ─► key
 *     file holds the new one
 *
 * Before the event the new generation is unused, and the next rotation takes it. Between the events
 * both are needed and both are in the file. After the second event the next start takes the old one
 * out. */
#include "clue/rotate.h"

#include <inttypes.h>
#include <time.h>

#include "base/fault.h"
#include "base/keyring.h"
#include "base/log.h"
#include "sql_statements.h"
#include "store/journal_turn.h"

enum { SUBJECTS_EACH = 200 };

const BindName rotate_phase_names[] = {
    {"waiting", ROTATE_WAITING, "等待"},
    {"key", ROTATE_KEY, "生成新密钥"},
    {"subjects", ROTATE_SUBJECTS, "重新封装个人信息的密钥"},
    {"rows", ROTATE_ROWS, "重新加密数据行"},
    {"ending", ROTATE_ENDING, "撤下旧密钥"},
    {"done", ROTATE_DONE, "完成"},
    {NULL, 0, NULL},
};

/* ---- what the journal knows of rotations ---- */

static bool rotated_project(Tx *tx, const Event *event, Err *e) {
    char at[INSTANT_TEXT];

    instant_format(event->at, at);
    return tx_run(tx, &SQL_key_rotation_begin,
                  ARGS(ARG_OF_INT(node_int(event->body, "generation", 0)),
                       ARG_OF_TEXT(node_text(event->body, "mark")), ARG_OF_TEXT(str_of(at)),
                       ARG_OF_TEXT(event->actor)),
                  NULL, e);
}

static bool ended_project(Tx *tx, const Event *event, Err *e) {
    char at[INSTANT_TEXT];

    instant_format(event->at, at);
    return tx_run(tx, &SQL_key_rotation_end,
                  ARGS(ARG_OF_INT(node_int(event->body, "generation", 0)), ARG_OF_TEXT(str_of(at)),
                       ARG_OF_INT(node_int(event->body, "subject_keys", 0)),
                       ARG_OF_INT(node_int(event->body, "rows", 0))),
                  NULL, e);
}

void rotate_register(void) {
    static const Projection projections[] = {
        {"key.rotated", rotated_project},
        {"key.rotation_ended", ended_project},
        {0},
    };
    static const char *const tables[] = {"key_rotation", NULL};

    journal_register(projections, tables);
}

/* The newest rotation. */
typedef struct Last {
    Arena *a;
    int64_t generation; /* 0: there never was one */
    bool ended;
    const Node *row;
} Last;

static bool last_read(Tx *tx, void *context, Err *e) {
    Last *last = context;
    Err why = {0};
    const Node *row = tx_row(tx, last->a, &SQL_key_rotation_last, NO_ARGS, &why);

    if (why.code != ERR_NONE) {
        *e = why;
        return false;
    }
    last->row = row;
    last->generation = row ? node_int(row, "generation", 0) : 0;
    last->ended = !row || node_text(row, "ended_at").len != 0;
    return true;
}

bool office_rotation_open(Office *o, bool *open, Err *e) {
    scoped_arena Arena *a = arena_new();
    Last last = {.a = a};

    if (!store_read(o->store, last_read, &last, e))
        return false;
    *open = last.generation != 0 && !last.ended;
    return true;
}

bool office_keys_begin(Office *o, Err *e) {
    scoped_arena Arena *a = arena_new();
    Last last = {.a = a};
    int64_t generation;

    if (!journal_generation(o->store, &generation, e) || !keys_use(o->keys, generation, e) ||
        !store_read(o->store, last_read, &last, e))
        return false;
    keys_tidy(o->key_path.ptr);
    if (!last.generation || !last.ended)
        return true;
    Err mine = {0}; /* a key file that cannot be written now is no reason not to start */

    if (!keys_retire(o->keys, o->key_path.ptr, generation, &mine))
        log_line(LOG_WARNING, "keys", "old generation still in the key file: %s", mine.text);
    return true;
}

/* ---- the steps ---- */

typedef struct Rotation {
    Office *office;
    Str actor;
    RotateProgress *progress;
    RotateResult *result;
} Rotation;

static bool stopped(const Rotation *r, Err *e) {
    return atomic_load(&r->progress->rows.cancel) &&
           !err_set(e, ERR_CANCELLED, NULL,
                    "密钥轮换已停下，数据都可以照常使用；再运行 lianheng key rotate 会接着做完");
}

static void phase(const Rotation *r, RotatePhase p) {
    atomic_store(&r->progress->phase, p);
}

/* The next generation: made, or left in the file by one who was killed before the event. */
static bool next_generation(Rotation *r, int64_t now, int64_t *next, Err *e) {
    Office *o = r->office;

    *next = keys_newest(o->keys);
    return *next > now || keys_grow(o->keys, o->key_path.ptr, next, e);
}

static bool begin(Rotation *r, Err *e) {
    Office *o = r->office;
    int64_t now = keys_generation(o->keys), next;
    char mark[17];

    phase(r, ROTATE_KEY);
    if (!next_generation(r, now, &next, e))
        return false;
    if (FAULT("key.grown"))
        return err_set(e, ERR_DISK, NULL, "密钥轮换中断");
    keys_mark(o->keys, next, mark);
    journal_use_keys(o->store, o->keys);
    /* No import may be half way between the two: it would seal its rows by the old one. */
    if (!importer_hold(o->importer, &r->progress->rows.cancel, e))
        return false;
    bool good = journal_rotate(o->store, &(KeyTurn){next, str_of(mark), r->actor}, e) &&
                keys_use(o->keys, next, e);

    importer_release(o->importer);
    r->result->generation = next;
    if (good && FAULT("key.turned"))
        return err_set(e, ERR_DISK, NULL, "密钥轮换中断");
    return good;
}

static bool rewrap(Rotation *r, Err *e) {
    Store *s = r->office->store;
    int64_t older, all, done;

    phase(r, ROTATE_SUBJECTS);
    if (!journal_wrapped(s, r->result->generation, &older, &all, e))
        return false;
    atomic_store(&r->progress->total, older);
    do {
        if (stopped(r, e) || !journal_rewrap(s, r->result->generation, SUBJECTS_EACH, &done, e))
            return false;
        r->result->subject_keys += done;
        atomic_store(&r->progress->done, r->result->subject_keys);
        if (FAULT("key.rewrapped"))
            return err_set(e, ERR_DISK, NULL, "密钥轮换中断");
    } while (done);
    return true;
}

static bool reseal(Rotation *r, Err *e) {
    Office *o = r->office;

    phase(r, ROTATE_ROWS);
    if (!pool_reseal(o->importer, o->keys, r->result->generation, &r->progress->rows, e)) {
        stopped(r, e);
        return false;
    }
    r->result->rows = atomic_load(&r->progress->rows.done);
    return true;
}

static bool ended_append(Tx *tx, void *context, Err *e) {
    const Rotation *r = context;
    scoped_arena Arena *a = arena_new();
    Node *body = node_map(a);

    node_set_int(a, body, "generation", r->result->generation);
    node_set_int(a, body, "subject_keys", r->result->subject_keys);
    node_set_int(a, body, "rows", r->result->rows);
    return journal_append(tx,
                          &(Event){.actor = r->actor,
                                   .kind = STR("key.rotation_ended"),
                                   .subject = STR("installation"),
                                   .body = body},
                          e);
}

/* Nothing may be left under an older generation when it is thrown away: asked, not assumed. */
static bool nothing_left(Rotation *r, Err *e) {
    int64_t keys_left, keys_all, rows_left, rows_all;

    if (!journal_wrapped(r->office->store, r->result->generation, &keys_left, &keys_all, e) ||
        !pool_reseal_left(r->office->pool, r->result->generation, &rows_left, &rows_all, e))
        return false;
    return (keys_left == 0 && rows_left == 0) ||
           err_set(e, ERR_BUSY, NULL,
                   "轮换期间又有旧密钥加密的数据进来（%" PRId64
                   " 行），没有撤下旧密钥，请再运行一次 "
                   "lianheng key rotate",
                   rows_left + keys_left);
}

static bool end(Rotation *r, Err *e) {
    Office *o = r->office;

    phase(r, ROTATE_ENDING);
    if (!importer_hold(o->importer, &r->progress->rows.cancel, e))
        return false;
    bool good =
        pool_reseal_held(o->importer, o->keys, r->result->generation, &r->progress->rows, e) &&
        nothing_left(r, e) && store_write(o->store, ended_append, r, e);

    importer_release(o->importer);
    if (good && FAULT("key.ended"))
        return err_set(e, ERR_DISK, NULL, "密钥轮换中断");
    if (!good || !keys_retire(o->keys, o->key_path.ptr, r->result->generation, e))
        return false;
    journal_use_keys(o->store, o->keys);
    phase(r, ROTATE_DONE);
    return true;
}

static bool rotate(Rotation *r, Err *e) {
    scoped_arena Arena *a = arena_new();
    Last last = {.a = a};

    if (!store_read(r->office->store, last_read, &last, e))
        return false;
    r->result->resumed = last.generation != 0 && !last.ended;
    if (r->result->resumed)
        r->result->generation = last.generation;
    return (r->result->resumed || begin(r, e)) && rewrap(r, e) && reseal(r, e) && end(r, e);
}

bool office_rotate(Office *o, Str actor, RotateProgress *progress, RotateResult *out, Err *e) {
    RotateResult result = {0};
    Rotation r = {o, actor, progress, &result};
    struct timespec from, to;

    if (!office_upkeep_begin(o, UPKEEP_ROTATE, e))
        return false;
    clock_gettime(CLOCK_MONOTONIC, &from);
    bool good = rotate(&r, e);

    clock_gettime(CLOCK_MONOTONIC, &to);
    office_upkeep_end(o);
    result.seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
    if (good)
        *out = result;
    return good;
}

/* ---- how it stands ---- */

static void add_or_null(Arena *a, Node *n, const Node *row, const char *key) {
    Str text = row ? node_text(row, key) : (Str){NULL, 0};

    node_set(a, n, key, text.len ? node_of_text(a, text) : node_null(a));
}

Node *office_key_status(Office *o, Arena *a, Err *e) {
    int64_t all[KEYS_GENERATIONS], generation = keys_generation(o->keys), older, wrapped, left,
                                   rows;
    Last last = {.a = a};
    Node *n = node_map(a), *list = node_list(a);
    char fingerprint[17], mark[17];

    if (!store_read(o->store, last_read, &last, e) ||
        !journal_wrapped(o->store, generation, &older, &wrapped, e) ||
        !pool_reseal_left(o->pool, generation, &left, &rows, e))
        return NULL;
    bool open = last.generation && !last.ended;

    keys_fingerprint(o->keys, fingerprint);
    keys_mark(o->keys, generation, mark);
    for (size_t i = 0, count = keys_list(o->keys, all); i < count; i++)
        node_add(a, list, node_of_int(a, all[i]));
    node_set_text(a, n, "fingerprint", str_dup(a, str_of(fingerprint)));
    node_set_int(a, n, "generation", generation);
    node_set_text(a, n, "mark", str_dup(a, str_of(mark)));
    node_set_text(a, n, "key_file", o->key_path);
    node_set(a, n, "generations", list);
    node_set_text(a, n, "state",
                  office_upkeep(o) == UPKEEP_ROTATE ? STR("running")
                  : open                            ? STR("unfinished")
                                                    : STR("settled"));
    add_or_null(a, n, last.row, "started_at");
    add_or_null(a, n, last.row, "started_by");
    add_or_null(a, n, last.row, "ended_at");
    node_set_int(a, n, "subject_keys_left", open ? older : 0);
    node_set_int(a, n, "subject_keys", wrapped);
    node_set_int(a, n, "rows_left", open ? left : 0);
    node_set_int(a, n, "rows", rows);
    return n;
}
