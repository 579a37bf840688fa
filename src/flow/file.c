/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/file.c: the folder of files, named by content, sealed. */
#include "flow/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/fault.h"
#include "base/log.h"
#include "store/subject.h"

#include "sql_statements.h"

#include "base/banned.h"

enum { YOUNG_SECONDS = 24 * 3600, DIGEST_TEXT = 64 };

Str file_place(Arena *a, Str folder, Str digest) {
    return str_format(a, "%.*s/files/%.2s/%.*s", STR_ARG(folder), digest.ptr, STR_ARG(digest));
}

/* ---- keys ---- */

typedef struct KeyAsk {
    Str subject;
    unsigned char key[KEY_SIZE];
    bool found;
} KeyAsk;

static bool key_read(Tx *tx, void *context, Err *e) {
    KeyAsk *q = context;

    return subject_key(tx, q->subject, q->key, &q->found, e);
}

static bool key_make(Tx *tx, void *context, Err *e) {
    KeyAsk *q = context;

    return subject_key_make(tx, q->subject, q->key, e);
}

static bool key_drop(Tx *tx, void *context, Err *e) {
    return subject_key_drop(tx, ((const KeyAsk *)context)->subject, e);
}

static Str subject_of(Arena *a, Str digest) {
    return str_format(a, "file:%.*s", STR_ARG(digest));
}

/* ---- putting away ---- */

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
static bool settle(const char *draft, const char *place, Err *e) {
    char folder[4096];
    int dir;

    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(place, '/') - place), place);
    if (rename(draft, place) != 0) {
        err_set(e, ERR_DISK, NULL, "没能保存上传的材料：%s，请检查磁盘空间后再试", strerror(errno));
        unlink(draft);
        return false;
    }
    dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir >= 0) {
        fsync(dir);
        close(dir);
    }
    return true;
}

/* Sealed beside, then renamed: whoever is killed leaves a name with a dot, which is swept. */
static bool seal_into(Store *s, Str place, Str digest, const char *path, Err *e) {
    scoped_arena Arena *a = arena_new();
    KeyAsk q = {.subject = subject_of(a, digest)};
    uint64_t random;
    const char *draft;
    bool good;

    random_bytes(&random, sizeof random);
    draft = str_format(a, "%.*s/.%016" PRIx64, (int)(strrchr(place.ptr, '/') - place.ptr),
                       place.ptr, random)
                .ptr;
    good = store_write(s, key_make, &q, e) && seal_file_make(q.key, q.subject, path, draft, e) &&
           settle(draft, place.ptr, e);
    wipe(q.key, sizeof q.key);
    return good;
}

static bool digest_of(const char *path, Arena *a, Str *digest, Err *e) {
    unsigned char raw[SM3_SIZE];
    scoped_buf Buf hex;

    buf_init(&hex, 2 * DIGEST_TEXT);
    if (!sm3_file(path, raw, e))
        return false;
    buf_add_hex(&hex, raw, sizeof raw);
    *digest = str_dup(a, buf_str(&hex));
    return true;
}

/* There, sealed and whole? */
static bool lies_well(Store *s, Str folder, Str place, Str digest) {
    Err why = {0};
    SealedFile *f = seal_file_is(place.ptr) ? matter_file_open(s, folder, digest, &why) : NULL;

    seal_file_close(f);
    return f != NULL;
}

bool file_keep(Store *s, Str folder, const char *path, Arena *a, Str *digest, Err *e) {
    Str place;

    if (!digest_of(path, a, digest, e))
        return false;
    place = file_place(a, folder, *digest);
    /* Made young before it is looked at: no sweep takes it meanwhile. */
    if (utimensat(AT_FDCWD, place.ptr, NULL, 0) == 0 && lies_well(s, folder, place, *digest))
        return true; /* the same content: named twice, kept once */
    return make_folders(a, folder, *digest, e) && seal_into(s, place, *digest, path, e);
}

/* ---- reading ---- */

/* What lies open is what it is called, or damaged. */
static SealedFile *open_clear(const char *path, Str digest, Err *e) {
    scoped_arena Arena *a = arena_new();
    Str own = {NULL, 0};

    if (digest_of(path, a, &own, e) && !str_eq(own, digest)) {
        err_set(e, ERR_BROKEN, NULL, "文件内容已损坏或者被改动，无法打开，请从备份中恢复");
        return NULL;
    }
    return own.len ? seal_file_open(path, NULL, (Str){NULL, 0}, e) : NULL;
}

SealedFile *matter_file_open(Store *s, Str folder, Str digest, Err *e) {
    scoped_arena Arena *a = arena_new();
    Str place = file_place(a, folder, digest);
    KeyAsk q = {.subject = subject_of(a, digest)};
    SealedFile *f;

    if (!seal_file_is(place.ptr))
        return open_clear(place.ptr, digest, e);
    if (!store_read(s, key_read, &q, e))
        return NULL;
    if (!q.found) {
        err_set(e, ERR_BROKEN, NULL, "这份材料的密钥已经不在，无法打开");
        return NULL;
    }
    f = seal_file_open(place.ptr, q.key, q.subject, e);
    wipe(q.key, sizeof q.key);
    if (!f || seal_file_check(f, e))
        return f;
    seal_file_close(f);
    return NULL;
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

typedef struct Sweep {
    Store *store;
    Str folder;
    const atomic_bool *stop;
    FileSweep *out;
} Sweep;

/* Sealed when its content is what its name says; else told, and left for who repairs it. */
static bool seal_older(const Sweep *w, Str place, Str digest, Err *e) {
    Err why = {0};
    SealedFile *f = open_clear(place.ptr, digest, &why);

    if (f) {
        seal_file_close(f);
        w->out->sealed++;
        return seal_into(w->store, place, digest, place.ptr, e);
    }
    w->out->damaged++;
    log_line(LOG_ERROR, "files", "%.*s: %s", STR_ARG(digest), why.text);
    return true;
}

static bool drop(const Sweep *w, int dir, Str digest, Err *e) {
    scoped_arena Arena *a = arena_new();
    KeyAsk q = {.subject = subject_of(a, digest)};

    if (unlinkat(dir, digest.ptr, 0) != 0)
        return true;
    w->out->removed++;
    return store_write(w->store, key_drop, &q, e);
}

static bool sweep_one(const Sweep *w, int dir, Str name, Err *e) {
    scoped_arena Arena *a = arena_new();
    Asking q = {name, 0};
    Str place;

    if (name.ptr[0] == '.') { /* half of one, left by a kill */
        if (name.len > 2 && old_enough(dir, name.ptr))
            unlinkat(dir, name.ptr, 0);
        return true;
    }
    if (name.len != DIGEST_TEXT)
        return true;
    if (old_enough(dir, name.ptr)) {
        if (!store_read(w->store, named, &q, e))
            return false;
        if (q.count == 0)
            return drop(w, dir, name, e);
    }
    place = file_place(a, w->folder, name);
    return seal_file_is(place.ptr) || seal_older(w, place, name, e);
}

static bool sweep_folder(const Sweep *w, const char *path, Err *e) {
    DIR *dir = opendir(path);
    const struct dirent *each;
    bool good = true;

    while (good && dir != NULL && !atomic_load(w->stop) && (each = readdir(dir)) != NULL)
        good = sweep_one(w, dirfd(dir), str_of(each->d_name), e);
    if (dir != NULL)
        closedir(dir);
    return good;
}

bool file_sweep(Store *s, Str folder, const atomic_bool *stop, FileSweep *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    Sweep w = {s, folder, stop, out};
    bool good = true;

    *out = (FileSweep){0};
    for (unsigned i = 0; good && i < 256 && !atomic_load(stop); i++)
        good = sweep_folder(&w, str_format(a, "%.*s/files/%02x", STR_ARG(folder), i).ptr, e);
    return good;
}
