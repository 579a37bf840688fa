/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/service_sign.c: what happens to a document at its receivers: opened, signed for,
 * refused, read; and the answer: told of, judged. */
#include "document/service.h"

#include "base/banned.h"

/* ---- ends ---- */

static void closed_now(DocumentWork *w, int64_t id) {
    BindList *list = &w->effects->closed;
    int64_t *items = arena_array_of(w->arena, list->count + 1, int64_t);

    for (size_t i = 0; i < list->count; i++)
        items[i] = ((const int64_t *)list->items)[i];
    items[list->count++] = id;
    list->items = items;
}

void service_end(DocumentWork *w, int64_t id, const char *state, Str day) {
    document_own(w, &w->d->services, sizeof(DocumentService));
    DocumentService *s = document_service_of(w->d, id);

    s->state = str_of(state);
    s->closed = w->now;
    s->actor = w->actor;
    s->day = day;
    closed_now(w, id);
}

bool service_settle(DocumentWork *w) {
    Str day = service_day(w->d);

    if (!day.len || w->d->served.len || !str_is(w->d->state, "served"))
        return true;
    w->d->served = day;
    w->d->due = service_due(w, day);
    if (w->d->due.len)
        document_tell(w, "送达日期是 %.*s，应当在 %.*s 以前回复", STR_ARG(day), STR_ARG(w->d->due));
    return true;
}

/* ---- which one ---- */

typedef bool ServiceTest(const DocumentWork *w, const DocumentService *s);

/* The service the act names, else the one the actor can mean. NULL with *e. */
static const DocumentService *meant(DocumentWork *w, ServiceTest *fits, const char *what) {
    const DocumentService *found = document_service_of(w->d, w->act->service);

    if (w->act->service && !found) {
        document_fail(w, ERR_INVALID, "/service", "这份文书没有这一项送达，请刷新后重试");
        return NULL;
    }
    for (size_t i = 0; !found && i < w->d->services.count; i++)
        if (fits(w, &document_services(w->d)[i]))
            found = &document_services(w->d)[i];
    if (!found || !fits(w, found)) {
        document_fail(w, ERR_FORBIDDEN, "/service", "%s", what);
        return NULL;
    }
    return found;
}

static bool still_waits(DocumentWork *w, const DocumentService *s) {
    if (service_waits(s))
        return true;
    return document_fail(w, ERR_CONFLICT, "/service", "%.*s 已于 %.*s 办理（%.*s），不再重复",
                         STR_ARG(document_person_name(w, s->actor)),
                         STR_ARG(str_slice(s->closed, 0, 16)), STR_ARG(service_state_title(s)));
}

/* ---- opened ---- */

static bool fits_home(const DocumentWork *w, const DocumentService *s) {
    return service_at_home(w, s);
}

bool may_service_opened(DocumentWork *w) {
    const DocumentService *s = meant(w, fits_home, "这份文书没有送达给本人所在的单位");

    return s && (str_is(s->state, "sent") ||
                 document_fail(w, ERR_CONFLICT, "/service", "这份文书已经打开过了"));
}

bool run_service_opened(DocumentWork *w) {
    int64_t id = meant(w, fits_home, "")->id;

    document_own(w, &w->d->services, sizeof(DocumentService));
    DocumentService *s = document_service_of(w->d, id);

    s->state = STR("opened");
    s->opened = w->now;
    s->opener = w->actor;
    return true;
}

/* Whoever signs without opening it first has opened it by that. */
static void seen_by(DocumentWork *w, int64_t id) {
    DocumentService *s = document_service_of(w->d, id);

    if (s->opened.len)
        return;
    s->opened = w->now;
    s->opener = w->actor;
}

/* ---- signed for, refused ---- */

static bool fits_receiver(const DocumentWork *w, const DocumentService *s) {
    return !str_is(s->kind, "copy") && service_receives(w, s);
}

static const char nobody[] = "这份文书由受送达单位的联络员或者规定的人员签收，请转告本单位联络员";

bool may_service_sign_for(DocumentWork *w) {
    const DocumentService *s = meant(w, fits_receiver, nobody);

    return s && still_waits(w, s);
}

bool run_service_sign_for(DocumentWork *w) {
    int64_t id = meant(w, fits_receiver, nobody)->id;
    char day[11];

    day_format(w->today, day);
    service_end(w, id, "signed", document_dup(w, str_of(day)));
    seen_by(w, id);
    return service_settle(w) && document_note_keep(w, false);
}

bool may_service_refuse(DocumentWork *w) {
    return may_service_sign_for(w);
}

bool run_service_refuse(DocumentWork *w) {
    int64_t id = meant(w, fits_receiver, nobody)->id;

    service_end(w, id, "refused", (Str){NULL, 0});
    seen_by(w, id);
    document_tell(w, "已经拒收，制作单位会看到理由；制作单位可以改用留置送达等方式重新送达");
    return service_settle(w) && document_note_keep(w, true);
}

/* ---- copies ---- */

static bool fits_copy(const DocumentWork *w, const DocumentService *s) {
    return str_is(s->kind, "copy") && service_at_home(w, s);
}

bool may_service_read_copy(DocumentWork *w) {
    const DocumentService *s = meant(w, fits_copy, "这份文书没有抄送给本人所在的单位");

    return s && still_waits(w, s);
}

bool run_service_read_copy(DocumentWork *w) {
    int64_t id = meant(w, fits_copy, "")->id;
    char day[11];

    day_format(w->today, day);
    service_end(w, id, "signed", document_dup(w, str_of(day)));
    seen_by(w, id);
    return document_note_keep(w, false);
}

/* ---- answers ---- */

static bool fits_asker(const DocumentWork *w, const DocumentService *s) {
    return str_is(s->kind, "to") && str_is(s->state, "signed") && s->organisation &&
           document_person_may(w, PERMISSION_DOCUMENT_WRITE, s->organisation);
}

bool may_service_assess(DocumentWork *w) {
    if (!w->d->answers.len)
        return document_fail(w, ERR_CONFLICT, NULL, "这份文书不是对其他文书的回复，不需要评价");
    return meant(w, fits_asker, "回复由收到回复的单位签收以后评价") != NULL;
}

bool run_service_assess(DocumentWork *w) {
    Err unknown = {0};
    const CodeTable *t = content_codes(w->world->content, STR("reply_assessments"), &unknown);
    Str typed = node_text(w->act->more, "assessment");
    const CodeEntry *entry = t && typed.len ? code_table_find(t, typed) : NULL;

    if (!entry)
        return document_fail(w, ERR_INVALID, "/assessment", "请从“%.*s”里选择对回复的评价",
                             STR_ARG(t ? t->title : STR("对回复的审查意见")));
    w->d->assessment = entry->code;
    return document_note_keep(w, false);
}

/* ---- the program's own ---- */

bool may_service_program(DocumentWork *w) {
    return str_is(w->actor, "system") ||
           document_fail(w, ERR_FORBIDDEN, NULL, "这一步由系统自动进行");
}

/* more: {answer, day}: the one that answers it, and when that was sent; empty: it is no longer
 * answered, since the answer was called back or refused. */
bool run_service_answered(DocumentWork *w) {
    w->d->answered = document_dup(w, node_text(w->act->more, "answer"));
    w->d->answered_on = document_dup(w, node_text(w->act->more, "day"));
    return true;
}

bool run_service_proved(DocumentWork *w) {
    Str digest = node_text(w->act->more, "receipt");
    DocumentService *s = document_service_of(w->d, w->act->service);

    if (!s || digest.len != 64)
        return document_fail(w, ERR_INVALID, "/service", "没有这一项送达");
    if (s->receipt.len)
        return document_fail(w, ERR_CONFLICT, "/service", "送达回证已经制作过了");
    document_own(w, &w->d->services, sizeof(DocumentService));
    document_service_of(w->d, w->act->service)->receipt = document_dup(w, digest);
    return true;
}

bool run_service_checked(DocumentWork *w) {
    Str flags = node_text(w->act->more, "flags");

    w->d->flags = flags.len ? document_dup(w, flags) : STR(SERVICE_NO_FLAGS);
    return true;
}
