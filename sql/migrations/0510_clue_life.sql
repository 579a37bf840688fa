-- SPDX-License-Identifier: MulanPSL-2.0
-- The life of a clue beside what its model says of it: where it came from, whose it is, by when, what became of it. `life_tree`
-- is the whole of it as JSON, `life_personal` the part that names people; the other columns say parts of it again for lists.
-- `next`, in microseconds, is when its clock has something to say; NULL: nothing. Clues of earlier versions have an empty tree
-- and `next` 0: the clock takes them up.
-- guarded: clue_recusal of clue
ALTER TABLE clue ADD COLUMN life TEXT NOT NULL DEFAULT 'new';
ALTER TABLE clue ADD COLUMN source TEXT NOT NULL DEFAULT 'model';
ALTER TABLE clue ADD COLUMN origin BIGINT NOT NULL DEFAULT 1;
ALTER TABLE clue ADD COLUMN owner_department TEXT NOT NULL DEFAULT '';
ALTER TABLE clue ADD COLUMN owner_role TEXT NOT NULL DEFAULT '';
ALTER TABLE clue ADD COLUMN owner_login TEXT NOT NULL DEFAULT '';
ALTER TABLE clue ADD COLUMN due TEXT NOT NULL DEFAULT '';
ALTER TABLE clue ADD COLUMN next BIGINT DEFAULT 0;
ALTER TABLE clue ADD COLUMN rung BIGINT NOT NULL DEFAULT 0;
ALTER TABLE clue ADD COLUMN told_organisation BIGINT NOT NULL DEFAULT 0;
ALTER TABLE clue ADD COLUMN told_role TEXT NOT NULL DEFAULT '';
ALTER TABLE clue ADD COLUMN triage TEXT NOT NULL DEFAULT '';
ALTER TABLE clue ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
ALTER TABLE clue ADD COLUMN attention TEXT NOT NULL DEFAULT '';
ALTER TABLE clue ADD COLUMN merged_into TEXT NOT NULL DEFAULT '';
ALTER TABLE clue ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
ALTER TABLE clue ADD COLUMN life_tree TEXT NOT NULL DEFAULT '';
ALTER TABLE clue ADD COLUMN life_personal TEXT;

-- Who must not have, nor see, a clue.
CREATE TABLE clue_recusal (
    clue TEXT NOT NULL,
    login TEXT NOT NULL,
    PRIMARY KEY (clue, login)
);
CREATE INDEX clue_recusal_login ON clue_recusal (login);

-- As before, with the stage of life, so that totals and facets leave out what was merged without reading rows.
DROP INDEX clue_of_organisation;
DROP INDEX clue_shown;
DROP INDEX clue_model;
CREATE INDEX clue_of_organisation ON clue (organisation, sealed, status, model, level, strength, life);
CREATE INDEX clue_shown ON clue (status, model, level, strength, sealed, organisation, life);
CREATE INDEX clue_model ON clue (model, level, status, life, sealed, organisation);
CREATE INDEX clue_next ON clue (next, id);
CREATE INDEX clue_owner ON clue (owner_login, life);
CREATE INDEX clue_pool ON clue (sealed, organisation, source, life, outcome, model, origin);
