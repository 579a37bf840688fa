/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/clocks.c: clocks that have something to say are found by their next instant; what they say
 * is decided again inside the write transaction, so that several servers, restarts and turned
 * clocks give one event each. Nothing due costs one look at an index. */
#include <inttypes.h>
#include <string.h>

#include "flow/matter_inside.h"

#include "sql_statements.h"

#include "base/banned.h"

enum { PAGE = 200, SPOKEN_MOST = 10, TOGETHER = 16 };

static const MatterActor program = {STR_INIT("system"), NULL};

typedef struct Due {
    Instant now;
    int64_t most;
    Arena *arena;
    const Node *rows;
    Node *last; /* of the page before; NULL: from the beginning */
    Instant next;
} Due;

static bool look(Tx *tx, void *context, Err *e) {
    Due *d = context;

    d->rows = tx_rows(tx, d->arena, &SQL_matter_clock_due,
                      ARGS(ARG_OF_INT(d->now), ARG_OF_INT(d->most),
                           ARG_OF_INT(d->last ? node_int(d->last, "next", 0) : INT64_MIN),
                           ARG_OF_TEXT(d->last ? node_text(d->last, "matter") : STR("")),
                           ARG_OF_INT(d->last ? node_int(d->last, "id", 0) : 0)),
                      e);
    return d->rows != NULL;
}

static bool ask_next(Tx *tx, void *context, Err *e) {
    return tx_int(tx, &SQL_matter_clock_next, NO_ARGS, INT64_MAX, &((Due *)context)->next, e);
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

typedef struct Together {
    const Node *rows;
    size_t from, count;
    Instant now;
    int64_t spoken;
} Together;

static bool speak_together(Writing *w, void *context, Err *e) {
    Together *t = context;

    t->spoken = 0; /* work may run twice */
    for (size_t i = 0; i < t->count; i++) {
        const Node *row = t->rows->items[t->from + i];
        Speaking one = {node_text(row, "matter"), node_int(row, "id", 0), t->now, 0};

        if (!speak(w, &one, e))
            return false;
        t->spoken += one.spoken;
    }
    return true;
}

static bool speak_some(Store *s, const Content *c, Together *t, Err *e) {
    scoped_arena Arena *a = arena_new();

    return matter_write(s, c, &program, a, speak_together, t, e);
}

/* A few share a commit, so that a hundred thousand that lapse in one night are soon told, and
 * nobody who writes waits long. One that cannot speak keeps no other from speaking. */
static bool speak_all(Store *s, const Content *c, const Node *rows, Instant now, int64_t *fired,
                      Err *e) {
    bool good = true;

    for (size_t i = 0; i < rows->count; i += TOGETHER) {
        Together t = {rows, i, rows->count - i < TOGETHER ? rows->count - i : TOGETHER, now, 0};
        size_t end = i + t.count;
        Err why = {0};

        if (speak_some(s, c, &t, &why)) {
            *fired += t.spoken;
            continue;
        }
        for (t.count = 1; t.from < end; t.from++) {
            Err own = {0};

            if (speak_some(s, c, &t, &own)) {
                *fired += t.spoken;
            } else if (good) {
                good = false;
                *e = own;
            }
        }
    }
    return good;
}

/* A page of those that are due. Where none of a whole page can speak, those behind it are asked. */
static bool speak_page(Store *s, const Content *c, Due *d, int64_t *fired, Err *e) {
    Err first = {0};
    bool stuck = true;

    while (stuck) {
        Err why = {0};

        if (!store_read(s, look, d, e))
            return false;
        stuck = !speak_all(s, c, d->rows, d->now, fired, &why) && *fired == 0 &&
                d->rows->count == (size_t)d->most;
        if (d->rows->count)
            d->last = d->rows->items[d->rows->count - 1];
        if (first.code == ERR_NONE)
            first = why;
    }
    if (first.code != ERR_NONE)
        *e = first;
    return first.code == ERR_NONE;
}

bool matter_clocks(Store *s, const Content *c, Instant now, int64_t most, int64_t *fired,
                   Instant *next, Err *e) {
    scoped_arena Arena *a = arena_new();
    Due d = {.now = now, .most = most, .arena = a, .next = INT64_MAX};
    const Scope *before = store_thread_scope(NULL);
    Err why = {0};

    *fired = 0;
    bool good = speak_page(s, c, &d, fired, e);

    /* What was found just now has been dealt with; what it left behind is asked for again. */
    if (!store_read(s, ask_next, &d, &why)) {
        if (good)
            *e = why;
        good = false;
    }
    *next = d.next;
    store_thread_scope(before);
    return good;
}

/* ---- recount ----
 *
 * After a holiday notice or a changed period all running clocks are counted anew, a page of matters
 * at a time, from where the table says it stands: whoever stops, or is killed, goes on there, and
 * two servers at once do nothing twice, since a clock that has moved does not move again. Which
 * would move is seen by reading; only those are written. */

typedef struct Recounting {
    Store *store;
    const Content *content;
    Arena *arena; /* of one page */
    Str version;
    Str after; /* the last matter that was counted */
    bool done;
    const Node *page;
    Str matter;
    Node *moved; /* NULL: told to nobody */
    Arena *moved_arena;
    int64_t count, left;
} Recounting;

static bool stands(Tx *tx, void *context, Err *e) {
    Recounting *r = context;
    Err why = {0};
    const Node *row = tx_row(tx, r->arena, &SQL_matter_recount_get, NO_ARGS, &why);

    if (why.code != ERR_NONE) {
        *e = why;
        return false;
    }
    bool same = row && str_eq(node_text(row, "version"), r->version);

    r->after = same ? node_text(row, "after") : STR("");
    r->done = same && node_int(row, "done", 0) != 0;
    return true;
}

static bool next_page(Tx *tx, void *context, Err *e) {
    Recounting *r = context;

    r->page = tx_rows(tx, r->arena, &SQL_matter_clock_running,
                      ARGS(ARG_OF_TEXT(r->after.len ? r->after : STR("")), ARG_OF_INT(PAGE)), e);
    return r->page != NULL;
}

static bool stand_here(Tx *tx, void *context, Err *e) {
    const Recounting *r = context;

    return tx_run(tx, &SQL_matter_recount_put,
                  ARGS(ARG_OF_TEXT(r->version), ARG_OF_TEXT(r->after.len ? r->after : STR("")),
                       ARG_OF_INT(r->done)),
                  NULL, e);
}

static void tell_moves(Recounting *r, const MatterState *before, const MatterState *after) {
    Arena *a = r->moved_arena;

    for (size_t i = 0; i < after->clocks.count; i++) {
        const MatterClock *now = &clocks_of(after)[i], *then = state_clock(before, now->id);
        Node *n;

        if (!then || str_eq(then->due, now->due))
            continue;
        r->count++;
        if (!r->moved)
            continue;
        n = node_map(a);
        node_set_text(a, n, "id", str_dup(a, after->id));
        node_set_text(a, n, "number", str_dup(a, after->number));
        node_set_int(a, n, "organisation", after->organisation);
        node_set_int(a, n, "clock", now->id);
        node_set_text(a, n, "period", str_dup(a, now->period));
        node_set_text(a, n, "from", str_dup(a, then->day));
        node_set_text(a, n, "to", str_dup(a, now->day));
        node_add(a, r->moved, n);
    }
}

/* Does anything move? Judged on what is there now; decided again in the write. */
static bool would_move(Tx *tx, void *context, Err *e) {
    Recounting *r = context;
    Writing w = {tx, NULL, r->content, &program, r->arena, instant_now(), 0};
    FlowAct act = {.verb = VERB_RECOUNT, .actor = STR("system")};
    FlowEffects effects = {0};
    StoreWorld world;
    MatterRow row;
    Err asked = {0}, why = {0};

    if (!matter_load(&w, r->matter, &row, e))
        return false;
    store_world(&world, tx, r->content, &program, w.now, r->arena, &asked);
    const MatterState *next =
        flow_act(&world.world, row.flow, row.state, &act, NULL, r->arena, &effects, &why);

    if (asked.code != ERR_NONE) {
        *e = asked;
        return false;
    }
    if (next)
        return true;
    if (why.code == ERR_CONFLICT) /* nothing moved */
        r->matter = (Str){NULL, 0};
    else
        *e = why;
    return why.code == ERR_CONFLICT;
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

/* One page. What cannot be counted anew is told, and does not keep the others from it. */
static bool recount_page(Recounting *r, Err *e) {
    Str before = r->after;
    bool good = true;

    if (!store_read(r->store, next_page, r, e))
        return false;
    for (size_t i = 0; i < r->page->count; i++) {
        Err why = {0};

        r->matter = r->after = node_text(r->page->items[i], "matter");
        if (store_read(r->store, would_move, r, &why) &&
            (!r->matter.len ||
             matter_write(r->store, r->content, &program, r->arena, recount_one, r, &why)))
            continue;
        if (why.code == ERR_UNREACHABLE || why.code == ERR_DISK || why.code == ERR_KEY) {
            r->after = before; /* all of the page again: what has moved stays */
            *e = why;
            return false;
        }
        if (good)
            *e = why;
        good = false;
    }
    r->done = r->page->count < PAGE;
    if (!r->after.len) /* there is nothing to count */
        return good;
    Err unkept = {0};

    if (store_write(r->store, stand_here, r, &unkept))
        return good;
    if (good)
        *e = unkept;
    return false;
}

static bool read_left(Tx *tx, void *context, Err *e) {
    Recounting *r = context;

    return tx_int(tx, &SQL_matter_recount_left,
                  ARGS(ARG_OF_TEXT(r->after.len ? r->after : STR(""))), 0, &r->left, e);
}

static bool begin(Tx *tx, void *context, Err *e) {
    const Recounting *r = context;

    return stands(tx, context, e) && (r->done || read_left(tx, context, e));
}

/* Ids of matters are short; what is kept may be the very text. */
static void keep(char out[40], Str id) {
    size_t n = id.len < 39 ? id.len : 39;

    if (n)
        memmove(out, id.ptr, n);
    out[n] = '\0';
}

bool matter_recount_step(Store *s, const Content *c, MatterRecount *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    Recounting r = {.store = s,
                    .content = c,
                    .arena = a,
                    .version = content_version(c),
                    .after = str_of(out->after)};
    const Scope *scope = store_thread_scope(NULL);
    bool good = out->begun || store_read(s, begin, &r, e);

    if (good && !out->begun) {
        out->begun = true;
        out->left = r.left;
    }
    if (good && !r.done) {
        good = recount_page(&r, e);
        out->seen += r.page ? (int64_t)r.page->count : 0;
        out->moved += r.count;
    }
    out->done = r.done;
    keep(out->after, r.after);
    store_thread_scope(scope);
    return good;
}

Node *matter_recount(Store *s, const Content *now, Arena *a, Err *e) {
    Recounting r = {.store = s,
                    .content = now,
                    .version = content_version(now),
                    .moved = node_list(a),
                    .moved_arena = a};
    const Scope *scope = store_thread_scope(NULL);
    char after[40] = "";
    bool good = true;

    while (good && !r.done) {
        scoped_arena Arena *page = arena_new();

        r.arena = page;
        r.after = str_of(after);
        good = recount_page(&r, e);
        keep(after, r.after);
    }
    store_thread_scope(scope);
    return good ? r.moved : NULL;
}
