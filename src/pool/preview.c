/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/preview.c: what an import would make of a file, shown before it runs. */
#include "base/citizen_text.h"
#include "pool/importer.h"

#include "base/banned.h"

#define SAMPLES 20

static Node *sample_cell(Arena *a, const MakerPlan *p, const RowOfCells *row, size_t field) {
    const Field *f = &p->fields[field];
    int column = p->columns[field];
    Node *out = node_map(a);
    FieldValue v;
    const char *reason = NULL;
    char mask[256];
    bool secret = f->sensitive || f->type == FIELD_CITIZEN_ID;
    Str raw = column >= 0 && (size_t)column < row->count ? row->cells[column].text : STR("");
    Buf b;

    buf_init(&b, (size_t)4 << 20);
    if (secret)
        mask_secret(f, raw, &b);
    else
        mask_text(raw, &b);
    node_set_text(a, out, "original", buf_str(&b));
    buf_clear(&b);
    if (field_normalise(p->content, f, raw, &v, &reason)) {
        if (secret && v.kind != VALUE_NULL) {
            field_mask(f, &v, mask, sizeof mask);
            buf_add_c(&b, mask);
        } else {
            field_text(f, &v, &b);
        }
        if (!v.valid)
            reason = "校验不通过，照录并计入质量";
        else if (v.out_of_range)
            reason = "超出合理范围，照录并计入质量";
    }
    node_set_text(a, out, "value", citizen_id_safe(a, buf_str(&b))); /* as it would be stored */
    node_set_text(a, out, "problem", str_of(reason));
    buf_done(&b);
    return out;
}

static Node *samples(Arena *a, const OpenFile *f, const MakerPlan *p) {
    const RowOfCells *rows = row_block_rows(f->first);
    Node *out = node_list(a);

    for (size_t i = f->header.index + 1; i < row_block_count(f->first) && out->count < SAMPLES;
         i++) {
        Node *one = node_list(a);

        if (!rows[i].count)
            continue;
        for (size_t n = 0; n < p->table->dataset->fields.count; n++)
            node_add(a, one, sample_cell(a, p, &rows[i], n));
        node_add(a, out, one);
    }
    return out;
}

static void list_unused(Arena *a, const OpenFile *f, size_t fields, ImportPreview *out) {
    Str *unused = arena_array_of(a, f->header.count, Str);

    out->unused = unused;
    for (size_t c = 0; c < f->header.count; c++) {
        bool used = f->header.titles[c].len == 0;

        for (size_t n = 0; n < fields && !used; n++)
            used = f->matches[n].column == (int)c;
        if (!used)
            unused[out->unused_count++] = citizen_id_safe(a, str_dup(a, f->header.titles[c]));
    }
}

/* The reader's own texts go with it; the preview lives as long as the arena. */
static RowsInfo keep_info(Arena *a, const RowsInfo *info) {
    RowsInfo out = *info;
    Str *sheets = arena_array_of(a, info->sheet_count, Str);

    for (size_t i = 0; i < info->sheet_count; i++)
        sheets[i] = str_dup(a, info->sheets[i]);
    out.sheets = sheets;
    out.sheet = str_dup(a, info->sheet);
    return out;
}

bool import_preview(Importer *i, const Content *c, const ImportRequest *request, Arena *a,
                    ImportPreview *out, Err *e) {
    scoped_arena Arena *mine = arena_new();
    const Dataset *d = request->dataset;
    OpenFile f;

    if (!file_open(i, request, mine, &f, e))
        return false;
    const MakerPlan *p = file_plan(i, c, &f, d, mine);
    Str *headers = arena_array_of(a, f.header.count, Str);
    ColumnMatch *matches = arena_array_of(a, d->fields.count, ColumnMatch);

    *out = (ImportPreview){.info = keep_info(a, rows_info(f.rows))};
    out->encoding = str_of(encoding_name(out->info.encoding));
    out->header_line = f.header.line;
    out->column_count = f.header.count;
    for (size_t n = 0; n < f.header.count; n++)
        headers[n] = citizen_id_safe(a, str_dup(a, f.header.titles[n]));
    out->headers = headers;
    for (size_t n = 0; n < d->fields.count; n++) {
        matches[n] = f.matches[n];
        matches[n].header = f.matches[n].column >= 0 ? headers[f.matches[n].column] : STR("");
        matches[n].how = str_dup(a, f.matches[n].how);
    }
    out->matches = matches;
    list_unused(a, &f, d->fields.count, out);
    out->missing = arena_array_of(a, d->fields.count, const Field *);
    out->missing_count = file_missing(d, f.matches, out->missing);
    out->samples = samples(a, &f, p);
    out->source = str_dup(a, f.source);
    return true;
}
