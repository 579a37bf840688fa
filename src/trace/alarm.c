/* SPDX-License-Identifier: MulanPSL-2.0 */
/* trace/alarm.c: alarms as a projection of looks, exports and refusals. */
#include "trace/alarm.h"

#include <inttypes.h>

#include "people/act.h"
#include "sql_statements.h"

#include "base/banned.h"

enum { WORDS_MOST = 500, PAGE_DEFAULT_ROWS = 50, PAGE_MOST_ROWS = 200 };

/* ---- projections ---- */

typedef struct Sign {
    const char *kind;
    int64_t by;   /* how many more */
    int64_t most; /* raised from here on; 0: at once */
} Sign;

static bool sign_count(Tx *tx, const Event *event, const Sign *sign, Err *e) {
    scoped_arena Arena *a = arena_new();
    Err why = {0};
    char day[11];
    Str at = event_at(event, a);

    day_format(day_of_instant(event->at), day);
    const Node *row = tx_row(
        tx, a, &SQL_alarm_find,
        ARGS(ARG_OF_TEXT(event->actor), ARG_OF_TEXT(str_of(day)), ARG_OF_TEXT(str_of(sign->kind))),
        &why);

    if (why.code != ERR_NONE) {
        *e = why;
        return false;
    }
    int64_t count = (row != NULL ? node_int(row, "count", 0) : 0) + sign->by, newest = 0;
    bool raised = count >= sign->most || (row != NULL && node_int(row, "raised", 0) != 0);

    if (row != NULL)
        return tx_run(tx, &SQL_alarm_grow,
                      ARGS(ARG_OF_INT(node_int(row, "alarm", 0)), ARG_OF_INT(count),
                           ARG_OF_INT(raised), ARG_OF_INT(event->sequence), ARG_OF_TEXT(at)),
                      NULL, e);
    return tx_int(tx, &SQL_alarm_newest, NO_ARGS, 0, &newest, e) &&
           tx_run(tx, &SQL_alarm_add,
                  ARGS(ARG_OF_INT(newest + 1), ARG_OF_TEXT(str_of(sign->kind)),
                       ARG_OF_TEXT(event->actor), ARG_OF_TEXT(str_of(day)),
                       ARG_OF_TEXT(event->organisation), ARG_OF_INT(count), ARG_OF_INT(raised),
                       ARG_OF_INT(event->sequence), ARG_OF_TEXT(at)),
                  NULL, e);
}

static bool single_signs(Tx *tx, const Event *event, Err *e) {
    const Node *signs = node_get(event->body, "signs");

    for (size_t i = 0; signs != NULL && i < signs->count; i++)
        for (const BindName *n = alarm_type_names; n->name != NULL; n++)
            if (str_is(signs->items[i]->text, n->name) &&
                !sign_count(tx, event, &(Sign){n->name, 1, 0}, e))
                return false;
    return true;
}

static bool counted(Tx *tx, const Event *event, const char *kind, const char *member, Err *e) {
    Sign sign = {kind, node_int(event->body, member, 1), node_int(event->body, "most", 0)};

    /* Entries of earlier versions carry no ceiling: they count for nothing. */
    return sign.most == 0 || sign_count(tx, event, &sign, e);
}

static bool looked(Tx *tx, const Event *event, Err *e) {
    return single_signs(tx, event, e) && counted(tx, event, "bulk", "count", e);
}

static bool exported(Tx *tx, const Event *event, Err *e) {
    return single_signs(tx, event, e) && counted(tx, event, "bulk_export", "rows", e);
}

static bool refused(Tx *tx, const Event *event, Err *e) {
    return counted(tx, event, "refused", "count", e);
}

static bool acknowledged(Tx *tx, const Event *event, Err *e) {
    scoped_arena Arena *a = arena_new();
    Str words = event->secret != NULL ? node_text(event->secret, "words") : (Str){NULL, 0};

    return tx_run(tx, &SQL_alarm_acknowledge,
                  ARGS(ARG_OF_INT(event_number(event)), ARG_OF_TEXT(event->actor),
                       ARG_OF_TEXT(event_at(event, a)),
                       words.ptr != NULL ? ARG_OF_TEXT(words) : ARG_OF_NULL),
                  NULL, e);
}

static bool forgotten(Tx *tx, const Event *event, Err *e) {
    return !str_starts(event->subject, STR("alarm:")) ||
           tx_run(tx, &SQL_alarm_forget, ARGS(ARG_OF_INT(event_number(event))), NULL, e);
}

void alarm_register(void) {
    static const Projection projections[] = {
        {"sensitive.revealed", looked}, {"clues.exported", exported},
        {"rows.exported", exported},    {"matters.exported", exported},
        {"access.refused", refused},    {"alarm.acknowledged", acknowledged},
        {"key.destroyed", forgotten},   {0}};
    static const char *const tables[] = {"alarm", NULL};

    journal_register(projections, tables);
}

/* ---- reading ---- */

typedef struct Page {
    const Content *content;
    Arena *a;
    Str state;
    int64_t before, limit, number;
    Node *out;
} Page;

static Node *shown(const Page *p, const Node *row) {
    Arena *a = p->a;
    Node *n = node_map(a);
    Str kind = node_text(row, "kind"), state = node_text(row, "state");

    node_set_int(a, n, "alarm", node_int(row, "alarm", 0));
    node_set_text(a, n, "kind", kind);
    for (const BindName *name = alarm_type_names; name->name != NULL; name++)
        if (str_is(kind, name->name)) {
            const AlarmRule *rule = content_alarm_rule(p->content, (AlarmType)name->value);

            node_set_text(a, n, "title", rule->title);
            node_set_text(a, n, "help", rule->help);
        }
    node_set_text(a, n, "person", node_text(row, "person"));
    node_set_text(a, n, "person_name", node_text(row, "name"));
    node_set_text(a, n, "organisation", node_text(row, "organisation"));
    node_set_text(a, n, "day", node_text(row, "day"));
    node_set_int(a, n, "count", node_int(row, "count", 0));
    node_set_int(a, n, "first_entry", node_int(row, "first_entry", 0));
    node_set_int(a, n, "last_entry", node_int(row, "last_entry", 0));
    node_set_text(a, n, "first_at", node_text(row, "first_at"));
    node_set_text(a, n, "last_at", node_text(row, "last_at"));
    node_set_text(a, n, "state", state);
    node_set_text(a, n, "state_title", str_is(state, "open") ? STR("待处理") : STR("已处理"));
    if (node_text(row, "acknowledged_by").len != 0) {
        node_set_text(a, n, "acknowledged_by", node_text(row, "acknowledged_by"));
        node_set_text(a, n, "acknowledged_at", node_text(row, "acknowledged_at"));
        node_set_text(a, n, "words", node_text(row, "words"));
    }
    return n;
}

static bool page_work(Tx *tx, void *context, Err *e) {
    Page *p = context;
    Arena *a = p->a;
    int64_t total = 0;
    Node *n = node_map(a), *items = node_list(a);
    const Node *rows =
        tx_rows(tx, a, &SQL_alarm_list,
                ARGS(ARG_OF_TEXT(p->state), ARG_OF_INT(p->before), ARG_OF_INT(p->limit + 1)), e);

    if (rows == NULL || !tx_int(tx, &SQL_alarm_count, ARGS(ARG_OF_TEXT(p->state)), 0, &total, e))
        return false;
    for (size_t i = 0; i < rows->count && (int64_t)i < p->limit; i++)
        node_add(a, items, shown(p, rows->items[i]));
    node_set_int(a, n, "total", total);
    node_set(a, n, "items", items);
    if ((int64_t)rows->count > p->limit)
        node_set_text(a, n, "next",
                      str_format(a, "%" PRId64, node_int(rows->items[p->limit - 1], "alarm", 0)));
    p->out = n;
    return true;
}

Node *alarm_page(Store *s, const Content *c, Arena *a, Str state, Str cursor, int64_t limit,
                 Err *e) {
    Page p = {.content = c, .a = a, .state = state.ptr != NULL ? state : STR("")};

    p.before = INT64_MAX;
    p.limit = limit < 1 ? PAGE_DEFAULT_ROWS : limit > PAGE_MOST_ROWS ? PAGE_MOST_ROWS : limit;
    if (cursor.len != 0 && (!str_to_int(cursor, &p.before) || p.before < 1)) {
        err_set(e, ERR_INVALID, "?cursor", "翻页位置不对，请从第一页重新开始");
        return NULL;
    }
    if (state.len != 0 && !str_is(state, "open") && !str_is(state, "acknowledged")) {
        err_set(e, ERR_INVALID, "?state", "状态只能是 open（待处理）或 acknowledged（已处理）");
        return NULL;
    }
    return store_read(s, page_work, &p, e) ? p.out : NULL;
}

static bool none(int64_t number, Err *e) {
    return err_set(e, ERR_NOT_FOUND, NULL, "没有编号为 %" PRId64 " 的告警", number);
}

static bool one_work(Tx *tx, void *context, Err *e) {
    Page *p = context;
    Err why = {0};
    const Node *row = tx_row(tx, p->a, &SQL_alarm_get, ARGS(ARG_OF_INT(p->number)), &why);

    if (row != NULL) {
        p->out = shown(p, row);
        return true;
    }
    if (why.code == ERR_NONE)
        return none(p->number, e);
    *e = why;
    return false;
}

Node *alarm_one(Store *s, const Content *c, Arena *a, int64_t number, Err *e) {
    Page p = {.content = c, .a = a, .number = number};

    return store_read(s, one_work, &p, e) ? p.out : NULL;
}

/* ---- acknowledging ---- */

typedef struct Acknowledging {
    int64_t number;
    Str words;
} Acknowledging;

static bool acknowledge_work(Act *act, void *what, Err *e) {
    const Acknowledging *k = what;
    Err why = {0};
    const Node *row =
        tx_row(act->tx, act->arena, &SQL_alarm_get, ARGS(ARG_OF_INT(k->number)), &why);
    Node *secret = node_map(act->arena), *body = node_map(act->arena);
    Str words = k->words;

    if (row == NULL && why.code != ERR_NONE) {
        *e = why;
        return false;
    }
    if (row == NULL)
        return none(k->number, e);
    if (str_eq(node_text(row, "person"), act->actor))
        return err_set(e, ERR_FORBIDDEN, NULL, "不能处理关于自己的告警");
    if (!str_is(node_text(row, "state"), "open"))
        return err_set(e, ERR_CONFLICT, NULL, "这条告警已经处理过了");
    if (!line_check(&words, WORDS_MOST, true, "/words", "处理说明", e))
        return false;
    node_set_int(act->arena, body, "upto", node_int(row, "last_entry", 0));
    node_set_text(act->arena, secret, "words", words);
    return act_tell(act, "alarm.acknowledged", act_subject(act, "alarm", k->number), 0, body,
                    secret, e);
}

bool alarm_acknowledge(Store *s, Str actor, int64_t number, Str words, Err *e) {
    return act_write(s, NULL, actor, acknowledge_work, &(Acknowledging){number, words}, e);
}
