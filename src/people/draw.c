/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/draw.c: lots that anybody can draw again. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "people/act.h"
#include "sql_statements.h"

#include "base/banned.h"

enum { PURPOSE_MOST = 200, DRAWN_MOST = 50, LEFT_OUT_MOST = 500 };

/* One who could be drawn, with his key. */
typedef struct Lot {
    int64_t member;
    unsigned char key[SM3_SIZE];
} Lot;

void draw_key(const unsigned char seed[32], int64_t member, unsigned char key[32]) {
    char digits[24];
    Sm3 *s = sm3_new();
    int n = snprintf(digits, sizeof digits, "%" PRId64, member);

    sm3_add(s, seed, 32);
    sm3_add(s, digits, (size_t)n);
    sm3_end(s, key);
}

static int by_key(const void *a, const void *b) {
    const Lot *x = a, *y = b;
    int order = memcmp(x->key, y->key, sizeof x->key);

    return order != 0 ? order : (x->member > y->member) - (x->member < y->member);
}

/* ---- projection ---- */

static bool add_each(Tx *tx, int64_t draw, const Node *list, const char *state, int64_t *position,
                     Err *e) {
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        ++*position;
        if (!tx_run(tx, &SQL_draw_member_add,
                    ARGS(ARG_OF_INT(draw), ARG_OF_INT(*position),
                         ARG_OF_INT(list->items[i]->integer), ARG_OF_TEXT(str_of(state))),
                    NULL, e))
            return false;
    }
    return true;
}

static bool made(Tx *tx, const Event *event, Err *e) {
    scoped_arena Arena *a = arena_new();
    const Node *b = event->body;
    int64_t number = event_number(event), position = 0;

    return tx_run(tx, &SQL_draw_add,
                  ARGS(ARG_OF_INT(number), ARG_OF_INT(node_int(b, "team", 0)),
                       ARG_OF_TEXT(node_text(b, "seed")),
                       ARG_OF_TEXT(event_secret(event, "purpose")),
                       ARG_OF_INT(node_int(b, "wanted", 0)), ARG_OF_TEXT(event->actor),
                       ARG_OF_TEXT(event_at(event, a))),
                  NULL, e) &&
           add_each(tx, number, node_get(b, "drawn"), "drawn", &position, e) &&
           add_each(tx, number, node_get(b, "rest"), "rest", &position, e) &&
           add_each(tx, number, node_get(b, "left_out"), "left_out", &position, e);
}

static bool forgotten(Tx *tx, const Event *event, Err *e) {
    return !str_starts(event->subject, STR("draw:")) ||
           tx_run(tx, &SQL_draw_forget, ARGS(ARG_OF_INT(event_number(event))), NULL, e);
}

void organisation_register_draws(void) {
    static const Projection projections[] = {
        {"draw.made", made}, {"key.destroyed", forgotten}, {0}};
    static const char *const tables[] = {"draw", "draw_member", NULL};

    journal_register(projections, tables);
}

/* ---- drawing ---- */

static bool listed(const Node *list, int64_t member) {
    for (size_t i = 0; list != NULL && i < list->count; i++)
        if (list->items[i]->integer == member)
            return true;
    return false;
}

/* Members as of `now` who are not left out, in the order the seed gives. */
static bool lots_of(Tx *tx, Arena *a, int64_t team, Instant now, const Node *left_out,
                    const unsigned char seed[32], Lot **out, size_t *count, Err *e) {
    const Node *members =
        tx_rows(tx, a, &SQL_team_member_at, ARGS(ARG_OF_INT(team), ARG_OF_INT(now)), e);

    if (members == NULL)
        return false;
    Lot *lots = arena_array_of(a, members->count, Lot);
    size_t n = 0;

    for (size_t i = 0; i < members->count; i++) {
        int64_t member = node_int(members->items[i], "member", 0);

        if (listed(left_out, member))
            continue;
        lots[n].member = member;
        draw_key(seed, member, lots[n++].key);
    }
    qsort(lots, n, sizeof *lots, by_key);
    *out = lots;
    *count = n;
    return true;
}

static Node *left_out_of(Act *act, const DrawNew *in, Err *e) {
    Node *list = node_list(act->arena);
    const Node *members = tx_rows(act->tx, act->arena, &SQL_team_member_at,
                                  ARGS(ARG_OF_INT(in->team), ARG_OF_INT(act->now)), e);

    if (members == NULL)
        return NULL;
    for (size_t i = 0; i < in->left_out_count; i++) {
        bool known = false;

        for (size_t j = 0; j < members->count; j++)
            known = known || node_int(members->items[j], "member", 0) == in->left_out[i];
        if (!known) {
            err_set(e, ERR_INVALID, "/left_out", "编号为 %" PRId64 " 的不是这个库现在的成员",
                    in->left_out[i]);
            return NULL;
        }
        if (!listed(list, in->left_out[i]))
            node_add(act->arena, list, node_of_int(act->arena, in->left_out[i]));
    }
    return list;
}

static bool team_drawn(Act *act, int64_t number, Err *e) {
    Err why = {0};
    const Node *row = tx_row(act->tx, act->arena, &SQL_team_get, ARGS(ARG_OF_INT(number)), &why);
    const TeamKind *k =
        row == NULL ? NULL : content_team_kind(act->content, node_text(row, "kind"), &why);
    Instant until = row == NULL ? 0 : node_int(row, "until", 0);

    if (row == NULL && why.code == ERR_NONE)
        return err_set(e, ERR_NOT_FOUND, NULL, "没有编号为 %" PRId64 " 的团队", number);
    if (k == NULL) {
        *e = why;
        return false;
    }
    if (!k->drawn)
        return err_set(e, ERR_INVALID, "/team", "%.*s不能随机抽取成员", STR_ARG(k->title));
    return (str_is(node_text(row, "state"), "active") && (until == 0 || until > act->now)) ||
           err_set(e, ERR_CONFLICT, "/team", "这个库已经停用了");
}

typedef struct Change {
    const DrawNew *in;
    int64_t *out;
    unsigned char seed[32];
} Change;

static bool make_work(Act *act, void *what, Err *e) {
    const Change *c = what;
    const DrawNew *in = c->in;
    Str purpose = in->purpose;
    Node *body = node_map(act->arena), *secret = node_map(act->arena);
    Node *drawn = node_list(act->arena), *rest = node_list(act->arena);
    Lot *lots;
    size_t count;
    int64_t n;

    if (!team_drawn(act, in->team, e) ||
        !line_check(&purpose, PURPOSE_MOST, true, "/purpose", "用途", e))
        return false;
    if (in->wanted < 1 || in->wanted > DRAWN_MOST)
        return err_set(e, ERR_INVALID, "/wanted", "一次抽取 1 到 %d 人", DRAWN_MOST);
    if (in->left_out_count > LEFT_OUT_MOST)
        return err_set(e, ERR_TOO_LARGE, "/left_out", "回避的人最多 %d 名", LEFT_OUT_MOST);
    Node *left_out = left_out_of(act, in, e);

    if (left_out == NULL ||
        !lots_of(act->tx, act->arena, in->team, act->now, left_out, c->seed, &lots, &count, e) ||
        !act_number(act, &SQL_draw_newest, &n, e))
        return false;
    if (count < (size_t)in->wanted)
        return err_set(e, ERR_CONFLICT, "/wanted",
                       "能抽的只有 %zu 人，不够 %" PRId64 " 人：请增加成员或减少人数", count,
                       in->wanted);
    for (size_t i = 0; i < count; i++)
        node_add(act->arena, i < (size_t)in->wanted ? drawn : rest,
                 node_of_int(act->arena, lots[i].member));
    scoped_buf Buf seed;

    buf_init(&seed, 80);
    buf_add_hex(&seed, c->seed, sizeof c->seed);
    node_set_int(act->arena, body, "team", in->team);
    node_set_text(act->arena, body, "seed", buf_str(&seed));
    node_set_int(act->arena, body, "wanted", in->wanted);
    node_set_int(act->arena, body, "as_of", act->now);
    node_set(act->arena, body, "drawn", drawn);
    node_set(act->arena, body, "rest", rest);
    node_set(act->arena, body, "left_out", left_out);
    node_set_text(act->arena, secret, "purpose", purpose);
    if (!act_tell(act, "draw.made", act_subject(act, "draw", n), 0, body, secret, e))
        return false;
    *c->out = n;
    return true;
}

bool draw_make(Store *s, const Content *c, Str actor, const DrawNew *in, int64_t *number, Err *e) {
    Change change = {.in = in, .out = number};

    random_bytes(change.seed, sizeof change.seed); /* outside: work may be tried twice */
    return act_write(s, c, actor, make_work, &change, e);
}

/* ---- drawing again ---- */

static bool seed_read(Str hex, unsigned char out[32]) {
    for (size_t i = 0; i < 64; i++) {
        char c = i < hex.len ? hex.ptr[i] : 'x';
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;

        if (digit < 0)
            return false;
        out[i / 2] = (unsigned char)(i % 2 ? out[i / 2] | digit : digit << 4);
    }
    return hex.len == 64;
}

static bool same_order(const Lot *lots, size_t count, const Node *drawn, const Node *rest) {
    size_t first = drawn == NULL ? 0 : drawn->count, others = rest == NULL ? 0 : rest->count;

    if (first + others != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (lots[i].member != (i < first ? drawn->items[i] : rest->items[i - first])->integer)
            return false;
    return true;
}

/* What pages show must be what the journal says. */
static bool table_agrees(Tx *tx, Arena *a, int64_t number, const Node *body, Err *e) {
    static const char *const lists[] = {"drawn", "rest", "left_out"};
    const Node *rows = tx_rows(tx, a, &SQL_draw_members, ARGS(ARG_OF_INT(number)), e);
    size_t at = 0;

    if (rows == NULL)
        return false;
    for (size_t l = 0; l < 3; l++) {
        const Node *list = node_get(body, lists[l]);

        for (size_t i = 0; list != NULL && i < list->count; i++, at++)
            if (at >= rows->count ||
                node_int(rows->items[at], "member", 0) != list->items[i]->integer ||
                !str_is(node_text(rows->items[at], "state"), lists[l]))
                return err_set(e, ERR_BROKEN, NULL, "抽取 %" PRId64 " 的名单与日志不符", number);
    }
    return at == rows->count ||
           err_set(e, ERR_BROKEN, NULL, "抽取 %" PRId64 " 的名单与日志不符", number);
}

static bool verify_work(Tx *tx, void *context, Err *e) {
    int64_t number = *(const int64_t *)context;
    scoped_arena Arena *a = arena_new();
    Str subject = str_format(a, "draw:%" PRId64, number);
    Err why = {0};
    const Node *row = tx_row(tx, a, &SQL_draw_event, ARGS(ARG_OF_TEXT(subject)), &why);
    unsigned char seed[32];
    Lot *lots;
    size_t count;

    if (row == NULL && why.code == ERR_NONE)
        return err_set(e, ERR_NOT_FOUND, NULL, "没有编号为 %" PRId64 " 的抽取", number);
    const Node *body = row == NULL ? NULL : json_read(a, node_text(row, "body"), &why);

    if (body == NULL) {
        *e = why;
        return false;
    }
    if (!seed_read(node_text(body, "seed"), seed))
        return err_set(e, ERR_BROKEN, NULL, "抽取 %" PRId64 " 的种子读不懂", number);
    if (!lots_of(tx, a, node_int(body, "team", 0), node_int(body, "as_of", 0),
                 node_get(body, "left_out"), seed, &lots, &count, e))
        return false;
    const Node *drawn = node_get(body, "drawn");

    if (!same_order(lots, count, drawn, node_get(body, "rest")) || drawn == NULL ||
        (int64_t)drawn->count != node_int(body, "wanted", 0))
        return err_set(e, ERR_BROKEN, NULL,
                       "抽取 %" PRId64 " 不符：按记录的种子和当时的成员重新抽取，结果不一样",
                       number);
    return table_agrees(tx, a, number, body, e);
}

bool draw_verify(Store *s, int64_t number, Err *e) {
    return store_read(s, verify_work, &number, e);
}
