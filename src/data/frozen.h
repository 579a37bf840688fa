/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/frozen.h: a tree as bytes, for what is read once, while the program is built, and never
 * changes: it is there again in a fraction of the time that YAML takes. */
#ifndef DATA_FROZEN_H
#define DATA_FROZEN_H

#include "data/node.h"

/* Kinds, values, texts and places; not the name of the file. */
void node_freeze(const Node *n, Buf *out);
/* The tree again, in `a`; its texts stay in `bytes`, which must outlive it. Bytes that node_freeze
 * did not write: NULL. */
Node *node_thaw(Arena *a, Str bytes, const char *file);

#endif
