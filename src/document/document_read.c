/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document_read.c: a document as its asker sees it, now and at its versions; what happened
 * to it. */
#include <inttypes.h>

#include "document/document_inside.h"

#include "sql_statements.h"

#include "base/banned.h"

bool document_of_row(Arena *a, const Node *row, Document *out, Err *e) {
    const Node *tree = json_read(a, node_text(row, "tree"), e);
    Str text = node_text(row, "personal");
    const Node *personal = tree && text.len ? json_read(a, text, e) : node_map(a);

    return tree && personal && document_of_tree(a, tree, personal, out, e);
}

/* ---- what was recalled before it was signed for ---- */

/* Is the asker of the issuer's house, or of one that signs, or of one that had it before it was
 * recalled? */
static bool still_his(const Document *d, const Rights *r) {
    if (rights_reach(r, PERMISSION_MATTER_READ, d->organisation))
        return true;
    for (size_t i = 0; i < d->signers.count; i++)
        if (rights_reach(r, PERMISSION_MATTER_READ, document_signers(d)[i].organisation))
            return true;
    for (size_t i = 0; i < d->services.count; i++)
        if (str_is(document_services(d)[i].state, "signed") &&
            rights_reach(r, PERMISSION_MATTER_READ, document_services(d)[i].organisation))
            return true;
    return false;
}

/* Of a recalled one its receivers see that it was recalled. */
static void take_away(Arena *a, Document *d) {
    const Scope *scope = store_thread_scope_now();

    if (!scope || !str_is(d->state, "recalled") || !scope->rights || still_his(d, scope->rights))
        return;
    d->personal = node_map(a);
    d->docx = d->pdf = d->signed_pdf = (Str){NULL, 0};
}

static const Document *see(Tx *tx, Str id, Arena *a, Err *e) {
    Err why = {0};
    Node *row = tx_row(tx, a, &SQL_document_seen, ARGS(ARG_OF_TEXT(id)), &why);
    Node *rows = node_list(a);
    Document *d = arena_new_of(a, Document);

    if (!row) {
        if (why.code != ERR_NONE)
            *e = why;
        else
            err_set(e, ERR_NOT_FOUND, NULL, "没有这份文书，请核对编号");
        return NULL;
    }
    node_add(a, rows, row);
    if (!document_open_rows(tx, a, rows, e) || !document_of_row(a, row, d, e))
        return NULL;
    take_away(a, d);
    return d;
}

typedef struct Seeing {
    Str id;
    int64_t revision;
    Arena *arena;
    const Document *out;
    Node *rows;
} Seeing;

static bool see_work(Tx *tx, void *context, Err *e) {
    Seeing *s = context;

    s->out = see(tx, s->id, s->arena, e);
    return s->out != NULL;
}

const Document *document_get(Store *s, Str id, Arena *a, Err *e) {
    Seeing x = {.id = id, .arena = a};

    return store_read(s, see_work, &x, e) ? x.out : NULL;
}

/* ---- as it was ---- */

/* The body of one entry, as it was written down. */
static const Node *body_of(Tx *tx, Arena *a, int64_t sequence, Err *e) {
    const Node *row = tx_row(tx, a, &SQL_journal_entry, ARGS(ARG_OF_INT(sequence)), e);

    if (row)
        return json_read(a, node_text(row, "body"), e);
    if (e->code == ERR_NONE)
        err_set(e, ERR_BROKEN, NULL, "日志里缺少第 %" PRId64 " 条，请运行 lianheng journal verify",
                sequence);
    return NULL;
}

static bool fold_one(Tx *tx, Arena *a, int64_t sequence, const Node **tree, const Node **personal,
                     Err *e) {
    const Node *body = body_of(tx, a, sequence, e), *secret = NULL;

    if (!body || !journal_secret(tx, a, sequence, &secret, e))
        return false;
    *tree = tree_apply(a, *tree, node_get(body, "difference"));
    if (secret)
        *personal = tree_apply(a, *personal, node_get(secret, "difference"));
    return true;
}

const Document *document_fold(Tx *tx, Str id, int64_t revision, Arena *a, Err *e) {
    const Node *events = tx_rows(tx, a, &SQL_document_events, ARGS(ARG_OF_TEXT(id)), e);
    const Node *tree = node_map(a), *personal = node_map(a);
    Document *out = arena_new_of(a, Document);

    for (size_t i = 0; events && i < events->count; i++) {
        if (revision && node_int(events->items[i], "revision", 0) > revision)
            break;
        if (!fold_one(tx, a, node_int(events->items[i], "sequence", 0), &tree, &personal, e))
            return NULL;
    }
    return events && document_of_tree(a, tree, personal, out, e) ? out : NULL;
}

static bool fold_work(Tx *tx, void *context, Err *e) {
    Seeing *s = context;

    s->out = document_fold(tx, s->id, s->revision, s->arena, e);
    return s->out != NULL;
}

/* He sees the document: its versions are his to see, but no more of them than of it. */
const Document *document_at(Store *s, Str id, int64_t version, Arena *a, Err *e) {
    Seeing x = {.id = id, .arena = a};
    const Document *now = document_get(s, id, a, e);

    for (size_t i = 0; now && i < now->versions.count; i++)
        if (document_versions(now)[i].id == version)
            x.revision = document_versions(now)[i].revision;
    if (now && !x.revision)
        err_set(e, ERR_NOT_FOUND, NULL, "这份文书没有第 %" PRId64 " 个版本", version);
    if (!now || !x.revision)
        return NULL;
    const Scope *before = store_thread_scope(NULL);
    bool good = store_read(s, fold_work, &x, e);

    store_thread_scope(before);
    if (!good || now->personal->count)
        return good ? x.out : NULL;
    Document *open = document_copy(a, x.out);

    open->personal = node_map(a);
    return open;
}

/* ---- what happened ---- */

static bool events_work(Tx *tx, void *context, Err *e) {
    Seeing *s = context;

    s->rows = tx_rows(tx, s->arena, &SQL_document_events, ARGS(ARG_OF_TEXT(s->id)), e);
    return s->rows != NULL;
}

static Node *timeline_of(Arena *a, const Document *d, const Node *rows) {
    const Node *notes = node_get(d->personal, "notes");
    Node *out = node_list(a);

    for (size_t i = 0; i < rows->count; i++) {
        const Node *row = rows->items[i];
        Str verb = node_text(row, "verb");
        int64_t revision = node_int(row, "revision", 0);
        Str note = node_text(notes, str_format(a, "%" PRId64, revision).ptr);
        Node *n = node_map(a);

        node_set_int(a, n, "revision", revision);
        node_set_text(a, n, "at", node_text(row, "at"));
        node_set_text(a, n, "actor", node_text(row, "actor"));
        node_set_text(a, n, "verb", verb);
        node_set_text(a, n, "title", document_verb_title(document_verb(verb)));
        if (node_int(row, "service", 0))
            node_set_int(a, n, "service", node_int(row, "service", 0));
        if (note.len)
            node_set_text(a, n, "note", note);
        node_add(a, out, n);
    }
    return out;
}

Node *document_timeline(Store *s, Str id, Arena *a, Err *e) {
    Seeing x = {.id = id, .arena = a};
    const Document *now = document_get(s, id, a, e);

    if (!now)
        return NULL;
    const Scope *before = store_thread_scope(NULL);
    bool good = store_read(s, events_work, &x, e);

    store_thread_scope(before);
    return good ? timeline_of(a, now, x.rows) : NULL;
}
