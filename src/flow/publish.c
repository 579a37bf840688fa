/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/publish.c: flows are kept as they were when a matter began under them. */
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

bool flow_publish(Store *s, const Content *c, Err *e) {
    Publishing p = {c, false};
    const Scope *before = store_thread_scope(NULL);
    bool good = store_read(s, look, &p, e) && (!p.any || store_write(s, publish_new, &p, e));

    store_thread_scope(before);
    return good;
}

const Flow *flow_pinned(Tx *tx, const Content *c, Str flow, Str version, Arena *a, Err *e) {
    Err unknown = {0};
    const Flow *now = content_flow(c, flow, &unknown);
    const Node *row;

    if (now && str_eq(now->version, version))
        return now;
    row = tx_row(tx, a, &SQL_flow_version_get, ARGS(ARG_OF_TEXT(flow), ARG_OF_TEXT(version)), e);
    if (row)
        return flow_read(c, a, node_text(row, "text"), "flow_version", e);
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
