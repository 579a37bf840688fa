-- SPDX-License-Identifier: MulanPSL-2.0

-- name: matter_counted
-- What a matter was counted under before an act.
-- whole: projection
SELECT party_set, state, flow, level, steps, outcome, lapsed, sealed FROM matter WHERE id = $1;

-- name: matter_count_more
-- Projection of an act: one more of this kind.
-- whole: projection
INSERT INTO matter_count (party_set, state, flow, level, steps, outcome, lapsed, sealed, matters)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)
ON CONFLICT (party_set, state, flow, level, steps, outcome, lapsed, sealed)
DO UPDATE SET matters = matter_count.matters + 1;

-- name: matter_count_less
-- Projection of an act: one less of the kind it was.
-- whole: projection
UPDATE matter_count SET matters = matters - 1 WHERE party_set = $1 AND state = $2 AND flow = $3 AND level = $4
    AND steps = $5 AND outcome = $6 AND lapsed = $7 AND sealed = $8;

-- name: matter_count_none
-- What no matter is any more leaves no row, so that the table does not tell what was.
-- whole: projection
DELETE FROM matter_count WHERE party_set = $1 AND state = $2 AND flow = $3 AND level = $4
    AND steps = $5 AND outcome = $6 AND lapsed = $7 AND sealed = $8 AND matters = 0;

-- name: matter_set_add
-- Projection of an act: an organisation of the set.
INSERT INTO matter_set (organisation, party_set) VALUES ($1, $2) ON CONFLICT (organisation, party_set) DO NOTHING;

-- name: matter_set_drop
-- Projection of an act: a set that no matter has any more.
-- whole: projection
DELETE FROM matter_set WHERE party_set = $1 AND NOT EXISTS (SELECT 1 FROM matter_count c WHERE c.party_set = $1);

-- name: matter_task_set
-- Projection of an act that changed who takes part: the tasks carry it too.
-- whole: projection
UPDATE matter_task SET party_set = $2 WHERE matter = $1;
