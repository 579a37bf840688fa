/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/statute_lines.c: what one line of a Markdown file is. */
#include "knowledge/statute_lines.h"

#include "knowledge/numbering.h"

#include "base/banned.h"

bool line_next(Str *rest, Str *line) {
    if (!str_split(rest, '\n', line))
        return false;
    *line = str_trim(*line);
    return true;
}

Str line_body(Str text, Str *front, int *lines) {
    Str rest = text, line;

    *front = (Str){NULL, 0};
    *lines = 0;
    if (str_starts(rest, STR("\xef\xbb\xbf")))
        rest = text = str_slice(rest, 3, rest.len);
    if (!line_next(&rest, &line) || !str_is(line, "---"))
        return text;
    Str inside = rest;
    int passed = 1;

    while (line_next(&rest, &line)) {
        passed++;
        if (!str_is(line, "---"))
            continue;
        *front = str_slice(inside, 0, (size_t)(line.ptr - inside.ptr));
        *lines = passed;
        return rest;
    }
    return text;
}

static void skip_blank(Str *s) {
    while (numbering_skip(s, STR("　")) || numbering_skip(s, STR(" ")))
        ;
}

bool line_article(Str line, ArticleLine *out) {
    Str rest = line;
    bool marked = numbering_skip(&rest, STR("**"));

    if (!numbering_article(&rest, &out->article, &out->sub))
        return false;
    if (marked ? !numbering_skip(&rest, STR("**"))
               : !str_starts(rest, STR("　"))) /* 第五条第二款… is a sentence */
        return false;
    skip_blank(&rest);
    out->marked = marked;
    out->text = rest;
    return true;
}

/* 第三分编 is no 编, so the longer word comes first. */
static int level_of(Str text) {
    static const struct {
        const char *word;
        int level;
    } units[] = {{"分编", 2}, {"编", 1}, {"章", 3}, {"节", 4}};
    Str rest = text;
    int n;

    if (!numbering_skip(&rest, STR("第")) || !numbering_take(&rest, &n))
        return 1;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (str_starts(rest, str_of(units[i].word)))
            return units[i].level;
    return 1;
}

Str line_plain(Str line) {
    while (line.len >= 2 && line.ptr[0] == '*' && line.ptr[line.len - 1] == '*')
        line = str_trim(str_slice(line, 1, line.len - 1));
    return line;
}

bool line_heading(Str line, Str *text, int *level) {
    size_t signs = 0;

    while (signs < line.len && line.ptr[signs] == '#')
        signs++;
    if (signs == 0 || signs == line.len || line.ptr[signs] != ' ')
        return false;
    *text = line_plain(str_trim(str_slice(line, signs, line.len)));
    *level = signs == 1 ? 0 : level_of(*text);
    return text->len != 0;
}

bool line_is_note(Str line) {
    static const char *const ends[] = {"通过", "修订", "修正", "公布",
                                       "施行", "批准", "发布", "实施"};
    Str rest = line_plain(line);
    bool dated = false;

    numbering_skip(&rest, STR("（"));
    if (str_ends(rest, STR("）")))
        rest = str_slice(rest, 0, rest.len - STR("）").len);
    Str whole = rest;

    for (; rest.len != 0 && !dated; rest = str_slice(rest, 1, rest.len)) {
        Str at = rest;
        Day d;

        dated = numbering_day(&at, &d);
    }
    for (size_t i = 0; dated && i < sizeof ends / sizeof *ends; i++)
        if (str_ends(whole, str_of(ends[i])))
            return true;
    return false;
}
