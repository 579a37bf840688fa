/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/matter_inputs.c: the rows that read what requests say about flows and matters. */
#include "http/matter_inputs.h"

#include "http/inputs.h"

const Bind flow_check_in[] = {
    BIND_STR_MOST(FlowCheckIn, text, "text", REQUIRED, 500000, "a flow file"),
    BIND_END,
};

/* What matters are wanted: shared by the list and the calendar. */
#define CONDITIONS                                                                                 \
    BIND_STR_MOST(MatterListQuery, flow, "flow", OPTIONAL, 64, "only matters of this flow"),       \
        BIND_STR_MOST(MatterListQuery, state, "state", OPTIONAL, 16,                               \
                      "open, suspended, closed, merged, split, all; default: open and suspended"), \
        BIND_STR_MOST(MatterListQuery, outcome, "outcome", OPTIONAL, 64, "ended with this"),       \
        BIND_STR_MOST(MatterListQuery, step, "step", OPTIONAL, 64, "only with this step open"),    \
        BIND_STR_MOST(MatterListQuery, level, "level", OPTIONAL, 16, "urgent, high or ordinary"),  \
        BIND_STR_MOST(MatterListQuery, party, "party", OPTIONAL, 64,                               \
                      "with `organisation`: it takes part as this"),                               \
        BIND_STR_MOST(MatterListQuery, text, "text", OPTIONAL, 100,                                \
                      "words of the title, or a number"),                                          \
        BIND_STR_MOST(MatterListQuery, subject, "subject", OPTIONAL, 80,                           \
                      "linked to this: person:KEY"),                                               \
        BIND_STR_MOST(MatterListQuery, case_number, "case_number", OPTIONAL, 120, "of this case"), \
        BIND_STR_MOST(MatterListQuery, due, "due", OPTIONAL, 16,                                   \
                      "lapsed, today, week: whose period ends by then; none"),                     \
        BIND_STR_MOST(MatterListQuery, sort, "sort", OPTIONAL, 16,                                 \
                      "changed, opened, due or number"),                                           \
        BIND_STR_MOST(MatterListQuery, mine, "mine", OPTIONAL, 16,                                 \
                      "task, copy, begun or supervised"),                                          \
        BIND_STR_MOST(MatterListQuery, opened_from, "opened_from", OPTIONAL, 10,                   \
                      "begun on this day or later"),                                               \
        BIND_STR_MOST(MatterListQuery, opened_to, "opened_to", OPTIONAL, 10,                       \
                      "begun on this day or before"),                                              \
        BIND_STR_MOST(MatterListQuery, closed_from, "closed_from", OPTIONAL, 10,                   \
                      "ended on this day or later"),                                               \
        BIND_STR_MOST(MatterListQuery, closed_to, "closed_to", OPTIONAL, 10,                       \
                      "ended on this day or before"),                                              \
        BIND_STR_MOST(MatterListQuery, due_from, "due_from", OPTIONAL, 10,                         \
                      "a period runs that ends on this day or later"),                             \
        BIND_STR_MOST(MatterListQuery, due_to, "due_to", OPTIONAL, 10,                             \
                      "a period runs that ends on this day or before"),                            \
        BIND_STR_MOST(MatterListQuery, in_time, "in_time", OPTIONAL, 8,                            \
                      "yes: no period ever ran out; no: one did"),                                 \
        BIND_INT(MatterListQuery, organisation, "organisation", OPTIONAL,                          \
                 "only where it takes part")

const Bind matter_list_query[] = {
    CONDITIONS,
    BIND_STR_MOST(MatterListQuery, cursor, "cursor", OPTIONAL, 1000, "`next` of the page before"),
    {BIND_TYPE_INT, "limit", offsetof(MatterListQuery, limit), OPTIONAL, "items a page, default 50",
     NULL, 0, NULL, PAGE_MOST},
    BIND_END,
};

static const Bind link_in[] = {
    BIND_STR_MOST(LinkIn, kind, "kind", REQUIRED, 16, "related, clue, case, subject, parent"),
    BIND_STR_MOST(LinkIn, target, "target", REQUIRED, 200, "id or key of it"),
    BIND_END,
};

const Bind matter_in[] = {
    BIND_STR_MOST(MatterIn, flow, "flow", REQUIRED, 64, "id of the flow"),
    BIND_STR_MOST(MatterIn, title, "title", OPTIONAL, 200, "empty: by the flow"),
    BIND_STR_MOST(MatterIn, level, "level", OPTIONAL, 16, "urgent, high or ordinary"),
    BIND_INT(MatterIn, organisation, "organisation", OPTIONAL,
             "number of the house that begins; default: the only one it can be"),
    BIND_NODE(MatterIn, parties, "parties", OPTIONAL, "{party: number, or list of numbers}"),
    BIND_NODE(MatterIn, values, "values", OPTIONAL, "{field: text as typed}"),
    BIND_OBJECTS(MatterIn, links, "links", OPTIONAL, link_in, LinkIn, "what it comes from"),
    BIND_BOOL(MatterIn, sealed, "sealed", OPTIONAL, "only through the channel"),
    BIND_END,
};

const Bind matter_at_query[] = {
    BIND_STR_MOST(MatterAtQuery, at, "at", OPTIONAL, 40,
                  "as it was then: 2026-03-02T09:00:00+08:00; default: now"),
    BIND_END,
};

const Bind act_in[] = {
    BIND_STR_MOST(ActIn, verb, "verb", REQUIRED, 24, "act, fill, claim, send_back, urge …"),
    BIND_STR_MOST(ActIn, action, "action", OPTIONAL, 64, "of verb act: of the flow; else the way"),
    BIND_INT(ActIn, revision, "revision", OPTIONAL,
             "what the person saw (or If-Match); 0: whatever it is"),
    BIND_INT(ActIn, task, "task", OPTIONAL, "id; default: the only one it can be"),
    BIND_INT(ActIn, organisation, "organisation", OPTIONAL, "for which of the person's houses"),
    BIND_STR_MOST(ActIn, target, "target", OPTIONAL, 200,
                  "step, login, clock, matter … it is about"),
    BIND_INT(ActIn, to_organisation, "to_organisation", OPTIONAL, "number"),
    BIND_STR_MOST(ActIn, to_role, "to_role", OPTIONAL, 64, "role there"),
    BIND_STR_MOST(ActIn, to_login, "to_login", OPTIONAL, 64, "person"),
    BIND_NODE(ActIn, values, "values", OPTIONAL, "{field: text as typed}"),
    BIND_STR_MOST(ActIn, reason, "reason", OPTIONAL, 2000, "code or text, as the action asks"),
    BIND_STR_MOST(ActIn, note, "note", OPTIONAL, 4000, "in words"),
    BIND_NODE(ActIn, more, "more", OPTIONAL,
              "further members of one verb: {clock, extension, count}, {remove}, {count}"),
    BIND_END,
};

const Bind message_in[] = {
    BIND_STR_MOST(MessageIn, text, "text", REQUIRED, 4000, "what is said"),
    BIND_INT(MessageIn, step, "step", OPTIONAL, "id of the step it is about; 0: the matter"),
    BIND_END,
};

const Bind file_query[] = {
    BIND_STR_MOST(FileQuery, name, "name", REQUIRED, 255, "file name as the user knows it"),
    BIND_INT(FileQuery, revision, "revision", OPTIONAL, "what the person saw"),
    BIND_END,
};

const Bind file_get_query[] = {
    BIND_BOOL(FileGetQuery, shown, "shown", OPTIONAL, "for the viewer, not to be kept"),
    BIND_END,
};

const Bind calendar_query[] = {
    CONDITIONS,
    BIND_DATE(CalendarQuery, from, "from", REQUIRED, "first day"),
    BIND_DATE(CalendarQuery, to, "to", REQUIRED, "last day, at most 100 days later"),
    BIND_END,
};

const Bind figures_query[] = {
    BIND_STR_MOST(FiguresQuery, flow, "flow", OPTIONAL, 64, "only this flow"),
    BIND_INT(FiguresQuery, organisation, "organisation", OPTIONAL, "only where it takes part"),
    BIND_END,
};

const Bind statistics_query[] = {
    BIND_STR_MOST(StatisticsQuery, flow, "flow", OPTIONAL, 64, "only this flow"),
    BIND_STR_MOST(StatisticsQuery, from, "from", OPTIONAL, 10,
                  "first day; default: the first of this year"),
    BIND_STR_MOST(StatisticsQuery, to, "to", OPTIONAL, 10, "last day; default: today"),
    BIND_INT(StatisticsQuery, organisation, "organisation", OPTIONAL, "only where it takes part"),
    BIND_END,
};

const Bind matter_reveal_in[] = {
    BIND_STR_MOST(MatterRevealIn, field, "field", OPTIONAL, 100,
                  "only this one; empty: all masked"),
    BIND_STR_MOST(MatterRevealIn, purpose, "purpose", REQUIRED, 60, "id of a purpose"),
    BIND_STR_MOST(MatterRevealIn, case_number, "case_number", OPTIONAL, 200,
                  "where the purpose wants one"),
    BIND_STR_MOST(MatterRevealIn, reason, "reason", REQUIRED, 2000, "in words"),
    BIND_END,
};

const Bind matter_export_in[] = {
    BIND_STR_MOST(MatterExportIn, format, "format", REQUIRED, 8, "xlsx, csv"),
    BIND_STR_MOST(MatterExportIn, purpose, "purpose", REQUIRED, 60, "id of a purpose"),
    BIND_STR_MOST(MatterExportIn, case_number, "case_number", OPTIONAL, 200,
                  "where the purpose wants one"),
    BIND_STR_MOST(MatterExportIn, reason, "reason", OPTIONAL, 2000, "in words"),
    BIND_OBJECT(MatterExportIn, query, "query", OPTIONAL, matter_list_query,
                "conditions as in the list"),
    BIND_END,
};
