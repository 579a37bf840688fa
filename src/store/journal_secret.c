/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/journal_secret.c: the secret part of one entry, read again. */
#include "sql_statements.h"
#include "store/journal_entry.h"

#include "base/banned.h"

bool journal_secret(Tx *tx, Arena *a, int64_t sequence, const Node **secret, Err *e) {
    Err why = {0};
    const Node *row = tx_row(tx, a, &SQL_journal_entry, ARGS(ARG_OF_INT(sequence)), &why);

    if (why.code != ERR_NONE) {
        if (e)
            *e = why;
        return false;
    }
    *secret = NULL;
    if (!row)
        return true;
    Entry entry = entry_of(row);

    return secret_unseal(tx, a, &entry, secret, e);
}
