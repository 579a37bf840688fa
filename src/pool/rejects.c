/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/rejects.c: write the refused rows in file order, under a temporary name until the import is
 * sure. */
#include "pool/rejects.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"

#include "base/banned.h"

#define WAITING_MAX 256 /* blocks in flight are far fewer */
static const char head[] = "\xEF\xBB\xBF行号,列号,列名,内容（已遮盖）,原因\r\n";

typedef struct Waiting {
    int64_t sequence, count;
    Buf lines;
} Waiting;

struct Rejects {
    pthread_mutex_t lock; /* guards all below */
    char *folder, *temporary, *final;
    FILE *file;
    Sm3 *sm3;
    int64_t next, listed;
    bool was_there; /* another import left the same list */
    Waiting waiting[WAITING_MAX];
    size_t waiting_count;
};

Rejects *rejects_new(const char *folder) {
    Rejects *r = calloc(1, sizeof *r);

    if (!r || !(r->folder = strdup(folder)))
        abort();
    pthread_mutex_init(&r->lock, NULL);
    return r;
}

static void close_file(Rejects *r) {
    unsigned char unused[SM3_SIZE];

    if (r->file)
        fclose(r->file);
    if (r->sm3)
        sm3_end(r->sm3, unused);
    r->file = NULL;
    r->sm3 = NULL;
}

void rejects_free(Rejects *r) {
    if (!r)
        return;
    close_file(r);
    if (r->temporary)
        unlink(r->temporary); /* gone already after a good end */
    for (size_t i = 0; i < r->waiting_count; i++)
        buf_done(&r->waiting[i].lines);
    pthread_mutex_destroy(&r->lock);
    free(r->folder);
    free(r->temporary);
    free(r->final);
    free(r);
}

void rejects_abandon(Rejects *r) {
    if (r && r->final && !r->was_there)
        unlink(r->final);
    rejects_free(r);
}

/* Spreadsheets take a leading = + - @ for a formula: such a text gets an apostrophe before it. */
static void add_cell(Buf *out, Str text, char after) {
    bool formula = text.len && strchr("=+-@\t", text.ptr[0]);

    buf_add_char(out, '"');
    if (formula)
        buf_add_char(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '"')
            buf_add_char(out, '"');
        buf_add_char(out, (unsigned char)c < ' ' ? ' ' : c);
    }
    buf_add_char(out, '"');
    buf_add_char(out, after);
}

void rejects_line(Buf *out, int64_t line, const MadeRow *why) {
    buf_addf(out, "%" PRId64 ",", line);
    if (why->column > 0)
        buf_addf(out, "%d", why->column);
    buf_add_char(out, ',');
    add_cell(out, why->title, ',');
    add_cell(out, why->masked, ',');
    add_cell(out, str_of(why->reason), '\r');
    buf_add_char(out, '\n');
}

static bool disk_error(const Rejects *r, Err *e) {
    return err_set(e, ERR_DISK, r->folder,
                   "写不了拒收清单（%s）：请检查数据文件夹的剩余空间和权限后重试", strerror(errno));
}

static bool write_text(Rejects *r, Str text, Err *e) {
    if (FAULT("pool.rejects.write")) {
        errno = ENOSPC;
        return disk_error(r, e);
    }
    if (fwrite(text.ptr, 1, text.len, r->file) != text.len)
        return disk_error(r, e);
    sm3_add(r->sm3, text.ptr, text.len);
    return true;
}

static char *path_of(const char *folder, const char *name) {
    char *path = NULL;

    if (asprintf(&path, "%s/rejects%s%s", folder, *name ? "/" : "", name) < 0)
        abort();
    return path;
}

static bool open_file(Rejects *r, Err *e) {
    char *folder = path_of(r->folder, "");
    bool made = mkdir(folder, 0700) == 0 || errno == EEXIST;

    free(folder);
    if (!made)
        return disk_error(r, e);
    r->temporary = path_of(r->folder, ".new-XXXXXX");
    int fd = mkostemp(r->temporary, 02000000 /* O_CLOEXEC */);

    if (fd < 0) {
        free(r->temporary);
        r->temporary = NULL;
        return disk_error(r, e);
    }
    r->file = fdopen(fd, "w");
    if (!r->file)
        abort();
    r->sm3 = sm3_new();
    return write_text(r, (Str){head, sizeof head - 1}, e);
}

static size_t line_end(Str text, size_t from) {
    const char *end = memchr(text.ptr + from, '\n', text.len - from);

    return end ? (size_t)(end - text.ptr) + 1 : text.len;
}

static bool write_block(Rejects *r, Str lines, int64_t count, Err *e) {
    size_t end = 0;

    if (!count || r->listed >= REJECTS_LISTED_MAX)
        return true;
    if (!r->file && !open_file(r, e))
        return false;
    for (; count > 0 && r->listed < REJECTS_LISTED_MAX; count--, r->listed++)
        end = line_end(lines, end);
    return write_text(r, str_slice(lines, 0, end), e);
}

/* Those that waited for the block just written. */
static bool write_waiting(Rejects *r, Err *e) {
    for (size_t i = 0; i < r->waiting_count;) {
        Waiting *w = &r->waiting[i];

        if (w->sequence != r->next) {
            i++;
            continue;
        }
        bool good = write_block(r, buf_str(&w->lines), w->count, e);

        buf_done(&w->lines);
        *w = r->waiting[--r->waiting_count];
        r->next++;
        if (!good)
            return false;
        i = 0;
    }
    return true;
}

static void wait_for_turn(Rejects *r, int64_t sequence, Buf *lines, int64_t count) {
    Waiting *w = &r->waiting[r->waiting_count++];

    if (r->waiting_count >= WAITING_MAX)
        abort(); /* more blocks in flight than were ever made */
    *w = (Waiting){.sequence = sequence, .count = count};
    buf_init(&w->lines, SIZE_MAX / 4);
    if (count)
        buf_add(&w->lines, buf_str(lines));
}

bool rejects_submit(Rejects *r, int64_t sequence, Buf *lines, int64_t count, Err *e) {
    bool good = true;

    pthread_mutex_lock(&r->lock);
    if (sequence != r->next) {
        wait_for_turn(r, sequence, lines, count);
    } else {
        r->next++;
        good = write_block(r, buf_str(lines), count, e) && write_waiting(r, e);
    }
    pthread_mutex_unlock(&r->lock);
    buf_clear(lines);
    return good;
}

/* The list once more, each line less by the sealed lines before it. */
static bool renumber(Rejects *r, const int64_t *sealed, size_t count, Err *e) {
    char *before = r->temporary, *text = NULL;
    FILE *from = NULL;
    size_t room = 0, passed = 0;
    ssize_t n;
    bool good = fflush(r->file) == 0 && (from = fopen(before, "re")) != NULL;

    close_file(r);
    r->temporary = NULL;
    if (!good)
        disk_error(r, e);
    good = good && getline(&text, &room, from) > 0 && open_file(r, e);
    while (good && (n = getline(&text, &room, from)) > 0) {
        int64_t line = 0;
        ptrdiff_t comma = str_find((Str){text, (size_t)n}, STR(","));
        char number[32];

        str_to_int((Str){text, comma < 0 ? 0 : (size_t)comma}, &line);
        while (passed < count && sealed[passed] < line)
            passed++;
        snprintf(number, sizeof number, "%" PRId64, line - (int64_t)passed);
        good = write_text(r, str_of(number), e) &&
               write_text(r, (Str){text + comma, (size_t)(n - comma)}, e);
    }
    if (from)
        fclose(from);
    free(text);
    unlink(before);
    free(before);
    return good;
}

bool rejects_end(Rejects *r, const int64_t *sealed, size_t sealed_count, Arena *a, Str *path,
                 int64_t *listed, Err *e) {
    unsigned char digest[SM3_SIZE];
    Buf name;

    *listed = r->listed;
    *path = STR("");
    if (!r->file)
        return true;
    if (sealed_count && !renumber(r, sealed, sealed_count, e))
        return false;
    bool good = fflush(r->file) == 0 && fsync(fileno(r->file)) == 0;

    good = fclose(r->file) == 0 && good;
    r->file = NULL;
    if (!good)
        return disk_error(r, e);
    sm3_end(r->sm3, digest);
    r->sm3 = NULL;
    buf_init(&name, 200);
    buf_add_hex(&name, digest, sizeof digest);
    buf_add(&name, STR(".csv"));
    r->final = path_of(r->folder, name.ptr);
    *path = str_format(a, "rejects/%s", name.ptr);
    buf_done(&name);
    r->was_there = access(r->final, F_OK) == 0;
    if (rename(r->temporary, r->final) != 0)
        return disk_error(r, e);
    return true;
}
