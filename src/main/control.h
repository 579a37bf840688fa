/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/control.h: while a server holds the data folder, the command line hands its words and its
 * standard streams to it over a local socket: same commands, same answers. */
#ifndef MAIN_CONTROL_H
#define MAIN_CONTROL_H

#include "clue/office.h"

typedef struct Control Control;

/* Listen at FOLDER/control.sock. Only processes of the same user may connect. */
Control *control_start(Office *o, Err *e);
/* Cancels running commands and waits for them. NULL is fine. */
void control_stop(Control *c);

/* Have the server of this folder run the words; *status is what the command ended with. False with
 * ERR_UNREACHABLE when no server listens there. */
bool control_call(const char *folder, int argc, char **argv, int *status, Err *e);

#endif
