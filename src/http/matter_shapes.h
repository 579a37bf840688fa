/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/matter_shapes.h: shapes of flows and matters. */
#ifndef HTTP_MATTER_SHAPES_H
#define HTTP_MATTER_SHAPES_H

#include "data/bind.h"

extern const Bind flow_item_out[], flow_list_out[], flow_party_out[], flow_field_out[],
    flow_codes_out[], flow_owner_out[], flow_action_out[], flow_form_out[], flow_period_out[],
    flow_step_out[], flow_outcome_out[], flow_basis_out[], flow_out[], flow_verdict_out[];
extern const Bind diagram_node_out[], diagram_edge_out[], diagram_out[];
extern const Bind step_ref_out[], matter_item_out[], matter_facet_out[], matter_facets_out[],
    matter_list_out[], matter_made_out[], matter_acted_out[], matter_preview_out[];
extern const Bind matter_party_out[], matter_step_out[], matter_task_out[], matter_clock_out[],
    matter_span_out[], matter_value_out[], matter_file_out[], matter_file_made_out[],
    matter_link_out[], matter_reveal_out[], matter_choice_out[], matter_event_out[],
    matter_message_out[], matter_message_list_out[], matter_out[], matter_people_out[],
    matter_person_out[];
extern const Bind desk_task_out[], desk_group_out[], desk_out[];
extern const Bind calendar_item_out[], calendar_day_out[], calendar_out[];
extern const Bind figure_count_out[], figure_step_out[], flow_figures_out[], figures_out[];
/* matter_sum_shapes.c */
extern const Bind matter_contents_item_out[], matter_contents_out[], statistics_out[];
extern const Bind matter_why_out[];
extern const Bind event_matter_out[];

#endif
