/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/sealing.h: which rows of a dataset the law seals (docs/decisions/0010-sealed-records.md).
 */
#ifndef CONTENT_SEALING_H
#define CONTENT_SEALING_H

#include "content/field.h"

/* The first rule of the dataset that seals a row with these values (one per field), or NULL: open.
 */
const Sealing *sealing_of(const Dataset *d, const FieldValue *values);
/* A number that changes with the rules: rows judged by others are judged again. */
uint64_t sealing_mark(const Dataset *d);

#endif
