/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_ledger_routes.c: the route and the shapes of the ledger of answers. */
#include "http/document_ledger.h"

#include "http/shape_rows.h"

#ifdef ROUTES_ONLY
#define RUN(handler) .run = NULL
#else
#define RUN(handler) .run = handler
#endif

static const Bind ledger_query[] = {
    BIND_STR_MOST(DocumentLedgerQuery, type, "type", OPTIONAL, 60, "only this kind"),
    BIND_STR_MOST(DocumentLedgerQuery, from, "from", OPTIONAL, 10, "first day of issue"),
    BIND_STR_MOST(DocumentLedgerQuery, to, "to", OPTIONAL, 10, "last day of issue"),
    BIND_INT(DocumentLedgerQuery, organisation, "organisation", OPTIONAL, "only issued by it"),
    BIND_INT(DocumentLedgerQuery, receiver, "receiver", OPTIONAL, "only what it has to answer"),
    BIND_END,
};

#define ROWS_OF_FIGURE \
    JSON("query", REQUIRED, "Record<string, string>", "opens its rows in the list of documents")

static const Bind count_out[] = {
    INT("count", "documents"),
    ROWS_OF_FIGURE,
    BIND_END,
};
static const Bind assessed_out[] = {
    TEXT("value", "code of reply_assessments; none: not judged yet"),
    TEXT("title", "Chinese"),
    INT("count", "documents"),
    ROWS_OF_FIGURE,
    BIND_END,
};
#define FIGURES_OF_ANSWERS                                                                  \
    OBJECT("asked", count_out, "documents that were served and ask for an answer"),         \
        OBJECT("in_time", count_out, "of those: answered in time"),                         \
        OBJECT("late", count_out, "of those: answered too late"),                           \
        OBJECT("waiting", count_out, "of those: not answered, and there is time"),          \
        OBJECT("overdue", count_out, "of those: not answered, and the last day is over"),   \
        OBJECT("flagged", count_out, "of those: the answer was noticed to lack something"), \
        LIST("assessed", assessed_out, "answers by what was thought of them")

static const Bind ledger_total_out[] = {
    FIGURES_OF_ANSWERS,
    BIND_END,
};
static const Bind ledger_item_out[] = {
    INT("organisation", "who has to answer; 0: outside of the system"),
    TEXT("organisation_name", "its name"),
    TEXT("type", "kind of document"),
    TEXT("type_title", "Chinese"),
    FIGURES_OF_ANSWERS,
    BIND_END,
};
static const Bind ledger_out[] = {
    OBJECT("total", ledger_total_out,
           "all rows together: a document counts once for each organisation that has to answer it"),
    LIST("items", ledger_item_out, "by organisation and kind, most overdue first"),
    BIND_END,
};

const Route document_ledger_routes[] = {
    {GET, "/api/documents/ledger", ACCESS_USER, .name = "document_ledger",
     .needs = PERMISSION_MATTER_READ, .query = ledger_query,
     .query_size = sizeof(DocumentLedgerQuery), .out = ledger_out, RUN(api_document_ledger),
     .help = "Answers in time, late and missing, by organisation and kind"},
    {0},
};
