/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/link.c: whom a matter is about, as keys that other matters and clues share; what else there
 * is about them, as far as the asker sees it. */
#include "flow/link.h"

#include "flow/matter_inside.h"
#include "flow/seal.h"

#include "pool/engine.h"
#include "pool/token.h"

#include "sql_statements.h"

#include "base/banned.h"

enum { RELATED_MOST = 50 };

/* ---- keys ---- */

static Str kind_word(int kind) {
    for (const BindName *n = subject_kind_names; n->name; n++)
        if (n->value == kind)
            return str_of(n->name);
    return (Str){NULL, 0};
}

/* The key of a subject in this matter; false: not filled in, or no whole number. */
static bool key_of(Tokens *t, const Content *c, const Flow *f, const MatterState *s,
                   const Subject *subject, char hex[33]) {
    Str value = subject->key_field ? flow_value_of(f, s, subject->key) : (Str){NULL, 0};
    FieldValue *v;
    const char *why;
    unsigned char token[TOKEN_SIZE];
    scoped_arena Arena *a = arena_new();

    if (!value.len)
        return false;
    Field optional = *subject->key_field;

    optional.required = false;
    v = arena_new_of(a, FieldValue);
    if (!field_normalise(c, &optional, value, v, &why) ||
        !token_of_field(t, &optional, subject, v, token))
        return false;
    uuid_write(token, hex);
    hex[32] = '\0';
    return true;
}

void matter_link_subjects(void *context, const Content *c, const Flow *f, const MatterState *s,
                          Arena *a, Node *links) {
    const Subject *subjects = f->subjects.items;
    Tokens *t = tokens_new(context);

    for (size_t i = 0; i < f->subjects.count; i++) {
        char hex[33];
        Node *one;

        /* The case is a link of its own, by its number. */
        if (subjects[i].kind == SUBJECT_CASE || !key_of(t, c, f, s, &subjects[i], hex))
            continue;
        one = node_map(a);
        node_set_text(a, one, "kind", STR("subject"));
        node_set_text(a, one, "target",
                      str_format(a, "%.*s:%s", STR_ARG(kind_word(subjects[i].kind)), hex));
        node_add(a, links, one);
    }
    tokens_free(t);
}

Str matter_subject_name(const Flow *f, const MatterState *s, Str target) {
    const Subject *subjects = f->subjects.items;
    Str rest = target, kind = {NULL, 0};

    str_split(&rest, ':', &kind);
    for (size_t i = 0; i < f->subjects.count; i++)
        if (str_eq(kind_word(subjects[i].kind), kind) && subjects[i].name.len)
            return flow_value_of(f, s, subjects[i].name);
    return (Str){NULL, 0};
}

/* ---- what else there is ---- */

typedef struct Relating {
    const MatterState *state;
    Arena *arena;
    Node *out;
} Relating;

static bool told_already(const Node *out, Str kind, Str id) {
    for (size_t i = 0; i < out->count; i++)
        if (str_eq(node_text(out->items[i], "kind"), kind) &&
            str_eq(node_text(out->items[i], "id"), id))
            return true;
    return false;
}

static bool linked_by_hand(const MatterState *s, Str id) {
    for (size_t i = 0; i < s->links.count; i++)
        if (str_eq(links_of(s)[i].target, id))
            return true;
    return false;
}

static void add_rows(Relating *r, const Node *rows, const char *kind, Str by) {
    for (size_t i = 0; i < rows->count; i++) {
        Node *row = rows->items[i];
        Str id = node_text(row, "id");

        if (str_eq(id, r->state->id) || linked_by_hand(r->state, id) ||
            told_already(r->out, str_of(kind), id) || r->out->count == RELATED_MOST)
            continue;
        node_set_text(r->arena, row, "kind", str_of(kind));
        node_set_text(r->arena, row, "by", by);
        node_add(r->arena, r->out, row);
    }
}

static bool related_to(Tx *tx, Relating *r, const MatterLink *l, Err *e) {
    Node *rows = tx_rows(tx, r->arena, &SQL_matter_linked, ARGS(ARG_OF_TEXT(l->target)), e);
    Str rest = l->target, kind;

    if (!rows || !matter_open_titles(tx, r->arena, rows, e))
        return false;
    add_rows(r, rows, "matter", l->kind);
    if (!str_is(l->kind, "subject") || !str_split(&rest, ':', &kind))
        return true;
    rows = tx_rows(tx, r->arena, &SQL_matter_related_clues,
                   ARGS(ARG_OF_TEXT(kind), ARG_OF_TEXT(rest)), e);
    if (rows)
        add_rows(r, rows, "clue", l->kind);
    return rows != NULL;
}

static bool related_read(Tx *tx, void *context, Err *e) {
    Relating *r = context;

    r->out = node_list(r->arena);
    for (size_t i = 0; i < r->state->links.count; i++) {
        const MatterLink *l = &links_of(r->state)[i];

        if ((str_is(l->kind, "case") || str_is(l->kind, "subject") || str_is(l->kind, "clue")) &&
            !related_to(tx, r, l, e))
            return false;
    }
    return true;
}

Node *matter_related(Store *s, const MatterState *m, Arena *a, Err *e) {
    Relating r = {.state = m, .arena = a};

    return store_read(s, related_read, &r, e) ? r.out : NULL;
}
