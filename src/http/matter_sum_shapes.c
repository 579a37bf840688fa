/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/matter_sum_shapes.c: shapes of matters with their contents and of 统计. */
#include "http/matter_shapes.h"
#include "http/shape_rows.h"

#define ROWS_OF_FIGURE JSON("query", REQUIRED, "Record<string, string>", "opens its rows")

static const Bind part_out[] = {
    TEXT("flow", "id"),
    TEXT("title", "Chinese"),
    INT("count", "parts of this flow"),
    INT("open", "of those, going on"),
    INT("lapsed", "of those that go on, a period has run out"),
    ROWS_OF_FIGURE,
    BIND_END,
};
const Bind matter_contents_item_out[] = {
    OBJECT("matter", matter_item_out, "as in the list"),
    LIST("parties", matter_party_out, "who takes part"),
    LIST("values", matter_value_out, "what forms hold, in the flow's order"),
    MAYBE_TEXT("name", "what titles it, as filled in now; personal"),
    MAYBE_TEXT("day", "day or hour that may lie ahead: of a meeting, a hearing"),
    MAYBE_TEXT("day_title", "which day that is"),
    LIST("parts", part_out, "matters that name this one, by flow"),
    BIND_END,
};
PAGE(matter_contents_out, matter_contents_item_out);

static const Bind sum_out[] = {
    INT("count", "matters"),
    ROWS_OF_FIGURE,
    BIND_END,
};
#define FIGURES_OF_SPAN                                                 \
    OBJECT("opened", sum_out, "begun in the span"),                     \
        OBJECT("closed", sum_out, "ended in the span"),                 \
        OBJECT("in_time", sum_out, "of those: no period ever ran out"), \
        OBJECT("late", sum_out, "of those: one did"),                   \
        OBJECT("now", sum_out, "going on now, whenever begun"),         \
        OBJECT("overdue", sum_out, "of those: a period has run out"),   \
        MAYBE_REAL("average_days", "from beginning to end, of the ended ones")

static const Bind span_outcome_out[] = {
    TEXT("value", "id"),     TEXT("title", "Chinese"), BOOL("success", "counts as done"),
    INT("count", "matters"), ROWS_OF_FIGURE,           BIND_END,
};
static const Bind span_all_out[] = {
    FIGURES_OF_SPAN,
    BIND_END,
};
static const Bind span_flow_out[] = {
    TEXT("flow", "id"),
    TEXT("title", "Chinese"),
    TEXT("group", "heading in the menu"),
    FIGURES_OF_SPAN,
    LIST("outcomes", span_outcome_out, "how they ended"),
    BIND_END,
};
static const Bind span_month_out[] = {
    TEXT("month", "2026-03"),
    OBJECT("opened", sum_out, "begun"),
    OBJECT("closed", sum_out, "ended"),
    BIND_END,
};
static const Bind span_house_out[] = {
    INT("organisation", "number"),
    TEXT("name", "name"),
    OBJECT("opened", sum_out, "begun, with it among the parties"),
    OBJECT("closed", sum_out, "ended"),
    OBJECT("late", sum_out, "of those: a period ran out"),
    BIND_END,
};
const Bind statistics_out[] = {
    DATE("from", "first day"),
    DATE("to", "last day"),
    OBJECT("all", span_all_out, "all flows together"),
    LIST("flows", span_flow_out, "flows with matters"),
    LIST("months", span_month_out, "every month of the span"),
    LIST("houses", span_house_out, "houses that take part; empty when asked about one"),
    BIND_END,
};
