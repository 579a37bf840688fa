/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/dataset.c: dataset standards, read and checked against themselves and the code tables. */
#include <string.h>

#include "content/field_range.h"
#include "content/snapshot.h"

#include "base/banned.h"

const BindName field_type_names[] = {
    {"text", FIELD_TEXT, "文本"},
    {"date", FIELD_DATE, "日期"},
    {"time", FIELD_TIME, "时间"},
    {"money", FIELD_MONEY, "金额"},
    {"number", FIELD_NUMBER, "数值"},
    {"integer", FIELD_INTEGER, "整数"},
    {"area", FIELD_AREA, "面积"},
    {"citizen_id", FIELD_CITIZEN_ID, "公民身份号码"},
    {"credit_code", FIELD_CREDIT_CODE, "统一社会信用代码"},
    {"division", FIELD_DIVISION, "行政区划代码"},
    {"code", FIELD_CODE, "代码"},
    {"plate", FIELD_PLATE, "号牌"},
    {"phone", FIELD_PHONE, "电话号码"},
    {"document_number", FIELD_DOCUMENT_NUMBER, "案号文号"},
    {NULL, 0, NULL},
};

const BindName subject_kind_names[] = {
    {"person", SUBJECT_PERSON, "人"},
    {"organisation", SUBJECT_ORGANISATION, "单位"},
    {"vehicle", SUBJECT_VEHICLE, "车辆"},
    {"licence", SUBJECT_LICENCE, "证照"},
    {"place", SUBJECT_PLACE, "地点"},
    {"case", SUBJECT_CASE, "案件"},
    {NULL, 0, NULL},
};

const Bind field_rows[] = {
    BIND_STR_MOST(Field, field, "field", REQUIRED, 60, "name in models and in the pool"),
    BIND_STR_MOST(Field, title, "title", REQUIRED, 60,
                  "Chinese title; also matches a column's header"),
    BIND_STR_MOST(Field, code, "code", OPTIONAL, 60,
                  "code of the standard (CF_XDR_MC); also matches a header"),
    BIND_ENUM(Field, type, "type", REQUIRED, field_type_names, "what a cell holds"),
    BIND_BOOL(Field, required, "required", OPTIONAL, "rows without it are refused"),
    BIND_BOOL(Field, sensitive, "sensitive", OPTIONAL,
              "stored as token and sealed copy; citizen_id always is"),
    BIND_BOOL(Field, many, "many", OPTIONAL, "type code: several entries in a cell"),
    BIND_BOOL(Field, lenient, "lenient", OPTIONAL,
              "type citizen_id: numbers of other documents are accepted as not valid"),
    BIND_STR_MOST(Field, unit, "unit", OPTIONAL, 20,
                  "money: 元 or 万元; area: 平方米, 亩, 公顷; date: 月 for whole months"),
    BIND_STR_MOST(Field, codes, "codes", OPTIONAL, 60, "type code: the code table"),
    BIND_STR_MOST(Field, least, "least", OPTIONAL, 40,
                  "smallest plausible value; smaller ones are counted out of range"),
    BIND_STR_MOST(Field, most, "most", OPTIONAL, 40,
                  "largest plausible value; today for dates that have come"),
    BIND_INT(Field, length, "length", OPTIONAL, "ceiling in characters; 2000 when left out"),
    BIND_TEXTS(Field, aliases, "aliases", OPTIONAL, "other headers agencies use for it"),
    BIND_STR_MOST(Field, note, "note", OPTIONAL, 500, "for the people who fill it"),
    BIND_END,
};

const Bind subject_rows[] = {
    BIND_ENUM(Subject, kind, "kind", REQUIRED, subject_kind_names, "what the key identifies"),
    BIND_STR_MOST(Subject, key, "key", REQUIRED, 60, "field with the number"),
    BIND_STR_MOST(Subject, name, "name", OPTIONAL, 60, "field with the name"),
    BIND_STR_MOST(Subject, birth, "birth", OPTIONAL, 60, "persons: field with the birth date"),
    BIND_STR_MOST(Subject, division, "division", OPTIONAL, 60, "persons: field with the division"),
    BIND_END,
};

const Bind dataset_rows[] = {
    BIND_STR_MOST(Dataset, dataset, "dataset", REQUIRED, 60, "id: the file's name"),
    BIND_STR_MOST(Dataset, title, "title", REQUIRED, 60, "Chinese title"),
    BIND_STR_MOST(Dataset, note, "note", OPTIONAL, 500, "what it holds"),
    BIND_STR_MOST(Dataset, agency, "agency", OPTIONAL, 120, "who keeps it"),
    BIND_TEXTS(Dataset, suppliers, "suppliers", OPTIONAL,
               "kinds of organisation that hand it in, the usual one first"),
    BIND_STR_MOST(Dataset, group, "group", OPTIONAL, 60, "heading on the pool page"),
    BIND_OBJECTS(Dataset, basis, "basis", OPTIONAL, basis_rows, Basis,
                 "the standards and statutes behind it"),
    BIND_OBJECTS(Dataset, fields, "fields", REQUIRED, field_rows, Field,
                 "the columns, at most 500"),
    BIND_OBJECTS(Dataset, subjects, "subjects", OPTIONAL, subject_rows, Subject,
                 "which columns carry keys"),
    BIND_TEXTS(Dataset, identity, "identity", REQUIRED, "fields that make two rows the same row"),
    BIND_OBJECTS(Dataset, sealing, "sealing", OPTIONAL, sealing_rows, Sealing,
                 "rows that the law seals"),
    BIND_BOOL(Dataset, review, "review", OPTIONAL, "a lawyer has to confirm it"),
    BIND_NODE(Dataset, cases, "cases", OPTIONAL, "rows in, verdicts out: run by `content check`"),
    BIND_END,
};

/* Columns that every pool table has. */
static bool is_reserved(Str name) {
    static const char *const reserved[] = {"id",     "batch",     "until", "line", "digest",
                                           "sealed", "sealed_by", "row",   "today"};

    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (str_is(name, reserved[i]))
            return true;
    return false;
}

static bool unit_fits(const Field *f) {
    if (f->unit.len == 0)
        return true;
    switch (f->type) {
    case FIELD_MONEY:
        return str_is(f->unit, "元") || str_is(f->unit, "万元");
    case FIELD_AREA:
        return str_is(f->unit, "平方米") || str_is(f->unit, "亩") || str_is(f->unit, "公顷");
    case FIELD_DATE:
        return str_is(f->unit, "月");
    default:
        return f->type == FIELD_NUMBER || f->type == FIELD_INTEGER;
    }
}

static bool check_type(const Content *c, Field *f, const Node *at, Err *e) {
    bool code = f->type == FIELD_CODE;

    if (code && f->codes.len == 0)
        return content_fail(at, e, "字段“%.*s”的类型是 code，要用 codes 写明代码表",
                            STR_ARG(f->field));
    if (!code && f->codes.len > 0)
        return content_fail(content_place(at, "codes"), e, "只有 code 类型的字段才写 codes");
    if (f->many && !code)
        return content_fail(content_place(at, "many"), e, "只有 code 类型的字段才写 many");
    if (f->lenient && f->type != FIELD_CITIZEN_ID)
        return content_fail(content_place(at, "lenient"), e,
                            "只有 citizen_id 类型的字段才写 lenient");
    if (!unit_fits(f))
        return content_fail(content_place(at, "unit"), e, "这种类型的字段不能用单位“%.*s”",
                            STR_ARG(f->unit));
    if (f->length < 0 || f->length > 100000)
        return content_fail(content_place(at, "length"), e, "length 应在 1 到 100000 之间");
    if (f->type == FIELD_CITIZEN_ID)
        f->sensitive = true;
    if (!code)
        return true;
    Err why = {0};

    f->table = content_codes(c, f->codes, &why);
    return f->table != NULL || content_fail(content_place(at, "codes"), e, "%s", why.text);
}

static bool put_header(Arena *a, Index *x, const Field *f, Str header, const Node *at, Err *e) {
    const Field *there = header.len == 0 ? NULL : index_put(x, fold_copy(a, header), f);

    if (there == f)
        return content_fail(at, e, "列名“%.*s”在字段“%.*s”里写了两遍", STR_ARG(header),
                            STR_ARG(f->field));
    if (there != NULL)
        return content_fail(at, e, "列名“%.*s”既指“%.*s”又指“%.*s”：一个列名只能指一个字段",
                            STR_ARG(header), STR_ARG(there->title), STR_ARG(f->title));
    return true;
}

static bool put_headers(Arena *a, Index *x, const Field *f, const Node *at, Err *e) {
    const Str *aliases = f->aliases.items;

    if (!put_header(a, x, f, f->title, content_place(at, "title"), e) ||
        !put_header(a, x, f, f->code, content_place(at, "code"), e))
        return false;
    for (size_t i = 0; i < f->aliases.count; i++)
        if (!put_header(a, x, f, aliases[i], content_item(at, "aliases", i), e))
            return false;
    return true;
}

bool check_field_list(const Content *c, Arena *a, Field *fields, size_t n, const Node *tree,
                      Err *e) {
    size_t headers = 0;

    for (size_t i = 0; i < n; i++)
        headers += 2 + fields[i].aliases.count;
    Index *names = index_new(a, n), *x = index_new(a, headers);

    for (size_t i = 0; i < n; i++) {
        Field *f = &fields[i];
        const Node *at = content_item(tree, "fields", i);

        f->index = i;
        if (!content_id_fits(f->field, 60) || is_reserved(f->field))
            return content_fail(
                content_place(at, "field"), e,
                "“%.*s”不能作字段名：只用小写字母、数字和单个下划线，也不能是库表自用的名字",
                STR_ARG(f->field));
        if (index_put(names, f->field, f) != NULL)
            return content_fail(content_place(at, "field"), e, "字段“%.*s”写了两遍",
                                STR_ARG(f->field));
        if (!check_type(c, f, at, e) || !field_range_read(f, at, e) || !put_headers(a, x, f, at, e))
            return false;
    }
    return true;
}

static bool check_fields(const Content *c, Dataset *d, const Node *tree, Err *e) {
    size_t n = d->fields.count;

    if (n == 0 || n > DATASET_FIELDS_MAX)
        return content_fail(content_place(tree, "fields"), e, "一个数据集要有 1 到 %d 个字段",
                            DATASET_FIELDS_MAX);
    return check_field_list(c, c->arena, d->fields.items, n, tree, e);
}

/* The field a subject or the identity names, with the nearest name when there is none. */
static const Field *field_named(const Dataset *d, Str name, const Node *at, Err *e) {
    const Field *f = dataset_field(d, name);
    NearestName n = {.wanted = name};

    if (f != NULL)
        return f;
    for (size_t i = 0; i < d->fields.count; i++)
        nearest_name(&n, dataset_fields(d)[i].field);
    if (n.name.ptr != NULL)
        content_fail(at, e, "没有字段“%.*s”，是不是想写“%.*s”", STR_ARG(name), STR_ARG(n.name));
    else
        content_fail(at, e, "没有字段“%.*s”", STR_ARG(name));
    return NULL;
}

static bool find_part(const Dataset *d, Str name, int type, const Node *at, const char *key,
                      const Field **out, Err *e) {
    const Node *place = content_place(at, key);

    if (name.len == 0)
        return true;
    *out = field_named(d, name, place, e);
    if (*out == NULL)
        return false;
    return (*out)->type == type || content_fail(place, e, "主体的“%s”应当是 %s 类型的字段", key,
                                                field_type_names[type].name);
}

static bool check_subject(const Dataset *d, Subject *s, const Node *at, Err *e) {
    static const int wanted[SUBJECT_KINDS] = {[SUBJECT_PERSON] = FIELD_CITIZEN_ID,
                                              [SUBJECT_ORGANISATION] = FIELD_CREDIT_CODE,
                                              [SUBJECT_VEHICLE] = FIELD_PLATE,
                                              [SUBJECT_LICENCE] = -1,
                                              [SUBJECT_PLACE] = -1,
                                              [SUBJECT_CASE] = -1};
    const Node *place = content_place(at, "key");

    s->key_field = field_named(d, s->key, place, e);
    if (s->key_field == NULL)
        return false;
    int want = wanted[s->kind], is = s->key_field->type;
    bool fits = want >= 0 ? is == want : is == FIELD_TEXT || is == FIELD_DOCUMENT_NUMBER;

    if (!fits && want >= 0)
        return content_fail(place, e, "%s的键应当是 %s 类型的字段",
                            subject_kind_names[s->kind].title, field_type_names[want].name);
    if (!fits)
        return content_fail(place, e, "%s的键应当是 text 或 document_number 类型的字段",
                            subject_kind_names[s->kind].title);
    if (s->kind != SUBJECT_PERSON && (s->birth.len > 0 || s->division.len > 0))
        return content_fail(at, e, "只有人才写 birth 和 division");
    return find_part(d, s->name, FIELD_TEXT, at, "name", &s->name_field, e) &&
           find_part(d, s->birth, FIELD_DATE, at, "birth", &s->birth_field, e) &&
           find_part(d, s->division, FIELD_DIVISION, at, "division", &s->division_field, e);
}

bool check_subjects(Dataset *d, const Node *tree, Err *e) {
    Subject *subjects = d->subjects.items;

    for (size_t i = 0; i < d->subjects.count; i++) {
        const Node *at = content_item(tree, "subjects", i);

        if (!check_subject(d, &subjects[i], at, e))
            return false;
        for (size_t j = 0; j < i; j++)
            if (str_eq(subjects[i].key, subjects[j].key))
                return content_fail(content_place(at, "key"), e, "字段“%.*s”已经是另一个主体的键",
                                    STR_ARG(subjects[i].key));
    }
    return true;
}

static bool check_identity(const Dataset *d, const Node *tree, Err *e) {
    const Str *names = d->identity.items;

    if (d->identity.count == 0)
        return content_fail(content_place(tree, "identity"), e,
                            "identity 至少要有一个字段，否则分不清哪两行是同一行");
    for (size_t i = 0; i < d->identity.count; i++) {
        const Node *at = content_item(tree, "identity", i);

        if (field_named(d, names[i], at, e) == NULL)
            return false;
        for (size_t j = 0; j < i; j++)
            if (str_eq(names[i], names[j]))
                return content_fail(at, e, "字段“%.*s”在 identity 里写了两遍", STR_ARG(names[i]));
    }
    return true;
}

static bool read_dataset(Content *c, const ContentFile *f, Dataset *d, Err *e) {
    if (!bind_read(c->arena, dataset_rows, f->tree, d, e) ||
        !content_id_check(f, "dataset", d->dataset, e) ||
        !content_basis_check(&d->basis, f->tree, e) || !check_fields(c, d, f->tree, e) ||
        !check_subjects(d, f->tree, e) || !check_identity(d, f->tree, e) ||
        !check_sealing(c, d, f->tree, e))
        return false;
    d->file = f->path;
    d->version = f->version;
    return true;
}

bool load_datasets(Content *c, Err *e) {
    const ContentFile *files;
    size_t n = content_files(c, "datasets", &files);
    Dataset *datasets = arena_array_of(c->arena, n, Dataset);

    c->dataset_index = index_new(c->arena, n);
    for (size_t i = 0; i < n; i++) {
        if (files[i].tree == NULL)
            return err_set(e, ERR_CONTENT, files[i].path, "数据集文件应当是 .yaml");
        if (!read_dataset(c, &files[i], &datasets[i], e))
            return false;
        index_put(c->dataset_index, datasets[i].dataset, &datasets[i]);
    }
    c->datasets = datasets;
    c->dataset_count = n;
    return true;
}

bool check_suppliers(const Content *c, Err *e) {
    const ContentFile *files;
    size_t n = content_files(c, "datasets", &files);

    for (size_t i = 0; i < n; i++) {
        const BindList *list = &c->datasets[i].suppliers;

        for (size_t j = 0; j < list->count; j++) {
            Err why = {0};

            if (content_organisation_kind(c, ((const Str *)list->items)[j], &why) == NULL)
                return content_fail(content_item(files[i].tree, "suppliers", j), e, "%s", why.text);
        }
    }
    return true;
}

const Field *dataset_field(const Dataset *d, Str name) {
    for (size_t i = 0; i < d->fields.count; i++)
        if (str_eq(dataset_fields(d)[i].field, name))
            return &dataset_fields(d)[i];
    return NULL;
}

const Subject *dataset_subject_of(const Dataset *d, Str key_field) {
    for (size_t i = 0; i < d->subjects.count; i++)
        if (str_eq(dataset_subjects(d)[i].key, key_field))
            return &dataset_subjects(d)[i];
    return NULL;
}
