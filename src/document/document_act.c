/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document_act.c: one act on a document from beginning to end, without store and clock.
 * The table says what each verb asks and does; what all have in common stands here. */
#include "document/service.h"
#include "document/signature_act.h"

#include "base/banned.h"

#define RULE(v, ...) [DOCUMENT_##v] = {__VA_ARGS__}
#define WRITTEN "draft|approving|approved"

/* may, run. The states in which a document is at all open to the verb stand in the row. */
const DocumentRule document_rules[DOCUMENT_VERB_COUNT] = {
    RULE(FILL, may_document_fill, .run = run_document_fill, .states = "draft", .needs = "values"),
    RULE(EDIT, may_document_fill, .run = run_document_edit, .before = before_document_edit,
         .states = "draft", .needs = "edits"),
    RULE(RESTORE, may_document_restore, .run = run_document_restore, .states = "draft",
         .needs = "version"),
    RULE(SUBMIT, may_document_submit, ready_document_submit, run_document_submit,
         before_document_trial, .states = "draft"),
    RULE(TAKE_BACK, may_document_take_back, .run = run_document_take_back,
         .states = "approving|approved"),
    RULE(AGREE, may_document_agree, .run = run_document_agree, .states = "approving"),
    RULE(RETURN, may_document_return, .run = run_document_return, .states = "approving|approved",
         .needs = "note"),
    RULE(NUMBER, may_document_number, ready_document_number, run_document_number,
         before_document_trial, .states = "approved"),
    RULE(ISSUE, may_document_issue, ready_document_issue, run_document_issue, .states = "numbered"),
    RULE(SIGN, may_document_sign, ready_document_sign, run_document_sign, before_document_sign,
         .states = "numbered", .needs = "kind,password"),
    RULE(VOID, may_document_void, .run = run_document_void, .states = WRITTEN "|numbered|issued",
         .needs = "note"),
    RULE(LAID_OUT, may_document_laid_out, .run = run_document_laid_out, .system = true),
    RULE(SERVE, may_service_serve, .run = run_service_serve, .states = "issued|served",
         .needs = "receivers,method"),
    RULE(OPENED, may_service_opened, .run = run_service_opened, .states = "served",
         .each_service = true),
    RULE(SIGN_FOR, may_service_sign_for, .run = run_service_sign_for, .states = "served",
         .each_service = true),
    RULE(REFUSE, may_service_refuse, .run = run_service_refuse, .states = "served", .needs = "note",
         .each_service = true),
    RULE(RECEIPT, may_service_receipt, .run = run_service_receipt, .states = "served|recalled",
         .needs = "state,day,file", .each_service = true),
    RULE(READ_COPY, may_service_read_copy, .run = run_service_read_copy,
         .states = "served|recalled", .each_service = true),
    RULE(RECALL, may_service_recall, .run = run_service_recall, .states = "served",
         .needs = "note"),
    RULE(ASSESS, may_service_assess, .run = run_service_assess, .states = "served",
         .needs = "assessment"),
    RULE(ANSWERED, may_service_program, .run = run_service_answered, .states = "served|recalled",
         .system = true),
    RULE(PROVED, may_service_program, .run = run_service_proved, .system = true),
    RULE(CHECKED, may_service_program, .run = run_service_checked, .system = true),
    RULE(HAND_OVER, may_document_hand_over, .run = run_document_hand_over, .system = true),
};

static bool in_state(const DocumentWork *w, const DocumentRule *rule) {
    Str rest = str_of(rule->states ? rule->states : ""), one;

    if (!rule->states)
        return true;
    while (str_split(&rest, '|', &one))
        if (str_eq(one, w->before->state))
            return true;
    return document_fail(w, ERR_CONFLICT, NULL, "这份文书%.*s，不能再%.*s",
                         STR_ARG(document_state_title(w->before->state)),
                         STR_ARG(document_verb_title(w->act->verb)));
}

bool document_allowed(DocumentWork *w) {
    const DocumentRule *rule = w->act->verb >= 0 && w->act->verb < DOCUMENT_VERB_COUNT
                                   ? &document_rules[w->act->verb]
                                   : NULL;

    if (!rule || !rule->run)
        return document_fail(w, ERR_INVALID, "/verb", "没有这种操作");
    return in_state(w, rule) && rule->may(w);
}

const Document *document_judge(DocumentWork *w) {
    if (!w->effects)
        w->effects = arena_new_of(w->arena, DocumentEffects);
    w->d = document_copy(w->arena, w->before);
    w->d->revision = w->before->revision + 1;
    w->d->changed = w->now;
    if (!document_allowed(w))
        return NULL;
    const DocumentRule *rule = &document_rules[w->act->verb];

    if ((rule->ready && !rule->ready(w)) || !rule->run(w) || !document_sound(w->d, w->e))
        return NULL;
    return w->d;
}

/* ---- what holds of every document ---- */

static bool known_state(Str state) {
    for (const BindName *n = document_state_names; n->name; n++)
        if (str_is(state, n->name))
            return true;
    return false;
}

static bool broken(Err *e, const char *what) {
    return err_set(e, ERR_BROKEN, NULL, "文书的状态不对：%s。这是程序的错误，什么也没有保存", what);
}

static bool rungs_sound(const Document *d, Err *e) {
    size_t open = 0, waiting = 0;

    for (size_t i = 0; i < d->approvals.count; i++) {
        open += str_is(document_approvals(d)[i].state, "open");
        waiting += str_is(document_approvals(d)[i].state, "waiting");
    }
    if (str_is(d->state, "approving") ? open != 1 : open + waiting != 0)
        return broken(e, "审批的级次与状态不符");
    return true;
}

bool document_sound(const Document *d, Err *e) {
    bool written =
        str_is(d->state, "draft") || str_is(d->state, "approving") || str_is(d->state, "approved");

    if (!d->id.len || !d->matter.len || !d->type.len || d->organisation <= 0)
        return broken(e, "没有说明是谁的什么文书");
    if (!known_state(d->state))
        return broken(e, "没有这种状态");
    if (written && document_fixed(d))
        return broken(e, "已经定稿的文书又可以修改");
    if (!written && !str_is(d->state, "void") && !document_fixed(d))
        return broken(e, "没有定稿就发出");
    if ((d->number.len > 0) != (d->number_serial > 0) || (d->number.len && !document_fixed(d)))
        return broken(e, "文号与定稿不符");
    if ((d->docx.len > 0) != (d->pdf.len > 0) || (d->pdf.len && !document_fixed(d)) ||
        (d->signed_pdf.len && !d->pdf.len))
        return broken(e, "没有定稿就有版面");
    if ((str_is(d->state, "issued") || str_is(d->state, "served")) && !d->pdf.len)
        return broken(e, "没有版面就发出");
    return rungs_sound(d, e);
}
