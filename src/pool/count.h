/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/count.h: how many rows a dataset has. */
#ifndef POOL_COUNT_H
#define POOL_COUNT_H

#include "pool/pool.h"

/* Live rows of one dataset as of now. */
bool pool_count(Pool *p, const Dataset *d, int64_t *out, Err *e);

#endif
