-- SPDX-License-Identifier: MulanPSL-2.0

-- name: team_add
-- Projection of team.created.
INSERT INTO team (team, kind, name, organisation, parent, purpose, since, until, state, place)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'active', $9);

-- name: team_set
-- Projection of team.changed.
UPDATE team SET name = $2, purpose = $3, place = $4, until = $5 WHERE team = $1;

-- name: team_end
-- Projection of team.ended.
UPDATE team SET state = 'ended', until = $2 WHERE team = $1;

-- name: team_forget
-- Projection of key.destroyed.
UPDATE team SET name = '', purpose = '', place = '' WHERE team = $1;

-- name: team_members_trim
-- Nobody is a member of a team longer than there is the team.
UPDATE team_member SET until = $2, ended_by = $3 WHERE team = $1 AND (until IS NULL OR until > $2);

-- name: team_get
-- One team.
SELECT t.team, t.kind, t.name, t.organisation, coalesce(t.parent, 0) AS parent, t.purpose, t.place, t.since,
    coalesce(t.until, 0) AS until, t.state
FROM team t WHERE t.team = $1;

-- name: team_list
-- Teams by kind, open ones first.
SELECT t.team, t.kind, t.name, t.organisation, o.name AS organisation_name, coalesce(t.parent, 0) AS parent, t.purpose,
    t.place, t.since, coalesce(t.until, 0) AS until, t.state,
    (SELECT count(*) FROM team_member m WHERE m.team = t.team AND m.since <= $2 AND (m.until IS NULL OR m.until > $2))
        AS members
FROM team t LEFT JOIN organisation o ON o.organisation = t.organisation
WHERE ($1 = '' OR t.kind = $1) ORDER BY CASE WHEN t.state = 'active' THEN 0 ELSE 1 END, t.kind, t.team LIMIT 5000;

-- name: team_newest
-- Numbers are given in order.
SELECT coalesce(max(team), 0) AS n FROM team;

-- name: team_named
-- An open team of the same kind and name.
SELECT team FROM team WHERE kind = $1 AND name = $2 AND state = 'active' AND (until IS NULL OR until > $3)
    AND team <> $4 ORDER BY team LIMIT 1;

-- name: team_parts
-- Open teams inside a team.
SELECT team, name FROM team WHERE parent = $1 AND state = 'active' ORDER BY team;

-- name: team_member_add
-- Projection of team.member_added.
INSERT INTO team_member (member, team, login, name, organisation, duty, skills, since, until, ended_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '');

-- name: team_member_set
-- Projection of team.member_changed.
UPDATE team_member SET duty = $2, skills = $3 WHERE member = $1;

-- name: team_member_end
-- Projection of team.member_ended.
UPDATE team_member SET until = $2, ended_by = $3 WHERE member = $1 AND (until IS NULL OR until > $2);

-- name: team_member_forget
-- Projection of key.destroyed.
UPDATE team_member SET name = NULL, skills = '' WHERE member = $1;

-- name: team_member_get
-- One membership.
SELECT member, team, login, name, coalesce(organisation, 0) AS organisation, duty, skills, since,
    coalesce(until, 0) AS until, ended_by
FROM team_member WHERE member = $1;

-- name: team_member_newest
-- Numbers are given in order.
SELECT coalesce(max(member), 0) AS n FROM team_member;

-- name: team_member_open
-- Members that have not ended, also those that have yet to begin.
SELECT member, team, login, name, coalesce(organisation, 0) AS organisation, duty, skills, since,
    coalesce(until, 0) AS until
FROM team_member WHERE team = $1 AND (until IS NULL OR until > $2) ORDER BY member;

-- name: team_member_at
-- Members as of one moment: who could be drawn then.
SELECT member FROM team_member WHERE team = $1 AND since <= $2 AND (until IS NULL OR until > $2) ORDER BY member;

-- name: team_member_list
-- Members now and before; those with an account have their name there.
SELECT m.member, m.team, m.login, coalesce(m.name, a.name, '') AS name, coalesce(m.organisation, 0) AS organisation,
    o.name AS organisation_name, m.duty, m.skills, m.since, coalesce(m.until, 0) AS until, m.ended_by
FROM team_member m LEFT JOIN account a ON a.login = m.login AND m.login <> ''
    LEFT JOIN organisation o ON o.organisation = m.organisation
WHERE m.team = $1 ORDER BY m.since DESC, m.member DESC LIMIT 5000;

-- name: team_member_open_of
-- Teams a person is in.
SELECT m.member, m.team, t.kind, t.name AS team_name, m.duty, m.skills, m.since, coalesce(m.until, 0) AS until
FROM team_member m JOIN team t ON t.team = m.team
WHERE m.login = $1 AND (m.until IS NULL OR m.until > $2) ORDER BY m.member;

-- name: team_member_of
-- All teams a person is or was in, newest first.
SELECT m.member, m.team, t.kind, t.name AS team_name, m.duty, m.skills, m.since, coalesce(m.until, 0) AS until
FROM team_member m JOIN team t ON t.team = m.team
WHERE m.login = $1 ORDER BY m.since DESC, m.member DESC LIMIT 1000;

-- name: talent_search
-- People of pools by a word of their name, skills or duty, and by the division of their organisation.
SELECT m.member, m.team, t.kind, t.name AS team_name, m.login, coalesce(m.name, a.name, '') AS name, m.duty, m.skills,
    coalesce(m.organisation, 0) AS organisation, o.name AS organisation_name, o.division, m.since,
    coalesce(m.until, 0) AS until
FROM team_member m JOIN team t ON t.team = m.team LEFT JOIN account a ON a.login = m.login AND m.login <> ''
    LEFT JOIN organisation o ON o.organisation = m.organisation
WHERE t.state = 'active' AND m.since <= $1 AND (m.until IS NULL OR m.until > $1)
    AND ($2 = '' OR t.kind = $2)
    AND ($3 = '' OR m.skills LIKE $4 OR m.duty LIKE $4 OR coalesce(m.name, a.name, '') LIKE $4)
    AND ($5 = '' OR coalesce(o.division, '') LIKE $6)
ORDER BY m.member LIMIT 1000;

-- name: team_activity_add
-- Projection of team.activity_told.
INSERT INTO team_activity (activity, team, held_on, title, told_by, told_at) VALUES ($1, $2, $3, $4, $5, $6);

-- name: team_activity_forget
-- Projection of key.destroyed.
UPDATE team_activity SET title = '' WHERE activity = $1;

-- name: team_activity_newest
-- Numbers are given in order.
SELECT coalesce(max(activity), 0) AS n FROM team_activity;

-- name: team_activity_list
-- Activities of a base, newest first.
SELECT activity, held_on, title, told_by, told_at FROM team_activity
WHERE team = $1 ORDER BY held_on DESC, activity DESC LIMIT 1000;

-- name: draw_add
-- Projection of draw.made.
INSERT INTO draw (draw, team, seed, purpose, wanted, drawn_by, drawn_at) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: draw_member_add
-- Projection of draw.made: one who took part, or was left out.
INSERT INTO draw_member (draw, position, member, state) VALUES ($1, $2, $3, $4);

-- name: draw_forget
-- Projection of key.destroyed.
UPDATE draw SET purpose = '' WHERE draw = $1;

-- name: draw_newest
-- Numbers are given in order.
SELECT coalesce(max(draw), 0) AS n FROM draw;

-- name: draw_get
-- One draw.
SELECT draw, team, seed, purpose, wanted, drawn_by, drawn_at FROM draw WHERE draw = $1;

-- name: draw_list
-- Draws from a team, newest first.
SELECT draw, team, seed, purpose, wanted, drawn_by, drawn_at FROM draw WHERE team = $1 ORDER BY draw DESC LIMIT 1000;

-- name: draw_members
-- Who took part, in the order the seed gave, then who was left out.
SELECT d.position, d.member, d.state, coalesce(m.name, a.name, '') AS name, m.login,
    coalesce(m.organisation, 0) AS organisation
FROM draw_member d JOIN team_member m ON m.member = d.member
    LEFT JOIN account a ON a.login = m.login AND m.login <> ''
WHERE d.draw = $1 ORDER BY d.position;

-- name: draw_event
-- The event of a draw, as the journal has it.
SELECT sequence, at, actor, body FROM journal WHERE kind = 'draw.made' AND subject = $1 ORDER BY sequence LIMIT 1;

-- name: team_grants
-- Objects open to a team: nobody lets himself in.
SELECT count(*) AS n FROM access_grant WHERE grantee = $1 AND (until IS NULL OR until > $2);
