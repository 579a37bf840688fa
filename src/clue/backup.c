/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/backup.c: the parts of a backup, in the order that makes them fit each other:
 *
 *     operations at one moment ─► pool at a later one ─► files ─► manifest
 *
 * A batch is in the pool before the journal knows it, so the later pool holds every batch of the
 * earlier journal; what it has beyond is swept when the restored folder is opened. */
#include "clue/backup.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/keyring.h"
#include "base/log.h"
#include "clue/tidy.h"
#include "pool/copy.h"

const BindName backup_phase_names[] = {
    {"waiting", BACKUP_WAITING, "等待"},
    {"operations", BACKUP_OPERATIONS, "复制业务库"},
    {"pool", BACKUP_POOL, "复制数据资源池"},
    {"files", BACKUP_FILES, "写入备份文件"},
    {"checking", BACKUP_CHECKING, "核对"},
    {"done", BACKUP_DONE, "完成"},
    {NULL, 0, NULL},
};

#define WORK_PREFIX ".lianheng-backup-"
#define FILE_PREFIX "lianheng-"
#define FILE_SUFFIX ".backup"

typedef struct Backup {
    Office *office;
    Arena *a;
    const char *path, *work;
    bool with_key;
    Str actor;
    BackupProgress *progress;
    StoreCopy copied;
    BundleOut *out;
} Backup;

void backup_register(void) {
    static const Projection projections[] = {{"backup.made", NULL}, {"backup.restored", NULL}, {0}};

    journal_register(projections, NULL);
}

static const char *folder_of(Arena *a, const char *path) {
    const char *slash = strrchr(path, '/');

    if (!slash)
        return ".";
    return slash == path ? "/" : str_c(a, (Str){path, (size_t)(slash - path)});
}

/* What a killed backup left beside: its process is gone. */
static void remove_leftovers(Arena *a, const char *folder) {
    DIR *dir = opendir(folder);
    const struct dirent *each;

    while (dir && (each = readdir(dir)) != NULL) {
        Str name = str_of(each->d_name);
        int64_t pid;

        if (str_starts(name, STR(WORK_PREFIX)) &&
            str_to_int(str_slice(name, sizeof WORK_PREFIX - 1, name.len), &pid) &&
            (pid == getpid() || (kill((pid_t)pid, 0) != 0 && errno == ESRCH)))
            tidy_remove(str_format(a, "%s/%s", folder, each->d_name).ptr);
        if (str_starts(name, STR(FILE_PREFIX)) && str_find(name, STR(FILE_SUFFIX ".partial")) > 0)
            unlink(str_format(a, "%s/%s", folder, each->d_name).ptr);
    }
    if (dir)
        closedir(dir);
}

static bool make_work(Backup *b, Err *e) {
    const char *folder = folder_of(b->a, b->path);

    remove_leftovers(b->a, folder);
    b->work = str_format(b->a, "%s/" WORK_PREFIX "%ld", folder, (long)getpid()).ptr;
    return mkdir(b->work, 0700) == 0 ||
           err_set(e, ERR_DISK, folder,
                   "无法在 %s 里建立临时目录：%s，请检查文件夹是否存在、是否可写", folder,
                   strerror(errno));
}

static void phase(const Backup *b, BackupPhase p) {
    atomic_store(&b->progress->phase, p);
}

/* Into the archive and away again: the disk holds each part twice, not all of them. */
static bool take_parts(Backup *b, const char *name, Err *e) {
    const char *path = str_format(b->a, "%s/%s", b->work, name).ptr;
    struct stat st;

    if (stat(path, &st) != 0)
        return err_set(e, ERR_INTERNAL, path, "没有找到刚复制的 %s", name);
    bool good = S_ISDIR(st.st_mode) ? bundle_add_folder(b->out, str_of(name), path, e)
                                    : bundle_add_file(b->out, str_of(name), path, e);

    tidy_remove(path);
    return good;
}

static bool add_files(Backup *b, Err *e) {
    Office *o = b->office;
    Str f = o->folder;

    phase(b, BACKUP_FILES);
    return bundle_add_file(b->out, STR("settings.yaml"),
                           str_format(b->a, "%.*s/settings.yaml", STR_ARG(f)).ptr, e) &&
           bundle_add_folder(b->out, STR("content"),
                             str_format(b->a, "%.*s/content", STR_ARG(f)).ptr, e) &&
           bundle_add_folder(b->out, STR("rejects"),
                             str_format(b->a, "%.*s/rejects", STR_ARG(f)).ptr, e) &&
           bundle_add_folder(b->out, STR("files"), str_format(b->a, "%.*s/files", STR_ARG(f)).ptr,
                             e) &&
           (!b->with_key || bundle_add_file(b->out, STR("master.key"), o->key_path.ptr, e));
}

static Node *manifest_of(Backup *b) {
    Arena *a = b->a;
    Node *m = node_map(a), *key = node_map(a), *journal = node_map(a), *list = node_list(a);
    char at[INSTANT_TEXT], fingerprint[17];
    int64_t all[KEYS_GENERATIONS];
    size_t n = keys_list(b->office->keys, all);

    instant_format(instant_now(), at);
    keys_fingerprint(b->office->keys, fingerprint);
    node_set_int(a, m, "format", BUNDLE_FORMAT);
    node_set_text(a, m, "made_at", str_dup(a, str_of(at)));
    node_set_text(a, m, "office_name", b->office->settings.office_name);
    node_set_text(a, m, "operations",
                  store_is_postgresql(b->office->store) ? STR("postgresql") : STR("sqlite"));
    node_set_text(a, m, "pool",
                  pool_is_postgresql(b->office->pool) ? STR("postgresql") : STR("duckdb"));
    node_set_int(a, journal, "sequence", b->copied.sequence);
    node_set_text(a, journal, "head", str_dup(a, str_of(b->copied.head)));
    node_set(a, m, "journal", journal);
    node_set_int(a, m, "batch", b->copied.batch);
    node_set_text(a, key, "fingerprint", str_dup(a, str_of(fingerprint)));
    for (size_t i = 0; i < n; i++)
        node_add(a, list, node_of_int(a, all[i]));
    node_set(a, key, "generations", list);
    node_set_bool(a, key, "included", b->with_key);
    node_set(a, m, "key", key);
    return m;
}

static bool fill(Backup *b, Err *e) {
    Office *o = b->office;
    bool pg = store_is_postgresql(o->store), pool_pg = pool_is_postgresql(o->pool);

    phase(b, BACKUP_OPERATIONS);
    if (!store_copy(o->store, b->work, &b->progress->copy, &b->copied, e) ||
        !take_parts(b, pg ? "operations" : "operations.db", e))
        return false;
    phase(b, BACKUP_POOL);
    return pool_copy(o->pool, o->settings.pool, b->work, &b->progress->copy, e) &&
           take_parts(b, pool_pg ? "pool" : "pool.duckdb", e) && add_files(b, e) &&
           bundle_finish(b->out, b->a, manifest_of(b), e);
}

static bool write_backup(Backup *b, Err *e) {
    if (!make_work(b, e))
        return false;
    b->out = bundle_create(b->path, &b->progress->copy, e);
    bool good = b->out && fill(b, e);

    bundle_free(b->out);
    tidy_remove(b->work);
    return good;
}

static bool made_append(Tx *tx, void *context, Err *e) {
    const BackupResult *r = ((const void **)context)[0];
    const Backup *b = ((const void **)context)[1];
    scoped_arena Arena *a = arena_new();
    Node *body = node_map(a);

    node_set_int(a, body, "bytes", r->bytes);
    node_set_int(a, body, "sequence", r->sequence);
    node_set_text(a, body, "head", str_of(r->head));
    node_set_bool(a, body, "with_key", r->with_key);
    return journal_append(tx,
                          &(Event){.actor = b->actor,
                                   .kind = STR("backup.made"),
                                   .subject = STR("installation"),
                                   .body = body},
                          e);
}

/* ---- the folder of the settings ---- */

static const char *backups_folder(const Office *o, Arena *a) {
    return o->settings.backups.len ? str_c(a, o->settings.backups)
                                   : str_format(a, "%.*s/backups", STR_ARG(o->folder)).ptr;
}

static bool is_backup(const struct dirent *each) {
    Str name = str_of(each->d_name);

    return str_starts(name, STR(FILE_PREFIX)) && name.len > sizeof FILE_SUFFIX - 1 &&
           str_is(str_slice(name, name.len - (sizeof FILE_SUFFIX - 1), name.len), FILE_SUFFIX);
}

static int filter(const struct dirent *each) {
    return is_backup(each);
}

static int newest_first(const struct dirent **a, const struct dirent **b) {
    return strcmp((*b)->d_name, (*a)->d_name);
}

static void remove_oldest(const Office *o, Arena *a) {
    const char *folder = backups_folder(o, a);
    struct dirent **entries;
    int n = scandir(folder, &entries, filter, newest_first);

    for (int i = 0; i < n; i++) {
        if (o->settings.backups_kept > 0 && i >= o->settings.backups_kept &&
            unlink(str_format(a, "%s/%s", folder, entries[i]->d_name).ptr) == 0)
            log_line(LOG_INFO, "backup", "removed %s: only %lld are kept", entries[i]->d_name,
                     (long long)o->settings.backups_kept);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
}

static bool name_by_time(const Office *o, Arena *a, const char **path, Err *e) {
    const char *folder = backups_folder(o, a);
    char at[INSTANT_TEXT], digits[32];
    size_t n = 0;

    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return err_set(e, ERR_DISK, folder, "无法建立备份目录 %s：%s，请检查设置中的 backups",
                       folder, strerror(errno));
    instant_format(instant_now(), at);
    for (const char *p = at; *p && *p != '+' && n < 20; p++)
        if (*p >= '0' && *p <= '9')
            digits[n++] = *p;
    digits[n] = '\0';
    *path = str_format(a, "%s/" FILE_PREFIX "%.8s-%.6s-%.3s" FILE_SUFFIX, folder, digits,
                       digits + 8, digits + 14)
                .ptr;
    return true;
}

bool office_backup(Office *o, const char *path, bool with_key, Str actor, BackupProgress *progress,
                   Arena *a, BackupResult *out, Err *e) {
    Backup b = {.office = o,
                .a = a,
                .path = path,
                .with_key = with_key,
                .actor = actor,
                .progress = progress};
    struct timespec from, to;
    struct stat st;

    if (!office_upkeep_begin(o, UPKEEP_BACKUP, e))
        return false;
    clock_gettime(CLOCK_MONOTONIC, &from);
    bool good = (path || name_by_time(o, a, &b.path, e)) && write_backup(&b, e);

    office_upkeep_end(o);
    clock_gettime(CLOCK_MONOTONIC, &to);
    if (!good)
        return false;
    BackupResult r = {.path = str_of(b.path),
                      .bytes = stat(b.path, &st) == 0 ? st.st_size : 0,
                      .sequence = b.copied.sequence,
                      .batch = b.copied.batch,
                      .with_key = with_key,
                      .seconds = (double)(to.tv_sec - from.tv_sec) +
                                 (double)(to.tv_nsec - from.tv_nsec) / 1e9};

    memcpy(r.head, b.copied.head, sizeof r.head);
    const void *context[2] = {&r, &b};

    if (!store_write(o->store, made_append, context, e))
        return err_prefix(e, "备份已写好，但没有记入日志");
    if (!path)
        remove_oldest(o, a);
    phase(&b, BACKUP_DONE);
    *out = r;
    return true;
}

static Node *one_backup(const char *folder, const char *name, Arena *a) {
    const char *path = str_format(a, "%s/%s", folder, name).ptr;
    const Node *m = bundle_manifest(path, a, NULL);
    Node *n = node_map(a);
    struct stat st;

    node_set_text(a, n, "name", str_dup(a, str_of(name)));
    node_set_int(a, n, "bytes", stat(path, &st) == 0 ? st.st_size : 0);
    node_set_bool(a, n, "good", m != NULL);
    node_set_text(a, n, "made_at", m ? node_text(m, "made_at") : STR(""));
    node_set_int(a, n, "sequence", m ? node_int(node_get(m, "journal"), "sequence", 0) : 0);
    node_set_int(a, n, "batch", m ? node_int(m, "batch", 0) : 0);
    node_set_bool(a, n, "with_key", m && node_bool(node_get(m, "key"), "included", false));
    return n;
}

Node *office_backups(Office *o, Arena *a, Err *e) {
    const char *folder = backups_folder(o, a);
    struct dirent **entries;
    int n = scandir(folder, &entries, filter, newest_first);
    Node *out = node_map(a), *items = node_list(a);

    if (n < 0 && errno != ENOENT) {
        err_set(e, ERR_DISK, folder, "无法读取备份目录 %s：%s", folder, strerror(errno));
        return NULL;
    }
    for (int i = 0; i < n; i++) {
        node_add(a, items, one_backup(folder, entries[i]->d_name, a));
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    node_set_text(a, out, "folder", str_of(folder));
    node_set_int(a, out, "kept", o->settings.backups_kept);
    node_set_int(a, out, "total", (int64_t)items->count);
    node_set(a, out, "items", items);
    return out;
}

const char *office_backup_path(Office *o, Str name, Arena *a, Err *e) {
    const char *folder = backups_folder(o, a);
    const Node *all = office_backups(o, a, e), *items = all ? node_get(all, "items") : NULL;

    for (size_t i = 0; items && i < items->count; i++)
        if (str_eq(node_text(items->items[i], "name"), name))
            return str_format(a, "%s/%.*s", folder, STR_ARG(name)).ptr;
    if (items)
        err_set(e, ERR_NOT_FOUND, NULL, "没有这份备份");
    return NULL;
}
