/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/search_api.c: one box finds pages, datasets, models and clues, by Chinese or pinyin
 * initials. */
#include "http/api.h"
#include "http/clue_rows.h"
#include "http/inputs.h"
#include "http/inside.h"
#include "http/pinyin.h"

enum { ITEMS_MOST = 8 };

/* The pages of the web page, as its menu names them. */
static const struct {
    const char *title, *detail, *link;
} pages[] = {
    {"总览", "数字、图表和最近的变化", "/"},      {"线索", "模型发现的线索", "/clues"},
    {"数据资源池", "数据集和它们的行", "/pool"},  {"导入", "导入部门报送的文件", "/import"},
    {"批次", "每次导入的结果和质量", "/batches"}, {"监督模型", "模型台账", "/models"},
};

typedef struct Search {
    Arena *arena;
    Str text;  /* trimmed */
    Str lower; /* when it may be pinyin initials; else empty */
} Search;

static Str pinyin_of_query(Arena *a, Str text) {
    scoped_buf Buf b;

    buf_init(&b, 400);
    pinyin_initials(text, &b);
    return b.len == text.len ? str_dup(a, buf_str(&b))
                             : (Str){NULL, 0}; /* nothing but ASCII letters */
}

static bool fits(const Search *s, Str title, Str id) {
    scoped_buf Buf initials;

    buf_init(&initials, 4096);
    if (str_find(title, s->text) >= 0 || str_find(id, s->text) >= 0)
        return true;
    if (s->lower.len == 0)
        return false;
    pinyin_initials(title, &initials);
    return str_find(buf_str(&initials), s->lower) >= 0;
}

static void add_item(const Search *s, Node *items, Str title, Str detail, Str link) {
    Node *n = node_map(s->arena);

    if (items->count >= ITEMS_MOST)
        return;
    node_set_text(s->arena, n, "title", title);
    node_set_text(s->arena, n, "detail", detail);
    node_set_text(s->arena, n, "link", link);
    node_add(s->arena, items, n);
}

static void add_group(const Search *s, Node *groups, const char *kind, const char *title,
                      Node *items) {
    Node *n = node_map(s->arena);

    if (items->count == 0)
        return;
    node_set_text(s->arena, n, "kind", str_of(kind));
    node_set_text(s->arena, n, "title", str_of(title));
    node_set(s->arena, n, "items", items);
    node_add(s->arena, groups, n);
}

static Node *find_pages(const Search *s) {
    Node *items = node_list(s->arena);

    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++)
        if (fits(s, str_of(pages[i].title), (Str){NULL, 0}))
            add_item(s, items, str_of(pages[i].title), str_of(pages[i].detail),
                     str_of(pages[i].link));
    return items;
}

static Node *find_datasets(const Search *s, const Content *c) {
    Node *items = node_list(s->arena);

    for (size_t i = 0; i < content_dataset_count(c); i++) {
        const Dataset *d = content_dataset_at(c, i);

        if (fits(s, d->title, d->dataset))
            add_item(s, items, d->title, d->agency,
                     str_format(s->arena, "/pool/%.*s", STR_ARG(d->dataset)));
    }
    return items;
}

static Node *find_models(const Search *s, const Models *models) {
    Node *items = node_list(s->arena);

    for (size_t i = 0; i < models_count(models); i++) {
        const Model *m = models_at(models, i);
        Str number = node_text(model_tree(m), "number");

        if (fits(s, model_title(m), model_id(m)) || str_eq_ascii_nocase(number, s->text))
            add_item(s, items, model_title(m), number,
                     str_format(s->arena, "/models/%.*s", STR_ARG(model_id(m))));
    }
    return items;
}

static Node *find_clues(Req *rq, const Search *s, Err *e) {
    ClueQuery q = {.text = s->text,
                   .status = STR("all"),
                   .from = DAY_NONE,
                   .to = DAY_NONE,
                   .limit = ITEMS_MOST,
                   .items_only = true};
    const Node *page = clue_page(req_office(rq), req_snapshot(rq), &q, s->arena, e);
    const Node *found = page != NULL ? node_get(page, "items") : NULL;
    Node *items = node_list(s->arena);

    for (size_t i = 0; found != NULL && i < found->count; i++) {
        const Node *clue = found->items[i];

        add_item(s, items, node_text(clue, "title"),
                 str_format(s->arena, "%.*s · %.*s", STR_ARG(node_text(clue, "number")),
                            STR_ARG(node_text(clue, "model_title"))),
                 str_format(s->arena, "/clues/%.*s", STR_ARG(node_text(clue, "id"))));
    }
    return found != NULL ? items : NULL;
}

bool api_search_get(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const SearchQuery *q = req_query(rq);
    const Snapshot *snapshot = req_snapshot(rq);
    Search s = {.arena = a, .text = str_trim(q->text)};
    Node *out = node_map(a), *groups = node_list(a);

    s.lower = pinyin_of_query(a, s.text);
    if (s.text.len == 0)
        return err_set(e, ERR_INVALID, "?text", "请输入要找的内容");
    Node *clues = find_clues(rq, &s, e);

    if (clues == NULL)
        return false;
    add_group(&s, groups, "page", "页面", find_pages(&s));
    if (rights_allow(rq->rights, PERMISSION_DATASET_READ))
        add_group(&s, groups, "dataset", "数据集", find_datasets(&s, snapshot->content));
    if (rights_allow(rq->rights, PERMISSION_MODEL_READ))
        add_group(&s, groups, "model", "监督模型", find_models(&s, snapshot->models));
    if (rights_allow(rq->rights, PERMISSION_CLUE_READ))
        add_group(&s, groups, "clue", "线索", clues);
    node_set(a, out, "groups", groups);
    return reply_node(rq, out);
}
