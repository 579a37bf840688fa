/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/sandbox_test.c: a worker can talk, and can do nothing else. */
#include "data/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* --- in the worker: the input names the deed ------------------------------------------------- */

static char secret[] = "as the program file has it"; /* the parent changes it */
static bool prepared;

static bool talks(Port *p, int fd, Err *e) {
    static char big[3 << 20];

    (void)fd, (void)e;
    port_send(p, 2, STR("你好"));
    memset(big, 'x', sizeof big);
    port_send(p, 3, (Str){big, sizeof big});
    port_send(p, 4, (Str){NULL, 0});
    return true;
}

static bool reports(Port *p, int fd, Err *e) {
    (void)p, (void)fd;
    return err_set(e, ERR_TOO_LARGE, NULL, "太大：%d", 7);
}

static bool opens_socket(Port *p, int fd, Err *e) {
    (void)p, (void)fd, (void)e;
    return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool forks(Port *p, int fd, Err *e) {
    (void)p, (void)fd, (void)e;
    return fork() >= 0;
}

static bool executes(Port *p, int fd, Err *e) {
    char name[] = "/bin/true", *const arguments[] = {name, NULL};
    (void)p, (void)fd, (void)e;
    execv(name, arguments);
    return true;
}

static bool deletes(Port *p, int fd, Err *e) {
    (void)p, (void)fd, (void)e;
    unlink("/tmp/lianheng-nothing-of-this-name");
    return true;
}

static bool signals(Port *p, int fd, Err *e) {
    (void)p, (void)fd, (void)e;
    kill(getppid(), SIGKILL);
    return true;
}

static bool speaks_wrongly(Port *p, int fd, Err *e) {
    (void)fd, (void)e;
    port_send(p, 99, STR("x"));
    return true;
}

static bool leaves(Port *p, int fd, Err *e) {
    (void)p, (void)fd, (void)e;
    _exit(3);
}

static bool crashes(Port *p, int fd, Err *e) {
    (void)p, (void)fd, (void)e;
    raise(SIGSEGV);
    return true;
}

static bool devours_memory(Port *p, int fd, Err *e) {
    (void)p, (void)fd;
    for (int i = 0; i < 4096; i++) {
        char *block = malloc(1 << 20);

        if (block == NULL)
            return err_set(e, ERR_TOO_LARGE, NULL, "内存用完");
        block[0] = block[1 << 19] = (char)i;
    }
    return true;
}

static bool looks_around(Port *p, int fd, Err *e) {
    char c;

    (void)p;
    if (pread(fd, &c, 1, 0) != 1 || c != 'x')
        return err_set(e, ERR_INVALID, NULL, "the given file cannot be read");
    for (int other = 0; other < 200; other++)
        if (other != fd && pread(other, &c, 1, 0) == 1)
            return err_set(e, ERR_INVALID, NULL, "descriptor %d can be read", other);
    if (open("/etc/passwd", O_RDONLY) >= 0 || errno != EACCES)
        return err_set(e, ERR_INVALID, NULL, "another file opens");
    if (strcmp(secret, "as the program file has it") != 0)
        return err_set(e, ERR_INVALID, NULL, "the parent's memory came along");
    if (getenv("LIANHENG_TEST_SECRET") != NULL)
        return err_set(e, ERR_INVALID, NULL, "the parent's environment came along");
    return prepared || err_set(e, ERR_INVALID, NULL, "prepare did not run");
}

static bool runs_for_ever(Port *p, int fd, Err *e) {
    (void)fd, (void)e;
    for (;;)
        port_send(p, 2, STR("again"));
    return true;
}

static const struct {
    const char *name;
    bool (*run)(Port *, int, Err *);
} deeds[] = {
    {"talks", talks},
    {"reports", reports},
    {"opens_socket", opens_socket},
    {"forks", forks},
    {"executes", executes},
    {"deletes", deletes},
    {"signals", signals},
    {"speaks_wrongly", speaks_wrongly},
    {"leaves", leaves},
    {"crashes", crashes},
    {"devours_memory", devours_memory},
    {"looks_around", looks_around},
    {"runs_for_ever", runs_for_ever},
};

static bool run(Port *p, int fd, Str input, Err *e) {
    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++)
        if (str_is(input, deeds[i].name))
            return deeds[i].run(p, fd, e);
    return err_set(e, ERR_INVALID, NULL, "no such deed");
}

static void prepare(void) {
    prepared = true;
}

static const WorkerKind test_worker = {.name = "test", .prepare = prepare, .run = run};
WORKER_KIND(test_worker)

/* --- in the parent --------------------------------------------------------------------------- */

static Worker *start(const char *deed, Err *e) {
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    Worker *w = worker_start(&test_worker, fd, str_of(deed), e);

    close(fd);
    assert_non_null(w);
    return w;
}

/* What a worker's run ends in. */
static bool outcome(Worker *w, Err *e) {
    scoped_buf Buf payload = {.max = MESSAGE_MAX};
    uint32_t type = MESSAGE_FIRST;
    bool ok = true;

    while (ok && type != MESSAGE_END)
        ok = worker_receive(w, &type, &payload, e);
    worker_stop(w);
    return ok;
}

static void messages_arrive(void **state) {
    scoped_buf Buf payload = {.max = MESSAGE_MAX};
    Err e = {0};
    uint32_t type;
    Worker *w = start("talks", &e);
    (void)state;

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

static void misdeeds_end_the_worker(void **state) {
    static const struct {
        const char *deed;
        ErrCode code;
        const char *part;
    } cases[] = {
        {"reports", ERR_TOO_LARGE, "太大：7"},
        {"opens_socket", ERR_INVALID, "安全机制"},
        {"forks", ERR_INVALID, "安全机制"},
        {"executes", ERR_INVALID, "安全机制"},
        {"deletes", ERR_INVALID, "安全机制"},
        {"signals", ERR_INVALID, "安全机制"},
        {"speaks_wrongly", ERR_INTERNAL, "不合规"},
        {"leaves", ERR_INVALID, "异常退出（3）"},
#if !SANITIZED /* which would report the crash, and need memory without end */
        {"crashes", ERR_INVALID, "异常退出"},
        {"devours_memory", ERR_TOO_LARGE, "内存用完"},
#endif
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Err e = {0};

        assert_false(outcome(start(cases[i].deed, &e), &e));
        if (e.code != cases[i].code || strstr(e.text, cases[i].part) == NULL)
            fail_msg("%s: %d %s", cases[i].deed, e.code, e.text);
    }
}

static void only_the_given_file_is_there(void **state) {
    char name[] = "/tmp/lianheng-sandbox-XXXXXX";
    int given = mkstemp(name), other = open("/etc/passwd", O_RDONLY);
    Err e = {0};
    (void)state;

    assert_int_equal(write(given, "x", 1), 1);
    secret[0] = 'A';
    setenv("LIANHENG_TEST_SECRET", "1", 1);
    Worker *w = worker_start(&test_worker, given, STR("looks_around"), &e);

    unsetenv("LIANHENG_TEST_SECRET");
    if (!outcome(w, &e))
        fail_msg("%s", e.text);
    close(given);
    close(other);
    unlink(name);
}

static void a_bad_descriptor_is_an_error(void **state) {
    Err e = {0};
    (void)state;

    assert_null(worker_start(&test_worker, -1, STR("talks"), &e));
    assert_int_equal(e.code, ERR_INTERNAL);
}

static void a_worker_can_be_stopped(void **state) {
    scoped_buf Buf payload = {.max = MESSAGE_MAX};
    Err e = {0};
    uint32_t type;
    Worker *w = start("runs_for_ever", &e);
    (void)state;

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
        cmocka_unit_test(a_bad_descriptor_is_an_error),
        cmocka_unit_test(a_worker_can_be_stopped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
