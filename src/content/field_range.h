/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/field_range.h: the plausible range of a field, and whether a value lies in it. */
#ifndef CONTENT_FIELD_RANGE_H
#define CONTENT_FIELD_RANGE_H

#include "content/field.h"

/* Read `least` and `most` in the field's type. `at` is the field's node. */
bool field_range_read(Field *f, const Node *at, Err *e);
bool field_range_integer(const Field *f, int64_t value);
bool field_range_real(const Field *f, double value);

#endif
