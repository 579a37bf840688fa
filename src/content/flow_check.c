/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/flow_check.c: every name in a flow means something, and what is written together fits
 * together. Whether the flow works is flow_proof.c's question. */
#include <stdlib.h>

#include "content/field_range.h"
#include "content/flow_inside.h"
#include "content/period.h"

#include "base/banned.h"

#define DOCUMENT_TYPES "document_types"

typedef struct Look {
    const Content *c;
    Arena *a;
    Flow *f;
    Err *e;
} Look;

const Node *flow_step_place(const Flow *f, size_t i) {
    return content_item(f->tree, "steps", i);
}

const Node *flow_action_place(const Flow *f, size_t i, size_t j) {
    return content_item(flow_step_place(f, i), "actions", j);
}

/* ---- names inside the flow: known, or refused with the nearest ---- */

static bool step_known(const Look *l, Str name, const Node *at) {
    NearestName n = {.wanted = name};

    if (flow_step(l->f, name) != NULL)
        return true;
    for (size_t i = 0; i < l->f->steps.count; i++)
        nearest_name(&n, flow_steps(l->f)[i].step);
    return content_unknown(at, "步骤", &n, l->e);
}

static bool field_known(const Look *l, Str name, const Node *at) {
    NearestName n = {.wanted = name};

    if (flow_field(l->f, name) != NULL)
        return true;
    for (size_t i = 0; i < l->f->fields.count; i++)
        nearest_name(&n, flow_fields(l->f)[i].field);
    return content_unknown(at, "字段", &n, l->e);
}

static bool party_known(const Look *l, Str name, const Node *at) {
    NearestName n = {.wanted = name};

    if (flow_party(l->f, name) != NULL)
        return true;
    for (size_t i = 0; i < l->f->parties.count; i++)
        nearest_name(&n, flow_parties(l->f)[i].party);
    return content_unknown(at, "参与方", &n, l->e);
}

static bool outcome_known(const Look *l, Str name, const Node *at) {
    NearestName n = {.wanted = name};

    if (flow_outcome(l->f, name) != NULL)
        return true;
    for (size_t i = 0; i < l->f->outcomes.count; i++)
        nearest_name(&n, flow_outcomes(l->f)[i].outcome);
    return content_unknown(at, "结局", &n, l->e);
}

static bool word_known(const Look *l, const BindName *words, const char *what, Str name,
                       const Node *at) {
    NearestName n = {.wanted = name};

    for (const BindName *word = words; word->name != NULL; word++) {
        if (str_is(name, word->name))
            return true;
        nearest_name(&n, str_of(word->name));
    }
    return content_unknown(at, what, &n, l->e);
}

/* ---- names of other content ---- */

static bool period_known(const Look *l, Str name, const Node *at, const Period **out) {
    Err why = {0};

    *out = content_period(l->c, name, &why);
    return *out != NULL || content_fail(at, l->e, "%s", why.text);
}

static bool role_known(const Look *l, Str name, const Node *at) {
    Err why = {0};

    return content_role(l->c, name, &why) != NULL || content_fail(at, l->e, "%s", why.text);
}

static bool codes_known(const Look *l, Str name, const Node *at) {
    Err why = {0};

    return content_codes(l->c, name, &why) != NULL || content_fail(at, l->e, "%s", why.text);
}

static bool kind_known(const Look *l, Str name, const Node *at) {
    Err why = {0};

    return content_organisation_kind(l->c, name, &why) != NULL ||
           content_fail(at, l->e, "%s", why.text);
}

static bool document_known(const Look *l, Str name, const Node *at) {
    Err why = {0};
    const CodeTable *t = content_codes(l->c, STR(DOCUMENT_TYPES), &why);
    const CodeEntry *near;

    if (t == NULL)
        return content_fail(at, l->e, "%s", why.text);
    if (code_table_find(t, name) != NULL)
        return true;
    near = code_table_nearest(t, name);
    return near != NULL ? content_fail(at, l->e, "文书目录里没有“%.*s”，是不是想写“%.*s”",
                                       STR_ARG(name), STR_ARG(near->title))
                        : content_fail(at, l->e, "文书目录里没有“%.*s”", STR_ARG(name));
}

/* ---- lists of names ---- */

typedef bool NameKnown(const Look *l, Str name, const Node *at);

static bool once(const Look *l, const BindList *list, const Node *map, const char *key) {
    for (size_t i = 0; i < list->count; i++)
        for (size_t j = 0; j < i; j++)
            if (str_eq(flow_names(list)[i], flow_names(list)[j]))
                return content_fail(content_item(map, key, i), l->e, "“%.*s”在 %s 里写了两遍",
                                    STR_ARG(flow_names(list)[i]), key);
    return true;
}

static bool each(const Look *l, const BindList *list, const Node *map, const char *key,
                 NameKnown *known) {
    for (size_t i = 0; i < list->count; i++)
        if (!known(l, flow_names(list)[i], content_item(map, key, i)))
            return false;
    return once(l, list, map, key);
}

static bool id_fits(const Look *l, Str id, const Node *map, const char *key) {
    return content_id_fits(id, 60) ||
           content_fail(content_place(map, key), l->e,
                        "“%.*s”不能作标识：只用小写字母、数字和单个下划线，以字母开头，不超过 60 "
                        "个字符",
                        STR_ARG(id));
}

/* ---- conditions ---- */

static bool check_in(const Look *l, const FlowTest *t, const Node *at) {
    if (t->is->type != FIELD_CODE)
        return content_fail(content_place(at, "in"), l->e, "in 只用于 code 类型的字段，“%.*s”不是",
                            STR_ARG(t->field));
    for (size_t i = 0; i < t->in.count; i++) {
        Str word = flow_names(&t->in)[i];
        const Node *place = content_item(at, "in", i);
        const CodeEntry *entry = code_table_find(t->is->table, word);

        if (entry == NULL)
            entry = code_table_nearest(t->is->table, word);
        if (entry == NULL)
            return content_fail(place, l->e, "代码表“%.*s”里没有“%.*s”",
                                STR_ARG(t->is->table->codes), STR_ARG(word));
        if (!str_eq(entry->title, word))
            return content_fail(place, l->e, "代码表“%.*s”里没有“%.*s”，是不是想写“%.*s”",
                                STR_ARG(t->is->table->codes), STR_ARG(word), STR_ARG(entry->title));
    }
    return once(l, &t->in, at, "in");
}

/* The bounds are read as the field's own range would be. */
static bool read_bounds(const Look *l, FlowTest *t, const Node *at) {
    Field bounds = *t->is;
    bool whole = t->is->type != FIELD_NUMBER && t->is->type != FIELD_AREA;

    bounds.least = t->least;
    bounds.most = t->most;
    if (str_is(t->most, "today"))
        return content_fail(content_place(at, "most"), l->e, "条件里的 most 要写具体的日期");
    if (!field_range_read(&bounds, at, l->e))
        return false;
    t->least_is = whole ? (double)bounds.least_integer : bounds.least_real;
    t->most_is = whole ? (double)bounds.most_integer : bounds.most_real;
    return true;
}

static bool check_test(const Look *l, FlowTest *t, const Node *at) {
    bool bounds = t->least.len > 0 || t->most.len > 0;

    if (!field_known(l, t->field, content_place(at, "field")))
        return false;
    t->is = flow_field(l->f, t->field);
    if ((t->in.count > 0) + t->filled + t->empty + bounds != 1)
        return content_fail(at, l->e, "每个条件写 in、filled、empty、least 和 most 中的一种");
    return (t->in.count == 0 || check_in(l, t, at)) && (!bounds || read_bounds(l, t, at));
}

static bool check_tests(const Look *l, BindList *list, const Node *at) {
    FlowTest *tests = list->items;

    for (size_t i = 0; i < list->count; i++)
        if (!check_test(l, &tests[i], content_item(at, "when", i)))
            return false;
    return true;
}

/* ---- parties, owners ---- */

static bool check_leader(const Look *l, const FlowParty *p, const Node *at) {
    const FlowParty *led = p;

    if (p->leader_of.len == 0)
        return true;
    if (!party_known(l, p->leader_of, content_place(at, "leader_of")))
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
        if (!id_fits(l, p->party, at, "party"))
            return false;
        if (flow_party(l->f, p->party) != p)
            return content_fail(content_place(at, "party"), l->e, "参与方“%.*s”写了两遍",
                                STR_ARG(p->party));
        if (p->starter && p->many)
            return content_fail(content_place(at, "many"), l->e, "发起方只能是一个单位");
        if (!each(l, &p->kinds, at, "kinds", kind_known) || !check_leader(l, p, at))
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

static bool check_owners(const Look *l, const BindList *list, const Node *map, const char *key,
                         Str step) {
    for (size_t i = 0; i < list->count; i++) {
        const FlowOwner *o = &flow_owners(list)[i];
        const Node *at = content_item(map, key, i);

        if (!party_known(l, o->party, content_place(at, "party")) ||
            !role_known(l, o->role, content_place(at, "role")) ||
            (o->department.len > 0 && !department_known(l, o, content_place(at, "department"))) ||
            (o->same_as.len > 0 && !step_known(l, o->same_as, content_place(at, "same_as"))) ||
            (o->not_as.len > 0 && !step_known(l, o->not_as, content_place(at, "not_as"))))
            return false;
        if (step.len == 0 && (o->same_as.len > 0 || o->not_as.len > 0))
            return content_fail(at, l->e, "same_as 和 not_as 只用于步骤的办理人");
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
    if (!period_known(l, x->period, content_place(at, "period"), &p))
        return false;
    if (p->count < 0)
        return content_fail(content_place(at, "period"), l->e, "逐级提醒不能用倒数的期限“%.*s”",
                            STR_ARG(x->period));
    return check_owners(l, &x->to, at, "to", STR(""));
}

/* ---- clocks ---- */

static bool check_clock(const Look *l, FlowClock *k, const Node *at) {
    const Period *p, *other;
    const Field *from = flow_field(l->f, k->from);

    if (!period_known(l, k->period, content_place(at, "period"), &p) ||
        (k->from.len > 0 && !field_known(l, k->from, content_place(at, "from"))) ||
        (k->stricter.len > 0 &&
         !period_known(l, k->stricter, content_place(at, "stricter"), &other)))
        return false;
    if (from != NULL && from->type != FIELD_DATE && from->type != FIELD_TIME)
        return content_fail(content_place(at, "from"), l->e, "期限从日期或时间字段起算，“%.*s”是%s",
                            STR_ARG(k->from), field_type_names[from->type].title);
    if (from == NULL && p->count < 0)
        return content_fail(at, l->e, "倒数的期限“%.*s”要用 from 写明往前数的那一天",
                            STR_ARG(k->period));
    if (k->stricter.len > 0 && str_eq(k->stricter, k->period))
        return content_fail(content_place(at, "stricter"), l->e, "stricter 应当是另一个期限");
    if (k->lapse.len > 0 && !word_known(l, period_action_names, "这样的逾期处理：", k->lapse,
                                        content_place(at, "lapse")))
        return false;
    return check_tests(l, &k->when, at);
}

static bool period_knows(const Content *c, Str id, Str reason, int depth) {
    const Period *p = id.len > 0 ? content_period(c, id, NULL) : NULL;

    for (size_t i = 0; p != NULL && i < p->suspends.count; i++)
        if (str_eq(period_suspends(p)[i].reason, reason))
            return true;
    for (size_t i = 0; p != NULL && depth < 4 && i < p->stricter_of.count; i++)
        if (period_knows(c, flow_names(&p->stricter_of)[i], reason, depth + 1))
            return true;
    return false;
}

static bool check_suspends(const Look *l, const FlowStep *s, const FlowAction *act,
                           const Node *at) {
    const FlowClock *clocks = s->within.items;

    for (size_t i = 0; i < act->suspends.count; i++) {
        bool known = false;

        for (size_t j = 0; j < s->within.count; j++)
            known = known ||
                    period_knows(l->c, clocks[j].period, flow_names(&act->suspends)[i], 0) ||
                    period_knows(l->c, clocks[j].stricter, flow_names(&act->suspends)[i], 0);
        if (!known)
            return content_fail(content_item(at, "suspends", i), l->e,
                                "步骤“%.*s”的期限没有“%.*s”这种中止事由：先写进 content/periods",
                                STR_ARG(s->title), STR_ARG(flow_names(&act->suspends)[i]));
    }
    return once(l, &act->suspends, at, "suspends");
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
    if (!id_fits(l, act->action, at, "action"))
        return false;
    if (flow_action(s, act->action) != act)
        return content_fail(content_place(at, "action"), l->e, "动作“%.*s”在这一步写了两遍",
                            STR_ARG(act->action));
    return check_shape(l, act, at) && each(l, &act->to, at, "to", step_known) &&
           (act->closes.len == 0 || outcome_known(l, act->closes, content_place(at, "closes"))) &&
           (act->reasons.len == 0 || codes_known(l, act->reasons, content_place(at, "reasons"))) &&
           each(l, &act->needs, at, "needs", field_known) && check_tests(l, &act->when, at) &&
           each(l, &act->documents, at, "documents", document_known) &&
           each(l, &act->copies, at, "copies", party_known) && check_suspends(l, s, act, at) &&
           content_basis_check(&act->basis, at, l->e);
}

static bool form_known(const Look *l, Str entry, const Node *at) {
    entry.len -= str_ends(entry, STR("!"));
    return field_known(l, entry, at);
}

static bool primitive_known(const Look *l, Str name, const Node *at) {
    return word_known(l, flow_primitive_names, "可以关闭的通用操作", name, at);
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
    return each(l, &s->joins, at, "joins", step_known);
}

static bool check_joint(const Look *l, const FlowStep *s, const Node *at) {
    bool several = s->by.count > 1;

    for (size_t i = 0; i < s->by.count; i++)
        several = several || flow_party(l->f, flow_owners(&s->by)[i].party)->many;
    return s->joint == JOINT_ONE || several ||
           content_fail(content_place(at, "joint"), l->e, "步骤“%.*s”只有一方办理，不写 joint",
                        STR_ARG(s->title));
}

static bool check_step_id(const Look *l, const FlowStep *s, const Node *at) {
    return id_fits(l, s->step, at, "step") &&
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
        !each(l, &s->form, at, "form", form_known) || !check_joins(l, s, at) ||
        !each(l, &s->documents, at, "documents", document_known) ||
        !each(l, &s->without, at, "without", primitive_known) ||
        !check_escalation(l, &s->escalation, at) || !content_basis_check(&s->basis, at, l->e))
        return false;
    for (size_t i = 0; i < s->within.count; i++)
        if (!check_clock(l, &clocks[i], content_item(at, "within", i)))
            return false;
    for (size_t i = 0; i < s->actions.count; i++)
        if (!check_action(l, s, &actions[i], content_item(at, "actions", i)))
            return false;
    return true;
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

        if (!id_fits(l, o->outcome, at, "outcome"))
            return false;
        if (flow_outcome(l->f, o->outcome) != o)
            return content_fail(content_place(at, "outcome"), l->e, "结局“%.*s”写了两遍",
                                STR_ARG(o->outcome));
        if (o->clue.len > 0 &&
            !word_known(l, clues, "这样的线索结果：", o->clue, content_place(at, "clue")))
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
         !field_known(l, l->f->title_field, content_place(tree, "title_field"))) ||
        (l->f->case_field.len > 0 &&
         !field_known(l, l->f->case_field, content_place(tree, "case_field"))))
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
        if (!role_known(l, flow_names(&l->f->starters)[i], content_item(l->f->tree, "starters", i)))
            return false;
    return once(l, &l->f->starters, l->f->tree, "starters");
}

bool flow_check(const Content *c, Arena *a, Flow *f, Err *e) {
    Look l = {c, a, f, e};
    FlowStep *steps = f->steps.items;

    if (!id_fits(&l, f->flow, f->tree, "flow") || !content_basis_check(&f->basis, f->tree, e) ||
        !check_number(&l) || !check_parties(&l) || !check_fields(&l) || !check_outcomes(&l) ||
        !check_starters(&l) || !step_known(&l, f->start, content_place(f->tree, "start")) ||
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
    return flow_settle_kinds(c, a, f, e);
}

static bool flow_known(const Content *c, const Flow *f, Str name, const Node *at, Err *e) {
    Err why = {0};

    return str_eq(name, f->flow) || content_flow(c, name, &why) != NULL ||
           content_fail(at, e, "%s", why.text);
}

bool flow_check_begins(const Content *c, const Flow *f, Err *e) {
    for (size_t i = 0; i < f->steps.count; i++) {
        const FlowStep *s = &flow_steps(f)[i];

        for (size_t j = 0; j < s->actions.count; j++) {
            const BindList *list = &step_actions(s)[j].begins;

            for (size_t k = 0; k < list->count; k++)
                if (!flow_known(c, f, flow_names(list)[k],
                                content_item(flow_action_place(f, i, j), "begins", k), e))
                    return false;
        }
    }
    return true;
}
