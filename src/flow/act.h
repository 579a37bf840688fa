/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/act.h: the pure core of the flow engine: from a state and an act to the next state. No
 * clock, no database, no chance (docs/decisions/0012). */
#ifndef FLOW_ACT_H
#define FLOW_ACT_H

#include "flow/state.h"

/* Another matter, as far as an act on this one has to know. */
typedef struct FlowOther {
    Str number, state, outcome;
    Str title;  /* of the outcome */
    bool moved; /* somebody has acted on it since it began */
} FlowOther;

/* What the core has to ask of the world. The server answers from the store, cases and random walks
 * from a table in memory. */
typedef struct FlowWorld {
    const Content *content;
    Instant now;
    void *context;
    /* Kind and leader (0: none) of an organisation that is open; false: there is none. */
    bool (*organisation)(void *context, int64_t number, Str *kind, int64_t *leader);
    /* Does an active person hold this role (empty: any) there? login empty: anybody. */
    bool (*holds)(void *context, Str login, int64_t organisation, Str role);
    /* Has this person the permission for matters of that organisation? */
    bool (*may)(void *context, Str login, Permission p, int64_t organisation);
    /* May the actor act for that login (a delegation)? NULL: nobody for anybody. */
    bool (*stands_for)(void *context, Str actor, Str login);
    /* Has this person a conflict of interest that was declared for what the matter came from, or
     * for somebody it is about? NULL: no conflicts. */
    bool (*conflict)(void *context, Str login, const MatterState *s);
    /* Has he done work in another matter of that flow about the same case or person? NULL: never.
     */
    bool (*took_part)(void *context, Str login, const MatterState *s, Str flow);
    /* Is this person (empty: anybody) the organisation's liaison officer by his appointment? NULL:
     * as roles say. */
    bool (*liaison)(void *context, Str login, int64_t organisation);
    /* What a person is called in sentences. NULL: by the login. */
    Str (*name)(void *context, Str login);
    /* Another matter; false: there is none. NULL: what its link says is all that is known. */
    bool (*other)(void *context, Str id, FlowOther *out);
} FlowWorld;

/* Primitives of every flow; an action of the flow itself is "act". None deletes history. */
#define FLOW_VERBS(X)                         \
    X(BEGIN, "begin", "发起")                 \
    X(ACT, "act", "办理")                     \
    X(FILL, "fill", "填写")                   \
    X(CLAIM, "claim", "领办")                 \
    X(SEND_BACK, "send_back", "退回")         \
    X(WITHDRAW, "withdraw", "撤回")           \
    X(REASSIGN, "reassign", "转办")           \
    X(ADD_SIGNER, "add_signer", "加签")       \
    X(REMOVE_SIGNER, "remove_signer", "减签") \
    X(COUNTERSIGN, "countersign", "会签")     \
    X(SIGN, "sign", "签署意见")               \
    X(URGE, "urge", "催办")                   \
    X(SUSPEND, "suspend", "挂起")             \
    X(RESUME, "resume", "恢复")               \
    X(EXTEND, "extend", "延期")               \
    X(DECIDE, "decide", "批准或不批准")       \
    X(MERGE, "merge", "合并")                 \
    X(SPLIT, "split", "拆分")                 \
    X(DESIGNATE, "designate", "指定管辖")     \
    X(RAISE, "raise", "提级")                 \
    X(COPY, "copy", "抄送")                   \
    X(READ_COPY, "read_copy", "已阅")         \
    X(SUPERVISE, "supervise", "督办")         \
    X(ANSWER, "answer", "回复督办")           \
    X(PARTY, "party", "增减参与单位")         \
    X(LINK, "link", "关联")                   \
    X(FILE, "file", "上传材料")               \
    X(REMOVE_FILE, "remove_file", "移除材料") \
    X(TERMINATE, "terminate", "终结")         \
    X(REOPEN, "reopen", "恢复办理")           \
    X(UNDO, "undo", "撤销操作")               \
    X(WARN, "warn", "期限预警")               \
    X(LAPSE, "lapse", "期限届满")             \
    X(RECOUNT, "recount", "重新计算期限")     \
    X(ESCALATE, "escalate", "逐级提醒")       \
    X(HAND_OVER, "hand_over", "交接")         \
    X(CHILD, "child", "子事项变化")
typedef enum FlowVerb {
#define X(id, name, title) VERB_##id,
    FLOW_VERBS(X)
#undef X
        VERB_COUNT
} FlowVerb;
extern const BindName flow_verb_names[];

typedef struct FlowAct {
    int verb;             /* FlowVerb */
    Str actor;            /* login, "system" for clocks */
    int64_t organisation; /* for which of the actor's organisations */
    int64_t task; /* id; 0: the one open task the actor can mean, else ERR_INVALID names them */
    Str action;   /* of VERB_ACT */
    Str target;   /* step id, login, clock id, matter id …: what the verb speaks of */
    int64_t to_organisation;
    Str to_role, to_login;
    const Node *values; /* {field: text as typed}: normalised by content/field, errors name
                           "/values/FIELD" */
    Str reason, note;   /* reason: code or text as the action asks; note: free text, personal */
    const Node *more; /* further members of one verb (files, extension: count and unit, parties) */
} FlowAct;

/* What else the act asks of the caller, in one transaction with it. */
typedef struct FlowEffects {
    BindList begins;    /* of Str: flows of sub-matters; the new links of kind child without target
                           are they, in this order */
    BindList ends;      /* of Str: ids of matters that end with this act */
    BindList documents; /* of Str: kinds to be drafted */
    BindList lapses;    /* of Str: what a lapse asks for: clue, urging_letter … */
    BindList told;      /* of int64_t: ids of tasks that are new or changed: who has to be told */
    int64_t task;       /* that was meant, where the act does not name it; 0: none */
    BindList
        consequences; /* of Str: Chinese sentences, for showing before an undo or a termination */
} FlowEffects;

/* The next state in the arena (sharing what did not change), or NULL with a sentence that says what
 * is wrong and what can be done. `history` is for UNDO: the state before the act to be undone; else
 * NULL. Errors: ERR_INVALID with the member, ERR_FORBIDDEN (not this person's task), ERR_CONFLICT
 * (the state does not allow it). */
const MatterState *flow_act(const FlowWorld *w, const Flow *f, const MatterState *before,
                            const FlowAct *act, const MatterState *history, Arena *a,
                            FlowEffects *effects, Err *e);

/* What the values of a form become: {field: text as stored}, and what is wrong with one of them.
 * `where` of the error is "/values/FIELD". An empty text takes the value away. */
bool flow_value(const FlowWorld *w, const Field *f, Str typed, Arena *a, Str *out, Err *e);
/* Is this field's value kept in the sealed part? */
bool flow_personal(const Field *f);
/* The stored value of a field, public or personal; empty: none. */
Str flow_value_of(const Flow *f, const MatterState *s, Str field);
/* What one owner of a `joint: each` step has answered; empty: nothing. */
Str flow_answer_of(const Flow *f, const MatterState *s, int64_t task, Str field);
/* Do all tests hold? */
bool flow_tests_hold(const Flow *f, const MatterState *s, const BindList *tests);

/* What a clock has to say at `now`: VERB_WARN with the level, VERB_LAPSE, VERB_ESCALATE, or
 * VERB_COUNT: nothing. *next: when to ask again, INT64_MAX: never. */
FlowVerb flow_clock_says(const MatterClock *c, Instant now, Str *level, Instant *next);

/* A matter of its own with the same steps, parties and values, for VERB_SPLIT; id, number and
 * serial are given by the caller. */
const MatterState *flow_split(const MatterState *s, Str id, Str number, int64_t serial, Arena *a);

/* What this person can do now: [{task, verb, action, title, needs:[…], to:[…]}]; the same rules as
 * flow_act, so that no button is dead. */
Node *flow_choices(const FlowWorld *w, const Flow *f, const MatterState *s, Str login, Arena *a);
/* Of those, what is about one task. */
Node *flow_task_choices(const FlowWorld *w, const Flow *f, const MatterState *s, Str login,
                        int64_t task, Arena *a);

/* The invariants of every state: owners, open steps, clocks of open steps only, ids unique. False
 * with what is broken: used by tests after every act, and by the store before every append. */
bool flow_sound(const Flow *f, const MatterState *s, Err *e);

#endif
