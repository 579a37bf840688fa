/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/template_tag.c: the words between {{ and }}: what they ask for, and which field is
 * meant. */
#include <stdarg.h>
#include <stdio.h>

#include "content/index.h"
#include "document/template_inside.h"

#include "base/banned.h"

void template_mistake(Look *l, const Tag *tag, const char *format, ...) {
    char text[500];
    va_list args;

    if (l->mistakes->count >= TEMPLATE_MISTAKES_MOST)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    TemplateMistake *m = docx_more(l->t->arena, l->mistakes, sizeof *m);

    *m = (TemplateMistake){.paragraph = tag != NULL ? tag->paragraph : l->paragraph,
                           .around = tag != NULL ? tag->around : (Str){NULL, 0},
                           .tag = tag != NULL ? tag->raw : (Str){NULL, 0},
                           .text = str_dup(l->t->arena, str_of(text))};
}

/* --- words ----------------------------------------------------------------------------------- */

/* Chinese input methods write full-width signs: ｜ ＝ and blanks count like their narrow ones. */
static Str narrow(Arena *a, Str s) {
    scoped_buf Buf out = {0};

    buf_init(&out, 4096);
    for (uint32_t r; str_rune(&s, &r);) {
        if (r == 0xFF5C)
            r = '|';
        else if (r == 0xFF1D)
            r = '=';
        else if (r == 0x3000 || r == 0xA0)
            r = ' ';
        else if (r == 0xFF01)
            r = '!';
        buf_add_rune(&out, r);
    }
    return str_dup(a, str_trim(buf_str(&out)));
}

/* The word, and a blank or the end behind it. */
static bool begins(Str *s, const char *word) {
    Str w = str_of(word);

    if (!str_starts(*s, w) || (s->len > w.len && s->ptr[w.len] != ' '))
        return false;
    *s = str_trim(str_slice(*s, w.len, s->len));
    return true;
}

static const struct {
    const char *word;
    FormatKind kind;
    const char *types; /* for what, in words */
} formats[] = {
    {"汉字", FORMAT_CHINESE, "日期和数"},
    {"年月", FORMAT_MONTH, "日期"},
    {"年", FORMAT_YEAR, "日期"},
    {"数字", FORMAT_DIGITS, "日期"},
    {"大写", FORMAT_CAPITAL, "金额和数"},
    {"万元", FORMAT_TEN_THOUSAND, "金额"},
    {"千分位", FORMAT_GROUPED, "金额"},
    {"元", FORMAT_YUAN, "金额"},
    {"遮盖", FORMAT_MASK, "姓名、号码和文字"},
    {"顿号", FORMAT_LIST, "文字"},
    {"无则", FORMAT_ELSE, "任何字段"},
};

static bool format_of(Look *l, Tag *tag, Str word) {
    NearestName n = {.wanted = word};

    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        Str rest = word;

        nearest_name(&n, str_of(formats[i].word));
        if (!begins(&rest, formats[i].word))
            continue;
        if ((formats[i].kind == FORMAT_ELSE) != (rest.len > 0)) {
            template_mistake(
                l, tag, "格式“%.*s”写得不对：“无则”后面空一格写没有内容时的文字，其他格式后面不写",
                STR_ARG(word));
            return false;
        }
        tag->formats[tag->format_count++] = (TagFormat){formats[i].kind, rest};
        return true;
    }
    template_mistake(l, tag,
                     "不认识的格式“%.*s”%s%.*s%"
                     "s：可以用汉字、年月、年、数字、大写、万元、千分位、元、遮盖、顿号、无则",
                     STR_ARG(word), n.name.ptr != NULL ? "，是不是想写“" : "", STR_ARG(n.name),
                     n.name.ptr != NULL ? "”" : "");
    return false;
}

static bool read_formats(Look *l, Tag *tag, Str rest) {
    for (Str word; str_split(&rest, '|', &word);) {
        if (tag->format_count == TAG_FORMATS) {
            template_mistake(l, tag, "一个占位符最多写 %d 个格式", TAG_FORMATS);
            return false;
        }
        if (!format_of(l, tag, str_trim(word)))
            return false;
    }
    return true;
}

static bool cut(Str s, const char *sign, Str *left, Str *right) {
    ptrdiff_t at = str_find(s, str_of(sign));

    if (at < 0)
        return false;
    *left = str_trim(str_slice(s, 0, (size_t)at));
    *right = str_trim(str_slice(s, (size_t)at + str_of(sign).len, s.len));
    return true;
}

static void read_test(Tag *tag, Str rest) {
    Str left;

    tag->name = rest;
    if (begins(&rest, "没有")) {
        tag->test = TEST_EMPTY;
        tag->name = rest;
    } else if (cut(rest, "!=", &left, &tag->value) || cut(rest, "≠", &left, &tag->value) ||
               cut(rest, " 不是 ", &left, &tag->value)) {
        tag->test = TEST_OTHER;
        tag->name = left;
    } else if (cut(rest, "=", &left, &tag->value) || cut(rest, " 是 ", &left, &tag->value)) {
        tag->test = TEST_EQUAL;
        tag->name = left;
    }
}

Tag *template_tag(Look *l, Str raw, Str around) {
    Arena *a = l->t->arena;
    Tag *tag = arena_new_of(a, Tag);
    Str s = narrow(a, raw), name;

    *tag = (Tag){.raw = s, .around = str_dup(a, around), .paragraph = l->paragraph};
    if (++l->t->tags > TEMPLATE_TAGS_MOST) {
        template_mistake(l, tag, "模板里的占位符超过 %d 个：请拆分模板", TEMPLATE_TAGS_MOST);
        return NULL;
    }
    if (begins(&s, "如果")) {
        tag->kind = TAG_IF;
        read_test(tag, s);
    } else if (begins(&s, "每个")) {
        tag->kind = TAG_EACH;
        tag->name = s;
    } else if (str_is(s, "否则")) {
        tag->kind = TAG_ELSE;
        return tag;
    } else if (str_is(s, "结束") || str_is(s, "结束如果") || str_is(s, "结束每个")) {
        tag->kind = TAG_END;
        return tag;
    } else {
        tag->kind = TAG_VALUE;
        str_split(&s, '|', &name);
        tag->name = str_trim(name);
        if (s.ptr != NULL && !read_formats(l, tag, s))
            return NULL;
    }
    if (tag->name.len > 0)
        return tag;
    template_mistake(l, tag, "占位符里没有写字段：写成 {{字段名称}}");
    return NULL;
}

/* --- which field ----------------------------------------------------------------------------- */

static void nearest_of(NearestName *n, const BindList *fields) {
    const DocumentField *f = fields->items;

    for (size_t i = 0; i < fields->count; i++) {
        nearest_name(n, f[i].is.title);
        nearest_name(n, f[i].is.field);
    }
}

static bool find(Look *l, Tag *tag, const DocumentField *const *lists, size_t depth) {
    NearestName n = {.wanted = tag->name};

    for (size_t i = depth; i-- > 0;) {
        tag->list = lists[i];
        if ((tag->ordinal = tag->kind == TAG_VALUE && str_is(tag->name, "序号")) &&
            document_field(&lists[i]->fields, tag->name) == NULL)
            return true;
        tag->ordinal = false;
        if ((tag->field = document_field(&lists[i]->fields, tag->name)) != NULL)
            return true;
        nearest_of(&n, &lists[i]->fields);
    }
    tag->list = NULL;
    if ((tag->field = document_field(l->t->fields, tag->name)) != NULL)
        return true;
    /* The name stands in the entries of a list: then the loop is missing. */
    for (size_t i = 0; i < l->t->fields->count; i++) {
        const DocumentField *f = &((const DocumentField *)l->t->fields->items)[i];

        if (document_field(&f->fields, tag->name) != NULL) {
            template_mistake(l, tag,
                             "字段“%.*s”是列表“%.*s”里的一项：写在 {{每个 %.*s}} 和 {{结束}} 之间",
                             STR_ARG(tag->name), STR_ARG(f->is.title), STR_ARG(f->is.title));
            return false;
        }
    }
    nearest_of(&n, l->t->fields);
    template_mistake(l, tag, "没有字段“%.*s”%s%.*s%s", (int)(n.wanted.len > 90 ? 90 : n.wanted.len),
                     n.wanted.ptr, n.name.ptr != NULL ? "，是不是想写“" : "：请从字段表里选用",
                     STR_ARG(n.name), n.name.ptr != NULL ? "”" : "");
    return false;
}

static bool is_number(int type) {
    return type == FIELD_NUMBER || type == FIELD_INTEGER;
}

static bool format_fits(const DocumentField *f, const TagFormat *format) {
    int type = f != NULL ? f->is.type : FIELD_INTEGER;
    bool date = type == FIELD_DATE || type == FIELD_TIME;

    switch (format->kind) {
    case FORMAT_CHINESE:
        return date || is_number(type);
    case FORMAT_MONTH:
    case FORMAT_YEAR:
    case FORMAT_DIGITS:
        return date;
    case FORMAT_CAPITAL:
        return type == FIELD_MONEY || is_number(type);
    case FORMAT_TEN_THOUSAND:
    case FORMAT_GROUPED:
    case FORMAT_YUAN:
        return type == FIELD_MONEY;
    case FORMAT_MASK:
        return !date && type != FIELD_MONEY && !is_number(type);
    case FORMAT_LIST:
        return type == FIELD_TEXT || type == FIELD_CODE;
    case FORMAT_ELSE:
        return true;
    }
    return false;
}

static bool check_formats(Look *l, const Tag *tag) {
    for (size_t i = 0; i < tag->format_count; i++)
        for (size_t k = 0; k < sizeof formats / sizeof *formats; k++)
            if (formats[k].kind == tag->formats[i].kind &&
                !format_fits(tag->field, &tag->formats[i])) {
                template_mistake(l, tag, "格式“%s”只用于%s，“%.*s”不是", formats[k].word,
                                 formats[k].types, STR_ARG(tag->name));
                return false;
            }
    return true;
}

static bool check_test(Look *l, const Tag *tag) {
    const CodeTable *table = tag->field->is.table;
    const CodeEntry *near;

    if (tag->value.len == 0 && (tag->test == TEST_EQUAL || tag->test == TEST_OTHER)) {
        template_mistake(l, tag, "等号后面没有写值：写成 {{如果 字段 = 值}}");
        return false;
    }
    if (tag->value.len == 0 || table == NULL || code_table_find(table, tag->value) != NULL)
        return true;
    near = code_table_nearest(table, tag->value);
    template_mistake(l, tag, "“%.*s”没有“%.*s”这个值%s%.*s%s", STR_ARG(tag->field->is.title),
                     STR_ARG(tag->value), near != NULL ? "，是不是想写“" : "",
                     STR_ARG(near != NULL ? near->title : STR("")), near != NULL ? "”" : "");
    return false;
}

static void use(Template *t, const DocumentField *f) {
    const Str *used = t->used.items;

    for (size_t i = 0; i < t->used.count; i++)
        if (str_eq(used[i], f->is.field))
            return;
    *(Str *)docx_more(t->arena, &t->used, sizeof(Str)) = f->is.field;
}

bool template_resolve(Look *l, Tag *tag, const DocumentField *const *lists, size_t depth) {
    if (tag->kind == TAG_ELSE || tag->kind == TAG_END)
        return true;
    if (!find(l, tag, lists, depth))
        return false;
    if (tag->ordinal)
        return check_formats(l, tag);
    if (tag->list == NULL)
        use(l->t, tag->field);
    bool list = tag->field->is.type == DOCUMENT_LIST;

    if (tag->kind == TAG_EACH && !list)
        template_mistake(l, tag, "“%.*s”不是列表，不能用“每个”", STR_ARG(tag->name));
    else if (tag->kind == TAG_VALUE && list)
        template_mistake(l, tag, "“%.*s”是列表：用 {{每个 %.*s}} … {{结束}} 写出它的每一项",
                         STR_ARG(tag->name), STR_ARG(tag->name));
    else
        return tag->kind == TAG_IF ? check_test(l, tag)
                                   : tag->kind == TAG_EACH || check_formats(l, tag);
    return false;
}
