/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/docx_open.c: what is let in: a whole, plain .docx within its ceilings. */
#include <libxml/parser.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "document/docx_inside.h"

#include "base/banned.h"

enum { RATIO_MAX = 200 };
/* Small parts may repeat themselves as much as they like. */
static const uint64_t FREE_EXPANSION = 4 << 20;

#define RESAVE "请用 WPS 或 Word 打开后另存为 .docx"

/* --- what it is instead ---------------------------------------------------------------------- */

/* Names of streams in a compound file are UTF-16. */
static bool holds_wide(Str bytes, const char *ascii) {
    char wide[64];
    size_t n = strlen(ascii);

    for (size_t i = 0; i < n; i++) {
        wide[2 * i] = ascii[i];
        wide[2 * i + 1] = '\0';
    }
    return str_find(bytes, (Str){wide, 2 * n}) >= 0;
}

static bool refuse_compound(Str bytes, Err *e) {
    if (holds_wide(bytes, "EncryptedPackage"))
        return err_set(e, ERR_INVALID, NULL, "文件有打开密码，读不了：请去掉密码后再上传");
    return err_set(e, ERR_INVALID, NULL, "这是旧格式的文件（.doc 或 .wps），不是 .docx：" RESAVE);
}

static bool refuse_other(Str bytes, Err *e) {
    if (bytes.len == 0)
        return err_set(e, ERR_INVALID, NULL, "文件是空的：请重新选择模板文件");
    if (str_starts(bytes, STR("%PDF")))
        return err_set(e, ERR_INVALID, NULL, "这是 PDF 文件，不能作模板：请上传 .docx 文件");
    if (str_starts(bytes, STR("{\\rtf")))
        return err_set(e, ERR_INVALID, NULL, "这是 RTF 文件，不是 .docx：" RESAVE);
    if (str_starts(bytes, STR("<")) || str_starts(bytes, STR("\xEF\xBB\xBF<")))
        return err_set(e, ERR_INVALID, NULL, "这是网页或 XML 文件，不是 .docx：" RESAVE);
    return err_set(e, ERR_INVALID, NULL, "这不是 .docx 文件：" RESAVE);
}

static bool refuse_archive(zip_t *z, Err *e) {
    if (zip_name_locate(z, "xl/workbook.xml", 0) >= 0)
        return err_set(e, ERR_INVALID, NULL, "这是电子表格，不是 .docx：请上传文字文档");
    if (zip_name_locate(z, "ppt/presentation.xml", 0) >= 0)
        return err_set(e, ERR_INVALID, NULL, "这是演示文稿，不是 .docx：请上传文字文档");
    if (zip_name_locate(z, "OFD.xml", 0) >= 0)
        return err_set(e, ERR_INVALID, NULL, "这是 OFD 版式文件，不能作模板：请上传 .docx 文件");
    if (zip_name_locate(z, "mimetype", 0) >= 0)
        return err_set(e, ERR_INVALID, NULL, "这是 OpenDocument 文件（.odt），不是 .docx：" RESAVE);
    return err_set(e, ERR_INVALID, NULL, "这个压缩文件里没有文字文档，不是 .docx：" RESAVE);
}

/* --- the archive ----------------------------------------------------------------------------- */

static void discard(void *zip) {
    zip_discard(zip);
}

static bool open_archive(Docx *d, Err *e) {
    zip_error_t error;

    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(d->bytes.ptr, d->bytes.len, 0, &error);

    if (source == NULL)
        abort();
    d->zip = zip_open_from_source(source, ZIP_RDONLY, &error);
    zip_error_fini(&error);
    if (d->zip == NULL) {
        zip_source_free(source);
        return err_set(e, ERR_INVALID, NULL, "文件不完整或已损坏：请重新取得文件，或" RESAVE);
    }
    arena_defer(d->arena, discard, d->zip);
    return true;
}

typedef struct Refusal {
    const char *part; /* of an entry's name; the end of a relationship's kind */
    const char *text;
} Refusal;

static const Refusal refused_names[] = {
    {"vbaProject", "文件里有宏，不能作模板：请另存为不含宏的 .docx"},
    {"vbaData", "文件里有宏，不能作模板：请另存为不含宏的 .docx"},
    {"word/embeddings/",
     "文件里嵌入了其他文件或对象（例如表格），不能作模板：请把它们删去或改成普通表格"},
    {"word/activeX/", "文件里有 ActiveX 控件，不能作模板：请删去控件"},
    {NULL, NULL}};

static const Refusal refused_kinds[] = {
    {"/vbaProject", "文件里有宏，不能作模板：请另存为不含宏的 .docx"},
    {"/oleObject", "文件里嵌入了对象，不能作模板：请把它删去或改成普通表格、文字"},
    {"/package", "文件里嵌入了其他文件，不能作模板：请把它删去"},
    {"/control", "文件里有控件，不能作模板：请删去控件"},
    {"/aFChunk", "文件里插入了其他格式的内容，不能作模板：请复制成文字后另存"},
    {"/subDocument", "文件里有子文档，不能作模板：请把内容并入正文"},
    {NULL, NULL}};

static bool refused(const Refusal *list, const char *name, Err *e) {
    for (; list->part != NULL; list++)
        if (strstr(name, list->part) != NULL)
            return !err_set(e, ERR_INVALID, NULL, "%s", list->text);
    return false;
}

static bool within_ceilings(const zip_stat_t *st, uint64_t *all, Err *e) {
    *all += st->size;
    if (st->size > FREE_EXPANSION && st->size / RATIO_MAX > st->comp_size)
        return err_set(e, ERR_INVALID, NULL,
                       "文件解压后是原来的 %d 倍以上，疑似压缩炸弹，已停止读取", RATIO_MAX);
    return *all <= DOCX_UNPACKED_MAX ||
           err_set(e, ERR_TOO_LARGE, NULL, "文件解压后超过 200 MiB：请压缩或删去里面的图片");
}

/* Two entries of one name: programs differ in which one they read. */
static bool once(const Docx *d, uint64_t i, const char *name, Err *e) {
    zip_int64_t first = zip_name_locate(d->zip, name, ZIP_FL_NOCASE);

    return first < 0 || (uint64_t)first == i ||
           err_set(e, ERR_INVALID, NULL, "文件里有两个同名的部分（%s），已停止读取：" RESAVE, name);
}

static bool check_entries(const Docx *d, Err *e) {
    zip_int64_t n = zip_get_num_entries(d->zip, 0);
    uint64_t all = 0;

    if (n > DOCX_ENTRIES_MOST)
        return err_set(e, ERR_TOO_LARGE, NULL, "文件里的部分超过 %d 个，已停止读取：" RESAVE,
                       DOCX_ENTRIES_MOST);
    for (zip_uint64_t i = 0; i < (zip_uint64_t)n; i++) {
        zip_stat_t st;

        if (zip_stat_index(d->zip, i, 0, &st) != 0 || st.name == NULL)
            return err_set(e, ERR_INVALID, NULL, "文件已损坏：" RESAVE);
        if ((st.valid & ZIP_STAT_ENCRYPTION_METHOD) && st.encryption_method != ZIP_EM_NONE)
            return err_set(e, ERR_INVALID, NULL, "文件有密码，读不了：请去掉密码后再上传");
        if (refused(refused_names, st.name, e) || !once(d, i, st.name, e) ||
            !within_ceilings(&st, &all, e))
            return false;
    }
    return true;
}

bool docx_has(const Docx *d, const char *name) {
    return zip_name_locate(d->zip, name, ZIP_FL_NOCASE) >= 0;
}

/* What the directory says of a part's size may be a lie: read no further than the ceilings. */
static bool read_part(Docx *d, uint64_t i, const char *name, Buf *out, Err *e) {
    zip_file_t *f = zip_fopen_index(d->zip, i, 0);
    zip_stat_t st;
    zip_int64_t n = 0;

    if (f == NULL || zip_stat_index(d->zip, i, 0, &st) != 0) {
        if (f != NULL)
            zip_fclose(f);
        return err_set(e, ERR_INVALID, NULL, "文件里的 %s 打不开：" RESAVE, name);
    }
    for (;;) {
        char *room = buf_reserve(out, 65536);

        if (room == NULL || (n = zip_fread(f, room, 65536)) <= 0)
            break;
        out->len += (size_t)n;
        if (out->len > FREE_EXPANSION && out->len / RATIO_MAX > st.comp_size)
            break;
    }
    zip_fclose(f);
    if (n > 0)
        return err_set(e, ERR_INVALID, NULL, "文件里的 %s 解压后大得反常，疑似压缩炸弹，已停止读取",
                       name);
    if (out->full || n < 0)
        return out->full
                   ? err_set(e, ERR_TOO_LARGE, NULL, "文件里的 %s 超过 16 MiB：请拆分文件", name)
                   : err_set(e, ERR_INVALID, NULL, "文件里的 %s 已损坏：" RESAVE, name);
    return true;
}

/* --- XML ------------------------------------------------------------------------------------- */

static void free_tree(void *tree) {
    xmlFreeDoc(tree);
}

static bool shallow(const xmlNode *n, int depth) {
    if (depth > DOCX_DEPTH_MOST)
        return false;
    for (const xmlNode *c = n->children; c != NULL; c = c->next)
        if (c->type == XML_ELEMENT_NODE && !shallow(c, depth + 1))
            return false;
    return true;
}

xmlDoc *docx_xml(Docx *d, const char *name, Err *e) {
    zip_int64_t i = zip_name_locate(d->zip, name, ZIP_FL_NOCASE);
    scoped_buf Buf text = {0};

    buf_init(&text, DOCX_PART_MAX + 65536);
    if (i < 0)
        return err_set(e, ERR_INVALID, NULL, "文件里缺少 %s：" RESAVE, name), NULL;
    if (!read_part(d, (uint64_t)i, name, &text, e))
        return NULL;
    if (str_find(buf_str(&text), STR("<!DOCTYPE")) >= 0)
        return err_set(e, ERR_INVALID, NULL, "文件里的 %s 带有 DOCTYPE 声明，为安全起见不读取",
                       name),
               NULL;
    xmlDoc *tree = xmlReadMemory(text.ptr, (int)text.len, NULL, NULL,
                                 XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                     XML_PARSE_NOCDATA);

    if (tree != NULL)
        arena_defer(d->arena, free_tree, tree);
    if (tree == NULL || tree->intSubset != NULL || xmlDocGetRootElement(tree) == NULL)
        return err_set(e, ERR_INVALID, NULL, "文件里的 %s 不是完好的 XML：" RESAVE, name), NULL;
    if (!shallow(xmlDocGetRootElement(tree), 0))
        return err_set(e, ERR_INVALID, NULL, "文件里的 %s 套得太深（超过 %d 层）：" RESAVE, name,
                       DOCX_DEPTH_MOST),
               NULL;
    return tree;
}

/* --- content types and relationships --------------------------------------------------------- */

static bool check_types(Docx *d, Err *e) {
    xmlDoc *tree = docx_xml(d, "[Content_Types].xml", e);

    if (tree == NULL)
        return false;
    for (const xmlNode *n = xmlDocGetRootElement(tree)->children; n != NULL; n = n->next) {
        Str type = n->type == XML_ELEMENT_NODE ? docx_attribute(n, "ContentType") : (Str){NULL, 0};

        if (str_find(type, STR("macroEnabled")) >= 0)
            return err_set(e, ERR_INVALID, NULL,
                           "这是带宏的文档（.docm 或 .dotm），不能作模板：请另存为不含宏的 .docx");
        if (str_ends(type, STR("wordprocessingml.template.main+xml")))
            return err_set(e, ERR_INVALID, NULL, "这是 Word 模板（.dotx），不是 .docx：" RESAVE);
    }
    return true;
}

static bool plain_link(Str kind, Str target) {
    return str_ends(kind, STR("/hyperlink")) &&
           (str_starts(target, STR("http://")) || str_starts(target, STR("https://")) ||
            str_starts(target, STR("mailto:")));
}

static bool check_relationships(Docx *d, const char *name, Err *e) {
    xmlDoc *tree = docx_xml(d, name, e);

    if (tree == NULL)
        return false;
    for (const xmlNode *n = xmlDocGetRootElement(tree)->children; n != NULL; n = n->next) {
        if (n->type != XML_ELEMENT_NODE)
            continue;
        Str kind = docx_attribute(n, "Type"), target = docx_attribute(n, "Target");

        for (const Refusal *r = refused_kinds; r->part != NULL; r++)
            if (str_ends(kind, str_of(r->part)))
                return err_set(e, ERR_INVALID, NULL, "%s", r->text);
        if (!str_eq_ascii_nocase(docx_attribute(n, "TargetMode"), STR("External")) ||
            plain_link(kind, target))
            continue;
        if (str_ends(kind, STR("/attachedTemplate")))
            return err_set(
                e, ERR_INVALID, NULL,
                "文件连着外面的 Word 模板，不能上传：请在“文档模板”里改为 Normal，再另存");
        return err_set(e, ERR_INVALID, NULL,
                       "文件连着外面的内容（%.*s），不能上传：请把图片改为嵌入、把链接删去，再另存",
                       (int)(target.len > 60 ? 0 : target.len), target.ptr);
    }
    return true;
}

static bool check_all_relationships(Docx *d, Err *e) {
    zip_int64_t n = zip_get_num_entries(d->zip, 0);

    for (zip_uint64_t i = 0; i < (zip_uint64_t)n; i++) {
        const char *name = zip_get_name(d->zip, i, 0);

        if (name != NULL && str_ends(str_of(name), STR(".rels")) &&
            !check_relationships(d, name, e))
            return false;
    }
    return true;
}

/* --- parts that are looked at ---------------------------------------------------------------- */

static bool add_part(Docx *d, const char *name, Err *e) {
    DocxPart *p = &d->parts[d->part_count];
    zip_int64_t i = zip_name_locate(d->zip, name, ZIP_FL_NOCASE);

    p->name = name;
    p->index = (uint64_t)i;
    p->tree = docx_xml(d, name, e);
    d->part_count += p->tree != NULL;
    return p->tree != NULL;
}

static bool is_margin(Str name) {
    return (str_starts(name, STR("word/header")) || str_starts(name, STR("word/footer"))) &&
           str_ends(name, STR(".xml"));
}

static bool load_parts(Docx *d, Err *e) {
    zip_int64_t n = zip_get_num_entries(d->zip, 0);

    d->parts = arena_array_of(d->arena, (size_t)n, DocxPart);
    if (!add_part(d, "word/document.xml", e))
        return false;
    for (zip_uint64_t i = 0; i < (zip_uint64_t)n; i++) {
        const char *name = zip_get_name(d->zip, i, 0);

        if (name != NULL && is_margin(str_of(name)) && !add_part(d, name, e))
            return false;
    }
    if (docx_body(d) != NULL)
        return true;
    return err_set(e, ERR_INVALID, NULL,
                   "文件的正文不是常用的 .docx 写法（可能是“Strict Open XML”）：请另存为“Word "
                   "文档（*.docx）”");
}

/* What docx_write left: the form and whether it is sealed. */
static void load_properties(Docx *d) {
    static const char *const forms[] = {"official", "letter", "minutes", "procuratorial"};
    xmlDoc *tree =
        docx_has(d, "docProps/custom.xml") ? docx_xml(d, "docProps/custom.xml", NULL) : NULL;

    d->form = SHEET_OFFICIAL;
    for (const xmlNode *n = tree == NULL ? NULL : xmlDocGetRootElement(tree)->children; n != NULL;
         n = n->next) {
        const xmlNode *v = n->children;

        while (v != NULL && v->type != XML_ELEMENT_NODE)
            v = v->next;
        if (v == NULL || v->children == NULL || v->children->content == NULL)
            continue;
        Str value = str_of((const char *)v->children->content);

        for (int i = 0; i < 4; i++)
            if (str_is(docx_attribute(n, "name"), "LianhengForm") && str_is(value, forms[i])) {
                d->form = (SheetForm)i;
                d->form_told = true;
            }
        if (str_is(docx_attribute(n, "name"), "LianhengSealed"))
            d->unsealed = str_is(value, "no");
    }
}

Docx *docx_open(Arena *a, Str bytes, Err *e) {
    static pthread_once_t ready = PTHREAD_ONCE_INIT;
    Docx *d = arena_new_of(a, Docx);

    pthread_once(&ready, xmlInitParser);
    d->arena = a;
    d->bytes = bytes;
    if (bytes.len > DOCX_SIZE_MAX)
        return err_set(e, ERR_TOO_LARGE, NULL, "文件超过 20 MiB：请压缩或删去里面的图片"), NULL;
    if (str_starts(bytes, (Str){"\xD0\xCF\x11\xE0", 4}))
        return refuse_compound(bytes, e), NULL;
    if (!str_starts(bytes, STR("PK")))
        return refuse_other(bytes, e), NULL;
    if (!open_archive(d, e))
        return NULL;
    if (!docx_has(d, "word/document.xml") || !docx_has(d, "[Content_Types].xml"))
        return refuse_archive(d->zip, e), NULL;
    if (!check_entries(d, e) || !check_types(d, e) || !check_all_relationships(d, e) ||
        !load_parts(d, e) || !docx_load_styles(d, e) || !docx_number(d, e))
        return NULL;
    load_properties(d);
    return d;
}
