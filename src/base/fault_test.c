/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/fault_test.c: fault points are counted, failed and made to kill. */
#include "base/fault.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/banned.h"

/* How a child ends that has LIANHENG_CRASH set and passes some points. Must come before this
 * process passes one itself, for the variable is read once. */
static int child_status(const char *crash) {
    pid_t pid = fork();

    if (pid == 0) {
        if (freopen("/dev/null", "w", stderr) == NULL)
            _exit(9);
        setenv("LIANHENG_CRASH", crash, 1);
        for (int i = 0; i < 3; i++) {
            fault_hit("db.begin");
            fault_hit("db.commit");
        }
        _exit(0);
    }
    int status = -1;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void the_environment_names_where_to_die(void **state) {
    (void)state;
    static const struct {
        const char *crash;
        bool killed;
    } rows[] = {
        {"db.commit:1", true}, {"db.commit:3", true},   {"db.commit:4", false}, {"db:6", true},
        {"db:7", false},       {"pool.write:1", false}, {":6", true},
    };
    static const char *const wrong[] = {"db.commit", "db.commit:", "db.commit:0", "db.commit:x"};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int status = child_status(rows[i].crash);

        if (rows[i].killed)
            assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        else
            assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        int status = child_status(wrong[i]);

        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 2);
    }
}

static void the_nth_passage_fails_once(void **state) {
    (void)state;
    fault_arm("db.", 3);
    for (unsigned i = 1; i <= 6; i++) {
        assert_false(fault_hit("pool.write")); /* does not count */
        assert_int_equal(fault_hit(i % 2 ? "db.begin" : "db.commit"), i == 3);
        assert_int_equal(fault_count(), i);
        assert_int_equal(fault_fired(), i >= 3);
    }
}

static void unarmed_points_only_count(void **state) {
    (void)state;
    fault_arm("", 0);
    for (unsigned i = 1; i <= 5; i++) {
        assert_false(fault_hit("any"));
        assert_int_equal(fault_count(), i);
    }
    assert_false(fault_fired());
    fault_arm("any", 2); /* starts from nothing */
    assert_int_equal(fault_count(), 0);
    assert_false(fault_hit("any"));
    assert_true(fault_hit("any"));
    fault_arm(NULL, 0);
    assert_false(fault_fired());
}

static void the_macro_is_off_in_release(void **state) {
    (void)state;
    fault_arm("point", 1);
#ifdef LIANHENG_FAULTS
    assert_true(FAULT("point"));
#else
    assert_false(FAULT("point"));
    assert_int_equal(fault_count(), 0);
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_environment_names_where_to_die),
        cmocka_unit_test(the_nth_passage_fails_once),
        cmocka_unit_test(unarmed_points_only_count),
        cmocka_unit_test(the_macro_is_off_in_release),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
