-- SPDX-License-Identifier: MulanPSL-2.0
-- name: life_of
-- A clue as an act finds it.
-- whole: an act is judged by the whole of it; the caller has seen the clue
SELECT id, number, model, suggests, level, status, subject_kind, subject_key, sealed, title, subject_name, life_tree,
    life_personal
FROM clue WHERE id = $1;

-- name: life_put
-- Projection of every act: the tree, and its parts for lists.
-- whole: projection
UPDATE clue SET life = $2, source = $3, organisation = $4, origin = $5, owner_department = $6, owner_role = $7,
    owner_login = $8, due = $9, next = $10, rung = $11, told_organisation = $12, told_role = $13, triage = $14,
    outcome = $15, attention = $16, merged_into = $17, revision = $18, life_tree = $19, life_personal = $20
WHERE id = $1;

-- name: life_recusal_clear
-- Before the recusals of a clue are written anew.
-- whole: projection
DELETE FROM clue_recusal WHERE clue = $1;

-- name: life_recusal_add
-- Projection of a declared conflict of interest.
-- whole: projection
INSERT INTO clue_recusal (clue, login) VALUES ($1, $2) ON CONFLICT (clue, login) DO NOTHING;

-- name: life_seen
-- The clue as the asker may see it; also whether its personal part is shown.
SELECT id, number, model, level, status, suggests, subject_kind, subject_key, title, explanation, subject_name, sealed,
    organisation, revision, life, life_tree, life_personal
FROM {clue} WHERE id = $1;

-- name: life_due
-- Clues whose clock has something to say, the earliest first.
-- whole: clocks run for everybody
SELECT id, next FROM clue WHERE next <= $1 ORDER BY next, id LIMIT $2;

-- name: life_next
-- When to ask again.
-- whole: clocks run for everybody
SELECT MIN(next) AS next FROM clue WHERE next IS NOT NULL;

-- name: life_datasets
-- On which datasets a clue rests, for rules of assignment.
-- whole: the caller has seen the clue
SELECT DISTINCT dataset FROM clue_evidence WHERE clue = $1;

-- name: life_organisation_at
-- The open organisation of a kind in a division.
SELECT organisation FROM organisation WHERE kind = $1 AND division = $2 AND state = 'active' ORDER BY organisation LIMIT 1;

-- name: life_names
-- Names of organisations in a life's tree.
SELECT organisation, name FROM organisation WHERE organisation = $1;

-- name: life_grant_same
-- Does this organisation see the clue by a grant already?
SELECT COUNT(*) AS n FROM access_grant WHERE kind = 'clue' AND object = $1 AND grantee = $2
    AND (until IS NULL OR until > $3);

-- name: life_of_login
-- Open clues in somebody's hands.
-- whole: whoever leaves hands over all of it
SELECT id, number FROM clue WHERE owner_login = $1 AND life NOT IN ('closed', 'merged') ORDER BY number;

-- name: life_listed
-- The same, for whoever asks what somebody still has: sealed ones are not told, they move all the same.
-- whole: whoever leaves hands over all of it
SELECT number FROM clue WHERE owner_login = $1 AND life NOT IN ('closed', 'merged') AND sealed = 0 ORDER BY number;

-- name: life_same_subject
-- Candidates for one clue: about the same subject.
SELECT id, number, model, suggests, subject_key, subject_name, title, explanation, life, life_personal FROM {clue}
WHERE subject_key = $1 AND subject_key <> '' AND id <> $2 AND life <> 'merged' ORDER BY number DESC LIMIT 50;

-- name: life_same_name
-- Candidates for one clue: about somebody of the same name.
SELECT id, number, model, suggests, subject_key, subject_name, title, explanation, life, life_personal FROM {clue}
WHERE subject_name = $1 AND id <> $2 AND life <> 'merged' ORDER BY number DESC LIMIT 50;

-- name: life_same_row
-- Candidates for one clue: resting on a row that it rests on too.
SELECT c.id, c.number, c.model, c.suggests, c.subject_key, c.subject_name, c.title, c.explanation, c.life, c.life_personal
FROM {clue} c
WHERE c.id <> $1 AND c.life <> 'merged' AND c.id IN (SELECT o.clue FROM clue_evidence e
    JOIN clue_evidence o ON o.dataset = e.dataset AND o.row_id = e.row_id WHERE e.clue = $1)
ORDER BY c.number DESC LIMIT 50;

-- name: life_newest
-- Candidates for one clue: the newest, to be compared by their words.
SELECT id, number, model, suggests, subject_key, subject_name, title, explanation, life, life_personal FROM {clue}
WHERE id <> $1 AND life <> 'merged' AND title IS NOT NULL ORDER BY found_at DESC, number DESC LIMIT 1500;

-- name: life_newest_told
-- Candidates for one clue: the newest of those that people told, which come in other words each time.
SELECT id, number, model, suggests, subject_key, subject_name, title, explanation, life, life_personal FROM {clue}
WHERE id <> $1 AND source <> 'model' AND life <> 'merged' AND title IS NOT NULL
ORDER BY found_at DESC, number DESC LIMIT 1500;

-- name: life_pool
-- The pool by source and stage.
SELECT source, life, COUNT(*) AS clues FROM {clue} GROUP BY source, life;

-- name: life_ledger
-- What became of each model's clues.
SELECT model, outcome, COUNT(*) AS clues FROM {clue} GROUP BY model, outcome;

-- name: life_crossed
-- Clues that are not where they were found any more, and all.
SELECT COUNT(*) AS clues, COALESCE(SUM(CASE WHEN organisation <> origin THEN 1 ELSE 0 END), 0) AS crossed FROM {clue}
WHERE life IN ('assigned', 'verifying', 'handling', 'concluded', 'closed');

-- name: life_events
-- What was done, newest first.
SELECT sequence, at, actor, kind, body FROM journal WHERE subject = $1 ORDER BY sequence DESC LIMIT 200;

-- name: life_matters
-- Matters that began with a clue, as far as the asker sees them, the first first.
SELECT m.id, m.number, m.flow, m.state, m.outcome, m.steps, m.opened, m.closed, m.due, m.organisation FROM {matter} m
JOIN matter_link l ON l.matter = m.id WHERE l.target = $1 AND l.kind = 'clue' ORDER BY m.ordinal LIMIT 100;

-- name: life_receipts
-- Who else takes part in them, and when each first did something there.
SELECT p.matter, p.party, p.organisation, (SELECT MIN(t.closed) FROM matter_task t
    WHERE t.matter = p.matter AND t.organisation = p.organisation AND t.state = 'done') AS answered
FROM {matter} m JOIN matter_link l ON l.matter = m.id JOIN matter_party p ON p.matter = m.id
WHERE l.target = $1 AND l.kind = 'clue' AND p.until = '' AND p.organisation <> m.organisation ORDER BY p.matter, p.id;

-- name: life_became
-- A model's clues by what became of them.
SELECT life, outcome, COUNT(*) AS clues FROM {clue} WHERE model = $1 GROUP BY life, outcome;

-- name: life_wrong
-- The newest clues of a model that turned out wrong, with what was written about it.
SELECT id, number, title, model_version, life_tree, life_personal FROM {clue}
WHERE model = $1 AND outcome = 'wrong' AND life <> 'merged' ORDER BY number DESC LIMIT 200;

-- name: life_of_subject
-- Matters about somebody, as far as the asker sees them, without those that a clue itself began.
SELECT m.id, m.number, m.flow, m.state, m.outcome, m.opened, m.closed, m.organisation FROM {matter} m
JOIN matter_link l ON l.matter = m.id WHERE l.target = $1
    AND NOT EXISTS (SELECT 1 FROM matter_link own WHERE own.matter = m.id AND own.kind = 'clue' AND own.target = $2)
GROUP BY m.id, m.number, m.flow, m.state, m.outcome, m.opened, m.closed, m.organisation, m.ordinal
ORDER BY m.ordinal DESC LIMIT 50;
