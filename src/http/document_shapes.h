/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_shapes.h: shapes of documents, their kinds and templates. */
#ifndef HTTP_DOCUMENT_SHAPES_H
#define HTTP_DOCUMENT_SHAPES_H

#include "data/bind.h"

/* A kind of document. */
extern const Bind document_type_field_out[], document_type_rung_out[], document_type_place_out[],
    document_type_enclosure_out[], document_type_basis_out[], document_type_item_out[],
    document_type_list_out[], document_type_out[];
/* One document. */
extern const Bind document_services_out[], document_next_out[], document_row_out[],
    document_facet_out[], document_facets_out[], document_list_out[];
extern const Bind document_possible_out[], document_of_matter_out[], document_made_out[],
    document_acted_out[];
extern const Bind document_field_out[], document_span_out[], document_cell_out[],
    document_line_out[], document_block_out[], document_wanting_out[], document_version_out[],
    document_approval_out[], document_signature_out[], document_service_out[], document_event_out[],
    document_choice_out[], document_house_out[], document_named_out[], document_flag_out[],
    document_seal_out[], document_out[], document_text_out[];
extern const Bind document_part_out[], document_changed_out[], document_compare_out[];
extern const Bind document_finding_out[], document_findings_out[];
extern const Bind event_document_out[];
/* Templates of offices. */
extern const Bind document_mistake_out[], document_template_out[], document_template_list_out[],
    document_template_made_out[];

#endif
