/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/sentence.c: conditions as Chinese sentences, for people who don't read expressions. */
#include "model/rule.h"
#include "base/banned.h"

static void write_field(const Expr *x, Buf *out) {
    const Alias *a = x->alias;

    static const char *const facts[] = {[FACT_NONE] = "",
                                        [FACT_BIRTH] = "中的出生日期",
                                        [FACT_SEX] = "中的性别",
                                        [FACT_DIVISION] = "中的行政区划",
                                        [FACT_VALID] = "校验正确"};

    buf_addf(out, "%.*s", STR_ARG(a->dataset->title));
    if (a->shared)
        buf_addf(out, "(%.*s)", STR_ARG(a->alias));
    buf_addf(out, "的%.*s%s", STR_ARG(x->column->title), facts[x->fact]);
}

static void write_name(const Rule *r, const Expr *x, Buf *out) {
    if (x->meaning != NULL)
        sentence_write(r, x->meaning, out);
    else if (x->measure != NULL)
        buf_add(out, x->measure->title);
    else if (x->column != NULL)
        write_field(x, out);
}

static void write_list(const Rule *r, const Expr *x, size_t from, const char *between, Buf *out) {
    for (size_t i = from; i < x->count; i++) {
        if (i > from)
            buf_add_c(out, between);
        sentence_write(r, x->args[i], out);
    }
}

static const char *const op_words[] = {
    [OP_NONE] = "",    [OP_EQ] = "是",     [OP_NE] = "不是", [OP_LT] = "小于", [OP_LE] = "不超过",
    [OP_GT] = "大于",  [OP_GE] = "不少于", [OP_ADD] = "加",  [OP_SUB] = "减",  [OP_MUL] = "乘以",
    [OP_DIV] = "除以", [OP_BEFORE] = "",   [OP_AFTER] = "",
};

static const char *const date_words[] = {
    [OP_EQ] = "就是",   [OP_NE] = "不是", [OP_LT] = "早于",
    [OP_LE] = "不晚于", [OP_GT] = "晚于", [OP_GE] = "不早于",
};

static void write_compare(const Rule *r, const Expr *x, Buf *out) {
    const Expr *a = x->args[0], *b = x->args[1];

    sentence_write(r, a, out);
    if (a->type == TYPE_DATE)
        buf_add_c(out, date_words[x->op]);
    else if ((a->type == TYPE_TEXT || a->type == TYPE_IDENTITY || a->type == TYPE_BOOL) &&
             b->kind == EXPR_NAME)
        buf_add_c(out, x->op == OP_EQ ? "等于" : "不同于");
    else if (a->type != TYPE_TEXT && a->type != TYPE_BOOL && x->op <= OP_NE)
        buf_add_c(out, x->op == OP_EQ ? "等于" : "不等于");
    else
        buf_add_c(out, op_words[x->op]);
    sentence_write(r, b, out);
}

static void write_due(const Rule *r, const Expr *x, Buf *out) {
    sentence_write(r, x->args[0], out);
    buf_addf(out, "起算的“%.*s”期限", STR_ARG(x->period->title));
}

static void write_call(const Rule *r, const Expr *x, Buf *out) {
    switch (x->function) {
    case FN_DAYS:
        buf_add_c(out, "从");
        sentence_write(r, x->args[0], out);
        buf_add_c(out, "到");
        sentence_write(r, x->args[1], out);
        buf_add_c(out, "的天数");
        return;
    case FN_DUE:
        write_due(r, x, out);
        buf_add_c(out, "届满日");
        return;
    case FN_OVERDUE:
        write_due(r, x, out);
        buf_add_c(out, "已过");
        return;
    case FN_THRESHOLD:
        buf_addf(out, "“%.*s”里", STR_ARG(x->table->title));
        sentence_write(r, x->args[1], out);
        buf_addf(out, "对应的%.*s", STR_ARG(x->table_column->title));
        return;
    case FN_LISTED:
        sentence_write(r, x->args[1], out);
        buf_addf(out, "列入“%.*s”", STR_ARG(x->table->title));
        return;
    case FN_AGE:
        sentence_write(r, x->args[0], out);
        buf_add_c(out, "出生、到");
        sentence_write(r, x->args[1], out);
        buf_add_c(out, "的周岁");
        return;
    case FN_COALESCE:
        write_list(r, x, 0, "（没有则用）", out);
        return;
    case FN_LEAST:
    case FN_GREATEST:
        write_list(r, x, 0, "与", out);
        buf_add_c(out, x->function == FN_LEAST ? "中较小者" : "中较大者");
        return;
    case FN_IF:
        sentence_write(r, x->args[0], out);
        buf_add_c(out, "时取");
        sentence_write(r, x->args[1], out);
        buf_add_c(out, "，否则取");
        sentence_write(r, x->args[2], out);
        return;
    case FN_YEAR:
        sentence_write(r, x->args[0], out);
        buf_add_c(out, "的年份");
        return;
    case FN_STARTS:
        sentence_write(r, x->args[0], out);
        buf_add_c(out, "以");
        sentence_write(r, x->args[1], out);
        buf_add_c(out, "开头");
        return;
    case FN_COUNT:
        return;
    }
}

static void write_inner(const Rule *r, const Expr *x, Buf *out) {
    bool nested = x->kind == EXPR_OR || x->kind == EXPR_AND;

    if (nested)
        buf_add_c(out, "（");
    sentence_write(r, x, out);
    if (nested)
        buf_add_c(out, "）");
}

static void write_literal(const Expr *x, Buf *out) {
    PoolValue v = {.type = POOL_INT, .integer = x->number};

    switch (x->kind) {
    case EXPR_TEXT:
        buf_addf(out, "“%.*s”", STR_ARG(x->text));
        break;
    case EXPR_DATE:
    case EXPR_MONEY:
    case EXPR_BOOL:
        value_write(x, &v, NULL, out);
        break;
    case EXPR_SPAN:
        if (x->unit == SPAN_MONTH && x->number % 12 == 0)
            buf_addf(out, "%lld年", (long long)(x->number / 12));
        else
            buf_addf(out, "%lld%s", (long long)x->number,
                     x->unit == SPAN_DAY     ? "日"
                     : x->unit == SPAN_MONTH ? "个月"
                                             : "个工作日");
        break;
    default:
        literal_write(x, out);
    }
}

void sentence_write(const Rule *r, const Expr *x, Buf *out) {
    switch (x->kind) {
    case EXPR_TODAY:
        buf_add_c(out, "今天");
        break;
    case EXPR_NAME:
        write_name(r, x, out);
        break;
    case EXPR_NOT:
        buf_add_c(out, "并非");
        write_inner(r, x->args[0], out);
        break;
    case EXPR_NEGATE:
        buf_add_c(out, "负");
        sentence_write(r, x->args[0], out);
        break;
    case EXPR_AND:
    case EXPR_OR:
        write_inner(r, x->args[0], out);
        buf_add_c(out, x->kind == EXPR_AND ? "，且" : "，或者");
        write_inner(r, x->args[1], out);
        break;
    case EXPR_COMPARE:
        write_compare(r, x, out);
        break;
    case EXPR_ARITHMETIC:
        sentence_write(r, x->args[0], out);
        buf_add_c(out, op_words[x->op]);
        sentence_write(r, x->args[1], out);
        break;
    case EXPR_CONTAINS:
        sentence_write(r, x->args[0], out);
        buf_add_c(out, "包含");
        sentence_write(r, x->args[1], out);
        break;
    case EXPR_IN:
        sentence_write(r, x->args[0], out);
        buf_add_c(out, x->count > 2 ? "是以下之一：" : "是");
        write_list(r, x, 1, "、", out);
        break;
    case EXPR_EMPTY:
        sentence_write(r, x->args[0], out);
        buf_add_c(out, x->negated ? "已填写" : "为空");
        break;
    case EXPR_BETWEEN:
        sentence_write(r, x->args[0], out);
        buf_add_c(out, "在");
        write_list(r, x, 1, "与", out);
        buf_add_c(out, "之间（含）");
        break;
    case EXPR_WITHIN:
        sentence_write(r, x->args[0], out);
        buf_add_c(out, "在");
        sentence_write(r, x->args[2], out);
        buf_add_c(out, x->op == OP_BEFORE ? "之前" : "之后");
        sentence_write(r, x->args[1], out);
        buf_add_c(out, "以内");
        break;
    case EXPR_CALL:
        write_call(r, x, out);
        break;
    default:
        write_literal(x, out);
    }
}

void condition_sentence(const Rule *r, const Condition *c, Buf *out) {
    if (c->says.len > 0)
        buf_add(out, c->says);
    else
        sentence_write(r, c->expr, out);
}

static void write_where(const Rule *r, const Conditions *where, Buf *out) {
    for (size_t i = 0; i < where->count; i++) {
        buf_add_c(out, i == 0 ? "：" : "，且");
        condition_sentence(r, &where->items[i], out);
    }
}

void unless_sentence(const Rule *r, const Unless *u, Buf *out) {
    if (u->says.len > 0) {
        buf_add(out, u->says);
        return;
    }
    buf_addf(out, "没有同一%s的%.*s记录", subject_kind_names[r->kind].title,
             STR_ARG(u->from.dataset->title));
    write_where(r, &u->where, out);
}

void measure_sentence(const Rule *r, const Measure *m, Buf *out) {
    static const char *const words[] = {"行数", "不同值的个数", "合计", "最小（最早）值",
                                        "最大（最晚）值"};

    buf_addf(out, "%.*s：同一%s的%.*s中", STR_ARG(m->title), subject_kind_names[r->kind].title,
             STR_ARG(m->from.dataset->title));
    if (m->of != NULL) {
        sentence_write(r, m->of, out);
        buf_add_c(out, "的");
    }
    buf_add_c(out, words[m->aggregate]);
    write_where(r, &m->where, out);
}
