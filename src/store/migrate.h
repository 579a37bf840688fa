/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/migrate.h: bring a database to the tables this program knows. */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "store/conn.h"

/* Made from sql/migrations/NNNN_name.sql, in order of version; version 0 ends. */
typedef struct Migration {
    int64_t version;
    const char *name;
    const char *sqlite;
    const char *postgresql;
} Migration;
extern const Migration migrations[];

/* Apply what is missing, each step in a transaction of its own. ERR_NEWER when the database holds a
 * step this program does not know. */
bool migrate(Conn *c, Err *e);

#endif
