/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/fuzz/fuzz_data_json.c: JSON that is read is written and read again the same; and the
 * scanner of the row reader agrees with jansson on what is JSON. */
#include <stdlib.h>

#include "data/json_scan.h"
#include "data/node.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

/* What jansson takes, the scanner takes whole; in any two pieces it ends at the same place. */
static void scan(Arena *a, Str text) {
    text = str_slice(text, json_blanks(text), text.len);
    size_t n = json_value_length(text);

    must(n > 0 && n + json_blanks(str_slice(text, n, text.len)) == text.len);
    if (text.ptr[0] == '"') {
        char *copy = str_c(a, str_slice(text, 0, n));
        Str out;

        must(json_unquote(copy, n, &out) && out.len <= n - 2);
    }
    if (text.ptr[0] != '"' && text.ptr[0] != '{' && text.ptr[0] != '[')
        return;
    for (size_t cut = 0; cut <= n; cut += n / 7 + 1) {
        JsonExtent x = {0};
        bool ended;
        size_t end = json_extent(&x, str_slice(text, 0, cut), &ended);

        if (!ended)
            end += json_extent(&x, str_slice(text, end, text.len), &ended);
        must(ended && end == n);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf first = {.max = (size_t)64 << 20}, second = first;
    Str text = {(const char *)bytes, size};
    Err e = {0};
    Node *n = json_read(a, text, &e);

    if (n == NULL) {
        must(e.code != ERR_NONE && e.text[0] != '\0');
        if (size != 0)
            json_value_length(text);
        return 0;
    }
    json_write(n, &first);
    Node *again = json_read(a, buf_str(&first), &e);

    must(again != NULL);
    json_write(again, &second);
    must(str_eq(buf_str(&first), buf_str(&second)));
    if (!str_starts(text, STR("\xEF\xBB\xBF")))
        scan(a, text);
    return 0;
}
