/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/flow_check_more.c: what goes beyond one flow: sub-matters that begin and are waited for,
 * and who gets copies. */
#include "content/flow_look.h"

#include "base/banned.h"

/* ---- names, or maps ---- */

static bool is_list(const Node *n, const char *key, Err *e) {
    if (n->kind != NODE_LIST)
        return content_fail(n, e, "%s 应写成列表", key);
    return n->count <= FLOW_LIST_MOST || content_fail(n, e, "%s 超过 %d 项", key, FLOW_LIST_MOST);
}

/* One struct of `size` bytes for each item; a text fills its first member. */
static bool read_items(Arena *a, const Node *n, const char *key, const Bind *rows, size_t size,
                       BindList *out, Err *e) {
    if (n == NULL || n->kind == NODE_NULL)
        return true;
    if (!is_list(n, key, e))
        return false;
    char *items = arena_array(a, n->count, size);

    for (size_t i = 0; i < n->count; i++) {
        const Node *item = n->items[i];

        if (item->kind == NODE_TEXT)
            *(Str *)(void *)(items + i * size) = item->text;
        else if (item->kind != NODE_MAP)
            return content_fail(item, e, "%s 的每一项写名称，或者写成一组键值", key);
        else if (!bind_read(a, rows, item, items + i * size, e))
            return false;
    }
    *out = (BindList){items, n->count};
    return true;
}

static bool check_each(const Look *l, const FlowBegin *b, const Node *item) {
    if ((b->each.len > 0) != (b->as.len > 0))
        return content_fail(item, l->e,
                            "each 和 as 要一起写：给哪一方的每个单位，作子事项的哪一方");
    if (b->each.len == 0)
        return true;
    if (!look_party(l, b->each, content_place(item, "each")))
        return false;
    return flow_party(l->f, b->each)->many ||
           content_fail(content_place(item, "each"), l->e, "参与方“%.*s”只有一个单位，不写 each",
                        STR_ARG(b->each));
}

static bool settle_begins(const Look *l, FlowAction *act, const Node *at) {
    const Node *n = act->begins_node;

    if (!read_items(l->a, n, "begins", flow_begin_rows, sizeof(FlowBegin), &act->begins, l->e))
        return false;
    for (size_t i = 0; i < act->begins.count; i++) {
        const FlowBegin *b = &action_begins(act)[i];

        if (!check_each(l, b, n->items[i]))
            return false;
        for (size_t j = 0; j < i; j++)
            if (str_eq(b->flow, action_begins(act)[j].flow) &&
                str_eq(b->each, action_begins(act)[j].each))
                return content_fail(content_item(at, "begins", i), l->e,
                                    "“%.*s”在 begins 里写了两遍", STR_ARG(b->flow));
    }
    return true;
}

static bool settle_copies(const Look *l, FlowAction *act, const Node *at) {
    const Node *n = act->copies_node;

    if (!read_items(l->a, n, "copies", flow_copy_rows, sizeof(FlowCopy), &act->copies, l->e))
        return false;
    for (size_t i = 0; i < act->copies.count; i++) {
        const FlowCopy *k = &action_copies(act)[i];
        const Node *item = n->items[i];
        bool map = item->kind == NODE_MAP;

        if (!look_party(l, k->party, map ? content_place(item, "party") : item) ||
            (k->role.len > 0 && !look_role(l, k->role, content_place(item, "role"))))
            return false;
        for (size_t j = 0; j < i; j++)
            if (str_eq(k->party, action_copies(act)[j].party) &&
                str_eq(k->role, action_copies(act)[j].role))
                return content_fail(content_item(at, "copies", i), l->e,
                                    "“%.*s”在 copies 里写了两遍", STR_ARG(k->party));
    }
    return true;
}

bool flow_settle_action(const Content *c, Arena *a, const Flow *f, FlowAction *act, const Node *at,
                        Err *e) {
    Look l = {c, a, (Flow *)(uintptr_t)f, e};

    return settle_begins(&l, act, at) && settle_copies(&l, act, at);
}

static bool copy_fits(const Content *c, const Flow *f, const FlowCopy *k) {
    const FlowParty *p = flow_party(f, k->party);
    const Role *role = content_role(c, k->role, NULL);

    for (size_t i = 0; i < p->kinds.count; i++)
        if (role_fits(role, flow_names(&p->kinds)[i]))
            return true;
    return false;
}

bool flow_check_copies(const Content *c, const Flow *f, Err *e) {
    for (size_t i = 0; i < f->steps.count; i++)
        for (size_t j = 0; j < flow_steps(f)[i].actions.count; j++) {
            const FlowAction *act = &step_actions(&flow_steps(f)[i])[j];

            for (size_t k = 0; k < act->copies.count; k++) {
                const FlowCopy *copy = &action_copies(act)[k];

                if (copy->role.len > 0 && !copy_fits(c, f, copy))
                    return content_fail(
                        content_place(content_item(flow_action_place(f, i, j), "copies", k),
                                      "role"),
                        e, "参与方“%.*s”的各种机构都不设角色“%.*s”，抄送没有人收",
                        STR_ARG(copy->party), STR_ARG(copy->role));
            }
        }
    return true;
}

/* ---- other flows ---- */

/* The flow of that name, this one before the one of the same name that content has; refused with
 * the nearest. */
static const Flow *flow_named(const Content *c, const Flow *f, Str name, const Node *at, Err *e) {
    Err why = {0};
    const Flow *of = str_eq(name, f->flow) ? f : content_flow(c, name, &why);

    if (of == NULL)
        content_fail(at, e, "%s", why.text);
    return of;
}

static bool check_begin(const Content *c, const Flow *f, const FlowBegin *b, const Node *item,
                        Err *e) {
    const Flow *of =
        flow_named(c, f, b->flow, item->kind == NODE_MAP ? content_place(item, "flow") : item, e);
    const FlowParty *as = of != NULL && b->as.len > 0 ? flow_party(of, b->as) : NULL;

    if (of == NULL || b->as.len == 0)
        return of != NULL;
    if (as == NULL)
        return content_fail(content_place(item, "as"), e, "流程“%.*s”没有参与方“%.*s”",
                            STR_ARG(of->title), STR_ARG(b->as));
    return (!as->starter && as->leader_of.len == 0) ||
           content_fail(content_place(item, "as"), e,
                        "“%.*s”由系统确定（发起方或者上级），不能指定为每个单位",
                        STR_ARG(as->title));
}

static bool check_test_children(const Content *c, const Flow *f, const BindList *when,
                                const Node *at, Err *e) {
    for (size_t i = 0; i < when->count; i++) {
        const FlowTest *t = &flow_tests(when)[i];
        const Node *place = content_item(at, "when", i);
        const Flow *of = t->children.len > 0
                             ? flow_named(c, f, t->children, content_place(place, "children"), e)
                             : NULL;

        if (t->children.len > 0 && of == NULL)
            return false;
        for (size_t k = 0; k < t->outcome.count; k++)
            if (flow_outcome(of, flow_names(&t->outcome)[k]) == NULL &&
                !str_is(flow_names(&t->outcome)[k], "terminated"))
                return content_fail(content_item(place, "outcome", k), e,
                                    "流程“%.*s”没有结局“%.*s”", STR_ARG(of->title),
                                    STR_ARG(flow_names(&t->outcome)[k]));
    }
    return true;
}

static bool begins_somewhere(const Flow *f, Str flow) {
    for (size_t i = 0; i < f->steps.count; i++)
        for (size_t j = 0; j < flow_steps(f)[i].actions.count; j++) {
            const FlowAction *act = &step_actions(&flow_steps(f)[i])[j];

            for (size_t k = 0; k < act->begins.count; k++)
                if (str_eq(action_begins(act)[k].flow, flow))
                    return true;
        }
    return false;
}

/* Does `from` wait for `name`, itself or through others? */
static bool waits_for(const Content *c, const Flow *f, const Flow *from, Str name, int depth) {
    for (size_t i = 0; from != NULL && depth < 16 && i < from->steps.count; i++) {
        const BindList *waits = &flow_steps(from)[i].waits;

        for (size_t k = 0; k < waits->count; k++) {
            Str next = flow_names(waits)[k];

            if (str_eq(next, name) ||
                (!str_eq(next, f->flow) &&
                 waits_for(c, f, content_flow(c, next, NULL), name, depth + 1)))
                return true;
        }
    }
    return false;
}

static bool check_waits(const Content *c, const Flow *f, size_t i, Err *e) {
    const FlowStep *s = &flow_steps(f)[i];

    for (size_t k = 0; k < s->waits.count; k++) {
        Str name = flow_names(&s->waits)[k];
        const Node *place = content_item(flow_step_place(f, i), "waits", k);
        const Flow *of = flow_named(c, f, name, place, e);

        if (of == NULL)
            return false;
        if (!begins_somewhere(f, name))
            return content_fail(place, e,
                                "步骤“%.*s”要等“%.*s”，而没有动作开始它：给先前的动作写 begins",
                                STR_ARG(s->title), STR_ARG(of->title));
        if (of == f || waits_for(c, f, of, f->flow, 0))
            return content_fail(place, e, "“%.*s”和“%.*s”互相等待，都办不完", STR_ARG(f->title),
                                STR_ARG(of->title));
    }
    return true;
}

static bool check_actions(const Content *c, const Flow *f, size_t i, Err *e) {
    const FlowStep *s = &flow_steps(f)[i];

    for (size_t j = 0; j < s->actions.count; j++) {
        const FlowAction *act = &step_actions(s)[j];
        const Node *at = flow_action_place(f, i, j);

        for (size_t k = 0; k < act->begins.count; k++)
            if (!check_begin(c, f, &action_begins(act)[k], content_item(at, "begins", k), e))
                return false;
        if (!check_test_children(c, f, &act->when, at, e))
            return false;
    }
    for (size_t j = 0; j < s->within.count; j++)
        if (!check_test_children(c, f, &step_clocks(s)[j].when,
                                 content_item(flow_step_place(f, i), "within", j), e))
            return false;
    return true;
}

static bool check_apart(const Content *c, const Flow *f, size_t i, Err *e) {
    const BindList *apart = &flow_steps(f)[i].apart;

    for (size_t k = 0; k < apart->count; k++)
        if (flow_named(c, f, flow_names(apart)[k], content_item(flow_step_place(f, i), "apart", k),
                       e) == NULL)
            return false;
    return true;
}

bool flow_check_begins(const Content *c, const Flow *f, Err *e) {
    for (size_t i = 0; i < f->steps.count; i++)
        if (!check_actions(c, f, i, e) || !check_waits(c, f, i, e) || !check_apart(c, f, i, e))
            return false;
    return true;
}
