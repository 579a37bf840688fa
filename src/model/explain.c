/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/explain.c: what a model is, told to people: its conditions, its page, its version. */
#include <stdio.h>
#include <string.h>

#include "content/sealing.h"
#include "model/read.h"
#include "base/banned.h"

const BindName strength_names[] = {
    {"strong", STRENGTH_STRONG, "证件号一致"},
    {"weak_birth", STRENGTH_WEAK_BIRTH, "姓名+出生日期"},
    {"weak_division", STRENGTH_WEAK_DIVISION, "姓名+区划"},
    {"weak_tail", STRENGTH_WEAK_TAIL, "姓名+尾号"},
    {"weak_name", STRENGTH_WEAK_NAME, "名称一致"},
    {NULL, 0, NULL},
};

static const BindName level_titles[] = {
    {"high", 0, "高"}, {"medium", 0, "中"}, {"low", 0, "低"}, {NULL, 0, NULL}};

static Str title_in(const BindName *names, Str word) {
    for (const BindName *n = names; n->name != NULL; n++)
        if (str_is(word, n->name))
            return str_of(n->title);
    return word;
}

Str level_title(Str level) {
    return title_in(level_titles, level);
}

Str model_id(const Model *m) {
    return m->model;
}

Str model_title(const Model *m) {
    return m->title;
}

bool model_sealed(const Model *m) {
    return m->sealed_allowed;
}

Str model_version(const Model *m) {
    return m->version;
}

const Node *model_tree(const Model *m) {
    return m->tree;
}

bool model_uses_today(const Model *m) {
    return m->uses_today;
}

size_t model_datasets(const Model *m, const Dataset *const **out) {
    *out = m->datasets;
    return m->dataset_count;
}

/* --- walking all expressions ----------------------------------------------------------------- */

typedef void See(const Expr *x, void *with);

static void walk_conditions(const Conditions *c, See *see, void *with) {
    for (size_t i = 0; i < c->count; i++)
        expr_walk(c->items[i].expr, see, with);
}

void rule_walk(const Rule *r, void (*see)(const Expr *x, void *with), void *with) {
    walk_conditions(&r->where, see, with);
    walk_conditions(&r->require, see, with);
    for (size_t i = 0; i < r->unless_count; i++)
        walk_conditions(&r->unless[i].where, see, with);
    for (size_t i = 0; i < r->measure_count; i++) {
        walk_conditions(&r->measures[i].where, see, with);
        if (r->measures[i].of != NULL)
            expr_walk(r->measures[i].of, see, with);
    }
    for (size_t i = 0; i < r->output_count; i++)
        expr_walk(r->outputs[i], see, with);
}

/* --- version --------------------------------------------------------------------------------- */

typedef struct Signature {
    Buf text;
    bool today, calendar;
    const Content *content;
} Signature;

static void sign_period(Signature *s, const Period *p) {
    buf_addf(&s->text, "period %.*s %lld %d %d\n", STR_ARG(p->period), (long long)p->count, p->unit,
             p->roll);
    s->calendar |= p->unit == PERIOD_WORKDAY || p->roll == ROLL_WORKDAY;
}

static void sign_table(Signature *s, const CodeTable *t) {
    const CodeEntry *entries = t->entries.items;

    buf_addf(&s->text, "table %.*s\n", STR_ARG(t->codes));
    for (size_t i = 0; i < t->entries.count; i++) {
        buf_addf(&s->text, "%.*s|%d|%d", STR_ARG(entries[i].title), entries[i].in_force_from,
                 entries[i].in_force_to);
        for (size_t j = 0; j < entries[i].aliases.count; j++)
            buf_addf(&s->text, "|%.*s", STR_ARG(((const Str *)entries[i].aliases.items)[j]));
        if (entries[i].values != NULL)
            json_write(entries[i].values, &s->text);
        buf_add_char(&s->text, '\n');
    }
}

static void sign_expr(const Expr *x, void *with) {
    Signature *s = with;

    s->today |= x->kind == EXPR_TODAY || (x->kind == EXPR_CALL && x->function == FN_OVERDUE);
    s->calendar |= x->kind == EXPR_SPAN && x->unit == SPAN_WORKDAY;
    if (x->period != NULL)
        sign_period(s, x->period);
    if (x->table != NULL)
        sign_table(s, x->table);
}

static void sign_alias(Signature *s, const Alias *a) {
    buf_addf(&s->text, "%.*s:%.*s.%.*s\n", STR_ARG(a->alias), STR_ARG(a->dataset->dataset),
             STR_ARG(a->subject->key));
}

static void sign_conditions(Signature *s, const char *what, const Conditions *c) {
    for (size_t i = 0; i < c->count; i++) {
        buf_addf(&s->text, "%s ", what);
        expr_write(c->items[i].expr, &s->text);
        buf_add_char(&s->text, '\n');
    }
}

static void sign_template(Signature *s, const Template *t) {
    for (size_t i = 0; i < t->count; i++) {
        if (t->parts[i].expr == NULL)
            buf_add(&s->text, t->parts[i].text);
        else {
            buf_add_char(&s->text, '{');
            expr_write(t->parts[i].expr, &s->text);
            buf_add_char(&s->text, '}');
        }
    }
    buf_add_char(&s->text, '\n');
}

static void sign_clue(Signature *s, const Rule *r) {
    const Clue *c = &r->clue;

    for (size_t i = 0; i < c->once_per_count; i++) {
        buf_add_c(&s->text, "once ");
        expr_write(r->outputs[c->once_per[i]], &s->text);
    }
    if (c->subject != SIZE_MAX)
        expr_write(r->outputs[c->subject], &s->text);
    if (c->event_on != SIZE_MAX)
        expr_write(r->outputs[c->event_on], &s->text);
    if (c->amount != SIZE_MAX)
        expr_write(r->outputs[c->amount], &s->text);
    for (size_t i = 0; i < c->level_count; i++) {
        buf_addf(&s->text, "\nlevel %.*s ", STR_ARG(c->levels[i].level));
        if (c->levels[i].when != NULL)
            expr_write(c->levels[i].when, &s->text);
    }
    buf_addf(&s->text, "\nsuggests %.*s\n", STR_ARG(c->suggests));
    sign_template(s, &c->title);
    sign_template(s, &c->explain);
}

static void sign_rule(Signature *s, const Rule *r) {
    buf_addf(&s->text, "rule %.*s kind %d passes %u\n", STR_ARG(r->rule), r->kind, r->passes);
    for (size_t i = 0; i < r->from_count; i++)
        sign_alias(s, &r->from[i]);
    sign_conditions(s, "where", &r->where);
    for (size_t i = 0; i < r->unless_count; i++) {
        buf_add_c(&s->text, "unless ");
        sign_alias(s, &r->unless[i].from);
        sign_conditions(s, "where", &r->unless[i].where);
    }
    for (size_t i = 0; i < r->measure_count; i++) {
        const Measure *m = &r->measures[i];

        buf_addf(&s->text, "measure %.*s %d %d ", STR_ARG(m->measure), m->aggregate, m->evidence);
        if (m->of != NULL)
            expr_write(m->of, &s->text);
        sign_alias(s, &m->from);
        sign_conditions(s, "where", &m->where);
    }
    sign_conditions(s, "require", &r->require);
    sign_clue(s, r);
    rule_walk(r, sign_expr, s);
}

static void add_dataset(Arena *a, Model *m, const Dataset *d) {
    const Dataset **grown;

    for (size_t i = 0; i < m->dataset_count; i++)
        if (m->datasets[i] == d)
            return;
    grown = arena_array_of(a, m->dataset_count + 1, const Dataset *);
    if (m->dataset_count > 0)
        memcpy(grown, m->datasets, m->dataset_count * sizeof *grown);
    grown[m->dataset_count++] = d;
    m->datasets = grown;
}

void model_settle(Arena *a, Model *m) {
    Signature s = {.content = m->content};
    unsigned char hash[SM3_SIZE];
    char version[13], calendar[33];

    buf_init(&s.text, 8 << 20);
    buf_addf(&s.text, "lianheng model 1 %.*s\n", STR_ARG(m->model));
    for (size_t i = 0; i < m->rule_count; i++) {
        const Rule *r = &m->rules[i];

        sign_rule(&s, r);
        for (size_t j = 0; j < r->from_count; j++)
            add_dataset(a, m, r->from[j].dataset);
        for (size_t j = 0; j < r->unless_count; j++)
            add_dataset(a, m, r->unless[j].from.dataset);
        for (size_t j = 0; j < r->measure_count; j++)
            add_dataset(a, m, r->measures[j].from.dataset);
    }
    for (size_t i = 0; i < m->dataset_count; i++)
        if (m->datasets[i]->sealing.count)
            buf_addf(&s.text, "sealing %zu %llx\n", i,
                     (unsigned long long)sealing_mark(m->datasets[i]));
    if (m->sealed_allowed)
        buf_add_c(&s.text, "sealed\n");
    m->uses_today = s.today;
    m->uses_calendar = s.calendar;
    if (s.calendar) {
        calendar_digest(m->content, calendar);
        buf_add_c(&s.text, calendar);
    }
    sm3(s.text.ptr, s.text.len, hash);
    for (int i = 0; i < 6; i++)
        snprintf(version + 2 * i, 3, "%02x", hash[i]);
    m->version = str_dup(a, str_of(version));
    buf_done(&s.text);
}

/* --- fields in use --------------------------------------------------------------------------- */

typedef struct Use {
    Str alias, field;
    bool found;
} Use;

static void see_use(const Expr *x, void *with) {
    Use *u = with;

    if (x->column != NULL && str_eq(x->alias->alias, u->alias) &&
        str_eq(x->column->field, u->field))
        u->found = true;
}

bool model_uses_field(const Model *m, Str alias, Str field) {
    Use u = {alias, field, false};

    for (size_t i = 0; i < m->rule_count; i++) {
        const Rule *r = &m->rules[i];

        rule_walk(r, see_use, &u);
        for (size_t j = 0; j < r->from_count; j++)
            u.found |= str_eq(r->from[j].alias, alias) && str_eq(r->from[j].subject->key, field);
        for (size_t j = 0; j < r->clue.evidence_count; j++)
            for (size_t k = 0; k < r->clue.evidence[j].count; k++)
                u.found |= str_eq(r->clue.evidence[j].alias, alias) &&
                           str_eq(r->clue.evidence[j].fields[k]->field, field);
    }
    return u.found;
}

/* --- steps ----------------------------------------------------------------------------------- */

static Str sentence_of_condition(const Rule *r, const Condition *c, Arena *a) {
    scoped_buf Buf text;

    buf_init(&text, 1 << 16);
    condition_sentence(r, c, &text);
    return str_dup(a, buf_str(&text));
}

static Str sentence_of_unless(const Rule *r, const Unless *u, Arena *a) {
    scoped_buf Buf text;

    buf_init(&text, 1 << 16);
    unless_sentence(r, u, &text);
    return str_dup(a, buf_str(&text));
}

static Str text_of_unless(const Unless *u, Arena *a) {
    scoped_buf Buf text;

    buf_init(&text, 1 << 16);
    buf_addf(&text, "unless %.*s: %.*s", STR_ARG(u->from.alias), STR_ARG(u->from.dataset->dataset));
    for (size_t i = 0; i < u->where.count; i++)
        buf_addf(&text, "%s%.*s", i == 0 ? " where " : " and ", STR_ARG(u->where.items[i].text));
    return str_dup(a, buf_str(&text));
}

static Str text_of_match(const Rule *r, Arena *a) {
    scoped_buf Buf text;

    buf_init(&text, 1 << 12);
    buf_addf(&text, "match %s:", subject_kind_names[r->kind].name);
    for (size_t i = 0; i < r->from_count; i++)
        buf_addf(&text, "%s%.*s.%.*s", i == 0 ? " " : " = ", STR_ARG(r->from[i].alias),
                 STR_ARG(r->from[i].subject->key));
    return str_dup(a, buf_str(&text));
}

static Str sentence_of_match(const Rule *r, Arena *a) {
    scoped_buf Buf text;

    buf_init(&text, 1 << 12);
    for (size_t i = 0; i < r->from_count; i++)
        buf_addf(&text, "%s%.*s的%.*s",
                 i == 0                  ? ""
                 : i + 1 < r->from_count ? "、"
                                         : "与",
                 STR_ARG(r->from[i].dataset->title), STR_ARG(r->from[i].subject->key_field->title));
    buf_addf(&text, "指向同一%s", subject_kind_names[r->kind].title);
    return str_dup(a, buf_str(&text));
}

static Str sentence_of_gathering(const Rule *r, Arena *a) {
    scoped_buf Buf text;

    buf_init(&text, 1 << 12);
    buf_addf(&text, "同一%s", subject_kind_names[r->kind].title);
    for (size_t i = 0; i < r->clue.once_per_count; i++) {
        buf_add_c(&text, "、同一");
        sentence_write(r, r->outputs[r->clue.once_per[i]], &text);
    }
    buf_add_c(&text, "合并为一条线索");
    return str_dup(a, buf_str(&text));
}

static Str sentence_of_anchor(const Model *m, const Rule *r, Arena *a) {
    bool titled = m->rule_count > 1;

    return str_format(a, "%s%.*s%s全部“%.*s”记录", titled ? "〔" : "", STR_ARG(r->title),
                      titled ? "〕" : "", STR_ARG(r->from[0].dataset->title));
}

void funnel_label(const Model *m, const Rule *r, Arena *a, FunnelStep *steps) {
    size_t n = 0;

    steps[n].condition = str_format(a, "from %.*s: %.*s", STR_ARG(r->from[0].alias),
                                    STR_ARG(r->from[0].dataset->dataset));
    steps[n++].sentence = sentence_of_anchor(m, r, a);
    if (r->from_count > 1) {
        steps[n].condition = text_of_match(r, a);
        steps[n++].sentence = sentence_of_match(r, a);
    }
    for (size_t i = 0; i < r->where.count; i++, n++) {
        steps[n].condition = r->where.items[i].text;
        steps[n].sentence = sentence_of_condition(r, &r->where.items[i], a);
    }
    for (size_t i = 0; i < r->unless_count; i++, n++) {
        steps[n].condition = text_of_unless(&r->unless[i], a);
        steps[n].sentence = sentence_of_unless(r, &r->unless[i], a);
    }
    for (size_t i = 0; i < r->require.count; i++, n++) {
        steps[n].condition = r->require.items[i].text;
        steps[n].sentence = sentence_of_condition(r, &r->require.items[i], a);
    }
    steps[n].condition = STR("clue");
    steps[n].sentence = sentence_of_gathering(r, a);
}

/* --- the page -------------------------------------------------------------------------------- */

static Node *condition_node(Arena *a, const char *kind, Str text, Str sentence) {
    Node *n = node_map(a);

    node_set_text(a, n, "kind", str_of(kind));
    node_set_text(a, n, "text", text);
    node_set_text(a, n, "sentence", sentence);
    return n;
}

static Node *describe_conditions(const Model *m, Arena *a) {
    Node *list = node_list(a);

    for (size_t i = 0; i < m->rule_count; i++) {
        const Rule *r = &m->rules[i];

        node_add(a, list,
                 condition_node(a, "from",
                                str_format(a, "%.*s: %.*s", STR_ARG(r->from[0].alias),
                                           STR_ARG(r->from[0].dataset->dataset)),
                                sentence_of_anchor(m, r, a)));
        if (r->from_count > 1)
            node_add(a, list,
                     condition_node(a, "match", text_of_match(r, a), sentence_of_match(r, a)));
        for (size_t j = 0; j < r->where.count; j++)
            node_add(a, list,
                     condition_node(a, "where", r->where.items[j].text,
                                    sentence_of_condition(r, &r->where.items[j], a)));
        for (size_t j = 0; j < r->unless_count; j++)
            node_add(a, list,
                     condition_node(a, "unless", text_of_unless(&r->unless[j], a),
                                    sentence_of_unless(r, &r->unless[j], a)));
        for (size_t j = 0; j < r->measure_count; j++) {
            scoped_buf Buf text;

            buf_init(&text, 1 << 16);
            measure_sentence(r, &r->measures[j], &text);
            node_add(a, list, condition_node(a, "measure", r->measures[j].measure, buf_str(&text)));
        }
        for (size_t j = 0; j < r->require.count; j++)
            node_add(a, list,
                     condition_node(a, "require", r->require.items[j].text,
                                    sentence_of_condition(r, &r->require.items[j], a)));
    }
    return list;
}

static Node *describe_basis(const BindList *from, Arena *a) {
    const Basis *basis = from->items;
    Node *list = node_list(a);

    for (size_t i = 0; i < from->count; i++) {
        Node *n = node_map(a);

        node_set_text(a, n, "law", basis[i].law);
        node_set_text(a, n, "article", basis[i].article);
        node_set_text(a, n, "note", basis[i].note);
        node_set_text(a, n, "status", basis[i].status);
        node_set_bool(a, n, "review", basis[i].review);
        node_add(a, list, n);
    }
    return list;
}

static Node *describe_parameters(const Model *m, Arena *a) {
    Node *list = node_list(a);

    for (size_t i = 0; i < m->parameter_count; i++) {
        const Parameter *p = &m->parameters[i];
        Node *n = node_map(a);
        scoped_buf Buf value;

        buf_init(&value, 4096);
        sentence_write(&m->rules[0], p->value, &value);
        node_set_text(a, n, "parameter", p->parameter);
        node_set_text(a, n, "title", p->title);
        node_set_text(a, n, "type", p->type);
        node_set_text(a, n, "value", buf_str(&value));
        node_add(a, list, n);
    }
    return list;
}

static Node *describe_datasets(const Model *m, Arena *a) {
    Node *list = node_list(a);

    for (size_t i = 0; i < m->dataset_count; i++) {
        Node *n = node_map(a);

        node_set_text(a, n, "dataset", m->datasets[i]->dataset);
        node_set_text(a, n, "title", m->datasets[i]->title);
        node_add(a, list, n);
    }
    return list;
}

static Node *describe_cases(const Model *m, Arena *a) {
    const Node *cases = node_get(m->tree, "cases");
    Node *list = node_list(a);

    for (size_t i = 0; cases != NULL && i < cases->count; i++) {
        const Node *from = cases->items[i], *rows = node_get(from, "rows"),
                   *hits = node_get(from, "hits");
        Node *n = node_map(a);
        int64_t count = 0;

        for (size_t j = 0; rows != NULL && j < rows->count; j++)
            count += (int64_t)rows->items[j]->count;
        node_set_text(a, n, "title", node_text(from, "title"));
        node_set_int(a, n, "rows", count);
        node_set_int(a, n, "hits", hits != NULL ? (int64_t)hits->count : 0);
        node_add(a, list, n);
    }
    return list;
}

static Node *describe_strengths(const Model *m, Arena *a) {
    Node *list = node_list(a);
    unsigned passes = 0;

    for (size_t i = 0; i < m->rule_count; i++)
        passes |= m->rules[i].passes;
    for (const BindName *n = strength_names; n->name != NULL; n++) {
        if ((passes & (1u << n->value)) == 0)
            continue;
        Node *item = node_map(a);

        node_set_text(a, item, "strength", str_of(n->name));
        node_set_text(a, item, "title", str_of(n->title));
        node_add(a, list, item);
    }
    return list;
}

/* The greatest level a clue of this model can have. */
static Str highest_level(const Model *m) {
    static const char *const levels[] = {"high", "medium", "low"};

    for (size_t l = 0; l < 3; l++)
        for (size_t i = 0; i < m->rule_count; i++)
            for (size_t j = 0; j < m->rules[i].clue.level_count; j++)
                if (str_is(m->rules[i].clue.levels[j].level, levels[l]))
                    return str_of(levels[l]);
    return STR("low");
}

Node *model_describe(const Model *m, Arena *a) {
    Node *n = node_map(a);

    node_set_text(a, n, "model", m->model);
    node_set_text(a, n, "title", m->title);
    node_set_text(a, n, "number", m->number);
    node_set_text(a, n, "group", m->group);
    node_set_text(a, n, "field", m->field);
    node_set_text(a, n, "level", highest_level(m));
    node_set_text(a, n, "suggests", m->suggests);
    node_set_text(a, n, "suggests_title", suggests_title(m->content, m->suggests));
    node_set_bool(a, n, "review", m->review);
    node_set_text(a, n, "version", m->version);
    node_set_bool(a, n, "uses_today", m->uses_today);
    node_set_text(a, n, "description", m->description);
    node_set_text(a, n, "product", m->product);
    node_set_text(a, n, "false_positives", m->false_positives);
    node_set(a, n, "datasets", describe_datasets(m, a));
    node_set(a, n, "conditions", describe_conditions(m, a));
    node_set(a, n, "strengths", describe_strengths(m, a));
    node_set(a, n, "basis", describe_basis(&m->basis, a));
    if (m->sealed_allowed)
        node_set(a, n, "sealed_basis", describe_basis(&m->sealed_basis, a));
    node_set(a, n, "parameters", describe_parameters(m, a));
    node_set(a, n, "cases", describe_cases(m, a));
    return n;
}
