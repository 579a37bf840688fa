/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/sandbox_filter.h: what a worker may ask of the kernel. Private to sandbox.c. */
#ifndef DATA_SANDBOX_FILTER_H
#define DATA_SANDBOX_FILTER_H

#include <stdbool.h>

/* Lock this process in for good. False when the system refuses. */
bool sandbox_lock(void);

#endif
