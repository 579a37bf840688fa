/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/office.c: make, open and lock a data folder. */
#include "clue/office.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clue/backup.h"
#include "clue/clue.h"
#include "clue/follow.h"
#include "clue/installation.h"
#include "clue/life.h"
#include "clue/rotate.h"
#include "document/certificate.h"
#include "document/document.h"
#include "document/font.h"
#include "document/pkcs11.h"
#include "document/shelf.h"
#include "flow/file.h"
#include "base/keyring.h"
#include "base/log.h"
#include "flow/link.h"
#include "flow/matter.h"
#include "flow/seal.h"
#include "knowledge/import.h"
#include "people/account.h"
#include "people/organisation.h"
#include "people/policy.h"
#include "pool/judge.h"
#include "pool/scope.h"
#include "trace/look.h"

struct OfficePrivate {
    int lock;
    pthread_mutex_t mutex;   /* guards `now` */
    pthread_mutex_t running; /* held while models run */
    _Atomic int upkeep;      /* what holds the whole installation now */
    Snapshot *now;
    Follow *follow;
};

struct SnapshotCount {
    Snapshot snapshot; /* first, so that a Snapshot * is one of these */
    atomic_int holders;
};

const BindName second_factor_names[] = {{"choice", 1, "自愿"},
                                        {"administrators", 2, "管理员必须"},
                                        {"everybody", 3, "人人必须"},
                                        {NULL, 0, NULL}};

#define LIMITED(m, most, help) \
    { BIND_TYPE_INT, #m, offsetof(Settings, m), OPTIONAL, help, NULL, 0, NULL, most }

#define FONT(role, is)                                                          \
    BIND_STR_MOST(struct SettingsFonts, role, #role, OPTIONAL, FONT_CHAIN_MOST, \
                  is ": families of fonts, separated by commas, as the system names them")
enum { FONT_CHAIN_MOST = 400 };
static const Bind font_rows[] = {
    FONT(body, "仿宋, text"),
    FONT(title, "小标宋, titles"),
    FONT(black, "黑体, 一级标题"),
    FONT(regular, "楷体, 二级标题"),
    FONT(song, "宋体, page numbers"),
    FONT(bold, "仿宋加粗"),
    BIND_END,
};

static const Bind token_rows[] = {
    BIND_STR(TokenNamed, module, "module", OPTIONAL, "path of the maker's PKCS#11 library"),
    BIND_STR(TokenNamed, label, "label", OPTIONAL, "of the token; empty: the first that is there"),
    BIND_INT(TokenNamed, sm2_mechanism, "sm2_mechanism", OPTIONAL,
             "the maker's number of signing with SM2; 0: it knows none"),
    BIND_END,
};

static const Bind settings_rows[] = {
    BIND_STR(Settings, operations, "operations", OPTIONAL,
             "operations database: empty for SQLite in the data folder, or postgresql://…"),
    BIND_STR(Settings, pool, "pool", OPTIONAL,
             "data pool: empty for DuckDB in the data folder, or postgresql://…"),
    BIND_STR(Settings, listen, "listen", OPTIONAL, "address and port to serve at"),
    BIND_STR(Settings, key_file, "key_file", OPTIONAL, "file with the master key, 64 hex digits"),
    BIND_INT(Settings, memory_mib, "memory_mib", OPTIONAL, "DuckDB's memory limit in MiB"),
    BIND_INT(Settings, threads, "threads", OPTIONAL, "threads for the pool; 0: all processors"),
    BIND_STR(Settings, office_name, "office_name", OPTIONAL,
             "name of the office, shown on the page"),
    BIND_BOOL(Settings, demonstration, "demonstration", OPTIONAL,
              "the data are invented; pages say so"),
    LIMITED(file_mib, FILE_MIB_MOST, "MiB a file of a matter may have; 0: 100"),
    LIMITED(idle_minutes, IDLE_MOST / 60, "minutes without a request until one must sign in again"),
    LIMITED(session_hours, SESSION_MOST / 3600, "hours a sign-in lasts at most"),
    LIMITED(password_days, PASSWORD_DAYS_MOST, "days until a password must be changed; 0: never"),
    BIND_ENUM(Settings, second_factor, "second_factor", OPTIONAL, second_factor_names,
              "who must have a second factor: choice, administrators, everybody"),
    BIND_OBJECT(Settings, fonts, "fonts", OPTIONAL, font_rows,
                "fonts of documents, before those the program looks for"),
    BIND_OBJECT(Settings, token, "token", OPTIONAL, token_rows,
                "a device that keeps signing keys (PKCS#11)"),
    BIND_STR(Settings, backups, "backups", OPTIONAL,
             "folder for backups; empty: backups in the data folder"),
    BIND_INT(Settings, backups_kept, "backups_kept", OPTIONAL,
             "how many backups made by the server are kept; 0: all"),
    BIND_END,
};

enum { SETTINGS_MOST = 64 * 1024, BACKUPS_KEPT = 14 };

static Str path_in(Arena *a, Str folder, const char *name) {
    return str_format(a, "%.*s/%s", STR_ARG(folder), name);
}

static bool file_read(Arena *a, const char *path, Str *out, Err *e) {
    FILE *f = fopen(path, "re");

    if (!f)
        return err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_DISK, path, "无法读取 %s：%s", path,
                       strerror(errno));
    char *text = arena_alloc(a, SETTINGS_MOST + 1);
    size_t n = fread(text, 1, SETTINGS_MOST + 1, f);

    fclose(f);
    if (n > SETTINGS_MOST)
        return err_set(e, ERR_TOO_LARGE, path, "设置文件 %s 超过 64 KiB，请检查是否放错了文件",
                       path);
    *out = (Str){text, n};
    return true;
}

static bool settings_read(Arena *a, Str folder, Settings *out, Err *e) {
    Str path = path_in(a, folder, "settings.yaml"), text;

    if (!file_read(a, path.ptr, &text, e)) {
        if (e->code == ERR_NOT_FOUND)
            return err_set(
                e, ERR_NOT_FOUND, folder.ptr,
                "%s 不是联衡的数据目录（没有 settings.yaml），请先运行 lianheng init --data %s",
                folder.ptr, folder.ptr);
        return false;
    }
    Node *tree = yaml_read(a, text, path.ptr, e);

    *out = (Settings){.listen = STR("127.0.0.1:8080"), .memory_mib = 1024};
    return tree && bind_read(a, settings_rows, tree, out, e);
}

/* Also the place of its name. */
static int settings_need(const Settings *s) {
    return s->second_factor   ? s->second_factor - 1
           : s->demonstration ? SECOND_FACTOR_CHOICE
                              : SECOND_FACTOR_ADMINISTRATORS;
}

static void fonts_apply(const Settings *s) {
    const Str wanted[FONT_ROLE_COUNT] = {
        [FONT_BODY] = s->fonts.body,   [FONT_TITLE] = s->fonts.title,
        [FONT_BLACK] = s->fonts.black, [FONT_REGULAR] = s->fonts.regular,
        [FONT_SONG] = s->fonts.song,   [FONT_BOLD] = s->fonts.bold};
    scoped_arena Arena *a = arena_new();
    FontChains chains = {{NULL}};

    for (FontRole i = 0; i < FONT_ROLE_COUNT; i++)
        chains.chain[i] = str_dup(a, wanted[i]).ptr;
    font_chains_use(&chains);
}

/* Keys that stay in a device; how seals look that the program draws. */
static void seals_apply(const Settings *s) {
    token_settings_use(&(TokenSettings){.module = s->token.module,
                                        .token = s->token.label,
                                        .sm2_mechanism = s->token.sm2_mechanism});
    seal_demonstration(s->demonstration);
}

static void policy_apply(const Settings *s) {
    sign_in_policy_set(&(SignInPolicy){.idle = s->idle_minutes * 60,
                                       .longest = s->session_hours * 3600,
                                       .password_days = s->password_days,
                                       .need = settings_need(s)});
}

static bool settings_write(Str folder, const Settings *s, Err *e) {
    scoped_arena Arena *a = arena_new();
    Str path = path_in(a, folder, "settings.yaml");
    FILE *f = fopen(path.ptr, "wxe");

    if (!f)
        return err_set(e, ERR_DISK, path.ptr, "无法写入 %s：%s，请检查目录权限和磁盘空间", path.ptr,
                       strerror(errno));
    fprintf(f,
            "# 联衡的设置。改动在重启后生效。留空的项用默认值。\n"
            "operations: \"%.*s\"   # 业务库；留空为本目录内的 SQLite，或 postgresql://…\n"
            "pool: \"%.*s\"         # 数据资源池；留空为本目录内的 DuckDB，或 postgresql://…\n"
            "listen: \"%.*s\"\n"
            "key_file: \"%.*s\"     # 主密钥文件；留空为本目录内的 master.key，务必另行备份\n"
            "memory_mib: %lld      # 数据资源池的内存上限（MiB）\n"
            "threads: %lld            # 0 为全部处理器\n"
            "office_name: \"%.*s\"\n"
            "demonstration: %s\n"
            "backups: \"%.*s\"         # 备份的位置；留空为本目录内的 backups\n"
            "backups_kept: %lld         # 保留最近几份，0 为全部\n"
            "file_mib: %lld            # 事项材料每个文件的上限（MiB）\n"
            "idle_minutes: %lld        # 多少分钟没有操作就要重新登录\n"
            "session_hours: %lld       # 一次登录最长多少小时\n"
            "password_days: %lld        # 密码多少天后必须更换，0 为不限\n"
            "second_factor: %s  # 谁必须绑定动态验证码：choice 自愿，administrators 管理员必须，"
            "everybody 人人必须\n",
            STR_ARG(s->operations), STR_ARG(s->pool),
            STR_ARG(s->listen.len ? s->listen : STR("127.0.0.1:8080")), STR_ARG(s->key_file),
            (long long)(s->memory_mib ? s->memory_mib : 1024), (long long)s->threads,
            STR_ARG(s->office_name), s->demonstration ? "true" : "false", STR_ARG(s->backups),
            (long long)(s->backups_kept ? s->backups_kept : BACKUPS_KEPT),
            (long long)(s->file_mib ? s->file_mib : FILE_MIB_DEFAULT),
            (long long)(s->idle_minutes ? s->idle_minutes : SESSION_IDLE / 60),
            (long long)(s->session_hours ? s->session_hours : SESSION_LONGEST / 3600),
            (long long)s->password_days, second_factor_names[settings_need(s)].name);
    if (fflush(f) != 0 || fsync(fileno(f)) != 0 || fclose(f) != 0)
        return err_set(e, ERR_DISK, path.ptr, "写入 %s 时出错：%s，请检查磁盘空间", path.ptr,
                       strerror(errno));
    return true;
}

static bool folder_make(const char *path, Err *e) {
    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return true;
    return err_set(e, ERR_DISK, path, "无法建立目录 %s：%s，请检查上级目录是否存在、是否可写", path,
                   strerror(errno));
}

/* The lock file stays; the kernel frees the lock when the process ends, however it ends. */
static int folder_lock(Str folder, Err *e) {
    scoped_arena Arena *a = arena_new();
    Str path = path_in(a, folder, "lock");
    int fd = open(path.ptr, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0) {
        err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_DISK, folder.ptr,
                "无法使用数据目录 %s：%s，请检查目录是否存在、是否可写", folder.ptr,
                strerror(errno));
        return -1;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        err_set(e, ERR_BUSY, folder.ptr,
                "数据目录 %s 正由另一个联衡进程使用，请先停止它，或换一个目录", folder.ptr);
        return -1;
    }
    return fd;
}

static Str operations_place(Arena *a, Str folder, const Settings *s) {
    return s->operations.len ? str_dup(a, s->operations)
                             : str_format(a, "sqlite:%.*s/operations.db", STR_ARG(folder));
}

static Str key_path(Arena *a, Str folder, const Settings *s) {
    return s->key_file.len ? str_dup(a, s->key_file) : path_in(a, folder, "master.key");
}

/* Register the projections of every layer, once in the life of the process. */
static void register_projections(void) {
    people_register();
    organisation_register();
    trace_register();
    law_register();
    pool_register();
    matter_register();
    document_register();
    shelf_register();
    certificate_register();
    clue_register();
    rotate_register();
    backup_register();
}

/* The first account; its random password is shown once and must be changed. A failed init may be
 * run again, so an account that is there gets a new password. */
static bool first_account(Store *store, char password[32], Err *e) {
    char fresh[24];
    int64_t accounts;

    account_random_password(fresh);
    snprintf(password, 32, "%s", fresh);
    if (!account_count(store, &accounts, e))
        return false;
    if (accounts)
        return account_set_password(store, STR("system"), STR("admin"), str_of(fresh), true, e);
    return account_create(store, STR("system"), STR("admin"), STR("管理员"), str_of(fresh), true,
                          e);
}

/* A key that was changed already belongs to other data. */
static bool key_is_fresh(const Keys *keys, Str path, Err *e) {
    return keys_generation(keys) == 1 ||
           err_set(e, ERR_KEY, path.ptr,
                   "密钥文件 %s 属于另一个数据目录（已轮换过），请换一个密钥文件的位置", path.ptr);
}

/* The installation's own organisation, and a role for accounts from before there were roles. A
 * broken journal must still open, so that somebody can look at it. */
static bool organisations_start(Store *store, const Content *c, Str office_name, Err *e) {
    Err why = {0};

    if (organisation_begin(store, c, office_name, &why) || why.code == ERR_BROKEN)
        return true;
    *e = why;
    return false;
}

/* Flows as they are now are kept in the journal. A broken one must still open. */
static bool flows_start(Store *store, const Content *c, Err *e) {
    Err why = {0};

    if (flow_publish(store, c, &why) || why.code == ERR_BROKEN)
        return true;
    *e = why;
    return false;
}

/* Names and texts of matters that an earlier version left open. */
static bool texts_start(Store *store, Err *e) {
    int64_t rows = 0;
    bool good = matter_seal_all(store, &rows, e);

    if (rows)
        log_line(LOG_INFO, "seal", "%lld rows of matters were sealed", (long long)rows);
    return good;
}

static pthread_once_t registered = PTHREAD_ONCE_INIT;

static Str pool_place(Arena *a, Str folder, const Settings *s) {
    return s->pool.len ? str_dup(a, s->pool)
                       : str_format(a, "duckdb:%.*s/pool.duckdb", STR_ARG(folder));
}

static bool pool_reachable(Str folder, const Settings *s, Err *e) {
    scoped_arena Arena *a = arena_new();
    Str spill = path_in(a, folder, "spill");

    if (!folder_make(spill.ptr, e))
        return false;
    Pool *pool =
        pool_open(&(PoolSettings){.place = pool_place(a, folder, s), .spill = spill.ptr}, e);

    pool_close(pool);
    return pool != NULL;
}

bool office_create(const char *folder, const Settings *settings, char password[32], Err *e) {
    scoped_arena Arena *a = arena_new();
    Str home = str_of(folder);
    struct stat st;

    pthread_once(&registered, register_projections);
    if (!folder_make(folder, e))
        return false;
    if (stat(path_in(a, home, "settings.yaml").ptr, &st) == 0)
        return err_set(e, ERR_CONFLICT, folder,
                       "%s 已经是联衡的数据目录；要重新开始请换一个目录，原有数据不会被覆盖",
                       folder);
    int lock = folder_lock(home, e);

    if (lock < 0)
        return false;
    /* The stores are tried before the key is made: when one cannot be reached, nothing is left half
     * done. settings.yaml comes last: it makes the folder a data folder, so that a failed init can
     * be run again. */
    Str key_file = key_path(a, home, settings);
    Store *store = store_open(operations_place(a, home, settings).ptr, e);
    Keys *keys = NULL;
    bool good = store && pool_reachable(home, settings, e);

    if (good) {
        keys = stat(key_file.ptr, &st) == 0 ? keys_load(key_file.ptr, e)
                                            : keys_create(key_file.ptr, e);
        good = keys != NULL && key_is_fresh(keys, key_file, e);
    }
    if (good) {
        journal_use_keys(store, keys);
        Content *content = content_load(path_in(a, home, "content").ptr, e);

        good = content && installation_begin(store, keys, e) && first_account(store, password, e) &&
               organisation_begin(store, content, settings->office_name, e) &&
               settings_write(home, settings, e);
        content_drop(content);
    }
    store_close(store);
    keys_free(keys);
    close(lock);
    return good;
}

static Snapshot *snapshot_load(Str folder, Err *e) {
    scoped_arena Arena *a = arena_new();
    struct SnapshotCount *s = calloc(1, sizeof *s);

    s->snapshot.content = content_load(path_in(a, folder, "content").ptr, e);
    if (s->snapshot.content && clue_rules_check(s->snapshot.content, e))
        s->snapshot.models = models_load(s->snapshot.content, e);
    if (!s->snapshot.models) {
        content_drop(s->snapshot.content);
        free(s);
        return NULL;
    }
    atomic_init(&s->holders, 1);
    return &s->snapshot;
}

void snapshot_drop(Snapshot *s) {
    struct SnapshotCount *c = (struct SnapshotCount *)s;

    if (!s || atomic_fetch_sub(&c->holders, 1) > 1)
        return;
    models_free(s->models);
    content_drop(s->content);
    free(c);
}

Snapshot *office_snapshot(Office *o) {
    struct OfficePrivate *p = o->private_;

    pthread_mutex_lock(&p->mutex);
    Snapshot *s = p->now;

    atomic_fetch_add(&((struct SnapshotCount *)s)->holders, 1);
    pthread_mutex_unlock(&p->mutex);
    return s;
}

void office_run_begin(Office *o) {
    pthread_mutex_lock(&o->private_->running);
}

void office_run_end(Office *o) {
    pthread_mutex_unlock(&o->private_->running);
}

bool office_upkeep_begin(Office *o, Upkeep what, Err *e) {
    int none = UPKEEP_NONE;

    if (atomic_compare_exchange_strong(&o->private_->upkeep, &none, what))
        return true;
    return err_set(e, ERR_BUSY, NULL, "%s，请等它结束后再试",
                   none == UPKEEP_BACKUP ? "正在备份" : "正在轮换密钥");
}

void office_upkeep_end(Office *o) {
    atomic_store(&o->private_->upkeep, UPKEEP_NONE);
}

Upkeep office_upkeep(Office *o) {
    return (Upkeep)atomic_load(&o->private_->upkeep);
}

/* Rows by the sealing rules of this content, before it is in force. A broken journal must still
 * open, so that somebody can look at it: its rows have been sealed then, untold. */
static bool judge_rows(Office *o, const Content *c, Err *e) {
    JudgeResult sum;
    Err why = {0};

    office_run_begin(o); /* a run that saw rows as open must not be recorded when they are not */
    bool good = pool_judge_all(o->importer, c, STR("system"), NULL, &sum, &why);

    office_run_end(o);
    if (good || why.code == ERR_BROKEN)
        return true;
    *e = why;
    return false;
}

bool office_reload(Office *o, Err *e) {
    struct OfficePrivate *p = o->private_;
    Snapshot *s = snapshot_load(o->folder, e);

    if (!s)
        return false;
    if (!flow_needed(o->store, s->content, e) || !common_words_take(s->content, e) ||
        !pool_fit(o->pool, s->content, e) || !judge_rows(o, s->content, e)) {
        snapshot_drop(s);
        return false;
    }
    administrator_roles_take(s->content);
    pthread_mutex_lock(&p->mutex);
    Snapshot *old = p->now;

    p->now = s;
    pthread_mutex_unlock(&p->mutex);
    /* Open periods are counted anew by the clock's thread (http/clock.c), step by step. */
    bool good = flows_start(o->store, s->content, e);

    snapshot_drop(old);
    return good;
}

/* Pool rows whose event never came are swept; what the journal knows becomes visible. */
static bool pool_start(Office *o, Err *e) {
    int64_t visible;

    if (!installation_newest_batch(o->store, &visible, e) ||
        !pool_fit(o->pool, o->private_->now->content, e) || !pool_sweep(o->pool, visible, e))
        return false;
    pool_set_visible(o->pool, visible);
    return true;
}

static bool parts_open(Office *o, Err *e) {
    Arena *a = o->arena;
    o->key_path = key_path(a, o->folder, &o->settings);
    o->keys = keys_load(o->key_path.ptr, e);
    if (!o->keys)
        return false;
    o->store = store_open(operations_place(a, o->folder, &o->settings).ptr, e);
    if (!o->store)
        return false;
    journal_use_keys(o->store, o->keys);
    matter_linker(matter_link_subjects, o->keys);
    if (!installation_check(o->store, o->keys, e) || !office_keys_begin(o, e))
        return false;
    o->private_->follow = follow_begin(o);
    o->private_->now = snapshot_load(o->folder, e);
    if (!o->private_->now || !common_words_take(o->private_->now->content, e))
        return false;
    administrator_roles_take(o->private_->now->content);
    policy_apply(&o->settings);
    fonts_apply(&o->settings);
    seals_apply(&o->settings);
    if (!organisations_start(o->store, o->private_->now->content, o->settings.office_name, e))
        return false;
    if (!flow_needed(o->store, o->private_->now->content, e) ||
        !flows_start(o->store, o->private_->now->content, e) || !texts_start(o->store, e))
        return false;
    Str spill = path_in(a, o->folder, "spill");

    if (!folder_make(spill.ptr, e))
        return false;
    o->pool = pool_open(&(PoolSettings){.place = pool_place(a, o->folder, &o->settings),
                                        .memory_bytes = o->settings.memory_mib << 20,
                                        .spill = spill.ptr,
                                        .threads = (int)o->settings.threads},
                        e);
    if (o->pool)
        pool_use_store(o->pool, o->store);
    if (!o->pool || !pool_start(o, e))
        return false;
    o->importer = importer_new(o->pool, o->store, o->keys, o->folder.ptr);
    return judge_rows(o, o->private_->now->content, e);
}

Office *office_open(const char *folder, Err *e) {
    Arena *a = arena_new();
    Office *o = arena_new_of(a, Office);

    pthread_once(&registered, register_projections);
    o->arena = a;
    o->folder = str_dup(a, str_of(folder));
    o->private_ = arena_new_of(a, struct OfficePrivate);
    o->private_->lock = -1;
    pthread_mutex_init(&o->private_->mutex, NULL);
    pthread_mutex_init(&o->private_->running, NULL);
    if (settings_read(a, o->folder, &o->settings, e)) {
        o->private_->lock = folder_lock(o->folder, e);
        if (o->private_->lock >= 0 && parts_open(o, e))
            return o;
    }
    office_close(o);
    return NULL;
}

void office_close(Office *o) {
    if (!o)
        return;
    if (o->importer)
        importer_free(o->importer);
    if (o->pool)
        pool_close(o->pool);
    snapshot_drop(o->private_->now);
    if (o->store)
        store_close(o->store);
    follow_end(o->private_->follow);
    matter_linker_end(o->keys);
    if (o->keys)
        keys_free(o->keys);
    if (o->private_->lock >= 0)
        close(o->private_->lock);
    pthread_mutex_destroy(&o->private_->mutex);
    pthread_mutex_destroy(&o->private_->running);
    arena_free(o->arena);
}
