/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/service_act.c: sending a document and calling it back: the issuer's verbs. */
#include "document/service.h"

#include "base/banned.h"

#define METHODS "service_methods"
#define IN_SYSTEM \
    "电子送达" /* the entry that is meant where none is said, of houses in the system */

static const struct {
    const char *state, *title;
} service_titles[] = {
#define X(id, name, title) {name, title},
    SERVICE_STATES(X)
#undef X
};

Str service_state_title(const DocumentService *s) {
    if (str_is(s->kind, "copy") && str_is(s->state, "signed"))
        return STR("已阅");
    for (size_t i = 0; i < sizeof service_titles / sizeof *service_titles; i++)
        if (str_is(s->state, service_titles[i].state))
            return str_of(service_titles[i].title);
    return s->state;
}

/* ---- sending ---- */

typedef struct Receiver {
    Str kind, method, name, address;
    int64_t organisation;
} Receiver;

static bool issues(DocumentWork *w) {
    return document_person_issues(w) ||
           document_fail(w, ERR_FORBIDDEN, NULL, "%.*s要有制作单位的“签发文书”权限",
                         STR_ARG(document_verb_title(w->act->verb)));
}

/* Whoever wrote it may take it there himself. */
bool may_service_serve(DocumentWork *w) {
    return (str_eq(w->actor, w->before->author) && document_person_writes(w)) || issues(w);
}

static const char *at_receiver(DocumentWork *w, size_t i, const char *member) {
    return str_format(w->arena, "/receivers/%zu/%s", i, member).ptr;
}

static bool method_known(DocumentWork *w, Str said, bool inside, size_t i, Str *out) {
    Err unknown = {0};
    const CodeTable *t = content_codes(w->world->content, STR(METHODS), &unknown);
    Str typed = said.len || !inside ? said : STR(IN_SYSTEM);
    const CodeEntry *entry = t && typed.len ? code_table_find(t, typed) : NULL;

    if (!entry)
        return document_fail(w, ERR_INVALID, at_receiver(w, i, "method"),
                             "第 %zu 个受送达单位的送达方式%s，请从“%.*s”里选", i + 1,
                             typed.len ? "认不出来" : "没有选择",
                             STR_ARG(t ? t->title : STR("送达方式")));
    *out = entry->code;
    return true;
}

static bool kind_known(DocumentWork *w, Str typed, size_t i, Str *out) {
    *out = typed.len ? typed : STR("to");
    return str_is(*out, "to") || str_is(*out, "copy") || str_is(*out, "signer") ||
           document_fail(w, ERR_INVALID, at_receiver(w, i, "kind"),
                         "第 %zu 个受送达单位是主送（to）、抄送（copy）还是会签（signer），请写明",
                         i + 1);
}

/* One that stopped working there gets nothing: whoever took over does. */
static bool house_open(DocumentWork *w, const Receiver *r, size_t i) {
    Str kind;
    int64_t leader = 0;

    if (r->organisation == w->d->organisation)
        return document_fail(w, ERR_INVALID, at_receiver(w, i, "organisation"),
                             "不能送达给制作单位自己，请另选受送达单位");
    return w->world->organisation(w->world->context, r->organisation, &kind, &leader) ||
           document_fail(w, ERR_CONFLICT, at_receiver(w, i, "organisation"),
                         "第 %zu 个受送达单位（单位编号 %lld）已经停用或者不在系统里，不能送达："
                         "请在事项里换成承接它的单位，或者写明名称和地址，按系统外单位送达",
                         i + 1, (long long)r->organisation);
}

static bool named(DocumentWork *w, const Receiver *r, size_t i) {
    if (!r->name.len || str_runes(r->name) > DOCUMENT_NAME_MOST || !str_utf8_valid(r->name))
        return document_fail(
            w, ERR_INVALID, at_receiver(w, i, "name"),
            "第 %zu 个受送达单位：请选择系统里的单位，或者写明名称（最多 %d 个字）", i + 1,
            DOCUMENT_NAME_MOST);
    return (str_runes(r->address) <= SERVICE_ADDRESS_MOST && str_utf8_valid(r->address)) ||
           document_fail(w, ERR_INVALID, at_receiver(w, i, "address"), "地址最多 %d 个字",
                         SERVICE_ADDRESS_MOST);
}

static bool same_kind(const DocumentService *s, const Receiver *r) {
    return s->organisation && s->organisation == r->organisation && str_eq(s->kind, r->kind);
}

/* Nobody gets it twice; whoever refused it, or had it called back, may. */
static bool not_twice(DocumentWork *w, const Receiver *r, size_t i) {
    for (size_t k = 0; k < w->d->services.count; k++) {
        const DocumentService *s = &document_services(w->d)[k];

        if (same_kind(s, r) && (service_waits(s) || str_is(s->state, "signed")))
            return document_fail(w, ERR_CONFLICT, at_receiver(w, i, "organisation"),
                                 "第 %zu 个受送达单位已经于 %.*s 送达过（%.*s），不重复送达", i + 1,
                                 STR_ARG(str_slice(s->sent, 0, 16)),
                                 STR_ARG(service_state_title(s)));
    }
    return true;
}

static bool send_one(DocumentWork *w, const Receiver *r, size_t i) {
    DocumentService *s;

    if (!(r->organisation ? house_open(w, r, i) && not_twice(w, r, i) : named(w, r, i)))
        return false;
    if (w->d->services.count >= SERVICES_MOST)
        return document_fail(w, ERR_TOO_LARGE, "/receivers", "一份文书最多送达 %d 个单位",
                             SERVICES_MOST);
    s = document_add(w, &w->d->services, sizeof *s);
    s->kind = document_dup(w, r->kind);
    s->organisation = r->organisation;
    s->method = r->method;
    s->state = STR("sent");
    s->sent = w->now;
    s->server = w->actor;
    if (!r->organisation) {
        Node *who = node_map(w->arena);

        node_set_text(w->arena, who, "name", r->name);
        if (r->address.len)
            node_set_text(w->arena, who, "address", r->address);
        document_personal_set(w, "services", str_format(w->arena, "%lld", (long long)s->id), who);
    }
    return true;
}

static bool send_named(DocumentWork *w, const Node *list) {
    Str all = node_text(w->act->more, "method");

    for (size_t i = 0; i < list->count; i++) {
        const Node *n = list->items[i];
        Receiver r = {.organisation = node_int(n, "organisation", 0),
                      .name = str_trim(node_text(n, "name")),
                      .address = str_trim(node_text(n, "address"))};
        Str method = node_text(n, "method");

        if (!kind_known(w, node_text(n, "kind"), i, &r.kind) ||
            !method_known(w, method.len ? method : all, r.organisation != 0, i, &r.method) ||
            !send_one(w, &r, i))
            return false;
    }
    return true;
}

static bool has_it(const DocumentWork *w, const Receiver *r) {
    for (size_t i = 0; i < w->d->services.count; i++) {
        const DocumentService *s = &document_services(w->d)[i];

        if (s->organisation == r->organisation && (service_waits(s) || str_is(s->state, "signed")))
            return true;
    }
    return false;
}

/* Everybody whom the type's place names and who has not got it. */
static bool send_by_place(DocumentWork *w) {
    const struct {
        const BindList *list;
        const char *kind;
    } groups[] = {
        {&w->before->to, "to"}, {&w->before->signers, "signer"}, {&w->before->copies, "copy"}};
    Receiver r = {0};
    size_t sent = 0;

    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        for (size_t i = 0; i < groups[g].list->count; i++) {
            r.organisation = ((const DocumentHouse *)groups[g].list->items)[i].organisation;
            r.kind = str_of(groups[g].kind);
            if (!r.organisation || r.organisation == w->d->organisation || has_it(w, &r))
                continue;
            if (!method_known(w, node_text(w->act->more, "method"), true, sent, &r.method) ||
                !send_one(w, &r, sent++))
                return false;
        }
    return sent > 0 || document_fail(w, ERR_INVALID, "/receivers",
                                     "请写明送达给哪些单位：事项里没有尚未送达的受送达单位");
}

/* A matter where the step is not done by itself: whoever serves says so. */
#define NOT_CARRIED_ON "-"

bool run_service_serve(DocumentWork *w) {
    const Node *list = node_get(w->act->more, "receivers");

    if (list && list->kind != NODE_NULL && list->kind != NODE_LIST)
        return document_fail(w, ERR_INVALID, "/receivers", "受送达单位应当是列表");
    if (!(list && list->kind == NODE_LIST && list->count ? send_named(w, list) : send_by_place(w)))
        return false;
    w->d->state = STR("served");
    if (!node_bool(w->act->more, "act", true))
        w->d->action = STR(NOT_CARRIED_ON);
    return document_note_keep(w, false);
}

/* ---- what came of it, on paper ---- */

bool may_service_receipt(DocumentWork *w) {
    const DocumentService *s = document_service_of(w->d, w->act->service);

    if (!document_person_writes(w) && !issues(w))
        return false;
    return !s || service_waits(s) ||
           document_fail(w, ERR_CONFLICT, "/service", "这一项送达已经办结（%.*s）",
                         STR_ARG(service_state_title(s)));
}

static bool day_of_receipt(DocumentWork *w, const DocumentService *s, Str *out) {
    Str typed = node_text(w->act->more, "day");
    Day day, sent;
    char text[11];

    if (!day_parse(typed, &day))
        return document_fail(w, ERR_INVALID, "/day", "请写明收到或者退回的日期，例如 2026-03-13");
    if (day > w->today)
        return document_fail(w, ERR_INVALID, "/day", "送达日期不能晚于今天");
    if (day_parse(str_slice(s->sent, 0, 10), &sent) && day < sent)
        return document_fail(w, ERR_INVALID, "/day", "送达日期不能早于发出日期 %.*s",
                             STR_ARG(str_slice(s->sent, 0, 10)));
    day_format(day, text);
    *out = document_dup(w, str_of(text));
    return true;
}

/* A signed receipt on paper is there to be looked at. */
static bool scanned(DocumentWork *w, bool needed, int64_t *out) {
    int64_t id = node_int(w->act->more, "file", 0);

    for (size_t i = 0; id && w->matter && i < w->matter->files.count; i++) {
        const MatterFile *f = &files_of(w->matter)[i];

        if (f->id == id && str_is(f->state, "present")) {
            *out = id;
            return true;
        }
    }
    if (id)
        return document_fail(w, ERR_INVALID, "/file", "事项里没有这份材料，请重新选择送达回证");
    return !needed ||
           document_fail(w, ERR_INVALID, "/file", "请先把签收的送达回证扫描后上传到事项，再选择它");
}

bool run_service_receipt(DocumentWork *w) {
    const DocumentService *s = document_service_of(w->d, w->act->service);
    Str typed = node_text(w->act->more, "state"), day = {NULL, 0};
    bool signed_for = str_is(typed, "signed");
    const char *state = signed_for ? "signed" : str_is(typed, "refused") ? "refused" : "returned";
    int64_t file = 0;

    if (!s)
        return document_fail(w, ERR_INVALID, "/service", "请选择登记哪一个单位的送达结果");
    if (!str_is(typed, state))
        return document_fail(w, ERR_INVALID, "/state",
                             "送达结果是已签收（signed）、已拒收（refused）还是已退回（returned），"
                             "请选择一项");
    if (!day_of_receipt(w, s, &day) || !scanned(w, signed_for, &file))
        return false;
    service_end(w, w->act->service, state, signed_for ? day : (Str){NULL, 0});
    document_service_of(w->d, w->act->service)->file = file;
    return service_settle(w) && document_note_keep(w, !signed_for);
}

/* ---- calling back ---- */

bool may_service_recall(DocumentWork *w) {
    return issues(w);
}

bool run_service_recall(DocumentWork *w) {
    size_t taken = 0, kept = 0;

    document_own(w, &w->d->services, sizeof(DocumentService));
    for (size_t i = 0; i < w->d->services.count; i++) {
        DocumentService *s = &document_services(w->d)[i];

        kept += str_is(s->state, "signed");
        if (!service_waits(s))
            continue;
        s->state = STR("recalled");
        s->closed = w->now;
        s->actor = w->actor;
        taken++;
    }
    w->d->state = STR("recalled");
    w->d->due = (Str){NULL, 0};
    if (taken)
        document_tell(w, "%zu 个单位还没有签收，正文已经收回，对方只看得到文书已撤回", taken);
    if (kept)
        document_tell(w,
                      "%zu 个单位已经签收，正文收不回，对方会看到文书已撤回；事项里已经开始的步骤和"
                      "期限不受影响，需要的请在事项里撤销操作或者终结",
                      kept);
    return document_note_keep(w, true);
}
