/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/matter_inputs.h: what requests say about flows and matters. */
#ifndef HTTP_MATTER_INPUTS_H
#define HTTP_MATTER_INPUTS_H

#include "base/day.h"
#include "data/bind.h"

typedef struct FlowCheckIn {
    Str text;
} FlowCheckIn;
extern const Bind flow_check_in[];

/* The same conditions in the address and in the body of an export. */
typedef struct MatterListQuery {
    Str flow, state, outcome, step, level, party, text, subject, case_number, due, sort, mine;
    Str cursor;
    Str opened_from, opened_to, closed_from, closed_to, due_from, due_to, in_time;
    int64_t organisation, limit;
} MatterListQuery;
extern const Bind matter_list_query[];

typedef struct MatterIn {
    Str flow, title, level;
    int64_t organisation;
    const Node *parties, *values;
    BindList links; /* of LinkIn */
    bool sealed;
} MatterIn;
typedef struct LinkIn {
    Str kind, target;
} LinkIn;
extern const Bind matter_in[];

typedef struct MatterAtQuery {
    Str at;
} MatterAtQuery;
extern const Bind matter_at_query[];

typedef struct ActIn {
    Str verb, action, target, to_role, to_login, reason, note;
    int64_t revision, organisation, task, to_organisation;
    const Node *values, *more;
} ActIn;
extern const Bind act_in[];

typedef struct MessageIn {
    Str text;
    int64_t step;
} MessageIn;
extern const Bind message_in[];

typedef struct FileQuery {
    Str name;
    int64_t revision;
} FileQuery;
extern const Bind file_query[];

typedef struct FileGetQuery {
    bool shown;
} FileGetQuery;
extern const Bind file_get_query[];

typedef struct CalendarQuery {
    MatterListQuery conditions; /* first: its rows read it */
    Day from, to;
} CalendarQuery;
extern const Bind calendar_query[];

typedef struct FiguresQuery {
    Str flow;
    int64_t organisation;
} FiguresQuery;
extern const Bind figures_query[];

typedef struct StatisticsQuery {
    Str flow, from, to;
    int64_t organisation;
} StatisticsQuery;
extern const Bind statistics_query[];

typedef struct MatterRevealIn {
    Str field, purpose, case_number, reason;
} MatterRevealIn;
extern const Bind matter_reveal_in[];

typedef struct MatterExportIn {
    Str format, purpose, case_number, reason;
    MatterListQuery query;
} MatterExportIn;
extern const Bind matter_export_in[];

#endif
