-- SPDX-License-Identifier: MulanPSL-2.0
-- The chain of events, its head, and the keys of personal parts.

CREATE TABLE journal (
    sequence BIGINT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    organisation TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    secret BLOB,
    hash BLOB NOT NULL,
    mac BLOB NOT NULL
);
CREATE INDEX journal_subject ON journal (subject, sequence);
CREATE INDEX journal_kind ON journal (kind, sequence);

-- One row. Says how long the chain is and how it ends, so that a cut tail is noticed.
CREATE TABLE journal_head (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    sequence BIGINT NOT NULL,
    at TEXT NOT NULL,
    hash BLOB NOT NULL,
    mac BLOB NOT NULL,
    fingerprint TEXT NOT NULL
);

-- Wrapped keys of secret bodies. Not a projection: what is destroyed here stays destroyed.
CREATE TABLE matter_key (
    subject TEXT NOT NULL PRIMARY KEY,
    born BIGINT NOT NULL,
    wrapped BLOB NOT NULL
);
