/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/journal_replay.c: all projected tables again from nothing, and a digest of what they hold.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sql_statements.h"
#include "store/journal_entry.h"

#include "base/banned.h"

enum { PAGE = 500 };

/* ---- digest ---- */

static void digest_number(Sm3 *s, char tag, uint64_t n) {
    unsigned char bytes[9] = {(unsigned char)tag};

    for (int i = 8; i > 0; i--, n >>= 8)
        bytes[i] = (unsigned char)n;
    sm3_add(s, bytes, sizeof bytes);
}

static void digest_text(Sm3 *s, Str text) {
    digest_number(s, 't', text.len);
    if (text.len)
        sm3_add(s, text.ptr, text.len);
}

/* Each value with its type, each name with its length: no two different tables read the same. */
static bool digest_row(void *context, const Node *row, Err *e) {
    Sm3 *s = context;

    (void)e;
    digest_number(s, 'r', row->count);
    for (size_t i = 0; i < row->count; i++) {
        const Node *value = row->items[i];
        uint64_t bits = 0;

        digest_text(s, row->keys[i]);
        if (value->kind == NODE_INT) {
            digest_number(s, 'i', (uint64_t)value->integer);
        } else if (value->kind == NODE_REAL) {
            memcpy(&bits, &value->real, sizeof bits);
            digest_number(s, 'f', bits);
        } else if (value->kind == NODE_TEXT) {
            digest_text(s, value->text);
        } else {
            sm3_add(s, "n", 1);
        }
    }
    return true;
}

static bool digest_table(Tx *tx, Sm3 *s, const char *table, Err *e) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf text;

    buf_init(&text, 4000);
    Node *key = tx_rows(tx, a, &SQL_columns_of_key, ARGS(ARG_OF_TEXT(str_of(table))), e);

    if (!key)
        return false;
    if (key->count == 0)
        return err_set(e, ERR_INTERNAL, NULL, "投影表 %s 不存在，或者没有主键", table);
    buf_addf(&text, "SELECT * FROM %s ORDER BY ", table);
    for (size_t i = 0; i < key->count; i++)
        buf_addf(&text, "%s%.*s", i ? ", " : "", STR_ARG(node_text(key->items[i], "name")));
    Sql sql = {table, text.ptr, text.ptr, false};

    digest_text(s, str_of(table));
    return tx_each(tx, &sql, NO_ARGS, digest_row, s, e);
}

static bool digest_all(Tx *tx, char digest[65], Err *e) {
    size_t count;
    const char *const *tables = projected_tables(&count);
    unsigned char out[SM3_SIZE];
    Sm3 *s = sm3_new();
    bool ok = true;

    for (size_t i = 0; ok && i < count; i++)
        ok = digest_table(tx, s, tables[i], e);
    sm3_end(s, out);
    for (size_t i = 0; ok && i < SM3_SIZE; i++)
        snprintf(digest + 2 * i, 3, "%02x", out[i]);
    return ok;
}

static bool digest_work(Tx *tx, void *context, Err *e) {
    return digest_all(tx, context, e);
}

bool journal_digest(Store *s, char digest[65], Err *e) {
    return store_read(s, digest_work, digest, e);
}

/* ---- replay ---- */

static bool empty_tables(Tx *tx, Err *e) {
    size_t count;
    const char *const *tables = projected_tables(&count);

    for (size_t i = count; i > 0; i--) {
        char text[200];

        snprintf(text, sizeof text, "DELETE FROM %s", tables[i - 1]);
        Sql sql = {tables[i - 1], text, text, true};

        if (!tx_run(tx, &sql, NO_ARGS, NULL, e))
            return false;
    }
    return true;
}

/* Replay one entry, after making sure that it is the one that was written. */
static bool replay_entry(Tx *tx, Head *so_far, const Node *row, Err *e) {
    scoped_arena Arena *a = arena_new();
    Entry entry = entry_of(row);
    unsigned char hash[SM3_SIZE];
    Event event;

    entry_hash(so_far->hash, &entry, hash);
    if (entry.sequence != so_far->sequence + 1 || entry.hash.len != SM3_SIZE ||
        memcmp(entry.hash.ptr, hash, SM3_SIZE) != 0)
        return err_set(e, ERR_BROKEN, NULL,
                       "日志链在第 %" PRId64 " 条断开，不能重建；请运行 lianheng journal verify",
                       so_far->sequence + 1);
    if (!event_of(tx, a, &entry, &event, e) || !project(tx, &event, e))
        return err_prefix(e, "重放第 %" PRId64 " 条日志", entry.sequence);
    so_far->sequence = entry.sequence;
    memcpy(so_far->hash, hash, SM3_SIZE);
    return true;
}

static bool replay(Tx *tx, Err *e) {
    Head head, so_far = {0};
    scoped_arena Arena *a = arena_new();

    if (tx->chain->loaded) /* an earlier job of the same group may have appended */
        head = tx->chain->head;
    else if (!head_read(tx, &head, e))
        return false;
    while (so_far.sequence < head.sequence) {
        arena_reset(a);
        Node *rows = tx_rows(tx, a, &SQL_journal_after,
                             ARGS(ARG_OF_INT(so_far.sequence), ARG_OF_INT(PAGE)), e);

        if (!rows)
            return false;
        if (rows->count == 0)
            return err_set(e, ERR_BROKEN, NULL, "日志的末尾缺失（从第 %" PRId64 " 条起），不能重建",
                           so_far.sequence + 1);
        for (size_t i = 0; i < rows->count; i++)
            if (!replay_entry(tx, &so_far, rows->items[i], e))
                return false;
    }
    return true;
}

static bool rebuild(Tx *tx, void *context, Err *e) {
    /* Nothing is emptied that could not be made again. */
    return chain_whole(tx, e) && empty_tables(tx, e) && replay(tx, e) && digest_all(tx, context, e);
}

bool journal_rebuild(Store *s, char digest[65], Err *e) {
    char made[65];

    if (!store_write(s, rebuild, made, e))
        return false;
    memcpy(digest, made, sizeof made);
    return true;
}
