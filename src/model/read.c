/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/read.c: a model's YAML to a checked model. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "model/read.h"
#include "base/banned.h"

static const BindName strength_words[] = {
    {"birth", STRENGTH_WEAK_BIRTH, "姓名+出生日期"},
    {"division", STRENGTH_WEAK_DIVISION, "姓名+区划"},
    {"tail", STRENGTH_WEAK_TAIL, "姓名+尾号"},
    {"name", STRENGTH_WEAK_NAME, "名称一致"},
    {NULL, 0, NULL},
};

static const BindName level_names[] = {
    {"high", 2, "高"}, {"medium", 1, "中"}, {"low", 0, "低"}, {NULL, 0, NULL}};

static const Bind parameter_rows[] = {
    BIND_STR(Parameter, parameter, "parameter", REQUIRED, "name in expressions"),
    BIND_STR(Parameter, title, "title", REQUIRED, "Chinese name"),
    BIND_STR(Parameter, type, "type", REQUIRED, "integer, number, money, text, date, span or area"),
    BIND_NODE(Parameter, standard, "default", REQUIRED, "a literal: 5, 2万元, 90 天"),
    BIND_END,
};

const Bind model_rows[] = {
    BIND_STR(ModelText, model, "model", REQUIRED, "id; equals the file name"),
    BIND_STR(ModelText, number, "number", OPTIONAL, "number in the ledger, M01"),
    BIND_STR(ModelText, title, "title", REQUIRED, "Chinese title"),
    BIND_STR(ModelText, group, "group", REQUIRED, "heading in the ledger"),
    BIND_STR(ModelText, field, "field", OPTIONAL, "kind of procuratorial work"),
    BIND_STR(ModelText, description, "description", REQUIRED,
             "what it looks for, for a prosecutor"),
    BIND_OBJECTS(ModelText, basis, "basis", REQUIRED, basis_rows, Basis, "legal basis"),
    BIND_STR(ModelText, product, "product", REQUIRED, "what is done with a clue"),
    BIND_STR(ModelText, false_positives, "false_positives", REQUIRED,
             "what to check before acting"),
    BIND_BOOL(ModelText, review, "review", OPTIONAL, "rules wait for a lawyer's confirmation"),
    BIND_OBJECTS(ModelText, parameters, "parameters", OPTIONAL, parameter_rows, Parameter,
                 "values an office may change"),
    BIND_NODE(ModelText, define, "define", OPTIONAL, "name: expression, usable after it"),
    BIND_NODE(ModelText, text.from, "from", OPTIONAL, "alias: dataset; the first is the anchor"),
    BIND_NODE(ModelText, text.match, "match", OPTIONAL, "{person: [alias.field, …]}"),
    BIND_NODE(ModelText, text.weak, "weak", OPTIONAL, "weak passes: birth, division, tail, name"),
    BIND_NODE(ModelText, text.where, "where", OPTIONAL, "conditions, each a funnel step"),
    BIND_NODE(ModelText, text.unless, "unless", OPTIONAL, "rows that must not exist"),
    BIND_NODE(ModelText, text.measure, "measure", OPTIONAL,
              "figures over rows of the same subject"),
    BIND_NODE(ModelText, text.require, "require", OPTIONAL, "conditions on figures"),
    BIND_NODE(ModelText, text.clue, "clue", OPTIONAL, "what a hit tells"),
    BIND_NODE(ModelText, rules, "rules", OPTIONAL, "several questions in one model"),
    BIND_NODE(ModelText, sealed, "sealed", OPTIONAL,
              "{allowed: true, basis: […]}: may look at records sealed by law"),
    BIND_NODE(ModelText, cases, "cases", REQUIRED, "rows in, hits out"),
    BIND_END,
};

const Bind rule_rows[] = {
    BIND_STR(RuleText, rule, "rule", REQUIRED, "id inside the model"),
    BIND_STR(RuleText, title, "title", REQUIRED, "Chinese title"),
    BIND_NODE(RuleText, from, "from", OPTIONAL, "as in the model; taken from there when missing"),
    BIND_NODE(RuleText, match, "match", OPTIONAL, "as in the model"),
    BIND_NODE(RuleText, weak, "weak", OPTIONAL, "as in the model"),
    BIND_NODE(RuleText, where, "where", OPTIONAL, "after those of the model"),
    BIND_NODE(RuleText, unless, "unless", OPTIONAL, "after those of the model"),
    BIND_NODE(RuleText, measure, "measure", OPTIONAL, "after those of the model"),
    BIND_NODE(RuleText, require, "require", OPTIONAL, "after those of the model"),
    BIND_NODE(RuleText, clue, "clue", OPTIONAL, "keys that differ from the model's"),
    BIND_END,
};

typedef struct ClueText {
    const Node *once_per, *subject, *event_on, *amount, *level, *title, *explain, *evidence;
    Str suggests;
} ClueText;

static const Bind clue_rows[] = {
    BIND_NODE(ClueText, once_per, "once_per", OPTIONAL, "with the subject: what makes a clue one"),
    BIND_NODE(ClueText, subject, "subject", OPTIONAL,
              "name shown for the subject; the anchor's when missing"),
    BIND_NODE(ClueText, event_on, "event_on", OPTIONAL, "date of the event"),
    BIND_NODE(ClueText, amount, "amount", OPTIONAL, "money for ranking"),
    BIND_NODE(ClueText, level, "level", OPTIONAL, "high, medium, low, or a list of {if, level}"),
    BIND_NODE(ClueText, title, "title", OPTIONAL, "template"),
    BIND_NODE(ClueText, explain, "explain", OPTIONAL, "template"),
    BIND_STR(ClueText, suggests, "suggests", OPTIONAL,
             "of the code table clue_suggestions; a flow must begin as it"),
    BIND_NODE(ClueText, evidence, "evidence", OPTIONAL, "alias: [fields] shown as used"),
    BIND_END,
};

static const Bind condition_rows[] = {
    BIND_NODE(ConditionText, when, "if", REQUIRED, "the condition"),
    BIND_STR(ConditionText, says, "says", OPTIONAL, "Chinese sentence for the funnel"),
    BIND_END,
};

static const Bind unless_rows[] = {
    BIND_NODE(UnlessText, from, "from", REQUIRED, "{alias: dataset}"),
    BIND_NODE(UnlessText, key, "key", OPTIONAL, "alias.field with the subject's key"),
    BIND_NODE(UnlessText, where, "where", OPTIONAL, "conditions on the row"),
    BIND_STR(UnlessText, says, "says", OPTIONAL, "Chinese sentence for the funnel"),
    BIND_END,
};

static const Bind measure_rows[] = {
    BIND_STR(MeasureText, title, "title", REQUIRED, "Chinese name"),
    BIND_NODE(MeasureText, from, "from", REQUIRED, "{alias: dataset}"),
    BIND_NODE(MeasureText, key, "key", OPTIONAL, "alias.field with the subject's key"),
    BIND_NODE(MeasureText, where, "where", OPTIONAL, "conditions on the rows counted"),
    BIND_NODE(MeasureText, count, "count", OPTIONAL, "rows, or distinct EXPRESSION"),
    BIND_NODE(MeasureText, sum, "sum", OPTIONAL, "sum of an expression, 0 when there is no row"),
    BIND_NODE(MeasureText, first, "first", OPTIONAL, "smallest value"),
    BIND_NODE(MeasureText, last, "last", OPTIONAL, "greatest value"),
    BIND_BOOL(MeasureText, evidence, "evidence", OPTIONAL, "its rows support the clue"),
    BIND_END,
};

/* --- helpers --------------------------------------------------------------------------------- */

bool node_fail(const Node *n, Err *e, const char *text) {
    char where[NODE_WHERE];

    node_where(n, where);
    return err_set(e, ERR_CONTENT, where, "%s", text);
}

__attribute__((format(printf, 3, 4))) static bool node_failf(const Node *n, Err *e,
                                                             const char *format, ...) {
    char text[480];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return node_fail(n, e, text);
}

static bool is_scalar(const Node *n) {
    return n != NULL && n->kind != NODE_LIST && n->kind != NODE_MAP && n->kind != NODE_NULL;
}

static bool scalar(const Node *n, Err *e) {
    return is_scalar(n) || node_fail(n, e, "这里应当是一条表达式");
}

/* A name people may use in expressions. */
static bool good_name(Str s) {
    if (s.len == 0 || s.len > 40 || s.ptr[0] < 'a' || s.ptr[0] > 'z')
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    static const char *const taken[] = {"today", "and",      "or",      "not",    "in",
                                        "is",    "contains", "between", "within", "before",
                                        "after", "empty",    "true",    "false"};

    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (str_is(s, taken[i]))
            return false;
    return true;
}

static Expr *read_expr(Scope *s, const Node *n, ValueType wanted) {
    return scalar(n, s->e) ? check_text(s, n->text, (ExprPlace){n, 0}, wanted) : NULL;
}

/* --- conditions ------------------------------------------------------------------------------ */

static bool read_condition(Scope *s, const Node *n, Condition *out) {
    ConditionText text = {0};

    if (n->kind == NODE_MAP) {
        if (!bind_read(s->arena, condition_rows, n, &text, s->e))
            return false;
    } else
        text.when = n;
    out->expr = read_expr(s, text.when, TYPE_BOOL);
    if (out->expr == NULL)
        return false;
    out->text = text.when->text;
    out->says = text.says;
    out->place = (ExprPlace){text.when, 0};
    return true;
}

/* Append the conditions of a list, or of one scalar. NULL adds nothing. */
static bool read_conditions(Scope *s, const Node *n, Conditions *out) {
    const Node *const one[] = {n};
    size_t count = n == NULL ? 0 : n->kind == NODE_LIST ? n->count : 1;
    Condition *items;

    if (out->count + count > MODEL_CONDITIONS_MAX)
        return node_fail(n, s->e, "条件太多：一个模型最多 64 条");
    items = arena_array_of(s->arena, out->count + count, Condition);
    if (out->count > 0)
        memcpy(items, out->items, out->count * sizeof *items);
    for (size_t i = 0; i < count; i++)
        if (!read_condition(s, n->kind == NODE_LIST ? n->items[i] : one[0], &items[out->count + i]))
            return false;
    out->items = items;
    out->count += count;
    return true;
}

/* --- aliases --------------------------------------------------------------------------------- */

static bool alias_taken(const Scope *s, Str name) {
    for (size_t i = 0; i < s->alias_count; i++)
        if (str_eq(s->aliases[i]->alias, name))
            return true;
    for (size_t i = 0; i < s->measure_count; i++)
        if (str_eq(s->measures[i].measure, name))
            return true;
    for (size_t i = 0; i < s->model->parameter_count; i++)
        if (str_eq(s->model->parameters[i].parameter, name))
            return true;
    for (size_t i = 0; i < s->model->definition_count; i++)
        if (str_eq(s->model->definitions[i].name, name))
            return true;
    return false;
}

static bool read_alias(Scope *s, const Node *map, size_t i, Alias *out) {
    const Node *value = map->items[i];
    Err why = {0};
    char where[NODE_WHERE];

    out->alias = map->keys[i];
    out->node = value;
    if (!good_name(out->alias))
        return node_failf(value, s->e, "别名“%.*s”只能由小写字母、数字和下划线组成，且不能是保留字",
                          STR_ARG(out->alias));
    if (alias_taken(s, out->alias))
        return node_failf(value, s->e, "名称“%.*s”用了两次", STR_ARG(out->alias));
    if (!scalar(value, s->e))
        return false;
    out->dataset = content_dataset(s->model->content, value->text, &why);
    node_where(value, where);
    return out->dataset != NULL || err_set(s->e, ERR_CONTENT, where, "%s", why.text);
}

/* The subject of `kind` whose key column is `field`; without a field the only one there is. */
static bool find_subject(Scope *s, const Node *at, Alias *alias, int kind, Str field) {
    const Dataset *d = alias->dataset;
    Nearest near = {.name = field};
    char hint[160];
    size_t found = 0;

    for (size_t i = 0; i < d->subjects.count; i++) {
        const Subject *subject = &dataset_subjects(d)[i];

        if (subject->kind != kind)
            continue;
        found++;
        if (field.len == 0 || str_eq(subject->key, field))
            alias->subject = subject;
        nearest_try(&near, subject->key);
    }
    if (field.len == 0 && found > 1)
        return node_failf(at, s->e, "数据集“%.*s”有几个同类主体，请用 key 写明用哪一个字段",
                          STR_ARG(d->title));
    if (alias->subject != NULL)
        return true;
    if (found == 0)
        return node_failf(at, s->e, "数据集“%.*s”没有%s主体", STR_ARG(d->title),
                          subject_kind_names[kind].title);
    if (near.best.len == 0)
        near.best = STR("");
    return node_failf(at, s->e, "“%.*s”不是数据集“%.*s”的%s主键%s", STR_ARG(field),
                      STR_ARG(d->title), subject_kind_names[kind].title, nearest_hint(&near, hint));
}

/* "alias.field" */
static bool split_key(Scope *s, const Node *n, Str *alias, Str *field) {
    if (!scalar(n, s->e))
        return false;
    *field = str_trim(n->text);
    if (!str_split(field, '.', alias) || field->len == 0)
        return node_fail(n, s->e, "主键应写成 别名.字段");
    return true;
}

/* One {alias: dataset} with its key, for unless and measure. */
static bool read_side(Scope *s, const Rule *r, const Node *from, const Node *key, Alias *out) {
    Str alias, field = {0};

    if (from->kind != NODE_MAP || from->count != 1)
        return node_fail(from, s->e, "这里应当写一个 {别名: 数据集}");
    if (!read_alias(s, from, 0, out))
        return false;
    if (key != NULL) {
        if (!split_key(s, key, &alias, &field))
            return false;
        if (!str_eq(alias, out->alias))
            return node_failf(key, s->e, "主键应当是别名“%.*s”的字段", STR_ARG(out->alias));
    }
    return find_subject(s, key != NULL ? key : from, out, r->kind, field);
}

static bool read_from(Scope *s, Rule *r, const Node *from) {
    if (from == NULL || from->kind != NODE_MAP || from->count == 0)
        return node_fail(from != NULL ? from : s->model->tree, s->e,
                         "模型缺少 from：至少写一个 别名: 数据集");
    if (from->count > MODEL_ALIASES_MAX)
        return node_fail(from, s->e, "from 最多 8 个数据集");
    r->from = arena_array_of(s->arena, from->count, Alias);
    for (size_t i = 0; i < from->count; i++) {
        if (!read_alias(s, from, i, &r->from[i]))
            return false;
        s->aliases[s->alias_count++] = &r->from[i];
    }
    r->from_count = from->count;
    for (size_t i = 0; i < r->from_count; i++)
        for (size_t j = 0; j < r->from_count; j++)
            r->from[i].shared |= i != j && r->from[i].dataset == r->from[j].dataset;
    return true;
}

static bool read_match(Scope *s, Rule *r, const Node *match) {
    const Node *list =
        match != NULL && match->kind == NODE_MAP && match->count == 1 ? match->items[0] : NULL;
    Nearest near = {0};
    char hint[160];

    if (list == NULL || list->kind != NODE_LIST)
        return node_fail(
            match != NULL ? match : s->model->tree, s->e,
            "match 应写成 {主体种类: [别名.字段, …]}，如 {person: [license.holder_id_no]}");
    near.name = match->keys[0];
    r->kind = -1;
    for (const BindName *n = subject_kind_names; n->name != NULL; n++) {
        nearest_try(&near, str_of(n->name));
        if (str_is(match->keys[0], n->name))
            r->kind = n->value;
    }
    if (r->kind < 0)
        return node_failf(match, s->e, "没有主体种类“%.*s”%s", STR_ARG(match->keys[0]),
                          nearest_hint(&near, hint));
    for (size_t i = 0; i < list->count; i++) {
        Str name, field;
        Alias *alias = NULL;

        if (!split_key(s, list->items[i], &name, &field))
            return false;
        for (size_t j = 0; j < r->from_count; j++)
            if (str_eq(r->from[j].alias, name))
                alias = &r->from[j];
        if (alias == NULL)
            return node_failf(list->items[i], s->e, "from 里没有别名“%.*s”", STR_ARG(name));
        if (alias->subject != NULL)
            return node_failf(list->items[i], s->e, "别名“%.*s”在 match 里出现了两次",
                              STR_ARG(name));
        if (!find_subject(s, list->items[i], alias, r->kind, field))
            return false;
    }
    for (size_t i = 0; i < r->from_count; i++)
        if (r->from[i].subject == NULL)
            return node_failf(list, s->e, "match 没有写别名“%.*s”用哪个字段",
                              STR_ARG(r->from[i].alias));
    return true;
}

static bool read_weak(Scope *s, Rule *r, const Node *weak) {
    r->passes = 1u << STRENGTH_STRONG;
    if (weak == NULL)
        return true;
    if (weak->kind != NODE_LIST)
        return node_fail(weak, s->e, "weak 应写成列表，如 [birth, tail]");
    for (size_t i = 0; i < weak->count; i++) {
        const BindName *found = NULL;

        for (const BindName *n = strength_words; n->name != NULL; n++)
            if (str_is(weak->items[i]->text, n->name))
                found = n;
        bool fits =
            found != NULL &&
            (found->value == STRENGTH_WEAK_NAME ? SUBJECT_ORGANISATION : SUBJECT_PERSON) == r->kind;

        if (!fits)
            return node_fail(weak->items[i], s->e,
                             "弱匹配：人可用 birth、division、tail，单位可用 name");
        r->passes |= 1u << found->value;
        if (!pass_possible(r, (Strength)found->value))
            return node_failf(weak->items[i], s->e,
                              "这一弱匹配要求每个数据集的主体都写明姓名（名称）字段：%.*s",
                              STR_ARG(r->from[0].dataset->title));
    }
    return true;
}

/* --- unless and measure ---------------------------------------------------------------------- */

static bool read_unless_item(Scope *s, Rule *r, const Node *n, Unless *out) {
    UnlessText text = {0};
    Scope inner = *s;

    if (!bind_read(s->arena, unless_rows, n, &text, s->e) ||
        !read_side(s, r, text.from, text.key, &out->from))
        return false;
    out->says = text.says;
    inner.aliases[inner.alias_count++] = &out->from;
    return read_conditions(&inner, text.where, &out->where);
}

static bool read_unless(Scope *s, Rule *r, const Node *list) {
    Unless *all;

    if (list == NULL)
        return true;
    if (list->kind != NODE_LIST)
        return node_fail(list, s->e, "unless 应写成列表");
    if (r->unless_count + list->count > MODEL_CONDITIONS_MAX)
        return node_fail(list, s->e, "unless 太多：最多 64 条");
    all = arena_array_of(s->arena, r->unless_count + list->count, Unless);
    if (r->unless_count > 0)
        memcpy(all, r->unless, r->unless_count * sizeof *all);
    for (size_t i = 0; i < list->count; i++)
        if (!read_unless_item(s, r, list->items[i], &all[r->unless_count + i]))
            return false;
    r->unless = all;
    r->unless_count += list->count;
    return true;
}

static bool measure_sum(Scope *s, const Node *n, const Measure *out) {
    ValueType t = out->of->type;

    if (t != TYPE_MONEY && t != TYPE_INTEGER && t != TYPE_NUMBER && t != TYPE_AREA)
        return node_fail(n, s->e, "sum 只能对金额、数字或面积求和");
    return true;
}

static bool read_aggregate(Scope *s, const Node *at, const MeasureText *text, Measure *out) {
    const struct {
        const Node *node;
        Aggregate aggregate;
    } choices[] = {{text->count, AGGREGATE_COUNT},
                   {text->sum, AGGREGATE_SUM},
                   {text->first, AGGREGATE_FIRST},
                   {text->last, AGGREGATE_LAST}};
    const Node *n = NULL;

    for (size_t i = 0; i < 4; i++) {
        if (choices[i].node == NULL)
            continue;
        if (n != NULL)
            return node_fail(at, s->e, "count、sum、first、last 只能写一个");
        n = choices[i].node;
        out->aggregate = choices[i].aggregate;
    }
    if (n == NULL)
        return node_fail(at, s->e, "缺少 count、sum、first 或 last");
    if (!scalar(n, s->e))
        return false;
    out->type = TYPE_INTEGER;
    if (out->aggregate == AGGREGATE_COUNT) {
        Str prefix = STR("distinct ");

        if (str_is(n->text, "rows"))
            return true;
        if (!str_starts(n->text, prefix))
            return node_fail(n, s->e, "count 应写成 rows 或 distinct 表达式");
        out->aggregate = AGGREGATE_DISTINCT;
        out->of = check_text(s, str_slice(n->text, prefix.len, n->text.len),
                             (ExprPlace){n, prefix.len}, TYPE_NONE);
        return out->of != NULL;
    }
    out->of = read_expr(s, n, TYPE_NONE);
    if (out->of == NULL)
        return false;
    out->type = out->of->type;
    if (out->aggregate == AGGREGATE_SUM)
        return measure_sum(s, n, out);
    if (out->type == TYPE_TEXT || out->type == TYPE_BOOL || out->type == TYPE_IDENTITY)
        return node_fail(n, s->e, "first 和 last 只能用于日期、金额和数字");
    return true;
}

static bool read_measure(Scope *s, Rule *r, const Node *map, size_t i, Measure *out) {
    MeasureText text = {0};
    Scope inner = *s;
    const Node *n = map->items[i];

    out->measure = map->keys[i];
    if (!good_name(out->measure))
        return node_failf(n, s->e, "名称“%.*s”只能由小写字母、数字和下划线组成",
                          STR_ARG(out->measure));
    if (alias_taken(s, out->measure))
        return node_failf(n, s->e, "名称“%.*s”用了两次", STR_ARG(out->measure));
    if (!bind_read(s->arena, measure_rows, n, &text, s->e) ||
        !read_side(s, r, text.from, text.key, &out->from))
        return false;
    out->title = text.title;
    out->evidence = text.evidence;
    inner.aliases[inner.alias_count++] = &out->from;
    inner.measure_count = 0; /* a figure is made of rows, not of other figures */
    return read_conditions(&inner, text.where, &out->where) &&
           read_aggregate(&inner, n, &text, out);
}

/* The conditions with the measure's own alias taken out, so that two measures can be compared. */
static void write_measure_rows(const Measure *m, Buf *out) {
    scoped_buf Buf text, own;

    buf_init(&text, 1 << 20);
    buf_init(&own, 64);
    buf_addf(&own, "%.*s.", STR_ARG(m->from.alias));
    for (size_t i = 0; i < m->where.count; i++) {
        expr_write(m->where.items[i].expr, &text);
        buf_add_char(&text, '\n');
    }
    Str rest = buf_str(&text);
    bool inside = false; /* a longer name */

    while (rest.len > 0) {
        if (!inside && str_starts(rest, buf_str(&own))) {
            buf_add_char(out, '.');
            rest = str_slice(rest, own.len, rest.len);
            continue;
        }
        char c = rest.ptr[0];

        inside = c == '_' || c == '.' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        buf_add_char(out, c);
        rest = str_slice(rest, 1, rest.len);
    }
}

static bool same_rows(const Measure *a, const Measure *b) {
    scoped_buf Buf left, right;

    if (a->from.dataset != b->from.dataset || a->from.subject != b->from.subject)
        return false;
    buf_init(&left, 1 << 20);
    buf_init(&right, 1 << 20);
    write_measure_rows(a, &left);
    write_measure_rows(b, &right);
    return str_eq(buf_str(&left), buf_str(&right));
}

static void find_leader(Measure *all, size_t i) {
    all[i].leader = all[i].measure;
    for (size_t j = 0; j < i; j++)
        if (same_rows(&all[j], &all[i])) {
            all[i].leader = all[j].leader;
            return;
        }
}

static bool read_measures(Scope *s, Rule *r, const Node *map) {
    Measure *all;

    if (map == NULL)
        return true;
    if (map->kind != NODE_MAP)
        return node_fail(map, s->e, "measure 应写成 名称: {…}");
    if (r->measure_count + map->count > 16)
        return node_fail(map, s->e, "measure 太多：最多 16 个");
    all = arena_array_of(s->arena, r->measure_count + map->count, Measure);
    if (r->measure_count > 0)
        memcpy(all, r->measures, r->measure_count * sizeof *all);

    s->measure_count = r->measure_count;
    s->measures = all;
    for (size_t i = 0; i < map->count; i++) {
        if (!read_measure(s, r, map, i, &all[s->measure_count]))
            return false;
        find_leader(all, s->measure_count);
        s->measure_count++;
    }
    r->measures = all;
    r->measure_count = s->measure_count;
    return true;
}

/* --- clue ------------------------------------------------------------------------------------ */

static bool read_once_per(Scope *s, Rule *r, const Node *n) {
    Clue *c = &r->clue;

    if (n == NULL)
        return true;
    if (n->kind != NODE_LIST || n->count > 8)
        return node_fail(n, s->e, "once_per 应写成列表，最多 8 项");
    c->once_per = arena_array_of(s->arena, n->count, size_t);
    for (size_t i = 0; i < n->count; i++) {
        Expr *x = read_expr(s, n->items[i], TYPE_NONE);

        if (x == NULL)
            return false;
        c->once_per[i] = rule_output(r, x);
    }
    c->once_per_count = n->count;
    return true;
}

static bool read_output(Scope *s, Rule *r, const Node *n, ValueType type, size_t *out) {
    *out = SIZE_MAX;
    if (n == NULL)
        return true;
    Expr *x = read_expr(s, n, type);

    if (x == NULL)
        return false;
    *out = rule_output(r, x);
    return true;
}

static bool good_level(Scope *s, const Node *at, Str level) {
    for (const BindName *n = level_names; n->name != NULL; n++)
        if (str_is(level, n->name))
            return true;
    return node_fail(at, s->e, "level 只能是 high、medium 或 low");
}

static bool read_level(Scope *s, Rule *r, const Node *n) {
    Clue *c = &r->clue;
    size_t count = n != NULL && n->kind == NODE_LIST ? n->count : 1;

    if (n == NULL || count == 0 || count > 16)
        return node_fail(n != NULL ? n : s->model->tree, s->e, "clue 缺少 level");
    c->levels = arena_array_of(s->arena, count, LevelChoice);
    c->level_count = count;
    if (n->kind != NODE_LIST) {
        c->levels[0].level = n->text;
        return good_level(s, n, n->text);
    }
    for (size_t i = 0; i < count; i++) {
        LevelText text = {0};
        static const Bind rows[] = {
            BIND_NODE(LevelText, when, "if", OPTIONAL, "condition"),
            BIND_STR(LevelText, level, "level", REQUIRED, "high, medium or low"),
            BIND_END,
        };

        if (!bind_read(s->arena, rows, n->items[i], &text, s->e) ||
            !good_level(s, n->items[i], text.level))
            return false;
        if ((text.when == NULL) != (i + 1 == count))
            return node_fail(n->items[i], s->e, "level 的最后一项不写 if，其余各项都要写 if");
        c->levels[i].level = text.level;
        if (text.when == NULL)
            continue;
        c->levels[i].when = read_expr(s, text.when, TYPE_BOOL);
        if (c->levels[i].when == NULL)
            return false;
        c->levels[i].output = rule_output(r, c->levels[i].when);
    }
    return true;
}

static const Dataset *evidence_dataset(const Rule *r, Str alias, Nearest *near) {
    const Dataset *found = NULL;

    for (size_t i = 0; i < r->from_count; i++) {
        nearest_try(near, r->from[i].alias);
        if (str_eq(r->from[i].alias, alias))
            found = r->from[i].dataset;
    }
    for (size_t i = 0; i < r->measure_count; i++)
        if (r->measures[i].evidence) {
            nearest_try(near, r->measures[i].from.alias);
            if (str_eq(r->measures[i].from.alias, alias))
                found = r->measures[i].from.dataset;
        }
    return found;
}

static bool read_evidence_columns(Scope *s, const Node *list, EvidenceColumns *out) {
    if (list->kind != NODE_LIST)
        return node_fail(list, s->e, "证据列应写成字段名列表");
    out->fields = arena_array_of(s->arena, list->count, const Field *);
    for (size_t i = 0; i < list->count; i++) {
        Nearest near = {.name = list->items[i]->text};
        char hint[160];

        out->fields[i] = dataset_field(out->dataset, near.name);
        for (size_t j = 0; out->fields[i] == NULL && j < out->dataset->fields.count; j++)
            nearest_try(&near, dataset_fields(out->dataset)[j].field);
        if (out->fields[i] == NULL)
            return node_failf(list->items[i], s->e, "数据集“%.*s”没有字段“%.*s”%s",
                              STR_ARG(out->dataset->title), STR_ARG(near.name),
                              nearest_hint(&near, hint));
    }
    out->count = list->count;
    return true;
}

static bool read_evidence(Scope *s, Rule *r, const Node *map) {
    Clue *c = &r->clue;

    if (map == NULL)
        return true;
    if (map->kind != NODE_MAP)
        return node_fail(map, s->e, "evidence 应写成 别名: [字段, …]");
    c->evidence = arena_array_of(s->arena, map->count, EvidenceColumns);
    for (size_t i = 0; i < map->count; i++) {
        Nearest near = {.name = map->keys[i]};
        char hint[160];
        EvidenceColumns *out = &c->evidence[i];

        out->alias = map->keys[i];
        out->dataset = evidence_dataset(r, out->alias, &near);
        if (out->dataset == NULL)
            return node_failf(map->items[i], s->e, "没有叫“%.*s”的证据来源%s", STR_ARG(out->alias),
                              nearest_hint(&near, hint));
        if (!read_evidence_columns(s, map->items[i], out))
            return false;
    }
    c->evidence_count = map->count;
    return true;
}

/* Not one that nothing could come of. */
static bool read_suggests(Scope *s, Rule *r, const Node *common, const Node *own, Str suggests) {
    const Node *at = own != NULL ? node_get(own, "suggests") : NULL;
    char where[NODE_WHERE] = "";

    if (at == NULL && common != NULL)
        at = node_get(common, "suggests");
    if (at != NULL)
        node_where(at, where);
    r->clue.suggests = suggests;
    return suggests.len == 0 || suggests_check(s->model->content, suggests, where, s->e);
}

static bool read_clue(Scope *s, Rule *r, const Node *common, const Node *own) {
    ClueText text = {0};
    const Node *at = own != NULL ? own : common != NULL ? common : s->model->tree;

    if ((common != NULL && !bind_read(s->arena, clue_rows, common, &text, s->e)) ||
        (own != NULL && !bind_read(s->arena, clue_rows, own, &text, s->e)))
        return false;
    if (text.title == NULL || text.explain == NULL)
        return node_fail(at, s->e, "clue 缺少 title 或 explain");
    return read_suggests(s, r, common, own, text.suggests) && read_once_per(s, r, text.once_per) &&
           read_output(s, r, text.subject, TYPE_TEXT, &r->clue.subject) &&
           read_output(s, r, text.event_on, TYPE_DATE, &r->clue.event_on) &&
           read_output(s, r, text.amount, TYPE_MONEY, &r->clue.amount) &&
           read_level(s, r, text.level) && template_read(s, text.title, r, &r->clue.title) &&
           template_read(s, text.explain, r, &r->clue.explain) &&
           read_evidence(s, r, text.evidence);
}

/* --- rules ----------------------------------------------------------------------------------- */

static bool read_rule(Arena *a, Model *m, const RuleText *common, const RuleText *own, Rule *r,
                      Err *e) {
    Scope s = {.arena = a, .model = m, .definition_count = m->definition_count, .e = e};
    const RuleText none = {0};
    const RuleText *o = own != NULL ? own : &none;

    r->rule = o->rule;
    r->title = o->title;
    r->outputs = arena_array_of(a, MODEL_OUTPUTS_MAX, Expr *);
    return read_from(&s, r, o->from != NULL ? o->from : common->from) &&
           read_match(&s, r, o->match != NULL ? o->match : common->match) &&
           read_weak(&s, r, o->weak != NULL ? o->weak : common->weak) &&
           read_conditions(&s, common->where, &r->where) &&
           read_conditions(&s, o->where, &r->where) && read_unless(&s, r, common->unless) &&
           read_unless(&s, r, o->unless) && read_measures(&s, r, common->measure) &&
           read_measures(&s, r, o->measure) && read_conditions(&s, common->require, &r->require) &&
           read_conditions(&s, o->require, &r->require) && read_clue(&s, r, common->clue, o->clue);
}

static bool read_rules(Arena *a, Model *m, const ModelText *text, Err *e) {
    const Node *list = text->rules;

    if (list == NULL) {
        m->rules = arena_new_of(a, Rule);
        m->rule_count = 1;
        return read_rule(a, m, &text->text, NULL, m->rules, e);
    }
    if (list->kind != NODE_LIST || list->count == 0 || list->count > MODEL_RULES_MAX)
        return node_fail(list, e, "rules 应写成列表，1 至 12 条");
    m->rules = arena_array_of(a, list->count, Rule);
    for (size_t i = 0; i < list->count; i++) {
        RuleText own = {0};

        if (!bind_read(a, rule_rows, list->items[i], &own, e))
            return false;
        if (!good_name(own.rule))
            return node_failf(list->items[i], e, "规则名“%.*s”只能由小写字母、数字和下划线组成",
                              STR_ARG(own.rule));
        for (size_t j = 0; j < i; j++)
            if (str_eq(m->rules[j].rule, own.rule))
                return node_failf(list->items[i], e, "规则名“%.*s”用了两次", STR_ARG(own.rule));
        if (!read_rule(a, m, &text->text, &own, &m->rules[i], e))
            return false;
        m->rule_count++;
    }
    return true;
}

static bool read_parameters(Arena *a, Model *m, const ModelText *text, Err *e) {
    static const struct {
        const char *word;
        ValueType type;
    } types[] = {{"integer", TYPE_INTEGER}, {"number", TYPE_NUMBER}, {"money", TYPE_MONEY},
                 {"text", TYPE_TEXT},       {"date", TYPE_DATE},     {"span", TYPE_SPAN},
                 {"area", TYPE_AREA}};
    Scope s = {.arena = a, .model = m, .e = e};
    Parameter *all = text->parameters.items;

    m->parameters = all;
    for (size_t i = 0; i < text->parameters.count; i++) {
        Parameter *p = &all[i];
        ValueType type = TYPE_NONE;

        for (size_t j = 0; j < sizeof types / sizeof *types; j++)
            if (str_is(p->type, types[j].word))
                type = types[j].type;
        if (type == TYPE_NONE)
            return node_fail(p->standard, e,
                             "参数的 type 只能是 integer、number、money、text、date、span、area");
        if (!good_name(p->parameter) || alias_taken(&s, p->parameter))
            return node_failf(p->standard, e, "参数名“%.*s”不合规或重复", STR_ARG(p->parameter));
        p->value = read_expr(&s, p->standard, type);
        if (p->value == NULL)
            return false;
        if (p->value->kind > EXPR_SPAN)
            return node_fail(p->standard, e, "参数的 default 应当是一个写明的值");
        m->parameter_count = i + 1;
    }
    return true;
}

static bool read_definitions(Arena *a, Model *m, const Node *map, Err *e) {
    Scope s = {.arena = a, .model = m, .e = e};

    if (map == NULL)
        return true;
    if (map->kind != NODE_MAP || map->count > MODEL_CONDITIONS_MAX)
        return node_fail(map, e, "define 应写成 名称: 表达式，最多 64 个");
    m->definitions = arena_array_of(a, map->count, Definition);
    for (size_t i = 0; i < map->count; i++) {
        Definition *d = &m->definitions[i];

        if (!good_name(map->keys[i]) || alias_taken(&s, map->keys[i]))
            return node_failf(map->items[i], e, "名称“%.*s”不合规或重复", STR_ARG(map->keys[i]));
        if (!scalar(map->items[i], e) ||
            expr_parse(a, map->items[i]->text, (ExprPlace){map->items[i], 0}, e) == NULL)
            return false;
        d->name = map->keys[i];
        d->text = map->items[i]->text;
        d->place = (ExprPlace){map->items[i], 0};
        m->definition_count = i + 1;
    }
    return true;
}

typedef struct SealedText {
    bool allowed;
    BindList basis;
} SealedText;

static const Bind sealed_text_rows[] = {
    BIND_BOOL(SealedText, allowed, "allowed", REQUIRED, "the basis opens the sealed records"),
    BIND_OBJECTS(SealedText, basis, "basis", REQUIRED, basis_rows, Basis,
                 "the statute that lets this supervision ask sealed records"),
    BIND_END,
};

/* Sealed records are asked only on a basis of their own. */
static bool read_sealed(Arena *a, Model *m, const Node *at, Err *e) {
    SealedText text = {0};

    if (!bind_read(a, sealed_text_rows, at, &text, e))
        return false;
    if (text.allowed && !text.basis.count)
        return node_fail(at, e, "模型要使用封存记录，须在 sealed 的 basis 里写明法律依据");
    m->sealed_allowed = text.allowed;
    m->sealed_basis = text.basis;
    return true;
}

const Model *model_read(Arena *a, const Content *c, const Node *tree, Err *e) {
    Model *m = arena_new_of(a, Model);
    ModelText text = {0};

    if (!bind_read(a, model_rows, tree, &text, e))
        return NULL;
    m->tree = tree;
    m->content = c;
    m->model = text.model;
    m->number = text.number;
    m->title = text.title;
    m->group = text.group;
    m->field = text.field;
    m->description = text.description;
    m->product = text.product;
    m->false_positives = text.false_positives;
    m->review = text.review;
    if (text.sealed && !read_sealed(a, m, text.sealed, e))
        return NULL;
    m->basis = text.basis;
    if (!good_name(m->model)) {
        node_fail(tree, e, "模型名只能由小写字母、数字和下划线组成");
        return NULL;
    }
    if (!read_parameters(a, m, &text, e) || !read_definitions(a, m, text.define, e) ||
        !read_rules(a, m, &text, e))
        return NULL;
    m->suggests = m->rules[0].clue.suggests;
    model_settle(a, m);
    return cases_check(m, text.cases, e) ? m : NULL;
}
