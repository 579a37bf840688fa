/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/sandbox_test.c: a worker can talk, and can do nothing else. */
#include "data/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static bool talks(Port *p, const void *input, Err *e) {
    const char *word = input;
    static char big[3 << 20];

    (void)e;
    port_send(p, 2, str_of(word));
    memset(big, 'x', sizeof big);
    port_send(p, 3, (Str){big, sizeof big});
    port_send(p, 4, (Str){NULL, 0});
    return true;
}

static void messages_arrive(void **state) {
    WorkerTask task = {.fd = -1, .input = "你好", .run = talks};
    Err e = {0};
    scoped_buf Buf payload;
    uint32_t type;
    (void)state;

    buf_init(&payload, MESSAGE_MAX);
    Worker *w = worker_start(&task, &e);

    assert_true(worker_receive(w, &type, &payload, &e));
    assert_int_equal(type, 2);
    assert_true(str_is(buf_str(&payload), "你好"));
    assert_true(worker_receive(w, &type, &payload, &e));
    assert_int_equal(type, 3);
    assert_int_equal(payload.len, 3 << 20);
    assert_true(worker_receive(w, &type, &payload, &e));
    assert_int_equal(type, 4);
    assert_true(worker_receive(w, &type, &payload, &e));
    assert_int_equal(type, MESSAGE_END);
    assert_true(worker_receive(w, &type, &payload, &e));
    assert_int_equal(type, MESSAGE_END);
    worker_stop(w);
}

/* What a worker's run ends in: the first message that is not ordinary. */
static bool outcome(const WorkerTask *task, Err *e) {
    scoped_buf Buf payload;
    uint32_t type = MESSAGE_FIRST;
    bool ok = true;

    buf_init(&payload, MESSAGE_MAX);
    Worker *w = worker_start(task, e);

    assert_non_null(w);
    while (ok && type != MESSAGE_END)
        ok = worker_receive(w, &type, &payload, e);
    worker_stop(w);
    return ok;
}

static bool reports(Port *p, const void *input, Err *e) {
    (void)p, (void)input;
    return err_set(e, ERR_TOO_LARGE, NULL, "太大：%d", 7);
}

static bool opens_socket(Port *p, const void *input, Err *e) {
    (void)p, (void)input, (void)e;
    return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool forks(Port *p, const void *input, Err *e) {
    (void)p, (void)input, (void)e;
    return fork() >= 0;
}

static bool executes(Port *p, const void *input, Err *e) {
    char name[] = "/bin/true", *const arguments[] = {name, NULL};
    (void)p, (void)input, (void)e;
    execv(name, arguments);
    return true;
}

static bool deletes(Port *p, const void *input, Err *e) {
    (void)p, (void)input, (void)e;
    unlink("/tmp/lianheng-nothing-of-this-name");
    return true;
}

static bool sends_too_much(Port *p, const void *input, Err *e) {
    (void)input, (void)e;
    port_send(p, 99, STR("x"));
    return true;
}

static bool leaves(Port *p, const void *input, Err *e) {
    (void)p, (void)input, (void)e;
    _exit(3);
}

#if !defined(__SANITIZE_ADDRESS__)
static bool devours_memory(Port *p, const void *input, Err *e) {
    (void)p, (void)input, (void)e;
    for (int i = 0; i < 4096; i++) {
        char *block = malloc(1 << 20);

        if (block == NULL)
            return err_set(e, ERR_TOO_LARGE, NULL, "内存用完");
        memset(block, i, 1 << 20);
    }
    return true;
}
#endif

static void misdeeds_end_the_worker(void **state) {
    static const struct {
        bool (*run)(Port *, const void *, Err *);
        ErrCode code;
        const char *part;
    } cases[] = {
        {reports, ERR_TOO_LARGE, "太大：7"},
        {opens_socket, ERR_INVALID, "安全机制"},
        {forks, ERR_INVALID, "安全机制"},
        {executes, ERR_INVALID, "安全机制"},
        {deletes, ERR_INVALID, "安全机制"},
        {sends_too_much, ERR_INTERNAL, "不合规"},
        {leaves, ERR_INVALID, "异常退出（3）"},
#if !defined(__SANITIZE_ADDRESS__)
        {devours_memory, ERR_TOO_LARGE, "内存用完"},
#endif
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        WorkerTask task = {.fd = -1, .run = cases[i].run};
        Err e = {0};

        assert_false(outcome(&task, &e));
        if (e.code != cases[i].code || strstr(e.text, cases[i].part) == NULL)
            fail_msg("case %zu: %d %s", i, e.code, e.text);
    }
}

typedef struct Files {
    int given, other;
} Files;

static bool can_read(int fd) {
    char c;

    return fd >= 0 && pread(fd, &c, 1, 0) == 1;
}

static bool only_given_files(Port *p, const void *input, Err *e) {
    const Files *files = input;

    (void)p;
    if (!can_read(files->given))
        return err_set(e, ERR_INVALID, NULL, "the given file is closed");
    if (can_read(files->other))
        return err_set(e, ERR_INVALID, NULL, "the other file is open");
    if (open("/etc/passwd", O_RDONLY) >= 0 || errno != EACCES)
        return err_set(e, ERR_INVALID, NULL, "another file opens");
    return true;
}

static void only_the_given_file_is_there(void **state) {
    char name[] = "/tmp/lianheng-sandbox-XXXXXX";
    Files files = {mkstemp(name), open("/etc/passwd", O_RDONLY)};
    WorkerTask task = {.fd = files.given, .input = &files, .run = only_given_files};
    Err e = {0};
    (void)state;

    assert_int_equal(write(files.given, "x", 1), 1);
    if (!outcome(&task, &e))
        fail_msg("%s", e.text);
    close(files.given);
    close(files.other);
    unlink(name);
}

static bool runs_for_ever(Port *p, const void *input, Err *e) {
    (void)input, (void)e;
    for (;;)
        port_send(p, 2, STR("again"));
    return true;
}

static void a_worker_can_be_stopped(void **state) {
    WorkerTask task = {.fd = -1, .run = runs_for_ever};
    Err e = {0};
    scoped_buf Buf payload;
    uint32_t type;
    (void)state;

    buf_init(&payload, MESSAGE_MAX);
    Worker *w = worker_start(&task, &e);

    assert_true(worker_receive(w, &type, &payload, &e));
    worker_stop(w);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nobody left behind */
    assert_int_equal(errno, ECHILD);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_arrive),
        cmocka_unit_test(misdeeds_end_the_worker),
        cmocka_unit_test(only_the_given_file_is_there),
        cmocka_unit_test(a_worker_can_be_stopped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
