-- SPDX-License-Identifier: MulanPSL-2.0

-- name: matter_liaisons
-- Who is the liaison officer of an organisation now ($2 empty: anybody), and in which role.
SELECT p.login, p.role FROM appointment p JOIN account a ON a.login = p.login
WHERE p.organisation = $1 AND p.liaison = 1 AND ($2 = '' OR p.login = $2) AND p.since <= $3
    AND (p.until IS NULL OR p.until > $3) AND a.state = 'active'
ORDER BY p.appointment;

-- name: matter_person
-- What a person is called, for sentences.
SELECT name FROM account WHERE login = $1;

-- name: matter_recused_ever
-- Has somebody declared a conflict of interest at all?
-- whole: decides who may act, and is not shown
SELECT COUNT(*) AS n FROM clue_recusal WHERE login = $1;

-- name: matter_recused_clue
-- In this clue?
-- whole: decides who may act, and is not shown
SELECT COUNT(*) AS n FROM clue_recusal WHERE login = $1 AND clue = $2;

-- name: matter_recused_subject
-- In a clue about this subject ("person:KEY")?
-- whole: decides who may act, and is not shown
SELECT COUNT(*) AS n FROM clue_recusal r JOIN clue c ON c.id = r.clue
WHERE r.login = $1 AND c.subject_kind || ':' || c.subject_key = $2;

-- name: matter_took_part
-- Has somebody done work in another matter of a flow that names the same case or person?
-- whole: decides who may act, and is not shown
SELECT COUNT(*) AS n FROM matter_link l JOIN matter m ON m.id = l.matter JOIN matter_task t ON t.matter = l.matter
WHERE l.target = $1 AND l.kind IN ('case', 'subject') AND l.matter <> $2 AND m.flow = $3 AND t.kind = 'owner'
    AND t.state = 'done' AND t.actor = $4;

-- name: matter_related_clues
-- Clues about a subject, as far as the asker sees them.
SELECT id, number, model, title, life AS state, level, found_at AS opened FROM {clue}
WHERE subject_kind = $1 AND subject_key = $2 AND life <> 'merged' ORDER BY number DESC LIMIT 50;
