/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/expr.c: the grammar, by recursive descent, and the canonical writing. */
#include "model/expr.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "model/lex.h"
#include "base/banned.h"

static const char *const function_names[FN_COUNT] = {
    [FN_DAYS] = "days",         [FN_DUE] = "due",
    [FN_OVERDUE] = "overdue",   [FN_THRESHOLD] = "threshold",
    [FN_LISTED] = "listed",     [FN_AGE] = "age",
    [FN_COALESCE] = "coalesce", [FN_LEAST] = "least",
    [FN_GREATEST] = "greatest", [FN_IF] = "if",
    [FN_YEAR] = "year",         [FN_STARTS] = "starts",
};

static const char *const op_signs[] = {
    [OP_NONE] = "", [OP_EQ] = "=",          [OP_NE] = "!=",       [OP_LT] = "<",  [OP_LE] = "<=",
    [OP_GT] = ">",  [OP_GE] = ">=",         [OP_ADD] = "+",       [OP_SUB] = "-", [OP_MUL] = "*",
    [OP_DIV] = "/", [OP_BEFORE] = "before", [OP_AFTER] = "after",
};

const char *function_name(Function f) {
    return function_names[f];
}

const char *value_type_title(ValueType t) {
    static const char *const titles[] = {
        [TYPE_NONE] = "未知",    [TYPE_BOOL] = "是否",         [TYPE_TEXT] = "文字",
        [TYPE_DATE] = "日期",    [TYPE_TIME] = "时间",         [TYPE_MONEY] = "金额",
        [TYPE_INTEGER] = "整数", [TYPE_NUMBER] = "数字",       [TYPE_AREA] = "面积",
        [TYPE_SPAN] = "期间",    [TYPE_IDENTITY] = "证件号码",
    };

    return titles[t];
}

/* --- places ---------------------------------------------------------------------------------- */

bool expr_fail(ExprPlace place, size_t at, Err *e, const char *format, ...) {
    char text[480], where[NODE_WHERE] = "";
    const Node *n = place.node;
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n != NULL) {
        size_t offset = place.offset + at;
        Str before = str_slice(n->text, 0, offset);

        snprintf(where, sizeof where, "%s:%d:%d", n->file != NULL ? n->file : "", n->line,
                 n->column + (int)str_runes(before));
    }
    return err_set(e, ERR_CONTENT, where, "%s", text);
}

/* --- parser ---------------------------------------------------------------------------------- */

typedef struct Parser {
    Lexer lexer;
    Token token; /* the one looked at */
    size_t end;  /* of the one before */
    int depth;
    Err *e;
} Parser;

static Expr *parse_or(Parser *p);
static Expr *parse_sum(Parser *p);

static bool advance(Parser *p) {
    p->end = p->token.end;
    return lex_next(&p->lexer, &p->token, p->e);
}

static bool is_sign(const Parser *p, const char *sign) {
    return p->token.kind == TOKEN_SIGN && str_is(p->token.text, sign);
}

static bool is_word(const Parser *p, const char *word) {
    return p->token.kind == TOKEN_WORD && str_is(p->token.text, word);
}

static Expr *fail_at_token(Parser *p, const char *wanted) {
    const Token *t = &p->token;
    Str text = str_slice(p->lexer.text, t->at, t->end);

    if (t->kind == TOKEN_END)
        expr_fail(p->lexer.place, t->at, p->e, "条件没有写完：这里应当是%s", wanted);
    else
        expr_fail(p->lexer.place, t->at, p->e, "“%.*s”放在这里读不懂：这里应当是%s", STR_ARG(text),
                  wanted);
    return NULL;
}

static bool expect(Parser *p, const char *sign) {
    char wanted[16];

    if (is_sign(p, sign))
        return advance(p);
    snprintf(wanted, sizeof wanted, "“%s”", sign);
    fail_at_token(p, wanted);
    return false;
}

static Expr *make(Parser *p, ExprKind kind, size_t begin) {
    Expr *x = arena_new_of(p->lexer.arena, Expr);

    x->kind = kind;
    x->at = begin;
    x->end = p->end;
    x->scale = 1;
    return x;
}

static void add(Parser *p, Expr *x, Expr *arg) {
    Expr **args = arena_array_of(p->lexer.arena, x->count + 1, Expr *);

    if (x->count > 0)
        memcpy(args, x->args, x->count * sizeof *args);
    args[x->count++] = arg;
    x->args = args;
}

static Expr *pair(Parser *p, ExprKind kind, ExprOp op, Expr *left, Expr *right) {
    Expr *x = make(p, kind, left->at);

    x->op = op;
    add(p, x, left);
    add(p, x, right);
    return x;
}

/* Arguments up to the closing sign; the opening one has been passed. */
static bool parse_list(Parser *p, Expr *x, const char *close, bool sums) {
    while (!is_sign(p, close)) {
        if (x->count >= EXPR_LIST_MAX)
            return expr_fail(p->lexer.place, p->token.at, p->e, "列表超过 %d 项", EXPR_LIST_MAX);
        Expr *item = sums ? parse_sum(p) : parse_or(p);

        if (item == NULL)
            return false;
        add(p, x, item);
        if (is_sign(p, ",")) {
            if (!advance(p))
                return false;
        } else if (!is_sign(p, close)) {
            fail_at_token(p, "逗号或右括号");
            return false;
        }
    }
    if (!advance(p))
        return false;
    x->end = p->end;
    return true;
}

/* Parsed so far: a word. Now .field, .fact or (arguments). */
static Expr *parse_name(Parser *p) {
    Token word = p->token;
    Expr *x;

    if (!advance(p))
        return NULL;
    x = make(p, EXPR_NAME, word.at);
    x->name = word.text;
    if (str_is(word.text, "today") || str_is(word.text, "true") || str_is(word.text, "false")) {
        x->kind = str_is(word.text, "today") ? EXPR_TODAY : EXPR_BOOL;
        x->number = str_is(word.text, "true");
        return x;
    }
    if (is_sign(p, "(")) {
        x->kind = EXPR_CALL;
        x->function = FN_COUNT;
        for (int f = 0; f < FN_COUNT; f++)
            if (str_is(x->name, function_names[f]))
                x->function = (Function)f;
        return advance(p) && parse_list(p, x, ")", false) ? x : NULL;
    }
    for (int part = 0; part < 2 && is_sign(p, "."); part++) {
        if (!advance(p))
            return NULL;
        if (p->token.kind != TOKEN_WORD)
            return fail_at_token(p, "字段名");
        if (part == 0)
            x->field = p->token.text;
        else {
            x->text = p->token.text; /* the fact; check binds it */
        }
        if (!advance(p))
            return NULL;
        x->end = p->end;
    }
    return x;
}

static bool reserved(Str word) {
    static const char *const words[] = {"and",     "or",     "not",    "in",    "is",   "contains",
                                        "between", "within", "before", "after", "empty"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_is(word, words[i]))
            return true;
    return false;
}

static Expr *parse_braced(Parser *p) {
    size_t begin = p->token.at;
    Expr *x;

    if (++p->depth > EXPR_DEPTH_MAX) {
        expr_fail(p->lexer.place, begin, p->e, "括号超过 %d 层", EXPR_DEPTH_MAX);
        return NULL;
    }
    if (!advance(p) || (x = parse_or(p)) == NULL || !expect(p, ")"))
        return NULL;
    p->depth--;
    x->at = begin;
    x->end = p->end;
    x->braced = true;
    return x;
}

static Expr *parse_primary(Parser *p) {
    Token t = p->token;
    Expr *x;

    switch (t.kind) {
    case TOKEN_TEXT:
        if (!advance(p))
            return NULL;
        x = make(p, EXPR_TEXT, t.at);
        x->text = t.text;
        return x;
    case TOKEN_LITERAL:
        if (!advance(p))
            return NULL;
        x = make(p, t.literal.kind, t.at);
        x->number = t.literal.number;
        x->scale = t.literal.scale;
        x->unit = t.literal.unit;
        return x;
    case TOKEN_WORD:
        if (reserved(t.text))
            return fail_at_token(p, "字段、数字或文字");
        return parse_name(p);
    case TOKEN_SIGN:
        if (is_sign(p, "("))
            return parse_braced(p);
        if (is_sign(p, "-")) {
            Expr *arg;

            if (++p->depth > EXPR_DEPTH_MAX) {
                expr_fail(p->lexer.place, t.at, p->e, "减号超过 %d 层", EXPR_DEPTH_MAX);
                return NULL;
            }
            if (!advance(p) || (arg = parse_primary(p)) == NULL)
                return NULL;
            p->depth--;
            x = make(p, EXPR_NEGATE, t.at);
            add(p, x, arg);
            return x;
        }
        break;
    case TOKEN_END:
        break;
    }
    return fail_at_token(p, "字段、数字或文字");
}

static Expr *parse_product(Parser *p) {
    Expr *left = parse_primary(p);

    for (int n = 0; left != NULL && (is_sign(p, "*") || is_sign(p, "/")); n++) {
        ExprOp op = is_sign(p, "*") ? OP_MUL : OP_DIV;
        Expr *right;

        if (n >= EXPR_DEPTH_MAX)
            return fail_at_token(p, "更短的算式");
        if (!advance(p) || (right = parse_primary(p)) == NULL)
            return NULL;
        left = pair(p, EXPR_ARITHMETIC, op, left, right);
    }
    return left;
}

static Expr *parse_sum(Parser *p) {
    Expr *left = parse_product(p);

    for (int n = 0; left != NULL && (is_sign(p, "+") || is_sign(p, "-")); n++) {
        ExprOp op = is_sign(p, "+") ? OP_ADD : OP_SUB;
        Expr *right;

        if (n >= EXPR_DEPTH_MAX)
            return fail_at_token(p, "更短的算式");
        if (!advance(p) || (right = parse_product(p)) == NULL)
            return NULL;
        left = pair(p, EXPR_ARITHMETIC, op, left, right);
    }
    return left;
}

static Expr *parse_in(Parser *p, Expr *left) {
    Expr *x = make(p, EXPR_IN, left->at);

    add(p, x, left);
    if (!advance(p) || !expect(p, "[") || !parse_list(p, x, "]", true))
        return NULL;
    if (x->count == 1)
        return fail_at_token(p, "至少一项");
    return x;
}

static Expr *parse_between(Parser *p, Expr *left) {
    Expr *x = make(p, EXPR_BETWEEN, left->at);
    Expr *low, *high;

    if (!advance(p) || (low = parse_sum(p)) == NULL)
        return NULL;
    if (!is_word(p, "and"))
        return fail_at_token(p, "and（写作 between 低 and 高）");
    if (!advance(p) || (high = parse_sum(p)) == NULL)
        return NULL;
    add(p, x, left);
    add(p, x, low);
    add(p, x, high);
    x->end = p->end;
    return x;
}

static Expr *parse_within(Parser *p, Expr *left) {
    Expr *x = make(p, EXPR_WITHIN, left->at);
    Expr *span, *anchor;

    if (!advance(p) || (span = parse_sum(p)) == NULL)
        return NULL;
    if (!is_word(p, "before") && !is_word(p, "after"))
        return fail_at_token(p, "before 或 after（写作 within 90 天 before 日期）");
    x->op = is_word(p, "before") ? OP_BEFORE : OP_AFTER;
    if (!advance(p) || (anchor = parse_sum(p)) == NULL)
        return NULL;
    add(p, x, left);
    add(p, x, span);
    add(p, x, anchor);
    x->end = p->end;
    return x;
}

static Expr *parse_empty(Parser *p, Expr *left) {
    Expr *x = make(p, EXPR_EMPTY, left->at);

    if (!advance(p))
        return NULL;
    if (is_word(p, "not")) {
        x->negated = true;
        if (!advance(p))
            return NULL;
    }
    if (!is_word(p, "empty"))
        return fail_at_token(p, "empty（写作 is empty 或 is not empty）");
    if (!advance(p))
        return NULL;
    x->end = p->end;
    add(p, x, left);
    return x;
}

static Expr *parse_comparison(Parser *p) {
    Expr *left = parse_sum(p), *right;

    if (left == NULL)
        return NULL;
    if (is_word(p, "in"))
        return parse_in(p, left);
    if (is_word(p, "between"))
        return parse_between(p, left);
    if (is_word(p, "within"))
        return parse_within(p, left);
    if (is_word(p, "is"))
        return parse_empty(p, left);
    if (is_word(p, "contains"))
        return advance(p) && (right = parse_sum(p)) != NULL
                   ? pair(p, EXPR_CONTAINS, OP_NONE, left, right)
                   : NULL;
    if (p->token.kind != TOKEN_SIGN)
        return left;
    for (int op = OP_EQ; op <= OP_GE; op++) {
        if (!str_is(p->token.text, op_signs[op]))
            continue;
        if (!advance(p) || (right = parse_sum(p)) == NULL)
            return NULL;
        return pair(p, EXPR_COMPARE, (ExprOp)op, left, right);
    }
    return left;
}

static Expr *parse_not(Parser *p) {
    size_t begin = p->token.at;
    Expr *x, *arg;

    if (!is_word(p, "not"))
        return parse_comparison(p);
    if (++p->depth > EXPR_DEPTH_MAX) {
        expr_fail(p->lexer.place, begin, p->e, "not 超过 %d 层", EXPR_DEPTH_MAX);
        return NULL;
    }
    if (!advance(p) || (arg = parse_not(p)) == NULL)
        return NULL;
    p->depth--;
    x = make(p, EXPR_NOT, begin);
    add(p, x, arg);
    return x;
}

static Expr *parse_and(Parser *p) {
    Expr *left = parse_not(p), *right;

    for (int n = 0; left != NULL && is_word(p, "and"); n++) {
        if (n >= EXPR_DEPTH_MAX)
            return fail_at_token(p, "更短的条件（请拆成几条）");
        if (!advance(p) || (right = parse_not(p)) == NULL)
            return NULL;
        left = pair(p, EXPR_AND, OP_NONE, left, right);
    }
    return left;
}

static Expr *parse_or(Parser *p) {
    Expr *left = parse_and(p), *right;

    for (int n = 0; left != NULL && is_word(p, "or"); n++) {
        if (n >= EXPR_DEPTH_MAX)
            return fail_at_token(p, "更短的条件（请改用 in）");
        if (!advance(p) || (right = parse_and(p)) == NULL)
            return NULL;
        left = pair(p, EXPR_OR, OP_NONE, left, right);
    }
    return left;
}

Expr *expr_parse(Arena *a, Str text, ExprPlace place, Err *e) {
    Parser p = {.lexer = {.arena = a, .text = text, .place = place}, .e = e};
    Expr *x;

    if (text.len > EXPR_BYTES_MAX) {
        expr_fail(place, 0, e, "一条表达式不能超过 %d 字节", EXPR_BYTES_MAX);
        return NULL;
    }
    if (!str_utf8_valid(text)) {
        expr_fail(place, 0, e, "表达式不是有效的 UTF-8 文字");
        return NULL;
    }
    if (!advance(&p) || (x = parse_or(&p)) == NULL)
        return NULL;
    if (p.token.kind != TOKEN_END)
        return fail_at_token(&p, "条件的结尾，或 and、or、运算符");
    return x;
}

/* --- canonical writing ----------------------------------------------------------------------- */

static void write_decimal(int64_t number, int64_t scale, Buf *out) {
    int digits = 0;

    for (int64_t s = scale; s > 1; s /= 10)
        digits++;
    if (digits == 0) {
        buf_addf(out, "%lld", (long long)number);
        return;
    }
    while (digits > 1 && number % 10 == 0) {
        number /= 10;
        scale /= 10;
        digits--;
    }
    if (number % scale == 0)
        buf_addf(out, "%lld", (long long)(number / scale));
    else
        buf_addf(out, "%lld.%0*lld", (long long)(number / scale), digits,
                 (long long)(number % scale));
}

void literal_write(const Expr *x, Buf *out) {
    char text[32];

    switch (x->kind) {
    case EXPR_TEXT:
        buf_add_char(out, '\'');
        for (size_t i = 0; i < x->text.len; i++) {
            if (x->text.ptr[i] == '\'')
                buf_add_char(out, '\'');
            buf_add_char(out, x->text.ptr[i]);
        }
        buf_add_char(out, '\'');
        break;
    case EXPR_DATE:
        day_format((Day)x->number, text);
        buf_add_c(out, text);
        break;
    case EXPR_MONEY:
        write_decimal(x->number, MONEY_YUAN, out);
        buf_add_c(out, " 元");
        break;
    case EXPR_AREA:
        write_decimal(x->number, 10000, out);
        buf_add_c(out, " 平方米");
        break;
    case EXPR_SPAN:
        buf_addf(out, "%lld %s", (long long)x->number,
                 x->unit == SPAN_DAY     ? "天"
                 : x->unit == SPAN_MONTH ? "个月"
                                         : "个工作日");
        break;
    case EXPR_BOOL:
        buf_add_c(out, x->number ? "true" : "false");
        break;
    default:
        write_decimal(x->number, x->scale, out);
    }
}

static void write_args(const Expr *x, size_t from, const char *between, Buf *out) {
    for (size_t i = from; i < x->count; i++) {
        if (i > from)
            buf_add_c(out, between);
        expr_write(x->args[i], out);
    }
}

static void write_pair(const Expr *x, const char *op, Buf *out) {
    buf_add_char(out, '(');
    expr_write(x->args[0], out);
    buf_addf(out, " %s ", op);
    expr_write(x->args[1], out);
    buf_add_char(out, ')');
}

void expr_write(const Expr *x, Buf *out) {
    switch (x->kind) {
    case EXPR_TODAY:
        buf_add_c(out, "today");
        break;
    case EXPR_NAME:
        if (x->meaning != NULL) {
            expr_write(x->meaning, out);
            break;
        }
        buf_add(out, x->name);
        if (x->field.len > 0)
            buf_addf(out, ".%.*s", STR_ARG(x->field));
        if (x->text.len > 0)
            buf_addf(out, ".%.*s", STR_ARG(x->text));
        break;
    case EXPR_NOT:
    case EXPR_NEGATE:
        buf_add_c(out, x->kind == EXPR_NOT ? "not " : "-");
        expr_write(x->args[0], out);
        break;
    case EXPR_AND:
        write_pair(x, "and", out);
        break;
    case EXPR_OR:
        write_pair(x, "or", out);
        break;
    case EXPR_COMPARE:
    case EXPR_ARITHMETIC:
        write_pair(x, op_signs[x->op], out);
        break;
    case EXPR_CONTAINS:
        write_pair(x, "contains", out);
        break;
    case EXPR_IN:
        expr_write(x->args[0], out);
        buf_add_c(out, " in [");
        write_args(x, 1, ", ", out);
        buf_add_char(out, ']');
        break;
    case EXPR_EMPTY:
        expr_write(x->args[0], out);
        buf_add_c(out, x->negated ? " is not empty" : " is empty");
        break;
    case EXPR_BETWEEN:
        expr_write(x->args[0], out);
        buf_add_c(out, " between ");
        write_args(x, 1, " and ", out);
        break;
    case EXPR_WITHIN:
        expr_write(x->args[0], out);
        buf_add_c(out, " within ");
        write_args(x, 1, x->op == OP_BEFORE ? " before " : " after ", out);
        break;
    case EXPR_CALL:
        buf_addf(out, "%.*s(", STR_ARG(x->name));
        write_args(x, 0, ", ", out);
        buf_add_char(out, ')');
        break;
    default:
        literal_write(x, out);
    }
}

void expr_walk(const Expr *x, void (*see)(const Expr *x, void *with), void *with) {
    see(x, with);
    if (x->meaning != NULL)
        expr_walk(x->meaning, see, with);
    for (size_t i = 0; i < x->count; i++)
        expr_walk(x->args[i], see, with);
}
