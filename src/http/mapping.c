/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/mapping.c: names of encodings and columns chosen by hand. */
#include "http/mapping.h"

bool source_options(Str sheet, Str encoding, RowsOptions *out, Err *e) {
    *out = (RowsOptions){.encoding = ENCODING_UNKNOWN, .sheet = sheet};
    if (encoding.len == 0)
        return true;
    for (Encoding known = ENCODING_UTF8; known < ENCODING_UNKNOWN; known++) {
        if (!str_eq_ascii_nocase(encoding, str_of(encoding_name(known))))
            continue;
        out->encoding = known;
        return true;
    }
    if (str_eq_ascii_nocase(encoding, STR("GBK")) || str_eq_ascii_nocase(encoding, STR("GB2312"))) {
        out->encoding = ENCODING_GB18030;
        return true;
    }
    return err_set(e, ERR_INVALID, "/encoding",
                   "不认识编码“%.*s”，可以写 UTF-8、GB18030、UTF-16LE 或 UTF-16BE",
                   (int)(encoding.len > 32 ? 32 : encoding.len), encoding.ptr);
}

bool mapping_by_hand(const Dataset *d, const ImportPreview *found, const Str *fields,
                     const int64_t *columns, size_t n, Arena *a, const ColumnMatch **out, Err *e) {
    ColumnMatch *matches = arena_array_of(a, d->fields.count, ColumnMatch);

    for (size_t i = 0; i < d->fields.count; i++)
        matches[i] = (ColumnMatch){.field = &dataset_fields(d)[i], .column = -1};
    for (size_t i = 0; i < n; i++) {
        const Field *field = dataset_field(d, fields[i]);

        if (field == NULL)
            return err_set(e, ERR_INVALID, "/columns", "数据集“%.*s”没有字段“%.*s”",
                           STR_ARG(d->title), STR_ARG(fields[i]));
        if (columns[i] >= (int64_t)found->column_count)
            return err_set(e, ERR_INVALID, "/columns", "文件只有 %zu 列，没有第 %lld 列",
                           found->column_count, (long long)columns[i] + 1);
        if (columns[i] < 0)
            continue;
        ColumnMatch *m = &matches[field->index];
        const ColumnMatch *automatic = &found->matches[field->index];

        m->column = (int)columns[i];
        m->header = found->headers[columns[i]];
        m->how = automatic->column == m->column ? automatic->how : STR("manual");
    }
    *out = matches;
    return true;
}
