/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/run.c: run a model, compare its hits with the clues there are, record what is new, changed
 * and gone. */
#include <stdlib.h>
#include <string.h>

#include "clue/life_inside.h"
#include "people/act.h"
#include "clue/turned.h"
#include "base/fault.h"
#include "pool/engine.h"
#include "sql_statements.h"

enum { ASKED_MOST = 5 }; /* times a group asks when rows turn under it */
enum {
    EVIDENCE_MOST = 200
}; /* rows recorded with one clue; the rest is counted in the explanation */

typedef struct State { /* a clue as it stood before the run */
    Str id, digest, status, subject_key, strength;
    int64_t sealed; /* 2: sealed since it was found */
} State;

static const Bind state_rows[] = {
    BIND_STR(State, id, "id", REQUIRED, ""),
    BIND_STR(State, digest, "digest", REQUIRED, ""),
    BIND_STR(State, status, "status", REQUIRED, ""),
    BIND_STR(State, subject_key, "subject_key", REQUIRED, ""),
    BIND_STR(State, strength, "strength", REQUIRED, ""),
    BIND_INT(State, sealed, "sealed", REQUIRED, ""),
    BIND_END,
};

typedef struct Recording {
    const Content *content;
    const Model *model;
    const RunOptions *options;
    const RunOutcome *outcome;
    const RunOutcome *whole; /* of sealed and open rows together; NULL: the model may not */
    bool sealed;             /* what is recorded rests on sealed rows */
    Str actor;
    RunResult *result;
    /* While it runs: */
    Arena *arena;
    Tx *tx;
    int64_t next_number;
    Node *lives[LEVELS]; /* how a clue of each level begins: made once a run */
} Recording;

static const char *name_of(const BindName *names, int value) {
    for (; names->name; names++)
        if (names->value == value)
            return names->name;
    return "";
}

static int strength_value(Str name) {
    for (const BindName *n = strength_names; n->name; n++)
        if (str_is(name, n->name))
            return n->value;
    return STRENGTH_STRONG;
}

/* Sorting: high before medium before low. */
static int64_t rank_of(Str level) {
    return str_is(level, "high") ? 0 : str_is(level, "medium") ? 1 : 2;
}

static Node *hit_body(const Recording *r, const Hit *h) {
    Arena *a = r->arena;
    Node *b = node_map(a), *evidence = node_list(a);

    node_set_text(a, b, "model", model_id(r->model));
    node_set_text(a, b, "version", model_version(r->model));
    node_set_int(a, b, "run", r->result->run);
    node_set_text(a, b, "subject_kind", str_of(name_of(subject_kind_names, h->subject_kind)));
    node_set_text(a, b, "subject_key", str_of(h->subject_key));
    node_set_text(a, b, "strength", str_of(name_of(strength_names, h->strength)));
    node_set_int(a, b, "strength_rank", h->strength);
    node_set_text(a, b, "level", h->level);
    node_set_int(a, b, "level_rank", rank_of(h->level));
    node_set_text(a, b, "suggests", h->suggests);
    if (h->event_on != DAY_NONE) {
        char day[11];

        day_format(h->event_on, day);
        node_set_text(a, b, "event_on", str_of(day));
    }
    node_set_int(a, b, "amount", h->amount);
    node_set_text(a, b, "digest", str_of(h->digest));
    node_set_int(a, b, "evidence_count", (int64_t)h->evidence_count);
    for (size_t i = 0; i < h->evidence_count && i < EVIDENCE_MOST; i++) {
        Node *row = node_map(a);

        node_set_text(a, row, "alias", h->evidence[i].alias);
        node_set_text(a, row, "dataset", h->evidence[i].dataset->dataset);
        node_set_text(a, row, "id", str_of(h->evidence[i].id));
        node_set_int(a, row, "batch", h->evidence[i].batch);
        node_add(a, evidence, row);
    }
    node_set(a, b, "evidence", evidence);
    if (r->sealed)
        node_set_bool(a, b, "sealed", true);
    return b;
}

/* What names a person travels sealed. */
static Node *hit_secret(Arena *a, const Hit *h) {
    Node *s = node_map(a);

    node_set_text(a, s, "title", h->title);
    node_set_text(a, s, "explanation", h->explanation);
    node_set_text(a, s, "subject_name", h->subject_name);
    node_set_text(a, s, "subject_mask", h->subject_mask);
    return s;
}

/* Whose a new clue is, and by when somebody must have looked at it. */
static bool hit_life(Recording *r, const Hit *h, Node **out, Err *e) {
    int64_t rank = rank_of(h->level);
    MatterActor program = {r->actor, NULL};
    Writing w = {.tx = r->tx, .content = r->content, .who = &program, .arena = r->arena};
    Life l = {.level = h->level, .tree = node_map(r->arena)};

    if (!r->lives[rank]) {
        const LifeRules *rules = life_rules(r->content, r->arena, e);

        if (!rules || !people_now(r->tx, &w.now, e) ||
            !life_start(&w, rules, &l, STR("model"), ORGANISATION_HOME, e))
            return false;
        life_set_int(r->arena, &l, "revision", 1);
        r->lives[rank] = l.tree;
    }
    *out = r->lives[rank];
    return true;
}

static bool hit_append(Recording *r, const Hit *h, Str kind, Err *e) {
    Node *body = hit_body(r, h), *life;

    if (!str_is(kind, "clue.changed")) {
        if (!hit_life(r, h, &life, e))
            return false;
        node_set(r->arena, body, "life", life);
    }

    if (str_is(kind, "clue.found"))
        node_set_int(r->arena, body, "number", r->next_number++);
    return journal_append(r->tx,
                          &(Event){.actor = r->actor,
                                   .kind = kind,
                                   .subject = str_format(r->arena, "clue:%s", h->key),
                                   .body = body,
                                   .secret = hit_secret(r->arena, h)},
                          e);
}

static bool withdraw_append(Recording *r, const State *s, Err *e) {
    Node *b = node_map(r->arena);

    node_set_text(r->arena, b, "model", model_id(r->model));
    node_set_int(r->arena, b, "run", r->result->run);
    return journal_append(r->tx,
                          &(Event){.actor = r->actor,
                                   .kind = STR("clue.withdrawn"),
                                   .subject = str_format(r->arena, "clue:%.*s", STR_ARG(s->id)),
                                   .body = b},
                          e);
}

static bool run_append(Recording *r, Err *e) {
    Arena *a = r->arena;
    const RunResult *x = r->result;
    Node *b = node_map(a);
    char as_of[11];

    day_format(r->options->today, as_of);
    node_set_int(a, b, "run", x->run);
    node_set_text(a, b, "model", x->model);
    node_set_text(a, b, "version", x->version);
    node_set_text(a, b, "as_of", str_of(as_of));
    node_set_int(a, b, "incremental", x->incremental);
    if (x->rejudged)
        node_set_bool(a, b, "rejudged", true);
    node_set_int(a, b, "batch", r->options->visible);
    node_set_int(a, b, "rows", r->outcome->rows_read);
    node_set_int(a, b, "hits", x->hits);
    node_set_int(a, b, "new", x->new_);
    node_set_int(a, b, "changed", x->changed);
    node_set_int(a, b, "withdrawn", x->withdrawn);
    node_set_int(a, b, "restored", x->restored);
    node_set_int(a, b, "unchanged", x->unchanged);
    node_set_int(a, b, "milliseconds", (int64_t)(x->seconds * 1000 + 0.5));
    if (r->outcome->funnel_count) {
        Node *funnel = node_list(a);

        for (size_t i = 0; i < r->outcome->funnel_count; i++) {
            Node *step = node_map(a);

            node_set_text(a, step, "condition", r->outcome->funnel[i].condition);
            node_set_text(a, step, "sentence", r->outcome->funnel[i].sentence);
            node_set_int(a, step, "rows", r->outcome->funnel[i].rows);
            node_add(a, funnel, step);
        }
        node_set(a, b, "funnel", funnel);
    }
    return journal_append(r->tx,
                          &(Event){.actor = r->actor,
                                   .kind = STR("model.ran"),
                                   .subject = str_format(a, "model:%.*s", STR_ARG(x->model)),
                                   .body = b},
                          e);
}

static int state_order(const void *a, const void *b) {
    return str_compare(((const State *)a)->id, ((const State *)b)->id);
}

/* Both lists in order of id: one walk finds what is new, what stayed and what has gone. */
static bool compare(Recording *r, const State *states, size_t count, Err *e) {
    const RunOutcome *o = r->outcome;
    RunResult *x = r->result;
    size_t i = 0, j = 0;

    while (i < o->hit_count || j < count) {
        const Hit *h = i < o->hit_count ? &o->hits[i] : NULL;
        const State *s = j < count ? &states[j] : NULL;
        int order = !h ? 1 : !s ? -1 : str_compare(str_of(h->key), s->id);

        if (order < 0) {
            if (!hit_append(r, h, STR("clue.found"), e))
                return false;
            x->new_++;
            i++;
            continue;
        }
        bool live = !str_is(s->status, "withdrawn");

        j++;
        if (order > 0) {
            scoped_arena Arena *own = arena_new();

            if (live && o->asked(o, str_c(own, s->subject_key), strength_value(s->strength))) {
                if (!withdraw_append(r, s, e))
                    return false;
                x->withdrawn += s->sealed != 2; /* it had left ordinary figures before */
            }
            continue;
        }
        i++;
        if (live && s->sealed != 2 && str_eq(str_of(h->digest), s->digest)) {
            x->unchanged++;
            continue;
        }
        if (!hit_append(r, h, live && s->sealed != 2 ? STR("clue.changed") : STR("clue.restored"),
                        e))
            return false;
        *(live && s->sealed != 2 ? &x->changed : &x->restored) += 1;
    }
    return true;
}

static bool read_states(Recording *r, const Sql *sql, State **out, size_t *count, Err *e) {
    void *states;

    if (!tx_bind(r->tx, r->arena, sql, ARGS(ARG_OF_TEXT(r->result->model)), state_rows,
                 sizeof(State), &states, count, e))
        return false;
    if (*count)
        qsort(states, *count, sizeof(State), state_order);
    *out = states;
    return true;
}

static int hit_order(const void *a, const void *b) {
    return strcmp(((const Hit *)a)->key, ((const Hit *)b)->key);
}

/* A sealed clue stands beside the open one about the same matter, under an id of its own. */
static void sealed_key(const char key[33], char out[33]) {
    unsigned char digest[SM3_SIZE];
    Sm3 *s = sm3_new();

    sm3_add(s, "sealed", 6);
    sm3_add(s, key, 32);
    sm3_end(s, digest);
    uuid_write(digest, out);
    out[32] = '\0';
}

/* What sealed rows add: hits of all rows that open rows do not give just so. */
static void keep_added(const RunOutcome *whole, const State *open, size_t count, Hit *hits,
                       size_t *kept) {
    *kept = 0;
    for (size_t i = 0; i < whole->hit_count; i++) {
        const Hit *h = &whole->hits[i];
        State wanted = {.id = str_of(h->key)};
        const State *same =
            count ? bsearch(&wanted, open, count, sizeof wanted, state_order) : NULL;

        if (same && same->sealed == 0 && !str_is(same->status, "withdrawn") &&
            str_eq(same->digest, str_of(h->digest)))
            continue;
        hits[*kept] = *h;
        sealed_key(h->key, hits[(*kept)++].key);
    }
    if (*kept)
        qsort(hits, *kept, sizeof *hits, hit_order);
}

/* Numbers, counts and ids of their own: ordinary ones have no gap. */
static bool record_sealed(const Recording *ordinary, Err *e) {
    RunResult result = *ordinary->result;
    RunOutcome outcome = *ordinary->whole;
    Recording r = *ordinary;
    State *open, *states;
    size_t open_count, count;
    Hit *hits = arena_array_of(r.arena, outcome.hit_count, Hit);

    r.sealed = true;
    r.result = &result;
    r.outcome = &outcome;
    if (!read_states(&r, &SQL_clue_states, &open, &open_count, e) ||
        !read_states(&r, &SQL_clue_states_sealed, &states, &count, e) ||
        !tx_int(r.tx, &SQL_clue_next_sealed, NO_ARGS, 1, &r.next_number, e))
        return false;
    keep_added(ordinary->whole, open, open_count, hits, &outcome.hit_count);
    outcome.hits = hits;
    return compare(&r, states, count, e);
}

static bool record(Tx *tx, void *context, Err *e) {
    Recording *r = context;
    scoped_arena Arena *a = arena_new();
    RunResult *x = r->result;
    State *states;
    size_t count;

    r->arena = a;
    r->tx = tx;
    memset(r->lives, 0, sizeof r->lives);
    /* The work may be retried: begin the counts anew. */
    x->new_ = x->changed = x->withdrawn = x->unchanged = x->restored = 0;
    if (!tx_int(tx, &SQL_run_next, NO_ARGS, 1, &x->run, e) ||
        !tx_int(tx, &SQL_clue_next_number, NO_ARGS, 1, &r->next_number, e) ||
        !read_states(r, &SQL_clue_states, &states, &count, e))
        return false;
    return compare(r, states, count, e) && (!r->whole || record_sealed(r, e)) && run_append(r, e);
}

typedef struct LastRun {
    Arena *arena;
    Str model;
    bool found;
    Str version, as_of;
    int64_t batch;
} LastRun;

static bool last_read(Tx *tx, void *context, Err *e) {
    LastRun *l = context;
    const Node *row = tx_row(tx, l->arena, &SQL_run_last, ARGS(ARG_OF_TEXT(l->model)), e);

    if (e->code != ERR_NONE)
        return false;
    l->found = row != NULL;
    if (row) {
        l->version = node_text(row, "version");
        l->as_of = node_text(row, "as_of");
        l->batch = node_int(row, "batch", -1);
    }
    return true;
}

/* After which batch the model must ask again; -1: everything. The same rules, and the same day
 * where the model looks at the day, are what makes the earlier answers still good. */
static bool begin_after(Office *o, const Model *m, const RunOptions *options, int64_t *after,
                        bool *rejudged, Err *e) {
    scoped_arena Arena *a = arena_new();
    LastRun last = {.arena = a, .model = model_id(m)};
    char today[11];

    if (!store_read(o->store, last_read, &last, e) || !turned_since_run(o->store, m, rejudged, e))
        return false;
    day_format(options->today, today);
    bool usable = last.found && str_eq(last.version, model_version(m)) &&
                  (!model_uses_today(m) || str_is(last.as_of, today)) &&
                  last.batch <= options->visible;

    *rejudged = *rejudged && usable; /* it would have been an incremental run */
    *after = usable && !*rejudged ? last.batch : -1;
    return true;
}

/* Models that run together: they look at the same batches. */
typedef struct Group {
    const Model **models;
    size_t *places;       /* where each stands in the caller's list */
    const bool *rejudged; /* in that list */
    size_t count;
    RunOptions options;
} Group;

/* All of a group's results in one transaction. */
typedef struct Recordings {
    Recording *items;
    size_t count;
    int64_t horizon;
    bool turned; /* rows were sealed or opened after the models asked: nothing is recorded */
} Recordings;

static bool record_all(Tx *tx, void *context, Err *e) {
    Recordings *r = context;

    r->turned = false;
    for (size_t i = 0; i < r->count; i++) {
        if (!turned_meanwhile(tx, r->items[i].model, r->horizon, &r->turned, e))
            return false;
        if (r->turned)
            return err_set(
                e, ERR_BUSY, NULL,
                "模型运行期间，它读的数据一再被封存或解除封存，没有登记结果，请稍后再运行");
    }
    for (size_t i = 0; i < r->count; i++)
        if (!record(tx, &r->items[i], e))
            return false;
    return true;
}

/* Models whose basis opens the sealed records ask again, about all rows. */
static bool group_ask_sealed(const Snapshot *s, const Group *g, PoolSession *session, Arena *a,
                             const RunOutcome **whole, Err *e) {
    const Model **models = arena_array_of(a, g->count, const Model *);
    RunOutcome *outcomes = arena_array_of(a, g->count, RunOutcome);
    RunOptions options = g->options;
    size_t n = 0;

    options.sealed = true;
    options.funnel = false;
    for (size_t i = 0; i < g->count; i++)
        if (model_sealed(g->models[i])) {
            whole[i] = &outcomes[n];
            models[n++] = g->models[i];
        }
    return n == 0 || model_run_many(models, n, session, s->content, &options, a, outcomes, e);
}

/* A clue must not come to stand openly on a row that an import sealed while the model was asking:
 * its event would come after the one that seals the clues there are. *turned: ask again. */
static bool group_ask(Office *o, const Snapshot *s, const Group *g, PoolSession *session, Str actor,
                      RunResult *results, bool *turned, Err *e) {
    scoped_arena Arena *a = arena_new();
    RunOutcome *outcomes = arena_array_of(a, g->count, RunOutcome);
    Recordings r = {.items = arena_array_of(a, g->count, Recording), .count = g->count};

    const RunOutcome **whole = arena_array_of(a, g->count, const RunOutcome *);

    *turned = false;
    if (!turned_horizon(o->store, &r.horizon, e) ||
        !model_run_many(g->models, g->count, session, s->content, &g->options, a, outcomes, e) ||
        !group_ask_sealed(s, g, session, a, whole, e))
        return false;
    if (FAULT("run.asked"))
        return err_set(e, ERR_INTERNAL, NULL, "模型运行之后、登记之前中断");
    for (size_t i = 0; i < g->count; i++) {
        RunResult *result = &results[g->places[i]];

        *result = (RunResult){.model = model_id(g->models[i]),
                              .version = model_version(g->models[i]),
                              .incremental = outcomes[i].incremental,
                              .rejudged = g->rejudged[g->places[i]],
                              .hits = (int64_t)outcomes[i].hit_count,
                              .seconds = outcomes[i].seconds};
        r.items[i] = (Recording){.content = s->content,
                                 .model = g->models[i],
                                 .options = &g->options,
                                 .outcome = &outcomes[i],
                                 .whole = whole[i],
                                 .actor = actor,
                                 .result = result};
    }
    bool good = store_write(o->store, record_all, &r, e);

    *turned = r.turned;
    return good;
}

static bool group_run(Office *o, const Snapshot *s, const Group *g, PoolSession *session, Str actor,
                      RunResult *results, Err *e) {
    bool turned = false;

    for (int asked = 0; asked < ASKED_MOST; asked++) {
        if (group_ask(o, s, g, session, actor, results, &turned, e))
            return true;
        if (!turned)
            return false;
        if (asked + 1 < ASKED_MOST)
            err_clear(e);
    }
    for (size_t i = 0; i < g->count; i++)
        results[g->places[i]].run = 0; /* nothing was recorded */
    return false;
}

/* The models from place `first` on that begin after the same batch; a model that asks about
 * everything stands alone, so that it can be cancelled and its result is kept. */
static void group_gather(const Model *const *models, size_t count, size_t first,
                         const int64_t *afters, bool *taken, Group *g) {
    g->count = 0;
    for (size_t i = first; i < count; i++) {
        bool together = i == first || (afters[first] >= 0 && afters[i] == afters[first]);

        if (taken[i] || !together)
            continue;
        taken[i] = true;
        g->models[g->count] = models[i];
        g->places[g->count++] = i;
    }
    g->options.after = afters[first];
    g->options.funnel = afters[first] < 0;
}

static bool groups_run(Office *o, const Snapshot *s, const Model *const *models, size_t count,
                       bool incremental, Str actor, PoolSession *session, ClueRunProgress *progress,
                       RunResult *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    int64_t *afters = arena_array_of(a, count, int64_t), done = 0;
    bool *taken = arena_array_of(a, count, bool), *rejudged = arena_array_of(a, count, bool);
    Group g = {.rejudged = rejudged,
               .models = arena_array_of(a, count, const Model *),
               .places = arena_array_of(a, count, size_t),
               .options = {.today = day_today(),
                           .visible = pool_visible(o->pool),
                           .threads = (int)o->settings.threads,
                           .cancel = progress ? &progress->cancel : NULL}};

    for (size_t i = 0; i < count; i++) {
        afters[i] = -1;
        if (incremental && !begin_after(o, models[i], &g.options, &afters[i], &rejudged[i], e))
            return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (taken[i])
            continue;
        if (progress && atomic_load(&progress->cancel))
            return err_set(e, ERR_CANCELLED, NULL, "模型运行已取消，已完成的 %lld 个模型的结果保留",
                           (long long)done);
        group_gather(models, count, i, afters, taken, &g);
        if (!group_run(o, s, &g, session, actor, out, e))
            return false;
        done += (int64_t)g.count;
        if (progress)
            atomic_store(&progress->done, done);
    }
    return true;
}

bool clue_run(Office *o, const Model *m, bool incremental, Str actor, RunResult *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    Snapshot *s = office_snapshot(o);
    bool good = clue_run_some(o, s, &m, 1, incremental, actor, NULL, a, out, e);

    /* The model outlives the call, the arena does not. */
    out->model = model_id(m);
    out->version = model_version(m);
    snapshot_drop(s);
    return good;
}

bool clue_run_some(Office *o, const Snapshot *s, const Model *const *models, size_t count,
                   bool incremental, Str actor, ClueRunProgress *progress, Arena *a, RunResult *out,
                   Err *e) {
    office_run_begin(o);
    PoolSession *session = pool_session(o->pool, e);
    bool good =
        session && groups_run(o, s, models, count, incremental, actor, session, progress, out, e);

    if (session)
        pool_session_close(session);
    office_run_end(o);
    for (size_t i = 0; i < count; i++) {
        out[i].model = str_dup(a, out[i].model);
        out[i].version = str_dup(a, out[i].version);
    }
    return good;
}

/* Does the model ask about the dataset? */
static bool model_reads(const Model *m, Str dataset) {
    const Dataset *const *sets;
    size_t n = model_datasets(m, &sets);

    for (size_t i = 0; i < n; i++)
        if (str_eq(sets[i]->dataset, dataset))
            return true;
    return false;
}

size_t clue_models_of(const Snapshot *s, Str dataset, Arena *a, const Model ***out) {
    size_t n = models_count(s->models), count = 0;
    const Model **list = arena_array_of(a, n, const Model *);

    for (size_t i = 0; i < n; i++)
        if (!dataset.len || model_reads(models_at(s->models, i), dataset))
            list[count++] = models_at(s->models, i);
    *out = list;
    return count;
}

bool clue_run_all(Office *o, bool incremental, Str actor, Arena *a, RunResult **out, size_t *count,
                  Err *e) {
    Snapshot *s = office_snapshot(o);
    const Model **models;
    size_t n = clue_models_of(s, (Str){NULL, 0}, a, &models);
    RunResult *results = arena_array_of(a, n, RunResult);
    bool good = clue_run_some(o, s, models, n, incremental, actor, NULL, a, results, e);

    if (good) {
        *out = results;
        *count = n;
    }
    snapshot_drop(s);
    return good;
}
