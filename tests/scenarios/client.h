/* SPDX-License-Identifier: MulanPSL-2.0 */
/* scenarios/client.h: a plain HTTP client for tests: one request a connection, nothing hidden. */
#ifndef SCENARIOS_CLIENT_H
#define SCENARIOS_CLIENT_H

#include "base/buf.h"

typedef struct Reply {
    int status;
    Str head, body; /* in the arena */
} Reply;

typedef struct Ask {
    uint16_t port;
    const char *method, *path; /* the path as it goes over the wire */
    const char *headers;       /* "Name: value\r\n…" or "" */
    Str body;
} Ask;

/* False when the connection broke before the reply was whole. */
bool client_ask(const Ask *ask, Arena *a, Reply *out);
/* These bytes as they are, and what comes back until the server closes. */
bool client_send(uint16_t port, Str bytes, Arena *a, Reply *out);
/* A header's value, or the empty text. */
Str client_header(const Reply *r, const char *name);

int client_dial(uint16_t port);
int client_dial_room(uint16_t port, int room); /* of the receiving side, bytes; 0: the system's */
bool client_write(int fd, Str bytes);
/* An open stream: bytes are read as they come. */
int client_open(const Ask *ask);
/* Wait until the stream has said `text`, at most `seconds`; what came is added to `heard`. */
bool client_hear(int fd, Buf *heard, Str text, double seconds);
/* Wait until the stream ends. */
bool client_hear_end(int fd, Buf *heard, double seconds);

#endif
