-- SPDX-License-Identifier: MulanPSL-2.0
-- Matters: what flows said, where each matter stands, whose work it is and by when. All are projections of the journal:
-- the state of a matter is the fold of the differences its events carry (docs/decisions/0012).
-- guarded: matter
-- guarded: matter_party of matter
-- guarded: matter_task of matter
-- guarded: matter_clock of matter
-- guarded: matter_link of matter
-- guarded: matter_file of matter
-- guarded: matter_event of matter
-- guarded: matter_message of matter

-- Every text of a flow that a matter was ever begun under.
CREATE TABLE flow_version (
    flow TEXT NOT NULL,
    version TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    at TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    PRIMARY KEY (flow, version)
);

-- Numbers on paper: one series for each flow, organisation and year; sealed matters have their own.
CREATE TABLE matter_number (
    flow TEXT NOT NULL,
    organisation BIGINT NOT NULL,
    year BIGINT NOT NULL,
    sealed BOOLEAN NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (flow, organisation, year, sealed)
);

-- `tree` and `personal` are the state, as JSON; the other columns say parts of it again for lists. Instants are texts.
CREATE TABLE matter (
    id TEXT NOT NULL PRIMARY KEY,
    ordinal BIGINT NOT NULL,
    number TEXT NOT NULL,
    flow TEXT NOT NULL,
    version TEXT NOT NULL,
    organisation BIGINT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT NOT NULL,
    level TEXT NOT NULL,
    level_rank BIGINT NOT NULL,
    step TEXT NOT NULL,
    steps TEXT NOT NULL,
    opened TEXT NOT NULL,
    closed TEXT NOT NULL,
    changed TEXT NOT NULL,
    actor TEXT NOT NULL,
    revision BIGINT NOT NULL,
    due TEXT NOT NULL,
    lapsed BOOLEAN NOT NULL,
    sealed BOOLEAN NOT NULL,
    case_number TEXT NOT NULL,
    tree TEXT NOT NULL,
    title TEXT,
    personal TEXT
);
CREATE UNIQUE INDEX matter_ordinal ON matter (ordinal);
CREATE INDEX matter_facet ON matter (state, flow, level, organisation);
CREATE INDEX matter_by_changed ON matter (changed, ordinal);
CREATE INDEX matter_by_opened ON matter (opened, ordinal);
CREATE INDEX matter_of_flow ON matter (flow, state, changed, ordinal);
CREATE INDEX matter_by_due ON matter (due, ordinal);
CREATE INDEX matter_of_actor ON matter (actor, changed);
CREATE INDEX matter_of_case ON matter (case_number);
CREATE INDEX matter_of_number ON matter (number);

CREATE TABLE matter_party (
    matter TEXT NOT NULL,
    id BIGINT NOT NULL,
    party TEXT NOT NULL,
    organisation BIGINT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (matter, id)
);
CREATE INDEX matter_party_organisation ON matter_party (organisation, until, matter);
CREATE INDEX matter_party_matter ON matter_party (matter, organisation, until);

CREATE TABLE matter_task (
    matter TEXT NOT NULL,
    id BIGINT NOT NULL,
    step_id BIGINT NOT NULL,
    step TEXT NOT NULL,
    kind TEXT NOT NULL,
    organisation BIGINT NOT NULL,
    role TEXT NOT NULL,
    department TEXT NOT NULL,
    login TEXT NOT NULL,
    state TEXT NOT NULL,
    opened TEXT NOT NULL,
    closed TEXT NOT NULL,
    action TEXT NOT NULL,
    actor TEXT NOT NULL,
    urged BIGINT NOT NULL,
    ask TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    due TEXT NOT NULL,
    PRIMARY KEY (matter, id)
);
CREATE INDEX matter_task_login ON matter_task (login, state, kind, due, matter);
CREATE INDEX matter_task_role ON matter_task (organisation, role, state, kind, login, due, matter);
CREATE INDEX matter_task_actor ON matter_task (actor, matter);

-- `next` is the instant at which the clock has something to say, in microseconds; NULL: nothing any more.
CREATE TABLE matter_clock (
    matter TEXT NOT NULL,
    id BIGINT NOT NULL,
    step_id BIGINT NOT NULL,
    step TEXT NOT NULL,
    period TEXT NOT NULL,
    version TEXT NOT NULL,
    due TEXT NOT NULL,
    day TEXT NOT NULL,
    state TEXT NOT NULL,
    fired TEXT NOT NULL,
    next BIGINT,
    PRIMARY KEY (matter, id)
);
CREATE INDEX matter_clock_next ON matter_clock (next, matter);
CREATE INDEX matter_clock_period ON matter_clock (state, period);

CREATE TABLE matter_link (
    matter TEXT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    PRIMARY KEY (matter, id)
);
CREATE INDEX matter_link_target ON matter_link (target, kind);

CREATE TABLE matter_file (
    matter TEXT NOT NULL,
    id BIGINT NOT NULL,
    step_id BIGINT NOT NULL,
    digest TEXT NOT NULL,
    size BIGINT NOT NULL,
    type TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (matter, id)
);
CREATE INDEX matter_file_digest ON matter_file (digest);

-- What was done when; the difference it made lies in the journal under its sequence.
CREATE TABLE matter_event (
    matter TEXT NOT NULL,
    revision BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    verb TEXT NOT NULL,
    action TEXT NOT NULL,
    step TEXT NOT NULL,
    task BIGINT NOT NULL,
    target TEXT NOT NULL,
    undone_by BIGINT NOT NULL,
    PRIMARY KEY (matter, revision)
);
CREATE INDEX matter_event_actor ON matter_event (actor, at);

CREATE TABLE matter_message (
    matter TEXT NOT NULL,
    number BIGINT NOT NULL,
    step_id BIGINT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    text TEXT,
    PRIMARY KEY (matter, number)
);
