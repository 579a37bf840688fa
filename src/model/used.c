/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/used.c: which columns of which datasets a rule reads: queries and slices name no others. */
#include "model/used.h"

#include <string.h>

#include "base/banned.h"

enum { STRENGTHS = 5 };

Used *used_new(Arena *a) {
    Used *u = arena_new_of(a, Used);

    u->arena = a;
    return u;
}

const UsedColumns *used_columns(const Used *u, const Dataset *d) {
    for (size_t i = 0; i < u->count; i++)
        if (u->items[i].dataset == d)
            return &u->items[i];
    return NULL;
}

static UsedColumns *columns_of(Used *s, const Dataset *d) {
    UsedColumns *grown;

    for (size_t i = 0; i < s->count; i++)
        if (s->items[i].dataset == d)
            return &s->items[i];
    grown = arena_array_of(s->arena, s->count + 1, UsedColumns);
    if (s->count > 0)
        memcpy(grown, s->items, s->count * sizeof *grown);
    grown[s->count].dataset = d;
    s->items = grown;
    return &s->items[s->count++];
}

static void use(Used *s, const Dataset *d, Str field, const char *suffix) {
    UsedColumns *c = columns_of(s, d);
    Str name = str_format(s->arena, "%.*s%s", STR_ARG(field), suffix);

    for (size_t i = 0; i < c->count; i++)
        if (str_eq(c->names[i], name))
            return;
    if (c->count == c->capacity) {
        size_t capacity = c->capacity == 0 ? 32 : c->capacity * 2;
        Str *names = arena_array_of(s->arena, capacity, Str);

        if (c->count > 0)
            memcpy(names, c->names, c->count * sizeof *names);
        c->names = names;
        c->capacity = capacity;
    }
    c->names[c->count++] = name;
}

static void use_expr(const Expr *x, void *with) {
    static const char *const facts[] = {[FACT_NONE] = "",
                                        [FACT_BIRTH] = "__birth",
                                        [FACT_SEX] = "__sex",
                                        [FACT_DIVISION] = "__division",
                                        [FACT_VALID] = "__valid"};
    const Dataset *d = x->column != NULL ? x->alias->dataset : NULL;

    if (d == NULL)
        return;
    use(with, d, x->column->field, facts[x->fact]);
    if (x->type == TYPE_IDENTITY)
        use(with, d, x->column->field, "__key");
}

/* What matching reads: identities, keys, and for weak passes the facts that may contradict. */
static void use_alias(Used *s, const Alias *a, unsigned passes) {
    static const char *const own[] = {"id", "batch", "digest"}, *const facts[] = {"__birth",
                                                                                  "__sex",
                                                                                  "__division"};
    const Subject *subject = a->subject;

    for (size_t i = 0; i < 3; i++)
        use(s, a->dataset, str_of(own[i]), "");
    use(s, a->dataset, subject->key, "");
    for (int pass = 0; pass < STRENGTHS; pass++)
        if ((passes & (1u << pass)) != 0)
            use(s, a->dataset, subject->key, strength_suffix[pass]);
    if (subject->name_field != NULL)
        use(s, a->dataset, subject->name_field->field, "");
    if (passes == 1u << STRENGTH_STRONG)
        return;
    for (size_t i = 0; i < 3 && subject->key_field->type == FIELD_CITIZEN_ID; i++)
        use(s, a->dataset, subject->key, facts[i]);
    if (subject->birth_field != NULL)
        use(s, a->dataset, subject->birth_field->field, "");
}

void used_add(Used *s, const Rule *r) {
    rule_walk(r, use_expr, s);
    for (size_t i = 0; i < r->from_count; i++)
        use_alias(s, &r->from[i], r->passes);
    for (size_t i = 0; i < r->unless_count; i++)
        use_alias(s, &r->unless[i].from, r->passes);
    for (size_t i = 0; i < r->measure_count; i++)
        use_alias(s, &r->measures[i].from, r->passes);
}
