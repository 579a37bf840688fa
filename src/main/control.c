/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/control.c: the local socket.
 *
 *   client ──► length, working directory and words, each ended by NUL; stdin, stdout, stderr
 * (SCM_RIGHTS) client ──► one byte, or the end of the connection: ctrl-C server ──► exit status,
 * when the command is done */
#include "main/control.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "main/cli.h"

enum { CALLS_MOST = 16, MESSAGE_MOST = 256 * 1024, WORDS_MOST = 64, STREAMS = 3 };

struct Control {
    Office *office;
    int fd;
    char *path;
    int stop[2]; /* closing the second end wakes the listener */
    pthread_t listener;
    pthread_mutex_t mutex;
    pthread_cond_t idle;
    size_t calls;
    atomic_bool stopping;
};

typedef struct Call {
    Control *control;
    int fd, streams[STREAMS];
    char *message; /* "cwd\0word\0word\0" */
    size_t length;
    atomic_bool cancel, done;
} Call;

/* A socket's path has 107 bytes; the folder's may be longer, but /proc names it by descriptor. */
static bool socket_address(const char *folder, int *folder_fd, struct sockaddr_un *out) {
    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    *folder_fd = open(folder, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
    if (*folder_fd < 0)
        return false;
    snprintf(out->sun_path, sizeof out->sun_path, "/proc/self/fd/%d/control.sock", *folder_fd);
    return true;
}

static bool read_whole(int fd, void *to, size_t n) {
    char *at = to;

    while (n > 0) {
        ssize_t got = read(fd, at, n);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        n -= (size_t)got;
    }
    return true;
}

static bool write_whole(int fd, const void *from, size_t n) {
    const char *at = from;

    while (n > 0) {
        ssize_t put = send(fd, at, n, MSG_NOSIGNAL);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        at += put;
        n -= (size_t)put;
    }
    return true;
}

/* --- the server's side ------------------------------------------------------------------------ */

static bool same_user(int fd) {
    struct ucred who;
    socklen_t n = sizeof who;

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) == 0 && who.uid == geteuid();
}

/* The length comes with the streams. */
static bool receive_head(Call *call, uint32_t *length) {
    char room[CMSG_SPACE(sizeof(int) * STREAMS)] = {0};
    struct iovec part = {length, sizeof *length};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};

    if (recvmsg(call->fd, &message, MSG_CMSG_CLOEXEC) != (ssize_t)sizeof *length)
        return false;
    const struct cmsghdr *rights = CMSG_FIRSTHDR(&message);

    if (rights == NULL || rights->cmsg_type != SCM_RIGHTS ||
        rights->cmsg_len != CMSG_LEN(sizeof call->streams))
        return false;
    memcpy(call->streams, CMSG_DATA(rights), sizeof call->streams);
    return *length > 0 && *length <= MESSAGE_MOST;
}

static bool receive(Call *call) {
    uint32_t length = 0;
    struct timeval patience = {.tv_sec = 10};

    setsockopt(call->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (!same_user(call->fd) || !receive_head(call, &length))
        return false;
    call->message = calloc(1, (size_t)length + 1);
    call->length = length;
    return read_whole(call->fd, call->message, length);
}

/* Any byte, or a caller who has gone, cancels. */
static void *watch(void *context) {
    Call *call = context;

    while (!atomic_load(&call->done)) {
        struct pollfd p = {.fd = call->fd, .events = POLLIN | POLLRDHUP};

        if (poll(&p, 1, 100) > 0)
            atomic_store(&call->cancel, true);
        if (atomic_load(&call->control->stopping))
            atomic_store(&call->cancel, true);
        if (atomic_load(&call->cancel))
            break;
    }
    return NULL;
}

static int run_call(Call *call) {
    char *words[WORDS_MOST];
    int count = 0;
    char *at = call->message + strlen(call->message) + 1, *end = call->message + call->length;
    FILE *out = fdopen(call->streams[1], "w"), *err = fdopen(call->streams[2], "w");
    int status = 1;

    while (at < end && count < WORDS_MOST) {
        words[count++] = at;
        at += strlen(at) + 1;
    }
    if (out != NULL && err != NULL) {
        CliPlace place = {.cwd = call->message,
                          .out = out,
                          .err = err,
                          .in = call->streams[0],
                          .cancel = &call->cancel,
                          .office = call->control->office};

        status = cli_run(&place, count, words);
    }
    if (out != NULL)
        fclose(out);
    if (err != NULL)
        fclose(err);
    call->streams[1] = call->streams[2] = -1;
    return status;
}

static void call_end(Call *call) {
    Control *c = call->control;

    for (int i = 0; i < STREAMS; i++)
        if (call->streams[i] >= 0)
            close(call->streams[i]);
    close(call->fd);
    free(call->message);
    free(call);
    pthread_mutex_lock(&c->mutex);
    c->calls--;
    pthread_cond_broadcast(&c->idle);
    pthread_mutex_unlock(&c->mutex);
}

static void *serve_call(void *context) {
    Call *call = context;
    pthread_t watcher;
    int32_t status = 1;

    if (receive(call) && pthread_create(&watcher, NULL, watch, call) == 0) {
        status = run_call(call);
        atomic_store(&call->done, true);
        pthread_join(watcher, NULL);
        write_whole(call->fd, &status, sizeof status);
    }
    call_end(call);
    return NULL;
}

static void begin_call(Control *c, int fd) {
    Call *call = calloc(1, sizeof *call);
    pthread_t thread;

    *call = (Call){.control = c, .fd = fd, .streams = {-1, -1, -1}};
    pthread_mutex_lock(&c->mutex);
    bool room = c->calls < CALLS_MOST;

    c->calls += 1;
    pthread_mutex_unlock(&c->mutex);
    if (room && pthread_create(&thread, NULL, serve_call, call) == 0)
        pthread_detach(thread);
    else
        call_end(call);
}

static void *listen_loop(void *context) {
    Control *c = context;

    for (;;) {
        struct pollfd p[2] = {{.fd = c->fd, .events = POLLIN},
                              {.fd = c->stop[0], .events = POLLIN}};

        if (poll(p, 2, -1) < 0 && errno != EINTR)
            break;
        if (p[1].revents != 0)
            break;
        if (p[0].revents == 0)
            continue;
        int fd = accept4(c->fd, NULL, NULL, SOCK_CLOEXEC);

        if (fd >= 0)
            begin_call(c, fd);
    }
    return NULL;
}

static bool listen_at(Control *c, const char *folder, Err *e) {
    struct sockaddr_un address;
    int folder_fd;
    mode_t mask;

    if (!socket_address(folder, &folder_fd, &address))
        return err_set(e, ERR_DISK, folder, "无法打开数据目录 %s：%s", folder, strerror(errno));
    unlink(address.sun_path); /* left by a process that was killed; the folder's lock is ours */
    c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    mask = umask(0177);
    bool good = c->fd >= 0 && bind(c->fd, (struct sockaddr *)&address, sizeof address) == 0 &&
                listen(c->fd, CALLS_MOST) == 0;

    umask(mask);
    if (!good)
        err_set(e, ERR_DISK, folder, "无法在数据目录 %s 里建立本地接口：%s", folder,
                strerror(errno));
    close(folder_fd);
    return good;
}

Control *control_start(Office *o, Err *e) {
    Control *c = calloc(1, sizeof *c);
    scoped_arena Arena *a = arena_new();

    c->office = o;
    c->fd = c->stop[0] = c->stop[1] = -1;
    pthread_mutex_init(&c->mutex, NULL);
    pthread_cond_init(&c->idle, NULL);
    if (!listen_at(c, o->folder.ptr, e) || pipe2(c->stop, O_CLOEXEC) != 0 ||
        pthread_create(&c->listener, NULL, listen_loop, c) != 0) {
        if (c->fd >= 0)
            close(c->fd);
        free(c);
        return NULL;
    }
    c->path = strdup(str_format(a, "%.*s/control.sock", STR_ARG(o->folder)).ptr);
    return c;
}

void control_stop(Control *c) {
    if (c == NULL)
        return;
    atomic_store(&c->stopping, true);
    close(c->stop[1]);
    pthread_join(c->listener, NULL);
    pthread_mutex_lock(&c->mutex);
    while (c->calls != 0)
        pthread_cond_wait(&c->idle, &c->mutex);
    pthread_mutex_unlock(&c->mutex);
    unlink(c->path);
    close(c->fd);
    close(c->stop[0]);
    free(c->path);
    pthread_mutex_destroy(&c->mutex);
    pthread_cond_destroy(&c->idle);
    free(c);
}

/* --- the command line's side ------------------------------------------------------------------ */

static int call_fd = -1;

/* Ctrl-C goes to the server; the command there ends in its own way and tells its status. */
static void on_interrupt(int number) {
    int kept = errno;

    (void)number;
    if (call_fd >= 0 && send(call_fd, "c", 1, MSG_NOSIGNAL) < 0) {
        /* The server has gone; reading its answer will notice. */
    }
    errno = kept;
}

static bool send_call(int fd, int argc, char **argv) {
    scoped_buf Buf text;
    char room[CMSG_SPACE(sizeof(int) * STREAMS)] = {0}, *cwd = getcwd(NULL, 0);
    int streams[STREAMS] = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};

    buf_init(&text, MESSAGE_MOST);
    buf_add_bytes(&text, cwd != NULL ? cwd : "/", strlen(cwd != NULL ? cwd : "/") + 1);
    free(cwd);
    for (int i = 0; i < argc; i++)
        buf_add_bytes(&text, argv[i], strlen(argv[i]) + 1);
    uint32_t length = (uint32_t)text.len;
    struct iovec part = {&length, sizeof length};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);

    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof streams);
    memcpy(CMSG_DATA(rights), streams, sizeof streams);
    return !text.full && sendmsg(fd, &message, MSG_NOSIGNAL) == (ssize_t)sizeof length &&
           write_whole(fd, text.ptr, text.len);
}

bool control_call(const char *folder, int argc, char **argv, int *status, Err *e) {
    struct sockaddr_un address;
    int folder_fd, fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int32_t answer;

    if (fd < 0 || !socket_address(folder, &folder_fd, &address) ||
        connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        if (fd >= 0)
            close(fd);
        return err_set(e, ERR_UNREACHABLE, folder, "没有服务在使用数据目录 %s", folder);
    }
    close(folder_fd);
    call_fd = fd;
    sigaction(SIGINT, &(struct sigaction){.sa_handler = on_interrupt}, NULL);
    bool good = send_call(fd, argc, argv) && read_whole(fd, &answer, sizeof answer);

    call_fd = -1;
    close(fd);
    if (!good)
        return err_set(e, ERR_INTERNAL, NULL, "服务中断了这条命令，请查看服务的日志后再试");
    *status = answer;
    return true;
}
