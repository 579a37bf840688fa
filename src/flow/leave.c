/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/leave.c: somebody leaves, and his open tasks go to a successor, or back to their roles. */
#include "flow/matter_inside.h"
#include "people/act.h"

#include "sql_statements.h"

#include "base/banned.h"

/* In the transaction: every matter with open work of `from`. `succeeds`: the posts go to the
 * successor too, in this very transaction. */
static bool move_all(Writing *w, Str from, Str to, bool succeeds, int64_t *tasks, Err *e) {
    const Node *rows =
        tx_rows(w->tx, w->arena, &SQL_matter_tasks_of_login, ARGS(ARG_OF_TEXT(from)), e);
    MatterActor program = {w->who->login, NULL};
    const MatterActor *before = w->who;
    Node *more = node_map(w->arena);
    bool good = rows != NULL;

    node_set_bool(w->arena, more, "succeeds", succeeds);
    *tasks = 0;
    w->who = &program;
    for (size_t i = 0; good && i < rows->count; i++) {
        MatterRow row;
        const MatterState *after = NULL;
        FlowAct act = {.verb = VERB_HAND_OVER,
                       .actor = w->who->login,
                       .target = from,
                       .to_login = to,
                       .more = more};

        good = matter_load(w, node_text(rows->items[i], "matter"), &row, e) &&
               matter_carry_out(w, &row, &act, NULL, &after, e);
        if (good)
            *tasks += (int64_t)(after->tasks.count - row.state->tasks.count);
    }
    w->who = before;
    return good;
}

typedef struct Moving {
    Str from, to;
    int64_t tasks;
} Moving;

static bool move_work(Writing *w, void *context, Err *e) {
    Moving *m = context;

    return move_all(w, m->from, m->to, false, &m->tasks, e);
}

bool matter_hand_over(Store *s, const Content *c, Str from, Str to, Str actor, int64_t *tasks,
                      Err *e) {
    scoped_arena Arena *a = arena_new();
    MatterActor who = {actor, NULL};
    Moving m = {from, to, 0};

    if (!matter_write(s, c, &who, a, move_work, &m, e))
        return false;
    if (tasks)
        *tasks = m.tasks;
    return true;
}

/* ---- part of leaving the house ---- */

/* Whoever manages people need not see the matters: the flow's name alone, and nothing sealed. */
static bool list_tasks(Act *act, Str login, Node *out, Err *e) {
    const Node *rows =
        tx_rows(act->tx, act->arena, &SQL_matter_tasks_listed, ARGS(ARG_OF_TEXT(login)), e);

    for (size_t i = 0; rows && i < rows->count; i++) {
        Node *n = node_map(act->arena);
        Err unknown = {0};
        const Flow *f = content_flow(act->content, node_text(rows->items[i], "flow"), &unknown);

        node_set_int(act->arena, n, "id", node_int(rows->items[i], "id", 0));
        node_set_text(act->arena, n, "title", f ? f->title : STR("事项"));
        node_add(act->arena, out, n);
    }
    return rows != NULL;
}

static bool move_tasks(Act *act, Str from, Str to, Err *e) {
    MatterActor who = {act->actor, NULL};
    Writing w = {act->tx, NULL, act->content, &who, act->arena, act->now, 0};
    int64_t moved;

    return move_all(&w, from, to, true, &moved, e);
}

void matter_register_leaving(void) {
    static const HandoverPart part = {"matter", "办理中的事项", false, list_tasks, move_tasks};

    handover_register(&part);
}
