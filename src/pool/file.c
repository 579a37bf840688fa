/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/file.c: open an agency's file, find its header, match its columns. */
#include "base/citizen_text.h"
#include "pool/importer.h"

#include "base/banned.h"

const char *const rows_format_names[] = {"", "CSV", "XLSX", "XLS", "JSON"};

static void close_rows(void *rows) {
    rows_close(rows);
}

static void free_block(void *block) {
    row_block_free(block);
}

static bool use_request(const ImportRequest *request, const Header *h, ColumnMatch *matches,
                        Err *e) {
    for (size_t i = 0; i < request->dataset->fields.count; i++) {
        matches[i].column = -1;
        matches[i].header = matches[i].how = STR("");
    }
    for (size_t i = 0; i < request->match_count; i++) {
        const ColumnMatch *m = &request->matches[i];

        if (m->column < 0)
            continue;
        if ((size_t)m->column >= h->count)
            return err_set(e, ERR_INVALID, "/columns",
                           "字段“%.*s”指定的第 %d 列不存在：文件只有 %zu 列",
                           STR_ARG(m->field->title), m->column + 1, h->count);
        matches[m->field->index].column = m->column;
        matches[m->field->index].header = h->titles[m->column];
        matches[m->field->index].how = m->how.len ? m->how : STR("manual");
    }
    return true;
}

bool file_open(Importer *i, const ImportRequest *request, Arena *a, OpenFile *out, Err *e) {
    const Dataset *d = request->dataset;

    *out = (OpenFile){.rows = rows_open(request->path, &request->options, e)};
    if (!out->rows)
        return false;
    arena_defer(a, close_rows, out->rows);
    out->first = row_block_new(2048);
    arena_defer(a, free_block, out->first);
    if (!rows_next(out->rows, out->first, e))
        return false;
    if (!row_block_count(out->first))
        return err_set(e, ERR_INVALID, NULL, "文件“%.*s”里没有任何数据",
                       STR_ARG(citizen_id_safe(a, request->file_name)));
    if (!header_find(a, d, out->first, request->header_line, &out->header, e))
        return false;
    out->source = header_source(a, d, &out->header);
    out->matches = header_match(a, d, &out->header);
    if (request->matches)
        return use_request(request, &out->header, out->matches, e);
    return mapping_load(i, d, &out->header, out->source, out->matches, e);
}

MakerPlan *file_plan(Importer *i, const Content *c, const OpenFile *f, const Dataset *d, Arena *a) {
    MakerPlan *p = arena_new_of(a, MakerPlan);
    Field *fields = arena_array_of(a, d->fields.count, Field);
    int *columns = arena_array_of(a, d->fields.count, int);

    for (size_t n = 0; n < d->fields.count; n++) {
        Str unit = header_unit(f->matches[n].header, f->matches[n].field->type);

        fields[n] = dataset_fields(d)[n];
        columns[n] = f->matches[n].column;
        if (columns[n] >= 0 && unit.len)
            fields[n].unit = unit;
    }
    *p = (MakerPlan){.content = c,
                     .table = pool_table(a, d),
                     .keys = i->keys,
                     .fields = fields,
                     .columns = columns,
                     .headers = f->header.titles,
                     .column_count = f->header.count};
    return p;
}

size_t file_missing(const Dataset *d, const ColumnMatch *matches, const Field **out) {
    size_t count = 0;

    for (size_t n = 0; n < d->fields.count; n++)
        if (dataset_fields(d)[n].required && matches[n].column < 0)
            out[count++] = &dataset_fields(d)[n];
    return count;
}
