/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/clue_life_routes.h: routes, inputs and shapes of the life of clues. */
#ifndef HTTP_CLUE_LIFE_ROUTES_H
#define HTTP_CLUE_LIFE_ROUTES_H

#include "base/day.h"
#include "http/route.h"

typedef struct ClueIn {
    Str source, title, facts, level, suggests, subject_kind, subject_name, subject_number,
        case_number, division;
    Day event_on;
    int64_t organisation;
} ClueIn;

typedef struct ClueActIn {
    Str verb, outcome, reason, note, department, role, login, target, flow, party;
    int64_t organisation, revision;
    Day due;
    bool watch;
    BindList receivers; /* of ClueReceiverIn */
    const Node *values;
    BindList into; /* of ClueIntoIn */
} ClueActIn;

typedef struct ClueIntoIn {
    Str flow, title, level;
    const Node *parties, *values;
} ClueIntoIn;

typedef struct ClueReceiverIn {
    int64_t organisation;
} ClueReceiverIn;

extern const Bind clue_in[], clue_act_in[], clue_alike_in[];
extern const Bind clue_made_out[], clue_acted_out[], clue_life_out[], clue_life_choice_out[],
    clue_life_word_out[], clue_life_flow_out[], clue_life_matter_out[], clue_life_supervision_out[],
    clue_life_recusal_out[], clue_life_event_out[], clue_similar_out[], clue_similar_list_out[],
    clue_pool_state_out[], clue_pool_source_out[], clue_pool_model_out[], clue_pool_out[],
    clue_earlier_out[], clue_options_out[], model_outcomes_out[];
extern const Route clue_life_routes[];

#ifndef ROUTES_ONLY
Handler api_clue_create, api_clue_act, api_clue_life_get, api_clue_similar, api_clue_pool,
    api_clue_options, api_clue_alike, api_clue_earlier, api_model_outcomes;
#endif

#endif
