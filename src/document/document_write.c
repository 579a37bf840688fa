/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document_write.c: an act on a document in the store, with all that follows from it, in
 * one transaction: judged by the rules, appended with its difference, its matter told. */
#include <inttypes.h>

#include "document/service.h"

#include "sql_statements.h"

#include "base/banned.h"

/* ---- loading ---- */

const Document *document_whole(Tx *tx, Str id, Arena *a, Err *e) {
    Err why = {0};
    Node *row = tx_row(tx, a, &SQL_document_state_of, ARGS(ARG_OF_TEXT(id)), &why), *rows;
    Document *d = arena_new_of(a, Document);

    if (!row) {
        if (why.code != ERR_NONE)
            *e = why;
        else
            err_set(e, ERR_NOT_FOUND, NULL, "没有这份文书，请核对编号");
        return NULL;
    }
    rows = node_list(a);
    node_add(a, rows, row);
    return document_open_rows(tx, a, rows, e) && document_of_row(a, row, d, e) ? d : NULL;
}

bool document_load(Writing *w, Str id, DocumentRow *out, Err *e) {
    out->document = document_whole(w->tx, id, w->arena, e);
    if (!out->document || !matter_load(w, out->document->matter, &out->matter, e))
        return false;
    out->type = document_pinned(w->tx, w->content, out->document->type, out->document->version,
                                w->arena, e);
    out->place = out->type ? document_place(out->type, out->matter.state->flow) : NULL;
    return out->type != NULL;
}

/* ---- appending ---- */

/* Ids and codes alone: what a person typed lies in the sealed part. */
bool document_append(Writing *w, const DocumentType *type, const Document *before,
                     const Document *after, const DocumentAct *act, Err *e) {
    Arena *a = w->arena;
    Node *body = node_map(a), *nothing = node_map(a), *secret = NULL;
    Node *public =
        tree_difference(a, before ? document_tree(a, before) : nothing, document_tree(a, after)),
         *personal = tree_difference(a, before ? before->personal : nothing, after->personal);
    Event event = {.actor = w->who->login,
                   .organisation = str_format(a, "%" PRId64, after->organisation),
                   .kind = before ? STR("document.acted") : STR("document.drafted"),
                   .subject = str_format(a, "matter:%.*s", STR_ARG(after->matter)),
                   .body = body};

    node_set_text(a, body, "document", after->id);
    node_set_text(a, body, "verb", document_verb_word(act->verb));
    node_set_int(a, body, "revision", after->revision);
    node_set_text(a, body, "act",
                  document_verb_title(act->verb)); /* for those who read the trail */
    node_set_text(a, body, "type", after->type);
    node_set_text(a, body, "title", type->title);
    if (act->service)
        node_set_int(a, body, "service", act->service);
    if (!before) {
        node_set_text(a, body, "code", type->code);
        node_set_text(a, body, "group", type->group);
    }
    if (public)
        node_set(a, body, "difference", public);
    if (personal) {
        secret = node_map(a);
        node_set(a, secret, "difference", personal);
        event.secret = secret;
    }
    return journal_append(w->tx, &event, e);
}

static void tell_more(Arena *a, BindList *told, const BindList *more) {
    Str *all = arena_array_of(a, told->count + more->count, Str);

    for (size_t i = 0; i < told->count + more->count; i++)
        all[i] = i < told->count ? ((const Str *)told->items)[i]
                                 : ((const Str *)more->items)[i - told->count];
    *told = (BindList){all, told->count + more->count};
}

bool document_carry_out(Writing *w, const DocumentRow *row, const DocumentAct *act,
                        const void *prepared, const Document *past, const Document **after,
                        BindList *told, Err *e) {
    DocumentEffects effects = {0};
    BindList unused = {0};
    StoreWorld world;
    Err asked = {0}, judged = {0};
    DocumentWork work = {.world = &world.world,
                         .flow = row->matter.flow,
                         .matter = row->matter.state,
                         .type = row->type,
                         .place = row->place,
                         .act = act,
                         .actor = w->who->login,
                         .before = row->document,
                         .past = past,
                         .prepared = prepared,
                         .arena = w->arena,
                         .effects = &effects,
                         .now = instant_text(w->arena, w->now),
                         .today = day_of_instant(w->now),
                         .e = &judged};

    store_world(&world, w->tx, w->content, w->who, w->now, w->arena, &asked);
    if (act->verb == DOCUMENT_NUMBER &&
        !document_number_next(w, row->type, row->document->organisation, work.today, &work.serial,
                              &work.letters, e))
        return false;
    const Document *next = document_judge(&work);

    if (!next || asked.code != ERR_NONE) {
        *e = asked.code != ERR_NONE ? asked : judged;
        return false;
    }
    told = told ? told : &unused;
    tell_more(w->arena, told, &effects.told);
    if (after)
        *after = next;
    return document_append(w, row->type, row->document, next, act, e) &&
           document_follow(w, row, next, act, &effects, told, e);
}

/* ---- an act somebody asks for ---- */

typedef struct Acting {
    Str id;
    int64_t revision;
    const DocumentAct *act;
    const void *prepared;
    DocumentDone out;
} Acting;

/* The second of two who act at once is told what the first did. */
static bool nobody_was_first(Writing *w, const Acting *x, const Document *d, Err *e) {
    const Node *last;

    if (!x->revision || x->revision == d->revision)
        return true;
    last = tx_row(w->tx, w->arena, &SQL_document_event_last, ARGS(ARG_OF_TEXT(x->id)), e);
    if (!last)
        return e->code != ERR_NONE ? false : err_set(e, ERR_CONFLICT, "/revision", "请刷新后重试");
    return err_set(e, ERR_CONFLICT, "/revision",
                   "打开以后，%.*s 已于 %.*s 对这份文书作了“%.*s”，请刷新后再办理",
                   STR_ARG(world_name(w->tx, w->arena, node_text(last, "actor"))),
                   STR_ARG(str_slice(node_text(last, "at"), 0, 16)),
                   STR_ARG(document_verb_title(document_verb(node_text(last, "verb")))));
}

/* The text that comes back. */
static bool past_of(Writing *w, const Document *d, int64_t version, const Document **out, Err *e) {
    for (size_t i = 0; i < d->versions.count; i++)
        if (document_versions(d)[i].id == version) {
            *out = document_fold(w->tx, d->id, document_versions(d)[i].revision, w->arena, e);
            return *out != NULL;
        }
    return err_set(e, ERR_NOT_FOUND, "/version", "这份文书没有第 %" PRId64 " 个版本", version);
}

static bool act_work(Writing *w, void *context, Err *e) {
    Acting *x = context;
    DocumentRow row;
    const Document *past = NULL, *after = NULL;
    BindList told = {0};

    if (!document_load(w, x->id, &row, e) || !nobody_was_first(w, x, row.document, e))
        return false;
    if ((x->act->verb == DOCUMENT_RESTORE &&
         !past_of(w, row.document, x->act->version, &past, e)) ||
        !document_carry_out(w, &row, x->act, x->prepared, past, &after, &told, e))
        return false;
    x->out = (DocumentDone){after->revision, after->state, told};
    return true;
}

/* ---- before the transaction ---- */

typedef struct Looking {
    const DocumentOffice *office;
    Str id;
    Arena *arena;
    const Document *document;
    const DocumentType *type;
} Looking;

static bool look_whole(Tx *tx, void *context, Err *e) {
    Looking *l = context;

    l->document = document_whole(tx, l->id, l->arena, e);
    l->type = l->document ? document_pinned(tx, l->office->content, l->document->type,
                                            l->document->version, l->arena, e)
                          : NULL;
    return l->type != NULL;
}

static bool prepare(const DocumentOffice *o, const MatterActor *who, Str id, const DocumentAct *act,
                    const void **prepared, Arena *a, Err *e) {
    Looking l = {.office = o, .id = id, .arena = a};
    const DocumentRule *rule = &document_rules[act->verb];

    if (!rule->before)
        return true;
    const Scope *before = store_thread_scope(NULL); /* what the asker sees was looked at before */
    bool good = store_read(o->store, look_whole, &l, e);
    DocumentReady r = {o, who, l.document, l.type, act, a, NULL};

    good = good && rule->before(&r, e);
    store_thread_scope(before);
    *prepared = r.out;
    return good;
}

/* What only the program itself does is not a person's to ask for. */
static bool persons_verb(const MatterActor *who, const DocumentAct *act, Err *e) {
    bool known = act->verb >= 0 && act->verb < DOCUMENT_VERB_COUNT && document_rules[act->verb].run;

    return (known && (!who->rights || !document_rules[act->verb].system)) ||
           err_set(e, ERR_INVALID, "/verb", "没有这种操作");
}

bool document_reads(int verb) {
    return verb == DOCUMENT_FILL || verb == DOCUMENT_EDIT || verb == DOCUMENT_RESTORE ||
           verb == DOCUMENT_SUBMIT || verb == DOCUMENT_AGREE;
}

static bool reads_it(const Document *d, const DocumentAct *act, Err *e) {
    return d->personal->count || !document_reads(act->verb) ||
           err_set(e, ERR_FORBIDDEN, NULL, "看不到这份文书的个人信息，请由看得到全文的人办理");
}

bool document_act_in_store(const DocumentOffice *o, const MatterActor *who, Str id,
                           int64_t revision, const DocumentAct *act, const void *prepared, Arena *a,
                           DocumentDone *out, Err *e) {
    Acting x = {.id = id, .revision = revision, .act = act, .prepared = prepared};

    if (!matter_write(o->store, o->content, who, a, act_work, &x, e))
        return false;
    *out = x.out;
    return true;
}

bool document_act(const DocumentOffice *o, const MatterActor *who, Str id, int64_t revision,
                  const DocumentAct *act, Arena *a, DocumentDone *out, Err *e) {
    const Document *seen = document_get(o->store, id, a, e);
    const void *prepared = NULL;
    DocumentDone done;

    if (!seen || !persons_verb(who, act, e) || !reads_it(seen, act, e) ||
        !prepare(o, who, id, act, &prepared, a, e) ||
        !document_act_in_store(o, who, id, revision, act, prepared, a, &done, e))
        return false;
    if (act->verb == DOCUMENT_NUMBER)
        document_finish_one(o, id, a, &done);
    if (act->verb == DOCUMENT_SERVE || document_rules[act->verb].each_service)
        done.revision += service_finish_one(o, id);
    if (out)
        *out = done;
    return true;
}
