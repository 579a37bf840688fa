/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/matter_routes.c: routes of flows and matters. What the scope lets a person see is the
 * store's; what he may do with it is judged by the act itself. */
#include "http/matter_routes.h"

#include "http/matter_api.h"
#include "http/matter_inputs.h"
#include "http/matter_shapes.h"
#include "http/shapes.h"

#ifdef ROUTES_ONLY
#define RUN(handler) .run = NULL
#else
#define RUN(handler) .run = handler
#endif
#define IN(rows, T) .in = (rows), .in_size = sizeof(T)
#define QUERY(rows, T) .query = (rows), .query_size = sizeof(T)

const Route flow_routes[] = {
    {GET, "/api/flows", ACCESS_USER, .name = "flow_list", .needs = PERMISSION_FLOW_READ,
     .out = flow_list_out, RUN(api_flow_list),
     .help = "The menu of matters, with how many are open"},
    {GET, "/api/flows/{id}", ACCESS_USER, .name = "flow_get", .needs = PERMISSION_FLOW_READ,
     .out = flow_out, RUN(api_flow_get),
     .help = "Steps, parties, fields with their codes, and the diagram of a flow"},
    {POST, "/api/flows/check", ACCESS_USER, .name = "flow_check", .needs = PERMISSION_FLOW_READ,
     IN(flow_check_in, FlowCheckIn), .out = flow_verdict_out, RUN(api_flow_check),
     .help = "Check and prove a flow file; the way into a mistake"},
    {GET, "/api/codes/{id}", ACCESS_USER, .name = "code_table_get", .needs = PERMISSION_FLOW_READ,
     .steady = true, .out = flow_codes_out, RUN(api_code_table_get),
     .help = "A code table that fields choose from"},
    {0},
};

const Route matter_routes[] = {
    {GET, "/api/desk", ACCESS_USER, .name = "desk_get", .needs = PERMISSION_MATTER_READ,
     .out = desk_out, RUN(api_desk_get), .help = "What waits for the person, what to do first"},
    {GET, "/api/matters", ACCESS_USER, .name = "matter_list", .needs = PERMISSION_MATTER_READ,
     .steady = true, QUERY(matter_list_query, MatterListQuery), .out = matter_list_out,
     RUN(api_matter_list), .help = "Matters under conditions, with facets"},
    {POST, "/api/matters", ACCESS_USER, .name = "matter_create", .needs = PERMISSION_MATTER_START,
     IN(matter_in, MatterIn), .out = matter_made_out, .status = 201, RUN(api_matter_create),
     .help = "Begin a matter"},
    {GET, "/api/matters/calendar", ACCESS_USER, .name = "matter_calendar",
     .needs = PERMISSION_MATTER_READ, QUERY(calendar_query, CalendarQuery), .out = calendar_out,
     RUN(api_matter_calendar), .help = "Days with periods that end, meetings and hearings"},
    {GET, "/api/matters/figures", ACCESS_USER, .name = "matter_figures",
     .needs = PERMISSION_MATTER_READ, .steady = true, QUERY(figures_query, FiguresQuery),
     .out = figures_out, RUN(api_matter_figures),
     .help = "Matters by flow, end and step, each figure with the query of its rows"},
    {GET, "/api/matters/statistics", ACCESS_USER, .name = "matter_statistics",
     .needs = PERMISSION_MATTER_READ, .steady = true, QUERY(statistics_query, StatisticsQuery),
     .out = statistics_out, RUN(api_matter_statistics),
     .help = "Begun, ended, in time and late in a span, by flow, month and house"},
    {GET, "/api/matters/contents", ACCESS_USER, .name = "matter_contents",
     .needs = PERMISSION_MATTER_READ, QUERY(matter_list_query, MatterListQuery),
     .out = matter_contents_out, RUN(api_matter_contents),
     .help = "The list with what stands in each: parties, values, the day ahead, parts"},
    {POST, "/api/matters/exports", ACCESS_USER, .name = "matter_export_create",
     .needs = PERMISSION_MATTER_EXPORT, IN(matter_export_in, MatterExportIn), .out = job_out,
     .limit = LIMIT_EXPORT, .status = 202, RUN(api_matter_export_create),
     .help = "Write the list as XLSX or CSV, as a job"},
    {GET, "/api/matters/exports/{id}", ACCESS_USER, ROUTE_DOWNLOAD, .name = "matter_export_get",
     .needs = PERMISSION_MATTER_EXPORT, RUN(api_matter_export_get), .help = "Download it"},
    {GET, "/api/matters/{id}", ACCESS_USER, .name = "matter_get", .needs = PERMISSION_MATTER_READ,
     QUERY(matter_at_query, MatterAtQuery), .out = matter_out, RUN(api_matter_get),
     .help = "A matter: state, choices, timeline, diagram; as of any instant"},
    {POST, "/api/matters/{id}/acts", ACCESS_USER, .name = "matter_act",
     .needs = PERMISSION_MATTER_ACT, IN(act_in, ActIn), .out = matter_acted_out, .revised = true,
     RUN(api_matter_act), .help = "Act on a matter; If-Match: the revision the person saw"},
    {POST, "/api/matters/{id}/preview", ACCESS_USER, .name = "matter_preview",
     .needs = PERMISSION_MATTER_ACT, IN(act_in, ActIn), .out = matter_preview_out,
     RUN(api_matter_preview), .help = "What an act would lead to; nothing is written"},
    {GET, "/api/matters/{id}/clocks/{n}", ACCESS_USER, .name = "matter_why",
     .needs = PERMISSION_MATTER_READ, .out = matter_why_out, RUN(api_matter_why),
     .help = "Why a period ends on that day, with the calendar"},
    {GET, "/api/matters/{id}/people", ACCESS_USER, .name = "matter_people",
     .needs = PERMISSION_MATTER_ACT, .out = matter_people_out, RUN(api_matter_people),
     .help = "Who can be given work in the houses that take part"},
    {GET, "/api/matters/{id}/messages", ACCESS_USER, .name = "matter_messages",
     .needs = PERMISSION_MATTER_READ, .out = matter_message_list_out, RUN(api_matter_messages),
     .help = "The conversation"},
    {POST, "/api/matters/{id}/messages", ACCESS_USER, .name = "matter_say",
     .needs = PERMISSION_MATTER_ACT, IN(message_in, MessageIn), .out = matter_message_out,
     .status = 201, RUN(api_matter_say), .help = "Say something, bound to a step"},
    {POST, "/api/matters/{id}/reveals", ACCESS_USER, .name = "matter_reveal",
     .needs = PERMISSION_SENSITIVE_REVEAL, IN(matter_reveal_in, MatterRevealIn),
     .out = matter_reveal_out, .limit = LIMIT_REVEAL, .secret = true, RUN(api_matter_reveal),
     .help = "What is masked in a matter, in clear, for a purpose, with an entry in the journal"},
    {POST, "/api/matters/{id}/files", ACCESS_USER, ROUTE_UPLOAD, .name = "matter_file_create",
     .needs = PERMISSION_MATTER_ACT, QUERY(file_query, FileQuery), .out = matter_file_made_out,
     .attachment = true, .status = 201, RUN(api_matter_file_create),
     .help = "Put a file to a matter (raw body, at most 100 MiB unless set otherwise)"},
    {GET, "/api/matters/{id}/files/{n}", ACCESS_USER, ROUTE_DOWNLOAD, .name = "matter_file_get",
     .needs = PERMISSION_MATTER_READ, QUERY(file_get_query, FileGetQuery), RUN(api_matter_file_get),
     .help = "A file of a matter; every look is an entry in the journal"},
    {0},
};
