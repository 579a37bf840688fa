/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/life_read.c: the life of a clue for its page, the pool in figures. */
#include <inttypes.h>

#include "clue/life_inside.h"

#include "sql_statements.h"

#include "base/banned.h"

typedef struct Reading {
    const Content *content;
    const MatterActor *who;
    const LifeRules *rules;
    Arena *arena;
    Str id;
    Node *out;
} Reading;

/* ---- one life ---- */

static Str word_title(const BindList *words, Str word) {
    for (size_t i = 0; i < words->count; i++)
        if (str_eq(rules_list(LifeWord, *words)[i].word, word))
            return rules_list(LifeWord, *words)[i].title;
    return word;
}

static Str triage_title(const LifeRules *r, Str outcome) {
    for (size_t i = 0; i < r->triage.count; i++)
        if (str_eq(rules_list(LifeTriage, r->triage)[i].outcome, outcome))
            return rules_list(LifeTriage, r->triage)[i].title;
    return outcome;
}

static Str source_title(const LifeRules *r, Str source) {
    for (size_t i = 0; i < r->sources.count; i++)
        if (str_eq(rules_list(LifeSource, r->sources)[i].source, source))
            return rules_list(LifeSource, r->sources)[i].title;
    return source;
}

static Str role_title(const Content *c, Str role) {
    Err unknown = {0};
    const Role *r = role.len ? content_role(c, role, &unknown) : NULL;

    return r ? r->title : role;
}

static Str house(Reading *q, Tx *tx, int64_t number) {
    Err unknown = {0};
    const Node *row =
        number ? tx_row(tx, q->arena, &SQL_life_names, ARGS(ARG_OF_INT(number)), &unknown) : NULL;

    return row ? node_text(row, "name") : STR("");
}

static void put(Reading *q, const char *key, Str text) {
    if (text.len)
        node_set_text(q->arena, q->out, key, text);
}

/* The head: whose, by when, what came of it. */
static void head(Reading *q, Tx *tx, const Life *l) {
    const Node *t = l->tree;
    Arena *a = q->arena;
    Str state = node_text(t, "state"), due = node_text(t, "due"), reason = node_text(t, "reason");
    Instant at;

    node_set_text(a, q->out, "state", state);
    node_set_text(a, q->out, "state_title", life_title(clue_life_names, state));
    node_set_text(a, q->out, "source", node_text(t, "source"));
    node_set_text(a, q->out, "source_title", source_title(q->rules, node_text(t, "source")));
    node_set_int(a, q->out, "organisation", node_int(t, "organisation", 0));
    node_set_text(a, q->out, "organisation_name", house(q, tx, node_int(t, "organisation", 0)));
    node_set_text(a, q->out, "role", node_text(t, "role"));
    node_set_text(a, q->out, "role_title", role_title(q->content, node_text(t, "role")));
    node_set_int(a, q->out, "revision", node_int(t, "revision", 0));
    node_set_bool(a, q->out, "lapsed", due.len && instant_parse(due, &at) && at <= instant_now());
    put(q, "login", node_text(t, "login"));
    put(q, "due", due);
    put(q, "triage", node_text(t, "triage"));
    put(q, "triage_title", triage_title(q->rules, node_text(t, "triage")));
    put(q, "outcome", node_text(t, "outcome"));
    put(q, "outcome_title", life_title(clue_outcome_names, node_text(t, "outcome")));
    put(q, "reason_title", word_title(&q->rules->closing, triage_title(q->rules, reason)));
    put(q, "attention", node_text(t, "attention"));
    put(q, "merged_into", node_text(t, "merged_into"));
    put(q, "from_matter", node_text(t, "from_matter"));
    if (node_int(t, "told_organisation", 0))
        put(q, "told",
            str_format(a, "%.*s %.*s", STR_ARG(house(q, tx, node_int(t, "told_organisation", 0))),
                       STR_ARG(role_title(q->content, node_text(t, "told_role")))));
}

static Node *receivers(Reading *q, const Node *rows, Str matter) {
    Node *list = node_list(q->arena);

    for (size_t i = 0; i < rows->count; i++)
        if (str_eq(node_text(rows->items[i], "matter"), matter))
            node_add(q->arena, list, rows->items[i]);
    return list;
}

static bool matters_of(Reading *q, Tx *tx, Str clue, const Node *tree, Node *out, Err *e) {
    const Node *rows = tx_rows(tx, q->arena, &SQL_life_matters, ARGS(ARG_OF_TEXT(clue)), e);
    const Node *parties =
        rows ? tx_rows(tx, q->arena, &SQL_life_receipts, ARGS(ARG_OF_TEXT(clue)), e) : NULL;
    const Node *known = node_get(tree, "matters");

    for (size_t i = 0; parties && i < rows->count; i++) {
        Node *n = rows->items[i];

        node_set(q->arena, n, "receivers", receivers(q, parties, node_text(n, "id")));
        for (size_t k = 0; known && k < known->count; k++)
            if (str_eq(node_text(known->items[k], "matter"), node_text(n, "id")) &&
                node_text(known->items[k], "outcome").len)
                node_set_text(q->arena, n, "said", node_text(known->items[k], "outcome"));
        node_add(q->arena, out, n);
    }
    return parties != NULL;
}

/* Each with whoever takes part besides, and when he did something first: the receipt. What the
 * matter said of the clue stands in the clue's own tree. Those of merged clues come after its own.
 */
static bool matters(Reading *q, Tx *tx, const Node *tree, Err *e) {
    const Node *absorbed = node_get(tree, "absorbed");
    Node *list = node_list(q->arena), *merged = node_list(q->arena);

    if (!matters_of(q, tx, q->id, tree, list, e))
        return false;
    for (size_t i = 0; absorbed && i < absorbed->count; i++) {
        Str clue = node_text(absorbed->items[i], "clue");
        Err unseen = {0};
        const Node *row = tx_row(tx, q->arena, &SQL_life_seen, ARGS(ARG_OF_TEXT(clue)), &unseen);

        if (!row)
            continue;
        Node *n = node_map(q->arena);

        node_set_text(q->arena, n, "id", clue);
        node_set_text(q->arena, n, "number",
                      str_format(q->arena, "XS-%06" PRId64, node_int(row, "number", 0)));
        if (node_text(row, "title").len)
            node_set_text(q->arena, n, "title", node_text(row, "title"));
        node_add(q->arena, merged, n);
        if (!matters_of(q, tx, clue, tree, list, e))
            return false;
    }
    node_set(q->arena, q->out, "matters", list);
    node_set(q->arena, q->out, "absorbed", merged);
    return true;
}

static void supervisions(Reading *q, Tx *tx, const Node *tree) {
    const Node *items = node_get(tree, "supervisions");
    Node *list = node_list(q->arena);

    for (size_t i = 0; items && i < items->count; i++) {
        Node *n = node_map(q->arena);
        Str state = node_text(items->items[i], "state");

        node_set_int(q->arena, n, "id", node_int(items->items[i], "id", 0));
        node_set_text(q->arena, n, "actor", node_text(items->items[i], "actor"));
        node_set_text(q->arena, n, "organisation_name",
                      house(q, tx, node_int(items->items[i], "organisation", 0)));
        node_set_text(q->arena, n, "due", node_text(items->items[i], "due"));
        node_set_text(q->arena, n, "state", state);
        node_set_text(q->arena, n, "state_title",
                      str_is(state, "open")     ? STR("等待回复")
                      : str_is(state, "lapsed") ? STR("逾期未回复")
                                                : STR("已经回复"));
        node_add(q->arena, list, n);
    }
    node_set(q->arena, q->out, "supervisions", list);
}

static void recusals(Reading *q, Tx *tx, const Node *tree) {
    const Node *items = node_get(tree, "recusals");
    Node *list = node_list(q->arena);

    for (size_t i = 0; items && i < items->count; i++) {
        Node *n = node_map(q->arena);
        Str login = node_text(items->items[i], "login");

        if (node_bool(items->items[i], "removed", false))
            continue;
        node_set_int(q->arena, n, "id", node_int(items->items[i], "id", 0));
        node_set_text(q->arena, n, "who",
                      login.len ? login
                                : house(q, tx, node_int(items->items[i], "organisation", 0)));
        node_set_text(q->arena, n, "relation_title",
                      word_title(&q->rules->relations, node_text(items->items[i], "relation")));
        node_add(q->arena, list, n);
    }
    node_set(q->arena, q->out, "recusals", list);
}

static bool timeline(Reading *q, Tx *tx, const Node *personal, Err *e) {
    Str subject = str_format(q->arena, "clue:%.*s", STR_ARG(q->id));
    const Node *rows = tx_rows(tx, q->arena, &SQL_life_events, ARGS(ARG_OF_TEXT(subject)), e);
    const Node *notes = personal ? node_get(personal, "notes") : NULL;
    Node *list = node_list(q->arena);

    for (size_t i = 0; rows && i < rows->count; i++) {
        const Node *body = json_read(q->arena, node_text(rows->items[i], "body"), e);
        Node *n = node_map(q->arena);

        if (!body)
            return false;
        Str verb = node_text(body, "verb");

        if (!verb.len)
            continue;
        Str key = str_format(q->arena, "%" PRId64, node_int(body, "revision", 0));
        Str note = notes ? node_text(notes, key.ptr) : STR("");

        node_set_int(q->arena, n, "sequence", node_int(rows->items[i], "sequence", 0));
        node_set_text(q->arena, n, "at", node_text(rows->items[i], "at"));
        node_set_text(q->arena, n, "actor", node_text(rows->items[i], "actor"));
        node_set_text(q->arena, n, "verb", verb);
        node_set_text(q->arena, n, "title", life_title(clue_verb_names, verb));
        if (note.len)
            node_set_text(q->arena, n, "note", note);
        node_add(q->arena, list, n);
    }
    node_set(q->arena, q->out, "timeline", list);
    return rows != NULL;
}

/* The one thing to do at each stage. */
static const char *verb_of_stage(const Life *l) {
    static const char *const stages[][2] = {
        {"new", "triage"},     {"triaged", "assign"},     {"assigned", "claim"},
        {"standby", "triage"}, {"verifying", "conclude"}, {"concluded", "close"},
    };
    const Node *asked = node_get(l->tree, "supervisions");
    Str state = life_state(l);

    for (size_t i = 0; asked && i < asked->count; i++)
        if (!str_is(node_text(asked->items[i], "state"), "answered"))
            return "answer";
    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++)
        if (str_is(state, stages[i][0]))
            return stages[i][1];
    return "";
}

/* What this person can do now, by the very rules of the acts. */
static void choices(Reading *q, const Life *l) {
    Writing w = {.content = q->content, .who = q->who, .arena = q->arena};
    Node *list = node_list(q->arena);
    Str next = str_of(verb_of_stage(l));

    for (int verb = 0; verb < CLUE_REGISTER; verb++) {
        ClueAct act = {.verb = verb};
        LifeWork x = {.w = &w, .rules = q->rules, .life = *l, .act = &act};
        Str name = str_of(clue_verb_names[verb].name);
        Node *n = node_map(q->arena);
        Err no = {0};

        if (!life_may(&x, &no))
            continue;
        node_set_text(q->arena, n, "verb", name);
        node_set_text(q->arena, n, "title", str_of(clue_verb_names[verb].title));
        node_add(q->arena, list, n);
        if (str_eq(name, next))
            put(q, "next", name);
    }
    node_set(q->arena, q->out, "choices", list);
}

static Node *pair(Arena *a, Str value, Str title, bool note) {
    Node *n = node_map(a);

    node_set_text(a, n, "value", value);
    node_set_text(a, n, "title", title);
    node_set_bool(a, n, "note", note);
    return n;
}

static bool begins(const Rights *r, const Flow *f, int64_t organisation) {
    for (size_t i = 0; r && i < r->count; i++) {
        bool role = !f->starters.count;

        for (size_t k = 0; k < f->starters.count; k++)
            role |= str_eq(((const Str *)f->starters.items)[k], r->rights[i].role);
        if (role && r->rights[i].rule->permission == PERMISSION_MATTER_START &&
            r->rights[i].organisation == organisation)
            return true;
    }
    return !r;
}

static Node *values_of(Reading *q, const Flow *f, const Life *l) {
    const Node *known = life_values(q->arena, f, l);
    Node *list = node_list(q->arena);

    for (size_t i = 0; i < known->count; i++) {
        Node *n = node_map(q->arena);

        node_set_text(q->arena, n, "field", known->keys[i]);
        node_set_text(q->arena, n, "value", known->items[i]->text);
        node_add(q->arena, list, n);
    }
    return list;
}

static Node *flow_node(Reading *q, const Flow *f, const Life *l, bool suggested) {
    Node *n = node_map(q->arena);

    node_set_text(q->arena, n, "flow", f->flow);
    node_set_text(q->arena, n, "title", f->title);
    node_set_bool(q->arena, n, "suggested", suggested);
    for (size_t k = 0; k < f->parties.count; k++) {
        const FlowParty *p = &flow_parties(f)[k];

        if (!life_receives(p) || node_get(n, "party"))
            continue;
        node_set_text(q->arena, n, "party", p->party);
        node_set_text(q->arena, n, "party_title", p->title);
    }
    node_set(q->arena, n, "values", values_of(q, f, l));
    return n;
}

/* Flows that this person can make of the clue, those it suggests first. */
static void flows(Reading *q, const Life *l) {
    Node *list = node_list(q->arena);
    int64_t here = node_int(l->tree, "organisation", 0);

    for (int turn = 0; turn < 2; turn++)
        for (size_t i = 0; i < content_flow_count(q->content); i++) {
            const Flow *f = content_flow_at(q->content, i);
            bool fits = suggests_leads(q->content, f, l->suggests);

            if (fits == (turn == 0) && begins(q->who->rights, f, here))
                node_add(q->arena, list, flow_node(q, f, l, fits));
        }
    node_set(q->arena, q->out, "flows", list);
}

static void options(Reading *q) {
    Node *triage = node_list(q->arena), *closing = node_list(q->arena),
         *relations = node_list(q->arena);

    for (size_t i = 0; i < q->rules->triage.count; i++) {
        const LifeTriage *t = &rules_list(LifeTriage, q->rules->triage)[i];

        node_add(q->arena, triage, pair(q->arena, t->outcome, t->title, t->reason));
    }
    for (size_t i = 0; i < q->rules->closing.count; i++) {
        const LifeWord *t = &rules_list(LifeWord, q->rules->closing)[i];

        node_add(q->arena, closing, pair(q->arena, t->word, t->title, t->note));
    }
    for (size_t i = 0; i < q->rules->relations.count; i++) {
        const LifeWord *t = &rules_list(LifeWord, q->rules->relations)[i];

        node_add(q->arena, relations, pair(q->arena, t->word, t->title, t->note));
    }
    node_set(q->arena, q->out, "triages", triage);
    node_set(q->arena, q->out, "closings", closing);
    node_set(q->arena, q->out, "relations", relations);
}

static bool life_read(Tx *tx, void *context, Err *e) {
    Reading *q = context;
    Err why = {0};
    const Node *row = tx_row(tx, q->arena, &SQL_life_seen, ARGS(ARG_OF_TEXT(q->id)), &why);
    Str tree, personal;
    Life l = {.id = q->id};

    if (!row) {
        if (why.code != ERR_NONE)
            *e = why;
        else
            err_set(e, ERR_NOT_FOUND, NULL, "没有这条线索，可能编号抄错了，请从线索列表中打开");
        return false;
    }
    tree = node_text(row, "life_tree");
    personal = node_text(row, "life_personal");
    l.suggests = node_text(row, "suggests");
    l.level = node_text(row, "level");
    l.title = node_text(row, "title");
    l.subject_kind = node_text(row, "subject_kind");
    l.subject_name = node_text(row, "subject_name");
    l.tree = tree.len ? json_read(q->arena, tree, e) : NULL;
    l.personal = personal.len ? json_read(q->arena, personal, e) : NULL;
    if (!l.tree)
        return !tree.len; /* of an earlier version: the clock will take it up */
    q->out = node_map(q->arena);
    head(q, tx, &l);
    supervisions(q, tx, l.tree);
    recusals(q, tx, l.tree);
    choices(q, &l);
    options(q);
    flows(q, &l);
    return matters(q, tx, l.tree, e) && timeline(q, tx, l.personal, e);
}

Node *clue_life(Store *s, const Content *c, const MatterActor *who, Str id, Arena *a, Err *e) {
    Reading q = {.content = c, .who = who, .arena = a, .id = id, .rules = life_rules(c, a, e)};

    return q.rules && store_read(s, life_read, &q, e) ? q.out : NULL;
}

/* ---- what can be chosen when one is registered ---- */

static bool leads_somewhere(const Content *c, Str code) {
    for (size_t i = 0; i < content_flow_count(c); i++)
        if (suggests_leads(c, content_flow_at(c, i), code))
            return true;
    return false;
}

Node *clue_options(const Content *c, Arena *a, Err *e) {
    const LifeRules *r = life_rules(c, a, e);
    const CodeTable *t = r ? content_codes(c, STR(SUGGESTIONS), e) : NULL;
    Node *out = node_map(a), *sources = node_list(a), *suggests = node_list(a),
         *triages = node_list(a);

    if (!t)
        return NULL;
    for (size_t i = 0; i < r->sources.count; i++) {
        const LifeSource *s = &rules_list(LifeSource, r->sources)[i];
        Node *n = pair(a, s->source, s->title, false);

        node_set_bool(a, n, "by_hand", s->by_hand);
        node_add(a, sources, n);
    }
    for (size_t i = 0; i < t->entries.count; i++) {
        const CodeEntry *entry = &((const CodeEntry *)t->entries.items)[i];

        if (leads_somewhere(c, entry->code))
            node_add(a, suggests, pair(a, entry->code, entry->title, false));
    }
    for (size_t i = 0; i < r->triage.count; i++) {
        const LifeTriage *of = &rules_list(LifeTriage, r->triage)[i];

        node_add(a, triages, pair(a, of->outcome, of->title, of->reason));
    }
    node_set(a, out, "sources", sources);
    node_set(a, out, "suggests", suggests);
    node_set(a, out, "triages", triages);
    return out;
}

/* Of every row of a list: the one title, not all rules. */
static Str source_title_of(const Content *c, Str source) {
    const ContentFile *files;
    const Node *list =
        content_files(c, "clues", &files) ? node_get(files[0].tree, "sources") : NULL;

    for (size_t i = 0; list && i < list->count; i++)
        if (str_eq(node_text(list->items[i], "source"), source))
            return node_text(list->items[i], "title");
    return source;
}

void clue_life_words(const Content *c, Node *row, Arena *a) {
    Str outcome = node_text(row, "outcome");

    node_set_text(a, row, "life_title", life_title(clue_life_names, node_text(row, "life")));
    node_set_text(a, row, "source_title", source_title_of(c, node_text(row, "source")));
    node_set_text(a, row, "owner_role_title", role_title(c, node_text(row, "owner_role")));
    if (outcome.len)
        node_set_text(a, row, "outcome_title", life_title(clue_outcome_names, outcome));
}

/* ---- the pool in figures ---- */

static Node *row_of(Arena *a, Node *list, const char *key, Str value) {
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(node_text(list->items[i], key), value))
            return list->items[i];
    Node *n = node_map(a);

    node_set_text(a, n, key, value);
    node_add(a, list, n);
    return n;
}

static void add_to(Arena *a, Node *n, const char *key, int64_t count) {
    node_set_int(a, n, key, node_int(n, key, 0) + count);
}

static bool pool_read(Tx *tx, void *context, Err *e) {
    Reading *q = context;
    Arena *a = q->arena;
    const Node *rows = tx_rows(tx, a, &SQL_life_pool, NO_ARGS, e);
    const Node *ledger = rows ? tx_rows(tx, a, &SQL_life_ledger, NO_ARGS, e) : NULL;
    const Node *crossed = ledger ? tx_row(tx, a, &SQL_life_crossed, NO_ARGS, e) : NULL;
    Node *sources = node_list(a), *models = node_list(a);

    if (!crossed)
        return false;
    for (size_t i = 0; i < rows->count; i++) {
        Str source = node_text(rows->items[i], "source"), life = node_text(rows->items[i], "life");
        Node *n = row_of(a, sources, "source", source);
        Node *states = life_list(a, n, "states"), *one = row_of(a, states, "state", life);

        node_set_text(a, n, "title", source_title(q->rules, source));
        node_set_text(a, one, "title", life_title(clue_life_names, life));
        add_to(a, one, "clues", node_int(rows->items[i], "clues", 0));
        /* Merged ones are shown as one with what they were merged into. */
        add_to(a, n, "clues", str_is(life, "merged") ? 0 : node_int(rows->items[i], "clues", 0));
    }
    for (size_t i = 0; i < ledger->count; i++) {
        static const char *const known[] = {"verified", "wrong", "filed", NULL};
        Node *n = row_of(a, models, "model", node_text(ledger->items[i], "model"));
        int64_t count = node_int(ledger->items[i], "clues", 0);

        add_to(a, n, "clues", count);
        for (size_t k = 0; known[k]; k++)
            add_to(a, n, known[k],
                   str_is(node_text(ledger->items[i], "outcome"), known[k]) ? count : 0);
    }
    q->out = node_map(a);
    node_set(a, q->out, "sources", sources);
    node_set(a, q->out, "models", models);
    node_set_int(a, q->out, "assigned", node_int(crossed, "clues", 0));
    node_set_int(a, q->out, "crossed", node_int(crossed, "crossed", 0));
    return true;
}

Node *clue_pool(Store *s, const Content *c, Arena *a, Err *e) {
    Reading q = {.content = c, .arena = a, .rules = life_rules(c, a, e)};

    return q.rules && store_read(s, pool_read, &q, e) ? q.out : NULL;
}
