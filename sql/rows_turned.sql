-- SPDX-License-Identifier: MulanPSL-2.0

-- name: rows_turned_since
-- Rows that were sealed or opened after this entry: a run that asked the pool before may have seen them otherwise.
SELECT sequence, body FROM journal WHERE kind IN ('rows.sealed', 'rows.opened', 'rows.judged') AND sequence > $1
ORDER BY sequence;

-- name: rows_judged_newest
-- The entry of the last judging of a dataset ("dataset:…").
SELECT COALESCE(MAX(sequence), 0) AS sequence FROM journal WHERE subject = $1 AND kind = 'rows.judged';

-- name: run_newest_entry
-- The entry of the last run of a model ("model:…").
SELECT COALESCE(MAX(sequence), 0) AS sequence FROM journal WHERE subject = $1 AND kind = 'model.ran';
