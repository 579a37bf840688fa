/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/log.h: one line of JSON per event on stderr or in a file. Never an identity number: log_line
 * masks every run of 15 or more digits. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/str.h"

typedef enum LogLevel { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR } LogLevel;

void log_level(LogLevel least);
bool log_to(const char *path); /* NULL: stderr */
void log_line(LogLevel level, const char *topic, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
