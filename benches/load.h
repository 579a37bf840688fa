/* SPDX-License-Identifier: MulanPSL-2.0 */
/* benches/load.h: clients that ask one server over and over, each on a connection that stays open,
 * and how long they waited. */
#ifndef BENCHES_LOAD_H
#define BENCHES_LOAD_H

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"

enum { CLIENTS_MOST = 200, SAMPLES_MOST = 200000 };

/* Requests are asked in turn, each client beginning at another one. */
typedef struct Load {
    uint16_t port;
    char request[2048];
    const char *const *requests; /* NULL: `request` alone */
    size_t request_count;
    atomic_bool stop;
} Load;

typedef struct Client {
    Load *load;
    pthread_t thread;
    size_t count, first;
    float *samples; /* milliseconds */
    bool failed;
} Client;

static inline double now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Processor time of this process, its clients included: what others on the machine do leaves it
 * alone. */
static inline double spent_cpu(void) {
    struct rusage u;

    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static inline int dial(uint16_t port) {
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* One reply with Content-Length on a connection that stays open; its status, 0 when it broke. */
static inline int read_reply(int fd, char *room, size_t size, Str *whole) {
    size_t have = 0, want = 0;

    for (;;) {
        ssize_t n = recv(fd, room + have, size - 1 - have, 0);

        if (n <= 0)
            return 0;
        have += (size_t)n;
        room[have] = '\0';
        const char *end = strstr(room, "\r\n\r\n");

        if (end != NULL && want == 0) {
            const char *length = strcasestr(room, "content-length: ");

            want = (size_t)(end + 4 - room) + (length != NULL ? strtoul(length + 16, NULL, 10) : 0);
        }
        if (want != 0 && have >= want)
            break;
        if (have + 1 >= size)
            return 0;
    }
    *whole = (Str){room, have};
    return (int)strtol(room + 9, NULL, 10);
}

static inline void *run_client(void *context) {
    Client *c = context;
    size_t size = (size_t)4 << 20;
    char *room = malloc(size);
    int fd = dial(c->load->port);
    Str whole;

    while (!c->failed && !atomic_load(&c->load->stop)) {
        double began = now();
        const char *request =
            c->load->requests == NULL
                ? c->load->request
                : c->load->requests[(c->first + c->count) % c->load->request_count];
        size_t length = strlen(request);

        c->failed = fd < 0 || send(fd, request, length, MSG_NOSIGNAL) != (ssize_t)length ||
                    read_reply(fd, room, size, &whole) != 200;
        if (c->count < SAMPLES_MOST)
            c->samples[c->count] = (float)((now() - began) * 1000);
        c->count++;
    }
    if (fd >= 0)
        close(fd);
    free(room);
    return NULL;
}

static inline int by_size(const void *x, const void *y) {
    float a = *(const float *)x, b = *(const float *)y;

    return a < b ? -1 : a > b;
}

/* Replies a second; the samples of all clients are put together for the percentiles. */
static inline double measure(Load *load, const char *what, size_t clients, double seconds,
                             double base) {
    Client *each = calloc(clients, sizeof *each);
    float *all = NULL;
    size_t count = 0, samples = 0;
    bool failed = false;
    double began = now(), cpu = spent_cpu();

    atomic_store(&load->stop, false);
    for (size_t i = 0; i < clients; i++) {
        each[i].load = load;
        each[i].first = load->request_count * i / clients;
        each[i].samples = calloc(SAMPLES_MOST, sizeof(float));
        pthread_create(&each[i].thread, NULL, run_client, &each[i]);
    }
    nanosleep(&(struct timespec){.tv_sec = (time_t)seconds}, NULL);
    atomic_store(&load->stop, true);
    for (size_t i = 0; i < clients; i++)
        pthread_join(each[i].thread, NULL);
    double rate, spent = now() - began;

    cpu = spent_cpu() - cpu;

    for (size_t i = 0; i < clients; i++) {
        size_t n = each[i].count < SAMPLES_MOST ? each[i].count : SAMPLES_MOST;

        all = realloc(all, (samples + n + 1) * sizeof *all);
        memcpy(all + samples, each[i].samples, n * sizeof *all);
        samples += n;
        count += each[i].count;
        failed = failed || each[i].failed;
        free(each[i].samples);
    }
    rate = (double)count / spent;
    qsort(all, samples, sizeof *all, by_size);
    printf("{\"what\":\"%s\",\"rate\":%.0f,\"ratio\":%.2f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,"
           "\"cpu_us\":%.0f%s}\n",
           what, rate, base > 0 ? rate / base : 1.0, samples ? all[samples / 2] : 0.0F,
           samples ? all[samples * 99 / 100] : 0.0F, cpu * 1e6 / (double)(count ? count : 1),
           failed ? ",\"failed\":true" : "");
    fflush(stdout);
    free(all);
    free(each);
    return rate;
}

#endif
