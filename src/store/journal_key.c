/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/journal_key.c: the personal part of events, sealed under a key of its own for each subject.
 * Destroying that key is how the law's deletion is done without breaking the chain. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/log.h"
#include "sql_statements.h"
#include "store/journal_entry.h"
#include "store/journal_turn.h"

#include "base/banned.h"

enum { BORN_SIZE = 8, WRAPPED_SIZE = KEY_SIZE + SEAL_OVERHEAD, SECRET_MOST = 4 * 1024 * 1024 };

void journal_use_keys(Store *s, const Keys *keys) {
    JournalKeys *k = calloc(1, sizeof *k);

    if (!k)
        abort();
    for (int64_t i = 1; i <= KEYS_GENERATIONS; i++) {
        JournalGeneration *g = &k->generations[i];

        g->number = i;
        g->chain_known = keys_derive_of(keys, i, "journal", g->chain);
        g->matter_known = keys_derive_of(keys, i, "matter", g->matter);
    }
    k->newest = keys_newest(keys);
    k->in_use = keys_generation(keys);
    keys_fingerprint(keys, k->fingerprint);
    keys_derive(keys, "words", k->words);
    k->older = atomic_exchange(&s->keys, k);
}

void journal_key_source(Store *s, KeySource *source, void *context) {
    s->key_source = source;
    s->key_context = context;
}

static bool need_keys(const Store *s, Err *e) {
    return s->keys || err_set(e, ERR_KEY, NULL, "没有载入密钥，不能读写日志中的个人信息");
}

static Str wrap_context(Arena *a, Str subject, int64_t born) {
    return str_format(a, "matter_key/%" PRId64 "/%.*s", born, STR_ARG(subject));
}

static Str secret_context(Arena *a, Str subject, int64_t sequence) {
    return str_format(a, "journal/%" PRId64 "/%.*s", sequence, STR_ARG(subject));
}

Sealer *key_wrapper(Store *s, int64_t generation, Err *e) {
    if (!keys_reach(s, generation, e))
        return NULL;
    return sealer_new(journal_generation_of(s->keys, generation)->matter);
}

bool key_unwrap(Sealer *wrapper, Str subject, const Node *row, MatterKey *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf plain;

    buf_init(&plain, KEY_SIZE);
    out->born = node_int(row, "born", 0);
    if (!unseal(wrapper, wrap_context(a, subject, out->born), node_text(row, "wrapped"), &plain,
                e) ||
        plain.len != KEY_SIZE)
        return err_set(e, ERR_BROKEN, NULL, "%.*s 的密钥打不开，密钥表在程序之外被改过",
                       STR_ARG(subject));
    memcpy(out->key, plain.ptr, KEY_SIZE);
    wipe(plain.ptr, plain.len);
    return true;
}

bool key_find(Tx *tx, Str subject, MatterKey *out, bool *found, Err *e) {
    scoped_arena Arena *a = arena_new();
    Err why = {0};
    const Node *row = tx_row(tx, a, &SQL_matter_key_get, ARGS(ARG_OF_TEXT(subject)), &why);

    *found = row != NULL;
    if (!row) {
        if (why.code != ERR_NONE && e)
            *e = why;
        return why.code == ERR_NONE;
    }
    Sealer *sealer =
        need_keys(tx->store, e) ? key_wrapper(tx->store, node_int(row, "generation", 1), e) : NULL;
    bool good = sealer && key_unwrap(sealer, subject, row, out, e);

    sealer_free(sealer);
    return good;
}

bool key_make(Tx *tx, Str subject, int64_t sequence, MatterKey *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf wrapped;

    buf_init(&wrapped, WRAPPED_SIZE);
    out->born = sequence;
    random_bytes(out->key, KEY_SIZE);
    int64_t generation = tx->chain->head.generation;
    Sealer *sealer = key_wrapper(tx->store, generation, e);

    if (!sealer)
        return false;
    bool ok = seal(sealer, wrap_context(a, subject, sequence),
                   (Str){(const char *)out->key, KEY_SIZE}, &wrapped);

    sealer_free(sealer);
    if (!ok)
        return err_set(e, ERR_INTERNAL, NULL, "封装密钥失败");
    return tx_run(tx, &SQL_matter_key_add,
                  ARGS(ARG_OF_TEXT(subject), ARG_OF_INT(sequence),
                       ARG_OF_BLOB(wrapped.ptr, wrapped.len), ARG_OF_INT(generation)),
                  NULL, e);
}

bool secret_seal(Tx *tx, Str subject, int64_t sequence, const Node *secret, Buf *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf json;
    MatterKey key;
    bool found;

    buf_init(&json, SECRET_MOST);
    json_write(secret, &json);
    if (json.full)
        return err_set(e, ERR_TOO_LARGE, NULL, "事件的个人信息部分超过 4 MiB，没有保存");
    if (!need_keys(tx->store, e) || !key_find(tx, subject, &key, &found, e) ||
        (!found && !key_make(tx, subject, sequence, &key, e)))
        return false;
    for (int i = 56; i >= 0; i -= 8)
        buf_add_char(out, (char)((uint64_t)key.born >> i & 0xff));
    Sealer *sealer = sealer_new(key.key);
    bool ok = seal(sealer, secret_context(a, subject, sequence), buf_str(&json), out);

    sealer_free(sealer);
    wipe(&key, sizeof key);
    if (json.ptr)
        wipe(json.ptr, json.len);
    return (ok && !out->full) || err_set(e, ERR_INTERNAL, NULL, "封装事件的个人信息失败");
}

bool secret_unseal(Tx *tx, Arena *a, const Entry *entry, const Node **out, Err *e) {
    MatterKey key;
    bool found;
    int64_t born = 0;

    *out = NULL;
    if (!entry->has_secret)
        return true;
    if (entry->secret.len < BORN_SIZE)
        return err_set(e, ERR_BROKEN, NULL, "第 %" PRId64 " 条日志的个人信息部分已损坏",
                       entry->sequence);
    for (int i = 0; i < BORN_SIZE; i++)
        born = (int64_t)((uint64_t)born << 8 | (unsigned char)entry->secret.ptr[i]);
    if (!need_keys(tx->store, e) || !key_find(tx, entry->subject, &key, &found, e))
        return false;
    if (!found || key.born != born)
        return true; /* destroyed */
    scoped_buf Buf plain;
    Sealer *sealer = sealer_new(key.key);

    buf_init(&plain, SECRET_MOST);
    bool ok = unseal(sealer, secret_context(a, entry->subject, entry->sequence),
                     str_slice(entry->secret, BORN_SIZE, entry->secret.len), &plain, e);

    sealer_free(sealer);
    wipe(&key, sizeof key);
    if (!ok)
        return err_prefix(e, "第 %" PRId64 " 条日志的个人信息部分", entry->sequence);
    *out = json_read(a, str_dup(a, buf_str(&plain)), e);
    wipe(plain.ptr, plain.len);
    return *out != NULL;
}

/* ---- the next generation ---- */

static bool rotate(Tx *tx, void *context, Err *e) {
    KeyTurn *turn = context;
    scoped_arena Arena *a = arena_new();
    const JournalKeys *keys = tx->store->keys;
    const JournalGeneration *g = journal_generation_of(keys, turn->generation);
    Node *body = node_map(a);

    if (!g || !g->matter_known)
        return generation_missing(keys, turn->generation, e);
    node_set_int(a, body, "generation", turn->generation);
    node_set_text(a, body, "mark", turn->mark);
    return journal_append(tx,
                          &(Event){.actor = turn->actor,
                                   .kind = STR("key.rotated"),
                                   .subject = STR("installation"),
                                   .body = body},
                          e);
}

bool journal_rotate(Store *s, const KeyTurn *turn, Err *e) {
    KeyTurn copy = *turn;

    return store_write(s, rotate, &copy, e);
}

static bool generation_read(Tx *tx, void *context, Err *e) {
    Head head;

    if (!head_read(tx, &head, e))
        return false;
    *(int64_t *)context = head.generation;
    return true;
}

bool journal_generation(Store *s, int64_t *generation, Err *e) {
    return store_read(s, generation_read, generation, e);
}

bool journal_generation_in(Tx *tx, int64_t *generation, Err *e) {
    Head head;

    if (!tx->chain->loaded && !head_read(tx, &head, e))
        return false;
    *generation = tx->chain->loaded ? tx->chain->head.generation : head.generation;
    return true;
}

typedef struct Rewrap {
    int64_t generation, limit, done;
} Rewrap;

static bool rewrap_one(Tx *tx, const Node *row, Sealer *from, Sealer *to, int64_t generation,
                       Err *e) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf plain;
    scoped_buf Buf wrapped;
    Str subject = node_text(row, "subject");
    Str context = wrap_context(a, subject, node_int(row, "born", 0));

    buf_init(&plain, KEY_SIZE);
    buf_init(&wrapped, WRAPPED_SIZE);
    if (!unseal(from, context, node_text(row, "wrapped"), &plain, e))
        return err_set(e, ERR_BROKEN, NULL,
                       "%.*s 的密钥打不开，密钥表在程序之外被改过，轮换已停下，没有丢弃旧密钥",
                       STR_ARG(subject));
    bool good = seal(to, context, buf_str(&plain), &wrapped);

    wipe(plain.ptr, plain.len);
    return (good || err_set(e, ERR_INTERNAL, NULL, "封装密钥失败")) &&
           tx_run(tx, &SQL_matter_key_rewrap,
                  ARGS(ARG_OF_TEXT(subject), ARG_OF_BLOB(wrapped.ptr, wrapped.len),
                       ARG_OF_INT(generation)),
                  NULL, e);
}

static bool rewrap(Tx *tx, void *context, Err *e) {
    Rewrap *r = context;
    scoped_arena Arena *a = arena_new();
    const Node *rows = tx_rows(tx, a, &SQL_matter_key_older,
                               ARGS(ARG_OF_INT(r->generation), ARG_OF_INT(r->limit)), e);
    Sealer *to = rows ? key_wrapper(tx->store, r->generation, e) : NULL, *from = NULL;
    int64_t of = 0;
    bool good = to != NULL;

    for (size_t i = 0; good && i < rows->count; i++) {
        int64_t generation = node_int(rows->items[i], "generation", 1);

        if (generation != of) {
            sealer_free(from);
            from = key_wrapper(tx->store, generation, e);
            of = generation;
        }
        good = from && rewrap_one(tx, rows->items[i], from, to, r->generation, e);
    }
    r->done = good ? (int64_t)rows->count : 0;
    sealer_free(from);
    sealer_free(to);
    return good;
}

bool journal_rewrap(Store *s, int64_t generation, int64_t limit, int64_t *done, Err *e) {
    Rewrap r = {.generation = generation, .limit = limit};

    if (!store_write(s, rewrap, &r, e))
        return false;
    *done = r.done;
    return true;
}

typedef struct Wrapped {
    int64_t generation, older, all;
} Wrapped;

static bool wrapped_count(Tx *tx, void *context, Err *e) {
    Wrapped *w = context;

    return tx_int(tx, &SQL_matter_key_older_count, ARGS(ARG_OF_INT(w->generation)), 0, &w->older,
                  e) &&
           tx_int(tx, &SQL_matter_key_count, NO_ARGS, 0, &w->all, e);
}

bool journal_wrapped(Store *s, int64_t generation, int64_t *older, int64_t *all, Err *e) {
    Wrapped w = {.generation = generation};

    if (!store_read(s, wrapped_count, &w, e))
        return false;
    *older = w.older;
    *all = w.all;
    return true;
}

/* ---- forgetting ---- */

typedef struct Forget {
    Str subject, actor;
} Forget;

bool journal_forget_in(Tx *tx, Str subject, Str actor, Err *e) {
    int64_t gone = 0;

    if (!tx_run(tx, &SQL_matter_key_destroy, ARGS(ARG_OF_TEXT(subject)), &gone, e))
        return false;
    if (gone == 0)
        return err_set(e, ERR_NOT_FOUND, NULL, "%.*s 没有可以销毁的密钥", STR_ARG(subject));
    Event event = {.actor = actor, .kind = STR("key.destroyed"), .subject = subject};

    if (!journal_append(tx, &event, e))
        return false;
    tx->chain->forgot = true;
    return true;
}

static bool forget(Tx *tx, void *context, Err *e) {
    const Forget *f = context;

    return journal_forget_in(tx, f->subject, f->actor, e);
}

bool journal_forget(Store *s, Str subject, Str actor, Err *e) {
    Forget f = {subject, actor};

    return store_write(s, forget, &f, e);
}

/* The wrapped key may linger in SQLite's log and PostgreSQL's dead rows: clear both. */
void chain_scrub(Store *s, const Chain *c) {
    Err why = {0};

    if (c->forgot &&
        !conn_plain(s->conn,
                    s->place.postgresql ? "VACUUM matter_key" : "PRAGMA wal_checkpoint(TRUNCATE)",
                    &why))
        log_line(LOG_WARNING, "journal", "scrub after forgetting: %s", why.text);
}
