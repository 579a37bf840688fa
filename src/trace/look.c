/* SPDX-License-Identifier: MulanPSL-2.0 */
/* trace/look.c: entries for looks, exports, refusals and audits. */
#include "trace/look.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/citizen_text.h"
#include "base/crypto.h"
#include "people/act.h"
#include "sql_statements.h"
#include "trace/alarm.h"

#include "base/banned.h"

enum { DEVICE_MOST = 80, OBJECTS_MOST = 200 };

/* ---- projections ---- */

static bool use_approval(Tx *tx, const Event *event, Err *e) {
    int64_t approval = node_int(event->body, "approval", 0);

    return approval == 0 || tx_run(tx, &SQL_approval_use, ARGS(ARG_OF_INT(approval)), NULL, e);
}

static bool object_add(Tx *tx, Str object, int64_t sequence, Err *e) {
    return tx_run(tx, &SQL_look_object_add, ARGS(ARG_OF_TEXT(object), ARG_OF_INT(sequence)), NULL,
                  e);
}

static bool revealed(Tx *tx, const Event *event, Err *e) {
    const Node *rows = node_get(event->body, "rows"), *clues = node_get(event->body, "clues"),
               *subjects = node_get(event->body, "subjects");
    scoped_arena Arena *a = arena_new();

    if (!use_approval(tx, event, e) || !object_add(tx, event->subject, event->sequence, e))
        return false;
    for (size_t i = 0; rows != NULL && i < rows->count; i++)
        if (!object_add(tx, rows->items[i]->text, event->sequence, e))
            return false;
    for (size_t i = 0; clues != NULL && i < clues->count; i++)
        if (!object_add(tx, str_format(a, "clue:%.*s", STR_ARG(clues->items[i]->text)),
                        event->sequence, e))
            return false;
    for (size_t i = 0; subjects != NULL && i < subjects->count; i++)
        if (!object_add(tx, str_format(a, "subject:%.*s", STR_ARG(subjects->items[i]->text)),
                        event->sequence, e))
            return false;
    return true;
}

static bool exported(Tx *tx, const Event *event, Err *e) {
    return use_approval(tx, event, e) && object_add(tx, event->subject, event->sequence, e);
}

void trace_register(void) {
    static const Projection projections[] = {{"sensitive.revealed", revealed},
                                             {"clues.exported", exported},
                                             {"rows.exported", exported},
                                             {"matters.exported", exported},
                                             {"matter.file_read", NULL},
                                             {"document.file_read", NULL},
                                             {"documents.exported", exported},
                                             {"documents.written", NULL},
                                             {"template.previewed", NULL},
                                             {"access.refused", NULL},
                                             {"audit.searched", NULL},
                                             {"audit.replayed", NULL},
                                             {"audit.looked_up", NULL},
                                             {"audit.verified", NULL},
                                             {"audit.exported", NULL},
                                             {"retention.destroyed", use_approval},
                                             {0}};
    static const char *const tables[] = {"look_object", NULL};

    journal_register(projections, tables);
    approval_register();
    alarm_register();
}

/* ---- who asks ---- */

/* The posts the asker holds: organisation and roles go into the entry as they are now. */
typedef struct Posts {
    int64_t organisation;
    Str roles; /* "prosecutor chief_procurator" */
} Posts;

static bool posts_of(Act *act, Str login, Posts *out, Err *e) {
    const Node *rows = tx_rows(act->tx, act->arena, &SQL_look_posts,
                               ARGS(ARG_OF_TEXT(login), ARG_OF_INT(act->now)), e);

    *out = (Posts){0};
    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        Str role = node_text(rows->items[i], "role");

        if (i == 0)
            out->organisation = node_int(rows->items[i], "organisation", 0);
        out->roles =
            i == 0 ? role : str_format(act->arena, "%.*s %.*s", STR_ARG(out->roles), STR_ARG(role));
    }
    return rows != NULL;
}

static void put_asker(Act *act, const Viewer *asker, const Posts *posts, Node *body) {
    node_set_text(act->arena, body, "roles", posts->roles);
    node_set_text(act->arena, body, "address", asker->address);
    node_set_text(act->arena, body, "device", str_slice(asker->device, 0, DEVICE_MOST));
}

/* ---- whose matter ---- */

typedef struct MatterAsk {
    Arena *arena;
    const Rights *rights;
    Str clue, dataset, row;
    Matter *out;
    Node *rows;
} MatterAsk;

static bool among_posts(const Node *posts, int64_t organisation) {
    for (size_t i = 0; i < posts->count; i++)
        if (node_int(posts->items[i], "organisation", 0) == organisation)
            return true;
    return false;
}

static bool own_clue(Tx *tx, const MatterAsk *q, const Node *posts, const Node *clue, bool *own,
                     Err *e) {
    int64_t granted = 0;

    *own = false;
    if (str_is(node_text(clue, "status"), "withdrawn"))
        return true;
    *own = among_posts(posts, node_int(clue, "organisation", 0));
    if (*own)
        return true;
    if (!tx_int(tx, &SQL_look_granted,
                ARGS(ARG_OF_TEXT(q->rights->login), ARG_OF_TEXT(node_text(clue, "id")),
                     ARG_OF_INT(instant_now())),
                0, &granted, e))
        return false;
    *own = granted != 0;
    return true;
}

static bool matter_work(Tx *tx, void *context, Err *e) {
    MatterAsk *q = context;
    Arena *a = q->arena;
    const Node *posts = tx_rows(tx, a, &SQL_look_posts,
                                ARGS(ARG_OF_TEXT(q->rights->login), ARG_OF_INT(instant_now())), e);
    const Node *clues = posts == NULL ? NULL
                        : q->clue.len != 0
                            ? tx_rows(tx, a, &SQL_look_clue, ARGS(ARG_OF_TEXT(q->clue)), e)
                            : tx_rows(tx, a, &SQL_look_clues_of_row,
                                      ARGS(ARG_OF_TEXT(q->dataset), ARG_OF_TEXT(q->row)), e);

    if (clues == NULL)
        return false;
    if (q->clue.len != 0 && clues->count == 0)
        return err_set(e, ERR_NOT_FOUND, "/clue", "没有这条线索");
    Str *ids = arena_array_of(a, clues->count, Str), *keys = arena_array_of(a, clues->count, Str);

    *q->out = (Matter){.clues = {ids, clues->count}, .subjects = {keys, clues->count}};
    for (size_t i = 0; i < clues->count; i++) {
        bool own;

        ids[i] = node_text(clues->items[i], "id");
        keys[i] = node_text(clues->items[i], "subject_key");
        if (!own_clue(tx, q, posts, clues->items[i], &own, e))
            return false;
        q->out->own |= own;
    }
    return true;
}

bool matter_of_clue(Store *s, Arena *a, const Rights *r, Str clue, Matter *out, Err *e) {
    return store_read(s, matter_work,
                      &(MatterAsk){.arena = a, .rights = r, .clue = clue, .out = out}, e);
}

bool matter_of_row(Store *s, Arena *a, const Rights *r, Str dataset, Str row, Matter *out, Err *e) {
    MatterAsk q = {.arena = a, .rights = r, .dataset = dataset, .row = row, .out = out};

    return store_read(s, matter_work, &q, e);
}

static bool rows_work(Tx *tx, void *context, Err *e) {
    MatterAsk *q = context;

    q->rows = tx_rows(tx, q->arena, &SQL_look_rows_of_clue, ARGS(ARG_OF_TEXT(q->clue)), e);
    return q->rows != NULL &&
           (q->rows->count != 0 || err_set(e, ERR_NOT_FOUND, "/clue", "没有这条线索"));
}

Node *clue_rows_behind(Store *s, Arena *a, Str clue, Err *e) {
    MatterAsk q = {.arena = a, .clue = clue};

    return store_read(s, rows_work, &q, e) ? q.rows : NULL;
}

/* ---- a look ---- */

typedef struct Looking {
    const Content *content;
    const Viewer *asker;
    const LookNew *in;
    LookDone *out;
} Looking;

static bool try_approval(Act *act, const Looking *l, Str object, int64_t *approval, Err *e) {
    ApprovalUse use = {.asker = l->asker->rights->login,
                       .kind = APPROVAL_LOOK,
                       .object = object,
                       .purpose = l->in->purpose,
                       .case_number = l->in->case_number,
                       .now = act->now};

    return *approval != 0 || approval_active(act->tx, &use, approval, e);
}

/* An approval for what was asked for, or for a clue or subject it belongs to; or for every row that
 * goes out, when that is one. */
static bool find_approval(Act *act, const Looking *l, int64_t *approval, Err *e) {
    const LookNew *in = l->in;
    const Str *clues = in->matter.clues.items, *subjects = in->matter.subjects.items;

    *approval = 0;
    if (!try_approval(act, l, in->object, approval, e) ||
        (in->row_count == 1 && !try_approval(act, l, in->rows[0], approval, e)))
        return false;
    for (size_t i = 0; i < in->matter.clues.count && *approval == 0; i++)
        if (!try_approval(act, l, str_format(act->arena, "clue:%.*s", STR_ARG(clues[i])), approval,
                          e) ||
            !try_approval(act, l, str_format(act->arena, "subject:%.*s", STR_ARG(subjects[i])),
                          approval, e))
            return false;
    return *approval != 0 ||
           err_set(e, ERR_NEEDS_APPROVAL, NULL,
                   str_starts(in->object, STR("matter:"))
                       ? "这不是本人所在单位参与的事项，查看明文前请先申请审批"
                       : "这不是本人承办的线索所依据的数据，查看明文前请先申请审批");
}

/* The channel was opened for one purpose and one case. */
static bool find_channel(Act *act, const Looking *l, int64_t *approval, Err *e) {
    ApprovalUse use = {.asker = l->asker->rights->login,
                       .kind = APPROVAL_SEALED,
                       .object = STR(SEALED_CHANNEL),
                       .purpose = l->in->purpose,
                       .case_number = l->in->case_number,
                       .now = act->now};

    if (!approval_active(act->tx, &use, approval, e))
        return false;
    return *approval != 0 ||
           err_set(e, ERR_NEEDS_APPROVAL, NULL,
                   "查看封存记录的明文，要用开启封存通道时的事由和案号；为其他案件查询须另行申请");
}

static bool is_own_name(Act *act, const Looking *l, bool *yes, Err *e) {
    Err why = {0};
    const Node *account = tx_row(act->tx, act->arena, &SQL_account_by_login,
                                 ARGS(ARG_OF_TEXT(l->asker->rights->login)), &why);
    Str own = account != NULL ? node_text(account, "name") : (Str){NULL, 0};

    if (why.code != ERR_NONE) {
        *e = why;
        return false;
    }
    *yes = false;
    for (size_t i = 0; i < l->in->name_count && own.len != 0; i++)
        *yes |= str_eq(str_trim(l->in->names[i]), own);
    return true;
}

static bool is_colleague(Act *act, const Looking *l, bool *yes, Err *e) {
    *yes = false;
    for (size_t i = 0; i < l->in->name_count && !*yes; i++) {
        int64_t n = 0;
        Str name = str_trim(l->in->names[i]);

        if (name.len != 0 && !tx_int(act->tx, &SQL_look_colleague,
                                     ARGS(ARG_OF_TEXT(l->asker->rights->login), ARG_OF_TEXT(name),
                                          ARG_OF_INT(act->now)),
                                     0, &n, e))
            return false;
        *yes = n != 0;
    }
    return true;
}

static void put_texts(Arena *a, Node *body, const char *key, const Str *items, size_t n) {
    Node *list = node_list(a);

    for (size_t i = 0; i < n && i < OBJECTS_MOST; i++)
        node_add(a, list, node_of_text(a, items[i]));
    if (n != 0)
        node_set(a, body, key, list);
}

static bool look_signs(Act *act, const Looking *l, Node *body, Err *e) {
    bool own, colleague;

    if (!is_own_name(act, l, &own, e) || !is_colleague(act, l, &colleague, e))
        return false;
    Node *signs = node_list(act->arena);
    const AlarmRule *night = content_alarm_rule(l->content, ALARM_NIGHT);

    if (alarm_at_night(night, act->now))
        node_add(act->arena, signs, node_of_text(act->arena, STR("night")));
    if (own)
        node_add(act->arena, signs, node_of_text(act->arena, STR("own_name")));
    if (colleague)
        node_add(act->arena, signs, node_of_text(act->arena, STR("colleague")));
    if (!l->in->matter.own && l->in->case_number.len == 0)
        node_add(act->arena, signs, node_of_text(act->arena, STR("no_matter")));
    if (signs->count != 0)
        node_set(act->arena, body, "signs", signs);
    node_set_int(act->arena, body, "most", content_alarm_rule(l->content, ALARM_BULK)->most);
    return true;
}

static bool tell(Act *act, const char *kind, Str subject, const Posts *posts, const Node *body,
                 Str reason, LookDone *out, Err *e) {
    Node *secret = reason.len != 0 ? node_map(act->arena) : NULL;
    Event event = {.actor = act->actor, .kind = str_of(kind), .subject = subject, .body = body};

    if (secret != NULL)
        node_set_text(act->arena, secret, "reason", reason);
    event.secret = secret;
    if (posts->organisation > 0)
        event.organisation = str_format(act->arena, "%" PRId64, posts->organisation);
    if (!journal_append(act->tx, &event, e))
        return false;
    out->sequence = event.sequence;
    out->at = event.at;
    return true;
}

static void reference_make(char out[REFERENCE_SIZE]) {
    uint64_t random;

    random_bytes(&random, sizeof random);
    snprintf(out, REFERENCE_SIZE, "%016" PRIx64, random);
}

static bool look_work(Act *act, void *what, Err *e) {
    Looking *l = what;
    const LookNew *in = l->in;
    Node *body = node_map(act->arena);
    int64_t approval = 0;
    Posts posts;

    if (!posts_of(act, l->asker->rights->login, &posts, e) ||
        (in->sealed ? !find_channel(act, l, &approval, e)
                    : !in->matter.own && !find_approval(act, l, &approval, e)))
        return false;
    put_asker(act, l->asker, &posts, body);
    reference_make(l->out->reference);
    node_set_text(act->arena, body, "reference", str_of(l->out->reference));
    node_set_text(act->arena, body, "purpose", in->purpose);
    if (in->case_number.len != 0)
        node_set_text(act->arena, body, "case_number", in->case_number);
    node_set_bool(act->arena, body, "own", in->matter.own);
    if (approval != 0)
        node_set_int(act->arena, body, "approval", approval);
    node_set_int(act->arena, body, "count", (int64_t)in->row_count);
    put_texts(act->arena, body, "rows", in->rows, in->row_count);
    put_texts(act->arena, body, "clues", in->matter.clues.items, in->matter.clues.count);
    put_texts(act->arena, body, "subjects", in->matter.subjects.items, in->matter.subjects.count);
    put_texts(act->arena, body, "fields", in->fields, in->field_count);
    l->out->approval = approval;
    return look_signs(act, l, body, e) &&
           tell(act, "sensitive.revealed", in->object, &posts, body, in->reason, l->out, e);
}

bool look_record(Store *s, const Content *c, const Viewer *asker, const LookNew *in, LookDone *out,
                 Err *e) {
    return act_write(s, c, asker->rights->login, look_work, &(Looking){c, asker, in, out}, e);
}

/* ---- an export ---- */

typedef struct Exporting {
    const Content *content;
    const Viewer *asker;
    const ExportLook *in;
    LookDone *out;
} Exporting;

void export_id(Str id, Buf *out) {
    buf_add(out, str_slice(id, id.len > EXPORT_ID ? id.len - EXPORT_ID : 0, id.len));
    buf_add_char(out, ' ');
}

static bool bulk_approval(Act *act, const Exporting *x, int64_t *approval, Err *e) {
    const ApprovalKind *bulk = content_approval_kind(x->content, APPROVAL_BULK);

    *approval = 0;
    if (x->asker == NULL || x->in->rows <= bulk->above)
        return true;
    ApprovalUse use = {.asker = act->actor,
                       .kind = APPROVAL_BULK,
                       .object = str_format(act->arena, "export:%.*s", STR_ARG(x->in->what)),
                       .purpose = x->in->purpose,
                       .case_number = x->in->case_number,
                       .now = act->now};

    if (!approval_active(act->tx, &use, approval, e))
        return false;
    return *approval != 0 || err_set(e, ERR_NEEDS_APPROVAL, NULL,
                                     "要导出 %" PRId64 " 行，超过 %" PRId64 " 行的导出须经 %" PRId64
                                     " 人审批，请先申请批量导出，或者缩小范围",
                                     x->in->rows, bulk->above, bulk->approvers);
}

static bool export_work(Act *act, void *what, Err *e) {
    Exporting *x = what;
    Arena *a = act->arena;
    Node *body = node_map(a), *signs = node_list(a);
    int64_t approval;
    Posts posts = {0};

    if (!bulk_approval(act, x, &approval, e) ||
        (x->asker != NULL && !posts_of(act, act->actor, &posts, e)))
        return false;
    if (x->asker != NULL)
        put_asker(act, x->asker, &posts, body);
    node_set_text(a, body, "format", x->in->format);
    node_set_int(a, body, "rows", x->in->rows);
    node_set_text(a, body, "purpose", x->in->purpose);
    if (x->in->case_number.len != 0)
        node_set_text(a, body, "case_number", x->in->case_number);
    if (approval != 0)
        node_set_int(a, body, "approval", approval);
    if (x->in->query != NULL)
        for (size_t i = 0; i < x->in->query->count; i++)
            node_append(a, body, x->in->query->keys[i], x->in->query->items[i]);
    if (x->in->ids.len != 0)
        node_set_text(a, body, "ids", x->in->ids);
    if (alarm_at_night(content_alarm_rule(x->content, ALARM_NIGHT), act->now))
        node_add(a, signs, node_of_text(a, STR("night")));
    if (signs->count != 0)
        node_set(a, body, "signs", signs);
    node_set_int(a, body, "most", content_alarm_rule(x->content, ALARM_BULK_EXPORT)->most);
    x->out->approval = approval;
    return tell(act, x->in->kind, x->in->what, &posts, body, x->in->reason, x->out, e);
}

bool export_record(Store *s, const Content *c, const Viewer *asker, Str actor, const ExportLook *in,
                   LookDone *out, Err *e) {
    return act_write(s, c, actor, export_work, &(Exporting){c, asker, in, out}, e);
}

/* ---- refusals ---- */

typedef struct Refusal {
    const Content *content;
    Str login, route, address;
    int status;
    Instant minute;
    int64_t count;
} Refusal;

static bool refusal_work(Act *act, void *what, Err *e) {
    const Refusal *f = what;
    Node *body = node_map(act->arena);
    char minute[INSTANT_TEXT];

    instant_format(f->minute, minute);
    node_set_text(act->arena, body, "route", f->route);
    node_set_int(act->arena, body, "status", f->status);
    node_set_text(act->arena, body, "minute", str_slice(str_of(minute), 0, 16));
    node_set_int(act->arena, body, "count", f->count);
    node_set_text(act->arena, body, "address", f->address);
    node_set_int(act->arena, body, "most", content_alarm_rule(f->content, ALARM_REFUSED)->most);
    return act_tell(act, "access.refused", str_format(act->arena, "user:%.*s", STR_ARG(f->login)),
                    0, body, NULL, e);
}

bool refusal_record(Store *s, const Content *c, Str login, Str route, int status, Str address,
                    Instant minute, int64_t count, Err *e) {
    Refusal f = {c, login, route, address, status, minute, count};

    return act_write(s, c, login, refusal_work, &f, e);
}

/* ---- audits ---- */

typedef struct Auditing {
    const Viewer *asker;
    const char *kind;
    Str subject;
    const Node *body;
} Auditing;

/* What an auditor typed to look for stays in the chain for ever: a number of a person does not. */
static Node *safe(Arena *a, Node *n) {
    return n->kind == NODE_TEXT ? node_of_text(a, citizen_id_safe(a, n->text)) : n;
}

static bool audit_work(Act *act, void *what, Err *e) {
    const Auditing *w = what;
    Node *body = node_map(act->arena); /* the caller's own lives longer than this arena */
    Posts posts;
    LookDone done;

    if (!posts_of(act, act->actor, &posts, e))
        return false;
    for (size_t i = 0; i < w->body->count; i++)
        node_append(act->arena, body, w->body->keys[i], safe(act->arena, w->body->items[i]));
    put_asker(act, w->asker, &posts, body);
    return tell(act, w->kind, citizen_id_safe(act->arena, w->subject), &posts, body, (Str){NULL, 0},
                &done, e);
}

bool audit_record(Store *s, const Viewer *asker, const char *kind, Str subject, const Node *body,
                  Err *e) {
    return act_write(s, NULL, asker->rights->login, audit_work,
                     &(Auditing){asker, kind, subject, body}, e);
}

bool audit_record_later(Store *s, Str actor, Str address, Str device, const char *kind, Str subject,
                        const Node *body, Err *e) {
    Viewer asker = {.rights = &(Rights){.login = actor}, .address = address, .device = device};

    return audit_record(s, &asker, kind, subject, body, e);
}

typedef struct Verified {
    int64_t entries, bad;
} Verified;

static bool verified_work(Act *act, void *what, Err *e) {
    const Verified *v = what;
    Node *body = node_map(act->arena);

    node_set_int(act->arena, body, "entries", v->entries);
    node_set_int(act->arena, body, "bad", v->bad);
    return act_tell(act, "audit.verified", STR("journal"), 0, body, NULL, e);
}

bool audit_told(Store *s, Str actor, int64_t entries, int64_t bad, Err *e) {
    return act_write(s, NULL, actor, verified_work, &(Verified){entries, bad}, e);
}
