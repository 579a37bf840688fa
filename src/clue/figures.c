/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/figures.c: one snapshot of the database answers all figures, so that they agree. */
#include "clue/figures.h"

#include <string.h>

#include "sql_statements.h"

enum { DAYS = 30 };
#define DAY_US (INT64_C(86400) * 1000000)

typedef struct Work {
    Arena *arena;
    Instant now;
    Tx *tx;
    Figures *out;
} Work;

/* China's clocks, as all instants are stored. */
static Arg instant_arg(Arena *a, Instant at) {
    char text[INSTANT_TEXT];

    instant_format(at, text);
    return ARG_OF_TEXT(str_dup(a, str_of(text)));
}

static Arg days_ago(const Work *w, int days) {
    return instant_arg(w->arena, w->now - days * DAY_US);
}

/* Everything there is counts, also when the clock of another server runs a little ahead. */
static Arg up_to_now(const Work *w) {
    return instant_arg(w->arena, w->now + DAY_US);
}

/* Rows of {level, clues}, of one model or of all. */
static void sum_levels(const Node *rows, int64_t *all, int64_t *high) {
    *all = *high = 0;
    for (size_t i = 0; i < rows->count; i++) {
        int64_t n = node_int(rows->items[i], "clues", 0);

        *all += n;
        if (str_is(node_text(rows->items[i], "level"), "high"))
            *high += n;
    }
}

static bool open_clues(const Work *w, Err *e) {
    Arg before = days_ago(w, DAYS);
    const Node *then = tx_rows(w->tx, w->arena, &SQL_overview_clues_open, &before, 1, e);
    const Node *now = then ? tx_rows(w->tx, w->arena, &SQL_clue_open_by_model, NO_ARGS, e) : NULL;

    if (!now)
        return false;
    sum_levels(then, &w->out->open.before, &w->out->high.before);
    sum_levels(now, &w->out->open.now, &w->out->high.now);
    w->out->open_by_model = now;
    return true;
}

static bool batches(const Work *w, Arg from, Arg to, int64_t *count, int64_t *received,
                    int64_t *rejected, Err *e) {
    const Node *row = tx_row(w->tx, w->arena, &SQL_overview_batches, ARGS(from, to), e);

    if (row == NULL)
        return false;
    *count = node_int(row, "batches", 0);
    *received = node_int(row, "received", 0);
    *rejected = node_int(row, "rejected", 0);
    return true;
}

static bool between(const Work *w, const Sql *sql, FigurePair *out, Err *e) {
    return tx_int(w->tx, sql, ARGS(days_ago(w, DAYS), up_to_now(w)), 0, &out->now, e) &&
           tx_int(w->tx, sql, ARGS(days_ago(w, 2 * DAYS), days_ago(w, DAYS)), 0, &out->before, e);
}

static int64_t clues_of_day(const Node *rows, const char *day) {
    for (size_t i = 0; i < rows->count; i++)
        if (str_is(node_text(rows->items[i], "day"), day))
            return node_int(rows->items[i], "clues", 0);
    return 0;
}

static bool by_day(const Work *w, Err *e) {
    Arena *a = w->arena;
    Day today = (Day)((w->now + 8 * 3600 * INT64_C(1000000)) / DAY_US);
    char first[11];
    Node *list = node_list(a);

    day_format(today - DAYS + 1, first);
    Arg from = ARG_OF_TEXT(str_dup(a, str_of(first)));
    const Node *found = tx_rows(w->tx, a, &SQL_overview_days_found, &from, 1, e);
    const Node *gone =
        found != NULL ? tx_rows(w->tx, a, &SQL_overview_days_withdrawn, &from, 1, e) : NULL;

    for (Day d = today - DAYS + 1; gone != NULL && d <= today; d++) {
        Node *day = node_map(a);
        char text[11];

        day_format(d, text);
        node_set_text(a, day, "day", str_of(text));
        node_set_int(a, day, "found", clues_of_day(found, text));
        node_set_int(a, day, "withdrawn", clues_of_day(gone, text));
        node_add(a, list, day);
    }
    w->out->days = list;
    return gone != NULL;
}

static bool read(Tx *tx, void *context, Err *e) {
    Work *w = context;
    Figures *f = w->out;
    Arg before = days_ago(w, DAYS);

    w->tx = tx;
    return open_clues(w, e) && between(w, &SQL_overview_clues_found, &f->found, e) &&
           between(w, &SQL_overview_clues_withdrawn, &f->withdrawn, e) &&
           batches(w, before, up_to_now(w), &f->batches.now, &f->received.now, &f->rejected.now,
                   e) &&
           batches(w, days_ago(w, 2 * DAYS), before, &f->batches.before, &f->received.before,
                   &f->rejected.before, e) &&
           tx_int(tx, &SQL_overview_rows_before, &before, 1, 0, &f->rows_before, e) && by_day(w, e);
}

bool figures_read(Office *o, Instant now, Arena *a, Figures *out, Err *e) {
    Figures f = {0};
    Work w = {.arena = a, .now = now, .out = &f};

    if (!store_read(o->store, read, &w, e))
        return false;
    *out = f;
    return true;
}
