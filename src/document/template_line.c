/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/template_line.c: one paragraph cut into runs and places. Word splits text into runs as
 * it likes, also in the middle of {{…}}. */
#include <string.h>

#include "document/template_inside.h"

#include "base/banned.h"

enum { TAG_BYTES_MOST = 400 };

/* One child of the paragraph, and where its text stands in the text of the whole. */
typedef struct Atom {
    xmlNode *node;
    size_t from, to; /* equal: no text */
} Atom;

typedef struct Line {
    Look *look;
    xmlNode *paragraph;
    BindList atoms;
    Buf text;
    BindList *out;
} Line;

static bool has_brace(const xmlNode *n) {
    if (n->type == XML_TEXT_NODE && n->content != NULL)
        return strchr((const char *)n->content, '{') != NULL ||
               strstr((const char *)n->content, "｛") != NULL ||
               strchr((const char *)n->content, '}') != NULL ||
               strstr((const char *)n->content, "｝") != NULL;
    for (const xmlNode *c = n->children; c != NULL; c = c->next)
        if (has_brace(c))
            return true;
    return false;
}

static void free_node(void *n) {
    xmlFreeNode(n);
}

/* Kept until the end: a node that moves out may go on using a namespace which this one declares. */
static void drop(Arena *a, xmlNode *n) {
    xmlUnlinkNode(n);
    arena_defer(a, free_node, n);
}

/* --- flat: runs with one child each, directly below the paragraph ----------------------------- */

static bool wraps_text(const xmlNode *n) {
    return docx_transparent(n) || docx_is(n, "hyperlink") || docx_is(n, "fldSimple");
}

static void unwrap(Arena *a, xmlNode *n) {
    xmlNode *inner = docx_is(n, "sdt") ? docx_child(n, "sdtContent") : n;

    while (inner != NULL && inner->children != NULL) {
        xmlNode *c = inner->children;

        xmlUnlinkNode(c);
        xmlAddPrevSibling(n, c);
    }
    drop(a, n);
}

static void split_run(xmlNode *run) {
    size_t n = 0;

    for (xmlNode *c = run->children; c != NULL; c = c->next)
        n += c->type == XML_ELEMENT_NODE && !docx_is(c, "rPr");
    while (n-- > 1) {
        xmlNode *one = xmlCopyNode(run, 2), *letters = docx_child(run, "rPr"), *c = run->children;

        if (letters != NULL)
            xmlAddChild(one, xmlCopyNode(letters, 1));
        while (c->type != XML_ELEMENT_NODE || docx_is(c, "rPr"))
            c = c->next;
        xmlUnlinkNode(c);
        xmlAddChild(one, c);
        xmlAddPrevSibling(run, one);
    }
}

static void flatten(Arena *a, xmlNode *p) {
    for (bool again = true; again;) {
        again = false;
        for (xmlNode *n = p->children, *next; n != NULL; n = next) {
            next = n->next;
            if (docx_is(n, "proofErr") || docx_is(n, "del") || docx_is(n, "moveFrom")) {
                drop(a, n);
            } else if (wraps_text(n) && has_brace(n)) {
                unwrap(a, n);
                again = true;
            }
        }
    }
    for (xmlNode *n = p->children; n != NULL; n = n->next)
        if (docx_is(n, "r"))
            split_run(n);
}

static Str text_of(const xmlNode *run) {
    const xmlNode *t = docx_is(run, "r") ? docx_child(run, "t") : NULL;

    return t != NULL && t->children != NULL && t->children->content != NULL
               ? str_of((const char *)t->children->content)
               : (Str){NULL, 0};
}

static void gather(Line *l) {
    for (xmlNode *n = l->paragraph->children; n != NULL; n = n->next) {
        if (docx_is(n, "pPr"))
            continue;
        Atom *a = docx_more(l->look->t->arena, &l->atoms, sizeof *a);
        Str text = text_of(n);

        a->node = n;
        a->from = l->text.len;
        buf_add(&l->text, text);
        /* A place cannot reach across a tab, a line break or a picture. */
        if (docx_is(n, "r") && docx_child(n, "t") == NULL)
            buf_add_char(&l->text, '\x01');
        a->to = text.len > 0 ? l->text.len : a->from;
    }
}

/* --- the pieces ------------------------------------------------------------------------------ */

static xmlNode *run_like(const xmlNode *model, Str text) {
    xmlNode *run = xmlDocCopyNode((xmlNode *)(uintptr_t)model, model->doc, 2);
    xmlNode *letters = docx_child(model, "rPr");

    if (letters != NULL)
        xmlAddChild(run, xmlDocCopyNode(letters, model->doc, 1));
    if (text.len > 0) {
        xmlNode *t = xmlNewChild(run, run->ns, BAD_CAST "t", NULL);

        xmlNodeSetSpacePreserve(t, 1);
        xmlAddChild(t, xmlNewDocTextLen(model->doc, (const xmlChar *)text.ptr, (int)text.len));
    }
    return run;
}

static void keep(Line *l, xmlNode *n) {
    Part *p = docx_more(l->look->t->arena, l->out, sizeof *p);

    *p = (Part){.kind = PART_KEEP, .node = n, .weight = 4};
}

/* What of the paragraph stands in [from, to), in runs of its own. */
static void keep_text(Line *l, size_t from, size_t to) {
    const Atom *a = l->atoms.items;

    for (size_t i = 0; i < l->atoms.count; i++) {
        size_t first = a[i].from > from ? a[i].from : from, last = a[i].to < to ? a[i].to : to;

        if (a[i].from == a[i].to) {
            /* Bookmarks and pictures: where they stood. Those inside a place follow it. */
            if (a[i].from >= from && a[i].from < to)
                keep(l, a[i].node);
        } else if (first < last) {
            Str all = text_of(a[i].node);

            keep(l, run_like(a[i].node, str_slice(all, first - a[i].from, last - a[i].from)));
        }
    }
}

static const xmlNode *model_at(const Line *l, size_t at) {
    const Atom *a = l->atoms.items;

    for (size_t i = 0; i < l->atoms.count; i++)
        if (a[i].from <= at && at < a[i].to)
            return a[i].node;
    return a[0].node;
}

static Str around(const Line *l, size_t from, size_t to) {
    Str all = buf_str(&l->text);
    size_t first = from > 36 ? from - 36 : 0, last = to + 36 < all.len ? to + 36 : all.len;

    while (first < from && ((unsigned char)all.ptr[first] & 0xC0) == 0x80)
        first++;
    while (last > to && last < all.len && ((unsigned char)all.ptr[last] & 0xC0) == 0x80)
        last--;
    return str_slice(all, first, last);
}

static void complain(Line *l, size_t from, size_t to, const char *text) {
    Tag at = {.around = str_dup(l->look->t->arena, around(l, from, to)),
              .paragraph = l->look->paragraph};

    template_mistake(l->look, &at, "%s", text);
}

typedef struct Braces {
    size_t open, inner, inner_end, close;
} Braces;

static ptrdiff_t find_either(Str s, size_t from, const char *one, const char *other, size_t *len) {
    ptrdiff_t a = str_find(str_slice(s, from, s.len), str_of(one)),
              b = str_find(str_slice(s, from, s.len), str_of(other));
    bool second = a < 0 || (b >= 0 && b < a);

    *len = str_of(second ? other : one).len;
    a = second ? b : a;
    return a < 0 ? -1 : a + (ptrdiff_t)from;
}

/* The next {{…}} at or behind `from`. False: no more, or a mistake, of which *bad says so. */
static bool next_braces(Line *l, size_t from, Braces *out, bool *bad) {
    Str all = buf_str(&l->text);
    size_t open_len, close_len, again_len;
    ptrdiff_t open = find_either(all, from, "{{", "｛｛", &open_len);
    ptrdiff_t stray = find_either(all, from, "}}", "｝｝", &close_len);

    if (stray >= 0 && (open < 0 || stray < open)) {
        complain(l, (size_t)stray, (size_t)stray + close_len, "多了 }}：前面没有 {{");
        *bad = true;
        return false;
    }
    if (open < 0)
        return false;
    size_t inner = (size_t)open + open_len;
    ptrdiff_t close = find_either(all, inner, "}}", "｝｝", &close_len);
    ptrdiff_t again = find_either(all, inner, "{{", "｛｛", &again_len);

    *bad = true;
    if (close < 0 || (again >= 0 && again < close))
        complain(l, (size_t)open, inner, "有 {{ 没有 }}：占位符要写完整，而且写在同一段里");
    else if ((size_t)close - inner > TAG_BYTES_MOST)
        complain(l, (size_t)open, inner, "{{ 和 }} 之间的文字太长，不像占位符");
    else if (memchr(all.ptr + inner, '\x01', (size_t)close - inner) != NULL)
        complain(l, (size_t)open, inner, "占位符里有换行、制表符或图片：请删去重写");
    else
        *bad = false;
    *out = (Braces){(size_t)open, inner, (size_t)close, (size_t)close + close_len};
    return !*bad;
}

static void rebuild(Line *l) {
    xmlNode *properties = docx_child(l->paragraph, "pPr");
    Part *parts = l->out->items;

    for (size_t i = 0; i < l->out->count; i++)
        xmlUnlinkNode(parts[i].node);
    for (xmlNode *n = l->paragraph->children, *next; n != NULL; n = next) {
        next = n->next;
        if (n != properties)
            drop(l->look->t->arena, n);
    }
    for (size_t i = 0; i < l->out->count; i++)
        xmlAddChild(l->paragraph, parts[i].node);
}

static void cut(Line *l) {
    Str all = buf_str(&l->text);
    size_t at = 0;
    bool bad = false;

    for (Braces b; next_braces(l, at, &b, &bad);) {
        Tag *tag =
            template_tag(l->look, str_slice(all, b.inner, b.inner_end), around(l, b.open, b.close));
        xmlNode *model = run_like(model_at(l, b.open), (Str){NULL, 0});

        keep_text(l, at, b.open);
        if (tag != NULL) {
            Part *p = docx_more(l->look->t->arena, l->out, sizeof *p);

            *p = (Part){.kind = PART_TAG, .node = model, .tag = tag};
        } else {
            keep(l, model);
        }
        /* Bookmarks inside the place. */
        for (size_t i = 0; i < l->atoms.count; i++) {
            const Atom *a = &((const Atom *)l->atoms.items)[i];

            if (a->from == a->to && a->from >= b.open && a->from < b.close)
                keep(l, a->node);
        }
        at = b.close;
    }
    keep_text(l, at, all.len + 1);
}

bool template_line(Look *look, xmlNode *paragraph, BindList *out) {
    Line l = {.look = look, .paragraph = paragraph, .out = out};
    Str all;

    if (!has_brace(paragraph))
        return false;
    flatten(look->t->arena, paragraph);
    buf_init(&l.text, DOCX_PART_MAX);
    gather(&l);
    all = buf_str(&l.text);
    bool some = str_find(all, STR("{{")) >= 0 || str_find(all, STR("｛｛")) >= 0 ||
                str_find(all, STR("}}")) >= 0 || str_find(all, STR("｝｝")) >= 0;

    if (some) {
        cut(&l);
        rebuild(&l);
    }
    buf_done(&l.text);
    return some;
}
