/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/template_fill.c: a filled document from a template and values. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document/template_inside.h"

#include "base/banned.h"

/* An entry of a list at work, inside those around it. */
typedef struct Scope Scope;
struct Scope {
    const DocumentField *list;
    const Node *entry; /* NULL: the list is empty, and must not be */
    size_t ordinal;
    const Scope *up;
};

typedef struct Fill {
    const Template *t;
    Arena *arena;
    const Node *values;
    bool sealed;
    xmlDoc *doc;   /* that is being written */
    xmlNode *line; /* the paragraph at work */
    size_t marks, nodes;
    TemplateFilled *out;
    Err *e;
    bool failed;
} Fill;

static void write_parts(Fill *f, const BindList *list, size_t from, size_t to, xmlNode *into,
                        const Scope *scope);

/* --- values ---------------------------------------------------------------------------------- */

static const Node *value_of(const Fill *f, const Tag *tag, const Scope *scope) {
    char key[64];

    snprintf(key, sizeof key, "%.*s", STR_ARG(tag->field->is.field));
    if (tag->list == NULL)
        return node_get(f->values, key);
    while (scope != NULL && scope->list != tag->list)
        scope = scope->up;
    return scope == NULL || scope->entry == NULL ? NULL : node_get(scope->entry, key);
}

static Str text_of(Arena *a, const Node *n) {
    if (n == NULL)
        return (Str){NULL, 0};
    if (n->text.len > 0 || n->kind == NODE_TEXT)
        return str_trim(n->text);
    if (n->kind == NODE_INT)
        return str_format(a, "%" PRId64, n->integer);
    if (n->kind == NODE_REAL)
        return str_format(a, "%.15g", n->real);
    if (n->kind == NODE_BOOL)
        return n->boolean ? STR("是") : STR("否");
    return (Str){NULL, 0};
}

static Str mark_of(const Fill *f, const Tag *tag) {
    return tag->list == NULL ? tag->field->is.field
                             : str_format(f->arena, "%.*s.%.*s", STR_ARG(tag->list->is.field),
                                          STR_ARG(tag->field->is.field));
}

static void note(const Fill *f, BindList *list, Str field) {
    const Str *all = list->items;

    for (size_t i = 0; i < list->count; i++)
        if (str_eq(all[i], field))
            return;
    *(Str *)docx_more(f->arena, list, sizeof(Str)) = str_dup(f->arena, field);
}

static void note_absent(const Fill *f, const Tag *tag) {
    note(f, tag->field->is.required ? &f->out->missing : &f->out->empty, mark_of(f, tag));
}

/* --- nodes ----------------------------------------------------------------------------------- */

static bool within(Fill *f, size_t more) {
    f->nodes += more;
    if (f->nodes > TEMPLATE_NODES_MOST && !f->failed) {
        f->failed = true;
        err_set(f->e, ERR_TOO_LARGE, NULL, "填写以后的文书太长：请减少列表的项数，或者分成几份");
    }
    return !f->failed;
}

static xmlNode *copy(const Fill *f, const xmlNode *n, int depth) {
    xmlNode *c = xmlDocCopyNode((xmlNode *)(uintptr_t)n, f->doc, depth);

    if (c == NULL)
        abort();
    return c;
}

/* --- runs ------------------------------------------------------------------------------------ */

static void add_bookmark(Fill *f, bool start, Str field) {
    xmlNs *ns = f->line->ns;
    xmlNode *n = xmlNewChild(f->line, ns, BAD_CAST(start ? "bookmarkStart" : "bookmarkEnd"), NULL);
    char id[24], name[41];

    snprintf(id, sizeof id, "%zu", 100000 + f->marks);
    xmlNewNsProp(n, ns, BAD_CAST "id", BAD_CAST id);
    if (!start)
        return;
    docx_mark_name(field, f->marks, name);
    xmlNewNsProp(n, ns, BAD_CAST "name", BAD_CAST name);
}

/* Letters stand in an order of their own; these come behind the mark. */
static bool behind_mark(const xmlNode *n) {
    static const char *const names[] = {"u",   "effect", "bdr", "shd",  "fitText", "vertAlign",
                                        "rtl", "cs",     "em",  "lang", NULL};

    for (size_t i = 0; names[i] != NULL; i++)
        if (docx_is(n, names[i]))
            return true;
    return false;
}

static void mark_yellow(xmlNode *run) {
    xmlNode *letters = docx_child(run, "rPr"), *mark, *after;

    if (letters == NULL)
        letters = xmlNewChild(run, run->ns, BAD_CAST "rPr", NULL);
    if (docx_child(letters, "highlight") != NULL)
        return;
    mark = xmlNewDocNode(run->doc, run->ns, BAD_CAST "highlight", NULL);
    xmlNewNsProp(mark, run->ns, BAD_CAST "val", BAD_CAST "yellow");
    for (after = letters->children; after != NULL && !behind_mark(after);)
        after = after->next;
    if (after != NULL)
        xmlAddPrevSibling(after, mark);
    else
        xmlAddChild(letters, mark);
}

static void add_run(Fill *f, const xmlNode *model, Str text, bool absent) {
    xmlNode *run = copy(f, model, 1);
    scoped_buf Buf clean = {0};

    buf_init(&clean, DOCX_PART_MAX);
    for (uint32_t r; str_rune(&text, &r);)
        if (r >= 0x20 && r != 0xFFFE && r != 0xFFFF)
            buf_add_rune(&clean, r);
    if (absent)
        mark_yellow(run);
    xmlNode *t = xmlNewChild(run, run->ns, BAD_CAST "t", NULL);

    xmlNodeSetSpacePreserve(t, 1);
    xmlAddChild(
        t, xmlNewDocTextLen(f->doc, BAD_CAST(clean.ptr != NULL ? clean.ptr : ""), (int)clean.len));
    xmlAddChild(f->line, run);
}

/* A value of several lines goes on in a paragraph of the same look. */
static void next_line(Fill *f) {
    xmlNode *p = copy(f, f->line, 2), *properties = docx_child(f->line, "pPr");

    if (properties != NULL)
        xmlAddChild(p, copy(f, properties, 1));
    xmlAddNextSibling(f->line, p);
    f->line = p;
}

static void add_value(Fill *f, const xmlNode *model, Str field, Str text, bool absent) {
    bool first = true;

    for (Str line; str_split(&text, '\n', &line);) {
        line = str_trim(line);
        if (line.len == 0)
            continue;
        if (!first)
            next_line(f);
        first = false;
        f->marks++;
        add_bookmark(f, true, field);
        add_run(f, model, line, absent);
        add_bookmark(f, false, field);
        within(f, 6);
    }
}

static const TagFormat *otherwise(const Tag *tag) {
    for (size_t i = 0; i < tag->format_count; i++)
        if (tag->formats[i].kind == FORMAT_ELSE)
            return &tag->formats[i];
    return NULL;
}

static void write_tag(Fill *f, const Part *p, const Scope *scope) {
    const Tag *tag = p->tag;
    scoped_buf Buf text = {0};

    buf_init(&text, DOCX_PART_MAX);
    if (tag->ordinal) {
        while (scope != NULL && scope->list != tag->list)
            scope = scope->up;
        template_write(tag, str_format(f->arena, "%zu", scope == NULL ? 1 : scope->ordinal), false,
                       &text);
        add_run(f, p->node, buf_str(&text), false);
        return;
    }
    Str value = text_of(f->arena, value_of(f, tag, scope));

    if (value.len > 0) {
        template_write(tag, value, f->sealed, &text);
        add_value(f, p->node, mark_of(f, tag), buf_str(&text), false);
        return;
    }
    if (otherwise(tag) != NULL) {
        add_value(f, p->node, mark_of(f, tag), otherwise(tag)->argument, false);
        return;
    }
    note_absent(f, tag);
    if (!tag->field->is.required)
        return;
    buf_addf(&text, "【待填：%.*s】", STR_ARG(tag->field->is.title));
    add_value(f, p->node, mark_of(f, tag), buf_str(&text), true);
}

/* --- conditions and loops -------------------------------------------------------------------- */

/* Codes are compared by their titles, whatever the template wrote: code, title or alias. */
static bool equal(const Tag *tag, Str value) {
    const CodeTable *t = tag->field->is.table;
    const CodeEntry *wanted = t == NULL ? NULL : code_table_find(t, tag->value);

    for (Str rest = value, one; str_split(&rest, tag->field->is.many ? ';' : '\x01', &one);) {
        one = str_trim(one);
        if (str_eq(one, tag->value) || (wanted != NULL && code_table_find(t, one) == wanted))
            return true;
    }
    return false;
}

static bool holds(const Fill *f, const Tag *tag, const Scope *scope) {
    const Node *n = value_of(f, tag, scope);
    bool list = tag->field->is.type == DOCUMENT_LIST;
    Str value = list ? (Str){NULL, 0} : text_of(f->arena, n);
    bool filled = list ? n != NULL && n->kind == NODE_LIST && n->count > 0 : value.len > 0;

    if (!filled && tag->field->is.required && tag->test != TEST_EMPTY)
        note_absent(f, tag);
    switch (tag->test) {
    case TEST_FILLED:
        return filled;
    case TEST_EMPTY:
        return !filled;
    case TEST_EQUAL:
        return filled && equal(tag, value);
    case TEST_OTHER:
        return filled && !equal(tag, value);
    }
    return false;
}

static void write_loop(Fill *f, const BindList *list, size_t at, xmlNode *into, const Scope *up) {
    const Part *p = &template_parts(list)[at];
    const Node *n = value_of(f, p->tag, up);
    size_t count = n != NULL && n->kind == NODE_LIST ? n->count : 0;

    if (count > DOCUMENT_ROWS_MOST) {
        f->failed = true;
        err_set(f->e, ERR_TOO_LARGE, NULL, "列表“%.*s”有 %zu 项，最多 %d 项",
                STR_ARG(p->tag->field->is.title), count, DOCUMENT_ROWS_MOST);
        return;
    }
    if (count == 0) {
        note_absent(f, p->tag);
        /* One entry with its places to fill, so that the draft shows what is missing. */
        if (p->tag->field->is.required)
            write_parts(f, list, at + 1, p->close, into, &(Scope){p->tag->field, NULL, 1, up});
        return;
    }
    for (size_t i = 0; i < count && !f->failed; i++)
        write_parts(f, list, at + 1, p->close, into,
                    &(Scope){p->tag->field, n->items[i], i + 1, up});
}

static void write_choice(Fill *f, const BindList *list, size_t at, xmlNode *into,
                         const Scope *scope) {
    const Part *p = &template_parts(list)[at];
    size_t middle = p->other != 0 ? p->other : p->close;

    if (holds(f, p->tag, scope))
        write_parts(f, list, at + 1, middle, into, scope);
    else if (p->other != 0)
        write_parts(f, list, middle + 1, p->close, into, scope);
}

/* --- paragraphs, tables ---------------------------------------------------------------------- */

static bool shows(const xmlNode *n) {
    if (docx_is(n, "t") || docx_is(n, "drawing") || docx_is(n, "pict") || docx_is(n, "br") ||
        docx_is(n, "sectPr"))
        return true;
    for (const xmlNode *c = n->children; c != NULL; c = c->next)
        if (shows(c))
            return true;
    return false;
}

static void drop(xmlNode *n) {
    xmlUnlinkNode(n);
    xmlFreeNode(n);
}

static void write_paragraph(Fill *f, const Part *p, xmlNode *into, const Scope *scope) {
    xmlNode *line = copy(f, p->node, 2), *properties = docx_child(p->node, "pPr");
    xmlNode *before = f->line;

    xmlAddChild(into, line);
    if (properties != NULL)
        xmlAddChild(line, copy(f, properties, 1));
    f->line = line;
    write_parts(f, &p->inner, 0, p->inner.count, NULL, scope);
    /* Nothing came: the paragraph was there for its values only. */
    if (f->line == line && !shows(line))
        drop(line);
    f->line = before;
}

static bool has_child(const xmlNode *n, const char *name) {
    return docx_child(n, name) != NULL;
}

static void write_cell(Fill *f, const Part *p, xmlNode *into, const Scope *scope) {
    xmlNode *cell = copy(f, p->node, 2);

    xmlAddChild(into, cell);
    write_parts(f, &p->inner, 0, p->inner.count, cell, scope);
    /* A cell ends with a paragraph. */
    if (cell->last == NULL || !docx_is(cell->last, "p")) {
        xmlNode *model = docx_child(p->node, "p"),
                *empty = xmlNewChild(cell, cell->ns, BAD_CAST "p", NULL);
        xmlNode *properties = docx_child(model, "pPr");

        if (properties != NULL)
            xmlAddChild(empty, copy(f, properties, 1));
    }
}

static void write_part(Fill *f, const Part *p, xmlNode *into, const Scope *scope) {
    xmlNode *n;

    switch (p->kind) {
    case PART_KEEP:
        if (within(f, p->weight))
            xmlAddChild(into != NULL ? into : f->line, copy(f, p->node, 1));
        return;
    case PART_TAG:
        write_tag(f, p, scope);
        return;
    case PART_PARAGRAPH:
        write_paragraph(f, p, into, scope);
        return;
    case PART_CELL:
        write_cell(f, p, into, scope);
        return;
    case PART_TABLE:
    case PART_ROW:
        n = copy(f, p->node, 2);
        xmlAddChild(into, n);
        write_parts(f, &p->inner, 0, p->inner.count, n, scope);
        if (!has_child(n, p->kind == PART_TABLE ? "tr" : "tc"))
            drop(n);
        return;
    }
}

static void write_parts(Fill *f, const BindList *list, size_t from, size_t to, xmlNode *into,
                        const Scope *scope) {
    const Part *p = template_parts(list);

    for (size_t i = from; i < to && within(f, 1); i++) {
        if (p[i].kind == PART_TAG && p[i].tag->kind == TAG_EACH) {
            write_loop(f, list, i, into, scope);
            i = p[i].close;
        } else if (p[i].kind == PART_TAG && p[i].tag->kind == TAG_IF) {
            write_choice(f, list, i, into, scope);
            i = p[i].close;
        } else {
            write_part(f, &p[i], into, scope);
        }
    }
}

/* --- the whole ------------------------------------------------------------------------------- */

static void free_tree(void *tree) {
    xmlFreeDoc(tree);
}

/* A tree with the same root, and an empty body, header or footer. */
static xmlNode *begin_part(Fill *f, const TemplatePart *p) {
    xmlNode *root = xmlDocGetRootElement(p->tree), *top;

    f->doc = xmlNewDoc(BAD_CAST "1.0");
    if (f->doc == NULL)
        abort();
    f->doc->standalone = 1;
    arena_defer(f->arena, free_tree, f->doc);
    top = copy(f, root, 2);
    xmlDocSetRootElement(f->doc, top);
    if (root == p->root)
        return top;
    for (xmlNode *n = root->children; n != NULL; n = n->next)
        if (n->type == XML_ELEMENT_NODE)
            xmlAddChild(top, copy(f, n, n == p->root ? 2 : 1));
    return docx_child(top, "body");
}

/* Mandatory fields that the template never asks for are missing all the same. */
static void note_unasked(Fill *f) {
    const DocumentField *fields = f->t->fields->items;

    for (size_t i = 0; i < f->t->fields->count; i++) {
        Tag tag = {.field = &fields[i]};
        const Node *n = value_of(f, &tag, NULL);
        bool filled = fields[i].is.type == DOCUMENT_LIST
                          ? n != NULL && n->kind == NODE_LIST && n->count > 0
                          : text_of(f->arena, n).len > 0;

        if (fields[i].is.required && !filled && !template_uses(f->t, fields[i].is.field))
            note(f, &f->out->missing, fields[i].is.field);
    }
}

bool template_fill(Template *t, const Node *values, bool sealed, Arena *a, Buf *docx,
                   TemplateFilled *out, Err *e) {
    Docx filled = *t->docx;
    TemplateFilled made = {0};
    Fill f = {.t = t, .arena = a, .values = values, .sealed = sealed, .out = &made, .e = e};

    filled.arena = a;
    filled.parts = arena_array_of(a, t->part_count, DocxPart);
    for (size_t i = 0; i < t->part_count && !f.failed; i++) {
        xmlNode *into = begin_part(&f, &t->parts[i]);

        filled.parts[i] = t->docx->parts[i];
        filled.parts[i].tree = f.doc;
        filled.parts[i].changed = true;
        if (into != NULL)
            write_parts(&f, &t->parts[i].parts, 0, t->parts[i].parts.count, into, NULL);
        xmlDOMWrapReconcileNamespaces(NULL, xmlDocGetRootElement(f.doc), 1);
    }
    if (f.failed)
        return false;
    note_unasked(&f);
    if (!docx_number(&filled, e) || !docx_read(&filled, a, &made.sheet, &made.warnings, e) ||
        !docx_save(&filled, docx, e))
        return false;
    *out = made;
    return true;
}
