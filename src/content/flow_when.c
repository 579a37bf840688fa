/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/flow_when.c: conditions: whether one holds, and whether those of a step can all fail.
 *
 * The second question is answered by trying every case that the conditions can tell apart: of a
 * code field each entry that is named and all the others together, of a number each bound, and what
 * lies below, between and above; and, unless the field is filled for certain, nothing at all. */
#include <stdlib.h>

#include "content/field_range.h"
#include "content/flow_inside.h"

#include "base/banned.h"

/* ---- one condition, one value ---- */

static bool is_in(const FlowTest *t, Str value) {
    Str piece, rest = value;

    if (flow_listed(&t->in, value))
        return true;
    while (t->is->many && str_split(&rest, ';', &piece))
        if (flow_listed(&t->in, piece))
            return true;
    return false;
}

static bool in_bounds(const FlowTest *t, double value) {
    return (t->least.len == 0 || value >= t->least_is) && (t->most.len == 0 || value <= t->most_is);
}

/* The value is read as a bound of the field's range would be. */
static bool within(const FlowTest *t, Str value) {
    static const Node nowhere = {.kind = NODE_MAP};
    Field as = *t->is;

    as.least = value;
    as.most = STR("");
    if (!field_range_read(&as, &nowhere, NULL))
        return false;
    return in_bounds(t, as.type == FIELD_NUMBER || as.type == FIELD_AREA
                            ? as.least_real
                            : (double)as.least_integer);
}

bool flow_count_holds(const FlowTest *t, int64_t count) {
    return in_bounds(t, (double)count);
}

bool flow_test_holds(const FlowTest *t, Str value) {
    if (t->empty || value.len == 0)
        return t->empty && value.len == 0;
    if (t->filled)
        return true;
    return t->in.count > 0 ? is_in(t, value) : within(t, value);
}

/* ---- the cases of one field ---- */

enum { CASES_MOST = 100000, VALUES_MOST = 200 };

/* What a field may hold, as far as the conditions can tell. */
typedef struct Value {
    enum { NOTHING, SOMETHING, WORD, NUMBER } kind;
    Str word;
    double number;
} Value;

typedef struct Domain {
    const FlowTest *of; /* the first test that looks at it */
    Value *values;
    size_t count, now;
} Domain;

typedef struct Cases {
    const Flow *f;
    const FlowStep *step;
    FlowFilled filled;
    Arena *arena;
    Domain *domains;
    size_t count;
} Cases;

static bool leads_on(const FlowAction *act) {
    return !flow_stays(act);
}

static bool same_list(const BindList *a, const BindList *b) {
    bool same = a->count == b->count;

    for (size_t i = 0; same && i < a->count; i++)
        same = flow_listed(b, flow_names(a)[i]);
    return same;
}

/* Do both look at the same thing? Two counts of which one is part of the other are taken for two
 * things: more cases than there can be. */
static bool same_thing(const FlowTest *a, const FlowTest *b) {
    return a->is == b->is && a->same == b->same && str_eq(a->children, b->children) &&
           str_eq(a->ended, b->ended) && same_list(&a->outcome, &b->outcome) &&
           str_eq(a->answers, b->answers) && same_list(&a->action, &b->action);
}

static bool value_holds(const FlowTest *t, const Value *v) {
    if (t->same != NULL)
        return v->kind == WORD;
    if (v->kind == NOTHING || t->empty)
        return t->empty && v->kind == NOTHING;
    if (t->filled)
        return true;
    if (t->in.count > 0)
        return v->kind == WORD && flow_listed(&t->in, v->word);
    return v->kind == NUMBER && in_bounds(t, v->number);
}

static bool add_value(Domain *d, Value v) {
    for (size_t i = 0; i < d->count; i++)
        if (d->values[i].kind == v.kind && str_eq(d->values[i].word, v.word) &&
            d->values[i].number == v.number)
            return true;
    if (d->count == VALUES_MOST)
        return false;
    d->values[d->count++] = v;
    return true;
}

/* Entries that no condition names, and words an open table lets in, are all alike: SOMETHING. */
static bool add_words(Domain *d, const FlowTest *t) {
    for (size_t i = 0; i < t->in.count; i++)
        if (!add_value(d, (Value){.kind = WORD, .word = flow_names(&t->in)[i]}))
            return false;
    return true;
}

/* The bound itself and a neighbour on either side; whole numbers have nothing in between. */
static bool add_numbers(Domain *d, const FlowTest *t) {
    bool counts = flow_test_counts(t),
         whole = counts || (t->is->type != FIELD_NUMBER && t->is->type != FIELD_AREA);
    double bounds[2] = {t->least_is, t->most_is}, step = whole ? 1 : 1e-6;

    for (size_t i = 0; i < 2; i++)
        for (int k = -1; (i == 0 ? t->least.len : t->most.len) > 0 && k <= 1; k++)
            if ((!counts || bounds[i] + k >= 0) &&
                !add_value(d, (Value){.kind = NUMBER, .number = bounds[i] + k * step}))
                return false;
    return true;
}

/* Two fields are the same, or not. */
static bool add_same(Domain *d, const FlowTest *t) {
    return t->same == NULL || add_value(d, (Value){.kind = WORD, .word = t->same_as});
}

static Domain *domain_of(Cases *c, const FlowTest *t) {
    for (size_t i = 0; i < c->count; i++)
        if (same_thing(c->domains[i].of, t))
            return &c->domains[i];
    Domain *d = &c->domains[c->count++];

    d->of = t;
    d->values = arena_array_of(c->arena, VALUES_MOST, Value);
    if (t->is != NULL && t->same == NULL && !flow_is_filled(&c->filled, t->is))
        add_value(d, (Value){.kind = NOTHING});
    return d;
}

/* A code field that must be one of the named entries has no other, and bounds divide all numbers.
 */
static bool all_named(const Domain *d) {
    const Field *f = d->of->same == NULL ? d->of->is : NULL;
    const CodeTable *t = f != NULL && f->type == FIELD_CODE ? f->table : NULL;
    size_t words = 0, numbers = 0;

    for (size_t i = 0; i < d->count; i++) {
        words += d->values[i].kind == WORD;
        numbers += d->values[i].kind == NUMBER;
    }
    return numbers > 0 || (t != NULL && !t->open && !f->many && words == t->entries.count);
}

static bool gather(Cases *c) {
    size_t most = 0;

    for (size_t i = 0; i < c->step->actions.count; i++)
        most += step_actions(c->step)[i].when.count;
    c->domains = arena_array_of(c->arena, most, Domain);
    for (size_t i = 0; i < c->step->actions.count; i++) {
        const FlowAction *act = &step_actions(c->step)[i];

        for (size_t j = 0; leads_on(act) && j < act->when.count; j++) {
            const FlowTest *t = &flow_tests(&act->when)[j];
            Domain *d = domain_of(c, t);

            if (!add_words(d, t) || !add_numbers(d, t) || !add_same(d, t))
                return false;
        }
    }
    size_t cases = 1;

    for (size_t i = 0; i < c->count; i++) {
        if (!all_named(&c->domains[i]))
            add_value(&c->domains[i], (Value){.kind = SOMETHING});
        cases *= c->domains[i].count;
        if (cases > CASES_MOST)
            return false;
    }
    return true;
}

static const Value *value_of(const Cases *c, const FlowTest *t) {
    for (size_t i = 0; i < c->count; i++)
        if (same_thing(c->domains[i].of, t))
            return &c->domains[i].values[c->domains[i].now];
    return NULL;
}

static bool offered(const Cases *c, const FlowAction *act) {
    for (size_t i = 0; i < act->when.count; i++) {
        const FlowTest *t = &flow_tests(&act->when)[i];

        if (!value_holds(t, value_of(c, t)))
            return false;
    }
    return true;
}

static bool some_offered(const Cases *c) {
    for (size_t i = 0; i < c->step->actions.count; i++)
        if (leads_on(&step_actions(c->step)[i]) && offered(c, &step_actions(c->step)[i]))
            return true;
    return false;
}

static bool next_case(Cases *c) {
    for (size_t i = 0; i < c->count; i++) {
        if (++c->domains[i].now < c->domains[i].count)
            return true;
        c->domains[i].now = 0;
    }
    return false;
}

static void tell_thing(const Cases *c, const FlowTest *t, Buf *out) {
    const FlowStep *s = t->answers.len > 0 ? flow_step(c->f, t->answers) : NULL;

    if (t->same != NULL)
        buf_addf(out, "“%.*s”与“%.*s”", STR_ARG(t->is->title), STR_ARG(t->same->title));
    else if (t->is != NULL)
        buf_addf(out, "“%.*s”", STR_ARG(t->is->title));
    else if (s != NULL)
        buf_addf(out, "“%.*s”的答复数", STR_ARG(s->title));
    else
        buf_addf(out, "子事项（%.*s）的件数", STR_ARG(t->children));
}

static void tell_case(const Cases *c, Buf *out) {
    for (size_t i = 0; i < c->count; i++) {
        const Domain *d = &c->domains[i];
        const Value *v = &d->values[d->now];

        if (i > 0)
            buf_add_c(out, "、");
        tell_thing(c, d->of, out);
        if (d->of->same != NULL)
            buf_addf(out, "%s", v->kind == WORD ? "相同" : "不同");
        else if (flow_test_counts(d->of))
            buf_addf(out, "是 %.0f", v->number);
        else if (v->kind == NOTHING)
            buf_add_c(out, "没有填");
        else if (v->kind == WORD)
            buf_addf(out, "是“%.*s”", STR_ARG(v->word));
        else if (v->kind == NUMBER)
            buf_add_c(out, "在界限之外");
        else
            buf_add_c(out, "是别的");
    }
}

bool flow_some_offered(const Flow *f, size_t step, const FlowFilled *opening, Arena *a, Err *e) {
    const FlowStep *s = &flow_steps(f)[step];
    Cases c = {.f = f, .step = s, .arena = a, .filled = flow_filled_at_act(f, s, opening)};
    const Node *at = content_place(flow_step_place(f, step), "actions");
    scoped_buf Buf text;

    buf_init(&text, 240);
    for (size_t i = 0; i < s->actions.count; i++)
        if (leads_on(&step_actions(s)[i]) && step_actions(s)[i].when.count == 0)
            return true;
    if (!gather(&c))
        return content_fail(at, e,
                            "步骤“%.*s”的条件太多，无法证明总有一个动作可用：加一个没有条件的动作",
                            STR_ARG(s->title));
    do {
        if (!some_offered(&c)) {
            tell_case(&c, &text);
            return content_fail(
                at, e, "步骤“%.*s”可能没有动作可用（%s）：补上这种情形，或加一个没有条件的动作",
                STR_ARG(s->title), text.len > 0 ? text.ptr : "没有能往下走的动作");
        }
    } while (next_case(&c));
    return true;
}
