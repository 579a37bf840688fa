/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/check.c: names and types: after this every expression runs, and yields what it is used for.
 */
#include <stdio.h>
#include <string.h>

#include "model/rule.h"
#include "base/banned.h"

/* --- nearest known name ---------------------------------------------------------------------- */

void nearest_try(Nearest *n, Str candidate) {
    size_t most = str_runes(n->name) / 2 + 1;
    size_t d = str_distance(n->name, candidate, most);

    /* A name that holds the other is near too: “licence” and “ride_hailing_licence”. */
    if (d > most && n->name.len >= 4 &&
        (str_find(candidate, n->name) >= 0 || str_find(n->name, candidate) >= 0))
        d = most;
    if (d > most || (n->best.len > 0 && d >= n->distance))
        return;
    n->best = candidate;
    n->distance = d;
}

const char *nearest_hint(const Nearest *n, char out[160]) {
    out[0] = '\0';
    if (n->best.len > 0)
        snprintf(out, 160, "，最接近的是“%.*s”", (int)(n->best.len > 120 ? 120 : n->best.len),
                 n->best.ptr);
    return out;
}

/* --- helpers --------------------------------------------------------------------------------- */

#define FAIL(s, x, ...) expr_fail((s)->place, (x)->at, (s)->e, __VA_ARGS__)

ValueType field_value_type(const Field *f) {
    if (f->sensitive || f->type == FIELD_CITIZEN_ID)
        return TYPE_IDENTITY;
    switch (f->type) {
    case FIELD_DATE:
    case FIELD_TIME: /* counts as its day */
        return TYPE_DATE;
    case FIELD_MONEY:
        return TYPE_MONEY;
    case FIELD_NUMBER:
        return TYPE_NUMBER;
    case FIELD_INTEGER:
        return TYPE_INTEGER;
    case FIELD_AREA:
        return TYPE_AREA;
    default:
        return TYPE_TEXT;
    }
}

static bool is_number(ValueType t) {
    return t == TYPE_INTEGER || t == TYPE_NUMBER;
}

static bool is_ordered(ValueType t) {
    return is_number(t) || t == TYPE_MONEY || t == TYPE_AREA || t == TYPE_DATE;
}

static bool comparable(ValueType a, ValueType b) {
    return a == b || (is_number(a) && is_number(b));
}

/* The words of the expression itself, for messages. */
static Str words_of(const Scope *s, const Expr *x) {
    Str text = s->place.node != NULL ? s->place.node->text : STR("");

    return str_slice(text, s->place.offset + x->at, s->place.offset + x->end);
}

static bool wrong_type(Scope *s, const Expr *x, const char *wanted) {
    return FAIL(s, x, "“%.*s”是%s，这里应当是%s", STR_ARG(words_of(s, x)),
                value_type_title(x->type), wanted);
}

static bool want(Scope *s, Expr *x, ValueType type) {
    if (!check_expr(s, x, TYPE_NONE))
        return false;
    if (x->type == type || (type == TYPE_NUMBER && x->type == TYPE_INTEGER))
        return true;
    return wrong_type(s, x, value_type_title(type));
}

/* --- names ----------------------------------------------------------------------------------- */

static const Alias *find_alias(const Scope *s, Str name) {
    for (size_t i = 0; i < s->alias_count; i++)
        if (str_eq(s->aliases[i]->alias, name))
            return s->aliases[i];
    return NULL;
}

static bool unknown_name(Scope *s, const Expr *x) {
    Nearest n = {.name = x->name};
    char hint[160];

    for (size_t i = 0; i < s->alias_count; i++)
        nearest_try(&n, s->aliases[i]->alias);
    for (size_t i = 0; i < s->measure_count && x->field.len == 0; i++)
        nearest_try(&n, s->measures[i].measure);
    for (size_t i = 0; i < s->model->parameter_count && x->field.len == 0; i++)
        nearest_try(&n, s->model->parameters[i].parameter);
    for (size_t i = 0; i < s->definition_count && x->field.len == 0; i++)
        nearest_try(&n, s->model->definitions[i].name);
    if (x->field.len == 0)
        nearest_try(&n, STR("today"));
    return FAIL(s, x, "没有叫“%.*s”的%s%s", STR_ARG(x->name),
                x->field.len > 0 ? "数据别名" : "名称", nearest_hint(&n, hint));
}

static bool unknown_field(Scope *s, const Expr *x, const Dataset *d) {
    Nearest n = {.name = x->field};
    char hint[160];

    for (size_t i = 0; i < d->fields.count; i++)
        nearest_try(&n, dataset_fields(d)[i].field);
    return expr_fail(s->place, x->at + x->name.len + 1, s->e, "数据集“%.*s”没有字段“%.*s”%s",
                     STR_ARG(d->title), STR_ARG(x->field), nearest_hint(&n, hint));
}

static bool check_fact(Scope *s, Expr *x) {
    static const struct {
        const char *name;
        Fact fact;
        ValueType type;
    } facts[] = {{"birth", FACT_BIRTH, TYPE_DATE},
                 {"sex", FACT_SEX, TYPE_TEXT},
                 {"division", FACT_DIVISION, TYPE_TEXT},
                 {"valid", FACT_VALID, TYPE_BOOL}};
    Nearest n = {.name = x->text};
    char hint[160];

    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        if (str_is(x->text, facts[i].name) &&
            (x->column->type == FIELD_CITIZEN_ID ||
             (x->column->type == FIELD_CREDIT_CODE && facts[i].fact == FACT_VALID))) {
            x->fact = facts[i].fact;
            x->type = facts[i].type;
            return true;
        }
        nearest_try(&n, str_of(facts[i].name));
    }
    if (x->column->type != FIELD_CITIZEN_ID && x->column->type != FIELD_CREDIT_CODE)
        return FAIL(s, x, "只有证件号码才有“.%.*s”，“%.*s”不是", STR_ARG(x->text),
                    STR_ARG(x->column->title));
    return FAIL(s, x, "证件号码没有“.%.*s”%s，可用 birth、sex、division、valid", STR_ARG(x->text),
                nearest_hint(&n, hint));
}

static bool check_field(Scope *s, Expr *x) {
    x->alias = find_alias(s, x->name);
    if (x->alias == NULL)
        return unknown_name(s, x);
    x->column = dataset_field(x->alias->dataset, x->field);
    if (x->column == NULL)
        return unknown_field(s, x, x->alias->dataset);
    x->type = field_value_type(x->column);
    return x->text.len == 0 || check_fact(s, x);
}

static bool check_name(Scope *s, Expr *x) {
    Model *m = s->model;

    if (x->field.len > 0)
        return check_field(s, x);
    for (size_t i = 0; i < s->measure_count; i++)
        if (str_eq(s->measures[i].measure, x->name)) {
            x->measure = &s->measures[i];
            x->type = x->measure->type;
            return true;
        }
    for (size_t i = 0; i < m->parameter_count; i++)
        if (str_eq(m->parameters[i].parameter, x->name)) {
            x->meaning = m->parameters[i].value;
            x->type = x->meaning->type;
            return true;
        }
    for (size_t i = 0; i < s->definition_count; i++)
        if (str_eq(m->definitions[i].name, x->name)) {
            Scope inner = *s;

            inner.definition_count = i;
            x->meaning =
                check_text(&inner, m->definitions[i].text, m->definitions[i].place, TYPE_NONE);
            if (x->meaning == NULL)
                return false;
            x->type = x->meaning->type;
            return true;
        }
    if (find_alias(s, x->name) != NULL)
        return FAIL(s, x, "“%.*s”是整行数据，请写出字段，如 %.*s.字段名", STR_ARG(x->name),
                    STR_ARG(x->name));
    return unknown_name(s, x);
}

/* --- comparisons ----------------------------------------------------------------------------- */

static const Field *field_under(const Expr *x) {
    if (x->kind == EXPR_NAME && x->meaning != NULL)
        return field_under(x->meaning);
    return x->kind == EXPR_NAME && x->fact == FACT_NONE ? x->column : NULL;
}

/* A text compared with a code field must be a word of its table, as the table writes it. */
static bool check_code(Scope *s, const Expr *side, const Expr *text) {
    const Field *f = field_under(side);

    if (f == NULL || f->type != FIELD_CODE || text->kind != EXPR_TEXT)
        return true;
    const CodeTable *t = content_codes(s->model->content, f->codes, s->e);

    if (t == NULL)
        return false;
    const CodeEntry *found = code_table_find(t, text->text);

    if (found != NULL && str_eq(found->title, text->text))
        return true;
    if (found != NULL)
        return FAIL(s, text, "“%.*s”入库后统一写作“%.*s”，请用后者", STR_ARG(text->text),
                    STR_ARG(found->title));
    if (t->open)
        return true;
    Nearest n = {.name = text->text};
    char hint[160];

    for (size_t i = 0; i < t->entries.count; i++)
        nearest_try(&n, ((const CodeEntry *)t->entries.items)[i].title);
    return FAIL(s, text, "代码表“%.*s”里没有“%.*s”%s", STR_ARG(t->title), STR_ARG(text->text),
                nearest_hint(&n, hint));
}

/* A bare number beside money is a trap: 元 or 万元? */
static bool not_comparable(Scope *s, const Expr *at, const Expr *a, const Expr *b) {
    if ((a->type == TYPE_MONEY && is_number(b->type)) ||
        (b->type == TYPE_MONEY && is_number(a->type)))
        return FAIL(s, at, "金额要写单位，如 2万元、500 元");
    return FAIL(s, at, "%s不能与%s比较（“%.*s”与“%.*s”）", value_type_title(a->type),
                value_type_title(b->type), STR_ARG(words_of(s, a)), STR_ARG(words_of(s, b)));
}

static bool check_pair(Scope *s, const Expr *at, Expr *a, Expr *b, bool order) {
    if (!comparable(a->type, b->type) || a->type == TYPE_SPAN)
        return not_comparable(s, at, a, b);
    if (order && !is_ordered(a->type))
        return FAIL(s, at, "%s没有大小，只能用 = 或 !=", value_type_title(a->type));
    return check_code(s, a, b) && check_code(s, b, a);
}

static bool check_compare(Scope *s, Expr *x) {
    Expr *a = x->args[0], *b = x->args[1];

    x->type = TYPE_BOOL;
    return check_expr(s, a, TYPE_NONE) && check_expr(s, b, TYPE_NONE) &&
           check_pair(s, b, a, b, x->op != OP_EQ && x->op != OP_NE);
}

static bool check_in(Scope *s, Expr *x) {
    x->type = TYPE_BOOL;
    if (!check_expr(s, x->args[0], TYPE_NONE))
        return false;
    for (size_t i = 1; i < x->count; i++)
        if (!check_expr(s, x->args[i], TYPE_NONE) ||
            !check_pair(s, x->args[i], x->args[0], x->args[i], false))
            return false;
    return true;
}

static bool check_between(Scope *s, Expr *x) {
    x->type = TYPE_BOOL;
    for (size_t i = 0; i < 3; i++)
        if (!check_expr(s, x->args[i], TYPE_NONE) ||
            (i > 0 && !check_pair(s, x->args[i], x->args[0], x->args[i], true)))
            return false;
    return true;
}

static bool check_within(Scope *s, Expr *x) {
    x->type = TYPE_BOOL;
    if (!want(s, x->args[0], TYPE_DATE) || !want(s, x->args[1], TYPE_SPAN) ||
        !want(s, x->args[2], TYPE_DATE))
        return false;
    const Expr *span = x->args[1];

    while (span->meaning != NULL)
        span = span->meaning;
    if (span->unit == SPAN_WORKDAY && x->op == OP_BEFORE)
        return FAIL(s, x->args[1], "工作日只能往后数：请写 within … after，或改用天");
    return true;
}

/* --- arithmetic ------------------------------------------------------------------------------ */

static bool check_sum(Scope *s, Expr *x, ValueType a, ValueType b) {
    if (a == TYPE_DATE && b == TYPE_SPAN) {
        const Expr *span = x->args[1];

        while (span->meaning != NULL)
            span = span->meaning;
        if (span->unit == SPAN_WORKDAY && x->op == OP_SUB)
            return FAIL(s, x->args[1], "工作日只能往后数，不能减");
        x->type = TYPE_DATE;
        return true;
    }
    if (a == TYPE_DATE && b == TYPE_DATE && x->op == OP_SUB) {
        x->type = TYPE_INTEGER;
        return true;
    }
    if (a == TYPE_DATE && is_number(b))
        return FAIL(s, x->args[1], "日期加减要写单位，如 90 天、3 个月");
    if (comparable(a, b) && is_ordered(a) && a != TYPE_DATE) {
        x->type = a == TYPE_NUMBER ? a : b;
        return true;
    }
    return FAIL(s, x, "%s与%s不能相%s", value_type_title(a), value_type_title(b),
                x->op == OP_ADD ? "加" : "减");
}

static bool check_product(Scope *s, Expr *x, ValueType a, ValueType b) {
    if (x->op == OP_MUL && is_number(a) && !is_number(b)) {
        Expr *swap = x->args[0];

        x->args[0] = x->args[1];
        x->args[1] = swap;
        return check_product(s, x, b, a);
    }
    bool quantity = a == TYPE_MONEY || a == TYPE_AREA || is_number(a);

    if (quantity && is_number(b)) {
        const Expr *by = x->args[1];

        while (by->meaning != NULL)
            by = by->meaning;
        if (a == TYPE_MONEY && b == TYPE_NUMBER && by->kind != EXPR_INTEGER)
            return FAIL(s, x->args[1], "金额只能乘除整数或写明的小数，以免尾差");
        x->type = x->op == OP_DIV && is_number(a) ? TYPE_NUMBER : a;
        if (a == TYPE_INTEGER && b == TYPE_NUMBER)
            x->type = TYPE_NUMBER;
        if (x->op == OP_DIV && by->kind == EXPR_INTEGER && by->number == 0)
            return FAIL(s, x->args[1], "不能除以 0");
        if (x->op == OP_DIV && a == TYPE_MONEY && by->kind != EXPR_INTEGER)
            return FAIL(s, x->args[1], "金额只能除以写明的数；比例请写成 金额 / 金额");
        return true;
    }
    if (x->op == OP_DIV && a == b && (a == TYPE_MONEY || a == TYPE_AREA)) {
        x->type = TYPE_NUMBER;
        return true;
    }
    return FAIL(s, x, "%s与%s不能相%s", value_type_title(a), value_type_title(b),
                x->op == OP_MUL ? "乘" : "除");
}

static bool check_arithmetic(Scope *s, Expr *x) {
    if (!check_expr(s, x->args[0], TYPE_NONE) || !check_expr(s, x->args[1], TYPE_NONE))
        return false;
    ValueType a = x->args[0]->type, b = x->args[1]->type;

    return x->op == OP_ADD || x->op == OP_SUB ? check_sum(s, x, a, b) : check_product(s, x, a, b);
}

/* --- functions ------------------------------------------------------------------------------- */

static bool arity(Scope *s, const Expr *x, size_t least, size_t most, const char *usage) {
    if (x->count >= least && x->count <= most)
        return true;
    return FAIL(s, x, "%.*s 的参数个数不对，写法：%s", STR_ARG(x->name), usage);
}

static bool plain_name(Scope *s, const Expr *x, const char *what) {
    if (x->kind == EXPR_NAME && x->field.len == 0)
        return true;
    return FAIL(s, x, "这里应当直接写%s", what);
}

static bool check_due(Scope *s, Expr *x) {
    Nearest n = {.name = x->count > 1 ? x->args[1]->name : STR("")};
    char hint[160];
    Err ignored = {0};

    if (!arity(s, x, 2, 2,
               x->function == FN_DUE ? "due(日期, 期限编号)" : "overdue(日期, 期限编号)") ||
        !want(s, x->args[0], TYPE_DATE) || !plain_name(s, x->args[1], "期限编号，如 RT_REPLY"))
        return false;
    x->period = content_period(s->model->content, x->args[1]->name, &ignored);
    x->type = x->function == FN_DUE ? TYPE_DATE : TYPE_BOOL;
    if (x->period != NULL && x->period->stricter_of.count > 0)
        return FAIL(s, x->args[1], "期限“%.*s”是两个期限中较严的一个，模型里请写其中一个",
                    STR_ARG(x->args[1]->name));
    if (x->period != NULL)
        return true;
    for (size_t i = 0; i < content_period_count(s->model->content); i++)
        nearest_try(&n, content_period_at(s->model->content, i)->period);
    return FAIL(s, x->args[1], "没有编号为“%.*s”的期限%s", STR_ARG(x->args[1]->name),
                nearest_hint(&n, hint));
}

static bool check_table(Scope *s, Expr *x) {
    Err ignored = {0};

    if (!plain_name(s, x->args[0], "代码表的名称"))
        return false;
    x->table = content_codes(s->model->content, x->args[0]->name, &ignored);
    if (x->table == NULL)
        return FAIL(s, x->args[0], "%s", ignored.text);
    return want(s, x->args[1], TYPE_TEXT);
}

static bool check_threshold(Scope *s, Expr *x) {
    Nearest n = {0};
    char hint[160];

    if (!arity(s, x, 3, 4,
               "threshold(代码表, 查找的文字, 列名) 或 threshold(代码表, 文字, 列名, 行为日)") ||
        !check_table(s, x) || !plain_name(s, x->args[2], "代码表的列名") ||
        (x->count == 4 && !want(s, x->args[3], TYPE_DATE)))
        return false;
    n.name = x->args[2]->name;
    for (size_t i = 0; i < x->table->columns.count; i++) {
        const CodeColumn *c = &((const CodeColumn *)x->table->columns.items)[i];

        if (str_eq(c->column, n.name)) {
            Field as = {.type = c->type};

            x->table_column = c;
            x->type = field_value_type(&as);
            return true;
        }
        nearest_try(&n, c->column);
    }
    return FAIL(s, x->args[2], "代码表“%.*s”没有列“%.*s”%s", STR_ARG(x->table->title),
                STR_ARG(n.name), nearest_hint(&n, hint));
}

static bool check_same(Scope *s, Expr *x, size_t from) {
    for (size_t i = from; i < x->count; i++) {
        if (!check_expr(s, x->args[i], TYPE_NONE))
            return false;
        if (!comparable(x->args[from]->type, x->args[i]->type) || x->args[i]->type == TYPE_SPAN)
            return not_comparable(s, x->args[i], x->args[from], x->args[i]);
        if (x->args[i]->type == TYPE_IDENTITY)
            return wrong_type(s, x->args[i], "文字、日期、数字或金额");
    }
    x->type = x->args[from]->type;
    for (size_t i = from; i < x->count; i++)
        if (x->args[i]->type == TYPE_NUMBER)
            x->type = TYPE_NUMBER;
    return true;
}

static bool check_extreme(Scope *s, Expr *x) {
    if (!arity(s, x, 2, 8, "least(甲, 乙)、greatest(甲, 乙)") || !check_same(s, x, 0))
        return false;
    return is_ordered(x->type) || wrong_type(s, x->args[0], "有大小的值");
}

static bool unknown_function(Scope *s, const Expr *x) {
    Nearest n = {.name = x->name};
    char hint[160];

    for (int f = 0; f < FN_COUNT; f++)
        nearest_try(&n, str_of(function_name((Function)f)));
    return FAIL(s, x, "没有叫“%.*s”的函数%s", STR_ARG(x->name), nearest_hint(&n, hint));
}

static bool check_call(Scope *s, Expr *x) {
    switch (x->function) {
    case FN_DAYS:
        x->type = TYPE_INTEGER;
        return arity(s, x, 2, 2, "days(起日, 止日)") && want(s, x->args[0], TYPE_DATE) &&
               want(s, x->args[1], TYPE_DATE);
    case FN_AGE:
        x->type = TYPE_INTEGER;
        return arity(s, x, 2, 2, "age(出生日期, 日期)") && want(s, x->args[0], TYPE_DATE) &&
               want(s, x->args[1], TYPE_DATE);
    case FN_YEAR:
        x->type = TYPE_INTEGER;
        return arity(s, x, 1, 1, "year(日期)") && want(s, x->args[0], TYPE_DATE);
    case FN_DUE:
    case FN_OVERDUE:
        return check_due(s, x);
    case FN_THRESHOLD:
        return check_threshold(s, x);
    case FN_LISTED:
        x->type = TYPE_BOOL;
        return arity(s, x, 2, 3, "listed(代码表, 文字) 或 listed(代码表, 文字, 行为日)") &&
               check_table(s, x) && (x->count < 3 || want(s, x->args[2], TYPE_DATE));
    case FN_COALESCE:
        return arity(s, x, 2, 8, "coalesce(甲, 乙)") && check_same(s, x, 0);
    case FN_LEAST:
    case FN_GREATEST:
        return check_extreme(s, x);
    case FN_IF:
        return arity(s, x, 3, 3, "if(条件, 成立时, 否则)") && want(s, x->args[0], TYPE_BOOL) &&
               check_same(s, x, 1);
    case FN_STARTS:
        x->type = TYPE_BOOL;
        return arity(s, x, 2, 2, "starts(文字, 开头)") && want(s, x->args[0], TYPE_TEXT) &&
               want(s, x->args[1], TYPE_TEXT);
    case FN_COUNT:
        break;
    }
    return unknown_function(s, x);
}

/* --- the walk -------------------------------------------------------------------------------- */

static bool check_contains(Scope *s, Expr *x) {
    x->type = TYPE_BOOL;
    if (!want(s, x->args[0], TYPE_TEXT) || !want(s, x->args[1], TYPE_TEXT))
        return false;
    if (x->args[1]->kind == EXPR_TEXT && x->args[1]->text.len == 0)
        return FAIL(s, x->args[1], "contains 后面不能是空文字");
    return true;
}

static bool check_negate(Scope *s, Expr *x) {
    if (!check_expr(s, x->args[0], TYPE_NONE))
        return false;
    x->type = x->args[0]->type;
    return (is_ordered(x->type) && x->type != TYPE_DATE) || wrong_type(s, x->args[0], "数字或金额");
}

static bool settle(Scope *s, Expr *x) {
    switch (x->kind) {
    case EXPR_TEXT:
        x->type = TYPE_TEXT;
        return true;
    case EXPR_INTEGER:
        x->type = x->scale == 1 ? TYPE_INTEGER : TYPE_NUMBER;
        return true;
    case EXPR_MONEY:
        x->type = TYPE_MONEY;
        return true;
    case EXPR_AREA:
        x->type = TYPE_AREA;
        return true;
    case EXPR_DATE:
    case EXPR_TODAY:
        x->type = TYPE_DATE;
        return true;
    case EXPR_BOOL:
        x->type = TYPE_BOOL;
        return true;
    case EXPR_SPAN:
        x->type = TYPE_SPAN;
        return true;
    case EXPR_NAME:
        return check_name(s, x);
    case EXPR_NOT:
        x->type = TYPE_BOOL;
        return want(s, x->args[0], TYPE_BOOL);
    case EXPR_NEGATE:
        return check_negate(s, x);
    case EXPR_AND:
    case EXPR_OR:
        x->type = TYPE_BOOL;
        return want(s, x->args[0], TYPE_BOOL) && want(s, x->args[1], TYPE_BOOL);
    case EXPR_COMPARE:
        return check_compare(s, x);
    case EXPR_ARITHMETIC:
        return check_arithmetic(s, x);
    case EXPR_CONTAINS:
        return check_contains(s, x);
    case EXPR_IN:
        return check_in(s, x);
    case EXPR_EMPTY:
        x->type = TYPE_BOOL;
        return check_expr(s, x->args[0], TYPE_NONE);
    case EXPR_BETWEEN:
        return check_between(s, x);
    case EXPR_WITHIN:
        return check_within(s, x);
    case EXPR_CALL:
        return check_call(s, x);
    }
    return false;
}

bool check_expr(Scope *s, Expr *x, ValueType wanted) {
    if (!settle(s, x))
        return false;
    if (wanted == TYPE_NONE || x->type == wanted ||
        (wanted == TYPE_NUMBER && x->type == TYPE_INTEGER))
        return true;
    return wrong_type(s, x,
                      wanted == TYPE_BOOL ? "一个成立或不成立的条件" : value_type_title(wanted));
}

Expr *check_text(Scope *s, Str text, ExprPlace place, ValueType wanted) {
    Scope inner = *s;

    inner.place = place;
    Expr *x = expr_parse(s->arena, text, place, s->e);

    return x != NULL && check_expr(&inner, x, wanted) ? x : NULL;
}
