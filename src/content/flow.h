/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/flow.h: flows as content/flows/ declares them: who does what next, by when, under which
 * article (DESIGN §4, docs/decisions/0012). Immutable, like all content. */
#ifndef CONTENT_FLOW_H
#define CONTENT_FLOW_H

#include "content/role.h"

enum {
    FLOW_STEPS_MOST = 100,
    FLOW_ACTIONS_MOST = 20,
    FLOW_PARTIES_MOST = 20,
    FLOW_FIELDS_MOST = 200,
    FLOW_LIST_MOST = 40, /* owners, clocks, rungs, tests, names of any one list */
    FLOW_PERSONS_MOST = 20,
    FLOW_COUNT_MOST = 1000 /* that a condition asks for */
};

/* Primitives that a step can do `without`. */
extern const BindName flow_primitive_names[];

/* A place for organisations in the matter: procuratorate, agency, police … Exactly one party is
 * `starter`: the organisation of whoever begins. */
typedef struct FlowParty {
    Str party, title, help;
    BindList kinds; /* of Str: kinds of organisation that can stand here. Left out: filled in by the
                       loader, all kinds where every role can be held that owns or watches a step of
                       this party */
    bool starter;
    bool required; /* must be named before a step that it owns opens */
    bool many;     /* several organisations: 会签 of N, four parties, a campaign's units */
    Str leader_of; /* the organisation that leads this party's (上一级); named by itself */
} FlowParty;

/* Whose the step is. */
typedef struct FlowOwner {
    Str party;
    Str role;       /* role id held at that organisation */
    Str department; /* kind of department whose holders come first; empty: any */
    Str same_as;    /* a step: whoever did that one does this one, if still there */
    Str not_as;     /* a step: whoever did that one must not do this one (四眼) */
    Str persons; /* so many of them, each by himself: a number, or an integer field that is proved
                    to be filled when the step opens; empty: one */
    int64_t persons_count;      /* worked out by the loader; 0: as the field says */
    const Field *persons_field; /* NULL: a number */
} FlowOwner;

/* A condition; all of a list must hold. It looks at one of three things: a field's value, how many
 * sub-matters there are, how many owners of a `joint: each` step have answered. */
typedef struct FlowTest {
    Str field;
    BindList in; /* of Str: one of these (codes by title) */
    bool filled, empty;
    Str same_as;      /* another field of the same type with the same value, both filled */
    Str children;     /* a flow: how many sub-matters of it */
    Str ended;        /* of children: only those that are open, closed, success, failure */
    BindList outcome; /* of children, of Str: only those that ended so */
    Str answers;      /* a step: how many of its owners answered */
    BindList action;  /* of answers, of Str: only with these actions */
    Str least, most;  /* numbers, money, dates: as text in the field's type; of counts: numbers */
    const Field *is, *same;   /* worked out by the loader */
    double least_is, most_is; /* worked out by the loader */
} FlowTest;

/* Does it look at a count instead of a field? */
static inline bool flow_test_counts(const FlowTest *t) {
    return t->children.len > 0 || t->answers.len > 0;
}
/* Does it hold for this value, in the writing of field_text (empty: not filled in)? Of a `many`
 * field one entry is enough for `in`. Not for counts and `same_as`. */
bool flow_test_holds(const FlowTest *t, Str value);
bool flow_count_holds(const FlowTest *t, int64_t count);

/* A period that runs while the step is open. */
typedef struct FlowClock {
    Str period; /* content/periods */
    Str from;   /* date or time field, proved to be filled by then; empty: since the step opened */
    Str stricter;  /* another period: whichever ends first counts */
    BindList when; /* of FlowTest; of those without `also` the first whose tests hold runs */
    Str lapse;     /* instead of the period's own: remind, urging_letter, escalate, clue, nothing */
    bool also;     /* runs besides, whenever its own tests hold */
    bool every;    /* comes again: the next turn begins where this one ends */
    Str met_by;    /* of `every`: an action of the step that meets the turn; the step stays */
    bool passes;   /* of `joint: each`: when it lapses the step goes on without those who have not
                      answered */
} FlowClock;

/* An action has to wait until this period is over. */
typedef struct FlowWait {
    Str period; /* content/periods, counted forward */
    Str from;   /* date or time field, proved to be filled by then; empty: since the step opened */
} FlowWait;

/* Sub-matters that an action begins. */
typedef struct FlowBegin {
    Str flow;
    Str each; /* a `many` party: one for each of its organisations … */
    Str as;   /* … which is this party of the sub-matter */
} FlowBegin;

/* Who gets a copy. */
typedef struct FlowCopy {
    Str party;
    Str role; /* held there; empty: the liaison officer, else the head */
} FlowCopy;

typedef struct FlowEscalation {
    Str period;  /* counted since the step opened when it has no clock, else since the lapse */
    BindList to; /* of FlowOwner: rungs, lowest first; each later by the same period */
} FlowEscalation;

typedef enum FlowReason { REASON_NONE, REASON_TEXT, REASON_CODE } FlowReason;

typedef struct FlowAction {
    Str action, title, help; /* the verb on the button */
    BindList to;             /* of Str: steps that open; several: parallel branches. A step that
                                is open already is not opened twice. To a step that `joins` this one
                                it is an arrival: that one opens when all it joins have been done
                                last by an action that leads to it and none is open again. With
                                neither `to` nor `closes` the step stays open. */
    Str closes;              /* outcome: the matter ends */
    BindList needs; /* of Str: fields that must be filled now, besides the step's required */
    BindList when;  /* of FlowTest: offered only when they hold */
    int reason;     /* FlowReason */
    Str reasons;    /* code table of REASON_CODE */
    const Node *begins_node, *copies_node; /* as written: names, or maps of the rows below */
    BindList begins;                       /* of FlowBegin: sub-matters that begin */
    BindList documents;  /* of Str: kinds of documents this act issues (D-codes of the catalogue) */
    BindList copies;     /* of FlowCopy */
    BindList suspends;   /* of Str: reasons known to a period of this step, why its clocks stop;
                            the step stays; offered while they run */
    bool resumes;        /* starts stopped clocks again; the step stays; offered while they stand */
    FlowWait not_before; /* period empty: at once */
    bool file;           /* only after a file was put to this step (回函) */
    bool cancels;        /* every other open or waiting step is cancelled: branches end here */
    bool back; /* leads to earlier work (without it no action may), as send_back does: every
                  other open or waiting step that follows from there (flow_follows) is
                  cancelled */
    BindList basis;
} FlowAction;

/* JOINT_EACH: everybody answers for himself, with values of his own; when all have, the step leads
 * on, wherever their answers differ. */
typedef enum FlowJoint { JOINT_ONE, JOINT_ALL, JOINT_MAJORITY, JOINT_EACH } FlowJoint;

typedef struct FlowStep {
    Str step, title, help;
    BindList by;     /* of FlowOwner: several, or a `many` party: a joint step */
    int joint;       /* FlowJoint: whose acts decide; with JOINT_ALL and JOINT_EACH one differing
                        act of kind `back` decides at once */
    bool standing;   /* meant to stand open: it ends with the matter, no action has to lead on, and
                        one of its clocks surely runs */
    BindList waits;  /* of Str: flows: what leads on waits until sub-matters of these have ended */
    BindList form;   /* of Str: fields asked here; ending in "!": required here (flow_form_field) */
    BindList within; /* of FlowClock */
    BindList actions;   /* of FlowAction */
    BindList joins;     /* of Str: opens when all of these have been done (branches meet) */
    BindList documents; /* of Str: kinds that can be written here */
    BindList apart;     /* of Str: flows: whoever did work in a matter of one of them about the same
                           case or person must not do this step's */
    BindList without;   /* of Str: primitives not offered here: send_back, withdraw, reassign … */
    FlowEscalation escalation; /* instead of the flow's own */
    BindList basis;
    bool review;
} FlowStep;

typedef struct FlowOutcome {
    Str outcome, title;
    Str clue;     /* what it says of the clue it came from: verified, wrong, filed or empty */
    bool success; /* counts as done, else as ended without */
} FlowOutcome;

/* Which page of its own shows its matters, besides the list of all. */
typedef enum FlowPage { FLOW_PAGE_NONE, FLOW_PAGE_MEETING, FLOW_PAGE_CAMPAIGN } FlowPage;
extern const BindName flow_page_names[];

typedef struct Flow {
    Str flow, title, group, help; /* group: heading in the menu 事项 */
    int page;                     /* FlowPage */
    BindList basis;
    bool review;
    Str number;         /* pattern of the matter's own number: "反衔〔{year}〕{serial}号" */
    BindList begins_as; /* of Str: values of a clue's `suggests` that lead here */
    BindList starters;  /* of Str: roles that may begin it; empty: whoever has matter.start */
    BindList parties;   /* of FlowParty */
    BindList fields;    /* of Field; `sensitive` and texts are personal */
    Str title_field;    /* field whose value titles the matter, after the flow's title */
    Str case_field;     /* field with the case number: links the matter to its case */
    BindList subjects;  /* of Subject: whom it is about */
    Str start;          /* first step */
    BindList steps;     /* of FlowStep */
    BindList outcomes;  /* of FlowOutcome */
    FlowEscalation escalation;
    const Node *cases; /* scenarios: run by `content check` (flow/cases.c) */
    const Node *tree;  /* the whole file, for places of mistakes */
    const char *file;
    Str version; /* first 12 hex digits of the file's SM3 */
    Str text;    /* the file, for flow.published */
} Flow;

#define flow_steps(f) ((const FlowStep *)(f)->steps.items)
#define flow_parties(f) ((const FlowParty *)(f)->parties.items)
#define flow_fields(f) ((const Field *)(f)->fields.items)
#define flow_outcomes(f) ((const FlowOutcome *)(f)->outcomes.items)
#define step_actions(s) ((const FlowAction *)(s)->actions.items)
#define step_clocks(s) ((const FlowClock *)(s)->within.items)
#define action_begins(a) ((const FlowBegin *)(a)->begins.items)
#define action_copies(a) ((const FlowCopy *)(a)->copies.items)

extern const Bind flow_rows[];

size_t content_flow_count(const Content *c);
const Flow *content_flow_at(const Content *c, size_t i); /* in file-name order */
const Flow *content_flow(const Content *c, Str id, Err *e);
const FlowStep *flow_step(const Flow *f, Str step); /* NULL when unknown */
const FlowAction *flow_action(const FlowStep *s, Str action);
const FlowParty *flow_party(const Flow *f, Str party);
const Field *flow_field(const Flow *f, Str field);
const FlowOutcome *flow_outcome(const Flow *f, Str outcome);
/* The field of an entry of `form`, and whether it is required there. */
const Field *flow_form_field(const Flow *f, Str entry, bool *required);
/* Does a way of actions that are not `back` lead from one step to the other? Of two different
 * steps, the later follows from the earlier. */
bool flow_follows(const Flow *f, Str earlier, Str later);
/* The escalation that counts: the step's own, else the flow's. */
const FlowEscalation *flow_escalation(const Flow *f, const FlowStep *s);

/* Read one flow from text against the content around it (periods, roles, code tables): how an older
 * published version is brought back, and how an upload is checked. Everything that content_load
 * checks; the flow lives in the arena. */
const Flow *flow_read(const Content *c, Arena *a, Str text, const char *file, Err *e);

/* As flow_read. When only the proof refuses, *refused (may be NULL) is the flow, for its diagram,
 * and *path the way into the mistake; both NULL when it cannot even be read. */
const Flow *flow_try(const Content *c, Arena *a, Str text, const char *file, const Flow **refused,
                     Node **path, Err *e);

/* Proof of liveness (flow_proof.c). On refusal `path` (may be NULL) gets a list of step ids, the
 * way into the mistake, to be drawn on the diagram; *e says in Chinese what is wrong there. */
bool flow_prove(const Content *c, const Flow *f, Arena *a, Node **path, Err *e);
/* The diagram, laid out in layers, for pages and `lianheng flow show`:
 * {nodes: [{step, title, layer, position} or {outcome, title, success, layer, position}],
 *  edges: [{from, action, title, to or outcome, back}], layers, width}. */
Node *flow_diagram(const Flow *f, Arena *a);

#endif
