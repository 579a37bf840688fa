/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/projection.c: the tables of runs and clues, as the journal's events make them. */
#include "clue/clue.h"
#include "clue/installation.h"
#include "clue/life.h"
#include "sql_statements.h"

/* NULL in the database for texts that a destroyed key has taken away. */
static Arg text_or_null(const Node *map, const char *key) {
    const Node *n = map ? node_get(map, key) : NULL;

    return n && n->kind == NODE_TEXT ? ARG_OF_TEXT(n->text) : ARG_OF_NULL;
}

static Arg text(const Node *map, const char *key) {
    return ARG_OF_TEXT(node_text(map, key));
}

static Arg number(const Node *map, const char *key) {
    return ARG_OF_INT(node_int(map, key, 0));
}

static Arg instant(const Event *event, char room[INSTANT_TEXT]) {
    instant_format(event->at, room);
    return ARG_OF_TEXT(str_of(room));
}

/* "clue:3fa9…" without the prefix. */
static Arg clue_id(const Event *event) {
    return ARG_OF_TEXT(str_slice(event->subject, sizeof "clue:" - 1, event->subject.len));
}

static bool run_project(Tx *tx, const Event *event, Err *e) {
    const Node *b = event->body;
    char at[INSTANT_TEXT];
    scoped_buf Buf funnel;

    buf_init(&funnel, 1 << 20);
    if (node_get(b, "funnel"))
        json_write(node_get(b, "funnel"), &funnel);
    return tx_run(tx, &SQL_run_add,
                  ARGS(number(b, "run"), text(b, "model"), text(b, "version"), instant(event, at),
                       text(b, "as_of"), ARG_OF_TEXT(event->actor), number(b, "incremental"),
                       number(b, "batch"), number(b, "rows"), number(b, "hits"), number(b, "new"),
                       number(b, "changed"), number(b, "withdrawn"), number(b, "restored"),
                       number(b, "unchanged"), number(b, "milliseconds"),
                       funnel.len ? ARG_OF_TEXT(buf_str(&funnel)) : ARG_OF_NULL),
                  NULL, e);
}

static bool evidence_project(Tx *tx, const Event *event, Err *e) {
    const Node *list = node_get(event->body, "evidence");

    if (!tx_run(tx, &SQL_clue_evidence_clear, ARGS(clue_id(event)), NULL, e))
        return false;
    for (size_t i = 0; list && i < list->count; i++) {
        const Node *row = list->items[i];

        if (!tx_run(tx, &SQL_clue_evidence_add,
                    ARGS(clue_id(event), ARG_OF_INT((int64_t)i), text(row, "alias"),
                         text(row, "dataset"), text(row, "id"), number(row, "batch")),
                    NULL, e))
            return false;
    }
    return true;
}

static bool found_project(Tx *tx, const Event *event, Err *e) {
    const Node *b = event->body, *s = event->secret;
    char at[INSTANT_TEXT];

    return tx_run(tx, &SQL_clue_add,
                  ARGS(clue_id(event), number(b, "number"), text(b, "model"), text(b, "version"),
                       text(b, "subject_kind"), text(b, "subject_key"), text(b, "strength"),
                       number(b, "strength_rank"), text(b, "level"), number(b, "level_rank"),
                       text(b, "suggests"), text_or_null(b, "event_on"), number(b, "amount"),
                       text_or_null(s, "subject_name"), text_or_null(s, "subject_mask"),
                       text_or_null(s, "title"), text_or_null(s, "explanation"), text(b, "digest"),
                       number(b, "run"), instant(event, at), ARG_OF_INT(event_owner(event)),
                       ARG_OF_INT(node_bool(b, "sealed", false))),
                  NULL, e) &&
           evidence_project(tx, event, e);
}

static bool changed_project(Tx *tx, const Event *event, Err *e) {
    const Node *b = event->body, *s = event->secret;
    char at[INSTANT_TEXT];

    return tx_run(tx, &SQL_clue_update,
                  ARGS(clue_id(event), text(b, "version"), text(b, "strength"),
                       number(b, "strength_rank"), text(b, "level"), number(b, "level_rank"),
                       text(b, "suggests"), text_or_null(b, "event_on"), number(b, "amount"),
                       text_or_null(s, "subject_name"), text_or_null(s, "subject_mask"),
                       text_or_null(s, "title"), text_or_null(s, "explanation"), text(b, "digest"),
                       number(b, "run"), instant(event, at),
                       ARG_OF_INT(node_bool(b, "sealed", false))),
                  NULL, e) &&
           evidence_project(tx, event, e);
}

static bool withdrawn_project(Tx *tx, const Event *event, Err *e) {
    char at[INSTANT_TEXT];

    return tx_run(tx, &SQL_clue_withdraw,
                  ARGS(clue_id(event), number(event->body, "run"), instant(event, at)), NULL, e);
}

/* The key of a clue's secrets is gone: so is what it told. Other subjects' keys are not ours. */
static bool forgotten_project(Tx *tx, const Event *event, Err *e) {
    return !str_starts(event->subject, STR("clue:")) ||
           tx_run(tx, &SQL_clue_forget, ARGS(clue_id(event)), NULL, e);
}

void clue_register(void) {
    static const Projection projections[] = {
        {"installation.created", installation_project},
        {"model.ran", run_project},
        {"clue.found", found_project},
        {"clue.registered", found_project},
        {"clue.changed", changed_project},
        {"clue.restored", changed_project},
        {"clue.withdrawn", withdrawn_project},
        {"clues.exported", NULL}, /* changes no table; the entry is its trace */
        {"key.destroyed", forgotten_project},
        {0},
    };
    static const char *const tables[] = {"installation", "model_run", "clue", "clue_evidence",
                                         NULL};

    journal_register(projections, tables);
    clue_life_register();
}
