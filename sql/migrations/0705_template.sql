-- SPDX-License-Identifier: MulanPSL-2.0
-- Templates of offices: .docx files of their own for a kind of document, in versions. Projections of "template.added",
-- "template.retired" and "template.restored"; the file lies sealed among the others, by its digest.
CREATE TABLE document_template (
    template BIGINT NOT NULL PRIMARY KEY,
    type TEXT NOT NULL,
    organisation BIGINT NOT NULL,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    note TEXT NOT NULL,
    digest TEXT NOT NULL,
    size BIGINT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    state TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL
);
CREATE UNIQUE INDEX document_template_version ON document_template (type, organisation, version);
CREATE INDEX document_template_digest ON document_template (digest);
