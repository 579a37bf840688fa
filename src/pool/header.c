/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/header.c: find the header line of a file and match its columns to fields by title, code,
 * alias, or nearness. */
#include "pool/header.h"

#include <string.h>

#include "pool/token.h"

#include "base/banned.h"

/* Bracketed notes that say how to fill a column in, not what it is. */
static const char *const notes[] = {
    "万元",    "元", "人民币",     "万元人民币", "单位:万元", "单位:元", "平方米",
    "㎡",      "亩", "公顷",       "必填",       "选填",      "必填项",  "单位:平方米",
    "单位:亩", "%",  "YYYY-MM-DD", "YYYY/MM/DD", "年/月/日"};

static bool is_note(Str text) {
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++)
        if (str_is(text, notes[i]))
            return true;
    return false;
}

/* Removes "(万元)" from folded text, in place. */
static void drop_notes(Buf *b) {
    for (size_t open = 0; open < b->len; open++) {
        if (b->ptr[open] != '(')
            continue;
        const char *close = memchr(b->ptr + open, ')', b->len - open);

        if (!close)
            return;
        size_t end = (size_t)(close - b->ptr);

        if (!is_note(str_slice(buf_str(b), open + 1, end)))
            continue;
        memmove(b->ptr + open, b->ptr + end + 1, b->len - end - 1);
        b->len -= end + 1 - open;
        open--;
    }
}

void header_fold(Str title, Buf *out) {
    size_t kept = 0;

    token_fold(title, out);
    for (size_t i = 0; i < out->len; i++) {
        char c = out->ptr[i];

        if (c == '[')
            c = '(';
        if (c == ']')
            c = ')';
        if (c != '*' && c != '_' && c != '-' && c != '"' && c != '\'')
            out->ptr[kept++] = c;
    }
    out->len = kept;
    drop_notes(out);
    while (out->len && (out->ptr[out->len - 1] == ':' || out->ptr[out->len - 1] == '.'))
        out->len--;
}

static Str folded(Arena *a, Str title) {
    Buf b;

    buf_init(&b, (size_t)1 << 20);
    header_fold(title, &b);
    Str copy = str_dup(a, buf_str(&b));

    buf_done(&b);
    return copy;
}

typedef enum How { HOW_NOT, HOW_NEAR, HOW_ALIAS, HOW_CODE, HOW_TITLE } How;
static const char *const how_names[] = {"", "near", "alias", "code", "title"};

/* Everything a field may be called, folded once per file. */
typedef struct Names {
    Str title, code, field;
    Str *aliases;
    size_t alias_count;
} Names;

static Names *names_of(Arena *a, const Dataset *d) {
    Names *names = arena_array_of(a, d->fields.count, Names);

    for (size_t i = 0; i < d->fields.count; i++) {
        const Field *f = &dataset_fields(d)[i];

        names[i] = (Names){folded(a, f->title), folded(a, f->code), folded(a, f->field),
                           arena_array_of(a, f->aliases.count, Str), f->aliases.count};
        for (size_t j = 0; j < f->aliases.count; j++)
            names[i].aliases[j] = folded(a, ((const Str *)f->aliases.items)[j]);
    }
    return names;
}

static How exactly(const Names *n, Str title) {
    if (str_eq(title, n->title))
        return HOW_TITLE;
    if (n->code.len && str_eq(title, n->code))
        return HOW_CODE;
    if (str_eq(title, n->field))
        return HOW_CODE;
    for (size_t i = 0; i < n->alias_count; i++)
        if (str_eq(title, n->aliases[i]))
            return HOW_ALIAS;
    return HOW_NOT;
}

/* Characters that turn a title into its opposite or its neighbour: 有效期自 is not 有效期至, 代码1
 * is not 代码2. */
static bool same_marks(Str a, Str b) {
    static const char *const marks[] = {
        "自", "至", "起", "止", "始", "终", "前", "后",   "原",         "新",   "父",
        "母", "正", "副", "甲", "乙", "男", "女", "机关", "法定代表人", "法人", "日期",
        "号", "0",  "1",  "2",  "3",  "4",  "5",  "6",    "7",          "8",    "9"};

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if ((str_find(a, str_of(marks[i])) >= 0) != (str_find(b, str_of(marks[i])) >= 0))
            return false;
    return true;
}

/* In hundredths; 0: not near. Only Chinese titles are guessed at: codes are right or wrong. */
static int nearness(Str title, Str name) {
    size_t x = str_runes(title), y = str_runes(name), most = x > y ? x : y, least = x > y ? y : x;

    if (least < 3 || least == name.len || !same_marks(title, name))
        return 0;
    if (str_find(title, name) >= 0 || str_find(name, title) >= 0)
        return least * 100 / most >= 60 ? (int)(least * 100 / most) : 0;
    size_t distance = str_distance(title, name, most / 4);

    return distance <= most / 5 ? (int)(100 - distance * 100 / most) : 0;
}

static int nearest(const Names *n, Str title) {
    int best = nearness(title, n->title);

    for (size_t i = 0; i < n->alias_count; i++) {
        int one = nearness(title, n->aliases[i]);

        best = one > best ? one : best;
    }
    return best;
}

static void match_exactly(const Dataset *d, const Names *names, const Str *titles, size_t count,
                          ColumnMatch *out, bool *used) {
    for (How how = HOW_TITLE; how > HOW_NEAR; how--)
        for (size_t i = 0; i < d->fields.count; i++)
            for (size_t c = 0; c < count && out[i].column < 0; c++)
                if (!used[c] && titles[c].len && exactly(&names[i], titles[c]) == how) {
                    out[i].column = (int)c;
                    out[i].how = str_of(how_names[how]);
                    used[c] = true;
                }
}

/* The nearest pair of all first, and so on: a column goes where it fits best. */
static void match_nearly(const Dataset *d, const Names *names, const Str *titles, size_t count,
                         ColumnMatch *out, bool *used) {
    for (;;) {
        int best = 0;
        size_t field = 0, column = 0;

        for (size_t c = 0; c < count; c++)
            for (size_t i = 0; i < d->fields.count && !used[c]; i++) {
                int one = out[i].column < 0 ? nearest(&names[i], titles[c]) : 0;

                if (one > best) {
                    best = one;
                    field = i;
                    column = c;
                }
            }
        if (!best)
            return;
        out[field].column = (int)column;
        out[field].how = str_of(how_names[HOW_NEAR]);
        used[column] = true;
    }
}

static Str *fold_titles(Arena *a, const Str *titles, size_t count) {
    Str *out = arena_array_of(a, count, Str);

    for (size_t c = 0; c < count; c++)
        out[c] = folded(a, titles[c]);
    return out;
}

ColumnMatch *header_match(Arena *a, const Dataset *d, const Header *h) {
    ColumnMatch *out = arena_array_of(a, d->fields.count, ColumnMatch);
    scoped_arena Arena *mine = arena_new();
    Str *titles = fold_titles(mine, h->titles, h->count);
    const Names *names = names_of(mine, d);
    bool *used = arena_array_of(mine, h->count, bool);

    for (size_t i = 0; i < d->fields.count; i++)
        out[i] = (ColumnMatch){.field = &dataset_fields(d)[i], .column = -1};
    match_exactly(d, names, titles, h->count, out, used);
    if (h->count <= 512) /* wider files are machine made and name their columns exactly */
        match_nearly(d, names, titles, h->count, out, used);
    for (size_t i = 0; i < d->fields.count; i++)
        if (out[i].column >= 0)
            out[i].header = h->titles[out[i].column];
    return out;
}

static size_t score(const Dataset *d, const Names *names, const Str *titles, size_t count) {
    size_t found = 0;

    for (size_t i = 0; i < d->fields.count; i++) {
        bool hit = false;

        for (size_t c = 0; c < count && !hit; c++)
            hit = titles[c].len && exactly(&names[i], titles[c]) != HOW_NOT;
        found += hit;
    }
    return found;
}

size_t header_score(const Dataset *d, const Str *titles, size_t count) {
    scoped_arena Arena *a = arena_new();

    return score(d, names_of(a, d), fold_titles(a, titles, count), count);
}

static void take(Arena *a, const RowOfCells *row, size_t index, Header *out) {
    Str *titles = arena_array_of(a, row->count, Str);
    size_t count = 0;

    for (size_t c = 0; c < row->count; c++) {
        titles[c] = str_dup(a, str_trim(row->cells[c].text));
        if (titles[c].len)
            count = c + 1; /* trailing blank cells are no columns */
    }
    *out = (Header){(int64_t)row->line, index, count, titles};
}

static bool no_header(const Dataset *d, Err *e) {
    return err_set(
        e, ERR_INVALID, "/header_line",
        "没有找到表头：前%d行里没有一行与数据集“%.*s”的字段名称相符。请确认选对了数据集，"
        "或在文件第一行补上列名（标题、代码或别名均可）后重试",
        HEADER_LINES, STR_ARG(d->title));
}

bool header_find(Arena *a, const Dataset *d, const RowBlock *block, int64_t wanted, Header *out,
                 Err *e) {
    scoped_arena Arena *mine = arena_new();
    const Names *names = names_of(mine, d);
    const RowOfCells *rows = row_block_rows(block);
    size_t count = row_block_count(block), best = 0, at = 0;

    for (size_t i = 0; i < count && (wanted || i < HEADER_LINES); i++) {
        Header h;

        if (rows[i].line == 0 || (wanted && (int64_t)rows[i].line == wanted)) {
            take(a, &rows[i], i, out); /* JSON says its keys itself */
            return out->count ? true : no_header(d, e);
        }
        if (wanted || rows[i].problem)
            continue;
        take(mine, &rows[i], i, &h);
        size_t found = score(d, names, fold_titles(mine, h.titles, h.count), h.count);

        if (found > best && (found >= 2 || h.count <= 2)) {
            best = found;
            at = i;
        }
    }
    if (wanted)
        return err_set(e, ERR_INVALID, "/header_line",
                       "指定的表头行不在文件开头的 %zu 行里：请核对行号", count);
    if (!best)
        return no_header(d, e);
    take(a, &rows[at], at, out);
    return true;
}

Str header_source(Arena *a, const Dataset *d, const Header *h) {
    unsigned char digest[SM3_SIZE];
    Sm3 *s = sm3_new();
    Buf b;

    buf_init(&b, (size_t)1 << 20);
    for (size_t c = 0; c < h->count; c++) {
        header_fold(h->titles[c], &b);
        buf_add_char(&b, 0x1f);
        sm3_add(s, b.ptr, b.len);
    }
    sm3_end(s, digest);
    buf_clear(&b);
    buf_add(&b, d->dataset);
    buf_add_char(&b, ':');
    buf_add_hex(&b, digest, 16);
    Str source = str_dup(a, buf_str(&b));

    buf_done(&b);
    return source;
}

Str header_unit(Str title, int field_type) {
    static const char *const money[] = {"万元", "元"}, *const area[] = {"平方米", "亩", "公顷",
                                                                        "㎡"};
    const char *const *units = field_type == FIELD_MONEY  ? money
                               : field_type == FIELD_AREA ? area
                                                          : NULL;
    size_t count = field_type == FIELD_MONEY ? 2 : 4;
    Str unit = STR("");
    Buf b;

    if (!units)
        return unit;
    buf_init(&b, (size_t)1 << 20);
    token_fold(title, &b);
    for (size_t i = 0; i < count && !unit.len; i++) {
        char bracketed[64];
        size_t n = strlen(units[i]);

        memcpy(bracketed, units[i], n);
        memcpy(bracketed + n, ")", 2);
        if (str_find(buf_str(&b), str_of(bracketed)) >= 0)
            unit = strcmp(units[i], "㎡") == 0 ? STR("平方米") : str_of(units[i]);
    }
    buf_done(&b);
    return unit;
}
