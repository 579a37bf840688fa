-- SPDX-License-Identifier: MulanPSL-2.0
-- Under which generation of the master key a subject's key lies wrapped, and the changes of generation.
ALTER TABLE matter_key ADD COLUMN generation BIGINT NOT NULL DEFAULT 1;
CREATE INDEX matter_key_generation ON matter_key (generation, subject);

CREATE TABLE key_rotation (
    generation BIGINT NOT NULL PRIMARY KEY,
    mark TEXT NOT NULL,
    started_at TEXT NOT NULL,
    started_by TEXT NOT NULL,
    ended_at TEXT,
    subject_keys BIGINT NOT NULL,
    rows BIGINT NOT NULL
);
