/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/check.c: the datasets' own cases: rows in, normalised values or a refusal out. */
#include <stdarg.h>
#include <stdio.h>

#include "content/field.h"
#include "content/sealing.h"
#include "content/snapshot.h"

#include "base/banned.h"

const Bind dataset_case_rows[] = {
    BIND_STR_MOST(DatasetCase, title, "title", REQUIRED, 120, "what it shows"),
    BIND_NODE(DatasetCase, row, "row", REQUIRED,
              "map from header to cell, as an agency would send it"),
    BIND_NODE(DatasetCase, accepted, "accepted", OPTIONAL,
              "map from field to the value as text; empty: null"),
    BIND_TEXTS(DatasetCase, invalid, "invalid", OPTIONAL,
               "fields whose value is accepted as not valid"),
    BIND_STR_MOST(DatasetCase, rejected, "rejected", OPTIONAL, 60,
                  "the field for which the row is refused"),
    BIND_STR_MOST(DatasetCase, sealed, "sealed", OPTIONAL, 60,
                  "the sealing rule that seals the row; without it the row must be open"),
    BIND_END,
};

bool content_case_fails(Buf *report, const Node *at, Str of, Str title, const char *format,
                        va_list args) {
    char text[600], where[NODE_WHERE];

    node_where(at, where);
    vsnprintf(text, sizeof text, format, args);
    buf_addf(report, "不通过 %s %.*s “%.*s”：%s\n", where, STR_ARG(of), STR_ARG(title), text);
    return false;
}

/* One case on its way. */
typedef struct Run {
    const Content *c;
    const Dataset *d;
    const DatasetCase *k;
    const Node *node;
    Arena *arena;
    Buf *report;
    FieldValue *values;   /* one per field */
    const Field *refused; /* the first field that was */
    const char *reason;
} Run;

static bool fail(const Run *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool fail(const Run *r, const char *format, ...) {
    va_list args;

    va_start(args, format);
    content_case_fails(r->report, r->node, r->d->title, r->k->title, format, args);
    va_end(args);
    return false;
}

static bool is_headed(const Run *r, const Field *f, Str folded) {
    const Str *aliases = f->aliases.items;

    if (str_eq(fold_copy(r->arena, f->title), folded) ||
        str_eq(fold_copy(r->arena, f->code), folded))
        return true;
    for (size_t i = 0; i < f->aliases.count; i++)
        if (str_eq(fold_copy(r->arena, aliases[i]), folded))
            return true;
    return false;
}

static const Field *field_of_header(const Run *r, Str header) {
    Str folded = fold_copy(r->arena, header);

    for (size_t i = 0; i < r->d->fields.count; i++)
        if (is_headed(r, &dataset_fields(r->d)[i], folded))
            return &dataset_fields(r->d)[i];
    return NULL;
}

/* The cells by field; unnamed fields are empty. */
static bool cells_of(const Run *r, Str *cells) {
    const Node *row = r->k->row;

    if (row->kind != NODE_MAP)
        return fail(r, "row 应当是映射：列名对单元格");
    for (size_t i = 0; i < row->count; i++) {
        const Field *f = field_of_header(r, row->keys[i]);

        if (f == NULL)
            return fail(r, "没有字段认得列名“%.*s”", STR_ARG(row->keys[i]));
        if (cells[f->index].ptr != NULL)
            return fail(r, "两个列名都是“%.*s”", STR_ARG(f->title));
        cells[f->index] = row->items[i]->text.ptr != NULL ? row->items[i]->text : STR("");
    }
    return true;
}

static void normalise(Run *r, const Str *cells) {
    for (size_t i = 0; i < r->d->fields.count && r->refused == NULL; i++) {
        const Field *f = &dataset_fields(r->d)[i];

        if (!field_normalise(r->c, f, cells[i], &r->values[i], &r->reason))
            r->refused = f;
    }
}

static bool compare_accepted(const Run *r) {
    const Node *wanted = r->k->accepted;
    bool good = true;

    if (wanted != NULL && wanted->kind != NODE_MAP)
        return fail(r, "accepted 应当是映射：字段对值");
    for (size_t i = 0; wanted != NULL && i < wanted->count; i++) {
        const Field *f = dataset_field(r->d, wanted->keys[i]);
        scoped_buf Buf is;

        buf_init(&is, 1 << 20);
        if (f == NULL) {
            good = fail(r, "没有字段“%.*s”", STR_ARG(wanted->keys[i]));
            continue;
        }
        field_text(f, &r->values[f->index], &is);
        if (!str_eq(buf_str(&is), wanted->items[i]->text))
            good = fail(r, "字段“%.*s”应得“%.*s”，却得“%.*s”", STR_ARG(f->field),
                        STR_ARG(wanted->items[i]->text), STR_ARG(buf_str(&is)));
    }
    return good;
}

static bool is_listed(const BindList *list, Str name) {
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(((const Str *)list->items)[i], name))
            return true;
    return false;
}

/* Exactly the fields named are not valid. */
static bool compare_invalid(const Run *r) {
    bool good = true;

    for (size_t i = 0; i < r->d->fields.count; i++) {
        const Field *f = &dataset_fields(r->d)[i];

        if (r->values[i].valid == is_listed(&r->k->invalid, f->field))
            good = fail(r, "字段“%.*s”应当%s", STR_ARG(f->field),
                        r->values[i].valid ? "无效" : "有效");
    }
    return good;
}

static bool compare_sealed(const Run *r) {
    const Sealing *s = sealing_of(r->d, r->values);

    if (str_eq(s ? s->rule : STR(""), r->k->sealed))
        return true;
    return s ? fail(r, "按规则“%.*s”封存，用例却写“%.*s”", STR_ARG(s->rule), STR_ARG(r->k->sealed))
             : fail(r, "应当按规则“%.*s”封存，却没有封存", STR_ARG(r->k->sealed));
}

static bool run(Run *r) {
    Str *cells = arena_array_of(r->arena, r->d->fields.count, Str);

    r->values = arena_array_of(r->arena, r->d->fields.count, FieldValue);
    if (!cells_of(r, cells))
        return false;
    normalise(r, cells);
    if (r->k->rejected.len > 0 && dataset_field(r->d, r->k->rejected) == NULL)
        return fail(r, "没有字段“%.*s”", STR_ARG(r->k->rejected));
    if (r->refused == NULL)
        return r->k->rejected.len > 0
                   ? fail(r, "应当因“%.*s”被拒，却收下了", STR_ARG(r->k->rejected))
                   : compare_accepted(r) && compare_invalid(r) && compare_sealed(r);
    if (!str_eq(r->refused->field, r->k->rejected))
        return fail(r, "因“%.*s”被拒：%s", STR_ARG(r->refused->field), r->reason);
    return true;
}

static bool check_dataset(const Content *c, const Dataset *d, Buf *report, size_t *passed,
                          size_t *failed, Err *e) {
    size_t n = d->cases == NULL ? 0 : d->cases->count;

    if (d->cases != NULL && d->cases->kind != NODE_LIST)
        return content_fail(d->cases, e, "cases 应当是列表");
    for (size_t i = 0; i < n; i++) {
        scoped_arena Arena *a = arena_new();
        DatasetCase k = {0};

        if (!bind_read(a, dataset_case_rows, d->cases->items[i], &k, e))
            return false;
        Run r = {.c = c, .d = d, .k = &k, .node = d->cases->items[i], .arena = a, .report = report};

        ++*(run(&r) ? passed : failed);
    }
    return true;
}

bool content_check(const Content *c, Buf *report, Err *e) {
    size_t passed = 0, failed = 0;

    for (size_t i = 0; i < c->dataset_count; i++)
        if (!check_dataset(c, &c->datasets[i], report, &passed, &failed, e))
            return false;
    for (size_t i = 0; i < c->flow_count; i++) {
        scoped_arena Arena *a = arena_new();

        if (!flow_prove(c, content_flow_at(c, i), a, NULL, e))
            return false;
    }
    check_role_cases(c, report, &passed, &failed);
    buf_addf(report,
             "内容 %s：%zu 个文件，%zu 个数据集，%zu 张代码表，%zu 个期限，%zu 条行政区划，%zu "
             "种机构，%zu 个角色，%zu 个流程；"
             "用例 %zu 个通过，%zu 个不通过\n",
             c->version, c->file_count, c->dataset_count, c->table_count, c->period_count,
             c->division_count, c->organisation_count, c->role_count, c->flow_count, passed,
             failed);
    return failed == 0 ||
           err_set(e, ERR_CONTENT, NULL, "内容的用例有 %zu 个不通过，见报告", failed);
}
