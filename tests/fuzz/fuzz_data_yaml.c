/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/fuzz/fuzz_data_yaml.c: whatever a content file holds, it is refused with a reason or
 * becomes a tree that can be written as JSON and read again. */
#include <math.h>
#include <stdlib.h>

#include "data/node.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

/* JSON has no infinity: 1e999 is written as null, which reads back as something else. */
static bool finite_tree(const Node *n) {
    for (size_t i = 0; i < n->count; i++)
        if (!finite_tree(n->items[i]))
            return false;
    return n->kind != NODE_REAL || isfinite(n->real);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf first = {.max = (size_t)64 << 20}, second = first;
    Err e = {0};
    Node *n = yaml_read(a, (Str){(const char *)bytes, size}, "fuzz.yaml", &e);

    if (n == NULL) {
        must(e.code != ERR_NONE && e.text[0] != '\0' && str_utf8_valid(str_of(e.text)));
        return 0;
    }
    json_write(n, &first);
    if (!finite_tree(n))
        return 0;
    Node *again = json_read(a, buf_str(&first), &e);

    must(again != NULL);
    json_write(again, &second);
    must(str_eq(buf_str(&first), buf_str(&second)));
    return 0;
}
