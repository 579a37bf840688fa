/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/codes.c: code tables and the words agencies use for their entries. */
#include <string.h>

#include "content/snapshot.h"

#include "base/banned.h"

#define KEY_MAX 400 /* bytes of a folded key */

/* Columns hold what a model can compare. */
static const BindName column_type_names[] = {
    {"text", FIELD_TEXT, "文本"},     {"money", FIELD_MONEY, "金额"},
    {"number", FIELD_NUMBER, "数值"}, {"integer", FIELD_INTEGER, "整数"},
    {"date", FIELD_DATE, "日期"},     {NULL, 0, NULL},
};

const Bind code_column_rows[] = {
    BIND_STR_MOST(CodeColumn, column, "column", REQUIRED, 60, "name in expressions"),
    BIND_STR_MOST(CodeColumn, title, "title", REQUIRED, 60, "Chinese title"),
    BIND_ENUM(CodeColumn, type, "type", REQUIRED, column_type_names,
              "text, money, number, integer or date"),
    BIND_STR_MOST(CodeColumn, unit, "unit", OPTIONAL, 20, "unit of bare numbers, as for fields"),
    BIND_END,
};

const Bind code_entry_rows[] = {
    BIND_STR_MOST(CodeEntry, code, "code", OPTIONAL, 60, "code in the agencies' files"),
    BIND_STR_MOST(CodeEntry, title, "title", REQUIRED, 120,
                  "the canonical word, which the pool stores"),
    BIND_TEXTS(CodeEntry, aliases, "aliases", OPTIONAL, "other words for it"),
    BIND_NODE(CodeEntry, values, "values", OPTIONAL, "map from column to value"),
    BIND_DATE(CodeEntry, in_force_from, "in_force_from", OPTIONAL, "first day in force"),
    BIND_DATE(CodeEntry, in_force_to, "in_force_to", OPTIONAL, "last day in force"),
    BIND_BOOL(CodeEntry, review, "review", OPTIONAL, "a lawyer has to confirm this entry"),
    BIND_END,
};

const Bind code_table_rows[] = {
    BIND_STR_MOST(CodeTable, codes, "codes", REQUIRED, 60, "id of the table: the file's name"),
    BIND_STR_MOST(CodeTable, title, "title", REQUIRED, 60, "Chinese title"),
    BIND_OBJECTS(CodeTable, basis, "basis", OPTIONAL, basis_rows, Basis,
                 "where the entries come from"),
    BIND_OBJECTS(CodeTable, columns, "columns", OPTIONAL, code_column_rows, CodeColumn,
                 "further typed columns of the entries"),
    BIND_OBJECTS(CodeTable, entries, "entries", REQUIRED, code_entry_rows, CodeEntry,
                 "the entries"),
    BIND_BOOL(CodeTable, open, "open", OPTIONAL, "words outside the table are kept as they are"),
    BIND_BOOL(CodeTable, review, "review", OPTIONAL, "a lawyer has to confirm the table"),
    BIND_STR_MOST(CodeTable, suffix, "suffix", OPTIONAL, 20,
                  "titles and aliases may leave this off"),
    BIND_END,
};

#define columns_of(t) ((const CodeColumn *)(t)->columns.items)
#define entries_of(t) ((CodeEntry *)(t)->entries.items)

static size_t keys_of(const CodeTable *t) {
    size_t n = 0;

    for (size_t i = 0; i < t->entries.count; i++)
        n += 2 * (2 + entries_of(t)[i].aliases.count);
    return n;
}

/* A word that leads to two entries would make the import guess. */
static bool put(Arena *a, CodeTable *t, Index *x, const CodeEntry *entry, Str word, const Node *at,
                Err *e) {
    Str key = fold_copy(a, word);

    if (key.len == 0)
        return true;
    if (key.len > KEY_MAX)
        return content_fail(at, e, "“%.*s”太长：代码表里的词不超过 %d 个字节", 60, word.ptr,
                            KEY_MAX);
    const CodeEntry *there = index_put(x, key, entry);

    if (there == entry)
        return content_fail(at, e, "“%.*s”在这一项里写了两遍", STR_ARG(word));
    if (there != NULL)
        return content_fail(at, e, "“%.*s”既指“%.*s”又指“%.*s”：一个词只能指一项", STR_ARG(word),
                            STR_ARG(there->title), STR_ARG(entry->title));
    if (key.len > t->longest)
        t->longest = key.len;
    return true;
}

/* Short forms come after all written words, and give way to them. */
static void put_short(Arena *a, const CodeTable *t, Index *x, const CodeEntry *entry, Str word) {
    Str key = fold_copy(a, word);
    Str suffix = fold_copy(a, t->suffix);

    if (key.len > suffix.len && str_ends(key, suffix))
        index_put(x, (Str){key.ptr, key.len - suffix.len}, entry);
}

static bool index_entries(Arena *a, CodeTable *t, const Node *tree, Err *e) {
    Index *x = index_new(a, keys_of(t));

    for (size_t i = 0; i < t->entries.count; i++) {
        const CodeEntry *entry = &entries_of(t)[i];
        const Node *at = content_item(tree, "entries", i);
        const Str *aliases = entry->aliases.items;
        bool same = str_eq(entry->code, entry->title);

        if (!put(a, t, x, entry, entry->title, content_place(at, "title"), e) ||
            (!same && !put(a, t, x, entry, entry->code, content_place(at, "code"), e)))
            return false;
        for (size_t j = 0; j < entry->aliases.count; j++)
            if (!put(a, t, x, entry, aliases[j], content_item(at, "aliases", j), e))
                return false;
    }
    for (size_t i = 0; i < t->entries.count && t->suffix.len > 0; i++) {
        const CodeEntry *entry = &entries_of(t)[i];
        const Str *aliases = entry->aliases.items;

        put_short(a, t, x, entry, entry->title);
        for (size_t j = 0; j < entry->aliases.count; j++)
            put_short(a, t, x, entry, aliases[j]);
    }
    t->index = x;
    return true;
}

static const CodeColumn *column_named(const CodeTable *t, Str name, NearestName *n) {
    for (size_t i = 0; i < t->columns.count; i++) {
        if (str_eq(columns_of(t)[i].column, name))
            return &columns_of(t)[i];
        nearest_name(n, columns_of(t)[i].column);
    }
    return NULL;
}

static const char *type_title(int type) {
    const BindName *n = column_type_names;

    while (n->name != NULL && n->value != type)
        n++;
    return n->title;
}

static bool value_fits(const CodeColumn *column, const Node *value) {
    Str text = value->kind == NODE_INT || value->kind == NODE_REAL || value->kind == NODE_TEXT
                   ? value->text
                   : STR("");
    Money money;
    int64_t integer;
    double real;
    Day day;

    switch (column->type) {
    case FIELD_MONEY:
        return money_parse(text, str_is(column->unit, "万元") ? 10000 * MONEY_YUAN : MONEY_YUAN,
                           &money);
    case FIELD_NUMBER:
        return number_parse(text, &real);
    case FIELD_INTEGER:
        return integer_parse(text, &integer);
    case FIELD_DATE:
        return day_parse(text, &day);
    default:
        return text.len > 0;
    }
}

static bool check_values(const CodeTable *t, const CodeEntry *entry, Err *e) {
    const Node *map = entry->values;

    if (map == NULL)
        return true;
    if (map->kind != NODE_MAP)
        return content_fail(map, e, "“values”应当是映射：列名对值");
    for (size_t i = 0; i < map->count; i++) {
        NearestName n = {.wanted = map->keys[i]};
        const CodeColumn *column = column_named(t, map->keys[i], &n);
        const Node key = {
            .file = map->file, .line = map->key_lines[i], .column = map->key_columns[i]};

        if (column == NULL && n.name.ptr != NULL)
            return content_fail(&key, e, "代码表没有“%.*s”这一列，是不是想写“%.*s”",
                                STR_ARG(n.wanted), STR_ARG(n.name));
        if (column == NULL)
            return content_fail(&key, e, "代码表没有“%.*s”这一列：先在 columns 里写明",
                                STR_ARG(n.wanted));
        if (!value_fits(column, map->items[i]))
            return content_fail(map->items[i], e, "“%.*s”的值读不出来：这一列的类型是%s",
                                STR_ARG(column->title), type_title(column->type));
    }
    return true;
}

static bool check_columns(const CodeTable *t, const Node *tree, Err *e) {
    for (size_t i = 0; i < t->columns.count; i++) {
        const Node *at = content_place(content_item(tree, "columns", i), "column");
        NearestName n = {.wanted = columns_of(t)[i].column};

        if (!content_id_fits(columns_of(t)[i].column, 60))
            return content_fail(at, e, "“%.*s”不能作列名：只用小写字母、数字和单个下划线",
                                STR_ARG(columns_of(t)[i].column));
        if (column_named(t, columns_of(t)[i].column, &n) != &columns_of(t)[i])
            return content_fail(at, e, "列“%.*s”写了两遍", STR_ARG(columns_of(t)[i].column));
    }
    return true;
}

static bool read_table(Content *c, const ContentFile *f, CodeTable *t, Err *e) {
    if (!bind_read(c->arena, code_table_rows, f->tree, t, e) ||
        !content_id_check(f, "codes", t->codes, e) || !check_columns(t, f->tree, e) ||
        !index_entries(c->arena, t, f->tree, e))
        return false;
    for (size_t i = 0; i < t->entries.count; i++)
        if (!check_values(t, &entries_of(t)[i], e))
            return false;
    t->file = f->path;
    return true;
}

bool load_codes(Content *c, Err *e) {
    const ContentFile *files;
    size_t n = content_files(c, "codes", &files);
    CodeTable *tables = arena_array_of(c->arena, n, CodeTable);

    c->table_index = index_new(c->arena, n);
    for (size_t i = 0; i < n; i++) {
        if (files[i].tree == NULL) /* divisions.tsv is read elsewhere */
            continue;
        CodeTable *t = &tables[c->table_count];

        if (!read_table(c, &files[i], t, e))
            return false;
        index_put(c->table_index, t->codes, t);
        c->table_count++;
    }
    c->tables = tables;
    return true;
}

const CodeEntry *code_table_find(const CodeTable *t, Str text) {
    char key[KEY_MAX];
    const CodeEntry *as_written =
        index_get(t->index, text); /* most are written as the table does */

    if (as_written != NULL)
        return as_written;
    size_t n = fold_text(text, key, t->longest);

    return n == SIZE_MAX ? NULL : index_get(t->index, (Str){key, n});
}

const CodeEntry *code_table_nearest(const CodeTable *t, Str text) {
    NearestName n = {.wanted = str_slice(text, 0, KEY_MAX)};
    const CodeEntry *best = NULL;

    for (size_t i = 0; i < t->entries.count; i++) {
        const CodeEntry *entry = &entries_of(t)[i];
        const Str *aliases = entry->aliases.items;
        Str before = n.name;

        nearest_name(&n, entry->title);
        for (size_t j = 0; j < entry->aliases.count; j++)
            nearest_name(&n, aliases[j]);
        if (n.name.ptr != before.ptr)
            best = entry;
    }
    return best;
}
