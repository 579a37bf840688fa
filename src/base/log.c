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

#include "base/buf.h"
#include "base/day.h"

#include "base/banned.h"

enum { TEXT_MAX = 8192, LINE_MAX_BYTES = 65536, KEPT = 6, LONG_RUN = 15 };

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

static bool is_digit(uint32_t rune) {
    rune = rune_half_width(rune);
    return rune >= '0' && rune <= '9';
}

static bool take_digit(Str *s) {
    Str rest = *s;
    uint32_t rune;

    if (!str_rune(&rest, &rune) || !is_digit(rune))
        return false;
    *s = rest;
    return true;
}

/* A run of digits at the start of *s goes to `out`, masked when it is long enough to be an identity
 * number; the X of a check digit goes with it. */
static void add_digits(Str *s, Buf *out) {
    Str start = *s;
    size_t count = 0, kept = 0;

    while (take_digit(s))
        if (++count == KEPT)
            kept = start.len - s->len;
    if (count < LONG_RUN) {
        buf_add(out, str_slice(start, 0, start.len - s->len));
        return;
    }
    if (s->len && (s->ptr[0] == 'X' || s->ptr[0] == 'x')) {
        *s = str_slice(*s, 1, s->len);
        count++;
    }
    buf_add(out, str_slice(start, 0, kept));
    for (size_t i = KEPT; i < count; i++)
        buf_add_char(out, '*');
}

/* As the inside of a JSON string. */
static void add_text(Str s, Buf *out) {
    while (s.len) {
        Str here = s;

        if (take_digit(&here)) {
            add_digits(&s, out);
            continue;
        }
        uint32_t rune;

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
