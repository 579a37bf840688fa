/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document_choices.c: what a person can do with a document now, by the same rules that
 * judge it when it is done. */
#include "document/document_inside.h"

#include "base/banned.h"

typedef struct Choosing {
    Store *store;
    const Content *content;
    const MatterActor *who;
    Str id;
    bool reads; /* names and texts */
    Arena *arena;
    Node *out;
} Choosing;

static Node *needs_of(Arena *a, const DocumentRule *rule) {
    Node *out = node_list(a);
    Str rest = str_of(rule->needs ? rule->needs : ""), one;

    while (str_split(&rest, ',', &one))
        if (one.len)
            node_add(a, out, node_of_text(a, one));
    return out;
}

static void add_choice(Choosing *c, const DocumentRule *rule, const DocumentAct *act,
                       const Err *blocked) {
    Arena *a = c->arena;
    Node *n = node_map(a);

    node_set_text(a, n, "verb", document_verb_word(act->verb));
    node_set_text(a, n, "title", document_verb_title(act->verb));
    if (act->service)
        node_set_int(a, n, "service", act->service);
    node_set(a, n, "needs", needs_of(a, rule));
    if (blocked->code != ERR_NONE)
        node_set_text(a, n, "blocked", str_of(blocked->text));
    node_add(a, c->out, n);
}

static void ask(Choosing *c, const DocumentWork *model, int verb, int64_t service) {
    const DocumentRule *rule = &document_rules[verb];
    DocumentAct act = {.verb = verb, .service = service};
    DocumentWork w = *model;
    DocumentEffects unused = {0};
    Err no = {0}, blocked = {0};

    w.act = &act;
    w.e = &no;
    w.effects = &unused;
    w.d = document_copy(c->arena, w.before);
    w.d->revision++;
    if (!document_allowed(&w))
        return;
    w.e = &blocked;
    if (rule->ready && !rule->ready(&w) && blocked.code == ERR_NONE)
        return;
    add_choice(c, rule, &act, &blocked);
}

static void ask_all(Choosing *c, const DocumentWork *model) {
    for (int verb = 0; verb < DOCUMENT_VERB_COUNT; verb++) {
        const DocumentRule *rule = &document_rules[verb];

        if (!rule->run || rule->system || (!c->reads && document_reads(verb)))
            continue;
        if (!rule->each_service)
            ask(c, model, verb, 0);
        for (size_t i = 0; rule->each_service && i < model->before->services.count; i++)
            ask(c, model, verb, document_services(model->before)[i].id);
    }
}

static bool choose(Tx *tx, void *context, Err *e) {
    Choosing *c = context;
    Writing w = {tx, c->store, c->content, c->who, c->arena, instant_now(), 0};
    DocumentRow row;
    StoreWorld world;
    Err asked = {0};

    if (!document_load(&w, c->id, &row, e))
        return false;
    store_world(&world, tx, c->content, c->who, w.now, c->arena, &asked);
    DocumentWork work = {.world = &world.world,
                         .flow = row.matter.flow,
                         .matter = row.matter.state,
                         .type = row.type,
                         .place = row.place,
                         .actor = c->who->login,
                         .before = row.document,
                         .arena = c->arena,
                         .now = instant_text(c->arena, w.now),
                         .today = day_of_instant(w.now)};

    ask_all(c, &work);
    if (asked.code != ERR_NONE)
        *e = asked;
    return asked.code == ERR_NONE;
}

Node *document_choices(Store *s, const Content *c, const MatterActor *who, const Document *d,
                       Arena *a, Err *e) {
    Choosing x = {s, c, who, d->id, d->personal->count > 0, a, node_list(a)};
    const Scope *before = store_thread_scope(NULL);
    bool good = store_read(s, choose, &x, e);

    store_thread_scope(before);
    return good ? x.out : NULL;
}
