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

#include "base/banned.h"

enum { BORN_SIZE = 8, WRAPPED_SIZE = KEY_SIZE + SEAL_OVERHEAD, SECRET_MOST = 4 * 1024 * 1024 };

/* The key of one subject, and the sequence at which it was made. */
typedef struct MatterKey {
    int64_t born;
    unsigned char key[KEY_SIZE];
} MatterKey;

void journal_use_keys(Store *s, const Keys *keys) {
    JournalKeys *k = arena_new_of(s->arena, JournalKeys);

    keys_derive(keys, "journal", k->chain);
    keys_derive(keys, "matter", k->matter);
    keys_fingerprint(keys, k->fingerprint);
    s->keys = k;
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

/* False only on failure; *found tells whether there is a key. */
static bool key_find(Tx *tx, Str subject, MatterKey *out, bool *found, Err *e) {
    scoped_arena Arena *a = arena_new();
    Err why = {0};
    const Node *row = tx_row(tx, a, &SQL_matter_key_get, ARGS(ARG_OF_TEXT(subject)), &why);
    scoped_buf Buf plain;

    buf_init(&plain, KEY_SIZE);
    *found = row != NULL;
    if (!row) {
        if (why.code != ERR_NONE && e)
            *e = why;
        return why.code == ERR_NONE;
    }
    out->born = node_int(row, "born", 0);
    Sealer *sealer = sealer_new(tx->store->keys->matter);
    bool ok =
        unseal(sealer, wrap_context(a, subject, out->born), node_text(row, "wrapped"), &plain, e) &&
        plain.len == KEY_SIZE;

    sealer_free(sealer);
    if (!ok)
        return err_set(e, ERR_BROKEN, NULL, "%.*s 的密钥打不开，密钥表在程序之外被改过",
                       STR_ARG(subject));
    memcpy(out->key, plain.ptr, KEY_SIZE);
    wipe(plain.ptr, plain.len);
    return true;
}

static bool key_make(Tx *tx, Str subject, int64_t sequence, MatterKey *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf wrapped;

    buf_init(&wrapped, WRAPPED_SIZE);
    out->born = sequence;
    random_bytes(out->key, KEY_SIZE);
    Sealer *sealer = sealer_new(tx->store->keys->matter);
    bool ok = seal(sealer, wrap_context(a, subject, sequence),
                   (Str){(const char *)out->key, KEY_SIZE}, &wrapped);

    sealer_free(sealer);
    if (!ok)
        return err_set(e, ERR_INTERNAL, NULL, "封装密钥失败");
    return tx_run(
        tx, &SQL_matter_key_add,
        ARGS(ARG_OF_TEXT(subject), ARG_OF_INT(sequence), ARG_OF_BLOB(wrapped.ptr, wrapped.len)),
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

/* ---- forgetting ---- */

typedef struct Forget {
    Str subject, actor;
} Forget;

static bool forget(Tx *tx, void *context, Err *e) {
    const Forget *f = context;
    int64_t gone = 0;

    if (!tx_run(tx, &SQL_matter_key_destroy, ARGS(ARG_OF_TEXT(f->subject)), &gone, e))
        return false;
    if (gone == 0)
        return err_set(e, ERR_NOT_FOUND, NULL, "%.*s 没有可以销毁的密钥", STR_ARG(f->subject));
    Event event = {.actor = f->actor, .kind = STR("key.destroyed"), .subject = f->subject};

    if (!journal_append(tx, &event, e))
        return false;
    tx->chain->forgot = true;
    return true;
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
