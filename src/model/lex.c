/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/lex.c: words of the model language. A word that starts outside ASCII is a text, so that
 * people write 有效 and not '有效'. */
#include "model/lex.h"

#include <string.h>

#include "base/banned.h"

typedef struct Unit {
    const char *word;
    ExprKind kind;
    int64_t factor; /* of the literal's base unit; span: days or months */
    SpanUnit span;
} Unit;

/* Longest first among those that begin alike. */
static const Unit units[] = {
    {"个工作日", EXPR_SPAN, 1, SPAN_WORKDAY},
    {"工作日", EXPR_SPAN, 1, SPAN_WORKDAY},
    {"workdays", EXPR_SPAN, 1, SPAN_WORKDAY},
    {"workday", EXPR_SPAN, 1, SPAN_WORKDAY},
    {"个月", EXPR_SPAN, 1, SPAN_MONTH},
    {"months", EXPR_SPAN, 1, SPAN_MONTH},
    {"month", EXPR_SPAN, 1, SPAN_MONTH},
    {"年", EXPR_SPAN, 12, SPAN_MONTH},
    {"years", EXPR_SPAN, 12, SPAN_MONTH},
    {"year", EXPR_SPAN, 12, SPAN_MONTH},
    {"天", EXPR_SPAN, 1, SPAN_DAY},
    {"日", EXPR_SPAN, 1, SPAN_DAY},
    {"days", EXPR_SPAN, 1, SPAN_DAY},
    {"day", EXPR_SPAN, 1, SPAN_DAY},
    {"亿元", EXPR_MONEY, INT64_C(100000000) * MONEY_YUAN, SPAN_DAY},
    {"万元", EXPR_MONEY, INT64_C(10000) * MONEY_YUAN, SPAN_DAY},
    {"元", EXPR_MONEY, MONEY_YUAN, SPAN_DAY},
    {"平方米", EXPR_AREA, 10000, SPAN_DAY},
    {"公顷", EXPR_AREA, 100000000, SPAN_DAY},
    {NULL, EXPR_AREA, 0, SPAN_DAY},
};

/* Punctuation that ends a bare Chinese word. Operators are ASCII only: these are never silently
 * accepted. */
static bool is_wide_sign(uint32_t r) {
    static const uint32_t signs[] = {0x3000, 0x3001, 0x3002, 0xFF0C, 0xFF1B, 0xFF1A,
                                     0xFF1F, 0xFF01, 0x201C, 0x201D, 0x2018, 0x2019,
                                     0xFF1D, 0xFF1E, 0xFF1C, 0xFF0B, 0xFF3B, 0xFF3D,
                                     0x3010, 0x3011, 0x300C, 0x300D, 0x00A0, 0xFEFF};

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (signs[i] == r)
            return true;
    return false;
}

static bool is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_name_char(char c) {
    return is_name_start(c) || is_digit(c);
}

static char at(const Lexer *l, size_t i) {
    return i < l->text.len ? l->text.ptr[i] : '\0';
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t skip_digits(const Lexer *l, size_t i) {
    while (is_digit(at(l, i)))
        i++;
    return i;
}

/* 2024-01-05 at the lexer's place; *end behind it. */
static bool date_at(const Lexer *l, size_t *end) {
    size_t year = skip_digits(l, l->at);

    if (year - l->at != 4 || at(l, year) != '-')
        return false;
    size_t month = skip_digits(l, year + 1);

    if (month == year + 1 || month > year + 3 || at(l, month) != '-')
        return false;
    size_t day = skip_digits(l, month + 1);

    *end = day;
    return day > month + 1 && day <= month + 3;
}

static const Unit *unit_at(const Lexer *l, size_t i) {
    Str rest = str_slice(l->text, i, l->text.len);

    for (const Unit *u = units; u->word != NULL; u++) {
        Str word = str_of(u->word);

        if (!str_starts(rest, word))
            continue;
        if (is_name_start(u->word[0]) && is_name_char(at(l, i + word.len)))
            continue;
        return u;
    }
    return NULL;
}

/* digits[.digits] as number / scale. */
static bool decimal(Lexer *l, size_t *end, int64_t *number, int64_t *scale) {
    size_t i = l->at;

    *number = 0;
    *scale = 1;
    for (bool point = false;; i++) {
        char c = at(l, i);

        if (c == '.' && !point && is_digit(at(l, i + 1))) {
            point = true;
            continue;
        }
        if (!is_digit(c))
            break;
        if (__builtin_mul_overflow(*number, 10, number) ||
            __builtin_add_overflow(*number, c - '0', number))
            return false;
        if (point && (*scale *= 10) > 1000000)
            return false;
    }
    *end = i;
    return true;
}

static bool number_token(Lexer *l, Token *t, Err *e) {
    size_t end;
    int64_t number, scale;

    t->kind = TOKEN_LITERAL;
    t->literal.scale = 1;
    if (date_at(l, &end)) {
        Day day;

        t->end = end;
        if (!day_parse(str_slice(l->text, l->at, end), &day))
            return expr_fail(l->place, l->at, e, "“%.*s”不是存在的日期，请写成 2024-01-05",
                             STR_ARG(str_slice(l->text, l->at, end)));
        t->literal.kind = EXPR_DATE;
        t->literal.number = day;
        return true;
    }
    if (!decimal(l, &end, &number, &scale))
        return expr_fail(l->place, l->at, e, "数字太大，或小数超过 6 位");
    size_t after = end;

    while (is_blank(at(l, after)))
        after++;
    t->literal.kind = EXPR_INTEGER;
    t->end = end;
    if (at(l, end) == '%') {
        scale *= 100;
        t->end = end + 1;
    } else {
        const Unit *u = unit_at(l, after);

        if (u != NULL) {
            t->end = after + strlen(u->word);
            t->literal.kind = u->kind;
            t->literal.unit = u->span;
            if (__builtin_mul_overflow(number, u->factor, &number))
                return expr_fail(l->place, l->at, e, "数字太大");
            if (number % scale != 0)
                return expr_fail(l->place, l->at, e, "“%.*s”不能精确表示",
                                 STR_ARG(str_slice(l->text, l->at, t->end)));
            number /= scale;
            scale = 1;
            if (u->kind == EXPR_SPAN && number > 36500)
                return expr_fail(l->place, l->at, e, "期间太长");
        }
    }
    t->literal.number = number;
    t->literal.scale = scale;
    return true;
}

static bool quoted_token(Lexer *l, Token *t, Err *e) {
    scoped_buf Buf text;

    buf_init(&text, EXPR_BYTES_MAX);
    for (size_t i = l->at + 1; i < l->text.len; i++) {
        char c = at(l, i);

        if (c == '\'' && at(l, i + 1) != '\'') {
            t->kind = TOKEN_TEXT;
            t->quoted = true;
            t->end = i + 1;
            t->text = str_dup(l->arena, buf_str(&text));
            return true;
        }
        if (c == '\'')
            i++;
        buf_add_char(&text, c);
    }
    return expr_fail(l->place, l->at, e, "引号没有关闭");
}

/* A bare word: letters outside ASCII, then those and ASCII letters and digits. */
static bool bare_token(Lexer *l, Token *t, Err *e) {
    Str rest = str_slice(l->text, l->at, l->text.len);
    Str before = rest;
    uint32_t r;

    while (str_rune(&rest, &r)) {
        if (r < 0x80 ? !is_name_char((char)r) : is_wide_sign(r))
            break;
        before = rest;
    }
    t->end = l->text.len - before.len;
    if (t->end == l->at) {
        str_rune(&before, &r);
        scoped_buf Buf sign;

        buf_init(&sign, 8);
        buf_add_rune(&sign, r);
        return expr_fail(l->place, l->at, e,
                         "这里不能用全角符号“%.*s”，请改用半角符号，或把文字放进单引号",
                         STR_ARG(buf_str(&sign)));
    }
    t->kind = TOKEN_TEXT;
    t->text = str_slice(l->text, l->at, t->end);
    return true;
}

static bool sign_token(Lexer *l, Token *t, Err *e) {
    char c = at(l, l->at), next = at(l, l->at + 1);
    size_t n = 1;

    if (strchr("=<>+-*/()[],.!", c) == NULL)
        return expr_fail(l->place, l->at, e, "认不出的符号“%c”", c);
    if ((c == '!' || c == '<' || c == '>') && next == '=')
        n = 2;
    if (c == '!' && n == 1)
        return expr_fail(l->place, l->at, e, "“不等于”请写成 !=，“不”请写成 not");
    t->kind = TOKEN_SIGN;
    t->end = l->at + n;
    t->text = str_slice(l->text, l->at, t->end);
    return true;
}

bool lex_next(Lexer *l, Token *out, Err *e) {
    Token t = {0};

    while (is_blank(at(l, l->at)))
        l->at++;
    t.at = t.end = l->at;
    char c = at(l, l->at);
    bool ok = true;

    if (l->at >= l->text.len)
        t.kind = TOKEN_END;
    else if (is_digit(c))
        ok = number_token(l, &t, e);
    else if (c == '\'')
        ok = quoted_token(l, &t, e);
    else if ((unsigned char)c >= 0x80)
        ok = bare_token(l, &t, e);
    else if (is_name_start(c)) {
        t.kind = TOKEN_WORD;
        while (is_name_char(at(l, t.end)))
            t.end++;
        t.text = str_slice(l->text, l->at, t.end);
    } else
        ok = sign_token(l, &t, e);
    if (!ok)
        return false;
    l->at = t.end;
    *out = t;
    return true;
}
