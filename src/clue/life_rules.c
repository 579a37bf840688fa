/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/life_rules.c: what content/clues says of the life of clues, read and checked. */
#include "clue/life_inside.h"

#include "base/banned.h"

enum {
#define X(id, name, title) CLUE_LIFE_##id,
    CLUE_STATES(X)
#undef X
        CLUE_LIFE_COUNT
};
const BindName clue_life_names[] = {
#define X(id, name, title) {name, CLUE_LIFE_##id, title},
    CLUE_STATES(X)
#undef X
        {NULL, 0, NULL}};
const BindName clue_verb_names[] = {
#define X(id, name, title) {name, CLUE_##id, title},
    CLUE_VERBS(X)
#undef X
        {NULL, 0, NULL}};
const BindName clue_outcome_names[] = {{"verified", 0, "属实"},
                                       {"wrong", 1, "不属实"},
                                       {"filed", 2, "成案"},
                                       {"withdrawn", 3, "依据已消失"},
                                       {NULL, 0, NULL}};

static const Bind source_rows[] = {
    BIND_STR_MOST(LifeSource, source, "source", REQUIRED, 40, "id"),
    BIND_STR_MOST(LifeSource, title, "title", REQUIRED, 60, "Chinese"),
    BIND_BOOL(LifeSource, by_hand, "by_hand", OPTIONAL, "people may register such clues"),
    BIND_END,
};
static const Bind owner_rows[] = {
    BIND_TEXTS(LifeOwner, kinds, "kinds", OPTIONAL, "kinds of organisation; left out: any"),
    BIND_STR_MOST(LifeOwner, department, "department", OPTIONAL, 60, "kind of department"),
    BIND_STR_MOST(LifeOwner, role, "role", REQUIRED, 60, "who has a new clue"),
    BIND_END,
};
static const Bind period_rows[] = {
    BIND_STR_MOST(LifePeriod, state, "state", REQUIRED, 20, "stage"),
    BIND_TEXTS(LifePeriod, levels, "levels", OPTIONAL, "only clues of these levels"),
    BIND_STR_MOST(LifePeriod, period, "period", REQUIRED, 60, "by when the stage ends"),
    BIND_END,
};
static const Bind rung_rows[] = {
    BIND_STR_MOST(LifeRung, role, "role", REQUIRED, 60, "who hears of it"),
    BIND_BOOL(LifeRung, leader, "leader", OPTIONAL, "at the office above"),
    BIND_END,
};
static const Bind escalation_rows[] = {
    BIND_STR_MOST(LifeEscalation, period, "period", REQUIRED, 60, "between rungs"),
    BIND_OBJECTS(LifeEscalation, to, "to", REQUIRED, rung_rows, LifeRung, "lowest first"),
    BIND_END,
};
static const Bind triage_rows[] = {
    BIND_STR_MOST(LifeTriage, outcome, "outcome", REQUIRED, 40, "id"),
    BIND_STR_MOST(LifeTriage, title, "title", REQUIRED, 60, "Chinese"),
    BIND_STR_MOST(LifeTriage, next, "next", REQUIRED, 20, "triaged, standby or closed"),
    BIND_BOOL(LifeTriage, reason, "reason", OPTIONAL, "must be explained"),
    BIND_END,
};
static const Bind assign_rows[] = {
    BIND_TEXTS(LifeAssign, models, "models", OPTIONAL, "only clues of these models"),
    BIND_TEXTS(LifeAssign, suggests, "suggests", OPTIONAL, "only clues that suggest this"),
    BIND_TEXTS(LifeAssign, datasets, "datasets", OPTIONAL, "only clues resting on these"),
    BIND_TEXTS(LifeAssign, levels, "levels", OPTIONAL, "only clues of these levels"),
    BIND_TEXTS(LifeAssign, sources, "sources", OPTIONAL, "only clues from there"),
    BIND_TEXTS(LifeAssign, divisions, "divisions", OPTIONAL, "only clues of these; *: of any"),
    BIND_STR_MOST(LifeAssign, organisation, "organisation", OPTIONAL, 20,
                  "here (left out), leader, division"),
    BIND_STR_MOST(LifeAssign, department, "department", OPTIONAL, 60, "kind of department"),
    BIND_STR_MOST(LifeAssign, role, "role", REQUIRED, 60, "to whom"),
    BIND_END,
};
static const Bind closing_rows[] = {
    BIND_STR_MOST(LifeWord, word, "reason", REQUIRED, 40, "id"),
    BIND_STR_MOST(LifeWord, title, "title", REQUIRED, 60, "Chinese"),
    BIND_STR_MOST(LifeWord, outcome, "outcome", OPTIONAL, 20,
                  "verified or wrong, when nothing was concluded before"),
    BIND_BOOL(LifeWord, note, "note", OPTIONAL, "must be explained"),
    BIND_END,
};
static const Bind relation_rows[] = {
    BIND_STR_MOST(LifeWord, word, "relation", REQUIRED, 40, "id"),
    BIND_STR_MOST(LifeWord, title, "title", REQUIRED, 60, "Chinese"),
    BIND_END,
};
static const Bind from_rows[] = {
    BIND_STR_MOST(LifeFrom, flow, "flow", REQUIRED, 60, "flow"),
    BIND_STR_MOST(LifeFrom, step, "step", REQUIRED, 60, "its step"),
    BIND_STR_MOST(LifeFrom, action, "action", REQUIRED, 60, "its action"),
    BIND_STR_MOST(LifeFrom, party, "party", REQUIRED, 60, "whose clue it becomes"),
    BIND_STR_MOST(LifeFrom, source, "source", REQUIRED, 40, "where from"),
    BIND_STR_MOST(LifeFrom, title, "title", REQUIRED, 60, "field that names it"),
    BIND_STR_MOST(LifeFrom, facts, "facts", OPTIONAL, 60, "field that tells it"),
    BIND_END,
};
static const Bind rules_rows[] = {
    BIND_STR_MOST(LifeRules, title, "title", REQUIRED, 60, "Chinese"),
    BIND_BOOL(LifeRules, review, "review", OPTIONAL, "a lawyer has to confirm it"),
    BIND_OBJECTS(LifeRules, basis, "basis", OPTIONAL, basis_rows, Basis, "the rules it follows"),
    BIND_OBJECTS(LifeRules, sources, "sources", REQUIRED, source_rows, LifeSource, "where from"),
    BIND_OBJECTS(LifeRules, owners, "owners", REQUIRED, owner_rows, LifeOwner,
                 "who has a new clue: the first that fits the organisation"),
    BIND_OBJECTS(LifeRules, periods, "periods", REQUIRED, period_rows, LifePeriod,
                 "the first that fits stage and level"),
    BIND_OBJECT(LifeRules, escalation, "escalation", REQUIRED, escalation_rows,
                "who hears when a stage does not end"),
    BIND_OBJECTS(LifeRules, triage, "triage", REQUIRED, triage_rows, LifeTriage, "outcomes"),
    BIND_OBJECTS(LifeRules, assign, "assign", REQUIRED, assign_rows, LifeAssign,
                 "to whom a clue is given by rule: the first that fits"),
    BIND_OBJECTS(LifeRules, closing, "closing", REQUIRED, closing_rows, LifeWord, "reasons"),
    BIND_OBJECTS(LifeRules, relations, "relations", REQUIRED, relation_rows, LifeWord,
                 "conflicts of interest"),
    BIND_OBJECTS(LifeRules, from_matters, "from_matters", OPTIONAL, from_rows, LifeFrom,
                 "acts on matters that bring a clue"),
    BIND_STR_MOST(LifeRules, lapse, "lapse", OPTIONAL, 40,
                  "source of clues from periods that ran out"),
    BIND_END,
};

const LifeRules *life_rules(const Content *c, Arena *a, Err *e) {
    const ContentFile *files;
    size_t n = content_files(c, "clues", &files);
    LifeRules *r = arena_new_of(a, LifeRules);

    if (n != 1) {
        err_set(e, ERR_CONTENT, "content/clues", "线索办理规则应当正好一份，现在有 %zu 份", n);
        return NULL;
    }
    return bind_read(a, rules_rows, files[0].tree, r, e) ? r : NULL;
}

Str life_title(const BindName *names, Str name) {
    for (; names->name; names++)
        if (str_is(name, names->name))
            return str_of(names->title);
    return name;
}

/* ---- checks ---- */

static bool known(const BindName *names, Str word, const char *what, Err *e) {
    for (const BindName *n = names; n->name; n++)
        if (str_is(word, n->name))
            return true;
    return err_set(e, ERR_CONTENT, "content/clues", "线索办理规则里没有这种%s：%.*s", what,
                   STR_ARG(word));
}

static bool role_acts(const Content *c, Str name, Err *e) {
    const Role *role = content_role(c, name, e);

    for (size_t i = 0; role && i < role->rules.count; i++)
        if (role_rules(role)[i].permission == PERMISSION_CLUE_ACT)
            return true;
    return role && err_set(e, ERR_CONTENT, "content/clues",
                           "线索不能交给“%.*s”：这个角色不能办理线索", STR_ARG(role->title));
}

static bool has_source(const LifeRules *r, Str source, Err *e) {
    for (size_t i = 0; i < r->sources.count; i++)
        if (str_eq(rules_list(LifeSource, r->sources)[i].source, source))
            return true;
    return err_set(e, ERR_CONTENT, "content/clues", "线索办理规则里没有来源 %.*s", STR_ARG(source));
}

static bool suggestions_check(const Content *c, const BindList *list, Err *e) {
    for (size_t i = 0; i < list->count; i++)
        if (!suggests_check(c, ((const Str *)list->items)[i], "content/clues", e))
            return false;
    return true;
}

/* What flows begin as must be words that clues can suggest. */
static bool flows_check(const Content *c, Err *e) {
    for (size_t i = 0; i < content_flow_count(c); i++) {
        const Flow *f = content_flow_at(c, i);
        const Node *at = node_get(f->tree, "begins_as");

        for (size_t k = 0; at && k < at->count && k < f->begins_as.count; k++) {
            char where[NODE_WHERE];

            node_where(at->items[k], where);
            if (!suggests_check(c, ((const Str *)f->begins_as.items)[k], where, e))
                return false;
        }
    }
    return true;
}

/* Every open stage must end, for clues of every level. */
static bool periods_check(const Content *c, const LifeRules *r, Err *e) {
    const LifePeriod *p = rules_list(LifePeriod, r->periods);

    for (size_t i = 0; i < r->periods.count; i++)
        if (!known(clue_life_names, p[i].state, "阶段", e) || !content_period(c, p[i].period, e))
            return false;
    for (const BindName *n = clue_life_names; n->name; n++) {
        bool found = !life_open(str_of(n->name));

        for (size_t i = 0; i < r->periods.count; i++)
            found |= str_is(p[i].state, n->name) && p[i].levels.count == 0;
        if (!found)
            return err_set(e, ERR_CONTENT, "content/clues",
                           "阶段“%s”没有写明期限：线索会无人过问，请补写", n->title);
    }
    return content_period(c, r->escalation.period, e) != NULL;
}

static bool lists_check(const Content *c, const LifeRules *r, Err *e) {
    bool last = false;

    for (size_t i = 0; i < r->owners.count; i++) {
        const LifeOwner *o = &rules_list(LifeOwner, r->owners)[i];

        last |= o->kinds.count == 0;
        if (!role_acts(c, o->role, e))
            return false;
    }
    if (!last)
        return err_set(e, ERR_CONTENT, "content/clues",
                       "owners 的最后一条不能限定机构种类：否则有的线索没有承办人");
    for (size_t i = 0; i < r->escalation.to.count; i++)
        if (!content_role(c, rules_list(LifeRung, r->escalation.to)[i].role, e))
            return false;
    for (size_t i = 0; i < r->assign.count; i++) {
        const LifeAssign *rule = &rules_list(LifeAssign, r->assign)[i];

        if (!role_acts(c, rule->role, e) || !suggestions_check(c, &rule->suggests, e))
            return false;
    }
    for (size_t i = 0; i < r->triage.count; i++) {
        Str next = rules_list(LifeTriage, r->triage)[i].next;

        if (!str_is(next, "triaged") && !str_is(next, "standby") && !str_is(next, "closed"))
            return err_set(e, ERR_CONTENT, "content/clues",
                           "研判结果之后只能是 triaged、standby 或 closed，不能是 %.*s",
                           STR_ARG(next));
    }
    for (size_t i = 0; i < r->closing.count; i++) {
        Str outcome = rules_list(LifeWord, r->closing)[i].outcome;

        if (outcome.len && !known(clue_outcome_names, outcome, "结果", e))
            return false;
    }
    return r->escalation.to.count > 0 ||
           err_set(e, ERR_CONTENT, "content/clues", "逐级提醒至少写一级");
}

bool clue_rules_check(const Content *c, Err *e) {
    scoped_arena Arena *a = arena_new();
    const LifeRules *r = life_rules(c, a, e);

    if (!r || !flows_check(c, e) || !periods_check(c, r, e) || !lists_check(c, r, e) ||
        !has_source(r, STR("model"), e) || (r->lapse.len && !has_source(r, r->lapse, e)))
        return false;
    for (size_t i = 0; i < r->from_matters.count; i++)
        if (!has_source(r, rules_list(LifeFrom, r->from_matters)[i].source, e))
            return false;
    return true;
}
