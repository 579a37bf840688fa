/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/state.h: the state of one matter as a tree, and differences of trees
 * (docs/decisions/0012). */
#ifndef FLOW_STATE_H
#define FLOW_STATE_H

#include "content/flow.h"

typedef struct MatterParty {
    int64_t id, organisation;
    Str party;
    Str since, until; /* instants as text; until empty: still */
} MatterParty;

typedef struct MatterStep {
    int64_t id; /* in order of opening, from 1 */
    Str step;
    Str state;    /* open, waiting (for branches), done, sent_back, withdrawn, cancelled */
    int64_t from; /* id of the step whose act opened it; 0: the first */
    Str opened, closed, action; /* action: what closed it */
} MatterStep;

typedef struct MatterTask {
    int64_t id, step; /* id of the step; 0: of the matter as a whole (copies, supervision) */
    Str kind;         /* owner, signer, countersign, copy, supervise, approve, consult */
    int64_t organisation;
    Str role, department, login; /* login empty: whoever holds the role there */
    Str state;                   /* open, done, passed_on, cancelled */
    Str opened, closed, action, actor;
    int64_t urged;
    Str ask; /* of approve: what is asked for: extend, suspend …, with its wish in `wish` */
    const Node *wish;
    int64_t seat;       /* of `persons`: which of them, from 1; nobody takes two of one step */
    const Node *values; /* of `joint: each`: field -> public value of this owner's own answer */
} MatterTask;

typedef struct MatterClock {
    int64_t id, step;
    Str period, version;                /* id and the content version it was computed with */
    Str from, due, yellow, orange, red; /* day or instant; instants; warnings empty: none */
    Str day;                            /* the last day one can act in time; due is its end */
    Str state;                          /* running, suspended, met, lapsed, stopped */
    Str fired;                          /* "", yellow, orange, red, lapsed */
    BindList suspensions;               /* of MatterSpan */
    BindList extensions;                /* of MatterSpan: days added, with who approved */
    bool custody;
    int64_t rung;   /* of escalation, after the lapse */
    Str next_rung;  /* instant */
    int64_t entry;  /* which of the step's `within`, from 1; 0: of before there were several */
    int64_t turn;   /* of `every`: which turn runs, from 1; 0: it does not come again */
    int64_t told;   /* the last turn that has lapsed */
    int64_t missed; /* turns that have lapsed and were not made good */
    Str begins;     /* of `every`: instant from which an act can meet the turn */
} MatterClock;

typedef struct MatterSpan {
    int64_t id, count;
    Str from, to, unit, reason, approved_by;
} MatterSpan;

typedef struct MatterLink {
    int64_t id;
    Str kind; /* parent, child, related, merged_into, merged, split_from, split, clue, case, subject
               */
    Str target; /* matter or clue id, case number key, "person:TOKEN"; of a child that is just
                   beginning: empty */
    /* Of a child that an act began: */
    Str flow, as;         /* its flow; the party that `organisation` is there */
    int64_t organisation; /* for which it was begun; 0: for none in particular */
    Str state;            /* open, closed */
    Str ended;            /* of closed: success, failure */
    Str outcome;          /* of closed */
} MatterLink;

typedef struct MatterFile {
    int64_t id, step, size;
    Str digest, type;     /* SM3, media type found by content; the name is personal */
    Str at, actor, state; /* present, removed */
} MatterFile;

typedef struct MatterState {
    Str id, number, flow, version;
    int64_t serial, organisation; /* organisation: the host's */
    Str state;                    /* open, suspended, closed, merged, split */
    Str outcome, reason;
    Str level;                 /* ordinary, high, urgent */
    Str opened, closed, actor; /* actor: who began it */
    Str suspended_since, suspended_reason;
    int64_t revision, next; /* next: id for the next item of any list */
    bool sealed;
    BindList parties, steps, tasks, clocks, links, files;
    const Node *values; /* field -> public value: codes, dates, numbers, money as stored by field */
    const Node *personal; /* {title, values:{field: text}, files:{id: name}, notes:{…},
                             answers:{task: {field: text}}}: sealed */
} MatterState;

extern const Bind matter_state_rows[]; /* all but `personal` */

/* Tree of the public part, and back. */
Node *matter_tree(Arena *a, const MatterState *s);
bool matter_read(Arena *a, const Node *tree, const Node *personal, MatterState *out, Err *e);

/* Any state that is described by rows of texts, integers, booleans, nodes and lists of objects:
 * what says nothing is left out. The texts are borrowed. */
Node *state_tree(Arena *a, const Bind *rows, const void *in);

/* What has to be done to `before` to get `after`: maps are compared by key, lists of maps with a
 * number `id` item by item, everything else as a whole. NULL when they are equal. A removed key is
 * null. */
Node *tree_difference(Arena *a, const Node *before, const Node *after);
/* Same kind, same values; the order of a map's keys does not matter, that of a list does. */
bool tree_equal(const Node *a, const Node *b);
/* The other way round: tree_apply(before, tree_difference(before, after)) equals after. Shares what
 * did not change. */
Node *tree_apply(Arena *a, const Node *before, const Node *difference);

#endif
