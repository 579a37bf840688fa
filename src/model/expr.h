/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/expr.h: expressions of the model language: text to tree, tree to canonical text. */
#ifndef MODEL_EXPR_H
#define MODEL_EXPR_H

#include "content/content.h"

/* What an expression yields. Identity numbers can only be compared with each other. */
typedef enum ValueType {
    TYPE_NONE,
    TYPE_BOOL,
    TYPE_TEXT,
    TYPE_DATE,
    TYPE_TIME,
    TYPE_MONEY,   /* exact, ten-thousandths of a 元 */
    TYPE_INTEGER, /* exact */
    TYPE_NUMBER,  /* double */
    TYPE_AREA,    /* double, square metres */
    TYPE_SPAN,    /* 90 天, 3 个月, 10 个工作日: only beside a date */
    TYPE_IDENTITY /* a sensitive number: its token stands for it */
} ValueType;

typedef enum ExprKind {
    EXPR_TEXT,
    EXPR_INTEGER, /* number / scale; scale > 1 for decimals, exact */
    EXPR_MONEY,
    EXPR_AREA,
    EXPR_DATE,
    EXPR_BOOL,
    EXPR_SPAN,
    EXPR_TODAY,
    EXPR_NAME, /* name, name.field or name.field.fact */
    EXPR_NOT,
    EXPR_NEGATE,
    EXPR_AND,
    EXPR_OR,
    EXPR_COMPARE,    /* = != < <= > >= */
    EXPR_ARITHMETIC, /* + - * / */
    EXPR_CONTAINS,
    EXPR_IN,    /* args[0] in args[1..] */
    EXPR_EMPTY, /* is empty; `negated`: is not empty */
    EXPR_BETWEEN,
    EXPR_WITHIN, /* args: date, span, anchor date */
    EXPR_CALL
} ExprKind;

typedef enum ExprOp {
    OP_NONE,
    OP_EQ,
    OP_NE,
    OP_LT,
    OP_LE,
    OP_GT,
    OP_GE,
    OP_ADD,
    OP_SUB,
    OP_MUL,
    OP_DIV,
    OP_BEFORE,
    OP_AFTER
} ExprOp;

typedef enum SpanUnit { SPAN_DAY, SPAN_WORKDAY, SPAN_MONTH } SpanUnit;

typedef enum Fact { FACT_NONE, FACT_BIRTH, FACT_SEX, FACT_DIVISION, FACT_VALID } Fact;

/* Functions, in the order of the table in expr.c. */
typedef enum Function {
    FN_DAYS,
    FN_DUE,
    FN_OVERDUE,
    FN_THRESHOLD,
    FN_LISTED,
    FN_AGE,
    FN_COALESCE,
    FN_LEAST,
    FN_GREATEST,
    FN_IF,
    FN_YEAR,
    FN_STARTS,
    FN_COUNT
} Function;

struct Alias;
struct Measure;

typedef struct Expr Expr;
struct Expr {
    ExprKind kind;
    ExprOp op;
    Function function;
    ValueType type; /* set by check */
    size_t at, end; /* bytes of the source text */
    bool negated;
    bool braced;     /* stood in parentheses: kept out of the canonical text */
    Str name, field; /* EXPR_NAME; `name` is the function of EXPR_CALL too */
    Str text;        /* EXPR_TEXT */
    int64_t number;  /* integer, money, area (scale 10000), date, span count, bool */
    int64_t scale;   /* denominator, 1 when whole */
    SpanUnit unit;
    Expr **args;
    size_t count;
    /* Bound by check: */
    Fact fact;
    const struct Alias *alias;
    const Field *column;
    const struct Measure *measure;
    Expr *meaning; /* a parameter's value or a definition, already checked */
    const Period *period;
    const CodeTable *table;
    const CodeColumn *table_column;
    size_t output; /* template.c: where a result row holds it */
};

#define EXPR_DEPTH_MAX 32
#define EXPR_BYTES_MAX 4000
#define EXPR_LIST_MAX 200

/* Where an expression stands, for errors: a node of the file, and the bytes of the node's text that
 * come before it. */
typedef struct ExprPlace {
    const Node *node;
    size_t offset;
} ExprPlace;

/* NULL on failure: ERR_CONTENT, file:line:column of the offending word, a sentence in Chinese. */
Expr *expr_parse(Arena *a, Str text, ExprPlace place, Err *e);
/* ERR_CONTENT at byte `at` of the expression; always false. */
bool expr_fail(ExprPlace place, size_t at, Err *e, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* One writing for all spellings of the same expression. */
void expr_write(const Expr *x, Buf *out);
const char *function_name(Function f);
const char *value_type_title(ValueType t); /* 日期 */
void literal_write(const Expr *x, Buf *out);

/* Calls `see` on x and everything under it, definitions included. */
void expr_walk(const Expr *x, void (*see)(const Expr *x, void *with), void *with);

#endif
