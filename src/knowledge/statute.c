/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/statute.c: the lines of a law's files become a title, notes, headings and articles. */
#include "knowledge/statute.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/node.h"
#include "knowledge/numbering.h"
#include "knowledge/statute_lines.h"

#include "base/banned.h"

enum { NOTES_MOST = 200, PIECES_MOST = 40000 };

typedef struct Reader {
    Arena *a;
    const char *file;
    int line;
    bool continuing, by_items;
    bool body;      /* the notes are over */
    bool titled;    /* the title was read */
    bool any_piece; /* `open` is the newest piece */
    Statute *s;
    Str *notes;
    Piece *pieces;
    size_t piece_room;
    Piece open; /* the piece lines are added to; its text is in `text` */
    Buf text;
    int article, sub, article_line; /* the newest article */
    bool table, style;              /* inside of <table>, <style> */
    bool quoted;                    /* inside of ::: … :::, articles of something else */
    Buf row;                        /* a row of a table under way */
    bool cells;
    Err *e;
} Reader;

static bool fail(const Reader *r, const char *text) {
    char where[NODE_WHERE];

    snprintf(where, sizeof where, "%s:%d", r->file, r->line);
    return err_set(r->e, ERR_CONTENT, where, "%s", text);
}

/* ---- pieces ---- */

static bool close_piece(Reader *r) {
    if (!r->any_piece)
        return true;
    if (r->s->piece_count == PIECES_MOST)
        return fail(r, "这部法规太长，超过 40000 段，请检查文件");
    if (r->s->piece_count == r->piece_room) {
        size_t room = r->piece_room == 0 ? 64 : 2 * r->piece_room;
        Piece *more = arena_array_of(r->a, room, Piece);

        if (r->pieces != NULL)
            memcpy(more, r->pieces, r->s->piece_count * sizeof *more);
        r->pieces = more;
        r->piece_room = room;
    }
    r->open.text = str_dup(r->a, buf_str(&r->text));
    r->pieces[r->s->piece_count++] = r->open;
    r->any_piece = false;
    buf_clear(&r->text);
    return true;
}

static bool open_piece(Reader *r, Piece piece, Str text) {
    if (!close_piece(r))
        return false;
    r->open = piece;
    r->open.line = r->line;
    r->any_piece = true;
    r->body = true;
    buf_add(&r->text, text);
    return true;
}

static bool add_text(Reader *r, Str line) {
    if (!r->any_piece || r->open.kind == PIECE_HEADING)
        return open_piece(r, (Piece){.kind = PIECE_TEXT}, line);
    if (r->text.len != 0)
        buf_add_char(&r->text, '\n');
    buf_add(&r->text, line);
    return true;
}

/* ---- numbers ---- */

static bool wrong_number(const Reader *r, int article, int sub) {
    char text[400];
    scoped_buf Buf b;

    buf_init(&b, 300);
    numbering_write_article(article, sub, &b);
    if (r->article == 0) {
        buf_add_c(&b, "之前没有第一条：条文应当从第一条开始");
    } else if (article < r->article || (article == r->article && sub <= r->sub)) {
        buf_addf(&b, "重复或次序颠倒：前面第 %d 行已经是", r->article_line);
        numbering_write_article(r->article, r->sub, &b);
    } else {
        buf_add_c(&b, "之前缺条：前一条是");
        numbering_write_article(r->article, r->sub, &b);
        buf_add_c(&b, "；如果中间的条文已经删去，请照样写出条号，后面写“（删去）”");
    }
    snprintf(text, sizeof text, "%.*s", STR_ARG(buf_str(&b)));
    return fail(r, text);
}

/* 十二 comes after 十一 or 十一之三, 十一之三 after 十一之二. */
static bool follows(const Reader *r, int article, int sub) {
    if (r->article == 0)
        return sub == 0 && (article == 1 || r->continuing);
    return sub == 0 ? article == r->article + 1
                    : article == r->article && sub == (r->sub == 0 ? 1 : r->sub + 1);
}

static bool add_article(Reader *r, const ArticleLine *line) {
    if (!follows(r, line->article, line->sub))
        return wrong_number(r, line->article, line->sub);
    r->article = line->article;
    r->sub = line->sub;
    r->article_line = r->line;
    r->s->unmarked += !line->marked;
    return open_piece(r, (Piece){.kind = PIECE_ARTICLE, .article = line->article, .sub = line->sub},
                      line->text);
}

/* ---- tables and other marks of HTML: their words, a row a line ---- */

static bool add_words(Reader *r, Str line);

static bool end_row(Reader *r) {
    Str row = str_dup(r->a, buf_str(&r->row));

    buf_clear(&r->row);
    r->cells = false;
    return !r->titled || add_words(r, row);
}

static bool tag_is(Str tag, const char *name) {
    Str n = str_of(name);

    return str_starts(tag, n) && (tag.len == n.len || tag.ptr[n.len] == ' ' ||
                                  tag.ptr[n.len] == '/' || tag.ptr[n.len] == '>');
}

static bool see_tag(Reader *r, Str tag) {
    if (tag_is(tag, "style") || tag_is(tag, "/style"))
        r->style = tag.ptr[0] != '/';
    else if (tag_is(tag, "table") || tag_is(tag, "/table"))
        r->table = tag.ptr[0] != '/';
    else if (tag_is(tag, "br"))
        buf_add_c(&r->row, "；");
    else if (tag_is(tag, "td") || tag_is(tag, "th")) {
        if (r->cells)
            buf_add_c(&r->row, " ｜ ");
        r->cells = true;
    } else if (tag_is(tag, "/tr") || tag_is(tag, "/p") || tag_is(tag, "/div"))
        return end_row(r);
    return true;
}

static bool add_html(Reader *r, Str line) {
    while (line.len != 0) {
        ptrdiff_t open = str_find(line, STR("<"));
        Str words = str_slice(line, 0, open < 0 ? line.len : (size_t)open);

        if (!r->style)
            buf_add(&r->row, words);
        if (open < 0)
            break;
        line = str_slice(line, (size_t)open + 1, line.len);
        ptrdiff_t close = str_find(line, STR(">"));

        if (close < 0)
            break;
        if (!see_tag(r, str_slice(line, 0, (size_t)close)))
            return false;
        line = str_slice(line, (size_t)close + 1, line.len);
    }
    return r->table || r->style || end_row(r);
}

/* | a | b | and the line of dashes below the head of such a table. */
static bool add_pipes(Reader *r, Str line) {
    Str rest = str_slice(line, 1, line.len - (line.ptr[line.len - 1] == '|')), cell;
    bool dashes = true;

    for (size_t i = 0; i < rest.len; i++)
        dashes = dashes && strchr("-| :", rest.ptr[i]) != NULL;
    if (dashes)
        return true;
    for (bool first = true; str_split(&rest, '|', &cell); first = false) {
        if (!first)
            buf_add_c(&r->row, " ｜ ");
        buf_add(&r->row, str_trim(cell));
    }
    return end_row(r);
}

/* ---- lines ---- */

static bool add_note(Reader *r, Str line) {
    if (r->s->note_count == NOTES_MOST)
        return fail(r, "标题下面说明通过、修改经过的行太多，请检查文件");
    r->notes[r->s->note_count++] = str_dup(r->a, line);
    return true;
}

static bool add_heading(Reader *r, Str text, int level) {
    if (!r->titled) {
        r->titled = true;
        r->s->title = str_dup(r->a, text);
        return level == 0 || fail(r, "文件的第一个标题应当是法规名称，写成“# 名称”");
    }
    return open_piece(r, (Piece){.kind = PIECE_HEADING, .level = level == 0 ? 1 : level}, text);
}

/* A statute without any 第X条 numbers its articles 一、 二、. */
static bool item_as_article(const Reader *r, Str line, ArticleLine *out) {
    Str rest = line;
    int n;

    if (!r->by_items || str_starts(line, STR("（")) || str_starts(line, STR("(")) ||
        !numbering_item(&rest, &n) || n != r->article + 1)
        return false;
    *out = (ArticleLine){.article = n, .marked = true, .text = str_trim(rest)};
    return true;
}

/* Without the marks that mean something at the beginning of a line. */
static Str bare(Str line) {
    size_t before;

    do {
        before = line.len;
        line = line_plain(str_trim(line));
        while (line.len != 0 && strchr("#<|*:", line.ptr[0]) != NULL)
            line = str_slice(line, 1, line.len);
    } while (line.len != before);
    return line;
}

/* A row of a table, a line of a quotation: what stood in it is a line like any other. */
static bool add_words(Reader *r, Str line) {
    ArticleLine article;

    line = bare(line);
    if (line.len == 0)
        return true;
    if (line_article(line, &article) || item_as_article(r, line, &article))
        return add_article(r, &article);
    return !r->body && line_is_note(line) ? add_note(r, line) : add_text(r, line);
}

/* ::: tip 第七节 … **第一百二十三条**　… ::: quotes what an amendment puts in. Its lines are text
 * of the article that quotes them; a plain blank behind the number keeps them from being articles.
 */
static bool add_quoted(Reader *r, Str line) {
    ArticleLine article;
    scoped_buf Buf b;

    buf_init(&b, STATUTE_FILE_MOST);
    if (str_starts(line, STR(":::"))) {
        r->quoted = !r->quoted;
        line = str_trim(str_slice(line, 3, line.len));
        if (str_starts(line, STR("tip")))
            line = str_slice(line, 3, line.len);
    }
    if (!line_article(line, &article) && !line_article(bare(line), &article))
        return add_words(r, line);
    numbering_write_article(article.article, article.sub, &b);
    if (article.text.len != 0)
        buf_addf(&b, " %.*s", STR_ARG(article.text));
    return add_text(r, str_dup(r->a, buf_str(&b)));
}

static bool add_line(Reader *r, Str line) {
    ArticleLine article;
    Str text;
    int level;

    if (line.len == 0)
        return true;
    if (r->table || r->style || line.ptr[0] == '<')
        return add_html(r, line);
    if (line_heading(line, &text, &level))
        return add_heading(r, text, level);
    if (!r->titled)
        return fail(r, "缺少法规名称：第一行文字应当写成“# 名称”");
    if (r->quoted || str_starts(line, STR(":::")))
        return add_quoted(r, line);
    if (line.ptr[0] == '|' && line.len > 1)
        return add_pipes(r, line);
    if (line_article(line, &article) || item_as_article(r, line, &article))
        return add_article(r, &article);
    line = line_plain(line);
    if (line.len != 0 && strchr("#<|:", line.ptr[0]) != NULL)
        return add_words(r, line);
    if (!r->body && line_is_note(line))
        return add_note(r, line);
    return line.len == 0 || add_text(r, line);
}

/* ---- files ---- */

static bool front_day(const Reader *r, Str value, Day *out) {
    return day_parse(value, out) || fail(r, "文件开头 --- 之间的日期应当写成 2026-01-05");
}

static bool read_front(Reader *r, Str front) {
    Str line;

    while (line_next(&front, &line)) {
        ptrdiff_t colon = str_find(line, STR(":"));
        Str key = str_slice(line, 0, colon < 0 ? 0 : (size_t)colon),
            value = str_unwrap(str_slice(line, (size_t)(colon + 1), line.len));

        r->line++;
        if (str_is(key, "in_force_from") && !front_day(r, value, &r->s->from))
            return false;
        if (str_is(key, "in_force_to") && !front_day(r, value, &r->s->to))
            return false;
        if (str_is(key, "of"))
            r->s->of = str_dup(r->a, value);
        if (str_is(key, "names"))
            r->s->names = str_dup(r->a, value);
    }
    return true;
}

static bool read_part(Reader *r, const StatutePart *part) {
    Str front, line, rest;
    int passed;

    r->file = part->file;
    r->line = part->line + 1;
    if (part->text.len > STATUTE_FILE_MOST)
        return fail(r, "文件超过 4 MiB，不像一部法规，请检查或拆开");
    if (!str_utf8_valid(part->text) || memchr(part->text.ptr, '\0', part->text.len) != NULL)
        return fail(r, "文件不是 UTF-8 文字，请另存为 UTF-8 编码");
    rest = line_body(part->text, &front, &passed);
    if (!read_front(r, front))
        return false;
    for (r->line = part->line + passed + 1; line_next(&rest, &line); r->line++)
        if (!add_line(r, line))
            return false;
    return true;
}

static bool has_articles(const StatuteRead *in) {
    for (size_t i = 0; i < in->count; i++)
        if (statute_first_article(in->parts[i].text) != 0)
            return true;
    return false;
}

static bool read_all(Reader *r, const StatuteRead *in) {
    for (size_t i = 0; i < in->count; i++)
        if (!read_part(r, &in->parts[i]))
            return false;
    if (!close_piece(r))
        return false;
    r->line = 1;
    if (!r->titled)
        return fail(r, "文件里没有法规名称：应当有一行写成“# 名称”");
    return (r->s->title.len <= 600 || fail(r, "法规名称太长，请检查第一行")) &&
           (r->s->piece_count != 0 || fail(r, "只有名称，没有正文"));
}

static void index_articles(Arena *a, Statute *s) {
    const Piece **list = arena_array_of(a, s->piece_count, const Piece *);

    for (size_t i = 0; i < s->piece_count; i++)
        if (s->pieces[i].kind == PIECE_ARTICLE)
            list[s->article_count++] = &s->pieces[i];
    s->articles = list;
    s->last = s->article_count != 0 ? list[s->article_count - 1]->article : 0;
}

Statute *statute_read(Arena *a, const StatuteRead *in, Err *e) {
    Statute *s = arena_new_of(a, Statute);
    Reader r = {
        .a = a, .s = s, .continuing = in->continuing, .by_items = !has_articles(in), .e = e};

    s->from = s->to = DAY_NONE;
    s->by_items = r.by_items;
    r.notes = arena_array_of(a, NOTES_MOST, Str);
    buf_init(&r.text, (size_t)4 * STATUTE_FILE_MOST);
    buf_init(&r.row, STATUTE_FILE_MOST);
    bool good = read_all(&r, in);

    buf_done(&r.text);
    buf_done(&r.row);
    if (!good)
        return NULL;
    s->notes = r.notes;
    s->pieces = r.pieces;
    index_articles(a, s);
    statute_tell_days(a, s);
    return s;
}

/* ---- what kind of file is it ---- */

static bool first_heading(Str text, Str *heading) {
    Str front, line;
    int passed, level;

    for (Str rest = line_body(text, &front, &passed); line_next(&rest, &line);)
        if (line_heading(line, heading, &level))
            return level == 0;
    return false;
}

PartKind statute_part_kind(Str text, Str *heading) {
    static const char *const sections[] = {"附则", "附　则", "总则", "总　则", "总纲"};
    Str rest;
    int n;

    *heading = (Str){NULL, 0};
    if (!first_heading(text, heading))
        return PART_OTHER;
    rest = *heading;
    if (numbering_skip(&rest, STR("第")) && numbering_take(&rest, &n))
        for (const char *const *w = (const char *const[]){"分编", "编", "章", "节", NULL}; *w; w++)
            if (str_starts(rest, str_of(*w)))
                return PART_SECTION;
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (str_is(*heading, sections[i]))
            return PART_SECTION;
    if (str_is(*heading, "序言") || str_is(*heading, "前言"))
        return PART_PREAMBLE;
    return str_is(*heading, "修正案") ? PART_AMENDMENTS : PART_TITLE;
}

int statute_first_article(Str text) {
    Str front, line;
    ArticleLine article;
    int passed;

    for (Str rest = line_body(text, &front, &passed); line_next(&rest, &line);)
        if (line_article(line, &article))
            return article.article;
    return 0;
}

bool statute_looks(Str text) {
    Str front, line, heading;
    ArticleLine article;
    int passed;

    if (statute_part_kind(text, &heading) != PART_TITLE)
        return false;
    for (Str rest = line_body(text, &front, &passed); line_next(&rest, &line);)
        if (line_article(line, &article) || line_is_note(line))
            return true;
    return false;
}

/* ---- writing ---- */

static void write_day(Buf *out, const char *key, Day day) {
    char text[11];

    day_format(day, text);
    buf_addf(out, "%s: %s\n", key, text);
}

/* What the text itself does not say, but a file beside it said. */
static void write_front(const Statute *s, Buf *out) {
    bool own = s->commenced != DAY_NONE && s->commenced == s->from;

    if ((s->from == DAY_NONE || own) && s->to == DAY_NONE && s->of.len == 0 && s->names.len == 0)
        return;
    buf_add_c(out, "---\n");
    if (s->from != DAY_NONE && !own)
        write_day(out, "in_force_from", s->from);
    if (s->to != DAY_NONE)
        write_day(out, "in_force_to", s->to);
    if (s->of.len != 0)
        buf_addf(out, "of: %.*s\n", STR_ARG(s->of));
    if (s->names.len != 0)
        buf_addf(out, "names: %.*s\n", STR_ARG(s->names));
    buf_add_c(out, "---\n\n");
}

static void write_number(const Statute *s, const Piece *p, Buf *out) {
    if (s->by_items) {
        numbering_write(p->article, out);
        buf_add_c(out, "、");
        return;
    }
    buf_add_c(out, "**");
    numbering_write_article(p->article, p->sub, out);
    buf_add_c(out, "**　");
}

void statute_write(const Statute *s, Buf *out) {
    write_front(s, out);
    buf_addf(out, "# %.*s\n", STR_ARG(s->title));
    for (size_t i = 0; i < s->note_count; i++)
        buf_addf(out, "\n%.*s\n", STR_ARG(s->notes[i]));
    for (size_t i = 0; i < s->piece_count; i++) {
        const Piece *p = &s->pieces[i];
        Str rest = p->text, line;

        buf_add_char(out, '\n');
        if (p->kind == PIECE_HEADING)
            buf_add(out, str_slice(STR("###### "), (size_t)(5 - p->level), 7));
        if (p->kind == PIECE_ARTICLE)
            write_number(s, p, out);
        for (bool first = true; str_split(&rest, '\n', &line); first = false)
            buf_addf(out, "%s%.*s\n", first ? "" : "\n", STR_ARG(line));
    }
}

/* ---- articles ---- */

const Piece *statute_article(const Statute *s, int article, int sub) {
    size_t low = 0, high = s->article_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const Piece *p = s->articles[mid];

        if (p->article < article || (p->article == article && p->sub < sub))
            low = mid + 1;
        else
            high = mid;
    }
    if (low == s->article_count || s->articles[low]->article != article ||
        s->articles[low]->sub != sub)
        return NULL;
    return s->articles[low];
}

Str statute_part(Arena *a, const Piece *article, int paragraph, int item) {
    Str rest = article->text, line;
    scoped_buf Buf out;
    int at = 0;

    buf_init(&out, STATUTE_FILE_MOST);
    while (str_split(&rest, '\n', &line)) {
        Str behind = line;
        int n;
        bool is_item = at != 0 && numbering_item(&behind, &n);

        at += !is_item;
        if (paragraph != 0 && at != paragraph)
            continue;
        if (item != 0 && !(is_item && n == item))
            continue;
        if (out.len != 0)
            buf_add_char(&out, '\n');
        buf_add(&out, line);
        if (item != 0)
            break;
    }
    return str_dup(a, buf_str(&out));
}
