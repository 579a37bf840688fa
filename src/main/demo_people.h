/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/demo_people.h: the demo county's organisations and a person for each role. */
#ifndef MAIN_DEMO_PEOPLE_H
#define MAIN_DEMO_PEOPLE_H

#include "main/cli.h"

/* Sets up a fresh demonstration folder: organisations, people with random passwords that need not
 * be changed, a few teams. Prints the accounts as a table and writes them to
 * DATA/demo-accounts.txt (0600). `password` is the one init gave admin, who becomes the system
 * administrator. */
bool demo_people(Cli *c, const char *password, Err *e);

#endif
