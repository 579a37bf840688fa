/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/demo_matters.h: a handful of matters in the demo county, in several states. */
#ifndef MAIN_DEMO_MATTERS_H
#define MAIN_DEMO_MATTERS_H

#include "main/cli.h"

/* After demo_people. Begun and carried on by the demo people through the very acts that the page
 * sends, with their own rights. Every name is invented. */
bool demo_matters(Cli *c, Err *e);

#endif
