/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/clocks.c: clocks that have something to say are found by their next instant; what they say
 * is decided again inside the write transaction, so that several servers, restarts and turned
 * clocks give one event each. Nothing due costs one look at an index. */
#include <inttypes.h>

#include "flow/matter_inside.h"

#include "sql_statements.h"

#include "base/banned.h"

enum { PAGE = 200, SPOKEN_MOST = 10 };

static const MatterActor program = {STR_INIT("system"), NULL};

typedef struct Due {
    Instant now;
    int64_t most;
    Arena *arena;
    const Node *rows;
    Instant next;
} Due;

static bool look(Tx *tx, void *context, Err *e) {
    Due *d = context;

    d->rows = tx_rows(tx, d->arena, &SQL_matter_clock_due,
                      ARGS(ARG_OF_INT(d->now), ARG_OF_INT(d->most)), e);
    return d->rows && tx_int(tx, &SQL_matter_clock_next, NO_ARGS, INT64_MAX, &d->next, e);
}

typedef struct Speaking {
    Str matter;
    int64_t clock;
    Instant now;
    int64_t spoken;
} Speaking;

/* Everything this one clock has to say at `now`, one event after the other. */
static bool speak(Writing *w, void *context, Err *e) {
    Speaking *s = context;

    s->spoken = 0; /* work may run twice */
    w->now = s->now;
    for (size_t i = 0; i < SPOKEN_MOST; i++) {
        MatterRow row;
        Str level;
        Instant next;

        if (!matter_load(w, s->matter, &row, e))
            return false;
        const MatterClock *c = state_clock(row.state, s->clock);
        FlowVerb verb = c ? flow_clock_says(c, s->now, &level, &next) : VERB_COUNT;

        if (verb == VERB_COUNT) /* another server was first */
            return true;
        FlowAct act = {.verb = (int)verb,
                       .actor = STR("system"),
                       .action = level,
                       .target = str_format(w->arena, "%" PRId64, s->clock)};

        if (!matter_carry_out(w, &row, &act, NULL, NULL, e))
            return false;
        s->spoken++;
    }
    return true;
}

bool matter_clocks(Store *s, const Content *c, Instant now, int64_t most, int64_t *fired,
                   Instant *next, Err *e) {
    scoped_arena Arena *a = arena_new();
    Due d = {.now = now, .most = most, .arena = a};
    const Scope *before = store_thread_scope(NULL);
    bool good = store_read(s, look, &d, e);

    *fired = 0;
    /* One that cannot speak keeps no other from speaking. */
    for (size_t i = 0; d.rows && i < d.rows->count; i++) {
        scoped_arena Arena *own = arena_new();
        Speaking one = {node_text(d.rows->items[i], "matter"), node_int(d.rows->items[i], "id", 0),
                        now, 0};
        Err why = {0};

        if (matter_write(s, c, &program, own, speak, &one, &why)) {
            *fired += one.spoken;
        } else if (good) {
            good = false;
            *e = why;
        }
    }
    /* What was found just now has been dealt with; what it left behind is asked for again. */
    good = good && (!d.rows->count || store_read(s, look, &d, e));
    *next = d.next;
    store_thread_scope(before);
    return good;
}

/* ---- recount ---- */

typedef struct Recounting {
    Arena *arena;
    Str from, matter;
    const Node *page;
    Node *moved;
} Recounting;

static bool next_page(Tx *tx, void *context, Err *e) {
    Recounting *r = context;

    r->page = tx_rows(tx, r->arena, &SQL_matter_clock_running,
                      ARGS(ARG_OF_TEXT(r->from.len ? r->from : STR("")), ARG_OF_INT(PAGE)), e);
    return r->page != NULL;
}

static void tell_moves(Recounting *r, const MatterState *before, const MatterState *after) {
    for (size_t i = 0; i < after->clocks.count; i++) {
        const MatterClock *now = &clocks_of(after)[i], *then = state_clock(before, now->id);
        Node *n;

        if (!then || str_eq(then->due, now->due))
            continue;
        n = node_map(r->arena);
        node_set_text(r->arena, n, "id", after->id);
        node_set_text(r->arena, n, "number", after->number);
        node_set_int(r->arena, n, "organisation", after->organisation);
        node_set_int(r->arena, n, "clock", now->id);
        node_set_text(r->arena, n, "period", now->period);
        node_set_text(r->arena, n, "from", then->day);
        node_set_text(r->arena, n, "to", now->day);
        node_add(r->arena, r->moved, n);
    }
}

static bool recount_one(Writing *w, void *context, Err *e) {
    Recounting *r = context;
    MatterRow row;
    const MatterState *after = NULL;
    FlowAct act = {.verb = VERB_RECOUNT, .actor = STR("system")};
    Err why = {0};

    if (!matter_load(w, r->matter, &row, e))
        return false;
    if (matter_carry_out(w, &row, &act, NULL, &after, &why)) {
        tell_moves(r, row.state, after);
        return true;
    }
    if (why.code == ERR_CONFLICT) /* nothing moved */
        return true;
    *e = why;
    return false;
}

/* The calendars of both snapshots are the same: no clock can move, unless a period was changed. */
static bool may_differ(const Content *before, const Content *now) {
    Day first, last;

    return !before || !str_eq(content_version(before), content_version(now)) ||
           calendar_differs(before, now, &first, &last);
}

Node *matter_recount(Store *s, const Content *before, const Content *now, Arena *a, Err *e) {
    Recounting r = {.arena = a, .moved = node_list(a)};
    const Scope *scope = store_thread_scope(NULL);
    bool good = true;

    while (good && may_differ(before, now)) {
        good = store_read(s, next_page, &r, e);
        for (size_t i = 0; good && i < r.page->count; i++) {
            r.matter = r.from = node_text(r.page->items[i], "matter");
            good = matter_write(s, now, &program, a, recount_one, &r, e);
        }
        if (good && r.page->count < PAGE)
            break;
    }
    store_thread_scope(scope);
    return good ? r.moved : NULL;
}
