/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document_project.c: the tables of documents, as the journal's events make them. The
 * difference of an event is applied to the state in the row; the parts it names are written again.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "document/document_inside.h"

#include "sql_statements.h"

#include "base/banned.h"

#define TEXT(s) ARG_OF_TEXT((s).len ? (s) : STR(""))

typedef struct Projected {
    Tx *tx;
    const Event *event;
    Arena *arena;
    Document d; /* as the event makes it; personal only when the event has a secret */
    const Node *difference;
    Str tree, party_set, before; /* before: the set it had */
    DocumentSealed sealed;
} Projected;

/* ---- who may see it ---- */

static int by_number(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

/* Left the house: served, or recalled after that. */
static bool went_out(const Document *d) {
    return str_is(d->state, "served") || str_is(d->state, "recalled");
}

/* The issuer alone while it is written; who signs too from its number on; who got it once served.
 */
static int64_t *houses_of(const Projected *r, size_t *count) {
    const Document *d = &r->d;
    int64_t *all = arena_array_of(r->arena, 1 + d->signers.count + d->services.count, int64_t);
    size_t n = 0;

    all[n++] = d->organisation;
    for (size_t i = 0; document_fixed(d) && i < d->signers.count; i++)
        all[n++] = document_signers(d)[i].organisation;
    for (size_t i = 0; went_out(d) && i < d->services.count; i++)
        if (document_services(d)[i].organisation)
            all[n++] = document_services(d)[i].organisation;
    qsort(all, n, sizeof *all, by_number);
    *count = 0;
    for (size_t i = 0; i < n; i++)
        if (i == 0 || all[i] != all[*count - 1])
            all[(*count)++] = all[i];
    return all;
}

static Str set_of(const Projected *r) {
    size_t n;
    const int64_t *houses = houses_of(r, &n);
    scoped_buf Buf b;

    buf_init(&b, 1 << 20);
    for (size_t i = 0; i < n; i++)
        buf_addf(&b, "%s%" PRId64, i ? "," : "", houses[i]);
    return str_dup(r->arena, buf_str(&b));
}

static bool set_turns(const Projected *r, Err *e) {
    size_t n;
    const int64_t *houses = houses_of(r, &n);

    if (str_eq(r->before, r->party_set))
        return true;
    for (size_t i = 0; i < n; i++)
        if (!tx_run(r->tx, &SQL_document_set_add,
                    ARGS(ARG_OF_INT(houses[i]), ARG_OF_TEXT(r->party_set)), NULL, e))
            return false;
    return !r->before.len ||
           tx_run(r->tx, &SQL_document_set_drop, ARGS(ARG_OF_TEXT(r->before)), NULL, e);
}

/* ---- the parts ---- */

/* Does the difference name this item of this list? A list that is new, or written whole, is named
 * with all its items. */
static bool named(const Projected *r, const char *list, int64_t id) {
    const Node *part = node_get(r->difference, list);
    char key[24];

    if (!part)
        return false;
    if (part->kind != NODE_MAP || node_get(part, "="))
        return true;
    snprintf(key, sizeof key, "%" PRId64, id);
    return node_get(part, key) != NULL;
}

static bool put_version(Projected *r, const DocumentVersion *v, Err *e) {
    return tx_run(r->tx, &SQL_document_version_put,
                  ARGS(ARG_OF_TEXT(r->d.id), ARG_OF_INT(v->id), ARG_OF_INT(v->revision),
                       TEXT(v->at), TEXT(v->actor), TEXT(v->kind)),
                  NULL, e);
}

static bool put_approval(Projected *r, const DocumentApproval *v, Err *e) {
    return tx_run(r->tx, &SQL_document_approval_put,
                  ARGS(ARG_OF_TEXT(r->d.id), ARG_OF_INT(v->id), ARG_OF_INT(v->rung),
                       ARG_OF_INT(v->organisation), TEXT(v->role), TEXT(v->department),
                       TEXT(v->state), TEXT(v->at), TEXT(v->actor)),
                  NULL, e);
}

static bool put_signature(Projected *r, const DocumentSignature *v, Err *e) {
    return tx_run(r->tx, &SQL_document_signature_put,
                  ARGS(ARG_OF_TEXT(r->d.id), ARG_OF_INT(v->id), TEXT(v->kind),
                       ARG_OF_INT(v->organisation), TEXT(v->login), TEXT(v->certificate),
                       TEXT(v->at)),
                  NULL, e);
}

static bool put_digest(Projected *r, Str digest, Err *e) {
    return !digest.len || tx_run(r->tx, &SQL_document_file_add,
                                 ARGS(ARG_OF_TEXT(r->d.id), ARG_OF_TEXT(digest)), NULL, e);
}

static bool put_service(Projected *r, const DocumentService *v, Err *e) {
    return tx_run(r->tx, &SQL_document_service_put,
                  ARGS(ARG_OF_TEXT(r->d.id), ARG_OF_INT(v->id), TEXT(v->kind),
                       ARG_OF_INT(v->organisation), TEXT(v->method), TEXT(v->state), TEXT(v->sent),
                       TEXT(v->opened), TEXT(v->closed), TEXT(v->day), TEXT(v->server),
                       TEXT(v->opener), TEXT(v->actor), ARG_OF_INT(v->file), TEXT(v->receipt)),
                  NULL, e) &&
           put_digest(r, v->receipt, e);
}

static bool put_parts(Projected *r, Err *e) {
    const Document *d = &r->d;

    for (size_t i = 0; i < d->versions.count; i++)
        if (named(r, "versions", document_versions(d)[i].id) &&
            !put_version(r, &document_versions(d)[i], e))
            return false;
    for (size_t i = 0; i < d->approvals.count; i++)
        if (named(r, "approvals", document_approvals(d)[i].id) &&
            !put_approval(r, &document_approvals(d)[i], e))
            return false;
    for (size_t i = 0; i < d->signatures.count; i++)
        if (named(r, "signatures", document_signatures(d)[i].id) &&
            !put_signature(r, &document_signatures(d)[i], e))
            return false;
    for (size_t i = 0; i < d->services.count; i++)
        if (named(r, "services", document_services(d)[i].id) &&
            !put_service(r, &document_services(d)[i], e))
            return false;
    if (node_get(r->difference, "docx") && !put_digest(r, d->docx, e))
        return false;
    if (node_get(r->difference, "pdf") && !put_digest(r, d->pdf, e))
        return false;
    if (node_get(r->difference, "template") && !put_digest(r, d->template_, e))
        return false;
    return !node_get(r->difference, "signed_pdf") || put_digest(r, d->signed_pdf, e);
}

/* ---- the row ---- */

static bool put_row(const Projected *r, Err *e) {
    const Document *d = &r->d;
    const Node *b = r->event->body;

    return tx_run(r->tx, &SQL_document_put,
                  ARGS(TEXT(d->id), ARG_OF_INT(d->serial), TEXT(d->matter), TEXT(d->type),
                       TEXT(d->version), TEXT(node_text(b, "code")), TEXT(node_text(b, "group")),
                       TEXT(d->template_), ARG_OF_INT(d->organisation), TEXT(d->state),
                       TEXT(d->author), TEXT(d->opened), TEXT(d->changed), TEXT(d->number),
                       TEXT(d->series), ARG_OF_INT(d->number_year), ARG_OF_INT(d->number_serial),
                       TEXT(d->issued_on), TEXT(d->numbered), TEXT(d->pdf), TEXT(d->step),
                       TEXT(d->answers), TEXT(d->answered), TEXT(d->due), TEXT(d->assessment),
                       ARG_OF_INT(d->revision), ARG_OF_INT(d->sealed), TEXT(r->party_set),
                       ARG_OF_TEXT(r->tree), r->sealed.title, r->sealed.personal, r->sealed.words,
                       TEXT(d->answered_on), TEXT(d->served), TEXT(d->flags)),
                  NULL, e);
}

static bool add_event(const Projected *r, Err *e) {
    const Node *b = r->event->body;

    return tx_run(
        r->tx, &SQL_document_event_add,
        ARGS(ARG_OF_TEXT(r->d.id), ARG_OF_INT(r->d.revision), ARG_OF_INT(r->event->sequence),
             ARG_OF_TEXT(instant_text(r->arena, r->event->at)), ARG_OF_TEXT(r->event->actor),
             TEXT(node_text(b, "verb")), ARG_OF_INT(node_int(b, "service", 0))),
        NULL, e);
}

static Arg as_it_was(const Node *row, const char *column) {
    Str text = row ? node_text(row, column) : (Str){NULL, 0};

    return text.len ? ARG_OF_TEXT(text) : ARG_OF_NULL;
}

/* The sealed part of an act without secret stays what it was, unopened. */
static bool seal_texts(Projected *r, Node *row, Err *e) {
    const Node *personal = node_map(r->arena);
    Node *rows = node_list(r->arena);

    r->sealed = (DocumentSealed){as_it_was(row, "title"), as_it_was(row, "personal"),
                                 as_it_was(row, "words")};
    if (!r->event->secret)
        return true;
    if (row) {
        node_add(r->arena, rows, row);
        if (!document_open_rows(r->tx, r->arena, rows, e))
            return false;
        if (node_text(row, "personal").len)
            personal = json_read(r->arena, node_text(row, "personal"), e);
    }
    if (!personal)
        return false;
    r->d.personal = tree_apply(r->arena, personal, node_get(r->event->secret, "difference"));
    return document_seal_row(r->tx, r->arena, &r->d, &r->sealed, e);
}

static Str json_of(Arena *a, const Node *n) {
    scoped_buf Buf b;

    buf_init(&b, (size_t)64 << 20);
    json_write(n, &b);
    return str_dup(a, buf_str(&b));
}

/* A number that the act gave is the last of its series. */
static bool put_number(const Projected *r, Err *e) {
    return !node_get(r->difference, "number_serial") || !r->d.number_serial ||
           tx_run(r->tx, &SQL_document_number_set,
                  ARGS(ARG_OF_INT(r->d.organisation), TEXT(r->d.series),
                       ARG_OF_INT(r->d.number_year), ARG_OF_INT(r->d.number_serial)),
                  NULL, e);
}

static bool acted(Tx *tx, const Event *event, Err *e) {
    scoped_arena Arena *a = arena_new();
    Projected r = {.tx = tx, .event = event, .arena = a};
    Err why = {0};
    Node *row =
        tx_row(tx, a, &SQL_document_state_of, ARGS(TEXT(node_text(event->body, "document"))), &why);
    const Node *tree = row ? json_read(a, node_text(row, "tree"), e) : node_map(a);

    if (why.code != ERR_NONE)
        *e = why;
    if (why.code != ERR_NONE || !tree)
        return false;
    r.difference = node_get(event->body, "difference");
    r.before = row ? node_text(row, "party_set") : (Str){NULL, 0};
    tree = tree_apply(a, tree, r.difference);
    if (!document_of_tree(a, tree, NULL, &r.d, e) || !seal_texts(&r, row, e))
        return false;
    r.tree = json_of(a, tree);
    r.party_set = set_of(&r);
    return put_row(&r, e) && put_parts(&r, e) && put_number(&r, e) && set_turns(&r, e) &&
           add_event(&r, e);
}

static bool published(Tx *tx, const Event *event, Err *e) {
    scoped_arena Arena *a = arena_new();
    const Node *b = event->body;

    return tx_run(tx, &SQL_document_type_version_add,
                  ARGS(TEXT(node_text(b, "type")), TEXT(node_text(b, "version")),
                       TEXT(node_text(b, "title")), TEXT(node_text(b, "text")),
                       ARG_OF_TEXT(instant_text(a, event->at)), ARG_OF_INT(event->sequence)),
                  NULL, e);
}

/* The key of a matter's secrets is gone: so is what its documents said. */
static bool forgotten(Tx *tx, const Event *event, Err *e) {
    Str id = str_slice(event->subject, sizeof "matter:" - 1, event->subject.len);

    return !str_starts(event->subject, STR("matter:")) ||
           (tx_run(tx, &SQL_document_forget, ARGS(ARG_OF_TEXT(id)), NULL, e) &&
            tx_run(tx, &SQL_document_forget_files, ARGS(ARG_OF_TEXT(id)), NULL, e));
}

void document_register(void) {
    static const Projection projections[] = {
        {"document_type.published", published},
        {"document.drafted", acted},
        {"document.acted", acted},
        {"key.destroyed", forgotten},
        {0},
    };
    static const char *const tables[] = {"document_type_version",
                                         "document_number",
                                         "document",
                                         "document_set",
                                         "document_version",
                                         "document_approval",
                                         "document_signature",
                                         "document_service",
                                         "document_event",
                                         "document_file",
                                         NULL};

    journal_register(projections, tables);
    document_register_leaving();
    matter_hook(document_on_matter);
}
