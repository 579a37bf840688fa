/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/packed.h: a body compressed. */
#ifndef HTTP_PACKED_H
#define HTTP_PACKED_H

#include "base/str.h"

typedef struct Packed {
    size_t size; /* 0: it would not get smaller, send it plain */
    unsigned char bytes[];
} Packed;

Packed *packed_new(Str plain);
void packed_free(Packed *p);

#endif
