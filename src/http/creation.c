/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/creation.c: the same creation asked for twice, on whichever server. */
#include "http/creation.h"

#include <stdio.h>

#include "base/crypto.h"
#include "base/keyring.h"
#include "base/log.h"

#include "sql_statements.h"

#define SECOND_US INT64_C(1000000)
#define DAY_US (86400 * SECOND_US)
#define GONE_US (120 * SECOND_US) /* an early claim is answered at once, or its server is gone */

enum { BODY_MOST = 64 * 1024 };

void creation_init(Creation *c, Str key, uint64_t digest, bool early) {
    unsigned char hash[SM3_SIZE];

    *c = (Creation){.key = key, .digest = (int64_t)digest, .early = early};
    sm3(key.ptr, key.len, hash);
    for (size_t i = 0; i < SM3_SIZE; i++)
        snprintf(c->name + 2 * i, 3, "%02x", hash[i]);
}

/* ---- the answer, sealed: it may be a password told once ---- */

static Sealer *sealer(const Office *o, int64_t generation) {
    unsigned char key[KEY_SIZE];

    if (!keys_derive_of(o->keys, generation, "answers", key))
        return NULL;
    Sealer *s = sealer_new(key);

    wipe(key, sizeof key);
    return s;
}

static bool open_body(const Office *o, const Creation *c, const Node *row, Arena *a, Str *body) {
    Sealer *s = sealer(o, node_int(row, "generation", 0));
    Str sealed = node_text(row, "body");
    scoped_buf Buf plain;
    Err e = {0};

    buf_init(&plain, 2 * BODY_MOST);
    bool good = s != NULL && unseal(s, str_of(c->name), sealed, &plain, &e);

    sealer_free(s);
    *body = str_dup(a, buf_str(&plain));
    return good;
}

/* ---- asking ---- */

typedef struct Ask {
    const Creation *creation;
    Arena *arena;
    const Node *row;
} Ask;

static bool ask(Tx *tx, void *context, Err *e) {
    Ask *q = context;
    Err why = {0};

    q->row =
        tx_row(tx, q->arena, &SQL_creation_get, ARGS(ARG_OF_TEXT(str_of(q->creation->name))), &why);
    if (why.code == ERR_NONE)
        return true;
    *e = why;
    return false;
}

bool creation_ask(const Office *o, Creation *c, Arena *a, Recall *out, int *status, Str *body,
                  Err *e) {
    Ask q = {c, a, NULL};

    *out = RECALL_NEW;
    if (!store_read(o->store, ask, &q, e))
        return false;
    if (q.row == NULL || instant_wall() - node_int(q.row, "at", 0) > DAY_US)
        return true;
    *status = (int)node_int(q.row, "status", 0);
    if (node_int(q.row, "digest", 0) != c->digest)
        *out = RECALL_OTHER;
    else if (*status != 0)
        *out = open_body(o, c, q.row, a, body) ? RECALL_DONE : RECALL_TAKEN;
    else if (node_int(q.row, "early", 0) == 0 ||
             instant_wall() - node_int(q.row, "at", 0) < GONE_US)
        *out = RECALL_TAKEN;
    return true;
}

/* ---- claiming ---- */

static bool claim(Tx *tx, void *context, Err *e) {
    const Creation *c = context;
    Str name = str_of(c->name);
    Instant now = instant_wall();
    int64_t added = 0;

    return tx_run(tx, &SQL_creation_tidy,
                  ARGS(ARG_OF_INT(now - DAY_US), ARG_OF_TEXT(name), ARG_OF_INT(now - GONE_US)),
                  NULL, e) &&
           tx_run(tx, &SQL_creation_claim,
                  ARGS(ARG_OF_TEXT(name), ARG_OF_INT(c->digest), ARG_OF_INT(c->early),
                       ARG_OF_INT(now)),
                  &added, e) &&
           (added == 1 ||
            err_set(e, ERR_CONFLICT, NULL,
                    "同一个请求正在另一台服务器上办理，没有重复办理；请刷新页面查看结果"));
}

bool creation_begin(const Office *o, Creation *c, Err *e) {
    c->first = (StoreFirst){claim, c, false};
    if (!c->early) {
        store_thread_first(&c->first);
        return true;
    }
    c->first.done = store_write(o->store, claim, c, e);
    return c->first.done;
}

/* ---- answering ---- */

typedef struct Answer {
    const Office *office;
    const Creation *creation;
    int status;
    Str body;
} Answer;

static bool answer(Tx *tx, void *context, Err *e) {
    const Answer *w = context;
    Str name = str_of(w->creation->name);
    int64_t generation = keys_generation(w->office->keys);
    Sealer *s = sealer(w->office, generation);
    scoped_buf Buf sealed;

    buf_init(&sealed, 2 * BODY_MOST);
    bool good = s != NULL && seal(s, name, w->body, &sealed);

    sealer_free(s);
    if (!good)
        return err_set(e, ERR_KEY, NULL, "回答不能加密保存");
    return tx_run(tx, &SQL_creation_answer,
                  ARGS(ARG_OF_TEXT(name), ARG_OF_INT(w->creation->digest), ARG_OF_INT(w->status),
                       ARG_OF_INT(generation), ARG_OF_BLOB(sealed.ptr, sealed.len),
                       ARG_OF_INT(instant_wall())),
                  NULL, e);
}

static bool give_back(Tx *tx, void *context, Err *e) {
    const Answer *w = context;

    return tx_run(tx, &SQL_creation_drop, ARGS(ARG_OF_TEXT(str_of(w->creation->name))), NULL, e);
}

void creation_end(const Office *o, Creation *c, int status, Str body) {
    bool good = status >= 200 && status < 300;
    Answer w = {o, c, status, body};
    const Scope *before = store_thread_scope(NULL);
    Err e = {0};

    store_thread_first(NULL);
    /* One too long to keep stays claimed: nobody does it twice. */
    bool kept = good ? body.len > BODY_MOST || store_write(o->store, answer, &w, &e)
                     : !c->first.done || store_write(o->store, give_back, &w, &e);

    if (!kept)
        log_line(LOG_WARNING, "http", "idempotency: %s", e.text);
    store_thread_scope(before);
}
