/* SPDX-License-Identifier: MulanPSL-2.0 */
/* trace/evidence.c: entries into a file beside the target, then all files into the ZIP. */
#include "trace/evidence.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <zip.h>

#include "sql_statements.h"

#include "base/banned.h"

enum { PAGE = 500 };

typedef struct Export {
    const EvidenceAsk *ask;
    FILE *lines;
    const char *path;
    int64_t from, to, written;
    unsigned char before[SM3_SIZE], after[SM3_SIZE];
    int64_t head_sequence;
    Str head_at;
    char head_hash[65];
    Arena *arena;
} Export;

static void hex_of(const unsigned char *bytes, char out[65]) {
    for (size_t i = 0; i < SM3_SIZE; i++)
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

static bool disk(const char *path, Err *e) {
    return err_set(e, ERR_DISK, path, "无法写入证据文件：%s，请检查磁盘空间", strerror(errno));
}

/* ---- entries ---- */

static void line_add(Buf *b, const Node *row) {
    static const char *const keys[] = {"at", "actor", "organisation", "kind", "subject", "body"};
    const Node *secret = node_get(row, "secret");
    Str hash = node_text(row, "hash");

    buf_addf(b, "{\"sequence\":%" PRId64, node_int(row, "sequence", 0));
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        buf_addf(b, ",\"%s\":", keys[i]);
        json_add_text(b, node_text(row, keys[i]));
    }
    if (secret != NULL && secret->kind == NODE_TEXT) {
        buf_add_c(b, ",\"secret\":\"");
        buf_add_hex(b, secret->text.ptr, secret->text.len);
        buf_add_c(b, "\"");
    } else {
        buf_add_c(b, ",\"secret\":null");
    }
    buf_add_c(b, ",\"hash\":\"");
    buf_add_hex(b, hash.ptr, hash.len);
    buf_add_c(b, "\"}\n");
}

static bool write_page(Export *x, const Node *rows, Err *e) {
    scoped_buf Buf b;

    buf_init(&b, (size_t)512 << 20);
    for (size_t i = 0; i < rows->count; i++) {
        const Node *row = rows->items[i];
        Str hash = node_text(row, "hash");

        if (node_int(row, "sequence", 0) > x->to)
            break;
        if (node_int(row, "sequence", 0) != x->from + x->written || hash.len != SM3_SIZE)
            return err_set(e, ERR_BROKEN, NULL,
                           "日志第 %" PRId64 " 条缺失或损坏，请先核对日志链（journal verify）",
                           x->from + x->written);
        line_add(&b, row);
        memcpy(x->after, hash.ptr, SM3_SIZE);
        x->written++;
    }
    if (b.full)
        return err_set(e, ERR_TOO_LARGE, NULL, "这一段日志太大，请分段导出");
    return b.len == 0 || fwrite(b.ptr, 1, b.len, x->lines) == b.len || disk(x->path, e);
}

static bool entry_hash_of(Tx *tx, Export *x, int64_t sequence, unsigned char out[SM3_SIZE],
                          Err *e) {
    scoped_arena Arena *a = arena_new();
    Err why = {0};
    const Node *row = tx_row(tx, a, &SQL_journal_entry, ARGS(ARG_OF_INT(sequence)), &why);
    Str hash = row != NULL ? node_text(row, "hash") : (Str){NULL, 0};

    (void)x;
    if (why.code != ERR_NONE) {
        *e = why;
        return false;
    }
    if (hash.len != SM3_SIZE)
        return err_set(e, ERR_BROKEN, NULL, "日志第 %" PRId64 " 条缺失或损坏，请先核对日志链",
                       sequence);
    memcpy(out, hash.ptr, SM3_SIZE);
    return true;
}

static bool range_of(Tx *tx, Export *x, Err *e) {
    Err why = {0};
    const Node *head = tx_row(tx, x->arena, &SQL_journal_head, NO_ARGS, &why);

    if (why.code != ERR_NONE) {
        *e = why;
        return false;
    }
    x->head_sequence = head != NULL ? node_int(head, "sequence", 0) : 0;
    if (x->head_sequence == 0)
        return err_set(e, ERR_NOT_FOUND, NULL, "日志里还没有记录");
    x->head_at = node_text(head, "at");
    hex_of((const unsigned char *)node_text(head, "hash").ptr, x->head_hash);
    x->from = x->ask->from != 0 ? x->ask->from : 1;
    x->to = x->ask->to != 0 ? x->ask->to : x->head_sequence;
    if (x->from < 1 || x->from > x->to)
        return err_set(e, ERR_INVALID, "/from", "起始的顺序号应当在 1 到 %" PRId64 " 之间", x->to);
    if (x->to > x->head_sequence)
        return err_set(e, ERR_INVALID, "/to", "日志只到第 %" PRId64 " 条", x->head_sequence);
    memset(x->before, 0, sizeof x->before);
    return x->from == 1 || entry_hash_of(tx, x, x->from - 1, x->before, e);
}

static bool is_cancelled(const EvidenceAsk *ask) {
    return (ask->cancel != NULL && atomic_load(ask->cancel)) ||
           (ask->watch != NULL && atomic_load(&ask->watch->cancel));
}

static bool check_work(Tx *tx, void *context, Err *e) {
    return range_of(tx, context, e);
}

static bool entries_work(Tx *tx, void *context, Err *e) {
    Export *x = context;
    JournalWatch *watch = x->ask->watch;

    if (!range_of(tx, x, e))
        return false;
    if (watch != NULL)
        atomic_store(&watch->total, x->to - x->from + 1);
    while (x->from + x->written <= x->to) {
        scoped_arena Arena *a = arena_new();
        const Node *rows = tx_rows(tx, a, &SQL_journal_after,
                                   ARGS(ARG_OF_INT(x->from + x->written - 1), ARG_OF_INT(PAGE)), e);

        if (rows == NULL)
            return false;
        if (is_cancelled(x->ask))
            return err_set(e, ERR_CANCELLED, NULL, "已取消导出");
        if (rows->count == 0)
            return err_set(e, ERR_BROKEN, NULL, "日志第 %" PRId64 " 条缺失，请先核对日志链",
                           x->from + x->written);
        if (!write_page(x, rows, e))
            return false;
        if (watch != NULL)
            atomic_store(&watch->done, x->written);
    }
    return true;
}

/* ---- the archive ---- */

static Str chain_text(const Export *x, Buf *b) {
    char before[65], after[65], now[INSTANT_TEXT];
    Arena *a = x->arena;
    Node *n = node_map(a), *head = node_map(a);

    hex_of(x->before, before);
    hex_of(x->after, after);
    instant_format(instant_now(), now);
    node_set_int(a, n, "from", x->from);
    node_set_int(a, n, "to", x->to);
    node_set_text(a, n, "before", str_of(before));
    node_set_text(a, n, "after", str_of(after));
    node_set_int(a, head, "sequence", x->head_sequence);
    node_set_text(a, head, "at", x->head_at);
    node_set_text(a, head, "hash", str_of(x->head_hash));
    node_set(a, n, "head", head);
    node_set_text(a, n, "exported_at", str_of(now));
    node_set_text(a, n, "exported_by", x->ask->actor);
    json_write_pretty(n, b);
    buf_add_c(b, "\n");
    return buf_str(b);
}

static bool zip_text(zip_t *z, const char *name, Str text) {
    zip_source_t *source = zip_source_buffer(z, text.ptr, text.len, 0);

    if (source == NULL)
        return false;
    if (zip_file_add(z, name, source, ZIP_FL_ENC_UTF_8) < 0) {
        zip_source_free(source);
        return false;
    }
    return true;
}

static bool zip_lines(zip_t *z, const char *path) {
    zip_source_t *source = zip_source_file(z, path, 0, -1);

    if (source == NULL)
        return false;
    if (zip_file_add(z, "entries.jsonl", source, ZIP_FL_ENC_UTF_8) < 0) {
        zip_source_free(source);
        return false;
    }
    return true;
}

static bool archive(const Export *x, const Content *c, const char *lines, const char *path,
                    Err *e) {
    const ContentFile *files;
    size_t n = content_files(c, "evidence", &files);
    Str readme = {NULL, 0}, verifier = {NULL, 0};
    int code = 0;
    scoped_buf Buf chain;

    for (size_t i = 0; i < n; i++)
        if (files[i].tree != NULL && node_get(files[i].tree, "verifier") != NULL) {
            readme = node_text(files[i].tree, "readme");
            verifier = node_text(files[i].tree, "verifier");
        }
    if (readme.len == 0 || verifier.len == 0)
        return err_set(e, ERR_CONTENT, "content/evidence", "没有核对日志的说明和程序");
    buf_init(&chain, (size_t)1 << 16);
    Str chain_json = chain_text(x, &chain);
    zip_t *z = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);

    if (z == NULL)
        return err_set(e, ERR_DISK, path, "无法写入证据文件，请检查磁盘空间和权限");
    if (!zip_lines(z, lines) || !zip_text(z, "chain.json", chain_json) ||
        !zip_text(z, "verify.py", verifier) || !zip_text(z, "README.md", readme)) {
        zip_discard(z);
        return err_set(e, ERR_DISK, path, "写入证据文件时出错，请检查磁盘空间");
    }
    if (zip_close(z) != 0) { /* here everything is written */
        zip_discard(z);
        return err_set(e, ERR_DISK, path, "写入证据文件时出错，请检查磁盘空间");
    }
    return true;
}

bool evidence_check(Store *s, const EvidenceAsk *ask, Err *e) {
    scoped_arena Arena *a = arena_new();

    return store_read(s, check_work, &(Export){.ask = ask, .arena = a}, e);
}

bool evidence_export(Store *s, const Content *c, const EvidenceAsk *ask, const char *path,
                     EvidenceDone *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    Str lines = str_format(a, "%s.lines", path);
    Export x = {.ask = ask, .path = lines.ptr, .arena = a};

    x.lines = fopen(lines.ptr, "we");
    if (x.lines == NULL)
        return disk(lines.ptr, e);
    bool good = store_read(s, entries_work, &x, e);

    if (fclose(x.lines) != 0 && good)
        good = disk(lines.ptr, e);
    good = good && archive(&x, c, lines.ptr, path, e);
    if (good && is_cancelled(ask)) /* while the archive was packed */
        good = err_set(e, ERR_CANCELLED, NULL, "已取消导出");
    remove(lines.ptr);
    if (!good) {
        remove(path);
        return false;
    }
    *out = (EvidenceDone){x.from, x.to, x.written, ""};
    hex_of(x.after, out->head);
    return true;
}
