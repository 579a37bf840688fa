/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/statements.c: a small table with open addressing would be faster; 512 slots looked through
 * by hash take well under a microsecond and are plain. */
#include "store/statements.h"

#include "base/hash.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { SLOTS = 512 };

void statements_init(Statements *s, StatementDrop *drop, void *context) {
    *s = (Statements){.drop = drop, .context = context};
    s->slots = calloc(SLOTS, sizeof *s->slots);
    if (!s->slots) {
        fputs("lianheng: 内存不足，程序退出\n", stderr);
        abort();
    }
}

void statements_done(Statements *s) {
    for (size_t i = 0; i < s->count; i++) {
        if (!s->slots[i].text)
            continue;
        s->drop(s->context, &s->slots[i]);
        statements_remove(&s->slots[i]);
    }
    free(s->slots);
    *s = (Statements){0};
}

Statement *statements_find(Statements *s, Str text) {
    uint64_t hash = hash_text(text, 0);

    for (size_t i = 0; i < s->count; i++) {
        Statement *st = &s->slots[i];

        if (st->hash == hash && st->text && str_eq((Str){st->text, st->length}, text)) {
            st->used = ++s->uses;
            return st;
        }
    }
    return NULL;
}

/* A free slot, or the idle one used longest ago. */
static Statement *slot(Statements *s) {
    Statement *oldest = NULL;

    for (size_t i = 0; i < s->count; i++) {
        Statement *st = &s->slots[i];

        if (!st->text)
            return st;
        if (!st->busy && (!oldest || st->used < oldest->used))
            oldest = st;
    }
    if (s->count < SLOTS)
        return &s->slots[s->count++];
    assert(oldest && "512 cursors open on one connection");
    s->drop(s->context, oldest);
    statements_remove(oldest);
    return oldest;
}

Statement *statements_add(Statements *s, Str text) {
    Statement *st = slot(s);

    *st = (Statement){.hash = hash_text(text, 0), .length = text.len, .used = ++s->uses};
    st->text = strndup(text.ptr ? text.ptr : "", text.len);
    if (!st->text) {
        fputs("lianheng: 内存不足，程序退出\n", stderr);
        abort();
    }
    st->number = ++s->numbers;
    return st;
}

void statements_remove(Statement *st) {
    free(st->text);
    *st = (Statement){0};
}
