/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/record.c: how an import is told of while it runs, and how it enters the journal. */
#include <inttypes.h>

#include "base/citizen_text.h"
#include "base/fault.h"
#include "pool/job.h"
#include "pool/judge.h"
#include "store/journal_turn.h"

#include "base/banned.h"

void job_phase(const Job *j, ImportPhase phase) {
    if (j->progress)
        atomic_store(&j->progress->phase, phase);
}

bool job_cancelled(const Job *j, Err *e) {
    if (!j->progress || !atomic_load(&j->progress->cancel))
        return false;
    err_set(e, ERR_CANCELLED, NULL, "导入已取消，没有留下任何数据");
    return true;
}

static double seconds_since(const struct timespec *start) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

static Node *field_nodes(const Job *j) {
    const Dataset *d = j->request->dataset;
    Node *out = node_list(j->a);

    for (size_t i = 0; i < d->fields.count; i++) {
        const Field *f = &dataset_fields(d)[i];
        Node *one = node_map(j->a);

        node_set_text(j->a, one, "field", f->field);
        node_set_text(j->a, one, "title", f->title);
        node_set_text(j->a, one, "header", citizen_id_safe(j->a, j->file.matches[i].header));
        node_set_text(j->a, one, "how", j->file.matches[i].how);
        node_set_int(j->a, one, "filled", j->quality ? j->quality[i].filled : 0);
        node_set_int(j->a, one, "valid", j->quality ? j->quality[i].valid : 0);
        node_set_int(j->a, one, "distinct", j->quality ? j->quality[i].distinct : 0);
        node_set_int(j->a, one, "out_of_range", j->quality ? j->quality[i].out_of_range : 0);
        node_add(j->a, out, one);
    }
    return out;
}

static Node *event_body(const Job *j) {
    const RowsInfo *info = rows_info(j->file.rows);
    const Dataset *d = j->request->dataset;
    const ImportResult *r = &j->result;
    Node *b = node_map(j->a);

    node_set_int(j->a, b, "batch", j->batch);
    node_set_text(j->a, b, "dataset", d->dataset);
    node_set_text(j->a, b, "dataset_title", d->title);
    node_set_text(j->a, b, "dataset_version", d->version);
    node_set_text(j->a, b, "file_name", citizen_id_safe(j->a, j->request->file_name));
    node_set_int(j->a, b, "size", (int64_t)info->file_size);
    node_set_text(j->a, b, "digest", str_of(j->digest));
    node_set_text(j->a, b, "mapping", str_of(j->mapping));
    node_set_text(j->a, b, "source", j->file.source);
    node_set_text(j->a, b, "format", str_of(rows_format_names[info->format]));
    node_set_text(j->a, b, "encoding", str_of(encoding_name(info->encoding)));
    node_set_text(j->a, b, "sheet", citizen_id_safe(j->a, info->sheet));
    node_set_int(j->a, b, "header_line", j->file.header.line);
    node_set_int(j->a, b, "received", r->received);
    node_set_int(j->a, b, "accepted", r->accepted);
    node_set_int(j->a, b, "duplicates", r->duplicates);
    node_set_int(j->a, b, "rejected", r->rejected);
    node_set_int(j->a, b, "corrected", r->corrected);
    node_set_int(j->a, b, "listed", j->listed);
    node_set_int(j->a, b, "bad_bytes", j->bad_bytes);
    node_set_int(j->a, b, "milliseconds", (int64_t)(r->seconds * 1000));
    node_set_text(j->a, b, "rejects_file", r->rejects_file);
    node_set_bool(j->a, b, "distinct_approximate", j->approximate);
    node_set(j->a, b, "fields", field_nodes(j));
    if (!d->sealing.count)
        return b;
    /* What a file with sealed rows weighs and hashes to is told to nobody without the channel, nor
     * whether it has any: so of no file of such a dataset. */
    char mark[JUDGE_MARK_SIZE];

    judge_mark(d, mark);
    node_set_text(j->a, b, "sealing", str_of(mark));
    node_set_bool(j->a, b, "sealable", true);
    if (j->sealed.received || j->sealed.corrected) {
        Node *sealed = node_map(j->a);

        node_set_int(j->a, sealed, "received", j->sealed.received);
        node_set_int(j->a, sealed, "accepted", j->sealed.accepted);
        node_set_int(j->a, sealed, "duplicates", j->sealed.duplicates);
        node_set_int(j->a, sealed, "corrected", j->sealed.corrected);
        node_set(j->a, b, "sealed_rows", sealed);
    }
    return b;
}

typedef struct Record {
    int64_t generation;
    Event batch, sealed,
        mapping; /* the second and third one without a body when there is nothing to say */
} Record;

/* Another server may have turned the key meanwhile: what lies under the old one nobody could read
 * when that has left the key file. */
static bool sealed_in_time(Tx *tx, int64_t generation, Err *e) {
    int64_t now;

    return journal_generation_in(tx, &now, e) &&
           (now <= generation ||
            err_set(e, ERR_BUSY, NULL,
                    "导入期间另一个服务轮换了密钥，没有留下任何数据，请再导入一次"));
}

static bool append_events(Tx *tx, void *context, Err *e) {
    Record *r = context;

    if (FAULT("pool.journal"))
        return err_set(e, ERR_DISK, NULL, "无法写入日志：请检查剩余空间后重试");
    return sealed_in_time(tx, r->generation, e) &&
           (!r->mapping.body || journal_append(tx, &r->mapping, e)) &&
           journal_append(tx, &r->batch, e) &&
           (!r->sealed.body || journal_append(tx, &r->sealed, e));
}

bool job_record(Job *j, Err *e) {
    job_phase(j, IMPORT_WRITING);
    if (job_cancelled(j, e))
        return false;
    if (j->rejects && !rejects_end(j->rejects, j->sealed.lines, j->sealed.line_count, j->a,
                                   &j->result.rejects_file, &j->listed, e))
        return false;
    if (FAULT("pool.window"))
        return err_set(e, ERR_INTERNAL, NULL, "登记批次之前中断");
    j->result.seconds = seconds_since(&j->start);
    Record events = {.generation = j->generation,
                     .batch = {.actor = j->request->actor,
                               .organisation = j->request->organisation,
                               .kind = STR("batch.imported"),
                               .subject = str_format(j->a, "batch:%" PRId64, j->batch),
                               .body = event_body(j)}};

    if (j->sealed.turned)
        events.sealed = (Event){.actor = j->request->actor,
                                .organisation = j->request->organisation,
                                .kind = STR("rows.sealed"),
                                .subject = events.batch.subject,
                                .body = j->sealed.turned};
    if (j->request->save_mapping)
        events.mapping = mapping_event(j->a, j->request, &j->file);
    if (!store_write(j->importer->store, append_events, &events, e))
        return false;
    pool_set_visible(j->importer->pool, j->batch);
    return true;
}

/* The same file, read the same way, has nothing new to say. */
bool job_repeat(Job *j, const Node *same, Err *e) {
    j->result.received = node_int(same, "received", 0);
    j->result.rejected = node_int(same, "rejected", 0);
    j->result.duplicates = j->result.received - j->result.rejected;
    j->sealed.received = j->sealed.duplicates = node_int(same, "sealed_received", 0);
    j->result.rejects_file = str_dup(j->a, node_text(same, "rejects_file"));
    j->listed = node_int(same, "listed", 0);
    j->bad_bytes = node_int(same, "bad_bytes", 0);
    if (j->progress) {
        atomic_store(&j->progress->received, j->result.received);
        atomic_store(&j->progress->rejected, j->result.rejected);
        atomic_store(&j->progress->bytes, (int64_t)rows_info(j->file.rows)->file_size);
    }
    return job_record(j, e);
}
