-- SPDX-License-Identifier: MulanPSL-2.0
-- name: installation_set
-- Projection of "installation.created".
INSERT INTO installation (name, value) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: installation_get
-- The fingerprint of the key is compared at every start.
SELECT value FROM installation WHERE name = $1;

-- name: run_last
-- What an incremental run builds on.
-- whole: a run goes on where the last one ended
SELECT run, version, as_of, batch FROM model_run WHERE model = $1 ORDER BY run DESC LIMIT 1;

-- name: run_next
-- Runs are numbered without gaps over all models.
-- whole: numbers are given once
SELECT COALESCE(MAX(run), 0) + 1 AS run FROM model_run;

-- name: run_add
-- Projection of "model.ran".
-- whole: projection
INSERT INTO model_run (run, model, version, at, as_of, actor, incremental, batch, rows_read, hits, found,
    changed, withdrawn, restored, unchanged, milliseconds, funnel)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17);

-- name: run_list
-- The runs of one model, newest first.
SELECT run, model, version, at, as_of, actor, incremental, batch, rows_read, hits, found, changed, withdrawn,
    restored, unchanged, milliseconds
FROM {model_run} WHERE model = $1 ORDER BY run DESC LIMIT $2 OFFSET $3;

-- name: run_count
-- The total beside run_list.
SELECT COUNT(*) AS total FROM {model_run} WHERE model = $1;

-- name: run_latest_all
-- The newest run of every model, for the ledger.
SELECT run, model, version, at, as_of, actor, incremental, batch, rows_read, hits, found, changed, withdrawn,
    restored, unchanged, milliseconds
FROM {model_run} WHERE run IN (SELECT MAX(run) FROM {model_run} GROUP BY model) ORDER BY model;

-- name: run_latest_funnel
-- The newest full run that counted its funnel.
SELECT run, at, funnel FROM {model_run} WHERE model = $1 AND funnel IS NOT NULL ORDER BY run DESC LIMIT 1;

-- name: clue_states
-- What a run compares its hits with.
-- whole: a run compares its hits with all clues of the model
SELECT id, digest, status, subject_key, strength, sealed FROM clue WHERE model = $1 AND sealed <> 1;

-- name: clue_states_sealed
-- The same for what sealed rows add.
-- whole: a run compares its hits with all clues of the model
SELECT id, digest, status, subject_key, strength, sealed FROM clue WHERE model = $1 AND sealed = 1;

-- name: clue_next_number
-- Clue numbers only grow.
-- whole: numbers are given once
SELECT COALESCE(MAX(number), 0) + 1 AS number FROM clue WHERE sealed <> 1;

-- name: clue_next_sealed
-- Sealed clues are numbered apart, so that the others' numbers have no gap.
-- whole: numbers are given once
SELECT COALESCE(MAX(number), 1000000000) + 1 AS number FROM clue WHERE sealed = 1;

-- name: clue_add
-- Projection of "clue.found".
-- whole: projection
INSERT INTO clue (id, number, model, model_version, subject_kind, subject_key, strength, strength_rank, level,
    level_rank, status, suggests, event_on, amount, subject_name, subject_mask, title, explanation, digest,
    found_run, found_at, changed_run, changed_at, organisation, sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'new', $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $19, $20,
    $21, $22);

-- name: clue_update
-- Projection of "clue.changed" and "clue.restored": the hit as it stands now.
-- whole: projection
UPDATE clue SET model_version = $2, strength = $3, strength_rank = $4, level = $5, level_rank = $6, status = 'new',
    suggests = $7, event_on = $8, amount = $9, subject_name = $10, subject_mask = $11, title = $12,
    explanation = $13, digest = $14, changed_run = $15, changed_at = $16, sealed = $17
WHERE id = $1;

-- name: clue_withdraw
-- Projection of "clue.withdrawn": its ground has gone; the row stays.
-- whole: projection
UPDATE clue SET status = 'withdrawn', changed_run = $2, changed_at = $3 WHERE id = $1;

-- name: clue_evidence_clear
-- Before the evidence of a changed clue is written anew.
-- whole: projection
DELETE FROM clue_evidence WHERE clue = $1;

-- name: clue_evidence_add
-- Projection of "clue.found" and "clue.changed".
-- whole: projection
INSERT INTO clue_evidence (clue, position, alias, dataset, row_id, batch) VALUES ($1, $2, $3, $4, $5, $6);

-- name: clue_by_id
-- The head of the detail page.
SELECT id, number, model, model_version, subject_kind, subject_key, strength, level, status, suggests, event_on,
    amount, subject_name, subject_mask, title, explanation, found_run, found_at, changed_run, changed_at, life, source,
    organisation, owner_role, owner_login, due, outcome, attention, revision
FROM {clue} WHERE id = $1;

-- name: clue_evidence_of
-- The rows behind one clue.
SELECT e.alias, e.dataset, e.row_id, e.batch FROM {clue} c JOIN clue_evidence e ON e.clue = c.id
WHERE c.id = $1 ORDER BY e.position;

-- name: clue_same_subject
-- Other clues about the same person or organisation.
SELECT id, number, model, title, level, status FROM {clue}
WHERE subject_key = $1 AND id <> $2 ORDER BY level_rank, number LIMIT 20;

-- name: clue_of_row
-- Clues that rest on one pool row, for its lineage.
SELECT c.id, c.title, c.model, c.status FROM {clue} c
WHERE c.id IN (SELECT e.clue FROM clue_evidence e WHERE e.dataset = $1 AND e.row_id = $2)
ORDER BY c.number LIMIT 50;

-- name: clue_open_by_model
-- Open clues by model and level, for the ledger and the overview.
SELECT model, level, COUNT(*) AS clues FROM {clue} WHERE status <> 'withdrawn' AND life <> 'merged' GROUP BY model, level
ORDER BY model, level;

-- name: clue_forget
-- Projection of "key.destroyed": what the destroyed key had sealed goes from the table too.
-- whole: projection
UPDATE clue SET subject_name = NULL, subject_mask = NULL, title = NULL, explanation = NULL, life_personal = NULL WHERE id = $1;
