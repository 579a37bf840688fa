/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/lex.h: words of the model language. */
#ifndef MODEL_LEX_H
#define MODEL_LEX_H

#include "model/expr.h"

typedef enum TokenKind {
    TOKEN_END,
    TOKEN_WORD,    /* ASCII name: license, today, and */
    TOKEN_TEXT,    /* 危险驾驶罪 or 'quoted' */
    TOKEN_LITERAL, /* number, money, date, span, area: in `literal` */
    TOKEN_SIGN     /* one of = != < <= > >= + - * / ( ) [ ] , . */
} TokenKind;

typedef struct Token {
    TokenKind kind;
    size_t at, end;
    Str text;
    bool quoted;
    Expr literal; /* kind, number, scale, unit */
} Token;

typedef struct Lexer {
    Arena *arena;
    Str text;
    size_t at;
    ExprPlace place;
} Lexer;

bool lex_next(Lexer *l, Token *out, Err *e);

#endif
