/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/purpose.c: purposes, approvals, alarms and retention, read from content/purposes. */
#include "content/purpose.h"

#include <assert.h>

#include "content/index.h"
#include "content/snapshot.h"

#include "base/banned.h"

enum { MINUTES_A_DAY = 24 * 60, SECONDS_MOST = 3600 };

const BindName approval_type_names[] = {{"look", APPROVAL_LOOK, "查看敏感信息"},
                                        {"sealed", APPROVAL_SEALED, "查看封存记录"},
                                        {"bulk", APPROVAL_BULK, "批量导出"},
                                        {"destroy", APPROVAL_DESTROY, "销毁留存期满的内容"},
                                        {NULL, 0, NULL}};

const BindName alarm_type_names[] = {{"night", ALARM_NIGHT, "夜间查看"},
                                     {"bulk", ALARM_BULK, "大量查看"},
                                     {"bulk_export", ALARM_BULK_EXPORT, "大量导出"},
                                     {"own_name", ALARM_OWN_NAME, "查看本人"},
                                     {"colleague", ALARM_COLLEAGUE, "查看同事"},
                                     {"no_matter", ALARM_NO_MATTER, "没有对应的事项"},
                                     {"refused", ALARM_REFUSED, "多次被拒绝"},
                                     {NULL, 0, NULL}};

const Bind purpose_rows[] = {
    BIND_STR_MOST(Purpose, purpose, "purpose", REQUIRED, 60, "id"),
    BIND_STR_MOST(Purpose, title, "title", REQUIRED, 60, "Chinese title"),
    BIND_STR_MOST(Purpose, help, "help", OPTIONAL, 300, "when it is the right one"),
    BIND_BOOL(Purpose, needs_case_number, "needs_case_number", OPTIONAL,
              "refused without the number of a case"),
    BIND_BOOL(Purpose, internal, "internal", OPTIONAL,
              "the program's own: not offered to who wants to look"),
    BIND_OBJECTS(Purpose, basis, "basis", REQUIRED, basis_rows, Basis, "the statutes"),
    BIND_BOOL(Purpose, review, "review", OPTIONAL, "a lawyer has to confirm it"),
    BIND_END,
};

const Bind approval_kind_rows[] = {
    BIND_ENUM(ApprovalKind, approval, "approval", REQUIRED, approval_type_names,
              "look, sealed, bulk or destroy"),
    BIND_STR_MOST(ApprovalKind, title, "title", REQUIRED, 60, "Chinese title"),
    BIND_STR_MOST(ApprovalKind, help, "help", OPTIONAL, 300, "how it is given"),
    BIND_INT(ApprovalKind, approvers, "approvers", REQUIRED, "different people who must consent"),
    BIND_INT(ApprovalKind, days, "days", REQUIRED, "ends at the latest so many days on"),
    BIND_INT(ApprovalKind, uses, "uses", REQUIRED, "at most so often"),
    BIND_INT(ApprovalKind, open_days, "open_days", REQUIRED, "undecided requests lapse"),
    BIND_INT(ApprovalKind, above, "above", OPTIONAL, "bulk: needed for more rows than this"),
    BIND_OBJECTS(ApprovalKind, basis, "basis", OPTIONAL, basis_rows, Basis, "the statutes"),
    BIND_BOOL(ApprovalKind, review, "review", OPTIONAL, "a lawyer has to confirm it"),
    BIND_END,
};

const Bind alarm_rule_rows[] = {
    BIND_ENUM(AlarmRule, alarm, "alarm", REQUIRED, alarm_type_names, "the sign"),
    BIND_STR_MOST(AlarmRule, title, "title", REQUIRED, 60, "Chinese title"),
    BIND_STR_MOST(AlarmRule, help, "help", OPTIONAL, 300, "what it means"),
    BIND_INT(AlarmRule, most, "most", OPTIONAL, "raised at this number on one day"),
    BIND_STR_MOST(AlarmRule, from, "from", OPTIONAL, 5, "night: begins, 22:00"),
    BIND_STR_MOST(AlarmRule, until, "until", OPTIONAL, 5, "night: ends, 06:00"),
    BIND_BOOL(AlarmRule, review, "review", OPTIONAL, "a lawyer has to confirm it"),
    BIND_END,
};

const Bind retention_rows[] = {
    BIND_STR_MOST(Retention, retention, "retention", REQUIRED, 60, "id"),
    BIND_STR_MOST(Retention, title, "title", REQUIRED, 60, "Chinese title"),
    BIND_STR_MOST(Retention, help, "help", OPTIONAL, 300, "what is kept"),
    BIND_TEXTS(Retention, kinds, "kinds", REQUIRED, "beginnings of the kinds of events"),
    BIND_INT(Retention, months, "months", REQUIRED, "kept so long after the last event"),
    BIND_INT(Retention, least_months, "least_months", REQUIRED, "what the statute asks for"),
    BIND_OBJECTS(Retention, basis, "basis", REQUIRED, basis_rows, Basis, "the statutes"),
    BIND_BOOL(Retention, review, "review", OPTIONAL, "a lawyer has to confirm it"),
    BIND_END,
};

typedef struct PurposeFile {
    Str title;
    int64_t shown_seconds;
    BindList purposes, approvals, alarms, retention;
    const Node *tree;
} PurposeFile;

const Bind purpose_file_rows[] = {
    BIND_STR_MOST(PurposeFile, title, "title", OPTIONAL, 120, "heading"),
    BIND_INT(PurposeFile, shown_seconds, "shown_seconds", OPTIONAL,
             "clear values stay on the page so long"),
    BIND_OBJECTS(PurposeFile, purposes, "purposes", OPTIONAL, purpose_rows, Purpose, "purposes"),
    BIND_OBJECTS(PurposeFile, approvals, "approvals", OPTIONAL, approval_kind_rows, ApprovalKind,
                 "kinds of approval"),
    BIND_OBJECTS(PurposeFile, alarms, "alarms", OPTIONAL, alarm_rule_rows, AlarmRule, "alarms"),
    BIND_OBJECTS(PurposeFile, retention, "retention", OPTIONAL, retention_rows, Retention,
                 "how long traces are kept"),
    BIND_END,
};

struct Purposes {
    const Purpose *purposes;
    size_t count;
    Index *index;
    const ApprovalKind *approvals[APPROVAL_TYPES];
    const AlarmRule *alarms[ALARM_TYPES];
    const Retention **retention;
    size_t retention_count;
    int64_t shown_seconds;
};

static bool within(const Node *at, const char *key, int64_t n, int64_t least, int64_t most,
                   Err *e) {
    return (n >= least && n <= most) ||
           content_fail(content_place(at, key), e, "%s 应当在 %lld 到 %lld 之间", key,
                        (long long)least, (long long)most);
}

/* ---- purposes ---- */

static bool check_purpose(const Purpose *p, const Node *at, Err *e) {
    const Node *place = content_place(at, "basis");

    if (p->basis.count == 0)
        return content_fail(place, e, "事由“%.*s”没有写依据", STR_ARG(p->title));
    return content_basis_check(&p->basis, at, e);
}

static bool put_purposes(Content *c, struct Purposes *all, const PurposeFile *files, size_t n,
                         Err *e) {
    size_t total = 0, k = 0;

    for (size_t i = 0; i < n; i++)
        total += files[i].purposes.count;
    Purpose *list = arena_array_of(c->arena, total, Purpose);

    all->index = index_new(c->arena, total);
    all->purposes = list;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < files[i].purposes.count; j++, k++) {
            const Node *at = content_item(files[i].tree, "purposes", j);

            list[k] = ((const Purpose *)files[i].purposes.items)[j];
            if (!content_id_fits(list[k].purpose, 60))
                return content_fail(content_place(at, "purpose"), e,
                                    "“%.*s”不能作标识：只用小写字母、数字和单个下划线",
                                    STR_ARG(list[k].purpose));
            if (index_put(all->index, list[k].purpose, &list[k]) != NULL)
                return content_fail(content_place(at, "purpose"), e, "事由“%.*s”写了两遍",
                                    STR_ARG(list[k].purpose));
            if (!check_purpose(&list[k], at, e))
                return false;
        }
    all->count = total;
    return total > 0 ||
           err_set(e, ERR_CONTENT, "content/purposes", "没有任何查询事由，敏感信息就谁也看不了");
}

/* ---- approvals ---- */

/* Two people for what is sealed and for bulk is the house's own rule, not an office's choice. */
static bool check_approval(const ApprovalKind *k, const Node *at, Err *e) {
    int64_t least = k->approval == APPROVAL_LOOK ? 1 : 2;

    return within(at, "approvers", k->approvers, least, 5, e) &&
           within(at, "days", k->days, 1, 366, e) && within(at, "uses", k->uses, 1, 100000, e) &&
           within(at, "open_days", k->open_days, 1, 90, e) &&
           (k->approval != APPROVAL_BULK || within(at, "above", k->above, 1, 100000, e)) &&
           (k->approval == APPROVAL_BULK || k->above == 0 ||
            content_fail(content_place(at, "above"), e, "只有 bulk 有行数上限 above")) &&
           content_basis_check(&k->basis, at, e);
}

static bool put_approvals(struct Purposes *all, const PurposeFile *f, Err *e) {
    const ApprovalKind *list = f->approvals.items;

    for (size_t i = 0; i < f->approvals.count; i++) {
        const Node *at = content_item(f->tree, "approvals", i);

        if (all->approvals[list[i].approval] != NULL)
            return content_fail(content_place(at, "approval"), e, "这种审批写了两遍");
        if (!check_approval(&list[i], at, e))
            return false;
        all->approvals[list[i].approval] = &list[i];
    }
    return true;
}

/* ---- alarms ---- */

static bool minute_of(Str text, int *out) {
    int64_t hour, minute;
    Str rest = text, first;

    if (text.len != 5 || !str_split(&rest, ':', &first) || first.len != 2 ||
        !str_to_int(first, &hour) || !str_to_int(rest, &minute) || hour < 0 || hour > 23 ||
        minute < 0 || minute > 59)
        return false;
    *out = (int)(hour * 60 + minute);
    return true;
}

static bool check_alarm(AlarmRule *r, const Node *at, Err *e) {
    bool counts =
        r->alarm == ALARM_BULK || r->alarm == ALARM_BULK_EXPORT || r->alarm == ALARM_REFUSED;

    if (counts && !within(at, "most", r->most, 1, 10000000, e))
        return false;
    if (!counts && r->most != 0)
        return content_fail(content_place(at, "most"), e, "这种告警发现一次就提出，没有 most");
    if (r->alarm != ALARM_NIGHT)
        return (r->from.len == 0 && r->until.len == 0) ||
               content_fail(content_place(at, r->from.len ? "from" : "until"), e,
                            "只有 night 有起止时刻");
    if (!minute_of(r->from, &r->from_minute))
        return content_fail(content_place(at, "from"), e, "时刻应当写成 22:00 这样");
    if (!minute_of(r->until, &r->until_minute))
        return content_fail(content_place(at, "until"), e, "时刻应当写成 06:00 这样");
    return r->from_minute != r->until_minute ||
           content_fail(content_place(at, "until"), e, "夜间的起止时刻不能相同");
}

static bool put_alarms(struct Purposes *all, const PurposeFile *f, Err *e) {
    AlarmRule *list = f->alarms.items;

    for (size_t i = 0; i < f->alarms.count; i++) {
        const Node *at = content_item(f->tree, "alarms", i);

        if (all->alarms[list[i].alarm] != NULL)
            return content_fail(content_place(at, "alarm"), e, "这种告警写了两遍");
        if (!check_alarm(&list[i], at, e))
            return false;
        all->alarms[list[i].alarm] = &list[i];
    }
    return true;
}

/* ---- retention ---- */

static bool check_retention(const Content *c, const struct Purposes *all, const Retention *r,
                            const Node *at, Err *e) {
    (void)c;
    if (!content_id_fits(r->retention, 60))
        return content_fail(content_place(at, "retention"), e,
                            "“%.*s”不能作标识：只用小写字母、数字和单个下划线",
                            STR_ARG(r->retention));
    if (!within(at, "least_months", r->least_months, 1, 1200, e))
        return false;
    if (r->months < r->least_months || r->months > 1200)
        return content_fail(content_place(at, "months"), e,
                            "“%.*s”只留存 %lld 个月，少于依据要求的 %lld 个月", STR_ARG(r->title),
                            (long long)r->months, (long long)r->least_months);
    if (r->kinds.count == 0 || r->basis.count == 0)
        return content_fail(at, e, "留存规定要写明事件种类和依据");
    for (size_t i = 0; i < all->retention_count; i++)
        for (size_t k = 0; k < all->retention[i]->kinds.count; k++)
            for (size_t m = 0; m < r->kinds.count; m++)
                if (str_eq(((const Str *)all->retention[i]->kinds.items)[k],
                           ((const Str *)r->kinds.items)[m]))
                    return content_fail(content_place(at, "kinds"), e, "事件种类“%.*s”写了两遍",
                                        STR_ARG(((const Str *)r->kinds.items)[m]));
    return content_basis_check(&r->basis, at, e);
}

static bool put_retention(Content *c, struct Purposes *all, const PurposeFile *files, size_t n,
                          Err *e) {
    size_t total = 0;

    for (size_t i = 0; i < n; i++)
        total += files[i].retention.count;
    all->retention = arena_array_of(c->arena, total, const Retention *);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < files[i].retention.count; j++) {
            const Retention *r = &((const Retention *)files[i].retention.items)[j];

            if (!check_retention(c, all, r, content_item(files[i].tree, "retention", j), e))
                return false;
            all->retention[all->retention_count++] = r;
        }
    return true;
}

/* ---- all of it ---- */

static bool names_whole(const struct Purposes *all, Err *e) {
    for (const BindName *n = approval_type_names; n->name != NULL; n++)
        if (all->approvals[n->value] == NULL)
            return err_set(e, ERR_CONTENT, "content/purposes", "没有规定“%s”怎样审批（%s）",
                           n->title, n->name);
    for (const BindName *n = alarm_type_names; n->name != NULL; n++)
        if (all->alarms[n->value] == NULL)
            return err_set(e, ERR_CONTENT, "content/purposes", "没有规定告警“%s”（%s）", n->title,
                           n->name);
    return all->shown_seconds != 0 || err_set(e, ERR_CONTENT, "content/purposes",
                                              "没有规定明文在页面上显示多少秒（shown_seconds）");
}

static bool put_shown(struct Purposes *all, const PurposeFile *f, Err *e) {
    if (f->shown_seconds == 0)
        return true;
    if (all->shown_seconds != 0)
        return content_fail(content_place(f->tree, "shown_seconds"), e, "shown_seconds 写了两遍");
    all->shown_seconds = f->shown_seconds;
    return within(f->tree, "shown_seconds", f->shown_seconds, 5, SECONDS_MOST, e);
}

bool load_purposes(Content *c, Err *e) {
    const ContentFile *files;
    size_t n = content_files(c, "purposes", &files);
    PurposeFile *read = arena_array_of(c->arena, n, PurposeFile);
    struct Purposes *all = arena_new_of(c->arena, struct Purposes);

    c->purposes = all;
    for (size_t i = 0; i < n; i++) {
        if (files[i].tree == NULL)
            return err_set(e, ERR_CONTENT, files[i].path, "事由文件应当是 .yaml");
        if (!bind_read(c->arena, purpose_file_rows, files[i].tree, &read[i], e))
            return false;
        read[i].tree = files[i].tree;
        if (!put_approvals(all, &read[i], e) || !put_alarms(all, &read[i], e) ||
            !put_shown(all, &read[i], e))
            return false;
    }
    return put_purposes(c, all, read, n, e) && put_retention(c, all, read, n, e) &&
           names_whole(all, e);
}

/* ---- asking ---- */

size_t content_purpose_count(const Content *c) {
    return c->purposes->count;
}

const Purpose *content_purpose_at(const Content *c, size_t i) {
    assert(i < c->purposes->count);
    return &c->purposes->purposes[i];
}

const Purpose *content_purpose(const Content *c, Str id, Err *e) {
    const Purpose *p = index_get(c->purposes->index, id);
    NearestName n = {.wanted = id};

    if (p != NULL)
        return p;
    for (size_t i = 0; i < c->purposes->count; i++) {
        nearest_name(&n, c->purposes->purposes[i].purpose);
        if (str_eq(c->purposes->purposes[i].title, id))
            n = (NearestName){.wanted = id, .name = c->purposes->purposes[i].purpose};
    }
    content_not_found("查询事由", &n, e);
    return NULL;
}

const ApprovalKind *content_approval_kind(const Content *c, ApprovalType type) {
    return c->purposes->approvals[type];
}

const AlarmRule *content_alarm_rule(const Content *c, AlarmType type) {
    return c->purposes->alarms[type];
}

size_t content_retention_count(const Content *c) {
    return c->purposes->retention_count;
}

const Retention *content_retention_at(const Content *c, size_t i) {
    assert(i < c->purposes->retention_count);
    return c->purposes->retention[i];
}

const Retention *content_retention_of(const Content *c, Str kind) {
    const Retention *best = NULL;
    size_t longest = 0;

    for (size_t i = 0; i < c->purposes->retention_count; i++) {
        const Retention *r = c->purposes->retention[i];

        for (size_t k = 0; k < r->kinds.count; k++) {
            Str begin = ((const Str *)r->kinds.items)[k];

            if (begin.len > longest && str_starts(kind, begin)) {
                longest = begin.len;
                best = r;
            }
        }
    }
    return best;
}

int64_t content_shown_seconds(const Content *c) {
    return c->purposes->shown_seconds;
}

bool alarm_at_night(const AlarmRule *night, Instant at) {
    const Instant minute = INT64_C(60000000), china = 8 * 60 * minute;
    Instant local = at + china;
    int64_t now = (local / minute % MINUTES_A_DAY + MINUTES_A_DAY) % MINUTES_A_DAY;

    return night->from_minute < night->until_minute
               ? now >= night->from_minute && now < night->until_minute
               : now >= night->from_minute || now < night->until_minute;
}
