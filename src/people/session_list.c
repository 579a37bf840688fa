/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/session_list.c: the sessions of one account, and its history. */
#include "people/session_list.h"

#include "people/inside.h"
#include "people/policy.h"
#include "sql_statements.h"

#include "base/banned.h"

typedef struct Listing {
    Arena *arena;
    Str login;
    unsigned char own[SM3_SIZE];
    OpenSession *sessions;
    size_t count;
} Listing;

static bool list(Tx *tx, void *context, Err *e) {
    Listing *l = context;
    SignInPolicy policy = sign_in_policy();
    Instant now = instant_steady();

    if (!account_needed(tx, l->arena, l->login, e))
        return false;
    Node *rows = tx_rows(tx, l->arena, &SQL_session_list, ARGS(ARG_OF_TEXT(l->login)), e);

    if (!rows)
        return false;
    l->sessions = arena_array_of(l->arena, rows->count, OpenSession);
    l->count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const Node *row = rows->items[i];
        OpenSession one = {.id = node_text(row, "session"),
                           .address = node_text(row, "address"),
                           .device = node_text(row, "device"),
                           .created = node_int(row, "created", 0),
                           .seen = node_int(row, "seen", 0)};

        one.own = str_eq(node_text(row, "token_hash"), (Str){(const char *)l->own, SM3_SIZE});
        if (now - one.seen <= SECONDS(policy.idle) &&
            now - one.created <= SECONDS(policy.longest) && one.seen - now <= CLOCK_SLACK)
            l->sessions[l->count++] = one;
    }
    return true;
}

bool session_list(Store *s, Arena *a, Str login, Str cookie, OpenSession **out, size_t *count,
                  Err *e) {
    Listing l = {.arena = a, .login = login_read(a, login)};

    session_token_hash(cookie, l.own);
    if (!store_read(s, list, &l, e))
        return false;
    *out = l.sessions;
    *count = l.count;
    return true;
}

typedef struct End {
    Arena *arena;
    Str actor, login, id, keep;
    int64_t ended;
} End;

static bool tell(Tx *tx, const End *end, Err *e) {
    Node *body = node_map(end->arena);
    Event event = {.actor = end->actor,
                   .kind = STR("account.sessions_ended"),
                   .subject = subject_of(end->arena, end->login),
                   .body = body};

    node_set_int(end->arena, body, "ended", end->ended);
    return journal_append(tx, &event, e);
}

static bool end_one(Tx *tx, void *context, Err *e) {
    End *end = context;

    if (!account_needed(tx, end->arena, end->login, e) ||
        !tx_run(tx, &SQL_session_end_one, ARGS(ARG_OF_TEXT(end->login), ARG_OF_TEXT(end->id)),
                &end->ended, e))
        return false;
    if (end->ended == 0)
        return err_set(e, ERR_NOT_FOUND, NULL, "没有这个登录，可能已经退出");
    return tell(tx, end, e);
}

bool session_end(Store *s, Str actor, Str login, Str id, Err *e) {
    scoped_arena Arena *a = arena_new();
    End end = {.arena = a, .actor = actor, .login = login_read(a, login), .id = id};

    return store_write(s, end_one, &end, e);
}

static bool end_all(Tx *tx, void *context, Err *e) {
    End *end = context;
    Node *rows;
    unsigned char own[SM3_SIZE];

    if (!account_needed(tx, end->arena, end->login, e) ||
        !(rows = tx_rows(tx, end->arena, &SQL_session_list, ARGS(ARG_OF_TEXT(end->login)), e)))
        return false;
    session_token_hash(end->keep, own);
    end->ended = 0;
    for (size_t i = 0; i < rows->count; i++)
        end->ended +=
            !str_eq(node_text(rows->items[i], "token_hash"), (Str){(const char *)own, SM3_SIZE});
    return sessions_end(tx, end->login, end->keep, e) && (end->ended == 0 || tell(tx, end, e));
}

bool session_end_all(Store *s, Str actor, Str login, Str keep, int64_t *ended, Err *e) {
    scoped_arena Arena *a = arena_new();
    End end = {.arena = a, .actor = actor, .login = login_read(a, login), .keep = keep};

    if (!store_write(s, end_all, &end, e))
        return false;
    if (ended)
        *ended = end.ended;
    return true;
}

/* ---- history ---- */

typedef struct History {
    Arena *arena;
    Str login;
    int64_t before, most, total;
    Node *rows;
} History;

static bool history(Tx *tx, void *context, Err *e) {
    History *h = context;
    Arg subject = ARG_OF_TEXT(subject_of(h->arena, h->login));

    if (!account_needed(tx, h->arena, h->login, e))
        return false;
    if (!tx_int(tx, &SQL_account_history_count, ARGS(subject), 0, &h->total, e))
        return false;
    int64_t newer = h->before > 0 && h->before <= h->total ? h->total - h->before + 1 : 0;

    h->rows = tx_rows(tx, h->arena, &SQL_account_history,
                      ARGS(subject, ARG_OF_INT(newer), ARG_OF_INT(h->most)), e);
    for (size_t i = 0; h->rows && i < h->rows->count; i++)
        node_set_int(h->arena, h->rows->items[i], "number", h->total - newer - (int64_t)i);
    return h->rows != NULL;
}

bool account_history(Store *s, Arena *a, Str login, int64_t before, int64_t most, Node **rows,
                     int64_t *total, Err *e) {
    History h = {.arena = a, .login = login_read(a, login), .before = before, .most = most};

    if (!store_read(s, history, &h, e))
        return false;
    for (size_t i = 0; i < h.rows->count; i++) {
        Node *body = json_read(a, node_text(h.rows->items[i], "body"), e);

        if (!body)
            return false;
        node_set(a, h.rows->items[i], "body", body);
    }
    *rows = h.rows;
    *total = h.total;
    return true;
}
