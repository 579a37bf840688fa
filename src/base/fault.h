/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/fault.h: named points where a test can make the outside world fail. Compiled out of release
 * builds. */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stdbool.h>

/* if (FAULT("pool.commit")) return err_set(e, ERR_DISK, …); */
#ifdef LIANHENG_FAULTS
#define FAULT(name) fault_hit(name)
#else
#define FAULT(name) false
#endif

/* What FAULT calls: did this passage of the point have to fail? */
bool fault_hit(const char *name);

/* Fail the n-th point reached from now on (1 = next), 0 = none; only points whose name starts with
 * `prefix` count. */
void fault_arm(const char *prefix, unsigned n);
/* As fault_arm, but the process ends there by SIGKILL: what a cut of the power leaves. */
void fault_kill(const char *prefix, unsigned n);
/* Do this work, once, in the middle of the next passage of a point so named, which then does not
 * fail: what another would do meanwhile. */
void fault_meanwhile(const char *name, void (*work)(void *), void *context);
/* Points passed since fault_arm; and whether the armed one was reached. */
unsigned fault_count(void);
bool fault_fired(void);
/* Kill the process (SIGKILL) instead of failing, for crash tests: set by LIANHENG_CRASH=name:n in
 * the environment. */

#endif
