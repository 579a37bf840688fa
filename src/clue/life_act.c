/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/life_act.c: who may do what to a clue at which stage, and what it makes of the tree. */
#include <inttypes.h>

#include "clue/life_inside.h"

#include "sql_statements.h"

#include "base/banned.h"

enum { NOTE_MOST = 4000 };

/* ---- the world ---- */

static bool kind_of(Writing *w, int64_t organisation, Str *kind, int64_t *leader, Err *e) {
    Err why = {0};
    const Node *row =
        tx_row(w->tx, w->arena, &SQL_matter_organisation, ARGS(ARG_OF_INT(organisation)), &why);

    if (why.code != ERR_NONE) {
        *e = why;
        return false;
    }
    if (!row)
        return err_set(e, ERR_INVALID, "/organisation",
                       "没有编号为 %" PRId64 " 的单位，或者已经撤销", organisation);
    *kind = node_text(row, "kind");
    if (leader)
        *leader = node_int(row, "leader", 0);
    return true;
}

static bool role_may_act(const Content *c, Str name) {
    Err unknown = {0};
    const Role *role = content_role(c, name, &unknown);

    for (size_t i = 0; role && i < role->rules.count; i++)
        if (role_rules(role)[i].permission == PERMISSION_CLUE_ACT)
            return true;
    return false;
}

/* The role under which somebody may have clues there: `role` (empty: any) of `login` (empty:
 * anybody who is not recused). Empty: there is none. */
static bool holder(Writing *w, const Node *tree, int64_t organisation, Str role, Str login,
                   Str *out, Err *e) {
    const Node *rows = tx_rows(w->tx, w->arena, &SQL_matter_holders,
                               ARGS(ARG_OF_INT(organisation),
                                    ARG_OF_TEXT(login.len ? login : STR("")), ARG_OF_INT(w->now)),
                               e);

    *out = (Str){NULL, 0};
    for (size_t i = 0; rows && i < rows->count && !out->len; i++) {
        Str held = node_text(rows->items[i], "role");

        if ((!role.len || str_eq(held, role)) && role_may_act(w->content, held) &&
            !life_named(tree, "recusals", node_text(rows->items[i], "login")))
            *out = held;
    }
    return rows != NULL;
}

/* ---- stages ---- */

static bool among(const BindList *list, Str word) {
    const Str *items = list->items;

    for (size_t i = 0; i < list->count; i++)
        if (str_eq(items[i], word) || (str_is(items[i], "*") && word.len))
            return true;
    return list->count == 0;
}

static bool due_after(Writing *w, Str period, Str *out, Err *e) {
    const Period *p = content_period(w->content, period, e);
    PeriodDue due;

    if (!p || !period_compute(w->content, p, period_from_instant(w->now), NULL, &due, e))
        return false;
    *out = instant_text(w->arena, due.due_at);
    return true;
}

bool life_enter(Writing *w, const LifeRules *r, Life *l, const char *state, Err *e) {
    const LifePeriod *p = rules_list(LifePeriod, r->periods);
    Str due = {NULL, 0};

    for (size_t i = 0; life_open(str_of(state)) && i < r->periods.count; i++)
        if (str_is(p[i].state, state) && among(&p[i].levels, l->level)) {
            if (!due_after(w, p[i].period, &due, e))
                return false;
            life_set(w->arena, l, "period", p[i].period);
            break;
        }
    life_set(w->arena, l, "state", str_of(state));
    life_set(w->arena, l, "since", instant_text(w->arena, w->now));
    life_set(w->arena, l, "due", due);
    life_set_int(w->arena, l, "rung", 0);
    life_set(w->arena, l, "next_rung", (Str){NULL, 0});
    life_set_int(w->arena, l, "told_organisation", 0);
    life_set(w->arena, l, "told_role", (Str){NULL, 0});
    return true;
}

bool life_home(Writing *w, const LifeRules *r, Life *l, int64_t organisation, Err *e) {
    const LifeOwner *o = rules_list(LifeOwner, r->owners);
    Str kind;
    Err gone = {0};

    if (!kind_of(w, organisation, &kind, NULL, &gone)) { /* closed since: its rule still counts */
        if (gone.code != ERR_INVALID) {
            *e = gone;
            return false;
        }
        kind = STR("");
    }
    for (size_t i = 0; i < r->owners.count; i++)
        if (o[i].kinds.count == 0 || (kind.len && among(&o[i].kinds, kind))) {
            life_set_int(w->arena, l, "organisation", organisation);
            life_set(w->arena, l, "department", o[i].department);
            life_set(w->arena, l, "role", o[i].role);
            life_set(w->arena, l, "login", (Str){NULL, 0});
            return true;
        }
    return err_set(e, ERR_CONTENT, "content/clues", "线索办理规则没有写明新线索由谁承办");
}

bool life_start(Writing *w, const LifeRules *r, Life *l, Str source, int64_t organisation, Err *e) {
    life_set(w->arena, l, "source", source);
    life_set_int(w->arena, l, "origin", organisation);
    life_set_int(w->arena, l, "back", organisation);
    return life_home(w, r, l, organisation, e) && life_enter(w, r, l, "new", e);
}

/* ---- who may ---- */

enum { OWNER = 1, MANAGER = 2, SUPERVISOR = 4, ANYBODY = 8, PROGRAM = 16 };
enum {
    ST_NEW = 1,
    ST_TRIAGED = 2,
    ST_STANDBY = 4,
    ST_ASSIGNED = 8,
    ST_VERIFYING = 16,
    ST_HANDLING = 32,
    ST_CONCLUDED = 64,
    ST_CLOSED = 128,
    ST_MERGED = 256,
    ST_OPEN = 127,
    ST_ALL = 511
};
static const struct {
    unsigned states, who;
} verb_rules[CLUE_VERB_COUNT] = {
    [CLUE_TRIAGE] = {ST_NEW | ST_TRIAGED | ST_STANDBY, OWNER | MANAGER},
    [CLUE_ASSIGN] = {ST_TRIAGED | ST_ASSIGNED | ST_VERIFYING, OWNER | MANAGER},
    [CLUE_CLAIM] = {ST_ASSIGNED | ST_VERIFYING | ST_HANDLING | ST_CONCLUDED, OWNER},
    [CLUE_SEND_BACK] = {ST_ASSIGNED | ST_VERIFYING, OWNER},
    [CLUE_VERIFY] = {ST_VERIFYING | ST_HANDLING, OWNER},
    [CLUE_CONCLUDE] = {ST_VERIFYING, OWNER},
    [CLUE_CONVERT] = {ST_VERIFYING | ST_HANDLING | ST_CONCLUDED, OWNER},
    [CLUE_FEED_BACK] = {ST_OPEN, OWNER | MANAGER | ANYBODY},
    [CLUE_SUPERVISE] = {ST_OPEN, SUPERVISOR},
    [CLUE_ANSWER] = {ST_OPEN, OWNER | MANAGER},
    [CLUE_RECUSE] = {ST_OPEN, OWNER | MANAGER | ANYBODY},
    [CLUE_UNRECUSE] = {ST_OPEN, MANAGER},
    [CLUE_MERGE] = {ST_OPEN, OWNER | MANAGER},
    [CLUE_UNMERGE] = {ST_MERGED, MANAGER},
    [CLUE_CLOSE] = {ST_OPEN, OWNER | MANAGER},
    [CLUE_REOPEN] = {ST_CLOSED, MANAGER},
    [CLUE_SEEN] = {ST_OPEN, OWNER | MANAGER},
    [CLUE_REGISTER] = {ST_ALL, PROGRAM},
    [CLUE_TAKE_UP] = {ST_ALL, PROGRAM},
    [CLUE_LAPSE] = {ST_OPEN, PROGRAM},
    [CLUE_RESURFACE] = {ST_STANDBY, PROGRAM},
    [CLUE_OUTCOME] = {ST_ALL, PROGRAM},
    [CLUE_ABSORB] = {ST_ALL, PROGRAM},
    [CLUE_RELEASE] = {ST_ALL, PROGRAM},
    [CLUE_HAND_OVER] = {ST_OPEN, PROGRAM},
};

static unsigned state_bit(Str state) {
    for (const BindName *n = clue_life_names; n->name; n++)
        if (str_is(state, n->name))
            return 1u << n->value;
    return 0;
}

/* Whoever holds the owner's role there, or is the owner, or stands for him. */
static bool is_owner(const LifeWork *x) {
    const Rights *r = x->w->who->rights;
    const Node *t = x->life.tree;
    Str login = node_text(t, "login");

    if (login.len && str_eq(login, x->w->who->login))
        return true;
    for (size_t i = 0; i < r->count; i++) {
        const Right *right = &r->rights[i];

        if (right->rule->permission != PERMISSION_CLUE_ACT ||
            right->organisation != node_int(t, "organisation", 0) ||
            (right->delegated && life_named(t, "recusals", right->person)))
            continue;
        if (login.len ? right->delegated && str_eq(right->person, login)
                      : str_eq(right->role, node_text(t, "role")))
            return true;
    }
    return false;
}

static bool takes_part(const LifeWork *x, unsigned who) {
    const Rights *r = x->w->who->rights;
    int64_t organisation = node_int(x->life.tree, "organisation", 0);

    if (!r)
        return true;
    return ((who & OWNER) && is_owner(x)) ||
           ((who & MANAGER) && rights_reach(r, PERMISSION_CLUE_ASSIGN, organisation)) ||
           ((who & SUPERVISOR) && rights_reach(r, PERMISSION_CLUE_SUPERVISE, organisation)) ||
           ((who & ANYBODY) && rights_reach(r, PERMISSION_CLUE_ACT, organisation));
}

bool life_matters_open(const Node *tree) {
    const Node *items = node_get(tree, "matters");

    for (size_t i = 0; items && i < items->count; i++)
        if (!node_bool(items->items[i], "ended", false))
            return true;
    return false;
}

static bool supervised(const Node *tree) {
    const Node *items = node_get(tree, "supervisions");

    for (size_t i = 0; items && i < items->count; i++)
        if (!str_is(node_text(items->items[i], "state"), "answered"))
            return true;
    return false;
}

bool life_may(LifeWork *x, Err *e) {
    int verb = x->act->verb;
    Str state = life_state(&x->life);
    unsigned who = verb >= 0 && verb < CLUE_VERB_COUNT ? verb_rules[verb].who : 0;
    Str title = who ? str_of(clue_verb_names[verb].title) : STR("");

    if (!who || ((who & PROGRAM) && x->w->who->rights))
        return err_set(e, ERR_INVALID, "/verb", "没有这种操作");
    if (x->w->who->rights && life_named(x->life.tree, "recusals", x->w->who->login))
        return err_set(e, ERR_NOT_FOUND, NULL, "没有这条线索，可能编号抄错了，请从线索列表中打开");
    if (!(verb_rules[verb].states & state_bit(state)))
        return err_set(e, ERR_CONFLICT, "/verb", "线索现在的阶段是“%.*s”，不能%.*s",
                       STR_ARG(life_title(clue_life_names, state)), STR_ARG(title));
    if (verb == CLUE_CLAIM && life_text(&x->life, "login").len &&
        (!str_is(state, "assigned") || !str_eq(life_text(&x->life, "login"), x->w->who->login)))
        return err_set(e, ERR_CONFLICT, "/verb", "线索已经由 %.*s 签收",
                       STR_ARG(life_text(&x->life, "login")));
    if (verb == CLUE_SEEN && !life_text(&x->life, "attention").len)
        return err_set(e, ERR_CONFLICT, "/verb", "线索的依据没有变化");
    if (verb == CLUE_ANSWER && !supervised(x->life.tree))
        return err_set(e, ERR_CONFLICT, "/verb", "没有等待回复的督办");
    if (verb == CLUE_CLOSE && life_matters_open(x->life.tree))
        return err_set(e, ERR_CONFLICT, "/verb", "由这条线索发起的事项还没有办结，请等事项办结");
    /* Before anybody looked into it, only who is in charge of the pool closes it. */
    if (verb == CLUE_CLOSE && !str_is(state, "concluded"))
        who &= ~(unsigned)OWNER;
    if (takes_part(x, who))
        return true;
    return err_set(e, ERR_FORBIDDEN, NULL, "现在不能由本人%.*s这条线索，请找承办人或者案件管理人员",
                   STR_ARG(title));
}

/* ---- acts ---- */

static bool needs_note(const LifeWork *x, const char *what, Err *e) {
    return str_trim(x->act->note).len > 0 || err_set(e, ERR_INVALID, "/note", "请写明%s", what);
}

static bool do_triage(LifeWork *x, Err *e) {
    const LifeTriage *t = rules_list(LifeTriage, x->rules->triage);
    Arena *a = x->w->arena;

    for (size_t i = 0; i < x->rules->triage.count; i++) {
        if (!str_eq(t[i].outcome, x->act->outcome))
            continue;
        if (t[i].reason && !needs_note(x, "理由", e))
            return false;
        life_set(a, &x->life, "triage", t[i].outcome);
        if (str_is(t[i].next, "closed"))
            life_set(a, &x->life, "reason", t[i].outcome);
        return life_enter(x->w, x->rules, &x->life, str_c(a, t[i].next), e);
    }
    return err_set(e, ERR_INVALID, "/outcome", "请选择研判结果");
}

static bool rule_fits(LifeWork *x, const LifeAssign *rule, const Node *datasets) {
    bool rests = rule->datasets.count == 0;

    for (size_t i = 0; i < datasets->count && !rests; i++)
        rests = among(&rule->datasets, node_text(datasets->items[i], "dataset"));
    return rests && among(&rule->models, x->life.model) &&
           among(&rule->suggests, suggests_code(x->w->content, x->life.suggests)) &&
           among(&rule->levels, x->life.level) &&
           among(&rule->sources, life_text(&x->life, "source")) &&
           among(&rule->divisions, life_text(&x->life, "division"));
}

/* Where a rule sends it from `here`; 0: nowhere. */
static bool rule_place(LifeWork *x, const LifeAssign *rule, int64_t here, int64_t *out, Err *e) {
    Str kind;
    int64_t leader;

    *out = here;
    if (str_is(rule->organisation, "leader")) {
        if (!kind_of(x->w, here, &kind, &leader, e))
            return false;
        *out = leader;
    } else if (str_is(rule->organisation, "division")) {
        return kind_of(x->w, here, &kind, NULL, e) &&
               tx_int(x->w->tx, &SQL_life_organisation_at,
                      ARGS(ARG_OF_TEXT(kind), ARG_OF_TEXT(life_text(&x->life, "division"))), 0, out,
                      e);
    }
    return true;
}

static bool recused_house(const Node *tree, int64_t organisation) {
    const Node *items = node_get(tree, "recusals");

    for (size_t i = 0; items && i < items->count; i++)
        if (!node_bool(items->items[i], "removed", false) &&
            node_int(items->items[i], "organisation", 0) == organisation)
            return true;
    return false;
}

typedef struct Target {
    int64_t organisation;
    Str department, role, login;
} Target;

/* The first rule that fits and whose role somebody holds who may have the clue. */
static bool by_rule(LifeWork *x, int64_t here, Target *t, Err *e) {
    const Node *datasets =
        tx_rows(x->w->tx, x->w->arena, &SQL_life_datasets, ARGS(ARG_OF_TEXT(x->life.id)), e);

    for (size_t i = 0; datasets && i < x->rules->assign.count; i++) {
        const LifeAssign *rule = &rules_list(LifeAssign, x->rules->assign)[i];
        int64_t place;
        Str held;

        if (!rule_fits(x, rule, datasets))
            continue;
        if (!rule_place(x, rule, here, &place, e))
            return false;
        if (!place || recused_house(x->life.tree, place))
            continue;
        if (!holder(x->w, x->life.tree, place, rule->role, (Str){NULL, 0}, &held, e))
            return false;
        if (!held.len)
            continue;
        *t = (Target){place, rule->department, held, {NULL, 0}};
        return true;
    }
    return datasets && err_set(e, ERR_CONFLICT, "/role",
                               "没有一条交办规则适用，或者规定的角色无人担任，请直接选择交给谁");
}

static bool to_somebody(LifeWork *x, Target *t, Err *e) {
    Str held;

    if (t->login.len && life_named(x->life.tree, "recusals", t->login))
        return err_set(e, ERR_CONFLICT, "/login", "%.*s 应当回避，不能办理这条线索",
                       STR_ARG(t->login));
    if (!holder(x->w, x->life.tree, t->organisation, t->role, t->login, &held, e))
        return false;
    if (!held.len && t->login.len)
        return err_set(e, ERR_INVALID, "/login", "%.*s 在这个单位没有可以办理线索的职务",
                       STR_ARG(t->login));
    if (!held.len)
        return err_set(e, ERR_INVALID, "/role", "这个单位没有可以办理线索的人担任这个角色");
    t->role = held;
    return true;
}

static bool do_assign(LifeWork *x, Err *e) {
    int64_t here = node_int(x->life.tree, "organisation", 0);
    Target t = {x->act->organisation ? x->act->organisation : here, x->act->department,
                x->act->role, x->act->login};
    Arena *a = x->w->arena;
    bool named = t.role.len || t.login.len, away = t.organisation != here;
    Str kind;

    if (!kind_of(x->w, t.organisation, &kind, NULL, e))
        return false;
    if (!named && !away && !by_rule(x, here, &t, e))
        return false;
    away = t.organisation != here;
    if (away && x->w->who->rights && !rights_reach(x->w->who->rights, PERMISSION_CLUE_ASSIGN, here))
        return err_set(e, ERR_FORBIDDEN, "/organisation",
                       "交给其他单位要由案件管理人员或者院领导决定");
    if (recused_house(x->life.tree, t.organisation))
        return err_set(e, ERR_CONFLICT, "/organisation", "这个单位应当回避，请交给其他单位");
    if (away && x->act->watch)
        x->watcher = str_format(a, "organisation:%" PRId64, here);
    if (away)
        life_set_int(a, &x->life, "back", here);
    if (away && !named && x->act->organisation) { /* that house gives it to somebody */
        Str held;

        if (!life_home(x->w, x->rules, &x->life, t.organisation, e) ||
            !holder(x->w, x->life.tree, t.organisation, (Str){NULL, 0}, (Str){NULL, 0}, &held, e))
            return false;
        return held.len ? life_enter(x->w, x->rules, &x->life, "triaged", e)
                        : err_set(e, ERR_INVALID, "/organisation",
                                  "这个单位没有可以办理线索的人，不能交给它");
    }
    if (!to_somebody(x, &t, e))
        return false;
    life_set_int(a, &x->life, "organisation", t.organisation);
    life_set(a, &x->life, "department", t.department);
    life_set(a, &x->life, "role", t.role);
    life_set(a, &x->life, "login", (Str){NULL, 0});
    if (!life_enter(x->w, x->rules, &x->life, "assigned", e))
        return false;
    life_set(a, &x->life, "login", t.login);
    return true;
}

/* Named beforehand, he still signs; so his name stands there from the start. */
static bool do_claim(LifeWork *x, Err *e) {
    life_set(x->w->arena, &x->life, "login", x->w->who->login);
    return !str_is(life_state(&x->life), "assigned") ||
           life_enter(x->w, x->rules, &x->life, "verifying", e);
}

static bool do_send_back(LifeWork *x, Err *e) {
    return needs_note(x, "退回的理由", e) &&
           life_home(x->w, x->rules, &x->life, node_int(x->life.tree, "back", 1), e) &&
           life_enter(x->w, x->rules, &x->life, "triaged", e);
}

static bool do_verify(LifeWork *x, Err *e) {
    return needs_note(x, "核查了什么、发现什么", e);
}

/* The reasons stand in the note of this act. */
static void conclude_as(LifeWork *x, Str outcome) {
    life_set(x->w->arena, &x->life, "outcome", outcome);
    life_set(x->w->arena, &x->life, "concluded_as", outcome);
    life_set_int(x->w->arena, &x->life, "concluded", node_int(x->life.tree, "revision", 0) + 1);
}

static bool do_conclude(LifeWork *x, Err *e) {
    if (!str_is(x->act->outcome, "verified") && !str_is(x->act->outcome, "wrong"))
        return err_set(e, ERR_INVALID, "/outcome", "请选择核查结论：属实或者不属实");
    if (!needs_note(x, "结论的理由", e))
        return false;
    conclude_as(x, x->act->outcome);
    return life_enter(x->w, x->rules, &x->life, "concluded", e);
}

static bool do_convert(LifeWork *x, Err *e) {
    return life_convert(x, e) && life_enter(x->w, x->rules, &x->life, "handling", e);
}

static bool do_feed_back(LifeWork *x, Err *e) {
    return needs_note(x, "反馈的内容", e);
}

static bool do_supervise(LifeWork *x, Err *e) {
    Arena *a = x->w->arena;
    Node *item = node_map(a);
    Str due, role = {NULL, 0};
    int64_t organisation = node_int(x->life.tree, "organisation", 0);
    const Rights *r = x->w->who->rights;

    if (!needs_note(x, "督办的要求", e))
        return false;
    if (x->act->due == DAY_NONE) {
        if (!due_after(x->w, x->rules->escalation.period, &due, e))
            return false;
    } else {
        char day[11];

        if (x->act->due < day_of_instant(x->w->now) ||
            x->act->due > day_add_months(day_of_instant(x->w->now), 24))
            return err_set(e, ERR_INVALID, "/due", "答复期限应当在今后两年以内");
        day_format(x->act->due + 1, day);
        due = str_format(a, "%sT00:00:00.000000+08:00", day);
    }
    for (size_t i = 0; r && i < r->count && !role.len; i++)
        if (r->rights[i].rule->permission == PERMISSION_CLUE_SUPERVISE) {
            role = r->rights[i].role;
            organisation = r->rights[i].organisation;
        }
    node_set_int(a, item, "id", life_next_id(a, &x->life));
    node_set_text(a, item, "actor", x->w->who->login);
    node_set_int(a, item, "organisation", organisation);
    node_set_text(a, item, "role", role.len ? role : STR(""));
    node_set_text(a, item, "due", due);
    node_set_text(a, item, "state", STR("open"));
    node_add(a, life_list(a, x->life.tree, "supervisions"), item);
    return true;
}

static bool do_answer(LifeWork *x, Err *e) {
    const Node *items = node_get(x->life.tree, "supervisions");
    int64_t wanted = 0;

    str_to_int(x->act->target, &wanted);
    for (size_t i = 0; items && i < items->count; i++) {
        Node *item = items->items[i];

        if (str_is(node_text(item, "state"), "answered") ||
            (wanted && node_int(item, "id", 0) != wanted))
            continue;
        if (!needs_note(x, "督办的回复", e))
            return false;
        node_set_text(x->w->arena, item, "state", STR("answered"));
        return true;
    }
    return err_set(e, ERR_CONFLICT, "/target", "没有等待回复的督办");
}

/* Whoever has it loses it to his role; the stage begins anew for whoever follows. Nobody else in
 * that role: it goes back to who gives clues out, and when he is the one, to anybody there who may.
 */
static bool pass_on(LifeWork *x, Str login, Err *e) {
    Arena *a = x->w->arena;
    int64_t here = node_int(x->life.tree, "organisation", 0);
    Str state = life_state(&x->life), held;
    bool his = login.len && str_eq(life_text(&x->life, "login"), login);
    bool begun = str_is(state, "assigned") || str_is(state, "verifying");

    if (his)
        life_set(a, &x->life, "login", (Str){NULL, 0});
    if (!login.len || life_text(&x->life, "login").len)
        return true;
    if (!holder(x->w, x->life.tree, here, life_text(&x->life, "role"), (Str){NULL, 0}, &held, e))
        return false;
    if (held.len)
        return !his || !str_is(state, "verifying") ||
               life_enter(x->w, x->rules, &x->life, "assigned", e);
    if (!life_home(x->w, x->rules, &x->life, here, e) ||
        !holder(x->w, x->life.tree, here, life_text(&x->life, "role"), (Str){NULL, 0}, &held, e) ||
        (!held.len && !holder(x->w, x->life.tree, here, (Str){NULL, 0}, (Str){NULL, 0}, &held, e)))
        return false;
    if (held.len)
        life_set(a, &x->life, "role", held);
    return !begun || life_enter(x->w, x->rules, &x->life, "triaged", e);
}

static bool do_recuse(LifeWork *x, Err *e) {
    Arena *a = x->w->arena;
    Node *item = node_map(a);
    Str login = x->act->login.len || x->act->organisation ? x->act->login : x->w->who->login;
    bool known = false, other = !str_eq(login, x->w->who->login);

    for (size_t i = 0; i < x->rules->relations.count; i++)
        known |= str_eq(rules_list(LifeWord, x->rules->relations)[i].word, x->act->reason);
    if (!known)
        return err_set(e, ERR_INVALID, "/reason", "请选择与线索的关系");
    if (other && x->w->who->rights &&
        !rights_reach(x->w->who->rights, PERMISSION_CLUE_ASSIGN,
                      node_int(x->life.tree, "organisation", 0)))
        return err_set(e, ERR_FORBIDDEN, "/login", "他人回避要由案件管理人员或者院领导登记");
    if (login.len && life_named(x->life.tree, "recusals", login))
        return err_set(e, ERR_CONFLICT, "/login", "已经登记过回避");
    if (x->act->organisation && recused_house(x->life.tree, x->act->organisation))
        return err_set(e, ERR_CONFLICT, "/organisation", "已经登记过回避");
    node_set_int(a, item, "id", life_next_id(a, &x->life));
    node_set_text(a, item, "login", login.len ? login : STR(""));
    node_set_int(a, item, "organisation", login.len ? 0 : x->act->organisation);
    node_set_text(a, item, "relation", x->act->reason);
    node_add(a, life_list(a, x->life.tree, "recusals"), item);
    return pass_on(x, login, e);
}

static bool do_unrecuse(LifeWork *x, Err *e) {
    const Node *items = node_get(x->life.tree, "recusals");
    int64_t wanted = 0;

    str_to_int(x->act->target, &wanted);
    for (size_t i = 0; items && i < items->count; i++)
        if (node_int(items->items[i], "id", 0) == wanted &&
            !node_bool(items->items[i], "removed", false)) {
            if (!needs_note(x, "撤销回避的理由", e))
                return false;
            node_set_bool(x->w->arena, items->items[i], "removed", true);
            return true;
        }
    return err_set(e, ERR_INVALID, "/target", "没有这条回避登记");
}

static bool do_merge(LifeWork *x, Err *e) {
    return life_merge(x, false, e);
}

static bool do_unmerge(LifeWork *x, Err *e) {
    return life_merge(x, true, e);
}

static bool do_close(LifeWork *x, Err *e) {
    for (size_t i = 0; i < x->rules->closing.count; i++) {
        const LifeWord *word = &rules_list(LifeWord, x->rules->closing)[i];

        if (!str_eq(word->word, x->act->reason))
            continue;
        if (word->note && !needs_note(x, "办结的理由", e))
            return false;
        life_set(x->w->arena, &x->life, "reason", word->word);
        if (word->outcome.len && !life_text(&x->life, "outcome").len)
            conclude_as(x, word->outcome);
        return life_enter(x->w, x->rules, &x->life, "closed", e);
    }
    return err_set(e, ERR_INVALID, "/reason", "请选择办结的理由");
}

static int weight(Str outcome) {
    return str_is(outcome, "filed") ? 3 : str_is(outcome, "verified") ? 2 : outcome.len > 0;
}

/* What people concluded and what the matters say: the strongest of them. */
static void settle_outcome(LifeWork *x) {
    const Node *items = node_get(x->life.tree, "matters");
    Str best = life_text(&x->life, "concluded_as");

    for (size_t i = 0; items && i < items->count; i++)
        if (weight(node_text(items->items[i], "outcome")) > weight(best))
            best = node_text(items->items[i], "outcome");
    life_set(x->w->arena, &x->life, "outcome", best);
}

static bool do_reopen(LifeWork *x, Err *e) {
    life_set(x->w->arena, &x->life, "reason", (Str){NULL, 0});
    life_set(x->w->arena, &x->life, "concluded_as", (Str){NULL, 0});
    settle_outcome(x);
    return needs_note(x, "恢复办理的理由", e) &&
           life_home(x->w, x->rules, &x->life, node_int(x->life.tree, "organisation", 1), e) &&
           life_enter(x->w, x->rules, &x->life,
                      life_matters_open(x->life.tree) ? "handling" : "triaged", e);
}

static bool do_nothing(LifeWork *x, Err *e) {
    (void)x;
    (void)e;
    return true;
}

static bool do_take_up(LifeWork *x, Err *e) {
    return life_start(x->w, x->rules, &x->life, STR("model"), x->act->organisation, e) &&
           (!str_is(x->life.status, "withdrawn") ||
            (life_set(x->w->arena, &x->life, "outcome", STR("withdrawn")),
             life_enter(x->w, x->rules, &x->life, "closed", e)));
}

/* The next rung hears of it: a role there that this kind of house knows. */
static bool tell_rung(LifeWork *x, Err *e) {
    int64_t rung = node_int(x->life.tree, "rung", 0), leader;
    int64_t here = node_int(x->life.tree, "organisation", 1), there = here;
    const LifeRung *to = rules_list(LifeRung, x->rules->escalation.to);
    size_t count = x->rules->escalation.to.count;
    Arena *a = x->w->arena;
    Str kind, next = {NULL, 0};
    Err none = {0};

    if ((size_t)rung >= count)
        return true;
    if (!kind_of(x->w, here, &kind, &leader, &none) && none.code != ERR_INVALID)
        return err_set(e, none.code, none.where, "%s", none.text);
    if (none.code == ERR_NONE && to[rung].leader && leader)
        there = leader;
    const Role *role = content_role(x->w->content, to[rung].role, e);
    bool fits = role && (none.code != ERR_NONE || role_fits(role, kind));

    if (!role)
        return false;
    life_set_int(a, &x->life, "told_organisation", there);
    life_set(a, &x->life, "told_role", fits ? to[rung].role : life_text(&x->life, "role"));
    life_set_int(a, &x->life, "rung", rung + 1);
    if ((size_t)rung + 1 < count && !due_after(x->w, x->rules->escalation.period, &next, e))
        return false;
    life_set(a, &x->life, "next_rung", next);
    return true;
}

static bool passed(Str instant, Instant now) {
    Instant at;

    return instant.len && instant_parse(instant, &at) && at <= now;
}

static bool do_lapse(LifeWork *x, Err *e) {
    const Node *items = node_get(x->life.tree, "supervisions");
    bool rungs = node_int(x->life.tree, "rung", 0) > 0;
    Arena *a = x->w->arena;

    if (passed(life_text(&x->life, rungs ? "next_rung" : "due"), x->w->now) && !tell_rung(x, e))
        return false;
    for (size_t i = 0; items && i < items->count; i++) {
        Node *item = items->items[i];

        if (!str_is(node_text(item, "state"), "open") || !passed(node_text(item, "due"), x->w->now))
            continue;
        node_set_text(a, item, "state", STR("lapsed"));
        life_set_int(a, &x->life, "told_organisation", node_int(item, "organisation", 0));
        life_set(a, &x->life, "told_role", node_text(item, "role"));
    }
    return true;
}

static bool do_resurface(LifeWork *x, Err *e) {
    return life_enter(x->w, x->rules, &x->life, "new", e);
}

/* `target`: "ended" or "open". */
static bool do_outcome(LifeWork *x, Err *e) {
    Node *items = life_list(x->w->arena, x->life.tree, "matters"), *item = NULL;
    Arena *a = x->w->arena;

    for (size_t i = 0; i < items->count && !item; i++)
        if (str_eq(node_text(items->items[i], "matter"), x->act->matter))
            item = items->items[i];
    if (!item) {
        item = node_map(a);
        node_set_int(a, item, "id", life_next_id(a, &x->life));
        node_set_text(a, item, "matter", x->act->matter);
        node_set_text(a, item, "flow", x->act->flow);
        node_add(a, items, item);
    }
    node_set_bool(a, item, "ended", str_is(x->act->target, "ended"));
    node_set_text(a, item, "outcome", x->act->outcome.len ? x->act->outcome : STR(""));
    settle_outcome(x);
    if (life_matters_open(x->life.tree))
        return !str_is(life_state(&x->life), "concluded") ||
               life_enter(x->w, x->rules, &x->life, "handling", e);
    return !str_is(life_state(&x->life), "handling") ||
           life_enter(x->w, x->rules, &x->life, "concluded", e);
}

/* Its matters are this clue's too, for as long as it stays merged: they keep it from being closed,
 * and what they bring counts here. `values`: those matters. */
static bool do_absorb(LifeWork *x, Err *e) {
    static const char *const texts[] = {"matter", "flow", "outcome", NULL};
    Arena *a = x->w->arena;
    Node *item = node_map(a), *list = life_list(a, x->life.tree, "matters");

    (void)e;
    node_set_int(a, item, "id", life_next_id(a, &x->life));
    node_set_text(a, item, "clue", x->act->target);
    node_add(a, life_list(a, x->life.tree, "absorbed"), item);
    for (size_t i = 0; x->act->values && i < x->act->values->count; i++) {
        const Node *from = x->act->values->items[i];

        item = node_map(a);
        node_set_int(a, item, "id", life_next_id(a, &x->life));
        for (size_t k = 0; texts[k]; k++)
            node_set_text(a, item, texts[k], node_text(from, texts[k]));
        node_set_int(a, item, "organisation", node_int(from, "organisation", 0));
        node_set_bool(a, item, "ended", node_bool(from, "ended", false));
        node_set_text(a, item, "of", x->act->target);
        node_add(a, list, item);
    }
    settle_outcome(x);
    return true;
}

static void take_out(LifeWork *x, const char *list, const char *key) {
    Arena *a = x->w->arena;
    const Node *items = node_get(x->life.tree, list);
    Node *rest = node_list(a);

    for (size_t i = 0; items && i < items->count; i++)
        if (!str_eq(node_text(items->items[i], key), x->act->target))
            node_add(a, rest, items->items[i]);
    node_set(a, x->life.tree, list, rest);
}

static bool do_release(LifeWork *x, Err *e) {
    take_out(x, "absorbed", "clue");
    take_out(x, "matters", "of");
    settle_outcome(x);
    if (!str_is(life_state(&x->life), "handling") || life_matters_open(x->life.tree))
        return true;
    return life_enter(x->w, x->rules, &x->life, "concluded", e);
}

static bool do_hand_over(LifeWork *x, Err *e) {
    Str held = {NULL, 0}, to = x->act->login;

    if (to.len && !life_named(x->life.tree, "recusals", to) &&
        !holder(x->w, x->life.tree, node_int(x->life.tree, "organisation", 0), (Str){NULL, 0}, to,
                &held, e))
        return false;
    life_set(x->w->arena, &x->life, "login", held.len ? to : (Str){NULL, 0});
    if (held.len)
        life_set(x->w->arena, &x->life, "role", held);
    return true;
}

bool life_run(LifeWork *x, Err *e) {
    static bool (*const runs[CLUE_VERB_COUNT])(LifeWork *, Err *) = {
        [CLUE_TRIAGE] = do_triage,       [CLUE_ASSIGN] = do_assign,
        [CLUE_CLAIM] = do_claim,         [CLUE_SEND_BACK] = do_send_back,
        [CLUE_VERIFY] = do_verify,       [CLUE_CONCLUDE] = do_conclude,
        [CLUE_CONVERT] = do_convert,     [CLUE_FEED_BACK] = do_feed_back,
        [CLUE_SUPERVISE] = do_supervise, [CLUE_ANSWER] = do_answer,
        [CLUE_RECUSE] = do_recuse,       [CLUE_UNRECUSE] = do_unrecuse,
        [CLUE_MERGE] = do_merge,         [CLUE_UNMERGE] = do_unmerge,
        [CLUE_CLOSE] = do_close,         [CLUE_REOPEN] = do_reopen,
        [CLUE_SEEN] = do_nothing,        [CLUE_REGISTER] = do_nothing,
        [CLUE_TAKE_UP] = do_take_up,     [CLUE_LAPSE] = do_lapse,
        [CLUE_RESURFACE] = do_resurface, [CLUE_OUTCOME] = do_outcome,
        [CLUE_ABSORB] = do_absorb,       [CLUE_RELEASE] = do_release,
        [CLUE_HAND_OVER] = do_hand_over,
    };

    if (str_runes(x->act->note) > NOTE_MOST || !str_utf8_valid(x->act->note))
        return err_set(e, ERR_TOO_LARGE, "/note", "最多写 %d 个字，长的材料请作为附件上传",
                       NOTE_MOST);
    return runs[x->act->verb](x, e);
}
