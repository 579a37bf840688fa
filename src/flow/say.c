/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/say.c: the conversation of a matter, bound to a step. */
#include <inttypes.h>

#include "flow/matter_inside.h"

#include "sql_statements.h"

#include "base/banned.h"

enum { TEXT_MOST = 2000 };

typedef struct Saying {
    Str id, text;
    int64_t step, number;
} Saying;

static bool say_work(Writing *w, void *context, Err *e) {
    Saying *s = context;
    MatterRow row;
    Node *body = node_map(w->arena), *secret = node_map(w->arena);
    int64_t number = 0;

    if (!matter_load(w, s->id, &row, e))
        return false;
    if (s->step && !state_step(row.state, s->step))
        return err_set(e, ERR_INVALID, "/step", "这件事项里没有这个步骤");
    if (!tx_int(w->tx, &SQL_matter_message_next, ARGS(ARG_OF_TEXT(s->id)), 1, &number, e))
        return false;
    node_set_int(w->arena, body, "number", number);
    node_set_int(w->arena, body, "step", s->step);
    node_set_text(w->arena, secret, "text", s->text);
    Event event = {.actor = w->who->login,
                   .organisation = str_format(w->arena, "%" PRId64, row.state->organisation),
                   .kind = STR("matter.said"),
                   .subject = str_format(w->arena, "matter:%.*s", STR_ARG(s->id)),
                   .body = body,
                   .secret = secret};

    s->number = number;
    return journal_append(w->tx, &event, e);
}

bool matter_say(Store *s, const Content *c, const MatterActor *who, Str id, int64_t step, Str text,
                int64_t *number, Err *e) {
    scoped_arena Arena *a = arena_new();
    Saying saying = {id, str_trim(text), step, 0};

    if (!saying.text.len)
        return err_set(e, ERR_INVALID, "/text", "请写要说的内容");
    if (str_runes(saying.text) > TEXT_MOST || !str_utf8_valid(saying.text))
        return err_set(e, ERR_INVALID, "/text", "一次最多 %d 个字", TEXT_MOST);
    if (!matter_get(s, id, 0, a, e) || !matter_write(s, c, who, a, say_work, &saying, e))
        return false;
    if (number)
        *number = saying.number;
    return true;
}
