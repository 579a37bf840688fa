/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cmd_law.c: the statute library: load it, look up a citation, search, and hold texts and the
 * content against it. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "knowledge/check.h"
#include "knowledge/import.h"
#include "knowledge/search.h"
#include "main/cli.h"
#include "main/table.h"

enum { TEXT_MOST = 16 << 20, FOUND_DEFAULT = 20, FOUND_MOST = 200, SHOWN_MOST = 12 };

/* The library, dropped with the command's arena. */
static Library *library_of(Cli *c, Err *e) {
    Library *l = library_hold(c->office->store, c->content, e);

    if (l != NULL)
        arena_defer(c->arena, (void (*)(void *))library_drop, l);
    return l;
}

static bool day_option(const Cli *c, Day *out, Err *e) {
    Str text = cli_option(c, "--on");

    *out = DAY_NONE;
    return text.len == 0 || day_parse(text, out) ||
           err_set(e, ERR_USAGE, "--on", "“%.*s”不是日期，请写成 2026-01-05", STR_ARG(text));
}

static Str count_text(const Cli *c, size_t n) {
    return grouped(c->arena, (int64_t)n);
}

/* ---- import ---- */

static void tell_import(Cli *c, const Source *s, const LawImport *r) {
    fprintf(
        c->out,
        "%s 部法规，%s 份文本（其中随附的修正案、决定 %s 份），%s 条；新增 %s 份，用时 %.1f 秒\n",
        count_text(c, r->laws).ptr, count_text(c, r->texts).ptr, count_text(c, r->appended).ptr,
        count_text(c, r->articles).ptr, count_text(c, r->added).ptr, r->seconds);
    if (r->items != 0)
        fprintf(c->out, "不分条的文本另有 %s 项（一、二、……）\n", count_text(c, r->items).ptr);
    if (r->unmarked != 0)
        fprintf(c->out, "有 %s 条没有写成“**第X条**”，按条号和次序认出\n",
                count_text(c, r->unmarked).ptr);
    if (r->added == 0)
        fprintf(c->out, "这些文本都已经在库里，没有改动\n");
    for (size_t i = 0; i < s->skipped_count && i < SHOWN_MOST; i++)
        fprintf(c->out, "不是法规，略过：%.*s\n", STR_ARG(s->skipped[i]));
    if (s->skipped_count > SHOWN_MOST)
        fprintf(c->out, "…… 共略过 %s 个文件\n", count_text(c, s->skipped_count).ptr);
}

bool cmd_law_import(Cli *c, Err *e) {
    Instant began = instant_steady();
    const char *folder = cli_path(c, c->words[0]);
    scoped_arena Arena *a = arena_new(); /* the texts are large */
    const Source *s = source_read(a, folder, e);
    LawImport r;

    if (s == NULL || !law_import(c->office->store, c->actor, s, &r, e))
        return false;
    r.seconds = (double)(instant_steady() - began) / 1e6;
    if (!c->json) {
        tell_import(c, s, &r);
        return true;
    }
    Node *n = node_map(c->arena);

    node_set_int(c->arena, n, "import", r.import);
    node_set_int(c->arena, n, "laws", (int64_t)r.laws);
    node_set_int(c->arena, n, "texts", (int64_t)r.texts);
    node_set_int(c->arena, n, "articles", (int64_t)r.articles);
    node_set_int(c->arena, n, "items", (int64_t)r.items);
    node_set_int(c->arena, n, "unmarked", (int64_t)r.unmarked);
    node_set_int(c->arena, n, "added", (int64_t)r.added);
    node_set_int(c->arena, n, "skipped", (int64_t)r.skipped);
    node_set_text(c->arena, n, "digest", str_of(r.digest));
    node_set(c->arena, n, "seconds", node_of_real(c->arena, r.seconds));
    cli_json(c, n);
    return true;
}

/* ---- list, show, search ---- */

static Str day_shown(Arena *a, Day d, const char *otherwise) {
    char text[11];

    day_format(d, text);
    return d == DAY_NONE ? str_of(otherwise) : str_dup(a, str_of(text));
}

bool cmd_law_list(Cli *c, Err *e) {
    const Library *l = library_of(c, e);
    Table *t = table_new(c->arena, "标识|名称|类别|条数|通过或修改|施行|文本");

    for (size_t i = 0; l != NULL && i < library_count(l); i++) {
        const Law *law = library_at(l, i);
        const LawVersion *v = law_current(law, day_today());
        Node *n = node_map(c->arena);

        if (!c->json) {
            table_add(t, (const Str[]){law->law, law->title, law->category_title,
                                       count_text(c, v->text->article_count),
                                       day_shown(c->arena, v->text->made, "—"),
                                       day_shown(c->arena, v->from, "未载明"),
                                       count_text(c, law->count)});
            continue;
        }
        node_set_text(c->arena, n, "law", law->law);
        node_set_text(c->arena, n, "title", law->title);
        node_set_text(c->arena, n, "category", law->category);
        node_set_int(c->arena, n, "articles", (int64_t)v->text->article_count);
        node_set_int(c->arena, n, "last", v->text->last);
        node_set_text(c->arena, n, "made", day_shown(c->arena, v->text->made, ""));
        node_set_text(c->arena, n, "in_force_from", day_shown(c->arena, v->from, ""));
        node_set_int(c->arena, n, "versions", (int64_t)law->count);
        cli_json(c, n);
    }
    if (l != NULL && !c->json && library_count(l) == 0)
        fprintf(c->out, "法规库是空的。运行 lianheng law import 目录 导入法规文本。\n");
    else if (l != NULL && !c->json)
        table_write(t, c->out);
    return l != NULL;
}

static Node *citation_told(const Cli *c, Str text, const CheckedCitation *k) {
    Arena *a = c->arena;
    const LawAsk *ask = &k->citation.ask;
    Node *n = node_map(a);

    node_set_text(a, n, "citation", str_slice(text, k->citation.from, k->citation.to));
    node_set_text(a, n, "law", ask->law);
    node_set_int(a, n, "article", ask->article);
    node_set_int(a, n, "sub", ask->sub);
    node_set_int(a, n, "paragraph", ask->paragraph);
    node_set_int(a, n, "item", ask->item);
    node_set_int(a, n, "at", (int64_t)k->citation.from);
    node_set_text(a, n, "verdict", str_of(law_verdict_names[k->answer.verdict].name));
    node_set_text(a, n, "sentence", k->sentence);
    node_set_text(a, n, "text", k->answer.text);
    return n;
}

bool cmd_law_show(Cli *c, Err *e) {
    CheckedCitation *found;
    const Library *l = library_of(c, e);
    Day day;

    if (l == NULL || !day_option(c, &day, e))
        return false;
    size_t n = citations_check(l, c->arena, c->words[0], day, &found);

    if (n == 0)
        return err_set(e, ERR_INVALID, NULL,
                       "“%.*s”里没有引用法条，请写成“行政处罚法第五十七条第一款”",
                       STR_ARG(c->words[0]));
    for (size_t i = 0; i < n; i++) {
        if (c->json)
            cli_json(c, citation_told(c, c->words[0], &found[i]));
        else
            fprintf(c->out, "%s\n%.*s%s", found[i].sentence.ptr, STR_ARG(found[i].answer.text),
                    found[i].answer.text.len != 0 ? "\n" : "");
    }
    return true;
}

bool cmd_law_search(Cli *c, Err *e) {
    Library *l = library_of(c, e);
    LawSearch q = {.words = c->words[0]};
    LawHit *hits;
    size_t total;
    int64_t limit;

    if (l == NULL || !cli_number(c, "--limit", 1, FOUND_MOST, FOUND_DEFAULT, &limit, e))
        return false;
    q.limit = (size_t)limit;
    size_t n = law_search(l, c->arena, &q, &total, &hits);

    for (size_t i = 0; i < n; i++) {
        LawAsk ask = {.article = hits[i].piece->article, .sub = hits[i].piece->sub};
        Str cite = law_cite(c->arena, hits[i].law->short_title, &ask);
        Node *one = node_map(c->arena);

        if (!c->json) {
            fprintf(c->out, "%s\n    %s%s%s\n", cite.ptr, hits[i].before.ptr, hits[i].match.ptr,
                    hits[i].after.ptr);
            continue;
        }
        node_set_text(c->arena, one, "law", hits[i].law->law);
        node_set_text(c->arena, one, "citation", cite);
        node_set_text(c->arena, one, "text", hits[i].piece->text);
        cli_json(c, one);
    }
    if (!c->json)
        fprintf(c->out, "共 %s 处，显示 %zu 处。\n", count_text(c, total).ptr, n);
    return true;
}

/* ---- check ---- */

static void tell_finding(const Cli *c, Str where, const CheckedCitation *k) {
    Node *n = node_map(c->arena);

    if (!c->json) {
        fprintf(c->out, "%.*s：%.*s\n", STR_ARG(where), STR_ARG(k->sentence));
        return;
    }
    node_set_text(c->arena, n, "where", where);
    node_set_text(c->arena, n, "verdict", str_of(law_verdict_names[k->answer.verdict].name));
    node_set_text(c->arena, n, "sentence", k->sentence);
    cli_json(c, n);
}

/* Another folder of content than the open one's. */
static Content *content_of(Cli *c, Err *e) {
    Str folder = cli_option(c, "--content");

    return folder.len != 0 ? content_load(cli_path(c, folder), e) : content_hold(c->content);
}

static bool check_content(Cli *c, const Library *l, Err *e) {
    Content *content = content_of(c, e);
    BasisReport r;

    if (content == NULL)
        return false;
    law_check_content(l, content, c->arena, &r);
    for (size_t i = 0; i < r.finding_count && library_count(l) != 0; i++)
        if (i < r.wrong || cli_switch(c, "--all"))
            tell_finding(c, r.findings[i].where, &r.findings[i].found);
    if (!c->json && library_count(l) == 0)
        fprintf(c->out, "法规库是空的：内容里的 %s 处引用都未核\n", count_text(c, r.citations).ptr);
    else if (!c->json)
        fprintf(c->out,
                "内容里引用法条 %s 处：%s 处与法规库相符，%s 处有误，%s 处未核（库里没有）\n",
                count_text(c, r.citations).ptr, count_text(c, r.right).ptr,
                count_text(c, r.wrong).ptr, count_text(c, r.unchecked).ptr);
    content_drop(content);
    return r.wrong == 0 ||
           err_set(e, ERR_CONTENT, NULL, "内容里有 %zu 处引用与法规库不符，见上", r.wrong);
}

static bool read_text(Cli *c, const char *path, Str *out, Err *e) {
    FILE *f =
        strcmp(path, "-") == 0 ? fdopen(dup(c->in), "rb") : fopen(cli_path(c, str_of(path)), "rb");
    scoped_buf Buf b;
    char piece[65536];

    buf_init(&b, TEXT_MOST);
    if (f == NULL)
        return err_set(e, ERR_NOT_FOUND, NULL, "读不了文件 %s", path);
    for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;)
        buf_add_bytes(&b, piece, n);
    fclose(f);
    if (b.full || !str_utf8_valid(buf_str(&b)))
        return err_set(e, ERR_INVALID, NULL, "文件 %s %s", path,
                       b.full ? "超过 16 MiB，请分开核对" : "不是 UTF-8 文字，请另存为 UTF-8 编码");
    *out = str_dup(c->arena, buf_str(&b));
    return true;
}

/* Line and column (in characters) of a place in the text. */
static Str place_of(const Cli *c, Str text, size_t at) {
    size_t line = 1, begin = 0;

    for (size_t i = 0; i < at; i++)
        if (text.ptr[i] == '\n') {
            line++;
            begin = i + 1;
        }
    return str_format(c->arena, "%.*s:%zu:%zu", STR_ARG(c->words[0]), line,
                      str_runes(str_slice(text, begin, at)) + 1);
}

static bool check_text(Cli *c, const Library *l, Err *e) {
    CheckedCitation *found;
    size_t wrong = 0, unchecked = 0;
    Str text;
    Day day;

    if (!day_option(c, &day, e) || !read_text(c, c->words[0].ptr, &text, e))
        return false;
    size_t n = citations_check(l, c->arena, text, day, &found);

    for (size_t i = 0; i < n; i++) {
        LawVerdict v = found[i].answer.verdict;

        wrong += law_is_wrong(v);
        unchecked += !law_is_checked(v);
        if (law_is_wrong(v) || !law_is_checked(v) || cli_switch(c, "--all"))
            tell_finding(c, place_of(c, text, found[i].citation.from), &found[i]);
    }
    if (!c->json)
        fprintf(c->out, "引用法条 %zu 处：%zu 处有误，%zu 处未核\n", n, wrong, unchecked);
    return wrong == 0 || err_set(e, ERR_INVALID, NULL, "有 %zu 处引用与法规库不符，见上", wrong);
}

bool cmd_law_check(Cli *c, Err *e) {
    const Library *l = library_of(c, e);

    return l != NULL && (c->word_count != 0 ? check_text(c, l, e) : check_content(c, l, e));
}
