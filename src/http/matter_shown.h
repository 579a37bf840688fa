/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/matter_shown.h: matters in lists and their conditions, for the list, the desk and exports.
 */
#ifndef HTTP_MATTER_SHOWN_H
#define HTTP_MATTER_SHOWN_H

#include "http/matter_inputs.h"
#include "http/matter_words.h"

MatterQuery matter_query_of(const MatterListQuery *q);
/* A row of matter_list with the words people read. */
void matter_item_shown(Node *item, const Content *c, const Names *names, Arena *a);

#endif
