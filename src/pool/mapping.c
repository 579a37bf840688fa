/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/mapping.c: which column fills which field, as people confirmed it for files with these
 * headers. */
#include "pool/importer.h"
#include "sql_statements.h"

#include "base/banned.h"

typedef struct Asked {
    Arena *a;
    Str source;
    Node *row;
} Asked;

static bool ask(Tx *tx, void *context, Err *e) {
    Asked *q = context;
    Err mine = {0};

    q->row = tx_row(tx, q->a, &SQL_mapping_get, ARGS(ARG_OF_TEXT(q->source)), &mine);
    if (mine.code != ERR_NONE && e)
        *e = mine;
    return mine.code == ERR_NONE;
}

/* {"field": "header"}: columns are found again by their header, so a file with its columns in
 * another order still fits. An empty header says: this field is not in the file. */
static void apply(const Dataset *d, const Header *h, const Node *columns, ColumnMatch *matches) {
    for (size_t i = 0; i < columns->count; i++) {
        const Field *f = dataset_field(d, columns->keys[i]);
        Str header = columns->items[i]->text;

        if (!f)
            continue;
        matches[f->index].column = -1;
        matches[f->index].header = matches[f->index].how = STR("");
        for (size_t c = 0; c < h->count && header.len; c++)
            if (str_eq(h->titles[c], header)) {
                matches[f->index].column = (int)c;
                matches[f->index].header = h->titles[c];
                matches[f->index].how = STR("saved");
                break;
            }
    }
}

bool mapping_load(Importer *i, const Dataset *d, const Header *h, Str source, ColumnMatch *matches,
                  Err *e) {
    scoped_arena Arena *a = arena_new();
    Asked q = {.a = a, .source = source};

    if (!i->store)
        return true;
    if (!store_read(i->store, ask, &q, e))
        return false;
    Node *columns = q.row ? json_read(a, node_text(q.row, "columns"), e) : NULL;

    if (columns)
        apply(d, h, columns, matches);
    return !q.row || columns;
}

Event mapping_event(Arena *a, const ImportRequest *request, const OpenFile *f) {
    Node *body = node_map(a), *columns = node_map(a);

    node_set_text(a, body, "source", f->source);
    node_set_text(a, body, "dataset", request->dataset->dataset);
    for (size_t n = 0; n < request->dataset->fields.count; n++)
        node_append(a, columns, f->matches[n].field->field, node_of_text(a, f->matches[n].header));
    node_set(a, body, "columns", columns);
    return (Event){.actor = request->actor,
                   .organisation = request->organisation,
                   .kind = STR("mapping.saved"),
                   .subject = str_format(a, "mapping:%.*s", STR_ARG(f->source)),
                   .body = body};
}
