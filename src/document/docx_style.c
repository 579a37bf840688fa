/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/docx_style.c: which kind of block a paragraph's style stands for, and what Word would
 * write before a paragraph of a numbered list. */
#include "document/docx_inside.h"

#include "base/banned.h"

/* --- styles ---------------------------------------------------------------------------------- */

static void load_style(Docx *d, const xmlNode *n) {
    DocxStyle *s = docx_more(d->arena, &d->styles, sizeof *s);
    const xmlNode *numbering = docx_child(docx_child(n, "pPr"), "numPr");
    const xmlNode *name = docx_child(n, "name"), *based = docx_child(n, "basedOn");
    int64_t level = 0;

    s->id = docx_attribute(n, "styleId");
    s->name = name == NULL ? (Str){NULL, 0} : docx_attribute(name, "val");
    s->based = based == NULL ? (Str){NULL, 0} : docx_attribute(based, "val");
    if (numbering == NULL)
        return;
    const xmlNode *id = docx_child(numbering, "numId"), *at = docx_child(numbering, "ilvl");

    s->numbering = id == NULL ? (Str){NULL, 0} : docx_attribute(id, "val");
    if (at != NULL && str_to_int(docx_attribute(at, "val"), &level) && level >= 0 &&
        level < DOCX_LEVELS)
        s->level = (int)level;
}

static const DocxStyle *style_of(const Docx *d, Str id) {
    const DocxStyle *s = d->styles.items;

    for (size_t i = 0; id.len > 0 && i < d->styles.count; i++)
        if (str_eq(s[i].id, id))
            return &s[i];
    return NULL;
}

static const DocxStyle *style_of_paragraph(const Docx *d, const xmlNode *p) {
    const xmlNode *n = docx_child(docx_child(p, "pPr"), "pStyle");

    return n == NULL ? NULL : style_of(d, docx_attribute(n, "val"));
}

/* Word's own styles are called by their English names in the file, whatever the screen shows. */
static bool built_in(Str name, BlockKind *out) {
    static const struct {
        const char *name;
        BlockKind kind;
    } known[] = {
        {"title", BLOCK_TITLE},       {"heading 1", BLOCK_LEVEL_1}, {"heading 2", BLOCK_LEVEL_2},
        {"heading 3", BLOCK_LEVEL_3}, {"heading 4", BLOCK_LEVEL_4}, {"标题 1", BLOCK_LEVEL_1},
        {"标题 2", BLOCK_LEVEL_2},    {"标题 3", BLOCK_LEVEL_3},    {"标题 4", BLOCK_LEVEL_4}};

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_eq_ascii_nocase(name, str_of(known[i].name))) {
            *out = known[i].kind;
            return true;
        }
    return false;
}

bool docx_style_kind(const Docx *d, const xmlNode *paragraph, BlockKind *out) {
    const DocxStyle *s = style_of_paragraph(d, paragraph);

    /* An office's own style counts as what it is based on. */
    for (int hops = 0; s != NULL && hops < 10; hops++) {
        if (sheet_kind(s->name, out) || built_in(s->name, out))
            return true;
        s = style_of(d, s->based);
    }
    return false;
}

/* --- lists ----------------------------------------------------------------------------------- */

static void load_level(DocxList *l, const xmlNode *n) {
    const xmlNode *format = docx_child(n, "numFmt"), *text = docx_child(n, "lvlText"),
                  *start = docx_child(n, "start");
    int64_t level;

    if (!str_to_int(docx_attribute(n, "ilvl"), &level) || level < 0 || level >= DOCX_LEVELS)
        return;
    l->levels[level] =
        (DocxLevel){.format = format == NULL ? STR("decimal") : docx_attribute(format, "val"),
                    .text = text == NULL ? (Str){NULL, 0} : docx_attribute(text, "val"),
                    .start = 1,
                    .known = true};
    if (start != NULL)
        str_to_int(docx_attribute(start, "val"), &l->levels[level].start);
}

static const xmlNode *abstract_of(const xmlNode *root, Str id, size_t *place) {
    *place = 0;
    for (const xmlNode *n = root->children; n != NULL; n = n->next) {
        if (!docx_is(n, "abstractNum"))
            continue;
        if (str_eq(docx_attribute(n, "abstractNumId"), id))
            return n;
        ++*place;
    }
    return NULL;
}

static void load_list(Docx *d, const xmlNode *root, const xmlNode *n) {
    DocxList *l = docx_more(d->arena, &d->lists, sizeof *l), *all = d->lists.items;
    const xmlNode *id = docx_child(n, "abstractNumId");
    const xmlNode *abstract =
        id == NULL ? NULL : abstract_of(root, docx_attribute(id, "val"), &l->abstract);
    bool restarts = false;

    l->number = docx_attribute(n, "numId");
    for (const xmlNode *c = abstract == NULL ? NULL : abstract->children; c != NULL; c = c->next)
        if (docx_is(c, "lvl"))
            load_level(l, c);
    for (const xmlNode *c = n->children; c != NULL; c = c->next) {
        if (!docx_is(c, "lvlOverride"))
            continue;
        const xmlNode *lvl = docx_child(c, "lvl"), *start = docx_child(c, "startOverride");
        int64_t level;

        restarts = true;
        if (lvl != NULL)
            load_level(l, lvl);
        if (start != NULL && str_to_int(docx_attribute(c, "ilvl"), &level) && level >= 0 &&
            level < DOCX_LEVELS)
            str_to_int(docx_attribute(start, "val"), &l->levels[level].start);
    }
    for (size_t i = 0; !restarts && i + 1 < d->lists.count; i++)
        if (all[i].abstract == l->abstract)
            l->counts = all[i].counts;
    if (l->counts == NULL)
        l->counts = arena_array_of(d->arena, DOCX_LEVELS, int64_t);
}

void docx_lists_restart(Docx *d) {
    DocxList *l = d->lists.items;

    for (size_t i = 0; i < d->lists.count; i++)
        for (int k = 0; k < DOCX_LEVELS; k++)
            l[i].counts[k] = 0;
}

bool docx_load_styles(Docx *d, Err *e) {
    if (docx_has(d, "word/styles.xml")) {
        xmlDoc *tree = docx_xml(d, "word/styles.xml", e);

        if (tree == NULL)
            return false;
        for (const xmlNode *n = xmlDocGetRootElement(tree)->children; n != NULL; n = n->next)
            if (docx_is(n, "style") && d->styles.count < 5000)
                load_style(d, n);
    }
    if (docx_has(d, "word/numbering.xml")) {
        xmlDoc *tree = docx_xml(d, "word/numbering.xml", e);

        if (tree == NULL)
            return false;
        const xmlNode *root = xmlDocGetRootElement(tree);

        for (const xmlNode *n = root->children; n != NULL; n = n->next)
            if (docx_is(n, "num") && d->lists.count < DOCX_LISTS_MOST)
                load_list(d, root, n);
    }
    return true;
}

/* --- counting -------------------------------------------------------------------------------- */

static void add_chinese(Buf *out, int64_t n) {
    static const char *const digits[] = {"〇", "一", "二", "三", "四",
                                         "五", "六", "七", "八", "九"};

    if (n < 0 || n > 99) {
        buf_addf(out, "%lld", (long long)n);
        return;
    }
    if (n >= 20)
        buf_add_c(out, digits[n / 10]);
    if (n >= 10)
        buf_add_c(out, "十");
    if (n % 10 != 0 || n == 0)
        buf_add_c(out, digits[n % 10]);
}

static void add_letter(Buf *out, int64_t n, char first) {
    if (n < 1 || n > 26)
        buf_addf(out, "%lld", (long long)n);
    else
        buf_add_char(out, (char)(first + n - 1));
}

static bool add_count(Buf *out, Str format, int64_t n) {
    static const char *const chinese[] = {"chineseCounting",           "chineseCountingThousand",
                                          "japaneseCounting",          "taiwaneseCounting",
                                          "taiwaneseCountingThousand", "ideographDigital"};

    for (size_t i = 0; i < sizeof chinese / sizeof *chinese; i++)
        if (str_is(format, chinese[i])) {
            add_chinese(out, n);
            return true;
        }
    if (str_is(format, "decimalEnclosedCircle") || str_is(format, "decimalEnclosedCircleChinese")) {
        if (n >= 1 && n <= 20)
            buf_add_rune(out, (uint32_t)(0x2460 + n - 1));
        else
            buf_addf(out, "%lld", (long long)n);
    } else if (str_is(format, "lowerLetter")) {
        add_letter(out, n, 'a');
    } else if (str_is(format, "upperLetter")) {
        add_letter(out, n, 'A');
    } else {
        buf_addf(out, "%lld", (long long)n);
        return str_starts(format, STR("decimal"));
    }
    return true;
}

typedef struct Listed {
    DocxList *list;
    int level;
} Listed;

static Listed listed(const Docx *d, const xmlNode *p) {
    const xmlNode *numbering = docx_child(docx_child(p, "pPr"), "numPr");
    const DocxStyle *s = style_of_paragraph(d, p);
    DocxList *l = d->lists.items;
    Str id = {NULL, 0};
    int64_t level = 0;

    for (int hops = 0; s != NULL && s->numbering.len == 0 && hops < 10; hops++)
        s = style_of(d, s->based);
    if (s != NULL) {
        id = s->numbering;
        level = s->level;
    }
    if (numbering != NULL) {
        const xmlNode *number = docx_child(numbering, "numId"), *at = docx_child(numbering, "ilvl");

        if (number != NULL)
            id = docx_attribute(number, "val");
        if (at != NULL && !str_to_int(docx_attribute(at, "val"), &level))
            level = 0;
    }
    for (size_t i = 0; id.len > 0 && i < d->lists.count; i++)
        if (str_eq(l[i].number, id) && level >= 0 && level < DOCX_LEVELS)
            return (Listed){&l[i], (int)level};
    return (Listed){NULL, 0};
}

bool docx_in_list(const Docx *d, const xmlNode *paragraph) {
    return listed(d, paragraph).list != NULL;
}

Str docx_list_prefix(Docx *d, const xmlNode *paragraph, Arena *a, bool *strange) {
    Listed at = listed(d, paragraph);
    scoped_buf Buf out = {0};

    buf_init(&out, 1024);
    if (at.list == NULL || !at.list->levels[at.level].known)
        return (Str){NULL, 0};
    DocxLevel *levels = at.list->levels;
    int64_t *counts = at.list->counts;

    counts[at.level] = counts[at.level] == 0 ? levels[at.level].start : counts[at.level] + 1;
    for (int k = at.level + 1; k < DOCX_LEVELS; k++)
        counts[k] = 0;
    if (str_is(levels[at.level].format, "bullet") || str_is(levels[at.level].format, "none")) {
        /* Signs of Wingdings mean nothing in other fonts. */
        if (str_is(levels[at.level].format, "bullet"))
            buf_add_c(&out, "·");
        return str_dup(a, buf_str(&out));
    }
    for (Str rest = levels[at.level].text; rest.len > 0;) {
        int k = rest.len > 1 && rest.ptr[0] == '%' ? rest.ptr[1] - '1' : -1;

        if (k >= 0 && k < DOCX_LEVELS) {
            int64_t n = counts[k] == 0 ? levels[k].start : counts[k];

            *strange |= !add_count(&out, levels[k].format, n);
            rest = str_slice(rest, 2, rest.len);
        } else {
            buf_add_char(&out, rest.ptr[0]);
            rest = str_slice(rest, 1, rest.len);
        }
    }
    return str_dup(a, buf_str(&out));
}
