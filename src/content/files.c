/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/files.c: gather the embedded files and the overlay's, read them into trees, and name the
 * version. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "content/embedded.h"
#include "content/snapshot.h"
#include "data/frozen.h"

#include "base/banned.h"

#define FOLDER_DEPTH_MAX 4

typedef struct Gather {
    Content *c;
    ContentFile *files;
    size_t count;
    Err *e;
} Gather;

static bool has_end(const char *path, const char *end) {
    return str_ends(str_of(path), str_of(end));
}

/* A file of the same path is replaced. */
static bool add(Gather *g, const char *path, Str text) {
    for (size_t i = 0; i < g->count; i++) {
        if (strcmp(g->files[i].path, path) == 0) {
            g->files[i].text = text;
            return true;
        }
    }
    if (g->count == CONTENT_FILES_MAX)
        return err_set(g->e, ERR_CONTENT, path, "内容文件超过 %d 个：请合并或移走多余的文件",
                       CONTENT_FILES_MAX);
    g->files[g->count++] = (ContentFile){.path = path, .text = text};
    return true;
}

static bool read_bytes(Gather *g, const char *place, const char *path, int fd, size_t size,
                       Str *out) {
    char *bytes = arena_alloc(g->c->arena, size + 1);
    size_t done = 0;

    while (done < size) {
        ssize_t n = read(fd, bytes + done, size - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(g->e, ERR_DISK, path, "读不了内容文件 %s：%s", place, strerror(errno));
        if (n == 0)
            break;
        done += (size_t)n;
    }
    *out = (Str){bytes, done};
    return true;
}

static bool read_file(Gather *g, const char *place, const char *path) {
    struct stat st;
    Str text;
    int fd = open(place, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0 || fstat(fd, &st) != 0) {
        err_set(g->e, ERR_DISK, path, "打不开内容文件 %s：%s", place, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    bool good = S_ISREG(st.st_mode)
                    ? (size_t)st.st_size <= CONTENT_FILE_MAX ||
                          err_set(g->e, ERR_CONTENT, path, "内容文件超过 2 MiB：请拆成几个文件")
                    : err_set(g->e, ERR_CONTENT, path, "%s 不是普通文件", place);

    good = good && read_bytes(g, place, path, fd, (size_t)st.st_size, &text);
    close(fd);
    return good && add(g, path, text);
}

/* Editors leave hidden files and backups; everything else must be a file we read. */
static bool is_ours(const char *name) {
    return name[0] != '.' && !has_end(name, "~") && !has_end(name, ".md");
}

static bool walk(Gather *g, const char *folder, const char *path, int depth);

static bool walk_entry(Gather *g, const char *folder, const char *path, const char *name,
                       int depth) {
    Str place = str_format(g->c->arena, "%s/%s", folder, name);
    Str inside = str_format(g->c->arena, "%s/%s", path, name);
    struct stat st;

    if (stat(place.ptr, &st) != 0)
        return err_set(g->e, ERR_DISK, inside.ptr, "看不了 %s：%s", place.ptr, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return walk(g, place.ptr, inside.ptr, depth + 1);
    if (!has_end(name, ".yaml") && !has_end(name, ".tsv"))
        return err_set(g->e, ERR_CONTENT, inside.ptr,
                       "不认识的内容文件：只读 .yaml 和 .tsv，请改扩展名或移走");
    return read_file(g, place.ptr, inside.ptr);
}

static bool walk(Gather *g, const char *folder, const char *path, int depth) {
    if (depth > FOLDER_DEPTH_MAX)
        return err_set(g->e, ERR_CONTENT, path, "内容文件夹套得太深：最多 %d 层", FOLDER_DEPTH_MAX);
    DIR *d = opendir(folder);

    if (d == NULL)
        return err_set(g->e, ERR_DISK, path, "打不开内容文件夹 %s：%s", folder, strerror(errno));
    bool good = true;

    for (struct dirent *entry; good && (entry = readdir(d)) != NULL;)
        if (is_ours(entry->d_name))
            good = walk_entry(g, folder, path, entry->d_name, depth);
    closedir(d);
    return good;
}

static bool gather(Gather *g, const char *overlay) {
    struct stat st;

    for (size_t i = 0; i < content_embedded_count; i++) {
        const EmbeddedFile *f = &content_embedded[i];

        if (!add(g, f->path, (Str){f->bytes, f->size}))
            return false;
    }
    if (overlay == NULL || (stat(overlay, &st) != 0 && errno == ENOENT))
        return true;
    return walk(g, overlay, "content", 0);
}

static int by_path(const void *a, const void *b) {
    return strcmp(((const ContentFile *)a)->path, ((const ContentFile *)b)->path);
}

/* Trees of the files inside the binary: they never change, so a process reads each once, and every
 * snapshot shows the same. Kept until the process ends. */
static struct Kept {
    pthread_mutex_t mutex;
    Arena *arena;
    const Node **trees; /* beside content_embedded */
} kept = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static const Node *read_kept(size_t i, Err *e) {
    const EmbeddedFile *f = &content_embedded[i];
    const FrozenFile *frozen = &content_frozen[i];

    pthread_mutex_lock(&kept.mutex);
    if (kept.arena == NULL) {
        kept.arena = arena_new();
        kept.trees = arena_array_of(kept.arena, content_embedded_count, const Node *);
    }
    if (kept.trees[i] == NULL && frozen->size != 0)
        kept.trees[i] = node_thaw(
            kept.arena, (Str){content_frozen_bytes + frozen->from, frozen->size}, f->path);
    if (kept.trees[i] == NULL)
        kept.trees[i] = yaml_read(kept.arena, (Str){f->bytes, f->size}, f->path, e);
    const Node *tree = kept.trees[i];

    pthread_mutex_unlock(&kept.mutex);
    return tree;
}

/* Its place among those inside the binary, or their number. */
static size_t place_inside(const ContentFile *f) {
    size_t i = 0;

    while (i < content_embedded_count && content_embedded[i].bytes != f->text.ptr)
        i++;
    return i;
}

static bool read_tree(Content *c, ContentFile *f, Err *e) {
    size_t i = place_inside(f);

    if ((i == content_embedded_count || content_frozen[i].size == 0) && !str_utf8_valid(f->text))
        return err_set(e, ERR_CONTENT, f->path, "内容文件不是 UTF-8：请另存为 UTF-8 编码");
    f->tree =
        i < content_embedded_count ? read_kept(i, e) : yaml_read(c->arena, f->text, f->path, e);
    if (f->tree == NULL)
        return false;
    if (f->tree->kind != NODE_MAP)
        return err_set(e, ERR_CONTENT, f->path,
                       "内容文件应当是“键: 值”的映射，这个文件是空的或写成了别的");
    return true;
}

/* Over paths and digests, so that moving a file changes the version too. */
static void sign(Content *c, ContentFile *files, size_t count) {
    unsigned char digest[SM3_SIZE];
    scoped_buf Buf all;

    buf_init(&all, (size_t)1 << 22);
    for (size_t i = 0; i < count; i++) {
        scoped_buf Buf hex;
        size_t inside = place_inside(&files[i]);

        buf_init(&hex, 16);
        if (inside < content_embedded_count)
            memcpy(digest, content_frozen[inside].digest, sizeof digest);
        else
            sm3(files[i].text.ptr, files[i].text.len, digest);
        buf_add_hex(&hex, digest, 6);
        files[i].version = str_dup(c->arena, buf_str(&hex));
        buf_add_bytes(&all, files[i].path, strlen(files[i].path) + 1);
        buf_add_bytes(&all, digest, sizeof digest);
    }
    sm3(all.ptr, all.len, digest);
    for (size_t i = 0; i < 6; i++)
        snprintf(c->version + 2 * i, 3, "%02x", digest[i]);
}

bool load_files(Content *c, const char *overlay, Err *e) {
    Gather g = {c, arena_array_of(c->arena, CONTENT_FILES_MAX, ContentFile), 0, e};

    c->as_built = overlay == NULL || access(overlay, F_OK) != 0;
    if (!gather(&g, overlay))
        return false;
    qsort(g.files, g.count, sizeof *g.files, by_path);
    for (size_t i = 0; i < g.count; i++)
        if (has_end(g.files[i].path, ".yaml") && !read_tree(c, &g.files[i], e))
            return false;
    sign(c, g.files, g.count);
    c->files = g.files;
    c->file_count = g.count;
    return true;
}
