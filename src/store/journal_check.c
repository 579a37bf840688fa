/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/journal_check.c: is the chain whole? */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sql_statements.h"
#include "store/journal_entry.h"

#include "base/banned.h"

typedef struct Check {
    const JournalKeys *keys;
    Head head;           /* what the head says */
    Head so_far;         /* what the entries say */
    int64_t bad;         /* first bad sequence */
    const char *why;     /* Chinese */
    JournalWatch *watch; /* or NULL */
} Check;

static bool bad(Check *c, int64_t sequence, const char *why) {
    c->bad = sequence;
    c->why = why;
    return false; /* stops the reading */
}

static bool check_entry(void *context, const Node *row, Err *e) {
    Check *c = context;
    Entry entry = entry_of(row);
    int64_t expected = c->so_far.sequence + 1;
    unsigned char hash[SM3_SIZE], mac[SM3_SIZE];
    Instant at;

    if (c->watch != NULL && c->watch->cancel)
        return err_set(e, ERR_CANCELLED, NULL, "已取消核对");
    if (entry.sequence > expected)
        return bad(c, expected, "缺失");
    if (entry.sequence < expected)
        return bad(c, expected, "之前有多余的记录");
    if (expected > c->head.sequence)
        return bad(c, expected, "是在程序之外追加的");
    entry_hash(c->so_far.hash, &entry, hash);
    if (entry.hash.len != SM3_SIZE || memcmp(entry.hash.ptr, hash, SM3_SIZE) != 0)
        return bad(c, expected, "的内容与校验值不符");
    Str right = entry_mac(c->keys, c->so_far.generation, expected, hash, mac);

    if (c->keys && (right.len == 0 || entry.mac.len != right.len ||
                    !equal_constant_time(entry.mac.ptr, right.ptr, right.len)))
        return bad(c, expected, "的密钥校验码不对，不是本程序写的");
    if (!instant_parse(entry.at, &at) || at < c->so_far.at)
        return bad(c, expected, "的时间早于前一条");
    c->so_far.sequence = expected;
    c->so_far.generation = generation_after(&entry, c->so_far.generation);
    c->so_far.at = at;
    memcpy(c->so_far.hash, hash, SM3_SIZE);
    if (c->watch != NULL)
        c->watch->done = expected;
    return true;
}

/* Tables that do not exist (yet) hold no rows. */
static bool holds_rows(Tx *tx, const char *table, bool *yes, Err *e) {
    scoped_arena Arena *a = arena_new();
    char text[200];
    const Node *key = tx_rows(tx, a, &SQL_columns_of_key, ARGS(ARG_OF_TEXT(str_of(table))), e);

    *yes = false;
    if (!key)
        return false;
    if (key->count == 0)
        return true;
    snprintf(text, sizeof text, "SELECT 1 AS n FROM %s LIMIT 1", table);
    const Node *rows = tx_rows_text(tx, a, str_of(text), NO_ARGS, e);

    if (!rows)
        return false;
    *yes = rows->count > 0;
    return true;
}

bool chain_emptied(Tx *tx, bool *emptied, Err *e) {
    size_t count;
    const char *const *tables = projected_tables(&count);

    *emptied = false;
    for (size_t i = 0; i < count && !*emptied; i++)
        if (!holds_rows(tx, tables[i], emptied, e))
            return false;
    return true;
}

/* The head read without trusting it: a wrong key is an error, a wrong value is a finding. */
static bool read_head(Tx *tx, Check *c, Err *e) {
    Err why = {0};

    bool good = head_read(tx, &c->head, &why);

    c->keys = tx->store->keys; /* reading the head may have brought newer ones */
    if (good)
        return true;
    if (why.code == ERR_BROKEN) {
        c->why = "之后的链头被改过";
        return true;
    }
    if (e)
        *e = why;
    return false;
}

static bool check_entries(Tx *tx, Check *c, Err *e) {
    bool head_bad = c->why != NULL;

    c->so_far.generation = 1;
    if (c->watch != NULL)
        c->watch->total = c->head.sequence;
    if (!tx_each(tx, &SQL_journal_all, NO_ARGS, check_entry, c, e))
        return false;
    if (c->bad)
        return true;
    if (c->so_far.sequence < c->head.sequence)
        bad(c, c->so_far.sequence + 1, "缺失，日志的末尾被删去");
    else if (head_bad || memcmp(c->so_far.hash, c->head.hash, SM3_SIZE) != 0 ||
             c->so_far.at != c->head.at || c->so_far.generation != c->head.generation)
        bad(c, c->so_far.sequence ? c->so_far.sequence : 1, "之后的链头被改过");
    if (c->bad || c->so_far.sequence > 0)
        return true;
    bool emptied;

    if (!chain_emptied(tx, &emptied, e))
        return false;
    if (emptied)
        bad(c, 1, "缺失，日志被清空了，而由日志得出的数据还在");
    return true;
}

static bool check(Tx *tx, void *context, Err *e) {
    return read_head(tx, context, e) && check_entries(tx, context, e);
}

static bool broken(const Check *c, Err *e) {
    return err_set(e, ERR_BROKEN, NULL,
                   "日志链不完整：第 %" PRId64
                   " 条%s。请保护现场，用备份核对，不要继续使用这份数据",
                   c->bad, c->why);
}

bool chain_whole(Tx *tx, Err *e) {
    Check c = {.keys = tx->store->keys}; /* as they are when the head is read */

    if (tx->chain->loaded) /* an earlier job of the same group may have appended */
        c.head = tx->chain->head;
    else if (!read_head(tx, &c, e))
        return false;
    return check_entries(tx, &c, e) && (c.bad == 0 || broken(&c, e));
}

bool journal_verify_watched(Store *s, JournalWatch *watch, JournalCheck *out, Err *e) {
    Check c = {.watch = watch};

    if (!store_read(s, check, &c, e))
        return false;
    *out = (JournalCheck){.entries = c.so_far.sequence, .bad = c.bad, .keyed = c.keys != NULL};
    for (size_t i = 0; i < SM3_SIZE; i++)
        snprintf(out->head + 2 * i, 3, "%02x", c.so_far.hash[i]);
    return c.bad == 0 || broken(&c, e);
}

bool journal_verify(Store *s, JournalCheck *out, Err *e) {
    return journal_verify_watched(s, NULL, out, e);
}
