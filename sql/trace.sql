-- SPDX-License-Identifier: MulanPSL-2.0

-- name: approval_add
-- Projection of approval.requested.
INSERT INTO approval (approval, kind, asker, organisation, object, purpose, case_number, reason, needed, agreed, asked_days,
    asked_uses, state, asked_at, open_until, until, uses, used)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11, 'open', $12, $13, 0, 0, 0);

-- name: approval_newest
-- Numbers are given in order.
SELECT coalesce(max(approval), 0) AS n FROM approval;

-- name: approval_get
-- One request.
SELECT approval, kind, asker, organisation, object, purpose, case_number, reason, needed, agreed, asked_days, asked_uses,
    state, asked_at, open_until, until, uses, used, coalesce(ended_at, 0) AS ended_at
FROM approval WHERE approval = $1;

-- name: approval_decision_add
-- Projection of approval.decided.
INSERT INTO approval_decision (approval, approver, acting_for, consent, words, until, uses, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: approval_consent
-- Projection of approval.decided: the lower of all limits counts; enough consents make it approved.
UPDATE approval SET agreed = agreed + 1,
    until = CASE WHEN agreed = 0 OR until > $2 THEN $2 ELSE until END,
    uses = CASE WHEN agreed = 0 OR uses > $3 THEN $3 ELSE uses END,
    state = CASE WHEN agreed + 1 >= needed THEN 'approved' ELSE state END
WHERE approval = $1;

-- name: approval_close
-- Projection of a refusal, a withdrawal, or an end before its time.
UPDATE approval SET state = $2, ended_at = $3 WHERE approval = $1;

-- name: approval_use
-- Projection of sensitive.revealed and exports that rest on it.
UPDATE approval SET used = used + 1 WHERE approval = $1;

-- name: approval_forget
-- Projection of key.destroyed.
UPDATE approval SET reason = NULL WHERE approval = $1;

-- name: approval_decision_forget
-- Projection of key.destroyed.
UPDATE approval_decision SET words = NULL WHERE approval = $1;

-- name: approval_decisions
-- Who said what about one request, in order.
SELECT d.approver, a.name AS approver_name, d.acting_for, d.consent, d.words, d.until, d.uses, d.at
FROM approval_decision d LEFT JOIN account a ON a.login = d.approver WHERE d.approval = $1 ORDER BY d.at, d.approver;

-- name: approval_same
-- The same request, still open: asked twice it would be decided twice.
SELECT count(*) AS n FROM approval
WHERE asker = $1 AND kind = $2 AND object = $3 AND purpose = $4 AND case_number = $5 AND state = 'open' AND open_until > $6;

-- name: approval_count_open
-- How many requests somebody has open.
SELECT count(*) AS n FROM approval WHERE asker = $1 AND state = 'open' AND open_until > $2;

-- name: approval_active
-- What the asker may rest a look on: consented, not over, not used up, for this very purpose and case.
SELECT approval FROM approval
WHERE asker = $1 AND kind = $2 AND object = $3 AND state = 'approved' AND until > $4 AND used < uses AND purpose = $5
    AND case_number = $6
ORDER BY until, approval LIMIT 1;

-- name: approval_delegations_between
-- Does one act for the other now?
SELECT count(*) AS n FROM delegation
WHERE ((giver = $1 AND receiver = $2) OR (giver = $2 AND receiver = $1)) AND since <= $3 AND until > $3;

-- name: approval_delegation_from
-- Does the second act for the first now?
SELECT count(*) AS n FROM delegation WHERE giver = $1 AND receiver = $2 AND since <= $3 AND until > $3;

-- name: look_object_add
-- Projection of sensitive.revealed and of exports.
INSERT INTO look_object (object, look) VALUES ($1, $2) ON CONFLICT (object, look) DO NOTHING;

-- name: look_entries
-- Who looked at an object, and exports of $4 that contained it ($5), newest first.
SELECT j.sequence, j.at, j.actor, coalesce(a.name, '') AS name, j.organisation, j.kind, j.subject, j.body
FROM look_object l JOIN journal j ON j.sequence = l.look LEFT JOIN account a ON a.login = j.actor
WHERE (l.object = $1 OR (l.object = $4 AND j.body LIKE $5)) AND l.look < $2 ORDER BY l.look DESC LIMIT $3;

-- name: look_count
-- The total beside look_entries.
SELECT count(*) AS n FROM look_object l
WHERE l.object = $1 OR (l.object = $2 AND EXISTS (SELECT 1 FROM journal j WHERE j.sequence = l.look AND j.body LIKE $3));

-- name: look_clues_of_row
-- Clues a row stands behind, as the asker sees them: does he handle one of them?
SELECT c.id, c.subject_key, c.organisation, c.status FROM {clue} c
JOIN clue_evidence ev ON ev.clue = c.id WHERE ev.dataset = $1 AND ev.row_id = $2 ORDER BY c.id LIMIT 1000;

-- name: look_clue
-- One clue, as the asker sees it.
SELECT id, subject_key, organisation, status FROM {clue} WHERE id = $1;

-- name: look_rows_of_clue
-- The rows behind a clue.
SELECT ev.dataset, ev.row_id FROM {clue} c JOIN clue_evidence ev ON ev.clue = c.id WHERE c.id = $1 ORDER BY ev.position;

-- name: look_granted
-- Was this clue opened to the person, one of his organisations or a team he is in?
SELECT count(*) AS n FROM access_grant g
WHERE g.kind = 'clue' AND g.object = $2 AND g.since <= $3 AND (g.until IS NULL OR g.until > $3)
    AND (g.grantee = 'person:' || CAST($1 AS {text})
        OR EXISTS (SELECT 1 FROM appointment p WHERE p.login = $1 AND p.since <= $3 AND (p.until IS NULL OR p.until > $3)
            AND g.grantee = 'organisation:' || CAST(p.organisation AS {text}))
        OR EXISTS (SELECT 1 FROM team_member m JOIN team t ON t.team = m.team
            WHERE m.login = $1 AND m.since <= $3 AND (m.until IS NULL OR m.until > $3) AND t.state = 'active'
            AND (t.until IS NULL OR t.until > $3) AND g.grantee = 'team:' || CAST(m.team AS {text})));

-- name: look_posts
-- The posts a person holds now: role, organisation.
SELECT p.role, p.organisation, coalesce(o.name, '') AS name FROM appointment p
LEFT JOIN organisation o ON o.organisation = p.organisation
WHERE p.login = $1 AND p.since <= $2 AND (p.until IS NULL OR p.until > $2) ORDER BY p.appointment;

-- name: look_colleague
-- Is this the name of somebody else with a post in an organisation where the person has one?
SELECT count(*) AS n FROM account a JOIN appointment p ON p.login = a.login
WHERE a.name = $2 AND a.login <> $1 AND p.since <= $3 AND (p.until IS NULL OR p.until > $3)
    AND p.organisation IN (SELECT q.organisation FROM appointment q
        WHERE q.login = $1 AND q.since <= $3 AND (q.until IS NULL OR q.until > $3));

-- name: alarm_find
-- The sign of a person on a day.
SELECT alarm, count, raised FROM alarm WHERE person = $1 AND day = $2 AND kind = $3;

-- name: alarm_newest
-- Numbers are given in order.
SELECT coalesce(max(alarm), 0) AS n FROM alarm;

-- name: alarm_add
-- Projection: the first of a day.
INSERT INTO alarm (alarm, kind, person, day, organisation, count, raised, first_entry, last_entry, first_at, last_at, state,
    acknowledged_by, acknowledged_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $9, 'open', '', '');

-- name: alarm_grow
-- Projection: the same again on that day; what was acknowledged is open again.
UPDATE alarm SET count = $2, raised = $3, last_entry = $4, last_at = $5, state = 'open' WHERE alarm = $1;

-- name: alarm_acknowledge
-- Projection of alarm.acknowledged.
UPDATE alarm SET state = 'acknowledged', acknowledged_by = $2, acknowledged_at = $3, words = $4 WHERE alarm = $1;

-- name: alarm_forget
-- Projection of key.destroyed.
UPDATE alarm SET words = NULL WHERE alarm = $1;

-- name: alarm_get
-- One alarm that was raised.
SELECT m.alarm, m.kind, m.person, coalesce(a.name, '') AS name, m.day, m.organisation, m.count, m.first_entry, m.last_entry,
    m.first_at, m.last_at, m.state, m.acknowledged_by, m.acknowledged_at, m.words
FROM alarm m LEFT JOIN account a ON a.login = m.person WHERE m.alarm = $1 AND m.raised = 1;

-- name: alarm_list
-- Raised alarms, newest first; $1: state or empty.
SELECT m.alarm, m.kind, m.person, coalesce(a.name, '') AS name, m.day, m.organisation, m.count, m.first_entry, m.last_entry,
    m.first_at, m.last_at, m.state, m.acknowledged_by, m.acknowledged_at, m.words
FROM alarm m LEFT JOIN account a ON a.login = m.person
WHERE m.raised = 1 AND ($1 = '' OR m.state = $1) AND m.alarm < $2 ORDER BY m.alarm DESC LIMIT $3;

-- name: alarm_count
-- The total beside alarm_list.
SELECT count(*) AS n FROM alarm WHERE raised = 1 AND ($1 = '' OR state = $1);

-- name: retention_subjects
-- Whose secret parts could be destroyed: subjects with a key, and when they were last spoken of.
SELECT k.subject, k.born, max(j.sequence) AS newest, max(j.at) AS at
FROM matter_key k JOIN journal j ON j.subject = k.subject
WHERE k.subject > $1 GROUP BY k.subject, k.born HAVING max(j.at) < $2 ORDER BY k.subject LIMIT $3;

-- name: retention_kinds
-- What was told of a subject.
SELECT DISTINCT kind FROM journal WHERE subject = $1 ORDER BY kind;

-- name: retention_newest
-- One subject with a key: when it was last spoken of.
SELECT k.subject, max(j.sequence) AS newest, max(j.at) AS at
FROM matter_key k JOIN journal j ON j.subject = k.subject WHERE k.subject = $1 GROUP BY k.subject;

-- name: retention_approval
-- What a destruction may rest on, whoever of the administrators asked for it.
SELECT approval FROM approval
WHERE kind = 'destroy' AND object = $1 AND state = 'approved' AND until > $2 AND used < uses ORDER BY approval LIMIT 1;

-- name: retention_asked
-- The same request, undecided or not yet carried out.
SELECT count(*) AS n FROM approval WHERE kind = 'destroy' AND object = $1
    AND ((state = 'open' AND open_until > $2) OR (state = 'approved' AND until > $2 AND used < uses));
