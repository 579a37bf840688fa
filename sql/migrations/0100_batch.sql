-- SPDX-License-Identifier: MulanPSL-2.0
-- Imports of agency files and the saved mappings of their columns. Projections of the journal; the rows themselves are in the pool.
CREATE TABLE batch (
    batch BIGINT NOT NULL PRIMARY KEY,
    dataset TEXT NOT NULL,
    dataset_title TEXT NOT NULL,
    dataset_version TEXT NOT NULL,
    file_name TEXT NOT NULL,
    size BIGINT NOT NULL,
    digest TEXT NOT NULL,
    mapping TEXT NOT NULL,
    source TEXT NOT NULL,
    format TEXT NOT NULL,
    encoding TEXT NOT NULL,
    sheet TEXT NOT NULL,
    header_line BIGINT NOT NULL,
    received BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    duplicates BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    corrected BIGINT NOT NULL,
    listed BIGINT NOT NULL,
    bad_bytes BIGINT NOT NULL,
    milliseconds BIGINT NOT NULL,
    rejects_file TEXT NOT NULL,
    distinct_approximate BIGINT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX batch_dataset ON batch (dataset, batch);
CREATE INDEX batch_digest ON batch (dataset, digest);

-- What one batch says in one column.
CREATE TABLE batch_field (
    batch BIGINT NOT NULL,
    position BIGINT NOT NULL,
    field TEXT NOT NULL,
    title TEXT NOT NULL,
    header TEXT NOT NULL,
    how TEXT NOT NULL,
    filled BIGINT NOT NULL,
    valid BIGINT NOT NULL,
    distinct_values BIGINT NOT NULL,
    out_of_range BIGINT NOT NULL,
    PRIMARY KEY (batch, position)
);

-- Which column fills which field, for files with these headers.
CREATE TABLE mapping (
    source TEXT NOT NULL PRIMARY KEY,
    dataset TEXT NOT NULL,
    columns TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL
);
