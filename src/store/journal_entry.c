/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/journal_entry.c: the bytes of the chain (drawn in journal.h) and its head. */
#include "store/journal_entry.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sql_statements.h"

#include "base/banned.h"

static void add_number(Sm3 *s, uint64_t n) {
    unsigned char bytes[8];

    for (int i = 7; i >= 0; i--, n >>= 8)
        bytes[i] = (unsigned char)n;
    sm3_add(s, bytes, sizeof bytes);
}

static void add_field(Sm3 *s, Str field) {
    add_number(s, field.len);
    if (field.len)
        sm3_add(s, field.ptr, field.len);
}

void entry_hash(const unsigned char previous[SM3_SIZE], const Entry *entry,
                unsigned char out[SM3_SIZE]) {
    Sm3 *s = sm3_new();

    sm3_add(s, previous, SM3_SIZE);
    add_number(s, (uint64_t)entry->sequence);
    add_field(s, entry->at);
    add_field(s, entry->actor);
    add_field(s, entry->organisation);
    add_field(s, entry->kind);
    add_field(s, entry->subject);
    add_field(s, entry->body);
    sm3_add(s, entry->has_secret ? "\1" : "\0", 1);
    if (entry->has_secret)
        add_field(s, entry->secret);
    sm3_end(s, out);
}

Entry entry_of(const Node *row) {
    const Node *secret = node_get(row, "secret");

    return (Entry){.sequence = node_int(row, "sequence", 0),
                   .at = node_text(row, "at"),
                   .actor = node_text(row, "actor"),
                   .organisation = node_text(row, "organisation"),
                   .kind = node_text(row, "kind"),
                   .subject = node_text(row, "subject"),
                   .body = node_text(row, "body"),
                   .secret = node_text(row, "secret"),
                   .has_secret = secret && secret->kind == NODE_TEXT,
                   .hash = node_text(row, "hash"),
                   .mac = node_text(row, "mac")};
}

/* ---- keyed values ---- */

static Str keyed(const JournalGeneration *g, const Buf *message, unsigned char out[SM3_SIZE]) {
    Hmac *h = hmac_new(g->chain);

    assert(!message->full);
    hmac(h, message->ptr, message->len, out);
    hmac_free(h);
    return (Str){(const char *)out, SM3_SIZE};
}

static void buf_add_number(Buf *b, uint64_t n) {
    for (int i = 56; i >= 0; i -= 8)
        buf_add_char(b, (char)(n >> i & 0xff));
}

const JournalGeneration *journal_generation_of(const JournalKeys *keys, int64_t number) {
    if (!keys || number < 1 || number > KEYS_GENERATIONS || !keys->generations[number].chain_known)
        return NULL;
    return &keys->generations[number];
}

bool generation_missing(const JournalKeys *keys, int64_t number, Err *e) {
    if (number > keys->newest)
        return err_set(e, ERR_KEY, NULL,
                       "密钥文件是旧的：数据已轮换到第 %" PRId64
                       " 代密钥，文件里最新的是第 %" PRId64 " 代，请换成轮换之后的密钥文件，再重启",
                       number, keys->newest);
    return err_set(e, ERR_KEY, NULL,
                   "密钥文件里已没有第 %" PRId64
                   " 代密钥，而数据还在用它（可能是轮换之前的备份），请放回当时的密钥文件",
                   number);
}

static bool known(const JournalKeys *keys, int64_t generation) {
    const JournalGeneration *g = journal_generation_of(keys, generation);

    return g && g->matter_known;
}

bool keys_reach(Store *s, int64_t generation, Err *e) {
    const JournalKeys *keys = s->keys;

    if (known(keys, generation) && (generation <= keys->in_use || !s->key_source))
        return true;
    if (!s->key_source)
        return generation_missing(keys, generation, e);
    return s->key_source(s->key_context, generation, e) &&
           (known(s->keys, generation) || generation_missing(s->keys, generation, e));
}

Str entry_mac(const JournalKeys *keys, int64_t generation, int64_t sequence,
              const unsigned char hash[SM3_SIZE], unsigned char out[SM3_SIZE]) {
    const JournalGeneration *g = journal_generation_of(keys, generation);
    scoped_buf Buf message;

    buf_init(&message, 128);
    if (!g)
        return (Str){NULL, 0};
    buf_add_c(&message, "entry");
    buf_add_number(&message, (uint64_t)sequence);
    buf_add_bytes(&message, hash, SM3_SIZE);
    return keyed(g, &message, out);
}

int64_t generation_after(const Entry *entry, int64_t before) {
    scoped_arena Arena *a = NULL;

    if (!str_is(entry->kind, "key.rotated"))
        return before;
    a = arena_new();
    return node_int(json_read(a, entry->body, NULL), "generation", before);
}

Str head_mac(const JournalKeys *keys, const Head *head, unsigned char out[SM3_SIZE]) {
    const JournalGeneration *g = journal_generation_of(keys, head->generation);
    scoped_buf Buf message;
    char at[INSTANT_TEXT];

    buf_init(&message, 128);
    if (!g)
        return (Str){NULL, 0};
    instant_format(head->at, at);
    buf_add_c(&message, "head");
    buf_add_number(&message, (uint64_t)head->sequence);
    buf_add_number(&message, strlen(at));
    buf_add_c(&message, at);
    buf_add_bytes(&message, head->hash, SM3_SIZE);
    return keyed(g, &message, out);
}

/* ---- the head ---- */

/* "3f0c…/2": the installation's keys, in their second generation; the first has no number. */
static bool split_fingerprint(Str text, Str *fingerprint, int64_t *generation) {
    ptrdiff_t slash = str_find(text, STR("/"));

    *fingerprint = slash < 0 ? text : str_slice(text, 0, (size_t)slash);
    *generation = 1;
    return slash < 0 || (str_to_int(str_slice(text, (size_t)slash + 1, text.len), generation) &&
                         *generation > 1 && *generation <= KEYS_GENERATIONS);
}

static bool check_keys(Store *s, const Head *head, Str fingerprint, Str mac, Err *e) {
    const JournalKeys *keys = s->keys;
    unsigned char expected[SM3_SIZE];

    if (!keys && fingerprint.len == 0)
        return true;
    if (!keys)
        return err_set(e, ERR_KEY, NULL,
                       "没有载入密钥，不能读写日志链，请检查数据文件夹里的密钥文件");
    if (fingerprint.len == 0)
        return err_set(
            e, ERR_BROKEN, NULL,
            "日志链头没有校验码，日志可能在程序之外被改过，请运行 lianheng journal verify");
    if (!str_is(fingerprint, keys->fingerprint))
        return err_set(e, ERR_KEY, NULL,
                       "密钥文件与数据不符（数据用的是 %.*s，密钥文件是 %s），请换回原来的密钥文件",
                       STR_ARG(fingerprint), keys->fingerprint);
    if (!keys_reach(s, head->generation, e))
        return false;
    Str right = head_mac(s->keys, head, expected);

    if (mac.len != right.len || !equal_constant_time(mac.ptr, right.ptr, right.len))
        return err_set(
            e, ERR_BROKEN, NULL,
            "日志链头的校验码不对，日志在程序之外被改过，请运行 lianheng journal verify");
    return true;
}

bool head_read(Tx *tx, Head *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    Err why = {0};
    const Node *row = tx_row(tx, a, &SQL_journal_head, NO_ARGS, &why);

    Str fingerprint;

    *out = (Head){.generation = 1};
    if (!row) {
        if (why.code == ERR_NONE)
            return true;
        if (e)
            *e = why;
        return false;
    }
    Str hash = node_text(row, "hash");

    out->sequence = node_int(row, "sequence", -1);
    if (out->sequence < 1 ||
        !split_fingerprint(node_text(row, "fingerprint"), &fingerprint, &out->generation) ||
        hash.len != SM3_SIZE || !instant_parse(node_text(row, "at"), &out->at))
        return err_set(e, ERR_BROKEN, NULL,
                       "日志链头读不懂，日志在程序之外被改过，请运行 lianheng journal verify");
    memcpy(out->hash, hash.ptr, SM3_SIZE);
    return check_keys(tx->store, out, fingerprint, node_text(row, "mac"), e);
}

static bool wiped(Err *e) {
    return err_set(e, ERR_BROKEN, NULL,
                   "日志被清空了，而由日志得出的数据还在，不能继续使用；请保护现场，运行 lianheng "
                   "journal verify，并用备份恢复");
}

bool chain_ends_fit(Tx *tx, const Head *head, Err *e) {
    scoped_arena Arena *a = arena_new();
    bool emptied = false;
    const Node *ends = tx_row(tx, a, &SQL_journal_ends, ARGS(ARG_OF_INT(head->sequence)), e);

    if (!ends)
        return false;
    int64_t first = node_int(ends, "first", 0), last = node_int(ends, "last", 0);
    Str hash = node_text(ends, "hash");

    if (head->sequence == 0 && last == 0)
        return chain_emptied(tx, &emptied, e) && (!emptied || wiped(e));
    if (last == 0)
        return wiped(e);
    if (first == 1 && last == head->sequence && hash.len == SM3_SIZE &&
        memcmp(hash.ptr, head->hash, SM3_SIZE) == 0)
        return true;
    return err_set(e, ERR_BROKEN, NULL,
                   "日志应有第 1 到第 %" PRId64 " 条，实际是第 %" PRId64 " 到第 %" PRId64
                   " 条，或末条被改过，不能继续使用；请保护现场，运行 lianheng journal "
                   "verify，并用备份恢复",
                   head->sequence, first, last);
}

static bool read_and_drop(Tx *tx, void *context, Err *e) {
    Head head;

    (void)context;
    return head_read(tx, &head, e) && chain_ends_fit(tx, &head, e);
}

bool journal_keys_fit(Store *s, Err *e) {
    return store_read(s, read_and_drop, NULL, e);
}

bool head_write(Tx *tx, const Head *head, Err *e) {
    const JournalKeys *keys = tx->store->keys;
    unsigned char mac[SM3_SIZE];
    char at[INSTANT_TEXT], fingerprint[40] = "";
    Str made = head_mac(keys, head, mac);

    if (keys && made.len == 0)
        return generation_missing(keys, head->generation, e);
    if (keys && head->generation > 1)
        snprintf(fingerprint, sizeof fingerprint, "%s/%" PRId64, keys->fingerprint,
                 head->generation);
    else if (keys)
        snprintf(fingerprint, sizeof fingerprint, "%s", keys->fingerprint);

    instant_format(head->at, at);
    return tx_run(tx, &SQL_journal_head_set,
                  ARGS(ARG_OF_INT(head->sequence), ARG_OF_TEXT(str_of(at)),
                       ARG_OF_BLOB(head->hash, SM3_SIZE), ARG_OF_BLOB(made.ptr, made.len),
                       ARG_OF_TEXT(str_of(fingerprint))),
                  NULL, e);
}
