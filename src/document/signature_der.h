/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/signature_der.h: the little of ASN.1 DER that signatures and certificates are written
 * in, without recursion and without anything that could be said in two ways. */
#ifndef LIANHENG_DOCUMENT_SIGNATURE_DER_H
#define LIANHENG_DOCUMENT_SIGNATURE_DER_H

#include "base/day.h"
#include "base/str.h"

enum {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BITS = 0x03,
    DER_OCTETS = 0x04,
    DER_NULL = 0x05,
    DER_OID = 0x06,
    DER_ENUMERATED = 0x0a,
    DER_UTF8 = 0x0c,
    DER_PRINTABLE = 0x13,
    DER_UTC_TIME = 0x17,
    DER_TIME = 0x18,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
    DER_CONTEXT = 0xa0, /* + n: [n], constructed */
};

/* --- writing: each call gives the whole item, in the arena --- */

Str der(Arena *a, int tag, Str value);
Str der_join(Arena *a, int tag, const Str *parts, size_t n);
#define DER_OF(a, tag, ...)                          \
    der_join((a), (tag), (const Str[]){__VA_ARGS__}, \
             sizeof((const Str[]){__VA_ARGS__}) / sizeof(Str))
/* A SET OF: sorted, as DER wants it. */
Str der_set_of(Arena *a, int tag, Str *parts, size_t n);
Str der_int(Arena *a, int64_t i);    /* not negative */
Str der_unsigned(Arena *a, Str big); /* of bytes, the highest first */
Str der_bits(Arena *a, Str bytes);   /* whole bytes */
Str der_time(Arena *a, Instant at);  /* to the second; UTCTime until 2049 */

/* --- reading: what is not the one way to say it is refused --- */

typedef struct DerItem {
    int tag;
    Str value, whole;
} DerItem;

/* The next item of *rest, which moves behind it. */
bool der_next(Str *rest, DerItem *out);
/* The same when its tag is this one; `value` may be NULL. */
bool der_take(Str *rest, int tag, Str *value);
/* Exactly these bytes come next. */
bool der_is(Str *rest, Str bytes);
bool der_take_int(Str *rest, int64_t *out); /* 0 … 2^53 */
bool der_take_time(Str *rest, Instant *out);
/* A BIT STRING of whole bytes. */
bool der_take_bits(Str *rest, Str *bytes);

#endif
