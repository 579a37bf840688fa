-- SPDX-License-Identifier: MulanPSL-2.0

-- name: rights_account
-- Only active accounts have rights.
SELECT state FROM account WHERE login = $1;

-- name: rights_appointments
-- Appointments of a person that hold now or will begin later.
SELECT a.appointment, a.role, a.organisation, a.liaison, a.since, COALESCE(a.until, 0) AS until,
    COALESCE(o.name, '') AS organisation_name
FROM appointment a LEFT JOIN organisation o ON o.organisation = a.organisation
WHERE a.login = $1 AND (a.until IS NULL OR a.until > $2) ORDER BY a.appointment;

-- name: rights_delegations
-- For whom a person acts now or will act later.
SELECT delegation, giver, since, until FROM delegation
WHERE receiver = $1 AND until > $2 ORDER BY giver, delegation;

-- name: rights_teams
-- Teams a person is or will be in.
SELECT team, since, COALESCE(until, 0) AS until FROM team_member
WHERE login = $1 AND login <> '' AND (until IS NULL OR until > $2) ORDER BY team, member;

-- name: rights_subtree
-- An organisation and all that reach it from leader to leader; UNION ends a cycle.
WITH RECURSIVE below (organisation) AS (
    SELECT CAST($1 AS {bigint})
    UNION
    SELECT o.organisation FROM below b
    JOIN organisation o ON COALESCE(NULLIF(o.superior, 0), o.parent) = b.organisation)
SELECT organisation FROM below ORDER BY organisation;

-- name: rights_recused
-- Has the person a conflict of interest in any clue ($2 empty), or in this one?
-- whole: the person does not see it; that there is one decides what he sees
SELECT COUNT(*) AS n FROM clue_recusal WHERE login = $1 AND ($2 = '' OR clue = $2);

-- name: rights_channel
-- Where, and until when, two others opened the channel of sealed records to a person; used up, it is closed.
SELECT a.organisation, a.until FROM approval a
WHERE a.asker = $1 AND a.kind = 'sealed' AND a.object = 'sealed:channel' AND a.state = 'approved' AND a.agreed >= a.needed
    AND a.until > $2 AND a.used < a.uses
    AND (SELECT COUNT(*) FROM approval_decision d WHERE d.approval = a.approval AND d.consent = 1 AND d.approver <> a.asker) >= 2
ORDER BY a.approval;

-- name: rights_shares
-- How many clues each organisation has: who sees many of them finds the first page by order, not by organisation.
-- whole: only decides how rows are looked for
SELECT organisation, COUNT(*) AS clues FROM clue GROUP BY organisation ORDER BY organisation;

-- name: rights_matter_shares
-- The same of matters, by the organisations that take part in them.
-- whole: only decides how rows are looked for
SELECT s.organisation, SUM(c.matters) AS clues FROM matter_set s JOIN matter_count c ON c.party_set = s.party_set
GROUP BY s.organisation ORDER BY s.organisation;

-- name: matter_marks
-- What rights ask of one matter.
-- whole: the answer is used to decide whether the asker sees it
SELECT organisation, state AS status, sealed FROM matter WHERE id = $1;

-- name: rights_matter_houses
-- Which organisations take part in one matter now.
-- whole: the answer is used to decide whether the asker sees it
SELECT DISTINCT organisation FROM matter_party WHERE matter = $1 AND until = '' ORDER BY organisation;

-- name: rights_matter_work
-- Has somebody, or had he, work in his own name in one matter?
-- whole: the answer is used to decide whether the asker sees it
SELECT COUNT(*) AS n FROM matter_task WHERE matter = $1 AND (login = $2 OR actor = $2);

