/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/flow_check_when.c: the conditions of actions and clocks: each looks at one thing. */
#include "content/field_range.h"
#include "content/flow_look.h"

#include "base/banned.h"

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
    return look_once(l, &t->in, at, "in");
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

/* ---- of a field ---- */

static bool check_same(const Look *l, FlowTest *t, const Node *at) {
    const Node *place = content_place(at, "same_as");

    if (!look_field(l, t->same_as, place))
        return false;
    t->same = flow_field(l->f, t->same_as);
    if (t->same == t->is)
        return content_fail(place, l->e, "same_as 应当是另一个字段");
    if (t->same->type != t->is->type || t->same->many != t->is->many)
        return content_fail(place, l->e, "“%.*s”和“%.*s”种类不同（%s、%s），不能比较是否相同",
                            STR_ARG(t->field), STR_ARG(t->same_as),
                            field_type_names[t->is->type].title,
                            field_type_names[t->same->type].title);
    return true;
}

static bool check_field(const Look *l, FlowTest *t, const Node *at) {
    bool bounds = t->least.len > 0 || t->most.len > 0;

    if (!look_field(l, t->field, content_place(at, "field")))
        return false;
    t->is = flow_field(l->f, t->field);
    if ((t->in.count > 0) + t->filled + t->empty + bounds + (t->same_as.len > 0) != 1)
        return content_fail(at, l->e,
                            "每个条件写 in、filled、empty、same_as、least 和 most 中的一种");
    return (t->in.count == 0 || check_in(l, t, at)) && (!bounds || read_bounds(l, t, at)) &&
           (t->same_as.len == 0 || check_same(l, t, at));
}

/* ---- of a count ---- */

static bool read_count(const Look *l, Str text, const Node *place, double *out) {
    int64_t n = 0;

    if (text.len > 0 && (!str_to_int(text, &n) || n < 0 || n > FLOW_COUNT_MOST))
        return content_fail(place, l->e, "件数、人数应当是 0 到 %d 的整数，不是“%.*s”",
                            FLOW_COUNT_MOST, STR_ARG(text));
    *out = (double)n;
    return true;
}

static bool check_answers(const Look *l, const FlowTest *t, const Node *at) {
    const FlowStep *s;

    if (!look_step(l, t->answers, content_place(at, "answers")))
        return false;
    s = flow_step(l->f, t->answers);
    if (s->joint != JOINT_EACH)
        return content_fail(content_place(at, "answers"), l->e,
                            "“%.*s”不是各自答复的步骤（joint: each），没有各家的答复",
                            STR_ARG(s->title));
    for (size_t i = 0; i < t->action.count; i++)
        if (flow_action(s, flow_names(&t->action)[i]) == NULL)
            return content_fail(content_item(at, "action", i), l->e, "步骤“%.*s”没有动作“%.*s”",
                                STR_ARG(s->title), STR_ARG(flow_names(&t->action)[i]));
    return look_once(l, &t->action, at, "action");
}

/* The flow of `children` and its outcomes are looked at when all flows are read. */
static bool check_children(const Look *l, const FlowTest *t, const Node *at) {
    static const BindName ends[] = {{"open", 0, NULL},
                                    {"closed", 1, NULL},
                                    {"success", 2, NULL},
                                    {"failure", 3, NULL},
                                    {NULL, 0, NULL}};

    if (t->ended.len > 0 && t->outcome.count > 0)
        return content_fail(content_place(at, "ended"), l->e, "ended 和 outcome 只写一个");
    return t->ended.len == 0 ||
           look_word(l, ends, "这样的子事项结果：", t->ended, content_place(at, "ended"));
}

static bool check_count(const Look *l, FlowTest *t, const Node *at) {
    if (t->in.count > 0 || t->filled || t->empty || t->same_as.len > 0 ||
        (t->least.len == 0 && t->most.len == 0))
        return content_fail(at, l->e, "数子事项或者答复的条件只写 least 和 most");
    if ((t->children.len == 0 && (t->ended.len > 0 || t->outcome.count > 0)) ||
        (t->answers.len == 0 && t->action.count > 0))
        return content_fail(at, l->e, "ended 和 outcome 只用于 children，action 只用于 answers");
    return read_count(l, t->least, content_place(at, "least"), &t->least_is) &&
           read_count(l, t->most, content_place(at, "most"), &t->most_is) &&
           (t->children.len > 0 ? check_children(l, t, at) : check_answers(l, t, at));
}

static bool check_test(const Look *l, FlowTest *t, const Node *at) {
    if ((t->field.len > 0) + (t->children.len > 0) + (t->answers.len > 0) != 1)
        return content_fail(at, l->e, "每个条件看一样东西：写 field、children 或者 answers");
    return t->field.len > 0 ? check_field(l, t, at) : check_count(l, t, at);
}

bool look_tests(const Look *l, BindList *list, const Node *at) {
    FlowTest *tests = list->items;

    for (size_t i = 0; i < list->count; i++)
        if (!check_test(l, &tests[i], content_item(at, "when", i)))
            return false;
    return true;
}
