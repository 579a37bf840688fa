/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/sandbox.c: start this program again as a worker, with limits, and send messages over a pipe.
 * What a worker may ask of the kernel is in sandbox_filter.c. */
#include "data/sandbox.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/banned.h"
#include "data/sandbox_filter.h"

/* A sheet of a million rows takes seconds; the memory is for 200 MiB of shared strings and a row.
 */
enum { CPU_SECONDS = 900, PIPE_SIZE = 1 << 20 };
/* Where a worker finds the file and the pipe. */
enum { FILE_FD = 3, PIPE_FD = 4, KINDS_MAX = 8 };
static const rlim_t MEMORY_BYTES = (rlim_t)1 << 30;

typedef struct Header {
    uint32_t type, size;
} Header;

struct Port {
    int fd;
};

struct Worker {
    pid_t pid;
    int fd;
    bool ended;
};

/* --- the worker's side ----------------------------------------------------------------------- */

void port_send(Port *p, uint32_t type, Str payload) {
    Header header = {type, (uint32_t)payload.len};
    union {
        const char *from;
        char *to;
    } bytes = {payload.ptr};
    struct iovec parts[2] = {{&header, sizeof header}, {bytes.to, payload.len}};

    for (int i = 0; i < 2;) {
        ssize_t n = parts[i].iov_len == 0 ? 0 : writev(p->fd, parts + i, 2 - i);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            _exit(1);
        size_t done = (size_t)n;

        for (; i < 2 && done >= parts[i].iov_len; i++)
            done -= parts[i].iov_len;
        if (i < 2) {
            parts[i].iov_base = (char *)parts[i].iov_base + done;
            parts[i].iov_len -= done;
        }
    }
}

static void send_error(Port *p, const Err *e) {
    scoped_buf Buf out;
    uint32_t code = (uint32_t)e->code;

    buf_init(&out, sizeof *e);
    buf_add_bytes(&out, &code, sizeof code);
    buf_add_c(&out, e->text);
    port_send(p, MESSAGE_ERROR, buf_str(&out));
}

/* Writable private memory of this process so far, in bytes. */
static rlim_t memory_now(void) {
    unsigned long pages[6] = {0};
    FILE *f = fopen("/proc/self/statm", "r");

    if (f == NULL)
        return 0;
    for (int i = 0; i < 6 && fscanf(f, "%lu", &pages[i]) == 1; i++)
        ;
    fclose(f);
    return (rlim_t)pages[5] * (rlim_t)sysconf(_SC_PAGESIZE);
}

static void limit(__rlimit_resource_t what, rlim_t most) {
    struct rlimit now, wanted = {most, most};

    if (getrlimit(what, &now) == 0 && now.rlim_max != RLIM_INFINITY && now.rlim_max < most)
        wanted.rlim_cur = wanted.rlim_max = now.rlim_max;
    setrlimit(what, &wanted);
}

static void set_limits(void) {
    rlim_t memory = memory_now();

    limit(RLIMIT_CPU, CPU_SECONDS);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_CORE, 0);
    /* Sanitizers map terabytes of shadow. */
    if (memory != 0 && !SANITIZED)
        limit(RLIMIT_DATA, memory + MEMORY_BYTES);
}

static const WorkerKind *kinds[KINDS_MAX];
static size_t kind_count;

void worker_register(const WorkerKind *kind) {
    assert(kind_count < KINDS_MAX);
    kinds[kind_count++] = kind;
}

static _Noreturn void run_worker(const WorkerKind *kind) {
    Port port = {PIPE_FD};
    Err e = {0};
    const char *input = getenv("LIANHENG_WORKER_INPUT"), *off = getenv("LIANHENG_NO_SANDBOX");

    if (kind->prepare != NULL)
        kind->prepare();
    set_limits();
    if ((off == NULL || strcmp(off, "1") != 0) && !sandbox_lock())
        err_set(&e, ERR_INTERNAL, NULL,
                "这个系统不允许启用 seccomp 沙箱，不能安全地解析表格文件；请允许 seccomp，"
                "或另存为 CSV 再导入");
    else if (kind->run(&port, FILE_FD, str_of(input), &e))
        e.code = ERR_NONE;
    if (e.code != ERR_NONE)
        send_error(&port, &e);
    else
        port_send(&port, MESSAGE_END, (Str){NULL, 0});
    _exit(0);
}

/* Before main, and after every kind was registered: is this process a worker? So no program that
 * reads spreadsheets has to remember to ask. */
static __attribute__((constructor(1002))) void become_worker(void) {
    const char *name = getenv("LIANHENG_WORKER");

    for (size_t i = 0; name != NULL && i < kind_count; i++)
        if (strcmp(kinds[i]->name, name) == 0)
            run_worker(kinds[i]);
    if (name != NULL)
        _exit(1);
}

/* --- the parent's side ----------------------------------------------------------------------- */

/* The environment of a worker: what the loader and sanitizers need, no secrets. */
typedef struct Environment {
    char kind[64], input[1024];
    char *values[16];
    size_t count;
} Environment;

static void make_environment(Environment *env, const char *kind, Str input) {
    static const char *const kept[] = {
        "LD_LIBRARY_PATH=", "ASAN_OPTIONS=",        "UBSAN_OPTIONS=",    "TSAN_OPTIONS=",
        "LSAN_OPTIONS=",    "LIANHENG_NO_SANDBOX=", "LLVM_PROFILE_FILE="};

    snprintf(env->kind, sizeof env->kind, "LIANHENG_WORKER=%s", kind);
    snprintf(env->input, sizeof env->input, "LIANHENG_WORKER_INPUT=%.*s", STR_ARG(input));
    env->values[env->count++] = env->kind;
    env->values[env->count++] = env->input;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        size_t n = strlen(kept[i]);
        char **p = environ;

        while (*p != NULL && strncmp(*p, kept[i], n) != 0)
            p++;
        if (*p != NULL)
            env->values[env->count++] = *p;
    }
    env->values[env->count] = NULL;
}

/* The worker's descriptors: its file, the pipe, and stderr, where a sanitizer writes its report.
 * The parent's databases and sockets stay behind. */
static int spawn(pid_t *pid, const char *program, int file, int pipe_end, Environment *env) {
    char title[] = "lianheng-worker";
    char *arguments[] = {title, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t all, none;

    sigfillset(&all);
    sigemptyset(&none);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, file, FILE_FD);
    posix_spawn_file_actions_adddup2(&actions, pipe_end, PIPE_FD);
    posix_spawn_file_actions_addclosefrom_np(&actions, PIPE_FD + 1);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    int error = posix_spawn(pid, program, &actions, &attributes, arguments, env->values);

    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* The program's file by name where it still has one, which valgrind understands; else, when it was
 * replaced by a newer version meanwhile, by the kernel's link to the old one. */
static const char *own_program(char path[4096]) {
    ssize_t n = readlink("/proc/self/exe", path, 4095);

    path[n > 0 ? n : 0] = '\0';
    return n > 0 && access(path, X_OK) == 0 ? path : "/proc/self/exe";
}

/* A copy out of the way of the numbers that descriptors get in the worker. */
static int copy_up(int fd) {
    return fcntl(fd, F_DUPFD_CLOEXEC, PIPE_FD + 8);
}

static void close_if_open(int fd) {
    if (fd >= 0)
        close(fd);
}

Worker *worker_start(const WorkerKind *kind, int fd, Str input, Err *e) {
    int ends[2] = {-1, -1}, file = -1, pipe_end = -1, error = 0;
    char path[4096];
    Environment env = {.count = 0};
    pid_t pid = 0;

    make_environment(&env, kind->name, input);
    if (pipe2(ends, O_CLOEXEC) != 0 || (pipe_end = copy_up(ends[1])) < 0 ||
        (file = copy_up(fd)) < 0)
        error = errno;
    if (error == 0) {
        (void)fcntl(ends[0], F_SETPIPE_SZ, PIPE_SIZE); /* faster when granted */
        error = spawn(&pid, own_program(path), file, pipe_end, &env);
    }
    close_if_open(file);
    close_if_open(pipe_end);
    close_if_open(ends[1]);
    if (error != 0) {
        close_if_open(ends[0]);
        err_set(e, ERR_INTERNAL, NULL, "不能启动解析进程：%s", strerror(error));
        return NULL;
    }
    Worker *w = calloc(1, sizeof *w);

    if (w == NULL)
        abort();
    w->pid = pid;
    w->fd = ends[0];
    return w;
}

static int reap(Worker *w) {
    int status = 0;

    while (w->pid > 0 && waitpid(w->pid, &status, 0) < 0 && errno == EINTR)
        ;
    w->pid = 0;
    return status;
}

/* The pipe closed before the worker said it was done. */
static bool fail_death(Worker *w, Err *e) {
    int status = reap(w), signal_number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

    w->ended = true;
    if (signal_number == SIGSYS)
        return err_set(
            e, ERR_INVALID, NULL,
            "解析文件时出现被禁止的操作，解析进程已被安全机制终止；文件可能有问题，请用 WPS "
            "或 Excel 打开后另存为 .xlsx 再导入");
    if (signal_number == SIGXCPU || signal_number == SIGKILL || signal_number == SIGABRT)
        return err_set(e, ERR_TOO_LARGE, NULL,
                       "解析文件用的内存或时间超过上限，请拆分文件，或另存为 CSV 再导入");
    return err_set(
        e, ERR_INVALID, NULL,
        "解析进程异常退出（%d），文件可能已损坏，请用 WPS 或 Excel 打开后另存为 .xlsx 再导入",
        signal_number != 0 ? signal_number : WEXITSTATUS(status));
}

static bool fail_protocol(Worker *w, Err *e) {
    w->ended = true;
    return err_set(e, ERR_INTERNAL, NULL, "解析进程发来不合规的消息，已停止读取这个文件");
}

/* Exactly n bytes; false at the end of the pipe. */
static bool read_all(int fd, char *to, size_t n) {
    while (n != 0) {
        ssize_t got = read(fd, to, n);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        to += got;
        n -= (size_t)got;
    }
    return true;
}

static bool take_error(Worker *w, Str payload, Err *e) {
    uint32_t code;

    if (payload.len < sizeof code)
        return fail_protocol(w, e);
    memcpy(&code, payload.ptr, sizeof code);
    Str text = str_slice(payload, sizeof code, payload.len);

    if (code == ERR_NONE || code > ERR_PRECONDITION || text.len >= sizeof e->text ||
        !str_utf8_valid(text))
        return fail_protocol(w, e);
    w->ended = true;
    return err_set(e, (ErrCode)code, NULL, "%.*s", STR_ARG(text));
}

bool worker_receive(Worker *w, uint32_t *type, Buf *payload, Err *e) {
    Header header;

    buf_clear(payload);
    if (w->ended) {
        *type = MESSAGE_END;
        return true;
    }
    if (!read_all(w->fd, (char *)&header, sizeof header))
        return fail_death(w, e);
    if (header.type > MESSAGE_LAST || header.size > MESSAGE_MAX)
        return fail_protocol(w, e);
    char *to = buf_reserve(payload, header.size);

    if (to == NULL)
        return fail_protocol(w, e);
    if (!read_all(w->fd, to, header.size))
        return fail_death(w, e);
    payload->len += header.size;
    payload->ptr[payload->len] = '\0';
    if (header.type == MESSAGE_ERROR)
        return take_error(w, buf_str(payload), e);
    w->ended = header.type == MESSAGE_END;
    *type = header.type;
    return true;
}

void worker_stop(Worker *w) {
    if (w == NULL)
        return;
    close(w->fd);
    if (w->pid > 0) {
        kill(w->pid, SIGKILL);
        reap(w);
    }
    free(w);
}
