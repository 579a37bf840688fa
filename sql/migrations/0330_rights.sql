-- SPDX-License-Identifier: MulanPSL-2.0
-- To which organisation a clue and a batch belong, and whether they are sealed. Whoever reads these tables sees his own
-- view of them (docs/decisions/0007-rights-in-the-store.md).
-- guarded: clue
-- guarded: clue_evidence of clue
-- guarded: batch
-- guarded: batch_field of batch
-- guarded: model_run
ALTER TABLE clue ADD COLUMN organisation BIGINT NOT NULL DEFAULT 1;
ALTER TABLE clue ADD COLUMN sealed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE batch ADD COLUMN organisation BIGINT NOT NULL DEFAULT 1;
ALTER TABLE batch ADD COLUMN sealed BIGINT NOT NULL DEFAULT 0;
-- Facets and totals of the clues of some organisations, of single clues, and of all but the sealed.
CREATE INDEX clue_of_organisation ON clue (organisation, sealed, status, model, level, strength);
CREATE INDEX clue_shown ON clue (status, model, level, strength, sealed, organisation);
DROP INDEX clue_facet;
CREATE INDEX batch_of_organisation ON batch (organisation, dataset, batch);
-- Who stands below whom; grants that begin or end.
CREATE INDEX organisation_leader ON organisation ((COALESCE(NULLIF(superior, 0), parent)));
