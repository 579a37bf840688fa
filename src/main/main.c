/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/main.c: a process begins, and ends with the exit status of its command. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "main/cli.h"

static atomic_bool interrupted;

/* The first ctrl-C asks the command to stop; the second ends the process. */
static void on_interrupt(int number) {
    if (atomic_exchange(&interrupted, true))
        _exit(128 + number);
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "--version") == 0) {
        puts("lianheng " LIANHENG_VERSION);
        return 0;
    }
    char *cwd = getcwd(NULL, 0);
    CliPlace place = {.cwd = cwd != NULL ? cwd : "/",
                      .out = stdout,
                      .err = stderr,
                      .in = STDIN_FILENO,
                      .cancel = &interrupted};

    umask(077); /* what this process writes is nobody else's to read, DuckDB's log too */
    crypto_start();
    log_level(LOG_WARNING);
    signal(SIGPIPE, SIG_IGN);
    sigaction(SIGINT, &(struct sigaction){.sa_handler = on_interrupt, .sa_flags = SA_RESTART},
              NULL);
    int status = cli_run(&place, argc - 1, argv + 1);

    free(cwd);
    return status;
}
