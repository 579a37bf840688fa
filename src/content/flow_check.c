/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/flow_check.c: every name in a flow means something, and what is written together fits
 * together. Whether the flow works is flow_proof.c's question. */
#include "content/flow_look.h"
#include "content/period.h"

#include "base/banned.h"

const Node *flow_step_place(const Flow *f, size_t i) {
    return content_item(f->tree, "steps", i);
}

const Node *flow_action_place(const Flow *f, size_t i, size_t j) {
    return content_item(flow_step_place(f, i), "actions", j);
}

/* ---- parties, owners ---- */

static bool check_leader(const Look *l, const FlowParty *p, const Node *at) {
    const FlowParty *led = p;

    if (p->leader_of.len == 0)
        return true;
    if (!look_party(l, p->leader_of, content_place(at, "leader_of")))
        return false;
    if (p->starter || p->many)
        return content_fail(at, l->e, "写了 leader_of 的参与方由系统确定，不写 starter 和 many");
    for (size_t i = 0; i <= l->f->parties.count && led->leader_of.len > 0; i++) {
        if (i == l->f->parties.count || str_eq(led->leader_of, p->party))
            return content_fail(content_place(at, "leader_of"), l->e, "参与方“%.*s”成了自己的上级",
                                STR_ARG(p->title));
        led = flow_party(l->f, led->leader_of);
        if (led == NULL)
            break;
    }
    return true;
}

static bool check_parties(const Look *l) {
    const FlowParty *parties = flow_parties(l->f);
    size_t starters = 0;

    for (size_t i = 0; i < l->f->parties.count; i++) {
        const FlowParty *p = &parties[i];
        const Node *at = content_item(l->f->tree, "parties", i);

        starters += p->starter;
        if (!look_id(l, p->party, at, "party"))
            return false;
        if (flow_party(l->f, p->party) != p)
            return content_fail(content_place(at, "party"), l->e, "参与方“%.*s”写了两遍",
                                STR_ARG(p->party));
        if (p->starter && p->many)
            return content_fail(content_place(at, "many"), l->e, "发起方只能是一个单位");
        if (!look_each(l, &p->kinds, at, "kinds", look_kind) || !check_leader(l, p, at))
            return false;
    }
    return starters == 1 ||
           content_fail(content_place(l->f->tree, "parties"), l->e,
                        "恰好要有一个参与方是发起方（starter: true），现在有 %zu 个", starters);
}

static bool department_known(const Look *l, const FlowOwner *o, const Node *at) {
    NearestName n = {.wanted = o->department};
    const FlowParty *p = flow_party(l->f, o->party);

    for (size_t i = 0; i < content_organisation_kind_count(l->c); i++) {
        const OrganisationKind *k = content_organisation_kind_at(l->c, i);

        if (p->kinds.count > 0 && !flow_listed(&p->kinds, k->kind))
            continue;
        if (organisation_department(k, o->department) != NULL)
            return true;
        for (size_t j = 0; j < k->departments.count; j++)
            nearest_name(&n, organisation_departments(k)[j].department);
    }
    return content_unknown(at, "这样的部门：", &n, l->e);
}

/* A number, or a field that is one. */
static bool check_persons(const Look *l, FlowOwner *o, const Node *at) {
    const Node *place = content_place(at, "persons");

    if (o->persons.len == 0)
        return true;
    if (o->same_as.len > 0)
        return content_fail(place, l->e, "写了 persons 的办理人不写 same_as：各人办各人的");
    if (str_to_int(o->persons, &o->persons_count))
        return (o->persons_count > 1 && o->persons_count <= FLOW_PERSONS_MOST) ||
               content_fail(place, l->e, "persons 是 2 到 %d 的数，或者整数字段",
                            FLOW_PERSONS_MOST);
    o->persons_count = 0;
    if (!look_field(l, o->persons, place))
        return false;
    o->persons_field = flow_field(l->f, o->persons);
    return o->persons_field->type == FIELD_INTEGER ||
           content_fail(place, l->e, "persons 要用整数字段，“%.*s”是%s", STR_ARG(o->persons),
                        field_type_names[o->persons_field->type].title);
}

static bool check_owners(const Look *l, const BindList *list, const Node *map, const char *key,
                         Str step) {
    for (size_t i = 0; i < list->count; i++) {
        FlowOwner *o = &((FlowOwner *)list->items)[i];
        const Node *at = content_item(map, key, i);

        if (!check_persons(l, o, at) || !look_party(l, o->party, content_place(at, "party")) ||
            !look_role(l, o->role, content_place(at, "role")) ||
            (o->department.len > 0 && !department_known(l, o, content_place(at, "department"))) ||
            (o->same_as.len > 0 && !look_step(l, o->same_as, content_place(at, "same_as"))) ||
            (o->not_as.len > 0 && !look_step(l, o->not_as, content_place(at, "not_as"))))
            return false;
        if (step.len == 0 && (o->same_as.len > 0 || o->not_as.len > 0 || o->persons.len > 0))
            return content_fail(at, l->e, "same_as、not_as 和 persons 只用于步骤的办理人");
        if (step.len > 0 && (str_eq(o->same_as, step) || str_eq(o->not_as, step) ||
                             (o->same_as.len > 0 && str_eq(o->same_as, o->not_as))))
            return content_fail(at, l->e, "same_as 和 not_as 应当是先前的另一个步骤，且不相同");
    }
    return list->count > 0 ||
           content_fail(content_place(map, key), l->e, "%s 至少要写一项：谁来办理", key);
}

static bool check_escalation(const Look *l, const FlowEscalation *x, const Node *map) {
    const Node *at = node_get(map, "escalation");
    const Period *p;

    if (at == NULL || at->kind == NODE_NULL)
        return true;
    if (!look_period(l, x->period, content_place(at, "period"), &p))
        return false;
    if (p->stricter_of.count == 0 && p->count <= 0)
        return content_fail(content_place(at, "period"), l->e,
                            "逐级提醒不能用倒数的期限、约定日期的期限“%.*s”", STR_ARG(x->period));
    return check_owners(l, &x->to, at, "to", STR(""));
}

/* ---- actions and steps ---- */

static bool check_shape(const Look *l, const FlowAction *act, const Node *at) {
    if (act->to.count > 0 && act->closes.len > 0)
        return content_fail(at, l->e, "动作“%.*s”不能既打开步骤（to）又结束事项（closes）",
                            STR_ARG(act->title));
    if ((act->suspends.count > 0 || act->resumes) && !flow_stays(act))
        return content_fail(at, l->e, "动作“%.*s”中止或恢复期限，步骤不变：不写 to 和 closes",
                            STR_ARG(act->title));
    if (act->suspends.count > 0 && act->resumes)
        return content_fail(at, l->e, "动作“%.*s”不能既中止又恢复期限", STR_ARG(act->title));
    if (act->back && act->to.count == 0)
        return content_fail(content_place(at, "back"), l->e, "back 要用 to 写明回到哪一步");
    if (act->cancels && flow_stays(act))
        return content_fail(content_place(at, "cancels"), l->e, "cancels 要和 to 或 closes 一起写");
    if (act->reason == REASON_CODE && act->reasons.len == 0)
        return content_fail(at, l->e, "reason: code 要用 reasons 写明代码表");
    return act->reason == REASON_CODE || act->reasons.len == 0 ||
           content_fail(content_place(at, "reasons"), l->e, "只有 reason: code 才写 reasons");
}

static bool check_action(const Look *l, const FlowStep *s, FlowAction *act, const Node *at) {
    if (!look_id(l, act->action, at, "action"))
        return false;
    if (flow_action(s, act->action) != act)
        return content_fail(content_place(at, "action"), l->e, "动作“%.*s”在这一步写了两遍",
                            STR_ARG(act->action));
    return check_shape(l, act, at) && look_each(l, &act->to, at, "to", look_step) &&
           (act->closes.len == 0 || look_outcome(l, act->closes, content_place(at, "closes"))) &&
           (act->reasons.len == 0 || look_codes(l, act->reasons, content_place(at, "reasons"))) &&
           look_each(l, &act->needs, at, "needs", look_field) && look_tests(l, &act->when, at) &&
           look_each(l, &act->documents, at, "documents", look_document) &&
           look_wait(l, &act->not_before, at) &&
           flow_settle_action(l->c, l->a, l->f, act, at, l->e) && look_suspends(l, s, act, at) &&
           content_basis_check(&act->basis, at, l->e);
}

static bool form_known(const Look *l, Str entry, const Node *at) {
    entry.len -= str_ends(entry, STR("!"));
    return look_field(l, entry, at);
}

static bool primitive_known(const Look *l, Str name, const Node *at) {
    return look_word(l, flow_primitive_names, "可以关闭的通用操作", name, at);
}

static bool check_joins(const Look *l, const FlowStep *s, const Node *at) {
    const Node *place = content_place(at, "joins");

    if (s->joins.count == 0)
        return true;
    if (s->joins.count == 1)
        return content_fail(place, l->e, "joins 至少写两个步骤：只等一个步骤时用它的 to 即可");
    if (flow_listed(&s->joins, s->step))
        return content_fail(place, l->e, "步骤“%.*s”不能等自己", STR_ARG(s->title));
    if (str_eq(l->f->start, s->step))
        return content_fail(place, l->e, "第一步不能用 joins");
    return look_each(l, &s->joins, at, "joins", look_step);
}

static bool check_joint(const Look *l, const FlowStep *s, const Node *at) {
    bool several = s->by.count > 1;

    for (size_t i = 0; i < s->by.count; i++)
        several = several || flow_party(l->f, flow_owners(&s->by)[i].party)->many;
    for (size_t i = 0; i < s->by.count; i++) {
        if (flow_owners(&s->by)[i].persons.len == 0)
            continue;
        several = true;
        if (s->joint == JOINT_ONE)
            return content_fail(
                content_item(at, "by", i), l->e,
                "步骤“%.*s”由几个人办理（persons），要写 joint：all、majority 或 each",
                STR_ARG(s->title));
    }
    if (s->joint == JOINT_EACH && str_eq(l->f->start, s->step))
        return content_fail(content_place(at, "joint"), l->e,
                            "第一步不能各自答复（each）：发起方只有一个单位");
    return s->joint == JOINT_ONE || several ||
           content_fail(content_place(at, "joint"), l->e, "步骤“%.*s”只有一方办理，不写 joint",
                        STR_ARG(s->title));
}

static bool same_names(const BindList *a, const BindList *b) {
    bool same = a->count == b->count;

    for (size_t i = 0; same && i < a->count; i++)
        same = flow_listed(b, flow_names(a)[i]);
    return same;
}

/* Whatever is answered, the step leads to the same place. */
static bool check_each(const Look *l, const FlowStep *s, const Node *at) {
    const FlowAction *first = NULL;

    for (size_t j = 0; s->joint == JOINT_EACH && j < s->actions.count; j++) {
        const FlowAction *act = &step_actions(s)[j];

        if (!flow_leads_on(act))
            continue;
        if (first == NULL)
            first = act;
        if (!same_names(&act->to, &first->to) || !str_eq(act->closes, first->closes) ||
            act->cancels != first->cancels)
            return content_fail(content_item(at, "actions", j), l->e,
                                "步骤“%.*s”由各家各自答复：动作“%.*s”和“%.*s”要通向同一处",
                                STR_ARG(s->title), STR_ARG(first->title), STR_ARG(act->title));
    }
    return true;
}

static bool check_step_id(const Look *l, const FlowStep *s, const Node *at) {
    return look_id(l, s->step, at, "step") &&
           (flow_step(l->f, s->step) == s ||
            content_fail(content_place(at, "step"), l->e, "步骤“%.*s”写了两遍", STR_ARG(s->step)));
}

static bool check_step(const Look *l, FlowStep *s, const Node *at) {
    FlowAction *actions = s->actions.items;
    FlowClock *clocks = s->within.items;

    if (s->actions.count == 0)
        return content_fail(content_place(at, "actions"), l->e, "步骤“%.*s”没有动作，办不下去",
                            STR_ARG(s->title));
    if (!check_owners(l, &s->by, at, "by", s->step) || !check_joint(l, s, at) ||
        !look_each(l, &s->form, at, "form", form_known) || !check_joins(l, s, at) ||
        !look_each(l, &s->documents, at, "documents", look_document) ||
        !look_each(l, &s->without, at, "without", primitive_known) ||
        !look_once(l, &s->waits, at, "waits") || !check_escalation(l, &s->escalation, at) ||
        !content_basis_check(&s->basis, at, l->e))
        return false;
    for (size_t i = 0; i < s->within.count; i++)
        if (!look_clock(l, s, &clocks[i], content_item(at, "within", i)))
            return false;
    for (size_t i = 0; i < s->actions.count; i++)
        if (!check_action(l, s, &actions[i], content_item(at, "actions", i)))
            return false;
    return check_each(l, s, at);
}

/* ---- the flow as a whole ---- */

static bool check_outcomes(const Look *l) {
    static const BindName clues[] = {
        {"verified", 0, NULL}, {"wrong", 1, NULL}, {"filed", 2, NULL}, {NULL, 0, NULL}};

    if (l->f->outcomes.count == 0)
        return content_fail(content_place(l->f->tree, "outcomes"), l->e, "流程至少要有一种结局");
    for (size_t i = 0; i < l->f->outcomes.count; i++) {
        const FlowOutcome *o = &flow_outcomes(l->f)[i];
        const Node *at = content_item(l->f->tree, "outcomes", i);

        if (!look_id(l, o->outcome, at, "outcome"))
            return false;
        if (flow_outcome(l->f, o->outcome) != o)
            return content_fail(content_place(at, "outcome"), l->e, "结局“%.*s”写了两遍",
                                STR_ARG(o->outcome));
        if (o->clue.len > 0 &&
            !look_word(l, clues, "这样的线索结果：", o->clue, content_place(at, "clue")))
            return false;
    }
    return true;
}

/* Every brace belongs to {serial} or {year}. */
static bool check_number(const Look *l) {
    const Node *at = content_place(l->f->tree, "number");
    Str rest = l->f->number;
    bool serial = false;
    ptrdiff_t open;

    while ((open = str_find(rest, STR("{"))) >= 0) {
        rest = str_slice(rest, (size_t)open, rest.len);
        bool is_serial = str_starts(rest, STR("{serial}"));

        if (!is_serial && !str_starts(rest, STR("{year}")))
            return content_fail(at, l->e, "编号里只能用 {year} 和 {serial}");
        serial = serial || is_serial;
        rest = str_slice(rest, 1, rest.len);
    }
    return serial || content_fail(at, l->e, "编号要有 {serial}，否则两个事项会同号");
}

static bool check_special_fields(const Look *l) {
    const Node *tree = l->f->tree;
    const Field *number = flow_field(l->f, l->f->case_field);

    if ((l->f->title_field.len > 0 &&
         !look_field(l, l->f->title_field, content_place(tree, "title_field"))) ||
        (l->f->case_field.len > 0 &&
         !look_field(l, l->f->case_field, content_place(tree, "case_field"))))
        return false;
    return number == NULL || number->type == FIELD_DOCUMENT_NUMBER || number->type == FIELD_TEXT ||
           content_fail(content_place(tree, "case_field"), l->e,
                        "case_field 应当是 document_number 或 text 类型的字段");
}

static bool check_fields(const Look *l) {
    Dataset d = {.fields = l->f->fields, .subjects = l->f->subjects};

    return check_field_list(l->c, l->a, l->f->fields.items, l->f->fields.count, l->f->tree, l->e) &&
           check_subjects(&d, l->f->tree, l->e) && check_special_fields(l);
}

static bool check_starters(const Look *l) {
    for (size_t i = 0; i < l->f->starters.count; i++)
        if (!look_role(l, flow_names(&l->f->starters)[i], content_item(l->f->tree, "starters", i)))
            return false;
    return look_once(l, &l->f->starters, l->f->tree, "starters");
}

bool flow_check(const Content *c, Arena *a, Flow *f, Err *e) {
    Look l = {c, a, f, e};
    FlowStep *steps = f->steps.items;

    if (!look_id(&l, f->flow, f->tree, "flow") || !content_basis_check(&f->basis, f->tree, e) ||
        !check_number(&l) || !check_parties(&l) || !check_fields(&l) || !check_outcomes(&l) ||
        !check_starters(&l) || !look_step(&l, f->start, content_place(f->tree, "start")) ||
        !check_escalation(&l, &f->escalation, f->tree))
        return false;
    for (size_t i = 0; i < f->steps.count; i++)
        if (!check_step_id(&l, &steps[i], flow_step_place(f, i)))
            return false;
    for (size_t i = 0; i < f->steps.count; i++)
        if (!check_step(&l, &steps[i], flow_step_place(f, i)))
            return false;
    if (f->cases != NULL && f->cases->kind != NODE_LIST)
        return content_fail(f->cases, e, "cases 应当是列表");
    return flow_settle_kinds(c, a, f, e) && flow_check_copies(c, f, e);
}
