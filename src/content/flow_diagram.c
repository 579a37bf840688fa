/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/flow_diagram.c: a flow drawn in layers: each step below all that lead to it, those of a
 * layer in the order that crosses the fewest lines, roughly.
 *
 *     {nodes: [{step, title, layer, position} or {outcome, title, success, layer, position}],
 *      edges: [{from, action, title, to or outcome, back}], layers, width}
 */
#include <stdlib.h>

#include "content/flow_inside.h"

#include "base/banned.h"

enum { NODES_MOST = FLOW_STEPS_MOST + FLOW_LIST_MOST, SWEEPS = 8 };

typedef struct Line {
    size_t from, to;
    const FlowAction *action;
    bool back;
} Line;

typedef struct Place {
    size_t node, layer, position;
    double wish; /* mean position of its neighbours */
} Place;

typedef struct Drawing {
    const Flow *f;
    size_t steps, count; /* nodes: the steps, then the outcomes */
    Line *lines;
    size_t line_count;
    Place places[NODES_MOST];
    enum { NEW, OPEN, DONE } seen[NODES_MOST];
} Drawing;

/* ---- lines ---- */

static void add_lines(Drawing *d, Arena *a) {
    const Flow *f = d->f;
    size_t most = 0;

    for (size_t i = 0; i < d->steps; i++)
        for (size_t j = 0; j < flow_steps(f)[i].actions.count; j++)
            most += step_actions(&flow_steps(f)[i])[j].to.count + 1;
    d->lines = arena_array_of(a, most, Line);
    for (size_t i = 0; i < d->steps; i++)
        for (size_t j = 0; j < flow_steps(f)[i].actions.count; j++) {
            const FlowAction *act = &step_actions(&flow_steps(f)[i])[j];

            for (size_t k = 0; k < act->to.count; k++)
                d->lines[d->line_count++] = (Line){
                    i, flow_step_index(f, flow_step(f, flow_names(&act->to)[k])), act, act->back};
            if (act->closes.len > 0)
                d->lines[d->line_count++] =
                    (Line){i, d->steps + (size_t)(flow_outcome(f, act->closes) - flow_outcomes(f)),
                           act, false};
        }
}

/* A line to a step that is being looked at closes a circle. */
static void break_circles(Drawing *d, size_t node) {
    d->seen[node] = OPEN;
    for (size_t i = 0; i < d->line_count; i++) {
        Line *line = &d->lines[i];

        if (line->from != node || line->back)
            continue;
        if (d->seen[line->to] == OPEN)
            line->back = true;
        else if (d->seen[line->to] == NEW)
            break_circles(d, line->to);
    }
    d->seen[node] = DONE;
}

/* Only a flow that was refused has circles beside the actions that say they go back. */
static void mark_back(Drawing *d) {
    break_circles(d, flow_step_index(d->f, flow_step(d->f, d->f->start)));
    for (size_t i = 0; i < d->steps; i++)
        if (d->seen[i] == NEW)
            break_circles(d, i);
}

/* ---- layers and the order within them ---- */

/* As far from the start as the longest way. What is left has no circles, so this ends. */
static void set_layers(Drawing *d) {
    bool changed = true;

    while (changed) {
        changed = false;
        for (size_t i = 0; i < d->line_count; i++) {
            const Line *line = &d->lines[i];
            size_t layer = d->places[line->from].layer + 1;

            if (line->back || d->places[line->to].layer >= layer)
                continue;
            d->places[line->to].layer = layer;
            changed = true;
        }
    }
}

static int by_wish(const void *a, const void *b) {
    const Place *x = *(Place *const *)a, *y = *(Place *const *)b;

    if (x->wish != y->wish)
        return x->wish < y->wish ? -1 : 1;
    if (x->position != y->position)
        return x->position < y->position ? -1 : 1;
    return x->node < y->node ? -1 : x->node > y->node;
}

/* The nodes of a layer, in the order they wish for. */
static void order(Drawing *d, size_t layer) {
    Place *row[NODES_MOST] = {NULL};
    size_t n = 0;

    for (size_t i = 0; i < d->count; i++)
        if (d->places[i].layer == layer)
            row[n++] = &d->places[i];
    qsort(row, n, sizeof *row, by_wish);
    for (size_t i = 0; i < n; i++)
        row[i]->position = i;
}

/* The mean position of the neighbours above (or below); its own when there are none. */
static void wish(Drawing *d, size_t layer, bool above) {
    for (size_t i = 0; i < d->count; i++) {
        double sum = 0;
        size_t n = 0;

        for (size_t k = 0; k < d->line_count; k++) {
            size_t near = above ? d->lines[k].to : d->lines[k].from;
            size_t far = above ? d->lines[k].from : d->lines[k].to;

            if (d->lines[k].back || near != i)
                continue;
            sum += (double)d->places[far].position;
            n++;
        }
        if (d->places[i].layer == layer)
            d->places[i].wish = n > 0 ? sum / (double)n : (double)d->places[i].position;
    }
    order(d, layer);
}

static size_t set_positions(Drawing *d) {
    size_t layers = 0;

    for (size_t i = 0; i < d->count; i++)
        if (d->places[i].layer >= layers)
            layers = d->places[i].layer + 1;
    for (size_t i = 0; i < d->count; i++)
        d->places[i].position = i;
    for (size_t k = 0; k < layers; k++)
        order(d, k);
    for (int sweep = 0; sweep < SWEEPS; sweep++)
        for (size_t k = 0; k < layers; k++)
            wish(d, sweep % 2 == 0 ? k : layers - 1 - k, sweep % 2 == 0);
    return layers;
}

/* ---- written ---- */

static Node *node_of(const Drawing *d, size_t i, Arena *a) {
    Node *n = node_map(a);

    if (i < d->steps) {
        node_set_text(a, n, "step", flow_steps(d->f)[i].step);
        node_set_text(a, n, "title", flow_steps(d->f)[i].title);
    } else {
        const FlowOutcome *o = &flow_outcomes(d->f)[i - d->steps];

        node_set_text(a, n, "outcome", o->outcome);
        node_set_text(a, n, "title", o->title);
        node_set_bool(a, n, "success", o->success);
    }
    node_set_int(a, n, "layer", (int64_t)d->places[i].layer);
    node_set_int(a, n, "position", (int64_t)d->places[i].position);
    return n;
}

static Node *edge_of(const Drawing *d, const Line *line, Arena *a) {
    Node *n = node_map(a);

    node_set_text(a, n, "from", flow_steps(d->f)[line->from].step);
    node_set_text(a, n, "action", line->action->action);
    node_set_text(a, n, "title", line->action->title);
    if (line->to < d->steps)
        node_set_text(a, n, "to", flow_steps(d->f)[line->to].step);
    else
        node_set_text(a, n, "outcome", flow_outcomes(d->f)[line->to - d->steps].outcome);
    node_set_bool(a, n, "back", line->back);
    return n;
}

Node *flow_diagram(const Flow *f, Arena *a) {
    Drawing *d = arena_new_of(a, Drawing);
    Node *out = node_map(a), *nodes = node_list(a), *edges = node_list(a);
    size_t width = 0;

    d->f = f;
    d->steps = f->steps.count;
    d->count = d->steps + f->outcomes.count;
    for (size_t i = 0; i < d->count; i++)
        d->places[i].node = i;
    add_lines(d, a);
    mark_back(d);
    set_layers(d);
    size_t layers = set_positions(d);

    for (size_t i = 0; i < d->count; i++) {
        node_add(a, nodes, node_of(d, i, a));
        if (d->places[i].position >= width)
            width = d->places[i].position + 1;
    }
    for (size_t i = 0; i < d->line_count; i++)
        node_add(a, edges, edge_of(d, &d->lines[i], a));
    node_set(a, out, "nodes", nodes);
    node_set(a, out, "edges", edges);
    node_set_int(a, out, "layers", (int64_t)layers);
    node_set_int(a, out, "width", (int64_t)width);
    return out;
}
