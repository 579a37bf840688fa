/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/state.c: the state of a matter as a tree and back. Members that say nothing (zero, false,
 * empty) are left out of the tree, so that what never happened takes no room in an event. */
#include "flow/state.h"

#include <string.h>

#include "base/banned.h"

static const Bind party_rows[] = {
    BIND_INT(MatterParty, id, "id", REQUIRED, "unique in the matter"),
    BIND_STR(MatterParty, party, "party", OPTIONAL, "of the flow"),
    BIND_INT(MatterParty, organisation, "organisation", OPTIONAL, "its number"),
    BIND_STR(MatterParty, since, "since", OPTIONAL, "instant"),
    BIND_STR(MatterParty, until, "until", OPTIONAL, "instant; empty: still"),
    BIND_END,
};

static const Bind step_rows[] = {
    BIND_INT(MatterStep, id, "id", REQUIRED, "unique in the matter"),
    BIND_STR(MatterStep, step, "step", OPTIONAL, "of the flow"),
    BIND_STR(MatterStep, state, "state", OPTIONAL, "open, waiting, done, sent_back …"),
    BIND_INT(MatterStep, from, "from", OPTIONAL, "the step whose act opened it"),
    BIND_STR(MatterStep, opened, "opened", OPTIONAL, "instant"),
    BIND_STR(MatterStep, closed, "closed", OPTIONAL, "instant"),
    BIND_STR(MatterStep, action, "action", OPTIONAL, "what closed it"),
    BIND_END,
};

static const Bind task_rows[] = {
    BIND_INT(MatterTask, id, "id", REQUIRED, "unique in the matter"),
    BIND_INT(MatterTask, step, "step", OPTIONAL, "id of the step; 0: the matter's"),
    BIND_STR(MatterTask, kind, "kind", OPTIONAL, "owner, signer, countersign, copy …"),
    BIND_INT(MatterTask, organisation, "organisation", OPTIONAL, "whose"),
    BIND_STR(MatterTask, role, "role", OPTIONAL, "held there"),
    BIND_STR(MatterTask, department, "department", OPTIONAL, "kind of department"),
    BIND_STR(MatterTask, login, "login", OPTIONAL, "whose by name"),
    BIND_STR(MatterTask, state, "state", OPTIONAL, "open, done, passed_on, cancelled"),
    BIND_STR(MatterTask, opened, "opened", OPTIONAL, "instant"),
    BIND_STR(MatterTask, closed, "closed", OPTIONAL, "instant"),
    BIND_STR(MatterTask, action, "action", OPTIONAL, "what closed it"),
    BIND_STR(MatterTask, actor, "actor", OPTIONAL, "who closed it"),
    BIND_INT(MatterTask, urged, "urged", OPTIONAL, "how often"),
    BIND_STR(MatterTask, ask, "ask", OPTIONAL, "what is asked for"),
    BIND_NODE(MatterTask, wish, "wish", OPTIONAL, "how much of it"),
    BIND_INT(MatterTask, seat, "seat", OPTIONAL, "which of several people"),
    BIND_NODE(MatterTask, values, "values", OPTIONAL, "public values of this owner's answer"),
    BIND_END,
};

static const Bind span_rows[] = {
    BIND_INT(MatterSpan, id, "id", REQUIRED, "unique in the matter"),
    BIND_INT(MatterSpan, count, "count", OPTIONAL, "granted"),
    BIND_STR(MatterSpan, from, "from", OPTIONAL, "instant"),
    BIND_STR(MatterSpan, to, "to", OPTIONAL, "instant; empty: still"),
    BIND_STR(MatterSpan, unit, "unit", OPTIONAL, "of count"),
    BIND_STR(MatterSpan, reason, "reason", OPTIONAL, "of the suspension; id of the extension"),
    BIND_STR(MatterSpan, approved_by, "approved_by", OPTIONAL, "login"),
    BIND_END,
};

static const Bind clock_rows[] = {
    BIND_INT(MatterClock, id, "id", REQUIRED, "unique in the matter"),
    BIND_INT(MatterClock, step, "step", OPTIONAL, "id of the step"),
    BIND_STR(MatterClock, period, "period", OPTIONAL, "empty: only an escalation"),
    BIND_STR(MatterClock, version, "version", OPTIONAL, "of the content it was computed with"),
    BIND_STR(MatterClock, from, "from", OPTIONAL, "day or instant"),
    BIND_STR(MatterClock, due, "due", OPTIONAL, "instant"),
    BIND_STR(MatterClock, day, "day", OPTIONAL, "the last day in time"),
    BIND_STR(MatterClock, yellow, "yellow", OPTIONAL, "instant"),
    BIND_STR(MatterClock, orange, "orange", OPTIONAL, "instant"),
    BIND_STR(MatterClock, red, "red", OPTIONAL, "instant"),
    BIND_STR(MatterClock, state, "state", OPTIONAL, "running, suspended, met, lapsed, stopped"),
    BIND_STR(MatterClock, fired, "fired", OPTIONAL, "yellow, orange, red, lapsed"),
    BIND_OBJECTS(MatterClock, suspensions, "suspensions", OPTIONAL, span_rows, MatterSpan,
                 "when it stood still"),
    BIND_OBJECTS(MatterClock, extensions, "extensions", OPTIONAL, span_rows, MatterSpan,
                 "what was granted"),
    BIND_BOOL(MatterClock, custody, "custody", OPTIONAL, "never moves past holidays"),
    BIND_INT(MatterClock, rung, "rung", OPTIONAL, "of escalation"),
    BIND_STR(MatterClock, next_rung, "next_rung", OPTIONAL, "instant"),
    BIND_INT(MatterClock, entry, "entry", OPTIONAL, "which of the step's clocks"),
    BIND_INT(MatterClock, turn, "turn", OPTIONAL, "which turn runs"),
    BIND_INT(MatterClock, told, "told", OPTIONAL, "the last turn that has lapsed"),
    BIND_INT(MatterClock, missed, "missed", OPTIONAL, "turns not made good"),
    BIND_STR(MatterClock, begins, "begins", OPTIONAL, "instant from which the turn can be met"),
    BIND_END,
};

static const Bind link_rows[] = {
    BIND_INT(MatterLink, id, "id", REQUIRED, "unique in the matter"),
    BIND_STR(MatterLink, kind, "kind", OPTIONAL, "parent, child, related, merged_into …"),
    BIND_STR(MatterLink, target, "target", OPTIONAL, "id of a matter or clue, key of a subject"),
    BIND_STR(MatterLink, flow, "flow", OPTIONAL, "of a child"),
    BIND_STR(MatterLink, as, "as", OPTIONAL, "party that the organisation is in the child"),
    BIND_INT(MatterLink, organisation, "organisation", OPTIONAL, "for which the child was begun"),
    BIND_STR(MatterLink, state, "state", OPTIONAL, "of a child: open, closed"),
    BIND_STR(MatterLink, ended, "ended", OPTIONAL, "of a closed child: success, failure"),
    BIND_STR(MatterLink, outcome, "outcome", OPTIONAL, "of a closed child"),
    BIND_END,
};

static const Bind file_rows[] = {
    BIND_INT(MatterFile, id, "id", REQUIRED, "unique in the matter"),
    BIND_INT(MatterFile, step, "step", OPTIONAL, "id of the step; 0: the matter's"),
    BIND_INT(MatterFile, size, "size", OPTIONAL, "bytes"),
    BIND_STR(MatterFile, digest, "digest", OPTIONAL, "SM3"),
    BIND_STR(MatterFile, type, "type", OPTIONAL, "media type by content"),
    BIND_STR(MatterFile, at, "at", OPTIONAL, "instant"),
    BIND_STR(MatterFile, actor, "actor", OPTIONAL, "login"),
    BIND_STR(MatterFile, state, "state", OPTIONAL, "present, removed"),
    BIND_END,
};

const Bind matter_state_rows[] = {
    BIND_STR(MatterState, id, "id", REQUIRED, "of the matter"),
    BIND_STR(MatterState, number, "number", OPTIONAL, "as written on paper"),
    BIND_STR(MatterState, flow, "flow", REQUIRED, "id of the flow"),
    BIND_STR(MatterState, version, "version", OPTIONAL, "of the flow it is pinned to"),
    BIND_INT(MatterState, serial, "serial", OPTIONAL, "number among all matters"),
    BIND_INT(MatterState, organisation, "organisation", OPTIONAL, "the host"),
    BIND_STR(MatterState, state, "state", OPTIONAL, "open, suspended, closed, merged, split"),
    BIND_STR(MatterState, outcome, "outcome", OPTIONAL, "of the flow, or terminated"),
    BIND_STR(MatterState, reason, "reason", OPTIONAL, "code of the end's reason"),
    BIND_STR(MatterState, level, "level", OPTIONAL, "ordinary, high, urgent"),
    BIND_STR(MatterState, opened, "opened", OPTIONAL, "instant"),
    BIND_STR(MatterState, closed, "closed", OPTIONAL, "instant"),
    BIND_STR(MatterState, actor, "actor", OPTIONAL, "who began it"),
    BIND_STR(MatterState, suspended_since, "suspended_since", OPTIONAL, "instant"),
    BIND_STR(MatterState, suspended_reason, "suspended_reason", OPTIONAL, "as content names it"),
    BIND_INT(MatterState, revision, "revision", OPTIONAL, "acts so far"),
    BIND_INT(MatterState, next, "next", OPTIONAL, "id of the next item"),
    BIND_BOOL(MatterState, sealed, "sealed", OPTIONAL, "only through the channel"),
    BIND_OBJECTS(MatterState, parties, "parties", OPTIONAL, party_rows, MatterParty, "who"),
    BIND_OBJECTS(MatterState, steps, "steps", OPTIONAL, step_rows, MatterStep, "where"),
    BIND_OBJECTS(MatterState, tasks, "tasks", OPTIONAL, task_rows, MatterTask, "whose work"),
    BIND_OBJECTS(MatterState, clocks, "clocks", OPTIONAL, clock_rows, MatterClock, "by when"),
    BIND_OBJECTS(MatterState, links, "links", OPTIONAL, link_rows, MatterLink, "beside what"),
    BIND_OBJECTS(MatterState, files, "files", OPTIONAL, file_rows, MatterFile, "with what"),
    BIND_NODE(MatterState, values, "values", OPTIONAL, "public values by field"),
    BIND_END,
};

/* ---- to a tree ---- */

static Node *tree_of(Arena *a, const Bind *rows, const char *in);

static Node *list_of(Arena *a, const Bind *row, const BindList *list) {
    Node *out = list->count ? node_list(a) : NULL;

    for (size_t i = 0; i < list->count; i++)
        node_add(a, out, tree_of(a, row->rows, (const char *)list->items + i * row->size));
    return out;
}

/* The text is borrowed: a state's texts live as long as the state. */
static Node *text_of(Arena *a, Str s) {
    Node *n = arena_new_of(a, Node);

    n->kind = NODE_TEXT;
    n->text = s;
    return n;
}

/* NULL: it says nothing. Only the types that the rows above use. */
static Node *member_of(Arena *a, const Bind *row, const char *at) {
    Str text;
    const Node *n;

    switch (row->type) {
    case BIND_TYPE_TEXT:
        text = *(const Str *)(const void *)at;
        return text.len ? text_of(a, text) : NULL;
    case BIND_TYPE_INT:
        return *(const int64_t *)(const void *)at
                   ? node_of_int(a, *(const int64_t *)(const void *)at)
                   : NULL;
    case BIND_TYPE_BOOL:
        return *(const bool *)at ? node_of_bool(a, true) : NULL;
    case BIND_TYPE_NODE:
        n = *(const Node *const *)(const void *)at;
        return n && (n->kind != NODE_MAP || n->count) ? (Node *)(uintptr_t)n : NULL;
    case BIND_TYPE_OBJECTS:
        return list_of(a, row, (const BindList *)(const void *)at);
    default:
        return NULL;
    }
}

static Node *tree_of(Arena *a, const Bind *rows, const char *in) {
    Node *map = node_map(a);

    for (const Bind *row = rows; row->type != BIND_END_TYPE; row++) {
        Node *n = member_of(a, row, in + row->offset);

        if (n)
            node_append(a, map, str_of(row->key), n);
    }
    return map;
}

Node *state_tree(Arena *a, const Bind *rows, const void *in) {
    return tree_of(a, rows, in);
}

Node *matter_tree(Arena *a, const MatterState *s) {
    return state_tree(a, matter_state_rows, s);
}

bool matter_read(Arena *a, const Node *tree, const Node *personal, MatterState *out, Err *e) {
    MatterState s = {0};

    if (!bind_read(a, matter_state_rows, tree, &s, e))
        return false;
    s.personal = personal;
    if (!s.values)
        s.values = node_map(a);
    if (!s.personal || s.personal->kind != NODE_MAP)
        s.personal = node_map(a);
    *out = s;
    return true;
}
