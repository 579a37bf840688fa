/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/import_api.c: a file comes in, is looked at, and is imported. */
#include "http/api.h"
#include "http/inputs.h"
#include "http/inside.h"
#include "http/mapping.h"
#include "http/words.h"
#include "base/citizen_text.h"
#include "pool/guess.h"
#include "sql_statements.h"

#include <stdlib.h>

enum { GUESSES_MOST = 5 };

bool api_upload_create(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const UploadQuery *q = req_query(rq);
    ShelfItem item = {.id = rq->upload_id,
                      .name = citizen_id_safe(a, q->name), /* it goes into titles and events */
                      .path = str_of(rq->upload->path),
                      .size = rq->upload->size};
    Node *n = node_map(a);

    if (item.size == 0)
        return err_set(e, ERR_INVALID, NULL, "文件是空的，请重新选择");
    shelf_put(rq->server->uploads, req_view(rq)->login, &item);
    free(rq->upload->path); /* the shelf's by now */
    rq->upload->path = NULL;
    node_set_text(a, n, "upload", item.id);
    node_set_text(a, n, "name", item.name);
    node_set_int(a, n, "size", item.size);
    return reply_node(rq, n);
}

/* --- preview ---------------------------------------------------------------------------------- */

static Node *guesses_shown(Arena *a, const ImportGuess *guesses, size_t n) {
    Node *list = node_list(a);

    for (size_t i = 0; i < n; i++) {
        Node *guess = node_map(a);

        node_set_text(a, guess, "dataset", guesses[i].dataset->dataset);
        node_set_text(a, guess, "title", guesses[i].dataset->title);
        node_set(a, guess, "score", node_of_real(a, guesses[i].score));
        node_add(a, list, guess);
    }
    return list;
}

static Node *texts(Arena *a, const Str *items, size_t n) {
    Node *list = node_list(a);

    for (size_t i = 0; i < n; i++)
        node_add(a, list, node_of_text(a, items[i]));
    return list;
}

static Node *matches_shown(Arena *a, const ImportPreview *p, size_t n, bool *saved) {
    Node *list = node_list(a);

    for (size_t i = 0; i < n; i++) {
        const ColumnMatch *m = &p->matches[i];
        Node *match = node_map(a);

        node_set_text(a, match, "field", m->field->field);
        node_set_text(a, match, "title", m->field->title);
        node_set_bool(a, match, "required", m->field->required);
        node_set_text(a, match, "type_title", title_of_value(field_type_names, m->field->type));
        node_set_int(a, match, "column", m->column);
        node_set_text(a, match, "header", m->header);
        node_set_text(a, match, "how", m->how);
        node_add(a, list, match);
        *saved = *saved || str_is(m->how, "saved");
    }
    return list;
}

static Node *missing_shown(Arena *a, const ImportPreview *p) {
    Node *list = node_list(a);

    for (size_t i = 0; i < p->missing_count; i++) {
        Node *field = node_map(a);

        node_set_text(a, field, "field", p->missing[i]->field);
        node_set_text(a, field, "title", p->missing[i]->title);
        node_add(a, list, field);
    }
    return list;
}

static Node *preview_shown(Arena *a, const Dataset *d, const ImportPreview *p) {
    static const char *const formats[] = {"", "CSV", "XLSX", "XLS", "JSON"};
    Node *n = node_map(a);
    bool saved = false;

    node_set_text(a, n, "dataset", d->dataset);
    node_set_text(a, n, "format", str_of(formats[p->info.format]));
    node_set_text(a, n, "encoding", p->encoding);
    if (p->info.separator != 0)
        node_set_text(a, n, "separator", (Str){&p->info.separator, 1});
    node_set(a, n, "sheets", texts(a, p->info.sheets, p->info.sheet_count));
    node_set_text(a, n, "sheet", p->info.sheet);
    node_set_int(a, n, "header_line", p->header_line);
    node_set(a, n, "headers", texts(a, p->headers, p->column_count));
    node_set(a, n, "matches", matches_shown(a, p, d->fields.count, &saved));
    node_set(a, n, "unused", texts(a, p->unused, p->unused_count));
    node_set(a, n, "missing", missing_shown(a, p));
    node_set(a, n, "samples", (Node *)(uintptr_t)p->samples);
    node_set_bool(a, n, "saved_mapping", saved);
    return n;
}

/* With a mapping by hand the file is looked at twice: once for its headers, once under the mapping.
 */
static bool look(Req *rq, const PreviewNew *in, ImportRequest *request, ImportPreview *out,
                 Err *e) {
    Arena *a = req_arena(rq);
    const Content *c = req_snapshot(rq)->content;
    Importer *importer = req_office(rq)->importer;
    const ColumnChoice *choices = in->columns.items;
    size_t n = in->columns.count;

    if (!import_preview(importer, c, request, a, out, e) || n == 0)
        return n == 0 && e->code == ERR_NONE;
    Str *fields = arena_array_of(a, n, Str);
    int64_t *columns = arena_array_of(a, n, int64_t);

    for (size_t i = 0; i < n; i++) {
        fields[i] = choices[i].field;
        columns[i] = choices[i].column;
    }
    if (!mapping_by_hand(request->dataset, out, fields, columns, n, a, &request->matches, e))
        return false;
    request->match_count = request->dataset->fields.count;
    return import_preview(importer, c, request, a, out, e);
}

bool api_upload_preview(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const PreviewNew *in = req_body(rq);
    const Content *c = req_snapshot(rq)->content;
    ShelfItem file;
    ImportGuess *guesses = NULL;
    size_t guess_count = 0;
    ImportPreview preview;
    ImportRequest request = {.header_line = in->header_line, .actor = req_view(rq)->login};

    if (!shelf_find(rq->server->uploads, req_view(rq)->login, req_param(rq, 0), a, &file, e) ||
        !source_options(in->sheet, in->encoding, &request.options, e) ||
        !import_guess(c, file.path.ptr, &request.options, GUESSES_MOST, a, &guesses, &guess_count,
                      e))
        return false;
    if (in->dataset.len == 0 && guess_count == 0)
        return err_set(e, ERR_INVALID, "/dataset",
                       "认不出这个文件属于哪个数据集：没有找到已知的表头，请先选择数据集");
    request.path = file.path.ptr;
    request.file_name = file.name;
    request.dataset =
        in->dataset.len != 0 ? content_dataset(c, in->dataset, e) : guesses[0].dataset;
    if (request.dataset == NULL || !look(rq, in, &request, &preview, e))
        return false;
    Node *n = preview_shown(a, request.dataset, &preview);

    node_set(a, n, "guesses", guesses_shown(a, guesses, guess_count));
    return reply_node(rq, n);
}

/* --- import ----------------------------------------------------------------------------------- */

static bool find_organisation(Tx *tx, void *context, Err *e) {
    int64_t *number = context;

    return tx_int(tx, &SQL_organisation_get, ARGS(ARG_OF_INT(*number)), 0, number, e);
}

/* Where the person may import, or the organisation he names among those. Whether another one exists
 * is not told. */
static bool owner_of_rows(const Req *rq, int64_t named, Str *out, Err *e) {
    const Rights *r = rq->rights;
    int64_t own = 0;

    for (size_t i = 0; i < r->count && own == 0; i++)
        if (r->rights[i].rule->permission == PERMISSION_BATCH_IMPORT &&
            r->rights[i].rule->reach != REACH_OWN)
            own = r->rights[i].organisation;
    int64_t found = named;

    if (named != 0 && !store_read(rq->view.office->store, find_organisation, &found, e))
        return false;
    if (named != 0 && (found == 0 || !rights_reach(r, PERMISSION_BATCH_IMPORT, named)))
        return err_set(e, ERR_INVALID, "/organisation",
                       "不能为这个单位导入数据，请选择本人可以报送的单位");
    if (named == 0 && own == 0)
        return err_set(e, ERR_INVALID, "/organisation", "请选择这些数据属于哪个单位");
    *out = str_format(rq->view.arena, "%lld", (long long)(named != 0 ? named : own));
    return true;
}

bool api_import_create(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const ImportNew *in = req_body(rq);
    const ColumnChoice *choices = in->columns.items;
    size_t n = in->columns.count;
    ShelfItem file;
    Str owner;

    if (!shelf_find(rq->server->uploads, req_view(rq)->login, in->upload, a, &file, e) ||
        !owner_of_rows(rq, in->organisation, &owner, e))
        return false;
    Str *fields = arena_array_of(a, n, Str);
    int64_t *columns = arena_array_of(a, n, int64_t);

    for (size_t i = 0; i < n; i++) {
        fields[i] = choices[i].field;
        columns[i] = choices[i].column;
    }
    JobImport job = {.dataset = in->dataset,
                     .path = file.path,
                     .file_name = file.name,
                     .sheet = in->sheet,
                     .encoding = in->encoding,
                     .header_line = in->header_line,
                     .fields = fields,
                     .columns = columns,
                     .column_count = n,
                     .save_mapping = in->save_mapping,
                     .run_models = !req_gave(rq, "run_models") || in->run_models,
                     .remove_file = true,
                     .actor = req_view(rq)->login,
                     .organisation = owner};
    const Node *shown = jobs_import(server_jobs(req_server(rq)), &job, a, e);

    return reply_node(rq, shown);
}
