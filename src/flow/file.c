/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/file.c: the folder of files, named by content. */
#include "flow/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/fault.h"

#include "sql_statements.h"

#include "base/banned.h"

enum { YOUNG_SECONDS = 24 * 3600, DIGEST_TEXT = 64 };

Str file_place(Arena *a, Str folder, Str digest) {
    return str_format(a, "%.*s/files/%.2s/%.*s", STR_ARG(folder), digest.ptr, STR_ARG(digest));
}

static bool make(const char *path, Err *e) {
    return mkdir(path, 0700) == 0 || errno == EEXIST ||
           err_set(e, ERR_DISK, NULL, "无法在数据目录里建立放材料的目录：%s，请检查权限和磁盘",
                   strerror(errno));
}

static bool make_folders(Arena *a, Str folder, Str digest, Err *e) {
    return make(str_format(a, "%.*s/files", STR_ARG(folder)).ptr, e) &&
           make(str_format(a, "%.*s/files/%.2s", STR_ARG(folder), digest.ptr).ptr, e);
}

/* The name counts only when it survives a power cut. */
static bool settle(const char *path, const char *place, Err *e) {
    char folder[4096];
    int fd = open(path, O_RDONLY | O_CLOEXEC), dir;
    bool good = fd >= 0 && !FAULT("file.sync") && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(place, '/') - place), place);
    good = good && rename(path, place) == 0;
    dir = good ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (dir >= 0) {
        fsync(dir);
        close(dir);
    }
    return good || err_set(e, ERR_DISK, NULL, "没能保存上传的材料：%s，请检查磁盘空间后再试",
                           strerror(errno));
}

bool file_keep(Str folder, const char *path, Arena *a, Str *digest, Err *e) {
    unsigned char raw[SM3_SIZE];
    scoped_buf Buf hex;
    Str place;

    if (!sm3_file(path, raw, e))
        return false;
    buf_init(&hex, 2 * DIGEST_TEXT);
    buf_add_hex(&hex, raw, sizeof raw);
    *digest = str_dup(a, buf_str(&hex));
    place = file_place(a, folder, *digest);
    if (utimensat(AT_FDCWD, place.ptr, NULL, 0) == 0)
        return true; /* the same content: named twice, kept once */
    return make_folders(a, folder, *digest, e) && settle(path, place.ptr, e);
}

/* ---- sweeping ---- */

typedef struct Asking {
    Str digest;
    int64_t count;
} Asking;

static bool named(Tx *tx, void *context, Err *e) {
    Asking *q = context;

    return tx_int(tx, &SQL_matter_file_named, ARGS(ARG_OF_TEXT(q->digest)), 0, &q->count, e);
}

static bool old_enough(int dir, const char *name) {
    struct stat st;

    return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
           time(NULL) - st.st_mtime > YOUNG_SECONDS;
}

static bool sweep_folder(Store *s, const char *path, const atomic_bool *stop, int64_t *removed,
                         Err *e) {
    DIR *dir = opendir(path);
    const struct dirent *each;
    bool good = true;

    while (good && dir != NULL && !atomic_load(stop) && (each = readdir(dir)) != NULL) {
        Asking q = {str_of(each->d_name), 0};

        if (each->d_name[0] == '.' || !old_enough(dirfd(dir), each->d_name))
            continue;
        good = store_read(s, named, &q, e);
        if (good && q.count == 0 && unlinkat(dirfd(dir), each->d_name, 0) == 0)
            ++*removed;
    }
    if (dir != NULL)
        closedir(dir);
    return good;
}

bool file_sweep(Store *s, Str folder, const atomic_bool *stop, int64_t *removed, Err *e) {
    scoped_arena Arena *a = arena_new();
    bool good = true;

    *removed = 0;
    for (unsigned i = 0; good && i < 256 && !atomic_load(stop); i++)
        good = sweep_folder(s, str_format(a, "%.*s/files/%02x", STR_ARG(folder), i).ptr, stop,
                            removed, e);
    return good;
}
