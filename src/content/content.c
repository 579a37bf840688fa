/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/content.c: the snapshot as a whole: load, share, find by name. */
#include "content/content.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "content/snapshot.h"

#include "base/banned.h"

const Bind basis_rows[] = {
    BIND_STR_MOST(Basis, law, "law", REQUIRED, 120, "name of the statute, regulation or standard"),
    BIND_STR_MOST(Basis, article, "article", OPTIONAL, 120,
                  "article; left out while it is not confirmed"),
    BIND_STR_MOST(Basis, note, "note", OPTIONAL, 500,
                  "what it says here, or what is still to be checked"),
    BIND_STR_MOST(Basis, status, "status", REQUIRED, 20, "verified, verified-web or unverified"),
    BIND_BOOL(Basis, review, "review", OPTIONAL, "a lawyer has to confirm it"),
    BIND_DATE(Basis, in_force_from, "in_force_from", OPTIONAL, "first day in force"),
    BIND_DATE(Basis, in_force_to, "in_force_to", OPTIONAL, "last day in force"),
    BIND_END,
};

bool content_fail(const Node *at, Err *e, const char *format, ...) {
    char where[NODE_WHERE], text[512];
    va_list args;

    node_where(at, where);
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return err_set(e, ERR_CONTENT, where, "%s", text);
}

bool content_id_fits(Str id, size_t most) {
    bool good = id.len > 0 && id.len <= most && id.ptr[0] >= 'a' && id.ptr[0] <= 'z';

    for (size_t i = 0; i < id.len && good; i++) {
        char c = id.ptr[i];

        good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }
    return good && str_find(id, STR("__")) < 0;
}

bool content_id_check(const ContentFile *f, const char *key, Str id, Err *e) {
    const char *slash = strrchr(f->path, '/');
    Str name = str_of(slash + 1);
    const Node *at = content_place(f->tree, key);

    name.len -= strlen(".yaml");
    if (!content_id_fits(id, 60))
        return content_fail(
            at, e, "“%.*s”不能作标识：只用小写字母、数字和单个下划线，以字母开头，不超过 60 个字符",
            STR_ARG(id));
    if (!str_eq(id, name))
        return content_fail(at, e, "标识“%.*s”应当与文件名“%.*s”相同", STR_ARG(id), STR_ARG(name));
    return true;
}

const Node *content_item(const Node *map, const char *key, size_t i) {
    const Node *list = node_get(map, key);

    return list != NULL && list->kind == NODE_LIST && i < list->count ? list->items[i] : map;
}

const Node *content_place(const Node *map, const char *key) {
    const Node *n = node_get(map, key);

    return n != NULL ? n : map;
}

Content *content_load(const char *overlay, Err *e) {
    Arena *a = arena_new();
    Content *c = arena_new_of(a, Content);

    c->arena = a;
    atomic_init(&c->held, 1);
    if (load_files(c, overlay, e) && load_codes(c, e) && load_datasets(c, e) &&
        load_periods(c, e) && load_calendar(c, e) && load_divisions(c, e) && load_roles(c, e) &&
        check_approvers(c, e) && check_suppliers(c, e) && load_purposes(c, e) && load_flows(c, e) &&
        load_documents(c, e))
        return c;
    arena_free(a);
    return NULL;
}

Content *content_hold(Content *c) {
    atomic_fetch_add_explicit(&c->held, 1, memory_order_relaxed);
    return c;
}

void content_drop(Content *c) {
    if (c == NULL)
        return;
    int before = atomic_fetch_sub_explicit(&c->held, 1, memory_order_acq_rel);

    assert(before > 0);
    if (before == 1)
        arena_free(c->arena);
}

Str content_version(const Content *c) {
    return str_of(c->version);
}

size_t content_dataset_count(const Content *c) {
    return c->dataset_count;
}

const Dataset *content_dataset_at(const Content *c, size_t i) {
    assert(i < c->dataset_count);
    return &c->datasets[i];
}

size_t content_codes_count(const Content *c) {
    return c->table_count;
}

const CodeTable *content_codes_at(const Content *c, size_t i) {
    assert(i < c->table_count);
    return &c->tables[i];
}

size_t content_period_count(const Content *c) {
    return c->period_count;
}

const Period *content_period_at(const Content *c, size_t i) {
    assert(i < c->period_count);
    return &c->periods[i];
}

static void unknown_text(const char *what, const NearestName *n, char out[400]) {
    int most = (int)(n->wanted.len > 60 ? 60 : n->wanted.len);
    const char *wanted = n->wanted.ptr != NULL ? n->wanted.ptr : "";

    if (n->name.ptr != NULL)
        snprintf(out, 400, "没有%s“%.*s”，是不是想写“%.*s”", what, most, wanted, STR_ARG(n->name));
    else
        snprintf(out, 400, "没有%s“%.*s”", what, most, wanted);
}

bool content_not_found(const char *what, const NearestName *n, Err *e) {
    char text[400];

    unknown_text(what, n, text);
    return err_set(e, ERR_NOT_FOUND, NULL, "%s", text);
}

bool content_unknown(const Node *at, const char *what, const NearestName *n, Err *e) {
    char text[400];

    unknown_text(what, n, text);
    return content_fail(at, e, "%s", text);
}

bool content_basis_check(const BindList *basis, const Node *tree, Err *e) {
    static const char *const known[] = {"verified", "verified-web", "unverified"};
    const Basis *b = basis->items;

    for (size_t i = 0; i < basis->count; i++) {
        bool good = false;

        for (size_t j = 0; j < 3; j++)
            good = good || str_is(b[i].status, known[j]);
        if (!good)
            return content_fail(content_place(content_item(tree, "basis", i), "status"), e,
                                "依据的核验状态只能是 verified、verified-web 或 unverified");
    }
    return true;
}

const Dataset *content_dataset(const Content *c, Str id, Err *e) {
    const Dataset *d = index_get(c->dataset_index, id);
    NearestName n = {.wanted = id};

    if (d != NULL)
        return d;
    for (size_t i = 0; i < c->dataset_count; i++) {
        nearest_name(&n, c->datasets[i].dataset);
        if (str_eq(c->datasets[i].title, id))
            n = (NearestName){.wanted = id, .name = c->datasets[i].dataset};
    }
    content_not_found("数据集", &n, e);
    return NULL;
}

const CodeTable *content_codes(const Content *c, Str id, Err *e) {
    const CodeTable *t = index_get(c->table_index, id);
    NearestName n = {.wanted = id};

    if (t != NULL)
        return t;
    for (size_t i = 0; i < c->table_count; i++)
        nearest_name(&n, c->tables[i].codes);
    content_not_found("代码表", &n, e);
    return NULL;
}

const Period *content_period(const Content *c, Str id, Err *e) {
    const Period *p = index_get(c->period_index, id);
    NearestName n = {.wanted = id};

    if (p != NULL)
        return p;
    for (size_t i = 0; i < c->period_count; i++)
        nearest_name(&n, c->periods[i].period);
    content_not_found("期限", &n, e);
    return NULL;
}

size_t content_files(const Content *c, const char *folder, const ContentFile **out) {
    char prefix[128];
    int n = snprintf(prefix, sizeof prefix, "content/%s/", folder);
    size_t first = 0, count = 0;

    assert(n > 0 && (size_t)n < sizeof prefix);
    while (first < c->file_count && strncmp(c->files[first].path, prefix, (size_t)n) != 0)
        first++;
    while (first + count < c->file_count &&
           strncmp(c->files[first + count].path, prefix, (size_t)n) == 0)
        count++;
    *out = c->files + first;
    return count;
}
