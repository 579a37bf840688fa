/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document_start.c: a draft: which kinds can be written in a matter by whom, and the first
 * version of one. */
#include <stdlib.h>

#include "document/document_inside.h"
#include "document/shelf.h"

#include "sql_statements.h"

#include "base/banned.h"

/* ---- whose it can be ---- */

static bool kind_fits(const FlowWorld *w, const DocumentType *type, int64_t organisation) {
    Str kind;
    int64_t leader;

    return w->organisation(w->context, organisation, &kind, &leader) &&
           (!type->issuer.len || str_eq(kind, type->issuer));
}

/* The houses of the matter that issue this kind: of its place's party, or, where no flow says it,
 * of its kind of organisation. Each once. */
static size_t issuers_of(const FlowWorld *w, const DocumentType *type, const DocumentPlace *place,
                         const MatterState *m, Arena *a, int64_t **out) {
    size_t n = 0;

    *out = arena_array_of(a, m->parties.count + 1, int64_t);
    for (size_t i = 0; i < m->parties.count; i++) {
        const MatterParty *p = &parties_of(m)[i];
        bool fits = !p->until.len &&
                    (place ? str_eq(p->party, place->issuer) : kind_fits(w, type, p->organisation));

        for (size_t k = 0; fits && k < n; k++)
            fits = (*out)[k] != p->organisation;
        if (fits)
            (*out)[n++] = p->organisation;
    }
    return n;
}

static bool may_write(const FlowWorld *w, Str login, int64_t organisation) {
    return w->may(w->context, login, PERMISSION_DOCUMENT_WRITE, organisation);
}

static bool matter_goes_on(const MatterState *m) {
    return is_open(m->state) || str_is(m->state, "suspended");
}

/* The open step in which the kind is written; empty: it belongs to another. */
static Str step_of(const Content *c, const DocumentType *type, const MatterState *m) {
    for (size_t i = 0; i < m->steps.count; i++)
        if (is_open(steps_of(m)[i].state) && document_fits(c, type, m->flow, steps_of(m)[i].step))
            return steps_of(m)[i].step;
    return (Str){NULL, 0};
}

/* Of the acts that issue it the one the open step has. */
static Str action_of(const DocumentPlace *place, const Flow *f, Str step) {
    const FlowStep *def = step.len ? flow_step(f, step) : NULL;
    const Str *all = place ? place->actions.items : NULL;

    for (size_t i = 0; def && i < place->actions.count; i++)
        for (size_t k = 0; k < def->actions.count; k++)
            if (str_eq(step_actions(def)[k].action, all[i]))
                return all[i];
    return (Str){NULL, 0};
}

/* ---- which of the actor's houses ---- */

static bool settle_house(Writing *w, const FlowWorld *world, const DocumentType *type,
                         const DocumentPlace *place, const MatterState *m, int64_t wanted,
                         int64_t *out, Err *e) {
    int64_t *all;
    size_t n = issuers_of(world, type, place, m, w->arena, &all), his = 0;

    for (size_t i = 0; i < n; i++)
        if ((!wanted || all[i] == wanted) && may_write(world, w->who->login, all[i])) {
            *out = all[i];
            his++;
        }
    if (his == 1)
        return true;
    if (his > 1)
        return err_set(e, ERR_INVALID, "/organisation", "可以为几个单位制作，请选择由哪个单位制作");
    if (!n)
        return err_set(e, ERR_CONFLICT, "/type", "这件事项里没有制作“%.*s”的单位",
                       STR_ARG(type->title));
    return err_set(e, ERR_FORBIDDEN, "/organisation",
                   "不能制作“%.*s”：要有制作单位的“制作文书”权限", STR_ARG(type->title));
}

/* ---- what it answers ---- */

static bool asks_for(const Document *asked, const DocumentType *of, const DocumentType *type) {
    return str_is(asked->state, "served") && !asked->answered.len &&
           str_eq(of->reply.document, type->document);
}

/* The newest served document of the matter that wants an answer of this kind; a named one must. */
static bool settle_answers(Writing *w, const DocumentType *type, const DocumentNew *in, Str *out,
                           Err *e) {
    const Node *rows =
        tx_rows(w->tx, w->arena, &SQL_document_in_matter, ARGS(ARG_OF_TEXT(in->matter)), e);

    *out = (Str){NULL, 0};
    for (size_t i = 0; rows && i < rows->count; i++) {
        Str id = node_text(rows->items[i], "id");
        const Document *asked;
        const DocumentType *of;

        if ((in->answers.len ? !str_eq(id, in->answers)
                             : !str_is(node_text(rows->items[i], "state"), "served")))
            continue;
        asked = document_whole(w->tx, id, w->arena, e);
        of = asked ? document_pinned(w->tx, w->content, asked->type, asked->version, w->arena, e)
                   : NULL;
        if (!of)
            return false;
        if (asks_for(asked, of, type)) {
            *out = id;
            return true;
        }
    }
    return rows &&
           (!in->answers.len ||
            err_set(e, ERR_INVALID, "/answers",
                    "要回复的文书不在这件事项里，或者它不要求用“%.*s”回复，或者已经有了回复",
                    STR_ARG(type->title)));
}

/* ---- the first version ---- */

static BindList houses_of(DocumentWork *w, const BindList *parties) {
    BindList out = {0};

    for (size_t i = 0; i < parties->count; i++)
        for (size_t k = 0; k < w->matter->parties.count; k++) {
            const MatterParty *p = &parties_of(w->matter)[k];

            if (p->until.len || !str_eq(p->party, ((const Str *)parties->items)[i]) ||
                p->organisation == w->d->organisation)
                continue;
            DocumentHouse *h = document_add(w, &out, sizeof *h);

            h->organisation = p->organisation;
            h->party = p->party;
        }
    return out;
}

static Str new_id(Arena *a) {
    unsigned char raw[10];
    scoped_buf Buf hex;

    buf_init(&hex, 64);
    random_bytes(raw, sizeof raw);
    buf_add_hex(&hex, raw, sizeof raw);
    return str_dup(a, buf_str(&hex));
}

static bool next_ordinal(Writing *w, bool sealed, int64_t *serial, Err *e) {
    return tx_int(w->tx, sealed ? &SQL_document_next_sealed : &SQL_document_next_ordinal, NO_ARGS,
                  0, serial, e);
}

static bool settle_template(Writing *w, const DocumentType *type, int64_t organisation, Str wanted,
                            Str *digest, Err *e) {
    Day today = day_of_instant(w->now);
    bool fits = true;

    *digest = wanted;
    if (!wanted.len)
        return shelf_pick(w->tx, type->document, organisation, today, w->arena, digest, e);
    return shelf_fits(w->tx, type->document, organisation, wanted, today, &fits, e) &&
           (fits || err_set(e, ERR_INVALID, "/template", "这个模板现在不能用，请另选一个"));
}

typedef struct Start {
    const DocumentType *type;
    const DocumentPlace *place;
    MatterRow matter;
    int64_t organisation;
    Str template_, answers;
} Start;

static Document *first_state(Writing *w, DocumentWork *work, const Start *s) {
    const MatterState *m = s->matter.state;
    Document *d = work->d;

    d->id = new_id(w->arena);
    d->matter = m->id;
    d->type = s->type->document;
    d->version = s->type->version;
    d->template_ = s->template_;
    d->organisation = s->organisation;
    d->state = STR("draft");
    d->author = w->who->login;
    d->opened = d->changed = work->now;
    d->step = step_of(w->content, s->type, m);
    d->action = action_of(s->place, s->matter.flow, d->step);
    d->answers = s->answers;
    d->sealed = m->sealed;
    d->revision = 1;
    if (s->place) {
        d->to = houses_of(work, &s->place->to);
        d->copies = houses_of(work, &s->place->copies);
        d->signers = houses_of(work, &s->place->signers);
    }
    document_version_add(work, "drafted");
    return d;
}

static Str title_of(const Start *s) {
    Str title = node_text(s->matter.state->personal, "title");

    return title.len ? title : s->type->title;
}

static bool start(Writing *w, const Start *s, Str *id, Err *e) {
    DocumentWork work = {.matter = s->matter.state,
                         .type = s->type,
                         .actor = w->who->login,
                         .d = document_copy(w->arena, NULL),
                         .arena = w->arena,
                         .now = instant_text(w->arena, w->now),
                         .e = e};
    Document *d = first_state(w, &work, s);
    const Node *values, *origins;
    DocumentAct act = {.verb = DOCUMENT_DRAFT};

    if (!next_ordinal(w, d->sealed, &d->serial, e) ||
        !document_values_of(w, s->type, &s->matter, d, &values, &origins, e))
        return false;
    document_personal_put(&work, "title", node_of_text(w->arena, title_of(s)));
    if (values->count)
        document_personal_put(&work, "values", (Node *)(uintptr_t)values);
    if (origins->count)
        document_personal_put(&work, "origins", (Node *)(uintptr_t)origins);
    *id = d->id;
    return document_sound(d, e) && document_publish_in(w->tx, s->type, w->arena, e) &&
           document_append(w, s->type, NULL, d, &act, e);
}

static bool few_enough(Writing *w, Str matter, Err *e) {
    int64_t n = 0;

    return tx_int(w->tx, &SQL_document_count_in_matter, ARGS(ARG_OF_TEXT(matter)), 0, &n, e) &&
           (n < DOCUMENTS_A_MATTER ||
            err_set(e, ERR_TOO_LARGE, NULL, "一件事项最多 %d 份文书", DOCUMENTS_A_MATTER));
}

bool document_start(Writing *w, const DocumentNew *in, Str *id, Err *e) {
    Start s = {.type = content_document(w->content, in->type, e)};
    StoreWorld world;
    Err asked = {0};

    if (!s.type || !matter_load(w, in->matter, &s.matter, e) || !few_enough(w, in->matter, e))
        return false;
    store_world(&world, w->tx, w->content, w->who, w->now, w->arena, &asked);
    s.place = document_place(s.type, s.matter.state->flow);
    if (!s.place && s.type->written.count)
        return err_set(e, ERR_CONFLICT, "/type", "“%.*s”不在这种事项里制作",
                       STR_ARG(s.type->title));
    if (!matter_goes_on(s.matter.state))
        return err_set(e, ERR_CONFLICT, NULL, "事项已经结束，不能再起草文书");
    if (!document_in_force(s.type, day_of_instant(w->now)))
        return err_set(e, ERR_CONFLICT, "/type", "“%.*s”现在不在施行期内", STR_ARG(s.type->title));
    bool good = settle_house(w, &world.world, s.type, s.place, s.matter.state, in->organisation,
                             &s.organisation, e);

    if (asked.code != ERR_NONE)
        *e = asked;
    return good && asked.code == ERR_NONE &&
           settle_template(w, s.type, s.organisation, in->template_, &s.template_, e) &&
           settle_answers(w, s.type, in, &s.answers, e) && start(w, &s, id, e);
}

/* ---- asked by people ---- */

typedef struct Drafting {
    const DocumentNew *in;
    bool sees; /* names and texts of the matter */
    Str id;
} Drafting;

/* Whoever may not read the matter's names and texts would read them in its documents. */
static bool nothing_hidden(Writing *w, const Drafting *d, Err *e) {
    MatterRow row;

    return d->sees || (matter_load(w, d->in->matter, &row, e) &&
                       (!row.state->personal->count ||
                        err_set(e, ERR_FORBIDDEN, NULL,
                                "看不到这件事项的个人信息，不能起草文书，请由看得到全文的人起草")));
}

static bool draft_work(Writing *w, void *context, Err *e) {
    Drafting *d = context;

    return nothing_hidden(w, d, e) && document_start(w, d->in, &d->id, e);
}

bool document_draft(const DocumentOffice *o, const MatterActor *who, const DocumentNew *in,
                    Arena *a, Str *id, Err *e) {
    const MatterState *m = matter_get(o->store, in->matter, 0, a, e);
    Drafting d = {in, m && m->personal->count, {NULL, 0}};

    if (!m || !matter_write(o->store, o->content, who, a, draft_work, &d, e))
        return false;
    *id = d.id;
    return true;
}

/* ---- what can be written ---- */

typedef struct Possible {
    const Content *content;
    Store *store;
    const MatterActor *who;
    Str matter;
    Arena *arena;
    Node *open, *other;
} Possible;

static void add_possible(Possible *p, const DocumentType *type, Str step, int64_t organisation) {
    Node *n = node_map(p->arena);

    node_set_text(p->arena, n, "type", type->document);
    node_set_text(p->arena, n, "title", type->title);
    node_set_text(p->arena, n, "code", type->code);
    node_set_text(p->arena, n, "group", type->group);
    node_set_text(p->arena, n, "step", step);
    node_set_int(p->arena, n, "organisation", organisation);
    node_add(p->arena, step.len ? p->open : p->other, n);
}

static void look_at(Possible *p, const FlowWorld *w, const DocumentType *type,
                    const MatterState *m) {
    const DocumentPlace *place = document_place(type, m->flow);
    int64_t *all;
    size_t n;

    if ((!place && type->written.count) || !document_in_force(type, day_of_instant(w->now)))
        return;
    n = issuers_of(w, type, place, m, p->arena, &all);
    for (size_t i = 0; i < n; i++)
        if (may_write(w, p->who->login, all[i]))
            add_possible(p, type, step_of(p->content, type, m), all[i]);
}

static bool possible_work(Tx *tx, void *context, Err *e) {
    Possible *p = context;
    Writing w = {tx, p->store, p->content, p->who, p->arena, instant_now(), 0};
    MatterRow row;
    StoreWorld world;
    Err asked = {0};

    if (!matter_load(&w, p->matter, &row, e))
        return false;
    store_world(&world, tx, p->content, p->who, w.now, p->arena, &asked);
    for (size_t i = 0; matter_goes_on(row.state) && i < content_document_count(p->content); i++)
        look_at(p, &world.world, content_document_at(p->content, i), row.state);
    if (asked.code != ERR_NONE)
        *e = asked;
    return asked.code == ERR_NONE;
}

Node *document_possible(Store *s, const Content *c, const MatterActor *who, Str matter, Arena *a,
                        Err *e) {
    Possible p = {c, s, who, matter, a, node_list(a), node_list(a)};

    if (!matter_get(s, matter, 0, a, e))
        return NULL;
    const Scope *before = store_thread_scope(NULL);
    bool good = store_read(s, possible_work, &p, e);

    store_thread_scope(before);
    for (size_t i = 0; good && i < p.other->count; i++)
        node_add(a, p.open, p.other->items[i]);
    return good ? p.open : NULL;
}
