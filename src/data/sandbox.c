/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/sandbox.c: fork, close everything, set limits, and send messages over a pipe. What a worker
 * may ask of the kernel is in sandbox_filter.c. */
#include "data/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/banned.h"
#include "data/sandbox_filter.h"

/* A sheet of a million rows takes seconds; the memory is for 200 MiB of shared strings and a row.
 */
enum { CPU_SECONDS = 900, PIPE_SIZE = 1 << 20 };
static const rlim_t MEMORY_BYTES = (rlim_t)1 << 30;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

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

static void close_between(int from, int to) {
    if (from > to || syscall(SYS_close_range, (unsigned)from, (unsigned)to, 0u) == 0)
        return;
    struct rlimit limit;
    int most = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536 ? (int)limit.rlim_cur
                                                                               : 65536;

    for (int fd = from; fd <= to && fd < most; fd++)
        close(fd);
}

/* The parent may hold databases and sockets: none of them goes along. Only stderr stays, where a
 * sanitizer writes its report. */
static void close_others(int a, int b) {
    int low = a < b ? a : b, high = a < b ? b : a;

    close_between(0, 1);
    close_between(3, low - 1);
    close_between(low < 3 ? 3 : low + 1, high - 1);
    close_between(high + 1, INT32_MAX);
}

static void default_signals(void) {
    sigset_t none;

    for (int s = 1; s < 32; s++)
        signal(s, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Writable private memory of this process, copied from the parent, in bytes. */
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

static _Noreturn void run_worker(const WorkerTask *task, int fd) {
    Port port = {fd};
    Err e = {0};
    const char *off = getenv("LIANHENG_NO_SANDBOX");

    default_signals();
    close_others(fd, task->fd >= 0 ? task->fd : fd);
    set_limits();
    if ((off == NULL || strcmp(off, "1") != 0) && !sandbox_lock())
        err_set(&e, ERR_INTERNAL, NULL,
                "这个系统不允许启用 seccomp 沙箱，不能安全地解析表格文件；请允许 seccomp，"
                "或另存为 CSV 再导入");
    else if (task->run(&port, task->input, &e))
        e.code = ERR_NONE;
    if (e.code != ERR_NONE)
        send_error(&port, &e);
    else
        port_send(&port, MESSAGE_END, (Str){NULL, 0});
    /* Not exit: the parent's exit handlers are not ours to run. */
    _exit(0);
}

/* --- the parent's side ----------------------------------------------------------------------- */

Worker *worker_start(const WorkerTask *task, Err *e) {
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0) {
        err_set(e, ERR_INTERNAL, NULL, "不能启动解析进程：%s", strerror(errno));
        return NULL;
    }
    (void)fcntl(ends[0], F_SETPIPE_SZ, PIPE_SIZE); /* faster when granted */
    pid_t pid = fork();

    if (pid == 0)
        run_worker(task, ends[1]);
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        err_set(e, ERR_INTERNAL, NULL, "不能启动解析进程：%s", strerror(errno));
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
