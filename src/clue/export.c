/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/export.c: the clues of a query as CSV or XLSX; the export itself is an event. */
#include <stdio.h>

#include "clue/clue.h"
#include "clue/marked.h"
#include "clue/query.h"

enum { EXPORT_MOST = 100000 };

static const struct {
    const char *key, *title;
    double width;
} columns[] = {
    {"number", "线索编号", 12},      {"title", "线索", 60},
    {"model", "监督模型", 24},       {"level", "等级", 8},
    {"status", "状态", 20},          {"strength", "匹配方式", 16},
    {"subject_name", "主体", 24},    {"subject_mask", "证件号码（脱敏）", 22},
    {"event_on", "事实日期", 12},    {"amount", "涉及金额（元）", 16},
    {"suggests", "建议处理", 16},    {"found_at", "发现时间", 20},
    {"explanation", "判断理由", 80},
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

typedef struct Export {
    const Snapshot *snapshot;
    const ClueQuery *query;
    Marked *table;
    int64_t rows;
    Buf ids; /* of what went out, for the entry */
} Export;

static Str named(const BindName *names, Str key) {
    for (; names->name; names++)
        if (str_is(key, names->name))
            return str_of(names->title);
    return key;
}

static Str cell(const Export *x, const Node *row, const char *key, Arena *a) {
    Str text = node_text(row, key);
    char money[32];

    if (str_is(str_of(key), "number"))
        return str_format(a, "XS-%06lld", (long long)node_int(row, key, 0));
    if (str_is(str_of(key), "amount")) {
        if (node_int(row, key, 0) == 0)
            return (Str){NULL, 0};
        money_format(node_int(row, key, 0), money);
        return str_dup(a, str_of(money));
    }
    if (str_is(str_of(key), "model")) {
        Err unknown = {0};
        const Model *m = models_find(x->snapshot->models, text, &unknown);

        return m ? model_title(m) : text;
    }
    if (str_is(str_of(key), "level"))
        return named(clue_level_names, text);
    if (str_is(str_of(key), "status"))
        return named(clue_status_names, text);
    if (str_is(str_of(key), "strength"))
        return named(strength_names, text);
    if (str_is(str_of(key), "suggests"))
        return suggests_title(x->snapshot->content, text);
    if (str_is(str_of(key), "found_at"))
        return str_slice(text, 0, 16);
    return text;
}

static bool rows_read(Tx *tx, void *context, Err *e) {
    Export *x = context;
    scoped_arena Arena *a = arena_new();
    ClueWhere w;
    scoped_buf Buf sql;

    clue_where(x->query, a, &w);
    buf_init(&sql, 8192);
    buf_addf(
        &sql,
        "SELECT id, number, title, model, level, status, strength, subject_name, subject_mask, "
        "event_on, "
        "amount, suggests, found_at, explanation FROM {clue} %.*s ORDER BY %s LIMIT %d",
        STR_ARG(buf_str(&w.sql)), clue_order(x->query->sort), EXPORT_MOST);
    Node *rows = tx_rows_text(tx, a, buf_str(&sql), w.args, w.count, e);

    buf_done(&w.sql);
    for (size_t i = 0; rows && i < rows->count; i++) {
        scoped_arena Arena *one = arena_new();
        Str cells[COLUMNS];

        for (size_t k = 0; k < COLUMNS; k++)
            cells[k] = cell(x, rows->items[i], columns[k].key, one);
        export_id(node_text(rows->items[i], "id"), &x->ids);
        marked_row(x->table, cells);
        x->rows++;
    }
    return rows != NULL;
}

Str export_mark(Arena *a, const ExportFor *f) {
    char at[INSTANT_TEXT];

    instant_format(instant_now(), at);
    return str_format(a, "%.*s %.10s %.5s 导出，事由：%.*s%s%.*s", STR_ARG(f->person), at, at + 11,
                      STR_ARG(f->purpose_title), f->look.case_number.len ? "，案号 " : "",
                      STR_ARG(f->look.case_number));
}

/* Codes and dates of the conditions; words that were typed stay out of the open part. */
static Node *conditions(Arena *a, const ClueQuery *q) {
    Node *n = node_map(a);

    if (q->model.len != 0)
        node_set_text(a, n, "model", q->model);
    if (q->level.len != 0)
        node_set_text(a, n, "level", q->level);
    if (q->status.len != 0)
        node_set_text(a, n, "status", q->status);
    if (q->subject_key.len != 0)
        node_set_text(a, n, "subject_key", q->subject_key);
    return n;
}

bool clue_export(Office *o, const ClueQuery *q, Str format, const ExportFor *f, const char *path,
                 int64_t *rows, Err *e) {
    scoped_arena Arena *a = arena_new();
    MarkedColumn heads[COLUMNS];
    Export x = {.query = q};
    ExportLook look = f->look;
    LookDone done;

    for (size_t i = 0; i < COLUMNS; i++)
        heads[i] = (MarkedColumn){str_of(columns[i].title), columns[i].width};
    if (!clue_query_check(q, e))
        return false;
    x.table = marked_open(a, format, path, STR("线索"), heads, COLUMNS, export_mark(a, f), e);
    if (x.table == NULL)
        return false;
    Snapshot *s = office_snapshot(o);

    x.snapshot = s;
    buf_init(&x.ids, (size_t)2 * EXPORT_MOST * EXPORT_ID);
    bool good = store_read(o->store, rows_read, &x, e);

    good = marked_close(x.table, good, e) && good;
    look.kind = "clues.exported";
    look.what = STR("clues");
    look.format = format;
    look.rows = x.rows;
    look.query = conditions(a, q);
    look.ids = buf_str(&x.ids);
    /* No trace, no export: the file is only handed out when its entry is in the journal. */
    if (good && !export_record(o->store, s->content, f->asker, f->actor, &look, &done, e)) {
        remove(path);
        good = false;
    }
    snapshot_drop(s);
    buf_done(&x.ids);
    if (good)
        *rows = x.rows;
    return good;
}
