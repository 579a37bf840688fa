/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_ledger.h: 回复台账: who was asked for answers and what came. */
#ifndef HTTP_DOCUMENT_LEDGER_H
#define HTTP_DOCUMENT_LEDGER_H

#include "http/route.h"

typedef struct DocumentLedgerQuery {
    Str type, from, to;
    int64_t organisation, receiver;
} DocumentLedgerQuery;

extern const Route document_ledger_routes[];
extern Handler api_document_ledger;

#endif
