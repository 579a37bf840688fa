/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/field_inside.h: the readers of single types and what they share; for content/field*.c
 * only. */
#ifndef CONTENT_FIELD_INSIDE_H
#define CONTENT_FIELD_INSIDE_H

#include "content/field.h"
#include "content/field_range.h"

/* Each reads v->original and sets the value, or *reason. */
bool field_read_money(const Field *f, FieldValue *v, const char **reason);
bool field_read_integer(const Field *f, FieldValue *v, const char **reason);
bool field_read_number(const Field *f, FieldValue *v, const char **reason);
bool field_read_area(const Field *f, FieldValue *v, const char **reason);
bool field_read_citizen(const Field *f, FieldValue *v, const char **reason);
bool field_read_credit(const Field *f, FieldValue *v, const char **reason);
bool field_read_division(const Content *c, const Field *f, FieldValue *v, const char **reason);
bool field_read_marked(const Field *f, FieldValue *v, bool (*read)(Str, char[24]),
                       const char **reason);
bool field_read_document(const Field *f, FieldValue *v, const char **reason);
/* Also says whether the cell is empty: in a table 无 may be an entry. */
bool field_read_code(const Content *c, const Field *f, FieldValue *v, const char **reason);
/* How field_text writes numbers and areas. */
void field_real_text(double value, char out[32]);

static inline bool field_refuse(FieldValue *v, const char **reason, const char *text) {
    v->kind = VALUE_NULL;
    *reason = text;
    return false;
}

/* `text` keeps, when accepted, what the type's reader made of the original. */
static inline bool field_take_text(FieldValue *v, Str text, bool valid) {
    v->kind = VALUE_TEXT;
    v->text = text;
    v->valid = valid;
    v->changed = text.ptr != v->original.ptr && !str_eq(text, v->original);
    return true;
}

static inline bool field_take_integer(const Field *f, FieldValue *v, ValueKind kind, int64_t value,
                                      int64_t ranged) {
    v->kind = kind;
    v->integer = value;
    v->out_of_range = !field_range_integer(f, ranged);
    return true;
}

/* Ceiling in characters. */
static inline size_t field_ceiling(const Field *f) {
    return f->length > 0 ? (size_t)f->length : 2000;
}

static inline bool field_too_long(const Field *f, Str s) {
    return s.len > field_ceiling(f) && str_runes(s) > field_ceiling(f);
}

bool field_refuse_long(const Field *f, FieldValue *v, const char **reason);

/* The original as it is, if it is short enough. */
static inline bool field_take_original(const Field *f, FieldValue *v, bool valid,
                                       const char **reason) {
    return field_too_long(f, v->original) ? field_refuse_long(f, v, reason)
                                          : field_take_text(v, v->original, valid);
}

#endif
