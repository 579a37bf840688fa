/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/shapes.h: the shape of every JSON reply, as Bind rows without a struct: replies are Node
 * trees of the layers below, and these rows document them, generate the client and check them. */
#ifndef HTTP_SHAPES_H
#define HTTP_SHAPES_H

#include "data/bind.h"

typedef struct Shape {
    const char *name; /* of the TypeScript interface and the OpenAPI schema */
    const Bind *rows;
    const char *help;
} Shape;

/* Every shape, so that generators can name the rows they meet; ended by a NULL name. */
extern const Shape shapes[];
const Shape *shape_of(const Bind *rows); /* NULL when it is none */

extern const Bind problem_out[], session_out[], health_out[], overview_out[];
extern const Bind account_out[], offer_out[], codes_out[], own_session_list_out[],
    account_history_out[];
extern const Bind dataset_list_out[], dataset_out[], row_list_out[], row_out[];
extern const Bind batch_list_out[], batch_out[], reject_list_out[];
extern const Bind upload_out[], preview_out[], job_out[], job_list_out[];
extern const Bind backup_list_out[], key_out[];
extern const Bind model_list_out[], model_out[], run_list_out[], run_out[], test_out[];
extern const Bind clue_list_out[], clue_out[], export_out[], search_out[];
extern const Bind event_batch_out[], event_clue_out[], event_run_out[];

#endif
