/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/field.h: what one cell of an agency's file says: read, checked and normalised by its
 * field's type.
 *
 * Allocates nothing, so that an import may call it for every cell of every row. */
#ifndef CONTENT_FIELD_H
#define CONTENT_FIELD_H

#include "base/identity.h"
#include "content/content.h"

typedef enum ValueKind {
    /* Nothing was said: empty, blank, "-", "N/A", "NULL", and "无" where it is no text. Not
     * `valid`: something was said that has no place here (an amount in another currency). */
    VALUE_NULL,
    VALUE_TEXT, /* text, code (the entry's title), citizen id, credit code, division, plate, phone,
                   document number */
    VALUE_INT,  /* integer; money in ten-thousandths of a 元 */
    VALUE_REAL, /* number; area in square metres */
    VALUE_DAY,  /* date: `integer` is a Day */
    VALUE_TIME, /* time: `integer` is microseconds since 1970-01-01 00:00 on China's clocks */
} ValueKind;

#define FIELD_ROOM 512

/* `text` and `original` point into the raw text, into content, or into `room`: don't copy the
 * struct, and keep the raw text as long as the value. */
typedef struct FieldValue {
    ValueKind kind;
    bool changed; /* the stored form differs from the trimmed original: keep the original beside it
                   */
    bool valid;   /* false: accepted, but its check digit, length or table says no (quality counts
                     these) */
    bool out_of_range; /* beyond the field's plausible range */
    int64_t integer;
    double real;
    Str text;
    Str original;      /* the raw text without blanks around it and without Excel's wrapping */
    CitizenId citizen; /* FIELD_CITIZEN_ID; form NONE when another document's number was accepted */
    CreditCode credit; /* FIELD_CREDIT_CODE; form NONE: other text, no key */
    char room[FIELD_ROOM]; /* backs `text`; after a refusal, the reason */
} FieldValue;

/* Normalise one cell. True: accepted (perhaps as VALUE_NULL). False: the row must be refused;
 * *reason is a Chinese sentence without the value itself, valid until `out` is used again. A
 * required field that is empty is refused. */
bool field_normalise(const Content *c, const Field *f, Str raw, FieldValue *out,
                     const char **reason);

/* Does the text say "nothing"? For text fields 无 is a text like any other. */
bool field_blank(const Field *f, Str trimmed);

/* As people may see it: 510502********1234 for a citizen number, the last four for other sensitive
 * texts. Cut at `size`. */
void field_mask(const Field *f, const FieldValue *v, char *out, size_t size);

/* The value as text in its canonical writing: 2024-01-05, 20000.00, 贰… as 20000.00. Empty for
 * null. */
void field_text(const Field *f, const FieldValue *v, Buf *out);

#endif
