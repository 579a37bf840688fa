/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/upkeep.c: what a job of upkeep does and how it looks while it does. */
#include "http/upkeep.h"

#include <unistd.h>

#include "http/words.h"
#include "trace/evidence.h"
#include "trace/look.h"

Str upkeep_title(const UpkeepJob *u, Arena *a) {
    if (u->kind == UPKEEP_JOB_ROTATE)
        return STR("轮换密钥");
    if (u->kind == UPKEEP_JOB_CHAIN)
        return STR("核对日志链");
    if (u->kind == UPKEEP_JOB_EVIDENCE)
        return STR("导出日志证据");
    if (u->kind == UPKEEP_JOB_VERIFY)
        return str_format(a, "核对备份：%.*s", STR_ARG(u->name));
    return u->with_key ? STR("备份全部数据（含主密钥）") : STR("备份全部数据");
}

static UpkeepPhase rotate_phase(const UpkeepJob *u) {
    const RotateProgress *p = &u->rotating;
    int now = atomic_load(&p->phase);
    bool rows = now >= ROTATE_ROWS;
    UpkeepPhase out = {.name = name_of_value(rotate_phase_names, now),
                       .title = title_of_value(rotate_phase_names, now),
                       .done = rows ? atomic_load(&p->rows.done) : atomic_load(&p->done),
                       .total = rows ? atomic_load(&p->rows.total) : atomic_load(&p->total)};
    int64_t share = out.total > 0 ? 100 * out.done / out.total : 0;

    out.percent = now == ROTATE_SUBJECTS ? share / 10
                  : now == ROTATE_ROWS   ? 10 + share * 85 / 100
                  : now == ROTATE_ENDING ? 95
                                         : 0;
    return out;
}

static UpkeepPhase backup_phase(const UpkeepJob *u) {
    static const int shares[] = {0, 10, 30, 80, 50, 100};
    int now = u->kind == UPKEEP_JOB_VERIFY ? BACKUP_CHECKING : atomic_load(&u->backing.phase);

    return (UpkeepPhase){.name = name_of_value(backup_phase_names, now),
                         .title = title_of_value(backup_phase_names, now),
                         .done = atomic_load(&u->backing.copy.bytes),
                         .percent = shares[now]};
}

static UpkeepPhase chain_phase(const UpkeepJob *u) {
    int64_t done = atomic_load(&u->checking.done), total = atomic_load(&u->checking.total);

    bool check = u->kind == UPKEEP_JOB_CHAIN;

    return (UpkeepPhase){.name = check ? STR("checking") : STR("writing"),
                         .title = check ? STR("核对日志") : STR("写出日志"),
                         .done = done,
                         .total = total,
                         .percent = total > 0 ? 100 * done / total : 0};
}

UpkeepPhase upkeep_phase(const UpkeepJob *u) {
    if (u->kind == UPKEEP_JOB_CHAIN || u->kind == UPKEEP_JOB_EVIDENCE)
        return chain_phase(u);
    return u->kind == UPKEEP_JOB_ROTATE ? rotate_phase(u) : backup_phase(u);
}

void upkeep_cancel(UpkeepJob *u) {
    atomic_store(&u->backing.copy.cancel, true);
    atomic_store(&u->rotating.rows.cancel, true);
    atomic_store(&u->checking.cancel, true);
}

static bool run_backup(Office *o, UpkeepJob *u, Arena *a, Node *result, Err *e) {
    BackupResult made = {0};

    if (!office_backup(o, NULL, u->with_key, u->actor, &u->backing, a, &made, e))
        return false;
    node_set_int(a, result, "bytes", made.bytes);
    node_set_int(a, result, "sequence", made.sequence);
    node_set_int(a, result, "batch", made.batch);
    return true;
}

static bool run_verify(Office *o, UpkeepJob *u, Arena *a, Node *result, Err *e) {
    const char *path = office_backup_path(o, u->name, a, e);

    if (!path || !bundle_read(path, NULL, &u->backing.copy, e))
        return false;
    node_set_int(a, result, "bytes", atomic_load(&u->backing.copy.bytes));
    return true;
}

static bool run_rotate(Office *o, UpkeepJob *u, Arena *a, Node *result, Err *e) {
    RotateResult made = {0};

    if (!office_rotate(o, u->actor, &u->rotating, &made, e))
        return false;
    node_set_int(a, result, "generation", made.generation);
    node_set_int(a, result, "rows", made.rows);
    node_set_int(a, result, "subject_keys", made.subject_keys);
    return true;
}

/* The check itself is told in the chain it checked. */
static bool run_chain(Office *o, UpkeepJob *u, Arena *a, Node *result, Err *e) {
    JournalCheck check = {0};
    bool whole = journal_verify_watched(o->store, &u->checking, &check, e);

    if (!whole && check.bad == 0)
        return false;
    if (!audit_told(o->store, u->actor, check.entries, check.bad, whole ? e : NULL) && whole)
        return false;
    node_set_int(a, result, "entries", check.entries);
    node_set_int(a, result, "bad", check.bad);
    node_set_text(a, result, "head", str_of(check.head));
    return whole;
}

static Node *evidence_told(const EvidenceDone *done, Arena *a) {
    Node *n = node_map(a);

    node_set_int(a, n, "from", done->from);
    node_set_int(a, n, "to", done->to);
    node_set_text(a, n, "head", str_dup(a, str_of(done->head)));
    return n;
}

/* The file may be fetched only when its entry is there. */
static bool run_evidence(Office *o, UpkeepJob *u, Arena *a, Node *result, Err *e) {
    EvidenceAsk ask = {u->from, u->to, u->actor, .watch = &u->checking};
    EvidenceDone done;
    ShelfItem item = {0};
    char day[11];

    day_format(day_today(), day);
    shelf_path(u->shelf, a, "", &item.id, &item.path);
    item.name = str_format(a, "日志证据-%s.zip", day);
    Snapshot *s = office_snapshot(o);
    bool good = evidence_export(o->store, s->content, &ask, item.path.ptr, &done, e);

    snapshot_drop(s);
    if (!good)
        return false;
    if (!audit_record_later(o->store, u->actor, u->address, u->device, "audit.exported",
                            STR("journal"), evidence_told(&done, a), e)) {
        unlink(item.path.ptr);
        return false;
    }
    shelf_put(u->shelf, u->actor, &item);
    node_set_text(a, result, "evidence", item.id);
    node_set_text(a, result, "file_name", item.name);
    node_set_int(a, result, "from", done.from);
    node_set_int(a, result, "to", done.to);
    node_set_int(a, result, "entries", done.entries);
    node_set_text(a, result, "head", str_dup(a, str_of(done.head)));
    return true;
}

bool upkeep_run(Office *o, UpkeepJob *u, Arena *a, Node **result, Err *e) {
    Node *out = node_map(a);
    bool good = u->kind == UPKEEP_JOB_BACKUP     ? run_backup(o, u, a, out, e)
                : u->kind == UPKEEP_JOB_VERIFY   ? run_verify(o, u, a, out, e)
                : u->kind == UPKEEP_JOB_CHAIN    ? run_chain(o, u, a, out, e)
                : u->kind == UPKEEP_JOB_EVIDENCE ? run_evidence(o, u, a, out, e)
                                                 : run_rotate(o, u, a, out, e);

    if (good)
        *result = out;
    return good;
}
