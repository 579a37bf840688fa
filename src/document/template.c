/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/template.c: a template opened: its places found, paired and looked up. */
#include "document/template_inside.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/banned.h"

static void free_tree(void *tree) {
    xmlFreeDoc(tree);
}

/* The trees of the Docx stay as they are: a template works on copies of its own. */
static void copy_part(Template *t, const DocxPart *from, TemplatePart *to) {
    to->tree = xmlCopyDoc(from->tree, 1);
    if (to->tree == NULL)
        abort();
    arena_defer(t->arena, free_tree, to->tree);
    to->root = xmlDocGetRootElement(to->tree);
    if (docx_is(to->root, "document"))
        to->root = docx_child(to->root, "body");
}

static bool first_mistake(const BindList *mistakes, Err *e) {
    const TemplateMistake *m = mistakes->items;
    char where[64], place[64] = "页眉、页脚或文本框", more[64] = "";

    if (mistakes->count == 0)
        return true;
    snprintf(where, sizeof where, "/paragraphs/%d", m->paragraph);
    if (m->paragraph > 0)
        snprintf(place, sizeof place, "第 %d 段", m->paragraph);
    if (mistakes->count > 1)
        snprintf(more, sizeof more, "（共 %zu 处错误）", mistakes->count);
    return err_set(e, ERR_INVALID, where, "模板%s“%.*s”：%.*s%s", place,
                   (int)(m->around.len > 120 ? 120 : m->around.len),
                   m->around.ptr != NULL ? m->around.ptr : "", STR_ARG(m->text), more);
}

static bool holds_place(const xmlNode *n, Buf *text) {
    if (n->type == XML_TEXT_NODE && n->content != NULL)
        buf_add_c(text, (const char *)n->content);
    for (const xmlNode *c = n->children; c != NULL; c = c->next)
        holds_place(c, text);
    return str_find(buf_str(text), STR("{{")) >= 0 || str_find(buf_str(text), STR("｛｛")) >= 0;
}

/* Text boxes are kept as they are: a place in one would stay open in every document. */
static bool look_boxes(Look *l, const xmlNode *n) {
    if (docx_is(n, "txbxContent")) {
        scoped_buf Buf text = {.max = DOCX_PART_MAX};

        if (!holds_place(n, &text))
            return false;
        l->paragraph = 0;
        template_mistake(l, NULL, "文本框里的占位符不会被填写：请把它移到普通段落或者表格里");
        return true;
    }
    for (const xmlNode *c = n->children; c != NULL; c = c->next)
        if (look_boxes(l, c))
            return true;
    return false;
}

Template *template_open(Arena *a, const Docx *d, const BindList *fields, BindList *mistakes,
                        Err *e) {
    Template *t = arena_new_of(a, Template);
    BindList all = {0};
    Look l = {.t = t, .mistakes = &all};

    *t = (Template){.arena = a, .docx = d, .fields = fields, .part_count = d->part_count};
    t->parts = arena_array_of(a, d->part_count, TemplatePart);
    for (size_t i = 0; i < d->part_count; i++) {
        copy_part(t, &d->parts[i], &t->parts[i]);
        l.numbered = i == 0;
        l.paragraph = 0;
        if (t->parts[i].root != NULL)
            template_shape(&l, t->parts[i].root, &t->parts[i].parts);
        template_lookup(&l, &t->parts[i].parts);
        look_boxes(&l, xmlDocGetRootElement(d->parts[i].tree));
    }
    if (mistakes != NULL)
        *mistakes = all;
    return first_mistake(&all, e) ? t : NULL;
}

bool template_uses(const Template *t, Str field) {
    const Str *used = t->used.items;

    for (size_t i = 0; i < t->used.count; i++)
        if (str_eq(used[i], field))
            return true;
    return false;
}
