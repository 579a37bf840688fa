/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/run_rows.h: recorded runs in the shape of the API. */
#ifndef HTTP_RUN_ROWS_H
#define HTTP_RUN_ROWS_H

#include "clue/clue.h"

/* `row` as sql/clue.sql gives it. */
Node *run_shown(const Snapshot *s, const Node *row, Arena *a);
/* The newest run of each of these models. NULL with *e set. */
Node *runs_newest(Office *o, const Snapshot *s, const Model *const *models, size_t n, Arena *a,
                  Err *e);
/* Chinese title of a model, its id when the content no longer has it. */
Str model_title_of(const Snapshot *s, Str model);

#endif
