/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/shown.h: pool values as text for people. */
#ifndef POOL_SHOWN_H
#define POOL_SHOWN_H

#include "pool/columns.h"

/* 2024-01-05, 20000.00 (元), 35.5, 有效; null for NULL. */
Node *shown_value(Arena *a, const Field *f, const PoolValue *v);

#endif
