/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/service_follow.c: what an act on a document does to its matter and to the document that
 * it answers, in the same transaction: values are filled in, the pages become a file, the flow goes
 * on. What cannot be done is told, and stops nothing. */
#include <inttypes.h>

#include "document/service.h"

#include "sql_statements.h"

#include "base/banned.h"

static const MatterActor program = {STR_INIT("system"), NULL};

typedef struct Following {
    Writing *w;
    const DocumentRow *row;
    const Document *before, *after;
    const DocumentPlace *place;
    const DocumentAct *act;
    BindList *told;
    Err *e;
} Following;

static void tell(Following *f, Str sentence) {
    Str *items;

    if (!f->told)
        return;
    items = arena_array_of(f->w->arena, f->told->count + 1, Str);
    for (size_t i = 0; i < f->told->count; i++)
        items[i] = ((const Str *)f->told->items)[i];
    items[f->told->count++] = sentence;
    f->told->items = items;
}

/* Is it now, by this act? */
static bool now_sent(const Following *f) {
    return f->act->verb == DOCUMENT_SERVE && !str_is(f->before->state, "served");
}

static bool now_served(const Following *f) {
    return f->after->served.len && !f->before->served.len;
}

static bool now_issued(const Following *f) {
    return str_is(f->after->state, "issued") && !str_is(f->before->state, "issued");
}

/* ---- values of the matter ---- */

static void add_value(Following *f, Node *values, Str field, Str value) {
    if (field.len && value.len)
        node_set_text(f->w->arena, values, str_c(f->w->arena, field), value);
}

/* A matter that has ended, or a day that its field does not take: told, and the rest goes on. */
static bool fill(Following *f, const Node *values) {
    FlowAct act = {.verb = VERB_FILL, .values = values};
    Err why = {0};
    bool refused = false;

    if (!values->count || matter_act_in(f->w, &program, f->after->matter, &act, &refused, &why))
        return true;
    if (!refused) {
        *f->e = why;
        return false;
    }
    tell(f, str_format(f->w->arena, "事项里的内容没有自动填写：%s", why.text));
    return true;
}

static Str method_title(const Following *f) {
    Err unknown = {0};
    const CodeTable *t = content_codes(f->w->content, STR("service_methods"), &unknown);

    for (size_t i = 0; i < f->after->services.count; i++) {
        const DocumentService *s = &document_services(f->after)[i];
        const CodeEntry *entry = t ? code_table_find(t, s->method) : NULL;

        if (str_is(s->kind, "to") && entry)
            return entry->title;
    }
    return (Str){NULL, 0};
}

static Str assessment_title(const Following *f) {
    Err unknown = {0};
    const CodeTable *t = content_codes(f->w->content, STR("reply_assessments"), &unknown);
    const CodeEntry *entry =
        t && f->after->assessment.len ? code_table_find(t, f->after->assessment) : NULL;

    return entry ? entry->title : (Str){NULL, 0};
}

static bool fill_own(Following *f) {
    Node *values = node_map(f->w->arena);

    if (!f->place)
        return true;
    if (!str_eq(f->before->number, f->after->number))
        add_value(f, values, f->place->number_field, f->after->number);
    if (now_sent(f))
        add_value(f, values, f->place->method_field, method_title(f));
    if (now_served(f)) {
        add_value(f, values, f->place->served_field, f->after->served);
        add_value(f, values, f->place->due_field, f->after->due);
    }
    if (!str_eq(f->before->assessment, f->after->assessment))
        add_value(f, values, f->place->assessed_field, assessment_title(f));
    return fill(f, values);
}

/* ---- the pages as a file ---- */

/* Full-width signs stand for what a file's name must not have. */
static Str file_name(const Following *f) {
    const Document *d = f->after;
    Str title = f->row->type->title;

    return d->number.len
               ? str_format(f->w->arena, "%.*s（%.*s）.pdf", STR_ARG(title), STR_ARG(d->number))
               : str_format(f->w->arena, "%.*s.pdf", STR_ARG(title));
}

/* The open step of the matter where it was written; 0: none. */
static int64_t step_written(const Following *f, const MatterState *m) {
    for (size_t i = 0; i < m->steps.count; i++)
        if (is_open(steps_of(m)[i].state) && str_eq(steps_of(m)[i].step, f->after->step))
            return steps_of(m)[i].id;
    return 0;
}

static bool put_file(Following *f) {
    Arena *a = f->w->arena;
    const Document *d = f->after;
    MatterActor who = {f->w->who->login, NULL};
    Node *more = node_map(a);
    int64_t step = step_written(f, f->row->matter.state);
    Str digest = d->signed_pdf.len ? d->signed_pdf : d->pdf;
    FlowAct act = {.verb = VERB_FILE, .more = more};
    Err why = {0};
    bool refused = false;

    if (!digest.len)
        return true;
    if (step)
        act.target = str_format(a, "%" PRId64, step);
    node_set_text(a, more, "digest", digest);
    node_set_text(a, more, "name", file_name(f));
    node_set_text(a, more, "type", STR("application/pdf"));
    node_set_int(a, more, "size", d->size);
    if (matter_act_in(f->w, &who, d->matter, &act, &refused, &why))
        return true;
    if (!refused) {
        *f->e = why;
        return false;
    }
    tell(f, str_format(a, "文书没有存入事项的材料：%s", why.text));
    return true;
}

/* ---- the document that is answered ---- */

static bool load_answered(Following *f, DocumentRow *out, bool *there) {
    Err why = {0};

    *there = document_load(f->w, f->after->answers, out, &why);
    if (!*there && why.code != ERR_NOT_FOUND) {
        *f->e = why;
        return false;
    }
    return true;
}

static bool answer_told(Following *f, const DocumentRow *asked, Str answer, Str day) {
    const MatterActor *before = f->w->who;
    Node *more = node_map(f->w->arena);
    DocumentAct act = {.verb = DOCUMENT_ANSWERED, .more = more};

    node_set_text(f->w->arena, more, "answer", answer);
    node_set_text(f->w->arena, more, "day", day);
    f->w->who = &program;
    bool good = document_carry_out(f->w, asked, &act, NULL, NULL, NULL, NULL, f->e);

    f->w->who = before;
    return good;
}

/* The answer counts from the day it was sent: whoever answered in time is not late because it was
 * signed for late. */
static bool answer_sent(Following *f) {
    DocumentRow asked;
    bool there;
    char today[11];

    if (!load_answered(f, &asked, &there) || !there)
        return there || f->e->code == ERR_NONE;
    day_format(day_of_instant(f->w->now), today);
    Str day = str_dup(f->w->arena, str_of(today));

    if (asked.document->answered.len && !str_eq(asked.document->answered, f->after->id)) {
        tell(f, STR("来文已经有一份回复，这一份作为补充回复，不改变回复日期"));
        return true;
    }
    if (!answer_told(f, &asked, f->after->id, day))
        return false;
    Node *values = node_map(f->w->arena);

    if (asked.place && str_eq(asked.document->matter, f->after->matter))
        add_value(f, values, asked.place->reply_field, day);
    return fill(f, values);
}

static bool all_refused(const Document *d) {
    bool any = false;

    for (size_t i = 0; i < d->services.count; i++) {
        const DocumentService *s = &document_services(d)[i];

        if (!str_is(s->kind, "to"))
            continue;
        if (service_waits(s) || str_is(s->state, "signed"))
            return false;
        any = true;
    }
    return any;
}

/* Called back, or refused by everybody: nothing was answered. */
static bool answer_gone(Following *f) {
    DocumentRow asked;
    bool there;

    if (!load_answered(f, &asked, &there) || !there)
        return there || f->e->code == ERR_NONE;
    if (!str_eq(asked.document->answered, f->after->id))
        return true;
    tell(f, STR("来文恢复为没有回复；事项里已经办理的“回复”步骤不受影响，需要的请撤销操作"));
    return answer_told(f, &asked, (Str){NULL, 0}, (Str){NULL, 0});
}

/* ---- the flow goes on ---- */

static bool listed(const BindList *list, Str name) {
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(((const Str *)list->items)[i], name))
            return true;
    return false;
}

/* The action that this document is, of a step that is open. */
static const FlowAction *action_of(const Following *f, const MatterRow *m, int64_t *step) {
    Str only = listed(&f->place->actions, f->after->action) ? f->after->action : (Str){NULL, 0};

    for (size_t i = 0; i < m->state->steps.count; i++) {
        const MatterStep *own = &steps_of(m->state)[i];
        const FlowStep *def = is_open(own->state) ? flow_step(m->flow, own->step) : NULL;

        if (!def || (f->place->steps.count && !listed(&f->place->steps, def->step)))
            continue;
        for (size_t k = 0; k < def->actions.count; k++) {
            const FlowAction *action = &step_actions(def)[k];

            if (only.len ? str_eq(action->action, only)
                         : listed(&f->place->actions, action->action)) {
                *step = own->id;
                return action;
            }
        }
    }
    return NULL;
}

/* The one task of the step, where there is only one. */
static int64_t task_in(const MatterState *m, int64_t step) {
    int64_t found = 0;

    for (size_t i = 0; i < m->tasks.count; i++) {
        const MatterTask *t = &tasks_of(m)[i];

        if (t->step != step || !is_open(t->state) || !str_is(t->kind, "owner"))
            continue;
        if (found)
            return 0;
        found = t->id;
    }
    return found;
}

/* In whose name, one after the other: whoever sent it ordered it, whoever wrote it wrote it for
 * this step. Where it is not sent, whoever issues it. */
static Str in_name(const Following *f, size_t i) {
    Str server = f->w->who->login;

    for (size_t k = f->after->services.count; k-- > 0;)
        if (str_is(document_services(f->after)[k].kind, "to"))
            server = document_services(f->after)[k].server;
    if (i == 0)
        return server;
    return i == 1 && !str_eq(server, f->after->author) ? f->after->author : (Str){NULL, 0};
}

/* At the receivers' nobody is told what the issuer still has to do. */
static void tell_issuer(Following *f, Str sentence) {
    if (str_eq(f->w->who->login, in_name(f, 0)) || str_eq(f->w->who->login, f->after->author))
        tell(f, sentence);
}

/* By the first of them who may. *why: what the first was told. */
static bool carry_out(Following *f, const FlowAct *act, bool *done, Err *why) {
    for (size_t i = 0; in_name(f, i).len; i++) {
        MatterActor who = {in_name(f, i), NULL};
        Err own = {0};
        bool refused = false;

        if (matter_act_in(f->w, &who, f->after->matter, act, &refused, &own)) {
            *done = true;
            return true;
        }
        if (!refused) {
            *f->e = own;
            return false;
        }
        if (why->code == ERR_NONE)
            *why = own;
    }
    return true;
}

static bool go_on(Following *f) {
    Arena *a = f->w->arena;
    MatterRow m;
    int64_t step = 0;
    Err why = {0};
    bool done = false;

    if (!matter_load(f->w, f->after->matter, &m, f->e))
        return false;
    const FlowAction *action = action_of(f, &m, &step);

    if (!action) {
        tell_issuer(f, STR("事项现在不在这份文书对应的步骤，请到事项里核对后办理"));
        return true;
    }
    Node *more = node_map(a);
    FlowAct act = {
        .verb = VERB_ACT, .action = action->action, .task = task_in(m.state, step), .more = more};

    node_set_text(a, more, "document", f->after->id);
    node_set_text(a, more, "code", f->row->type->code);
    if (!carry_out(f, &act, &done, &why))
        return false;
    if (done)
        tell(f, str_format(a, "事项已经办理“%.*s”", STR_ARG(action->title)));
    else
        tell_issuer(f, str_format(a, "事项里的“%.*s”没有自动办理：%s。请到事项里补齐以后办理",
                                  STR_ARG(action->title), why.text));
    return true;
}

/* Is this the act after which the flow goes on: issued where nobody gets it, sent, or received
 * where a day of receipt is asked for? */
static bool its_time(const Following *f) {
    const DocumentPlace *p = f->place;

    if (!p || !p->actions.count || str_is(f->after->action, "-"))
        return false;
    if (!p->to.count)
        return now_issued(f);
    return p->served_field.len ? now_served(f) : now_sent(f);
}

/* ---- all of it ---- */

bool document_follow(Writing *w, const DocumentRow *row, const Document *after,
                     const DocumentAct *act, const DocumentEffects *effects, BindList *told,
                     Err *e) {
    Following f = {w, row, row->document, after, row->place, act, told, e};
    bool answers = after->answers.len > 0;

    (void)effects;
    if (!fill_own(&f) || (now_issued(&f) && !put_file(&f)))
        return false;
    if (answers && now_sent(&f) && !answer_sent(&f))
        return false;
    if (answers &&
        (act->verb == DOCUMENT_RECALL || (act->verb == DOCUMENT_REFUSE && all_refused(after))) &&
        !answer_gone(&f))
        return false;
    return !its_time(&f) || go_on(&f);
}
