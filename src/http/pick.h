/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/pick.h: what a reply may tell is what its rows name; the rest of a tree stays inside. */
#ifndef HTTP_PICK_H
#define HTTP_PICK_H

#include "data/bind.h"

/* A new tree with the members the rows name, in their order: a member that is absent, null or, when
 * optional, empty is left out; an integer becomes the text or the boolean its row wants. Values are
 * shared with `from`. */
Node *pick(Arena *a, const Bind *rows, const Node *from);

#endif
