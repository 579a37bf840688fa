/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/docx_edit.c: another text in one paragraph; the file around it stays. */
#include <string.h>

#include "document/docx_inside.h"

#include "base/banned.h"

/* The first run that holds text: its letters are those of the new text. */
static xmlNode *first_run(xmlNode *parent) {
    for (xmlNode *n = parent->children; n != NULL; n = n->next) {
        xmlNode *inner = NULL;

        if (docx_is(n, "r") && docx_child(n, "t") != NULL)
            return n;
        if (docx_transparent(n) || docx_is(n, "hyperlink"))
            inner = first_run(n);
        if (inner != NULL)
            return inner;
    }
    return NULL;
}

static void drop(xmlNode *n) {
    xmlUnlinkNode(n);
    xmlFreeNode(n);
}

/* Pictures and page breaks are not the text's. */
static bool holds_more(const xmlNode *n) {
    if (docx_is(n, "drawing") || docx_is(n, "pict") || docx_is(n, "sectPr") ||
        (docx_is(n, "br") && str_is(docx_attribute(n, "type"), "page")))
        return true;
    for (const xmlNode *c = n->children; c != NULL; c = c->next)
        if (holds_more(c))
            return true;
    return false;
}

static void add_text(xmlNode *run, Str text) {
    scoped_buf Buf copy = {0};

    buf_init(&copy, DOCX_PART_MAX);
    for (uint32_t r; str_rune(&text, &r);)
        if (r >= 0x20)
            buf_add_rune(&copy, r);
    if (copy.len == 0)
        return;
    xmlNode *t = xmlNewChild(run, run->ns, BAD_CAST "t", NULL);

    xmlNodeSetSpacePreserve(t, 1);
    xmlAddChild(t, xmlNewTextLen(BAD_CAST copy.ptr, (int)copy.len));
}

static void fill_run(xmlNode *run, Str text) {
    while (text.len > 0) {
        size_t n = 0;

        while (n < text.len && text.ptr[n] != '\n' && text.ptr[n] != '\t')
            n++;
        add_text(run, str_slice(text, 0, n));
        if (n < text.len)
            xmlNewChild(run, run->ns, BAD_CAST(text.ptr[n] == '\n' ? "br" : "tab"), NULL);
        text = str_slice(text, n + 1, text.len);
    }
}

/* The number that Word writes itself must not come twice: off the text, or, when the text has
 * another one, off the paragraph. */
static Str settle_list(Docx *d, xmlNode *p, int number, Str text) {
    bool strange = false;
    Str prefix = {NULL, 0};

    if (!docx_in_list(d, p))
        return text;
    docx_lists_restart(d);
    for (int i = 0; i < number; i++)
        prefix = docx_list_prefix(d, d->paragraphs[i], d->arena, &strange);
    if (prefix.len > 0 && str_starts(text, prefix))
        return str_slice(text, prefix.len, text.len);
    xmlNode *properties = docx_child(p, "pPr");
    xmlNode *numbering = properties == NULL ? NULL : docx_child(properties, "numPr");

    if (numbering != NULL)
        drop(numbering);
    return text;
}

bool docx_replace(Docx *d, int number, Str text, Err *e) {
    if (number < 1 || (size_t)number > d->paragraph_count)
        return err_set(e, ERR_NOT_FOUND, NULL,
                       "文书里没有第 %d 段：文书可能已经被别人修改，请刷新后再改", number);
    if (text.len > DOCX_PART_MAX / 4 || !str_utf8_valid(text))
        return err_set(e, text.len > DOCX_PART_MAX / 4 ? ERR_TOO_LARGE : ERR_INVALID, NULL,
                       "第 %d 段的文字太长，或者不是正确的 UTF-8 文字", number);
    xmlNode *p = d->paragraphs[number - 1], *model = first_run(p);
    xmlNode *run = xmlNewNode(p->ns, BAD_CAST "r"), *properties = docx_child(p, "pPr");

    text = settle_list(d, p, number, text);
    if (model != NULL && docx_child(model, "rPr") != NULL)
        xmlAddChild(run, xmlCopyNode(docx_child(model, "rPr"), 1));
    fill_run(run, text);
    for (xmlNode *n = p->children, *next; n != NULL; n = next) {
        next = n->next;
        if (n != properties && !holds_more(n))
            drop(n);
    }
    if (properties != NULL)
        xmlAddNextSibling(properties, run);
    else if (p->children != NULL)
        xmlAddPrevSibling(p->children, run);
    else
        xmlAddChild(p, run);
    d->parts[0].changed = true;
    return true;
}
