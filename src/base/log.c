/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/log.c: one line of JSON per event, written in one piece. */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/citizen_text.h"
#include "base/day.h"
#include "base/identity_text.h"

#include "base/banned.h"

enum { TEXT_MAX = 8192, LINE_MAX_BYTES = 65536, KEPT = 6 };

static _Atomic int least_level = LOG_INFO;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards `output` and keeps lines whole */
static int output = STDERR_FILENO;

void log_level(LogLevel least) {
    atomic_store(&least_level, (int)least);
}

bool log_to(const char *path) {
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : STDERR_FILENO;

    if (fd < 0)
        return false;
    pthread_mutex_lock(&lock);
    if (output != STDERR_FILENO)
        close(output);
    output = fd;
    pthread_mutex_unlock(&lock);
    return true;
}

/* A run of digits at the start of *s goes to `out`, masked when it is long enough to be an identity
 * number, in groups too. */
static void add_digits(Str *s, size_t run, size_t digits, Buf *out) {
    Str kept = str_slice(*s, 0, run);
    uint32_t rune;

    *s = str_slice(*s, run, s->len);
    if (digits < DIGIT_RUN_SECRET) {
        buf_add(out, kept);
        return;
    }
    for (size_t n = 0; n < KEPT && str_rune(&kept, &rune);) {
        if (!rune_is_digit(rune_half_width(rune)))
            continue;
        buf_add_rune(out, rune);
        n++;
    }
    for (size_t n = KEPT; n < digits; n++)
        buf_add_char(out, '*');
}

/* As the inside of a JSON string. */
static void add_text(Str s, Buf *out) {
    while (s.len) {
        size_t digits, run = digit_run(s, &digits);
        uint32_t rune;

        if (run) {
            add_digits(&s, run, digits, out);
            continue;
        }

        str_rune(&s, &rune);
        if (rune == '"' || rune == '\\')
            buf_addf(out, "\\%c", (int)rune);
        else if (rune == '\n')
            buf_add_c(out, "\\n");
        else if (rune < 0x20 || rune == 0x7F)
            buf_addf(out, "\\u%04x", rune);
        else
            buf_add_rune(out, rune);
    }
}

static void write_line(Str line) {
    pthread_mutex_lock(&lock);
    while (line.len) {
        ssize_t n = write(output, line.ptr, line.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) /* nobody to tell that the log cannot be written */
            break;
        line = str_slice(line, (size_t)n, line.len);
    }
    pthread_mutex_unlock(&lock);
}

void log_line(LogLevel level, const char *topic, const char *format, ...) {
    static const char *const names[] = {"debug", "info", "warning", "error"};

    if ((int)level < atomic_load(&least_level))
        return;
    char text[TEXT_MAX], at[INSTANT_TEXT];
    scoped_buf Buf line;
    va_list args;

    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    instant_format(instant_now(), at);
    buf_init(&line, LINE_MAX_BYTES);
    buf_addf(&line, "{\"at\":\"%s\",\"level\":\"%s\",\"topic\":\"", at, names[level]);
    add_text(str_of(topic), &line);
    buf_add_c(&line, "\",\"text\":\"");
    add_text(str_of(n < 0 ? format : text), &line);
    buf_add_c(&line, n >= (int)sizeof text ? "…\"}\n" : "\"}\n");
    write_line(buf_str(&line));
}
