/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/sealing.c: sealing rules of a dataset, read, checked and applied to one row. */
#include "content/sealing.h"

#include "content/snapshot.h"

#include "base/banned.h"

#define OF_AGE_MONTHS (18 * 12)

const Bind seal_test_rows[] = {
    BIND_STR_MOST(SealTest, field, "field", REQUIRED, 60, "the field that is looked at"),
    BIND_TEXTS(SealTest, in, "in", OPTIONAL, "it is one of these"),
    BIND_TEXTS(SealTest, contains, "contains", OPTIONAL, "it holds one of these"),
    BIND_BOOL(SealTest, empty, "empty", OPTIONAL, "nothing is filled in"),
    BIND_INT(SealTest, above, "above", OPTIONAL, "a number greater than this"),
    BIND_END,
};

const Bind sealing_rows[] = {
    BIND_STR_MOST(Sealing, rule, "rule", REQUIRED, 60, "id, stored with each sealed row"),
    BIND_STR_MOST(Sealing, title, "title", REQUIRED, 120, "what is sealed, in Chinese"),
    BIND_STR_MOST(Sealing, minor, "minor", OPTIONAL, 60,
                  "citizen_id of the person who was under 18 on the day of the fact"),
    BIND_STR_MOST(Sealing, birth, "birth", OPTIONAL, 60, "birth date, where the number tells none"),
    BIND_TEXTS(Sealing, on, "on", OPTIONAL,
               "dates, the day of the fact first; the first filled one counts"),
    BIND_OBJECTS(Sealing, when, "when", OPTIONAL, seal_test_rows, SealTest,
                 "all of these must hold"),
    BIND_OBJECTS(Sealing, unless, "unless", OPTIONAL, seal_test_rows, SealTest,
                 "any of these leaves the row open"),
    BIND_OBJECTS(Sealing, basis, "basis", REQUIRED, basis_rows, Basis, "the statutes"),
    BIND_BOOL(Sealing, review, "review", OPTIONAL, "a lawyer has to confirm it"),
    BIND_END,
};

/* ---- read and checked ---- */

static const Field *named(const Dataset *d, Str name, int type, const Node *at, Err *e) {
    const Field *f = dataset_field(d, name);
    NearestName n = {.wanted = name};

    for (size_t i = 0; !f && i < d->fields.count; i++)
        nearest_name(&n, dataset_fields(d)[i].field);
    if (!f && n.name.ptr)
        content_fail(at, e, "数据集里没有字段“%.*s”，是不是想写“%.*s”", STR_ARG(name),
                     STR_ARG(n.name));
    else if (!f)
        content_fail(at, e, "数据集里没有字段“%.*s”", STR_ARG(name));
    else if (type == FIELD_DATE && f->sensitive)
        content_fail(at, e, "敏感字段“%.*s”不能用来判断年龄：库里只有遮盖后的值", STR_ARG(name));
    else if (type >= 0 && f->type != type)
        content_fail(at, e, "封存规则里的字段“%.*s”应当是 %s 类型", STR_ARG(name),
                     field_type_names[type].name);
    else
        return f;
    return NULL;
}

static bool check_test(const Dataset *d, SealTest *t, const Node *at, Err *e) {
    int asked = (t->in.count > 0) + (t->contains.count > 0) + t->empty + (t->above != 0);

    t->is = named(d, t->field, -1, content_place(at, "field"), e);
    if (!t->is)
        return false;
    if (t->is->sensitive || t->is->type == FIELD_CITIZEN_ID)
        return content_fail(content_place(at, "field"), e,
                            "敏感字段“%.*s”不能用在封存条件里：库里只有遮盖后的值",
                            STR_ARG(t->field));
    if (asked != 1)
        return content_fail(at, e, "每个条件写 in、contains、empty、above 中的一个");
    if (t->above && t->is->type != FIELD_NUMBER && t->is->type != FIELD_INTEGER)
        return content_fail(content_place(at, "above"), e, "above 只用于 number、integer 类型");
    return true;
}

static bool check_tests(const Dataset *d, const BindList *list, const Node *at, const char *key,
                        Err *e) {
    SealTest *tests = list->items;

    for (size_t i = 0; i < list->count; i++)
        if (!check_test(d, &tests[i], content_item(at, key, i), e))
            return false;
    return true;
}

static bool check_age(Arena *a, const Dataset *d, Sealing *s, const Node *at, Err *e) {
    s->on_fields = arena_array_of(a, s->on.count, const Field *);
    if (s->minor.len &&
        !(s->minor_field = named(d, s->minor, FIELD_CITIZEN_ID, content_place(at, "minor"), e)))
        return false;
    if (s->birth.len &&
        !(s->birth_field = named(d, s->birth, FIELD_DATE, content_place(at, "birth"), e)))
        return false;
    for (size_t i = 0; i < s->on.count; i++)
        if (!(s->on_fields[i] = named(d, ((const Str *)s->on.items)[i], FIELD_DATE,
                                      content_item(at, "on", i), e)))
            return false;
    if (!s->minor.len && (s->birth.len || s->on.count))
        return content_fail(at, e, "写了 birth 或 on，就要用 minor 写明是谁的年龄");
    if (s->minor.len && !s->on.count)
        return content_fail(content_place(at, "minor"), e, "要用 on 写明哪一天算行为日");
    return s->minor.len || s->when.count ||
           content_fail(at, e, "封存规则至少要有 minor 或 when，否则全部封存");
}

bool check_sealing(Content *c, Dataset *d, const Node *tree, Err *e) {
    Sealing *rules = d->sealing.items;

    for (size_t i = 0; i < d->sealing.count; i++) {
        const Node *at = content_item(tree, "sealing", i);

        if (!content_id_fits(rules[i].rule, 60))
            return content_fail(content_place(at, "rule"), e,
                                "“%.*s”不能作规则名：只用小写字母、数字和单个下划线",
                                STR_ARG(rules[i].rule));
        for (size_t j = 0; j < i; j++)
            if (str_eq(rules[i].rule, rules[j].rule))
                return content_fail(content_place(at, "rule"), e, "规则“%.*s”写了两遍",
                                    STR_ARG(rules[i].rule));
        if (!rules[i].basis.count)
            return content_fail(content_place(at, "basis"), e, "封存要有法律依据：basis 不能为空");
        if (!content_basis_check(&rules[i].basis, at, e) ||
            !check_age(c->arena, d, &rules[i], at, e) ||
            !check_tests(d, &rules[i].when, at, "when", e) ||
            !check_tests(d, &rules[i].unless, at, "unless", e))
            return false;
    }
    return true;
}

/* ---- applied ---- */

static bool one_of(const BindList *list, Str text, bool part) {
    for (size_t i = 0; i < list->count; i++) {
        Str word = ((const Str *)list->items)[i];

        if (part ? str_find(text, word) >= 0 : str_eq(text, word))
            return true;
    }
    return false;
}

static bool holds(const SealTest *t, const FieldValue *values) {
    const FieldValue *v = &values[t->is->index];

    if (t->empty)
        return v->kind == VALUE_NULL;
    if (t->above)
        return (v->kind == VALUE_INT && v->integer > t->above) ||
               (v->kind == VALUE_REAL && v->real > (double)t->above);
    return v->kind == VALUE_TEXT &&
           one_of(t->in.count ? &t->in : &t->contains, v->text, !t->in.count);
}

static Day birth_of(const Sealing *s, const FieldValue *values) {
    const FieldValue *v = &values[s->minor_field->index];

    if (v->kind != VALUE_NULL && v->citizen.birth_valid)
        return v->citizen.birth;
    v = s->birth_field ? &values[s->birth_field->index] : NULL;
    return v && v->kind == VALUE_DAY ? (Day)v->integer : DAY_NONE;
}

/* Years are complete on the day after the birthday (法释〔2006〕1号第2条): on the eighteenth
 * birthday itself a person is still under age. */
static bool under_age(const Sealing *s, const FieldValue *values) {
    Day birth = birth_of(s, values), earliest = DAY_NONE;

    if (birth == DAY_NONE)
        return false;
    for (size_t i = 0; i < s->on.count; i++) {
        const FieldValue *v = &values[s->on_fields[i]->index];

        if (v->kind == VALUE_DAY)
            return v->integer <= day_add_months(birth, OF_AGE_MONTHS);
        if (s->on_fields[i]->has_least)
            earliest = (Day)s->on_fields[i]->least_integer;
    }
    /* No day is told: sealed, unless the person was of age on the first day there can be. */
    return earliest <= day_add_months(birth, OF_AGE_MONTHS);
}

static bool seals(const Sealing *s, const FieldValue *values) {
    const SealTest *when = s->when.items, *unless = s->unless.items;

    for (size_t i = 0; i < s->when.count; i++)
        if (!holds(&when[i], values))
            return false;
    if (s->minor_field && !under_age(s, values))
        return false;
    for (size_t i = 0; i < s->unless.count; i++)
        if (holds(&unless[i], values))
            return false;
    return true;
}

const Sealing *sealing_of(const Dataset *d, const FieldValue *values) {
    for (size_t i = 0; i < d->sealing.count; i++)
        if (seals(&dataset_sealing(d)[i], values))
            return &dataset_sealing(d)[i];
    return NULL;
}

static uint64_t mix(uint64_t mark, Str text) {
    return (mark * 31 + str_hash(text)) * UINT64_C(0x9E3779B97F4A7C15);
}

static uint64_t mix_tests(uint64_t mark, const BindList *list) {
    const SealTest *tests = list->items;

    for (size_t i = 0; i < list->count; i++) {
        mark = mix(mark, tests[i].field) + (uint64_t)tests[i].above * 2 + tests[i].empty;
        for (size_t j = 0; j < tests[i].in.count; j++)
            mark = mix(mark, ((const Str *)tests[i].in.items)[j]);
        for (size_t j = 0; j < tests[i].contains.count; j++)
            mark = mix(mark + 1, ((const Str *)tests[i].contains.items)[j]);
    }
    return mark + list->count;
}

uint64_t sealing_mark(const Dataset *d) {
    uint64_t mark = d->sealing.count;

    for (size_t i = 0; i < d->sealing.count; i++) {
        const Sealing *s = &dataset_sealing(d)[i];

        mark = mix(mix(mix(mark, s->rule), s->minor), s->birth);
        for (size_t j = 0; j < s->on.count; j++)
            mark = mix(mark, ((const Str *)s->on.items)[j]) +
                   (uint64_t)(s->on_fields[j]->has_least ? s->on_fields[j]->least_integer : 0);
        mark = mix_tests(mix_tests(mark, &s->when) * 3, &s->unless);
    }
    return mark;
}
