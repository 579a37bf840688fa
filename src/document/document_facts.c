/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document_facts.c: what is known of a matter, as the sources of a kind's fields name it,
 * and the values of a draft from it. */
#include "document/document_inside.h"

#include "sql_statements.h"

#include "base/banned.h"

typedef struct Facts {
    Writing *w;
    const MatterRow *matter;
    const Document *d;
    Node *out;
    Err *e;
} Facts;

/* ---- organisations ---- */

static const Node *house_row(Facts *f, int64_t organisation) {
    return tx_row(f->w->tx, f->w->arena, &SQL_document_house, ARGS(ARG_OF_INT(organisation)), f->e);
}

static Node *house_named(Facts *f, int64_t organisation) {
    Arena *a = f->w->arena;
    const Node *row = house_row(f, organisation);
    Node *n = node_map(a);
    Str name = node_text(row, "name"), other = node_text(row, "short_name");

    node_set_text(a, n, "name", name);
    node_set_text(a, n, "short_name", other.len ? other : name);
    return n;
}

/* Of a party with several organisations a list. */
static void add_party(Facts *f, Node *out, const MatterParty *p) {
    Arena *a = f->w->arena;
    const char *key = str_c(a, p->party);
    const Node *there = node_get(out, key);
    Node *list;

    if (!there) {
        node_set(a, out, key, house_named(f, p->organisation));
        return;
    }
    list = there->kind == NODE_LIST ? (Node *)(uintptr_t)there : node_list(a);
    if (there->kind != NODE_LIST)
        node_add(a, list, (Node *)(uintptr_t)there);
    node_add(a, list, house_named(f, p->organisation));
    node_set(a, out, key, list);
}

static Node *parties_named(Facts *f) {
    const MatterState *m = f->matter->state;
    Node *out = node_map(f->w->arena);

    for (size_t i = 0; i < m->parties.count; i++)
        if (!parties_of(m)[i].until.len)
            add_party(f, out, &parties_of(m)[i]);
    return out;
}

static Str houses_named(Facts *f, const BindList *houses) {
    scoped_buf Buf b;

    buf_init(&b, 1 << 16);
    for (size_t i = 0; i < houses->count; i++)
        buf_addf(
            &b, "%s%.*s", i ? "、" : "",
            STR_ARG(node_text(house_row(f, ((const DocumentHouse *)houses->items)[i].organisation),
                              "name")));
    return str_dup(f->w->arena, buf_str(&b));
}

/* ---- the matter ---- */

static Node *values_named(Facts *f) {
    const Flow *flow = f->matter->flow;
    Arena *a = f->w->arena;
    Node *out = node_map(a);

    for (size_t i = 0; i < flow->fields.count; i++) {
        Str field = flow_fields(flow)[i].field,
            value = flow_value_of(flow, f->matter->state, field);

        if (value.len)
            node_append(a, out, field, node_of_text(a, value));
    }
    return out;
}

/* The last day of each period that runs, or stands still, in the newest of its clocks. */
static Node *dues_named(Facts *f) {
    const MatterState *m = f->matter->state;
    Arena *a = f->w->arena;
    Node *out = node_map(a);

    for (size_t i = 0; i < m->clocks.count; i++) {
        const MatterClock *c = &clocks_of(m)[i];

        if (c->period.len && c->day.len &&
            (str_is(c->state, "running") || str_is(c->state, "lapsed")))
            node_set_text(a, out, str_c(a, c->period), c->day);
    }
    return out;
}

static Str served_on(const Node *days, Str id) {
    for (size_t i = 0; days && i < days->count; i++)
        if (str_eq(node_text(days->items[i], "document"), id))
            return node_text(days->items[i], "day");
    return (Str){NULL, 0};
}

static void add_document(Arena *a, Node *out, const Node *row, const Node *days) {
    Node *n = node_map(a);

    node_set_text(a, n, "number", node_text(row, "number"));
    node_set_text(a, n, "date", node_text(row, "issued_on"));
    node_set_text(a, n, "served", served_on(days, node_text(row, "id")));
    node_set(a, out, str_c(a, node_text(row, "type")), n);
}

/* Rows come newest first; of each kind the newest that has left the desk counts, and of the kind
 * that is answered the one that is answered. */
static Node *documents_named(Facts *f) {
    Arena *a = f->w->arena;
    const Node *rows =
        tx_rows(f->w->tx, a, &SQL_document_in_matter, ARGS(ARG_OF_TEXT(f->d->matter)), f->e);
    const Node *days =
        tx_rows(f->w->tx, a, &SQL_document_service_days, ARGS(ARG_OF_TEXT(f->d->matter)), f->e);
    Node *out = node_map(a);

    for (size_t i = 0; rows && i < rows->count; i++) {
        const Node *row = rows->items[i];
        Str state = node_text(row, "state");
        bool out_there =
            str_is(state, "served") || str_is(state, "issued") || str_is(state, "numbered");
        bool known = node_get(out, str_c(a, node_text(row, "type"))) != NULL;

        if (str_eq(node_text(row, "id"), f->d->answers) || (out_there && !known))
            add_document(a, out, row, days);
    }
    return out;
}

/* The one that is answered; nothing where none is. */
static Node *answered_named(Facts *f, const Node *documents) {
    Arena *a = f->w->arena;
    Node *n = node_map(a);
    Err gone = {0}, unknown = {0};
    const Document *d =
        f->d->answers.len ? document_whole(f->w->tx, f->d->answers, a, &gone) : NULL;
    const DocumentType *type = d ? content_document(f->w->content, d->type, &unknown) : NULL;
    const Node *named = d ? node_get(documents, str_c(a, d->type)) : NULL;

    if (!d)
        return n;
    node_set_text(a, n, "title", type ? type->title : (Str){NULL, 0});
    node_set_text(a, n, "number", d->number);
    node_set_text(a, n, "date", d->issued_on);
    node_set_text(a, n, "served", d->served.len ? d->served : node_text(named, "served"));
    return n;
}

static Node *writer_named(Facts *f) {
    Arena *a = f->w->arena;
    const Node *row =
        tx_row(f->w->tx, a, &SQL_document_writer,
               ARGS(ARG_OF_TEXT(f->w->who->login), ARG_OF_INT(f->d->organisation)), f->e);
    Node *n = node_map(a);

    node_set_text(a, n, "name", node_text(row, "name"));
    node_set_text(a, n, "title", node_text(row, "title"));
    return n;
}

static Node *matter_named(Facts *f) {
    const MatterState *m = f->matter->state;
    Arena *a = f->w->arena;
    Node *n = node_map(a);

    node_set_text(a, n, "number", m->number);
    node_set_text(a, n, "title", node_text(m->personal, "title"));
    return n;
}

static Node *facts_of(Facts *f) {
    Arena *a = f->w->arena;
    Node *out = node_map(a);

    node_set(a, out, "values", values_named(f));
    node_set(a, out, "matter", matter_named(f));
    node_set(a, out, "party", parties_named(f));
    node_set(a, out, "organisation", house_named(f, f->d->organisation));
    node_set(a, out, "actor", writer_named(f));
    node_set(a, out, "due", dues_named(f));
    node_set(a, out, "document", documents_named(f));
    node_set(a, out, "answers", answered_named(f, node_get(out, "document")));
    node_set_text(a, out, "recipients", houses_named(f, &f->d->to));
    node_set_text(a, out, "copies", houses_named(f, &f->d->copies));
    node_set_text(a, out, "today", document_day(a, day_of_instant(f->w->now)));
    return out;
}

/* ---- values ---- */

/* What does not fit its field is left for a person to fill in. */
static void take_value(Facts *f, const DocumentType *type, Str field, const Node *value,
                       const Node *origins, Node *values, Node *from) {
    Arena *a = f->w->arena;
    const char *key = str_c(a, field);
    Node *one = node_map(a);
    Err unfit = {0};

    node_append(a, one, field, (Node *)(uintptr_t)value);
    Node *fits = document_values(f->w->content, type, one, a, &unfit);
    const Node *is = fits ? node_get(fits, key) : NULL;

    if (!is)
        return;
    node_append(a, values, field, (Node *)(uintptr_t)is);
    node_set_text(a, from, key, node_text(origins, key));
}

bool document_values_of(Writing *w, const DocumentType *type, const MatterRow *matter,
                        const Document *d, const Node **values, const Node **origins, Err *e) {
    Err asked = {0};
    Facts f = {w, matter, d, NULL, &asked};
    Node *gathered_from, *taken = node_map(w->arena), *from = node_map(w->arena);
    const Node *gathered = document_gather(type, facts_of(&f), w->arena, &gathered_from);

    if (asked.code != ERR_NONE) {
        *e = asked;
        return false;
    }
    for (size_t i = 0; i < gathered->count; i++)
        take_value(&f, type, gathered->keys[i], gathered->items[i], gathered_from, taken, from);
    *values = taken;
    *origins = from;
    return true;
}
