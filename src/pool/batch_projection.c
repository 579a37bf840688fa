/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/batch_projection.c: "batch.imported" and "mapping.saved" into tables. */
#include "pool/import.h"
#include "sql_statements.h"

#include "base/banned.h"

static Arg text_of(const Node *map, const char *key) {
    return ARG_OF_TEXT(node_text(map, key));
}

static Arg int_of(const Node *map, const char *key) {
    return ARG_OF_INT(node_int(map, key, 0));
}

static bool project_field(Tx *tx, const Node *body, const Node *field, int64_t position, Err *e) {
    return tx_run(tx, &SQL_batch_field_add,
                  ARGS(int_of(body, "batch"), ARG_OF_INT(position), text_of(field, "field"),
                       text_of(field, "title"), text_of(field, "header"), text_of(field, "how"),
                       int_of(field, "filled"), int_of(field, "valid"), int_of(field, "distinct"),
                       int_of(field, "out_of_range")),
                  NULL, e);
}

static bool project_batch(Tx *tx, const Event *event, Err *e) {
    const Node *b = event->body, *fields = node_get(b, "fields"),
               *sealed = node_get(b, "sealed_rows");
    char at[INSTANT_TEXT];

    instant_format(event->at, at);
    if (!tx_run(tx, &SQL_batch_add,
                ARGS(int_of(b, "batch"), text_of(b, "dataset"), text_of(b, "dataset_title"),
                     text_of(b, "dataset_version"), text_of(b, "file_name"), int_of(b, "size"),
                     text_of(b, "digest"), text_of(b, "mapping"), text_of(b, "source"),
                     text_of(b, "format"), text_of(b, "encoding"), text_of(b, "sheet"),
                     int_of(b, "header_line"), int_of(b, "received"), int_of(b, "accepted"),
                     int_of(b, "duplicates"), int_of(b, "rejected"), int_of(b, "corrected"),
                     int_of(b, "listed"), int_of(b, "bad_bytes"), int_of(b, "milliseconds"),
                     text_of(b, "rejects_file"),
                     ARG_OF_INT(node_bool(b, "distinct_approximate", false)),
                     ARG_OF_TEXT(event->actor), ARG_OF_TEXT(str_of(at)),
                     ARG_OF_INT(event_owner(event)), ARG_OF_INT(node_bool(b, "sealed", false)),
                     ARG_OF_INT(node_bool(b, "sealable", false)), int_of(sealed, "received"),
                     int_of(sealed, "accepted"), int_of(sealed, "duplicates"),
                     int_of(sealed, "corrected"), text_of(b, "sealing")),
                NULL, e))
        return false;
    for (size_t i = 0; fields && i < fields->count; i++)
        if (!project_field(tx, b, fields->items[i], (int64_t)i, e))
            return false;
    return true;
}

/* Older versions of records that are sealed now: they leave what their batches tell, and the clues
 * that rest on them. */
static bool project_sealed(Tx *tx, const Event *event, Err *e) {
    const Node *b = event->body, *batches = node_get(b, "batches"), *ids = node_get(b, "ids");

    for (size_t i = 0; batches && i < batches->count; i++)
        if (!tx_run(tx, &SQL_batch_rows_sealed,
                    ARGS(int_of(batches->items[i], "batch"), int_of(batches->items[i], "rows"),
                         int_of(batches->items[i], "corrected")),
                    NULL, e))
            return false;
    for (size_t i = 0; ids && i < ids->count; i++)
        if (!tx_run(tx, &SQL_clue_of_row_seal,
                    ARGS(text_of(b, "dataset"), ARG_OF_TEXT(ids->items[i]->text)), NULL, e))
            return false;
    return true;
}

/* Rows that no rule seals any more. Clues are found again by the next run. */
static bool project_opened(Tx *tx, const Event *event, Err *e) {
    const Node *batches = node_get(event->body, "batches");

    for (size_t i = 0; batches && i < batches->count; i++)
        if (!tx_run(tx, &SQL_batch_rows_sealed,
                    ARGS(int_of(batches->items[i], "batch"), int_of(batches->items[i], "rows"),
                         int_of(batches->items[i], "corrected")),
                    NULL, e))
            return false;
    return true;
}

static bool project_judged(Tx *tx, const Event *event, Err *e) {
    const Node *b = event->body;
    char at[INSTANT_TEXT];

    instant_format(event->at, at);
    return tx_run(tx, &SQL_batch_judged, ARGS(text_of(b, "dataset"), text_of(b, "mark")), NULL,
                  e) &&
           tx_run(tx, &SQL_rows_judged_set,
                  ARGS(text_of(b, "dataset"), text_of(b, "judging"), text_of(b, "mark"),
                       ARG_OF_TEXT(event->actor), ARG_OF_TEXT(str_of(at))),
                  NULL, e);
}

static bool project_mapping(Tx *tx, const Event *event, Err *e) {
    char at[INSTANT_TEXT];
    Buf columns;

    instant_format(event->at, at);
    buf_init(&columns, (size_t)1 << 20);
    json_write(node_get(event->body, "columns"), &columns);
    bool good = tx_run(tx, &SQL_mapping_set,
                       ARGS(text_of(event->body, "source"), text_of(event->body, "dataset"),
                            ARG_OF_TEXT(buf_str(&columns)), ARG_OF_TEXT(event->actor),
                            ARG_OF_TEXT(str_of(at))),
                       NULL, e);

    buf_done(&columns);
    return good;
}

void pool_register(void) {
    static const Projection projections[] = {
        {"batch.imported", project_batch},  {"rows.sealed", project_sealed},
        {"rows.opened", project_opened},    {"rows.judged", project_judged},
        {"mapping.saved", project_mapping}, {0}};
    static const char *const tables[] = {"batch", "batch_field", "mapping", "rows_judged", NULL};

    journal_register(projections, tables);
}
