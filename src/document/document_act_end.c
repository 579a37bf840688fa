/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document_act_end.c: its number, its pages, its issue, its end. */
#include <inttypes.h>

#include "document/document_inside.h"

#include "base/banned.h"

static bool issues(DocumentWork *w) {
    return document_person_issues(w) ||
           document_fail(w, ERR_FORBIDDEN, NULL, "不能%.*s这份文书：要有制作单位的“签发文书”权限",
                         STR_ARG(document_verb_title(w->act->verb)));
}

/* ---- the number ---- */

bool may_document_number(DocumentWork *w) {
    return issues(w);
}

bool ready_document_number(DocumentWork *w) {
    return document_missing(w->type, w->before, w->arena)->count == 0 ||
           document_fail(w, ERR_CONFLICT, NULL, "还有必填的内容没有填写，请退回修改");
}

static void set_value(DocumentWork *w, const char *field, Str text) {
    if (document_field(&w->type->fields, str_of(field)))
        document_personal_set(w, "values", str_of(field), node_of_text(w->arena, text));
}

/* The day of the document: what a person wrote, else the day of its number. */
static Str day_written(const DocumentWork *w) {
    Str typed = node_text(node_get(w->d->personal, "values"), "issued_on");
    Str origin = node_text(node_get(w->d->personal, "origins"), "issued_on");

    return typed.len && str_is(origin, "typed") ? typed : document_day(w->arena, w->today);
}

bool run_document_number(DocumentWork *w) {
    Document *d = w->d;
    int year, month, day;

    day_split(w->today, &year, &month, &day);
    d->issued_on = day_written(w);
    set_value(w, "issued_on", d->issued_on);
    if (w->type->number.len) {
        d->series = document_dup(w, w->type->number);
        d->number_year = year;
        d->number_serial = w->serial;
        d->number = document_number(w->arena, w->type, w->letters, year, w->serial);
        set_value(w, "number", d->number);
    }
    d->numbered = w->now;
    d->state = STR("numbered");
    document_version_add(w, "numbered");
    return document_note_keep(w, false);
}

/* ---- the pages ---- */

bool may_document_laid_out(DocumentWork *w) {
    return (document_fixed(w->before) && !w->before->pdf.len) ||
           document_fail(w, ERR_CONFLICT, NULL, "这份文书已经排版定稿");
}

bool run_document_laid_out(DocumentWork *w) {
    const Node *more = w->act->more, *seals = node_get(more, "seals");
    Document *d = w->d;

    d->docx = document_dup(w, node_text(more, "docx"));
    d->pdf = document_dup(w, node_text(more, "pdf"));
    d->pages = node_int(more, "pages", 0);
    d->size = node_int(more, "size", 0);
    for (size_t i = 0; seals && i < seals->count; i++) {
        const Node *in = seals->items[i];
        DocumentSeal *s = document_add(w, &d->seals, sizeof *s);

        s->page = node_int(in, "page", 0);
        s->x = node_int(in, "x", 0);
        s->y = node_int(in, "y", 0);
        s->diameter = node_int(in, "diameter", 0);
    }
    return true;
}

/* ---- issued on paper ---- */

bool may_document_issue(DocumentWork *w) {
    return issues(w);
}

bool ready_document_issue(DocumentWork *w) {
    return w->before->pdf.len > 0 ||
           document_fail(w, ERR_CONFLICT, NULL, "文书正在排版，请稍后再签发");
}

bool run_document_issue(DocumentWork *w) {
    w->d->state = STR("issued");
    w->effects->issued = true;
    if (!w->type->unsealed)
        document_tell(w, "没有电子印章：请打印以后盖章");
    return document_note_keep(w, false);
}

/* ---- the end ---- */

bool may_document_void(DocumentWork *w) {
    return document_fixed(w->before) ? issues(w) : may_document_fill(w);
}

bool run_document_void(DocumentWork *w) {
    DocumentApproval *all = document_own(w, &w->d->approvals, sizeof *all);

    for (size_t i = 0; i < w->d->approvals.count; i++)
        if (str_is(all[i].state, "waiting") || str_is(all[i].state, "open"))
            all[i].state = STR("cancelled");
    w->d->state = STR("void");
    if (w->d->number.len)
        document_tell(w, "文号 %.*s 保留，不再使用", STR_ARG(w->d->number));
    return document_note_keep(w, true);
}

/* ---- its author leaves ---- */

bool may_document_hand_over(DocumentWork *w) {
    (void)w;
    return true;
}

bool run_document_hand_over(DocumentWork *w) {
    w->d->author = document_dup(w, node_text(w->act->more, "to"));
    return true;
}
