/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document_act_text.c: what a draft says: values, edits, an older version. */
#include <inttypes.h>

#include "document/document_inside.h"

#include "base/banned.h"

bool may_document_fill(DocumentWork *w) {
    return document_person_writes(w) ||
           document_fail(w, ERR_FORBIDDEN, NULL, "不能修改这份文书：要有制作单位的“制作文书”权限");
}

/* ---- values ---- */

static bool same_value(const Node *a, const Node *b) {
    return a && b ? tree_equal(a, b) : a == b;
}

static bool field_settable(const DocumentWork *w, const DocumentField *f) {
    return !str_is(f->is.field, "number") || !w->type->number.len ||
           document_fail(w, ERR_INVALID, "/values/number", "文号在编号时自动生成，不用填写");
}

/* What was typed stands for itself; what was taken away has no origin. */
static bool put_value(DocumentWork *w, Str typed, const Node *values, size_t *changes) {
    const DocumentField *f = document_field(&w->type->fields, typed);
    const char *key = f ? str_c(w->arena, f->is.field) : "";
    const Node *now = f ? node_get(node_get(w->d->personal, "values"), key) : NULL;
    const Node *next = f ? node_get(values, key) : NULL;

    if (!f || same_value(now, next))
        return true;
    if (!field_settable(w, f))
        return false;
    (*changes)++;
    document_personal_set(w, "values", f->is.field, (Node *)(uintptr_t)next);
    document_personal_set(w, "origins", f->is.field,
                          next ? node_of_text(w->arena, STR("typed")) : NULL);
    return true;
}

bool run_document_fill(DocumentWork *w) {
    const Node *typed = w->act->values;
    size_t changes = 0;
    Node *values = document_values(w->world->content, w->type, typed, w->arena, w->e);

    if (!values)
        return false;
    for (size_t i = 0; i < typed->count; i++)
        if (!put_value(w, typed->keys[i], values, &changes))
            return false;
    if (!changes)
        return document_fail(w, ERR_INVALID, "/values", "没有改动，不用保存");
    document_version_add(w, "filled");
    return document_note_keep(w, false);
}

/* ---- edits ---- */

static const Node *edit_at(const Node *edits, const DocumentBase *base, int64_t paragraph,
                           size_t *index) {
    for (size_t i = 0; edits && i < edits->count && i < base->placed.count; i++)
        if (((const int64_t *)base->placed.items)[i] == paragraph) {
            *index = i;
            return edits->items[i];
        }
    return NULL;
}

static Node *edit_of(Arena *a, int64_t paragraph, Str before, Str text) {
    Node *n = node_map(a);

    node_set_int(a, n, "paragraph", paragraph);
    node_set_text(a, n, "before", before);
    node_set_text(a, n, "text", text);
    return n;
}

static bool text_fits(const DocumentWork *w, size_t i, Str text) {
    const char *where = str_format(w->arena, "/edits/%zu/text", i).ptr;

    if (!str_utf8_valid(text))
        return document_fail(w, ERR_INVALID, where, "修改的内容不是正确的 UTF-8 文字");
    return str_runes(text) <= DOCUMENT_TEXT_MOST ||
           document_fail(w, ERR_TOO_LARGE, where, "一段最多 %d 个字", DOCUMENT_TEXT_MOST);
}

typedef struct Editing {
    const DocumentBase *base;
    Node *edits;   /* as they will be; an entry that is NULL is dropped */
    size_t before; /* how many of them there were */
    size_t changes;
} Editing;

/* Paragraph 0: what could not be put back is let go. */
static void let_go(Editing *x) {
    for (size_t i = 0; i < x->before && i < x->base->placed.count; i++)
        if (((const int64_t *)x->base->placed.items)[i] == 0 && x->edits->items[i]) {
            x->edits->items[i] = NULL;
            x->changes++;
        }
}

static void add_edit(DocumentWork *w, Editing *x, const Node *was, size_t at, int64_t paragraph,
                     Str before, Str text) {
    Node *is = str_eq(text, before) ? NULL : edit_of(w->arena, paragraph, before, text);

    x->changes++;
    if (was)
        x->edits->items[at] = is;
    else if (is)
        node_add(w->arena, x->edits, is);
}

static bool said_before(const Node *in, size_t i, int64_t paragraph) {
    for (size_t k = 0; k < i; k++)
        if (node_int(in->items[k], "paragraph", -1) == paragraph)
            return true;
    return false;
}

static bool take_edit(DocumentWork *w, Editing *x, size_t i) {
    const Node *in = w->act->edits->items[i];
    int64_t paragraph = node_int(in, "paragraph", -1);
    Str text = node_text(in, "text"), before;
    size_t at = 0;

    if (paragraph == 0) {
        let_go(x);
        return true;
    }
    if (paragraph < 1 || paragraph > (int64_t)x->base->texts.count ||
        said_before(w->act->edits, i, paragraph))
        return document_fail(w, ERR_INVALID, str_format(w->arena, "/edits/%zu/paragraph", i).ptr,
                             "文书里没有第 %" PRId64 " 段，或者一次改了两遍：请刷新后再改",
                             paragraph);
    if (!text_fits(w, i, text))
        return false;
    before = ((const Str *)x->base->texts.items)[paragraph - 1];
    const Node *was = edit_at(node_get(w->before->personal, "edits"), x->base, paragraph, &at);

    if (!str_eq(text, was ? node_text(was, "text") : before))
        add_edit(w, x, was, at, paragraph, before, text);
    return true;
}

static Node *edits_copied(Arena *a, const Node *edits) {
    Node *out = node_list(a);

    for (size_t i = 0; edits && i < edits->count; i++)
        node_add(a, out, (Node *)(uintptr_t)edits->items[i]);
    return out;
}

static Node *edits_left(Arena *a, const Node *edits) {
    Node *out = node_list(a);

    for (size_t i = 0; i < edits->count; i++)
        if (edits->items[i])
            node_add(a, out, edits->items[i]);
    return out->count ? out : NULL;
}

bool run_document_edit(DocumentWork *w) {
    const DocumentBase *base = w->prepared;
    const Node *in = w->act->edits;

    if (!in || in->kind != NODE_LIST || !in->count)
        return document_fail(w, ERR_INVALID, "/edits", "没有要保存的修改");
    if (!base || base->revision != w->before->revision)
        return document_fail(w, ERR_CONFLICT, "/revision", "文书刚刚被别人改动，请刷新后再改");
    Editing x = {.base = base,
                 .edits = edits_copied(w->arena, node_get(w->before->personal, "edits"))};

    x.before = x.edits->count;
    for (size_t i = 0; i < in->count; i++)
        if (!take_edit(w, &x, i))
            return false;
    if (!x.changes)
        return document_fail(w, ERR_INVALID, "/edits", "没有改动，不用保存");
    if (x.edits->count > DOCUMENT_EDITS_MOST)
        return document_fail(w, ERR_TOO_LARGE, "/edits", "修改的地方太多，请改用自己的模板");
    document_personal_put(w, "edits", edits_left(w->arena, x.edits));
    document_version_add(w, "edited");
    return document_note_keep(w, false);
}

/* ---- an older version ---- */

bool may_document_restore(DocumentWork *w) {
    return may_document_fill(w) &&
           (w->before->versions.count > 1 ||
            document_fail(w, ERR_CONFLICT, "/version", "这份文书只有一个版本"));
}

bool run_document_restore(DocumentWork *w) {
    static const char *const parts[] = {"values", "origins", "edits"};
    bool changed = false;

    if (!w->past)
        return document_fail(w, ERR_INVALID, "/version", "没有这个版本，请从版本列表里选一个");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const Node *then = node_get(w->past->personal, parts[i]);

        changed |= !same_value(then, node_get(w->d->personal, parts[i]));
        document_personal_put(w, parts[i], (Node *)(uintptr_t)then);
    }
    if (!changed)
        return document_fail(w, ERR_INVALID, "/version", "那个版本与现在的内容一样，不用恢复");
    document_version_add(w, "restored");
    return document_note_keep(w, false);
}
