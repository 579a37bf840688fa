/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/service_proof.c: 送达回证 as the program writes them, and a look at answers that were
 * sent: both need files and a layout, so they are made after the act, outside of its transaction.
 * What a crash left is made at the next start. */
#include <inttypes.h>

#include "base/fault.h"
#include "base/log.h"
#include "document/reply.h"
#include "document/service.h"

#include "sql_statements.h"

#include "base/banned.h"

static const MatterActor program = {STR_INIT("system"), NULL};

/* ---- what stands in a 送达回证 ---- */

typedef struct Proving {
    const DocumentOffice *office;
    Arena *arena;
    Str id;
    DocumentRow row;
    int64_t service; /* the one to be proved; 0: none is left */
    Node *values;
} Proving;

static Str house_name(Tx *tx, Arena *a, int64_t house) {
    Err unknown = {0};
    const Node *row = tx_row(tx, a, &SQL_document_house, ARGS(ARG_OF_INT(house)), &unknown);

    return row ? node_text(row, "name") : (Str){NULL, 0};
}

static void put(Proving *p, const char *field, Str value) {
    if (value.len)
        node_set_text(p->arena, p->values, field, value);
}

/* Name and address of an outsider, or the name of the house. */
static void put_addressee(Tx *tx, Proving *p, const DocumentService *s) {
    Str key = str_format(p->arena, "%" PRId64, s->id);
    const Node *all = node_get(p->row.document->personal, "services"),
               *who = all ? node_get(all, key.ptr) : NULL;

    if (s->organisation) {
        put(p, "addressee", house_name(tx, p->arena, s->organisation));
        return;
    }
    put(p, "addressee", node_text(who, "name"));
    put(p, "place", node_text(who, "address"));
}

static Str note_of(Tx *tx, Proving *p, int64_t service) {
    Err unknown = {0};
    const Node *row = tx_row(tx, p->arena, &SQL_service_note,
                             ARGS(ARG_OF_TEXT(p->row.document->id), ARG_OF_INT(service)), &unknown);
    const Node *notes = node_get(p->row.document->personal, "notes");
    Str key = str_format(p->arena, "%" PRId64, row ? node_int(row, "revision", 0) : 0);

    return notes ? node_text(notes, key.ptr) : (Str){NULL, 0};
}

static Str method_title(const Proving *p, Str code) {
    Err unknown = {0};
    const CodeTable *t = content_codes(p->office->content, STR("service_methods"), &unknown);
    const CodeEntry *entry = t ? code_table_find(t, code) : NULL;

    return entry ? entry->title : code;
}

/* "2026-03-20 15:30", as the field of a time is written. */
static Str minute_of(Str instant, Arena *a) {
    return instant.len < 16 ? (Str){NULL, 0}
                            : str_format(a, "%.*s %.*s", 10, instant.ptr, 5, instant.ptr + 11);
}

static void put_values(Tx *tx, Proving *p, const DocumentService *s) {
    const Document *d = p->row.document;
    bool refused = str_is(s->state, "refused"), closed = s->closed.len > 0;

    p->values = node_map(p->arena);
    put(p, "issuer", house_name(tx, p->arena, d->organisation));
    put(p, "document_title", p->row.type->title);
    put(p, "document_no", d->number);
    put_addressee(tx, p, s);
    put(p, "method", method_title(p, s->method));
    put(p, "copies_count", STR("1"));
    put(p, "sent_on", str_slice(s->sent, 0, 10));
    put(p, "server", world_name(tx, p->arena, s->server));
    if (!closed || !s->organisation)
        return;
    put(p, "received_at", minute_of(s->closed, p->arena));
    if (refused)
        put(p, "refusal", note_of(tx, p, s->id));
    else
        put(p, "receiver", world_name(tx, p->arena, s->actor));
    put(p, "note",
        refused ? str_format(p->arena, "在系统内拒收，经办人：%.*s",
                             STR_ARG(world_name(tx, p->arena, s->actor)))
                : STR("在系统内送达，以签收时间为送达时间"));
}

/* Of outsiders the blank that is printed and signed; of the others what happened. */
static bool to_prove(const DocumentService *s) {
    if (s->receipt.len || str_is(s->kind, "copy"))
        return false;
    return s->organisation ? str_is(s->state, "signed") || str_is(s->state, "refused")
                           : str_is(s->state, "sent");
}

static bool read_proving(Tx *tx, void *context, Err *e) {
    Proving *p = context;
    Writing w = {tx, p->office->store, p->office->content, &program, p->arena, instant_now(), 0};

    p->service = 0;
    if (!document_load(&w, p->id, &p->row, e))
        return false;
    for (size_t i = 0; i < p->row.document->services.count; i++) {
        const DocumentService *s = &document_services(p->row.document)[i];

        if (!to_prove(s))
            continue;
        p->service = s->id;
        put_values(tx, p, s);
        return true;
    }
    return true;
}

/* ---- its pages ---- */

static bool proof_pages(const Proving *p, Str *digest, Err *e) {
    const DocumentOffice *o = p->office;
    const DocumentType *type = content_document(o->content, STR(SERVICE_PROOF), e);
    scoped_buf Buf docx = {.max = DOCX_SIZE_MAX};
    scoped_buf Buf pdf = {.max = DOCUMENT_PDF_MOST};
    TemplateFilled filled = {0};
    LayoutReport report;
    LayoutOptions options = {.created = p->row.document->changed, .fonts = o->fonts};
    Template *t = type ? document_default(type, p->arena, e) : NULL;
    Node *values = t ? document_values(o->content, type, p->values, p->arena, e) : NULL;

    return values &&
           template_fill(t, values, p->row.document->sealed, p->arena, &docx, &filled, e) &&
           layout_pdf(&filled.sheet, &options, &pdf, &report, p->arena, e) &&
           document_keep(o, buf_str(&pdf), p->arena, digest, e);
}

typedef struct Saying {
    Str id;
    DocumentAct act;
} Saying;

/* Somebody made it meanwhile: nothing is left to do. */
static bool say(Writing *w, void *context, Err *e) {
    const Saying *x = context;
    DocumentRow row;
    Err judged = {0};

    if (!document_load(w, x->id, &row, e))
        return false;
    if (document_carry_out(w, &row, &x->act, NULL, NULL, NULL, NULL, &judged))
        return true;
    if (judged.code != ERR_CONFLICT)
        *e = judged;
    return judged.code == ERR_CONFLICT;
}

static bool say_it(const DocumentOffice *o, Str id, const DocumentAct *act, Arena *a, Err *e) {
    Saying x = {id, *act};

    return matter_write(o->store, o->content, &program, a, say, &x, e);
}

/* All services of one document that lack theirs. */
static bool prove(const DocumentOffice *o, Str id, int64_t *done, Err *e) {
    for (size_t i = 0; i < SERVICES_MOST; i++) {
        scoped_arena Arena *a = arena_new();
        Proving p = {.office = o, .arena = a, .id = id};
        DocumentAct act = {.verb = DOCUMENT_PROVED, .more = node_map(a)};
        Str digest;

        if (!store_read(o->store, read_proving, &p, e))
            return false;
        if (!p.service)
            return true;
        if (!proof_pages(&p, &digest, e))
            return false;
        act.service = p.service;
        node_set_text(a, (Node *)(uintptr_t)act.more, "receipt", digest);
        if (!say_it(o, id, &act, a, e))
            return false;
        ++*done;
    }
    return true;
}

/* ---- looking at answers ---- */

typedef struct Answer {
    const DocumentOffice *office;
    Arena *arena;
    const Document *answer, *asked; /* asked NULL: not there for the asker */
    size_t enclosures;
} Answer;

static Day day_in(Str text) {
    Day day;

    return day_parse(str_slice(text, 0, 10), &day) ? day : DAY_NONE;
}

/* Files that somebody of the answering house put to the matter since it had the other document, the
 * pages of documents themselves not among them. */
static bool count_enclosures(Tx *tx, void *context, Err *e) {
    Answer *x = context;
    const Document *d = x->answer;
    Writing w = {tx, x->office->store, x->office->content, &program, x->arena, instant_now(), 0};
    MatterRow m;
    StoreWorld world;

    if (!matter_load(&w, d->matter, &m, e))
        return false;
    store_world(&world, tx, x->office->content, &program, w.now, x->arena, e);
    for (size_t i = 0; i < m.state->files.count; i++) {
        const MatterFile *f = &files_of(m.state)[i];
        const MatterStep *step = state_step(m.state, f->step);

        if (!str_is(f->state, "present") || str_eq(f->digest, d->pdf) ||
            str_eq(f->digest, d->signed_pdf) ||
            (x->asked && x->asked->served.len &&
             str_compare(str_slice(f->at, 0, 10), x->asked->served) < 0))
            continue;
        if ((step && d->step.len && str_eq(step->step, d->step)) ||
            world.world.holds(&world, f->actor, d->organisation, (Str){NULL, 0}))
            x->enclosures++;
    }
    return e->code == ERR_NONE;
}

static Day sent_on(const Document *d) {
    Day first = DAY_NONE;

    for (size_t i = 0; i < d->services.count; i++) {
        Day day = day_in(document_services(d)[i].sent);

        if (str_is(document_services(d)[i].kind, "to") && (first == DAY_NONE || day < first))
            first = day;
    }
    return first;
}

static bool look(Answer *x, Node **out, Err *e) {
    const DocumentOffice *o = x->office;
    DocumentText text = {0}, asked_text = {0};
    ReplyLook l = {.enclosures = x->enclosures,
                   .issued = day_in(x->answer->issued_on),
                   .sent = sent_on(x->answer),
                   .received = x->asked ? day_in(x->asked->served) : DAY_NONE,
                   .due = x->asked ? day_in(x->asked->due) : DAY_NONE};

    if (!document_text(o, x->answer, x->arena, &text, e))
        return false;
    l.type = text.type;
    l.text = &text.filled.sheet;
    if (x->asked && document_text(o, x->asked, x->arena, &asked_text, e)) {
        l.asked = asked_text.type;
        l.asked_text = &asked_text.filled.sheet;
        l.asked_values = node_get(x->asked->personal, "values");
    }
    bool good = e->code == ERR_NONE;

    if (good)
        *out = reply_findings(&l, x->arena);
    buf_done(&text.docx);
    buf_done(&asked_text.docx);
    return good;
}

Node *service_findings(const DocumentOffice *o, const Document *d, Arena *a, Err *e) {
    Answer x = {.office = o, .arena = a, .answer = d};
    Node *out = node_list(a);
    Err unseen = {0};

    if (!d->answers.len || !document_fixed(d) || !d->personal->count)
        return out;
    x.asked = document_get(o->store, d->answers, a, &unseen);
    const Scope *before = store_thread_scope(NULL);
    bool good = store_read(o->store, count_enclosures, &x, e);

    store_thread_scope(before);
    return good && look(&x, &out, e) ? out : NULL;
}

static bool check(const DocumentOffice *o, Str id, int64_t *done, Err *e) {
    scoped_arena Arena *a = arena_new();
    const Document *d = document_get(o->store, id, a, e);
    DocumentAct act = {.verb = DOCUMENT_CHECKED, .more = node_map(a)};

    if (!d)
        return false;
    if (!d->answers.len || d->flags.len || !str_is(d->state, "served"))
        return true;
    const Node *found = service_findings(o, d, a, e);

    if (!found)
        return false;
    node_set_text(a, (Node *)(uintptr_t)act.more, "flags", reply_flags_of(a, found));
    ++*done;
    return say_it(o, id, &act, a, e);
}

/* ---- all that is left ---- */

static bool finish(const DocumentOffice *o, Str id, int64_t *done) {
    Err e = {0};

    if (!FAULT("service.proved") && prove(o, id, done, &e) && check(o, id, done, &e))
        return true;
    log_line(LOG_WARNING, "document", "送达回证或者回复核对没有完成，以后再试：%.*s：%s",
             STR_ARG(id), e.text);
    return false;
}

int64_t service_finish_one(const DocumentOffice *o, Str id) {
    const Scope *before = store_thread_scope(NULL);
    int64_t done = 0;

    finish(o, id, &done);
    store_thread_scope(before);
    return done;
}

typedef struct Left {
    Arena *arena;
    const Node *rows;
} Left;

static bool left(Tx *tx, void *context, Err *e) {
    Left *l = context;

    l->rows = tx_rows(tx, l->arena, &SQL_service_to_prove, NO_ARGS, e);
    return l->rows != NULL;
}

bool service_finish(const DocumentOffice *o, int64_t *done, Err *e) {
    scoped_arena Arena *a = arena_new();
    Left l = {.arena = a};
    const Scope *before = store_thread_scope(NULL);
    bool good = store_read(o->store, left, &l, e);

    for (size_t i = 0; good && i < l.rows->count; i++)
        finish(o, node_text(l.rows->items[i], "id"), done);
    store_thread_scope(before);
    return good;
}
