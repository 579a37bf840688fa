/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/export.c: the clues of a query as CSV or XLSX; the export itself is an event. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <xlsxwriter.h>

#include "clue/clue.h"
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
    Office *office;
    const Snapshot *snapshot;
    const ClueQuery *query;
    Str format, actor;
    const char *path;
    int64_t rows;
    FILE *csv;
    lxw_workbook *book;
    lxw_worksheet *sheet;
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
        return named(clue_suggests_names, text);
    if (str_is(str_of(key), "found_at"))
        return str_slice(text, 0, 16);
    return text;
}

/* Quoted where needed; a leading = + - @ gets an apostrophe, so that a spreadsheet does not run it
 * as a formula. */
static void csv_cell(FILE *f, Str s) {
    bool formula = s.len && strchr("=+-@\t\r", s.ptr[0]);

    fputc('"', f);
    if (formula)
        fputc('\'', f);
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"')
            fputc('"', f);
        fputc(s.ptr[i], f);
    }
    fputc('"', f);
}

static bool row_write(void *context, const Node *row, Err *e) {
    Export *x = context;
    scoped_arena Arena *a = arena_new();

    (void)e;
    x->rows++;
    for (size_t i = 0; i < COLUMNS; i++) {
        Str s = cell(x, row, columns[i].key, a);

        if (x->csv) {
            if (i)
                fputc(',', x->csv);
            csv_cell(x->csv, s);
        } else {
            worksheet_write_string(x->sheet, (lxw_row_t)x->rows, (lxw_col_t)i, str_c(a, s), NULL);
        }
    }
    if (x->csv)
        fputs("\r\n", x->csv);
    return true;
}

static void header_write(Export *x) {
    lxw_format *bold = x->book ? workbook_add_format(x->book) : NULL;

    if (bold) {
        format_set_bold(bold);
        format_set_bg_color(bold, 0xDCE6F2);
    }
    if (x->csv)
        fputs("\xEF\xBB\xBF", x->csv);
    for (size_t i = 0; i < COLUMNS; i++) {
        if (x->csv) {
            if (i)
                fputc(',', x->csv);
            csv_cell(x->csv, str_of(columns[i].title));
        } else {
            worksheet_set_column(x->sheet, (lxw_col_t)i, (lxw_col_t)i, columns[i].width, NULL);
            worksheet_write_string(x->sheet, 0, (lxw_col_t)i, columns[i].title, bold);
        }
    }
    if (x->csv)
        fputs("\r\n", x->csv);
    else
        worksheet_freeze_panes(x->sheet, 1, 0);
}

static bool rows_read(Tx *tx, void *context, Err *e) {
    Export *x = context;
    scoped_arena Arena *a = arena_new();
    ClueWhere w;
    scoped_buf Buf sql;

    clue_where(x->query, a, &w);
    buf_init(&sql, 8192);
    buf_addf(&sql,
             "SELECT number, title, model, level, status, strength, subject_name, subject_mask, "
             "event_on, "
             "amount, suggests, found_at, explanation FROM {clue} %.*s ORDER BY %s LIMIT %d",
             STR_ARG(buf_str(&w.sql)), clue_order(x->query->sort), EXPORT_MOST);
    Node *rows = tx_rows_text(tx, a, buf_str(&sql), w.args, w.count, e);

    buf_done(&w.sql);
    for (size_t i = 0; rows && i < rows->count; i++)
        row_write(x, rows->items[i], e);
    return rows != NULL;
}

static bool exported_append(Tx *tx, void *context, Err *e) {
    const Export *x = context;
    scoped_arena Arena *a = arena_new();
    Node *body = node_map(a);

    node_set_text(a, body, "format", x->format);
    node_set_int(a, body, "rows", x->rows);
    node_set_text(a, body, "model", x->query->model);
    return journal_append(tx,
                          &(Event){.actor = x->actor,
                                   .kind = STR("clues.exported"),
                                   .subject = STR("clues"),
                                   .body = body},
                          e);
}

static bool file_open(Export *x, Err *e) {
    if (str_is(x->format, "csv")) {
        x->csv = fopen(x->path, "we");
        if (!x->csv)
            return err_set(e, ERR_DISK, x->path, "无法写入导出文件：%s，请检查磁盘空间",
                           strerror(errno));
    } else if (str_is(x->format, "xlsx")) {
        x->book = workbook_new(x->path);
        x->sheet = workbook_add_worksheet(x->book, "线索");
    } else {
        return err_set(e, ERR_INVALID, "/format", "只能导出为 xlsx 或 csv");
    }
    header_write(x);
    return true;
}

static bool file_close(Export *x, Err *e) {
    if (x->csv) {
        bool bad = ferror(x->csv) != 0;

        bad |= fclose(x->csv) != 0;
        return bad ? err_set(e, ERR_DISK, x->path, "写入导出文件时出错，请检查磁盘空间") : true;
    }
    lxw_error code = workbook_close(x->book);

    return code == LXW_NO_ERROR ||
           err_set(e, ERR_DISK, x->path, "写入导出文件时出错：%s，请检查磁盘空间",
                   lxw_strerror(code));
}

bool clue_export(Office *o, const ClueQuery *q, Str format, Str actor, const char *path,
                 int64_t *rows, Err *e) {
    Export x = {.office = o, .query = q, .format = format, .actor = actor, .path = path};

    if (!clue_query_check(q, e))
        return false;
    if (!file_open(&x, e))
        return false;
    Snapshot *s = office_snapshot(o);

    x.snapshot = s;
    bool good = store_read(o->store, rows_read, &x, e);

    snapshot_drop(s);
    good = file_close(&x, e) && good;
    /* No trace, no export: the file is only handed out when its event is in the journal. */
    if (good)
        good = store_write(o->store, exported_append, &x, e);
    if (!good)
        remove(path);
    else
        *rows = x.rows;
    return good;
}
