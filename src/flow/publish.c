/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/publish.c: flows are kept as they were when a matter began under them. Every act asks for
 * one, so that what has been published and what has been read is remembered. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "flow/matter_inside.h"

#include "sql_statements.h"

#include "base/banned.h"

typedef struct Publishing {
    const Content *content;
    bool any; /* something is new */
} Publishing;

static bool known(Tx *tx, const Flow *f, bool *yes, Err *e) {
    int64_t n = 0;

    if (!tx_int(tx, &SQL_flow_version_known, ARGS(ARG_OF_TEXT(f->flow), ARG_OF_TEXT(f->version)), 0,
                &n, e))
        return false;
    *yes = n != 0;
    return true;
}

static bool look(Tx *tx, void *context, Err *e) {
    Publishing *p = context;

    for (size_t i = 0; i < content_flow_count(p->content); i++) {
        bool yes;

        if (!known(tx, content_flow_at(p->content, i), &yes, e))
            return false;
        p->any |= !yes;
    }
    return true;
}

static bool publish_one(Tx *tx, const Flow *f, Err *e) {
    scoped_arena Arena *a = arena_new();
    Node *body = node_map(a);
    Event event = {.actor = STR("system"),
                   .kind = STR("flow.published"),
                   .subject = str_format(a, "flow:%.*s", STR_ARG(f->flow)),
                   .body = body};

    node_set_text(a, body, "flow", f->flow);
    node_set_text(a, body, "version", f->version);
    node_set_text(a, body, "title", f->title);
    node_set_text(a, body, "text", f->text);
    return journal_append(tx, &event, e);
}

static bool publish_new(Tx *tx, void *context, Err *e) {
    const Publishing *p = context;

    for (size_t i = 0; i < content_flow_count(p->content); i++) {
        const Flow *f = content_flow_at(p->content, i);
        bool yes;

        if (!known(tx, f, &yes, e) || (!yes && !publish_one(tx, f, e)))
            return false;
    }
    return true;
}

/* The content whose flows are known to be published. What was published stays so. */
typedef struct Published {
    pthread_mutex_t mutex;
    char version[40];
} Published;

static void *published_make(Store *s) {
    Published *p = calloc(1, sizeof *p);

    (void)s;
    if (!p)
        abort();
    pthread_mutex_init(&p->mutex, NULL);
    return p;
}

static void published_drop(void *object) {
    Published *p = object;

    pthread_mutex_destroy(&p->mutex);
    free(p);
}

static bool published_already(Published *p, Str version) {
    pthread_mutex_lock(&p->mutex);
    bool yes = str_is(version, p->version);

    pthread_mutex_unlock(&p->mutex);
    return yes;
}

static void published_note(Published *p, Str version) {
    if (version.len >= sizeof p->version)
        return;
    pthread_mutex_lock(&p->mutex);
    memcpy(p->version, version.ptr, version.len);
    p->version[version.len] = '\0';
    pthread_mutex_unlock(&p->mutex);
}

bool flow_publish(Store *s, const Content *c, Err *e) {
    static const char key;
    Published *known_now = store_attached(s, &key, published_make, published_drop);
    Publishing p = {c, false};

    if (published_already(known_now, content_version(c)))
        return true;
    const Scope *before = store_thread_scope(NULL);
    bool good = store_read(s, look, &p, e) && (!p.any || store_write(s, publish_new, &p, e));

    store_thread_scope(before);
    if (good)
        published_note(known_now, content_version(c));
    return good;
}

/* ---- versions of before, read once ---- */

enum { READ_MOST = 64 };

/* Holds the content it was read against: roles, periods and code tables are named in it. */
typedef struct ReadFlow {
    Content *content;
    Arena *arena;
    Str flow, version;
    const Flow *read;
    atomic_int holders; /* the table is one */
} ReadFlow;

static struct {
    pthread_mutex_t mutex;
    ReadFlow *items[READ_MOST];
    size_t next; /* the oldest */
} reads = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static void read_drop(void *object) {
    ReadFlow *r = object;

    if (!r || atomic_fetch_sub(&r->holders, 1) > 1)
        return;
    content_drop(r->content);
    arena_free(r->arena);
    free(r);
}

/* Held for as long as the arena lives. */
static const Flow *read_before(const Content *c, Str flow, Str version, Arena *a) {
    ReadFlow *found = NULL;

    pthread_mutex_lock(&reads.mutex);
    for (size_t i = 0; i < READ_MOST && !found; i++) {
        ReadFlow *r = reads.items[i];

        if (r && r->content == c && str_eq(r->flow, flow) && str_eq(r->version, version))
            atomic_fetch_add(&(found = r)->holders, 1);
    }
    pthread_mutex_unlock(&reads.mutex);
    if (!found)
        return NULL;
    arena_defer(a, read_drop, found);
    return found->read;
}

/* With the lock held: what was read against content that has been replaced goes. */
static void forget_others(const Content *c, ReadFlow *gone[READ_MOST]) {
    for (size_t i = 0; i < READ_MOST; i++) {
        gone[i] = NULL;
        if (reads.items[i] && reads.items[i]->content != c) {
            gone[i] = reads.items[i];
            reads.items[i] = NULL;
        }
    }
}

static const Flow *read_now(const Content *c, Str flow, Str version, Str text, Arena *a, Err *e) {
    Arena *own = arena_new();
    const Flow *read = flow_read(c, own, str_dup(own, text), "flow_version", e);
    ReadFlow *r = read ? calloc(1, sizeof *r) : NULL, *gone[READ_MOST];

    if (!r) {
        arena_free(own);
        return NULL;
    }
    *r = (ReadFlow){.content = content_hold((Content *)(uintptr_t)c),
                    .arena = own,
                    .flow = str_dup(own, flow),
                    .version = str_dup(own, version),
                    .read = read};
    atomic_init(&r->holders, 2);
    arena_defer(a, read_drop, r);
    pthread_mutex_lock(&reads.mutex);
    forget_others(c, gone);
    ReadFlow *oldest = reads.items[reads.next];

    reads.items[reads.next] = r;
    reads.next = (reads.next + 1) % READ_MOST;
    pthread_mutex_unlock(&reads.mutex);
    read_drop(oldest);
    for (size_t i = 0; i < READ_MOST; i++)
        read_drop(gone[i]);
    return read;
}

const Flow *flow_pinned(Tx *tx, const Content *c, Str flow, Str version, Arena *a, Err *e) {
    Err unknown = {0};
    const Flow *now = content_flow(c, flow, &unknown);
    const Node *row;

    if (now && str_eq(now->version, version))
        return now;
    now = read_before(c, flow, version, a);
    if (now)
        return now;
    row = tx_row(tx, a, &SQL_flow_version_get, ARGS(ARG_OF_TEXT(flow), ARG_OF_TEXT(version)), e);
    if (row)
        return read_now(c, flow, version, node_text(row, "text"), a, e);
    if (e->code == ERR_NONE)
        err_set(e, ERR_BROKEN, NULL, "流程 %.*s 的版本 %.*s 没有留存，请联系维护人员",
                STR_ARG(flow), STR_ARG(version));
    return NULL;
}

static bool read_needed(Tx *tx, void *context, Err *e) {
    const Content *c = context;
    scoped_arena Arena *a = arena_new();
    const Node *rows = tx_rows(tx, a, &SQL_matter_versions_open, NO_ARGS, e);

    for (size_t i = 0; rows && i < rows->count; i++) {
        const Node *row = rows->items[i];
        Err why = {0};

        if (!flow_pinned(tx, c, node_text(row, "flow"), node_text(row, "version"), a, &why))
            return err_set(e, ERR_CONTENT, why.where,
                           "新的内容缺少在办事项还要用的东西：%lld 件“%.*s”事项（版本 "
                           "%.*s）没有办结，而%s；请把它留到这些事项办结",
                           (long long)node_int(row, "n", 0), STR_ARG(node_text(row, "flow")),
                           STR_ARG(node_text(row, "version")), why.text);
    }
    return rows != NULL;
}

bool flow_needed(Store *s, const Content *c, Err *e) {
    const Scope *before = store_thread_scope(NULL);
    bool good = store_read(s, read_needed, (void *)(uintptr_t)c, e);

    store_thread_scope(before);
    return good;
}

typedef struct Pinned {
    const Content *content;
    const MatterState *state;
    Arena *arena;
    const Flow *out;
} Pinned;

static bool read_pinned(Tx *tx, void *context, Err *e) {
    Pinned *p = context;

    p->out = flow_pinned(tx, p->content, p->state->flow, p->state->version, p->arena, e);
    return p->out != NULL;
}

const Flow *matter_flow(Store *s, const Content *c, const MatterState *m, Arena *a, Err *e) {
    Pinned p = {c, m, a, NULL};

    return store_read(s, read_pinned, &p, e) ? p.out : NULL;
}
