-- SPDX-License-Identifier: MulanPSL-2.0
-- Second factors and recovery codes are projections of the journal, where the secrets lie sealed; a row here only says in
-- which entry. Sessions, tickets and used codes belong to the moment. Microseconds, where a time is a number.
CREATE TABLE second_factor (
    login TEXT NOT NULL PRIMARY KEY,
    offered BIGINT NOT NULL,
    offered_until BIGINT NOT NULL,
    secret BIGINT NOT NULL,
    since TEXT NOT NULL
);

-- `code` is a keyed hash; the key comes from the sealed secret.
CREATE TABLE recovery_code (
    login TEXT NOT NULL,
    number BIGINT NOT NULL,
    code TEXT NOT NULL,
    used_at TEXT NOT NULL,
    PRIMARY KEY (login, number)
);

-- The last time step whose code was taken: none is taken twice.
CREATE TABLE second_used (
    login TEXT NOT NULL PRIMARY KEY,
    step BIGINT NOT NULL
);

-- Everybody signs in again: what a session knows has grown. `session` names it to people, before_… and failures and notices
-- are what its page tells of the time before.
DROP TABLE session;
CREATE TABLE session (
    token_hash BLOB NOT NULL PRIMARY KEY,
    session TEXT NOT NULL UNIQUE,
    login TEXT NOT NULL,
    address TEXT NOT NULL,
    device TEXT NOT NULL,
    created BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    before_at TEXT NOT NULL,
    before_address TEXT NOT NULL,
    failures BIGINT NOT NULL,
    notices TEXT NOT NULL
);
CREATE INDEX session_login ON session (login);

-- The password was right and a code is asked for.
CREATE TABLE sign_in_ticket (
    token_hash BLOB NOT NULL PRIMARY KEY,
    login TEXT NOT NULL,
    created BIGINT NOT NULL,
    tries BIGINT NOT NULL
);
CREATE INDEX sign_in_ticket_login ON sign_in_ticket (login);
