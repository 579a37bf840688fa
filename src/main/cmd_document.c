/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cmd_document.c: kinds of documents on the command line: list, template, check, fill. No
 * matter and no store. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "document/docx.h"
#include "document/layout.h"
#include "document/type.h"
#include "main/cli.h"
#include "main/table.h"

#include "base/banned.h"

static Str form_of(const DocumentType *d) {
    return str_of(document_form_names[d->form].title);
}

static Str flows_of(const Cli *c, const DocumentType *d) {
    scoped_buf Buf out = {.max = 65536};

    for (size_t i = 0; i < d->written.count; i++) {
        const Flow *f = content_flow(c->content, document_places(d)[i].flow, NULL);

        buf_addf(&out, "%s%.*s", i == 0 ? "" : "、", STR_ARG(f->title));
    }
    return str_dup(c->arena, buf_str(&out));
}

bool cmd_document_types(Cli *c, Err *e) {
    Arena *a = c->arena;
    Table *t = table_new(a, "文书|名称|目录|格式|>字段|流程");

    (void)e;
    for (size_t i = 0; i < content_document_count(c->content); i++) {
        const DocumentType *d = content_document_at(c->content, i);
        Node *n = node_map(a);

        table_add(t, (const Str[]){d->document, d->title, d->code, form_of(d),
                                   grouped(a, (int64_t)d->fields.count), flows_of(c, d)});
        node_set_text(a, n, "document", d->document);
        node_set_text(a, n, "title", d->title);
        node_set_text(a, n, "code", d->code);
        node_set_text(a, n, "group", d->group);
        node_set_text(a, n, "form", str_of(document_form_names[d->form].name));
        node_set_bool(a, n, "review", d->review);
        node_set_text(a, n, "version", d->version);
        if (c->json)
            cli_json(c, n);
    }
    if (!c->json)
        table_write(t, c->out);
    return true;
}

/* --- files ----------------------------------------------------------------------------------- */

static bool read_file(const char *path, size_t most, Arena *a, Str *out, Err *e) {
    scoped_buf Buf text = {.max = most};
    struct stat st;
    char piece[16384];
    size_t n;

    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return err_set(e, ERR_USAGE, NULL, "%s 不是普通文件", path);
    FILE *f = fopen(path, "re");

    if (f == NULL)
        return err_set(e, ERR_NOT_FOUND, NULL, "没有文件 %s，或不能读，请检查路径和权限", path);
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        buf_add_bytes(&text, piece, n);
    fclose(f);
    if (text.full)
        return err_set(e, ERR_TOO_LARGE, NULL, "文件 %s 超过 %zu MiB", path, most >> 20);
    *out = str_dup(a, buf_str(&text));
    return true;
}

/* Never over a file that is there. */
static bool write_file(const char *path, Str bytes, Err *e) {
    FILE *f = fopen(path, "wxe");

    if (f == NULL && errno == EEXIST)
        return err_set(e, ERR_CONFLICT, NULL, "已经有文件 %s：请换一个名字，或先移走它", path);
    if (f == NULL)
        return err_set(e, ERR_DISK, NULL, "写不了文件 %s：%s", path, strerror(errno));
    bool good = fwrite(bytes.ptr, 1, bytes.len, f) == bytes.len;

    good = fclose(f) == 0 && good;
    return good || err_set(e, ERR_DISK, NULL, "文件 %s 没有写完：请检查磁盘空间", path);
}

/* --- templates ------------------------------------------------------------------------------- */

bool cmd_document_template(Cli *c, Err *e) {
    const DocumentType *d = content_document(c->content, c->words[0], e);
    Str path = cli_option(c, "--out");
    scoped_buf Buf bytes = {.max = DOCX_SIZE_MAX};

    if (d == NULL)
        return false;
    if (path.len == 0)
        path = str_format(c->arena, "%.*s.docx", STR_ARG(d->document));
    if (!document_docx(d, &bytes, e) || !write_file(cli_path(c, path), buf_str(&bytes), e))
        return false;
    fprintf(c->out, "已写出“%.*s”的模板：%.*s\n", STR_ARG(d->title), STR_ARG(path));
    return true;
}

static void say_mistakes(const Cli *c, const BindList *mistakes, const BindList *warnings) {
    const TemplateMistake *m = mistakes->items;
    const Str *w = warnings->items;

    for (size_t i = 0; i < mistakes->count; i++) {
        if (m[i].paragraph > 0)
            fprintf(c->out, "第 %d 段 ", m[i].paragraph);
        else
            fprintf(c->out, "页眉、页脚或文本框 ");
        fprintf(c->out, "“%.*s”：%.*s\n", STR_ARG(m[i].around), STR_ARG(m[i].text));
    }
    for (size_t i = 0; i < warnings->count; i++)
        fprintf(c->out, "注意：%.*s\n", STR_ARG(w[i]));
}

bool cmd_document_check(Cli *c, Err *e) {
    const DocumentType *d = content_document(c->content, c->words[1], e);
    BindList mistakes = {0}, warnings = {0};
    Template *t;
    Str bytes;

    if (d == NULL || !read_file(cli_path(c, c->words[0]), DOCX_SIZE_MAX + 1, c->arena, &bytes, e))
        return false;
    t = document_upload(d, bytes, c->arena, &mistakes, &warnings, e);
    say_mistakes(c, &mistakes, &warnings);
    if (t == NULL)
        return false;
    for (size_t i = 0; i < d->fields.count; i++)
        if (document_fields(d)[i].is.required && !template_uses(t, document_fields(d)[i].is.field))
            fprintf(c->out, "注意：模板没有用到必填的字段“%.*s”\n",
                    STR_ARG(document_fields(d)[i].is.title));
    fprintf(c->out, "模板没有错误，可以用于“%.*s”。\n", STR_ARG(d->title));
    return true;
}

/* --- filling --------------------------------------------------------------------------------- */

static Str title_of(const DocumentType *d, Str field) {
    ptrdiff_t dot = str_find(field, STR("."));
    const DocumentField *f =
        document_field(&d->fields, dot < 0 ? field : str_slice(field, 0, (size_t)dot));

    if (f != NULL && dot >= 0)
        f = document_field(&f->fields, str_slice(field, (size_t)dot + 1, field.len));
    return f != NULL ? f->is.title : field;
}

static void say_filled(const Cli *c, const DocumentType *d, const Node *values,
                       const TemplateFilled *filled) {
    const Str *missing = filled->missing.items;
    ProofContext context = {.type = d, .values = values};
    BindList found = proof_read(&filled->sheet, &context, c->arena);
    const ProofFinding *f = found.items;

    for (size_t i = 0; i < filled->missing.count; i++)
        fprintf(c->out, "待填：%.*s\n", STR_ARG(title_of(d, missing[i])));
    for (size_t i = 0; i < found.count; i++)
        if (f[i].kind != PROOF_UNFILLED)
            fprintf(c->out, "校对：%.*s%s%.*s%s\n", STR_ARG(f[i].text),
                    f[i].place.len > 0 ? "（" : "", STR_ARG(f[i].place),
                    f[i].place.len > 0 ? "）" : "");
}

/* The page as it would be printed; what it warns of, such as a font that stands in, is said. */
static bool write_pages(const Cli *c, Str path, const Sheet *sheet, Err *e) {
    scoped_buf Buf pdf = {0};
    LayoutReport report;
    char now[INSTANT_TEXT];

    if (path.len == 0)
        return true;
    buf_init(&pdf, (size_t)64 << 20);
    instant_format(instant_now(), now);
    if (!layout_pdf(sheet, &(LayoutOptions){.created = str_of(now)}, &pdf, &report, c->arena, e) ||
        !write_file(cli_path(c, path), buf_str(&pdf), e))
        return false;
    for (size_t i = 0; i < report.warning_count; i++)
        fprintf(c->out, "注意：%.*s\n", STR_ARG(report.warnings[i]));
    fprintf(c->out, "已写出 %d 页：%.*s\n", report.pages, STR_ARG(path));
    return true;
}

bool cmd_document_fill(Cli *c, Err *e) {
    const DocumentType *d = content_document(c->content, c->words[0], e);
    scoped_buf Buf docx = {.max = DOCX_SIZE_MAX};
    Str out = cli_option(c, "--docx"), pages = cli_option(c, "--pdf"),
        own = cli_option(c, "--template"), text, bytes;
    TemplateFilled filled;
    Template *t;

    if (d == NULL || !read_file(cli_path(c, c->words[1]), (size_t)8 << 20, c->arena, &text, e))
        return false;
    if (out.len == 0 && pages.len == 0)
        return err_set(e, ERR_USAGE, NULL, "请用 --docx 或者 --pdf 写明文书存到哪个文件");
    if (own.len == 0)
        t = document_default(d, c->arena, e);
    else if (!read_file(cli_path(c, own), DOCX_SIZE_MAX + 1, c->arena, &bytes, e))
        return false;
    else
        t = document_upload(d, bytes, c->arena, NULL, NULL, e);
    Node *in = t == NULL ? NULL : json_read(c->arena, text, e);
    Node *values = in == NULL ? NULL : document_values(c->content, d, in, c->arena, e);

    if (values == NULL ||
        !template_fill(t, values, cli_switch(c, "--sealed"), c->arena, &docx, &filled, e) ||
        (out.len > 0 && !write_file(cli_path(c, out), buf_str(&docx), e)))
        return false;
    say_filled(c, d, values, &filled);
    if (out.len > 0)
        fprintf(c->out, "已写出“%.*s”：%.*s\n", STR_ARG(d->title), STR_ARG(out));
    return write_pages(c, pages, &filled.sheet, e);
}
