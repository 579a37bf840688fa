-- SPDX-License-Identifier: MulanPSL-2.0

-- name: people_time
-- The time of the newest event: what is said to be now never lies before it.
SELECT at FROM journal_head;

-- name: organisation_add
-- Projection of organisation.created.
INSERT INTO organisation (organisation, kind, name, short_name, parent, superior, division, position, state, created_at,
    changed_at, letters)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'active', $9, $9, $10);

-- name: organisation_set
-- Projection of organisation.changed.
UPDATE organisation SET name = $2, short_name = $3, parent = $4, superior = $5, division = $6, position = $7,
    changed_at = $8, kind = coalesce($9, kind), letters = coalesce($10, letters)
WHERE organisation = $1;

-- name: organisation_state_set
-- Projection of organisation.ended and organisation.reopened.
UPDATE organisation SET state = $2, changed_at = $3 WHERE organisation = $1;

-- name: organisation_get
-- One organisation.
SELECT organisation, kind, name, short_name, coalesce(parent, 0) AS parent, coalesce(superior, 0) AS superior, division,
    position, state, created_at, changed_at, letters
FROM organisation WHERE organisation = $1;

-- name: organisation_list
-- The whole tree, in the order it is shown.
SELECT organisation, kind, name, short_name, coalesce(parent, 0) AS parent, coalesce(superior, 0) AS superior, division,
    position, state, created_at, changed_at, letters
FROM organisation ORDER BY coalesce(parent, 0), position, organisation;

-- name: organisation_named
-- An open organisation of that name under the same parent, other than $3.
SELECT organisation FROM organisation
WHERE coalesce(parent, 0) = $1 AND name = $2 AND state = 'active' AND organisation <> $3 ORDER BY organisation LIMIT 1;

-- name: organisation_lettered
-- An open organisation whose numbers begin with these letters, other than $2.
SELECT organisation FROM organisation WHERE letters = $1 AND state = 'active' AND organisation <> $2
ORDER BY organisation LIMIT 1;

-- name: organisation_any_named
-- Open organisations of that name: sheets name organisations so.
SELECT organisation FROM organisation WHERE name = $1 AND state = 'active' ORDER BY organisation;

-- name: organisation_newest
-- Numbers are given in order.
SELECT coalesce(max(organisation), 0) AS n FROM organisation;

-- name: organisation_position
-- The next place among the children of a parent.
SELECT coalesce(max(position), 0) + 1 AS n FROM organisation WHERE coalesce(parent, 0) = $1;

-- name: organisation_open_below
-- Open organisations that stand under it or are led by it.
SELECT count(*) AS n FROM organisation WHERE state = 'active' AND (parent = $1 OR superior = $1);

-- name: organisation_open_posts
-- Posts that have not ended.
SELECT count(*) AS n FROM appointment WHERE organisation = $1 AND (until IS NULL OR until > $2);

-- name: organisation_open_teams
-- Teams it leads that have not ended.
SELECT count(*) AS n FROM team WHERE organisation = $1 AND state = 'active' AND (until IS NULL OR until > $2);

-- name: organisation_figures
-- People and departments of every organisation.
SELECT o.organisation,
    (SELECT count(DISTINCT p.login) FROM appointment p JOIN account a ON a.login = p.login
     WHERE p.organisation = o.organisation AND p.since <= $1 AND (p.until IS NULL OR p.until > $1)
         AND a.state = 'active') AS people,
    (SELECT count(*) FROM department d WHERE d.organisation = o.organisation AND d.state = 'active') AS departments
FROM organisation o ORDER BY o.organisation;

-- name: organisation_liaisons
-- Who is the liaison officer of which organisation now.
SELECT p.organisation, p.appointment, p.login, a.name FROM appointment p JOIN account a ON a.login = p.login
WHERE p.liaison = 1 AND p.since <= $1 AND (p.until IS NULL OR p.until > $1) AND a.state = 'active'
ORDER BY p.organisation, p.appointment;

-- name: department_add
-- Projection of department.created.
INSERT INTO department (department, organisation, kind, name, position, state) VALUES ($1, $2, $3, $4, $5, 'active');

-- name: department_set
-- Projection of department.changed.
UPDATE department SET name = $2 WHERE department = $1;

-- name: department_state_set
-- Projection of department.ended.
UPDATE department SET state = $2 WHERE department = $1;

-- name: department_get
-- One department.
SELECT department, organisation, kind, name, position, state FROM department WHERE department = $1;

-- name: department_list
-- Open departments of one organisation.
SELECT department, organisation, kind, name, position FROM department
WHERE organisation = $1 AND state = 'active' ORDER BY position, department;

-- name: department_named
-- Names stand once in an organisation.
SELECT department FROM department WHERE organisation = $1 AND name = $2 AND state = 'active' AND department <> $3
ORDER BY department LIMIT 1;

-- name: department_newest
-- Numbers are given in order.
SELECT coalesce(max(department), 0) AS n FROM department;

-- name: department_position
-- The next place in an organisation.
SELECT coalesce(max(position), 0) + 1 AS n FROM department WHERE organisation = $1;

-- name: department_open_posts
-- Posts in it that have not ended.
SELECT count(*) AS n FROM appointment WHERE department = $1 AND (until IS NULL OR until > $2);

-- name: appointment_add
-- Projection of appointment.created.
INSERT INTO appointment (appointment, login, role, organisation, department, title, liaison, since, until, granted_by,
    granted_at, ended_by, administrator)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', $12);

-- name: appointment_continue
-- Projection of appointment.created that relieves somebody of the duty: his post goes on without it.
INSERT INTO appointment (appointment, login, role, organisation, department, title, liaison, since, until, granted_by,
    granted_at, ended_by, administrator)
SELECT $2, login, role, organisation, department, title, 0, $3, until, $4, $5, '', administrator
FROM appointment WHERE appointment = $1;

-- name: appointment_end
-- Projection of appointment.ended, and of whatever ends a post: it never gets longer.
UPDATE appointment SET until = $2, ended_by = $3 WHERE appointment = $1 AND (until IS NULL OR until > $2);

-- name: appointment_get
-- One post.
SELECT appointment, login, role, organisation, coalesce(department, 0) AS department, title, liaison, since,
    coalesce(until, 0) AS until, granted_by, granted_at, ended_by, administrator
FROM appointment WHERE appointment = $1;

-- name: appointment_newest
-- Numbers are given in order.
SELECT coalesce(max(appointment), 0) AS n FROM appointment;

-- name: appointment_open_of
-- Posts of a person that have not ended, also those that have yet to begin.
SELECT appointment, login, role, organisation, coalesce(department, 0) AS department, title, liaison, since,
    coalesce(until, 0) AS until, administrator
FROM appointment WHERE login = $1 AND (until IS NULL OR until > $2) ORDER BY appointment;

-- name: appointment_liaison
-- The post of an organisation that carries the duty of liaison officer.
SELECT appointment, login, role FROM appointment
WHERE organisation = $1 AND liaison = 1 AND (until IS NULL OR until > $2) ORDER BY appointment;

-- name: appointment_administrators
-- People other than $2 who are this kind of administrator now and can sign in.
SELECT count(DISTINCT p.login) AS n FROM appointment p JOIN account a ON a.login = p.login
WHERE p.administrator = $1 AND p.login <> $2 AND a.state = 'active' AND p.since <= $3
    AND (p.until IS NULL OR p.until > $3);

-- name: appointment_of_role
-- Open posts of a role, wherever.
SELECT appointment, login FROM appointment WHERE role = $1 AND (until IS NULL OR until > $2) ORDER BY appointment;

-- name: appointment_any
-- Was anybody ever appointed?
SELECT count(*) AS n FROM appointment;

-- name: appointment_of_organisation
-- People of an organisation now and before, newest posts first.
SELECT p.appointment, p.login, a.name, a.state, p.role, coalesce(p.department, 0) AS department, p.title, p.liaison,
    p.since, coalesce(p.until, 0) AS until
FROM appointment p JOIN account a ON a.login = p.login WHERE p.organisation = $1
ORDER BY p.since DESC, p.appointment DESC LIMIT 5000;

-- name: appointment_history
-- All posts of a person, newest first.
SELECT p.appointment, p.login, p.role, p.organisation, o.name AS organisation_name,
    coalesce(p.department, 0) AS department, d.name AS department_name, p.title, p.liaison, p.since,
    coalesce(p.until, 0) AS until, p.granted_by, p.granted_at, p.ended_by
FROM appointment p LEFT JOIN organisation o ON o.organisation = p.organisation
    LEFT JOIN department d ON d.department = p.department
WHERE p.login = $1 ORDER BY p.since DESC, p.appointment DESC LIMIT 1000;

-- name: delegation_add
-- Projection of delegation.given.
INSERT INTO delegation (delegation, giver, receiver, reason, since, until, given_at, ended_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, '');

-- name: delegation_end
-- Projection of delegation.ended.
UPDATE delegation SET until = $2, ended_by = $3 WHERE delegation = $1 AND until > $2;

-- name: delegation_forget
-- Projection of key.destroyed.
UPDATE delegation SET reason = '' WHERE delegation = $1;

-- name: delegation_get
-- One delegation.
SELECT delegation, giver, receiver, reason, since, until, given_at, ended_by FROM delegation WHERE delegation = $1;

-- name: delegation_newest
-- Numbers are given in order.
SELECT coalesce(max(delegation), 0) AS n FROM delegation;

-- name: delegation_open_of
-- Given or received by a person and not ended.
SELECT delegation, giver, receiver, reason, since, until FROM delegation
WHERE (giver = $1 OR receiver = $1) AND until > $2 ORDER BY delegation;

-- name: delegation_history
-- Everything a person gave or received, newest first.
SELECT d.delegation, d.giver, g.name AS giver_name, d.receiver, r.name AS receiver_name, d.reason, d.since, d.until,
    d.given_at, d.ended_by
FROM delegation d LEFT JOIN account g ON g.login = d.giver LEFT JOIN account r ON r.login = d.receiver
WHERE d.giver = $1 OR d.receiver = $1 ORDER BY d.since DESC, d.delegation DESC LIMIT 1000;

-- name: access_grant_add
-- Projection of grant.given.
INSERT INTO access_grant (access_grant, kind, object, grantee, fields, since, until, purpose, granted_by, granted_at,
    ended_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '');

-- name: access_grant_end
-- Projection of grant.ended.
UPDATE access_grant SET until = $2, ended_by = $3 WHERE access_grant = $1 AND (until IS NULL OR until > $2);

-- name: access_grant_giver_set
-- Projection of grant.moved: who answers for it from now on.
UPDATE access_grant SET granted_by = $2 WHERE access_grant = $1;

-- name: access_grant_forget
-- Projection of key.destroyed.
UPDATE access_grant SET purpose = '' WHERE access_grant = $1;

-- name: access_grant_get
-- One grant.
SELECT access_grant, kind, object, grantee, fields, since, coalesce(until, 0) AS until, purpose, granted_by, granted_at,
    ended_by
FROM access_grant WHERE access_grant = $1;

-- name: access_grant_newest
-- Numbers are given in order.
SELECT coalesce(max(access_grant), 0) AS n FROM access_grant;

-- name: access_grant_open_of
-- Open grants to a person, and open ones he gave.
SELECT access_grant, kind, object, grantee, fields, since, coalesce(until, 0) AS until, purpose, granted_by
FROM access_grant WHERE (grantee = $1 OR granted_by = $2) AND (until IS NULL OR until > $3) ORDER BY access_grant;

-- name: access_grant_same
-- The same object to the same grantee, not ended.
SELECT access_grant FROM access_grant
WHERE kind = $1 AND object = $2 AND grantee = $3 AND (until IS NULL OR until > $4) ORDER BY access_grant LIMIT 1;

-- name: access_grant_of_object
-- To whom an object was opened, newest first.
SELECT access_grant, kind, object, grantee, fields, since, coalesce(until, 0) AS until, purpose, granted_by, granted_at,
    ended_by
FROM access_grant WHERE kind = $1 AND object = $2 ORDER BY access_grant DESC LIMIT 1000;

-- name: people_sheet
-- Everybody's open posts, as the sheet has them.
SELECT p.login, a.name, p.role, p.organisation, o.name AS organisation_name, d.name AS department_name, p.title,
    p.liaison, coalesce(p.until, 0) AS until,
    (SELECT count(*) FROM organisation x WHERE x.name = o.name AND x.state = 'active') AS namesakes
FROM appointment p JOIN account a ON a.login = p.login JOIN organisation o ON o.organisation = p.organisation
    LEFT JOIN department d ON d.department = p.department
WHERE a.state = 'active' AND (p.until IS NULL OR p.until > $1) ORDER BY p.organisation, p.appointment;

-- name: organisation_by_number
-- The whole tree, in order of number, so that other lists can be laid beside it.
SELECT organisation, kind, name, short_name, coalesce(parent, 0) AS parent, coalesce(superior, 0) AS superior, division,
    position, state, created_at, changed_at, letters
FROM organisation ORDER BY organisation;

-- name: posts_open
-- Everybody's open posts with names, in order of login.
SELECT p.appointment, p.login, p.role, p.organisation, o.name AS organisation_name,
    coalesce(p.department, 0) AS department, d.name AS department_name, p.title, p.liaison, p.since,
    coalesce(p.until, 0) AS until
FROM appointment p LEFT JOIN organisation o ON o.organisation = p.organisation
    LEFT JOIN department d ON d.department = p.department
WHERE p.until IS NULL OR p.until > $1 ORDER BY p.login, p.appointment;

-- name: clue_marks
-- What decides who sees a clue: for saying why, never shown.
-- whole: says why somebody does not see it
SELECT organisation, status, sealed, '' AS dataset FROM clue WHERE id = $1;

-- name: batch_marks
-- What decides who sees a batch and its rows: for saying why, never shown.
-- whole: says why somebody does not see it
SELECT organisation, '' AS status, sealed, dataset FROM batch WHERE batch = $1;

-- name: organisation_of_kind
-- Open organisations of a kind; two are enough to know that there is more than one.
SELECT organisation FROM organisation WHERE kind = $1 AND state = 'active' ORDER BY organisation LIMIT 2;
