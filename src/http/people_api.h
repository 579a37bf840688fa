/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/people_api.h: handlers of organisations, people, teams, lots, grants and set-up. */
#ifndef HTTP_PEOPLE_API_H
#define HTTP_PEOPLE_API_H

#include "http/route.h"

/* organisation_api.c */
Handler api_organisation_list, api_organisation_create, api_organisation_get,
    api_organisation_change, api_organisation_end, api_organisation_reopen, api_department_create,
    api_department_change, api_department_end, api_kind_list, api_role_list, api_explain;
/* people_api.c */
Handler api_person_list, api_person_create, api_person_get, api_person_disable, api_person_enable,
    api_person_password, api_person_open_work, api_person_leave, api_appointment_create,
    api_appointment_end, api_delegation_create, api_delegation_end;
/* sheet_api.c */
Handler api_organisation_sheet, api_organisation_import, api_people_sheet, api_people_import,
    api_setup_get, api_setup_run;
/* team_api.c */
Handler api_team_list, api_team_create, api_team_get, api_team_change, api_team_end,
    api_team_member_create, api_team_member_end, api_team_activity_create, api_talent_list,
    api_draw_create, api_draw_get, api_grant_list, api_grant_create, api_grant_end;

#endif
