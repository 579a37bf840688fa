/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/installation.c: the key's fingerprint and the newest batch, as the journal has them. */
#include "clue/installation.h"

#include "sql_statements.h"

typedef struct Fingerprint {
    Arena *arena;
    Str stored;
} Fingerprint;

static bool fingerprint_read(Tx *tx, void *context, Err *e) {
    Fingerprint *f = context;
    const Node *row =
        tx_row(tx, f->arena, &SQL_installation_get, ARGS(ARG_OF_TEXT(STR("key_fingerprint"))), e);

    f->stored = row ? node_text(row, "value") : (Str){NULL, 0};
    return e->code == ERR_NONE;
}

static bool created_append(Tx *tx, void *context, Err *e) {
    scoped_arena Arena *a = arena_new();
    Node *body = node_map(a);

    node_set_text(a, body, "key_fingerprint", *(const Str *)context);
    return journal_append(tx,
                          &(Event){.actor = STR("system"),
                                   .kind = STR("installation.created"),
                                   .subject = STR("installation"),
                                   .body = body},
                          e);
}

bool installation_project(Tx *tx, const Event *event, Err *e) {
    return tx_run(tx, &SQL_installation_set,
                  ARGS(ARG_OF_TEXT(STR("key_fingerprint")),
                       ARG_OF_TEXT(node_text(event->body, "key_fingerprint"))),
                  NULL, e);
}

static bool wrong_key(Err *e) {
    return err_set(e, ERR_KEY, NULL,
                   "密钥文件与数据不符：这些数据是用另一把主密钥写入的，请放回原来的密钥文件");
}

bool installation_begin(Store *s, const Keys *keys, Err *e) {
    scoped_arena Arena *a = arena_new();
    Fingerprint f = {.arena = a};
    char mine[17];
    Str text = {mine, 16};

    keys_fingerprint(keys, mine);
    if (!store_read(s, fingerprint_read, &f, e))
        return false;
    if (f.stored.len)
        return str_eq(f.stored, text) || wrong_key(e);
    return store_write(s, created_append, &text, e);
}

bool installation_check(Store *s, const Keys *keys, Err *e) {
    scoped_arena Arena *a = arena_new();
    Fingerprint f = {.arena = a};
    char mine[17];

    keys_fingerprint(keys, mine);
    if (!store_read(s, fingerprint_read, &f, e))
        return false;
    if (!f.stored.len)
        return err_set(e, ERR_BROKEN, NULL,
                       "业务库是空的，与数据目录不符：请检查设置中的 operations，或从备份恢复");
    return str_eq(f.stored, (Str){mine, 16}) || wrong_key(e);
}

static bool newest_read(Tx *tx, void *context, Err *e) {
    return tx_int(tx, &SQL_batch_newest, NO_ARGS, 0, context, e);
}

bool installation_newest_batch(Store *s, int64_t *batch, Err *e) {
    return store_read(s, newest_read, batch, e);
}
