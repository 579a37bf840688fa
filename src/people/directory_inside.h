/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/directory_inside.h: what the files of the directory share. */
#ifndef PEOPLE_DIRECTORY_INSIDE_H
#define PEOPLE_DIRECTORY_INSIDE_H

#include "people/act.h"

typedef struct Look {
    Arena *arena;
    const Content *content;
    int64_t number;
    Str text, kind, division;
    Node *out, *more;
} Look;

/* Run in a read transaction; the tree it left in `out`, or NULL. */
Node *look(Store *s, TxWork *work, Look *l, Err *e);

/* Numbers of rows become what people read: instants as text (empty: none), 0 and 1 as false and
 * true, `since` and `until` with `active` beside them, a role with `role_title`. */
void show_instant(Arena *a, Node *row, const char *key);
void show_term(Arena *a, Node *row, Instant now);
void show_flag(Arena *a, Node *row, const char *key);
void show_role(Arena *a, const Content *c, Node *row);

#endif
