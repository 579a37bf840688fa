/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/rows_sheet.c: rows as messages. The worker packs them, the parent checks every size and
 * every text before it believes them.
 *
 *   sheets:  count u32, chosen u32, count × (length u32, name)
 *   rows:    progress u64, then rows: line u64, uncalculated u32, cells u32, cells × (kind u32,
 * length u32, text) */
#include "data/rows_sheet.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"
#include "data/text_source.h"

enum { MESSAGE_SHEETS = MESSAGE_FIRST, MESSAGE_ROWS };
enum { SHEETS_MAX = 1024, SEND_SIZE = 256 << 10 };

/* --- the worker's side ----------------------------------------------------------------------- */

void sheet_row_start(SheetRow *r, uint64_t line) {
    r->line = line;
    r->count = 0;
    r->uncalculated = 0;
    r->bytes.max = ROW_BYTES_MAX;
    buf_clear(&r->bytes);
}

static bool column_fits(const SheetRow *r, uint64_t column, Err *e) {
    return column < ROW_COLUMNS_MAX ||
           err_set(e, ERR_TOO_LARGE, NULL, "第 %" PRIu64 " 行超过 %d 列，请删去多余的列再导入",
                   r->line, ROW_COLUMNS_MAX);
}

bool sheet_row_uncalculated(SheetRow *r, uint64_t column, Err *e) {
    if (!column_fits(r, column, e))
        return false;
    if (r->uncalculated == 0)
        r->uncalculated = (uint32_t)column + 1;
    return true;
}

bool sheet_row_set(SheetRow *r, uint64_t column, CellKind kind, Str text, Err *e) {
    if (text.len == 0)
        return true;
    if (!column_fits(r, column, e))
        return false;
    if (text.len > ROW_CELL_MAX)
        return err_set(e, ERR_TOO_LARGE, NULL, "第 %" PRIu64 " 行有一个单元格超过 1 MiB", r->line);
    for (; r->count <= column; r->count++)
        r->cells[r->count] = (SheetCell){CELL_EMPTY, 0, 0};
    r->cells[column] = (SheetCell){kind, r->bytes.len, text.len};
    buf_add(&r->bytes, text);
    return !r->bytes.full ||
           err_set(e, ERR_TOO_LARGE, NULL, "第 %" PRIu64 " 行超过 8 MiB", r->line);
}

static void add_u32(Buf *b, size_t n) {
    uint32_t v = (uint32_t)n;

    buf_add_bytes(b, &v, sizeof v);
}

static void add_u64(Buf *b, uint64_t v) {
    buf_add_bytes(b, &v, sizeof v);
}

void sheet_out_init(SheetOut *o, Port *port) {
    *o = (SheetOut){.port = port};
    buf_init(&o->rows, MESSAGE_MAX);
}

void sheet_out_sheets(SheetOut *o, const Str *names, size_t count, size_t chosen) {
    scoped_buf Buf out;

    buf_init(&out, MESSAGE_MAX);
    add_u32(&out, count);
    add_u32(&out, chosen);
    for (size_t i = 0; i < count; i++) {
        add_u32(&out, names[i].len);
        buf_add(&out, names[i]);
    }
    port_send(o->port, MESSAGE_SHEETS, buf_str(&out));
}

static void flush(SheetOut *o) {
    if (o->rows.len != 0)
        port_send(o->port, MESSAGE_ROWS, buf_str(&o->rows));
    buf_clear(&o->rows);
}

void sheet_out_row(SheetOut *o, const SheetRow *r) {
    if (r->count == 0 && r->uncalculated == 0)
        return;
    if (o->rows.len == 0)
        add_u64(&o->rows, o->progress);
    add_u64(&o->rows, r->line);
    add_u32(&o->rows, r->uncalculated);
    add_u32(&o->rows, r->count);
    for (size_t i = 0; i < r->count; i++) {
        const SheetCell *c = &r->cells[i];

        add_u32(&o->rows, c->kind);
        add_u32(&o->rows, c->len);
        if (c->len != 0)
            buf_add_bytes(&o->rows, r->bytes.ptr + c->from, c->len);
    }
    if (o->rows.len >= SEND_SIZE)
        flush(o);
}

void sheet_out_end(SheetOut *o) {
    flush(o);
    buf_done(&o->rows);
}

/* --- the parent's side ----------------------------------------------------------------------- */

typedef struct SheetReader {
    Reader reader;
    Worker *worker;
    Buf message;
    size_t at; /* what of the message is still to be delivered */
    uint64_t progress, file_size, last_line;
    bool ended;
} SheetReader;

static bool take(Str message, size_t *at, void *to, size_t n) {
    if (message.len - *at < n)
        return false;
    memcpy(to, message.ptr + *at, n);
    *at += n;
    return true;
}

static bool broken(Err *e) {
    return err_set(e, ERR_INTERNAL, NULL, "解析进程发来不合规的消息，已停止读取这个文件");
}

/* Valid UTF-8 without NUL. */
static bool clean(Str s) {
    return utf8_prefix(s) == s.len && (s.len == 0 || memchr(s.ptr, '\0', s.len) == NULL);
}

/* Its text is copied into the block's arena. */
static bool take_cell(SheetReader *s, RowBlock *b) {
    Str message = buf_str(&s->message);
    uint32_t kind, len;

    if (!take(message, &s->at, &kind, sizeof kind) || !take(message, &s->at, &len, sizeof len))
        return false;
    if (kind > CELL_EMPTY || (kind == CELL_EMPTY) != (len == 0) || len > ROW_CELL_MAX ||
        len > message.len - s->at)
        return false;
    Str text = {message.ptr + s->at, len};

    if (!clean(text))
        return false;
    s->at += len;
    block_cell(b, len == 0 ? (Str){NULL, 0} : str_dup(b->arena, text), (CellKind)kind);
    return true;
}

/* Columns are named as the spreadsheet names them: A … Z, AA … */
static const char *no_result(Arena *a, uint32_t column) {
    char name[8], *p = name + sizeof name - 1;

    *p = '\0';
    for (uint32_t n = column + 1; n > 0; n = (n - 1) / 26)
        *--p = (char)('A' + (n - 1) % 26);
    return str_format(a, "%s 列的公式没有计算结果，请用 WPS 或 Excel 打开并保存后再导入", p).ptr;
}

static bool take_row(SheetReader *s, RowBlock *b) {
    Str message = buf_str(&s->message);
    uint64_t line;
    uint32_t uncalculated, count;

    if (!take(message, &s->at, &line, sizeof line) ||
        !take(message, &s->at, &uncalculated, sizeof uncalculated) ||
        !take(message, &s->at, &count, sizeof count) || (count == 0 && uncalculated == 0) ||
        count > ROW_COLUMNS_MAX || uncalculated > ROW_COLUMNS_MAX)
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (!take_cell(s, b))
            return false;
    block_row(b, line, uncalculated == 0 ? NULL : no_result(b->arena, uncalculated - 1));
    return true;
}

static bool receive_rows(SheetReader *s, Err *e) {
    uint32_t type;
    uint64_t progress;

    if (!worker_receive(s->worker, &type, &s->message, e))
        return false;
    s->at = 0;
    if (type == MESSAGE_END) {
        s->ended = true;
        s->progress = s->file_size;
        return true;
    }
    if (type != MESSAGE_ROWS || !take(buf_str(&s->message), &s->at, &progress, sizeof progress))
        return broken(e);
    s->progress = progress < s->file_size ? progress : s->file_size;
    return true;
}

static bool next(Reader *r, RowBlock *b, Err *e) {
    SheetReader *s = (SheetReader *)r;

    while (!block_full(b) && !s->ended) {
        if (s->at == s->message.len && !receive_rows(s, e))
            return false;
        while (s->at < s->message.len && !block_full(b))
            if (!take_row(s, b))
                return broken(e);
    }
    return true;
}

static void close_sheet(Reader *r) {
    SheetReader *s = (SheetReader *)r;

    worker_stop(s->worker);
    buf_done(&s->message);
    free(s);
}

static uint64_t bytes_read(const Reader *r) {
    return ((const SheetReader *)r)->progress;
}

static bool take_sheets(SheetReader *s, Arena *a, RowsInfo *info) {
    Str message = buf_str(&s->message);
    uint32_t count, chosen, len;

    if (!take(message, &s->at, &count, sizeof count) ||
        !take(message, &s->at, &chosen, sizeof chosen) || count > SHEETS_MAX || chosen >= count)
        return false;
    Str *sheets = arena_array_of(a, count, Str);

    for (uint32_t i = 0; i < count; i++) {
        if (!take(message, &s->at, &len, sizeof len) || len > message.len - s->at ||
            !clean((Str){message.ptr + s->at, len}))
            return false;
        sheets[i] = str_dup(a, (Str){message.ptr + s->at, len});
        s->at += len;
    }
    info->sheets = sheets;
    info->sheet_count = count;
    info->sheet = sheets[chosen];
    return s->at == message.len;
}

Reader *sheet_reader_open(const WorkerKind *kind, int fd, Arena *a, RowsInfo *info, Err *e) {
    Worker *worker = worker_start(kind, fd, info->sheet, e);
    SheetReader *s;
    uint32_t type;

    if (worker == NULL)
        return NULL;
    if ((s = calloc(1, sizeof *s)) == NULL)
        abort();
    s->reader = (Reader){next, close_sheet, bytes_read, NULL};
    s->worker = worker;
    s->file_size = info->file_size;
    buf_init(&s->message, MESSAGE_MAX);
    bool ok = worker_receive(worker, &type, &s->message, e);

    if (ok && (type != MESSAGE_SHEETS || !take_sheets(s, a, info)))
        ok = broken(e);
    if (!ok) {
        close_sheet(&s->reader);
        return NULL;
    }
    info->encoding = ENCODING_UTF8;
    info->separator = 0;
    return &s->reader;
}
