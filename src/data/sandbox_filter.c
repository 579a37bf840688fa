/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/sandbox_filter.c: the allow-list. Anything not in it ends the process; what libraries try in
 * passing (opening files, asking about terminals) fails instead. */
#include "data/sandbox_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/mman.h>

/* Open descriptors, memory, time, and ending. Sanitizers need no more than this. */
static const int allowed[] = {
    SCMP_SYS(read),          SCMP_SYS(readv),          SCMP_SYS(pread64),
    SCMP_SYS(lseek),         SCMP_SYS(_llseek),        SCMP_SYS(write),
    SCMP_SYS(writev),        SCMP_SYS(close),          SCMP_SYS(fstat),
    SCMP_SYS(brk),           SCMP_SYS(munmap),         SCMP_SYS(mremap),
    SCMP_SYS(madvise),       SCMP_SYS(futex),          SCMP_SYS(sched_yield),
    SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),   SCMP_SYS(time),
    SCMP_SYS(getrandom),     SCMP_SYS(getpid),         SCMP_SYS(gettid),
    SCMP_SYS(sysinfo),       SCMP_SYS(sigaltstack),    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigreturn),  SCMP_SYS(rt_sigprocmask), SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),          SCMP_SYS(exit_group),     SCMP_SYS(tgkill),
};

static const int refused[] = {
    SCMP_SYS(open),       SCMP_SYS(openat), SCMP_SYS(access), SCMP_SYS(faccessat),
    SCMP_SYS(stat),       SCMP_SYS(lstat),  SCMP_SYS(statx),  SCMP_SYS(readlink),
    SCMP_SYS(readlinkat), SCMP_SYS(ioctl),  SCMP_SYS(prctl),  SCMP_SYS(getrlimit),
    SCMP_SYS(prlimit64),  SCMP_SYS(uname),  SCMP_SYS(getcwd), SCMP_SYS(sched_getaffinity),
};

static bool add_memory(scmp_filter_ctx f) {
    int r = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                             SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));

    r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                          SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    return r == 0;
}

static bool add_files(scmp_filter_ctx f) {
    /* glibc asks for an open file's state this way. */
    int r = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
                             SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH));

    /* By name it fails: libzip's use of local time looks for /etc/localtime. */
    r |= seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(newfstatat), 1,
                          SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, 0));
    /* fdopen asks for the flags. */
    r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_GETFL));
    return r == 0;
}

bool sandbox_lock(void) {
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
    bool ok = f != NULL;

    for (size_t i = 0; ok && i < sizeof allowed / sizeof *allowed; i++)
        ok = seccomp_rule_add(f, SCMP_ACT_ALLOW, allowed[i], 0) == 0;
    for (size_t i = 0; ok && i < sizeof refused / sizeof *refused; i++)
        ok = seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), refused[i], 0) == 0;
    ok = ok && add_memory(f) && add_files(f) && seccomp_load(f) == 0;
    seccomp_release(f);
    return ok;
}
