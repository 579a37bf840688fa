/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/text_table.c: many texts by number. */
#include "data/text_table.h"

#include <stdlib.h>

#include "base/banned.h"

void text_table_init(TextTable *t) {
    *t = (TextTable){0};
    buf_init(&t->bytes, TEXT_TABLE_BYTES_MAX);
}

void text_table_done(TextTable *t) {
    buf_done(&t->bytes);
    free(t->ends);
    t->ends = NULL;
    t->count = t->cap = 0;
}

bool text_table_end(TextTable *t, Err *e) {
    if (t->bytes.full || t->count == TEXT_TABLE_ITEMS_MAX)
        return err_set(e, ERR_TOO_LARGE, NULL,
                       "工作簿的共享文字超过 200 MiB，请拆分，或另存为 CSV 再导入");
    if (t->count == t->cap) {
        t->cap = t->cap == 0 ? 1024 : t->cap * 2;
        t->ends = realloc(t->ends, t->cap * sizeof *t->ends);
        if (t->ends == NULL)
            abort();
    }
    t->ends[t->count++] = t->bytes.len;
    return true;
}

bool text_table_get(const TextTable *t, size_t index, Str *out) {
    if (index >= t->count)
        return false;
    size_t from = index == 0 ? 0 : t->ends[index - 1];

    *out = (Str){t->bytes.ptr == NULL ? "" : t->bytes.ptr + from, t->ends[index] - from};
    return true;
}
