-- SPDX-License-Identifier: MulanPSL-2.0
-- Runs of models, and the clues they found. All three are projections of the journal.
CREATE TABLE model_run (
    run BIGINT PRIMARY KEY,
    model TEXT NOT NULL,
    version TEXT NOT NULL,
    at TEXT NOT NULL,
    as_of TEXT NOT NULL,
    actor TEXT NOT NULL,
    incremental BIGINT NOT NULL,
    batch BIGINT NOT NULL,
    rows_read BIGINT NOT NULL,
    hits BIGINT NOT NULL,
    found BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    withdrawn BIGINT NOT NULL,
    restored BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    milliseconds BIGINT NOT NULL,
    funnel TEXT
);
CREATE INDEX model_run_model ON model_run (model, run);

CREATE TABLE clue (
    id TEXT PRIMARY KEY,
    number BIGINT NOT NULL,
    model TEXT NOT NULL,
    model_version TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_key TEXT NOT NULL,
    strength TEXT NOT NULL,
    strength_rank BIGINT NOT NULL,
    level TEXT NOT NULL,
    level_rank BIGINT NOT NULL,
    status TEXT NOT NULL,
    suggests TEXT NOT NULL,
    event_on TEXT,
    amount BIGINT NOT NULL,
    subject_name TEXT,
    subject_mask TEXT,
    title TEXT,
    explanation TEXT,
    digest TEXT NOT NULL,
    found_run BIGINT NOT NULL,
    found_at TEXT NOT NULL,
    changed_run BIGINT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE INDEX clue_model ON clue (model, status);
CREATE INDEX clue_subject ON clue (subject_key);
CREATE INDEX clue_found ON clue (found_at, id);

CREATE TABLE clue_evidence (
    clue TEXT NOT NULL,
    position BIGINT NOT NULL,
    alias TEXT NOT NULL,
    dataset TEXT NOT NULL,
    row_id TEXT NOT NULL,
    batch BIGINT NOT NULL,
    PRIMARY KEY (clue, position)
);
CREATE INDEX clue_evidence_row ON clue_evidence (dataset, row_id);

-- Facts about the installation itself: which key its data were written under.
CREATE TABLE installation (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
