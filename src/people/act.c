/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/act.c: what every change of organisations, posts, teams and grants has in common. */
#include "people/act.h"

#include "base/citizen_text.h"
#include "people/inside.h"
#include "sql_statements.h"

#include "base/banned.h"

typedef struct Writing {
    const Content *content;
    Str actor;
    ActWork *work;
    void *what;
} Writing;

bool people_now(Tx *tx, Instant *now, Err *e) {
    scoped_arena Arena *a = arena_new();
    Err why = {0};
    const Node *head = tx_row(tx, a, &SQL_people_time, NO_ARGS, &why);
    Instant newest = 0;

    if (why.code != ERR_NONE) {
        if (e != NULL)
            *e = why;
        return false;
    }
    *now = instant_now();
    if (head != NULL && instant_parse(node_text(head, "at"), &newest) && newest > *now)
        *now = newest;
    return true;
}

static bool writing(Tx *tx, void *context, Err *e) {
    const Writing *w = context;
    scoped_arena Arena *a = arena_new();
    Act act = {.tx = tx, .arena = a, .content = w->content, .actor = w->actor};

    return people_now(tx, &act.now, e) && w->work(&act, w->what, e);
}

bool act_write(Store *s, const Content *c, Str actor, ActWork *work, void *what, Err *e) {
    Writing w = {c, actor, work, what};

    return store_write(s, writing, &w, e);
}

bool act_tell(Act *act, const char *kind, Str subject, int64_t organisation, const Node *body,
              const Node *secret, Err *e) {
    Event event = {.actor = act->actor,
                   .kind = str_of(kind),
                   .subject = subject,
                   .body = body,
                   .secret = secret};

    if (organisation > 0)
        event.organisation = str_format(act->arena, "%lld", (long long)organisation);
    return journal_append(act->tx, &event, e);
}

bool act_number(Act *act, const Sql *newest, int64_t *out, Err *e) {
    int64_t n = 0;

    if (!tx_int(act->tx, newest, NO_ARGS, 0, &n, e))
        return false;
    *out = n + 1;
    return true;
}

Str act_subject(Act *act, const char *kind, int64_t number) {
    return str_format(act->arena, "%s:%lld", kind, (long long)number);
}

/* ---- projections ---- */

int64_t event_number(const Event *event) {
    ptrdiff_t colon = str_find(event->subject, STR(":"));
    int64_t n = 0;

    str_to_int(str_slice(event->subject, (size_t)(colon + 1), event->subject.len), &n);
    return n;
}

Str event_secret(const Event *event, const char *key) {
    Str text = event->secret != NULL ? node_text(event->secret, key) : STR("");

    return text.ptr != NULL ? text : STR("");
}

Arg event_optional(const Event *event, const char *key) {
    int64_t n = node_int(event->body, key, 0);

    return n != 0 ? ARG_OF_INT(n) : ARG_OF_NULL;
}

Instant event_since(const Event *event) {
    return node_int(event->body, "since", event->at);
}

Str event_at(const Event *event, Arena *a) {
    char at[INSTANT_TEXT];

    instant_format(event->at, at);
    return str_dup(a, str_of(at));
}

/* ---- input ---- */

static bool one_line(Str s) {
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
            return false;
    return str_utf8_valid(s);
}

bool line_check(Str *text, size_t most, bool needed, const char *where, const char *what, Err *e) {
    *text = str_trim(*text);
    if (text->ptr == NULL)
        *text = STR("");
    if (needed && text->len == 0)
        return err_set(e, ERR_INVALID, where, "请填写%s", what);
    if (str_runes(*text) > most)
        return err_set(e, ERR_INVALID, where, "%s最多 %zu 个字", what, most);
    if (!one_line(*text))
        return err_set(e, ERR_INVALID, where, "%s里有换行或不能显示的字符，请改成一行文字", what);
    /* These lines are shown as they are, and some stand in the journal for ever. */
    return !citizen_id_in_text(*text) ||
           err_set(e, ERR_INVALID, where, "%s里不要写身份证号码，需要区分时写末四位", what);
}

bool term_check(const Act *act, Instant since, Instant until, bool needed, Err *e) {
    Instant begin = since != 0 ? since : act->now;

    if (until == 0)
        return !needed || err_set(e, ERR_INVALID, "/until", "请填写到什么时候结束");
    if (until <= act->now)
        return err_set(e, ERR_INVALID, "/until", "结束的时间已经过去了，请写将来的时间");
    return until > begin || err_set(e, ERR_INVALID, "/until", "结束的时间应当晚于开始的时间");
}

/* ---- people ---- */

bool person_active(Act *act, Str login, const char *where, Err *e) {
    Err why = {0};
    const Node *row = account_row(act->tx, act->arena, login, &why);

    if (why.code != ERR_NONE) {
        if (e != NULL)
            *e = why;
        return false;
    }
    if (row == NULL)
        return err_set(e, ERR_INVALID, where, "没有登录名为 %.*s 的账号", STR_ARG(login));
    return str_is(node_text(row, "state"), "active") ||
           err_set(e, ERR_CONFLICT, where, "账号 %.*s 已停用", STR_ARG(login));
}

bool person_administrator(Act *act, Str login, int64_t *kind, Err *e) {
    const Node *posts = tx_rows(act->tx, act->arena, &SQL_appointment_open_of,
                                ARGS(ARG_OF_TEXT(login), ARG_OF_INT(act->now)), e);

    if (posts == NULL)
        return false;
    *kind = 0;
    for (size_t i = 0; i < posts->count && *kind == 0; i++)
        *kind = node_int(posts->items[i], "administrator", 0);
    return true;
}

bool act_account_create(Act *act, Str login, Str name, Str hash, bool must_change, Err *e) {
    Node *body = node_map(act->arena), *secret = node_map(act->arena);
    Err why = {0};

    if (!login_check(login, e) || !name_check(name, e))
        return false;
    if (account_row(act->tx, act->arena, login, &why) != NULL)
        return err_set(e, ERR_CONFLICT, "/login", "登录名 %.*s 已经有人用了，请换一个",
                       STR_ARG(login));
    if (why.code != ERR_NONE) {
        if (e != NULL)
            *e = why;
        return false;
    }
    node_set_bool(act->arena, body, "must_change", must_change);
    node_set_text(act->arena, secret, "name", name);
    node_set_text(act->arena, secret, "password", hash);
    if (!act_tell(act, "account.created", subject_of(act->arena, login), 0, body, secret, e))
        return false;
    act->newcomer = str_dup(act->arena, login);
    return true;
}

void organisation_register(void) {
    people_register(); /* posts and teams speak of accounts */
    organisation_register_units();
    organisation_register_posts();
    organisation_register_delegations();
    organisation_register_teams();
    organisation_register_draws();
    organisation_register_grants();
}
