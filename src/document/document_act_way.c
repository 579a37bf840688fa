/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document_act_way.c: from the desk of its author up the rungs of approval and back. */
#include "document/document_inside.h"
#include "flow/roles.h"

#include "base/banned.h"

#define rungs_of(type) ((const DocumentRung *)(type)->approval.items)

static Str rung_title(const DocumentWork *w, int64_t rung) {
    return rung >= 0 && rung < (int64_t)w->type->approval.count ? rungs_of(w->type)[rung].title
                                                                : STR("审批");
}

/* Whose the rung is: the issuer's, or a party's of the matter. 0: nobody's yet. */
static int64_t rung_house(const DocumentWork *w, const DocumentRung *r) {
    return r->party.len ? document_party(w->matter, r->party) : w->d->organisation;
}

/* As tasks of flows ask: what is the liaison officer's is also whose who has that duty by his
 * appointment. */
static bool holds(const DocumentWork *w, Str login, int64_t organisation, Str role) {
    return roles_held(w->world, login, organisation, role);
}

/* ---- submit ---- */

bool may_document_submit(DocumentWork *w) {
    return may_document_fill(w);
}

bool document_nothing_missing(const DocumentType *type, const Document *d, Arena *a, Err *e) {
    const Node *missing = document_missing(type, d, a);
    scoped_buf Buf names;

    buf_init(&names, 400);
    for (size_t i = 0; i < missing->count && i < 5; i++)
        buf_addf(&names, "%s%.*s", i ? "、" : "", STR_ARG(node_text(missing->items[i], "title")));
    if (!missing->count)
        return true;
    return err_set(
        e, ERR_INVALID,
        str_format(a, "/values/%.*s", STR_ARG(node_text(missing->items[0], "field"))).ptr,
        "还有 %zu 项没有填写：%.*s%s", missing->count, STR_ARG(buf_str(&names)),
        missing->count > 5 ? "等" : "");
}

static bool rung_held(DocumentWork *w, const DocumentRung *r) {
    int64_t house = rung_house(w, r);

    if (!house)
        return document_fail(w, ERR_CONFLICT, NULL, "事项里还没有“%.*s”这一级要找的单位",
                             STR_ARG(r->title));
    return holds(w, (Str){NULL, 0}, house, r->role) ||
           document_fail(w, ERR_CONFLICT, NULL, "“%.*s”这一级没有人：请先在人员管理里任命，再送审",
                         STR_ARG(r->title));
}

bool ready_document_submit(DocumentWork *w) {
    if (!document_nothing_missing(w->type, w->before, w->arena, w->e))
        return false;
    for (size_t i = 0; i < w->type->approval.count; i++)
        if (!rung_held(w, &rungs_of(w->type)[i]))
            return false;
    return true;
}

/* Whoever submits and holds the lowest rungs has agreed by submitting. */
static void add_rungs(DocumentWork *w) {
    bool own = true;

    for (size_t i = 0; i < w->type->approval.count; i++) {
        const DocumentRung *r = &rungs_of(w->type)[i];
        int64_t house = rung_house(w, r);
        DocumentApproval *a = document_add(w, &w->d->approvals, sizeof *a);

        own = own && holds(w, w->actor, house, r->role);
        a->rung = (int64_t)i;
        a->organisation = house;
        a->role = r->role;
        a->department = r->department;
        a->state = own ? STR("agreed") : STR("waiting");
        a->at = own ? w->now : (Str){NULL, 0};
        a->actor = own ? document_dup(w, w->actor) : (Str){NULL, 0};
    }
}

/* The lowest that waits is opened; none: everybody has agreed. */
static void open_next(DocumentWork *w) {
    DocumentApproval *all = document_approvals(w->d);

    for (size_t i = 0; i < w->d->approvals.count; i++)
        if (str_is(all[i].state, "waiting")) {
            all[i].state = STR("open");
            w->d->state = STR("approving");
            return;
        }
    w->d->state = STR("approved");
}

bool run_document_submit(DocumentWork *w) {
    document_own(w, &w->d->approvals, sizeof(DocumentApproval));
    add_rungs(w);
    open_next(w);
    return document_note_keep(w, false);
}

/* ---- back to the author ---- */

static void cancel_rungs(DocumentWork *w) {
    DocumentApproval *all = document_own(w, &w->d->approvals, sizeof *all);

    for (size_t i = 0; i < w->d->approvals.count; i++)
        if (str_is(all[i].state, "waiting") || str_is(all[i].state, "open"))
            all[i].state = STR("cancelled");
    w->d->state = STR("draft");
}

bool may_document_take_back(DocumentWork *w) {
    return may_document_fill(w);
}

bool run_document_take_back(DocumentWork *w) {
    cancel_rungs(w);
    return document_note_keep(w, false);
}

/* ---- the rung that is open ---- */

bool may_document_agree(DocumentWork *w) {
    const DocumentApproval *a = document_open_rung(w->before);

    return (a && holds(w, w->actor, a->organisation, a->role)) ||
           document_fail(w, ERR_FORBIDDEN, NULL, "现在轮到“%.*s”审批，要有这个角色才能办",
                         STR_ARG(rung_title(w, a ? a->rung : -1)));
}

static void close_rung(DocumentWork *w, const char *state) {
    document_own(w, &w->d->approvals, sizeof(DocumentApproval));
    DocumentApproval *a = document_open_rung(w->d);

    if (!a)
        return;
    a->state = str_of(state);
    a->at = w->now;
    a->actor = document_dup(w, w->actor);
}

bool run_document_agree(DocumentWork *w) {
    close_rung(w, "agreed");
    open_next(w);
    return document_note_keep(w, false);
}

/* Before it gets its number whoever gives numbers may send it back too. */
bool may_document_return(DocumentWork *w) {
    if (str_is(w->before->state, "approving"))
        return may_document_agree(w);
    return document_person_issues(w) ||
           document_fail(w, ERR_FORBIDDEN, NULL, "不能退回这份文书：要有制作单位的“签发文书”权限");
}

bool run_document_return(DocumentWork *w) {
    close_rung(w, "returned");
    cancel_rungs(w);
    return document_note_keep(w, true);
}
