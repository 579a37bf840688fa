/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/template.c: sentences with values in them, and the values a result row must carry for them.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "model/read.h"
#include "base/banned.h"

/* --- outputs --------------------------------------------------------------------------------- */

static bool same_text(const Expr *a, const Expr *b) {
    scoped_buf Buf left, right;

    buf_init(&left, 1 << 20);
    buf_init(&right, 1 << 20);
    expr_write(a, &left);
    expr_write(b, &right);
    return str_eq(buf_str(&left), buf_str(&right));
}

bool output_computed(const Expr *x) {
    return needs_calendar(x) && x->type != TYPE_BOOL;
}

/* Leaves of a computed output are outputs too. */
static void add_leaves(Rule *r, Expr *x) {
    if (!output_computed(x)) {
        if (x->kind != EXPR_SPAN)
            rule_output(r, x);
        return;
    }
    if (x->meaning != NULL) {
        add_leaves(r, x->meaning);
        return;
    }
    for (size_t i = 0; i < x->count; i++)
        if (!(x->kind == EXPR_CALL && x->function == FN_DUE && i == 1))
            add_leaves(r, x->args[i]);
}

size_t rule_output(Rule *r, Expr *x) {
    for (size_t i = 0; i < r->output_count; i++)
        if (same_text(r->outputs[i], x)) {
            x->output = i;
            return i;
        }
    if (output_computed(x))
        add_leaves(r, x);
    assert(r->output_count < MODEL_OUTPUTS_MAX);
    x->output = r->output_count;
    r->outputs[r->output_count] = x;
    return r->output_count++;
}

/* --- computing ------------------------------------------------------------------------------- */

static PoolValue compute(const Expr *x, const Content *c, Day today, const PoolValue *values);

static PoolValue date_of(Day d) {
    return d == DAY_NONE ? (PoolValue){0} : (PoolValue){.type = POOL_DATE, .integer = d};
}

static PoolValue compute_call(const Expr *x, const Content *c, Day today, const PoolValue *values) {
    PoolValue a[8] = {{0}};
    size_t n = x->function == FN_DUE ? 1 : x->count;

    for (size_t i = 0; i < n && i < 8; i++)
        a[i] = compute(x->args[i], c, today, values);
    switch (x->function) {
    case FN_DUE:
        return a[0].type == POOL_NULL ? a[0] : date_of(period_due(c, x->period, (Day)a[0].integer));
    case FN_COALESCE:
        for (size_t i = 0; i < n; i++)
            if (a[i].type != POOL_NULL)
                return a[i];
        return (PoolValue){0};
    case FN_IF:
        return a[0].type != POOL_NULL && a[0].integer ? a[1] : a[2];
    case FN_DAYS:
        if (a[0].type == POOL_NULL || a[1].type == POOL_NULL)
            return (PoolValue){0};
        return (PoolValue){.type = POOL_INT, .integer = a[1].integer - a[0].integer};
    case FN_LEAST:
    case FN_GREATEST: {
        PoolValue best = {0};

        for (size_t i = 0; i < n; i++)
            if (a[i].type != POOL_NULL &&
                (best.type == POOL_NULL ||
                 (x->function == FN_LEAST) == (a[i].integer < best.integer)))
                best = a[i];
        return best;
    }
    default:
        return (PoolValue){0};
    }
}

static PoolValue compute(const Expr *x, const Content *c, Day today, const PoolValue *values) {
    Day day;

    if (!output_computed(x))
        return values[x->output];
    if (x->meaning != NULL)
        return compute(x->meaning, c, today, values);
    if (date_constant(x, today, c, &day))
        return date_of(day);
    if (x->kind == EXPR_CALL)
        return compute_call(x, c, today, values);
    if (x->kind == EXPR_ARITHMETIC) {
        PoolValue a = compute(x->args[0], c, today, values);

        if (a.type == POOL_NULL)
            return a;
        if (x->args[1]->type == TYPE_SPAN)
            return date_of(date_add(c, (Day)a.integer, x->args[1], x->op == OP_SUB));
        PoolValue b = compute(x->args[1], c, today, values);

        if (b.type == POOL_NULL)
            return b;
        return (PoolValue){.type = POOL_INT,
                           .integer =
                               x->op == OP_SUB ? a.integer - b.integer : a.integer + b.integer};
    }
    return (PoolValue){0};
}

void output_compute(const Rule *r, const Content *c, Day today, PoolValue *values) {
    for (size_t i = 0; i < r->output_count; i++)
        if (output_computed(r->outputs[i]))
            values[i] = compute(r->outputs[i], c, today, values);
}

/* --- reading --------------------------------------------------------------------------------- */

static bool add_part(Scope *s, Rule *r, const Node *node, size_t from, size_t to,
                     TemplatePart *out) {
    ExprPlace place = {node, from};
    Expr *x = check_text(s, str_slice(node->text, from, to), place, TYPE_NONE);

    if (x == NULL)
        return false;
    if (x->type == TYPE_SPAN) {
        scoped_buf Buf text;

        buf_init(&text, 256);
        sentence_write(r, x, &text);
        out->text = str_dup(s->arena, buf_str(&text));
        return true;
    }
    if (r->output_count + 16 > MODEL_OUTPUTS_MAX)
        return expr_fail(place, 0, s->e, "模板里的值太多");
    out->expr = x;
    out->output = rule_output(r, x);
    return true;
}

bool template_read(Scope *s, const Node *node, Rule *r, Template *out) {
    Str text = node->text;
    size_t at = 0, most = 1;

    if (node->kind == NODE_LIST || node->kind == NODE_MAP || text.len == 0)
        return node_fail(node, s->e, "模板应当是文字");
    for (size_t i = 0; i < text.len; i++)
        most += 2 * (text.ptr[i] == '{');
    out->parts = arena_array_of(s->arena, most, TemplatePart);
    while (at < text.len) {
        const char *open = memchr(text.ptr + at, '{', text.len - at);
        size_t begin = open != NULL ? (size_t)(open - text.ptr) : text.len;

        if (begin > at)
            out->parts[out->count++].text = str_slice(text, at, begin);
        if (open == NULL)
            break;
        const char *close = memchr(open, '}', text.len - begin);

        if (close == NULL)
            return expr_fail((ExprPlace){node, 0}, begin, s->e, "花括号没有关闭");
        at = (size_t)(close - text.ptr) + 1;
        if (!add_part(s, r, node, begin + 1, at - 1, &out->parts[out->count++]))
            return false;
    }
    return true;
}

/* --- writing --------------------------------------------------------------------------------- */

void day_write(Day d, Buf *out) {
    int year, month, day;

    day_split(d, &year, &month, &day);
    buf_addf(out, "%d年%d月%d日", year, month, day);
}

/* 3.5万元 when two decimals of 万元 say it exactly, else 1234.56元. */
void money_write(Money m, Buf *out) {
    Money ten_thousand = (Money)10000 * MONEY_YUAN, unit = MONEY_YUAN;
    const char *word = "元";
    Money rest = m < 0 ? -m : m;

    if (rest >= ten_thousand && rest % (ten_thousand / 100) == 0) {
        unit = ten_thousand;
        word = "万元";
    }
    buf_addf(out, "%s%lld", m < 0 ? "-" : "", (long long)(rest / unit));
    Money part = rest % unit / (unit / 100); /* further decimals of a 元 are left out */

    if (part != 0)
        buf_addf(out, part % 10 == 0 ? ".%lld" : ".%02lld",
                 (long long)(part % 10 == 0 ? part / 10 : part));
    buf_add_c(out, word);
}

static void real_write(double v, Buf *out) {
    char text[64];
    size_t n = (size_t)snprintf(text, sizeof text, "%.2f", v);

    while (n > 0 && text[n - 1] == '0')
        n--;
    if (n > 0 && text[n - 1] == '.')
        n--;
    buf_add(out, (Str){text, n});
}

static void list_write(Str text, Buf *out) {
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == ';')
            buf_add_c(out, "、");
        else
            buf_add_char(out, text.ptr[i]);
    }
}

void value_write(const Expr *x, const PoolValue *v, const Content *c, Buf *out) {
    (void)c;
    if (v->type == POOL_NULL || (v->type == POOL_TEXT && v->text.len == 0)) {
        buf_add_c(out, "（未登记）");
        return;
    }
    switch (x->type) {
    case TYPE_DATE:
        day_write((Day)v->integer, out);
        break;
    case TYPE_MONEY:
        money_write(v->integer, out);
        break;
    case TYPE_BOOL:
        buf_add_c(out, v->integer ? "是" : "否");
        break;
    case TYPE_AREA:
        real_write(v->type == POOL_REAL ? v->real : (double)v->integer, out);
        buf_add_c(out, "平方米");
        break;
    default:
        if (v->type == POOL_TEXT && x->column != NULL && x->column->many)
            list_write(v->text, out);
        else if (v->type == POOL_TEXT)
            buf_add(out, v->text);
        else if (v->type == POOL_REAL)
            real_write(v->real, out);
        else
            buf_addf(out, "%lld", (long long)v->integer);
    }
}
