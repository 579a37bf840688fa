/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/flow_marks.c: all markings of a flow, and the way to each.
 *
 * A marking is what decides how a matter can go on: the steps that are open, those that wait for
 * branches, the arrivals, and the steps that were done where that is not certain anyway. Actions,
 * whatever their conditions, and 退回 lead from one to others. Values, people and time are left
 * out.
 *
 * Which steps were done multiplies the markings. Where they become too many, 退回 is allowed to
 * every step that comes before: that is more than can happen, so what is proved holds. */
#include "content/flow_marks.h"

#include <string.h>

#include "base/banned.h"

/* An action with its names looked up. */
typedef struct Move {
    size_t step, action; /* action SIZE_MAX: sent back to to[0] */
    size_t to[FLOW_LIST_MOST], count;
    bool closes, cancels, back;
} Move;

typedef struct Edge {
    uint32_t from, to;
} Edge;

typedef struct Reached {
    Marking marking;
    uint32_t before, by; /* the marking it was first reached from, and the move */
} Reached;

struct Marks {
    const Flow *flow;
    Arena *arena;
    Move *moves; /* by step */
    size_t move_count;
    size_t first_move[FLOW_STEPS_MOST + 1];
    Bits *follows; /* by step: which steps follow from it */
    Bits *certain; /* by step: which were done for certain when it opens */
    Bits noted;    /* steps whose being done is no certainty for all that follow */
    Bits standing; /* steps that end with the matter */
    bool exact;    /* false: sent back to whatever comes before */
    struct {
        size_t waits, joined;
    } arrivals[ARRIVALS_MOST];
    size_t arrival_count;
    Buf reached; /* of Reached */
    size_t count;
    uint32_t *table; /* open addressing: number + 1 */
    size_t table_size;
    Buf edges; /* of Edge; to == UINT32_MAX: an outcome */
    bool left_open;
    size_t left_marking, left_move;
};

enum { TABLE_LEAST = 256 };
#define NO_MARKING UINT32_MAX

static const Reached *reached(const Marks *m, size_t i) {
    return (const Reached *)(const void *)m->reached.ptr + i;
}

/* ---- the flow as numbers ---- */

static size_t step_number(const Flow *f, Str name) {
    return flow_step_index(f, flow_step(f, name));
}

static bool find_arrivals(Marks *m, Err *e) {
    const Flow *f = m->flow;

    for (size_t i = 0; i < f->steps.count; i++) {
        const FlowStep *s = &flow_steps(f)[i];

        for (size_t j = 0; j < s->joins.count; j++) {
            if (m->arrival_count == ARRIVALS_MOST)
                return content_fail(content_place(flow_step_place(f, i), "joins"), e,
                                    "流程里的 joins 一共超过 %d 项，无法证明：请拆成子流程",
                                    ARRIVALS_MOST);
            m->arrivals[m->arrival_count].waits = i;
            m->arrivals[m->arrival_count++].joined = step_number(f, flow_names(&s->joins)[j]);
        }
    }
    return true;
}

static void find_follows(Marks *m) {
    size_t n = m->flow->steps.count;
    bool seen[FLOW_STEPS_MOST];

    m->follows = arena_array_of(m->arena, n, Bits);
    for (size_t i = 0; i < n; i++) {
        flow_followers(m->flow, i, seen);
        for (size_t j = 0; j < n; j++)
            if (seen[j])
                bits_add(&m->follows[i], j);
    }
}

/* Does an action lead there, as an arrival or not? */
static bool leads_to(const FlowStep *s, const FlowStep *to, bool joined) {
    for (size_t j = 0; j < s->actions.count; j++) {
        const FlowAction *act = &step_actions(s)[j];

        if (flow_listed(&act->to, to->step) &&
            joined == (!act->back && flow_listed(&to->joins, s->step)))
            return true;
    }
    return false;
}

/* By every way at once, as flow_filled does for fields. */
static Bits certain_of(const Marks *m, size_t to) {
    Bits set = {{UINT64_MAX, UINT64_MAX}}, joined = {{0}};
    bool any = false;

    for (size_t i = 0; i < m->flow->steps.count; i++) {
        const FlowStep *s = &flow_steps(m->flow)[i];
        Bits one = m->certain[i];

        bits_add(&one, i);
        for (size_t w = 0; w < 2; w++) {
            if (leads_to(s, &flow_steps(m->flow)[to], false))
                set.word[w] &= one.word[w];
            if (leads_to(s, &flow_steps(m->flow)[to], true))
                joined.word[w] |= one.word[w];
        }
        any = any || leads_to(s, &flow_steps(m->flow)[to], true);
    }
    for (size_t w = 0; any && w < 2; w++)
        set.word[w] &= joined.word[w];
    if (str_eq(flow_steps(m->flow)[to].step, m->flow->start))
        set = (Bits){{0}};
    return set;
}

static void find_certain(Marks *m) {
    size_t n = m->flow->steps.count;
    bool changed = true;

    m->certain = arena_array_of(m->arena, n, Bits);
    memset(m->certain, 0xff, n * sizeof *m->certain);
    while (changed) {
        changed = false;
        for (size_t i = 0; i < n; i++) {
            Bits now = certain_of(m, i);

            changed = changed || memcmp(&now, &m->certain[i], sizeof now) != 0;
            m->certain[i] = now;
        }
    }
    for (size_t i = 0; m->exact && i < n; i++)
        for (size_t t = 0; t < n; t++)
            if (bits_has(&m->follows[t], i) && !bits_has(&m->certain[i], t))
                bits_add(&m->noted, t);
}

static void add_actions(Marks *m, size_t step) {
    const FlowStep *s = &flow_steps(m->flow)[step];

    for (size_t j = 0; j < s->actions.count; j++) {
        const FlowAction *act = &step_actions(s)[j];
        Move *move = &m->moves[m->move_count];

        if (flow_stays(act))
            continue;
        *move = (Move){.step = step, .action = j, .closes = act->closes.len > 0};
        move->cancels = act->cancels;
        move->back = act->back;
        for (size_t k = 0; k < act->to.count; k++)
            move->to[move->count++] = step_number(m->flow, flow_names(&act->to)[k]);
        m->move_count++;
    }
}

/* 退回 to any step this one follows from, once that has been done. */
static void add_send_back(Marks *m, size_t step) {
    const FlowStep *s = &flow_steps(m->flow)[step];

    if (flow_listed(&s->without, STR("send_back")))
        return;
    for (size_t t = 0; t < m->flow->steps.count; t++)
        if (t != step && bits_has(&m->follows[t], step))
            m->moves[m->move_count++] =
                (Move){.step = step, .action = SIZE_MAX, .to = {t}, .count = 1, .back = true};
}

static void find_moves(Marks *m) {
    const Flow *f = m->flow;
    size_t most = f->steps.count * f->steps.count;

    for (size_t i = 0; i < f->steps.count; i++)
        most += flow_steps(f)[i].actions.count;
    m->moves = arena_array_of(m->arena, most, Move);
    for (size_t i = 0; i < f->steps.count; i++) {
        m->first_move[i] = m->move_count;
        add_actions(m, i);
        add_send_back(m, i);
    }
    m->first_move[f->steps.count] = m->move_count;
}

/* ---- playing ---- */

static bool joins(const Marks *m, size_t waits, size_t step, size_t *arrival) {
    for (size_t i = 0; i < m->arrival_count; i++)
        if (m->arrivals[i].waits == waits && m->arrivals[i].joined == step) {
            *arrival = i;
            return true;
        }
    return false;
}

static void take_back(const Marks *m, Marking *k, size_t step) {
    for (size_t i = 0; i < m->arrival_count; i++)
        if (m->arrivals[i].joined == step)
            bits_drop(&k->arrived, i);
}

static void open_step(const Marks *m, Marking *k, size_t step) {
    bits_add(&k->open, step);
    bits_drop(&k->waiting, step);
    take_back(m, k, step);
}

static bool all_arrived(const Marks *m, const Marking *k, size_t waits) {
    for (size_t i = 0; i < m->arrival_count; i++)
        if (m->arrivals[i].waits == waits && !bits_has(&k->arrived, i))
            return false;
    return true;
}

static void cancel(const Marks *m, const Move *move, Marking *k) {
    if (move->cancels)
        k->open = k->waiting = (Bits){{0}};
    for (size_t i = 0; move->back && i < move->count; i++)
        for (size_t w = 0; w < 2; w++) {
            k->open.word[w] &= ~m->follows[move->to[i]].word[w];
            k->waiting.word[w] &= ~m->follows[move->to[i]].word[w];
        }
}

/* The marking after a move that does not close. Arrivals are put down first and looked at last, so
 * that the order of `to` does not matter. */
static Marking play(const Marks *m, const Move *move, const Marking *before) {
    Marking k = *before;
    bool waits[FLOW_LIST_MOST];
    size_t arrival;

    bits_drop(&k.open, move->step);
    if (move->action != SIZE_MAX && bits_has(&m->noted, move->step))
        bits_add(&k.done, move->step);
    cancel(m, move, &k);
    for (size_t i = 0; i < move->count; i++) {
        waits[i] = !move->back && joins(m, move->to[i], move->step, &arrival);
        if (waits[i])
            bits_add(&k.arrived, arrival);
        else
            open_step(m, &k, move->to[i]);
    }
    for (size_t i = 0; i < move->count; i++) {
        if (!waits[i] || bits_has(&k.open, move->to[i]))
            continue;
        if (all_arrived(m, &k, move->to[i]))
            open_step(m, &k, move->to[i]);
        else
            bits_add(&k.waiting, move->to[i]);
    }
    return k;
}

/* ---- exploring ---- */

/* Where the marking stands in the table, or would. */
static uint32_t *place_of(const Marks *m, const Marking *k) {
    size_t at = str_hash((Str){(const char *)k, sizeof *k}) & (m->table_size - 1);

    while (m->table[at] != 0 && memcmp(&reached(m, m->table[at] - 1)->marking, k, sizeof *k) != 0)
        at = (at + 1) & (m->table_size - 1);
    return &m->table[at];
}

static void grow_table(Marks *m) {
    m->table_size = m->table_size == 0 ? TABLE_LEAST : m->table_size * 2;
    m->table = arena_array_of(m->arena, m->table_size, uint32_t);
    for (size_t i = 0; i < m->count; i++)
        *place_of(m, &reached(m, i)->marking) = (uint32_t)i + 1;
}

/* Number of the marking, new or known; NO_MARKING: too many. */
static uint32_t number_of(Marks *m, const Marking *k, size_t before, size_t by) {
    Reached one = {*k, (uint32_t)before, (uint32_t)by};
    uint32_t *place;

    if (m->count * 2 >= m->table_size)
        grow_table(m);
    place = place_of(m, k);
    if (*place != 0)
        return *place - 1;
    if (m->count == MARKINGS_MOST)
        return NO_MARKING;
    buf_add_bytes(&m->reached, &one, sizeof one);
    *place = (uint32_t)++m->count;
    return *place - 1;
}

static void note_left_open(Marks *m, size_t marking, size_t by) {
    Marking k = reached(m, marking)->marking;

    bits_drop(&k.open, m->moves[by].step);
    for (size_t w = 0; w < 2; w++)
        k.open.word[w] &= ~m->standing.word[w];
    if (m->left_open || m->moves[by].cancels || (bits_none(&k.open) && bits_none(&k.waiting)))
        return;
    m->left_open = true;
    m->left_marking = marking;
    m->left_move = by;
}

static bool try_move(Marks *m, size_t marking, size_t by) {
    const Move *move = &m->moves[by];
    Edge edge = {(uint32_t)marking, NO_MARKING};
    Marking before = reached(m, marking)->marking;

    if (move->action == SIZE_MAX && m->exact && bits_has(&m->noted, move->to[0]) &&
        !bits_has(&m->certain[move->step], move->to[0]) && !bits_has(&before.done, move->to[0]))
        return true;
    if (move->closes) {
        note_left_open(m, marking, by);
    } else {
        Marking after = play(m, move, &before);

        edge.to = number_of(m, &after, marking, by);
        if (edge.to == NO_MARKING)
            return false;
    }
    buf_add_bytes(&m->edges, &edge, sizeof edge);
    return !m->edges.full;
}

/* All moves of all steps that are open in the marking. */
static bool try_moves(Marks *m, size_t marking) {
    Bits open = reached(m, marking)->marking.open;

    for (size_t s = 0; s < m->flow->steps.count; s++)
        for (size_t by = m->first_move[s]; bits_has(&open, s) && by < m->first_move[s + 1]; by++)
            if (!try_move(m, marking, by))
                return false;
    return true;
}

static void drop(void *m) {
    buf_done(&((Marks *)m)->edges);
    buf_done(&((Marks *)m)->reached);
}

static Marks *new_marks(const Flow *f, Arena *a, bool exact) {
    Marks *m = arena_new_of(a, Marks);

    m->flow = f;
    m->exact = exact;
    m->arena = a;
    buf_init(&m->edges, (size_t)64 << 20);
    buf_init(&m->reached, (MARKINGS_MOST + 1) * sizeof(Reached));
    arena_defer(a, drop, m);
    return m;
}

/* False: too many. */
static bool explore(Marks *m) {
    Marking first = {{{0}}, {{0}}, {{0}}, {{0}}};

    for (size_t i = 0; i < m->flow->steps.count; i++)
        if (flow_steps(m->flow)[i].standing)
            bits_add(&m->standing, i);
    find_follows(m);
    find_certain(m);
    find_moves(m);
    bits_add(&first.open, step_number(m->flow, m->flow->start));
    number_of(m, &first, NO_MARKING, 0);
    for (size_t i = 0; i < m->count; i++)
        if (!try_moves(m, i))
            return false;
    return true;
}

Marks *marks_explore(const Flow *f, Arena *a, Err *e) {
    Marks *m = NULL;

    for (int exact = 1; exact >= 0; exact--) {
        m = new_marks(f, a, exact == 1);
        if (!find_arrivals(m, e))
            return NULL;
        if (explore(m))
            return m;
    }
    content_fail(content_place(f->tree, "steps"), e,
                 "可以同时打开的步骤组合超过 %d 种，无法证明：请减少并行的分支，或拆成子流程",
                 MARKINGS_MOST);
    return NULL;
}

/* ---- answers ---- */

size_t marks_count(const Marks *m) {
    return m->count;
}

const Marking *marks_at(const Marks *m, size_t i) {
    return &reached(m, i)->marking;
}

bool marks_arrived(const Marks *m, size_t marking, size_t waits, size_t joined) {
    size_t arrival;

    return joins(m, waits, joined, &arrival) &&
           bits_has(&reached(m, marking)->marking.arrived, arrival);
}

size_t marks_opened(const Marks *m, size_t step) {
    for (size_t i = 0; i < m->count; i++)
        if (bits_has(&reached(m, i)->marking.open, step))
            return i;
    return SIZE_MAX;
}

bool marks_left_open(const Marks *m, size_t *marking, size_t *step, size_t *action) {
    if (m->left_open) {
        *marking = m->left_marking;
        *step = m->moves[m->left_move].step;
        *action = m->moves[m->left_move].action;
    }
    return m->left_open;
}

/* Backwards from the outcomes; edges are sorted by where they lead. */
static unsigned char *find_hopeful(const Marks *m) {
    const Edge *edges = (const void *)m->edges.ptr;
    size_t n = m->edges.len / sizeof *edges, done = 0, queued = 0;
    unsigned char *hopeful = arena_array_of(m->arena, m->count, unsigned char);
    uint32_t *first = arena_array_of(m->arena, m->count + 2, uint32_t);
    uint32_t *from = arena_array_of(m->arena, n, uint32_t);
    uint32_t *queue = arena_array_of(m->arena, m->count, uint32_t);

#define PLACE(i) (edges[i].to == NO_MARKING ? m->count : edges[i].to)
    for (size_t i = 0; i < n; i++)
        first[PLACE(i) + 1]++;
    for (size_t i = 0; i <= m->count; i++)
        first[i + 1] += first[i];
    for (size_t i = n; i-- > 0;)
        from[--first[PLACE(i) + 1]] = edges[i].from;
#undef PLACE
    /* first[k + 1] is now where the edges to k begin; those to k + 1 follow them. */
    for (size_t k = m->count;; k = queue[done++]) {
        size_t end = k == m->count ? n : first[k + 2];

        for (size_t i = first[k + 1]; i < end; i++)
            if (!hopeful[from[i]]) {
                hopeful[from[i]] = 1;
                queue[queued++] = from[i];
            }
        if (done == queued)
            return hopeful;
    }
}

size_t marks_standing_alone(const Marks *m, size_t step) {
    for (size_t i = 0; i < m->count; i++) {
        Bits open = reached(m, i)->marking.open;
        bool here = bits_has(&open, step);

        for (size_t w = 0; w < 2; w++)
            open.word[w] &= ~m->standing.word[w];
        if (here && bits_none(&open))
            return i;
    }
    return SIZE_MAX;
}

size_t marks_stuck(const Marks *m) {
    const unsigned char *hopeful;

    for (size_t i = 0; i < m->count; i++)
        if (bits_none(&reached(m, i)->marking.open))
            return i;
    hopeful = find_hopeful(m);
    for (size_t i = 0; i < m->count; i++)
        if (!hopeful[i])
            return i;
    return SIZE_MAX;
}

Node *marks_path(const Marks *m, size_t marking) {
    Node *path = node_list(m->arena);
    size_t n = 0, *steps = arena_array_of(m->arena, m->count, size_t);

    for (size_t i = marking; reached(m, i)->before != NO_MARKING; i = reached(m, i)->before)
        steps[n++] = m->moves[reached(m, i)->by].step;
    while (n > 0)
        node_add(m->arena, path, node_of_text(m->arena, flow_steps(m->flow)[steps[--n]].step));
    return path;
}
