-- SPDX-License-Identifier: MulanPSL-2.0
-- Accounts are a projection of the journal; sessions and counted failures are not: they belong to
-- the moment.

CREATE TABLE account (
    login TEXT NOT NULL PRIMARY KEY,
    name TEXT,
    password TEXT,
    state TEXT NOT NULL,
    must_change BOOLEAN NOT NULL,
    created_at TEXT NOT NULL,
    password_at TEXT NOT NULL,
    last_sign_in_at TEXT
);

-- Only the SM3 of a session's token is kept. Times in microseconds.
CREATE TABLE session (
    token_hash BLOB NOT NULL PRIMARY KEY,
    login TEXT NOT NULL,
    address TEXT NOT NULL,
    created BIGINT NOT NULL,
    seen BIGINT NOT NULL
);
CREATE INDEX session_login ON session (login);

-- Wrong passwords by SM3 of the login as typed, whether there is such an account or not, so that
-- both behave alike.
CREATE TABLE sign_in_guard (
    login_hash BLOB NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    locked_until BIGINT NOT NULL
);
