-- SPDX-License-Identifier: MulanPSL-2.0
-- Organisations, who holds which role where, and what was opened to whom. All are projections of the journal.
-- Instants are microseconds; `until` NULL is without end. Names of persons lie in account.name alone.
CREATE TABLE organisation (
    organisation BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    short_name TEXT NOT NULL,
    parent BIGINT,
    superior BIGINT,
    division TEXT NOT NULL,
    position BIGINT NOT NULL,
    state TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE INDEX organisation_parent ON organisation (parent, position);
CREATE INDEX organisation_superior ON organisation (superior);

CREATE TABLE department (
    department BIGINT NOT NULL PRIMARY KEY,
    organisation BIGINT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    position BIGINT NOT NULL,
    state TEXT NOT NULL
);
CREATE INDEX department_organisation ON department (organisation, position);

-- One person may hold several. Ended ones stay.
CREATE TABLE appointment (
    appointment BIGINT NOT NULL PRIMARY KEY,
    login TEXT NOT NULL,
    role TEXT NOT NULL,
    organisation BIGINT NOT NULL,
    department BIGINT,
    title TEXT NOT NULL,
    liaison BOOLEAN NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT,
    granted_by TEXT NOT NULL,
    granted_at TEXT NOT NULL,
    ended_by TEXT NOT NULL
);
CREATE INDEX appointment_login ON appointment (login);
CREATE INDEX appointment_organisation ON appointment (organisation);

CREATE TABLE delegation (
    delegation BIGINT NOT NULL PRIMARY KEY,
    giver TEXT NOT NULL,
    receiver TEXT NOT NULL,
    reason TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    given_at TEXT NOT NULL,
    ended_by TEXT NOT NULL
);
CREATE INDEX delegation_giver ON delegation (giver);
CREATE INDEX delegation_receiver ON delegation (receiver);

-- Joint groups, task forces, bases, pools of talents, experts, assistants and hearing officers.
CREATE TABLE team (
    team BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    organisation BIGINT NOT NULL,
    parent BIGINT,
    purpose TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT,
    state TEXT NOT NULL
);

-- A member is a person with an account (login) or somebody without one (login empty; the name is sealed in the journal).
CREATE TABLE team_member (
    member BIGINT NOT NULL PRIMARY KEY,
    team BIGINT NOT NULL,
    login TEXT NOT NULL,
    name TEXT,
    organisation BIGINT,
    duty TEXT NOT NULL,
    skills TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT,
    ended_by TEXT NOT NULL
);
CREATE INDEX team_member_team ON team_member (team);
CREATE INDEX team_member_login ON team_member (login);

-- One object opened to a person, an organisation or a team. grantee: "person:zhang", "organisation:3", "team:5".
CREATE TABLE access_grant (
    access_grant BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    grantee TEXT NOT NULL,
    fields BIGINT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT,
    purpose TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    granted_at TEXT NOT NULL,
    ended_by TEXT NOT NULL
);
CREATE INDEX access_grant_grantee ON access_grant (grantee, kind);
CREATE INDEX access_grant_object ON access_grant (kind, object);
