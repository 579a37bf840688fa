/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/template_shape.c: which {{结束}} belongs to which beginning: within one paragraph,
 * between paragraphs of one body or cell, or between rows of one table. What does not fit is a
 * mistake. */
#include <string.h>

#include "document/template_inside.h"

#include "base/banned.h"

#define CROSSES_CELL \
    "循环跨了单元格：一行的循环要在第一格开头写 {{每个 …}}，在最后一格结尾写 {{结束}}"

static bool opens(const Part *p) {
    return p->kind == PART_TAG && (p->tag->kind == TAG_IF || p->tag->kind == TAG_EACH);
}

static bool controls(const Part *p) {
    return p->kind == PART_TAG && p->tag->kind != TAG_VALUE;
}

static bool loose(const Part *p) {
    return controls(p) && !p->matched;
}

/* Pairs within one list; what has no partner stays unmatched. */
static void match(BindList *list) {
    Part *p = template_parts(list);
    size_t stack[TEMPLATE_TAGS_MOST], depth = 0;

    for (size_t i = 0; i < list->count; i++)
        if (p[i].kind == PART_TAG) {
            p[i].matched = false;
            p[i].other = 0;
        }
    for (size_t i = 0; i < list->count; i++) {
        if (opens(&p[i])) {
            if (depth < TEMPLATE_TAGS_MOST)
                stack[depth++] = i;
        } else if (controls(&p[i]) && depth > 0) {
            Part *open = &p[stack[depth - 1]];

            if (p[i].tag->kind == TAG_END) {
                open->close = i;
                open->matched = p[i].matched = true;
                depth--;
            } else if (open->tag->kind == TAG_IF && open->other == 0) {
                open->other = i;
                p[i].matched = true;
            }
        }
    }
    /* 否则 of a beginning without an end belongs to nobody here. */
    for (size_t i = 0; i < list->count; i++)
        if (opens(&p[i]) && !p[i].matched && p[i].other != 0) {
            p[p[i].other].matched = false;
            p[i].other = 0;
        }
}

static bool any_loose(const BindList *list) {
    for (size_t i = 0; i < list->count; i++)
        if (loose(&template_parts(list)[i]))
            return true;
    return false;
}

/* --- blank ----------------------------------------------------------------------------------- */

static bool blank_node(const xmlNode *n) {
    if (n->type == XML_TEXT_NODE)
        return n->content == NULL || str_trim(str_of((const char *)n->content)).len == 0;
    if (docx_is(n, "drawing") || docx_is(n, "pict") || docx_is(n, "br") || docx_is(n, "fldChar"))
        return false;
    for (const xmlNode *c = n->children; c != NULL; c = c->next)
        if (!blank_node(c))
            return false;
    return true;
}

static bool blank(const Part *p) {
    return p->kind == PART_KEEP && blank_node(p->node);
}

/* A paragraph, or a whole row of cells, with nothing but beginnings and ends. */
static bool only_controls(const BindList *list) {
    for (size_t i = 0; i < list->count; i++) {
        const Part *p = &template_parts(list)[i];

        if (p->kind == PART_PARAGRAPH || p->kind == PART_CELL) {
            if (!only_controls(&p->inner))
                return false;
        } else if (!controls(p) && !blank(p)) {
            return false;
        }
    }
    return true;
}

/* --- lifting tags out of what they stand in -------------------------------------------------- */

static Part *more(Look *l, BindList *list) {
    return docx_more(l->t->arena, list, sizeof(Part));
}

static void lift(Look *l, BindList *to, const Part *p) {
    *more(l, to) = (Part){.kind = PART_TAG, .node = p->node, .tag = p->tag};
}

static void remove_part(BindList *list, size_t i) {
    Part *p = template_parts(list);

    memmove(&p[i], &p[i + 1], (list->count - i - 1) * sizeof *p);
    list->count--;
}

/* How many loose beginnings stand at the front, nothing but blanks between them. */
static size_t leading(const BindList *list) {
    size_t n = 0;

    for (size_t i = 0; i < list->count; i++) {
        const Part *p = &template_parts(list)[i];

        if (loose(p) && opens(p))
            n = i + 1;
        else if (!blank(p))
            break;
    }
    return n;
}

/* From where on nothing but loose ends and blanks follow. */
static size_t trailing(const BindList *list) {
    size_t at = list->count;

    for (size_t i = list->count; i-- > 0;) {
        const Part *p = &template_parts(list)[i];

        if (loose(p) && p->tag->kind == TAG_END)
            at = i;
        else if (!blank(p))
            break;
    }
    return at;
}

static void refuse_loose(Look *l, const BindList *list, const char *between) {
    for (size_t i = 0; i < list->count; i++) {
        const Part *p = &template_parts(list)[i];

        if (!loose(p))
            continue;
        if (opens(p))
            template_mistake(l, p->tag, "{{%.*s}} 没有配上 {{结束}}：%s", STR_ARG(p->tag->raw),
                             between);
        else
            template_mistake(l, p->tag, "{{%.*s}} 前面没有配得上的 {{如果 …}} 或 {{每个 …}}：%s",
                             STR_ARG(p->tag->raw), between);
    }
}

/* Loose beginnings at the front of `list` go to `before`, loose ends at its back to `after`. */
static void lift_edges(Look *l, BindList *list, BindList *before, BindList *after) {
    size_t front = leading(list), back = trailing(list);

    for (size_t i = 0; i < front; i++)
        if (loose(&template_parts(list)[i]))
            lift(l, before, &template_parts(list)[i]);
    for (size_t i = back < front ? front : back; i < list->count; i++)
        if (loose(&template_parts(list)[i]))
            lift(l, after, &template_parts(list)[i]);
    for (size_t i = list->count; i-- > 0;)
        if (loose(&template_parts(list)[i]) && (i < front || i >= back))
            remove_part(list, i);
}

static void append(Look *l, BindList *to, const BindList *from) {
    for (size_t i = 0; i < from->count; i++)
        *more(l, to) = template_parts(from)[i];
}

/* --- paragraphs ------------------------------------------------------------------------------ */

static size_t weight_of(const xmlNode *n) {
    size_t w = 1;

    for (const xmlNode *c = n->children; c != NULL; c = c->next)
        w += weight_of(c);
    return w;
}

static void keep(Look *l, xmlNode *n, BindList *out) {
    *more(l, out) = (Part){.kind = PART_KEEP, .node = n, .weight = weight_of(n)};
}

static void shape_paragraph(Look *l, xmlNode *n, BindList *out) {
    BindList inner = {0}, before = {0}, after = {0};

    if (!template_line(l, n, &inner)) {
        keep(l, n, out);
        return;
    }
    match(&inner);
    if (any_loose(&inner) && only_controls(&inner)) {
        for (size_t i = 0; i < inner.count; i++)
            if (controls(&template_parts(&inner)[i]))
                lift(l, out, &template_parts(&inner)[i]);
        return;
    }
    lift_edges(l, &inner, &before, &after);
    refuse_loose(l, &inner, "开头和结尾要么写在同一段里，要么各自单独成一段");
    match(&inner); /* places have moved */
    append(l, out, &before);
    *more(l, out) = (Part){.kind = PART_PARAGRAPH, .node = n, .inner = inner};
    append(l, out, &after);
}

/* --- tables ---------------------------------------------------------------------------------- */

static void shape_cells(Look *l, xmlNode *row, BindList *cells) {
    for (xmlNode *n = row->children; n != NULL; n = n->next) {
        if (docx_is(n, "tc")) {
            Part cell = {.kind = PART_CELL, .node = n};

            template_shape(l, n, &cell.inner);
            *more(l, cells) = cell;
        } else if (docx_transparent(n)) {
            shape_cells(l, docx_is(n, "sdt") ? docx_child(n, "sdtContent") : n, cells);
        } else if (n->type == XML_ELEMENT_NODE) {
            keep(l, n, cells);
        }
    }
}

static void lift_all(Look *l, const BindList *list, BindList *out) {
    for (size_t i = 0; i < list->count; i++) {
        const Part *p = &template_parts(list)[i];

        if (p->kind == PART_CELL)
            lift_all(l, &p->inner, out);
        else if (controls(p))
            lift(l, out, p);
    }
}

static bool any_loose_cell(const BindList *cells) {
    for (size_t i = 0; i < cells->count; i++)
        if (template_parts(cells)[i].kind == PART_CELL &&
            any_loose(&template_parts(cells)[i].inner))
            return true;
    return false;
}

/* A loop over rows begins in the first cell and ends in the last one. */
static void shape_row(Look *l, xmlNode *n, BindList *out) {
    BindList cells = {0}, before = {0}, after = {0};
    Part *first = NULL, *last = NULL;

    shape_cells(l, n, &cells);
    if (any_loose_cell(&cells)) {
        bool bare = true;

        for (size_t i = 0; i < cells.count && bare; i++)
            bare = template_parts(&cells)[i].kind != PART_CELL ||
                   only_controls(&template_parts(&cells)[i].inner);
        if (bare) {
            lift_all(l, &cells, out);
            return;
        }
    }
    for (size_t i = 0; i < cells.count; i++)
        if (template_parts(&cells)[i].kind == PART_CELL) {
            last = &template_parts(&cells)[i];
            first = first == NULL ? last : first;
        }
    for (size_t i = 0; i < cells.count; i++) {
        Part *cell = &template_parts(&cells)[i];
        BindList stray = {0};

        if (cell->kind != PART_CELL)
            continue;
        lift_edges(l, &cell->inner, cell == first ? &before : &stray,
                   cell == last ? &after : &stray);
        refuse_loose(l, &stray, CROSSES_CELL);
        refuse_loose(l, &cell->inner, CROSSES_CELL);
        match(&cell->inner);
    }
    append(l, out, &before);
    *more(l, out) = (Part){.kind = PART_ROW, .node = n, .inner = cells};
    append(l, out, &after);
}

static void shape_rows(Look *l, xmlNode *table, BindList *rows) {
    for (xmlNode *n = table->children; n != NULL; n = n->next) {
        if (docx_is(n, "tr"))
            shape_row(l, n, rows);
        else if (docx_transparent(n))
            shape_rows(l, docx_is(n, "sdt") ? docx_child(n, "sdtContent") : n, rows);
        else if (n->type == XML_ELEMENT_NODE)
            keep(l, n, rows);
    }
}

static void shape_table(Look *l, xmlNode *n, BindList *out) {
    BindList rows = {0};

    shape_rows(l, n, &rows);
    match(&rows);
    refuse_loose(l, &rows, "循环跨了表格：开头和结尾要写在同一个表格里");
    *more(l, out) = (Part){.kind = PART_TABLE, .node = n, .inner = rows};
}

/* --- blocks ---------------------------------------------------------------------------------- */

static void shape_children(Look *l, xmlNode *parent, BindList *out) {
    for (xmlNode *n = parent->children, *next; n != NULL; n = next) {
        next = n->next;
        if (docx_is(n, "p")) {
            l->paragraph += l->numbered;
            shape_paragraph(l, n, out);
        } else if (docx_is(n, "tbl")) {
            shape_table(l, n, out);
        } else if (docx_transparent(n)) {
            shape_children(l, docx_is(n, "sdt") ? docx_child(n, "sdtContent") : n, out);
        } else if (n->type == XML_ELEMENT_NODE) {
            keep(l, n, out);
        }
    }
}

void template_shape(Look *l, xmlNode *container, BindList *out) {
    shape_children(l, container, out);
    match(out);
    if (!docx_is(container, "tc"))
        refuse_loose(l, out, "在重复或者选择的内容后面单独写一段 {{结束}}");
}

/* --- fields ---------------------------------------------------------------------------------- */

static void look_up(Look *l, BindList *list, size_t from, size_t to, const DocumentField **lists,
                    size_t depth, size_t nested) {
    Part *p = template_parts(list);

    for (size_t i = from; i < to; i++) {
        if (p[i].kind != PART_TAG) {
            look_up(l, &p[i].inner, 0, p[i].inner.count, lists, depth, nested);
            continue;
        }
        bool good = template_resolve(l, p[i].tag, lists, depth);

        if (!opens(&p[i]) || !p[i].matched)
            continue;
        size_t deeper = depth;

        if (good && p[i].tag->kind == TAG_EACH) {
            lists[depth] = p[i].tag->field;
            deeper++;
        }
        if (nested + 1 > TEMPLATE_DEPTH_MOST) {
            template_mistake(l, p[i].tag, "条件和循环套得太深：最多 %d 层", TEMPLATE_DEPTH_MOST);
            return;
        }
        look_up(l, list, i + 1, p[i].close, lists, deeper, nested + 1);
        i = p[i].close;
    }
}

void template_lookup(Look *l, BindList *parts) {
    const DocumentField *lists[TEMPLATE_DEPTH_MOST + 1] = {NULL};

    look_up(l, parts, 0, parts->count, lists, 0, 0);
}
