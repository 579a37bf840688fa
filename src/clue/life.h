/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/life.h: the life of a clue, from wherever it came to its close: whose it is, by when, what
 * became of it. Never without an owner, never open without a due instant. What content says of it:
 * content/clues/life.yaml. Everything a person asks runs under the thread's scope. */
#ifndef CLUE_LIFE_H
#define CLUE_LIFE_H

#include "flow/matter.h"

/* Stages. Open are all but the last two. */
#define CLUE_STATES(X)                  \
    X(NEW, "new", "待研判")             \
    X(TRIAGED, "triaged", "待交办")     \
    X(STANDBY, "standby", "备用")       \
    X(ASSIGNED, "assigned", "待签收")   \
    X(VERIFYING, "verifying", "核查中") \
    X(HANDLING, "handling", "已转事项") \
    X(CONCLUDED, "concluded", "待办结") \
    X(CLOSED, "closed", "已办结")       \
    X(MERGED, "merged", "已并入其他线索")
extern const BindName clue_life_names[];
extern const BindName clue_outcome_names[]; /* verified, wrong, filed, withdrawn */

/* What is done to a clue; the last ones are the program's own. */
#define CLUE_VERBS(X)                       \
    X(TRIAGE, "triage", "研判分流")         \
    X(ASSIGN, "assign", "交办")             \
    X(CLAIM, "claim", "签收")               \
    X(SEND_BACK, "send_back", "退回")       \
    X(VERIFY, "verify", "记录核查情况")     \
    X(CONCLUDE, "conclude", "得出核查结论") \
    X(CONVERT, "convert", "转为事项")       \
    X(FEED_BACK, "feed_back", "反馈")       \
    X(SUPERVISE, "supervise", "督办")       \
    X(ANSWER, "answer", "回复督办")         \
    X(RECUSE, "recuse", "声明回避")         \
    X(UNRECUSE, "unrecuse", "撤销回避")     \
    X(MERGE, "merge", "并入其他线索")       \
    X(UNMERGE, "unmerge", "撤销合并")       \
    X(CLOSE, "close", "办结")               \
    X(REOPEN, "reopen", "恢复办理")         \
    X(SEEN, "seen", "知悉依据变化")         \
    X(REGISTER, "register", "登记")         \
    X(TAKE_UP, "take_up", "纳入线索管理")   \
    X(LAPSE, "lapse", "逾期提醒")           \
    X(RESURFACE, "resurface", "再次研判")   \
    X(OUTCOME, "outcome", "事项有了结果")   \
    X(ABSORB, "absorb", "并入本线索")       \
    X(RELEASE, "release", "从本线索分出")   \
    X(HAND_OVER, "hand_over", "交接")
typedef enum ClueVerb {
#define X(id, name, title) CLUE_##id,
    CLUE_VERBS(X)
#undef X
        CLUE_VERB_COUNT
} ClueVerb;
extern const BindName clue_verb_names[];

/* One matter that a clue becomes. */
typedef struct ClueInto {
    Str flow, title, level;
    const Node *parties; /* {party: number or [numbers]} */
    const Node *values;  /* {field: text as typed} */
} ClueInto;

typedef struct ClueAct {
    int verb;             /* ClueVerb */
    Str outcome;          /* of triage (content), or verified and wrong */
    Str reason;           /* code: of closing, of a relation */
    Str note;             /* free text: personal */
    int64_t organisation; /* assign, recuse: to or of which; 0: by rule */
    Str department, role, login;
    bool watch; /* the office that gives it away goes on seeing it */
    Day due;    /* of supervise; DAY_NONE: by rule */
    Str target; /* a clue (merge), the number of a supervision (answer), a login (unrecuse) */
    /* convert: these, all or none … */
    const ClueInto *into;
    size_t into_count;
    /* … or, without them, one matter for each receiver; values as typed. */
    Str flow, party; /* party: which of the flow's parties the receivers are */
    const int64_t *receivers;
    size_t receiver_count;
    const Node *values;
    /* By the program alone: */
    Str matter;
} ClueAct;

typedef struct ClueNew {
    Str source, title, facts, level, suggests;
    Str subject_kind, subject_name, subject_number; /* number: of the person, or credit code */
    Str case_number, division;
    Day event_on;
    int64_t organisation; /* 0: the only one he can mean */
    /* Given by the program: */
    Str subject_key, subject_mask, matter;
} ClueNew;

/* A clue by hand. `keys`: the subject's number becomes a token. */
bool clue_register_by_hand(Store *s, const Content *c, const Keys *keys, const MatterActor *who,
                           const ClueNew *in, Arena *a, Str *id, Err *e);
/* One act. `revision`: what the actor saw, 0: whatever it is. ERR_CONFLICT when somebody acted
 * since. *out may be NULL. */
bool clue_act(Store *s, const Content *c, const MatterActor *who, Str id, int64_t revision,
              const ClueAct *act, Arena *a, int64_t *out, Err *e);

/* For the page: {state, owner…, due, choices, matters, supervisions, timeline, …}. */
Node *clue_life(Store *s, const Content *c, const MatterActor *who, Str id, Arena *a, Err *e);
/* [{id, number, title, state_title, reasons: [Chinese], score}], best first. */
Node *clue_similar(Store *s, Str id, Arena *a, Err *e);
/* The same for one that is being typed; of `in` what is there counts. Nothing is written. */
Node *clue_alike(Store *s, const Keys *keys, const ClueNew *in, Arena *a, Err *e);
/* What can be chosen for a new one: {sources: [{value, title, by_hand}], suggests: [{value,
 * title}]}.
 */
Node *clue_options(const Content *c, Arena *a, Err *e);
/* Adds the words for the columns of its life to a row of a list. */
void clue_life_words(const Content *c, Node *row, Arena *a);
/* What became of a model's clues: {all, open, unknown, verified, wrong, filed, withdrawn, judged,
 * reasons: [{reason, title, clues}], items: [{id, number, title, reason_title, note, …}]}: the
 * items are the newest that were wrong. Every figure but `judged`, the sum of three, is the total
 * of a list. */
Node *clue_ledger(Store *s, const Content *c, Str model, Arena *a, Err *e);
/* Earlier cases of whomever the clue is about (earlier.c): {matters: [rows], rows: [{dataset,
 * dataset_title, row, case_number, on, about}], more}. */
struct Office;
Node *clue_earlier(struct Office *o, const Content *c, Str id, Arena *a, Err *e);
/* The pool in figures: {sources: [{source, title, states…}], models: [{model, verified, wrong,
 * filed …}], assigned, crossed}. Every figure is the total of a list. */
Node *clue_pool(Store *s, const Content *c, Arena *a, Err *e);

/* What clocks have to say at `now`; clues of earlier versions are taken up. As matter_clocks. */
bool clue_clocks(Store *s, const Content *c, Instant now, int64_t most, int64_t *fired,
                 Instant *next, Err *e);

/* Does content/clues hold together? */
bool clue_rules_check(const Content *c, Err *e);

void clue_life_register(void); /* projections, hook on matters, part of leaving */

#endif
