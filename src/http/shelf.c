/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/shelf.c: a list in memory over a folder. After a restart the list is empty, so is the
 * folder: people send the file again. */
#include "http/shelf.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/crypto.h"

enum { ITEMS_MOST = 1000, KEEP_SECONDS = 24 * 3600 };

typedef struct Entry {
    Arena *arena;
    ShelfItem item;
    Str owner;
    time_t at;
    struct Entry *next; /* newer to older */
} Entry;

struct Shelf {
    char *folder;
    pthread_mutex_t mutex;
    Entry *first;
};

static void empty_folder(const char *folder) {
    DIR *dir = opendir(folder);
    struct dirent *entry;

    if (dir == NULL)
        return;
    while ((entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(dir), entry->d_name, 0);
    closedir(dir);
}

Shelf *shelf_new(const char *folder, Err *e) {
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        err_set(e, ERR_DISK, folder, "无法建立目录 %s：%s，请检查是否可写", folder,
                strerror(errno));
        return NULL;
    }
    empty_folder(folder);
    Shelf *s = calloc(1, sizeof *s);

    s->folder = strdup(folder);
    pthread_mutex_init(&s->mutex, NULL);
    return s;
}

static void entry_drop(Entry *entry) {
    unlink(entry->item.path.ptr);
    arena_free(entry->arena);
}

void shelf_free(Shelf *s) {
    if (s == NULL)
        return;
    while (s->first != NULL) {
        Entry *gone = s->first;

        s->first = gone->next;
        entry_drop(gone);
    }
    pthread_mutex_destroy(&s->mutex);
    free(s->folder);
    free(s);
}

void shelf_path(const Shelf *s, Arena *a, const char *suffix, Str *id, Str *path) {
    unsigned char bytes[12];
    scoped_buf Buf hex;

    random_bytes(bytes, sizeof bytes);
    buf_init(&hex, 64);
    buf_add_hex(&hex, bytes, sizeof bytes);
    *id = str_dup(a, buf_str(&hex));
    *path = str_format(a, "%s/%s%s", s->folder, hex.ptr, suffix);
}

/* With the lock held. */
static void drop_old(Shelf *s) {
    time_t now = time(NULL);
    size_t n = 0;

    for (Entry **at = &s->first; *at != NULL;) {
        Entry *entry = *at;

        if (++n <= ITEMS_MOST && now - entry->at < KEEP_SECONDS) {
            at = &entry->next;
            continue;
        }
        *at = entry->next;
        entry_drop(entry);
    }
}

void shelf_put(Shelf *s, Str owner, const ShelfItem *item) {
    Arena *a = arena_new();
    Entry *entry = arena_new_of(a, Entry);

    *entry = (Entry){.arena = a,
                     .item = {.id = str_dup(a, item->id),
                              .name = str_dup(a, item->name),
                              .path = str_dup(a, item->path),
                              .size = item->size},
                     .owner = str_dup(a, owner),
                     .at = time(NULL)};
    pthread_mutex_lock(&s->mutex);
    entry->next = s->first;
    s->first = entry;
    drop_old(s);
    pthread_mutex_unlock(&s->mutex);
}

bool shelf_find(Shelf *s, Str owner, Str id, Arena *a, ShelfItem *out, Err *e) {
    bool found = false;

    pthread_mutex_lock(&s->mutex);
    for (const Entry *entry = s->first; entry != NULL && !found; entry = entry->next) {
        if (!str_eq(entry->item.id, id) || !str_eq(entry->owner, owner) ||
            access(entry->item.path.ptr, R_OK) != 0)
            continue;
        *out = (ShelfItem){.id = str_dup(a, entry->item.id),
                           .name = str_dup(a, entry->item.name),
                           .path = str_dup(a, entry->item.path),
                           .size = entry->item.size};
        found = true;
    }
    pthread_mutex_unlock(&s->mutex);
    return found || err_set(e, ERR_NOT_FOUND, NULL,
                            "文件已不在，可能放得太久或服务重启过，请重新上传或导出");
}

bool shelf_take(Shelf *s, Str id) {
    bool found = false;

    pthread_mutex_lock(&s->mutex);
    for (Entry **at = &s->first; *at != NULL && !found; at = &(*at)->next) {
        Entry *entry = *at;

        if (!str_eq(entry->item.id, id))
            continue;
        *at = entry->next;
        arena_free(entry->arena);
        found = true;
        break;
    }
    pthread_mutex_unlock(&s->mutex);
    return found;
}
