/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/statements.h: the prepared statements of one connection, found again by their text. */
#ifndef STORE_STATEMENTS_H
#define STORE_STATEMENTS_H

#include "base/str.h"

typedef struct Statement {
    uint64_t hash;
    char *text; /* NULL: the slot is free */
    size_t length;
    void *handle;    /* SQLite */
    unsigned number; /* PostgreSQL: the statement's name is "s" and this number */
    unsigned busy;   /* cursors open on it: it must not be dropped */
    uint64_t used;   /* when last, counted in uses */
} Statement;

typedef void StatementDrop(void *context, Statement *s);

typedef struct Statements {
    Statement *slots;
    size_t count;
    uint64_t uses;
    unsigned numbers;
    StatementDrop *drop; /* called before a slot is used again */
    void *context;
} Statements;

/* Room for as many named statements as there are, and for the latest texts put together at run
 * time. */
void statements_init(Statements *s, StatementDrop *drop, void *context);
void statements_done(Statements *s);
/* NULL when this text was not prepared yet. */
Statement *statements_find(Statements *s, Str text);
/* A slot for a text not found: a free one, or the one idle for longest, dropped. The text is
 * copied. */
Statement *statements_add(Statements *s, Str text);
/* Forget one (preparing it failed). Does not call drop. */
void statements_remove(Statement *st);

#endif
