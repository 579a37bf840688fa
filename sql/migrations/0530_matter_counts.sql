-- SPDX-License-Identifier: MulanPSL-2.0
-- Counts of matters that cost nothing to ask (docs/decisions/0017). `party_set` names the organisations that take part
-- in a matter now, in order of their numbers: '1,17'. There are few different ones, so that whose matter a row is can be
-- asked of the set, and the matters of a set can be counted once for everybody.
-- guarded: matter_count
-- guarded: matter_other
ALTER TABLE matter ADD COLUMN party_set TEXT NOT NULL DEFAULT '';
ALTER TABLE matter_task ADD COLUMN party_set TEXT NOT NULL DEFAULT '';

-- The organisations of each set that some matter has.
CREATE TABLE matter_set (
    organisation BIGINT NOT NULL,
    party_set TEXT NOT NULL,
    PRIMARY KEY (organisation, party_set)
);

-- How many matters there are that have all this in common; none with 0.
CREATE TABLE matter_count (
    party_set TEXT NOT NULL,
    state TEXT NOT NULL,
    flow TEXT NOT NULL,
    level TEXT NOT NULL,
    steps TEXT NOT NULL,
    outcome TEXT NOT NULL,
    lapsed BOOLEAN NOT NULL,
    sealed BOOLEAN NOT NULL,
    matters BIGINT NOT NULL,
    PRIMARY KEY (party_set, state, flow, level, steps, outcome, lapsed, sealed)
);

-- Matters somebody sees that his counts do not hold: through a grant or work of his own. The program sees all by the counts.
CREATE VIEW matter_other AS
SELECT id, state, flow, level, steps, outcome, lapsed, party_set FROM matter WHERE 1 = 0;

-- engine: sqlite
UPDATE matter SET party_set = COALESCE((SELECT GROUP_CONCAT(o) FROM (SELECT DISTINCT p.organisation AS o
    FROM matter_party p WHERE p.matter = matter.id AND p.until = '' ORDER BY 1)), '');
-- engine: postgresql
UPDATE matter SET party_set = COALESCE((SELECT STRING_AGG(CAST(o AS {text}), ',' ORDER BY o) FROM (SELECT DISTINCT
    p.organisation AS o FROM matter_party p WHERE p.matter = matter.id AND p.until = '') x), '');
-- engine: both
UPDATE matter_task SET party_set = (SELECT m.party_set FROM matter m WHERE m.id = matter_task.matter);
INSERT INTO matter_set (organisation, party_set) SELECT DISTINCT p.organisation, m.party_set
FROM matter_party p JOIN matter m ON m.id = p.matter WHERE p.until = '';
INSERT INTO matter_count (party_set, state, flow, level, steps, outcome, lapsed, sealed, matters)
SELECT party_set, state, flow, level, steps, outcome, lapsed, sealed, COUNT(*) FROM matter GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;

-- What decides whether a row is seen stands in the index of each order: the long rows are read for what is shown.
DROP INDEX matter_facet;
DROP INDEX matter_by_changed;
DROP INDEX matter_by_opened;
DROP INDEX matter_by_due;
DROP INDEX matter_of_flow;
CREATE INDEX matter_by_changed ON matter (changed, ordinal, state, flow, sealed, party_set);
CREATE INDEX matter_by_opened ON matter (opened, ordinal, state, flow, sealed, party_set);
CREATE INDEX matter_by_due ON matter (due, ordinal, state, flow, sealed, party_set);
CREATE INDEX matter_by_ordinal ON matter (ordinal, state, flow, sealed, party_set);
CREATE INDEX matter_of_flow ON matter (flow, changed, ordinal, state, sealed, party_set);
CREATE INDEX matter_of_set ON matter (party_set, changed, ordinal, state, sealed);
CREATE INDEX matter_is_seen ON matter (id, sealed, state, party_set);
CREATE INDEX matter_of_sealed ON matter (ordinal) WHERE sealed = 1;
CREATE INDEX matter_task_named ON matter_task (login, party_set, matter);
DROP INDEX matter_task_actor;
CREATE INDEX matter_task_actor ON matter_task (actor, party_set, matter);
