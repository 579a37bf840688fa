/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/sandbox.h: run a parser of foreign files in a worker: a process of its own that can compute,
 * read the one file it was given and speak to its parent, and nothing else.
 *
 * A worker is this same program started anew, so it knows none of the parent's memory (keys, other
 * people's rows) and inherits no lock that another thread held, as a mere fork would. */
#ifndef DATA_SANDBOX_H
#define DATA_SANDBOX_H

#include "base/buf.h"
#include "base/err.h"

/* Sanitizers map terabytes of shadow, so there the memory limit is left out; all else holds. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

/* A message is a type and up to MESSAGE_MAX bytes. The parent trusts neither: sizes are checked
 * here, contents by whoever asked. */
#define MESSAGE_MAX ((size_t)20 << 20)
enum { MESSAGE_END = 0, MESSAGE_ERROR = 1, MESSAGE_FIRST = 2, MESSAGE_LAST = 15 };

typedef struct Port Port; /* the worker's end */
/* Never returns when the parent has gone. */
void port_send(Port *p, uint32_t type, Str payload);

typedef struct WorkerKind {
    const char *name;
    /* Before the lock; touches no foreign byte; may be NULL. */
    void (*prepare)(void);
    /* Locked in. `fd` is the file. False reports *e to the parent. */
    bool (*run)(Port *p, int fd, Str input, Err *e);
} WorkerKind;

/* Every kind is made known before main runs, in the parent and in the worker alike. */
void worker_register(const WorkerKind *kind);
#define WORKER_KIND(kind)                                                  \
    static __attribute__((constructor(1001))) void kind##_register(void) { \
        worker_register(&(kind));                                          \
    }

typedef struct Worker Worker; /* the parent's end */

/* `input` is a short text without NUL. ERR_INTERNAL when this system forbids seccomp filters;
 * LIANHENG_NO_SANDBOX=1 in the environment then runs without the filter. */
Worker *worker_start(const WorkerKind *kind, int fd, Str input, Err *e);
/* The next message into *payload (cleared first; its ceiling must be MESSAGE_MAX or more).
 * MESSAGE_END once the worker is done. False when it reported an error, broke the protocol, died,
 * used too much memory or time. */
bool worker_receive(Worker *w, uint32_t *type, Buf *payload, Err *e);
void worker_stop(Worker *w); /* ends the worker whatever it does; NULL is fine */

#endif
