-- SPDX-License-Identifier: MulanPSL-2.0

-- name: flow_version_add
-- Projection of "flow.published".
INSERT INTO flow_version (flow, version, title, text, at, sequence) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (flow, version) DO NOTHING;

-- name: flow_version_known
-- Is this text of the flow published already?
SELECT COUNT(*) AS n FROM flow_version WHERE flow = $1 AND version = $2;

-- name: flow_version_get
-- The text that a matter is pinned to.
SELECT title, text, at FROM flow_version WHERE flow = $1 AND version = $2;

-- name: flow_version_list
-- The versions of one flow, newest first.
SELECT flow, version, title, at, sequence FROM flow_version WHERE flow = $1 ORDER BY sequence DESC;

-- name: matter_number_last
-- The last number given in a series.
SELECT last FROM matter_number WHERE flow = $1 AND organisation = $2 AND year = $3 AND sealed = $4;

-- name: matter_number_set
-- Projection of "matter.begun": numbers are never given twice.
INSERT INTO matter_number (flow, organisation, year, sealed, last) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (flow, organisation, year, sealed) DO UPDATE SET last = excluded.last;

-- name: matter_next_ordinal
-- Matters are numbered in order; sealed ones apart, so that the others' numbers have no gap.
-- whole: numbers are given once
SELECT COALESCE(MAX(ordinal), 0) + 1 AS ordinal FROM matter WHERE ordinal < 1000000000;

-- name: matter_next_sealed
-- The series of sealed matters.
-- whole: numbers are given once
SELECT COALESCE(MAX(ordinal), 1000000000) + 1 AS ordinal FROM matter WHERE ordinal >= 1000000000;

-- name: matter_state_of
-- The state as it stands: what an act begins with, and a projection goes on from.
-- whole: acts and projections need all of it
SELECT tree, title, personal, words, revision, sealed, changed FROM matter WHERE id = $1;

-- name: matter_seen
-- What of a matter is there for the asker.
SELECT id, number, flow, version, tree, title, personal, revision FROM {matter} WHERE id = $1;

-- name: matter_put
-- Projection of "matter.begun" and "matter.acted".
-- whole: projection
INSERT INTO matter (id, ordinal, number, flow, version, organisation, state, outcome, level, level_rank, step, steps,
    opened, closed, changed, actor, revision, due, lapsed, sealed, case_number, tree, title, personal, party_set,
    words)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)
ON CONFLICT (id) DO UPDATE SET number = excluded.number, version = excluded.version,
    organisation = excluded.organisation, state = excluded.state, outcome = excluded.outcome, level = excluded.level,
    level_rank = excluded.level_rank, step = excluded.step, steps = excluded.steps, closed = excluded.closed,
    changed = excluded.changed, revision = excluded.revision, due = excluded.due, lapsed = excluded.lapsed,
    case_number = excluded.case_number, tree = excluded.tree, title = excluded.title, personal = excluded.personal,
    party_set = excluded.party_set, words = excluded.words;

-- name: matter_party_put
-- Projection of an act that changed this party.
-- whole: projection
INSERT INTO matter_party (matter, id, party, organisation, since, until) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (matter, id) DO UPDATE SET until = excluded.until;

-- name: matter_party_drop
-- Projection of an undo that took it away.
-- whole: projection
DELETE FROM matter_party WHERE matter = $1 AND id = $2;

-- name: matter_task_put
-- Projection of an act that changed this task.
-- whole: projection
INSERT INTO matter_task (matter, id, step_id, step, kind, organisation, role, department, login, state, opened, closed,
    action, actor, urged, ask, asked_by, due, party_set)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
ON CONFLICT (matter, id) DO UPDATE SET login = excluded.login, state = excluded.state, closed = excluded.closed,
    action = excluded.action, actor = excluded.actor, urged = excluded.urged, due = excluded.due,
    party_set = excluded.party_set;

-- name: matter_task_drop
-- Projection of an undo that took it away.
-- whole: projection
DELETE FROM matter_task WHERE matter = $1 AND id = $2;

-- name: matter_clock_put
-- Projection of an act that changed this clock.
-- whole: projection
INSERT INTO matter_clock (matter, id, step_id, step, period, version, due, day, state, fired, next)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (matter, id) DO UPDATE SET step_id = excluded.step_id, step = excluded.step, period = excluded.period,
    version = excluded.version, due = excluded.due, day = excluded.day, state = excluded.state,
    fired = excluded.fired, next = excluded.next;

-- name: matter_clock_drop
-- Projection of an undo that took it away.
-- whole: projection
DELETE FROM matter_clock WHERE matter = $1 AND id = $2;

-- name: matter_link_put
-- Projection of an act that changed this link.
-- whole: projection
INSERT INTO matter_link (matter, id, kind, target) VALUES ($1, $2, $3, $4)
ON CONFLICT (matter, id) DO UPDATE SET kind = excluded.kind, target = excluded.target;

-- name: matter_link_drop
-- Projection of an act that took it away.
-- whole: projection
DELETE FROM matter_link WHERE matter = $1 AND id = $2;

-- name: matter_file_put
-- Projection of an act that changed this file.
-- whole: projection
INSERT INTO matter_file (matter, id, step_id, digest, size, type, at, actor, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (matter, id) DO UPDATE SET state = excluded.state;

-- name: matter_file_drop
-- Files are never taken away; here so that a difference that does is not lost in silence.
-- whole: projection
DELETE FROM matter_file WHERE matter = $1 AND id = $2;

-- name: matter_event_add
-- Projection of every act.
-- whole: projection
INSERT INTO matter_event (matter, revision, sequence, at, actor, verb, action, step, task, target, undone_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0);

-- name: matter_event_undone
-- Projection of an undo: what it took back, and everything after.
-- whole: projection
UPDATE matter_event SET undone_by = $3 WHERE matter = $1 AND revision >= $2 AND revision < $3 AND undone_by = 0;

-- name: matter_events
-- The differences of a matter, in order: where they lie in the journal.
-- whole: the fold goes over all of them; the caller has seen the matter
SELECT revision, sequence, at, actor, verb, action, step, task, target, undone_by FROM matter_event
WHERE matter = $1 ORDER BY revision;

-- name: matter_timeline
-- What was done, for the page; the newest last.
SELECT e.revision, e.sequence, e.at, e.actor, e.verb, e.action, e.step, e.task, e.target, e.undone_by
FROM {matter} m JOIN matter_event e ON e.matter = m.id WHERE m.id = $1 ORDER BY e.revision LIMIT 2000;

-- name: matter_other
-- How far another matter has come, and whether somebody has acted on it since it began.
-- whole: an act on the one that began it is judged by it
SELECT m.number, m.flow, m.state, m.outcome, (SELECT COUNT(*) FROM matter_event e WHERE e.matter = m.id
    AND e.revision > 1 AND e.actor <> 'system') AS moved FROM matter m WHERE m.id = $1;

-- name: matter_event_last
-- Who did what last: for whoever came second.
-- whole: the sentence names the actor to another participant
SELECT actor, verb, action, at FROM matter_event WHERE matter = $1 ORDER BY revision DESC LIMIT 1;

-- name: matter_message_add
-- Projection of "matter.said".
-- whole: projection
INSERT INTO matter_message (matter, number, step_id, at, actor, text) VALUES ($1, $2, $3, $4, $5, $6);

-- name: matter_message_next
-- Messages are numbered in order.
-- whole: numbers are given once
SELECT COALESCE(MAX(number), 0) + 1 AS number FROM matter_message WHERE matter = $1;

-- name: matter_messages
-- The conversation; texts only for those who see what is personal.
SELECT s.number, s.step_id, s.at, s.actor, CASE WHEN m.personal IS NOT NULL OR m.title IS NOT NULL THEN s.text END AS text
FROM {matter} m JOIN matter_message s ON s.matter = m.id WHERE m.id = $1 ORDER BY s.number;

-- name: matter_forget
-- Projection of "key.destroyed": what the destroyed key had sealed goes from the table too.
-- whole: projection
UPDATE matter SET title = NULL, personal = NULL, words = NULL WHERE id = $1;

-- name: matter_forget_messages
-- The same for what was said.
-- whole: projection
UPDATE matter_message SET text = NULL WHERE matter = $1;

-- name: matter_clock_due
-- Clocks that have something to say, the earliest first, after one of them.
-- whole: clocks run for everybody
SELECT matter, id, next FROM matter_clock WHERE next <= $1 AND (next, matter, id) > ($3, $4, $5)
ORDER BY next, matter, id LIMIT $2;

-- name: matter_clock_next
-- When to ask again.
-- whole: clocks run for everybody
SELECT MIN(next) AS next FROM matter_clock WHERE next IS NOT NULL;

-- name: matter_clock_running
-- Matters with clocks that a change of the calendar may move, in pages.
-- whole: clocks run for everybody
SELECT DISTINCT matter FROM matter_clock
WHERE state IN ('running', 'suspended', 'lapsed') AND period <> '' AND matter > $1 ORDER BY matter LIMIT $2;

-- name: matter_tasks_of_login
-- Matters in which somebody has open work by name.
-- whole: whoever leaves hands over all of it
SELECT DISTINCT t.matter FROM matter_task t WHERE t.login = $1 AND t.state = 'open' ORDER BY t.matter;

-- name: matter_tasks_listed
-- Open work of somebody who leaves, by matter.
-- whole: whoever leaves hands over all of it
SELECT t.id, t.matter, m.flow FROM matter_task t JOIN matter m ON m.id = t.matter
WHERE t.login = $1 AND t.state = 'open' AND t.kind <> 'copy' AND m.sealed = 0 ORDER BY t.matter, t.id;

-- name: matter_organisation
-- Kind and leader of an open organisation.
SELECT kind, COALESCE(NULLIF(superior, 0), parent, 0) AS leader FROM organisation
WHERE organisation = $1 AND state = 'active';

-- name: matter_holders
-- Roles held at an organisation now, by whom ($2 empty: anybody).
SELECT p.role, p.login FROM appointment p JOIN account a ON a.login = p.login
WHERE p.organisation = $1 AND ($2 = '' OR p.login = $2) AND p.since <= $3 AND (p.until IS NULL OR p.until > $3)
    AND a.state = 'active'
ORDER BY p.appointment;

-- name: matter_linked
-- Matters that name a target (a case, a clue, a person), as far as the asker sees them.
SELECT m.id, m.number, m.flow, m.state, m.title, m.opened, l.kind FROM {matter} m JOIN matter_link l ON l.matter = m.id
WHERE l.target = $1 ORDER BY m.ordinal DESC LIMIT 100;

-- name: matter_file_named
-- Does any matter, document or template name this content, now or once? What none does is swept, and what only those matters
-- did whose names and texts the law has had forgotten.
-- whole: a file is kept for everybody
SELECT (SELECT COUNT(*) FROM matter_file f JOIN matter m ON m.id = f.matter WHERE f.digest = $1 AND m.personal IS NOT NULL)
    + (SELECT COUNT(*) FROM document_file d WHERE d.digest = $1)
    + (SELECT COUNT(*) FROM document_template t WHERE t.digest = $1) AS n;
