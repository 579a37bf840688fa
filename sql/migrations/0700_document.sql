-- SPDX-License-Identifier: MulanPSL-2.0
-- Documents: what they say, where they stand, who has to do with them. All are projections of the journal: the state of a
-- document is the fold of the differences its events carry, under the key of its matter (docs/decisions/0018).
-- guarded: document
-- guarded: document_version of document
-- guarded: document_approval of document
-- guarded: document_signature of document
-- guarded: document_service of document
-- guarded: document_event of document
-- guarded: document_file of document

-- Every text of a kind of document that was ever in force here: documents are pinned to theirs.
CREATE TABLE document_type_version (
    type TEXT NOT NULL,
    version TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    at TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    PRIMARY KEY (type, version)
);

-- Numbers on paper: one series for each organisation, pattern and year.
CREATE TABLE document_number (
    organisation BIGINT NOT NULL,
    series TEXT NOT NULL,
    year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (organisation, series, year)
);

-- `tree` and `personal` are the state, as JSON; the other columns say parts of it again for lists. `party_set` names the
-- organisations that may see it now, '1,17': its issuer's alone while it is written. title, personal: sealed.
CREATE TABLE document (
    id TEXT NOT NULL PRIMARY KEY,
    ordinal BIGINT NOT NULL,
    matter TEXT NOT NULL,
    type TEXT NOT NULL,
    version TEXT NOT NULL,
    code TEXT NOT NULL,
    type_group TEXT NOT NULL,
    template TEXT NOT NULL,
    organisation BIGINT NOT NULL,
    state TEXT NOT NULL,
    author TEXT NOT NULL,
    opened TEXT NOT NULL,
    changed TEXT NOT NULL,
    number TEXT NOT NULL,
    series TEXT NOT NULL,
    number_year BIGINT NOT NULL,
    number_serial BIGINT NOT NULL,
    issued_on TEXT NOT NULL,
    numbered TEXT NOT NULL,
    pdf TEXT NOT NULL,
    step TEXT NOT NULL,
    answers TEXT NOT NULL,
    answered TEXT NOT NULL,
    due TEXT NOT NULL,
    answered_on TEXT NOT NULL,
    served TEXT NOT NULL,
    assessment TEXT NOT NULL,
    flags TEXT NOT NULL,
    revision BIGINT NOT NULL,
    sealed BOOLEAN NOT NULL,
    party_set TEXT NOT NULL,
    tree TEXT NOT NULL,
    title TEXT,
    personal TEXT,
    words TEXT
);
CREATE UNIQUE INDEX document_ordinal ON document (ordinal);
CREATE INDEX document_of_matter ON document (matter, ordinal);
CREATE INDEX document_of_set ON document (party_set, changed, ordinal, state, sealed);
CREATE INDEX document_by_changed ON document (changed, ordinal, state, sealed, party_set);
CREATE INDEX document_of_author ON document (author, state);
CREATE INDEX document_of_series ON document (organisation, series, number_year, number_serial);
CREATE INDEX document_of_number ON document (number);
CREATE INDEX document_not_laid_out ON document (id) WHERE numbered <> '' AND pdf = '';
CREATE INDEX document_due ON document (due, ordinal) WHERE due <> '';
CREATE INDEX document_answering ON document (answers) WHERE answers <> '';

-- The organisations of each set that some document has.
CREATE TABLE document_set (
    organisation BIGINT NOT NULL,
    party_set TEXT NOT NULL,
    PRIMARY KEY (organisation, party_set)
);

CREATE TABLE document_version (
    document TEXT NOT NULL,
    id BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (document, id)
);

CREATE TABLE document_approval (
    document TEXT NOT NULL,
    id BIGINT NOT NULL,
    rung BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    role TEXT NOT NULL,
    department TEXT NOT NULL,
    state TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (document, id)
);
CREATE INDEX document_approval_open ON document_approval (organisation, role, document) WHERE state = 'open';

CREATE TABLE document_signature (
    document TEXT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    organisation BIGINT NOT NULL,
    login TEXT NOT NULL,
    certificate TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (document, id)
);
CREATE INDEX document_signature_certificate ON document_signature (certificate);

CREATE TABLE document_service (
    document TEXT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    organisation BIGINT NOT NULL,
    method TEXT NOT NULL,
    state TEXT NOT NULL,
    sent TEXT NOT NULL,
    opened TEXT NOT NULL,
    closed TEXT NOT NULL,
    day TEXT NOT NULL,
    server TEXT NOT NULL,
    opener TEXT NOT NULL,
    actor TEXT NOT NULL,
    file BIGINT NOT NULL,
    receipt TEXT NOT NULL,
    PRIMARY KEY (document, id)
);
CREATE INDEX document_service_house ON document_service (organisation, state, document);
CREATE INDEX document_service_closed ON document_service (closed, document);

-- What was done when; the difference it made lies in the journal under its sequence.
CREATE TABLE document_event (
    document TEXT NOT NULL,
    revision BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    verb TEXT NOT NULL,
    service BIGINT NOT NULL,
    PRIMARY KEY (document, revision)
);

-- Sealed files that documents name: no sweep takes them.
CREATE TABLE document_file (
    document TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (document, digest)
);
CREATE INDEX document_file_digest ON document_file (digest);
