/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/restore.c: a data folder made of a backup, and proven before anybody works with it.
 *
 *     manifest ─► key ─► unpack into FOLDER/.restore, proving every part ─► into place ─► settings
 * ─► open ─► chain ─► rebuild = live */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/keyring.h"
#include "base/log.h"
#include "clue/backup.h"
#include "clue/tidy.h"
#include "pool/copy.h"
#include "sql_statements.h"

enum { SETTINGS_MOST = 64 * 1024 };

typedef struct Restore {
    const RestoreRequest *request;
    BackupProgress *progress;
    RestoreResult *result;
    Arena *a;
    const Node *manifest;
    const char *folder, *work;
    bool made_folder;
    Str operations, pool;                /* addresses in PostgreSQL, or empty */
    bool made_operations, made_pool;     /* their schemas are this restore's own */
    bool filled_operations, filled_pool; /* there are tables of this restore in them */
    Keys *keys;                          /* NULL: without */
} Restore;

static void phase(const Restore *r, BackupPhase p) {
    atomic_store(&r->progress->phase, p);
}

static const char *in_folder(const Restore *r, const char *name) {
    return str_format(r->a, "%s/%s", r->folder, name).ptr;
}

static const char *in_work(const Restore *r, const char *name) {
    return str_format(r->a, "%s/%s", r->work, name).ptr;
}

/* ---- the folder ---- */

static bool folder_empty(const char *path, bool *there, bool *empty) {
    DIR *dir = opendir(path);
    const struct dirent *each;

    *there = dir != NULL;
    *empty = true;
    if (!dir)
        return errno == ENOENT;
    while ((each = readdir(dir)) != NULL)
        if (strcmp(each->d_name, ".") != 0 && strcmp(each->d_name, "..") != 0)
            *empty = false;
    closedir(dir);
    return true;
}

static bool make_folder(Restore *r, Err *e) {
    bool there, empty;

    if (!folder_empty(r->folder, &there, &empty))
        return err_set(e, ERR_DISK, r->folder, "无法读取 %s：%s", r->folder, strerror(errno));
    if (!empty)
        return err_set(e, ERR_CONFLICT, r->folder,
                       "%s 不是空目录，只能还原到空目录或还没有的目录，原有内容没有改动",
                       r->folder);
    if (!there && mkdir(r->folder, 0700) != 0)
        return err_set(e, ERR_DISK, r->folder, "无法建立目录 %s：%s，请检查上级目录", r->folder,
                       strerror(errno));
    r->made_folder = !there;
    r->work = in_folder(r, ".restore");
    return mkdir(r->work, 0700) == 0 ||
           err_set(e, ERR_DISK, r->folder, "无法在 %s 里建立目录：%s", r->folder, strerror(errno));
}

/* A schema that was there before is somebody else's to drop, even when it was empty. */
static void leave_schema(const Restore *r, Str address, bool made) {
    Err why = {0};

    if (made && !pg_schema_drop(str_c(r->a, address), &why))
        log_line(LOG_WARNING, "restore", "没有还原成，为它建立的 schema 也没能删掉：%s", why.text);
}

/* As it was: gone, or empty. */
static void leave_nothing(const Restore *r, Err *e) {
    DIR *dir = opendir(r->folder);
    const struct dirent *each;

    while (dir && (each = readdir(dir)) != NULL)
        if (strcmp(each->d_name, ".") != 0 && strcmp(each->d_name, "..") != 0)
            tidy_remove(in_folder(r, each->d_name));
    if (dir)
        closedir(dir);
    if (r->made_folder)
        rmdir(r->folder);
    leave_schema(r, r->operations, r->made_operations);
    leave_schema(r, r->pool, r->made_pool);
    if ((r->filled_operations && !r->made_operations) || (r->filled_pool && !r->made_pool))
        err_prefix(e, "还原没有完成。所用的 schema 原来就有，没有删除，里面留下了这次装入的表，重试"
                      "前请清空它或换一个。原因");
}

/* ---- the key ---- */

static bool key_fits(const Restore *r, const char *path, Err *e) {
    const Node *key = node_get(r->manifest, "key"), *list = node_get(key, "generations");
    char mine[17];

    keys_fingerprint(r->keys, mine);
    if (!str_is(node_text(key, "fingerprint"), mine))
        return err_set(e, ERR_KEY, path,
                       "密钥文件 %s 与备份不符：备份用的密钥指纹是 %.*s，这个文件是 %s，请用 "
                       "--key-file 指出原来的密钥文件",
                       path, STR_ARG(node_text(key, "fingerprint")), mine);
    for (size_t i = 0; list && i < list->count; i++)
        if (list->items[i]->kind == NODE_INT && !keys_whole(r->keys, list->items[i]->integer))
            return err_set(e, ERR_KEY, path,
                           "密钥文件 %s 不是做备份那时的：备份要用第 %lld 代密钥，文件里没有，请用 "
                           "--key-file 指出当时的密钥文件",
                           path, (long long)list->items[i]->integer);
    return true;
}

/* Before anything is unpacked, unless the key lies in the archive. */
static bool take_key(Restore *r, Err *e) {
    const RestoreRequest *q = r->request;
    const Node *key = node_get(r->manifest, "key");
    bool included = node_bool(key, "included", false);

    if (q->key_file) {
        r->keys = keys_load(q->key_file, e);
        return r->keys && key_fits(r, q->key_file, e);
    }
    return included || q->without_key ||
           err_set(e, ERR_KEY, NULL,
                   "备份里没有密钥。请用 --key-file 指出指纹为 %.*s 的密钥文件；只想先放好数据，加 "
                   "--without-key，再把密钥放到 %s/master.key（权限 600）",
                   STR_ARG(node_text(key, "fingerprint")), r->folder);
}

static bool place_key(Restore *r, Err *e) {
    const char *to = in_folder(r, "master.key"), *from = in_work(r, "master.key");

    if (r->keys)
        return keys_save(r->keys, to, e);
    if (!node_bool(node_get(r->manifest, "key"), "included", false))
        return true;
    if (rename(from, to) != 0)
        return err_set(e, ERR_BROKEN, to, "备份里应有密钥而没有，请换一份备份");
    r->keys = keys_load(to, e);
    return r->keys && key_fits(r, to, e);
}

/* ---- settings ---- */

static bool read_text(const Restore *r, const char *path, Str *out, Err *e) {
    FILE *f = fopen(path, "re");
    char *text = arena_alloc(r->a, SETTINGS_MOST);

    if (!f)
        return err_set(e, ERR_BROKEN, path, "备份里没有 settings.yaml，请换一份备份");
    *out = (Str){text, fread(text, 1, SETTINGS_MOST, f)};
    fclose(f);
    return true;
}

static Str setting(const Node *tree, const char *key) {
    return tree ? node_text(tree, key) : (Str){NULL, 0};
}

/* Where the databases are to be: asked for, or as they were. */
static bool choose_places(Restore *r, Err *e) {
    const char *path = in_work(r, "settings.yaml");
    Str text;

    if (!read_text(r, path, &text, e))
        return false;
    const Node *tree = yaml_read(r->a, text, path, e);

    if (!tree)
        return false;
    if (str_is(node_text(r->manifest, "operations"), "postgresql"))
        r->operations =
            r->request->operations.len ? r->request->operations : setting(tree, "operations");
    else if (r->request->operations.len)
        return err_set(e, ERR_INVALID, NULL,
                       "这份备份的业务库是 SQLite，会放进数据目录，不能用 --operations 改到别处");
    if (str_is(node_text(r->manifest, "pool"), "postgresql"))
        r->pool = r->request->pool.len ? r->request->pool : setting(tree, "pool");
    else if (r->request->pool.len)
        return err_set(e, ERR_INVALID, NULL,
                       "这份备份的数据资源池是 DuckDB，会放进数据目录，不能用 --pool 改到别处");
    return true;
}

static void add_setting(Buf *out, const char *key, Str value) {
    buf_addf(out, "%s: \"", key);
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == '"' || value.ptr[i] == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, value.ptr[i]);
    }
    buf_add_c(out, "\"\n");
}

/* The lines that name places are written anew; all others stay as they were. */
static bool write_settings(Restore *r, Err *e) {
    const char *to = in_folder(r, "settings.yaml");
    static const char *const places[] = {"operations:", "pool:", "key_file:", "backups:"};
    scoped_buf Buf out;
    Str text, line;

    if (!read_text(r, in_work(r, "settings.yaml"), &text, e))
        return false;
    buf_init(&out, 2 * SETTINGS_MOST);
    while (str_split(&text, '\n', &line)) {
        bool keep = line.len != 0;

        for (size_t i = 0; i < sizeof places / sizeof *places; i++)
            keep = keep && !str_starts(line, str_of(places[i]));
        if (keep && !(r->request->listen.len && str_starts(line, STR("listen:"))))
            buf_addf(&out, "%.*s\n", STR_ARG(line));
    }
    add_setting(&out, "operations", r->operations);
    add_setting(&out, "pool", r->pool);
    add_setting(&out, "key_file", STR(""));
    if (r->request->listen.len)
        add_setting(&out, "listen", r->request->listen);
    FILE *f = fopen(to, "wxe");
    bool good =
        f && fwrite(out.ptr, 1, out.len, f) == out.len && fflush(f) == 0 && fsync(fileno(f)) == 0;

    if (f && fclose(f) != 0)
        good = false;
    return good ||
           err_set(e, ERR_DISK, to, "写入 %s 时出错：%s，请检查磁盘空间", to, strerror(errno));
}

/* ---- into place ---- */

static bool move_part(const Restore *r, const char *name, bool required, Err *e) {
    if (rename(in_work(r, name), in_folder(r, name)) == 0 || (errno == ENOENT && !required))
        return true;
    return err_set(e, errno == ENOENT ? ERR_BROKEN : ERR_DISK, r->folder,
                   "没能把备份里的 %s 放到 %s：%s", name, r->folder, strerror(errno));
}

static bool load_operations(Restore *r, Err *e) {
    const char *to = str_c(r->a, r->operations);

    r->filled_operations = pg_schema_make(to, &r->made_operations, e) &&
                           store_copy_load(to, r->work, &r->progress->copy, e);
    return r->filled_operations;
}

static bool load_pool(Restore *r, Err *e) {
    const char *to = str_c(r->a, r->pool);

    r->filled_pool =
        pg_schema_make(to, &r->made_pool, e) && pool_copy_load(to, r->work, &r->progress->copy, e);
    return r->filled_pool;
}

static bool place_parts(Restore *r, Err *e) {
    bool good = r->operations.len ? load_operations(r, e) : move_part(r, "operations.db", true, e);

    good = good && (r->pool.len ? load_pool(r, e) : move_part(r, "pool.duckdb", true, e));
    return good && move_part(r, "content", false, e) && move_part(r, "rejects", false, e) &&
           move_part(r, "files", false, e) && place_key(r, e) && write_settings(r, e);
}

/* ---- proving ---- */

static bool restored_append(Tx *tx, void *context, Err *e) {
    const Restore *r = context;
    Node *body = node_map(r->a);

    node_set_int(r->a, body, "sequence", node_int(node_get(r->manifest, "journal"), "sequence", 0));
    /* Whoever was signed in then is not now. */
    return tx_run(tx, &SQL_sessions_all_gone, NO_ARGS, NULL, e) &&
           journal_append(tx,
                          &(Event){.actor = STR("system"),
                                   .kind = STR("backup.restored"),
                                   .subject = STR("installation"),
                                   .body = body},
                          e);
}

typedef struct Counts {
    int64_t clues;
} Counts;

static bool count_clues(Tx *tx, void *context, Err *e) {
    return tx_int(tx, &SQL_clues_all_count, NO_ARGS, 0, &((Counts *)context)->clues, e);
}

static bool check_head(const Restore *r, const JournalCheck *check, Err *e) {
    const Node *journal = node_get(r->manifest, "journal");

    return (check->entries == node_int(journal, "sequence", -1) &&
            str_is(node_text(journal, "head"), check->head)) ||
           err_set(e, ERR_BROKEN, NULL, "还原出的日志链与备份清单不符，这份备份不能使用");
}

static bool prove_office(Restore *r, Office *o, Err *e) {
    JournalCheck check = {0};
    char before[65], after[65];
    Counts counts = {0};
    Snapshot *s = office_snapshot(o);
    PoolSession *session = pool_session(o->pool, e);
    bool good = session && journal_verify(o->store, &check, e) && check_head(r, &check, e) &&
                journal_digest(o->store, before, e) && journal_rebuild(o->store, after, e) &&
                store_read(o->store, count_clues, &counts, e);

    if (good && strcmp(before, after) != 0)
        good = err_set(e, ERR_BROKEN, NULL,
                       "还原出的业务表与日志不一致，备份之前它们已被日志以外的途径改动过");
    for (size_t i = 0; good && i < content_dataset_count(s->content); i++) {
        int64_t n;

        good = pool_row_count(session, content_dataset_at(s->content, i), true, &n, e);
        r->result->rows += good ? n : 0;
    }
    if (session)
        pool_session_close(session);
    snapshot_drop(s);
    good = good && store_write(o->store, restored_append, r, e);
    if (!good)
        return false;
    r->result->entries = check.entries;
    r->result->batch = pool_visible(o->pool);
    r->result->clues = counts.clues;
    r->result->checked = true;
    memcpy(r->result->head, check.head, sizeof check.head);
    memcpy(r->result->digest, after, sizeof after);
    return true;
}

static bool prove(Restore *r, Err *e) {
    phase(r, BACKUP_CHECKING);
    if (FAULT("restore.check"))
        return err_set(e, ERR_DISK, r->folder, "还原后核对时磁盘出错，请检查磁盘");
    if (!r->keys)
        return true; /* asked for: there is no key yet to prove it with */
    Office *o = office_open(r->folder, e);
    bool good = o && prove_office(r, o, e);

    office_close(o);
    return good;
}

static bool restore(Restore *r, Err *e) {
    if (!take_key(r, e) || !make_folder(r, e))
        return false;
    phase(r, BACKUP_FILES);
    bool good = bundle_read(r->request->file, r->work, &r->progress->copy, e) &&
                choose_places(r, e) && place_parts(r, e);

    tidy_remove(r->work);
    good = good && prove(r, e);
    if (!good)
        leave_nothing(r, e);
    return good;
}

bool office_restore(const RestoreRequest *request, BackupProgress *progress, RestoreResult *out,
                    Err *e) {
    scoped_arena Arena *a = arena_new();
    RestoreResult result = {0};
    Restore r = {.request = request,
                 .progress = progress,
                 .result = &result,
                 .a = a,
                 .folder = request->folder};
    struct timespec from, to;

    clock_gettime(CLOCK_MONOTONIC, &from);
    r.manifest = bundle_manifest(request->file, a, e);
    bool good = r.manifest && restore(&r, e);

    keys_free(r.keys);
    clock_gettime(CLOCK_MONOTONIC, &to);
    result.seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
    if (good) {
        phase(&r, BACKUP_DONE);
        *out = result;
    }
    return good;
}
