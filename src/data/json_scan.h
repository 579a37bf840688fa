/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/json_scan.h: JSON text taken apart in place, without a tree. Private to the JSON row reader
 * and its fuzz target. */
#ifndef DATA_JSON_SCAN_H
#define DATA_JSON_SCAN_H

#include "base/str.h"

/* Follows brackets and quotes through text that arrives in pieces, to find where a value ends. */
typedef struct JsonExtent {
    size_t depth;
    bool in_text, escaped, started;
} JsonExtent;

/* Bytes of `s` that belong to the value whose first byte is, or was, an opening bracket or quote;
 * *ended when its last byte is among them. */
size_t json_extent(JsonExtent *x, Str s, bool *ended);

/* Bytes of the valid JSON value (any kind, at most 64 deep) that `s` starts with; 0 when there is
 * none. */
size_t json_value_length(Str s);

/* Do more than 64 brackets stand open somewhere in it? It need not be valid. */
bool json_too_deep(Str s);

/* A quoted JSON text of valid syntax, undone in place: the text without its quotes. False when it
 * holds \u0000 or half a surrogate pair. */
bool json_unquote(char *text, size_t len, Str *out);

size_t json_blanks(Str s); /* leading white space */

#endif
