/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/people_shapes.h: shapes of organisations, people, teams, lots, grants and set-up. */
#ifndef HTTP_PEOPLE_SHAPES_H
#define HTTP_PEOPLE_SHAPES_H

#include "data/bind.h"

extern const Bind liaison_out[], organisation_item_out[], organisation_list_out[], department_out[],
    department_kind_out[], role_choice_out[], organisation_post_out[], organisation_out[];
extern const Bind organisation_kind_out[], team_kind_out[], kinds_out[];
extern const Bind role_rule_out[], role_basis_out[], role_out[], role_list_out[];
extern const Bind person_post_out[], person_item_out[], person_list_out[], delegation_out[],
    membership_out[], person_out[], first_password_out[], open_work_item_out[], open_work_out[];
extern const Bind numbered_out[];
extern const Bind team_item_out[], team_list_out[], team_member_out[], team_activity_out[],
    team_part_out[], draw_item_out[], team_out[], talent_out[], talent_list_out[];
extern const Bind draw_member_out[], draw_out[], grant_out[], grant_list_out[], explanation_out[];
extern const Bind sheet_problem_out[], sheet_result_out[], setup_state_out[], setup_done_out[];

#endif
