/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/flow_proof.c: whatever is done, in whatever order, a matter of this flow can go on, goes
 * back, is heard of when it stands still, and ends with nothing left open (docs/flows.md). */
#include "content/flow_marks.h"

#include "base/banned.h"

typedef struct Proof {
    const Content *c;
    const Flow *f;
    Arena *a;
    const Marks *marks;
    Node **path;
    Err *e;
} Proof;

static Str title_of(const Flow *f, size_t step) {
    return flow_steps(f)[step].title;
}

/* Refused at a marking: the path is the steps acted in, and then `step`. */
static bool refuse(const Proof *p, size_t marking, size_t step) {
    if (p->path == NULL)
        return false;
    *p->path = marking == SIZE_MAX ? node_list(p->a) : marks_path(p->marks, marking);
    if (step != SIZE_MAX)
        node_add(p->a, *p->path, node_of_text(p->a, flow_steps(p->f)[step].step));
    return false;
}

static bool refuse_step(const Proof *p, size_t step) {
    return refuse(p, marks_opened(p->marks, step), step);
}

/* ---- what the markings say ---- */

static bool each_reached(const Proof *p) {
    for (size_t i = 0; i < p->f->steps.count; i++)
        if (marks_opened(p->marks, i) == SIZE_MAX) {
            bool joins = flow_steps(p->f)[i].joins.count > 0;

            content_fail(content_place(flow_step_place(p->f, i), "step"), p->e,
                         "步骤“%.*s”永远走不到：%s", STR_ARG(title_of(p->f, i)),
                         joins ? "它要等的步骤不会都朝它办完" : "没有走得到的动作打开它");
            return refuse(p, SIZE_MAX, i);
        }
    return true;
}

/* Names of the open and waiting steps but one. */
static void tell_steps(const Proof *p, const Bits *steps, size_t but, Buf *out) {
    for (size_t i = 0; i < p->f->steps.count; i++)
        if (i != but && bits_has(steps, i))
            buf_addf(out, "“%.*s”", STR_ARG(title_of(p->f, i)));
}

/* Standing steps end with the matter. */
static void tell_ending(const Proof *p, const Bits *open, size_t but, Buf *out) {
    Bits others = *open;

    for (size_t i = 0; i < p->f->steps.count; i++)
        if (flow_steps(p->f)[i].standing)
            bits_drop(&others, i);
    tell_steps(p, &others, but, out);
}

static bool ends_whole(const Proof *p) {
    size_t marking, step, action;
    scoped_buf Buf left;

    buf_init(&left, 240);
    if (!marks_left_open(p->marks, &marking, &step, &action))
        return true;
    tell_ending(p, &marks_at(p->marks, marking)->open, step, &left);
    tell_steps(p, &marks_at(p->marks, marking)->waiting, step, &left);
    content_fail(flow_action_place(p->f, step, action), p->e,
                 "动作“%.*s”结束事项时，%s可能还没有办完：先用 joins 汇合，或给这个动作写 cancels: "
                 "true",
                 STR_ARG(step_actions(&flow_steps(p->f)[step])[action].title), left.ptr);
    return refuse(p, marking, step);
}

/* Nothing is open: some step waits for branches that nobody works on. */
static bool tell_waiting(const Proof *p, size_t marking) {
    const Marking *k = marks_at(p->marks, marking);
    size_t waits = 0;
    scoped_buf Buf missing;

    buf_init(&missing, 240);
    while (waits < p->f->steps.count && !bits_has(&k->waiting, waits))
        waits++;
    const FlowStep *s = &flow_steps(p->f)[waits];

    for (size_t i = 0; i < s->joins.count; i++) {
        const FlowStep *joined = flow_step(p->f, flow_names(&s->joins)[i]);

        if (!marks_arrived(p->marks, marking, waits, flow_step_index(p->f, joined)))
            buf_addf(&missing, "“%.*s”", STR_ARG(joined->title));
    }
    content_fail(content_place(flow_step_place(p->f, waits), "joins"), p->e,
                 "步骤“%.*s”在等%s，而再没有步骤开着，事项卡住了：让分支都打开，或不要等它",
                 STR_ARG(s->title), missing.ptr);
    return refuse(p, marking, waits);
}

static bool never_stuck(const Proof *p) {
    size_t marking = marks_stuck(p->marks), step = 0;
    scoped_buf Buf open;

    buf_init(&open, 240);
    if (marking == SIZE_MAX)
        return true;
    const Marking *k = marks_at(p->marks, marking);

    if (bits_none(&k->open))
        return tell_waiting(p, marking);
    while (!bits_has(&k->open, step))
        step++;
    tell_steps(p, &k->open, SIZE_MAX, &open);
    content_fail(content_place(flow_step_place(p->f, step), "actions"), p->e,
                 "走到%s以后，怎么办都到不了任何结局：加一个通向结局的动作", open.ptr);
    return refuse(p, marking, step);
}

/* ---- forward is forward ---- */

/* Actions from the start to each step, at least. */
static void measure(const Flow *f, size_t distance[FLOW_STEPS_MOST]) {
    size_t queue[FLOW_STEPS_MOST], n = 0;

    for (size_t i = 0; i < f->steps.count; i++)
        distance[i] = SIZE_MAX;
    queue[n++] = flow_step_index(f, flow_step(f, f->start));
    distance[queue[0]] = 0;
    for (size_t i = 0; i < n; i++) {
        const FlowStep *s = &flow_steps(f)[queue[i]];

        for (size_t j = 0; j < s->actions.count; j++)
            for (size_t k = 0; k < step_actions(s)[j].to.count; k++) {
                size_t t = flow_step_index(f, flow_step(f, flow_names(&step_actions(s)[j].to)[k]));

                if (distance[t] != SIZE_MAX)
                    continue;
                distance[t] = distance[queue[i]] + 1;
                queue[n++] = t;
            }
    }
}

/* Some action of every circle comes nearer to the start, or at least no farther: that one is to say
 * so. Then steps have an order, and "what follows" means one thing. */
static bool goes_forward(const Proof *p, size_t i, const size_t *distance, size_t slack) {
    const FlowStep *s = &flow_steps(p->f)[i];

    for (size_t j = 0; j < s->actions.count; j++) {
        const FlowAction *act = &step_actions(s)[j];

        for (size_t k = 0; !act->back && k < act->to.count; k++) {
            const FlowStep *to = flow_step(p->f, flow_names(&act->to)[k]);

            if (distance[flow_step_index(p->f, to)] >= distance[i] + slack ||
                (to != s && !flow_follows(p->f, to->step, s->step)))
                continue;
            content_fail(content_item(flow_action_place(p->f, i, j), "to", k), p->e,
                         "动作“%.*s”从“%.*s”回到先前的步骤“%.*s”：给它写 back: true",
                         STR_ARG(act->title), STR_ARG(s->title), STR_ARG(to->title));
            return refuse_step(p, i);
        }
    }
    return true;
}

static bool no_circles(const Proof *p) {
    size_t distance[FLOW_STEPS_MOST];

    measure(p->f, distance);
    for (size_t slack = 0; slack < 2; slack++)
        for (size_t i = 0; i < p->f->steps.count; i++)
            if (!goes_forward(p, i, distance, slack))
                return false;
    return true;
}

/* ---- what each step says ---- */

static bool leads_back(const Flow *f, const FlowStep *s, const FlowAction *act) {
    for (size_t k = 0; k < act->to.count; k++)
        if (str_eq(flow_names(&act->to)[k], s->step) ||
            flow_follows(f, flow_names(&act->to)[k], s->step))
            return true;
    return false;
}

static bool meets_clock(const FlowStep *s, const FlowAction *act) {
    for (size_t i = 0; i < s->within.count; i++)
        if (str_eq(step_clocks(s)[i].met_by, act->action))
            return true;
    return false;
}

static bool action_leads(const Proof *p, size_t i, size_t j) {
    const FlowStep *s = &flow_steps(p->f)[i];
    const FlowAction *act = &step_actions(s)[j];

    if (flow_stays(act) && !meets_clock(s, act) && act->suspends.count == 0 && !act->resumes &&
        act->begins.count == 0 && act->documents.count == 0 && act->copies.count == 0) {
        content_fail(flow_action_place(p->f, i, j), p->e,
                     "动作“%.*s”哪里也不通：用 to 写明打开哪一步，或用 closes 写明以什么结局结束",
                     STR_ARG(act->title));
        return refuse_step(p, i);
    }
    if (!act->back || leads_back(p->f, s, act))
        return true;
    content_fail(content_place(flow_action_place(p->f, i, j), "to"), p->e,
                 "动作“%.*s”写了 back，而它打开的步骤都不在“%.*s”之前", STR_ARG(act->title),
                 STR_ARG(s->title));
    return refuse_step(p, i);
}

static bool has_way_back(const Proof *p, size_t i) {
    const FlowStep *s = &flow_steps(p->f)[i];
    bool back = str_eq(s->step, p->f->start) || !flow_listed(&s->without, STR("send_back")) ||
                !flow_listed(&s->without, STR("withdraw"));

    for (size_t j = 0; j < s->actions.count; j++)
        back = back || step_actions(s)[j].back;
    if (back)
        return true;
    content_fail(content_place(flow_step_place(p->f, i), "without"), p->e,
                 "步骤“%.*s”没有回头路：不能退回，不能撤回，也没有 back 动作", STR_ARG(s->title));
    return refuse_step(p, i);
}

/* The day a clock counts from is filled before the step opens, or the clock asks for it itself. */
static bool clocks_start(const Proof *p, size_t i, const FlowFilled *filled) {
    const FlowStep *s = &flow_steps(p->f)[i];
    const FlowClock *clocks = s->within.items;

    for (size_t j = 0; j < s->within.count; j++) {
        const Field *from = flow_field(p->f, clocks[j].from);
        bool known = from == NULL || flow_is_filled(filled, from);

        for (size_t k = 0; k < clocks[j].when.count; k++)
            known = known || (flow_tests(&clocks[j].when)[k].is == from &&
                              !flow_tests(&clocks[j].when)[k].empty);
        if (known)
            continue;
        content_fail(
            content_place(content_item(flow_step_place(p->f, i), "within", j), "from"), p->e,
            "步骤“%.*s”打开时“%.*s”可能还没有填，期限算不出来：在先前每条路上都要求填写（form 里写 "
            "%.*s!）",
            STR_ARG(s->title), STR_ARG(from->title), STR_ARG(clocks[j].from));
        return refuse_step(p, i);
    }
    return true;
}

/* The day that an action has to wait from is filled when it is done. */
static bool waits_end(const Proof *p, size_t i, const FlowFilled *filled) {
    const FlowStep *s = &flow_steps(p->f)[i];
    FlowFilled now = flow_filled_at_act(p->f, s, filled);

    for (size_t j = 0; j < s->actions.count; j++) {
        const FlowAction *act = &step_actions(s)[j];
        const Field *from = flow_field(p->f, act->not_before.from);

        if (from == NULL || flow_is_filled(act->back ? filled : &now, from) ||
            flow_listed(&act->needs, from->field))
            continue;
        content_fail(
            content_place(node_get(flow_action_place(p->f, i, j), "not_before"), "from"), p->e,
            "动作“%.*s”办理时“%.*s”可能还没有填，算不出最早哪一天：在先前每条路上都要求填写，"
            "或者写进 needs",
            STR_ARG(act->title), STR_ARG(from->title));
        return refuse_step(p, i);
    }
    return true;
}

/* How many people a step needs is known when it opens. */
static bool persons_known(const Proof *p, size_t i, const FlowFilled *filled) {
    const FlowStep *s = &flow_steps(p->f)[i];

    for (size_t j = 0; j < s->by.count; j++) {
        const Field *field = flow_owners(&s->by)[j].persons_field;

        if (field == NULL || flow_is_filled(filled, field))
            continue;
        content_fail(
            content_place(content_item(flow_step_place(p->f, i), "by", j), "persons"), p->e,
            "步骤“%.*s”打开时“%.*s”可能还没有填，不知道由几个人办理：在先前每条路上都要求填写",
            STR_ARG(s->title), STR_ARG(field->title));
        return refuse_step(p, i);
    }
    return true;
}

/* A step that is meant to stand open is heard of in finite time all the same, and need not lead on
 * as long as another one does. */
static bool stands(const Proof *p, size_t i, const FlowFilled *filled) {
    const FlowStep *s = &flow_steps(p->f)[i];
    size_t alone = marks_standing_alone(p->marks, i);
    bool runs = false;

    for (size_t j = 0; j < s->within.count; j++)
        runs = runs || step_clocks(s)[j].when.count == 0;
    if (!runs) {
        content_fail(content_place(flow_step_place(p->f, i), "standing"), p->e,
                     "常开步骤“%.*s”没有一定会计算的期限，停在那里没有人知道：给它写一个没有条件的 "
                     "within，可以是反复的（every）",
                     STR_ARG(s->title));
        return refuse_step(p, i);
    }
    if (alone == SIZE_MAX || flow_some_offered(p->f, i, filled, p->a, p->e))
        return true;
    return refuse(p, alone, i);
}

static bool each_step(const Proof *p) {
    const FlowFilled *filled = flow_filled(p->f, p->a);

    for (size_t i = 0; i < p->f->steps.count; i++) {
        for (size_t j = 0; j < flow_steps(p->f)[i].actions.count; j++)
            if (!action_leads(p, i, j))
                return false;
        if (flow_steps(p->f)[i].standing) {
            if (!stands(p, i, &filled[i]))
                return false;
        } else if (!flow_some_offered(p->f, i, &filled[i], p->a, p->e)) {
            return refuse_step(p, i);
        }
        if (!has_way_back(p, i) || !clocks_start(p, i, &filled[i]) ||
            !waits_end(p, i, &filled[i]) || !persons_known(p, i, &filled[i]))
            return false;
    }
    return true;
}

static bool each_owned(const Proof *p) {
    size_t step = 0;

    return flow_check_who(p->c, p->f, &step, p->e) || refuse_step(p, step);
}

bool flow_prove(const Content *c, const Flow *f, Arena *a, Node **path, Err *e) {
    /* What only the proof needs goes with it; the path is copied out. */
    scoped_arena Arena *own = arena_new();
    Node *found = NULL;
    Marks *marks = marks_explore(f, own, e);
    Proof p = {c, f, own, marks, &found, e};
    bool good = marks != NULL && each_reached(&p) && no_circles(&p) && each_step(&p) &&
                never_stuck(&p) && ends_whole(&p) && each_owned(&p);

    if (path != NULL)
        *path = NULL;
    if (good || path == NULL || found == NULL)
        return good;
    *path = node_list(a);
    for (size_t i = 0; i < found->count; i++)
        node_add(a, *path, node_of_text(a, found->items[i]->text));
    return false;
}
