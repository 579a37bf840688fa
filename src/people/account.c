/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/account.c: accounts and the events that make them. */
#include "people/account.h"

#include <string.h>

#include "people/inside.h"
#include "people/password.h"
#include "sql_statements.h"

#include "base/banned.h"

/* ---- projections ---- */

/* The login in "user:zhang"; empty for other subjects. */
static Str login_of(const Event *event) {
    return str_starts(event->subject, STR("user:"))
               ? str_slice(event->subject, 5, event->subject.len)
               : (Str){NULL, 0};
}

/* What a secret body says, or NULL once its key is gone. */
static Arg secret_text(const Event *event, const char *key) {
    return event->secret ? ARG_OF_TEXT(node_text(event->secret, key)) : ARG_OF_NULL;
}

static bool created(Tx *tx, const Event *event, Err *e) {
    char at[INSTANT_TEXT];

    instant_format(event->at, at);
    return tx_run(tx, &SQL_account_add,
                  ARGS(ARG_OF_TEXT(login_of(event)), secret_text(event, "name"),
                       secret_text(event, "password"),
                       ARG_OF_INT(node_bool(event->body, "must_change", false)),
                       ARG_OF_TEXT(str_of(at))),
                  NULL, e);
}

static bool password_set(Tx *tx, const Event *event, Err *e) {
    char at[INSTANT_TEXT];

    instant_format(event->at, at);
    return tx_run(tx, &SQL_account_password_set,
                  ARGS(ARG_OF_TEXT(login_of(event)), secret_text(event, "password"),
                       ARG_OF_INT(node_bool(event->body, "must_change", false)),
                       ARG_OF_TEXT(str_of(at))),
                  NULL, e);
}

static bool state_set(Tx *tx, const Event *event, Err *e) {
    Str state = str_is(event->kind, "account.disabled") ? STR("disabled") : STR("active");

    return tx_run(tx, &SQL_account_state_set,
                  ARGS(ARG_OF_TEXT(login_of(event)), ARG_OF_TEXT(state)), NULL, e);
}

static bool signed_in(Tx *tx, const Event *event, Err *e) {
    char at[INSTANT_TEXT];

    instant_format(event->at, at);
    return tx_run(tx, &SQL_account_signed_in,
                  ARGS(ARG_OF_TEXT(login_of(event)), ARG_OF_TEXT(str_of(at))), NULL, e);
}

static bool forgotten(Tx *tx, const Event *event, Err *e) {
    return tx_run(tx, &SQL_account_forget, ARGS(ARG_OF_TEXT(login_of(event))), NULL, e);
}

static const Projection projections[] = {
    {"account.created", created},     {"account.password_set", password_set},
    {"account.disabled", state_set},  {"account.enabled", state_set},
    {"account.signed_in", signed_in}, {"account.signed_out", NULL},
    {"account.sign_in_failed", NULL}, {"account.locked", NULL},
    {"key.destroyed", forgotten},     {0},
};
static const char *const tables[] = {"account", NULL};

void people_register(void) {
    journal_register(projections, tables);
    second_factor_register();
}

/* ---- small things ---- */

Str subject_of(Arena *a, Str login) {
    return str_format(a, "user:%.*s", STR_ARG(login));
}

Str login_read(Arena *a, Str typed) {
    Str login = str_trim(typed);
    char *p = str_c(a, str_slice(login, 0, 200));

    for (size_t i = 0; p[i]; i++)
        if (p[i] >= 'A' && p[i] <= 'Z')
            p[i] = (char)(p[i] - 'A' + 'a');
    return str_of(p);
}

bool login_check(Str login, Err *e) {
    bool good =
        login.len >= 2 && login.len <= LOGIN_MOST && login.ptr[0] >= 'a' && login.ptr[0] <= 'z';

    for (size_t i = 0; good && i < login.len; i++) {
        char c = login.ptr[i];

        good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    }
    return good || err_set(e, ERR_INVALID, "/login",
                           "登录名要用 2 到 %d 个小写字母、数字、点、下划线或连字符，以字母开头",
                           LOGIN_MOST);
}

bool name_check(Str name, Err *e) {
    if (name.len == 0)
        return err_set(e, ERR_INVALID, "/name", "请填写姓名");
    if (str_runes(name) > NAME_MOST)
        return err_set(e, ERR_INVALID, "/name", "姓名最多 %d 个字", NAME_MOST);
    return true;
}

Node *account_row(Tx *tx, Arena *a, Str login, Err *e) {
    return tx_row(tx, a, &SQL_account_by_login, ARGS(ARG_OF_TEXT(login)), e);
}

Node *account_needed(Tx *tx, Arena *a, Str login, Err *e) {
    Err why = {0};
    Node *row = account_row(tx, a, login, &why);

    if (row)
        return row;
    if (why.code != ERR_NONE && e)
        *e = why;
    else if (why.code == ERR_NONE)
        err_set(e, ERR_NOT_FOUND, NULL, "没有登录名为 %.*s 的账号", STR_ARG(login));
    return NULL;
}

/* ---- changes ---- */

/* What one of the functions below wants; password already hashed, outside the transaction. */
typedef struct Change {
    Arena *arena;
    Str actor, login, name;
    char password[PASSWORD_HASH];
    bool must_change;
    const char *kind;
    Str keep;            /* session token */
    Str password_before; /* the hash that was checked */
} Change;

static bool append(Tx *tx, const Change *c, Node *body, const Node *secret, Err *e) {
    Event event = {.actor = c->actor,
                   .kind = str_of(c->kind),
                   .subject = subject_of(c->arena, c->login),
                   .body = body,
                   .secret = secret};

    return journal_append(tx, &event, e);
}

static bool create(Tx *tx, void *context, Err *e) {
    const Change *c = context;
    Node *body = node_map(c->arena), *secret = node_map(c->arena);
    Err why = {0};

    if (account_row(tx, c->arena, c->login, &why))
        return err_set(e, ERR_CONFLICT, "/login", "登录名 %.*s 已经有人用了，请换一个",
                       STR_ARG(c->login));
    node_set_bool(c->arena, body, "must_change", c->must_change);
    node_set_text(c->arena, secret, "name", c->name);
    node_set_text(c->arena, secret, "password", str_of(c->password));
    return append(tx, c, body, secret, e);
}

bool account_create(Store *s, Str actor, Str login, Str name, Str password, bool must_change,
                    Err *e) {
    scoped_arena Arena *a = arena_new();
    Change c = {.arena = a,
                .actor = actor,
                .login = login_read(a, login),
                .name = str_trim(name),
                .must_change = must_change,
                .kind = "account.created"};

    return login_check(c.login, e) && name_check(c.name, e) &&
           password_check_for(c.login, c.name, password, e) &&
           password_hash(password, c.password, e) && store_write(s, create, &c, e);
}

static bool set_password(Tx *tx, void *context, Err *e) {
    const Change *c = context;
    const Node *row = account_needed(tx, c->arena, c->login, e);
    Node *body = node_map(c->arena), *secret = node_map(c->arena);

    if (!row)
        return false;
    if (c->password_before.len && !str_eq(c->password_before, node_text(row, "password")))
        return err_set(e, ERR_CONFLICT, NULL, "密码刚刚被改过，请重新登录");
    node_set_bool(c->arena, body, "must_change", c->must_change);
    node_set_text(c->arena, secret, "password", str_of(c->password));
    return append(tx, c, body, secret, e) && lock_clear(tx, c->login, e) &&
           sessions_end(tx, c->login, c->keep, e);
}

bool account_set_password(Store *s, Str actor, Str login, Str password, bool must_change, Err *e) {
    scoped_arena Arena *a = arena_new();
    Change c = {.arena = a,
                .actor = actor,
                .login = login_read(a, login),
                .must_change = must_change,
                .kind = "account.password_set"};

    return password_check(c.login, password, e) && password_hash(password, c.password, e) &&
           store_write(s, set_password, &c, e);
}

/* ---- the owner's own change ---- */

/* The hashes of the last passwords, the present one first, from the journal, where they lie sealed.
 */
typedef struct Past {
    Arena *arena;
    Str login;
    Str hashes[PASSWORDS_KEPT];
    size_t count;
} Past;

static bool read_past(Tx *tx, void *context, Err *e) {
    Past *p = context;
    Node *rows =
        tx_rows(tx, p->arena, &SQL_account_passwords,
                ARGS(ARG_OF_TEXT(subject_of(p->arena, p->login)), ARG_OF_INT(PASSWORDS_KEPT)), e);

    p->count = 0;
    for (size_t i = 0; rows && i < rows->count; i++) {
        const Node *secret;

        if (!journal_secret(tx, p->arena, node_int(rows->items[i], "sequence", 0), &secret, e))
            return false;
        if (secret) /* not forgotten */
            p->hashes[p->count++] = node_text(secret, "password");
    }
    return rows != NULL;
}

static bool is_new(Store *s, Arena *a, Str login, Str password, Err *e) {
    Past past = {.arena = a, .login = login};
    bool same = false;

    if (!store_read(s, read_past, &past, e))
        return false;
    for (size_t i = 0; i < past.count; i++) {
        if (!password_verify(past.hashes[i], password, &same, e))
            return false;
        if (same)
            return err_set(e, ERR_INVALID, "/new", "新密码不能与最近 %d 次用过的密码相同，请换一个",
                           PASSWORDS_KEPT);
    }
    return true;
}

bool account_change_password(Store *s, Str login, Str old, Str password, Str address, Str keep,
                             Err *e) {
    scoped_arena Arena *a = arena_new();
    Str who = login_read(a, login);
    Proof proof = {
        .arena = a, .login = who, .password = old, .address = address, .password_where = "/old"};
    Change c = {
        .arena = a, .actor = who, .login = who, .kind = "account.password_set", .keep = keep};

    if (!proof_password(s, &proof, e))
        return false;
    if (str_eq(old, password))
        return err_set(e, ERR_INVALID, "/new", "新密码不能与原密码相同");
    if (!password_check_for(who, proof.name, password, e)) {
        memcpy(e->where, "/new", sizeof "/new");
        return false;
    }
    if (!is_new(s, a, who, password, e))
        return false;
    c.password_before = proof.hash;
    return password_hash(password, c.password, e) && store_write(s, set_password, &c, e);
}

/* ---- on and off ---- */

static bool set_state(Tx *tx, void *context, Err *e) {
    const Change *c = context;
    const Node *row = account_needed(tx, c->arena, c->login, e);
    bool disable = strcmp(c->kind, "account.disabled") == 0;
    int64_t active = 0;

    if (!row || !tx_int(tx, &SQL_account_count_active, NO_ARGS, 0, &active, e))
        return false;
    bool is_active = str_is(node_text(row, "state"), "active");

    if (is_active != disable) /* it is so already */
        return true;
    if (disable && active <= 1)
        return err_set(e, ERR_CONFLICT, NULL, "%.*s 是最后一个可用的账号，不能停用",
                       STR_ARG(c->login));
    if (disable && !administrators_remain(tx, c->arena, c->login, e))
        return false;
    return append(tx, c, NULL, NULL, e) && (!disable || sessions_end(tx, c->login, c->keep, e));
}

static bool change_state(Store *s, Str actor, Str login, const char *kind, Err *e) {
    scoped_arena Arena *a = arena_new();
    Change c = {.arena = a, .actor = actor, .login = login_read(a, login), .kind = kind};

    return store_write(s, set_state, &c, e);
}

bool account_disable(Store *s, Str actor, Str login, Err *e) {
    return change_state(s, actor, login, "account.disabled", e);
}

bool account_enable(Store *s, Str actor, Str login, Err *e) {
    return change_state(s, actor, login, "account.enabled", e);
}

/* ---- reading ---- */

typedef struct Listing {
    Arena *arena;
    Str login; /* one, or empty for all */
    Account *accounts;
    size_t count;
} Listing;

static Account account_of(const Node *row) {
    return (Account){.login = node_text(row, "login"),
                     .name = node_text(row, "name"),
                     .active = str_is(node_text(row, "state"), "active"),
                     .must_change = node_int(row, "must_change", 0) != 0,
                     .created_at = node_text(row, "created_at"),
                     .password_at = node_text(row, "password_at"),
                     .last_sign_in_at = node_text(row, "last_sign_in_at")};
}

static bool list(Tx *tx, void *context, Err *e) {
    Listing *l = context;
    Node *rows = tx_rows(tx, l->arena, &SQL_account_list, NO_ARGS, e);

    if (!rows)
        return false;
    l->accounts = arena_array_of(l->arena, rows->count, Account);
    l->count = rows->count;
    for (size_t i = 0; i < rows->count; i++)
        l->accounts[i] = account_of(rows->items[i]);
    return true;
}

bool account_list(Store *s, Arena *a, Account **out, size_t *count, Err *e) {
    Listing l = {.arena = a};

    if (!store_read(s, list, &l, e))
        return false;
    *out = l.accounts;
    *count = l.count;
    return true;
}

static bool find(Tx *tx, void *context, Err *e) {
    Listing *l = context;
    const Node *row = account_needed(tx, l->arena, l->login, e);

    if (!row)
        return false;
    l->accounts[0] = account_of(row);
    return true;
}

bool account_find(Store *s, Arena *a, Str login, Account *out, Err *e) {
    Account one = {0};
    Listing l = {.arena = a, .login = login_read(a, login), .accounts = &one};

    if (!store_read(s, find, &l, e))
        return false;
    *out = one;
    return true;
}

static bool count_all(Tx *tx, void *context, Err *e) {
    return tx_int(tx, &SQL_account_count, NO_ARGS, 0, context, e);
}

bool account_count(Store *s, int64_t *out, Err *e) {
    int64_t n = 0;

    if (!store_read(s, count_all, &n, e))
        return false;
    *out = n;
    return true;
}
