/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/docx_tree.c: looking around in WordprocessingML. */
#include <stdio.h>
#include <string.h>

#include "document/docx_inside.h"

#include "base/banned.h"

bool docx_is(const xmlNode *n, const char *name) {
    return n->type == XML_ELEMENT_NODE && n->ns != NULL && n->ns->href != NULL &&
           strcmp((const char *)n->name, name) == 0 &&
           strcmp((const char *)n->ns->href, DOCX_W) == 0;
}

Str docx_attribute(const xmlNode *n, const char *name) {
    for (const xmlAttr *at = n->properties; at != NULL; at = at->next)
        if (strcmp((const char *)at->name, name) == 0)
            return at->children != NULL && at->children->type == XML_TEXT_NODE
                       ? str_of((const char *)at->children->content)
                       : STR("");
    return (Str){NULL, 0};
}

xmlNode *docx_child(const xmlNode *n, const char *name) {
    for (xmlNode *c = n == NULL ? NULL : n->children; c != NULL; c = c->next)
        if (docx_is(c, name))
            return c;
    return NULL;
}

bool docx_on(const xmlNode *properties, const char *name) {
    const xmlNode *n = docx_child(properties, name);
    Str value = n == NULL ? (Str){NULL, 0} : docx_attribute(n, "val");

    return n != NULL && !str_is(value, "0") && !str_is(value, "false") && !str_is(value, "off");
}

bool docx_transparent(const xmlNode *n) {
    static const char *const names[] = {"sdt",       "sdtContent", "ins", "moveTo",
                                        "customXml", "smartTag",   NULL};

    for (size_t i = 0; names[i] != NULL; i++)
        if (docx_is(n, names[i]))
            return true;
    return false;
}

xmlNode *docx_body(const Docx *d) {
    return docx_child(xmlDocGetRootElement(d->parts[0].tree), "body");
}

void *docx_more(Arena *a, BindList *list, size_t size) {
    /* Room doubles at powers of two. */
    if ((list->count & (list->count - 1)) == 0) {
        void *items = arena_array(a, list->count == 0 ? 1 : list->count * 2, size);

        if (list->count > 0)
            memcpy(items, list->items, list->count * size);
        list->items = items;
    }
    return (char *)list->items + list->count++ * size;
}

static void gather(Arena *a, xmlNode *n, BindList *out) {
    for (xmlNode *c = n->children; c != NULL; c = c->next) {
        if (docx_is(c, "p"))
            *(xmlNode **)docx_more(a, out, sizeof(xmlNode *)) = c;
        else if (docx_is(c, "tbl") || docx_is(c, "tr") || docx_is(c, "tc") || docx_transparent(c))
            gather(a, c, out);
    }
}

bool docx_number(Docx *d, Err *e) {
    BindList all = {0};

    gather(d->arena, docx_body(d), &all);
    if (all.count > DOCX_PARAGRAPHS_MOST)
        return err_set(e, ERR_TOO_LARGE, NULL, "文件有 %zu 段，最多 %d 段：请拆分文件", all.count,
                       DOCX_PARAGRAPHS_MOST);
    d->paragraphs = all.items;
    d->paragraph_count = all.count;
    return true;
}

void docx_assume(Docx *d, SheetForm form, bool sealed) {
    if (d->form_told)
        return;
    d->form = form;
    d->unsealed = !sealed;
}

size_t docx_paragraphs(const Docx *d) {
    return d->paragraph_count;
}

Str docx_mark_field(Arena *a, Str bookmark) {
    Str rest = str_slice(bookmark, 2, bookmark.len);
    size_t digits = 0;
    scoped_buf Buf out = {0};

    buf_init(&out, 64);
    while (digits < rest.len && rest.ptr[digits] >= '0' && rest.ptr[digits] <= '9')
        digits++;
    if (!str_starts(bookmark, STR("_F")) || digits == 0 || digits >= rest.len ||
        rest.ptr[digits] != '_')
        return (Str){NULL, 0};
    rest = str_slice(rest, digits + 1, rest.len);
    ptrdiff_t dot = str_find(rest, STR("__"));

    if (dot < 0)
        return str_dup(a, rest);
    buf_add(&out, str_slice(rest, 0, (size_t)dot));
    buf_add_char(&out, '.');
    buf_add(&out, str_slice(rest, (size_t)dot + 2, rest.len));
    return str_dup(a, buf_str(&out));
}

void docx_mark_name(Str field, size_t n, char out[41]) {
    ptrdiff_t dot = str_find(field, STR("."));

    /* Names of bookmarks have at most 40 characters; ids of fields at most 30. */
    if (dot < 0)
        snprintf(out, 41, "_F%zu_%.*s", n, STR_ARG(field));
    else
        snprintf(out, 41, "_F%zu_%.*s__%.*s", n, (int)dot, field.ptr,
                 (int)(field.len - (size_t)dot - 1), field.ptr + dot + 1);
}
