/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/banned.h: functions nobody here may call. Include it last in a .c file, after all system
 * headers. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

/* No ceiling (strcpy, strcat, sprintf), hidden state (strtok, gmtime, localtime, rand), no error
 * (atoi). Use Str and Buf, str_to_int, base/day.h and random_bytes. */
#pragma GCC poison strcpy strcat sprintf strtok atoi gmtime localtime rand

#endif
