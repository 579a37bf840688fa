/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/life_project.c: the columns of a clue's life, as the journal's events make them. */
#include "clue/life_inside.h"

#include "sql_statements.h"

#include "base/banned.h"

#define TEXT(key) ARG_OF_TEXT(node_text(tree, key).len ? node_text(tree, key) : STR(""))

static Str json_of(Arena *a, const Node *n) {
    scoped_buf Buf b;

    buf_init(&b, (size_t)16 << 20);
    json_write(n, &b);
    return str_dup(a, buf_str(&b));
}

static bool put_recusals(Tx *tx, Str id, const Node *tree, Err *e) {
    const Node *items = node_get(tree, "recusals");

    if (!items)
        return true;
    if (!tx_run(tx, &SQL_life_recusal_clear, ARGS(ARG_OF_TEXT(id)), NULL, e))
        return false;
    for (size_t i = 0; i < items->count; i++) {
        Str login = node_text(items->items[i], "login");

        if (login.len && !node_bool(items->items[i], "removed", false) &&
            !tx_run(tx, &SQL_life_recusal_add, ARGS(ARG_OF_TEXT(id), ARG_OF_TEXT(login)), NULL, e))
            return false;
    }
    return true;
}

bool life_put(Tx *tx, Arena *a, Str id, const Node *tree, const Node *personal, Err *e) {
    Instant next = life_next(tree);

    return tx_run(
               tx, &SQL_life_put,
               ARGS(ARG_OF_TEXT(id), TEXT("state"), TEXT("source"),
                    ARG_OF_INT(node_int(tree, "organisation", 1)),
                    ARG_OF_INT(node_int(tree, "origin", 1)), TEXT("department"), TEXT("role"),
                    TEXT("login"), TEXT("due"), next == INT64_MAX ? ARG_OF_NULL : ARG_OF_INT(next),
                    ARG_OF_INT(node_int(tree, "rung", 0)),
                    ARG_OF_INT(node_int(tree, "told_organisation", 0)), TEXT("told_role"),
                    TEXT("triage"), TEXT("outcome"), TEXT("attention"), TEXT("merged_into"),
                    ARG_OF_INT(node_int(tree, "revision", 0)), ARG_OF_TEXT(json_of(a, tree)),
                    personal && personal->count ? ARG_OF_TEXT(json_of(a, personal)) : ARG_OF_NULL),
               NULL, e) &&
           put_recusals(tx, id, tree, e);
}

static Str clue_of(const Event *event) {
    return str_slice(event->subject, sizeof "clue:" - 1, event->subject.len);
}

static bool acted(Tx *tx, const Event *event, Err *e) {
    scoped_arena Arena *a = arena_new();
    Life l;

    if (!life_load(tx, clue_of(event), a, &l, e))
        return false;
    const Node *tree = tree_apply(a, l.tree, node_get(event->body, "difference"));
    const Node *personal = event->secret
                               ? tree_apply(a, l.personal, node_get(event->secret, "difference"))
                               : l.personal;

    return life_put(tx, a, l.id, tree, personal, e);
}

/* A clue that begins brings its whole life. */
static bool begun(Tx *tx, const Event *event, Err *e) {
    scoped_arena Arena *a = arena_new();
    const Node *life = node_get(event->body, "life");

    return !life || life_put(tx, a, clue_of(event), life,
                             event->secret ? node_get(event->secret, "life") : NULL, e);
}

static bool nobody_has_it(Str state) {
    return str_is(state, "new");
}

/* What its model says of a clue that somebody has does not take it away from him: he is told. One
 * that nobody has taken up goes with its ground, and comes again with it. */
static bool ground(Tx *tx, const Event *event, const char *what, Err *e) {
    scoped_arena Arena *a = arena_new();
    const Node *life = node_get(event->body, "life");
    bool gone = str_is(event->kind, "clue.withdrawn");
    Life l;

    if (!life_load(tx, clue_of(event), a, &l, e))
        return false;
    if (!l.tree->count)
        return true;
    Str state = life_state(&l);

    if (gone && nobody_has_it(state)) {
        life_set(a, &l, "state", STR("closed"));
        life_set(a, &l, "outcome", STR("withdrawn"));
        life_set(a, &l, "due", STR(""));
    } else if (!gone && str_is(state, "closed") && str_is(life_text(&l, "outcome"), "withdrawn")) {
        life_set(a, &l, "state", STR("new"));
        life_set(a, &l, "outcome", STR(""));
        life_set(a, &l, "due", node_text(life, "due"));
        life_set_int(a, &l, "rung", 0);
        if (!life) /* of an earlier version: the clock takes it up */
            return life_put(tx, a, l.id, l.before, l.before_personal, e);
    } else if (!nobody_has_it(state)) {
        life_set(a, &l, "attention", str_of(what));
    }
    life_set_int(a, &l, "revision", node_int(l.tree, "revision", 0) + 1);
    return life_put(tx, a, l.id, l.tree, l.personal, e);
}

static bool changed(Tx *tx, const Event *event, Err *e) {
    return ground(tx, event, "changed", e);
}

static bool restored(Tx *tx, const Event *event, Err *e) {
    return ground(tx, event, "restored", e);
}

static bool withdrawn(Tx *tx, const Event *event, Err *e) {
    return ground(tx, event, "withdrawn", e);
}

void clue_life_register(void) {
    static const Projection projections[] = {
        {"clue.found", begun},         {"clue.registered", begun},
        {"clue.acted", acted},         {"recusal.acted", acted},
        {"clue.changed", changed},     {"clue.restored", restored},
        {"clue.withdrawn", withdrawn}, {0},
    };
    static const char *const tables[] = {"clue_recusal", NULL};

    journal_register(projections, tables);
    life_register_rest();
}
