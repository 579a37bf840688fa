-- SPDX-License-Identifier: MulanPSL-2.0
-- name: clue_each
-- Every clue with its evidence, one row a piece of evidence, for the command line. No status: all but withdrawn.
SELECT c.id, c.number, c.model, c.level, c.status, c.title, c.subject_kind, c.subject_key, c.subject_name,
    e.alias, e.dataset, e.row_id, e.batch
FROM {clue} c LEFT JOIN clue_evidence e ON e.clue = c.id
WHERE ($1 = '' OR c.model = $1) AND ($2 = '' OR c.level = $2)
    AND (($3 = '' AND c.status <> 'withdrawn') OR $3 = 'all' OR c.status = $3)
ORDER BY c.number, e.position;
