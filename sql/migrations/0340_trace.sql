-- SPDX-License-Identifier: MulanPSL-2.0
-- Approvals, looks at sensitive values, and alarms. All are projections of the journal. Instants are microseconds.

-- object: "row:dataset/id", "clue:id", "subject:key", "sealed:…", "export:what". reason is sealed in the journal; NULL once
-- its key is destroyed.
CREATE TABLE approval (
    approval BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    asker TEXT NOT NULL,
    organisation BIGINT NOT NULL,
    object TEXT NOT NULL,
    purpose TEXT NOT NULL,
    case_number TEXT NOT NULL,
    reason TEXT,
    needed BIGINT NOT NULL,
    agreed BIGINT NOT NULL,
    asked_days BIGINT NOT NULL,
    asked_uses BIGINT NOT NULL,
    state TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    open_until BIGINT NOT NULL,
    until BIGINT NOT NULL,
    uses BIGINT NOT NULL,
    used BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX approval_asker ON approval (asker, approval);
CREATE INDEX approval_open ON approval (state, organisation, approval);

-- Who said what; acting_for: the giver of the delegation it rests on, or empty.
CREATE TABLE approval_decision (
    approval BIGINT NOT NULL,
    approver TEXT NOT NULL,
    acting_for TEXT NOT NULL,
    consent BOOLEAN NOT NULL,
    words TEXT,
    until BIGINT NOT NULL,
    uses BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (approval, approver)
);
CREATE INDEX approval_decision_of ON approval_decision (approver, approval);

-- Which objects a look concerned: look is the sequence of its event.
CREATE TABLE look_object (
    object TEXT NOT NULL,
    look BIGINT NOT NULL,
    PRIMARY KEY (object, look)
);

-- One sign of one person on one day. raised: its count has reached what content says.
CREATE TABLE alarm (
    alarm BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    person TEXT NOT NULL,
    day TEXT NOT NULL,
    organisation TEXT NOT NULL,
    count BIGINT NOT NULL,
    raised BOOLEAN NOT NULL,
    first_entry BIGINT NOT NULL,
    last_entry BIGINT NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    state TEXT NOT NULL,
    acknowledged_by TEXT NOT NULL,
    acknowledged_at TEXT NOT NULL,
    words TEXT
);
CREATE UNIQUE INDEX alarm_sign ON alarm (person, day, kind);

-- For finding what a person did, by time.
CREATE INDEX journal_actor ON journal (actor, sequence);
