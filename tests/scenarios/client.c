/* SPDX-License-Identifier: MulanPSL-2.0 */
/* scenarios/client.c: sockets and as much HTTP as the tests need. */
#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define REPLY_MOST ((size_t)256 << 20)

static double now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

bool client_write(int fd, Str s) {
    while (s.len != 0) {
        ssize_t n = send(fd, s.ptr, s.len, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        s = str_slice(s, (size_t)n, s.len);
    }
    return true;
}

int client_dial(uint16_t port) {
    return client_dial_room(port, 0);
}

int client_dial_room(uint16_t port, int room) {
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && room != 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

int client_open(const Ask *ask) {
    scoped_buf Buf head;

    buf_init(&head, (size_t)1 << 20);
    buf_addf(&head, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s", ask->method,
             ask->path, ask->headers);
    if (strcmp(ask->method, "GET") != 0 && strcmp(ask->method, "HEAD") != 0)
        buf_addf(&head, "Content-Length: %zu\r\n", ask->body.len);
    buf_add_c(&head, "\r\n");
    int fd = client_dial(ask->port);

    /* A server may answer before it has read everything, and close: what it said still counts. */
    if (fd >= 0 && client_write(fd, buf_str(&head)))
        client_write(fd, ask->body);
    return fd;
}

/* 1: bytes came; 0: the end; -1: nothing in time. */
static int read_more(int fd, Buf *to, double seconds) {
    struct pollfd p = {.fd = fd, .events = POLLIN};
    char piece[65536];

    if (poll(&p, 1, (int)(seconds * 1000)) <= 0)
        return -1;
    ssize_t n = recv(fd, piece, sizeof piece, 0);

    if (n > 0)
        buf_add_bytes(to, piece, (size_t)n);
    return n > 0 ? 1 : 0;
}

static bool parse(Str whole, Arena *a, Reply *out) {
    ptrdiff_t end = str_find(whole, STR("\r\n\r\n"));
    int64_t status = 0;

    if (end < 0 || !str_starts(whole, STR("HTTP/1.1 ")) ||
        !str_to_int(str_slice(whole, 9, 12), &status))
        return false;
    out->status = (int)status;
    out->head = str_dup(a, str_slice(whole, 0, (size_t)end + 2));
    out->body = str_dup(a, str_slice(whole, (size_t)end + 4, whole.len));
    /* "100 Continue" and the like do not occur: nobody asks for them. */
    return true;
}

static bool read_reply(int fd, Arena *a, Reply *out) {
    int more = fd >= 0 ? 1 : 0;
    scoped_buf Buf whole;

    buf_init(&whole, REPLY_MOST);
    while (more > 0)
        more = read_more(fd, &whole, 120);
    if (fd >= 0)
        close(fd);
    return parse(buf_str(&whole), a, out);
}

bool client_ask(const Ask *ask, Arena *a, Reply *out) {
    return read_reply(client_open(ask), a, out);
}

bool client_send(uint16_t port, Str bytes, Arena *a, Reply *out) {
    int fd = client_dial(port);

    if (fd >= 0)
        client_write(fd, bytes);
    return read_reply(fd, a, out);
}

Str client_header(const Reply *r, const char *name) {
    Str rest = r->head, line, key;

    while (str_split(&rest, '\n', &line)) {
        if (!str_split(&line, ':', &key))
            continue;
        if (str_eq_ascii_nocase(key, str_of(name)))
            return str_trim(line);
    }
    return (Str){NULL, 0};
}

bool client_hear(int fd, Buf *heard, Str text, double seconds) {
    double until = now() + seconds;

    while (str_find(buf_str(heard), text) < 0) {
        double left = until - now();

        if (left <= 0 || read_more(fd, heard, left) <= 0)
            return str_find(buf_str(heard), text) >= 0;
    }
    return true;
}

bool client_hear_end(int fd, Buf *heard, double seconds) {
    double until = now() + seconds;
    int more = 1;

    while (more > 0 && until > now())
        more = read_more(fd, heard, until - now());
    return more == 0;
}
