/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/period.c: statutory periods as content writes them: rows, loading, versions. */
#include "content/period.h"

#include "content/period_inside.h"
#include "content/snapshot.h"

#include "base/banned.h"

const BindName period_unit_names[] = {{"hour", PERIOD_HOUR, "小时"},
                                      {"day", PERIOD_DAY, "日"},
                                      {"workday", PERIOD_WORKDAY, "个工作日"},
                                      {"month", PERIOD_MONTH, "个月"},
                                      {"year", PERIOD_YEAR, "年"},
                                      {NULL, 0, NULL}};

const BindName period_roll_names[] = {{"none", ROLL_NONE, "到期即止"},
                                      {"workday", ROLL_WORKDAY, "顺延到下一个工作日"},
                                      {"custody", ROLL_CUSTODY, "羁押期间，不因节假日延长"},
                                      {NULL, 0, NULL}};

const BindName period_counting_names[] = {{"next_day", COUNT_NEXT_DAY, "次日起算"},
                                          {"same_hour", COUNT_SAME_HOUR, "自该时刻起算"},
                                          {"next_hour", COUNT_NEXT_HOUR, "自下一小时起算"},
                                          {NULL, 0, NULL}};

const BindName period_action_names[] = {
    {"remind", LAPSE_REMIND, "提醒"},       {"urging_letter", LAPSE_URGING_LETTER, "起草催办文书"},
    {"escalate", LAPSE_ESCALATE, "报上级"}, {"clue", LAPSE_CLUE, "生成线索"},
    {"nothing", LAPSE_NOTHING, "不作处理"}, {NULL, 0, NULL}};

const BindName period_level_names[] = {{"yellow", WARN_YELLOW, "黄色"},
                                       {"orange", WARN_ORANGE, "橙色"},
                                       {"red", WARN_RED, "红色"},
                                       {NULL, 0, NULL}};

const Bind period_warning_rows[] = {
    BIND_ENUM(PeriodWarning, level, "level", REQUIRED, period_level_names, "how urgent"),
    BIND_INT(PeriodWarning, before, "before", REQUIRED, "so many before the end; 0: at the end"),
    BIND_ENUM(PeriodWarning, unit, "unit", REQUIRED, period_unit_names, "hour, day or workday"),
    BIND_END,
};

const Bind period_suspends_rows[] = {
    BIND_STR_MOST(PeriodSuspends, reason, "reason", REQUIRED, 60,
                  "what goes on, in Chinese: 鉴定; recorded with each suspension"),
    BIND_STR_MOST(PeriodSuspends, note, "note", OPTIONAL, 300, "from when until when"),
    BIND_OBJECTS(PeriodSuspends, basis, "basis", REQUIRED, basis_rows, Basis, "the articles"),
    BIND_END,
};

const Bind period_extension_rows[] = {
    BIND_STR_MOST(PeriodExtension, extension, "extension", REQUIRED, 60, "id within the period"),
    BIND_STR_MOST(PeriodExtension, title, "title", REQUIRED, 120, "when it is possible"),
    BIND_STR_MOST(PeriodExtension, approver, "approver", REQUIRED, 120, "who approves it"),
    BIND_STR_MOST(PeriodExtension, approver_role, "approver_role", OPTIONAL, 64,
                  "role that decides, at the organisation whose step it is"),
    BIND_INT(PeriodExtension, by, "by", OPTIONAL, "at most so many more; by or to is needed"),
    BIND_INT(PeriodExtension, to, "to", OPTIONAL,
             "at most so many altogether, in the period's unit"),
    BIND_ENUM(PeriodExtension, unit, "unit", OPTIONAL, period_unit_names,
              "of `by`; the period's own when left out"),
    BIND_INT(PeriodExtension, times, "times", OPTIONAL, "how often; once when left out"),
    BIND_STR_MOST(PeriodExtension, after, "after", OPTIONAL, 60,
                  "only after this other extension was granted"),
    BIND_STR_MOST(PeriodExtension, note, "note", OPTIONAL, 300, "what else it depends on"),
    BIND_OBJECTS(PeriodExtension, basis, "basis", REQUIRED, basis_rows, Basis, "the articles"),
    BIND_END,
};

const Bind period_rows[] = {
    BIND_STR_MOST(Period, period, "period", REQUIRED, 60,
                  "id, in capitals: RT_REPLY; again for another version of the law"),
    BIND_STR_MOST(Period, title, "title", REQUIRED, 120, "what has to be done in it"),
    BIND_STR_MOST(Period, starts, "starts", REQUIRED, 120, "what starts it, in words"),
    BIND_INT(Period, count, "count", OPTIONAL,
             "how many units; negative: before a day to come; needed unless stricter_of is there"),
    BIND_ENUM(Period, unit, "unit", OPTIONAL, period_unit_names,
              "of the count; needed unless stricter_of is there"),
    BIND_ENUM(Period, roll, "roll", OPTIONAL, period_roll_names,
              "what happens when the last day is a holiday; needed unless stricter_of is there"),
    BIND_ENUM(Period, counting, "counting", OPTIONAL, period_counting_names,
              "what begins the count; next_day when left out, for hours same_hour"),
    BIND_BOOL(Period, adjustable, "adjustable", OPTIONAL, "the document may set another length"),
    BIND_OBJECTS(Period, warnings, "warnings", OPTIONAL, period_warning_rows, PeriodWarning,
                 "before it ends; one of each level"),
    BIND_ENUM(Period, on_lapse, "on_lapse", OPTIONAL, period_action_names,
              "what becomes of it when it lapses; remind when left out"),
    BIND_STR_MOST(Period, lapse, "lapse", OPTIONAL, 120, "what follows when it lapses, in words"),
    BIND_OBJECTS(Period, suspends, "suspends", OPTIONAL, period_suspends_rows, PeriodSuspends,
                 "what does not count while it goes on"),
    BIND_OBJECTS(Period, extensions, "extensions", OPTIONAL, period_extension_rows, PeriodExtension,
                 "how it may be lengthened"),
    BIND_TEXTS(Period, stricter_of, "stricter_of", OPTIONAL,
               "two other periods: the earlier end counts"),
    BIND_STR_MOST(Period, note, "note", OPTIONAL, 300, "what else is to be known"),
    BIND_OBJECTS(Period, basis, "basis", REQUIRED, basis_rows, Basis, "the articles"),
    BIND_DATE(Period, in_force_from, "in_force_from", OPTIONAL,
              "first day of facts this version applies to"),
    BIND_DATE(Period, in_force_to, "in_force_to", OPTIONAL, "last such day"),
    BIND_BOOL(Period, review, "review", OPTIONAL, "a lawyer has to confirm it"),
    BIND_END,
};

typedef struct PeriodFile {
    Str title;
    BindList periods;
} PeriodFile;

const Bind period_file_rows[] = {
    BIND_STR_MOST(PeriodFile, title, "title", OPTIONAL, 120, "heading"),
    BIND_OBJECTS(PeriodFile, periods, "periods", REQUIRED, period_rows, Period, "the periods"),
    BIND_END,
};

/* ---- versions ---- */

/* Without a day: from ever, or for ever. */
static Day force_from(const Period *p) {
    return p->in_force_from == DAY_NONE ? INT32_MIN : p->in_force_from;
}

static Day force_to(const Period *p) {
    return p->in_force_to == DAY_NONE ? INT32_MAX : p->in_force_to;
}

static bool overlap(const Period *p, const Node *at, const Period *other, Err *e) {
    bool dated = p->in_force_from != DAY_NONE || p->in_force_to != DAY_NONE ||
                 other->in_force_from != DAY_NONE || other->in_force_to != DAY_NONE;

    return content_fail(
        content_place(at, p->in_force_from != DAY_NONE ? "in_force_from" : "period"), e,
        "期限“%.*s”写了两遍，%s", STR_ARG(p->period),
        dated ? "两个版本的施行时间重叠：请改 in_force_from、in_force_to"
              : "如是两个版本，请写明 in_force_from、in_force_to");
}

/* The versions of one id, the last one first. */
typedef struct Chain {
    Period *last;
} Chain;

typedef struct Chains {
    Chain *items;
    size_t count;
    Index *index;
} Chains;

static bool add_version(Chains *chains, Period *p, const Node *at, Err *e) {
    const Chain *found = index_get(chains->index, p->period);
    Chain *chain = &chains->items[found != NULL ? found - chains->items : (long)chains->count];
    Period *newer = NULL;

    for (Period *each = chain->last; each != NULL; each = each->older) {
        if (force_from(p) <= force_to(each) && force_from(each) <= force_to(p))
            return overlap(p, at, each, e);
        if (force_from(each) > force_to(p))
            newer = each;
    }
    p->older = newer != NULL ? newer->older : chain->last;
    *(newer != NULL ? &newer->older : &chain->last) = p;
    if (found == NULL)
        index_put(chains->index, p->period, &chains->items[chains->count++]);
    return true;
}

static bool read_files(Content *c, const ContentFile *files, PeriodFile *read, size_t n,
                       size_t *total, Err *e) {
    for (size_t i = 0; i < n; i++) {
        if (files[i].tree == NULL)
            return err_set(e, ERR_CONTENT, files[i].path, "期限文件应当是 .yaml");
        if (!bind_read(c->arena, period_file_rows, files[i].tree, &read[i], e))
            return false;
        *total += read[i].periods.count;
    }
    return true;
}

/* Every period as it is written, and the node it was read from. */
static bool take_periods(Content *c, Period *all, const Node **at, Chains *chains, Err *e) {
    const ContentFile *files;
    size_t n = content_files(c, "periods", &files);

    for (size_t i = 0; i < n; i++) {
        const Node *list = node_get(files[i].tree, "periods");

        for (size_t j = 0; j < list->count; j++) {
            Period *p = &all[c->period_count];

            at[c->period_count++] = list->items[j];
            if (!period_check(p, list->items[j], e) || !add_version(chains, p, list->items[j], e))
                return false;
        }
    }
    return true;
}

bool load_periods(Content *c, Err *e) {
    const ContentFile *files;
    size_t n = content_files(c, "periods", &files), total = 0;
    PeriodFile *read = arena_array_of(c->arena, n, PeriodFile);

    if (!read_files(c, files, read, n, &total, e))
        return false;
    Period *all = arena_array_of(c->arena, total, Period);
    const Node **at = arena_array_of(c->arena, total, const Node *);
    Chains chains = {arena_array_of(c->arena, total, Chain), 0, index_new(c->arena, total)};

    c->periods = all;
    for (size_t i = 0, k = 0; i < n; i++)
        for (size_t j = 0; j < read[i].periods.count; j++)
            all[k++] = ((const Period *)read[i].periods.items)[j];
    if (!take_periods(c, all, at, &chains, e))
        return false;
    c->period_index = index_new(c->arena, total);
    for (size_t i = 0; i < chains.count; i++)
        index_put(c->period_index, chains.items[i].last->period, chains.items[i].last);
    for (size_t i = 0; i < total; i++)
        if (!period_check_parts(c, &c->periods[i], at[i], e))
            return false;
    return true;
}

static bool approver_known(const Content *c, const Node *extension, Err *e) {
    Str role = node_text(extension, "approver_role");
    Err why = {0};

    return role.len == 0 || content_role(c, role, &why) != NULL ||
           content_fail(content_place(extension, "approver_role"), e, "%s", why.text);
}

bool check_approvers(const Content *c, Err *e) {
    const ContentFile *files;
    size_t n = content_files(c, "periods", &files);

    for (size_t i = 0; i < n; i++) {
        const Node *list = node_get(files[i].tree, "periods");

        for (size_t j = 0; j < list->count; j++) {
            const Node *more = node_get(list->items[j], "extensions");

            for (size_t k = 0; more != NULL && k < more->count; k++)
                if (!approver_known(c, more->items[k], e))
                    return false;
        }
    }
    return true;
}

const Period *period_in_force(const Content *c, Str id, Day on, Err *e) {
    const Period *last = content_period(c, id, e);
    char when[11], since[11];

    if (last == NULL || on == DAY_NONE)
        return last;
    for (const Period *p = last; p != NULL; p = p->older)
        if (force_from(p) <= on && on <= force_to(p))
            return p;
    day_format(on, when);
    while (last->older != NULL)
        last = last->older;
    day_format(last->in_force_from, since);
    if (on < force_from(last))
        err_set(e, ERR_NOT_FOUND, "/fact_on", "期限“%.*s”（%.*s）自 %s 起施行，%s 还没有这一期限",
                STR_ARG(last->title), STR_ARG(id), since, when);
    else
        err_set(e, ERR_NOT_FOUND, "/fact_on", "期限“%.*s”（%.*s）在 %s 没有施行中的版本",
                STR_ARG(last->title), STR_ARG(id), when);
    return NULL;
}
