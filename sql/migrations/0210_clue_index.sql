-- SPDX-License-Identifier: MulanPSL-2.0
-- Lists, facets and figures of many clues without reading them: each index answers one question by itself.

-- Facets and totals; open clues by model and level.
CREATE INDEX clue_facet ON clue (status, model, level, strength);
DROP INDEX clue_model;
CREATE INDEX clue_model ON clue (model, level, status);
-- The orders of the list; a page ends after fifty rows.
CREATE INDEX clue_by_level ON clue (level_rank, strength_rank, amount DESC, number DESC);
CREATE INDEX clue_of_model ON clue (model, level_rank, strength_rank, amount DESC, number DESC);
CREATE INDEX clue_by_found ON clue (found_at, number);
CREATE INDEX clue_by_amount ON clue (amount, number);
CREATE INDEX clue_by_event ON clue (event_on, number);
-- Figures: open at an instant, withdrawn since.
CREATE INDEX clue_figures ON clue (found_at, level, status, changed_at);
CREATE INDEX clue_by_changed ON clue (status, changed_at);
