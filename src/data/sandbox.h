/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/sandbox.h: run a parser of foreign files in a forked worker that can compute, read what it
 * was given and speak to its parent, and nothing else. */
#ifndef DATA_SANDBOX_H
#define DATA_SANDBOX_H

#include "base/buf.h"
#include "base/err.h"

/* A message is a type and up to MESSAGE_MAX bytes. The parent trusts neither: sizes are checked
 * here, contents by whoever asked. */
#define MESSAGE_MAX ((size_t)20 << 20)
enum { MESSAGE_END = 0, MESSAGE_ERROR = 1, MESSAGE_FIRST = 2, MESSAGE_LAST = 15 };

typedef struct Port Port; /* the worker's end */
/* Never returns when the parent has gone. */
void port_send(Port *p, uint32_t type, Str payload);

/* What to run. It lives in the parent's memory as it was at the fork. */
typedef struct WorkerTask {
    int fd; /* the one file that stays open; -1: none */
    const void *input;
    bool (*run)(Port *p, const void *input, Err *e); /* locked in; false reports *e */
} WorkerTask;

typedef struct Worker Worker; /* the parent's end */

/* ERR_INTERNAL when this system forbids seccomp filters; LIANHENG_NO_SANDBOX=1 in the environment
 * then runs without the filter. */
Worker *worker_start(const WorkerTask *task, Err *e);
/* The next message into *payload (cleared first; its ceiling must be MESSAGE_MAX or more).
 * MESSAGE_END once the worker is done. False when it reported an error, broke the protocol, died,
 * used too much memory or time. */
bool worker_receive(Worker *w, uint32_t *type, Buf *payload, Err *e);
void worker_stop(Worker *w); /* ends the worker whatever it does; NULL is fine */

#endif
