/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/rows.c: open a file of rows: tell what it is by its content, then hand over to the format's
 * reader. */
#include "data/rows.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"
#include "data/rows_reader.h"
#include "data/text_source.h"

enum { HEAD_SIZE = 256 << 10 };

struct Rows {
    int fd;
    Arena *arena;
    RowsInfo info;
    Reader *reader;
    bool failed;
};

/* --- what is it ------------------------------------------------------------------------------ */

typedef struct Magic {
    const char *bytes;
    size_t len;
    RowsFormat format; /* ROWS_AUTO: not ours, for the reason given */
    const char *reason;
} Magic;

#define MAGIC(bytes, format, reason) \
    { bytes, sizeof(bytes) - 1, format, reason }

static const Magic magics[] = {
    MAGIC("PK\x03\x04", ROWS_XLSX, NULL),
    MAGIC("PK\x05\x06", ROWS_XLSX, NULL),
    MAGIC("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", ROWS_XLS, NULL),
    MAGIC("\x09\x08\x10\x00\x00\x06\x05\x00", ROWS_XLS, NULL),
    MAGIC("\x09\x08\x08\x00\x00\x05", ROWS_XLS, NULL),
    MAGIC("\x09\x04\x06\x00", ROWS_XLS, NULL),
    MAGIC("\x09\x02\x06\x00", ROWS_XLS, NULL),
    MAGIC("\x09\x00\x04\x00", ROWS_XLS, NULL),
    MAGIC("\x1F\x8B", ROWS_AUTO, "是 GZIP 压缩文件，请先解压再导入"),
    MAGIC("Rar!", ROWS_AUTO, "是 RAR 压缩文件，请先解压再导入"),
    MAGIC("7z\xBC\xAF\x27\x1C", ROWS_AUTO, "是 7z 压缩文件，请先解压再导入"),
    MAGIC("BZh", ROWS_AUTO, "是 BZIP2 压缩文件，请先解压再导入"),
    MAGIC("\xFD"
          "7zXZ",
          ROWS_AUTO, "是 XZ 压缩文件，请先解压再导入"),
    MAGIC("\x28\xB5\x2F\xFD", ROWS_AUTO, "是 Zstandard 压缩文件，请先解压再导入"),
    MAGIC("%PDF-", ROWS_AUTO, "是 PDF 文件，请导入原来的表格文件（CSV、XLSX、XLS 或 JSON）"),
    MAGIC("{\\rtf", ROWS_AUTO, "是 RTF 文档，请导入原来的表格文件（CSV、XLSX、XLS 或 JSON）"),
    MAGIC("SQLite format 3", ROWS_AUTO, "是 SQLite 数据库，请把表导出成 CSV 再导入"),
    MAGIC("\x89PNG", ROWS_AUTO, "是图片，请导入原来的表格文件"),
    MAGIC("\xFF\xD8\xFF", ROWS_AUTO, "是图片，请导入原来的表格文件"),
};

static bool name_ends(const char *path, const char *ending) {
    size_t n = strlen(path), m = strlen(ending);

    return n >= m && str_eq_ascii_nocase((Str){path + n - m, m}, (Str){ending, m});
}

/* The first characters that matter, decoded and without blanks, to tell JSON and HTML from CSV. */
static Str visible_start(Arena *a, Str head, Encoding encoding) {
    scoped_buf Buf text;
    Decoder *d = decoder_new(encoding == ENCODING_UNKNOWN ? ENCODING_UTF8 : encoding);

    buf_init(&text, 64 << 10);
    decoder_feed(d, str_slice(head, 0, 4096), false, &text);
    decoder_free(d);
    return str_dup(a, str_trim(buf_str(&text)));
}

static bool starts_nocase(Str s, Str with) {
    return s.len >= with.len && str_eq_ascii_nocase(str_slice(s, 0, with.len), with);
}

static const char *markup_reason(Str text) {
    static const Str html[] = {STR_INIT("<html"),  STR_INIT("<!doctype html"), STR_INIT("<table"),
                               STR_INIT("<head"),  STR_INIT("<meta"),          STR_INIT("<body"),
                               STR_INIT("<style"), STR_INIT("<div"),           STR_INIT("<!--")};

    for (size_t i = 0; i < sizeof html / sizeof *html; i++)
        if (starts_nocase(text, html[i]))
            return "其实是网页（HTML）表格，请用 WPS 或 Excel 打开后另存为 .xlsx 再导入";
    if (!starts_nocase(text, STR("<?xml")))
        return NULL;
    return str_find(text, STR("spreadsheet")) >= 0 || str_find(text, STR("Excel.Sheet")) >= 0
               ? "是 XML 表格，请用 WPS 或 Excel 打开后另存为 .xlsx 再导入"
           : str_find(text, STR("html")) >= 0
               ? "其实是网页（HTML）表格，请用 WPS 或 Excel 打开后另存为 .xlsx 再导入"
               : "是 XML 文件，请转换成 CSV、XLSX 或 JSON 再导入";
}

/* A CSV may begin with a bracket too, so what follows it has to look like JSON. */
static bool looks_like_json(const char *path, Str text) {
    if (text.len == 0 || (text.ptr[0] != '{' && text.ptr[0] != '['))
        return false;
    if (name_ends(path, ".json") || name_ends(path, ".jsonl") || name_ends(path, ".ndjson"))
        return true;
    Str rest = str_trim(str_slice(text, 1, text.len));
    char next = rest.len == 0 ? '\0' : rest.ptr[0];

    return text.ptr[0] == '{' ? next == '"' || next == '}' : next == '{' || next == ']';
}

/* Bytes that no text has, in more than a tenth of the head. */
static bool binary(Str head, Encoding encoding) {
    size_t odd = 0;

    if (encoding == ENCODING_UTF16LE || encoding == ENCODING_UTF16BE)
        return false;
    for (size_t i = 0; i < head.len; i++) {
        unsigned char c = (unsigned char)head.ptr[i];

        odd += c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1A;
    }
    return odd > head.len / 10;
}

static bool detect(Rows *r, const char *path, Str head, Err *e) {
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        const Magic *m = &magics[i];

        if (!str_starts(head, (Str){m->bytes, m->len}))
            continue;
        if (m->format == ROWS_AUTO)
            return err_set(e, ERR_INVALID, NULL, "文件%s", m->reason);
        r->info.format = m->format;
        return true;
    }
    Str text = visible_start(r->arena, head, r->info.encoding);
    const char *reason = markup_reason(text);

    if (reason != NULL)
        return err_set(e, ERR_INVALID, NULL, "文件%s", reason);
    if (binary(head, r->info.encoding))
        return err_set(e, ERR_INVALID, NULL,
                       "文件不是认识的表格（CSV、XLSX、XLS、JSON），请检查是否选错或已损坏");
    r->info.format = looks_like_json(path, text) ? ROWS_JSON : ROWS_CSV;
    return true;
}

/* --- open ------------------------------------------------------------------------------------ */

static bool open_file(Rows *r, const char *path, Err *e) {
    struct stat st;

    /* Not blocking, so that a named pipe is refused instead of waited for. */
    r->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (r->fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return err_set(e, ERR_NOT_FOUND, NULL, "找不到文件，请检查路径");
    if (r->fd < 0)
        return err_set(e, ERR_DISK, NULL, "打不开文件：%s，请检查文件权限", strerror(errno));
    if (fstat(r->fd, &st) != 0 || !S_ISREG(st.st_mode))
        return err_set(e, ERR_INVALID, NULL, "不是普通文件，请指定一个表格文件");
    if (st.st_size == 0)
        return err_set(e, ERR_INVALID, NULL, "文件是空的（0 字节），请检查是否传送完整");
    if ((uint64_t)st.st_size > ROW_FILE_MAX)
        return err_set(e, ERR_TOO_LARGE, NULL, "文件超过 20 GiB，请拆分后再导入");
    r->info.file_size = (uint64_t)st.st_size;
    return true;
}

static bool read_head(Rows *r, Str *head, Err *e) {
    char *bytes = arena_alloc(r->arena, HEAD_SIZE);
    size_t len = 0;

    while (len < HEAD_SIZE) {
        ssize_t n = pread(r->fd, bytes + len, HEAD_SIZE - len, (off_t)len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(e, ERR_DISK, NULL, "读取文件失败：%s", strerror(errno));
        if (n == 0)
            break;
        len += (size_t)n;
    }
    *head = (Str){bytes, len};
    return true;
}

static bool open_reader(Rows *r, Err *e) {
    static Reader *(*const openers[])(int, Arena *, RowsInfo *, Err *) = {
        [ROWS_CSV] = csv_open,
        [ROWS_XLSX] = xlsx_open,
        [ROWS_XLS] = xls_open,
        [ROWS_JSON] = json_rows_open,
    };

    r->reader = openers[r->info.format](r->fd, r->arena, &r->info, e);
    return r->reader != NULL;
}

static bool prepare(Rows *r, const char *path, const RowsOptions *o, Err *e) {
    Str head;

    if (!open_file(r, path, e) || !read_head(r, &head, e))
        return false;
    r->info.format = o->format;
    r->info.encoding = o->encoding != ENCODING_UNKNOWN ? o->encoding : encoding_guess(head);
    r->info.separator = o->separator;
    r->info.sheet = str_dup(r->arena, o->sheet);
    if (o->format == ROWS_AUTO && !detect(r, path, head, e))
        return false;
    if (r->info.encoding == ENCODING_UNKNOWN)
        r->info.encoding = ENCODING_GB18030; /* the commonest of those that cannot be told */
    return open_reader(r, e);
}

Rows *rows_open(const char *path, const RowsOptions *options, Err *e) {
    static const RowsOptions defaults = {.encoding = ENCODING_UNKNOWN};
    Rows *r = calloc(1, sizeof *r);

    if (r == NULL)
        abort();
    r->fd = -1;
    r->arena = arena_new();
    if (prepare(r, path, options != NULL ? options : &defaults, e))
        return r;
    rows_close(r);
    return NULL;
}

void rows_close(Rows *r) {
    if (r == NULL)
        return;
    if (r->reader != NULL)
        r->reader->close(r->reader);
    if (r->fd >= 0)
        close(r->fd);
    arena_free(r->arena);
    free(r);
}

const RowsInfo *rows_info(const Rows *r) {
    return &r->info;
}

bool rows_next(Rows *r, RowBlock *b, Err *e) {
    block_start(b);
    if (r->failed)
        return err_set(e, ERR_INVALID, NULL, "文件已经读取失败，不能继续");
    r->failed = !r->reader->next(r->reader, b, e);
    if (r->failed)
        b->count = 0;
    block_end(b);
    return !r->failed;
}

uint64_t rows_bytes_read(const Rows *r) {
    return r->reader->bytes_read(r->reader);
}

uint64_t rows_bad_bytes(const Rows *r) {
    return r->reader->bad_bytes == NULL ? 0 : r->reader->bad_bytes(r->reader);
}
